// The search index of this process: opened with the service, kept up to the changes each second, asked by all doors.
import type { FastifyRequest } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Orders } from '../../formats/text/collation.ts'
import { likedTags } from '../../http/language.ts'
import type { Services } from '../../http/module.ts'
import type { SearchIndex } from '../../search-index/query.ts'
import { own, type Owned } from '../../owned.ts'
import { openIndex } from '../../search-index/sqlite-thread.ts'
import { withdrawnAfter } from '../../system/changes/index.ts'
import { followIndex, sortOrders, wordForm } from './index-titles.ts'

const services = new WeakMap<Services, SearchService>()
const everyMs = 1000
/** How long it is known which titles are withdrawn: many may search at once. */
const rememberMs = 200
/** What was withdrawn in large numbers leaves hits at once and counts when the index has followed. */
const mostWithdrawn = 2000

/** Folder of the index; `current` in it names the file, so that one that is made anew takes the place of another at once. */
export const indexFolder = (of: Services): string => join(of.config.path.varFast, 'index')
export function currentFile(of: Services): string {
  const pointer = join(indexFolder(of), 'current')
  const name = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : ''
  return join(indexFolder(of), /^[\w.-]+$/.test(name) ? name : `titles-${of.config.search.stemming}.sqlite`)
}

export class SearchService {
  readonly form: (word: string) => string
  /** In which names are sorted */
  readonly orders: Orders
  readonly #services: Services
  #index: SearchIndex | undefined
  #file = ''
  #owned: Owned | undefined
  #complete: SearchIndex | undefined
  #following: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #withdrawn = { at: 0, ids: Promise.resolve<readonly number[]>([]) }

  constructor(of: Services) {
    this.#services = of
    this.form = wordForm(of)
    this.orders = sortOrders(of)
    services.set(of, this)
  }

  /** Number of the order for who asks. */
  orderFor(request: FastifyRequest): number {
    return this.orders.all.indexOf(this.orders.best(likedTags(request)))
  }

  /** The service of this process; undefined where no server runs in it. */
  static of(of: Services): SearchService | undefined {
    return services.get(of)
  }

  /** @throws Refusal unavailable where the index is switched off */
  get index(): SearchIndex {
    if (!this.#services.config.search.on)
      throw new Refusal('unavailable', 'The search index is switched off ([search] on).')
    const file = currentFile(this.#services)
    if (!this.#index || file !== this.#file) {
      const old = this.#index
      this.#index = openIndex(file, this.#services.config.search.maxHits, this.orders.mark)
      this.#file = file
      void old?.close()
    }
    return this.#index
  }

  /** Whether titles may be missing in what the index answers, because it is being made anew. */
  async isPartial(): Promise<boolean> {
    const { index } = this
    if (this.#complete === index) return false
    const isComplete = await index.isComplete()
    if (isComplete) this.#complete = index
    return !isComplete
  }

  /** @throws Refusal unavailable where another process has the index */
  async start(): Promise<void> {
    if (!this.#services.config.search.on) return
    this.#owned = await own(indexFolder(this.#services), 'owner.lock')
    if (!this.#owned)
      throw new Refusal(
        'unavailable',
        `Another process of Firefolio has the search index in ${indexFolder(this.#services)}. Stop it, or give this one a folder of its own ([path] varFast), or let it serve without search ([search] on = false).`,
      )
    this.#timer = setInterval(
      () =>
        void this.follow().catch(error => this.#services.log.error({ err: error as Error }, 'search index')),
      everyMs,
    )
    this.#timer.unref()
  }

  /** Titles that the index still has though they are hidden, binned or purged by now, in whatever process. */
  async withdrawn(): Promise<readonly number[]> {
    if (Date.now() - this.#withdrawn.at > rememberMs)
      this.#withdrawn = { at: Date.now(), ids: this.index.lastNumber().then(number => withdrawnAfter(this.#services.db, number, mostWithdrawn)) } // prettier-ignore
    return await this.#withdrawn.ids
  }

  /** Takes over what has changed; one at a time. */
  async follow(): Promise<void> {
    if (!this.#services.config.search.on) return
    const running = this.#following
    if (running) return await running
    this.#following = followIndex(this.#services, this.index).then(() => undefined)
    try {
      await this.#following
    } catch (error) {
      // opened anew: one that is damaged is then made from the database, one whose disk failed goes on where it was
      if (error instanceof Refusal && error.reason === 'unavailable') await this.#drop()
      throw error
    } finally {
      this.#following = undefined
    }
  }

  async #drop(): Promise<void> {
    const old = this.#index
    this.#index = undefined
    await old?.close().catch(() => {})
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    services.delete(this.#services)
    await this.#following?.catch(() => {})
    await this.#drop()
    await this.#owned?.release()
  }
}
