// Capsules that were made, and whether a title has changed since.
import { sql } from 'kysely'
import { codes } from '../../codes.ts'
import { type Db, nextId } from '../../firebird/database.ts'

export const capsuleKinds = codes({ full: 0, increment: 1 })
export type CapsuleKind = (typeof capsuleKinds.names)[number]

const columns = [
  'OCA_ID as id',
  'OCA_OT_ID as titleId',
  'OCA_Number as number',
  'OCA_Kind as kind',
  'OCA_Name as name',
  'OCA_Caption as caption',
  'OCA_Digest as digest',
  'OCA_Files as files',
  'OCA_Bytes as bytes',
  'OCA_MomentTS as moment',
  'OCA_ConfirmTS as confirmedAt',
  'OCA_InsertTS as createdAt',
] as const

export interface Capsule {
  readonly id: number
  readonly titleId: number
  readonly number: number
  readonly kind: CapsuleKind
  /** Of its folder */
  readonly name: string
  readonly caption: string | null
  /** SHA-256 of its tag manifest */
  readonly digest: string
  readonly files: number
  readonly bytes: number
  /** State of the database that it holds */
  readonly moment: Date
  /** When all of it was read and found good last */
  readonly confirmedAt: Date | null
  readonly createdAt: Date
}

const rows = (db: Db) => db.selectFrom('OPR_Capsule').select(columns)
const capsuleOf = (row: Omit<Capsule, 'kind'> & { kind: number }): Capsule => ({
  ...row,
  kind: capsuleKinds.name(row.kind),
})

/** Capsules of a title in their order. */
export const ofTitle = async (db: Db, titleId: number): Promise<Capsule[]> =>
  (await rows(db).where('OCA_OT_ID', '=', titleId).orderBy('OCA_Number').execute()).map(capsuleOf)

/** Capsules, oldest first. */
export const list = async (db: Db, after: number, limit: number): Promise<Capsule[]> =>
  (await rows(db).where('OCA_ID', '>', after).orderBy('OCA_ID').limit(limit).execute()).map(capsuleOf)

/** Every capsule, oldest first; those that were made since a moment, where one is given. */
export async function* every(db: Db, since = new Date(0)): AsyncGenerator<Capsule> {
  for (let after = 0; ;) {
    const part = await list(db, after, 100)
    yield* part.filter(({ createdAt }) => createdAt >= since)
    const last = part.at(-1)
    if (!last) return
    after = last.id
  }
}

export async function* ofTitles(db: Db, ids: readonly number[]): AsyncGenerator<Capsule> {
  for (const id of ids) yield* await ofTitle(db, id)
}

/** The capsule of a name; undefined where none is recorded under it. */
export async function named(db: Db, name: string): Promise<Capsule | undefined> {
  const row = await rows(db).where('OCA_Name', '=', name).executeTakeFirst()
  return row && capsuleOf(row)
}

/** Whether a later full capsule of its title is recorded, so that this one may go. */
export async function isOutdated(db: Db, { titleId, number }: Capsule): Promise<boolean> {
  const later = rows(db).where('OCA_OT_ID', '=', titleId).where('OCA_Number', '>', number)
  return (await later.where('OCA_Kind', '=', capsuleKinds.of('full')).limit(1).execute()).length > 0
}

export async function insert(
  trx: Db,
  capsule: Omit<Capsule, 'id' | 'confirmedAt' | 'createdAt'>,
): Promise<number> {
  const id = await nextId(trx, 'OPR_Capsule_SEQ')
  await trx
    .insertInto('OPR_Capsule')
    .values({
      OCA_ID: id,
      OCA_OT_ID: capsule.titleId,
      OCA_Number: capsule.number,
      OCA_Kind: capsuleKinds.of(capsule.kind),
      OCA_Name: capsule.name,
      OCA_Caption: capsule.caption,
      OCA_Digest: capsule.digest,
      OCA_Files: capsule.files,
      OCA_Bytes: capsule.bytes,
      OCA_MomentTS: capsule.moment,
      OCA_ConfirmTS: sql`current_timestamp`,
    })
    .execute()
  return id
}

export async function confirm(db: Db, id: number): Promise<void> {
  await db
    .updateTable('OPR_Capsule')
    .set({ OCA_ConfirmTS: sql`current_timestamp` })
    .where('OCA_ID', '=', id)
    .execute()
}

export interface TopTitle {
  readonly id: number
  readonly path: string
  readonly caption: string | null
  readonly datatype: number
  readonly titleAbove: number | null
}

export async function findTitle(db: Db, id: number): Promise<TopTitle | undefined> {
  const { rows: found } =
    await sql<TopTitle>`select OT_ID as "id", OT_Path as "path", OT_Caption as "caption",
      OT_RCV_Datatype as "datatype", OC_OT_MetaParent as "titleAbove" from OPR_Tree left join OPR_Content on OC_OT_ID = OT_ID where OT_ID = ${id}`.execute(
      db,
    )
  return found[0]
}

/** Whether a title was played back from a capsule, and from none since. */
export async function isPlayed(db: Db, titleId: number, name: string): Promise<boolean> {
  const last = await db
    .selectFrom('SYS_Log')
    .select('SL_Data as data')
    .where('SL_Entity', '=', 'title')
    .where('SL_EntityID', '=', titleId)
    .where('SL_Action', '=', 'play')
    .orderBy('SL_ID', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { capsules = [] } = JSON.parse(last?.data ?? '{}') as { capsules?: string[] }
  return capsules.at(-1) === name
}

/** Titles that no title stands above, behind an id, not in the bin. */
export async function topTitles(db: Db, after: number, limit: number): Promise<number[]> {
  const { rows: found } = await sql<{
    id: number
  }>`select OC_OT_ID as "id" from OPR_Content join OPR_Tree on OT_ID = OC_OT_ID
    where OC_OT_ID > ${after} and OC_OT_MetaParent is null and OT_DelState = 0 order by OC_OT_ID fetch next ${sql.lit(limit)} rows only`.execute(
    db,
  )
  return found.map(row => row.id)
}

/** A moment before which everything is committed that a state of the database can hold: writers that are under way commit earlier times after it. */
export async function momentOf(db: Db): Promise<Date> {
  const { rows: found } = await sql<{
    moment: Date
  }>`select coalesce((select min(MON$TIMESTAMP) from MON$TRANSACTIONS
      where MON$STATE = 1 and MON$READ_ONLY = 0 and MON$TRANSACTION_ID <> current_transaction), current_timestamp) as "moment"
    from RDB$DATABASE`.execute(db)
  return (found[0] as { moment: Date }).moment
}

/** Whether something that a capsule holds has changed since: OP_ChangeTS of pages, versions of titles, texts, identifiers, files and places. */
export async function changedSince(db: Db, path: string, moment: Date): Promise<boolean> {
  for (const [table, changed, node] of [
    ['OPR_Page', 'OP_ChangeTS', 'OP_OT_ID'],
    ['OPR_Fulltext', 'OF_UpdateTS', 'OF_OT_ID'],
    ['OPR_Identifier', 'OI_InsertTS', 'OI_OT_ID'],
    ['OPR_Attachment', 'OAT_UpdateTS', 'OAT_OT_ID'],
    ['OPR_Tree', 'OT_InsertTS', 'OT_ID'],
    ['OPR_TreeHistory', 'OTH_InsertTS', 'OTH_OT_ID'],
    ['OPR_ContentHistory', 'OCH_InsertTS', 'OCH_OT_ID'],
    ['OPR_ContentXmlHistory', 'OCXH_InsertTS', 'OCXH_OT_ID'],
    ['OPR_Comment', 'OCM_InsertTS', 'OCM_OT_ID'],
    ['OPR_FulltextHistory', 'OFH_InsertTS', 'OFH_OT_ID'],
    ['OPR_IdentifierHistory', 'OIH_InsertTS', 'OIH_OT_ID'],
    ['OPR_AttachmentHistory', 'OATH_InsertTS', 'OATH_OT_ID'],
  ] as const) {
    // the left join states the order: what is below the title first, however large the table is
    const { rows: found } =
      await sql`select first 1 1 as "one" from OPR_Tree t left join ${sql.raw(table)} r on r.${sql.raw(node)} = t.OT_ID
        where t.OT_Path starting with ${path} and r.${sql.raw(changed)} > ${moment}`.execute(db)
    if (found.length > 0) return true
  }
  return false
}
