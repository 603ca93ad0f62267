// What a domain says about its pictures: widths, watermark, footer; the picture that stands for a node.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { aScan, aSecond, aServedPage, forgotten, sizeOf } from '../support/images.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { call, read, services, drain } = app

t.test('widths, watermark and footer of a domain; what changes is made anew in the background', async t => {
  await call('POST', '/api/v1/domains', { name: 'marked', caption: 'Marked' })
  await call('POST', '/api/v1/domains', { name: 'marked-below', caption: 'Below', parent: 'marked' })
  const id = await aServedPage(
    app,
    sharp({ create: { width: 1400, height: 1000, channels: 3, background: '#fff' } }),
    { domain: 'marked-below' },
  )
  const darkest = async (path: string) =>
    (await sharp((await read(path)).raw).stats()).channels[0]?.min ?? 255
  const picture = `/iiif/image/3/${id}/full/600,/0/default.jpg`
  t.ok((await darkest(picture)) > 240)
  const etag = (await call('GET', '/api/v1/domains/marked')).headers['etag'] as string
  t.equal(
    (
      await call(
        'PATCH',
        '/api/v1/domains/marked',
        {
          watermark: { text: 'Firefolio', opacity: 1, position: 'centre' },
          imageFooter: { picture: 'footer.png', fromWidth: 500 },
        },
        { 'if-match': etag },
      )
    ).status,
    200,
  )
  await drain()
  await drain()
  await forgotten(app)
  t.ok((await darkest(picture)) < 150, 'inherited, and made anew')
  // the footer: under downloads and title-page pictures, not under IIIF
  const resources = join(services.config.path.domain, 'marked', 'resources')
  mkdirSync(resources, { recursive: true })
  writeFileSync(
    join(resources, 'footer.png'),
    await sharp({ create: { width: 300, height: 30, channels: 3, background: '#036' } })
      .png()
      .toBuffer(),
  )
  await aSecond()
  const plain = await sizeOf(await read(picture))
  t.same(plain, [600, 429])
  t.same(await sizeOf(await read(`/download/webcache/600/${id}`)), [600, 429 + 60])
  t.same(await sizeOf(await read(`/titlepage/${id}/600`)), [600, 429 + 60])
  t.same(await sizeOf(await read(`/download/webcache/304/${id}`)), [304, 217], 'below its width')
  t.same(await sizeOf(await read(`/download/webcache/0/${id}`)), [1400, 1000 + 140])
  t.equal((await read(`/download/webcache/555/${id}`)).status, 400)
  await call('PATCH', '/api/v1/domains/marked/config', { 'image.widths': '200, 500' })
  await drain()
  await drain()
  await forgotten(app)
  t.match((await read(`/api/v1/pages/${id}/pack`)).body, { storedWidths: [200, 500] })
  t.equal(
    (
      await call(
        'PATCH',
        '/api/v1/domains/marked',
        { watermark: { text: 'a', picture: 'b.png' } },
        { 'if-match': '*' },
      )
    ).status,
    400,
  )
  t.equal(
    (
      await call(
        'PATCH',
        '/api/v1/domains/marked',
        { watermark: { picture: '../secret.png' } },
        { 'if-match': '*' },
      )
    ).status,
    400,
  )
})

t.test(
  'pictures of a domain are laid down, shown on a page before they hold, and kept while in use',
  async t => {
    await call('POST', '/api/v1/domains', { name: 'branded', caption: 'Branded' })
    const at = '/api/v1/domains/branded'
    const put = (name: string, body: Buffer | string, type = 'image/png') =>
      call('PUT', `${at}/pictures/${name}`, body, { 'content-type': type })
    const strip = await sharp({ create: { width: 300, height: 30, channels: 3, background: '#036' } })
      .png()
      .toBuffer()
    t.match(await put('strip.png', strip), {
      status: 200,
      body: { name: 'strip.png', width: 300, height: 30, uses: [] },
    })
    t.equal((await put('noise.png', Buffer.from('no picture'))).status, 422)
    t.equal((await put('cut.png', strip.subarray(0, strip.length - 40))).status, 422)
    t.equal((await put('..%2Fup.png', strip)).status, 400)
    t.equal((await put('text.txt', strip)).status, 400)
    t.match((await call('GET', `${at}/pictures`)).body.items, [{ name: 'strip.png', bytes: strip.length }])
    t.same((await call('GET', `${at}/pictures/strip.png`)).raw, strip)
    t.equal((await read(`${at}/pictures`)).status, 401)

    const preview = (body: object) => call('POST', `${at}/preview`, body)
    const darkest = async (answer: { raw: Buffer }) =>
      (await sharp(answer.raw).stats()).channels[0]?.min ?? 255
    const sheet = await preview({ width: 400 })
    t.match(sheet, { status: 200, headers: { 'content-type': 'image/jpeg' } })
    t.ok((await darkest(sheet)) > 220, 'an empty sheet where there is no page')
    await aServedPage(app, sharp({ create: { width: 1000, height: 700, channels: 3, background: '#fff' } }), { domain: 'branded' }) // prettier-ignore
    const plain = await preview({ width: 500 })
    t.same(await sizeOf(plain), [500, 350])
    t.ok((await darkest(plain)) > 220)
    const marked = await preview({ width: 500, watermark: { text: 'Firefolio', opacity: 1, position: 'centre' }, imageFooter: { picture: 'strip.png' } }) // prettier-ignore
    t.same(await sizeOf(marked), [500, 400], 'the footer stands below')
    t.ok((await darkest(marked)) < 150, 'and the mark upon it')
    t.match((await call('GET', at)).body, { watermark: null, imageFooter: null }, 'nothing is stored')
    t.match(await preview({ imageFooter: { picture: 'gone.png' } }), {
      status: 422,
      body: { detail: /‘gone.png’/ },
    })
    t.equal((await preview({ page: 999_999 })).status, 404)

    await call('PATCH', at, { imageFooter: { picture: 'strip.png' } }, { 'if-match': '*' })
    t.same(await sizeOf(await preview({ width: 500 })), [500, 400], 'what holds is shown')
    t.same(
      await sizeOf(await preview({ width: 500, imageFooter: null })),
      [500, 350],
      'what it would inherit, too',
    )
    t.match(await call('DELETE', `${at}/pictures/strip.png`), {
      status: 409,
      body: { detail: /imageFooter/ },
    })
    await call('PATCH', at, { imageFooter: null }, { 'if-match': '*' })
    t.equal((await call('DELETE', `${at}/pictures/strip.png`)).status, 204)
    t.equal((await call('GET', `${at}/pictures/strip.png`)).status, 404)
  },
)

t.test('a picture stands for everything, or a stand-in that is soon forgotten', async t => {
  const id = await aServedPage(app, aScan(800, 600))
  const { body: page } = await read(`/api/v1/pages/${id}`)
  const title = page.titleId as number
  t.same(await sizeOf(await read(`/titlepage/${title}/304`)), [304, 228])
  const chapter = (
    await call('POST', '/api/v1/tree', {
      parent: title,
      datatype: 'structure',
      type: 'chapter',
      caption: 'x',
    })
  ).body.id as number
  await call('POST', `/api/v1/tree/${chapter}/release`)
  const standIn = await read(`/titlepage/${chapter}/304`)
  t.equal(standIn.status, 200)
  t.equal(standIn.headers['cache-control'], 'public, max-age=60')
  t.equal((await sharp(standIn.raw).stats()).isOpaque, false, 'pages light and dark are seen through it')
  for (const [asked, width] of [
    [304, 304],
    [1, 32],
    [5000, 600],
    [0, 600],
  ] as const)
    t.match(
      await sharp((await read(`/titlepage/${chapter}/${asked}`)).raw).metadata(),
      { width, height: Math.round(width * 1.4) },
      `${asked}`,
    )
  await call('POST', `/api/v1/tree/${id}/move`, { parent: chapter }, { 'if-match': '*' })
  t.same(await sizeOf(await read(`/titlepage/${chapter}/304`)), [304, 228], 'its first page')
  t.equal((await read('/titlepage/999999/304')).status, 404)
  t.equal((await read('/titlepage/urn/urn:nbn:de:none/304')).status, 404)
})
