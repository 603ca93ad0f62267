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

export interface Redirect {
  readonly from: number
  readonly to: number
  /** The operation that merged them */
  readonly batch: number | null
  /** ISO 8601 */
  readonly at: string
}

/** Takes back the redirects of an operation. @param further what the operation put back, as an undo of an undo @returns all of them */
export async function forgetRedirects(
  trx: Db,
  batch: number,
  further: readonly Redirect[],
): Promise<Redirect[]> {
  const ids = further.map(({ from }) => from)
  const rows = await trx
    .selectFrom('OPR_Redirect')
    .select(['ORD_ID as from', 'ORD_OT_ID as to', 'ORD_InsertBatch as batch', 'ORD_InsertTS as at'])
    .where(eb =>
      eb.or([eb('ORD_InsertBatch', '=', batch), ...(ids.length === 0 ? [] : [eb('ORD_ID', 'in', ids)])]),
    )
    .execute()
  for (const { from } of rows) await trx.deleteFrom('OPR_Redirect').where('ORD_ID', '=', from).execute()
  return rows.map(row => ({ ...row, at: row.at.toISOString() }))
}

/** Puts back what an undo took, where the title is there and the id leads nowhere else by now. @returns what was put back */
export async function putRedirectsBack(trx: Db, redirects: readonly Redirect[]): Promise<Redirect[]> {
  const back: Redirect[] = []
  for (const each of redirects) {
    const { from, to, batch, at } = each
    const result = await sql`insert into OPR_Redirect (ORD_ID, ORD_OT_ID, ORD_InsertBatch, ORD_InsertTS)
      select ${from}, OT_ID, ${batch}, ${new Date(at)} from OPR_Tree where OT_ID = ${to}
        and not exists (select 1 from OPR_Redirect where ORD_ID = ${from})`.execute(trx)
    if (result.numAffectedRows === 1n) back.push(each)
  }
  return back
}
