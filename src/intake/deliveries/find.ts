// What a source of a delivery is: its record, the images and texts of its pages, and further files.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Encoding } from '../../formats/marc/iso2709.ts'
import { whatIs } from '../../formats/media/what.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Message, Origin } from '../../catalogue/titles/index.ts'
import { nameOfFolder } from './bag.ts'
import { partOfSource, partsOf } from './batch.ts'
import { bareName, type DeliveredFile, readFolder, type TitleFiles, titleFiles } from './folder.ts'
import type { FoundFiles } from './items.ts'
import { headOf, kindOf } from './kinds.ts'
import type { Columns } from './list.ts'
import { ofRow } from './of-row.ts'
import { isBytesFormat, readPartRecords, readRecords } from './record.ts'
import type { SharedReads } from './shared.ts'
import { rowOfSource } from './survey.ts'

export interface FindOptions {
  /** Of records that are no XML, where they do not say it, or say it wrongly */
  readonly encoding?: Encoding | undefined
  readonly columns?: Columns | undefined
  readonly maxDepth: number
  readonly maxRecordBytes: number
}

export interface Found extends FoundFiles {
  /** Of the folder, file or row: what it is called where nothing else says so */
  readonly name: string
  readonly records: readonly ModsRecord[]
  readonly bytes: Buffer
  readonly type?: string | undefined
  readonly messages?: readonly Message[]
  /** Further files of the title */
  readonly files: readonly DeliveredFile[]
  /** Those of them that are there to be saved, whatever they are */
  readonly attachments: readonly DeliveredFile[]
  readonly origin: Origin
}

const guessed: Columns = {}
const empty = Buffer.alloc(0)
const noRecord = { records: [], bytes: empty }

function recordsOf(path: string, options: FindOptions): Pick<Found, 'records' | 'bytes'> {
  const name = basename(path)
  const { size } = statSync(path)
  if (size > options.maxRecordBytes) {
    const what = whatIs(headOf(path, 1024)).name
    throw new Refusal(
      'too-large',
      `${name} is ${what} of ${size} bytes; records have at most ${options.maxRecordBytes} ([limits] metadataBytes).`,
      { limit: options.maxRecordBytes },
    )
  }
  if (isBytesFormat(path)) {
    const [part] = partsOf(path)
    return part ? readPartRecords(path, part, options) : noRecord
  }
  const bytes = readFileSync(path)
  return { records: readRecords(decodeXml(bytes, name), { name, maxDepth: options.maxDepth }), bytes }
}

const noFiles = { images: [], texts: [], files: [], attachments: [] }
type FilesOfTitle = Pick<Found, 'root' | keyof typeof noFiles>

const usedOf = ({ images, texts, files, attachments }: TitleFiles): Omit<FilesOfTitle, 'root'> => ({
  images,
  texts,
  files,
  attachments,
})

/** Files of a record: in the folder of its name, else beside it. */
function filesBeside(path: string, shared: SharedReads): FilesOfTitle {
  const root = dirname(path)
  const name = basename(path)
  const folder = shared.folder(root)
  const own = folder.folderOf(name)
  if (own !== undefined) return { root: join(root, own), ...usedOf(titleFiles(readFolder(join(root, own)))) }
  if (folder.hasMets) return { root, ...noFiles }
  return { root, ...usedOf(folder.filesOf({ path, name, kind: 'record' })) }
}

function ofFolder(path: string, options: FindOptions): Found {
  const files = titleFiles(readFolder(path))
  const record = files.records.length === 1 ? files.records[0]?.path : sidecarOf(path)
  const read = record === undefined ? noRecord : recordsOf(record, options)
  return { name: nameOfFolder(path), root: path, ...usedOf(files), ...read, origin: 'fileImport' }
}

/** The record that lies beside a folder or file under its name. */
const sidecarOf = (bare: string): string | undefined =>
  ['.xml', '.mods', '.mrc', '.XML']
    .map(extension => bare + extension)
    .find(path => existsSync(path) && kindOf(path, basename(path)) === 'record')

/** @throws Refusal where it cannot be read */
export function find(source: string, options: FindOptions, shared: SharedReads): Found {
  const row = rowOfSource(source)
  if (row) return ofRow(row.path, row.row, options.columns ?? guessed, shared)
  const part = partOfSource(source)
  if (part) {
    const name = `${bareName(basename(part.path))}-${part.number}`
    return {
      name,
      root: dirname(part.path),
      ...noFiles,
      ...readPartRecords(part.path, part, options),
      origin: 'batchCatalogue',
    }
  }
  if (statSync(source).isDirectory()) return ofFolder(source, options)
  const name = basename(source)
  const kind = kindOf(source, name)
  if (kind === 'image' || kind === 'pdf') {
    const record = sidecarOf(join(dirname(source), bareName(name)))
    return {
      name: bareName(name),
      root: dirname(source),
      ...noFiles,
      ...(record === undefined ? noRecord : recordsOf(record, options)),
      images: [{ path: source, name, kind }],
      origin: record === undefined ? 'simpleUpload' : 'fileImport',
    }
  }
  const { records, bytes } = recordsOf(source, options)
  const files = records.length === 1 ? filesBeside(source, shared) : { root: dirname(source), ...noFiles }
  // a record beside images is that of the scans; one that comes alone is of a catalogue
  return {
    name: bareName(name),
    records,
    bytes,
    ...files,
    origin: files.images.length + files.files.length > 0 ? 'fileImport' : 'batchCatalogue',
  }
}
