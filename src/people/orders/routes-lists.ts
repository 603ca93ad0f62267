// Lists of orders: all that who asks may read, and those of somebody.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { listedDocuments } from './documents.ts'
import * as repository from './repository.ts'
import { OrderList, OrderQuery } from './schemas.ts'
import { docTags as tags, seesAll } from './support.ts'

export async function listRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  const listed = async (
    url: string,
    filter: repository.OrderFilter,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ) => {
    const [before] = decodeCursor(cursor, ['number']) ?? []
    const rows = await repository.list(db, filter, { before: before as number | undefined, limit: limit + 1 })
    const page = pageOf(rows, limit, row => [row.id])
    return listDocument(url, { next: page.next, items: await listedDocuments(db, page.items) })
  }

  app.get(
    '/api/v1/orders',
    {
      config: { right: 'order:read' },
      schema: {
        operationId: 'listOrders',
        tags,
        summary:
          'Lists the orders that the caller is an editor of, with DATA_MANAGEMENT all; the latest first.',
        querystring: OrderQuery,
        response: { 200: json(OrderList, 'Orders.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { cursor, limit, ...filter } = request.query
      const { principal } = request
      reply.header('cache-control', 'no-store')
      // a principal without an account, the operator's key, reads all
      const editorId = seesAll(principal) ? undefined : (principal.userId ?? 0)
      return await listed(request.url, { ...filter, editorId }, { cursor, limit })
    },
  )

  for (const [url, isMe] of [
    ['/api/v1/users/me/orders', true],
    ['/api/v1/users/:id/orders', false],
  ] as const)
    app.get(
      url as '/api/v1/users/:id/orders',
      {
        config: { right: isMe ? 'signed-in' : 'owners:read' },
        schema: {
          operationId: isMe ? 'listOrdersOfMe' : 'listOrdersOfUser',
          tags,
          summary: `Lists the orders that ${isMe ? 'the user who asks' : 'a user'} is an editor of, the latest first.`,
          params: isMe
            ? z.strictObject({})
            : z.strictObject({ id: z.uuid().meta({ description: 'UUID of the user' }) }),
          querystring: PageQuery,
          response: { 200: json(OrderList, 'Orders.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const { id } = request.params as unknown as { id: string }
        const editorId = isMe ? request.principal.userId : (await repository.users(db, [id])).get(id)?.id
        if (editorId === undefined) throw new Refusal('not-found', `There is no user ${id}.`)
        reply.header('cache-control', 'no-store')
        return await listed(request.url, { editorId }, request.query)
      },
    )
}
