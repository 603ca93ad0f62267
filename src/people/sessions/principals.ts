// What a user is and may do: the groups that they are in, by whatever way, and the topics of all of these.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import {
  builtInGroups,
  ownRights,
  type Principal,
  rightsOfScopes,
  rightsOfTopics,
  type Scope,
  type Topic,
  topics as knownTopics,
  topicsWithin,
} from '../../http/principal.ts'

/** Topics as stored, separated by spaces; one that a newer program gave is nothing to this one. */
export const topicsOf = (stored: string): Topic[] =>
  stored.split(' ').filter((word): word is Topic => (knownTopics as readonly string[]).includes(word))

export interface GroupStanding {
  readonly id: number
  readonly name: string
  readonly topics: readonly Topic[]
}

type Start = { readonly userId: number } | { readonly groupId: number }

/** Groups above a user or a group, by any number of steps, each once. */
async function groupsAbove(db: Db, start: Start): Promise<GroupStanding[]> {
  const first =
    'userId' in start
      ? sql`PGM_PU_ID = ${start.userId} or PGM_PG_Member = ${builtInGroups.signedIn}`
      : sql`PGM_PG_Member = ${start.groupId}`
  const own = 'userId' in start ? [builtInGroups.everyone, builtInGroups.signedIn] : [start.groupId]
  const { rows } = await sql<{ id: number; name: string; topics: string }>`
    with recursive G as (
      select PGM_PG_ID as GROUP_ID from PRV_GroupMember where ${first}
      union all
      select m.PGM_PG_ID from PRV_GroupMember m join G on m.PGM_PG_Member = G.GROUP_ID)
    select PG_ID as "id", PG_Name as "name", PG_Topics as "topics" from PRV_Group
    where PG_ID in (select GROUP_ID from G) or PG_ID in (${sql.join(own)})`.execute(db)
  return rows.map(row => ({ ...row, topics: topicsOf(row.topics) }))
}

/** Groups of a user. Whoever has a topic is staff, with all that comes of it. */
export async function groupsOf(
  db: Db,
  userId: number,
  ownTopics: readonly Topic[],
): Promise<GroupStanding[]> {
  const groups = await groupsAbove(db, { userId })
  const isStaff = groups.some(group => group.id === builtInGroups.staff)
  if (isStaff || (ownTopics.length === 0 && groups.every(group => group.topics.length === 0))) return groups
  const known = new Set(groups.map(group => group.id))
  const ofStaff = await groupsAbove(db, { groupId: builtInGroups.staff })
  return [...groups, ...ofStaff.filter(group => !known.has(group.id))]
}

export interface UserFacts {
  readonly id: number
  readonly uuid: string
  readonly topics: string
}

/** @param scopes of the key that the user comes with */
export async function principalOf(
  db: Db,
  user: UserFacts,
  scopes: readonly Scope[] = ['read-write'],
): Promise<Principal> {
  const own = topicsOf(user.topics)
  const groups = await groupsOf(db, user.id, own)
  const topics = topicsWithin([...own, ...groups.flatMap(group => group.topics)])
  const within = rightsOfScopes(scopes)
  const rights = [...ownRights, ...rightsOfTopics(topics)]
  return {
    kind: 'user',
    name: user.uuid,
    userId: user.id,
    groups: new Set(groups.map(group => group.id)),
    topics,
    rights: new Set(within ? rights.filter(right => within.has(right)) : rights),
    within,
    isReadOnly: scopes.every(scope => scope === 'read'),
  }
}

/** Whether a name in the log is that of a user, and not of a program or of somebody at the machine. */
export const isUser = (actor: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(actor)

/** Who stands behind the name that an actor has in the log, where no request does; undefined for programs and for users who are no longer active. */
export async function principalOfActor(db: Db, name: string): Promise<Principal | undefined> {
  if (!isUser(name)) return undefined
  const user = await db
    .selectFrom('PRV_User')
    .select(['PU_ID as id', 'PU_UUID as uuid', 'PU_Topics as topics'])
    .where('PU_UUID', '=', name)
    .where('PU_Active', '=', 1)
    .executeTakeFirst()
  return user && (await principalOf(db, user))
}

/** Somebody who has logged in and is in this group, and in nothing else but what comes of it. */
export async function principalOfGroup(db: Db, groupId: number): Promise<Principal> {
  const above = await groupsAbove(db, { groupId })
  const signedIn = await groupsAbove(db, { groupId: builtInGroups.signedIn })
  const given = topicsWithin([...above, ...signedIn].flatMap(group => group.topics))
  const staff = given.size > 0 ? await groupsAbove(db, { groupId: builtInGroups.staff }) : []
  const topics = topicsWithin([...given, ...staff.flatMap(group => group.topics)])
  return {
    kind: 'user',
    name: `group ${groupId}`,
    groups: new Set([builtInGroups.everyone, ...[...above, ...signedIn, ...staff].map(group => group.id)]),
    topics,
    rights: new Set([...ownRights, ...rightsOfTopics(topics)]),
  }
}
