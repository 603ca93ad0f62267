// A title with all that belongs to it in a few statements, whatever its number of pages.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { byIds, splitIds } from '../../firebird/temp-ids.ts'

/** A node of the object: title, structure element, page or link, with what stands beside it. */
export interface Row {
  readonly id: number
  readonly parentId: number | null
  readonly linkId: number | null
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly sort: number
  readonly path: string
  readonly state: number
  readonly domainId: number
  readonly updatedAt: Date
  // titles
  readonly title: string | null
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
  readonly statedDirection: number | null
  readonly recordDirection: number | null
  readonly sourceIdent: string | null
  readonly signature: string | null
  readonly location: string | null
  readonly owner: string | null
  readonly referenceUrl: string | null
  readonly presentationUrl: string | null
  readonly titlepageId: number | null
  readonly textState: number | null
  readonly releaseDate: Date | null
  readonly pageCache: number | null
  /** Released pages alone; and whether one of them has a text */
  readonly pagesShown: number | null
  readonly textShown: number | null
  // pages
  readonly label: string | null
  readonly labelType: number | null
  readonly labelValue: number | null
  readonly hashsum: string | null
  readonly masterState: number | null
  readonly masterWidth: number | null
  readonly masterHeight: number | null
  readonly servedWidth: number | null
  readonly servedHeight: number | null
  readonly packState: number | null
  readonly packBytes: number | null
  readonly format: string | null
  readonly ocrBoxes: number | null
  readonly ocrUrl: string | null
  readonly ocrLanguage: string | null
  readonly wikiId: number | null
}

const nodeColumns = [
  'ID as "id"', 'PARENT as "parentId"', 'LINK as "linkId"', 'DATATYPE as "datatype"', 'TYPE_ as "type"', 'CAPTION as "caption"',
  'SORT as "sort"', 'PATH as "path"', 'STATE as "state"', 'DOMAIN_ as "domainId"', 'UPDATED as "updatedAt"',
] // prettier-ignore
const titleColumns = [
  'OCF_Title as "title"', 'OCF_Persons as "persons"', 'OCF_Date as "date"', 'OCF_DateFrom as "dateFrom"', 'OCF_DateTo as "dateTo"',
  'OCF_IssueDate as "issueDate"', 'OCF_Language as "language"', 'OCF_Genre as "genre"', 'OCF_Publisher as "publisher"',
  'OCF_Place as "place"', 'OCF_Licence as "licence"', 'OC_ReadingDirection as "statedDirection"',
  'OCF_ReadingDirection as "recordDirection"', 'OC_SourceIdent as "sourceIdent"', 'OC_Signature as "signature"',
  'OC_PhysicalLocation as "location"', 'OC_Owner as "owner"', 'OC_ReferenceUrl as "referenceUrl"',
  'OC_PresentationUrl as "presentationUrl"', 'OC_OT_Titlepage as "titlepageId"', 'OC_TextState as "textState"', 'OC_TextShown as "textShown"',
  'OC_ReleaseDate as "releaseDate"', 'OC_PageCache as "pageCache"', 'OC_PagesShown as "pagesShown"',
] // prettier-ignore
const pageColumns = [
  'OP_PaginationCaption as "label"', 'OP_PaginationType as "labelType"', 'OP_PaginationValue as "labelValue"', 'OP_Hashsum as "hashsum"',
  'OP_State as "masterState"', 'OP_ImgWidth as "masterWidth"', 'OP_ImgHeight as "masterHeight"', 'OPK_Width as "servedWidth"',
  'OPK_Height as "servedHeight"', 'OPK_State as "packState"', 'OPK_Bytes as "packBytes"', 'OIP_Format as "format"', 'o.OF_BoxState as "ocrBoxes"',
  'o.OF_Url as "ocrUrl"', 'o.OF_Language as "ocrLanguage"', 'w.OF_ID as "wikiId"',
] // prettier-ignore

const columns = (names: readonly string[]) => sql.raw(names.join(', '))
const treeColumns = (alias: string): string =>
  ['OT_ID', 'OT_OT_Parent', 'OT_OT_Link', 'OT_RCV_Datatype', 'OT_RCV_Type', 'OT_Caption', 'OT_Sort', 'OT_Path', 'OT_State', 'OT_OD_ID', 'OT_UpdateTS']
    .map(name => `${alias}.${name}`)
    .join(', ') // prettier-ignore

/**
 * The node and what stands below it, in no order. The recursion goes from parents to children by their index, so that a newspaper's own
 * few nodes are read without the pages of its issues.
 * @param descend whether titles below are part of the object; otherwise they are its members, without what is below them
 */
export async function rows(
  db: Db,
  id: number,
  options: {
    readonly hidden: boolean
    readonly descend: boolean
    readonly title: number
    /** Of the members that are issues of a day, those of this year alone */
    readonly year?: string | undefined
  },
): Promise<Row[]> {
  const visible = options.hidden ? sql`` : sql`and c.OT_State = 1`
  const ofYear =
    options.year === undefined
      ? sql``
      : sql`and not exists (select 1 from OPR_ContentField f where f.OCF_OT_ID = c.OT_ID and extract(year from f.OCF_IssueDate) <> ${sql.lit(Number(options.year))})`
  const stop = options.descend ? sql`` : sql`and (t.DATATYPE <> ${sql.lit(options.title)} or t.ID = ${id})`
  const { rows: found } = await sql<Row>`
    with recursive T (ID, PARENT, LINK, DATATYPE, TYPE_, CAPTION, SORT, PATH, STATE, DOMAIN_, UPDATED) as (
      select ${sql.raw(treeColumns('r'))} from OPR_Tree r where r.OT_ID = ${id}
      union all
      select ${sql.raw(treeColumns('c'))} from T t join OPR_Tree c on c.OT_OT_Parent = t.ID where c.OT_DelState = 0 ${visible} ${stop} ${ofYear})
    select ${columns([...nodeColumns, ...titleColumns, ...pageColumns])}
    from T left join OPR_Content on OC_OT_ID = ID left join OPR_ContentField on OCF_OT_ID = ID
      left join OPR_Page on OP_OT_ID = ID left join OPR_Pack on OPK_OT_ID = ID left join OPR_ImageProfile on OIP_ID = OP_OIP_ID
      left join OPR_Fulltext o on o.OF_OT_ID = ID and o.OF_Kind = 0 left join OPR_Fulltext w on w.OF_OT_ID = ID and w.OF_Kind = 1`.execute(
    db,
  )
  return found
}

/** A member of a title, as far as its place and its day go. */
export interface MemberRow extends Pick<
  Row,
  'id' | 'parentId' | 'linkId' | 'datatype' | 'sort' | 'path' | 'state' | 'domainId' | 'issueDate'
> {}

/** The members of a title with the parts that they stand in, in no order: thousands of issues are few bytes. */
export async function memberRows(
  db: Db,
  id: number,
  options: { readonly hidden: boolean; readonly title: number; readonly page: number },
): Promise<MemberRow[]> {
  const visible = options.hidden ? sql`` : sql`and c.OT_State = 1`
  const { rows: found } = await sql<MemberRow>`
    with recursive T (ID, PARENT, LINK, DATATYPE, TYPE_, CAPTION, SORT, PATH, STATE, DOMAIN_, UPDATED) as (
      select ${sql.raw(treeColumns('r'))} from OPR_Tree r where r.OT_ID = ${id}
      union all
      select ${sql.raw(treeColumns('c'))} from T t join OPR_Tree c on c.OT_OT_Parent = t.ID
      where c.OT_DelState = 0 ${visible} and c.OT_RCV_Datatype + 0 <> ${sql.lit(options.page)}
        and (t.DATATYPE <> ${sql.lit(options.title)} or t.ID = ${id}))
    select ID as "id", PARENT as "parentId", LINK as "linkId", DATATYPE as "datatype", SORT as "sort", PATH as "path", STATE as "state",
      DOMAIN_ as "domainId", OCF_IssueDate as "issueDate"
    from T left join OPR_ContentField on OCF_OT_ID = ID`.execute(db)
  return found
}

/** Titles by their ids, from the top down; some may be hidden. */
export async function titles(db: Db, ids: readonly number[], title: number): Promise<Row[]> {
  const found: Row[] = []
  for (let start = 0; start < ids.length; start += 800) {
    const { rows: part } = await sql<Row>`
      with T as (select OT_ID as ID, OT_OT_Parent as PARENT, OT_OT_Link as LINK, OT_RCV_Datatype as DATATYPE, OT_RCV_Type as TYPE_, OT_Caption as CAPTION,
        OT_Sort as SORT, OT_Path as PATH, OT_State as STATE, OT_OD_ID as DOMAIN_, OT_UpdateTS as UPDATED
        from ${splitIds(ids.slice(start, start + 800))} s join OPR_Tree on OT_ID = s.ID
        where OT_RCV_Datatype + 0 = ${sql.lit(title)} and OT_DelState = 0 and OT_OT_Link is null)
      select ${columns([...nodeColumns, ...titleColumns])}
      from T left join OPR_Content on OC_OT_ID = ID left join OPR_ContentField on OCF_OT_ID = ID order by PATH`.execute(
      db,
    )
    found.push(...part)
  }
  return found
}

export interface IdentifierRow {
  readonly nodeId: number
  readonly scheme: string
  readonly value: string
}
/** Identifiers of the titles among the ids, and of the pages below a path. */
export async function identifiers(
  db: Db,
  titleIds: readonly number[],
  pagesBelow: string | undefined,
): Promise<IdentifierRow[]> {
  const own: IdentifierRow[] = []
  // addresses of METS and names of divs serve imports alone
  for (let start = 0; start < titleIds.length; start += 800)
    own.push(
      ...(
        await sql<IdentifierRow>`
          select OI_OT_ID as "nodeId", OI_Scheme as "scheme", OI_Value as "value"
          from ${splitIds(titleIds.slice(start, start + 800))} s join OPR_Identifier on OI_OT_ID = s.ID
          where OI_Scheme not in ('mptr', 'div') order by OI_ID`.execute(db)
      ).rows,
    )
  if (pagesBelow === undefined) return own
  const pages = await sql<IdentifierRow>`
    select OI_OT_ID as "nodeId", OI_Scheme as "scheme", OI_Value as "value" from OPR_Tree join OPR_Identifier on OI_OT_ID = OT_ID
    where OT_Path starting with cast(${pagesBelow} as varchar(1000)) and OT_RCV_Datatype + 0 = 3 and OI_Scheme = 'urn' order by OI_ID`.execute(
    db,
  )
  return [...own, ...pages.rows]
}

export interface RegionRow {
  readonly nodeId: number
  readonly pageId: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly masterWidth: number | null
  readonly masterHeight: number | null
  readonly rotation: number | null
  readonly mirrored: number | null
  readonly cropX: number | null
  readonly cropY: number | null
  readonly cropWidth: number | null
  readonly cropHeight: number | null
}
const regionColumns = sql.raw(
  `ORG_OT_ID as "nodeId", ORG_OT_Page as "pageId", ORG_X as "x", ORG_Y as "y", ORG_W as "width", ORG_H as "height",
      OP_ImgWidth as "masterWidth", OP_ImgHeight as "masterHeight", OPK_Rotation as "rotation", OPK_Mirrored as "mirrored",
      OPK_CropX as "cropX", OPK_CropY as "cropY", OPK_CropWidth as "cropWidth", OPK_CropHeight as "cropHeight"`,
)
/** Regions of the articles below a path, with how the images of their pages lie on their masters. Left joins keep to the order of nodes, regions, pages. */
export async function regions(db: Db, path: string): Promise<RegionRow[]> {
  const { rows: found } = await sql<RegionRow>`
    select ${regionColumns}
    from OPR_Tree t left join OPR_Region on ORG_OT_ID = t.OT_ID left join OPR_Page on OP_OT_ID = ORG_OT_Page left join OPR_Pack on OPK_OT_ID = ORG_OT_Page
    where t.OT_Path starting with cast(${path} as varchar(1000)) and ORG_ID is not null order by ORG_OT_ID, ORG_Sort`.execute(
    db,
  )
  return found
}

/** Regions on pages, each with its released article. At most 800 pages. */
export async function regionsOnPages(
  db: Db,
  pageIds: readonly number[],
): Promise<
  (RegionRow & { readonly caption: string | null; readonly path: string; readonly domainId: number })[]
> {
  const { rows: found } = await sql<
    RegionRow & { readonly caption: string | null; readonly path: string; readonly domainId: number }
  >`
    select ${regionColumns}, a.OT_Caption as "caption", a.OT_Path as "path", a.OT_OD_ID as "domainId"
    from ${splitIds(pageIds)} s left join OPR_Region on ORG_OT_Page = s.ID left join OPR_Tree a on a.OT_ID = ORG_OT_ID
      left join OPR_Page on OP_OT_ID = ORG_OT_Page left join OPR_Pack on OPK_OT_ID = ORG_OT_Page
    where ORG_ID is not null and a.OT_State = 1 and a.OT_DelState = 0 order by ORG_OT_ID, ORG_Sort`.execute(
    db,
  )
  return found
}

interface RecordRow {
  readonly id: number
  readonly xml: string | null
  /** 1: there is one, but longer than a VARCHAR takes */
  readonly isLong: number
}

/** What a VARCHAR of UTF-8 holds in the worst case, in characters. */
const mostInline = 8191

/**
 * MODS records of titles. Those that a VARCHAR holds, nearly all, come with their rows; a blob takes three messages of its own, and a
 * transaction that holds it.
 */
export async function records(db: Db, ids: readonly number[]): Promise<Map<number, string>> {
  const inline = await byIds(ids, async table => {
    const { rows: some } = await sql<RecordRow>`
      select OC_OT_ID as "id", iif(char_length(OC_XML) > ${sql.lit(mostInline)}, 1, 0) as "isLong",
        iif(char_length(OC_XML) > ${sql.lit(mostInline)}, null, cast(OC_XML as varchar(${sql.lit(mostInline)}) character set utf8)) as "xml"
      from ${table} s join OPR_Content on OC_OT_ID = s.ID`.execute(db)
    return some
  }).catch(isBlobGone)
  const left = inline ? inline.filter(({ isLong }) => isLong === 1).map(({ id }) => id) : ids
  const blobs = await byIds(left, async table => {
    const { rows: some } = await sql<Omit<RecordRow, 'isLong'>>`
      select OC_OT_ID as "id", OC_XML as "xml" from ${table} s join OPR_Content on OC_OT_ID = s.ID`.execute(
      db,
    )
    return some
  })
  return new Map([...(inline ?? []), ...blobs].flatMap(({ id, xml }) => (xml === null ? [] : [[id, xml]])))
}

/** Another transaction removed the version whose blob was being read; a snapshot, in which blobs are selected, keeps it. @throws other faults */
function isBlobGone(error: unknown): undefined {
  if (error instanceof FirebirdFault && error.kind === 'other') return undefined
  throw error
}
