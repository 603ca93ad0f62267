// What a file is, by its first bytes: for refusals that name it.
import { tableOf } from '../../codes.ts'

export interface Known {
  /** With its article, as a sentence wants it: a GIF image */
  readonly name: string
  /** What to do with it, where it is not taken */
  readonly way?: string
  readonly kind: 'image' | 'pdf' | 'archive' | 'text' | 'other'
}

const toPng = 'convert it without loss, for example to PNG or TIFF'
const unpack = 'unpack it, or deliver it as a ZIP'

const image = (name: string, way?: string): Known => ({ name, kind: 'image', ...(way ? { way } : {}) })
const archive = (name: string, way?: string): Known => ({ name, kind: 'archive', ...(way ? { way } : {}) })
const other = (name: string, way?: string): Known => ({ name, kind: 'other', ...(way ? { way } : {}) })

/** Bytes at a place, as Latin-1; more specific ones first. */
const signatures: readonly (readonly [at: number, bytes: readonly string[], known: Known])[] = [
  [0, ['II*\0', 'MM\0*', 'II+\0\b\0', 'MM\0+\0\b'], image('a TIFF image')],
  [0, ['\xff\xd8\xff'], image('a JPEG image')],
  [0, ['\x89PNG\r\n\x1a\n'], image('a PNG image')],
  [0, ['\0\0\0\fjP  ', '\xff\x4f\xff\x51'], image('a JPEG 2000 image')],
  [0, ['GIF87a', 'GIF89a'], image('a GIF image', toPng)],
  [4, ['ftypavif', 'ftypavis'], image('an AVIF image', toPng)],
  [4, ['ftypheic', 'ftypheix', 'ftypheim', 'ftypmif1', 'ftypmsf1'], image('a HEIF image', toPng)],
  [0, ['\0\0\0\fJXL \r\n', '\xff\n'], image('a JPEG XL image', toPng)],
  [0, ['II\xbc'], image('a JPEG XR image', toPng)],
  [0, ['8BPS\0', '8BPB\0'], image('a Photoshop document', 'export its flattened image as TIFF')],
  [0, ['AT&TFORM'], image('a DjVu document', 'export its pages as TIFF or PDF')],
  [0, ['\x97JB2\r\n'], image('a JBIG2 image', toPng)],
  [0, ['\0\0\x01\0', '\0\0\x02\0'], image('an icon', toPng)],
  [0, ['FUJIFILM', 'IIRO', 'IIU\0'], image('a raw camera file', 'develop it to TIFF')],
  [4, ['ftypcrx'], image('a raw camera file', 'develop it to TIFF')],
  [0, ['PK\x03\x04', 'PK\x05\x06'], archive('a ZIP archive')],
  [0, ['\x1f\x8b'], archive('a gzip archive', unpack)],
  [0, ['7z\xbc\xaf\x27\x1c'], archive('a 7-Zip archive', unpack)],
  [0, ['Rar!\x1a\x07'], archive('a RAR archive', unpack)],
  [0, ['\xfd7zXZ\0', 'BZh'], archive('a compressed archive', unpack)],
  [257, ['ustar'], archive('a TAR archive', unpack)],
  [0, ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'], other('an older Office document', 'save it as XLSX or CSV')],
  [0, ['ID3', 'OggS', 'fLaC', '\xff\xf2', '\xff\xf3', '\xff\xfb'], other('a sound recording')],
  [0, ['\x1a\x45\xdf\xa3'], other('a moving image')],
  [4, ['ftyp'], other('a moving image')],
]
const riffs: Readonly<Record<string, Known>> = tableOf({
  WEBP: image('a WebP image'),
  WAVE: other('a sound recording'),
  'AVI ': other('a moving image'),
})

function bySignature(start: string): Known | undefined {
  if (start.startsWith('RIFF')) return riffs[start.slice(8, 12)]
  // the two letters alone begin many a text
  if (start.startsWith('BM') && start.slice(6, 10) === '\0\0\0\0') return image('a BMP image', toPng)
  if (/^P[1-7][\s#]\s*\d/.test(start)) return image('a PNM image', toPng)
  return signatures.find(([at, bytes]) => bytes.some(sign => start.startsWith(sign, at)))?.[2]
}

/** Documents that are not read, or not in every case, by their first elements. */
const documents: Readonly<Record<string, string>> = tableOf({
  'OAI-PMH': 'an answer of OAI-PMH',
  searchRetrieveResponse: 'an answer of SRU',
  ead: 'a finding aid in EAD',
  TEI: 'a text in TEI',
  'TEI.2': 'a text in TEI',
  lido: 'a record in LIDO',
  lidoWrap: 'records in LIDO',
})
const firstElement =
  /^(?:<!--[^]*?-->\s*|<\?[^]*?\?>\s*|<!DOCTYPE[^>]*>\s*)*<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)/

const isControl = (byte: number): boolean => byte < 32 && ![9, 10, 12, 13].includes(byte)

const text = (start: string): Known | undefined => {
  const shown = start
    .replace(/^(ï»¿|ÿþ|þÿ)/, '')
    .replaceAll('\0', '')
    .trimStart()
  if (/^(<!--[^]*?-->\s*|<\?[^]*?\?>\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/i.test(shown))
    return { name: 'an SVG drawing', kind: 'image', way: 'draw it to PNG' }
  if (/^(<!DOCTYPE html|<html)/i.test(shown)) return { name: 'an HTML page', kind: 'text' }
  if (/^(<\?xml|<!--|<[a-z][\w.-]*[:\s>])/i.test(shown))
    return { name: documents[firstElement.exec(shown)?.[1] ?? ''] ?? 'an XML document', kind: 'text' }
  if (/^[{[]\s*["{[\]}]/.test(shown)) return { name: 'a JSON document', kind: 'text' }
  return undefined
}

/** @param head the first kilobyte */
export function whatIs(head: Buffer): Known {
  const start = head.toString('latin1', 0, 1024)
  if (head.length === 0) return other('empty')
  const signed = bySignature(start)
  if (signed) return signed
  // readers of PDF accept it within the first kilobyte
  if (/%PDF-\d/.test(start)) return { name: 'a PDF', kind: 'pdf' }
  const written = text(start)
  if (written) return written
  return head.some(isControl) ? other('of an unknown kind') : { name: 'a text', kind: 'text' }
}
