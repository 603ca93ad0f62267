// A delivery is opened before it is looked through: a ZIP is unpacked, and so are the ZIPs that lie in a folder by themselves, each of which is a
// delivery of its own, and those that lie beside the records of their names; BagIts are compared with their manifests.
import { copyFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { Refusal } from '../../errors.ts'
import { bagsIn, checkBag } from './bag.ts'
import { folded } from '../plans/index.ts'
import {
  bareName,
  type DeliveredFile,
  type Folder,
  isPartOfTitle,
  readFolder,
  RecordFolder,
} from './folder.ts'
import { isNoise } from './kinds.ts'
import type { Columns } from './list.ts'
import { type Opening, survey, type Survey } from './survey.ts'
import { isArchive, unpack, type UnpackLimits } from './unpack.ts'

const ofTitles = ['mets', 'record', 'image', 'text', 'pdf', 'file', 'list']

interface Zip {
  readonly path: string
  /** The record that lies beside it */
  readonly record: DeliveredFile | undefined
}

/** The record that a ZIP has the files of: that of its name, or the only one beside it, where nothing else is there for it. */
function recordOf(zip: DeliveredFile, folder: Folder, shared: RecordFolder): DeliveredFile | undefined {
  const records = folder.files.filter(({ kind }) => kind === 'record')
  const [only] = records
  const isAlone = only && folder.files.length === 2 && folder.folders.length === 0
  const record =
    records.find(({ name }) => folded(bareName(name)) === folded(bareName(zip.name))) ??
    (isAlone ? only : undefined)
  if (!record || shared.folderOf(record.name) !== undefined) return undefined
  const { images, files } = shared.filesOf(record)
  return images.length + files.length === 0 ? record : undefined
}

/** ZIPs in folders that hold nothing else of a title, and those of records; beside images a ZIP is whatever it may be. */
function zipsIn(path: string): Zip[] {
  // most deliveries have none, and are not read twice for it
  const names = readdirSync(path, { withFileTypes: true })
  const below = names.filter(entry => entry.isDirectory() && !isNoise(entry.name)).map(({ name }) => name)
  if (!names.some(entry => entry.isFile() && /\.zip$/i.test(entry.name)))
    return below.flatMap(name => zipsIn(join(path, name)))
  const folder = readFolder(path)
  if (folder.files.some(({ kind }) => kind === 'mets')) return []
  const shared = new RecordFolder(folder)
  const zips = folder.files
    .filter(file => file.kind === 'archive' && isArchive(file.path))
    .map(file => ({ path: file.path, record: recordOf(file, folder, shared) }))
  const ofZips = new Set(zips.map(({ record }) => record))
  const isTitle = folder.files.some(file => ofTitles.includes(file.kind) && !ofZips.has(file))
  return [
    ...zips.filter(({ record }) => !isTitle || record !== undefined),
    ...below.filter(name => !isTitle || !isPartOfTitle(name)).flatMap(name => zipsIn(join(path, name))),
  ]
}

/**
 * Lays the record of a ZIP beside the files that were unpacked.
 * @returns whether it did: a ZIP may have a record of its own
 */
function addRecord(record: DeliveredFile, unpacked: string): boolean {
  const top = readFolder(unpacked)
  const [inner] = top.folders
  const isWrapped = top.files.length === 0 && top.folders.length === 1 && inner !== undefined
  const place = isWrapped && !isPartOfTitle(inner) ? readFolder(join(unpacked, inner)) : top
  if (place.files.some(({ kind }) => kind === 'record' || kind === 'mets')) return false
  copyFileSync(record.path, join(place.path, record.name))
  return true
}

/** Whether opening it takes time: there is something to unpack, or to compare with checksums. */
export const isOpenedLater = (delivery: string): boolean =>
  statSync(delivery).isFile()
    ? isArchive(delivery)
    : bagsIn(delivery).length > 0 || zipsIn(delivery).length > 0

/** A ZIP or BagIt of several that is not taken. */
export interface Refused {
  /** Its place in the delivery */
  readonly source: string
  readonly refusal: Refusal
}

/** A delivery that was looked through. */
export interface Opened extends Survey {
  /** Where it lies, unpacked */
  readonly root: string
  readonly refused: readonly Refused[]
}

/** What is wrong with a part of a delivery. @throws what ends the work, as a full disk does */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal && error.reason === 'not-processable') return error
  throw error
}

/**
 * @param target a folder that is not there yet, for what is unpacked
 * @param limits of all that is unpacked together
 * @throws Refusal as `survey` and `unpack`; of several ZIPs and BagIts each is refused by itself, unless nothing else is there
 */
export async function openDelivery(
  path: string,
  target: string,
  limits: UnpackLimits,
  columns?: Columns,
): Promise<Opened> {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts?.isFile() && isArchive(path)) {
    const { folder } = await unpack(path, target, limits)
    return { ...survey(folder, columns), root: folder, refused: [] }
  }
  const unpacked = new Map<string, string>()
  const records = new Map<string, boolean>()
  const refused = new Map<string, Refusal>()
  if (facts?.isDirectory()) {
    for (const bag of bagsIn(path))
      await checkBag(bag).catch((error: unknown) => {
        if (bag === path) throw error
        refused.set(bag, refusalOf(error))
      })
    const spent = { bytes: 0, entries: 0 }
    for (const [at, { path: zip, record }] of zipsIn(path).entries()) {
      // folders of their own, since two may have one name
      const place = join(target, String(at), basename(zip))
      try {
        const { folder } = await unpack(zip, place, limits, { spent, named: relative(path, zip) })
        unpacked.set(zip, folder)
        if (record) records.set(record.path, addRecord(record, folder))
      } catch (error) {
        refused.set(zip, refusalOf(error))
        // without its files it would be another title
        if (record) records.set(record.path, true)
      }
    }
  }
  return {
    ...surveyOf(path, columns, { unpacked, records, refused }),
    root: path,
    refused: [...refused].map(([each, refusal]) => ({ source: relative(path, each), refusal })),
  }
}

function surveyOf(path: string, columns: Columns | undefined, opening: Opening): Survey {
  const [refusal] = opening.refused.values()
  try {
    return survey(path, columns, opening)
  } catch (error) {
    // where nothing else is there, what is wrong with it is what is to be told
    throw refusal && error instanceof Refusal && error.reason === 'not-found' ? refusal : error
  }
}
