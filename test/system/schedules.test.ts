import t from '../support/tap.ts'
import { scheduledKinds } from '../../src/config/schedule-options.ts'
import { jobHandlers } from '../../src/app.ts'
import * as queue from '../../src/jobs/queue.ts'
import { JobRunner } from '../../src/jobs/runner.ts'
import { addDue, establish, list, nextOf } from '../../src/jobs/schedules.ts'
import { runnerOf } from '../../src/job-runner.ts'
import { readConfig } from '../../src/config/read.ts'
import { start } from '../support/start.ts'
import { until } from '../support/until.ts'

const app = await start(t)
const { call, services } = app
const { db, database } = services
const sqlRun = (statement: string, values: unknown[] = []) =>
  database.withConnection(connection => connection.run(statement, values))
const overdue = (kind: string) =>
  sqlRun(`update SYS_Schedule set SS_NextTS = timestamp '2020-01-01 03:00:00' where SS_Kind = ?`, [kind])
const jobsOf = async (kind: string): Promise<number> => (await queue.list(db, { kind }, 100)).length

t.test('every schedule is about a job that exists', async t => {
  for (const kind of Object.values(scheduledKinds)) t.ok(jobHandlers.has(kind), kind)
})

t.test('a moment brings one job, however many processes look, and what was missed brings one', async t => {
  await establish(database, [{ kind: 'pagecount', expression: '0 3 * * *', timezone: 'UTC' }])
  t.same(await addDue(database), [], 'not yet')
  await overdue('pagecount')
  const added = await Promise.all(Array.from({ length: 5 }, () => addDue(database)))
  t.same(added.flat(), ['pagecount'])
  t.equal(await jobsOf('pagecount'), 1)
  const [kept] = await list(db)
  t.match(kept, { kind: 'pagecount', lastAt: new Date('2020-01-01T03:00:00Z') })
  t.ok((kept?.nextAt.getTime() ?? 0) > Date.now())
  t.equal(kept?.nextAt.getUTCHours(), 3)
})

t.test('a run that is still under way is not followed by a second one', async t => {
  await establish(database, [{ kind: 'long', expression: '@hourly', timezone: 'UTC' }])
  await overdue('long')
  await addDue(database)
  const [job] = await queue.list(db, { kind: 'long' }, 1)
  t.equal((await queue.claim(db, 'worker', 60, { lanes: [], kinds: ['pagecount'] }))?.id, job?.id)
  await overdue('long')
  t.same(await addDue(database), ['long'])
  t.equal(await jobsOf('long'), 1)
  await queue.finish(db, job?.id ?? 0, 'worker', { state: 'done' })
})

t.test('a schedule that is changed has another next moment, one that is taken away is gone', async t => {
  await establish(database, [{ kind: 'fields', expression: '0 3 * * *', timezone: 'UTC' }])
  const [before] = await list(db)
  await establish(database, [{ kind: 'fields', expression: '0 3 * * *', timezone: 'UTC' }])
  t.same((await list(db))[0]?.nextAt, before?.nextAt)
  await establish(database, [{ kind: 'fields', expression: '30 4 * * *', timezone: 'UTC' }])
  t.match((await list(db))[0]?.nextAt.toISOString(), /T04:30:00/)
  await establish(database, [])
  t.same(await list(db), [])
})

t.test('three in the morning is meant where the library is, through the change of the clocks', async t => {
  const schedule = { expression: '0 3 * * *', timezone: 'Europe/Vienna' }
  t.equal(nextOf(schedule, new Date('2026-03-27T12:00:00Z'))?.toISOString(), '2026-03-28T02:00:00.000Z')
  t.equal(nextOf(schedule, new Date('2026-03-29T12:00:00Z'))?.toISOString(), '2026-03-30T01:00:00.000Z')
})

t.test('schedules are listed with their next moment and the last job', async t => {
  await establish(database, [{ kind: 'order-date', expression: '0 3 * * SUN', timezone: 'Europe/Vienna' }])
  await overdue('order-date')
  await addDue(database)
  const { status, body } = await call('GET', '/api/v1/jobs/schedules')
  t.equal(status, 200)
  t.match(body.items, [
    {
      kind: 'order-date',
      expression: '0 3 * * SUN',
      timezone: 'Europe/Vienna',
      lastAt: '2020-01-01T03:00:00.000Z',
      links: { jobs: '/api/v1/jobs?kind=order-date', lastJob: /^\/api\/v1\/jobs\/\d+$/ },
    },
  ])
  t.equal((await app.read('/api/v1/jobs/schedules')).status, 401)
  const metrics = (await call('GET', '/metrics')).body as string
  t.match(metrics, /firefolio_schedule_next_timestamp_seconds\{kind="order-date"\} \d+/)
  t.match(metrics, /firefolio_jobs_open\{kind="order-date",state="waiting"\} 1/)
})

t.test('a bad expression, time zone or limit stops the start with its place', async t => {
  const faultOf = (environment: NodeJS.ProcessEnv): string => {
    try {
      readConfig(undefined, environment)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  }
  t.match(
    faultOf({ FIREFOLIO_SCHEDULE_TIDY: '61 3 * * *' }),
    /SCHEDULE_TIDY: is no cron expression .*got ‘61 3/,
  )
  t.match(faultOf({ FIREFOLIO_SCHEDULE_TIDY: 'daily' }), /SCHEDULE_TIDY: is no cron expression/)
  t.match(faultOf({ FIREFOLIO_SCHEDULE_TIDY: '0 0 31 2 *' }), /a moment that never comes/)
  t.match(faultOf({ FIREFOLIO_SCHEDULE_TIMEZONE: 'Vienna' }), /SCHEDULE_TIMEZONE: expected a time zone/)
  t.match(faultOf({ FIREFOLIO_JOBS_KINDS: 'imports.run' }), /JOBS_KINDS: expected kinds with numbers/)
  t.equal(faultOf({ FIREFOLIO_SCHEDULE_TIDY: '@weekly', FIREFOLIO_JOBS_KINDS: 'imports.run:1, a:2' }), '')
})

t.test('jobs of a higher priority are taken first, and every end has its time', async t => {
  await sqlRun('delete from SYS_Job')
  const low = (await call('POST', '/api/v1/jobs', { kind: 'fields' })).body
  const high = (await call('POST', '/api/v1/jobs', { kind: 'pagecount', priority: 5 })).body
  const later = (await call('POST', '/api/v1/jobs', { kind: 'order-date', runAfter: '2099-01-01T00:00:00Z' }))
    .body
  t.match(high, { priority: 5, endedAt: null })
  t.equal((await call('POST', '/api/v1/jobs', { kind: 'jobs.tidy', priority: 101 })).status, 400)
  const order: number[] = []
  const runner = new JobRunner<unknown>({
    db,
    services: {},
    handlers: new Map(
      ['fields', 'pagecount'].map(kind => [kind, async (_, { job }) => void order.push(job.id)]),
    ),
    concurrency: 1,
    leaseS: 5,
    pollMs: 20,
    onEnd: () => {},
  })
  await runner.drain()
  t.same(order, [high.id, low.id])
  t.ok((await queue.get(db, high.id)).endedAt)
  const cancelled = (await call('POST', `/api/v1/jobs/${later.id}/cancel`)).body
  t.ok(cancelled.endedAt, 'a waiting job that is cancelled has ended')
  t.equal((await call('POST', `/api/v1/jobs/${later.id}/retry`)).body.endedAt, null)
})

t.test('of a kind with a limit no more run at once, and others go past it', async t => {
  await sqlRun('delete from SYS_Job')
  for (let n = 0; n < 3; n++) await queue.enqueue(db, { kind: 'slow' })
  await queue.enqueue(db, { kind: 'quick' })
  let running = 0
  let most = 0
  const ended: string[] = []
  const runner = new JobRunner<unknown>({
    db,
    services: {},
    handlers: new Map([
      [
        'slow',
        async () => {
          most = Math.max(most, ++running)
          // held until the other lane is through
          await until(async () => ended.includes('quick'), 'the quick one')
          running--
        },
      ],
      ['quick', async () => {}],
    ]),
    concurrency: 3,
    perKind: new Map([['slow', 1]]),
    leaseS: 5,
    pollMs: 20,
    onEnd: job => void ended.push(job.kind),
  })
  runner.start()
  while (ended.length < 4) await new Promise(resolve => setTimeout(resolve, 20))
  await runner.stop(1000)
  t.equal(most, 1)
  t.equal(ended[0], 'quick')
})

t.test('old ended jobs and answers are removed, those of imports and those that wait stay', async t => {
  await sqlRun('delete from SYS_Job')
  const make = async (kind: string, state: number) => {
    const id = await queue.enqueue(db, { kind })
    await sqlRun('update SYS_Job set SJ_State = ? where SJ_ID = ?', [state, id])
    return id
  }
  const [old, waiting, ofImport] = [await make('a', 2), await make('b', 0), await make('imports.run', 2)]
  await database.inTransaction({}, async (_, connection) => {
    await connection.run('alter trigger SYS_JOB_BU inactive')
  })
  await sqlRun(`update SYS_Job set SJ_UpdateTS = timestamp '2020-01-01 00:00:00'`)
  await database.inTransaction({}, async (_, connection) => {
    await connection.run('alter trigger SYS_JOB_BU active')
  })
  await sqlRun(
    `insert into SYS_Idempotency (SI_Key, SI_Principal, SI_Digest, SI_Status, SI_InsertTS) values ('old', 'x', 'd', 200, timestamp '2020-01-01 00:00:00')`,
  )
  const ended: string[] = []
  const id = await queue.enqueue(db, { kind: 'jobs.tidy', priority: 1 })
  await sqlRun(`update SYS_Job set SJ_RunAfterTS = timestamp '2099-01-01 00:00:00' where SJ_ID = ?`, [
    waiting,
  ])
  const runner = runnerOf(services)
  ended.push(String(await runner.drain()))
  t.match(await queue.get(db, id), { state: 'done', result: { jobs: 1, answers: 1 } })
  t.equal(await queue.find(db, old), undefined)
  t.ok(await queue.find(db, waiting))
  t.ok(await queue.find(db, ofImport))
  t.match(
    (await call('GET', '/metrics')).body,
    /firefolio_job_runs_total\{kind="jobs.tidy",state="done"\} 1/,
    'and the run is counted',
  )
})
