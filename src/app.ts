// The table of contents: every module of the service, in the order in which they build on each other.
import multipart from '@fastify/multipart'
import fastify, {
  LogController,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Refusal } from './errors.ts'
import { writeAnswers } from './http/answers.ts'
import { registerAuth } from './http/auth.ts'
import { registerCodings } from './http/codings.ts'
import { registerContentTags } from './http/etag.ts'
import { openApiTo } from './http/cors.ts'
import { headersOfAll } from './http/headers.ts'
import { streamedTypes, xmlTypes } from './http/media-types.ts'
import type { App, Check, Module, Services } from './http/module.ts'
import { isOfTree } from './http/nodes.ts'
import { registerOpenApi } from './http/openapi.ts'
import { registerPrefix } from './http/prefix.ts'
import { answerError, refusalOf } from './http/problem.ts'
import { registerRates } from './http/rates.ts'
import type { JobHandler } from './jobs/runner.ts'
import { serverTimeouts } from './listen.ts'
import { attachments } from './catalogue/attachments/index.ts'
import { domains } from './catalogue/domains/index.ts'
import { notes } from './catalogue/notes/index.ts'
import { identifiers } from './catalogue/identifiers/index.ts'
import { pages } from './catalogue/pages/index.ts'
import { operations } from './catalogue/operations/index.ts'
import { rearranging } from './catalogue/rearranging/index.ts'
import { structure } from './catalogue/structure/index.ts'
import { tags } from './catalogue/tags/index.ts'
import { transitions } from './catalogue/transitions/index.ts'
import { texts } from './catalogue/texts/index.ts'
import { titles } from './catalogue/titles/index.ts'
import { redirected, tree } from './catalogue/tree/index.ts'
import { downloads } from './dissemination/downloads/index.ts'
import { feeds } from './dissemination/feeds/index.ts'
import { manifests } from './dissemination/manifests/index.ts'
import { mets } from './dissemination/mets/index.ts'
import { oai } from './dissemination/oai/index.ts'
import { permalinks } from './dissemination/permalinks/index.ts'
import { published } from './dissemination/published/index.ts'
import { reading } from './dissemination/reading/index.ts'
import { search } from './dissemination/search/index.ts'
import { marks } from './images/marks/index.ts'
import { packs } from './images/packs/index.ts'
import { serving } from './images/serving/index.ts'
import { authorities } from './intake/authorities/index.ts'
import { catalogues } from './intake/catalogues/index.ts'
import { harvests } from './intake/harvests/index.ts'
import { imports } from './intake/imports/index.ts'
import { recognition } from './intake/recognition/index.ts'
import { access, gate, recordDoors, sighted } from './people/access/index.ts'
import { accounts } from './people/accounts/index.ts'
import { groups } from './people/groups/index.ts'
import { lending } from './people/lending/index.ts'
import { orders } from './people/orders/index.ts'
import { providers } from './people/providers/index.ts'
import { rights } from './people/rights/index.ts'
import { viewers } from './people/viewers/index.ts'
import { identitiesOf, sessions } from './people/sessions/index.ts'
import { capsules } from './preservation/capsules/index.ts'
import { fixity } from './preservation/fixity/index.ts'
import { stores } from './preservation/stores/index.ts'
import { changes } from './system/changes/index.ts'
import { health } from './system/health/index.ts'
import { jobs } from './system/jobs/index.ts'
import { log } from './system/log/index.ts'
import { overview } from './system/overview/index.ts'
import { tellPrograms } from './system/programs/index.ts'
import { statistics } from './system/statistics/index.ts'
import { registerWeb } from './web/index.ts'

export const modules: readonly Module[] = [
  health,
  log,
  domains,
  tags,
  transitions,
  notes,
  identifiers,
  tree,
  attachments,
  rights,
  titles,
  pages,
  structure,
  operations,
  rearranging,
  texts,
  lending,
  orders,
  packs,
  serving,
  marks,
  imports,
  jobs,
  changes,
  mets,
  manifests,
  oai,
  search,
  permalinks,
  reading,
  downloads,
  feeds,
  published,
  catalogues,
  authorities,
  harvests,
  recognition,
  sessions,
  groups,
  accounts,
  fixity,
  capsules,
  stores,
  viewers,
  providers,
  statistics,
  overview,
]

export const checks: readonly Check[] = modules.flatMap(module => module.checks ?? [])

export const jobHandlers: ReadonlyMap<string, JobHandler<Services>> = new Map(
  modules.flatMap(module => Object.entries(module.jobs ?? {})),
)

/** What all modules follow, one after the other; where one fails, an index whose disk is full or a folder that is away, all others do. @throws what failed, at the end */
export const follow = async (services: Services): Promise<void> => {
  const faults: unknown[] = []
  for (const module of modules) await module.follow?.(services).catch((error: unknown) => faults.push(error))
  if (faults.length > 0)
    throw faults.length === 1 ? faults[0] : new AggregateError(faults, 'Followers failed.')
}

/**
 * In the API a parameter that a route does not know is a mistake of the client, not something to overlook. Public addresses are passed on by
 * newsletters and social networks, which add parameters of their own: there they are ignored (decision 36).
 */
function parametersOf(url: string, querystring: unknown): unknown {
  if (url.startsWith('/api/')) return querystring ?? z.strictObject({})
  const isStrict = querystring instanceof z.ZodObject && querystring.def.catchall instanceof z.ZodNever
  return isStrict ? querystring.strip() : (querystring ?? z.object({}))
}

interface BodySchema {
  readonly body?: { readonly content?: Readonly<Record<string, unknown>> }
  readonly consumes?: readonly string[]
}

/** Where an address that names a title by its id leads, when that title is not to be had because it was merged into another one. */
async function mergedAddress(
  services: Services,
  error: unknown,
  request: FastifyRequest,
): Promise<string | undefined> {
  if (!['GET', 'HEAD'].includes(request.method) || refusalOf(error)?.reason !== 'not-found') return undefined
  const { url = '' } = request.routeOptions
  if (!isOfTree(url)) return undefined
  const at = url.split('/').indexOf(':id')
  const [path = '', ...query] = request.url.split(/(?=\?)/)
  const segments = path.split('/')
  const id = Number(segments[at])
  if (!Number.isInteger(id) || id < 1 || id > 2147483647) return undefined
  const target = await redirected(services.db, id)
  if (target === undefined) return undefined
  segments[at] = String(target)
  return segments.join('/') + query.join('')
}

/** The service without a listener: what tests inject into and main.ts listens with. */
export async function buildApp(
  services: Services & { readonly operatorKey: string },
  writing = writeAnswers,
): Promise<App> {
  const { config } = services
  const timeouts = serverTimeouts(config)
  const headers = headersOfAll(config.server.publicUrl)
  const options: FastifyHttpOptions<RawServerDefault> = {
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.limits.metadataBytes,
    requestTimeout: timeouts.requestTimeout,
    keepAliveTimeout: timeouts.keepAliveTimeout,
    http: {
      headersTimeout: timeouts.headersTimeout,
      connectionsCheckingInterval: timeouts.connectionsCheckingInterval,
    },
    trustProxy: config.server.trustProxy.length > 0 ? config.server.trustProxy : false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 600, ignoreTrailingSlash: true },
    exposeHeadRoutes: true,
    genReqId: () => crypto.randomUUID(),
    // addresses that cannot be decoded come to no route and to no hook
    frameworkErrors: (error, request, reply) => {
      request.facts = {}
      reply.headers(headers)
      void answerError(error, request, reply)
    },
  }
  const app = (fastify(options) as unknown as App).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(writing)
  app.setErrorHandler(async (error, request, reply) => {
    const address = await mergedAddress(services, error, request)
    if (address === undefined) return answerError(error, request, reply)
    return reply.header('cache-control', 'public, max-age=60').redirect(address, 301)
  })
  const methodsAt = recordRoutes(app)
  app.decorate('doors', recordDoors(app))
  const missing = (request: FastifyRequest, reply: FastifyReply): Refusal => {
    // what is open to other sites says so of its errors, too
    if (request.url.startsWith('/iiif/')) reply.header('access-control-allow-origin', '*')
    const path = request.url.split('?')[0] ?? ''
    const allowed = methodsAt(path)
    if (allowed.length === 0) return new Refusal('not-found', `There is nothing at ${path}.`)
    reply.header('allow', allowed.join(', '))
    return new Refusal(
      'method-not-allowed',
      `${request.method} does not exist here; possible are ${allowed.join(', ')}.`,
    )
  }
  app.setNotFoundHandler((request, reply) => answerError(missing(request, reply), request, reply))
  app.addContentTypeParser(xmlTypes, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const type of streamedTypes)
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
  app.decorateRequest('facts', null as never)
  app.addHook('onRequest', async request => {
    request.facts = {}
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, facts } = request
    const right = request.principal as { name: string } | null
    request.log.info(
      {
        method,
        url: url.split('?')[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        principal: right?.name,
        requestId: request.id,
        ...(config.log.clientAddress ? { client: request.ip } : {}),
        ...facts,
      },
      'request',
    )
  })
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers))
  // a browser asks before it sends a key, so it is answered before anybody is looked up
  openApiTo(app, config.server.corsOrigins)
  registerPrefix(app, config.server.publicUrl)
  registerContentTags(app)
  registerCodings(app, config.http.compressFrom)
  const rates = registerRates(app, config.rate)
  rates.beforeAuth()
  registerAuth(
    app,
    { operatorKey: services.operatorKey, publicUrl: config.server.publicUrl },
    { ...access, sighted: principal => sighted(services, principal) },
    identitiesOf(services),
  )
  rates.afterAuth()
  gate(app, services)
  tellPrograms(app, services)
  // told before a body is looked at: no media type of it (QUERY demands one, RFC 10008 §2) matters where nobody takes it
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) throw missing(request, reply)
  })
  app.addHook('onRoute', route => {
    // the documentation's own files need nothing
    if (route.url.startsWith('/docs')) route.config = { ...route.config, right: 'public' }
    else if (route.schema)
      route.schema = { ...route.schema, querystring: parametersOf(route.url, route.schema.querystring) }
  })
  // a body that a route does not describe would reach its handler unseen by any schema
  app.addHook('preValidation', async request => {
    const { body, consumes = [] } = (request.routeOptions.schema ?? {}) as BodySchema
    if (body === undefined) return
    const media = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
    const taken = [...new Set([...Object.keys(body.content ?? { 'application/json': body }), ...consumes])]
    if (media !== '' && !taken.includes(media))
      throw new Refusal('unsupported-media-type', `This takes ${taken.join(' or ')}, not ${media}.`)
    // bodies of several parts are read by their route
    if (body.content && request.body === undefined && media !== 'multipart/form-data')
      throw new Refusal('bad-request', `The body is missing; this takes ${taken.join(' or ')}.`)
  })
  for (const module of modules) module.hooks?.(app, services)
  await app.register(multipart)
  await registerOpenApi(app, config.server.publicUrl)
  await registerWeb(app, services)
  for (const module of modules)
    if (module.routes)
      await app.register(
        named(module.name, async scope => await module.routes?.(scope as unknown as App, { services })),
      )
  return app
}

/** A plugin that says its name: fastify looks for that of another one in all modules that were ever loaded, for a fifth of the time that a start takes. */
const named = (name: string, plugin: (scope: FastifyInstance) => Promise<void>) =>
  Object.assign(plugin, { [Symbol.for('fastify.display-name')]: name })

/** Which methods the routes of an address take: an address that exists under another method is answered 405, not 404. */
function recordRoutes(app: App): (path: string) => string[] {
  const known: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', route => {
    const pattern = route.url.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(/:\w+/g, '[^/]+')
    known.push({ pattern: new RegExp(`^${pattern}/?$`), methods: [route.method].flat() })
  })
  return path =>
    [...new Set(known.filter(route => route.pattern.test(path)).flatMap(route => route.methods))].sort()
}
