import t from '../support/tap.ts'
import { FirebirdConnection } from '../../src/firebird/connection.ts'
import { Pool, type Poolable } from '../../src/firebird/pool.ts'
import { Attachment } from '../../src/firebird/wire.ts'
import { databaseOptions, fault, openDatabase, testServer } from '../support/database.ts'

class Fake implements Poolable {
  isDead = false
  readonly openedAt = Date.now()
  lastUsedAt = Date.now()
  isGood = true
  async validate(): Promise<void> {
    if (!this.isGood) throw new Error('bad')
  }
  async reset(): Promise<void> {}
  async close(): Promise<void> {
    this.isDead = true
  }
}
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const options = { size: 2, acquireTimeoutMs: 200, validateAfterMs: 30_000, maxLifetimeMs: 60_000 }

t.test('serves callers in the order they came, and never more than its size at once', async t => {
  const pool = new Pool(async () => new Fake(), { ...options, acquireTimeoutMs: 5000 })
  const served: number[] = []
  let busy = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const connection = await pool.acquire()
      served.push(at)
      most = Math.max(most, ++busy)
      await pause(2)
      busy--
      await pool.release(connection)
    }),
  )
  t.same(
    served,
    [...served].sort((a, b) => a - b),
  )
  t.equal(most, 2)
  t.equal(pool.metrics.opened, 2)
  await pool.end()
})

t.test('refuses a caller that waited too long, and only that one', async t => {
  const pool = new Pool(async () => new Fake(), { ...options, size: 1 })
  const held = await pool.acquire()
  await t.rejects(pool.acquire(), fault('pool'))
  t.equal(pool.metrics.timedOut, 1)
  t.equal(pool.metrics.waiting, 0)
  await pool.release(held)
  await pool.release(await pool.acquire())
  await pool.end()
  await t.rejects(pool.acquire(), fault('pool'), 'a closed pool')
})

t.test('replaces connections that died, are bad, or are too old', async t => {
  const opened: Fake[] = []
  const pool = new Pool(async () => (opened.push(new Fake()), opened.at(-1) as Fake), {
    ...options,
    size: 1,
    validateAfterMs: -1,
    maxLifetimeMs: 100,
  })
  const first = await pool.acquire()
  first.isDead = true
  await pool.release(first)
  const second = await pool.acquire()
  t.not(second, first)
  second.isGood = false
  await pool.release(second)
  const third = await pool.acquire()
  t.not(third, second, 'validation found it bad')
  await pause(120)
  await pool.release(third)
  t.not(await pool.acquire(), third, 'too old')
  t.equal(opened.length, 4)
})

t.test('tells the first in line when opening fails, and lets the others try again', async t => {
  let failures = 2
  const pool = new Pool(
    async () => {
      await pause(5)
      if (failures-- > 0) throw new Error('server away')
      return new Fake()
    },
    { ...options, size: 1, acquireTimeoutMs: 2000 },
  )
  const results = await Promise.allSettled([pool.acquire(), pool.acquire(), pool.acquire()])
  t.same(
    results.map(result => result.status),
    ['rejected', 'rejected', 'fulfilled'],
  )
  await pool.end(10)
})

t.test('waits for busy connections when it ends', async t => {
  const pool = new Pool(async () => new Fake(), options)
  const connection = await pool.acquire()
  let ended = false
  const end = pool.end(1000).then(() => (ended = true))
  await pause(20)
  t.notOk(ended)
  await pool.release(connection)
  await end
  t.ok(connection.isDead)
})

t.test('32 callers on 4 real connections all get their answers', async t => {
  const database = openDatabase(t, { size: 4 })
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, at) =>
      database.withConnection(connection => connection.run(`select ${at} as "n" from RDB$DATABASE`)),
    ),
  )
  t.same(
    answers.map(answer => answer.rows[0]?.['n']),
    Array.from({ length: 32 }, (_, at) => at),
  )
  t.ok(database.metrics.opened <= 4)
})

t.test('what a caller left uncommitted is rolled back before the next one', async t => {
  const database = openDatabase(t, { size: 1 })
  await database.withConnection(async connection => {
    await connection.begin()
    await connection.run('insert into SYS_TreeLock (STL_ID) values (5)')
  })
  t.same((await database.withConnection(connection => connection.run('select 1 from SYS_TreeLock'))).rows, [])
})

t.test('a connection that is cut is replaced, and the caller is told that nothing was stored', async t => {
  const database = openDatabase(t, { size: 1 })
  await t.rejects(
    database.inTransaction({}, async (_trx, connection) => {
      await connection.run('insert into SYS_TreeLock (STL_ID) values (6)')
      connection.kill()
      await connection.run('insert into SYS_TreeLock (STL_ID) values (7)')
    }),
    fault('lost'),
  )
  t.same((await database.withConnection(connection => connection.run('select 1 from SYS_TreeLock'))).rows, [])
})

t.test('a commit whose answer never came has an unknown outcome', async t => {
  const database = openDatabase(t, { size: 1 })
  await t.rejects(
    database.inTransaction({}, async (_trx, connection) => {
      await connection.run('insert into SYS_TreeLock (STL_ID) values (8)')
      setImmediate(() => connection.kill())
    }),
    fault('unknown-outcome'),
  )
})

t.test(
  'refuses a wrong password, an unknown user, an empty one and a missing file within the time-out',
  async t => {
    const server = testServer()
    const { attach, hooks } = databaseOptions(server, server.template)
    const open = (more: object) => Attachment.open({ ...attach, ...more })
    await t.rejects(open({ password: 'wrong' }), fault('login'))
    await t.rejects(open({ user: 'NOBODY' }), fault('login'))
    await t.rejects(open({ password: '' }), fault('login'))
    await t.rejects(open({ database: '/nowhere/x.fdb' }))
    await t.rejects(open({ port: 1, connectTimeoutMs: 1000 }), fault('lost'))
    const attachment = await open({})
    t.equal(new FirebirdConnection(attachment, hooks).isDead, false)
    await attachment.close()
  },
)
