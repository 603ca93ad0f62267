// The job queue on SYS_Job. A worker takes a job by one conditional update, holds it by a lease that it renews, and
// a job whose worker fell silent is taken over; so handlers must be repeatable.
import { sql } from 'kysely'
import { codes } from '../codes.ts'
import { inFreeLanes, type Lane, otherThan } from './lanes.ts'
import { type Db, nextId } from '../firebird/database.ts'
import { isRetryable } from '../firebird/faults.ts'
import { Refusal } from '../errors.ts'

/** Priorities of jobs: higher ones are taken first. */
export const priorities = { least: -100, most: 100 } as const

export const jobStates = codes({ waiting: 0, running: 1, done: 2, failed: 3, cancelled: 4 })
export type JobState = (typeof jobStates.names)[number]

export interface NewJob {
  readonly kind: string
  readonly payload?: unknown
  readonly actor?: string | undefined
  /** Jobs of one key do the same: while one is seen waiting, no second one is added, and the one that is taken cancels others that wait. */
  readonly uniqueKey?: string
  readonly runAfter?: Date | undefined
  /** Somebody asks for it now: one that waits, as for another attempt, waits no longer */
  readonly isUrgent?: boolean | undefined
  readonly maxAttempts?: number
  /** Within `priorities`; 0 where nothing is said */
  readonly priority?: number | undefined
}

export interface Job {
  readonly id: number
  readonly kind: string
  readonly payload: unknown
  readonly state: JobState
  readonly done: number
  readonly total: number | null
  readonly attempts: number
  readonly maxAttempts: number
  readonly priority: number
  readonly cancelRequested: boolean
  readonly actor: string | null
  readonly result: unknown
  readonly error: string | null
  readonly runAfter: Date
  /** When a worker took it last */
  readonly startedAt: Date | null
  /** When it was done, failed or cancelled */
  readonly endedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = [
  'SJ_ID as id',
  'SJ_Kind as kind',
  'SJ_Payload as payload',
  'SJ_State as state',
  'SJ_Done as done',
  'SJ_Total as total',
  'SJ_Attempts as attempts',
  'SJ_MaxAttempts as maxAttempts',
  'SJ_Priority as priority',
  'SJ_Cancel as cancel',
  'SJ_Actor as actor',
  'SJ_Result as result',
  'SJ_Error as error',
  'SJ_RunAfterTS as runAfter',
  'SJ_StartTS as startedAt',
  'SJ_EndTS as endedAt',
  'SJ_InsertTS as createdAt',
  'SJ_UpdateTS as updatedAt',
] as const

interface Row extends Omit<Job, 'payload' | 'state' | 'result' | 'cancelRequested'> {
  readonly payload: string | null
  readonly state: number
  readonly result: string | null
  readonly cancel: number
}

function jobOf({ cancel, ...row }: Row): Job {
  return {
    ...row,
    payload: JSON.parse(row.payload ?? 'null') as unknown,
    state: jobStates.name(row.state),
    result: JSON.parse(row.result ?? 'null') as unknown,
    cancelRequested: cancel === 1,
  }
}

/** Adds a job in the caller's transaction: it exists exactly if that commits. @returns its id */
export async function enqueue(trx: Db, job: NewJob): Promise<number> {
  if (job.uniqueKey !== undefined) {
    const waiting = await trx
      .selectFrom('SYS_Job')
      .select('SJ_ID as id')
      .where('SJ_UniqueKey', '=', job.uniqueKey)
      .where('SJ_State', '=', 0)
      .executeTakeFirst()
    if (waiting && job.isUrgent)
      await sql`update SYS_Job set SJ_RunAfterTS = current_timestamp
        where SJ_ID = ${waiting.id} and SJ_State = 0 and SJ_RunAfterTS > current_timestamp`.execute(trx)
    if (waiting) return waiting.id
  }
  const id = await nextId(trx, 'SYS_Job_SEQ')
  await trx
    .insertInto('SYS_Job')
    .values({
      SJ_ID: id,
      SJ_Kind: job.kind,
      SJ_Payload: JSON.stringify(job.payload ?? null),
      SJ_Actor: job.actor ?? null,
      SJ_UniqueKey: job.uniqueKey ?? null,
      SJ_MaxAttempts: job.maxAttempts ?? 5,
      SJ_Priority: job.priority ?? 0,
      ...(job.runAfter ? { SJ_RunAfterTS: job.runAfter } : {}),
    })
    .execute()
  return id
}

export async function find(db: Db, id: number): Promise<Job | undefined> {
  const row = await db.selectFrom('SYS_Job').select(columns).where('SJ_ID', '=', id).executeTakeFirst()
  return row && jobOf(row)
}

/** @throws Refusal not-found */
export async function get(db: Db, id: number): Promise<Job> {
  const job = await find(db, id)
  if (!job) throw new Refusal('not-found', `There is no job ${id}.`)
  return job
}

/** Jobs, newest first, before a given id. */
export async function list(
  db: Db,
  filter: {
    state?: JobState | undefined
    kind?: string | undefined
    uniqueKey?: string | undefined
    before?: number | undefined
  },
  limit: number,
): Promise<Job[]> {
  let query = db.selectFrom('SYS_Job').select(columns).orderBy('SJ_ID', 'desc').limit(limit)
  if (filter.state) query = query.where('SJ_State', '=', jobStates.of(filter.state))
  if (filter.kind) query = query.where('SJ_Kind', '=', filter.kind)
  if (filter.uniqueKey !== undefined) query = query.where('SJ_UniqueKey', '=', filter.uniqueKey)
  if (filter.before !== undefined) query = query.where('SJ_ID', '<', filter.before)
  return (await query.execute()).map(jobOf)
}

/** What came of a change, or undefined where another worker held the row: then that one has the job. */
export async function unlessContested<T>(change: Promise<T>): Promise<T | undefined> {
  try {
    return await change
  } catch (error) {
    if (isRetryable(error)) return undefined
    throw error
  }
}

/** Takes the next due job for a worker; undefined when there is none. @param full lanes and kinds that have no slot left */
export async function claim(
  db: Db,
  worker: string,
  leaseS: number,
  full: { readonly lanes: readonly Lane[]; readonly kinds: readonly string[] } = { lanes: [], kinds: [] },
): Promise<Job | undefined> {
  const { rows } = await sql<{ id: number; state: number; attempts: number; maxAttempts: number }>`
    select SJ_ID as "id", SJ_State as "state", SJ_Attempts as "attempts", SJ_MaxAttempts as "maxAttempts" from SYS_Job
    where ((SJ_State = 0 and SJ_RunAfterTS <= current_timestamp) or (SJ_State = 1 and SJ_LeaseTS < current_timestamp))
      and ${inFreeLanes(full.lanes)} and ${otherThan(full.kinds)}
    order by SJ_Priority desc, SJ_ID fetch next 10 rows only`.execute(db)
  for (const candidate of rows) {
    if (candidate.state === 1 && candidate.attempts >= candidate.maxAttempts) {
      await sql`update SYS_Job set SJ_State = 3, SJ_EndTS = current_timestamp, SJ_Error = 'The worker ended without an answer.'
        where SJ_ID = ${candidate.id} and SJ_State = 1 and SJ_LeaseTS < current_timestamp`.execute(db)
      continue
    }
    const taken = await unlessContested(
      sql`update SYS_Job set SJ_State = 1, SJ_Worker = ${worker}, SJ_StartTS = current_timestamp, SJ_Attempts = SJ_Attempts + 1, SJ_Cancel = iif(SJ_State = 0, 0, SJ_Cancel),
        SJ_LeaseTS = dateadd(${sql.lit(leaseS)} second to current_timestamp), SJ_Error = null
      where SJ_ID = ${candidate.id} and SJ_State = ${candidate.state} and SJ_Attempts = ${candidate.attempts}`.execute(
        db,
      ),
    )
    if (taken?.numAffectedRows !== 1n) continue
    await cancelEqual(db, candidate.id)
    return await find(db, candidate.id)
  }
  return undefined
}

/** Jobs of the same key that wait beside one that begins: what they were added for is committed, so it does their work, too. */
async function cancelEqual(db: Db, id: number): Promise<void> {
  await unlessContested(
    sql`update SYS_Job set SJ_State = 4, SJ_Error = ${`Job ${id} does the same.`}
      where SJ_State = 0 and SJ_UniqueKey = (select SJ_UniqueKey from SYS_Job where SJ_ID = ${id}) and SJ_ID <> ${id}`.execute(
      db,
    ),
  )
}

/** Renews the lease and notes progress and attempts. @returns whether the job is still this worker's, and whether it is to stop */
export async function heartbeat(
  db: Db,
  job: {
    id: number
    worker: string
    leaseS: number
    done: number
    total: number | undefined
    attempts: number
  },
): Promise<{ held: boolean; cancel: boolean }> {
  // a row that somebody is changing, to cancel it, is renewed by the next beat
  await unlessContested(
    sql`update SYS_Job set SJ_LeaseTS = dateadd(${sql.lit(job.leaseS)} second to current_timestamp),
      SJ_Done = ${job.done}, SJ_Total = ${job.total ?? null}, SJ_Attempts = ${job.attempts}
    where SJ_ID = ${job.id} and SJ_State = 1 and SJ_Worker = ${job.worker}`.execute(db),
  )
  const row = await db
    .selectFrom('SYS_Job')
    .select(['SJ_Cancel as cancel', 'SJ_State as state', 'SJ_Worker as worker'])
    .where('SJ_ID', '=', job.id)
    .executeTakeFirst()
  const held = row?.state === jobStates.of('running') && row.worker === job.worker
  return { held, cancel: !held || row.cancel === 1 }
}

/** Changes what a job is ordered with while it runs; nothing where another worker has it. */
export async function keep(db: Db, id: number, worker: string, payload: unknown): Promise<void> {
  await db
    .updateTable('SYS_Job')
    .set({ SJ_Payload: JSON.stringify(payload) })
    .where('SJ_ID', '=', id)
    .where('SJ_Worker', '=', worker)
    .where('SJ_State', '=', 1)
    .execute()
}

/** Ends a job that is still this worker's, in a transaction or by itself. @returns whether it was */
export async function finish(
  db: Db,
  id: number,
  worker: string,
  end: { state: 'done' | 'failed' | 'cancelled'; result?: unknown; error?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('SYS_Job')
    .set({
      SJ_State: jobStates.of(end.state),
      // nothing is left of a job that is done
      ...(end.state === 'done' ? { SJ_Done: sql<number>`coalesce(SJ_Total, SJ_Done)` } : {}),
      SJ_Result: JSON.stringify(end.result ?? null),
      SJ_Error: end.error?.slice(0, 2000) ?? null,
      SJ_LeaseTS: null,
      SJ_EndTS: sql`current_timestamp`,
    })
    .where('SJ_ID', '=', id)
    .where('SJ_Worker', '=', worker)
    .where('SJ_State', '=', 1)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Puts a job back for another attempt later. */
export async function postpone(
  db: Db,
  id: number,
  worker: string,
  seconds: number,
  error: string,
): Promise<void> {
  await sql`update SYS_Job set SJ_State = 0, SJ_LeaseTS = null, SJ_Error = ${error.slice(0, 2000)},
      SJ_RunAfterTS = dateadd(${sql.lit(Math.trunc(seconds))} second to current_timestamp)
    where SJ_ID = ${id} and SJ_Worker = ${worker} and SJ_State = 1`.execute(db)
}

/** Stops a job: a waiting one at once, a running one at its next step. @throws Refusal conflict where it has ended */
export async function cancel(trx: Db, id: number): Promise<Job> {
  const job = await get(trx, id)
  if (job.state === 'waiting')
    await trx
      .updateTable('SYS_Job')
      .set({ SJ_State: 4, SJ_Cancel: 1, SJ_EndTS: sql`current_timestamp` })
      .where('SJ_ID', '=', id)
      .where('SJ_State', '=', 0)
      .execute()
  else if (job.state === 'running')
    await trx.updateTable('SYS_Job').set({ SJ_Cancel: 1 }).where('SJ_ID', '=', id).execute()
  else throw new Refusal('conflict', `Job ${id} has ended (${job.state}).`)
  return await get(trx, id)
}

/** Lets a failed or cancelled job run again. @throws Refusal conflict */
export async function retry(trx: Db, id: number): Promise<Job> {
  const job = await get(trx, id)
  if (job.state !== 'failed' && job.state !== 'cancelled')
    throw new Refusal('conflict', `Job ${id} is ${job.state}; only failed and cancelled jobs are retried.`)
  await sql`update SYS_Job set SJ_State = 0, SJ_Cancel = 0, SJ_Attempts = 0, SJ_Error = null, SJ_EndTS = null, SJ_RunAfterTS = current_timestamp where SJ_ID = ${id}`.execute(
    trx,
  )
  return await get(trx, id)
}

export interface KindCount {
  readonly kind: string
  readonly state: JobState
  readonly count: number
}

/** Jobs that wait or run, by kind. */
export async function openByKind(db: Db): Promise<KindCount[]> {
  const rows = await db
    .selectFrom('SYS_Job')
    .select(['SJ_Kind as kind', 'SJ_State as state', db.fn.countAll<number>().as('count')])
    .where('SJ_State', 'in', [jobStates.of('waiting'), jobStates.of('running')])
    .groupBy(['SJ_Kind', 'SJ_State'])
    .execute()
  return rows.map(row => ({ kind: row.kind, state: jobStates.name(row.state), count: Number(row.count) }))
}

/** For how many seconds the oldest job that is due has been waiting; 0 where none is. */
export async function oldestSeconds(db: Db): Promise<number> {
  const { rows } = await sql<{ seconds: number | null }>`
    select first 1 datediff(second from SJ_RunAfterTS to current_timestamp) as "seconds" from SYS_Job
    where SJ_State = 0 order by SJ_State, SJ_RunAfterTS, SJ_ID`.execute(db)
  return Math.max(0, Number(rows[0]?.seconds ?? 0))
}

/** Jobs by state, for the metrics. */
export async function counts(db: Db): Promise<Record<JobState, number>> {
  const rows = await db
    .selectFrom('SYS_Job')
    .select(['SJ_State as state', db.fn.countAll<number>().as('n')])
    .groupBy('SJ_State')
    .execute()
  const result = Object.fromEntries(jobStates.names.map(name => [name, 0])) as Record<JobState, number>
  for (const row of rows) result[jobStates.name(row.state)] = Number(row.n)
  return result
}
