import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send, write } from '../../http/write.ts'
import { access, requireAll } from '../../people/access/index.ts'
import * as queue from '../../jobs/queue.ts'
import { BulkChange, changeMany, selectTitles } from './bulk.ts'
import { filterOf } from './filter.ts'
import { TitlesQuery } from './schemas.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const { cursor: _, limit: __, sort: ___, ...conditions } = TitlesQuery.shape
const Body = z
  .strictObject({
    ids: z.array(z.number().int().min(1).max(2147483647)).min(1).optional(),
    search: z
      .strictObject(conditions)
      .optional()
      .meta({ description: 'The conditions of GET /titles; `path` for all below a node' }),
    changes: z.array(BulkChange).min(1).max(50),
    dryRun: z.boolean().default(false),
  })
  .meta({
    id: 'TitlesChange',
    description: 'Which titles, by ids or a search, and what is to be changed in them.',
  })
const Outcome = z
  .object({
    items: z
      .array(
        z.object({
          id: z.number().int(),
          caption: z.string().nullable(),
          changes: z.array(
            z.object({ field: z.string(), before: z.array(z.string()), after: z.array(z.string()) }),
          ),
          message: z.string().nullable(),
        }),
      )
      .meta({ description: 'What changed, for the first 1,000 titles' }),
    selected: z.number().int(),
    changed: z.number().int(),
    batch: z.number().int().nullable(),
    dryRun: z.boolean(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'TitlesChanged', description: 'Each title with its fields before and after.' })
const Job = z.object({
  job: z.number().int(),
  links: z.record(z.string(), z.string()),
  relationships: z.object({}),
  meta: Meta,
})

export async function bulkRoutes(app: App, { services }: { services: Services }): Promise<void> {
  app.post(
    '/api/v1/titles/batch',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'changeTitles',
        tags: ['titles'],
        summary: 'Changes fields of many titles: set, add, remove, replace.',
        description:
          'In fields of the record (`mods.title` …), columns and captions. A caption follows the title of its record until it is set by hand; `set` to null gives it back to the record. All titles change, or none; `dryRun` shows each change beforehand.',
        body: Body,
        response: {
          200: json(Outcome, 'What changed, or would change.'),
          202: json(Job, 'The job that does it.'),
          ...problems(404, 409, 413, 422),
        },
      },
    },
    async (request, reply) => {
      const { ids, search, changes, dryRun } = request.body
      if ((ids === undefined) === (search === undefined))
        throw new Refusal('bad-request', 'Send either ids or search.')
      const { batchIds, syncBatch } = services.config.limits
      const selection =
        ids === undefined
          ? { filter: await filterOf(services, TitlesQuery.parse(search), request.principal) }
          : { ids }
      const answer = await write(services, request, {}, async (trx): Promise<Answer<unknown>> => {
        const actor = actorOf(request)
        const selected = await selectTitles(trx, selection)
        await requireAll(request, trx, 'edit', selected)
        if (selected.length > batchIds)
          throw new Refusal(
            'too-large',
            `The request is about ${selected.length} titles; at most ${batchIds} are possible ([limits] batchIds).`,
            { limit: batchIds },
          )
        // who is bound by entries waits for the answer, and learns at once what is not allowed
        const isBound = !access.sight(request.principal).isPlain
        if (!dryRun && !isBound && selected.length > syncBatch) {
          const job = await queue.enqueue(trx, {
            kind: 'titles.batch',
            payload: { ids: selected, changes, actor },
            actor: request.principal.name,
          })
          const links = { job: `/api/v1/jobs/${job}` }
          return {
            status: 202,
            location: links.job,
            body: { job, links, relationships: {}, meta: metaOf({}) },
          }
        }
        const outcome = await changeMany(trx, services, selected, changes, { dryRun, actor })
        return { body: { ...outcome, dryRun, links: {}, relationships: {}, meta: metaOf({}) } }
      })
      return send(reply, answer) as never
    },
  )
}
