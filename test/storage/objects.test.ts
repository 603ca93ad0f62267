// A repository whose masters lie in an object store: import, pages, tiles, fixity, capsule, repair, backup and restore go through it, and when it
// is away, everything that needs it says so.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { buildApp, checks } from '../../src/app.ts'
import { administration } from '../../src/open-database.ts'
import { makeBackup, restoreBackup } from '../../src/preservation/backup/index.ts'
import {
  fetchMasters,
  freeMasters,
  makeCapsule,
  verifyCapsules,
} from '../../src/preservation/capsules/index.ts'
import { openBagStores } from '../../src/storage/bags.ts'
import { checkFixity } from '../../src/preservation/fixity/index.ts'
import { root } from '../../src/root.ts'
import { createLog, openServices } from '../../src/services.ts'
import { find as packOf } from '../../src/images/packs/index.ts'
import { Pack } from '../../src/imaging/pack/open.ts'
import { ended, S3Client } from '../../src/storage/s3/client.ts'
import { readWhole } from '../../src/storage/s3/reading.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { isDirect } from '../support/database.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import {
  aBadLine,
  anObjectStore,
  environmentFor,
  needsObjectStore,
  settingsFor,
} from '../support/object-store.ts'
import { aDomain, aSecondProcess, aTitle, start } from '../support/start.ts'
import { until } from '../support/until.ts'

const server = await anObjectStore(t)
const delivered = join(aFolder(t), 'capsules')
const line = await aBadLine(t, server)
const stores = {
  ...environmentFor(server, 'ceph', line.endpoint),
  FIREFOLIO_STORES_MASTERS: 'ceph',
  FIREFOLIO_STORES_PACKS: 'ceph',
  FIREFOLIO_CAPSULES_STORE: 'ceph',
}
const app = await start(t, {
  ...stores,
  FIREFOLIO_CAPSULES_FOLDER: delivered,
  FIREFOLIO_FIXITY_BYTESPERSECOND: '0',
})
const { call, read, services } = app
const client = new S3Client(settingsFor(server, { prefix: 'ceph/' }))
t.teardown(() => client.close())
const none = async () => {}
const fixity = () => checkFixity(services, { all: true }, none)
const actor = { name: 'keeper', application: 'test' }
const alto = `<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="P" WIDTH="600" HEIGHT="450" PHYSICAL_IMG_NR="1"><PrintSpace HPOS="0" VPOS="0" WIDTH="600" HEIGHT="450"><TextBlock ID="B"><TextLine ID="L" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"><String ID="S" CONTENT="Wort" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`

/** The places of a server that has folders of its own. */
const pathsIn = (folder: string) => {
  const own = { var: folder, varLarge: folder, varFast: folder, domain: join(folder, 'domain') }
  return { ...services.config.path, ...own }
}
let title = 0
let pages: number[] = []
const keys = async (below = 'sha256/'): Promise<string[]> => {
  const found: string[] = []
  for await (const { key } of client.list(below)) found.push(key)
  return found
}
const checked = async (name: string, repair = false) =>
  (await checks.find(check => check.name === name)?.run(services, { repair })) ?? []
const forgetCapsule = (name: string) =>
  services.database.withConnection(connection =>
    connection.run(`delete from OPR_Capsule where OCA_Name = '${name}'`),
  )
const addressOf = async (page: number): Promise<string> =>
  services.archive.address((await call('GET', `/api/v1/pages/${page}`)).body.hashsum.slice(7))

t.test('masters and texts come into the store and leave it as they came', needsObjectStore, async t => {
  await aDomain(app)
  title = await aTitle(app, { pages: 2, release: true })
  pages = await pagesOf(app, title)
  const scans = await Promise.all([600, 601].map(width => aScan(width, 450).tiff().toBuffer()))
  for (const [at, page] of pages.entries())
    t.equal((await putMaster(app, page, scans[at] as Buffer)).status, 200)
  const text = await call('PUT', `/api/v1/pages/${pages[0]}/alto`, alto, {
    'content-type': 'application/alto+xml',
    'if-match': '*',
  })
  t.equal(text.status, 200, JSON.stringify(text.body))
  await app.drain()
  t.equal((await keys()).length, 3)
  t.notOk(readdirSync(join(app.folder, 'media')).includes('sha256'), 'nothing lies in the folder of masters')
  t.equal((await keys('packs/')).length, 2)
  t.same(readdirSync(join(app.folder, 'packs')), [], 'nor in that of packs')
  for (const [at, page] of pages.entries()) {
    t.ok((await call('GET', `/api/v1/pages/${page}/master`)).raw.equals(scans[at] as Buffer))
    const part = await call('GET', `/api/v1/pages/${page}/master`, undefined, { range: 'bytes=10-99' })
    t.ok(part.status === 206 && part.raw.equals((scans[at] as Buffer).subarray(10, 100)))
    t.equal((await read(`/iiif/image/3/${page}/full/max/0/default.jpg`)).status, 200)
  }
  t.equal((await call('GET', `/api/v1/pages/${pages[0]}/alto`)).body, alto)
  t.match((await read('/ready')).body, { status: /ok|degraded/, checks: { archive: 'ok' } })
  // what the cache has lost is fetched again: a new pack is made of it
  rmSync(join(app.folder, 'stores/copies'), { recursive: true })
  const turned = await call('PATCH', `/api/v1/pages/${pages[1]}/pack`, { rotation: 90 }, { 'if-match': '*' })
  t.ok(turned.status < 300, JSON.stringify(turned.body))
  await app.drain()
  t.equal((await read(`/iiif/image/3/${pages[1]}/info.json`)).body.width, 450)
  // a second server shares the database and the object store, and no folder
  const second = await aSecondProcess(t, app, true)
  const there = await second.inject({
    url: `/api/v1/pages/${pages[0]}/master`,
    headers: { authorization: 'Bearer test-operator-key' },
  })
  t.ok(there.rawPayload.equals(scans[0] as Buffer))
})

/** What was asked of the store for packs since the last look, ranges told apart. */
const asked = () => line.requests.splice(0).filter(name => name.includes('/packs/'))
const copies = join(app.folder, 'stores/copies')
const forgetCopies = () => rmSync(copies, { recursive: true, force: true })

t.test('tiles are read by ranges until a copy is here, and then from the copy', needsObjectStore, async t => {
  const large = await aTitle(app, { pages: 1, release: true })
  const [page = 0] = await pagesOf(app, large)
  t.equal((await putMaster(app, page, await aScan(2000, 1600).jpeg({ quality: 95 }).toBuffer())).status, 200)
  await app.drain()
  const tile = (column: number, row: number) =>
    `/iiif/image/3/${page}/${column * 512},${row * 512},512,512/512,512/0/default.jpg`
  const here = await Promise.all([0, 1, 2].map(column => read(tile(column, 0))))
  t.ok(here.every(({ status }) => status === 200))
  t.same(
    asked().filter(name => name.startsWith('GET')),
    [],
    'the pack that was made here is read here',
  )
  // as in another server, which has made nothing
  forgetCopies()
  const other = await aSecondProcess(t, app, true)
  const get = async (url: string) => (await other.inject({ url })).rawPayload
  t.ok((await get(tile(0, 0))).equals(here[0]?.raw as Buffer))
  const ranged = asked().filter(name => name.startsWith('GET'))
  t.ok(
    ranged.length >= 1 && ranged.every(name => / bytes=\d+-\d+$/.test(name)),
    `ranges alone: ${ranged.join(', ')}`,
  )
  t.ok((await get(tile(0, 0))).equals(here[0]?.raw as Buffer))
  t.same(asked(), [], 'what was read is in memory')
  for (const column of [1, 2]) t.ok((await get(tile(column, 0))).equals(here[column]?.raw as Buffer))
  for (const row of [0, 1, 2])
    for (const column of [0, 1, 2]) t.ok((await get(tile(column, row))).length > 1000)
  const copy = join(app.folder, 'second/stores/copies')
  await until(
    async () => (readdirSync(copy, { recursive: true }) as string[]).some(name => name.endsWith('.tif')),
    'all of the pack is here',
  )
  // what is looked up is kept for a second
  await until(async () => {
    asked()
    await Promise.all([0, 1, 2].map(column => get(tile(column, 1))))
    return asked().length === 0
  }, 'tiles are read from the copy')
  t.ok((await get(tile(2, 0))).equals(here[2]?.raw as Buffer))
  // a rendering needs a file
  t.equal(
    (await other.inject({ url: `/iiif/image/3/${page}/10,10,700,300/333,/0/default.jpg` })).statusCode,
    200,
  )
})

t.test('broken answers, exchanged and damaged packs: no wrong picture leaves', needsObjectStore, async t => {
  const [page = 0] = pages
  const url = `/iiif/image/3/${page}/full/304,/0/default.jpg`
  const good = (await read(url)).raw
  const recipe = (await packOf(services.db, page))?.recipe ?? ''
  const key = `packs/${recipe.slice(0, 2)}/${recipe}.tif`
  const bytes = Buffer.concat(await (await client.get(key))!.body.toArray()) as Buffer
  const fresh = async () => {
    forgetCopies()
    const service = await openServices(services.config, createLog(services.config))
    t.teardown(() => service.close())
    return service.packs
  }
  const packs = await fresh()
  line.faults.push({ on: /^GET .*packs/, how: 'truncate' })
  const pack = await Pack.at(await packs.at(recipe), recipe)
  t.equal(line.faults.length, 0)
  const passage = pack.storedWidth(304)
  t.ok(passage && (await pack.fetch(passage)).equals(good))
  // another server has made it anew: what is open is not mixed with it
  const again = await fresh()
  const place = await again.at(recipe)
  await ended(await client.send('PUT', key, { body: Buffer.concat([bytes, Buffer.alloc(300_000)]) }))
  await t.rejects(Pack.at(place, recipe), /made anew while it was read/)
  t.equal((await Pack.at(await again.at(recipe), recipe)).bytes, bytes.length + 300_000)
  // damage is found when it is opened; the page is served from its master while the pack is made anew
  await ended(await client.send('PUT', key, { body: bytes.subarray(0, bytes.length >> 1) }))
  forgetCopies()
  t.match(await checked('packs', true), [{ nodeId: page, repaired: true, sentence: /damaged/ }])
  t.equal((await read(url)).status, 200)
  await app.drain()
  t.same(await checked('packs'), [])
  t.ok((await keys('packs/')).includes(key))
})

t.test('what is altered or lost there is found, and repaired from a capsule', needsObjectStore, async t => {
  const capsule = await makeCapsule(services, title, { actor })
  t.equal(capsule?.kind, 'full')
  t.same((await verifyCapsules(services, undefined, none)).damaged, [])
  t.match(await fixity(), { files: 4, found: 0, open: 0 })
  const [altered, lost] = [await addressOf(pages[0] as number), await addressOf(pages[1] as number)]
  await ended(await client.send('PUT', altered, { body: Buffer.from('other bytes') }))
  await client.remove(lost)
  const wrong = (await checked('masters')).map(({ nodeId }) => nodeId)
  t.same(new Set(wrong), new Set(pages))
  t.match(await fixity(), { files: 4, found: 2, repaired: 2, open: 0 })
  for (const key of [altered, lost]) t.equal(await services.archive.digest(key), key.slice(-64))
  // what no row names is removed when it is old enough; `facts` tell how old it is
  const stray = `sha256/ab/${'ab'.repeat(32)}`
  await ended(await client.send('PUT', stray, { body: Buffer.from('nobody') }))
  t.same(await checked('archive'), [], 'young as it is, it may belong to an upload')
  t.ok(Date.now() - Number((await services.archive.facts(stray))?.modifiedAt) < 60_000)
  await services.archive.remove(stray)
  t.equal(await services.archive.facts(stray), undefined)
  for (const check of ['masters', 'archive', 'decoded', 'stores']) t.same(await checked(check), [], check)
})

t.test(
  'capsules go into the object store: whole or not there, read again, adopted after a kill, played back',
  { ...needsObjectStore, ...atLength },
  async t => {
    const capsuleKeys = async () => (await keys('capsules/')).map(key => key.split('/')[1])
    const [name = ''] = await capsuleKeys()
    t.match(name, /^title-\d+-0001-\d{8}T\d{6}Z-[0-9a-f]{8}$/)
    t.notOk(existsSync(delivered), 'and not into the folder')
    const make = () => makeCapsule(services, title, { actor, full: true })
    line.faults.push(...[1, 2].map(() => ({ on: /^PUT .*capsules.*masters/, how: 'reset' as const })))
    await t.rejects(make(), /\[store\.ceph\]/)
    t.same(new Set(await capsuleKeys()), new Set([name]), 'nothing of it stays')
    const [master = ''] = (await keys('capsules/')).filter(key => key.includes('/masters/'))
    const good = await readWhole(client, master)
    await ended(await client.send('PUT', master, { body: Buffer.from('other bytes') }))
    t.match(await verifyCapsules(services, undefined, none), { verified: 1, damaged: [name] })
    await ended(await client.send('PUT', master, { body: good as Buffer }))
    t.match(await verifyCapsules(services, undefined, none), { verified: 1, damaged: [] })

    const full = ['capsule', 'make', String(title), '--full']
    const environment = { ...stores, FIREFOLIO_CAPSULES_FOLDER: delivered }
    const killed = (phase: string) => runCli(services, full, { ...environment, CRASH_AT_PHASE: phase })
    t.equal((await killed('write')).signal, 'SIGKILL')
    t.same(await checked('capsules'), [], 'young as it is, it may be under way')
    const left = await services.bags.target?.leftovers(-1)
    t.equal(left?.length, 1)
    for (const each of left ?? []) await each.remove()
    t.equal((await killed('kept')).signal, 'SIGKILL')
    const listed = async () => (await call('GET', `/api/v1/capsules?title=${title}`)).body.items
    t.equal((await listed()).length, 1)
    const again = await make()
    t.match(await listed(), [{ number: 1 }, { number: 2, kind: 'full' }, { number: 3, name: again?.name }])
    t.match(await verifyCapsules(services, undefined, none), { verified: 3, damaged: [] })
    t.same(await checked('capsules'), [])

    const other = await start(t, { ...environment, FIREFOLIO_STORES_MASTERS: 'local' })
    const played = await runCommand(other.services, ['capsule', 'play'])
    t.match(played, { code: 0, out: /from 3 capsules/ })
    t.match(await checkFixity(other.services, { all: true }, none), { found: 0, open: 0 })
    t.equal((await other.call('GET', '/api/v1/capsules')).body.items.length, 3)
    t.ok(
      (await other.call('GET', `/api/v1/pages/${pages[0]}/master`)).raw.equals(
        (await call('GET', `/api/v1/pages/${pages[0]}/master`)).raw,
      ),
    )
    const last = again?.name ?? ''
    await client.remove(`capsules/${last}/tagmanifest-sha256.txt`)
    t.match(await checked('capsules'), [{ nodeId: title, sentence: /is in no place of \[capsules\]/ }])
    t.same((await verifyCapsules(services, undefined, none)).damaged, [last])
    t.match((await call('GET', '/api/v1/fixity')).body.items, [{ what: 'capsule', fault: 'missing' }])
    await forgetCapsule(last)
    await services.database.withConnection(connection => connection.run('delete from OPR_FixityFinding'))
  },
)

t.test('freed masters come back from a capsule, wherever both lie', needsObjectStore, async t => {
  const bags = await openBagStores({ ...services.config, capsules: { folder: delivered, store: '' } })
  const master = async () => await call('GET', `/api/v1/pages/${pages[0]}/master`)
  const { raw: scan } = await master()
  const before = await keys()
  for (const where of [{ ...services, bags }, services]) {
    const capsule = await makeCapsule(where, title, { actor, full: true })
    t.match(await freeMasters(services, { node: title }, actor), { pages: 2, files: 2 })
    t.equal((await keys()).length, before.length - 2)
    t.match(await master(), { status: 404, body: { capsule: capsule?.name } })
    t.match(await fetchMasters(services, { node: title }, actor), { pages: 2, files: 2, missing: [] })
    t.same(await keys(), before)
    t.ok((await master()).raw.equals(scan))
    await app.drain()
    if (where !== services) await forgetCapsule(capsule?.name ?? '')
  }
})

t.test(
  'a backup reads the object store, and a restore writes into it',
  { ...needsObjectStore, ...atLength, ...(isDirect ? { skip: 'a backup needs a server' } : {}) },
  async t => {
    const folder = aFolder(t)
    const { database } = await administration(services.config)
    t.match(await makeBackup(services, database, folder, undefined), { files: 4, faults: [] })
    const before = await keys()
    for (const key of before) await client.remove(key)
    const place = aFolder(t)
    const config = {
      ...services.config,
      database: {
        ...services.config.database,
        file: join(dirname(services.config.database.file), `objects-${process.pid}.fdb`),
      },
      path: pathsIn(place),
    }
    t.teardown(() => rmSync(config.database.file, { force: true }))
    t.match(
      await restoreBackup(config, (await administration(config)).database, folder, undefined, {
        open: openServices,
      }),
      { files: 4 },
    )
    t.same(await keys(), before)
    const restored = await openServices(config, createLog(config))
    t.teardown(() => restored.close())
    t.same(await checkFixity(restored, { all: true }, none).then(({ files, open }) => ({ files, open })), {
      files: 4,
      open: 0,
    })
  },
)

t.test(
  'while the store is away nothing is acknowledged, nothing is taken for lost, and everyone is told by its name',
  needsObjectStore,
  async t => {
    if (process.env['FIREFOLIO_TEST_S3'] !== undefined) return
    await server.kill()
    t.teardown(() => server.startAgain())
    const page = pages[0] as number
    const before = (await call('GET', `/api/v1/pages/${page}`)).body
    const refused = await putMaster(app, page, await aScan(300, 200).tiff().toBuffer())
    t.match(refused, {
      status: 503,
      body: { detail: /The store ‘ceph’ \(\[store\.ceph\]\) cannot be reached/ },
    })
    t.ok(Number(refused.headers['retry-after']) > 0)
    t.same((await call('GET', `/api/v1/pages/${page}`)).body, before)
    t.same(readdirSync(join(app.folder, 'stores/ceph/.staging')), [])
    t.equal((await call('GET', `/api/v1/pages/${page}/master`)).status, 503)
    t.match(await read('/ready'), {
      status: 503,
      body: { checks: { archive: /\[store\.ceph\]\) cannot be reached/ } },
    })
    t.equal(
      (await read(`/iiif/image/3/${page}/full/max/0/default.jpg`)).status,
      200,
      'what is on this machine is shown',
    )
    const away = await openServices(services.config, createLog(services.config))
    t.teardown(() => away.close())
    forgetCopies()
    const recipe = (await packOf(services.db, page))?.recipe ?? ''
    await t.rejects(away.packs.at(recipe), /\[store\.ceph\]\) cannot be reached/)
    const mended = async () =>
      void (await checks.find(({ name }) => name === 'packs')?.run(away, { repair: true }))
    await t.rejects(mended(), /\[store\.ceph\]/, 'and no pack is wanted anew')
    await t.rejects(fixity(), /\[store\.ceph\]/)
    t.same((await call('GET', '/api/v1/fixity')).body.items, [], 'an outage is no finding')
    t.match(await checks.find(({ name }) => name === 'stores')?.run(services, { repair: false }), [
      { sentence: /\[store\.ceph\]\) cannot be reached/ },
    ])
    await server.startAgain()
    t.equal((await putMaster(app, page, await aScan(300, 200).tiff().toBuffer())).status, 200)
    t.equal((await read('/ready')).status, 200)
  },
)

t.test(
  'what an upload left, strays and parts, is removed when it is old enough, and nothing else',
  needsObjectStore,
  async t => {
    const before = await keys('')
    const stray = `sha256/ab/${'ab'.repeat(32)}`
    const pack = `packs/cd/${'cd'.repeat(32)}.tif`
    for (const key of [stray, pack]) {
      await ended(await client.send('PUT', key, { body: Buffer.from('nobody') }))
      await ended(await client.send('POST', key, { query: { uploads: '' } }))
    }
    const removed = async () => {
      const found: string[] = []
      for (const name of ['archive', 'stray-packs'])
        for (const { sentence } of await checked(name, true)) found.push(sentence)
      return found.sort()
    }
    t.same(await removed(), [], 'young as they are, they may belong to an upload')
    t.equal((await keys('')).length, before.length + 2)
    const { now } = Date
    Date.now = () => now() + 2 * 3_600_000
    t.teardown(() => void (Date.now = now))
    t.match(await removed(), [
      /^An interrupted ingest left an upload in parts of packs/,
      /^An interrupted upload left an upload in parts of sha256/,
      /^The pack cdcd/,
      /^sha256\/ab\/(ab)+ belongs to nothing/,
    ])
    t.same(await removed(), [])
    t.same(await keys(''), before)
  },
)

t.test(
  'a server with folders of its own shares the database and the object store: what one writes the other reads at once',
  needsObjectStore,
  async t => {
    const own = aFolder(t)
    const config = { ...services.config, path: pathsIn(own) }
    const there = await openServices(config, createLog(config))
    const other = await buildApp(there)
    t.teardown(async () => {
      await other.close()
      await there.close()
    })
    const get = async (url: string) =>
      await other.inject({ url, headers: { authorization: 'Bearer test-operator-key' } })
    const [page = 0] = await pagesOf(app, await aTitle(app, { pages: 1, release: true }))
    const scan = await aScan(640, 480).tiff().toBuffer()
    t.equal((await putMaster(app, page, scan)).status, 200)
    t.ok((await get(`/api/v1/pages/${page}/master`)).rawPayload.equals(scan))
    await app.drain()
    const recipe = (await packOf(services.db, page))?.recipe ?? ''
    t.ok(await there.packs.isKept(recipe), 'the pack of the first is that of the second')
    const url = `/iiif/image/3/${page}/full/304,/0/default.jpg`
    t.ok((await get(url)).rawPayload.equals((await read(url)).raw))
    t.same(
      [existsSync(join(own, 'media/sha256')), readdirSync(join(own, 'packs'))],
      [false, []],
      'nothing lies in its folders for good',
    )
    // and the other way round
    const title = await aTitle(app, { pages: 1 })
    const [back = 0] = await pagesOf(app, title)
    const put = await other.inject({
      method: 'PUT',
      url: `/api/v1/pages/${back}/master`,
      headers: {
        authorization: 'Bearer test-operator-key',
        'content-type': 'application/octet-stream',
        'if-match': '*',
      },
      payload: await aScan(320, 200).tiff().toBuffer(),
    })
    t.equal(put.statusCode, 200, put.body)
    t.ok(
      (await call('GET', `/api/v1/pages/${back}/master`)).raw.equals(await aScan(320, 200).tiff().toBuffer()),
    )
    await app.drain()
  },
)

t.test(
  'between a folder and an object store files are moved while they are read; killed in the middle nothing is lost',
  { ...needsObjectStore, ...atLength },
  async t => {
    const before = [...(await keys()), ...(await keys('packs/'))]
    const inFolder = (of: string) =>
      existsSync(join(app.folder, of))
        ? readdirSync(join(app.folder, of), { recursive: true, encoding: 'utf8' })
            .filter(name => /\/[0-9a-f]{64}(\.tif)?$/.test(name))
            .map(name => `${of.replace('media/', '')}/${name}`)
        : []
    const local = () => [...inFolder('media/sha256'), ...inFolder('packs')]
    const remote = async () => [...(await keys()), ...(await keys('packs/'))]
    const read = async () => (await call('GET', `/api/v1/pages/${pages[0]}/master`)).raw
    const scan = await read()
    const toFolder = { ...stores, FIREFOLIO_STORES_MASTERS: 'local', FIREFOLIO_STORES_PACKS: 'local' }
    for (const [environment, phase] of [
      [toFolder, 'keep'],
      [stores, 'remove'],
    ] as const) {
      const killed = await runCli(services, ['stores', 'move'], {
        ...environment,
        CRASH_AT_PHASE: phase,
        CRASH_SKIP: '1',
      })
      t.equal(killed.signal, 'SIGKILL', killed.out)
      t.same([...new Set([...local(), ...(await remote())])].sort(), before.sort(), 'each is in one of them')
      t.ok((await read()).equals(scan))
      const moved = await runCli(services, ['stores', 'move'], environment)
      t.match(moved, { code: 0, out: /where they belong now/ })
      const [full, empty] = environment === stores ? [await remote(), local()] : [local(), await remote()]
      t.same([full.sort(), empty], [before, []])
      t.ok((await read()).equals(scan))
    }
    t.match(await fixity(), { found: 0, open: 0 })
  },
)

t.test('no secret leaves with the settings', async t => {
  const report = await call('GET', '/api/v1/system/report')
  t.equal(report.status, 200)
  t.notMatch(report.raw.toString(), server.secretKey)
  t.match(report.raw.toString(), /store\.ceph/)
})

t.test('the commands of the handbook do what it says', needsObjectStore, async t => {
  const text = readFileSync(join(root, 'docs/handbook/stores.md'), 'utf8')
  const commands = [...text.matchAll(/npm run firefolio -- ([^`\n]+)/g)].map(([, command = '']) =>
    command.split(' '),
  )
  t.ok(commands.length >= 2)
  for (const [at, command] of commands.entries()) {
    // the first of them as a process
    const { code, out } = await (at === 0 ? runCli(services, command, stores) : runCommand(services, command))
    t.equal(code, 0, `${command.join(' ')}: ${out}`)
    if (command[0] === 'check') t.match(out, 'Nothing is wrong.')
    else t.match(out, /^ceph +\d+ files|are to be moved|are where they belong now/m)
    t.notMatch(out, server.secretKey)
  }
})
