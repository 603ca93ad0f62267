// Entries of a level: checked, compared with what is there, written with their line in the log.
import { Refusal } from '../../errors.ts'
import { type Actor, type Db } from '../../firebird/database.ts'
import { contentTag, requireMatch } from '../../http/etag.ts'
import type { Principal } from '../../http/principal.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { record as log } from '../../system/log/index.ts'
import { access, inRange, subjectKinds } from '../access/index.ts'
import * as repository from './repository.ts'
import type { EntryFields, EntryRow, LevelId } from './repository.ts'
import type { NewEntry } from './schemas.ts'

const fault = (at: number, member: string, detail: string): Refusal =>
  new Refusal('not-processable', `Entry ${at + 1}, ${member}: ${detail}`, {
    errors: [{ pointer: `/entries/${at}/${member}`, detail }],
  })

function isRange(text: string): boolean {
  try {
    inRange(text)
    return true
  } catch {
    return false
  }
}

function check(entry: NewEntry, at: number): void {
  const given = { user: entry.user, group: entry.group, range: entry.range }
  for (const [member, value] of Object.entries(given)) {
    if (member === entry.subject && value === undefined)
      throw fault(at, member, `an entry about a ${entry.subject} names it.`)
    if (member !== entry.subject && value !== undefined)
      throw fault(at, member, `‘${value}’ does not belong to an entry about ${entry.subject}.`)
  }
  if (entry.range !== undefined && !isRange(entry.range))
    throw fault(at, 'range', `‘${entry.range}’ is no range of addresses such as 192.0.2.0/24.`)
  if (entry.width !== null && entry.right !== 'see-image')
    throw fault(at, 'width', `a width belongs to see-image, not to ${entry.right}.`)
  if (entry.width !== null && entry.effect === 'deny')
    throw fault(at, 'width', 'a width is what is granted; a denial of see-image shows none.')
  if (entry.from && entry.until && new Date(entry.from) >= new Date(entry.until))
    throw fault(at, 'until', `${entry.until} is not after ${entry.from}.`)
}

/** Entries as they are stored. @throws Refusal not-processable that names entry, member and value */
export async function fieldsOf(db: Db, entries: readonly NewEntry[]): Promise<EntryFields[]> {
  for (const [at, entry] of entries.entries()) check(entry, at)
  const users = await repository.userIdsOf(db, [
    ...new Set(entries.flatMap(({ user }) => user?.toLowerCase() ?? [])),
  ])
  const groups = await repository.knownGroups(db, [...new Set(entries.flatMap(({ group }) => group ?? []))])
  return entries.map((entry, at) => {
    const userId = entry.user === undefined ? null : users.get(entry.user.toLowerCase())
    if (userId === undefined) throw fault(at, 'user', `there is no user ${entry.user}.`)
    if (entry.group !== undefined && !groups.has(entry.group))
      throw fault(at, 'group', `there is no group ${entry.group}.`)
    return {
      subject: subjectKinds[entry.subject],
      userId,
      groupId: entry.group ?? null,
      range: entry.range ?? null,
      right: entry.right,
      width: entry.width,
      grant: entry.effect === 'grant' ? 1 : 0,
      from: entry.from === null ? null : new Date(entry.from),
      until: entry.until === null ? null : new Date(entry.until),
      note: entry.note,
    }
  })
}

/** Equal for entries that say the same. */
const identity = (entry: EntryFields): string =>
  JSON.stringify([
    entry.subject,
    entry.userId,
    entry.groupId,
    entry.range,
    entry.right,
    entry.width,
    entry.grant,
    entry.from?.getTime() ?? null,
    entry.until?.getTime() ?? null,
    entry.note,
  ])

/** State of a level, for If-Match. */
export const tagOf = (entries: readonly EntryRow[], isPrivate: boolean): string =>
  contentTag([isPrivate, entries.map(entry => [entry.id, identity(entry)])])

/** Nobody gives away what they do not have. @throws Refusal forbidden */
export function requireOwn(principal: Principal, place: ShownPlace, entries: readonly EntryFields[]): void {
  if (access.everywhere(principal, 'manage-rights')) return
  for (const entry of entries)
    if (entry.grant === 1 && !access.sight(principal).can(entry.right, place))
      throw new Refusal('forbidden', `You cannot grant the right ${entry.right} here: you do not have it.`)
}

export interface LevelState {
  readonly entries: readonly EntryRow[]
  readonly isPrivate: boolean
}
export const stateOf = async (db: Db, level: LevelId): Promise<LevelState> => ({
  entries: await repository.entriesOf(db, level),
  isPrivate: await repository.isPrivate(db, level),
})

/** Equal entries stay as they are. */
export function differences(
  before: readonly EntryRow[],
  wanted: readonly EntryFields[],
): { readonly added: readonly EntryFields[]; readonly removed: readonly EntryRow[] } {
  const kept = new Map(before.map(entry => [identity(entry), entry]))
  const distinct = new Map(wanted.map(entry => [identity(entry), entry]))
  const added = [...distinct].filter(([said]) => !kept.delete(said)).map(([, entry]) => entry)
  return { added, removed: [...kept.values()] }
}

/**
 * Puts entries in the place of those that a level has; equal ones stay as they are, with their ids.
 * @param expected tag that the caller read, * for any
 * @throws Refusal stale, forbidden, not-processable
 */
export async function replace(
  trx: Db,
  by: { readonly principal: Principal; readonly actor: Actor },
  at: { readonly level: LevelId; readonly place: ShownPlace },
  wanted: { readonly entries: readonly EntryFields[]; readonly isPrivate: boolean },
  expected: string,
): Promise<LevelState> {
  const before = await stateOf(trx, at.level)
  requireMatch(expected, tagOf(before.entries, before.isPrivate), 'The entries have been changed')
  const { added, removed } = differences(before.entries, wanted.entries)
  requireOwn(by.principal, at.place, added)
  if (added.length === 0 && removed.length === 0 && before.isPrivate === wanted.isPrivate) return before
  await repository.remove(
    trx,
    removed.map(entry => entry.id),
  )
  for (const entry of added) await repository.insert(trx, at.level, entry)
  await repository.setPrivate(trx, at.level, wanted.isPrivate)
  const after = await stateOf(trx, at.level)
  // by number alone: names go when a user does
  const copy = ({ entries, isPrivate }: LevelState) => ({
    isPrivate,
    entries: entries.map(({ user: _user, userName: _userName, groupName: _groupName, ...entry }) => entry),
  })
  await log(trx, {
    entity: 'nodeId' in at.level ? 'node' : 'domain',
    entityId: 'nodeId' in at.level ? at.level.nodeId : at.level.domainId,
    action: 'rights',
    actor: by.actor,
    data: { before: copy(before), after: copy(after) },
  })
  return after
}
