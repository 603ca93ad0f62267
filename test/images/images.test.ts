import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { decodedSource } from '../../src/imaging/source.ts'
import { root } from '../../src/root.ts'
import { aScan, aServedPage, forgotten, pagesOf, putMaster, sizeOf } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { until } from '../support/until.ts'

const app = await start(t)
await aDomain(app)
const { call, read, services, drain } = app

const aPage = (image?: Sharp) => aServedPage(app, image)
let served: Promise<number> | undefined
/** The page of those who change nothing. */
const thePage = () => (served ??= aPage())
const findings = async (repair = false) => {
  const found: string[] = []
  for (const check of checks.filter(each => ['packs', 'webcache', 'stray-packs'].includes(each.name)))
    for (const finding of await check.run(services, { repair })) found.push(finding.sentence)
  return found
}

t.test('a master becomes a pack; tiles, stored widths and info.json come from it', async t => {
  const id = await thePage()
  t.match((await read(`/api/v1/pages/${id}/pack`)).body, {
    state: 'made',
    width: 1500,
    height: 1100,
    storedWidths: [128, 304, 600, 1000],
    rotation: 0,
    crop: null,
  })
  const info = await read(`/iiif/image/3/${id}/info.json`)
  t.match(info.body, {
    width: 1500,
    height: 1100,
    profile: 'level2',
    tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4] }],
  })
  t.same(
    info.body.sizes.map((size: { width: number }) => size.width),
    [128, 304, 375, 600, 1000],
  )
  t.equal(
    info.headers['content-type'],
    'application/ld+json;profile="http://iiif.io/api/image/3/context.json"',
  )
  t.equal(info.headers['access-control-allow-origin'], '*')
  t.match(info.headers['link'], '<http://iiif.io/api/image/3/level2.json>;rel="profile"')
  t.match(info.headers['vary'], /Accept/)
  t.match(
    (await read(`/iiif/image/3/${id}/info.json`, { accept: 'application/json' })).headers['content-type'],
    'application/json',
  )
  t.equal(
    (await read(`/iiif/image/3/${id}/info.json`, { 'if-none-match': info.headers['etag'] as string })).status,
    304,
  )
  const before = { ...(await counts()) }
  for (const [path, width, height] of [
    ['0,0,512,512/512,512', 512, 512],
    ['1024,1024,476,76/476,76', 476, 76],
    ['0,0,1024,1024/512,512', 512, 512],
    ['1024,0,476,1024/238,', 238, 512],
    ['0,0,1500,1100/375,275', 375, 275],
    ['full/375,', 375, 275],
    ['full/600,', 600, 440],
    ['full/1000,733', 1000, 733],
  ] as const) {
    const answer = await read(`/iiif/image/3/${id}/${path}/0/default.jpg`)
    t.equal(answer.status, 200, path)
    t.same(await sizeOf(answer), [width, height], path)
  }
  const after = await counts()
  t.equal((after['rendered'] ?? 0) - (before['rendered'] ?? 0), 0, 'nothing of it was rendered')
  t.equal((after['tile'] ?? 0) - (before['tile'] ?? 0), 6)
  t.equal((after['stored'] ?? 0) - (before['stored'] ?? 0), 2)
})

async function counts(): Promise<Record<string, number>> {
  const text = String((await call('GET', '/metrics')).body)
  return Object.fromEntries(
    [...text.matchAll(/^firefolio_images_total\{class="(\w+)"\} (\d+)$/gm)].map(([, name, count]) => [
      name,
      Number(count),
    ]),
  )
}

t.test('everything else is rendered once and kept', async t => {
  const id = await thePage()
  const get = (path: string, version = 3) => read(`/iiif/image/${version}/${id}/${path}`)
  for (const [path, width, height, format] of [
    ['square/200,/0/default.jpg', 200, 200, 'jpeg'],
    ['100,100,300,200/max/0/gray.png', 300, 200, 'png'],
    ['full/333,444/0/default.webp', 333, 444, 'webp'],
    ['full/200,/90/default.jpg', 147, 200, 'jpeg'],
    ['full/200,/0/bitonal.tif', 200, 147, 'tiff'],
    ['pct:10,10,20,20/pct:50/0/color.jpg', 150, 110, 'jpeg'],
  ] as const) {
    const answer = await get(path)
    t.equal(answer.status, 200, `${path} ${String(answer.body).slice(0, 200)}`)
    const metadata = await sharp(answer.raw).metadata()
    t.same([metadata.width, metadata.height, metadata.format], [width, height, format], path)
  }
  const slanted = await get('full/100,/45/default.png')
  t.ok((await sharp(slanted.raw).metadata()).hasAlpha, 'corners are transparent')
  t.match((await get('full/200,/!180/default.gif')).raw.toString('latin1', 0, 6), 'GIF89a')
  const pdf = await get('full/300,/0/default.pdf')
  t.equal(pdf.headers['content-type'], 'application/pdf')
  t.match(pdf.raw.toString('latin1'), /^%PDF-1\.4[\s\S]*\/MediaBox \[0 0 300 220\][\s\S]*%%EOF\n$/)
  for (const [path, width, height, channels] of [
    ['full/300,/0/default.jp2', 300, 220, 3],
    ['100,100,64,64/max/!90/gray.jp2', 64, 64, 1],
    ['full/50,/45/default.jp2', 62, 62, 3],
  ] as const) {
    const jp2 = await get(path)
    t.equal(jp2.headers['content-type'], 'image/jp2')
    const file = join(app.folder, 'image.jp2')
    writeFileSync(file, jp2.raw)
    const decoded = await decodedSource(file, 0, `${file}.tif`, { maxPixels: 1e6, codecMemory: 1024 })
    const png = await get(path.replace('.jp2', '.jpg'))
    const [ours, theirs] = await Promise.all(
      [sharp(decoded.path), sharp(png.raw)].map(image =>
        image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true }),
      ),
    )
    t.match(await sharp(decoded.path).metadata(), { width, height, channels }, path)
    let off = 0
    for (const [at, value] of (ours?.data ?? []).entries()) off += Math.abs(value - (theirs?.data[at] ?? 0))
    t.ok(off / (ours?.data.length ?? 1) < 3, `${path}: as the JPEG is`)
  }
  t.equal(sharp.cache().items.max, 0, 'the threads that wrote them let libvips keep nothing of a file')
  const bitonal = await sharp((await get('full/200,/0/bitonal.png')).raw).stats()
  t.ok(bitonal.channels[0]?.min === 0 && bitonal.channels[0]?.max === 255)
  const first = await get('square/77,/0/default.jpg')
  await until(async () => {
    const { kept } = await counts()
    await get('square/77,/0/default.jpg')
    return (await counts())['kept'] !== kept
  }, 'it is kept, behind the answer’s back')
  const before = await counts()
  const again = await get('square/77,/0/default.jpg')
  t.ok(first.raw.equals(again.raw))
  const after = await counts()
  t.equal((after['kept'] ?? 0) - (before['kept'] ?? 0), 1)
  t.equal(after['rendered'], before['rendered'])
  // sixty who want the same at once cost one rendering
  const many = await Promise.all(Array.from({ length: 60 }, () => get('square/78,/0/default.jpg')))
  t.ok(many.every(answer => answer.status === 200))
  const last = await counts()
  t.equal((last['rendered'] ?? 0) - (after['rendered'] ?? 0), 1)
  t.equal(
    (last['joined'] ?? 0) + (last['kept'] ?? 0) - (after['joined'] ?? 0) - (after['kept'] ?? 0),
    59,
    'the others waited for it',
  )
})

t.test('mirrors before it turns, and right is right', async t => {
  // the upper left corner of a scan is red
  const id = await aPage(aScan(400, 600))
  const corner = async (rotation: string) => {
    const { data, info } = await sharp(
      (await read(`/iiif/image/3/${id}/full/max/${rotation}/default.png`)).raw,
    )
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels + 1] as number
    const marked = {
      nw: at(9, 9),
      ne: at(info.width - 10, 9),
      sw: at(9, info.height - 10),
      se: at(info.width - 10, info.height - 10),
    }
    return Object.entries(marked).sort((a, b) => a[1] - b[1])[0]?.[0]
  }
  for (const [rotation, expected] of [
    ['0', 'nw'],
    ['90', 'ne'],
    ['180', 'se'],
    ['270', 'sw'],
    ['!0', 'ne'],
    ['!90', 'se'],
  ] as const)
    t.equal(await corner(rotation), expected, rotation)
})

t.test('errors are those of the norm, and may be read by any site', async t => {
  const id = await thePage()
  for (const [path, status] of [
    ['full/max/0/default.bmp', 400],
    ['full/full/0/default.jpg', 400],
    ['full/^3001,/0/default.jpg', 400],
    ['full/1501,/0/default.jpg', 400],
    ['9999,0,10,10/max/0/default.jpg', 400],
    ['full/max/361/default.jpg', 400],
    ['full/max/0/default', 400],
    [encodeURIComponent('a;b<c=d>e@[\\]^_`').concat('/max/0/default.jpg'), 400],
  ] as const) {
    const answer = await read(`/iiif/image/3/${id}/${path}`)
    t.equal(answer.status, status, path)
    t.equal(answer.headers['access-control-allow-origin'], '*')
    t.match(answer.headers['content-type'], 'application/problem+json')
  }
  for (const unknown of ['999999', '3d7c3b1a-0000', '0', '-1', '99999999999'])
    t.equal((await read(`/iiif/image/3/${unknown}/info.json`)).status, 404, unknown)
  t.equal((await read(`/iiif/image/3/${id}/a/full/max/0/default.jpg`)).status, 404, 'an unescaped slash')
  const base = await read(`/iiif/image/3/${id}`)
  t.match(base, { status: 303, headers: { location: new RegExp(`/iiif/image/3/${id}/info\\.json$`) } })
  const preflight = await app.app.inject({ method: 'OPTIONS', url: `/iiif/image/3/${id}/info.json` })
  t.match(preflight, { statusCode: 204, headers: { 'access-control-allow-origin': '*' } })
  const head = await app.app.inject({
    method: 'HEAD',
    url: `/iiif/image/3/${id}/0,0,512,512/512,512/0/default.jpg`,
  })
  t.equal(head.statusCode, 200)
  t.ok(Number(head.headers['content-length']) > 1000)
  t.equal(head.body, '')
})

t.test('version 2.1 on the same engine', async t => {
  const id = await thePage()
  const info = await read(`/iiif/image/2/${id}/info.json`)
  t.match(info.body, {
    '@id': new RegExp(`/iiif/image/2/${id}$`),
    profile: ['http://iiif.io/api/image/2/level2.json', {}],
  })
  const full = await read(`/iiif/image/2/${id}/full/600,/0/default.jpg`)
  t.same(await sizeOf(full), [600, 440])
  t.match(
    full.headers['link'],
    new RegExp(
      `<http://iiif.io/api/image/2/level2.json>;rel="profile",<[^>]*/iiif/image/2/${id}/full/600,/0/default.jpg>;rel="canonical"`,
    ),
  )
  t.equal((await read(`/iiif/image/2/${id}/full/full/0/native.jpg`)).status, 400)
  t.match(await read(`/i3f/v21/${id}/full/600,/0/default.jpg`), {
    status: 301,
    headers: { location: /\/iiif\/image\/2\/\d+\/full\/600%2C\/0\/default\.jpg$/ },
  })
})

t.test('conditional requests are answered before any pixel, and the log has its line', async t => {
  const id = await thePage()
  const url = `/iiif/image/3/${id}/0,0,512,512/512,512/0/default.jpg`
  const first = await read(url)
  const before = await counts()
  const second = await read(url, { 'if-none-match': first.headers['etag'] as string })
  t.equal(second.status, 304)
  t.equal(second.raw.length, 0)
  t.equal(second.headers['etag'], first.headers['etag'])
  t.equal((await counts())['unchanged'], (before['unchanged'] ?? 0) + 1)
  t.match(first.headers['cache-control'], /^public/)
})

t.test('Deep Zoom, tiles by zoom and by name, and the addresses of Visual Library Servers', async t => {
  const id = await thePage()
  t.match(
    String((await read(`/dzi/${id}.dzi`)).body),
    /Overlap="0" TileSize="512"><Size Width="1500" Height="1100"\/>/,
  )
  for (const [path, width, height] of [
    [`/dzi/${id}_files/11/2_2.jpg`, 476, 76],
    [`/dzi/${id}_files/10/0_0.jpg`, 512, 512],
    [`/dzi/${id}_files/9/0_0.jpg`, 375, 275],
    [`/dzi/${id}_files/0/0_0.jpg`, 1, 1],
    [`/api/v1/pages/${id}/tiles/0/0/0`, 375, 275],
    [`/api/v1/pages/${id}/tiles/2/2/2`, 476, 76],
    [`/api/v1/pages/${id}/tiles/t`, 375, 275],
    [`/api/v1/pages/${id}/tiles/tq`, 512, 512],
    [`/api/v1/pages/${id}/tiles/trt`, 476, 512],
    [`/image/tiler/square/${id}/0/1/1`, 476, 76],
    // rows from the bottom
    [`/image/tile/wc/0/1000/1.0.0/${id}/2/2/0.jpg`, 476, 76],
    [`/image/tile/wc/0/1000/1.0.0/${id}/2/0/2.jpg`, 512, 512],
  ] as const) {
    const answer = await read(path)
    t.equal(answer.status, 200, path)
    t.same(await sizeOf(answer), [width, height], path)
  }
  for (const path of [
    `/dzi/${id}_files/12/0_0.jpg`,
    `/dzi/${id}_files/11/3_0.jpg`,
    `/api/v1/pages/${id}/tiles/3/0/0`,
    `/api/v1/pages/${id}/tiles/tqqq`,
    `/image/tile/wc/0/1000/1.0.0/${id}/2/0/3.jpg`,
  ])
    t.equal((await read(path)).status, 404, path)
})

t.test(
  'an image is turned, mirrored and cropped; the master stays, and the old image is served meanwhile',
  async t => {
    const id = await aPage(aScan(400, 600))
    const master = (await call('GET', `/api/v1/pages/${id}/master`)).raw
    const edit = async (body: object) =>
      await call('PATCH', `/api/v1/pages/${id}/pack`, body, {
        'if-match': (await call('GET', `/api/v1/pages/${id}/pack`)).headers['etag'] as string,
      })
    const before = await read(`/iiif/image/3/${id}/info.json`)
    t.match(await edit({ rotation: 90, crop: { x: 0, y: 0, width: 200, height: 100 } }), {
      status: 200,
      body: { state: 'wanted', rotation: 90 },
    })
    await forgotten(app)
    t.match((await read(`/iiif/image/3/${id}/info.json`)).body, { width: 400, height: 600 }, 'the old one')
    await drain()
    await forgotten(app)
    const after = await read(`/iiif/image/3/${id}/info.json`)
    t.match(after.body, { width: 100, height: 200 })
    t.not(after.headers['etag'], before.headers['etag'])
    t.ok((await call('GET', `/api/v1/pages/${id}/master`)).raw.equals(master))
    t.match((await call('POST', `/api/v1/pages/${id}/rotate`, { by: 270 }, { 'if-match': '*' })).body, {
      rotation: 0,
    })
    t.match(await edit({ crop: { x: 300, y: 0, width: 200, height: 100 } }), {
      status: 422,
      body: { detail: /beyond the master of 400 × 600/ },
    })
    t.equal((await call('PATCH', `/api/v1/pages/${id}/pack`, { rotation: 90 })).status, 428)
    t.match(await edit({ rotation: 45 }), {
      status: 400,
      body: { detail: /\/rotation: must be 0, 90, 180 or 270/ },
    })
    t.match((await call('GET', `/api/v1/log?entity=page&entityId=${id}`)).body.items[0], {
      action: 'edit-image',
      data: { before: { rotation: 90 }, after: { rotation: 0 } },
    })
    await edit({ rotation: 0, isMirrored: false, crop: null })
    await drain()
    await forgotten(app)
    t.match((await read(`/iiif/image/3/${id}/info.json`)).body, { width: 400, height: 600 })
    t.same(await findings(), [])
  },
)

t.test('a replaced master is another pack; the one before is gone', async t => {
  const id = await aPage(aScan(901, 701))
  const names = () =>
    readdirSync(join(services.config.path.varLarge, 'packs'), { recursive: true, encoding: 'utf8' }).filter(
      name => name.endsWith('.tif'),
    ).length
  const before = names()
  await putMaster(app, id, await aScan(900, 700).tiff().toBuffer())
  await drain()
  await forgotten(app)
  t.match((await read(`/iiif/image/3/${id}/info.json`)).body, { width: 900, height: 700 })
  t.equal(names(), before)
})

t.test(
  'a page whose pack is missing or damaged is served from its master while the pack is made anew',
  async t => {
    for (const harm of ['missing', 'truncated'] as const) {
      const id = await aPage(aScan(1500, harm === 'missing' ? 1001 : 1002))
      const recipe = await recipeOf(id)
      const path = await services.packs.local(recipe)
      if (harm === 'missing') rmSync(path)
      else truncateSync(path, 20_000)
      const [finding, ...others] = await findings()
      t.match(finding, `The access pack of page ${id} cannot be used: `)
      t.match(finding, harm === 'missing' ? /is not there/ : /is damaged/)
      t.same(others, [])
      await forgotten(app)
      t.equal((await read(`/iiif/image/3/${id}/0,0,512,512/512,512/0/default.jpg`)).status, 200, harm)
      await drain()
      t.same(await findings(), [], 'made anew')
      await forgotten(app)
      t.match((await read(`/api/v1/pages/${id}/pack`)).body, { state: 'made' })
    }
  },
)

async function recipeOf(id: number): Promise<string> {
  const { rows } = await services.database.withConnection(connection =>
    connection.run('select OPK_Recipe as "recipe" from OPR_Pack where OPK_OT_ID = ?', [id]),
  )
  return rows[0]?.['recipe'] as string
}

t.test('of a master that is taken back before its pack is made nothing is made, and no job asks for it again', async t => {
  const title = await aTitle(app, { title: 'Taken back', pages: 1 })
  const [page = 0] = await pagesOf(app, title)
  const put = await putMaster(app, page, await aScan(60, 40).tiff().toBuffer())
  const { operation } = put.headers
  t.equal((await app.call('POST', `/api/v1/operations/${operation}/undo`)).status, 200)
  await app.drain()
  t.match((await app.call('GET', '/api/v1/jobs?kind=images.ingest&limit=1')).body.items, [{ state: 'done', result: { gone: 1 } }])
  t.equal(await app.drain(), 0, 'nothing is wanted any more')
  t.equal((await app.read(`/iiif/image/3/${page}/info.json`)).status, 404)
}) // prettier-ignore

t.test('a tiled pyramid is served as it lies', async t => {
  const title = await aTitle(app, { pages: 1, release: true })
  const [id = 0] = await pagesOf(app, title)
  const pyramid = await aScan(1200, 900)
    .tiff({ compression: 'jpeg', tile: true, pyramid: true, tileWidth: 256, tileHeight: 256 })
    .toBuffer()
  t.equal((await putMaster(app, id, pyramid)).status, 200)
  await drain()
  t.equal(await recipeOf(id), 'master')
  const before = await counts()
  const answer = await read(`/iiif/image/3/${id}/256,256,256,256/256,256/0/default.jpg`)
  t.same(await sizeOf(answer), [256, 256])
  t.equal((await counts())['tile'], (before['tile'] ?? 0) + 1)
  t.same(await sizeOf(await read(`/iiif/image/3/${id}/full/500,/0/default.jpg`)), [500, 375])
  t.match((await read(`/iiif/image/3/${id}/info.json`)).body, { tiles: [{ width: 256 }] })
})

t.test('a master that cannot be decoded gets a verdict; its page has no image', async t => {
  const title = await aTitle(app, { pages: 1, release: true })
  const [id = 0] = await pagesOf(app, title)
  await putMaster(app, id, await aScan(700, 500).tiff().toBuffer())
  // what the archive has is damaged after it was judged
  const url = ((await call('GET', `/api/v1/pages/${id}`)).body.hashsum as string).replace('sha256:', '')
  truncateSync(await services.archive.local(services.archive.address(url)), 5000)
  await drain()
  t.match((await read(`/api/v1/pages/${id}/pack`)).body, { state: 'refused', verdict: /cannot be decoded/ })
  t.match(await read(`/iiif/image/3/${id}/info.json`), { status: 404, body: { detail: /cannot be decoded/ } })
})

t.test('limits: what is too large is refused, max shrinks', async t => {
  const limited = await start(t, { FIREFOLIO_IMAGES_MAXWIDTH: '500' })
  await aDomain(limited)
  const title = await aTitle(limited, { pages: 1, release: true })
  const id = (await limited.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  await limited.call('PUT', `/api/v1/pages/${id}/master`, await aScan(800, 400).tiff().toBuffer(), {
    'content-type': 'image/tiff',
    'if-match': '*',
  })
  await limited.drain()
  const get = (path: string) => limited.read(`/iiif/image/3/${id}/${path}`)
  t.match((await get('info.json')).body, { maxWidth: 500, extraFeatures: /sizeUpscaling/ })
  t.same(await sizeOf(await get('full/max/0/default.jpg')), [500, 250])
  t.equal((await get('full/501,/0/default.jpg')).status, 400)
  t.same(await sizeOf(await get('0,0,100,100/^400,/0/default.jpg')), [400, 400])
})

t.test('the archive keeps the bytes of masters whatever is made of them', async t => {
  const bytes = await aScan(300, 300).png().toBuffer()
  const title = await aTitle(app, { pages: 1, release: true })
  const [id = 0] = await pagesOf(app, title)
  await putMaster(app, id, bytes, 'image/png')
  await drain()
  const { hashsum } = (await read(`/api/v1/pages/${id}`)).body
  t.ok(
    readFileSync(
      await services.archive.local(services.archive.address(hashsum.replace('sha256:', ''))),
    ).equals(bytes),
  )
})

t.test('every address that the documents show is answered', async t => {
  const id = await thePage()
  const title = (await read(`/api/v1/pages/${id}`)).body.titleId as number
  const text = readFileSync(join(root, 'docs/api.md'), 'utf8')
  const images = text.slice(text.indexOf('## Images'), text.indexOf('## Titles as others want them'))
  const addresses = [...images.matchAll(/`(\/[^`\s]*\{(?:page|title)\}[^`\s]*)`/g)].flatMap(
    ([, address]) => address ?? [],
  )
  t.ok(addresses.length >= 10)
  for (const address of addresses)
    t.equal(
      (await read(address.replace('{page}', `${id}`).replace('{title}', `${title}`))).status,
      200,
      address,
    )
})
