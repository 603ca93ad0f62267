import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { cropJpeg } from '../../src/formats/jpeg/crop.ts'
import { readPyramid } from '../../src/formats/tiff/pyramid.ts'
import { decodeIndex, encodeIndex } from '../../src/imaging/pack/index-tag.ts'
import { bytesOf, Pack } from '../../src/imaging/pack/open.ts'
import { tileSize } from '../../src/imaging/pack/recipe.ts'
import { addTag } from '../../src/imaging/pack/rewrite.ts'
import { aFolder, aPack, aScan } from '../support/images.ts'
import { open } from 'node:fs/promises'

const has = (tool: string) => !spawnSync(tool, ['-h']).error
const tileBytes = (pack: Pack, level: number, column: number, row: number): Buffer => {
  const passage = pack.tile(level, column, row)
  if (!passage) throw new Error(`no tile ${level} ${column} ${row}`)
  const bytes = Buffer.alloc(bytesOf(passage))
  pack.read(passage, bytes)
  return bytes
}

/** Sizes around multiples of the tile, and ones that are no powers of two away from anything. */
const sizes: readonly (readonly [number, number])[] = [
  [1, 1],
  [300, 200],
  [511, 512],
  [512, 512],
  [513, 1024],
  [1023, 1025],
  [1700, 2049],
]

t.test(
  'levels are as large as IIIF asks for, and a mosaic of their tiles is the level, without seams',
  async t => {
    const folder = aFolder(t)
    for (const [width, height] of sizes) {
      const source = join(folder, `${width}.tif`)
      await aScan(width, height).tiff().toFile(source)
      const { pack } = await aPack(t, source)
      t.same(pack.size.width, width)
      for (const [at, level] of pack.levels.entries()) {
        t.same(
          [level.width, level.height],
          [Math.ceil(width / 2 ** at), Math.ceil(height / 2 ** at)],
          `level ${at} of ${width} × ${height}`,
        )
        const whole = await sharp(pack.path, { ...level.place, limitInputPixels: false })
          .extract({ left: 0, top: 0, width: level.width, height: level.height })
          .raw()
          .toBuffer()
        for (let row = 0; row < level.down; row++)
          for (let column = 0; column < level.across; column++) {
            const { data, info } = await sharp(tileBytes(pack, at, column, row))
              .raw()
              .toBuffer({ resolveWithObject: true })
            const wide = Math.min(tileSize, level.width - column * tileSize)
            const high = Math.min(tileSize, level.height - row * tileSize)
            t.same([info.width, info.height], [wide, high])
            let most = 0
            for (let y = 0; y < high; y++)
              for (let x = 0; x < wide * 3; x++)
                most = Math.max(
                  most,
                  Math.abs(
                    (data[y * wide * 3 + x] as number) -
                      (whole[((row * tileSize + y) * level.width + column * tileSize) * 3 + x] as number),
                  ),
                )
            const isEdge = wide < tileSize || high < tileSize
            // chroma of an edge no longer sees the padding: jpegtran gives the same
            t.ok(most <= (isEdge ? 24 : 0), `tile ${at} ${column} ${row} of ${width} × ${height}: ${most}`)
          }
      }
      t.equal(pack.levels.at(-1)?.across, 1)
    }
  },
)

t.test(
  'edge tiles are what jpegtran crops',
  { skip: !has('jpegtran') && 'jpegtran is not installed' },
  async t => {
    const folder = aFolder(t)
    for (const channels of [1, 3] as const) {
      const jpeg = await aScan(512, 512, channels).jpeg({ quality: 85 }).toBuffer()
      const file = join(folder, `${channels}.jpg`)
      writeFileSync(file, jpeg)
      for (const [width, height] of [
        [1, 1],
        [100, 512],
        [512, 37],
        [333, 401],
        [511, 511],
      ] as const) {
        const theirs = execFileSync('jpegtran', ['-crop', `${width}x${height}+0+0`, file])
        const [ours, reference] = await Promise.all(
          [cropJpeg(jpeg, width, height), theirs].map(bytes => sharp(bytes).raw().toBuffer()),
        )
        t.ok(ours?.equals(reference as Buffer), `${width} × ${height}, ${channels} channels`)
      }
    }
  },
)

t.test('stored widths are there, and nothing is stored that is larger than the page', async t => {
  const source = join(aFolder(t), 's.png')
  await aScan(700, 900).png().toFile(source)
  const { pack, built } = await aPack(t, source)
  t.same(
    built.stored.map(image => image.width),
    [128, 304, 600],
  )
  for (const { width, height } of pack.index?.stored ?? []) {
    const passage = pack.stored({ width, height })
    const bytes = Buffer.alloc(passage ? bytesOf(passage) : 0)
    if (passage) pack.read(passage, bytes)
    const metadata = await sharp(bytes).metadata()
    t.same([metadata.width, metadata.height, metadata.format], [width, height, 'jpeg'])
    t.equal(height, Math.round((900 * width) / 700))
  }
  t.equal(pack.storedWidth(1000), undefined)
})

t.test(
  'grey stays grey, two colours stay sharp, orientation and edits are applied in their order',
  async t => {
    const folder = aFolder(t)
    const grey = join(folder, 'grey.tif')
    await aScan(600, 700, 1).toColourspace('b-w').tiff().toFile(grey)
    const greyPack = (await aPack(t, grey)).pack
    t.equal((await sharp(tileBytes(greyPack, 0, 0, 0)).metadata()).channels, 1)

    const bitonal = join(folder, 'g4.tif')
    await aScan(900, 1200, 1)
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toFile(bitonal)
    const bitonalPack = (await aPack(t, bitonal)).pack
    t.equal(bitonalPack.levels[0]?.compression, 8, 'deflate')
    t.equal(bitonalPack.hasTiles, false, 'its tiles are rendered')
    t.ok(bitonalPack.storedWidth(600))

    const turned = join(folder, 'exif.jpg')
    await aScan(800, 500).withMetadata({ orientation: 6 }).jpeg().toFile(turned)
    t.same((await aPack(t, turned)).pack.size, {
      ...(await aPack(t, turned)).pack.size,
      width: 500,
      height: 800,
    })

    const upright = join(folder, 'upright.png')
    await aScan(400, 600).png().toFile(upright)
    /** Which corner of the image is the marked one. */
    const corner = async (pack: Pack): Promise<string> => {
      const { width, height } = pack.size
      const { data } = await sharp(pack.path, { page: 0 }).raw().toBuffer({ resolveWithObject: true })
      const at = (x: number, y: number) => data[(y * width + x) * 3 + 1] as number
      const marked = {
        nw: at(6, 6),
        ne: at(width - 7, 6),
        sw: at(6, height - 7),
        se: at(width - 7, height - 7),
      }
      return Object.entries(marked).sort((a, b) => a[1] - b[1])[0]?.[0] ?? ''
    }
    t.equal(await corner((await aPack(t, upright)).pack), 'nw')
    t.equal(await corner((await aPack(t, upright, { rotation: 90 })).pack), 'ne')
    t.equal(await corner((await aPack(t, upright, { mirrored: true })).pack), 'ne')
    t.equal(await corner((await aPack(t, upright, { mirrored: true, rotation: 90 })).pack), 'se')
    const cropped = (
      await aPack(t, upright, { crop: { x: 0, y: 0, width: 200, height: 150 }, rotation: 270 })
    ).pack
    t.same([cropped.size.width, cropped.size.height], [150, 200])
    t.equal(await corner(cropped), 'sw')
  },
)

t.test('a watermark is part of every level', async t => {
  const folder = aFolder(t)
  const source = join(folder, 'white.png')
  await sharp({ create: { width: 1400, height: 1000, channels: 3, background: '#fff' } })
    .png()
    .toFile(source)
  const mark = { text: 'Firefolio', position: 'southeast', opacity: 1, scale: 0.3 } as const
  const { pack } = await aPack(t, source, { watermark: mark })
  for (const level of pack.levels) {
    const image = sharp(pack.path, { ...level.place, limitInputPixels: false })
    const half = { width: level.width >> 1, height: level.height >> 1 }
    const dark = async (left: number, top: number) =>
      (
        await sharp(
          await image
            .clone()
            .extract({ left, top, ...half })
            .png()
            .toBuffer(),
        ).stats()
      ).channels[0]?.min ?? 255
    t.ok((await dark(half.width, half.height)) < 120, 'it is in its corner')
    t.ok((await dark(0, 0)) > 240, 'and nowhere else')
  }
})

t.test('a pack is a valid pyramidal TIFF for other readers', async t => {
  const source = join(aFolder(t), 's.tif')
  await aScan(1300, 900).tiff().toFile(source)
  const { pack } = await aPack(t, source)
  t.match(await sharp(pack.path).metadata(), { format: 'tiff', pages: 3, width: 1300, height: 900 })
  if (has('tiffinfo')) {
    const { stdout, status } = spawnSync('tiffinfo', [pack.path], { encoding: 'utf8' })
    t.equal(status, 0)
    t.match(stdout, /Image Width: 1300 Image Length: 900[\s\S]*Image Width: 650 Image Length: 450/)
  }
})

t.test('BigTIFF and SubIFD pyramids are read as well', async t => {
  const folder = aFolder(t)
  const file = join(folder, 'big.tif')
  await aScan(1500, 1100)
    .tiff({ compression: 'jpeg', tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, bigtiff: true })
    .toFile(file)
  const foreign = Pack.open(file, undefined)
  t.ok(foreign.pyramid.bigTiff)
  t.equal(foreign.index, undefined)
  t.equal((await sharp(tileBytes(foreign, 0, 0, 0)).metadata()).width, 256)
  t.equal(
    foreign.tile(0, foreign.levels[0] ? foreign.levels[0].across - 1 : 0, 0),
    undefined,
    'edges are not exact',
  )
  foreign.close()
  // a tag on a BigTIFF
  const handle = await open(file, 'r+')
  const recipe = 'ab'.repeat(32)
  const index = encodeIndex({
    recipe,
    width: 1500,
    height: 1100,
    convertedColours: true,
    stored: [],
    edges: foreign.levels.map(() => new Map()),
  })
  await addTag(handle, foreign.pyramid, 65_001, index, foreign.bytes)
  await handle.close()
  const tagged = Pack.open(file, recipe)
  t.match(tagged.index, { recipe, width: 1500, convertedColours: true })
  t.match(await sharp(file).metadata(), { width: 1500, height: 1100 })
  tagged.close()
})

t.test('the index survives a round trip, and nothing damaged passes', async t => {
  const extent = fc.record({ offset: fc.nat(1_000_000), length: fc.integer({ min: 3, max: 10_000 }) })
  const index = fc.record({
    recipe: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex')),
    width: fc.integer({ min: 1, max: 100_000 }),
    height: fc.integer({ min: 1, max: 100_000 }),
    convertedColours: fc.boolean(),
    stored: fc.array(
      fc.record({
        width: fc.nat(5000),
        height: fc.nat(5000),
        offset: fc.nat(1_000_000),
        length: fc.integer({ min: 3, max: 9999 }),
      }),
      { maxLength: 6 },
    ),
    edges: fc.array(
      fc.array(fc.tuple(fc.nat(999), extent), { maxLength: 9 }).map(entries => new Map(entries)),
      { maxLength: 8 },
    ),
  })
  fc.assert(
    fc.property(index, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, change) => {
      const bytes = encodeIndex(value)
      t.same(decodeIndex(bytes, 10_000_000), value)
      bytes[place % bytes.length] = (bytes[place % bytes.length] as number) ^ change
      t.throws(() => decodeIndex(bytes, 10_000_000))
    }),
    randomCases(t, 100),
  )
  t.pass('round trips and damages')
})

t.test('mutated packs and tiles never crash, hang or read out of range', async t => {
  const source = join(aFolder(t), 's.tif')
  await aScan(1100, 700).tiff().toFile(source)
  const { path, pack } = await aPack(t, source)
  const whole = readFileSync(path)
  const tile = tileBytes(pack, 0, 0, 0)
  const outcomes = { read: 0, refused: 0, cropped: 0, kept: 0 }
  const rounds = Number(process.env['FIREFOLIO_MUTANTS'] ?? 500)
  let seed = 42
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    return seed % below
  }
  for (let round = 0; round < rounds; round++) {
    const mutant = Buffer.from(whole)
    // damage what is parsed: the ends, where the IFDs and the index stand, more than the pixels
    for (let n = 0; n <= random(4); n++) {
      const place = random(3) === 0 ? random(mutant.length) : mutant.length - 1 - random(6000)
      mutant[Math.max(0, place)] = random(256)
    }
    const part = random(5) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant
    try {
      readPyramid((offset, length) => {
        if (length > 100_000_000) throw new Error('asked for too much')
        return part.subarray(offset, offset + length)
      })
      outcomes.read++
    } catch (error) {
      t.ok(
        error instanceof RangeError || (error as { reason?: string }).reason === 'not-processable',
        String(error),
      )
      outcomes.refused++
    }
    const damaged = Buffer.from(tile)
    for (let n = 0; n <= random(5); n++) damaged[2 + random(damaged.length - 2)] = random(256)
    try {
      t.ok(cropJpeg(damaged, 1 + random(512), 1 + random(512)).length > 0)
      outcomes.cropped++
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      outcomes.kept++
    }
  }
  t.ok(outcomes.read > 0 && outcomes.refused > 0 && outcomes.kept > 0, JSON.stringify(outcomes))
})
