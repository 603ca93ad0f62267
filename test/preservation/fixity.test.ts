// Files of the archive are damaged in every way we could think of: all is found, repaired where a copy exists, and nothing is hidden.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from '../support/tap.ts'
import { Pace } from '../../src/preservation/fixity/compare.ts'
import { type KeptFile, keptFiles, shareOf } from '../../src/preservation/fixity/kept-files.ts'
import { checkFixity, repairFindings } from '../../src/preservation/fixity/index.ts'
import { beginRun, lastRun, noteSteps } from '../../src/preservation/fixity/repository.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { IoFaults } from '../support/io-faults.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const copies = aFolder(t)
const app = await start(t, {
  FIREFOLIO_FIXITY_COPIES: copies,
  FIREFOLIO_FIXITY_REPAIR: 'false',
  FIREFOLIO_FIXITY_BYTESPERSECOND: '0',
})
const { call, services } = app
const media = join(app.folder, 'media')
const none = async () => {}
const check = (wanted: Parameters<typeof checkFixity>[1] = { all: true }) =>
  checkFixity(services, wanted, none)

await aDomain(app)
const title = await aTitle(app, { pages: 6, release: true })
const pages = await pagesOf(app, title)
const places: string[] = []
for (const [at, id] of pages.entries()) {
  const answer = await putMaster(
    app,
    id,
    await aScan(200 + at, 150)
      .tiff()
      .toBuffer(),
  )
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
}
const alto = `<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="P" WIDTH="200" HEIGHT="150" PHYSICAL_IMG_NR="1"><PrintSpace HPOS="0" VPOS="0" WIDTH="200" HEIGHT="150"><TextBlock ID="B"><TextLine ID="L" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"><String ID="S" CONTENT="Wort" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
const put = await call('PUT', `/api/v1/pages/${pages[0]}/alto`, alto, {
  'content-type': 'application/alto+xml',
  'if-match': '*',
})
if (put.status >= 300) throw new Error(JSON.stringify(put.body))
const kept: KeptFile[] = []
for await (const file of keptFiles(services.db, { kind: 'all' }, null)) kept.push(file)
for (const file of kept) places.push(join(media, file.address))
cpSync(join(media, 'sha256'), join(copies, 'sha256'), { recursive: true })

const findings = async (state = 'open') =>
  (await call('GET', `/api/v1/fixity?state=${state}`)).body.items as {
    address: string
    fault: string
    what: string
    nodeId: number
    since: string
    detail: string | null
    end: string | null
  }[]
const flip = (path: string): void => {
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
  chmodSync(path, 0o640)
  writeFileSync(path, bytes)
}
const ready = async () =>
  (await app.read('/ready')).body as { status: string; checks: Record<string, string> }

t.test('every master and text is looked at once, in the order of the addresses', async t => {
  t.equal(kept.length, 7)
  t.same(
    kept.map(file => file.address),
    kept.map(file => file.address).sort(),
  )
  t.equal(kept.filter(file => file.what === 'text').length, 1)
  t.match(await check(), { files: 7, found: 0, open: 0 })
  t.equal((await ready()).status, 'ok')
  t.match((await call('GET', `/api/v1/pages/${pages[1]}/fixity`)).body, { fault: null })
  t.equal((await app.read(`/api/v1/pages/${pages[1]}/fixity`)).status, 401)
  t.equal((await call('GET', `/api/v1/pages/${title}/fixity`)).status, 404, 'no page')
})

t.test(
  'a flipped bit, a cut, a deletion, swapped files and a folder in the place of a file are found and repaired',
  async t => {
    const [a, b, c, d, e, f] = places as [string, string, string, string, string, string]
    flip(a)
    truncateSync(b, 100)
    rmSync(c)
    renameSync(d, `${d}.x`)
    renameSync(e, d)
    renameSync(`${d}.x`, e)
    rmSync(f)
    mkdirSync(f)
    t.match(await check(), { files: 7, found: 6, repaired: 0, open: 6 })
    const found = new Map((await findings()).map(finding => [join(media, finding.address), finding]))
    t.same(
      [a, b, c, d, e, f].map(path => found.get(path)?.fault),
      ['altered', 'altered', 'missing', 'altered', 'altered', 'unreadable'],
    )
    const lost = found.get(c)
    t.match((await call('GET', `/api/v1/pages/${lost?.nodeId}/fixity`)).body, {
      fault: lost?.what === 'master' ? 'missing' : null,
    })
    t.ok([...found.values()].every(finding => finding.nodeId > 0 && finding.end === null))
    t.match((await call('GET', '/metrics')).body, /firefolio_fixity_findings\{fault="altered"\} 4/)
    t.match(await ready(), {
      status: 'degraded',
      checks: { fixity: /4 altered, 1 unreadable|1 missing, 4 altered/ },
    })

    const before = await findings()
    await check()
    t.same(
      (await findings()).map(({ since }) => since),
      before.map(({ since }) => since),
      'a finding is kept as the same one',
    )

    rmSync(f, { recursive: true })
    const { repaired, open } = await repairFindings(services)
    t.same({ repaired, open }, { repaired: 6, open: 0 })
    t.match(await check(), { found: 0, open: 0 })
    t.equal((await findings('ended')).filter(({ end }) => end === 'repaired').length, 6)
    t.equal((await ready()).status, 'ok')
  },
)

t.test('a damaged copy repairs nothing, and a file that is good again ends its finding', async t => {
  const [a] = places as [string]
  const copy = join(copies, kept[0]?.address ?? '')
  const good = readFileSync(a)
  flip(a)
  flip(copy)
  await check()
  t.match(await repairFindings(services), { repaired: 0, open: 1 })
  t.match((await findings())[0]?.detail, /copies that were found are damaged, too/)
  t.notSame(readFileSync(a), good)
  writeFileSync(a, good)
  writeFileSync(copy, good)
  t.match(await check(), { found: 0, open: 0 })
  t.match((await findings('ended')).at(-1), { end: 'good' })
})

t.test('a copy is found by its hash alone in a folder that is named', async t => {
  const [, b] = places as [string, string]
  const folder = aFolder(t)
  const name = b.split('/').at(-1) as string
  writeFileSync(join(folder, name), readFileSync(b))
  rmSync(b)
  const hidden = join(copies, kept[1]?.address ?? '')
  renameSync(hidden, `${hidden}.x`)
  await check()
  t.match(await repairFindings(services), { repaired: 0, open: 1 })
  t.match((await findings())[0]?.detail, /No copy of the file is at hand/)
  t.match(await repairFindings(services, [folder]), { repaired: 1, open: 0 })
  renameSync(`${hidden}.x`, hidden)
})

t.test('what is needed by nothing any more ends its finding, a former master is still looked at', async t => {
  const [, , c] = places as [string, string, string]
  rmSync(c)
  await check()
  const address = kept[2]?.address
  const node = kept[2]?.nodeId ?? 0
  if (kept[2]?.what === 'master') {
    await putMaster(app, node, await aScan(333, 150).tiff().toBuffer())
    await check({ title: node })
    t.equal((await findings())[0]?.address, address, 'the undo would need it')
  }
  await services.database.withConnection(async connection => {
    await connection.run('delete from OPR_PageHistory where OPH_Url = ?', [address])
    await connection.run('delete from OPR_Fulltext where OF_Url = ?', [address])
  })
  await check({ title: node })
  t.match((await findings('ended')).at(-1), { end: 'unneeded' })
})

t.test('an archive whose disk is not mounted is one fault, not as many as it has files', async t => {
  renameSync(join(media, 'sha256'), join(media, 'elsewhere'))
  await t.rejects(check(), /is its disk mounted\?/)
  t.same(await findings(), [])
  renameSync(join(media, 'elsewhere'), join(media, 'sha256'))
})

t.test('a run that was killed goes on behind its last note', async t => {
  const files: KeptFile[] = []
  for await (const file of keptFiles(services.db, { kind: 'all' }, null)) files.push(file)
  const run = await beginRun(services.db, 'all')
  await noteSteps(
    services.db,
    run.id,
    { cursor: files[3]?.address ?? '', files: 4, bytes: 9, findings: 0 },
    false,
  )
  t.match(await check(), { files: files.length - 4 })
  const ended = await lastRun(services.db, 'all')
  t.match(ended, { id: run.id, files: files.length })
  t.ok(ended?.endedAt)
  t.equal((await call('GET', '/api/v1/fixity/runs')).body.items[0].id, run.id)
  t.match(
    (await call('GET', `/api/v1/pages/${pages[1]}/fixity`)).body,
    { fault: null, comparedAt: String },
    'what a run over all has compared is told as compared',
  )
})

t.test('the round takes a portion each day and is through in time; then it rests', async t => {
  const early = async (days: number) => {
    await services.database.withConnection(connection =>
      connection.run(
        `update OPR_FixityRun set OFR_InsertTS = dateadd(-${days} day to current_timestamp) where OFR_Scope = 'round' and OFR_EndTS is null`,
      ),
    )
  }
  const all: string[] = []
  for await (const file of keptFiles(services.db, { kind: 'all' }, null)) all.push(file.address)
  const upTo = (share: number) => all.filter(address => shareOf(address) <= share).length
  const first = await check({})
  t.equal(first.files, upTo(1 / 30))
  await early(14)
  const second = await check({})
  t.equal(first.files + second.files, upTo(15 / 30))
  await early(29)
  const third = await check({})
  t.equal(first.files + second.files + third.files, all.length)
  t.match(await check({}), { files: 0 }, 'the next round begins when it is due')
})

t.test('jobs check and repair, by name and with options', async t => {
  const [a] = places as [string]
  flip(a)
  const { status, body } = await call('POST', '/api/v1/jobs', {
    kind: 'fixity.check',
    options: { all: true },
  })
  t.equal(status, 202)
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${body.id}`)).body, {
    state: 'done',
    result: { found: 1, open: 1 },
  })
  const damaged = readFileSync(a)
  const dry = await call('POST', '/api/v1/jobs', { kind: 'fixity.repair', options: { dryRun: true } })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${dry.body.id}`)).body, {
    state: 'done',
    result: { repaired: 1, open: 0 },
  })
  t.same(readFileSync(a), damaged, 'a dry run repairs nothing')
  t.match(await findings(), [{ detail: null }], 'nor does it say anything of what is found')
  const repair = await call('POST', '/api/v1/jobs', { kind: 'fixity.repair' })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${repair.body.id}`)).body, {
    state: 'done',
    result: { repaired: 1, open: 0 },
  })
  t.equal((await call('POST', '/api/v1/jobs', { kind: 'fixity.check', options: { title: 0 } })).status, 400)
  const missing = await call('POST', '/api/v1/jobs', { kind: 'fixity.check', options: { title: 2147483647 } })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${missing.body.id}`)).body, {
    state: 'failed',
    error: /no tree node/,
  })
  t.match(await check({ since: '2099-01-01T00:00:00Z' }), { files: 0 })
  t.ok((await check({ since: '2020-01-01T00:00:00Z' })).files > 0)
})

t.test('a read-only archive is compared; its repair says what stands in the way', async t => {
  const [a] = places as [string]
  flip(a)
  const disk = new IoFaults(join(media, '.staging'))
  t.teardown(() => disk.remove())
  disk.arm({ call: 'open', nth: 1, how: 'EROFS' })
  t.match(await check(), { found: 1 })
  t.match(await repairFindings(services), { repaired: 0, open: 1 })
  t.ok(disk.struck)
  t.match((await findings())[0]?.detail, /varLarge is mounted for reading alone/)
  disk.arm()
  t.match(await repairFindings(services), { repaired: 1, open: 0 })
})

t.test('comparing keeps to its pace', async t => {
  const pace = new Pace(100_000)
  const before = performance.now()
  for await (const chunk of Readable.from(Array.from({ length: 30 }, () => Buffer.alloc(1000))))
    await pace.spend((chunk as Buffer).length)
  const ms = performance.now() - before
  t.ok(ms > 250 && ms < 900, `${Math.round(ms)} ms for 30,000 bytes at 100,000 a second`)
})
