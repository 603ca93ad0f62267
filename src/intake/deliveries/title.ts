// The title that a source of a delivery is: its record, and its images in the order of their names.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { TypeSystem } from '../../config/types.ts'
import { decodeXml } from '../../formats/xml/decode.ts'
import type { Encoding } from '../../formats/marc/iso2709.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import { guessType, type Message, type Origin } from '../../catalogue/titles/index.ts'
import type { FileReference, ImportPlan, PlannedIdentifier } from '../plans/index.ts'
import { bareName, type DeliveredFile, readFolder, titleFiles } from './folder.ts'
import { headOf, kindOf } from './kinds.ts'
import { type ListRow, listRow } from './list.ts'
import { isBytesFormat, readPartRecords, readRecords, recordOf } from './record.ts'
import { partOfSource, partsOf } from './batch.ts'
import { type FoundFiles, itemsOf } from './items.ts'
import { belongsTo, rowOfSource } from './survey.ts'
import { whatIs } from '../../formats/media/what.ts'

export interface TitleOptions {
  readonly type?: string | undefined
  /** A title without an identifier takes the name of its folder or file */
  readonly identifier?: 'folder' | undefined
  /** Of records that are no XML, where they do not say it, or say it wrongly */
  readonly encoding?: Encoding | undefined
  readonly maxDepth: number
  readonly maxRecordBytes: number
}

export interface DeliveredTitle {
  readonly name: string
  readonly plan: ImportPlan
  readonly locate: (reference: FileReference) => string | undefined
  readonly checksum: string
  /** OC_XmlOrigin of its records */
  readonly origin: Origin
}

interface Found extends FoundFiles {
  /** Of the folder, file or row: what it is called where nothing else says so */
  readonly name: string
  readonly records: readonly ModsRecord[]
  readonly bytes: Buffer
  readonly type?: string | undefined
  readonly origin: Origin
}

const empty = Buffer.alloc(0)

function recordsOf(path: string, options: TitleOptions): { records: ModsRecord[]; bytes: Buffer } {
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
    return part ? readPartRecords(path, part, options) : { records: [], bytes: empty }
  }
  const bytes = readFileSync(path)
  return { records: readRecords(decodeXml(bytes, name), { name, maxDepth: options.maxDepth }), bytes }
}

const noFiles = { images: [], texts: [] }

/** Images and texts of a record: in the folder of its name, else all beside it where it is the only record, else those that begin with its name. */
function filesBeside(record: string): Pick<Found, 'root' | 'images' | 'texts'> {
  const folder = readFolder(dirname(record))
  const own = folder.files.find(file => file.path === record)
  const base = bareName(basename(record)).toLowerCase()
  const named = folder.folders.find(name => name.toLowerCase() === base)
  if (named !== undefined) {
    const root = join(folder.path, named)
    const { images, texts } = titleFiles(readFolder(root))
    return { root, images, texts }
  }
  if (folder.files.some(file => file.kind === 'mets')) return { root: folder.path, ...noFiles }
  const { images, texts } = titleFiles(folder)
  const isOnly = folder.files.filter(file => file.kind === 'record').length === 1
  return {
    root: folder.path,
    images: isOnly ? images : folder.files.filter(file => own !== undefined && belongsTo(own, file)),
    texts,
  }
}

function ofFolder(path: string, options: TitleOptions): Found {
  const files = titleFiles(readFolder(path))
  const beside = ['.xml', '.mods', '.XML'].map(extension => path + extension).find(existsSync)
  const record = files.records.length === 1 ? files.records[0]?.path : beside
  const read = record === undefined ? { records: [], bytes: empty } : recordsOf(record, options)
  return { name: basename(path), root: path, ...files, ...read, origin: 'fileImport' }
}

/** The folder or file that a row names. @throws Refusal not-found, bad-request */
function placeOfRow(list: string, row: ListRow): string {
  const named = row.folder ?? ''
  const home = realpathSync(dirname(list))
  const path = join(home, ...named.split(/[\\/]/).filter(part => part !== '' && part !== '.'))
  if (!existsSync(path)) throw new Refusal('not-found', `The list names ‘${named}’, which is not there.`)
  const real = realpathSync(path)
  if (!real.startsWith(home + sep))
    throw new Refusal('bad-request', `The list names ‘${named}’, which is not below its folder.`)
  return real
}

function ofRow(list: string, number: number): Found {
  const row = listRow(list, number)
  const { title } = row
  if (title === undefined)
    throw new Refusal('not-processable', `Row ${number} of ${basename(list)} has no title.`)
  const place = row.folder === undefined ? undefined : placeOfRow(list, row)
  const isFolder = place !== undefined && statSync(place).isDirectory()
  const files = isFolder ? titleFiles(readFolder(place)) : noFiles
  const single: DeliveredFile[] =
    place !== undefined && !isFolder
      ? [{ path: place, name: basename(place), kind: kindOf(place, basename(place)) }]
      : []
  const record = recordOf({
    title,
    subTitle: row.subTitle,
    persons: (row.author ?? '')
      .split(/\s*[;|]\s*/)
      .filter(name => name !== '')
      .map(name => ({ name, role: 'aut' })),
    date: row.date,
    place: row.place,
    publisher: row.publisher,
    languages: (row.language ?? '').split(/[\s,;]+/).filter(code => /^[a-z]{3}$/.test(code)),
    genre: row.genre,
    extent: row.extent,
    shelfLocator: row.shelfLocator,
    identifiers: row.urn === undefined ? [] : [{ scheme: 'urn', value: row.urn }],
    record: row.identifier === undefined ? undefined : { value: row.identifier, source: 'list' },
  })
  return {
    name: row.folder ?? `row ${number}`,
    root: isFolder ? place : dirname(list),
    records: [record],
    images: single.length > 0 ? single : files.images,
    texts: files.texts,
    bytes: Buffer.from(JSON.stringify(row)),
    type: row.type,
    origin: 'spreadsheet',
  }
}

function find(source: string, options: TitleOptions): Found {
  const row = rowOfSource(source)
  if (row) return ofRow(row.path, row.row)
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
  if (kind === 'image' || kind === 'pdf')
    return {
      name: bareName(name),
      root: dirname(source),
      records: [],
      images: [{ path: source, name, kind }],
      texts: [],
      bytes: empty,
      origin: 'simpleUpload',
    }
  const { records, bytes } = recordsOf(source, options)
  const files = records.length === 1 ? filesBeside(source) : { root: dirname(source), ...noFiles }
  // a record beside images is that of the scans; one that comes alone is of a catalogue
  return {
    name: bareName(name),
    records,
    bytes,
    ...files,
    origin: files.images.length > 0 ? 'fileImport' : 'batchCatalogue',
  }
}

function withIdentifier(found: Found, record: ModsRecord, options: TitleOptions): PlannedIdentifier[] {
  const { mods } = record
  if (mods.record || mods.identifiers.some(({ scheme }) => scheme === 'urn')) return []
  if (options.identifier === 'folder') return [{ scheme: 'record', value: `folder:${found.name}` }]
  return []
}

/** @throws Refusal where it is no title, with the way to make it one */
export function deliveredTitle(types: TypeSystem, source: string, options: TitleOptions): DeliveredTitle {
  const found = find(source, options)
  const messages: Message[] = []
  let { records } = found
  if (records.length === 0) {
    if (options.identifier !== 'folder')
      throw new Refusal(
        'not-processable',
        `${found.name} has images and no record: put a MODS, MARCXML or Dublin Core file into the folder, name it in a list of titles, or take the name of the folder as title and identifier by --identifier folder (identifier: "folder").`,
      )
    records = [recordOf({ title: found.name, record: { value: found.name, source: 'folder' } })]
    messages.push({
      level: 'warning',
      code: 'no-record',
      sentence: `${found.name} has no record; its title and identifier are the name of its folder or file, to be completed.`,
    })
  }
  const [only] = records
  const items = records.length === 1 ? itemsOf(found, types) : []
  const typeOf = (record: ModsRecord) => {
    const named = options.type ?? found.type
    return named === undefined ? guessType(types, record.mods) : types.get('title', named)
  }
  return {
    name: basename(source),
    plan: {
      titles: records.map(record => ({
        type: typeOf(record),
        caption: undefined,
        record,
        identifiers: only === record ? withIdentifier(found, record, options) : [],
        keepId: undefined,
        owner: undefined,
        presentationUrl: undefined,
        referenceUrl: undefined,
        children: [],
        items: record === only ? items : [],
      })),
      messages,
    },
    locate: ({ href }) => {
      const path = join(found.root, ...href.split('/'))
      return existsSync(path) ? path : undefined
    },
    checksum: createHash('sha256').update(found.bytes).digest('hex'),
    origin: found.origin,
  }
}
