// Records of one request are written together where they can be: what comes of them is what came of them one after another.
import t from '../support/tap.ts'
import { aDomain, asMods, modsOf, start } from '../support/start.ts'
import { roundTripsOf, statementsOf } from '../support/statements.ts'

const app = await start(t)
const { call } = app
for (const name of ['together', 'single', 'many']) await aDomain(app, name)

const bare = (record: string) => record.replace(/^<\?xml[^>]*>\n/, '').trimEnd()
const collectionOf = (records: readonly string[]) =>
  `<modsCollection xmlns="http://www.loc.gov/mods/v3">${records.map(bare).join('')}</modsCollection>`
const post = (domain: string, xml: string, query = '') =>
  call('POST', `/api/v1/titles?domain=${domain}${query}`, xml, asMods)

const isbn = (value: string) => `<identifier type="isbn">${value}</identifier>`
const urn = (value: string) => `<identifier type="urn">urn:nbn:de:hbz:${value}</identifier>`
const below = (host: string, volume: string) =>
  `<relatedItem type="host"><titleInfo><title>Works</title></titleInfo><recordInfo><recordIdentifier source="test">${host}</recordIdentifier></recordInfo></relatedItem><part><detail type="volume"><number>${volume}</number></detail></part>`

interface Item {
  readonly id: number
  readonly outcome: string
  readonly record: string
  readonly messages: readonly { readonly code: string; readonly sentence: string }[]
}

/** All that is told of the titles of a domain, without the numbers that they happen to have. */
async function told(domain: string, items: readonly Item[]) {
  const { items: titles } = (await call('GET', `/api/v1/titles?domain=${domain}&limit=100`)).body
  const names = new Map<number, string>(titles.map((title: { id: number; title: string }) => [title.id, title.title])) // prettier-ignore
  const facts = await Promise.all(
    titles.map(async ({ id }: { id: number }) => {
      const title = (await call('GET', `/api/v1/titles/${id}`)).body
      const identifiers = (await call('GET', `/api/v1/titles/${id}/identifiers`)).body.items
      const { caption, type, isReleased, persons, date, signature, pageCount, xmlOrigin, sourceIdent } = title
      return {
        caption,
        type,
        isReleased,
        persons,
        date,
        signature,
        pageCount,
        xmlOrigin,
        sourceIdent,
        title: title.title,
        below: names.get(title.parentId) ?? null,
        identifiers: identifiers
          .map(({ scheme, value, source }: Record<string, string>) => `${scheme} ${value} ${source}`)
          .sort(),
        mods: (await call('GET', `/api/v1/titles/${id}/mods`)).raw.toString(),
      }
    }),
  )
  const { items: roots } = (await call('GET', `/api/v1/tree?domain=${domain}&limit=100`)).body
  return {
    items: items.map(({ id, outcome, record, messages }) => ({
      outcome,
      record,
      title: names.get(id),
      messages: messages.map(({ code }) => code),
    })),
    facts,
    order: roots.map((node: { caption: string }) => node.caption),
  }
}

const records = [
  modsOf('plain', 'Plain', isbn('3-16')),
  modsOf('shares', 'Shares the ISBN of the one before', isbn('3-16')),
  modsOf('plain', 'Plain, again and changed'),
  modsOf('urn', 'With a URN', urn('1-5')),
  modsOf('shares', 'Shares the ISBN of the one before', isbn('3-16')),
  modsOf('v1', 'Volume one', below('works', '1')),
  modsOf(
    'works',
    'The works themselves',
    '<originInfo><issuance>multipart monograph</issuance></originInfo>',
  ),
  modsOf('v2', 'Volume two', below('works', '2')),
  modsOf('ordered', 'By its number', '<part order="7"/>'),
  modsOf('last', 'Behind it', isbn('3-16') + urn('2-3')),
  modsOf('other', 'Names the URN of another', urn('2-3')),
]

t.test('a collection leaves what its records leave one after another', async t => {
  const answer = await post('together', collectionOf(records), '&release=true')
  t.equal(answer.status, 201)
  const one: Item[] = []
  for (const record of records) {
    // as it stands in the collection, byte for byte
    const { status, body } = await post('single', bare(record), '&release=true')
    t.ok(status < 300, `${status} ${JSON.stringify(body)}`)
    one.push(...body.items)
  }
  const [together, single] = [await told('together', answer.body.items), await told('single', one)]
  t.same(together, single)
  t.same(
    together.items.map(item => item.outcome),
    ['created', 'created', 'updated', 'created', 'unchanged', 'created', 'updated', 'created', 'created', 'created', 'updated'], // prettier-ignore
  )
  t.same(
    together.items.flatMap(({ title, messages }) => messages.map(code => [title, code])),
    [
      ['Shares the ISBN of the one before', 'identifier-taken'],
      ['Names the URN of another', 'title-replaced'],
    ],
  )
})

t.test(
  'a new title is there before anything that refers to it, whatever statements are prepared already',
  async t => {
    const narrow = await start(t, { FIREFOLIO_DATABASE_POOLSIZE: '1', FIREFOLIO_SEARCH_ON: 'false' })
    await aDomain(narrow)
    // a title above: it is stored by itself, and its identifiers by the statement that new titles use
    for (const record of [
      modsOf('v1', 'Volume', below('works', '1') + isbn('1')),
      modsOf('new', 'New', isbn('2')),
    ])
      t.equal((await narrow.call('POST', '/api/v1/titles?domain=lib', record, asMods)).status, 201)
  },
)

t.test('a collection is written by a few statements, however many records it has', async t => {
  const some = (name: string, count: number) =>
    collectionOf(Array.from({ length: count }, (_, at) => modsOf(`${name}${at}`, `${name} ${at}`, isbn(`${name}-${at}`)))) // prettier-ignore
  await post('many', some('first', 2))
  const sent = await statementsOf(async () => t.equal((await post('many', some('many', 40))).status, 201))
  t.ok(sent.length < 20, `${sent.length}`)
  const trips = await roundTripsOf(async () => t.equal((await post('many', some('more', 40))).status, 201))
  t.ok(trips <= 20, `${trips}`)
  const large = await post('many', some('large', 1203))
  t.equal(large.status, 201)
  const ids: number[] = large.body.items.map((item: Item) => item.id)
  t.same(
    ids,
    [...ids].sort((a, b) => a - b),
    'in their order',
  )
})

t.test('the same collection from several at once is stored once, and unchanged for the others', async t => {
  const same = collectionOf(Array.from({ length: 60 }, (_, at) => modsOf(`same${at}`, `Same ${at}`)))
  const answers = await Promise.all([1, 2, 3].map(() => post('many', same)))
  t.same(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 200, 201],
  )
  const [ids, ...others] = answers.map(({ body }) => body.items.map((item: Item) => item.id))
  t.same(others, [ids, ids])
  t.same(
    new Set(answers.flatMap(({ body }) => body.items.map((item: Item) => item.outcome))),
    new Set(['created', 'unchanged']),
  )
})

t.test('a collection of which one record is refused leaves nothing', async t => {
  const before = (await call('GET', '/api/v1/titles?domain=single&limit=100')).body.items.length
  const wrong = [modsOf('fresh1', 'Fresh'), modsOf('both', 'Two titles at once', urn('1-5') + urn('2-3')), modsOf('fresh2', 'Fresh')] // prettier-ignore
  t.match(await post('single', collectionOf(wrong)), { status: 409, body: { detail: /fits several titles/ } })
  t.equal((await call('GET', '/api/v1/titles?domain=single&limit=100')).body.items.length, before)
})
