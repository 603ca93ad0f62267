// Whoever may not see a page learns nothing about it: at every address of its image it answers as a page that does not exist.
import t from '../support/tap.ts'
import sharp from 'sharp'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
await aTitle(app, { title: 'So that ids have two digits', pages: 20 })
const title = await aTitle(app, { release: true, pages: 3 })
const [withImage, withoutImage, damaged] = (
  (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number }[]
).map(page => page.id) as [number, number, number]
const scan = await sharp({ create: { width: 900, height: 1200, channels: 3, background: '#c8b89a' } })
  .jpeg()
  .toBuffer()
await app.call('PUT', `/api/v1/pages/${withImage}/master`, scan, {
  'content-type': 'image/jpeg',
  'if-match': '*',
})
await app.drain()

const addressesOf = (id: number): string[] => [
  `/api/v1/pages/${id}/image?width=128`,
  `/api/v1/pages/${id}/image`,
  `/api/v1/pages/${id}/tiles/0/0/0`,
  `/iiif/image/3/${id}/info.json`,
  `/iiif/image/3/${id}/full/max/0/default.jpg`,
  `/iiif/image/3/${id}/0,0,128,128/128,128/0/default.jpg`,
  `/iiif/image/2/${id}/info.json`,
  `/iiif/image/2/${id}/full/full/0/default.jpg`,
  `/dzi/${id}.dzi`,
  `/dzi/${id}_files/0/0_0.jpg`,
  `/download/webcache/128/${id}`,
  `/titlepage/${id}/128`,
]
/** A number of as many digits that no node has. */
const missing = Number(String(withImage).replace(/./g, '9'))

t.test('while they are shown, the addresses answer: the test can fail', async t => {
  for (const url of addressesOf(withImage)) t.equal((await app.read(url)).status, 200, url)
})

t.test('hidden pages and missing ones answer alike at all image addresses', async t => {
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [withImage, withoutImage] })
  await app.call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [damaged] })
  const told = async (id: number, at: number) => {
    const { status, headers, raw } = await app.read(addressesOf(id)[at] as string)
    const { date: _, ...others } = headers
    return {
      status,
      headers: others,
      text: raw
        .toString()
        .replaceAll(String(id), '{id}')
        .replace(/"requestId":"[^"]+"/, ''),
    }
  }
  for (const id of [withImage, withoutImage, damaged])
    for (const at of addressesOf(id).keys()) {
      const expected = await told(missing, at)
      t.equal(expected.status, 404, `${addressesOf(id)[at]}`)
      t.same(await told(id, at), expected, `${id}: ${addressesOf(id)[at]}`)
      // again, from what was kept
      t.same(await told(id, at), expected)
    }
})

t.test('an editor who looks at a hidden page opens it to nobody else', async t => {
  for (const [at, url] of addressesOf(withImage).entries()) {
    t.equal((await app.call('GET', url)).status, 200, url)
    t.equal((await app.read(addressesOf(withImage)[at] as string)).status, 404, url)
  }
})
