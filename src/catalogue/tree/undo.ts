// Takes back an operation: the histories say what each row was before it, the change log which rows it made; those go to the bin.
// A row that somebody has changed since is left alone and counted.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'
import { ofBatch } from '../../system/log/index.ts'
import { bin } from './operations.ts'
import { refreshTitles, refreshTitlesOfTempIds } from './title-caches.ts'

export interface UndoOutcome {
  readonly changed: number
  /** Rows that were changed again after the operation */
  readonly skipped: number
}

interface Before {
  readonly id: number
  readonly parentId: number | null
  readonly domainId: number
  readonly path: string
  readonly oldParentId: number | null
  readonly isLatest: number
}

/**
 * @param as the number of the operation that the undo itself is
 * @throws Refusal not-found where the batch changed no node
 */
export async function undo(trx: Db, types: TypeSystem, batch: number, as: number): Promise<UndoOutcome> {
  const entry = await ofBatch(trx, batch)
  const created = (entry?.data as { createdIds?: readonly number[] } | null)?.createdIds ?? []
  // the first state kept under the batch is what the row was before it; a newer row of another batch means a later change
  const { rows } = await sql<Before>`
    select t.OT_ID as "id", t.OT_OT_Parent as "parentId", t.OT_OD_ID as "domainId", t.OT_Path as "path", h.OTH_OT_Parent as "oldParentId",
      iif(exists (select 1 from OPR_TreeHistory n where n.OTH_OT_ID = t.OT_ID and n.OTH_ID > h.OTH_ID and n.OTH_Batch is distinct from ${batch}), 0, 1) as "isLatest"
    from OPR_TreeHistory h join OPR_Tree t on t.OT_ID = h.OTH_OT_ID
    where h.OTH_Batch = ${batch}
      and not exists (select 1 from OPR_TreeHistory e where e.OTH_OT_ID = h.OTH_OT_ID and e.OTH_Batch = ${batch} and e.OTH_ID < h.OTH_ID)
    order by t.OT_Path`.execute(trx)
  if (rows.length === 0 && created.length === 0)
    throw new Refusal('not-found', `Operation ${batch} changed no node that still exists.`)
  const ours = rows.filter(row => row.isLatest === 1)
  await fillTempIds(
    trx,
    ours.map(row => row.id),
  )
  const result = await sql`merge into OPR_Tree t using (
      select h.OTH_OT_ID, h.OTH_OT_Parent, h.OTH_OD_ID, h.OTH_Caption, h.OTH_Sort, h.OTH_RCV_Type, h.OTH_State, h.OTH_DelState, h.OTH_OldBatch
      from TMP_ID join OPR_TreeHistory h on h.OTH_OT_ID = TI_OT_ID and h.OTH_Batch = ${batch}
      where not exists (select 1 from OPR_TreeHistory e where e.OTH_OT_ID = h.OTH_OT_ID and e.OTH_Batch = ${batch} and e.OTH_ID < h.OTH_ID)) h
    on t.OT_ID = h.OTH_OT_ID
    when matched then update set OT_OT_Parent = h.OTH_OT_Parent, OT_OD_ID = h.OTH_OD_ID, OT_Caption = h.OTH_Caption, OT_Sort = h.OTH_Sort,
      OT_RCV_Type = h.OTH_RCV_Type, OT_State = h.OTH_State, OT_DelState = h.OTH_DelState, OT_Batch = h.OTH_OldBatch`.execute(
    trx,
  )
  await requireConsistent(trx)
  await refreshTitlesOfTempIds(trx, types)
  const moved = ours.filter(row => row.oldParentId !== row.parentId)
  await refreshTitles(
    trx,
    types,
    moved.map(row => row.path),
  )
  const unmade = await unmake(trx, types, { created, batch, as })
  return {
    changed: Number(result.numAffectedRows ?? 0n) + unmade,
    skipped: rows.length - ours.length + created.length - unmade,
  }
}

/** Puts nodes that the operation made into the bin, but those that were changed since or hold what it did not make. @returns how many */
async function unmake(
  trx: Db,
  types: TypeSystem,
  {
    created,
    batch,
    as,
  }: { readonly created: readonly number[]; readonly batch: number; readonly as: number },
): Promise<number> {
  if (created.length === 0) return 0
  await fillTempIds(trx, created)
  const { rows } = await sql<{
    id: number
  }>`select t.OT_ID as "id" from TMP_ID join OPR_Tree t on t.OT_ID = TI_OT_ID
    where t.OT_DelState = 0
      and not exists (select 1 from OPR_TreeHistory h where h.OTH_OT_ID = t.OT_ID and h.OTH_Batch is distinct from ${batch})
      and not exists (select 1 from OPR_Tree d where d.OT_Path starting with t.OT_Path and d.OT_ID <> t.OT_ID and d.OT_DelState = 0
        and not exists (select 1 from TMP_ID m where m.TI_OT_ID = d.OT_ID))`.execute(trx)
  if (rows.length === 0) return 0
  const outcome = await bin(trx, types, { ids: rows.map(row => row.id) }, { batch: as, dryRun: false })
  return outcome.changed
}

/** What the parents have become since may forbid it. */
async function requireConsistent(trx: Db): Promise<void> {
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
