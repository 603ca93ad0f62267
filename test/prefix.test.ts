// Behind a proxy that serves us below a path, every address that leaves begins with it.
import t from 'tap'
import { aDomain, aTitle, start } from './support/start.ts'

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
