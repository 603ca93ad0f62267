// Brings files to where the configuration says, while they are read: into every store that must have them, and out of all others. A file leaves a
// store only when each of its places has given all of its bytes back. Ended at any moment nothing is lost, and the next run goes on: what is in
// its places already is passed by.
import { copyFile, open, rm, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import type { MasterStore, PackStore } from '../../storage/stores.ts'
import { isPlaceFault } from '../../whole-files.ts'
import { enter } from './phases.ts'

export const WantedMove = z.strictObject({ dryRun: z.boolean().optional() })
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
  readonly #dryRun: boolean
  readonly #progress: Progress
  files = 0
  bytes = 0
  packs = 0
  readonly damaged: string[] = []

  constructor(services: Services, dryRun: boolean, progress: Progress) {
    this.#services = services
    this.#dryRun = dryRun
    this.#progress = progress
  }

  async masters(): Promise<void> {
    const { archive, stores } = this.#services
    for await (const [address, having] of holders([...stores.byName.values()])) {
      const others = having.filter(store => !archive.places.includes(store))
      const lacking = archive.places.filter(place => !having.includes(place))
      if (others.length === 0 && lacking.length === 0) continue
      const facts = await (having[0] as MasterStore).facts(address)
      if (!facts) continue // removed since it was listed
      if (this.#dryRun || (await this.#one(address, having, others))) {
        this.files++
        this.bytes += facts.bytes
      } else if (this.damaged.length < 1000) this.damaged.push(address)
      await this.#progress(this.files + this.packs)
    }
  }

  async #one(
    address: string,
    having: readonly MasterStore[],
    others: readonly MasterStore[],
  ): Promise<boolean> {
    for (const place of this.#services.archive.places) {
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
    const { stores } = this.#services
    const target = stores.packsByName.get(stores.packs.name) as PackStore
    for (const other of stores.packsByName.values()) {
      if (other === target) continue
      for await (const { hash, bytes } of other.hashes()) {
        if (!this.#dryRun) await this.#pack(other, target, hash, bytes)
        this.packs++
        await this.#progress(this.files + this.packs)
      }
    }
  }

  async #pack(from: PackStore, to: PackStore, hash: string, bytes: number): Promise<void> {
    const there = await to.at(hash)
    const size = typeof there === 'string' ? (await stat(there)).size : there?.bytes
    if (size !== bytes) {
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
    enter('remove', hash)
    await from.remove(hash)
  }
}

/** @throws Refusal where a store is away or full; what is done by then is done */
export async function moveFiles(
  services: Services,
  { dryRun = false }: WantedMove,
  progress: Progress,
): Promise<Moved> {
  const move = new Move(services, dryRun, progress)
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
