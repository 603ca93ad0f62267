// Lists of titles by many conditions.
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { isTagged, type Tagged } from '../tags/index.ts'
import { corrected, type Otherwise } from '../tree/index.ts'
import { rows, rowsByField, rowsInOrder, type Title } from './repository.ts'

const mostHolders = 800
const id = sql.ref('OC_OT_ID')

/** Titles that carry an identifier: looked up by its index first, for a condition about them would be tried on every title. */
async function holdersOf(
  db: Db,
  { scheme, value }: NonNullable<TitleFilter['identifier']>,
): Promise<number[]> {
  let query = db
    .selectFrom('OPR_Identifier')
    .select('OI_OT_ID as id')
    .distinct()
    .where('OI_Value', '=', value)
  if (scheme !== undefined) query = query.where('OI_Scheme', '=', scheme)
  return (await query.orderBy('OI_OT_ID').limit(mostHolders).execute()).map(({ id }) => id)
}

/** Titles with a number in the catalogue: `123@source`, or 123 of any source. */
async function holdersOfRecord(db: Db, value: string): Promise<number[]> {
  const { rows: found } = await sql<{
    id: number
  }>`select distinct OI_OT_ID as "id" from OPR_Identifier where OI_Scheme = 'record'
    and (OI_Value = ${value} or OI_Value starting with cast(${`${value}@`} as varchar(500))) order by 1 fetch next ${mostHolders} rows only`.execute(
    db,
  )
  return found.map(row => row.id)
}

export interface TitleFilter {
  readonly id?: number | undefined
  /** Domains, or with those below them */
  readonly domainIds?: readonly number[] | undefined
  readonly path?: string | undefined
  /** null: at the top of a domain */
  readonly parentId?: number | null | undefined
  readonly identifier?: { readonly scheme: string | undefined; readonly value: string } | undefined
  readonly signature?: string | undefined
  readonly owner?: string | undefined
  readonly state?: number | undefined
  readonly delState?: number | undefined
  readonly type?: number | undefined
  readonly releasedFrom?: Date | undefined
  readonly releasedTo?: Date | undefined
  readonly dateFrom?: string | undefined
  readonly dateTo?: string | undefined
  readonly pages?: 'missing' | 'complete' | 'some' | 'none' | undefined
  /** Pages and texts are those that are released */
  readonly isShownOnly?: boolean | undefined
  readonly textState?: number | undefined
  readonly q?: string | undefined
  /** Number in the catalogue, with @source or without */
  readonly catalogueId?: string | undefined
  readonly person?: string | undefined
  readonly origin?: number | undefined
  readonly changedSince?: Date | undefined
  readonly deliverer?: number | undefined
  readonly changedBy?: string | undefined
  readonly labels?: 'missing' | 'complete' | undefined
  readonly otherwise?: Otherwise | undefined
  readonly tagged?: Tagged | undefined
}

/** By id, or by title in the order of a language */
export type TitleSort = 'id' | { readonly order: string }

/** Titles by id or title, after the last one seen. */
export async function list(
  db: Db,
  filter: TitleFilter,
  sort: TitleSort,
  after: { id: number; sortKey?: string } | undefined,
  limit: number,
): Promise<Title[]> {
  const byField = filter.dateFrom !== undefined || filter.dateTo !== undefined
  let query =
    sort !== 'id'
      ? (rowsInOrder(db, sort.order) as unknown as ReturnType<typeof rows>)
      : byField
        ? rowsByField(db)
        : rows(db)
  if (filter.id !== undefined) query = query.where('OC_OT_ID', '=', filter.id)
  if (filter.domainIds) query = query.where(sql<number>`OT_OD_ID + 0`, 'in', [...filter.domainIds])
  if (filter.path !== undefined)
    query = query.where(sql<boolean>`OT_Path starting with cast(${filter.path} as varchar(1000))`)
  if (filter.parentId === null) query = query.where('OT_OT_Parent', 'is', null)
  else if (filter.parentId !== undefined) query = query.where('OT_OT_Parent', '=', filter.parentId)
  if (filter.identifier) {
    const ids = await holdersOf(db, filter.identifier)
    if (ids.length === 0) return []
    query = query.where('OC_OT_ID', 'in', ids)
  }
  if (filter.catalogueId !== undefined) {
    const ids = await holdersOfRecord(db, filter.catalogueId)
    if (ids.length === 0) return []
    query = query.where('OC_OT_ID', 'in', ids)
  }
  if (filter.signature !== undefined)
    query = query.where(
      sql<boolean>`upper(replace(OC_Signature, ' ', '')) starting with upper(replace(cast(${filter.signature} as varchar(500)), ' ', ''))`,
    )
  if (filter.person !== undefined)
    query = query.where(sql<boolean>`OCF_Persons containing cast(${filter.person} as varchar(200))`)
  if (filter.origin !== undefined) query = query.where('OC_XmlOrigin', '=', filter.origin)
  if (filter.deliverer !== undefined) query = query.where('OC_OT_Deliverer', '=', filter.deliverer)
  if (filter.changedSince) query = query.where('OT_UpdateTS', '>=', filter.changedSince)
  if (filter.changedBy !== undefined)
    query = query.where(
      sql<boolean>`exists (select 1 from SYS_Log where SL_Entity = 'title' and SL_EntityID = OC_OT_ID and SL_Actor = ${filter.changedBy})`,
    )
  if (filter.labels !== undefined) {
    const lacking = sql<boolean>`exists (select 1 from OPR_TopStructure join OPR_Page on OP_OT_ID = OTS_OT_ID join OPR_Tree p on p.OT_ID = OTS_OT_ID
      where OTS_OT_Title = OC_OT_ID and OP_PaginationCaption is null and p.OT_DelState = 0)`
    const condition = filter.labels === 'missing' ? lacking : sql`not ${lacking} and OC_PageCache > 0`
    query = query.where(corrected(condition, filter.otherwise?.labels, id))
  }
  if (filter.tagged) query = query.where(isTagged(filter.tagged))
  if (filter.owner !== undefined) query = query.where('OC_Owner', '=', filter.owner)
  if (filter.state !== undefined) query = query.where('OT_State', '=', filter.state)
  if (filter.delState !== undefined) query = query.where('OT_DelState', '=', filter.delState)
  if (filter.type !== undefined) query = query.where('OT_RCV_Type', '=', filter.type)
  if (filter.releasedFrom) query = query.where('OC_ReleaseDate', '>=', filter.releasedFrom)
  if (filter.releasedTo) query = query.where('OC_ReleaseDate', '<', filter.releasedTo)
  if (filter.dateFrom !== undefined) query = query.where('OCF_DateTo', '>=', filter.dateFrom)
  if (filter.dateTo !== undefined) query = query.where('OCF_DateFrom', '<=', filter.dateTo)
  const [pages, text] = (
    filter.isShownOnly ? ['OC_PagesShown', 'OC_TextShown'] : ['OC_PageCache', 'OC_TextState']
  ).map(column => sql.ref(column)) as [RawBuilder<unknown>, RawBuilder<unknown>]
  if (filter.pages !== undefined) {
    const condition = {
      missing: sql`${pages} < OC_PageCount`,
      complete: sql`${pages} >= OC_PageCount`,
      some: sql`${pages} > 0`,
      none: sql`${pages} = 0`,
    }[filter.pages]
    query = query.where(corrected(condition, filter.otherwise?.pages, id))
  }
  if (filter.textState !== undefined)
    query = query.where(corrected(sql`${text} = ${filter.textState}`, filter.otherwise?.text, id))
  if (filter.q !== undefined)
    query = query.where(
      sql<boolean>`(OT_Caption containing cast(${filter.q} as varchar(200)) or OCF_SortTitle containing cast(${filter.q} as varchar(200)))`,
    )
  if (sort !== 'id') {
    if (after) {
      const { id, sortKey = '' } = after
      query = query.where(sql<boolean>`OSK_Key >= ${sortKey} and (OSK_Key > ${sortKey} or OSK_OT_ID > ${id})`)
    }
    query = query.orderBy(sql`OSK_Order, OSK_Key, OSK_OT_ID`)
  } else {
    if (after) query = query.where('OC_OT_ID', '>', after.id)
    query = query.orderBy('OC_OT_ID')
  }
  return await query.limit(limit).execute()
}
