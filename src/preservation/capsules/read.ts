// Capsules as they are read: verified, brought into their order, and asked for rows and files.
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Refusal } from '../../errors.ts'
import { digestOf } from './files.ts'
import type { StoredRow } from './tables.ts'
import { type VerifiedBag, verifyBag } from './verify.ts'

export interface ReadCapsule {
  readonly bag: VerifiedBag
  readonly titleId: number
  readonly number: number
  readonly isFull: boolean
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

/** @throws Refusal not-processable where it is damaged or no capsule of ours */
export async function readCapsule(folder: string): Promise<ReadCapsule> {
  const bag = await verifyBag(folder)
  const name = folder.split('/').at(-1) ?? folder
  if (bag.faults.length > 0)
    throw new Refusal(
      'not-processable',
      `The capsule ${name} is damaged: ${bag.faults.slice(0, 3).join(' ')}`,
    )
  const titleId = Number(/^title-(\d+)$/.exec(bag.info.get('Bag-Group-Identifier') ?? '')?.[1])
  const number = Number.parseInt(bag.info.get('Bag-Count') ?? '', 10)
  if (!Number.isInteger(titleId) || !Number.isInteger(number))
    throw new Refusal('not-processable', `${name} is a good BagIt, but no capsule of a title.`)
  return { bag, titleId, number, isFull: bag.info.get('Capsule-Kind') === 'full' }
}

/** Rows of a table. */
export async function* rowsIn(capsule: ReadCapsule, table: string): AsyncGenerator<StoredRow> {
  const path = `data/rows/${table}.ndjson`
  if (!capsule.bag.payload.some(entry => entry.path === path))
    throw new Refusal('not-processable', `The capsule has no ${path}.`)
  const lines = createInterface({
    input: createReadStream(join(capsule.bag.folder, path), 'utf8'),
    crlfDelay: Infinity,
  })
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as StoredRow
}

/** Where each master and text lies, by its SHA-256; later capsules win. */
export function filesIn(capsules: readonly ReadCapsule[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { bag } of capsules)
    for (const { path } of bag.payload) {
      const digest = digestOf(path)
      if (digest !== undefined) found.set(digest, join(bag.folder, path))
    }
  return found
}
