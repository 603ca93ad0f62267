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
        .header('access-control-allow-headers', 'Authorization, If-None-Match')
        .header('access-control-max-age', '86400')
        .send(),
    )
}
