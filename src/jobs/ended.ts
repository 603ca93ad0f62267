// Jobs that have ended are kept for a time only.
import { sql } from 'kysely'
import type { Db } from '../firebird/database.ts'

/** Of imports and harvests they stay with their reports. */
const isForgotten = (before: Date) =>
  sql`SJ_State in (2, 3, 4) and SJ_UpdateTS < ${before}
      and SJ_Kind not starting with 'imports.' and SJ_Kind not starting with 'harvest'`

export async function countEnded(db: Db, before: Date): Promise<number> {
  const { rows } = await sql<{
    count: number
  }>`select count(*) as "count" from SYS_Job where ${isForgotten(before)}`.execute(db)
  return Number(rows[0]?.count ?? 0)
}

/** Removes a portion of the jobs that ended before a moment, other than kinds that reports lead to. @returns how many */
export async function forgetEnded(db: Db, before: Date, portion: number): Promise<number> {
  const { numAffectedRows } =
    await sql`delete from SYS_Job where ${isForgotten(before)} rows ${sql.lit(portion)}`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
