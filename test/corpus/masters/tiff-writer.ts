// Writes TIFF files of every sample format, sound or with one defect: what no encoder at hand writes, masters of libraries are.
// @see TIFF 6.0
import { deflateSync } from 'node:zlib'

/** Red, green and blue of a place of the picture, 0 to 1. */
export type Picture = (x: number, y: number) => readonly [number, number, number]

/** What is in the picture: four patches and a ramp below, so that an exchanged channel, a gamma and a wrong range all show. */
export const patches: (width: number, height: number) => Picture = (width, height) => (x, y) => {
  if (y > height * 0.75) return [x / width, x / width, x / width]
  if (x < width / 2) return y < height * 0.375 ? [0.9, 0.2, 0.1] : [0.1, 0.3, 0.8]
  return y < height * 0.375 ? [0.95, 0.93, 0.88] : [0.2, 0.6, 0.25]
}

export interface TiffImage {
  readonly width: number
  readonly height: number
  readonly picture?: Picture
  /** Bits of a sample: 1, 2, 4, 6, 8, 10, 12, 14, 16, 24, 32, 64 */
  readonly bits?: number
  readonly sample?: 'unsigned' | 'signed' | 'float'
  readonly photometric?: 'white-is-zero' | 'grey' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr' | 'lab' | 'mask'
  /** What a float counts as white */
  readonly white?: number
  readonly planar?: boolean
  readonly tile?: number
  readonly rowsPerStrip?: number
  readonly compression?: 'none' | 'deflate' | 'packbits'
  /** ExtraSamples 0, 1, 2 and what they hold, 0 to 1 */
  readonly extra?: { readonly kind: 0 | 1 | 2; readonly alpha: (x: number, y: number) => number }
  readonly subfile?: number
  /** Further tags, or other values of known ones: what a defect is made of */
  readonly tags?: Readonly<Record<number, readonly number[]>>
  /** Changes the data of strips or tiles before they are written */
  readonly spoil?: (chunks: Buffer[]) => Buffer[]
  /** Changes what the directory says of their lengths */
  readonly counts?: (counts: number[]) => number[]
}

const photometrics = {
  'white-is-zero': 0,
  grey: 1,
  rgb: 2,
  palette: 3,
  mask: 4,
  cmyk: 5,
  ycbcr: 6,
  lab: 8,
} as const
const compressions = { none: 1, deflate: 8, packbits: 32773 } as const

const luma = ([r, g, b]: readonly [number, number, number]): number => 0.299 * r + 0.587 * g + 0.114 * b
/** CIELab under D50, as TIFF means it, of sRGB. */
export function labOf(colour: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = colour.map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as [
    number,
    number,
    number,
  ]
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521
  const [fx, fy, fz] = [x, y, z].map(t => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as [
    number,
    number,
    number,
  ]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

/** Samples of a colour as fractions of their range; those of CIELab as numbers. */
function samplesOf(image: TiffImage, colour: readonly [number, number, number]): number[] {
  switch (image.photometric ?? 'rgb') {
    case 'white-is-zero':
      return [1 - luma(colour)]
    case 'grey':
    case 'mask':
    case 'palette':
      return [luma(colour)]
    case 'cmyk': {
      const k = 1 - Math.max(...colour)
      return [...colour.map(v => (k === 1 ? 0 : (1 - v - k) / (1 - k))), k]
    }
    case 'ycbcr': {
      const y = luma(colour)
      return [y, 0.5 + (colour[2] - y) / 1.772, 0.5 + (colour[0] - y) / 1.402]
    }
    case 'lab':
      return labOf(colour)
    default:
      return [...colour]
  }
}

class Bits {
  readonly bytes: number[] = []
  #current = 0
  #filled = 0
  put(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | (Math.floor(value / 2 ** bit) & 1)
      if (++this.#filled === 8) {
        this.bytes.push(this.#current)
        this.#current = 0
        this.#filled = 0
      }
    }
  }
  /** Rows begin on a byte. */
  align(): void {
    if (this.#filled > 0) this.put(0, 8 - this.#filled)
  }
}

/** IEEE 754 of 16 bits. */
function half(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(value))
  return exponent < -14
    ? Math.round(value * 2 ** 24)
    : ((exponent + 15) << 10) + Math.round((value / 2 ** exponent - 1) * 1024)
}

function encodeSample(image: TiffImage, value: number, index: number, bits: Bits): void {
  const size = image.bits ?? 8
  const bytes = (data: Buffer) => data.forEach(byte => bits.put(byte, 8))
  if (image.sample === 'float') {
    const scaled = value * (image.white ?? 1)
    const data = Buffer.alloc(size / 8)
    if (size === 16) data.writeUInt16LE(half(scaled))
    else if (size === 32) data.writeFloatLE(scaled)
    else data.writeDoubleLE(scaled)
    return bytes(data)
  }
  let whole: number
  if (image.photometric === 'lab') {
    const scale = 2 ** (size - 8)
    whole = index === 0 ? Math.round((value / 100) * (2 ** size - 1)) : Math.round(value * scale)
    if (whole < 0) whole += 2 ** size
  } else if (image.sample === 'signed') whole = Math.round(value * (2 ** (size - 1) - 1))
  else whole = Math.round(Math.min(1, Math.max(0, value)) * (2 ** size - 1))
  // whole bytes stand in the order of the file, which is little-endian; others are packed from the highest bit on
  if (size <= 8 || size % 8 !== 0) return bits.put(whole, size)
  for (let at = 0; at < size / 8; at++) bits.put(Math.floor(whole / 256 ** at) % 256, 8)
}

function packBits(data: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < data.length; at += 128) {
    const part = data.subarray(at, at + 128)
    parts.push(Buffer.from([part.length - 1]), part)
  }
  return Buffer.concat(parts)
}

function compress(image: TiffImage, data: Buffer): Buffer {
  if (image.compression === 'deflate') return deflateSync(data)
  return image.compression === 'packbits' ? packBits(data) : data
}

/** Strips or tiles in the order of the directory. */
function chunksOf(image: TiffImage): Buffer[] {
  const { width, height } = image
  const picture = image.picture ?? patches(width, height)
  const [across, down] = image.tile ? [image.tile, image.tile] : [width, image.rowsPerStrip ?? height]
  const samplesAt = (x: number, y: number) => [
    ...samplesOf(image, picture(x, y)),
    ...(image.extra ? [image.extra.alpha(x, y)] : []),
  ]
  const count = samplesAt(0, 0).length
  const planes = image.planar
    ? Array.from({ length: count }, (_, plane) => [plane])
    : [[...Array(count).keys()]]
  return planes.flatMap(plane => {
    const chunks: Buffer[] = []
    for (let top = 0; top < height; top += down)
      for (let left = 0; left < width; left += across) {
        const bits = new Bits()
        const bottom = image.tile ? top + down : Math.min(height, top + down)
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < left + across; x++) {
            const values = samplesAt(Math.min(x, width - 1), Math.min(y, height - 1))
            for (const index of plane) encodeSample(image, values[index] as number, index, bits)
          }
          bits.align()
        }
        chunks.push(compress(image, Buffer.from(bits.bytes)))
      }
    return chunks
  })
}

type Entry = readonly [tag: number, type: 3 | 4, values: readonly number[]]

function entriesOf(image: TiffImage, offsets: readonly number[], lengths: readonly number[]): Entry[] {
  const { width, height } = image
  const photometric = image.photometric ?? 'rgb'
  const count = samplesOf(image, [0, 0, 0]).length + (image.extra ? 1 : 0)
  const format = { unsigned: 1, signed: 2, float: 3 }[image.sample ?? 'unsigned']
  const entries = new Map<number, Entry>()
  const set = (tag: number, type: 3 | 4, ...values: number[]) => entries.set(tag, [tag, type, values])
  if (image.subfile !== undefined) set(254, 4, image.subfile)
  set(256, 4, width)
  set(257, 4, height)
  set(258, 3, ...Array.from({ length: count }, () => image.bits ?? 8))
  set(259, 3, compressions[image.compression ?? 'none'])
  set(262, 3, photometrics[photometric])
  set(277, 3, count)
  set(284, 3, image.planar ? 2 : 1)
  if (image.tile) {
    set(322, 4, image.tile)
    set(323, 4, image.tile)
    set(324, 4, ...offsets)
    set(325, 4, ...lengths)
  } else {
    set(273, 4, ...offsets)
    set(278, 4, image.rowsPerStrip ?? height)
    set(279, 4, ...lengths)
  }
  if (photometric === 'palette') {
    const colours = 2 ** (image.bits ?? 8)
    const ramp = Array.from({ length: colours }, (_, at) => Math.round((at / (colours - 1)) * 65535))
    set(320, 3, ...ramp, ...ramp, ...ramp)
  }
  if (photometric === 'ycbcr') set(530, 3, 1, 1)
  if (photometric === 'cmyk') set(332, 3, 1)
  if (image.extra) set(338, 3, image.extra.kind)
  if (format !== 1) set(339, 3, ...Array.from({ length: count }, () => format))
  for (const [tag, values] of Object.entries(image.tags ?? {})) set(Number(tag), 4, ...values)
  return [...entries.values()].sort((a, b) => a[0] - b[0])
}

/** A TIFF of one or more images, little-endian. */
export function tiffOf(...images: readonly TiffImage[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0])]
  let length = 8
  const add = (part: Buffer): number => {
    const at = length
    parts.push(part, Buffer.alloc(part.length % 2))
    length += part.length + (part.length % 2)
    return at
  }
  let link = { buffer: parts[0] as Buffer, at: 4 }
  for (const image of images) {
    const chunks = (image.spoil ?? (all => all))(chunksOf(image))
    const offsets = chunks.map(add)
    const lengths = (image.counts ?? (all => all))(chunks.map(chunk => chunk.length))
    const entries = entriesOf(image, offsets, lengths)
    const values = entries.map(([, type, numbers]) => {
      const size = type === 3 ? 2 : 4
      const data = Buffer.alloc(numbers.length * size)
      numbers.forEach((value, n) =>
        size === 2 ? data.writeUInt16LE(value, n * 2) : data.writeUInt32LE(value, n * 4),
      )
      return data.length <= 4 ? { data, at: undefined } : { data, at: add(data) }
    })
    const directory = Buffer.alloc(2 + entries.length * 12 + 4)
    directory.writeUInt16LE(entries.length, 0)
    entries.forEach(([tag, type, numbers], n) => {
      const at = 2 + n * 12
      const value = values[n] as (typeof values)[number]
      directory.writeUInt16LE(tag, at)
      directory.writeUInt16LE(type, at + 2)
      directory.writeUInt32LE(numbers.length, at + 4)
      if (value.at === undefined) value.data.copy(directory, at + 8)
      else directory.writeUInt32LE(value.at, at + 8)
    })
    link.buffer.writeUInt32LE(length, link.at)
    add(directory)
    link = { buffer: directory, at: 2 + entries.length * 12 }
  }
  return Buffer.concat(parts)
}
