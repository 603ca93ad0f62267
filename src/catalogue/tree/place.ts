// Where a node goes among its siblings. Sort values leave gaps, so that an insertion rarely renumbers.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import type { NodeType, TypeSystem } from '../../config/types.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { together } from '../../firebird/together.ts'
import * as repository from './repository.ts'
import type { Node } from './repository.ts'
import { grew, type TreeTransaction } from './transaction.ts'

/** Distance of the sort values of neighbours. */
export const sortStep = 256

const highestSort = 2147483647

export type Place =
  'first' | 'last' | { readonly before: number } | { readonly after: number } | { readonly sort: number }

/** @throws Refusal not-found */
export async function get(db: Db, id: number): Promise<Node> {
  const node = await repository.find(db, id)
  if (!node) throw new Refusal('not-found', `There is no tree node ${id}.`)
  return node
}

export const isVisible = (node: Pick<Node, 'state' | 'delState'>): boolean =>
  node.state === 1 && node.delState === 0

/** A node as rights are decided about it. */
export const shownPlace = (node: Pick<Node, 'id' | 'path' | 'domainId' | 'state' | 'delState'>) => ({
  id: node.id,
  path: node.path,
  domainId: node.domainId,
  isVisible: isVisible(node),
})

/** Siblings of a place: the children of a node, or the top of a domain. */
export interface Siblings {
  readonly parentId: number | null
  readonly domainId: number
}

const among = (siblings: Siblings) =>
  sql`OT_OD_ID = ${siblings.domainId} and ${
    siblings.parentId === null ? sql`OT_OT_Parent is null` : sql`OT_OT_Parent = ${siblings.parentId}`
  }`

// Siblings in their order are those of OPR_TREE_ROOTS, in the opposite one those of OPR_TREE_LAST. With every column of the index named, the
// first row is one step into it, however many siblings there are; min() and max() read all of them.
const inOrder = sql`OT_OD_ID asc, OT_OT_Parent asc, OT_Sort asc, OT_ID asc`
const fromTheEnd = sql`OT_OD_ID desc, OT_OT_Parent desc, OT_Sort desc, OT_ID desc`

/** The sort value of the first or the last of the siblings. */
async function edge(trx: Db, siblings: Siblings, which: 'first' | 'last'): Promise<number | undefined> {
  const { rows } = await sql<{ sort: number }>`select OT_Sort as "sort" from OPR_Tree where ${among(siblings)}
    order by ${which === 'first' ? inOrder : fromTheEnd} fetch next 1 rows only`.execute(trx)
  return rows[0]?.sort
}

async function neighbour(trx: Db, siblings: Siblings, id: number): Promise<Node> {
  const node = await get(trx, id)
  if (
    node.parentId !== siblings.parentId ||
    (siblings.parentId === null && node.domainId !== siblings.domainId)
  )
    throw new Refusal(
      'not-processable',
      `Node ${id} is not a child of the new parent, so nothing can be placed beside it.`,
    )
  return node
}

/** The next sibling before or after a node in the order of (OT_Sort, OT_ID). */
async function beside(
  trx: Db,
  siblings: Siblings,
  node: Node,
  direction: 'before' | 'after',
  moving: number | undefined,
): Promise<Node | undefined> {
  const [less, order] = direction === 'before' ? [sql`<`, fromTheEnd] : [sql`>`, inOrder]
  const { rows } = await sql<{
    id: number
  }>`select OT_ID as "id" from OPR_Tree where ${among(siblings)} and OT_ID <> ${moving ?? 0}
    and OT_Sort ${less}= ${node.sort} and (OT_Sort ${less} ${node.sort} or OT_ID ${less} ${node.id})
    order by ${order} fetch next 1 rows only`.execute(trx)
  return rows[0] && (await get(trx, rows[0].id))
}

/** Gives the siblings fresh sort values with gaps, in their present order. */
export async function renumber(trx: Db, siblings: Siblings): Promise<void> {
  // parameters cannot stand inside the block; both are integers of our own rows
  const { parentId, domainId } = siblings
  const here =
    parentId === null
      ? sql`OT_OT_Parent is null and OT_OD_ID = ${sql.lit(domainId)}`
      : sql`OT_OT_Parent = ${sql.lit(parentId)}`
  await sql`execute block as
    declare I integer;
    declare S integer = 0;
  begin
    for select OT_ID from OPR_Tree where ${here}
      order by OT_Sort, OT_ID into I do begin
      S = S + ${sql.lit(sortStep)};
      update OPR_Tree set OT_Sort = :S where OT_ID = :I and OT_Sort <> :S;
    end
  end`.execute(trx)
}

/** The sort value for a place. @param moving the node that is to go there, if it exists already */
export async function sortFor(trx: Db, siblings: Siblings, place: Place, moving?: number): Promise<number> {
  if (typeof place === 'object' && 'sort' in place) return place.sort
  if (place === 'last') return Math.min(((await edge(trx, siblings, 'last')) ?? 0) + sortStep, highestSort)
  if (place === 'first')
    return Math.max(((await edge(trx, siblings, 'first')) ?? sortStep * 2) - sortStep, -2147483648)
  const isBefore = 'before' in place
  const id = isBefore ? place.before : place.after
  for (let attempt = 0; attempt < 2; attempt++) {
    const anchor = await neighbour(trx, siblings, id)
    const other = await beside(trx, siblings, anchor, isBefore ? 'before' : 'after', moving)
    const [low, high] = isBefore
      ? [other?.sort ?? anchor.sort - 2 * sortStep, anchor.sort]
      : [anchor.sort, other?.sort ?? anchor.sort + 2 * sortStep]
    if (high - low >= 2) return Math.floor((low + high) / 2)
    await renumber(trx, siblings)
  }
  throw new Error('Renumbering left no gap.')
}

/** The sort values for nodes that come one after another, each behind what came before it. */
export async function newSorts(trx: Db, siblings: Siblings, places: readonly Place[]): Promise<number[]> {
  const [only] = places
  if (places.length === 1 && only) return [await sortFor(trx, siblings, only)]
  if (places.some(place => place !== 'last' && !(typeof place === 'object' && 'sort' in place)))
    throw new Error('Several nodes are placed at the end or by a number, not beside others.')
  let last = places.includes('last') ? ((await edge(trx, siblings, 'last')) ?? 0) : 0
  return places.map(place => {
    const sort =
      typeof place === 'object' && 'sort' in place ? place.sort : Math.min(last + sortStep, highestSort)
    last = Math.max(last, sort)
    return sort
  })
}

export interface NewNode {
  readonly domainId: number
  readonly parent: Node | undefined
  readonly type: NodeType
  readonly caption: string | null
  readonly place?: Place
  readonly released?: boolean
  readonly linkId?: number | undefined
  /** A kept OT_ID; the right for it was checked before. */
  readonly id?: number | undefined
}

/** @throws Refusal where the parent takes no such child */
export function requireAllowed(types: TypeSystem, parent: Node | undefined, type: NodeType): void {
  if (parent?.linkId != null)
    throw new Refusal('conflict', `Node ${parent.id} is a link; links have no children.`)
  if (parent?.delState === 1)
    throw new Refusal('conflict', `Node ${parent.id} is in the bin; restore it first.`)
  const parentType = parent && types.ofNumbers(parent.datatype, parent.type)
  if (parent && !parentType)
    throw new Refusal(
      'conflict',
      `Node ${parent.id} is of an unknown type (${parent.datatype}, ${parent.type}).`,
    )
  if (types.allows(parentType, type)) return
  const where = parentType ? `below ${parentType.datatype} ‘${parentType.name}’` : 'at the top of a domain'
  throw new Refusal('not-processable', `A ${type.datatype} ‘${type.name}’ cannot stand ${where}.`)
}

/** @throws Refusal conflict where a link would show nothing, itself, or what stands there already */
export async function requireLinkable(trx: Db, target: Node, parent: Node): Promise<void> {
  if (target.delState === 1)
    throw new Refusal('conflict', `Node ${target.id} is in the bin; restore it first.`)
  if (parent.path.startsWith(target.path))
    throw new Refusal('conflict', 'A node cannot be linked below itself.')
  const { rows } =
    await sql`select 1 from OPR_Tree where OT_OT_Link = ${target.id} and OT_OT_Parent = ${parent.id}
    and OT_DelState = 0 fetch next 1 rows only`.execute(trx)
  if (target.parentId === parent.id || rows.length > 0)
    throw new Refusal('conflict', `Node ${target.id} stands below node ${parent.id} already.`)
}

/** @throws Refusal where a node cannot stand there, or not released */
export function requireRoom(
  types: TypeSystem,
  parent: Node | undefined,
  type: NodeType,
  released: boolean,
): void {
  requireAllowed(types, parent, type)
  if (released && parent?.state === 0)
    throw new Refusal('conflict', `Node ${parent.id} is hidden; what stands below it cannot be released.`)
}

/** Inserts one row of OPR_Tree; triggers add path, domain and version. @returns its OT_ID */
export async function place(trx: TreeTransaction, types: TypeSystem, node: NewNode): Promise<number> {
  requireRoom(types, node.parent, node.type, node.released ?? false)
  const siblings = { parentId: node.parent?.id ?? null, domainId: node.parent?.domainId ?? node.domainId }
  const [sort, id] = await together(
    sortFor(trx, siblings, node.place ?? 'last'),
    node.id === undefined ? nextId(trx, 'OPR_Tree_SEQ') : Promise.resolve(node.id),
  )
  await trx
    .insertInto('OPR_Tree')
    .values({
      OT_ID: id,
      OT_OD_ID: siblings.domainId,
      OT_OT_Parent: siblings.parentId,
      OT_OT_Link: node.linkId ?? null,
      OT_RCV_Datatype: types.code(node.type.datatype),
      OT_RCV_Type: node.type.number,
      OT_Caption: node.caption?.slice(0, 2000) ?? null,
      OT_Sort: sort,
      OT_State: node.released ? 1 : 0,
      OT_Path: '', // the trigger builds it
    })
    .execute()
  if (node.parent && node.type.datatype === 'page') grew(trx, node.parent.path)
  return id
}

/** Gives a node another caption; cut at what OT_Caption holds. */
export async function rename(trx: Db, id: number, caption: string | null): Promise<void> {
  await trx
    .updateTable('OPR_Tree')
    .set({ OT_Caption: caption?.slice(0, 2000) ?? null })
    .where('OT_ID', '=', id)
    .execute()
}

/** Gives many nodes captions, pipelined. */
export async function renameMany(
  connection: FirebirdConnection,
  captions: ReadonlyMap<number, string>,
): Promise<void> {
  await connection.executeMany(
    'update OPR_Tree set OT_Caption = ? where OT_ID = ?',
    [...captions].map(([id, caption]) => [caption.slice(0, 2000), id]),
  )
}

/** Raises OT_Version: what stands below a node has changed in a way that its readers should notice. */
export async function touch(trx: Db, id: number): Promise<void> {
  await sql`update OPR_Tree set OT_Version = OT_Version + 1 where OT_ID = ${id}`.execute(trx)
}

/** A row of OPR_Tree for insertNodes: types and parent were checked by the caller. */
export interface NewNodeRow {
  readonly id: number
  readonly domainId: number
  readonly parentId: number | null
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly sort: number
  readonly state: number
  readonly linkId: number | null
}

/**
 * Many rows at once, parents before their children: an import's structure and pages. Whoever calls it brings the titles up to date when all of
 * their pages are there.
 */
export async function insertNodes(
  _trx: TreeTransaction,
  connection: FirebirdConnection,
  rows: readonly NewNodeRow[],
): Promise<void> {
  await insertMany(
    connection,
    'OPR_Tree',
    rows.map(row => ({
      OT_ID: row.id,
      OT_OD_ID: row.domainId,
      OT_OT_Parent: row.parentId,
      OT_OT_Link: row.linkId,
      OT_RCV_Datatype: row.datatype,
      OT_RCV_Type: row.type,
      OT_Caption: row.caption?.slice(0, 2000) ?? null,
      OT_Sort: row.sort,
      OT_State: row.state,
      OT_Path: '',
    })),
  )
}
