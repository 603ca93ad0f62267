// An open access pack, or a foreign tiled pyramid: which bytes of the file are which tile or stored image. What is served as it lies is
// one positioned read behind a prepared prefix; no pixel is decoded.
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { Refusal } from '../../errors.ts'
import type { Size } from '../../formats/iiif-image/request.ts'
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

export class Pack {
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
  readonly #file: Stats

  private constructor(path: string, fd: number, recipe: string | undefined) {
    this.path = path
    this.#fd = fd
    this.#file = fstatSync(fd)
    const bytes = this.#file.size
    this.bytes = bytes
    this.pyramid = readPyramid((offset, length) => {
      const wanted = Math.max(0, Math.min(length, bytes - offset))
      const buffer = Buffer.allocUnsafe(wanted)
      return buffer.subarray(0, wanted === 0 ? 0 : readSync(fd, buffer, 0, wanted, offset))
    })
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
      return new Pack(path, fd, recipe)
    } catch (error) {
      closeSync(fd)
      if (error instanceof RangeError)
        throw new Refusal('not-processable', 'The access pack is damaged.', {}, error)
      throw error
    }
  }

  /** Whether the file under its name is still the one that was opened: ours are never changed, but somebody may have copied or moved another one there. */
  get isCurrent(): boolean {
    const now = statSync(this.path, { throwIfNoEntry: false })
    return now !== undefined && isSameFile(now, this.#file)
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
    if (isSameFile(fstatSync(fd), this.#file)) return fd
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
