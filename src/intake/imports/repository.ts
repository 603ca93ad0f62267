import { sql } from 'kysely'
import { type Db, nextId, nextIds } from '../../firebird/database.ts'
import { Refusal } from '../../errors.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { importStates, type Outcome, outcomes } from './codes.ts'

export interface Batch {
  readonly id: number
  readonly domainId: number | null
  readonly source: string
  readonly kind: string
  readonly options: unknown
  readonly state: (typeof importStates.names)[number]
  readonly jobId: number | null
  readonly actor: string | null
  readonly dryRun: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}
export interface Item {
  readonly id: number
  readonly source: string
  readonly checksum: string | null
  readonly outcome: Outcome
  readonly titleId: number | null
  readonly messages: readonly Message[]
  readonly operation: number | null
  readonly updatedAt: Date
}

export interface NewBatch {
  readonly domainId: number
  readonly source: string
  readonly kind: 'path' | 'json' | 'upload' | 'hot'
  readonly options: unknown
  readonly actor: string
  readonly dryRun: boolean
}

export async function create(trx: Db, batch: NewBatch, sources: readonly string[]): Promise<number> {
  const id = await nextId(trx, 'OPR_Import_SEQ')
  await trx
    .insertInto('OPR_Import')
    .values({
      OIM_ID: id,
      OIM_OD_ID: batch.domainId,
      OIM_Source: batch.source.slice(0, 1000),
      OIM_Kind: batch.kind,
      OIM_Options: JSON.stringify(batch.options),
      OIM_Actor: batch.actor,
      OIM_DryRun: batch.dryRun ? 1 : 0,
    })
    .execute()
  await addItems(trx, id, sources)
  return id
}

/** @returns the ids of the items */
/** Rows of one statement: their sources together stay below what a message may hold. */
const itemsAtOnce = 20

export async function addItems(trx: Db, batchId: number, sources: readonly string[]): Promise<number[]> {
  if (sources.length === 0) return []
  const first = await nextIds(trx, 'OPR_ImportItem_SEQ', sources.length)
  for (let start = 0; start < sources.length; start += itemsAtOnce) {
    const rows = sources
      .slice(start, start + itemsAtOnce)
      .map(
        (source, at) =>
          sql`select cast(${first + start + at} as integer), cast(${batchId} as integer), cast(${source.slice(0, 600)} as varchar(600) character set utf8) from RDB$DATABASE`,
      )
    await sql`insert into OPR_ImportItem (OII_ID, OII_OIM_ID, OII_Source) ${sql.join(rows, sql` union all `)}`.execute(
      trx,
    )
  }
  return sources.map((_source, at) => first + at)
}

export async function setOptions(trx: Db, id: number, options: unknown): Promise<void> {
  await trx
    .updateTable('OPR_Import')
    .set({ OIM_Options: JSON.stringify(options) })
    .where('OIM_ID', '=', id)
    .execute()
}

export async function setJob(trx: Db, id: number, jobId: number): Promise<void> {
  await trx.updateTable('OPR_Import').set({ OIM_SJ_ID: jobId }).where('OIM_ID', '=', id).execute()
}

export async function setState(
  db: Db,
  id: number,
  state: (typeof importStates.names)[number],
): Promise<void> {
  await db
    .updateTable('OPR_Import')
    .set({ OIM_State: importStates.of(state) })
    .where('OIM_ID', '=', id)
    .execute()
}

/** Whether what was taken from the hot folder has its batch. */
export async function hotBatchExists(db: Db, source: string): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    select OIM_ID as "id" from OPR_Import where iif(OIM_Kind = 'hot', left(OIM_Source, 60), null) = left(cast(${source} as varchar(1000)), 60)`.execute(
    db,
  )
  return rows.length > 0
}

/** @throws Refusal not-found */
export async function get(db: Db, id: number): Promise<Batch> {
  const row = await db
    .selectFrom('OPR_Import')
    .select([
      'OIM_ID as id',
      'OIM_OD_ID as domainId',
      'OIM_Source as source',
      'OIM_Kind as kind',
      'OIM_Options as options',
      'OIM_State as state',
    ])
    .select([
      'OIM_SJ_ID as jobId',
      'OIM_Actor as actor',
      'OIM_DryRun as dryRun',
      'OIM_InsertTS as createdAt',
      'OIM_UpdateTS as updatedAt',
    ])
    .where('OIM_ID', '=', id)
    .executeTakeFirst()
  if (!row) throw new Refusal('not-found', `There is no import ${id}.`)
  return {
    ...row,
    options: JSON.parse(row.options ?? 'null') as unknown,
    state: importStates.name(row.state),
    dryRun: row.dryRun === 1,
  }
}

/** @param actor whose they are; undefined for all */
export async function list(
  db: Db,
  { before, actor }: { before: number | undefined; actor: string | undefined },
  limit: number,
): Promise<Omit<Batch, 'options'>[]> {
  let query = db
    .selectFrom('OPR_Import')
    .select([
      'OIM_ID as id',
      'OIM_OD_ID as domainId',
      'OIM_Source as source',
      'OIM_Kind as kind',
      'OIM_State as state',
      'OIM_SJ_ID as jobId',
    ])
    .select([
      'OIM_Actor as actor',
      'OIM_DryRun as dryRun',
      'OIM_InsertTS as createdAt',
      'OIM_UpdateTS as updatedAt',
    ])
    .orderBy('OIM_ID', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('OIM_ID', '<', before)
  if (actor !== undefined) query = query.where('OIM_Actor', '=', actor)
  return (await query.execute()).map(row => ({
    ...row,
    state: importStates.name(row.state),
    dryRun: row.dryRun === 1,
  }))
}

/** How many items of each batch had which outcome. */
export async function summaries(
  db: Db,
  batchIds: readonly number[],
): Promise<Map<number, Record<string, number>>> {
  const found = new Map<number, Record<string, number>>(batchIds.map(id => [id, {}]))
  if (batchIds.length === 0) return found
  const rows = await db
    .selectFrom('OPR_ImportItem')
    .select(({ fn }) => ['OII_OIM_ID as batch', 'OII_Outcome as outcome', fn.countAll().as('n')])
    .where('OII_OIM_ID', 'in', batchIds)
    .groupBy(['OII_OIM_ID', 'OII_Outcome'])
    .execute()
  for (const row of rows) {
    const summary = found.get(row.batch)
    if (summary) summary[outcomes.name(row.outcome)] = Number(row.n)
  }
  return found
}

export async function items(db: Db, batchId: number): Promise<Item[]> {
  const rows = await db
    .selectFrom('OPR_ImportItem')
    .select([
      'OII_ID as id',
      'OII_Source as source',
      'OII_Checksum as checksum',
      'OII_Outcome as outcome',
      'OII_OT_ID as titleId',
      'OII_Messages as messages',
      'OII_Batch as operation',
      'OII_UpdateTS as updatedAt',
    ])
    .where('OII_OIM_ID', '=', batchId)
    .orderBy('OII_ID')
    .execute()
  return rows.map(row => ({
    ...row,
    outcome: outcomes.name(row.outcome),
    messages: JSON.parse(row.messages ?? '[]') as Message[],
  }))
}

/** The operation of the transaction; none in that of a dry run's outcome. */
const ownBatch = sql<number>`cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer)`

export async function setItem(
  trx: Db,
  id: number,
  result: {
    outcome: Outcome
    titleId?: number | undefined
    checksum?: string | undefined
    messages: readonly Message[]
  },
): Promise<void> {
  await trx
    .updateTable('OPR_ImportItem')
    .set({
      OII_Outcome: outcomes.of(result.outcome),
      OII_OT_ID: result.titleId ?? null,
      ...(result.checksum === undefined ? {} : { OII_Checksum: result.checksum }),
      OII_Messages: JSON.stringify(result.messages),
      OII_Batch: ['created', 'updated', 'partial'].includes(result.outcome) ? ownBatch : null,
    })
    .where('OII_ID', '=', id)
    .execute()
}

/** Lets failed items run again. @returns how many */
export async function resetFailed(trx: Db, batchId: number): Promise<number> {
  const result = await trx
    .updateTable('OPR_ImportItem')
    .set({ OII_Outcome: outcomes.of('waiting'), OII_Messages: null })
    .where('OII_OIM_ID', '=', batchId)
    .where('OII_Outcome', '=', outcomes.of('failed'))
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}
