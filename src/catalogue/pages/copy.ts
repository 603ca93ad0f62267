// Copies of pages: the same master, of which the archive keeps one file, and the same label. Derivatives are made anew by jobs.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import { pageStates } from './codes.ts'

const shared = sql.raw(
  'OP_Url, OP_State, OP_Comment, OP_OIP_ID, OP_Ident, OP_ImgWidth, OP_ImgHeight, OP_ImgDateTime, OP_ImgPageName, OP_Filesize, OP_ModificationTimestamp, OP_PaginationCaption, OP_PaginationType, OP_PaginationValue, OP_Hashsum',
)

/** @param copies original -> copy, of any datatype */
export async function copyPages(trx: Db, copies: ReadonlyMap<number, number>): Promise<void> {
  for (const [from, to] of copies) {
    const page = await trx
      .selectFrom('OPR_Page')
      .select('OP_State as state')
      .where('OP_OT_ID', '=', from)
      .executeTakeFirst()
    // the image of the copy would be made of a file that is not there
    if (page?.state === pageStates.of('deletedAfterExport'))
      throw new Refusal(
        'conflict',
        `The master of page ${from} was freed; bring it back before the page is copied (capsule.fetch).`,
      )
    if (page)
      await sql`insert into OPR_Page (OP_ID, OP_OT_ID, ${shared})
        select ${await nextId(trx, 'OPR_Page_SEQ')}, ${to}, ${shared} from OPR_Page where OP_OT_ID = ${from}`.execute(
        trx,
      )
  }
}
