// A folder of a delivery with its files by what they are for.
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { ByName, folded } from '../plans/index.ts'
import { type FileKind, isNoise, kindOf } from './kinds.ts'
import { isWholeTitle } from './pages-of-file.ts'

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

/** Kinds of images that one page may have side by side, what is scanned before what is made of it. */
const formats = ['.tif', '.tiff', '.jp2', '.j2k', '.jpf', '.jpx', '.j2c', '.png', '.jpg', '.jpeg', '.webp']
const rankOfFormat = ({ name }: DeliveredFile): number => {
  const at = formats.indexOf(extname(name).toLowerCase())
  return at < 0 ? formats.length : at
}

/** One image a page: 0001.tif and not the 0001.jpg beside it, in the place of the first. */
function bestOfName(images: readonly DeliveredFile[]): DeliveredFile[] {
  const best = new Map<string, DeliveredFile>()
  for (const image of images) {
    const page = folded(bareName(image.name))
    const known = best.get(page)
    // of one kind twice (0001.tif, 0001.TIF) neither is told to be the other
    const isOther = known !== undefined && rankOfFormat(known) === rankOfFormat(image)
    if (isOther) best.set(folded(image.name), image)
    else if (!known || rankOfFormat(image) < rankOfFormat(known)) best.set(page, image)
  }
  return [...best.values()]
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
  const own = bestOfName(folder.files.filter(file => file.kind === 'image'))
  const [best] = parts
    .filter(part => part.files.some(file => file.kind === 'image'))
    .sort((a, b) => (ranks.get(a.name) ?? 99) - (ranks.get(b.name) ?? 99))
  const images = own.length > 0 ? own : bestOfName(best?.files.filter(file => file.kind === 'image') ?? [])
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

const ofRecords: readonly FileKind[] = ['image', 'pdf', 'file']

/** A folder in which records stand beside the files of their titles. What is asked for each of many records anew is made ready once. */
export class RecordFolder {
  readonly folder: Folder
  /** Folders by their names as they are compared */
  readonly #folders: ReadonlyMap<string, string>
  /** Files that a title has, by their names as they are compared: those that begin alike lie together */
  readonly #files: readonly { readonly name: string; readonly file: DeliveredFile }[]
  readonly #records: number
  readonly #hasMets: boolean
  #whole: TitleFiles | undefined
  #texts: ByName<DeliveredFile> | undefined

  constructor(folder: Folder) {
    this.folder = folder
    this.#folders = new Map(folder.folders.map(name => [folded(name), name]))
    this.#files = folder.files
      .filter(file => ofRecords.includes(file.kind))
      .map(file => ({ name: folded(bareName(file.name)), file }))
      .sort((a, b) => byName(a.name, b.name))
    this.#records = folder.files.filter(file => file.kind === 'record').length
    this.#hasMets = folder.files.some(file => file.kind === 'mets')
  }

  /** Its files, were they of one title. */
  get whole(): TitleFiles {
    return (this.#whole ??= titleFiles(this.folder))
  }

  get hasMets(): boolean {
    return this.#hasMets
  }

  /** The folder that has the name of a record. */
  folderOf(record: string): string | undefined {
    return this.#folders.get(folded(bareName(record)))
  }

  /** Files whose names begin with that of a record: AC01.xml and AC01_0001.tif, AC01.pdf. */
  #named(record: DeliveredFile): DeliveredFile[] {
    const base = folded(bareName(record.name))
    let low = 0
    for (let high = this.#files.length; low < high;) {
      const middle = (low + high) >> 1
      if ((this.#files[middle]?.name ?? '') < base) low = middle + 1
      else high = middle
    }
    const found: DeliveredFile[] = []
    for (; this.#files[low]?.name.startsWith(base); low++) {
      const { name, file } = this.#files[low] as { name: string; file: DeliveredFile }
      if (name === base || /^[\s_.-]/.test(name.slice(base.length))) found.push(file)
    }
    return found.sort((a, b) => byName(a.name, b.name))
  }

  #textsOf(images: readonly DeliveredFile[]): DeliveredFile[] {
    const texts = (this.#texts ??= new ByName(
      this.whole.texts.map(text => [bareName(text.name), text] as const),
    ))
    return images.flatMap(image => texts.get(bareName(image.name)) ?? [])
  }

  /** Files of a record: all of the folder where it is the only record, else those that begin with its name, with their texts. */
  filesOf(record: DeliveredFile): TitleFiles {
    const named = this.#named(record)
    const isOnly = this.#records === 1
    if (isOnly) {
      // a PDF or TIFF of its name among others of several pages, which are titles of their own
      const isOneOfSeveral =
        named.length > 0 &&
        named.length < this.#files.length &&
        this.#files.every(({ file }) => isWholeTitle(file))
      if (!isOneOfSeveral) return this.whole
    }
    const images = bestOfName(named.filter(({ kind }) => kind === 'image'))
    return { ...byUse(named, images), texts: this.#textsOf(images), records: [record], attachments: [] }
  }
}
