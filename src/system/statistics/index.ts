// Statistics of use, and the log of who saw what is restricted.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { envelope, Id, metaOf } from '../../http/envelope.ts'
import type { Module, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, listOf, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { inTransactionOf } from '../../jobs/dry-run.ts'
import { csvRow, csvStart } from '../../formats/table/write.ts'
import { kinds } from './kinds.ts'
import { day, moment } from '../../http/moment.ts'
import * as repository from './repository.ts'
import { usesOf } from './uses.ts'

export { Uses, usesOf } from './uses.ts'

const tags = ['statistics']
const whole = z.number().int()

const StatisticQuery = z.strictObject({
  from: day('First day, UTC; without it a year before the last').optional(),
  to: day('Last day; without it today').optional(),
  by: z.enum(repository.groupings).default('month').meta({
    description:
      'What a line is about: days and months in their order, titles and domains with the most used first',
  }),
  domain: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .meta({ description: 'OD_ID or name of a domain: what stands in it and in those below it' }),
  title: Id.optional().meta({ description: 'Id of a title' }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000).meta({ description: 'Most lines' }),
})

const Statistic = z
  .object({
    items: z.array(
      z.object({
        key: z.string().meta({ description: '2026-01-31, 2026-01, or the id of a title or domain' }),
        label: z
          .string()
          .nullable()
          .meta({ description: 'Caption of the title or domain; null where it is gone' }),
        views: whole.meta({ description: 'Times that a title was opened' }),
        pages: whole.meta({ description: 'Page images that were looked at' }),
        downloads: whole.meta({ description: 'PDF and text files' }),
        masters: whole.meta({ description: 'Archived scans' }),
      }),
    ),
    ...envelope,
  })
  .meta({
    id: 'Statistic',
    description: 'Uses by readers: robots, programs and staff left out, double clicks folded.',
  })

const Accesses = listOf(
  z.object({
    id: whole,
    at: z.string(),
    kind: z.enum(kinds.names),
    nodeId: whole,
    titleId: whole.nullable(),
    principal: z
      .string()
      .nullable()
      .meta({ description: 'UUID of a user, operator, or public; null: made anonymous' }),
    address: z.string().nullable(),
  }),
  'AccessList',
)

const numberOf = (text: string): number => Number(text.replaceAll('-', ''))

async function rowsOf(services: Services, query: z.output<typeof StatisticQuery>) {
  const to = query.to ?? new Date().toISOString().slice(0, 10)
  const from = query.from ?? new Date(Date.parse(to) - 365 * 86_400_000).toISOString().slice(0, 10)
  if (from > to) throw new Refusal('bad-request', `The first day ${from} is after the last, ${to}.`)
  const { domain, by, title } = query
  const below = domain === undefined ? undefined : await repository.domainPath(services.db, domain)
  if (domain !== undefined && below === undefined)
    throw new Refusal('bad-request', `There is no domain ‘${domain}’.`)
  return await repository.sums(
    services.db,
    { from: numberOf(from), to: numberOf(to), by, below, title },
    query.limit,
  )
}

export const statistics: Module = {
  name: 'statistics',
  hooks: (app, services) => {
    const { on, accessLog, flushSeconds } = services.config.statistics
    if (!on && !accessLog) return
    const uses = usesOf(services)
    app.addHook('onResponse', async (request, reply) => uses.note(request, reply))
    let timer: NodeJS.Timeout | undefined
    app.addHook('onListen', async () => {
      timer = setInterval(() => void uses.flush(), flushSeconds * 1000).unref()
    })
    app.addHook('onClose', async () => {
      clearInterval(timer)
      await uses.flush()
    })
  },
  jobs: {
    'access.anonymise': async (services, { job }) => {
      const before = new Date(Date.now() - services.config.statistics.accessDays * 86_400_000)
      const actor = { name: 'job', application: 'access.anonymise' }
      return {
        lines: await inTransactionOf(services.database, job, actor, trx => repository.anonymise(trx, before)),
      }
    },
  },
  routes: async (app, { services }) => {
    app.get(
      '/api/v1/statistics',
      {
        config: { right: 'admin' },
        schema: {
          operationId: 'getStatistics',
          tags,
          summary: 'Uses by day, month, title or domain, as data for a chart.',
          querystring: StatisticQuery,
          response: { 200: json(Statistic, 'Sums.'), ...problems() },
        },
      },
      async request => {
        const items = await rowsOf(services, request.query)
        return { items, links: { self: request.url }, relationships: {}, meta: metaOf({}) }
      },
    )

    app.get(
      '/api/v1/statistics/export',
      {
        config: { right: 'admin' },
        schema: {
          operationId: 'exportStatistics',
          tags,
          summary: 'The same as CSV.',
          querystring: StatisticQuery,
          response: {
            200: { description: 'CSV.', content: { 'text/csv': { schema: z.string() } } },
            ...problems(),
          },
        },
      },
      async (request, reply) => {
        const rows = await rowsOf(services, request.query)
        const lines = rows.map(row =>
          csvRow([
            row.key,
            row.label ?? '',
            ...[row.views, row.pages, row.downloads, row.masters].map(String),
          ]),
        )
        return reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="statistics.csv"')
          .header('cache-control', 'no-store')
          .serializer((value: unknown) => value as string)
          .send(
            csvStart +
              csvRow([request.query.by, 'label', 'views', 'pages', 'downloads', 'masters']) +
              lines.join(''),
          )
      },
    )

    app.get(
      '/api/v1/accesses',
      {
        config: { right: 'admin' },
        schema: {
          operationId: 'listAccesses',
          tags,
          summary: 'Lists who saw what is not open to everyone, newest first.',
          querystring: PageQuery.extend({
            node: Id.optional().meta({ description: 'A node, or a title with its pages' }),
            user: z
              .string()
              .max(60)
              .regex(/^[\w-]+$/)
              .optional()
              .meta({ description: 'UUID, operator, or public' }),
            from: moment('Not before').optional(),
            to: moment('Before').optional(),
          }),
          response: { 200: json(Accesses, 'Uses.'), ...problems() },
        },
      },
      async (request, reply) => {
        const { cursor, limit, node, user, from, to } = request.query
        const [before] = decodeCursor(cursor, ['number']) ?? []
        const filter = {
          node,
          user,
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
          before: before as number | undefined,
        }
        const page = pageOf(await repository.listAccesses(services.db, filter, limit + 1), limit, row => [
          row.id,
        ])
        reply.header('cache-control', 'no-store')
        return listDocument(request.url, {
          next: page.next,
          items: page.items.map(({ id, at, kind, node: nodeId, title, principal, address }) => ({
            id,
            at: at?.toISOString() ?? '',
            kind: kinds.name(kind),
            nodeId,
            titleId: title,
            principal,
            address,
          })),
        })
      },
    )
  },
}
