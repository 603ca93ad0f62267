// New notes: on a node or a region of a page, or the same on many nodes at once.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { requireAll } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import { getNote, regionFields, requireKind } from './change.ts'
import { documentOf } from './documents.ts'
import { getPerson } from './people.ts'
import * as repository from './repository.ts'
import { Changed, NewNote, NewNotes, Note } from './schemas.ts'
import { docTags as tags, visiblePlace } from './support.ts'

export async function newRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { types } = services

  /** A note that can be written, as columns. @throws Refusal */
  const fieldsOf = async (
    trx: Db,
    request: FastifyRequest,
    nodeId: number,
    { kind, text, assigned }: { kind: string; text: string; assigned: number | null },
  ) => {
    const node = await visiblePlace(trx, request.principal, nodeId)
    if (types.datatypeOf(node.datatype) === 'domain')
      throw new Refusal(
        'conflict',
        `Node ${nodeId} stands for a domain; notes are about titles and what is in them.`,
      )
    return { nodeId, kind, text, assigned, author: actorOf(request).name, origin: 'staff' as const }
  }
  const personOf = async (trx: Db, uuid: string | null) =>
    uuid === null ? null : (await getPerson(trx, uuid)).id

  app.post(
    '/api/v1/tree/:id/notes',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'createNote',
        tags,
        summary: 'Writes a note on a node, or on a region of a page.',
        params: IdParams,
        body: NewNote,
        response: { 201: json(Note, 'The new note.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { kind, text, region, assigned } = request.body
      const nodeId = request.params.id
      const answer = await write(services, request, {}, async trx => {
        requireKind(services, kind)
        const fields = await fieldsOf(trx, request, nodeId, {
          kind,
          text,
          assigned: await personOf(trx, assigned),
        })
        const id = await repository.insert(trx, {
          ...fields,
          ...(await regionFields(trx, nodeId, region ?? undefined)),
        })
        const data = { node: nodeId, kind, text }
        await record(trx, { entity: 'note', entityId: id, action: 'create', actor: actorOf(request), data })
        return {
          status: 201,
          location: `/api/v1/notes/${id}`,
          ...(await documentOf(trx, types, request.principal, await getNote(trx, id))),
        }
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/notes',
    {
      config: { right: 'meta:write', asksItself: true },
      schema: {
        operationId: 'createNotes',
        tags,
        summary: 'Writes the same note on many nodes: on all of them, or on none.',
        body: NewNotes,
        response: { 201: json(Changed, 'How many were written.'), ...problems(404, 409, 413, 422) },
      },
    },
    async (request, reply) => {
      const { kind, text, assigned } = request.body
      const nodes = [...new Set(request.body.nodes)].sort((a, b) => a - b)
      const { batch: most } = services.config.notes
      if (nodes.length > most)
        throw new Refusal('too-large', `The request names ${nodes.length} nodes; at most ${most} are possible ([notes] batch).`, { limit: most }) // prettier-ignore
      const answer = await write(services, request, {}, async trx => {
        requireKind(services, kind)
        const same = { kind, text, assigned: await personOf(trx, assigned) }
        await requireAll(request, trx, 'edit', nodes)
        for (const node of nodes) await repository.insert(trx, await fieldsOf(trx, request, node, same))
        const data = { nodes, kind, text }
        await record(trx, {
          entity: 'note',
          entityId: undefined,
          action: 'create',
          actor: actorOf(request),
          data,
        })
        const count = nodes.length
        return {
          status: 201,
          body: {
            selected: count,
            changed: count,
            batch: null,
            links: {},
            relationships: {},
            meta: metaOf({}),
          },
        }
      })
      return send(reply, { ...answer, body: { ...answer.body, batch: answer.batch ?? null } })
    },
  )
}
