// Where files come back to after a loss: the stores that their domain has, as new files would go. A store that is away keeps nothing from coming
// back: what belongs there goes to those that are at hand, which is told, and a move brings it home later.
import type { OpenStores } from './open.ts'
import { Refusal } from '../errors.ts'
import type { MasterStore, StagedFile } from './stores.ts'

export interface ComingFile {
  readonly sha256: string
  /** As sentences name it, at their beginning */
  readonly called: string
  /** Whether a place has it already */
  readonly isIn: (place: MasterStore, address: string) => Promise<boolean>
  readonly stage: (place: MasterStore) => Promise<StagedFile>
  readonly onStaged: () => void
}

export class Landing {
  readonly #stores: OpenStores
  readonly #usual: readonly string[]
  readonly #there = new Map<string, Promise<boolean>>()
  /** What is away, as sentences */
  readonly notes: string[] = []

  /** @param usual the store of new files of all who have none of their own */
  constructor(stores: OpenStores, usual: string) {
    this.#stores = stores
    this.#usual = stores.placesOf(usual)
  }

  #isThere(name: string): Promise<boolean> {
    const known = this.#there.get(name)
    if (known) return known
    const asked = this.#ask(name)
    this.#there.set(name, asked)
    return asked
  }

  async #ask(name: string): Promise<boolean> {
    const store = this.#stores.byName.get(name)
    try {
      await store?.checkWritable()
      return store !== undefined
    } catch (error) {
      this.notes.push(
        `The store ‘${name}’ takes no files: ${(error as Error).message} What belongs there was put elsewhere; firefolio stores move brings it there.`,
      )
      return false
    }
  }

  /** The stores of some names that are at hand; where none is, those of all. They are asked one by one: together they would ask those that are away, too. */
  async #places(names: readonly string[]): Promise<readonly MasterStore[]> {
    if (names.join() === this.#usual.join()) return this.#stores.masters.places
    const there: MasterStore[] = []
    for (const name of names)
      if (await this.#isThere(name)) there.push(this.#stores.byName.get(name) as MasterStore)
    return there.length === 0 ? this.#stores.masters.places : there
  }

  /**
   * Puts a file into each of its places that lacks it.
   * @param names of the stores that it must be in; none: wherever new files go
   * @returns whether one lacked it
   * @throws Refusal not-processable where it is not what its name says
   */
  async bring(
    names: readonly string[],
    { sha256, called, isIn, stage, onStaged }: ComingFile,
  ): Promise<boolean> {
    let isBrought = false
    for (const place of await this.#places(names)) {
      const address = place.address(sha256)
      if (await isIn(place, address)) continue
      const staged = await stage(place)
      if (staged.sha256 !== sha256) {
        await place.discard(staged)
        throw new Refusal('not-processable', `${called} is damaged: it is not what its name says.`)
      }
      onStaged()
      await place.replace(staged)
      isBrought = true
    }
    return isBrought
  }
}
