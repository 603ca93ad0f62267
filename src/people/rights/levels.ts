// Where entries hang: a node or a domain, and the levels above it that reach down to it.
import type { FastifyRequest } from 'fastify'
import { domainLineage, getDomain } from '../../catalogue/domains/index.ts'
import { ancestors, getNode, getVisible, shownPlace } from '../../catalogue/tree/index.ts'
import type { Db } from '../../firebird/database.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { access, refuse } from '../access/index.ts'
import type { LevelId } from './repository.ts'

export interface NamedLevel {
  readonly id: LevelId
  readonly caption: string | null
}
/** A level with its place and those above it, the nearest first. */
export interface Where {
  readonly self: NamedLevel
  readonly place: ShownPlace
  readonly above: readonly NamedLevel[]
  /** Of the node or domain */
  readonly address: string
}

const domainLevels = async (db: Db, name: string | number): Promise<NamedLevel[]> =>
  (await domainLineage(db, await getDomain(db, name)))
    .reverse()
    .map(domain => ({ id: { domainId: domain.id }, caption: domain.caption }))

export async function ofNode(db: Db, request: FastifyRequest): Promise<Where> {
  const { id } = request.params as { id: number }
  await getVisible(db, request.principal, id)
  const node = await getNode(db, id)
  const above = (await ancestors(db, node))
    .reverse()
    .map(each => ({ id: { nodeId: each.id }, caption: each.caption }))
  return {
    self: { id: { nodeId: node.id }, caption: node.caption },
    place: shownPlace(node),
    above: [...above, ...(await domainLevels(db, node.domainId))],
    address: `/api/v1/tree/${node.id}`,
  }
}

export async function ofDomain(db: Db, request: FastifyRequest): Promise<Where> {
  const { domain } = request.params as { domain: string }
  const [self, ...above] = await domainLevels(db, domain)
  const { id, caption } = self as NamedLevel & { id: { domainId: number } }
  return {
    self: { id, caption },
    place: { path: '', domainId: id.domainId, isVisible: true },
    above,
    address: `/api/v1/domains/${encodeURIComponent(domain)}`,
  }
}

/** @throws Refusal unauthorized, forbidden */
export function requireManager(request: FastifyRequest, { self, place }: Where): void {
  const { principal } = request
  const reason = access.sight(principal).reason('manage-rights', place)
  const what = 'nodeId' in self.id ? `node ${self.id.nodeId}` : `domain ${self.id.domainId}`
  if (!reason.allowed) refuse(principal, 'manage-rights', what, reason)
}
