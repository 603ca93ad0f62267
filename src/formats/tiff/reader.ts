// Directories of a TIFF or BigTIFF: tags with their values, read at positions and within bounds.
// @see TIFF 6.0, section 2; BigTIFF design
import { Refusal } from '../../errors.ts'

/** Bytes of the file from a place on; fewer where it ends. */
export type ReadBytes = (offset: number, length: number) => Buffer

const bytesOfType = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]
const maxEntries = 4096
const maxTagBytes = 64 * 1024 * 1024

export const damaged = (what: string): never => {
  throw new Refusal('not-processable', `The TIFF is damaged: ${what}.`)
}

export interface Tag {
  readonly type: number
  readonly count: number
  readonly data: Buffer
}

export class TiffReader {
  readonly #read: ReadBytes
  readonly little: boolean
  readonly big: boolean
  readonly first: number

  constructor(read: ReadBytes) {
    this.#read = read
    const head = read(0, 16)
    const order = head.toString('latin1', 0, 2)
    if (head.length < 8 || (order !== 'II' && order !== 'MM')) damaged('it has no TIFF header')
    this.little = order === 'II'
    const magic = this.u16(head, 2)
    if (magic !== 42 && magic !== 43) damaged('it has no TIFF header')
    this.big = magic === 43
    if (this.big && head.length < 16) damaged('its header is cut')
    this.first = this.big ? this.u64(head, 8) : this.u32(head, 4)
  }

  u16(buffer: Buffer, at: number): number {
    return this.little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at)
  }
  u32(buffer: Buffer, at: number): number {
    return this.little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at)
  }
  u64(buffer: Buffer, at: number): number {
    return Number(this.little ? buffer.readBigUInt64LE(at) : buffer.readBigUInt64BE(at))
  }

  bytes(offset: number, length: number): Buffer {
    if (!Number.isSafeInteger(offset) || offset < 0) damaged('an offset is out of range')
    const found = this.#read(offset, length)
    return found.length === length ? found : damaged('it ends too early')
  }

  /** @param wanted tags whose values are read; all of them where none are named */
  ifd(
    offset: number,
    wanted?: ReadonlySet<number>,
  ): { tags: Map<number, Tag>; next: number; /** Where the values of all tags end */ end: number } {
    const countBytes = this.big ? 8 : 2
    const entryBytes = this.big ? 20 : 12
    const valueBytes = this.big ? 8 : 4
    const head = this.bytes(offset, countBytes)
    const count = this.big ? this.u64(head, 0) : this.u16(head, 0)
    if (count > maxEntries) damaged(`an IFD has ${count} entries`)
    const body = this.bytes(offset + countBytes, count * entryBytes + valueBytes)
    const tags = new Map<number, Tag>()
    let end = 0
    for (let n = 0; n < count; n++) {
      const at = n * entryBytes
      const tag = this.u16(body, at)
      const type = this.u16(body, at + 2)
      const values = this.big ? this.u64(body, at + 4) : this.u32(body, at + 4)
      const length = (bytesOfType[type] ?? 0) * values
      if (length === 0) continue
      const valueAt = at + (this.big ? 12 : 8)
      const place = this.big ? this.u64(body, valueAt) : this.u32(body, valueAt)
      if (length > valueBytes) end = Math.max(end, place + length)
      if (wanted && !wanted.has(tag)) continue
      if (length > maxTagBytes) damaged('a tag is too long')
      const data = length <= valueBytes ? body.subarray(valueAt, valueAt + length) : this.bytes(place, length)
      tags.set(tag, { type, count: values, data })
    }
    const link = count * entryBytes
    return { tags, next: this.big ? this.u64(body, link) : this.u32(body, link), end }
  }

  numbers(tag: Tag | undefined): number[] {
    if (!tag) return []
    return Array.from({ length: tag.count }, (_, n) => {
      if (tag.type === 3) return this.u16(tag.data, n * 2)
      if (tag.type === 4 || tag.type === 13) return this.u32(tag.data, n * 4)
      if (tag.type === 16 || tag.type === 18) return this.u64(tag.data, n * 8)
      return tag.data[n] ?? 0
    })
  }

  /** ASCII, which scanners also fill with UTF-8; up to the first NUL. */
  text(tag: Tag | undefined): string | undefined {
    if (tag?.type !== 2) return undefined
    return (
      tag.data
        .toString('utf8')
        .replace(/\0[\s\S]*$/, '')
        .trim() || undefined
    )
  }
}
