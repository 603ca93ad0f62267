// A delivery is opened before it is looked through: a ZIP is unpacked, and so are the ZIPs that lie in a folder by themselves, each of which is a
// delivery of its own; BagIts are compared with their manifests.
import { readdirSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { bagsIn, checkBags } from './bag.ts'
import { isPartOfTitle, readFolder } from './folder.ts'
import { isNoise } from './kinds.ts'
import type { Columns } from './list.ts'
import { survey, type Survey } from './survey.ts'
import { isArchive, unpack, type UnpackLimits } from './unpack.ts'

const ofTitles = ['mets', 'record', 'image', 'text', 'pdf', 'file', 'list']

/** ZIPs in folders that hold nothing else of a title; beside images and records a ZIP is whatever it may be. */
function zipsIn(path: string): string[] {
  // most deliveries have none, and are not read twice for it
  const names = readdirSync(path, { withFileTypes: true })
  const below = names.filter(entry => entry.isDirectory() && !isNoise(entry.name)).map(({ name }) => name)
  if (!names.some(entry => entry.isFile() && /\.zip$/i.test(entry.name)))
    return below.flatMap(name => zipsIn(join(path, name)))
  const { files } = readFolder(path)
  if (files.some(({ kind }) => kind === 'mets')) return []
  const isTitle = files.some(({ kind }) => ofTitles.includes(kind))
  const own = isTitle ? [] : files.filter(file => file.kind === 'archive' && isArchive(file.path))
  return [
    ...own.map(file => file.path),
    ...below.filter(name => !isTitle || !isPartOfTitle(name)).flatMap(name => zipsIn(join(path, name))),
  ]
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
  if (facts?.isDirectory()) {
    await checkBags(path)
    const spent = { bytes: 0, entries: 0 }
    for (const zip of zipsIn(path)) {
      const named = relative(path, zip)
      // folders of their own, since two may have one name
      const { folder } = await unpack(zip, join(target, String(unpacked.size), basename(zip)), limits, { spent, named }) // prettier-ignore
      unpacked.set(zip, folder)
    }
  }
  return { ...survey(path, columns, unpacked), root: path }
}
