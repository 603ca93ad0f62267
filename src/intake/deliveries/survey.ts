// Looks through a delivery: what in it is a title, and what is not taken.
import { statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { Refusal } from '../../errors.ts'
import { isBag, isOfBag } from './bag.ts'
import { isWholeTitle } from './pages-of-file.ts'
import {
  bareName,
  type DeliveredFile,
  type Folder,
  isPartOfTitle,
  readFolder,
  RecordFolder,
  type TitleFiles,
  titleFiles,
} from './folder.ts'
import { kindOf, nameOfKind } from './kinds.ts'
import { type Columns, headingsOf, isTitleList, type ListHeading, readList, requireColumns } from './list.ts'
import { tableOf } from '../../codes.ts'
import { isNamed, namesOfMets } from './named-by-mets.ts'
import { ByName } from '../plans/index.ts'
import { partOfSource, partsOf, partSource } from './batch.ts'

export interface NotTaken {
  readonly path: string
  readonly reason: string
}

export interface Survey {
  /** A METS file, a record, a folder of images, a file of several pages, or a row of a list: what a title is made of */
  readonly sources: readonly string[]
  readonly notTaken: readonly NotTaken[]
  /** Lists of titles, with what their columns are taken for */
  readonly lists: readonly SurveyedList[]
}

export interface SurveyedList {
  readonly name: string
  readonly columns: readonly ListHeading[]
}

/** A row of a list of titles as a source: <path>#row=<number>. */
export const rowSource = (path: string, row: number): string => `${path}#row=${row}`
export const rowOfSource = (source: string): { path: string; row: number } | undefined => {
  const found = /^(.*)#row=(\d+)$/.exec(source)
  return found ? { path: found[1] as string, row: Number(found[2]) } : undefined
}

const reasons: Readonly<Record<string, string>> = tableOf({
  image: 'an image that belongs to no record here',
  text: 'a text that belongs to no image here',
  pdf: 'a PDF that belongs to no record here',
  file: 'a file of a title that has no record and no images here',
  archive: 'an archive beside other files, or within another one',
  list: 'a list without columns for titles and their folders',
  record: 'a record that stands beside another one',
})

/** Of what no METS beside or above it names. */
const reasonsBesideMets: Readonly<Record<string, string>> = tableOf({
  image: 'an image that the METS does not name',
  text: 'a text that the METS does not name',
  pdf: 'a PDF that the METS does not name',
  file: 'a file that the METS does not name',
  record: 'a record beside a METS, which has its own',
})

/** Files of several pages are titles of their own, if all beside them are such files. */
function areWholeTitles(files: readonly DeliveredFile[]): boolean {
  return files.length > 0 && files.every(isWholeTitle)
}

/** Whether a folder without a record beside its files is a title: by images, recordings, or a record in a folder below. */
const isTitleByItself = (folder: Folder, own: TitleFiles): boolean =>
  own.images.some(({ kind }) => kind === 'image') ||
  folder.files.some(({ kind }) => kind === 'file') ||
  (own.records.length === 1 && own.images.length + own.files.length > 0)

/** A folder, without what a BagIt has to describe itself. */
function contentsOf(path: string): Folder {
  const folder = readFolder(path)
  return isBag(path) ? { ...folder, files: folder.files.filter(({ name }) => !isOfBag(name)) } : folder
}

/** Columns without a heading cannot be named, and are not told. */
const surveyed = (name: string, headings: readonly ListHeading[]): SurveyedList => ({
  name,
  columns: headings.filter(({ heading }) => heading !== ''),
})

/** What the ZIPs of a folder hold. */
export interface Opening {
  /** Where they lie unpacked */
  readonly unpacked: ReadonlyMap<string, string>
  /** Records beside them: whether each lies with the files of its ZIP now, or the ZIP had one of its own */
  readonly records: ReadonlyMap<string, boolean>
  /** ZIPs and folders that are told of otherwise */
  readonly refused: ReadonlyMap<string, Refusal>
}

class Surveyor {
  readonly #root: string
  readonly #columns: Columns
  readonly #opened: Opening
  /** All that may be lists of titles, whatever their columns are */
  readonly tables: string[] = []
  readonly lists: SurveyedList[] = []
  readonly sources: string[] = []
  readonly notTaken: NotTaken[] = []
  readonly #taken = new Set<string>()

  constructor(root: string, columns: Columns, opened: Opening) {
    this.#root = root
    this.#columns = columns
    this.#opened = opened
  }

  /** As a report calls it: what was unpacked lies in its ZIP. */
  nameOf(path: string): string {
    for (const [zip, folder] of this.#opened.unpacked)
      if (path.startsWith(folder + sep)) return join(relative(this.#root, zip), relative(folder, path))
    return relative(this.#root, path)
  }

  #leave(
    file: DeliveredFile,
    reason = reasons[file.kind] ?? `${nameOfKind(file.path)}, which is of no use here`,
  ): void {
    if (!this.#taken.has(file.path)) this.notTaken.push({ path: this.nameOf(file.path), reason })
    this.#taken.add(file.path)
  }

  #take(files: readonly DeliveredFile[]): void {
    for (const file of files) this.#taken.add(file.path)
  }

  /** @param above names of files in the METS of the folders above, where there are any */
  visit(path: string, above?: ReadonlySet<string>): void {
    const { unpacked, records, refused } = this.#opened
    if (refused.has(path)) return
    const folder = contentsOf(path)
    this.#take(
      folder.files.filter(
        file => unpacked.has(file.path) || refused.has(file.path) || records.get(file.path) === true,
      ),
    )
    for (const file of folder.files)
      if (records.get(file.path) === false) this.#leave(file, 'a record beside a ZIP, which has its own')
    const mets = folder.files.filter(file => file.kind === 'mets')
    this.sources.push(...mets.map(file => file.path))
    if (above !== undefined || mets.length > 0) return this.#besideMets(folder, mets, above)
    this.tables.push(...folder.files.filter(({ kind }) => kind === 'list').map(({ path }) => path))
    const lists = folder.files.filter(file => file.kind === 'list' && isTitleList(file.path, this.#columns))
    const entered = new Set<string>()
    for (const list of lists) this.#list(list, folder, entered)
    if (lists.length === 0) this.#titles(folder, entered)
    else
      for (const file of folder.files)
        if (!lists.includes(file) && !this.#taken.has(file.path)) this.#leave(file)
    for (const name of folder.folders) if (!entered.has(name)) this.visit(join(path, name))
    for (const { path: zip } of folder.files) {
      const inside = unpacked.get(zip)
      if (inside !== undefined) this.visit(inside)
    }
  }

  /** The METS say which of the files beside and below them are taken. */
  #besideMets(folder: Folder, mets: readonly DeliveredFile[], above: ReadonlySet<string> = new Set()): void {
    const names = new Set(above)
    for (const file of mets) for (const name of namesOfMets(file.path)) names.add(name)
    for (const file of folder.files)
      if (file.kind !== 'mets' && !isNamed(names, file.name)) this.#leave(file, reasonsBesideMets[file.kind])
    for (const name of folder.folders) this.visit(join(folder.path, name), names)
  }

  #list(list: DeliveredFile, folder: Folder, entered: Set<string>): void {
    this.#taken.add(list.path)
    const folders = new ByName(folder.folders.map(name => [name, name] as const))
    const files = new ByName(folder.files.map(file => [file.name, file] as const))
    const { rows, headings } = readList(list.path, this.#columns)
    this.lists.push(surveyed(this.nameOf(list.path), headings))
    for (const { number, fields } of rows.values()) {
      this.sources.push(rowSource(list.path, number))
      const named = fields.folder ?? ''
      const below = folders.get(named.split(/[\\/]/).find(part => part !== '' && part !== '.') ?? '')
      if (below !== undefined) entered.add(below)
      const file = files.get(named)
      if (file) this.#taken.add(file.path)
    }
  }

  #titles(folder: Folder, entered: Set<string>): void {
    const shared = new RecordFolder(folder)
    const records = folder.files.filter(file => file.kind === 'record' && !this.#taken.has(file.path))
    for (const record of records) {
      const parts = partsOf(record.path)
      if (parts.length > 1) {
        this.sources.push(...parts.map(part => partSource(record.path, part)))
        this.#taken.add(record.path)
        continue
      }
      this.sources.push(record.path)
      this.#taken.add(record.path)
      const beside = shared.folderOf(record.name)
      if (beside !== undefined) this.#titleFolder(join(folder.path, beside), entered, beside)
      else this.#whole(folder, entered, shared.filesOf(record), records.length === 1)
    }
    if (records.length > 0) this.#wholeTitles(folder)
    else {
      const whole = folder.files.filter(file => ['image', 'pdf', 'file'].includes(file.kind))
      if (areWholeTitles(whole)) {
        this.sources.push(...whole.map(file => file.path))
        this.#take(whole)
      } else if (isTitleByItself(folder, shared.whole)) {
        this.sources.push(folder.path)
        this.#whole(folder, entered, shared.whole)
      }
    }
    for (const file of folder.files) if (!this.#taken.has(file.path)) this.#leave(file)
  }

  /** PDF and TIFF of several pages that are of no record here are titles of their own, where no other images are. */
  #wholeTitles(folder: Folder): void {
    if (folder.files.some(file => file.kind === 'image' && !isWholeTitle(file))) return
    const left = folder.files.filter(file => !this.#taken.has(file.path) && isWholeTitle(file))
    this.sources.push(...left.map(file => file.path))
    this.#take(left)
  }

  /** The files of a title, and the folders that are parts of it. @param isWhole whether all that is not taken is of no use */
  #whole(folder: Folder, entered: Set<string>, files: TitleFiles, isWhole = true): void {
    this.#take([...files.images, ...files.records, ...files.files, ...files.attachments])
    const texts = new ByName(files.texts.map(text => [bareName(text.name), text] as const))
    this.#take(files.images.flatMap(image => texts.get(bareName(image.name)) ?? []))
    for (const pdf of files.pagePdfs) this.#leave(pdf, 'a PDF of a page that has its image')
    if (!isWhole || files.images.length + files.files.length + files.attachments.length === 0) return
    for (const file of files.texts) if (!this.#taken.has(file.path)) this.#leave(file)
    for (const file of files.rest)
      this.#leave(
        file,
        file.kind === 'image' ? 'an image of a page that is there in a better file' : undefined,
      )
    for (const name of folder.folders)
      if (isPartOfTitle(name)) {
        entered.add(name)
        for (const below of readFolder(join(folder.path, name)).folders)
          this.#leaveAll(join(folder.path, name, below))
      }
  }

  /** What lies deeper than files of a title do. */
  #leaveAll(path: string): void {
    const { files, folders } = readFolder(path)
    for (const file of files) this.#leave(file, 'it lies too deep below the folder of a title')
    for (const name of folders) this.#leaveAll(join(path, name))
  }

  #titleFolder(path: string, entered: Set<string>, name: string): void {
    entered.add(name)
    const folder = readFolder(path)
    const inner = new Set<string>()
    this.#whole(folder, inner, titleFiles(folder))
    for (const below of folder.folders) if (!inner.has(below)) this.visit(join(path, below))
    for (const file of folder.files) if (!this.#taken.has(file.path)) this.#leave(file)
  }
}

/**
 * @param columns what the import says of the columns of lists
 * @param opened what was made of the ZIPs in the folder
 * @throws Refusal not-found where nothing is there, not-processable naming what it is where it is no title, bad-request for columns that no list has
 */
export function survey(
  path: string,
  columns: Columns = {},
  opened: Opening = { unpacked: new Map(), records: new Map(), refused: new Map() },
): Survey {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (!facts) throw new Refusal('not-found', `There is no file or folder ${path}.`)
  if (!facts.isFile()) {
    const surveyor = new Surveyor(path, columns, opened)
    surveyor.visit(path)
    requireColumns(surveyor.tables, columns)
    if (surveyor.sources.length === 0)
      throw new Refusal(
        'not-found',
        `There is no title in ${path}: no METS, MODS, MARC, MAB2, PICA+ or Dublin Core file, no images, no PDF, and no list of titles with their folders.`,
        {
          notTaken: surveyor.notTaken.slice(0, 100),
          lists: surveyor.tables.map(table => surveyed(surveyor.nameOf(table), headingsOf(table, columns))),
        },
      )
    return { sources: surveyor.sources.sort(bySource), notTaken: surveyor.notTaken, lists: surveyor.lists }
  }
  const name = basename(path)
  const kind = kindOf(path, name)
  requireColumns(kind === 'list' ? [path] : [], columns)
  if (kind === 'list') {
    if (!isTitleList(path, columns, true)) {
      const heads = headingsOf(path, columns)
      throw new Refusal(
        'not-processable',
        `${name} is no list of titles: its first line needs columns for titles and for their folders or numbers (title, folder, identifier); see firefolio import-template, or say which they are (columns).${heads.length > 0 ? ` It has ${heads.map(({ heading }) => `‘${heading}’`).join(', ')}.` : ''}`,
        { lists: [surveyed(name, heads)] },
      )
    }
    const { rows, headings } = readList(path, columns)
    return {
      sources: [...rows.keys()].map(number => rowSource(path, number)),
      notTaken: [],
      lists: [surveyed(name, headings)],
    }
  }
  const parts = kind === 'record' ? partsOf(path) : []
  if (parts.length > 1) return { sources: parts.map(part => partSource(path, part)), notTaken: [], lists: [] }
  if (['mets', 'record', 'image', 'pdf'].includes(kind)) return { sources: [path], notTaken: [], lists: [] }
  const size = facts.size >= 1024 ** 2 ? `${Math.round(facts.size / 1024 ** 2)} MB` : `${facts.size} bytes`
  throw new Refusal(
    'not-processable',
    `${name} is ${kind === 'text' ? 'a text of a page' : nameOfKind(path)} of ${size}; import a METS, MODS, MARC, MAB2, PICA+ or Dublin Core file, a PDF or TIFF, a list of titles (CSV, XLSX), a ZIP of these, or the folder that ${dirname(path) === '.' ? 'it lies in' : 'holds the delivery'}.`,
  )
}

const bySource = (a: string, b: string): number => {
  const [x, y] = [rowOfSource(a), rowOfSource(b)]
  if (x && y && x.path === y.path) return x.row - y.row
  const [p, q] = [partOfSource(a), partOfSource(b)]
  if (p && q && p.path === q.path) return p.number - q.number
  return a < b ? -1 : a > b ? 1 : 0
}
