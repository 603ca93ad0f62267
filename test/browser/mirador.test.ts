// Mirador, as its makers publish it, in a real browser: every canvas of a book is shown, the structure can be read, words are found, and no
// request fails. Its one file is fetched into ./var: the package as a dependency would bring a hundred others.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../src/root.ts'
import { aBrowser, needsBrowser } from '../support/browser.ts'
import { importMets, startWithSample } from '../support/collection.ts'
import { sharedData } from '../support/shared.ts'
import { aDomain } from '../support/start.ts'

const version = '4.0.0'
function miradorScript(): string {
  const folder = join(root, `var/mirador-${version}`)
  const script = join(folder, 'package/dist/mirador.min.js')
  if (!existsSync(script)) {
    mkdirSync(folder, { recursive: true })
    execFileSync('npm', ['pack', `mirador@${version}`, '--silent', '--pack-destination', folder], {
      cwd: folder,
    })
    execFileSync('tar', ['xzf', `mirador-${version}.tgz`], { cwd: folder })
  }
  return script
}

/** What runs in the browser: opens the manifest, turns every page, and tells what stands in the panels. */
const inBrowser = `async ({ manifestId }) => {
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
  for (const canvasId of canvases) {
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
  needsBrowser,
  async t => {
    const { app, ids } = await startWithSample(t)
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
    const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
    app.services.setPublicUrl(address)
    const browser = await aBrowser(t)
    for (const { id, query, ranges, canvases } of titles) {
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
      await page.addScriptTag({ path: miradorScript() })
      const manifestId = `${address}/iiif/presentation/3/${id}/manifest`
      const seen = (await page.evaluate(`(${inBrowser})(${JSON.stringify({ manifestId })})`)) as {
        canvases: number
        shown: number
        errors: string[]
        text: string
      }
      t.match(seen, { canvases, shown: canvases, errors: [] })
      t.equal(images.size, canvases, 'an image of each')
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
