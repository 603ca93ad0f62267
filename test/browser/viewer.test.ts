// A page in OpenSeadragon, in a real browser: from the whole page to single pixels, by IIIF and by Deep Zoom.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import t from '../support/tap.ts'
import { aBrowser, longStory } from '../support/browser.ts'
import { aScan } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const require = createRequire(import.meta.url)
const script = join(dirname(require.resolve('openseadragon')), 'openseadragon.min.js')
const [width, height] = [1400, 1000]

/** What runs in the browser: opens the image, zooms to each level and over the whole page at the deepest, and tells what was shown. */
const inBrowser = `async source => {
  const viewer = OpenSeadragon({ element: document.body, tileSources: source, crossOriginPolicy: 'Anonymous', drawer: 'canvas',
    immediateRender: true, animationTime: 0, showNavigationControl: false, minPixelRatio: 0.5 })
  await new Promise((resolve, reject) => { viewer.addHandler('open', resolve); viewer.addHandler('open-failed', event => reject(new Error(event.message))) })
  const failed = []
  viewer.addHandler('tile-load-failed', event => failed.push(event.tile.getUrl()))
  const item = viewer.world.getItemAt(0)
  const loaded = async () => { viewer.forceRedraw(); await new Promise(resolve => setTimeout(resolve, 100)); for (let n = 0; n < 200 && !item.getFullyLoaded(); n++) await new Promise(resolve => setTimeout(resolve, 25)); return item.getFullyLoaded() }
  const complete = [await loaded()]
  const { x: w, y: h } = item.getContentSize()
  for (let zoom = 1 / 16; zoom <= 1; zoom *= 2) { viewer.viewport.zoomTo(item.imageToViewportZoom(zoom), undefined, true); complete.push(await loaded()) }
  for (let y = 0; y <= h; y += 500) for (let x = 0; x <= w; x += 700) { viewer.viewport.panTo(item.imageToViewportCoordinates(x, y), true); complete.push(await loaded()) }
  return { size: [w, h], failed, complete: complete.every(Boolean), views: complete.length }
}`

t.test(
  'OpenSeadragon shows a page from the whole to the deepest level, every request 200',
  longStory,
  async t => {
    const app = await start(t)
    await aDomain(app)
    const title = await aTitle(app, { pages: 1, release: true })
    const id = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
    await app.call('PUT', `/api/v1/pages/${id}/master`, await aScan(width, height).tiff().toBuffer(), {
      'content-type': 'image/tiff',
      'if-match': '*',
    })
    await app.drain()
    const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
    app.services.setPublicUrl(address)
    const browser = await aBrowser(t)
    for (const [source, pattern] of [
      [`${address}/iiif/image/3/${id}/info.json`, /\/iiif\/image\/3\/\d+\/(\S+)\/0\/default\.jpg$/],
      [`${address}/iiif/image/2/${id}/info.json`, /\/iiif\/image\/2\/\d+\/(\S+)\/0\/default\.jpg$/],
      [`${address}/dzi/${id}.dzi`, /_files\/(\S+)\.jpg$/],
    ] as const) {
      const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
      const asked: { url: string; status: number }[] = []
      page.on('response', response => asked.push({ url: response.url(), status: response.status() }))
      const broken: string[] = []
      page.on('requestfailed', request => broken.push(request.url()))
      await page.setContent('<body style="margin:0;width:1000px;height:700px"></body>')
      await page.addScriptTag({ path: script })
      const seen = (await page.evaluate(`(${inBrowser})(${JSON.stringify(source)})`)) as {
        size: number[]
        failed: string[]
        complete: boolean
        views: number
      }
      t.match(seen, { size: [width, height], failed: [], complete: true }, source)
      t.same(
        asked.filter(({ status }) => status !== 200),
        [],
      )
      t.same(broken, [])
      const tiles = new Set(asked.flatMap(({ url }) => pattern.exec(url)?.[1] ?? []))
      // 3 × 2 tiles at the deepest level, 2 × 1 and 1 above it
      t.ok(tiles.size >= 9, `${tiles.size} tiles of ${source}`)
      await page.close()
    }
    const figures = String((await app.call('GET', '/metrics')).body)
    const rendered = Number(/firefolio_images_total\{class="rendered"\} (\d+)/.exec(figures)?.[1])
    t.ok(rendered <= 2, `${rendered} rendered: Deep Zoom has levels below one tile, all else lay in the pack`)
  },
)
