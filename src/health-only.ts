// [database] on = false: the process lives and says so, and nothing else works.
import fastify from 'fastify'
import type { Config } from './config/options.ts'
import { version } from './root.ts'

export async function startHealthOnly(config: Config, say: (sentence: string) => void): Promise<void> {
  const app = fastify()
  app.get('/health', async () => ({ status: 'ok', version, uptime: Math.round(process.uptime()) }))
  app.get('/ready', async (_request, reply) =>
    reply
      .code(503)
      .send({ status: 'unavailable', checks: { database: 'switched off ([database] on = false)' } }),
  )
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(503)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: '/problems/unavailable',
          title: 'A part of the service cannot be reached',
          status: 503,
          detail: 'The database is switched off ([database] on = false).',
          instance: request.url,
        }),
      ),
  )
  const port = config.http.port === 0 ? 0 : config.http.port + config.server.portBase
  say(
    `serving /health on ${await app.listen({ host: config.server.bindHosts[0] ?? '127.0.0.1', port })}; the database is switched off`,
  )
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => void app.close().then(() => process.exit(0)))
}
