// The title editor in a real browser: form and XML in step, two people on one record, work that is kept, versions; and tags of titles, of one
// and of more than are fetched.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import t from '../support/tap.ts'
import { anAuthorityFile, person } from '../support/authorities.ts'
import { some } from '../support/at-length.ts'
import { browserOf, longStory, needsBrowser } from '../support/browser.ts'
import { deskOf } from '../support/desk.ts'
import { longLevel } from '../support/many.ts'
import { byHand, compare, handsOn } from '../support/morning.ts'
import { aUser, password } from '../support/people.ts'
import { aDomain, aTitle, modsOf, start } from '../support/start.ts'
import { until } from '../support/until.ts'
import { picture, violations, visit } from '../support/visit.ts'

const aBrowser = browserOf(t)

/** A union catalogue of one record, which it changes. */
const theirs = { title: 'Der Zauberberg', publisher: 'S. Fischer', note: 'Zwei Bände' }
const catalogue = createServer((_, response) =>
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(
      `<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:numberOfRecords>1</zs:numberOfRecords><zs:records><zs:record><zs:recordData><m:mods xmlns:m="http://www.loc.gov/mods/v3" version="3.7"><m:titleInfo><m:title>${theirs.title}</m:title></m:titleInfo><m:originInfo><m:publisher>${theirs.publisher}</m:publisher></m:originInfo><m:note>${theirs.note}</m:note><m:recordInfo><m:recordIdentifier>book</m:recordIdentifier></m:recordInfo></m:mods></zs:recordData></zs:record></zs:records></zs:searchRetrieveResponse>`,
    ),
)
await new Promise<void>(resolve => catalogue.listen(0, '127.0.0.1', resolve))
t.teardown(() => void catalogue.close())
const catalogues = join(mkdtempSync(join(tmpdir(), 'firefolio-catalogues-')), 'catalogues.ini')
t.teardown(() => rmSync(dirname(catalogues), { recursive: true }))
writeFileSync(
  catalogues,
  `[union]\ncaption = Union catalogue\nurl = http://127.0.0.1:${(catalogue.address() as AddressInfo).port}/sru\nschema = mods\nquery = pica.ppn={identifier}\n`,
)

/** Two namesakes, whose years tell them apart. */
const authorities = await anAuthorityFile(t, asked =>
  asked.get('q')?.includes('Mustermann')
    ? [
        person('118540238', 'Mustermann', 'Clara', {
          dateOfBirth: ['1851-08-28'],
          dateOfDeath: ['1932'],
          professionOrOccupation: [{ label: 'Schriftstellerin' }],
          placeOfBirth: [{ label: 'Musterstadt' }],
        }),
        person('100000002', 'Mustermann', 'Clara', { dateOfBirth: ['1699'] }),
      ]
    : [],
)

const app = await start(t, {
  FIREFOLIO_AUTHORITY_PROVIDER: 'gnd',
  FIREFOLIO_AUTHORITY_URL: authorities.url,
  FIREFOLIO_AUTHORITY_PRIVATENETWORKS: 'true',
  FIREFOLIO_CATALOGUE_FILE: catalogues,
  FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'true',
  FIREFOLIO_CATALOGUE_PAUSE: '0',
})
await aDomain(app)
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING'] })
await aUser(app, { login: 'rita', name: 'Rita Regal', topics: ['RELEASE'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

/** A new title with an element that no form knows. */
async function aRecord(name: string): Promise<number> {
  const answer = await app.call(
    'POST',
    '/api/v1/titles?domain=lib&type=monograph',
    modsOf(name, name, '<targetAudience>nobody else knows this</targetAudience>').replaceAll(/\n\s*/g, ''),
    { 'content-type': 'application/mods+xml' },
  )
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.items[0].id as number
}
const mods = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}/mods`)).body as string
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body.title as string

async function editor(browser: Browser, id: number, login = 'clara', options = {}) {
  const found = await visit(browser, address, `/desk/title/${id}`, options)
  await found.page.getByLabel('Log-in name or e-mail').fill(login)
  await found.page.getByLabel('Password', { exact: true }).fill(password)
  await found.page.keyboard.press('Enter')
  await field(found.page, 'Title').waitFor()
  await found.page.getByRole('textbox', { name: 'MODS record as XML' }).waitFor()
  return found
}
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

t.test('a field is changed and saved by key; what the form does not know stays', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const id = await aRecord('Plain')
  const { page, faults } = await editor(browser, id)
  await field(page, 'Title').fill('Better')
  await field(page, 'Subtitle').fill('With a subtitle')
  await page.getByRole('textbox', { name: 'MODS record as XML' }).getByText('With a subtitle').waitFor()
  await page.getByRole('button', { name: 'Add a person' }).click()
  await field(page, 'Name').last().fill('Mustermann')
  await field(page, 'Given name').last().fill('Clara')
  await field(page, 'Authority (GND number or URI)').last().fill('118540238')
  await picture(page, 'desk-title')
  t.same(await violations(page), [])
  // where it is opened is chosen by a key and stored at once; what is typed beside it is kept and stored over it
  const direction = page.getByLabel('Reading direction')
  await direction.focus()
  await page.keyboard.press('End')
  await page.getByRole('status').getByText('Changed the reading direction').waitFor()
  t.match((await app.call('GET', `/api/v1/titles/${id}`)).body, {
    readingDirection: 'right-to-left',
    title: 'Plain',
  })
  t.equal(await field(page, 'Subtitle').inputValue(), 'With a subtitle')
  await page.keyboard.press('Control+s')
  await page.getByRole('status').getByText('Saved “Better', { exact: false }).waitFor()
  const xml = await mods(id)
  t.match(xml, 'nobody else knows this')
  t.match(xml, 'With a subtitle')
  t.ok((await page.locator('.cm-line').count()) > 8, 'a record of one line is shown in many')
  t.notMatch(xml, /\n\s*</, 'and stays one line')
  t.match(xml, /valueURI="https:\/\/d-nb.info\/gnd\/118540238"/)
  t.match(await titleOf(id), /^Better/)
  await page.getByRole('button', { name: 'Versions' }).click()
  await page.getByRole('dialog').locator('[aria-expanded]').first().click()
  await page.getByRole('button', { name: 'Restore what it was before this change' }).click()
  await page.getByRole('status').getByText('Restored a former version').waitFor()
  // a string to wait for would be evaluated in the page, which its policy forbids
  await page.locator('h1', { hasText: /^Plain$/ }).waitFor()
  t.equal(await titleOf(id), 'Plain')
  t.same(faults, [])
})

t.test(
  'a title is corrected and a person linked to the authority file, by keyboard; what readers find follows',
  longStory,
  async t => {
    const browser = await aBrowser(t)
    const id = await aRecord('Vom digitalen Buch')
    const before = modsOf(
      'id',
      'Vom digitalen Buch',
      '<name type="personal"><namePart>Mustermann, C.</namePart></name>',
    )
    await app.call('PUT', `/api/v1/titles/${id}/mods`, before, {
      'content-type': 'application/mods+xml',
      'if-match': '*',
    })
    const { page, faults } = await editor(browser, id)
    await page.getByRole('textbox', { name: 'Title', exact: true }).and(page.locator(':focus')).waitFor()
    const hands = handsOn(page)
    await hands.press('End')
    await hands.type('e')
    await hands.press('Control+k')
    await hands.type('Look up')
    await page.getByRole('menuitem', { name: 'Look up Mustermann, C. in the authority file' }).waitFor()
    await hands.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Who is Mustermann, C.?' })
    await dialog.getByRole('menuitem', { name: /1851–1932/ }).waitFor()
    await picture(page, 'desk-authority')
    t.same(await violations(page), [])
    await hands.press('ArrowDown', 'Enter')
    await dialog.waitFor({ state: 'detached' })
    t.equal(
      await field(page, 'Authority (GND number or URI)').inputValue(),
      'https://d-nb.info/gnd/118540238',
    )
    await hands.press('Control+s')
    await page.getByRole('status').getByText('Saved “Vom digitalen Buche', { exact: false }).waitFor()
    t.match(await mods(id), /<name [^>]*valueURI="https:\/\/d-nb.info\/gnd\/118540238"/)
    t.match(await mods(id), /<name [^>]*authority="gnd"/)
    t.match(await mods(id), 'Mustermann, C.', 'the name stays as the book has it')
    t.match(await titleOf(id), /^Vom digitalen Buche/)

    const hand = byHand(app)
    const path = `/api/v1/titles/${id}/mods`
    const stored = (await hand.call('GET', path)) as string
    for (const _ of ['the tag of the record', 'where its title stands']) hand.look()
    await hand.call('GET', '/api/v1/authorities?q=Mustermann')
    for (const _ of ['the address of the person', 'where the person stands']) hand.look()
    await hand.call('PUT', path, stored, { 'content-type': 'application/mods+xml', 'if-match': '*' })
    compare(t, 'correct a title and link a person to the authority file', hands.count(), hand.count())
    t.same(faults, [])
  },
)

t.test(
  'many titles get other titles at once, each seen before, and the old ones again',
  longStory,
  async t => {
    const work = await aTitle(app, { title: 'Jahrbücher', type: 'multivolume_work' })
    // so many that the work by hand would be a morning's; fewer are changed no otherwise
    const many = Math.max(...some([16, 50], 1))
    for (let at = 1; at <= many; at++)
      await app.call(
        'POST',
        `/api/v1/titles?parent=${work}&type=volume`,
        modsOf(`jb${at}`, `Jahrbuch ${at}`),
        { 'content-type': 'application/mods+xml' },
      )
    const titles = async () =>
      (await app.call('GET', `/api/v1/tree/${work}/children`)).body.items.map(
        ({ caption }: { caption: string }) => caption,
      ) as string[]
    const before = await titles()
    t.equal(before.length, many)
    const browser = await aBrowser(t)
    const { page, faults } = await deskOf(address)(browser, `/desk/tree?at=${work}`)
    await page.locator('[role=grid]:focus').waitFor()
    const hands = handsOn(page)
    await hands.press('Control+a')
    await page.getByRole('status').getByText(`${many} chosen`, { exact: true }).waitFor()
    await hands.press('f')
    const dialog = page.getByRole('dialog', { name: `Change a field of ${many} titles` })
    await dialog.getByLabel('Find', { exact: true }).and(page.locator(':focus')).waitFor()
    await hands.type('Jahrbuch')
    await hands.press('Tab')
    await hands.type('Almanach')
    await dialog.getByText(`${many} of ${many} titles change.`).waitFor()
    await dialog.getByText('Almanach 7', { exact: true }).waitFor()
    await picture(page, 'desk-fields')
    t.same(await violations(page), [])
    t.same(await titles(), before, 'seen, not stored')
    await hands.press('Enter')
    await page.getByRole('status').getByText(`Changed ${many} titles`, { exact: true }).waitFor()
    const after = await titles()
    t.ok(after.every(caption => /^Almanach \d+$/.test(caption)))

    const hand = byHand(app)
    // where the titles stand, to name them all by one path
    const { path } = await hand.call('GET', `/api/v1/tree/${work}`)
    hand.look()
    const changes = [{ action: 'replace', field: 'mods.title', find: 'Almanach', with: 'Kalender' }]
    const body = { search: { path, type: 'volume' }, changes }
    await hand.call('POST', '/api/v1/titles/batch', { ...body, dryRun: true })
    await hand.again('/api/v1/titles/batch', { ...body, dryRun: true })
    compare(t, 'retitle 50 titles, each seen before', hands.count(), hand.count())
    await dialog.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await page.getByRole('status').getByText(`Undone: Changed ${many} titles`, { exact: true }).waitFor()
    t.same(await titles(), before)
    await page.locator('[role=grid]').focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('f')
    const all = page.getByRole('dialog', { name: 'Change a field of these titles' })
    await all.getByLabel('Find', { exact: true }).fill('Jahrbuch 1')
    await all
      .getByText(
        `${before.filter(caption => caption.startsWith('Jahrbuch 1')).length} of ${many} titles change.`,
      )
      .waitFor()
    t.equal(
      await all.getByLabel('Of which titles').inputValue(),
      'level',
      'nothing is chosen: the level is meant',
    )
    await page.keyboard.press('Escape')
    t.same(faults, [])
  },
)

t.test('files are sent, named, ordered and taken off, and readers find them', longStory, async t => {
  const browser = await aBrowser(t)
  const id = await aRecord('With files')
  const { page, faults } = await editor(browser, id)
  await page.getByRole('button', { name: 'Files' }).click()
  const dialog = page.getByRole('dialog', { name: 'Files' })
  await dialog.getByText('No files yet').waitFor()
  const pdf = (text: string) => Buffer.from(`%PDF-1.4\n% ${text}\n%%EOF\n`)
  await page.locator('input[type=file]').setInputFiles([
    { name: 'book.pdf', mimeType: 'application/pdf', buffer: pdf('a') },
    { name: 'supplement.pdf', mimeType: 'application/pdf', buffer: pdf('b') },
  ])
  await dialog.getByRole('link', { name: 'supplement.pdf' }).waitFor()
  await field(page, 'Label of book.pdf').fill('The whole book')
  await field(page, 'Label of book.pdf').blur()
  await page.getByRole('status').getByText('book.pdf changed').waitFor()
  await dialog.getByRole('button', { name: 'Move supplement.pdf up' }).click()
  await page.getByRole('status').getByText('Order of files changed').waitFor()
  await picture(page, 'desk-files')
  t.same(await violations(page), [])
  const files = async () => (await app.call('GET', `/api/v1/titles/${id}/files`)).body.items
  t.match(await files(), [
    { name: 'supplement.pdf', kind: 'attachment' },
    { name: 'book.pdf', kind: 'whole', label: 'The whole book' },
  ])
  await page
    .locator('input[type=file]')
    .setInputFiles([
      { name: 'page.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<!DOCTYPE html><p>no PDF') },
    ])
  await dialog.getByRole('alert').getByText('page.pdf is an HTML page').waitFor()
  await dialog.getByRole('button', { name: 'Remove supplement.pdf' }).click()
  await page.getByRole('status').getByText('supplement.pdf removed').waitFor()
  t.equal((await files()).length, 1)
  await page.keyboard.press('Escape')
  // the record is stored over the version that the files have raised
  await field(page, 'Title').fill('With one file')
  await page.keyboard.press('Control+s')
  await page.getByRole('status').getByText('Saved “With one file', { exact: false }).waitFor()
  // so are those of somebody else, whom the page knows nothing of: the record is the same, and nothing is to be merged
  const [{ id: file }] = (await files()) as [{ id: number }]
  const another = { label: 'Das ganze Buch' }
  t.equal((await app.call('PATCH', `/api/v1/titles/${id}/files/${file}`, another, { 'if-match': '*' })).status, 200) // prettier-ignore
  await field(page, 'Title').fill('With a file')
  await page.keyboard.press('Control+s')
  await page.getByRole('status').getByText('Saved “With a file', { exact: false }).waitFor()
  t.match(await files(), [another])
  t.same(
    faults.filter(fault => !/41[25]/.test(fault)),
    [],
  )
  await app.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [id] })
  const read = await app.read(`/id/${id}`, { accept: 'text/html', 'accept-language': 'en' })
  t.match(
    read.raw.toString(),
    /<a href="[^"]*\/download\/file\/\d+\/\d+"[^>]*>Das ganze Buch<\/a>[^<]*<small>[\d.]+ byte/,
  )
})

t.test('XML that cannot be read holds the form and cannot be saved', longStory, async t => {
  const browser = await aBrowser(t)
  const id = await aRecord('Typed')
  const { page, faults } = await editor(browser, id)
  await page.getByRole('textbox', { name: 'MODS record as XML' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('<')
  await page.getByRole('alert').getByText('The XML cannot be read at present', { exact: false }).waitFor()
  t.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
  await page.keyboard.press('Backspace')
  await page.getByRole('alert').waitFor({ state: 'detached' })
  t.same(faults, [])
})

t.test('two people on one record: nothing of either is lost', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const id = await aRecord('Shared')
  const { page, faults } = await editor(browser, id, 'clara', { colorScheme: 'dark' })
  await field(page, 'Publisher').fill('My publisher')
  const before = await app.call('GET', `/api/v1/titles/${id}/mods`)
  await app.call('PUT', `/api/v1/titles/${id}/mods`, modsOf('Shared', 'Theirs', '<note>Their note</note>'), {
    'content-type': 'application/mods+xml',
    'if-match': before.headers['etag'] as string,
  })
  await page.getByRole('alert').getByText('Somebody else has stored another version').waitFor()
  t.equal(await field(page, 'Publisher').inputValue(), 'My publisher', 'told while it is typed, which stays')
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog').getByText('Somebody has changed this record meanwhile').waitFor()
  await picture(page, 'desk-merge')
  t.same(await violations(page), [])
  await page.getByRole('button', { name: 'Put together' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  t.equal(await field(page, 'Title').inputValue(), 'Theirs')
  await page.getByRole('button', { name: 'Save' }).click()
  await page
    .getByRole('status')
    .getByText(/^Saved/)
    .waitFor()
  const xml = await mods(id)
  t.match(xml, 'Their note')
  t.match(xml, 'My publisher')
  t.same(faults, [])
})

t.test('a closed window loses nothing that was typed, nor does a cut connection', needsBrowser, async t => {
  const browser = await aBrowser(t)
  const id = await aRecord('Kept')
  const { page, context } = await editor(browser, id)
  await field(page, 'Subtitle').fill('typed and not saved')
  await page.waitForTimeout(600)
  await page.reload({ waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Take it up' }).click()
  t.equal(await field(page, 'Subtitle').inputValue(), 'typed and not saved')
  await context.setOffline(true)
  await field(page, 'Subtitle').press('Control+s')
  await page.getByRole('alert').waitFor()
  t.equal(await field(page, 'Subtitle').inputValue(), 'typed and not saved')
  await context.setOffline(false)
  await field(page, 'Subtitle').press('Control+s')
  await page
    .getByRole('status')
    .getByText(/^Saved/)
    .waitFor()
  t.match(await mods(id), 'typed and not saved')
})

t.test('who may not edit reads the record, and is offered no saving', longStory, async t => {
  const browser = await aBrowser(t)
  const { page, faults } = await editor(browser, await aRecord('Read'), 'rita')
  t.equal(await page.getByRole('button', { name: 'Save' }).count(), 0)
  t.equal(await field(page, 'Title').isEditable(), false)
  t.same(faults, [])
})

t.test(
  'tags are set on one title and on all rows of a level, more than are fetched, by keys alone',
  longStory,
  async t => {
    for (const [name, en, colour] of [
      ['checked', 'Checked', '#2f6f4f'],
      ['torn', 'Torn', '#aa2200'],
    ])
      await app.call('POST', '/api/v1/tags', { name, captions: { de: en, en }, colour })
    const work = await aTitle(app, { title: 'A long series', type: 'multivolume_work' })
    await longLevel(app, work, 'volume', 5100)
    const carriers = async (tag: string) =>
      (await app.call('GET', `/api/v1/tree/${work}/descendants?tag=${tag}&limit=1000`)).body.items
        .length as number
    const browser = await aBrowser(t)
    const { page, faults } = await deskOf(address)(browser, `/desk/tree?at=${work}`)
    const grid = page.getByRole('grid')
    const told = (words: string) => page.getByRole('status').getByText(words, { exact: true }).waitFor()
    await grid.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('t')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('checkbox', { name: 'Checked' }).waitFor()
    await page.keyboard.press('Space')
    await told('1 tag changes.')
    await picture(page, 'desk-tags')
    t.same(await violations(page), [])
    await page.keyboard.press('Enter')
    await told('Changed the tags of 1 row')
    await page.getByRole('list', { name: 'Tags' }).getByText('Checked').waitFor()
    t.equal(await carriers('checked'), 1)
    await grid.focus()
    await page.keyboard.press('t')
    t.equal(await dialog.getByRole('checkbox', { name: 'Checked' }).isChecked(), true)
    await page.keyboard.press('Space')
    await told('1 tag changes.')
    await page.keyboard.press('Escape')
    t.equal(await carriers('checked'), 1, 'what is given up is not done')

    await grid.focus()
    await page.keyboard.press('Control+a')
    await told('All rows here chosen')
    await page.keyboard.press('t')
    await page.getByRole('dialog', { name: 'Tags of all rows here' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await told('5,100 tags change.')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await told('Changed the tags of 5,100 rows')
    await dialog.waitFor({ state: 'detached' })
    t.equal(await carriers('torn'), 1000, 'as many as are listed at once')
    await grid.focus()
    await page.keyboard.press('Control+z')
    // thousands of rows: longer than a page is waited for elsewhere
    await page
      .getByRole('status')
      .getByText('Undone: Changed the tags of 5,100 rows', { exact: true })
      .waitFor({ timeout: 60_000 })
    t.same([await carriers('torn'), await carriers('checked')], [0, 1])
    t.same(faults, [])
  },
)

t.test(
  'a record is fetched again, and what is taken of it is chosen field by field; identifiers are added and taken off',
  longStory,
  async t => {
    await app.call('POST', '/api/v1/imports', { domain: 'lib', catalogue: 'union', catalogueIds: ['book'] })
    await app.drain()
    const [{ id }] = (await app.call('GET', '/api/v1/titles?q=Zauberberg')).body.items as [{ id: number }]
    const read = async () => (await app.call('GET', `/api/v1/titles/${id}`)).body
    Object.assign(theirs, { title: 'Der Zauberberg. Roman', publisher: 'Fischer', note: 'Ein Band' })
    const browser = await aBrowser(t)
    const { page, faults } = await editor(browser, id)
    const dialog = page.getByRole('dialog')
    const told = (words: string) => page.getByRole('status').getByText(words, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Fetch again' }).press('Enter')
    await dialog.getByText('union, record book').waitFor()
    await dialog.getByRole('button', { name: 'Take 3 fields' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await picture(page, 'desk-catalogue')
    t.same(await violations(page), [])
    t.equal((await read()).title, 'Der Zauberberg', 'looked at, not taken')
    await dialog.getByRole('button', { name: 'Take 2 fields' }).press('Enter')
    await told('Took 2 fields from the catalogue')
    t.match(await read(), { title: 'Der Zauberberg. Roman', publisher: 'S. Fischer' })
    await until(
      async () => (await field(page, 'Title').inputValue()) === 'Der Zauberberg. Roman',
      'the field as it was taken',
    )
    await page.locator('h1').click()
    await page.keyboard.press('Control+z')
    await told('Undone: Took 2 fields from the catalogue')
    t.equal((await read()).title, 'Der Zauberberg')
    await until(
      async () => (await field(page, 'Title').inputValue()) === 'Der Zauberberg',
      'the field as it was',
    )

    await page.getByRole('button', { name: 'Identifiers' }).press('Enter')
    await dialog.getByLabel('Scheme').fill('doi')
    await page.keyboard.press('Tab')
    await page.keyboard.type('10.1234/zauberberg')
    await page.keyboard.press('Enter')
    await dialog.getByText('10.1234/zauberberg', { exact: true }).waitFor()
    await picture(page, 'desk-identifiers')
    t.same(await violations(page), [])
    t.equal(
      await dialog.getByRole('button', { name: 'Give out what is missing' }).count(),
      0,
      'who may not release gives none out',
    )
    const known = async () =>
      ((await app.call('GET', `/api/v1/titles/${id}/identifiers`)).body.items as { value: string }[]).map(
        ({ value }) => value,
      )
    t.ok((await known()).includes('10.1234/zauberberg'))
    await dialog.getByRole('button', { name: 'Take 10.1234/zauberberg off' }).press('Enter')
    await dialog.getByText('10.1234/zauberberg', { exact: true }).waitFor({ state: 'detached' })
    t.notOk((await known()).includes('10.1234/zauberberg'))
    await page.keyboard.press('Control+z')
    await dialog.getByText('10.1234/zauberberg', { exact: true }).waitFor()
    t.ok((await known()).includes('10.1234/zauberberg'), 'taken back by key, in the dialog')
    t.same(faults, [])
  },
)
