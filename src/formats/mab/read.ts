// MAB2, which German libraries exchanged until they went over to MARC 21: lines (disk format), fields behind a leader (tape format), and MABXML.
// Some systems write it as ISO 2709 with a directory, too.
// @see https://sbc-standard.de/html/satzkennung_mab.htm (the leader)
import { Refusal } from '../../errors.ts'
import { decodeField, type Encoding, encodingOf, recordEnd } from '../marc/iso2709.ts'
import type { DataField, MarcRecord } from '../marc/record.ts'
import type { XmlElement } from '../xml/read.ts'

/** `01234nM2.01200024      h`: M2 in the place where MARC has the kind of record. */
export const isMabLeader = (leader: string): boolean => /^.{5}[a-z ]M2/.test(leader)

/** Subfields of a field that is one text: $ codes of the disk format. */
const subfieldsOf = (text: string): DataField['subfields'] => {
  // oxlint-disable-next-line no-control-regex -- the formats are made of them
  const parts = text.split(/[\u001f‡]/)
  const [head = '', ...rest] = parts
  return [
    ...(head === '' ? [] : [['a', head] as const]),
    ...rest.filter(part => part !== '').map(part => [part[0] as string, part.slice(1)] as const),
  ]
}

export interface LinesOptions {
  readonly where: string
  readonly encoding?: Encoding | undefined
}

/** A record in lines: `### 01234nM2.01200024      h`, `331 Titel`. @throws Refusal naming the line */
export function readMabLines(bytes: Buffer, options: LinesOptions): MarcRecord {
  const { where } = options
  const encoding = options.encoding ?? encodingOf(bytes, '', true)
  const data: DataField[] = []
  let leader = ''
  let start = 0
  let number = 0
  while (start < bytes.length) {
    const found = bytes.indexOf(0x0a, start)
    const end = found < 0 ? bytes.length : found
    number++
    const line = decodeField(bytes.subarray(start, end), encoding, `${where}, line ${number}`, start).replace(
      /\r$/,
      '',
    )
    const place = start
    start = end + 1
    if (line.trim() === '') continue
    if (line.startsWith('###')) leader = line.slice(3).trimStart()
    else if (/^\d{3}/.test(line))
      data.push({
        tag: line.slice(0, 3),
        indicators: (line[3] ?? ' ') + ' ',
        subfields: subfieldsOf(line.slice(4)),
      })
    else
      throw new Refusal(
        'not-processable',
        `${where}, line ${number}: ‘${line.slice(0, 40)}’ begins with no number of a field (offset ${place} of the record).`,
        { line: number, offset: place },
      )
  }
  if (data.length === 0) throw new Refusal('not-processable', `${where}: the record has no fields.`)
  return { leader, control: [], data }
}

const leaderLength = 24
const fieldEnd = 0x1e

/** The leader of the tape format places the fields right behind itself: there is no directory. */
export const isMabTape = (bytes: Buffer): boolean => {
  const leader = bytes.toString('latin1', 0, leaderLength)
  return isMabLeader(leader) && leader.slice(12, 17) === '00024'
}

/** A record of the tape format: the leader, then fields with number, indicator and text, each ended by its sign. @throws Refusal naming the field */
export function readMabTape(bytes: Buffer, options: LinesOptions): MarcRecord {
  const { where } = options
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--
  const refuse = (what: string, offset: number): never => {
    throw new Refusal('not-processable', `${where}: ${what} (offset ${offset} of the record).`, { offset })
  }
  if (bytes[end - 1] !== recordEnd)
    refuse('the record does not end with the sign of its end: it was cut off', end)
  const encoding = options.encoding ?? encodingOf(bytes, '', true)
  const data: DataField[] = []
  for (let start = leaderLength; start < end - 1;) {
    const found = bytes.indexOf(fieldEnd, start)
    const stop = found < 0 || found > end - 1 ? end - 1 : found
    const text = decodeField(bytes.subarray(start, stop), encoding, where, start)
    if (text.trim() !== '') {
      if (!/^\d{3}/.test(text)) refuse(`‘${text.slice(0, 40)}’ begins with no number of a field`, start)
      data.push({
        tag: text.slice(0, 3),
        indicators: (text[3] ?? ' ') + ' ',
        subfields: subfieldsOf(text.slice(4)),
      })
    }
    start = stop + 1
  }
  if (data.length === 0) throw new Refusal('not-processable', `${where}: the record has no fields.`)
  return { leader: bytes.toString('latin1', 0, leaderLength), control: [], data }
}

const mabNamespace = /mabxml/i

/** The records of a MABXML document. */
export function mabRecords(root: XmlElement): XmlElement[] {
  if (!mabNamespace.test(root.namespace) && !['datei', 'datensatz'].includes(root.name)) return []
  return root.name === 'datensatz' ? [root] : root.all('datensatz')
}

export function mabOfXml(record: XmlElement): MarcRecord {
  // <ns>Der</ns> Titel: the tree keeps the text of an element apart from that of its children
  const textOf = (element: XmlElement): string => {
    const [skipped] = element.all('ns')
    const rest = [element.ownText.trim(), ...element.all('stw').map(word => word.text)]
      .filter(text => text !== '')
      .join(' ')
    return skipped === undefined ? rest || element.text : `¬${skipped.text}¬ ${rest}`
  }
  return {
    leader: `00000${record.attribute('status') ?? 'n'}M2.01200024      ${record.attribute('typ') ?? 'h'}`,
    control: [],
    data: record.all('feld').map((field): DataField => ({
      tag: field.attribute('nr') ?? '',
      indicators: (field.attribute('ind') ?? ' ').padEnd(1).slice(0, 1) + ' ',
      subfields:
        field.all('uf').length > 0
          ? field.all('uf').map(sub => [sub.attribute('code') ?? 'a', textOf(sub)] as const)
          : [['a', textOf(field)]],
    })),
  }
}
