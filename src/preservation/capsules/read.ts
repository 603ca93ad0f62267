// Capsules as they are read: verified, brought into their order, and asked for rows and files.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { Bag, BagStore } from '../../storage/bags.ts'
import { FolderBag } from '../../storage/folder-bags.ts'
import { digestOf } from './files.ts'
import { isOlder } from './schema.ts'
import type { StoredRow } from './tables.ts'
import { type VerifiedBag, verifyBag } from './verify.ts'

export interface ReadCapsule {
  readonly bag: VerifiedBag
  readonly titleId: number
  readonly number: number
  readonly isFull: boolean
  /** Version of the schema of its rows; undefined: it was made before capsules said so */
  readonly schema: string | undefined
}

/** Folders of bags: the folder itself, or those in it. */
export async function bagsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Refusal('not-found', `The folder ${folder} cannot be read.`, {}, error)
  })
  if (entries.some(({ name }) => name === 'bagit.txt')) return [folder]
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort()
}

/** Where capsules are delivered to. @throws Refusal not-processable where no place is named */
export function capsuleStore({ bags }: Services): BagStore {
  if (!bags.target)
    throw new Refusal(
      'not-processable',
      'No place for capsules is named: set [capsules] folder, or [capsules] store.',
    )
  return bags.target
}

/** The bags of some folders, or of every place that capsules are delivered to. @throws Refusal not-processable where no place is named */
export async function* bagsOf(services: Services, folders: readonly string[]): AsyncGenerator<Bag> {
  for (const folder of folders) for (const bag of await bagsIn(folder)) yield new FolderBag(bag)
  if (folders.length > 0) return
  capsuleStore(services)
  for (const store of services.bags.all) for await (const name of store.names()) yield store.bag(name)
}

/** @param from a bag, or its folder @throws Refusal not-processable where it is damaged or no capsule of ours */
export async function readCapsule(from: Bag | string): Promise<ReadCapsule> {
  const bag = await verifyBag(from)
  const { name } = bag.source
  if (bag.faults.length > 0)
    throw new Refusal(
      'not-processable',
      `The capsule ${name} is damaged: ${bag.faults.slice(0, 3).join(' ')}`,
    )
  const titleId = Number(/^title-(\d+)$/.exec(bag.info.get('Bag-Group-Identifier') ?? '')?.[1])
  const number = Number.parseInt(bag.info.get('Bag-Count') ?? '', 10)
  if (!Number.isInteger(titleId) || !Number.isInteger(number))
    throw new Refusal('not-processable', `${name} is a good BagIt, but no capsule of a title.`)
  return {
    bag,
    titleId,
    number,
    isFull: bag.info.get('Capsule-Kind') === 'full',
    schema: bag.info.get('Capsule-Schema'),
  }
}

/** Rows of a table. */
export async function* rowsIn(capsule: ReadCapsule, table: string): AsyncGenerator<StoredRow> {
  const path = `data/rows/${table}.ndjson`
  if (!capsule.bag.payload.some(entry => entry.path === path)) {
    // a table that came later
    if (isOlder(capsule)) return
    throw new Refusal('not-processable', `The capsule has no ${path}.`)
  }
  for await (const line of linesOf(capsule.bag.source.read(path)))
    if (line !== '') yield JSON.parse(line) as StoredRow
}

/** Lines of a stream; what it throws comes through, as it does not by node:readline. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of source) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest + decoder.decode()
}

/** A file of a capsule. */
export interface FileInBag {
  readonly source: Bag
  readonly path: string
}

/** Where each master and text lies, by its SHA-256; later capsules win. */
export function filesIn(capsules: readonly ReadCapsule[]): Map<string, FileInBag> {
  const found = new Map<string, FileInBag>()
  for (const { bag } of capsules)
    for (const { path } of bag.payload) {
      const digest = digestOf(path)
      if (digest !== undefined) found.set(digest, { source: bag.source, path })
    }
  return found
}
