// Attacks on rights that no other test tells of: ids of others' things, members that a body slips in, oracles by conditions, methods and work,
// headers that say who asks or where from, tokens out of time, and caches that are led to keep what is private.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { topics } from '../../src/http/principal.ts'
import { makeViewerToken } from '../../src/people/sessions/index.ts'
import { root } from '../../src/root.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start, type Answer } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t)
await aDomain(app, 'lib')
await aTitle(app, { domain: 'lib', title: 'So that ids have three digits', pages: 120 })
const always = { 'if-match': '*' }

const aJpeg = () =>
  sharp({ create: { width: 600, height: 800, channels: 3, background: '#963' } })
    .jpeg()
    .toBuffer()

interface Operation {
  readonly operationId: string
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> }
}
const { paths } = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)
const exampleOf = ({ requestBody }: Operation): unknown => requestBody?.content['application/json']?.example

type Ask = (method: string, url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
const asNobody: Ask = async (method, url, body, headers = {}) => {
  const found = await app.app.inject({
    method: method as 'GET',
    url,
    headers,
    ...(body === undefined ? {} : { payload: body as object }),
  })
  return {
    status: found.statusCode,
    headers: found.headers as Answer['headers'],
    body: found.body,
    raw: found.rawPayload,
  }
}

/** What an answer says, without what names the thing or the request. */
function said({ status, raw, headers }: Answer, names: readonly (number | string)[]) {
  const text = names.reduce<string>(
    (all, name) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '#'),
    raw.toString().replace(/"requestId":"[^"]*"/, ''),
  )
  return { status, text, etag: headers['etag'], control: headers['cache-control'], vary: headers['vary'] }
}

/** The first page of a title, with a scan that is served. */
async function scanOf(title: number): Promise<number> {
  const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  await app.call('PUT', `/api/v1/pages/${page}/master`, await aJpeg(), {
    'content-type': 'image/jpeg',
    ...always,
  })
  await app.drain()
  return page
}

t.test(
  'the last who manages users and the system does not lock all people out, and the operator may',
  async t => {
    const last = await aUser(app, { login: 'last', topics: ['SYSTEM', 'USER_MANAGEMENT'] })
    const session = await aSession(app, 'last')
    const own = `/api/v1/users/${last.uuid}`
    const any = { 'if-match': '*' }
    for (const body of [{ topics: ['SYSTEM'] }, { isActive: false }]) {
      const refused = await session('PATCH', own, body, any)
      t.equal(refused.status, 409, JSON.stringify(body))
      t.match(refused.body.detail, 'is the last who manages users and the system')
    }
    t.equal((await session('DELETE', own)).status, 409)
    t.match((await app.call('GET', own)).body, { isActive: true, topics: ['USER_MANAGEMENT', 'SYSTEM'] })
    const next = await aUser(app, { login: 'next', topics: ['SYSTEM', 'USER_MANAGEMENT'] })
    t.equal((await session('PATCH', own, { topics: ['SYSTEM'] }, any)).status, 200)
    t.equal((await app.call('DELETE', `/api/v1/users/${next.uuid}`)).status, 204)
    t.equal((await app.call('DELETE', own)).status, 204)
  },
)

t.test('whatever somebody else has answers like what is not there, at each address of it', async t => {
  const owner = await aUser(app, { login: 'owner', topics: ['ORDERS', 'CATALOGUING', 'IMPORT'] })
  const own = await aSession(app, 'owner')
  await aUser(app, { login: 'plain' })
  await aUser(app, { login: 'orderer', topics: ['ORDERS'] })
  const askers = {
    nobody: asNobody,
    'a reader': (await aSession(app, 'plain')) as Ask,
    'somebody with orders of their own': (await aSession(app, 'orderer')) as Ask,
  }
  const title = await aTitle(app, { domain: 'lib', title: 'Hidden' })
  const made = async (ask: Ask, url: string, body: object): Promise<any> => {
    const answer = await ask('POST', url, body)
    if (answer.status >= 300) throw new Error(`${url}: ${answer.status} ${answer.raw.toString()}`)
    return answer.body
  }
  const key = await made(own, '/api/v1/users/me/keys', { label: 'x' })
  const order = await made(own, '/api/v1/orders', { title: 'Letters' })
  await made(own, '/api/v1/notes', { nodes: [title], kind: 'cropped', text: 'x' })
  const note = (await own('GET', '/api/v1/notes')).body.items[0] as { id: number }
  const group = await made(app.call, '/api/v1/groups', { name: 'Closed circle' })
  await made(app.call, `/api/v1/groups/${group.id}/members`, { user: owner.uuid })
  const session = (await own('GET', '/api/v1/sessions')).body.items[0].id as number
  const imported = await made(own, '/api/v1/imports', {
    domain: 'lib',
    type: 'monograph',
    mods: '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>T</title></titleInfo></mods>',
  })
  const harvest = await made(app.call, '/api/v1/harvests', {
    domain: 'lib',
    baseUrl: 'https://example.org/oai',
    metadataPrefix: 'mods',
  })
  const batch = (await own('GET', '/api/v1/log')).body.items[0].batch as number
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      `insert into PRV_Identity (PI_ID, PI_PU_ID, PI_Source, PI_Subject) values (77, ${owner.id}, 'university', 'u-owner')`,
    ),
  )
  const absent = 2147483000
  const noUser = '00000000-0000-4000-8000-000000000000'
  const things: readonly (readonly [RegExp, string, number | string, number | string])[] = [
    [/^\/api\/v1\/users\/me\/keys\/\{key\}/, 'key', key.id, absent],
    [/^\/api\/v1\/users\/\{id\}/, 'id', owner.uuid, noUser],
    [/^\/api\/v1\/users\/me\/identities\/\{identity\}/, 'identity', 77, absent],
    [/^\/api\/v1\/users\/me\/groups\/\{id\}/, 'id', group.id, absent],
    [/^\/api\/v1\/sessions\/\{id\}/, 'id', session, absent],
    [/^\/api\/v1\/groups\/\{id\}/, 'id', group.id, absent],
    [/^\/api\/v1\/orders\/\{order\}/, 'order', order.id, absent],
    [/^\/api\/v1\/notes\/\{note\}/, 'note', note.id, absent],
    [/^\/api\/v1\/imports\/\{id\}/, 'id', imported.id, absent],
    [/^\/api\/v1\/jobs\/\{id\}/, 'id', imported.jobId ?? 1, absent],
    [/^\/api\/v1\/harvests\/\{id\}/, 'id', harvest.id, absent],
    [/^\/api\/v1\/operations\/\{batch\}/, 'batch', batch, absent],
  ]
  const fill = (path: string, name: string, value: number | string): string =>
    path
      .replace(`{${name}}`, String(value))
      .replace('{kind}', 'users')
      .replaceAll(/\{\w+\}/g, '1')
  let asked = 0
  for (const [pattern, name, real, missing] of things) {
    const those = operations.filter(({ path }) => pattern.test(path) && !path.endsWith('/events'))
    t.ok(those.length > 0, pattern.source)
    for (const { path, method, operation } of those)
      for (const [who, ask] of Object.entries(askers)) {
        // the topic for orders lets look up whom they are for
        if (path === '/api/v1/users/{id}' && method === 'GET' && /orders/.test(who)) continue
        const [found, other] = [
          await ask(method, fill(path, name, real), exampleOf(operation), always),
          await ask(method, fill(path, name, missing), exampleOf(operation), always),
        ]
        asked++
        t.same(said(found, [real, missing]), said(other, [real, missing]), `${method} ${path} by ${who}`)
        t.ok(found.status >= 400, `${method} ${path} by ${who}: ${found.status}`)
      }
  }
  t.ok(asked > 80, `${asked} requests`)
  t.equal((await own('GET', '/api/v1/session')).body.user.id, owner.uuid)
  t.match((await own('GET', '/api/v1/users/me/keys')).body.items, [{ id: key.id }])
  t.match((await own('GET', `/api/v1/orders/${order.id}`)).body, { title: 'Letters', state: order.state })
  t.equal((await app.call('GET', `/api/v1/groups/${group.id}/members`)).body.items.length, 1)
})

t.test('no body takes a member that it does not know, from whoever it comes', async t => {
  await aUser(app, { login: 'all', topics: [...topics] })
  const all = await aSession(app, 'all')
  const slipped = { isAdmin: true, PU_Topics: 'SYSTEM', ownerId: 1 }
  const wrong: string[] = []
  let asked = 0
  for (const { path, method, operation } of operations) {
    const example = exampleOf(operation)
    if (typeof example !== 'object' || example === null || Array.isArray(example)) continue
    const url = path
      .replace(/^\/api\/v1\/users\/\{id\}/, '/api/v1/users/00000000-0000-4000-8000-000000000000')
      .replaceAll(/\{\w+\}/g, '2147483000')
    const answer = await all(method, url, { ...example, ...slipped }, always)
    asked++
    if (answer.status !== 400 || !/isAdmin|PU_Topics|[Uu]nrecognized|ownerId/.test(answer.raw.toString()))
      wrong.push(`${method} ${path}: ${answer.status} ${answer.raw.toString().slice(0, 200)}`)
  }
  t.ok(asked > 60, `${asked} bodies`)
  t.same(wrong, [])
})

t.test('conditions, methods and ranges tell nothing of what is closed', async t => {
  await aUser(app, { login: 'curious' })
  const { cookie, token } = await aSession(app, 'curious')
  const asReader: Ask = (method, url, body, headers = {}) =>
    asNobody(method, url, body, { cookie, 'x-csrf-token': token, ...headers })
  const id = await aTitle(app, { domain: 'lib', title: 'Closed', release: true, pages: 1 })
  const doors = (of: number) => [
    `/api/v1/tree/${of}`,
    `/api/v1/titles/${of}`,
    `/api/v1/objects/${of}`,
    `/mets/${of}`,
    `/iiif/presentation/3/${of}/manifest`,
  ]
  const etags = await Promise.all(doors(id).map(async url => (await app.read(url)).headers['etag'] ?? '"1"'))
  await app.call(
    'PUT',
    `/api/v1/tree/${id}/rights`,
    { entries: [{ subject: 'everyone', right: 'see', effect: 'deny' }] },
    always,
  )
  const absent = Number(String(id).replace(/./g, '9'))
  for (const [at, url] of doors(id).entries())
    for (const [method, headers] of [
      ['GET', { 'if-none-match': etags[at] as string }],
      ['GET', { 'if-none-match': '*' }],
      ['GET', { 'if-modified-since': new Date().toUTCString() }],
      ['GET', { range: 'bytes=0-1' }],
      ['HEAD', {}],
      ['OPTIONS', {}],
      ['PATCH', { 'if-match': etags[at] as string }],
      ['PATCH', { 'if-match': '"999"' }],
      ['DELETE', { 'if-match': '"999"' }],
      ['PUT', {}],
      ['POST', {}],
    ] as const)
      for (const ask of [asNobody, asReader]) {
        const body = method === 'PATCH' ? { caption: 'x' } : undefined
        const [closed, missing] = [
          await ask(method, url, body, headers),
          await ask(method, doors(absent)[at] as string, body, headers),
        ]
        t.same(
          said(closed, [id, absent]),
          said(missing, [id, absent]),
          `${method} ${url} ${JSON.stringify(headers)}`,
        )
        t.not(closed.status, 412, 'no version is compared')
        t.not(closed.status, 304)
      }
  // as much work, and about as long: measured in turns, so that what else the machine does meets both
  for (const [at, url] of doors(id).entries()) {
    const other = doors(absent)[at] as string
    const times: [number[], number[]] = [[], []]
    for (let n = 0; n < 60; n++)
      for (const [which, door] of [url, other].entries()) {
        const began = process.hrtime.bigint()
        await app.read(door)
        times[which]?.push(Number(process.hrtime.bigint() - began))
      }
    const [closed, missing] = times.map(all => all.sort((a, b) => a - b)[30] as number) as [number, number]
    const ratio = closed / missing
    t.ok(ratio < 2 && ratio > 0.5, `${url}: ${ratio.toFixed(2)} times as long as what is not there`)
    // what is asked by the clock (who follows changes, whether rights are others by now) falls on one of them by chance
    const both = async () => [
      await statementsOf(() => app.read(url)),
      await statementsOf(() => app.read(other)),
    ]
    let [one, two] = await both()
    for (let n = 0; n < 4 && String(one) !== String(two); n++) [one, two] = await both()
    t.same(one, two, `${url}: the same statements`)
  }
})

t.test('no header says who asks, from where, or by which method', async t => {
  await aUser(app, { login: 'boss', topics: ['SYSTEM', 'USER_MANAGEMENT'] })
  const id = await aTitle(app, { domain: 'lib', title: 'Reading room', release: true, pages: 1 })
  const page = await scanOf(id)
  await app.call(
    'PUT',
    `/api/v1/tree/${id}/rights`,
    {
      entries: [
        { subject: 'everyone', right: 'see-image', effect: 'deny' },
        { subject: 'range', range: '127.0.0.0/8', right: 'see-image', effect: 'grant' },
      ],
    },
    always,
  )
  const at = (
    headers: Record<string, string>,
    remoteAddress = '198.51.100.7',
    url = `/iiif/image/3/${page}/full/max/0/default.jpg`,
  ) => app.app.inject({ url, headers, remoteAddress })
  const plain = (await at({})).statusCode
  t.equal(plain, 401)
  for (const headers of [
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { 'x-real-ip': '127.0.0.1' },
    { 'x-client-ip': '127.0.0.1' },
    { 'true-client-ip': '127.0.0.1' },
    { 'cf-connecting-ip': '127.0.0.1' },
    { 'x-remote-user': 'boss' },
    { remote_user: 'boss' },
    { 'x-shib-subject': 'boss', 'x-shib-mail': 'boss@example.org' },
    { 'x-original-url': '/api/v1/session', 'x-rewrite-url': '/api/v1/session' },
  ] as Record<string, string>[]) {
    t.equal((await at(headers)).statusCode, plain, JSON.stringify(headers))
    t.equal((await at(headers, '198.51.100.7', '/api/v1/session')).json().user, null)
  }
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override'])
    t.equal((await at({ [name]: 'DELETE' }, '198.51.100.7', `/api/v1/titles/${id}`)).statusCode, 200, name)
  const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
  const boss = await aSession(app, 'boss')
  const user = await aUser(app, { login: 'forgetful' })
  const link = await boss('POST', `/api/v1/users/${user.uuid}/password-link`, undefined, forged)
  t.equal(link.status, 200, link.raw.toString())
  t.notMatch(link.raw.toString(), /evil/, 'a link for a password leads to this house, whatever Host says')
})

t.test('tokens are good for their time, and keys to the moment', async t => {
  const user = await aUser(app, { login: 'timed' })
  const session = await aSession(app, 'timed')
  const id = await aTitle(app, { domain: 'lib', title: 'For one', release: true, pages: 1 })
  const page = await scanOf(id)
  await app.call(
    'PUT',
    `/api/v1/tree/${id}/rights`,
    {
      entries: [
        { subject: 'everyone', right: 'see', effect: 'deny' },
        ...['see', 'see-image'].map(right => ({ subject: 'user', user: user.uuid, right, effect: 'grant' })),
      ],
    },
    always,
  )
  const { now } = Date
  t.teardown(() => (Date.now = now))
  const token = makeViewerToken(app.services, { userId: user.id }, 'https://viewer.example')
  const by = async (bearer: string, url: string) =>
    (await app.read(url, { authorization: `Bearer ${bearer}` })).status
  const info = `/iiif/image/3/${page}/info.json`
  t.equal(await by(token, info), 200)
  t.equal((await app.read(info)).status, 404)
  const soon = new Date(now() + 60_000).toISOString()
  const { key } = (await session('POST', '/api/v1/users/me/keys', { label: 'x', expiresAt: soon })).body
  t.equal(await by(key, '/api/v1/users/me'), 200)
  for (const own of ['/users/me', '/users/me/keys', '/users/me/log', '/sessions', '/users/me/rights'])
    t.equal(
      await by(token, `/api/v1${own}`),
      403,
      `${own}: a page of another site learns nothing of its reader`,
    )
  Date.now = () => now() + 3_601_000
  t.equal(await by(token, info), 401)
  // what is looked up of a key is bound to the database's clock no more than to ours
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      `update PRV_ApiKey set PAK_ExpiryTS = dateadd(-1 second to current_timestamp) where PAK_PU_ID = ${user.id}`,
    ),
  )
  Date.now = () => now() + 10_000
  t.equal(await by(key, '/api/v1/users/me'), 401)
})

t.test('no address is made to look like a file that a cache would keep', async t => {
  await aUser(app, { login: 'cached' })
  const session = await aSession(app, 'cached')
  for (const base of ['/api/v1/session', '/api/v1/users/me', '/loans', '/desk/ways'])
    for (const more of ['/x.css', '/x.js', ';x.css', '%2fx.css', '%3bx.png', '%00.css', '.css', '?x.css']) {
      const { status, headers, raw } = await session('GET', base + more, undefined, { accept: '*/*' })
      t.notMatch(raw.toString(), /csrfToken|User cached/, `${base}${more}: ${status}`)
      t.notMatch(headers['cache-control'] ?? '', /\bpublic\b|s-maxage/, base + more)
    }
  // one address, first by somebody and then by nobody: what is private is in no answer that was kept here, either
  const id = await aTitle(app, { domain: 'lib', title: 'Twice asked', release: true })
  await aUser(app, { login: 'keen', topics: ['CATALOGUING'] })
  const cataloguer = await aSession(app, 'keen')
  await app.call('PATCH', `/api/v1/titles/${id}`, { comment: 'not for readers' }, always)
  for (const url of [`/api/v1/titles/${id}`, `/api/v1/tree/${id}`, `/api/v1/objects/${id}`]) {
    const mine = await cataloguer('GET', url)
    const theirs = await app.read(url)
    t.match(mine.headers['vary'], /Cookie/, url)
    t.match(mine.headers['cache-control'], /\bprivate\b/, url)
    t.notMatch(theirs.raw.toString(), /not for readers/, url)
    if (!mine.raw.equals(theirs.raw))
      t.not(mine.headers['etag'], theirs.headers['etag'], `${url}: nor is one taken for the other`)
  }
})
