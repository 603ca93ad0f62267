// Log-in by those who vouch for people: a real provider of OpenID Connect on this machine, and a proxy that tells in headers who it is.
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from '../support/tap.ts'
import { addMember, createGroup, findGroupByName } from '../../src/people/groups/index.ts'
import { operatorPrincipal } from '../../src/http/principal.ts'
import { identitiesOf } from '../../src/people/sessions/index.ts'
import { aBrowser, longStory } from '../support/browser.ts'
import { aProvider, client, optionsOf, throughProvider } from '../support/openid.ts'
import { aSession, aUser, password } from '../support/people.ts'
import { start } from '../support/start.ts'
import { picture, violations, violationsToo, visit } from '../support/visit.ts'

const provider = await aProvider(t)
const app = await start(t, {
  ...optionsOf(provider, 'UNIVERSITY'),
  FIREFOLIO_AUTH_UNIVERSITY_LABEL: 'University & Sons',
  FIREFOLIO_AUTH_UNIVERSITY_GROUPS: 'staff-*=Cataloguers, *=Members of the house, lost=No such group',
  ...optionsOf(provider, 'OPEN'),
  FIREFOLIO_AUTH_OPEN_ACCOUNTS: 'create',
  FIREFOLIO_AUTH_OPEN_BYEMAIL: 'false',
  FIREFOLIO_AUTH_AWAY_ISSUER: 'http://127.0.0.1:9',
  FIREFOLIO_AUTH_AWAY_CLIENTID: 'x',
  FIREFOLIO_SERVER_TRUSTPROXY: '127.0.0.1',
  FIREFOLIO_SHIBBOLETH_ON: 'true',
  FIREFOLIO_SHIBBOLETH_ACCOUNTS: 'create',
  FIREFOLIO_SHIBBOLETH_LOGOUTURL: '/Shibboleth.sso/Logout',
  FIREFOLIO_SHIBBOLETH_GROUPS: 'member@*=Members of the house',
})
const { services } = app
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
services.setPublicUrl(address)

const actor = { name: 'test', application: 'test' }
const groups = await services.database.inTransaction({ actor }, async trx => ({
  cataloguers: (
    await createGroup(trx, actor, operatorPrincipal, { name: 'Cataloguers', topics: ['CATALOGUING'] })
  ).id,
  house: (await createGroup(trx, actor, operatorPrincipal, { name: 'Members of the house' })).id,
  byHand: (await createGroup(trx, actor, operatorPrincipal, { name: 'By hand' })).id,
}))

/** A user whose e-mail address is confirmed. */
async function confirmed(login: string, email: string) {
  const user = await aUser(app, { login, email })
  await services.database.inTransaction({}, trx =>
    trx.updateTable('PRV_User').set({ PU_ConfirmTS: new Date() }).where('PU_ID', '=', user.id).execute(),
  )
  return user
}
const ada = await confirmed('ada', 'ada@example.org')
provider.people.set('u-ada', {
  sub: 'u-ada',
  name: 'Ada L.',
  email: 'Ada@example.org',
  email_verified: true,
  groups: ['staff-library', 'lost'],
})

const cookiesOf = (answer: { headers: Readonly<Record<string, unknown>> }): string =>
  ([answer.headers['set-cookie'] ?? []].flat() as string[]).map(each => each.split(';')[0]).join('; ')
const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.app.inject({ method: 'GET', url, headers, remoteAddress })

/** To the provider and back. */
async function there(as: string, name = 'university', query = '?next=/desk') {
  const begun = await get(`/log-in/${name}${query}`)
  if (begun.statusCode !== 303) throw new Error(`${begun.statusCode} ${begun.body}`)
  const back = await throughProvider(begun.headers['location'] as string, as, address)
  return { begun, back, cookie: cookiesOf(begun) }
}
async function logIn(as: string, name = 'university', query?: string) {
  const { back, cookie } = await there(as, name, query)
  return await get(back, { cookie })
}
const sessionOf = async (answer: Awaited<ReturnType<typeof get>>) =>
  (await get('/api/v1/session', { cookie: cookiesOf(answer) })).json()
const failures = async () =>
  (await app.call('GET', '/api/v1/log?entity=user&action=log-in-failed&limit=200')).body.items as {
    entityId: number | null
    data: { means?: string; reason?: string; address: string }
  }[]

t.test(
  'a provider that is down hinders neither the start nor other ways in, and readers are told',
  async t => {
    t.equal((await get('/health')).statusCode, 200)
    const page = await get('/log-in/university?next=/id/5', { 'accept-language': 'de' })
    t.equal(page.statusCode, 503)
    t.match(page.body, 'University &amp; Sons ist gerade nicht zu erreichen')
    t.match(page.body, 'href="/log-in/university?next=%2Fid%2F5"')
    t.match(page.headers['content-type'], /html/)
    t.match((await get('/log-in/away', { 'accept-language': 'en' })).body, 'cannot be reached')
    t.ok((await aSession(app, 'ada')).token)
    t.match((await failures())[0], { data: { means: 'away', reason: 'unreachable' } })
    provider.open(address)
  },
)

t.test('who the provider knows by a verified address is logged in, with the groups of its rules', async t => {
  const answer = await logIn('u-ada')
  t.equal(answer.statusCode, 303, answer.body)
  t.equal(answer.headers['location'], '/desk')
  t.match(await sessionOf(answer), {
    user: { id: ada.uuid, name: 'User ada' },
    means: 'university',
    topics: ['CATALOGUING'],
    links: { logOut: '/log-in/university/out' },
  })
  t.match((await app.call('GET', `/api/v1/users/${ada.uuid}`)).body, {
    authIds: ['u-ada::university'],
    logIns: { count: 2 },
  })
  const again = await logIn('u-ada', 'university', '')
  t.equal(again.statusCode, 200, 'without an address to go on to the window closes')
  t.match(again.body, 'window.close()')
})

t.test('memberships that a provider gave are taken back by it; those that people gave stay', async t => {
  const members = async () =>
    (
      await services.db
        .selectFrom('PRV_GroupMember')
        .select('PGM_PG_ID as id')
        .where('PGM_PU_ID', '=', ada.id)
        .orderBy('PGM_PG_ID')
        .execute()
    ).map(({ id }) => id)
  t.same(await members(), [groups.cataloguers, groups.house])
  await services.database.inTransaction({ actor }, trx =>
    addMember(trx, actor, undefined, groups.byHand, { userId: ada.id }),
  )
  const before = await logIn('u-ada')
  provider.people.set('u-ada', { sub: 'u-ada', groups: [] })
  await logIn('u-ada')
  t.same(
    await members(),
    [groups.house, groups.byHand],
    'known by the subject, though the address is told no more',
  )
  t.same((await sessionOf(before)).topics, [], 'felt by sessions that were there')
})

t.test('a log-in comes back once, to the browser that began it', async t => {
  const { back, cookie, begun } = await there('u-ada')
  const { searchParams } = new URL(begun.headers['location'] as string)
  t.match(Object.fromEntries(searchParams), {
    code_challenge_method: 'S256',
    response_type: 'code',
    scope: 'openid profile email',
  })
  t.ok(searchParams.get('nonce') && searchParams.get('code_challenge'))
  t.match(begun.headers['set-cookie'], /HttpOnly.*SameSite=Lax/)
  t.notMatch(cookie, searchParams.get('state') as string, 'sealed')
  const elsewhere = await get(back, { 'accept-language': 'en' })
  t.equal(elsewhere.statusCode, 400)
  t.match(elsewhere.body, 'began in another browser')
  const other = await there('u-ada')
  t.equal((await get(back, { cookie: other.cookie })).statusCode, 400, 'the cookie of another log-in')
  t.equal((await get(back.replace('/university/', '/open/'), { cookie })).statusCode, 400, 'another provider')
  const twice = await Promise.all([get(back, { cookie }), get(back, { cookie })])
  t.same(
    twice.map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [303, 400],
    'of two at once one',
  )
  t.equal((await get(back, { cookie })).statusCode, 400)
  t.match((await failures())[0], { data: { means: 'university', reason: 'stale' } })
  const forged = await there('u-ada')
  const answer = await get(forged.back.replace(/code=[^&]+/, 'code=forged'), { cookie: forged.cookie })
  t.equal(answer.statusCode, 502, 'a code that the provider did not give')
  t.notOk(/firefolio=/.test(cookiesOf(answer)), 'no session')
})

t.test('whoever cancels, has no account or a closed one is told so in their language', async t => {
  const cancelled = await there('')
  const refused = await get(cancelled.back, { cookie: cancelled.cookie, 'accept-language': 'de' })
  t.equal(refused.statusCode, 401)
  t.match(refused.body, 'abgebrochen oder abgelehnt')
  t.match(refused.body, 'href="/log-in/university?next=%2Fdesk"')

  provider.people.set('u-new', { sub: 'u-new', email: 'new@example.org', email_verified: true })
  const unknown = await logIn('u-new')
  t.equal(unknown.statusCode, 403)
  t.match(unknown.body, 'gibt es noch kein Konto')
  await confirmed('bob', 'bob@example.org')
  provider.people.set('u-bob', { sub: 'u-bob', email: 'bob@example.org', email_verified: false })
  t.equal((await logIn('u-bob')).statusCode, 403, 'an address that the provider has not verified is nobody’s')
  await aUser(app, { login: 'eve', email: 'eve@example.org' })
  provider.people.set('u-eve', { sub: 'u-eve', email: 'eve@example.org', email_verified: true })
  t.equal((await logIn('u-eve')).statusCode, 403, 'an address that was not confirmed here, either')

  await services.database.inTransaction({}, trx =>
    trx.updateTable('PRV_User').set({ PU_Active: 0 }).where('PU_ID', '=', ada.id).execute(),
  )
  const closed = await logIn('u-ada')
  t.equal(closed.statusCode, 403)
  t.match(closed.body, 'Konto ist geschlossen')
  t.match((await failures())[0], { entityId: ada.id, data: { reason: 'closed', address: '127.0.0.1' } })
  await services.database.inTransaction({}, trx =>
    trx.updateTable('PRV_User').set({ PU_Active: 1 }).where('PU_ID', '=', ada.id).execute(),
  )
})

t.test('a provider may make accounts, one for a person, and takes nobody’s address', async t => {
  provider.people.set('o-cara', {
    sub: 'o-cara',
    name: 'Cara Muster',
    email: 'cara@example.org',
    email_verified: true,
  })
  const both = await Promise.all([logIn('o-cara', 'open'), logIn('o-cara', 'open')])
  t.same(
    both.map(({ statusCode }) => statusCode),
    [303, 303],
  )
  const found = (await app.call('GET', '/api/v1/users?q=Cara')).body.items
  t.equal(found.length, 1, 'one account of two log-ins at once')
  t.match(found[0], {
    name: 'Cara Muster',
    email: 'cara@example.org',
    isEmailConfirmed: true,
    topics: [],
    authIds: ['o-cara::open'],
  })

  provider.people.set('o-ada', {
    sub: 'o-ada',
    name: 'Not Ada',
    email: 'ada@example.org',
    email_verified: true,
  })
  const session = await sessionOf(await logIn('o-ada', 'open'))
  t.not(session.user.id, ada.uuid, 'byEmail is off')
  t.equal(session.user.email, null)
  t.equal((await aSession(app, 'ada@example.org')).token !== '', true, 'her address is hers still')
})

t.test('what leads elsewhere is no address to go on to, and what is no provider is not there', async t => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/%0A/evil'])
    t.equal(
      (await get(`/log-in/university?next=${encodeURIComponent(next)}`)).statusCode,
      next === '/%0A/evil' ? 303 : 400,
      next,
    )
  t.equal((await get('/log-in/nobody')).statusCode, 404)
  t.equal((await get('/log-in/nobody/return?state=x')).statusCode, 404)
})

t.test('who logs out goes on to the provider', async t => {
  const answer = await logIn('u-ada')
  const cookie = cookiesOf(answer)
  const out = await get('/iiif/auth/log-out', { cookie })
  t.equal(out.statusCode, 303)
  t.equal(out.headers['location'], '/log-in/university/out')
  t.equal((await get('/api/v1/session', { cookie })).json().user, null)
  const onward = new URL((await get('/log-in/university/out')).headers['location'] as string)
  t.equal(onward.origin, provider.issuer)
  t.match(Object.fromEntries(onward.searchParams), {
    client_id: client.id,
    post_logout_redirect_uri: `${address}/`,
  })
  t.equal((await get('/log-in/away/out')).headers['location'], '/', 'one that is down is left out')
})

const saml = {
  'x-shib-subject': 'https://idp.example!https://sp.example!abc',
  'x-shib-name': Buffer.from('Jörg Müller').toString('latin1'),
  'x-shib-mail': 'joerg@example.org',
  'x-shib-groups': 'staff@example.org;member@example.org;with\\;sign',
}

t.test(
  'headers of a proxy that is trusted log in, from anywhere else they are refused and noted',
  async t => {
    const answer = await get('/log-in/shibboleth?next=/desk', saml)
    t.equal(answer.statusCode, 303, answer.body)
    t.match(await sessionOf(answer), {
      user: { name: 'Jörg Müller', email: 'joerg@example.org', isEmailConfirmed: true },
      means: 'shibboleth',
      links: { logOut: '/log-in/shibboleth/out' },
    })
    const group = await services.database.inTransaction({}, trx =>
      findGroupByName(trx, 'Members of the house'),
    )
    const members = (await app.call('GET', `/api/v1/groups/${group?.id}/members`)).raw.toString()
    t.match(members, 'Jörg Müller')
    const { user } = await sessionOf(await get('/log-in/shibboleth?next=/desk', saml))
    t.equal(
      (await app.call('GET', '/api/v1/users?q=J%C3%B6rg')).body.items.length,
      1,
      'known the second time',
    )

    t.equal((await get('/log-in/shibboleth/out')).headers['location'], '/Shibboleth.sso/Logout')

    for (const peer of ['203.0.113.5', '::1', '::ffff:203.0.113.5']) {
      const forged = await get(
        '/log-in/shibboleth?next=/desk',
        { ...saml, 'x-forwarded-for': '127.0.0.1', 'accept-language': 'en' },
        peer,
      )
      t.equal(forged.statusCode, 403, peer)
      t.match(forged.body, 'proxy that is trusted')
      t.equal(cookiesOf(forged), '')
    }
    t.match((await failures())[0], { data: { means: 'shibboleth', reason: 'untrusted' } })
    t.equal((await get('/log-in/shibboleth', saml, '::ffff:127.0.0.1')).statusCode, 200, 'IPv4 within IPv6')
    for (const subject of ['', '(null)', 'x'.repeat(256)])
      t.equal((await get('/log-in/shibboleth', { ...saml, 'x-shib-subject': subject })).statusCode, 401)
    for (const url of ['/api/v1/session', '/log-in', '/log-in/university'])
      t.notMatch((await get(url, saml)).body, user.id, `${url} does not look at them`)
  },
)

t.test('log-in by OpenID Connect and by SAML in a browser', longStory, async t => {
  const browser = await aBrowser(t)
  await t.test('from the page without scripts, and out again', async t => {
    const { page, context } = await visit(browser, address, '/log-in?next=/desk', { javaScriptEnabled: true })
    t.same(await violations(page), [])
    await page.getByRole('link', { name: 'Log in with University & Sons' }).click()
    await page.getByLabel('Name at the university').fill('u-ada')
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    t.equal(new URL(page.url()).pathname, '/desk')
    const session = await (await context.request.get(`${address}/api/v1/session`)).json()
    t.match(session, { user: { id: ada.uuid }, means: 'university' })
  })
  await t.test('from the desk, to the place where one was', async t => {
    const { page } = await visit(browser, address, '/desk/people')
    await page.getByRole('link', { name: 'Log in with open' }).click()
    await page.getByLabel('Name at the university').fill('o-cara')
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByText('Cara Muster').first().waitFor()
    t.equal(new URL(page.url()).pathname, '/desk/people')
  })
  await t.test('a second way in is linked on the page of one’s own, used, and taken away again', async t => {
    const hana = await aUser(app, { login: 'hana', name: 'Hana Novak' })
    const { page, faults } = await visit(browser, address, '/desk/ways')
    await page.getByLabel('Log-in name').fill('hana')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('No log-in elsewhere is linked').waitFor()
    t.same(await violations(page), [])
    const throughUniversity = async () => {
      await page.getByLabel('Name at the university').fill('u-hana')
      await page.getByRole('button', { name: 'Go' }).click()
    }
    await page.getByRole('button', { name: 'Link University & Sons' }).click()
    await throughUniversity()
    await page.getByRole('cell', { name: 'u-hana' }).waitFor()
    t.equal(new URL(page.url()).pathname, '/desk/ways')
    t.same(await violationsToo(page), [])
    await picture(page, 'desk-ways')
    t.match((await sessionOf(await logIn('u-hana'))).user, { id: hana.uuid })

    // after a pause whoever sits there shows first who they are
    await services.database.inTransaction({}, (_, connection) =>
      connection.run(
        `update PRV_Session set PS_ProofTS = dateadd(-1 hour to PS_ProofTS) where PS_PU_ID = ${hana.id}`,
      ),
    )
    identitiesOf(services).forget()
    await page.getByRole('button', { name: 'Unlink University & Sons' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('“u-hana” at University & Sons lets nobody in').waitFor()
    await dialog.getByRole('button', { name: 'Unlink' }).click()
    await dialog.getByText('Is it you?').waitFor()
    t.same(await violationsToo(page), [])
    await dialog.getByLabel('Password').fill('not this one')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await dialog.getByText('This is not your password.').waitFor()
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('No log-in elsewhere is linked').waitFor()
    t.equal((await logIn('u-hana')).statusCode, 403)
    t.same(
      faults.filter(fault => !fault.includes(provider.issuer)),
      [],
      'the way to the university apart',
    )
  })
  await t.test('by a proxy that speaks SAML', async t => {
    const proxy = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x')
      const isIn = /proxy=in/.test(request.headers.cookie ?? '')
      if (pathname === '/Shibboleth.sso/Login') {
        response
          .writeHead(302, { location: '/log-in/shibboleth?next=/desk', 'set-cookie': 'proxy=in; Path=/' })
          .end()
        return
      }
      if (pathname === '/log-in/shibboleth' && !isIn) {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<!doctype html><title>IdP</title><a href="/Shibboleth.sso/Login">I am Jörg</a>')
        return
      }
      const given = Object.entries(request.headers).filter(([name]) => !name.startsWith('x-shib-'))
      const headers = {
        ...Object.fromEntries(given),
        ...(pathname === '/log-in/shibboleth' ? saml : {}),
        'x-forwarded-for': '198.51.100.7',
      }
      const onward = ask(address + request.url, { method: request.method, headers }, answer => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      request.pipe(onward)
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    t.teardown(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const front = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    services.setPublicUrl(front)
    const { page } = await visit(browser, front, '/log-in?next=/desk')
    await page.getByRole('link', { name: 'Log in with Shibboleth' }).click()
    await page.getByRole('link', { name: 'I am J' }).click()
    await page.getByText('Jörg Müller').first().waitFor()
    t.equal(new URL(page.url()).pathname, '/desk')
    t.match(
      (await app.call('GET', '/api/v1/users?q=J%C3%B6rg')).body.items[0].logIns,
      { currentAddress: '198.51.100.7' },
      'the address of the reader, not of the proxy',
    )
  })
})
