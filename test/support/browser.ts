import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { atLength } from './at-length.ts'
import { endings } from './endings.ts'
import { closeContexts, putAway } from './visit.ts'

const program = ['chromium-headless-shell', 'chromium', 'chromium-browser']
  .map(name => `/usr/bin/${name}`)
  .find(path => existsSync(path))

/** Option of a test that needs a browser: Debian's chromium, which `npm test` installs where it runs as root. */
export const needsBrowser = program
  ? {}
  : { skip: 'chromium is not installed (apt-get install chromium-headless-shell)' }

/** Option of a story in a browser whose parts other tests hold. */
export const longStory = { ...needsBrowser, ...atLength }

type Teardown = { teardown(work: () => Promise<void> | void): void }

/** A browser that asks nobody but us. */
export async function aBrowser(t: Teardown): Promise<Browser> {
  const browser = await launch()
  t.teardown(() => browser.close())
  return browser
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: program as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** The browser of this process, which ends with it: to begin one takes longer than many a story in it. */
let ours: Promise<Browser> | undefined
async function browserOfProcess(): Promise<Browser> {
  if (!ours) {
    ours = launch()
    endings.push(async () => await (await ours)?.close())
  }
  const browser = await ours
  if (browser.isConnected()) return browser
  ours = undefined
  return await browserOfProcess()
}

/** A browser for the tests of a file, begun with the first that needs it: what a test opened in it ends with the test, what is kept for the next with the file. */
export function browserOf(file: Teardown): (t: Teardown) => Promise<Browser> {
  let isAsked = false
  return async t => {
    const browser = await browserOfProcess()
    if (!isAsked) file.teardown(() => closeContexts(browser))
    isAsked = true
    t.teardown(async () => {
      await Promise.all(browser.contexts().map(putAway))
    })
    return browser
  }
}
