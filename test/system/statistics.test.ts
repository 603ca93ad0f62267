// Uses by title, domain and day, and who saw what is not open to everyone.
import t from '../support/tap.ts'
import { Uses, usesOf } from '../../src/system/statistics/index.ts'
import { aServedPage, aSecond } from '../support/images.ts'
import { aSession, aUser } from '../support/people.ts'
import { statementsOf } from '../support/statements.ts'
import { aDomain, start } from '../support/start.ts'
import { until } from '../support/until.ts'

const app = await start(t, {
  FIREFOLIO_STATISTICS_ROBOTS: 'HouseCrawler',
  FIREFOLIO_STATISTICS_ROBOTUSES: '20',
})
const { services } = app
const domain = await aDomain(app)
const page = await aServedPage(app)
const title = (await app.call('GET', `/api/v1/pages/${page}`)).body.titleId as number
const reader = await aUser(app, { login: 'reader' })
await aUser(app, { login: 'staff', topics: ['CATALOGUING'] })
await aSecond()

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const as =
  (agent: string, headers: Record<string, string> = {}) =>
  (url: string) =>
    app.read(url, { 'user-agent': agent, ...headers })
const whole = `/iiif/image/3/${page}/full/max/0/default.jpg`
const tile = `/iiif/image/3/${page}/0,0,512,512/512,/0/default.jpg`
const small = `/iiif/image/3/${page}/full/128,/0/default.jpg`
const manifest = `/iiif/presentation/3/${title}/manifest`

const sums = async (query = '') => {
  await usesOf(services).flush()
  const { items } = (await app.call('GET', `/api/v1/statistics?by=title&title=${title}${query}`)).body
  const { views = 0, pages = 0, downloads = 0, masters = 0 } = items[0] ?? {}
  return { views, pages, downloads, masters }
}
const accesses = async (query = '') => {
  await usesOf(services).flush()
  return (await app.call('GET', `/api/v1/accesses?${query}`)).body.items as Record<string, unknown>[]
}

t.test('a reader’s requests are counted once each, thumbnails and repetitions not at all', async t => {
  const read = as(firefox)
  for (const url of [manifest, manifest, whole, tile, tile, small, `/api/v1/titles/${title}`])
    t.equal((await read(url)).status, 200, url)
  t.equal((await read(`/iiif/image/3/999999${tile.slice(-30)}`)).status, 404)
  t.same(await sums(), { views: 1, pages: 1, downloads: 0, masters: 0 })
  await as(`${firefox} another`)(tile)
  t.same(
    await sums(),
    { views: 1, pages: 2, downloads: 0, masters: 0 },
    'another reader, added to what was stored',
  )
  t.same(await accesses(), [], 'what is open to everyone is noted of nobody')
})

t.test('robots, programs and staff are no readers', async t => {
  const before = await sums()
  await as('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)')(tile)
  await as('HouseCrawler 1')(tile)
  await as('')(tile)
  await as('a polite one')('/robots.txt')
  await as('a polite one')(tile)
  await app.call('GET', tile, undefined, { 'user-agent': firefox })
  const staff = await aSession(app, 'staff')
  await staff('GET', tile, undefined, { 'user-agent': firefox })
  t.same(await sums(), before)
  const greedy = as('greedy')
  const { body } = await app.call('POST', `/api/v1/titles/${title}/pages`, {
    pages: Array.from({ length: 25 }, (_, at) => ({ ident: `more${at}`, release: true })),
  })
  t.ok(body, 'pages to go through')
  const ids = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number }[]
  for (const { id } of ids) await greedy(`/id/${id}`)
  t.same(await sums(), before, 'whoever opens everything is a robot, and what it opened before is taken back')
})

t.test('double clicks are folded for thirty seconds after each, and days are told apart', async t => {
  let now = Date.UTC(2030, 0, 31, 23, 59, 0)
  const uses = new Uses(services, () => now)
  const request = {
    method: 'GET',
    is404: false,
    ip: '192.0.2.1',
    headers: { 'user-agent': firefox },
    params: { id: String(page) },
    routeOptions: { url: '/api/v1/pages/:id/image' },
    principal: { kind: 'public', name: 'public', rights: new Set() },
  } as never
  const reply = { statusCode: 200 } as never
  // 29 seconds after the one before, each time; then half a minute of rest
  for (const wait of [0, 29_000, 29_000, 29_000, 31_000]) {
    now += wait
    uses.note(request, reply)
    await uses.flush()
  }
  const days = (await app.call('GET', '/api/v1/statistics?by=day&from=2030-01-01&to=2030-12-31')).body.items
  t.match(days, [
    { key: '2030-01-31', label: null, pages: 1 },
    { key: '2030-02-01', pages: 1 },
  ])
  t.match((await app.call('GET', '/api/v1/statistics?from=2030-01-01&to=2030-12-31')).body.items, [
    { key: '2030-01', pages: 1 },
    { key: '2030-02', pages: 1 },
  ])
})

t.test('counting costs a tile no statement', async t => {
  const read = as(`${firefox} quiet`)
  await read(tile)
  const seen = await statementsOf(() => read(tile))
  t.notMatch(seen.join('\n'), /SYS_Statistic|SYS_Access/)
})

t.test('processes add to the same figures', async t => {
  const before = await sums()
  const other = new Uses(services)
  const request = (agent: string) =>
    ({
      method: 'GET',
      is404: false,
      ip: '192.0.2.9',
      headers: { 'user-agent': agent },
      params: { id: String(page) },
      routeOptions: { url: '/api/v1/pages/:id/image' },
      principal: { kind: 'public', name: 'public', rights: new Set() },
    }) as never
  for (let at = 0; at < 5; at++) {
    other.note(request(`${firefox} a${at}`), { statusCode: 200 } as never)
    usesOf(services).note(request(`${firefox} b${at}`), { statusCode: 200 } as never)
  }
  await Promise.all([other.flush(), usesOf(services).flush()])
  await other.flush()
  t.equal((await sums()).pages, before.pages + 10)
})

t.test('who sees what is not open to everyone is noted, and forgotten in time', async t => {
  await app.call(
    'PUT',
    `/api/v1/tree/${title}/rights`,
    {
      entries: [
        { subject: 'everyone', right: 'see-image', effect: 'deny' },
        { subject: 'user', user: reader.uuid, right: 'see-image', effect: 'grant' },
      ],
    },
    { 'if-match': '*' },
  )
  const asReader = await aSession(app, 'reader')
  t.equal((await as(`${firefox} outside`)(tile)).status, 401)
  for (const url of [tile, tile, whole, manifest])
    t.equal((await asReader('GET', url, undefined, { 'user-agent': firefox })).status, 200, url)
  t.match(
    await accesses(),
    [{ kind: 'page', nodeId: page, titleId: title, principal: reader.uuid, address: '127.0.0.1' }],
    'once; the title itself is open',
  )
  t.equal((await app.call('GET', `/api/v1/pages/${page}/master`)).status, 200)
  // a file that is streamed has ended for its reader a moment before it has for the service
  await until(async () => (await accesses(`node=${title}`)).length === 2, 'the master in the access log')
  t.match((await accesses())[0], { kind: 'master', principal: 'operator' })
  t.equal((await accesses(`user=${reader.uuid}`)).length, 1)
  t.equal((await accesses('to=2020-01-01T00:00:00Z')).length, 0)
  const first = (await app.call('GET', '/api/v1/accesses?limit=1')).body
  t.equal((await app.call('GET', first.links.next)).body.items.length, 1, 'page by page')

  await services.database.inTransaction({}, trx =>
    trx
      .updateTable('SYS_Access')
      .set({ SA_TS: new Date(Date.now() - 91 * 86_400_000) })
      .where('SA_Principal', '=', reader.uuid)
      .execute(),
  )
  await app.call('POST', '/api/v1/jobs', { kind: 'access.anonymise' })
  await app.drain()
  t.match(await accesses(), [
    { kind: 'master', principal: 'operator' },
    { kind: 'page', principal: null, address: null },
  ])
})

t.test('figures are for who has the topic, as CSV as well', async t => {
  for (const url of ['/api/v1/statistics', '/api/v1/statistics/export', '/api/v1/accesses']) {
    t.equal((await app.read(url)).status, 401)
    t.equal((await (await aSession(app, 'staff'))('GET', url)).status, 403)
  }
  const csv = await app.call('GET', `/api/v1/statistics/export?by=domain&domain=${domain}`)
  t.match(csv.headers['content-type'], 'text/csv')
  t.match(
    csv.raw.toString(),
    /^\uFEFFdomain;label;views;pages;downloads;masters\r\n\d+;Domain lib;2;\d+;0;0\r\n$/,
  )
  const byDomain = async (name: string | number) =>
    (await app.call('GET', `/api/v1/statistics?by=domain&domain=${name}`)).body
  t.match(await byDomain('lib'), { items: [{ key: String(domain) }] }, 'by its name')
  await aDomain(app, 'above')
  t.same((await byDomain('above')).items, [])
  const any = { 'if-match': '*' }
  t.equal((await app.call('POST', '/api/v1/domains/lib/move', { parent: 'above' }, any)).status, 200)
  t.match((await byDomain('above')).items, [{ key: String(domain) }], 'with those below it')
  t.equal((await byDomain('nowhere')).detail, 'There is no domain ‘nowhere’.')
  t.match(
    (await app.call('GET', '/api/v1/statistics?from=2026-02-01&to=2026-01-01')).body.detail,
    'is after the last',
  )
  for (const query of ['by=week', 'from=yesterday', 'limit=0', 'title=x'])
    t.equal((await app.call('GET', `/api/v1/statistics?${query}`)).status, 400, query)
})

t.test('nothing is noted where it is switched off', async t => {
  const off = await start(t, { FIREFOLIO_STATISTICS_ON: 'false', FIREFOLIO_STATISTICS_ACCESSLOG: 'false' })
  await off.read('/health', { 'user-agent': firefox })
  t.same((await off.call('GET', '/api/v1/statistics')).body.items, [])
})
