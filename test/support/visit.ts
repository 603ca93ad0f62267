// A page in a browser that notes what nobody at the screen would see.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { root } from '../../src/root.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors, violations of the policy, requests that left the house; answers that were refused are no fault of the page */
  readonly faults: string[]
}

/** @param before what is done in the browser before it goes to the page, for instance a log-in */
export async function visit(
  browser: Browser,
  address: string,
  path: string,
  options: BrowserContextOptions = {},
  before: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1440, height: 900 },
    // axe would measure a colour that is half-way to another one
    reducedMotion: 'reduce',
    ...options,
  })
  await before(context)
  const page = await context.newPage()
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

/** @param of the document; while a list of choices is open, react-aria hides the rest from screen readers, and with it what axe would look for */
export async function violations(page: Page, of = 'document'): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe)
  const found = (await page.evaluate(`axe.run(${of}, { resultTypes: ['violations'] })`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  )
}

/** With SCREENSHOTS set, a picture of what is shown, into var/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return
  await page.waitForTimeout(400)
  await page.screenshot({ path: join(root, 'var/screenshots', `${name}.png`) })
}
