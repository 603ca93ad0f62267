// Pages and structure in a real browser: numbers seen before they are set, structure drawn and dissolved, pages moved, parts of pages
// marked as an element's, each with its undo.
import t from '../support/tap.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { deskOf, logIn } from '../support/desk.ts'
import { aUser } from '../support/people.ts'
import { until } from '../support/until.ts'
import { picture, violations, visit } from '../support/visit.ts'

const aBrowser = browserOf(t)

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

const labels = async () =>
  (
    (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as {
      pagination: { label: string }
    }[]
  ).map(({ pagination }) => pagination.label)
const elements = async () =>
  JSON.stringify((await app.call('GET', `/api/v1/titles/${ids.monograph}/structure`)).body.children)

t.test('pages are numbered and structure is drawn by keys alone, and taken back', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const found = await visit(browser, address, `/desk/title/${ids.monograph}/pages`)
  const { page, faults } = found
  await logIn(page, 'clara')
  const grid = page.getByRole('listbox', { name: /^Pages of/ })
  await grid.waitFor()
  const before = await labels()
  await grid.focus()
  for (const key of ['Home', 'Shift+ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key)
  await page.getByText('3 of 24 chosen').waitFor()
  await page.getByLabel('Begin with').fill('7')
  await page.getByText('7 · 8 · 9').waitFor()
  await picture(page, 'desk-pages')
  t.same(await violations(page), [])
  t.same(await labels(), before, 'seen, not set')
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Numbered 3 pages').waitFor()
  t.same((await labels()).slice(0, 3), ['7', '8', '9'])
  await grid.focus()
  await page.keyboard.press('Control+z')
  await page
    .getByRole('status')
    .getByText(/^Undone/)
    .waitFor()
  t.same(await labels(), before)

  const outline = await elements()
  const draw = async () => {
    await grid.focus()
    await page.keyboard.press('s')
    await page.keyboard.press('Tab')
    await page.keyboard.type('Drawn by key')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('“Drawn by key” drawn around 3 pages', { exact: true }).waitFor()
  }
  const undo = async (text: string) => {
    await grid.focus()
    await page.keyboard.press('Control+z')
    await page.getByRole('status').getByText(`Undone: ${text}`).waitFor()
  }
  const { context } = found
  await context.setOffline(true)
  await grid.focus()
  for (const key of ['s', 'Tab']) await page.keyboard.press(key)
  await page.keyboard.type('Drawn by key')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The service cannot be reached', { exact: false }).first().waitFor()
  await context.setOffline(false)
  await context.clearCookies()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Log in again' }).waitFor()
  await logIn(page, 'clara')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  t.ok(faults.splice(0).every(fault => fault.includes('ERR_INTERNET_DISCONNECTED')))
  const heading = page.getByLabel('Heading').last()
  t.equal(await heading.inputValue(), 'Drawn by key', 'neither the cut nor the end of the session took it')
  await heading.press('Enter')
  await page.getByRole('status').getByText('“Drawn by key” drawn around 3 pages', { exact: true }).waitFor()
  t.match(await elements(), 'Drawn by key')
  await undo('“Drawn by key” drawn around 3 pages')
  t.equal(await elements(), outline, 'taken back as a whole')
  await draw()
  await page.getByRole('button', { name: 'Dissolve “Drawn by key”' }).click()
  await page.getByRole('status').getByText('Dissolved “Drawn by key”', { exact: true }).waitFor()
  t.notMatch(await elements(), 'Drawn by key')
  await undo('Dissolved “Drawn by key”')
  t.match(await elements(), 'Drawn by key')

  const told = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor()
  const keys = async (...all: string[]) => {
    for (const key of all) await page.keyboard.press(key)
  }
  await page.getByRole('button', { name: /^Drawn by key/ }).press('Enter')
  await keys('F2')
  await page.keyboard.type('Called otherwise')
  await keys('Enter')
  await told('Named “Called otherwise”')
  t.match(await elements(), 'Called otherwise')
  await undo('Named “Called otherwise”')
  await grid.focus()
  await keys('Home', 'ArrowRight', 'd')
  await told('Divided the element')
  const drawn = page.locator('[id^=element-]').filter({ hasText: 'Drawn by key' })
  await drawn.getByText('1 page').waitFor()
  await drawn.getByRole('button', { name: /^Drawn/ }).press('Enter')
  await keys('j')
  await told('“Drawn by key” joined with the element behind it')
  await drawn.getByText('3 pages').waitFor()
  await undo('“Drawn by key” joined with the element behind it')
  await undo('Divided the element')

  // the outline as a template, around all pages; nothing is chosen
  const drawnThen = await elements()
  await page.getByRole('button', { name: 'Keep this outline as a template' }).press('Enter')
  await page.keyboard.type('Buch')
  await keys('Enter')
  await told('Kept the template “Buch”')
  const template = page.getByLabel(/^Template/)
  await template.selectOption({ label: 'Buch' })
  await page.getByText('The template needs more than this 1 page.').waitFor()
  await grid.focus()
  await keys('Escape')
  await picture(page, 'desk-pages-template')
  await page.getByText(/^\d+ elements around 24 pages\. \d+ elements that hold nothing/).waitFor()
  await picture(page, 'desk-pages-template')
  t.same(await violations(page), [])
  await page.getByRole('button', { name: 'Lay the template around 24 pages' }).press('Enter')
  await page.getByRole('status').getByText(/^“Buch”: \d+ elements around 24 pages$/).waitFor() // prettier-ignore
  const shape = (text: string) => text.replaceAll(/"id":\d+/g, '')
  t.equal(shape(await elements()), shape(drawnThen), 'the same outline')
  t.not(await elements(), drawnThen, 'of other elements')
  await grid.focus()
  await keys('Control+z')
  await page.getByRole('status').getByText(/^Undone: “Buch”/).waitFor() // prettier-ignore
  t.equal(await elements(), drawnThen, 'taken back as a whole')

  await grid.focus()
  await keys('Home', 'Control+ArrowRight', 'Control+ArrowRight', 'Space')
  await page.getByText('2 of 24 chosen').waitFor()
  await page.getByLabel('Begin with').fill('4')
  await page.getByLabel('In brackets: counted, not printed').press('Space')
  await page.getByLabel('The page between that is not chosen').selectOption({ label: 'Plate without number' })
  await page.getByText('[4] · [Tafel] · [5]').waitFor()
  await page.getByRole('button', { name: 'Set these numbers' }).press('Enter')
  await told('Numbered 3 pages')
  t.same((await labels()).slice(0, 3), ['[4]', null, '[5]'])
  await undo('Numbered 3 pages')
  await page.getByLabel('In brackets: counted, not printed').press('Space')

  await grid.focus()
  await keys('Home', 'ArrowRight', 'Delete')
  await page.getByRole('dialog').getByText('node goes into the bin.').waitFor()
  await keys('Enter')
  await page.getByText('23 pages').waitFor()
  await undo('Put 1 row into the bin')
  t.same(await labels(), before)
  await keys('Control+k')
  await page.keyboard.type('title of its own')
  await page.getByRole('menuitem').getByText('Make a title of its own').waitFor()
  await keys('Enter')
  await page.getByRole('dialog').getByText('23 pages go to a new title').waitFor()
  await page.keyboard.type('Split off by key')
  await keys('Enter')
  await told('Split off “Split off by key”')
  await undo('Split off “Split off by key”')
  t.same(await labels(), before)

  // a region by keys, a second one by hand
  const dialog = page.getByRole('dialog')
  const marks = async () => {
    const [, element] = /"id":(\d+),[^{}]*"caption":"Drawn by key"/.exec(await elements()) ?? []
    return (await app.call('GET', `/api/v1/tree/${element}/regions`)).body.regions as {
      x: number
      w: number
    }[]
  }
  const saved = async (count: string) => {
    await dialog.getByRole('button', { name: 'Save regions' }).click()
    await page.getByRole('status').getByText(`“Drawn by key” has ${count}`, { exact: true }).waitFor()
  }
  await page.getByRole('button', { name: 'Regions of “Drawn by key”' }).click()
  await dialog.getByRole('button', { name: /^Another region/ }).click()
  await dialog.getByRole('button', { name: /^Region on page/ }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+ArrowLeft')
  await saved('1 region')
  const [first] = await marks()
  t.ok(first && first.x * 2 > first.w, 'moved to the right, and narrower')
  await page.getByRole('button', { name: 'Regions of “Drawn by key”' }).click()
  await dialog.getByRole('button', { name: /^Another region/ }).click()
  const frame = await dialog
    .getByRole('button', { name: /^Region on page/ })
    .locator('..')
    .boundingBox()
  if (!frame) throw new Error('The picture is not shown.')
  const at = (x: number, y: number) => [frame.x + frame.width * x, frame.y + frame.height * y] as const
  await page.mouse.move(...at(0.1, 0.05))
  await page.mouse.down()
  await page.mouse.move(...at(0.3, 0.2), { steps: 3 })
  await page.mouse.up()
  await saved('2 regions')
  const [, second] = await marks()
  t.ok(second && second.x < second.w, 'as it was drawn')
  await undo('“Drawn by key” has 2 regions')
  t.same(await marks(), [first])

  await grid.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('t')
  await page.getByRole('status').getByText('Chose another title page').waitFor()
  await page.getByRole('listbox').press('Enter')
  await page
    .getByRole('dialog')
    .getByRole('heading', { name: /^Image 24/ })
    .waitFor()
  await picture(page, 'desk-page')
  t.same(faults, [])
})

t.test(
  'pages are moved by keys and by mouse, before others and into an element, and saved as one',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await deskOf(address)(browser, `/desk/title/${ids.monograph}/pages`)
    const grid = page.getByRole('listbox', { name: /^Pages of/ })
    await grid.waitFor()
    const stored = async () =>
      ((await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]).map(
        ({ id }) => id,
      )
    const shown = async () =>
      (
        await grid
          .getByRole('option')
          .evaluateAll(cells => cells.map(cell => Number(cell.id.replace('page-', ''))))
      ).slice(0, 8)
    const told = (words: string) => page.getByRole('status').getByText(words, { exact: true }).waitFor()
    const before = await stored()
    const [one, two, three, four, five, six] = before as [number, number, number, number, number, number]
    await grid.focus()
    for (const key of [
      'Home',
      'Shift+ArrowRight',
      'Control+x',
      'End',
      'Home',
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'Control+v',
    ])
      await page.keyboard.press(key)
    await told('Pages have been moved. Nothing is saved yet.')
    t.same((await shown()).slice(0, 4), [three, one, two, four])
    await page.locator(`#page-${six}`).hover()
    await page.mouse.down()
    const onto = page.locator(`#page-${three}`)
    const box = await onto.boundingBox()
    for (const by of [0, 4, 8]) await page.mouse.move((box?.x ?? 0) + 6 + by, (box?.y ?? 0) + 60)
    await picture(page, 'desk-pages-drag')
    await page.mouse.up()
    await until(async () => (await shown())[0] === six, 'the dragged page in front')
    t.same((await shown()).slice(0, 5), [six, three, one, two, four])
    await picture(page, 'desk-pages-moved')
    t.same(await violations(page), [])
    await page.locator(`#page-${six}`).click()
    await page.getByLabel('Begin with').fill('17')
    await page.reload()
    await told('Pages have been moved. Nothing is saved yet.')
    await page.locator(`#page-${six}`).click()
    t.equal(await page.getByLabel('Begin with').inputValue(), '17', 'numbers that were asked for, too')
    await grid.focus()
    await page.keyboard.press('Control+z')
    await until(async () => (await shown())[0] === three, 'the order before the last move')
    t.same(await stored(), before, 'nothing is saved yet')

    const element = page.locator('[id^=element-]').last()
    const elementId = Number((await element.getAttribute('id'))?.replace('element-', ''))
    await page.locator(`#page-${five}`).click()
    await page.getByRole('button', { name: 'Drag to another place' }).focus()
    await page.keyboard.press('Enter')
    for (let at = 0; at < 60; at++) {
      if ((await page.evaluate(() => document.activeElement?.id)) === `element-${elementId}`) break
      await page.keyboard.press('Shift+Tab')
    }
    await page.keyboard.press('Enter')
    await until(async () => !(await shown()).includes(five), 'the page in its element')
    await grid.focus()
    await page.keyboard.press('Control+s')
    await told('Moved pages')
    t.same((await stored()).slice(0, 4), [three, one, two, four])
    t.equal((await app.call('GET', `/api/v1/tree/${five}`)).body.parentId, elementId)
    await page.getByText('Nothing is saved yet.').waitFor({ state: 'detached' })
    await grid.focus()
    await page.keyboard.press('Control+z')
    await told('Undone: Moved pages')
    t.same(await stored(), before, 'all of it is taken back by one')
    t.same(faults, [])
  },
)
