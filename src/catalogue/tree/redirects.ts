// Ids that are gone because their title was merged into another one.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export async function redirect(trx: Db, from: number, to: number): Promise<void> {
  await sql`insert into OPR_Redirect (ORD_ID, ORD_OT_ID, ORD_InsertBatch)
    values (${from}, ${to}, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer))`.execute(trx)
}

/** Where an id leads now, through however many mergers; undefined where it was never merged. */
export async function redirected(db: Db, id: number): Promise<number | undefined> {
  let target: number | undefined
  for (let next = id, seen = 0; seen < 20; seen++) {
    const { rows } = await sql<{
      to: number
    }>`select ORD_OT_ID as "to" from OPR_Redirect where ORD_ID = ${next}`.execute(db)
    if (!rows[0]) return target
    next = target = rows[0].to
  }
  return target
}

/** Takes back the redirects of an operation. @returns how many */
export async function forgetRedirects(trx: Db, batch: number): Promise<number> {
  const result = await sql`delete from OPR_Redirect where ORD_InsertBatch = ${batch}`.execute(trx)
  return Number(result.numAffectedRows ?? 0n)
}
