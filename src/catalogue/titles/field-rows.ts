// OPR_ContentField and OPR_SortKey: what is drawn from records for lists, filters and the orders of languages.
import { sql } from 'kysely'
import type { Orders } from '../../formats/text/collation.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, onItsConnection } from '../../firebird/database.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { together } from '../../firebird/together.ts'

export interface DrawnFields {
  readonly version: number
  readonly title: string | null
  readonly sortTitle: string | null
  /** The title without its article, as it is written */
  readonly filing: string | null
  readonly persons: string | null
  /** @see keptPersons */
  readonly personList: string | null
  readonly date: string | null
  readonly dateFrom: string | null
  readonly dateTo: string | null
  readonly issueDate: string | null
  readonly language: string | null
  readonly genre: string | null
  readonly publisher: string | null
  readonly place: string | null
  readonly licence: string | null
  readonly readingDirection: number | null
}
/** The row of OPR_ContentField. @param mark of the orders that its keys were made by; null where they are to be made */
export const fieldRow = (nodeId: number, fields: DrawnFields, mark: string | null) => ({
  OCF_OT_ID: nodeId,
  OCF_Version: fields.version,
  OCF_Title: fields.title,
  OCF_SortTitle: fields.sortTitle,
  OCF_Filing: fields.filing,
  OCF_Persons: fields.persons,
  OCF_PersonList: fields.personList,
  OCF_Date: fields.date,
  OCF_DateFrom: fields.dateFrom,
  OCF_DateTo: fields.dateTo,
  OCF_IssueDate: fields.issueDate,
  OCF_Language: fields.language,
  OCF_Genre: fields.genre,
  OCF_Publisher: fields.publisher,
  OCF_Place: fields.place,
  OCF_Licence: fields.licence,
  OCF_ReadingDirection: fields.readingDirection,
  OCF_Sorting: mark,
})

export async function storeFields(
  trx: Db,
  nodeId: number,
  fields: DrawnFields,
  orders: Orders,
): Promise<void> {
  await together(
    trx
      .replaceInto('OPR_ContentField')
      .values(fieldRow(nodeId, fields, orders.mark))
      .execute(),
    storeKeys(trx, nodeId, fields.filing, orders),
  )
}

/** Keys of a title in all orders; those of orders that are no more go when the keys are renewed. */
async function storeKeys(trx: Db, nodeId: number, filing: string | null, orders: Orders): Promise<void> {
  if (filing === null) await removeKeys(trx, nodeId)
  else
    await onItsConnection(trx, connection =>
      connection.executeMany(
        'update or insert into OPR_SortKey (OSK_OT_ID, OSK_Order, OSK_Key) values (?, ?, ?)',
        orders.all.map(({ name, key }) => [nodeId, name, key(filing)]),
      ),
    )
}

/** Keys of titles that have none yet, in all orders, pipelined. */
export const insertKeys = (
  connection: FirebirdConnection,
  titles: readonly { readonly nodeId: number; readonly filing: string | null }[],
  orders: Orders,
): Promise<void> =>
  insertMany(
    connection,
    'OPR_SortKey',
    titles.flatMap(({ nodeId, filing }) =>
      filing === null
        ? []
        : orders.all.map(({ name, key }) => ({ OSK_OT_ID: nodeId, OSK_Order: name, OSK_Key: key(filing) })),
    ),
  )

const removeKeys = (trx: Db, nodeId: number): Promise<unknown> =>
  trx.deleteFrom('OPR_SortKey').where('OSK_OT_ID', '=', nodeId).execute()

/** Makes the keys of some titles anew that were made by other orders, or not at all. @returns of how many */
export async function renewKeys(trx: Db, orders: Orders, most: number): Promise<number> {
  const rows = await outdatedKeys(trx, orders, most)
  for (const { id, filing } of rows) {
    await removeKeys(trx, id)
    await storeKeys(trx, id, filing, orders)
    await trx
      .updateTable('OPR_ContentField')
      .set({ OCF_Sorting: orders.mark })
      .where('OCF_OT_ID', '=', id)
      .execute()
  }
  return rows.length
}

/** Whether a title came without keys to sort by. */
export const isUnsorted = async (db: Db): Promise<boolean> =>
  (await db
    .selectFrom('OPR_ContentField')
    .select('OCF_OT_ID as id')
    .where('OCF_Sorting', 'is', null)
    .limit(1)
    .executeTakeFirst()) !== undefined

export const outdatedKeys = (db: Db, orders: Orders, most: number) =>
  db
    .selectFrom('OPR_ContentField')
    .select(['OCF_OT_ID as id', 'OCF_Filing as filing'])
    .where(eb =>
      eb.or([
        eb('OCF_Sorting', '<', orders.mark),
        eb('OCF_Sorting', '>', orders.mark),
        eb('OCF_Sorting', 'is', null),
      ]),
    )
    .limit(most)
    .execute()

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

export async function countOutdatedFields(db: Db, version: number): Promise<number> {
  const { rows: found } = await sql<{
    count: number
  }>`select count(*) as "count" from OPR_Content left join OPR_ContentField on OCF_OT_ID = OC_OT_ID
    where OC_XML is not null and (OCF_Version is null or OCF_Version < ${version})`.execute(db)
  return Number(found[0]?.count ?? 0)
}
