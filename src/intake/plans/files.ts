// What the files and labels of a page in METS mean.
import type { MetsFile } from '../../formats/mets/read.ts'
import { tableOf } from '../../codes.ts'
import type { FileKind } from '../../catalogue/attachments/index.ts'
import type { Digest, FileReference } from './plan.ts'

/** File groups that hold masters, the best first (decision 14); others hold derivatives. */
const masterGroups = ['MAX', 'MASTER', 'ORIGINAL', 'LOCAL', 'PRESENTATION', 'DEFAULT']
/** Texts of pages: by their group (FULLTEXT, Text of docWorks, OCR-D-… of which some hold images) or by what they are. */
export const isTextGroup = ({ use, mimetype = '' }: MetsFile): boolean =>
  !/^(image|audio|video)\/|pdf/i.test(mimetype) &&
  (/TEXT|ALTO|OCR/i.test(use) || /alto|page\+xml/i.test(mimetype))

/** A label as written; ‘ - ’ (Kitodo) and ‘uncounted’ stand for none. */
export const labelOf = (text: string | undefined): string | undefined =>
  text === undefined || /^[\s–—-]*$|^uncounted$/i.test(text) ? undefined : text.trim()

/** Kinds of CHECKSUMTYPE by their letters and digits, with how many digits they have; the others are not compared. */
const digests: Readonly<Record<string, readonly [algorithm: string, digits: number]>> = tableOf({
  md5: ['md5', 32],
  sha1: ['sha1', 40],
  sha256: ['sha256', 64],
  sha384: ['sha384', 96],
  sha512: ['sha512', 128],
})

function digestOf({ checksum, checksumType }: MetsFile): Digest | undefined {
  const value = checksum?.trim().toLowerCase() ?? ''
  const [algorithm, digits] = digests[checksumType?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? ''] ?? []
  return algorithm !== undefined && value.length === digits && /^[0-9a-f]+$/.test(value)
    ? { algorithm, value }
    : undefined
}

export const referenceOf = (file: MetsFile): FileReference => ({
  href: file.href,
  use: file.use,
  id: file.id,
  media: isTextGroup(file) ? 'text' : isTitleFile(file) ? 'file' : 'image',
  ...(file.ownerId === undefined ? {} : { name: file.ownerId }),
  ...(file.checksum === undefined ? {} : { digest: digestOf(file) }),
})

const isRecording = (media: string): boolean => /^(audio|video)\//.test(media)
const byExtension: Readonly<Record<string, string>> = tableOf({
  pdf: 'application/pdf', epub: 'application/epub+zip', mp3: 'audio/mpeg', wav: 'audio/wav', flac: 'audio/flac', ogg: 'audio/ogg',
  m4a: 'audio/mp4', mp4: 'video/mp4', m4v: 'video/mp4', mkv: 'video/x-matroska', webm: 'video/webm', mov: 'video/quicktime', avi: 'video/x-msvideo',
}) // prettier-ignore

/** What the document says that a file is. */
const mediaOf = ({ mimetype, href }: MetsFile): string =>
  (
    mimetype ??
    byExtension[/\.([a-z0-9]+)(?:[?#].*)?$/i.exec(href)?.[1]?.toLowerCase() ?? ''] ??
    ''
  ).toLowerCase()

const fileGroup = /^(DOWNLOADS?|PDF|AUDIO|SOUND|VIDEO|ATTACHMENTS?|SUPPLEMENTS?)$/i

/** A file of a title, not of a page: PDF, book, recording, attachment. */
export const isTitleFile = (file: MetsFile): boolean =>
  !isTextGroup(file) &&
  (isRecording(mediaOf(file)) ||
    /pdf|epub/.test(mediaOf(file)) ||
    (fileGroup.test(file.use) && !mediaOf(file).startsWith('image/')))

export const isRecordingFile = (file: MetsFile): boolean => isRecording(mediaOf(file))

/** As what a title has a file: PDF and books of the whole by where they are named, the rest by what they are. */
export function kindOfFile(file: MetsFile, isOfWhole: boolean): FileKind | undefined {
  const media = mediaOf(file)
  if (isRecording(media)) return media.startsWith('audio/') ? 'audio' : 'video'
  if (/^ATTACHMENT|^SUPPLEMENT/i.test(file.use)) return 'attachment'
  if (/pdf|epub/.test(media)) return isOfWhole ? 'whole' : 'attachment'
  return undefined
}

/** The images of a page that may be its master, the best first; those of other groups are derivatives. */
export function mastersOf(files: readonly MetsFile[]): FileReference[] {
  const images = files.filter(file => !isTextGroup(file) && !/pdf|xml/i.test(file.mimetype ?? ''))
  const rank = (file: MetsFile) => {
    const at = masterGroups.indexOf(file.use.toUpperCase())
    return at < 0 ? masterGroups.length : at
  }
  // a page of nothing but a PDF is drawn from that
  const pages = images.length > 0 ? images : files.filter(file => /pdf/i.test(file.mimetype ?? ''))
  return [...pages]
    .sort((a, b) => rank(a) - rank(b))
    .filter(file => rank(file) < masterGroups.length || pages.length === 1)
    .map(file => ({ ...referenceOf(file), media: 'image' }))
}
