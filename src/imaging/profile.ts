// What the scanner wrote into a master, and how its samples are made.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import type { Metadata } from 'sharp'
import { readScanTags, type ScanTags } from '../formats/tiff/read-tags.ts'
import { readXmpTags } from '../formats/xmp/read.ts'
import { tableOf } from '../codes.ts'

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

const bits: Readonly<Record<string, number>> = tableOf({
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
})
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

/** What a master says of itself. */
export function profileOf(
  path: string,
  metadata: Metadata,
): { profile: Profile; dateTime: Date | undefined; pageName: string | undefined } {
  const format = metadata.format ?? 'unknown'
  const tags = scanTags(path, format, metadata.exif)
  const xmp = readXmpTags(metadata.xmp)
  return {
    dateTime: tags.dateTime ?? xmp.dateTime,
    pageName: tags.pageName,
    profile: {
      format,
      compression:
        metadata.compression ??
        (tags.compression === undefined
          ? undefined
          : (tiffCompression[tags.compression] ?? String(tags.compression))),
      colourSpace: metadata.space,
      bitDepth:
        (metadata as { bitsPerSample?: number }).bitsPerSample ??
        (metadata.depth === undefined ? undefined : bits[metadata.depth]),
      samples: metadata.channels,
      density: metadata.density,
      iccName: metadata.icc ? iccName(metadata.icc)?.slice(0, 250) : undefined,
      iccDigest: metadata.icc ? createHash('sha256').update(metadata.icc).digest('hex') : undefined,
      scannerMake: tags.make ?? xmp.make,
      scannerModel: tags.model ?? xmp.model,
      software: tags.software ?? xmp.software,
    },
  }
}
