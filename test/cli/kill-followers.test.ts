// What follows the changes is killed at its steps and at random: numbered records, the search index, a harvest. Run again, each comes to
// what it would have come to undisturbed.
import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import sqlite from 'node-sqlite3-wasm'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { atLength, some } from '../support/at-length.ts'
import { currentFile, followIndex, sortOrders } from '../../src/dissemination/search/index.ts'
import { openIndex } from '../../src/search-index/sqlite-thread.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { contents, runCli, runServer } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { needsServer } from '../support/database.ts'
import { aDomain, aTitle } from '../support/start.ts'

/** How often at random; a soak kills more often. */
const kills = Number(process.env['FIREFOLIO_KILLS'] ?? 2)

const { app, ids } = await startWithSample(t, {
  ...publicAddress,
  FIREFOLIO_OAI_PAGESIZE: '3',
  FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true',
})
// so many that an index is killed in their midst; numbered records tell the same of a few
for (const n of some([...Array(60).keys()], 6))
  await aTitle(app, { domain: 'sample', title: `Werk ${n}`, release: true })
const { db } = app.services

const numbers = async (): Promise<Map<number, number>> =>
  new Map(
    (await db.selectFrom('OPR_OaiRecord').select(['OOR_OT_ID as id', 'OOR_Number as number']).execute()).map(
      ({ id, number }) => [id, Number(number)],
    ),
  )

t.test('killed at each of its statements, the follower of changes loses none', needsServer, async t => {
  await app.drain()
  for (const statement of some(
    [
      'from SYS_Outbox order by',
      'using SPLIT_IDS',
      'merge into OPR_OaiRecord.*starting with',
      'delete from SYS_Outbox',
    ],
    2,
  )) {
    const before = await numbers()
    await app.call('PATCH', `/api/v1/tree/${ids.work}`, { caption: `Vor ${statement}` }, { 'if-match': '*' })
    const fresh = await aTitle(app, { domain: 'sample', title: `Neu ${statement}`, release: true })
    const killed = await runCli(app.services, ['worker'], {
      CRASH_AT_SQL: statement,
      CRASH_AFTER_MS: '120000',
    })
    t.match(killed, { signal: 'SIGKILL', out: 'killed at' }, statement)
    await app.drain()
    const after = await numbers()
    for (const id of [ids.work, ids.volume1, ids.volume2, fresh])
      t.ok((after.get(id) ?? 0) > Math.max(0, ...before.values()), `the change of ${id} is numbered`)
    t.equal(new Set(after.values()).size, after.size, 'no number twice')
  }
  const { rows } = await sql<{ n: number }>`
    select count(*) as "n" from OPR_Tree left join OPR_OaiRecord on OOR_OT_ID = OT_ID where OT_RCV_Datatype = 1
      and coalesce(OOR_State, 0) <> iif(OT_State = 1 and OT_DelState = 0, 1, coalesce(nullif(OOR_State, 1), 0))`.execute(
    db,
  )
  t.equal(Number(rows[0]?.n), 0, 'each title that is shown has a record that says so')
})

/** All that an index can be asked for. */
function everything(file: string): object {
  const index = new sqlite.Database(file, { readOnly: true })
  try {
    const words = (fts: string, vocabulary: string) => {
      const found: Record<string, unknown> = {}
      for (const { term } of index.all(`select distinct term from ${vocabulary} order by term`) as {
        term: string
      }[]) {
        const rows = index.all(`select rowid as id from ${fts} where ${fts} match ? order by rowid`, [
          `"${term}"`,
        ])
        if (rows.length > 0) found[term] = rows.map(row => row['id'])
      }
      return found
    }
    return {
      integrity: index.all('pragma integrity_check'),
      titles: index.all('select * from titles order by id'),
      pages: index.all('select * from pages order by id'),
      titleWords: words('title_fts', 'title_words'),
      pageWords: words('page_fts', 'page_words'),
    }
  } finally {
    index.close()
  }
}

t.test(
  'killed again and again while it follows, the search index ends as one that is made anew',
  { ...needsServer, ...atLength },
  async t => {
    // a folder of its own: the service of this process follows the changes as well
    const folder = join(app.folder, 'killed')
    const file = join(folder, 'index', basename(currentFile(app.services)))
    let killed = 0
    for (let n = 0; n < kills; n++) {
      // every title of the domain has changed
      await app.call(
        'PATCH',
        '/api/v1/domains/sample/config',
        { 'rights.owner': `Bibliothek ${n}` },
        { 'if-match': '*' },
      )
      await app.call('PATCH', `/api/v1/tree/${ids.monograph}`, { caption: `Buch ${n}` }, { 'if-match': '*' })
      const ended = await runServer(app.services, {
        FIREFOLIO_PATH_VARFAST: folder,
        CRASH_AT_SQL: 'OPR_OAIRECORD.*OOR_NUMBER. > ',
        CRASH_SKIP: String(randomInt(2)),
        CRASH_DELAY_MS: String(randomInt(1, 120)),
        CRASH_AFTER_MS: '120000',
      })
      t.equal(ended.signal, 'SIGKILL', ended.out)
      if (ended.out.includes('killed at')) killed++
    }
    t.equal(killed, kills, 'in the midst of it')
    const { mark } = sortOrders(app.services)
    const index = openIndex(file, 1000, mark)
    await followIndex(app.services, index)
    await index.close()
    const anew = join(app.folder, 'anew.sqlite')
    const fresh = openIndex(anew, 1000, mark)
    await followIndex(app.services, fresh)
    await fresh.close()
    t.same(everything(file), everything(anew))
  },
)

t.test(
  'a harvest that is killed again and again brings what one run brings',
  { ...needsServer, ...atLength },
  async t => {
    const server = createServer((request, response) => {
      void app
        .read(request.url ?? '')
        .then(answer => response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.raw))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`
    for (const name of ['once', 'often']) await aDomain(app, name)
    const everywhere = { FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true' }
    const harvest = (domain: string, environment: Record<string, string> = {}) =>
      runCli(app.services, ['harvest', url, '-d', domain, '--set', 'sample', '--prefix', 'mods'], {
        ...everywhere,
        ...environment,
      })
    t.match(await harvest('once'), { code: 0 })
    for (const [statement, skip] of [
      ['insert into "?OPR_HARVEST', 0],
      ['insert into "?OPR_CONTENT"? ', 4],
      ['insert into "?OPR_IDENTIFIER', 9],
      ['update "?OPR_HARVEST', 1],
      ['update "?OPR_HARVEST', 2],
    ] as const)
      t.match(
        await harvest('often', {
          CRASH_AT_SQL: statement,
          CRASH_SKIP: String(skip),
          CRASH_AFTER_MS: '120000',
        }),
        { signal: 'SIGKILL', out: 'killed at' },
        `${statement} ${skip}`,
      )
    for (let n = 1; n < kills; n++) await harvest('often', { CRASH_AFTER_MS: String(randomInt(900, 2500)) })
    t.match(await harvest('often'), { code: 0 })
    t.same(await contents(app.services, 'often'), await contents(app.services, 'once'))
    t.same(await findings(app.services), [])
  },
)
