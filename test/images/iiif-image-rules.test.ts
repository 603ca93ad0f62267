// What the IIIF Image API demands, sentence by sentence, over HTTP: versions 3.0 and 2.1, as the options are when nobody sets them, without upscaling, and within limits.
// @see https://iiif.io/api/image/3.0/, https://iiif.io/api/image/2.1/
import sharp from 'sharp'
import t from '../support/tap.ts'
import { publicAddress } from '../support/collection.ts'
import { aScan, aServedPage } from '../support/images.ts'
import { aDomain, type Answer, start } from '../support/start.ts'

const [width, height] = [1000, 600]
type Asked = '3' | '2' | 'plain' | 'limited'
const servers = {
  usual: await start(t, publicAddress),
  plain: await start(t, { ...publicAddress, FIREFOLIO_IMAGES_UPSCALING: 'false' }),
  limited: await start(t, {
    ...publicAddress,
    FIREFOLIO_IMAGES_MAXWIDTH: '500',
    FIREFOLIO_IMAGES_MAXAREA: '100000',
  }),
}
const ids = new Map<string, number>()
for (const [name, app] of Object.entries(servers)) {
  await aDomain(app)
  ids.set(name, await aServedPage(app, aScan(width, height)))
}
const serverOf = (asked: Asked) => (asked === '3' || asked === '2' ? 'usual' : asked)
const baseOf = (asked: Asked): string => `/iiif/image/${asked === '2' ? 2 : 3}/${ids.get(serverOf(asked))}`
const ask = (asked: Asked, path: string, headers = {}, method = 'GET'): Promise<Answer> =>
  servers[serverOf(asked)].app
    .inject({ method: method as 'GET', url: `${baseOf(asked)}${path}`, headers })
    .then(answer => ({
      status: answer.statusCode,
      headers: answer.headers as never,
      body:
        /json/.test(String(answer.headers['content-type'])) && answer.body !== ''
          ? JSON.parse(answer.body)
          : answer.body,
      raw: answer.rawPayload,
    }))

/** Width and height; sharp as it comes reads no GIF. */
async function sizeOf(image: Buffer): Promise<number[]> {
  if (image.toString('latin1', 0, 3) === 'GIF') return [image.readUInt16LE(6), image.readUInt16LE(8)]
  const metadata = await sharp(image).metadata()
  return [metadata.width, metadata.height]
}

/** [section, sentence, version or server, request, status or width and height] */
const requests: readonly [string, string, Asked, string, number | readonly [number, number]][] = [
  ['4.1', 'full is the whole image', '3', 'full/max/0/default.jpg', [1000, 600]],
  ['4.1', 'square is as wide as the shorter side', '3', 'square/max/0/default.jpg', [600, 600]],
  ['4.1', 'square in 2.1', '2', 'square/full/0/default.jpg', [600, 600]],
  ['4.1', 'pixels from the upper left', '3', '100,50,300,200/max/0/default.jpg', [300, 200]],
  ['4.1', 'per cent of the whole image', '3', 'pct:10,10,50,50/max/0/default.jpg', [500, 300]],
  ['4.1', 'per cent with fractions', '3', 'pct:0.5,0.5,12.5,12.5/max/0/default.jpg', [125, 75]],
  [
    '4.1',
    'beyond the edge it is cropped and not padded',
    '3',
    '900,500,300,300/max/0/default.jpg',
    [100, 100],
  ],
  ['4.1', 'beyond the edge in 2.1', '2', '900,500,300,300/full/0/default.jpg', [100, 100]],
  ['4.1', 'no width', '3', '0,0,0,10/max/0/default.jpg', 400],
  ['4.1', 'no height', '3', '0,0,10,0/max/0/default.jpg', 400],
  ['4.1', 'no width in per cent', '3', 'pct:0,0,0,10/max/0/default.jpg', 400],
  ['4.1', 'wholly outside', '3', '1000,0,10,10/max/0/default.jpg', 400],
  ['4.1', 'wholly outside in 2.1', '2', '0,600,10,10/full/0/default.jpg', 400],
  ['4.1', 'pixels are whole numbers', '3', '0.5,0,10,10/max/0/default.jpg', 400],
  ['4.1', 'no signs', '3', '-1,0,10,10/max/0/default.jpg', 400],
  ['4.1', 'three numbers are no region', '3', '0,0,10/max/0/default.jpg', 400],
  ['4.2', 'max is the largest there is', '3', '0,0,300,200/max/0/default.jpg', [300, 200]],
  ['4.2', 'full is no size in 3.0', '3', 'full/full/0/default.jpg', 400],
  ['4.2', 'full is a size in 2.1', '2', 'full/full/0/default.jpg', [1000, 600]],
  ['4.2', 'max is a size in 2.1', '2', 'full/max/0/default.jpg', [1000, 600]],
  ['4.2', 'w, keeps the proportions', '3', 'full/500,/0/default.jpg', [500, 300]],
  ['4.2', ',h keeps the proportions', '3', 'full/,300/0/default.jpg', [500, 300]],
  ['4.2', 'w,h may distort', '3', 'full/200,200/0/default.jpg', [200, 200]],
  ['4.2', 'w,h may distort in 2.1', '2', 'full/200,200/0/default.jpg', [200, 200]],
  ['4.2', '!w,h fits into the box', '3', 'full/!400,400/0/default.jpg', [400, 240]],
  ['4.2', '!w,h fits into the box in 2.1', '2', 'full/!400,400/0/default.jpg', [400, 240]],
  ['4.2', '!w,h larger than the region is the region', '3', '0,0,300,200/!900,900/0/default.jpg', [300, 200]],
  ['4.2', 'pct:n', '3', 'full/pct:25/0/default.jpg', [250, 150]],
  ['4.2', 'pct:n in 2.1', '2', 'full/pct:25/0/default.jpg', [250, 150]],
  ['4.2', 'wider than the region without ^', '3', '0,0,300,200/301,/0/default.jpg', 400],
  ['4.2', 'higher than the region without ^', '3', '0,0,300,200/,201/0/default.jpg', 400],
  ['4.2', 'w,h larger than the region without ^', '3', '0,0,300,200/301,200/0/default.jpg', 400],
  ['4.2', 'over 100 per cent without ^', '3', 'full/pct:101/0/default.jpg', 400],
  ['4.2', 'no pixel at all', '3', 'full/0,/0/default.jpg', 400],
  ['4.2', 'no pixel by per cent', '3', '0,0,10,10/pct:1/0/default.jpg', 400],
  ['4.2', 'no size at all', '3', 'full/,/0/default.jpg', 400],
  ['4.2', '^ where it is not supported', 'plain', 'full/^1200,/0/default.jpg', 501],
  ['4.2', '^max where it is not supported', 'plain', 'full/^max/0/default.jpg', 501],
  ['4.2', '^max ends where the image does', '3', 'full/^max/0/default.jpg', [1000, 600]],
  ['4.2', '^max of a region grows to the image', '3', '0,0,100,50/^max/0/default.jpg', [1000, 500]],
  ['4.2', '^ of what has no need to grow', '3', 'full/^500,/0/default.jpg', [500, 300]],
  ['4.2', 'above full in 2.1', '2', 'full/1500,/0/default.jpg', [1500, 900]],
  ['4.2', 'a box larger than the region in 2.1', '2', '0,0,300,200/!900,900/0/default.jpg', [300, 200]],
  ['4.2', 'twice as wide is the most in 2.1', '2', 'full/2001,/0/default.jpg', 400],
  ['4.2', '^w,', '3', 'full/^1500,/0/default.jpg', [1500, 900]],
  ['4.2', '^,h', '3', '0,0,100,100/^,300/0/default.jpg', [300, 300]],
  ['4.2', '^pct:n', '3', '0,0,100,100/^pct:200/0/default.jpg', [200, 200]],
  ['4.2', '^w,h', '3', '0,0,100,100/^300,150/0/default.jpg', [300, 150]],
  ['4.2', '^!w,h fills the box', '3', '0,0,100,50/^!400,400/0/default.jpg', [400, 200]],
  ['4.2', '^ beyond the limit', '3', 'full/^2001,/0/default.jpg', 400],
  ['4.2', 'max shrinks to the limits: 100,000 pixels', 'limited', 'full/max/0/default.jpg', [408, 244]],
  ['4.2', 'wider than the limit', 'limited', 'full/501,/0/default.jpg', 400],
  ['4.2', 'of more pixels than the limit', 'limited', 'full/450,/0/default.jpg', 400],
  ['4.2', '!w,h shrinks to the limits', 'limited', 'full/!900,900/0/default.jpg', [408, 244]],
  ['4.3', 'turned by a quarter', '3', 'full/500,/90/default.jpg', [300, 500]],
  ['4.3', 'turned by 360', '3', 'full/500,/360/default.jpg', [500, 300]],
  ['4.3', 'turned by a fraction, the canvas grows', '3', 'full/100,/22.5/default.png', [115, 94]],
  ['4.3', 'mirrored and turned', '3', 'full/500,/!90/default.jpg', [300, 500]],
  ['4.3', 'turned too far', '3', 'full/max/360.1/default.jpg', 400],
  ['4.3', 'turned the other way', '3', 'full/max/-90/default.jpg', 400],
  ['4.3', 'no number', '3', 'full/max/!/default.jpg', 400],
  ['4.4', 'color', '3', 'full/100,/0/color.jpg', [100, 60]],
  ['4.4', 'gray', '3', 'full/100,/0/gray.jpg', [100, 60]],
  ['4.4', 'bitonal', '3', 'full/100,/0/bitonal.png', [100, 60]],
  ['4.4', 'native is of version 1', '2', 'full/full/0/native.jpg', 400],
  ['4.4', 'grey is not gray', '3', 'full/max/0/grey.jpg', 400],
  ['4.5', 'png', '3', 'full/100,/0/default.png', [100, 60]],
  ['4.5', 'webp', '3', 'full/100,/0/default.webp', [100, 60]],
  ['4.5', 'tif', '3', 'full/100,/0/default.tif', [100, 60]],
  ['4.5', 'gif', '3', 'full/100,/0/default.gif', [100, 60]],
  ['4.5', 'a format that is not supported', '3', 'full/max/0/default.bmp', 400],
  ['4.5', 'no format', '3', 'full/max/0/default', 400],
  ['3', 'an address that is too long', '3', 'full/max/0/default.jpg/more', 404],
  ['3', 'an address that is too short', '3', 'full/max/0', 404],
]
for (const [section, sentence, asked, path, expected] of requests)
  t.test(`${section}, ${asked}: ${sentence}: ${path}`, async t => {
    const answer = await ask(asked, `/${path}`)
    t.equal(answer.headers['access-control-allow-origin'], '*', 'any site may read it')
    if (typeof expected === 'number') {
      t.equal(answer.status, expected)
      return
    }
    t.equal(answer.status, 200, JSON.stringify(answer.body).slice(0, 200))
    t.same(await sizeOf(answer.raw), expected)
    t.match(
      answer.headers['link'],
      new RegExp(`<http://iiif.io/api/image/${asked === '2' ? 2 : 3}/level2.json>;rel="profile"`),
    )
  })

t.test('4.7: canonical addresses', async t => {
  for (const [asked, path, canonical] of [
    ['3', 'full/500,/0/default.jpg', 'full/500,300/0/default.jpg'],
    ['3', '0,0,1000,600/max/0/default.jpg', 'full/max/0/default.jpg'],
    ['3', 'full/1000,600/0/default.jpg', 'full/max/0/default.jpg'],
    ['3', 'pct:10,10,50,50/pct:50/22.50/default.jpg', '100,60,500,300/250,150/22.5/default.jpg'],
    ['3', 'full/!400,400/!0/gray.png', 'full/400,240/!0/gray.png'],
    ['2', 'full/!400,400/0/default.jpg', 'full/400,/0/default.jpg'],
    ['2', 'full/200,200/0/default.jpg', 'full/200,200/0/default.jpg'],
    ['2', 'full/max/0/default.jpg', 'full/full/0/default.jpg'],
    ['2', '0,0,1000,600/1000,/0/default.jpg', 'full/full/0/default.jpg'],
  ] as const) {
    const link = String((await ask(asked, `/${path}`)).headers['link'])
    t.ok(link.endsWith(`${baseOf(asked)}/${canonical}>;rel="canonical"`), `${path}: ${link}`)
    const again = await ask(asked, `/${canonical}`)
    t.ok(String(again.headers['link']).endsWith(`${canonical}>;rel="canonical"`), 'it means itself')
  }
})

t.test('5: info.json of version 3', async t => {
  const info = await ask('3', '/info.json')
  const { body } = info
  t.equal(Object.keys(body)[0], '@context')
  t.match(body, {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id: new RegExp(`^http.*${baseOf('3')}$`),
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width,
    height,
  })
  for (const name of [
    'extraQualities',
    'extraFormats',
    'extraFeatures',
    'preferredFormats',
    'sizes',
    'tiles',
  ])
    t.ok(Array.isArray(body[name]) && body[name].length > 0, name)
  t.notOk('maxHeight' in body && !('maxWidth' in body), 'maxHeight needs maxWidth')
  t.equal(
    info.headers['content-type'],
    'application/ld+json;profile="http://iiif.io/api/image/3/context.json"',
  )
  t.match(info.headers['vary'], /Accept/)
  t.match(
    (await ask('3', '/info.json', { accept: 'application/ld+json' })).headers['content-type'],
    /^application\/ld\+json/,
  )
  t.match(
    (await ask('3', '/info.json', { accept: 'application/json' })).headers['content-type'],
    /^application\/json/,
  )
  t.match((await ask('limited', '/info.json')).body, { maxWidth: 500, maxArea: 100_000 })
  const limited = (await ask('limited', '/info.json')).body as { sizes: { width: number; height: number }[] }
  t.ok(
    limited.sizes.every(size => size.width <= 500 && size.width * size.height <= 100_000),
    'sizes lie within the limits',
  )
  t.ok(body.extraFeatures.includes('sizeUpscaling'))
  t.match(body, { maxWidth: width, maxHeight: height }, '^ obliges to a limit')
  const plain = (await ask('plain', '/info.json')).body
  t.notOk(plain.extraFeatures.includes('sizeUpscaling') || 'maxWidth' in plain)
})

t.test('5: info.json of version 2', async t => {
  const info = await ask('2', '/info.json')
  t.match(info.body, {
    '@context': 'http://iiif.io/api/image/2/context.json',
    '@id': new RegExp(`^http.*${baseOf('2')}$`),
    protocol: 'http://iiif.io/api/image',
    profile: [
      'http://iiif.io/api/image/2/level2.json',
      { formats: ['jpg'], qualities: ['default'], supports: [/\w/] },
    ],
    width,
    height,
  })
  t.notOk('type' in info.body || 'id' in info.body)
  t.match(info.headers['content-type'], /^application\/json/)
  t.match(
    info.headers['link'],
    /<http:\/\/iiif.io\/api\/image\/2\/context.json>;rel="http:\/\/www.w3.org\/ns\/json-ld#context"/,
  )
})

t.test(
  '5: what info.json names can be asked for: each size, each tile of each level, each format and quality',
  async t => {
    for (const asked of ['3', '2'] as const) {
      const { body } = await ask(asked, '/info.json')
      for (const size of body.sizes as { width: number; height: number }[]) {
        const path = asked === '3' ? `${size.width},${size.height}` : `${size.width},`
        const { width, height } = await sharp(
          (await ask(asked, `/full/${path}/0/default.jpg`)).raw,
        ).metadata()
        t.same({ width, height }, { width: size.width, height: size.height }, path)
      }
      const [{ width: side, scaleFactors }] = body.tiles as [{ width: number; scaleFactors: number[] }]
      for (const factor of scaleFactors)
        for (let y = 0; y < height; y += side * factor)
          for (let x = 0; x < width; x += side * factor) {
            const [w, h] = [Math.min(side * factor, width - x), Math.min(side * factor, height - y)]
            const size = [Math.ceil(w / factor), Math.ceil(h / factor)]
            const path = `${x},${y},${w},${h}/${asked === '3' ? size.join() : `${size[0]},`}/0/default.jpg`
            const metadata = await sharp((await ask(asked, `/${path}`)).raw).metadata()
            t.same([metadata.width, metadata.height], size, path)
          }
    }
    const { extraFormats, extraQualities } = (await ask('3', '/info.json')).body
    for (const format of ['jpg', 'png', ...extraFormats])
      for (const quality of ['default', ...extraQualities])
        t.equal((await ask('3', `/full/50,/0/${quality}.${format}`)).status, 200, `${quality}.${format}`)
  },
)

t.test('3, 7, 8: addresses, methods and errors', async t => {
  for (const asked of ['3', '2'] as const) {
    const base = await ask(asked, '')
    t.equal(base.status, 303)
    t.ok(String(base.headers['location']).endsWith(`${baseOf(asked)}/info.json`))
    t.equal((await ask(asked, '/full/max/0/default.jpg', {}, 'HEAD')).status, 200)
    t.match(await ask(asked, '/info.json', {}, 'OPTIONS'), {
      status: 204,
      headers: { 'access-control-allow-origin': '*' },
    })
    const read = servers.usual.read
    const unknown = await read(`/iiif/image/${asked}/5f0c8d7e-1b1a-4d0c-9f6e-000000000000/info.json`)
    t.match(unknown, { status: 404, headers: { 'access-control-allow-origin': '*' } })
    const encoded = String(ids.get('usual')).replace(/\d/g, digit => `%3${digit}`)
    t.equal(
      (await read(`/iiif/image/${asked}/${encoded}/info.json`)).status,
      200,
      'an identifier is decoded once',
    )
    t.equal(
      (await read(`/iiif/image/${asked}/${encoded.replaceAll('%', '%25')}/info.json`)).status,
      404,
      'and not twice',
    )
    t.equal(
      (await read(`/iiif/image/${asked}/a/${ids.get('usual')}/full/max/0/default.jpg`)).status,
      404,
      'a slash divides',
    )
  }
  // the characters that the validator of IIIF draws from
  const odd = encodeURIComponent(':;<=>?@AZ[\\]^_`az09')
  for (const path of [
    `${odd}/max/0/default.jpg`,
    `full/${odd}/0/default.jpg`,
    `full/max/${odd}/default.jpg`,
    `full/max/0/${odd}.jpg`,
    `full/max/0/default.${odd}`,
  ])
    t.equal((await ask('3', `/${path}`)).status, 400, path)
})

t.test('4.3, 4.4: corners are transparent where the format can be; bitonal is black and white', async t => {
  const png = await sharp((await ask('3', '/full/100,/45/default.png')).raw)
    .ensureAlpha()
    .raw()
    .toBuffer()
  t.equal(png[3], 0)
  const jpg = await sharp((await ask('3', '/full/100,/45/default.jpg')).raw)
    .raw()
    .toBuffer()
  t.ok((jpg[0] ?? 0) > 245, 'white in JPEG')
  const bitonal = await sharp((await ask('3', '/full/200,/0/bitonal.png')).raw)
    .greyscale()
    .raw()
    .toBuffer()
  t.ok(bitonal.every(value => value === 0 || value === 255))
})
