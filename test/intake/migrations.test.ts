import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { contents, runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { migrating } from '../support/migrating.ts'
import { needsSharedData, sharedData } from '../support/shared.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { altoOf, metsOfVls, scanOf, startVls } from '../support/vls.ts'

const app = await start(t, { FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true' })
const { migrate, report, reportFile, runHandbook } = migrating(app)
const missing = () =>
  Object.entries(report().kinds).filter(([, count]) => count.missing + count.differing > 0)

/** A folder of METS with images and texts beside them. */
async function folderOf(
  name: string,
  books: readonly { id: number; title: string; pages: number }[],
): Promise<string> {
  const folder = join(app.folder, name)
  for (const book of books) {
    for (const use of ['MAX', 'FULLTEXT']) mkdirSync(join(folder, String(book.id), use), { recursive: true })
    writeFileSync(
      join(folder, String(book.id), 'mets.xml'),
      metsOfVls(book, 'https://vls.example', `vls.example/${name}`),
    )
    for (let page = book.id + 10; page < book.id + 10 + book.pages; page++) {
      writeFileSync(join(folder, String(book.id), 'MAX', `${page}.jpg`), await scanOf(page))
      writeFileSync(join(folder, String(book.id), 'FULLTEXT', `${page}.xml`), altoOf(page))
    }
  }
  return folder
}

t.test(
  'METS of a folder come with ids, domain, URNs, pagination, scans and texts; again, nothing changes',
  async t => {
    const folder = await folderOf('prints', [{ id: 50_100, title: 'Von den Bäumen', pages: 3 }])
    const [rehearsed, first] = await runHandbook('mets', {
      '/srv/vls-export': folder,
      '/srv/comparison.json': reportFile,
    })
    t.match(rehearsed, {
      code: 0,
      out: /dry run, nothing was stored: 1 created\n[\s\S]*\npages +3 +0 +3 +0\n/,
    })
    t.match(first, { code: 0, out: /1 created/ })
    t.match(report(), { outcomes: { created: 1 }, missing: [], differing: [], failed: [] })
    t.match(report().kinds, { titles: { named: 1, here: 1 }, structures: { here: 1 }, pages: { here: 3 }, masters: { here: 3 }, texts: { here: 3 }, identifiers: { named: 5, here: 5 } }) // prettier-ignore
    t.match((await app.read('/api/v1/domains/prints')).body, { caption: 'Alte Drucke' })
    t.match((await app.read('/api/v1/pages/50112')).body, { pagination: { caption: 'Seite 3' }, width: 300 })
    t.match((await app.read('/api/v1/tree/50101')).body, { caption: 'Erstes Kapitel', isReleased: true })
    t.equal((await app.read('/id/50100')).status, 200, 'its address stays')
    const before = await contents(app.services, 'prints')
    t.match(await migrate('--mets', folder), { code: 0, out: /1 unchanged\n/ })
    t.same(await contents(app.services, 'prints'), before)
    await app.call(
      'PATCH',
      '/api/v1/pages/50112',
      { pagination: { caption: '[Tafel]' } },
      { 'if-match': '*' },
    )
    t.match(await migrate('--mets', folder), { code: 3, out: /differing: pages 50112 ‘Seite 3’, pagination: ‘Seite 3’ there, ‘\[Tafel\]’ here/ }) // prettier-ignore
  },
)

t.test(
  'an id that is taken here is refused by name before anything is written, or all ids are shifted',
  async t => {
    await aDomain(app, 'lib')
    const taken = await aTitle(app, { title: 'Ein hiesiges Buch' })
    const folder = await folderOf('taken', [
      { id: taken - 90, title: 'Frei', pages: 1 },
      { id: taken, title: 'Belegt', pages: 1 },
    ])
    const refused = await migrate('--mets', folder)
    t.match(refused, {
      code: 1,
      out: new RegExp(`1 of their ids are taken here: ${taken} by ‘Ein hiesiges Buch’`),
    })
    t.equal((await app.read('/api/v1/domains/taken')).status, 404, 'nothing was written')
    t.match(await runHandbook('shift', { '/srv/vls-export': folder }), [{ code: 0, out: /2 created/ }])
    t.match((await app.read(`/api/v1/titles/${taken + 10_000_000}`)).body, {
      title: 'Belegt',
      identifiers: [
        { scheme: 'record' },
        { scheme: 'urn' },
        { scheme: 'vls', value: `vls-example:${taken}` },
      ],
    })
    t.match(await migrate('--mets', folder, '--shift-ids', '10000000'), { code: 0, out: /2 unchanged/ })
  },
)

t.test('OAI-PMH brings images and texts; killed and run again, it ends as one run does', async t => {
  const vls = await startVls(
    [70_100, 70_200, 70_300].map(id => ({ id, title: `Buch ${id}`, pages: 2 })),
    new Set([70_311]),
  )
  t.teardown(() => void vls.server.close())
  const args = ['--oai', `${vls.url}/oai`, '-d', 'harvested']
  t.match(
    await migrate(...args, '--dry-run'),
    { code: 0, out: /^dry run, nothing was stored: 3 created$/m },
    'a dry run does what the run will do, in a domain that is not there yet, too',
  )
  t.equal((await app.read('/api/v1/domains/harvested')).status, 404)
  const killed = { FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true', CRASH_AT_PHASE: 'commit', CRASH_SKIP: '1' }
  t.equal((await runCli(app.services, ['migrate', 'vls', ...args], killed)).signal, 'SIGKILL')
  t.same(await findings(app.services), [])
  vls.asked.length = 0
  const second = await migrate(...args)
  t.equal(second.code, 3, second.out)
  t.match(second.out, /1 unchanged, 1 created, 1 partial|1 unchanged, 1 partial, 1 created/)
  t.same(
    missing().map(([kind, { missing: count }]) => [kind, count]),
    [['masters', 1]],
  )
  t.match(second.out, /missing: masters 70311 ‘Seite 2’, oai:vls\.example\/prints:70300/)
  t.notOk(vls.asked.includes('/download/webcache/0/70110'), 'what is here is not fetched again')
  t.ok(vls.asked.includes('/download/webcache/0/70210'))
  await runHandbook(
    'oai',
    {
      'https://vls.example/prints/oai': `${vls.url}/oai`,
      '/srv/comparison.json': reportFile,
      prints: 'again',
    },
    '--shift-ids',
    '1000',
  )
  t.same(await contents(app.services, 'harvested'), await contents(app.services, 'again'), 'as one run does')
  t.match((await app.read('/api/v1/titles/70100')).body, { oaiIdent: 'oai:vls.example/prints:70100', pagesPresent: 2, hasText: true }) // prettier-ignore
  t.same(await findings(app.services), [])
})

t.test('says what it needs', async t => {
  t.match(await migrate(), { code: 1, out: /Name one source/ })
  t.match(await migrate('--oai', 'http://127.0.0.1:1/oai'), { code: 1, out: /Name the domain/ })
  t.match(await migrate('--mets', app.folder, '--shift-ids', 'x'), {
    code: 1,
    out: /--shift-ids takes a whole number/,
  })
})

t.test('every real METS is here as it was written', needsSharedData, async t => {
  const folder = join(app.folder, 'real')
  for (const name of ['book-737429', 'newspaper-16359604', 'vls-mets'])
    cpSync(join(sharedData, name), join(folder, name), { recursive: true })
  const { code, out } = await migrate('--mets', folder, '-d', 'halle', '--without-files')
  t.equal(code, 0, out)
  t.match(report().kinds, { pages: { missing: 0 }, structures: { missing: 0 } })
})
