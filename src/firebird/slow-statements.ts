// Statements that took longer than [log] slowStatement, the slowest lately, each text once: what an operator is shown, and what the log has in full.

export interface SlowStatement {
  /** As it was sent, with ? where its values stood */
  readonly sql: string
  readonly count: number
  readonly maxMs: number
  readonly lastMs: number
  readonly lastAt: Date
}

export class SlowStatements {
  readonly #kept: number
  readonly #byText = new Map<string, SlowStatement>()

  /** @param kept how many texts are remembered; those that were slow longest ago go first */
  constructor(kept = 50) {
    this.#kept = kept
  }

  note({ sql, ms }: { readonly sql: string; readonly ms: number }): void {
    const before = this.#byText.get(sql)
    // put at the end again: a map keeps the order in which its keys came
    this.#byText.delete(sql)
    this.#byText.set(sql, {
      sql,
      count: (before?.count ?? 0) + 1,
      maxMs: Math.max(before?.maxMs ?? 0, ms),
      lastMs: ms,
      lastAt: new Date(),
    })
    const [oldest] = this.#byText.keys()
    if (this.#byText.size > this.#kept && oldest !== undefined) this.#byText.delete(oldest)
  }

  /** The slowest first. */
  list(): SlowStatement[] {
    return [...this.#byText.values()].sort((a, b) => b.maxMs - a.maxMs)
  }
}
