// The tiles of a TIFF as the strips of images of their own. Decoders of whole images fill the place of a tile that cannot be read, and say
// nothing; of a strip they tell it.
// @see TIFF 6.0, sections 2 and 15
import type { TiffImage } from './examine.ts'
import { type ReadBytes, type Tag, TiffReader } from './reader.ts'

/** What decoding needs: samples, compression and its parameters, colours. */
const kept: ReadonlySet<number> = new Set([
  258, 259, 262, 266, 277, 292, 293, 317, 320, 338, 339, 347, 530, 531, 532,
])
const [long, longBytes] = [4, 4]

/** So much at a time: memory is the same for every size of image. */
const most = { pixels: 16_000_000, bytes: 32 * 1024 * 1024 }

class Writer {
  readonly #little: boolean

  constructor(little: boolean) {
    this.#little = little
  }

  longs(values: readonly number[]): Buffer {
    const buffer = Buffer.alloc(values.length * longBytes)
    values.forEach((value, at) =>
      this.#little
        ? buffer.writeUInt32LE(value, at * longBytes)
        : buffer.writeUInt32BE(value, at * longBytes),
    )
    return buffer
  }

  shorts(...values: number[]): Buffer {
    const buffer = Buffer.alloc(values.length * 2)
    values.forEach((value, at) =>
      this.#little ? buffer.writeUInt16LE(value, at * 2) : buffer.writeUInt16BE(value, at * 2),
    )
    return buffer
  }

  tag(values: readonly number[]): Tag {
    return { type: long, count: values.length, data: this.longs(values) }
  }

  /** A file of one image. @param chunks its strips */
  file(tags: ReadonlyMap<number, Tag>, chunks: readonly Buffer[]): Buffer {
    const headBytes = 8
    const end = chunks.reduce((sum, chunk) => sum + chunk.length, headBytes)
    // directories begin at even places
    const padding = Buffer.alloc(end % 2)
    const directoryAt = end + padding.length
    const sorted = [...tags].sort(([a], [b]) => a - b)
    let valueAt = directoryAt + 2 + sorted.length * 12 + 4
    const [entries, values]: [Buffer[], Buffer[]] = [[], []]
    for (const [tag, { type, count, data }] of sorted) {
      const isShort = data.length <= longBytes
      entries.push(
        this.shorts(tag, type),
        this.longs([count]),
        isShort ? Buffer.concat([data, Buffer.alloc(longBytes - data.length)]) : this.longs([valueAt]),
      )
      if (isShort) continue
      const whole = Buffer.concat([data, Buffer.alloc(data.length % 2)])
      values.push(whole)
      valueAt += whole.length
    }
    return Buffer.concat([
      Buffer.from(this.#little ? 'II' : 'MM'),
      this.shorts(42),
      this.longs([directoryAt]),
      ...chunks,
      padding,
      this.shorts(sorted.length),
      ...entries,
      this.longs([0]),
      ...values,
    ])
  }
}

/** TIFF files of a few tiles each, one below the other. */
export function* tilesAsStrips(read: ReadBytes, image: TiffImage): Generator<Buffer> {
  const { tile, offsets, counts } = image
  if (!tile) return
  const reader = new TiffReader(read)
  const { tags } = reader.ifd(image.directoryAt, kept)
  const writer = new Writer(reader.little)
  const perFile = Math.max(1, Math.floor(most.pixels / (tile.width * tile.height)))
  for (let at = 0; at < offsets.length;) {
    const chunks: Buffer[] = []
    const starts: number[] = []
    let next = 8
    for (
      ;
      at < offsets.length && chunks.length < perFile && (next < most.bytes || chunks.length === 0);
      at++
    ) {
      const chunk = read(offsets[at] as number, counts[at] ?? 0)
      starts.push(next)
      chunks.push(chunk)
      next += chunk.length
    }
    yield writer.file(
      new Map([
        ...tags,
        [256, writer.tag([tile.width])],
        [257, writer.tag([tile.height * chunks.length])],
        [273, writer.tag(starts)],
        [278, writer.tag([tile.height])],
        [279, writer.tag(chunks.map(chunk => chunk.length))],
      ]),
      chunks,
    )
  }
}
