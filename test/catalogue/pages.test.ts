import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { readPagination } from '../../src/catalogue/pages/pagination.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { aSecond } from '../support/images.ts'
import { until } from '../support/until.ts'
import { tiffOf } from '../corpus/masters/tiff-writer.ts'

const app = await start(t)
await aDomain(app)
const { call, read } = app
const etag = async (id: number) => (await call('GET', `/api/v1/pages/${id}`)).headers['etag'] as string
const pagesOf = async (title: number) =>
  (await call('GET', `/api/v1/titles/${title}/pages`)).body.items as {
    id: number
    ident: string
    pagination: { caption: string | null; value: number | null; label: string | null }
  }[]
const image = (width: number, height: number, more: object = {}) =>
  sharp({ create: { width, height, channels: 3, background: '#c0b090', ...more } as never })
const put = async (id: number, bytes: Buffer, headers: Record<string, string> = {}) =>
  call('PUT', `/api/v1/pages/${id}/master`, bytes, {
    'content-type': 'application/octet-stream',
    'if-match': await etag(id),
    ...headers,
  })

t.test('a master is streamed in, judged, kept under its hash, and comes back untouched', async t => {
  const title = await aTitle(app, { pages: 1, release: true })
  const id = (await pagesOf(title))[0]?.id as number
  const bytes = await image(800, 1200)
    .withExif({ IFD0: { Make: 'Zeutschel', Model: 'OS 12000', DateTime: '2009:09:21 15:02:51' } })
    .jpeg()
    .toBuffer()
  const sha256 = createHash('sha256').update(bytes)
  const digest = `sha-256=:${sha256.copy().digest('base64')}:`
  const hex = sha256.digest('hex')
  const answer = await put(id, bytes, { 'content-digest': digest })
  t.match(answer, {
    status: 200,
    body: {
      masterState: 'archived',
      width: 800,
      height: 1200,
      filesize: bytes.length,
      hashsum: `sha256:${hex}`,
      scannedAt: '2009-09-21T15:02:51.000Z',
    },
  })
  t.match((await call('GET', `/api/v1/pages/${id}`)).body.profile, {
    format: 'jpeg',
    bitDepth: 8,
    samples: 3,
    scannerMake: 'Zeutschel',
    scannerModel: 'OS 12000',
  })
  const back = await call('GET', `/api/v1/pages/${id}/master`)
  t.ok(back.raw.equals(bytes))
  t.equal(back.headers['repr-digest'], digest)
  const part = await call('GET', `/api/v1/pages/${id}/master`, undefined, { range: 'bytes=0-3' })
  t.match(part, { status: 206, headers: { 'content-range': `bytes 0-3/${bytes.length}` } })
  t.ok(part.raw.equals(bytes.subarray(0, 4)))
  t.match(await call('GET', `/api/v1/pages/${id}/master`, undefined, { range: `bytes=${bytes.length}-` }), {
    status: 416,
    headers: { 'content-range': `bytes */${bytes.length}` },
  })
  t.equal(
    (await call('GET', `/api/v1/pages/${id}/master`, undefined, { 'if-none-match': `"${hex}"` })).status,
    304,
  )
  t.equal((await read(`/api/v1/pages/${id}/master`)).status, 401, 'masters are not for everyone')
  t.equal((await app.services.db.selectFrom('OPR_PageHistory').select('OPH_ID').execute()).length, 1)
})

t.test('bad masters are refused with a verdict, and change nothing', async t => {
  const title = await aTitle(app, { pages: 1 })
  const id = (await pagesOf(title))[0]?.id as number
  const jpeg = await image(600, 800, { noise: { type: 'gaussian', mean: 128, sigma: 40 } })
    .jpeg()
    .toBuffer()
  const cases: [string, Buffer, string][] = [
    ['truncated', jpeg.subarray(0, jpeg.length >> 1), 'truncated'],
    ['text', Buffer.from('this is no image'), 'not-an-image'],
    ['svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'), 'not-an-image'],
    ['empty', Buffer.alloc(0), 'not-an-image'],
    ['two pages', tiffOf({ width: 40, height: 30 }, { width: 40, height: 30 }), 'several-pages'],
  ]
  for (const [name, bytes, verdict] of cases)
    t.match(await put(id, bytes), { status: 422, body: { verdict } }, name)
  t.match(await put(id, jpeg, { 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }), {
    status: 422,
    body: { type: '/problems/bad-digest' },
  })
  t.equal((await put(id, jpeg, { 'content-digest': 'md5=:x:' })).status, 400)
  t.equal((await put(id, jpeg, { 'if-match': '"77"', 'content-type': 'image/jpeg' })).status, 412)
  t.match((await call('GET', `/api/v1/pages/${id}`)).body, { masterState: 'none', hashsum: null })
  t.same(await app.services.archive.leftovers(-1), [], 'nothing stays in the staging area')
  const deep = await image(20, 20)
    .toColourspace('rgb16')
    .png({ bitdepth: 16 } as never)
    .toBuffer()
  t.equal((await put(id, deep)).status, 200)
  const small = await start(t, { FIREFOLIO_LIMITS_UPLOADBYTES: '1024' })
  await aDomain(small)
  const other = await aTitle(small, { pages: 1 })
  const page = (await small.call('GET', `/api/v1/titles/${other}/pages`)).body.items[0].id
  t.equal(
    (
      await small.call('PUT', `/api/v1/pages/${page}/master`, jpeg, {
        'content-type': 'image/jpeg',
        'if-match': '*',
      })
    ).status,
    413,
  )
})

t.test('images come at the widths on offer, upright, cached, and only of what is released', async t => {
  const title = await aTitle(app, { pages: 1, release: true })
  const id = (await pagesOf(title))[0]?.id as number
  await put(id, await image(1200, 800).withMetadata({ orientation: 6 }).jpeg().toBuffer())
  t.match((await call('GET', `/api/v1/pages/${id}`)).body, { width: 800, height: 1200 })
  for (const width of [128, 304, 600]) {
    const answer = await read(`/api/v1/pages/${id}/image?width=${width}`)
    t.equal(answer.status, 200)
    const metadata = await sharp(answer.raw).metadata()
    t.same([metadata.width, metadata.format], [width, 'jpeg'])
    t.ok((metadata.height ?? 0) > width, 'upright')
  }
  t.same((await sharp((await read(`/api/v1/pages/${id}/image?width=0`)).raw).metadata()).width, 800)
  t.match(await read(`/api/v1/pages/${id}/image?width=555`), {
    status: 400,
    body: { widths: [128, 304, 600, 1000] },
  })
  const first = await read(`/api/v1/pages/${id}/image?width=304`)
  t.equal(
    (await read(`/api/v1/pages/${id}/image?width=304`, { 'if-none-match': first.headers['etag'] as string }))
      .status,
    304,
  )
  t.ok(app.services.cache.bytes > 0)
  await call('POST', `/api/v1/tree/${title}/hide`)
  // processes learn of it within a second, without a message between them
  await aSecond()
  t.equal(
    (await read(`/api/v1/pages/${id}/image?width=304`, { 'if-none-match': first.headers['etag'] as string }))
      .status,
    404,
  )
  const empty = await aTitle(app, { pages: 1 })
  t.equal((await call('GET', `/api/v1/pages/${(await pagesOf(empty))[0]?.id}/image`)).status, 404)
})

t.test('OP_ChangeTS moves with its seven columns and with nothing else', async t => {
  const title = await aTitle(app, { pages: 1 })
  const id = (await pagesOf(title))[0]?.id as number
  const run = (set: string) =>
    app.services.database.withConnection(connection =>
      connection.run(`update OPR_Page set ${set} where OP_OT_ID = ${id}`),
    )
  const changedAt = async () => (await call('GET', `/api/v1/pages/${id}`)).body.changedAt as string
  const moving = [
    `OP_Ident = 'x'`,
    `OP_Comment = 'c'`,
    `OP_ModificationTimestamp = current_timestamp`,
    `OP_PaginationCaption = '[1]'`,
    'OP_PaginationType = 2',
    'OP_PaginationValue = 1',
    `OP_Hashsum = 'sha256:0'`,
  ]
  for (const set of moving) {
    const before = await changedAt()
    const now = Date.now()
    await until(async () => Date.now() > now + 1, 'the next stamp')
    await run(set)
    t.ok((await changedAt()) > before, set)
  }
  const before = await changedAt()
  for (const set of [
    'OP_ImgWidth = 5',
    `OP_Webcache = '128'`,
    'OP_IccState = 1',
    'OP_Filesize = 9',
    `OP_Ident = 'x'`,
  ]) {
    await run(set)
    t.equal(await changedAt(), before, set)
  }
  t.equal(
    (
      await app.services.db
        .selectFrom('OPR_PageHistory')
        .select('OPH_ID')
        .where('OPH_OT_ID', '=', id)
        .execute()
    ).length,
    moving.length,
  )
})

t.test('labels ranges by the kinds of paginate.xml, and recognises labels that come in', async t => {
  const pagination = readPagination()
  const cases: [string, string, number | undefined][] = [
    ['[Seite 6]', 'page-counted', 6],
    ['Seite 52', 'page', 52],
    ['Seite XIV', 'page-roman', 14],
    ['Seite iv', 'page-roman-lower', 4],
    ['[Leerseite]', 'blank', undefined],
    ['Blatt 3v', 'folio', 3],
    ['Tabelle 1702', 'table', 1702],
  ]
  for (const [label, name, value] of cases) {
    const found = pagination.recognise(label)
    t.same([found?.kind.name, found?.value], [name, value], label)
  }
  const written: [string, number, string, ('r' | 'v')?][] = [
    ['page-roman', 14, 'Seite XIV'],
    ['page-roman', 3999, 'Seite MMMCMXCIX'],
    ['page-roman', 4000, 'Seite 4000'],
    ['page-roman-lower', 14, 'Seite xiv'],
    ['folio', 3, 'Blatt 3r'],
    ['folio', 3, 'Blatt 3v', 'v'],
  ]
  for (const [name, value, label, side] of written)
    t.equal(pagination.write(pagination.kinds.find(kind => kind.name === name) as never, value, side), label)
  t.equal(pagination.recognise('Seite IIII'), undefined)
  t.equal(pagination.recognise('irgendwas'), undefined)
  for (const kind of pagination.kinds)
    for (const value of [1, 4, 9, 40, 1999])
      // a letter may be a Roman number; then it is taken for one
      if (/\{[nrR]\}/.test(kind.caption))
        t.equal(pagination.recognise(pagination.write(kind, value))?.value, value, `${kind.name} ${value}`)
  const title = await aTitle(app, { pages: 6 })
  const [first, , , , , last] = await pagesOf(title)
  const dry = await call('POST', `/api/v1/titles/${title}/paginate`, {
    from: first?.id,
    to: last?.id,
    type: 'folio',
    start: 3,
    side: 'v',
    dryRun: true,
  })
  t.same(
    dry.body.items.map((item: { after: string }) => item.after),
    ['Blatt 3v', 'Blatt 4r', 'Blatt 4v', 'Blatt 5r', 'Blatt 5v', 'Blatt 6r'],
  )
  t.equal((await pagesOf(title))[0]?.pagination.caption, null)
  const done = await call('POST', `/api/v1/titles/${title}/paginate`, {
    from: first?.id,
    to: last?.id,
    type: 3,
    start: 9,
  })
  t.ok(done.body.batch)
  t.same(
    (await pagesOf(title)).map(page => [page.pagination.caption, page.pagination.label]),
    ['IX', 'X', 'XI', 'XII', 'XIII', 'XIV'].map(text => [`Seite ${text}`, text]),
  )
  t.equal(
    (await call('POST', `/api/v1/titles/${title}/paginate`, { from: last?.id, to: first?.id, type: 1 }))
      .status,
    422,
  )
  t.equal(
    (
      await call('POST', `/api/v1/titles/${title}/paginate`, {
        from: first?.id,
        to: last?.id,
        type: 'nothing',
      })
    ).status,
    422,
  )
  const patched = await call(
    'PATCH',
    `/api/v1/pages/${first?.id}`,
    { pagination: { caption: '[Seite 1]' }, comment: 'torn' },
    { 'if-match': '*' },
  )
  t.match(patched.body, {
    caption: '[Seite 1]',
    comment: 'torn',
    pagination: { caption: '[Seite 1]', value: 1 },
  })
  t.ok((await call('GET', '/api/v1/pagination')).body.items.length > 10)
})

t.test('a file of kinds that is wrong is refused by its line', t => {
  const file = join(app.folder, 'paginate.xml')
  const good = '<type id="1" name="page" caption="Seite {n}" en="Page" de="Seite"/>'
  for (const [types, sentence] of [
    ['', /holds no type/],
    [good.replace('"1"', '"0"'), /line 2: the id ‘0’ is no number from 1 to 32767/],
    [good.replace('"1"', '"32768"'), /‘32768’ is no number/],
    [good.replace('"1"', '"one"'), /‘one’ is no number/],
    [good.replace('id="1"', ''), /type has no id/],
    [good.replace(' de="Seite"', ''), /type has no de/],
    [good + good, /the kind 1 ‘page’ stands here a second time/],
    [good + good.replace('"1"', '"2"'), /the kind 2 ‘page’ stands here a second time/],
    [good.replace('/>', ' step="half"/>'), /the step ‘half’ is no whole number/],
  ] as const) {
    writeFileSync(file, `<paginate>\n${types}</paginate>`)
    t.throws(() => readPagination(file), { message: sentence })
  }
  writeFileSync(file, `<paginate>${good}</paginate>`)
  const read = readPagination(file)
  t.equal(read.write(read.get('page'), 7), 'Seite 7')
  t.end()
})

t.test(
  'pages of two, letters, brackets, patterns; plates and leaves between are not counted; each label is shown before',
  async t => {
    const title = await aTitle(app, { pages: 6 })
    const ids = (await pagesOf(title)).map(page => page.id)
    const paginate = (body: object) =>
      call('POST', `/api/v1/titles/${title}/paginate`, { from: ids[0], to: ids[5], ...body })
    const shown = async (body: object) =>
      (await paginate({ ...body, dryRun: true })).body.items.map((item: { after: string }) => item.after)
    t.same(
      await shown({ type: 'page-double', start: 2 }),
      ['2-3', '4-5', '6-7', '8-9', '10-11', '12-13'].map(text => `Seite ${text}`),
    )
    t.same((await shown({ type: 'page-letter', start: 25 })).slice(0, 3), ['Seite y', 'Seite z', 'Seite aa'])
    t.same((await shown({ type: 'page-roman-counted', start: 4 })).slice(0, 2), ['[Seite IV]', '[Seite V]'])
    t.same((await shown({ type: 'folio-counted', start: 3 })).slice(0, 3), [
      '[Blatt 3r]',
      '[Blatt 3v]',
      '[Blatt 4r]',
    ])
    t.same((await shown({ pattern: 'Bl. {A}{n}{s}', start: 1 })).slice(0, 3), [
      'Bl. A1r',
      'Bl. A1v',
      'Bl. B2r',
    ])
    t.same((await shown({ pattern: 'S. {n}/{m}', start: 1 })).slice(0, 2), ['S. 1/2', 'S. 3/4'])
    const body = {
      type: 'page',
      start: 7,
      others: [
        { pages: [ids[1]], type: 'plate-unnumbered' },
        { pages: [ids[4], ids[3]], type: 'plate-roman', start: 3 },
      ],
    }
    const expected = ['Seite 7', '[Tafel]', 'Seite 8', 'Tafel III', 'Tafel IV', 'Seite 9']
    t.same(await shown(body), expected)
    t.equal((await pagesOf(title))[0]?.pagination.caption, null, 'nothing is saved')
    const done = await paginate(body)
    t.match(done.body.items[3], { before: null, after: 'Tafel III', label: 'III', value: 3 })
    t.same(
      (await pagesOf(title)).map(page => [
        page.pagination.caption,
        page.pagination.value,
        page.pagination.label,
      ]),
      expected.map((caption, at) => [
        caption,
        [7, null, 8, 3, 4, 9][at],
        ['7', null, '8', 'III', 'IV', '9'][at],
      ]),
    )
    await paginate({ pattern: 'Seite {n}', start: 1 })
    t.match(
      (await call('GET', `/api/v1/pages/${ids[0]}`)).body.pagination,
      { type: 1, label: '1' },
      'a pattern that is a kind',
    )
    const refused = async (more: object) => (await paginate(more)).body.detail
    t.match(await refused({}), /either type or pattern/)
    t.match(await refused({ pattern: '{x}' }), /has ‘\{x\}’/)
    t.match(await refused({ type: 1, others: [{ pages: [title], type: 5 }] }), /not in the range/)
    t.match(await refused({ type: 1, start: 2, step: -1 }), /below zero/)
  },
)

t.test('reorders pages within their elements, in the order of reading', async t => {
  const title = await aTitle(app, { pages: 5 })
  const ids = (await pagesOf(title)).map(page => page.id)
  const reversed = [...ids].reverse()
  await call('POST', `/api/v1/titles/${title}/reorder`, { ids: reversed })
  t.same(
    (await pagesOf(title)).map(page => page.id),
    reversed,
  )
  t.equal((await call('POST', `/api/v1/titles/${title}/reorder`, { ids: [title] })).status, 422)
  const inserted = await call('POST', `/api/v1/titles/${title}/pages`, {
    position: { before: reversed[0] },
    pages: [{ ident: 'new 1', pagination: '[Seite 1]' }, { ident: 'new 2' }],
  })
  t.same((await pagesOf(title)).map(page => page.ident).slice(0, 3), ['new 1', 'new 2', 'p5'])
  t.equal(inserted.status, 201)
  const part = (await call('GET', `/api/v1/titles/${title}/pages?limit=3`)).body
  t.equal(part.items.length, 3)
  t.same(
    (await call('GET', part.links.next)).body.items.map((item: { order: number }) => item.order),
    [4, 5, 6],
  )
})

t.test('pages are listed part by part without skipping or repeating when one comes in between', async t => {
  const title = await aTitle(app, { pages: 5, release: true })
  const idents = (body: { items: { ident: string }[] }) => body.items.map(page => page.ident)
  const first = (await read(`/api/v1/titles/${title}/pages?limit=2`)).body
  t.same(idents(first), ['p1', 'p2'])
  await call('POST', `/api/v1/titles/${title}/pages`, {
    position: 'first',
    pages: [{ ident: 'p0', release: true }],
  })
  const second = (await read(first.links.next)).body
  t.same(idents(second), ['p3', 'p4'])
  t.equal(second.items[0].order, 4)
  t.same(idents((await read(second.links.next)).body), ['p5'])
})

t.test('a page gets its text as ALTO; the title learns of it', async t => {
  const title = await aTitle(app, { pages: 1, release: true })
  const id = (await pagesOf(title))[0]?.id as number
  await put(id, await image(1000, 1500).jpeg().toBuffer())
  const alto = (width: number) =>
    `<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page WIDTH="${width}" HEIGHT="1500"><PrintSpace><TextBlock><TextLine><String CONTENT="Käſe"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
  const send = async (xml: string) =>
    call('PUT', `/api/v1/pages/${id}/alto`, xml, { 'content-type': 'application/alto+xml', 'if-match': '*' })
  t.match((await send(alto(1000))).body.items, [{ kind: 'ocr', boxes: 'fitting', width: 1000 }])
  t.equal((await read(`/api/v1/pages/${id}/text`)).body, 'Käſe')
  t.equal((await read(`/api/v1/pages/${id}/alto`)).body, alto(1000))
  t.equal((await read(`/api/v1/titles/${title}`)).body.hasText, true)
  t.match((await send(alto(700))).body.items, [{ boxes: 'unusable' }])
  t.equal((await send('<alto/>')).status, 422)
  await call('DELETE', `/api/v1/tree/${id}`)
  t.equal((await read(`/api/v1/titles/${title}`)).body.hasText, false)
})

t.test('a page that was missed comes with its scan, at its place, and goes again as one', async t => {
  const title = await aTitle(app, { pages: 3, release: true })
  const before = (await pagesOf(title)).map(({ id }) => id)
  const add = (query: string, body: Buffer, headers: Record<string, string> = {}) =>
    call('POST', `/api/v1/titles/${title}/scans?${query}`, body, { 'content-type': 'image/png', ...headers })
  const scan = await image(300, 400).png().toBuffer()
  const once = { 'idempotency-key': `scan-${title}` }
  const made = await add(`after=${before[0]}&pagination=[2]`, scan, once)
  t.match(made, {
    status: 201,
    body: { width: 300, masterState: 'archived', isReleased: false, pagination: { caption: '[2]' } },
  })
  t.equal((await add(`after=${before[0]}&pagination=[2]`, scan, once)).body.id, made.body.id)
  const id = made.body.id as number
  t.same(
    (await pagesOf(title)).map(page => page.id),
    [before[0], id, before[1], before[2]],
  )
  const seen = await add(`before=${before[0]}&release=true`, scan)
  t.match(seen.body, { isReleased: true, order: undefined })
  t.same((await pagesOf(title))[0]?.id, seen.body.id)
  const other = await pagesOf(await aTitle(app, { pages: 1 }))
  t.match(await add(`after=${other[0]?.id}`, scan), {
    status: 422,
    body: { detail: /does not stand below title/ },
  })
  t.match(await add('after=999999', scan), { status: 404 })
  t.match(await add(`after=${before[0]}&before=${before[1]}`, scan), { status: 400 })
  t.match(await add(`after=${before[0]}`, Buffer.from('no image')), { status: 422, body: { verdict: /./ } })
  t.match(await add(`after=${before[0]}`, scan, { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` }), {
    status: 422,
  })
  for (const answer of [seen, made])
    t.equal((await call('POST', answer.body.links.undo as string)).status, 200)
  t.same(
    (await pagesOf(title)).map(page => page.id),
    before,
  )
})
