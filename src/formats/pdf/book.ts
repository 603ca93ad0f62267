// A PDF of many page images, written as it is read: each page leaves as soon as its image is there, and only the places of the objects
// are kept (eight bytes each). Words lie invisibly over the images, in a font without glyphs whose codes are UTF-16.
// Readers of PDF take glyphs for laid out, from left to right, and turn what is right to left themselves: words stand here as they look.
// @see ISO 32000-1: 7.5 (file structure), 8.9.5 (images), 9.3.6 (text rendering mode 3), 12.3.3 (outlines), 12.4.2 (page labels)
import bidiFactory from 'bidi-js'
import type { ReadingDirection } from '../languages/direction.ts'

export interface PdfWord {
  /** In the order of reading; the whole of a divided word at its first half, '' at its second: not every reader knows ActualText */
  readonly text: string
  /** Points from the lower left corner */
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export interface PdfPage {
  /** Points */
  readonly width: number
  readonly height: number
  readonly jpeg: Buffer | undefined
  readonly words: readonly PdfWord[]
  /** Further content, in PDF operators */
  readonly drawing?: string | undefined
  /** Address that a click on the page leads to */
  readonly link?: string | undefined
}
export interface PdfOutline {
  readonly title: string
  /** Index of the page, from 0 */
  readonly page: number
  readonly children: readonly PdfOutline[]
}
export interface PdfBook {
  readonly title: string
  readonly author: string | undefined
  readonly subject: string | undefined
  readonly keywords: string | undefined
  readonly creator: string
  readonly created: Date
  /** BCP 47 */
  readonly language: string | undefined
  readonly direction: ReadingDirection
  /** One for each page */
  readonly labels: readonly string[]
  readonly outline: readonly PdfOutline[]
  readonly pages: AsyncIterable<PdfPage>
}

/** A text string as UTF-16 with its mark, in hexadecimal. */
const text = (value: string): string => `<FEFF${hex(value)}>`
const hex = (value: string): string => Buffer.from(value, 'utf16le').swap16().toString('hex').toUpperCase()
const number = (value: number): string => String(Math.round(value * 100) / 100)
const date = (at: Date): string => `(D:${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z)`

/** Width, height and components of a baseline or progressive JPEG. @throws Error where it is none */
export function jpegFacts(jpeg: Buffer): { width: number; height: number; components: number } {
  for (let at = 2; at + 9 < jpeg.length;) {
    if (jpeg[at] !== 0xff) break
    const marker = jpeg[at + 1] as number
    if (marker === 0xff) at++
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return {
        height: jpeg.readUInt16BE(at + 5),
        width: jpeg.readUInt16BE(at + 7),
        components: jpeg[at + 9] as number,
      }
    else at += 2 + jpeg.readUInt16BE(at + 2)
  }
  throw new Error('The image is no JPEG.')
}

/** Codes are UTF-16, so the map to Unicode is the identity; half an em is as good a width as any for what is not seen. */
const toUnicode = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
1 beginbfrange
<0000> <FFFF> <0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end`

// its types describe the module for bundlers, its main file is a function
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)()

/** A word as it looks, from left to right. @see https://www.unicode.org/reports/tr9/ */
export function asItLooks(word: string): string {
  if (!/[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u.test(word)) return word
  const levels = bidi.getEmbeddingLevels(word, 'auto')
  return bidi
    .getReorderedIndices(word, levels)
    .map((index: number) => word.charAt(index))
    .join('')
    .replace(/([\udc00-\udfff])([\ud800-\udbff])/g, '$2$1')
}

function wordsContent(words: readonly PdfWord[]): string {
  if (words.length === 0) return ''
  const parts = ['BT 3 Tr']
  for (const { text: word, x, y, width, height } of words) {
    const natural = word.length * 0.5 * height
    if (natural <= 0) continue
    const seen = asItLooks(word)
    // the blank stands where the next word begins: MuPDF and PDFium put words together that have none between them
    const turns = seen !== word
    const shown = turns ? ` ${seen}` : `${word} `
    const from = turns ? x - width / word.length : x
    parts.push(
      `/F ${number(height)} Tf ${number((100 * width) / natural)} Tz 1 0 0 1 ${number(from)} ${number(y)} Tm <${hex(shown)}> Tj`,
    )
  }
  parts.push('ET')
  return parts.join('\n')
}

const fixed = {
  catalog: 1,
  pages: 2,
  info: 3,
  font: 4,
  descendant: 5,
  descriptor: 6,
  toUnicode: 7,
  outlines: 8,
  first: 9,
} as const
/** Page, content, image, link of each page. */
const objectsPerPage = 4
const pageId = (index: number): number => fixed.first + index * objectsPerPage

/** Bytes of the file, a page at a time. */
export async function* writeBook(book: PdfBook): AsyncGenerator<Buffer> {
  const offsets: number[] = []
  let at = 0
  const object = (id: number, dictionary: string, stream?: Buffer | string): Buffer => {
    offsets[id] = at
    const body =
      stream === undefined ? undefined : Buffer.isBuffer(stream) ? stream : Buffer.from(stream, 'latin1')
    const head = body ? dictionary.replace(/>>$/, ` /Length ${body.length} >>`) : dictionary
    const bytes = body
      ? Buffer.concat([
          Buffer.from(`${id} 0 obj\n${head}\nstream\n`, 'latin1'),
          body,
          Buffer.from('\nendstream\nendobj\n'),
        ])
      : Buffer.from(`${id} 0 obj\n${head}\nendobj\n`, 'latin1')
    at += bytes.length
    return bytes
  }
  const plain = (bytes: Buffer): Buffer => {
    at += bytes.length
    return bytes
  }
  yield plain(Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'))
  yield object(
    fixed.info,
    `<< /Title ${text(book.title)}${book.author ? ` /Author ${text(book.author)}` : ''}${book.subject ? ` /Subject ${text(book.subject)}` : ''}${book.keywords ? ` /Keywords ${text(book.keywords)}` : ''} /Creator ${text(book.creator)} /Producer ${text(book.creator)} /CreationDate ${date(book.created)} >>`,
  )
  yield object(
    fixed.font,
    `<< /Type /Font /Subtype /Type0 /BaseFont /Invisible /Encoding /Identity-H /DescendantFonts [${fixed.descendant} 0 R] /ToUnicode ${fixed.toUnicode} 0 R >>`,
  )
  yield object(
    fixed.descendant,
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Invisible /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${fixed.descriptor} 0 R /DW 500 /CIDToGIDMap /Identity >>`,
  )
  yield object(
    fixed.descriptor,
    '<< /Type /FontDescriptor /FontName /Invisible /Flags 4 /FontBBox [0 0 500 1000] /ItalicAngle 0 /Ascent 1000 /Descent 0 /CapHeight 1000 /StemV 80 >>',
  )
  yield object(fixed.toUnicode, '<< >>', toUnicode)
  let count = 0
  for await (const page of book.pages) {
    const id = pageId(count)
    const { width, height, jpeg } = page
    const drawn = [
      jpeg ? `q ${number(width)} 0 0 ${number(height)} 0 0 cm /I Do Q` : '',
      page.drawing ?? '',
      wordsContent(page.words),
    ]
    yield object(
      id,
      `<< /Type /Page /Parent ${fixed.pages} 0 R /MediaBox [0 0 ${number(width)} ${number(height)}] /Resources << /Font << /F ${fixed.font} 0 R >>${jpeg ? ` /XObject << /I ${id + 2} 0 R >>` : ''} >> /Contents ${id + 1} 0 R${page.link ? ` /Annots [${id + 3} 0 R]` : ''} >>`,
    )
    yield object(id + 1, '<< >>', drawn.filter(part => part !== '').join('\n'))
    if (jpeg) {
      const facts = jpegFacts(jpeg)
      yield object(
        id + 2,
        `<< /Type /XObject /Subtype /Image /Width ${facts.width} /Height ${facts.height} /ColorSpace /${facts.components === 1 ? 'DeviceGray' : 'DeviceRGB'} /BitsPerComponent 8 /Filter /DCTDecode >>`,
        jpeg,
      )
    }
    if (page.link)
      yield object(
        id + 3,
        `<< /Type /Annot /Subtype /Link /Rect [0 0 ${number(width)} ${number(height)}] /Border [0 0 0] /A << /S /URI /URI (${page.link.replace(/[\\()]/g, '\\$&')}) >> >>`,
      )
    count++
  }
  let next = pageId(count)
  /** Writes a level of the outline and what is below it. */
  function* outline(
    items: readonly PdfOutline[],
    parent: number,
  ): Generator<Buffer, { first: number; last: number; count: number }> {
    const ids = items.map(() => next++)
    let total = items.length
    for (const [n, item] of items.entries()) {
      const below = item.children.length > 0 ? yield* outline(item.children, ids[n] as number) : undefined
      total += below?.count ?? 0
      yield object(
        ids[n] as number,
        `<< /Title ${text(item.title)} /Parent ${parent} 0 R /Dest [${pageId(Math.min(item.page, count - 1))} 0 R /Fit]${n > 0 ? ` /Prev ${ids[n - 1]} 0 R` : ''}${n < ids.length - 1 ? ` /Next ${ids[n + 1]} 0 R` : ''}${below ? ` /First ${below.first} 0 R /Last ${below.last} 0 R /Count ${-below.count}` : ''} >>`,
      )
    }
    return { first: ids[0] as number, last: ids.at(-1) as number, count: total }
  }
  const hasOutline = book.outline.length > 0 && count > 0
  if (hasOutline) {
    const top = yield* outline(book.outline, fixed.outlines)
    yield object(
      fixed.outlines,
      `<< /Type /Outlines /First ${top.first} 0 R /Last ${top.last} 0 R /Count ${book.outline.length} >>`,
    )
  }
  yield object(
    fixed.pages,
    `<< /Type /Pages /Count ${count} /Kids [${Array.from({ length: count }, (_, index) => `${pageId(index)} 0 R`).join(' ')}] >>`,
  )
  const labels = book.labels.slice(0, count).map((label, index) => `${index} << /P ${text(label)} >>`)
  yield object(
    fixed.catalog,
    `<< /Type /Catalog /Pages ${fixed.pages} 0 R${hasOutline ? ` /Outlines ${fixed.outlines} 0 R /PageMode /UseOutlines` : ''}${labels.length > 0 ? ` /PageLabels << /Nums [${labels.join(' ')}] >>` : ''}${book.language ? ` /Lang (${book.language})` : ''} /ViewerPreferences << /DisplayDocTitle true${book.direction === 'right-to-left' ? ' /Direction /R2L' : ''} >> >>`,
  )
  const start = at
  yield Buffer.from(`xref\n0 ${next}\n`)
  // ids that were left out (an outline, an image, a link that is not there) are free
  let lines = ''
  for (let id = 0; id < next; id++) {
    lines +=
      offsets[id] === undefined
        ? '0000000000 65535 f \n'
        : `${String(offsets[id]).padStart(10, '0')} 00000 n \n`
    if (lines.length > 65_536) {
      yield Buffer.from(lines)
      lines = ''
    }
  }
  yield Buffer.from(
    `${lines}trailer\n<< /Size ${next} /Root ${fixed.catalog} 0 R /Info ${fixed.info} 0 R >>\nstartxref\n${start}\n%%EOF\n`,
  )
}
