// Behind a proxy that serves us below a path, every address that leaves begins with it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from './support/tap.ts'
import { root } from '../src/root.ts'
import { tiffOf } from './corpus/masters/tiff-writer.ts'
import { before, needsNginx } from './support/nginx.ts'
import { aDomain, aTitle, operatorKey, start } from './support/start.ts'

const publicUrl = 'https://library.example/books'
const app = await start(t, { FIREFOLIO_SERVER_PUBLICURL: publicUrl })
await aDomain(app)
const title = await aTitle(app, { release: true, pages: 2 })

/** Every link of a document, wherever it stands. */
function linksOf(value: unknown, found: string[] = []): string[] {
  if (value === null || typeof value !== 'object') return found
  for (const [name, member] of Object.entries(value))
    if (name === 'links' && !Array.isArray(member))
      found.push(...(Object.values(member as object) as string[]))
    else linksOf(member, found)
  return found
}

t.test('links of documents, in lists and streams as well', async t => {
  for (const url of [
    `/api/v1/tree/${title}`,
    `/api/v1/titles?domain=lib`,
    `/api/v1/titles/${title}/pages`,
    '/api/v1/domains',
  ]) {
    const links = linksOf((await app.read(url)).body)
    t.ok(links.length > 0, url)
    for (const link of links) t.match(link, /^\/books\/api\/v1\//, `${url}: ${link}`)
  }
  const { raw } = await app.read(`/api/v1/tree/${title}/descendants`, { accept: 'application/x-ndjson' })
  const lines = raw.toString().trim().split('\n')
  t.equal(lines.length, 2)
  for (const link of linksOf(lines.map(line => JSON.parse(line) as unknown)))
    t.match(link, /^\/books\/api\/v1\//)
})

t.test('locations of what was made and of redirections', async t => {
  const made = await app.call('POST', '/api/v1/domains', { name: 'new', caption: 'New' })
  t.equal(made.headers['location'], '/books/api/v1/domains/new')
  const led = await app.read(`/id/${title}?format=mets`)
  t.equal(led.headers['location'], `${publicUrl}/mets/${title}`)
})

t.test('types of problems, the documentation and the style sheet of OAI-PMH', async t => {
  const { body } = await app.read('/api/v1/tree/999999')
  t.match(body, { type: '/books/problems/not-found', instance: '/books/api/v1/tree/999999' })
  t.match((await app.read('/docs')).body, /src="\/books\/docs\/static\/swagger-ui-bundle\.js"/)
  // relative: found below any path
  t.match((await app.read('/oai?verb=Identify')).body, /xml-stylesheet type="text\/xsl" href="oai\.xsl"/)
  t.match(
    (await app.read('/lib/oai?verb=Identify')).body,
    /xml-stylesheet type="text\/xsl" href="\.\.\/oai\.xsl"/,
  )
})

t.test('behind TLS browsers are told to stay there', async t => {
  t.equal((await app.read('/health')).headers['strict-transport-security'], 'max-age=31536000')
})

t.test('through nginx as the handbook sets it up below a path', needsNginx, async t => {
  const handbook = (name: string) => readFileSync(join(root, 'docs/handbook', name), 'utf8')
  const [, below = ''] =
    /## Below a path[\s\S]*?```nginx\n(location[^{]*\{\n.*\n)/.exec(handbook('web-server.md')) ?? []
  t.match(below, /proxy_pass http:\/\/127\.0\.0\.1:8080\/;/)
  const servers = handbook('nginx.conf').replace(/location \/ \{\n.*\n/, below)
  await app.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.app.server.address() as { port: number }
  const { ask, http } = await before(t, t.testdir({}), servers, port)
  const read = async (url: string) => await ask('GET', url, { host: 'library.example' })

  t.match(await read('/books/health'), { status: 200, headers: { 'strict-transport-security': /max-age/ } })
  t.equal((await read('/health')).status, 404, 'beside the path it is not there')
  const { headers } = await fetch(`http://127.0.0.1:${http}/books/id/1`, { redirect: 'manual' })
  t.equal(headers.get('location'), 'https://127.0.0.1/books/id/1', 'to TLS, under the same address')

  const docs = await read('/books/docs')
  t.equal(docs.status, 200)
  const [, script = ''] = /src="([^"]*swagger-ui-bundle\.js)"/.exec(docs.body) ?? []
  t.equal((await read(script)).status, 200, 'the page finds its scripts')
  const oai = await read('/books/oai?verb=Identify')
  const [, sheet = ''] = /href="([^"]*\.xsl)"/.exec(oai.body) ?? []
  t.equal((await read(new URL(sheet, 'https://library.example/books/oai').pathname)).status, 200)
  const home = await read('/books/')
  t.equal(home.status, 200)
  for (const [, asset = ''] of home.body.matchAll(/(?:src|href)="([^"]*\/assets\/[^"]*)"/g))
    t.equal((await read(asset)).status, 200, asset)
  const list = JSON.parse((await read(`/books/api/v1/titles/${title}/pages`)).body) as {
    items: { id: number }[]
  }
  for (const link of linksOf(list)) t.not((await read(link)).status, 404, link)

  const scan = tiffOf({ width: 1200, height: 1000, picture: (x, y) => [x / 1200, y / 1000, 0.5] })
  t.ok(scan.length > 2_000_000, 'more than nginx takes by default')
  const put = await ask(
    'PUT',
    `/books/api/v1/pages/${list.items[0]?.id}/master`,
    {
      host: 'library.example',
      authorization: `Bearer ${operatorKey}`,
      'content-type': 'image/tiff',
      'content-length': String(scan.length),
      'if-match': '*',
    },
    scan,
  )
  t.equal(put.status, 200, put.body)
})
