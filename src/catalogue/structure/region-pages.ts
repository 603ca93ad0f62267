import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { type Placement, servedSize } from '../texts/index.ts'

/** A page that regions of a node can stand on. */
export interface RegionPage {
  readonly id: number
  readonly label: string | null
  /** Of the image that is served */
  readonly width: number
  readonly height: number
  readonly placement: Omit<Placement, 'from'>
}

interface Row {
  readonly id: number
  readonly parentId: number
  readonly sort: number
  readonly pageId: number | null
  readonly label: string | null
  readonly masterWidth: number
  readonly masterHeight: number
  readonly rotation: number | null
  readonly mirrored: number | null
  readonly x: number | null
  readonly y: number | null
  readonly width: number | null
  readonly height: number | null
}

function pageOf(row: Row & { readonly pageId: number }): RegionPage {
  const { pageId: id, label, masterWidth, masterHeight, x, y, width, height } = row
  const placement = {
    master: { width: masterWidth, height: masterHeight },
    crop: x === null || y === null || width === null || height === null ? undefined : { x, y, width, height },
    mirrored: row.mirrored === 1,
    rotation: row.rotation ?? 0,
  }
  return { id, label, ...servedSize(placement), placement }
}

/** Pages with an image below a node or linked into it, in their reading order. */
export async function pagesOfNode(db: Db, nodeId: number): Promise<RegionPage[]> {
  const { rows } = await sql<Row>`
    with recursive T (ID, PARENT, SORT, LINK) as (
      select OT_ID, OT_OT_Parent, OT_Sort, OT_OT_Link from OPR_Tree where OT_ID = ${nodeId}
      union all
      select c.OT_ID, c.OT_OT_Parent, c.OT_Sort, c.OT_OT_Link from T t join OPR_Tree c on c.OT_OT_Parent = t.ID
      where c.OT_DelState = 0 and c.OT_RCV_Datatype + 0 in (2, 3))
    select ID as "id", PARENT as "parentId", SORT as "sort", OP_OT_ID as "pageId", OP_PaginationCaption as "label",
      OP_ImgWidth as "masterWidth", OP_ImgHeight as "masterHeight", OPK_Rotation as "rotation", OPK_Mirrored as "mirrored",
      OPK_CropX as "x", OPK_CropY as "y", OPK_CropWidth as "width", OPK_CropHeight as "height"
    from T left join OPR_Page on OP_OT_ID = coalesce(LINK, ID) and OP_ImgWidth > 0 and OP_ImgHeight > 0
      left join OPR_Pack on OPK_OT_ID = OP_OT_ID
    order by SORT, ID`.execute(db)
  const below = new Map<number, Row[]>()
  for (const row of rows) below.set(row.parentId, [...(below.get(row.parentId) ?? []), row])
  const pages = new Map<number, RegionPage>()
  const visit = (id: number): void => {
    for (const row of below.get(id) ?? []) {
      const { pageId } = row
      if (pageId !== null && !pages.has(pageId)) pages.set(pageId, pageOf({ ...row, pageId }))
      visit(row.id)
    }
  }
  visit(nodeId)
  return [...pages.values()]
}
