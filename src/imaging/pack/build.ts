// Makes an access pack from a master: one valid pyramidal TIFF a page, with exact level sizes, pre-cropped edge tiles, stored widths
// and the index of them. Runs in a process of its own (ingest-process.ts).
import { open } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { cropJpeg } from '../../formats/jpeg/crop.ts'
import { readTables } from '../../formats/jpeg/huffman.ts'
import { Refusal } from '../../errors.ts'
import { packTag } from '../../formats/tiff/pyramid.ts'
import { sealFile, writeWhole } from '../../whole-files.ts'
import { discard, faultOf, ours, writeStep } from '../own-files.ts'
import { sharp } from '../sharp.ts'
import { encodeIndex, type Extent, type StoredImage } from './index-tag.ts'
import { Pack } from './open.ts'
import { type Recipe, recipeHash, tileSize } from './recipe.ts'
import { addTag, setLevelSize } from './rewrite.ts'
import { watermarkLayer } from './watermark.ts'

export interface BuildOrder {
  /** A file that sharp reads: the master, or what was decoded from it */
  readonly source: string
  /** Whether it is what we have decoded: a fault of it is none of the master */
  readonly isDecoded?: boolean
  /** Where the pack is written, complete and synced when the order is done */
  readonly target: string
  readonly recipe: Recipe
  readonly maxPixels: number
  /** 0-based page of the source */
  readonly page: number
}

export interface BuiltPack {
  readonly width: number
  readonly height: number
  readonly bytes: number
  readonly stored: readonly { readonly width: number; readonly bytes: number }[]
  /** Whether colours were brought from another space into sRGB */
  readonly convertedColours: boolean
}

/** From here on the copied border of the padding would hold the whole image in memory. */
const maxCopiedBorder = 100_000_000
/** A classic TIFF ends at 4 GB; a JPEG takes at most about two bytes a pixel. */
const bigTiffFrom = 2_000_000_000

/** libvips takes a tile much larger than its image for damaged: a small image lies in the corner of a canvas of this size. */
const leastCanvas = 256

interface Prepared {
  readonly image: Sharp
  readonly width: number
  readonly height: number
  readonly isGrey: boolean
  readonly isBitonal: boolean
  readonly convertedColours: boolean
  /** Whether the image is read from a file of ours */
  readonly isOurs: boolean
}

/** What is wanted cannot be made of the master, however often it is tried: told as it is. */
class Unmakeable extends Refusal {
  constructor(sentence: string, cause?: unknown) {
    super('not-processable', sentence, {}, cause)
  }
}

type Source = Pick<BuildOrder, 'source' | 'page' | 'maxPixels'>

const options = (order: Source) =>
  ({
    limitInputPixels: order.maxPixels,
    failOn: 'error',
    sequentialRead: true,
    ...(order.page > 0 ? { page: order.page } : {}),
  }) as const

/** Reads all of the source and writes nothing. @throws Error of sharp where it cannot be decoded to its end */
export const readAlone = async (order: Source): Promise<void> =>
  void (await sharp(order.source, options(order))
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .resize(32, 32, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .raw()
    .toBuffer())

/**
 * Work that reads the source and writes a file of ours. Which of the two is at fault where it fails is seen when the source is read alone.
 * @throws OwnFault where it can be read; what is wrong with it where it cannot
 */
async function fromSource<T>(order: BuildOrder, work: () => Promise<T>): Promise<T> {
  if (order.isDecoded) return await ours(work)
  try {
    return await work()
  } catch (error) {
    await readAlone(order)
    return await ours(() => Promise.reject(error as Error))
  }
}

/** The upright image with the edits applied; each edit is a step of its own, because sharp has an order of its own. */
async function prepare(order: BuildOrder, temporary: (name: string) => string): Promise<Prepared> {
  const { recipe } = order
  const input = () => sharp(order.source, options(order))
  const metadata = await fromSource(order, () => input().metadata())
  const isGrey = metadata.channels === 1 || metadata.space === 'b-w' || metadata.space === 'grey16'
  const facts = {
    isGrey,
    isBitonal: isGrey && (metadata as { bitsPerSample?: number }).bitsPerSample === 1,
    convertedColours: metadata.icc !== undefined || metadata.space === 'cmyk',
  }
  const { width, height } = metadata.autoOrient
  const isEdited = recipe.crop !== undefined || recipe.rotation !== 0 || recipe.mirrored
  if (!isEdited) return { image: input().autoOrient(), width, height, ...facts, isOurs: false }
  const { crop } = recipe
  // the master may be another one than that which was cropped
  if (crop && (crop.x + crop.width > width || crop.y + crop.height > height))
    throw new Unmakeable(
      `The image of ${width} × ${height} pixels does not have all of what is cut out of it.`,
    )
  const upright = temporary('upright.tif')
  const colours = isGrey ? 'b-w' : 'srgb'
  await fromSource(order, () =>
    writeStep(input().autoOrient().toColourspace(colours), upright, { width, height }),
  )
  return await ours(async () => {
    const cropped = temporary('cropped.tif')
    let part = sharp(upright, { limitInputPixels: order.maxPixels })
    if (crop) part = part.extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height })
    if (recipe.mirrored) part = part.flop()
    await writeStep(part, cropped, { width, height })
    const turned = temporary('turned.tif')
    const image = sharp(cropped, { limitInputPixels: order.maxPixels }).rotate(recipe.rotation)
    const result = await writeStep(image, turned, { width, height })
    return {
      image: sharp(turned, { limitInputPixels: order.maxPixels, sequentialRead: true }),
      width: result.width,
      height: result.height,
      ...facts,
      isOurs: true,
    }
  })
}

/**
 * @throws OwnFault where a file of ours is at fault; Refusal where what is wanted cannot be made; else Error of sharp: the source cannot be decoded to its
 * end. The target is then not there.
 */
export async function buildPack(order: BuildOrder): Promise<BuiltPack> {
  const temporaries: string[] = []
  const temporary = (name: string) => {
    const path = `${order.target}.${name}`
    temporaries.push(path)
    return path
  }
  try {
    const prepared = await prepare(order, temporary)
    await writePyramid(order, prepared, temporary)
    return await ours(() => complete(order, prepared))
  } catch (error) {
    await discard(order.target)
    throw error
  } finally {
    for (const path of temporaries) await discard(path)
  }
}

async function writePyramid(
  order: BuildOrder,
  prepared: Prepared,
  temporary: (name: string) => string,
): Promise<void> {
  const { target, recipe, maxPixels } = order
  const { width, height, isGrey, isBitonal } = prepared
  let { image, isOurs } = prepared
  image = image.flatten({ background: '#fff' }).toColourspace(isGrey && !recipe.watermark ? 'b-w' : 'srgb')
  const write = <T>(work: () => Promise<T>) => (isOurs ? ours(work) : fromSource(order, work))
  if (recipe.watermark) {
    // composite needs the whole image, and an order of its own
    const plain = temporary('plain.tif')
    const unmarked = image
    await write(() => writeStep(unmarked, plain, { width, height }))
    const layer = await watermarkLayer(recipe.watermark, { width, height }).catch((error: unknown) => {
      throw faultOf(error)
        ? error
        : new Unmakeable('The watermark cannot be drawn: its picture cannot be read.', error)
    })
    const marked = temporary('marked.tif')
    const composed = sharp(plain, { limitInputPixels: maxPixels })
      .composite([layer])
      .flatten({ background: '#fff' })
      .toColourspace(isGrey ? 'b-w' : 'srgb')
    await ours(() => writeStep(composed, marked, { width, height }))
    isOurs = true
    image = sharp(marked, { limitInputPixels: maxPixels, sequentialRead: true }).toColourspace(
      isGrey ? 'b-w' : 'srgb',
    )
  }
  const step = 2 ** (levelsOf(width, height) - 1)
  const isSmall = Math.max(width, height) < leastCanvas
  const right = (isSmall ? leastCanvas : Math.ceil(width / step) * step) - width
  const bottom = (isSmall ? leastCanvas : Math.ceil(height / step) * step) - height
  if (right > 0 || bottom > 0)
    image = image.extend(
      width * height <= maxCopiedBorder
        ? { right, bottom, extendWith: 'copy' }
        : { right, bottom, background: '#fff' },
    )
  const pyramid = image.tiff({
    // a page of two colours as JPEG would be twenty times as large, and blurred
    compression: isBitonal ? 'deflate' : 'jpeg',
    quality: recipe.quality,
    tile: true,
    pyramid: true,
    tileWidth: tileSize,
    tileHeight: tileSize,
    bigtiff: width * height > bigTiffFrom,
  })
  await write(() => pyramid.toFile(target))
}

/** Levels until one tile holds the image. */
function levelsOf(width: number, height: number): number {
  let levels = 1
  while (Math.ceil(width / 2 ** (levels - 1)) > tileSize || Math.ceil(height / 2 ** (levels - 1)) > tileSize)
    levels++
  return levels
}

async function complete({ target, recipe }: BuildOrder, prepared: Prepared): Promise<BuiltPack> {
  const { width, height } = prepared
  const pack = Pack.open(target, undefined)
  const file = await open(target, 'r+')
  try {
    const { levels } = pack
    if (levels.length !== levelsOf(width, height))
      throw new Error(`The pyramid has ${levels.length} levels, not ${levelsOf(width, height)}.`)
    let end = pack.bytes
    const append = async (bytes: Buffer): Promise<Extent> => {
      const offset = end
      await writeWhole(file, bytes, offset)
      end += bytes.length + (bytes.length & 1)
      return { offset, length: bytes.length }
    }
    const stored: StoredImage[] = []
    for (const wanted of recipe.widths.filter(candidate => candidate < width)) {
      const bytes = await derivative(pack, prepared, wanted, recipe.quality)
      stored.push({ width: wanted, height: heightFor(prepared, wanted), ...(await append(bytes)) })
    }
    const edges: Map<number, Extent>[] = []
    for (const [at, level] of levels.entries()) {
      const size = { width: Math.ceil(width / 2 ** at), height: Math.ceil(height / 2 ** at) }
      // a small image keeps its canvas in the TIFF; the index has its size
      if (Math.max(width, height) >= leastCanvas) await setLevelSize(file, pack.pyramid, at, size)
      const cropped = new Map<number, Extent>()
      edges.push(cropped)
      if (prepared.isBitonal) continue
      const tables = readTables(Buffer.concat([Buffer.from('ffd8', 'hex'), level.jpegTables]))
      for (let tile = 0; tile < level.offsets.length; tile++) {
        const tileWidth = Math.min(tileSize, size.width - (tile % level.across) * tileSize)
        const tileHeight = Math.min(tileSize, size.height - Math.floor(tile / level.across) * tileSize)
        if (tileWidth === tileSize && tileHeight === tileSize) continue
        const whole = Buffer.alloc(level.lengths[tile] as number)
        await file.read(whole, 0, whole.length, level.offsets[tile])
        cropped.set(tile, await append(cropJpeg(whole, tileWidth, tileHeight, tables)))
      }
    }
    const { convertedColours } = prepared
    const index = encodeIndex({ recipe: recipeHash(recipe), width, height, convertedColours, stored, edges })
    end = await addTag(file, pack.pyramid, packTag, index, end)
    // what libvips wrote may be read by everyone; a restricted page's pack may not
    await file.chmod(0o640)
    await sealFile(file, end)
    return {
      width,
      height,
      bytes: end,
      stored: stored.map(image => ({ width: image.width, bytes: image.length })),
      convertedColours,
    }
  } finally {
    pack.close()
    await file.close()
  }
}

export const heightFor = (
  image: { readonly width: number; readonly height: number },
  width: number,
): number => Math.max(1, Math.round((image.height * width) / image.width))

/** A smaller image from the smallest level that is large enough; the padding is left out. */
async function derivative(pack: Pack, image: Prepared, width: number, quality: number): Promise<Buffer> {
  let at = 0
  while (at + 1 < pack.levels.length && Math.ceil(image.width / 2 ** (at + 1)) >= width) at++
  const place = pack.levels[at]?.place ?? { page: 0 }
  return await sharp(pack.path, { ...place, limitInputPixels: false })
    .extract({
      left: 0,
      top: 0,
      width: Math.ceil(image.width / 2 ** at),
      height: Math.ceil(image.height / 2 ** at),
    })
    .resize({ width, height: heightFor(image, width), fit: 'fill' })
    .toColourspace(image.isGrey ? 'b-w' : 'srgb')
    .jpeg({ quality, optimiseCoding: true })
    .toBuffer()
}
