// What came in by a deliverer, at the desk in a real browser.
import t from '../support/tap.ts'
import { browserOf, longStory } from '../support/browser.ts'
import { deskOf } from '../support/desk.ts'
import { aUser } from '../support/people.ts'
import { aDomain, start } from '../support/start.ts'
import { picture, violations, violationsToo } from '../support/visit.ts'

const aBrowser = browserOf(t)

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
await aDomain(app, 'sample')
await aUser(app, { login: 'clara', name: 'Clara Mustermann', topics: ['CATALOGUING', 'RELEASE'] })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

t.test('what came in by a deliverer is listed wherever it is now, and leads there', longStory, async t => {
  const make = async (place: object, type: string, caption: string): Promise<number> =>
    (await app.call('POST', '/api/v1/tree', { ...place, datatype: 'container', type, caption })).body.id
  const area = await make({ domain: 'sample' }, 'deliverer', 'Verlag Muster')
  const browser = await aBrowser(t)
  const { page, faults } = await deskOf(address)(browser, `/desk/tree?node=${area}`)
  await page.getByRole('link', { name: 'What came in' }).press('Enter')
  await page.getByRole('heading', { name: 'What came in by Verlag Muster', level: 1 }).waitFor()
  await page.getByText('Nothing has come in by it yet').waitFor()
  t.same(await violationsToo(page), [], 'nothing yet')

  const post = async (title: string): Promise<number> => {
    const answer = await app.call(
      'POST',
      `/api/v1/titles?parent=${area}&type=monograph`,
      { title },
      { 'idempotency-key': title.replace(' ', '-') },
    )
    if (answer.status !== 201) throw new Error(answer.raw.toString())
    return answer.body.items[0].id as number
  }
  const [here, moved, binned] = [await post('Hier geblieben'), await post('Umgezogen'), await post('Weg')]
  await app.call(
    'POST',
    `/api/v1/tree/${moved}/move`,
    { parent: null, domain: 'sample' },
    { 'if-match': '*' },
  )
  await app.call('POST', `/api/v1/tree/${moved}/release`)
  await app.call('DELETE', `/api/v1/tree/${binned}`)
  await page.reload({ waitUntil: 'networkidle' })
  const table = page.getByRole('table', { name: 'What came in by Verlag Muster' })
  for (const [title, state] of [
    ['Hier geblieben', 'Hidden'],
    ['Umgezogen', 'Released'],
    ['Weg', 'In the bin'],
  ] as const)
    await table
      .getByRole('row', { name: new RegExp(title) })
      .getByText(state)
      .waitFor()
  t.same(await violations(page), [], 'the list')
  await picture(page, 'desk-came-in')
  await page.setViewportSize({ width: 390, height: 800 })
  t.ok(await page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'), 'on a small screen')
  t.same(await violationsToo(page), [], 'on a small screen')
  await page.setViewportSize({ width: 1440, height: 900 })
  await table.getByRole('link', { name: 'Umgezogen' }).press('Enter')
  await page.waitForURL(new RegExp(`node=${moved}`))
  await page.getByRole('heading', { name: 'Umgezogen', level: 2 }).waitFor()
  await page.goBack()
  await table
    .getByRole('row', { name: /Hier geblieben/ })
    .getByRole('link', { name: 'Edit the record' })
    .press('Enter')
  await page.waitForURL(`${address}/desk/title/${here}`)
  await page.goBack()
  await page.getByRole('link', { name: '‹ Verlag Muster' }).press('Enter')
  await page.waitForURL(new RegExp(`node=${area}`))

  for (const [path, said] of [
    [`/desk/deliverers/x`, 'There is no such deliverer.'],
    [`/desk/deliverers/99999999`, /There is no node|99999999/],
  ] as const) {
    await page.goto(address + path)
    await page.getByRole('alert').getByText(said).waitFor()
  }
  t.same(faults, [])
})
