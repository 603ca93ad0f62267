// Mirador, as its makers publish it, in a real browser: every canvas of a book is shown, the structure can be read, words are found, and no
// request fails; in a page of another site, and in ours under our policy.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { root } from '../../src/root.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { importMets, startWithSample } from '../support/collection.ts'
import { aUser, password } from '../support/people.ts'
import { sharedData } from '../support/shared.ts'
import { aDomain } from '../support/start.ts'
import { violations } from '../support/visit.ts'

const aBrowser = browserOf(t)

const miradorScript = join(root, 'web/vendor/mirador-4.0.0.min.js')

const { app, ids } = await startWithSample(t)
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

t.test('the file that we serve is the one of the package', async t => {
  const digest = createHash('sha256').update(readFileSync(miradorScript)).digest('hex')
  t.match(readFileSync(join(root, 'web/vendor/README.md'), 'utf8'), digest)
})

t.test('a reader opens the page that is read in Mirador, and comes back', longStory, async t => {
  const page = await (await aBrowser(t)).newPage({ locale: 'de-DE', viewport: { width: 1300, height: 900 } })
  const faults: string[] = []
  page.on('console', message => {
    // what Mirador's own parts have to say to their makers
    if (message.type() === 'error' && !/element\.ref was removed in React 19/.test(message.text()))
      faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith(address) && !/^(?:data|blob):/.test(request.url()))
      faults.push(`a request to ${request.url()}`)
  })
  const { pages } = (await app.read(`/api/v1/objects/${ids.monograph}`)).body as { pages: { id: number }[] }
  await page.goto(`${address}/id/${ids.monograph}`)
  const dragged = await page.getByRole('link', { name: 'IIIF' }).getAttribute('href')
  const manifest = new URL(String(dragged)).searchParams.get('manifest')
  t.equal(manifest, `${address}/iiif/presentation/3/${ids.monograph}/manifest`)
  t.equal((await page.request.get(String(dragged))).status(), 200, 'the address itself shows the manifest')
  await page.goto(`${address}/id/${ids.monograph}/view?page=${pages[4]?.id}&panel=share`)
  await page.getByRole('link', { name: 'In Mirador öffnen' }).click()
  await page.getByText(/^5 von 24$/).waitFor()
  await page.getByRole('heading', { name: 'Vom Papier' }).or(page.getByText('Vom Papier')).first().waitFor()
  t.ok(
    await page.evaluate("getComputedStyle(document.querySelector('.mirador-viewer')).display !== 'inline'"),
    'its styles are let through',
  )
  t.equal(
    await page.evaluate("[...document.querySelectorAll('style')].filter(each => each.sheet === null).length"),
    0,
    'no element of styles was refused',
  )
  t.same(
    // what is wrong with the buttons of Mirador's library is theirs to mend
    (await violations(page)).filter(each => !each.includes('Mui')),
    [],
    'our head, and Mirador below it',
  )
  if (process.env['SCREENSHOTS'])
    for (const [width, height] of [
      [390, 844],
      [1024, 768],
      [1600, 900],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: join(root, 'var/screenshots', `mirador-${width}.png`) })
    }
  await page.getByRole('link', { name: 'Zurück zu unserem Viewer' }).click()
  await page.getByRole('toolbar').first().waitFor()
  t.same(faults, [])
  await page.close()
})

t.test('Mirador is a page for what can be shown, and says so for what cannot', async t => {
  const html = { accept: 'text/html', 'accept-language': 'de' }
  const shown = await app.read(`/id/${ids.monograph}/mirador`, html)
  t.equal(shown.status, 200)
  t.match(shown.body, /Mirador braucht Skripte/)
  t.match(shown.headers['content-security-policy'], /script-src 'self'(?:;|$)/)
  t.equal((await app.read('/id/99999/mirador', html)).status, 404)
})

t.test('other sites show the viewer in a frame, and nothing else of ours', needsBrowser, async t => {
  const { pages } = (await app.read(`/api/v1/objects/${ids.monograph}`)).body as { pages: { id: number }[] }
  const [page4, page5] = [pages[4]?.id, pages[5]?.id]
  const browser = await aBrowser(t)
  const site = createServer((request, response) => {
    const path = new URL(String(request.url), 'http://site').searchParams.get('path')
    response
      .setHeader('content-type', 'text/html')
      .end(`<!doctype html><iframe src="${address}${path}" width="800" height="600"></iframe>`)
  })
  await new Promise<void>(done => site.listen(0, '127.0.0.1', done))
  t.teardown(() => site.close())
  const other = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const page = await browser.newPage()
  await page.goto(`${other}/?path=/id/${ids.monograph}/embed?page=${page4}`)
  const frame = page.frameLocator('iframe')
  await frame.locator('canvas').first().waitFor()
  t.equal(await frame.getByRole('link', { name: /Lesesaal|reading room/ }).getAttribute('target'), '_blank')
  t.equal(await frame.locator('nav ol').count(), 0, 'there is room for the page alone')
  await frame.locator('a[rel=next]').click()
  await page
    .frames()
    .at(-1)
    ?.waitForURL(
      url => url.searchParams.get('page') === String(page5) && url.searchParams.get('embed') === '1',
    )
  t.equal(
    (await app.read(`/id/${ids.monograph}/view`, { accept: 'text/html' })).headers[
      'content-security-policy'
    ]?.includes("frame-ancestors 'self'"),
    true,
  )
  t.match(
    (await app.read(`/id/${ids.monograph}/view?embed=1`, { accept: 'text/html' })).headers[
      'content-security-policy'
    ],
    /frame-ancestors \*(?:;|$)/,
  )
  t.match(
    (await app.read(`/find?q=licht&embed=1`, { accept: 'text/html' })).headers['content-security-policy'],
    "frame-ancestors 'self'",
  )
  t.match((await app.read('/id/x/embed', { accept: 'application/json' })).status, 400)
})

/** What runs in the browser: opens the manifest, turns every page, and tells what stands in the panels. */
const inBrowser = `async ({ manifestId, many }) => {
  performance.setResourceTimingBufferSize(10000)
  const viewer = Mirador.viewer({ id: 'm', workspaceControlPanel: { enabled: false }, annotations: { htmlSanitizationRuleSet: 'iiif' },
    window: { sideBarOpen: true, defaultSideBarPanel: 'canvas', panels: { info: true, canvas: true, search: true, annotations: true } },
    windows: [{ manifestId }] })
  const state = () => viewer.store.getState()
  const until = async (holds, what) => { for (let n = 0; n < 400; n++) { if (holds()) return; await new Promise(done => setTimeout(done, 25)) } throw new Error('waited in vain for ' + what + ': ' + document.body.innerText.slice(0, 300)) }
  await until(() => state().manifests[manifestId] && state().manifests[manifestId].json, 'the manifest')
  const windowId = Object.keys(state().windows)[0]
  const canvases = state().manifests[manifestId].json.items.map(item => item.id)
  await until(() => state().windows[windowId].canvasId, 'the first canvas')
  const shown = []
  for (const canvasId of canvases.filter((_, at) => at % Math.ceil(canvases.length / many) === 0)) {
    viewer.store.dispatch(Mirador.setCanvas(windowId, canvasId))
    await until(() => state().windows[windowId].canvasId === canvasId && state().windows[windowId].visibleCanvases.includes(canvasId), canvasId)
    const image = '/iiif/image/3/' + canvasId.split('/').at(-1) + '/'
    await until(() => performance.getEntriesByType('resource').some(({ name }) => name.includes(image) && !name.endsWith('info.json')), 'the image of ' + canvasId)
    shown.push(canvasId)
  }
  const panel = Object.values(state().companionWindows).find(each => each.position === 'left')
  viewer.store.dispatch(Mirador.updateCompanionWindow(windowId, panel.id, { content: 'canvas', variant: 'tableOfContents' }))
  await new Promise(done => setTimeout(done, 500))
  return { canvases: canvases.length, shown: shown.length, errors: Object.values(state().errors).map(error => error.message), text: document.body.innerText }
}`

t.test(
  'Mirador shows every canvas, the structure and what is found, with no failed request',
  longStory,
  async t => {
    const titles: { id: number; query: string | undefined; ranges: string[]; canvases: number }[] = [
      {
        id: ids.monograph,
        query: 'Mustermann',
        ranges: ['Vorderdeckel', 'Vom Papier', 'Register'],
        canvases: 24,
      },
    ]
    if (existsSync(sharedData)) {
      await aDomain(app, 'hd')
      const id = await importMets(app, join(sharedData, 'book-148811035/mets.xml'), 'hd')
      titles.push({ id, query: undefined, ranges: [], canvases: 16 })
      await app.drain()
    }
    const browser = await aBrowser(t)
    for (const { id, query, ranges, canvases } of some(titles, 1)) {
      // what is opened tells the manifest; a canvas of a book is shown as any other
      const many = Math.max(...some([4, canvases], 1))
      // Mirador stands in a page of another site; what our own pages allow is no matter here
      const page = await browser.newPage({ viewport: { width: 1300, height: 900 }, bypassCSP: true })
      const failed: string[] = []
      const images = new Set<string>()
      page.on('pageerror', error => failed.push(String(error)))
      page.on('response', response => {
        if (response.status() >= 400) failed.push(`${response.status()} ${response.url()}`)
        const image = /\/iiif\/image\/3\/(\d+)\/(?!info)/.exec(response.url())
        if (image) images.add(image[1] as string)
      })
      await page.goto(`${address}/robots.txt`)
      await page.setContent(
        '<body style="margin:0"><div id="m" style="position:absolute;inset:0"></div></body>',
      )
      await page.addScriptTag({ path: miradorScript })
      const manifestId = `${address}/iiif/presentation/3/${id}/manifest`
      const seen = (await page.evaluate(`(${inBrowser})(${JSON.stringify({ manifestId, many })})`)) as {
        canvases: number
        shown: number
        errors: string[]
        text: string
      }
      t.match(seen, { canvases, shown: many, errors: [] })
      t.ok(images.size >= many, 'an image of each')
      for (const range of ranges) t.match(seen.text, range)
      if (query) {
        await page.getByRole('tab', { name: 'Search' }).click()
        await page.getByRole('searchbox').or(page.getByRole('combobox')).first().fill(query)
        await page.keyboard.press('Enter')
        await page.getByText(/^1 of \d+$/).waitFor()
        const hit = page.locator('li', { hasText: 'Clara Mustermann' }).first()
        t.match(await hit.innerText(), 'Seite iii', 'a hit names its page')
        await hit.click()
        await page.getByText('3 of 24').waitFor()
      }
      t.same(failed, [])
      await page.close()
    }
  },
)

t.test(
  'a reader logs in from Mirador on another site, and is shown the page that was closed before',
  needsBrowser,
  async t => {
    const reader = await aUser(app, { login: 'reader' })
    const entries = [
      { subject: 'everyone', right: 'see-image', effect: 'deny' },
      { subject: 'user', user: reader.uuid, right: 'see-image', effect: 'grant' },
    ]
    await app.call('PUT', `/api/v1/tree/${ids.monograph}/rights`, { entries }, { 'if-match': '*' })
    const manifestId = `${address}/iiif/presentation/3/${ids.monograph}/manifest`
    const site = createServer((request, response) => {
      if (request.url === '/mirador.js')
        return response
          .setHeader('content-type', 'text/javascript; charset=utf-8')
          .end(readFileSync(miradorScript))
      return response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(
          `<!doctype html><div id="m" style="position:absolute;inset:0"></div><script src="/mirador.js"></script><script>Mirador.viewer({ id: 'm', language: 'en', windows: [{ manifestId: ${JSON.stringify(manifestId)} }] })</script>`,
        )
    })
    await new Promise<void>(done => site.listen(0, '127.0.0.1', done))
    t.teardown(() => site.close())
    const page = await (await aBrowser(t)).newPage({ viewport: { width: 1300, height: 900 } })
    /** Answers by page: of its description, and of its image or parts of it */
    const answers: string[] = []
    page.on('response', response => {
      const [, id, what] = /\/iiif\/image\/3\/(\d+)\/(.*)$/.exec(response.url()) ?? []
      if (id) answers.push(`${id} ${what === 'info.json' ? 'info' : 'image'} ${response.status()}`)
    })
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('This image is restricted').waitFor()
    const closed = answers.find(answer => answer.endsWith('info 401'))?.split(' ')[0]
    t.ok(closed, 'the description says that it is closed')
    t.notOk(
      answers.some(answer => answer.endsWith('image 200')),
      'nothing of an image has come',
    )
    const opened = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Log in' }).last().click()
    const popup = await opened
    t.match(popup.url(), /\/iiif\/auth\/access\?/)
    await popup.locator('input[name=login]').fill('reader')
    await popup.locator('input[name=password]').fill(password)
    const described = page.waitForResponse(
      response => response.url().endsWith(`/${closed}/info.json`) && response.status() === 200,
    )
    await Promise.all([popup.waitForEvent('close'), popup.locator('button').click()])
    t.match(
      (await (await described).request().allHeaders())['authorization'],
      /^Bearer /,
      'with the token that its frame was handed',
    )
    // Mirador 4.0 asks for the parts of an image that it was refused when the page is opened again
    await page.getByRole('button', { name: 'Next item' }).click()
    const shown = page.waitForResponse(
      response =>
        response.url().includes(`/iiif/image/3/${closed}/`) &&
        response.url().endsWith('.jpg') &&
        response.status() === 200,
    )
    await page.getByRole('button', { name: 'Previous item' }).click()
    await shown
    await app.call('PUT', `/api/v1/tree/${ids.monograph}/rights`, { entries: [] }, { 'if-match': '*' })
    await page.close()
  },
)
