// Pages of titles are kept while nothing that they show has changed: they are the same for everyone, and many read one title at once.
import t from './support/tap.ts'
import { KeptPages } from '../src/web/kept-pages.ts'
import type { RenderedPage } from '../src/web/bundle.ts'
import { followChanges } from '../src/system/changes/index.ts'
import { statementsOf } from './support/statements.ts'
import { aDomain, asMods, aTitle, modsOf, start } from './support/start.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
const { call, services } = app
const any = { 'if-match': '*' }
await aDomain(app)
const work = await aTitle(app, { type: 'multivolume_work', title: 'A work', release: true })
const [first, second] = [await aTitle(app, { parent: work, type: 'volume', title: 'First volume', release: true, pages: 2 }), await aTitle(app, { parent: work, type: 'volume', title: 'Second volume', release: true, pages: 2 })] as const // prettier-ignore

const page = async (id: number, headers: Record<string, string> = {}) =>
  String((await app.read(`/id/${id}`, { accept: 'text/html', ...headers })).body)
/** Without what is drawn for each answer. */
const bare = (html: string) => html.replace(/nonce="[^"]*"/g, '')
const settled = async () => {
  await followChanges(services)
  for (const id of [work, first, second]) await page(id)
}

t.test('a page is rendered once for all who read it, each with a nonce of its own', async t => {
  await settled()
  const before = await page(first)
  const sent = await statementsOf(async () => t.equal(bare(await page(first)), bare(before)))
  t.ok(sent.length <= 6, sent.join('\n'))
  t.not(await page(first), before)
  t.match(await page(first, { 'accept-language': 'en' }), /<html lang="en"/)
  t.match(await page(first, { cookie: 'theme=dark' }), /data-theme="dark"/)
  t.match(await page(first), /<html lang="de"(?![^>]*data-theme)/)
})

const changes: Record<string, readonly [number, () => Promise<{ status: number }>, RegExp]> = {
  'its record': [first, () => call('PUT', `/api/v1/titles/${first}/mods`, modsOf('one', 'Renamed first'), { ...asMods, ...any }), /Renamed first/], // prettier-ignore
  'the volume beside it': [first, () => call('PUT', `/api/v1/titles/${second}/mods`, modsOf('two', 'Renamed second'), { ...asMods, ...any }), /Renamed second/], // prettier-ignore
  'the work that it belongs to': [second, () => call('PUT', `/api/v1/titles/${work}/mods`, modsOf('work', 'Renamed work'), { ...asMods, ...any }), /Renamed work/], // prettier-ignore
  'one of its volumes': [work, () => call('PUT', `/api/v1/titles/${first}/mods`, modsOf('one', 'Once again'), { ...asMods, ...any }), /Once again/], // prettier-ignore
  'the domain': [first, () => call('PATCH', '/api/v1/domains/lib', { caption: 'Renamed domain' }, any), /Renamed domain/], // prettier-ignore
  'an option of the domain': [first, () => call('PATCH', '/api/v1/domains/lib/config', { 'rights.owner': 'Renamed owner' }, any), /Renamed owner/], // prettier-ignore
}
for (const [what, [id, change, after]] of Object.entries(changes))
  t.test(`a page shows at once that ${what} has changed`, async t => {
    await settled()
    t.notMatch(await page(id), after)
    const { status } = await change()
    t.ok(status < 300, String(status))
    t.match(await page(id), after, 'while the change waits')
    await followChanges(services)
    t.match(await page(id), after, 'and when it was followed')
  })

t.test(
  'a title that is hidden has no page any more, and those who see hidden ones are shown theirs',
  async t => {
    await settled()
    await call('POST', `/api/v1/tree/${second}/hide`, {}, any)
    t.equal((await app.read(`/id/${second}`, { accept: 'text/html' })).status, 404)
    t.equal((await call('GET', `/id/${second}`, undefined, { accept: 'text/html' })).status, 200)
  },
)

const rendered = (body: string, status = 200) => ({ status, body }) as RenderedPage

t.test('a page is kept for half a minute at most, by its tag, and never where it has none', async t => {
  let now = 0
  const kept = new KeptPages(() => now)
  const body = async (key: string, tag: string | undefined, text: string, status = 200) =>
    (await kept.of(key, tag, async () => rendered(text, status))).body
  t.equal(await body('a', '1', 'one'), 'one')
  t.equal(await body('a', '1', 'two'), 'one')
  t.equal(await body('a', undefined, 'three'), 'three')
  t.equal(await body('a', '2', 'four'), 'four')
  t.equal(await body('a', '1', 'five'), 'five')
  now = 29_999
  t.equal(await body('a', '1', 'six'), 'five')
  now = 30_000
  t.equal(await body('a', '1', 'seven'), 'seven')
  t.equal(await body('fault', '1', 'eight', 503), 'eight')
  t.equal(await body('fault', '1', 'nine'), 'nine')
  const long = 'x'.repeat(301)
  t.equal(await body(long, '1', 'ten'), 'ten')
  t.equal(await body(long, '1', 'eleven'), 'eleven')
  for (let n = 0; n < 500; n++) await body(`other ${n}`, '1', 'other')
  t.equal(await body('a', '1', 'twelve'), 'twelve', 'the one that was asked for longest ago goes')
})
