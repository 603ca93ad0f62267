import { copyFileSync, readdirSync, renameSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { checks } from '../../src/app.ts'
import { want } from '../../src/images/packs/index.ts'
import { aSecond, aServedPage, forgotten } from '../support/images.ts'
import { aDomain, start } from '../support/start.ts'

const colours = { dark: '#300', light: '#fee' }

const app = await start(t)
await aDomain(app)
let height = 700

/** Two new pages of one size and two shades, and the paths of their packs. */
async function twoPages() {
  // of a size of their own: no other pages have the same masters
  height++
  const page = (background: string) =>
    aServedPage(app, sharp({ create: { width: 600, height, channels: 3, background } }))
  const before = packFiles()
  const dark = await page(colours.dark)
  const darkPack = packFiles().find(path => !before.includes(path)) as string
  const light = await page(colours.light)
  const lightPack = packFiles().find(path => ![...before, darkPack].includes(path)) as string
  return { dark, light, darkPack, lightPack }
}

const packFiles = (): string[] =>
  readdirSync(app.folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /packs\/.*\.tif$/.test(path))
    .map(path => join(app.folder, path))

function exchange(one: string, other: string): void {
  renameSync(one, `${one}.x`)
  renameSync(other, one)
  renameSync(`${one}.x`, other)
}

/** Which of both pages an image shows. */
async function shown(id: number): Promise<'dark' | 'light'> {
  const answer = await app.read(`/iiif/image/3/${id}/full/128,/0/default.jpg`)
  t.equal(answer.status, 200)
  const [, green] = (await sharp(answer.raw).stats()).channels
  return (green?.mean ?? 0) > 128 ? 'light' : 'dark'
}

const check = async (repair: boolean): Promise<string[]> => {
  const found: string[] = []
  for (const each of checks.filter(({ name }) => ['packs', 'webcache'].includes(name)))
    for (const finding of await each.run(app.services, { repair })) found.push(finding.sentence)
  return found
}

t.test('exchanged packs never show the other page, whether they were open before or not', async t => {
  const { dark, light, darkPack, lightPack } = await twoPages()
  t.same([await shown(dark), await shown(light)], ['dark', 'light'])
  exchange(darkPack, lightPack)
  await aSecond()
  t.same([await shown(dark), await shown(light)], ['dark', 'light'], 'from their masters')
  t.equal(sharp.cache().items.max, 0, 'nothing that was read of a file is kept, whatever threads have begun')
  t.equal((await app.read(`/api/v1/pages/${dark}/pack`)).body.state, 'wanted', 'they are made anew')
  await app.drain()
  await forgotten(app)
  t.same([await shown(dark), await shown(light)], ['dark', 'light'])
  t.same(await check(false), [])
})

t.test(
  'a pack that is written over while it is open is not read at the places of the one before',
  async t => {
    const { dark, darkPack, lightPack } = await twoPages()
    t.equal(await shown(dark), 'dark')
    copyFileSync(lightPack, darkPack)
    utimesSync(darkPack, new Date(), new Date(statSync(lightPack).mtimeMs + 5000))
    await forgotten(app)
    t.equal(await shown(dark), 'dark')
    await app.drain()
    t.same(await check(false), [], 'it is made anew')
  },
)

t.test('check finds exchanged packs, and its repair makes them what they were', async t => {
  const { dark, light, darkPack, lightPack } = await twoPages()
  exchange(darkPack, lightPack)
  t.same(await check(false), [
    `The access pack of page ${dark} cannot be used: The access pack is that of another page or of other settings.`,
    `The access pack of page ${light} cannot be used: The access pack is that of another page or of other settings.`,
  ])
  await check(true)
  await app.drain()
  t.same(await check(false), [])
  t.same([await shown(dark), await shown(light)], ['dark', 'light'])
  const { body } = await app.call('GET', `/api/v1/pages/${dark}/pack`)
  t.match(body, { state: 'made', storedWidths: [128, 304] })
})

t.test('a pack of another page under the name of one to be made is not taken for it', atLength, async t => {
  const { dark, darkPack, lightPack } = await twoPages()
  copyFileSync(lightPack, darkPack)
  await app.services.database.inTransaction({ actor: { name: 'test', application: 'test' } }, trx =>
    want(trx, [dark]),
  )
  await app.drain()
  await forgotten(app)
  t.equal(await shown(dark), 'dark')
})
