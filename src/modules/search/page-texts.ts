import type { Db } from '../../firebird/database.ts'
import { textKinds } from '../texts/index.ts'

/** Texts of visible pages, a correction before OCR. */
export async function pageTexts(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('OPR_Fulltext')
    .innerJoin('OPR_Tree', 'OT_ID', 'OF_OT_ID')
    .select(['OF_OT_ID as id', 'OF_Kind as kind', 'OF_Text as text'])
    .where('OF_OT_ID', 'in', [...ids])
    .where('OT_State', '=', 1)
    .where('OT_DelState', '=', 0)
    .orderBy('OF_Kind')
    .execute()
  const texts = new Map<number, string>()
  for (const row of rows)
    if (!texts.has(row.id) || row.kind === textKinds.of('wiki')) texts.set(row.id, row.text ?? '')
  return texts
}
