// Moving nodes, ordering siblings, and purging what lies in the bin; all under the move lock.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { TypeSystem } from '../../config/types.ts'
import { type Db, onItsConnection } from '../../firebird/database.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'
import { get, type Place, requireAllowed, sortFor, sortStep } from './place.ts'
import * as repository from './repository.ts'
import type { Node } from './repository.ts'
import { addDescendants, updateWhere } from './targets.ts'
import { refreshTitles } from './title-caches.ts'
import type { MoveTransaction } from './transaction.ts'

export interface Destination {
  /** The new parent, or the top of a domain */
  readonly parentId: number | null
  readonly domainId: number
  readonly place: Place
}

/** @throws Refusal conflict below itself, a link or a binned node; not-processable where its type may not stand there */
function requireMovable(types: TypeSystem, node: Node, parent: Node | undefined): void {
  const type = types.ofNumbers(node.datatype, node.type)
  if (!type)
    throw new Refusal('conflict', `Node ${node.id} is of an unknown type (${node.datatype}, ${node.type}).`)
  if (type.datatype === 'domain')
    throw new Refusal('conflict', `Node ${node.id} stands for a domain; move the domain instead.`)
  if (parent && parent.path.startsWith(node.path))
    throw new Refusal('conflict', 'A node cannot move below itself.')
  requireAllowed(types, parent, type)
}

/** Nodes that are to stand below a parent, in the order of their ids. @throws Refusal as for one, where one of them may not */
export async function movable(
  trx: Db,
  types: TypeSystem,
  ids: readonly number[],
  parentId: number | null,
): Promise<{ readonly nodes: readonly Node[]; readonly parent: Node | undefined }> {
  const found = new Map<number, Node>()
  for (let start = 0; start < ids.length; start += 800)
    for (const node of await repository.findMany(trx, ids.slice(start, start + 800))) found.set(node.id, node)
  const parent = parentId === null ? undefined : await get(trx, parentId)
  const nodes: Node[] = []
  for (const id of ids) {
    const node = found.get(id) ?? (await get(trx, id))
    requireMovable(types, node, parent)
    nodes.push(node)
  }
  return { nodes, parent }
}

/**
 * Moves many nodes to the beginning or the end of a level, in their order, each with all below it: a few statements however many.
 * @throws Refusal as for one
 */
export async function moveAll(
  trx: MoveTransaction,
  types: TypeSystem,
  ids: readonly number[],
  to: Destination & { readonly place: 'first' | 'last' },
): Promise<void> {
  const { nodes, parent } = await movable(trx, types, ids, to.parentId)
  if (nodes.length === 0) return
  const domainId = parent?.domainId ?? to.domainId
  const edge = await sortFor(trx, { parentId: to.parentId, domainId }, to.place)
  const from = to.place === 'last' ? edge : edge - (nodes.length - 1) * sortStep
  const sort = (at: number) => Math.max(-2147483648, Math.min(from + at * sortStep, 2147483647))
  await onItsConnection(trx, connection =>
    connection.executeMany(
      `update OPR_Tree set OT_OT_Parent = ?, OT_Sort = ?${parent ? '' : ', OT_OD_ID = ?'} where OT_ID = ?`,
      nodes.map(({ id }, at) => [to.parentId, sort(at), ...(parent ? [] : [domainId]), id]),
    ),
  )
  if (parent?.state === 0) {
    await fillTempIds(trx, ids)
    await addDescendants(trx)
    await updateWhere(trx, sql`OT_State = 0`, sql`t.OT_State = 1`)
  }
  const paths = nodes.flatMap(({ id, path }) => [path, `${parent?.path ?? ''}|${id}|`])
  await refreshTitles(trx, types, paths)
}

/**
 * Moves a node with all below it. Set below a hidden node, it becomes hidden (decision 4).
 * @returns how many nodes the move has hidden
 * @throws Refusal conflict below itself, a link or a binned node; not-processable where its type may not stand there
 */
export async function move(
  trx: MoveTransaction,
  types: TypeSystem,
  id: number,
  to: Destination,
): Promise<{ hidden: number }> {
  const node = await get(trx, id)
  const parent = to.parentId === null ? undefined : await get(trx, to.parentId)
  requireMovable(types, node, parent)
  const domainId = parent?.domainId ?? to.domainId
  const sort = await sortFor(trx, { parentId: to.parentId, domainId }, to.place, id)
  await trx
    .updateTable('OPR_Tree')
    .set({ OT_OT_Parent: to.parentId, OT_Sort: sort, ...(parent ? {} : { OT_OD_ID: domainId }) })
    .where('OT_ID', '=', id)
    .execute()
  let hidden = 0
  if (parent?.state === 0) {
    await fillTempIds(trx, [id])
    await addDescendants(trx)
    hidden = await updateWhere(trx, sql`OT_State = 0`, sql`t.OT_State = 1`)
  }
  const moved = await get(trx, id)
  await refreshTitles(trx, types, [node.path, moved.path])
  return { hidden }
}

/** Puts the children of a node into the given order; children that are not named follow in their present order. */
export async function orderChildren(
  trx: MoveTransaction,
  parent: Node,
  ids: readonly number[],
): Promise<number> {
  const { rows } = await sql<{
    id: number
  }>`select OT_ID as "id" from OPR_Tree where OT_OT_Parent = ${parent.id} order by OT_Sort, OT_ID`.execute(
    trx,
  )
  const present = new Set(rows.map(row => row.id))
  const stranger = ids.find(id => !present.has(id))
  if (stranger !== undefined)
    throw new Refusal('not-processable', `Node ${stranger} is not a child of node ${parent.id}.`)
  if (new Set(ids).size !== ids.length) throw new Refusal('not-processable', 'A child is named twice.')
  const named = new Set(ids)
  const order = [...ids, ...rows.map(row => row.id).filter(id => !named.has(id))]
  return await setSorts(trx, new Map(order.map((id, at) => [id, (at + 1) * sortStep])))
}

/** Writes sort values, one block of many assignments at a time. @returns rows changed */
export async function setSorts(trx: MoveTransaction, sorts: ReadonlyMap<number, number>): Promise<number> {
  const pairs = [...sorts].map(
    ([id, sort]) => String(id).padStart(10, '0') + String(sort + 2147483648).padStart(10, '0'),
  )
  let changed = 0
  // 400 pairs of twice ten digits fill one VARCHAR(8190); the offset keeps negative values ten digits wide
  for (let start = 0; start < pairs.length; start += 400) {
    const { rows } = await sql<{
      n: number
    }>`execute block (S varchar(8190) character set ascii = ${pairs.slice(start, start + 400).join('')})
      returns ("n" integer) as
      declare I integer = 1;
      declare L integer;
      declare V integer;
    begin
      "n" = 0;
      L = octet_length(S);
      while (I <= L) do begin
        V = cast(cast(substring(:S from :I + 10 for 10) as bigint) - 2147483648 as integer);
        update OPR_Tree set OT_Sort = :V where OT_ID = cast(substring(:S from :I for 10) as integer) and OT_Sort <> :V;
        "n" = "n" + row_count;
        I = I + 20;
      end
      suspend;
    end`.execute(trx)
    changed += Number(rows[0]?.n ?? 0)
  }
  return changed
}

/** Removes a binned node and all below it for good, with the links that point there. @returns rows removed */
export async function purge(trx: MoveTransaction, types: TypeSystem, id: number): Promise<number> {
  const node = await get(trx, id)
  if (node.delState === 0)
    throw new Refusal('conflict', `Node ${id} is not in the bin; delete it first, then purge it.`)
  const { rows } = await sql<{
    id: number
  }>`select OT_ID as "id" from OPR_Tree where ${repository.startsWith(node.path)} and OT_DelState = 0 fetch next 1 rows only`.execute(
    trx,
  )
  if (rows[0]) throw new Refusal('conflict', `Node ${rows[0].id} below node ${id} is not in the bin.`)
  const links =
    await sql`delete from OPR_Tree where OT_OT_Link in (select OT_ID from OPR_Tree where ${repository.startsWith(node.path)})
    and OT_Path not starting with cast(${node.path} as varchar(1000))`.execute(trx)
  await sql`update OPR_Tree set OT_OT_Link = null where ${repository.startsWith(node.path)} and OT_OT_Link is not null`.execute(
    trx,
  )
  // children before parents: a longer path comes later in the order of paths
  const removed =
    await sql`delete from OPR_Tree where ${repository.startsWith(node.path)} order by OT_Path desc`.execute(
      trx,
    )
  await refreshTitles(trx, types, [node.path])
  return Number(removed.numAffectedRows ?? 0n) + Number(links.numAffectedRows ?? 0n)
}
