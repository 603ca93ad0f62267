// Questions to OPR_Tree. Every list is a range of one index; the plans are held by test/plans.test.ts.
import { type ExpressionBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Schema } from '../../firebird/schema.generated.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import { selection } from '../../firebird/selection.ts'
import { isTagged, type Tagged } from '../tags/index.ts'
import { conditionsOf, type TitleConditions } from './about-titles.ts'

export const columns = selection([
  'OT_ID as id',
  'OT_OD_ID as domainId',
  'OT_OT_Parent as parentId',
  'OT_OT_Link as linkId',
  'OT_RCV_Datatype as datatype',
  'OT_RCV_Type as type',
  'OT_Caption as caption',
  'OT_Sort as sort',
  'OT_DelState as delState',
  'OT_Path as path',
  'OT_State as state',
  'OT_Batch as batch',
  'OT_Version as version',
  'OT_InsertTS as createdAt',
  'OT_UpdateTS as updatedAt',
])

/** One row of OPR_Tree. */
export interface Node {
  readonly id: number
  readonly domainId: number
  readonly parentId: number | null
  /** The original, where this node is a link */
  readonly linkId: number | null
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly sort: number
  readonly delState: number
  readonly path: string
  readonly state: number
  readonly batch: number | null
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export interface NodeFilter extends TitleConditions {
  readonly datatype?: number | undefined
  readonly type?: number | undefined
  readonly state?: number | undefined
  /** undefined: with and without those in the bin */
  readonly delState?: number | undefined
  /** Part of the caption, in any case */
  readonly q?: string | undefined
  readonly tagged?: Tagged | undefined
}

type NodeQuery<O> = SelectQueryBuilder<Schema, 'OPR_Tree', O>

export function filtered<O>(query: NodeQuery<O>, filter: NodeFilter): NodeQuery<O> {
  let q = query
  // + 0 keeps the optimiser from leaving the range of the path or the parent for these unselective indexes
  if (filter.datatype !== undefined) q = q.where(sql<number>`OT_RCV_Datatype + 0`, '=', filter.datatype)
  if (filter.type !== undefined) q = q.where('OT_RCV_Type', '=', filter.type)
  if (filter.state !== undefined) q = q.where('OT_State', '=', filter.state)
  if (filter.delState !== undefined) q = q.where('OT_DelState', '=', filter.delState)
  if (filter.q !== undefined)
    q = q.where(sql<boolean>`OT_Caption containing cast(${filter.q.slice(0, 200)} as varchar(200))`)
  if (filter.tagged) q = q.where(isTagged(filter.tagged))
  for (const condition of conditionsOf(filter)) q = q.where(condition)
  return q
}

export const find = (db: Db, id: number): Promise<Node | undefined> =>
  db.selectFrom('OPR_Tree').select(columns).where('OT_ID', '=', id).executeTakeFirst()

/** Rows of a few ids (at most 819), in no order. */
export async function findMany(db: Db, ids: readonly number[]): Promise<Node[]> {
  if (ids.length === 0) return []
  return (await db
    .selectFrom(splitIds(ids).as('s'))
    .innerJoin('OPR_Tree', join => join.on(sql`OT_ID`, '=', sql`"s"."ID"`))
    .select(columns)
    .execute()) as unknown as Node[]
}

/** Rows of any number of ids, in no order. */
async function findAll(db: Db, ids: readonly number[]): Promise<Node[]> {
  const found: Node[] = []
  for (let start = 0; start < ids.length; start += 800)
    found.push(...(await findMany(db, ids.slice(start, start + 800))))
  return found
}

export interface Position {
  readonly sort: number
  readonly id: number
}

/** `OT_Sort >= ? and (OT_Sort > ? or OT_ID > ?)`: Firebird walks the index with this form, not with the plain OR. */
const after = (position: Position) => (eb: ExpressionBuilder<Schema, 'OPR_Tree'>) =>
  eb.and([
    eb('OT_Sort', '>=', position.sort),
    eb.or([eb('OT_Sort', '>', position.sort), eb('OT_ID', '>', position.id)]),
  ])

/** Children in their order, after a position. */
export async function children(
  db: Db,
  parentId: number,
  filter: NodeFilter,
  page: { after?: Position | undefined; limit: number },
): Promise<Node[]> {
  let query = filtered(db.selectFrom('OPR_Tree').select(columns).where('OT_OT_Parent', '=', parentId), filter)
  if (page.after) query = query.where(after(page.after))
  return await query.orderBy('OT_OT_Parent').orderBy('OT_Sort').orderBy('OT_ID').limit(page.limit).execute()
}

/** Top-level records of a domain in their order. */
export async function roots(
  db: Db,
  domainId: number,
  filter: NodeFilter,
  page: { after?: Position | undefined; limit: number },
): Promise<Node[]> {
  let query = filtered(
    db
      .selectFrom('OPR_Tree')
      .select(columns)
      .where('OT_OD_ID', '=', domainId)
      .where('OT_OT_Parent', 'is', null),
    filter,
  )
  if (filter.datatype === undefined) query = query.where(sql<boolean>`OT_RCV_Datatype + 0 <> 10`)
  if (page.after) query = query.where(after(page.after))
  return await query
    .orderBy('OT_OD_ID')
    .orderBy('OT_OT_Parent')
    .orderBy('OT_Sort')
    .orderBy('OT_ID')
    .limit(page.limit)
    .execute()
}

/** All nodes of a domain or of everything, by id. */
export async function all(
  db: Db,
  domainId: number | undefined,
  filter: NodeFilter,
  page: { afterId?: number | undefined; limit: number },
): Promise<Node[]> {
  let query = filtered(db.selectFrom('OPR_Tree').select(columns), filter)
  if (domainId !== undefined) query = query.where(sql<number>`OT_OD_ID + 0`, '=', domainId)
  if (page.afterId !== undefined) query = query.where('OT_ID', '>', page.afterId)
  return await query.orderBy('OT_ID').limit(page.limit).execute()
}

/** Links to a node, by id. */
export async function links(
  db: Db,
  originalId: number,
  filter: NodeFilter,
  page: { afterId?: number | undefined; limit: number },
): Promise<Node[]> {
  let query = filtered(db.selectFrom('OPR_Tree').select(columns).where('OT_OT_Link', '=', originalId), filter)
  // + 0 keeps the range of FK_OT_LINK: ids after one are half of the tree
  if (page.afterId !== undefined) query = query.where(sql<number>`OT_ID + 0`, '>', page.afterId)
  return await query
    .orderBy(sql`OT_ID + 0`)
    .limit(page.limit)
    .execute()
}

/** Nodes whose path begins with the prefix, the node of that path included, depth first by id. */
export function subtree(
  db: Db,
  prefix: string,
  filter: NodeFilter,
  page: { afterPath?: string | undefined; limit?: number; maxDepth?: number | undefined },
): NodeQuery<Node> {
  let query = filtered(db.selectFrom('OPR_Tree').select(columns).where(startsWith(prefix)), filter)
  if (page.afterPath !== undefined) query = query.where('OT_Path', '>', page.afterPath)
  if (page.maxDepth !== undefined)
    query = query.where(
      sql<number>`char_length(OT_Path) - char_length(replace(OT_Path, '|', ''))`,
      '<=',
      page.maxDepth * 2,
    )
  query = query.orderBy('OT_Path')
  return page.limit === undefined ? query : query.limit(page.limit)
}

/** `OT_Path starting with ?`: the only form of a prefix query that uses the index with a parameter. */
export const startsWith = (prefix: string) =>
  sql<boolean>`OT_Path starting with cast(${prefix} as varchar(1000))`

/** The ids of a path, from the top down. */
export const idsOf = (path: string): number[] =>
  path
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/** From the top node down to the parent. */
export async function ancestors(db: Db, node: Pick<Node, 'id' | 'path'>): Promise<Node[]> {
  const ids = idsOf(node.path).filter(id => id !== node.id)
  if (ids.length === 0) return []
  const rows = await db.selectFrom('OPR_Tree').select(columns).where('OT_ID', 'in', ids).execute()
  return ids.map(id => rows.find(row => row.id === id)).filter(row => row !== undefined)
}

/** All that stands above some nodes, in no order. */
export async function allAbove(db: Db, nodes: readonly Pick<Node, 'id' | 'path'>[]): Promise<Node[]> {
  const ids = new Set(nodes.flatMap(({ id, path }) => idsOf(path).filter(each => each !== id)))
  return await findAll(db, [...ids])
}

/** Which of the nodes have a child (a visible one, if so asked). */
export async function parentsAmong(
  db: Db,
  ids: readonly number[],
  filter: { readonly visibleOnly: boolean },
): Promise<Set<number>> {
  const found = new Set<number>()
  for (let start = 0; start < ids.length; start += 800) {
    const visible = filter.visibleOnly
      ? sql`and c.OT_State = 1 and c.OT_DelState = 0`
      : sql`and c.OT_DelState = 0`
    const { rows } = await sql<{
      id: number
    }>`select s.ID as "id" from ${splitIds(ids.slice(start, start + 800))} s
      where exists (select 1 from OPR_Tree c where c.OT_OT_Parent = s.ID ${visible})`.execute(db)
    for (const row of rows) found.add(row.id)
  }
  return found
}

export interface Count {
  readonly datatype: number
  readonly state: number
  readonly delState: number
  readonly n: number
}

/** Nodes below a path by datatype, state and bin. */
export async function counts(db: Db, path: string): Promise<Count[]> {
  // + 0: grouping by the bare column makes the optimiser walk the index of datatypes
  const { rows } =
    await sql<Count>`select OT_RCV_Datatype + 0 as "datatype", OT_State as "state", OT_DelState as "delState", count(*) as "n"
    from OPR_Tree where ${startsWith(path)} and OT_Path <> ${path} group by OT_RCV_Datatype + 0, OT_State, OT_DelState`.execute(
      db,
    )
  return rows.map(row => ({ ...row, datatype: Number(row.datatype), n: Number(row.n) }))
}

/** Those of some nodes that stand below a path. */
export async function amongBelow(
  db: Db,
  path: string,
  ids: readonly number[],
): Promise<{ readonly id: number; readonly path: string; readonly domainId: number }[]> {
  return (await findAll(db, ids)).filter(node => node.path !== path && node.path.startsWith(path))
}
