// Changes single fields of a MODS record and leaves everything else of it as it stands: unknown elements, comments, white space.
// Fields are those of the record itself, never of a relatedItem.
import {
  add,
  type Document,
  type Element,
  elements,
  parseXmlDocument,
  remove,
  serializeToWellFormedString,
  setText,
} from '../xml/dom.ts'
import type { Replacer } from '../text/replace.ts'

interface Field {
  /** Element names below mods */
  readonly path: readonly string[]
  readonly attributes?: Readonly<Record<string, string>>
  /** Which of several parents it belongs to */
  readonly parent?: (element: Element) => boolean
  readonly isRepeatable?: boolean
}

const ofPrint = (origin: Element): boolean => origin.getAttribute('eventType') !== 'digitization'
const main = (info: Element): boolean => !info.hasAttribute('type')

/** Name -> place in the record. */
export const modsFields = {
  title: { path: ['titleInfo', 'title'], parent: main },
  subTitle: { path: ['titleInfo', 'subTitle'], parent: main },
  nonSort: { path: ['titleInfo', 'nonSort'], parent: main },
  partNumber: { path: ['titleInfo', 'partNumber'], parent: main },
  partName: { path: ['titleInfo', 'partName'], parent: main },
  genre: { path: ['genre'], isRepeatable: true },
  place: {
    path: ['originInfo', 'place', 'placeTerm'],
    attributes: { type: 'text' },
    parent: ofPrint,
    isRepeatable: true,
  },
  publisher: { path: ['originInfo', 'publisher'], parent: ofPrint, isRepeatable: true },
  dateIssued: { path: ['originInfo', 'dateIssued'], parent: ofPrint, isRepeatable: true },
  edition: { path: ['originInfo', 'edition'], parent: ofPrint },
  language: {
    path: ['language', 'languageTerm'],
    attributes: { type: 'code', authority: 'iso639-2b' },
    isRepeatable: true,
  },
  extent: { path: ['physicalDescription', 'extent'], isRepeatable: true },
  abstract: { path: ['abstract'], isRepeatable: true },
  note: { path: ['note'], isRepeatable: true },
  subject: { path: ['subject', 'topic'], isRepeatable: true },
  classification: { path: ['classification'], isRepeatable: true },
  physicalLocation: { path: ['location', 'physicalLocation'], isRepeatable: true },
  shelfLocator: { path: ['location', 'shelfLocator'], isRepeatable: true },
  accessCondition: { path: ['accessCondition'], isRepeatable: true },
} as const satisfies Record<string, Field>
export type ModsField = keyof typeof modsFields
export const modsFieldNames = Object.keys(modsFields) as [ModsField, ...ModsField[]]

export type ModsChange =
  | { readonly action: 'set'; readonly field: ModsField; readonly value: string | null }
  | { readonly action: 'add' | 'remove'; readonly field: ModsField; readonly value: string }
  | { readonly action: 'replace'; readonly field: ModsField; readonly replacer: Replacer }

const parentsOf = (root: Element, field: Field): Element[] => {
  let parents = [root]
  field.path.slice(0, -1).forEach((name, depth) => {
    parents = parents.flatMap(parent =>
      elements(parent, name).filter(found => depth > 0 || (field.parent?.(found) ?? true)),
    )
  })
  return parents
}

function holdersOf(root: Element, field: Field): Element[] {
  const name = field.path.at(-1) as string
  const holders = parentsOf(root, field).flatMap(parent => elements(parent, name))
  // a single field has one main parent: the first
  return field.isRepeatable ? holders : holders.slice(0, 1)
}

/** Takes an element away with the white space before it, and parents that are left empty. */
function drop(element: Element): void {
  const before = element.previousSibling
  if (before?.nodeType === 3 && (before.nodeValue ?? '').trim() === '') before.parentNode?.removeChild(before)
  const parent = element.parentNode as Element
  remove(element)
  if (parent.localName !== 'mods' && parent.children.length === 0 && (parent.textContent ?? '').trim() === '')
    drop(parent)
}

function insert(root: Element, field: Field, value: string): void {
  const names = field.path.slice(0, -1)
  let parent: Element = root
  names.forEach((name, depth) => {
    // a repeated subject or place is an element of its own; everything else joins its parent
    const isOwn =
      field.isRepeatable && depth === names.length - 1 && ['subject', 'language', 'place'].includes(name)
    const found = isOwn
      ? undefined
      : elements(parent, name).find(element => depth > 0 || (field.parent?.(element) ?? true))
    parent = found ?? add(parent, name)
  })
  add(parent, field.path.at(-1) as string, value, field.attributes ?? {})
}

function apply(root: Element, change: ModsChange): void {
  const field: Field = modsFields[change.field]
  const holders = holdersOf(root, field)
  const text = (element: Element): string => (element.textContent ?? '').trim()
  if (change.action === 'replace') {
    for (const element of holders) {
      const after = change.replacer.replace(element.textContent ?? '')
      if (after === element.textContent) continue
      if (after.trim() === '') drop(element)
      else setText(element, after)
    }
  } else if (change.action === 'set') {
    const [first, ...others] = holders
    for (const element of others) drop(element)
    if (change.value === null) {
      if (first) drop(first)
    } else if (!first) insert(root, field, change.value)
    else if (text(first) !== change.value) setText(first, change.value)
  } else if (change.action === 'add') {
    if (holders.some(element => text(element) === change.value)) return
    const [only] = holders
    if (only && !field.isRepeatable) setText(only, change.value)
    else insert(root, field, change.value)
  } else for (const element of holders) if (text(element) === change.value) drop(element)
}

/** The document with the declaration and the white space around its root that the text had: a document tree has neither. */
const writtenAs = (xml: string, document: Document): string =>
  (/^\s*<\?xml[^>]*\?>\s*/.exec(xml)?.[0] ?? '') +
  serializeToWellFormedString(document) +
  (/\s*$/.exec(xml)?.[0] ?? '')

const rootOf = (document: Document): Element => document.documentElement as Element

/** Values of a field, in their order. */
const valuesOf = (root: Element, field: ModsField): string[] =>
  holdersOf(root, modsFields[field]).map(element => (element.textContent ?? '').trim())

/** Values of all fields that can be changed. */
export function fieldValues(xml: string): Readonly<Record<ModsField, readonly string[]>> {
  const root = rootOf(parseXmlDocument(xml))
  return Object.fromEntries(modsFieldNames.map(name => [name, valuesOf(root, name)])) as Record<
    ModsField,
    string[]
  >
}

export interface FieldChange {
  readonly field: string
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Applies changes in their order. @returns the record, its very text where nothing changed */
export function editMods(
  xml: string,
  changes: readonly ModsChange[],
): { readonly xml: string; readonly changes: readonly FieldChange[] } {
  const document = parseXmlDocument(xml)
  const root = rootOf(document)
  const fields = [...new Set(changes.map(change => change.field))]
  const before = fields.map(field => valuesOf(root, field))
  for (const change of changes) apply(root, change)
  const made = fields
    .map((field, at) => ({ field, before: before[at] ?? [], after: valuesOf(root, field) }))
    .filter(change => JSON.stringify(change.before) !== JSON.stringify(change.after))
  if (made.length === 0) return { xml, changes: [] }
  return { xml: writtenAs(xml, document), changes: made }
}

/** The record without what it alone is known by: its identifiers and its number in the catalogue. */
export function withoutIdentifiers(xml: string): string {
  const document = parseXmlDocument(xml)
  const root = rootOf(document)
  const own = [
    ...elements(root, 'identifier'),
    ...elements(root, 'recordInfo').flatMap(info => elements(info, 'recordIdentifier')),
  ]
  if (own.length === 0) return xml
  for (const element of own) drop(element)
  return writtenAs(xml, document)
}
