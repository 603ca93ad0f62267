// Images of pages in a real browser: turned, mirrored, cropped, given another master, each seen before or compared, each taken back; and the jobs
// of a morning by keyboard alone, counted.
import { createHash } from 'node:crypto'
import type { FileChooser, Page } from 'playwright-core'
import t from '../support/tap.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { deskOf } from '../support/desk.ts'
import { aScan } from '../support/images.ts'
import { byHand, compare, handsOn } from '../support/morning.ts'
import { aUser } from '../support/people.ts'
import { until } from '../support/until.ts'
import { picture, violations } from '../support/visit.ts'

const aBrowser = browserOf(t)

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE'] })
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
    // what is changed next is checked against what the desk has learnt of this change
    const learnt = tab.waitForResponse(async response => {
      if (!response.url().endsWith(`/pages/${page}/pack`) || response.request().method() !== 'GET')
        return false
      const { rotation, state } = (await response.json()) as { rotation: number; state: string }
      return rotation === 90 && state !== 'wanted'
    })
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
    await learnt
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
    // what is pressed while a change is on its way is wanted after it
    let letGo = () => {}
    await tab.route(`**/pages/${page}/pack`, async route => {
      if (route.request().method() === 'PATCH') await new Promise<void>(resolve => (letGo = resolve))
      await route.continue()
    })
    const sent = tab.waitForRequest(request => request.method() === 'PATCH')
    await tab.keyboard.press('Control+s')
    await sent
    await tab.keyboard.press('r')
    letGo()
    await until(async () => (await imageOf(page)).isMirrored, 'the mirrored image')
    await tab.unroute(`**/pages/${page}/pack`)
    const discard = tab.getByRole('button', { name: 'Discard' })
    await until(() => discard.isEnabled(), 'the turn of meanwhile')
    t.equal((await imageOf(page)).rotation, 270)
    await discard.click()
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
  longStory,
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
  longStory,
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

t.test(
  'a morning of a cataloguer by keyboard alone, each job in at most a third of the actions that it takes by hand',
  longStory,
  async t => {
    const work = async (path: string) => {
      const { page: tab, faults } = await desk(browser, path)
      await tab.locator('[role=grid]:focus, [role=listbox]:focus, h1').first().waitFor()
      return {
        tab,
        faults,
        hands: handsOn(tab),
        told: (words: string | RegExp) => tab.getByRole('status').getByText(words).first().waitFor(),
      }
    }
    const browser = await aBrowser(t)
    const pages = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
    const pageAt = (at: number) => pages.at(at)?.id as number
    const labels = async () =>
      (
        (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as {
          pagination: { label: string }
        }[]
      ).map(({ pagination }) => pagination.label)
    const node = async (id: number) => (await app.call('GET', `/api/v1/tree/${id}`)).body
    await app.call('PATCH', `/api/v1/titles/${ids.monograph}`, { signature: 'Cod. 12' }, { 'if-match': '*' })

    {
      const { tab, hands, faults } = await work('/desk')
      await hands.press('Control+k')
      await hands.type('Cod. 12')
      await tab.getByRole('menuitem', { name: /Cod\. 12/ }).waitFor()
      await hands.press('Enter')
      await tab.getByRole('heading', { name: /Vom digitalen Buche/ }).waitFor()
      const hand = byHand(app)
      await hand.call('GET', '/api/v1/titles?signature=Cod.%2012')
      hand.look()
      for (const part of ['', '/ancestors', '/counts'])
        await hand.call('GET', `/api/v1/tree/${ids.monograph}${part}`)
      compare(t, 'find a title by its signature, with its place and what it has', hands.count(), hand.count())
      t.same(faults, [])
    }
    {
      const { tab, hands, faults, told } = await work(`/desk/title/${ids.monograph}/pages`)
      await tab.locator('[role=listbox]:focus').waitFor()
      await hands.press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight')
      await tab.getByRole('heading', { name: 'Number 3 pages' }).waitFor()
      await hands.press('Tab')
      await hands.type('Page, roman')
      await hands.press('Tab')
      await tab.getByText('I · II · III', { exact: true }).waitFor()
      await hands.press('Enter')
      await told(/^Numbered 3 pages/)
      await hands.press('Shift+Tab', 'Shift+Tab', 'ArrowRight', 'Shift+End')
      await tab.getByRole('heading', { name: 'Number 21 pages' }).waitFor()
      await hands.press('Tab', 'Home', 'Tab')
      await tab.getByText(/^1 · 2 · 3/).waitFor()
      await hands.press('Enter')
      await told(/^Numbered 21 pages/)
      t.same((await labels()).slice(0, 5), ['I', 'II', 'III', '1', '2'])
      const hand = byHand(app)
      const path = `/api/v1/titles/${ids.monograph}/paginate`
      await hand.call('GET', `/api/v1/titles/${ids.monograph}/pages`)
      for (const [from, to, type] of [
        [pageAt(0), pageAt(2), 'page-roman'],
        [pageAt(3), pageAt(-1), 'page'],
      ] as const) {
        hand.look()
        hand.look()
        await hand.call('POST', path, { from, to, type, start: 1, dryRun: true })
        await hand.again(path, { from, to, type, start: 1 })
      }
      compare(t, 'number pages roman, then arabic, each seen before', hands.count(), hand.count())

      const outline = byHand(app)
      const { children } = await outline.call('GET', `/api/v1/titles/${ids.monograph}/structure`)
      // what was done by hand meanwhile is read, else the desk would say so
      await tab.reload()
      await tab.locator('[role=listbox]:focus').waitFor()
      const draw = handsOn(tab)
      await draw.press('Home', 'Shift+ArrowRight')
      await tab.getByRole('heading', { name: 'Number 2 pages' }).waitFor()
      await draw.press('s', 'Tab')
      await draw.type('Einband')
      await draw.press('Enter')
      await told('“Einband” drawn around 2 pages')
      type Node = { id: number; kind: string; children: Node[] }
      const sent = (nodes: Node[]): object[] =>
        nodes.map(({ id, kind, children }) =>
          kind === 'structure' ? { id, children: sent(children) } : { id },
        )
      await outline.call(
        'PUT',
        `/api/v1/titles/${ids.monograph}/structure`,
        { children: sent(children) },
        { 'if-match': '*' },
      )
      compare(
        t,
        'draw an element of the outline around pages (a book of 24 pages)',
        draw.count(),
        outline.count(),
      )

      // listened for in time: the browser is told to hand its dialog to the test
      const chooser = new Promise<FileChooser>(resolve => tab.once('filechooser', resolve))
      await tab.getByRole('listbox').last().focus()
      const choose = handsOn(tab)
      await choose.press('Home', 't')
      await told('Chose another title page')
      const page = byHand(app)
      await page.call('GET', `/api/v1/titles/${ids.monograph}/pages`)
      page.look()
      await page.call(
        'PUT',
        `/api/v1/titles/${ids.monograph}/titlepage`,
        { page: pageAt(0) },
        { 'if-match': '*' },
      )
      compare(t, 'choose the title page', choose.count(), page.count())

      await tab.getByRole('listbox').last().focus()
      const add = handsOn(tab)
      await add.press('Home', 'ArrowRight')
      await add.press('i')
      const scan = await aScan(700, 900).jpeg().toBuffer()
      // in the system's dialog: the name of the file, and Enter
      await (await chooser).setFiles({ name: 'missing.jpg', mimeType: 'image/jpeg', buffer: scan })
      const asked = tab.getByRole('dialog', { name: 'Add a page by its scan' })
      await asked.getByLabel('Label, as it is printed').and(tab.locator(':focus')).waitFor()
      await looks(tab, 'desk-add-page')
      t.same(await violations(tab), [])
      await add.type('[IIa]')
      await add.press('Enter')
      await told('Added page [IIa]')
      t.same((await labels()).length, 25)
      const captions = async () =>
        (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items.map(
          (each: { pagination: { caption: string } }) => each.pagination.caption,
        )
      t.equal((await captions())[2], '[IIa]')
      const missed = byHand(app)
      const sha256 = createHash('sha256').update(scan).digest('base64')
      await missed.call('GET', `/api/v1/titles/${ids.monograph}/pages`)
      // the page that it stands after; the digest, which is a command of two words and read and typed again
      for (let at = 0; at < 4; at++) missed.look()
      const { id: added } = await missed.call(
        'POST',
        `/api/v1/titles/${ids.monograph}/scans?after=${pageAt(1)}&pagination=[IIb]&release=true`,
        scan,
        { 'content-type': 'image/jpeg', 'content-digest': `sha-256=:${sha256}:` },
      )
      await missed.call('GET', `/api/v1/pages/${added}`)
      compare(t, 'add a missing page in the middle', add.count() + 2, missed.count())
      await asked.waitFor({ state: 'detached' })
      await tab.keyboard.press('Control+z')
      await told('Undone: Added page [IIa]')
      t.notOk((await captions()).includes('[IIa]'))
      t.same(faults, [])
    }
    {
      await app.call('POST', `/api/v1/tree/${ids.volume2}/hide`)
      const { tab, hands, faults, told } = await work(`/desk/tree?at=${ids.work}`)
      await tab.locator('[role=grid]:focus').waitFor()
      await hands.press('End')
      await told('1 chosen')
      await hands.press('r')
      await tab
        .getByRole('dialog')
        .getByText(/visible to readers/)
        .waitFor()
      await hands.press('Enter')
      await told('Released 1 row')
      t.equal((await node(ids.volume2)).isReleased, true)
      await app.call('POST', `/api/v1/tree/${ids.volume2}/hide`)
      const hand = byHand(app)
      await hand.call('GET', `/api/v1/tree/${ids.work}/children`)
      hand.look()
      const body = { action: 'release', ids: [ids.volume2], ancestors: true }
      await hand.call('POST', '/api/v1/tree/batch', { ...body, dryRun: true })
      await hand.again('/api/v1/tree/batch', body)
      compare(t, 'release a volume, with a preview', hands.count(), hand.count())

      await tab.getByRole('dialog').waitFor({ state: 'detached' })
      await tab.getByRole('grid').focus()
      const move = handsOn(tab)
      await move.press('Home', 'Control+x', 'Backspace')
      await tab.waitForURL(/domain=sample/)
      await tab.locator('[role=grid]:focus').waitFor()
      await move.press('Control+v')
      await tab.getByRole('dialog').getByText('row gets another place.').waitFor()
      await move.press('Enter')
      await told(/^Moved 1 row/)
      t.equal((await node(ids.volume1)).parentId, null)

      await tab.getByRole('dialog').waitFor({ state: 'detached' })
      const undo = handsOn(tab)
      await undo.press('Control+k')
      await undo.type('to Log')
      await tab.getByRole('menuitem', { name: 'Go to Log' }).waitFor()
      await undo.press('Enter')
      await tab.getByRole('link', { name: 'Clara Mustermann' }).first().waitFor()
      await undo.press('Control+z')
      await told(/^Undone: Moved 1 row/)
      t.equal((await node(ids.volume1)).parentId, ids.work)

      const moving = byHand(app)
      await moving.call('GET', `/api/v1/tree/${ids.work}/children`)
      moving.look()
      await moving.call('GET', '/api/v1/domains')
      moving.look()
      const where = { action: 'move', ids: [ids.volume1], parent: null, domain: 'sample' }
      await moving.call('POST', '/api/v1/tree/batch', { ...where, dryRun: true })
      const moved = await moving.again('/api/v1/tree/batch', where)
      compare(t, 'move a volume to another place, with a preview', move.count(), moving.count())
      const back = byHand(app)
      const { items } = await back.call('GET', '/api/v1/log?limit=5')
      back.look()
      t.ok(items.length > 0)
      await back.call('GET', `/api/v1/tree/${ids.volume1}`)
      back.look()
      await back.call('POST', `/api/v1/operations/${moved.batch}/undo`)
      compare(t, 'see who changed what, and take it back', undo.count(), back.count())
      t.same(faults, [])
    }
  },
)
