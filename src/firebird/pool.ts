// A pool that is fair: callers are served in the order they came, each within acquireTimeoutMs or not at all.
// A dead connection is replaced when the next caller needs one; when opening fails, every waiter is
// dispatched anew, so nobody waits for a connection that will not come.
import { FirebirdFault } from './faults.ts'

/** What the pool needs of a connection. */
export interface Poolable {
  readonly isDead: boolean
  readonly openedAt: number
  readonly lastUsedAt: number
  /** Throws when the connection is no longer good. */
  validate(): Promise<void>
  /** Ends what a caller left open. */
  reset(): Promise<void>
  close(): Promise<void>
}

export interface PoolOptions {
  readonly size: number
  readonly acquireTimeoutMs: number
  /** An idle connection older than this is validated before it is handed out. */
  readonly validateAfterMs: number
  /** A connection older than this is replaced when it is next free. */
  readonly maxLifetimeMs: number
}

export interface PoolMetrics {
  readonly size: number
  readonly open: number
  readonly idle: number
  readonly waiting: number
  readonly opened: number
  readonly acquired: number
  readonly timedOut: number
  readonly failed: number
}

interface Waiter<C> {
  readonly resolve: (connection: C) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

export class Pool<C extends Poolable> {
  readonly #open: () => Promise<C>
  readonly #options: PoolOptions
  readonly #idle: C[] = []
  readonly #all = new Set<C>()
  readonly #waiters: Waiter<C>[] = []
  #opening = 0
  #renewedAt = 0
  #busy = 0
  #ended = false
  #drained: (() => void) | undefined
  #opened = 0
  #acquired = 0
  #timedOut = 0
  #failed = 0

  constructor(open: () => Promise<C>, options: PoolOptions) {
    this.#open = open
    this.#options = options
  }

  get metrics(): PoolMetrics {
    return {
      size: this.#options.size,
      open: this.#all.size,
      idle: this.#idle.length,
      waiting: this.#waiters.length,
      opened: this.#opened,
      acquired: this.#acquired,
      timedOut: this.#timedOut,
      failed: this.#failed,
    }
  }

  /** @throws FirebirdFault pool when none becomes free in time, or the fault that opening a new one met */
  acquire(): Promise<C> {
    if (this.#ended) return Promise.reject(new FirebirdFault('pool', 'The connection pool is closed.'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const at = this.#waiters.indexOf(waiter)
        if (at < 0) return
        this.#waiters.splice(at, 1)
        this.#timedOut++
        reject(
          new FirebirdFault(
            'pool',
            `No database connection became free within ${this.#options.acquireTimeoutMs} ms.`,
          ),
        )
      }, this.#options.acquireTimeoutMs)
      const waiter: Waiter<C> = { resolve, reject, timer }
      this.#waiters.push(waiter)
      this.#dispatch()
    })
  }

  async release(connection: C): Promise<void> {
    await connection.reset().catch(() => {})
    this.#busy--
    const isOld = Date.now() - connection.openedAt > this.#options.maxLifetimeMs
    const isStale = connection.openedAt <= this.#renewedAt
    if (connection.isDead || isOld || isStale || this.#ended) {
      this.#all.delete(connection)
      if (!connection.isDead) void connection.close()
    } else this.#idle.push(connection)
    if (this.#ended && this.#busy === 0) this.#drained?.()
    this.#dispatch()
  }

  /** Replaces every connection: the idle ones now, the others when they come back. */
  renew(): void {
    this.#renewedAt = Date.now()
    for (const connection of this.#idle.splice(0)) {
      this.#all.delete(connection)
      void connection.close()
    }
  }

  /** Refuses new callers, waits for the busy connections (at most graceMs), closes all. */
  async end(graceMs = 10_000): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer)
      waiter.reject(new FirebirdFault('pool', 'The connection pool is closed.'))
    }
    if (this.#busy > 0) {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        new Promise<void>(resolve => (this.#drained = resolve)),
        new Promise(resolve => (timer = setTimeout(resolve, graceMs))),
      ])
      clearTimeout(timer)
    }
    await Promise.all([...this.#all].map(connection => connection.close()))
    this.#all.clear()
    this.#idle.length = 0
  }

  #dispatch(): void {
    while (this.#waiters.length > 0) {
      const idle = this.#takeIdle()
      if (idle) {
        const waiter = this.#next()
        this.#busy++
        void this.#handOver(idle, waiter)
        continue
      }
      if (this.#all.size + this.#opening >= this.#options.size) return
      // one opening per waiter that no opening is meant for yet
      if (this.#opening >= this.#waiters.length) return
      void this.#openOne()
    }
  }

  #next(): Waiter<C> {
    const waiter = this.#waiters.shift() as Waiter<C>
    clearTimeout(waiter.timer)
    return waiter
  }

  #takeIdle(): C | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (!connection.isDead) return connection
      this.#all.delete(connection)
    }
    return undefined
  }

  async #handOver(connection: C, waiter: Waiter<C>): Promise<void> {
    if (Date.now() - connection.lastUsedAt > this.#options.validateAfterMs) {
      try {
        await connection.validate()
      } catch {
        this.#busy--
        this.#all.delete(connection)
        void connection.close()
        // back to the head of the queue: it came first
        const timer = setTimeout(() => this.#expire(again), this.#options.acquireTimeoutMs)
        const again: Waiter<C> = { ...waiter, timer }
        this.#waiters.unshift(again)
        return this.#dispatch()
      }
    }
    this.#acquired++
    waiter.resolve(connection)
  }

  #expire(waiter: Waiter<C>): void {
    const at = this.#waiters.indexOf(waiter)
    if (at < 0) return
    this.#waiters.splice(at, 1)
    this.#timedOut++
    waiter.reject(new FirebirdFault('pool', 'No database connection became free in time.'))
  }

  async #openOne(): Promise<void> {
    this.#opening++
    try {
      const connection = await this.#open()
      this.#opened++
      if (this.#ended) return void connection.close()
      this.#all.add(connection)
      this.#idle.push(connection)
    } catch (error) {
      this.#failed++
      // the first in line learns why; the others try again
      if (this.#waiters.length > 0) this.#next().reject(error)
    } finally {
      this.#opening--
      this.#dispatch()
    }
  }
}
