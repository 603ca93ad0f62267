// Creating and changing groups and their members, with their line in the change log.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import {
  builtInGroups,
  type Principal,
  rightsOfTopics,
  type Topic,
  topics as knownTopics,
} from '../../http/principal.ts'
import { record } from '../../system/log/index.ts'
import { markForRotation, topicsOf } from '../sessions/index.ts'
import * as repository from './repository.ts'
import { visibilities } from './schemas.ts'

export interface GroupInput {
  readonly name?: string | undefined
  readonly description?: string | null | undefined
  readonly visibility?: 'members' | 'public' | 'unlisted' | undefined
  readonly topics?: readonly Topic[] | undefined
}

/** @throws Refusal not-found */
export async function get(db: Db, id: number): Promise<repository.Group> {
  const group = await repository.find(db, id)
  if (!group) throw new Refusal('not-found', `There is no group ${id}.`)
  return group
}

/** Whoever changes who has these has them; nobody gives or takes more. @throws Refusal forbidden */
function requireTopicsWithin(principal: Principal, topics: readonly Topic[]): void {
  const lacking = [...rightsOfTopics(topics)].filter(right => !principal.rights.has(right))
  if (lacking.length > 0)
    throw new Refusal('forbidden', `This group gives more than you have (${lacking.join(', ')}).`)
}

/** Topics that members of a group have: its own, and those of the groups that it is in. */
async function topicsBy(trx: Db, group: repository.Group): Promise<Topic[]> {
  const above = await repository.groupsAbove(trx, group.id)
  return [group, ...above].flatMap(each => topicsOf(each.topics))
}

function fieldsOf(input: GroupInput): repository.GroupFields {
  const fields = {
    name: input.name,
    description: input.description,
    visibility: input.visibility === undefined ? undefined : visibilities.of(input.visibility),
    topics:
      input.topics === undefined
        ? undefined
        : knownTopics.filter(topic => input.topics?.includes(topic)).join(' '),
    // a link opens unlisted groups alone
    linkHash: input.visibility !== undefined && input.visibility !== 'unlisted' ? null : undefined,
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as repository.GroupFields
}

const logged = (trx: Db, actor: Actor, action: string, group: repository.Group, more: object = {}) =>
  record(trx, {
    entity: 'group',
    entityId: group.id,
    action,
    actor,
    data: {
      name: group.name,
      description: group.description,
      visibility: visibilities.name(group.visibility),
      topics: topicsOf(group.topics),
      ...more,
    },
  })

async function requireFreeName(trx: Db, name: string | undefined, but?: number): Promise<void> {
  const other = name === undefined ? undefined : await repository.findByName(trx, name)
  if (other && other.id !== but)
    throw new Refusal('conflict', `There is a group ‘${other.name}’ already.`, {
      errors: [{ pointer: '/name', detail: 'is taken' }],
    })
}

/** @throws Refusal conflict, forbidden */
export async function createGroup(
  trx: Db,
  actor: Actor,
  principal: Principal,
  input: GroupInput & { readonly name: string },
): Promise<repository.Group> {
  requireTopicsWithin(principal, input.topics ?? [])
  await requireFreeName(trx, input.name)
  const group = await get(trx, await repository.insert(trx, { ...fieldsOf(input), name: input.name }))
  await logged(trx, actor, 'create', group)
  return group
}

/** @throws Refusal stale, conflict, forbidden */
export async function changeGroup(
  trx: Db,
  actor: Actor,
  principal: Principal,
  id: number,
  version: number | '*',
  input: GroupInput,
): Promise<repository.Group> {
  const before = await get(trx, id)
  if (version !== '*' && version !== before.version)
    throw new Refusal('stale', `The group has version ${before.version} now; read it again.`, {
      version: before.version,
    })
  if (before.system === 1 && input.name !== undefined && input.name !== before.name)
    throw new Refusal('conflict', `‘${before.name}’ is built in and keeps its name.`)
  if (input.topics) {
    if (id === builtInGroups.everyone || id === builtInGroups.signedIn)
      throw new Refusal('conflict', `‘${before.name}’ has no topics: anybody may be in it.`)
    const had = topicsOf(before.topics)
    requireTopicsWithin(principal, [
      ...input.topics.filter(topic => !had.includes(topic)),
      ...had.filter(topic => !input.topics?.includes(topic)),
    ])
  }
  // a link or a public list may let others in
  if (input.visibility === 'unlisted') requireTopicsWithin(principal, await topicsBy(trx, before))
  await requireFreeName(trx, input.name, id)
  const fields = fieldsOf(input)
  if (Object.keys(fields).length > 0) await repository.update(trx, id, '*', fields)
  const group = await get(trx, id)
  if (group.topics !== before.topics)
    for (const user of await repository.usersWithin(trx, id)) await markForRotation(trx, user)
  await logged(trx, actor, 'change', group)
  return group
}

/** @throws Refusal conflict for a built-in one */
export async function deleteGroup(trx: Db, actor: Actor, principal: Principal, id: number): Promise<void> {
  const group = await get(trx, id)
  if (group.system === 1) throw new Refusal('conflict', `‘${group.name}’ is built in and stays.`)
  requireTopicsWithin(principal, await topicsBy(trx, group))
  for (const user of await repository.usersWithin(trx, id)) await markForRotation(trx, user)
  await repository.remove(trx, id)
  await logged(trx, actor, 'delete', group)
}

/** Whom a membership concerns: the user, or all within a group. */
const concerned = async (trx: Db, member: repository.Member): Promise<number[]> =>
  'userId' in member ? [member.userId] : await repository.usersWithin(trx, member.groupId)

/** @returns whether it was none before @throws Refusal conflict where it closed a circle, forbidden */
export async function addMember(
  trx: Db,
  actor: Actor,
  principal: Principal | undefined,
  groupId: number,
  member: repository.Member,
  source: string | null = null,
): Promise<boolean> {
  await repository.lockMemberships(trx)
  const group = await get(trx, groupId)
  if (groupId === builtInGroups.everyone || groupId === builtInGroups.signedIn)
    throw new Refusal('conflict', `Who is in ‘${group.name}’ follows by itself.`)
  if ('groupId' in member && member.groupId === builtInGroups.everyone)
    throw new Refusal('conflict', 'Everyone cannot be a member: what a group has would be public.')
  if (principal) requireTopicsWithin(principal, await topicsBy(trx, group))
  if (!(await repository.addMember(trx, groupId, member, source))) return false
  for (const user of await concerned(trx, member)) await markForRotation(trx, user)
  await logged(trx, actor, 'member-add', group, { member, source })
  return true
}

/** @returns whether it was a member @throws Refusal forbidden */
export async function removeMember(
  trx: Db,
  actor: Actor,
  principal: Principal | undefined,
  groupId: number,
  member: repository.Member,
): Promise<boolean> {
  const group = await get(trx, groupId)
  // who takes a way in from somebody has what it leads to; oneself may always leave
  const isOwn = 'userId' in member && member.userId === principal?.userId
  if (principal && !isOwn) requireTopicsWithin(principal, await topicsBy(trx, group))
  const users = await concerned(trx, member)
  if (!(await repository.removeMember(trx, groupId, member))) return false
  for (const user of users) await markForRotation(trx, user)
  await logged(trx, actor, 'member-remove', group, { member })
  return true
}
