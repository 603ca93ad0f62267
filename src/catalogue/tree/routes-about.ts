// What else is known about a node: numbers, the caller's rights, its history.
import { IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { rights } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { getVisible } from './documents.ts'
import { isVisible } from './place.ts'
import * as repository from './repository.ts'
import { Counts, Permissions } from './schemas.ts'

const tags = ['tree']

export async function aboutRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db, types } = services

  app.get(
    '/api/v1/tree/:id/counts',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'countDescendants',
        tags,
        summary: 'Counts what stands below a node.',
        params: IdParams,
        response: { 200: json(Counts, 'Numbers by datatype.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const seesHidden = access.seesHidden(request.principal)
      const byDatatype: Record<string, { released: number; hidden: number; inBin: number }> = {}
      let total = 0
      for (const row of await repository.counts(db, node.path)) {
        if (!seesHidden && (row.state === 0 || row.delState === 1)) continue
        const name = types.datatypeOf(row.datatype) ?? String(row.datatype)
        const entry = (byDatatype[name] ??= { released: 0, hidden: 0, inBin: 0 })
        entry[row.delState === 1 ? 'inBin' : row.state === 1 ? 'released' : 'hidden'] += row.n
        total += row.n
      }
      return {
        total,
        byDatatype,
        links: { self: request.url, node: `/api/v1/tree/${node.id}` },
        relationships: {},
        meta: {},
      }
    },
  )

  app.get(
    '/api/v1/tree/:id/permissions',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getPermissions',
        tags,
        summary: 'Tells what the caller may do with a node.',
        params: IdParams,
        response: { 200: json(Permissions, 'Rights.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const allowed = rights.filter(
        right => right !== 'public' && access.can(request.principal, right, { isVisible: isVisible(node) }),
      )
      return {
        rights: allowed,
        links: { self: request.url, node: `/api/v1/tree/${node.id}` },
        relationships: {},
        meta: {},
      }
    },
  )
}
