// Images of pages in a real browser: turned, mirrored, cropped, given another master, each seen before or compared, each taken back.
import type { Page } from 'playwright-core'
import t from 'tap'
import { aBrowser, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { deskOf } from '../support/desk.ts'
import { aScan } from '../support/images.ts'
import { aUser } from '../support/people.ts'
import { until } from '../support/until.ts'
import { picture, violations } from '../support/visit.ts'

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)
const desk = deskOf(address)
const looks = async (tab: Page, name: string) => {
  for (const width of process.env['SCREENSHOTS'] ? [390, 1024, 1600] : [])
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme })
      await tab.setViewportSize({ width, height: 900 })
      await picture(tab, `${name}-${width}-${colorScheme}`)
    }
}
const aPage = async (at: number) =>
  ((await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[])[at]?.id as number
const imageOf = async (page: number) =>
  (await app.call('GET', `/api/v1/pages/${page}/pack`)).body as {
    rotation: number
    isMirrored: boolean
    crop: object | null
    width: number
    height: number
  }

t.test(
  'an image is turned, mirrored and cropped by keys, seen before, and taken back',
  needsBrowser,
  async t => {
    const page = await aPage(10)
    const before = await imageOf(page)
    const browser = await aBrowser(t)
    const { page: tab, faults } = await desk(browser, `/desk/title/${ids.monograph}/images?page=${page}`)
    await tab.getByRole('heading', { name: 'Turn and crop' }).waitFor()
    await tab.getByText('not compared yet').waitFor()
    await tab.getByLabel('Left', { exact: true }).fill('40')
    await tab.getByLabel('Above', { exact: true }).fill('60')
    await tab.locator('h1').click()
    await tab.keyboard.press('r')
    await looks(tab, 'desk-image')
    t.same(await violations(tab), [])
    t.same(await imageOf(page), before, 'seen, not set')
    await tab.keyboard.press('Control+s')
    await tab
      .getByRole('status')
      .getByText(/^Changed the image of/)
      .waitFor()
    t.match(await imageOf(page), {
      rotation: 90,
      isMirrored: false,
      crop: { x: 40, y: 60, width: before.width - 40, height: before.height - 60 },
    })
    await app.drain()
    await tab.getByText('is being made').waitFor({ state: 'detached' })
    await until(
      async () =>
        (await tab
          .getByRole('img')
          .first()
          .evaluate(image => (image as HTMLImageElement).naturalWidth)) >
        before.width / 2,
      'the new image',
    )
    // what is cut off now is measured on the turned image
    await tab.getByLabel('Left', { exact: true }).fill('10')
    await tab.locator('h1').click()
    await tab.keyboard.press('m')
    await tab.keyboard.press('Control+s')
    await until(async () => (await imageOf(page)).isMirrored, 'the mirrored image')
    t.match(await imageOf(page), {
      rotation: 270,
      crop: { x: 40, y: 60, width: before.width - 40, height: before.height - 70 },
    })
    await tab.locator('h1').click()
    for (const _ of [1, 2]) await tab.keyboard.press('Control+z')
    await until(async () => (await imageOf(page)).rotation === 0, 'the image of before')
    t.match(await imageOf(page), { rotation: 0, isMirrored: false, crop: null })
    t.same(faults, [])
  },
)

t.test(
  'another master comes with its digest, is compared with the former one, and goes again',
  needsBrowser,
  async t => {
    const page = await aPage(11)
    const hashOf = async () => (await app.read(`/api/v1/pages/${page}`)).body.hashsum as string
    const before = await hashOf()
    await app.drain()
    const browser = await aBrowser(t)
    const { page: tab, faults } = await desk(
      browser,
      `/desk/title/${ids.monograph}/images?page=${page}`,
      'clara',
      { colorScheme: 'dark' },
    )
    await tab.getByRole('heading', { name: 'Another master' }).waitFor()
    let digest: string | undefined
    tab.on('request', request => {
      if (request.method() === 'PUT') digest = request.headers()['content-digest']
    })
    const file = (buffer: Buffer) => ({ name: 'new.tif', mimeType: 'image/tiff', buffer })
    await tab.getByLabel('Image file').setInputFiles(file(Buffer.from('no image')))
    await tab.getByRole('alert').waitFor()
    t.equal(await hashOf(), before, 'what is no image is refused')
    await tab.getByLabel('Image file').setInputFiles(file(await aScan(700, 900).tiff().toBuffer()))
    await tab
      .getByRole('status')
      .getByText(/another master$/)
      .waitFor()
    t.match(digest, /^sha-256=:.{44}:$/)
    t.not(await hashOf(), before)
    await app.drain()
    await tab.getByText('is being made').waitFor({ state: 'detached' })
    await tab.getByRole('button', { name: 'Compare with the former one' }).press('Enter')
    await tab.getByRole('slider').press('ArrowLeft')
    await tab.getByRole('img', { name: 'Before' }).waitFor()
    await looks(tab, 'desk-compare')
    t.same(await violations(tab), [])
    await tab.keyboard.press('Escape')
    await tab.getByRole('button', { name: 'As readers get it' }).press('Enter')
    await tab.getByText('With the watermark and the footer', { exact: false }).waitFor()
    await tab.keyboard.press('Escape')
    await tab.getByRole('dialog').waitFor({ state: 'detached' })
    await tab.locator('h1').click()
    await tab.keyboard.press('Control+z')
    await until(async () => (await hashOf()) === before, 'the former master')
    t.same(faults, [])
  },
)

t.test(
  'several images are turned at once, and turned back; text recognition is begun',
  needsBrowser,
  async t => {
    const [one, two] = [await aPage(12), await aPage(13)]
    const browser = await aBrowser(t)
    const { page: tab, faults } = await desk(browser, `/desk/title/${ids.monograph}/pages`)
    const grid = tab.getByRole('listbox', { name: /^Pages of/ })
    await grid.focus()
    await tab.keyboard.press('Home')
    for (let at = 0; at < 12; at++) await tab.keyboard.press('ArrowRight')
    await tab.keyboard.press('Shift+ArrowRight')
    await tab.getByText('2 of 24 chosen').waitFor()
    await tab.keyboard.press('r')
    await tab.getByRole('status').getByText('Turned 2 images', { exact: true }).waitFor()
    t.same([(await imageOf(one)).rotation, (await imageOf(two)).rotation], [90, 90])
    await grid.focus()
    await tab.keyboard.press('Control+z')
    await until(
      async () => (await imageOf(one)).rotation + (await imageOf(two)).rotation === 0,
      'the images of before',
    )
    await app.drain()

    await tab.keyboard.press('Control+k')
    await tab.keyboard.type('Recognise text')
    await tab.getByRole('menuitem', { name: 'Recognise text' }).waitFor()
    await tab.keyboard.press('Enter')
    const dialog = tab.getByRole('dialog')
    await dialog.getByLabel('Of these').selectOption('all')
    await dialog.getByText('2 pages would be read as eng.').waitFor()
    await picture(tab, 'desk-recognise')
    t.same(await violations(tab), [])
    await dialog.getByRole('button', { name: 'Begin' }).press('Enter')
    await tab.getByRole('status').getByText('2 pages are being read', { exact: true }).waitFor()
    t.match((await app.call('GET', '/api/v1/jobs?limit=1')).body.items[0], {
      kind: 'texts.recognise',
      state: 'waiting',
    })
    t.same(faults, [])
  },
)
