import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'
import { byIds } from '../../firebird/temp-ids.ts'

/** Users are UUIDs to the outside; one who was deleted is nobody to ask */
const contactUser = sql<
  string | null
>`(select PU_UUID from PRV_User where PU_ID = OD_PU_Contact and PU_DeleteTS is null)`.as('contactUser')

const columns = [
  'OD_ID as id',
  'OD_OD_Parent as parentId',
  'OD_Path as path',
  'OD_Name as name',
  'OD_ShortName as shortName',
  'OD_Reference as reference',
  'OD_Caption as caption',
  'OD_Type as type',
  'OD_Contact as contact',
  contactUser,
  'OD_Captions as captions',
  'OD_Mappings as mappings',
  'OD_System as system',
  'OD_PrivateTags as privateTags',
  'OD_PrivateTransitions as privateTransitions',
  'OD_Sort as sort',
  'OD_Version as version',
  'OD_InsertTS as createdAt',
  'OD_UpdateTS as updatedAt',
] as const

const texts = [
  'OD_Description as description',
  'OD_CustomData as customData',
  'OD_Watermark as watermark',
  'OD_ImageFooter as imageFooter',
  'OD_Comment as comment',
  'OD_StandardMasks as standardMasks',
] as const

export interface Domain {
  readonly id: number
  readonly parentId: number | null
  /** Ids from the root domain down: |1||4| */
  readonly path: string | null
  readonly name: string
  readonly shortName: string | null
  readonly reference: string | null
  readonly caption: string
  readonly type: string | null
  readonly contact: string | null
  /** PU_UUID */
  readonly contactUser: string | null
  /** JSON, as stored */
  readonly captions: string | null
  readonly mappings: string | null
  readonly system: number
  /** 1: inherits no tags */
  readonly privateTags: number
  /** 1: transitions of the domains above do not hold here */
  readonly privateTransitions: number
  readonly sort: number
  readonly version: number
  readonly createdAt: Date
  readonly updatedAt: Date
}
/** With the JSON texts, as stored. */
export interface FullDomain extends Domain {
  readonly description: string | null
  readonly customData: string | null
  readonly watermark: string | null
  readonly imageFooter: string | null
  readonly comment: string | null
  readonly standardMasks: string | null
}

export const find = (db: Db, id: number): Promise<Domain | undefined> =>
  db.selectFrom('OPR_Domain').select(columns).where('OD_ID', '=', id).executeTakeFirst()

/** By name, short name or reference. */
export async function findByName(db: Db, name: string): Promise<Domain | undefined> {
  const byName = await db
    .selectFrom('OPR_Domain')
    .select(columns)
    .where('OD_Name', '=', name.slice(0, 60))
    .executeTakeFirst()
  if (byName) return byName
  return await db
    .selectFrom('OPR_Domain')
    .select(columns)
    .where(eb =>
      eb.or([eb('OD_ShortName', '=', name.slice(0, 60)), eb('OD_Reference', '=', name.slice(0, 120))]),
    )
    .executeTakeFirst()
}

export const findFull = (db: Db, id: number): Promise<FullDomain | undefined> =>
  db.selectFrom('OPR_Domain').select(columns).select(texts).where('OD_ID', '=', id).executeTakeFirst()

/** Children of a domain, or the roots for null; all domains for undefined. In order. */
export async function list(db: Db, parentId: number | null | undefined): Promise<Domain[]> {
  let query = db
    .selectFrom('OPR_Domain')
    .select(columns)
    .orderBy('OD_OD_Parent')
    .orderBy('OD_Sort')
    .orderBy('OD_ID')
  if (parentId === null) query = query.where('OD_OD_Parent', 'is', null)
  else if (parentId !== undefined) query = query.where('OD_OD_Parent', '=', parentId)
  return await query.execute()
}

/** All domains with their texts, in order. */
export const listFull = (db: Db): Promise<FullDomain[]> =>
  db
    .selectFrom('OPR_Domain')
    .select(columns)
    .select(texts)
    .orderBy('OD_OD_Parent')
    .orderBy('OD_Sort')
    .orderBy('OD_ID')
    .execute()

export async function hasChildren(db: Db, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('OPR_Domain')
    .select('OD_OD_Parent as id')
    .where('OD_OD_Parent', 'is not', null)
    .distinct()
    .execute()
  return new Set(rows.map(row => row.id as number))
}

/** Ids along the path of a domain, from the root down to its own. */
export const idsOf = (domain: { readonly path: string | null }): number[] =>
  (domain.path ?? '')
    .split('|')
    .filter(part => part !== '')
    .map(Number)

/** The domain and those above it, from the root down. */
export async function lineage(db: Db, domain: { readonly path: string | null }): Promise<Domain[]> {
  const ids = idsOf(domain)
  const rows = await db.selectFrom('OPR_Domain').select(columns).where('OD_ID', 'in', ids).execute()
  return ids.map(id => rows.find(row => row.id === id)).filter(row => row !== undefined)
}

/** A domain, or one above it, with one option of its overlay; null where it has none. */
export interface LevelRow {
  /** The domain that was asked for */
  readonly of: number
  readonly id: number
  readonly name: string
  readonly type: string | null
  readonly caption: string
  readonly contact: string | null
  readonly key: string | null
  readonly value: string | null
}

/** Domains with those above them and the overlays of all, each from the root down; what texts they have is left out. */
export const levels = (db: Db, ids: readonly number[]): Promise<LevelRow[]> =>
  byIds(ids, async table => {
    const { rows } = await sql<LevelRow>`
    with recursive L (OF_, ID, PARENT, NAME, TYPE_, CAPTION, CONTACT, HEIGHT) as (
      select OD_ID, OD_ID, OD_OD_Parent, OD_Name, OD_Type, OD_Caption, OD_Contact, 0 from ${table} s join OPR_Domain on OD_ID = s.ID
      union all
      select l.OF_, a.OD_ID, a.OD_OD_Parent, a.OD_Name, a.OD_Type, a.OD_Caption, a.OD_Contact, l.HEIGHT + 1
      from L l join OPR_Domain a on a.OD_ID = l.PARENT)
    select OF_ as "of", ID as "id", NAME as "name", TYPE_ as "type", CAPTION as "caption", CONTACT as "contact",
      CO_Key as "key", CO_Value as "value"
    from L left join CFG_Option on CO_OD_ID = ID order by OF_, HEIGHT desc`.execute(db)
    return rows
  })

/** Watermark and footer of the domain and those above it, from the root down, as stored. */
export async function imageSettings(
  db: Db,
  domain: { readonly path: string | null },
): Promise<{ name: string; watermark: string | null; imageFooter: string | null }[]> {
  const ids = idsOf(domain)
  const rows = await db
    .selectFrom('OPR_Domain')
    .select(['OD_ID as id', 'OD_Name as name', 'OD_Watermark as watermark', 'OD_ImageFooter as imageFooter'])
    .where('OD_ID', 'in', ids)
    .execute()
  return ids.map(id => rows.find(row => row.id === id)).filter(row => row !== undefined)
}

/** Values of some options in the overlays of all domains that have them: id -> key -> value. */
export async function overlaysOf(db: Db, keys: readonly string[]): Promise<Map<number, Map<string, string>>> {
  const rows = await db
    .selectFrom('CFG_Option')
    .select(['CO_OD_ID as id', 'CO_Key as key', 'CO_Value as value'])
    .where('CO_Key', 'in', [...keys])
    .execute()
  const result = new Map<number, Map<string, string>>()
  for (const { id, key, value } of rows) {
    const own = result.get(id) ?? new Map<string, string>()
    result.set(id, own.set(key, value ?? ''))
  }
  return result
}

export interface DomainFields {
  readonly parentId?: number | null
  readonly name?: string
  readonly shortName?: string | null
  readonly reference?: string | null
  readonly caption?: string
  readonly type?: string | null
  readonly contact?: string | null
  /** PU_ID */
  readonly contactUserId?: number | null
  readonly captions?: string | null
  readonly mappings?: string | null
  readonly comment?: string | null
  readonly standardMasks?: string | null
  readonly sort?: number
  readonly description?: string | null
  readonly customData?: string | null
  readonly watermark?: string | null
  readonly imageFooter?: string | null
  readonly system?: number
  readonly privateTags?: number
  readonly privateTransitions?: number
}

const columnOf = {
  parentId: 'OD_OD_Parent',
  name: 'OD_Name',
  shortName: 'OD_ShortName',
  reference: 'OD_Reference',
  caption: 'OD_Caption',
  type: 'OD_Type',
  contact: 'OD_Contact',
  contactUserId: 'OD_PU_Contact',
  captions: 'OD_Captions',
  mappings: 'OD_Mappings',
  comment: 'OD_Comment',
  standardMasks: 'OD_StandardMasks',
  sort: 'OD_Sort',
  description: 'OD_Description',
  customData: 'OD_CustomData',
  watermark: 'OD_Watermark',
  imageFooter: 'OD_ImageFooter',
  system: 'OD_System',
  privateTags: 'OD_PrivateTags',
  privateTransitions: 'OD_PrivateTransitions',
} as const

const columnsOf = (fields: DomainFields) => columnsFrom(columnOf, fields)

export async function insert(
  trx: Db,
  fields: DomainFields & { readonly name: string; readonly caption: string },
): Promise<number> {
  const id = await nextId(trx, 'OPR_Domain_SEQ')
  await trx
    .insertInto('OPR_Domain')
    .values({ OD_ID: id, OD_Name: fields.name, OD_Caption: fields.caption, ...columnsOf(fields) })
    .execute()
  return id
}

/** @returns whether the domain still had that version */
export async function update(
  trx: Db,
  id: number,
  version: number | '*',
  fields: DomainFields,
): Promise<boolean> {
  const query = trx.updateTable('OPR_Domain').set(columnsOf(fields)).where('OD_ID', '=', id)
  return await updatedAt(query, 'OD_Version', version)
}

export async function remove(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('OPR_Domain').where('OD_ID', '=', id).execute()
}

export async function setOption(trx: Db, domainId: number, key: string, value: string | null): Promise<void> {
  if (value === null)
    await trx.deleteFrom('CFG_Option').where('CO_OD_ID', '=', domainId).where('CO_Key', '=', key).execute()
  else
    await trx.replaceInto('CFG_Option').values({ CO_OD_ID: domainId, CO_Key: key, CO_Value: value }).execute()
}

/** Top-level records of a domain, its own node aside. */
export async function recordCount(db: Db, id: number): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as "n" from OPR_Tree where OT_OD_ID = ${id} and OT_OT_Parent is null and OT_RCV_Datatype <> 10`.execute(
    db,
  )
  return Number(rows[0]?.n ?? 0)
}

/** Titles at the top of domains, without those of the bin. */
export async function titleCounts(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, { released: number; hidden: number }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; state: number; n: number }>`
    select OT_OD_ID as "id", OT_State as "state", count(*) as "n" from OPR_Tree
    where OT_OD_ID in (${sql.join(ids)}) and OT_OT_Parent is null and OT_RCV_Datatype + 0 = 1 and OT_DelState = 0
    group by OT_OD_ID, OT_State`.execute(db)
  const counts = new Map(ids.map(id => [id, { released: 0, hidden: 0 }]))
  for (const { id, state, n } of rows) {
    const of = counts.get(id)
    if (of) of[state === 1 ? 'released' : 'hidden'] += Number(n)
  }
  return counts
}

export async function subdomainCount(db: Db, id: number): Promise<number> {
  const row = await db
    .selectFrom('OPR_Domain')
    .select(db.fn.countAll<number>().as('n'))
    .where('OD_OD_Parent', '=', id)
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}
