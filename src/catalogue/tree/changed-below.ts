// What has been changed below a node since an operation, for refusals that name it.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface ChangedNode {
  readonly node: number
  readonly caption: string | null
  /** Its parent, caption, place, type, state; that it is new, or gone from here; or what an operation did to it */
  readonly what: string
  readonly by: string | null
  readonly operation: number | null
}

/** Far more operations than happen between reading and saving. */
const mostOperations = 100_000
/** An operation under way while the client read may have got its number before it. */
const underWay = 20

/** The number that the next operation is above. */
export async function lastOperation(db: Db): Promise<number> {
  const { rows } = await sql<{ last: bigint | number }>`
    select gen_id(SYS_Batch_SEQ, 0) as "last" from RDB$DATABASE`.execute(db)
  return Number(rows[0]?.last ?? 0)
}

interface Kept {
  readonly node: number
  readonly caption: string | null
  readonly isHere: number
  readonly hasMoved: number
  readonly isRenamed: number
  readonly isSorted: number
  readonly isRetyped: number
  readonly hasState: number
  readonly isBinned: number
  readonly by: string | null
  readonly operation: number
}

const nameOf = (kept: Kept): string =>
  [
    kept.isHere === 0 ? 'moved away' : kept.hasMoved === 1 && 'parentId',
    kept.isRenamed === 1 && 'caption',
    kept.isSorted === 1 && 'sort',
    kept.isRetyped === 1 && 'type',
    kept.hasState === 1 && 'isReleased',
    kept.isBinned === 1 && 'isInBin',
  ]
    .filter(Boolean)
    .join(', ') || 'changed and changed back'

async function changes(db: Db, path: string, from: number): Promise<ChangedNode[]> {
  const to = from + mostOperations
  const { rows: kept } = await sql<Kept>`
    select h.OTH_OT_ID as "node", t.OT_Caption as "caption", iif(t.OT_Path starting with cast(${path} as varchar(1000)), 1, 0) as "isHere",
      iif(h.OTH_OT_Parent is distinct from t.OT_OT_Parent, 1, 0) as "hasMoved", iif(h.OTH_Caption is distinct from t.OT_Caption, 1, 0) as "isRenamed",
      iif(h.OTH_Sort <> t.OT_Sort, 1, 0) as "isSorted", iif(h.OTH_RCV_Type <> t.OT_RCV_Type, 1, 0) as "isRetyped",
      iif(h.OTH_State <> t.OT_State, 1, 0) as "hasState", iif(h.OTH_DelState <> t.OT_DelState, 1, 0) as "isBinned",
      h.OTH_Actor as "by", h.OTH_Batch as "operation"
    from OPR_TreeHistory h join OPR_Tree t on t.OT_ID = h.OTH_OT_ID
    where h.OTH_Batch > ${from} and h.OTH_Batch <= ${to} and (t.OT_Path starting with cast(${path} as varchar(1000))
      or exists (select 1 from OPR_Tree p where p.OT_ID = h.OTH_OT_Parent and p.OT_Path starting with cast(${path} as varchar(1000))))
    order by h.OTH_ID fetch next 1000 rows only`.execute(db)
  const { rows: made } = await sql<{
    node: number
    caption: string | null
    by: string | null
    operation: number
  }>`
    select t.OT_ID as "node", t.OT_Caption as "caption", t.OT_InsertBatch as "operation",
      (select min(SL_Actor) from SYS_Log where SL_Batch = t.OT_InsertBatch) as "by"
    from OPR_Tree t where t.OT_InsertBatch > ${from} and t.OT_InsertBatch <= ${to} and t.OT_Path starting with cast(${path} as varchar(1000))
    order by t.OT_ID fetch next 1000 rows only`.execute(db)
  const { rows: logged } = await sql<{
    node: number
    caption: string | null
    what: string
    by: string | null
    operation: number
  }>`
    select t.OT_ID as "node", t.OT_Caption as "caption", SL_Action as "what", SL_Actor as "by", SL_Batch as "operation"
    from SYS_Log join OPR_Tree t on t.OT_ID = SL_EntityID
    where SL_Batch > ${from} and SL_Batch <= ${to} and SL_Entity in ('node', 'title', 'page') and t.OT_Path starting with cast(${path} as varchar(1000))
    order by SL_ID fetch next 1000 rows only`.execute(db)
  const found = new Map<number, ChangedNode>()
  for (const { node, caption, by, operation } of made)
    found.set(node, { node, caption, what: 'new', by, operation })
  // the oldest state against the one of now
  for (const row of kept)
    if (!found.has(row.node)) found.set(row.node, { node: row.node, caption: row.caption, what: nameOf(row), by: row.by, operation: row.operation }) // prettier-ignore
  for (const row of logged) if (!found.has(row.node)) found.set(row.node, row)
  return [...found.values()]
}

/** @param since the last operation when the client read */
export async function changedBelow(db: Db, path: string, since: number): Promise<ChangedNode[]> {
  const found = await changes(db, path, since)
  return found.length > 0 ? found : await changes(db, path, Math.max(0, since - underWay))
}

/** For the sentence of a refusal: ` Changed since: …`. */
export const changedSentence = (changed: readonly ChangedNode[]): string =>
  changed.length === 0
    ? ''
    : ` Changed since: ${changed
        .slice(0, 10)
        .map(
          ({ node, caption, what, by, operation }) =>
            `node ${node}${caption ? ` ‘${caption}’` : ''}: ${what} (by ${by ?? 'nobody'}, operation ${operation})`,
        )
        .join('; ')}${changed.length > 10 ? `; and ${changed.length - 10} more` : ''}.`
