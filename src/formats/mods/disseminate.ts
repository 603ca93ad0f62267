// A record on its way out: what its source left out or wrote otherwise than harvesters take it is mended in the copy that leaves; the
// stored record is never touched. The rules are those of the German Digital Library's METS/MODS profiles, named where they apply.
// @see https://wiki.deutsche-digitale-bibliothek.de (DDB-METS/MODS-Anwendungsprofil)
import { iso6392, iso6392Of } from '../languages/codes.ts'
import { languageNamed } from '../languages/names.ts'
import {
  add,
  descendants,
  type Element,
  elements,
  first,
  parseXmlDocument,
  remove,
  serializeToWellFormedString,
  setText,
  textOf,
} from '../xml/dom.ts'
import { mendNames } from './disseminate-names.ts'
import { mendOrigin, setIssueDate } from './disseminate-origin.ts'
import { modsNamespace } from './read.ts'
import * as vocabulary from './vocabularies.ts'

const xlink = 'http://www.w3.org/1999/xlink'

/** What the repository knows of a title, to fill gaps of its record. */
export interface Dissemination {
  /** Where the record has no identifier of its own */
  readonly record: { readonly value: string; readonly source: string }
  readonly title: string
  /** Of the digital copy; every other licence in the record gives way to it */
  readonly licence: { readonly uri: string; readonly label: string } | undefined
  readonly owner: string
  readonly languages: readonly string[]
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[]
  /** The title above, where the METS names it; the record's own host gives way to it */
  readonly host:
    | {
        readonly record: { readonly value: string; readonly source: string }
        readonly title: string
        readonly zdb: string | undefined
      }
    | undefined
  /** Of an issue or volume, where the record does not count it */
  readonly part:
    | { readonly number: string; readonly order: number | undefined; readonly type: 'volume' | 'issue' }
    | undefined
  /** Day of an issue of a newspaper, which has rules of its own */
  readonly issueDate: string | undefined
  /** Of a title without a record: its year or day, which nothing else says */
  readonly knownDate?: string | undefined
}

/** Identifiers of records in which harvesters meet no blank and no slash (recordInfo_04). */
export const cleanRecordIdentifier = (value: string): string => value.trim().replace(/[\s/]+/g, '_')

/** An empty record, for titles that have none. */
const blank = `<mods:mods xmlns:mods="${modsNamespace}" version="3.7"/>`

function removeEmpty(element: Element): void {
  for (const child of elements(element)) removeEmpty(child)
  const isEmpty = element.children.length === 0 && textOf(element) === ''
  if (isEmpty && element.parentElement && element.localName !== 'typeOfResource') remove(element)
}

/** all_02, all_04, all_05, all_06: no text beside elements, URIs that are URIs, no record within a record. */
function mendEverywhere(record: Element): void {
  for (const element of descendants(record)) {
    if (element.namespaceURI !== modsNamespace) continue
    if (element.localName === 'mods' && element.parentElement?.localName !== 'extension') {
      remove(element)
      continue
    }
    const uri = element.getAttribute('valueURI')
    const gnd = uri === null ? null : /^https?:\/\/d-nb\.info\/gnd\/(.*)$/.exec(uri)
    if (
      uri !== null &&
      (!/^https?:\/\/[^ ]+$/.test(uri) || (gnd && !/^(?:\d*-[\dxX]|[\dxX]*)$/.test(gnd[1] as string)))
    )
      element.removeAttribute('valueURI')
    if (element.children.some(child => child.namespaceURI === modsNamespace))
      for (const node of element.childNodes.slice())
        if (node.nodeType === 3 || node.nodeType === 4) element.removeChild(node)
  }
}

/** titleInfo_03, _04, _06, _07, _09: one main title, types of the list, one title each. */
function mendTitles(parent: Element, title: string | undefined): void {
  for (const info of elements(parent, 'titleInfo')) {
    for (const name of ['title', 'nonSort'] as const)
      for (const extra of elements(info, name).slice(1)) remove(extra)
    const type = info.getAttribute('type')
    if (type !== null && !vocabulary.titleTypes.has(type)) info.setAttribute('type', 'alternative')
    if (textOf(first(info, 'title')) === '') {
      const part = first(info, 'partName') ?? first(info, 'partNumber')
      const text = textOf(part)
      first(info, 'title')?.remove()
      if (part && text !== '') {
        remove(part)
        add(info, 'title', text, {}, info.firstElementChild)
      } else remove(info)
    }
  }
  const main = elements(parent, 'titleInfo').filter(info => info.getAttribute('type') === null)
  for (const info of main.slice(1)) info.setAttribute('type', 'alternative')
  if (main.length === 0 && title !== undefined)
    add(add(parent, 'titleInfo', undefined, {}, parent.firstElementChild), 'title', title)
  const uniform = elements(parent, 'titleInfo').filter(info => info.getAttribute('type') === 'uniform')
  if (main.length === 0 && title === undefined) for (const info of uniform.slice(1)) remove(info)
}

function mendRecordInfo(record: Element, { value, source }: Dissemination['record']): void {
  const infos = elements(record, 'recordInfo')
  const kept =
    infos.find(info => textOf(first(info, 'recordIdentifier')) !== '') ??
    infos[0] ??
    add(record, 'recordInfo')
  for (const info of infos) if (info !== kept) remove(info)
  const identifiers = elements(kept, 'recordIdentifier')
  const own =
    identifiers.find(each => textOf(each) !== '') ??
    identifiers[0] ??
    add(kept, 'recordIdentifier', value, { source })
  for (const each of identifiers) if (each !== own) remove(each)
  if (textOf(own) === '') setText(own, value)
  setText(own, cleanRecordIdentifier(textOf(own)))
  if ((own.getAttribute('source') ?? '').trim() === '') own.setAttribute('source', source)
}

/** relatedItem_01 to _05, _12: types of the list; the host is the title above, and names its record. */
function mendRelated(record: Element, host: Dissemination['host'], hasMain: boolean): void {
  const hosts = elements(record, 'relatedItem').filter(item => item.getAttribute('type') === 'host')
  for (const item of elements(record, 'relatedItem')) {
    const type = item.getAttribute('type')
    mendTitles(item, undefined)
    if (type === null || !vocabulary.relatedItemTypes.has(type)) remove(item)
    else if (type === 'series' && !first(item, 'titleInfo')) remove(item)
  }
  const kept = host ? (hosts.find(item => textOf(first(item, 'recordInfo')) !== '') ?? hosts[0]) : undefined
  for (const item of hosts) if (item !== kept) remove(item)
  if (!host) return
  const item = kept ?? add(record, 'relatedItem', undefined, { type: 'host' })
  mendTitles(item, hasMain ? undefined : host.title)
  if (!elements(item, 'titleInfo').some(info => info.getAttribute('type') === null))
    add(add(item, 'titleInfo', undefined, {}, item.firstElementChild), 'title', host.title)
  const zdb = elements(item, 'identifier').filter(identifier => identifier.getAttribute('type') === 'zdb')
  for (const extra of zdb.slice(1)) remove(extra)
  if (zdb.length === 0 && host.zdb !== undefined) add(item, 'identifier', host.zdb, { type: 'zdb' })
  for (const info of elements(item, 'recordInfo')) remove(info)
  add(add(item, 'recordInfo'), 'recordIdentifier', cleanRecordIdentifier(host.record.value), {
    source: host.record.source,
  })
}

/** location_01, _05, _06, _07: one holding library, addresses that say what they lead to. */
function mendLocations(record: Element, owner: string): void {
  let library: string | undefined
  for (const location of elements(record, 'location')) {
    const urls = elements(location, 'url')
    for (const url of urls)
      if (!vocabulary.urlAccess.has(url.getAttribute('access') ?? ''))
        url.setAttribute('access', 'object in context')
    const places = elements(location, 'physicalLocation')
    for (const extra of places.slice(1)) remove(extra)
    if (places.length === 0 && urls.length === 0) {
      const name = library ?? owner
      if (name === '') {
        remove(location)
        continue
      }
      add(location, 'physicalLocation', name, {}, location.firstElementChild)
    }
    const here = textOf(first(location, 'physicalLocation'))
    if (here === '') continue
    library ??= here
    if (here !== library) remove(location)
  }
}

/** language_02, language_03: ISO 639-2/B codes alone, each language once in its script. */
function mendLanguages(record: Element, languages: readonly string[], isRequired: boolean): void {
  const seen = new Set<string>()
  for (const language of elements(record, 'language')) {
    const where = `${language.getAttribute('objectPart') ?? ''} ${textOf(first(language, 'scriptTerm'))}`
    const terms = elements(language, 'languageTerm')
    // what is named beside a code is the same language
    const isCoded = terms.some(term => iso6392(textOf(term)) !== undefined)
    for (const term of terms) {
      const code = iso6392(textOf(term)) ?? (isCoded ? undefined : languageNamed(textOf(term)))
      if (code === undefined || seen.has(`${code} ${where}`)) remove(term)
      else {
        seen.add(`${code} ${where}`)
        setText(term, code)
        term.setAttribute('type', 'code')
        term.setAttribute('authority', 'iso639-2b')
      }
    }
    if (!first(language, 'languageTerm')) remove(language)
  }
  const fallback = iso6392Of(languages)
  if (elements(record, 'language').length === 0)
    for (const code of fallback.length > 0 ? fallback : isRequired ? ['und'] : [])
      add(add(record, 'language'), 'languageTerm', code, { type: 'code', authority: 'iso639-2b' })
}

/** part_01 to _12: a number for each part; an issue of a newspaper is sorted by its day. */
function mendParts(record: Element, { part, issueDate }: Dissemination): void {
  const parts = elements(record, 'part')
  for (const each of parts) {
    const details = elements(each, 'detail')
    for (const detail of details) if (textOf(first(detail, 'number')) === '') remove(detail)
    for (const extra of elements(each, 'detail')
      .filter(detail => detail.getAttribute('type') === 'volume')
      .slice(1))
      remove(extra)
    if (elements(each, 'detail').length === 0) {
      if (part && each === parts[0])
        add(
          add(each, 'detail', undefined, { type: part.type }, each.firstElementChild),
          'number',
          part.number,
        )
      else remove(each)
    }
  }
  if (part && parts.length === 0)
    add(
      add(
        add(record, 'part', undefined, part.order === undefined ? {} : { order: String(part.order) }),
        'detail',
        undefined,
        {
          type: part.type,
        },
      ),
      'number',
      part.number,
    )
  if (issueDate === undefined) return
  const [only, ...extra] = elements(record, 'part')
  for (const each of extra) remove(each)
  if (!only) return
  if (!/^\d+$/.test(only.getAttribute('order') ?? ''))
    only.setAttribute('order', issueDate.replaceAll('-', ''))
  const details = elements(only, 'detail')
  if (!details.some(detail => detail.getAttribute('type') === 'issue'))
    details[0]?.setAttribute('type', 'issue')
}

function mendRights(record: Element, licence: Dissemination['licence']): void {
  for (const condition of elements(record, 'accessCondition')) {
    if (condition.getAttribute('type') === 'use and reproduction') remove(condition)
    const bare = condition.getAttribute('href')
    if (bare !== null) {
      condition.removeAttribute('href')
      condition.setAttributeNS(xlink, 'xlink:href', bare)
    }
  }
  if (!licence) return
  const condition = add(record, 'accessCondition', licence.label, { type: 'use and reproduction' })
  condition.setAttributeNS(xlink, 'xlink:href', licence.uri)
}

function mendRest(record: Element, facts: Dissemination): void {
  for (const holder of [record, ...elements(record, 'physicalDescription')])
    for (const note of elements(holder, 'note'))
      if (!vocabulary.noteTypes.has(note.getAttribute('type') ?? '')) note.setAttribute('type', 'source note')
  // physicalDescription_01: of the original, not of its copy
  for (const description of elements(record, 'physicalDescription'))
    for (const extent of elements(description, 'extent'))
      if (/online|electronic/i.test(textOf(extent))) remove(extent)
  const [resource, ...more] = elements(record, 'typeOfResource')
  if (!resource) add(record, 'typeOfResource', 'text')
  else if (facts.issueDate !== undefined) {
    setText(resource, 'text')
    for (const each of more) remove(each)
  }
  const known = new Set(
    elements(record, 'identifier').map(each => `${each.getAttribute('type')} ${textOf(each)}`),
  )
  for (const { scheme, value } of facts.identifiers)
    if (!known.has(`${scheme} ${value}`)) add(record, 'identifier', value, { type: scheme })
}

/**
 * The record as it is handed to harvesters, as one element that declares its namespaces.
 * @param xml the stored record; undefined where the title has none
 */
export function disseminateMods(xml: string | undefined, facts: Dissemination): string {
  const document = parseXmlDocument(xml ?? blank)
  const root = document.documentElement as Element
  const record = root.localName === 'modsCollection' ? (first(root, 'mods') ?? root) : root
  const isIssue = facts.issueDate !== undefined
  for (const child of elements(record))
    if (child.namespaceURI !== modsNamespace || !vocabulary.topElements.has(child.localName)) remove(child)
  mendEverywhere(record)
  const isPartOfTitled = facts.host !== undefined
  mendTitles(record, facts.title)
  for (const info of descendants(record).filter(each => each.localName === 'subject'))
    mendTitles(info, undefined)
  mendNames(record)
  mendOrigin(record)
  const date = facts.issueDate ?? facts.knownDate
  if (date !== undefined) setIssueDate(record, date)
  mendLanguages(record, facts.languages, isIssue)
  mendRelated(record, facts.host, !isPartOfTitled)
  mendLocations(record, facts.owner)
  mendParts(record, facts)
  mendRights(record, facts.licence)
  mendRest(record, facts)
  mendRecordInfo(record, facts.record)
  removeEmpty(record)
  record.setAttribute('version', '3.7')
  return serializeToWellFormedString(record)
}
