// Masters of every kind and with every defect, with what is right for each: its pages and colours, or the refusal that names the reason.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { pdfOfImage } from '../../../src/formats/pdf/one-image.ts'
import { cut, pdfOfStream } from './pdfs.ts'
import { patches, type Picture, type TiffImage, tiffOf } from './tiff-writer.ts'

export const [width, height] = [240, 160]
export const picture = patches(width, height)
const luma = ([r, g, b]: readonly [number, number, number]): number => 0.299 * r + 0.587 * g + 0.114 * b
const grey: Picture = (x, y) => {
  const shade = luma(picture(x, y))
  return [shade, shade, shade]
}
/** Points in the middle of the patches, and on the ramp. */
export const places = [
  [60, 30],
  [60, 90],
  [180, 30],
  [180, 90],
  [40, 140],
  [110, 140],
  [200, 140],
] as const

export interface Master {
  readonly name: string
  readonly bytes: Buffer
  /** The picture of each page, or the sentence of the refusal */
  readonly right:
    | {
        readonly pages: readonly { readonly picture: Picture; readonly size?: readonly [number, number] }[]
        readonly notes?: readonly string[]
      }
    | { readonly code: string; readonly sentence: RegExp }
}

const size = { width, height }
const shown = (seen: Picture, ...notes: string[]): Master['right'] => ({ pages: [{ picture: seen }], notes })
const refused = (code: string, sentence: RegExp): Master['right'] => ({ code, sentence })
const tiff = (name: string, image: Partial<TiffImage>, right: Master['right']): Master => ({
  name: `TIFF, ${name}`,
  bytes: tiffOf({ ...size, ...image }),
  right,
})
const quantised =
  (levels: number, of: Picture): Picture =>
  (x, y) =>
    of(x, y).map(value => Math.round(value * levels) / levels) as unknown as [number, number, number]

function samples(): Master[] {
  const all: Master[] = []
  for (const bits of [1, 2, 4, 8] as const)
    for (const photometric of ['grey', 'white-is-zero', 'palette'] as const)
      all.push(
        tiff(
          `${photometric}, ${bits} bits`,
          { bits, photometric },
          shown(
            photometric === 'white-is-zero'
              ? (x, y) =>
                  quantised(2 ** bits - 1, (...at) => grey(...at).map(v => 1 - v) as never)(x, y).map(
                    v => 1 - v,
                  ) as never
              : quantised(2 ** bits - 1, grey),
          ),
        ),
      )
  all.push(
    tiff('grey, 16 bits', { bits: 16, photometric: 'grey' }, shown(grey)),
    tiff('RGB', {}, shown(picture)),
    tiff('RGB, 16 bits', { bits: 16 }, shown(picture, '48-bit')),
    tiff('RGB, planes in strips', { planar: true, rowsPerStrip: 32 }, shown(picture)),
    tiff('RGB, tiles', { tile: 64 }, shown(picture)),
    tiff('RGB, tiles by packbits', { tile: 64, compression: 'packbits' }, shown(picture)),
    tiff(
      'palette, tiles by packbits',
      { tile: 64, compression: 'packbits', photometric: 'palette' },
      shown(grey),
    ),
    tiff('RGB, packbits', { compression: 'packbits', rowsPerStrip: 16 }, shown(picture)),
    tiff('RGB, deflate', { compression: 'deflate', rowsPerStrip: 16 }, shown(picture)),
    tiff('a private tag', { tags: { 65000: [7] } }, shown(picture)),
  )
  const unsupported = (name: string, image: Partial<TiffImage>, what: RegExp) =>
    all.push(tiff(name, image, refused('unsupported', what)))
  for (const bits of [16, 32, 64])
    for (const photometric of ['grey', 'rgb'] as const)
      for (const white of [1, 255])
        unsupported(
          `float of ${bits} bits, ${photometric}, white is ${white}`,
          { bits, photometric, white, sample: 'float' },
          new RegExp(`${bits}-bit floating point (grey|RGB)`),
        )
  for (const bits of [6, 10, 12, 14, 24, 32])
    for (const photometric of ['grey', 'rgb'] as const)
      unsupported(
        `${photometric}, ${bits} bits`,
        { bits, photometric },
        new RegExp(`${bits}-bit (grey|RGB) samples`),
      )
  for (const bits of [1, 2, 4]) unsupported(`RGB, ${bits} bits`, { bits }, new RegExp(`${bits}-bit RGB`))
  for (const bits of [8, 16]) {
    unsupported(`CIELab, ${bits} bits`, { bits, photometric: 'lab' }, /CIELab/)
    unsupported(`signed, ${bits} bits`, { bits, photometric: 'grey', sample: 'signed' }, /signed grey/)
  }
  unsupported('YCbCr without JPEG', { photometric: 'ycbcr' }, /YCbCr that is not compressed by JPEG/)
  unsupported('planes in tiles', { planar: true, tile: 64 }, /tiles with a plane for each colour/)
  unsupported('an unknown compression', { tags: { 259: [4711] } }, /unknown method 4711/)
  unsupported('JBIG', { tags: { 259: [34661] } }, /compressed by JBIG/)
  unsupported(
    'CMYK with a spot colour',
    { photometric: 'cmyk', extra: { kind: 0, alpha: () => 1 } },
    /CMYK with 1 further sample/,
  )
  return all
}

function alphas(): Master[] {
  const half: Picture = (x, y) =>
    picture(x, y).map(value => value / 2 + 0.5) as unknown as [number, number, number]
  return [
    tiff('opaque alpha', { extra: { kind: 2, alpha: () => 1 } }, shown(picture, 'alpha')),
    tiff('opaque alpha, 16 bits', { bits: 16, extra: { kind: 2, alpha: () => 1 } }, shown(picture, 'alpha')),
    tiff('a further sample of no meaning', { extra: { kind: 0, alpha: () => 1 } }, shown(picture, 'alpha')),
    tiff('transparency', { extra: { kind: 2, alpha: () => 0.5 } }, shown(half, 'transparent')),
    tiff(
      'transparency of one pixel',
      { extra: { kind: 2, alpha: (x, y) => (x === 3 && y === 3 ? 0.9 : 1) } },
      shown(picture, 'transparent'),
    ),
    tiff(
      'transparency of grey',
      { photometric: 'grey', extra: { kind: 2, alpha: () => 0.5 } },
      shown((x, y) => grey(x, y).map(value => value / 2 + 0.5) as never, 'transparent'),
    ),
  ]
}

function severalImages(): Master[] {
  const page = (further: Partial<TiffImage> = {}): TiffImage => ({ ...size, ...further })
  const thumb: TiffImage = { width: 48, height: 32, picture: () => [0, 0, 0] }
  const [a, b] = [{ picture }, { picture: grey }]
  return [
    { name: 'TIFF, two pages', bytes: tiffOf(page(), page({ picture: grey })), right: { pages: [a, b] } },
    {
      name: 'TIFF, pages upright and across, one of them grey',
      bytes: tiffOf(
        page(),
        { width: height, height: width, picture: () => [1, 1, 1] },
        page({ photometric: 'grey' }),
      ),
      right: { pages: [a, { picture: () => [1, 1, 1], size: [height, width] }, b] },
    },
    {
      name: 'TIFF, a thumbnail in front',
      bytes: tiffOf({ ...thumb, subfile: 1 }, page()),
      right: shown(picture, 'further-images'),
    },
    {
      name: 'TIFF, a thumbnail in front that does not say so',
      bytes: tiffOf(thumb, page()),
      right: shown(picture, 'further-images'),
    },
    {
      name: 'TIFF, a thumbnail behind',
      bytes: tiffOf(page(), thumb),
      right: shown(picture, 'further-images'),
    },
    {
      name: 'TIFF, a mask behind',
      bytes: tiffOf(page(), page({ subfile: 4, photometric: 'grey' })),
      right: shown(picture, 'further-images'),
    },
    {
      name: 'TIFF, the second page cut',
      bytes: tiffOf(page(), page({ counts: all => all.map(count => count * 2) })),
      right: refused('truncated', /ends behind the end of the file/),
    },
  ]
}

const middle = (bytes: Buffer, fill: (part: Buffer) => void, length = 2048): Buffer => {
  const copy = Buffer.from(bytes)
  const start = (copy.length - length) >> 1
  fill(copy.subarray(start, start + length))
  return copy
}
/** Noise, the same in every run. */
const noise = (part: Buffer): void => {
  let seed = 99
  for (let at = 0; at < part.length; at++) {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
    part[at] = seed >> 16
  }
}
const overwritten: readonly (readonly [string, (part: Buffer) => void])[] = [
  ['noise', noise],
  ['zeros', part => part.fill(0)],
  ['words', part => part.fill('Hier lag eine Seite. ')],
]

/** A picture with a grain, so that its data are long however they are compressed. */
const grained = (): Sharp => {
  const pixels = Buffer.alloc(width * height * 3)
  noise(pixels)
  for (let at = 0; at < pixels.length; at++)
    pixels[at] =
      Math.round((picture(Math.floor(at / 3) % width, Math.floor(at / 3 / width))[at % 3] as number) * 200) +
      ((pixels[at] as number) & 31)
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

async function damaged(): Promise<Master[]> {
  const all: Master[] = []
  const bad = (name: string, bytes: Buffer, sentence = /truncated or damaged|is damaged/) =>
    all.push({ name, bytes, right: refused('truncated', sentence) })
  const rowsPerStrip = 20
  bad(
    'TIFF, a strip without length',
    tiffOf({ ...size, rowsPerStrip, counts: all => all.map((n, at) => (at === 3 ? 0 : n)) }),
    /strip 4 of 8 has no data/,
  )
  bad(
    'TIFF, strips without lengths',
    tiffOf({ ...size, rowsPerStrip, counts: all => all.map(() => 0) }),
    /strip 1 of 8 has no data/,
  )
  bad(
    'TIFF, a length beyond the file',
    tiffOf({ ...size, rowsPerStrip, counts: all => all.map(n => n * 100) }),
    /behind the end/,
  )
  bad(
    'TIFF, strips that are too short',
    tiffOf({ ...size, rowsPerStrip, counts: all => all.map(n => n - 7) }),
    /has 14393 of 14400 bytes/,
  )
  bad(
    'TIFF, fewer strips than rows',
    tiffOf({ ...size, rowsPerStrip, tags: { 278: [4] } }),
    /has 8 strips, and its pixels fill 40/,
  )
  bad(
    'TIFF, no rows in a strip',
    tiffOf({ ...size, rowsPerStrip, tags: { 278: [0] } }),
    /strips have no size/,
  )
  bad(
    'TIFF, directories in a circle',
    (() => {
      const bytes = tiffOf(size, size)
      const first = bytes.readUInt32LE(4)
      const next = first + 2 + bytes.readUInt16LE(first) * 12
      bytes.writeUInt32LE(
        first,
        bytes.readUInt32LE(next) + 2 + bytes.readUInt16LE(bytes.readUInt32LE(next)) * 12,
      )
      return bytes
    })(),
    /circle/,
  )
  const tiles = { tile: true, tileWidth: 64, tileHeight: 64 }
  const whole: Record<string, Buffer> = {
    'TIFF, raw': await grained().tiff({ compression: 'none' }).toBuffer(),
    'TIFF, LZW': await grained().tiff({ compression: 'lzw' }).toBuffer(),
    'TIFF, deflate': await grained().tiff({ compression: 'deflate' }).toBuffer(),
    'TIFF, packbits': tiffOf({ ...size, compression: 'packbits', rowsPerStrip }),
    'TIFF, LZW in tiles': await grained()
      .tiff({ compression: 'lzw', ...tiles })
      .toBuffer(),
    'TIFF, JPEG in tiles': await grained()
      .tiff({ compression: 'jpeg', quality: 90, ...tiles })
      .toBuffer(),
    'TIFF, packbits in tiles': tiffOf({ ...size, compression: 'packbits', tile: 64 }),
    'TIFF, JPEG': await grained().tiff({ compression: 'jpeg', quality: 90 }).toBuffer(),
    'TIFF, G4': await grained()
      .greyscale()
      .threshold(128)
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toBuffer(),
    JPEG: await grained().jpeg({ quality: 92 }).toBuffer(),
    'JPEG, 4:4:4': await grained().jpeg({ quality: 92, chromaSubsampling: '4:4:4' }).toBuffer(),
    'JPEG, grey': await grained().greyscale().jpeg({ quality: 95 }).toBuffer(),
    'JPEG, progressive': await grained().jpeg({ progressive: true, quality: 92 }).toBuffer(),
    PNG: await grained().png().toBuffer(),
  }
  for (const [kind, bytes] of Object.entries(whole)) {
    for (const share of [0.01, 0.3, 0.6, 0.99])
      bad(
        `${kind}, ${share * 100} % of it`,
        bytes.subarray(0, Math.max(16, Math.floor(bytes.length * share))),
        /truncated|damaged/,
      )
    bad(`${kind}, cut by one byte`, bytes.subarray(0, -1), /truncated|damaged/)
    // nothing tells of it where pixels stand as they are
    if (kind === 'TIFF, raw' || kind === 'TIFF, G4') continue
    for (const [what, fill] of overwritten) {
      // a run of one letter is a run like any other
      if (kind.startsWith('TIFF, packbits') && what === 'words') continue
      bad(`${kind}, its middle overwritten by ${what}`, middle(bytes, fill))
    }
  }
  return all
}

async function others(): Promise<Master[]> {
  const foreign = (name: string, bytes: Buffer | string, what: RegExp): Master => ({
    name,
    bytes: Buffer.from(bytes as string, 'latin1'),
    right: refused('not-an-image', what),
  })
  return [
    {
      name: 'JPEG',
      bytes: await grained().jpeg({ quality: 95 }).toBuffer(),
      right: shown((x, y) => picture(x, y).map(value => (value * 200 + 15.5) / 255) as never),
    },
    { name: 'PNG', bytes: await sharp(tiffOf(size)).png().toBuffer(), right: shown(picture) },
    {
      name: 'PNG, palette with alpha',
      bytes: await sharp(tiffOf({ ...size, extra: { kind: 2, alpha: () => 0.5 } }))
        .png({ palette: true })
        .toBuffer(),
      right: shown((x, y) => picture(x, y).map(value => value / 2 + 0.5) as never, 'transparent'),
    },
    {
      name: 'WebP',
      bytes: await sharp(tiffOf(size)).webp({ lossless: true }).toBuffer(),
      right: shown(picture),
    },
    {
      name: 'WebP, animated',
      bytes: await sharp([tiffOf(size), tiffOf({ ...size, picture: grey })], { join: { animated: true } })
        .webp()
        .toBuffer(),
      right: refused('unsupported', /an animation/),
    },
    foreign(
      'GIF',
      Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
      /is a GIF image;.*convert it without loss/,
    ),
    foreign('BMP', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0', /is a BMP image;.*convert it/),
    foreign('HEIF', '\0\0\0\x18ftypheic\0\0\0\0', /a HEIF image/),
    foreign('AVIF', '\0\0\0\x18ftypavif\0\0\0\0', /an AVIF image/),
    foreign('JPEG XL', '\xff\x0a\0\0\0\0', /a JPEG XL image/),
    foreign('Photoshop', '8BPS\0\x01\0\0\0\0', /a Photoshop document/),
    foreign('DjVu', 'AT&TFORM\0\0\0\0DJVU', /a DjVu document/),
    foreign('ZIP', 'PK\x03\x04\0\0\0\0', /a ZIP archive/),
    foreign('SVG', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', /an SVG drawing/),
    foreign('HTML', '<!DOCTYPE html><html><body>404</body></html>', /an HTML page/),
    foreign('text', 'version https://git-lfs.github.com/spec/v1', /a text/),
    foreign('nothing', '', /is empty/),
  ]
}

const has = (tool: string): boolean => !spawnSync(tool, ['-h']).error

/** A PDF with an image by a filter: shown where it is whole, refused where its data are cut. */
function pdfsOfStreams(filters: string, data: Buffer): Master[] {
  const stream = { filters, data, width, height }
  return [1, 2].flatMap(times => [
    {
      name: `PDF, ${filters}, drawn ${times} times`,
      bytes: pdfOfStream(stream, times),
      right: shown(picture),
    },
    {
      name: `PDF, ${filters} cut, drawn ${times} times`,
      bytes: pdfOfStream(cut(stream), times),
      right: refused('truncated', /truncated or damaged|cannot be decoded/),
    },
  ])
}

/** JPEG 2000, written by OpenJPEG's program where it is installed, and PDF: what the decoders beside libvips read. */
export async function decodedElsewhere(folder: string): Promise<Master[]> {
  const all: Master[] = []
  const jpeg = await sharp(tiffOf(size)).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer()
  const scan = pdfOfImage(jpeg, { width, height, isGrey: false })
  const changed = (from: RegExp, to: string): Buffer =>
    Buffer.from(
      scan.toString('latin1').replace(from, found => to.padEnd(found.length)),
      'latin1',
    )
  all.push(
    { name: 'PDF, a scan', bytes: scan, right: shown(picture) },
    {
      name: 'PDF, a scan upside down',
      bytes: changed(/q (\d+) 0 0 (\d+) 0 0 cm/, `q ${width} 0 0 -${height} 0 ${height} cm`),
      right: shown((x, y) => picture(x, height - 1 - y)),
    },
    { name: 'PDF, cut', bytes: scan.subarray(0, 400), right: refused('truncated', /PDF cannot be decoded/) },
    ...pdfsOfStreams('DCTDecode', jpeg),
    ...pdfsOfStreams('FlateDecode', deflateSync(await sharp(tiffOf(size)).removeAlpha().raw().toBuffer())),
    ...pdfsOfStreams('FlateDecode/DCTDecode', deflateSync(jpeg)),
  )
  if (!has('opj_compress')) return all
  const encode = (name: string, source: string, ...more: string[]): Buffer => {
    const target = join(folder, `${name}.jp2`)
    execFileSync('opj_compress', ['-i', source, '-o', target, ...more], { stdio: 'ignore' })
    return readFileSync(target)
  }
  const png = join(folder, 'picture.png')
  await sharp(tiffOf(size)).png().toFile(png)
  const greyPng = join(folder, 'grey.png')
  await sharp(tiffOf({ ...size, photometric: 'grey' }))
    .png()
    .toFile(greyPng)
  const deep = join(folder, 'deep.tif')
  writeFileSync(deep, tiffOf({ ...size, bits: 16 }))
  const raw = (name: string, format: string, pixels: Buffer, ...more: string[]): Buffer => {
    const source = join(folder, `${name}.raw`)
    writeFileSync(source, pixels)
    return encode(name, source, '-F', format, ...more)
  }
  const greyOf = (bits: number) => {
    const wide = bits > 8
    const data = Buffer.alloc(width * height * (wide ? 2 : 1))
    for (let at = 0; at < width * height; at++) {
      const value = Math.round(luma(picture(at % width, Math.floor(at / width))) * (2 ** bits - 1))
      if (wide) data.writeUInt16BE(value, at * 2)
      else data[at] = value
    }
    return data
  }
  const jp2 = encode('plain', png)
  all.push(
    { name: 'JPEG 2000', bytes: jp2, right: shown(picture) },
    ...pdfsOfStreams('JPXDecode', jp2),
    { name: 'JPEG 2000, lossy', bytes: encode('lossy', png, '-r', '8', '-I'), right: shown(picture) },
    { name: 'JPEG 2000, tiles', bytes: encode('tiles', png, '-t', '64,64'), right: shown(picture) },
    { name: 'JPEG 2000, grey', bytes: encode('grey', greyPng), right: shown(grey) },
    { name: 'JPEG 2000, 48 bits', bytes: encode('deep', deep), right: shown(picture, '48-bit') },
    ...[4, 10, 12].map(bits => ({
      name: `JPEG 2000, grey of ${bits} bits`,
      bytes: raw(`grey-${bits}`, `${width},${height},1,${bits},u`, greyOf(bits)),
      right: shown(quantised(2 ** bits - 1, grey)),
    })),
    {
      name: 'JPEG 2000, signed samples',
      bytes: raw('signed', `${width},${height},1,8,s`, greyOf(8)),
      right: refused('unsupported', /signed samples/),
    },
    {
      name: 'JPEG 2000, coarse colours',
      bytes: raw(
        'coarse',
        `${width},${height},3,8,u@1x1:2x2:2x2`,
        Buffer.alloc(width * height * 1.5, 128),
        '-mct',
        '0',
      ),
      right: refused('unsupported', /components of different sizes/),
    },
    {
      name: 'JPEG 2000, cut',
      bytes: jp2.subarray(0, jp2.length >> 1),
      right: refused('truncated', /JPEG 2000 image cannot be decoded/),
    },
    {
      name: 'JPEG 2000, cut by a hundred bytes',
      bytes: jp2.subarray(0, -100),
      right: refused('truncated', /JPEG 2000 image cannot be decoded/),
    },
  )
  return all
}

export const masters = async (): Promise<Master[]> => [
  ...samples(),
  ...alphas(),
  ...severalImages(),
  ...(await damaged()),
  ...(await others()),
]
