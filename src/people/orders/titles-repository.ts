// OPR_OrderItem: the titles of an order.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'

export interface Item {
  readonly id: number
  readonly caption: string | null
  readonly path: string
  readonly domainId: number
  readonly state: number
  readonly delState: number
  readonly by: string
  readonly at: Date
}

/** Titles of an order by their ids. @param after an id */
export async function ofOrder(db: Db, orderId: number, after: number, limit: number): Promise<Item[]> {
  const { rows } =
    await sql<Item>`select first ${sql.lit(limit)} OT_ID as "id", OT_Caption as "caption", OT_Path as "path", OT_OD_ID as "domainId",
      OT_State as "state", OT_DelState as "delState", OOI_Actor as "by", OOI_InsertTS as "at"
    from OPR_OrderItem join OPR_Tree on OT_ID = OOI_OT_ID where OOI_OO_ID = ${orderId} and OOI_OT_ID > ${after} order by OOI_OT_ID`.execute(
      db,
    )
  return rows
}

/** All of them: what goes with the order. */
export const allOfOrder = (db: Db, orderId: number): Promise<Item[]> => ofOrder(db, orderId, 0, 2147483647)

/** OO_ID of the order that a title stands in. */
export async function orderOf(db: Db, titleId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('OPR_OrderItem')
    .select('OOI_OO_ID as orderId')
    .where('OOI_OT_ID', '=', titleId)
    .executeTakeFirst()
  return row?.orderId
}

/** @param batch of the operation that had put it in, where an undo puts it back */
export const add = (trx: Db, orderId: number, titleId: number, by: string, batch: number | null = null) =>
  trx
    .insertInto('OPR_OrderItem')
    .values({ OOI_OT_ID: titleId, OOI_OO_ID: orderId, OOI_Actor: by, OOI_InsertBatch: batch })
    .execute()

/** @returns whether it was there */
export async function take(trx: Db, orderId: number, titleId: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('OPR_OrderItem')
    .where('OOI_OO_ID', '=', orderId)
    .where('OOI_OT_ID', '=', titleId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** What an operation put in. @param titles that it put back, as an undo of an undo */
export async function addedBy(
  db: Db,
  batch: number,
  titles: readonly number[],
): Promise<{ titleId: number; orderId: number; by: string; batch: number | null }[]> {
  return await db
    .selectFrom('OPR_OrderItem')
    .select(['OOI_OT_ID as titleId', 'OOI_OO_ID as orderId', 'OOI_Actor as by', 'OOI_InsertBatch as batch'])
    .where(eb =>
      eb.or([
        eb('OOI_InsertBatch', '=', batch),
        ...(titles.length === 0 ? [] : [eb('OOI_OT_ID', 'in', [...titles])]),
      ]),
    )
    .orderBy('OOI_OT_ID')
    .execute()
}

/** Whether both are there, and the title stands in no order. */
export async function canTake(db: Db, orderId: number, titleId: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 as "one" from OPR_Order join OPR_Tree on OT_ID = ${titleId} where OO_ID = ${orderId}
    and not exists (select 1 from OPR_OrderItem where OOI_OT_ID = ${titleId})`.execute(db)
  return rows.length === 1
}
