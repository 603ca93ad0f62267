// Creating and changing users, with their line in the change log.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { type Topic, topics as knownTopics } from '../../http/principal.ts'
import { record } from '../../system/log/index.ts'
import { topicsOf } from '../sessions/index.ts'
import { kinds } from './codes.ts'
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
