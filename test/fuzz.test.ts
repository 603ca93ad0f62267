// Requests nobody would write by hand, over every address of the published document: refused or answered, never a fault of the service.
import type { InjectOptions } from 'fastify'
import fc from 'fast-check'
import t from './support/tap.ts'
import { some } from './support/at-length.ts'
import { randomCases, wordsOfObjects } from './support/cases.ts'
import { aDomain, aTitle, operatorKey, start } from './support/start.ts'

const app = await start(t)
await aDomain(app)
await aTitle(app, { pages: 2 })

interface Parameter {
  readonly name: string
  readonly in: string
}
type Operations = Readonly<
  Record<string, { readonly parameters?: readonly Parameter[]; readonly responses: object }>
>
const document = (await app.read('/openapi.json')).body as {
  readonly paths: Readonly<Record<string, Operations>>
}
const addresses = Object.entries(document.paths)

/** 501, 503 and 507 are meant: not offered, overloaded, no room left */
const meant = new Set([501, 503, 507])

/** @param headers lower case; without an authorization the public asks */
async function faults(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  payload?: string,
): Promise<string[]> {
  const options = { method, url, headers, ...(payload === undefined ? {} : { payload }) } as InjectOptions
  const { statusCode } = await app.app.inject(options)
  return statusCode >= 500 && !meant.has(statusCode) ? [`${statusCode} ${method} ${url}`] : []
}

const authorization = `Bearer ${operatorKey}`
const filled = (path: string, value: string) => path.replace(/\{[^}]*\}|\*/g, encodeURIComponent(value))

t.test(
  'a method that an address does not take is 405 with Allow, whatever else the request lacks',
  async t => {
    const found: string[] = []
    for (const [path] of addresses)
      for (const method of ['QUERY', 'TRACE']) found.push(...(await faults(method, filled(path, '1'))))
    t.same(found, [])
    const answer = await app.app.inject({ method: 'QUERY' as never, url: '/api/v1/titles' })
    t.equal(answer.statusCode, 405)
    t.match(answer.headers['allow'], /GET/)
  },
)

t.test('keys beyond 32 bits, crafted cursors and impossible dates are no fault of the service', async t => {
  const keys = ['0', '-1', '2147483648', '9999999999', '99999999999999999999', 'x', '\u0000', '%']
  const cursors = [
    [2147483648],
    [9007199254740991],
    [-9007199254740991],
    [1.5],
    [null],
    [null, null],
    [1, 'x'],
    [2147483648, 'x'],
    [2147483648, 2147483648],
    ['x'.repeat(600)],
    ['\u0000'],
    ['\ud800'],
    {},
  ].map(value => Buffer.from(JSON.stringify(value)).toString('base64url'))
  const words = wordsOfObjects
  const dates = ['0000-00-00', '2023-02-30', '99999-01-01', '2023-02-30T25:61:61Z']
  const found: string[] = []
  // most say the same of each parameter: each gets some of them, the next one the next; at length each gets all
  const turns = Math.min(...some([4, 1], 1))
  let turn = 0
  const inTurn = <Value>(values: readonly Value[]): readonly Value[] => {
    turn++
    return values.filter((_, at) => (at + turn) % turns === 0)
  }
  for (const [path, operations] of addresses) {
    const read = operations['get']
    // a stream of events ends with what it tells of
    if (!read || path.endsWith('/events')) continue
    if (path.includes('{'))
      for (const key of inTurn([...keys, ...words]))
        found.push(...(await faults('GET', filled(path, key), { authorization })))
    for (const { name, in: where } of read.parameters ?? []) {
      if (where !== 'query') continue
      const values = name === 'cursor' ? cursors : [...keys, ...dates, ...words]
      for (const value of inTurn<unknown>(values) as string[])
        found.push(
          ...(await faults('GET', `${filled(path, '1')}?${name}=${encodeURIComponent(value)}`, {
            authorization,
          })),
        )
    }
  }
  // versions, too: found at random, at each change that names one
  const headers = { authorization, 'if-match': '"9999999999"', 'content-type': 'application/json' }
  for (const [path, operations] of addresses)
    for (const [method, { responses }] of Object.entries(operations))
      if (method !== 'get' && '412' in responses)
        found.push(...(await faults(method.toUpperCase(), filled(path, '1'), headers, '{}')))
  t.same(found, [])
})

t.test('bodies and media types at random are no fault of the service', async t => {
  const writing = addresses.flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter(method => method !== 'get')
      .map(method => ({ path, method: method.toUpperCase() })),
  )
  const media = [
    'application/json',
    'application/mods+xml',
    'text/csv',
    'image/jpeg',
    'multipart/form-data',
    'x',
    '',
  ]
  const request = fc.record({
    at: fc.constantFrom(...writing),
    key: fc.constantFrom('1', '2', '2147483647', '2147483648'),
    media: fc.constantFrom(...media, ...wordsOfObjects),
    body: fc.oneof(
      fc.json(),
      fc.json({ stringUnit: fc.constantFrom(...wordsOfObjects) }),
      fc.string({ maxLength: 50 }),
    ),
    etag: fc.constantFrom('*', '"1"', 'W/"1"', '"9999999999"', 'x'),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ at, key, media: type, body, etag }) => {
      const headers = { authorization, 'content-type': type, 'if-match': etag }
      const found = await faults(at.method, filled(at.path, key), headers, body)
      if (found.length > 0) throw new Error(`${found.join()} with ${type}, If-Match ${etag}: ${body}`)
    }),
    randomCases(t, 300),
  )
  t.pass('no answer of 5xx')
})
