// OPR_Type, the types that the database lets nodes have: the same as those of config/types.ini, so that it refuses others whoever writes.
import { sql } from 'kysely'
import type { Database, Db } from './database.ts'

export interface StoredType {
  readonly datatype: number
  readonly number: number
  /** datatype:type */
  readonly name: string
}

const keyOf = (type: StoredType): string => `${type.datatype} ${type.number} ${type.name}`

const stored = async (db: Db): Promise<StoredType[]> => {
  const { rows } =
    await sql<StoredType>`select OTY_RCV_Datatype as "datatype", OTY_RCV_Type as "number", OTY_Name as "name" from OPR_Type`.execute(
      db,
    )
  return rows
}

/** Makes OPR_Type hold exactly these types. Nodes of a type that is no longer among them stay; `firefolio check` names them. */
export async function registerTypes(database: Database, types: readonly StoredType[]): Promise<void> {
  const wanted = new Set(types.map(keyOf))
  const before = await stored(database.db)
  if (before.length === wanted.size && before.every(type => wanted.has(keyOf(type)))) return
  await database.inTransaction({}, async trx => {
    for (const type of await stored(trx))
      if (!wanted.has(keyOf(type)))
        await sql`delete from OPR_Type where OTY_RCV_Datatype = ${type.datatype} and OTY_RCV_Type = ${type.number}`.execute(
          trx,
        )
    for (const type of types)
      await sql`update or insert into OPR_Type (OTY_RCV_Datatype, OTY_RCV_Type, OTY_Name) values (${type.datatype}, ${type.number}, ${type.name})`.execute(
        trx,
      )
  })
}
