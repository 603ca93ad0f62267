// Addresses as they are passed on: with parameters that others have added, and by methods that nobody has heard of.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from './support/tap.ts'
import { root } from '../src/root.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import type { Answer } from './support/start.ts'

const { app, ids } = await startWithSample(t, publicAddress)
const page = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items[0].id as number
await app.drain()

const document = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, object>>
}
const addresses = Object.entries(document.paths)
const added = 'utm_source=letter&fbclid=x'
const withMore = (url: string) => `${url}${url.includes('?') ? '&' : '?'}${added}`

/** What an address with parts is asked for; those of pages and those of titles. */
const partOf = (path: string): Readonly<Record<string, string | number>> => ({
  domain: 'sample',
  id: path.startsWith('/api/v1/users') ? '00000000-0000-4000-8000-000000000000' : /image|dzi|download|i3f\/v21|tiler|\/tile\/|probe|content\/\{view|fulltext/.test(path) && !path.includes('/pdf/') ? page : ids.monograph, // prettier-ignore
  page: path.includes('activity') ? 1 : page,
  presentation: ids.monograph,
  version: 3,
  width: 304,
  format: path.includes('download') ? 'alto3' : 'json',
  view: path.includes('content') ? 'pageview' : 'titleinfo',
  urn: 'urn:nbn:de:example-sample-1',
  reason: 'not-found',
  region: 'full',
  size: '128,',
  rotation: 0,
  file: path.startsWith('/dzi')
    ? `${page}.dzi`
    : /\/(titles|orders|recording)\/(.*\/)?\{file\}$/.test(path)
      ? 1
      : 'default.jpg',
  folder: `${page}_files`,
  level: 8,
  tile: '0_0.jpg',
  kind: path.includes('members') ? 'users' : 'canvas',
  part: `p${page}`,
  index: 'title',
  map: '1.xml',
  turned: 0,
  column: 0,
  row: 0,
  rest: path.startsWith('/i3f') ? 'info.json' : 'x',
  provider: 'none',
  entity: 'node',
  n: path.includes('/titles/') ? 'mods-1' : 1,
  name: 't',
  picture: 'a.png',
})
const filled = (path: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => String(partOf(path)[name] ?? 1))
/** Whose protocols say what becomes of arguments that they do not know: a badArgument, a diagnostic. */
const isProtocol = (path: string): boolean => /\/(oai|sru)$|^\/proto_ftsearch\//.test(path)
/** What an answer says, without what tells one request from another. */
const said = ({ status, headers, raw }: Answer) => ({
  status,
  location: headers['location']?.replace(/[?&](utm_source|fbclid)=[^&]*/g, ''),
  type: headers['content-type'],
  // pages carry nonces and links to themselves in other languages
  text: status < 300 && !headers['content-type']?.startsWith('text/html') ? raw.toString('latin1').replaceAll(/(\?|%3F)utm_source(=|%3D)letter(&amp;|&|%26)fbclid(=|%3D)x|nonce="[^"]*"/g, '') : undefined, // prettier-ignore
})

t.test('every public address ignores parameters that newsletters and networks add', async t => {
  let found = 0
  for (const [path, methods] of addresses) {
    if (path.startsWith('/api/v1') || !('get' in methods)) continue
    const url = filled(path)
    const [plain, decorated] = [await app.read(url), await app.read(withMore(url))]
    if (plain.status < 400) found++
    const [one, two] = [said(plain), said(decorated)]
    // figures of the moment, forms with a secret, protocols that answer for what they were asked
    if (isProtocol(path) || /^\/(health|ready|metrics|log-in|iiif\/auth)/.test(path))
      t.equal(two.status, one.status, url)
    else t.same(two, one, url)
  }
  t.ok(found > 60, `${found} of them lead somewhere`)
})

t.test('every address of the API refuses parameters that it does not know, by name', async t => {
  let found = 0
  for (const [path, methods] of addresses)
    for (const method of Object.keys(methods)) {
      if (!path.startsWith('/api/v1')) continue
      const { status, body } = await app.call(method.toUpperCase(), withMore(filled(path)), undefined, {
        'if-match': '*',
      })
      found++
      // a body is looked at first
      const isNamed = 'requestBody' in (methods[method] ?? {}) || /utm_source/.test(JSON.stringify(body))
      // what is for people alone is told to who asks with the operator's key before anything else
      const isForPeople = status === 403 && /signed-in|account/.test(body.detail)
      if (!isForPeople && (status !== 400 || !isNamed))
        t.fail(`${method} ${filled(path)}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
    }
  t.ok(found > 150, `${found} addresses`)
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
