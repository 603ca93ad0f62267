// PICA+, the format of the CBS systems: normalised (with control characters), plain (a line a field), and PICA XML.
// @see https://format.gbv.de/pica
import { Refusal } from '../../errors.ts'
import type { XmlElement } from '../xml/read.ts'

export interface PicaField {
  /** 021A */
  readonly tag: string
  /** Of a copy or a repetition: 01 */
  readonly occurrence: string
  readonly subfields: readonly (readonly [code: string, value: string])[]
}
export type PicaRecord = readonly PicaField[]

const head = /^([012][0-9]{2}[A-Z@])(?:\/([0-9]{2,3}))?\s?/

function fieldOf(text: string, mark: '$' | 'ƒ' | '\u001f', where: string, offset: number): PicaField {
  const refuse = (what: string): never => {
    throw new Refusal('not-processable', `${where}: ${what} (offset ${offset} of the record).`, { offset })
  }
  const found = head.exec(text)
  if (!found) return refuse(`‘${text.slice(0, 40)}’ begins with no name of a field`)
  const [whole, tag = '', occurrence = ''] = found
  const rest = text.slice(whole.length)
  if (!rest.startsWith(mark)) refuse(`field ${tag} has no subfield`)
  // $$ is a dollar sign in lines
  const parts =
    mark === '$'
      ? rest
          .slice(1)
          .replaceAll('$$', '\u0000')
          .split('$')
          .map(part => part.replaceAll('\u0000', '$'))
      : rest.slice(1).split(mark)
  for (const part of parts)
    if (!/^[0-9A-Za-z]/.test(part))
      refuse(`field ${tag} has the subfield ‘${part.slice(0, 1)}’, which there is not`)
  return {
    tag,
    occurrence,
    subfields: parts.map(part => [part[0] as string, part.slice(1).normalize('NFC')] as const),
  }
}

const whole = (fields: PicaField[], where: string): PicaRecord => {
  if (fields.length === 0) throw new Refusal('not-processable', `${where}: the record has no fields.`)
  return fields
}

/** @param text a record, its fields ended by \x1e. @throws Refusal naming field and offset */
export function readPicaNormalized(text: string, where: string): PicaRecord {
  let offset = 0
  const fields: PicaField[] = []
  // oxlint-disable-next-line no-control-regex -- the formats are made of them
  const record = text.replace(/[\u001d\r\n]+$/, '')
  if (!record.endsWith('\u001e'))
    throw new Refusal(
      'not-processable',
      `${where}: the last field does not end with the sign of its end: the record was cut off (offset ${record.length} of the record).`,
      { offset: record.length },
    )
  for (const part of record.split('\u001e')) {
    if (part.trim() !== '') fields.push(fieldOf(part.replace(/^[\r\n]+/, ''), '\u001f', where, offset))
    offset += part.length + 1
  }
  return whole(fields, where)
}

/** @param text a record in lines: `021A $aTitel`; ƒ in the place of $ is what exports of the cataloguing client have */
export function readPicaPlain(text: string, where: string): PicaRecord {
  let offset = 0
  const fields: PicaField[] = []
  text.split('\n').forEach((line, at) => {
    const trimmed = line.replace(/\r$/, '')
    if (trimmed.trim() !== '')
      fields.push(
        fieldOf(
          trimmed,
          // what stands behind the name of the field is its sign; the other one may stand in a text
          trimmed.slice(head.exec(trimmed)?.[0].length ?? 0).startsWith('ƒ') ? 'ƒ' : '$',
          `${where}, line ${at + 1}`,
          offset,
        ),
      )
    offset += line.length + 1
  })
  return whole(fields, where)
}

/** Every namespace of PICA XML names it. */
const isPica = (element: XmlElement): boolean => /picaxml/i.test(element.namespace)

export function picaRecords(root: XmlElement): XmlElement[] {
  if (root.name === 'record' && isPica(root)) return [root]
  return root.name === 'collection' ? root.all('record').filter(isPica) : []
}

export const picaOfXml = (record: XmlElement): PicaRecord =>
  record.all('datafield').map(field => ({
    tag: field.attribute('tag') ?? '',
    occurrence: field.attribute('occurrence') ?? '',
    subfields: field.all('subfield').map(sub => [sub.attribute('code') ?? '', sub.text] as const),
  }))
