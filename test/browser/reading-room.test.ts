// The reading room in a real browser against the real service: complete without scripts, taken over with them, accessible in both themes.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { root } from '../../src/root.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { aUser } from '../support/people.ts'
import { asMods, aTitle, modsOf } from '../support/start.ts'
import { dimInTheDark, putAway, violations, visit as visitPage } from '../support/visit.ts'

const aBrowser = browserOf(t)

const html = { accept: 'text/html,application/xhtml+xml', 'accept-language': 'de' }

const { app, ids } = await startWithSample(t)
await app.drain()
const [page1] = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
/** A newspaper of two years, with a day that has two issues and one issue whose day is not known. */
const newspaper = await aTitle(app, {
  domain: 'sample',
  type: 'newspaper',
  title: 'Tageblatt',
  release: true,
})
for (const [n, [day, caption]] of [
  ['1925-01-03', 'Nr. 2'],
  ['1925-01-03', 'Nr. 2, Abendausgabe'],
  ['1925-01-12', 'Nr. 9'],
  ['1925-03-01', 'Nr. 51'],
  ['1926-02-28', 'Nr. 50'],
  ['', 'Extrablatt'],
].entries())
  await app.call(
    'POST',
    `/api/v1/titles?parent=${newspaper}&type=issue&release=true`,
    modsOf(
      `issue${n}`,
      String(caption),
      day === ''
        ? ''
        : `<originInfo eventType="publication"><dateIssued encoding="iso8601" keyDate="yes">${day}</dateIssued></originInfo>`,
    ),
    asMods,
  )
await app.drain()
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

/** A German reader. */
async function visit(browser: Browser, path: string, options: BrowserContextOptions = {}) {
  const german = { locale: 'de-DE', viewport: { width: 1280, height: 720 }, ...options }
  const { page, faults, context } = await visitPage(browser, address, path, german)
  return { page, faults, close: () => putAway(context) }
}

const pages: readonly (readonly [path: string, words: RegExp])[] = [
  ['/', /Sammlungen/],
  ['/c/sample', /Vom digitalen Buche/],
  ['/find?q=licht', /Suche nach/],
  [`/id/${ids.monograph}`, /Mustermann, Clara/],
  [`/id/${ids.issue}`, /Anzeiger/],
  [`/id/${newspaper}`, /Kalender/],
  [`/id/${ids.monograph}/view?page=${page1?.id}`, /Vom digitalen Buche/],
]

t.test('every page is complete without scripts, in German and in English', async t => {
  for (const [path, words] of pages) {
    const answer = await app.read(path, html)
    t.equal(answer.status, 200, path)
    t.match(answer.body, words, path)
    t.match(answer.body, '<html lang="de"')
    t.match(answer.headers['content-security-policy'], /script-src 'self'(?:;|$)/)
    t.match((await app.read(path, { ...html, 'accept-language': 'en' })).body, '<html lang="en"')
  }
  const title = (await app.read(`/id/${ids.monograph}`, html)).body as string
  t.match(title, '<meta name="citation_title" content="Vom digitalen Buche')
  t.match(title, `<link rel="canonical" href="${address}/id/${ids.monograph}">`)
  t.match(title, '"@type":"Book"')
})

t.test('a newspaper is a calendar, by the year, without scripts', async t => {
  const first = (await app.read(`/id/${newspaper}`, html)).body as string
  t.match(first, /<caption><a[^>]*>Januar<\/a><\/caption>[^]*<caption><a[^>]*>März<\/a><\/caption>/)
  t.notMatch(first, '>Februar</a></caption>')
  t.match(
    first,
    /aria-label="3. Januar 1925, Nr. 2"[^>]*>3<\/a><a[^>]*aria-label="3. Januar 1925, Nr. 2, Abendausgabe"/,
  )
  t.match(first, /<h2>Bände und Teile<\/h2>|Extrablatt/, 'what has no day stands in the list')
  const second = (await app.read(`/id/${newspaper}?year=1926`, html)).body as string
  t.match(second, '>Februar</a></caption>')
  t.notMatch(second, '>Januar</a></caption>')
  t.match(second, />1926<!-- --> · <!-- -->1 Ausgabe|1926 · 1 Ausgabe/)
  t.match(
    (await app.read(`/id/${newspaper}?year=1800`, html)).body,
    '>Januar</a></caption>',
    'a year without issues',
  )
})

t.test('of a newspaper one year is fetched, and a month is shown by its issues', async t => {
  interface Members {
    members: { id: number; issueDate: string | null; caption: string }[]
    year: string | null
    years: object[]
  }
  const of = async (query: string) => (await app.read(`/api/v1/objects/${newspaper}${query}`)).body as Members
  const all = await of('')
  const years = [
    { year: '1925', issues: 4 },
    { year: '1926', issues: 1 },
  ]
  t.match(all, { year: null, years })
  t.equal(all.members.length, 6)
  const second = await of('?year=1926')
  t.match(second, { year: '1926', years })
  t.same(
    second.members.map(({ issueDate }) => issueDate),
    ['1926-02-28', null],
    'with what has no day',
  )
  for (const query of ['?year=first', '?year=1800']) t.equal((await of(query)).year, '1925', query)
  t.equal((await app.read(`/api/v1/objects/${newspaper}?year=19`)).status, 400)
  const last = second.members[0]?.id
  t.match((await app.read(`/api/v1/objects/${last}`)).body, {
    previous: { caption: 'Nr. 51' },
    next: { caption: 'Extrablatt' },
  })
  const month = (await app.read(`/id/${newspaper}?year=1925&month=03`, html)).body as string
  t.match(month, /<h3[^>]*>März(?: |<!-- -->)*1925[^]*1 Ausgabe[^]*Nr\. 51/)
  t.match(month, new RegExp(`<a (?=[^>]*rel="prev")[^>]*href="/id/${newspaper}\\?year=1925&amp;month=01"`))
  t.notMatch(month, '<caption>')
  const state = JSON.parse(/id="state">([^]*?)<\/script>/.exec(month)?.[1] ?? '{}') as { queries: object }
  t.notMatch(JSON.stringify(state), '1926-02-28', 'the other year did not come')
})

t.test('the arrows go from day to day of the calendar, and the years are links', longStory, async t => {
  const { page, faults } = await visit(await aBrowser(t), `/id/${newspaper}`)
  const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label")')
  await page.getByRole('link', { name: '3. Januar 1925, Nr. 2', exact: true }).focus()
  const ways: [string, string][] = [
    ['ArrowRight', '12. Januar 1925'],
    ['ArrowDown', '1. März 1925'],
    ['ArrowDown', '1. März 1925'],
    ['ArrowLeft', '12. Januar 1925'],
    ['ArrowUp', '3. Januar 1925, Nr. 2'],
  ]
  for (const [key, label] of ways) {
    await page.keyboard.press(key)
    t.equal(await focused(), label, key)
  }
  await page.getByRole('link', { name: '1926' }).click()
  await page.waitForURL(url => url.searchParams.get('year') === '1926')
  await page.getByRole('link', { name: '28. Februar 1926' }).click()
  await page.getByRole('heading', { level: 1, name: 'Nr. 50' }).waitFor()
  t.same(faults, [])
})

t.test('a page leads to its place in the viewer', async t => {
  const answer = await app.read(`/id/${page1?.id}`, html)
  t.equal(answer.status, 303)
  t.equal(answer.headers['location'], `/id/${ids.monograph}/view?page=${page1?.id}`)
})

t.test('the viewer of a work without pages of its own leads to its parts', async t => {
  const body = (await app.read(`/id/${newspaper}/view`, html)).body as string
  t.match(body, /wird in seinen Teilen gelesen/)
  t.notMatch(body, /gibt es kein Bild/)
  const { members } = (await app.read(`/api/v1/objects/${newspaper}?year=first`)).body
  t.ok(members.length > 0)
  for (const { id } of members) t.match(body, `href="/id/${id}"`)
  t.match(body, /Alle Jahrgänge und Ausgaben/, 'and to its years')
})

t.test('a collection has a face of its own, in the language of the reader', needsBrowser, async t => {
  const face = {
    'web.name': 'de: Haus der Bücher | en: House of Books',
    'web.accent': '#005f56',
    'web.typeface': '/static/house.woff2',
    'web.logo': '/static/house.svg',
    'web.contact': 'de: mailto:haus@library.example | en: mailto:house@library.example',
    'web.privacy': 'de: /static/datenschutz.html | en: /static/privacy.html',
    'web.imprint': 'de: /static/impressum.html | en: /static/imprint.html',
    'web.footer': 'de: Gefördert vom Land. | en: Funded by the state.',
  }
  const set = (values: object) =>
    app.call('PATCH', '/api/v1/domains/sample/config', values, { 'if-match': '*' })
  t.match(await set({ 'web.accent': 'red}body{display:none' }), {
    status: 422,
    body: { errors: [{ pointer: '/web.accent', detail: /expected a colour like #8a2b1f/ }] },
  })
  t.match(await set({ 'web.typeface': 'https://fonts.example/a.woff2' }), { status: 422 })
  t.equal((await set(face)).status, 200)
  mkdirSync(join(app.folder, 'static'), { recursive: true })
  copyFileSync(
    join(root, 'node_modules/@fontsource/eb-garamond/files/eb-garamond-latin-400-italic.woff2'),
    join(app.folder, 'static/house.woff2'),
  )
  writeFileSync(
    join(app.folder, 'static/house.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>',
  )
  for (const path of ['/c/sample', `/id/${ids.monograph}`, `/id/${ids.monograph}/view`]) {
    const german = (await app.read(path, html)).body as string
    t.match(german, ':root{--accent-light:#005f56;--house:"/static/house.woff2"}', path)
    t.match(german, / · Haus der Bücher<\/title>/, path)
    if (path.endsWith('/view')) continue
    t.match(
      german,
      /Gefördert vom Land\.[^]*href="mailto:haus@[^]*href="\/static\/impressum\.html"[^]*href="\/static\/datenschutz\.html"/,
      path,
    )
    const english = (await app.read(path, { ...html, 'accept-language': 'en' })).body as string
    t.match(english, /<img src="\/static\/house\.svg"[^>]*><span>House of Books<\/span>[^]*Funded by the state\.[^]*mailto:house@[^]*imprint\.html[^]*privacy\.html/, path) // prettier-ignore
  }
  const house = (await app.read('/', html)).body as string
  t.match(house, ':root{--accent-light:#8a2b1f}</style>', 'and the house its own')
  t.notMatch(house, /static\/(house|impressum|datenschutz)|haus@/)
  const { page, faults } = await visit(await aBrowser(t), '/')
  const accent = () =>
    page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent-light').trim()")
  t.equal(await accent(), '#8a2b1f')
  await page.locator('#collections a').first().click()
  await page.getByRole('banner').getByText('Haus der Bücher').waitFor()
  t.equal(await accent(), '#005f56', 'a link leads to the other face')
  const logo = page.getByRole('banner').locator('img')
  t.equal(await logo.evaluate(each => (each as HTMLImageElement).naturalWidth), 8, 'with its logo')
  await page.getByRole('banner').getByRole('link', { name: 'Haus der Bücher' }).click()
  await page.waitForURL(`${address}/`)
  t.equal(await accent(), '#8a2b1f', 'and back')
  await page.goto(`${address}/id/${ids.monograph}`, { waitUntil: 'networkidle' })
  t.same(
    await page.evaluate(`(async () => {
      await document.fonts.ready
      return [
        [...document.fonts].filter(each => each.family.includes('house.woff2')).map(each => each.status),
        getComputedStyle(document.querySelector('h1')).fontFamily.split(',')[0].replaceAll('"', ''),
      ]
    })()`),
    [['loaded'], '/static/house.woff2'],
    'its letters come from the file that lies there, and titles are set in them',
  )
  t.same(faults, [])
  await set(Object.fromEntries(Object.keys(face).map(key => [key, null])))
})

t.test('what is refused is a page for people and a document for programs', async t => {
  for (const path of [
    '/nothing/here',
    '/id/99999',
    '/api/v1/titles/99999',
    '/iiif/image/3/99999/info.json',
  ]) {
    const answer = await app.read(path, html)
    t.equal(answer.status, 404, path)
    t.match(answer.body, 'Hier ist nichts', path)
    t.match(
      (await app.read(path, { accept: 'application/json' })).headers['content-type'],
      'application/problem+json',
    )
  }
  t.match((await app.read('/api/v1/jobs', html)).body, 'Das ist nicht für alle offen')
})

t.test(
  'a work that is closed says so, until when, and whom it is open to, in place of the way in',
  async t => {
    const reader = await aUser(app, { login: 'leserin' })
    const restrict = (entries: object[]) =>
      app.call('PUT', `/api/v1/tree/${ids.volume2}/rights`, { entries }, { 'if-match': '*' })
    const page = async (path: string, language = 'de') =>
      (await app.read(path, { ...html, 'accept-language': language })).body as string
    const path = `/id/${ids.volume2}`
    t.match(await page(path), '/view"', 'it is read')
    await restrict([
      { subject: 'everyone', right: 'see-image', effect: 'deny', until: '2040-01-01T00:00:00Z' },
      { subject: 'range', range: '192.0.2.0/24', right: 'see-image', effect: 'grant' },
      { subject: 'user', user: reader.uuid, right: 'see-image', effect: 'grant' },
    ])
    t.same((await app.read(`/api/v1/objects/${ids.volume2}`)).body.restriction, {
      images: 'closed',
      until: '2040-01-01T00:00:00.000Z',
      ways: ['log-in', 'place'],
    })
    for (const each of [path, `${path}/view`]) {
      const closed = await page(each)
      t.match(closed, /bis zum 1. Januar 2040 nicht allen[^]*ein Konto[^]*Lesesaal/, each)
      t.match(closed, `href="/log-in?next=${encodeURIComponent(each)}"`, each)
      t.match(await page(each, 'en'), /until 1 January 2040|until January 1, 2040/, each)
    }
    t.notMatch(
      await page(path),
      new RegExp(`href="${path}/view|src="/download/webcache`),
      'no page is offered',
    )
    await restrict([{ subject: 'everyone', right: 'see-image', effect: 'deny' }])
    t.same((await app.read(`/api/v1/objects/${ids.volume2}`)).body.restriction, {
      images: 'closed',
      until: null,
      ways: [],
    })
    t.notMatch(await page(path), 'Lesesaal, sind', 'nobody is let in')
    await restrict([])
    t.equal((await app.read(`/api/v1/objects/${ids.volume2}`)).body.restriction, null)
  },
)

t.test(
  'the document names what its page runs, is compressed, and asks for the page that is read first',
  async t => {
    const coded = await app.app.inject({
      url: `/id/${ids.monograph}/view`,
      headers: { ...html, 'accept-encoding': 'br' },
    })
    t.equal(coded.headers['content-encoding'], 'br')
    t.match(coded.headers['vary'], 'Accept-Encoding')
    const { body } = await app.read(`/id/${ids.monograph}/view`, html)
    t.equal(brotliDecompressSync(coded.rawPayload).toString().length, body.length)
    t.ok(coded.rawPayload.length < body.length / 3)
    t.match(body, /<link rel="modulepreload" href="\/assets\/deep-/, 'what shows the tiles')
    t.match(body, /<img src="\/download\/webcache\/1000\/\d+"[^>]*fetchPriority="high"/i)
    t.match(body, /<img src="\/download\/webcache\/128\/\d+"[^>]*fetchPriority="low"/i)
    const scripts = body.match(/href="\/assets\/[^"]+\.js"/g) ?? []
    t.ok(scripts.length > 3 && scripts.length <= 14, `${scripts.length} files of scripts`)
    t.notMatch((await app.read(`/id/${ids.monograph}`, html)).body, '/assets/deep-', 'only where it is run')
  },
)

t.test('a title is one request of the API, with its neighbours and its outline', async t => {
  const { body } = await app.read(`/api/v1/objects/${ids.monograph}`)
  t.match(body, {
    title: { title: /Vom digitalen Buche/, persons: [{ name: 'Mustermann, Clara', roles: ['aut'] }] },
    domain: { name: 'sample' },
  })
  t.equal(body.pages.length, 24)
  const part = (body.outline as { caption: string; page: number; depth: number }[]).find(
    ({ caption }) => caption === 'Vom Papier',
  )
  t.match(part, { depth: 1 })
  t.equal(
    (await app.read(`/api/v1/objects/${body.pages[3].id}`)).body.id,
    ids.monograph,
    'a page belongs to its title',
  )
})

t.test('a list without words is all titles at the top; with words all that hold them', async t => {
  const all = (await app.read('/api/v1/search?level=top&facets=true&domain=sample')).body
  t.ok(all.total >= 3)
  t.ok((all.items as { within: unknown }[]).every(({ within }) => within === null))
  t.ok(all.facets.types.length > 0)
  t.ok((await app.read('/api/v1/search')).body.total > all.total)
})

t.test('pages are taken over without an error, and are accessible, light and dark', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const inBoth = some(pages, 3)
  for (const each of pages) {
    const [path] = each
    const { page, faults, close } = await visit(browser, path, { colorScheme: 'light' })
    t.same(await violations(page), [], path)
    if (inBoth.includes(each)) t.same(await dimInTheDark(page), [], `${path} in the dark`)
    t.same(faults, [], path)
    await close()
  }
})

t.test('a reader finds a word and comes to the page that holds it', needsBrowser, async t => {
  const browser = await aBrowser(t)
  for (const javaScriptEnabled of [true, false]) {
    const { page, close } = await visit(browser, '/', { javaScriptEnabled })
    await page.getByRole('searchbox').fill('Licht')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/find\?q=Licht/)
    await page.locator('a[href*="/view?page="]').first().click()
    await page.waitForURL(/\/view\?page=\d+/)
    await page.getByRole('img', { name: /^Abbildung von/ }).waitFor()
    t.pass(`scripts ${javaScriptEnabled}`)
    await close()
  }
})

t.test('who types is led to a person by the arrows, or searches by Enter', needsBrowser, async t => {
  const { page, faults } = await visit(await aBrowser(t), '/')
  await page.getByRole('searchbox').click()
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('muster', { delay: 20 })
  const option = page.getByRole('option', { name: /Mustermann, Clara/ })
  await option.waitFor()
  t.same(await violations(page, "{ include: ['[role=combobox]', '[role=listbox]'] }"), [])
  for (let n = 0; n < 20 && (await option.getAttribute('data-focused')) === null; n++)
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Mustermann, Clara' }).waitFor()
  await page.getByRole('heading', { level: 2, name: /Vom digitalen Buche/ }).waitFor()
  await page.getByRole('searchbox').click()
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('Mustermann')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/find\?q=Mustermann$/)
  t.same(faults, [])
})

t.test(
  'a search that finds nothing offers the words that are meant, and facets narrow one',
  longStory,
  async t => {
    const { page, faults } = await visit(await aBrowser(t), '/find?q=Musterman')
    await page.getByRole('link', { name: 'Mustermann', exact: true }).click()
    await page.waitForURL(/q=Mustermann$/)
    await page.goto(`${address}/find?q=b*`)
    const facets = page.getByRole('complementary')
    await facets.getByRole('link', { name: /^Mustermann, Clara/ }).click()
    await page.waitForURL(/person=Mustermann/)
    await page.getByRole('status').filter({ hasText: '1 Titel' }).waitFor()
    await page.getByRole('link', { name: 'Ohne Mustermann, Clara' }).click()
    await page.waitForURL(url => !url.searchParams.has('person'))
    t.same(faults, [])
  },
)

t.test(
  'a line that is pointed at in the text is shown on the page, and the other way round',
  longStory,
  async t => {
    const all = (await app.read(`/api/v1/objects/${ids.monograph}`)).body.pages as { id: number }[]
    const { page, faults } = await visit(
      await aBrowser(t),
      `/id/${ids.monograph}/view?page=${all[7]?.id}&panel=text`,
      { viewport: { width: 1280, height: 800 } },
    )
    const [text, image] = [page.locator('aside p span'), page.locator('main svg rect')]
    await image.nth(3).waitFor()
    t.equal(await image.count(), await text.count(), 'a place for each line')
    await text.nth(3).hover()
    await page.locator('main svg rect[data-pointed=true]').waitFor()
    t.equal(await image.nth(3).getAttribute('data-pointed'), 'true')
    await image.nth(6).hover()
    await page.locator('aside span[data-pointed=true]').waitFor()
    t.equal(await text.nth(6).getAttribute('data-pointed'), 'true')
    t.notOk(new URL(page.url()).searchParams.has('at'), 'the page did not move')
    t.same(faults, [])
  },
)

t.test('a title leads to others of its person, and to the PDF of each of its parts', longStory, async t => {
  const person =
    '<name type="personal"><namePart>Mustermann, Clara</namePart><role><roleTerm type="code">aut</roleTerm></role></name>'
  await app.call(
    'POST',
    '/api/v1/titles?domain=sample&type=monograph&release=true',
    modsOf('second', 'Vom zweiten Buche', person),
    asMods,
  )
  await app.drain()
  const { page, faults } = await visit(await aBrowser(t), `/id/${ids.monograph}`)
  await page.getByText('PDF nach Teilen').click()
  const chapter = page.getByRole('complementary').getByRole('link', { name: 'Vom Papier' })
  const file = await page.request.get(`${address}${await chapter.getAttribute('href')}`)
  t.equal(file.headers()['content-type'], 'application/pdf')
  await page.getByRole('heading', { name: 'Mehr von Mustermann, Clara' }).waitFor()
  await page.getByRole('link', { name: 'Vom zweiten Buche' }).click()
  await page.getByRole('heading', { level: 1, name: 'Vom zweiten Buche' }).waitFor()
  t.same(faults, [])
})

t.test('what appeared on this day of other years stands on the first page', async t => {
  const now = new Date()
  const issueOf = (year: number, day: Date, title: string) =>
    app.call(
      'POST',
      `/api/v1/titles?parent=${newspaper}&type=issue&release=true`,
      modsOf(
        title,
        title,
        `<originInfo eventType="publication"><dateIssued encoding="iso8601" keyDate="yes">${year}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}</dateIssued></originInfo>`,
      ),
      asMods,
    )
  await issueOf(1924, now, 'Später')
  await issueOf(1904, now, 'Früher')
  await issueOf(1904, new Date(now.getTime() + 40 * 86_400_000), 'Anderswann')
  const found = (await app.read('/api/v1/start')).body.onThisDay as { title: string; within: string }[]
  t.same(
    found.flatMap(({ title, within }) => (within === 'Tageblatt' ? [[title, within]] : [])),
    [
      ['Früher', 'Tageblatt'],
      ['Später', 'Tageblatt'],
    ],
  )
  t.match((await app.read('/', html)).body, /An diesem Tag[^]*Früher[^]*Später/)
})

t.test('first load stays below 150 KB of compressed scripts', needsBrowser, async t => {
  const browser = await aBrowser(t)
  for (const [path] of some(pages.slice(0, 4), 2)) {
    const { page, close } = await visit(browser, path)
    const bytes = (await page.evaluate(
      `performance.getEntriesByType('resource').filter(each => each.name.endsWith('.js')).reduce((sum, each) => sum + each.encodedBodySize, 0)`,
    )) as number
    t.comment(`${path}: ${bytes} bytes of scripts`)
    t.ok(bytes > 0 && bytes <= 150 * 1024, `${path}: ${bytes}`)
    await close()
  }
})
