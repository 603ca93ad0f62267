// Limits by kind of request and of client: greed is refused with a time, a reader never meets them.
import t from './support/tap.ts'
import { atLength, some } from './support/at-length.ts'
import { until } from './support/until.ts'
import { aScan, aServedPage } from './support/images.ts'
import { aSession, aUser } from './support/people.ts'
import { aDomain, start } from './support/start.ts'

const prefix = 'FIREFOLIO_LIMITS_RATE_'
const limited = async (t: Parameters<typeof start>[0], options: Record<string, string> = {}) =>
  await start(t, {
    ...Object.fromEntries(
      Object.entries(options).map(([name, value]) => [prefix + name.toUpperCase(), value]),
    ),
    FIREFOLIO_SERVER_PUBLICURL: 'http://library.example',
    [`${prefix}EXEMPTLOOPBACK`]: options['exemptLoopback'] ?? 'false',
  })
type Limited = Awaited<ReturnType<typeof limited>>

const from = async (
  { app }: Limited,
  remoteAddress: string,
  url: string,
  headers: Record<string, string> = {},
) => await app.inject({ method: 'GET', url, remoteAddress, headers })

/** Status of each of so many requests. */
async function statuses(many: number, ask: () => Promise<{ statusCode: number }>): Promise<number[]> {
  const seen: number[] = []
  for (let n = 0; n < many; n++) seen.push((await ask()).statusCode)
  return seen
}

t.test('who asks too often is told what the limit is and when it goes on', async t => {
  const app = await limited(t, { api: '3', search: '2', harvest: '0' })
  await aDomain(app)
  const first = await from(app, '192.0.2.1', '/api/v1/domains')
  t.equal(first.headers['ratelimit-policy'], '"api";q=3;w=60')
  t.match(first.headers['ratelimit'], /^"api";r=2;t=(60|59)$/)
  t.same(await statuses(3, () => from(app, '192.0.2.1', '/api/v1/domains')), [200, 200, 429])
  const refused = await from(app, '192.0.2.1', '/api/v1/domains')
  t.match(refused.headers['content-type'], 'application/problem+json')
  t.match(refused.json(), {
    type: '/problems/too-many-requests',
    detail: /^More than 3 requests in 60 seconds; it goes on in \d+ seconds\.$/,
    policy: 'api',
  })
  t.match(refused.headers['retry-after'], /^([1-9]|[1-5]\d|60)$/)
  t.match(refused.headers['ratelimit'], /^"api";r=0;t=\d+$/)
  t.equal((await from(app, '192.0.2.1', '/nothing/here')).statusCode, 429, 'what is not there counts, too')
  t.equal(
    (await from(app, '192.0.2.2', '/api/v1/domains')).statusCode,
    200,
    'another address is another client',
  )
  t.same(
    await statuses(3, () => from(app, '192.0.2.1', '/api/v1/search')),
    [200, 200, 429],
    'a budget of its own',
  )
  t.same(
    await statuses(9, () => from(app, '192.0.2.1', '/oai?verb=Identify')),
    Array(9).fill(200),
    '0: no limit',
  )
  t.same(await statuses(9, () => from(app, '192.0.2.1', '/robots.txt')), Array(9).fill(200), 'never limited')
})

t.test('when the time is over it goes on', async t => {
  const app = await limited(t, { api: '1', window: '1' })
  t.same(await statuses(2, () => from(app, '192.0.2.1', '/api/v1/domains')), [200, 429])
  await until(
    async () => (await from(app, '192.0.2.1', '/api/v1/domains')).statusCode === 200,
    'the next window',
  )
  t.pass('it goes on')
})

t.test('addresses of one subscriber are one client', async t => {
  const app = await limited(t, { api: '1' })
  const ask = async (address: string) => (await from(app, address, '/api/v1/domains')).statusCode
  t.equal(await ask('2001:db8:1:2::1'), 200)
  t.equal(await ask('2001:db8:1:2:ffff::9'), 429)
  t.equal(await ask('2001:db8:1:3::1'), 200)
  t.equal(await ask('::ffff:192.0.2.7'), 200)
  t.equal(await ask('192.0.2.7'), 429)
})

t.test('this machine, the operator and named networks are not limited', async t => {
  const app = await limited(t, { api: '1', allow: '198.51.100.0/24, 2001:db8:9::5', exemptLoopback: 'true' })
  const operator = { authorization: 'Bearer test-operator-key' }
  for (const address of ['127.0.0.1', '::1', '198.51.100.77', '2001:db8:9::5'])
    t.same(await statuses(3, () => from(app, address, '/api/v1/domains')), [200, 200, 200], address)
  t.same(await statuses(3, () => from(app, '192.0.2.1', '/api/v1/domains', operator)), [200, 200, 200])
  t.same(await statuses(2, () => from(app, '198.51.101.1', '/api/v1/domains')), [200, 429])
  const strict = await limited(t, { api: '1', exemptOperator: 'false' })
  t.same(await statuses(2, () => from(strict, '127.0.0.1', '/api/v1/domains', operator)), [200, 429])
})

t.test('who has logged in has a budget of their own, and a larger one', async t => {
  const app = await limited(t, { api: '2', signedInFactor: '2' })
  await aUser(app, { login: 'ada' })
  const session = await aSession(app, 'ada')
  t.same(await statuses(2, () => from(app, '127.0.0.1', '/api/v1/domains')), [200, 200])
  t.equal((await from(app, '127.0.0.1', '/api/v1/domains')).statusCode, 429)
  const seen: number[] = []
  for (let n = 0; n < 5; n++) seen.push((await session('GET', '/api/v1/domains')).status)
  t.same(seen, [200, 200, 200, 200, 429])
})

t.test('keys are not guessed without end, and a log-in is not tried without end', async t => {
  const app = await limited(t, { logIn: '3', api: '0' })
  const guess = (n: number) =>
    from(app, '192.0.2.1', '/api/v1/domains', { authorization: `Bearer guess${n}` })
  const seen: number[] = []
  for (let n = 0; n < 6; n++) seen.push((await guess(n)).statusCode)
  t.same(seen, [401, 401, 401, 401, 429, 429])
  t.equal((await from(app, '192.0.2.1', '/api/v1/domains')).statusCode, 200, 'without a key one may read')
  const logIn = () =>
    app.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      remoteAddress: '192.0.2.9',
      payload: { login: 'nobody', password: 'nothing at all' },
    })
  t.same((await statuses(4, logIn))[3], 429)
})

t.test(
  'a reader who turns a page each second, with all its tiles, for longer than any window, is never refused',
  atLength,
  async t => {
    const app = await limited(t)
    await aDomain(app)
    const page = await aServedPage(app, aScan(2000, 3000))
    const title = (await app.call('GET', `/api/v1/pages/${page}`)).body.titleId as number
    const tiles: string[] = []
    for (let x = 0; x < 2000; x += 512)
      for (let y = 0; y < 3000; y += 512) {
        const [width, height] = [Math.min(512, 2000 - x), Math.min(512, 3000 - y)]
        tiles.push(`/iiif/image/3/${page}/${x},${y},${width},${height}/${width},${height}/0/default.jpg`)
      }
    t.equal(tiles.length, 24)
    const { now } = Date
    t.teardown(() => (Date.now = now))
    const begin = now()
    const refused: string[] = []
    // a window has 60 seconds
    const turns = Math.max(...some([62, 130], 1))
    for (let turned = 0; turned < turns; turned++) {
      Date.now = () => begin + turned * 1000
      for (const url of [
        ...(turned === 0 ? [`/iiif/presentation/3/${title}/manifest`] : []),
        `/iiif/image/3/${page}/info.json`,
        ...tiles,
        `/download/webcache/128/${page}`,
        `/api/v1/pages/${page}`,
        `/api/v1/pages/${page}/texts`,
      ]) {
        const { statusCode } = await from(app, '192.0.2.1', url)
        if (statusCode !== 200) refused.push(`${turned} ${statusCode} ${url}`)
      }
    }
    t.same(refused, [])
  },
)

t.test('who fetches images without end is refused by their pixels', async t => {
  const app = await limited(t, { images: '13' })
  await aDomain(app)
  const page = await aServedPage(app, aScan(2000, 3000))
  const whole = () => from(app, '192.0.2.1', `/iiif/image/3/${page}/full/max/0/default.jpg`)
  t.same(
    await statuses(4, whole),
    [200, 200, 200, 429],
    'three times six megapixels, the third begun below 13',
  )
  const refused = await whole()
  t.match(refused.json(), { detail: /^More than 13 megapixels of images in 60 seconds/, policy: 'images' })
  t.equal((await from(app, '192.0.2.1', `/api/v1/pages/${page}`)).statusCode, 200)
  const other = (headers: Record<string, string> = {}) =>
    from(app, '192.0.2.2', `/iiif/image/3/${page}/full/max/0/default.jpg`, headers)
  const { etag } = (await other()).headers
  const again = await statuses(20, () => other({ 'if-none-match': String(etag) }))
  t.same(again, Array(20).fill(304), 'what a client has already costs it next to nothing')
})

t.test('what robots are told is a matter of options', async t => {
  const app = await start(t, {
    FIREFOLIO_ROBOTS_DISALLOW: '/api/,/find',
    FIREFOLIO_ROBOTS_REFUSE: 'GreedyBot',
    FIREFOLIO_ROBOTS_CRAWLDELAY: '5',
  })
  const { body } = await app.read('/robots.txt')
  t.match(
    body,
    /^User-agent: GreedyBot\nDisallow: \/\n\nUser-agent: \*\nDisallow: \/api\/\nDisallow: \/find\nAllow: \/id\/\nCrawl-delay: 5\nSitemap: /,
  )
  await t.rejects(start(t, { [`${prefix}ALLOW`]: '192.0.2.0/99' }), /expected addresses or networks/)
})
