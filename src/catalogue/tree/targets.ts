// Which rows an operation is about: the nodes named by id, by path prefix or as the children of a place, with everything below them.
// They are collected in TMP_ID, so that the change itself is one statement whatever their number.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'
import type { NodeFilter } from './repository.ts'
import { isTagged } from '../tags/index.ts'
import { conditionsOf } from './about-titles.ts'
import { startsWith } from './repository.ts'

export type Selection =
  | { readonly ids: readonly number[] }
  | { readonly path: string; readonly filter: NodeFilter }
  /** The children of a node, or what stands at the top of a domain */
  | {
      readonly children: { readonly node: number } | { readonly domain: number }
      readonly filter: NodeFilter
    }

function placeOf(selection: Exclude<Selection, { readonly ids: unknown }>) {
  if ('path' in selection) return startsWith(selection.path)
  const { children } = selection
  return 'node' in children
    ? sql`OT_OT_Parent = ${children.node}`
    : sql`OT_OD_ID = ${children.domain} and OT_OT_Parent is null`
}

/** Fills TMP_ID with the selected nodes themselves. @returns how many @throws Refusal not-found naming ids that do not exist */
export async function selectNodes(trx: Db, selection: Selection): Promise<number> {
  if ('ids' in selection) {
    const count = await fillTempIds(trx, selection.ids)
    const { rows } = await sql<{
      id: number
    }>`select TI_OT_ID as "id" from TMP_ID left join OPR_Tree on OT_ID = TI_OT_ID
      where OT_ID is null fetch next 20 rows only`.execute(trx)
    if (rows.length > 0)
      throw new Refusal(
        'not-found',
        `There ${rows.length === 1 ? 'is no tree node' : 'are no tree nodes'} ${rows.map(row => row.id).join(', ')}.`,
        { missing: rows.map(row => row.id) },
      )
    return count
  }
  await sql`delete from TMP_ID`.execute(trx)
  const { filter } = selection
  const conditions = [
    placeOf(selection),
    sql`OT_RCV_Datatype + 0 <> 10`,
    ...(filter.datatype === undefined ? [] : [sql`OT_RCV_Datatype + 0 = ${filter.datatype}`]),
    ...(filter.type === undefined ? [] : [sql`OT_RCV_Type = ${filter.type}`]),
    ...(filter.state === undefined ? [] : [sql`OT_State = ${filter.state}`]),
    ...(filter.delState === undefined ? [] : [sql`OT_DelState = ${filter.delState}`]),
    ...(filter.q === undefined
      ? []
      : [sql`OT_Caption containing cast(${filter.q.slice(0, 200)} as varchar(200))`]),
    ...(filter.tagged ? [isTagged(filter.tagged)] : []),
    ...conditionsOf(filter),
  ]
  await sql`insert into TMP_ID (TI_OT_ID) select OT_ID from OPR_Tree where ${sql.join(conditions, sql` and `)}`.execute(
    trx,
  )
  const { rows } = await sql<{ n: number }>`select count(*) as "n" from TMP_ID`.execute(trx)
  return Number(rows[0]?.n ?? 0)
}

/** Adds everything below the nodes in TMP_ID to it. */
export async function addDescendants(trx: Db): Promise<void> {
  await sql`insert into TMP_ID (TI_OT_ID)
    select distinct d.OT_ID from TMP_ID join OPR_Tree r on r.OT_ID = TI_OT_ID join OPR_Tree d on d.OT_Path starting with r.OT_Path
    where d.OT_ID <> r.OT_ID`.execute(trx)
}

/** Adds the ancestors of the nodes in TMP_ID to it. */
export async function addAncestors(trx: Db): Promise<void> {
  const { rows } = await sql<{
    path: string
  }>`select distinct OT_Path as "path" from TMP_ID join OPR_Tree on OT_ID = TI_OT_ID`.execute(trx)
  const ids = new Set(
    rows.flatMap(row =>
      row.path
        .split('|')
        .filter(part => part !== '')
        .map(Number),
    ),
  )
  await fillTempIds(trx, ids, { clear: false })
}

/** The condition of a change as SQL on the alias t. */
type Condition = ReturnType<typeof sql<boolean>>

/** Rows of TMP_ID's nodes that a condition holds for. */
export async function countWhere(trx: Db, condition: Condition): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as "n" from (select distinct TI_OT_ID from TMP_ID) s
    join OPR_Tree t on t.OT_ID = s.TI_OT_ID where ${condition}`.execute(trx)
  return Number(rows[0]?.n ?? 0)
}

/** Changes TMP_ID's nodes that the condition holds for, in one statement. @returns how many */
export async function updateWhere(
  trx: Db,
  set: ReturnType<typeof sql>,
  condition: Condition,
): Promise<number> {
  const result =
    await sql`merge into OPR_Tree t using (select distinct TI_OT_ID from TMP_ID) s on t.OT_ID = s.TI_OT_ID
    when matched and ${condition} then update set ${set}`.execute(trx)
  return Number(result.numAffectedRows ?? 0n)
}
