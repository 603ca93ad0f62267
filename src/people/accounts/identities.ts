// Log-in ids of an account at those who vouch for people: linked by the user, and taken away again, but never the last way in.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { record } from '../../system/log/index.ts'
import { membershipsFrom, removeMember } from '../groups/index.ts'
import { deleteSessionsBy, markForRotation } from '../sessions/index.ts'
import { requireNotAbove } from './change.ts'
import * as repository from './repository.ts'

interface Who {
  /** Name of the provider in the configuration */
  readonly source: string
  readonly subject: string
}

export async function addIdentity(
  trx: Db,
  actor: Actor,
  user: Pick<repository.User, 'id'>,
  { source, subject }: Who,
): Promise<void> {
  const before = await repository.findIdentity(trx, source, subject)
  // who is in two transactions at once meets the unique index
  if (before?.unlinkedAt) await repository.deleteIdentity(trx, before.id)
  await repository.insertIdentity(trx, user.id, source, subject)
  await record(trx, {
    entity: 'user',
    entityId: user.id,
    action: 'identity-add',
    actor,
    data: { source, subject },
  })
}

/** @returns undefined where it is somebody else's: nobody is moved from one account to another by a log-in */
export async function linkIdentity(
  trx: Db,
  actor: Actor,
  user: repository.User,
  who: Who,
): Promise<'linked' | 'known' | undefined> {
  const known = await repository.findIdentity(trx, who.source, who.subject)
  const isLinked = known?.unlinkedAt === null
  if (isLinked && known.userId !== user.id) return undefined
  if (isLinked) {
    await repository.touchIdentity(trx, known.id)
    return 'known'
  }
  await addIdentity(trx, actor, user, who)
  await markForRotation(trx, user.id)
  return 'linked'
}

/**
 * @param session the one that asks, which goes on; all others that this provider let in end
 * @param isOffered whether people still log in by a provider of that name
 * @throws Refusal not-found, forbidden, conflict where nothing else would let the user in
 */
export async function unlinkIdentity(
  trx: Db,
  actor: Actor,
  who: { readonly principal: Principal; readonly sessionId?: number | undefined },
  user: repository.User,
  id: number,
  isOffered: (source: string) => boolean,
): Promise<void> {
  await requireNotAbove(trx, who.principal, user)
  // two at once, each of which is the other's last way in, come one after the other
  await repository.lock(trx, user.id)
  const identities = await repository.identitiesOfUsers(trx, [user.id])
  const identity = identities.find(each => each.id === id)
  if (!identity) throw new Refusal('not-found', `This user has no log-in id ${id}.`)
  const { source, subject } = identity
  const others = identities.filter(each => each !== identity)
  const { password } = (await repository.find(trx, user.id)) as repository.User
  if (password === null && !others.some(each => isOffered(each.source)))
    throw new Refusal(
      'conflict',
      `‘${source}’ is the last way in: there is no password, and no other provider vouches for this user. Choose a password or link another one first.`,
      { lastWayIn: source },
    )
  await repository.endIdentity(trx, id)
  // what the rules of a provider gave goes with the last that it vouched for
  if (!others.some(each => each.source === source))
    for (const { groupId } of await membershipsFrom(trx, user.id, source))
      await removeMember(trx, actor, undefined, groupId, { userId: user.id })
  await deleteSessionsBy(trx, user.id, source, who.principal.userId === user.id ? who.sessionId : undefined)
  await markForRotation(trx, user.id)
  await record(trx, {
    entity: 'user',
    entityId: user.id,
    action: 'identity-remove',
    actor,
    data: { source, subject },
  })
}
