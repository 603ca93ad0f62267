import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { SMTPServer } from 'smtp-server'
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { type Answer, aDomain, asMods, aTitle, modsOf, start } from '../support/start.ts'

const letters: string[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    const parts: Buffer[] = []
    stream.on('data', part => parts.push(part as Buffer))
    stream.on('end', () => {
      letters.push(Buffer.concat(parts).toString('utf8'))
      done()
    })
  },
})
await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>(resolve => smtp.close(resolve)))

/** What a receiver of messages got, and what it answers next. */
const received: { headers: IncomingHttpHeaders; body: string }[] = []
const answers: number[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', part => (body += part))
  request.on('end', () => {
    received.push({ headers: request.headers, body })
    response.writeHead(answers.shift() ?? 204).end()
  })
})
await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>(resolve => receiver.close(() => resolve())))
const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`

const app = await start(t, {
  FIREFOLIO_MAIL_HOST: '127.0.0.1',
  FIREFOLIO_MAIL_PORT: String((smtp.server.address() as AddressInfo).port),
  FIREFOLIO_MAIL_FROM: 'Library <library@example.org>',
  FIREFOLIO_WEBHOOK_PRIVATENETWORKS: 'true',
  FIREFOLIO_LIMITS_SYNCBATCH: '3',
})
const { call } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')
await call('POST', '/api/v1/domains', { name: 'rare', caption: 'Rare', parent: 'lib' })
const nobody = '00000000-0000-4000-8000-000000000000'
const lead = await aUser(app, { login: 'lead', topics: ['CATALOGUING', 'RELEASE', 'IMPORT'] })
await aUser(app, { login: 'helper', topics: ['CATALOGUING', 'RELEASE', 'IMPORT'] })
const asLead = await aSession(app, 'lead')
const asHelper = await aSession(app, 'helper')
for (const name of ['checked', 'torn']) await call('POST', '/api/v1/tags', { name })

const define = (body: object) => call('POST', '/api/v1/transitions', body)
const forget = (name: string) => call('DELETE', `/api/v1/transitions/${name}`, undefined, any)
const isReleased = async (id: number) => (await call('GET', `/api/v1/tree/${id}`)).body.isReleased as boolean
const undoOf = (answer: Answer) => `/api/v1/operations/${answer.headers['operation']}/undo`
const jobs = async (kind: string) => (await call('GET', `/api/v1/jobs?kind=${kind}`)).body.items as { id: number; state: string; error: string | null }[] // prettier-ignore
/** Jobs that wait for another attempt are due now. */
const hurry = async () => {
  await sql`update SYS_Job set SJ_RunAfterTS = current_timestamp where SJ_State = 0`.execute(app.services.db)
  await app.drain()
}

t.test('tags that a domain gives meet transitions as those of nodes do, where they reach', async t => {
  await aUser(app, { login: 'keeper', topics: ['DATA_MANAGEMENT'] })
  const asKeeper = await aSession(app, 'keeper')
  const group = (await call('POST', '/api/v1/groups', { name: 'Approvers' })).body.id as number
  for (const [name, parent] of [
    ['outer', null],
    ['inner', 'outer'],
    ['apart', null],
  ])
    await call('POST', '/api/v1/domains', { name, caption: name, parent })
  await define({
    name: 'approve',
    domain: 'inner',
    change: 'tag',
    tag: 'checked',
    confirm: true,
    comment: true,
  })
  const set = (domain: string, body: object, headers: Record<string, string> = {}, ask = call) =>
    ask('PATCH', `/api/v1/domains/${domain}`, body, { ...any, ...headers })
  t.equal((await set('apart', { tags: ['checked'] })).status, 200, 'it does not hold there')
  const asked = await set('outer', { tags: ['checked'] })
  t.match(asked, {
    status: 428,
    body: {
      missing: ['confirm', 'comment'],
      transitions: [{ name: 'approve', count: 1, nodes: [{ caption: 'inner' }] }],
    },
  })
  t.same((await call('GET', '/api/v1/domains/outer')).body.tags, [], 'nothing was stored')
  t.equal((await set('inner', { caption: 'Inner' })).status, 200, 'other changes are free')
  const said = { 'x-confirm': 'approve', 'x-change-reason': 'seen through' }
  t.equal((await set('outer', { tags: ['checked'] }, said)).status, 200)
  t.equal((await set('outer', { tags: ['checked', 'torn'] })).status, 200, 'it is carried already')

  t.equal((await set('inner', { privateTags: true })).status, 200)
  t.equal((await set('inner', { privateTags: false })).status, 428, 'what is inherited again is set again')
  t.equal((await set('inner', { privateTags: false }, said)).status, 200)
  const move = (parent: string | null, headers = {}) =>
    call('POST', '/api/v1/domains/inner/move', { parent }, { ...any, ...headers })
  t.equal((await move(null)).status, 200, 'it loses the tag')
  t.equal((await move('apart')).status, 428, 'and would get it where it goes')
  await forget('approve')

  await define({
    name: 'withdraw',
    change: 'untag',
    tag: 'checked',
    from: ['torn'],
    who: { groups: [group] },
  })
  t.equal((await set('apart', { tags: [] }, {}, asKeeper)).status, 200, 'it does not carry the other tag')
  t.match(await set('outer', { tags: ['torn'] }, {}, asKeeper), {
    status: 403,
    body: { detail: /‘withdraw’/ },
  })
  t.equal((await set('outer', { tags: ['torn'] })).status, 200, 'the operator breaks the glass')
  await forget('withdraw')
  await set('outer', { tags: [] })
})

t.test('a transition is defined, read, changed and removed, with what is wrong by name', async t => {
  const made = await define({
    name: 'go',
    domain: 'lib',
    change: 'tag',
    tag: 'checked',
    from: ['torn'],
    confirm: true,
  })
  t.equal(made.status, 201)
  t.match(made.body, {
    name: 'go',
    change: 'tag',
    tag: 'checked',
    from: ['torn'],
    confirm: true,
    comment: false,
  })
  const etag = made.headers['etag'] as string
  const changed = await call(
    'PATCH',
    '/api/v1/transitions/go',
    { comment: true, from: [] },
    { 'if-match': etag },
  )
  t.match(changed.body, { comment: true, confirm: true, from: [] })
  t.equal(
    (await call('PATCH', '/api/v1/transitions/go', { comment: true }, { 'if-match': etag })).status,
    412,
  )
  t.equal((await call('PATCH', '/api/v1/transitions/go', { comment: true })).status, 428)
  t.match((await define({ name: 'go', change: 'hide' })).body.detail, /There is a transition ‘go’ already/)
  t.match((await define({ name: 'x', change: 'tag' })).body.detail, /The change tag needs tag/)
  t.match((await define({ name: 'x', change: 'hide', tag: 'torn' })).body.detail, /takes no tag/)
  t.match((await define({ name: 'x', change: 'tag', tag: 'none' })).body.detail, /no tag ‘none’/)
  t.match(
    (await define({ name: 'x', change: 'hide', who: { users: [nobody] } })).body.detail,
    /no user 00000000/,
  )
  t.match((await define({ name: 'x', change: 'hide', who: { groups: [999] } })).body.detail, /no group 999/)
  t.equal((await define({ name: 'x', change: 'hide', webhook: 'file:///etc/passwd' })).status, 400)
  t.equal((await asLead('POST', '/api/v1/transitions', { name: 'x', change: 'hide' })).status, 403)
  t.equal((await app.read('/api/v1/transitions')).status, 401)
  t.equal((await forget('go')).status, 204)
  t.equal((await call('GET', '/api/v1/transitions/go')).status, 404)
  const log = await call('GET', '/api/v1/log?entity=transition&limit=3')
  t.same(
    log.body.items.map((entry: { action: string }) => entry.action),
    ['delete', 'change', 'create'],
  )
})

t.test(
  'a domain answers which transitions hold in it, those of the domains above until it closes itself',
  async t => {
    await define({ name: 'above', domain: 'lib', change: 'bin' })
    await define({ name: 'own', domain: 'rare', change: 'bin' })
    const names = async (url: string) => ((await call('GET', url)).body.compiledTransitions as { name: string }[]).map(each => each.name) // prettier-ignore
    t.same(await names('/api/v1/domains/rare'), ['above', 'own'])
    t.same(await names('/api/v1/domains/lib'), ['above'])
    await call('PATCH', '/api/v1/domains/rare', { privateTransitions: true }, any)
    t.same(await names('/api/v1/domains/rare'), ['own'])
    t.same((await call('GET', '/api/v1/transitions?domain=rare')).body.items.map((each: { name: string }) => each.name), ['own']) // prettier-ignore
    t.equal((await app.read('/api/v1/domains/rare')).body.compiledTransitions, undefined, 'not for readers')
    await forget('above')
    await forget('own')
  },
)

t.test('who is not named is refused at every door: one node, many, a record, a job, an undo', async t => {
  const book = await aTitle(app, { title: 'Book', pages: 1 })
  const many = await Promise.all([1, 2, 3, 4].map(at => aTitle(app, { title: `Many ${at}` })))
  await define({ name: 'publish', domain: 'lib', change: 'release', who: { users: [lead.uuid] } })
  const one = await asHelper('POST', `/api/v1/tree/${book}/release`)
  t.match(
    [one.status, one.body.detail],
    [403, /transition ‘publish’ \(release\) is for others; it is about node \d+/],
  )
  t.match(one.body.transitions[0], { name: 'publish', count: 2, nodes: [{ id: book, caption: 'Book' }] })
  t.equal(await isReleased(book), false)
  const batch = { action: 'release', ids: [book] }
  t.equal((await asHelper('POST', '/api/v1/tree/batch', batch)).status, 403)
  t.equal((await app.app.inject({ method: 'POST', url: '/api/v1/titles?domain=lib&type=monograph&release=true', payload: modsOf('new', 'New'), headers: { ...asMods, cookie: asHelper.cookie, 'x-csrf-token': asHelper.token, 'sec-fetch-site': 'same-origin' } })).statusCode, 403) // prettier-ignore
  t.equal((await call('GET', '/api/v1/titles?q=New')).body.items.length, 0)

  const job = await asHelper('POST', '/api/v1/tree/batch', { action: 'release', ids: many })
  t.equal(job.status, 202)
  await app.drain()
  const ended = (await call('GET', `/api/v1/jobs/${job.body.job}`)).body
  t.match([ended.state, ended.error], ['failed', /publish/])
  t.same(await Promise.all(many.map(isReleased)), [false, false, false, false])

  const done = await asLead('POST', `/api/v1/tree/${book}/release`)
  t.equal(done.status, 200)
  const hidden = await asHelper('POST', `/api/v1/tree/${book}/hide`)
  t.equal(hidden.status, 200)
  const undo = await asHelper('POST', undoOf(hidden))
  t.equal(undo.status, 403, 'an undo that releases is a release')
  t.equal(await isReleased(book), false)
  const ofLead = await asLead('POST', '/api/v1/tree/batch', { action: 'release', ids: many })
  await app.drain()
  t.equal((await call('GET', `/api/v1/jobs/${ofLead.body.job}`)).body.state, 'done')
  const elsewhere = await aTitle(app, { domain: 'rare', title: 'Elsewhere' })
  t.equal(
    (await asHelper('POST', `/api/v1/tree/${elsewhere}/release`)).status,
    200,
    'the domain below is closed to it',
  )
  await forget('publish')
})

t.test('what is missing is answered, and the same request with it goes through, once', async t => {
  const book = await aTitle(app, { title: 'Demanding' })
  await define({ name: 'check', change: 'tag', tag: 'checked', from: ['torn'], confirm: true, comment: true })
  const tag = (tags: string[], headers: Record<string, string> = {}) => asHelper('PUT', `/api/v1/tree/${book}/tags`, { tags }, { ...any, ...headers }) // prettier-ignore
  t.equal((await tag(['checked'])).status, 200, 'not torn before: the transition is not about it')
  t.equal((await tag(['torn'])).status, 200)
  const neither = await tag(['checked'])
  t.equal(neither.status, 428)
  t.match(neither.body, { type: '/problems/not-confirmed', missing: ['confirm', 'comment'], transitions: [{ name: 'check', nodes: [{ id: book }] }] }) // prettier-ignore
  t.match(neither.body.detail, /send X-Confirm: check, and say why in X-Change-Reason/)
  t.same((await tag(['checked'], { 'x-confirm': 'check' })).body.missing, ['comment'])
  t.same((await tag(['checked'], { 'x-change-reason': 'mended', 'x-confirm': 'other' })).body.missing, [
    'confirm',
  ])
  t.same((await call('GET', `/api/v1/tree/${book}/tags`)).body.own, ['torn'])
  const both = { 'x-confirm': 'check', 'x-change-reason': 'mended' }
  t.equal((await tag(['checked'], both)).status, 200)
  t.equal((await tag(['checked'])).status, 200, 'what changes nothing demands nothing')
  const off = await tag([])
  t.equal((await asHelper('POST', undoOf(off))).status, 200, 'it was not torn when its tag was taken off')
  await forget('check')
})

t.test(
  'those who are told get a letter and a signed message, when the change is there, and once',
  async t => {
    const book = await aTitle(app, { title: 'Told of' })
    await define({ name: 'announce', change: 'release', mail: ['editor@example.org'], webhook: address })
    const refused = await asHelper('POST', '/api/v1/tree/batch', { action: 'release', ids: [book, 999_999] })
    t.equal(refused.status, 404)
    await app.drain()
    t.same([letters.length, received.length], [0, 0], 'nobody is told of what did not happen')
    answers.push(500)
    const done = await asHelper('POST', `/api/v1/tree/${book}/release`, undefined, {
      'x-change-reason': 'ready',
    })
    t.equal(done.status, 200)
    await app.drain()
    t.equal(letters.length, 1)
    t.match(letters[0], /To: <?editor@example.org/)
    t.match(letters[0], /Message-ID: <job-\d+@example\.org>/, 'the same however often it is sent')
    t.match(letters[0], new RegExp(`/api/v1/tree/${book}`))
    t.equal(received.length, 1)
    await hurry()
    t.equal(received.length, 2, 'tried again after 500')
    const [first, second] = received as [(typeof received)[0], (typeof received)[0]]
    t.equal(first.headers['webhook-id'], second.headers['webhook-id'])
    const { secret } = (await call('GET', '/api/v1/transitions/announce/secret')).body as { secret: string }
    const signed = [second.headers['webhook-id'], second.headers['webhook-timestamp'], second.body].join('.')
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    t.equal(
      second.headers['webhook-signature'],
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    t.match(JSON.parse(second.body), { type: 'transition.release', data: { transition: 'announce', count: 1, comment: 'ready', nodes: [{ id: book, caption: 'Told of' }] } }) // prettier-ignore
    await hurry()
    t.equal(received.length, 2, 'what was taken is not sent again')
    const renewed = (await call('POST', '/api/v1/transitions/announce/secret')).body.secret as string
    t.not(renewed, secret)
    t.equal((await asLead('GET', '/api/v1/transitions/announce/secret')).status, 403)
  },
)

t.test(
  'a message is given up after the attempts of the option, and none goes into a private network without it',
  async t => {
    const release = async () => {
      await asHelper('POST', `/api/v1/tree/${await aTitle(app, { title: 'Again' })}/release`)
      await app.drain()
    }
    Object.assign(app.services.config.webhook, { attempts: 2 })
    answers.push(500, 302, 500)
    await release()
    await hurry()
    const [lost] = await jobs('transitions.webhook')
    t.match([lost?.state, lost?.error], ['failed', /answers 302/])
    const before = received.length
    Object.assign(app.services.config.webhook, { privateNetworks: false })
    await release()
    const [closed] = await jobs('transitions.webhook')
    t.match(
      [closed?.state, closed?.error],
      ['failed', /127\.0\.0\.1 is in a private network; \[webhook\] privateNetworks = true/],
    )
    t.equal(received.length, before)
    await forget('announce')
  },
)

t.test('two who make the same change at once: it is told once', async t => {
  const book = await aTitle(app, { title: 'Twice' })
  Object.assign(app.services.config.webhook, { privateNetworks: true })
  answers.length = 0
  await define({ name: 'once', change: 'bin', webhook: address })
  const before = received.length
  await Promise.all([asLead('DELETE', `/api/v1/tree/${book}`), asHelper('DELETE', `/api/v1/tree/${book}`)])
  await app.drain()
  t.equal(received.length - before, 1)
  await forget('once')
})
