// Several stores of masters as one. New files go where the configuration says, to two stores where it wants a second copy; what is there is found
// in whichever store has it, so that files can be moved between them while they are read, and no row ever names a store.
import { Readable } from 'node:stream'
import type { Place } from '../whole-files.ts'
import { hashOf } from './addresses.ts'
import type { Leftover, MasterStore, RangedFile, StagedFile } from './stores.ts'
import { Whereabouts } from './whereabouts.ts'

const isUndefined = (found: unknown): boolean => found === undefined

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** Finds masters in stores; the first is that of new files. */
export const whereaboutsOf = (stores: readonly MasterStore[]): Whereabouts<MasterStore> =>
  new Whereabouts(stores, async (store, sha256) => (await store.facts(store.address(sha256))) !== undefined)

export class SeveralMasters implements MasterStore {
  readonly #target: MasterStore
  readonly #where: Whereabouts<MasterStore>
  readonly #isStrict: boolean
  readonly places: readonly MasterStore[]

  /**
   * @param target where new files go, or all places that each must be in, that of new ones first
   * @param stores all that may hold files, or what finds files in them
   * @param isStrict kept is what is in its places, even where there is one alone and another store has it
   */
  constructor(
    target: MasterStore | readonly MasterStore[],
    stores: readonly MasterStore[] | Whereabouts<MasterStore>,
    isStrict = false,
  ) {
    const places: readonly MasterStore[] = 'name' in target ? [target] : target
    this.#target = places[0] as MasterStore
    this.places = places
    this.#isStrict = isStrict
    this.#where =
      stores instanceof Whereabouts
        ? stores
        : whereaboutsOf([...places, ...stores.filter(store => !places.includes(store))])
  }

  get name(): string {
    return this.#target.name
  }

  get called(): string {
    return this.#target.called
  }

  get place(): Place {
    return this.#target.place
  }

  async prepare(): Promise<void> {
    for (const store of this.#where.stores) await store.prepare()
  }

  async checkWritable(): Promise<void> {
    for (const place of this.places) await place.checkWritable()
  }

  freeBytes(): Promise<number | undefined> {
    return this.#target.freeBytes()
  }

  address(sha256: string): string {
    return this.#target.address(sha256)
  }

  async local(address: string): Promise<string> {
    const sha256 = hashOf(address)
    const last = this.#where.last(sha256)
    // whether it has the file, or a copy of it is here, the store that had it last tells without asking others
    const there = await last?.at(address).catch(() => undefined)
    if (typeof there === 'string') return there
    const holder = there ? (last as MasterStore) : ((await this.#where.holder(sha256)) ?? this.#target)
    try {
      return await holder.local(address)
    } catch (error) {
      const other = await this.#where.holder(sha256, new Set([holder])).catch(() => undefined)
      if (!other) throw error
      return await other.local(address)
    }
  }

  async at(address: string): Promise<string | RangedFile | undefined> {
    return await this.#where.ask(hashOf(address), store => store.at(address), isUndefined)
  }

  stage(source: Readable | AsyncIterable<Buffer>, maxBytes: number): Promise<StagedFile> {
    return this.#target.stage(source, maxBytes)
  }

  stageFile(path: string, maxBytes: number): Promise<StagedFile> {
    return this.#target.stageFile(path, maxBytes)
  }

  /** Puts a copy of a staged file into another store; it stays staged. */
  async #copy(file: StagedFile, to: MasterStore): Promise<void> {
    const staged = await to.stageFile(file.path, Number.MAX_SAFE_INTEGER)
    if (staged.sha256 === file.sha256) return void (await to.replace(staged))
    await to.discard(staged)
    throw Object.assign(new Error('EIO: the file changed while it was copied'), { code: 'EIO' })
  }

  async keep(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    try {
      for (const place of this.places.slice(1))
        if (!(await place.isKept(address, file.bytes))) await this.#copy(file, place)
    } catch (error) {
      await this.#target.discard(file)
      throw error
    }
    await this.#target.keep(file)
    this.#where.note(file.sha256, this.#target)
    return address
  }

  async replace(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    try {
      // where the damaged file lies, a good one is put, wherever new files go
      const holder = await this.#where.holder(file.sha256)
      const others = new Set([
        ...this.places.slice(1),
        ...(holder && !this.places.includes(holder) ? [holder] : []),
      ])
      for (const store of others) await this.#copy(file, store)
      if (holder && !this.places.includes(holder) && this.places.length === 1) {
        await this.#target.discard(file)
        return address
      }
    } catch (error) {
      await this.#target.discard(file)
      throw error
    }
    return await this.#target.replace(file)
  }

  async isKept(address: string, bytes: number): Promise<boolean> {
    if (this.places.length === 1 && !this.#isStrict) return (await this.facts(address))?.bytes === bytes
    for (const place of this.places) if (!(await place.isKept(address, bytes))) return false
    return true
  }

  discard(file: StagedFile): Promise<void> {
    return this.#target.discard(file)
  }

  async isThere(): Promise<boolean> {
    for (const store of this.#where.stores) if (await store.isThere()) return true
    return false
  }

  async facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    return await this.#where.ask(hashOf(address), store => store.facts(address), isUndefined)
  }

  read(address: string, range?: { readonly start: number; readonly end: number }): Readable {
    hashOf(address)
    return Readable.from(this.#chunks(address, range), { objectMode: false })
  }

  async *#chunks(
    address: string,
    range?: { readonly start: number; readonly end: number },
  ): AsyncGenerator<Buffer> {
    const asked = new Set<MasterStore>()
    const sha256 = hashOf(address)
    let store = this.#where.first(sha256)
    for (;;) {
      let hasBegun = false
      asked.add(store)
      try {
        for await (const chunk of store.read(address, range)) {
          if (!hasBegun) this.#where.note(sha256, store)
          hasBegun = true
          yield chunk as Buffer
        }
        return
      } catch (error) {
        // moved away, or away itself, before its first byte was read; one that is open can be read to its end
        if (hasBegun) throw error
        store = await this.#otherThan(asked, sha256, error)
      }
    }
  }

  /** A store that has a file beside those that were asked. @throws the last error; where that says that nothing is there, and a store cannot be asked, what that one says */
  async #otherThan(asked: ReadonlySet<MasterStore>, sha256: string, error: unknown): Promise<MasterStore> {
    const other = await this.#where.holder(sha256, asked).catch((fault: unknown) => {
      throw codeOf(error) === 'ENOENT' ? fault : error
    })
    if (!other) throw error
    return other
  }

  async readAll(address: string): Promise<Buffer | undefined> {
    return await this.#where.ask(hashOf(address), store => store.readAll(address), isUndefined)
  }

  async digest(address: string): Promise<string> {
    return await this.#where.ask(
      hashOf(address),
      store => store.digest(address),
      () => false,
    )
  }

  /** Every address once, in order. */
  async *addresses(): AsyncGenerator<string> {
    const lists = this.#where.stores.map(store => store.addresses())
    const heads = await Promise.all(lists.map(list => list.next()))
    for (;;) {
      const next = heads.flatMap(head => (head.done ? [] : [head.value])).sort()[0]
      if (next === undefined) return
      yield next
      for (const [at, head] of heads.entries())
        if (!head.done && head.value === next) heads[at] = await (lists[at] as AsyncGenerator<string>).next()
    }
  }

  async remove(address: string): Promise<void> {
    this.#where.forget(hashOf(address))
    for (const store of this.#where.stores) await store.remove(address)
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return (await Promise.all(this.#where.stores.map(store => store.leftovers(ageMs)))).flat()
  }
}
