// The desk in a real browser against the real service: who gets in, what they find, what they do by keyboard and take back.
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { startWithSample } from '../support/collection.ts'
import { deskOf, logIn } from '../support/desk.ts'
import { aUser, password } from '../support/people.ts'
import { modsOf, operatorKey } from '../support/start.ts'
import { dimInTheDark, picture, violations, violationsToo, visit } from '../support/visit.ts'

const aBrowser = browserOf(t)

const { app, ids } = await startWithSample(t)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE', 'IMPORT'] })
await aUser(app, { login: 'gustav', name: 'Gustav Gast', topics: [] })
await aUser(app, { login: 'doris', name: 'Doris Daten', topics: ['DATA_MANAGEMENT'] })
await aUser(app, { login: 'rita', name: 'Rita Regal', topics: ['RELEASE'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

const title = async (id: number) => (await app.call('GET', `/api/v1/tree/${id}`)).body

const at = deskOf(address)

t.test('readers load nothing of the desk, and the desk stays within its size', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const sizes: Record<string, number> = {}
  for (const path of ['/', '/desk']) {
    const context = await browser.newContext({ locale: 'en' })
    const page = await context.newPage()
    let size = 0
    page.on('response', answer => {
      if (answer.url().endsWith('.js')) size += Number(answer.headers()['content-length'] ?? 0)
      if (path === '/' && /\/desk/.test(answer.url())) t.fail(`a reader loads ${answer.url()}`)
    })
    await page.goto(`${address}${path}`, { waitUntil: 'networkidle' })
    if (path === '/desk') await logIn(page, 'clara')
    await page.waitForLoadState('networkidle')
    sizes[path] = size
    await context.close()
  }
  t.comment(sizes)
  t.ok((sizes['/'] as number) > 1000 && (sizes['/'] as number) <= 150_000, `reading room ${sizes['/']}`)
  t.ok((sizes['/desk'] as number) <= 350_000, `desk ${sizes['/desk']}`)
})

t.test(
  'one comes in by password or key; what is wrong is said, and nothing is lost',
  needsBrowser,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await visit(browser, address, '/desk')
    await page.getByLabel('Log-in name or e-mail').fill('clara')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('Name and password do not belong together.').waitFor()
    t.equal(await page.getByLabel('Log-in name or e-mail').inputValue(), 'clara')
    await page.getByText('Key', { exact: true }).click()
    await page.getByLabel('Key', { exact: true }).last().fill('no-such-key')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no such key.').waitFor()
    await page.getByLabel('Key', { exact: true }).last().fill(operatorKey)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What needs you' }).waitFor()
    await page.reload({ waitUntil: 'networkidle' })
    await page.getByRole('heading', { name: 'Log in' }).waitFor()
    t.same(faults, [], 'a key is not kept anywhere')
  },
)

t.test('who may do nothing is told so; who may release sees no imports', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const guest = await visit(browser, address, '/desk')
  await logIn(guest.page, 'gustav')
  await guest.page.getByRole('heading', { name: 'Welcome, Gustav Gast' }).waitFor()
  const releaser = await at(browser, `/desk/tree?at=${ids.work}`, 'rita')
  t.equal(await releaser.page.getByRole('link', { name: 'Imports' }).count(), 0)
  await releaser.page.getByRole('row').nth(1).click()
  await releaser.page.getByRole('button', { name: 'Hide' }).waitFor()
  t.equal(await releaser.page.getByRole('button', { name: 'Put into the bin' }).count(), 0)
  t.equal(await releaser.page.getByRole('button', { name: 'Rename' }).count(), 0)
  t.same([...guest.faults, ...releaser.faults], [])
})

t.test('every page is accessible, light and dark, in both languages', needsBrowser, async t => {
  const browser = await aBrowser(t)
  // the log and the ways in are looked at in their own stories
  const paths = [`/desk/tree?at=${ids.work}`, '/desk/imports', '/desk/jobs', '/desk/keys', '/desk'] as const // prettier-ignore
  const { page, faults, context } = await at(browser, '/desk', 'clara', { colorScheme: 'light' })
  const inBoth = some(paths, 2)
  for (const [n, path] of paths.entries()) {
    await context.addCookies([{ name: 'language', value: ['en', 'de'][n % 2] as string, url: address }])
    await page.goto(`${address}${path}`, { waitUntil: 'networkidle' })
    await page.getByRole('navigation', { name: /Places|Bereiche/ }).waitFor()
    t.same(await violations(page), [], path)
    if (inBoth.includes(path)) t.same(await dimInTheDark(page), [], `${path} in the dark`)
  }
  t.same(faults, [])
  await context.close()
})

t.test('the palette finds by number, signature and words, and does what it names', longStory, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, '/desk')
  for (const words of [String(ids.monograph), 'digitalen Buch']) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(words)
    await page.getByRole('menuitem', { name: /Vom digitalen Buche/ }).waitFor()
    await picture(page, 'desk-palette')
    t.same(await violations(page), [], 'the palette is accessible')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`node=${ids.monograph}`))
    await page.getByRole('heading', { name: /Vom digitalen Buche/ }).waitFor()
  }
  await page.keyboard.press('Control+k')
  await page.keyboard.type('to jobs')
  await page.getByRole('menuitem', { name: 'Go to Jobs' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/desk\/jobs/)
  t.same(faults, [])
})

t.test(
  'rows are chosen, renamed, hidden and moved by keys alone, each taken back by one',
  needsBrowser,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, `/desk/tree?at=${ids.work}`)
    const before = await title(ids.volume1)
    await page.getByRole('grid').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('F2')
    await page.keyboard.type('Erster Band')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Renamed to “Erster Band”').waitFor()
    t.equal((await title(ids.volume1)).caption, 'Erster Band')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+z')
    await page
      .getByRole('status')
      .getByText(/^Undone/)
      .waitFor()
    t.equal((await title(ids.volume1)).caption, before.caption)

    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+a')
    await page.getByText('2 chosen').waitFor()
    await page.keyboard.press('h')
    await page.getByRole('dialog').getByText('nodes disappear from the reading room.').waitFor()
    await picture(page, 'desk-hide')
    t.same(await violations(page), [], 'the preview is accessible')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Hidden 2 rows').waitFor()
    await picture(page, 'desk-hidden')
    t.equal((await title(ids.volume2)).isReleased, false)
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+z')
    await page
      .getByRole('status')
      .getByText(/^Undone/)
      .waitFor()
    t.equal((await title(ids.volume2)).isReleased, true)

    await page.getByRole('grid').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Control+x')
    await page.keyboard.press('Backspace')
    await page.waitForURL(/domain=sample/)
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+v')
    await page.getByRole('dialog').getByText('row gets another place.').waitFor()
    await page.keyboard.press('Enter')
    await page
      .getByRole('status')
      .getByText(/^Moved 1 row/)
      .waitFor()
    t.equal((await title(ids.volume1)).parentId, null)
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+z')
    await page
      .getByRole('status')
      .getByText(/^Undone/)
      .waitFor()
    t.equal((await title(ids.volume1)).parentId, ids.work)

    const grid = page.getByRole('grid')
    await page.goto(`${address}/desk/tree?at=${ids.work}`)
    await page.locator('[role=grid]:focus').waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('m')
    await page.keyboard.type(String(ids.monograph))
    await page.getByRole('dialog').getByRole('menuitem').first().waitFor()
    await picture(page, 'desk-to-place')
    for (const key of ['Escape', 'Escape']) await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await grid.focus()
    await page.keyboard.press('y')
    await page.getByRole('dialog').getByLabel('Type').selectOption({ label: 'Monograph' })
    await page.getByRole('button', { name: 'See what changes' }).press('Enter')
    await page.getByRole('dialog').getByText('row gets another type.').waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Changed the type of 1 row').waitFor()
    await grid.focus()
    await page.keyboard.press('Control+z')
    await page.getByRole('status').getByText('Undone: Changed the type of 1 row').waitFor()

    await page.getByRole('button', { name: 'Columns' }).press('Enter')
    await page.getByRole('dialog').getByLabel('Pages').press('Space')
    await page.keyboard.press('Escape')
    await grid.getByRole('columnheader', { name: 'Pages' }).waitFor()
    await page.getByRole('button', { name: 'More filters' }).press('Enter')
    await page.getByRole('dialog').getByLabel('Text').selectOption({ label: 'Without text' })
    await picture(page, 'desk-tree-filter')
    t.same(await violationsToo(page), [], 'filters and columns are accessible')
    await page.keyboard.press('Escape')
    await page.waitForURL(/text=no/)
    await page.reload()
    await grid.or(page.getByText('Nothing here')).first().waitFor()
    await page.getByRole('button', { name: 'More filters' }).press('Enter')
    await page.getByRole('button', { name: 'Clear these filters' }).press('Enter')
    await page.keyboard.press('Escape')
    await grid.getByRole('columnheader', { name: 'Pages' }).waitFor()
    for (const [direction, first] of [
      ['ascending', ids.volume1],
      ['descending', ids.volume2],
      ['none', ids.volume1],
    ] as const) {
      await grid.getByRole('columnheader', { name: 'Name' }).getByRole('button').press('Enter')
      await grid.locator(`[aria-sort=${direction}]`).getByText('Name').waitFor()
      await grid.locator(`#node-${first}[aria-rowindex="2"]`).waitFor()
    }
    t.same(faults, [])
  },
)

t.test(
  'rows are dragged by mouse and by keys to where they may stand; why they may not is said before they are dropped',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, `/desk/tree?at=${ids.work}`)
    const row = (id: number) => page.locator(`#node-${id}`)
    const told = (words: RegExp) => page.getByRole('status').getByText(words).waitFor()
    const branch = page.getByRole('treeitem').first()
    await row(ids.volume1).waitFor()
    await page.getByText('2 chosen').waitFor({ state: 'detached' })
    // a volume onto itself and onto the work that it stands in
    const hover = async (target: ReturnType<typeof row>) => {
      await row(ids.volume1).hover()
      await page.mouse.down()
      await target.hover()
      await target.hover()
    }
    await hover(page.locator(`#branch-n${ids.work}`))
    await told(/^It stands in/)
    await picture(page, 'desk-tree-drag-refused')
    await page.mouse.up()
    t.equal(await page.getByRole('dialog').count(), 0, 'nothing is dropped there')
    await hover(branch)
    await told(/^Drop it to move it into/)
    await picture(page, 'desk-tree-drag')
    await page.mouse.up()
    await page.getByRole('dialog').getByText('row gets another place.').waitFor()
    await page.keyboard.press('Escape')
    t.equal((await title(ids.volume1)).parentId, ids.work, 'what is given up is not done')

    await page.getByRole('grid').focus()
    await page.keyboard.press('Home')
    await page.getByRole('button', { name: 'Drag to another place' }).focus()
    await page.keyboard.press('Enter')
    await told(/^Drop it to move it into/)
    // what is no target is hidden from readers of screens as long as something is dragged, the heading too
    const dragging = (await violations(page)).filter(each => !each.startsWith('page-has-heading-one'))
    t.same(dragging, [], 'while something is dragged')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('row gets another place.').waitFor()
    await page.keyboard.press('Enter')
    await told(/^Moved 1 row/)
    t.notOk((await title(ids.volume1)).parentId === ids.work)
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+z')
    await told(/^Undone/)
    t.equal((await title(ids.volume1)).parentId, ids.work)
    t.same(faults, [])
  },
)

t.test(
  'the log tells who did what, finds by kind and number, and takes an operation back',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const before = await title(ids.volume1)
    const { page, faults } = await at(browser, `/desk/tree?at=${ids.work}`)
    await page.getByRole('grid').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('F2')
    await page.keyboard.type('Band eins')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Renamed to “Band eins”').waitFor()
    const manager = await at(browser, '/desk/log', 'doris')
    t.same(await violations(manager.page), [])
    await picture(manager.page, 'desk-log')
    await manager.page.getByRole('link', { name: 'Clara Mustermann' }).first().click()
    await manager.page.waitForURL(/actor=/)
    const opening = manager.page.getByRole('button', { name: /^What changed: / }).first()
    await opening.click()
    await manager.page.getByText(`${before.caption} Band eins`).waitFor()
    const undo = manager.page.getByRole('button', { name: /^Undo: / }).first()
    await undo.click()
    await manager.page.getByRole('dialog').getByRole('button', { name: 'Undo', exact: true }).click()
    await manager.page.getByRole('dialog').waitFor({ state: 'detached' })
    t.equal((await title(ids.volume1)).caption, before.caption)
    await manager.page.goto(`${address}/desk/log?entityId=%22abc%22`, { waitUntil: 'networkidle' })
    await manager.page.getByRole('alert').waitFor()
    const releaser = await at(browser, '/desk', 'rita')
    t.equal(await releaser.page.getByRole('link', { name: 'Log', exact: true }).count(), 0)
    t.same([...faults, ...releaser.faults], [])
  },
)

t.test('a delivery is tried, imported, and its faults are shown where they are', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, '/desk/imports')
  const bring = async (name: string, text: string, button: 'Try' | 'Import') => {
    await page.keyboard.press('n')
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/xml', buffer: Buffer.from(text) })
    await page.getByText(`${name} · `).waitFor()
    await picture(page, 'desk-import-new')
    await page.getByRole('button', { name: button, exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name }).waitFor()
    await app.drain()
  }
  await bring('letter.xml', modsOf('letter', 'A letter'), 'Try')
  await page.getByText('This was a trial: nothing has been stored.').waitFor()
  await bring('letter.xml', modsOf('letter', 'A letter'), 'Import')
  await page.getByRole('link', { name: 'letter.xml' }).first().waitFor()
  await bring('broken.xml', '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo></mods>', 'Import')
  await page.getByText('Failed', { exact: true }).first().waitFor()
  await page
    .getByText(/line 1/)
    .first()
    .waitFor()
  await picture(page, 'desk-import-failed')
  t.same(await violations(page), [])
  t.same(faults, [])
})

t.test('a session that ends is taken up where it was', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const { page, context } = await at(browser, `/desk/tree?at=${ids.work}`)
  await page.getByLabel('Filter by name').fill('half a word')
  await context.clearCookies()
  await page.evaluate('window.dispatchEvent(new Event("visibilitychange"))')
  await page.getByRole('dialog').getByText('Your session has ended.', { exact: false }).waitFor()
  await logIn(page, 'clara')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  t.equal(await page.getByLabel('Filter by name').inputValue(), 'half a word')
})

t.test('the link of the start message makes the first administrator, once', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const { welcomeLink } = await import('../../src/people/accounts/index.ts')
  const link = await welcomeLink(app.services)
  t.ok(link, 'there is no administrator yet')
  const { page } = await visit(browser, address, (link ?? '').slice(address.length))
  await page.getByLabel('Your name').fill('Vera Verwalterin')
  await page.getByLabel('Log-in name').fill('vera')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
  t.notMatch(page.url(), /#/, 'the code is gone from the address')
  t.equal(await welcomeLink(app.services), undefined, 'and no other link is made')
})

t.test('rights are looked at as somebody, planned, reviewed and stored by keyboard', longStory, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, `/desk/tree?at=${ids.work}&node=${ids.volume2}`, 'doris')
  await page.locator('#main').getByRole('link', { name: 'Rights', exact: true }).click()
  await page.getByText('No entries here').waitFor()
  const right = (name: string) => page.getByRole('listitem').filter({ hasText: name }).first()
  await right('See images').getByText('It is released').waitFor()
  await picture(page, 'desk-rights-none')

  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Until').fill('2031-01-01T00:00')
  await dialog.getByLabel('From').fill('2032-01-01T00:00')
  await dialog.getByLabel('Note').fill('contract 7')
  await dialog.getByLabel('Note').press('Enter')
  await dialog.getByText('It must be after the beginning.').waitFor()
  await picture(page, 'desk-rights-fault')
  await dialog.getByLabel('From').fill('')
  t.same(await violations(page), [], 'the form of an entry is accessible')
  await dialog.getByLabel('Note').press('Enter')
  await page.getByText('1 change is not stored yet.').waitFor()
  await page.keyboard.press('n')
  await dialog.getByLabel('Whom').selectOption('user')
  await dialog.getByRole('combobox', { name: 'Person' }).fill('Gust')
  await page.getByRole('option', { name: /Gustav Gast/ }).waitFor()
  await picture(page, 'desk-rights-person')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Effect').selectOption('grant')
  await dialog.getByLabel('Widest image').fill('800')
  await dialog.getByRole('button', { name: 'Add an entry' }).click()
  await page.getByText('2 changes are not stored yet.').waitFor()
  await picture(page, 'desk-rights-draft')
  t.same(await violations(page), [], 'planned entries are accessible')

  await page.getByRole('button', { name: 'Review and store' }).click()
  await dialog.getByText('Not logged in').waitFor()
  await dialog.getByText('Gustav Gast').waitFor()
  await dialog.getByText('up to 800 px').waitFor()
  await picture(page, 'desk-rights-review')
  t.same(await violations(page), [], 'the preview is accessible')
  // somebody else is faster: what is planned holds over it
  await app.call('POST', `/api/v1/tree/${ids.volume2}/rights`, {
    subject: 'range',
    range: '192.0.2.0/24',
    right: 'see-image',
    effect: 'grant',
  })
  await dialog.getByRole('button', { name: 'Store' }).click()
  await dialog.getByText('Somebody else has changed the entries meanwhile.', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Store' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: '192.0.2.0/24' }).first().waitFor()
  await right('See images').getByText('contract 7', { exact: false }).waitFor()
  const stored = (await app.call('GET', `/api/v1/tree/${ids.volume2}/rights`)).body.entries
  t.match(stored, [
    { range: '192.0.2.0/24' },
    { effect: 'deny', note: 'contract 7' },
    { name: 'Gustav Gast', width: 800 },
  ])

  await page.getByLabel('Seen as').selectOption('user')
  await page.getByRole('combobox', { name: 'Person' }).fill('Gust')
  await page.getByRole('option', { name: /Gustav Gast/ }).click()
  await right('See images').getByText('up to 800 px').first().waitFor()
  await picture(page, 'desk-rights')
  // colours change without a transition
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  t.same(await violations(page), [], 'in the dark, too')
  await picture(page, 'desk-rights-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByLabel('Seen as').selectOption('anonymous')
  await page.getByLabel('At the address').fill('192.0.2.9')
  await page.keyboard.press('Enter')
  await right('See images').getByText('Entry here: 192.0.2.0/24', { exact: false }).waitFor()
  await page.getByRole('button', { name: /^Remove: Everyone/ }).click()
  await page.getByText('goes', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()
  t.same(await violations(page), [])

  const reader = await at(browser, `/desk/rights?node=${ids.volume2}`, 'clara')
  await reader.page.getByText('You do not manage rights here').waitFor()
  t.equal(await reader.page.getByLabel('Seen as').count(), 0, 'nor do others concern them')
  await reader.page.goto(`${address}/desk/tree?at=${ids.work}&node=${ids.volume2}`, {
    waitUntil: 'networkidle',
  })
  t.equal(await reader.page.getByRole('link', { name: 'Rights', exact: true }).count(), 0)
  await app.call('PUT', `/api/v1/tree/${ids.volume2}/rights`, { entries: [] }, { 'if-match': '*' })
  t.same([...faults, ...reader.faults], [])
})

t.test(
  'a change that a transition wants confirmed and explained is asked about, and sent again',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const made = await app.call('POST', '/api/v1/transitions', {
      name: 'withdraw',
      captions: { en: 'Withdrawal', de: 'Rückzug' },
      change: 'hide',
      confirm: true,
      comment: true,
    })
    t.equal(made.status, 201)
    const { page, faults } = await at(browser, `/desk/tree?at=${ids.work}`)
    const hide = async () => {
      await page.getByRole('grid').focus()
      await page.keyboard.press('Home')
      await page.keyboard.press('h')
      await page
        .getByRole('dialog')
        .getByText(/from the reading room\.$/)
        .waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Please confirm' }).waitFor()
    }
    const isReleased = async () =>
      (await app.call('GET', `/api/v1/tree/${ids.volume1}`)).body.isReleased as boolean
    await hide()
    await picture(page, 'desk-confirm')
    t.same(await violations(page), [])
    await page.keyboard.press('Escape')
    await page
      .getByRole('alert')
      .getByText(/The transition withdraw/)
      .waitFor()
    t.equal(await isReleased(), true, 'what is given up is not done')
    await page.keyboard.press('Escape')
    await hide()
    await page.keyboard.press('Enter')
    await page.getByText('A comment is needed.').waitFor()
    await page.getByLabel('Why').fill('Prüfung – „später“')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Hidden 1 row').waitFor()
    t.equal(await isReleased(), false)
    const history = (await app.call('GET', `/api/v1/tree/${ids.volume1}/history`)).body
    t.match(JSON.stringify(history), /Prüfung – „später“/, 'the comment arrives as it was typed')
    await page.getByRole('grid').focus()
    await page.keyboard.press('Control+z')
    await page
      .getByRole('status')
      .getByText(/^Undone/)
      .waitFor()
    const mangled = await app.call('POST', `/api/v1/tree/${ids.volume1}/hide`, undefined, {
      'x-change-reason': "UTF-8''%E2%80",
    })
    t.equal(mangled.status, 400, 'a comment that cannot be read is refused')
    await app.call('DELETE', '/api/v1/transitions/withdraw', undefined, { 'if-match': '*' })
    t.same(faults, [])
  },
)
