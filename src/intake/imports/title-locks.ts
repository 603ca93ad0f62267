// Two imports of one title at once, or of two issues of a newspaper that neither finds: the second waits for the first, and finds what that one made.
// Without it both would look, find nothing, and make it; a unique key would refuse one of them, and what has no identifier would be there twice.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { identifiers } from '../../catalogue/titles/index.ts'
import type { TreeTransaction } from '../../catalogue/tree/index.ts'
import { type ImportPlan, titlesOf } from '../plans/index.ts'

/** Rows of SYS_ImportLock; imports that share none of their identifiers seldom share one. */
const rows = 64

/** Under what the titles of a document may be found by another import. */
function* keysOf(plan: ImportPlan, parentId: number | undefined): Generator<string> {
  if (parentId !== undefined) yield `node ${parentId}`
  for (const { identifiers: own, record } of titlesOf(plan.titles)) {
    for (const { scheme, value } of own) yield `${scheme} ${value}`
    for (const { scheme, value } of record?.mods.identifiers ?? []) yield `${scheme} ${value}`
    if (record?.mods.record) yield `record ${identifiers.recordValue(record.mods.record)}`
  }
}

/** Holds the document's titles until the transaction ends; waits for an import that holds one of them. */
export async function lockTitles(
  trx: TreeTransaction,
  plan: ImportPlan,
  parentId: number | undefined,
): Promise<void> {
  const wanted = new Set(
    [...keysOf(plan, parentId)].map(key => (createHash('sha256').update(key).digest()[0] as number) % rows),
  )
  if (wanted.size === 0) return
  // all transactions lock in the order in which the rows are stored: none waits for one that waits for it
  await sql`select SIL_ID from SYS_ImportLock where SIL_ID in (${sql.join([...wanted].map(row => sql.lit(row)))}) with lock`.execute(
    trx,
  )
}
