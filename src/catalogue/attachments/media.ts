// What a file is by its bytes, and whether titles may have such files.
import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileTypeFromFile } from 'file-type'
import { tableOf } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import { whatIs } from '../../formats/media/what.ts'
import type { Services } from '../../http/module.ts'
import type { FileKind } from './codes.ts'

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const byName: Readonly<Record<string, string>> = tableOf({
  'an HTML page': 'text/html',
  'an SVG drawing': 'image/svg+xml',
  'an XML document': 'application/xml',
  'a JSON document': 'application/json',
})

/** Media type of a file; names are asked only to tell one text from another. */
export async function mediaTypeOf(path: string, name: string): Promise<string> {
  const known = whatIs(await headOf(path))
  const written = byName[known.name]
  if (written !== undefined) return written
  const found = await fileTypeFromFile(path)
  if (found) return found.mime.split(';')[0] as string
  if (known.kind === 'pdf') return 'application/pdf'
  if (known.kind !== 'text') return 'application/octet-stream'
  return /^\.csv$/i.test(extname(name)) ? 'text/csv' : 'text/plain'
}

const fits = (pattern: string, media: string): boolean =>
  pattern.endsWith('*') ? media.startsWith(pattern.slice(0, -1)) : pattern === media

/** Which media types there may be, of what, and the option that says so. */
export interface Allowed {
  readonly mediaTypes: readonly string[]
  readonly of: string
  readonly option: string
}

/** @throws Refusal unsupported-media-type naming what it is */
export async function requireAllowedType(
  path: string,
  name: string,
  { mediaTypes, of, option }: Allowed,
): Promise<string> {
  const media = await mediaTypeOf(path, name)
  if (mediaTypes.some(pattern => fits(pattern, media))) return media
  const what = whatIs(await headOf(path)).name
  throw new Refusal(
    'unsupported-media-type',
    `${name} is ${what} (${media}); ${of} are ${mediaTypes.join(', ')} (${option}).`,
    { media },
  )
}

/** @throws Refusal unsupported-media-type naming what it is */
export const requireMediaType = ({ config }: Services, path: string, name: string): Promise<string> =>
  requireAllowedType(path, name, {
    mediaTypes: config.files.mediaTypes,
    of: 'files of titles',
    option: '[files] mediaTypes',
  })

/** What a file of a media type is to its title, where nobody says. @param isOnly whether no other such file is there */
export function kindOf(media: string, isOnly = true): FileKind {
  if (media.startsWith('audio/')) return 'audio'
  if (media.startsWith('video/')) return 'video'
  return isOnly && /^application\/(pdf|epub\+zip)$/.test(media) ? 'whole' : 'attachment'
}

/** Shown in the browser; everything else is saved. */
export const isShownInline = (media: string): boolean =>
  /^(application\/pdf|audio\/.*|video\/.*|image\/(jpeg|png|webp|gif)|text\/plain)$/.test(media)
