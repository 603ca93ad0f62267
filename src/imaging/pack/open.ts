// An open access pack, or a foreign tiled pyramid: which bytes of the file are which tile or stored image. What is served as it lies is
// one positioned read behind a prepared prefix; no pixel is decoded. A pack in a store elsewhere is read by ranges in the same way.
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { Refusal } from '../../errors.ts'
import type { Size } from '../../formats/iiif-image/request.ts'
import type { ReadBytes } from '../../formats/tiff/reader.ts'
import { type Level, readPyramid, type TiffPyramid } from '../../formats/tiff/pyramid.ts'
import { decodeIndex, type Extent, type PackIndex } from './index-tag.ts'

const jpegCompression = 7
const rgb = 2
const startOfImage = Buffer.from('ffd8', 'hex')
/** APP0 JFIF: YCbCr or grey, square pixels. */
const jfif = Buffer.from('ffe000104a46494600010100000100010000', 'hex')
/** APP14 Adobe, transform 0: the components are RGB. Without it browsers take them for YCbCr, and pages turn pink and green. */
const adobeRgb = Buffer.from('ffee000e41646f626500640000000000', 'hex')

/** What stands before the data of a tile so that it is a whole JPEG. */
const prefixOf = (level: Level): Buffer =>
  Buffer.concat([startOfImage, level.photometric === rgb ? adobeRgb : jfif, level.jpegTables])

/** Bytes that can be answered as they lie: an optional prefix, then a piece of the file. */
export interface Passage {
  readonly prefix: Buffer | undefined
  readonly offset: number
  readonly length: number
}

/** A file elsewhere that is read at positions. */
export interface Ranges {
  readonly name: string
  readonly bytes: number
  readonly isCurrent: boolean
  read(offset: number, length: number): Promise<Buffer>
  local(): Promise<string>
}

/** Bytes that are not here yet. */
class NotHere extends Error {
  readonly offset: number
  readonly length: number

  constructor(offset: number, length: number) {
    super('to be read')
    this.offset = offset
    this.length = length
  }
}

/** Directories stand together: what is read for one has the next. */
const headBytes = 64 * 1024
const mostReads = 200

export class Pack {
  /** Of its file, or what stands for it */
  readonly path: string
  readonly bytes: number
  readonly size: Size
  readonly pyramid: TiffPyramid
  /** Only of packs that ingest wrote */
  readonly index: PackIndex | undefined
  /** The largest first; of a small image, as large as the index says: its TIFF has a canvas around it */
  readonly levels: readonly Level[]
  readonly #prefixes: readonly (Buffer | undefined)[]
  #fd: number | undefined
  readonly #file: Stats | undefined
  readonly #ranges: Ranges | undefined

  private constructor(
    path: string,
    bytes: number,
    read: ReadBytes,
    of: { readonly fd: number; readonly file: Stats } | { readonly ranges: Ranges },
    recipe: string | undefined,
  ) {
    this.path = path
    this.#fd = 'fd' in of ? of.fd : undefined
    this.#file = 'fd' in of ? of.file : undefined
    this.#ranges = 'ranges' in of ? of.ranges : undefined
    this.bytes = bytes
    this.pyramid = readPyramid(read)
    const { privateTag, levels } = this.pyramid
    this.index = privateTag && decodeIndex(privateTag, bytes)
    if (recipe !== undefined && this.index?.recipe !== recipe)
      throw new Refusal('not-processable', 'The access pack is that of another page or of other settings.')
    const [first] = levels as [Level]
    this.size = this.index ?? { width: first.width, height: first.height }
    if (this.index && this.index.edges.length !== levels.length) notConsistent()
    const { width, height } = this.size
    this.levels = this.index && levels.length === 1 ? [{ ...first, width, height }] : levels
    for (const level of levels)
      for (let tile = 0; tile < level.offsets.length; tile++)
        if ((level.offsets[tile] as number) + (level.lengths[tile] as number) > bytes) notConsistent()
    this.#prefixes = levels.map(level => (this.#passes(level) ? prefixOf(level) : undefined))
  }

  /**
   * @param recipe hash of what it must be made of; undefined for a master that is served as it lies
   * @throws Refusal not-processable where it is damaged or of another recipe, not-found where it is missing
   */
  static open(path: string, recipe: string | undefined): Pack {
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch (error) {
      throw new Refusal('not-found', 'The access pack is not there.', {}, error)
    }
    try {
      const file = fstatSync(fd)
      const read: ReadBytes = (offset, length) => {
        const wanted = Math.max(0, Math.min(length, file.size - offset))
        const buffer = Buffer.allocUnsafe(wanted)
        return buffer.subarray(0, wanted === 0 ? 0 : readSync(fd, buffer, 0, wanted, offset))
      }
      return new Pack(path, file.size, read, { fd, file }, recipe)
    } catch (error) {
      closeSync(fd)
      if (error instanceof RangeError)
        throw new Refusal('not-processable', 'The access pack is damaged.', {}, error)
      throw error
    }
  }

  /**
   * The same of a pack that lies elsewhere: what its directories need is read until they are understood.
   * @throws Refusal not-processable, and what reading says
   */
  static async over(ranges: Ranges, recipe: string | undefined): Promise<Pack> {
    const held: { readonly offset: number; readonly bytes: Buffer }[] = []
    const read: ReadBytes = (offset, length) => {
      const wanted = Math.max(0, Math.min(length, ranges.bytes - offset))
      if (wanted === 0) return Buffer.alloc(0)
      const found = held.find(
        each => each.offset <= offset && offset + wanted <= each.offset + each.bytes.length,
      )
      if (!found) throw new NotHere(offset, wanted)
      return found.bytes.subarray(offset - found.offset, offset - found.offset + wanted)
    }
    for (let reads = 0; reads < mostReads; reads++)
      try {
        return new Pack(ranges.name, ranges.bytes, read, { ranges }, recipe)
      } catch (error) {
        if (error instanceof RangeError)
          throw new Refusal('not-processable', 'The access pack is damaged.', {}, error)
        if (!(error instanceof NotHere)) throw error
        const { offset, length } = error
        held.push({ offset, bytes: await ranges.read(offset, Math.max(length, headBytes)) })
      }
    return notConsistent()
  }

  /** Opens a pack where it lies. @throws Refusal as `open` and `over` */
  static async at(place: string | Ranges | undefined, recipe: string | undefined): Promise<Pack> {
    if (place === undefined) throw new Refusal('not-found', 'The access pack is not there.')
    return typeof place === 'string' ? Pack.open(place, recipe) : await Pack.over(place, recipe)
  }

  /** Whether it is read on this machine, at once; else by `fetch`. */
  get isHere(): boolean {
    return this.#ranges === undefined
  }

  /** A file of this machine with all of it, for programs that read files. */
  async file(): Promise<string> {
    return this.#ranges ? await this.#ranges.local() : this.path
  }

  /** Reads what is answered as it lies, wherever the pack is. */
  async fetch(from: Passage): Promise<Buffer> {
    if (this.#ranges) {
      const bytes = await this.#ranges.read(from.offset, from.length)
      if (bytes.length !== from.length) notConsistent()
      return from.prefix ? Buffer.concat([from.prefix, bytes]) : bytes
    }
    const into = Buffer.alloc(bytesOf(from))
    this.read(from, into)
    return into
  }

  /** Whether the file under its name is still the one that was opened: ours are never changed, but somebody may have copied or moved another one there. */
  get isCurrent(): boolean {
    if (this.#ranges) return this.#ranges.isCurrent
    const now = statSync(this.path, { throwIfNoEntry: false })
    return now !== undefined && this.#file !== undefined && isSameFile(now, this.#file)
  }

  /** Gives the file back. A pack that is read once more opens it again. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #passes(level: Level): boolean {
    return (
      level.compression === jpegCompression &&
      (level.samples === 1 || level.samples === 3) &&
      [1, rgb, 6].includes(level.photometric)
    )
  }

  get hasTiles(): boolean {
    return this.#prefixes.every(prefix => prefix !== undefined)
  }

  /** A tile as it lies, exactly as large as the part of the level that it covers; undefined where it must be made. */
  tile(levelAt: number, column: number, row: number): Passage | undefined {
    const level = this.levels[levelAt]
    const prefix = this.#prefixes[levelAt]
    if (!level || !prefix || column < 0 || row < 0 || column >= level.across || row >= level.down)
      return undefined
    const number = row * level.across + column
    const cropped = this.index?.edges[levelAt]?.get(number)
    if (cropped) return passage(cropped, prefix)
    const isWhole =
      (column + 1) * level.tileWidth <= level.width && (row + 1) * level.tileHeight <= level.height
    if (!isWhole) return undefined
    return passage(
      { offset: level.offsets[number] as number, length: level.lengths[number] as number },
      prefix,
    )
  }

  /** A stored image of exactly that size. */
  stored({ width, height }: Size): Passage | undefined {
    const found = this.index?.stored.find(image => image.width === width && image.height === height)
    return found && { prefix: undefined, offset: found.offset, length: found.length }
  }

  /** The stored image of that width. */
  storedWidth(width: number): (Passage & Size) | undefined {
    const found = this.index?.stored.find(image => image.width === width)
    return (
      found && {
        prefix: undefined,
        offset: found.offset,
        length: found.length,
        width: found.width,
        height: found.height,
      }
    )
  }

  #openAgain(): number {
    const fd = openSync(this.path, 'r')
    if (this.#file && isSameFile(fstatSync(fd), this.#file)) return fd
    closeSync(fd)
    return notConsistent()
  }

  /** Reads what is answered as it lies. @param into at least `bytesOf(passage)` long */
  read(from: Passage, into: Buffer): number {
    const before = from.prefix?.copy(into, 0) ?? 0
    this.#fd ??= this.#openAgain()
    const got = readSync(this.#fd, into, before, from.length, from.offset)
    if (got !== from.length) notConsistent()
    return before + got
  }
}

const isSameFile = (one: Stats, other: Stats): boolean =>
  one.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs

export const bytesOf = (passage: Passage): number => (passage.prefix?.length ?? 0) + passage.length

/** The tile's own start marker gives way to the prefix. */
const passage = (extent: Extent, prefix: Buffer): Passage => ({
  prefix,
  offset: extent.offset + 2,
  length: extent.length - 2,
})

const notConsistent = (): never => {
  throw new Refusal('not-processable', 'The access pack is damaged.')
}
