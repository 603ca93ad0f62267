// What node-firebird does wrong and this layer keeps away from: a test that fails here after an upgrade tells that a trap is gone,
// and that its counter-measure (decision 0002) may go with it.
import { createRequire } from 'node:module'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { Database } from '../../src/firebird/database.ts'
import { createDatabase, isql } from '../../src/firebird/server/create-database.ts'
import { databaseOptions, testServer } from '../support/database.ts'

interface Bare {
  queryAsync(sql: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>
  readonly connection: { readonly _socket: { destroy(): void } }
}
const driver = createRequire(import.meta.url)('node-firebird') as {
  attachAsync(options: object): Promise<Bare>
  createAsync(options: object): Promise<Bare>
  ISOLATION_READ_COMMITTED: number[]
}
const server = testServer()
const file = join(server.dataFolder, `traps-${process.pid}.fdb`)
const options = {
  host: server.host,
  port: server.port,
  database: file,
  user: 'SYSDBA',
  password: server.password,
  wireCrypt: 0,
  pluginName: 'Srp256',
  isPool: true, // else it reconnects by itself when its socket is cut (trap 7)
  encoding: 'UTF8',
}
const ours = new Database(databaseOptions(server, file))
const run = (sql: string, values: readonly unknown[] = []) =>
  ours.withConnection(connection => connection.run(sql, values))

t.before(async () => {
  await createDatabase({ ...server, file, user: 'SYSDBA', charset: 'AUTO' })
  await run(
    'create table T (ID integer not null primary key, B bigint, TS timestamp, V varchar(40), BO boolean)',
  )
})
t.teardown(async () => {
  await ours.close()
  rmSync(file, { force: true })
})

async function withBare<T>(work: (bare: Bare) => Promise<T>): Promise<T> {
  const bare = await driver.attachAsync(options)
  try {
    return await work(bare)
  } finally {
    bare.connection._socket.destroy() // detaching may wait for ever (trap 11)
  }
}
const within = async <T>(ms: number, work: Promise<T>): Promise<T | 'late'> =>
  await Promise.race([work, new Promise<'late'>(resolve => setTimeout(() => resolve('late'), ms))])

t.test('trap 1: its readers wait for uncommitted writers; ours do not', async t => {
  await run('insert into T (ID, V) values (1, ?)', ['one'])
  await ours.withConnection(async writer => {
    await writer.begin()
    await writer.run('update T set V = ? where ID = 1', ['two'])
    const bare = await driver.attachAsync(options)
    const reading = bare.queryAsync('select V from T where ID = 1')
    t.equal(await within(700, reading), 'late')
    t.same((await within(700, run('select V from T where ID = 1'))) as object, {
      rows: [{ V: 'one' }],
      affected: undefined,
    })
    await writer.rollback()
    await reading
    bare.connection._socket.destroy()
  })
  t.same(driver.ISOLATION_READ_COMMITTED, [15, 18], 'no record version')
})

t.test('traps 2 and 3: its create() replaces an existing database, with pages of another size', async t => {
  const victim = join(server.dataFolder, `victim-${process.pid}.fdb`)
  t.teardown(() => rmSync(victim, { force: true }))
  await createDatabase({ ...server, file: victim, user: 'SYSDBA', charset: 'AUTO' })
  const bare = await driver.createAsync({ ...options, database: victim, pageSize: 16_384 })
  const [row] = await bare.queryAsync('select MON$PAGE_SIZE as "size" from MON$DATABASE')
  bare.connection._socket.destroy()
  t.equal(row?.['size'], 8192)
})

t.test('trap 6: a BigInt cuts its connection; ours keeps it exactly', async t => {
  const outcome = await withBare(bare =>
    within(3000, bare.queryAsync('insert into T (ID, B) values (2, ?)', [2n ** 62n])).then(
      value => (value === 'late' ? 'late' : 'stored'),
      () => 'failed',
    ),
  )
  t.not(outcome, 'stored')
  await run('update or insert into T (ID, B) values (2, ?)', [2n ** 62n])
  t.equal((await run('select B from T where ID = 2')).rows[0]?.['B'], String(2n ** 62n))
})

t.test('traps 14 and 15: its dates become 1858 or lose hours', async t => {
  await withBare(async bare => {
    await bare.queryAsync('insert into T (ID, TS) values (3, ?)', [new Date(Number.NaN)])
    await bare.queryAsync('insert into T (ID, TS) values (4, ?)', [new Date('2024-10-27T01:30:00Z')])
  })
  const stored = async (id: number) =>
    ((await run('select TS from T where ID = ?', [id])).rows[0] as { TS: Date }).TS.toISOString()
  t.match(await stored(3), /^1858-11-17/)
  t.not(await stored(4), '2024-10-27T01:30:00.000Z')
  await t.rejects(run('update T set TS = ? where ID = 3', [new Date(Number.NaN)]), {
    message: /expected a date/,
  })
})

t.test('traps 16 and 17: its numbers bend on their way into text, and out of BIGINT', async t => {
  await withBare(async bare => {
    await bare.queryAsync('insert into T (ID, V) values (5, ?)', [12.5])
    await run('insert into T (ID, B) values (6, 9007199254740993)')
    const [row] = await bare.queryAsync('select B from T where ID = 6')
    t.equal(row?.['B'], 9007199254740992)
  })
  t.match((await run('select V from T where ID = 5')).rows[0]?.['V'], /^12\.50000/)
  t.equal((await run('select B from T where ID = 6')).rows[0]?.['B'], '9007199254740993')
})

t.test('trap 18: its UPDATE … RETURNING that meets nothing answers a row of NULLs', async t => {
  const statement = 'update T set V = ? where ID = 999 returning V'
  const theirs = await withBare(bare => bare.queryAsync(statement, ['x']))
  t.match(theirs, { V: null })
  t.same((await run(statement, ['x'])).rows, [])
})

t.test('trap 22: without encryption it needs the plug-in named', async t => {
  const { pluginName: _, ...without } = options
  const outcome = await within(3000, driver.attachAsync(without)).then(
    value => {
      if (value === 'late') return 'late'
      value.connection._socket.destroy()
      return 'attached'
    },
    () => 'failed',
  )
  t.not(outcome, 'attached')
})

t.test('what is said to isql, with passwords in it, lies in no file', async t => {
  const temporary = process.env['TMPDIR']
  // a process that is killed would leave what it wrote there
  process.env['TMPDIR'] = '/nonexistent'
  t.teardown(() => {
    if (temporary === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = temporary
  })
  const as = { ...server, file, user: 'SYSDBA', charset: 'AUTO' }
  const connected = `connect '${server.host}/${server.port}:${file}' user 'SYSDBA' password '${server.password}';\n`
  t.match(await isql(as, `${connected}select 'ä' || 1 from RDB$DATABASE;\n`), /ä1/)
  await t.rejects(isql(as, `${connected}select * from NOTHING;\n${'select 1 from RDB$DATABASE;\n'.repeat(5000)}`), {
    message: /Table unknown/,
  })
}) // prettier-ignore
