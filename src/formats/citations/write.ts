// A title as reference managers and search engines take it: RIS, BibTeX, schema.org.
import { shortDate } from '../mods/dates.ts'
import { bcp47 } from '../languages/codes.ts'

export interface Citation {
  /** Citation address */
  readonly url: string
  readonly kind:
    | 'book'
    | 'multi-volume'
    | 'periodical'
    | 'newspaper'
    | 'issue'
    | 'article'
    | 'manuscript'
    | 'map'
    | 'other'
  readonly title: string
  /** Title that it stands in */
  readonly within: { readonly title: string; readonly url: string } | undefined
  readonly persons: readonly string[]
  readonly editors: readonly string[]
  /** Those of them that are corporate bodies */
  readonly bodies: readonly string[]
  readonly publisher: string | undefined
  readonly place: string | undefined
  /** As written, and its first day */
  readonly date: string | undefined
  readonly dateFrom: string | undefined
  readonly dateTo: string | undefined
  readonly volume: string | undefined
  readonly languages: readonly string[]
  readonly identifiers: readonly { readonly scheme: string; readonly value: string }[]
  readonly keywords: readonly string[]
  readonly licence: string | undefined
  readonly owner: string
  readonly pages: number
  readonly pdf: string | undefined
  readonly thumbnail: string
}

const risTypes: Readonly<Record<Citation['kind'], string>> = {
  book: 'BOOK', 'multi-volume': 'BOOK', periodical: 'JFULL', newspaper: 'NEWS', issue: 'JFULL', article: 'JOUR', manuscript: 'MANSCPT', map: 'MAP', other: 'GEN',
} // prettier-ignore
const bibTypes: Readonly<Record<Citation['kind'], string>> = {
  book: 'book', 'multi-volume': 'book', periodical: 'misc', newspaper: 'misc', issue: 'misc', article: 'article', manuscript: 'unpublished', map: 'misc', other: 'misc',
} // prettier-ignore
const schemaTypes: Readonly<Record<Citation['kind'], string>> = {
  book: 'Book', 'multi-volume': 'Book', periodical: 'Periodical', newspaper: 'Newspaper', issue: 'PublicationIssue', article: 'Article', manuscript: 'Manuscript', map: 'Map', other: 'CreativeWork',
} // prettier-ignore

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
const year = (citation: Citation): string | undefined => citation.dateFrom?.slice(0, 4)
/** YYYY/MM/DD/, with nothing where nothing is known: a year stays a year. */
const risDate = (date: string | undefined): string | undefined => {
  if (date === undefined || date.includes('/')) return undefined
  const [year, month = '', day = ''] = date.split('-')
  return `${year}/${month}/${day}/`
}
const identifier = (citation: Citation, scheme: string) =>
  citation.identifiers.find(each => each.scheme === scheme)?.value

/** @see https://en.wikipedia.org/wiki/RIS_(file_format) */
export function writeRis(citation: Citation): string {
  const lines: [string, string | undefined][] = [
    ['TY', risTypes[citation.kind]],
    ['TI', citation.title],
    ...citation.persons.map((name): [string, string] => ['AU', name]),
    ...citation.editors.map((name): [string, string] => ['ED', name]),
    ['T2', citation.within?.title],
    ['PY', year(citation)],
    ['DA', risDate(shortDate(citation.dateFrom, citation.dateTo))],
    ['PB', citation.publisher],
    ['CY', citation.place],
    ['VL', citation.volume],
    ...citation.languages.map((language): [string, string] => ['LA', language]),
    ...citation.keywords.map((word): [string, string] => ['KW', word]),
    ['SN', identifier(citation, 'isbn') ?? identifier(citation, 'issn')],
    ['DO', identifier(citation, 'doi')],
    ['N1', identifier(citation, 'urn')],
    ['DP', citation.owner],
    ['L1', citation.pdf],
    ['UR', citation.url],
  ]
  return `${lines
    .filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '')
    .map(([tag, value]) => `${tag}  - ${oneLine(value)}`)
    .join('\r\n')}\r\nER  - \r\n`
}

const bibText = (text: string): string =>
  oneLine(text)
    .replace(/[\\{}]/g, '')
    .replace(/[&%$#_]/g, '\\$&')
    .replaceAll('~', '\\textasciitilde{}')
    .replaceAll('^', '\\textasciicircum{}')

export function writeBibtex(citation: Citation): string {
  // what stands in braces is taken as it is: the name of a body has no family name, and may hold an “and”
  const named = (name: string) => (citation.bodies.includes(name) ? `{${bibText(name)}}` : bibText(name))
  const fields: [string, string | undefined][] = [
    ['title', bibText(citation.title)],
    ['author', citation.persons.map(named).join(' and ')],
    ['editor', citation.editors.map(named).join(' and ')],
    [
      citation.kind === 'article' ? 'journal' : 'booktitle',
      citation.within && bibText(citation.within.title),
    ],
    ['publisher', citation.publisher && bibText(citation.publisher)],
    ['address', citation.place && bibText(citation.place)],
    ['year', year(citation)],
    ['volume', citation.volume && bibText(citation.volume)],
    ['doi', identifier(citation, 'doi')],
    ['note', identifier(citation, 'urn')],
    ['url', citation.url],
  ]
  const key = `${(citation.persons[0] ?? citation.title).normalize('NFKD').replace(/[^A-Za-z].*$/, '') || 'title'}${year(citation) ?? ''}-${citation.url.split('/').at(-1)}`
  return `@${bibTypes[citation.kind]}{${key},\n${fields
    .filter((field): field is [string, string] => field[1] !== undefined && field[1] !== '')
    .map(([name, value]) => `  ${name} = {${value}}`)
    .join(',\n')}\n}\n`
}

/** @see https://schema.org/CreativeWork */
export function schemaOrg(citation: Citation): object {
  const some = (name: string, value: unknown) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? {} : { [name]: value }
  const named = (name: string) => ({
    '@type': citation.bodies.includes(name) ? 'Organization' : 'Person',
    name,
  })
  return {
    '@context': 'https://schema.org',
    '@type': schemaTypes[citation.kind],
    '@id': citation.url,
    url: citation.url,
    name: citation.title,
    ...some('author', citation.persons.map(named)),
    ...some('editor', citation.editors.map(named)),
    ...some('publisher', citation.publisher && { '@type': 'Organization', name: citation.publisher }),
    ...some('locationCreated', citation.place && { '@type': 'Place', name: citation.place }),
    ...some('datePublished', shortDate(citation.dateFrom, citation.dateTo) ?? citation.date),
    ...some(
      'inLanguage',
      citation.languages.map(code => bcp47(code) ?? code),
    ),
    ...some('keywords', citation.keywords),
    ...some('license', citation.licence),
    ...some(
      'identifier',
      citation.identifiers.map(({ scheme, value }) => ({
        '@type': 'PropertyValue',
        propertyID: scheme,
        value,
      })),
    ),
    ...some(
      'isPartOf',
      citation.within && { '@type': 'CreativeWork', name: citation.within.title, url: citation.within.url },
    ),
    ...some('numberOfPages', citation.pages > 0 ? citation.pages : undefined),
    thumbnailUrl: citation.thumbnail,
    provider: { '@type': 'Organization', name: citation.owner },
    ...some(
      'encoding',
      citation.pdf && [
        { '@type': 'MediaObject', encodingFormat: 'application/pdf', contentUrl: citation.pdf },
      ],
    ),
  }
}
