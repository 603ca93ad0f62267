// Before any handler: the sight of who asks, and whether what the address names may be used as the route uses it. Routes state their right, and
// a verb where it is another one than the right stands for; every route below the addresses of the tree is gated without saying so.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { isOfTree } from '../../http/nodes.ts'
import { type Principal, publicPrincipal } from '../../http/principal.ts'
import type { ShownPlace, Sight, Verb } from '../../http/sight.ts'
import type { Level } from './entries.ts'
import { access, refuse, verbOf } from './policy.ts'
import { Sights } from './sights.ts'
import { requireWritten } from './written.ts'

const sights = new WeakMap<Services['database'], Sights>()
const sightsOf = (services: Services): Sights => {
  let known = sights.get(services.database)
  if (!known) sights.set(services.database, (known = new Sights(services.database)))
  return known
}

/** The principal with what it may see and do by the entries of now. */
export async function sighted(services: Services, principal: Principal): Promise<Principal> {
  return { ...principal, sight: await sightsOf(services).of(principal) }
}

/** The same, if a node or a domain had these entries: nothing is changed. */
export async function sightedSupposing(
  services: Services,
  principal: Principal,
  at: Parameters<Sights['supposing']>[1],
  level: Level,
): Promise<Principal> {
  return { ...principal, sight: await sightsOf(services).supposing(principal, at, level) }
}

/** Everyone, as of now: what followers, harvesters' lists and feeds are made for. */
export const publicNow = (services: Services): Promise<Principal> => sighted(services, publicPrincipal)

/** Entries were changed by this process: it sees by the new ones at once. */
export const forgetEntries = (services: Services): void => sightsOf(services).forget()

/** Raised with every change of entries and of copies that are lent (PRV_AclState), as of the last second. */
export const stateNumber = (services: Services): number | undefined => sightsOf(services).number

const keptMs = 500
const maxPlaces = 20_000

/** Where nodes stand, kept in this process for half a second and forgotten with each commit. */
export class Places {
  readonly #services: Services
  readonly #known = new Map<number, { readonly place: ShownPlace | undefined; readonly until: number }>()
  #generation = 0

  constructor(services: Services) {
    this.#services = services
    services.database.afterCommit.add(() => {
      this.#generation++
      this.#known.clear()
    })
  }

  /** Undefined for a node that is not there. */
  async of(id: number): Promise<ShownPlace | undefined> {
    const known = this.#known.get(id)
    if (known && known.until > Date.now()) return known.place
    const generation = this.#generation
    const row = await this.#services.db
      .selectFrom('OPR_Tree')
      .select(['OT_Path as path', 'OT_OD_ID as domainId', 'OT_State as state', 'OT_DelState as delState'])
      .where('OT_ID', '=', id)
      .executeTakeFirst()
    const place = row && {
      path: row.path,
      domainId: row.domainId,
      isVisible: row.state === 1 && row.delState === 0,
    }
    if (generation === this.#generation) {
      if (this.#known.size >= maxPlaces) this.#known.clear()
      this.#known.set(id, { place, until: Date.now() + keptMs })
    }
    return place
  }
}

const places = new WeakMap<Services['database'], Places>()
/** One for each database of the process. */
export function placesOf(services: Services): Places {
  let known = places.get(services.database)
  if (!known) places.set(services.database, (known = new Places(services)))
  return known
}

const idOf = (value: unknown): number | undefined => {
  const id =
    typeof value === 'number' ? value : Number(/^(\d{1,10})(?:\.dzi|_files|\.pdf)?$/.exec(String(value))?.[1])
  return Number.isInteger(id) && id > 0 && id <= 2147483647 ? id : undefined
}

/** The parameters of a route that are nodes. */
const namesOf = (stated: readonly string[] | undefined, url: string): readonly string[] =>
  stated ?? (isOfTree(url) ? ['id'] : [])

/** As what a request uses the nodes of its address, and where each stands. */
export function nodesOf(
  services: Services,
  request: FastifyRequest,
): { readonly verb: Verb | undefined; readonly nodes: readonly (() => Promise<ShownPlace | undefined>)[] } {
  const { url = '', config } = request.routeOptions
  const nodes = namesOf(config.nodes, url).map(name => async () => {
    const id = idOf((request.params as Record<string, unknown>)[name])
    return id === undefined ? undefined : await placesOf(services).of(id)
  })
  return { verb: config.verb ?? verbOf(config.right), nodes }
}

/** Hooks the gate into all routes. */
export function gate(app: App, services: Services): void {
  const nodes = placesOf(services)
  app.decorateRequest('reason', undefined)
  app.decorateRequest('writes', undefined)
  app.decorate('beforeCommit', [requireWritten])
  app.addHook('preHandler', async request => {
    const { url = '', config } = request.routeOptions
    if (request.is404 || request.principal.kind === 'operator') return
    const names = namesOf(config.nodes, url)
    const verb = config.verb ?? verbOf(config.right)
    const { sight } = request.principal
    if (!sight) return
    requireDomain(request, sight)
    if (!verb) return
    if (names.length === 0) {
      requireElsewhere(request, verb)
      return
    }
    // release alone decides, and the handler asks for that
    if (sight.isPlain && access.can(request.principal, config.right ?? 'admin')) return
    for (const name of names)
      await pass(request, nodes, verb, (request.params as Record<string, unknown>)[name])
  })
}

/** A domain that the address or the query names, as its handler would miss it. @throws Refusal not-found */
function requireDomain(request: FastifyRequest, sight: Sight): void {
  if (sight.isPlain) return
  const { domain } = request.params as { domain?: unknown }
  const asked = (request.query as { domain?: unknown } | undefined)?.domain
  for (const name of [domain, asked])
    if (
      (typeof name === 'string' || typeof name === 'number') &&
      sight.hiddenDomain(String(name)) !== undefined
    )
      throw new Refusal('not-found', `There is no domain ‘${name}’.`)
}

/** A route that is about no node of its address: the right must be of the installation, or its handler asks where. */
function requireElsewhere(request: FastifyRequest, verb: Verb): void {
  const { right } = request.routeOptions.config
  if (right === undefined || access.everywhere(request.principal, right)) return
  // what is changed is asked about when it has been, before it commits
  if (request.routeOptions.config.asksItself === true) return
  refuse(request.principal, verb, 'the whole installation', { allowed: false, by: 'nothing' })
}

async function pass(request: FastifyRequest, places: Places, verb: Verb, value: unknown): Promise<void> {
  const id = idOf(value)
  const found = id === undefined ? undefined : await places.of(id)
  const { tellsWithdrawn } = request.routeOptions.config
  if (!found) {
    if (id === undefined || tellsWithdrawn) return
    // by the handler it would take one look more than what is closed, and the time would tell which of both it is
    throw new Refusal('not-found', `There is no tree node ${id}.`)
  }
  const place = tellsWithdrawn ? { ...found, isVisible: true } : found
  const { principal } = request
  if (!access.sees(principal, place)) throw new Refusal('not-found', `There is no tree node ${id}.`)
  const reason = access.sight(principal).reason(verb, place)
  if (!reason.allowed) refuse(principal, verb, `node ${id}`, reason)
  request.reason ??= reason
}
