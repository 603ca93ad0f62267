import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'

export interface Loan {
  readonly id: number
  readonly titleId: number
  readonly reader: string
  readonly userId: number | null
  readonly held: number
  readonly usedAt: Date
  readonly takenAt: Date | null
  readonly since: Date
}

const columns = [
  'OL_ID as id',
  'OL_OT_ID as titleId',
  'OL_Reader as reader',
  'OL_PU_ID as userId',
  'OL_Held as held',
  'OL_UseTS as usedAt',
  'OL_TakeTS as takenAt',
  'OL_InsertTS as since',
] as const

/** Titles that say how many copies there are, 0 among them. */
export async function titlesWithCopies(db: Db): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('OPR_Content')
    .select(['OC_OT_ID as id', 'OC_MaxAccessCount as copies'])
    .where('OC_MaxAccessCount', '>=', 0)
    .execute()
  return new Map(rows.map(row => [row.id, row.copies ?? 0]))
}

export async function copiesOf(trx: Db, titleId: number): Promise<number> {
  const row = await trx
    .selectFrom('OPR_Content')
    .select('OC_MaxAccessCount as copies')
    .where('OC_OT_ID', '=', titleId)
    .executeTakeFirst()
  return row?.copies ?? 0
}

/** Until the end of the transaction nobody else changes the loans of the title. @returns whether there is such a title */
export async function lockDesk(trx: Db, titleId: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('OPR_LoanDesk')
    .set(({ eb }) => ({ OLD_Number: eb('OLD_Number', '+', 1) }))
    .where('OLD_OT_ID', '=', titleId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Time is the database's: clocks of several machines differ. */
export async function now(db: Db): Promise<Date> {
  const { rows } = await sql<{
    now: Date
  }>`select cast('now' as timestamp) as "now" from RDB$DATABASE`.execute(db)
  return rows[0]?.now ?? new Date()
}

/** In the order in which they came. */
export const ofTitle = (db: Db, titleId: number): Promise<Loan[]> =>
  db
    .selectFrom('OPR_Loan')
    .select(columns)
    .where('OL_OT_ID', '=', titleId)
    .orderBy('OL_InsertTS')
    .orderBy('OL_ID')
    .execute()

/** Those who wait for the titles, in the order in which they came. */
export const waitingFor = (db: Db, titleIds: readonly number[]): Promise<Loan[]> =>
  byIds(titleIds, table =>
    db
      .selectFrom(table.as('s'))
      .innerJoin('OPR_Loan', 'OL_OT_ID', 's.ID')
      .select(columns)
      .where('OL_Held', '=', 0)
      .orderBy('OL_InsertTS')
      .orderBy('OL_ID')
      .execute(),
  )

export const find = (db: Db, id: number): Promise<Loan | undefined> =>
  db.selectFrom('OPR_Loan').select(columns).where('OL_ID', '=', id).executeTakeFirst()

export interface ListedLoan extends Loan {
  /** Caption of the title */
  readonly title: string | null
  /** PU_UUID */
  readonly userUuid: string | null
  readonly userName: string | null
  /** Where the title stands, and whether it is shown; null where it is gone */
  readonly path: string | null
  readonly domainId: number | null
  readonly nodeState: number | null
  readonly delState: number | null
}

export interface LoanFilter {
  readonly id?: number | undefined
  readonly titleId?: number | undefined
  readonly isHeld?: boolean | undefined
  /** Whose they are, as stored in OL_Reader */
  readonly reader?: string | undefined
}

export const list = (
  db: Db,
  { id, titleId, isHeld, reader }: LoanFilter,
  afterId: number,
  limit: number,
): Promise<ListedLoan[]> =>
  db
    .selectFrom('OPR_Loan')
    .leftJoin('OPR_Tree', 'OT_ID', 'OL_OT_ID')
    .leftJoin('PRV_User', 'PU_ID', 'OL_PU_ID')
    .select([...columns, 'OT_Caption as title', 'PU_UUID as userUuid', 'PU_Name as userName'])
    .select(['OT_Path as path', 'OT_OD_ID as domainId', 'OT_State as nodeState', 'OT_DelState as delState'])
    .where('OL_ID', '>', afterId)
    .$if(id !== undefined, query => query.where('OL_ID', '=', id as number))
    .$if(titleId !== undefined, query => query.where('OL_OT_ID', '=', titleId as number))
    .$if(reader !== undefined, query => query.where('OL_Reader', '=', reader as string))
    .$if(isHeld !== undefined, query => query.where('OL_Held', '=', isHeld === true ? 1 : 0))
    .orderBy('OL_ID')
    .limit(limit)
    .execute()

export async function insert(
  trx: Db,
  loan: Pick<Loan, 'titleId' | 'reader' | 'userId'> & { readonly held: boolean; readonly at: Date },
): Promise<void> {
  await trx
    .insertInto('OPR_Loan')
    .values({
      OL_ID: sql<number>`next value for OPR_Loan_SEQ`,
      OL_OT_ID: loan.titleId,
      OL_Reader: loan.reader,
      OL_PU_ID: loan.userId,
      OL_Held: loan.held ? 1 : 0,
      OL_UseTS: loan.at,
      OL_TakeTS: loan.held ? loan.at : null,
      OL_InsertTS: loan.at,
    })
    .execute()
}

export async function use(trx: Db, id: number, at: Date, takes: boolean): Promise<void> {
  await trx
    .updateTable('OPR_Loan')
    .set({ OL_UseTS: at, ...(takes ? { OL_Held: 1, OL_TakeTS: at } : {}) })
    .where('OL_ID', '=', id)
    .execute()
}

export async function remove(trx: Db, ids: readonly number[]): Promise<void> {
  for (const id of ids) await trx.deleteFrom('OPR_Loan').where('OL_ID', '=', id).execute()
}
