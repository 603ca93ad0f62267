// A page in a browser that notes what nobody at the screen would see.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { root } from '../../src/root.ts'
import { isAtLength } from './at-length.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors, violations of the policy, requests that left the house; answers that were refused are no fault of the page */
  readonly faults: string[]
}

/**
 * Contexts at rest, by how they were made: a new one reads and compiles all programs anew, which costs more than what most tests do in it.
 * What was typed, kept and who was logged in goes with the test; what is public and was kept as a copy stays.
 */
const atRest = new WeakMap<Browser, Map<string, BrowserContext[]>>()
const places = new WeakMap<BrowserContext, BrowserContext[]>()

function contextsLike(browser: Browser, options: BrowserContextOptions): BrowserContext[] {
  const all = atRest.get(browser) ?? new Map<string, BrowserContext[]>()
  atRest.set(browser, all)
  const key = JSON.stringify(options)
  const those = all.get(key) ?? []
  all.set(key, those)
  return those
}

/** Ends what a test did in a context; one of a visit is kept for the next. */
export async function putAway(context: BrowserContext): Promise<void> {
  const place = places.get(context)
  if (!place) return context.close()
  if (place.includes(context)) return
  await Promise.all(context.pages().map(page => page.close()))
  await context.setOffline(false)
  await context.clearCookies()
  place.push(context)
}

/** Ends all of them, those at rest as well. */
export async function closeContexts(browser: Browser): Promise<void> {
  atRest.delete(browser)
  await Promise.all(browser.contexts().map(context => context.close()))
}

/** @param before what is done in the browser before it goes to the page, for instance a log-in */
export async function visit(
  browser: Browser,
  address: string,
  path: string,
  options: BrowserContextOptions = {},
  before: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<Visit> {
  const made = {
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
    // axe would measure a colour that is half-way to another one
    reducedMotion: 'reduce' as const,
    ...options,
  }
  const place = contextsLike(browser, made)
  const context = place.pop() ?? (await browser.newContext(made))
  places.set(context, place)
  const page = await context.newPage()
  const wire = await context.newCDPSession(page)
  await wire.send('Storage.clearDataForOrigin', { origin: address, storageTypes: 'all' })
  await wire.detach()
  await before(context)
  const faults: string[] = []
  page.on('console', message => {
    if (
      ['error', 'warning'].includes(message.type()) &&
      !/the server responded with a status of 4/.test(message.text())
    )
      faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith(address) && !/^(?:data|blob):/.test(request.url()))
      faults.push(`a request to ${request.url()}`)
  })
  await page.goto(`${address}${path}`, { waitUntil: 'networkidle' })
  return { page, context, faults }
}

/** @param by which of its rules axe goes; without, by all @param of the document; while a list of choices is open, react-aria hides the rest from screen readers, and with it what axe would look for */
export async function violations(page: Page, of = 'document', by = ''): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe)
  const found = (await page.evaluate(`axe.run(${of}, { resultTypes: ['violations'], ${by} })`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
}

/** What of a page that is shown light cannot be read in the dark: all else is there as it was. */
export async function dimInTheDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' })
  const found = await violations(page, 'document', "runOnly: ['color-contrast']")
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}

/** Of a further state of a page that is looked at already, or of another size of it: at length. */
export const violationsToo: typeof violations = async (page, of) =>
  isAtLength ? await violations(page, of) : []

/** With SCREENSHOTS set, a picture of what is shown, into var/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(root, 'var/screenshots', `${name}.png`) })
}
