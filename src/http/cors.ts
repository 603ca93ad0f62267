import type { App } from './module.ts'

/**
 * Public reads that pages of other sites may make: every answer of the scope says so, errors as well, and preflights are answered.
 * @param paths what a preflight may ask for
 */
export function openToOtherSites(app: App, paths: readonly string[] = []): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
  for (const path of paths)
    app.options(path, { config: { right: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
        .header('access-control-allow-headers', 'Authorization, If-None-Match, Range')
        .header('access-control-max-age', '86400')
        .send(),
    )
}

/** What programs in a browser go on with. */
const exposed =
  'ETag, Location, Link, Operation, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, Content-Disposition, Repr-Digest'

/**
 * Pages of these origins may use the API, with a key in Authorization: no cookie of a session is taken from them, so nothing is allowed
 * that needs one.
 * @param origins [server] corsOrigins
 */
export function openApiTo(app: App, origins: readonly string[]): void {
  if (origins.length === 0) return
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    if (!request.url.startsWith('/api/') || origin === undefined || !origins.includes(origin)) return
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposed)
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return
    return reply
      .code(204)
      .header('vary', 'Origin')
      .header('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
      .header(
        'access-control-allow-headers',
        'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Change-Reason, X-Application, X-Confirm, Content-Digest, Range, If-Range',
      ) // prettier-ignore
      .header('access-control-max-age', '7200')
      .send()
  })
  // who keeps the answer to one origin hands it to no other
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return
    const vary = reply.getHeader('vary')
    reply.header('vary', typeof vary === 'string' && vary !== 'Origin' ? `${vary}, Origin` : 'Origin')
  })
}
