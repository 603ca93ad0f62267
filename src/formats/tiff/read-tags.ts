// Reads the tags of the first directory of a TIFF, or of EXIF data (which is a TIFF), and of the directory of EXIF in it: what scanners write
// about a scan.
// @see TIFF 6.0, section 2; tags in TIFF/EP and EXIF 2.3
import { Refusal } from '../../errors.ts'
import { type ReadBytes, TiffReader } from './reader.ts'

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
/** `2009:09:21 15:02:51` in the scanner's own time, taken as UTC because it names no zone. */
export function tiffDate(text: string | undefined): Date | undefined {
  const found = /^(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text ?? '')
  if (!found) return undefined
  const date = new Date(`${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}Z`)
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1900 ? undefined : date
}

const wanted: ReadonlySet<number> = new Set(Object.values(tags))

/** @returns no tags where the file is no TIFF, or damaged: others judge it */
export function readScanTags(read: ReadBytes): ScanTags {
  try {
    const reader = new TiffReader(read)
    const found = reader.ifd(reader.first, wanted).tags
    // the time of the scan stands in the directory of EXIF
    const [exif] = reader.numbers(found.get(tags.exif))
    const inExif = exif === undefined ? undefined : reader.ifd(exif, wanted).tags
    const text = (tag: number) => reader.text(inExif?.get(tag) ?? found.get(tag))?.slice(0, 250)
    return {
      dateTime: tiffDate(text(tags.dateTimeOriginal)) ?? tiffDate(text(tags.dateTime)),
      pageName: text(tags.pageName),
      make: text(tags.make),
      model: text(tags.model),
      software: text(tags.software),
      compression: reader.numbers(found.get(tags.compression))[0],
    }
  } catch (error) {
    if (error instanceof Refusal) return empty
    throw error
  }
}
