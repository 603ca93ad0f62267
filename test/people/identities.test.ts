// Log-in ids at other services: linked in the session that asked for it and in no other, taken away again, and never the last way in.
import t from '../support/tap.ts'
import { operatorPrincipal } from '../../src/http/principal.ts'
import { createGroup } from '../../src/people/groups/index.ts'
import { identitiesOf } from '../../src/people/sessions/index.ts'
import { aProvider, optionsOf, throughProvider } from '../support/openid.ts'
import { aSession, aUser, password, type TestSession } from '../support/people.ts'
import { start } from '../support/start.ts'

const provider = await aProvider(t)
const app = await start(t, {
  ...optionsOf(provider, 'UNIVERSITY'),
  FIREFOLIO_AUTH_UNIVERSITY_LABEL: 'University & Sons',
  FIREFOLIO_AUTH_UNIVERSITY_GROUPS: 'staff=Cataloguers',
  ...optionsOf(provider, 'OPEN'),
  FIREFOLIO_AUTH_OPEN_ACCOUNTS: 'create',
  FIREFOLIO_AUTH_OPEN_BYEMAIL: 'false',
  FIREFOLIO_AUTH_AWAY_ISSUER: 'http://127.0.0.1:9',
  FIREFOLIO_AUTH_AWAY_CLIENTID: 'x',
  FIREFOLIO_SERVER_TRUSTPROXY: '127.0.0.1',
  FIREFOLIO_SHIBBOLETH_ON: 'true',
})
const { services } = app
const address = 'http://library.example'
services.setPublicUrl(address)
provider.open(address)

const actor = { name: 'test', application: 'test' }
await services.database.inTransaction({ actor }, trx =>
  createGroup(trx, actor, operatorPrincipal, { name: 'Cataloguers', topics: ['CATALOGUING'] }),
)

const cookiesOf = (answer: { headers: Readonly<Record<string, unknown>> }): string =>
  ([answer.headers['set-cookie'] ?? []].flat() as string[]).map(each => each.split(';')[0]).join('; ')
const get = (url: string, cookie = '', headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.app.inject({ method: 'GET', url, headers: { cookie, ...headers }, remoteAddress })

const mine = '/api/v1/users/me/identities'
/** Begins to link, and goes through the provider. */
async function begun(session: TestSession, as: string, name = 'university') {
  const answer = await session('POST', mine, { provider: name, next: '/desk/ways?linked=1' })
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.raw.toString()}`)
  return { flow: cookiesOf(answer), back: await throughProvider(answer.body.address, as, address) }
}
async function link(session: TestSession, as: string, name?: string) {
  const { flow, back } = await begun(session, as, name)
  return await get(back, `${session.cookie}; ${flow}`)
}
async function logIn(as: string, name = 'university') {
  const begin = await get(`/log-in/${name}?next=/desk`)
  return await get(await throughProvider(begin.headers['location'] as string, as, address), cookiesOf(begin))
}
/** A session that a provider began, as a page of ours. */
async function sessionBy(as: string, name: string): Promise<TestSession> {
  const cookie = cookiesOf(await logIn(as, name))
  const token = (await get('/api/v1/session', cookie)).json().csrfToken as string
  const ask = async (method: string, url: string, body?: unknown, headers: Record<string, string> = {}) => {
    const found = await app.app.inject({
      method: method as 'GET',
      url,
      headers: { cookie, 'x-csrf-token': token, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    const isJson = /json/.test(String(found.headers['content-type']))
    return {
      status: found.statusCode,
      headers: found.headers as Record<string, string>,
      body: isJson ? found.json() : found.body,
      raw: found.rawPayload,
    }
  }
  return Object.assign(ask, { cookie, token })
}
const subjectsOf = async (id: string): Promise<string[]> =>
  (await app.call('GET', `/api/v1/users/${id}`)).body.authIds
const identityOf = async (session: TestSession, subject: string): Promise<number> =>
  (await session('GET', mine)).body.items.find((each: { subject: string }) => each.subject === subject).id
/** As after a long pause: everybody who has a session has shown who they are an hour ago. */
async function anHourLater(): Promise<void> {
  await services.database.inTransaction({}, (_, connection) =>
    connection.run('update PRV_Session set PS_ProofTS = dateadd(-1 hour to PS_ProofTS)'),
  )
  identitiesOf(services).forget()
}

t.test('who is signed in links an identity, is let in by it, and the session changes its token', async t => {
  const bo = await aUser(app, { login: 'bo' })
  const session = await aSession(app, 'bo')
  provider.people.set('u-bo', { sub: 'u-bo', groups: ['staff'] })
  t.equal((await logIn('u-bo')).statusCode, 403, 'nobody’s before')
  t.match((await session('GET', mine)).body, {
    items: [],
    hasPassword: true,
    providers: [
      { name: 'university', label: 'University & Sons' },
      { name: 'open', label: 'open' },
      { name: 'away', label: 'away' },
      { name: 'shibboleth' },
    ],
  })
  const before = (await session('GET', '/api/v1/users/me')).headers['etag'] as string
  const { flow, back } = await begun(session, 'u-bo')
  t.notMatch(flow, /university|u-bo/, 'what it began with is sealed')
  const answer = await get(back, `${session.cookie}; ${flow}`)
  t.equal(answer.statusCode, 303, answer.body)
  t.equal(answer.headers['location'], '/desk/ways?linked=1')
  const { items } = (await session('GET', mine)).body
  t.match(items, [{ provider: 'university', label: 'University & Sons', subject: 'u-bo', isOffered: true }])
  t.same(
    (await app.call('GET', `/api/v1/users/${bo.uuid}/identities`)).body.items.map(
      ({ id }: { id: number }) => id,
    ),
    [items[0].id],
    'who manages users sees the same',
  )
  const rotated = await session('GET', '/api/v1/session')
  t.match([rotated.headers['set-cookie']].flat()[0], /^firefolio=[\w-]{43}/, 'another token')
  t.same(rotated.body.topics, ['CATALOGUING'], 'what the provider’s rules give holds at once')
  t.equal(
    (await session('GET', '/api/v1/users/me', undefined, { 'if-none-match': before })).status,
    200,
    'a document that is kept is another one now',
  )
  t.equal((await get('/api/v1/session', cookiesOf(await logIn('u-bo')))).json().user.id, bo.uuid)
  t.equal((await get(back, `${session.cookie}; ${flow}`)).statusCode, 400, 'it comes back once')
  t.equal((await link(await aSession(app, 'bo'), 'u-bo')).statusCode, 303, 'linked twice is no mistake')
  t.same(await subjectsOf(bo.uuid), ['u-bo::university'])
  const log = (await app.call('GET', `/api/v1/users/${bo.uuid}/log`)).body.items as { action: string }[]
  t.match(
    log.filter(({ action }) => action === 'identity-add'),
    [{ actor: bo.uuid, data: { source: 'university', subject: 'u-bo' } }],
  )
})

t.test('it needs a session, its token, a page of ours, and a fresh proof of who is there', async t => {
  await aUser(app, { login: 'cy' })
  const session = await aSession(app, 'cy')
  const want = { provider: 'university' }
  const bare = (headers: Record<string, string>) =>
    app.app.inject({ method: 'POST', url: mine, headers, payload: want })
  t.equal((await bare({})).statusCode, 401)
  t.equal((await bare({ cookie: session.cookie })).statusCode, 403, 'no token')
  t.equal((await session('POST', mine, want, { 'sec-fetch-site': 'cross-site' })).status, 403)
  const { key } = (await session('POST', '/api/v1/users/me/keys', { label: 'x' })).body
  t.equal((await bare({ authorization: `Bearer ${key}` })).statusCode, 403, 'a key proves nothing')
  const byKey = await app.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    payload: { login: 'cy', key },
  })
  const ofKey = await bare({ cookie: cookiesOf(byKey), 'x-csrf-token': byKey.json().csrfToken })
  t.match(ofKey.json(), { status: 403, proofNeeded: true }, 'nor does the session that it began')

  await anHourLater()
  t.match((await session('POST', mine, want)).body, { status: 403, proofNeeded: true })
  const proof = (typed: string) => session('POST', '/api/v1/session/proof', { password: typed })
  t.equal((await proof('wrong')).status, 403)
  t.match((await session('GET', '/api/v1/users/me/log')).body.items[0], { action: 'log-in-failed' })
  t.match((await session('POST', mine, want)).body, { proofNeeded: true }, 'as before')
  t.equal((await proof(password)).status, 204)
  t.equal((await session('POST', mine, want)).status, 200)
  t.equal((await session('POST', mine, { provider: 'nobody' })).status, 404)
  t.equal((await session('POST', mine, { provider: 'away' })).status, 503)
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example'])
    t.equal((await session('POST', mine, { ...want, next })).status, 400, next)
  const guesses = []
  for (let n = 0; n < 12; n++) guesses.push((await proof(`guess ${n}`)).status)
  t.ok(guesses.includes(429), `passwords are guessed no faster than at a log-in: ${guesses.join(' ')}`)
})

t.test('what one session began ends in no other one, whatever its browser was made to bring', async t => {
  const attacker = await aUser(app, { login: 'mallory' })
  const victim = await aUser(app, { login: 'vic' })
  const [own, theirs] = [await aSession(app, 'mallory'), await aSession(app, 'vic')]
  provider.people.set('u-mallory', { sub: 'u-mallory' })
  const nothingLinked = async () =>
    t.same([await subjectsOf(attacker.uuid), await subjectsOf(victim.uuid)], [[], []])

  // the address that the provider sent the attacker back to, opened by the victim's browser
  const first = await begun(own, 'u-mallory')
  t.equal((await get(first.back, theirs.cookie)).statusCode, 400)
  // and with the attacker's cookie planted there
  const planted = await get(first.back, `${theirs.cookie}; ${first.flow}`, { 'accept-language': 'en' })
  t.equal(planted.statusCode, 403, planted.body)
  t.match(planted.body, 'Nothing was linked')
  t.match(planted.body, 'href="/desk/ways?linked=1"')
  await nothingLinked()
  t.match((await app.call('GET', '/api/v1/log?entity=user&action=log-in-failed')).body.items[0], {
    entityId: attacker.id,
    data: { means: 'university', reason: 'otherSession' },
  })
  // without a session nobody is logged in by it, either
  const second = await begun(own, 'u-mallory')
  const nobody = await get(second.back, second.flow)
  t.equal(nobody.statusCode, 403)
  t.notMatch(cookiesOf(nobody), /firefolio=\w/)
  // the victim's provider log-in, begun as a log-in by the attacker, links nothing to the session that is there
  const begin = await get('/log-in/university?next=/desk', theirs.cookie)
  const back = await throughProvider(begin.headers['location'] as string, 'u-mallory', address)
  t.equal((await get(back, `${theirs.cookie}; ${cookiesOf(begin)}`)).statusCode, 403, 'it is nobody’s')
  await nothingLinked()
  // a seal that was changed, another provider's address, a forged code
  const third = await begun(own, 'u-mallory')
  const broken = third.flow.replace(/.$/, last => (last === 'A' ? 'B' : 'A'))
  t.equal((await get(third.back, `${own.cookie}; ${broken.slice(0, -3)}xyz`)).statusCode, 400)
  t.equal(
    (await get(third.back.replace('/university/', '/open/'), `${own.cookie}; ${third.flow}`)).statusCode,
    400,
  )
  t.equal(
    (await get(third.back.replace(/code=[^&]+/, 'code=forged'), `${own.cookie}; ${third.flow}`)).statusCode,
    502,
  )
  // logged out meanwhile, and in again
  const fourth = await begun(own, 'u-mallory')
  await own('DELETE', '/api/v1/session')
  const anew = await aSession(app, 'mallory')
  t.equal((await get(fourth.back, `${anew.cookie}; ${fourth.flow}`)).statusCode, 403)
  await nothingLinked()
  const cancelled = await begun(anew, '')
  t.equal((await get(cancelled.back, `${anew.cookie}; ${cancelled.flow}`)).statusCode, 401)
  await nothingLinked()
})

t.test('an identity of somebody else stays theirs, and of two who want one at once one gets it', async t => {
  provider.people.set('o-cara', { sub: 'o-cara', name: 'Cara' })
  const cara = (await get('/api/v1/session', cookiesOf(await logIn('o-cara', 'open')))).json().user.id
  const dee = await aUser(app, { login: 'dee' })
  const session = await aSession(app, 'dee')
  const refused = await link(session, 'o-cara', 'open')
  t.equal(refused.statusCode, 409)
  t.match(refused.body, 'zu einem anderen Konto')
  t.same([await subjectsOf(cara), await subjectsOf(dee.uuid)], [['o-cara::open'], []])
  await aUser(app, { login: 'eli' })
  const other = await aSession(app, 'eli')
  const [one, two] = [await begun(session, 'u-both'), await begun(other, 'u-both')]
  const answers = await Promise.all([
    get(one.back, `${session.cookie}; ${one.flow}`),
    get(two.back, `${other.cookie}; ${two.flow}`),
  ])
  t.same(
    answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [303, 409],
  )
})

t.test('an identity is unlinked with what came of it, but never the last way in', async t => {
  provider.people.set('o-dan', { sub: 'o-dan', name: 'Dan' })
  provider.people.set('u-dan', { sub: 'u-dan', groups: ['staff'] })
  const session = await sessionBy('o-dan', 'open')
  const dan = (await session('GET', '/api/v1/users/me')).body.id as string
  const open = await identityOf(session, 'o-dan')
  const unlink = (id: number) => session('DELETE', `${mine}/${id}`)
  const last = await unlink(open)
  t.match(last.body, { status: 409, lastWayIn: 'open' })
  t.match(last.body.detail, '‘open’ is the last way in')
  t.equal((await app.call('DELETE', `/api/v1/users/${dan}/identities/${open}`)).status, 409, 'for anybody')
  // one of a provider that the configuration names no more lets nobody in
  const [{ id: danId } = { id: 0 }] = await services.db
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where('PU_UUID', '=', dan)
    .execute()
  await services.database.inTransaction({}, (_, connection) =>
    connection.run(
      `insert into PRV_Identity (PI_ID, PI_PU_ID, PI_Source, PI_Subject) values (next value for PRV_Identity_SEQ, ${danId}, 'closed', 'x')`,
    ),
  )
  t.equal((await unlink(open)).status, 409)

  t.equal((await link(session, 'u-dan')).statusCode, 303)
  t.same((await session('GET', '/api/v1/session')).body.topics, ['CATALOGUING'])
  const university = await identityOf(session, 'u-dan')
  const elsewhere = await sessionBy('u-dan', 'university')
  await aUser(app, { login: 'thief' })
  const thief = await aSession(app, 'thief')
  t.equal((await thief('DELETE', `${mine}/${university}`)).status, 404, 'of somebody else')
  t.equal((await thief('DELETE', `/api/v1/users/${dan}/identities/${university}`)).status, 403)
  t.equal((await thief('GET', `/api/v1/users/${dan}/identities`)).status, 403)
  await aUser(app, { login: 'mana', topics: ['USER_MANAGEMENT'] })
  const manager = await aSession(app, 'mana')
  t.equal((await manager('GET', `/api/v1/users/${dan}/identities`)).body.items.length, 3)
  t.equal(
    (await manager('DELETE', `/api/v1/users/${dan}/identities/${university}`)).status,
    403,
    'nobody closes the ways in of who may do more',
  )
  await anHourLater()
  t.match((await unlink(university)).body, { status: 403, proofNeeded: true })
  t.match(
    (await session('PATCH', '/api/v1/users/me', { password: 'a password of a thief' }, { 'if-match': '*' }))
      .body,
    { status: 403, proofNeeded: true },
    'nor is a first password chosen in a session that is old',
  )
  t.equal((await session('POST', '/api/v1/session/proof', { password: 'x' })).status, 403, 'there is none')

  const fresh = await sessionBy('o-dan', 'open')
  t.equal((await fresh('DELETE', `${mine}/${university}`)).status, 204)
  t.equal((await fresh('DELETE', `${mine}/${university}`)).status, 404)
  t.equal((await elsewhere('GET', '/api/v1/session')).body.user, null, 'sessions that it began have ended')
  const after = await fresh('GET', '/api/v1/session')
  t.same(after.body.topics, [], 'and the memberships')
  t.match([after.headers['set-cookie']].flat()[0], /^firefolio=[\w-]{43}/)
  t.equal((await logIn('u-dan')).statusCode, 403, 'it lets nobody in')
  t.match((await app.call('GET', `/api/v1/users/${dan}/log`)).raw.toString(), '"identity-remove"')

  t.equal((await link(fresh, 'u-dan')).statusCode, 303, 'and is linked anew')
  const [a, b] = [await identityOf(fresh, 'o-dan'), await identityOf(fresh, 'u-dan')]
  const both = await Promise.all([
    fresh('DELETE', `${mine}/${a}`),
    app.call('DELETE', `/api/v1/users/${dan}/identities/${b}`),
  ])
  t.same(
    both.map(({ status }) => status).sort((x, y) => x - y),
    [204, 409],
    'of two at once one stays',
  )
})

t.test('an address that fits does not bring back what its user has unlinked', async t => {
  const ada = await aUser(app, { login: 'ada', email: 'ada@example.org' })
  await services.database.inTransaction({}, trx =>
    trx.updateTable('PRV_User').set({ PU_ConfirmTS: new Date() }).where('PU_ID', '=', ada.id).execute(),
  )
  provider.people.set('u-ada', { sub: 'u-ada', email: 'ada@example.org', email_verified: true })
  t.equal((await logIn('u-ada')).statusCode, 303, 'linked by the address')
  const session = await aSession(app, 'ada')
  t.equal((await session('DELETE', `${mine}/${await identityOf(session, 'u-ada')}`)).status, 204)
  t.equal((await logIn('u-ada')).statusCode, 403)
  t.same(await subjectsOf(ada.uuid), [])
  t.equal((await link(session, 'u-ada')).statusCode, 303)
  t.equal((await logIn('u-ada')).statusCode, 303)
})

t.test('what a proxy tells in headers is linked in the same way', async t => {
  const saml = { 'x-shib-subject': 'https://idp.example!fay', 'accept-language': 'en' }
  const fay = await aUser(app, { login: 'fay' })
  await aUser(app, { login: 'gil' })
  const [session, other] = [await aSession(app, 'fay'), await aSession(app, 'gil')]
  const begin = async () => {
    const answer = await session('POST', mine, { provider: 'shibboleth' })
    t.match(answer.body.address, /^\/log-in\/shibboleth\?link=[\w-]+$/)
    return { address: answer.body.address as string, flow: cookiesOf(answer) }
  }
  const one = await begin()
  t.equal((await get(one.address, `${session.cookie}; ${one.flow}`, saml, '203.0.113.5')).statusCode, 403)
  t.same(await subjectsOf(fay.uuid), [], 'from anywhere else it is believed nobody')
  const two = await begin()
  t.equal((await get(two.address, session.cookie, saml)).statusCode, 400, 'begun in another browser')
  t.equal((await get(two.address, `${other.cookie}; ${two.flow}`, saml)).statusCode, 403, 'another session')
  const three = await begin()
  const done = await get(three.address, `${session.cookie}; ${three.flow}`, saml)
  t.equal(done.statusCode, 303, done.body)
  t.equal(done.headers['location'], '/desk/ways')
  t.same(await subjectsOf(fay.uuid), ['https://idp.example!fay::shibboleth'])
  t.equal(
    (await get('/api/v1/session', cookiesOf(await get('/log-in/shibboleth', '', saml)))).json().user.id,
    fay.uuid,
  )
})
