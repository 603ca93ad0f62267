// A title that is lent is read by so many people at a time and no more, through whatever door.
import t from '../support/tap.ts'
import { until } from '../support/until.ts'
import { aScan, aSecond, aServedPage } from '../support/images.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start, type TestApp } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t, { FIREFOLIO_LENDING_TIMEOUT: '6', FIREFOLIO_LENDING_QUEUETIMEOUT: '5' })
await aDomain(app)
const { call, read } = app

interface Lent {
  readonly title: number
  readonly page: number
}
/** Titles for all tests: what is lent each process learns within a second, which is waited for once. */
const ready: Lent[] = []
for (let n = 0; n < 13; n++) {
  // those that are read come first
  const page = n < 7 ? await aServedPage(app, aScan(750, 550)) : 0
  const title =
    page > 0
      ? ((await call('GET', `/api/v1/pages/${page}`)).body.titleId as number)
      : await aTitle(app, { release: true })
  const maxAccessCount = n === 0 ? 2 : 1
  const changed = await call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount }, { 'if-match': '*' })
  t.equal(changed.status, 200, JSON.stringify(changed.body))
  ready.push({ title, page })
}
await aSecond()
const twice = ready.shift() as Lent

/** A released title that nobody has borrowed yet, lent one copy at a time; with an image, or without any page. */
const aLentTitle = (isRead = true): Lent => {
  const next = isRead ? ready.shift() : ready.pop()
  if (!next) throw new Error('All titles of this file are in use.')
  return next
}

/** A browser: it keeps its cookie. */
function aBrowser({ app }: TestApp) {
  let cookie: string | undefined
  const ask = async (method: string, url: string, headers: Record<string, string> = {}) => {
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    })
    const set = answer.headers['set-cookie']
    if (set) cookie = String(set).split(';')[0]
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      json: () => answer.json(),
    }
  }
  return {
    ask,
    borrow: async (title: number) => (await ask('POST', `/api/v1/titles/${title}/loan`)).json(),
    giveBack: async (title: number) => (await ask('DELETE', `/api/v1/titles/${title}/loan`)).json(),
    sees: async (page: number) => (await ask('GET', `/iiif/image/3/${page}/full/128,/0/default.jpg`)).status,
    get cookie() {
      return cookie
    },
  }
}

t.test('two copies are read by two, the third waits and is next', async t => {
  const { title, page } = twice
  const [ada, ben, cyd, dan] = [aBrowser(app), aBrowser(app), aBrowser(app), aBrowser(app)] as const
  const before = (await ada.ask('GET', `/api/v1/titles/${title}/loan`)).json()
  t.match(before, {
    titleId: title,
    copies: 2,
    held: 0,
    waiting: 0,
    state: 'none',
    place: 1,
    expiresAt: null,
  })
  const first = await ada.ask('POST', `/api/v1/titles/${title}/loan`)
  t.equal(first.status, 200, first.body)
  t.match(first.json(), { state: 'held', held: 1, place: null })
  t.match(
    String(first.headers['set-cookie']),
    /^firefolio-reader=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  t.equal(first.headers['cache-control'], 'no-store')
  t.match(await ben.borrow(title), { state: 'held', held: 2 })
  t.match(await cyd.borrow(title), { state: 'waiting', held: 2, waiting: 1, place: 1 })
  t.match(await dan.borrow(title), { state: 'waiting', place: 2 })
  t.match(await dan.borrow(title), { state: 'waiting', place: 2 }, 'asking again keeps the place')
  t.same([await ada.sees(page), await ben.sees(page), await cyd.sees(page)], [200, 200, 403])
  const refused = await cyd.ask('GET', `/iiif/image/3/${page}/full/max/0/default.jpg`)
  t.match(refused.json(), {
    type: '/problems/lent',
    status: 403,
    detail: 'All copies of this title (2) are lent; you are number 1 of those who wait.',
    loan: `/api/v1/titles/${title}/loan`,
    place: 1,
  })
  t.match(await ada.giveBack(title), { state: 'none', held: 1, waiting: 2 })
  t.equal(await ada.sees(page), 403, 'who gave it back reads no more, and does not go before those who wait')
  t.match(await dan.borrow(title), { state: 'waiting', place: 2 }, 'the second is not first')
  t.match(await cyd.borrow(title), { state: 'held', held: 2, waiting: 1 })
  t.equal(await cyd.sees(page), 200)
})

t.test('nothing of its pages leaves by another door either; what tells about it stays', async t => {
  const { title, page } = aLentTitle()
  const closed = [
    `/iiif/image/3/${page}/full/max/0/default.jpg`,
    `/iiif/image/2/${page}/full/128,/0/default.jpg`,
    `/dzi/${page}.dzi`,
    `/dzi/${page}_files/8/0_0.jpg`,
    `/api/v1/pages/${page}/image`,
    `/api/v1/pages/${page}/tiles/t`,
    `/api/v1/pages/${page}/text`,
    `/api/v1/pages/${page}/texts`,
    `/api/v1/pages/${page}/alto`,
    `/download/webcache/128/${page}`,
    `/download/pdf/${title}`,
    `/download/pdf/${page}`,
    `/download/fulltext/plain/${title}`,
    `/iiif/search/2/${title}?q=a`,
    `/iiif/presentation/3/${title}/annotations/${page}`,
  ]
  for (const url of closed) {
    const answer = await read(url)
    t.equal(answer.status, 403, url)
    t.match(answer.body.type, /\/problems\/lent$/, url)
    t.equal(answer.headers['cache-control'], 'no-store', url)
  }
  for (const url of [
    `/api/v1/titles/${title}`,
    `/api/v1/objects/${title}`,
    `/api/v1/pages/${page}`,
    `/iiif/presentation/3/${title}/manifest`,
    `/mets/${title}`,
    `/titlepage/${title}/304`,
  ])
    t.equal((await read(url)).status, 200, url)
  t.equal((await read(`/api/v1/objects/${title}`)).body.copies, 1)
  const reader = aBrowser(app)
  await reader.borrow(title)
  const image = await reader.ask('GET', `/iiif/image/3/${page}/full/128,/0/default.jpg`)
  t.equal(image.status, 200)
  t.equal(image.headers['cache-control'], 'private, no-cache', 'kept by nobody else')
  t.equal((await reader.ask('GET', `/download/pdf/${title}`)).status, 200)
  t.equal(
    (await call('GET', `/iiif/image/3/${page}/full/128,/0/default.jpg`)).status,
    200,
    'staff needs no copy',
  )
  const small = await read(`/titlepage/${page}/304`)
  const cover = await read(`/titlepage/${title}/304`)
  t.notSame(small.raw, cover.raw, 'a page by itself is no cover')
})

t.test('the first page takes a copy for who is known, and use keeps it', async t => {
  const { title, page } = aLentTitle()
  await aUser(app, { login: 'reader' })
  const reader = await aSession(app, 'reader')
  const image = `/iiif/image/3/${page}/full/128,/0/default.jpg`
  t.equal((await reader('GET', image)).status, 200)
  t.match((await reader('GET', `/api/v1/titles/${title}/loan`)).body, { state: 'held', held: 1 })
  for (let second = 0; second < 7; second++) {
    await aSecond()
    t.equal((await reader('GET', image)).status, 200, `after ${second + 1} seconds`)
  }
  const other = aBrowser(app)
  t.match(await other.borrow(title), { state: 'waiting' }, 'longer than the time-out, and never free')
  await until(
    async () => ((await other.borrow(title)) as { state: string }).state === 'held',
    'the copy of who reads no more, which nobody takes back by hand',
  )
  t.equal((await reader('GET', image)).status, 403)
})

t.test('who waits and does not ask any more loses the place', async t => {
  const { title } = aLentTitle(false)
  const [ada, ben, cyd] = [aBrowser(app), aBrowser(app), aBrowser(app)] as const
  await ada.borrow(title)
  await ben.borrow(title)
  t.match(await cyd.borrow(title), { place: 2 })
  for (let second = 0; second < 6; second++) {
    await aSecond()
    await cyd.borrow(title)
    await ada.borrow(title)
  }
  t.match(await cyd.borrow(title), { state: 'waiting', place: 1, waiting: 1 })
})

t.test('a loan is ended by hand', async t => {
  const { title, page } = aLentTitle()
  const ada = aBrowser(app)
  await ada.borrow(title)
  t.equal(await ada.sees(page), 200)
  t.equal((await read('/api/v1/loans')).status, 401)
  const { body } = await call('GET', `/api/v1/loans?titleId=${title}`)
  t.match(body.items, [{ titleId: title, state: 'held', userId: null }])
  t.notMatch(JSON.stringify(body), /browser/, 'and nothing of the cookie')
  t.equal((await call('DELETE', `/api/v1/loans/${body.items[0].id}`)).status, 204)
  t.equal((await call('DELETE', `/api/v1/loans/${body.items[0].id}`)).status, 404)
  t.match((await ada.ask('GET', `/api/v1/titles/${title}/loan`)).json(), { state: 'none', held: 0 })
  t.match((await call('GET', `/api/v1/log?entity=title&entityId=${title}`)).body.items[0], {
    action: 'end-loan',
  })
})

t.test(
  'what somebody waits for is told by as many statements whatever its number, a closed title without its name',
  async t => {
    const [ada, ben] = [aBrowser(app), aBrowser(app)] as const
    const titles: number[] = []
    for (let number = 1; number <= 3; number++) titles.push(aLentTitle(false).title)
    const counts: number[] = []
    for (const [at, title] of titles.entries()) {
      await ben.borrow(title)
      await ada.borrow(title)
      const sent = await statementsOf(async () =>
        t.equal((await ada.ask('GET', '/api/v1/users/me/loans')).json().items.length, at + 1),
      )
      counts.push(sent.filter(statement => /OPR_Loan|OPR_Tree/i.test(statement)).length)
    }
    t.equal(counts[2], counts[0], `${counts.join(', ')} statements`)
    await call('POST', `/api/v1/tree/${titles[1]}/hide`)
    t.same(
    (await ada.ask('GET', '/api/v1/users/me/loans')).json().items.map((item: { title: string | null }) => item.title === null),
    [false, true, false],
  ) // prettier-ignore
  },
)

t.test('at the desk a loan is extended, and a free copy handed out to somebody further back', async t => {
  const { title, page } = aLentTitle()
  const ada = aBrowser(app)
  const { uuid: benId } = await aUser(app, { login: 'ben', name: 'Ben Leser' })
  const ben = await aSession(app, 'ben')
  const cyd = aBrowser(app)
  await ada.borrow(title)
  await cyd.borrow(title)
  await ben('POST', `/api/v1/titles/${title}/loan`)
  const loans = async () => (await call('GET', `/api/v1/loans?titleId=${title}`)).body.items
  t.match((await ada.ask('GET', '/api/v1/users/me/loans')).json().items, [{ titleId: title, state: 'held' }])
  t.match((await ben('GET', '/api/v1/users/me/loans')).body.items, [
    { titleId: title, state: 'waiting', place: 2, userName: 'Ben Leser' },
  ])
  t.same((await aBrowser(app).ask('GET', '/api/v1/users/me/loans')).json().items, [], 'of nobody else')
  const [held, first, second] = await loans()
  t.match(
    [held, first, second],
    [
      { state: 'held', place: null, userName: null },
      { state: 'waiting', place: 1 },
      { state: 'waiting', place: 2, userId: benId, userName: 'Ben Leser', title: String },
    ],
  )
  t.equal((await call('GET', `/api/v1/loans?titleId=${title}&state=waiting`)).body.items.length, 2)
  const extended = await call('POST', `/api/v1/loans/${held.id}/extend`)
  t.equal(extended.status, 200)
  t.ok(extended.body.expiresAt > held.expiresAt)
  t.equal((await call('POST', `/api/v1/loans/${held.id}/hand-out`)).status, 409)
  t.match(await call('POST', `/api/v1/loans/${second.id}/hand-out`), {
    status: 409,
    body: { detail: /1 of 1/ },
  })
  t.equal((await ben('POST', `/api/v1/loans/${second.id}/hand-out`)).status, 403)
  await call('DELETE', `/api/v1/loans/${held.id}`)
  t.match(await call('POST', `/api/v1/loans/${second.id}/hand-out`), {
    status: 200,
    body: { state: 'held', place: null },
  })
  t.equal((await ben('GET', `/iiif/image/3/${page}/full/128,/0/default.jpg`)).status, 200)
  t.match((await cyd.ask('GET', `/api/v1/titles/${title}/loan`)).json(), { state: 'waiting', place: 1 })
  t.equal((await call('POST', '/api/v1/loans/999999/extend')).status, 404)
  const log = (await call('GET', `/api/v1/log?entity=title&entityId=${title}`)).body.items as {
    action: string
  }[]
  for (const action of ['extend-loan', 'hand-out-loan'])
    t.ok(
      log.some(entry => entry.action === action),
      action,
    )
  // who does not ask any more has lost it
  await until(
    async () => (await loans()).every(({ state }: { state: string }) => state === 'over'),
    'the end of both',
  )
  t.equal((await call('POST', `/api/v1/loans/${second.id}/extend`)).status, 409)
})

t.test(
  'a viewer of another site learns that a title is lent, and its reader borrows by logging in',
  async t => {
    const { title, page } = aLentTitle()
    const services = (await read(`/iiif/presentation/3/${title}/manifest`)).body.items[0].items[0].items[0]
      .body.service[0].service
    t.match(services[0], { type: 'AuthProbeService2', errorHeading: { en: [/lent/] } })
    const probe = `/iiif/auth/2/probe/${page}`
    t.match((await read(probe)).body, { status: 401, heading: { en: ['Lent'] } })
    const info = await read(`/iiif/image/3/${page}/info.json`)
    t.equal(info.status, 401)
    t.match(info.body, { type: 'ImageService3', service: [{ type: 'AuthProbeService2' }] })

    const tokenOf = async (login: string) => {
      await aUser(app, { login })
      const reader = await aSession(app, login)
      const { raw } = await reader('GET', '/iiif/auth/2/token?messageId=1&origin=https://viewer.example')
      return { authorization: `Bearer ${/fv_[\w.-]+/.exec(raw.toString())?.[0]}` }
    }
    const [first, second] = [await tokenOf('eva'), await tokenOf('fay')]
    t.match((await read(probe, first)).body, { status: 200 }, 'the first page is a copy')
    t.equal((await read(`/iiif/image/3/${page}/info.json`, first)).status, 200)
    t.match((await read(probe, second)).body, { status: 403, note: { en: [/All copies .* are lent/] } })
    t.equal((await read(`/iiif/image/3/${page}/info.json`, second)).status, 403)
  },
)

t.test('a page of another site borrows nothing in a reader’s name', async t => {
  const { title } = aLentTitle(false)
  const ada = aBrowser(app)
  const answer = await ada.ask('POST', `/api/v1/titles/${title}/loan`, { 'sec-fetch-site': 'cross-site' })
  t.equal(answer.status, 403)
  t.match((await ada.ask('GET', `/api/v1/titles/${title}/loan`)).json(), { held: 0 })
})

t.test('a limit of a work counts for its volumes, unless they have their own', async t => {
  const { title, page } = aLentTitle()
  await call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount: 0 }, { 'if-match': '*' })
  await aSecond()
  t.equal((await read(`/iiif/image/3/${page}/full/128,/0/default.jpg`)).status, 200, '0: as many as wish')
  t.match((await read(`/api/v1/titles/${title}/loan`)).body, { copies: null, state: 'none' })
  t.equal((await read('/api/v1/titles/999999/loan')).status, 404)
  t.equal((await read('/api/v1/titles/abc/loan')).status, 400)
})

t.test('titles without a limit cost no statement more', async t => {
  const fresh = await start(t)
  await aDomain(fresh)
  const page = await aServedPage(fresh)
  const title = (await fresh.call('GET', `/api/v1/pages/${page}`)).body.titleId as number
  const urls = [
    `/iiif/image/3/${page}/full/128,/0/default.jpg`,
    `/iiif/image/3/${page}/0,0,256,256/256,256/0/default.jpg`,
    `/api/v1/pages/${page}/texts`,
    `/download/pdf/${title}`,
    `/iiif/presentation/3/${title}/manifest`,
  ]
  for (const url of urls) await fresh.read(url)
  const sent = await statementsOf(async () => {
    for (let round = 0; round < 6; round++) for (const url of urls) await fresh.read(url)
  })
  t.same(
    sent.filter(statement => /OC_MaxAccessCount" >=|OPR_Loan/i.test(statement)),
    [],
    `${sent.length} statements, none about copies`,
  )
  const begun = Date.now()
  const images = await statementsOf(async () => {
    for (let tile = 0; tile < 100; tile++) await fresh.read(urls[tile % 2] as string)
  })
  const seconds = Math.ceil((Date.now() - begun) / 1000)
  t.ok(
    images.length <= 4 * seconds,
    `100 images in ${seconds} s: ${images.length} statements, those that look once a second`,
  )
})
