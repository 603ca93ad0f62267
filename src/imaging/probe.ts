// Looks at a master: what it is, whether all of it is there, and what the scanner wrote into it.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '../errors.ts'
import { readScanTags, type ScanTags } from '../formats/tiff/read-tags.ts'
import { readXmpTags } from '../formats/xmp/read.ts'
import type { MasterLimits } from './decoding.ts'
import { sharp } from './sharp.ts'
import { decodedSource, kindOfSource, pdfPages, TooManyPixels } from './source.ts'

export interface Profile {
  readonly format: string
  readonly compression: string | undefined
  readonly colourSpace: string | undefined
  readonly bitDepth: number | undefined
  readonly samples: number | undefined
  /** Pixels per inch */
  readonly density: number | undefined
  readonly iccName: string | undefined
  readonly iccDigest: string | undefined
  readonly scannerMake: string | undefined
  readonly scannerModel: string | undefined
  readonly software: string | undefined
}

export interface Scan {
  /** Pixels as shown, orientation applied */
  readonly width: number
  readonly height: number
  readonly pages: number
  readonly profile: Profile
  readonly dateTime: Date | undefined
  readonly pageName: string | undefined
  /** Remarks for the report, such as 48-bit */
  readonly notes: readonly { readonly code: string; readonly sentence: string }[]
}

export type Verdict =
  | { readonly ok: true; readonly scan: Scan }
  | {
      readonly ok: false
      readonly code: 'not-an-image' | 'truncated' | 'rgba' | 'too-many-pixels'
      readonly sentence: string
    }

const bits: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
}
const tiffCompression: Readonly<Record<number, string>> = {
  1: 'none',
  2: 'ccitt',
  3: 'ccitt-g3',
  4: 'ccitt-g4',
  5: 'lzw',
  6: 'jpeg-old',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
  34712: 'jpeg2000',
  50000: 'zstd',
  50001: 'webp',
}

/** The profile's description tag, as far as it is written in ASCII or UTF-16. */
function iccName(icc: Buffer): string | undefined {
  if (icc.length < 132) return undefined
  const count = Math.min(icc.readUInt32BE(128), 100)
  for (let at = 132; at + 12 <= Math.min(icc.length, 132 + count * 12); at += 12) {
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue
    const start = icc.readUInt32BE(at + 4)
    const length = icc.readUInt32BE(at + 8)
    if (start + length > icc.length || length < 16) return undefined
    const kind = icc.toString('latin1', start, start + 4)
    if (kind === 'desc')
      return (
        icc
          .toString('latin1', start + 12, Math.min(start + 12 + icc.readUInt32BE(start + 8), start + length))
          .replace(/\0.*$/s, '')
          .trim() || undefined
      )
    if (kind === 'mluc' && length >= 28) {
      const size = icc.readUInt32BE(start + 20)
      const offset = start + icc.readUInt32BE(start + 24)
      if (offset + size > icc.length) return undefined
      return (
        Buffer.from(icc.subarray(offset, offset + size - (size % 2)))
          .swap16()
          .toString('utf16le')
          .replace(/\0.*$/s, '')
          .trim() || undefined
      )
    }
  }
  return undefined
}

function scanTags(path: string, format: string, exif: Buffer | undefined): ScanTags {
  if (format === 'tiff') {
    const file = openSync(path, 'r')
    try {
      return readScanTags((offset, length) => {
        const buffer = Buffer.alloc(length)
        return buffer.subarray(0, readSync(file, buffer, 0, length, offset))
      })
    } finally {
      closeSync(file)
    }
  }
  const data = exif?.subarray(exif.toString('latin1', 0, 4) === 'Exif' ? 6 : 0)
  return readScanTags((offset, length) => data?.subarray(offset, offset + length) ?? Buffer.alloc(0))
}

/**
 * Judges a master by its bytes. Its whole data is decoded once, small, so that a truncated file is found; JPEG 2000 and PDF are decoded
 * for it by the tools that ingest uses.
 */
export async function probe(path: string, limits: MasterLimits): Promise<Verdict> {
  const kind = await kindOfSource(path)
  if (kind === 'raster') return await probeRaster(path, limits.maxPixels)
  const folder = await mkdtemp(join(tmpdir(), 'firefolio-probe-'))
  try {
    const pages = kind === 'pdf' ? await pdfPages(path) : 1
    const decoded = await decodedSource(path, 0, join(folder, 'page'), limits)
    const verdict = await probeRaster(decoded.path, limits.maxPixels)
    if (!verdict.ok) return verdict
    const { scan } = verdict
    return {
      ok: true,
      scan: { ...scan, pages, profile: { ...scan.profile, format: kind, compression: kind } },
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return {
      ok: false,
      code: error instanceof TooManyPixels ? 'too-many-pixels' : 'truncated',
      sentence: error.message,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function probeRaster(path: string, maxPixels: number): Promise<Verdict> {
  const options = { limitInputPixels: maxPixels, failOn: 'truncated', sequentialRead: true } as const
  let metadata: Awaited<ReturnType<ReturnType<typeof sharp>['metadata']>>
  try {
    metadata = await sharp(path, options).metadata()
  } catch (error) {
    if (/pixel limit/i.test(String(error)))
      return {
        ok: false,
        code: 'too-many-pixels',
        sentence: `The image has more than ${maxPixels} pixels ([limits] pixels).`,
      }
    return {
      ok: false,
      code: 'not-an-image',
      sentence: 'The file is no JPEG, TIFF, PNG, WebP or JPEG 2000 image and no PDF, or its head is damaged.',
    }
  }
  if ((metadata.width ?? 0) * (metadata.height ?? 0) > maxPixels)
    return {
      ok: false,
      code: 'too-many-pixels',
      sentence: `The image has more than ${maxPixels} pixels ([limits] pixels).`,
    }
  if (metadata.hasAlpha)
    return {
      ok: false,
      code: 'rgba',
      sentence: `The image has an alpha channel (${metadata.channels} channels); masters must not.`,
    }
  try {
    await sharp(path, options).resize(16, 16, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer()
  } catch {
    return {
      ok: false,
      code: 'truncated',
      sentence: 'The image cannot be decoded to its end; the file is truncated or damaged.',
    }
  }
  const format = metadata.format ?? 'unknown'
  const tags = scanTags(path, format, metadata.exif)
  const xmp = readXmpTags(metadata.xmp)
  const bitDepth =
    (metadata as { bitsPerSample?: number }).bitsPerSample ??
    (metadata.depth === undefined ? undefined : bits[metadata.depth])
  const samples = metadata.channels
  const is48 = bitDepth === 16 && samples === 3
  const turned = (metadata.orientation ?? 1) >= 5
  return {
    ok: true,
    scan: {
      width: (turned ? metadata.height : metadata.width) ?? 0,
      height: (turned ? metadata.width : metadata.height) ?? 0,
      pages: metadata.pages ?? 1,
      dateTime: tags.dateTime ?? xmp.dateTime,
      pageName: tags.pageName,
      notes: is48
        ? [{ code: '48-bit', sentence: 'The image has 48 bits a pixel; derivatives are made from 24.' }]
        : [],
      profile: {
        format,
        compression:
          metadata.compression ??
          (tags.compression === undefined
            ? undefined
            : (tiffCompression[tags.compression] ?? String(tags.compression))),
        colourSpace: metadata.space,
        bitDepth,
        samples,
        density: metadata.density,
        iccName: metadata.icc ? iccName(metadata.icc)?.slice(0, 250) : undefined,
        iccDigest: metadata.icc ? createHash('sha256').update(metadata.icc).digest('hex') : undefined,
        scannerMake: tags.make ?? xmp.make,
        scannerModel: tags.model ?? xmp.model,
        software: tags.software ?? xmp.software,
      },
    },
  }
}
