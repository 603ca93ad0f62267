// The titles of orders: which are in one, and what goes with it.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import { expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, sendDone, write } from '../../http/write.ts'
import { binNodes, getVisible, shownPlace, writeTree } from '../../catalogue/tree/index.ts'
import { nextBatch, record } from '../../system/log/index.ts'
import { access, seenRows } from '../access/index.ts'
import { forgetFiles } from './files.ts'
import * as files from './files-repository.ts'
import * as repository from './repository.ts'
import { Deletion, DeletionQuery, ItemParams, OrderParams, OrderTitleList } from './schemas.ts'
import { isFinal, states } from './states.ts'
import { docTags as tags, placeOf, readableOrder, requireVersion, seesAll } from './support.ts'
import * as items from './titles-repository.ts'

const itemDocument = (item: items.Item, orderId: number) => ({
  id: item.id,
  caption: item.caption,
  isReleased: item.state === 1,
  isInBin: item.delState === 1,
  by: item.by,
  at: item.at.toISOString(),
  links: { title: `/api/v1/titles/${item.id}` },
  relationships: { title: toOne('title', item.id), order: toOne('order', orderId) },
  meta: metaOf({}),
})

export async function titleRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  app.get(
    '/api/v1/orders/:order/titles',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'listTitlesOfOrder',
        tags,
        summary: 'Lists the titles of an order that the caller sees.',
        params: OrderParams,
        querystring: PageQuery,
        response: { 200: json(OrderTitleList, 'Titles.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query
      const [after = 0] = decodeCursor(cursor, ['number']) ?? []
      const { id } = await readableOrder(db, request, request.params.order)
      const rows = await seenRows(
        (last: items.Item | undefined, count) => items.ofOrder(db, id, last?.id ?? Number(after), count),
        item => access.sees(request.principal, placeOf(item)),
        limit + 1,
      )
      const page = pageOf(rows, limit, item => [item.id])
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(item => itemDocument(item, id)),
      })
    },
  )

  app.put(
    '/api/v1/orders/:order/titles/:title',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'addTitleToOrder',
        tags,
        summary: 'Puts a title into an order, which owns it from then on.',
        description: 'A title stands in one order, and stays there.',
        params: ItemParams,
        response: { 204: z.null().meta({ description: 'It is in the order.' }), ...problems(404, 409, 422) },
      },
    },
    async (request, reply) => {
      const { order: orderId, title } = request.params
      const { principal } = request
      const answer = await write(services, request, { canUndo: false }, async trx => {
        // an order that is being deleted or closed gets nothing more
        await repository.lock(trx, orderId)
        const order = await readableOrder(trx, request, orderId)
        const node = await getVisible(trx, principal, title)
        access.require(principal, 'order', shownPlace(node))
        if (types.datatypeOf(node.datatype) !== 'title')
          throw new Refusal('not-processable', `Node ${title} is no title.`)
        const owner = await items.orderOf(trx, title)
        if (owner === orderId) return { body: null }
        if (owner !== undefined)
          throw new Refusal('conflict', `Title ${title} belongs to another order, and stays there.`)
        const state = states.name(order.state)
        if (isFinal(state))
          throw new Refusal('conflict', `Order ${orderId} is ${state}; it takes no further titles.`)
        await items.add(trx, orderId, title, principal.name)
        await record(trx, { entity: 'order', entityId: orderId, action: 'add', actor: actorOf(request), data: { title } }) // prettier-ignore
        return { body: null }
      })
      return sendDone(reply, answer)
    },
  )

  app.delete(
    '/api/v1/orders/:order/titles/:title',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'takeTitleFromOrder',
        tags,
        summary: 'Takes a title that was put in by mistake out of an order; needs DATA_MANAGEMENT.',
        params: ItemParams,
        response: { 204: z.null().meta({ description: 'It is in no order.' }), ...problems(403, 404) },
      },
    },
    async (request, reply) => {
      const { order: orderId, title } = request.params
      const answer = await write(services, request, { canUndo: false }, async trx => {
        await readableOrder(trx, request, orderId)
        if (!seesAll(request.principal))
          throw new Refusal(
            'forbidden',
            'A title stays in its order; what was put in by mistake is taken out by who has the topic DATA_MANAGEMENT.',
          )
        if (!(await items.take(trx, orderId, title)))
          throw new Refusal('not-found', `Title ${title} is not in order ${orderId}.`)
        await record(trx, { entity: 'order', entityId: orderId, action: 'remove', actor: actorOf(request), data: { title } }) // prettier-ignore
        return { body: null }
      })
      return sendDone(reply, answer)
    },
  )

  app.delete(
    '/api/v1/orders/:order',
    {
      config: { right: 'order' },
      schema: {
        operationId: 'deleteOrder',
        tags,
        summary:
          'Deletes an order with its files for good, and puts its titles into the bin; dryRun tells which.',
        description:
          'All titles of the order must be the caller’s to put into the bin. Undo of the operation brings them back, not the order.',
        params: OrderParams,
        querystring: DeletionQuery,
        response: { 200: json(Deletion, 'What went, or would.'), ...problems(403, 404, 412, 428) },
      },
    },
    async (request, reply) => {
      const { principal } = request
      const { order: id } = request.params
      const dryRun = request.query.dryRun === true
      const version = expectedVersion(request)
      // nodes below the titles may have entries of their own
      request.writes = 'bin'
      const answer = await writeTree(services, request, 'move', async trx => {
        await repository.lock(trx, id)
        const order = await readableOrder(trx, request, id)
        requireVersion(order, version)
        const owned = (await items.allOfOrder(trx, id)).filter(({ delState }) => delState === 0)
        if (owned.some(item => !access.sight(principal).can('bin', placeOf(item))))
          throw new Refusal(
            'forbidden',
            `Order ${id} owns titles, which go to the bin with it; this needs the right bin on each of them.`,
          )
        const ids = owned.map(item => item.id)
        const batch = dryRun ? 0 : await nextBatch(trx)
        const { changed } =
          ids.length === 0 ? { changed: 0 } : await binNodes(trx, types, { ids }, { batch, dryRun })
        const own = await files.ofOrder(trx, id)
        if (!dryRun) {
          await forgetFiles(trx, own)
          await repository.remove(trx, id)
          await record(trx, { entity: 'order', entityId: id, action: 'delete', actor: actorOf(request), data: { id, titles: ids } }) // prettier-ignore
        }
        return {
          body: {
            dryRun,
            titles: owned.map(({ id, caption }) => ({ id, caption })),
            nodes: changed,
            files: own.length,
            links: {},
            relationships: {},
            meta: metaOf({}),
          },
        }
      })
      const { undo, ...links } = answer.body.links as Record<string, string>
      // an order without titles leaves nothing to be brought back
      const kept = answer.body.nodes > 0 && undo !== undefined ? { ...links, undo } : links
      return send(reply, { ...answer, body: { ...answer.body, links: kept } })
    },
  )
}
