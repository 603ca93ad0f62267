import { type SelectQueryBuilder, sql } from 'kysely'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, drawnFrom } from '../../firebird/database.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { columnsFrom } from '../../firebird/fields.ts'
import { selection } from '../../firebird/selection.ts'
import { columns as nodeColumns } from './node-columns.ts'

const contentColumns = selection([
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
  'OC_PagesShown as pagesShown',
  'OC_XmlOrigin as xmlOrigin',
  'OC_SC_OrderDate as orderDate',
  'OC_SC_DeliveryDate as deliveryDate',
  'OC_ReleaseDate as releaseDate',
  'OC_MaxAccessCount as maxAccessCount',
  'OC_ReadingDirection as readingDirection',
  'OC_PresentationUrl as presentationUrl',
  'OC_ReferenceUrl as referenceUrl',
  'OC_OaiIdent as oaiIdent',
  'OC_EMail as eMail',
  'OC_GenerateIdentifier as generateIdentifier',
  'OC_TextState as textState',
  'OC_TextShown as textShown',
  'OC_Manual as manual',
  'OC_InsertTs as contentCreatedAt',
  'OC_UpdateTs as contentUpdatedAt',
])

const fieldColumns = selection([
  'OCF_Title as title',
  'OCF_SortTitle as sortTitle',
  'OCF_PersonList as personList',
  'OCF_Date as date',
  'OCF_DateFrom as dateFrom',
  'OCF_DateTo as dateTo',
  'OCF_IssueDate as issueDate',
  'OCF_Language as language',
  'OCF_Genre as genre',
  'OCF_Publisher as publisher',
  'OCF_Place as place',
])

/** OPR_Tree, OPR_Content and OPR_ContentField of titles; no blobs, so that it runs without a snapshot. */
export const rows = (db: Db) =>
  db
    .selectFrom('OPR_Tree')
    .innerJoin('OPR_Content', 'OC_OT_ID', 'OT_ID')
    .leftJoin('OPR_ContentField', 'OCF_OT_ID', 'OT_ID')
    .select(nodeColumns)
    .select(contentColumns)
    .select(fieldColumns)

/** Titles of an order, by their keys: left joins keep the optimiser from beginning with the tree. */
export const rowsInOrder = (db: Db, order: string) =>
  db
    .selectFrom('OPR_SortKey')
    .leftJoin('OPR_ContentField', 'OCF_OT_ID', 'OSK_OT_ID')
    .leftJoin('OPR_Tree', 'OT_ID', 'OSK_OT_ID')
    .leftJoin('OPR_Content', 'OC_OT_ID', 'OSK_OT_ID')
    .select(nodeColumns)
    .select(contentColumns)
    .select(fieldColumns)
    .select('OSK_Key as sortKey')
    .where('OSK_Order', '=', order)

/** The same from the other end, along the indexes of dates: left joins keep the optimiser from beginning with the tree. */
export const rowsByField = (db: Db) =>
  db
    .selectFrom('OPR_ContentField')
    .leftJoin('OPR_Tree', 'OT_ID', 'OCF_OT_ID')
    .leftJoin('OPR_Content', 'OC_OT_ID', 'OCF_OT_ID')
    .select(nodeColumns)
    .select(contentColumns)
    .select(fieldColumns) as unknown as ReturnType<typeof rows>

type RowOf<Q> = Q extends SelectQueryBuilder<infer _D, infer _T, infer O> ? O : never
export type Title = RowOf<ReturnType<typeof rows>> & {
  /** In the order that was asked for */
  readonly sortKey?: string
  /** 1: there are comments, which are blobs; told of single titles */
  readonly hasComments?: number
}

const hasComments = sql<number>`iif(OC_Comment is null and OC_OrgForm is null and OC_WebInfo1 is null, 0, 1)`

export const find = (db: Db, id: number): Promise<Title | undefined> =>
  rows(db).select(hasComments.as('hasComments')).where('OT_ID', '=', id).executeTakeFirst()

export const findMany = async (db: Db, ids: readonly number[]): Promise<Title[]> =>
  ids.length === 0
    ? []
    : await rows(db)
        .where('OT_ID', 'in', [...ids])
        .execute()

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
  readonly readingDirection?: number | null
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
  readingDirection: 'OC_ReadingDirection',
  presentationUrl: 'OC_PresentationUrl',
  referenceUrl: 'OC_ReferenceUrl',
  oaiIdent: 'OC_OaiIdent',
  eMail: 'OC_EMail',
  generateIdentifier: 'OC_GenerateIdentifier',
  manual: 'OC_Manual',
  insertTs: 'OC_InsertTs',
} as const

const columnsOf = (fields: ContentFields) => columnsFrom(columnOf, fields)

export async function insert(trx: Db, nodeId: number, fields: ContentFields): Promise<void> {
  await trx
    .insertInto('OPR_Content')
    .values({ OC_ID: drawnFrom('OPR_Content_SEQ'), OC_OT_ID: nodeId, ...columnsOf(fields) })
    .execute()
}

/** Many at once, pipelined; a column that one of them has and another has not is null there. */
export async function insertContents(
  connection: FirebirdConnection,
  rows: readonly { readonly nodeId: number; readonly fields: ContentFields }[],
): Promise<void> {
  const columns = rows.map(({ nodeId, fields }) => ({ OC_OT_ID: nodeId, ...columnsOf(fields) }))
  const names = [...new Set(columns.flatMap(Object.keys))]
  await insertMany(
    connection,
    'OPR_Content',
    columns.map(row =>
      Object.fromEntries(names.map(name => [name, (row as Record<string, unknown>)[name] ?? null])),
    ),
    { column: 'OC_ID', sequence: 'OPR_Content_SEQ' },
  )
}

export async function update(trx: Db, nodeId: number, fields: ContentFields): Promise<void> {
  const columns = columnsOf(fields)
  if (Object.keys(columns).length > 0)
    await trx.updateTable('OPR_Content').set(columns).where('OC_OT_ID', '=', nodeId).execute()
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
