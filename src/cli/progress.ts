import type { Session } from './session.ts'

// A progress bar on a terminal, a line now and then elsewhere.
const width = 30

export class Progress {
  readonly #label: string
  readonly #session: Session
  #lastShown = 0

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
    if (!this.#session.isTerminal)
      return isLast ? undefined : this.#session.err(`${this.#label}: ${done} of ${total} ${what}\n`)
    const filled = total === 0 ? width : Math.round((done / total) * width)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    this.#session.err(
      `\r\u001b[K${this.#label} ${bar} ${done}/${total} ${what}`.slice(0, this.#session.columns + 5),
    )
  }

  end(): void {
    if (this.#session.isTerminal) this.#session.err('\r\u001b[K')
  }
}
