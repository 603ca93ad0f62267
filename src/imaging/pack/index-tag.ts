// The index of an access pack, kept in a private tag of its TIFF: where the pre-cropped edge tiles and the stored widths lie.
// Little-endian: magic, version, size of the image, flags, hash of the recipe, stored images, for each level its edge tiles; CRC-32 at the end.
import { crc32 } from 'node:zlib'
import { Refusal } from '../../errors.ts'

/** A piece of the file. */
export interface Extent {
  readonly offset: number
  readonly length: number
}
export interface StoredImage extends Extent {
  readonly width: number
  readonly height: number
}
export interface PackIndex {
  /** Hash of what the pack is made of: a file that lies under another name is another page's image */
  readonly recipe: string
  readonly width: number
  readonly height: number
  /** Whether colours were brought from another space into sRGB (OP_IccState) */
  readonly convertedColours: boolean
  /** The smallest first */
  readonly stored: readonly StoredImage[]
  /** For each level: number of the tile -> its cropped copy */
  readonly edges: readonly ReadonlyMap<number, Extent>[]
}

const magic = 0x4b50_4646 // FFPK
const version = 2
const recipeAt = 24
const recipeBytes = 32
const headBytes = recipeAt + recipeBytes
const storedBytes = 20
const edgeBytes = 16

export function encodeIndex(index: PackIndex): Buffer {
  const edgeCount = index.edges.reduce((sum, level) => sum + level.size, 0)
  const bytes = Buffer.alloc(
    headBytes + index.stored.length * storedBytes + index.edges.length * 4 + edgeCount * edgeBytes + 4,
  )
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt16LE(version, 4)
  bytes.writeUInt16LE(index.stored.length, 6)
  bytes.writeUInt32LE(index.width, 8)
  bytes.writeUInt32LE(index.height, 12)
  bytes.writeUInt32LE(index.edges.length, 16)
  bytes.writeUInt32LE(index.convertedColours ? 1 : 0, 20)
  bytes.write(index.recipe, recipeAt, recipeBytes, 'hex')
  let at = headBytes
  for (const image of index.stored) {
    bytes.writeUInt32LE(image.width, at)
    bytes.writeUInt32LE(image.height, at + 4)
    bytes.writeBigUInt64LE(BigInt(image.offset), at + 8)
    bytes.writeUInt32LE(image.length, at + 16)
    at += storedBytes
  }
  for (const level of index.edges) {
    bytes.writeUInt32LE(level.size, at)
    at += 4
    for (const [tile, extent] of level) {
      bytes.writeUInt32LE(tile, at)
      bytes.writeBigUInt64LE(BigInt(extent.offset), at + 4)
      bytes.writeUInt32LE(extent.length, at + 12)
      at += edgeBytes
    }
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(0, at)), at)
  return bytes
}

const damaged = (): never => {
  throw new Refusal('not-processable', 'The index of the access pack is damaged.')
}

/** @throws Refusal not-processable where the index is damaged, of another version, or points outside of the file */
export function decodeIndex(bytes: Buffer, fileBytes: number): PackIndex {
  if (bytes.length < headBytes + 4 || bytes.readUInt32LE(0) !== magic || bytes.readUInt16LE(4) !== version)
    damaged()
  if (crc32(bytes.subarray(0, bytes.length - 4)) !== bytes.readUInt32LE(bytes.length - 4)) damaged()
  const end = bytes.length - 4
  const extent = (at: number): Extent => {
    const offset = Number(bytes.readBigUInt64LE(at))
    const length = bytes.readUInt32LE(at + 8)
    return offset + length <= fileBytes && length > 2 ? { offset, length } : damaged()
  }
  let at = headBytes
  const take = (count: number): number => {
    const start = at
    at += count
    return at <= end ? start : damaged()
  }
  const stored = Array.from({ length: bytes.readUInt16LE(6) }, () => {
    const start = take(storedBytes)
    return {
      width: bytes.readUInt32LE(start),
      height: bytes.readUInt32LE(start + 4),
      ...extent(start + 8),
    }
  })
  const levels = bytes.readUInt32LE(16)
  if (levels > 64) damaged()
  const edges = Array.from({ length: levels }, () => {
    const count = bytes.readUInt32LE(take(4))
    const tiles = new Map<number, Extent>()
    for (let n = 0; n < count; n++) {
      const start = take(edgeBytes)
      tiles.set(bytes.readUInt32LE(start), extent(start + 4))
    }
    return tiles
  })
  return {
    recipe: bytes.toString('hex', recipeAt, headBytes),
    width: bytes.readUInt32LE(8),
    height: bytes.readUInt32LE(12),
    convertedColours: (bytes.readUInt32LE(20) & 1) === 1,
    stored,
    edges,
  }
}
