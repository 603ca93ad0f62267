// Several stores of masters as one. New files go where the configuration says, to two stores where it wants a second copy; what is there is found
// in whichever store has it, so that files can be moved between them while they are read, and no row ever names a store.
import { Readable } from 'node:stream'
import { isPlaceFault, type Place } from '../whole-files.ts'
import { hashOf } from './addresses.ts'
import type { Leftover, MasterStore, RangedFile, StagedFile } from './stores.ts'

const mostKnown = 100_000

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

export class SeveralMasters implements MasterStore {
  readonly #target: MasterStore
  /** In the order in which they are asked */
  readonly #stores: readonly MasterStore[]
  /** Where a file was last; it may have been moved since */
  readonly #known = new Map<string, MasterStore>()
  readonly places: readonly MasterStore[]

  /**
   * @param stores all that may hold files, the target among them
   * @param second that of the second copy, where there is one
   */
  constructor(target: MasterStore, stores: readonly MasterStore[], second?: MasterStore) {
    this.#target = target
    this.places = second ? [target, second] : [target]
    this.#stores = [...this.places, ...stores.filter(store => !this.places.includes(store))]
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
    for (const store of this.#stores) await store.prepare()
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

  #note(sha256: string, store: MasterStore): void {
    this.#known.delete(sha256)
    this.#known.set(sha256, store)
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value as string)
  }

  /**
   * The store that has a file; undefined where none has.
   * @param except those that could not give it
   * @throws what a store says that cannot be asked, where no other has the file
   */
  async #holder(
    address: string,
    except: ReadonlySet<MasterStore> = new Set(),
  ): Promise<MasterStore | undefined> {
    const sha256 = hashOf(address)
    const last = this.#known.get(sha256)
    const order = last ? [last, ...this.#stores.filter(each => each !== last)] : this.#stores
    let fault: unknown
    for (const store of order.filter(each => !except.has(each)))
      try {
        if (!(await store.facts(address))) continue
        this.#note(sha256, store)
        return store
      } catch (error) {
        fault ??= error
      }
    this.#known.delete(sha256)
    if (fault !== undefined) throw fault
    return undefined
  }

  /** Asks the store that had a file last, and where it has it no more, or is away, one that has it now. */
  async #asked<T>(
    address: string,
    work: (store: MasterStore) => Promise<T>,
    isNone: (found: T) => boolean,
  ): Promise<T> {
    const last = this.#known.get(hashOf(address))
    if (last)
      try {
        const found = await work(last)
        if (!isNone(found)) return found
      } catch (error) {
        if (codeOf(error) !== 'ENOENT' && !isPlaceFault(error)) throw error
      }
    return await work((await this.#holder(address, new Set(last ? [last] : []))) ?? last ?? this.#target)
  }

  async local(address: string): Promise<string> {
    const holder = (await this.#holder(address)) ?? this.#target
    try {
      return await holder.local(address)
    } catch (error) {
      const other = await this.#holder(address, new Set([holder])).catch(() => undefined)
      if (!other) throw error
      return await other.local(address)
    }
  }

  async at(address: string): Promise<string | RangedFile | undefined> {
    return await (await this.#holder(address))?.at(address)
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
    this.#note(file.sha256, this.#target)
    return address
  }

  async replace(file: StagedFile): Promise<string> {
    const address = this.address(file.sha256)
    try {
      // where the damaged file lies, a good one is put, wherever new files go
      const holder = await this.#holder(address)
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
    if (this.places.length === 1) return (await this.facts(address))?.bytes === bytes
    for (const place of this.places) if (!(await place.isKept(address, bytes))) return false
    return true
  }

  discard(file: StagedFile): Promise<void> {
    return this.#target.discard(file)
  }

  async isThere(): Promise<boolean> {
    for (const store of this.#stores) if (await store.isThere()) return true
    return false
  }

  facts(address: string): Promise<{ bytes: number; modifiedAt: Date } | undefined> {
    return this.#asked(
      address,
      store => store.facts(address),
      found => found === undefined,
    )
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
    let store = this.#known.get(hashOf(address)) ?? (await this.#holder(address)) ?? this.#target
    for (;;) {
      let hasBegun = false
      asked.add(store)
      try {
        for await (const chunk of store.read(address, range)) {
          hasBegun = true
          yield chunk as Buffer
        }
        return
      } catch (error) {
        // moved away, or away itself, before its first byte was read; one that is open can be read to its end
        const other = hasBegun ? undefined : await this.#holder(address, asked).catch(() => undefined)
        if (!other) throw error
        store = other
      }
    }
  }

  readAll(address: string): Promise<Buffer | undefined> {
    return this.#asked(
      address,
      store => store.readAll(address),
      found => found === undefined,
    )
  }

  digest(address: string): Promise<string> {
    return this.#asked(
      address,
      store => store.digest(address),
      () => false,
    )
  }

  /** Every address once, in order. */
  async *addresses(): AsyncGenerator<string> {
    const lists = this.#stores.map(store => store.addresses())
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
    this.#known.delete(hashOf(address))
    for (const store of this.#stores) await store.remove(address)
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return (await Promise.all(this.#stores.map(store => store.leftovers(ageMs)))).flat()
  }
}
