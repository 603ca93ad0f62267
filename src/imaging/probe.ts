// Judges a master: what it is, whether all of it is there, and which images of it are pages. Every strip, tile and block is decoded once,
// to its end: what is archived is never half black. Runs where it may crash and take its time (ingest-process.ts).
import { randomUUID } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metadata } from 'sharp'
import { Refusal } from '../errors.ts'
import { Jp2Unsupported } from '../formats/jp2/head.ts'
import { walkJpeg } from '../formats/jpeg/walk.ts'
import { type Known, whatIs } from '../formats/media/what.ts'
import { walkPng } from '../formats/png/walk.ts'
import { examineTiff, type TiffContents, TiffUnsupported } from '../formats/tiff/examine.ts'
import { tilesAsStrips } from '../formats/tiff/tiles.ts'
import type { MasterLimits } from './decoding.ts'
import { discardFolder } from './own-files.ts'
import { type Profile, profileOf } from './profile.ts'
import { sharp } from './sharp.ts'
import { checkDeflate } from './check-deflate.ts'
import { kindOfSource, pdfPages, TooManyPixels, withDecoded } from './source.ts'
import { tellsOfDamage } from './warnings.ts'

export type { Profile } from './profile.ts'

export interface Note {
  readonly code: string
  readonly sentence: string
}

export interface Scan {
  /** 0-based number of the image in its file */
  readonly page: number
  /** Pixels as shown, orientation applied */
  readonly width: number
  readonly height: number
  /** Pages that the file has */
  readonly pages: number
  readonly profile: Profile
  readonly dateTime: Date | undefined
  readonly pageName: string | undefined
  /** Whether something shines through it: it is shown on white */
  readonly isTransparent: boolean
  /** Remarks for the report, such as 48-bit */
  readonly notes: readonly Note[]
}

export const refusals = ['not-an-image', 'unsupported', 'truncated', 'too-many-pixels'] as const

export type Verdict =
  /** Further pages of a TIFF; those of a PDF are judged one by one */
  | { readonly ok: true; readonly scan: Scan; readonly further: readonly Scan[] }
  | { readonly ok: false; readonly code: (typeof refusals)[number]; readonly sentence: string }

class Refused extends Refusal {
  readonly code: (typeof refusals)[number]
  constructor(code: (typeof refusals)[number], sentence: string) {
    super('not-processable', sentence)
    this.code = code
  }
}

/** @param page 0-based, of a PDF */
export async function probe(path: string, limits: MasterLimits, page = 0): Promise<Verdict> {
  try {
    const [scan, ...further] = await scansOf(path, limits, page)
    if (!scan) throw new Refused('not-an-image', 'The file holds no image.')
    return { ok: true, scan, further }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, code: codeOf(error), sentence: error.message }
  }
}

function codeOf(error: Refusal): (typeof refusals)[number] {
  if (error instanceof Refused) return error.code
  if (error instanceof TiffUnsupported || error instanceof Jp2Unsupported) return 'unsupported'
  return error instanceof TooManyPixels ? 'too-many-pixels' : 'truncated'
}

const taken = new Set([
  'a JPEG image',
  'a TIFF image',
  'a PNG image',
  'a WebP image',
  'a JPEG 2000 image',
  'a PDF',
])

function kindOf(file: number): Known {
  const head = Buffer.alloc(1024)
  const known = whatIs(head.subarray(0, readSync(file, head, 0, head.length, 0)))
  if (!taken.has(known.name))
    throw new Refused(
      'not-an-image',
      `The file is ${known.name}; masters are JPEG, TIFF, PNG, WebP, JPEG 2000 or PDF${known.way ? `: ${known.way}` : ''}.`,
    )
  return known
}

async function scansOf(path: string, limits: MasterLimits, page: number): Promise<Scan[]> {
  const file = openSync(path, 'r')
  try {
    const { name } = kindOf(file)
    if (name === 'a TIFF image') return await tiffScans(path, file, limits.maxPixels)
  } finally {
    closeSync(file)
  }
  const kind = await kindOfSource(path)
  if (kind === 'raster') return [await rasterScan(path, limits.maxPixels)]
  const folder = join(tmpdir(), `firefolio-probe-${randomUUID()}`)
  await mkdir(folder, { mode: 0o700 })
  try {
    const pages = kind === 'pdf' ? await pdfPages(path) : 1
    if (page >= pages)
      throw new Refused('truncated', `The PDF has ${pages} pages; there is no page ${page + 1}.`)
    const target = join(folder, 'page')
    const scan = await withDecoded(path, page, target, limits, decoded =>
      rasterScan(decoded.path, limits.maxPixels),
    )
    return [{ ...scan, page, pages, profile: { ...scan.profile, format: kind, compression: kind } }]
  } finally {
    await discardFolder(folder)
  }
}

const reading = (file: number) => (offset: number, length: number) => {
  const buffer = Buffer.alloc(length)
  return buffer.subarray(0, readSync(file, buffer, 0, length, offset))
}

async function tiffScans(path: string, file: number, maxPixels: number): Promise<Scan[]> {
  const read = reading(file)
  const contents = examineTiff(read, fstatSync(file).size)
  const scans: Scan[] = []
  for (const { index, image } of contents.pages) {
    checkDeflate(read, image)
    // old-style JPEG has tables that are no part of its tiles
    if (image.compression !== 1 && image.compression !== 6)
      for (const tiles of tilesAsStrips(read, image)) await decode(tiles, { failOn: 'error' })
    scans.push({ ...(await rasterScan(path, maxPixels, index)), pages: contents.pages.length })
  }
  const [first, ...rest] = scans
  return first ? [{ ...first, notes: [...first.notes, ...notesOf(contents)] }, ...rest] : []
}

const notesOf = ({ ignored }: TiffContents): Note[] =>
  ignored === 0
    ? []
    : [
        {
          code: 'further-images',
          sentence:
            ignored === 1
              ? 'A smaller image of the file, a thumbnail or layer, was not taken.'
              : `${ignored} smaller images of the file, thumbnails or layers, were not taken.`,
        },
      ]

async function metadataOf(path: string, options: object, maxPixels: number): Promise<Metadata> {
  let metadata: Metadata
  try {
    metadata = await sharp(path, options).metadata()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (/pixel limit/i.test(message)) throw new TooManyPixels(maxPixels)
    const unsupported = /(unsupported[^|\n]*)/i.exec(
      message.replace(/^Input file contains unsupported image format/, ''),
    )?.[1]
    throw unsupported === undefined
      ? new Refused('truncated', 'The image cannot be read; the head of the file is truncated or damaged.')
      : new Refused('unsupported', `The image is of a kind that is not supported (${unsupported.trim()}).`)
  }
  if ((metadata.width ?? 0) * (metadata.height ?? 0) > maxPixels) throw new TooManyPixels(maxPixels)
  return metadata
}

/** Decodes all of it; made small at once, so that it takes no memory. */
async function decode(file: string | Buffer, options: object): Promise<void> {
  const warnings: string[] = []
  const image = sharp(file, options)
  image.on('warning', (warning: unknown) => warnings.push(...String(warning).split('\n')))
  try {
    // an average of all pixels: each of them has been decoded
    await image.resize(32, 32, { fit: 'fill', kernel: 'linear' }).raw().toBuffer()
  } catch (error) {
    throw new Refused(
      'truncated',
      `The image cannot be decoded to its end; the file is truncated or damaged (${String(error instanceof Error ? error.message : error).split('\n')[0]}).`,
    )
  }
  const damage = tellsOfDamage(warnings)
  if (damage !== undefined)
    throw new Refused('truncated', `The image was decoded, but the file is damaged (${damage}).`)
}

function pngIsAnimated(path: string): boolean {
  const file = openSync(path, 'r')
  try {
    return walkPng(reading(file), fstatSync(file).size).isAnimated
  } finally {
    closeSync(file)
  }
}

/** @param page number of the image in a TIFF */
async function rasterScan(path: string, maxPixels: number, page = 0): Promise<Scan> {
  const options = {
    limitInputPixels: maxPixels,
    failOn: 'error',
    sequentialRead: true,
    ignoreIcc: true,
    ...(page > 0 ? { page } : {}),
  } as const
  const metadata = await metadataOf(path, options, maxPixels)
  if (metadata.format === 'jpeg') walkJpeg(readFileSync(path))
  const isAnimated = metadata.format === 'png' ? pngIsAnimated(path) : (metadata.pages ?? 1) > 1
  if (metadata.format !== 'tiff' && isAnimated)
    throw new Refused(
      'unsupported',
      'The file is an animation, which is not supported; deliver its images one by one.',
    )
  await decode(path, options)
  const isTransparent = metadata.hasAlpha && !(await sharp(path, options).stats()).isOpaque
  const turned = (metadata.orientation ?? 1) >= 5
  const found = profileOf(path, metadata)
  const is48 = found.profile.bitDepth === 16 && metadata.channels === 3
  const notes: Note[] = []
  if (is48)
    notes.push({ code: '48-bit', sentence: 'The image has 48 bits a pixel; derivatives are made from 24.' })
  if (isTransparent)
    notes.push({ code: 'transparent', sentence: 'The image is transparent in places; they are shown white.' })
  else if (metadata.hasAlpha)
    notes.push({
      code: 'alpha',
      sentence: 'The image has an alpha channel that is opaque everywhere; it is left out.',
    })
  return {
    ...found,
    page,
    width: (turned ? metadata.height : metadata.width) ?? 0,
    height: (turned ? metadata.width : metadata.height) ?? 0,
    pages: 1,
    isTransparent,
    notes,
  }
}
