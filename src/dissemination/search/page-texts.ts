import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import { textKinds } from '../../catalogue/texts/index.ts'

/** Ids of one statement (splitIds) */
const atOnce = 800

/** Texts of released pages that the principal may read, a correction before OCR. */
export async function pageTexts(
  db: Db,
  ids: readonly number[],
  principal: Principal,
): Promise<Map<number, string>> {
  const sight = access.sight(principal)
  const texts = new Map<number, string>()
  for (let start = 0; start < ids.length; start += atOnce) {
    // from the ids to their rows: told as a list in the condition, the whole tree would be read for them
    const { rows } = await sql<{
      id: number
      kind: number
      text: string | null
      path: string
      domainId: number
    }>`
      select OF_OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", OF_Kind as "kind", OF_Text as "text"
      from ${splitIds(ids.slice(start, start + atOnce))} s left join OPR_Tree on OT_ID = s.ID left join OPR_Fulltext on OF_OT_ID = s.ID
      where OT_State = 1 and OT_DelState = 0 and OF_ID is not null order by OF_Kind`.execute(db)
    for (const row of rows)
      if (
        (!texts.has(row.id) || row.kind === textKinds.of('wiki')) &&
        sight.can('text', { ...row, isVisible: true })
      )
        texts.set(row.id, row.text ?? '')
  }
  return texts
}
