// OPR_OrderFile: the files of an order.
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'

export interface OrderFile {
  readonly id: number
  readonly orderId: number
  readonly name: string
  readonly media: string
  readonly url: string
  readonly hashsum: string
  readonly bytes: number
  readonly by: string
  readonly at: Date
}

const columns = sql`OOF_ID as "id", OOF_OO_ID as "orderId", OOF_Name as "name", OOF_Media as "media", OOF_Url as "url",
  OOF_Hashsum as "hashsum", OOF_Filesize as "bytes", OOF_Actor as "by", OOF_InsertTS as "at"`

const fileOf = (row: OrderFile): OrderFile => ({ ...row, bytes: Number(row.bytes) })

/** In the order in which they came. */
export async function ofOrder(db: Db, orderId: number): Promise<OrderFile[]> {
  const { rows } =
    await sql<OrderFile>`select ${columns} from OPR_OrderFile where OOF_OO_ID = ${orderId} order by OOF_ID`.execute(
      db,
    )
  return rows.map(fileOf)
}

export async function find(db: Db, orderId: number, id: number): Promise<OrderFile | undefined> {
  const { rows } =
    await sql<OrderFile>`select ${columns} from OPR_OrderFile where OOF_ID = ${id} and OOF_OO_ID = ${orderId}`.execute(
      db,
    )
  return rows[0] && fileOf(rows[0])
}

export type NewFile = Pick<OrderFile, 'name' | 'media' | 'url' | 'hashsum' | 'bytes'>

export async function insert(trx: Db, orderId: number, file: NewFile, by: string): Promise<number> {
  const id = await nextId(trx, 'OPR_OrderFile_SEQ')
  await trx
    .insertInto('OPR_OrderFile')
    .values({
      OOF_ID: id,
      OOF_OO_ID: orderId,
      OOF_Name: file.name,
      OOF_Media: file.media,
      OOF_Url: file.url,
      OOF_Hashsum: file.hashsum,
      OOF_Filesize: file.bytes,
      OOF_Actor: by,
    })
    .execute()
  return id
}

export const remove = (trx: Db, id: number) =>
  trx.deleteFrom('OPR_OrderFile').where('OOF_ID', '=', id).execute()

/** All of them, for the check. */
export async function all(db: Db): Promise<OrderFile[]> {
  const { rows } = await sql<OrderFile>`select ${columns} from OPR_OrderFile order by OOF_ID`.execute(db)
  return rows.map(fileOf)
}
