import type { Session } from './session.ts'

// A progress bar on a terminal, a line now and then elsewhere.
const width = 30
/** Before it, the time left is a guess. */
const timeToJudgeMs = 3000

export class Progress {
  readonly #label: string
  readonly #session: Session
  #lastShown = 0
  readonly #started = Date.now()

  constructor(label: string, session: Session) {
    this.#label = label
    this.#session = session
  }

  show(done: number, total: number, what: string): void {
    const now = Date.now()
    const isLast = done >= total
    if (!isLast && now - this.#lastShown < (this.#session.isTerminal ? 80 : 5000)) return
    if (!this.#session.isTerminal && !isLast && this.#lastShown === 0) {
      this.#lastShown = now
      return
    }
    this.#lastShown = now
    const left = this.#timeLeft(done, total, now)
    if (!this.#session.isTerminal)
      return isLast
        ? undefined
        : this.#session.err(`${this.#label}: ${Math.floor(done)} of ${total} ${what}${left}\n`)
    const filled = total === 0 ? width : Math.round((done / total) * width)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    this.#session.err(
      `\r\u001b[K${this.#label} ${bar} ${Math.floor(done)}/${total}${left} ${what}`.slice(
        0,
        this.#session.columns + 5,
      ),
    )
  }

  /** As far as the work so far tells. */
  #timeLeft(done: number, total: number, now: number): string {
    const spent = now - this.#started
    if (done <= 0 || done >= total || spent < timeToJudgeMs) return ''
    const seconds = Math.ceil((spent * (total - done)) / done / 1000)
    if (seconds < 90) return `, ${seconds} s left`
    const minutes = Math.round(seconds / 60)
    return minutes < 90 ? `, ${minutes} min left` : `, ${(minutes / 60).toFixed(1)} h left`
  }

  end(): void {
    if (this.#session.isTerminal) this.#session.err('\r\u001b[K')
  }
}
