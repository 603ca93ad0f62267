// A title is packed, lost and played back: the same rows and files. And whatever is wrong with a capsule is found before anything is changed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { schemaVersion } from '../../src/firebird/migrate.ts'
import { readManifest, writeManifest } from '../../src/formats/bagit/bag.ts'
import { readXml } from '../../src/formats/xml/read.ts'
import {
  bagsIn,
  makeCapsule,
  playCapsules,
  readCapsule,
  verifyBag,
  verifyCapsules,
} from '../../src/preservation/capsules/index.ts'
import { keptTables, named } from '../../src/preservation/capsules/tables.ts'
import { checkFixity } from '../../src/preservation/fixity/index.ts'
import { markStore } from '../../src/storage/mounted.ts'
import { some } from '../support/at-length.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { aFolder, aScan, pagesOf, putMaster } from '../support/images.ts'
import { invalidities, schemas } from '../support/validate.ts'
import { aDomain, asMods, aTitle, modsOf, start, type TestApp } from '../support/start.ts'

const delivered = join(aFolder(t), 'capsules')
const options = { FIREFOLIO_CAPSULES_FOLDER: delivered, FIREFOLIO_CAPSULES_ORGANISATION: 'Bibliothek' }
/** With a store beside the usual one, in a folder. */
const withStore = (folder: string) => ({
  ...options,
  FIREFOLIO_STORE_OWN_KIND: 'file',
  FIREFOLIO_STORE_OWN_FOLDER: folder,
})
const app = await start(t, withStore(aFolder(t)))
const { call, services } = app
const actor = { name: 'keeper', application: 'test' }
const none = async () => {}
const make = (id: number, full = false) => makeCapsule(services, id, { actor, full })

await aDomain(app)
const before = await aTitle(app, { title: 'Another one before', pages: 1 })
const work = await aTitle(app, { type: 'multivolume_work', title: 'Œuvres', release: true })
const volume = await aTitle(app, {
  parent: work,
  type: 'volume',
  title: 'Erster Band',
  pages: 4,
  release: true,
})
const pages = await pagesOf(app, volume)
for (const [at, id] of pages.entries())
  await putMaster(
    app,
    id,
    await aScan(200 + (at > 2 ? 2 : at), 150)
      .tiff()
      .toBuffer(),
  )
const alto = `<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Layout><Page ID="P" WIDTH="200" HEIGHT="150" PHYSICAL_IMG_NR="1"><PrintSpace HPOS="0" VPOS="0" WIDTH="200" HEIGHT="150"><TextBlock ID="B"><TextLine ID="L" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"><String ID="S" CONTENT="Wort" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
const change = (method: string, url: string, body: unknown, type?: string) =>
  call(method, url, body, { 'if-match': '*', ...(type ? { 'content-type': type } : {}) }).then(answer => {
    if (answer.status >= 300)
      throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  })
await change('PUT', `/api/v1/pages/${pages[0]}/alto`, alto, 'application/alto+xml')
await change('PATCH', `/api/v1/pages/${pages[1]}`, { comment: 'vertraulich' })
await change('PATCH', `/api/v1/tree/${volume}`, { caption: 'Band 1' })
await change(
  'PUT',
  `/api/v1/titles/${volume}/mods`,
  modsOf('neu', 'Erster Band, verbessert'),
  asMods['content-type'],
)
const noted = await change(
  'POST',
  `/api/v1/tree/${pages[0]}/notes`,
  JSON.stringify({ kind: 'blurred', text: 'Unscharf' }),
  'application/json',
)
await change(
  'POST',
  `/api/v1/notes/${noted.body.id}/answers`,
  JSON.stringify({ text: 'Neu gescannt' }),
  'application/json',
)
await change(
  'POST',
  `/api/v1/tree/${pages[1]}/faults`,
  JSON.stringify({ kind: 'other', text: 'Fleck', email: 'leser@example.org' }),
  'application/json',
)
await app.drain()

/** All rows of a node and what is below it, by table. */
async function rowsBelow(of: TestApp, id: number): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {}
  for (const { name, node, key, without = [] } of keptTables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name.toUpperCase())}
      where ${sql.id(node.toUpperCase())} in (select OT_ID from OPR_Tree where OT_Path containing ${`|${id}|`})
      order by ${sql.id(key.toUpperCase())}`.execute(of.services.db)
    // what no capsule holds is made where it is played
    const left = (row: object) => Object.fromEntries(Object.entries(row).filter(([column]) => column === 'ONO_EMail' || !without.includes(column))) // prettier-ignore
    found[name] = rows.map(row => JSON.parse(JSON.stringify(left(named(row)))) as unknown)
  }
  return found
}
const lastNote = (rows: Record<string, unknown[]>) => rows['OPR_Note']?.at(-1) as Record<string, unknown>
const bagOf = (name: string) => join(delivered, name)

const first = await make(work)

t.test('a capsule is a BagIt with METS, MODS, PREMIS, masters, texts and rows', async t => {
  t.match(first, { kind: 'full', name: /^title-\d+-0001-\d{8}T\d{6}Z$/ })
  const bag = bagOf(first?.name ?? '')
  t.same((await verifyBag(bag)).faults, [])
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'manifest-sha256.txt'], { cwd: bag })
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'tagmanifest-sha256.txt'], { cwd: bag })
  t.equal(readdirSync(join(bag, 'data/masters')).length, 3, 'a master that two pages share is there once')
  t.ok(readdirSync(join(bag, 'data/masters')).every(name => name.endsWith('.tif')))
  t.equal(readdirSync(join(bag, 'data/texts')).length, 1)
  t.match(
    readFileSync(join(bag, 'bag-info.txt'), 'utf8'),
    /Source-Organization: Bibliothek\n[\s\S]*Payload-Oxum: \d+\.\d+\n/,
  )
  t.same(readdirSync(join(bag, 'data/mods')).sort(), [`${work}.xml`, `${volume}.xml`].sort())
  t.match(readFileSync(join(bag, `data/mods/${volume}.xml`), 'utf8'), /verbessert/)
  const mets = readFileSync(join(bag, `data/mets/${volume}.xml`), 'utf8')
  if (existsSync(schemas)) t.equal(invalidities(mets, 'wrapper-mets.xsd'), '')
  const premis = readFileSync(join(bag, 'data/premis.xml'), 'utf8')
  const root = readXml(premis, { name: 'premis.xml' })
  t.equal(root.children.filter(child => child.name === 'object').length, 1 + 3 + 1)
  t.match(premis, /<eventType>creation<\/eventType>/)
  t.match(premis, /<agentName>operator<\/agentName><agentType>person<\/agentType>/)
  t.match(readFileSync(join(bag, 'data/rows/OPR_ContentXmlHistory.ndjson'), 'utf8'), /Erster Band</)
  t.equal(
    readdirSync(delivered).filter(name => name.startsWith('.')).length,
    0,
    'nothing unfinished stays behind',
  )
})

t.test('without a change there is no second capsule; then one with what is new', async t => {
  t.equal(await make(work), undefined)
  await change('PATCH', `/api/v1/pages/${pages[1]}`, { comment: 'anders' })
  const second = await make(work)
  t.match(second, { kind: 'increment' })
  t.notOk(existsSync(join(bagOf(second?.name ?? ''), 'data/masters')), 'no master has changed')
  await putMaster(app, pages[2] as number, await aScan(333, 150).tiff().toBuffer())
  await app.drain()
  const third = await make(work)
  t.equal(readdirSync(join(bagOf(third?.name ?? ''), 'data/masters')).length, 1)
  t.equal(await make(work), undefined)
  const listed = (await call('GET', `/api/v1/capsules?title=${work}`)).body
  t.same(listed.items.map(({ number, kind }: { number: number; kind: string }) => [number, kind]), [[1, 'full'], [2, 'increment'], [3, 'increment']]) // prettier-ignore
  t.equal((await app.read('/api/v1/capsules')).status, 401)
})

t.test('a capsule is of a title at the top, and of one that is whole', async t => {
  await t.rejects(make(volume), /belongs to title/)
  await t.rejects(make(2147483647), /There is no title/)
  const [address] = (
    await sql<{ url: string }>`select OP_Url as "url" from OPR_Page where OP_OT_ID = ${pages[0]}`.execute(
      services.db,
    )
  ).rows.map(row => row.url)
  const path = join(app.folder, 'media', address ?? '')
  const good = readFileSync(path)
  const bad = Buffer.from(good)
  bad[200] = (bad[200] as number) ^ 1
  writeFileSync(path, bad)
  const before = readdirSync(delivered)
  await t.rejects(make(work, true), /is damaged; no capsule is made of it/)
  t.same(readdirSync(delivered), before, 'and nothing of it stays')
  t.match(
    await checkFixity(services, { title: work }, none),
    { found: 1, repaired: 1, open: 0 },
    'the master is repaired from the first capsule',
  )
  t.same(readFileSync(path), good)
})

t.test('whatever is wrong with a delivered capsule is found and stays listed until it is good', async t => {
  const bag = bagOf(first?.name ?? '')
  const spare = join(aFolder(t), 'spare')
  cpSync(bag, spare, { recursive: true })
  const restore = () => {
    rmSync(bag, { recursive: true, force: true })
    cpSync(spare, bag, { recursive: true })
  }
  const master = join(bag, 'data/masters', readdirSync(join(bag, 'data/masters'))[0] as string)
  for (const [damage, sentence] of [
    [() => writeFileSync(master, 'x'), /does not have the SHA-256/],
    [() => rmSync(master), /masters.* is missing/],
    [() => writeFileSync(join(bag, 'data/more.txt'), ''), /more\.txt is named by no manifest/],
    [() => rmSync(join(bag, 'bag-info.txt')), /bag-info\.txt is missing/],
    [() => writeFileSync(join(bag, 'bagit.txt'), 'BagIt-Version: 0.97\n'), /does not declare BagIt 1\.0/],
    [
      () => writeFileSync(join(bag, 'manifest-sha256.txt'), `${'0'.repeat(64)}  ../../etc/passwd\n`),
      /leads out of it/,
    ],
    [() => rmSync(bag, { recursive: true }), /folder is missing/],
  ] as const) {
    damage()
    t.match((await verifyBag(bag)).faults.join(' '), sentence)
    t.same((await verifyCapsules(services, undefined, none)).damaged, [first?.name])
    restore()
  }
  rmSync(master)
  await verifyCapsules(services, undefined, none)
  const findings = (await call('GET', '/api/v1/fixity')).body.items
  t.match(findings, [{ what: 'capsule', address: `capsule/${first?.name}`, fault: 'altered' }])
  await checkFixity(services, { all: true }, none)
  t.equal((await call('GET', '/api/v1/fixity')).body.items.length, 1, 'a check of the files does not end it')
  // asked for all, for a page of the title or for what was made since, fixity reads capsules like any kept file
  const check = async (options: object) => {
    const { body } = await call('POST', '/api/v1/jobs', { kind: 'fixity.check', options })
    await app.drain()
    return (await call('GET', `/api/v1/jobs/${body.id}`)).body
  }
  t.match(await check({ all: true }), { state: 'done', result: { capsules: 3, found: 1, open: 1 } })
  t.match(await check({ title: pages[0] }), { result: { capsules: 3, found: 1, open: 1 } })
  t.match(await check({ title: before }), { result: { capsules: 0, found: 0, open: 1 } })
  t.match(await check({ since: '2099-01-01T00:00:00Z' }), { result: { capsules: 0, found: 0, open: 1 } })
  t.match(await check({}), { result: { capsules: 0, open: 1 } }, 'the round leaves them to capsule.verify')
  restore()
  const mended = await runCommand(services, ['fixity', 'check', '--all'])
  t.match(mended, { code: 0, out: /^\d+ files and 3 capsules compared, .* 0 found wrong/ })
  t.same((await call('GET', '/api/v1/fixity')).body.items, [])
})

t.test('played back into an empty repository a title has the same rows and files', async t => {
  const other = await start(t, options)
  const capsules = []
  for (const bag of await bagsIn(delivered)) capsules.push(await readCapsule(bag))
  await t.rejects(playCapsules(other.services, capsules.slice(1), actor), /are in none of these capsules/)
  const played = await playCapsules(other.services, capsules, actor)
  t.match(played, { titleId: work, notes: [] })
  const [expected, found] = [await rowsBelow(app, work), await rowsBelow(other, work)]
  const reported = lastNote(expected)
  t.equal(reported['ONO_EMail'], 'leser@example.org')
  reported['ONO_EMail'] = null
  for (const { name } of keptTables) t.same(found[name], expected[name], name)
  await other.drain()
  const sorted = (await other.call('GET', '/api/v1/titles?sort=title&state=released')).body.items
  t.ok(
    sorted.some((title: { id: number }) => title.id === work),
    'and a place among the others',
  )
  t.equal(found['OPR_NoteHistory']?.length, 1)
  t.ok((found['OPR_PageHistory']?.length ?? 0) > 0 && (found['OPR_Fulltext']?.length ?? 0) === 1)
  t.match(await checkFixity(other.services, { all: true }, none), { found: 0, open: 0 })
  await other.drain()
  t.equal((await other.read(`/api/v1/pages/${pages[0]}/text`)).body, 'Wort')
  t.equal((await other.read(`/iiif/image/3/${pages[0]}/info.json`)).status, 200)
  t.equal((await other.call('GET', `/api/v1/pages/${pages[1]}`)).body.comment, 'anders')
  for (const of of [app, other])
    t.match((await of.call('GET', `/api/v1/titles/${volume}/mods`)).raw.toString(), /verbessert/)

  await t.rejects(playCapsules(other.services, capsules, actor), /is there already/)
  const next = await aTitle(other, { title: 'A new one' })
  t.ok(next > Math.max(...pages, volume), 'new nodes have new ids')
})

t.test(
  'a title that was purged comes back into its own repository, with what happened since in the log',
  async t => {
    const before = await rowsBelow(app, work)
    await services.database.inTransaction({}, async (_, connection) => {
      // as a wrong hand would: without bin and log
      await connection.run(
        `delete from OPR_Tree where OT_Path containing '|${volume}|' and OT_RCV_Datatype = 3`,
      )
      await connection.run(`delete from OPR_Tree where OT_ID = ${volume}`)
      await connection.run(`delete from OPR_Tree where OT_ID = ${work}`)
    })
    const capsules = []
    for (const bag of await bagsIn(delivered)) capsules.push(await readCapsule(bag))
    await playCapsules(services, capsules, actor)
    const after = await rowsBelow(app, work)
    // who reported it is not kept in capsules
    lastNote(before)['ONO_EMail'] = null
    for (const [table, rows] of Object.entries(before))
      // what the deletion itself has left in the histories stays there
      if (/History$|Comment$/.test(table)) t.same(after[table]?.slice(0, rows.length), rows, table)
      else t.same(after[table], rows, table)
    t.match((await call('GET', '/api/v1/log?action=play')).body.items, [
      { entity: 'title', entityId: work, actor: 'keeper' },
    ])
  },
)

t.test('an entry of rights for everyone is put back, one for a person is told', async t => {
  await services.database.withConnection(connection =>
    connection.run(
      `insert into PRV_Acl (PA_ID, PA_OT_ID, PA_Subject, PA_Right, PA_Grant) values (next value for PRV_Acl_SEQ, ${volume}, 0, 'see', 0)`,
    ),
  )
  await make(work, true)
  const other = await start(t, options)
  const capsules = []
  for (const bag of await bagsIn(delivered)) capsules.push(await readCapsule(bag))
  await playCapsules(other.services, capsules, actor)
  const { rows } = await sql<{
    right: string
  }>`select PA_Right as "right" from PRV_Acl where PA_OT_ID = ${volume}`.execute(other.services.db)
  t.same(rows, [{ right: 'see' }])
  t.equal((await other.read(`/api/v1/titles/${volume}`)).status, 404)
})

/** Names of the files that lie below a folder of masters and texts. */
const filesBelow = (folder: string): string[] =>
  existsSync(join(folder, 'media/sha256'))
    ? readdirSync(join(folder, 'media/sha256'), { recursive: true, encoding: 'utf8' }).filter(name =>
        /[0-9a-f]{64}$/.test(name),
      )
    : []

t.test('killed and run again, a playback ends as one run does, in the stores of its domain', async t => {
  t.match(await call('PATCH', '/api/v1/domains/lib/config', { 'stores.masters': 'own' }), { status: 200 })
  await make(work, true)
  const place = aFolder(t)
  await markStore('own', place)
  const environment = withStore(place)
  const other = await start(t, environment)
  const play = (crash: object) =>
    runCli(other.services, ['capsule', 'play', delivered], { ...environment, ...crash })
  // both before anything of it is there
  const phases = [
    ['bring', '2'],
    ['played', '0'],
  ] as const
  for (const [phase, skip] of some(phases, 1)) {
    t.match(await play({ CRASH_AT_PHASE: phase, CRASH_SKIP: skip }), { signal: 'SIGKILL', out: 'killed at' })
    t.same(await findings(other.services), [], `consistent after ${phase}`)
    t.equal((await other.call('GET', `/api/v1/titles/${work}`)).status, 404, `nothing of it after ${phase}`)
  }
  t.match(await play({ CRASH_AT_PHASE: 'done' }), { signal: 'SIGKILL' })
  t.match(await runCommand(other.services, ['capsule', 'play', delivered]), {
    code: 0,
    out: /Title \d+ is there already \(‘Œuvres’\); it was played back from title-\d+-\d{4}-\S+ before/,
  })
  t.same(await findings(other.services), [])
  const [expected, found] = [await rowsBelow(app, work), await rowsBelow(other, work)]
  for (const name of ['OPR_Tree', 'OPR_Page', 'OPR_Content', 'OPR_PageHistory'])
    t.same(found[name], expected[name], name)
  t.equal(
    (await other.call('GET', `/api/v1/capsules?title=${work}`)).body.items.length,
    (await call('GET', `/api/v1/capsules?title=${work}`)).body.items.length,
    'its capsules are known, so that the next one has the next number',
  )
  t.ok(filesBelow(place).length >= 5)
  t.same(filesBelow(other.folder), [], 'every file lies in the store of its domain')
  t.match(await checkFixity(other.services, { all: true }, none), { found: 0, open: 0 })
})

/** Says anew what a bag holds. */
function sealAnew(bag: string, schema: string | undefined): void {
  const entry = (path: string) => ({
    path,
    digest: createHash('sha256')
      .update(readFileSync(join(bag, path)))
      .digest('hex'),
  })
  const payload = readdirSync(join(bag, 'data'), { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(each => relative(bag, join(each.parentPath, each.name)))
  const bytes = payload.reduce((sum, path) => sum + statSync(join(bag, path)).size, 0)
  const info = readFileSync(join(bag, 'bag-info.txt'), 'utf8')
    .replace(/^Payload-Oxum: .*$/m, `Payload-Oxum: ${bytes}.${payload.length}`)
    .replace(/^Capsule-Schema: .*\n/m, schema === undefined ? '' : `Capsule-Schema: ${schema}\n`)
  writeFileSync(join(bag, 'bag-info.txt'), info)
  writeFileSync(join(bag, 'manifest-sha256.txt'), writeManifest(payload.map(entry)))
  const tags = ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt']
  writeFileSync(join(bag, 'tagmanifest-sha256.txt'), writeManifest(tags.map(entry)))
}

t.test(
  'a capsule of an older schema is played back or refused by name, one of a newer is refused',
  async t => {
    const last = (await call('GET', `/api/v1/capsules?title=${work}`)).body.items.at(-1) as { name: string }
    const bag = join(aFolder(t), last.name)
    const rowsFile = (table: string) => join(bag, `data/rows/${table}.ndjson`)
    const change = (table: string, of: (row: Record<string, unknown>) => object) =>
      writeFileSync(
        rowsFile(table),
        readFileSync(rowsFile(table), 'utf8').replace(/^.+$/gm, line => JSON.stringify(of(JSON.parse(line)))),
      )
    const drop = (table: string) => rmSync(rowsFile(table))
    const afresh = () => {
      rmSync(bag, { recursive: true, force: true })
      cpSync(bagOf(last.name), bag, { recursive: true })
    }
    // the store of the domain is named, but its disk is not mounted
    const place = aFolder(t)
    const other = await start(t, withStore(place))
    const play = async () => await playCapsules(other.services, [await readCapsule(bag)], actor)
    afresh()
    t.match(readFileSync(join(bag, 'bag-info.txt'), 'utf8'), `Capsule-Schema: ${schemaVersion}\n`)
    for (const [schema, alter, sentence] of [
      ['4.0.1', () => {}, /is of schema 4\.0\.1; this program knows schemas up to 4\.0\.0/],
      ['newest', () => {}, /names a schema ‘newest’, which is no version/],
      ['4.0.0', () => drop('OPR_Note'), /has no data\/rows\/OPR_Note\.ndjson/],
      ['3.9.0', () => drop('OPR_Tree'), /has no row of title/],
      [
        '3.9.0',
        () => writeFileSync(rowsFile('OPR_Former'), '{"OF_ID":1}\n'),
        /is of schema 3\.9\.0, this program has 4\.0\.0: there is no OPR_Former here/,
      ],
      [
        undefined,
        () => change('OPR_Page', row => ({ ...row, OP_Former: 1 })),
        /is of a schema without a version, .*: OPR_Page has no column OP_Former here/,
      ],
      [
        '3.9.0',
        () => change('OPR_Page', ({ OP_OT_ID: _, ...row }) => row),
        /is of schema 3\.9\.0, .*: OPR_Page does not take its rows: .*Nothing was changed/,
      ],
    ] as const) {
      afresh()
      alter()
      sealAnew(bag, schema)
      await t.rejects(play(), sentence)
    }
    t.equal((await other.call('GET', `/api/v1/titles/${work}`)).status, 404, 'nothing of it was kept')
    afresh()
    for (const table of ['OPR_Note', 'OPR_NoteHistory', 'OPR_Attachment', 'OPR_Region', 'DomainPrivate'])
      drop(table)
    change('OPR_Content', ({ OC_OT_Deliverer: _, ...row }) => row)
    change('OPR_Tree', ({ OT_OT_Link: _, OT_InsertBatch: __, ...row }) => row)
    change('OPR_Page', ({ OP_OIP_ID: _, OP_Comment: __, ...row }) => row)
    writeFileSync(rowsFile('OPR_Former'), '')
    sealAnew(bag, '3.9.0')
    const { notes } = await play()
    t.match(notes[0], /The store ‘own’ takes no files: .*its disk is not mounted.* firefolio stores move/)
    t.ok(filesBelow(other.folder).length >= 5, 'it went to the usual one')
    t.match((await other.call('GET', `/api/v1/titles/${volume}`)).body, { title: 'Erster Band, verbessert' })
    t.equal((await other.call('GET', `/api/v1/pages/${pages[1]}`)).body.comment, null)
    await markStore('own', place)
    t.same(await findings(other.services), [])
  },
)

t.test('jobs make and read capsules; two at once make one', async t => {
  const dry = await call('POST', '/api/v1/jobs', { kind: 'capsule.make', options: { dryRun: true } })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${dry.body.id}`)).body.result, { made: 1, unchanged: 1, bytes: 0 })
  const made = await call('POST', '/api/v1/jobs', { kind: 'capsule.make' })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${made.body.id}`)).body, {
    state: 'done',
    result: { made: 1, unchanged: 1, failed: [] },
  })
  const read = await call('POST', '/api/v1/jobs', { kind: 'capsule.verify' })
  await app.drain()
  t.match((await call('GET', `/api/v1/jobs/${read.body.id}`)).body, {
    state: 'done',
    result: { verified: 0, damaged: [] },
  })
  await change('PATCH', `/api/v1/pages/${pages[1]}`, { comment: 'noch anders' })
  const both = await Promise.allSettled([make(work), make(work)])
  t.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
  const bags = await bagsIn(delivered)
  const listed = (await call('GET', '/api/v1/capsules')).body.items
  t.equal(bags.length, listed.length, 'what is not recorded does not lie there')
  t.match(await verifyCapsules(services, undefined, none), { damaged: [] })
})

t.test('without a folder for capsules that is what is said', async t => {
  const other = await start(t)
  await aDomain(other)
  await t.rejects(makeCapsule(other.services, await aTitle(other), { actor }), /set \[capsules\] folder/)
})

t.test('manifests carry any name there and back', async t => {
  const entries = ['data/a b.tif', 'data/100%.tif', 'data/line\nend', 'data/%0A literally', 'data/ä/ö'].map(
    path => ({
      digest: 'a'.repeat(64),
      path,
    }),
  )
  t.same(readManifest(writeManifest(entries)), entries)
  for (const path of ['/etc/passwd', 'data/../x', '~/x', 'data//x', String.raw`data\x`])
    t.type(readManifest(`${'a'.repeat(64)}  ${path}\n`), 'string', path)
  t.type(readManifest('md5  data/x\n'), 'string')
})
