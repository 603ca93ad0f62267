// What changes titles as wholes: two become one, one becomes two, a node is copied with all below it.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { readMods } from '../../formats/mods/read.ts'
import { writeMods } from '../../formats/mods/write.ts'
import { IdParams, Meta, metaOf } from '../../http/envelope.ts'
import { expectedVersion } from '../../http/etag.ts'
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send } from '../../http/write.ts'
import { keepInOrder } from '../../people/orders/index.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { NewTitle } from '../titles/index.ts'
import { requireVersion, writeTree } from '../tree/index.ts'
import { copy } from './copy.ts'
import { merge } from './merge.ts'
import { split } from './split.ts'

const NodeId = z.number().int().min(1).max(2147483647)
const Position = z
  .union([z.enum(['first', 'last']), z.strictObject({ before: NodeId }), z.strictObject({ after: NodeId })])
  .default('last')
const document = { links: z.record(z.string(), z.string()), relationships: z.object({}), meta: Meta }
const Merge = z
  .strictObject({
    from: NodeId.meta({ description: 'The title that goes' }),
    position: z.enum(['first', 'last']).default('last').meta({ description: 'Where its pages go' }),
  })
  .meta({ id: 'Merge' })
const Merged = z
  .object({
    id: z.number().int().meta({ description: 'The title that stays' }),
    moved: z.number().int().meta({ description: 'Children that went over' }),
    identifiers: z.number().int().meta({ description: 'Identifiers that went over' }),
    ...document,
  })
  .meta({ id: 'Merged', description: 'Outcome of a merger.' })
const Split = z
  .strictObject({
    page: NodeId.meta({ description: 'First page of the new title' }),
    title: NewTitle.meta({ description: 'Fields of the new title' }),
  })
  .meta({ id: 'Split' })
const Copy = z
  .strictObject({
    parent: NodeId.nullable().meta({ description: 'null for the top of a domain' }),
    domain: z
      .union([NodeId, z.string().max(120)])
      .optional()
      .meta({ description: 'For the top of a domain: another than that of the original' }),
    position: Position,
  })
  .meta({ id: 'Copy', description: 'Where the copy goes.' })
const Made = z
  .object({
    id: z.number().int().meta({ description: 'The new node' }),
    moved: z.number().int().optional(),
    copied: z.number().int().optional(),
    ...document,
  })
  .meta({ id: 'MadeNode', description: 'What came out of it.' })
const rest = { relationships: {}, meta: metaOf({}) }

export const rearranging: Module = {
  name: 'rearranging',
  routes: async (app, { services }) => {
    app.post(
      '/api/v1/titles/:id/merge',
      {
        config: { right: 'structure:write' },
        schema: {
          operationId: 'mergeTitle',
          tags: ['titles'],
          summary: 'Merges another title into this one.',
          description:
            'Pages with labels and texts, structure, titles below and identifiers go over. The other title goes to the bin with its record; whoever asks for its id is sent here from then on. What came of an order stays in it: see Orders.',
          params: IdParams,
          body: Merge,
          response: { 200: json(Merged, 'What went over.'), ...problems(404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const { id } = request.params
        const answer = await writeTree(services, request, 'move', async trx => {
          await requireVersion(trx, id, version)
          const batch = await nextBatch(trx)
          const outcome = await merge(trx, services, { id, ...request.body, batch })
          const actor = actorOf(request)
          await keepInOrder(trx, { of: request.body.from, to: id, action: 'merge', actor })
          await log(trx, { entity: 'title', entityId: id, action: 'merge', actor, data: { ...request.body, ...outcome } }) // prettier-ignore
          return { body: { id, ...outcome, links: { title: `/api/v1/titles/${id}` }, ...rest } }
        })
        return send(reply, answer)
      },
    )

    app.post(
      '/api/v1/titles/:id/split',
      {
        config: { right: 'structure:write' },
        schema: {
          operationId: 'splitTitle',
          tags: ['titles'],
          summary: 'Splits a title at a page: from there on, everything goes to a new title beside it.',
          description: 'Structure elements that the page stands inside of are cut in two.',
          params: IdParams,
          body: Split,
          response: { 201: json(Made, 'The new title.'), ...problems(404, 409, 412, 422, 428) },
        },
      },
      async (request, reply) => {
        const version = expectedVersion(request)
        const { id } = request.params
        const { page, title } = request.body
        const [record] = readMods(writeMods(title), { name: 'The new title' })
        if (!record) throw new Refusal('not-processable', 'The new title has no record.')
        const answer = await writeTree(services, request, 'move', async trx => {
          await requireVersion(trx, id, version)
          const made = await split(trx, services, { id, page, record })
          const actor = actorOf(request)
          await keepInOrder(trx, { of: id, to: made.id, action: 'split', actor })
          await log(trx, { entity: 'title', entityId: id, action: 'split', actor, data: { page, made } })
          const location = `/api/v1/titles/${made.id}`
          return { status: 201, location, body: { ...made, links: { title: location }, ...rest } }
        })
        return send(reply, answer)
      },
    )

    app.post(
      '/api/v1/tree/:id/copy',
      {
        config: { right: 'structure:write' },
        schema: {
          operationId: 'copyNode',
          tags: ['tree'],
          summary: 'Copies a node with all below it: records, pages, labels and texts.',
          description: 'Identifiers stay with the original; the copy of a record is without them.',
          params: IdParams,
          body: Copy,
          response: { 201: json(Made, 'The copy.'), ...problems(404, 409, 413, 422) },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const answer = await writeTree(services, request, 'move', async (trx, connection) => {
          const made = await copy(trx, connection, services, { id, ...request.body })
          const actor = actorOf(request)
          await log(trx, {
            entity: 'node',
            entityId: id,
            action: 'copy',
            actor,
            data: { ...request.body, made },
          })
          const location = `/api/v1/tree/${made.id}`
          return { status: 201, location, body: { ...made, links: { node: location }, ...rest } }
        })
        return send(reply, answer)
      },
    )
  },
}
