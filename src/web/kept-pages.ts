// Rendered pages that are the same for everyone, kept for a short while: a title that many read at once is rendered once.
import type { RenderedPage } from './bundle.ts'

/** Younger than what the application takes for fresh (a minute): a page that is taken over asks for nothing again. It bounds as well how long a file of settings that was changed is not seen. */
const mostAgeMs = 30_000
const mostPages = 500
const longestKey = 300

interface Kept {
  readonly tag: string
  readonly until: number
  readonly page: RenderedPage
}

export class KeptPages {
  readonly #kept = new Map<string, Kept>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /**
   * @param key names the page among all: its address, language and look
   * @param tag of what it is made of; undefined: it is made for this request alone
   */
  async of(key: string, tag: string | undefined, render: () => Promise<RenderedPage>): Promise<RenderedPage> {
    if (tag === undefined || key.length > longestKey) return await render()
    const known = this.#kept.get(key)
    this.#kept.delete(key)
    const now = this.#now()
    const kept =
      known?.tag === tag && now < known.until ? known : { tag, until: now + mostAgeMs, page: await render() }
    if (kept.page.status !== 200) return kept.page
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostPages && oldest !== undefined) this.#kept.delete(oldest)
    return kept.page
  }
}
