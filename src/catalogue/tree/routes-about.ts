// What else is known about a node: numbers of what stands below it.
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { unsettledBelow } from '../notes/index.ts'
import { getVisible } from './documents.ts'
import * as repository from './repository.ts'
import { Counts } from './schemas.ts'

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
        summary: 'Counts what stands below a node, and the notes there that are not settled.',
        params: IdParams,
        response: { 200: json(Counts, 'Numbers by datatype.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const { principal } = request
      const byDatatype = new Map<string, { released: number; hidden: number; inBin: number }>()
      let total = 0
      const add = async (at: { path: string; domainId: number }, sign: 1 | -1): Promise<void> => {
        for (const row of await repository.counts(db, at.path)) {
          const isVisible = row.state === 1 && row.delState === 0
          if (!isVisible && !access.sight(principal).can('edit', { ...at, isVisible: true })) continue
          const name = types.datatypeOf(row.datatype) ?? String(row.datatype)
          const entry = byDatatype.get(name) ?? { released: 0, hidden: 0, inBin: 0 }
          entry[row.delState === 1 ? 'inBin' : row.state === 1 ? 'released' : 'hidden'] += sign * row.n
          byDatatype.set(name, entry)
          total += sign * row.n
        }
      }
      await add(node, 1)
      // levels below at which seeing begins or ends: what stands below them is counted the other way
      const levels = access.sight(principal).exceptions('see')?.nodes ?? []
      for (const level of await repository.amongBelow(
        db,
        node.path,
        levels.map(([id]) => id),
      )) {
        const above = { path: level.path.slice(0, -`|${level.id}|`.length), domainId: level.domainId }
        const wasSeen = access.sees(principal, { ...above, isVisible: true })
        const isSeen = access.sees(principal, { ...level, isVisible: true })
        if (wasSeen !== isSeen) await add(level, isSeen ? 1 : -1)
      }
      return {
        total,
        byDatatype: Object.fromEntries(byDatatype),
        notes: await unsettledBelow(db, principal, { ...node, isVisible: true }),
        links: { self: request.url, node: `/api/v1/tree/${node.id}` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
