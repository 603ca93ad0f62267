// What happened to an order: its lines of the log, with a full copy of what it was made, and its fields before each change.
import { metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { listLog, logDocument, LogList } from '../../system/log/index.ts'
import * as repository from './repository.ts'
import { changedParts, OrderHistory, OrderParams } from './schemas.ts'
import { states } from './states.ts'
import { docTags as tags, readableOrder } from './support.ts'

const shownVersions = 1000

type Facts = Pick<
  repository.Version,
  'title' | 'description' | 'reference' | 'state' | 'isShown' | 'organisation' | 'properties' | 'comments'
>

export async function recordRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/orders/:order/log',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'getLogOfOrder',
        tags,
        summary: 'Lists the changes of an order, each with a full copy of what it became, the latest first.',
        params: OrderParams,
        querystring: PageQuery,
        response: { 200: json(LogList, 'Operations.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query
      const [before] = decodeCursor(cursor, ['number']) ?? []
      const { id } = await readableOrder(db, request, request.params.order)
      const filter = { entity: 'order', entityId: id, before: before as number | undefined }
      const page = pageOf(await listLog(db, filter, limit + 1), limit, row => [row.id])
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, { next: page.next, items: page.items.map(logDocument) })
    },
  )

  app.get(
    '/api/v1/orders/:order/history',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'getOrderHistory',
        tags,
        summary: 'Lists what the fields of an order were before each change.',
        params: OrderParams,
        response: { 200: json(OrderHistory, 'The changes.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const order = await readableOrder(db, request, request.params.order)
      let after: Facts = { ...order, organisation: order.organisationUuid }
      const items = (await repository.versions(db, order.id, shownVersions)).map(version => {
        const { title, description, reference, organisation, batch, actor, application, reason, at } = version
        const next = after
        after = version
        return {
          changed: changedParts.filter(part => version[part] !== next[part]),
          before: {
            title,
            description,
            reference,
            state: states.name(version.state),
            isShown: version.isShown === 1,
            organisation,
          },
          batch,
          actor,
          application,
          reason,
          at: at.toISOString(),
        }
      })
      reply.header('cache-control', 'no-store')
      return {
        items,
        links: { self: request.url, order: `/api/v1/orders/${order.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
