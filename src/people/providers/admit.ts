// Lets in whom a provider vouches for: finds or makes the account, brings its memberships into line, begins the session.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Actor, Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import type { Services } from '../../http/module.ts'
import { actorOf } from '../../http/write.ts'
import { type Admission, beginSession, userOfProvider } from '../accounts/index.ts'
import { addMember, findGroupByName, membershipsFrom, removeMember } from '../groups/index.ts'
import type { Told } from './openid.ts'

export interface Rules extends Admission {
  readonly groups: readonly string[]
}

const fits = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
    's',
  ).test(value)

/** Names of the groups that rules give to whoever has these values. */
export const groupsBy = (rules: readonly string[], values: readonly string[]): string[] => [
  ...new Set(
    rules.flatMap(rule => {
      const at = rule.lastIndexOf('=')
      const [pattern, group] = [rule.slice(0, at).trim(), rule.slice(at + 1).trim()]
      return pattern === '*' || values.some(value => fits(pattern, value)) ? [group] : []
    }),
  ),
]

/** Memberships that this provider gave follow its rules; all others stay as they are. @returns names that no group has */
export async function alignGroups(
  trx: Db,
  actor: Actor,
  userId: number,
  source: string,
  names: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    names.map(async name => ({ name, group: await findGroupByName(trx, name) })),
  )
  const wanted = new Set(found.flatMap(({ group }) => (group ? [group.id] : [])))
  const had = await membershipsFrom(trx, userId, source)
  for (const { groupId } of had)
    if (!wanted.has(groupId)) await removeMember(trx, actor, undefined, groupId, { userId })
  for (const groupId of wanted)
    if (!had.some(each => each.groupId === groupId))
      await addMember(trx, actor, undefined, groupId, { userId }, source)
  return found.flatMap(({ name, group }) => (group ? [] : [name]))
}

/** @returns why not, where the person is not let in */
export async function admit(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  told: Told,
  rules: Rules,
): Promise<{ userId: number } | { fault: 'unknown' | 'closed'; userId?: number }> {
  const email = z.email().max(250).safeParse(told.email).data
  const enter = () =>
    services.database.inTransaction({}, async trx => {
      const actor = actorOf(request)
      const user = await userOfProvider(trx, actor, { ...told, email }, rules)
      if (user?.active !== 1 || user.deletedAt !== null) return { user, missing: [] }
      const names = groupsBy(rules.groups, told.groups)
      const missing = await alignGroups(trx, { ...actor, name: told.source }, user.id, told.source, names)
      return { user, missing }
    })
  const { user, missing } = await enter().catch(async (error: unknown) => {
    // the first log-in of a person, in two windows at once: the other one has made the account
    if (error instanceof FirebirdFault && error.kind === 'unique') return await enter()
    throw error
  })
  if (!user) return { fault: 'unknown' }
  if (user.active !== 1 || user.deletedAt !== null) return { fault: 'closed', userId: user.id }
  if (missing.length > 0)
    request.log.warn({ provider: told.source, groups: missing }, 'rules name groups that are not there')
  await beginSession(services, request, reply, user, told.source)
  return { userId: user.id }
}
