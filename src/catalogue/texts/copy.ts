import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'

const shared = sql.raw(
  'OF_Kind, OF_Language, OF_Url, OF_Format, OF_Hashsum, OF_Text, OF_Confidence, OF_Engine, OF_Width, OF_Height, OF_BoxState',
)

/** Copies the texts of pages. @param copies original -> copy, of any datatype */
export async function copyTexts(trx: Db, copies: ReadonlyMap<number, number>): Promise<void> {
  for (const [from, to] of copies)
    for (const { id } of await trx
      .selectFrom('OPR_Fulltext')
      .select('OF_ID as id')
      .where('OF_OT_ID', '=', from)
      .execute())
      await sql`insert into OPR_Fulltext (OF_ID, OF_OT_ID, ${shared})
        select ${await nextId(trx, 'OPR_Fulltext_SEQ')}, ${to}, ${shared} from OPR_Fulltext where OF_ID = ${id}`.execute(
        trx,
      )
}
