// The account of somebody for whom a provider vouches: the one that it is linked to, else one with the same address, else a new one.
import type { Actor, Db } from '../../firebird/database.ts'
import { createUser } from './change.ts'
import { addIdentity } from './identities.ts'
import * as repository from './repository.ts'

/** What a provider tells of a person. */
export interface Vouched {
  /** Name of the provider in the configuration */
  readonly source: string
  readonly subject: string
  readonly name: string | undefined
  readonly email: string | undefined
  readonly isEmailVerified: boolean
}

export interface Admission {
  readonly accounts: 'known' | 'create'
  readonly byEmail: boolean
}

const link = async (trx: Db, actor: Actor, user: repository.User, who: Vouched): Promise<repository.User> => {
  await addIdentity(trx, { ...actor, name: user.uuid }, user, who)
  return user
}

/** @returns the user, who may be one that is closed; or undefined where none is to be made */
export async function userOfProvider(
  trx: Db,
  actor: Actor,
  who: Vouched,
  admission: Admission,
): Promise<repository.User | undefined> {
  const identity = await repository.findIdentity(trx, who.source, who.subject)
  if (identity?.unlinkedAt === null) {
    await repository.touchIdentity(trx, identity.id)
    return await repository.find(trx, identity.userId)
  }
  const email = who.isEmailVerified ? who.email : undefined
  const namesake = email === undefined ? undefined : await repository.findByEmail(trx, email)
  // who has unlinked it wants to be asked before it opens the account again
  if (namesake && admission.byEmail && !identity)
    // an account that is closed is not to be opened from another side later
    return namesake.active === 1 ? await link(trx, actor, namesake, who) : namesake
  if (admission.accounts === 'known') return undefined
  const user = await createUser(
    trx,
    { ...actor, name: who.source },
    {
      kind: 'person',
      name: (who.name ?? who.email ?? who.subject).slice(0, 250),
      // an address that somebody else has confirmed would be nobody's any more if two had it
      email: namesake ? null : (who.email ?? null),
    },
  )
  if (email !== undefined && !namesake)
    await repository.update(trx, user.id, '*', { confirmedAt: new Date() })
  return await link(trx, actor, user, who)
}
