import { type SelectQueryBuilder, sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { columns as nodeColumns } from './node-columns.ts'

const contentColumns = [
  'OC_OT_MetaParent as metaParentId',
  'OC_MpMode as mpMode',
  'OC_OT_Deliverer as delivererId',
  'OC_OT_Titlepage as titlepageId',
  'OC_OT_TitlepageMode as titlepageMode',
  'OC_SourceIdent as sourceIdent',
  'OC_Provider as provider',
  'OC_Signature as signature',
  'OC_PhysicalLocation as physicalLocation',
  'OC_MediaNumber as mediaNumber',
  'OC_Owner as owner',
  'OC_PageCount as pageCount',
  'OC_PageCache as pageCache',
  'OC_XmlOrigin as xmlOrigin',
  'OC_SC_OrderDate as orderDate',
  'OC_SC_DeliveryDate as deliveryDate',
  'OC_ReleaseDate as releaseDate',
  'OC_MaxAccessCount as maxAccessCount',
  'OC_PresentationUrl as presentationUrl',
  'OC_ReferenceUrl as referenceUrl',
  'OC_OaiIdent as oaiIdent',
  'OC_EMail as eMail',
  'OC_GenerateIdentifier as generateIdentifier',
  'OC_TextState as textState',
  'OC_Manual as manual',
  'OC_InsertTs as contentCreatedAt',
  'OC_UpdateTs as contentUpdatedAt',
] as const

const fieldColumns = [
  'OCF_Title as title',
  'OCF_SortTitle as sortTitle',
  'OCF_Persons as persons',
  'OCF_Date as date',
  'OCF_DateFrom as dateFrom',
  'OCF_DateTo as dateTo',
  'OCF_IssueDate as issueDate',
  'OCF_Language as language',
  'OCF_Genre as genre',
  'OCF_Publisher as publisher',
  'OCF_Place as place',
] as const

/** OPR_Tree, OPR_Content and OPR_ContentField of titles; no blobs, so that it runs without a snapshot. */
const rows = (db: Db) =>
  db
    .selectFrom('OPR_Tree')
    .innerJoin('OPR_Content', 'OC_OT_ID', 'OT_ID')
    .leftJoin('OPR_ContentField', 'OCF_OT_ID', 'OT_ID')
    .select(nodeColumns)
    .select(contentColumns)
    .select(fieldColumns)

/** The same from the other end, along the indexes of sort forms and dates: left joins keep the optimiser from beginning with the tree. */
const rowsByField = (db: Db) =>
  db
    .selectFrom('OPR_ContentField')
    .leftJoin('OPR_Tree', 'OT_ID', 'OCF_OT_ID')
    .leftJoin('OPR_Content', 'OC_OT_ID', 'OCF_OT_ID')
    .select(nodeColumns)
    .select(contentColumns)
    .select(fieldColumns) as unknown as ReturnType<typeof rows>

const mostHolders = 800
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

type RowOf<Q> = Q extends SelectQueryBuilder<infer _D, infer _T, infer O> ? O : never
export type Title = RowOf<ReturnType<typeof rows>>

export const find = (db: Db, id: number): Promise<Title | undefined> =>
  rows(db).where('OT_ID', '=', id).executeTakeFirst()

export interface Comments {
  readonly comment: string | null
  readonly orgForm: string | null
  readonly webInfo1: string | null
}
export const comments = (db: Db, id: number): Promise<Comments | undefined> =>
  db
    .selectFrom('OPR_Content')
    .select(['OC_Comment as comment', 'OC_OrgForm as orgForm', 'OC_WebInfo1 as webInfo1'])
    .where('OC_OT_ID', '=', id)
    .executeTakeFirst()

export const mods = (db: Db, id: number): Promise<{ xml: string | null; origin: number } | undefined> =>
  db
    .selectFrom('OPR_Content')
    .select(['OC_XML as xml', 'OC_XmlOrigin as origin'])
    .where('OC_OT_ID', '=', id)
    .executeTakeFirst()

export interface TitleFilter {
  readonly id?: number | undefined
  /** Domains, or with those below them */
  readonly domainIds?: readonly number[] | undefined
  readonly path?: string | undefined
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
  readonly pages?: 'missing' | 'complete' | 'none' | undefined
  readonly textState?: number | undefined
  readonly q?: string | undefined
  /** Number in the catalogue, with @source or without */
  readonly catalogueId?: string | undefined
  readonly person?: string | undefined
  readonly origin?: number | undefined
  readonly changedSince?: Date | undefined
  readonly changedBy?: string | undefined
  readonly labels?: 'missing' | 'complete' | undefined
}

/** Titles by id, or by sort title; after the last one seen. */
export async function list(
  db: Db,
  filter: TitleFilter,
  sort: 'id' | 'title',
  after: { id: number; sortTitle: string } | undefined,
  limit: number,
): Promise<Title[]> {
  const byField = sort === 'title' || filter.dateFrom !== undefined || filter.dateTo !== undefined
  let query = byField ? rowsByField(db) : rows(db)
  if (filter.id !== undefined) query = query.where('OC_OT_ID', '=', filter.id)
  if (filter.domainIds) query = query.where(sql<number>`OT_OD_ID + 0`, 'in', [...filter.domainIds])
  if (filter.path !== undefined)
    query = query.where(sql<boolean>`OT_Path starting with cast(${filter.path} as varchar(1000))`)
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
  if (filter.changedSince) query = query.where('OT_UpdateTS', '>=', filter.changedSince)
  if (filter.changedBy !== undefined)
    query = query.where(
      sql<boolean>`exists (select 1 from SYS_Log where SL_Entity = 'title' and SL_EntityID = OC_OT_ID and SL_Actor = ${filter.changedBy})`,
    )
  if (filter.labels !== undefined) {
    const lacking = sql<boolean>`exists (select 1 from OPR_TopStructure join OPR_Page on OP_OT_ID = OTS_OT_ID join OPR_Tree p on p.OT_ID = OTS_OT_ID
      where OTS_OT_Title = OC_OT_ID and OP_PaginationCaption is null and p.OT_DelState = 0)`
    query = query.where(
      filter.labels === 'missing' ? lacking : sql<boolean>`not ${lacking} and OC_PageCache > 0`,
    )
  }
  if (filter.owner !== undefined) query = query.where('OC_Owner', '=', filter.owner)
  if (filter.state !== undefined) query = query.where('OT_State', '=', filter.state)
  if (filter.delState !== undefined) query = query.where('OT_DelState', '=', filter.delState)
  if (filter.type !== undefined) query = query.where('OT_RCV_Type', '=', filter.type)
  if (filter.releasedFrom) query = query.where('OC_ReleaseDate', '>=', filter.releasedFrom)
  if (filter.releasedTo) query = query.where('OC_ReleaseDate', '<', filter.releasedTo)
  if (filter.dateFrom !== undefined) query = query.where('OCF_DateTo', '>=', filter.dateFrom)
  if (filter.dateTo !== undefined) query = query.where('OCF_DateFrom', '<=', filter.dateTo)
  if (filter.pages === 'missing') query = query.whereRef('OC_PageCache', '<', 'OC_PageCount')
  if (filter.pages === 'complete') query = query.whereRef('OC_PageCache', '>=', 'OC_PageCount')
  if (filter.pages === 'none') query = query.where('OC_PageCache', '=', 0)
  if (filter.textState !== undefined) query = query.where('OC_TextState', '=', filter.textState)
  if (filter.q !== undefined)
    query = query.where(
      sql<boolean>`(OT_Caption containing cast(${filter.q} as varchar(200)) or OCF_SortTitle containing cast(${filter.q} as varchar(200)))`,
    )
  if (sort === 'title') {
    if (after)
      query = query.where(eb =>
        eb.and([
          eb('OCF_SortTitle', '>=', after.sortTitle),
          eb.or([eb('OCF_SortTitle', '>', after.sortTitle), eb('OCF_OT_ID', '>', after.id)]),
        ]),
      )
    query = query.where('OCF_SortTitle', 'is not', null).orderBy('OCF_SortTitle').orderBy('OCF_OT_ID')
  } else {
    if (after) query = query.where('OC_OT_ID', '>', after.id)
    query = query.orderBy('OC_OT_ID')
  }
  return await query.limit(limit).execute()
}

export interface ContentFields {
  readonly delivererId?: number | null
  readonly titlepageId?: number | null
  readonly titlepageMode?: number
  readonly sourceIdent?: string | null
  readonly provider?: string | null
  readonly signature?: string | null
  readonly physicalLocation?: string | null
  readonly mediaNumber?: string | null
  readonly owner?: string | null
  readonly pageCount?: number | null
  readonly comment?: string | null
  readonly orgForm?: string | null
  readonly webInfo1?: string | null
  readonly xml?: string | null
  readonly xmlOrigin?: number
  readonly orderDate?: string | null
  readonly deliveryDate?: string | null
  readonly maxAccessCount?: number | null
  readonly presentationUrl?: string | null
  readonly referenceUrl?: string | null
  readonly oaiIdent?: string | null
  readonly eMail?: string | null
  readonly generateIdentifier?: number
  readonly manual?: string | null
  readonly insertTs?: Date
}
export const columnOf = {
  delivererId: 'OC_OT_Deliverer',
  titlepageId: 'OC_OT_Titlepage',
  titlepageMode: 'OC_OT_TitlepageMode',
  sourceIdent: 'OC_SourceIdent',
  provider: 'OC_Provider',
  signature: 'OC_Signature',
  physicalLocation: 'OC_PhysicalLocation',
  mediaNumber: 'OC_MediaNumber',
  owner: 'OC_Owner',
  pageCount: 'OC_PageCount',
  comment: 'OC_Comment',
  orgForm: 'OC_OrgForm',
  webInfo1: 'OC_WebInfo1',
  xml: 'OC_XML',
  xmlOrigin: 'OC_XmlOrigin',
  orderDate: 'OC_SC_OrderDate',
  deliveryDate: 'OC_SC_DeliveryDate',
  maxAccessCount: 'OC_MaxAccessCount',
  presentationUrl: 'OC_PresentationUrl',
  referenceUrl: 'OC_ReferenceUrl',
  oaiIdent: 'OC_OaiIdent',
  eMail: 'OC_EMail',
  generateIdentifier: 'OC_GenerateIdentifier',
  manual: 'OC_Manual',
  insertTs: 'OC_InsertTs',
} as const

const columnsOf = (fields: ContentFields) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [columnOf[name as keyof typeof columnOf], value]),
  )

export async function insert(trx: Db, nodeId: number, fields: ContentFields): Promise<void> {
  await trx
    .insertInto('OPR_Content')
    .values({ OC_ID: await nextId(trx, 'OPR_Content_SEQ'), OC_OT_ID: nodeId, ...columnsOf(fields) })
    .execute()
}

export async function update(trx: Db, nodeId: number, fields: ContentFields): Promise<void> {
  const columns = columnsOf(fields)
  if (Object.keys(columns).length > 0)
    await trx.updateTable('OPR_Content').set(columns).where('OC_OT_ID', '=', nodeId).execute()
}

export interface DrawnFields {
  readonly version: number
  readonly title: string | null
  readonly sortTitle: string | null
  readonly persons: string | null
  readonly date: string | null
  readonly dateFrom: string | null
  readonly dateTo: string | null
  readonly issueDate: string | null
  readonly language: string | null
  readonly genre: string | null
  readonly publisher: string | null
  readonly place: string | null
  readonly licence: string | null
}
export async function storeFields(trx: Db, nodeId: number, fields: DrawnFields): Promise<void> {
  await trx
    .replaceInto('OPR_ContentField')
    .values({
      OCF_OT_ID: nodeId,
      OCF_Version: fields.version,
      OCF_Title: fields.title,
      OCF_SortTitle: fields.sortTitle,
      OCF_Persons: fields.persons,
      OCF_Date: fields.date,
      OCF_DateFrom: fields.dateFrom,
      OCF_DateTo: fields.dateTo,
      OCF_IssueDate: fields.issueDate,
      OCF_Language: fields.language,
      OCF_Genre: fields.genre,
      OCF_Publisher: fields.publisher,
      OCF_Place: fields.place,
      OCF_Licence: fields.licence,
    })
    .execute()
}

/** Titles whose fields were drawn by older rules, or never. */
export async function outdatedFields(db: Db, version: number, limit: number): Promise<number[]> {
  const { rows: found } = await sql<{
    id: number
  }>`select OC_OT_ID as "id" from OPR_Content left join OPR_ContentField on OCF_OT_ID = OC_OT_ID
    where OC_XML is not null and (OCF_Version is null or OCF_Version < ${version}) order by OC_OT_ID fetch next ${limit} rows only`.execute(
    db,
  )
  return found.map(row => row.id)
}

/** Days of pages' imports, for the OrderDateJob: titles without an order date that have pages. */
export const titlesWithoutOrderDate = (db: Db, afterId: number, limit: number) =>
  sql<{
    id: number
    day: string
  }>`select c.OC_OT_ID as "id", cast(min(p.OP_InsertTs) as date) as "day" from OPR_Content c
    join OPR_TopStructure s on s.OTS_OT_Title = c.OC_OT_ID join OPR_Page p on p.OP_OT_ID = s.OTS_OT_ID
    where c.OC_SC_OrderDate is null and c.OC_OT_ID > ${afterId} group by c.OC_OT_ID order by c.OC_OT_ID fetch next ${limit} rows only`.execute(
    db,
  )
