// People and the house at the desk in a real browser: accounts, groups, keys; collections; how the installation is.
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { deskOf, logIn } from '../support/desk.ts'
import { aUser, password } from '../support/people.ts'
import { aDomain, aTitle, operatorKey, start } from '../support/start.ts'
import { usesOf } from '../../src/system/statistics/index.ts'
import { picture, violations, violationsToo, visit } from '../support/visit.ts'

const aBrowser = browserOf(t)

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE', 'IMPORT'] })
await aUser(app, { login: 'gustav', name: 'Gustav Gast', topics: [] })
await aUser(app, { login: 'sigrid', name: 'Sigrid System', topics: ['SYSTEM', 'CATALOGUING'] })
await aUser(app, { login: 'doris', name: 'Doris Daten', topics: ['DATA_MANAGEMENT', 'CATALOGUING'] })
await aUser(app, {
  login: 'otto',
  name: 'Otto Ober',
  topics: ['SYSTEM', 'CATALOGUING', 'RELEASE', 'IMPORT', 'DATA_MANAGEMENT', 'USER_MANAGEMENT'],
})
await aUser(app, { login: 'ute', name: 'Ute Verwalterin', topics: ['USER_MANAGEMENT', 'CATALOGUING'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

const at = deskOf(address)

t.test(
  'an administrator adds a person, hands on the link, and the person chooses a password',
  needsBrowser,
  async t => {
    const browser = await aBrowser(t)
    const { page } = await at(browser, '/desk/people', 'ute')
    await page.getByRole('button', { name: 'Add a person' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Nora Neu')
    await dialog.getByLabel('Log-in name').fill('nora')
    await dialog.getByLabel(/^Cataloguing/).check()
    t.same(await violationsToo(page), [])
    await dialog.getByRole('button', { name: 'Add a person' }).click()
    const link = await page.getByRole('dialog').locator('code').innerText()
    await page.keyboard.press('Escape')
    await page.getByRole('cell', { name: 'nora', exact: true }).waitFor()
    t.same(await violations(page), [])
    const other = await visit(browser, address, link.slice(address.length))
    await other.page.getByLabel('New password').fill(password)
    await other.page.getByRole('button', { name: 'Set the password' }).click()
    await other.page.getByRole('link', { name: 'Log in' }).click()
    await logIn(other.page, 'nora')
    await other.page.getByRole('navigation', { name: 'Places' }).waitFor()
    await page
      .getByRole('row', { name: /Nora Neu/ })
      .getByRole('button', { name: 'Close the account' })
      .click()
    await page.getByText('closed').waitFor()
    const nora = { login: 'nora', password }
    const closed = await app.app.inject({ method: 'POST', url: '/api/v1/session', payload: nora })
    t.equal(closed.statusCode, 401)
  },
)

t.test('a group gets members, a group in it, and a link by which somebody joins', longStory, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await at(browser, '/desk/groups', 'ute')
  await page.getByRole('cell', { name: /Who has logged in/ }).waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Staff')
  await dialog.getByLabel('Name').press('Enter')
  await dialog.getByText('is taken').waitFor()
  await dialog.getByLabel('Name').fill('Projekt Karten')
  await dialog.getByLabel('Listed').selectOption('unlisted')
  t.same(await violations(page), [])
  await dialog.getByLabel('Name').press('Enter')
  await page.getByRole('heading', { name: 'Projekt Karten' }).waitFor()
  await page.getByRole('combobox', { name: 'Add a person' }).fill('Clara')
  await page.getByRole('option', { name: /Clara Mustermann/ }).click()
  await page.getByRole('button', { name: 'Put in', exact: true }).click()
  await page.getByRole('listitem').filter({ hasText: 'Clara Mustermann' }).waitFor()
  await page.getByLabel('Add a group with its members').selectOption({ label: 'Staff' })
  await page.getByRole('button', { name: 'Put group in' }).click()
  await page.getByRole('button', { name: 'Take staff out' }).waitFor()
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await dialog.locator('code').innerText()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Revoke it' }).waitFor()
  await picture(page, 'desk-groups')
  t.same(await violations(page), [])

  const other = await visit(browser, address, link.slice(address.length))
  await logIn(other.page, 'gustav')
  await other.page.getByRole('button', { name: 'Join', exact: true }).click()
  await other.page.getByText('You are in “Projekt Karten” now.').waitFor()
  t.notMatch(other.page.url(), /#/, 'the code is gone from the address')
  t.same(await violations(other.page), [])
  await page.reload({ waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Take Gustav Gast out' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Gustav Gast' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Remove the group' }).click()
  await dialog.getByRole('button', { name: 'Remove the group' }).click()
  await page.getByRole('cell', { name: 'Projekt Karten' }).waitFor({ state: 'detached' })
  t.same([...faults, ...other.faults], [])
})

t.test(
  'a key is made and shown once, works, and is revoked; others’ keys are for who manages users',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, '/desk/keys', 'clara')
    await page.getByText('There are no keys').waitFor()
    await page.keyboard.press('n')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Scanner')
    await dialog.getByLabel('Only some of it').check()
    await dialog.getByLabel('Last day').fill('2020-01-01')
    await dialog.getByLabel('Name').press('Enter')
    await dialog.getByText(/is over already/).waitFor()
    await dialog.getByLabel('Last day').fill('2099-12-31')
    t.same(await violations(page), [])
    await dialog.getByLabel('Name').press('Enter')
    const key = await dialog.locator('code').innerText()
    await page.keyboard.press('Escape')
    await page.getByRole('cell', { name: 'never' }).waitFor()
    t.notMatch(await page.content(), key, 'it is nowhere any more')
    const ask = () => app.read('/api/v1/users/me/keys', { authorization: `Bearer ${key}` })
    t.match((await ask()).body.items, [{ label: 'Scanner', scopes: ['read'] }])
    await page.reload({ waitUntil: 'networkidle' })
    await picture(page, 'desk-keys')
    t.same(await violations(page), [])
    t.equal(
      await page.getByRole('link', { name: 'Groups' }).count(),
      0,
      'what a cataloguer may not see is not offered',
    )

    const manager = await at(browser, '/desk/people?q=clara', 'ute')
    await manager.page.getByRole('button', { name: 'Keys of Clara Mustermann' }).click()
    await manager.page.getByRole('button', { name: 'Revoke Scanner' }).click()
    await manager.page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click()
    await manager.page.getByText('There are no keys').waitFor()
    t.equal((await ask()).status, 401)
    t.same([...faults, ...manager.faults], [])
  },
)

t.test(
  'an administrator sees how the installation is and saves a report; others are told that it is not theirs',
  needsBrowser,
  async t => {
    const browser = await aBrowser(t)
    app.services.slowStatements.note({ sql: 'select SLOW from RDB$DATABASE where X = ?', ms: 4321 })
    const { page, faults } = await at(browser, '/desk', 'sigrid')
    await page
      .getByRole('navigation', { name: 'Places' })
      .getByRole('link', { name: 'System', exact: true })
      .click()
    await page.getByText('Database, archive and disks can be used.').waitFor()
    await page.getByText('No backup of this installation is known.').waitFor()
    await page.getByRole('cell', { name: 'select SLOW from' }).waitFor()
    await picture(page, 'desk-system')
    t.same(await violations(page), [])
    const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('d')])
    t.match(saved.suggestedFilename(), /^firefolio-report-\d{8}T\d{4}\.json$/)
    const report = await readFile(await saved.path(), 'utf8')
    t.match(JSON.parse(report).system.slowStatements, [{ maxMs: 4321, count: 1 }])
    t.notMatch(report, operatorKey)
    await page.setViewportSize({ width: 390, height: 700 })
    await page.reload({ waitUntil: 'networkidle' })
    await page.getByText('No backup of this installation is known.').waitFor()
    await picture(page, 'desk-system-390')
    t.same(await violationsToo(page), [])
    t.ok(
      await page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'),
      'nothing stands out of a small screen',
    )

    const other = await at(browser, '/desk/system', 'clara')
    await other.page.getByRole('alert').waitFor()
    t.equal(await other.page.getByRole('link', { name: 'System', exact: true }).count(), 0)
    t.equal(await other.page.getByRole('button', { name: 'Report for support' }).count(), 0)
    t.same([...faults, ...other.faults], [])
  },
)

t.test(
  'a collection is made, described, given options, a watermark and tags by keyboard; what is wrong is said where it is',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, '/desk/collections', 'doris')
    const dialog = page.getByRole('dialog')
    const done = (text: string | RegExp) => page.getByRole('status').getByText(text).waitFor()
    const add = async (name: string) => {
      await page.keyboard.press('n')
      await dialog.getByLabel('Name', { exact: true }).fill(name)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name, level: 2 }).waitFor()
    }
    await page.getByText('There are no collections yet').waitFor()
    t.same(await violationsToo(page), [], 'an empty list')
    await add('Städtische Sammlungen')
    await page.waitForURL(/name=staedtische-sammlungen/)
    await add('Karten')
    const of = async (name: string) => (await app.call('GET', `/api/v1/domains/${name}`)).body
    t.match(await of('karten'), { level: 2 }, 'a new one stands below the one that was open')

    // texts; a name that is taken is refused, and what was typed stays
    await page.getByLabel('Name in English').fill('Maps')
    await page.getByLabel('Description in German').fill('Karten und Pläne')
    await page.getByLabel('Name in addresses').fill('staedtische-sammlungen')
    await page.getByLabel('Name in addresses').press('Enter')
    await page.getByRole('alert').waitFor()
    await picture(page, 'desk-collections-fault')
    t.equal(await page.getByLabel('Description in German').inputValue(), 'Karten und Pläne')
    // somebody else is faster: the second try leaves what they changed
    await app.call('PATCH', '/api/v1/domains/karten', { contact: 'maps@example.org' }, { 'if-match': '*' })
    await page.getByLabel('Name in addresses').fill('maps')
    await page.getByLabel('Name in addresses').press('Enter')
    await page.getByText('Somebody else has changed this meanwhile.', { exact: false }).waitFor()
    await page.getByLabel('Name in addresses').press('Enter')
    await page.waitForURL(/name=maps/)
    t.match(await of('maps'), {
      captions: { en: 'Maps' },
      description: { de: 'Karten und Pläne' },
      contact: 'maps@example.org',
    })
    await page.getByRole('heading', { name: 'Maps', level: 2 }).waitFor()
    t.same(await violations(page), [], 'general')

    await page.getByRole('link', { name: 'Options', exact: true }).press('Enter')
    await page.getByLabel('Widths of images').fill('wide')
    await page.getByLabel('Owner of the originals').fill('Stadtbibliothek')
    await page.getByLabel('Owner of the originals').press('Enter')
    await page.getByText('got ‘wide’', { exact: false }).waitFor()
    t.same(await violationsToo(page), [], 'options with a fault')
    await page.reload()
    await page.getByText('This was typed earlier and is not stored yet.').waitFor()
    await page.getByLabel('Widths of images').fill('300, 900')
    await page.getByLabel('Owner of the originals').press('Enter')
    await done('Stored the options of')
    await page.getByText('Holds: Stadtbibliothek. Set in maps.').waitFor()
    await page.getByText(/Holds: eng\. From server\.ini, \[ocr\] languages/).waitFor()
    await picture(page, 'desk-collections-options')

    await page.getByRole('link', { name: 'Images', exact: true }).press('Enter')
    await page.getByLabel('Kind').selectOption('text')
    await page.getByLabel('Words').fill('Stadtbibliothek')
    const strip = await sharp({ create: { width: 600, height: 60, channels: 3, background: '#036' } })
      .png()
      .toBuffer()
    await page
      .getByLabel('Add a picture')
      .setInputFiles({ name: 'a strip.png', mimeType: 'image/png', buffer: strip })
    const footer = page.getByRole('group', { name: 'Footer' }).getByLabel('Picture')
    await footer.locator('option', { hasText: 'a-strip.png' }).waitFor({ state: 'attached' })
    await footer.selectOption('a-strip.png')
    await page.locator('figure[aria-busy=true]').waitFor()
    // a decoder starts, and a pack is made
    await page.locator('figure[aria-busy=false]').waitFor({ timeout: 60_000 })
    await page.getByRole('img', { name: 'Page with watermark and footer' }).waitFor()
    const ratio = await page.evaluate<number>(
      'document.querySelector("figure img").naturalHeight / document.querySelector("figure img").naturalWidth',
    )
    t.ok(Math.abs(ratio - (1754 / 1240 + 0.1)) < 0.01, `the footer stands below: ${ratio}`)
    await page.getByLabel(/^Keep the images without it/).check()
    await picture(page, 'desk-collections-images')
    t.same(await violations(page), [], 'images')
    await page.getByLabel('Words').press('Enter')
    await done('Stored watermark and footer of')
    t.match(await of('maps'), {
      watermark: { text: 'Stadtbibliothek', byRight: true },
      imageFooter: { picture: 'a-strip.png' },
    })

    await page.getByRole('link', { name: 'Tags', exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Define a tag' }).press('Enter')
    await dialog.getByLabel('Key').fill('Big Maps')
    await dialog.getByLabel('Name in English').fill('Big maps')
    await dialog.getByLabel('Has a colour').check()
    t.same(await violationsToo(page), [], 'the form of a tag')
    await dialog.getByLabel('Key').press('Enter')
    await dialog.getByText(/Invalid|match/).waitFor()
    await dialog.getByLabel('Key').fill('big')
    await dialog.getByLabel('Key').press('Enter')
    await page.getByRole('cell', { name: 'Big maps' }).waitFor()
    await page.getByRole('link', { name: 'Transitions', exact: true }).press('Enter')
    await page.getByText('No transition holds here').waitFor()
    await page.getByRole('button', { name: 'Add a transition' }).press('Enter')
    await dialog.getByLabel('Key').fill('sort')
    await dialog.getByLabel('Change').selectOption('tag')
    await dialog.getByLabel('Has to be confirmed').check()
    t.same(await violations(page), [], 'the form of a transition')
    await picture(page, 'desk-collections-transition')
    await dialog.getByLabel('Key').press('Enter')
    await page.getByRole('cell', { name: /Set a tag/ }).waitFor()
    t.same(await violationsToo(page), [], 'transitions')
    await picture(page, 'desk-collections-transitions')
    await page.getByRole('link', { name: 'Tags', exact: true }).press('Enter')
    await page.getByRole('checkbox', { name: 'Big maps' }).press('Space')
    await page.getByRole('button', { name: 'Store' }).press('Enter')
    await page.getByRole('heading', { name: 'Please confirm' }).waitFor()
    await page.keyboard.press('Enter')
    await done('Stored the tags of')
    await page.locator('[class*=_busy_]').waitFor({ state: 'detached' })
    t.match(await of('maps'), { tags: ['big'] })
    await picture(page, 'desk-collections-tags')
    t.same(await violationsToo(page), [], 'tags')

    await page.getByRole('link', { name: 'General', exact: true }).press('Enter')
    await page.getByRole('button', { name: 'Move…', exact: true }).press('Enter')
    await dialog.getByLabel('Stands below').selectOption('')
    await dialog.getByRole('button', { name: 'Move', exact: true }).press('Enter')
    await done('Moved')
    t.match(await of('maps'), { level: 1 })
    for (const width of [390, 1024, 1600]) {
      await page.setViewportSize({ width, height: 900 })
      await picture(page, `desk-collections-${width}`)
    }
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    t.same(await violations(page), [], 'in the dark, too')
    await picture(page, 'desk-collections-dark')
    await page.getByRole('link', { name: 'Types', exact: true }).press('Enter')
    await page.getByRole('cell', { name: 'Monograph', exact: true }).waitFor()
    t.same(await violations(page), [], 'types')
    await page.goto(`${address}/desk/collections?name=staedtische-sammlungen`, { waitUntil: 'networkidle' })
    await page.getByLabel('Contact').fill('typed and not stored')
    await page.reload({ waitUntil: 'networkidle' })
    t.equal(await page.getByLabel('Contact').inputValue(), 'typed and not stored', 'a closed window keeps it')
    await page.getByRole('button', { name: 'Forget it' }).press('Enter')
    await page.getByText('This was typed earlier').waitFor({ state: 'detached' })
    t.equal(await page.getByLabel('Contact').inputValue(), '')
    await page.getByRole('button', { name: 'Remove…' }).press('Enter')
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter')
    await done('Removed')

    const reader = await at(browser, '/desk/collections?name=maps&part=options', 'clara')
    await reader.page.getByText('You may look at this, not change it.').waitFor()
    t.equal(await reader.page.getByRole('button', { name: 'Add a collection' }).count(), 0)
    t.same([...faults, ...reader.faults], [])
  },
)

t.test('who imports makes a harvest, changes it and runs it now; its fault is told', longStory, async t => {
  const browser = await aBrowser(t)
  await aDomain(app, 'harvested')
  const { page, faults } = await at(browser, '/desk/imports', 'clara')
  await page.getByRole('link', { name: 'Harvests and hot folder' }).click()
  await page.getByText('Nothing is harvested yet').waitFor()
  await page.getByText('There is no hot folder').waitFor()
  await page.keyboard.press('n')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address of the OAI-PMH interface').fill('http://127.0.0.1:9/oai')
  await dialog.getByLabel('Set', { exact: true }).fill('prints')
  await dialog.getByLabel('Every so many hours').fill('9000')
  t.same(await violations(page), [])
  await page.keyboard.press('Enter')
  await dialog.getByText(/8760/).last().waitFor()
  await dialog.getByLabel('Every so many hours').fill('24')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: /^daily/ }).waitFor()
  await page.getByRole('button', { name: /^Run now/ }).click()
  await page.getByRole('heading', { name: 'Last runs' }).waitFor()
  await app.drain()
  await page.getByText('Failed', { exact: true }).first().waitFor()
  await picture(page, 'desk-harvests')
  t.same(await violations(page), [])
  await page.getByRole('button', { name: /^Change/ }).click()
  await dialog.getByLabel('Every so many hours').fill('')
  await page.keyboard.press('Enter')
  await page.getByRole('cell', { name: 'only when asked' }).waitFor()
  await page.setViewportSize({ width: 390, height: 700 })
  t.ok(
    await page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'),
    'it fits a small screen',
  )
  await picture(page, 'desk-harvests-390')
  await page.getByRole('button', { name: /^End:/ }).click()
  await dialog.getByRole('button', { name: 'End the harvest' }).click()
  await page.getByText('Nothing is harvested yet').waitFor()

  const other = await at(browser, '/desk/harvests', 'sigrid')
  await other.page.getByRole('alert').first().waitFor()
  t.same([...faults, ...other.faults], [])
})

t.test('an administrator sees uses by time, title and collection, and saves them', longStory, async t => {
  const browser = await aBrowser(t)
  await aDomain(app, 'used')
  const title = await aTitle(app, { domain: 'used', title: 'Viel gelesen', pages: 1, release: true })
  const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  await app.read(`/iiif/presentation/3/${title}/manifest`, { 'user-agent': agent })
  await usesOf(app.services).flush()
  const { page, faults } = await at(browser, '/desk', 'sigrid')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('to statistics')
  await page.getByRole('menuitem', { name: 'Go to Statistics' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/desk\/statistics/)
  await page.getByRole('img', { name: /^Titles opened/ }).waitFor()
  await picture(page, 'desk-statistics')
  t.same(await violations(page), [])
  await page.getByRole('link', { name: 'Titles', exact: true }).click()
  await page.getByRole('link', { name: 'Viel gelesen' }).waitFor()
  const [saved] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('d')])
  t.match(await readFile(await saved.path(), 'utf8'), /Viel gelesen/)
  await page.getByLabel('From day').fill('2001-01-01')
  await page.getByLabel('To day').fill('2001-12-31')
  await page.keyboard.press('Enter')
  await page.getByText('No uses in this time').waitFor()
  await page.setViewportSize({ width: 390, height: 700 })
  t.ok(
    await page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'),
    'it fits a small screen',
  )
  t.same(await violations(page), [])
  const other = await at(browser, '/desk/statistics', 'clara')
  await other.page.getByRole('alert').first().waitFor()
  t.same([...faults, ...other.faults], [])
})

t.test(
  'with little room the rail scrolls to the place that one is at, and log-out stays at hand',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const { page } = await at(browser, '/desk/system', 'otto', { viewport: { width: 1200, height: 480 } })
    const rail = page.getByRole('navigation', { name: 'Places' })
    const isInSight = async (name: string) => {
      const box = await rail.locator('a, button').filter({ hasText: name }).boundingBox()
      return box !== null && box.y >= 0 && box.y + box.height <= 480
    }
    t.ok(await isInSight('System'))
    t.ok(await isInSight('Log out'))
    await picture(page, 'desk-rail-low')
    for (const place of [
      'Home',
      'Tree',
      'Imports',
      'Jobs',
      'People',
      'Rights',
      'Log',
      'Statistics',
      'System',
    ])
      t.equal(await rail.getByRole('link', { name: place, exact: true }).count(), 1, place)
    await page.setViewportSize({ width: 390, height: 700 })
    await page.reload({ waitUntil: 'networkidle' })
    await picture(page, 'desk-rail-390')
    t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
  },
)

/** Roles as the topics of docs/rights.md make them, with the places and the doings of a title that each is offered. */
const cataloguing = ['Home', 'Tree', 'Notes', 'Jobs', 'Collections', 'Log']
const roles: readonly [string, readonly ('CATALOGUING' | 'RELEASE' | 'IMPORT' | 'SYSTEM' | 'DATA_MANAGEMENT' | 'USER_MANAGEMENT')[], readonly string[], readonly string[]][] = [
  ['cataloguer', ['CATALOGUING'], cataloguing, ['Save', 'Fetch again', 'Recognise text', 'Write a note']],
  ['releaser', ['RELEASE'], ['Home', 'Tree', 'Jobs', 'Collections'], []],
  ['importer', ['IMPORT'], ['Home', 'Tree', 'Imports', 'Jobs', 'Collections'], []],
  ['system', ['SYSTEM'], ['Notes', 'Jobs', 'Log', 'Lending', 'Statistics', 'System'], []],
  ['manager', ['DATA_MANAGEMENT'], [...cataloguing, 'Orders', 'Imports', 'People', 'Rights'], ['Save', 'Fetch again', 'Recognise text', 'Write a note']],
  ['accounts', ['USER_MANAGEMENT'], ['People'], []],
] // prettier-ignore
const doings = ['Save', 'Fetch again', 'Recognise text', 'Write a note']
/** What is done to rows of the tree, by the right that it needs */
const ofRows = {
  'structure:write': ['Rename', 'Change type', 'Move to a place that is typed', 'Link in another place, too', 'Copy with all that stands below', 'Drag to another place'],
  'meta:write': ['Tags', 'Change a field of these titles', 'Write a note'],
  'text:write': ['Recognise text'],
  release: ['Release'],
  bin: ['Put into the bin'],
  'manage-rights': ['Rights'],
} // prettier-ignore
const places = ['Home', 'Tree', 'Notes', 'Orders', 'Imports', 'Jobs', 'Collections', 'People', 'Rights', 'Log', 'Lending', 'Statistics', 'System'] // prettier-ignore

for (const [role, topics, offered, done] of some(roles, 1))
  t.test(`a ${role} is offered what the role may, and told where it may not`, needsBrowser, async t => {
    await aUser(app, { login: `role-${role}`, name: `Role ${role}`, topics: [...topics] })
    const browser = await aBrowser(t)
    const { page, faults } = await at(browser, '/desk', `role-${role}`)
    const rail = page.getByRole('navigation', { name: 'Places' })
    const names = (await rail.getByRole('link').allInnerTexts()).filter(name => places.includes(name))
    t.same([...names].sort(), [...offered].sort())
    faults.length = 0
    for (const name of names) {
      await rail.getByRole('link', { name, exact: true }).click()
      await page.locator('main h1').first().waitFor()
      await page.waitForLoadState('networkidle')
      t.same(faults.splice(0), [], `${name}: nothing that is shown there is refused`)
    }
    for (const name of some(
      places.filter(each => each !== 'Home' && !offered.includes(each)),
      2,
    )) {
      await page.goto(`${address}/desk/${name.toLowerCase()}`)
      const said = page.getByRole('alert').filter({ hasText: /may not do what is done here/ })
      await said.waitFor()
      t.match(await said.innerText(), offered[0], `${name}: it is said what is open`)
    }
    if (!offered.includes('Tree')) return
    const domain = 'roles'
    if ((await app.call('GET', `/api/v1/domains/${domain}`)).status === 404) await aDomain(app, domain)
    const title = await aTitle(app, { domain, title: 'For all roles' })
    await page.goto(`${address}/desk/title/${title}`)
    await page.getByRole('textbox', { name: 'Title', exact: true }).waitFor()
    for (const name of doings)
      t.equal(
        await page.getByRole('button', { name, exact: true }).count(),
        done.includes(name) ? 1 : 0,
        name,
      )
    const { rights } = (await page.evaluate('fetch("/api/v1/session").then(answer => answer.json())')) as { rights: string[] } // prettier-ignore
    await page.goto(`${address}/desk/tree?domain=${domain}`)
    await page.locator('[role=grid]:focus').waitFor()
    await page.keyboard.press('Home')
    await page.getByText('1 chosen').waitFor()
    for (const [right, names] of Object.entries(ofRows))
      for (const name of names)
        t.equal(
          await page.getByRole('button', { name, exact: true }).count(),
          rights.includes(right) ? 1 : 0,
          `${name} needs ${right}`,
        )
  })
