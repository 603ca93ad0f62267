// The fields of a MARC 21 record that a title is found, shown and sorted by, as MODS.
// @see https://www.loc.gov/standards/mods/mods-mapping.html
import type { ModsFields } from '../mods/write.ts'
import type { XmlElement } from '../xml/read.ts'

export const marcNamespace = 'http://www.loc.gov/MARC21/slim'

/** The MARC records of a document: one, or those of a collection. */
export function marcRecords(root: XmlElement): XmlElement[] {
  if (root.name === 'record' && root.first('leader')) return [root]
  return root.name === 'collection' ? root.all('record') : []
}

/** Punctuation of ISBD between what are fields here. */
const tidy = (text: string): string =>
  text
    .replace(/\s*[/:;,=]\s*$/, '')
    .replace(/([^.]{3})\.$/, '$1')
    .trim()

class Marc {
  readonly #record: XmlElement
  constructor(record: XmlElement) {
    this.#record = record
  }

  control(tag: string): string | undefined {
    return this.#record.all('controlfield').find(field => field.attribute('tag') === tag)?.text
  }
  fields(...tags: string[]): XmlElement[] {
    return this.#record.all('datafield').filter(field => tags.includes(field.attribute('tag') ?? ''))
  }
  all(field: XmlElement | undefined, codes: string): string[] {
    return (field?.all('subfield') ?? [])
      .filter(sub => codes.includes(sub.attribute('code') ?? ''))
      .map(sub => sub.text.trim())
      .filter(text => text !== '')
  }
  one(tag: string, code: string): string | undefined {
    for (const field of this.fields(tag)) {
      const [found] = this.all(field, code)
      if (found !== undefined) return tidy(found)
    }
    return undefined
  }
}

function personsOf(marc: Marc): { name: string; role: string }[] {
  return marc.fields('100', '110', '111', '700', '710', '711').flatMap(field => {
    const name = marc.all(field, 'abc').map(tidy).join(', ')
    const tag = field.attribute('tag') as string
    const [code] = marc.all(field, '4')
    const role = code?.replace(/^.*\//, '') ?? (tag.startsWith('1') ? 'aut' : 'ctb')
    return name === '' ? [] : [{ name, role }]
  })
}

function titleOf(
  marc: Marc,
): Pick<ModsFields, 'nonSort' | 'subTitle' | 'partNumber' | 'partName'> & { title: string | undefined } {
  const [field] = marc.fields('245')
  const [whole] = marc.all(field, 'a').map(tidy)
  const skipped = Number(field?.attribute('ind2') ?? 0)
  const marked = /^[\u0098\u00ac]([^\u009c\u00ac]*)[\u009c\u00ac]\s*(.*)$/.exec(whole ?? '')
  const nonSort = marked?.[1] ?? (skipped > 0 && whole ? whole.slice(0, skipped) : undefined)
  const title = marked?.[2] ?? (nonSort === undefined ? whole : whole?.slice(skipped))
  return {
    title,
    nonSort: nonSort?.trim(),
    subTitle: marc.all(field, 'b').map(tidy)[0],
    partNumber: marc.all(field, 'n').map(tidy)[0],
    partName: marc.all(field, 'p').map(tidy)[0],
  }
}

function dateOf(marc: Marc): string | undefined {
  const imprint =
    marc.fields('264').find(field => field.attribute('ind2') === '1') ?? marc.fields('260', '264')[0]
  const [written] = marc.all(imprint, 'c').map(tidy)
  const coded = marc.control('008')?.slice(7, 11)
  return written ?? (coded && /^\d{4}$/.test(coded) ? coded : undefined)
}

/** @returns fields without a title where it has none */
export function fieldsOfMarc(
  record: XmlElement,
): Omit<ModsFields, 'title'> & { readonly title: string | undefined } {
  const marc = new Marc(record)
  const language = marc.control('008')?.slice(35, 38)
  const number = marc.control('001')?.trim()
  const urns = marc
    .fields('024', '856')
    .flatMap(field => marc.all(field, 'au'))
    .filter(value => /^urn:/i.test(value))
  const isbns = marc.fields('020').flatMap(field => marc.all(field, 'a'))
  const issns = marc.fields('022').flatMap(field => marc.all(field, 'a'))
  const languages = new Set([
    ...(language && /^[a-z]{3}$/.test(language) ? [language] : []),
    ...marc
      .fields('041')
      .flatMap(field => marc.all(field, 'a'))
      .filter(code => /^[a-z]{3}$/.test(code)),
  ])
  const place = marc.one('264', 'a') ?? marc.one('260', 'a')
  const publisher = marc.one('264', 'b') ?? marc.one('260', 'b')
  return {
    ...titleOf(marc),
    persons: personsOf(marc),
    date: dateOf(marc),
    place,
    publisher,
    languages: [...languages],
    genre: marc.one('655', 'a'),
    extent: marc.one('300', 'a'),
    shelfLocator: marc.one('852', 'hj') ?? marc.one('852', 'j'),
    identifiers: [
      ...urns.map(value => ({ scheme: 'urn', value })),
      ...isbns.map(value => ({ scheme: 'isbn', value })),
      ...issns.map(value => ({ scheme: 'issn', value })),
    ],
    ...(number ? { record: { value: number, source: marc.control('003')?.trim() || 'marc' } } : {}),
  }
}
