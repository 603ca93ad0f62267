// Creating and changing users, with their line in the change log.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import {
  ownRights,
  type Principal,
  rightsOfTopics,
  type Topic,
  topics as knownTopics,
} from '../../http/principal.ts'
import { forgetCopies, record } from '../../system/log/index.ts'
import { forgetMemberships } from '../groups/index.ts'
import { deleteKeys, deleteSessions, markForRotation, principalOf, topicsOf } from '../sessions/index.ts'
import { kinds } from './codes.ts'
import { forgetCodes } from './one-time-codes.ts'
import { hashPassword, requireGoodPassword } from './passwords.ts'
import * as repository from './repository.ts'

export interface UserInput {
  readonly kind?: 'person' | 'organisation' | undefined
  readonly name?: string | undefined
  readonly login?: string | null | undefined
  readonly password?: string | null | undefined
  readonly email?: string | null | undefined
  readonly emailPublic?: string | null | undefined
  readonly affiliation?: string | null | undefined
  readonly orcid?: string | null | undefined
  readonly url?: string | null | undefined
  readonly contact?: string | null | undefined
  readonly topics?: readonly Topic[] | undefined
  readonly isActive?: boolean | undefined
}

/** A full copy without secrets, for the log. */
export const copyOf = (user: repository.User) => ({
  id: user.uuid,
  kind: kinds.name(user.kind),
  name: user.name,
  login: user.login,
  email: user.email,
  emailPublic: user.emailPublic,
  affiliation: user.affiliation,
  orcid: user.orcid,
  url: user.url,
  contact: user.contact,
  topics: topicsOf(user.topics),
  isActive: user.active === 1,
})

/** In the order of their list, each once: what is equal is stored equally. */
export const storedTopics = (topics: readonly Topic[]): string =>
  knownTopics.filter(topic => topics.includes(topic)).join(' ')

async function fieldsOf(input: UserInput, login: string | null): Promise<repository.UserFields> {
  if (input.password != null) requireGoodPassword(input.password, login)
  const fields = {
    kind: input.kind === undefined ? undefined : kinds.of(input.kind),
    name: input.name,
    login: input.login?.toLowerCase() ?? input.login,
    password: input.password == null ? input.password : await hashPassword(input.password),
    email: input.email,
    emailPublic: input.emailPublic,
    affiliation: input.affiliation,
    orcid: input.orcid,
    url: input.url,
    contact: input.contact,
    topics: input.topics === undefined ? undefined : storedTopics(input.topics),
    active: input.isActive === undefined ? undefined : Number(input.isActive),
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as repository.UserFields
}

async function requireFreeLogin(trx: Db, login: string | null | undefined, but?: number): Promise<void> {
  if (login == null) return
  const other = await repository.findByLogin(trx, login)
  if (other && other.id !== but)
    throw new Refusal('conflict', `The log-in ‘${login}’ is taken.`, {
      errors: [{ pointer: '/login', detail: 'is taken' }],
    })
}

/** @throws Refusal conflict where the log-in is taken, not-processable where the password is none */
export async function createUser(
  trx: Db,
  actor: Actor,
  input: UserInput & { readonly name: string },
): Promise<repository.User> {
  await requireFreeLogin(trx, input.login)
  const id = await repository.insert(trx, {
    ...(await fieldsOf(input, input.login ?? null)),
    name: input.name,
  })
  const user = (await repository.find(trx, id)) as repository.User
  await record(trx, { entity: 'user', entityId: id, action: 'create', actor, data: copyOf(user) })
  return user
}

/** Nobody gives what they have not. @throws Refusal forbidden */
export function requireTopicsWithin(principal: Principal, topics: readonly Topic[]): void {
  const lacking = topics.filter(topic =>
    [...rightsOfTopics([topic])].some(right => !principal.rights.has(right)),
  )
  if (lacking.length > 0)
    throw new Refusal(
      'forbidden',
      `You cannot give or take ${lacking.join(', ')}: you do not have all of it.`,
    )
}

/** Whoever could log in as a user has what that user has: nobody changes the ways in of somebody who may do more. @throws Refusal forbidden */
export async function requireNotAbove(trx: Db, principal: Principal, user: repository.User): Promise<void> {
  if (principal.userId === user.id) return
  const { rights } = await principalOf(trx, user)
  const more = [...rights].filter(right => !ownRights.includes(right) && !principal.rights.has(right))
  if (more.length > 0) throw new Refusal('forbidden', `This user may do more than you (${more.join(', ')}).`)
}

/** Changes that open or close a way in, or what is behind it. */
const touchesLogIn = (fields: repository.UserFields): boolean =>
  ['login', 'password', 'email', 'topics', 'active'].some(name => name in fields)

const staleUser = (user: repository.User): Refusal =>
  new Refusal('stale', `The user has version ${user.version} now; read it again.`, { version: user.version })

/**
 * @param session the one that asks, which goes on when the password of its own user is changed
 * @throws Refusal stale, forbidden, conflict
 */
export async function changeUser(
  trx: Db,
  actor: Actor,
  who: { readonly principal: Principal; readonly sessionId?: number | undefined },
  before: repository.User,
  version: number | '*',
  input: UserInput,
): Promise<repository.User> {
  const fields = await fieldsOf(input, input.login === undefined ? before.login : input.login)
  const changed = Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== before[name as keyof repository.User]),
  ) as repository.UserFields
  if (version !== '*' && version !== before.version) throw staleUser(before)
  if (Object.keys(changed).length === 0) return before
  if (touchesLogIn(changed)) await requireNotAbove(trx, who.principal, before)
  const had = topicsOf(before.topics)
  if (input.topics) {
    const given = input.topics.filter(topic => !had.includes(topic))
    const taken = had.filter(topic => !input.topics?.includes(topic))
    requireTopicsWithin(who.principal, [...given, ...taken])
  }
  await requireFreeLogin(trx, changed.login, before.id)
  const confirmation = 'email' in changed ? { confirmedAt: null } : {}
  if (!(await repository.update(trx, before.id, version, { ...changed, ...confirmation })))
    throw staleUser((await repository.find(trx, before.id)) as repository.User)
  if ('topics' in changed || 'active' in changed) await requireAdministratorStays(trx, who.principal, before)
  if ('password' in changed || 'active' in changed || 'login' in changed)
    await deleteSessions(trx, before.id, who.principal.userId === before.id ? who.sessionId : undefined)
  if ('email' in changed) await forgetCodes(trx, before.id)
  if ('topics' in changed || 'password' in changed) await markForRotation(trx, before.id)
  const user = (await repository.find(trx, before.id)) as repository.User
  await record(trx, {
    entity: 'user',
    entityId: user.id,
    action: 'change',
    actor,
    data: { ...copyOf(user), ...('password' in changed ? { passwordChanged: true } : {}) },
  })
  return user
}

/** Nobody locks all people out, themselves included; the operator may. @throws Refusal conflict */
async function requireAdministratorStays(
  trx: Db,
  principal: Principal,
  before: repository.User,
): Promise<void> {
  if (principal.userId === undefined || !repository.administers(before)) return
  if (await repository.hasAdministrator(trx)) return
  throw new Refusal(
    'conflict',
    `${before.name} is the last who manages users and the system: give USER_MANAGEMENT and SYSTEM to somebody else first.`,
  )
}

/** Deletes what is known of a person: what they did stays, under an id that leads nowhere. @throws Refusal forbidden, conflict */
export async function deleteUser(
  trx: Db,
  actor: Actor,
  principal: Principal,
  user: repository.User,
): Promise<void> {
  await requireNotAbove(trx, principal, user)
  await repository.bury(trx, user.id)
  await requireAdministratorStays(trx, principal, user)
  await forgetCodes(trx, user.id)
  await deleteKeys(trx, user.id)
  await deleteSessions(trx, user.id)
  await forgetMemberships(trx, user.id)
  await forgetCopies(trx, 'user', user.id)
  await record(trx, { entity: 'user', entityId: user.id, action: 'delete', actor, data: { id: user.uuid } })
}
