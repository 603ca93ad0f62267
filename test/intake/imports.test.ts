import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { startWithSample } from '../support/collection.ts'
import { aDomain, modsOf, start, type TestApp } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { call } = app
const folder = app.services.config.path.import
const scan = (width = 400, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: '#ccbb99' } })
    .jpeg()
    .toBuffer()
const run = async (manifest: object, target: TestApp = app) => {
  const answer = await target.call('POST', '/api/v1/imports', manifest)
  if (answer.status !== 202) return answer.body
  await target.drain()
  return (await target.call('GET', answer.body.links.self)).body.items[0]
}
const codes = (item: { messages: { code: string }[] }) => item.messages.map(message => message.code)

t.before(async () => {
  mkdirSync(join(folder, 'scans'), { recursive: true })
  for (const n of [1, 2, 3, 4]) writeFileSync(join(folder, `scans/${n}.jpg`), await scan(400 + n, 600))
  writeFileSync(join(folder, 'scans/wide.jpg'), await scan(500, 600))
  writeFileSync(
    join(folder, 'scans/cut.jpg'),
    (
      await sharp({
        create: {
          width: 900,
          height: 900,
          channels: 3,
          background: '#fff',
          noise: { type: 'gaussian', mean: 99, sigma: 50 },
        } as never,
      })
        .jpeg()
        .toBuffer()
    ).subarray(0, 20_000),
  )
  writeFileSync(
    join(folder, 'scans/rgba.png'),
    await sharp({ create: { width: 400, height: 600, channels: 4, background: '#ccbb9980' } })
      .png()
      .toBuffer(),
  )
  writeFileSync(
    join(folder, 'scans/deep.png'),
    await sharp({ create: { width: 400, height: 600, channels: 3, background: '#ccbb99' } })
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
  )
  writeFileSync(join(folder, 'scans/text.jpg'), 'no image')
  symlinkSync('/etc/hostname', join(folder, 'scans/link.jpg'))
})

t.test('a title with its pages and structure in one call; again, it changes nothing', async t => {
  const manifest = {
    domain: 'lib',
    mods: modsOf('i1', 'One call'),
    release: true,
    pages: [1, 2, 3, 4].map(n => ({ ident: `s${n}`, file: `scans/${n}.jpg`, pagination: `[Seite ${n}]` })),
    structure: [
      { type: 'cover_front', caption: 'Deckel', pages: ['s1'] },
      {
        type: 'chapter',
        caption: 'Text',
        pages: ['s2', 's3'],
        children: [{ type: 'section', caption: 'Nachtrag', pages: ['s3'] }],
      },
    ],
  }
  const first = await run(manifest)
  t.match(first, { outcome: 'created', messages: [] })
  const [listed] = (await app.call('GET', '/api/v1/imports?limit=1')).body.items
  const { domainId, jobId, source, createdAt, relationships, meta } = (
    await app.call('GET', `/api/v1/imports/${listed.id}`)
  ).body
  const named = {
    domain: { data: { type: 'domain', id: domainId } },
    job: { data: { type: 'job', id: jobId } },
    actor: { data: null },
  }
  t.same(listed.relationships, named)
  t.same(relationships, { ...named, titles: { data: [{ type: 'title', id: first.titleId }] } })
  const createdBy = { application: 'firefolio', version: /^\d/ }
  t.match(meta, { schemaVersion: 1, metadataVersion: 1, createdAt, sourceAccount: source, createdBy })
  t.match((await app.call('GET', `/api/v1/jobs/${jobId}`)).body.meta, { createdAt: /Z$/ })
  const { pages: made } = (await app.call('GET', `/api/v1/objects/${first.titleId}`)).body
  for (const at of [`titles/${first.titleId}`, `tree/${made[0].id}`, `pages/${made[0].id}`])
    t.match((await app.call('GET', `/api/v1/${at}`)).body.meta, { createdBy, sourceAccount: source }, at)
  const outline = (await app.read(`/api/v1/titles/${first.titleId}/structure`)).body.children
  t.match(outline, [
    { caption: 'Deckel', children: [{ caption: '[Seite 1]' }] },
    {
      caption: 'Text',
      children: [{ kind: 'page' }, { kind: 'page' }, { caption: 'Nachtrag', children: [{ kind: 'link' }] }],
    },
    { caption: '[Seite 4]' },
  ])
  t.match(await run(manifest), { outcome: 'unchanged', titleId: first.titleId })
  // a master that was freed since and is delivered again is in the archive
  const freed = made[1].id as number
  await app.services.database.withConnection(connection =>
    connection.run('update OPR_Page set OP_State = 2 where OP_OT_ID = ?', [freed]),
  )
  t.match(await run(manifest), { outcome: 'updated' })
  t.equal((await app.call('GET', `/api/v1/pages/${freed}`)).body.masterState, 'archived')
  t.match(await run(manifest), { outcome: 'unchanged' })
  t.match(await run({ ...manifest, pages: manifest.pages.slice(0, 3), structure: [] }), {
    outcome: 'unchanged',
    messages: [{ code: 'not-delivered' }],
  })
  writeFileSync(join(folder, 'scans/2.jpg'), await scan(404, 600))
  t.match(await run(manifest), { outcome: 'updated' }, 'a changed scan replaces the master')
})

t.test('bad scans are told page by page; strict refuses the title', async t => {
  const pages = [
    '1.jpg',
    '3.jpg',
    '4.jpg',
    'cut.jpg',
    'rgba.png',
    'text.jpg',
    'gone.jpg',
    'wide.jpg',
    'deep.png',
    'link.jpg',
  ].map((name, at) => ({ ident: name, file: `scans/${name}`, pagination: `[Seite ${at + 1}]` }))
  const item = await run({ domain: 'lib', mods: modsOf('bad', 'Bad scans'), pages })
  t.equal(item.outcome, 'partial')
  t.same(
    item.messages
      .map(
        (message: { code: string; place: string; level: string }) =>
          `${message.level} ${message.code} ${message.place}`,
      )
      .sort(),
    [
      'error not-an-image text.jpg',
      'error truncated cut.jpg',
      'info 48-bit deep.png',
      'info transparent rgba.png',
      'warning missing gone.jpg',
      'warning missing link.jpg',
      'warning size-deviates wide.jpg',
    ],
  )
  t.equal(
    item.messages.find(({ code }: { code: string }) => code === 'size-deviates').sentence,
    "Page ‘[Seite 8]’ (wide.jpg) of ‘Bad scans’: the scan has 500 × 600 pixels, more than 1 % off the title's 403 × 600.",
  )
  const stored = (await call('GET', `/api/v1/titles/${item.titleId}/pages`)).body.items
  t.same(
    stored.map((page: { masterState: string }) => page.masterState),
    ['archived', 'archived', 'archived', 'none', 'archived', 'none', 'none', 'archived', 'archived', 'none'],
  )
  t.match(await run({ domain: 'lib', mods: modsOf('strict', 'Strict'), strict: true, pages }), {
    outcome: 'failed',
    titleId: null,
  })
  t.same((await call('GET', '/api/v1/titles?identifier=record:strict@test')).body.items, [])
})

t.test('a dry run gives the same report and stores nothing', async t => {
  const manifest = {
    domain: 'lib',
    mods: modsOf('dry', 'Dry run'),
    dryRun: true,
    pages: [{ ident: 'a', file: 'scans/3.jpg' }],
  }
  t.match(await run(manifest), { outcome: 'created', titleId: null })
  t.same((await call('GET', '/api/v1/titles?identifier=record:dry@test')).body.items, [])
})

t.test('uploads come with the request', async t => {
  const boundary = 'x-boundary'
  const bytes = await scan(410, 600)
  const part = (head: string, body: Buffer | string) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
      Buffer.from(body as string),
      Buffer.from('\r\n'),
    ])
  const manifest = JSON.stringify({
    domain: 'lib',
    record: 'record.xml',
    pages: [{ ident: 'u1', upload: 'u1.jpg' }],
  })
  const payload = Buffer.concat([
    part('Content-Disposition: form-data; name="manifest"\r\nContent-Type: application/json', manifest),
    part(
      'Content-Disposition: form-data; name="record"; filename="record.xml"\r\nContent-Type: application/xml',
      modsOf('up', 'Uploaded'),
    ),
    part('Content-Disposition: form-data; name="scan"; filename="u1.jpg"\r\nContent-Type: image/jpeg', bytes),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const answer = await call('POST', '/api/v1/imports', payload, headers)
  t.equal(answer.status, 202, JSON.stringify(answer.body))
  await app.drain()
  const item = (await call('GET', answer.body.links.self)).body.items[0]
  t.match(item, { outcome: 'created' })
  t.match((await call('GET', `/api/v1/titles/${item.titleId}`)).body, { xmlOrigin: 'vlmUpload' })
  t.match((await call('GET', `/api/v1/titles/${item.titleId}/pages`)).body.items, [
    { width: 410, masterState: 'archived' },
  ])
  const lacking = Buffer.concat([
    part('Content-Disposition: form-data; name="scan"; filename="u1.jpg"', bytes),
    Buffer.from(`--${boundary}--\r\n`),
  ])
  t.match(await call('POST', '/api/v1/imports', lacking, headers), {
    status: 400,
    body: { detail: /part manifest is missing/ },
  })
})

t.test('a PDF of the whole that comes under another name takes the place of the one before', async t => {
  const jpeg = await scan()
  const pdf = (of: string) =>
    Buffer.concat([pdfOfImage(jpeg, { width: 400, height: 600, isGrey: false }), Buffer.from(`% ${of}\n`)])
  const home = join(folder, 'book')
  mkdirSync(home)
  writeFileSync(join(home, 'record.xml'), modsOf('whole', 'Ein Buch'))
  writeFileSync(join(home, '1.jpg'), jpeg)
  const deliver = async (name: string, bytes: Buffer) => {
    rmSync(join(home, 'pdf'), { recursive: true, force: true })
    mkdirSync(join(home, 'pdf'))
    writeFileSync(join(home, 'pdf', name), bytes)
    return await run({ domain: 'lib', path: 'book' })
  }
  const first = await deliver('book.pdf', pdf('first'))
  t.match(first, { outcome: 'created', messages: [] })
  const at = `/api/v1/titles/${first.titleId}/files`
  const files = async () => (await call('GET', at)).body.items
  const [old] = await files()
  const second = await deliver('book_2.pdf', pdf('second'))
  t.match(second, { outcome: 'updated', messages: [{ code: 'file-replaced' }] })
  t.match(second.messages[0].sentence, /book_2\.pdf replaces book\.pdf, .* as the whole of title/)
  t.match(await files(), [{ id: old.id, kind: 'whole', name: 'book_2.pdf' }])
  t.equal((await files()).length, 1)
  t.match(await deliver('again.pdf', pdf('second')), { outcome: 'unchanged', messages: [] })
  // what a person put in its place is no delivery's to replace
  await call('DELETE', `${at}/${old.id}`, undefined, { 'if-match': '*' })
  const own = await call('POST', `${at}?name=own.pdf`, pdf('own'), { 'content-type': 'application/pdf' })
  t.equal(own.status, 201)
  t.match(await deliver('book_3.pdf', pdf('third')), {
    outcome: 'updated',
    messages: [{ code: 'whole-kept' }],
  })
  t.match(await files(), [
    { kind: 'whole', name: 'own.pdf' },
    { kind: 'attachment', name: 'book_3.pdf' },
  ])
})

t.test('bad deliveries fail with the place, and can be run again when they are mended', async t => {
  mkdirSync(join(folder, 'mended'))
  writeFileSync(
    join(folder, 'mended/broken.xml'),
    '<mets:mets xmlns:mets="http://www.loc.gov/METS/">\n<mets:dmdSec>\n</mets:mets>',
  )
  const answer = await call('POST', '/api/v1/imports', { domain: 'lib', path: 'mended/broken.xml' })
  await app.drain()
  const failed = (await call('GET', answer.body.links.self)).body
  t.match(failed, {
    state: 'finished',
    summary: { failed: 1 },
    items: [{ outcome: 'failed', messages: [{ code: 'bad-xml', place: /line 3, column/ }] }],
  })
  const listed = (await call('GET', '/api/v1/imports?limit=1')).body.items
  t.match(listed, [{ id: failed.id, summary: { failed: 1 } }], 'the list tells which imports have faults')
  writeFileSync(join(folder, 'mended/broken.xml'), modsOf('mended', 'Mended'))
  t.equal((await call('POST', `/api/v1/imports/${failed.id}/retry`)).status, 202)
  await app.drain()
  t.match((await call('GET', answer.body.links.self)).body, { items: [{ outcome: 'created' }] })
  t.match(await call('POST', '/api/v1/imports', { domain: 'lib', pages: [{ ident: '' }] }), { status: 400 })
  t.match(
    await run({
      domain: 'lib',
      mods: '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>No id</title></titleInfo></mods>',
    }),
    { outcome: 'failed', messages: [{ sentence: /neither a VLS id, a recordIdentifier nor a URN/ }] },
  )
  t.match(
    await run({
      domain: 'lib',
      mods: modsOf('s', 'S'),
      structure: [{ type: 'chapter', pages: ['nowhere'] }],
    }),
    { outcome: 'failed', messages: [{ sentence: /names the page ‘nowhere’/ }] },
  )
  t.match(
    await run({
      domain: 'lib',
      mods: modsOf('d', 'D'),
      pages: [{ ident: 'a', file: 'scans/1.jpg', digest: '0'.repeat(64) }],
    }),
    { outcome: 'partial', messages: [{ code: 'bad-digest' }] },
  )
  t.ok(
    codes(
      await run({ domain: 'lib', mods: modsOf('twice', 'T'), pages: [{ ident: 'a' }, { ident: 'a' }] }),
    ).includes('not-processable'),
  )
})

t.test(
  'the sample collection is what it promises: pages, structure, labels, and texts that fit exactly',
  async t => {
    // created, without a message: else there would be none
    const { app: sample } = await startWithSample(t)
    const titles = (await sample.read('/api/v1/titles')).body.items as {
      id: number
      type: string
      pagesPresent: number
      mpMode: string
      hasText: boolean
    }[]
    t.same(titles.map(title => title.type).sort(), [
      'issue',
      'monograph',
      'multivolume_work',
      'newspaper',
      'volume',
      'volume',
    ])
    t.ok(titles.every(title => title.hasText))
    t.equal(titles.find(title => title.type === 'monograph')?.pagesPresent, 24)
    t.equal(titles.find(title => title.type === 'multivolume_work')?.mpMode, 'hasChildren')
    const monograph = titles.find(title => title.type === 'monograph')?.id as number
    const pages = (await sample.read(`/api/v1/titles/${monograph}/pages`)).body.items
    const chapter = pages[6]
    t.equal(chapter.pagination.label, '1')
    t.match((await sample.read(`/api/v1/pages/${chapter.id}/texts`)).body.items, [
      { boxes: 'fitting', width: chapter.width, confidence: 1 },
    ])
    const { readAlto } = await import('../../src/formats/alto/read.ts')
    const alto = readAlto((await sample.read(`/api/v1/pages/${chapter.id}/alto`)).body)
    const word = alto.blocks[0]?.[0]?.words[0]
    const picture = await sharp((await sample.call('GET', `/api/v1/pages/${chapter.id}/master`)).raw)
      .greyscale()
      .extract({ left: word?.x ?? 0, top: word?.y ?? 0, width: word?.width ?? 1, height: word?.height ?? 1 })
      .raw()
      .toBuffer()
    t.ok(
      picture.filter(value => value < 90).length > picture.length * 0.1,
      'there is ink where the first word is said to be',
    )
  },
)
