// Frees masters: those that a capsule holds which is read as a whole before need not lie in the archive. What is recorded comes first, then the file
// goes; a file that a killed process left is a stray, which the next run or `firefolio check --repair` removes. Readers see packs as before.
import type { Actor, Db } from '../../firebird/database.ts'
import { readManifest } from '../../formats/bagit/bag.ts'
import type { Services } from '../../http/module.ts'
import { asItLies } from '../../images/packs/index.ts'
import { addressOf, hashOf } from '../../storage/addresses.ts'
import {
  freedBelow,
  isNeeded,
  type MasterOfPage,
  mastersBelow,
  recordersAreThrough,
  removeUnneeded,
  setFreed,
} from '../../catalogue/pages/index.ts'
import { record } from '../../system/log/index.ts'
import { digestOf } from './files.ts'
import { noteFreed, type Part, partsOf, type WantedMasters } from './freed.ts'
import { enter } from './phases.ts'
import * as repository from './repository.ts'
import { textIn } from './verify.ts'
import { verifyOne } from './verify-delivered.ts'

export interface FreedMasters {
  readonly titles: number
  readonly pages: number
  readonly files: number
  readonly bytes: number
  /** What stays, by reason: pages whose master is in no capsule, in a damaged one, or has no pack to show; and files that other pages need */
  readonly left: { uncapsuled: number; damaged: number; unpacked: number; shared: number }
}

type Progress = (titles: number) => Promise<void>
/** Addresses of the files of pages, each once. */
const filesOf = (pages: readonly { readonly url: string }[]): Set<string> =>
  new Set(pages.map(({ url }) => addressOf(hashOf(url))))

interface Holder {
  readonly capsule: repository.Capsule
  /** What it holds: places below data/, by their hashes */
  readonly files: ReadonlyMap<string, string>
  isGood?: boolean
}

/** Pages whose masters a capsule holds. */
type Held = ReadonlyMap<Holder, readonly MasterOfPage[]>

/** What a run would do is done, looked at and taken back. */
class DryRun extends Error {
  readonly pages: number
  readonly kept: ReadonlySet<string>
  constructor(pages: number, kept: ReadonlySet<string>) {
    super('dry run')
    this.pages = pages
    this.kept = kept
  }
}

class Freeing {
  readonly #services: Services
  readonly #actor: Actor
  readonly #dryRun: boolean
  readonly left = { uncapsuled: 0, damaged: 0, unpacked: 0, shared: 0 }
  titles = 0
  pages = 0
  files = 0
  bytes = 0

  constructor(services: Services, actor: Actor, dryRun: boolean) {
    this.#services = services
    this.#actor = actor
    this.#dryRun = dryRun
  }

  /** Capsules of a title, and what each holds, the newest first. */
  async #holders(titleId: number): Promise<Holder[]> {
    const { db, bags } = this.#services
    const found: Holder[] = []
    for (const capsule of (await repository.ofTitle(db, titleId)).reverse()) {
      const bag = await bags.find(capsule.name)
      const entries = bag ? readManifest((await textIn(bag, 'manifest-sha256.txt')) ?? '') : []
      if (typeof entries !== 'string') {
        const files = new Map<string, string>()
        for (const { path } of entries) {
          const digest = digestOf(path)
          if (digest !== undefined) files.set(digest, path.replace(/^data\//, ''))
        }
        found.push({ capsule, files })
      }
      // what lies before the last full one is no part of a playback
      if (capsule.kind === 'full') break
    }
    return found
  }

  /** Whether all of a capsule is there, by reading it; a dry run reads nothing. */
  async #isGood({ capsule }: Holder): Promise<boolean> {
    if (this.#dryRun) return true
    return (await verifyOne(this.#services, capsule, async () => {})).isGood
  }

  /** Whether all that the page is served from is there without its master. */
  async #hasPacks({ recipe, unmarked }: MasterOfPage): Promise<boolean> {
    const { packs } = this.#services
    if (recipe === null || !(await packs.isKept(recipe))) return false
    return unmarked === null || (await packs.isKept(unmarked))
  }

  async #held({ titleId, path }: Part): Promise<Held> {
    const { db } = this.#services
    const holders = await this.#holders(titleId)
    const found = new Map<Holder, MasterOfPage[]>()
    for (const page of await mastersBelow(db, path, asItLies)) {
      const holder = holders.find(({ files }) => files.has(page.sha256))
      if (!holder) this.left.uncapsuled++
      else if (!(await this.#hasPacks(page))) this.left.unpacked++
      else if (!(holder.isGood ??= await this.#isGood(holder))) this.left.damaged++
      else {
        const known = found.get(holder)
        if (known) known.push(page)
        else found.set(holder, [page])
      }
    }
    return found
  }

  /** Notes that masters lie in capsules alone. @returns how many pages */
  async #note(trx: Db, part: Part, held: Held): Promise<number> {
    let changed = 0
    for (const [{ capsule, files }, pages] of held) {
      changed += await setFreed(trx, pages)
      const hashes = [...new Set(pages.map(({ sha256 }) => sha256))]
      await noteFreed(
        trx,
        hashes.map(sha256 => ({ sha256, path: files.get(sha256) ?? '' })),
        capsule.name,
      )
    }
    await record(trx, {
      entity: 'title',
      entityId: part.titleId,
      action: 'free-masters',
      actor: this.#actor,
      data: { pages: changed, capsules: [...held.keys()].map(({ capsule }) => capsule.name) },
    })
    return changed
  }

  async #tried(part: Part, held: Held): Promise<void> {
    const { database, archive } = this.#services
    const addresses = filesOf([...held.values()].flat())
    const work = async (trx: Db): Promise<DryRun> => {
      const pages = await this.#note(trx, part, held)
      const kept = new Set<string>()
      for (const address of addresses) if (await isNeeded(trx, address)) kept.add(address)
      throw new DryRun(pages, kept)
    }
    const { pages, kept } = await database
      .inTransaction({ actor: this.#actor }, work)
      .catch((error: unknown) => {
        if (error instanceof DryRun) return error
        throw error
      })
    this.pages += pages
    this.left.shared += kept.size
    for (const address of addresses) {
      const facts = kept.has(address) ? undefined : await archive.facts(address)
      if (!facts) continue
      this.files++
      this.bytes += facts.bytes
    }
  }

  async one(part: Part): Promise<void> {
    const { database } = this.#services
    const held = await this.#held(part)
    if (held.size > 0) this.titles++
    if (this.#dryRun) {
      if (held.size > 0) await this.#tried(part, held)
      return
    }
    if (held.size > 0)
      this.pages += await database.inTransaction({ actor: this.#actor }, trx => this.#note(trx, part, held))
    enter('freed', String(part.titleId))
    await this.#remove(part)
  }

  /** Removes the files of freed masters, also those that an earlier run left that was ended. */
  async #remove({ path }: Part): Promise<void> {
    const { archive, database, db } = this.#services
    const there = new Map<string, number>()
    for (const address of filesOf(await freedBelow(db, path))) {
      const facts = await archive.facts(address)
      if (facts) there.set(address, facts.bytes)
    }
    if (there.size > 0) await recordersAreThrough(database)
    for (const [address, bytes] of there) {
      if (!(await removeUnneeded(this.#services, address))) {
        this.left.shared++
        continue
      }
      this.files++
      this.bytes += bytes
    }
  }
}

/** Frees the masters of a place as far as capsules hold them, each title in one transaction. @throws Refusal not-found, unavailable */
export async function freeMasters(
  services: Services,
  wanted: WantedMasters,
  actor: Actor,
  progress: Progress = async () => {},
): Promise<FreedMasters> {
  const freeing = new Freeing(services, actor, wanted.dryRun ?? false)
  let done = 0
  for (const part of await partsOf(services, wanted)) {
    await freeing.one(part)
    await progress(++done)
  }
  const { titles, pages, files, bytes, left } = freeing
  return { titles, pages, files, bytes, left }
}
