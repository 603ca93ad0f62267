import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface Shown {
  readonly id: number
  readonly firstShown: Date
  readonly datestamp: Date
}

/** The place of a title in the list of the newest: many are shown within one second. */
export interface Place {
  readonly at: Date
  readonly id: number
}

/** What was shown last, newest first; behind a place where one is given. */
export async function newest(
  db: Db,
  filter: { readonly domainIds?: readonly number[] | undefined; readonly behind?: Place | undefined },
  limit: number,
): Promise<Shown[]> {
  let query = db
    .selectFrom('OPR_OaiRecord')
    .select(['OOR_OT_ID as id', 'OOR_FirstTS as firstShown', 'OOR_Datestamp as datestamp'])
    .where(sql<number>`OOR_State + 0`, '=', 1)
    .where('OOR_FirstTS', 'is not', null)
  if (filter.domainIds) query = query.where(sql<number>`OOR_OD_ID + 0`, 'in', [...filter.domainIds])
  const { behind } = filter
  // the first condition is the one that the index knows
  if (behind)
    query = query
      .where('OOR_FirstTS', '<=', behind.at)
      .where(eb => eb.or([eb('OOR_FirstTS', '<', behind.at), eb('OOR_OT_ID', '<', behind.id)]))
  return (await query
    .orderBy('OOR_FirstTS', 'desc')
    .orderBy('OOR_OT_ID', 'desc')
    .limit(limit)
    .execute()) as Shown[]
}

/** Shown titles with ids in a range. */
export async function between(
  db: Db,
  from: number,
  to: number,
): Promise<{ id: number; datestamp: Date; path: string; domainId: number }[]> {
  return (await db
    .selectFrom('OPR_OaiRecord')
    .leftJoin('OPR_Tree', 'OT_ID', 'OOR_OT_ID')
    .select(['OOR_OT_ID as id', 'OOR_Datestamp as datestamp', 'OT_Path as path', 'OT_OD_ID as domainId'])
    .where('OOR_OT_ID', '>=', from)
    .where('OOR_OT_ID', '<=', to)
    .where(sql<number>`OOR_State + 0`, '=', 1)
    .where('OT_ID', 'is not', null)
    .orderBy('OOR_OT_ID')
    .execute()) as { id: number; datestamp: Date; path: string; domainId: number }[]
}

export async function highestId(db: Db): Promise<number> {
  const row = await db.selectFrom('OPR_OaiRecord').select(db.fn.max('OOR_OT_ID').as('id')).executeTakeFirst()
  return Number(row?.id ?? 0)
}
