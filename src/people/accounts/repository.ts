import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, nextId } from '../../firebird/database.ts'

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

const columnsOf = (fields: UserFields) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [columnOf[name as keyof UserFields], value]),
  )

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
  let query = trx.updateTable('PRV_User').set(columnsOf(fields)).where('PU_ID', '=', id)
  if (version !== '*') query = query.where('PU_Version', '=', version)
  return (await query.executeTakeFirst()).numUpdatedRows === 1n
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
