// firefolio user …, firefolio key …, firefolio group …: people, from the machine of the service.
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { providersOf } from '../config/provider-options.ts'
import { Refusal } from '../errors.ts'
import type { Db } from '../firebird/database.ts'
import { operatorPrincipal, type Scope, type Topic } from '../http/principal.ts'
import {
  changeUser,
  createKey,
  createUser,
  deleteUser,
  findByLogin,
  findByUuid,
  identitiesOfUsers,
  linkOf,
  listUsers,
  makeCode,
  type User,
  type UserInput,
  welcomeLink,
} from '../people/accounts/index.ts'
import { addMember, createGroup, findGroupByName, removeMember } from '../people/groups/index.ts'
import type { Session } from './session.ts'

const actor = { name: userInfo().username, application: 'firefolio' }

/** @throws Refusal not-found */
async function get(db: Db, name: string): Promise<User> {
  const user = (await findByLogin(db, name)) ?? (await findByUuid(db, name))
  if (!user || user.deletedAt !== null)
    throw new Refusal('not-found', `There is no user with the log-in or id ‘${name}’.`)
  return user
}

export interface AddUserFlags {
  readonly login?: string
  readonly email?: string
  readonly organisation?: boolean
  readonly password?: boolean
  readonly topic: readonly Topic[]
}

export async function addUser(session: Session, name: string, flags: AddUserFlags): Promise<void> {
  const password = flags.password ? randomBytes(15).toString('base64url') : undefined
  await session.withServices(async services => {
    const user = await services.database.inTransaction({ actor }, trx =>
      createUser(trx, actor, {
        name,
        kind: flags.organisation ? 'organisation' : 'person',
        login: flags.login,
        email: flags.email,
        topics: flags.topic,
        password,
      }),
    )
    session.out(`${user.uuid}\n${password === undefined ? '' : `password: ${password}\n`}`)
  })
}

export async function showUsers(session: Session, q: string | undefined): Promise<void> {
  await session.withServices(async services => {
    let after: readonly [string, number] | undefined
    for (;;) {
      const users = await listUsers(services.db, { q, isFull: true, after }, 500)
      for (const user of users)
        session.out(
          `${user.uuid}  ${(user.login ?? '-').padEnd(16)} ${user.active === 1 ? '' : '(closed) '}${user.name}  ${user.topics}\n`,
        )
      const last = users.at(-1)
      if (users.length < 500 || !last) return
      after = [last.name, last.id]
    }
  })
}

/** By whom a user is let in: number, provider, who it is there, last use. */
export async function showIdentities(session: Session, name: string): Promise<void> {
  await session.withServices(async services => {
    const user = await get(services.db, name)
    const offered = new Set(providersOf(services.config).map(provider => provider.name))
    for (const { id, source, subject, usedAt } of await identitiesOfUsers(services.db, [user.id]))
      session.out(
        `${id}  ${source.padEnd(16)} ${offered.has(source) ? '' : '(not offered) '}${subject}  ${usedAt?.toISOString() ?? '-'}\n`,
      )
  })
}

export async function setUser(session: Session, name: string, input: UserInput): Promise<void> {
  await session.withServices(services =>
    services.database.inTransaction({ actor }, async trx =>
      changeUser(trx, actor, { principal: operatorPrincipal }, await get(trx, name), '*', input),
    ),
  )
}

export async function removeUser(session: Session, name: string): Promise<void> {
  await session.withServices(services =>
    services.database.inTransaction({ actor }, async trx =>
      deleteUser(trx, actor, operatorPrincipal, await get(trx, name)),
    ),
  )
}

/** Prints a link by which the user chooses a password. */
export async function passwordLink(session: Session, name: string): Promise<void> {
  await session.withServices(async services => {
    const code = await services.database.inTransaction({ actor }, async trx => {
      const user = await get(trx, name)
      if (user.login === null)
        throw new Refusal('not-processable', 'This user has no log-in that a password could be for.')
      return await makeCode(services, trx, 'reset', { id: user.id, email: null })
    })
    session.out(`${linkOf(services, 'reset', code)}\n`)
  })
}

export async function welcome(session: Session): Promise<void> {
  await session.withServices(async services => {
    const link = await welcomeLink(services)
    if (link === undefined) throw new Refusal('conflict', 'There is an administrator already.')
    session.out(`${link}\n`)
  })
}

export async function addKey(
  session: Session,
  name: string,
  label: string,
  flags: { readonly scope: readonly Scope[]; readonly days?: number },
): Promise<void> {
  await session.withServices(async services => {
    const { key } = await services.database.inTransaction({ actor }, async trx =>
      createKey(trx, actor, await get(trx, name), {
        label,
        scopes: flags.scope.length === 0 ? ['read-write'] : flags.scope,
        expiresAt: flags.days === undefined ? null : new Date(Date.now() + flags.days * 86_400_000),
      }),
    )
    session.out(`${key}\n`)
  })
}

export async function addGroup(
  session: Session,
  name: string,
  flags: { readonly topic: readonly Topic[] },
): Promise<void> {
  await session.withServices(async services => {
    const group = await services.database.inTransaction({ actor }, trx =>
      createGroup(trx, actor, operatorPrincipal, { name, topics: flags.topic }),
    )
    session.out(`${group.id}\n`)
  })
}

export async function changeMembership(
  session: Session,
  groupName: string,
  userName: string,
  isToBe: boolean,
): Promise<void> {
  await session.withServices(services =>
    services.database.inTransaction({ actor }, async trx => {
      const group = await findGroupByName(trx, groupName)
      if (!group) throw new Refusal('not-found', `There is no group ‘${groupName}’.`)
      const member = { userId: (await get(trx, userName)).id }
      if (isToBe) await addMember(trx, actor, operatorPrincipal, group.id, member)
      else if (!(await removeMember(trx, actor, operatorPrincipal, group.id, member)))
        throw new Refusal('not-found', `‘${userName}’ is no member of ‘${groupName}’.`)
    }),
  )
}
