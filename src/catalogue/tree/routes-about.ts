// What else is known about a node: numbers, the caller's rights, its history.
import { IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { rights } from '../../http/principal.ts'
import { type Reason, verbs } from '../../http/sight.ts'
import { json, problems } from '../../http/problem.ts'
import { access } from '../../people/access/index.ts'
import { getVisible } from './documents.ts'
import { shownPlace } from './place.ts'
import * as repository from './repository.ts'
import { Counts, Permissions } from './schemas.ts'

const tags = ['tree']

const reasonOut = (reason: Reason, isManager: boolean) => ({
  allowed: reason.allowed,
  by: reason.by,
  entry: reason.entryId ?? null,
  level:
    reason.level === undefined
      ? null
      : 'node' in reason.level
        ? { kind: 'node' as const, id: reason.level.node }
        : { kind: 'domain' as const, id: reason.level.domain },
  width: reason.width ?? null,
  until: reason.until?.toISOString() ?? null,
  note: isManager ? (reason.note ?? null) : null,
})

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
        summary: 'Tells what the caller may do with a node, and why: which entry of which level says so.',
        params: IdParams,
        response: { 200: json(Permissions, 'Rights.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(db, request.principal, request.params.id)
      const { principal } = request
      const sight = access.sight(principal)
      const reasons = verbs.map(verb => [verb, sight.reason(verb, shownPlace(node))] as const)
      return {
        rights: rights.filter(right => right !== 'public' && access.can(principal, right)),
        allowed: reasons.filter(([, reason]) => reason.allowed).map(([verb]) => verb),
        // notes on entries are for who manages them
        reasons: Object.fromEntries(
          reasons.map(([verb, reason]) => [
            verb,
            reasonOut(reason, sight.can('manage-rights', shownPlace(node))),
          ]),
        ),
        links: { self: request.url, node: `/api/v1/tree/${node.id}` },
        relationships: {},
        meta: {},
      }
    },
  )
}
