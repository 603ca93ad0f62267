// Who stands behind a cookie or a key, kept in this process for a second: a viewer's hundred requests cost one look at the database. What
// changes people forgets all at once here; other processes notice within that second.
import { createHmac } from 'node:crypto'
import { type Identities, isSame } from '../../http/auth.ts'
import type { Services } from '../../http/module.ts'
import {
  type Principal,
  publicPrincipal,
  publicRights,
  type RequestSession,
  type Right,
  type Scope,
  scopes,
} from '../../http/principal.ts'
import { principalOf } from './principals.ts'
import * as repository from './repository.ts'
import { readViewerToken } from './viewer-tokens.ts'

const keptMs = 1000
const mostEntries = 10_000
/** Signs of use are stored to the minute. */
const touchMs = 60_000

/** All that a page of another site does with the token of its reader. */
const ofViewers: ReadonlySet<Right> = new Set(publicRights)

export interface FoundSession {
  readonly principal: Principal
  readonly session: RequestSession
  readonly isToRotate: boolean
}
interface FoundKey {
  readonly principal: Principal
  readonly hash: string
}

interface Entry<T> {
  readonly found: Promise<T | undefined>
  readonly until: number
}

/** What was found is kept for a second; what is not there as well. */
class Kept<T> {
  readonly #entries = new Map<string, Entry<T>>()

  async get(name: string, find: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#entries.get(name)
    if (known && known.until > Date.now()) return await known.found
    if (this.#entries.size >= mostEntries) this.#entries.clear()
    const entry = { found: find(), until: Date.now() + keptMs }
    this.#entries.set(name, entry)
    try {
      return await entry.found
    } catch (error) {
      if (this.#entries.get(name) === entry) this.#entries.delete(name)
      throw error
    }
  }

  clear(): void {
    this.#entries.clear()
  }
}

export const scopesOf = (stored: string): Scope[] =>
  stored.split(' ').filter((word): word is Scope => (scopes as readonly string[]).includes(word))

export class KnownIdentities implements Identities {
  readonly #services: Services
  readonly #csrfSecret: Buffer
  readonly #sessions = new Kept<FoundSession>()
  readonly #keys = new Kept<FoundKey>()

  constructor(services: Services) {
    this.#services = services
    this.#csrfSecret = services.secret('csrf')
  }

  /** After a change of people: what was looked up, or is being looked up, is not asked again. */
  forget(): void {
    this.#sessions.clear()
    this.#keys.clear()
    this.#users.clear()
  }

  csrfToken(sessionId: number): string {
    return createHmac('sha256', this.#csrfSecret).update(String(sessionId)).digest('base64url')
  }

  idleSince(): Date {
    return new Date(Date.now() - this.#services.config.access.sessionIdle * 60_000)
  }

  async ofSession(token: string): Promise<FoundSession | undefined> {
    return await this.#sessions.get(repository.hashOf(token), async () => {
      const row = await repository.findSession(this.#services.db, token, this.idleSince())
      if (!row) return undefined
      if (Date.now() - row.seenAt.getTime() > touchMs)
        this.#note(repository.touchSession(this.#services.db, row.id))
      return {
        principal: await principalOf(this.#services.db, { ...row, id: row.userId }),
        isToRotate: row.isToRotate === 1,
        session: {
          id: row.id,
          userId: row.userId,
          means: row.means,
          csrfToken: this.csrfToken(row.id),
          expiresAt: row.expiresAt,
          provenAt: row.provenAt,
        },
      }
    })
  }

  async ofKey(id: number, secret: string): Promise<Principal | undefined> {
    const found = await this.#keys.get(String(id), async () => {
      const row = await repository.findKey(this.#services.db, id)
      if (!row) return undefined
      return {
        hash: row.hash,
        principal: await principalOf(this.#services.db, { ...row, id: row.userId }, scopesOf(row.scopes)),
      }
    })
    // a key that is not there takes as long as a wrong secret
    const isRight = isSame(repository.hashOf(secret), found?.hash ?? '')
    if (!found || !isRight) return undefined
    this.#used(id)
    return found.principal
  }

  readonly #users = new Kept<Principal>()

  async ofViewer(token: string, address: string): Promise<Principal | undefined> {
    const who = readViewerToken(this.#services, token)
    if (!who) return undefined
    // who is nobody is known by where they sit: elsewhere the token is worth nothing
    if (who.userId === undefined) return who.address === address ? publicPrincipal : undefined
    const { userId } = who
    return await this.#users.get(String(userId), async () => {
      const row = await repository.findActiveUser(this.#services.db, userId)
      if (!row) return undefined
      // no scope at all: what is released and what entries open to the reader, and nothing of their work, nor of who they are
      const principal = await principalOf(this.#services.db, { ...row, id: userId }, [])
      return { ...principal, rights: ofViewers, within: ofViewers }
    })
  }

  readonly #usedAt = new Map<number, number>()

  #used(id: number): void {
    const now = Date.now()
    if (now - (this.#usedAt.get(id) ?? 0) < touchMs) return
    this.#usedAt.set(id, now)
    this.#note(repository.touchKey(this.#services.db, id))
  }

  /** A sign of use that cannot be stored is not worth a request. */
  #note(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#services.log.warn({ err: error }, 'sign of use'))
  }
}

const known = new WeakMap<Services['database'], KnownIdentities>()

/** One for each database of the process: routes that change people make it forget. */
export function identitiesOf(services: Services): KnownIdentities {
  let identities = known.get(services.database)
  if (!identities) known.set(services.database, (identities = new KnownIdentities(services)))
  return identities
}
