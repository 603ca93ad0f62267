// Waiting for the next line of the log: one look a second for all who wait in this process, and none while nobody does.
import type { Database } from '../../firebird/database.ts'
import { lastNumber, numberLines } from './order.ts'

const lookMs = 1000

export class LogWatch {
  readonly #database: Database
  readonly #waiting = new Set<{ readonly after: number; readonly go: (last: number) => void }>()
  #timer: NodeJS.Timeout | undefined
  #isEnded = false

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * What is found, now or with one of the next lines: those that the search is not about are passed by.
   * @returns nothing where the time is over, the signal comes, or the service ends
   */
  async first<Row>(
    find: () => Promise<Row[]>,
    after: number,
    ms: number,
    signal: AbortSignal,
  ): Promise<Row[]> {
    const end = Date.now() + ms
    let rows = await find()
    for (let seen = after; rows.length === 0 && Date.now() < end && !this.#isEnded && !signal.aborted;) {
      seen = await this.#next(seen, end - Date.now(), signal)
      if (!signal.aborted) rows = await find()
    }
    return rows
  }

  /** @returns the number of the last line; that which was given where none came */
  #next(after: number, ms: number, signal: AbortSignal): Promise<number> {
    return new Promise(resolve => {
      const go = (last: number) => {
        this.#waiting.delete(one)
        clearTimeout(timer)
        signal.removeEventListener('abort', leave)
        resolve(last)
      }
      const leave = () => go(after)
      const one = { after, go }
      const timer = setTimeout(leave, ms)
      signal.addEventListener('abort', leave)
      this.#waiting.add(one)
      this.#timer ??= setTimeout(() => void this.#look(), lookMs)
    })
  }

  async #look(): Promise<void> {
    // a database that does not answer now is asked again
    const last = await numberLines(this.#database)
      .then(() => lastNumber(this.#database.db))
      .catch(() => undefined)
    for (const { after, go } of this.#waiting) if (last !== undefined && last > after) go(last)
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => void this.#look(), lookMs) : undefined
  }

  end(): void {
    this.#isEnded = true
    for (const { after, go } of this.#waiting) go(after)
    clearTimeout(this.#timer)
  }
}
