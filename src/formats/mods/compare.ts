// Two MODS records side by side, by the names of their top elements: what one has that the other has not, and a record with some of it taken.
import { type Element, elements, parseXmlDocument, serializeToWellFormedString } from '../xml/dom.ts'

export interface RecordDifference {
  /** Name of top elements: titleInfo, name, originInfo … */
  readonly field: string
  readonly here: readonly string[]
  readonly there: readonly string[]
}

const rootOf = (xml: string): Element => parseXmlDocument(xml).documentElement as Element

/** What an element says, whatever its prefix, white space and order of attributes. */
function said(element: Element): string {
  const attributes = element.attributes
    .filter(({ name }) => !/^xmlns(:|$)/.test(name))
    .map(({ localName, value }) => `${localName}=${JSON.stringify(value)}`)
    .sort()
  const below = elements(element)
  const text = (element.textContent ?? '').replace(/\s+/g, ' ').trim()
  return `<${element.localName} ${attributes.join(' ')}>${below.length > 0 ? below.map(said).join('') : text}`
}

/** What people read of an element: its texts, and where it has none its attributes. */
function shown(element: Element): string {
  const leaves = (each: Element): string[] => {
    const below = elements(each)
    return below.length > 0 ? below.flatMap(leaves) : [(each.textContent ?? '').replace(/\s+/g, ' ').trim()]
  }
  const texts = leaves(element).filter(text => text !== '')
  return texts.length > 0
    ? texts.join(', ')
    : element.attributes.filter(({ name }) => !name.startsWith('xmlns')).map(({ value }) => value).join(', ')
} // prettier-ignore

const fieldsOf = (...roots: readonly Element[]): string[] => [
  ...new Set(roots.flatMap(root => elements(root).map(({ localName }) => localName))),
]

/** In the order of the record there; empty where both say the same. */
export function compareMods(here: string, there: string): RecordDifference[] {
  const [ours, theirs] = [rootOf(here), rootOf(there)]
  return fieldsOf(theirs, ours)
    .map(field => ({ field, mine: elements(ours, field), other: elements(theirs, field) }))
    .filter(({ mine, other }) => mine.map(said).join('\n') !== other.map(said).join('\n'))
    .map(({ field, mine, other }) => ({ field, here: mine.map(shown), there: other.map(shown) }))
}

/** The record here with the elements of some names as they are there. */
export function takeMods(here: string, there: string, fields: readonly string[]): string {
  const document = parseXmlDocument(here)
  const ours = document.documentElement as Element
  const theirs = rootOf(there)
  for (const field of fields) {
    const [old, news] = [elements(ours, field), elements(theirs, field)]
    // where the first of them stood, else at the end
    const place = old[0] ?? null
    for (const element of news) ours.insertBefore(document.importNode(element, true), place)
    for (const element of old) ours.removeChild(element)
  }
  return (/^\s*<\?xml[^>]*\?>\s*/.exec(here)?.[0] ?? '') + serializeToWellFormedString(document)
}
