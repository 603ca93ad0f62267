// A repository that means no good, or is only broken: every harvest of it ends, and says how.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from '../support/tap.ts'
import { runHarvest } from '../../src/intake/harvests/index.ts'
import { fromOf, lookedAt } from '../../src/intake/harvests/identify.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true' })

type Answer = string | Buffer | { readonly status: number; readonly headers?: Record<string, string> }
const cut: Answer = { status: 0 }
/** What the repository answers, by the parameters of the request; told the number of the request */
let answer: (parameters: URLSearchParams, number: number) => Answer = () => ''
const asked: URLSearchParams[] = []
const server = createServer((request, response) => {
  const parameters = new URL(request.url ?? '', 'http://x').searchParams
  asked.push(parameters)
  const body = answer(parameters, asked.length)
  if (body === cut) {
    response.writeHead(200, { 'content-length': '10000' }).write('<?xml version="1.0"?><OAI-PMH>')
    return void setTimeout(() => response.destroy(), 20)
  }
  if (typeof body !== 'string' && !Buffer.isBuffer(body))
    return void response.writeHead(body.status, body.headers).end()
  response.writeHead(200, { 'content-type': 'text/xml' }).end(body)
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => void server.close())
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`

const oai = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-02T03:04:05Z</responseDate><request>x</request>${content}</OAI-PMH>`
const identity = (
  granularity = 'YYYY-MM-DDThh:mm:ssZ',
  deleted = 'persistent',
  earliest = '2000-01-01T00:00:00Z',
) =>
  oai(
    `<Identify><earliestDatestamp>${earliest}</earliestDatestamp><deletedRecord>${deleted}</deletedRecord><granularity>${granularity}</granularity></Identify>`,
  )
const record = (id: string, title: string | undefined = `Titel ${id}`, status = ''): string =>
  `<record><header${status && ` status="${status}"`}><identifier>oai:x:${id}</identifier><datestamp>2026-01-01</datestamp></header>${status ? '' : `<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">${title === '' ? '' : `<dc:title>${title}</dc:title>`}</oai_dc:dc></metadata>`}</record>`
const list = (records: string, token?: string): string =>
  oai(
    `<ListRecords>${records}${token === undefined ? '' : `<resumptionToken>${token}</resumptionToken>`}</ListRecords>`,
  )
const error = (code: string): string => oai(`<error code="${code}">no</error>`)

let count = 0
async function aHarvest(): Promise<number> {
  const domain = `h${++count}`
  await aDomain(app, domain)
  const made = await app.call('POST', '/api/v1/harvests', {
    baseUrl,
    domain,
    metadataPrefix: 'oai_dc',
    everyHours: 24,
  })
  return made.body.id
}
const documentOf = async (id: number) => (await app.call('GET', `/api/v1/harvests/${id}`)).body
const titles = async () =>
  (await app.call('GET', `/api/v1/titles?domain=h${count}&deleted=all`)).body.items as {
    title: string
    isInBin: boolean
  }[]
const failing = async (id: number): Promise<string> =>
  await runHarvest(app.services, id).then(
    () => 'ended well',
    (reason: Error) => reason.message,
  )
const lists = (answers: (parameters: URLSearchParams, number: number) => Answer, granularity?: string) => {
  asked.length = 0
  answer = (parameters, number) =>
    parameters.get('verb') === 'Identify' ? identity(granularity) : answers(parameters, number)
}

t.test('tokens that come again end the run, and the next one begins anew', async t => {
  const tokens: Record<string, (token: string | null) => string> = {
    'A, A': () => 'A',
    'A, B, A': token => (token === 'A' ? 'B' : 'A'),
  }
  for (const [what, next] of Object.entries(tokens)) {
    const id = await aHarvest()
    let n = 0
    lists(parameters => list(record(String(++n)), next(parameters.get('resumptionToken'))))
    t.match(
      await failing(id),
      /goes round in a circle after \d records: a resumption token came a second time/,
      what,
    )
    t.ok(asked.length < 8, what)
    t.match(await documentOf(id), {
      isRunning: false,
      isUnderWay: false,
      fault: /circle/,
      lastFailureAt: /^20/,
      lastSuccessAt: null,
      from: null,
    })
  }
  const id = await aHarvest()
  let n = 0
  lists(() => list(record('same'), `new-${++n}`))
  t.match(await failing(id), /a list came a second time/, 'the same records under new tokens')
  lists(() => list('', `new-${++n}`))
  t.match(await failing(id), /21 lists were empty/)
  lists(() => list(record('1')))
  await runHarvest(app.services, id)
  t.match(await documentOf(id), {
    fault: null,
    lastFailureAt: /^20/,
    lastSuccessAt: /^20/,
    from: '2026-01-02T03:04:05Z',
  })
})

t.test('dates are as fine as the repository takes them, whatever it says', async t => {
  const id = await aHarvest()
  lists(() => list(record('1')), 'YYYY-MM-DD')
  await runHarvest(app.services, id)
  await runHarvest(app.services, id)
  t.equal(asked.at(-1)?.get('from'), '2026-01-02')
  lists(parameters => ((parameters.get('from')?.length ?? 0) > 10 ? error('badArgument') : list(record('2'))))
  await runHarvest(app.services, id)
  t.same(
    asked.map(parameters => parameters.get('from')),
    [null, '2026-01-02T03:04:05Z', '2026-01-02'],
  )
  const of = { isByDay: false, keepsDeletions: true, earliest: '2030-01-01' }
  t.equal(fromOf('2026-01-02', of), undefined, 'before its first record: all of them')
  t.equal(fromOf('2031-01-02', of), '2031-01-02T00:00:00Z')
})

t.test('records that cannot be read or are empty are faults of the report', async t => {
  const id = await aHarvest()
  lists(() =>
    list(
      record('1') +
        record('2', 'Kaputt & <b>') +
        record('3', 'Mit\x0b Zeichen &#x1; darin') +
        record('4', '') +
        record('5'),
    ),
  )
  const report = await runHarvest(app.services, id)
  t.match(report, { created: 3, failed: 3 })
  t.same(
    new Set(report.failures.map(({ identifier }) => identifier)),
    new Set(['oai:x:2', 'the list', 'oai:x:4']),
  )
  t.same(
    new Set((await titles()).map(({ title }) => title)),
    new Set(['Titel 1', 'Mit\uFFFD Zeichen \uFFFD darin', 'Titel 5']),
  )
})

t.test('a record that does not end takes none with it, and one that nobody can name is a fault', async t => {
  const id = await aHarvest()
  const open = (n: string) => record(n).replace('</record>', '')
  const marc = record('5').replace(
    '<oai_dc:dc',
    '<x><record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record></x><oai_dc:dc',
  )
  lists(() =>
    list(
      record('1') +
        open('2') +
        record('3') +
        record('4').replace('<identifier>oai:x:4</identifier>', '') +
        '<record/>' +
        marc.replace('</dc:title>', '</dc:titel>') +
        record('6') +
        open('7'),
    ),
  )
  const report = await runHarvest(app.services, id)
  t.same(
    report.failures.map(({ identifier }) => identifier),
    ['oai:x:2', 'oai:x:5', 'oai:x:7', 'a record without identifier', 'a record without identifier'],
  )
  t.match(report, { created: 3, failed: 5 })
  t.same(new Set((await titles()).map(({ title }) => title)), new Set(['Titel 1', 'Titel 3', 'Titel 6']))
})

t.test('answers are read in the encoding that they declare, and what is in none is told', async t => {
  const declared: [encoding: string, bytes: (text: string) => Buffer][] = [
    ['ISO-8859-1', text => Buffer.from(text, 'latin1')],
    ['UTF-16', text => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ]
  for (const [encoding, bytes] of declared) {
    const id = await aHarvest()
    lists(() => bytes(list(record('1', 'Käse')).replace('UTF-8', encoding)))
    t.match(await runHarvest(app.services, id), { created: 1, failed: 0 }, encoding)
    t.match(await titles(), [{ title: 'Käse' }], encoding)
  }
  const id = await aHarvest()
  lists(() => Buffer.from(list(record('1', 'Käse')), 'latin1'))
  t.match(await runHarvest(app.services, id), {
    created: 1,
    failures: [{ identifier: 'the list', sentence: /not in the encoding that it says/ }],
  })
  t.match(await titles(), [{ title: 'K\uFFFDse' }])
})

t.test('a repository that forgets is asked anew once, and one that forgets always is told', async t => {
  const id = await aHarvest()
  let forgot = 0
  lists(parameters =>
    parameters.get('resumptionToken') === null
      ? list(record('1'), 'T')
      : forgot++ === 0
        ? error('badResumptionToken')
        : list(record('2')),
  )
  t.match(await runHarvest(app.services, id), { created: 2, unchanged: 1 })
  lists(parameters =>
    parameters.get('resumptionToken') === null ? list(record('1'), 'T') : error('badResumptionToken'),
  )
  t.match(
    await failing(id),
    /no longer knows the resumption tokens that it gives \(badResumptionToken after 3/,
  )
  t.ok(asked.length < 9)
  t.match(await documentOf(id), { isUnderWay: false, isRunning: false, fault: /no longer knows/ })
})

t.test('what is no list, or was cut off, is none, and moves no date', async t => {
  const id = await aHarvest()
  lists(() => list(record('1')))
  await runHarvest(app.services, id)
  const later = (text: string) => text.replace('2026-01-02', '2026-02-03')
  for (const [body, sentence] of [
    [later(oai('')), /answered ListRecords with neither records nor a fault/],
    [later(identity()), /answered ListRecords with neither records nor a fault/],
    [
      later(list(record('2') + record('3'))).slice(0, -80),
      /sent an answer that was cut off: it ends after \d+ bytes/,
    ],
  ] as const) {
    lists(() => body)
    t.match(await failing(id), sentence)
    t.match(await documentOf(id), { from: '2026-01-02T03:04:05Z', fault: sentence })
  }
  t.equal((await titles()).length, 1)
})

t.test('the next run asks from when the repository looked, whatever its clock says', async t => {
  const now = new Date('2026-06-01T10:00:00.123Z')
  const told = {
    '2026-01-02T03:04:05Z': '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05+02:00': '2026-01-02T01:04:05Z',
    '2026-01-02': '2026-01-02T00:00:00Z',
    '2099-01-02T03:04:05Z': '2026-06-01T10:00:00Z',
    yesterday: '2026-06-01T10:00:00Z',
    '2026-13-45T00:00:00Z': '2026-06-01T10:00:00Z',
  }
  for (const [text, from] of Object.entries(told)) t.equal(lookedAt(text, now), from, text)
  t.equal(lookedAt(undefined, now), '2026-06-01T10:00:00Z')
  const id = await aHarvest()
  lists(() => list(record('1')).replace('2026-01-02T03:04:05Z', '2099-01-02T03:04:05Z'))
  await runHarvest(app.services, id)
  t.ok(Date.parse((await documentOf(id)).from) <= Date.now(), 'what changes from now on is asked for')
})

t.test('deletions are followed; a repository that keeps none is told as such', async t => {
  const id = await aHarvest()
  lists(() => list(record('1') + record('2')))
  await runHarvest(app.services, id)
  lists(() => list(record('1', undefined, 'deleted') + record('never', undefined, 'deleted')))
  t.match(await runHarvest(app.services, id), { deleted: 1, failed: 0 })
  t.equal((await titles()).filter(title => title.isInBin).length, 1)
  answer = parameters =>
    parameters.get('verb') === 'Identify' ? identity(undefined, 'no') : error('noRecordsMatch')
  await runHarvest(app.services, id)
  t.match(await documentOf(id), { message: /0 failed; the repository does not keep deletions/ })
})

t.test(
  'waits where it is asked to, goes on after a cut connection, and says what is no repository',
  async t => {
    const id = await aHarvest()
    const soon = new Date(Date.now() + 500).toUTCString()
    const faults: Answer[] = [
      { status: 503, headers: { 'retry-after': soon } },
      { status: 429, headers: { 'retry-after': '0' } },
      cut,
    ]
    lists(() => faults.shift() ?? list(record('1')))
    t.match(await runHarvest(app.services, id), { created: 1 })
    answer = () => '<html><body>Hello</body></html>'
    t.match(await failing(id), /does not speak OAI-PMH/)
    answer = () => error('badVerb')
    t.match(await failing(id), /does not identify itself \(badVerb: no\)/)
    t.match(await documentOf(id), { fault: /does not identify itself/, lastSuccessAt: /^20/ })
  },
)

t.test('two runs of one harvest never overlap', async t => {
  const id = await aHarvest()
  let release = () => {}
  const held = new Promise<void>(resolve => (release = resolve))
  lists(() => list(record('1')))
  const first = runHarvest(app.services, id, async () => await held)
  for (let n = 0; n < 500 && !(await documentOf(id)).isRunning; n++)
    await new Promise(resolve => setTimeout(resolve, 10))
  t.equal(await failing(id), `Harvest ${id} is running already.`)
  t.match(await documentOf(id), { isRunning: true, fault: null })
  release()
  await first
  t.match(await documentOf(id), { isRunning: false, lastSuccessAt: /^20/ })
})

t.test('a harvest without a schedule runs once', async t => {
  await aDomain(app, 'once')
  lists(() => list(record('1')))
  const made = await app.call('POST', '/api/v1/harvests', {
    baseUrl,
    domain: 'once',
    metadataPrefix: 'oai_dc',
  })
  await app.drain()
  t.match(await documentOf(made.body.id), { message: /^1 created/, next: null })
})
