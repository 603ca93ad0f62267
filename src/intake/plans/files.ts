// What the files and labels of a page in METS mean.
import type { MetsFile } from '../../formats/mets/read.ts'
import type { FileReference } from './plan.ts'

/** File groups that hold masters, the best first (decision 14); others hold derivatives. */
const masterGroups = ['MAX', 'MASTER', 'ORIGINAL', 'LOCAL', 'PRESENTATION', 'DEFAULT']
export const isTextGroup = (file: MetsFile): boolean =>
  /FULLTEXT|ALTO|OCR/i.test(file.use) || /alto/i.test(file.mimetype ?? '')

/** A label as written; ‘ - ’ (Kitodo) and ‘uncounted’ stand for none. */
export const labelOf = (text: string | undefined): string | undefined =>
  text === undefined || /^[\s–—-]*$|^uncounted$/i.test(text) ? undefined : text.trim()

const sha256Types = /^SHA-?256$/i
export const referenceOf = (file: MetsFile): FileReference => ({
  href: file.href,
  use: file.use,
  id: file.id,
  media: isTextGroup(file) ? 'text' : 'image',
  ...(file.checksum && sha256Types.test(file.checksumType ?? '')
    ? { sha256: file.checksum.toLowerCase() }
    : {}),
})

/** The images of a page that may be its master, the best first; those of other groups are derivatives. */
export function mastersOf(files: readonly MetsFile[]): FileReference[] {
  const images = files.filter(file => !isTextGroup(file) && !/pdf|xml/i.test(file.mimetype ?? ''))
  const rank = (file: MetsFile) => {
    const at = masterGroups.indexOf(file.use.toUpperCase())
    return at < 0 ? masterGroups.length : at
  }
  return [...images]
    .sort((a, b) => rank(a) - rank(b))
    .filter(file => rank(file) < masterGroups.length || images.length === 1)
    .map(referenceOf)
}
