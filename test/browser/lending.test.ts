// A title that is lent, in real browsers: one reads, the other waits and comes next.
import t from '../support/tap.ts'
import { aBrowser, longStory } from '../support/browser.ts'
import { aSecond, aServedPage } from '../support/images.ts'
import { deskOf } from '../support/desk.ts'
import { aUser } from '../support/people.ts'
import { aDomain, start } from '../support/start.ts'
import { picture, violations } from '../support/visit.ts'

t.test('one reads, the other is told the place and reads when the copy is back', longStory, async t => {
  const app = await start(t)
  await aDomain(app)
  const page = await aServedPage(app)
  const title = (await app.call('GET', `/api/v1/pages/${page}`)).body.titleId as number
  await app.call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount: 1 }, { 'if-match': '*' })
  await aSecond()
  const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
  app.services.setPublicUrl(address)
  const browser = await aBrowser(t)
  const reader = async (path: string) => {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } })
    const tab = await context.newPage()
    // so that nobody waits in earnest until the page asks again
    await tab.clock.install()
    const refused: string[] = []
    tab.on('response', response => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
    })
    await tab.goto(`${address}${path}`)
    return { tab, refused }
  }
  const ada = await reader(`/id/${title}`)
  await ada.tab.getByText('One copy of 1 free.').waitFor()
  await ada.tab.getByRole('button', { name: 'Borrow' }).click()
  await ada.tab.getByText('You have borrowed a copy.').waitFor()
  const ben = await reader(`/id/${title}/view`)
  await ben.tab.getByText('The only copy is lent.').waitFor()
  await ben.tab.getByRole('button', { name: 'Join the queue' }).click()
  await ben.tab.getByText('Lent; you are number 1.').waitFor()
  t.equal(await ben.tab.locator('canvas').count(), 0)
  await ada.tab.goto(`${address}/id/${title}/view`)
  await ada.tab.locator('canvas').first().waitFor()
  await ada.tab.getByRole('button', { name: 'Return' }).click()
  await ada.tab.getByText('One copy of 1 free.').or(ada.tab.getByText('The only copy is lent')).waitFor()
  await ben.tab.clock.fastForward('00:16')
  await ben.tab.getByText('You have borrowed a copy.').waitFor({ timeout: 40_000 })
  await ben.tab.locator('canvas').first().waitFor()
  await ben.tab.getByRole('link', { name: 'What I have borrowed' }).first().click()
  await ben.tab.waitForURL(/\/loans/)
  await picture(ben.tab, 'loans-first')
  await ben.tab.getByRole('button', { name: /^Renew/ }).click()
  await ben.tab.getByText(/^Yours until/).waitFor()
  t.same(await violations(ben.tab), [])
  await picture(ben.tab, 'loans')
  await ben.tab.getByRole('button', { name: /^Return/ }).click()
  await ben.tab.getByText('You have borrowed nothing').waitFor()
  await ben.tab.goBack()
  await ben.tab.getByRole('button', { name: 'Borrow' }).click()
  await ben.tab.locator('canvas').first().waitFor()
  await aUser(app, { login: 'sigrid', name: 'Sigrid System', topics: ['SYSTEM', 'CATALOGUING'] })
  const desk = await deskOf(address)(browser, '/desk/lending', 'sigrid')
  await desk.page.getByRole('cell', { name: 'Lent', exact: true }).waitFor()
  await desk.page.getByRole('button', { name: /^Extend/ }).click()
  t.same(await violations(desk.page), [])
  await picture(desk.page, 'desk-lending')
  await desk.page.setViewportSize({ width: 390, height: 700 })
  t.ok(
    await desk.page.evaluate('document.querySelector("main").scrollWidth <= innerWidth'),
    'it fits a small screen',
  )
  await desk.page.getByRole('button', { name: /^End/ }).click()
  await desk.page.getByRole('dialog').getByRole('button', { name: 'End the loan' }).press('Enter')
  await desk.page.getByText('Nothing is lent').waitFor()
  t.same(desk.faults, [])
  t.same([ada.refused, ben.refused], [[], []], 'nothing was asked for that could not be had')
})
