// Two copies of every master, and files that are moved between stores while they are read: whatever is killed, altered or away, nothing is lost.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { checkFixity } from '../../src/preservation/fixity/index.ts'
import { moveFiles } from '../../src/preservation/stores/index.ts'
import { createLog, openServices } from '../../src/services.ts'
import { runCli } from '../support/crashes.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const [first, second] = [aFolder(t), aFolder(t)]
const named = {
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
  (readdirSync(join(folder, of), { recursive: true, encoding: 'utf8' }) as string[])
    .map(name => name.split('/').at(-1) ?? '')
    .filter(name => /^[0-9a-f]{64}(\.tif)?$/.test(name))
    .sort()
const fileOf = (folder: string, hash: string) => join(folder, 'media/sha256', hash.slice(0, 2), hash)
const hashOf = async (id: number): Promise<string> =>
  ((await call('GET', `/api/v1/pages/${id}`)).body.hashsum as string).slice('sha256:'.length)

t.test('what is written is acknowledged when both stores have it', async t => {
  renameSync(join(second, 'media/.staging'), join(second, 'media/.away'))
  const refused = await putMaster(app, page, scans[0] as Buffer)
  t.match(refused, {
    status: 503,
    body: { detail: /\[store\.second\] is no longer there\. Nothing was stored\./ },
  })
  t.equal((await read('/ready')).status, 503)
  t.same(readdirSync(join(first, 'media/.staging')), [])
  renameSync(join(second, 'media/.away'), join(second, 'media/.staging'))
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

t.test('files and packs are moved while they are read; killed at any moment nothing is lost', async t => {
  // both go to where nothing is yet; the old stores are left
  const target = aFolder(t)
  const wanted = {
    ...named,
    FIREFOLIO_STORE_THIRD_KIND: 'file',
    FIREFOLIO_STORE_THIRD_FOLDER: target,
    FIREFOLIO_STORES_MASTERS: 'third',
    FIREFOLIO_STORES_PACKS: 'third',
  }
  const cli = (args: string[], more: Record<string, string> = {}) =>
    runCli(services, args, { ...wanted, ...more })
  const before = below(first)
  const packs = below(app.folder, 'packs')
  t.equal(packs.length, 3)
  const dry = await cli(['stores', 'move', '--dry-run'])
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
  t.match((await cli(['stores', 'list'])).out, /^third +3 files, 3 packs; new masters and packs$/m)
  t.match((await cli(['check', '--only', 'masters,packs,stores'])).out, 'Nothing is wrong.')
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
