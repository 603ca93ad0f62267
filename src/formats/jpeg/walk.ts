// Reads the codes of a sequential JPEG to the end without making pixels of them: the codes of all blocks must fill the data exactly.
// Decoders stop behind the last block and do not look whether anything is left, so data that were overwritten or taken out go unseen.
// Progressive images are left to the decoder, which reads all of their scans and tells what it finds between them.
// @see ITU-T T.81, B.2 (markers), F.2.2 (Huffman decoding), A.2 (order of blocks)
import { Refusal } from '../../errors.ts'
import { type HuffmanTable, huffmanTable } from './huffman.ts'

const damaged = (what: string): never => {
  throw new Refusal('not-processable', `The JPEG is truncated or damaged: ${what}.`)
}

interface Component {
  readonly id: number
  readonly horizontal: number
  readonly vertical: number
}
interface Frame {
  readonly width: number
  readonly height: number
  readonly components: readonly Component[]
}
interface Block {
  readonly dc: HuffmanTable
  readonly ac: HuffmanTable
}

const marker = { sof0: 0xc0, sof1: 0xc1, dht: 0xc4, soi: 0xd8, eoi: 0xd9, sos: 0xda, dri: 0xdd } as const
const isOtherFrame = (kind: number): boolean =>
  kind > marker.sof1 && kind <= 0xcf && ![marker.dht, 0xc8, 0xcc].includes(kind)
const isRestart = (kind: number): boolean => kind >= 0xd0 && kind <= 0xd7
/** What scanners fill up with between the last block and the end. */
const isPadding = (byte: number): boolean => byte === 0 || byte === 0xff

/** Bits of entropy-coded data, without the zero bytes that follow 0xff. */
class Codes {
  readonly #data: Buffer
  at: number
  #bits = 0
  #count = 0

  constructor(data: Buffer, at: number) {
    this.#data = data
    this.at = at
  }

  #fill(): void {
    const data = this.#data
    while (this.#count <= 16) {
      let byte = 0
      const next = data[this.at]
      if (next !== undefined && (next !== 0xff || data[this.at + 1] === 0)) {
        byte = next
        this.at += next === 0xff ? 2 : 1
      } else this.#behind++
      this.#bits = ((this.#bits << 8) | byte) & 0xffffff
      this.#count += 8
    }
  }
  /** Bytes that were taken behind the end of the data */
  #behind = 0

  symbol({ lookup }: HuffmanTable): number {
    if (this.#count < 16) this.#fill()
    const found = lookup[(this.#bits >>> (this.#count - 16)) & 0xffff] as number
    if (found === 0) damaged('it holds a code that no table has')
    this.#count -= found >> 8
    return found & 0xff
  }

  skip(bits: number): void {
    if (this.#count < bits) this.#fill()
    this.#count -= bits
  }

  /** Ends an interval: at most the rest of a byte is left over, and no byte was missing. */
  finish(): void {
    const whole = this.#count >> 3
    if (this.#behind > whole) damaged('its data end before its last block')
    // bytes that were read ahead belong to what is left over
    const left = whole - this.#behind
    for (let n = 0; n < left; n++)
      this.at -= this.#data[this.at - 1] === 0 && this.#data[this.at - 2] === 0xff ? 2 : 1
    let meant = 0
    for (; this.at < this.#data.length; this.at++) {
      const byte = this.#data[this.at] as number
      if (byte === 0xff && this.#data[this.at + 1] !== 0 && this.#data[this.at + 1] !== 0xff) break
      if (!isPadding(byte)) meant++
    }
    if (meant > 0) damaged(`${meant} bytes of its data belong to no block`)
    this.#bits = 0
    this.#count = 0
    this.#behind = 0
  }
}

function walkBlock(codes: Codes, { dc, ac }: Block): void {
  const size = codes.symbol(dc)
  if (size > 16) damaged('a block begins with an impossible value')
  codes.skip(size)
  for (let at = 1; at < 64;) {
    const symbol = codes.symbol(ac)
    const run = symbol >> 4
    const bits = symbol & 15
    if (bits === 0) {
      if (run !== 15) return
      at += 16
    } else {
      at += run + 1
      codes.skip(bits)
    }
    if (at > 64) damaged('a block has more than 64 values')
  }
}

class Walker {
  readonly #jpeg: Buffer
  readonly #dc: (HuffmanTable | undefined)[] = []
  readonly #ac: (HuffmanTable | undefined)[] = []
  #frame: Frame | undefined
  #restart = 0

  constructor(jpeg: Buffer) {
    this.#jpeg = jpeg
  }

  walk(): boolean {
    const jpeg = this.#jpeg
    for (let at = 2; ;) {
      while (jpeg[at] === 0xff && jpeg[at + 1] === 0xff) at++
      if (at + 2 > jpeg.length || jpeg[at] !== 0xff) damaged('a marker is missing')
      const kind = jpeg[at + 1] as number
      if (kind === marker.eoi) return true
      if (at + 4 > jpeg.length) damaged('it ends within a marker')
      const length = jpeg.readUInt16BE(at + 2)
      const body = jpeg.subarray(at + 4, at + 2 + length)
      if (length < 2 || body.length !== length - 2) damaged('a segment is cut')
      if (isOtherFrame(kind)) return false
      if (kind === marker.sof0 || kind === marker.sof1) this.#readFrame(body)
      else if (kind === marker.dht) this.#readTables(body)
      else if (kind === marker.dri) this.#restart = body.length < 2 ? 0 : body.readUInt16BE(0)
      at += 2 + length
      if (kind === marker.sos) at = this.#walkScan(body, at)
    }
  }

  #readFrame(body: Buffer): void {
    const count = body[5] ?? 0
    if (body.length < 6 + count * 3 || count === 0) damaged('its frame is cut')
    this.#frame = {
      height: body.readUInt16BE(1),
      width: body.readUInt16BE(3),
      components: Array.from({ length: count }, (_, n) => ({
        id: body[6 + n * 3] as number,
        horizontal: (body[7 + n * 3] as number) >> 4,
        vertical: (body[7 + n * 3] as number) & 15,
      })),
    }
  }

  #readTables(body: Buffer): void {
    for (let at = 0; at + 17 <= body.length;) {
      const slot = body[at] as number
      const counts = body.subarray(at + 1, at + 17)
      const total = counts.reduce((sum, count) => sum + count, 0)
      try {
        const table = huffmanTable(counts, body.subarray(at + 17, at + 17 + total))
        ;(slot >> 4 ? this.#ac : this.#dc)[slot & 3] = table
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        damaged('a Huffman table is impossible')
      }
      at += 17 + total
    }
  }

  /** Blocks of one unit of a scan, and how many units it has. */
  #layout(body: Buffer): { blocks: Block[]; units: number } {
    const frame = this.#frame ?? damaged('it has data before its frame')
    const parts = Array.from({ length: body[0] ?? 0 }, (_, n) => {
      const component = frame.components.find(({ id }) => id === body[1 + n * 2])
      const selector = body[2 + n * 2] ?? 0
      const [dc, ac] = [this.#dc[(selector >> 4) & 3], this.#ac[selector & 3]]
      return component && dc && ac ? { component, dc, ac } : damaged('a scan names what is not there')
    })
    const widest = Math.max(...frame.components.map(({ horizontal }) => horizontal))
    const highest = Math.max(...frame.components.map(({ vertical }) => vertical))
    const [only] = parts
    if (!only) damaged('a scan has no components')
    if (only && parts.length === 1) {
      // the blocks of one component alone are not padded to units (A.2.2)
      const { horizontal, vertical } = only.component
      const across = Math.ceil(Math.ceil((frame.width * horizontal) / widest) / 8)
      const down = Math.ceil(Math.ceil((frame.height * vertical) / highest) / 8)
      return { blocks: [only], units: across * down }
    }
    const units = Math.ceil(frame.width / (8 * widest)) * Math.ceil(frame.height / (8 * highest))
    const blocks = parts.flatMap(part =>
      Array.from({ length: part.component.horizontal * part.component.vertical }, () => part),
    )
    return { blocks, units }
  }

  #walkScan(body: Buffer, start: number): number {
    const { blocks, units } = this.#layout(body)
    const codes = new Codes(this.#jpeg, start)
    for (let unit = 0; unit < units; unit++) {
      if (this.#restart > 0 && unit > 0 && unit % this.#restart === 0) {
        codes.finish()
        if (!isRestart(this.#jpeg[codes.at + 1] ?? 0)) damaged('a restart marker is missing')
        codes.at += 2
      }
      for (const block of blocks) walkBlock(codes, block)
    }
    codes.finish()
    // one that stands behind the last unit says nothing
    if (isRestart(this.#jpeg[codes.at + 1] ?? 0)) codes.at += 2
    return codes.at
  }
}

/**
 * @returns whether it was walked; others are left to the decoder
 * @throws Refusal not-processable where it does not end as it must
 */
export function walkJpeg(jpeg: Buffer): boolean {
  return new Walker(jpeg).walk()
}
