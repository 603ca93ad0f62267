// What undo needs of the tree: the columns that OPR_TreeHistory keeps, the nodes that an operation made, and the rules that hold afterwards.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'
import type { KeptTable } from '../../system/log/index.ts'
import { bin } from './operations.ts'
import { updateWhere } from './targets.ts'
import type { MoveTransaction } from './transaction.ts'

export const keptNodes: KeptTable = {
  table: 'OPR_Tree',
  prefix: 'OT',
  key: 'ID',
  history: 'OPR_TreeHistory',
  historyPrefix: 'OTH',
  columns: {
    parentId: 'OT_Parent',
    domainId: 'OD_ID',
    caption: 'Caption',
    sort: 'Sort',
    type: 'RCV_Type',
    isReleased: 'State',
    isInBin: 'DelState',
    binnedBy: ['Batch', 'OldBatch'],
  },
}

/** Locks nodes for the transaction: whoever changes their title, page or text waits for them. */
export async function lockNodes(trx: Db, ids: Iterable<number>): Promise<void> {
  await fillTempIds(trx, ids)
  await updateWhere(trx, sql`OT_ID = t.OT_ID`, sql`1 = 1`)
}

/** Captions and paths of nodes; those that are gone are left out. */
export async function namesOf(
  trx: Db,
  ids: readonly number[],
): Promise<Map<number, { caption: string | null; path: string }>> {
  await fillTempIds(trx, ids)
  const { rows } = await sql<{
    id: number
    caption: string | null
    path: string
  }>`select OT_ID as "id", OT_Caption as "caption", OT_Path as "path" from TMP_ID join OPR_Tree on OT_ID = TI_OT_ID`.execute(
    trx,
  )
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

export interface MadeNode {
  readonly id: number
  readonly path: string
  /** What came to it since, or what else keeps it from being taken away */
  readonly lost: string | null
  readonly isOnlyHolder: number
}

/** Whether a node is no longer as the operation left it: what others did and took back is nothing. Their first change kept that state. */
const isAnother = (batch: number) => sql`exists (select 1 from OPR_TreeHistory h
  where h.OTH_ID = (select min(f.OTH_ID) from OPR_TreeHistory f where f.OTH_OT_ID = t.OT_ID and f.OTH_Batch is distinct from ${batch})
    and (h.OTH_OT_Parent is distinct from t.OT_OT_Parent or h.OTH_OD_ID <> t.OT_OD_ID or h.OTH_Caption is distinct from t.OT_Caption
      or h.OTH_Sort <> t.OT_Sort or h.OTH_RCV_Type <> t.OT_RCV_Type or h.OTH_State <> t.OT_State or h.OTH_DelState <> t.OT_DelState))`

/** Nodes that an operation made, the own nodes of domains aside, from the top down, with what others have done to them since. */
export async function madeBy(trx: Db, batch: number): Promise<MadeNode[]> {
  const { rows } = await sql<MadeNode>`select t.OT_ID as "id", t.OT_Path as "path",
      case
        when ${isAnother(batch)} then 'place, name or state'
        when exists (select 1 from OPR_Tree d where d.OT_OT_Parent = t.OT_ID and d.OT_InsertBatch is distinct from ${batch}
          and not exists (select 1 from OPR_TreeHistory where OTH_OT_ID = d.OT_ID and OTH_Batch = ${batch})) then 'nodes below it'
        when exists (select 1 from OPR_Tree l where l.OT_OT_Link = t.OT_ID and l.OT_InsertBatch is distinct from ${batch}) then 'links to it'
        when exists (select 1 from OPR_PageHistory where OPH_OT_ID = t.OT_ID and OPH_Batch is distinct from ${batch}) then 'page'
        when exists (select 1 from OPR_Fulltext where OF_OT_ID = t.OT_ID and OF_InsertBatch is distinct from ${batch}) then 'text'
        when exists (select 1 from OPR_FulltextHistory where OFH_OT_ID = t.OT_ID and OFH_Batch is distinct from ${batch}) then 'text'
        when exists (select 1 from OPR_ContentXmlHistory where OCXH_OT_ID = t.OT_ID and OCXH_Batch is distinct from ${batch}) then 'record'
        when exists (select 1 from OPR_Comment where OCM_OT_ID = t.OT_ID and OCM_Batch is distinct from ${batch}) then 'comments'
        when exists (select 1 from OPR_ContentHistory where OCH_OT_ID = t.OT_ID and OCH_Batch is distinct from ${batch}) then 'fields'
        when exists (select 1 from OPR_Attachment where OAT_OT_ID = t.OT_ID and OAT_InsertBatch is distinct from ${batch}) then 'files'
        when exists (select 1 from OPR_AttachmentHistory where OATH_OT_ID = t.OT_ID and OATH_Batch is distinct from ${batch}) then 'files'
        when exists (select 1 from OPR_Region where ORG_OT_ID = t.OT_ID and ORG_InsertBatch is distinct from ${batch}) then 'regions'
        when exists (select 1 from OPR_RegionHistory where ORGH_OT_ID = t.OT_ID and ORGH_Batch is distinct from ${batch}) then 'regions'
        when exists (select 1 from OPR_Identifier where OI_OT_ID = t.OT_ID and OI_InsertBatch is distinct from ${batch}) then 'identifiers'
      end as "lost",
      iif(exists (select 1 from OPR_Page p where p.OP_OT_ID = t.OT_ID and p.OP_Url is not null
        and not exists (select 1 from OPR_Page o join OPR_Tree h on h.OT_ID = o.OP_OT_ID
          where o.OP_Url = p.OP_Url and h.OT_InsertBatch is distinct from ${batch}))
        or exists (select 1 from OPR_Attachment p where p.OAT_OT_ID = t.OT_ID
          and not exists (select 1 from OPR_Attachment o join OPR_Tree h on h.OT_ID = o.OAT_OT_ID
            where o.OAT_Url = p.OAT_Url and h.OT_InsertBatch is distinct from ${batch})), 1, 0) as "isOnlyHolder"
    from OPR_Tree t where t.OT_InsertBatch = ${batch} and t.OT_RCV_Datatype + 0 <> 10 order by t.OT_Path`.execute(
    trx,
  )
  return rows
}

/**
 * Takes away what an operation made. Undo never loses a scan: where a node alone holds one, or a file, all of them go to the bin instead.
 * @param as the number of the operation that the undo itself is
 */
export async function takeAway(
  trx: MoveTransaction,
  types: TypeSystem,
  nodes: readonly MadeNode[],
  as: number,
): Promise<{ removed: number; binned: number }> {
  if (nodes.length === 0) return { removed: 0, binned: 0 }
  if (nodes.some(node => node.isOnlyHolder === 1)) {
    const { changed } = await bin(
      trx,
      types,
      { ids: nodes.map(({ id }) => id) },
      { batch: as, dryRun: false },
    )
    return { removed: 0, binned: changed }
  }
  const ids = nodes.map(({ id }) => id)
  await fillTempIds(trx, ids)
  await sql`update OPR_Tree set OT_OT_Link = null where OT_OT_Link in (select TI_OT_ID from TMP_ID) and OT_OT_Link is not null`.execute(
    trx,
  )
  // children before parents
  for (const { id } of [...nodes].reverse()) await sql`delete from OPR_Tree where OT_ID = ${id}`.execute(trx)
  return { removed: nodes.length, binned: 0 }
}

/** What the parents have become since may forbid that nodes become what they were. */
export async function requireConsistent(trx: Db, ids: readonly number[]): Promise<void> {
  await fillTempIds(trx, ids)
  const { rows } = await sql<{
    id: number
    parentId: number
  }>`select t.OT_ID as "id", p.OT_ID as "parentId" from TMP_ID
    join OPR_Tree t on t.OT_ID = TI_OT_ID join OPR_Tree p on p.OT_ID = t.OT_OT_Parent
    where (p.OT_State = 0 and t.OT_State = 1 and t.OT_DelState = 0) or (p.OT_DelState = 1 and t.OT_DelState = 0) fetch next 1 rows only`.execute(
    trx,
  )
  if (rows[0])
    throw new Refusal(
      'conflict',
      `Node ${rows[0].id} cannot become what it was: node ${rows[0].parentId} above it is hidden or in the bin now.`,
    )
}
