// Users: what is shown to whom, who may change what, keys, one-time links, and what is left of somebody who was deleted.
import { SMTPServer } from 'smtp-server'
import t from '../support/tap.ts'
import { identitiesOf } from '../../src/people/sessions/index.ts'
import { welcomeLink } from '../../src/people/accounts/index.ts'
import { aSession, aUser, password } from '../support/people.ts'
import { aDomain, aSecondProcess, aTitle, operatorKey, start } from '../support/start.ts'
import { until } from '../support/until.ts'

/** Letters that arrive at an SMTP server on this machine. */
const letters: string[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    const parts: Buffer[] = []
    stream.on('data', part => parts.push(part as Buffer))
    stream.on('end', () => {
      letters.push(Buffer.concat(parts).toString('utf8').replaceAll('=\r\n', '').replaceAll('=3D', '='))
      done()
    })
  },
})
await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>(resolve => smtp.close(resolve)))

const app = await start(t, {
  FIREFOLIO_MAIL_HOST: '127.0.0.1',
  FIREFOLIO_MAIL_PORT: String((smtp.server.address() as { port: number }).port),
  FIREFOLIO_MAIL_FROM: 'Library <library@example.org>',
  FIREFOLIO_SERVER_PUBLICURL: 'http://library.example',
  FIREFOLIO_ACCESS_LOGINATTEMPTS: '3',
})
await aDomain(app)
const publicly = (
  method: string,
  url: string,
  payload?: object,
  headers: Record<string, string> = {},
  ip = '127.0.0.1',
) =>
  app.app.inject({
    method: method as 'GET',
    url,
    headers,
    remoteAddress: ip,
    ...(payload ? { payload } : {}),
  })
const codeIn = (letter: string | undefined): string => /#([\w-]{43})/.exec(letter ?? '')?.[1] as string

await aUser(app, {
  login: 'boss',
  topics: ['USER_MANAGEMENT', 'CATALOGUING', 'IMPORT'],
})
const boss = await aSession(app, 'boss')

t.test('users are added, found, changed, and shown in three views', async t => {
  const made = await boss('POST', '/api/v1/users', {
    name: 'Ada Lovelace',
    login: 'Ada',
    email: 'ada@example.org',
    emailPublic: 'office@example.org',
    affiliation: 'University of Somewhere',
    orcid: '0000-0002-1825-0097',
    url: 'https://example.org/ada',
    contact: 'Room 5',
    topics: ['CATALOGUING'],
    password,
  })
  t.equal(made.status, 201, made.raw.toString())
  t.match(made.body, {
    login: 'ada',
    topics: ['CATALOGUING'],
    isPartial: false,
    isActive: true,
    hasPassword: true,
    isEmailConfirmed: false,
    logIns: { count: 0 },
  })
  t.notMatch(made.raw.toString(), /argon2|PU_/)
  const self = made.headers['location'] as string
  const ada = await aSession(app, 'ada')
  t.match((await ada('GET', '/api/v1/users/me')).body, {
    email: 'ada@example.org',
    logIns: { count: 1, currentAddress: '127.0.0.1', lastAt: null },
  })
  await aUser(app, { login: 'seeker', topics: ['USER_SEARCH'] })
  const seeker = await aSession(app, 'seeker')
  const few = (await seeker('GET', self)).body
  t.match(few, {
    name: 'Ada Lovelace',
    emailPublic: 'office@example.org',
    affiliation: 'University of Somewhere',
  })
  for (const name of ['email', 'login', 'topics', 'authIds', 'logIns', 'isActive']) t.notOk(name in few, name)
  const found = await seeker('GET', '/api/v1/users?q=lovelace')
  t.same(
    found.body.items.map((each: { name: string }) => each.name),
    ['Ada Lovelace'],
  )
  t.same((await seeker('GET', '/api/v1/users?q=ada@example')).body.items, [], 'not by what is not shown')
  t.equal((await boss('GET', '/api/v1/users?q=ada@example')).body.items.length, 1)
  t.equal((await boss('GET', '/api/v1/users?q=%C3%A4')).status, 200)
  t.equal((await ada('GET', self)).status, 403, 'looking others up needs a topic')
  t.equal((await publicly('GET', self)).statusCode, 401)

  const { headers } = await boss('GET', self)
  t.equal((await boss('PATCH', self, { name: 'A. Lovelace' })).status, 428)
  const none = { 'if-none-match': headers['etag'] as string }
  t.equal((await boss('GET', self, undefined, none)).status, 304, 'who has it is not sent it again')
  const etag = headers['etag'] as string
  t.equal((await boss('PATCH', self, { name: 'A. Lovelace' }, { 'if-match': etag })).status, 200)
  t.equal((await boss('PATCH', self, { name: 'B.' }, { 'if-match': etag })).status, 412)
  const log = (await ada('GET', '/api/v1/users/me/log')).body.items
  t.match(
    log.map((each: { action: string }) => each.action),
    ['change', 'log-in', 'create'],
  )
  t.match(log[0].data, { name: 'A. Lovelace', login: 'ada' }, 'a full copy')
  t.notMatch(JSON.stringify(log), /argon2/)
  const actions = (await boss('GET', '/api/v1/users/me/actions')).body.items
  t.ok(
    actions.some(
      (each: { action: string; entity: string }) => each.action === 'create' && each.entity === 'user',
    ),
  )
})

t.test('wrong fields are refused by name', async t => {
  for (const [field, value] of Object.entries({
    orcid: '0000-0002-1825-0098',
    url: 'javascript:alert(1)',
    email: 'nobody',
    login: 'a@b',
    name: '',
    topics: ['ALL'],
    isAdmin: true,
  })) {
    const answer = await boss('POST', '/api/v1/users', { name: 'X', [field]: value })
    t.equal(answer.status, 400, field)
    t.match(JSON.stringify(answer.body), new RegExp(field))
  }
  for (const weak of ['short', 'passwordpassword', 'aaaaaaaaaaaaaa', 'weakling-1234'])
    t.equal(
      (await boss('POST', '/api/v1/users', { name: 'X', login: 'weakling', password: weak })).status,
      422,
      weak,
    )
  t.equal(
    (await boss('POST', '/api/v1/users', { name: 'Y', login: 'BOSS' })).status,
    409,
    'a log-in is one only',
  )
})

t.test('USER_ADD adds and changes users who never log in, and no others', async t => {
  await aUser(app, { login: 'adder', topics: ['USER_ADD'] })
  const adder = await aSession(app, 'adder')
  const made = await adder('POST', '/api/v1/users', { name: 'State Library', kind: 'organisation' })
  t.match(made.body, { kind: 'organisation', isPartial: true })
  const self = made.headers['location'] as string
  t.equal((await adder('PATCH', self, { affiliation: 'State' }, { 'if-match': '*' })).status, 200)
  for (const body of [{ login: 'lib' }, { password }, { topics: ['USER_ADD'] }, { isActive: true }])
    t.equal((await adder('PATCH', self, body, { 'if-match': '*' })).status, 403, JSON.stringify(body))
  t.equal((await adder('POST', '/api/v1/users', { name: 'X', login: 'xx' })).status, 403)
  const bossId = (await boss('GET', '/api/v1/session')).body.user.id
  t.equal((await adder('PATCH', `/api/v1/users/${bossId}`, { name: 'Y' }, { 'if-match': '*' })).status, 403)
  t.equal((await adder('DELETE', self)).status, 403)
})

t.test('nobody gives what they have not, or takes over somebody who may do more', async t => {
  const root = await aUser(app, { login: 'root', topics: ['SYSTEM', 'USER_MANAGEMENT'] })
  const plain = await aUser(app, { login: 'plain' })
  const to = (id: string, body: object) => boss('PATCH', `/api/v1/users/${id}`, body, { 'if-match': '*' })
  t.equal((await to(plain.uuid, { topics: ['SYSTEM'] })).status, 403)
  t.equal((await to(plain.uuid, { topics: ['IMPORT'] })).status, 200)
  const bossId = (await boss('GET', '/api/v1/session')).body.user.id as string
  t.equal((await to(bossId, { topics: ['USER_MANAGEMENT', 'SYSTEM'] })).status, 403)
  for (const body of [
    { password: 'another good secret' },
    { email: 'me@example.org' },
    { login: 'r2' },
    { isActive: false },
    { topics: [] },
  ])
    t.equal((await to(root.uuid, body)).status, 403, JSON.stringify(body))
  t.equal((await to(root.uuid, { affiliation: 'IT' })).status, 200, 'what opens nothing may be changed')
  t.equal((await boss('DELETE', `/api/v1/users/${root.uuid}`)).status, 403)
  t.equal((await boss('POST', `/api/v1/users/${root.uuid}/keys`, { label: 'x' })).status, 403)
  t.equal((await boss('POST', `/api/v1/users/${root.uuid}/password-link`)).status, 403)
  const me = await aSession(app, 'plain')
  for (const body of [{ topics: ['SYSTEM'] }, { login: 'x' }, { isActive: true }, { id: 1 }])
    t.equal(
      (await me('PATCH', '/api/v1/users/me', body, { 'if-match': '*' })).status,
      400,
      JSON.stringify(body),
    )
  const key = (await boss('POST', '/api/v1/users/me/keys', { label: 'n', scopes: ['USER_MANAGEMENT'] })).body
    .key
  const narrowed = await publicly(
    'PATCH',
    `/api/v1/users/${plain.uuid}`,
    { topics: ['CATALOGUING'] },
    { authorization: `Bearer ${key}`, 'if-match': '*' },
  )
  t.equal(narrowed.statusCode, 403, 'a key gives nothing that its scopes leave out')
})

t.test('keys work as their scopes say, and end', async t => {
  const { id } = await aUser(app, { login: 'robot', topics: ['CATALOGUING', 'IMPORT'] })
  const robot = await aSession(app, 'robot')
  const make = async (body: object) => (await robot('POST', '/api/v1/users/me/keys', body)).body
  const full = await make({ label: 'all' })
  t.match(full.key, /^ff_\d+_[\w-]{43}$/)
  t.same((await robot('GET', '/api/v1/users/me/keys')).body.items[0].key, undefined, 'told once')
  const { rows } = await app.services.database.withConnection(connection =>
    connection.run('select PAK_Hash as "hash" from PRV_ApiKey'),
  )
  t.notOk(rows.some(row => (full.key as string).includes(row['hash'] as string)))
  const by = (key: string) => ({ authorization: `Bearer ${key}` })
  const title = await aTitle(app)
  const write = (key: string) =>
    publicly('PATCH', `/api/v1/titles/${title}`, { comment: 'k' }, { ...by(key), 'if-match': '*' })
  const status = async (key: string) => [
    (await publicly('GET', `/api/v1/titles/${title}`, undefined, by(key))).statusCode,
    (await write(key)).statusCode,
    (await publicly('GET', '/api/v1/imports', undefined, by(key))).statusCode,
    (await publicly('POST', '/api/v1/users/me/keys', { label: 'more' }, by(key))).statusCode,
  ]
  t.same(await status(full.key), [200, 200, 200, 201])
  t.same(await status((await make({ label: 'r', scopes: ['read'] })).key), [200, 403, 403, 403])
  t.same(await status((await make({ label: 'i', scopes: ['import'] })).key), [200, 403, 200, 403])
  t.same(await status((await make({ label: 'c', scopes: ['CATALOGUING'] })).key), [200, 200, 403, 403])
  t.same(
    await status((await make({ label: 's', scopes: ['SYSTEM'] })).key),
    [404, 403, 403, 403],
    'never widens',
  )
  const me = await publicly('GET', '/api/v1/users/me', undefined, by(full.key))
  t.equal(me.json().login, 'robot')
  t.match((await robot('GET', '/api/v1/users/me/keys')).body.items.at(-1).usedAt, /^20/)
  const bad = `${(full.key as string).slice(0, -1)}${(full.key as string).endsWith('A') ? 'B' : 'A'}`
  for (const key of [
    bad,
    'ff_1_x',
    `ff_999999_${'a'.repeat(43)}`,
    (full.key as string).replace(/^ff_\d+/, 'ff_1'),
  ])
    t.equal((await publicly('GET', '/api/v1/users/me', undefined, by(key))).statusCode, 401, key)
  const asSession = await publicly('POST', '/api/v1/session', { login: 'robot', key: full.key })
  t.match(asSession.json(), { means: 'key', user: { login: 'robot' } })
  t.equal((await publicly('POST', '/api/v1/session', { login: 'boss', key: full.key })).statusCode, 401)
  const reading = await make({ label: 'r2', scopes: ['read'] })
  t.equal((await publicly('POST', '/api/v1/session', { login: 'robot', key: reading.key })).statusCode, 403)
  t.equal(
    (await robot('POST', '/api/v1/users/me/keys', { label: 'x', expiresAt: '2020-01-01T00:00:00Z' })).status,
    422,
  )
  t.equal((await boss('DELETE', `/api/v1/users/me/keys/${full.id}`)).status, 404, 'not one of theirs')
  t.equal((await robot('DELETE', `/api/v1/users/me/keys/${full.id}`)).status, 204)
  t.equal((await write(full.key)).statusCode, 401, 'at once')
  const late = await make({ label: 'late', expiresAt: new Date(Date.now() + 60_000).toISOString() })
  t.equal((await write(late.key)).statusCode, 200)
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(`update PRV_ApiKey set PAK_ExpiryTS = current_timestamp where PAK_Label = 'late'`),
  )
  identitiesOf(app.services).forget()
  t.equal((await write(late.key)).statusCode, 401, 'over')
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(`update PRV_User set PU_Active = 0 where PU_ID = ${id}`),
  )
  identitiesOf(app.services).forget()
  t.equal((await publicly('GET', '/api/v1/users/me', undefined, by(reading.key))).statusCode, 401)
})

t.test('own password and address need the password that was; other sessions end', async t => {
  await aUser(app, { login: 'self', email: 'self@example.org' })
  const [here, there] = [await aSession(app, 'self'), await aSession(app, 'self')]
  const patch = (body: object) => here('PATCH', '/api/v1/users/me', body, { 'if-match': '*' })
  const fresh = 'quite another secret'
  t.equal((await patch({ password: fresh })).status, 403)
  t.equal((await patch({ password: fresh, currentPassword: 'wrong' })).status, 403)
  t.equal((await patch({ email: 'thief@example.org' })).status, 403)
  t.equal((await patch({ email: 'self@example.org', affiliation: 'Home' })).status, 200)
  t.equal((await patch({ password: fresh, currentPassword: password })).status, 200)
  t.equal((await there('GET', '/api/v1/session')).body.user, null)
  const after = await here('GET', '/api/v1/session')
  t.equal(after.body.user.login, 'self', 'the one that asked goes on')
  const rotated = String([after.headers['set-cookie']].flat()[0])
  t.match(rotated, /^firefolio=[\w-]{43}/, 'with another token')
  t.not(here.cookie.split(';')[0], rotated.split(';')[0])
  t.ok((await here('GET', '/api/v1/session')).body.user, 'requests under way are let through')
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(
      `update PRV_Session set PS_RotateTS = dateadd(-2 minute to current_timestamp) where PS_OldHash is not null`,
    ),
  )
  identitiesOf(app.services).forget()
  t.equal((await here('GET', '/api/v1/session')).body.user, null, 'for a minute')
  t.ok((await aSession(app, 'self', fresh)).token)
})

t.test('an address is confirmed and a password chosen by links that are good once', async t => {
  await aUser(app, { login: 'mailed', email: 'mailed@example.org' })
  const session = await aSession(app, 'mailed')
  t.equal((await session('POST', '/api/v1/users/me/confirmation')).status, 202)
  await app.drain()
  const confirmation = letters.pop()
  t.match(confirmation, /http:\/\/library\.example\/desk\/confirm#/)
  t.match(confirmation, /To: mailed@example\.org/)
  const code = codeIn(confirmation)
  t.equal((await publicly('POST', '/api/v1/password', { code, password })).statusCode, 410, 'of another kind')
  t.equal((await publicly('POST', '/api/v1/confirmation', { code })).statusCode, 204)
  t.equal((await publicly('POST', '/api/v1/confirmation', { code })).statusCode, 410, 'once')
  t.match((await session('GET', '/api/v1/users/me/log?limit=1')).body.items, [
    { action: 'change', data: { isEmailConfirmed: true } },
  ])
  t.equal((await session('GET', '/api/v1/session')).body.user.isEmailConfirmed, true)

  const ask = (login: string) => publicly('POST', '/api/v1/password-reset', { login })
  const aLetter = () => until(async () => (await app.drain()) >= 0 && letters.length > 0, 'the letter')
  const unknown = await ask('nobody@example.org')
  const known = await ask('mailed@example.org')
  t.same([unknown.statusCode, unknown.body], [known.statusCode, known.body], 'who exists is not told')
  await aLetter()
  t.equal(letters.length, 1)
  const first = codeIn(letters.pop())
  await ask('mailed')
  await aLetter()
  const second = codeIn(letters.pop())
  const fresh = 'chosen by a link'
  t.equal(
    (await publicly('POST', '/api/v1/password', { code: first, password: fresh })).statusCode,
    410,
    'a newer one was made',
  )
  const both = await Promise.all(
    [1, 2].map(() => publicly('POST', '/api/v1/password', { code: second, password: fresh })),
  )
  t.same(
    both.map(each => each.statusCode).sort((a, b) => a - b),
    [204, 410],
    'two at once: one is first',
  )
  t.equal((await session('GET', '/api/v1/session')).body.user, null, 'sessions have ended')
  t.ok(await aSession(app, 'mailed', fresh))

  const link = await boss(
    'POST',
    `/api/v1/users/${(await aUser(app, { login: 'unmailed' })).uuid}/password-link`,
  )
  t.match(link.body, { isSent: false, link: /^http:\/\/library\.example\/desk\/password#/ })
  await app.services.database.inTransaction({}, (_, connection) =>
    connection.run(`update PRV_Code set PCD_ExpiryTS = dateadd(-1 second to current_timestamp)`),
  )
  t.equal(
    (await publicly('POST', '/api/v1/password', { code: codeIn(link.body.link), password })).statusCode,
    410,
    'too old',
  )
})

t.test('codes for a link never pass through the queue', async t => {
  const { rows } = await app.services.database.withConnection(connection =>
    connection.run(
      `select SJ_Payload as "payload", SJ_Result as "result" from SYS_Job where SJ_Kind = 'accounts.mail'`,
    ),
  )
  t.ok(rows.length > 0)
  t.notMatch(JSON.stringify(rows), /[\w-]{43}/)
})

t.test('failed log-ins wait by address, and never shut out the browser of the owner', async t => {
  const { id } = await aUser(app, { login: 'target' })
  const owner = await aSession(app, 'target')
  const attempt = (word: string, ip: string, cookie?: string) =>
    publicly('POST', '/api/v1/session', { login: 'target', password: word }, cookie ? { cookie } : {}, ip)
  const known = owner.cookie.split('; ').find(each => each.startsWith('firefolio-known=')) as string
  for (let at = 0; at < 3; at++) t.equal((await attempt('wrong', '10.0.0.9')).statusCode, 401)
  const blocked = await attempt(password, '10.0.0.9')
  t.equal(blocked.statusCode, 429)
  t.ok(Number(blocked.headers['retry-after']) > 0)
  const second = await aSecondProcess(t, app)
  const there = (ip: string, word = password) =>
    second.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { login: 'target', password: word },
      remoteAddress: ip,
    })
  const waits = await there('10.0.0.9')
  t.equal(waits.statusCode, 429, 'by another process as well')
  t.ok(Number(waits.headers['retry-after']) > 800)
  for (const ip of ['10.0.0.12', '10.0.0.12']) t.equal((await there(ip, 'wrong')).statusCode, 401)
  t.equal((await attempt(password, '10.0.0.12')).statusCode, 200, 'fewer than are too many')
  t.equal((await there('10.0.0.12', 'wrong')).statusCode, 401, 'which begins anew')
  t.equal((await attempt(password, '10.0.0.9', known)).statusCode, 200, 'a browser that logged in before')
  t.equal(
    (await attempt(password, '10.0.0.9', known.replace(/=\d+/, '=1'))).statusCode,
    429,
    'of this account',
  )
  t.equal((await attempt(password, '10.0.0.10')).statusCode, 200, 'another address')
  const at = Array.from({ length: 8 }, () => attempt('wrong', '10.0.0.11'))
  const statuses = (await Promise.all(at)).map(each => each.statusCode)
  t.equal(statuses.filter(status => status === 401).length, 3, 'many at once are no way around')
  const failures = (await boss('GET', `/api/v1/log?entity=user&entityId=${id}&action=log-in-failed`)).body
    .items
  t.equal(failures.length, 9)
  t.match(failures[0].data, { address: '10.0.0.11' })
  t.notMatch(JSON.stringify(failures), /wrong/)
  await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
  const cataloguer = await aSession(app, 'cataloguer')
  t.same((await cataloguer('GET', '/api/v1/log?entity=user')).body.items, [], 'of nobody else’s business')
})

t.test(
  'an account that is not there, closed or without a password answers like a wrong password',
  async t => {
    const { id } = await aUser(app, { login: 'closed' })
    await app.services.database.inTransaction({}, (_, connection) =>
      connection.run(`update PRV_User set PU_Active = 0 where PU_ID = ${id}`),
    )
    await aUser(app, { login: 'nopass', password: null })
    await aUser(app, { login: 'wrongpass' })
    let ip = 0
    const attempt = async (login: string, word = 'wrong') => {
      const begin = performance.now()
      const answer = await publicly(
        'POST',
        '/api/v1/session',
        { login, password: word },
        {},
        `10.1.${ip >> 8}.${ip++ & 255}`,
      )
      return {
        ms: performance.now() - begin,
        status: answer.statusCode,
        detail: answer.json().detail as string,
      }
    }
    const kinds = ['nobody', 'nobody@example.org', 'closed', 'nopass', 'wrongpass']
    const times = new Map<string, number[]>(kinds.map(kind => [kind, []]))
    for (let round = 0; round < 11; round++)
      for (const kind of kinds) {
        const { ms, status, detail } = await attempt(kind, kind === 'closed' ? password : 'wrong')
        t.equal(status, 401, kind)
        t.equal(detail, 'Log-in and password do not fit together.')
        times.get(kind)?.push(ms)
      }
    // the shortest of each, and a way without a hash would take a twentieth: what a busy machine adds is no secret
    const shortest = kinds.map(kind => Math.min(...(times.get(kind) ?? [])))
    t.comment(kinds.map((kind, at) => `${kind} ${shortest[at]?.toFixed(1)} ms`).join(', '))
    t.ok(Math.max(...shortest) < 2.5 * Math.min(...shortest), 'and takes as long')
  },
)

t.test('who is deleted leaves an id that leads nowhere', async t => {
  const { uuid, id } = await aUser(app, {
    login: 'mayfly',
    name: 'Mona Mayfly',
    email: 'mona@example.org',
    topics: ['CATALOGUING'],
  })
  const mayfly = await aSession(app, 'mayfly')
  const key = (await mayfly('POST', '/api/v1/users/me/keys', { label: 'Mona’s' })).body.key
  const title = await aTitle(app)
  await mayfly('PATCH', `/api/v1/titles/${title}`, { comment: 'by Mona' }, { 'if-match': '*' })
  await boss('PATCH', `/api/v1/users/${uuid}`, { affiliation: 'Mona and Sons' }, { 'if-match': '*' })
  t.equal((await boss('DELETE', `/api/v1/users/${uuid}`)).status, 204)
  t.equal((await mayfly('GET', '/api/v1/session')).body.user, null)
  t.equal(
    (await publicly('GET', '/api/v1/users/me', undefined, { authorization: `Bearer ${key}` })).statusCode,
    401,
  )
  t.equal((await boss('GET', `/api/v1/users/${uuid}`)).status, 404)
  t.equal((await boss('GET', '/api/v1/users?q=Mona')).body.items.length, 0)
  t.equal((await publicly('POST', '/api/v1/session', { login: 'mayfly', password })).statusCode, 401)
  const log = await app.call('GET', `/api/v1/log?entity=title&entityId=${title}`)
  t.match(JSON.stringify(log.body), uuid, 'what they did stays')
  const everything = await app.services.database.withConnection(async connection => {
    const found = []
    for (const table of ['PRV_User', 'PRV_UserHistory', 'PRV_ApiKey', 'PRV_Session'])
      found.push((await connection.run(`select * from ${table}`)).rows)
    found.push(
      (
        await connection.run(
          `select SL_Data, SL_Reason from SYS_Log where SL_Entity = 'user' and SL_EntityID = ${id}`,
        )
      ).rows,
    )
    return JSON.stringify(found)
  })
  t.notMatch(everything, /mona|mayfly/i, 'and nothing of them')
  t.ok(await aUser(app, { login: 'mayfly' }), 'the log-in is free again')
})

t.test('the first administrator is made once, by a link', async t => {
  const empty = await start(t)
  const post = (payload: object) => empty.app.inject({ method: 'POST', url: '/api/v1/welcome', payload })
  const person = { name: 'First', login: 'first', password }
  const old = codeIn(await welcomeLink(empty.services))
  const code = codeIn(await welcomeLink(empty.services))
  t.equal((await post({ code: old, ...person })).statusCode, 410, 'a newer one was made')
  t.equal((await post({ code: 'x'.repeat(43), ...person })).statusCode, 410)
  t.equal((await post({ code, ...person, password: 'short' })).statusCode, 422)
  const both = await Promise.all([post({ code, ...person }), post({ code, ...person, login: 'other' })])
  t.same(
    both.map(each => each.statusCode).sort((a, b) => a - b),
    [200, 410],
    'two at once: one is first',
  )
  const session = both.find(each => each.statusCode === 200)
  t.match(session?.json(), { user: { name: 'First' }, means: 'link' })
  t.ok(session?.json().rights.includes('admin'))
  t.equal(await welcomeLink(empty.services), undefined, 'and never again')
})

t.test('the operator has no account of their own', async t => {
  const answer = await app.read('/api/v1/users/me', { authorization: `Bearer ${operatorKey}` })
  t.equal(answer.status, 403)
})
