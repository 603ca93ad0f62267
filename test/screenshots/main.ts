// npm run screenshots -- [words of a page's name] [de | en]: every page at three widths, light and dark, in both languages, with the contents that are
// hard to lay out; the pictures and a contact sheet go to var/screenshots. Ends with 1 where a page could not be drawn or stands out of its window.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../src/root.ts'
import { aBrowser } from '../support/browser.ts'
import { aSession, aUser } from '../support/people.ts'
import { withTeardown, withTestServer } from '../support/server.ts'
import { start, type TestApp } from '../support/start.ts'
import { type House, languages, take, type Taken } from './camera.ts'
import { hardContents } from './contents.ts'
import { type Shot, shots } from './pages.ts'
import { sheet } from './sheet.ts'

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)
const asked = process.argv.slice(2).map(word => word.toLowerCase())
const spoken = languages.filter(language => asked.includes(language))
const words = asked.filter(word => !languages.some(language => language === word))
const isAsked = ({ name }: Shot): boolean =>
  words.length === 0 || words.some(word => name.toLowerCase().includes(word))
const folder = join(root, 'var/screenshots')

async function houseOf(app: TestApp): Promise<House> {
  const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
  app.services.setPublicUrl(address)
  const cookies = new Map<string, string>()
  return {
    address,
    async cookie(login) {
      const known = cookies.get(login) ?? (await aSession(app, login)).cookie
      cookies.set(login, known)
      return known
    },
  }
}

async function all(t: Parameters<typeof start>[0]): Promise<Taken[]> {
  const browser = await aBrowser(t)
  const app = await start(t, {
    FIREFOLIO_WEB_NAME: 'Universitäts- und Landesbibliothek Musterstadt',
    FIREFOLIO_WEB_CONTACT: 'mailto:lesesaal@library.example',
    FIREFOLIO_WEB_IMPRINT: 'de: /static/impressum.html | en: /static/imprint.html',
    FIREFOLIO_WEB_PRIVACY: '/static/privacy.html',
    FIREFOLIO_IDENTIFIERS_ON: 'true',
    FIREFOLIO_IDENTIFIERS_URN: 'urn:nbn:de:xyz-{id}',
  })
  say('making what is shown …')
  const wanted = shots(await hardContents(app)).filter(isAsked)
  const full = await houseOf(app)
  const none = await start(t)
  await aUser(none, { login: 'clara', name: 'Clara Mustermann', topics: ['DATA_MANAGEMENT', 'SYSTEM'] })
  const empty = await houseOf(none)
  const taken: Taken[] = []
  for (const shot of wanted) {
    const options = { folder, languages: spoken.length > 0 ? spoken : languages }
    const found = await take(browser, shot.isEmptyHouse ? empty : full, shot, options)
    taken.push(found)
    say(`${found.findings.length === 0 ? 'ok   ' : 'LOOK '} ${shot.name}`)
    for (const finding of found.findings) say(`        ${finding}`)
  }
  return taken
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const taken = await withTestServer(() => withTeardown(all))
const count = taken.reduce((sum, { pictures }) => sum + pictures.length, 0)
const bad = taken.filter(({ findings }) => findings.length > 0).length
const said = `${count} pictures of ${taken.length} pages; ${bad} of them have something to look at.`
writeFileSync(join(folder, 'index.html'), sheet(taken, said))
say(`${said} They lie in var/screenshots; index.html shows them all.`)
process.exit(count > 0 && bad === 0 ? 0 : 1)
