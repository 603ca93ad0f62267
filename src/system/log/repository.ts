import { sql } from 'kysely'
import { type Actor, type Db, drawnFrom, nextId, onItsConnection } from '../../firebird/database.ts'

/** Lines about people are read by those who manage people, and by the people themselves. */
export const personalEntities = ['user', 'group'] as const
/** What entries of a node or domain were and are */
export const rightsAction = 'rights'
type PersonalEntity = (typeof personalEntities)[number]

export interface Entry {
  readonly entity:
    | 'operation'
    | 'node'
    | 'title'
    | 'page'
    | 'domain'
    | 'import'
    | 'harvest'
    | 'job'
    | 'option'
    | 'tag'
    | 'transition'
    | 'note'
    | 'order'
    | PersonalEntity
  readonly entityId?: number | undefined
  readonly action: string
  readonly batch?: number | undefined
  readonly actor: Actor
  /** Parameters of the operation, or the full copy of an entity without a history table. */
  readonly data?: unknown
}

/** Adds one row to the change log, in the transaction of the change. */
export async function record(trx: Db, entry: Entry): Promise<void> {
  await trx
    .insertInto('SYS_Log')
    .values({
      SL_ID: drawnFrom('SYS_Log_SEQ'),
      SL_Entity: entry.entity,
      SL_EntityID: entry.entityId ?? null,
      SL_Action: entry.action,
      SL_Batch: entry.batch ?? sql<number>`cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer)`,
      SL_Actor: entry.actor.name,
      SL_Application: entry.actor.application,
      SL_Reason: entry.actor.reason ?? null,
      SL_Data: entry.data === undefined ? null : JSON.stringify(entry.data),
    })
    .execute()
}

/** Adds a row for each entry of the transaction's operation, pipelined. */
export async function recordMany(trx: Db, entries: readonly Omit<Entry, 'batch'>[]): Promise<void> {
  await onItsConnection(trx, connection =>
    connection.executeMany(
      `insert into SYS_Log (SL_ID, SL_Batch, SL_Entity, SL_EntityID, SL_Action, SL_Actor, SL_Application, SL_Reason, SL_Data)
        values (next value for SYS_Log_SEQ, cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer), ?, ?, ?, ?, ?, ?, ?)`,
      entries.map(({ entity, entityId, action, actor, data }) => [
        entity,
        entityId,
        action,
        actor.name,
        actor.application,
        actor.reason,
        data === undefined ? null : JSON.stringify(data),
      ]),
    ),
  )
}

/** The number that marks the rows of this transaction's operation in the histories; a new one where it has none yet. */
export async function nextBatch(trx: Db): Promise<number> {
  const { rows } = await sql<{
    batch: string | null
  }>`select rdb$get_context('USER_TRANSACTION', 'BATCH') as "batch" from RDB$DATABASE`.execute(trx)
  const present = rows[0]?.batch ?? null
  return present === null ? await nextId(trx, 'SYS_Batch_SEQ') : Number(present)
}

export interface LogFilter {
  readonly entity?: string | undefined
  readonly entityId?: number | undefined
  readonly batch?: number | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly application?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  /** Without lines about people */
  readonly isImpersonal?: boolean | undefined
  /** Without lines about orders, which are their editors' */
  readonly isWithoutOrders?: boolean | undefined
  /** Without what entries of rights were and are */
  readonly isWithoutRights?: boolean | undefined
}

const select = (db: Db) =>
  db
    .selectFrom('SYS_Log')
    .select([
      'SL_ID as id',
      'SL_Entity as entity',
      'SL_EntityID as entityId',
      'SL_Action as action',
      'SL_Batch as batch',
    ])
    .select([
      'SL_Actor as actor',
      'SL_Application as application',
      'SL_Reason as reason',
      'SL_Data as data',
      'SL_InsertTS as at',
      'SL_Number as number',
    ])

export function filtered(db: Db, filter: LogFilter) {
  let query = select(db)
  if (filter.entity !== undefined) query = query.where('SL_Entity', '=', filter.entity)
  if (filter.isImpersonal) query = query.where('SL_Entity', 'not in', [...personalEntities])
  if (filter.isWithoutRights) query = query.where('SL_Action', '<>', rightsAction)
  if (filter.isWithoutOrders) query = query.where('SL_Entity', '<>', 'order')
  if (filter.entityId !== undefined) query = query.where('SL_EntityID', '=', filter.entityId)
  if (filter.batch !== undefined) query = query.where('SL_Batch', '=', filter.batch)
  if (filter.action !== undefined) query = query.where('SL_Action', '=', filter.action)
  if (filter.actor !== undefined) query = query.where('SL_Actor', '=', filter.actor)
  if (filter.application !== undefined)
    query = query.where(
      sql<boolean>`SL_Application starting with cast(${filter.application} as varchar(250))`,
    )
  if (filter.from) query = query.where('SL_InsertTS', '>=', filter.from)
  if (filter.to) query = query.where('SL_InsertTS', '<', filter.to)
  return query
}

export const rowOf = <Row extends { data: string | null; number: number | null }>({
  number: _,
  ...row
}: Row) => ({
  ...row,
  data: JSON.parse(row.data ?? 'null') as unknown,
})

/** The latest first; lines of the transaction itself are among them. @param filter.before an id */
export async function list(
  db: Db,
  filter: LogFilter & { readonly before?: number | undefined },
  limit: number,
) {
  let query = filtered(db, filter).orderBy('SL_ID', 'desc').limit(limit)
  if (filter.before !== undefined) query = query.where('SL_ID', '<', filter.before)
  return (await query.execute()).map(rowOf)
}

export type LogRow = Awaited<ReturnType<typeof list>>[number]

/** The lines of an operation, and the operation that took it back, unless that was taken back itself. */
export async function ofOperation(
  db: Db,
  batch: number,
): Promise<{ entries: LogRow[]; undoneBy: number | null }> {
  const entries = await list(db, { batch }, 1000)
  const [undo] = await list(db, { entity: 'operation', entityId: batch }, 1)
  if (undo?.batch == null) return { entries, undoneBy: null }
  return { entries, undoneBy: (await ofOperation(db, undo.batch)).undoneBy === null ? undo.batch : null }
}

/** Of somebody who was deleted: that something was done stays, what it held goes. */
export const forgetCopies = (trx: Db, entity: Entry['entity'], entityId: number) =>
  trx
    .updateTable('SYS_Log')
    .set({ SL_Data: null, SL_Reason: null })
    .where('SL_Entity', '=', entity)
    .where('SL_EntityID', '=', entityId)
    .execute()
