// A title of sound in a real browser: it is heard on its page, also without scripts, and in Mirador, under our policy.
import t from '../support/tap.ts'
import { browserOf, needsBrowser } from '../support/browser.ts'
import { aSecond } from '../support/images.ts'
import { wave, webm } from '../support/recordings.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { picture, violations } from '../support/visit.ts'

const aBrowser = browserOf(t)
const app = await start(t)
await aDomain(app)
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)

const add = async (title: number, name: string, bytes: Buffer, label: string): Promise<number> =>
  (
    await app.call('POST', `/api/v1/titles/${title}/files?name=${name}&label=${label}`, bytes, {
      'content-type': 'application/octet-stream',
    })
  ).body.items[0].id

t.test('a title of sound is heard on its page and in Mirador', needsBrowser, async t => {
  const title = await aTitle(app, { title: 'Tonband', release: true })
  await add(title, 'band.wav', wave(16_000), 'Seite%20A')
  const film = await add(title, 'film.webm', webm(2, { width: 320, height: 180 }), 'Der%20Film')
  const html = (await app.read(`/id/${title}`, { accept: 'text/html', 'accept-language': 'de' }))
    .body as string
  t.match(html, /<audio controls=""[^>]* src="[^"]*\/download\/file\//, 'also without scripts')
  t.notMatch(html, 'Noch sind keine Seiten', 'nothing is missing')
  const page = await (await aBrowser(t)).newPage({ locale: 'de-DE', viewport: { width: 1300, height: 900 } })
  const faults: string[] = []
  page.on('console', message => {
    if (/content security policy|hydrat/i.test(message.text())) faults.push(message.text())
  })
  await page.goto(`${address}/id/${title}`)
  await page.getByRole('heading', { name: 'Hören und Sehen' }).waitFor()
  const plays = (): Promise<number> =>
    page.evaluate(`new Promise((done, failed) => {
      const sound = document.querySelector('audio')
      const until = () => sound.readyState > 0 ? done(sound.duration) : sound.error ? failed(sound.error) : setTimeout(until, 50)
      sound.load()
      until()
    })`)
  t.equal(await plays(), 2)
  t.equal(await page.locator('video').getAttribute('src'), `/download/file/${title}/${film}`)
  t.equal(await page.getByLabel('Der Film').count(), 1, 'named as its file is')
  t.same(await violations(page), [])
  await picture(page, 'recordings')
  await page.getByRole('link', { name: 'In Mirador öffnen' }).click()
  await page.locator('.mirador-viewer audio').waitFor()
  t.equal(await plays(), 2, 'Mirador plays it')
  t.same(faults, [])
  const english = await app.read(`/id/${title}`, { accept: 'text/html', 'accept-language': 'en' })
  t.match(english.body, 'Listen and watch')
  await page.close()
})

t.test('a recording that is lent is heard by who has borrowed it', needsBrowser, async t => {
  const title = await aTitle(app, { title: 'Verliehen', release: true })
  await add(title, 'band.wav', wave(16_000), 'Seite%20A')
  await app.call('PATCH', `/api/v1/titles/${title}`, { maxAccessCount: 1 }, { 'if-match': '*' })
  await aSecond()
  const page = await (await aBrowser(t)).newPage({ locale: 'en-GB' })
  const refused: string[] = []
  page.on('response', response => {
    if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(`${address}/id/${title}`)
  const borrow = page.getByRole('button', { name: 'Borrow' })
  await borrow.waitFor()
  t.equal(await page.locator('audio').count(), 0)
  await borrow.click()
  await page.getByLabel('Seite A').waitFor()
  await page.waitForFunction("document.querySelector('audio').readyState > 0")
  t.same(refused, [])
  await page.close()
})
