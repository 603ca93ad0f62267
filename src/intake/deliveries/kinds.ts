// What a file of a delivery is for: by its extension where that says it, by its first element where it is XML.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { extname } from 'node:path'
import { whatIs } from '../../formats/media/what.ts'
import { isEnvelope } from './envelope.ts'

export type FileKind =
  | 'mets'
  | 'record'
  | 'text'
  | 'image'
  | 'pdf'
  /** Sound, moving images, a born-digital book */
  | 'file'
  | 'list'
  | 'archive'
  | 'noise'
  | 'other'

const images = /^\.(tiff?|jpe?g|png|webp|jp2|j2k|jpx|jpf|j2c|gif|bmp|heic|heif|avif|jxl|psd|dng|djvu?)$/i
const files = /^\.(mp3|wav|flac|ogg|oga|m4a|aac|aiff?|mp4|m4v|mkv|webm|mov|avi|mpe?g|ogv|epub)$/i
const lists = /^\.(csv|tsv|xlsx)$/i
/** What systems leave behind without being asked. */
export const isNoise = (name: string): boolean =>
  name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name)

const headBytes = 65_536

export function headOf(path: string, length = headBytes): Buffer {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.allocUnsafe(length)
    return head.subarray(0, readSync(file, head, 0, length, 0))
  } finally {
    closeSync(file)
  }
}

/** Bytes as far as the names of elements need them: those are ASCII in every encoding at hand. */
export function asText(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le')
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'latin1')
}

const beforeRoot = /^\s*(?:<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>)/
/** The tag that begins a document, behind what may stand before it. */
function rootTag(text: string): string | undefined {
  let rest = text.replace(/^\uFEFF|^\xef\xbb\xbf/, '')
  for (let found = beforeRoot.exec(rest); found; found = beforeRoot.exec(rest))
    rest = rest.slice(found[0].length)
  return /^\s*<([A-Za-z_][^>]*)>/.exec(rest)?.[1]
}

/** What a saved answer of OAI-PMH or SRU holds: METS has MODS in it, and comes before it. */
function kindOfHeld(text: string): FileKind {
  if (!/<(?:[\w.-]+:)?(?:metadata|recordData)[\s>]/.test(text)) return 'other'
  if (/<(?:[\w.-]+:)?mets[\s>]/.test(text)) return 'mets'
  const isRecord =
    /(?:<|&lt;)(?:[\w.-]+:)?(?:mods|datensatz|dc)[\s>]|MARC21\/slim|picaxml|purl\.org\/dc\/elements/i.test(
      text,
    )
  return isRecord ? 'record' : 'other'
}

function kindOfXml(path: string): FileKind {
  let text = asText(headOf(path))
  let tag = rootTag(text)
  // a comment may be longer than what was read
  if (tag === undefined) {
    text = asText(readFileSync(path))
    tag = rootTag(text)
  }
  const name = /^(?:[\w.-]+:)?([\w.-]+)/.exec(tag ?? '')?.[1] ?? ''
  if (name === 'mets') return 'mets'
  if (isEnvelope(name)) {
    const held = kindOfHeld(text)
    // what an answer says of itself may be longer than what was read
    return held === 'other' ? kindOfHeld(asText(readFileSync(path))) : held
  }
  if (/^(mods|modsCollection)$/.test(name)) return 'record'
  if (/^(alto|PcGts)$/.test(name)) return 'text'
  if (/^(collection|record)$/.test(name) && /MARC21|leader|picaxml/i.test(text)) return 'record'
  if (/^(datei|datensatz)$/.test(name)) return 'record'
  if (name === 'html' && text.includes('ocr_page')) return 'text'
  if (/purl\.org\/dc\//.test(text) && /<(?:[\w.-]+:)?title[\s>]/.test(text)) return 'record'
  return 'other'
}

/** A record of ISO 2709 begins with its leader; PICA+ and MAB2 with the name of a field or their leader. */
const isCatalogueData = (head: string): boolean =>
  /^[\r\n]*\d{5}[a-z ].{6}\d{5}/.test(head) ||
  // oxlint-disable-next-line no-control-regex -- the formats are made of them
  /^\uFEFF?(?:\xef\xbb\xbf)?[\x1d\r\n]*(?:###\s*\d{5}|[012]\d\d[A-Z@](?:\/\d{2,3})?\s?(?:\$|\x1f|\u0192|\xc6\x92))/.test(
    head,
  )

/** Files of catalogue records that are no XML. */
export const isBatchFile = (path: string): boolean => isCatalogueData(headOf(path, 512).toString('latin1'))

export function kindOf(path: string, name: string): FileKind {
  if (isNoise(name)) return 'noise'
  const extension = extname(name)
  if (images.test(extension)) return 'image'
  if (/^\.pdf$/i.test(extension)) return 'pdf'
  if (files.test(extension)) return 'file'
  if (lists.test(extension)) return 'list'
  if (/^\.zip$/i.test(extension)) return 'archive'
  if (/^\.(hocr|alto)$/i.test(extension)) return 'text'
  if (/^\.(mrc|marc|marc21|iso2709|iso|mab2?|pica|pp)$/i.test(extension))
    return isBatchFile(path) ? 'record' : kindOfXml(path)
  if (/^\.(xml|mets|mods|marcxml|mabxml|picaxml|dc)$/i.test(extension)) return kindOfXml(path)
  if (/^\.html?$/i.test(extension) && /ocr_page/.test(asText(headOf(path)))) return 'text'
  return 'other'
}

/** As a sentence names it: a ZIP archive. */
export const nameOfKind = (path: string): string => whatIs(headOf(path, 1024)).name
