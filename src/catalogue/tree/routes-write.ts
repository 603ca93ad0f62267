import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import { type Db, setContext } from '../../firebird/database.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'

import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send } from '../../http/write.ts'

import { access } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import { nextBatch, record } from '../../system/log/index.ts'
import { runBatch } from './batch.ts'
import { operationDocument } from './operation-document.ts'
import { documentsOf } from './documents.ts'
import { move, orderChildren, purge } from './move.ts'
import { get, place, requireAllowed, requireLinkable, touch } from './place.ts'
import { writeTree } from './transaction.ts'
import { refreshTitles } from './title-caches.ts'
import { requireVersion } from './versions.ts'
import {
  ChildOrder,
  DeleteQuery,
  NewNode,
  NodeLink,
  NodeMove,
  NodePatch,
  Operation,
  TreeNode,
} from './schemas.ts'

const tags = ['tree']

export async function writeRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { types } = services

  const nodeAnswer = async (
    trx: Db,
    id: number,
    more: Partial<Answer<TreeNode>> = {},
  ): Promise<Answer<TreeNode>> => {
    const node = await get(trx, id)
    const [document] = await documentsOf(types, trx, [node], false)
    return { body: document as TreeNode, etag: etagOf(node.version, 'o'), ...more }
  }
  const logged = (trx: Db, request: FastifyRequest, action: string, id: number, data: unknown) => {
    const actor = actorOf(request)
    return record(trx, {
      entity: 'node',
      entityId: id,
      action,
      actor,
      data,
    })
  }

  app.post(
    '/api/v1/tree',
    {
      config: { right: 'structure:write', verb: 'create', asksItself: true },
      schema: {
        operationId: 'createNode',
        tags,
        summary: 'Creates a container, structure element, medium or order.',
        description:
          'Titles come with their record (POST /titles), pages with their title (POST /titles/{id}/pages).',
        body: NewNode,
        response: { 201: json(TreeNode, 'The new node.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { body } = request
      if (['title', 'page', 'domain'].includes(body.datatype))
        throw new Refusal(
          'not-processable',
          {
            title: 'A title is created with its record: POST /api/v1/titles.',
            page: 'A page is created with its title: POST /api/v1/titles/{id}/pages.',
          }[body.datatype as string] ?? 'A domain is created by POST /api/v1/domains.',
        )
      if (body.parent === undefined && body.domain === undefined)
        throw new Refusal('bad-request', 'Send parent or domain.')
      const answer = await writeTree(services, request, 'insert', async trx => {
        const parent = body.parent === undefined ? undefined : await get(trx, body.parent)
        const domainId = parent?.domainId ?? (await getDomain(trx, body.domain as string | number)).id
        const id = await place(trx, types, {
          domainId,
          parent,
          type: types.get(body.datatype, body.type),
          caption: body.caption,
          place: body.position,
          released: body.release,
        })
        await logged(trx, request, 'create', id, body)
        return await nodeAnswer(trx, id, { status: 201, location: `/api/v1/tree/${id}` })
      })
      return send(reply, answer)
    },
  )

  app.patch(
    '/api/v1/tree/:id',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'changeNode',
        tags,
        summary: 'Renames or retypes a node.',
        params: IdParams,
        body: NodePatch,
        response: { 200: json(TreeNode, 'The node.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await writeTree(services, request, 'move', async trx => {
        const node = await requireVersion(trx, id, version)
        const type = types.ofNumbers(node.datatype, node.type)
        const next =
          request.body.type === undefined
            ? undefined
            : types.get(types.datatypeOf(node.datatype) ?? 'container', request.body.type)
        if (type?.datatype === 'domain')
          throw new Refusal('conflict', `Node ${id} stands for a domain; change the domain instead.`)
        if (next && next !== type)
          requireAllowed(types, node.parentId === null ? undefined : await get(trx, node.parentId), next)
        const set = {
          ...(request.body.caption === undefined ? {} : { OT_Caption: request.body.caption }),
          ...(next ? { OT_RCV_Type: next.number } : {}),
        }
        if (Object.keys(set).length > 0)
          await trx.updateTable('OPR_Tree').set(set).where('OT_ID', '=', id).execute()
        // a title page is a structure element of its type
        if (next && next !== type) await refreshTitles(trx, types, [node.path])
        await logged(trx, request, 'change', id, request.body)
        return await nodeAnswer(trx, id)
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/tree/:id/move',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'moveNode',
        tags,
        summary: 'Moves a node with all below it.',
        params: IdParams,
        body: NodeMove,
        response: { 200: json(TreeNode, 'The node.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await writeTree(services, request, 'move', async trx => {
        const node = await requireVersion(trx, id, version)
        const batch = await nextBatch(trx)
        await setContext(trx, { actor: actorOf(request), batch })
        const domainId =
          request.body.domain === undefined ? node.domainId : (await getDomain(trx, request.body.domain)).id
        const outcome = await move(trx, types, id, {
          parentId: request.body.parent,
          domainId,
          place: request.body.position,
        })
        const actor = actorOf(request)
        await record(trx, {
          entity: 'node',
          entityId: id,
          action: 'move',
          batch,
          actor,
          data: { ...request.body, ...outcome },
        })
        return await nodeAnswer(trx, id)
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/tree/:id/link',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'linkNode',
        tags,
        summary: 'Puts a link to another node below this one.',
        params: IdParams,
        body: NodeLink,
        response: { 201: json(TreeNode, 'The link.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const answer = await writeTree(services, request, 'insert', async trx => {
        const parent = await get(trx, request.params.id)
        const target = await get(trx, request.body.target)
        if (target.linkId !== null)
          throw new Refusal('conflict', `Node ${target.id} is itself a link; link to node ${target.linkId}.`)
        const type = types.ofNumbers(target.datatype, target.type)
        if (!type) throw new Refusal('conflict', `Node ${target.id} is of an unknown type.`)
        await requireLinkable(trx, target, parent)
        const id = await place(trx, types, {
          domainId: parent.domainId,
          parent,
          type,
          caption: target.caption,
          place: request.body.position,
          linkId: target.id,
          released: parent.state === 1 && target.state === 1,
        })
        await logged(trx, request, 'link', id, request.body)
        return await nodeAnswer(trx, id, { status: 201, location: `/api/v1/tree/${id}` })
      })
      return send(reply, answer)
    },
  )

  app.put(
    '/api/v1/tree/:id/children/order',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'orderChildren',
        tags,
        summary: 'Puts the children of a node into an order; If-Match is the ETag of that node.',
        params: IdParams,
        body: ChildOrder,
        response: { 200: json(Operation, 'How many changed.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const answer = await writeTree(services, request, 'move', async trx => {
        const parent = await requireVersion(trx, request.params.id, version)
        const batch = await nextBatch(trx)
        const actor = actorOf(request)
        await setContext(trx, { actor, batch })
        const changed = await orderChildren(trx, parent, request.body.ids)
        // the order is the parent's: who orders at the same time is told
        if (changed > 0) await touch(trx, parent.id)
        await refreshTitles(trx, types, [parent.path])
        await record(trx, {
          entity: 'node',
          entityId: parent.id,
          action: 'sort',
          batch,
          actor,
          data: { count: request.body.ids.length },
        })
        const after = await get(trx, parent.id)
        return {
          body: operationDocument({ batch, selected: request.body.ids.length, changed }, false),
          etag: etagOf(after.version, access.variant(request.principal)),
        }
      })
      return send(reply, answer)
    },
  )

  app.delete(
    '/api/v1/tree/:id',
    {
      config: { right: 'bin' },
      schema: {
        operationId: 'deleteNode',
        tags,
        summary: 'Puts a node with all below it into the bin, or removes for good what lies there.',
        params: IdParams,
        querystring: DeleteQuery,
        response: { 200: json(Operation, 'What changed.'), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const isPurge = request.query.purge === 'true'
      if (isPurge && !access.can(request.principal, 'purge'))
        throw new Refusal('forbidden', 'This needs the right purge.')
      const answer = await writeTree(services, request, 'move', async trx => {
        if (!isPurge) {
          const ids = [id]
          const batch = { action: 'bin', ids, dryRun: false, scope: 'subtree', ancestors: false } as const
          return {
            body: operationDocument(
              await runBatch(trx, services, actorOf(request), { ...batch, ids }, { ids }),
              false,
            ),
          }
        }
        const node = await get(trx, id)
        const changed = await purge(trx, types, id)
        await logged(trx, request, 'purge', id, { node, removed: changed })
        return { body: operationDocument({ batch: null, selected: 1, changed }, false) }
      })
      return send(reply, answer)
    },
  )
}
