// Addresses as they are passed on: with parameters that others have added, and by methods that nobody has heard of.
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { publicAddress, startWithSample } from './support/collection.ts'

const { app, ids } = await startWithSample(t, publicAddress)
const page = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items[0].id as number
await app.drain()

t.test('public addresses ignore parameters that newsletters and networks add', async t => {
  for (const url of [
    `/id/${ids.monograph}`,
    `/mets/${ids.monograph}`,
    `/iiif/presentation/3/${ids.monograph}/manifest`,
    `/iiif/presentation/2/${ids.monograph}/manifest`,
    `/iiif/image/3/${page}/info.json`,
    `/iiif/image/3/${page}/full/128,/0/default.jpg`,
    `/dzi/${page}.dzi`,
    `/titlepage/${ids.monograph}/128`,
    `/download/webcache/128/${page}`,
    `/download/pdf/${ids.monograph}`,
    `/download/fulltext/plain/${page}`,
    '/urn/urn:nbn:de:example-sample-1',
    '/rss',
    '/atom',
    '/opds',
    '/robots.txt',
    '/sitemap.xml',
    '/health',
  ]) {
    const plain = (await app.read(url)).status
    t.ok(plain < 400, `${url}: ${plain}`)
    t.equal((await app.read(`${url}?utm_source=letter&fbclid=x`)).status, plain, url)
  }
})

t.test('the API refuses parameters that it does not know, by name', async t => {
  for (const url of ['/api/v1/titles', `/api/v1/tree/${ids.monograph}`, `/api/v1/pages/${page}`]) {
    const { status, body } = await app.read(`${url}?utm_source=letter`)
    t.equal(status, 400, url)
    t.match(body.detail, /utm_source/)
  }
})

t.test('a method that no address has is answered 404, 405 or 501, whatever it brings', async t => {
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.app.server.address() as AddressInfo
  const statusOf = async (head: string, body = ''): Promise<number> =>
    await new Promise(resolve => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () =>
        // not ended: the server drops a request whose sender has gone before it is answered
        socket.write(
          `${head}\r\nHost: x\r\nConnection: close\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`,
        ),
      )
      socket.on('data', part => (answer += part.toString()))
      socket.on('error', () => {})
      socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)))
    })
  const methods = [
    'QUERY',
    'PROPFIND',
    'TRACE',
    'LOCK',
    'MKCOL',
    'SEARCH',
    'PURGE',
    'LINK',
    'REPORT',
    'SOURCE',
    'BREW',
    'get',
  ]
  for (const method of methods)
    for (const path of ['/', '/health', `/api/v1/titles/${ids.monograph}`, '/oai', '/docs', '/nothing'])
      for (const body of ['', '{"a":1}']) {
        const status = await statusOf(`${method} ${path} HTTP/1.1`, body)
        t.ok(status >= 400 && status <= 501 && status !== 500, `${method} ${path} ${body}: ${status}`)
      }
})

t.test('what may be hidden a minute later is kept no longer by any cache', async t => {
  for (const url of [
    `/iiif/image/3/${page}/full/128,/0/default.jpg`,
    `/titlepage/${ids.monograph}/128`,
    `/iiif/presentation/3/${ids.monograph}/manifest`,
    `/mets/${ids.monograph}`,
    `/download/pdf/${ids.monograph}`,
  ]) {
    const cache = (await app.read(url)).headers['cache-control'] ?? ''
    const seconds = Number(/max-age=(\d+)/.exec(cache)?.[1] ?? 0)
    t.ok(seconds <= 60 && !/stale-while-revalidate|immutable/.test(cache), `${url}: ${cache}`)
  }
})
