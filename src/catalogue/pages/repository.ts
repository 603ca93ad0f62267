import { createHash } from 'node:crypto'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, drawnFrom, nextId } from '../../firebird/database.ts'
import { columnsFrom } from '../../firebird/fields.ts'
import { insertMany as insertRows } from '../../firebird/insert-many.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { selection } from '../../firebird/selection.ts'
import type { Profile } from '../../imaging/probe.ts'

const columns = selection([
  'OT_ID as id',
  'OT_OD_ID as domainId',
  'OT_OT_Parent as parentId',
  'OT_Caption as caption',
  'OT_Sort as sort',
  'OT_DelState as delState',
  'OT_Path as path',
  'OT_State as state',
  'OT_Version as version',
  'OT_InsertTS as createdAt',
  'OT_UpdateTS as updatedAt',
  'OP_Url as url',
  'OP_State as masterState',
  'OP_Ident as ident',
  'OP_ImgWidth as width',
  'OP_ImgHeight as height',
  'OP_ImgDateTime as scannedAt',
  'OP_ImgPageName as scanName',
  'OP_Filesize as filesize',
  'OP_ModificationTimestamp as modifiedAt',
  'OP_Webcache as webcache',
  'OP_WebcacheSize as webcacheSize',
  'OP_PaginationCaption as paginationCaption',
  'OP_PaginationType as paginationType',
  'OP_PaginationValue as paginationValue',
  'OP_IccState as iccState',
  'OP_Hashsum as hashsum',
  'OP_ChangeTS as changedAt',
  'OP_OIP_ID as profileId',
  'OTS_OT_Title as titleId',
  'OTS_OT_Structure as structureId',
])

const hasText = sql<number>`iif(exists (select 1 from OPR_Fulltext f where f.OF_OT_ID = OT_ID), 1, 0)`.as(
  'hasText',
)

/** OPR_Tree, OPR_Page and OPR_TopStructure of pages; no blobs. */
const rows = (db: Db) =>
  db
    .selectFrom('OPR_Tree')
    .innerJoin('OPR_Page', 'OP_OT_ID', 'OT_ID')
    .leftJoin('OPR_TopStructure', 'OTS_OT_ID', 'OT_ID')
    .select(columns)
    .select(hasText)

type RowOf<Q> = Q extends SelectQueryBuilder<infer _D, infer _T, infer O> ? O : never
export type Page = RowOf<ReturnType<typeof rows>>

export const find = (db: Db, id: number): Promise<Page | undefined> =>
  rows(db).where('OT_ID', '=', id).executeTakeFirst()

export const comment = async (db: Db, id: number): Promise<string | null> =>
  (
    await db
      .selectFrom('OPR_Page')
      .select('OP_Comment as comment')
      .where('OP_OT_ID', '=', id)
      .executeTakeFirst()
  )?.comment ?? null

export interface PageOfTitle extends Page {
  /** 1-based place in the reading order */
  readonly order: number
  /** Compares as the pages of the title stand */
  readonly key: string
}

interface Ordered {
  readonly id: number
  readonly key: string
}

/** Pages of a title in reading order: depth first by (OT_Sort, OT_ID), not those of titles below it. The keys compare as the pages stand. */
async function ordered(
  db: Db,
  titleId: number,
  filter: { readonly visibleOnly: boolean; readonly withBinned?: boolean },
): Promise<Ordered[]> {
  const visible = filter.visibleOnly
    ? sql`and t.OT_State = 1 and t.OT_DelState = 0`
    : filter.withBinned
      ? sql``
      : sql`and t.OT_DelState = 0`
  // twenty digits a level, so that text compares as (sort, id) does; 2^31 lifts negative sort values
  const { rows: found } = await sql<Ordered>`with recursive R as (
      select t.OT_ID, t.OT_RCV_Datatype, t.OT_OT_Link, cast(lpad(cast(t.OT_Sort as bigint) + 2147483648, 10, '0') || lpad(t.OT_ID, 10, '0') as varchar(1000) character set ascii) as K
        from OPR_Tree t where t.OT_OT_Parent = ${titleId} and t.OT_RCV_Datatype + 0 <> 1 ${visible}
      union all
      select t.OT_ID, t.OT_RCV_Datatype, t.OT_OT_Link, R.K || lpad(cast(t.OT_Sort as bigint) + 2147483648, 10, '0') || lpad(t.OT_ID, 10, '0')
        from R join OPR_Tree t on t.OT_OT_Parent = R.OT_ID where R.OT_RCV_Datatype = 2 and t.OT_RCV_Datatype + 0 <> 1 ${visible})
    select R.OT_ID as "id", R.K as "key" from R where R.OT_RCV_Datatype = 3 and R.OT_OT_Link is null order by R.K`.execute(
    db,
  )
  return found
}

/** Ids of the pages of a title in reading order. */
export const readingOrder = async (...of: Parameters<typeof ordered>): Promise<number[]> =>
  (await ordered(...of)).map(page => page.id)

/**
 * Pages of a title in reading order.
 * @param range.after the key of the last page of the part before
 */
export async function ofTitle(
  db: Db,
  titleId: number,
  filter: { readonly visibleOnly: boolean; readonly withBinned?: boolean },
  range?: { readonly after: string | undefined; readonly limit: number },
): Promise<PageOfTitle[]> {
  const all = await ordered(db, titleId, filter)
  const after = range?.after
  const from = after === undefined ? 0 : all.findIndex(page => page.key > after)
  const part = range ? (from < 0 ? [] : all.slice(from, from + range.limit)) : all
  const wanted = part.map(page => page.id)
  const found = new Map<number, Page>()
  for (let start = 0; start < wanted.length; start += 1000) {
    const ids = wanted.slice(start, start + 1000)
    for (const row of await rows(db)
      .where('OTS_OT_Title', '=', titleId)
      .where('OT_ID', '>=', Math.min(...ids))
      .where('OT_ID', '<=', Math.max(...ids))
      .execute())
      found.set(row.id, row)
  }
  return wanted.flatMap((id, at) => {
    const row = found.get(id)
    return row ? [{ ...row, order: from + at + 1, key: part[at]?.key ?? '' }] : []
  })
}

export interface PageFields {
  readonly url?: string | null
  readonly masterState?: number
  readonly comment?: string | null
  readonly profileId?: number | null
  readonly ident?: string | null
  readonly width?: number | null
  readonly height?: number | null
  readonly scannedAt?: Date | null
  readonly scanName?: string | null
  readonly filesize?: number | null
  readonly modifiedAt?: Date | null
  readonly paginationCaption?: string | null
  readonly paginationType?: number | null
  readonly paginationValue?: number | null
  readonly hashsum?: string | null
  readonly webcache?: string | null
  readonly webcacheSize?: number
  readonly iccState?: number
}
const columnOf = {
  url: 'OP_Url',
  masterState: 'OP_State',
  comment: 'OP_Comment',
  profileId: 'OP_OIP_ID',
  ident: 'OP_Ident',
  width: 'OP_ImgWidth',
  height: 'OP_ImgHeight',
  scannedAt: 'OP_ImgDateTime',
  scanName: 'OP_ImgPageName',
  filesize: 'OP_Filesize',
  modifiedAt: 'OP_ModificationTimestamp',
  paginationCaption: 'OP_PaginationCaption',
  paginationType: 'OP_PaginationType',
  paginationValue: 'OP_PaginationValue',
  hashsum: 'OP_Hashsum',
  webcache: 'OP_Webcache',
  webcacheSize: 'OP_WebcacheSize',
  iccState: 'OP_IccState',
} as const

/** Column names and values of fields, for single statements and for many rows. */
export const columnsOf = (fields: PageFields): Record<string, unknown> => columnsFrom(columnOf, fields)

export async function insert(trx: Db, nodeId: number, fields: PageFields): Promise<void> {
  await trx
    .insertInto('OPR_Page')
    .values({ OP_ID: drawnFrom('OPR_Page_SEQ'), OP_OT_ID: nodeId, ...columnsOf(fields) })
    .execute()
}

/** Many pages at once, pipelined. */
export async function insertMany(
  connection: FirebirdConnection,
  pages: readonly { readonly nodeId: number; readonly fields: PageFields }[],
): Promise<void> {
  if (pages.length === 0) return
  const empty = Object.fromEntries(Object.values(columnOf).map(column => [column, null]))
  await insertRows(
    connection,
    'OPR_Page',
    pages.map(({ nodeId, fields }) => ({
      OP_OT_ID: nodeId,
      ...empty,
      OP_State: 0,
      OP_IccState: 0,
      ...columnsOf(fields),
    })),
    { column: 'OP_ID', sequence: 'OPR_Page_SEQ' },
  )
}

export async function update(trx: Db, nodeId: number, fields: PageFields): Promise<void> {
  const values = columnsOf(fields)
  if (Object.keys(values).length > 0)
    await trx.updateTable('OPR_Page').set(values).where('OP_OT_ID', '=', nodeId).execute()
}

const profileColumns = [
  'OIP_Format as format',
  'OIP_Compression as compression',
  'OIP_ColourSpace as colourSpace',
  'OIP_BitDepth as bitDepth',
  'OIP_Samples as samples',
  'OIP_Density as density',
  'OIP_IccName as iccName',
  'OIP_IccDigest as iccDigest',
  'OIP_ScannerMake as scannerMake',
  'OIP_ScannerModel as scannerModel',
  'OIP_Software as software',
] as const

export const profile = (db: Db, id: number) =>
  db.selectFrom('OPR_ImageProfile').select(profileColumns).where('OIP_ID', '=', id).executeTakeFirst()

/**
 * The row of OPR_ImageProfile for scan data, made if it is new. A transaction of its own: the row is the same whoever makes
 * it, and two imports that meet the same scanner at once must not wait for each other.
 */
export async function profileId(db: Db, scan: Profile): Promise<number> {
  const digest = createHash('sha256')
    .update(JSON.stringify(scan, Object.keys(scan).sort()))
    .digest('hex')
  const existing = () =>
    db
      .selectFrom('OPR_ImageProfile')
      .select('OIP_ID as id')
      .where('OIP_Digest', '=', digest)
      .executeTakeFirst()
  const found = await existing()
  if (found) return found.id
  const id = await nextId(db, 'OPR_ImageProfile_SEQ')
  try {
    await db
      .insertInto('OPR_ImageProfile')
      .values({
        OIP_ID: id,
        OIP_Digest: digest,
        OIP_Format: scan.format,
        OIP_Compression: scan.compression ?? null,
        OIP_ColourSpace: scan.colourSpace ?? null,
        OIP_BitDepth: scan.bitDepth ?? null,
        OIP_Samples: scan.samples ?? null,
        OIP_Density: scan.density ?? null,
        OIP_IccName: scan.iccName ?? null,
        OIP_IccDigest: scan.iccDigest ?? null,
        OIP_ScannerMake: scan.scannerMake ?? null,
        OIP_ScannerModel: scan.scannerModel ?? null,
        OIP_Software: scan.software ?? null,
      })
      .execute()
    return id
  } catch (error) {
    if (error instanceof FirebirdFault && (error.kind === 'unique' || error.kind === 'conflict')) {
      const other = await existing()
      if (other) return other.id
    }
    throw error
  }
}
