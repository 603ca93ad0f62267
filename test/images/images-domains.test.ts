// What a domain says about its pictures: widths, watermark, footer; the picture that stands for a node.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { aScan, aSecond, aServedPage, sizeOf } from '../support/images.ts'
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
  await aSecond()
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
  await aSecond()
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
  await call('POST', `/api/v1/tree/${id}/move`, { parent: chapter }, { 'if-match': '*' })
  t.same(await sizeOf(await read(`/titlepage/${chapter}/304`)), [304, 228], 'its first page')
  t.equal((await read('/titlepage/999999/304')).status, 404)
  t.equal((await read('/titlepage/urn/urn:nbn:de:none/304')).status, 404)
})
