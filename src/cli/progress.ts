// A progress bar on a terminal, a line now and then elsewhere.
const width = 30

export class Progress {
  readonly #label: string
  readonly #isTerminal = process.stderr.isTTY
  #lastShown = 0

  constructor(label: string) {
    this.#label = label
  }

  show(done: number, total: number, what: string): void {
    const now = Date.now()
    const isLast = done >= total
    if (!isLast && now - this.#lastShown < (this.#isTerminal ? 80 : 5000)) return
    if (!this.#isTerminal && !isLast && this.#lastShown === 0) {
      this.#lastShown = now
      return
    }
    this.#lastShown = now
    if (!this.#isTerminal)
      return void (isLast ? undefined : process.stderr.write(`${this.#label}: ${done} of ${total} ${what}\n`))
    const filled = total === 0 ? width : Math.round((done / total) * width)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
    process.stderr.write(
      `\r\u001b[K${this.#label} ${bar} ${done}/${total} ${what}`.slice(
        0,
        (process.stderr.columns ?? 100) + 5,
      ),
    )
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write('\r\u001b[K')
  }
}
