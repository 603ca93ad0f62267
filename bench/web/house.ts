// The web application as readers and cataloguers get it: the service at an address, chromium on a line of 20 Mbit/s and with a quarter of the processor.
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { buildApp } from '../../src/app.ts'
import { makeSample } from '../../src/sample/load.ts'
import { aBrowser } from '../../test/support/browser.ts'
import { importMets } from '../../test/support/collection.ts'
import { pagesOf } from '../../test/support/images.ts'
import { longLevel, manyPages } from '../../test/support/many.ts'
import { aSession, aUser } from '../../test/support/people.ts'
import { aDomain, asMods, modsOf, start, type TestApp } from '../../test/support/start.ts'
import { join } from 'node:path'

/** Titles of the level that is scrolled, pages of the grid */
export interface Sizes {
  readonly children: number
  readonly sheets: number
}

export interface Tab {
  readonly page: Page
  readonly wire: CDPSession
  readonly context: BrowserContext
}
export interface House {
  readonly address: string
  readonly book: number
  readonly large: number
  readonly series: number
  /** A browser that has never been here, as fast as the budgets say. @param as log-in name */
  readonly visitor: (as?: string) => Promise<Tab>
}

async function contents(
  app: TestApp,
  { children, sheets }: Sizes,
): Promise<Pick<House, 'book' | 'large' | 'series'>> {
  await aDomain(app, 'bench')
  const [path = ''] = await makeSample(join(app.folder, 'made'))
  const book = await importMets(app, path, 'bench')
  await app.drain()
  const post = async (type: string, title: string): Promise<number> =>
    (
      await app.call(
        'POST',
        `/api/v1/titles?domain=bench&release=true&type=${type}`,
        modsOf(title, title),
        asMods,
      )
    ).body.items[0].id as number
  const large = await post('monograph', 'Fünftausend Seiten')
  await manyPages(app, large, sheets, await pagesOf(app, book))
  const series = await post('periodical', 'Hunderttausend Hefte')
  await longLevel(app, series, 'monograph', children)
  await aUser(app, {
    login: 'clara',
    name: 'Clara Mustermann',
    topics: ['DATA_MANAGEMENT', 'USER_MANAGEMENT', 'SYSTEM'],
  })
  return { book, large, series }
}

const line = { latency: 20, downloadThroughput: 20_000_000 / 8, uploadThroughput: 5_000_000 / 8 }

async function throttled(browser: Browser, options: Parameters<Browser['newContext']>[0]): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const wire = await context.newCDPSession(page)
  await wire.send('Network.enable')
  await wire.send('Network.emulateNetworkConditions', { offline: false, ...line })
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  return { page, wire, context }
}

export async function openHouse(t: Parameters<typeof start>[0], sizes: Sizes): Promise<House> {
  const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
  const found = await contents(app, sizes)
  // a service that does not hold its answers against openapi.json, as the tests' does
  const plain = await buildApp(app.services)
  t.teardown(() => plain.close())
  const address = await plain.listen({ host: '127.0.0.1', port: 0 })
  app.services.setPublicUrl(address)
  const browser = await aBrowser(t)
  const session = await aSession(app, 'clara')
  return {
    ...found,
    address,
    async visitor(as) {
      const tab = await throttled(browser, { locale: 'en-GB' })
      if (as !== undefined)
        await tab.context.addCookies(
          session.cookie.split('; ').map(pair => {
            const at = pair.indexOf('=')
            return { name: pair.slice(0, at), value: pair.slice(at + 1), url: address }
          }),
        )
      return tab
    },
  }
}
