// Every kind of master that libraries own, and every defect: what each is judged, and what its pack shows.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { probe, type Verdict } from '../../src/imaging/probe.ts'
import { Ingest } from '../../src/imaging/ingest.ts'
import { Pack } from '../../src/imaging/pack/open.ts'
import { recipeHash } from '../../src/imaging/pack/recipe.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { aFolder, aScan, plainRecipe } from '../support/images.ts'

const folder = aFolder(t)
const limits = { maxPixels: 50_000_000, codecMemory: 1024 }
const has = (tool: string) => !spawnSync(tool, ['-h']).error
const ingest = new Ingest({ processes: 1, timeoutMs: 60_000, memoryMegabytes: 256 })
t.teardown(() => ingest.close())

let count = 0
const stored = (bytes: Buffer): string => {
  const path = join(folder, `master-${++count}`)
  writeFileSync(path, bytes)
  return path
}
/** The pack that the ingest process makes, open. */
async function packOf(master: string): Promise<Pack> {
  const target = join(folder, `pack-${++count}.tif`)
  await ingest.build({ master, target, recipe: plainRecipe, limits })
  const pack = Pack.open(target, recipeHash(plainRecipe))
  t.teardown(() => pack.close())
  return pack
}
/** Mean of each channel of the whole image of a pack. */
const means = async (pack: Pack) =>
  (await sharp(pack.path, { page: 0 }).stats()).channels.map(channel => Math.round(channel.mean))
const width = 400
const height = 300
const scan = () => aScan(width, height)

t.test('each kind of raster image becomes a pack with its picture', async t => {
  const reference = (await scan().stats()).channels.map(channel => Math.round(channel.mean))
  const grey = Math.round(((await aScan(width, height, 1).stats()).channels[0] as { mean: number }).mean)
  const kinds: Record<string, Sharp> = {
    'TIFF, not compressed': scan().tiff({ compression: 'none' }),
    'TIFF, LZW': scan().tiff({ compression: 'lzw' }),
    'TIFF, deflate': scan().tiff({ compression: 'deflate' }),
    'TIFF, JPEG': scan().tiff({ compression: 'jpeg' }),
    'TIFF, packbits': scan().tiff({ compression: 'packbits' }),
    'TIFF, tiled': scan().tiff({ tile: true }),
    'TIFF, BigTIFF': scan().tiff({ bigtiff: true }),
    'TIFF, 48 bits': scan().toColourspace('rgb16').tiff({ compression: 'none' }),
    'JPEG, 4:2:0': scan().jpeg(),
    'JPEG, 4:4:4': scan().jpeg({ chromaSubsampling: '4:4:4' }),
    'JPEG, progressive': scan().jpeg({ progressive: true }),
    PNG: scan().png(),
    'PNG, palette': scan().png({ palette: true }),
    WebP: scan().webp(),
    'TIFF, Display P3': scan().withIccProfile('p3').tiff({ compression: 'none' }),
  }
  for (const [name, image] of some(Object.entries(kinds), 9)) {
    const master = stored(await image.toBuffer())
    const verdict = await probe(master, limits)
    t.ok(verdict.ok, `${name}: ${verdict.ok ? '' : verdict.sentence}`)
    const pack = await packOf(master)
    t.same([pack.size.width, pack.size.height], [width, height], name)
    const seen = await means(pack)
    t.equal(seen.length, 3, name)
    seen.forEach((mean, at) =>
      t.ok(
        Math.abs(mean - (reference[at] as number)) <= 4,
        `${name}: ${seen.join()} for ${reference.join()}`,
      ),
    )
  }
  const greys: Record<string, Sharp> = {
    'TIFF, grey': aScan(width, height, 1).toColourspace('b-w').tiff({ compression: 'none' }),
    'TIFF, grey of 16 bits': aScan(width, height, 1).toColourspace('grey16').tiff({ compression: 'none' }),
    'JPEG, grey': aScan(width, height, 1).toColourspace('b-w').jpeg(),
    'PNG, grey': aScan(width, height, 1).toColourspace('b-w').png(),
  }
  for (const [name, image] of Object.entries(greys)) {
    const pack = await packOf(stored(await image.toBuffer()))
    const seen = await means(pack)
    t.equal(seen.length, 1, `${name} stays grey`)
    t.ok(Math.abs((seen[0] as number) - grey) <= 4, `${name}: ${seen.join()} for ${grey}`)
  }
  const cmyk = await packOf(
    stored(await scan().toColourspace('cmyk').tiff({ compression: 'none' }).toBuffer()),
  )
  t.equal((await means(cmyk)).length, 3, 'CMYK becomes sRGB')
  const g4 = stored(
    await aScan(width, height, 1)
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toBuffer(),
  )
  t.match(await probe(g4, limits), { ok: true, scan: { profile: { bitDepth: 1, samples: 1 } } })
  t.equal((await packOf(g4)).levels[0]?.compression, 8)
})

t.test('every EXIF orientation is applied', async t => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const master = stored(await aScan(400, 300).withMetadata({ orientation }).jpeg().toBuffer())
    const pack = await packOf(master)
    const expected = await sharp(master).autoOrient().raw().toBuffer({ resolveWithObject: true })
    t.same(
      [pack.size.width, pack.size.height],
      [expected.info.width, expected.info.height],
      `orientation ${orientation}`,
    )
    const ours = await sharp(pack.path, { page: 0 }).raw().toBuffer()
    let sum = 0
    for (let at = 0; at < ours.length; at++)
      sum += Math.abs((ours[at] as number) - (expected.data[at] as number))
    t.ok(sum / ours.length < 6, `orientation ${orientation}: ${(sum / ours.length).toFixed(1)}`)
  }
})

t.test('JPEG 2000', { skip: !has('opj_compress') && 'opj_compress is not installed' }, async t => {
  const png = join(folder, 'jp2.png')
  await scan().png().toFile(png)
  for (const extension of ['jp2', 'j2k']) {
    const file = join(folder, `page.${extension}`)
    execFileSync('opj_compress', ['-i', png, '-o', file, '-r', '12'], { stdio: 'ignore' })
    const master = stored(readFileSync(file))
    t.match(await probe(master, limits), { ok: true, scan: { width, height, profile: { format: 'jp2' } } })
    t.same((await packOf(master)).size.width, width)
    const cut = stored(readFileSync(file).subarray(0, 900))
    t.match(
      await probe(master, { ...limits, maxPixels: 100_000 }),
      { ok: false, code: 'too-many-pixels' },
      'before it is decoded',
    )
    t.match(await probe(cut, limits), { ok: false, sentence: /JPEG 2000 image cannot be decoded/ })
  }
})

t.test(
  'PDF: a scanned page comes as the very image, a drawn one is rendered',
  { skip: !has('pdftoppm') && 'poppler-utils is not installed' },
  async t => {
    const jpeg = await scan().jpeg({ quality: 90 }).toBuffer()
    const scanned = stored(pdfOfImage(jpeg, { width, height, isGrey: false }))
    t.match(await probe(scanned, limits), {
      ok: true,
      scan: { width, height, pages: 1, profile: { format: 'pdf' } },
    })
    t.same((await packOf(scanned)).size.width, width, 'pixel for pixel')
    const drawn = stored(
      Buffer.from(
        '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 144 72] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length 26 >>\nstream\n1 0 0 rg 10 10 50 50 re f\n\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n',
      ),
    )
    t.match(await probe(drawn, limits), { ok: true, scan: { width: 600, height: 300 } }, '300 pixels an inch')
    for (const master of [scanned, drawn])
      t.match(
        await probe(master, { ...limits, maxPixels: 100_000 }),
        { ok: false, code: 'too-many-pixels' },
        'before it is drawn',
      )
    t.match(await probe(stored(Buffer.from('%PDF-1.7\nnothing')), limits), {
      ok: false,
      sentence: /PDF cannot be decoded/,
    })
  },
)

t.test('defects get a verdict: never a crash, a hang or a grey picture', async t => {
  const tiff = await scan().tiff({ compression: 'none' }).toBuffer()
  const jpeg = await scan().jpeg().toBuffer()
  const png = await scan().png().toBuffer()
  const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share))
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  )
  const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#fff' } })
    .png({ compressionLevel: 9 })
    .toBuffer()
  const cases: [
    string,
    Buffer,
    Verdict extends infer V ? (V extends { code: infer C } ? C : never) : never,
  ][] = [
    ['nothing', Buffer.alloc(0), 'not-an-image'],
    ['text', Buffer.from('This is no image.'), 'not-an-image'],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251)), 'not-an-image'],
    ['an SVG by another name', svg, 'not-an-image'],
    [
      'a GIF',
      Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
      'not-an-image',
    ],
    ['half a TIFF', cut(tiff, 0.5), 'truncated'],
    ['half a JPEG', cut(jpeg, 0.5), 'truncated'],
    ['most of a JPEG', cut(jpeg, 0.9), 'truncated'],
    ['half a PNG', cut(png, 0.5), 'truncated'],
    ['a JPEG without its image', jpeg.subarray(0, 200), 'truncated'],
    ['a bomb', bomb, 'too-many-pixels'],
  ]
  for (const [name, bytes, code] of cases) {
    const verdict = await probe(stored(bytes), limits)
    t.equal(verdict.ok ? 'accepted' : verdict.code, code, name)
    if (!verdict.ok) t.match(verdict.sentence, /\.$/, 'a sentence')
    await t.rejects(packOf(stored(bytes)), { message: /decoded/ })
  }
})

t.test('a decoder that dies or hangs costs its page, and the next one has another', async t => {
  const master = stored(await scan().tiff().toBuffer())
  const impatient = new Ingest({ processes: 1, timeoutMs: 1, memoryMegabytes: 256 })
  t.teardown(() => impatient.close())
  await t.rejects(
    impatient.build({ master, target: join(folder, 'late.tif'), recipe: plainRecipe, limits }),
    { reason: 'not-processable', message: /not decoded within 0\.001 s/ },
  )
  t.ok((await packOf(master)).size.width > 0)
  await t.rejects(
    ingest.build({ master, target: join(folder, 'nowhere/x.tif'), recipe: plainRecipe, limits }),
    'a folder that is not there says nothing about the master',
  )
})
