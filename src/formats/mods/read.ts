// Reads MODS 3.0 to 3.8 far enough for lists, matching and sorting. The record itself is kept as it came; what is
// drawn here can be drawn again (fieldsVersion).
// @see https://www.loc.gov/standards/mods/userguide/
import { idIn } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Writing } from '../languages/direction.ts'
import { cutOut, readXml, type XmlElement, xmlLimits, type XmlOptions } from '../xml/read.ts'
import { pageCountOf } from './extent.ts'
import { type Person, personOf, sortKey, textOf, titleOf } from './names.ts'
import { dateRange } from './dates.ts'
import { printDate, printOrigins } from './origin.ts'
import { languagesOf, writingsOfRecord } from './writings.ts'

export { type Person, sortKey } from './names.ts'

export const modsNamespace = 'http://www.loc.gov/mods/v3'
const xlink = 'http://www.w3.org/1999/xlink'
const vl = 'http://visuallibrary.net/vl'

/** Raised when the rules below change: stored fields of an older version are drawn again. */
export const fieldsVersion = 8

export interface Identifier {
  readonly scheme: string
  readonly value: string
}
export interface RecordIdentifier {
  readonly value: string
  readonly source: string | undefined
}
/** What a record says about the record above it. */
export interface Host {
  readonly title: string | undefined
  readonly record: RecordIdentifier | undefined
  readonly identifiers: readonly Identifier[]
  /** OT_ID in the system that wrote the record */
  readonly vlsId: number | undefined
}
export interface Mods {
  readonly version: string | undefined
  /** nonSort, title and subTitle as one line */
  readonly title: string | undefined
  readonly sortTitle: string | undefined
  /** The title without its article, as it is written */
  readonly filing: string | undefined
  readonly persons: readonly Person[]
  readonly date: string | undefined
  readonly dateFrom: string | undefined
  readonly dateTo: string | undefined
  /** Day of an issue, from part/date or a full dateIssued */
  readonly issueDate: string | undefined
  readonly languages: readonly string[]
  /** Languages with their scripts */
  readonly writings: readonly Writing[]
  readonly genre: string | undefined
  readonly publisher: string | undefined
  readonly place: string | undefined
  readonly identifiers: readonly Identifier[]
  readonly record: RecordIdentifier | undefined
  readonly host: Host | undefined
  readonly shelfLocator: string | undefined
  readonly physicalLocation: string | undefined
  /** Bar code of the copy */
  readonly itemIdentifier: string | undefined
  /** Number of pages that the extent announces */
  readonly pageCount: number | undefined
  readonly volume: string | undefined
  readonly issue: string | undefined
  readonly order: number | undefined
  readonly urls: readonly string[]
  readonly licence: string | undefined
  readonly typeOfResource: string | undefined
  readonly isManuscript: boolean
  readonly subjects: readonly string[]
  readonly abstracts: readonly string[]
  readonly notes: readonly string[]
  readonly extents: readonly string[]
  readonly classifications: readonly string[]
  readonly issuance: string | undefined
}

function recordOf(record: XmlElement): RecordIdentifier | undefined {
  const identifier = record.at('recordInfo', 'recordIdentifier')
  return identifier?.text
    ? { value: identifier.text, source: identifier.attribute('source') || undefined }
    : undefined
}

/** `urn:n.a.` and the like stand for "none"; identifiers marked invalid are none. */
const isReal = (scheme: string, value: string): boolean =>
  value !== '' &&
  !/^urn:n\.?a\.?$/i.test(value) &&
  (scheme !== 'urn' || /^urn:[a-z0-9][a-z0-9-]{0,31}:.+/i.test(value)) &&
  (!['purl', 'uri', 'url'].includes(scheme) || /^https?:\/\//i.test(value))

export function identifiersOf(record: XmlElement): Identifier[] {
  return record
    .all('identifier')
    .filter(identifier => identifier.attribute('invalid') !== 'yes')
    .map(identifier => ({
      scheme: (identifier.attribute('type') ?? 'local').toLowerCase().replace(/[^a-z0-9-]/g, ''),
      value: identifier.text,
    }))
    .filter(({ scheme, value }) => scheme !== '' && isReal(scheme, value))
}

function hostOf(record: XmlElement): Host | undefined {
  const host = record.all('relatedItem').find(item => item.attribute('type') === 'host')
  if (!host) return undefined
  const id = host
    .all('extension')
    .map(extension => textOf(extension.first('id', vl)))
    .find(text => text !== undefined)
  return {
    title: titleOf(host.first('titleInfo')),
    record: recordOf(host),
    identifiers: identifiersOf(host),
    vlsId: idIn(id),
  }
}

/** Fields of one mods element. */
export function modsOf(record: XmlElement): Mods {
  const infos = record.all('titleInfo')
  const info = infos.find(candidate => !candidate.attribute('type')) ?? infos[0]
  const title = titleOf(info)
  const origins = printOrigins(record)
  const origin = origins[0]
  const { written, range } = printDate(origins)
  const part = record.first('part')
  const detail = (type: string) =>
    textOf(
      record
        .all('part')
        .flatMap(candidate => candidate.all('detail'))
        .find(candidate => candidate.attribute('type') === type)
        ?.first('number'),
    )
  const partDates = record
    .all('part')
    .flatMap(candidate => candidate.all('date'))
    .map(date => date.text)
  const fullDay = [...partDates, ...(origin?.all('dateIssued').map(date => date.text) ?? [])].find(text =>
    /^\d{4}-\d{2}-\d{2}$/.test(text),
  )
  const places = (origin?.all('place') ?? [])
    .flatMap(place => place.all('placeTerm'))
    .filter(term => term.attribute('type') !== 'code')
  const extents = record.all('physicalDescription').flatMap(description => description.all('extent'))
  const order = Number(part?.attribute('order'))
  const texts = (name: string) =>
    record
      .all(name)
      .map(element => element.text)
      .filter(text => text !== '')
  const access =
    record
      .all('accessCondition')
      .find(condition => /use and reproduction/.test(condition.attribute('type') ?? '')) ??
    record.first('accessCondition')
  const filing = titleOf(info, true) ?? title
  const writings = writingsOfRecord(record)
  return {
    version: record.attribute('version'),
    title,
    filing,
    sortTitle: filing === undefined ? undefined : sortKey(filing),
    persons: record
      .all('name')
      .map(personOf)
      .filter(person => person !== undefined),
    date: written ?? partDates[0],
    dateFrom: range.from ?? (partDates[0] ? dateRange(partDates[0]).from : undefined),
    dateTo: range.to ?? (partDates[0] ? dateRange(partDates[0]).to : undefined),
    issueDate: fullDay && dateRange(fullDay).from,
    languages: languagesOf(writings),
    writings,
    genre: textOf(record.first('genre')),
    publisher: textOf(origin?.first('publisher')),
    place: textOf(places[0]),
    identifiers: identifiersOf(record),
    record: recordOf(record),
    host: hostOf(record),
    shelfLocator: textOf(
      record
        .all('location')
        .flatMap(location => [
          ...location.all('shelfLocator'),
          ...location
            .all('holdingSimple')
            .flatMap(holding => holding.all('copyInformation').flatMap(copy => copy.all('shelfLocator'))),
        ])[0],
    ),
    physicalLocation: textOf(record.all('location').flatMap(location => location.all('physicalLocation'))[0]),
    itemIdentifier: textOf(
      record
        .all('location')
        .flatMap(location => location.all('holdingSimple'))
        .flatMap(holding => holding.all('copyInformation'))
        .flatMap(copy => copy.all('itemIdentifier'))[0],
    ),
    pageCount: extents.map(extent => pageCountOf(extent.text)).find(count => count !== undefined),
    volume: detail('volume'),
    issue: detail('issue'),
    order: Number.isInteger(order) && Math.abs(order) <= 2147483647 ? order : undefined,
    urls: record
      .all('location')
      .flatMap(location => location.all('url'))
      .map(url => url.text)
      .filter(url => /^https?:\/\//.test(url)),
    licence: access?.attribute('href', xlink) ?? access?.attribute('href') ?? textOf(access),
    typeOfResource: textOf(record.first('typeOfResource')),
    isManuscript: record.all('typeOfResource').some(type => type.attribute('manuscript') === 'yes'),
    subjects: record
      .all('subject')
      .map(subject =>
        subject.children
          .map(part =>
            part.name === 'name'
              ? personOf(part)?.name
              : part.name === 'titleInfo'
                ? titleOf(part)
                : textOf(part),
          )
          .filter(text => text !== undefined && text !== '')
          .join(' -- '),
      )
      .filter(text => text !== ''),
    abstracts: texts('abstract'),
    notes: texts('note'),
    extents: extents.map(extent => extent.text).filter(text => text !== ''),
    classifications: texts('classification'),
    issuance: textOf(origin?.first('issuance')),
  }
}

export interface ModsRecord {
  readonly mods: Mods
  /** The record as a document of its own. */
  readonly xml: string
  /** 1-based line on which it begins. */
  readonly line: number
}

/**
 * Whether a record says no more than a catalogue can mean. What is done with records, libraries included, is linear only up to some size.
 * @throws Refusal not-processable
 */
function checkNumbers(
  { mods, line }: ModsRecord,
  element: XmlElement,
  name: string,
  options: XmlOptions,
): void {
  const { maxRecordElements, maxIdentifiers, maxNames } = { ...xmlLimits, ...options }
  let elements = 1
  for (const _ of element.descendants()) elements++
  for (const [what, option, count, most] of [
    ['elements', 'recordElements', elements, maxRecordElements],
    ['identifiers', 'identifiers', mods.identifiers.length, maxIdentifiers],
    ['names', 'names', mods.persons.length, maxNames],
  ] as const)
    if (count > most)
      throw new Refusal(
        'not-processable',
        `${name}, line ${line}: the record has ${count} ${what}, more than ${most} ([limits] ${option}).`,
        { line },
      )
}

/** A record of a document. @param xml the record as a document of its own @throws Refusal not-processable where it is too much for one */
export function readRecord(element: XmlElement, xml: string, name: string, options: XmlOptions): ModsRecord {
  const record = { mods: modsOf(element), xml, line: element.line }
  checkNumbers(record, element, name, options)
  return record
}

/**
 * One record or the records of a modsCollection. A single record keeps its bytes to the last one.
 * @throws Refusal bad-xml where the document is not well-formed, or is no MODS
 */
export function readMods(source: string, options: XmlOptions = {}): ModsRecord[] {
  const root = readXml(source, options)
  const name = options.name ?? 'The document'
  if (root.namespace !== modsNamespace || !['mods', 'modsCollection'].includes(root.name))
    throw new Refusal(
      'bad-xml',
      `${name}, line ${root.line}: the root element is ${root.prefix ? `${root.prefix}:` : ''}${root.name}${root.namespace ? ` of ${root.namespace}` : ' without namespace'}, not mods or modsCollection of ${modsNamespace}.`,
      { line: root.line, column: root.column },
    )
  if (root.name === 'mods') return [readRecord(root, source, name, options)]
  const records = root.all('mods')
  if (records.length === 0)
    throw new Refusal('bad-xml', `${name}: the modsCollection holds no mods.`, {
      line: root.line,
      column: root.column,
    })
  return records.map(record => readRecord(record, cutOut(source, record), name, options))
}

/** @throws Refusal not-processable where a record lacks what a title needs */
export function requireTitle(record: ModsRecord, name = 'The MODS record'): void {
  const { mods } = record
  if (
    mods.title !== undefined ||
    mods.volume !== undefined ||
    mods.issue !== undefined ||
    mods.issueDate !== undefined ||
    mods.host !== undefined
  )
    return
  throw new Refusal('not-processable', `${name} has no titleInfo (line ${record.line}).`, {
    line: record.line,
  })
}
