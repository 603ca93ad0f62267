// Reads the tags of the first directory of a TIFF, or of EXIF data (which is a TIFF), and of the directory of EXIF in it: what scanners write
// about a scan.
// @see TIFF 6.0, section 2; tags in TIFF/EP and EXIF 2.3
export interface ScanTags {
  readonly dateTime: Date | undefined
  readonly pageName: string | undefined
  readonly make: string | undefined
  readonly model: string | undefined
  readonly software: string | undefined
  readonly compression: number | undefined
}

const empty: ScanTags = {
  dateTime: undefined,
  pageName: undefined,
  make: undefined,
  model: undefined,
  software: undefined,
  compression: undefined,
}

/** Bytes of the source at a place; fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

const tags = {
  compression: 259,
  make: 271,
  model: 272,
  pageName: 285,
  software: 305,
  dateTime: 306,
  exif: 34665,
  dateTimeOriginal: 36867,
} as const
/** No IFD of a scan has more entries; a corrupt count is not followed. */
const maxEntries = 512

/** `2009:09:21 15:02:51` in the scanner's own time, taken as UTC because it names no zone. */
export function tiffDate(text: string | undefined): Date | undefined {
  const found = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text ?? '')
  if (!found) return undefined
  const date = new Date(`${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}Z`)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1900 ? undefined : date
}

export async function readScanTags(readAt: ReadAt): Promise<ScanTags> {
  const header = await readAt(0, 8)
  if (header.length < 8) return empty
  const little = header.toString('latin1', 0, 2) === 'II'
  if (!little && header.toString('latin1', 0, 2) !== 'MM') return empty
  const u16 = (buffer: Buffer, at: number) => (little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at))
  const u32 = (buffer: Buffer, at: number) => (little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at))
  if (u16(header, 2) !== 42) return empty
  const found = new Map<number, string | number>()
  const readDirectory = async (start: number): Promise<void> => {
    const counter = await readAt(start, 2)
    if (counter.length < 2) return
    const entries = await readAt(start + 2, Math.min(u16(counter, 0), maxEntries) * 12)
    for (let at = 0; at + 12 <= entries.length; at += 12) {
      const tag = u16(entries, at)
      if (!(Object.values(tags) as number[]).includes(tag)) continue
      const type = u16(entries, at + 2)
      const count = u32(entries, at + 4)
      if (type === 3 && count === 1) found.set(tag, u16(entries, at + 8))
      // LONG, or IFD as EXIF's directory is also written
      if ((type === 4 || type === 13) && count === 1) found.set(tag, u32(entries, at + 8))
      if (type !== 2 || count > 10_000) continue
      const bytes =
        count <= 4 ? entries.subarray(at + 8, at + 8 + count) : await readAt(u32(entries, at + 8), count)
      const text = bytes
        .toString('utf8')
        .replace(/\0[\s\S]*$/, '')
        .trim()
      if (text !== '') found.set(tag, text)
    }
  }
  await readDirectory(u32(header, 4))
  // the time of the scan stands in the directory of EXIF
  const exif = found.get(tags.exif)
  if (typeof exif === 'number') await readDirectory(exif)
  const text = (tag: number) => {
    const value = found.get(tag)
    return typeof value === 'string' ? value.slice(0, 250) : undefined
  }
  const compression = found.get(tags.compression)
  return {
    dateTime: tiffDate(text(tags.dateTimeOriginal) ?? text(tags.dateTime)),
    pageName: text(tags.pageName),
    make: text(tags.make),
    model: text(tags.model),
    software: text(tags.software),
    compression: typeof compression === 'number' ? compression : undefined,
  }
}
