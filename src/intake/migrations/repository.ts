// What is here of the nodes that a Visual Library Server names.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'

export interface StoredNode {
  readonly id: number
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly parent: number | null
  readonly label: string | null
  /** OP_State; null where it is no page */
  readonly master: number | null
  readonly texts: number
  readonly hasRecord: number
}

export const nodesOf = (db: Db, ids: readonly number[]): Promise<StoredNode[]> =>
  byIds(ids, async table => {
    const { rows } = await sql<StoredNode>`
      select t.OT_ID as "id", t.OT_RCV_Datatype as "datatype", t.OT_RCV_Type as "type", t.OT_Caption as "caption", t.OT_OT_Parent as "parent",
        OP_PaginationCaption as "label", OP_State as "master", iif(OC_XML is null, 0, 1) as "hasRecord",
        (select count(*) from OPR_Fulltext where OF_OT_ID = t.OT_ID) as "texts"
      from ${table} s join OPR_Tree t on t.OT_ID = s.ID left join OPR_Page on OP_OT_ID = t.OT_ID left join OPR_Content on OC_OT_ID = t.OT_ID`.execute(
      db,
    )
    return rows
  })

export interface StoredIdentifier {
  readonly id: number
  readonly scheme: string
  readonly value: string
}

export const identifiersOf = (db: Db, ids: readonly number[]): Promise<StoredIdentifier[]> =>
  byIds(ids, async table => {
    const { rows } = await sql<StoredIdentifier>`
      select OI_OT_ID as "id", OI_Scheme as "scheme", OI_Value as "value" from ${table} s join OPR_Identifier on OI_OT_ID = s.ID`.execute(
      db,
    )
    return rows
  })

export interface Holder {
  readonly id: number
  readonly caption: string | null
  readonly path: string
}

/** Nodes that have one of the ids and do not come from that installation: neither they nor the title that they belong to carry its name. */
export const strangers = (db: Db, ids: readonly number[], instance: string): Promise<Holder[]> =>
  byIds(ids, async table => {
    const { rows } = await sql<Holder>`
      select t.OT_ID as "id", t.OT_Caption as "caption", t.OT_Path as "path" from ${table} s join OPR_Tree t on t.OT_ID = s.ID
      where not exists (select 1 from OPR_Identifier where OI_Scheme = 'vls' and OI_Value starting with ${`${instance}:`}
        and OI_OT_ID = iif(t.OT_RCV_Datatype = 1, t.OT_ID, (select TITLE from TITLE_ABOVE(t.OT_ID))))`.execute(
      db,
    )
    return rows
  })
