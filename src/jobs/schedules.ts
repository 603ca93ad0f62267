// Schedules of jobs. When a kind is due next stands in the database, and whichever process moves that moment on adds the job in the same
// transaction: each moment brings one job, however many processes look. What was missed while none ran brings one, at once.
import { Cron } from 'croner'
import { sql } from 'kysely'
import type { Database, Db } from '../firebird/database.ts'
import { enqueue, jobStates, unlessContested } from './queue.ts'

export interface Schedule {
  readonly kind: string
  readonly expression: string
  readonly timezone: string
}

export interface KeptSchedule extends Schedule {
  readonly nextAt: Date
  readonly lastAt: Date | null
  readonly jobId: number | null
}

/** The first moment of a schedule after another one; undefined where there is none. */
export function nextOf(schedule: Omit<Schedule, 'kind'>, after: Date): Date | undefined {
  const cron = new Cron(schedule.expression, { timezone: schedule.timezone, paused: true })
  return cron.nextRun(after) ?? undefined
}

const columns = [
  'SS_Kind as kind',
  'SS_Expression as expression',
  'SS_Timezone as timezone',
  'SS_NextTS as nextAt',
  'SS_LastTS as lastAt',
  'SS_SJ_ID as jobId',
] as const

export const list = (db: Db): Promise<KeptSchedule[]> =>
  db.selectFrom('SYS_Schedule').select(columns).orderBy('SS_Kind').execute()

async function now(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select current_timestamp as "now" from RDB$DATABASE`.execute(db)
  return (rows[0] as { now: Date }).now
}

/** Makes these the schedules of the installation; those that stay as they are keep their next moment. */
export async function establish(database: Database, wanted: readonly Schedule[]): Promise<void> {
  await database.inTransaction({}, async trx => {
    const kept = new Map((await list(trx)).map(each => [each.kind, each]))
    const at = await now(trx)
    for (const schedule of wanted) {
      const { kind, expression, timezone } = schedule
      const before = kept.get(kind)
      kept.delete(kind)
      if (before?.expression === expression && before.timezone === timezone) continue
      const next = nextOf(schedule, at)
      if (!next) continue // the configuration has refused what never comes
      await sql`update or insert into SYS_Schedule (SS_Kind, SS_Expression, SS_Timezone, SS_NextTS)
        values (${kind}, ${expression}, ${timezone}, ${next}) matching (SS_Kind)`.execute(trx)
    }
    for (const kind of kept.keys()) await trx.deleteFrom('SYS_Schedule').where('SS_Kind', '=', kind).execute()
  })
}

/** Adds the jobs that are due. @returns their kinds */
export async function addDue(database: Database): Promise<string[]> {
  const { rows } = await sql<
    Schedule & { nextAt: Date; now: Date }
  >`select SS_Kind as "kind", SS_Expression as "expression", SS_Timezone as "timezone", SS_NextTS as "nextAt", current_timestamp as "now"
    from SYS_Schedule where SS_NextTS <= current_timestamp`.execute(database.db)
  const added: string[] = []
  for (const due of rows) {
    const next = nextOf(due, due.now)
    if (!next) continue
    const isOurs = await unlessContested(
      database.inTransaction({ retries: 0 }, async trx => {
        const moved = await sql`update SYS_Schedule set SS_NextTS = ${next}, SS_LastTS = ${due.nextAt}
          where SS_Kind = ${due.kind} and SS_NextTS = ${due.nextAt}`.execute(trx)
        if (moved.numAffectedRows !== 1n) return false
        const id =
          (await underWay(trx, due.kind)) ??
          (await enqueue(trx, { kind: due.kind, uniqueKey: due.kind, actor: 'schedule' }))
        await trx.updateTable('SYS_Schedule').set({ SS_SJ_ID: id }).where('SS_Kind', '=', due.kind).execute()
        return true
      }),
    )
    if (isOurs) added.push(due.kind)
  }
  return added
}

/** A run that lasts longer than the time to the next moment goes on; no second one is added behind it. */
async function underWay(trx: Db, kind: string): Promise<number | undefined> {
  const row = await trx
    .selectFrom('SYS_Job')
    .select('SJ_ID as id')
    .where('SJ_UniqueKey', '=', kind)
    .where('SJ_State', '=', jobStates.of('running'))
    .executeTakeFirst()
  return row?.id
}
