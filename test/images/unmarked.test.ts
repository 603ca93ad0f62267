// Watermarks by right: readers get the image with the watermark of its domain, who has the right gets the one without, at every address.
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { atLength, isAtLength } from '../support/at-length.ts'
import { checks } from '../../src/app.ts'
import { find } from '../../src/images/packs/index.ts'
import { aScan, aServedPage, forgotten, pagesOf, putMaster } from '../support/images.ts'
import { aSession, aUser, password } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { until } from '../support/until.ts'

const app = await start(t, {
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example',
  FIREFOLIO_SERVER_TRUSTPROXY: '127.0.0.1',
})
await aDomain(app, 'plain')
await aDomain(app, 'marked')
const { services, drain, read } = app
const always = { 'if-match': '*' }
const mark = { text: 'Firefolio', opacity: 1, position: 'centre', scale: 0.9 }
const setMark = async (domain: string, watermark: object | null) => {
  const { status } = await app.call('PATCH', `/api/v1/domains/${domain}`, { watermark }, always)
  if (status !== 200) throw new Error(`the watermark: ${status}`)
  // the job that looks for what has changed wants the packs of the next
  await drain()
  await drain()
  await forgotten(app)
}
await setMark('marked', { ...mark, byRight: true })

const reader = await aUser(app, { login: 'reader' })
const cataloguer = await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
const asReader = await aSession(app, 'reader')
const asCataloguer = await aSession(app, 'cataloguer')
type Ask = (url: string, headers?: Record<string, string>) => ReturnType<typeof read>
const reads: Ask = (url, headers) => asReader('GET', url, undefined, headers)
const catalogues: Ask = (url, headers) => asCataloguer('GET', url, undefined, headers)

/** One scan twice: with the watermark of its domain, and in a domain without any. */
const scan = () => aScan(1400, 1000)
const page = await aServedPage(app, scan(), { domain: 'marked' })
const plain = await aServedPage(app, scan(), { domain: 'plain' })
const title = (await app.call('GET', `/api/v1/tree/${page}`)).body.parentId as number

interface NewEntry {
  readonly subject: string
  readonly right: string
  readonly effect: string
  readonly [member: string]: unknown
}
const set = async (at: string, entries: NewEntry[]) => {
  const answer = await app.call('PUT', `/api/v1/${at}/rights`, { entries }, always)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}
const forReader = { subject: 'user', user: reader.uuid, right: 'unmarked', effect: 'grant' }

const tile = '512,0,512,512/512,/0/default.jpg'
const addresses = (id: number): Record<string, string> => ({
  'a stored width': `/iiif/image/3/${id}/full/600,/0/default.jpg`,
  'a tile': `/iiif/image/3/${id}/${tile}`,
  'a rendering': `/iiif/image/3/${id}/full/500,/90/gray.png`,
  'version 2': `/iiif/image/2/${id}/full/600,/0/default.jpg`,
  'a tile of version 2': `/iiif/image/2/${id}/${tile}`,
  'Deep Zoom': `/dzi/${id}_files/11/1_0.jpg`,
  'a tile by zoom': `/api/v1/pages/${id}/tiles/2/1/0`,
  'a tile by name': `/api/v1/pages/${id}/tiles/t`,
  'a square tile': `/image/tiler/square/${id}/0/0/0`,
  'a tile of the web cache': `/image/tile/wc/0/1000/1.0/${id}/0/0/0`,
  'the image at a width': `/api/v1/pages/${id}/image?width=600`,
  'a download': `/download/webcache/600/${id}`,
  'a title picture': `/titlepage/${id}/304`,
})
const picture = addresses(page)['a stored width'] as string
const same = async (ask: Ask, other: { raw: Buffer }) => (await ask(picture)).raw.equals(other.raw)
const clean = await read(addresses(plain)['a stored width'] as string)
const marked = await read(picture)
/** What somebody is shown now. */
const shown = async (ask: Ask): Promise<'marked' | 'clean' | 'neither'> =>
  (await same(ask, clean)) ? 'clean' : (await same(ask, marked)) ? 'marked' : 'neither'

/** The file of a pack. */
const fileOf = (recipe: string): string =>
  join(
    app.folder,
    readdirSync(app.folder, { recursive: true, encoding: 'utf8' }).find(path =>
      path.endsWith(`${recipe}.tif`),
    ) ?? `no ${recipe}`,
  )
const namesOf = async (id: number) => {
  const row = await find(services.db, id)
  return { recipe: row?.recipe ?? '', unmarked: row?.unmarked ?? null }
}
const packCheck = async (repair: boolean): Promise<string[]> => {
  const found: string[] = []
  for (const each of checks.filter(({ name }) => ['packs', 'webcache', 'stray-packs'].includes(name)))
    for (const { sentence } of await each.run(services, { repair })) found.push(sentence.replace(/: .*/, ''))
  return found
}

t.test('at every address readers get the mark, and who has the right the image without it', async t => {
  t.equal(
    (await find(services.db, page))?.unmarked,
    (await find(services.db, plain))?.recipe,
    'of one recipe, one pack',
  )
  const pixels = async (answer: { raw: Buffer }) => (await sharp(answer.raw).stats()).channels[1]?.mean ?? 0
  t.ok(Math.abs((await pixels(marked)) - (await pixels(clean))) > 5, 'the mark is large')
  await set(`tree/${title}`, [forReader])
  const others = addresses(plain)
  for (const [name, address] of Object.entries(addresses(page))) {
    const wanted = await read(others[name] as string)
    // each twice: what is kept of one is never given to the other
    for (const round of ['new', 'kept']) {
      const [public_, own] = [await read(address), await reads(address)]
      t.same([public_.status, own.status, wanted.status], [200, 200, 200], address)
      t.ok(own.raw.equals(wanted.raw), `${name}, ${round}: clean`)
      t.notOk(public_.raw.equals(wanted.raw), `${name}, ${round}: marked`)
      t.not(own.headers['etag'], public_.headers['etag'], name)
      t.match(public_.headers, { 'cache-control': 'public, max-age=60', vary: /Authorization, Cookie/ }, name)
      t.match(own.headers, { 'cache-control': /^private/, vary: /Authorization, Cookie/ }, name)
    }
    const [etag = '', other = ''] = [
      (await reads(address)).headers['etag'],
      (await read(address)).headers['etag'],
    ]
    t.equal((await reads(address, { 'if-none-match': etag })).status, 304, name)
    t.equal(
      (await reads(address, { 'if-none-match': other })).status,
      200,
      `${name}: a marked copy is not current`,
    )
    t.equal((await read(address, { 'if-none-match': etag })).status, 200, `${name}: nor a clean one`)
  }
  t.equal(
    (await read(others['a tile'] as string)).headers['vary'],
    undefined,
    'where all get the same, caches need not ask',
  )
  const [info, ownInfo] = [
    await read(`/iiif/image/3/${page}/info.json`),
    await reads(`/iiif/image/3/${page}/info.json`),
  ]
  t.same(ownInfo.body, info.body)
  t.not(ownInfo.headers['etag'], info.headers['etag'])
  t.match(ownInfo.headers, { 'cache-control': /^private/, vary: /Authorization/ })
  t.match((await read(`/dzi/${page}.dzi`)).raw.toString(), /Width="1400"/)
})

t.test('a pack that is one page and another without its mark goes with neither alone', async t => {
  const { recipe, unmarked } = await namesOf(page)
  const turn = async (rotation: number) => {
    await app.call('PATCH', `/api/v1/pages/${plain}/pack`, { rotation }, always)
    await drain()
    await forgotten(app)
  }
  await turn(90)
  t.not((await namesOf(plain)).recipe, unmarked)
  for (const name of [recipe, unmarked ?? '']) utimesSync(fileOf(name), 1e9, 1e9)
  t.same(await packCheck(true), [], 'nor is it a stray')
  t.ok(existsSync(fileOf(unmarked ?? '')))
  t.equal(await shown(reads), 'clean')
  await turn(0)
  t.equal((await namesOf(plain)).recipe, unmarked)
})

t.test('a PDF has the images that its reader may see', async t => {
  const pdf = `/download/pdf/${title}?width=600`
  const [public_, own] = [await read(pdf), await reads(pdf)]
  t.same([public_.raw.includes(marked.raw), public_.raw.includes(clean.raw)], [true, false])
  t.same([own.raw.includes(marked.raw), own.raw.includes(clean.raw)], [false, true])
  t.match(own.headers, { 'cache-control': /^private/, vary: /Authorization/ })
})

t.test('tiles without the mark are read from a pack, and the master is rendered for nobody', async t => {
  const counts = async () => {
    const text = (await app.call('GET', '/metrics')).raw.toString()
    return ['tile', 'rendered'].map(name =>
      Number(new RegExp(`images_total\\{class="${name}"\\} (\\d+)`).exec(text)?.[1] ?? 0),
    )
  }
  const [tiles = 0, rendered = 0] = await counts()
  for (let turn = 0; turn < 5; turn++) await reads(addresses(page)['a tile'] as string)
  t.same(await counts(), [tiles + 5, rendered])
})

t.test(
  'an entry on node or domain, a range, a topic or the right to the master gives it; what has ended is marked at once',
  async t => {
    await set(`tree/${title}`, [])
    t.same(await Promise.all([read, reads, catalogues].map(shown)), ['marked', 'marked', 'clean'])
    t.equal(await shown((url, headers) => app.call('GET', url, undefined, headers)), 'clean', 'the operator')
    await set('domains/marked', [forReader])
    t.equal(await shown(reads), 'clean', 'by the domain')
    await set(`tree/${page}`, [{ ...forReader, effect: 'deny' }])
    t.equal(await shown(reads), 'marked', 'what is nearer decides')
    await set(`tree/${page}`, [])
    await set('domains/marked', [])
    t.equal(await shown(reads), 'marked')
    await set(`tree/${title}`, [{ ...forReader, right: 'master' }])
    t.equal(await shown(reads), 'clean', 'who may fetch the scan')
    await set(`tree/${title}`, [{ ...forReader, user: cataloguer.uuid, effect: 'deny' }])
    t.equal(await shown(catalogues), 'marked', 'an entry that names somebody takes it away')
    await set(`tree/${title}`, [
      { subject: 'range', range: '192.0.2.0/24', right: 'unmarked', effect: 'grant' },
    ])
    const from =
      (address: string): Ask =>
      url =>
        read(url, { 'x-forwarded-for': address })
    t.same(await Promise.all([from('192.0.2.9'), from('198.51.100.7')].map(shown)), ['clean', 'marked'])
    t.match((await from('192.0.2.9')(picture)).headers['cache-control'], /^private/)
    await set(`tree/${title}`, [{ subject: 'everyone', right: 'unmarked', effect: 'grant' }])
    t.same(await Promise.all([read, reads].map(shown)), ['clean', 'clean'], 'all, where it says so')
    t.match((await read(picture)).headers['cache-control'], /^private/)
    const end = new Date(Date.now() + 1500)
    await set(`tree/${title}`, [{ ...forReader, until: end.toISOString() }])
    t.equal(await shown(reads), 'clean')
    await until(async () => Date.now() > end.getTime(), 'its end')
    t.equal(await shown(reads), 'marked', 'its moment has passed')
  },
)

t.test('to who may see it small alone the image is small, with or without the mark', async t => {
  const small = { subject: 'everyone', right: 'see-image', effect: 'grant', width: 300 }
  await set(`tree/${title}`, [small, forReader])
  await set(`tree/${plain}`, [small])
  const address = (id: number) => `/iiif/image/3/${id}/full/max/0/default.jpg`
  const wanted = await read(address(plain))
  t.equal((await sharp(wanted.raw).metadata()).width, 300)
  t.ok((await reads(address(page))).raw.equals(wanted.raw))
  t.notOk((await read(address(page))).raw.equals(wanted.raw))
  await set(`tree/${plain}`, [])
  await set(`tree/${title}`, [forReader])
})

t.test('keys for reading and the cookie of viewers carry the right', async t => {
  const made = await asReader('POST', '/api/v1/users/me/keys', { label: 'viewer', scopes: ['read'] })
  const authorization = `Bearer ${made.body.key as string}`
  t.equal(await shown((url, headers) => read(url, { ...headers, authorization })), 'clean')
  const answer = await app.app.inject({
    method: 'POST',
    url: `/log-in?origin=${encodeURIComponent('https://viewer.example')}`,
    payload: new URLSearchParams({ login: 'reader', password }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const cookie =
    [answer.headers['set-cookie'] ?? []]
      .flat()
      .map(String)
      .find(each => each.startsWith('firefolio-viewer='))
      ?.split(';')[0] ?? ''
  t.equal(await shown((url, headers) => read(url, { ...headers, cookie })), 'clean')
})

t.test('permissions tell why; the desk can ask for what readers get', async t => {
  const of = async (ask: Ask) =>
    (await ask(`/api/v1/tree/${page}/permissions`)).body.reasons.unmarked as object
  t.match(await of(reads), { allowed: true, by: 'entry', level: { kind: 'node', id: title } })
  t.match(await of(read), { allowed: false, by: 'nothing' })
  t.match(await of(catalogues), { allowed: true, by: 'topic', topics: ['CATALOGUING'] })
  const seen = await catalogues(`/api/v1/pages/${page}/image?width=600&marked=true`)
  t.ok(seen.raw.equals(marked.raw))
  t.match((await app.call('GET', '/api/v1/domains/marked')).body.watermark, {
    text: 'Firefolio',
    byRight: true,
  })
})

t.test(
  'either pack is made anew when it is lost or damaged; readers never see the master instead',
  async t => {
    // a scan of its own: no other page has its packs
    const own = await aServedPage(app, aScan(900, 700), { domain: 'marked' })
    await set(`tree/${own}`, [forReader])
    const address = `/iiif/image/3/${own}/full/600,/0/default.jpg`
    const [first, firstClean] = [await read(address), await reads(address)]
    t.notOk(first.raw.equals(firstClean.raw))
    const { recipe, unmarked } = await namesOf(own)
    const whole = async (name: string) => {
      await drain()
      await forgotten(app)
      t.ok((await read(address)).raw.equals(first.raw), `${name}: marked as before`)
      t.ok((await reads(address)).raw.equals(firstClean.raw), `${name}: clean as before`)
      t.same(await packCheck(false), [], name)
    }
    const lose = (path: string) => rmSync(path)
    const damage = (path: string) => writeFileSync(path, 'no pack')
    // one is lost and the other damaged; at length each is both
    for (const [harm, other] of isAtLength
      ? ([
          [lose, lose],
          [damage, damage],
        ] as const)
      : ([[lose, damage]] as const)) {
      harm(fileOf(unmarked as string))
      t.same(await packCheck(false), [`The access pack without a watermark of page ${own} cannot be used`])
      await forgotten(app)
      const meanwhile = await reads(address)
      t.ok(meanwhile.raw.equals(first.raw), 'the marked one stands in')
      t.equal(meanwhile.headers['etag'], first.headers['etag'], 'under its own tag')
      await whole('seen by its reader')

      other(fileOf(recipe))
      t.same(await packCheck(false), [`The access pack of page ${own} cannot be used`])
      await forgotten(app)
      t.match(await read(address), { status: 503, headers: { 'retry-after': '5' } })
      t.equal((await read(`/titlepage/${own}/304`)).headers['content-type'], 'image/png', 'a stand-in')
      t.ok((await reads(address)).raw.equals(firstClean.raw))
      await whole('missed by readers')

      harm(fileOf(recipe))
      other(fileOf(unmarked as string))
      t.equal((await packCheck(true)).length, 2)
      await whole('repaired')
    }
  },
)

t.test(
  'until its packs are made a page with a watermark to come is shown to who may see the master alone',
  async t => {
    const id = await aTitle(app, { domain: 'marked', pages: 1, release: true })
    const [own = 0] = await pagesOf(app, id)
    await set(`tree/${own}`, [forReader])
    await putMaster(app, own, await aScan(700, 500).tiff().toBuffer())
    const address = `/iiif/image/3/${own}/full/max/0/default.jpg`
    t.equal((await read(address)).status, 503)
    t.match(await reads(address), { status: 200, headers: { 'cache-control': /^private/ } })
    await drain()
    await forgotten(app)
    const [public_, reader_] = [await read(address), await reads(address)]
    t.same([public_.status, reader_.status], [200, 200])
    t.notOk(public_.raw.equals(reader_.raw))
  },
)

t.test(
  'edits, another watermark, none, and no second pack: each is followed, and nothing is left',
  atLength,
  async t => {
    await aDomain(app, 'changing')
    await setMark('changing', { ...mark, byRight: true })
    const own = await aServedPage(app, aScan(800, 600), { domain: 'changing' })
    await set(`tree/${own}`, [forReader])
    const address = `/iiif/image/3/${own}/full/max/0/default.jpg`
    const both = async () => [(await read(address)).raw, (await reads(address)).raw] as const
    const [first, firstClean] = await both()
    const files: string[] = []
    const changed = async (name: string) => {
      const { recipe, unmarked } = await namesOf(own)
      for (const path of files.splice(0))
        if (!path.includes(recipe) && !(unmarked !== null && path.includes(unmarked)))
          t.notOk(existsSync(path), `${name}: a former pack is gone`)
      files.push(...[recipe, unmarked ?? recipe].map(fileOf))
      t.same(await packCheck(false), [], name)
      return { recipe, unmarked }
    }
    const before = await changed('first')

    await app.call('PATCH', `/api/v1/pages/${own}/pack`, { rotation: 90 }, always)
    await drain()
    await forgotten(app)
    for (const { raw } of [await read(address), await reads(address)])
      t.match(await sharp(raw).metadata(), { width: 600, height: 800 }, 'both are turned')
    t.notOk((await changed('turned')).unmarked === before.unmarked)
    await app.call('PATCH', `/api/v1/pages/${own}/pack`, { rotation: 0 }, always)
    await drain()

    await setMark('changing', { ...mark, text: 'Another', byRight: true })
    const [second, secondClean] = await both()
    t.notOk(second.equals(first))
    t.ok(secondClean.equals(firstClean))
    t.equal((await changed('another')).unmarked, before.unmarked, 'what is clean stays')

    await setMark('changing', { ...mark, byRight: false })
    t.ok(
      (await both()).every(raw => raw.equals(first)),
      'no second pack: all see the mark',
    )
    t.same(await changed('no second'), { recipe: before.recipe, unmarked: null })

    await setMark('changing', { ...mark, byRight: true })
    t.ok((await both())[1].equals(firstClean))
    t.same(await changed('both again'), before)

    await setMark('changing', null)
    t.ok(
      (await both()).every(raw => raw.equals(firstClean)),
      'no watermark',
    )
    t.same(await changed('none'), { recipe: before.unmarked, unmarked: null })
  },
)
