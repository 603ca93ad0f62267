// What titles know of the pages below them (OC_PageCache, OC_TextState, the automatic title page) is brought up to
// date at the end of each transaction that may have changed it: title by title, from the deepest up, because a
// title counts its own pages and adds what the titles directly below it know.
import { sql } from 'kysely'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { idTexts } from '../../firebird/temp-ids.ts'

interface TitleRow {
  readonly id: number
  readonly depth: number
}

/** The type number of structure elements that hold the title page; -1 where config/types.ini has none. */
export const titlePageType = (types: TypeSystem): number =>
  types.find('structure', 'title_page')?.number ?? -1

async function refreshAll(trx: Db, types: TypeSystem, titles: readonly TitleRow[]): Promise<void> {
  const type = titlePageType(types)
  const ids = [...titles].sort((a, b) => b.depth - a.depth).map(({ id }) => id)
  for (const text of idTexts(ids))
    await sql`execute block (S varchar(8190) character set ascii = ${text}, T smallint = ${type}) as
        declare I integer = 1;
        declare N integer;
        declare ID integer;
      begin
        N = octet_length(S);
        while (I <= N) do begin
          ID = cast(substring(S from I for 10) as integer);
          execute procedure REFRESH_TITLE(ID, T);
          I = I + 10;
        end
      end`.execute(trx)
}

const idsOf = (path: string): number[] =>
  path
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/** Brings the titles among the given nodes and above them up to date. */
export async function refreshTitles(trx: Db, types: TypeSystem, paths: Iterable<string>): Promise<void> {
  const depths = new Map<number, number>()
  for (const path of paths) idsOf(path).forEach((id, depth) => depths.set(id, depth))
  const ids = [...depths.keys()]
  const titles: TitleRow[] = []
  for (let start = 0; start < ids.length; start += 800) {
    const rows = await trx
      .selectFrom('OPR_Content')
      .select('OC_OT_ID as id')
      .where('OC_OT_ID', 'in', ids.slice(start, start + 800))
      .execute()
    for (const row of rows) titles.push({ id: row.id, depth: depths.get(row.id) ?? 0 })
  }
  await refreshAll(trx, types, titles)
}

/** The same for the nodes in TMP_ID and everything above them. */
export async function refreshTitlesOfTempIds(trx: Db, types: TypeSystem): Promise<void> {
  // the titles in TMP_ID, those its pages belong to, those above its structure elements, and their ancestors: pages far outnumber
  // titles, so they are not fetched
  const { rows } = await sql<{ path: string }>`
    select t.OT_Path as "path" from TMP_ID join OPR_Content on OC_OT_ID = TI_OT_ID join OPR_Tree t on t.OT_ID = OC_OT_ID
    union select t.OT_Path from TMP_ID join OPR_TopStructure on OTS_OT_ID = TI_OT_ID join OPR_Tree t on t.OT_ID = OTS_OT_Title
    union select p.OT_Path from TMP_ID join OPR_Tree t on t.OT_ID = TI_OT_ID and t.OT_RCV_Datatype = 2 join OPR_Tree p on p.OT_ID = t.OT_OT_Parent`.execute(
    trx,
  )
  await refreshTitles(
    trx,
    types,
    rows.map(row => row.path),
  )
}
