// Conditional requests (RFC 9110 §13) without the house around them: which tags are current, which version a change expects, and which answers get a
// tag of what they say.
import fastify, { type FastifyRequest } from 'fastify'
import t from './support/tap.ts'
import { Refusal } from '../src/errors.ts'
import {
  etagBeside,
  etagOf,
  expectedVersion,
  ifMatch,
  isFresh,
  registerContentTags,
  requireMatch,
  sendUnchanged,
} from '../src/http/etag.ts'
import type { App } from '../src/http/module.ts'

const changing = (header?: string) => ({ headers: { 'if-match': header } }) as unknown as FastifyRequest
const refusalOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error)
  }
}

t.test('a change expects the version of the tag that was read, of whatever view and coding', t => {
  for (const [header, version] of [
    ['"7"', 7],
    ['"7o"', 7],
    [' "7o" ', 7],
    ['"7o-abcDEF_-1234"', 7],
    ['"7~gzip"', 7],
    [etagBeside(7, 'u', { name: 'Clara' }), 7],
    ['"2147483647"', 2_147_483_647],
    ['*', '*'],
  ] as const)
    t.equal(expectedVersion(changing(header)), version, header)
  for (const none of [
    '"2147483648"',
    '"99999999999"',
    'W/"7"',
    '7',
    '"7',
    '7"',
    'x"7"',
    '"7"x',
    '"7oo"',
    '"7-abc"',
    '"7-abc.EF_-1234"',
    '""',
    '"o"',
  ])
    // prettier-ignore
    t.equal(expectedVersion(changing(none)), -1, `${none} is no tag of ours and nobody’s version`)
  t.equal(
    refusalOf(() => expectedVersion(changing())),
    'precondition-required',
  )
  t.equal(
    refusalOf(() => ifMatch(changing())),
    'precondition-required',
  )
  t.end()
})

t.test('a tag of content matches by itself, among others, or as whatever stands there; never weakly', t => {
  for (const header of ['"a"', '"b", "a"', '"a" ,"b"', '*'])
    t.equal(
      refusalOf(() => requireMatch(header, '"a"', 'It changed')),
      'none',
      header,
    )
  for (const header of ['W/"a"', '"b"', 'a', '"a', ''])
    t.equal(
      refusalOf(() => requireMatch(header, '"a"', 'It changed')),
      'stale',
      header,
    )
  t.throws(() => requireMatch('"b"', '"a"', 'The list changed'), {
    message: 'The list changed since you read them; read them again.',
  })
  t.end()
})

t.test('a tag beside a version differs with what stands beside it, and is 12 letters long', t => {
  t.match(etagBeside(3, 'u', [1]), /^"3u-[\w-]{12}"$/)
  t.equal(etagBeside(3, 'u', [1]), etagBeside(3, 'u', [1]))
  t.not(etagBeside(3, 'u', [1]), etagBeside(3, 'u', [2]))
  t.end()
})

const app = fastify()
t.teardown(() => app.close())
registerContentTags(app as unknown as App)
app.get('/api/said', () => ({ said: 'this' }))
app.post('/api/said', () => ({ said: 'this' }))
app.get('/api/made', (_, reply) => reply.code(201).send({ said: 'this' }))
app.get('/api/secret', (_, reply) =>
  reply.header('cache-control', 'private, no-store').send({ said: 'this' }),
)
app.get('/api/kept', (_, reply) => reply.header('cache-control', 'max-age=60').send({ said: 'this' }))
app.get('/api/bytes', (_, reply) => reply.send(Buffer.from('this')))
app.get('/elsewhere', () => ({ said: 'this' }))
app.get('/api/node', (request, reply) =>
  isFresh(request, reply, etagOf(4, 'o'), 'private') ? sendUnchanged(reply) : { said: 'this' },
)
const get = (url: string, ifNoneMatch?: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') =>
  app.inject({ method, url, headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch } })

t.test('what a reading of the API says is its tag, and who has it is not sent it again', async t => {
  const first = await get('/api/said')
  t.equal(first.statusCode, 200)
  t.match(first.headers, { 'cache-control': 'no-cache', vary: /authorization.*accept/i })
  const etag = String(first.headers.etag)
  t.match(etag, /^"[\w-]{20}"$/)
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*', ' * ']) {
    const again = await get('/api/said', header)
    t.equal(again.statusCode, 304, header)
    t.equal(again.body, '')
    t.equal(again.headers['content-type'], undefined)
    t.equal(again.headers.etag, etag)
  }
  t.equal((await get('/api/said', '"other"')).body, '{"said":"this"}')
  const head = await get('/api/said', undefined, 'HEAD')
  t.ok(head.headers.etag === undefined || head.headers.etag === etag)
})

t.test(
  'what is no reading, has failed or made something, is secret, streamed or elsewhere gets no tag',
  async t => {
    for (const [url, method] of [
      ['/api/said', 'POST'],
      ['/api/made', 'GET'],
      ['/api/nothing', 'GET'],
      ['/api/secret', 'GET'],
      ['/api/bytes', 'GET'],
      ['/elsewhere', 'GET'],
    ] as const) {
      const answer = await get(url, '*', method)
      t.equal(answer.headers.etag, undefined, `${method} ${url}`)
      t.not(answer.statusCode, 304)
      t.not(answer.body, '')
    }
    t.match(
      (await get('/api/kept')).headers,
      { etag: /./, 'cache-control': 'max-age=60' },
      'as long as it says',
    )
  },
)

t.test('a node’s own tag stays, and is fresh for who has it', async t => {
  const first = await get('/api/node', '"3o"')
  t.match(first.headers, { etag: '"4o"', 'cache-control': 'private', vary: 'Authorization, Accept' })
  t.equal(first.body, '{"said":"this"}')
  for (const header of ['"4o"', '"3o", W/"4o"', '*', '"4o~br"']) {
    const again = await get('/api/node', header)
    t.equal(again.statusCode, 304, header)
    t.equal(again.headers.etag, '"4o"')
    t.equal(again.body, '')
  }
})
