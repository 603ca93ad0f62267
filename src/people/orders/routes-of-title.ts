// What a title tells of its order: to its readers what the order shows, to who reads the order which one it is.
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { getVisible } from '../../catalogue/tree/index.ts'
import { access, seenRows } from '../access/index.ts'
import * as repository from './repository.ts'
import { TitleOrder } from './schemas.ts'
import { shownBy } from './shown.ts'
import { states } from './states.ts'
import { docTags as tags, placeOf, reads } from './support.ts'
import * as items from './titles-repository.ts'

const shownRelated = 100

export async function ofTitleRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services

  app.get(
    '/api/v1/titles/:id/order',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getOrderOfTitle',
        tags,
        summary: 'Tells of the order that a title came by what it shows to readers.',
        description:
          'Who made it, who answers for the original and for which organisation, with what these show of themselves in public; and further titles of the order. An order shows this where `isShown` was set; title, description, editors and state of orders are for their editors, who are told in `order` which one it is.',
        params: IdParams,
        response: { 200: json(TitleOrder, 'What is shown.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { principal } = request
      const { id } = await getVisible(db, principal, request.params.id)
      const found = await repository.findOfTitle(db, id)
      // who reads no orders is told the same by the same statements, whether there is one or not
      const isTold = access.everywhere(principal, 'order:read') && (await reads(db, principal, found?.id))
      const order = found && isTold ? { id: found.id, title: found.title, state: states.name(found.state) } : null // prettier-ignore
      const shown = await shownBy(db, found)
      const related =
        found && shown
          ? await seenRows(
              (last: items.Item | undefined, count) => items.ofOrder(db, found.id, last?.id ?? 0, count),
              item => item.id !== id && access.sees(principal, placeOf(item)),
              shownRelated,
            )
          : []
      if (principal.kind !== 'public') reply.header('cache-control', 'no-store')
      return {
        order,
        isShown: shown !== undefined,
        generators: shown?.generators ?? [],
        authors: shown?.authors ?? [],
        organisation: shown?.organisation ?? null,
        related: related.map(({ id: each, caption }) => ({ id: each, caption })),
        links: {
          self: request.url,
          title: `/api/v1/titles/${id}`,
          ...(order ? { order: `/api/v1/orders/${order.id}` } : {}),
        },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
