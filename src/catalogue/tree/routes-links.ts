// Where else a node is shown: the links to it, each with what it stands below.
import { IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { access, seenRows } from '../../people/access/index.ts'
import { documentOf, filterOf, getVisible } from './documents.ts'
import { shownPlace } from './place.ts'
import * as repository from './repository.ts'
import type { Node } from './repository.ts'
import { LinksQuery, TreeLinkList } from './schemas.ts'

export async function linkRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  app.get(
    '/api/v1/tree/:id/links',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'listLinks',
        tags: ['tree'],
        summary: 'Lists the links to a node, each with what it stands below, by id.',
        params: IdParams,
        querystring: LinksQuery,
        response: { 200: json(TreeLinkList, 'Links.'), ...problems(404, 422) },
      },
    },
    async request => {
      const { principal, query } = request
      const node = await getVisible(db, principal, request.params.id)
      const filter = await filterOf(types, db, query, principal, node)
      const [after] = decodeCursor(query.cursor, ['number']) ?? []
      const sees = access.filter(principal)
      const rows = await seenRows(
        (last: Node | undefined, count) =>
          repository.links(db, node.id, filter, {
            afterId: last?.id ?? (after as number | undefined),
            limit: count,
          }),
        sees && (row => sees(shownPlace(row))),
        query.limit + 1,
      )
      const page = pageOf(rows, query.limit, row => [row.id])
      const above = new Map((await repository.allAbove(db, page.items)).map(row => [row.id, row]))
      const namesAbove = ({ id, path }: Node) =>
        repository.idsOf(path).flatMap(each => {
          const row = each === id ? undefined : above.get(each)
          return row && access.sees(principal, shownPlace(row)) ? [{ id: row.id, caption: row.caption }] : []
        })
      return listDocument(request.url, {
        next: page.next,
        items: page.items.map(row => ({ ...documentOf(types, row), above: namesAbove(row) })),
      })
    },
  )
}
