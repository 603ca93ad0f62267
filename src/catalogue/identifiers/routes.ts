import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams, Meta, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, listOf, pageOf, PageQuery } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { enqueue } from '../../jobs/queue.ts'
import { record as log } from '../../system/log/index.ts'
import { getDomain } from '../domains/index.ts'
import { assignTo } from './assign.ts'
import * as repository from './repository.ts'
import { states } from './repository.ts'
import { schemes } from './settings.ts'

const tags = ['identifiers']

const AssignedIdentifier = z
  .object({
    id: z.number().int(),
    scheme: z.enum(schemes),
    value: z.string(),
    nodeId: z.number().int(),
    caption: z.string().nullable().meta({ description: 'What it was, where everyone may know it' }),
    state: z.enum(states.names).meta({
      description:
        'With the agency; assigned: not registered there, or no agency is told of such identifiers',
    }),
    error: z.string().nullable().meta({ description: 'Why the last registration failed' }),
    assignedAt: z.string(),
    registeredAt: z.string().nullable(),
    goneAt: z.string().nullable().meta({ description: 'When its node was removed for good' }),
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'AssignedIdentifier', description: 'An identifier that was given out here.' })
const AssignedList = listOf(AssignedIdentifier, 'AssignedIdentifierList')
const Given = z
  .object({
    items: z.array(z.object({ nodeId: z.number().int(), scheme: z.enum(schemes), value: z.string() })),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'GivenIdentifiers' })
const Added = z
  .object({
    jobId: z.number().int(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'IdentifierJob' })

const documentOf = ({
  createdAt,
  registeredAt,
  goneAt,
  ...row
}: repository.Assigned): z.output<typeof AssignedIdentifier> => ({
  ...row,
  assignedAt: createdAt.toISOString(),
  registeredAt: registeredAt?.toISOString() ?? null,
  goneAt: goneAt?.toISOString() ?? null,
  links: { node: `/api/v1/tree/${row.nodeId}` },
})

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/identifiers',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'listAssignedIdentifiers',
        tags,
        summary: 'Lists the identifiers that were given out here, with what their agencies know.',
        querystring: PageQuery.extend({
          scheme: z.enum(schemes).optional(),
          state: z.enum(states.names).optional(),
          failed: z.stringbool().optional().meta({ description: 'Whose last registration failed' }),
          gone: z.stringbool().optional().meta({ description: 'Whose node was removed for good' }),
        }),
        response: {
          200: json(AssignedList, 'Identifiers, in the order in which they were given out.'),
          ...problems(),
        },
      },
    },
    async request => {
      const { cursor, limit, ...filter } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? [0]
      const rows = await repository.list(db, filter, Number(after), limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      return listDocument(request.url, { ...page, items: page.items.map(documentOf) })
    },
  )

  app.post(
    '/api/v1/titles/:id/identifiers/assign',
    {
      config: { right: 'release' },
      schema: {
        operationId: 'assignIdentifiers',
        tags,
        summary:
          'Gives a released title, and its pages, the identifiers of its domain that it lacks; marked or not.',
        params: IdParams,
        response: { 200: json(Given, 'What was given.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const title = await trx
          .selectFrom('OPR_Tree')
          .innerJoin('OPR_Content', 'OC_OT_ID', 'OT_ID')
          .select(['OT_State as state', 'OT_DelState as delState'])
          .where('OT_ID', '=', id)
          .executeTakeFirst()
        if (!title) throw new Refusal('not-found', `There is no title ${id}.`)
        if (title.state !== 1 || title.delState !== 0)
          throw new Refusal(
            'conflict',
            `Title ${id} is not released; identifiers are promises to the public.`,
          )
        const items = await assignTo(services, trx, [id], true)
        if (items.length > 0)
          await log(trx, {
            entity: 'title',
            entityId: id,
            action: 'assign-identifiers',
            actor: actorOf(request),
            data: items.slice(0, 1000),
          })
        return {
          body: { items, links: { title: `/api/v1/titles/${id}` }, relationships: {}, meta: metaOf({}) },
        }
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/identifiers/assign',
    {
      config: { right: 'job' },
      schema: {
        operationId: 'assignAllIdentifiers',
        tags,
        summary:
          'Adds a job that gives released titles what they lack, and registers what agencies do not know.',
        body: z.strictObject({ domain: z.string().max(120).optional() }),
        response: { 202: json(Added, 'The job.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { domain } = request.body
      const answer = await write(services, request, { canUndo: false }, async trx => {
        const domainId = domain === undefined ? undefined : (await getDomain(trx, domain)).id
        const jobId = await enqueue(trx, {
          kind: 'identifiers.assign',
          payload: { domainId },
          actor: request.principal.name,
          uniqueKey: `identifiers.assign:${domainId ?? ''}`,
        })
        const links = { job: `/api/v1/jobs/${jobId}` }
        return {
          status: 202,
          body: { jobId, links, relationships: {}, meta: metaOf({}) },
          location: links.job,
        }
      })
      return send(reply, answer)
    },
  )
}
