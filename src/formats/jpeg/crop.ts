// Crops a baseline JPEG to its top left corner without decoding a pixel, as jpegtran does: the coefficients of the blocks that stay
// are copied bit by bit; only the DC difference at the start of each row is written anew, because the block before it is another.
// Edge tiles of pyramids are padded to the full tile; viewers ask for what lies in the image.
// @see ITU-T T.81, F.1.2 (DC and AC coding), B.2 (markers)
import { type HuffmanTable, type JpegTables, readTables } from './huffman.ts'

interface Component {
  readonly horizontal: number
  readonly vertical: number
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
}

interface Frame {
  readonly frameAt: number
  /** Where the entropy-coded data begins */
  readonly scanAt: number
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
}

const damaged = (what: string): never => {
  throw new RangeError(`The JPEG cannot be cropped: ${what}.`)
}

function readFrame(jpeg: Buffer, tables: JpegTables): Frame {
  let frameAt = -1
  let at = 2
  for (;;) {
    if (at + 4 > jpeg.length || jpeg[at] !== 0xff) damaged('a marker is missing')
    const kind = jpeg[at + 1] as number
    const length = jpeg.readUInt16BE(at + 2)
    if (kind === 0xc0 || kind === 0xc1) frameAt = at
    else if (kind > 0xc1 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind)) damaged('it is not baseline')
    else if (kind === 0xdd && jpeg.readUInt16BE(at + 4) > 0) damaged('it has restart intervals')
    if (kind === 0xda) break
    at += 2 + length
  }
  if (frameAt < 0) damaged('it has no frame')
  const count = jpeg[frameAt + 9] as number
  if (count < 1 || count > 4 || jpeg[at + 4] !== count) damaged('its components are not interleaved')
  const components = Array.from({ length: count }, (_, n): Component => {
    const sampling = jpeg[frameAt + 11 + n * 3] as number
    const selector = jpeg[at + 6 + n * 2] as number
    const horizontal = count === 1 ? 1 : sampling >> 4
    const vertical = count === 1 ? 1 : sampling & 15
    const dc = tables.dc[(selector >> 4) & 3]
    const ac = tables.ac[selector & 3]
    if (!dc || !ac || horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
      return damaged('a table is missing')
    return { horizontal, vertical, dc, ac }
  })
  return {
    frameAt,
    scanAt: at + 2 + jpeg.readUInt16BE(at + 2),
    width: jpeg.readUInt16BE(frameAt + 7),
    height: jpeg.readUInt16BE(frameAt + 5),
    components,
  }
}

/** The entropy-coded bytes without their stuffing, and some zeros behind them for readers that look ahead. */
function unstuffed(jpeg: Buffer, start: number): { bytes: Uint8Array; bits: number } {
  const bytes = new Uint8Array(jpeg.length - start + 8)
  let length = 0
  let from = start
  for (;;) {
    const at = jpeg.indexOf(0xff, from)
    const end = at < 0 ? jpeg.length : at
    bytes.set(jpeg.subarray(from, end), length)
    length += end - from
    if (at < 0 || jpeg[at + 1] !== 0) break
    bytes[length++] = 0xff
    from = at + 2
  }
  return { bytes, bits: length * 8 }
}

class BitWriter {
  readonly #out: Buffer
  #length: number
  #bits = 0
  #count = 0

  constructor(out: Buffer, length: number) {
    this.#out = out
    this.#length = length
  }

  /** @param count at most 16 */
  put(value: number, count: number): void {
    let bits = (this.#bits << count) | (value & ((1 << count) - 1))
    let left = this.#count + count
    while (left >= 8) {
      const byte = (bits >>> (left - 8)) & 255
      this.#out[this.#length++] = byte
      if (byte === 255) this.#out[this.#length++] = 0
      left -= 8
    }
    bits &= (1 << left) - 1
    this.#bits = bits
    this.#count = left
  }

  /** Bits of a source from one place to another. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to;) {
      const count = Math.min(16, to - at)
      const byte = at >> 3
      const window =
        ((bytes[byte] as number) << 16) | ((bytes[byte + 1] as number) << 8) | (bytes[byte + 2] as number)
      this.put(window >> (24 - count - (at & 7)), count)
      at += count
    }
  }

  /** Fills the last byte with ones and ends the image. @returns its length */
  end(): number {
    if (this.#count > 0) this.put((1 << (8 - this.#count)) - 1, 8 - this.#count)
    this.#out[this.#length++] = 0xff
    this.#out[this.#length++] = 0xd9
    return this.#length
  }
}

/** DC values lie within 11 bits and their sums within 16; anything else is a damaged table, and would loop. */
const maxCategory = 11
const maxDc = 32_767

/**
 * @param shared tables that stand outside of the image, as TIFF keeps them
 * @throws RangeError where the image is damaged, not baseline, or smaller than asked for
 */
export function cropJpeg(jpeg: Buffer, width: number, height: number, shared?: JpegTables): Buffer {
  const tables = readTables(jpeg, shared ? { dc: [...shared.dc], ac: [...shared.ac] } : undefined)
  const frame = readFrame(jpeg, tables)
  if (width < 1 || height < 1 || width > frame.width || height > frame.height)
    damaged(`${width} × ${height} is no part of ${frame.width} × ${frame.height}`)
  const { components } = frame
  const unitWidth = 8 * Math.max(...components.map(component => component.horizontal))
  const unitHeight = 8 * Math.max(...components.map(component => component.vertical))
  const across = Math.ceil(frame.width / unitWidth)
  const keptAcross = Math.ceil(width / unitWidth)
  const keptDown = Math.ceil(height / unitHeight)
  const blocks = components.flatMap((component, n) =>
    Array.from({ length: component.horizontal * component.vertical }, () => n),
  )
  const { bytes, bits } = unstuffed(jpeg, frame.scanAt)
  const out = Buffer.allocUnsafe(jpeg.length + 1024)
  jpeg.copy(out, 0, 0, frame.scanAt)
  out.writeUInt16BE(height, frame.frameAt + 5)
  out.writeUInt16BE(width, frame.frameAt + 7)
  const writer = new BitWriter(out, frame.scanAt)
  // what the decoder of the source, and of the crop, has as DC value of each component
  const read = new Int32Array(components.length)
  const written = new Int32Array(components.length)
  const keepsRows = keptAcross === across
  let at = 0
  const peek16 = (place: number): number => {
    const byte = place >> 3
    return (
      ((((bytes[byte] as number) << 16) | ((bytes[byte + 1] as number) << 8) | (bytes[byte + 2] as number)) >>
        (8 - (place & 7))) &
      0xffff
    )
  }
  for (let row = 0; row < keptDown; row++)
    for (let column = 0; column < across; column++) {
      const isKept = column < keptAcross
      if (!isKept && row === keptDown - 1) break
      let unitStart = at
      for (let n = 0; n < blocks.length; n++) {
        const component = blocks[n] as number
        const { dc, ac } = components[component] as Component
        const dcCode = dc.lookup[peek16(at)] as number
        const category = dcCode & 255
        if (dcCode === 0 || category > maxCategory) damaged('a DC code is wrong')
        at += dcCode >> 8
        let difference = 0
        if (category > 0) {
          const value = peek16(at) >> (16 - category)
          difference = value < 1 << (category - 1) ? value - (1 << category) + 1 : value
          at += category
        }
        const sum = (read[component] as number) + difference
        if (Math.abs(sum) > maxDc) damaged('a DC value is out of range')
        read[component] = sum
        const acStart = at
        for (let index = 1; index < 64;) {
          const code = ac.lookup[peek16(at)] as number
          if (code === 0) damaged('an AC code is wrong')
          at += code >> 8
          const symbol = code & 255
          if (symbol === 0) break
          at += symbol & 15
          index += (symbol >> 4) + 1
        }
        if (at > bits + 16) damaged('it ends too early')
        if (!isKept) continue
        if (column === 0 && !keepsRows) {
          putDc(writer, dc, sum - (written[component] as number))
          writer.copy(bytes, acStart, at)
          unitStart = at
        } else if (n === blocks.length - 1) writer.copy(bytes, unitStart, at)
        written[component] = sum
      }
    }
  return out.subarray(0, writer.end())
}

function putDc(writer: BitWriter, table: HuffmanTable, difference: number): void {
  const size = Math.abs(difference)
  const category = size === 0 ? 0 : 32 - Math.clz32(size)
  const length = table.lengths[category] as number
  if (length === 0) damaged('the DC table has no code for a difference')
  writer.put(table.codes[category] as number, length)
  if (category > 0) writer.put(difference < 0 ? difference + (1 << category) - 1 : difference, category)
}
