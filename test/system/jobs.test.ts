import { sql } from 'kysely'
import t from '../support/tap.ts'
import { type Db, nextId } from '../../src/firebird/database.ts'
import { follow, modules } from '../../src/app.ts'
import * as queue from '../../src/jobs/queue.ts'
import { JobRunner } from '../../src/jobs/runner.ts'
import { Refusal } from '../../src/errors.ts'
import { aDomain, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'
import { until } from '../support/until.ts'

const app = await start(t)
const { call, services } = app
const { db } = services

/** A runner with handlers of its own. */
const runner = (
  handlers: ConstructorParameters<typeof JobRunner<unknown>>[0]['handlers'],
  more: object = {},
) =>
  new JobRunner<unknown>({
    db,
    services: {},
    handlers,
    concurrency: 2,
    leaseS: 5,
    pollMs: 20,
    onEnd: () => {},
    ...more,
  })

t.test('a job runs once, tells its progress, and keeps its result', async t => {
  const id = await queue.enqueue(db, { kind: 'count', payload: { to: 3 } })
  await runner(
    new Map([
      [
        'count',
        async (_, { job, progress }) => {
          for (let n = 1; n <= 3; n++) await progress(n, 3)
          return { counted: (job.payload as { to: number }).to }
        },
      ],
    ]),
  ).drain()
  const job = await call('GET', `/api/v1/jobs/${id}`)
  t.match(job.body, { state: 'done', done: 3, total: 3, attempts: 1, result: { counted: 3 }, error: null })
  const { createdAt, updatedAt, meta, relationships } = job.body
  t.same(meta, { schemaVersion: 1, metadataVersion: 1, createdAt, updatedAt })
  t.same(relationships, { actor: { data: null } })
  const uuid = '0b8e2a7e-4b5c-4d3a-9f61-2f8b8f3f8a11'
  const ordered = await queue.enqueue(db, { kind: 'nothing', actor: uuid })
  t.same((await call('GET', `/api/v1/jobs/${ordered}`)).body.relationships, {
    actor: { data: { type: 'user', id: uuid } },
  })
  await call('POST', `/api/v1/jobs/${ordered}/cancel`)
})

t.test('where a follower fails, those behind it follow all the same, and its fault is told', async t => {
  const [first, last] = [modules.find(({ follow }) => follow), modules.findLast(({ follow }) => follow)] as [
    { follow?: unknown },
    { follow?: unknown },
  ]
  const before = [first.follow, last.follow]
  t.teardown(() => void ([first.follow, last.follow] = before))
  let followed = 0
  first.follow = () => Promise.reject(new Error('the folder is away'))
  last.follow = async () => void followed++
  await t.rejects(follow(services), { message: 'the folder is away' })
  t.equal(followed, 1)
  last.follow = () => Promise.reject(new Error('the disk is full'))
  await t.rejects(follow(services), {
    errors: [{ message: 'the folder is away' }, { message: 'the disk is full' }],
  })
})

t.test('what may pass is tried again later, a refusal is final', async t => {
  const passing = await queue.enqueue(db, { kind: 'flaky', maxAttempts: 2 })
  const refused = await queue.enqueue(db, { kind: 'refused' })
  const full = await queue.enqueue(db, { kind: 'full' })
  const handlers = new Map([
    ['full', async () => Promise.reject(new Refusal('insufficient-storage', 'No room.'))],
    ['flaky', async () => Promise.reject(new Error('boom'))],
    ['refused', async () => Promise.reject(new Refusal('not-processable', 'Never.'))],
  ])
  await runner(handlers).drain()
  t.match(await queue.get(db, passing), { state: 'waiting', attempts: 1, error: /unexpected error/ })
  t.match(await queue.get(db, refused), { state: 'failed', error: 'Never.' })
  t.match(await queue.get(db, full), { state: 'waiting', attempts: 1, error: 'No room.' })
  await services.database.withConnection(connection =>
    connection.run(`update SYS_Job set SJ_RunAfterTS = current_timestamp where SJ_ID = ?`, [passing]),
  )
  await runner(handlers).drain()
  t.match(await queue.get(db, passing), { state: 'failed', attempts: 2 })
})

t.test(
  'a waiting job is cancelled at once, a running one at its next step; both can be tried again',
  async t => {
    const waiting = await queue.enqueue(db, { kind: 'never' })
    t.match((await call('POST', `/api/v1/jobs/${waiting}/cancel`)).body, { state: 'cancelled' })
    t.equal((await call('POST', `/api/v1/jobs/${waiting}/cancel`)).status, 409)
    const running = await queue.enqueue(db, { kind: 'long' })
    let steps = 0
    const drained = runner(
      new Map([
        [
          'long',
          async (_, { progress }) => {
            for (; steps < 100; steps++) {
              await progress(steps, 100)
              await new Promise(resolve => setTimeout(resolve, 20))
            }
          },
        ],
      ]),
    ).drain()
    while (steps < 3) await new Promise(resolve => setTimeout(resolve, 10))
    await call('POST', `/api/v1/jobs/${running}/cancel`)
    await drained
    t.ok(steps < 100)
    t.match(await queue.get(db, running), { state: 'cancelled', error: null })
    t.match((await call('POST', `/api/v1/jobs/${running}/retry`)).body, { state: 'waiting', attempts: 0 })
    await call('POST', `/api/v1/jobs/${running}/cancel`)
  },
)

t.test('a job whose worker fell silent is taken over, and given up after its attempts', async t => {
  const id = await queue.enqueue(db, { kind: 'lost', maxAttempts: 2 })
  const silent = async () => {
    t.equal((await queue.claim(db, 'dead', 60))?.id, id)
    t.equal(await queue.claim(db, 'other', 60), undefined, 'its lease holds')
    await services.database.withConnection(connection =>
      connection.run(
        `update SYS_Job set SJ_LeaseTS = dateadd(-1 second to current_timestamp) where SJ_ID = ?`,
        [id],
      ),
    )
  }
  await silent()
  await silent()
  t.equal(await queue.claim(db, 'other', 60), undefined)
  t.match(await queue.get(db, id), { state: 'failed', attempts: 2, error: /ended without an answer/ })
  t.same(
    await queue.heartbeat(db, { id, worker: 'dead', leaseS: 5, done: 0, total: undefined, attempts: 1 }),
    { held: false, cancel: true },
    'the silent worker learns that the job is no longer its own',
  )
})

t.test('what a job does in the transaction that ends it is done once, however its worker ends', async t => {
  const counter = await aDomain(app, 'counter')
  const effects = async () =>
    (await db.selectFrom('OPR_Domain').select('OD_Comment as comment').where('OD_ID', '=', counter).executeTakeFirst())?.comment // prettier-ignore
  const add = (before: (id: number) => Promise<unknown>, after: () => void) =>
    new Map([
      [
        'effect',
        async (
          _: unknown,
          { job, end }: { job: queue.Job; end: (trx: Db, result: unknown) => Promise<void> },
        ) => {
          await services.database.inTransaction({}, async trx => {
            await sql`update OPR_Domain set OD_Comment = coalesce(OD_Comment, '') || '+' where OD_ID = ${counter}`.execute(trx) // prettier-ignore
            await before(job.id)
            await end(trx, { added: 1 })
          })
          after()
        },
      ],
    ])
  const dies = () => {
    throw new Error('killed between the commit and its next step')
  }
  const id = await queue.enqueue(db, { kind: 'effect' })
  await runner(add(async () => {}, dies)).drain()
  t.match(await queue.get(db, id), { state: 'done', result: { added: 1 }, error: null })
  t.equal(await queue.claim(db, 'other', 60), undefined)
  t.equal(await effects(), '+')

  const taken = await queue.enqueue(db, { kind: 'effect' })
  const isTaken = () => sql`update SYS_Job set SJ_Worker = 'other' where SJ_ID = ${taken}`.execute(db)
  await runner(add(isTaken, () => t.fail('it went on'))).drain()
  t.equal(await effects(), '+', 'who was silent too long changes nothing')
  t.match(await queue.get(db, taken), { state: 'running', attempts: 1 }, 'the job is that of the other')
  await queue.finish(db, taken, 'other', { state: 'done' })
})

t.test('a long job outlives any number of workers, one that comes no further is given up', async t => {
  let release = () => {}
  const released = new Promise<void>(resolve => (release = resolve))
  const after = async (kind: string, reached: readonly number[]) => {
    const id = await queue.enqueue(db, { kind, maxAttempts: 3 })
    for (const at of reached) {
      let goOn = () => {}
      const working = new Promise<void>(resolve => (goOn = resolve))
      const worker = runner(
        new Map([
          [
            kind,
            async (
              _: unknown,
              { progress }: { progress: (done: number, total: number) => Promise<void> },
            ) => {
              await progress(0, 10)
              await progress(at, 10)
              await until(async () => (await queue.get(db, id)).done === at, 'the note of it')
              goOn()
              // as of one that was killed, nothing is heard of it any more
              await released
            },
          ],
        ]),
      )
      worker.start()
      await Promise.race([
        working,
        until(async () => (await queue.get(db, id)).state === 'failed', 'its end'),
      ])
      await worker.stop(0)
      await sql`update SYS_Job set SJ_Worker = 'dead', SJ_LeaseTS = dateadd(-1 second to current_timestamp) where SJ_ID = ${id} and SJ_State = 1`.execute(db) // prettier-ignore
    }
    await queue.claim(db, 'last', 60)
    return await queue.get(db, id)
  }
  t.match(await after('long', [1, 2, 3, 4, 5, 6, 7]), { state: 'running', attempts: 2, done: 7 })
  t.match(await after('stuck', [4, 4, 4]), { state: 'failed', attempts: 3, done: 4 })
  release()
})

t.test(
  'however often a job tells its progress, it is noted a few times a second, and its last word is not lost',
  async t => {
    const id = await queue.enqueue(db, { kind: 'talkative' })
    let sent: string[] = []
    let release = () => {}
    const released = new Promise<void>(resolve => (release = resolve))
    const worker = runner(
      new Map([
        [
          'talkative',
          async (_: unknown, { progress }: { progress: (done: number, total: number) => Promise<void> }) => {
            sent = await statementsOf(async () => {
              for (let at = 0; at < 500; at++) await progress(at, 1000)
            })
            await released
          },
        ],
      ]),
    )
    worker.start()
    await until(async () => (await queue.get(db, id)).done === 499, 'the last of them')
    const notes = sent.filter(statement => /update SYS_Job set SJ_Lease/i.test(statement)).length
    t.ok(notes < 50, `${notes} notes`)
    release()
    await worker.stop(1000)
  },
)

t.test('two workers never take the same job', async t => {
  const ids = new Set(
    await Promise.all(Array.from({ length: 12 }, () => queue.enqueue(db, { kind: 'contested' }))),
  )
  const ran: number[] = []
  const handlers = new Map([
    [
      'contested',
      async (_: unknown, { job }: { job: queue.Job }) => {
        ran.push(job.id)
      },
    ],
  ])
  await Promise.all([runner(handlers).drain(), runner(handlers).drain(), runner(handlers).drain()])
  t.equal(ran.length, 12)
  t.same(new Set(ran), ids)
})

t.test(
  'a waiting job of the same key is not added twice, and a job of a rolled-back change does not exist',
  async t => {
    const first = await queue.enqueue(db, { kind: 'unique', uniqueKey: 'k' })
    t.equal(await queue.enqueue(db, { kind: 'unique', uniqueKey: 'k' }), first)
    let id = 0
    await t.rejects(
      services.database.inTransaction({}, async trx => {
        id = await queue.enqueue(trx, { kind: 'gone' })
        throw new Error('no')
      }),
    )
    t.equal(await queue.find(db, id), undefined)
  },
)

t.test('a change beside a waiting job is never missed, and jobs of one key run once', async t => {
  const id = await aDomain(app, 'marked')
  let holders = 0
  const enter: (() => void)[] = []
  /** Changes the widths of the domain and stays open until it is let go. */
  const change = (watermark: string) => {
    let changed: () => void = () => {}
    const begun = new Promise<void>(resolve => (changed = resolve))
    const ended = services.database.inTransaction({}, async trx => {
      await sql`update OPR_Domain set OD_Watermark = ${watermark} where OD_ID = ${id}`.execute(trx)
      changed()
      await new Promise<void>(resolve => {
        holders++
        enter.push(resolve)
      })
    })
    return { begun, ended }
  }
  const waiting = async () =>
    (await queue.list(db, { state: 'waiting', kind: 'images.refresh' }, 10)).map(job => job.id)
  const ran: number[] = []
  const handlers = new Map([
    [
      'images.refresh',
      async (_: unknown, { job }: { job: queue.Job }) => {
        ran.push(job.id)
      },
    ],
  ])
  const first = await queue.enqueue(db, { kind: 'images.refresh', uniqueKey: 'images.refresh' })
  const open = change('one')
  await open.begun
  await runner(handlers).drain()
  t.same(ran, [first], 'the job that the change saw waiting has run before the change was there')
  enter.pop()?.()
  await open.ended
  t.equal((await waiting()).length, 1, 'another one waits for it')
  await queue.enqueue(db, { kind: 'other', uniqueKey: 'other' })
  await db
    .insertInto('SYS_Job')
    .values({
      SJ_ID: await nextId(db, 'SYS_Job_SEQ'),
      SJ_Kind: 'images.refresh',
      SJ_UniqueKey: 'images.refresh',
    })
    .execute()
  const [one = 0, two = 0] = (await waiting()).sort((a, b) => a - b)
  await runner(new Map([...handlers, ['other', async () => {}]])).drain()
  t.same(ran, [first, one], 'the two that waited ran as one')
  t.match(await queue.get(db, two), { state: 'cancelled', error: `Job ${one} does the same.` })
  t.equal(holders, 1)
})

t.test('lists jobs newest first, by state and kind, page by page', async t => {
  const { body } = await call('GET', '/api/v1/jobs?kind=contested&state=done&limit=5')
  t.equal(body.items.length, 5)
  t.ok(body.items[0].id > body.items[4].id)
  const next = await call('GET', body.links.next)
  t.ok(next.body.items[0].id < body.items[4].id)
  t.equal((await call('GET', '/api/v1/jobs/999999')).status, 404)
  t.equal((await call('POST', '/api/v1/jobs', { kind: 'contested' })).status, 400, 'only some start by name')
})

t.test('events tell the state until the end', async t => {
  const id = await queue.enqueue(db, { kind: 'pagecount' })
  await app.drain()
  const { body } = await call('GET', `/api/v1/jobs/${id}/events`)
  t.match(String(body), /^data: \{"state":"done"/)
})

t.test('no lane waits for another, and a job shows when it began', async t => {
  let release = () => {}
  const stuck = new Promise<unknown>(resolve => (release = () => resolve(undefined)))
  let followed = 0
  const slow = runner(
    new Map([
      ['images.ingest', () => stuck],
      ['harvest', () => stuck],
      ['pagecount', () => stuck],
      ['imports.run', () => Promise.resolve('taken')],
    ]),
    {
      follow: () => {
        followed++
        return stuck.then(() => {})
      },
    },
  )
  const packs = []
  for (let n = 0; n < 20; n++) packs.push(await queue.enqueue(db, { kind: 'images.ingest' }))
  for (const kind of ['harvest', 'harvest', 'pagecount', 'pagecount']) await queue.enqueue(db, { kind })
  const id = await queue.enqueue(db, { kind: 'imports.run' })
  slow.start()
  t.teardown(() => slow.stop(1000))
  const isDone = async () => (await queue.get(db, id)).state === 'done'
  for (let n = 0; n < 1000 && !(await isDone()); n++) await new Promise(resolve => setTimeout(resolve, 20))
  t.match(await queue.get(db, id), { state: 'done', result: 'taken' })
  t.equal(followed, 1, 'a follower that hangs is not called beside itself')
  const states = await Promise.all(packs.map(async pack => (await queue.get(db, pack)).state))
  t.equal(states.filter(state => state === 'running').length, 2)
  t.match((await call('GET', `/api/v1/jobs/${id}`)).body, { startedAt: /^\d{4}-/ })
  t.equal((await call('GET', `/api/v1/jobs/${packs.at(-1)}`)).body.startedAt, null)
  release()
})

t.test('a job that waits for another attempt begins when somebody asks for it', async t => {
  const inAnHour = new Date(Date.now() + 3_600_000)
  const once = await queue.enqueue(db, {
    kind: 'fixity.check',
    uniqueKey: 'fixity.check',
    runAfter: inAnHour,
  })
  const waitsFor = async () => (await queue.get(db, once)).runAfter.getTime() - Date.now()
  t.equal(await queue.enqueue(db, { kind: 'fixity.check', uniqueKey: 'fixity.check' }), once)
  t.ok((await waitsFor()) > 3_000_000, 'what a program adds waits as it waits')
  const later = await call('POST', '/api/v1/jobs', { kind: 'fixity.check', runAfter: inAnHour.toISOString() })
  t.equal(later.body.id, once)
  t.ok((await waitsFor()) > 3_000_000, 'nor is it hurried where another time is asked for')
  const asked = await call('POST', '/api/v1/jobs', { kind: 'fixity.check' })
  t.match(asked, { status: 202, body: { id: once } })
  t.ok((await waitsFor()) <= 0)
  await queue.cancel(db, once)
})

t.test('so does a harvest that is run by hand', async t => {
  await aDomain(app, 'harvested')
  const harvest = await call('POST', '/api/v1/harvests', {
    domain: 'harvested',
    baseUrl: 'https://oai.example/oai',
  })
  t.equal(harvest.status, 201, JSON.stringify(harvest.body))
  const uniqueKey = `harvest:${harvest.body.id}`
  const [job] = await queue.list(db, { uniqueKey }, 1)
  await sql`update SYS_Job set SJ_RunAfterTS = dateadd(10 minute to current_timestamp) where SJ_ID = ${job?.id}`.execute(db) // prettier-ignore
  t.equal((await call('POST', `/api/v1/harvests/${harvest.body.id}/run`)).status, 202)
  const again = await queue.list(db, { uniqueKey }, 2)
  t.same(
    again.map(({ id }) => id),
    [job?.id],
    'the same job',
  )
  t.ok((again[0]?.runAfter.getTime() ?? Infinity) <= Date.now())
  await queue.cancel(db, again[0]?.id ?? 0)
})
