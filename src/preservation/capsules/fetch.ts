// Brings freed masters back: the file comes first, and is a harmless stray where its record does not follow.
import type { Actor } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { bringBack, freedBelow, type FreedMaster, setArchived } from '../../catalogue/pages/index.ts'
import { record } from '../../system/log/index.ts'
import { type Part, partsOf, type WantedMasters } from './freed.ts'
import { enter } from './phases.ts'

export interface FetchedMasters {
  readonly titles: number
  readonly pages: number
  readonly files: number
  readonly bytes: number
  /** What no capsule gives back, as sentences; the first thousand */
  readonly missing: readonly string[]
}

async function fetchPart(services: Services, part: Part, dryRun: boolean, actor: Actor) {
  const freed = await freedBelow(services.db, part.path)
  const lost = new Set<string>()
  const missing: string[] = []
  let [files, bytes] = [0, 0]
  for (const [sha256, master] of new Map(freed.map(each => [each.sha256, each]))) {
    const brought = dryRun ? await wouldBring(services, master) : await bringBack(services, master)
    if (typeof brought === 'string') {
      missing.push(brought)
      lost.add(sha256)
    } else if (brought !== undefined) {
      files++
      bytes += brought
    }
  }
  const pages = freed.filter(({ sha256 }) => !lost.has(sha256))
  if (dryRun || pages.length === 0) return { pages: pages.length, files, bytes, missing }
  enter('brought', String(part.titleId))
  const changed = await services.database.inTransaction({ actor }, async trx => {
    const count = await setArchived(trx, pages)
    await record(trx, {
      entity: 'title',
      entityId: part.titleId,
      action: 'fetch-masters',
      actor,
      data: { pages: count, files },
    })
    return count
  })
  return { pages: changed, files, bytes, missing }
}

/** What a dry run tells of a master: its bytes, where they would be brought; a sentence where there is no capsule to bring them from. */
async function wouldBring(
  { archive, bags }: Services,
  { nodeId, url, bytes, capsule }: FreedMaster,
): Promise<number | string | undefined> {
  if (await archive.facts(url)) return undefined
  if (await bags.find(capsule)) return bytes
  return `The capsule ${capsule} with a file of node ${nodeId} is in no place of [capsules].`
}

/** Brings the freed masters of a place back into the archive, each title in one transaction. @throws Refusal not-found, unavailable */
export async function fetchMasters(
  services: Services,
  wanted: WantedMasters,
  actor: Actor,
  progress: (titles: number) => Promise<void> = async () => {},
): Promise<FetchedMasters> {
  let [titles, pages, files, bytes, done] = [0, 0, 0, 0, 0]
  const missing: string[] = []
  for (const part of await partsOf(services, wanted)) {
    const found = await fetchPart(services, part, wanted.dryRun ?? false, actor)
    if (found.pages > 0) titles++
    pages += found.pages
    files += found.files
    bytes += found.bytes
    missing.push(...found.missing.slice(0, 1000 - missing.length))
    await progress(++done)
  }
  return { titles, pages, files, bytes, missing }
}
