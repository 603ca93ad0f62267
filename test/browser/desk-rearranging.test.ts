// Titles and structure taken apart and put together at the desk: merged, split, linked, copied, moved to a place that is typed; elements nested and
// lifted; numbers with gaps, kept as templates. What cannot be is refused in words, and each is taken back by one.
import type { Locator, Page } from 'playwright-core'
import t from '../support/tap.ts'
import { browserOf, longStory } from '../support/browser.ts'
import { deskOf } from '../support/desk.ts'
import { aUser } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { until } from '../support/until.ts'
import { picture, violations } from '../support/visit.ts'

const aBrowser = browserOf(t)
const app = await start(t)
await aDomain(app, 'lib', { caption: 'Bibliothek' })
await aDomain(app, 'depot', { caption: 'Magazin' })
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)
const at = deskOf(address)
const { call } = app
const any = { 'if-match': '*' }

const aBook = (title: string, pages = 2, more: object = {}) =>
  aTitle(app, { title, pages, release: true, ...more })
const top = async (domain: string) =>
  ((await call('GET', `/api/v1/tree?domain=${domain}`)).body.items as { caption: string }[]).map(
    ({ caption }) => caption,
  )
const pagesOf = async (title: number) =>
  (await call('GET', `/api/v1/titles/${title}/pages`)).body.items as {
    id: number
    ident: string
    pagination: { label: string | null }
  }[]
const idents = async (title: number) => (await pagesOf(title)).map(({ ident }) => ident).join(' ')

interface Node {
  readonly caption: string | null
  readonly kind: string
  readonly children: readonly Node[]
}
/** Elements with what stands in them, a point for each page: `One(.Two(..))` */
const outline = async (title: number) => {
  const short = ({ kind, caption, children }: Node): string =>
    kind === 'structure' ? `${caption}(${children.map(short).join('')})` : '.'
  return ((await call('GET', `/api/v1/titles/${title}/structure`)).body.children as Node[])
    .map(short)
    .join('')
}

const told = (page: Page, words: string | RegExp) =>
  page.getByRole('status').getByText(words, { exact: true }).first().waitFor()
const keys = async (page: Page, ...all: string[]) => {
  for (const key of all) await page.keyboard.press(key)
}
const takenBack = async (page: Page, words: string) => {
  await keys(page, 'Control+z')
  await told(page, `Undone: ${words}`)
}
const hasKeys = (list: Locator) =>
  until(() => list.evaluate(element => element === document.activeElement), 'keys go to the list again')
/** A place that is typed in the dialog that is open, and taken. */
const typed = async (page: Page, words: string | number) => {
  const field = page.getByRole('dialog').getByRole('searchbox', { name: 'Place' })
  await field.press('Control+a')
  await page.keyboard.type(String(words))
  await page
    .getByRole('menuitem')
    .filter({ hasText: typeof words === 'number' ? `#${words}` : words })
    .waitFor()
  await keys(page, 'ArrowDown', 'Enter')
}

t.test(
  'elements are put into each other and taken out again by keys alone, and who was slower is told',
  longStory,
  async t => {
    const book = await aBook('Nested', 6)
    const behind = (await pagesOf(book)).slice(4).map(({ id }) => id)
    const element = { parent: book, datatype: 'structure', type: 'chapter', caption: 'Three' }
    const three = (await call('POST', '/api/v1/tree', element)).body.id
    await call('POST', '/api/v1/tree/batch', { action: 'move', ids: behind, parent: three })
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, `/desk/title/${book}/pages`)
    const grid = page.getByRole('listbox', { name: /^Pages of/ })
    await grid.waitFor()
    await hasKeys(grid)
    // no pause between the keys of one and the next: what is drawn around is what is chosen then
    for (const [first, name] of ['One', 'Two'].entries()) {
      await grid.focus()
      await keys(page, 'Home', ...Array<string>(first * 2).fill('ArrowRight'), 'Shift+ArrowRight')
      await page.getByText('2 of 6 chosen').waitFor()
      await keys(page, 's', 'Tab')
      await page.keyboard.type(name)
      await keys(page, 'Enter')
      await told(page, `“${name}” drawn around 2 pages`)
    }
    t.equal(await outline(book), 'One(..)Two(..)Three(..)')
    const line = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) })
    await line('Two').press('Enter')
    await keys(page, '>')
    await told(page, '“Two” put into the element before it')
    t.equal(await outline(book), 'One(..Two(..))Three(..)')

    // somebody else is quicker, and what they made is shown
    await line('Three').press('Enter')
    const { children } = (await call('GET', `/api/v1/titles/${book}/structure`)).body
    await page.route(
      '**/structure',
      async route => {
        await call('PATCH', `/api/v1/tree/${children[0].id}`, { caption: 'Uno' }, any)
        await route.continue()
      },
      { times: 1 },
    )
    const put = page.getByRole('button', { name: 'Into the one before' })
    await put.press('Enter')
    await page
      .getByRole('alert')
      .getByText(/^Somebody has changed the structure meanwhile/)
      .waitFor()
    await line('Uno').waitFor()
    t.equal(await outline(book), 'Uno(..Two(..))Three(..)')
    await put.press('Enter')
    await told(page, '“Three” put into the element before it')
    t.equal(await page.getByRole('alert').count(), 0, 'what was refused is over')
    t.equal(await outline(book), 'Uno(..Two(..)Three(..))')
    await put.press('Enter')
    await until(async () => (await outline(book)) === 'Uno(..Two(..Three(..)))', 'put into the next one')
    // the button went with the change
    await until(() => line('Three').evaluate(each => each === document.activeElement), 'keys at its line')
    await keys(page, '<')
    await told(page, '“Three” taken out of its element')
    t.equal(await outline(book), 'Uno(..Two(..)Three(..))')
    await takenBack(page, '“Three” taken out of its element')
    t.equal(await outline(book), 'Uno(..Two(..Three(..)))')
    t.same(faults, [])
  },
)

t.test('a title is linked, copied and moved to places that are typed', longStory, async t => {
  const work = await aBook('Werke', 0, { type: 'multivolume_work' })
  const volume = await aBook('Erster Band', 2, { type: 'volume', parent: work })
  const book = await aBook('Anna')
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, '/desk/tree?domain=lib')
  const table = page.getByRole('grid')
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const dialog = page.getByRole('dialog')
  const alert = dialog.getByRole('alert')
  await row('Anna').click()
  await keys(page, 'l')
  await page.keyboard.type('nowhere')
  await dialog.getByText('Nothing found.', { exact: false }).waitFor()
  await typed(page, work)
  await told(page, '“Anna” linked below “Werke”')
  await page.getByRole('definition').getByRole('link', { name: 'Werke' }).waitFor()
  await picture(page, 'desk-links')
  t.same(await violations(page), [])
  await hasKeys(table)
  await keys(page, 'l')
  await typed(page, work)
  await alert.getByText(/stands below node \d+ already/).waitFor()
  await dialog.getByRole('searchbox').press('x')
  await alert.waitFor({ state: 'detached' })
  // the first one takes what was typed
  await keys(page, 'Escape', 'Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.goto(`${address}/desk/tree?at=${work}`, { waitUntil: 'networkidle' })
  // whoever does not see the picture hears it
  await row('Link to Anna').click()
  await page.getByRole('link', { name: 'Where the original stands' }).click()
  await page.waitForURL(new RegExp(`domain=lib.*node=${book}`))
  await keys(page, 'Control+z')
  await told(page, 'Undone: “Anna” linked below “Werke”')

  // copied beside itself, and to another collection
  await row('Anna').click()
  await keys(page, 'c')
  await dialog.getByText('Beside the original').waitFor()
  await picture(page, 'desk-copy')
  t.same(await violations(page), [])
  await keys(page, 'ArrowDown', 'Enter')
  await told(page, '“Anna” copied beside the original, 3 nodes')
  t.same((await top('lib')).filter(caption => caption === 'Anna').length, 2)
  await hasKeys(table)
  await keys(page, 'c')
  await typed(page, volume)
  await told(page, '“Anna” copied to “Erster Band”, 3 nodes')
  await takenBack(page, '“Anna” copied to “Erster Band”, 3 nodes')
  await keys(page, 'c')
  await typed(page, 'Magazin')
  await told(page, '“Anna” copied to “Magazin”, 3 nodes')
  t.same(await top('depot'), ['Anna'])
  await takenBack(page, '“Anna” copied to “Magazin”, 3 nodes')
  await takenBack(page, '“Anna” copied beside the original, 3 nodes')
  t.same(await top('depot'), [])

  // moved: what cannot be is told before anybody says yes
  await row('Werke').click()
  await keys(page, 'm')
  await typed(page, volume)
  await alert.getByText('A node cannot move below itself.').waitFor()
  await keys(page, 'Escape')
  await dialog.waitFor({ state: 'detached' })
  await keys(page, 'm')
  await typed(page, 'Magazin')
  await dialog.getByText('row gets another place.').waitFor()
  await keys(page, 'Enter')
  await told(page, 'Moved 1 row to “Magazin”')
  t.same(await top('depot'), ['Werke'])
  await hasKeys(table)
  await takenBack(page, 'Moved 1 row to “Magazin”')
  t.same(await top('depot'), [])
  t.same(faults, [])
})

t.test(
  'two titles become one and one becomes two, also where somebody else changes them meanwhile',
  longStory,
  async t => {
    const [stays, goes] = [await aBook('Bleibt'), await aBook('Geht', 3)]
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, '/desk/tree?domain=lib')
    const dialog = page.getByRole('dialog')
    const table = page.getByRole('grid')
    /** Somebody else changes the title while the answer is under way */
    const meanwhile = (where: string, id: number) =>
      page.route(
        where,
        async route => {
          await call('PATCH', `/api/v1/titles/${id}`, { signature: `S ${Math.random()}` }, any)
          await route.continue()
        },
        { times: 1 },
      )
    await page.locator(`#node-${stays}`).click()
    await page.locator(`#node-${goes}`).click({ modifiers: ['Control'] })
    await page.getByRole('button', { name: 'Make one title of these two' }).press('Enter')
    await dialog.getByText('3 pages go over from “Geht”', { exact: false }).waitFor()
    await dialog.getByText('5 pages in all', { exact: false }).waitFor()
    t.same(await violations(page), [])
    await picture(page, 'desk-merge-titles')
    await meanwhile('**/merge', stays)
    const go = dialog.getByRole('button', { name: 'Make one' })
    await go.press('Enter')
    await dialog
      .getByRole('alert')
      .getByText(/^Somebody has changed the title meanwhile/)
      .waitFor()
    t.equal(await idents(stays), 'p1 p2')
    await go.press('Enter')
    await told(page, 'Made one title: “Bleibt”')
    t.equal(await idents(stays), 'p1 p2 p1 p2 p3')
    await page.getByRole('heading', { name: 'Bleibt' }).waitFor()
    await hasKeys(table)
    await takenBack(page, 'Made one title: “Bleibt”')
    t.equal(await idents(stays), 'p1 p2')
    t.equal(await idents(goes), 'p1 p2 p3')

    await page.goto(`${address}/desk/title/${goes}/pages`, { waitUntil: 'networkidle' })
    const grid = page.getByRole('listbox', { name: /^Pages of/ })
    const split = page.getByRole('button', { name: 'Make a title of its own from this page on' })
    await grid.focus()
    await keys(page, 'Home')
    t.equal(await split.count(), 0, 'nothing would stay')
    // moves that are not saved would let other pages go than are shown
    await keys(page, 'Control+x', 'End', 'Control+v', 'Home', 'ArrowRight')
    await page.getByText('Nothing is saved yet.', { exact: false }).waitFor()
    t.equal(await split.count(), 0, 'not saved yet')
    await page.getByRole('button', { name: 'Discard' }).click()
    await grid.focus()
    await keys(page, 'Home', 'ArrowRight')
    await split.press('Enter')
    await dialog.getByText('2 pages go to a new title', { exact: false }).waitFor()
    await page.keyboard.type('   ')
    t.ok(await dialog.getByRole('button', { name: 'Split' }).isDisabled(), 'a title has a name')
    await keys(page, 'Control+a')
    await page.keyboard.type('Neu')
    await meanwhile('**/split', goes)
    await keys(page, 'Enter')
    await dialog
      .getByRole('alert')
      .getByText(/^Somebody has changed the title meanwhile/)
      .waitFor()
    await keys(page, 'Enter')
    await told(page, 'Split off “Neu”')
    t.equal(await idents(goes), 'p1')
    await hasKeys(grid)
    await takenBack(page, 'Split off “Neu”')
    t.equal(await idents(goes), 'p1 p2 p3')
    t.same(faults, [])
  },
)

t.test('gaps and doubles of numbers are told, and numbers are kept for the next book', longStory, async t => {
  const book = await aBook('Numbered', 6)
  const [one, , three, four, five, six] = (await pagesOf(book)).map(({ id }) => id)
  const paginate = (from: number | undefined, to: number | undefined, first: number) =>
    call('POST', `/api/v1/titles/${book}/paginate`, { from, to, type: 'page', start: first })
  await paginate(one, three, 1)
  await paginate(four, five, 6)
  await paginate(six, six, 7)
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, `/desk/title/${book}/pages`)
  const grid = page.getByRole('listbox', { name: /^Pages of/ })
  const option = (id: number | undefined) => page.locator(`#page-${id}`)
  await option(four).getByText('By the numbers 2 pages are missing before this one').waitFor()
  for (const id of [five, six]) await option(id).getByText('Another page has the same label').waitFor()
  await grid.focus()
  for (const id of [four, five, six, four]) {
    await keys(page, 'g')
    await until(
      async () => (await option(id).getAttribute('aria-selected')) === 'true',
      'the next place to look at',
    )
  }
  t.same(await violations(page), [])

  const keep = page.getByRole('button', { name: 'Keep these numbers as a template' })
  const kept = async (name: string, how: string) => {
    await keep.press('Enter')
    await page.keyboard.type(name)
    await page.getByRole('button', { name: how, exact: true }).waitFor()
    await keys(page, 'Enter')
    await told(page, `Kept the template “${name}”`)
    await hasKeys(keep)
  }
  await kept('Buch', 'Keep')
  await kept('Buch', 'Replace')
  await takenBack(page, 'Kept the template “Buch”')
  const kind = page.getByLabel('Kind of numbers')
  await kind.selectOption({ label: 'Buch' })
  await page.getByText('The template names more pages than are chosen.').waitFor()
  await grid.focus()
  await keys(page, 'Control+a')
  await page.getByText('1 · 2 · 3 · 6 · 7 · 7').waitFor()
  await page.getByRole('button', { name: 'Remove the template “Buch”' }).press('Enter')
  await told(page, 'Removed the template “Buch”')
  t.equal(await kind.getByRole('option', { name: 'Buch' }).count(), 0)
  await takenBack(page, 'Removed the template “Buch”')
  await kind.selectOption({ label: 'Buch' })
  t.same(faults, [])
})

t.test('a level is sorted and stays so, and one that is too long says what to do', longStory, async t => {
  const work = await aBook('Sorted', 0, { type: 'multivolume_work' })
  const some = { type: 'volume', parent: work }
  for (const title of ['Band 10', 'Band 9', 'Ärzte', 'Zuletzt']) await aBook(title, 0, some)
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, `/desk/tree?at=${work}`)
  const grid = page.getByRole('grid')
  const names = (...wanted: string[]) =>
    until(async () => {
      const rows = grid.locator('[id^=node-]')
      const seen = await rows.evaluateAll(all =>
        all
          .map(row => [Number(row.getAttribute('aria-rowindex')), row.firstElementChild?.textContent])
          .sort(([a], [b]) => Number(a) - Number(b))
          .map(([, name]) => name),
      )
      return seen.join() === wanted.join()
    }, `rows ${wanted.join()}`)
  const head = (name: string) =>
    grid.getByRole('columnheader', { name }).getByRole('button', { name, exact: true })
  await head('Name').press('Enter')
  await names('Ärzte', 'Band 9', 'Band 10', 'Zuletzt')
  await head('Name').click()
  await names('Zuletzt', 'Band 10', 'Band 9', 'Ärzte')
  await page.reload()
  await names('Zuletzt', 'Band 10', 'Band 9', 'Ärzte')
  t.match(page.url(), /sort=-name/)
  // somebody else calls one otherwise
  const [first] = (await call('GET', `/api/v1/tree/${work}/children`)).body.items as { id: number }[]
  await call('PATCH', `/api/v1/tree/${first?.id}`, { caption: 'Aal' }, any)
  await names('Zuletzt', 'Band 9', 'Ärzte', 'Aal')
  // and adds one, which comes to its place
  await aBook('Abend', 0, some)
  await names('Zuletzt', 'Band 9', 'Ärzte', 'Abend', 'Aal')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('own order')
  await page.getByRole('menuitem', { name: 'Rows in their own order again' }).waitFor()
  await page.keyboard.press('Enter')
  await names('Aal', 'Band 9', 'Ärzte', 'Zuletzt', 'Abend')

  let asked = 0
  const { body } = await call('GET', `/api/v1/tree/${work}/children`)
  await page.route(new RegExp(`/tree/${work}/children\\?.*limit=1000`), async route => {
    const items = Array.from({ length: 1000 }, (_, n) => ({ ...body.items[n % 4], id: ++asked * 10 }))
    await new Promise(resolve => setTimeout(resolve, 200))
    await route.fulfill({ json: { ...body, items, links: { self: '', next: '?cursor=more' } } })
  })
  await page.goto(`${address}/desk/tree?at=${work}&state=released`, { waitUntil: 'networkidle' })
  await head('Name').press('Enter')
  await page
    .getByRole('status')
    .getByText(/^The other rows are being fetched/)
    .waitFor()
  await page
    .getByRole('status')
    .getByText(/^More than 5,000 rows stand here/)
    .waitFor()
  t.equal(asked, 5000)
  t.equal(await grid.locator('[aria-sort=ascending]').count(), 0)
  t.match(await grid.locator('[aria-rowindex="2"]').textContent(), 'Aal', 'in its own order')
  t.same(await violations(page), [])
  await picture(page, 'desk-tree-too-many')
  t.same(faults, [])
})
