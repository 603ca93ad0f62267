// Reading a book in the viewer, in a real browser: turned by keys from cover to cover, looked at closely, found in, cited and come back to.
import type { Browser, Page } from 'playwright-core'
import t from '../support/tap.ts'
import { isAtLength } from '../support/at-length.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { aTitle } from '../support/start.ts'
import { until } from '../support/until.ts'
import { violations } from '../support/visit.ts'

const aBrowser = browserOf(t)

const { app, ids } = await startWithSample(t)
await app.drain()
const pages = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

async function open(browser: Browser, path: string): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: 'de-DE', viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', message => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('response', response => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(`${address}${path}`)
  return { page, faults }
}
const shown = (page: Page) => page.locator('canvas').first().waitFor()
const pageInAddress = (page: Page): string | null => new URL(page.url()).searchParams.get('page')

t.test('a book is read from cover to cover by keyboard', needsBrowser, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view`)
  await Promise.all([page.getByRole('toolbar').waitFor(), shown(page)])
  // a book has pages enough; from some on all are turned alike
  for (const next of pages.slice(1, isAtLength ? pages.length : 7)) {
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(url => url.searchParams.get('page') === String(next.id))
  }
  await page.keyboard.press('End')
  await page.waitForURL(url => url.searchParams.get('page') === String(pages.at(-1)?.id))
  await page.keyboard.press('ArrowRight')
  t.equal(pageInAddress(page), String(pages.at(-1)?.id), 'the last page is the last')
  await page.keyboard.press('Home')
  await page.waitForURL(url => url.searchParams.get('page') === String(pages[0]?.id))
  t.equal(await page.locator('nav a[aria-current="page"]').count(), 1, 'the strip follows')
  t.same(faults, [])
})

t.test('what is looked at stands in the address, and the address leads back to it', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await open(browser, `/id/${ids.monograph}/view?page=${pages[4]?.id}`)
  await page.getByRole('toolbar').waitFor()
  await shown(page)
  for (const key of '++') await page.keyboard.press(key)
  await page.waitForURL(url => url.searchParams.has('at'))
  await page.keyboard.press('r')
  await page.waitForURL(url => url.searchParams.get('r') === '90')
  await page.keyboard.press('+')
  await page.waitForURL(url => url.searchParams.has('at') && url.searchParams.has('r'))
  const there = page.url().slice(address.length)
  const again = await open(browser, there)
  await shown(again.page)
  await again.page.waitForTimeout(300)
  t.equal(new URL(again.page.url()).searchParams.get('r'), '90')
  t.equal(pageInAddress(again.page), String(pages[4]?.id))
  t.same([...faults, ...again.faults], [])
})

t.test('what is asked of a page before it stands is done when it stands', longStory, async t => {
  const context = await (await aBrowser(t)).newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  let answer: () => void = () => {}
  const asked = new Promise<void>(resolve => {
    answer = resolve
  })
  await page.route('**/info.json', async route => {
    await asked
    await route.continue()
  })
  await page.goto(`${address}/id/${ids.monograph}/view?page=${pages[4]?.id}`)
  await page.getByRole('toolbar').waitFor()
  for (const key of ['+', '0', '+', '+', 'r', '+']) await page.keyboard.press(key)
  await page.waitForURL(url => url.searchParams.get('r') === '90')
  t.notOk(new URL(page.url()).searchParams.has('at'), 'nothing is looked at yet')
  answer()
  await page.waitForURL(url => url.searchParams.has('at') && url.searchParams.get('r') === '90')
})

t.test(
  'light and side of the image are set by keys and sliders, in every view, and kept',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await open(browser, `/id/${ids.monograph}/view?page=${pages[4]?.id}`)
    await page.getByRole('toolbar').waitFor()
    await shown(page)
    for (const key of ['B', 'B', 'k', 'g', 'v', 'm', 'i']) await page.keyboard.press(key)
    await page.getByRole('slider', { name: /^Kontrast/ }).fill('150')
    const wanted = { brightness: '80', contrast: '150', grey: '1', invert: '1', mirror: '1', panel: 'image' }
    await page.waitForURL(url =>
      Object.entries(wanted).every(([name, value]) => url.searchParams.get(name) === value),
    )
    const filter = 'brightness(0.8) contrast(1.5) grayscale(1) invert(1)'
    const filterOf = (element: string) =>
      page
        .locator(element)
        .first()
        .evaluate(each => getComputedStyle(each).filter)
    t.equal(await filterOf('main canvas'), filter)
    await page.reload()
    await shown(page)
    t.equal(
      await page.getByRole('slider', { name: /^Helligkeit/ }).inputValue(),
      '80',
      'they are in the address',
    )
    t.equal(await filterOf('main canvas'), filter)
    await page
      .getByRole('button', { name: /^Drehen/ })
      .last()
      .click()
    await page.locator('h1').click()
    await page.keyboard.press('3')
    const leaf = page.locator('main figure > div').nth(4)
    await leaf.waitFor()
    t.equal(await filterOf('main figure img'), filter)
    const sides = await leaf.evaluate(each => ({
      transform: getComputedStyle(each).transform,
      room: each.parentElement!.clientWidth > each.parentElement!.clientHeight,
      fills: Math.abs(each.getBoundingClientRect().width - each.parentElement!.clientWidth) < 2,
    }))
    t.match(
      sides,
      { transform: /^matrix\((?:-?0|-?\d\.\d+e-\d+), -?1, -?1/, room: true, fills: true },
      'on its side, mirrored',
    )
    await page.keyboard.press('x')
    await page.waitForURL(url =>
      ['brightness', 'contrast', 'grey', 'invert', 'mirror', 'r'].every(name => !url.searchParams.has(name)),
    )
    t.equal(await filterOf('main figure img'), 'none')
    t.same(faults, [])
  },
)

t.test('a page is cited, embedded, printed and taken along', longStory, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view?page=${pages[4]?.id}`)
  await page.getByRole('toolbar').waitFor()
  await shown(page)
  await page.keyboard.press('c')
  const panel = page.getByRole('complementary', { name: 'Teilen und zitieren' })
  const link = `${address}/id/${pages[4]?.id}`
  t.equal(await panel.getByRole('textbox', { name: 'Diese Seite, dauerhaft' }).inputValue(), link)
  const cited = (await panel.locator('dd').allTextContents()).map(text => text.includes(link))
  t.same(cited, [true, true, true, true], 'four styles, each leads to the page')
  const { label } = (await app.read(`/api/v1/objects/${ids.monograph}`)).body.pages[4]
  t.match(
    await panel.locator('dd').first().textContent(),
    `, ${label.replace('Seite ', '')}. ${link}`,
    'and names it',
  )
  t.equal(await panel.getByRole('textbox', { name: 'Bild des Ausschnitts' }).count(), 0, 'all of it is seen')
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  t.ok(await panel.evaluate(each => each.scrollWidth <= each.clientWidth), 'nothing stands out at its side')
  const part = panel.getByRole('textbox', { name: 'Bild des Ausschnitts' })
  await part.waitFor()
  const image = await page.request.get(await part.inputValue())
  t.equal(image.status(), 200)
  for (const file of await panel
    .locator('ul a')
    .evaluateAll(links => links.map(each => (each as HTMLAnchorElement).href)))
    t.equal((await page.request.get(file)).status(), 200, file)

  await page.evaluate('globalThis.printed = 0; globalThis.print = () => { globalThis.printed++ }')
  const sheets = page.locator('[aria-hidden] > figure')
  await panel.getByRole('button', { name: 'Ausschnitt', exact: true }).click()
  await until(async () => (await page.evaluate('globalThis.printed')) === 1, 'the printer')
  t.match(await sheets.locator('img').getAttribute('src'), /\/iiif\/image\/3\/\d+\/\d+,\d+,\d+,\d+\//)
  t.match(await sheets.locator('figcaption').textContent(), link, 'the sheet says where it is from')
  await page.evaluate('dispatchEvent(new Event("afterprint"))')
  await sheets.waitFor({ state: 'detached' })
  await panel.getByRole('spinbutton', { name: /^Von/ }).fill('3')
  await panel.getByRole('spinbutton', { name: /^Bis/ }).fill('6')
  t.match(
    await panel.getByRole('link', { name: 'Diese als PDF' }).getAttribute('href'),
    `/download/pdf/${ids.monograph}?pages=3-6`,
  )
  await panel.getByRole('button', { name: 'Seiten drucken' }).click()
  await until(async () => (await page.evaluate('globalThis.printed')) === 2, 'the printer')
  t.equal(await sheets.count(), 4)
  t.ok(
    await sheets
      .locator('img')
      .evaluateAll(images => images.every(each => (each as HTMLImageElement).naturalWidth > 0)),
    'all images are there when it is printed',
  )
  await page.emulateMedia({ media: 'print' })
  t.ok(await sheets.first().isVisible())
  t.notOk(await page.locator('canvas').first().isVisible())
  await page.emulateMedia({ media: 'screen' })
  await panel.getByRole('spinbutton', { name: /^Bis/ }).fill('2')
  await panel.getByRole('button', { name: 'Seiten drucken' }).click()
  t.match(await panel.getByRole('alert').textContent(), '1 bis 100')

  t.match(
    await panel.getByRole('link', { name: 'IIIF' }).getAttribute('href'),
    /manifest=.*%2Fmanifest&canvas=.*%2Fcanvas%2F\d+/,
  )
  t.match(
    await panel.getByRole('textbox', { name: 'Rahmen' }).inputValue(),
    `<iframe src="${address}/id/${ids.monograph}/embed?page=${pages[4]?.id}"`,
  )
  t.same(await violations(page), [])
  t.same(faults, [])
})

t.test('on a phone the tools are one row, with the rest in a menu', needsBrowser, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view?page=${pages[4]?.id}`)
  await page.setViewportSize({ width: 390, height: 844 })
  const tools = page.getByRole('toolbar')
  await tools.waitFor()
  t.ok((await tools.boundingBox())!.height <= 44)
  t.ok((await page.locator('header').last().boundingBox())!.height <= 104)
  t.notOk(await page.getByRole('button', { name: 'Spiegeln' }).isVisible())
  await page.getByRole('button', { name: 'Mehr' }).click()
  await page.getByRole('button', { name: 'Bild', exact: true }).click()
  t.notOk(await page.getByRole('group', { name: 'Ansicht' }).isVisible(), 'the menu has done its work')
  await page.getByRole('button', { name: 'Spiegeln' }).click()
  await page.waitForURL(url => url.searchParams.get('mirror') === '1')
  const [sheet, stage] = [await page.locator('aside').boundingBox(), await page.locator('main').boundingBox()]
  t.ok(sheet!.height < stage!.height * 0.65, 'the page stays in sight')
  await page.getByRole('button', { name: 'Mehr' }).click()
  await page.keyboard.press('Escape')
  t.notOk(await page.getByRole('group', { name: 'Ansicht' }).isVisible())
  t.same(faults, [])
})

t.test('words are found in the book, and stand marked on their page', needsBrowser, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view`)
  await page.getByRole('toolbar').waitFor()
  await page.keyboard.press('/')
  await page.getByRole('searchbox').fill('Licht')
  await page.keyboard.press('Enter')
  await page.locator('aside mark').first().waitFor()
  t.ok((await page.locator('aside ol a svg rect').count()) > 0, 'and on the small picture of it')
  t.equal(await page.locator('aside ol strong').first().textContent(), 'Seite v', 'by its own name')
  t.match(await page.locator('aside ol span[dir]').first().textContent(), /\S Licht \S/, 'between its words')
  await page.locator('aside ol a').first().click()
  await page.waitForURL(url => url.searchParams.has('page') && url.searchParams.get('q') === 'Licht')
  await page.locator('main [class*=mark]').first().waitFor()
  t.same(faults, [])
})

t.test('outline and text stand beside the page', longStory, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view?page=${pages[6]?.id}`)
  await page.getByRole('toolbar').waitFor()
  await page.keyboard.press('o')
  const part = page.locator('aside a', { hasText: 'Vom Papier' }).first()
  await part.click()
  await page.locator('aside a[aria-current]', { hasText: 'Vom Papier' }).waitFor()
  await page.keyboard.press('t')
  await page
    .locator('aside p', { hasText: /\w{4,}/ })
    .first()
    .waitFor()
  t.same(faults, [])
})

t.test(
  'an opening has two pages, the cover stands alone, and the view stays in the address',
  longStory,
  async t => {
    const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view`)
    await page.getByRole('toolbar').waitFor()
    await shown(page)
    await page.keyboard.press('2')
    await page.waitForURL(url => url.searchParams.get('mode') === 'two')
    t.equal(await page.locator('main [data-leaves="1"]').count(), 1, 'the cover')
    await page.keyboard.press('ArrowRight')
    await page.locator('main [data-leaves="2"]').waitFor()
    t.equal(pageInAddress(page), String(pages[1]?.id))
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(url => url.searchParams.get('page') === String(pages[3]?.id))
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL(url => url.searchParams.get('page') === String(pages[1]?.id))
    await page.reload()
    await page.locator('main [data-leaves="2"]').waitFor()
    t.same(faults, [])
  },
)

t.test('all pages stand below each other; scrolling takes the address along', needsBrowser, async t => {
  const { page, faults } = await open(
    await aBrowser(t),
    `/id/${ids.monograph}/view?page=${pages[4]?.id}&mode=scroll`,
  )
  await page.getByRole('toolbar').waitFor()
  t.equal(await page.locator('main figure').count(), pages.length)
  await page
    .locator('main figure')
    .nth(4)
    .evaluate(async figure => {
      for (
        let n = 0;
        n < 100 &&
        Math.abs(figure.getBoundingClientRect().top - figure.parentElement!.getBoundingClientRect().top) > 20;
        n++
      )
        await new Promise(done => setTimeout(done, 20))
    })
  t.equal(pageInAddress(page), String(pages[4]?.id), 'it begins at its page')
  await page.locator('main figure').nth(12).scrollIntoViewIfNeeded()
  await page
    .locator('main figure')
    .nth(12)
    .evaluate(figure => figure.scrollIntoView({ block: 'start' }))
  await page.waitForURL(url => url.searchParams.get('page') === String(pages[12]?.id))
  await page.getByRole('textbox', { name: /^Zur Seite/ }).fill('3')
  await page.getByRole('textbox', { name: /^Zur Seite/ }).press('Enter')
  await page.waitForURL(url => url.searchParams.get('page') !== String(pages[12]?.id))
  t.same(faults, [])
})

t.test('the text of a page can be marked over its image', longStory, async t => {
  const { page, faults } = await open(await aBrowser(t), `/id/${ids.monograph}/view?page=${pages[7]?.id}`)
  await page.getByRole('toolbar').waitFor()
  await shown(page)
  await page.keyboard.press('s')
  const line = page.locator('main svg text').first()
  await line.waitFor()
  const box = await line.boundingBox()
  if (!box) throw new Error('the line has no place')
  await page.mouse.move(box.x + 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2, { steps: 5 })
  await page.mouse.up()
  const marked = (await page.evaluate('String(getSelection())')) as string
  t.ok(marked.trim().length > 3, marked)
  t.notOk(new URL(page.url()).searchParams.has('at'), 'the page did not move')
  t.same(faults, [])
})

t.test(
  'a word of a newspaper is found from the first page, and the reader stands on its line',
  needsBrowser,
  async t => {
    const inIssue = (await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[]
    const text = String((await app.read(`/api/v1/pages/${inIssue[0]?.id}/text`)).body)
    const word = text.split(/\s+/).find(each => /^\p{L}{9,}$/u.test(each)) as string
    const { page, faults } = await open(await aBrowser(t), '/')
    await page.getByRole('searchbox').or(page.getByRole('combobox')).first().fill(word)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/find\?/)
    await page.locator(`a[href*="/id/${ids.issue}/view?page=${inIssue[0]?.id}"]`).first().click()
    await page.waitForURL(url => url.searchParams.get('q') === word)
    await shown(page)
    const mark = page.locator('main [class*=mark]').first()
    await mark.waitFor()
    const [place, stage] = [await mark.boundingBox(), await page.locator('main').boundingBox()]
    t.ok(place!.width > 2 && place!.height > 1, 'the word is marked')
    t.ok(place!.y >= stage!.y && place!.y < stage!.y + stage!.height, 'on the page, in sight')
    t.same(faults, [])
  },
)

t.test(
  'a work of two volumes is read by keyboard alone, from its page to the last one',
  longStory,
  async t => {
    const { page, faults } = await open(await aBrowser(t), `/id/${ids.work}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const focused = () => page.evaluate('document.activeElement?.getAttribute("href") ?? ""')
    /** Tab by tab to the link, as a hand without a mouse goes, and in. */
    const follow = async (href: string) => {
      for (let n = 0; n < 120 && (await focused()) !== href; n++) await page.keyboard.press('Tab')
      t.equal(await focused(), href)
      await page.keyboard.press('Enter')
      await page.waitForURL(`${address}${href}`)
    }
    for (const volume of [ids.volume1, ids.volume2]) {
      await follow(`/id/${volume}`)
      await follow(`/id/${volume}/view`)
      await page.getByRole('toolbar').waitFor()
      const all = (await app.read(`/api/v1/objects/${volume}`)).body.pages as { id: number }[]
      for (const next of all.slice(1)) {
        await page.keyboard.press('PageDown')
        await page.waitForURL(url => url.searchParams.get('page') === String(next.id))
      }
      // turning leaves no trail: one step back is the page of the volume, whose neighbour is the next
      await page.goBack()
      await page.waitForURL(`${address}/id/${volume}`)
      await page.getByRole('heading', { level: 1, name: /Gesammelte Blätter/ }).waitFor()
    }
    t.same(faults, [])
  },
)

t.test('a link to a page leads to it also after its title was moved', longStory, async t => {
  const [first] = (await app.read(`/api/v1/titles/${ids.volume2}/pages`)).body.items as { id: number }[]
  const { parentId } = (await app.read(`/api/v1/titles/${ids.volume2}`)).body
  const link = `/id/${first?.id}`
  const other = await aTitle(app, {
    domain: 'sample',
    type: 'multivolume_work',
    title: 'Anderswo',
    release: true,
  })
  const move = (parent: number) =>
    app.call('POST', `/api/v1/tree/${ids.volume2}/move`, { parent }, { 'if-match': '*' })
  t.equal((await move(other)).status, 200)
  const { page, faults } = await open(await aBrowser(t), link)
  await shown(page)
  t.equal(pageInAddress(page), String(first?.id))
  await page.getByRole('link', { name: /^‹/ }).click()
  await page.getByRole('navigation').getByRole('link', { name: 'Anderswo' }).waitFor()
  t.same(faults, [])
  t.equal((await move(parentId)).status, 200)
})

t.test('a screen reader goes through the viewer in the order of reading', needsBrowser, async t => {
  const { page } = await open(await aBrowser(t), `/id/${ids.monograph}/view?page=${pages[4]?.id}&panel=text`)
  await page.getByRole('toolbar').waitFor()
  await shown(page)
  await page.locator('aside p span').first().waitFor()
  const told = await page.locator('body').ariaSnapshot()
  const places = [
    /heading "Vom digitalen Buche[^"]*" \[level=1\]/,
    /navigation "Blättern"/,
    /toolbar/,
    /complementary "Text"/,
    /main/,
    /img "Abbildung von/,
    /navigation "Seiten"/,
  ].map(part => told.search(part))
  t.notOk(places.includes(-1), told.slice(0, 4000))
  t.same(
    places,
    [...places].sort((a, b) => a - b),
    'what it is, the way, the tools, the text, the image, all pages',
  )
  t.equal(await page.locator('nav a[aria-current=page]').count(), 1, 'where we are is told')
})

t.test('on a phone a book is found, opened and turned by a finger', longStory, async t => {
  const context = await (
    await aBrowser(t)
  ).newContext({
    locale: 'de-DE',
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  const page = await context.newPage()
  await page.goto(`${address}/find?q=Licht`, { waitUntil: 'networkidle' })
  await page.locator('main li a svg rect').first().waitFor()
  await page.locator(`main a[href="/id/${ids.monograph}"]`).first().tap()
  await page.waitForURL(`${address}/id/${ids.monograph}`)
  t.ok(
    await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    'nothing stands out at the side',
  )
  await page.getByRole('link', { name: 'Lesen', exact: true }).tap()
  await page.getByRole('toolbar').waitFor()
  await page.locator('main [role=img] canvas').first().waitFor()
  const wire = await context.newCDPSession(page)
  const touch = (type: string, x?: number) =>
    wire.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: x === undefined ? [] : [{ x, y: 450 }],
    })
  // a finger that a busy machine makes slow moves the page, and turns it at the next attempt
  await until(async () => {
    await touch('touchStart', 330)
    for (const x of [240, 150, 60]) await touch('touchMove', x)
    await touch('touchEnd')
    return pageInAddress(page) !== null
  }, 'the next page')
  // two fingers that part come nearer, and what is seen stands in the address
  const wide = () =>
    Number(/,([\d.]+)$/.exec(new URL(page.url()).searchParams.get('at') ?? '')?.[1] ?? 10_000)
  const two = (type: 'touchStart' | 'touchMove', apart: number) =>
    wire.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: [-apart, apart].map((off, id) => ({ x: 195 + off, y: 420, id })),
    })
  await page.locator('main [role=img] canvas').first().waitFor()
  const place = pageInAddress(page)
  await until(async () => {
    await two('touchStart', 30)
    for (const apart of [50, 70, 90, 110]) await two('touchMove', apart)
    await touch('touchEnd')
    return wide() < 8000
  }, 'a part of the page, larger')
  t.equal(pageInAddress(page), place, 'and the page is the same')
  await context.close()
})

t.test('on a slow line a page is seen and turned before the scripts have come', needsBrowser, async t => {
  const { page } = await open(await aBrowser(t), '/robots.txt')
  let come: () => void = () => {}
  const scripts = new Promise<void>(resolve => {
    come = resolve
  })
  await page.route('**/*.js', async route => {
    await scripts
    await route.continue().catch(() => {})
  })
  await page.goto(`${address}/id/${ids.monograph}/view`, { waitUntil: 'commit' })
  const image = () =>
    until(async () => {
      const first = page.locator('main img').first()
      return await first.evaluate(each => (each as HTMLImageElement).naturalWidth > 0).catch(() => false)
    }, 'the image')
  await image()
  await page.locator('a[rel=next]').click()
  await page.waitForURL(url => url.searchParams.get('page') === String(pages[1]?.id), { waitUntil: 'commit' })
  await image()
  t.equal(await page.getByRole('toolbar').count(), 0, 'what needs scripts is not offered yet')
  come()
  await page.getByRole('toolbar').waitFor()
  t.equal(pageInAddress(page), String(pages[1]?.id), 'and the place is kept')
})
