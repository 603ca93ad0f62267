// ISO 2709: leader, directory, fields. What is damaged is refused by field and offset in the record; the directory is not trusted where
// fields end elsewhere than it says.
// @see https://www.loc.gov/marc/specifications/specrecstruc.html
import { Refusal } from '../../errors.ts'
import { decodeIso5426 } from './iso5426.ts'
import { decodeMarc8, UnknownCharacter } from './marc8.ts'
import type { ControlField, DataField, MarcRecord } from './record.ts'

export const recordEnd = 0x1d
const fieldEnd = 0x1e
const subfieldMark = '\u001f'
const leaderLength = 24

export const encodings = ['utf-8', 'marc-8', 'iso-5426', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const windows = new TextDecoder('windows-1252')
const isUtf8 = (bytes: Buffer): boolean => {
  try {
    utf8.decode(bytes)
    return true
  } catch {
    return false
  }
}

const decoders: Readonly<Record<Encoding, (bytes: Buffer) => string>> = {
  'utf-8': bytes => utf8.decode(bytes).normalize('NFC'),
  'marc-8': decodeMarc8,
  'iso-5426': decodeIso5426,
  'windows-1252': bytes => windows.decode(bytes),
}

/** What the record says, or what its bytes are: many systems write UTF-8 and leave the position of the leader empty. */
export function encodingOf(bytes: Buffer, leader: string, isMab: boolean): Encoding {
  if (!isMab && leader[9] === 'a') return 'utf-8'
  if (bytes.some(byte => byte > 0x7f) && isUtf8(bytes)) return 'utf-8'
  return isMab ? 'iso-5426' : 'marc-8'
}

/** @throws Refusal naming record, field, offset */
export function decodeField(bytes: Buffer, encoding: Encoding, where: string, offset: number): string {
  try {
    return decoders[encoding](bytes)
  } catch (error) {
    const at = error instanceof UnknownCharacter ? error.offset : 0
    const what = error instanceof UnknownCharacter ? error.message : `bytes that are not in UTF-8`
    throw new Refusal('not-processable', `${where}: ${what} (offset ${offset + at} of the record).`, {
      offset: offset + at,
    })
  }
}

interface Place {
  readonly tag: string
  readonly start: number
  readonly end: number
}

function directoryOf(bytes: Buffer, where: string): Place[] {
  const head = bytes.toString('latin1', 0, leaderLength)
  const refuse = (what: string, offset: number): never => {
    throw new Refusal('not-processable', `${where}: ${what} (offset ${offset} of the record).`, { offset })
  }
  if (bytes.length < leaderLength + 2) refuse(`the record ends after ${bytes.length} bytes`, bytes.length)
  const base = Number(head.slice(12, 17))
  const announced = Number(head.slice(0, 5))
  if (!/^\d{5}$/.test(head.slice(12, 17)) || base < leaderLength + 1 || base > bytes.length)
    refuse(`the leader places the fields at ‘${head.slice(12, 17)}’, which is not in the record`, 12)
  if (/^\d{5}$/.test(head.slice(0, 5)) && announced > bytes.length && announced < 99_999)
    refuse(`the leader announces ${announced} bytes, and ${bytes.length} are there`, 0)
  const end = bytes.indexOf(fieldEnd, leaderLength)
  if (end < 0 || end >= base) refuse('the directory does not end before the fields', leaderLength)
  const places: Place[] = []
  for (let at = leaderLength; at < end; at += 12) {
    const entry = bytes.toString('latin1', at, Math.min(at + 12, end))
    if (!/^[0-9A-Za-z]{3}\d{9}$/.test(entry)) refuse(`the entry ‘${entry}’ of the directory is damaged`, at)
    const tag = entry.slice(0, 3)
    const start = base + Number(entry.slice(7))
    const stop = start + Number(entry.slice(3, 7))
    if (stop > bytes.length) refuse(`field ${tag} ends at ${stop}, behind the record`, at)
    if (bytes[stop - 1] !== fieldEnd) refuse(`field ${tag} does not end where the directory says`, start)
    places.push({ tag, start, end: stop - 1 })
  }
  if (places.length === 0) refuse('the record has no fields', leaderLength)
  return places
}

function fieldOf(tag: string, text: string, mark: string, indicators: number): ControlField | DataField {
  const parts = text.split(mark)
  if (parts.length === 1 && tag.startsWith('00')) return { tag, value: text }
  // a field without subfields is read as one that has $a
  const [head = '', ...rest] =
    parts.length === 1 ? [text.slice(0, indicators), `a${text.slice(indicators)}`] : parts
  return {
    tag,
    indicators: head.padEnd(2),
    subfields: rest.filter(part => part !== '').map(part => [part[0] as string, part.slice(1)] as const),
  }
}

export interface Iso2709Options {
  /** File and number of the record */
  readonly where: string
  readonly encoding?: Encoding | undefined
  /** MAB2: one indicator, ISO 5426 */
  readonly isMab?: boolean
}

/** @param bytes one record @throws Refusal not-processable naming field and offset */
export function readIso2709(bytes: Buffer, options: Iso2709Options): MarcRecord {
  const { where, isMab = false } = options
  const places = directoryOf(bytes, where)
  const leader = bytes.toString('latin1', 0, leaderLength)
  const encoding = options.encoding ?? encodingOf(bytes, leader, isMab)
  const control: ControlField[] = []
  const data: DataField[] = []
  for (const { tag, start, end } of places) {
    const text = decodeField(bytes.subarray(start, end), encoding, `${where}, field ${tag}`, start)
    const field = fieldOf(tag, text, subfieldMark, isMab ? 1 : 2)
    if ('value' in field) control.push(field)
    else data.push(field)
  }
  return { leader, control, data }
}
