// PDF of a title, a part of it or a page: page images as they are stored, the words of their ALTO over them, the structure as outline, a
// cover page with citation and licence. Written as it is read: one page in memory, whatever the size of the book.
import type { FastifyBaseLogger } from 'fastify'
import { bcp47 } from '../../formats/languages/codes.ts'
import { jpegFacts, type PdfOutline, type PdfPage, type PdfWord, writeBook } from '../../formats/pdf/book.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { type CoverLine, coverPage } from '../../imaging/cover-page.ts'
import { pageJpeg } from '../../images/serving/index.ts'
import {
  addressesOf,
  type DigitalObject,
  isPart,
  type ObjectPage,
  type ObjectPart,
  pagesOf,
  viewingDirection,
} from '../objects/index.ts'
import { servedText } from '../../catalogue/texts/index.ts'
import { version } from '../../root.ts'

/** Stored images are shown at 150 pixels an inch. */
const pointsPerPixel = 72 / 150
const a4 = { width: 595, height: 842, margin: 62 }
const coverPages = 1

export interface PdfOptions {
  readonly width: number
  readonly signal: AbortSignal
  readonly log: FastifyBaseLogger
  /** Whose pages they are: some see images without watermarks */
  readonly principal: Principal
}

function coverLines(services: Services, object: DigitalObject): CoverLine[] {
  const { title, domain, above, root } = object
  const licence = title.licence ?? domain.licence
  const owner = domain.owner || title.owner || domain.caption
  const imprint = [title.place, title.publisher].filter(text => text !== undefined).join(' : ')
  const fact = (label: string, text: string | undefined): CoverLine[] =>
    text ? [{ text: `${label}: ${text}`, size: 11, above: 6 }] : []
  const urn = title.identifiers.find(({ scheme }) => scheme === 'urn')?.value
  return [
    { text: owner, size: 13, above: 20 },
    ...above.map((each): CoverLine => ({ text: each.title, size: 13, style: 'italic', above: 30 })),
    { text: title.title, size: 24, style: 'bold', above: 30 },
    ...(root.id === title.id
      ? []
      : [{ text: root.caption, size: 16, style: 'italic', above: 12 } as CoverLine]),
    ...(title.persons.length > 0 ? [{ text: title.persons.join('; '), size: 14, above: 14 }] : []),
    ...(imprint === '' && title.date === undefined
      ? []
      : [{ text: [imprint, title.date].filter(text => text).join(', '), size: 12, above: 10 }]),
    { text: 'Quelle', size: 12, style: 'bold', above: 60 },
    ...fact('Permalink', addressesOf(services).page(root.id)),
    ...fact('URN', urn),
    ...fact('Signatur', title.signature),
    ...fact('Bestand', domain.caption),
    ...fact('Lizenz', licence && `${licence.label} (${licence.uri})`),
  ]
}

/** Words of a page in points of a page image of that width. */
async function wordsOf(
  services: Services,
  page: ObjectPage,
  size: { width: number; height: number },
): Promise<PdfWord[]> {
  if (!page.alto?.fits || !page.size) return []
  const scale = size.width / page.size.width
  const text = await servedText(services, services.db, page.id)
  // a footer glued under the image moves nothing: measured from the top
  return (text?.lines ?? []).flatMap(line =>
    line.words.map(({ text: word, box, half, joined }) => ({
      text: half === undefined || joined === undefined ? word : half === 1 ? joined : '',
      x: box.x * scale,
      y: size.height - (box.y + box.height) * scale,
      width: box.width * scale,
      height: box.height * scale,
    })),
  )
}

async function* pdfPages(
  services: Services,
  object: DigitalObject,
  pages: readonly ObjectPage[],
  options: PdfOptions,
): AsyncGenerator<PdfPage> {
  yield {
    ...a4,
    jpeg: undefined,
    ...coverPage(coverLines(services, object), a4),
    link: addressesOf(services).page(object.root.id),
  }
  let last = { width: a4.width, height: a4.height }
  for (const page of pages) {
    if (options.signal.aborted) return
    const jpeg = page.size ? await pageJpeg(services, page.id, options.width, options) : undefined
    const facts = jpeg && jpegFacts(jpeg)
    const size = facts ? { width: facts.width * pointsPerPixel, height: facts.height * pointsPerPixel } : last
    last = size
    yield { ...size, jpeg, words: jpeg ? await wordsOf(services, page, size) : [] }
  }
}

/** Parts with their first pages; a part without any opens where it stands. */
function outlineOf(part: ObjectPart, indexOf: ReadonlyMap<number, number>, before = 0): PdfOutline[] {
  let at = before
  return part.children.flatMap(child => {
    if (!isPart(child)) {
      at = indexOf.get(child.id) ?? at
      return []
    }
    const [first] = pagesOf(child)
    const page = first ? (indexOf.get(first.id) ?? at) : at
    at = page
    return [
      { title: child.caption || child.type?.de || '…', page, children: outlineOf(child, indexOf, page) },
    ]
  })
}

export function pdfOf(
  services: Services,
  object: DigitalObject,
  options: PdfOptions,
): AsyncGenerator<Buffer> {
  const pages = [...new Set(object.pages)].slice(0, services.config.pdf.maxPages)
  const indexOf = new Map(pages.map((page, at) => [page.id, at + coverPages]))
  const { title, root } = object
  return writeBook({
    title: root.id === title.id ? title.title : `${root.caption}. ${title.title}`,
    author: title.persons.join('; ') || undefined,
    subject: [title.place, title.publisher, title.date].filter(text => text).join(', ') || undefined,
    keywords: title.identifiers.map(({ value }) => value).join(', ') || undefined,
    creator: `Firefolio ${version}`,
    created: object.updatedAt,
    language: bcp47(title.languages[0]),
    direction: viewingDirection(object),
    labels: ['', ...pages.map(page => page.label?.replace(/^(\[?)Seite /, '$1') ?? `[${page.order}]`)],
    outline: outlineOf(root, indexOf, coverPages),
    pages: pdfPages(services, object, pages, options),
  })
}
