import { Readable } from 'node:stream'
import { z } from 'zod'
import yazl from 'yazl'
import { Refusal } from '../../errors.ts'
import {
  csvRow,
  csvStart,
  sheetEnd,
  sheetName,
  sheetRow,
  sheetStart,
  workbookParts,
} from '../../formats/table/write.ts'
import { likedTags } from '../../http/language.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send, write } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { access, requireAll } from '../../people/access/index.ts'
import { shownPlace, workedOn } from '../tree/index.ts'
import { filterOf } from './filter.ts'
import { TitlesQuery } from './schemas.ts'
import { tableRows } from './table.ts'
import { changeRows, compareRows, readTitleTable } from './table-changes.ts'
import { sortOrders } from './sorting.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const csv = 'text/csv'
const workbook = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const { cursor: _, limit: __, ...conditions } = TitlesQuery.shape
const ExportQuery = z.strictObject({ ...conditions, format: z.enum(['csv', 'xlsx']).default('csv') })

async function* inPortions(rows: AsyncIterable<string>): AsyncGenerator<string> {
  let text = ''
  for await (const row of rows) {
    text += row
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

async function* csvOf(rows: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  yield csvStart
  for await (const row of rows) yield csvRow(row)
}

async function* sheetOf(rows: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  yield sheetStart
  let number = 0
  for await (const row of rows) yield sheetRow(++number, row)
  yield sheetEnd
}

const textStream = (rows: AsyncIterable<string>): Readable =>
  Readable.from(inPortions(rows), { objectMode: false })

/** A workbook is packed while its rows come. An error ends the connection, so that no half table looks whole. */
function workbookOf(rows: AsyncIterable<readonly string[]>): Readable {
  const zip = new yazl.ZipFile()
  const out = zip.outputStream as Readable
  for (const [name, text] of workbookParts) zip.addBuffer(Buffer.from(text), name)
  const sheet = textStream(sheetOf(rows))
  sheet.on('error', error => out.destroy(error))
  out.on('close', () => sheet.destroy())
  zip.addReadStream(sheet, sheetName)
  zip.end()
  return out
}

const Outcome = z
  .object({
    items: z
      .array(
        z.object({
          row: z.number().int(),
          id: z.number().int(),
          caption: z.string().nullable(),
          changes: z.array(
            z.object({ field: z.string(), before: z.array(z.string()), after: z.array(z.string()) }),
          ),
          message: z.string().nullable(),
        }),
      )
      .meta({ description: 'Rows that change something or are refused; the first 1,000' }),
    rows: z.number().int(),
    changed: z.number().int(),
    refused: z.number().int(),
    unknownColumns: z.array(z.string()),
    batch: z.number().int().nullable(),
    dryRun: z.boolean(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TitleTableChanged', description: 'Each row of a table with its fields before and after.' })
const Job = z.object({
  job: z.number().int(),
  links: z.record(z.string(), z.string()),
  relationships: z.object({}),
  meta: Meta,
})

const shownItems = 1000

export async function tableRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { limits } = services.config
  app.addContentTypeParser(
    [csv, workbook],
    { parseAs: 'buffer', bodyLimit: limits.metadataBytes },
    (_request, body, done) => done(null, body),
  )

  app.get(
    '/api/v1/titles/export',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'exportTitles',
        tags: ['titles'],
        summary: 'A list of titles as a table (CSV, XLSX) that can be changed and sent back.',
        description:
          'All titles of the conditions of GET /titles, a row each; several values of a field stand in lines of their cell. In CSV a quote stands before what a spreadsheet program would take for a formula.',
        querystring: ExportQuery,
        response: {
          200: {
            description: 'The table.',
            content: { [csv]: { schema: z.unknown() }, [workbook]: { schema: z.unknown() } },
          },
          ...problems(404, 422),
        },
      },
    },
    async (request, reply) => {
      const { format, ...query } = request.query as z.output<typeof ExportQuery>
      const filter = await filterOf(services, TitlesQuery.parse(query), request.principal)
      const sees = access.filter(request.principal)
      const works = workedOn(request.principal, query)
      const rows = tableRows(
        services.db,
        services.types,
        filter,
        query.sort === 'title' ? { order: sortOrders(services).best(likedTags(request)).name } : 'id',
        sees && (title => sees(shownPlace(title)) && (!works || works(title))),
      )
      return reply
        .type(format === 'csv' ? `${csv}; charset=utf-8` : workbook)
        .header('content-disposition', `attachment; filename="titles.${format}"`)
        .header('cache-control', 'no-store')
        .serializer((payload: unknown) => payload as string)
        .send(format === 'csv' ? textStream(csvOf(rows)) : workbookOf(rows))
    },
  )

  app.post(
    '/api/v1/titles/table',
    {
      config: { right: 'meta:write' },
      bodyLimit: limits.metadataBytes,
      schema: {
        operationId: 'changeTitlesByTable',
        tags: ['titles'],
        summary: 'Takes a table of GET /titles/export back: what differs is changed.',
        description:
          'Columns that are left out stay as they are; an empty cell takes a value away. A row whose version is not that of its title is refused, and stops none of the others. The changes of a table are one operation; `dryRun` shows them beforehand.',
        consumes: [csv, workbook],
        querystring: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
        body: { content: { [csv]: { schema: z.unknown() }, [workbook]: { schema: z.unknown() } } },
        response: {
          200: json(Outcome, 'What changed, or would change.'),
          202: json(Job, 'The job that does it.'),
          ...problems(413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body))
        throw new Refusal('unsupported-media-type', `Send the table as ${csv} or ${workbook}.`)
      const dryRun = (request.query as { dryRun: string }).dryRun === 'true'
      const isWorkbook = request.body.toString('latin1', 0, 2) === 'PK'
      const table = readTitleTable(request.body, isWorkbook, limits.metadataBytes)
      if (table.rows.length > limits.batchIds)
        throw new Refusal(
          'too-large',
          `The table has ${table.rows.length} rows; at most ${limits.batchIds} are possible ([limits] batchIds).`,
          { limit: limits.batchIds },
        )
      const answer = await write(services, request, {}, async (trx): Promise<Answer<unknown>> => {
        const actor = actorOf(request)
        const compared = await compareRows(trx, services.types, table.rows)
        // what is not theirs to change is not compared for them either
        await requireAll(
          request,
          trx,
          'edit',
          compared.changes.map(({ id }) => id),
        )
        const told = { rows: table.rows.length, unknownColumns: table.unknown, dryRun }
        // who is bound by entries waits for the answer, and learns at once what is not allowed
        const isBound = !access.sight(request.principal).isPlain
        if (!dryRun && !isBound && compared.changes.length > limits.syncBatch) {
          const job = await queue.enqueue(trx, {
            kind: 'titles.table',
            payload: { rows: compared.changes, items: compared.items, actor },
            actor: request.principal.name,
          })
          const links = { job: `/api/v1/jobs/${job}` }
          return {
            status: 202,
            location: links.job,
            body: { job, links, relationships: {}, meta: metaOf({}) },
          }
        }
        const outcome = await changeRows(trx, services, compared.changes, { dryRun, actor })
        const items = [...compared.items, ...outcome.items].sort((a, b) => a.row - b.row).slice(0, shownItems)
        return {
          body: {
            ...told,
            items: items.map(({ isRefused: ___, ...item }) => item),
            changed: outcome.changed,
            refused: outcome.refused + compared.items.length,
            batch: outcome.batch,
            links: {},
            relationships: {},
            meta: metaOf({}),
          },
        }
      })
      return send(reply, answer) as never
    },
  )
}
