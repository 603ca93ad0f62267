// Reads ALTO 2 to 4: the words with their boxes in pixels of the image that was read, and the running text with
// hyphenated words joined. @see https://www.loc.gov/standards/alto/
import { Refusal } from '../../errors.ts'
import { readXml, type XmlElement, type XmlOptions } from '../xml/read.ts'
import { tableOf } from '../../codes.ts'

const namespaces: Readonly<Record<string, number>> = tableOf({
  'http://www.loc.gov/standards/alto/ns-v2#': 2,
  'http://www.loc.gov/standards/alto/ns-v3#': 3,
  'http://www.loc.gov/standards/alto/ns-v4#': 4,
})

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface Word extends Box {
  readonly text: string
  /** The whole word, where this is one half of a hyphenated one */
  readonly joined: string | undefined
  readonly half: 1 | 2 | undefined
  /** 0 to 1 */
  readonly confidence: number | undefined
}
export interface Line extends Box {
  readonly words: readonly Word[]
}
export interface Alto {
  readonly version: number
  /** Size of the image that was read, in pixels; undefined where the file does not tell it */
  readonly width: number | undefined
  readonly height: number | undefined
  readonly blocks: readonly (readonly Line[])[]
  readonly text: string
  readonly wordCount: number
  /** Mean of the word confidences */
  readonly confidence: number | undefined
  readonly engine: string | undefined
  readonly language: string | undefined
  /** The image file that the text was read from */
  readonly fileName: string | undefined
}

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
  const half = kind === 'HypPart1' ? 1 : kind === 'HypPart2' ? 2 : undefined
  const confidence = Number(element.attribute('WC') ?? Number.NaN)
  return {
    ...boxOf(element, factor),
    text: element.attribute('CONTENT') ?? '',
    joined: half ? element.attribute('SUBS_CONTENT') || undefined : undefined,
    half,
    confidence: Number.isFinite(confidence) && confidence >= 0 && confidence <= 1 ? confidence : undefined,
  }
}

/** Words of a line as running text; the second half of a joined word was said on the line before. */
function lineText(line: Line): string {
  return line.words
    .filter(word => !(word.half === 2 && word.joined))
    .map(word => (word.half === 1 && word.joined ? word.joined : word.text))
    .filter(text => text.trim() !== '')
    .join(' ')
}

/**
 * @param dpi resolution of the scan, needed where the file measures in millimetres or inches
 * @throws Refusal bad-xml
 */
export function readAlto(
  source: string,
  options: XmlOptions & { readonly dpi?: number | undefined } = {},
): Alto {
  const root = readXml(source, options)
  const name = options.name ?? 'The document'
  const version = root.name === 'alto' ? namespaces[root.namespace] : undefined
  if (version === undefined)
    throw new Refusal(
      'bad-xml',
      `${name}, line ${root.line}: the root element is not alto of ALTO 2, 3 or 4.`,
      { line: root.line, column: root.column },
    )
  const factor = pixelsPerUnit(root.at('Description', 'MeasurementUnit')?.text ?? 'pixel', options.dpi ?? 300)
  const page = root.at('Layout', 'Page')
  const blocks: Line[][] = []
  let engine: string | undefined
  for (const element of root.descendants()) {
    if (element.name === 'softwareName') engine ??= element.text || undefined
    if (element.name !== 'TextBlock') continue
    blocks.push(
      element.all('TextLine').map(line => ({
        ...boxOf(line, factor),
        words: line.all('String').map(word => wordOf(word, factor)),
      })),
    )
  }
  const all = blocks.flat().flatMap(line => line.words)
  const confidences = all.map(word => word.confidence).filter(value => value !== undefined)
  const language = [page, ...root.descendants()]
    .map(element => element?.attribute('LANG') ?? element?.attribute('language'))
    .find(found => found)
  return {
    version,
    width: page ? number(page, 'WIDTH', factor) || undefined : undefined,
    height: page ? number(page, 'HEIGHT', factor) || undefined : undefined,
    blocks,
    text: blocks
      .map(lines =>
        lines
          .map(lineText)
          .filter(text => text !== '')
          .join('\n'),
      )
      .filter(text => text !== '')
      .join('\n\n'),
    wordCount: all.filter(word => word.text.trim() !== '').length,
    confidence:
      confidences.length > 0
        ? confidences.reduce((sum, value) => sum + value, 0) / confidences.length
        : undefined,
    engine: engine?.slice(0, 250),
    language: language?.slice(0, 20),
    fileName: root.at('Description', 'sourceImageInformation', 'fileName')?.text || undefined,
  }
}

/** Whether boxes of an ALTO page can be laid over a scan: same proportions within one per cent. */
export function boxesFit(
  alto: Pick<Alto, 'width' | 'height'>,
  scan: { readonly width: number; readonly height: number },
): boolean {
  if (!alto.width || !alto.height) return false
  const ratio = alto.width / scan.width / (alto.height / scan.height)
  return Math.abs(ratio - 1) <= 0.01
}
