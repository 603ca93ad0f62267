// Reads PAGE-XML (PcGts of 2010 to 2019), the form of OCR-D, Transkribus and eScriptorium: regions in their reading order, lines and words
// with the boxes of their polygons. @see https://ocr-d.de/en/spec/page and https://github.com/PRImA-Research-Lab/PAGE-XML
import {
  type Box,
  boxAround,
  type Line,
  type PageText,
  pageTextOf,
  sharedOut,
  type Word,
} from '../ocr/page-text.ts'
import { Refusal } from '../../errors.ts'
import type { XmlElement, XmlOptions } from '../xml/read.ts'

/** Whether an element is the root of a document of PAGE. */
export const isPageXml = (root: XmlElement): boolean =>
  root.name === 'PcGts' && /^$|\/PAGE\/gts\/pagecontent\//.test(root.namespace)

const size = (page: XmlElement, name: string): number | undefined => {
  const value = Number(page.attribute(name) ?? Number.NaN)
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** The box of a polygon: `points` since 2013, elements of their own before. */
function boxOf(element: XmlElement): Box | undefined {
  const coords = element.first('Coords')
  const points = coords?.attribute('points')
  const pairs: [number, number][] = points
    ? points
        .trim()
        .split(/\s+/)
        .map(pair => pair.split(',').map(Number) as [number, number])
    : (coords?.all('Point') ?? []).map(point => [Number(point.attribute('x')), Number(point.attribute('y'))])
  return boxAround(pairs.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)))
}

/** The text of an element: of several readings the first by index, else as they stand. */
function readingOf(element: XmlElement): { text: string; confidence: number | undefined } {
  const index = (reading: XmlElement) => Number(reading.attribute('index') ?? 0)
  const [best] = element.all('TextEquiv').sort((a, b) => index(a) - index(b))
  const confidence = Number(best?.attribute('conf') ?? Number.NaN)
  return {
    text: best?.first('Unicode')?.ownText.trim() ?? '',
    confidence: confidence >= 0 && confidence <= 1 ? confidence : undefined,
  }
}

function lineOf(line: XmlElement, isRightToLeft: boolean): Line {
  const box = boxOf(line) ?? { x: 0, y: 0, width: 0, height: 0 }
  const words = line.all('Word').flatMap((word): Word[] => {
    const { text, confidence } = readingOf(word)
    return text === ''
      ? []
      : [{ ...(boxOf(word) ?? box), text, joined: undefined, half: undefined, confidence }]
  })
  if (words.length > 0) return { ...box, words }
  const { text, confidence } = readingOf(line)
  return { ...box, words: sharedOut(box, text, isRightToLeft).map(word => ({ ...word, confidence })) }
}

/** Regions with text in the order of reading; those that the order does not name follow as they stand. */
function regionsOf(page: XmlElement): XmlElement[] {
  const places = new Map<string, number>()
  const index = (element: XmlElement) => Number(element.attribute('index') ?? 0)
  const inOrder = (group: XmlElement): void => {
    for (const child of group.children.toSorted((a, b) => index(a) - index(b))) {
      const region = child.attribute('regionRef')
      if (region !== undefined && !places.has(region)) places.set(region, places.size)
      if (child.name.includes('Group')) inOrder(child)
    }
  }
  const order = page.first('ReadingOrder')
  if (order) inOrder(order)
  const regions = [...page.descendants()].filter(element => element.name === 'TextRegion')
  const place = (region: XmlElement) => places.get(region.attribute('id') ?? '') ?? regions.length
  return regions.toSorted((a, b) => place(a) - place(b))
}

/** The text of a document of PAGE. @param root for which `isPageXml` is true. @throws Refusal bad-xml where there is no page */
export function pageXmlText(root: XmlElement, { name = 'The document' }: XmlOptions = {}): PageText {
  const page = root.first('Page')
  if (!page)
    throw new Refusal('bad-xml', `${name}, line ${root.line}: PcGts has no Page.`, {
      line: root.line,
      column: root.column,
    })
  const isRightToLeft = (element: XmlElement) => element.attribute('readingDirection') === 'right-to-left'
  const blocks = regionsOf(page).map(region => {
    const lines = region.all('TextLine')
    const turns = [page, region].some(isRightToLeft)
    if (lines.length > 0) return lines.map(line => lineOf(line, turns || isRightToLeft(line)))
    // a region that was only transcribed as a whole: its lines have no places
    const texts = readingOf(region)
      .text.split('\n')
      .filter(text => text.trim() !== '')
    const box = boxOf(region) ?? { x: 0, y: 0, width: 0, height: 0 }
    const height = Math.floor(box.height / Math.max(1, texts.length))
    return texts.map((text, at) => {
      const line = { ...box, y: box.y + at * height, height }
      return { ...line, words: sharedOut(line, text, turns) }
    })
  })
  return pageTextOf(
    {
      format: 'page-xml',
      width: size(page, 'imageWidth'),
      height: size(page, 'imageHeight'),
      engine: root.at('Metadata', 'Creator')?.text || undefined,
      language: page.attribute('primaryLanguage') || undefined,
      fileName: page.attribute('imageFilename') || undefined,
    },
    blocks,
  )
}
