// The budgets of the web application, in chromium on a line of 20 Mbit/s and with a quarter of the processor's speed: medians of visits by browsers that have
// never been here. `npm run bench -- web` runs this part alone; the browser and the service share the machine, so what else runs on it counts.
import { loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { needsBrowser } from '../../test/support/browser.ts'
import { withTeardown, withTestServer } from '../../test/support/server.ts'
import { median, report } from '../measure.ts'
import { type House, openHouse, type Sizes } from './house.ts'
import { deafness, heldBytes, largestPaint, scriptBytes, turnWheel, watch } from './probe.ts'

const say = (sentence: string): void => void process.stdout.write(`      ${sentence}\n`)
const visits = Number(process.env['FIREFOLIO_CASES'] ?? 5)
const kilobyte = 1024

/** The median of a figure over visits, each in a browser of its own. */
async function often(
  house: House,
  as: string | undefined,
  work: (page: Page) => Promise<number>,
): Promise<number> {
  const values: number[] = []
  for (let n = 0; n < visits; n++) {
    const { page, context } = await house.visitor(as)
    await watch(page)
    values.push(await work(page))
    await context.close()
  }
  return median(values)
}

async function firstLoads(house: House): Promise<void> {
  const bytes = async (path: string, as?: string): Promise<number> => {
    const { page, context } = await house.visitor(as)
    await page.goto(`${house.address}${path}`, { waitUntil: 'networkidle' })
    const found = await scriptBytes(page)
    await context.close()
    return found / kilobyte
  }
  report('scripts of the start page, compressed', await bytes('/'), { atMost: 150 }, 'KB')
  report('scripts of a title page', await bytes(`/id/${house.book}`), { atMost: 150 }, 'KB')
  report('scripts of the desk at log-in', await bytes('/desk'), { atMost: 350 }, 'KB')
  report('scripts of the desk’s home', await bytes('/desk', 'clara'), { atMost: 350 }, 'KB')
  const lcp = await often(house, undefined, async page => {
    await page.goto(`${house.address}/id/${house.book}`, { waitUntil: 'networkidle' })
    return await largestPaint(page)
  })
  report('title page: the largest part stands', lcp / 1000, { atMost: 1.2 }, 's')
}

/** The image of the page that is open stands: the stored one, or its tiles. */
const stands = `(() => {
  const image = document.querySelector('main img')
  return document.querySelector('main [role=img][aria-label] canvas') !== null || (image !== null && image.complete && image.naturalWidth > 0)
})()`

async function viewer(house: House): Promise<void> {
  const path = `${house.address}/id/${house.book}/view`
  const sharp: number[] = []
  const shown = await often(house, undefined, async page => {
    let last = 0
    page.on('requestfinished', request => {
      if (/\/iiif\/image\/.*\.jpg/.test(request.url())) last = Date.now()
    })
    const began = Date.now()
    await page.goto(path, { waitUntil: 'commit' })
    await page.waitForFunction(stands, undefined, { polling: 20 })
    const first = Date.now() - began
    await page.locator('main [role=img][aria-label] canvas').first().waitFor()
    await page.waitForLoadState('networkidle')
    sharp.push(last - began)
    return first
  })
  report('viewer: the page is there', shown / 1000, { atMost: 1 }, 's')
  report('viewer: the page is sharp', median(sharp) / 1000, { atMost: 1.8 }, 's')
  const { page, context, wire } = await house.visitor()
  const open = async (address: string): Promise<void> => {
    await page.goto(address, { waitUntil: 'networkidle' })
    // a slow machine is silent on the line before the page hears keys
    await page.locator('main [role=img][aria-label] canvas').first().waitFor()
  }
  await open(path)
  report('next page, prefetched', median(await turns(page, 15, 400)), { atMost: 150 }, 'ms')
  await open(`${house.address}/id/${house.large}/view`)
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await turns(page, 100, 0)
  const before = (await heldBytes(wire)) / kilobyte ** 2
  await turns(page, 500, 0)
  const after = (await heldBytes(wire)) / kilobyte ** 2
  say(
    `objects that the viewer holds: ${before.toFixed(1)} MiB after 100 pages, ${after.toFixed(1)} MiB after 600`,
  )
  report('memory after 500 turns of the page, against before', after / before, { atMost: 1.1 })
  await context.close()
}

/** Turns pages by key. @param pause milliseconds that each is looked at @returns milliseconds until the next one stood */
async function turns(page: Page, count: number, pause: number): Promise<number[]> {
  // once, for what is evaluated is compiled each time and stays with the page
  await page.evaluate(`window.turned = () => new Promise((resolve, reject) => {
    const began = performance.now()
    const before = location.href
    const look = () => {
      if (performance.now() - began > 30_000) reject(new Error('the next page does not come from ' + before))
      else if (location.href !== before && ${stands}) requestAnimationFrame(() => resolve(performance.now() - began))
      else setTimeout(look, 4)
    }
    dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))
    look()
  })`)
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    times.push((await page.evaluate('window.turned()')) as number)
    if (pause > 0) {
      await page.waitForTimeout(pause)
      await page.waitForLoadState('networkidle')
    }
  }
  return times
}

/** What a page is asked for, each time by a hand or a key of its own. */
type Deed = readonly [what: string, (page: Page) => Promise<unknown>]

async function answers(
  house: House,
  where: string,
  path: string,
  as: string | undefined,
  deeds: readonly Deed[],
) {
  const { page, context } = await house.visitor(as)
  await watch(page)
  await page.goto(`${house.address}${path}`, { waitUntil: 'networkidle' })
  await deafness(page)
  for (const [what, deed] of deeds) {
    const values: number[] = []
    for (let n = 0; n < visits; n++) {
      await deed(page)
      values.push(await deafness(page))
    }
    report(`${where}: ${what}, to the next paint`, median(values), { atMost: 150 }, 'ms')
  }
  await context.close()
}

const key =
  (...names: string[]): Deed[1] =>
  async page => {
    for (const name of names) await page.keyboard.press(name)
  }

async function interactions(house: House): Promise<void> {
  await answers(house, 'start page', '/', undefined, [
    ['a letter in the search field', page => page.locator('main input[type=search]').first().press('l')],
    ['light and dark', page => page.locator('header button').last().click()],
  ])
  await answers(house, 'viewer', `/id/${house.book}/view`, undefined, [
    ['the next page', key('ArrowRight')],
    ['the outline', key('o')],
    ['the text', key('t')],
    ['turned', key('r')],
  ])
  await answers(house, 'desk', '/desk', 'clara', [['the palette', key('Control+k')]])
  await answers(house, 'tree', `/desk/tree?at=${house.series}`, 'clara', [
    [
      'the next row',
      async page => {
        await page.getByRole('grid').focus()
        await page.keyboard.press('ArrowDown')
      },
    ],
  ])
  await answers(house, 'grid of pages', `/desk/title/${house.large}/pages`, 'clara', [
    [
      'one more page chosen',
      async page => {
        await page.getByRole('listbox').focus()
        await page.keyboard.press('Shift+ArrowRight')
      },
    ],
  ])
  await answers(house, 'title editor', `/desk/title/${house.book}`, 'clara', [
    ['a letter in a field', page => page.getByRole('textbox').nth(2).press('e')],
  ])
}

/** Pixels a second: a hundred rows, as a strong flick of the wheel moves them. */
const flick = 3600

async function frames(house: House, { children, sheets }: Sizes): Promise<void> {
  const scroll = async (what: string, path: string, selector: string): Promise<void> => {
    const { page, wire, context } = await house.visitor('clara')
    await page.goto(`${house.address}${path}`, { waitUntil: 'networkidle' })
    // a slow machine is silent on the line before the list is drawn
    await page.locator(selector).waitFor()
    const { gaps, bare, looks } = await turnWheel(page, wire, selector, flick)
    await context.close()
    say(
      `${what}: ${gaps.length} pictures, the median after ${median(gaps).toFixed(1)} ms; ${looks} drawn by the page`,
    )
    report(`${what}, under the wheel: the longest picture`, Math.max(...gaps), { atMost: 32 }, 'ms')
    report(`${what}, under the wheel: with an empty edge`, (100 * bare) / looks, { atMost: 5 }, '%')
  }
  const level = `a level of ${children.toLocaleString('en')}`
  await scroll(level, `/desk/tree?at=${house.series}`, '[role=grid]')
  await scroll(
    `a grid of ${sheets.toLocaleString('en')}`,
    `/desk/title/${house.large}/pages`,
    '[role=listbox]',
  )
}

async function requests(house: House): Promise<void> {
  const asked = async (path: string, as: string | undefined, deed: (page: Page) => Promise<unknown>) => {
    const { page, context } = await house.visitor(as)
    await page.goto(`${house.address}${path}`, { waitUntil: 'networkidle' })
    const found: string[] = []
    page.on('request', request => {
      const { pathname } = new URL(request.url())
      // the tray asks each second for what runs, whatever else is done
      if (pathname.startsWith('/api/') && pathname !== '/api/v1/jobs') found.push(pathname)
    })
    await deed(page)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(500)
    await context.close()
    return found
  }
  const title = await asked('/', undefined, async page => {
    await page.locator('main a[href*="/id/"]').first().click()
    await page.waitForURL(/\/id\/\d+$/)
  })
  say(`opening a title asks for ${title.join(', ')}`)
  report('opening a title: requests of the API', title.length, { atMost: 3 }, '')
  const level = await asked('/desk/tree?domain=bench', 'clara', async page => {
    await page.locator(`#branch-n${house.series}`).press('ArrowRight')
    await page.locator(`#branch-n${house.series}[aria-expanded=true] + ul [aria-level="3"]`).first().waitFor()
  })
  say(`opening a level asks for ${level.join(', ')}`)
  report('opening a level of the tree: requests of the API', level.length, { atLeast: 1, atMost: 1 }, '')
}

/** What is still not done after ten minutes falls short: a browser that computes without end answers nothing. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no end after ten minutes')), 600_000)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** @param most titles of a level: fewer than 100,000 tell quickly whether all of it runs, and nothing of the budgets */
export async function benchWeb(most: number): Promise<void> {
  const sizes = { children: Math.min(most, 100_000), sheets: Math.min(most, 5_000) }
  if ('skip' in needsBrowser) return say(`the web application is not measured: ${needsBrowser.skip}`)
  say(`the machine’s load before: ${loadavg()[0]?.toFixed(1)}`)
  await withTestServer(() =>
    withTeardown(async t => {
      const house = await openHouse(t, sizes)
      // a part that does not come to its end falls short, and keeps no other from being measured
      for (const part of [firstLoads, viewer, requests, interactions, frames])
        await inTime(part(house, sizes)).catch((error: unknown) =>
          report(`${part.name}: ${String(error).split('\n')[0]}`, Number.NaN, { atMost: 0 }),
        )
    }),
  )
  say(`and after: ${loadavg()[0]?.toFixed(1)}`)
}
