// A file of many catalogue records: each is a title of its own, named by its number and its place in the file, so that a damaged one does not
// stop its neighbours and none is read twice. ISO 2709 (MARC 21, MAB2), PICA+, MAB2 in lines, and XML collections of MARC, MODS, MAB, PICA.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { headOf, isBatchFile } from './kinds.ts'

export interface Part {
  readonly number: number
  readonly offset: number
  readonly length: number
}

/** A record of a batch file as a source: <path>#record=<number>@<offset>+<length>. */
export const partSource = (path: string, part: Part): string =>
  `${path}#record=${part.number}@${part.offset}+${part.length}`
export function partOfSource(source: string): ({ readonly path: string } & Part) | undefined {
  const found = /^(.*)#record=(\d+)@(\d+)\+(\d+)$/s.exec(source)
  return found
    ? {
        path: found[1] as string,
        number: Number(found[2]),
        offset: Number(found[3]),
        length: Number(found[4]),
      }
    : undefined
}

export type BatchFormat = 'iso2709' | 'mab-lines' | 'pica-normalized' | 'pica-plain' | 'xml'

/** @returns undefined where a file is no batch of records at all */
export function batchFormat(path: string): BatchFormat | undefined {
  const head = headOf(path, 512).toString('latin1')
  if (!isBatchFile(path)) return /^(\xef\xbb\xbf)?\s*</.test(head) ? 'xml' : undefined
  if (/^[\r\n]*\d{5}/.test(head)) return 'iso2709'
  if (/^(\xef\xbb\xbf)?\s*###/.test(head)) return 'mab-lines'
  return head.includes('\x1f') ? 'pica-normalized' : 'pica-plain'
}

const pieceBytes = 1024 * 1024
/** A record that is longer than this is not looked for: what ends nowhere is damaged, and told as a record that is. */
const mostBytes = 16 * 1024 * 1024

/**
 * Ends of records: what an expression of the format finds in the text of Latin-1.
 * XML: a start tag begins, an end tag ends; comments and sections of text are passed over.
 */
const separators: Readonly<Record<Exclude<BatchFormat, 'xml'>, RegExp>> = {
  // oxlint-disable-next-line no-control-regex -- the formats are made of them
  iso2709: /\x1d[\r\n]*/g,
  'mab-lines': /\r?\n(?=###)|\r?\n(?:\r?\n)+/g,
  // oxlint-disable-next-line no-control-regex -- the formats are made of them
  'pica-normalized': /\x1e?[\x1d\n]+/g,
  'pica-plain': /\r?\n(?:[ \t]*\r?\n)+/g,
}

/** Reads a file piece by piece; what the work leaves unused is given again, with what follows. */
function inPieces(path: string, work: (text: string, offset: number, isLast: boolean) => number): void {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    let rest = ''
    let offset = 0
    for (let at = 0; at < size;) {
      const piece = Buffer.alloc(Math.min(pieceBytes, size - at))
      const read = readSync(file, piece, 0, piece.length, at)
      if (read === 0) break
      at += read
      rest += piece.toString('latin1', 0, read)
      const used = work(rest, offset, at >= size)
      rest = rest.slice(used)
      offset += used
      if (rest.length > mostBytes) {
        offset += rest.length
        rest = ''
      }
    }
  } finally {
    closeSync(file)
  }
}

function separated(path: string, separator: RegExp): Part[] {
  const parts: Part[] = []
  const add = (text: string, offset: number): void => {
    if (text.trim() !== '') parts.push({ number: parts.length + 1, offset, length: text.length })
  }
  inPieces(path, (text, offset, isLast) => {
    let start = 0
    for (const found of text.matchAll(separator)) {
      const end = found.index + found[0].length
      // the separator may go on in the next piece
      if (end === text.length && !isLast) break
      add(text.slice(start, end), offset + start)
      start = end
    }
    if (!isLast && text.length - start <= mostBytes) return start
    add(text.slice(start), offset + start)
    return text.length
  })
  return parts
}

const recordTags =
  /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<(\/?)(?:[\w.-]+:)?(?:(record|mods|datensatz)(?=[\s>/])[^>]*|(?:collection|modsCollection|datei)\s*)>/g

function xmlParts(path: string): Part[] {
  const parts: Part[] = []
  let begun: number | undefined
  let open = 0
  let end = 0
  let isClosed = false
  const add = (offset: number, until: number): void => {
    parts.push({ number: parts.length + 1, offset, length: until - offset })
    end = until
  }
  inPieces(path, (text, offset, isLast) => {
    let used = 0
    for (const found of text.matchAll(recordTags)) {
      used = found.index + found[0].length
      if (found[1] === undefined || found[0].endsWith('/>')) continue
      if (found[2] === undefined) isClosed ||= found[1] === '/' && open === 0
      else if (found[1] === '') {
        if (open++ === 0) begun = offset + found.index
      } else if (open > 0 && --open === 0 && begun !== undefined) {
        add(begun, offset + used)
        begun = undefined
      }
    }
    if (isLast) {
      // a file that was cut off: what is left of it is a record that cannot be read, so that it is told
      if (parts.length > 0 && !isClosed) add(begun ?? end, offset + text.length)
      return text.length
    }
    // a tag or comment may be cut by the end of the piece
    const cut = text.lastIndexOf('<')
    return Math.max(used, cut < used ? text.length : Math.min(cut, openComment(text, used)))
  })
  return parts
}

/** Where a comment or a section of text begins that has not ended. */
function openComment(text: string, from: number): number {
  const places = [text.indexOf('<!--', from), text.indexOf('<![CDATA[', from)].filter(at => at >= 0)
  return Math.min(text.length, ...places)
}

/** The records of a file; empty where it is none that is read record by record. */
export function partsOf(path: string): Part[] {
  const format = batchFormat(path)
  if (format === undefined) return []
  if (format !== 'xml') return separated(path, separators[format])
  const head = headOf(path)
  // UTF-16 is read whole
  if (
    head.includes(0) ||
    !/<(?:[\w.-]+:)?(collection|modsCollection|datei)[\s>]/.test(head.toString('latin1'))
  )
    return []
  return xmlParts(path)
}

export function readPart(path: string, { offset, length }: Part): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
  } finally {
    closeSync(file)
  }
}

/** What stands before the first record of an XML collection: its declaration and its root with the namespaces. */
export function frameOf(path: string): { readonly before: Buffer; readonly after: Buffer } {
  const head = headOf(path)
  const text = head.toString('latin1')
  const root = /<((?:[\w.-]+:)?(?:collection|modsCollection|datei))(?:\s[^>]*)?>/.exec(text)
  return root
    ? { before: head.subarray(0, root.index + root[0].length), after: Buffer.from(`</${root[1] as string}>`) }
    : { before: Buffer.alloc(0), after: Buffer.alloc(0) }
}
