// Operations: every change over HTTP is one, with a number that marks its rows in the histories. Here they are shown and taken back.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Module } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send } from '../../http/write.ts'
import {
  LogEntry,
  logDocument,
  type LogRow,
  nextBatch,
  ofOperation,
  record,
  toldOf,
} from '../../system/log/index.ts'
import { writeTree } from '../tree/index.ts'
import { changesFor } from './changes.ts'
import { canBeUndone, type Redirects, undo } from './undo.ts'
import { Meta, metaOf } from '../../http/envelope.ts'

const tags = ['operations']
const Params = z.strictObject({
  batch: z.coerce
    .number()
    .int()
    .min(1)
    .max(2147483647)
    .meta({ description: 'Number of the operation, from its answer' }),
})
const Operation = z
  .object({
    batch: z.number().int(),
    entries: z.array(LogEntry).meta({ description: 'Its lines in the change log' }),
    undoneBy: z.number().int().nullable().meta({ description: 'The operation that took it back' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'LoggedOperation', description: 'What one request or job changed.' })
const Value = z.union([z.string(), z.number(), z.boolean()]).nullable()
const Changes = z
  .object({
    batch: z.number().int(),
    items: z
      .array(
        z.object({
          node: z.number().int().nullable(),
          domain: z.number().int().nullable(),
          name: z.string().nullable().meta({ description: 'Caption of the node, name of the domain' }),
          isMade: z.boolean().meta({ description: 'The operation made it' }),
          changes: z.array(
            z.object({
              field: z.string(),
              before: Value,
              after: Value,
              difference: z
                .string()
                .nullable()
                .meta({ description: 'Unified diff of long values, which are null beside it' }),
            }),
          ),
        }),
      )
      .meta({ description: 'Nodes in the order of the tree, then domains, as far as they are seen' }),
    isCut: z.boolean().meta({ description: 'There are more than are listed' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'OperationChanges', description: 'What an operation changed, field by field.' })
const Undone = z
  .object({
    batch: z.number().int().meta({ description: 'Number of the undo, which is an operation itself' }),
    changed: z.number().int().meta({ description: 'Rows that are again what they were' }),
    removed: z
      .number()
      .int()
      .meta({ description: 'Nodes and domains that the operation had made and that are gone' }),
    binned: z
      .number()
      .int()
      .meta({ description: 'The same, but in the bin, because they alone hold a scan' }),
    links: z.record(z.string(), z.string()),
    relationships: z.object({}),
    meta: Meta,
  })
  .meta({ id: 'Undo', description: 'Outcome of an undo.' })

/** What an undo says of the redirects of mergers. */
const redirectsOf = (entries: readonly LogRow[]): Redirects => {
  const line = entries.find(({ entity, action }) => entity === 'operation' && action === 'undo')
  return (line?.data as { redirects?: Redirects } | null | undefined)?.redirects ?? { gone: [], back: [] }
}

/** What an operation did for good, which no history could bring back. */
function finalOf(entries: readonly LogRow[]): string | undefined {
  if (entries.some(({ entity, action }) => entity === 'domain' && action === 'delete'))
    return '(delete) removed a domain, with the rights on it, for good'
  const removing = entries.find(entry => (entry.data as { removed?: number } | null)?.removed)
  return removing && `(${removing.action}) removed nodes for good`
}

export const operations: Module = {
  name: 'operations',
  routes: async (app, { services }) => {
    app.get(
      '/api/v1/operations/:batch',
      {
        config: { right: 'log:read' },
        schema: {
          operationId: 'getOperation',
          tags,
          summary: 'Shows an operation.',
          params: Params,
          response: { 200: json(Operation, 'The operation.'), ...problems(404) },
        },
      },
      async request => {
        const { batch } = request.params
        const { entries, undoneBy } = await ofOperation(services.db, batch)
        if (entries.length === 0) throw new Refusal('not-found', `There is no operation ${batch}.`)
        const self = `/api/v1/operations/${batch}`
        const canUndo =
          undoneBy === null && finalOf(entries) === undefined && (await canBeUndone(services.database, batch))
        // what an order says is its editors'; that a title that was merged or split stands in one, is not told beside it (orders 3)
        const isTold = request.principal.rights.has('order:all')
        const isToldOf = await toldOf(services, request.principal, entries)
        const others = entries.filter(entry => isToldOf(entry) && (isTold || entry.entity !== 'order'))
        const told = others.length > 0 ? others : entries.map(entry => ({ ...entry, data: null }))
        return {
          batch,
          entries: told.map(logDocument),
          undoneBy,
          links: { self, ...(canUndo ? { undo: `${self}/undo` } : {}) },
          relationships: {},
          meta: metaOf({}),
        }
      },
    )

    app.get(
      '/api/v1/operations/:batch/changes',
      {
        config: { right: 'log:read' },
        schema: {
          operationId: 'getOperationChanges',
          tags,
          summary: 'Shows what an operation changed: fields of nodes and domains before and after.',
          params: Params,
          querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
          response: { 200: json(Changes, 'What it changed.'), ...problems(404) },
        },
      },
      async request => {
        const { batch } = request.params
        const { entries } = await ofOperation(services.db, batch)
        if (entries.length === 0) throw new Refusal('not-found', `There is no operation ${batch}.`)
        const changed = await services.database.inTransaction(
          { isolation: 'snapshot', readOnly: true },
          trx => changesFor(trx, services.types, request.principal, batch, request.query.limit),
        )
        const links = { self: request.url, operation: `/api/v1/operations/${batch}` }
        return { batch, ...changed, links, relationships: {}, meta: metaOf({}) }
      },
    )

    app.post(
      '/api/v1/operations/:batch/undo',
      {
        config: { right: 'structure:write' },
        schema: {
          operationId: 'undoOperation',
          tags,
          summary: 'Takes an operation back as a whole.',
          description:
            'Tree, labels, pages, edits of images, fields, records, identifiers, texts, and domains with their options, tags and transitions become what they were. Where something was changed since, nothing happens and the problem names it in `changed`.',
          params: Params,
          response: { 200: json(Undone, 'What changed.'), ...problems(404, 409) },
        },
      },
      async (request, reply) => {
        const { batch } = request.params
        const answer = await writeTree(services, request, 'move', async (trx, connection) => {
          const { entries, undoneBy } = await ofOperation(trx, batch)
          if (entries.length === 0) throw new Refusal('not-found', `There is no operation ${batch}.`)
          if (undoneBy !== null)
            throw new Refusal('conflict', `Operation ${batch} was taken back by operation ${undoneBy}.`)
          const final = finalOf(entries)
          if (final !== undefined)
            throw new Refusal('conflict', `Operation ${batch} ${final}; it cannot be taken back.`)
          const as = await nextBatch(trx)
          const { redirects, ...outcome } = await undo(trx, connection, services, request.principal, {
            batch,
            as,
            redirects: redirectsOf(entries),
          })
          await record(trx, {
            entity: 'operation',
            entityId: batch,
            action: 'undo',
            actor: actorOf(request),
            data: {
              undone: batch,
              ...outcome,
              ...(redirects.gone.length + redirects.back.length > 0 ? { redirects } : {}),
            },
          })
          return { body: { batch: as, ...outcome, links: {}, relationships: {}, meta: metaOf({}) } }
        })
        return send(reply, answer)
      },
    )
  },
}
