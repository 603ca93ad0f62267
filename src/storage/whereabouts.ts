// Which of several stores has a file: the one that had it last is asked first, then the one that new files go to, and only then all others, at the
// same time. So what lies where it should costs one question, however many stores there are.
import { isPlaceFault } from '../whole-files.ts'

const mostKnown = 100_000

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** What a store answered: a value, or what it threw. */
type Answer<T> = { readonly value: T } | { readonly fault: unknown }

const answerOf = <T>(work: Promise<T>): Promise<Answer<T>> =>
  work.then(
    value => ({ value }),
    (fault: unknown) => ({ fault }),
  )

export class Whereabouts<S> {
  /** In the order in which they are asked */
  readonly stores: readonly S[]
  readonly #has: (store: S, hash: string) => Promise<boolean>
  /** Where a file was last; it may have been moved since */
  readonly #known = new Map<string, S>()

  /** @param stores the one that new files go to first */
  constructor(stores: readonly S[], has: (store: S, hash: string) => Promise<boolean>) {
    this.stores = stores
    this.#has = has
  }

  note(hash: string, store: S): void {
    this.#known.delete(hash)
    this.#known.set(hash, store)
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value as string)
  }

  forget(hash: string): void {
    this.#known.delete(hash)
  }

  last(hash: string): S | undefined {
    return this.#known.get(hash)
  }

  /** Which store is asked first. */
  first(hash: string): S {
    return this.#known.get(hash) ?? (this.stores[0] as S)
  }

  /**
   * The store that has a file; undefined where none has.
   * @param except those that could not give it
   * @throws what a store says that cannot be asked, where no other has the file
   */
  async holder(hash: string, except: ReadonlySet<S> = new Set()): Promise<S | undefined> {
    const known = this.first(hash)
    const order = [known, ...this.stores.filter(each => each !== known)]
    const [first, ...others] = order.filter(each => !except.has(each))
    let fault: unknown
    const asked = async (store: S): Promise<S | undefined> => {
      try {
        return (await this.#has(store, hash)) ? store : undefined
      } catch (error) {
        fault ??= error
        return undefined
      }
    }
    const found =
      (first && (await asked(first))) ??
      (await Promise.all(others.map(asked))).find(store => store !== undefined)
    if (found) this.note(hash, found)
    else this.forget(hash)
    if (!found && fault !== undefined) throw fault
    return found
  }

  /** Asks the store that comes first, and where it has not the file, or is away, one that has. */
  async ask<T>(hash: string, work: (store: S) => Promise<T>, isNone: (found: T) => boolean): Promise<T> {
    const first = this.first(hash)
    const answer = await answerOf(work(first))
    if ('value' in answer) {
      if (!isNone(answer.value)) {
        this.note(hash, first)
        return answer.value
      }
    } else if (codeOf(answer.fault) !== 'ENOENT' && !isPlaceFault(answer.fault)) throw answer.fault
    const holder = await this.holder(hash, new Set([first]))
    if (holder) return await work(holder)
    if ('fault' in answer) throw answer.fault
    return answer.value
  }
}
