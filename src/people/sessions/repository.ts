import { createHash, randomBytes } from 'node:crypto'
import { type Db, nextId } from '../../firebird/database.ts'
import type { Scope } from '../../http/principal.ts'

/** What is stored of tokens and keys. They have 256 random bits, so a plain digest is enough. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
export const newSecret = (): string => randomBytes(32).toString('base64url')

const userColumns = ['PU_ID as userId', 'PU_UUID as uuid', 'PU_Topics as topics'] as const

const sessionColumns = [
  'PS_ID as id',
  'PS_Means as means',
  'PS_Address as address',
  'PS_Agent as agent',
  'PS_ProofTS as provenAt',
  'PS_SeenTS as seenAt',
  'PS_ExpiryTS as expiresAt',
  'PS_InsertTS as createdAt',
] as const

/** Requests that were sent with the token before are let through so long. */
const graceMs = 60_000

/** The session of a token, of a user who may log in. */
export async function findSession(db: Db, token: string, idleSince: Date) {
  const hash = hashOf(token)
  return await db
    .selectFrom('PRV_Session')
    .innerJoin('PRV_User', 'PU_ID', 'PS_PU_ID')
    .select(sessionColumns)
    .select(['PS_Rotate as isToRotate', 'PS_OldHash as oldHash'])
    .select(userColumns)
    .where(eb =>
      eb.or([
        eb('PS_Hash', '=', hash),
        eb.and([eb('PS_OldHash', '=', hash), eb('PS_RotateTS', '>', new Date(Date.now() - graceMs))]),
      ]),
    )
    .where('PS_ExpiryTS', '>', new Date())
    .where('PS_SeenTS', '>', idleSince)
    .where('PU_Active', '=', 1)
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()
}
export type SessionRow = NonNullable<Awaited<ReturnType<typeof findSession>>>

/** A user who may log in. */
export const findActiveUser = (db: Db, id: number) =>
  db
    .selectFrom('PRV_User')
    .select(userColumns)
    .where('PU_ID', '=', id)
    .where('PU_Active', '=', 1)
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()

export async function insertSession(
  trx: Db,
  session: {
    readonly userId: number
    readonly means: string
    readonly address: string
    readonly agent: string | undefined
    readonly expiresAt: Date
    readonly provenAt: Date | null
  },
): Promise<{ id: number; token: string }> {
  const token = newSecret()
  const id = await nextId(trx, 'PRV_Session_SEQ')
  await trx
    .insertInto('PRV_Session')
    .values({
      PS_ID: id,
      PS_PU_ID: session.userId,
      PS_Hash: hashOf(token),
      PS_Means: session.means,
      PS_Address: session.address.slice(0, 45),
      PS_Agent: session.agent?.slice(0, 500) ?? null,
      PS_ProofTS: session.provenAt,
      PS_ExpiryTS: session.expiresAt,
    })
    .execute()
  return { id, token }
}

/** Another token for the same session. */
export async function rotateSession(trx: Db, id: number, oldHash: string): Promise<string | undefined> {
  const token = newSecret()
  const { numUpdatedRows } = await trx
    .updateTable('PRV_Session')
    .set({ PS_Hash: hashOf(token), PS_OldHash: oldHash, PS_Rotate: 0, PS_RotateTS: new Date() })
    .where('PS_ID', '=', id)
    .where('PS_Hash', '=', oldHash)
    .executeTakeFirst()
  return numUpdatedRows === 1n ? token : undefined
}

/** Whoever has the session has shown again who they are. */
export const noteProof = (trx: Db, id: number) =>
  trx.updateTable('PRV_Session').set({ PS_ProofTS: new Date() }).where('PS_ID', '=', id).execute()

/** What the user may do has changed: their sessions get other tokens. */
export const markForRotation = (trx: Db, userId: number) =>
  trx.updateTable('PRV_Session').set({ PS_Rotate: 1 }).where('PS_PU_ID', '=', userId).execute()

export const touchSession = (db: Db, id: number) =>
  db.updateTable('PRV_Session').set({ PS_SeenTS: new Date() }).where('PS_ID', '=', id).execute()

export const listSessions = (db: Db, userId: number, idleSince: Date) =>
  db
    .selectFrom('PRV_Session')
    .select(sessionColumns)
    .where('PS_PU_ID', '=', userId)
    .where('PS_ExpiryTS', '>', new Date())
    .where('PS_SeenTS', '>', idleSince)
    .orderBy('PS_ID', 'desc')
    .execute()
export type ListedSession = Awaited<ReturnType<typeof listSessions>>[number]

/** @returns whether the user had that session */
export async function deleteSession(trx: Db, userId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('PRV_Session')
    .where('PS_ID', '=', id)
    .where('PS_PU_ID', '=', userId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** @param but a session that stays */
export async function deleteSessions(trx: Db, userId: number, but?: number): Promise<number> {
  let query = trx.deleteFrom('PRV_Session').where('PS_PU_ID', '=', userId)
  if (but !== undefined) query = query.where('PS_ID', '<>', but)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

/** Ends what a provider let in. @param but a session that stays */
export async function deleteSessionsBy(trx: Db, userId: number, means: string, but?: number): Promise<void> {
  let query = trx.deleteFrom('PRV_Session').where('PS_PU_ID', '=', userId).where('PS_Means', '=', means)
  if (but !== undefined) query = query.where('PS_ID', '<>', but)
  await query.execute()
}

export const deleteEnded = (trx: Db, idleSince: Date) =>
  trx
    .deleteFrom('PRV_Session')
    .where(eb => eb.or([eb('PS_ExpiryTS', '<', new Date()), eb('PS_SeenTS', '<', idleSince)]))
    .execute()

const keyColumns = [
  'PAK_ID as id',
  'PAK_Label as label',
  'PAK_Scopes as scopes',
  'PAK_ExpiryTS as expiresAt',
  'PAK_UseTS as usedAt',
  'PAK_InsertTS as createdAt',
] as const

export const findKey = (db: Db, id: number) =>
  db
    .selectFrom('PRV_ApiKey')
    .innerJoin('PRV_User', 'PU_ID', 'PAK_PU_ID')
    .select(keyColumns)
    .select('PAK_Hash as hash')
    .select(userColumns)
    .where('PAK_ID', '=', id)
    .where('PU_Active', '=', 1)
    .where('PU_DeleteTS', 'is', null)
    .where(eb => eb.or([eb('PAK_ExpiryTS', 'is', null), eb('PAK_ExpiryTS', '>', new Date())]))
    .executeTakeFirst()

export const touchKey = (db: Db, id: number) =>
  db.updateTable('PRV_ApiKey').set({ PAK_UseTS: new Date() }).where('PAK_ID', '=', id).execute()

export const listKeys = (db: Db, userId: number) =>
  db
    .selectFrom('PRV_ApiKey')
    .select(keyColumns)
    .where('PAK_PU_ID', '=', userId)
    .orderBy('PAK_ID', 'desc')
    .execute()
export type ListedKey = Awaited<ReturnType<typeof listKeys>>[number]

export async function insertKey(
  trx: Db,
  key: {
    readonly userId: number
    readonly label: string
    readonly scopes: readonly Scope[]
    readonly expiresAt: Date | null
  },
): Promise<{ id: number; key: string }> {
  const secret = newSecret()
  const id = await nextId(trx, 'PRV_ApiKey_SEQ')
  await trx
    .insertInto('PRV_ApiKey')
    .values({
      PAK_ID: id,
      PAK_PU_ID: key.userId,
      PAK_Label: key.label,
      PAK_Hash: hashOf(secret),
      PAK_Scopes: key.scopes.join(' '),
      PAK_ExpiryTS: key.expiresAt,
    })
    .execute()
  return { id, key: `ff_${id}_${secret}` }
}

/** @returns whether the user had that key */
export async function deleteKey(trx: Db, userId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('PRV_ApiKey')
    .where('PAK_ID', '=', id)
    .where('PAK_PU_ID', '=', userId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

export const deleteKeys = (trx: Db, userId: number) =>
  trx.deleteFrom('PRV_ApiKey').where('PAK_PU_ID', '=', userId).execute()
