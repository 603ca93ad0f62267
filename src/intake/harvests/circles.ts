// Lists of a repository that never end: a token that comes again, the same records under ever new tokens, nothing under ever new tokens.
import { createHash } from 'node:crypto'
import { Refusal } from '../../errors.ts'

const mostEmptyLists = 20
const short = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)

export class Circles {
  readonly #baseUrl: string
  readonly #tokens = new Set<string>()
  readonly #lists = new Set<string>()
  #empty = 0

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl
  }

  #end(why: string, done: number): never {
    throw new Refusal(
      'not-processable',
      `${this.#baseUrl} goes round in a circle after ${done} records: ${why}. What was taken stays; the next run begins anew.`,
      { beginsAnew: true },
    )
  }

  /** @throws Refusal not-processable where a list or its token was there before */
  see(identifiers: readonly string[], token: string | undefined, done: number): void {
    if (identifiers.length === 0) {
      if (++this.#empty > mostEmptyLists) this.#end(`${this.#empty} lists were empty`, done)
    } else {
      this.#empty = 0
      const list = short(identifiers.join('\n'))
      if (this.#lists.has(list)) this.#end('a list came a second time', done)
      this.#lists.add(list)
    }
    if (token === undefined) return
    const mark = short(token)
    if (this.#tokens.has(mark)) this.#end('a resumption token came a second time', done)
    this.#tokens.add(mark)
  }
}
