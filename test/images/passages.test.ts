// Which requests are answered by what lies in a pack: the one tile that covers just the region at just the scale, or the stored image of the whole; all
// others are rendered. Held against a search through all tiles.
import fc from 'fast-check'
import t from '../support/tap.ts'
import { readConfig } from '../../src/config/read.ts'
import { type ImageLimits, readImageRequest, type Size } from '../../src/formats/iiif-image/request.ts'
import type { Services } from '../../src/http/module.ts'
import type { Pack } from '../../src/imaging/pack/open.ts'
import { ImageEngine, tileOf } from '../../src/images/serving/engine.ts'
import type { PageImage } from '../../src/images/serving/sources.ts'
import { randomCases } from '../support/cases.ts'

const limits: ImageLimits = { maxWidth: undefined, maxHeight: undefined, maxArea: undefined, upscaling: false, formats: ['jpg', 'png'] } // prettier-ignore
const asked = (image: Size, address: string) =>
  readImageRequest(3, image, limits, address.split('/') as [string, string, string, string])

interface Level extends Size {
  readonly tileWidth: number
  readonly tileHeight: number
}
/** A pack that tells which tile it was asked for. */
function aPack(size: Size, levels: readonly Level[], stored: readonly Size[] = []): Pack {
  return {
    size,
    levels,
    tile: (at: number, column: number, row: number) => ({ prefix: undefined, offset: at, length: column * 1000 + row }), // prettier-ignore
    storedWidth: (width: number) => {
      const found = stored.find(each => each.width === width)
      return found && { prefix: undefined, offset: -1, length: found.width, ...found }
    },
  } as unknown as Pack
}

function pyramid({ width, height }: Size, tile: number): Level[] {
  const levels: Level[] = []
  for (let factor = 1; levels.length === 0 || Math.max(width, height) > (tile * factor) / 2; factor *= 2)
    levels.push({
      width: Math.ceil(width / factor),
      height: Math.ceil(height / factor),
      tileWidth: tile,
      tileHeight: tile,
    })
  return levels
}

/** All tiles with what they cover. */
const tilesOf = (pack: Pack) =>
  pack.levels.flatMap((level, at) => {
    const factor = 2 ** at
    const [spanX, spanY] = [level.tileWidth * factor, level.tileHeight * factor]
    return Array.from({ length: Math.ceil(pack.size.height / spanY) }, (_, row) => row).flatMap(row =>
      Array.from({ length: Math.ceil(pack.size.width / spanX) }, (_, column) => {
        const [x, y] = [column * spanX, row * spanY]
        const [width, height] = [Math.min(spanX, pack.size.width - x), Math.min(spanY, pack.size.height - y)]
        const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
        return { at, column, row, x, y, width, height, size }
      }),
    )
  })

t.test('a tile is what covers just the region at just the scale, whatever else is asked near it', async t => {
  let [tiles, others] = [0, 0]
  const side = fc.integer({ min: 1, max: 300 })
  const near = fc.constantFrom(0, 0, 0, 0, 1, -1)
  fc.assert(
    fc.property(side, side, fc.constantFrom(16, 32, 64), fc.nat(), fc.tuple(near, near, near, near, near, near), fc.boolean(), (width, height, tile, which, off, isExact) => {
      const pack = aPack({ width, height }, pyramid({ width, height }, tile))
      const all = tilesOf(pack)
      const wish = all[which % all.length] as (typeof all)[number]
      const region = [wish.x + off[0], wish.y + off[1], wish.width + off[2], wish.height + off[3]].map(each => Math.max(0, each)) as [number, number, number, number]
      const size = { width: wish.size.width + off[4], height: wish.size.height + off[5] }
      if (region[2] < 1 || region[3] < 1 || size.width < 1 || size.height < 1 || region[0] >= width || region[1] >= height) return
      const request = { ...asked(pack.size, 'full/max/0/default.jpg'), isExact, size, region: { x: region[0], y: region[1], width: Math.min(region[2], width - region[0]), height: Math.min(region[3], height - region[1]) } }
      const found = all.find(
        each =>
          each.x === request.region.x && each.y === request.region.y &&
          each.width === request.region.width && each.height === request.region.height &&
          each.size.width === size.width &&
          (each.size.height === size.height || (!isExact && Math.abs(each.size.height - size.height) === 1)),
      )
      if (found) tiles++
      else others++
      const expected = found && { prefix: undefined, offset: found.at, length: found.column * 1000 + found.row }
      t.same(tileOf(pack, request), expected, `${width} × ${height}, ${tile}: ${region.join()}/${size.width},${size.height}`)
    }), // prettier-ignore
    randomCases(t, 600),
  )
  t.ok(tiles > 100 && others > 100, `${tiles} tiles, ${others} that are none`)
})

t.test('addresses as viewers write them mean tiles, to the edges and corners', t => {
  const size = { width: 1000, height: 700 }
  const pack = aPack(size, pyramid(size, 256))
  for (const [address, tile] of [
    ['0,0,256,256/256,256', [0, 0, 0]],
    ['768,512,232,188/232,188', [0, 3, 2]],
    ['768,512,232,188/232,', [0, 3, 2]],
    ['768,512,232,188/,188', [0, 3, 2]],
    ['512,0,488,512/244,256', [1, 1, 0]],
    ['full/250,175', [2, 0, 0]],
    ['full/250,', [2, 0, 0]],
    ['0,0,1000,700/250,175', [2, 0, 0]],
    ['full/250,176', undefined],
    ['0,0,256,256/255,', undefined],
    ['1,0,256,256/256,256', undefined],
    ['0,0,512,256/256,128', undefined],
    ['full/max', undefined],
  ] as const) {
    const found = tileOf(pack, asked(size, `${address}/0/default.jpg`))
    t.same(found && [found.offset, Math.floor(found.length / 1000), found.length % 1000], tile, address)
  }
  t.end()
})

t.test('levels that somebody else rounded otherwise have no tiles of ours', t => {
  const size = { width: 1001, height: 701 }
  const [whole, half] = pyramid(size, 256) as [Level, Level]
  const request = asked(size, '512,0,489,512/245,256/0/default.jpg')
  t.ok(tileOf(aPack(size, [whole, half]), request))
  for (const rounded of [{ width: 500 }, { height: 350 }])
    t.equal(tileOf(aPack(size, [whole, { ...half, ...rounded }]), request), undefined)
  t.end()
})

t.test('only what is turned, mirrored, coloured and written as it lies is sent as it lies', t => {
  const { config } = readConfig(undefined, {})
  const size = { width: 1000, height: 700 }
  const engine = new ImageEngine({ config } as unknown as Services)
  const pack = aPack(size, pyramid(size, 256), [{ width: 400, height: 280 }])
  const passage = (address: string, of: Partial<PageImage> = { pack }) =>
    engine.passage(of as PageImage, asked(size, address))
  t.match(passage('0,0,256,256/256,256/0/default.jpg'), { kind: 'passage', pack, passage: { offset: 0 } })
  t.match(passage('full/400,280/0/color.jpg'), { kind: 'passage', passage: { offset: -1 } })
  t.match(passage('full/400,/0/default.jpg'), { passage: { offset: -1 } })
  t.match(engine.counts, { tile: 1, stored: 2, bytes: 800 })
  for (const other of [
    'full/400,280/90/default.jpg',
    'full/400,280/!0/default.jpg',
    'full/400,280/0/gray.jpg',
    'full/400,280/0/bitonal.jpg',
    'full/400,280/0/default.png',
    'full/400,281/0/default.jpg',
    'full/401,/0/default.jpg',
    '0,0,1000,699/400,280/0/default.jpg',
    '0,0,999,700/400,280/0/default.jpg',
  ])
    t.equal(passage(other), undefined, other)
  t.equal(passage('0,0,256,256/256,256/0/default.jpg', { pack: undefined }), undefined)
  t.match(engine.counts, { tile: 1, stored: 2 })
  t.end()
})

t.test('the limits of images are those of the configuration; the width alone means both', t => {
  const limitsFor = (environment: Record<string, string>) => {
    const { config } = readConfig(undefined, environment)
    return new ImageEngine({ config } as unknown as Services).limitsOf({} as PageImage)
  }
  t.match(limitsFor({ FIREFOLIO_IMAGES_MAXWIDTH: '300' }), { maxWidth: 300, maxHeight: 300 })
  t.match(limitsFor({ FIREFOLIO_IMAGES_MAXWIDTH: '300', FIREFOLIO_IMAGES_MAXHEIGHT: '200' }), { maxWidth: 300, maxHeight: 200 }) // prettier-ignore
  const none = limitsFor({ FIREFOLIO_IMAGES_MAXWIDTH: '0', FIREFOLIO_IMAGES_MAXHEIGHT: '200', FIREFOLIO_IMAGES_MAXAREA: '0' }) // prettier-ignore
  t.equal(none.maxWidth, undefined)
  t.equal(none.maxHeight, undefined)
  t.equal(none.maxArea, undefined)
  t.end()
})
