// How much one client may ask for. Each kind of request has a budget of its own for each client, in windows of time; what is left of it
// stands in every answer but those of images. Counted in this process alone: a limit against one client's greed needs no exact sum.
import type { FastifyReply, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Config } from '../config/options.ts'
import { Refusal } from '../errors.ts'
import type { App } from './module.ts'

export const rateClasses = [
  'api',
  'images',
  'manifests',
  'harvest',
  'search',
  'suggestions',
  'logIn',
  'faults',
] as const
export type RateClass = (typeof rateClasses)[number]

const titles: Readonly<Record<RateClass, string>> = {
  api: 'requests',
  images: 'images',
  manifests: 'manifests and documents',
  harvest: 'harvesting requests',
  search: 'searches',
  suggestions: 'suggestions',
  logIn: 'log-ins',
  faults: 'reports of faults',
}

/** Images are counted by thousands of pixels, and no answer counts as fewer than these. */
const pixelsOfPoint = 1000
const leastPoints = 10
const pointsOfMegapixel = 1_000_000 / pixelsOfPoint

/** Which budget an address takes from, by its pattern; the first that fits. Undefined: from none. */
const patterns: readonly (readonly [RegExp, RateClass | undefined])[] = [
  [/^\/(health|ready|metrics|assets\/|static\/|docs|openapi\.json|robots\.txt|problems\/)/, undefined],
  [/^\/:domain\/domainresource\//, undefined],
  [/^\/log-in\//, 'logIn'],
  [/^\/iiif\/image\/|^\/(:domain\/)?(i3f\/v21|download\/webcache)\/|^\/(dzi|image|titlepage)\//, 'images'],
  [/^\/api\/v1\/pages\/:id\/(image|tiles)\b/, 'images'],
  [
    /^\/iiif\/search\/|^\/api\/v1\/search|^\/(:domain\/)?(sru|search)\b|^\/proto_ftsearch\/|^\/find$/,
    'search',
  ],
  [/^\/api\/v1\/suggestions$/, 'suggestions'],
  [/^\/iiif\/presentation\/|^\/(:domain\/)?(i3f\/v20|download)\/|^\/mets\/|\/mets$/, 'manifests'],
  [/^\/(:domain\/)?oai\b|^\/iiif\/activity\/|^\/opds|^\/sitemap/, 'harvest'],
]

/** @param method POST of a session is a log-in, everything else there is not; so it is with the page */
export function rateClassOf(method: string, url: string): RateClass | undefined {
  if (['/api/v1/session', '/api/v1/session/proof', '/log-in'].includes(url) && method === 'POST')
    return 'logIn'
  if (url === '/api/v1/tree/:id/faults' && method === 'POST') return 'faults'
  const found = patterns.find(([pattern]) => pattern.test(url))
  return found ? found[1] : 'api'
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rate?: RateClass | undefined
  }
  interface FastifyRequest {
    /** Takes the pixels of an answer from the client's budget; undefined where there is none */
    spendPixels: ((pixels: number) => void) | undefined
  }
}

interface Client {
  /** IPv6 addresses count by their network of 64 bits, which is what one subscriber has */
  readonly key: string
  readonly isExempt: boolean
}

const mostClients = 10_000

/** What is known of an address; looked up for every request, so it is kept. */
function clientsOf({ allow, exemptLoopback }: Config['rate']): (address: string) => Client {
  const networks = allow.map(text =>
    text.includes('/')
      ? ipaddr.parseCIDR(text)
      : ([ipaddr.process(text), text.includes(':') && !/^::ffff:/i.test(text) ? 128 : 32] as const),
  )
  const known = new Map<string, Client>()
  const find = (address: string): Client => {
    if (!ipaddr.isValid(address)) return { key: address, isExempt: false }
    const parsed = ipaddr.process(address)
    const isAllowed = networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits),
    )
    return {
      key: parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString(),
      isExempt: isAllowed || (exemptLoopback && parsed.range() === 'loopback'),
    }
  }
  return address => {
    let client = known.get(address)
    if (!client) {
      if (known.size >= mostClients) known.clear()
      known.set(address, (client = find(address)))
    }
    return client
  }
}

export function registerRates(
  app: App,
  rate: Config['rate'],
): { readonly beforeAuth: () => void; readonly afterAuth: () => void } {
  const clientOf = clientsOf(rate)
  const budgets = new Map(
    rateClasses
      .filter(name => rate[name] > 0)
      .map(name => [
        name,
        {
          name,
          most: rate[name] * (name === 'images' ? pointsOfMegapixel : 1),
          counter: new RateLimiterMemory({ keyPrefix: '', points: 1, duration: rate.window }),
        },
      ]),
  )
  type Budget = NonNullable<ReturnType<typeof budgets.get>>

  const refusal = ({ name }: Budget, most: number, used: RateLimiterRes, reply: FastifyReply): Refusal => {
    tell(reply, name, most, used)
    const retryAfter = Math.max(1, Math.ceil(used.msBeforeNext / 1000))
    const amount =
      name === 'images' ? `${most / pointsOfMegapixel} megapixels of images` : `${most} ${titles[name]}`
    return new Refusal(
      'too-many-requests',
      `More than ${amount} in ${rate.window} seconds; it goes on in ${retryAfter} seconds.`,
      { retryAfter, policy: name },
    )
  }

  /** @see draft-ietf-httpapi-ratelimit-headers-10 */
  const tell = (reply: FastifyReply, name: RateClass, most: number, used: RateLimiterRes): void => {
    const left = Math.max(0, most - used.consumedPoints)
    reply
      .header('ratelimit-policy', `"${name}";q=${most};w=${rate.window}`)
      .header('ratelimit', `"${name}";r=${left};t=${Math.max(0, Math.ceil(used.msBeforeNext / 1000))}`)
  }

  /** What a client has of a budget, and under which name it is counted. */
  const shareOf = (
    request: FastifyRequest,
    { most }: Budget,
    client: Client,
  ): { key: string; most: number } => {
    const { kind, userId } = request.principal
    if (kind !== 'user') return { key: client.key, most }
    // a session that a program shares with a browser is one user all the same, and so are all keys of one user
    return request.session === undefined
      ? { key: `key ${userId}`, most: most * rate.keyFactor }
      : { key: `user ${userId}`, most: most * rate.signedInFactor }
  }

  app.decorateRequest('spendPixels', undefined)
  app.addHook('onRoute', route => {
    route.config = { ...route.config, rate: rateClassOf([route.method].flat()[0] ?? 'GET', route.url) }
  })

  /** Keys are guessed where nothing is known of the client yet: an address whose keys were not known too often is not looked up again. */
  const beforeAuth = (): void => {
    const budget = budgets.get('logIn')
    if (!budget) return
    app.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization === undefined) return
      const client = clientOf(request.ip)
      if (client.isExempt) return
      const used = (await budget.counter.get(client.key)) as RateLimiterRes | null
      if (used && used.consumedPoints > budget.most) throw refusal(budget, budget.most, used, reply)
    })
    app.addHook('onResponse', async (request, reply) => {
      if (reply.statusCode !== 401 || request.headers.authorization === undefined) return
      const client = clientOf(request.ip)
      if (!client.isExempt) await budget.counter.penalty(client.key)
    })
  }

  const afterAuth = (): void => {
    app.addHook('onRequest', async (request, reply) => {
      const name = request.is404 ? 'api' : request.routeOptions.config.rate
      const budget = name && budgets.get(name)
      if (!budget || request.method === 'OPTIONS') return
      const client = clientOf(request.ip)
      if (client.isExempt || (rate.exemptOperator && request.principal.kind === 'operator')) return
      const { key, most } = shareOf(request, budget, client)
      const used = (await budget.counter.penalty(key, name === 'images' ? leastPoints : 1)) as RateLimiterRes
      if (used.consumedPoints > most) throw refusal(budget, most, used, reply)
      if (name === 'images')
        // how large an image is shows when it is there: the request that exceeds the budget is answered, the next one waits
        request.spendPixels = pixels => {
          const points = Math.ceil(pixels / pixelsOfPoint) - leastPoints
          if (points > 0) void budget.counter.penalty(key, points)
        }
      else tell(reply, name as RateClass, most, used)
    })
  }
  return rate.on ? { beforeAuth, afterAuth } : { beforeAuth: () => {}, afterAuth: () => {} }
}
