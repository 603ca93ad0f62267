// What stands below a title before an import.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Node } from '../../catalogue/tree/index.ts'

export interface ExistingNode {
  readonly id: number
  readonly parentId: number
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly linkId: number | null
  readonly ident: string | null
  readonly hashsum: string | null
  /** OP_State; null where it is no page */
  readonly masterState: number | null
  readonly paginationCaption: string | null
  readonly width: number | null
  readonly height: number | null
}

/** The undeleted nodes below a title, described parts with them; the pages of all of them in reading order. @param page the datatype of pages */
export async function existingOutline(trx: Db, title: Node, page: number) {
  const { rows } =
    await sql<ExistingNode>`select OT_ID as "id", OT_OT_Parent as "parentId", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption",
      OT_OT_Link as "linkId", OP_Ident as "ident", OP_Hashsum as "hashsum", OP_State as "masterState", OP_PaginationCaption as "paginationCaption", OP_ImgWidth as "width", OP_ImgHeight as "height"
    from OPR_Tree left join OPR_Page on OP_OT_ID = OT_ID
    where OT_Path starting with cast(${title.path} as varchar(1000)) and OT_ID <> ${title.id} and OT_DelState = 0 order by OT_Sort, OT_ID`.execute(
      trx,
    )
  const byId = new Map(rows.map(row => [row.id, row]))
  const children = new Map<number, ExistingNode[]>()
  for (const row of rows) {
    const siblings = children.get(row.parentId)
    if (siblings) siblings.push(row)
    else children.set(row.parentId, [row])
  }
  const pages: ExistingNode[] = []
  const visit = (id: number): void => {
    for (const node of children.get(id) ?? []) {
      if (node.datatype === page && node.linkId === null) pages.push(node)
      visit(node.id)
    }
  }
  visit(title.id)
  return {
    pages,
    has: (id: number): boolean => byId.has(id),
    childrenOf: (id: number): readonly ExistingNode[] => children.get(id) ?? [],
    hasLink: (parentId: number, target: number): boolean =>
      (children.get(parentId) ?? []).some(node => node.linkId === target),
    captionOf: (id: number): string | null => byId.get(id)?.caption ?? null,
  }
}
