// What a domain holds, as rows that can be compared between two domains.
import { sql } from 'kysely'
import type { TestApp } from './start.ts'

interface Row {
  readonly ID: number
  readonly PARENT: number | null
  readonly LINK: number | null
  readonly DATATYPE: number
  readonly [column: string]: unknown
}

/** What a domain holds, in tree order: everything but ids, times, files and where it came from. */
export async function rowsOf(app: TestApp, domain: string): Promise<string[]> {
  const { rows } =
    await sql<Row>`select OT_ID as ID, OT_OT_Parent as PARENT, OT_OT_Link as LINK, OT_RCV_Datatype as DATATYPE, OT_RCV_Type as TYPE_, OT_State as STATE,
      OT_Caption as CAPTION, OCF_Title, OCF_SortTitle, OCF_Persons, OCF_PersonList, OCF_Date, OCF_DateFrom, OCF_DateTo, OCF_IssueDate, OCF_Language, OCF_Genre, OCF_Publisher, OCF_Place, OCF_ReadingDirection,
      OC_PageCount, OC_PageCache, OC_SourceIdent, OC_Signature, OC_PhysicalLocation, OC_ReferenceUrl, OC_ReadingDirection, OP_PaginationCaption, OP_PaginationType, OP_PaginationValue,
      (select list(OI_Scheme || ':' || OI_Value, ' ') from OPR_Identifier where OI_OT_ID = OT_ID and OI_Scheme not in ('mptr', 'div')) as IDENTIFIERS
    from OPR_Tree join OPR_Domain on OD_ID = OT_OD_ID left join OPR_Content on OC_OT_ID = OT_ID left join OPR_ContentField on OCF_OT_ID = OT_ID
      left join OPR_Page on OP_OT_ID = OT_ID
    where OD_Name = ${domain} and OT_RCV_Datatype in (1, 2, 3) and OT_DelState = 0 order by OT_Sort, OT_ID`.execute(
      app.services.db,
    )
  const captions = new Map(rows.map(row => [row.ID, row['CAPTION']]))
  const lines: string[] = []
  const visit = (parent: number | null, depth: number): void => {
    const siblings = rows.filter(row => row.PARENT === parent)
    // works come in any order
    if (parent === null) siblings.sort((a, b) => String(a['CAPTION']).localeCompare(String(b['CAPTION'])))
    for (const { ID, PARENT: _, LINK, ...row } of siblings) {
      const identifiers = ((row['IDENTIFIERS'] as string | null) ?? '').split(' ').sort().join(' ')
      lines.push(
        `${'  '.repeat(depth)}${JSON.stringify({ ...row, IDENTIFIERS: identifiers, ...(LINK === null ? {} : { to: captions.get(LINK) }) })}`,
      )
      visit(ID, depth + 1)
    }
  }
  visit(null, 0)
  return lines
}
