// Takes the pictures of a page at each width, in each theme and language, and looks for what no picture tells at a glance.
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Shot } from './pages.ts'

export const widths = [390, 1024, 1600] as const
export const themes = ['light', 'dark'] as const
export const languages = ['de', 'en'] as const

export interface Picture {
  readonly file: string
  readonly width: number
  readonly theme: string
  readonly language: string
}
export interface Taken {
  readonly shot: Shot
  readonly pictures: readonly Picture[]
  /** What is wrong with the page, in words */
  readonly findings: readonly string[]
}

/** As high as a picture of a whole page may be */
const mostHeight = 3000
const heights: Readonly<Record<number, number>> = { 390: 844, 1024: 768, 1600: 900 }

export interface House {
  readonly address: string
  /** The cookies of a log-in */
  readonly cookie: (login: string) => Promise<string>
}

async function contextOf(
  browser: Browser,
  house: House,
  { as }: Shot,
  width: number,
  language: string,
): Promise<BrowserContext> {
  const isPhone = width < 720
  const context = await browser.newContext({
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    viewport: { width, height: heights[width] as number },
    reducedMotion: 'reduce',
    isMobile: isPhone,
    hasTouch: isPhone,
  })
  const cookies = as === undefined ? [] : (await house.cookie(as)).split('; ')
  await context.addCookies(
    [...cookies, `language=${language}`].map(pair => {
      const at = pair.indexOf('=')
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: house.address }
    }),
  )
  return context
}

/** What stands out at the sides, is cut off, or is too small for a finger. Runs in the page. */
const look = `(() => {
  const found = []
  const name = element => {
    const words = (element.getAttribute('aria-label') || element.innerText || element.value || '').trim().replace(/\\s+/g, ' ').slice(0, 40)
    return element.tagName.toLowerCase() + (words ? ' ‘' + words + '’' : '.' + String(element.className).slice(0, 40))
  }
  const isShown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('[aria-hidden="true"], [hidden]')
  const wide = document.documentElement.clientWidth
  const over = document.documentElement.scrollWidth - wide
  if (over > 1) {
    const most = [...document.body.querySelectorAll('*')].filter(isShown).filter(each => each.getBoundingClientRect().right > wide + 1)
    found.push('wider than the window by ' + over + ' px: ' + most.slice(-1).map(name).join())
  }
  // the desk's pages scroll in their frame
  const frame = document.querySelector('main')
  if (frame && frame.scrollWidth > frame.clientWidth + 1) found.push('the page is wider than its frame by ' + (frame.scrollWidth - frame.clientWidth) + ' px')
  for (const element of document.querySelectorAll('a[href], button, input:not([type=range]), select, summary, [role=tab], [role=option]')) {
    if (!isShown(element)) continue
    const box = element.getBoundingClientRect()
    // what only screen readers are told stands in a box of one pixel
    const around = element.parentElement.getBoundingClientRect()
    if (Math.min(box.width, box.height, around.width, around.height) < 2) continue
    const isInText = element.tagName === 'A' && getComputedStyle(element).display === 'inline'
    const label = element.closest('label')?.getBoundingClientRect()
    if (!isInText && wide < 720 && Math.max(box.height, label?.height ?? 0) < 32) found.push('low for a finger (' + Math.round(box.height) + ' px): ' + name(element))
    if (['BUTTON', 'A'].includes(element.tagName) && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'hidden' && getComputedStyle(element).textOverflow !== 'ellipsis' && getComputedStyle(element).display !== 'inline')
      found.push('cut off: ' + name(element))
  }
  for (const image of document.images) if (isShown(image) && image.complete && image.naturalWidth === 0) found.push('an image that is not there: ' + image.src.replace(/^.*?:\\d+/, ''))
  return [...new Set(found)].slice(0, 12)
})()`

/** The application has what stands in the page in hand, not only its frame: a page that tells of a problem does without it. */
const takenOver = (page: Page): Promise<unknown> =>
  page.waitForFunction(() =>
    Object.keys(
      // the stage of a viewer is empty until something is lent
      document.querySelector('#root main > *') ?? document.querySelector('#root main:empty') ?? {},
    ).some(key => key.startsWith('__react')),
  )

async function settle(page: Page, { before, isRefused }: Shot): Promise<void> {
  // the picture is of the whole page, also of what nobody has scrolled to
  await page.evaluate(`for (const image of document.querySelectorAll('img[loading=lazy]')) {
    const { left, top } = image.getBoundingClientRect()
    if (left < innerWidth && top < ${mostHeight}) image.loading = 'eager'
  }`)
  await page.waitForLoadState('networkidle')
  if (!isRefused) await takenOver(page)
  await before?.(page)
  await page.evaluate('document.fonts.ready')
  await page.waitForLoadState('networkidle')
  // a canvas is drawn in the frames that follow
  await page.waitForTimeout(350)
}

/** All pictures of one page. @param folder where the files are written */
export async function take(
  browser: Browser,
  house: House,
  shot: Shot,
  options: { readonly folder: string; readonly languages: readonly string[] },
): Promise<Taken> {
  const pictures: Picture[] = []
  const findings = new Set<string>()
  const slug = shot.name.replace(/[^\da-z]+/gi, '-')
  for (const language of options.languages)
    for (const width of widths) {
      const context = await contextOf(browser, house, shot, width, language)
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', error => findings.add(`an error of the script: ${error.message}`))
      page.on('console', message => {
        if (message.type() === 'error' && !/status of 4/.test(message.text()))
          findings.add(`in the console: ${message.text().slice(0, 200)}`)
      })
      try {
        const answer = await page.goto(`${house.address}${shot.path}`)
        const status = answer?.status() ?? 0
        if (status >= 500 || (status >= 400 && !shot.isRefused)) findings.add(`answered ${status}`)
        await settle(page, shot)
        const height = (await page.evaluate('document.documentElement.scrollHeight')) as number
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
          const file = `${slug}-${width}-${theme}-${language}.jpg`
          await page.screenshot({
            path: join(options.folder, file),
            type: 'jpeg',
            quality: 82,
            fullPage: true,
            clip: {
              x: 0,
              y: 0,
              width,
              height: Math.min(mostHeight, Math.max(height, heights[width] as number)),
            },
          })
          pictures.push({ file, width, theme, language })
        }
        for (const finding of (await page.evaluate(look)) as string[]) findings.add(`${width} px: ${finding}`)
      } catch (error) {
        findings.add(`${width} px, ${language}: ${String(error).split('\n')[0]}`)
      } finally {
        await context.close()
      }
    }
  return { shot, pictures, findings: [...findings] }
}
