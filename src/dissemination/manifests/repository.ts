import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'

export interface TopTitle {
  readonly id: number
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly title: string | null
  readonly issueDate: string | null
  readonly pagesPresent: number | null
  /** 1: there are recordings whose length is known */
  readonly recordings: number
}

const hasRecordings = sql`iif(exists (select 1 from OPR_Attachment where OAT_OT_ID = OT_ID and OAT_Duration is not null), 1, 0)`

/** Released titles at the top of a domain, in its order. */
export async function topTitles(db: Db, domainId: number, title: number): Promise<TopTitle[]> {
  const { rows } = await sql<TopTitle>`
    select OT_ID as "id", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption", OCF_Title as "title", OCF_IssueDate as "issueDate",
      OC_PagesShown as "pagesPresent", ${hasRecordings} as "recordings"
    from OPR_Tree left join OPR_ContentField on OCF_OT_ID = OT_ID left join OPR_Content on OC_OT_ID = OT_ID
    where OT_OD_ID = ${domainId} and OT_OT_Parent is null and OT_RCV_Datatype + 0 = ${sql.lit(title)} and OT_State = 1 and OT_DelState = 0 and OT_OT_Link is null
    order by OT_Sort, OT_ID`.execute(db)
  return rows
}

interface Present {
  readonly path: string
  readonly domainId: number
  readonly pages: number
  readonly recordings: number
}

/** Which of the titles have pages or recordings, and where they stand. */
export async function presentOf(db: Db, ids: readonly number[]): Promise<Map<number, Present>> {
  const found = new Map<number, Present>()
  for (let start = 0; start < ids.length; start += 800) {
    const { rows } = await sql<Present & { id: number }>`
      select OC_OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", coalesce(OC_PagesShown, 0) as "pages",
        ${hasRecordings} as "recordings"
      from ${splitIds(ids.slice(start, start + 800))} s join OPR_Content on OC_OT_ID = s.ID join OPR_Tree on OT_ID = s.ID`.execute(
      db,
    )
    for (const { id, ...row } of rows) found.set(id, row)
  }
  return found
}
