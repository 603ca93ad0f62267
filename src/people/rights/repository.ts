// PRV_Acl and PRV_AclPrivate: the entries of one level, written and read.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { nextId } from '../../firebird/database.ts'
import type { Verb } from '../../http/sight.ts'

/** A node or a domain. */
export type LevelId = { readonly nodeId: number } | { readonly domainId: number }

const columns = [
  'PA_ID as id',
  'PA_OT_ID as nodeId',
  'PA_OD_ID as domainId',
  'PA_Subject as subject',
  'PA_PU_ID as userId',
  'PA_PG_ID as groupId',
  'PA_Range as range',
  'PA_Right as right',
  'PA_Width as width',
  'PA_Grant as grant',
  'PA_From as from',
  'PA_Until as until',
  'PA_Note as note',
  'PA_InsertTS as createdAt',
  'PA_UpdateTS as updatedAt',
  'PU_UUID as user',
  'PU_Name as userName',
  'PG_Name as groupName',
] as const

export interface EntryFields {
  readonly subject: number
  readonly userId: number | null
  readonly groupId: number | null
  readonly range: string | null
  readonly right: Verb
  readonly width: number | null
  readonly grant: number
  readonly from: Date | null
  readonly until: Date | null
  readonly note: string | null
}
export interface EntryRow extends EntryFields {
  readonly id: number
  readonly nodeId: number | null
  readonly domainId: number | null
  readonly createdAt: Date
  readonly updatedAt: Date
  /** UUID and name of the user, name of the group */
  readonly user: string | null
  readonly userName: string | null
  readonly groupName: string | null
}

export async function entriesOf(db: Db, level: LevelId): Promise<EntryRow[]> {
  const query = db
    .selectFrom('PRV_Acl')
    .leftJoin('PRV_User', 'PU_ID', 'PA_PU_ID')
    .leftJoin('PRV_Group', 'PG_ID', 'PA_PG_ID')
    .select(columns)
    .orderBy('PA_ID')
  return (await (
    'nodeId' in level
      ? query.where('PA_OT_ID', '=', level.nodeId)
      : query.where('PA_OD_ID', '=', level.domainId)
  ).execute()) as EntryRow[]
}

export interface EntryAbout extends Omit<EntryRow, 'user' | 'userName' | 'groupName'> {
  /** Of the node or the domain */
  readonly caption: string | null
  readonly domainName: string | null
  readonly isTitle: number
  readonly path: string | null
  readonly domainOf: number
  readonly state: number | null
  readonly delState: number | null
}

/** Entries about a user or one of these groups, in the order in which they were made. */
export async function entriesAbout(
  db: Db,
  about: {
    readonly userId: number
    readonly groups: readonly number[]
    readonly right: Verb | undefined
    readonly on: 'node' | 'domain' | undefined
  },
  after: number,
  limit: number,
): Promise<EntryAbout[]> {
  const own = columns.filter(column => column.startsWith('PA_'))
  let query = db
    .selectFrom('PRV_Acl')
    .leftJoin('OPR_Tree', 'OT_ID', 'PA_OT_ID')
    .leftJoin('OPR_Domain', 'OD_ID', 'PA_OD_ID')
    .select(own as never)
    .select([
      sql`coalesce(OT_Caption, OD_Caption)`.as('caption'),
      'OD_Name as domainName',
      sql`iif(OT_RCV_Datatype = 1 and OT_OT_Link is null, 1, 0)`.as('isTitle'),
      'OT_Path as path',
      sql`coalesce(OT_OD_ID, PA_OD_ID)`.as('domainOf'),
      'OT_State as state',
      'OT_DelState as delState',
    ])
    .where('PA_ID', '>', after)
    .where(eb => eb.or([eb('PA_PU_ID', '=', about.userId), eb('PA_PG_ID', 'in', [0, ...about.groups])]))
  if (about.right !== undefined) query = query.where('PA_Right', '=', about.right)
  if (about.on !== undefined)
    query = query.where(about.on === 'node' ? 'PA_OT_ID' : 'PA_OD_ID', 'is not', null)
  return (await query.orderBy('PA_ID').limit(limit).execute()) as unknown as EntryAbout[]
}

export const userOf = (db: Db, by: { readonly uuid: string } | { readonly id: number }) =>
  db
    .selectFrom('PRV_User')
    .select(['PU_ID as id', 'PU_UUID as uuid', 'PU_Topics as topics', 'PU_Name as name'])
    .where(eb => ('uuid' in by ? eb('PU_UUID', '=', by.uuid.toLowerCase()) : eb('PU_ID', '=', by.id)))
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()

export async function isPrivate(db: Db, level: LevelId): Promise<boolean> {
  const query = db.selectFrom('PRV_AclPrivate').select('PAP_ID as id')
  const row = await (
    'nodeId' in level
      ? query.where('PAP_OT_ID', '=', level.nodeId)
      : query.where('PAP_OD_ID', '=', level.domainId)
  ).executeTakeFirst()
  return row !== undefined
}

export async function insert(trx: Db, level: LevelId, entry: EntryFields): Promise<number> {
  const id = await nextId(trx, 'PRV_Acl_SEQ')
  await trx
    .insertInto('PRV_Acl')
    .values({
      PA_ID: id,
      PA_OT_ID: 'nodeId' in level ? level.nodeId : null,
      PA_OD_ID: 'domainId' in level ? level.domainId : null,
      PA_Subject: entry.subject,
      PA_PU_ID: entry.userId,
      PA_PG_ID: entry.groupId,
      PA_Range: entry.range,
      PA_Right: entry.right,
      PA_Width: entry.width,
      PA_Grant: entry.grant,
      PA_From: entry.from,
      PA_Until: entry.until,
      PA_Note: entry.note,
    })
    .execute()
  return id
}

export async function remove(trx: Db, ids: readonly number[]): Promise<void> {
  for (const id of ids) await trx.deleteFrom('PRV_Acl').where('PA_ID', '=', id).execute()
}

export async function setPrivate(trx: Db, level: LevelId, wanted: boolean): Promise<void> {
  if ((await isPrivate(trx, level)) === wanted) return
  if (wanted)
    await trx
      .insertInto('PRV_AclPrivate')
      .values({
        PAP_ID: await nextId(trx, 'PRV_Acl_SEQ'),
        PAP_OT_ID: 'nodeId' in level ? level.nodeId : null,
        PAP_OD_ID: 'domainId' in level ? level.domainId : null,
      })
      .execute()
  else if ('nodeId' in level)
    await trx.deleteFrom('PRV_AclPrivate').where('PAP_OT_ID', '=', level.nodeId).execute()
  else await trx.deleteFrom('PRV_AclPrivate').where('PAP_OD_ID', '=', level.domainId).execute()
}

/** Ids of users by UUID. */
export async function userIdsOf(db: Db, uuids: readonly string[]): Promise<Map<string, number>> {
  if (uuids.length === 0) return new Map()
  const rows = await db
    .selectFrom('PRV_User')
    .select(['PU_ID as id', 'PU_UUID as uuid'])
    .where('PU_UUID', 'in', [...uuids])
    .execute()
  return new Map(rows.map(row => [row.uuid, row.id]))
}

export async function knownGroups(db: Db, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('PRV_Group')
    .select('PG_ID as id')
    .where('PG_ID', 'in', [...ids])
    .execute()
  return new Set(rows.map(row => row.id))
}
