// Two imports of one title at once, or of two issues of a newspaper that neither finds: the second waits for the first, and finds what that one made.
// Without it both would look, find nothing, and make it; a unique key would refuse one of them, and what has no identifier would be there twice.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { identifiers } from '../../catalogue/titles/index.ts'
import type { Db } from '../../firebird/database.ts'
import { type ImportPlan, titlesOf } from '../plans/index.ts'

/** Rows of SYS_ImportLock; imports that share none of their identifiers seldom share one. */
const rows = 64
/** How many of them a statement names. */
const lengths = [4, 16, rows]

/** Under what the titles of a document may be found by another import. */
function* keysOf(plan: ImportPlan, parentId: number | undefined): Generator<string> {
  if (parentId !== undefined) yield `node ${parentId}`
  for (const { identifiers: own, record } of titlesOf(plan.titles)) {
    for (const { scheme, value } of own) yield `${scheme} ${value}`
    for (const { scheme, value } of record?.mods.identifiers ?? []) yield `${scheme} ${value}`
    if (record?.mods.record) yield `record ${identifiers.recordValue(record.mods.record)}`
  }
}

/** Holds the titles of documents until the transaction ends; waits for an import that holds one of them. */
export async function lockTitles(
  trx: Db,
  documents: readonly { readonly plan: ImportPlan; readonly parentId: number | undefined }[],
): Promise<void> {
  const keys = documents.flatMap(({ plan, parentId }) => [...keysOf(plan, parentId)])
  const wanted = new Set(keys.map(key => (createHash('sha256').update(key).digest()[0] as number) % rows))
  if (wanted.size === 0) return
  const all = [...wanted]
  // few statements, each prepared once: the last key fills the place of those that are missing
  const places = lengths.find(length => length >= all.length) ?? rows
  const padded = Array.from({ length: places }, (_, at) => all[Math.min(at, all.length - 1)])
  // all transactions lock in the order in which the rows are stored: none waits for one that waits for it
  await sql`select SIL_ID from SYS_ImportLock where SIL_ID in (${sql.join(padded)}) with lock`.execute(trx)
}
