// How many bytes the downloads of a work have: told before anybody waits for them.
import type { Db } from '../../firebird/database.ts'
import { bytesOfTexts } from '../../catalogue/texts/index.ts'
import type { DigitalObject, ObjectPage } from '../objects/index.ts'

/** A pack holds the image whole, at half, a quarter … of its width, a third more pixels, and once more at each of the stored widths. */
const pyramid = 4 / 3
/** Cover, outline and letters of a PDF, and what each page takes beside its image */
const frame = { book: 40_000, page: 2500 }

/** A PDF is written as it is fetched. What its images will have follows from what they have now, at the width that it takes them. @returns undefined where no image is made yet */
export function pdfBytes(
  pages: readonly ObjectPage[],
  most: number,
  { width, widths }: { readonly width: number; readonly widths: readonly number[] },
): number | undefined {
  const taken = [...new Set(pages)].filter(page => page.rights.download).slice(0, most)
  const known = taken.flatMap(({ size, packBytes }) => (size && packBytes ? [{ size, packBytes }] : []))
  if (known.length === 0) return undefined
  const images = known.reduce((sum, { size, packBytes }) => {
    const share = (of: number): number => Math.min(1, of / size.width) ** 2
    return sum + (packBytes * share(width)) / widths.reduce((all, each) => all + share(each), pyramid)
  }, 0)
  const bytes = frame.book + (images / known.length + frame.page) * taken.length
  // two digits: it is an estimate
  const step = 10 ** Math.max(0, Math.floor(Math.log10(bytes)) - 1)
  return Math.round(bytes / step) * step
}

/** The text of all pages as it is downloaded: each ends its line, and begins with a form feed but for the first. */
export async function textBytes(db: Db, { pages }: DigitalObject): Promise<number> {
  const readable = pages.filter(page => page.rights.text)
  const found = await bytesOfTexts(db, [...new Set(readable.map(page => page.id))])
  return readable.reduce((sum, { id }, at) => sum + (found.get(id) ?? 0) + (at > 0 ? 2 : 1), 0)
}
