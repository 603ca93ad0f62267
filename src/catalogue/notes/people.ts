// Who writes notes and looks after them: names for those who work on them.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'

export interface Person {
  readonly id: number
  readonly uuid: string
  readonly name: string
}

/** Users by their UUIDs; those who were deleted have no name any more. */
export async function namesOf(db: Db, uuids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (let at = 0; at < uuids.length; at += 1000) {
    const rows = await db
      .selectFrom('PRV_User')
      .select(['PU_UUID as uuid', 'PU_Name as name'])
      .where('PU_UUID', 'in', uuids.slice(at, at + 1000))
      .where('PU_DeleteTS', 'is', null)
      .execute()
    for (const { uuid, name } of rows) names.set(uuid, name)
  }
  return names
}

/** Somebody who can be asked to look after a note. @throws Refusal not-processable */
export async function getPerson(db: Db, uuid: string): Promise<Person> {
  const found = await db
    .selectFrom('PRV_User')
    .select(['PU_ID as id', 'PU_UUID as uuid', 'PU_Name as name'])
    .where('PU_UUID', '=', uuid)
    .where('PU_Active', '=', 1)
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()
  if (!found) throw new Refusal('not-processable', `assigned: there is no active user ‘${uuid}’.`)
  return found
}

/** Active people with topics of their own or of a group that they are in, by name. */
export async function staff(db: Db, limit: number): Promise<Person[]> {
  const { rows } =
    await sql<Person>`select first ${sql.lit(limit)} PU_ID as "id", PU_UUID as "uuid", PU_Name as "name" from PRV_User
    where PU_Active = 1 and PU_DeleteTS is null and PU_Kind = 0 and (PU_Topics <> '' or exists (select 1 from PRV_GroupMember
      join PRV_Group on PG_ID = PGM_PG_ID where PGM_PU_ID = PU_ID and PG_Topics <> '')) order by PU_Name, PU_ID`.execute(
      db,
    )
  return rows
}
