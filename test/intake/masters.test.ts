// Masters on their way in: judged once for their bytes, files of several pages become pages, damaged ones are told page by page.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { tiffOf } from '../corpus/masters/tiff-writer.ts'
import { needsSharedCases, sharedCases } from '../support/shared.ts'
import { aDomain, modsOf, start, type TestApp } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const folder = app.services.config.path.import
mkdirSync(folder, { recursive: true })
const size = { width: 120, height: 80 }
const put = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes)
  return name
}
const run = async (manifest: object, target: TestApp = app) => {
  const answer = await target.call('POST', '/api/v1/imports', { domain: 'lib', ...manifest })
  await target.drain()
  return (await target.call('GET', answer.body.links.self)).body.items[0]
}
const pagesOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items
const told = (item: { messages: { code: string; place?: string }[] }) =>
  item.messages.map(({ code, place }) => `${code} ${place ?? ''}`.trim()).sort()

t.test('a file of several pages where one is named becomes pages, in their order, and stays so', async t => {
  put('three.tif', tiffOf(size, { ...size, photometric: 'grey' }, { ...size, picture: () => [1, 1, 1] }))
  put('one.tif', tiffOf({ width: 24, height: 16, subfile: 1 }, size))
  const manifest = {
    mods: modsOf('several', 'Several'),
    pages: [
      { ident: 'a', file: 'three.tif', pagination: '[Seite 1]' },
      { ident: 'b', file: 'one.tif' },
    ],
    structure: [{ type: 'chapter', caption: 'Kapitel', pages: ['a', 'b'] }],
  }
  const dry = await run({ ...manifest, dryRun: true })
  const item = await run(manifest)
  t.match(item, { outcome: 'created' })
  t.same(told(item), ['further-images b', 'several-pages a'])
  t.same(told(dry), told(item))
  const pages = await pagesOf(item.titleId)
  t.same(
    pages.map((page: { ident: string }) => page.ident),
    ['a', 'a#2', 'a#3', 'b'],
  )
  const { rows } = await sql<{ url: string }>`select OP_Url as "url" from OPR_Page
    where OP_Ident in ('a', 'a#2', 'a#3', 'b') order by OP_Ident`.execute(app.services.db)
  t.same(
    rows.map(({ url }) => url.replace(/^.*?(#|$)/, '$1')),
    ['', '#page=2', '#page=3', '#page=2'],
  )
  t.match(await run(manifest), { outcome: 'unchanged', titleId: item.titleId })
  for (const page of pages)
    t.equal(
      (await app.call('GET', `/iiif/image/3/${page.id}/full/64,/0/default.jpg`)).status,
      200,
      page.ident,
    )
})

t.test('bytes are decoded once, whoever brings them', async t => {
  const judged: string[] = []
  const { judges } = app.services
  const judge = judges.judge.bind(judges)
  judges.judge = async order => {
    judged.push(order.master)
    return await judge(order)
  }
  t.teardown(() => (judges.judge = judge))
  const bytes = tiffOf({ ...size, picture: () => [0.3, 0.4, 0.5] })
  for (const name of ['x.tif', 'y.tif', 'z.tif']) put(name, bytes)
  const pages = ['x.tif', 'y.tif', 'z.tif'].map(file => ({ ident: file, file }))
  const item = await run({ mods: modsOf('once', 'Once'), pages })
  t.equal(item.outcome, 'created')
  await run({ mods: modsOf('once', 'Once'), pages })
  await run({ mods: modsOf('again', 'Again'), pages })
  t.equal(judged.length, 1)
})

t.test('transparency is told, and refused under strict or by option', async t => {
  put('clear.tif', tiffOf({ ...size, extra: { kind: 2, alpha: () => 0.5 } }))
  const manifest = { mods: modsOf('clear', 'Clear'), pages: [{ ident: 'c', file: 'clear.tif' }] }
  t.match(await run({ ...manifest, strict: true }), { outcome: 'failed' })
  const item = await run(manifest)
  t.match(item, { outcome: 'created', messages: [{ code: 'transparent', level: 'info' }] })
  const severe = await start(t, { FIREFOLIO_IMPORT_ALPHA: 'refuse', FIREFOLIO_IMPORT_SEVERALPAGES: 'refuse' })
  await aDomain(severe)
  mkdirSync(severe.services.config.path.import, { recursive: true })
  for (const name of ['clear.tif', 'three.tif'])
    writeFileSync(join(severe.services.config.path.import, name), readFileSync(join(folder, name)))
  const refused = await run(
    { ...manifest, pages: [...manifest.pages, { ident: 'd', file: 'three.tif' }] },
    severe,
  )
  t.equal(refused.outcome, 'partial')
  t.same(told(refused), ['several-pages d', 'transparent c'])
})

t.test('what came in before is found by the check', async t => {
  const name = put('old.tif', tiffOf({ ...size, rowsPerStrip: 20, compression: 'deflate' }))
  const item = await run({ mods: modsOf('old', 'Old'), pages: [{ ident: 'o', file: name }] })
  const [page] = await pagesOf(item.titleId)
  const check = checks.find(({ name }) => name === 'decoded')
  t.same(await check?.run(app.services, { repair: false }), [])
  const { db, archive } = app.services
  const { rows } = await sql<{
    url: string
  }>`select OP_Url as "url" from OPR_Page where OP_OT_ID = ${page.id}`.execute(db)
  const path = await archive.local(rows[0]?.url as string)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0, bytes.length >> 2, bytes.length >> 1))
  await sql`delete from OPR_MasterVerdict`.execute(db)
  t.match(await check?.run(app.services, { repair: false }), [
    { nodeId: page.id, sentence: /cannot be trusted: The TIFF is truncated or damaged/ },
  ])
})

t.test('the damaged masters that were seen', needsSharedCases, async t => {
  const right: Record<string, RegExp | number> = {
    'cut_half.tif': /^truncated/,
    'ifd_cut60.tif': /^truncated/,
    'mid_lzw.tif': /^truncated/,
    'raw_cut.tif': /^truncated/,
    'thumb_first.tif': 1,
    'twopages.tif': 2,
    'multi3.tif': 3,
  }
  const home = join(sharedCases, 'damaged')
  for (const name of readdirSync(home)) {
    put(name, readFileSync(join(home, name)))
    const item = await run({ mods: modsOf(name, name), pages: [{ ident: name, file: name }] })
    const expected = right[name]
    if (typeof expected === 'number') {
      t.equal(item.outcome, 'created', name)
      t.equal((await pagesOf(item.titleId)).length, expected, name)
    } else {
      t.equal(item.outcome, 'partial', name)
      t.match(item.messages[0].code, expected, name)
    }
  }
})
