// The levels of a tiled TIFF or BigTIFF, whether they stand one behind the other (libvips) or below the first (SubIFD).
// @see TIFF 6.0, sections 2, 15 and 22; BigTIFF design; Adobe Photoshop TIFF technical notes (JPEGTables, SubIFDs)
import { damaged, type ReadBytes, type Tag, TiffReader } from './reader.ts'

export interface Level {
  readonly width: number
  readonly height: number
  readonly tileWidth: number
  readonly tileHeight: number
  readonly across: number
  readonly down: number
  /** Of each tile, row by row */
  readonly offsets: Float64Array
  readonly lengths: Uint32Array
  /** 7 JPEG, 8 deflate */
  readonly compression: number
  /** 1 grey, 2 RGB, 6 YCbCr */
  readonly photometric: number
  readonly samples: number
  /** JPEG tables that all tiles share, without their markers of start and end */
  readonly jpegTables: Buffer
  readonly ifdOffset: number
  /** Where sharp finds the level */
  readonly place: { readonly page: number } | { readonly subifd: number }
}

export interface TiffPyramid {
  readonly bigTiff: boolean
  readonly littleEndian: boolean
  /** The largest first */
  readonly levels: readonly Level[]
  readonly firstIfd: number
  readonly orientation: number
  /** Values of a private tag of the first IFD */
  readonly privateTag: Buffer | undefined
}

/** Ours; private tags begin at 32768, those from 65000 on are for use within one organisation (TIFF 6.0, section 8). */
export const packTag = 65_001

const maxIfds = 64
/** Larger tiles are not served as they are. */
const maxTileBytes = 16 * 1024 * 1024

function levelOf(
  reader: TiffReader,
  tags: ReadonlyMap<number, Tag>,
  ifdOffset: number,
  place: Level['place'],
): Level | undefined {
  const one = (tag: number, otherwise: number) => reader.numbers(tags.get(tag))[0] ?? otherwise
  const [width, height, tileWidth, tileHeight] = [one(256, 0), one(257, 0), one(322, 0), one(323, 0)]
  if (tileWidth === 0 || tileHeight === 0) return undefined
  if (width === 0 || height === 0) damaged('a level has no size')
  const across = Math.ceil(width / tileWidth)
  const down = Math.ceil(height / tileHeight)
  const offsets = Float64Array.from(reader.numbers(tags.get(324)))
  const lengths = Uint32Array.from(reader.numbers(tags.get(325)))
  const samples = one(277, 1)
  const planes = one(284, 1) === 2 ? samples : 1
  if (offsets.length !== across * down * planes || lengths.length !== offsets.length)
    damaged('the tiles of a level are not all there')
  if (lengths.some(length => length > maxTileBytes)) damaged('a tile is too long')
  const tables = tags.get(347)?.data
  return {
    width,
    height,
    tileWidth,
    tileHeight,
    across,
    down,
    offsets,
    lengths,
    compression: one(259, 1),
    photometric: one(262, 0),
    samples: planes === 1 ? samples : 0,
    jpegTables: tables && tables.length > 4 ? tables.subarray(2, tables.length - 2) : Buffer.alloc(0),
    ifdOffset,
    place,
  }
}

/** @throws Refusal not-processable where it is no tiled TIFF, or damaged */
export function readPyramid(read: ReadBytes): TiffPyramid {
  const reader = new TiffReader(read)
  const levels: Level[] = []
  const seen = new Set<number>()
  let orientation = 1
  let privateTag: Buffer | undefined
  let page = 0
  for (let offset = reader.first; offset !== 0; page++) {
    if (seen.has(offset) || page >= maxIfds) damaged('its IFDs go in a circle')
    seen.add(offset)
    const { tags, next } = reader.ifd(offset)
    const isReduced = ((reader.numbers(tags.get(254))[0] ?? 0) & 1) === 1
    if (page === 0) {
      orientation = reader.numbers(tags.get(274))[0] ?? 1
      privateTag = tags.get(packTag)?.data
    }
    if (page === 0 || isReduced) {
      const level = levelOf(reader, tags, offset, { page })
      if (level) levels.push(level)
    }
    if (page === 0)
      reader.numbers(tags.get(330)).forEach((sub, subifd) => {
        if (subifd >= maxIfds) damaged('it has too many SubIFDs')
        const level = levelOf(reader, reader.ifd(sub).tags, sub, { subifd })
        if (level) levels.push(level)
      })
    offset = next
  }
  if (levels.length === 0) damaged('it has no tiles')
  levels.sort((a, b) => b.width - a.width)
  return {
    bigTiff: reader.big,
    littleEndian: reader.little,
    levels,
    firstIfd: reader.first,
    orientation,
    privateTag,
  }
}
