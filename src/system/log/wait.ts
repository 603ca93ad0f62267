// Waiting for the next line of the log: one look a second for all who wait in this process, and none while nobody does.
import type { Db } from '../../firebird/database.ts'
import { lastNumber } from './repository.ts'

const lookMs = 1000

export class LogWatch {
  readonly #db: Db
  readonly #waiting = new Set<{ readonly after: number; readonly go: () => void }>()
  #timer: NodeJS.Timeout | undefined
  #isEnded = false

  constructor(db: Db) {
    this.#db = db
  }

  /** Until there is a line after the number, the time is over, the signal comes, or the service ends. */
  async next(after: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#isEnded || signal.aborted) return
    await new Promise<void>(resolve => {
      const go = () => {
        this.#waiting.delete(one)
        clearTimeout(timer)
        signal.removeEventListener('abort', go)
        resolve()
      }
      const one = { after, go }
      const timer = setTimeout(go, ms)
      signal.addEventListener('abort', go)
      this.#waiting.add(one)
      this.#timer ??= setTimeout(() => void this.#look(), lookMs)
    })
  }

  async #look(): Promise<void> {
    // a database that does not answer now is asked again
    const last = await lastNumber(this.#db).catch(() => undefined)
    for (const { after, go } of this.#waiting) if (last !== undefined && last > after) go()
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => void this.#look(), lookMs) : undefined
  }

  end(): void {
    this.#isEnded = true
    for (const { go } of this.#waiting) go()
    clearTimeout(this.#timer)
  }
}
