// Orders one by one: making, reading, changing, moving on, commenting.
import type { FastifyRequest } from 'fastify'
import type { Db } from '../../firebird/database.ts'
import { expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { record } from '../../system/log/index.ts'
import { change, commented, create } from './change.ts'
import { copyOf, documentOf } from './documents.ts'
import { tellStep } from './mail.ts'
import * as repository from './repository.ts'
import { NewComment, NewOrder, Order, OrderParams, OrderPatch, StateChange } from './schemas.ts'
import { requireStep, states } from './states.ts'
import { docTags as tags, isHouse, readableOrder, requireVersion } from './support.ts'

/** Histories of orders are for their editors, as those of people and groups for their keepers: no undo plays them back. */
const options = { canUndo: false }

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.post(
    '/api/v1/orders',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'createOrder',
        tags,
        summary: 'Makes an order.',
        body: NewOrder,
        response: { 201: json(Order, 'The order.'), ...problems(403, 422) },
      },
    },
    async (request, reply) => {
      const { principal, body } = request
      const answer = await write(services, request, options, async trx => {
        const id = await create(trx, principal, body)
        const order = (await repository.find(trx, id)) as repository.Order
        const data = await copyOf(trx, order)
        await record(trx, { entity: 'order', entityId: id, action: 'create', actor: actorOf(request), data })
        return {
          status: 201,
          location: `/api/v1/orders/${id}`,
          ...(await documentOf(trx, principal, order)),
        }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/orders/:order',
    {
      config: { right: 'order:read', tells: 'order' },
      schema: {
        operationId: 'getOrder',
        tags,
        summary: 'Reads an order, as one of its editors or with DATA_MANAGEMENT.',
        params: OrderParams,
        response: { 200: json(Order, 'The order.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const order = await readableOrder(db, request, request.params.order)
      const { body, etag } = await documentOf(db, request.principal, order)
      if (isFresh(request, reply, etag, 'private, no-cache')) return sendUnchanged(reply)
      return body
    },
  )

  /** One change of one order, on the version that it was made on. */
  const changing = (
    request: FastifyRequest,
    id: number,
    action: string,
    fieldsOf: (trx: Db, order: repository.Order) => Promise<repository.OrderFields>,
    dataOf: (trx: Db, order: repository.Order, before: repository.Order) => Promise<unknown>,
  ) => {
    const version = expectedVersion(request)
    return write(services, request, options, async trx => {
      // whoever changes the same order waits: no comment is lost to one written meanwhile
      await repository.lock(trx, id)
      const before = await readableOrder(trx, request, id)
      requireVersion(before, version)
      const fields = await fieldsOf(trx, before)
      await repository.update(trx, id, fields)
      const order = (await repository.find(trx, id)) as repository.Order
      const data = await dataOf(trx, order, before)
      await record(trx, { entity: 'order', entityId: id, action, actor: actorOf(request), data })
      return await documentOf(trx, request.principal, order)
    })
  }

  app.patch(
    '/api/v1/orders/:order',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'changeOrder',
        tags,
        summary: 'Changes an order, who belongs to it, and its tags.',
        params: OrderParams,
        body: OrderPatch,
        response: { 200: json(Order, 'The order.'), ...problems(403, 404, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const { body, params, principal } = request
      return send(
        reply,
        await changing(
          request,
          params.order,
          'change',
          trx => change(trx, principal, params.order, body),
          copyOf,
        ),
      )
    },
  )

  app.post(
    '/api/v1/orders/:order/state',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'moveOrder',
        tags,
        summary: 'Moves an order on to another state.',
        description:
          'requested → accepted → scanning → delivered → closed. It is refused until it is scanned, and cancelled until it is delivered. Editors cancel what is not being scanned and close what was delivered; all else needs ORDERS_SPECIAL.',
        params: OrderParams,
        body: StateChange,
        response: { 200: json(Order, 'The order.'), ...problems(403, 404, 409, 412, 413, 428) },
      },
    },
    async (request, reply) => {
      const { body, params, principal } = request
      const { state, comment } = body
      const answer = await changing(
        request,
        params.order,
        'state',
        async (_, order) => {
          requireStep(states.name(order.state), state, isHouse(principal))
          return {
            state: states.of(state),
            ...(comment === undefined ? {} : commented(order, principal.name, comment)),
          }
        },
        async (trx, order, before) => {
          await tellStep(services, trx, order, { by: principal.userId, withComment: comment !== undefined })
          return { ...(await copyOf(trx, order)), from: states.name(before.state), to: states.name(order.state) } // prettier-ignore
        },
      )
      return send(reply, answer)
    },
  )

  app.post(
    '/api/v1/orders/:order/comments',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'commentOrder',
        tags,
        summary: 'Adds a comment to an order.',
        params: OrderParams,
        body: NewComment,
        response: { 200: json(Order, 'The order.'), ...problems(404, 412, 413, 428) },
      },
    },
    async (request, reply) => {
      const { body, params, principal } = request
      const answer = await changing(
        request,
        params.order,
        'comment',
        async (_, order) => commented(order, principal.name, body.text),
        async (trx, order) => ({ ...(await copyOf(trx, order)), text: body.text }),
      )
      return send(reply, answer)
    },
  )
}
