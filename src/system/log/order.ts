// The order of the log for those who follow it. A line draws its id before its transaction commits, so a slow transaction's lines come to
// light below ids that were read long ago. Numbers are given after the commit, by one at a time: below a number that was seen nothing new appears.
import { sql } from 'kysely'
import type { Database, Db } from '../../firebird/database.ts'
import type { Reservation } from '../../firebird/isolation.ts'
import { filtered, type LogFilter, rowOf } from './repository.ts'

const portion = 2000
const alone: readonly Reservation[] = [{ table: 'SYS_LogTurn', mode: 'protected' }]

/** Numbers all lines that are committed and have none. */
export async function numberLines(database: Database): Promise<void> {
  for (let count = portion; count === portion;) {
    const waiting = await database.db
      .selectFrom('SYS_Log')
      .select('SL_ID')
      .where('SL_Number', 'is', null)
      .limit(1)
      .executeTakeFirst()
    if (!waiting) return
    count = await database.inTransaction({ reserve: alone }, async trx => {
      const done = await sql`update SYS_Log set SL_Number = next value for SYS_LOGNUMBER_SEQ
        where SL_Number is null order by SL_ID rows ${sql.lit(portion)}`.execute(trx)
      return Number(done.numAffectedRows ?? 0)
    })
  }
}

/** The number of a line; of the nearest line before it, where there is none of that id. */
export async function numberOf(db: Db, id: number): Promise<number> {
  const row = await db
    .selectFrom('SYS_Log')
    .select('SL_Number as number')
    .where('SL_ID', '<=', id)
    .where('SL_Number', 'is not', null)
    .orderBy('SL_ID', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.number ?? 0
}

/** Number of the last line. */
export async function lastNumber(db: Db): Promise<number> {
  const row = await db
    .selectFrom('SYS_Log')
    .select('SL_Number as number')
    .where('SL_Number', '>', 0)
    .orderBy('SL_Number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.number ?? 0
}

/** Lines that have a number, the last to be committed first. */
export async function listInOrder(
  db: Db,
  filter: LogFilter,
  { before, after = 0 }: { readonly before?: number | undefined; readonly after?: number | undefined },
  limit: number,
) {
  let query = filtered(db, filter).where('SL_Number', '>', after).orderBy('SL_Number', 'desc').limit(limit)
  if (before !== undefined) query = query.where('SL_Number', '<', before)
  return (await query.execute()).map(row => ({ number: row.number as number, row: rowOf(row) }))
}
