import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'
import { columnsFrom, updatedAt } from '../../firebird/fields.ts'

const columns = [
  'PU_ID as id',
  'PU_UUID as uuid',
  'PU_Kind as kind',
  'PU_Name as name',
  'PU_Login as login',
  'PU_EMail as email',
  'PU_ConfirmTS as confirmedAt',
  'PU_PublicEMail as emailPublic',
  'PU_Affiliation as affiliation',
  'PU_Orcid as orcid',
  'PU_Url as url',
  'PU_Contact as contact',
  'PU_Topics as topics',
  'PU_Active as active',
] as const

const bookkeeping = [
  'PU_Password as password',
  'PU_LogInTS as logInAt',
  'PU_LogInAddress as logInAddress',
  'PU_LastLogInTS as lastLogInAt',
  'PU_LastLogInAddress as lastLogInAddress',
  'PU_LogInCount as logInCount',
  'PU_DeleteTS as deletedAt',
  'PU_Version as version',
  'PU_InsertTS as createdAt',
  'PU_UpdateTS as updatedAt',
] as const

const users = (db: Db) => db.selectFrom('PRV_User').select(columns).select(bookkeeping)

export const find = (db: Db, id: number) => users(db).where('PU_ID', '=', id).executeTakeFirst()
export type User = NonNullable<Awaited<ReturnType<typeof find>>>

export const findByUuid = (db: Db, uuid: string) =>
  users(db).where('PU_UUID', '=', uuid.toLowerCase()).executeTakeFirst()

export const findByLogin = (db: Db, login: string) =>
  users(db).where('PU_Login', '=', login.toLowerCase()).where('PU_DeleteTS', 'is', null).executeTakeFirst()

/** By an address that was confirmed; nobody where several have it. */
export async function findByEmail(db: Db, email: string): Promise<User | undefined> {
  const found = await users(db)
    .where(sql<boolean>`lower(PU_EMail) = lower(cast(${email} as varchar(250)))`)
    .where('PU_ConfirmTS', 'is not', null)
    .where('PU_DeleteTS', 'is', null)
    .limit(2)
    .execute()
  return found.length === 1 ? found[0] : undefined
}

export interface UserFields {
  readonly kind?: number
  readonly name?: string
  readonly login?: string | null
  readonly password?: string | null
  readonly email?: string | null
  readonly confirmedAt?: Date | null
  readonly emailPublic?: string | null
  readonly affiliation?: string | null
  readonly orcid?: string | null
  readonly url?: string | null
  readonly contact?: string | null
  readonly topics?: string
  readonly active?: number
}

const columnOf = {
  kind: 'PU_Kind',
  name: 'PU_Name',
  login: 'PU_Login',
  password: 'PU_Password',
  email: 'PU_EMail',
  confirmedAt: 'PU_ConfirmTS',
  emailPublic: 'PU_PublicEMail',
  affiliation: 'PU_Affiliation',
  orcid: 'PU_Orcid',
  url: 'PU_Url',
  contact: 'PU_Contact',
  topics: 'PU_Topics',
  active: 'PU_Active',
} as const satisfies Record<keyof UserFields, string>

const columnsOf = (fields: UserFields) => columnsFrom(columnOf, fields)

export async function insert(trx: Db, fields: UserFields & { readonly name: string }): Promise<number> {
  const id = await nextId(trx, 'PRV_User_SEQ')
  await trx
    .insertInto('PRV_User')
    .values({ PU_ID: id, PU_UUID: randomUUID(), PU_Name: fields.name, ...columnsOf(fields) })
    .execute()
  return id
}

/** @returns whether the user still had that version */
export async function update(
  trx: Db,
  id: number,
  version: number | '*',
  fields: UserFields,
): Promise<boolean> {
  const query = trx.updateTable('PRV_User').set(columnsOf(fields)).where('PU_ID', '=', id)
  return await updatedAt(query, 'PU_Version', version)
}

/** Notes a log-in: the one before becomes the last one. */
export const noteLogIn = (trx: Db, id: number, address: string) =>
  trx
    .updateTable('PRV_User')
    .set(eb => ({
      PU_LastLogInTS: eb.ref('PU_LogInTS'),
      PU_LastLogInAddress: eb.ref('PU_LogInAddress'),
      PU_LogInTS: new Date(),
      PU_LogInAddress: address.slice(0, 45),
      PU_LogInCount: eb('PU_LogInCount', '+', 1),
    }))
    .where('PU_ID', '=', id)
    .execute()

/** The same of one user. */
export const administers = ({ topics, active }: User): boolean =>
  active === 1 && (topics ?? '').includes('USER_MANAGEMENT') && (topics ?? '').includes('SYSTEM')

/** Whether somebody can log in who manages users and the system, so that nobody else is made the first administrator. */
export async function hasAdministrator(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where(sql<boolean>`PU_Topics containing 'USER_MANAGEMENT'`)
    .where(sql<boolean>`PU_Topics containing 'SYSTEM'`)
    .where('PU_Active', '=', 1)
    .where('PU_DeleteTS', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

export interface UserFilter {
  readonly q?: string | undefined
  /** Whether q is looked for in log-ins and e-mail addresses, too */
  readonly isFull: boolean
  readonly kind?: number | undefined
  readonly active?: number | undefined
  /** Name and id of the last user of the page before */
  readonly after?: readonly [string, number] | undefined
}

/** Users by name, without those that were deleted. */
export async function list(db: Db, filter: UserFilter, limit: number): Promise<User[]> {
  const { q, after } = filter
  let query = users(db).where('PU_DeleteTS', 'is', null).orderBy('PU_Name').orderBy('PU_ID').limit(limit)
  if (filter.kind !== undefined) query = query.where('PU_Kind', '=', filter.kind)
  if (filter.active !== undefined) query = query.where('PU_Active', '=', filter.active)
  if (q !== undefined && q !== '') {
    const holds = (column: string) =>
      sql<boolean>`${sql.ref(column)} containing cast(${q} as varchar(100) character set utf8)`
    // log-ins are ASCII, and nothing else can be compared with them
    const hidden = filter.isFull ? ['PU_EMail', ...(/^[\x20-\x7e]+$/.test(q) ? ['PU_Login'] : [])] : []
    const columnsLookedIn = ['PU_Name', 'PU_Affiliation', ...hidden]
    query = query.where(eb => eb.or(columnsLookedIn.map(holds)))
  }
  if (after)
    query = query.where(eb =>
      eb.or([
        eb('PU_Name', '>', after[0]),
        eb.and([eb('PU_Name', '=', after[0]), eb('PU_ID', '>', after[1])]),
      ]),
    )
  return await query.execute()
}

const identityColumns = [
  'PI_ID as id',
  'PI_PU_ID as userId',
  'PI_Source as source',
  'PI_Subject as subject',
  'PI_InsertTS as linkedAt',
  'PI_UseTS as usedAt',
  'PI_UnlinkTS as unlinkedAt',
] as const

export const identitiesOfUsers = (db: Db, userIds: readonly number[]) =>
  userIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('PRV_Identity')
        .select(identityColumns)
        .where('PI_PU_ID', 'in', [...userIds])
        .where('PI_UnlinkTS', 'is', null)
        .orderBy('PI_ID')
        .execute()

/** Also one that was taken from its user. */
export const findIdentity = (db: Db, source: string, subject: string) =>
  db
    .selectFrom('PRV_Identity')
    .select(identityColumns)
    .where('PI_Source', '=', source)
    .where('PI_Subject', '=', subject)
    .executeTakeFirst()
export type Identity = NonNullable<Awaited<ReturnType<typeof findIdentity>>>

export async function insertIdentity(
  trx: Db,
  userId: number,
  source: string,
  subject: string,
): Promise<void> {
  await trx
    .insertInto('PRV_Identity')
    .values({
      PI_ID: await nextId(trx, 'PRV_Identity_SEQ'),
      PI_PU_ID: userId,
      PI_Source: source,
      PI_Subject: subject,
      PI_UseTS: new Date(),
    })
    .execute()
}

export const touchIdentity = (trx: Db, id: number) =>
  trx.updateTable('PRV_Identity').set({ PI_UseTS: new Date() }).where('PI_ID', '=', id).execute()

/** It lets nobody in any more; the row keeps it from coming back by an address that fits. */
export const endIdentity = (trx: Db, id: number) =>
  trx.updateTable('PRV_Identity').set({ PI_UnlinkTS: new Date() }).where('PI_ID', '=', id).execute()

export const deleteIdentity = (trx: Db, id: number) =>
  trx.deleteFrom('PRV_Identity').where('PI_ID', '=', id).execute()

/** Others that lock the user wait until this transaction has ended. */
export async function lock(trx: Db, id: number): Promise<void> {
  await sql`select PU_ID as "id" from PRV_User where PU_ID = ${id} with lock`.execute(trx)
}

/** Leaves a tombstone: histories go on naming a user of whom nothing is known any more. */
export async function bury(trx: Db, id: number): Promise<void> {
  await trx
    .updateTable('PRV_User')
    .set({
      PU_Name: 'deleted',
      PU_Login: null,
      PU_Password: null,
      PU_EMail: null,
      PU_ConfirmTS: null,
      PU_PublicEMail: null,
      PU_Affiliation: null,
      PU_Orcid: null,
      PU_Url: null,
      PU_Contact: null,
      PU_Topics: '',
      PU_Active: 0,
      PU_LogInAddress: null,
      PU_LastLogInAddress: null,
      PU_DeleteTS: new Date(),
    })
    .where('PU_ID', '=', id)
    .execute()
  await trx.deleteFrom('PRV_Identity').where('PI_PU_ID', '=', id).execute()
  // after the change above, which has left a version itself
  await trx.deleteFrom('PRV_UserHistory').where('PUH_PU_ID', '=', id).execute()
}
