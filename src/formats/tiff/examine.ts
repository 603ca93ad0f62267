// Looks at every image of a TIFF before it is decoded: what it holds, whether its strips and tiles can be there, and whether its kind of
// samples is one that comes out right. Decoders differ in what they make of the rest: black, clipped, or an error about something else.
// @see TIFF 6.0, sections 3 to 8, 15, 20 to 23; Adobe Photoshop TIFF technical notes
import { Refusal } from '../../errors.ts'
import { type ReadBytes, type Tag, TiffReader } from './reader.ts'

export interface TiffImage {
  readonly width: number
  readonly height: number
  /** Reduced copy of another image, or a mask: no picture of its own */
  readonly isSecondary: boolean
  readonly compression: number
  readonly bits: number
  readonly photometric: number
  readonly samples: number
  /** Samples beyond the colours: 0 of no known meaning, 1 and 2 alpha */
  readonly extra: readonly number[]
  /** Where the strips or tiles lie, in the order of the file, and their lengths */
  readonly offsets: readonly number[]
  readonly counts: readonly number[]
  /** Bytes of a whole strip or tile when it is not compressed */
  readonly chunkBytes: number
  /** Size of its tiles; undefined where it has strips */
  readonly tile: { readonly width: number; readonly height: number } | undefined
  /** Where its directory lies */
  readonly directoryAt: number
}

export class TiffUnsupported extends Refusal {
  constructor(what: string) {
    super(
      'not-processable',
      `The TIFF holds ${what}, which is not supported; convert it to 8 or 16 bits a sample, grey or RGB.`,
    )
  }
}
const damaged = (what: string): never => {
  throw new Refusal('not-processable', `The TIFF is truncated or damaged: ${what}.`)
}

const tags = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripCounts: 279,
  planar: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileCounts: 325,
  extra: 338,
  format: 339,
} as const
const wanted: ReadonlySet<number> = new Set(Object.values(tags))

const compressions: Readonly<Record<number, string>> = {
  1: '',
  2: '',
  3: '',
  4: '',
  5: '',
  6: '',
  7: '',
  8: '',
  32773: '',
  32946: '',
  50000: '',
  50001: '',
  9: 'JBIG',
  10: 'JBIG',
  32766: 'NeXT',
  32771: 'CCITT with word alignment',
  32809: 'ThunderScan',
  34661: 'JBIG',
  34663: 'JBIG2',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of raw camera files',
  34925: 'LZMA',
  50002: 'JPEG XL',
}
const photometrics: Readonly<Record<number, string>> = {
  0: 'grey',
  1: 'grey',
  2: 'RGB',
  3: 'palette',
  4: 'a transparency mask',
  5: 'CMYK',
  6: 'YCbCr',
  8: 'CIELab',
  9: 'ICC Lab',
  10: 'ITU Lab',
  32803: 'raw samples of a camera',
  32844: 'LogL',
  32845: 'LogLuv',
  34892: 'raw samples of a camera',
}
const colours: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3 }
const maxImages = 20_000
const jpegs = new Set([6, 7])

interface Layout {
  readonly tileWidth: number | undefined
  readonly tileHeight: number | undefined
  readonly rowsPerStrip: number
  readonly isPlanar: boolean
}

type Head = Omit<TiffImage, 'offsets' | 'counts' | 'chunkBytes' | 'tile'>

class Directory {
  readonly #reader: TiffReader
  readonly #tags: ReadonlyMap<number, Tag>

  constructor(reader: TiffReader, found: ReadonlyMap<number, Tag>) {
    this.#reader = reader
    this.#tags = found
  }

  all(tag: number): number[] {
    return this.#reader.numbers(this.#tags.get(tag))
  }
  one<T>(tag: number, otherwise: T): number | T {
    return this.all(tag)[0] ?? otherwise
  }
}

const plural = (format: number): string => (format === 2 ? 'signed ' : format === 3 ? 'floating point ' : '')

/** @throws TiffUnsupported naming what the samples are */
function checkSamples(directory: Directory, image: Head, layout: Layout): void {
  const name = compressions[image.compression]
  if (name !== '')
    throw new TiffUnsupported(`data compressed by ${name || `the unknown method ${image.compression}`}`)
  const space = photometrics[image.photometric] ?? `the unknown colour space ${image.photometric}`
  const formats = directory.all(tags.format)
  const format = formats[0] ?? 1
  const depths = directory.all(tags.bits)
  const kind = `${image.bits}-bit ${plural(format)}${space}`
  if (new Set(depths).size > 1 || new Set(formats).size > 1)
    throw new TiffUnsupported(`samples of different depths (${depths.join(', ')} bits)`)
  if (format === 2 || format === 3) throw new TiffUnsupported(`${kind} samples`)
  const base = colours[image.photometric]
  if (base === undefined) throw new TiffUnsupported(`${space} (${image.bits} bits a sample)`)
  const allowed = base === 1 ? (image.photometric === 3 ? [1, 2, 4, 8] : [1, 2, 4, 8, 16]) : [8, 16]
  if (!allowed.includes(image.bits)) throw new TiffUnsupported(`${kind} samples`)
  if (image.photometric === 6 && !jpegs.has(image.compression))
    throw new TiffUnsupported('YCbCr that is not compressed by JPEG')
  const more = image.samples - base
  if (more < 0) damaged(`${space} has ${base} samples a pixel, not ${image.samples}`)
  if (more > 1 || (more === 1 && (base === 4 || image.bits < 8)))
    throw new TiffUnsupported(`${space} with ${more} further ${more === 1 ? 'sample' : 'samples'} a pixel`)
  if (layout.isPlanar && layout.tileWidth !== undefined && image.samples > 1)
    throw new TiffUnsupported('tiles with a plane for each colour')
}

/** Every strip and tile must lie in the file, with the bytes that its pixels take. @throws Refusal not-processable */
function checkData(
  directory: Directory,
  image: Head,
  layout: Layout,
  size: number,
): Pick<TiffImage, 'offsets' | 'counts' | 'chunkBytes' | 'tile'> {
  const isTiled = layout.tileWidth !== undefined
  const offsets = directory.all(isTiled ? tags.tileOffsets : tags.stripOffsets)
  const counts = directory.all(isTiled ? tags.tileCounts : tags.stripCounts)
  const what = isTiled ? 'tile' : 'strip'
  const [across, down] = isTiled
    ? [layout.tileWidth ?? 0, layout.tileHeight ?? 0]
    : [image.width, Math.min(layout.rowsPerStrip, image.height)]
  if (across < 1 || down < 1) damaged(`its ${what}s have no size`)
  const planes = layout.isPlanar ? image.samples : 1
  const expected = Math.ceil(image.width / across) * Math.ceil(image.height / down) * planes
  if (offsets.length < expected) damaged(`it has ${offsets.length} ${what}s, and its pixels fill ${expected}`)
  const rowBytes = Math.ceil((across * image.bits * (layout.isPlanar ? 1 : image.samples)) / 8)
  const rows = (at: number): number => {
    const inPlane = at % (expected / planes)
    return isTiled ? down : Math.min(down, image.height - inPlane * down)
  }
  for (let at = 0; at < expected; at++) {
    const offset = offsets[at] as number
    const isRaw = image.compression === 1
    const pixels = rows(at) * rowBytes
    // early writers leave the lengths out; those of raw data follow from the size
    const bytes = counts.length === 0 && isRaw ? pixels : (counts[at] ?? 0)
    if (offset < 8 || bytes === 0) damaged(`${what} ${at + 1} of ${expected} has no data`)
    if (offset + bytes > size) damaged(`${what} ${at + 1} of ${expected} ends behind the end of the file`)
    if (isRaw && bytes < pixels) damaged(`${what} ${at + 1} of ${expected} has ${bytes} of ${pixels} bytes`)
  }
  const tile = isTiled ? { width: across, height: down } : undefined
  return { offsets: offsets.slice(0, expected), counts, chunkBytes: rowBytes * down, tile }
}

function imageOf(directory: Directory, directoryAt: number): Head {
  const width = directory.one(tags.width, 0)
  const height = directory.one(tags.height, 0)
  if (width < 1 || height < 1) damaged('an image has no width or height')
  const subfile = directory.one(tags.subfile, 0)
  const compression = directory.one(tags.compression, 1)
  return {
    width,
    height,
    isSecondary: (subfile & 5) !== 0 || directory.one(tags.photometric, 1) === 4,
    compression,
    bits: directory.one(tags.bits, 1),
    // some fax software leaves it out, and means the usual one
    photometric: directory.one(tags.photometric, [2, 3, 4].includes(compression) ? 0 : 1),
    samples: directory.one(tags.samples, 1),
    extra: directory.all(tags.extra),
    directoryAt,
  }
}

/** An image of less than this share of the largest one is a thumbnail, a layer or a level of a pyramid. */
const leastShare = 0.5

export interface TiffContents {
  /** Pages, by their numbers in the file: the largest image, and those as large */
  readonly pages: readonly { readonly index: number; readonly image: TiffImage }[]
  /** Images that are no pages */
  readonly ignored: number
}

/** @param size bytes of the file. @throws TiffUnsupported, Refusal not-processable */
export function examineTiff(read: ReadBytes, size: number): TiffContents {
  const reader = new TiffReader(read)
  const found: { index: number; image: Head; directory: Directory }[] = []
  const seen = new Set<number>()
  for (let at = reader.first; at !== 0;) {
    if (seen.has(at)) damaged('its directories form a circle')
    if (seen.size >= maxImages) damaged(`it has more than ${maxImages} images`)
    seen.add(at)
    const { tags: entries, next, end } = reader.ifd(at, wanted)
    if (end > size) damaged('the value of a tag ends behind the end of the file')
    const directory = new Directory(reader, entries)
    found.push({ index: found.length, image: imageOf(directory, at), directory })
    at = next
  }
  if (found.length === 0) damaged('it has no image')
  const area = ({ image }: (typeof found)[number]) => image.width * image.height
  const pictures = found.filter(({ image }) => !image.isSecondary)
  const candidates = pictures.length > 0 ? pictures : found
  const largest = Math.max(...candidates.map(area))
  const pages = candidates.filter(candidate => area(candidate) >= largest * leastShare)
  const checked = pages.map(({ index, image, directory }) => {
    const layout: Layout = {
      tileWidth: directory.one(tags.tileWidth, undefined),
      tileHeight: directory.one(tags.tileHeight, undefined),
      rowsPerStrip: directory.one(tags.rowsPerStrip, image.height),
      isPlanar: directory.one(tags.planar, 1) === 2,
    }
    checkSamples(directory, image, layout)
    return { index, image: { ...image, ...checkData(directory, image, layout, size) } }
  })
  return { pages: checked, ignored: found.length - pages.length }
}
