// Content codings: what leaves compressed, what does not, and that a tag of whatever coding means the same state everywhere.
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fastify from 'fastify'
import t from './support/tap.ts'
import { registerCodings } from '../src/http/codings.ts'
import type { App } from '../src/http/module.ts'
import { some } from './support/at-length.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import { doorsOf } from './support/doors.ts'
import { aSession, aUser, password } from './support/people.ts'
import { aTitle } from './support/start.ts'

const { app, ids } = await startWithSample(t, publicAddress)
const from = app.services.config.http.compressFrom
const page = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items[0].id as number
const unpacked = { br: brotliDecompressSync, gzip: gunzipSync } as const
const timeless = (body: Buffer) => body.toString('latin1').replaceAll(/T\d\d:\d\d:\d\d(?:\.\d+)?/g, '')
const isOfText = /^text\/|[/+](json|xml)|ndjson/

t.test(
  'every door: texts of some length come compressed, with a tag for each coding, all others as they are',
  async t => {
    let compressed = 0
    let guarded = 0
    // one hook compresses whatever leaves: some doors tell of all kinds of documents
    for (const [name, url] of some(Object.entries(doorsOf(ids, page)), 16)) {
      const plain = await app.call('GET', url)
      const type = String(plain.headers['content-type'])
      const isText = isOfText.test(type) && !plain.headers['accept-ranges']
      const again = isText ? await app.call('GET', url) : plain
      const { etag } = plain.headers
      if (url.startsWith('/api/') && plain.status === 200) t.ok(etag, `${name}: a tag`)
      const isConditional =
        etag !== undefined &&
        isText &&
        (await app.call('GET', url, undefined, { 'if-none-match': etag })).status === 304
      t.notOk(plain.headers['content-encoding'], `${name}: not where nobody asked for it`)
      t.equal(/accept-encoding/i.test(plain.headers['vary'] ?? ''), isText, `${name}: Vary`)
      for (const coding of isText ? (['br', 'gzip'] as const) : (['br'] as const)) {
        const asked = { 'accept-encoding': coding }
        const answer = await app.call('GET', url, undefined, asked)
        // what flows is compressed whatever there is of it
        const isSmall = plain.headers['content-length'] !== undefined && plain.raw.length < from
        t.equal(answer.headers['content-encoding'], isText && !isSmall ? coding : undefined, `${name} (${type}, ${plain.raw.length} bytes): ${coding}`) // prettier-ignore
        const body = answer.headers['content-encoding'] ? unpacked[coding](answer.raw) : answer.raw
        // dates of protocols move on
        if (timeless(again.raw) === timeless(plain.raw))
          t.equal(timeless(body), timeless(plain.raw), `${name}: the same in ${coding}`)
        if (answer.headers['content-encoding']) compressed++
        if (etag === undefined || !type.match(isOfText)) continue
        const own = answer.headers['content-encoding'] ? etag.replace(/"$/, `~${coding}"`) : etag
        t.equal(answer.headers['etag'], own, `${name}: a tag for ${coding}`)
        // the copies may be of another coding than what is taken now
        const accepted = coding === 'br' ? 'gzip' : 'identity'
        for (const copy of isConditional ? (coding === 'br' ? [etag, `"other", W/${own}`] : [own]) : []) {
          const unchanged = await app.call('GET', url, undefined, { 'accept-encoding': accepted, 'if-none-match': copy }) // prettier-ignore
          t.equal(unchanged.status, 304, `${name}: ${copy} is current for who takes ${accepted}`)
          t.equal(unchanged.headers['etag'], copy.replace(/^.*W\//, ''), `${name}: the copy is named as it was given`) // prettier-ignore
          t.notOk(unchanged.headers['content-encoding'])
        }
        t.equal((await app.call('GET', url, undefined, { ...asked, 'if-none-match': own.replace(/^"/, '"x') })).status, 200) // prettier-ignore
        const head = await app.call('HEAD', url, undefined, asked)
        for (const header of ['etag', 'content-encoding', 'vary', 'content-length'])
          t.equal(head.headers[header], answer.headers[header], `${name}: HEAD tells ${header} as GET does`)
        guarded++
      }
    }
    t.ok(compressed > 10, `${compressed} compressed answers`)
    t.ok(guarded > 5, `${guarded} answers with a tag`)
  },
)

t.test('what the client takes decides, in its order; what it refuses is not sent', async t => {
  const url = `/api/v1/titles/${ids.monograph}/pages`
  for (const [accepted, coding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'br'],
    ['deflate', undefined],
    ['identity', undefined],
    ['gzip;q=0, br;q=0', undefined],
    ['br;q=0.0, gzip', 'gzip'],
    ['', undefined],
    ['no such thing; q=x', undefined],
  ])
    t.equal((await app.read(url, { 'accept-encoding': accepted as string })).headers['content-encoding'], coding, String(accepted)) // prettier-ignore
})

t.test('a change may name the tag of any coding; a tag of an older state is refused in each', async t => {
  const id = await aTitle(app, { domain: 'sample' })
  const url = `/api/v1/titles/${id}`
  await app.call('PATCH', url, { comment: 'x'.repeat(2 * from) }, { 'if-match': '*' })
  for (const coding of ['br', 'gzip', 'identity']) {
    const { headers } = await app.call('GET', url, undefined, { 'accept-encoding': coding })
    t.equal(/~/.test(headers['etag'] as string), coding !== 'identity')
    const change = (signature: string) =>
      app.call(
        'PATCH',
        url,
        { signature },
        { 'if-match': headers['etag'] as string, 'accept-encoding': coding },
      )
    const changed = await change(`A ${coding}`)
    t.equal(changed.status, 200)
    t.match(changed.headers['etag'], /^"\d+o"$/, 'the new state, of no coding')
    t.equal((await change(`B ${coding}`)).status, 412, 'the tag of the state before')
  }
  // tags of content, and of ranges and options, whose If-Match is a wish
  const outline = `/api/v1/titles/${ids.monograph}/structure`
  const read = await app.call('GET', outline, undefined, { 'accept-encoding': 'gzip' })
  t.match(read.headers, { 'content-encoding': 'gzip', etag: /~gzip"$/ })
  const range = { from: page, to: page, type: 'page', start: 1 }
  const wish = (etag: string) => app.call('POST', `/api/v1/titles/${ids.monograph}/paginate`, range, { 'if-match': etag }) // prettier-ignore
  t.equal((await wish('"other~gzip"')).status, 412)
  t.equal((await wish(read.headers['etag'] as string)).status, 200)
})

t.test('what the operator sees more has another tag than what is public', async t => {
  let others = 0
  for (const [name, url] of Object.entries(doorsOf(ids, page))) {
    const [open, own] = [await app.read(url), await app.call('GET', url)]
    if (open.status !== 200 || !open.headers['etag'] || timeless(open.raw) === timeless(own.raw)) continue
    t.not(open.headers['etag'], own.headers['etag'], name)
    const again = await app.call('GET', url, undefined, { 'if-none-match': String(open.headers['etag']) })
    t.equal(again.status, 200, `${name}: the public copy is none of the operator's`)
    const back = await app.read(url, { 'if-none-match': String(own.headers['etag']) })
    t.equal(back.status, 200, `${name}: nor the other way round`)
    others++
  }
  t.ok(others >= 2, `${others} documents of which the operator sees more`)
})

t.test('parts of files are of the file as it is kept', async t => {
  const url = `/api/v1/pages/${page}/master`
  const whole = await app.call('GET', url, undefined, { 'accept-encoding': 'br' })
  t.notOk(whole.headers['content-encoding'])
  const part = { range: 'bytes=0-9', 'accept-encoding': 'br' }
  const found = await app.call('GET', url, undefined, {
    ...part,
    'if-range': whole.headers['etag'] as string,
  })
  t.match(found, { status: 206, headers: { 'content-encoding': undefined } })
  const other = (whole.headers['etag'] as string).replace(/"$/, '~br"')
  t.equal((await app.call('GET', url, undefined, { ...part, 'if-range': other })).status, 200, 'no part of it was ever sent in another coding') // prettier-ignore
})

t.test(
  'answers with a secret in them leave as they are, however long, and forbid that others compress them',
  async t => {
    await aUser(app, { login: 'carla', topics: ['CATALOGUING'] })
    const carla = await aSession(app, 'carla')
    const asked = { 'accept-encoding': 'br, gzip' }
    const loggedIn = await app.call('POST', '/api/v1/session', { login: 'carla', password }, asked)
    t.ok(loggedIn.body.csrfToken, 'a token')
    const session = await carla('GET', '/api/v1/session', undefined, asked)
    t.equal(session.body.csrfToken, carla.token)
    const key = await carla('POST', '/api/v1/users/me/keys', { label: 'of hers' }, asked)
    t.ok(key.body.key, 'a key')
    const hook = { name: 'told', change: 'release', webhook: 'https://example.org/hook' }
    const made = await app.call('POST', '/api/v1/transitions', hook)
    const secret = await app.call('GET', made.body.links.secret, undefined, asked)
    t.ok(secret.body.secret, 'a secret')
    const form = await app.read('/iiif/auth/access?origin=https%3A%2F%2Fviewer.example', asked)
    t.equal(form.status, 200)
    t.ok(form.raw.length > from, 'a page as long as those that are compressed')
    for (const answer of [loggedIn, session, key, secret, form]) {
      t.notOk(answer.headers['content-encoding'])
      t.match(answer.headers['cache-control'], /no-store, no-transform/)
    }
  },
)

t.test(
  'a stream leaves in its portions, breaks off where its source does, and ends its source where the client goes',
  async t => {
    const service = fastify({ forceCloseConnections: true }) as unknown as App
    registerCodings(service, 10)
    const letters = (n: number) => `${String(n)}${'x'.repeat(50_000)}\n`
    let next: () => void = () => undefined
    const portion = () => new Promise<void>(resolve => (next = resolve))
    let end: () => void = () => undefined
    const ended = new Promise<void>(resolve => (end = resolve))
    async function* lines(breaksOff: boolean): AsyncGenerator<string> {
      try {
        for (let n = 1; n < 4; n++) {
          yield letters(n)
          await portion()
          if (breaksOff && n === 2) throw new Error('the database is gone')
        }
      } finally {
        end()
      }
    }
    service.get('/:how', (request, reply) => {
      void reply
        .type('application/x-ndjson')
        .send(Readable.from(lines(request.url === '/broken'), { objectMode: false }))
    })
    service.get('/whole', (_request, reply) => {
      void reply.type('application/json').header('cache-control', 'no-transform').send('x'.repeat(100))
    })
    await service.listen({ port: 0 })
    t.teardown(() => service.close())
    const { port } = service.server.address() as AddressInfo
    const ask = (path: string, options: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${port}/${path}`, { ...options, headers: { 'accept-encoding': 'gzip' } })
    t.notOk((await ask('whole')).headers.get('content-encoding'), 'no-transform is kept to')

    const answer = await ask('lines')
    t.equal(answer.headers.get('content-encoding'), 'gzip')
    t.notOk(answer.headers.get('content-length'))
    let read = ''
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    for (let n = 1; n < 4; n++) {
      while (!read.endsWith(letters(n)))
        read += Buffer.from((await reader.read()).value as Uint8Array).toString()
      t.equal(read.length, n * letters(1).length, `portion ${n} came before the one after it was made`)
      next()
    }
    t.ok((await reader.read()).done)

    const broken = await ask('broken')
    const parts = broken.body as ReadableStream<Uint8Array>
    await t.rejects(async () => {
      for await (const _ of parts) next()
    }, 'half a list is no answer')

    const leaving = new AbortController()
    const left = await ask('lines', { signal: leaving.signal })
    const first = (left.body as ReadableStream<Uint8Array>).getReader()
    await first.read()
    leaving.abort()
    next()
    await t.resolves(ended, 'the source is let go of')
  },
)
