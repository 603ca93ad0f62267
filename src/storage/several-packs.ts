// Several stores of packs as one: new ones go where the configuration says, and each is found in whichever store has it.
import type { Leftover, PackStore, RangedFile } from './stores.ts'

export class SeveralPacks implements PackStore {
  readonly #target: PackStore
  /** In the order in which they are asked */
  readonly #stores: readonly PackStore[]

  constructor(target: PackStore, stores: readonly PackStore[]) {
    this.#target = target
    this.#stores = [target, ...stores.filter(store => store !== target)]
  }

  get name(): string {
    return this.#target.name
  }

  async prepare(): Promise<void> {
    for (const store of this.#stores) await store.prepare()
  }

  checkWritable(): Promise<void> {
    return this.#target.checkWritable()
  }

  /** @throws what a store says that cannot be asked, where no other has the pack */
  async at(hash: string): Promise<string | RangedFile | undefined> {
    let fault: unknown
    for (const store of this.#stores)
      try {
        const found = await store.at(hash)
        if (found !== undefined) return found
      } catch (error) {
        fault ??= error
      }
    if (fault !== undefined) throw fault
    return undefined
  }

  async isKept(hash: string): Promise<boolean> {
    for (const store of this.#stores) if (await store.isKept(hash)) return true
    return false
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

  keep(temporary: string, hash: string): Promise<void> {
    return this.#target.keep(temporary, hash)
  }

  async remove(hash: string): Promise<void> {
    for (const store of this.#stores) await store.remove(hash)
  }

  async *hashes(): AsyncGenerator<{ hash: string; bytes: number; modifiedAt: Date }> {
    for (const store of this.#stores) yield* store.hashes()
  }

  async leftovers(ageMs: number): Promise<Leftover[]> {
    return (await Promise.all(this.#stores.map(store => store.leftovers(ageMs)))).flat()
  }
}
