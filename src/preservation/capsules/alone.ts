// Freed masters that stand in one capsule: what its loss or damage costs, and where else they lie.
import type { Db } from '../../firebird/database.ts'
import { readManifest } from '../../formats/bagit/bag.ts'
import type { Services } from '../../http/module.ts'
import type { Bag } from '../../storage/bags.ts'
import { addressOf } from '../../storage/addresses.ts'
import { openFindings } from '../fixity/index.ts'
import { digestOf } from './files.ts'
import { freedIn, pointTo } from './freed.ts'
import * as repository from './repository.ts'
import { textIn } from './verify.ts'

/** Names of capsules that were found damaged when they were read last. */
export async function damagedNames(db: Db): Promise<Set<string>> {
  const names = new Set<string>()
  for await (const { what, address } of openFindings(db))
    if (what === 'capsule') names.add(address.slice('capsule/'.length))
  return names
}

/** What a look at its list of files tells of a capsule; it is read by verify-delivered.ts. @returns a sentence without its subject */
export async function faultOf(
  bag: Bag | undefined,
  recorded: repository.Capsule | undefined,
  damaged: ReadonlySet<string>,
): Promise<string | undefined> {
  if (!bag) return 'is in no place of [capsules]'
  if (damaged.has(bag.name))
    return 'is damaged as firefolio fixity list says (firefolio capsule verify reads it again)'
  let [files, bytes] = [0, 0]
  for await (const entry of bag.entries())
    if (entry.path.startsWith('data/')) {
      files++
      bytes += entry.bytes
    }
  if (!recorded || (files === recorded.files && bytes === recorded.bytes)) return undefined
  return `is damaged: it has ${files} files of ${bytes} bytes, and was delivered with ${recorded.files} of ${recorded.bytes}`
}

/** Where masters of a title lie in other capsules of it that are there and whole as far as is known, by their hashes, the newest first. */
async function elsewhere(
  { db, bags }: Services,
  titleId: number,
  name: string,
  damaged: ReadonlySet<string>,
): Promise<Map<string, { readonly capsule: string; readonly path: string }>> {
  const found = new Map<string, { capsule: string; path: string }>()
  for (const capsule of (await repository.ofTitle(db, titleId)).reverse()) {
    const bag = capsule.name === name ? undefined : await bags.find(capsule.name)
    if (!bag || (await faultOf(bag, capsule, damaged)) !== undefined) continue
    const entries = readManifest((await textIn(bag, 'manifest-sha256.txt')) ?? '')
    if (typeof entries === 'string') continue
    for (const { path } of entries) {
      const sha256 = path.startsWith('data/masters/') ? digestOf(path) : undefined
      if (sha256 !== undefined && !found.has(sha256)) found.set(sha256, { capsule: capsule.name, path })
    }
  }
  return found
}

/** Masters of a title that the archive does not have, by whether another capsule has them. */
export interface Standing {
  readonly titleId: number
  /** How many this capsule alone has */
  readonly alone: number
  readonly others: readonly { readonly capsule: string; readonly path: string }[]
}

/** What stands in a capsule, by titles; nothing where the archive has it all. */
export async function standingIn(
  services: Services,
  name: string,
  damaged: ReadonlySet<string>,
): Promise<Standing[]> {
  const found: Standing[] = []
  for (const [titleId, hashes] of await freedIn(services.db, name)) {
    const known = await elsewhere(services, titleId, name, damaged)
    let alone = 0
    const others = []
    for (const sha256 of hashes) {
      if (await services.archive.facts(addressOf(sha256))) continue
      const other = known.get(sha256)
      if (other) others.push(other)
      else alone++
    }
    if (alone + others.length > 0) found.push({ titleId, alone, others })
  }
  return found
}

/** As a sentence says it. */
export const masters = (count: number, titleId: number): string =>
  count === 1
    ? `1 freed master of title ${titleId} stands`
    : `${count} freed masters of title ${titleId} stand`

/** Has freed masters brought from where they lie as well. */
export async function pointElsewhere({ database }: Services, { others }: Standing): Promise<void> {
  await database.inTransaction({}, async trx => {
    for (const { capsule, path } of others) await pointTo(trx, capsule, [path])
  })
}
