import type { TypeSystem } from '../../config/types.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { metaOf, toOne } from '../../http/envelope.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { seesAllTags, taggedWith } from '../tags/index.ts'
import { factsOf, type TitleFacts } from './about-titles.ts'
import { delStates, states } from './codes.ts'
import { shownPlace } from './place.ts'
import * as repository from './repository.ts'
import type { Node, NodeFilter } from './repository.ts'
import type { TreeNode } from './schemas.ts'
import { countsByEntries, otherwiseFor } from './seen-counts.ts'
import { countsHidden, type Place, requireWork } from './work.ts'

/** A node as it leaves. */
export function documentOf(types: TypeSystem, node: Node, hasChildren?: boolean): TreeNode {
  const type = types.ofNumbers(node.datatype, node.type)
  const self = `/api/v1/tree/${node.id}`
  return {
    id: node.id,
    domainId: node.domainId,
    parentId: node.parentId,
    linkTo: node.linkId,
    datatype: type?.datatype ?? types.datatypeOf(node.datatype) ?? String(node.datatype),
    type: type?.name ?? String(node.type),
    caption: node.caption,
    sort: node.sort,
    path: node.path,
    isReleased: states.name(node.state) === 'released',
    isInBin: delStates.name(node.delState) === 'binned',
    ...(hasChildren === undefined ? {} : { hasChildren }),
    links: {
      self,
      children: `${self}/children`,
      ancestors: `${self}/ancestors`,
      ...(type?.datatype === 'title' && node.linkId === null ? { title: `/api/v1/titles/${node.id}` } : {}),
      ...(type?.datatype === 'page' && node.linkId === null ? { page: `/api/v1/pages/${node.id}` } : {}),
    },
    relationships: {
      parent: toOne('tree', node.parentId),
      domain: toOne('domain', node.domainId),
      link: toOne('tree', node.linkId),
    },
    meta: metaOf(node),
  }
}

/** What a list tells of titles to who has asked for it: pages and texts as far as they are seen. */
async function factsFor(
  types: TypeSystem,
  db: Db,
  nodes: readonly Node[],
  asks: Principal | undefined,
): Promise<ReadonlyMap<number, TitleFacts> | undefined> {
  if (!asks) return undefined
  const titles = nodes.filter(node => node.datatype === types.code('title') && node.linkId === null)
  const places = new Map(titles.map(node => [node.id, shownPlace(node)]))
  const ids = [...places.keys()]
  const seesAll = (id: number) => access.seesHiddenAt(asks, places.get(id) as ReturnType<typeof shownPlace>)
  const told = await factsOf(db, ids, seesAllTags(asks), seesAll)
  for (const [id, { pages, hasText }] of await countsByEntries(db, types, asks, ids))
    told.set(id, { ...(told.get(id) as TitleFacts), pagesPresent: pages, hasText })
  return told
}

/** Documents of a list without a word on children. @param facts who is told of titles, and has asked for it */
export async function plainDocumentsOf(
  types: TypeSystem,
  db: Db,
  nodes: readonly Node[],
  facts: Principal | undefined,
): Promise<TreeNode[]> {
  const told = await factsFor(types, db, nodes, facts)
  return nodes.map(node => withFacts(documentOf(types, node), told?.get(node.id)))
}

const withFacts = (document: TreeNode, known: TitleFacts | undefined): TreeNode =>
  known ? { ...document, title: { ...known, tags: [...known.tags] } } : document

/**
 * Documents of a list, each with whether it has children.
 * @param facts who is told of titles, and has asked for it
 */
export async function documentsOf(
  types: TypeSystem,
  db: Db,
  nodes: readonly Node[],
  visibleOnly: boolean,
  facts?: Principal,
): Promise<TreeNode[]> {
  const page = types.code('page')
  const parents = await repository.parentsAmong(
    db,
    nodes.filter(node => node.datatype !== page).map(node => node.id),
    { visibleOnly },
  )
  const told = await factsFor(types, db, nodes, facts)
  return nodes.map(node => withFacts(documentOf(types, node, parents.has(node.id)), told?.get(node.id)))
}

export interface FilterQuery {
  readonly datatype?: string | undefined
  readonly type?: string | undefined
  readonly state?: 'released' | 'hidden' | undefined
  readonly deleted?: 'false' | 'true' | 'all' | undefined
  readonly q?: string | undefined
  readonly tag?: string | undefined
  readonly hasText?: 'true' | 'false' | undefined
  readonly pages?: 'missing' | 'complete' | 'none' | undefined
  readonly labels?: 'missing' | 'complete' | undefined
  readonly changedSince?: string | undefined
  readonly changedBy?: string | undefined
}

/** The filter as it was asked for. @throws Refusal forbidden for conditions about work, to those who do not do it there */
export async function askedFor(
  types: TypeSystem,
  db: Db,
  query: FilterQuery,
  principal: Principal,
  place: Place | undefined,
): Promise<NodeFilter> {
  if (query.type !== undefined && query.datatype === undefined)
    throw new Refusal('bad-request', 'The filter type needs datatype beside it.')
  requireWork(principal, query, place)
  const datatype = query.datatype as Parameters<TypeSystem['code']>[0] | undefined
  const ofTitles = {
    textState: query.hasText === undefined ? undefined : query.hasText === 'true' ? 1 : 0,
    isShownOnly: !countsHidden(principal, place),
    pages: query.pages,
    labels: query.labels,
  }
  return {
    ...ofTitles,
    otherwise: await otherwiseFor(db, types, principal, ofTitles),
    datatype: datatype && types.code(datatype),
    type: query.type !== undefined && datatype ? types.get(datatype, query.type).number : undefined,
    state: query.state && states.of(query.state),
    delState: query.deleted === 'all' ? undefined : query.deleted === 'true' ? 1 : 0,
    q: query.q,
    tagged: query.tag === undefined ? undefined : await taggedWith(db, query.tag, principal),
    changedSince: query.changedSince === undefined ? undefined : new Date(query.changedSince),
    changedBy: query.changedBy,
  }
}

/** The filter of a request; who sees only what is visible gets only that, whatever was asked for. */
export async function filterOf(
  types: TypeSystem,
  db: Db,
  query: FilterQuery,
  principal: Principal,
  place: Place | undefined,
): Promise<NodeFilter> {
  const asked = await askedFor(types, db, query, principal, place)
  if (access.seesHidden(principal)) return asked
  return { ...asked, state: query.state === 'hidden' ? -1 : 1, delState: query.deleted === 'true' ? -1 : 0 }
}

/** @throws Refusal not-found, also for a node that the principal may not see */
export async function getVisible(db: Db, principal: Principal, id: number): Promise<Node> {
  const node = await repository.find(db, id)
  if (!node) throw new Refusal('not-found', `There is no tree node ${id}.`)
  access.requireVisible(principal, shownPlace(node))
  return node
}
