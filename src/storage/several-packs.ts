// Several stores of packs as one: new ones go where the configuration says, and each is found in whichever store has it.
import type { Leftover, PackStore, RangedFile } from './stores.ts'
import { Whereabouts } from './whereabouts.ts'

/** Finds packs in stores; the first is that of new packs. */
export const whereaboutsOfPacks = (stores: readonly PackStore[]): Whereabouts<PackStore> =>
  new Whereabouts(stores, async (store, hash) => (await store.at(hash)) !== undefined)

export class SeveralPacks implements PackStore {
  readonly #target: PackStore
  readonly #where: Whereabouts<PackStore>

  /** @param stores all that may hold packs, or what finds packs in them */
  constructor(target: PackStore, stores: readonly PackStore[] | Whereabouts<PackStore>) {
    this.#target = target
    this.#where =
      stores instanceof Whereabouts
        ? stores
        : whereaboutsOfPacks([target, ...stores.filter(store => store !== target)])
  }

  get name(): string {
    return this.#target.name
  }

  async prepare(): Promise<void> {
    for (const store of this.#where.stores) await store.prepare()
  }

  checkWritable(): Promise<void> {
    return this.#target.checkWritable()
  }

  /** @throws what a store says that cannot be asked, where no other has the pack */
  at(hash: string): Promise<string | RangedFile | undefined> {
    return this.#where.ask(
      hash,
      store => store.at(hash),
      found => found === undefined,
    )
  }

  isKept(hash: string): Promise<boolean> {
    return this.#where.ask(
      hash,
      store => store.isKept(hash),
      isThere => !isThere,
    )
  }

  async local(hash: string): Promise<string> {
    const found = await this.at(hash)
    return typeof found === 'string'
      ? found
      : await (found ?? { local: () => this.#target.local(hash) }).local()
  }

  temporary(hash: string): Promise<string> {
    return this.#target.temporary(hash)
  }

  async keep(temporary: string, hash: string): Promise<void> {
    await this.#target.keep(temporary, hash)
    this.#where.note(hash, this.#target)
  }

  async remove(hash: string): Promise<void> {
    this.#where.forget(hash)
    for (const store of this.#where.stores) await store.remove(hash)
  }

  async *hashes(): AsyncGenerator<{ hash: string; bytes: number; modifiedAt: Date }> {
    for (const store of this.#where.stores) yield* store.hashes()
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return (await Promise.all(this.#where.stores.map(store => store.leftovers(ageMs)))).flat()
  }
}
