import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'

const columns = [
  'PG_ID as id',
  'PG_Name as name',
  'PG_Description as description',
  'PG_Topics as topics',
  'PG_Visibility as visibility',
  'PG_LinkHash as linkHash',
  'PG_System as system',
  'PG_Version as version',
  'PG_InsertTS as createdAt',
  'PG_UpdateTS as updatedAt',
] as const

const groups = (db: Db) => db.selectFrom('PRV_Group').select(columns)

export const find = (db: Db, id: number) => groups(db).where('PG_ID', '=', id).executeTakeFirst()
export type Group = NonNullable<Awaited<ReturnType<typeof find>>>

export const findByName = (db: Db, name: string) =>
  groups(db)
    .where(sql<boolean>`lower(PG_Name) = lower(cast(${name} as varchar(250) character set utf8))`)
    .executeTakeFirst()

export const findByLink = (db: Db, linkHash: string) =>
  groups(db).where('PG_LinkHash', '=', linkHash).where('PG_Visibility', '=', 2).executeTakeFirst()

/** Public groups and those named; all for undefined. */
export const list = (db: Db, visible: readonly number[] | undefined, after: number, limit: number) => {
  const query = groups(db).where('PG_ID', '>', after).orderBy('PG_ID').limit(limit)
  return (
    visible === undefined
      ? query
      : query.where(eb =>
          eb.or([
            eb('PG_Visibility', '=', 1),
            ...(visible.length > 0 ? [eb('PG_ID', 'in', [...visible])] : []),
          ]),
        )
  ).execute()
}

export interface GroupFields {
  readonly name?: string
  readonly description?: string | null
  readonly topics?: string
  readonly visibility?: number
  readonly linkHash?: string | null
}

const columnOf = {
  name: 'PG_Name',
  description: 'PG_Description',
  topics: 'PG_Topics',
  visibility: 'PG_Visibility',
  linkHash: 'PG_LinkHash',
} as const satisfies Record<keyof GroupFields, string>

const columnsOf = (fields: GroupFields) => columnsFrom(columnOf, fields)

export async function insert(trx: Db, fields: GroupFields & { readonly name: string }): Promise<number> {
  const id = await nextId(trx, 'PRV_Group_SEQ')
  await trx
    .insertInto('PRV_Group')
    .values({ PG_ID: id, PG_Name: fields.name, ...columnsOf(fields) })
    .execute()
  return id
}

/** @returns whether the group still had that version */
export async function update(
  trx: Db,
  id: number,
  version: number | '*',
  fields: GroupFields,
): Promise<boolean> {
  const query = trx.updateTable('PRV_Group').set(columnsOf(fields)).where('PG_ID', '=', id)
  return await updatedAt(query, 'PG_Version', version)
}

export const remove = (trx: Db, id: number) => trx.deleteFrom('PRV_Group').where('PG_ID', '=', id).execute()

/** Changes of membership wait for each other here, so that no two of them close a circle. */
export const lockMemberships = (trx: Db) =>
  sql`update PRV_Group set PG_Version = PG_Version where PG_ID = 1`.execute(trx)

export type Member = { readonly userId: number } | { readonly groupId: number }

export async function addMember(
  trx: Db,
  groupId: number,
  member: Member,
  source: string | null = null,
): Promise<boolean> {
  if (await hasMember(trx, groupId, member)) return false
  await trx
    .insertInto('PRV_GroupMember')
    .values({
      PGM_ID: await nextId(trx, 'PRV_GroupMember_SEQ'),
      PGM_PG_ID: groupId,
      PGM_PU_ID: 'userId' in member ? member.userId : null,
      PGM_PG_Member: 'groupId' in member ? member.groupId : null,
      PGM_Source: source,
    })
    .execute()
  return true
}

const isMember = (member: Member) =>
  'userId' in member
    ? sql<boolean>`PGM_PU_ID = ${member.userId}`
    : sql<boolean>`PGM_PG_Member = ${member.groupId}`

export async function hasMember(db: Db, groupId: number, member: Member): Promise<boolean> {
  const row = await db
    .selectFrom('PRV_GroupMember')
    .select('PGM_ID as id')
    .where('PGM_PG_ID', '=', groupId)
    .where(isMember(member))
    .executeTakeFirst()
  return row !== undefined
}

/** @returns whether it was a member */
export async function removeMember(trx: Db, groupId: number, member: Member): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('PRV_GroupMember')
    .where('PGM_PG_ID', '=', groupId)
    .where(isMember(member))
    .executeTakeFirst()
  return numDeletedRows > 0n
}

export const forgetMemberships = (trx: Db, userId: number) =>
  trx.deleteFrom('PRV_GroupMember').where('PGM_PU_ID', '=', userId).execute()

/** Memberships that the rules of a provider made. */
export const membershipsFrom = (db: Db, userId: number, source: string) =>
  db
    .selectFrom('PRV_GroupMember')
    .select('PGM_PG_ID as groupId')
    .where('PGM_PU_ID', '=', userId)
    .where('PGM_Source', '=', source)
    .execute()

export const membersOf = (db: Db, groupId: number, after: number, limit: number) =>
  db
    .selectFrom('PRV_GroupMember')
    .leftJoin('PRV_User', 'PU_ID', 'PGM_PU_ID')
    .leftJoin('PRV_Group', 'PG_ID', 'PGM_PG_Member')
    .select(['PGM_ID as id', 'PGM_Source as source', 'PGM_InsertTS as createdAt'])
    .select(['PU_UUID as userUuid', 'PU_Name as userName', 'PG_ID as groupId', 'PG_Name as groupName'])
    .where('PGM_PG_ID', '=', groupId)
    .where('PGM_ID', '>', after)
    .orderBy('PGM_ID')
    .limit(limit)
    .execute()

/** Users in a group, also by way of other groups. */
export async function usersWithin(db: Db, groupId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with recursive G as (
      select cast(${groupId} as integer) as GROUP_ID from RDB$DATABASE
      union all
      select m.PGM_PG_Member from PRV_GroupMember m join G on m.PGM_PG_ID = G.GROUP_ID where m.PGM_PG_Member is not null)
    select distinct PGM_PU_ID as "id" from PRV_GroupMember
    where PGM_PU_ID is not null and PGM_PG_ID in (select GROUP_ID from G)`.execute(db)
  return rows.map(row => row.id)
}

/** Groups that a group is in, by any number of steps. */
export async function groupsAbove(db: Db, groupId: number): Promise<{ id: number; topics: string }[]> {
  const { rows } = await sql<{ id: number; topics: string }>`
    with recursive G as (
      select PGM_PG_ID as GROUP_ID from PRV_GroupMember where PGM_PG_Member = ${groupId}
      union all
      select m.PGM_PG_ID from PRV_GroupMember m join G on m.PGM_PG_Member = G.GROUP_ID)
    select PG_ID as "id", PG_Topics as "topics" from PRV_Group where PG_ID in (select GROUP_ID from G)`.execute(
    db,
  )
  return rows
}
