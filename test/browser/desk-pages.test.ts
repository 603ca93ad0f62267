// Pages and structure in a real browser: numbers seen before they are set, structure drawn and dissolved, each with its undo.
import t from 'tap'
import { aBrowser, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { aUser, password } from '../support/people.ts'
import { picture, violations, visit } from '../support/visit.ts'

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING'] })
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
  const { page, faults } = await visit(browser, address, `/desk/title/${ids.monograph}/pages`)
  await page.getByLabel('Log-in name or e-mail').fill('clara')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
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
  await draw()
  t.match(await elements(), 'Drawn by key')
  await undo('“Drawn by key” drawn around 3 pages')
  t.equal(await elements(), outline, 'taken back as a whole')
  await draw()
  await page.getByRole('button', { name: 'Dissolve “Drawn by key”' }).click()
  await page.getByRole('status').getByText('Dissolved “Drawn by key”', { exact: true }).waitFor()
  t.notMatch(await elements(), 'Drawn by key')
  await undo('Dissolved “Drawn by key”')
  t.match(await elements(), 'Drawn by key')

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
  'a reader reports a fault of a page with the part marked, and of a title, by keys and without an account',
  needsBrowser,
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
    t.same(reader.faults, [])
  },
)
