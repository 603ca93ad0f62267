// Liveness, readiness, metrics, and what the program is.
import { z } from 'zod'
import { reasons, type Reason } from '../../errors.ts'
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { counts } from '../../jobs/queue.ts'
import { version } from '../../root.ts'
import { checks } from './checks.ts'
import { LoopWatch } from './loop-watch.ts'
import { renderMetrics, requestMetrics } from './metrics.ts'
import { readinessOf, readyStates } from './ready.ts'

export { type Folder, foldersOf, readinessOf, readyStates } from './ready.ts'

const Health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    uptime: z.number().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'Health' })
const ProblemPage = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), explanation: z.string() })
  .meta({ id: 'ProblemPage' })
const Ready = z
  .object({
    status: z.enum(readyStates).meta({
      description: 'degraded: it serves, and something needs the operator soon',
    }),
    checks: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Ready' })

const sentences: Partial<Record<Reason, string>> = {
  stale:
    'Somebody changed the record after you read it. Read it again, make your change on what is there now, and send it with the new ETag.',
  'precondition-required':
    'Changes name the version that they were made on, so that nobody overwrites what another has done: send the ETag of your last GET as If-Match.',
  busy: 'Another transaction holds the same records. Nothing was changed; repeat the request after the time in Retry-After.',
  'insufficient-storage':
    'The disk of the service is full. Nothing was stored and nothing is half stored; send it again when the operator has made room.',
  'outcome-unknown':
    'The connection to the database broke while the change was being committed. Repeat the request: with an Idempotency-Key, or where it is a PUT, that is safe.',
  'bad-xml':
    'The document is not well-formed, declares a DTD, or is not of the kind that is expected. The members line, column and excerpt show the place.',
}

export const health: Module = {
  name: 'health',
  checks,
  hooks: (app, services) => {
    requestMetrics(app)
    const loop = new LoopWatch(services.log, services.config.log.slowLoop)
    loop.follow(app)
    services.figures.set('loop', () => loop.figures())
    app.addHook('onReady', async () => loop.start())
    app.addHook('onClose', async () => loop.stop())
  },
  routes: async (app, { services }) => {
    const tags = ['service']
    app.get(
      '/health',
      {
        config: { right: 'public', isOfHealth: true },
        logLevel: 'silent',
        schema: {
          operationId: 'health',
          tags,
          summary: 'The process lives.',
          response: { 200: json(Health, 'It does.'), ...problems() },
        },
      },
      async () => ({ status: 'ok' as const, version, uptime: Math.round(process.uptime()) }),
    )

    app.get(
      '/ready',
      {
        config: { right: 'public', isOfHealth: true },
        logLevel: 'silent',
        schema: {
          operationId: 'ready',
          tags,
          summary: 'Database and archive can be used, and there is room left.',
          response: { ...problems(), 200: json(Ready, 'They can.'), 503: json(Ready, 'One cannot.') },
        },
      },
      async (_request, reply) => {
        const readiness = await readinessOf(services)
        const ok = readiness.status !== 'unavailable'
        if (!ok) reply.header('retry-after', '2')
        return reply.code(ok ? 200 : 503).send(readiness)
      },
    )

    app.get(
      '/metrics',
      {
        config: { right: 'admin', isOfHealth: true },
        logLevel: 'silent',
        schema: {
          operationId: 'metrics',
          tags,
          summary: 'Figures for Prometheus.',
          response: {
            200: { description: 'Figures.', content: { 'text/plain': { schema: z.string() } } },
            ...problems(),
          },
        },
      },
      async (_request, reply) => {
        const jobCounts = await counts(services.db).catch(() => undefined)
        const text = renderMetrics({
          pool: services.database.metrics,
          cacheBytes: services.cache.bytes,
          jobs: jobCounts,
          // while the database is away the others are told all the same
          figures: (
            await Promise.allSettled([...services.figures.values()].map(async read => await read()))
          ).flatMap(read => (read.status === 'fulfilled' ? read.value : [])),
        })
        return reply
          .type('text/plain; version=0.0.4; charset=utf-8')
          .serializer((value: unknown) => value as string)
          .send(text)
      },
    )

    app.get(
      '/problems/:reason',
      {
        config: { right: 'public' },
        schema: {
          operationId: 'explainProblem',
          tags,
          summary: 'Explains a kind of problem.',
          params: z.strictObject({ reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]) }),
          response: { 200: json(ProblemPage, 'The explanation.'), ...problems() },
        },
      },
      async request => {
        const { reason } = request.params
        const [status, title] = reasons[reason]
        return {
          type: `/problems/${reason}`,
          title,
          status,
          explanation: sentences[reason] ?? `${title}. The member detail says what exactly.`,
        }
      },
    )
  },
}
