import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import { type Db, setContext } from '../../firebird/database.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import type { Right } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, type Answer, send, write } from '../../http/write.ts'
import * as queue from '../../jobs/queue.ts'
import { access } from '../access/index.ts'
import { getDomain } from '../domains/index.ts'
import { nextBatch, record } from '../log/index.ts'
import { runBatch, selectionOf, selectionSize } from './batch.ts'
import { documentsOf } from './documents.ts'
import { move, orderChildren, purge } from './move.ts'
import { get, insertLock, moveLock, place, requireAllowed } from './place.ts'
import { requireVersion } from './versions.ts'
import { Batch, BatchJob, BatchParams, ChildOrder, DeleteQuery, NewNode, NodeLink, NodeMove, NodePatch, Operation, ReleaseBody, TreeNode, Undo } from './schemas.ts'
import { undo } from './undo.ts'



const tags = ['tree']

export async function writeRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { types } = services

  const nodeAnswer = async (trx: Db, id: number, more: Partial<Answer<TreeNode>> = {}): Promise<Answer<TreeNode>> => {
    const node = await get(trx, id)
    const [document] = await documentsOf(types, trx, [node], false)
    return { body: document as TreeNode, etag: etagOf(node.version, 'o'), ...more }
  }
  const logged = (trx: Db, request: FastifyRequest, action: string, id: number, data: unknown) => {
    const actor = actorOf(request)
    return record(trx, { entity: 'node', entityId: id, action, actor: actor.name, application: actor.application, reason: actor.reason, data })
  }

  app.post(
    '/api/v1/tree',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'createNode',
        tags,
        summary: 'Creates a container, structure element, medium or order.',
        description: 'Titles come with their record (POST /titles), pages with their title (POST /titles/{id}/pages).',
        body: NewNode,
        response: { 201: json(TreeNode, 'The new node.'), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { body } = request
      if (['title', 'page', 'domain'].includes(body.datatype))
        throw new Refusal('not-processable', { title: 'A title is created with its record: POST /api/v1/titles.', page: 'A page is created with its title: POST /api/v1/titles/{id}/pages.' }[body.datatype as string] ?? 'A domain is created by POST /api/v1/domains.')
      if (body.parent === undefined && body.domain === undefined) throw new Refusal('bad-request', 'Send parent or domain.')
      const answer = await write(services, request, { reserve: insertLock }, async trx => {
        const parent = body.parent === undefined ? undefined : await get(trx, body.parent)
        const domainId = parent?.domainId ?? (await getDomain(trx, body.domain as string | number)).id
        const id = await place(trx, types, { domainId, parent, type: types.get(body.datatype, body.type), caption: body.caption, place: body.position, released: body.release })
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
      schema: { operationId: 'changeNode', tags, summary: 'Renames or retypes a node.', params: IdParams, body: NodePatch, response: { 200: json(TreeNode, 'The node.'), ...problems(404, 409, 412, 422, 428) } },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await write(services, request, {}, async trx => {
        const node = await requireVersion(trx, id, version)
        const type = types.ofNumbers(node.datatype, node.type)
        const next = request.body.type === undefined ? undefined : types.get(types.datatypeOf(node.datatype) ?? 'container', request.body.type)
        if (type?.datatype === 'domain') throw new Refusal('conflict', `Node ${id} stands for a domain; change the domain instead.`)
        if (next && next !== type) requireAllowed(types, node.parentId === null ? undefined : await get(trx, node.parentId), next)
        const set = { ...(request.body.caption === undefined ? {} : { OT_Caption: request.body.caption }), ...(next ? { OT_RCV_Type: next.number } : {}) }
        if (Object.keys(set).length > 0) await trx.updateTable('OPR_Tree').set(set).where('OT_ID', '=', id).execute()
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
      schema: { operationId: 'moveNode', tags, summary: 'Moves a node with all below it.', params: IdParams, body: NodeMove, response: { 200: json(TreeNode, 'The node.'), ...problems(404, 409, 412, 422, 428) } },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const { id } = request.params
      const answer = await write(services, request, { reserve: moveLock }, async trx => {
        const node = await requireVersion(trx, id, version)
        const batch = await nextBatch(trx)
        await setContext(trx, { actor: actorOf(request), batch })
        const domainId = request.body.domain === undefined ? node.domainId : (await getDomain(trx, request.body.domain)).id
        const outcome = await move(trx, types, id, { parentId: request.body.parent, domainId, place: request.body.position })
        const actor = actorOf(request)
        await record(trx, { entity: 'node', entityId: id, action: 'move', batch, actor: actor.name, application: actor.application, reason: actor.reason, data: { ...request.body, ...outcome } })
        return await nodeAnswer(trx, id)
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/tree/:id/link',
    {
      config: { right: 'structure:write' },
      schema: { operationId: 'linkNode', tags, summary: 'Puts a link to another node below this one.', params: IdParams, body: NodeLink, response: { 201: json(TreeNode, 'The link.'), ...problems(404, 409, 422) } },
    },
    async (request, reply) => {
      const answer = await write(services, request, { reserve: insertLock }, async trx => {
        const parent = await get(trx, request.params.id)
        const target = await get(trx, request.body.target)
        if (target.linkId !== null) throw new Refusal('conflict', `Node ${target.id} is itself a link; link to node ${target.linkId}.`)
        const type = types.ofNumbers(target.datatype, target.type)
        if (!type) throw new Refusal('conflict', `Node ${target.id} is of an unknown type.`)
        const id = await place(trx, types, { domainId: parent.domainId, parent, type, caption: target.caption, place: request.body.position, linkId: target.id, released: parent.state === 1 && target.state === 1 })
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
      schema: { operationId: 'orderChildren', tags, summary: 'Puts the children of a node into an order.', params: IdParams, body: ChildOrder, response: { 200: json(Operation, 'How many changed.'), ...problems(404, 409, 422) } },
    },
    async (request, reply) => {
      const answer = await write(services, request, { reserve: moveLock }, async trx => {
        const parent = await get(trx, request.params.id)
        const batch = await nextBatch(trx)
        const actor = actorOf(request)
        await setContext(trx, { actor, batch })
        const changed = await orderChildren(trx, parent, request.body.ids)
        await record(trx, { entity: 'node', entityId: parent.id, action: 'sort', batch, actor: actor.name, application: actor.application, reason: actor.reason, data: { count: request.body.ids.length } })
        return { body: operationDocument({ batch, selected: request.body.ids.length, changed }, false) }
      })
      return send(reply, answer)
    },
  )

  const operationDocument = (outcome: { batch: number | null; selected: number; changed: number }, dryRun: boolean) => ({
    ...outcome,
    dryRun,
    links: outcome.batch === null ? {} : { undo: `/api/v1/tree/batch/${outcome.batch}/undo`, log: `/api/v1/log?batch=${outcome.batch}` },
    relationships: {},
    meta: {},
  })

  /** The operations on one node are batches of one. */
  const single = (path: string, action: 'release' | 'hide' | 'restore', right: Right, summary: string) => {
    app.post(
      `/api/v1/tree/:id/${path}` as '/api/v1/tree/:id/restore',
      {
        config: { right },
        schema: { operationId: `${action}Node`, tags, summary, params: IdParams, body: ReleaseBody.optional().nullable(), response: { 200: json(Operation, 'What changed.'), ...problems(404, 409) } },
      },
      async (request, reply) => {
        const options = request.body ?? { scope: 'subtree' as const, ancestors: false }
        const answer = await write(services, request, { reserve: moveLock }, async trx => {
          const outcome = await runBatch(trx, services, actorOf(request), { action, ids: [request.params.id], dryRun: false, ...options })
          return { body: operationDocument(outcome, false) }
        })
        return send(reply, answer)
      },
    )
  }
  single('release', 'release', 'release', 'Releases a node, by default with all below it.')
  single('hide', 'hide', 'release', 'Hides a node with all below it.')
  single('restore', 'restore', 'bin', 'Takes a node out of the bin, with what was deleted with it.')

  app.delete(
    '/api/v1/tree/:id',
    {
      config: { right: 'bin' },
      schema: { operationId: 'deleteNode', tags, summary: 'Puts a node with all below it into the bin, or removes for good what lies there.', params: IdParams, querystring: DeleteQuery, response: { 200: json(Operation, 'What changed.'), ...problems(404, 409) } },
    },
    async (request, reply) => {
      const { id } = request.params
      const isPurge = request.query.purge === 'true'
      if (isPurge && !access.can(request.principal, 'purge')) throw new Refusal('forbidden', 'This needs the right purge.')
      const answer = await write(services, request, { reserve: moveLock }, async trx => {
        if (!isPurge) return { body: operationDocument(await runBatch(trx, services, actorOf(request), { action: 'bin', ids: [id], dryRun: false, scope: 'subtree', ancestors: false }), false) }
        const node = await get(trx, id)
        const changed = await purge(trx, types, id)
        await logged(trx, request, 'purge', id, { node, removed: changed })
        return { body: operationDocument({ batch: null, selected: 1, changed }, false) }
      })
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/tree/batch',
    {
      config: { right: 'structure:write' },
      schema: {
        operationId: 'batchNodes',
        tags,
        summary: 'Does one thing to many nodes: release, hide, bin, restore, move, retype.',
        description: 'Nodes are named by ids or by path prefix and filter. Large batches become a job and are answered with 202.',
        body: Batch,
        response: { 200: json(Operation, 'What changed, or would change.'), 202: json(BatchJob, 'The job that does it.'), ...problems(404, 409, 413, 422) },
      },
    },
    async (request, reply) => {
      const batch = request.body
      const right: Right = { release: 'release', hide: 'release', bin: 'bin', restore: 'bin', move: 'structure:write', retype: 'structure:write' }[batch.action] as Right
      if (!access.can(request.principal, right)) throw new Refusal('forbidden', `This needs the right ${right}.`)
      const answer = await write(services, request, { reserve: moveLock }, async (trx): Promise<Answer<unknown>> => {
        const size = await selectionSize(trx, selectionOf(services, batch))
        if (!batch.dryRun && size > services.config.limits.syncBatch) {
          const job = await queue.enqueue(trx, { kind: 'tree.batch', payload: { batch, actor: actorOf(request) }, actor: request.principal.name })
          return { status: 202, location: `/api/v1/jobs/${job}`, body: { job, links: { job: `/api/v1/jobs/${job}` }, relationships: {}, meta: {} } }
        }
        return { body: operationDocument(await runBatch(trx, services, actorOf(request), batch), batch.dryRun) }
      })
      return send(reply, answer) as never
    },
  )

  app.post(
    '/api/v1/tree/batch/:batch/undo',
    {
      config: { right: 'structure:write' },
      schema: { operationId: 'undoBatch', tags, summary: 'Takes an operation back; nodes changed since are left alone and counted.', params: BatchParams, response: { 200: json(Undo, 'What changed.'), ...problems(404, 409) } },
    },
    async (request, reply) => {
      const answer = await write(services, request, { reserve: moveLock }, async trx => {
        const actor = actorOf(request)
        const batch = await nextBatch(trx)
        await setContext(trx, { actor, batch })
        const outcome = await undo(trx, types, request.params.batch)
        await record(trx, { entity: 'node', action: 'undo', batch, actor: actor.name, application: actor.application, reason: actor.reason, data: { undone: request.params.batch, ...outcome } })
        return { body: { batch, ...outcome, links: { undo: `/api/v1/tree/batch/${batch}/undo` }, relationships: {}, meta: {} } }
      })
      return send(reply, answer)
    },
  )
}
