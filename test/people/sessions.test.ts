// Logging in and out, what a session carries, and what a page of another site cannot do with it.
import t from '../support/tap.ts'
import { identitiesOf } from '../../src/people/sessions/index.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)

const ask = (method: string, url: string, headers: Record<string, string> = {}, payload?: object) =>
  app.app.inject({ method: method as 'GET', url, headers, ...(payload ? { payload } : {}) })

t.test('anonymous requests have a session document without a user', async t => {
  const { body, headers } = await app.read('/api/v1/session')
  t.match(body, { principal: 'public', user: null, topics: [], csrfToken: null, expiresAt: null })
  t.same(body.rights, ['public', 'tree:read'])
  t.match(headers['cache-control'], /^no-store\b/)
  t.notOk(headers['set-cookie'], 'and no cookie')
})

t.test('who logs in gets a cookie that scripts cannot read, and what the topics give', async t => {
  await aUser(app, { login: 'ada', topics: ['CATALOGUING'] })
  const answer = await ask('POST', '/api/v1/session', {}, { login: 'ADA', password: 'a long enough secret' })
  t.equal(answer.statusCode, 200, answer.body)
  const cookies = [answer.headers['set-cookie']].flat().map(String)
  const cookie = cookies.find(each => each.startsWith('firefolio='))
  t.match(cookie, /^firefolio=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  const session = answer.json()
  t.match(session, { principal: 'user', user: { login: 'ada' }, topics: ['CATALOGUING'], means: 'password' })
  const again = await ask('GET', '/api/v1/session', { cookie: cookie as string })
  t.same({ ...again.json(), links: null }, { ...session, links: null }, 'the same is told again')
  const { rows } = await app.services.database.withConnection(connection =>
    connection.run('select PS_Hash as "hash" from PRV_Session'),
  )
  t.notMatch(JSON.stringify(rows), cookie?.slice(10, 53), 'the token itself is not stored')
})

t.test('behind TLS the cookie is bound to the host', async t => {
  const secure = await start(t, { FIREFOLIO_SERVER_PUBLICURL: 'https://library.example' })
  await aUser(secure, { login: 'ada' })
  const answer = await secure.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { login: 'ada', password: 'a long enough secret' },
  })
  t.match(
    [answer.headers['set-cookie']].flat()[0],
    /^__Host-firefolio=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

t.test('a session sees and changes what its topics allow, and nothing else', async t => {
  const hidden = await aTitle(app, { title: 'Not yet' })
  await aUser(app, { login: 'cat', topics: ['CATALOGUING'] })
  await aUser(app, { login: 'guest' })
  const cat = await aSession(app, 'cat')
  const guest = await aSession(app, 'guest')
  t.equal((await app.read(`/api/v1/titles/${hidden}`)).status, 404)
  t.equal((await guest('GET', `/api/v1/titles/${hidden}`)).status, 404)
  t.equal((await cat('GET', `/api/v1/titles/${hidden}`)).status, 200)
  const change = { comment: 'seen' }
  t.equal((await cat('PATCH', `/api/v1/titles/${hidden}`, change, { 'if-match': '*' })).status, 200)
  t.equal((await guest('PATCH', `/api/v1/titles/${hidden}`, change, { 'if-match': '*' })).status, 403)
  t.equal((await cat('POST', `/api/v1/tree/${hidden}/release`)).status, 403, 'releasing is another topic')
  const history = (await app.call('GET', `/api/v1/log?entity=title&entityId=${hidden}`)).body.items
  t.match(
    JSON.stringify(history),
    (await cat('GET', '/api/v1/session')).body.user.id,
    'the log names who did it',
  )
  t.match((await cat('GET', `/api/v1/titles/${hidden}`)).headers['cache-control'] ?? '', /^(?!.*public)/)
})

t.test('a change needs the token of the session, and a page of ours', async t => {
  await aUser(app, { login: 'csrf', topics: ['CATALOGUING'] })
  const session = await aSession(app, 'csrf')
  const other = await aSession(app, 'ada')
  const title = await aTitle(app)
  const change = (headers: Record<string, string>) =>
    ask('PATCH', `/api/v1/titles/${title}`, { 'if-match': '*', ...headers }, { comment: 'x' })
  const { cookie, token } = session
  t.equal((await change({ cookie })).statusCode, 403, 'no token')
  t.equal((await change({ cookie, 'x-csrf-token': 'x' })).statusCode, 403, 'another token')
  t.equal((await change({ cookie, 'x-csrf-token': other.token })).statusCode, 403, 'of another session')
  for (const site of ['cross-site', 'same-site', 'nonsense'])
    t.equal((await change({ cookie, 'x-csrf-token': token, 'sec-fetch-site': site })).statusCode, 403, site)
  t.equal((await change({ cookie, 'x-csrf-token': token, 'sec-fetch-site': 'same-origin' })).statusCode, 200)
  const logIn = await ask(
    'POST',
    '/api/v1/session',
    { 'sec-fetch-site': 'cross-site' },
    { login: 'csrf', password: 'a long enough secret' },
  )
  t.equal(logIn.statusCode, 403, 'another site logs nobody in')
})

t.test('a log-in takes no token that was there before, and ends the session it came with', async t => {
  await aUser(app, { login: 'fix' })
  const planted = 'A'.repeat(43)
  const logIn = (cookie: string, headers: Record<string, string> = {}) =>
    ask('POST', '/api/v1/session', { cookie, ...headers }, { login: 'fix', password: 'a long enough secret' })
  const first = await logIn(`firefolio=${planted}`)
  const cookie = String([first.headers['set-cookie']].flat()[0]).split(';')[0] as string
  t.not(cookie, `firefolio=${planted}`)
  t.equal((await ask('GET', '/api/v1/session', { cookie: `firefolio=${planted}` })).json().user, null)
  const second = await logIn(cookie, { 'x-csrf-token': first.json().csrfToken })
  t.equal(second.statusCode, 200)
  t.equal((await ask('GET', '/api/v1/session', { cookie })).json().user, null, 'the first one has ended')
})

t.test('sessions are listed, ended one by one, and all at once', async t => {
  await aUser(app, { login: 'many' })
  await aUser(app, { login: 'thief' })
  const [one, two, three] = [
    await aSession(app, 'many'),
    await aSession(app, 'many'),
    await aSession(app, 'many'),
  ]
  const thief = await aSession(app, 'thief')
  const { items } = (await one('GET', '/api/v1/sessions')).body
  t.equal(items.length, 3)
  t.equal(items.filter((each: { isCurrent: boolean }) => each.isCurrent).length, 1)
  const other = items.find((each: { isCurrent: boolean }) => !each.isCurrent).id as number
  t.equal((await thief('DELETE', `/api/v1/sessions/${other}`)).status, 404, 'of somebody else')
  t.equal((await one('DELETE', `/api/v1/sessions/${other}`)).status, 204)
  t.equal((await one('DELETE', `/api/v1/sessions/${other}`)).status, 404)
  const users = await Promise.all(
    [one, two, three].map(async each => (await each('GET', '/api/v1/session')).body.user),
  )
  t.equal(users.filter(user => user === null).length, 1, 'it is over at once')
  const out = await one('DELETE', '/api/v1/session?everywhere=true')
  t.equal(out.status, 204)
  t.match(out.headers['set-cookie'], /firefolio=; Max-Age=0/)
  for (const each of [one, two, three]) t.equal((await each('GET', '/api/v1/session')).body.user, null)
  t.ok((await thief('GET', '/api/v1/session')).body.user, 'of nobody else')
  t.equal((await ask('DELETE', '/api/v1/session')).statusCode, 204, 'logging out twice is no mistake')
})

t.test('sessions end by idleness and by age', async t => {
  await aUser(app, { login: 'old' })
  const [idle, aged] = [await aSession(app, 'old'), await aSession(app, 'old')]
  const age = async (set: string, at: number) => {
    const { items } = (await aged('GET', '/api/v1/sessions')).body
    await app.services.database.inTransaction({}, (_, connection) =>
      connection.run(`update PRV_Session set ${set} where PS_ID = ${items[at].id}`),
    )
  }
  await age('PS_SeenTS = dateadd(-9 hour to current_timestamp)', 1)
  await age('PS_ExpiryTS = current_timestamp', 0)
  identitiesOf(app.services).forget()
  t.equal((await idle('GET', '/api/v1/session')).body.user, null, 'not used for too long')
  t.equal((await aged('GET', '/api/v1/session')).body.user, null, 'too old')
})

t.test('wrong and forged tokens are nobody', async t => {
  for (const cookie of [
    'firefolio=',
    'firefolio=x',
    `firefolio=${'b'.repeat(43)}`,
    `firefolio=${'%00'.repeat(20)}`,
    `__Host-firefolio=${'b'.repeat(43)}`,
  ])
    t.equal((await ask('GET', '/api/v1/session', { cookie })).json().user, null, cookie)
})
