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
