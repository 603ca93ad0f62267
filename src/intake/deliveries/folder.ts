// A folder of a delivery with its files by what they are for.
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
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
const otherFolders = ['metadata', 'meta', 'metadaten', 'record', 'records', 'pdf', 'doc', 'docs']

const ranks = new Map(masterFolders.map((name, at) => [name, at]))
export const isPartOfTitle = (folder: string): boolean =>
  ranks.has(folder.toLowerCase()) || [...textFolders, ...otherFolders].includes(folder.toLowerCase())

export interface TitleFiles {
  /** Of the best folder */
  readonly images: readonly DeliveredFile[]
  readonly texts: readonly DeliveredFile[]
  readonly records: readonly DeliveredFile[]
  readonly pdfs: readonly DeliveredFile[]
  /** The same pages, smaller, in further folders, and what is of no known use */
  readonly rest: readonly DeliveredFile[]
}

/** The files of a title: those in its folder, and in the folders below that are parts of it. */
export function titleFiles(folder: Folder): TitleFiles {
  const parts = folder.folders
    .filter(isPartOfTitle)
    .map(name => ({ name: name.toLowerCase(), ...readFolder(join(folder.path, name)) }))
  const all = [folder, ...parts].flatMap(part => part.files)
  const of = (kind: FileKind) => all.filter(file => file.kind === kind)
  const own = folder.files.filter(file => file.kind === 'image')
  const [best] = parts
    .filter(part => part.files.some(file => file.kind === 'image'))
    .sort((a, b) => (ranks.get(a.name) ?? 99) - (ranks.get(b.name) ?? 99))
  const images = own.length > 0 ? own : (best?.files.filter(file => file.kind === 'image') ?? [])
  const used = new Set(images)
  const known: readonly FileKind[] = ['text', 'record', 'pdf']
  return {
    images,
    texts: of('text'),
    records: of('record'),
    pdfs: of('pdf'),
    rest: all.filter(file => !used.has(file) && !known.includes(file.kind)),
  }
}
