// A page of the list of titles, in the order of who asks.
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { likedTags } from '../../http/language.ts'
import type { Services } from '../../http/module.ts'
import { decodeCursor, pageOf } from '../../http/page.ts'
import { access, seenRows } from '../../people/access/index.ts'
import { shownPlace, workedOn } from '../tree/index.ts'
import { asCounted } from './counted.ts'
import { filterOf } from './filter.ts'
import { list, type TitleSort } from './list.ts'
import type { Title } from './repository.ts'
import type { TitlesQuery } from './schemas.ts'
import { sortOrders } from './sorting.ts'

export async function pageOfTitles(
  services: Services,
  request: FastifyRequest,
  query: z.output<typeof TitlesQuery>,
): Promise<{ items: Title[]; next: string | undefined }> {
  const { cursor, limit, sort } = query
  const values = decodeCursor(cursor, sort === 'title' ? ['number', 'string', 'string'] : ['number'])
  // a list that was begun in an order goes on in it
  const order = String(values?.[2] ?? sortOrders(services).best(likedTags(request)).name)
  const by: TitleSort = sort === 'title' ? { order } : 'id'
  const after = values && { id: values[0] as number, sortKey: (values[1] as string | undefined) ?? '' }
  const filter = await filterOf(services, query, request.principal)
  const sees = access.filter(request.principal)
  const works = workedOn(request.principal, query)
  const rows = await seenRows(
    (last: Title | undefined, count) => list(services.db, filter, by, last ?? after, count),
    sees && (row => sees(shownPlace(row)) && (!works || works(row))),
    limit + 1,
  )
  const page = pageOf(rows, limit, row => (sort === 'title' ? [row.id, row.sortKey ?? '', order] : [row.id]))
  return { ...page, items: await asCounted(services, request.principal, page.items) }
}
