// Notes, texts and orders at the desk in a real browser: what is wrong with pages, from the report of a reader to the release; lines of
// texts put right, each with its undo; an order from its wish to its end.
import t from '../support/tap.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { deskOf } from '../support/desk.ts'
import { aUser } from '../support/people.ts'
import { until } from '../support/until.ts'
import { picture, violations, violationsToo, visit } from '../support/visit.ts'

const aBrowser = browserOf(t)

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE'] })
await aUser(app, { login: 'doris', name: 'Doris Daten', topics: ['DATA_MANAGEMENT'] })
await aUser(app, { login: 'olga', name: 'Olga Auftrag', topics: ['ORDERS'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

t.test(
  'a reader reports a fault; a cataloguer finds it, marks the part, answers and closes it; then the title is released',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const reader = await visit(browser, address, `/id/${ids.monograph}/view`)
    const form = reader.page.getByRole('complementary', { name: 'Report a fault' })
    await reader.page.keyboard.press('e')
    await form.getByLabel('What is it?').selectOption({ label: 'Blurred' })
    await form.getByLabel('What is wrong?').fill('The lower half cannot be read.')
    await form.getByRole('button', { name: 'Mark a part' }).press('Enter')
    await form.getByRole('button', { name: /^The part/ }).press('Shift+ArrowDown')
    await picture(reader.page, 'reading-fault')
    t.same(await violations(reader.page), [])
    await form.getByRole('button', { name: 'Report', exact: true }).press('Enter')
    await form.getByRole('status').getByText('Thank you!').waitFor()
    const [first] = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
    const [reported] = (await app.call('GET', '/api/v1/notes?origin=reader')).body.items
    t.match(reported, {
      kind: 'blurred',
      state: 'open',
      node: { id: first?.id },
      title: { id: ids.monograph },
    })
    t.ok(reported.region, 'the part that the reader marked')
    await reader.page.goto(`${address}/id/${ids.monograph}`)
    await reader.page.getByText('Report a fault').press('Enter')
    await reader.page.getByLabel('What is it?').selectOption({ label: 'Wrong metadata' })
    await reader.page.getByLabel('What is wrong?').fill('The year is wrong.')
    t.same(await violations(reader.page), [])
    await reader.page.getByRole('button', { name: 'Report', exact: true }).press('Enter')
    await reader.page.getByText('Thank you!').waitFor()

    const config = { 'notes.closedBeforeRelease': 'true' }
    t.equal((await app.call('PATCH', '/api/v1/domains/sample/config', config)).status, 200)
    await app.call('POST', `/api/v1/tree/${ids.monograph}/hide`)
    const { page, faults } = await deskOf(address)(browser, `/desk/tree?node=${ids.monograph}`)
    const siblings = (await app.call('GET', '/api/v1/tree?domain=sample&parent=none')).body.items as {
      id: number
    }[]
    const place = siblings.findIndex(({ id }) => id === ids.monograph)
    const release = async () => {
      await page.goto(`${address}/desk/tree?domain=sample`)
      await page.getByRole('row').nth(1).waitFor()
      await page.getByRole('grid').focus()
      await page.keyboard.press('Home')
      for (let n = 0; n < place; n++) await page.keyboard.press('ArrowDown')
      await page.keyboard.press('r')
    }
    await page.getByRole('link', { name: '2 open notes' }).waitFor()
    await release()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('visible to readers').waitFor()
    await dialog.getByRole('button', { name: 'Release' }).press('Enter')
    await dialog.getByText('2 notes are not closed and hold the release back:').waitFor()
    await picture(page, 'desk-release-held')
    t.same(await violationsToo(page), [])
    await dialog.getByRole('link', { name: /^Blurred/ }).press('Enter')

    await page.getByRole('heading', { name: 'Notes', level: 1 }).waitFor()
    await page.getByRole('img', { name: 'The part that it is about' }).waitFor()
    await page.getByRole('button', { name: 'Change the part' }).press('Enter')
    await page.getByRole('button', { name: /^The part/ }).press('ArrowDown')
    await page.getByRole('button', { name: 'Keep the part' }).press('Enter')
    await page.getByRole('status').getByText('Changed the part of a note').waitFor()
    await picture(page, 'desk-notes')
    t.same(await violations(page), [])
    await page.getByRole('combobox', { name: 'Looks after it' }).last().fill('Clara')
    await page.getByRole('option', { name: 'Clara Mustermann' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Assigned a note').waitFor()
    await page.getByLabel('Answer', { exact: true }).fill('Scanned again.')
    await page.getByRole('button', { name: 'Answer and close' }).press('Enter')
    await page.getByRole('status').getByText('Closed a note').waitFor()
    const closed = (await app.call('GET', `/api/v1/notes/${reported.id}`)).body
    t.match(closed, {
      state: 'closed',
      answers: [{ text: 'Scanned again.' }],
      assigned: { name: 'Clara Mustermann' },
    })
    t.not(closed.region.y, reported.region.y)

    // the other one by the list, chosen and taken back once
    const close = async () => {
      await page.getByRole('checkbox', { name: /Wrong metadata/ }).press('Space')
      await page.keyboard.press('c')
      await page.getByRole('toolbar', { name: 'With the chosen notes' }).waitFor({ state: 'hidden' })
    }
    await close()
    await page.keyboard.press('Control+z')
    await page.getByRole('status').getByText('Undone: Closed a note').waitFor()
    t.equal((await app.call('GET', '/api/v1/notes?state=open')).body.items.length, 1)
    await close()
    t.equal((await app.call('GET', '/api/v1/notes?state=open')).body.items.length, 0)

    await release()
    await dialog.getByText('visible to readers').waitFor()
    await dialog.getByRole('button', { name: 'Release' }).press('Enter')
    await page
      .getByRole('status')
      .getByText(/[Rr]eleased/)
      .waitFor()
    t.equal((await app.read(`/api/v1/tree/${ids.monograph}`)).status, 200)
    t.same([...reader.faults, ...faults], [])
  },
)

t.test(
  'notes are written on a part of a page, on several pages and on a title, and seen where one works',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await deskOf(address)(browser, `/desk/title/${ids.monograph}/pages`)
    const grid = page.getByRole('listbox', { name: /^Pages of/ })
    const dialog = page.getByRole('dialog')
    const write = async (kind: string, text: string) => {
      await page.keyboard.press('n')
      await dialog.getByLabel('Kind').selectOption({ label: kind })
      await dialog.getByLabel('What is wrong').fill(text)
    }
    await grid.waitFor()
    await grid.focus()
    await page.keyboard.press('Home')
    await write('Cropped', 'The margin is cut off.')
    await page.reload()
    await grid.focus()
    for (const key of ['Home', 'n']) await page.keyboard.press(key)
    t.equal(
      await dialog.getByLabel('What is wrong').inputValue(),
      'The margin is cut off.',
      'a closed window keeps it',
    )
    await dialog.getByLabel('Kind').selectOption({ label: 'Cropped' })
    await dialog.getByRole('button', { name: 'Mark a part' }).press('Enter')
    await dialog.getByRole('button', { name: /^The part/ }).press('ArrowLeft')
    await picture(page, 'desk-note-new')
    t.same(await violations(page), [])
    await dialog.getByRole('button', { name: 'Write it down' }).press('Enter')
    await page.getByRole('status').getByText('Wrote a note').waitFor()
    await grid.focus()
    for (const key of ['Home', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight'])
      await page.keyboard.press(key)
    await write('Blurred', 'Out of focus.')
    await dialog.getByRole('button', { name: 'Write it down' }).press('Enter')
    await page.getByRole('status').getByText('Wrote 3 notes').waitFor()
    t.notMatch(await page.evaluate('Object.keys(localStorage).join()'), 'desk-typed', 'no longer kept')
    await grid.getByText('1 open note').nth(3).waitFor({ state: 'attached' })
    await picture(page, 'desk-pages-noted')
    t.same(await violations(page), [])
    await page.keyboard.press('Control+z')
    await page.getByRole('status').getByText('Undone: Wrote 3 notes').waitFor()
    t.match((await app.call('GET', `/api/v1/notes?below=${ids.monograph}&state=open`)).body.items, [
      { kind: 'cropped', region: { w: /\d/ } },
    ])
    await page.goto(`${address}/desk/title/${ids.monograph}`)
    await page.getByRole('link', { name: '1 open note' }).waitFor()
    await page.getByRole('button', { name: 'Write a note' }).press('Enter')
    await dialog.getByLabel('What is wrong').fill('The year is missing.')
    await dialog.getByRole('button', { name: 'Write it down' }).press('Enter')
    await page.getByRole('link', { name: '2 open notes' }).press('Enter')
    await page.getByRole('list', { name: 'Notes' }).getByRole('listitem').nth(1).waitFor()
    t.same(faults, [])
  },
)

const desk = deskOf(address)
const aPage = async (at: number) =>
  ((await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[])[at]?.id as number
const lines = async (page: number) =>
  (await app.call('GET', `/api/v1/pages/${page}/lines`)).body as {
    kind: string
    items: { text: string; isConfirmed: boolean }[]
  }
const patch = (page: number, changes: object[]) =>
  app.call('PATCH', `/api/v1/pages/${page}/lines`, { lines: changes }, { 'if-match': '*' })

t.test('a text is put right line by line, by keys alone, and taken back', needsBrowser, async t => {
  const page = await aPage(8)
  const alto = (await app.call('GET', `/api/v1/pages/${page}/alto`)).body as string
  let word = 0
  // the fifth word is one that the program was not sure of
  const unsure = alto.replace(/WC="1"/g, () => `WC="${++word === 5 ? 0.4 : 0.97}"`)
  await app.call('PUT', `/api/v1/pages/${page}/alto`, unsure, {
    'content-type': 'application/alto+xml',
    'if-match': '*',
  })
  await patch(page, [{ n: 30, text: 'corrected before' }])
  const before = await lines(page)
  const browser = await aBrowser(t)
  const { page: tab, faults } = await desk(browser, `/desk/title/${ids.monograph}/texts?page=${page}`)
  const line = (n: number) => tab.getByRole('textbox', { name: `Line ${n}`, exact: true })
  await line(1).waitFor()
  await until(
    async () => await line(1).evaluate(field => field === document.activeElement),
    'the first line to be open',
  )
  await tab.keyboard.press('Alt+ArrowDown')
  const chosen = await tab.evaluate(() => {
    const field = document.activeElement as HTMLInputElement
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)
  })
  const words = before.items.flatMap(({ text }) => text.split(' '))
  t.equal(chosen, words[4], 'the doubtful word is chosen')
  await picture(tab, 'desk-texts')
  t.same(await violations(tab), [])
  await tab.keyboard.type('Zeppelin')
  await tab.keyboard.press('Enter')
  await tab.keyboard.press('Enter')
  await tab.keyboard.type('gone again')
  await tab.keyboard.press('Escape')
  await tab.keyboard.press('Control+s')
  await tab
    .getByRole('status')
    .getByText(/^Corrected 2 lines of/)
    .waitFor()
  const after = await lines(page)
  t.equal(after.kind, 'wiki')
  t.match(after.items.map(({ text }) => text).join(' '), /Zeppelin/)
  t.equal(after.items.filter(({ isConfirmed }) => isConfirmed).length, 3)
  t.same(after.items.at(-1), before.items.at(-1))
  await tab.keyboard.press('PageDown')
  const chosenPage = tab.getByRole('combobox', { name: 'Page', exact: true })
  await until(async () => (await chosenPage.inputValue()) !== String(page), 'the next page')
  await tab.keyboard.press('PageUp')
  await until(async () => (await chosenPage.inputValue()) === String(page), 'the page before')
  await line(1).waitFor()
  await tab.getByRole('button', { name: 'Versions' }).press('Enter')
  await tab.getByRole('dialog').locator('[aria-expanded]').first().press('Enter')
  await tab
    .getByRole('dialog')
    .getByText(/^\+.*Zeppelin/)
    .waitFor()
  await picture(tab, 'desk-text-versions')
  await tab.keyboard.press('Escape')
  await tab.getByRole('dialog').waitFor({ state: 'detached' })
  await tab.getByRole('button', { name: 'Versions' }).focus()
  await tab.keyboard.press('Control+z')
  await tab
    .getByRole('status')
    .getByText(/^Undone/)
    .waitFor()
  t.same((await lines(page)).items, before.items, 'taken back')
  await tab.getByRole('status').getByText(/^1 of/).waitFor()
  t.same(faults, [])
})

t.test('two people on the lines of a page, and a closed window: nothing is lost', longStory, async t => {
  const page = await aPage(9)
  const browser = await aBrowser(t)
  const path = `/desk/title/${ids.monograph}/texts?page=${page}`
  const { page: tab, faults } = await desk(browser, path, 'clara', { colorScheme: 'dark' })
  const line = (n: number) => tab.getByRole('textbox', { name: `Line ${n}`, exact: true })
  await line(2).fill('mine alone')
  await patch(page, [{ n: 0, text: 'theirs alone' }])
  await tab.keyboard.press('Control+s')
  await tab
    .getByRole('status')
    .getByText(/^Corrected 1 line of/)
    .waitFor()
  t.match((await lines(page)).items, [{ text: 'theirs alone' }, { text: 'mine alone' }], 'both are there')
  t.equal(await line(1).inputValue(), 'theirs alone')

  await line(3).fill('as I read it')
  await patch(page, [{ n: 2, text: 'as they read it' }])
  await tab.keyboard.press('Control+s')
  await tab.getByRole('dialog').getByText('Somebody has changed the same lines').waitFor()
  await picture(tab, 'desk-text-conflict')
  t.same(await violations(tab), [])
  await tab.getByRole('dialog').getByRole('button', { name: 'Save' }).press('Enter')
  await until(async () => (await lines(page)).items[2]?.text === 'as I read it', 'what I decided')

  await line(4).fill('typed and not saved')
  await until(
    async () =>
      await tab.evaluate(id => /typed and not/.test(localStorage.getItem(`desk-text-${id}`) ?? ''), page),
    'the browser to keep it',
  )
  await tab.reload({ waitUntil: 'networkidle' })
  await tab.getByText('What you typed here before', { exact: false }).waitFor()
  t.equal(await line(4).inputValue(), 'typed and not saved')
  await tab.getByRole('button', { name: 'Discard changes' }).click()
  t.not(await line(4).inputValue(), 'typed and not saved')
  t.same(faults, [])
})

t.test(
  'an order is made, changed, filled, moved on, found again and deleted, all by keys',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await deskOf(address)(browser, '/desk', 'doris')
    const dialog = page.getByRole('dialog')
    const said = (text: string) => page.getByRole('status').getByText(text).waitFor()
    const title = ids.monograph
    await page.getByText('No order of yours is under way.').waitFor()
    await page.getByRole('link', { name: 'Orders', exact: true }).press('Enter')
    await page.getByText('There are no orders').waitFor()
    await page.keyboard.press('n')
    await dialog.getByLabel('Title', { exact: true }).fill('Briefe von 1848')
    await dialog.getByLabel('Reference').fill('A-17')
    await dialog.getByLabel(/^Tags/).fill('letters, box')
    await dialog.getByLabel(/^Further facts/).fill('in colour')
    await dialog.getByText(/has a name, a colon and a text/).waitFor()
    await dialog.getByLabel(/^Further facts/).fill('Colour: yes: all\n  of it\nBox: 7')
    await dialog.getByRole('combobox', { name: 'Add an editor' }).fill('Olga')
    await page.getByRole('option', { name: /Olga Auftrag/ }).waitFor()
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
    await dialog.getByRole('button', { name: 'Take Olga Auftrag out: Editors' }).waitFor()
    await dialog.getByRole('button', { name: 'Take Doris Daten out: Make the scans' }).press('Enter')
    t.same(await violations(page), [], 'the form')
    await picture(page, 'desk-order-new')
    await dialog.getByLabel('Title', { exact: true }).press('Enter')
    await page.getByRole('heading', { name: 'Briefe von 1848', level: 1 }).waitFor()
    const id = Number(page.url().split('/').at(-1))
    const order = async () => (await app.call('GET', `/api/v1/orders/${id}`)).body
    t.match(await order(), {
      reference: 'A-17',
      properties: { Colour: 'yes: all\nof it', Box: '7' },
      tags: { user: ['box', 'letters'] },
      editors: [{ name: 'Doris Daten' }, { name: 'Olga Auftrag' }],
      generators: [],
      organisation: { name: 'Doris Daten' },
    })

    const step = async (key: string, state: string, comment?: string) => {
      await page.keyboard.press(key)
      if (comment !== undefined) await dialog.getByLabel('Comment, on wish').fill(comment)
      if (comment !== undefined) t.same(await violations(page), [], 'a step')
      await dialog.getByRole('button').last().press('Enter')
      await dialog.waitFor({ state: 'detached' })
      await page.getByText(state, { exact: true }).first().waitFor()
    }
    await step('a', 'accepted', 'From Monday on')
    await page.getByLabel('Number of a title').fill(String(title))
    await page.keyboard.press('Enter')
    await said(`Put title ${title} into the order`)
    await page.getByRole('button', { name: /^Take out:/ }).waitFor()
    await page.getByLabel('Number of a title').fill('999999')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('999999').waitFor()
    const comment = page.getByLabel('Comment', { exact: true })
    await comment.fill('Which box?')
    await page.reload({ waitUntil: 'networkidle' })
    t.equal(await comment.inputValue(), 'Which box?', 'a closed window keeps it')
    // somebody is faster: what was typed stays, and the next try goes behind it
    await app.call('POST', `/api/v1/orders/${id}/comments`, { text: 'Box 7' }, { 'if-match': '*' })
    await page.getByRole('button', { name: 'Add the comment' }).press('Enter')
    await page
      .getByRole('alert')
      .getByText(/has version/)
      .waitFor()
    await page.getByText('Box 7', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Add the comment' }).press('Enter')
    await said('Commented')
    t.match((await order()).comments, [{ text: 'From Monday on' }, { text: 'Box 7' }, { text: 'Which box?' }])
    const offer = { name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('EUR 40') }
    await page.locator('input[type=file]').setInputFiles(offer)
    await said('1 file added')
    const way = (await page.getByRole('link', { name: 'offer.txt' }).getAttribute('href')) as string
    t.equal(await (await page.request.get(new URL(way, page.url()).href)).text(), 'EUR 40')
    await page.getByRole('button', { name: 'Change', exact: true }).press('Enter')
    await dialog.getByLabel('Title', { exact: true }).fill('Briefe von 1849')
    await dialog.getByRole('button', { name: 'Store' }).press('Enter')
    await page.getByRole('heading', { name: 'Briefe von 1849', level: 1 }).waitFor()
    await page.getByRole('button', { name: /Doris Daten changed$/ }).press('Enter')
    await page.getByText('Briefe von 1848', { exact: true }).waitFor()
    t.same(await violations(page), [], 'the order')
    await picture(page, 'desk-order')
    for (const [key, state] of [['s', 'being scanned'], ['d', 'delivered']] as const) await step(key, state) // prettier-ignore

    const search = page.getByRole('search')
    await page.getByRole('link', { name: 'Orders', exact: true }).press('Enter')
    await search.getByLabel('State').selectOption('delivered')
    await search.getByLabel(/^Words/).fill('a-17')
    await page.keyboard.press('Enter')
    await page.waitForURL(/state=delivered.*text=a-17/)
    await search.getByRole('combobox', { name: 'Editor' }).fill('Olga')
    await page.getByRole('option', { name: /Olga Auftrag/ }).waitFor()
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
    await page.getByRole('link', { name: 'letters' }).press('Enter')
    await page.waitForURL(/tag=letters/)
    await page.reload({ waitUntil: 'networkidle' })
    t.equal(await search.getByLabel('State').inputValue(), 'delivered')
    t.equal(await search.getByLabel(/^Words/).inputValue(), 'a-17')
    t.equal(await search.getByLabel('Tag').inputValue(), 'letters')
    await search.getByText('Olga Auftrag').waitFor()
    await page.getByRole('link', { name: 'Briefe von 1849' }).waitFor()
    t.same(await violations(page), [], 'the list')
    await picture(page, 'desk-orders')
    await search.getByLabel('State').selectOption('closed')
    await page.getByText('There are no orders').waitFor()
    await page.goto(`${address}/desk/tree?node=${title}`)
    await page.getByRole('link', { name: 'Briefe von 1849' }).press('Enter')
    await page.getByRole('button', { name: 'Close', exact: true }).waitFor()

    const other = await deskOf(address)(browser, '/desk', 'olga', { viewport: { width: 390, height: 800 } })
    t.same(
      (await other.page.getByRole('navigation', { name: 'Places' }).getByRole('link').allInnerTexts()).slice(0, 2), // prettier-ignore
      ['Orders', 'People'],
    )
    await other.page.getByRole('link', { name: 'Briefe von 1849' }).press('Enter')
    await other.page.getByRole('heading', { name: 'Titles' }).waitFor()
    t.equal(await other.page.getByRole('button', { name: /^Take out:/ }).count(), 0)
    await other.page.keyboard.press('Delete')
    const refused = other.page.getByRole('dialog')
    await refused
      .getByRole('alert')
      .getByText(/right bin/)
      .waitFor()
    t.ok(await refused.getByRole('button', { name: 'Delete', exact: true }).isDisabled())
    await other.page.keyboard.press('Escape')
    t.ok(
      await other.page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'),
      'it fits a small screen',
    )
    t.same(await violations(other.page), [], 'on a small screen')
    await picture(other.page, 'desk-order-390')

    await page.keyboard.press('Delete')
    await dialog.getByText(/1 title of it goes to the bin/).waitFor()
    t.same(await violations(page), [], 'what would go')
    await dialog.getByRole('button', { name: 'Delete', exact: true }).press('Enter')
    await said('Deleted the order “Briefe von 1849” and put 1 title into the bin')
    await page.getByText('There are no orders').waitFor()
    t.equal((await app.call('GET', `/api/v1/tree/${title}`)).body.isInBin, true)
    await page.keyboard.press('Control+z')
    await page
      .getByRole('status')
      .getByText(/^Undone/)
      .waitFor()
    t.equal((await app.call('GET', `/api/v1/tree/${title}`)).body.isInBin, false)
    await other.page.reload({ waitUntil: 'networkidle' })
    await other.page.getByRole('alert').getByText(`There is no order ${id}.`).waitFor()
    t.same([...faults, ...other.faults], [])
  },
)
