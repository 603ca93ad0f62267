import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import t from './support/tap.ts'
import { some } from './support/at-length.ts'
import { usePrivateServer } from '../src/firebird/server/private-server.ts'
import { faultsOf, freezeAndKill, writersFor } from './support/storm.ts'
import { aDomain, start } from './support/start.ts'
import { findings } from './support/findings.ts'
import { testServer } from './support/database.ts'

t.test('eight writers move, insert, bin and release at once, and the tree stays whole', async t => {
  const app = await start(t, { FIREFOLIO_DATABASE_POOLSIZE: '8', FIREFOLIO_FIREBIRD_LOCKTIMEOUT: '10' })
  await aDomain(app)
  const { done, statuses } = await writersFor(app, 8, Math.max(...some([2500, 4000], 1)))
  t.ok(done > 25, `${done} changes`)
  t.same(
    [...statuses.keys()].filter(status => ![200, 201, 409, 412, 503].includes(status)),
    [],
    JSON.stringify([...statuses]),
  )
  t.same(await findings(app.services), [])
})

t.test(
  'Firebird frozen and killed under load: nothing acknowledged is lost, everything recovers without a restart',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'firefolio-chaos-'))
    const server = await usePrivateServer(folder)
    const before = process.env['FIREFOLIO_TEST_SERVER']
    const facts = {
      host: server.host,
      port: server.port,
      password: server.sysdbaPassword,
      dataFolder: server.dataFolder,
      template: join(server.dataFolder, 'template.fdb'),
    }
    // another server opens a copy of the same file
    copyFileSync(testServer().template, facts.template)
    process.env['FIREFOLIO_TEST_SERVER'] = JSON.stringify(facts)
    const uncaught: unknown[] = []
    const note = (error: unknown) => void uncaught.push(error)
    process.on('uncaughtException', note)
    process.on('unhandledRejection', note)
    const app = await start(t, {
      FIREFOLIO_FIREBIRD_QUERYTIMEOUT: '3',
      FIREFOLIO_FIREBIRD_CONNECTTIMEOUT: '2',
      FIREFOLIO_FIREBIRD_ACQUIRETIMEOUT: '3',
    })
    process.env['FIREFOLIO_TEST_SERVER'] = before
    await aDomain(app)
    const hurt = faultsOf(server)
    const { acknowledged, statuses, withoutRetryAfter } = await freezeAndKill(app, hurt)
    t.ok(acknowledged.length > 20, `${acknowledged.length} acknowledged`)
    t.same(
      [...statuses.keys()].filter(status => ![200, 201, 503].includes(status)),
      [],
      JSON.stringify([...statuses]),
    )
    t.equal(withoutRetryAfter, 0, 'every 503 says when to come back')
    const stored = new Set(
      (await app.services.db.selectFrom('OPR_Content').select('OC_SourceIdent as record').execute()).map(
        row => row.record,
      ),
    )
    t.same(
      acknowledged.filter(record => !stored.has(record)),
      [],
      'no acknowledged write is lost',
    )
    t.equal((await app.read('/ready')).status, 200)
    t.same(uncaught, [])
    t.same(await findings(app.services), [])
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
    t.teardown(async () => {
      await server.release()
      rmSync(folder, { recursive: true, force: true })
    })
  },
)
