// SYS_Log: one row per operation. The histories themselves are written by triggers; this reads and adds the log.
import { z } from 'zod'
import { moment } from '../../http/moment.ts'
import type { Module } from '../../http/module.ts'
import { decodeCursor, listDocument, listOf, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { seenRows } from '../../people/access/index.ts'
import { listInOrder, numberLines, numberOf } from './order.ts'
import * as repository from './repository.ts'
import { seesRightsLines, toldOf } from './told.ts'
import { LogWatch } from './wait.ts'

export {
  forgetCopies,
  list as listLog,
  record,
  recordMany,
  nextBatch,
  ofOperation,
  type Entry,
  type LogRow,
} from './repository.ts'
export { toldOf } from './told.ts'
export {
  asUndo,
  changesOf,
  type Change,
  type KeptTable,
  putBack,
  type Return,
  returnOf,
  type State,
  type Version,
  versionsOf,
  written,
} from './kept.ts'
export {
  type KeptRows,
  lockRows,
  type NamedChange,
  namedChangesOf,
  putRowsBack,
  type RowChanges,
  rowChangesOf,
  takeRowsAway,
  touchedBy,
} from './kept-rows.ts'

export const LogEntry = z
  .object({
    id: z.number().int(),
    entity: z.string(),
    entityId: z.number().int().nullable(),
    action: z.string(),
    batch: z.number().int().nullable(),
    actor: z.string().nullable(),
    application: z.string().nullable(),
    reason: z.string().nullable(),
    data: z.unknown().meta({ description: 'Parameters of the operation, or a full copy of the entity.' }),
    at: z.string().meta({ description: 'ISO 8601, UTC' }),
  })
  .meta({ id: 'LogEntry', description: 'One operation of the change log.' })
export const LogList = listOf(LogEntry, 'LogList')

const { personalEntities } = repository

const LogQuery = PageQuery.extend({
  entity: z
    .enum([
      'operation',
      'node',
      'title',
      'page',
      'domain',
      'import',
      'harvest',
      'job',
      'option',
      'tag',
      'transition',
      'note',
      'order',
      ...personalEntities,
    ])
    .optional(),
  entityId: z.coerce.number().int().min(1).max(2147483647).optional(),
  batch: z.coerce.number().int().min(1).max(2147483647).optional(),
  action: z.string().max(40).optional().meta({ description: 'Kind of operation: paginate, move, change …' }),
  actor: z.string().max(250).optional().meta({ description: 'Who did it, by the exact name' }),
  application: z.string().max(250).optional().meta({ description: 'Beginning of the name of the program' }),
  from: moment('Not before').optional(),
  to: moment('Before').optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2147483647)
    .optional()
    .meta({ description: 'The id of a line: those alone that were committed after it, whatever their ids' }),
  wait: z.coerce.number().int().min(0).max(25).optional().meta({
    description: 'With after: seconds to wait for the next line where there is none yet',
  }),
})

export const logDocument = (row: repository.LogRow) => ({ ...row, at: row.at.toISOString() })

export const log: Module = {
  name: 'log',
  follow: ({ database }) => numberLines(database),
  routes: async (app, { services }) => {
    const watch = new LogWatch(services.database)
    app.addHook('preClose', async () => watch.end())
    app.get(
      '/api/v1/log',
      {
        config: { right: 'log:read' },
        schema: {
          operationId: 'listLog',
          tags: ['log'],
          summary:
            'Lists operations, the last committed first; those on users and groups only for who has USER_MANAGEMENT, those on orders and on entries of rights for who has DATA_MANAGEMENT, and none on what the caller may not see.',
          description:
            'With `after` and `wait` it answers as soon as there is something new that is asked for: what follows the work of others asks so, again and again, with the id of the first line of the answer before, and reads on by `links.next` where that is there.',
          querystring: LogQuery,
          response: { 200: json(LogList, 'Operations.'), ...problems() },
        },
      },
      async request => {
        const { cursor, limit, from, to, after: afterId, wait = 0, ...filter } = request.query
        const [before] = (decodeCursor(cursor, ['number']) ?? []) as number[]
        const asked = {
          ...filter,
          isImpersonal: !request.principal.rights.has('user:manage'),
          isWithoutRights: !seesRightsLines(request.principal),
          isWithoutOrders: !request.principal.rights.has('order:all'),
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
        }
        // what is committed by now is told now, also where nothing runs that follows
        await numberLines(services.database)
        const after = afterId === undefined ? undefined : await numberOf(services.db, afterId)
        type Numbered = Awaited<ReturnType<typeof listInOrder>>[number] & { isTold: boolean }
        const read = async (last: Numbered | undefined, count: number): Promise<Numbered[]> => {
          const rows = await listInOrder(services.db, asked, { before: last?.number ?? before, after }, count)
          const isTold = await toldOf(services, request.principal, rows.map(({ row }) => row)) // prettier-ignore
          return rows.map(each => ({ ...each, isTold: isTold(each.row) }))
        }
        const find = () => seenRows(read, each => each.isTold, limit + 1)
        const gone = new AbortController()
        request.raw.once('close', () => gone.abort())
        const rows =
          after !== undefined && wait > 0
            ? await watch.first(find, after, wait * 1000, gone.signal)
            : await find()
        const page = pageOf(rows, limit, ({ number }) => [number])
        return listDocument(request.url, {
          ...page,
          items: page.items.map(({ row }) => logDocument(row)),
        })
      },
    )
  },
}
