// How readers get to see what is restricted: the log-in page, and viewers of other sites by the IIIF Authorization Flow.
import sharp from 'sharp'
import t from '../support/tap.ts'
import { aUser, password } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t, {
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
  FIREFOLIO_SERVER_TRUSTPROXY: '127.0.0.1',
  FIREFOLIO_SHIBBOLETH_ON: 'true',
  FIREFOLIO_SHIBBOLETH_ACCOUNTS: 'create',
})
await aDomain(app, 'lib')
const reader = await aUser(app, { login: 'reader' })
await aUser(app, { login: 'stranger' })
await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING', 'USER_MANAGEMENT'] })
const viewerSite = 'https://viewer.example'
const id = await aTitle(app, { domain: 'lib', title: 'Beschraenkt', release: true, pages: 1 })
const page = (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items[0].id as number
await app.call(
  'PUT',
  `/api/v1/pages/${page}/master`,
  await sharp({ create: { width: 600, height: 800, channels: 3, background: '#963' } })
    .jpeg()
    .toBuffer(),
  { 'content-type': 'image/jpeg', 'if-match': '*' },
)
await app.drain()
const restrict = (entries: object[]) =>
  app.call('PUT', `/api/v1/tree/${id}/rights`, { entries }, { 'if-match': '*' })
const forReader = [
  { subject: 'everyone', right: 'see-image', effect: 'deny', until: '2040-01-01T00:00:00Z' },
  { subject: 'user', user: reader.uuid, right: 'see-image', effect: 'grant' },
]
const info = `/iiif/image/3/${page}/info.json`
const image = `/iiif/image/3/${page}/full/max/0/default.jpg`

const post = async (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  await app.app.inject({
    method: 'POST',
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })
const cookiesOf = (answer: { headers: Record<string, unknown> }): string[] =>
  [answer.headers['set-cookie'] ?? []].flat().map(String)
/** What the frame of the token service says, and to whom. */
const messageOf = (text: string): { message: Record<string, unknown>; origin: string } => {
  const [, message = '{}', origin = '""'] = /postMessage\((\{.*\}), ("[^"]*")\)/.exec(text) ?? []
  return { message: JSON.parse(message) as Record<string, unknown>, origin: JSON.parse(origin) as string }
}
const tokenAt = (version: 1 | 2, cookie: string, origin = viewerSite) =>
  app.read(`/iiif/auth/${version}/token?messageId=7&origin=${encodeURIComponent(origin)}`, { cookie })

t.test('what everyone may see needs no services to log in by', async t => {
  t.notOk((await app.read(info)).body.service)
  t.notMatch((await app.read(`/iiif/presentation/3/${id}/manifest`)).raw.toString(), /iiif\/auth/)
})

t.test('info.json and the manifest tell where to log in, also to who may not see the image', async t => {
  await restrict(forReader)
  const answer = await app.read(info)
  t.equal(answer.status, 401)
  t.match(answer.body, { width: 600, height: 800 })
  t.equal(answer.headers['cache-control'], 'private, no-store')
  const [probe, cookies] = answer.body.service
  t.match(probe, { type: 'AuthProbeService2', id: `https://library.example/iiif/auth/2/probe/${page}` })
  t.match(probe.service, [
    {
      type: 'AuthAccessService2',
      profile: 'active',
      service: [{ type: 'AuthAccessTokenService2' }, { type: 'AuthLogoutService2' }],
    },
  ])
  t.match(cookies, {
    profile: 'http://iiif.io/api/auth/1/login',
    service: [
      { profile: 'http://iiif.io/api/auth/1/token' },
      { profile: 'http://iiif.io/api/auth/1/logout' },
    ],
  })
  const manifest = (await app.read(`/iiif/presentation/3/${id}/manifest`)).body
  t.match(manifest.items[0].items[0].items[0].body.service[0], {
    type: 'ImageService3',
    service: [{ type: 'AuthProbeService2' }],
  })
  t.equal((await app.read(image)).status, 401)
})

t.test(
  'a reader logs in from a viewer of another site, which gets a token and sees the image by it',
  async t => {
    const window_ = await app.read(`/iiif/auth/access?origin=${encodeURIComponent(viewerSite)}`)
    t.equal(window_.status, 200)
    t.match(
      window_.raw.toString(),
      /<form method="post" action="\/log-in\?origin=https%3A%2F%2Fviewer.example"/,
    )
    const answer = await post(`/log-in?origin=${encodeURIComponent(viewerSite)}`, {
      login: 'reader',
      password,
    })
    t.equal(answer.statusCode, 200)
    t.match(answer.body, /window\.close/)
    const viewer = cookiesOf(answer).find(each => each.startsWith('firefolio-viewer=')) ?? ''
    t.match(viewer, /HttpOnly/)
    t.match(viewer, /Secure/)
    t.match(viewer, /SameSite=None/)
    const cookie = viewer.split(';')[0] as string
    t.equal((await app.read(image, { cookie })).status, 200, 'images come with the cookie')
    t.equal((await app.read(`/api/v1/users/me`, { cookie })).status >= 400, true, 'and nothing else does')
    for (const version of [1, 2] as const) {
      const frame = await tokenAt(version, cookie)
      t.match(frame.headers['content-security-policy'], /frame-ancestors \*/)
      const { message, origin } = messageOf(frame.raw.toString())
      t.equal(origin, viewerSite)
      t.match(message, { messageId: '7', accessToken: /^fv_/, expiresIn: 3600 })
      const authorization = `Bearer ${message['accessToken'] as string}`
      t.equal((await app.read(info, { authorization })).status, 200)
      t.match((await app.read(`/iiif/auth/2/probe/${page}`, { authorization })).body, {
        type: 'AuthProbeResult2',
        status: 200,
      })
      const write = await app.app.inject({
        method: 'PATCH',
        url: `/api/v1/titles/${id}`,
        payload: {},
        headers: { authorization, 'if-match': '*' },
      })
      t.ok([401, 403].includes(write.statusCode), 'it is for reading alone')
    }
    const other = messageOf((await tokenAt(2, cookie, 'https://evil.example')).raw.toString())
    t.match(
      other.message,
      { type: 'AuthAccessTokenError2', profile: 'missingAspect' },
      'no other site gets one',
    )
    t.notOk('accessToken' in other.message)
  },
)

t.test('the probe says why not, and tells nothing of what is not seen', async t => {
  const probe = `/iiif/auth/2/probe/${page}`
  t.match((await app.read(probe)).body, {
    status: 401,
    note: { en: ['This image is restricted until 2040-01-01.'] },
  })
  const login = await post(`/log-in?origin=${encodeURIComponent(viewerSite)}`, {
    login: 'stranger',
    password,
  })
  const cookie =
    cookiesOf(login)
      .find(each => each.startsWith('firefolio-viewer='))
      ?.split(';')[0] ?? ''
  const { message } = messageOf((await tokenAt(2, cookie)).raw.toString())
  const authorization = `Bearer ${message['accessToken'] as string}`
  t.match((await app.read(probe, { authorization })).body, { status: 403 }, 'logged in, and not admitted')
  t.equal((await app.read(info, { authorization })).status, 403)
  await restrict([{ subject: 'everyone', right: 'see', effect: 'deny' }])
  t.same((await app.read(probe)).body, (await app.read('/iiif/auth/2/probe/2147483000')).body)
  await restrict(forReader)
})

t.test('tokens that are forged, changed or of somebody who was shut out open nothing', async t => {
  const login = await post(`/log-in?origin=${encodeURIComponent(viewerSite)}`, { login: 'reader', password })
  const cookie =
    cookiesOf(login)
      .find(each => each.startsWith('firefolio-viewer='))
      ?.split(';')[0] ?? ''
  const token = messageOf((await tokenAt(2, cookie)).raw.toString()).message['accessToken'] as string
  const [payload = '', signature = ''] = token.slice(3).split('.')
  const forged = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), e: 9999999999 }),
  ).toString('base64url')
  for (const wrong of [`fv_${forged}.${signature}`, `fv_${payload}.${'A'.repeat(43)}`, 'fv_x.y'])
    t.equal((await app.read(info, { authorization: `Bearer ${wrong}` })).status, 401, wrong)
  await restrict([forReader[0] as object])
  t.equal(
    (await app.read(info, { authorization: `Bearer ${token}` })).status,
    403,
    'rights are looked up when it is used',
  )
  await restrict(forReader)
})

t.test('the log-in page goes on to an address of ours alone', async t => {
  const answer = await post('/log-in?next=%2Fid%2F5%2Fview', { login: 'reader', password })
  t.equal(answer.statusCode, 303)
  t.equal(answer.headers.location, '/id/5/view')
  for (const next of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/a b',
  ])
    t.equal(
      (await post(`/log-in?next=${encodeURIComponent(next)}`, { login: 'reader', password })).statusCode,
      400,
      next,
    )
  const wrong = await post('/log-in', { login: '"><script>', password: 'no' })
  t.equal(wrong.statusCode, 401)
  t.match(wrong.body, /passen nicht zusammen/)
  t.notMatch(wrong.body, /"><script>/)
  t.equal(
    (await post('/log-in', { login: 'reader', password }, { 'sec-fetch-site': 'cross-site' })).statusCode,
    403,
  )
  t.match((await app.read('/log-in', { 'accept-language': 'en' })).raw.toString(), /Log in/)
})

t.test(
  'where somebody sits can be enough: the external profile, and a token that is bound to the address',
  async t => {
    await restrict([
      forReader[0] as object,
      { subject: 'range', range: '127.0.0.0/8', right: 'see-image', effect: 'grant' },
    ])
    const outside = { remoteAddress: '198.51.100.7' }
    const told = await app.app.inject({ url: info, ...outside })
    t.equal(told.statusCode, 401)
    t.match(told.json().service[0].service[0], { profile: 'external' })
    const token = messageOf((await tokenAt(2, '')).raw.toString()).message['accessToken'] as string
    t.match(token, /^fv_/)
    t.equal((await app.read(info, { authorization: `Bearer ${token}` })).status, 200)
    t.equal(
      (await app.app.inject({ url: info, headers: { authorization: `Bearer ${token}` }, ...outside }))
        .statusCode,
      401,
    )
    await restrict(forReader)
  },
)

t.test(
  'where nobody has to type anything, viewers are offered a kiosk that lets their readers in',
  async t => {
    const kiosk = {
      id: 'https://library.example/log-in/shibboleth',
      type: 'AuthAccessService2',
      profile: 'kiosk',
    }
    const profiles = async () =>
      (await app.read(info)).body.service[0].service.map((each: { profile: string }) => each.profile)
    t.same(await profiles(), ['active'])
    const { shibboleth } = app.services.config as { shibboleth: { kiosk: boolean } }
    shibboleth.kiosk = true
    t.teardown(() => (shibboleth.kiosk = false))
    await restrict([
      forReader[0] as object,
      {
        subject: 'group',
        group: 2,
        right: 'see-image',
        effect: 'grant',
      },
    ])
    const { service } = (await app.read(info)).body
    t.same(await profiles(), ['kiosk', 'active'], 'the one that asks for nothing first')
    t.match(service[0].service[0], {
      ...kiosk,
      service: [{ type: 'AuthAccessTokenService2' }, { type: 'AuthLogoutService2' }],
    })
    t.match(service[1], { '@id': kiosk.id, profile: 'http://iiif.io/api/auth/1/kiosk' })
    const manifest = (await app.read(`/iiif/presentation/3/${id}/manifest`)).raw.toString()
    t.match(manifest, kiosk.id)
    const window_ = (headers: Record<string, string>) =>
      app.read(`/log-in/shibboleth?origin=${encodeURIComponent(viewerSite)}`, headers)
    t.equal((await window_({})).status >= 400, true, 'who the proxy does not name is not let in')
    const opened = await window_({ 'x-shib-subject': 'sub-7', 'x-shib-name': 'Kim Reader' })
    t.equal(opened.status, 200, 'no form stands between')
    t.match(opened.raw.toString(), /window\.close\(\)/)
    const cookie =
      cookiesOf(opened)
        .find(each => each.startsWith('firefolio-viewer='))
        ?.split(';')[0] ?? ''
    const { message } = messageOf((await tokenAt(2, cookie)).raw.toString())
    const authorization = `Bearer ${message['accessToken'] as string}`
    t.match((await app.read(`/iiif/auth/2/probe/${page}`, { authorization })).body, { status: 200 })
    t.equal((await app.read(info, { authorization })).status, 200)
    t.equal((await app.read(image, { cookie })).status, 200)
    await restrict(forReader)
  },
)

t.test('logging out ends the session, by a window and not by a picture', async t => {
  const login = await post('/log-in', { login: 'reader', password })
  const cookie =
    cookiesOf(login)
      .find(each => each.startsWith('__Host-firefolio='))
      ?.split(';')[0] ?? ''
  t.equal((await app.read(image, { cookie })).status, 200)
  await app.read('/iiif/auth/log-out', { cookie, 'sec-fetch-dest': 'image' })
  t.equal((await app.read(image, { cookie })).status, 200)
  await app.read('/iiif/auth/log-out', { cookie, 'sec-fetch-dest': 'document' })
  t.equal((await app.read(image, { cookie })).status, 401)
})

t.test('the reading room says why a work is closed, until when, and where to log in', async t => {
  const page_ = await app.read(`/id/${id}`, { accept: 'text/html', 'accept-language': 'en' })
  t.equal(page_.status, 200)
  const text = page_.raw.toString()
  t.match(text, /We may not show the images of this work to everyone until [^<]*2040/)
  t.match(text, /href="\/log-in\?next=%2Fid%2F\d+"/)
  t.notMatch(text, /href="[^"]*\/download\/pdf\//)
  const view = await app.read(`/id/${id}/view`, { accept: 'text/html', 'accept-language': 'en' })
  t.match(view.raw.toString(), /We may not show the images of this work to everyone until [^<]*2040/)
  const login = await post('/log-in', { login: 'reader', password })
  const cookie =
    cookiesOf(login)
      .find(each => each.startsWith('__Host-firefolio='))
      ?.split(';')[0] ?? ''
  const open = await app.read(`/id/${id}`, { accept: 'text/html', 'accept-language': 'en', cookie })
  t.notMatch(open.raw.toString(), /We may not show/)
})

t.test('a viewer of another site gets nothing of what its reader works on', async t => {
  const hidden = await aTitle(app, { domain: 'lib', title: 'Noch verborgen', pages: 1 })
  const login = await post(`/log-in?origin=${encodeURIComponent(viewerSite)}`, {
    login: 'cataloguer',
    password,
  })
  const cookie =
    cookiesOf(login)
      .find(each => each.startsWith('firefolio-viewer='))
      ?.split(';')[0] ?? ''
  const token = messageOf((await tokenAt(2, cookie)).raw.toString()).message['accessToken'] as string
  const authorization = `Bearer ${token}`
  t.equal((await app.read(`/api/v1/titles/${hidden}`, { authorization })).status, 404)
  for (const closed of ['/api/v1/users', '/api/v1/log', '/api/v1/jobs'])
    t.equal((await app.read(closed, { authorization })).status, 403, closed)
})
