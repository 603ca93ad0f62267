// A folder of a delivery with its files by what they are for.
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { folded } from '../plans/index.ts'
import { type FileKind, isNoise, kindOf } from './kinds.ts'

export interface DeliveredFile {
  readonly path: string
  readonly name: string
  readonly kind: FileKind
}

export interface Folder {
  readonly path: string
  readonly files: readonly DeliveredFile[]
  /** Names of folders in it */
  readonly folders: readonly string[]
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Symbolic links are not followed: they lead out of the delivery. */
export function readFolder(path: string): Folder {
  const entries = readdirSync(path, { withFileTypes: true })
  return {
    path,
    files: entries
      .filter(entry => entry.isFile())
      .map(({ name }) => ({ path: join(path, name), name, kind: kindOf(join(path, name), name) }))
      .filter(file => file.kind !== 'noise')
      .sort((a, b) => byName(a.name, b.name)),
    folders: entries
      .filter(entry => entry.isDirectory() && !isNoise(entry.name))
      .map(entry => entry.name)
      .sort(byName),
  }
}

export const bareName = (name: string): string => name.slice(0, name.length - extname(name).length)

/** Folders that hold the images or texts of the title above, the best images first. */
const masterFolders = [
  'masters', 'master', 'max', 'archive', 'archival', 'original', 'originals', 'local', 'tiff', 'tif', 'images', 'image', 'img', 'scans',
  'scan', 'bilder', 'jp2', 'jpeg2000', 'pages', 'seiten', 'default', 'presentation', 'jpg', 'jpeg', 'jpgs', 'png', 'web', 'min', 'derivatives',
  'thumbs', 'thumbnails',
] // prettier-ignore
const textFolders = ['alto', 'ocr', 'fulltext', 'text', 'texts', 'volltext', 'page', 'pagexml', 'hocr', 'xml']
const otherFolders = [
  'metadata', 'meta', 'metadaten', 'record', 'records', 'pdf', 'doc', 'docs', 'audio', 'sound', 'ton', 'video', 'film', 'epub',
] // prettier-ignore
/** All that lies in them belongs to the title as it is. */
const attachmentFolders = [
  'attachments',
  'attachment',
  'downloads',
  'download',
  'anlagen',
  'anhang',
  'anhänge',
]

const ranks = new Map(masterFolders.map((name, at) => [name, at]))
const isAttachmentFolder = (folder: string): boolean => attachmentFolders.includes(folded(folder))
export const isPartOfTitle = (folder: string): boolean =>
  ranks.has(folder.toLowerCase()) ||
  [...textFolders, ...otherFolders].includes(folder.toLowerCase()) ||
  isAttachmentFolder(folder)

export interface TitleFiles {
  /** Of the best folder; without images, the one PDF whose pages the title has */
  readonly images: readonly DeliveredFile[]
  readonly texts: readonly DeliveredFile[]
  readonly records: readonly DeliveredFile[]
  /** Files of the title: PDF of the whole, recordings, books */
  readonly files: readonly DeliveredFile[]
  /** Files of the title, whatever they are */
  readonly attachments: readonly DeliveredFile[]
  /** PDF of single pages that have images */
  readonly pagePdfs: readonly DeliveredFile[]
  /** The same pages, smaller, in further folders, and what is of no known use */
  readonly rest: readonly DeliveredFile[]
}

/** The files of a title: those in its folder, and in the folders below that are parts of it. */
export function titleFiles(folder: Folder): TitleFiles {
  const below = folder.folders.map(name => ({
    name: name.toLowerCase(),
    ...readFolder(join(folder.path, name)),
  }))
  const parts = below.filter(({ name }) => isPartOfTitle(name) && !isAttachmentFolder(name))
  const attachments = below.filter(({ name }) => isAttachmentFolder(name)).flatMap(part => part.files)
  const all = [folder, ...parts].flatMap(part => part.files)
  const own = folder.files.filter(file => file.kind === 'image')
  const [best] = parts
    .filter(part => part.files.some(file => file.kind === 'image'))
    .sort((a, b) => (ranks.get(a.name) ?? 99) - (ranks.get(b.name) ?? 99))
  const images = own.length > 0 ? own : (best?.files.filter(file => file.kind === 'image') ?? [])
  return { ...byUse(all, images), attachments }
}

/** @param images those of them that are pages */
function byUse(
  all: readonly DeliveredFile[],
  images: readonly DeliveredFile[],
): Omit<TitleFiles, 'attachments'> {
  const of = (kind: FileKind) => all.filter(file => file.kind === kind)
  const pdfs = of('pdf')
  const [only] = pdfs
  const isPages = images.length === 0 && pdfs.length === 1 && only !== undefined
  const ofPages = new Set(images.length > 1 ? images.map(({ name }) => folded(bareName(name))) : [])
  const isOfPage = ({ name }: DeliveredFile): boolean => ofPages.has(folded(bareName(name)))
  const used = new Set(images)
  const known: readonly FileKind[] = ['text', 'record', 'pdf', 'file']
  return {
    images: isPages ? [only] : images,
    texts: of('text'),
    records: of('record'),
    files: [...(isPages ? [] : pdfs.filter(pdf => !isOfPage(pdf))), ...of('file')],
    pagePdfs: isPages ? [] : pdfs.filter(isOfPage),
    rest: all.filter(file => !used.has(file) && !known.includes(file.kind)),
  }
}

/** Whether the name of a file begins with that of a record: AC01.xml and AC01_0001.tif, AC01.pdf. */
function belongsTo(record: DeliveredFile, file: DeliveredFile): boolean {
  const base = folded(bareName(record.name))
  const name = folded(bareName(file.name))
  return (
    ['image', 'pdf', 'file'].includes(file.kind) &&
    (name === base || (name.startsWith(base) && /^[\s_.-]/.test(name.slice(base.length))))
  )
}

/** Files of a record that stands beside them: all of the folder where it is the only record, else those that begin with its name. */
export function filesOfRecord(folder: Folder, record: DeliveredFile): TitleFiles {
  const named = folder.files.filter(file => belongsTo(record, file))
  const whole = titleFiles(folder)
  const isOnly = folder.files.filter(file => file.kind === 'record').length === 1
  // a PDF of its name among other PDF, which are titles of their own
  const isOneOfPdfs =
    whole.images.length === 0 &&
    named.length > 0 &&
    named.length < whole.files.length &&
    whole.files.every(({ kind }) => kind === 'pdf')
  if (isOnly && !isOneOfPdfs) return whole
  const images = named.filter(({ kind }) => kind === 'image')
  return { ...byUse(named, images), texts: whole.texts, records: [record], attachments: [] }
}
