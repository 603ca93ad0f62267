// A rule of the IIIF Image API each, version 3.0 and 2.1, and what implementers get wrong.
import fc from 'fast-check'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { imageInformation } from '../../src/formats/iiif-image/info.ts'
import {
  type ImageLimits,
  type ImageVersion,
  readImageRequest,
  regionOf,
  sizeOf,
} from '../../src/formats/iiif-image/request.ts'
import { Refusal } from '../../src/errors.ts'

const image = { width: 3000, height: 4000 }
const free: ImageLimits = {
  maxWidth: undefined,
  maxHeight: undefined,
  maxArea: undefined,
  upscaling: false,
  formats: ['jpg', 'png', 'webp', 'gif', 'tif', 'jp2', 'pdf'],
}
const growing: ImageLimits = { ...free, upscaling: true, maxWidth: 6000, maxHeight: 6000 }
const reasonOf = (work: () => unknown): string => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return error instanceof Refusal ? error.reason : `threw ${String(error)}`
  }
}

t.test('regions', async t => {
  const cases: [string, [number, number, number, number]][] = [
    ['full', [0, 0, 3000, 4000]],
    ['square', [0, 500, 3000, 3000]],
    ['0,0,512,512', [0, 0, 512, 512]],
    ['2900,3900,500,500', [2900, 3900, 100, 100]],
    ['pct:0,0,100,100', [0, 0, 3000, 4000]],
    ['pct:41.6,7.5,40,70', [1248, 300, 1200, 2800]],
    ['pct:.5,.5,50.,50', [15, 20, 1500, 2000]],
    ['pct:50,50,0.001,0.001', [1500, 2000, 1, 1]],
  ]
  for (const [text, [x, y, width, height]] of cases)
    t.same(regionOf(text, image), { x, y, width, height }, text)
  for (const text of [
    '0,0,0,10',
    '0,0,10,0',
    '3000,0,10,10',
    '0,4000,10,10',
    '-1,0,10,10',
    '1.5,0,10,10',
    '0,0,10',
    '0,0,10,10,10',
    'pct:0,0,0,50',
    'pct:100,0,10,10',
    'pct:+1,0,1,1',
    'pct:1e1,0,1,1',
    'pct:1,2,3',
    'Full',
    '',
    ' 0,0,1,1',
    'a,b,c,d',
    'pct:',
    'square,1',
  ])
    t.equal(
      reasonOf(() => regionOf(text, image)),
      'bad-request',
      `‘${text}’`,
    )
})

t.test('sizes of version 3: nothing grows without ^, max shrinks to the limits', async t => {
  const region = { width: 1000, height: 500 }
  const size = (text: string, limits = free, of = region) => {
    const { width, height } = sizeOf(text, of, image, limits, 3)
    return `${width},${height}`
  }
  for (const [text, expected] of [
    ['max', '1000,500'],
    ['500,', '500,250'],
    [',100', '200,100'],
    ['pct:50', '500,250'],
    ['pct:0.1', '1,1'],
    ['300,400', '300,400'],
    ['!300,300', '300,150'],
    ['!300,50', '100,50'],
    // as large as possible but not larger than the region: never an error
    ['!5000,5000', '1000,500'],
    ['1000,500', '1000,500'],
  ] as const)
    t.equal(size(text), expected, text)
  for (const text of [
    '1001,',
    ',501',
    'pct:100.1',
    '1001,1',
    'full',
    '0,',
    ',0',
    'pct:0',
    '!0,1',
    ',',
    '!,',
    '!100,',
    '1.5,',
    '-1,',
    '',
    '^',
    '^full',
    'MAX',
    '1,2,3',
    'pct:1e1',
    '9999999999,',
  ])
    t.equal(
      reasonOf(() => size(text)),
      'bad-request',
      `‘${text}’`,
    )
  for (const text of ['^max', '^2000,', '^,900', '^pct:150', '^1500,1500', '^!2000,2000'])
    t.equal(
      reasonOf(() => size(text)),
      'not-implemented',
      `${text} without enlarging`,
    )
  for (const [text, expected] of [
    ['^2000,', '2000,1000'],
    ['^,900', '1800,900'],
    ['^pct:150', '1500,750'],
    ['^1500,1500', '1500,1500'],
    ['^!2000,2000', '2000,1000'],
    // ^max ends where the image does: info.json promises no more
    ['^max', '3000,1500'],
  ] as const)
    t.equal(size(text, growing), expected, text)
  t.equal(
    reasonOf(() => size('^7000,', growing)),
    'bad-request',
    'above maxWidth',
  )
  const narrow = { ...free, maxWidth: 600, maxHeight: 600 }
  t.equal(size('max', narrow), '600,300', 'max shrinks')
  t.equal(
    reasonOf(() => size('601,', narrow)),
    'bad-request',
  )
  t.equal(size('!800,800', narrow), '600,300', 'a box shrinks')
  const small = { ...free, maxArea: 125_000 }
  t.equal(size('max', small), '500,250')
  t.equal(
    reasonOf(() => size('501,250', small)),
    'bad-request',
  )
})

t.test('sizes of version 2: full is the norm, distorted tiles are served', async t => {
  const region = { width: 1000, height: 500 }
  for (const [text, width, height] of [
    ['full', 1000, 500],
    ['max', 1000, 500],
    ['500,', 500, 250],
    ['500,251', 500, 251],
    ['!400,400', 400, 200],
    ['pct:20', 200, 100],
  ] as const)
    t.same(sizeOf(text, region, image, free, 2), { width, height }, text)
  t.equal(
    reasonOf(() => sizeOf('^max', region, image, free, 2)),
    'bad-request',
  )
  t.equal(
    reasonOf(() => sizeOf('1001,', region, image, free, 2)),
    'bad-request',
  )
  t.same(sizeOf('2000,', region, image, growing, 2), { width: 2000, height: 1000 }, 'sizeAboveFull')
  t.same(sizeOf('!2000,2000', region, image, growing, 2), region, 'a box says how much is enough')
})

t.test(
  'what is enlarged costs no more than ordinary images, whatever is asked of whichever image',
  async t => {
    const open: ImageLimits = { ...free, upscaling: true, maxArea: 64_000_000 }
    const size = (text: string, of: { width: number; height: number }, region = of) => {
      const { width, height } = sizeOf(text, region, of, open, 3)
      return `${width},${height}`
    }
    const [small, page, large] = [
      { width: 1000, height: 1000 },
      { width: 2480, height: 3508 },
      { width: 9000, height: 7000 },
    ]
    // what the validator of the Image API asks of its image of 1000 x 1000 pixels
    for (const [text, expected] of [
      ['^2000,2000', '2000,2000'],
      ['^,1100', '1100,1100'],
      ['^1999,', '1999,1999'],
      ['^max', '1000,1000'],
      ['^pct:200', '2000,2000'],
      ['^!2000,500', '500,500'],
      ['^!2000,3000', '2000,2000'],
    ] as const)
      t.equal(size(text, small), expected, text)
    t.equal(size('^max', page, { width: 10, height: 10 }), '2480,2480', 'a small region grows to the image')
    t.equal(size('^3300,', page), '3300,4668', 'to 16 million pixels')
    for (const [text, of] of [
      ['^2001,', small],
      ['^pct:201', small],
      ['^3400,', page],
      ['^9001,', large],
    ] as const)
      t.equal(
        reasonOf(() => size(text, of)),
        'bad-request',
        `${text} of ${of.width}`,
      )
    const side = fc.integer({ min: 1, max: 20_000 })
    const tiny = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(side, side, tiny, tiny, fc.nat(45_000), fc.nat(45_000), (width, height, w, h, x, y) => {
        const of = { width, height }
        const region = { width: Math.min(w, width), height: Math.min(h, height) }
        for (const text of ['^max', `^${x},`, `^,${y}`, `^${x},${y}`, `^!${x},${y}`, `^pct:${x}`])
          try {
            const made = sizeOf(text, region, of, open, 3)
            const isSmall =
              made.width <= 2 * width &&
              made.height <= 2 * height &&
              made.width * made.height <= Math.min(64_000_000, Math.max(width * height, 16_000_000))
            if (!isSmall || made.width < 1 || made.height < 1) return false
          } catch (error) {
            if (!(error instanceof Refusal) || error.reason !== 'bad-request') return false
          }
        return true
      }),
      randomCases(t),
    )
  },
)

t.test('rotation, quality and format', async t => {
  const read = (rotation: string, file: string, version: ImageVersion = 3) =>
    readImageRequest(version, image, free, ['full', 'max', rotation, file])
  t.match(read('0', 'default.jpg'), { rotation: 0, mirrored: false, quality: 'default', format: 'jpg' })
  t.match(read('!90', 'gray.png'), { rotation: 90, mirrored: true, quality: 'gray', format: 'png' })
  t.match(read('22.5', 'color.webp'), { rotation: 22.5 })
  t.match(read('360', 'bitonal.gif'), { rotation: 0 })
  for (const rotation of ['-90', '361', '1e1', '!!0', 'a', '', '!', '+1'])
    t.equal(
      reasonOf(() => read(rotation, 'default.jpg')),
      'bad-request',
      `rotation ‘${rotation}’`,
    )
  for (const file of [
    'default',
    'default.',
    '.jpg',
    'default.bmp',
    'grey.jpg',
    'default.jpg.png',
    'default.j2k',
    'native.jpg',
    'DEFAULT.jpg',
  ])
    t.equal(
      reasonOf(() => read('0', file)),
      'bad-request',
      `file ‘${file}’`,
    )
})

t.test('the canonical form: w,h in version 3, w, in version 2, max and full where it is all', async t => {
  const canonical = (version: ImageVersion, path: string, limits = free) =>
    readImageRequest(version, image, limits, path.split('/') as [string, string, string, string]).canonical
  for (const [version, asked, expected] of [
    [3, '0,0,3000,4000/3000,4000/360/color.jpg', 'full/max/0/default.jpg'],
    [3, 'pct:0,0,50,50/750,/!0/default.png', '0,0,1500,2000/750,1000/!0/default.png'],
    [3, 'full/!300,300/0/gray.jpg', 'full/225,300/0/gray.jpg'],
    [2, 'full/full/0/default.jpg', 'full/full/0/default.jpg'],
    [2, 'full/max/0/default.jpg', 'full/full/0/default.jpg'],
    [2, 'square/pct:10/0/default.jpg', '0,500,3000,3000/300,/0/default.jpg'],
    [2, 'full/300,500/0/default.jpg', 'full/300,500/0/default.jpg'],
    // as wide or as high as the image, and distorted
    [2, 'full/3000,2000/0/default.jpg', 'full/3000,2000/0/default.jpg'],
    [2, 'full/1500,4000/0/default.jpg', 'full/1500,4000/0/default.jpg'],
    [3, 'full/3000,2000/0/default.jpg', 'full/3000,2000/0/default.jpg'],
    [3, 'full/1500,4000/0/default.jpg', 'full/1500,4000/0/default.jpg'],
  ] as const)
    t.equal(canonical(version, asked), expected, asked)
  t.equal(canonical(3, 'full/^3450,/0/default.jpg', growing), 'full/^3450,4600/0/default.jpg')
  t.equal(
    canonical(3, 'full/max/0/default.jpg', { ...free, maxWidth: 300, maxHeight: 300 }),
    'full/max/0/default.jpg',
  )
})

t.test('what is too large is refused with the limits that there are, and no others', async t => {
  const said = (limits: Partial<ImageLimits>) => {
    try {
      readImageRequest(3, image, { ...free, ...limits }, ['full', '3000,4000', '0', 'default.jpg'])
      return 'accepted'
    } catch (error) {
      return (error as Error).message.replace(/^.*served: /, '')
    }
  }
  t.equal(said({}), 'accepted')
  t.equal(said({ maxWidth: 2000 }), 'maxWidth 2000.')
  t.equal(said({ maxHeight: 3000 }), 'maxHeight 3000.')
  t.equal(said({ maxArea: 1_000_000 }), 'maxArea 1000000.')
  t.equal(
    said({ maxWidth: 2000, maxHeight: 5000, maxArea: 9_000_000 }),
    'maxWidth 2000, maxHeight 5000, maxArea 9000000.',
  )
})

t.test('a canonical request means itself, and no request is answered with a fault', async t => {
  const part = fc.oneof(
    fc.nat(5000).map(String),
    fc.constantFrom('', 'pct:10', '!', '^', 'max', 'full', ',', '.', '-1', '1e3'),
  )
  const free4 = fc.tuple(
    fc.oneof(
      fc.constantFrom('full', 'square'),
      fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join(',')),
      fc.string(),
    ),
    fc.oneof(
      fc.constantFrom('max', 'full', '^max'),
      fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join(',')),
      fc.string(),
    ),
    fc.oneof(
      fc.nat(400).map(String),
      fc.nat(400).map(n => `!${n}.5`),
      fc.string(),
    ),
    fc.oneof(fc.constantFrom('default.jpg', 'gray.png', 'color.webp', 'bitonal.gif'), fc.string()),
  )
  const plain4 = fc.tuple(
    fc.constantFrom('full', 'square', '10,20,300,200', 'pct:10,10,50.5,50'),
    fc.oneof(
      fc.constantFrom('max', '!100,100', 'pct:50'),
      fc.integer({ min: 1, max: 200 }).map(n => `${n},`),
    ),
    fc.nat(360).map(String),
    fc.constantFrom('default.jpg', 'gray.png', 'color.webp', 'bitonal.gif'),
  )
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(plain4, free4), fc.constantFrom<ImageVersion>(2, 3), (request, version) => {
      try {
        const read = readImageRequest(version, image, growing, request)
        accepted++
        const again = readImageRequest(
          version,
          image,
          growing,
          read.canonical.split('/') as [string, string, string, string],
        )
        return (
          again.canonical === read.canonical &&
          again.size.width === read.size.width &&
          again.size.height === read.size.height
        )
      } catch (error) {
        return error instanceof Refusal && ['bad-request', 'not-implemented'].includes(error.reason)
      }
    }),
    randomCases(t),
  )
  t.ok(accepted > 100, `${accepted} were accepted`)
})

t.test('info.json says what each version wants to be told', async t => {
  const info = {
    id: 'https://example.org/iiif/image/3/7',
    size: image,
    sizes: [
      { width: 128, height: 171 },
      { width: 1000, height: 1333 },
    ],
    tileSize: 512,
    scaleFactors: [1, 2, 4, 8],
    limits: { ...free, maxWidth: 600, maxHeight: 600 },
  }
  const three = imageInformation(3, info) as Record<string, unknown>
  t.equal(Object.keys(three)[0], '@context')
  t.match(three, {
    '@context': 'http://iiif.io/api/image/3/context.json',
    id: info.id,
    type: 'ImageService3',
    protocol: 'http://iiif.io/api/image',
    profile: 'level2',
    width: 3000,
    height: 4000,
    maxWidth: 600,
    sizes: [{ width: 128, height: 171 }],
    tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8] }],
    extraFormats: ['webp', 'gif', 'tif', 'jp2', 'pdf'],
  })
  t.equal((three['sizes'] as unknown[]).length, 1, 'sizes lie within the limits')
  t.notOk('maxHeight' in three, 'maxWidth alone means both')
  t.notOk('sizes' in imageInformation(3, { ...info, sizes: [] }), 'no empty list of them')
  t.notMatch(three['extraFeatures'], ['sizeUpscaling'])
  t.ok(
    (imageInformation(3, { ...info, limits: growing }) as { extraFeatures: string[] }).extraFeatures.includes(
      'sizeUpscaling',
    ),
  )
  t.match(
    imageInformation(3, { ...info, limits: { ...free, upscaling: true } }),
    { maxWidth: 3000, maxHeight: 4000 },
    'who enlarges says where ^max ends',
  )
  const two = imageInformation(2, info) as Record<string, unknown>
  t.match(two, {
    '@context': 'http://iiif.io/api/image/2/context.json',
    '@id': info.id,
    profile: ['http://iiif.io/api/image/2/level2.json', { formats: free.formats, maxWidth: 600 }],
  })
  t.notOk('type' in two)
  t.notOk('id' in two)
})
