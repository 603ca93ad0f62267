// Links that are good once and for a while. The code stands behind the # of the address: browsers send that to no server, so no log holds it.
import type { Db } from '../../firebird/database.ts'
import { nextId } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import type { Services } from '../../http/module.ts'
import { hashOf, newSecret } from '../sessions/index.ts'
import type { User } from './repository.ts'

/** What a code is good for, and the page of the desk that takes it. */
const pages = { welcome: 'welcome', confirm: 'confirm', reset: 'password' } as const
export type CodeKind = keyof typeof pages

export const linkOf = (services: Services, kind: CodeKind, code: string): string =>
  `${services.publicUrl()}/desk/${pages[kind]}#${code}`

/** A code of a kind; those made before for the same user are good no more. @param user undefined: for the first administrator */
export async function makeCode(
  services: Services,
  trx: Db,
  kind: CodeKind,
  user: Pick<User, 'id' | 'email'> | undefined,
): Promise<string> {
  const code = newSecret()
  await trx
    .deleteFrom('PRV_Code')
    .where(eb =>
      eb.or([
        eb('PCD_ExpiryTS', '<', new Date()),
        eb.and([
          eb('PCD_Kind', '=', kind),
          user ? eb('PCD_PU_ID', '=', user.id) : eb('PCD_PU_ID', 'is', null),
        ]),
      ]),
    )
    .execute()
  await trx
    .insertInto('PRV_Code')
    .values({
      PCD_ID: await nextId(trx, 'PRV_Code_SEQ'),
      PCD_Kind: kind,
      PCD_PU_ID: user?.id ?? null,
      PCD_Hash: hashOf(code),
      PCD_EMail: user?.email ?? null,
      PCD_ExpiryTS: new Date(Date.now() + services.config.mail.codeMinutes * 60_000),
    })
    .execute()
  return code
}

/** Takes a code, once: of two at the same time the database lets one delete it. @returns undefined where it is not good */
export async function takeCode(
  trx: Db,
  kind: CodeKind,
  code: string,
): Promise<{ userId: number | null; email: string | null } | undefined> {
  const found = await trx
    .selectFrom('PRV_Code')
    .select(['PCD_ID as id', 'PCD_PU_ID as userId', 'PCD_EMail as email'])
    .where('PCD_Hash', '=', hashOf(code))
    .where('PCD_Kind', '=', kind)
    .where('PCD_ExpiryTS', '>', new Date())
    .executeTakeFirst()
  if (!found) return undefined
  const { numDeletedRows } = await trx
    .deleteFrom('PRV_Code')
    .where('PCD_ID', '=', found.id)
    .executeTakeFirst()
  return numDeletedRows === 1n ? found : undefined
}

export const forgetCodes = (trx: Db, userId: number) =>
  trx.deleteFrom('PRV_Code').where('PCD_PU_ID', '=', userId).execute()

/** Uses up what is good once and known by its hash, such as the state of a log-in at a provider. @returns whether it was good still */
export async function useUp(services: Services, hash: string, expiresAt: Date): Promise<boolean> {
  try {
    await services.database.inTransaction({}, async trx => {
      await trx.deleteFrom('PRV_Code').where('PCD_ExpiryTS', '<', new Date()).execute()
      const id = await nextId(trx, 'PRV_Code_SEQ')
      await trx
        .insertInto('PRV_Code')
        .values({ PCD_ID: id, PCD_Kind: 'used', PCD_Hash: hash, PCD_ExpiryTS: expiresAt })
        .execute()
    })
    return true
  } catch (error) {
    if (error instanceof FirebirdFault && error.kind === 'unique') return false
    throw error
  }
}
