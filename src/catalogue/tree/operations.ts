// The operations on whole subtrees: bin and restore, release and hide, retype. Each is a few statements whatever the
// number of nodes, marks the rows it changed with its batch, and keeps what stands below a hidden or binned node
// hidden or binned (decision 4). They run under the move lock.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import {
  addAncestors,
  addDescendants,
  countWhere,
  type Selection,
  selectNodes,
  updateWhere,
} from './targets.ts'
import { refreshTitlesOfTempIds } from './title-caches.ts'
import type { MoveTransaction } from './transaction.ts'

export interface Operation {
  readonly batch: number
  readonly dryRun: boolean
}

export interface Outcome {
  /** Nodes named by the request */
  readonly selected: number
  /** Rows changed, or that would be changed in a dry run */
  readonly changed: number
}

export const noDomainNodes = async (trx: Db): Promise<void> => {
  const { rows } = await sql<{
    id: number
  }>`select t.OT_ID as "id" from TMP_ID join OPR_Tree t on t.OT_ID = TI_OT_ID
    where t.OT_RCV_Datatype = 10 fetch next 1 rows only`.execute(trx)
  if (rows[0])
    throw new Refusal('conflict', `Node ${rows[0].id} stands for a domain; change the domain instead.`)
}

async function apply(
  trx: Db,
  operation: Operation,
  set: ReturnType<typeof sql>,
  condition: ReturnType<typeof sql<boolean>>,
): Promise<number> {
  return operation.dryRun ? await countWhere(trx, condition) : await updateWhere(trx, set, condition)
}

/** Puts nodes and all below them into the bin; what lies there already keeps the operation that put it there. */
export async function bin(
  trx: MoveTransaction,
  types: TypeSystem,
  selection: Selection,
  operation: Operation,
): Promise<Outcome> {
  const selected = await selectNodes(trx, selection)
  await noDomainNodes(trx)
  await addDescendants(trx)
  const changed = await apply(
    trx,
    operation,
    sql`OT_DelState = 1, OT_Batch = ${operation.batch}`,
    sql`t.OT_DelState = 0`,
  )
  if (!operation.dryRun && changed > 0) await refreshTitlesOfTempIds(trx, types)
  return { selected, changed }
}

/** Takes back, for each node, exactly the operation that binned it. @throws Refusal conflict below a binned node */
export async function restore(
  trx: MoveTransaction,
  types: TypeSystem,
  selection: Selection,
  operation: Operation,
): Promise<Outcome> {
  const selected = await selectNodes(trx, selection)
  const { rows } = await sql<{
    id: number
    parentId: number
  }>`select n.OT_ID as "id", p.OT_ID as "parentId" from TMP_ID
    join OPR_Tree n on n.OT_ID = TI_OT_ID and n.OT_DelState = 1 join OPR_Tree p on p.OT_ID = n.OT_OT_Parent and p.OT_DelState = 1
    where not exists (select 1 from TMP_ID s where s.TI_OT_ID = p.OT_ID) fetch next 1 rows only`.execute(trx)
  if (rows[0])
    throw new Refusal(
      'conflict',
      `Node ${rows[0].id} lies below node ${rows[0].parentId}, which is in the bin; restore that one.`,
    )
  // below each selected node, the rows that the same operation binned
  await sql`insert into TMP_ID (TI_OT_ID)
    select distinct d.OT_ID from TMP_ID join OPR_Tree r on r.OT_ID = TI_OT_ID and r.OT_DelState = 1
    join OPR_Tree d on d.OT_Path starting with r.OT_Path and d.OT_DelState = 1 and d.OT_Batch is not distinct from r.OT_Batch
    where d.OT_ID <> r.OT_ID`.execute(trx)
  const changed = await apply(trx, operation, sql`OT_DelState = 0, OT_Batch = null`, sql`t.OT_DelState = 1`)
  if (!operation.dryRun && changed > 0) await refreshTitlesOfTempIds(trx, types)
  return { selected, changed }
}

/** Hides nodes and all below them, those in the bin too. */
export async function hide(
  trx: MoveTransaction,
  types: TypeSystem,
  selection: Selection,
  operation: Operation,
): Promise<Outcome> {
  const selected = await selectNodes(trx, selection)
  await noDomainNodes(trx)
  await addDescendants(trx)
  const changed = await apply(trx, operation, sql`OT_State = 0`, sql`t.OT_State = 1`)
  if (!operation.dryRun && changed > 0) await refreshTitlesOfTempIds(trx, types)
  return { selected, changed }
}

export interface ReleaseOptions {
  readonly scope: 'node' | 'subtree'
  /** Release hidden nodes above as well, instead of refusing */
  readonly ancestors: boolean
}

/** Releases nodes, by default with all below them; what is in the bin stays as it is. @throws Refusal conflict below a hidden node */
export async function release(
  trx: MoveTransaction,
  types: TypeSystem,
  selection: Selection,
  options: ReleaseOptions,
  operation: Operation,
): Promise<Outcome> {
  const selected = await selectNodes(trx, selection)
  const { rows: binned } = await sql<{
    id: number
  }>`select t.OT_ID as "id" from TMP_ID join OPR_Tree t on t.OT_ID = TI_OT_ID
    where t.OT_DelState = 1 fetch next 1 rows only`.execute(trx)
  if (binned[0] && 'ids' in selection)
    throw new Refusal('conflict', `Node ${binned[0].id} is in the bin; restore it first.`)
  if (options.scope === 'subtree') await addDescendants(trx)
  if (options.ancestors) await addAncestors(trx)
  else {
    const { rows } = await sql<{
      id: number
      parentId: number
    }>`select n.OT_ID as "id", p.OT_ID as "parentId" from TMP_ID
      join OPR_Tree n on n.OT_ID = TI_OT_ID join OPR_Tree p on p.OT_ID = n.OT_OT_Parent and p.OT_State = 0
      where n.OT_DelState = 0 and not exists (select 1 from TMP_ID s where s.TI_OT_ID = p.OT_ID) fetch next 1 rows only`.execute(
      trx,
    )
    if (rows[0])
      throw new Refusal(
        'conflict',
        `Node ${rows[0].id} stands below node ${rows[0].parentId}, which is hidden; send ancestors: true to release that one too.`,
      )
  }
  const changed = await apply(trx, operation, sql`OT_State = 1`, sql`t.OT_State = 0 and t.OT_DelState = 0`)
  if (!operation.dryRun && changed > 0) await refreshTitlesOfTempIds(trx, types)
  return { selected, changed }
}

/** Gives nodes another type of the same datatype; refuses where the parent does not take it. */
export async function retype(
  trx: MoveTransaction,
  types: TypeSystem,
  selection: Selection,
  name: string,
  operation: Operation,
): Promise<Outcome> {
  const selected = await selectNodes(trx, selection)
  const { rows } = await sql<{ datatype: number; parentDatatype: number | null; parentType: number | null }>`
    select distinct t.OT_RCV_Datatype as "datatype", p.OT_RCV_Datatype as "parentDatatype", p.OT_RCV_Type as "parentType"
    from TMP_ID join OPR_Tree t on t.OT_ID = TI_OT_ID left join OPR_Tree p on p.OT_ID = t.OT_OT_Parent`.execute(
    trx,
  )
  const datatypes = new Set(rows.map(row => row.datatype))
  if (datatypes.size > 1)
    throw new Refusal('not-processable', 'The nodes are of several datatypes; a type belongs to one.')
  const datatype = types.datatypeOf(rows[0]?.datatype ?? 1)
  if (!datatype) throw new Refusal('not-processable', 'The nodes are of an unknown datatype.')
  const type = types.get(datatype, name)
  for (const row of rows) {
    const parent =
      row.parentDatatype === null ? undefined : types.ofNumbers(row.parentDatatype, row.parentType ?? -1)
    if (!types.allows(parent, type))
      throw new Refusal(
        'not-processable',
        `A ${datatype} ‘${name}’ cannot stand ${parent ? `below ${parent.datatype} ‘${parent.name}’` : 'at the top of a domain'}.`,
      )
  }
  const changed = await apply(
    trx,
    operation,
    sql`OT_RCV_Type = ${type.number}`,
    sql`t.OT_RCV_Type <> ${type.number}`,
  )
  if (!operation.dryRun && changed > 0) await refreshTitlesOfTempIds(trx, types)
  return { selected, changed }
}

/** Gives one node another type of its datatype. */
export const retypeOne = (
  trx: MoveTransaction,
  types: TypeSystem,
  id: number,
  name: string,
  batch: number,
): Promise<Outcome> => retype(trx, types, { ids: [id] }, name, { batch, dryRun: false })
