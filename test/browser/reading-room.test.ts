// The reading room in a real browser against the real service: complete without scripts, taken over with them, accessible in both themes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import { aBrowser, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { asMods, aTitle, modsOf } from '../support/start.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
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

/** A page that notes what a reader would not see: errors, violations of the policy, requests that failed or left the house. */
async function visit(browser: Browser, path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ locale: 'de-DE', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith(address) && !/^(?:data|blob):/.test(request.url()))
      faults.push(`a request to ${request.url()}`)
  })
  await page.goto(`${address}${path}`, { waitUntil: 'networkidle' })
  return { page, faults, close: () => context.close() }
}

/** @param of the document; while a list of choices is open, react-aria hides the rest from screen readers, and with it what axe would look for */
async function violations(page: Page, of = 'document'): Promise<string[]> {
  await page.evaluate(axe)
  const found = (await page.evaluate(`axe.run(${of})`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
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
  t.match(first, /<caption>Januar<\/caption>[^]*<caption>März<\/caption>/)
  t.notMatch(first, '<caption>Februar')
  t.match(
    first,
    /aria-label="3. Januar 1925, Nr. 2"[^>]*>3<\/a><a[^>]*aria-label="3. Januar 1925, Nr. 2, Abendausgabe"/,
  )
  t.match(first, /<h2>Bände und Teile<\/h2>|Extrablatt/, 'what has no day stands in the list')
  const second = (await app.read(`/id/${newspaper}?year=1926`, html)).body as string
  t.match(second, '<caption>Februar</caption>')
  t.notMatch(second, '<caption>Januar')
  t.match(second, />1926<!-- --> · <!-- -->1 Ausgabe|1926 · 1 Ausgabe/)
  t.match(
    (await app.read(`/id/${newspaper}?year=1800`, html)).body,
    '<caption>Januar</caption>',
    'a year without issues',
  )
})

t.test('the arrows go from day to day of the calendar, and the years are links', needsBrowser, async t => {
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
  for (const [path] of pages)
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults, close } = await visit(browser, path, { colorScheme })
      t.same(faults, [], `${path} ${colorScheme}`)
      t.same(await violations(page), [], `${path} ${colorScheme}`)
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
  needsBrowser,
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

t.test('first load stays below 150 KB of compressed scripts', needsBrowser, async t => {
  const browser = await aBrowser(t)
  for (const [path] of pages.slice(0, 4)) {
    const { page, close } = await visit(browser, path)
    const bytes = (await page.evaluate(
      `performance.getEntriesByType('resource').filter(each => each.name.endsWith('.js')).reduce((sum, each) => sum + each.encodedBodySize, 0)`,
    )) as number
    t.comment(`${path}: ${bytes} bytes of scripts`)
    t.ok(bytes > 0 && bytes <= 150 * 1024, `${path}: ${bytes}`)
    await close()
  }
})
