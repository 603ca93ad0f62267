// How the installation is, for administrators, and the report without secrets.
import t from '../support/tap.ts'
import { declaredOptions } from '../../src/config/options.ts'
import { SlowStatements } from '../../src/firebird/slow-statements.ts'
import { noteLastBackup } from '../../src/preservation/backup/index.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, operatorKey, start } from '../support/start.ts'

const app = await start(t, {
  FIREFOLIO_MAIL_PASSWORD: 'post-geheim',
  FIREFOLIO_MAIL_HOST: 'smtp://hausmeister:pförtner@mail.example.org',
  FIREFOLIO_LIMITS_FREEMEGABYTES: '1',
})
const { call, services } = app

t.test('the state of the installation is told to administrators alone', async t => {
  await aDomain(app)
  await aTitle(app, { release: true })
  const { status, headers, body } = await call('GET', '/api/v1/system')
  t.equal(status, 200)
  t.equal(headers['cache-control'], 'no-store')
  t.match(body, {
    status: 'ok',
    checks: { database: 'ok', archive: 'ok', space: 'ok' },
    pool: { size: services.config.database.poolSize, waiting: 0 },
    queues: { jobs: [], oldestSeconds: 0 },
    fixity: { open: { missing: 0, altered: 0, unreadable: 0 }, round: null },
    backup: null,
    storage: { leastFreeBytes: 1024 * 1024 },
  })
  t.match(body.program.engine, /^\d+\.\d+/)
  t.ok(body.storage.databaseBytes > 100_000)
  t.same(
    body.storage.folders.map((each: { option: string }) => each.option),
    ['[path] varLarge', '[path] varFast', '[path] var'],
  )
  for (const folder of body.storage.folders)
    t.ok(folder.totalBytes >= folder.freeBytes && folder.freeBytes > 0)
  t.ok(body.queues.changes > 0, 'nobody has followed up the new title')
  t.equal((await app.read('/api/v1/system')).status, 401)
  for (const topics of [['CATALOGUING', 'RELEASE', 'IMPORT'], ['USER_MANAGEMENT']] as const) {
    const login = topics[0].toLowerCase()
    await aUser(app, { login, topics })
    const ask = await aSession(app, login)
    for (const address of ['/api/v1/system', '/api/v1/system/report'])
      t.equal((await ask('GET', address)).status, 403, `${login} ${address}`)
  }
})

t.test('it knows the jobs that wait, the last backup, and the statements that were slow', async t => {
  await call('POST', '/api/v1/jobs', { kind: 'jobs.tidy' })
  await noteLastBackup(services.config, '/mnt/backup', {
    name: '20261129T030000Z',
    at: '2026-11-29T03:00:00.000Z',
    format: 1,
    program: 'firefolio',
    parts: [],
    files: 12,
    bytes: 3456,
    faults: ['a file'],
    added: 1,
    addedBytes: 2,
  })
  services.slowStatements.note({ sql: 'select 1', ms: 900 })
  services.slowStatements.note({ sql: 'select 1', ms: 700 })
  const { body } = await call('GET', '/api/v1/system')
  t.match(body.queues.jobs, [{ kind: 'jobs.tidy', state: 'waiting', count: 1 }])
  t.same(body.backup, {
    name: '20261129T030000Z',
    folder: '/mnt/backup',
    at: '2026-11-29T03:00:00.000Z',
    files: 12,
    bytes: 3456,
    faults: 1,
  })
  t.match(
    body.slowStatements.filter((each: { sql: string }) => each.sql === 'select 1'),
    [{ count: 2, maxMs: 900, lastMs: 700 }],
  )
  await app.drain()
})

t.test('the report is a file with what was set and what failed, and holds no secret', async t => {
  const { status, headers, body, raw } = await call('GET', '/api/v1/system/report')
  t.equal(status, 200)
  t.match(headers['content-disposition'], /^attachment; filename="firefolio-report-\d{8}T\d{4}\.json"$/)
  t.match(body.system.status, 'ok')
  const setting = (section: string, name: string) =>
    body.settings.find(
      (each: { section: string; name: string }) => each.section === section && each.name === name,
    )?.value
  t.equal(setting('limits', 'freeMegabytes'), '1')
  t.equal(setting('mail', 'password'), '********')
  t.equal(setting('mail', 'host'), 'smtp://********@mail.example.org')
  t.equal(setting('access', 'operatorKey'), '********')
  t.equal(setting('search', 'maxHits'), undefined, 'defaults are left out')
  const text = raw.toString()
  const secrets = [operatorKey, 'post-geheim', 'hausmeister', 'pförtner', services.config.database.password]
  for (const secret of secrets.filter(each => each !== '')) t.notOk(text.includes(secret), secret)
  t.ok(declaredOptions.filter(({ isSecret }) => isSecret).length >= 3)
})

t.test('of slow statements the latest texts are remembered, each once', async t => {
  const slow = new SlowStatements(2)
  for (const sql of ['a', 'b', 'a', 'c']) slow.note({ sql, ms: sql === 'c' ? 10 : 20 })
  t.match(slow.list(), [
    { sql: 'a', count: 2, maxMs: 20 },
    { sql: 'c', count: 1, maxMs: 10 },
  ])
  t.equal(slow.list().length, 2)
})
