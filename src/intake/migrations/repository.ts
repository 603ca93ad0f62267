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

/** Nodes that have one of the ids and do not come from that installation: neither they, nor the title that they belong to, nor what stands on top of them carries its name. */
export const strangers = (db: Db, ids: readonly number[], instance: string): Promise<Holder[]> =>
  byIds(ids, async table => {
    const { rows } = await sql<Holder>`
      select t.OT_ID as "id", t.OT_Caption as "caption", t.OT_Path as "path" from ${table} s join OPR_Tree t on t.OT_ID = s.ID
      where not exists (select 1 from OPR_Identifier where OI_Scheme = 'vls' and OI_Value starting with ${`${instance}:`}
        and OI_OT_ID in (iif(t.OT_RCV_Datatype = 1, t.OT_ID, (select TITLE from TITLE_ABOVE(t.OT_ID))),
          cast(substring(t.OT_Path from 2 for position('|', t.OT_Path, 2) - 2) as integer)))`.execute(db)
    return rows
  })

/** Columns of rows by their names here. @param key column of the node */
export const rowsOf = (
  db: Db,
  {
    table,
    key,
    columns,
  }: { readonly table: string; readonly key: string; readonly columns: readonly string[] },
  ids: readonly number[],
): Promise<Record<string, unknown>[]> =>
  byIds(ids, async split => {
    const names = sql.raw(columns.map(name => `${name} as "${name}"`).join(', '))
    const { rows } = await sql<
      Record<string, unknown>
    >`select ${names} from ${split} s join ${sql.raw(table)} on ${sql.raw(key)} = s.ID`.execute(db)
    return rows
  })

/** How many rows nodes have. */
export async function countsOf(
  db: Db,
  { table, key }: { readonly table: string; readonly key: string },
  ids: readonly number[],
): Promise<Map<number, number>> {
  const rows = await byIds(ids, async split => {
    const found = await sql<{
      id: number
      count: number
    }>`select s.ID as "id", count(*) as "count" from ${split} s join ${sql.raw(table)} on ${sql.raw(key)} = s.ID group by s.ID`.execute(
      db,
    )
    return found.rows
  })
  return new Map(rows.map(({ id, count }) => [id, Number(count)]))
}

export interface StoredLinks {
  readonly id: number
  readonly deliverer: number | null
  readonly titlepage: number | null
  readonly titlepageMode: number
  readonly above: number | null
  /** 1: has been edited here since it came */
  readonly isEdited: number
}

/** What titles link. @param application that brought them */
export const linksOf = (db: Db, ids: readonly number[], application: string): Promise<StoredLinks[]> =>
  byIds(ids, async split => {
    const { rows } = await sql<StoredLinks>`
      select OC_OT_ID as "id", OC_OT_Deliverer as "deliverer", OC_OT_Titlepage as "titlepage", OC_OT_TitlepageMode as "titlepageMode", OC_OT_MetaParent as "above",
        iif(exists (select 1 from OPR_ContentHistory where OCH_OT_ID = OC_OT_ID and OCH_Batch is not null and OCH_Application is distinct from ${application}), 1, 0) as "isEdited"
      from ${split} s join OPR_Content on OC_OT_ID = s.ID`.execute(db)
    return rows
  })

/** Paths of the titles that pages belong to. */
export async function titlePathsOf(db: Db, pages: readonly number[]): Promise<Set<string>> {
  const rows = await byIds(pages, async split => {
    const found = await sql<{
      path: string
    }>`select distinct OT_Path as "path" from ${split} s join OPR_TopStructure on OTS_OT_ID = s.ID join OPR_Tree on OT_ID = OTS_OT_Title`.execute(
      db,
    )
    return found.rows
  })
  return new Set(rows.map(({ path }) => path))
}
