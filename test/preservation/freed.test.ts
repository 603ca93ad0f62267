// Masters that a capsule holds are freed and brought back: readers see nothing of it, whatever is killed, and whoever brings the same bytes meanwhile.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { insertFile } from '../../src/catalogue/attachments/index.ts'
import { capsuleFetch, capsuleFree } from '../../src/cli/capsule-masters.ts'
import { check } from '../../src/cli/check.ts'
import type { Session } from '../../src/cli/session.ts'
import type { TransactionOptions } from '../../src/firebird/database.ts'
import {
  fetchMasters,
  freeMasters,
  makeCapsule,
  playCapsules,
  readCapsule,
  verifyCapsules,
} from '../../src/preservation/capsules/index.ts'
import { checkFixity, repairFindings } from '../../src/preservation/fixity/index.ts'
import { find } from '../../src/images/packs/index.ts'
import { markStore } from '../../src/storage/mounted.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const delivered = join(aFolder(t), 'capsules')
const maps = aFolder(t)
await markStore('maps', maps)
const environment = {
  FIREFOLIO_CAPSULES_FOLDER: delivered,
  FIREFOLIO_STORE_MAPS_KIND: 'file',
  FIREFOLIO_STORE_MAPS_FOLDER: maps,
  FIREFOLIO_FIXITY_BYTESPERSECOND: '0',
  FIREFOLIO_FIXITY_REPAIR: 'false',
  FIREFOLIO_FILES_MEDIATYPES: 'image/tiff',
}
const app = await start(t, environment)
const { call, read, services } = app
const actor = { name: 'keeper', application: 'test' }
const none = async () => {}
await aDomain(app)
await aDomain(app, 'atlas')
const stored = await call('PATCH', '/api/v1/domains/atlas/config', { 'stores.masters': 'maps' })
t.equal(stored.status, 200)

const scans = await Promise.all([200, 201, 202].map(width => aScan(width, 150).tiff().toBuffer()))
const [one, two, three] = scans as [Buffer, Buffer, Buffer]
const work = await aTitle(app, { title: 'Handschrift', pages: 3, release: true })
const pages = (await pagesOf(app, work)) as [number, number, number]
for (const [at, id] of pages.entries()) await putMaster(app, id, scans[at] as Buffer)
const copies = await aTitle(app, { title: 'Abschrift', pages: 2 })
const [other = 0, empty = 0] = await pagesOf(app, copies)
await putMaster(app, other, three)
await app.drain()
const turn = (id: number) => call('PATCH', `/api/v1/pages/${id}/pack`, { rotation: 180 }, { 'if-match': '*' })
const { operation: turning } = (await turn(pages[1])).headers
await app.drain()

const hashOf = async (id: number) =>
  ((await call('GET', `/api/v1/pages/${id}`)).body.hashsum as string).slice('sha256:'.length)
const hashes = (await Promise.all(pages.map(hashOf))) as [string, string, string]
const placeIn = (folder: string, hash: string) => join(folder, 'media/sha256', hash.slice(0, 2), hash)
const fileOf = (hash: string) => placeIn(services.config.path.varLarge, hash)
const areThere = () => hashes.map(hash => existsSync(fileOf(hash)))
const stateOf = async (id: number) => (await call('GET', `/api/v1/pages/${id}`)).body.masterState as string
const statesOf = () => Promise.all(pages.map(stateOf))
const free = (node: number, dryRun = false) => freeMasters(services, { node, dryRun }, actor)
const fetched = (node: number, dryRun = false) => fetchMasters(services, { node, dryRun }, actor)
const fixity = () => checkFixity(services, { all: true }, none)
const findingsOf = async () =>
  (
    await Promise.all(
      checks
        .filter(({ name }) => ['masters', 'archive', 'decoded', 'packs'].includes(name))
        .map(check => check.run(services, { repair: false })),
    )
  ).flat()
const freedState = 'deletedAfterExport'

/** What a reader is answered: pictures, tiles, manifest and METS. */
async function view(): Promise<(readonly [number, string])[]> {
  const addresses = [
    ...pages.map(id => `/iiif/image/3/${id}/full/max/0/default.jpg`),
    `/iiif/image/3/${pages[0]}/0,0,100,100/64,/0/default.jpg`,
    `/iiif/image/3/${pages[0]}/info.json`,
    `/iiif/presentation/3/${work}/manifest`,
    `/mets/${work}`,
  ]
  const answers = await Promise.all(addresses.map(address => read(address)))
  // when a document was made or changed last is not what it shows
  return answers.map(({ status, raw }) => [
    status,
    raw.toString('latin1').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''),
  ])
}
const before = await view()

t.test('what no capsule holds stays; a dry run counts and changes nothing', async t => {
  t.same(
    before.map(([status]) => status),
    before.map(() => 200),
  )
  t.match(await free(work), { titles: 0, pages: 0, files: 0, left: { uncapsuled: 3 } })
  await makeCapsule(services, work, { actor })
  t.same(await free(work, true), {
    titles: 1,
    pages: 3,
    files: 2,
    bytes: one.length + two.length,
    left: { uncapsuled: 0, damaged: 0, unpacked: 0, shared: 1 },
  })
  t.same(areThere(), [true, true, true])
  t.same(await statesOf(), ['archived', 'archived', 'archived'])
  await t.rejects(free(2_000_000_000), /no tree node/)
  for (const options of [{}, { node: work, domain: 1 }])
    t.equal((await call('POST', '/api/v1/jobs', { kind: 'capsule.free', options })).status, 400)
})

t.test(
  'killed between record and removal the next run goes on; shared masters stay, and so does the view',
  async t => {
    const killed = await runCli(services, ['capsule', 'free', String(work)], {
      ...environment,
      CRASH_AT_PHASE: 'freed',
    })
    t.match(killed, { signal: 'SIGKILL', out: 'killed at freed' })
    t.same(areThere(), [true, true, true])
    t.same(await statesOf(), [freedState, freedState, freedState])
    t.ok(
      (await call('GET', `/api/v1/pages/${pages[0]}/master`)).raw.equals(one),
      'what is there is handed out',
    )
    for (const hash of hashes) utimesSync(fileOf(hash), 1e9, 1e9)
    t.match(
      (await findingsOf()).map(({ sentence }) => sentence).sort(),
      hashes
        .slice(0, 2)
        .sort()
        .map(hash => new RegExp(`${hash} belongs to nothing`)),
      'what is left over is a stray',
    )
    const job = await call('POST', '/api/v1/jobs', { kind: 'capsule.free', options: { node: work } })
    await app.drain()
    t.match((await call('GET', `/api/v1/jobs/${job.body.id}`)).body, {
      state: 'done',
      result: { pages: 0, files: 2, bytes: one.length + two.length, left: { shared: 1 } },
    })
    t.same(areThere(), [false, false, true])
    t.same(await view(), before)
    t.match(await fixity(), { found: 0, open: 0 })
    t.same(await findingsOf(), [])
  },
)

t.test('the answer for a freed master names its capsule, and what would need it is declined', async t => {
  const { body } = await call('GET', `/api/v1/pages/${pages[0]}`)
  t.notOk(body.links.master)
  t.ok(body.links.image)
  t.match(await call('GET', `/api/v1/pages/${pages[0]}/master`), {
    status: 404,
    body: {
      detail: /lies in the capsule title-\d+-0001-.*capsule\.fetch/,
      capsule: /^title-/,
      file: `data/masters/${hashes[0]}.tif`,
    },
  })
  const freedNow = { status: 409, body: { detail: /was freed.*capsule\.fetch/ } }
  t.match(await turn(pages[0]), freedNow)
  t.match(await call('POST', `/api/v1/operations/${turning}/undo`), freedNow)
  const copied = await call('POST', `/api/v1/tree/${pages[0]}/copy`, { parent: copies })
  t.match(copied, freedNow)
  t.match(await call('GET', `/api/v1/log?action=free-masters`), { body: { items: [{ data: { pages: 3 } }] } })
})

t.test('a new capsule holds the masters that lie in the one before', async t => {
  const full = await makeCapsule(services, work, { actor, full: true })
  t.same(
    readdirSync(join(delivered, full?.name ?? '', 'data/masters')).sort(),
    hashes.map(hash => `${hash}.tif`).sort(),
  )
  const answer = await call('GET', `/api/v1/pages/${pages[0]}/master`)
  t.equal(answer.body.capsule, full?.name, 'and is where they are brought from')
  await call('PATCH', `/api/v1/pages/${pages[2]}`, { comment: 'x' }, { 'if-match': '*' })
  const killed = await runCli(services, ['capsule', 'make', String(work), '--full'], {
    ...environment,
    CRASH_AT_PHASE: 'kept',
  })
  t.equal(killed.signal, 'SIGKILL')
  t.equal(await makeCapsule(services, work, { actor }), undefined)
  const [adopted] = readdirSync(delivered).filter(each => each.startsWith(`title-${work}-0003`))
  t.type(adopted, 'string')
  const now = await call('GET', `/api/v1/pages/${pages[0]}/master`)
  t.equal(now.body.capsule, adopted, 'also where it was kept by a process that was killed')
})

t.test('played back after a loss, masters that were freed are in the archive', async t => {
  const lost = await start(t, environment)
  const [name = ''] = readdirSync(delivered).filter(each => each.startsWith(`title-${work}-0002`))
  await playCapsules(lost.services, [await readCapsule(join(delivered, name))], actor)
  for (const [at, id] of pages.entries()) {
    t.equal((await lost.call('GET', `/api/v1/pages/${id}`)).body.masterState, 'archived')
    t.ok((await lost.call('GET', `/api/v1/pages/${id}/master`)).raw.equals(scans[at] as Buffer))
  }
})

t.test('killed before they are recorded, the same bytes are brought back by the next run', async t => {
  const killed = await runCli(services, ['capsule', 'fetch', String(work)], {
    ...environment,
    CRASH_AT_PHASE: 'brought',
  })
  t.match(killed, { signal: 'SIGKILL', out: 'killed at brought' })
  t.same(await statesOf(), [freedState, freedState, freedState])
  rmSync(fileOf(hashes[1]))
  t.match(await fetched(work, true), { pages: 3, files: 1, bytes: two.length })
  const ended = await runCommand(services, ['capsule', 'fetch', String(work)])
  t.match(ended, { code: 0, out: /masters of 3 pages in the archive again, 1 file, / })
  t.same(await statesOf(), ['archived', 'archived', 'archived'])
  await app.drain()
  for (const [at, id] of pages.entries())
    t.ok((await call('GET', `/api/v1/pages/${id}/master`)).raw.equals(scans[at] as Buffer))
  t.same(await view(), before)
  t.match(await fixity(), { found: 0, open: 0 })
  t.same(await findingsOf(), [])
})

/** While a file is removed somebody brings the same bytes: sees them lie there, and records them when they are gone. */
async function freedWhile<T>(node: number, hash: string, bring: () => Promise<T>) {
  const { archive } = services
  const [keep, remove] = [archive.keep.bind(archive), archive.remove.bind(archive)]
  let brought: Promise<T> | undefined
  archive.remove = async address => {
    if (address.endsWith(hash) && !brought)
      await new Promise<void>(resolve => {
        archive.keep = async file => {
          const kept = await keep(file)
          resolve()
          return kept
        }
        brought = bring()
      })
    await remove(address)
  }
  try {
    const freed = await free(node)
    return { freed, brought: await brought }
  } finally {
    Object.assign(archive, { keep, remove })
  }
}

t.test('the same bytes that arrive while their file is removed are not lost', async t => {
  const put = await freedWhile(work, hashes[0], () => putMaster(app, empty, one))
  t.match(put, { freed: { pages: 3, files: 2, left: { shared: 1 } }, brought: { status: 200 } })
  await app.drain()
  t.same(areThere(), [true, false, true])
  t.match(await fetched(work), { pages: 3, files: 1 })
  await app.drain()
  const attached = await freedWhile(work, hashes[1], () =>
    call('POST', `/api/v1/titles/${copies}/files?name=scan.tif`, two, {
      'content-type': 'application/octet-stream',
    }),
  )
  t.match(attached, { freed: { pages: 3, files: 1 }, brought: { status: 201 } })
  await app.drain()
  t.same(areThere(), [true, true, true])
  t.match(await free(work), { pages: 0, files: 0, left: { shared: 3 } })
  t.same(areThere(), [true, true, true])
  t.match(await fixity(), { found: 0, open: 0 })
})

t.test(
  'who has begun to record the same bytes is waited for; who does later gets their file back',
  async t => {
    const leaves = await aTitle(app, { pages: 2 })
    const own = await pagesOf(app, leaves)
    for (const [at, id] of own.entries())
      await putMaster(
        app,
        id,
        await aScan(230 + at, 150)
          .tiff()
          .toBuffer(),
      )
    await app.drain()
    await makeCapsule(services, leaves, { actor })
    const [held = '', gone = ''] = await Promise.all(own.map(hashOf))
    const { database, archive } = services
    const inTransaction = database.inTransaction.bind(database)
    const remove = archive.remove.bind(archive)
    const waitsOrRemoves = new Promise<void>(resolve => {
      database.inTransaction = ((options: TransactionOptions, work: never) => {
        if (options.reserve?.some(({ table }) => table === 'OPR_Attachment')) resolve()
        return inTransaction(options, work)
      }) as typeof inTransaction
      archive.remove = async address => {
        await remove(address)
        if (address.endsWith(held)) resolve()
      }
    })
    t.teardown(() => void Object.assign(database, { inTransaction }))
    t.teardown(() => void Object.assign(archive, { remove }))
    const bytes = readFileSync(fileOf(held))
    let freed: ReturnType<typeof free> | undefined
    await inTransaction({ actor }, async trx => {
      await insertFile(trx, copies, {
        name: 'scan.tif',
        media: 'image/tiff',
        url: archive.address(held),
        hashsum: `sha256:${held}`,
        bytes: bytes.length,
        duration: null,
        width: null,
        height: null,
        label: null,
        kind: 'attachment',
        sort: 9,
      })
      freed = free(leaves)
      await waitsOrRemoves
    })
    t.match(await freed, { pages: 2, files: 1, left: { shared: 1 } })
    t.ok(readFileSync(fileOf(held)).equals(bytes))
    t.notOk(existsSync(fileOf(gone)))
    await sql`insert into OPR_Fulltext (OF_ID, OF_OT_ID, OF_Kind, OF_Url, OF_Hashsum)
    values (next value for OPR_Fulltext_SEQ, ${other}, 0, ${archive.address(gone)}, ${`sha256:${gone}`})`.execute(
      services.db,
    )
    await app.drain()
    t.equal(await archive.digest(archive.address(gone)), gone)
    // killed in between fixity brings it back
    rmSync(fileOf(gone))
    t.match(await fixity(), { found: 1, open: 1 })
    t.match(await repairFindings(services), { repaired: 1, open: 0 })
    t.match(await fixity(), { found: 0, open: 0 })
  },
)

t.test('an undo brings a former master back that was freed, with its image', async t => {
  const anew = await putMaster(app, pages[0], await aScan(240, 150).tiff().toBuffer())
  await putMaster(app, empty, await aScan(260, 150).tiff().toBuffer())
  await app.drain()
  rmSync(fileOf(hashes[0]))
  const { operation } = anew.headers
  const undone = await call('POST', `/api/v1/operations/${operation}/undo`)
  t.equal(undone.status, 200, JSON.stringify(undone.body))
  await app.drain()
  t.equal(await stateOf(pages[0]), 'archived')
  t.ok((await call('GET', `/api/v1/pages/${pages[0]}/master`)).raw.equals(one))
  t.match((await call('GET', `/api/v1/pages/${pages[0]}/pack`)).body, { state: 'made', width: 200 })
  // a label that is taken back leaves the master where it is
  t.equal(await stateOf(pages[1]), freedState)
  const labelled = await call('PATCH', `/api/v1/pages/${pages[1]}`, { comment: 'x' }, { 'if-match': '*' })
  t.equal((await call('POST', `/api/v1/operations/${labelled.headers['operation']}/undo`)).status, 200)
  t.equal(await stateOf(pages[1]), freedState)
  // and the same bytes that were put there stay, whatever is taken back
  const again = await putMaster(app, pages[1], two)
  t.equal(await stateOf(pages[1]), 'archived')
  t.equal((await call('POST', `/api/v1/operations/${again.headers['operation']}/undo`)).status, 200)
  t.equal(await stateOf(pages[1]), 'archived')
})

const said: string[] = []
const session = {
  out: (text: string) => void said.push(text),
  withServices: <T>(work: (opened: typeof services) => Promise<T>) => work(services),
} as Session

/** What the check of capsules says of one. */
const told = async (name = '', repair = false) =>
  ((await checks.find(each => each.name === 'capsules')?.run(services, { repair })) ?? [])
    .map(({ sentence }) => sentence)
    .filter(sentence => sentence.startsWith(`The capsule ${name} `))

t.test('the commands say what is wrong with what they are told', async t => {
  await t.rejects(capsuleFree(session, [], {}), /Name the titles or nodes by their ids, or give --domain/)
  await t.rejects(capsuleFree(session, ['1'], { domain: 'lib' }), /or give --domain/)
  await t.rejects(capsuleFetch(session, ['one'], {}), /‘one’ is no id of a node/)
  await t.rejects(capsuleFetch(session, [], { domain: 'nowhere' }), /There is no domain ‘nowhere’/)
  await t.rejects(freeMasters(services, { domain: 2_000_000_000 }, actor), /There is no domain 2000000000/)
})

t.test('masters of a domain come back into its store', async t => {
  const map = await aTitle(app, { domain: 'atlas', pages: 1 })
  const [sheet = 0] = await pagesOf(app, map)
  await putMaster(app, sheet, await aScan(210, 160).tiff().toBuffer())
  await app.drain()
  await makeCapsule(services, map, { actor })
  const hash = await hashOf(sheet)
  t.ok(existsSync(placeIn(maps, hash)))
  const { id: domain } = (await call('GET', '/api/v1/domains/atlas')).body
  const flags = { domain: 'atlas' }
  t.equal(await capsuleFree(session, [], { ...flags, dryRun: true }), 0)
  t.match(said.pop(), /^dry run, nothing was changed: 1 title: masters of 1 page freed, 1 file, /)
  t.ok(existsSync(placeIn(maps, hash)))
  t.equal(await capsuleFree(session, [], flags), 0)
  t.match(said.pop(), /^1 title: masters of 1 page freed, 1 file, 0\.\d MB; left: 0 in no capsule/)
  t.notOk(existsSync(placeIn(maps, hash)))
  t.match(await fetchMasters(services, { domain }, actor), { titles: 1, pages: 1, files: 1, missing: [] })
  t.ok(existsSync(placeIn(maps, hash)))
  t.notOk(existsSync(fileOf(hash)))
  t.match(await fixity(), { found: 0, open: 0 })
})

t.test('what a capsule does not hold as it was is neither freed nor brought back', async t => {
  const map = await aTitle(app, { pages: 1 })
  const [sheet = 0] = await pagesOf(app, map)
  await putMaster(app, sheet, await aScan(220, 160).tiff().toBuffer())
  await app.drain()
  const made = await makeCapsule(services, map, { actor })
  const folder = join(delivered, made?.name ?? '')
  const file = join(folder, `data/masters/${await hashOf(sheet)}.tif`)
  const good = readFileSync(file)
  writeFileSync(file, 'other bytes')
  t.equal(await capsuleFree(session, [String(map)], {}), 1)
  t.match(said.pop(), /^0 titles: .* 0 in no capsule, 1 in damaged ones/)
  t.equal(await stateOf(sheet), 'archived')
  t.match(await call('GET', '/api/v1/fixity'), { body: { items: [{ what: 'capsule' }] } })
  writeFileSync(file, good)
  t.match(await free(map), { pages: 1, files: 1 })
  writeFileSync(file, 'other bytes')
  const costs = `1 freed master of title ${map} stands in`
  t.match(await told(made?.name), [
    new RegExp(`is damaged: it has \\d+ files .*; ${costs} it alone. Put it back`),
  ])
  t.same((await verifyCapsules(services, undefined, none)).damaged, [made?.name])
  t.match(await told(made?.name), [
    new RegExp(`is damaged as firefolio fixity list says.*; ${costs} it alone`),
  ])
  t.match(await call('GET', '/api/v1/fixity'), {
    body: {
      items: [
        { what: 'capsule', detail: new RegExp(`SHA-256 of its manifest. ${costs} this capsule alone`) },
      ],
    },
  })
  t.match(await call('GET', '/ready'), { body: { checks: { fixity: /^1 altered/ } } })
  t.match(await fetched(map), {
    pages: 0,
    files: 0,
    missing: [/does not give data\/masters\/\S+ of node \d+ back/],
  })
  renameSync(folder, `${folder}-away`)
  t.equal(await capsuleFetch(session, [String(map)], {}), 1)
  t.match(said.pop(), /^- The capsule .* is in no place of \[capsules\]/)
  t.match(await fetched(map), { pages: 0, missing: [/is in no place of \[capsules\]/] })
  t.match(await fetched(map, true), { pages: 0, missing: [/is in no place of \[capsules\]/] })
  t.equal(await stateOf(sheet), freedState)
  await t.rejects(
    makeCapsule(services, map, { actor, full: true }),
    /was freed, and its capsule .* is in no place/,
  )
  // it was found good a moment ago: what is read once in a while is looked for each time
  writeFileSync(join(`${folder}-away`, `data/masters/${await hashOf(sheet)}.tif`), good)
  renameSync(`${folder}-away`, folder)
  t.same((await verifyCapsules(services, undefined, none)).damaged, [])
  t.same(await told(made?.name), [])
  renameSync(folder, `${folder}-away`)
  t.same((await verifyCapsules(services, new Date(0), none)).damaged, [made?.name])
  t.equal(await check(session, { only: 'capsules' }), 1)
  t.match(await told(made?.name), [
    new RegExp(`is in no place of \\[capsules\\]; ${costs} it alone. Put it back`),
  ])
  renameSync(`${folder}-away`, folder)
  await verifyCapsules(services, undefined, none)
})

t.test(
  'masters that another capsule has as well are brought from there, and an earlier one may go',
  async t => {
    const map = await aTitle(app, { pages: 1 })
    const [sheet = 0] = await pagesOf(app, map)
    await putMaster(app, sheet, await aScan(250, 160).tiff().toBuffer())
    await app.drain()
    const { name: first = '' } = (await makeCapsule(services, map, { actor })) ?? {}
    t.match(await free(map), { pages: 1, files: 1 })
    const { name: later = '' } = (await makeCapsule(services, map, { actor, full: true })) ?? {}
    const away = aFolder(t)
    renameSync(join(delivered, later), join(away, later))
    const others = new RegExp(`; 1 freed master of title ${map} stands in other capsules as well`)
    t.match(await fetched(map), { pages: 0, missing: [/is in no place/] })
    t.match(await told(later), [others])
    t.match(await fetched(map), { pages: 0, missing: [/is in no place/] }, 'looking changes nothing')
    t.match(await told(later, true), [others])
    t.match(await told(later), [/the next one of title \d+ will be a full one/])
    t.match(await fetched(map), { pages: 1, files: 1, missing: [] })
    await app.drain()
    renameSync(join(delivered, first), join(away, first))
    t.match(await free(map), { pages: 0, left: { uncapsuled: 1 } })
    t.match((await verifyCapsules(services, undefined, none)).damaged, [later])
    t.match(await told(first), [], 'a later full one is recorded')
    renameSync(join(away, later), join(delivered, later))
    t.same((await verifyCapsules(services, undefined, none)).damaged, [])
    t.match(await free(map), { pages: 1, files: 1 })
    t.match(await call('GET', `/api/v1/pages/${sheet}/master`), { body: { capsule: later } })
    t.match(await call('GET', '/ready'), { body: { status: 'ok' } })
  },
)

t.test(
  'a page with a pack without the watermark is freed when both are there, and shown from both',
  async t => {
    await aDomain(app, 'marked')
    const watermark = { text: 'Firefolio', opacity: 1, scale: 0.9, byRight: true }
    await call('PATCH', '/api/v1/domains/marked', { watermark }, { 'if-match': '*' })
    const map = await aTitle(app, { domain: 'marked', pages: 1, release: true })
    const [sheet = 0] = await pagesOf(app, map)
    await putMaster(app, sheet, await aScan(260, 160).tiff().toBuffer())
    await app.drain()
    await makeCapsule(services, map, { actor })
    const image = `/iiif/image/3/${sheet}/full/max/0/default.jpg`
    const both = async () => [(await read(image)).raw, (await call('GET', image)).raw] as const
    const [marked, clean] = await both()
    t.notOk(marked.equals(clean))
    const pack = await services.packs.local((await find(services.db, sheet))?.unmarked ?? '')
    renameSync(pack, `${pack}-away`)
    t.match(await free(map), { pages: 0, left: { unpacked: 1 } })
    renameSync(`${pack}-away`, pack)
    t.match(await free(map), { pages: 1, files: 1, left: { unpacked: 0 } })
    t.same(await both(), [marked, clean])
  },
)
