import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

/** What domains say of themselves, by language. */
export async function descriptions(db: Db): Promise<Map<number, Record<string, string>>> {
  const rows = await db
    .selectFrom('OPR_Domain')
    .select(['OD_ID as id', 'OD_Description as description'])
    .where('OD_Description', 'is not', null)
    .execute()
  return new Map(rows.map(row => [row.id, JSON.parse(row.description as string) as Record<string, string>]))
}

/** Issues of a day of the year, whatever their year, the oldest first. */
export async function issuesOfDay(
  db: Db,
  { month, day }: { readonly month: number; readonly day: number },
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('OPR_ContentField')
    .innerJoin('OPR_Tree', 'OT_ID', 'OCF_OT_ID')
    .select('OT_ID as id')
    .where(
      sql<number>`extract(month from OCF_IssueDate) * 100 + extract(day from OCF_IssueDate)`,
      '=',
      month * 100 + day,
    )
    .where(sql<number>`OT_State + 0`, '=', 1)
    .where(sql<number>`OT_DelState + 0`, '=', 0)
    .orderBy(sql`OCF_IssueDate + 0`)
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
