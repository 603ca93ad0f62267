// The outline of a title: structure elements and pages, read and saved as a whole.
import { z } from 'zod'
import { setContext } from '../../firebird/database.ts'
import { IdParams, Meta, metaOf, VersionedMeta } from '../../http/envelope.ts'
import { ifMatch } from '../../http/etag.ts'
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send } from '../../http/write.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { getTitle } from '../titles/index.ts'
import { getVisible, outline, requireOutline, touch, writeTree } from '../tree/index.ts'
import { save } from './outline.ts'
import { regionRoutes } from './regions.ts'

const NodeId = z.number().int().min(1).max(2147483647)

const OutlineNode = z
  .object({
    id: z.number().int(),
    kind: z.enum(['structure', 'page', 'link']),
    type: z.string(),
    caption: z.string().nullable(),
    linkTo: z.number().int().nullable(),
    get children() {
      return z.array(OutlineNode)
    },
  })
  .meta({ id: 'OutlineNode' })
const Outline = z
  .object({
    children: z.array(OutlineNode),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: VersionedMeta,
  })
  .meta({ id: 'Outline', description: 'Structure elements and pages of a title in their order.' })
const OutlineElement = z
  .strictObject({
    id: NodeId.optional().meta({ description: 'Missing: a new structure element' }),
    type: z.string().max(60).optional(),
    caption: z.string().max(2000).nullable().optional(),
    get children() {
      return z.array(OutlineElement).max(20_000).optional()
    },
  })
  .meta({ id: 'OutlineElement' })
const NewOutline = z.strictObject({ children: z.array(OutlineElement).max(20_000) }).meta({
  id: 'NewOutline',
  description: 'The whole outline; structure elements left out go to the bin, every page must be named.',
})
const SaveOutcome = z
  .object({
    created: z.number().int(),
    changed: z.number().int(),
    moved: z.number().int(),
    binned: z.number().int(),
    sorted: z.number().int(),
    batch: z.number().int(),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'OutlineSaved', description: 'What the difference was.' })

export const structure: Module = {
  name: 'structure',
  routes: async (app, { services }) => {
    const { db } = services
    await regionRoutes(app, services)
    const tags = ['structure']
    app.get(
      '/api/v1/titles/:id/structure',
      {
        config: { right: 'tree:read' },
        schema: {
          operationId: 'getStructure',
          tags,
          summary: 'Reads the outline of a title.',
          params: IdParams,
          response: { 200: json(Outline, 'The outline.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const node = await getVisible(db, request.principal, request.params.id)
        const title = await getTitle(db, node.id)
        const { children, tag } = await outline(services, db, title, request.principal)
        // guards saving, not caching
        reply.header('etag', tag).header('cache-control', 'no-store')
        return {
          children,
          links: { self: request.url, title: `/api/v1/titles/${title.id}` },
          relationships: {},
          meta: { ...metaOf({}), version: title.version },
        }
      },
    )

    app.put(
      '/api/v1/titles/:id/structure',
      {
        config: { right: 'structure:write' },
        schema: {
          operationId: 'saveStructure',
          tags,
          summary: 'Saves the outline of a title with a minimal set of changes.',
          params: IdParams,
          body: NewOutline,
          response: { 200: json(SaveOutcome, 'What changed.'), ...problems(404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const expected = ifMatch(request)
        const { principal } = request
        const answer = await writeTree(services, request, 'move', async trx => {
          const title = await getTitle(trx, request.params.id)
          await requireOutline(services, trx, title, principal, expected)
          const batch = await nextBatch(trx)
          const actor = actorOf(request)
          await setContext(trx, { actor, batch })
          const outcome = await save(trx, services, title, request.body.children, batch)
          if (Object.values(outcome).some(count => typeof count === 'number' && count > 0))
            await touch(trx, title.id)
          await log(trx, {
            entity: 'title',
            entityId: title.id,
            action: 'save-structure',
            batch,
            actor,
            data: outcome,
          })
          const after = await outline(services, trx, title, principal)
          return {
            body: {
              ...outcome,
              batch,
              links: {
                structure: `/api/v1/titles/${title.id}/structure`,
              },
              relationships: {},
              meta: metaOf({}),
            },
            etag: after.tag,
          }
        })
        return send(reply, answer)
      },
    )
  },
}
