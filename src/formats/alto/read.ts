// Reads ALTO 1 to 4: the words with their boxes in pixels of the image that was read. @see https://www.loc.gov/standards/alto/
import { Refusal } from '../../errors.ts'
import { type Box, type Line, type PageText, pageTextOf, type Word } from '../ocr/page-text.ts'
import { readXml, type XmlElement, type XmlOptions } from '../xml/read.ts'

/** Namespaces that programs write: those of the Library of Congress, the address of a schema instead, that of ALTO 1 by CCS, and none. */
const namespaces =
  /^$|^http:\/\/www\.loc\.gov\/standards\/alto\/(?:ns-v\d+#|.*\.xsd)$|^http:\/\/schema\.ccs-gmbh\.com\//

/** Whether an element is the root of a document of ALTO. */
export const isAlto = (root: XmlElement): boolean => root.name === 'alto' && namespaces.test(root.namespace)

/** Pixels per unit: mm10 is a tenth of a millimetre, inch1200 a 1200th of an inch. */
function pixelsPerUnit(unit: string, dpi: number): number {
  if (unit === 'mm10') return dpi / 254
  if (unit === 'inch1200') return dpi / 1200
  return 1
}

function number(element: XmlElement, name: string, factor: number): number {
  const value = Number(element.attribute(name) ?? Number.NaN)
  return Number.isFinite(value) ? Math.round(value * factor) : 0
}

function boxOf(element: XmlElement, factor: number): Box {
  return {
    x: number(element, 'HPOS', factor),
    y: number(element, 'VPOS', factor),
    width: number(element, 'WIDTH', factor),
    height: number(element, 'HEIGHT', factor),
  }
}

function wordOf(element: XmlElement, factor: number): Word {
  const kind = element.attribute('SUBS_TYPE')
  const joined = element.attribute('SUBS_CONTENT') || undefined
  const half = joined && (kind === 'HypPart1' ? 1 : kind === 'HypPart2' ? 2 : undefined)
  const confidence = Number(element.attribute('WC') ?? Number.NaN)
  return {
    ...boxOf(element, factor),
    text: element.attribute('CONTENT') ?? '',
    joined: half ? joined : undefined,
    half: half || undefined,
    confidence: Number.isFinite(confidence) && confidence >= 0 && confidence <= 1 ? confidence : undefined,
  }
}

function lineOf(element: XmlElement, factor: number): Line {
  const strings = element.all('String')
  const words = strings.map(word => wordOf(word, factor))
  const isDivided =
    element.first('HYP') !== undefined || strings.at(-1)?.attribute('SUBS_TYPE') === 'HypPart1'
  return {
    ...boxOf(element, factor),
    words,
    isDivided,
    isConfirmed: ['true', '1'].includes(element.attribute('CS') ?? ''),
    // a soft hyphen is printed like another
    hyphen: (element.first('HYP')?.attribute('CONTENT') ?? '').replace('\u00ad', '-'),
  }
}

export interface AltoOptions extends XmlOptions {
  /** Resolution of the scan, needed where the file measures in millimetres or inches */
  readonly dpi?: number | undefined
}

/** The text of a document of ALTO. @param root for which `isAlto` is true. @throws Refusal bad-xml where there is no page */
export function altoText(root: XmlElement, { dpi = 300, name = 'The document' }: AltoOptions = {}): PageText {
  const factor = pixelsPerUnit(root.at('Description', 'MeasurementUnit')?.text ?? 'pixel', dpi)
  const page = root.at('Layout', 'Page')
  if (!page)
    throw new Refusal('bad-xml', `${name}, line ${root.line}: alto has no Layout with a Page.`, {
      line: root.line,
      column: root.column,
    })
  const blocks: Line[][] = []
  let engine: string | undefined
  let language = page.attribute('LANG')
  for (const element of root.descendants()) {
    if (element.name === 'softwareName') engine ??= element.text || undefined
    language ||= element.attribute('LANG') ?? element.attribute('language')
    if (element.name === 'TextBlock') blocks.push(element.all('TextLine').map(line => lineOf(line, factor)))
  }
  return pageTextOf(
    {
      format: 'alto',
      width: number(page, 'WIDTH', factor) || undefined,
      height: number(page, 'HEIGHT', factor) || undefined,
      engine,
      language: language || undefined,
      fileName: root.at('Description', 'sourceImageInformation', 'fileName')?.text || undefined,
    },
    blocks,
  )
}

/** Boxes of the elements with these IDs, in pixels of the image that was read. @param root of ALTO */
export function boxesById(
  root: XmlElement,
  ids: ReadonlySet<string>,
  { dpi = 300 }: AltoOptions = {},
): Map<string, Box> {
  const factor = pixelsPerUnit(root.at('Description', 'MeasurementUnit')?.text ?? 'pixel', dpi)
  const found = new Map<string, Box>()
  for (const element of root.descendants()) {
    const id = element.attribute('ID')
    if (id === undefined || !ids.has(id)) continue
    const box = boxOf(element, factor)
    if (box.width > 0 && box.height > 0) found.set(id, box)
  }
  return found
}

/** @throws Refusal bad-xml */
export function readAlto(source: string, options: AltoOptions = {}): PageText {
  const root = readXml(source, options)
  if (!isAlto(root))
    throw new Refusal(
      'bad-xml',
      `${options.name ?? 'The document'}, line ${root.line}: the root element is not alto.`,
      { line: root.line, column: root.column },
    )
  return altoText(root, options)
}
