// Brings files to where the configuration says, while they are read: into every store that must have them, and out of all others. A file leaves a
// store only when each of its places has given all of its bytes back. Ended at any moment nothing is lost, and the next run goes on: what is in
// its places already is passed by.
import { copyFile, open, rm, stat } from 'node:fs/promises'
import { z } from 'zod'
import { getDomain, listDomains } from '../../catalogue/domains/index.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import type { MasterStore, PackStore } from '../../storage/stores.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { type Belonging, Places } from '../fixity/index.ts'
import { enter } from './phases.ts'

export const WantedMove = z.strictObject({
  dryRun: z.boolean().optional(),
  /** Name of a domain: what it and those below it need */
  domain: z.string().optional(),
})
export type WantedMove = z.output<typeof WantedMove>

export interface Moved {
  /** Files that lay where they should not, or lacked a copy */
  readonly files: number
  readonly bytes: number
  readonly packs: number
  /** Addresses of files whose bytes no store gives back as they were: they stay where they are. The first thousand */
  readonly damaged: readonly string[]
}

type Progress = (done: number) => Promise<void>

/** Every address of some stores, in order, with the stores that have it. */
async function* holders(stores: readonly MasterStore[]): AsyncGenerator<[string, MasterStore[]]> {
  const lists = stores.map(store => store.addresses())
  const heads = await Promise.all(lists.map(list => list.next()))
  for (;;) {
    const [next] = heads.flatMap(head => (head.done ? [] : [head.value])).sort()
    if (next === undefined) return
    const having: MasterStore[] = []
    for (const [at, head] of heads.entries())
      if (!head.done && head.value === next) {
        having.push(stores[at] as MasterStore)
        heads[at] = await (lists[at] as AsyncGenerator<string>).next()
      }
    yield [next, having]
  }
}

/** Whether a store gives a file back as it was stored. @throws Refusal where the store is away */
async function isWhole(store: MasterStore, address: string): Promise<boolean> {
  try {
    return (await store.digest(address)) === address.slice(-64)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    return false
  }
}

/** Puts a file into a store from the first of others that gives its bytes as they were. */
async function bring(place: MasterStore, address: string, from: readonly MasterStore[]): Promise<void> {
  for (const source of from) {
    const stream = source.read(address)
    try {
      const staged = await place.stage(stream, Number.MAX_SAFE_INTEGER)
      if (staged.sha256 !== address.slice(-64)) {
        await place.discard(staged)
        continue
      }
      enter('keep', address)
      await place.replace(staged)
      return
    } catch (error) {
      if (isPlaceFault(error) || (error as NodeJS.ErrnoException).code === undefined) throw error
    } finally {
      stream.destroy()
    }
  }
}

class Move {
  readonly #services: Services
  readonly #where: Places
  /** Ids of the domains whose files are moved; undefined: everything */
  readonly #domains: ReadonlySet<number> | undefined
  readonly #dryRun: boolean
  readonly #progress: Progress
  files = 0
  bytes = 0
  packs = 0
  readonly damaged: string[] = []

  constructor(
    services: Services,
    where: Places,
    domains: ReadonlySet<number> | undefined,
    dryRun: boolean,
    progress: Progress,
  ) {
    this.#services = services
    this.#where = where
    this.#domains = domains
    this.#dryRun = dryRun
    this.#progress = progress
  }

  /** The names of the stores that something must lie in; undefined where it stays as it is. */
  #placesFor(
    { places, domains }: Belonging,
    having: readonly string[],
    some: ReadonlySet<string>,
    usual: readonly string[],
  ): readonly string[] | undefined {
    if (this.#domains && ![...domains].some(id => this.#domains?.has(id))) return undefined
    if (places.length > 0) return places
    // nothing needs it: it was kept a moment ago and is not recorded yet, or is a stray
    return having.some(name => some.has(name)) ? undefined : usual
  }

  async masters(): Promise<void> {
    const { stores, config } = this.#services
    const where = this.#where
    const usual = stores.placesOf(config.stores.masters)
    const all = holders([...stores.byName.values()])
    for await (const [[address, having], belonging] of where.along(all, ([found]) => found)) {
      const names = having.map(({ name }) => name)
      const wanted = this.#placesFor(belonging, names, where.ofMasters, usual)
      if (!wanted) continue
      const places = wanted.map(name => stores.byName.get(name) as MasterStore)
      const others = having.filter(store => !places.includes(store))
      if (others.length === 0 && places.every(place => having.includes(place))) continue
      const facts = await (having[0] as MasterStore).facts(address)
      if (!facts) continue // removed since it was listed
      if (this.#dryRun || (await this.#one(address, places, having, others))) {
        this.files++
        this.bytes += facts.bytes
      } else if (this.damaged.length < 1000) this.damaged.push(address)
      await this.#progress(this.files + this.packs)
    }
  }

  async #one(
    address: string,
    places: readonly MasterStore[],
    having: readonly MasterStore[],
    others: readonly MasterStore[],
  ): Promise<boolean> {
    for (const place of places) {
      if (having.includes(place) && (await isWhole(place, address))) continue
      // where another move was first, there is nothing left to bring, and the file is whole in its place
      await bring(place, address, having)
      if (!(await isWhole(place, address))) return false
    }
    enter('remove', address)
    for (const store of others) await store.remove(address)
    return true
  }

  async accessPacks(): Promise<void> {
    const { stores, config } = this.#services
    const { ofPacks } = this.#where
    const target = (name: string) => stores.packsByName.get(name) as PackStore
    for (const [name, from] of stores.packsByName) {
      // where all have theirs in one store, what lies there need not be looked up
      if (ofPacks.size === 1 && ofPacks.has(name)) continue
      for await (const [{ hash, bytes }, belonging] of this.#where.alongPacks(from.hashes())) {
        const wanted = this.#placesFor(belonging, [name], ofPacks, [config.stores.packs])
        if (!wanted) continue
        const [lacking, isMisplaced] = [
          await this.#without(wanted, name, hash, bytes),
          !wanted.includes(name),
        ]
        if (lacking.length === 0 && !isMisplaced) continue
        if (!this.#dryRun) await this.#pack(from, lacking.map(target), isMisplaced, hash)
        this.packs++
        await this.#progress(this.files + this.packs)
      }
    }
  }

  /** Those of some stores that lack a pack which lies in another. */
  async #without(names: readonly string[], name: string, hash: string, bytes: number): Promise<string[]> {
    const lacking: string[] = []
    for (const each of names) {
      if (each === name) continue
      const there = await this.#services.stores.packsByName.get(each)?.at(hash)
      const size = typeof there === 'string' ? (await stat(there)).size : there?.bytes
      if (size !== bytes) lacking.push(each)
    }
    return lacking
  }

  async #pack(
    from: PackStore,
    lacking: readonly PackStore[],
    isMisplaced: boolean,
    hash: string,
  ): Promise<void> {
    for (const to of lacking) {
      const temporary = await to.temporary(hash)
      try {
        await copyFile(await from.local(hash), temporary)
        const file = await open(temporary, 'r+')
        try {
          await file.sync()
        } finally {
          await file.close()
        }
        enter('keep', hash)
        await to.keep(temporary, hash)
      } catch (error) {
        // another move was first
        if (!(await from.isKept(hash))) return
        throw error
      } finally {
        await rm(temporary, { force: true })
      }
    }
    if (!isMisplaced) return
    enter('remove', hash)
    await from.remove(hash)
  }
}

/** The domain of a name with all below it. @throws Refusal not-found */
async function domainsBelow(db: Db, name: string): Promise<ReadonlySet<number>> {
  const { path } = await getDomain(db, name)
  const all = await listDomains(db, undefined)
  return new Set(all.filter(each => (each.path ?? '').startsWith(path ?? '')).map(({ id }) => id))
}

/** @throws Refusal where a domain names a store that is not there, or a store is away or full; what is done by then is done */
export async function moveFiles(
  services: Services,
  { dryRun = false, domain }: WantedMove,
  progress: Progress,
): Promise<Moved> {
  const where = await Places.read(services, domain !== undefined)
  if (where.faults.length > 0)
    throw new Refusal('not-processable', `${where.faults.join(' ')} Nothing was moved.`)
  const domains = domain === undefined ? undefined : await domainsBelow(services.db, domain)
  const move = new Move(services, where, domains, dryRun, progress)
  await move.masters()
  await move.accessPacks()
  const { files, bytes, packs, damaged } = move
  return { files, bytes, packs, damaged }
}

export const moveJob: JobHandler<Services> = async (services, { job, progress }) => {
  const moved = await moveFiles(services, WantedMove.parse(job.payload ?? {}), done => progress(done))
  if (moved.damaged.length > 0)
    services.log.error({ damaged: moved.damaged.length }, 'files of stores are damaged and were not moved')
  return moved
}
