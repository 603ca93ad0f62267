// Masters in JPEG 2000 and PDF on a machine that has no decoders for them.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { some } from '../support/at-length.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
import { readPdfContents } from '../../src/imaging/pdf.ts'
import t from '../support/tap.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import { encodeJp2 } from '../../src/imaging/encode-jp2.ts'
import { probe } from '../../src/imaging/probe.ts'
import { decodedSource, pdfPages } from '../../src/imaging/source.ts'
import { aFolder, aScan } from '../support/images.ts'

const folder = aFolder(t)
const [width, height] = [640, 480]
const limits = { maxPixels: 50_000_000, codecMemory: 1024 }
const canEncode = !spawnSync('opj_compress', ['-h']).error
const png = join(folder, 'page.png')
await aScan(width, height).png().toFile(png)
const encoded = (name: string, source: string, ...more: string[]): string => {
  const path = join(folder, name)
  execFileSync('opj_compress', ['-i', source, '-o', path, ...more], { stdio: 'ignore' })
  return path
}
const stored = (name: string, bytes: Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const pixelsOf = async (path: string) =>
  await sharp((await decodedSource(path, 0, `${path}.decoded`, limits)).path)
    .toColourspace('srgb')
    .raw()
    .toBuffer()

t.test(
  'JPEG 2000, lossless as it was put in',
  { skip: !canEncode && 'opj_compress is not installed' },
  async t => {
    const grey = join(folder, 'grey.png')
    await aScan(width, height, 1).toColourspace('b-w').png().toFile(grey)
    const wide = join(folder, 'wide.png')
    await aScan(width, height).toColourspace('rgb16').png().toFile(wide)
    const files = [
      encoded('page.jp2', png),
      encoded('page.j2k', png),
      encoded('grey.jp2', grey),
      encoded('wide.jp2', wide),
    ]
    const damaged = stored('cut.jp2', readFileSync(files[0] as string).subarray(0, 40_000))
    const path = process.env['PATH']
    process.env['PATH'] = '/nonexistent'
    t.teardown(() => (process.env['PATH'] = path))
    const judged = some(files, 2)
    for (const [file, source] of [
      [files[0], png],
      [files[1], png],
      [files[2], grey],
      [files[3], png],
    ] as const) {
      const expected = await sharp(source).toColourspace('srgb').raw().toBuffer()
      t.ok((await pixelsOf(file as string)).equals(expected), `${file}`)
      if (!judged.includes(file as string)) continue
      t.match(await probe(file as string, limits), {
        ok: true,
        scan: { width, height, profile: { format: 'jp2', bitDepth: file === files[3] ? 16 : 8 } },
      })
    }
    t.match(await probe(files[0] as string, { ...limits, maxPixels: 100_000 }), {
      ok: false,
      code: 'too-many-pixels',
    })
    t.match(await probe(files[0] as string, { ...limits, codecMemory: 4 }), {
      ok: false,
      sentence: /Without the programs of OpenJPEG .* more than 4 MB to decode \(\[images\] codecMemory\)/,
    })
    t.match(await probe(damaged, limits), { ok: false, sentence: /JPEG 2000 image cannot be decoded/ })
  },
)

t.test('PDF: a scan pixel for pixel, a drawing at 300 pixels an inch', async t => {
  const path = process.env['PATH']
  process.env['PATH'] = '/nonexistent'
  t.teardown(() => (process.env['PATH'] = path))
  const jpeg = await aScan(width, height).jpeg({ quality: 90 }).toBuffer()
  const scanned = stored('scan.pdf', pdfOfImage(jpeg, { width, height, isGrey: false }))
  t.equal(await pdfPages(scanned), 1)
  t.match(await probe(scanned, limits), {
    ok: true,
    scan: { width, height, profile: { format: 'pdf' } },
  })
  t.match(await probe(scanned, { ...limits, maxPixels: 100_000 }), { ok: false, code: 'too-many-pixels' })
  const decoded = (await decodedSource(scanned, 0, `${scanned}.decoded`, limits)).path
  t.ok(readFileSync(decoded).equals(jpeg), 'the very JPEG that was put in')
  // the page shows the image upside down: the JPEG is not what is seen
  const turned = Buffer.from(
    readFileSync(scanned, 'latin1').replace(/q (\d+) 0 0 (\d+) 0 0 cm/, (_all, w: string, h: string) =>
      `q ${w} 0 0 -${h} 0 ${h} cm`.padEnd(_all.length),
    ),
    'latin1',
  )
  const upsideDown = stored('turned.pdf', turned)
  t.match(await probe(upsideDown, { ...limits, codecMemory: 3 }), {
    ok: false,
    sentence: /Without the programs of Poppler .* more than 3 MB/,
  })
  const [ours, expected] = [await pixelsOf(upsideDown), await sharp(jpeg).flip().raw().toBuffer()]
  let sum = 0
  for (const [at, value] of expected.entries()) sum += Math.abs(value - (ours[at] as number))
  t.ok(sum / expected.length < 2, `${(sum / expected.length).toFixed(2)} off on average`)
  t.match(await probe(stored('cut.pdf', readFileSync(scanned).subarray(0, 300)), limits), {
    ok: false,
    sentence: /PDF cannot be decoded/,
  })
})

t.test('JPEG 2000 is written within the memory that it may take', async t => {
  const pixels = await aScan(width, height).raw().toBuffer()
  const image = { width, height, channels: 3, pixels } as const
  const bytes = await encodeJp2(image, 64)
  const file = stored('written.jp2', bytes)
  t.ok((await pixelsOf(file)).length === pixels.length)
  const path = process.env['PATH']
  process.env['PATH'] = '/nonexistent'
  t.teardown(() => (process.env['PATH'] = path))
  t.equal((await pixelsOf(file)).length, pixels.length, 'both decoders read it')
  await t.rejects(encodeJp2(image, 10), {
    reason: 'bad-request',
    message: /codecMemory \(10\); ask for a smaller one/,
  })
})

t.test('words of a PDF stand where its page shows them: turned, and cut at its CropBox', async t => {
  const stream = 'BT /F1 12 Tf 120 150 Td (Wort) Tj ET'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R/PageLabels<</Nums[0<</S/r>>]>>>>',
    '<</Type/Pages/Kids[3 0 R 8 0 R]/Count 2>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/CropBox[100 100 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    '<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>',
    // an outline that runs in circles
    '<</Title(Teil)/Parent 6 0 R/Dest[8 0 R/Fit]/Next 7 0 R/First 7 0 R>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/CropBox[100 100 300 200]/Rotate 90/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
  ]
  const path = join(folder, 'crop.pdf')
  writeFileSync(
    path,
    `%PDF-1.4\n${objects.map((object, at) => `${at + 1} 0 obj${object}endobj\n`).join('')}trailer<</Root 1 0 R/Size 9>>\n`,
  )
  const contents = await readPdfContents(path, folder)
  t.match(contents, {
    pages: [
      { label: 'i', text: '1.xml' },
      { label: 'ii', text: '2.xml' },
    ],
    parts: [{ title: 'Teil', page: 1 }],
  })
  const wordOf = (name: string) => {
    const { width, height, blocks } = readAlto(readFileSync(join(folder, name), 'utf8'))
    const word = blocks[0]?.[0]?.words[0]
    t.equal(word?.text, 'Wort')
    return { width, height, x: word?.x ?? 0, y: word?.y ?? 0, right: (word?.x ?? 0) + (word?.width ?? 0) }
  }
  const dot = 300 / 72
  const upright = wordOf('1.xml')
  t.match(upright, { width: Math.round(200 * dot), height: Math.round(100 * dot) })
  t.ok(Math.abs(upright.x - 20 * dot) < 8, `20 points from the left: ${upright.x}`)
  t.ok(upright.y > 38 * dot && upright.y < 44 * dot, `below the middle of the page: ${upright.y}`)
  const turned = wordOf('2.xml')
  t.match(turned, { width: Math.round(100 * dot), height: Math.round(200 * dot) })
  t.ok(Math.abs(turned.y - 20 * dot) < 8, `from top to bottom: ${turned.y}`)
  t.ok(turned.x > 45 * dot && turned.right < 62 * dot, `${turned.x} to ${turned.right}`)
})
