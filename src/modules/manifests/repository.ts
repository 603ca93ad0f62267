import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface TopTitle {
  readonly id: number
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly title: string | null
  readonly issueDate: string | null
}

/** Released titles at the top of a domain, in its order. */
export async function topTitles(db: Db, domainId: number, title: number): Promise<TopTitle[]> {
  const { rows } = await sql<TopTitle>`
    select OT_ID as "id", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption", OCF_Title as "title", OCF_IssueDate as "issueDate"
    from OPR_Tree left join OPR_ContentField on OCF_OT_ID = OT_ID
    where OT_OD_ID = ${domainId} and OT_OT_Parent is null and OT_RCV_Datatype + 0 = ${sql.lit(title)} and OT_State = 1 and OT_DelState = 0 and OT_OT_Link is null
    order by OT_Sort, OT_ID`.execute(db)
  return rows
}
