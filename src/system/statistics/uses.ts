// Counts in memory and stores in batches: a tile costs a look into two maps, and no statement. Rules after COUNTER: what one reader does twice
// within thirty seconds is done once, robots are left out. Who a reader is stays in this process, and no longer than a quarter of an hour.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isbot } from 'isbot'
import type { Services } from '../../http/module.ts'
import { publicNow } from '../../people/access/index.ts'
import { kinds, type Kind, useOf, verbOfKind } from './kinds.ts'
import * as repository from './repository.ts'

/** COUNTER Code of Practice §7.2: double clicks. */
const foldedMs = 30_000
/** Over so long is measured how much somebody opens. */
const windowMs = 600_000
const mostClients = 50_000
const mostWaiting = 100_000

const dayOf = (date: Date): number => Number(date.toISOString().slice(0, 10).replaceAll('-', ''))

interface Client {
  since: number
  uses: number
  lastAt: number
  /** When each use was last seen, by its kind and node */
  readonly seen: Map<string, number>
  /** Not stored yet, by day, kind and node */
  readonly counts: Map<string, number>
}

interface Access {
  readonly at: Date
  readonly kind: Kind
  readonly node: number
  readonly principal: string
  readonly address: string
}

export class Uses {
  readonly #services: Services
  readonly #now: () => number
  readonly #clients = new Map<string, Client>()
  readonly #robots = new Set<string>()
  readonly #others: readonly string[]
  #accesses: Access[] = []
  /** Counted and not stored, because storing failed or because whoever it was has been forgotten */
  #counts = new Map<string, number>()
  #flushing: Promise<void> | undefined
  #day = 0

  constructor(services: Services, now: () => number = Date.now) {
    this.#services = services
    this.#now = now
    this.#others = services.config.statistics.robots.map(part => part.toLowerCase())
  }

  /** After an answer. */
  note(request: FastifyRequest, reply: FastifyReply): void {
    if (request.method !== 'GET' || request.is404) return
    // whoever asks what robots may do is one
    if (request.routeOptions.url === '/robots.txt') return this.#setRobot(clientOf(request))
    if (![200, 206, 304].includes(reply.statusCode)) return
    const use = useOf(request)
    if (!use) return
    const { principal } = request
    const now = this.#now()
    const client = this.#client(clientOf(request), now)
    const key = `${use.kind} ${use.node}`
    const last = client.seen.get(key)
    client.seen.set(key, now)
    if (last !== undefined && now - last < foldedMs) return
    this.#noteAccess(request, use, now)
    if (!this.#services.config.statistics.on || this.#isRobot(request, client, now)) return
    // programs, and those who work on what they look at, are no readers
    if (principal.kind === 'operator' || (principal.kind === 'user' && !request.session)) return
    if (principal.rights.has('hidden:read')) return
    const counted = `${dayOf(new Date(now))} ${key}`
    client.counts.set(counted, (client.counts.get(counted) ?? 0) + 1)
  }

  #client(name: string, now: number): Client {
    let client = this.#clients.get(name)
    if (!client) {
      if (this.#clients.size >= mostClients) this.#forgetIdle(now, 0)
      client = { since: now, uses: 0, lastAt: now, seen: new Map(), counts: new Map() }
      this.#clients.set(name, client)
    }
    client.lastAt = now
    return client
  }

  #setRobot(name: string): void {
    const today = dayOf(new Date(this.#now()))
    if (this.#day !== today || this.#robots.size >= mostClients) this.#robots.clear()
    this.#day = today
    this.#robots.add(name)
    this.#clients.get(name)?.counts.clear()
  }

  #isRobot(request: FastifyRequest, client: Client, now: number): boolean {
    const agent = request.headers['user-agent'] ?? ''
    if (agent === '' || isbot(agent)) return true
    if (this.#others.some(part => agent.toLowerCase().includes(part))) return true
    const name = clientOf(request)
    if (this.#day === dayOf(new Date(now)) && this.#robots.has(name)) return true
    if (now - client.since > windowMs) Object.assign(client, { since: now, uses: 0 })
    client.uses++
    const { robotUses } = this.#services.config.statistics
    if (robotUses === 0 || client.uses <= robotUses) return false
    this.#setRobot(name)
    return true
  }

  /** Who is nobody and sits nowhere special sees what everyone sees. */
  #noteAccess(request: FastifyRequest, use: { kind: Kind; node: number }, now: number): void {
    const { principal } = request
    if (!this.#services.config.statistics.accessLog) return
    if (principal.kind === 'public' && principal.sight?.isShared !== false) return
    if (this.#accesses.length >= mostWaiting) return
    this.#accesses.push({ at: new Date(now), ...use, principal: principal.name, address: request.ip })
    if (this.#accesses.length % 10_000 === 0) void this.flush()
  }

  #forgetIdle(now: number, idleMs: number): void {
    for (const [name, client] of this.#clients)
      if (now - client.lastAt >= idleMs) {
        this.#gather(client)
        this.#clients.delete(name)
      }
  }

  #gather(client: Client): void {
    for (const [key, count] of client.counts) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
    client.counts.clear()
  }

  /** Stores what was counted; what cannot be stored now is tried again with the next batch. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#store().finally(() => (this.#flushing = undefined))
    await this.#flushing
  }

  async #store(): Promise<void> {
    const now = this.#now()
    for (const client of this.#clients.values()) {
      this.#gather(client)
      for (const [key, at] of client.seen) if (now - at >= foldedMs) client.seen.delete(key)
    }
    this.#forgetIdle(now, windowMs)
    const counts = this.#counts
    const accesses = this.#accesses
    if (counts.size === 0 && accesses.length === 0) return
    this.#counts = new Map()
    this.#accesses = []
    try {
      await this.#write(counts, accesses)
    } catch (error) {
      this.#services.log.warn({ err: error }, 'statistics are stored later')
      for (const [key, count] of counts) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
      this.#accesses = [...accesses, ...this.#accesses].slice(0, mostWaiting)
    }
  }

  async #write(counts: ReadonlyMap<string, number>, accesses: readonly Access[]): Promise<void> {
    const { db, database } = this.#services
    const lines = [...counts].map(([key, count]) => {
      const [day, kind, node] = key.split(' ')
      return { day: Number(day), kind: kind as Kind, node: Number(node), count }
    })
    const places = await repository.placesOf(db, new Set([...lines, ...accesses].map(({ node }) => node)))
    const everyone = await publicNow(this.#services)
    const sums = new Map<string, repository.Sum>()
    for (const { day, kind, node, count } of lines) {
      const place = places.get(node)
      if (place?.title === undefined) continue
      const key = `${day} ${place.domainId} ${place.title} ${kind}`
      const sum = sums.get(key)
      if (sum) sum.count += count
      else sums.set(key, { day, domainId: place.domainId, title: place.title, kind: kinds.of(kind), count })
    }
    const restricted = accesses.flatMap(access => {
      const place = places.get(access.node)
      // what is not released is work, not something that is closed to readers
      if (!place?.isVisible) return []
      const reason = everyone.sight?.reason(verbOfKind[access.kind], place)
      const isOpen = access.kind !== 'master' && reason?.allowed && reason.width === undefined
      return isOpen ? [] : [{ ...access, kind: kinds.of(access.kind), title: place.title ?? null }]
    })
    await database.inTransaction({}, async trx => {
      for (const sum of sums.values()) await repository.add(trx, sum)
      for (const access of restricted) await repository.insertAccess(trx, access)
    })
  }
}

/** A person by their session, others by address and program. */
const clientOf = (request: FastifyRequest): string =>
  request.session
    ? `user ${request.session.userId}`
    : `${request.ip} ${request.headers['user-agent']?.slice(0, 200) ?? ''}`

const known = new WeakMap<Services['database'], Uses>()

/** One for each database of the process. */
export function usesOf(services: Services): Uses {
  let uses = known.get(services.database)
  if (!uses) known.set(services.database, (uses = new Uses(services)))
  return uses
}
