// Capsules as a storage root of OCFL 1.1, which other systems of preservation read: a title is an object, each of its capsules a version. An object
// is written beside the others and takes its place as a whole, so that a kill leaves the former one, or none.
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Refusal } from '../../errors.ts'
import {
  type Inventory,
  inventoryFiles,
  layout,
  layoutDescription,
  objectDeclaration,
  ObjectVersions,
  placeOf,
  rootDeclaration,
  type VersionFile,
} from '../../formats/ocfl/object.ts'
import { inPlace, makeFolders, type Place, placeFile, syncFolder, takeIn } from '../../whole-files.ts'
import { digestOf } from './files.ts'
import type { ReadCapsule } from './read.ts'

const ofLayout = `extensions/${layout.extensionName}`
const deposit = 'extensions/firefolio-deposit'

const textOf = async (path: string): Promise<string | undefined> =>
  await readFile(path, 'utf8').catch(() => undefined)

/** Makes a storage root of an empty or missing folder. @throws Refusal conflict where something else is in it */
export async function openRoot(folder: string): Promise<Place> {
  const place = { option: 'the OCFL storage root', folder }
  await inPlace(place, () => makeFolders(folder, 0o750))
  const declared = await textOf(join(folder, rootDeclaration.name))
  if (declared === undefined) {
    if ((await readdir(folder)).length > 0)
      throw new Refusal(
        'conflict',
        `${folder} is not empty and no storage root of OCFL 1.1: name an empty folder, or one that there is none of yet.`,
      )
    await inPlace(place, async () => {
      await makeFolders(join(folder, ofLayout), 0o750)
      await placeFile(join(folder, ofLayout, 'config.json'), `${JSON.stringify(layout, undefined, 1)}\n`)
      const { extensionName: extension } = layout
      const told = { extension, description: layoutDescription }
      await placeFile(join(folder, 'ocfl_layout.json'), `${JSON.stringify(told, undefined, 1)}\n`)
      await placeFile(join(folder, rootDeclaration.name), rootDeclaration.text)
    })
    return place
  }
  const config = JSON.parse((await textOf(join(folder, ofLayout, 'config.json'))) ?? 'null') as unknown
  if (JSON.stringify(config) !== JSON.stringify(layout))
    throw new Refusal(
      'conflict',
      `The storage root ${folder} is not laid out by ${layout.extensionName} with ${JSON.stringify(layout)}: name another folder.`,
    )
  return place
}

/** In their order. @throws Refusal not-processable where one is missing: versions of an object have no gaps */
function chainOf(titleId: number, capsules: readonly ReadCapsule[]): readonly ReadCapsule[] {
  const chain = capsules.toSorted((a, b) => a.number - b.number)
  const gap = chain.findIndex(({ number }, at) => number !== at + 1)
  const after = chain[gap]?.number
  if (after !== undefined)
    throw new Refusal(
      'not-processable',
      `Title ${titleId}: capsule ${after > gap ? `${gap + 1} is missing` : `${after} is there twice`}; a version of an OCFL object stands for each, from the first.`,
    )
  return chain
}

/** Payload without the folder that is a bag's alone. */
const logical = (path: string): string => path.replace(/^data\//, '')

/**
 * What is true after a capsule: its rows, records and METS, and the masters and texts of those since the last full one, which an increment does not
 * repeat.
 */
function filesAfter(capsule: ReadCapsule, before: readonly VersionFile[]): VersionFile[] {
  const own = capsule.bag.payload.map(({ path, digest }) => ({ path: logical(path), sha256: digest }))
  const names = new Set(own.map(({ path }) => path))
  const carried = before.filter(({ path }) => digestOf(`data/${path}`) !== undefined && !names.has(path))
  return capsule.isFull ? own : [...own, ...carried]
}

/** Writes the object into a folder of its own. */
async function writeObject(
  folder: string,
  id: string,
  chain: readonly ReadCapsule[],
  place: Place,
): Promise<void> {
  const versions = new ObjectVersions(id)
  let files: VersionFile[] = []
  let inventory: Inventory | undefined
  const folders = new Set<string>()
  const within = async (target: string) => {
    await makeFolders(dirname(target), 0o750)
    folders.add(dirname(target))
    return target
  }
  for (const { bag, isFull, ...capsule } of chain) {
    const { head } = versions
    for (const { path, digest: sha256 } of bag.payload) {
      const content = versions.contentPath({ path: logical(path), sha256 })
      if (content === undefined) continue
      const target = await within(join(folder, content))
      const [read, sha512] = [createHash('sha256'), createHash('sha512')]
      await takeIn(bag.source.read(path), target, place, {
        onChunk: chunk => {
          read.update(chunk)
          sha512.update(chunk)
        },
      })
      // it was right when the capsule was verified a moment ago
      if (read.digest('hex') !== sha256)
        throw new Refusal(
          'unavailable',
          `${bag.source.called}/${path} cannot be read as it was: it is another one now.`,
        )
      versions.stored(sha256, sha512.digest('hex'), content)
    }
    files = filesAfter({ bag, isFull, ...capsule }, files)
    const contact = bag.info.get('Contact-Email')
    inventory = versions.end(files, {
      created: bag.info.get('Capsule-Moment') ?? new Date(0).toISOString(),
      message: bag.info.get('External-Identifier') ?? '',
      user: {
        name: bag.info.get('Source-Organization') ?? bag.info.get('Bag-Software-Agent') ?? 'firefolio',
        ...(contact === undefined ? {} : { address: `mailto:${contact}` }),
      },
    })
    for (const { name, text } of inventoryFiles(inventory))
      await placeFile(await within(join(folder, head, name)), text)
  }
  if (inventory)
    for (const { name, text } of inventoryFiles(inventory)) await placeFile(join(folder, name), text)
  await placeFile(join(folder, objectDeclaration.name), objectDeclaration.text)
  for (const each of folders) await syncFolder(each)
}

export interface ExportedObject {
  readonly id: string
  /** Below the storage root */
  readonly place: string
  readonly versions: number
  /** The object was there with all of these versions */
  readonly isUnchanged: boolean
}

/**
 * Puts a title into a storage root, or brings its object up to date; the same capsules again change nothing.
 * @param id of the object, an address that names the title everywhere
 * @throws Refusal not-processable where a capsule is missing, conflict where the object has versions that no capsule here stands for,
 *   insufficient-storage, unavailable
 */
export async function exportObject(
  root: Place,
  { id, titleId }: { readonly id: string; readonly titleId: number },
  capsules: readonly ReadCapsule[],
): Promise<ExportedObject> {
  const chain = chainOf(titleId, capsules)
  const place = placeOf(id)
  const target = join(root.folder, place)
  const present = await textOf(join(target, 'inventory.json'))
  const head =
    present === undefined ? 0 : Number(/^v(\d+)$/.exec((JSON.parse(present) as Inventory).head)?.[1])
  if (head === chain.length) return { id, place, versions: head, isUnchanged: true }
  if (head > chain.length)
    throw new Refusal(
      'conflict',
      `Title ${titleId}: the object has ${head} versions, and there are ${chain.length} capsules; give all of them.`,
    )
  const own = join(root.folder, deposit, randomUUID())
  try {
    await inPlace(root, async () => {
      await makeFolders(own, 0o750)
      await writeObject(join(own, 'object'), id, chain, root)
      await makeFolders(dirname(target), 0o750)
      if (head > 0) await rename(target, join(own, 'former'))
      await rename(join(own, 'object'), target).catch((error: unknown) => {
        if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
        throw new Refusal(
          'conflict',
          `Title ${titleId}: another run has written its object meanwhile.`,
          {},
          error,
        )
      })
      await syncFolder(dirname(target))
    })
  } finally {
    await rm(own, { recursive: true, force: true })
    // another run may be at work in it
    await rmdir(join(root.folder, deposit)).catch(() => {})
  }
  return { id, place, versions: chain.length, isUnchanged: false }
}
