import { sql } from 'kysely'
import { codes } from '../../codes.ts'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'

/** OOR_State */
export const recordStates = codes({ unseen: 0, shown: 1, withdrawn: 2 })

/** A title as harvesters see it. */
export interface ChangeRecord {
  readonly id: number
  readonly domainId: number | null
  readonly type: number
  readonly state: number
  /** Of the last change; later ones are greater */
  readonly number: number
  /** Whole seconds */
  readonly datestamp: Date
  readonly firstShown: Date | null
}

const columns = [
  'OOR_OT_ID as id',
  'OOR_OD_ID as domainId',
  'OOR_RCV_Type as type',
  'OOR_State as state',
  'OOR_Number as number',
  'OOR_Datestamp as datestamp',
  'OOR_FirstTS as firstShown',
] as const

const rows = (db: Db) => db.selectFrom('OPR_OaiRecord').select(columns)
const recordOf = (row: Omit<ChangeRecord, 'number'> & { number: number | bigint }): ChangeRecord => ({
  ...row,
  number: Number(row.number),
})

export async function find(db: Db, id: number): Promise<ChangeRecord | undefined> {
  const row = await rows(db).where('OOR_OT_ID', '=', id).executeTakeFirst()
  return row && recordOf(row)
}

/** Records of any state with a greater number, in order. */
export async function changedAfter(db: Db, number: number, limit: number): Promise<ChangeRecord[]> {
  const found = await rows(db).where('OOR_Number', '>', number).orderBy('OOR_Number').limit(limit).execute()
  return found.map(recordOf)
}

/** Titles that are shown no longer, as far as who has followed to a number does not know it, the latest first. */
export async function withdrawnAfter(db: Db, number: number, limit: number): Promise<number[]> {
  const { rows: found } = await sql<{ id: number }>`
    select first ${sql.lit(limit)} OOR_OT_ID as "id" from OPR_OaiRecord where OOR_Number > ${number} and OOR_State + 0 <> 1
    union all
    select first ${sql.lit(limit)} OOR_OT_ID from SYS_Outbox left join OPR_OaiRecord on OOR_OT_ID = SO_OT_ID left join OPR_Tree on OT_ID = SO_OT_ID
      where OOR_State = 1 and (OT_ID is null or OT_State <> 1 or OT_DelState <> 0)`.execute(db)
  return found.map(({ id }) => id)
}

/** Which records of shown and withdrawn titles; of all domains and types where none are named. */
export interface RecordFilter {
  readonly domainIds?: readonly number[] | undefined
  readonly type?: number | undefined
  /** Any of several types */
  readonly types?: readonly number[] | undefined
  /** What a title must have to be listed; withdrawn ones are listed all the same */
  readonly having?: 'urn' | 'record' | undefined
  readonly from?: Date | undefined
  /** Inclusive */
  readonly until?: Date | undefined
}

function filtered(db: Db, filter: RecordFilter, domainId: number | undefined) {
  let query = db
    .selectFrom('OPR_OaiRecord')
    .where(sql<number>`OOR_State + 0`, '<>', recordStates.of('unseen'))
  if (domainId !== undefined) query = query.where('OOR_OD_ID', '=', domainId)
  if (filter.type !== undefined) query = query.where('OOR_RCV_Type', '=', filter.type)
  if (filter.having === 'urn')
    query = query.where(
      sql<boolean>`(OOR_State = 2 or exists (select 1 from OPR_Identifier where OI_OT_ID = OOR_OT_ID and OI_Scheme = 'urn'))`,
    )
  if (filter.having === 'record')
    query = query.where(
      sql<boolean>`(OOR_State = 2 or exists (select 1 from OPR_Content where OC_OT_ID = OOR_OT_ID and OC_XML is not null))`,
    )
  if (filter.types) query = query.where('OOR_RCV_Type', 'in', [...filter.types])
  if (filter.from) query = query.where('OOR_Datestamp', '>=', filter.from)
  if (filter.until) query = query.where('OOR_Datestamp', '<=', filter.until)
  return query
}

/** One range of an index for each domain; undefined stands for all of them. */
const ranges = (filter: RecordFilter): readonly (number | undefined)[] => filter.domainIds ?? [undefined]

/** By date stamp and id, after the last one seen. */
export async function list(
  db: Db,
  filter: RecordFilter,
  after: { readonly datestamp: Date; readonly id: number } | undefined,
  limit: number,
): Promise<ChangeRecord[]> {
  const parts = await Promise.all(
    ranges(filter).map(domainId => {
      let query = filtered(db, filter, domainId).select(columns)
      if (after)
        query = query
          .where('OOR_Datestamp', '>=', after.datestamp)
          .where(eb => eb.or([eb('OOR_Datestamp', '>', after.datestamp), eb('OOR_OT_ID', '>', after.id)]))
      return query.orderBy('OOR_Datestamp').orderBy('OOR_OT_ID').limit(limit).execute()
    }),
  )
  return parts
    .flat()
    .map(recordOf)
    .sort((a, b) => a.datestamp.getTime() - b.datestamp.getTime() || a.id - b.id)
    .slice(0, limit)
}

export async function count(db: Db, filter: RecordFilter): Promise<number> {
  const parts = await Promise.all(
    ranges(filter).map(domainId =>
      filtered(db, filter, domainId).select(db.fn.countAll<number>().as('n')).executeTakeFirst(),
    ),
  )
  return parts.reduce((sum, row) => sum + Number(row?.n ?? 0), 0)
}

/** The oldest date stamp there is; undefined where nothing was ever shown. */
export async function earliest(db: Db): Promise<Date | undefined> {
  const row = await filtered(db, {}, undefined)
    .select('OOR_Datestamp as datestamp')
    .orderBy('OOR_Datestamp')
    .limit(1)
    .executeTakeFirst()
  return row?.datestamp
}

/** Whether notes wait for the follower: what is read now may be newer than the records say. */
export async function isBehind(db: Db): Promise<boolean> {
  const row = await db.selectFrom('SYS_Outbox').select('SO_ID as id').limit(1).executeTakeFirst()
  return row !== undefined
}

/** A node on the way from the top to another one; its number where it is a title that has a record. */
export interface Step {
  readonly id: number
  /** OD_Path of its domain */
  readonly domainPath: string | null
  readonly number: number | undefined
}

/** A node and those above it, from the top down. */
export async function stepsTo(db: Db, id: number): Promise<Step[]> {
  const { rows: found } = await sql<Step & { number: number | bigint | null }>`
    with recursive A (ID, PARENT, DOMAIN_, HEIGHT) as (
      select OT_ID, OT_OT_Parent, OT_OD_ID, 0 from OPR_Tree where OT_ID = ${id}
      union all select p.OT_ID, p.OT_OT_Parent, p.OT_OD_ID, a.HEIGHT + 1 from A a join OPR_Tree p on p.OT_ID = a.PARENT)
    select ID as "id", OD_Path as "domainPath", OOR_Number as "number"
    from A left join OPR_OaiRecord on OOR_OT_ID = ID left join OPR_Domain on OD_ID = DOMAIN_ order by HEIGHT desc`.execute(
    db,
  )
  return found.map(row => ({ ...row, number: row.number === null ? undefined : Number(row.number) }))
}

/** What waits, as far as it may touch what stands at a place or above it. */
export interface WaitingNote {
  readonly path: string | null
  /** Instead: the domain whose settings changed */
  readonly domainId: number | null
  /** 1: the titles below have changed with it */
  readonly below: number
  /** 1: something there shows what changed, by a link */
  readonly isShown: number
}

/** So many notes are looked through; more of them cost more than what they spare. */
const mostLooked = 3000
const mostFound = 300

/**
 * Notes below a top node, of domains, of what changed with all below it, and of what is shown below it by links.
 * @returns undefined where too many wait
 */
export async function waitingAt(db: Db, topId: number): Promise<WaitingNote[] | undefined> {
  const isBelow = (path: string) => sql`${sql.raw(path)} starting with cast(${`|${topId}|`} as varchar(12))`
  const [more, { rows: found }] = await Promise.all([
    db.selectFrom('SYS_Outbox').select('SO_ID as id').limit(1).offset(mostLooked).executeTakeFirst(),
    sql<WaitingNote>`
      select SO_Path as "path", SO_OD_ID as "domainId", SO_Below as "below", SHOWN as "isShown"
      from (select SO_Path, SO_OD_ID, SO_Below,
          iif(exists (select 1 from OPR_Tree l where l.OT_OT_Link = SO_OT_ID and ${isBelow('l.OT_Path')}), 1, 0) as SHOWN
        from SYS_Outbox fetch next ${mostLooked} rows only) n
      where ${isBelow('SO_Path')} or SO_OD_ID is not null or SO_Below = 1 or SHOWN = 1
      fetch next ${mostFound} rows only`.execute(db),
  ])
  return more || found.length === mostFound ? undefined : found
}

/** Which of some nodes are titles; those that are not there any more are missing. */
export async function areTitles(
  db: Db,
  ids: readonly number[],
  title: number,
): Promise<Map<number, boolean>> {
  const found = await byIds(ids, async table => {
    const { rows: some } = await sql<{ id: number; datatype: number }>`
      select OT_ID as "id", OT_RCV_Datatype as "datatype" from ${table} s join OPR_Tree on OT_ID = s.ID`.execute(
      db,
    )
    return some
  })
  return new Map(found.map(({ id, datatype }) => [id, datatype === title]))
}

/** Notes that wait to be followed up. */
export async function countWaiting(db: Db): Promise<number> {
  const row = await db.selectFrom('SYS_Outbox').select(db.fn.countAll<number>().as('n')).executeTakeFirst()
  return Number(row?.n ?? 0)
}
