// MARC-8: what MARC 21 records are written in that are not in UTF-8. The tables are those of the Library of Congress, as the package has them.
// @see https://www.loc.gov/marc/specifications/speccharmarc8.html
import type * as Mapping from 'marc8/lib/marc8_mapping.js'
import { tableOf } from '../../codes.ts'
import { lazily } from '../../lazily.ts'

const tables = lazily<typeof Mapping>('marc8/lib/marc8_mapping.js')
const escape = 0x1b
const basicLatin = 0x42
const ansel = 0x45
const eastAsian = 0x31

export class UnknownCharacter extends Error {
  /** Of the text */
  readonly offset: number
  constructor(what: string, offset: number) {
    super(what)
    this.offset = offset
  }
}

/** The alif, which the Library moved in 2005; the table has the older place. */
const moved: Readonly<Record<number, number>> = tableOf({ 0x02be: 0x02bc })

const hex = (value: number): string => value.toString(16).padStart(2, '0')

/** A set that an escape sequence asks for. @returns which half it fills, the set, and the length of the sequence */
function designated(bytes: Buffer, at: number): { half: 0 | 1; set: number; length: number } | undefined {
  const [first = 0, second = 0, third = 0] = bytes.subarray(at + 1, at + 4)
  // technique 1: one character; s goes back to Latin
  if (first === 0x73) return { half: 0, set: basicLatin, length: 2 }
  if ([0x67, 0x62, 0x70].includes(first)) return { half: 0, set: first, length: 2 }
  // technique 2: for one byte ( , ) -, for several $ alone or before one of them
  const isWide = first === 0x24
  const filler = isWide ? second : first
  const half = [0x29, 0x2d].includes(filler) ? 1 : 0
  if (isWide && ![0x28, 0x29, 0x2c, 0x2d].includes(second)) return { half: 0, set: second, length: 3 }
  if (![0x28, 0x29, 0x2c, 0x2d].includes(filler)) return undefined
  let [set, length] = isWide ? [third, 4] : [second, 3]
  // the extended Latin set has a final of two characters
  if (set === 0x21) {
    set = isWide ? (bytes[at + 4] ?? 0) : third
    length++
  }
  return { half, set, length }
}

/** @throws UnknownCharacter */
export function decodeMarc8(bytes: Buffer): string {
  let text = ''
  let marks = ''
  const { CODESETS: sets, ODD_MAP: odd } = tables()
  const halves: [number, number] = [basicLatin, ansel]
  const put = (code: number, isMark: boolean): void => {
    // a mark stands before its letter here, behind it in Unicode
    if (isMark) marks += String.fromCodePoint(code)
    else {
      text += String.fromCodePoint(code) + marks
      marks = ''
    }
  }
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] as number
    if (byte === escape) {
      const found = designated(bytes, at)
      if (!found || !(found.set in sets))
        throw new UnknownCharacter(`an escape sequence to the unknown set ${hex(bytes[at + 1] ?? 0)}`, at)
      halves[found.half] = found.set
      at += found.length
    } else if (byte <= 0x20 || byte === 0x7f) {
      put(byte, false)
      at++
    } else {
      const set = halves[byte < 0x80 ? 0 : 1]
      const width = set === eastAsian ? 3 : 1
      let code = 0
      for (const part of bytes.subarray(at, at + width))
        code = code * 256 + (part & (width === 3 ? 0x7f : 0xff))
      // a set of one half is known by the codes of the other, too
      const known =
        sets[set]?.[code] ??
        (width === 1 ? sets[set]?.[code ^ 0x80] : undefined) ??
        (odd[code] === undefined ? undefined : ([odd[code], 0] as const))
      if (!known || at + width > bytes.length) {
        // joiners and markers of articles are the same in all sets
        const control = { 0x88: 0x98, 0x89: 0x9c, 0x8d: 0x200d, 0x8e: 0x200c }[byte]
        if (control === undefined)
          throw new UnknownCharacter(`the code ${hex(code)}, which the set ${hex(set)} does not have`, at)
        put(control, false)
        at++
      } else {
        put(moved[known[0] as number] ?? (known[0] as number), known[1] === 1)
        at += width
      }
    }
  }
  return (text + marks)
    .replace(/&#x([0-9a-f]{1,6});/gi, (whole, digits: string) => {
      const code = Number.parseInt(digits, 16)
      return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? whole : String.fromCodePoint(code)
    })
    .normalize('NFC')
}
