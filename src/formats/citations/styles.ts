// A title as the footnotes and lists of literature of four houses have it. Written by hand: the processor of CSL styles, citeproc, may be
// given on under CPAL or AGPL only, and the styles would have to come along with it.
import type { Citation } from './write.ts'

export const styleNames = ['chicago', 'mla', 'apa', 'iso690'] as const
export interface StyledCitation {
  readonly style: (typeof styleNames)[number]
  readonly text: string
  /** The part of the text that is set in italics */
  readonly italic: string
}

interface Name {
  readonly family: string
  readonly given: string
}
const nameOf = (name: string): Name => {
  const [family = '', ...given] = name.split(',')
  return { family: family.trim(), given: given.join(',').trim() }
}
const turned = ({ family, given }: Name): string => (given === '' ? family : `${given} ${family}`)
const listed = ({ family, given }: Name): string => (given === '' ? family : `${family}, ${given}`)
/** "Alexander von" becomes "A. von": particles are no names. */
const initials = ({ family, given }: Name): string =>
  listed({
    family,
    given: given
      .split(/\s+/)
      .map(word => (/^\p{Ll}/u.test(word) ? word : word.replace(/([^\s.-])[^\s.-]*\.?/gu, '$1.')))
      .join(' '),
  })

/** "A", "A and B", "A, B, and C" */
function joined(names: readonly string[], last: string, comma = ','): string {
  if (names.length < 2) return names[0] ?? ''
  return names.length === 2 && comma === ''
    ? names.join(last)
    : `${names.slice(0, -1).join(', ')}${comma}${last}${names.at(-1)}`
}

/** Ends with a full stop, and with one alone. */
const stopped = (text: string): string =>
  text === '' || /[.?!]["”]?$/.test(text) ? text : `${text.replace(/[\s,;:/]+$/, '')}.`
const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part): part is string => part !== undefined && part !== '')
    .map(stopped)
    .join(' ')
const plain = (title: string): string =>
  title
    .replace(/\s+/g, ' ')
    .replace(/\s+([:;,])/g, '$1')
    .replace(/[\s.]+$/, '')

function dayOf(citation: Citation): Date | undefined {
  const { dateFrom, dateTo } = citation
  return dateFrom !== undefined && dateFrom === dateTo && /^\d{4}-\d{2}-\d{2}$/.test(dateFrom)
    ? new Date(`${dateFrom}T00:00Z`)
    : undefined
}
const written = (date: Date, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date)
const mlaMonths = [
  'Jan.', 'Feb.', 'Mar.', 'Apr.', 'May', 'June', 'July', 'Aug.', 'Sept.', 'Oct.', 'Nov.', 'Dec.',
] // prettier-ignore
const yearOf = (citation: Citation): string | undefined =>
  citation.date === undefined ? citation.dateFrom?.slice(0, 4) : plain(citation.date)

/**
 * @param today when it is read, which ISO 690 wants of what is online
 * @param page printed label of the one page that is cited
 */
export function styledCitations(citation: Citation, today: Date, page?: string): StyledCitation[] {
  const isEdited = citation.persons.length === 0
  const names = (isEdited ? citation.editors : citation.persons).map(nameOf)
  const many = names.length > 1
  const role = (one: string, several: string): string =>
    isEdited && names.length > 0 ? (many ? several : one) : ''
  const title = plain(citation.title)
  const within = citation.within && plain(citation.within.title)
  const isArticle = citation.kind === 'article' && within !== undefined
  const italic = isArticle ? within : title
  const day = dayOf(citation)
  const year = yearOf(citation)
  const doi = citation.identifiers.find(({ scheme }) => scheme === 'doi')?.value
  const address = doi === undefined ? citation.url : `https://doi.org/${doi}`
  const imprint = (date: string | undefined): string => {
    const house = [citation.place, citation.publisher].filter(text => text !== undefined && text !== '')
    return [house.join(': '), date].filter(text => text !== undefined && text !== '').join(', ')
  }
  const first = names[0]

  const chicagoNames =
    names.length > 10
      ? `${names.slice(0, 7).map((name, n) => (n === 0 ? listed(name) : turned(name))).join(', ')}, et al`
      : joined(names.map((name, n) => (n === 0 ? listed(name) : turned(name))), ' and ') // prettier-ignore
  const chicago = sentences(
    `${chicagoNames}${role(', ed', ', eds')}`,
    isArticle ? `“${stopped(title)}” ${within}` : title,
    isArticle || within === undefined ? undefined : `In ${within}`,
    [imprint(day ? written(day, 'en-US') : year), page].filter(text => text).join(', '),
    address,
  )

  const mlaNames =
    names.length > 2 && first
      ? `${listed(first)}, et al`
      : joined(names.map((name, n) => (n === 0 ? listed(name) : turned(name))), ' and ') // prettier-ignore
  const mla = sentences(
    `${mlaNames}${role(', editor', ', editors')}`,
    isArticle ? `“${stopped(title)}” ${within}` : title,
    [
      isArticle ? undefined : within,
      citation.publisher,
      day ? `${day.getUTCDate()} ${mlaMonths[day.getUTCMonth()]} ${day.getUTCFullYear()}` : year,
      page && `p. ${page}`,
    ].filter(text => text !== undefined && text !== '').join(', '), // prettier-ignore
    `${citation.owner}, ${address}`,
  )

  const apaNames =
    names.length > 20
      ? `${names.slice(0, 19).map(initials).join(', ')}, … ${names.slice(-1).map(initials).join('')}`
      : joined(names.map(initials), ' & ')
  const apaDate = day
    ? `${day.getUTCFullYear()}, ${written(day, 'en-US').replace(/, \d+$/, '')}`
    : (year ?? 'n.d.')
  const apaWho = `${apaNames}${role(' (Ed.)', ' (Eds.)')}`
  const apaPage = page === undefined ? '' : ` (p. ${page})`
  const apa = `${sentences(
    apaWho === '' ? `${title}${apaPage} (${apaDate})` : `${stopped(apaWho)} (${apaDate})`,
    apaWho === '' ? undefined : `${title}${apaPage}`,
    isArticle ? within : within && `In ${within}`,
    citation.publisher,
  )} ${address}`

  const isoNames = names.map(name => listed({ ...name, family: name.family.toLocaleUpperCase('de') }))
  const iso690 = `${sentences(
    `${isoNames.length > 3 ? `${isoNames[0]} et al` : joined(isoNames, ' und ', '')}${role(' (Hrsg.)', ' (Hrsg.)')}`,
    `${title} [online]`,
    within && `In: ${within}`,
    `${[imprint(day ? written(day, 'de') : year), page && `S. ${page}`].filter(text => text).join(', ')} [Zugriff am: ${written(today, 'de')}]`.trim(),
  )} Verfügbar unter: ${address}`

  return [
    { style: 'chicago', text: chicago, italic },
    { style: 'mla', text: mla, italic },
    { style: 'apa', text: apa, italic },
    { style: 'iso690', text: iso690, italic },
  ]
}
