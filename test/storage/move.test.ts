// Two copies of every master, and files that are moved between stores while they are read: whatever is killed, altered or away, nothing is lost.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { checkFixity } from '../../src/preservation/fixity/index.ts'
import { moveFiles, storeContents } from '../../src/preservation/stores/index.ts'
import { loadSampleIfEmpty } from '../../src/sample/load.ts'
import { createLog, openServices } from '../../src/services.ts'
import { markStore } from '../../src/storage/mounted.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { deliver } from '../support/delivered.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { IoFaults } from '../support/io-faults.ts'
import { until } from '../support/until.ts'

const [first, second, third, maps] = [aFolder(t), aFolder(t), aFolder(t), aFolder(t)]
for (const [name, folder] of Object.entries({ first, second, maps })) await markStore(name, folder)
const named = {
  FIREFOLIO_STORE_MAPS_KIND: 'file',
  FIREFOLIO_STORE_MAPS_FOLDER: maps,
  FIREFOLIO_STORE_FIRST_KIND: 'file',
  FIREFOLIO_STORE_FIRST_FOLDER: first,
  FIREFOLIO_STORE_SECOND_KIND: 'file',
  FIREFOLIO_STORE_SECOND_FOLDER: second,
}
const app = await start(t, {
  ...named,
  FIREFOLIO_STORES_MASTERS: 'first',
  FIREFOLIO_STORES_MASTERSCOPY: 'second',
  FIREFOLIO_FIXITY_BYTESPERSECOND: '0',
})
const { call, read, services } = app
const none = async () => {}
await aDomain(app)
const title = await aTitle(app, { pages: 3, release: true })
const pages = await pagesOf(app, title)
const page = pages[0] as number
const scans = await Promise.all([300, 301, 302].map(width => aScan(width, 200).tiff().toBuffer()))
const below = (folder: string, of = 'media/sha256') =>
  (existsSync(join(folder, of)) ? readdirSync(join(folder, of), { recursive: true, encoding: 'utf8' }) : [])
    .map(name => name.split('/').at(-1) ?? '')
    .filter(name => /^[0-9a-f]{64}(\.tif)?$/.test(name))
    .sort()
const fileOf = (folder: string, hash: string) => join(folder, 'media/sha256', hash.slice(0, 2), hash)
const hashOf = async (id: number): Promise<string> =>
  ((await call('GET', `/api/v1/pages/${id}`)).body.hashsum as string).slice('sha256:'.length)

/** Takes the disk of a store away: where it was mounted an empty folder is left. @returns what mounts it again */
function unmount(folder: string): () => void {
  renameSync(folder, `${folder}-disk`)
  mkdirSync(folder)
  return () => {
    t.same(readdirSync(folder), [], 'nothing was made where no disk is mounted')
    rmdirSync(folder)
    renameSync(`${folder}-disk`, folder)
  }
}
const runCheck = async (name: string, repair = false) =>
  (await checks.find(check => check.name === name)?.run(services, { repair })) ?? []

t.test('what is written is acknowledged when both stores have it', async t => {
  const mount = unmount(second)
  const refused = await putMaster(app, page, scans[0] as Buffer)
  t.match(refused, {
    status: 503,
    body: { detail: /\[store\.second\] has no file ‘firefolio-store’: its disk is not mounted/ },
  })
  t.match(await read('/ready'), {
    status: 503,
    body: { checks: { archive: /\[store\.second\] has no file/ } },
  })
  t.same(readdirSync(join(first, 'media/.staging')), [])
  mount()
  for (const [at, id] of pages.entries()) t.equal((await putMaster(app, id, scans[at] as Buffer)).status, 200)
  await app.drain()
  t.equal(below(first).length, 3)
  t.same(below(second), below(first))
  t.equal((await read('/ready')).status, 200)
})

t.test(
  'a copy that is altered or lost is found in the store that has it, and mended from the other',
  async t => {
    const [one, two, three] = await Promise.all(pages.map(hashOf))
    writeFileSync(fileOf(first, one as string), 'other bytes')
    rmSync(fileOf(first, two as string))
    rmSync(fileOf(second, three as string))
    t.ok(
      (await call('GET', `/api/v1/pages/${pages[1]}/master`)).raw.equals(scans[1] as Buffer),
      'read from the copy',
    )
    t.match(await checkFixity(services, { all: true }, none), { files: 3, found: 3, repaired: 3, open: 0 })
    const { items } = (await call('GET', '/api/v1/fixity?state=ended')).body
    t.same(
      items
        .map(
          ({ detail, fault }: { detail: string; fault: string }) =>
            `${fault} ${/\[store\.\w+\]/.exec(detail)?.[0]}`,
        )
        .sort(),
      ['altered [store.first]', 'missing [store.first]', 'missing [store.second]'],
    )
    t.same(below(second), below(first))
    t.match(await checkFixity(services, { all: true }, none), { files: 3, found: 0, open: 0 })
  },
)

t.test('a store whose disk is not mounted is away: nothing is missed, made anew or given up', async t => {
  const mountFirst = unmount(first)
  t.ok((await call('GET', `/api/v1/pages/${page}/master`)).raw.equals(scans[0] as Buffer), 'the copy is read')
  await t.rejects(checkFixity(services, { all: true }, none), /\[store\.first\] has no file/)
  t.same((await call('GET', '/api/v1/fixity?state=open')).body.items, [], 'an outage is no finding')
  const mountSecond = unmount(second)
  t.match(await call('GET', `/api/v1/pages/${page}/master`), { status: 503, body: { detail: /\[store\./ } })
  for (const name of ['masters', 'archive'])
    await t.rejects(runCheck(name, true), { reason: 'unavailable', message: /\[store\./ }, name)
  t.match(await runCheck('stores'), [{ sentence: /\[store\.first\]/ }, { sentence: /\[store\.second\]/ }])
  await t.rejects(moveFiles(services, {}, none), { reason: 'unavailable', message: /not mounted/ })
  // the service starts meanwhile, and goes on when the disks are there
  const meanwhile = await openServices(services.config, createLog(services.config))
  t.teardown(() => meanwhile.close())
  t.match((await storeContents(meanwhile)).find(({ name }) => name === 'second')?.trouble, /not mounted/)
  mountFirst()
  mountSecond()
  t.match(await checkFixity(meanwhile, { all: true }, none), { files: 3, found: 0, open: 0 })
  // a store that held files before there was a mark is one
  rmSync(join(second, 'firefolio-store'))
  t.match(await checkFixity(services, { all: true }, none), { files: 3, found: 0, open: 0 })
})

t.test('files and packs are moved while they are read; killed at any moment nothing is lost', async t => {
  // both go to where nothing is yet; the old stores are left
  const target = third
  const wanted = {
    ...named,
    FIREFOLIO_STORE_THIRD_KIND: 'file',
    FIREFOLIO_STORE_THIRD_FOLDER: target,
    FIREFOLIO_STORES_MASTERS: 'third',
    FIREFOLIO_STORES_PACKS: 'third',
  }
  const cli = (args: string[], more: Record<string, string> = {}) =>
    runCli(services, args, { ...wanted, ...more })
  // the same in this process, for what needs none of its own
  const { config } = services
  const there = await openServices(
    {
      ...config,
      storesByName: new Map([
        ...config.storesByName,
        ['third', { ...config.storesByName.get('second'), folder: target } as never],
      ]),
      stores: { ...config.stores, masters: 'third', mastersCopy: '', packs: 'third' },
      search: { ...config.search, on: false },
    },
    createLog(config),
  )
  t.teardown(() => there.close())
  const command = (...args: string[]) => runCommand(there, args)
  const before = below(first)
  const packs = below(app.folder, 'packs')
  t.equal(packs.length, 3)
  const refused = await command('stores', 'move')
  t.match([refused.code, refused.out], [1, /\[store\.third\] .*firefolio stores make third/])
  t.match(await command('stores', 'make', 'third'), { code: 0, out: /is the store ‘third’ now/ })
  const dry = await command('stores', 'move', '--dry-run')
  t.match(dry.out, /^3 files \(\d+\.\d MB\) and 3 packs are to be moved/m)
  t.same([below(first), below(second)], [before, before])
  for (const [phase, skip] of [
    ['keep', '0'],
    ['remove', '1'],
    ['keep', '2'],
  ] as const) {
    const { signal, out } = await cli(['stores', 'move'], { CRASH_AT_PHASE: phase, CRASH_SKIP: skip })
    t.equal(signal, 'SIGKILL', out)
    for (const hash of before)
      t.ok(
        [first, second, target].some(folder => below(folder, 'media').includes(hash)),
        `${phase} ${skip}: ${hash} is there`,
      )
  }
  // of two at once each finds what the other has moved where it belongs
  for (const moved of await Promise.all([cli(['stores', 'move']), cli(['stores', 'move'])]))
    t.match(moved, { code: 0, out: /where they belong now/ })
  t.same([below(target), below(first), below(second)], [before, [], []])
  t.same([below(target, 'packs'), below(app.folder, 'packs')], [packs, []])
  t.match((await command('stores', 'list')).out, /^third +3 files, 3 packs; new masters and packs$/m)
  t.match((await command('check', '--only', 'masters,packs,stores')).out, 'Nothing is wrong.')
})

t.test('a file whose bytes are not those of its hash stays where it is and is told', async t => {
  const scan = await aScan(310, 210).tiff().toBuffer()
  t.equal((await putMaster(app, page, scan)).status, 200)
  const hash = await hashOf(page)
  for (const folder of [first, second]) writeFileSync(fileOf(folder, hash), 'other bytes')
  const elsewhere = await openServices(
    { ...services.config, stores: { ...services.config.stores, masters: 'local', mastersCopy: '' } },
    createLog(services.config),
  )
  t.teardown(() => elsewhere.close())
  t.match(await moveFiles(elsewhere, {}, none), { files: 0, damaged: [`sha256/${hash.slice(0, 2)}/${hash}`] })
  t.ok(below(first).includes(hash) && below(second).includes(hash))
  // one good copy is enough
  writeFileSync(fileOf(second, hash), scan)
  t.match(await moveFiles(elsewhere, {}, none), { files: 1, damaged: [] })
  t.same([below(first), below(second)], [[], []])
  t.equal(await elsewhere.archive.digest(`sha256/${hash.slice(0, 2)}/${hash}`), hash)
})

t.test('the move is a job', async t => {
  // back to the first store and its copy
  const job = await call('POST', '/api/v1/jobs', { kind: 'stores.move', options: { dryRun: true } })
  t.equal(job.status, 202, JSON.stringify(job.body))
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${job.body.id}`)).body, {
    state: 'done',
    result: { files: 1, packs: 0, damaged: [] },
  })
  const real = await call('POST', '/api/v1/jobs', { kind: 'stores.move' })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${real.body.id}`)).body, { state: 'done', result: { files: 1 } })
  t.ok(below(first).includes(await hashOf(page)) && below(second).includes(await hashOf(page)))
  t.same(await checks.find(({ name }) => name === 'stores')?.run(services, { repair: false }), [])
})

t.test('a domain keeps its files in stores of its own', async t => {
  // all is in stores that this service knows
  const back = await runCli(services, ['stores', 'move'], {
    ...named,
    FIREFOLIO_STORE_THIRD_KIND: 'file',
    FIREFOLIO_STORE_THIRD_FOLDER: third,
    FIREFOLIO_STORES_MASTERS: 'first',
    FIREFOLIO_STORES_MASTERSCOPY: 'second',
  })
  t.equal(back.code, 0, back.out)
  await aDomain(app, 'atlas')
  await aDomain(app, 'city', { parent: 'atlas' })
  const set = (options: object) => call('PATCH', '/api/v1/domains/atlas/config', options)
  t.match(await set({ 'stores.masters': 'away' }), {
    status: 422,
    body: { errors: [{ pointer: '/stores.masters', detail: /^there is no \[store\.away\] in server\.ini/ }] },
  })
  t.equal(
    (await set({ 'stores.masters': 'maps', 'stores.texts': 'first', 'stores.packs': 'maps' })).status,
    200,
  )
  // each page has two packs, with the watermark and without it
  const watermark = { text: 'Atlas', byRight: true }
  t.equal((await call('PATCH', '/api/v1/domains/atlas', { watermark }, { 'if-match': '*' })).status, 200)
  const map = await aTitle(app, { domain: 'city', pages: 2, release: true })
  const [sheet = 0, other = 0] = await pagesOf(app, map)
  const scan = await aScan(320, 220).tiff().toBuffer()
  const before = below(first)
  t.equal((await putMaster(app, sheet, scan)).status, 200)
  const alto =
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="P" WIDTH="320" HEIGHT="220" PHYSICAL_IMG_NR="1"/></Layout></alto>'
  const asAlto = { 'content-type': 'application/alto+xml', 'if-match': '*' }
  const text = await call('PUT', `/api/v1/pages/${sheet}/alto`, alto, asAlto)
  t.equal(text.status, 200, JSON.stringify(text.body))
  await app.drain()
  const hash = await hashOf(sheet)
  t.same(below(maps), [hash], 'the domain above says where')
  t.ok(below(second).includes(hash), 'and the second copy is where others have theirs')
  t.equal(below(first).length, before.length + 1, 'texts go to another store')
  t.notOk(below(first).includes(hash))
  t.equal(below(maps, 'packs').length, 2)
  t.equal((await read(`/iiif/image/3/${sheet}/full/max/0/default.jpg`)).status, 200)
  t.match(await checkFixity(services, { all: true }, none), { found: 0, open: 0 })
  t.match(await moveFiles(services, {}, none), { files: 0, packs: 0 }, 'everything is where it belongs')

  // another domain needs the same bytes: both have them in their stores
  const [shared = 0] = await pagesOf(app, await aTitle(app, { pages: 1 }))
  t.equal((await putMaster(app, shared, scan)).status, 200)
  t.ok(below(first).includes(hash))
  t.match(await moveFiles(services, {}, none), { files: 0 })
  writeFileSync(fileOf(maps, hash), 'other bytes')
  t.match(await checkFixity(services, { all: true }, none), { found: 1, repaired: 1, open: 0 })
  const { items } = (await call('GET', '/api/v1/fixity?state=ended')).body
  t.ok(items.some(({ detail }: { detail: string }) => detail.includes('[store.maps]')))

  // a title that goes to another domain is read where its files lie, until they are moved
  const second2 = await aScan(330, 230).tiff().toBuffer()
  t.equal((await putMaster(app, other, second2)).status, 200)
  await app.drain()
  const moved = await call(
    'POST',
    `/api/v1/tree/${map}/move`,
    { parent: null, domain: 'lib' },
    { 'if-match': '*' },
  )
  t.equal(moved.status, 200, JSON.stringify(moved.body))
  t.ok((await call('GET', `/api/v1/pages/${other}/master`)).raw.equals(second2))
  t.equal((await read(`/iiif/image/3/${other}/full/max/0/default.jpg`)).status, 200)
  t.match(
    await moveFiles(services, { domain: 'atlas' }, none),
    { files: 0, packs: 0 },
    'it has none any more',
  )
  t.same(below(maps).length, 2)
  const job = await call('POST', '/api/v1/jobs', { kind: 'stores.move', options: { domain: 'lib' } })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${job.body.id}`)).body, {
    state: 'done',
    result: { files: 2, packs: 4 },
  })
  t.same([below(maps), below(maps, 'packs')], [[], []])
  t.ok(below(first).includes(await hashOf(other)))
  t.ok((await call('GET', `/api/v1/pages/${other}/master`)).raw.equals(second2))
  t.match(await checkFixity(services, { all: true }, none), { found: 0, open: 0 })
  t.match(
    (await call('GET', '/api/v1/domains/city/config')).body.options.find(
      ({ key }: { key: string }) => key === 'stores.masters',
    ),
    {
      value: 'maps',
      from: { kind: 'database', domain: 'atlas' },
    },
  )
})

t.test('an import puts masters and texts into the stores of its domain', async t => {
  const scan = await deliver(join(services.config.path.import, 'maps'), 'AC77')
  const before = { first: below(first), second: below(second) }
  const posted = await call('POST', '/api/v1/imports', { domain: 'city', path: 'maps' })
  await app.drain()
  const { items } = (await call('GET', posted.body.links.self)).body
  t.match(items, [{ outcome: 'created', messages: [] }])
  const hash = createHash('sha256').update(scan).digest('hex')
  t.same(below(maps), [hash])
  const texts = below(first).filter(name => !before.first.includes(name))
  t.equal(texts.length, 1)
  t.same(
    below(second).filter(name => !before.second.includes(name)),
    [hash, ...texts].sort(),
    'and the second copies',
  )
  t.match(await moveFiles(services, {}, none), { files: 0 }, 'everything is where it belongs')
})

t.test('a domain that names a store which is not there is told by name, and read as before', async t => {
  const config = join(services.config.path.domain, 'lib/config')
  mkdirSync(config, { recursive: true })
  writeFileSync(join(config, 'config.ini'), '[stores]\nmasters = tape\n')
  const sentence =
    /Domain lib, option stores\.masters \(lib\/config\/config\.ini\): there is no \[store\.tape\]/
  await until(
    async () => (await putMaster(app, page, scans[1] as Buffer)).status === 503,
    'what was known a second ago is forgotten',
  )
  t.match(await putMaster(app, page, scans[1] as Buffer), { status: 503, body: { detail: sentence } })
  t.equal((await call('GET', `/api/v1/pages/${page}/master`)).status, 200)
  t.match(await runCheck('stores'), [{ sentence }])
  await until(
    async () => (await read('/ready')).body.status === 'degraded',
    'what /ready knew a moment ago is forgotten',
  )
  t.match((await read('/ready')).body, { checks: { stores: sentence } })
  await t.rejects(moveFiles(services, {}, none), { reason: 'not-processable', message: sentence })
  rmSync(join(config, 'config.ini'))
  t.same(await runCheck('stores'), [])
})

t.test(
  'the sample waits for a store whose folder was never made, and the service serves meanwhile',
  async t => {
    const folder = aFolder(t)
    const empty = await start(t, {
      FIREFOLIO_STORE_NEW_KIND: 'file',
      FIREFOLIO_STORE_NEW_FOLDER: join(folder, 'new'),
      FIREFOLIO_STORES_MASTERS: 'new',
    })
    let made = 0
    const load = async () => {
      const said: string[] = []
      await loadSampleIfEmpty(
        empty.services,
        sentence => said.push(sentence),
        async home => {
          await deliver(home, `S${++made}`)
          return [join(home, `S${made}`)]
        },
      )
      return said
    }
    t.match(await load(), [
      /^the sample collection waits until it can be stored, .*\[store\.new\].* firefolio stores make new$/,
    ])
    t.equal(made, 0, 'nothing is made in vain')
    t.same((await empty.call('GET', '/api/v1/domains')).body.items, [])
    // one that is full only when the files arrive leaves what is there to the next start
    await markStore('new', join(folder, 'new'))
    const disk = new IoFaults(join(folder, 'new/media/.staging'))
    t.teardown(() => disk.remove())
    disk.arm({ call: 'open', nth: 1, how: 'ENOSPC' })
    t.match(
      (await load()).at(-1),
      /^the sample collection waits until .*: There is no room left in the folder of \[store\.new\]/,
    )
    t.ok(disk.struck)
    disk.arm()
    t.match((await load()).at(-1), /^the domain ‘sample’ holds/)
    t.equal(below(join(folder, 'new')).length, 2, 'a scan and its text')
    t.same(await load(), [], 'loaded once')
  },
)
