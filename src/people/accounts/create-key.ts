import type { Actor, Db } from '../../firebird/database.ts'
import type { Scope } from '../../http/principal.ts'
import { record } from '../../system/log/index.ts'
import { insertKey } from '../sessions/index.ts'
import type { User } from './repository.ts'

/** A key of a user, with its line in the log; the key itself is known to whoever asked for it and nobody else. */
export async function createKey(
  trx: Db,
  actor: Actor,
  user: User,
  key: { readonly label: string; readonly scopes: readonly Scope[]; readonly expiresAt: Date | null },
): Promise<{ id: number; key: string }> {
  const made = await insertKey(trx, { userId: user.id, ...key })
  await record(trx, {
    entity: 'user',
    entityId: user.id,
    action: 'key-create',
    actor,
    data: { key: made.id, ...key },
  })
  return made
}
