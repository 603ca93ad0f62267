// Records fetched from online catalogues: one by its identifier, lists of them, and what catalogues answer that is wrong.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { queryFor, readCatalogues } from '../../src/config/catalogues.ts'
import { escapeXml } from '../../src/formats/xml/read.ts'
import { root } from '../../src/root.ts'
import sharp from 'sharp'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { aPage, marcxml, write } from '../corpus/deliveries.ts'
import { lookUp } from '../../src/intake/authorities/look-up.ts'
import { anAuthorityFile, person } from '../support/authorities.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { aZ3950Server, needsYaz } from '../support/z3950.ts'
import { aDomain, asMods, modsOf, operatorKey, start } from '../support/start.ts'

const srw = (
  records: readonly string[],
  total = records.length,
  namespace = 'http://www.loc.gov/zing/srw/',
) =>
  `<?xml version="1.0"?><zs:searchRetrieveResponse xmlns:zs="${namespace}"><zs:numberOfRecords>${total}</zs:numberOfRecords><zs:records>${records
    .map(data => `<zs:record><zs:recordData>${data}</zs:recordData></zs:record>`)
    .join('')}</zs:records></zs:searchRetrieveResponse>`
const bare = (xml: string) => xml.replace(/^<\?xml[^>]*\?>\s*/, '')

const asked: URLSearchParams[] = []
let title = 'Faust'
/** A record that the catalogue changes. */
const book = { title: 'Der Zauberberg', publisher: 'S. Fischer', note: '<note>Zwei Bände</note>' }
const bookRecord = () =>
  `<m:mods xmlns:m="http://www.loc.gov/mods/v3" version="3.7"><m:titleInfo><m:title>${book.title}</m:title></m:titleInfo><m:originInfo><m:publisher>${book.publisher}</m:publisher></m:originInfo>${book.note.replaceAll(/<(\/?)/g, '<$1m:')}<m:recordInfo><m:recordIdentifier>book</m:recordIdentifier></m:recordInfo></m:mods>`
const answers: Record<string, () => string> = {
  '1': () => srw([bare(modsOf('1', title))]),
  text: () =>
    srw([escapeXml(modsOf('2', 'Als Text'))], 1, 'http://docs.oasis-open.org/ns/search-ws/sruResponse'),
  marc: () => srw([bare(marcxml('m1', 'Aus MARC'))]),
  pica: () =>
    srw([
      '<record xmlns="info:srw/schema/5/picaXML-v1.0"><datafield tag="003@"><subfield code="0">p1</subfield></datafield><datafield tag="021A"><subfield code="a">Der @Reiter</subfield></datafield></record>',
    ]),
  many: () => srw([bare(modsOf('3', 'Eins')), bare(modsOf('4', 'Zwei'))], 17),
  none: () => srw([]),
  refused: () =>
    srw([]).replace(
      '</zs:searchRetrieveResponse>',
      '<zs:diagnostics><diagnostic xmlns="http://www.loc.gov/zing/srw/diagnostic/"><uri>info:srw/diagnostic/1/16</uri><details>pica.ppn</details><message>Unsupported index</message></diagnostic></zs:diagnostics></zs:searchRetrieveResponse>',
    ),
  html: () => '<html><body>Wartung</body></html>',
  broken: () => '<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:records>',
  entities: () => '<!DOCTYPE a [<!ENTITY a "aaaa">]><a>&a;</a>',
  untitled: () => srw(['<mods xmlns="http://www.loc.gov/mods/v3"><genre>x</genre></mods>']),
  m1: () => srw([bare(marcxml('m1', 'Aus MARC'))]),
  book: () => srw([bookRecord()]),
  huge: () => `<a>${'a'.repeat(70_000)}</a>`,
}
/** Records whose catalogue breaks off. */
const away = new Set(['away'])
const server = createServer((request, response) => {
  const parameters = new URL(request.url ?? '', 'http://catalogue').searchParams
  asked.push(parameters)
  const identifier = /"(.*)"$/.exec(parameters.get('query') ?? '')?.[1] ?? ''
  const answer = answers[identifier]
  if (away.has(identifier)) response.destroy()
  else if (answer) response.writeHead(200, { 'content-type': 'text/xml' }).end(answer())
  else response.writeHead(500).end()
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => void server.close())
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sru`
const ztest = await aZ3950Server(t)
const folder = mkdtempSync(join(tmpdir(), 'firefolio-catalogues-'))
const file = join(folder, 'catalogues.ini')
writeFileSync(
  file,
  `[union]\ncaption = Union catalogue\nurl = ${url}\nschema = mods\nquery = pica.ppn={identifier}\n[second]\nurl = ${url}\nversion = 2.0\nschema = mods\nquery = id={identifier}\n` +
    ztest.sections,
)
const environment = {
  FIREFOLIO_CATALOGUE_FILE: file,
  FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'true',
  FIREFOLIO_CATALOGUE_ANSWERBYTES: '65536',
  FIREFOLIO_CATALOGUE_PAUSE: '0',
}
const authorities = await anAuthorityFile(t, asked => answerOfAuthorities(asked.get('q') ?? ''))
const answerOfAuthorities = (q: string) =>
  q === 'broken'
    ? { text: '<html>' }
    : q === 'list'
      ? { text: '[]' }
      : q === 'away'
        ? { status: 500, text: '' }
        : q === 'large'
          ? { text: 'a'.repeat(20_000) }
          : [
              person('118540238', 'Goethe', 'Johann Wolfgang', {
                dateOfBirth: ['1749-08-28'],
                dateOfDeath: ['1832-03-22'],
                professionOrOccupation: [{ id: 'https://d-nb.info/gnd/4053311-6', label: 'Schriftsteller' }],
                variantName: ['Gete, Iogann Volʹfgang'],
              }),
              { id: 'javascript:alert(1)', gndIdentifier: '2', preferredName: 'Odd' },
              {
                id: 'https://d-nb.info/gnd/118551655',
                gndIdentifier: '118551655',
                preferredName: 'Hildegard',
              },
            ]
const app = await start(t, {
  ...environment,
  FIREFOLIO_AUTHORITY_PROVIDER: 'gnd',
  FIREFOLIO_AUTHORITY_URL: authorities.url,
  FIREFOLIO_AUTHORITY_PRIVATENETWORKS: 'true',
  FIREFOLIO_AUTHORITY_ANSWERBYTES: '10000',
})
await aDomain(app, 'lib')

const look = (identifier: string, catalogue = 'union') =>
  app.call('GET', `/api/v1/catalogues/${catalogue}/record?identifier=${encodeURIComponent(identifier)}`)
async function imported(wish: object) {
  const answer = await app.call('POST', '/api/v1/imports', { catalogue: 'union', ...wish })
  t.equal(answer.status, 202, JSON.stringify(answer.body))
  await app.drain()
  return (await app.call('GET', `/api/v1/imports/${answer.body.id}`)).body.items as {
    source: string
    outcome: string
    titleId: number | null
    messages: { code: string; sentence: string }[]
  }[]
}
const take = (catalogueIds: readonly string[], more: object = {}) =>
  imported({ domain: 'lib', catalogueIds, ...more })

t.test('a record is shown before anything is stored', async t => {
  t.match((await app.call('GET', '/api/v1/catalogues')).body.items, [
    { name: 'union', caption: 'Union catalogue' },
    { name: 'second', caption: 'second' },
  ])
  t.match(await look('1'), { status: 200, body: { title: 'Faust', record: '1', mods: /<mods/ } })
  t.match(Object.fromEntries(asked.at(-1) ?? []), {
    version: '1.1',
    operation: 'searchRetrieve',
    query: 'pica.ppn="1"',
    recordPacking: 'xml',
    recordSchema: 'mods',
  })
  t.match(await look('text', 'second'), { body: { title: 'Als Text' } }, 'a record that came as text')
  t.equal(asked.at(-1)?.get('recordXMLEscaping'), 'xml')
  t.match((await look('marc')).body, { title: 'Aus MARC', record: 'm1', mods: /<mods/ })
  t.match((await look('pica')).body, { title: /Reiter/, record: 'p1', mods: /<mods/ })
  t.equal((await app.call('GET', '/api/v1/titles?domain=lib')).body.items.length, 0)
  t.equal((await app.read('/api/v1/catalogues/union/record?identifier=1')).status, 401)
})

t.test('what a catalogue answers wrongly is said as it is', async t => {
  const cases: [string, number, RegExp][] = [
    ['none', 404, /union has no record ‘none’/],
    ['many', 409, /has 17 records for ‘many’/],
    ['refused', 422, /refused the query: Unsupported index \(pica\.ppn\)/],
    ['html', 422, /does not speak SRU: its answer is a html/],
    ['broken', 422, /line 1/],
    ['entities', 422, /document type declarations/],
    ['untitled', 422, /title/],
    ['huge', 413, /more than 65536 bytes/],
    ['absent', 503, /answered 500/],
  ]
  for (const [identifier, status, sentence] of cases)
    t.match(await look(identifier), { status, body: { detail: sentence } }, identifier)
  t.match(await look('1', 'nowhere'), { status: 404, body: { detail: /there are: union, second/ } })
})

t.test('an identifier makes a title, which knows its catalogue, once', async t => {
  const [dry] = await take(['1'], { dryRun: true })
  t.match(dry, { outcome: 'created', titleId: null })
  const [item] = await take(['1'])
  t.match(item, { source: '1', outcome: 'created' })
  const read = async () => (await app.call('GET', `/api/v1/titles/${item?.titleId}`)).body
  t.match(await read(), { title: 'Faust', xmlOrigin: 'onlineCatalogue', provider: 'union', sourceIdent: '1' })
  t.match(await take(['1']), [{ outcome: 'unchanged', titleId: item?.titleId }])
  title = 'Faust. Der Tragödie erster Teil'
  t.match(await take(['1']), [{ outcome: 'updated', titleId: item?.titleId }])
  t.match(await read(), { title })
  // a record that somebody edited is kept
  await app.call('PUT', `/api/v1/titles/${item?.titleId}/mods`, modsOf('1', 'Von Hand'), {
    ...asMods,
    'if-match': '*',
  })
  t.match(await take(['1']), [{ messages: [{ code: 'edited-kept' }] }])
  t.match(await read(), { title: 'Von Hand', xmlOrigin: 'edited' })
})

t.test(
  'a list of identifiers: good ones become titles, bad ones are reported, repeated ones come once',
  async t => {
    const items = await take(['text', 'none', 'text', 'many', 'marc', 'absent'])
    t.same(
      items.map(({ source, outcome }) => [source, outcome]),
      [
        ['text', 'created'],
        ['none', 'failed'],
        ['many', 'failed'],
        ['marc', 'created'],
        ['absent', 'failed'],
      ],
    )
    t.match(items[1]?.messages, [{ sentence: /no record ‘none’/ }])
    t.match((await app.call('GET', `/api/v1/titles/${items[0]?.titleId}`)).body, {
      title: 'Als Text',
      xmlOrigin: 'identifierUpload',
    })
  },
)

t.test('a list waits for a catalogue that is away', async t => {
  const items = await take(['away', '1'])
  t.same(
    items.map(({ outcome }) => outcome),
    ['waiting', 'waiting'],
  )
  const [job] = (await app.call('GET', '/api/v1/jobs?limit=1')).body.items
  t.match(job, { kind: 'imports.run', state: 'waiting', error: /union does not answer: (?!fetch failed)/ })
})

const compared = (id: number, query = '') => app.call('GET', `/api/v1/titles/${id}/catalogue${query}`)
const readTitle = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body
const ofBook = async (): Promise<number> => (await take(['book']))[0]?.titleId as number
const takes = (id: number, body: object, headers: Record<string, string> = { 'if-match': '*' }) =>
  app.call('POST', `/api/v1/titles/${id}/catalogue`, body, headers)

t.test('a title is compared with its catalogue, and fields of the record there are taken', async t => {
  const id = await ofBook()
  t.match((await compared(id)).body, { catalogue: 'union', identifier: 'book', isEdited: false, differences: [] })
  Object.assign(book, { title: 'Der Zauberberg. Roman', publisher: 'Fischer', note: '' })
  const { status, body } = await compared(id)
  t.equal(status, 200)
  t.same(body.differences, [
    { field: 'titleInfo', here: ['Der Zauberberg'], there: ['Der Zauberberg. Roman'] },
    { field: 'originInfo', here: ['S. Fischer'], there: ['Fischer'] },
    { field: 'note', here: ['Zwei Bände'], there: [] },
  ])
  const { checksum } = body
  t.equal((await takes(id, { checksum }, {})).status, 428)
  t.match(await takes(id, { checksum, fields: ['genre'] }), {
    status: 422,
    body: { detail: /do not differ in genre; they differ in: titleInfo, originInfo, note/ },
  })
  t.match(await takes(id, { checksum: 'another' }), { status: 409, body: { detail: /has changed in the catalogue union/ } })
  const taken = await takes(id, { checksum, fields: ['titleInfo', 'note'] })
  t.match(taken, { status: 200, body: { fields: ['titleInfo', 'note'] } })
  t.match(await readTitle(id), { title: 'Der Zauberberg. Roman', caption: 'Der Zauberberg. Roman', publisher: 'S. Fischer', xmlOrigin: 'edited' })
  t.equal((await app.call('GET', `/api/v1/titles/${id}`)).headers['etag'], taken.headers['etag'])
  t.match((await compared(id)).body, { isEdited: true, differences: [{ field: 'originInfo' }] })
  t.equal((await app.call('POST', taken.body.links.undo)).status, 200)
  t.match(await readTitle(id), { title: 'Der Zauberberg', xmlOrigin: 'onlineCatalogue' }, 'undone')
  t.match(await takes(id, { checksum }), { status: 200, body: { fields: ['titleInfo', 'originInfo', 'note'] } })
  t.match(await readTitle(id), { publisher: 'Fischer', xmlOrigin: 'onlineCatalogue' })
  t.same((await takes(id, { checksum })).body.fields, [], 'again: nothing')
}) // prettier-ignore

t.test('a title without a catalogue is looked up where it is told to', async t => {
  const own = await app.call('POST', '/api/v1/titles?domain=lib&type=monograph', modsOf('own', 'Mein'), asMods)
  const id = own.body.items[0].id as number
  t.match(await compared(id), { status: 400, body: { detail: /knows no catalogue/ } })
  t.match(await compared(id, '?catalogue=nowhere&identifier=1'), { status: 404 })
  t.equal((await compared(id, '?catalogue=union&identifier=none')).status, 404)
  t.match((await compared(id, '?catalogue=union&identifier=many')).status, 409)
  t.equal((await compared(999_999)).status, 404)
  t.match(await compared(id, '?catalogue=union&identifier=text'), { status: 200, body: { isEdited: true } })
  for (const other of [id, 999_999]) t.equal((await app.read(`/api/v1/titles/${other}/catalogue`)).status, 401)
}) // prettier-ignore

t.test('the clock brings what the catalogue changed, and leaves alone what a person did', async t => {
  const id = await ofBook()
  const [edited] = await take(['text'])
  await app.call('PUT', `/api/v1/titles/${edited?.titleId}/mods`, modsOf('2', 'Von Hand'), { ...asMods, 'if-match': '*' })
  await app.call('PATCH', `/api/v1/titles/${id}`, { caption: 'Mein Zauberberg', signature: 'S 1' }, { 'if-match': '*' })
  Object.assign(book, { title: 'Zauberberg', note: '<location><shelfLocator>K 2</shelfLocator></location>' })
  const dry = await runCommand(app.services, ['catalogue', 'refresh', '--dry-run'])
  t.match(dry.out, new RegExp(`${id}\ttitleInfo, location`), dry.out)
  t.match(await readTitle(id), { title: 'Der Zauberberg. Roman' }, 'a dry run stores nothing')
  await app.call('POST', '/api/v1/jobs', { kind: 'catalogues.refresh' })
  await app.drain()
  t.match(await readTitle(id), { title: 'Zauberberg', caption: 'Mein Zauberberg', signature: 'S 1', xmlOrigin: 'onlineCatalogue' })
  t.match(await readTitle(edited?.titleId as number), { title: 'Von Hand', xmlOrigin: 'edited' })
  const [job] = (await app.call('GET', '/api/v1/jobs?limit=1')).body.items
  t.match(job, { kind: 'catalogues.refresh', state: 'done', result: { updated: 1, failed: [] } })
  answers['book'] = () => srw([])
  const gone = await runCli(app.services, ['catalogue', 'refresh', '--domain', 'lib'], environment)
  t.match(gone, { code: 1, out: new RegExp(`${id}\tfailed: The catalogue union has no record`) }, gone.out)
  t.match(await readTitle(id), { title: 'Zauberberg' }, 'what is gone there stays here')
}) // prettier-ignore

t.test('a refresh that an outage stops goes on after the title that was looked up last', async t => {
  answers['book'] = () => srw([bookRecord()])
  const { body: order } = await app.call('POST', '/api/v1/jobs', { kind: 'catalogues.refresh' })
  const ofJob = async () => (await app.call('GET', `/api/v1/jobs/${order.id}`)).body
  /** What is asked for meanwhile */
  const during = async (work: () => Promise<unknown>) => {
    const from = asked.length
    await work()
    return new Set(asked.slice(from).map(each => each.get('query') ?? ''))
  }
  away.add('book')
  const first = await during(app.drain)
  const stopped = await ofJob()
  t.match(stopped, { state: 'waiting', error: /does not answer/ })
  t.ok(stopped.done > 0)
  away.delete('book')
  const second = await during(async () => {
    await sql`update SYS_Job set SJ_RunAfterTS = current_timestamp where SJ_ID = ${order.id}`.execute(app.services.db)
    await app.drain()
  })
  const ended = await ofJob()
  t.match(ended, { state: 'done', result: { failed: [] } })
  t.ok(ended.result.looked > stopped.done, 'counts go on')
  t.same([...first].filter(query => second.has(query)), ['pica.ppn="book"'], 'what was looked up is not looked up again')
}) // prettier-ignore

t.test('requests that cannot be meant are refused', async t => {
  const post = (body: object) => app.call('POST', '/api/v1/imports', { domain: 'lib', ...body })
  t.match(await post({ catalogue: 'union' }), {
    status: 400,
    body: { detail: /catalogue with catalogueIds, or with/ },
  })
  t.match(await post({ catalogueIds: ['1'] }), { status: 400 })
  t.match(await post({ catalogue: 'union', catalogueIds: [] }), { status: 400 })
  t.match(await post({ catalogue: 'nowhere', catalogueIds: ['1'] }), { status: 404 })
  t.match(await post({ catalogue: 'union', catalogueIds: ['1'], path: 'x' }), {
    status: 400,
    body: { detail: /stand alone/ },
  })
})

t.test('catalogues that speak Z39.50 are asked by yaz-client', needsYaz, async t => {
  const found = await look('1', 'books')
  t.equal(found.status, 200, JSON.stringify(found.body))
  t.match(found.body, { catalogue: 'books' })
  t.match(JSON.stringify(found.body), 'How to program a computer')
  const faults: readonly (readonly [string, string, object])[] = [
    ['0', 'books', { status: 404, body: { detail: /The catalogue books has no record ‘0’/ } }],
    ['17', 'books', { status: 409, body: { detail: /has 17 records for ‘17’/ } }],
    ['a" @attr 1=5 "b\\', 'books', { status: 409 }],
    ['1\nquit', 'books', { status: 400, body: { detail: /control characters/ } }],
    ['1', 'stacks', { status: 422, body: { detail: /refuses the query: \[109\] Database unavailable: 'nowhere'/ } }],
    ['1', 'away', { status: 503, body: { detail: /away does not answer/ } }],
  ]
  for (const [identifier, catalogue, answer] of faults)
    t.match(await look(identifier, catalogue), answer, `${identifier} in ${catalogue}`)
  const [item] = await take(['1'], { catalogue: 'books' })
  t.match(item, { outcome: 'created' })
  t.match((await app.call('GET', `/api/v1/titles/${item?.titleId}`)).body, { provider: 'books', xmlOrigin: 'onlineCatalogue' })
  const careful = await start(t, { ...environment, FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'false', FIREFOLIO_CATALOGUE_YAZCLIENT: 'yaz-nothing' })
  const asks = () => careful.call('GET', '/api/v1/catalogues/books/record?identifier=1')
  t.match(await asks(), { status: 422, body: { detail: /private network; \[catalogue\] privateNetworks/ } })
  const without = await start(t, { ...environment, FIREFOLIO_CATALOGUE_YAZCLIENT: 'yaz-nothing' })
  t.match(await without.call('GET', '/api/v1/catalogues/books/record?identifier=1'), {
    status: 422,
    body: { detail: /yaz-nothing is not there: apt-get install yaz/ },
  })
}) // prettier-ignore

t.test('an identifier stays one term of the query, whatever it holds', async t => {
  t.equal(queryFor({ query: 'id={identifier}' }, String.raw`a" or b=\1`), String.raw`id="a\" or b=\\1"`)
  t.equal(queryFor({ query: 'id={identifier}' }, '$&'), 'id="$&"')
})

t.test('catalogues in private networks are asked only where an option says so', async t => {
  const careful = await start(t, { ...environment, FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'false' })
  const before = asked.length
  const answer = await careful.app.inject({
    url: '/api/v1/catalogues/union/record?identifier=1',
    headers: { authorization: `Bearer ${operatorKey}` },
  })
  t.equal(answer.statusCode, 422)
  t.match(answer.json(), { detail: /127\.0\.0\.1 is in a private network; \[catalogue\] privateNetworks/ })
  t.equal(asked.length, before)
})

t.test(
  'the file of catalogues: the one that comes along is right, faults are told with their lines',
  async t => {
    t.ok(readCatalogues(join(root, 'config', 'catalogues.ini')).size >= 2)
    const wrong = join(folder, 'wrong.ini')
    writeFileSync(
      wrong,
      '[one]\nurl = ftp://x\nschema = mods\nquery = id=1\n[Two]\nurl = x\n[three]\nurl = z39.50://host/\nquery = x\n',
    )
    t.throws(() => readCatalogues(wrong), {
      message:
        /line 2, \[one\] url: expected an http[^]*line 4, \[one\] query: has no \{identifier\}[^]*line 5, \[Two\][^]*line 8, \[three\] url: expected z39\.50:\/\/host:port\/database[^]*line 9, \[three\] query: has no/,
    })
    t.throws(() => readCatalogues(join(folder, 'absent.ini')), { message: /There is no file/ })
  },
)

t.test('folders of images and PDF that are called by their identifiers fetch their records', async t => {
  await aDomain(app, 'named')
  const root = app.services.config.path.import
  const pdf = pdfOfImage(await sharp(aPage()).jpeg().toBuffer(), { width: 40, height: 60, isGrey: false })
  write(join(root, 'named'), {
    'book/0001.tif': aPage(),
    'book/0002.tif': aPage(),
    'm1.pdf': pdf,
    'many/1.tif': aPage(),
    'none/1.tif': aPage(),
    'own/1.tif': aPage(),
    'own/record.xml': modsOf('own', 'Hat seinen Satz'),
  })
  const deliver = (more: object = {}) => imported({ domain: 'named', path: 'named', ...more })
  const first = await deliver()
  t.match(first, [
    { source: 'named/book', outcome: 'created' },
    { source: 'named/m1.pdf', outcome: 'created' },
    { source: 'named/many', outcome: 'failed', messages: [{ sentence: /has 17 records for ‘many’/ }] },
    {
      source: 'named/none',
      outcome: 'failed',
      messages: [{ sentence: /The catalogue union has no record ‘none’/ }],
    },
    { source: 'named/own/record.xml', outcome: 'created' },
  ])
  t.match((await app.call('GET', `/api/v1/titles/${first[0]?.titleId}`)).body, {
    caption: book.title,
    provider: 'union',
    xmlOrigin: 'onlineCatalogue',
  })
  t.match((await app.call('GET', `/api/v1/titles/${first[1]?.titleId}`)).body, {
    caption: /Aus MARC/,
    provider: 'union',
    xmlOrigin: 'simpleUpload',
  })
  const refreshed = await runCommand(app.services, ['catalogue', 'refresh', '--domain', 'named', '--dry-run'])
  t.match(refreshed.out, /0 would be updated, 2 unchanged/, 'the clock looks both up again')
  t.match(await deliver({ identifier: 'folder' }), [
    { outcome: 'unchanged' },
    { outcome: 'unchanged' },
    { outcome: 'failed' },
    { outcome: 'created', messages: [{ code: 'no-record', sentence: /no record ‘none’.* to be completed/ }] },
    { outcome: 'unchanged' },
  ])
  t.match(
    await app.call('POST', '/api/v1/imports', { domain: 'named', path: 'named', catalogue: 'nowhere' }),
    { status: 404, body: { detail: /no catalogue ‘nowhere’; there are: union, second/ } },
  )
})

t.test('persons are looked up in the authority file, in words, whatever else is typed', async t => {
  const find = (q: string) => app.call('GET', `/api/v1/authorities?q=${encodeURIComponent(q)}`)
  t.match(await app.call('GET', '/api/v1/authorities'), { body: { provider: 'gnd', items: [], failed: [] } })
  const found = await find('Goethe, J. OR (id:*) "x')
  t.equal(found.status, 200)
  t.match(found.body.items, [
    {
      uri: 'https://d-nb.info/gnd/118540238',
      identifier: '118540238',
      family: 'Goethe',
      given: 'Johann Wolfgang',
      dates: '1749–1832',
      about: ['Schriftsteller'],
      variants: ['Gete, Iogann Volʹfgang'],
    },
    { name: 'Hildegard', family: 'Hildegard', given: '', dates: null },
  ])
  t.equal(found.body.items.length, 2, 'what is no person as described is left out')
  t.match(Object.fromEntries(authorities.asked.at(-1) ?? []), {
    q: 'Goethe J. or id x',
    filter: 'type:Person',
    size: '12',
    format: 'json',
  })
  const asked = authorities.asked.length
  t.match((await find('*:*')).body.items, [])
  t.equal(authorities.asked.length, asked, 'without a word nobody is asked')
  t.match(await find('broken'), { status: 422, body: { detail: /no JSON/ } })
  t.match(await find('list'), { status: 422, body: { detail: /no list ‘member’/ } })
  t.match(await find('away'), { status: 503, body: { detail: 'The authority file answered 500.' } })
  t.match(await find('large'), { status: 413, body: { detail: /more than 10000 bytes/ } })
})

t.test('VIAF and a table of the house are asked beside it; one that fails hides no other', async t => {
  const viaf = await anAuthorityFile(t, () => ({
    text: JSON.stringify({
      result: [
        { term: 'Mann, Thomas, 1875-1955', nametype: 'personal', viafid: '109557338' },
        { term: 'Mann (Family)', nametype: 'corporate', viafid: '1' },
        { term: 'Hildegard', nametype: 'personal', viafid: '2' },
        { odd: true },
      ],
    }),
  }))
  const file = join(t.testdir({}), 'persons.csv')
  writeFileSync(
    file,
    'uri;name;dates;about;variants\nhttps://haus.example/p/7;Mánn, Anna;1901–1980;Buchbinderin|Wien;Annl\n;nobody;;;\n',
  )
  const authority = {
    ...app.services.config.authority,
    provider: ['local', 'viaf', 'gnd'],
    viafUrl: viaf.url,
    file,
  }
  const services = { ...app.services, config: { ...app.services.config, authority } }
  const { items: found, failed } = await lookUp(services as never, 'mann')
  t.same(failed, [])
  t.match(found, [
    { provider: 'local', uri: 'https://haus.example/p/7', identifier: '7', family: 'Mánn', given: 'Anna', dates: '1901–1980', about: ['Buchbinderin', 'Wien'], variants: ['Annl'] },
    { provider: 'viaf', uri: 'http://viaf.org/viaf/109557338', family: 'Mann', given: 'Thomas', dates: '1875–1955' },
    { provider: 'viaf', family: 'Hildegard', given: '', dates: null },
  ]) // prettier-ignore
  t.match((await lookUp(services as never, 'annl')).items, [{ provider: 'local' }, { provider: 'viaf' }, {}])
  const [marks] = (await lookUp(services as never, '\u0308')).items
  t.match(marks, { provider: 'viaf' }, 'marks alone are no word')
  const away = { ...services, config: { ...services.config, authority: { ...authority, file: 'gone.csv' } } }
  t.match(await lookUp(away as never, 'mann'), {
    items: [{ provider: 'viaf' }, {}],
    failed: [{ provider: 'local', detail: 'The table of [authority] file cannot be read.' }],
  })
  const alone = { ...away, config: { ...away.config, authority: { ...away.config.authority, provider: ['local'] } } } // prettier-ignore
  await t.rejects(lookUp(alone as never, 'mann'), { message: /file cannot be read/ })
})
