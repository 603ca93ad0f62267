// Attempts to log in are counted in this process, failed ones for all (shared-failures.ts): by account and address, by address, and by account. Who fails too often waits; an account is
// never closed to its owner, whose browser has logged in to it before (the known-browser cookie) and is counted by itself.
import { createHmac } from 'node:crypto'
import { Refusal } from '../../errors.ts'
import { isSame } from '../../http/auth.ts'
import type { Services } from '../../http/module.ts'

const mostCounters = 100_000

interface Counter {
  failures: number
  readonly since: number
}

export interface Attempt {
  /** As typed, or the id of a user where one was found */
  readonly account: string
  readonly address: string
  /** The value of the known-browser cookie, where it is one of this account */
  readonly device: string | undefined
}

export class Throttle {
  readonly #services: Services
  readonly #secret: Buffer
  readonly #counters = new Map<string, Counter>()

  constructor(services: Services) {
    this.#services = services
    this.#secret = services.secret('known browser')
  }

  /** What a browser is given that has logged in: its own random number, bound to the account. */
  deviceOf(userId: number, nonce: string): string {
    const mark = createHmac('sha256', this.#secret).update(`${userId}.${nonce}`).digest('base64url')
    return `${userId}.${nonce}.${mark}`
  }

  isDeviceOf(userId: number, device: string | undefined): device is string {
    const [, nonce] = /^\d+\.([A-Za-z0-9_-]{1,60})\.[A-Za-z0-9_-]{43}$/.exec(device ?? '') ?? []
    return device !== undefined && nonce !== undefined && isSame(device, this.deviceOf(userId, nonce))
  }

  /** Counters of an attempt, its own one first, each with the most that it may show */
  limits({ account, address, device }: Attempt): [string, number][] {
    const { logInAttempts, logInAttemptsAddress, logInAttemptsAccount } = this.#services.config.access
    return device === undefined
      ? [
          [`both ${account} ${address}`, logInAttempts],
          [`address ${address}`, logInAttemptsAddress],
          [`account ${account}`, logInAttemptsAccount],
        ]
      : [[`device ${device}`, logInAttempts]]
  }

  #counter(name: string): Counter | undefined {
    const counter = this.#counters.get(name)
    const windowMs = this.#services.config.access.logInWindow * 60_000
    if (counter && Date.now() - counter.since < windowMs) return counter
    this.#counters.delete(name)
    return undefined
  }

  /** @throws Refusal too-many-requests */
  require(attempt: Attempt): void {
    for (const [name, most] of this.limits(attempt)) {
      const counter = this.#counter(name)
      if (!counter || counter.failures < most) continue
      const until = counter.since + this.#services.config.access.logInWindow * 60_000
      throw new Refusal('too-many-requests', 'Too many log-ins have failed; try again later.', {
        retryAfter: Math.max(1, Math.ceil((until - Date.now()) / 1000)),
      })
    }
  }

  /** Counts an attempt before it is judged, so that many at once are no way around the limit. */
  count(attempt: Attempt): void {
    for (const [name] of this.limits(attempt)) {
      const counter = this.#counter(name)
      if (counter) counter.failures++
      else {
        if (this.#counters.size >= mostCounters) this.#dropOldest()
        this.#counters.set(name, { failures: 1, since: Date.now() })
      }
    }
  }

  /** It was right: what it had been counted for is taken back. */
  succeeded(attempt: Attempt): void {
    for (const [name] of this.limits(attempt)) {
      const counter = this.#counter(name)
      if (!counter) continue
      if (name.startsWith('address ') || name.startsWith('account ')) counter.failures--
      else this.#counters.delete(name)
    }
  }

  #dropOldest(): void {
    for (const name of [...this.#counters.keys()].slice(0, mostCounters / 10)) this.#counters.delete(name)
  }
}

const known = new WeakMap<Services['database'], Throttle>()

export function throttleOf(services: Services): Throttle {
  let throttle = known.get(services.database)
  if (!throttle) known.set(services.database, (throttle = new Throttle(services)))
  return throttle
}
