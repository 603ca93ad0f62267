// A delivery is opened before it is looked through: a ZIP is unpacked, and so are the ZIPs that lie in a folder by themselves, each of which is a
// delivery of its own, and those that lie beside the records of their names; BagIts are compared with their manifests.
import { copyFileSync, readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { bagsIn, checkBags } from './bag.ts'
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
import { survey, type Survey } from './survey.ts'
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
  const isTitle = folder.files.some(({ kind }) => ofTitles.includes(kind))
  const shared = new RecordFolder(folder)
  const zips = folder.files
    .filter(file => file.kind === 'archive' && isArchive(file.path))
    .map(file => ({ path: file.path, record: isTitle ? recordOf(file, folder, shared) : undefined }))
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

/** A delivery that was looked through. */
export interface Opened extends Survey {
  /** Where it lies, unpacked */
  readonly root: string
}

/**
 * @param target a folder that is not there yet, for what is unpacked
 * @param limits of all that is unpacked together
 * @throws Refusal as `survey` and `unpack`; one ZIP or BagIt of several that is refused refuses them all
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
    return { ...survey(folder, columns), root: folder }
  }
  const unpacked = new Map<string, string>()
  const records = new Map<string, boolean>()
  if (facts?.isDirectory()) {
    await checkBags(path)
    const spent = { bytes: 0, entries: 0 }
    for (const { path: zip, record } of zipsIn(path)) {
      const named = relative(path, zip)
      // folders of their own, since two may have one name
      const { folder } = await unpack(zip, join(target, String(unpacked.size), basename(zip)), limits, { spent, named }) // prettier-ignore
      unpacked.set(zip, folder)
      if (record) records.set(record.path, addRecord(record, folder))
    }
  }
  return { ...survey(path, columns, { unpacked, records }), root: path }
}
