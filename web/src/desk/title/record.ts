// A MODS record as the form sees it. The XML is the one truth: fields are read from it and written into it, and what no field knows stays as it is.
const mods = 'http://www.loc.gov/mods/v3'

/** What addresses of persons begin with in the Gemeinsame Normdatei */
const gnd = 'https://d-nb.info/gnd/'

export interface Person {
  readonly family: string
  readonly given: string
  readonly role: string
  readonly authority: string
}

/** Steps from the record to the element whose text a field is; attributes that stand with them are asked for and made. */
interface FieldPath {
  readonly steps: readonly { readonly name: string; readonly with?: Readonly<Record<string, string>> }[]
}
/** Elements of a name that mean something else: other titles, the making of the digital copy. */
const others: Readonly<Record<string, (element: Element) => boolean>> = {
  titleInfo: element => element.hasAttribute('type'),
  originInfo: element => /digiti/i.test(element.getAttribute('eventType') ?? element.getAttribute('displayLabel') ?? ''),
}
const path = (...steps: (string | [string, Record<string, string>])[]): FieldPath => ({
  steps: steps.map(step => (typeof step === 'string' ? { name: step } : { name: step[0], with: step[1] })),
})

export const fields = {
  nonSort: path('titleInfo', 'nonSort'),
  title: path('titleInfo', 'title'),
  subTitle: path('titleInfo', 'subTitle'),
  partNumber: path('titleInfo', 'partNumber'),
  partName: path('titleInfo', 'partName'),
  place: path('originInfo', 'place', ['placeTerm', { type: 'text' }]),
  publisher: path('originInfo', 'publisher'),
  date: path('originInfo', 'dateIssued'),
  edition: path('originInfo', 'edition'),
  language: path('language', ['languageTerm', { type: 'code' }]),
  extent: path('physicalDescription', 'extent'),
  abstract: path('abstract'),
  note: path('note'),
  shelfLocator: path('location', 'shelfLocator'),
  physicalLocation: path('location', 'physicalLocation'),
} as const
export type FieldName = keyof typeof fields
export const fieldNames = Object.keys(fields) as FieldName[]

export interface Values {
  readonly fields: Readonly<Record<FieldName, string>>
  readonly persons: readonly Person[]
}

export class NotWellFormed extends Error {}

const childrenOf = (element: Element, name: string): Element[] =>
  [...element.children].filter(each => each.localName === name && each.namespaceURI === mods)

/** @throws NotWellFormed with the parser's words */
export function parse(xml: string): Document {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const fault = document.querySelector('parsererror')
  if (fault) throw new NotWellFormed(/error on line[^\n]*/.exec(fault.textContent ?? '')?.[0] ?? '')
  return document
}

function recordOf(document: Document): Element {
  const root = document.documentElement
  return root.localName === 'mods' ? root : (root.getElementsByTagNameNS(mods, 'mods')[0] ?? root)
}

const matches = (element: Element, asked: Readonly<Record<string, string>> | undefined): boolean =>
  others[element.localName]?.(element) !== true &&
  Object.entries(asked ?? {}).every(([name, value]) => (element.getAttribute(name) ?? value) === value)

function find(record: Element, { steps }: FieldPath): Element | undefined {
  let here: Element | undefined = record
  for (const step of steps)
    here = here && childrenOf(here, step.name).find(each => matches(each, step.with))
  return here
}

const isBlank = (node: Node | null): node is Text => node?.nodeType === Node.TEXT_NODE && node.textContent?.trim() === ''

/** A new element on a line of its own, with the prefix that the record uses. */
function make(parent: Element, name: string): Element {
  const { ownerDocument, prefix } = parent
  let depth = 0
  for (let above: Element | null = parent; above; above = above.parentElement) depth += 1
  const line = (by: number) => ownerDocument.createTextNode(`\n${'  '.repeat(by)}`)
  const element = ownerDocument.createElementNS(mods, prefix ? `${prefix}:${name}` : name)
  const end = isBlank(parent.lastChild) ? parent.lastChild : parent.appendChild(line(depth - 1))
  end.before(line(depth), element)
  return element
}

/** Takes an element away, with its line. */
function drop(element: Element | undefined): void {
  if (element && isBlank(element.previousSibling)) element.previousSibling.remove()
  element?.remove()
}

function set(record: Element, fieldPath: FieldPath, value: string): void {
  const found = find(record, fieldPath)
  if (found) {
    if (value === '') drop(found)
    else found.textContent = value
    return
  }
  if (value === '') return
  let here = record
  for (const step of fieldPath.steps) {
    const next = childrenOf(here, step.name).find(each => matches(each, step.with))
    here = next ?? make(here, step.name)
    if (!next) for (const [attribute, text] of Object.entries(step.with ?? {})) here.setAttribute(attribute, text)
  }
  here.textContent = value
}

const partOf = (name: Element, type: string): string =>
  childrenOf(name, 'namePart').find(each => each.getAttribute('type') === type)?.textContent?.trim() ?? ''

function personOf(name: Element): Person {
  const untyped = childrenOf(name, 'namePart').find(each => !each.hasAttribute('type'))?.textContent?.trim() ?? ''
  const family = partOf(name, 'family')
  const given = partOf(name, 'given')
  const comma = untyped.indexOf(', ')
  const role = childrenOf(name, 'role').flatMap(each => childrenOf(each, 'roleTerm'))
  return {
    family: family || (comma < 0 ? untyped : untyped.slice(0, comma)),
    given: given || (comma < 0 || family ? '' : untyped.slice(comma + 2)),
    role: (role.find(each => each.getAttribute('type') === 'code') ?? role[0])?.textContent?.trim() ?? '',
    authority: name.getAttribute('valueURI') ?? '',
  }
}

function setPerson(name: Element, person: Person): void {
  const before = personOf(name)
  if (before.family !== person.family || before.given !== person.given) {
    for (const part of childrenOf(name, 'namePart').filter(each =>
      [null, 'family', 'given'].includes(each.getAttribute('type')),
    ))
      drop(part)
    const add = (type: string, text: string) => {
      if (text === '') return
      const part = make(name, 'namePart')
      part.setAttribute('type', type)
      part.textContent = text
    }
    add('family', person.family)
    add('given', person.given)
  }
  if (before.role !== person.role) {
    for (const role of childrenOf(name, 'role')) drop(role)
    if (person.role !== '') {
      const term = make(make(name, 'role'), 'roleTerm')
      term.setAttribute('type', 'code')
      term.setAttribute('authority', 'marcrelator')
      term.textContent = person.role
    }
  }
  if (before.authority !== person.authority) {
    // the name of the file stands with its address, and goes with it
    const isGnd = person.authority.startsWith(gnd)
    const of = {
      valueURI: person.authority,
      authority: isGnd ? 'gnd' : '',
      authorityURI: isGnd ? gnd : '',
    }
    for (const [attribute, text] of Object.entries(of))
      if (text === '') name.removeAttribute(attribute)
      else name.setAttribute(attribute, text)
  }
}

const namesOf = (record: Element) => childrenOf(record, 'name')

export function read(xml: string): Values {
  const record = recordOf(parse(xml))
  return {
    fields: Object.fromEntries(
      fieldNames.map(name => [name, find(record, fields[name])?.textContent?.replace(/\s+/g, ' ').trim() ?? '']),
    ) as Record<FieldName, string>,
    persons: namesOf(record).map(personOf),
  }
}

function changed(xml: string, change: (record: Element) => void): string {
  const document = parse(xml)
  change(recordOf(document))
  return new XMLSerializer().serializeToString(document)
}

/** What was typed as the number of a person is that person's address. */
export const asAuthority = (typed: string): string => (/^\d{7,9}-?[\dX]$/.test(typed) ? `${gnd}${typed}` : typed)

export const withField = (xml: string, name: FieldName, value: string): string =>
  changed(xml, record => set(record, fields[name], value))

export const withPerson = (xml: string, at: number, person: Person): string =>
  changed(xml, record => {
    const name = namesOf(record)[at]
    if (name) return setPerson(name, person)
    const fresh = make(record, 'name')
    fresh.setAttribute('type', 'personal')
    setPerson(fresh, person)
  })

export const withoutPerson = (xml: string, at: number): string => changed(xml, record => drop(namesOf(record)[at]))

/** The names of another record in the place of those here. */
export const withPersonsOf = (xml: string, other: string): string =>
  changed(xml, record => {
    const names = namesOf(recordOf(parse(other))).map(each => record.ownerDocument.importNode(each, true))
    const [first, ...rest] = namesOf(record)
    if (first) first.replaceWith(...names)
    else record.append(...names)
    for (const each of rest) drop(each)
  })
