// PICA+ as MODS; docs/mappings.md has the table. @see https://format.k10plus.de
import { tableOf } from '../../codes.ts'
import type { ModsFields, PersonFields, RelatedFields, SubjectPart } from '../mods/fields.ts'
import type { PicaField, PicaRecord } from './read.ts'

const values = (field: PicaField | undefined, codes: string): string[] =>
  (field?.subfields ?? [])
    .filter(([code]) => codes.includes(code))
    .map(([, value]) => value.trim())
    .filter(value => value !== '')

/** `Der @Titel`: what stands before @ is not sorted by. */
function splitAt(text: string): { nonSort: string | undefined; title: string } {
  const at = text.indexOf('@')
  return at <= 0
    ? { nonSort: undefined, title: text.replace(/^@/, '') }
    : { nonSort: text.slice(0, at).trim() || undefined, title: text.slice(at + 1) }
}
const withoutAt = (text: string): string => text.replace('@', '')

const kinds: Readonly<Record<string, Partial<ModsFields>>> = tableOf({
  A: { typeOfResource: 'text' }, B: { typeOfResource: 'moving image' }, E: { typeOfResource: 'text' }, G: { typeOfResource: 'sound recording' },
  H: { typeOfResource: 'text', isManuscript: true }, K: { typeOfResource: 'cartographic' }, M: { typeOfResource: 'notated music' },
  O: { typeOfResource: 'text' }, S: { typeOfResource: 'software, multimedia' }, T: { typeOfResource: 'text' }, V: { typeOfResource: 'three dimensional object' },
}) // prettier-ignore
const issuances: Readonly<Record<string, NonNullable<ModsFields['issuance']>>> = tableOf({
  a: 'monographic', b: 'serial', c: 'multipart monograph', d: 'serial', f: 'monographic', F: 'monographic', s: 'monographic', v: 'monographic',
}) // prettier-ignore

class Pica {
  readonly #record: PicaRecord
  constructor(record: PicaRecord) {
    this.#record = record
  }
  fields(...tags: readonly string[]): PicaField[] {
    return this.#record.filter(field => tags.includes(field.tag))
  }
  all(tag: string, codes: string): string[] {
    return this.fields(tag).flatMap(field => values(field, codes))
  }
  one(tag: string, codes: string): string | undefined {
    return this.all(tag, codes)[0]
  }
}

const gnd = (field: PicaField): string | undefined => {
  const number = values(field, '7').map(value => /^gnd\/(.+)$/i.exec(value)?.[1])[0]
  return number === undefined ? undefined : `http://d-nb.info/gnd/${number}`
}

/** Own words of a name, or its expansion from the authority file. */
function nameOf(field: PicaField): string {
  const [one] = values(field, 'P')
  const [family] = values(field, 'aA')
  const given = [...values(field, 'dD'), ...values(field, 'cC')].join(' ')
  const written =
    one ?? (family === undefined ? undefined : [family, given].filter(part => part !== '').join(', '))
  // Goethe, Johann Wolfgang von1749-1832: dates follow the name without a sign in $8
  return (
    written ??
    (values(field, '8')[0] ?? '')
      .replace(/\s*[;*].*$/, '')
      .replace(/(\d{4}-(\d{4})?)$/, '')
      .trim()
  )
}

function personsOf(pica: Pica): PersonFields[] {
  const person = (field: PicaField): PersonFields => {
    const isMain = field.tag === '028A' || field.tag === '028B' || field.tag === '029A'
    const [role, ...roles] = values(field, '4')
    return {
      name: nameOf(field),
      type: field.tag.startsWith('028')
        ? 'personal'
        : field.tag.startsWith('030')
          ? 'conference'
          : 'corporate',
      role: role ?? (isMain ? 'aut' : 'ctb'),
      roles,
      terms: values(field, 'l')[0],
      uri: gnd(field),
    }
  }
  return pica
    .fields('028A', '028B', '028C', '028G', '029A', '029F', '029G', '030F')
    .map(person)
    .filter(({ name }) => name !== '')
}

function titlesOf(pica: Pica): Pick<
  ModsFields,
  'nonSort' | 'subTitle' | 'partNumber' | 'partName' | 'volume' | 'otherTitles'
> & {
  title: string | undefined
} {
  const [main] = pica.fields('021A')
  const [written] = values(main, 'a')
  // a volume without a title of its own has that of the work in 036C, and its number
  const isOwn = written !== undefined && withoutAt(written).trim() !== ''
  const [above] = pica.fields('036C')
  const inherited = values(above, 'a')[0]
  const number = values(above, 'l')[0]
  const title = isOwn ? written : inherited
  const others = (tag: string, type: 'alternative' | 'uniform' | 'translated') =>
    pica
      .fields(tag)
      .flatMap(field =>
        values(field, 'a').map(text => ({ type, ...splitAt(text), subTitle: values(field, 'd')[0] })),
      )
  return {
    ...(title === undefined ? { title } : splitAt(title)),
    subTitle:
      values(isOwn ? main : above, 'd')
        .map(withoutAt)
        .join(' : ') || undefined,
    partNumber: isOwn ? undefined : number,
    volume: number,
    otherTitles: [
      ...others('025@', 'uniform'),
      ...others('022A', 'uniform'),
      ...others('021G', 'alternative'),
      ...others('026C', 'alternative'),
      ...others('027A', 'alternative'),
      ...others('046C', 'alternative'),
    ],
  }
}

const subjectKinds: Readonly<Record<string, SubjectPart[0]>> = tableOf({
  Tp: 'personal', Tb: 'corporate', Tf: 'conference', Tg: 'geographic', Tu: 'title', p: 'personal', k: 'corporate', g: 'geographic',
  t: 'title', z: 'temporal', f: 'genre',
}) // prettier-ignore

function subjectsOf(pica: Pica): NonNullable<ModsFields['subjects']> {
  const kindOf = (field: PicaField): SubjectPart[0] => subjectKinds[values(field, 'VS')[0] ?? ''] ?? 'topic'
  const text = (field: PicaField) => nameOf(field) || (values(field, 'a')[0] ?? '')
  const chain = (field: PicaField) => ({
    authority: gnd(field) === undefined && values(field, '9').length === 0 ? undefined : 'gnd',
    parts: [[kindOf(field), text(field)] as const],
  })
  return pica
    .fields('041A', '044K', '044N', '044A', '044L', '144Z')
    .map(chain)
    .filter(({ parts }) => parts[0]?.[1] !== '')
}

const relatedOf = (pica: Pica): RelatedFields[] => {
  const record = (field: PicaField): RelatedFields['record'] =>
    values(field, '9').map(value => ({ value, source: 'pica' }))[0]
  const of = (tags: readonly string[], type: RelatedFields['type']) =>
    pica.fields(...tags).map((field): RelatedFields => ({
      type,
      title: (values(field, 'a')[0] ?? values(field, 't')[0] ?? values(field, '8')[0])?.replace('@', ''),
      number: type === 'series' ? values(field, 'l')[0] : undefined,
      part: type === 'host' ? values(field, 'lx')[0] : undefined,
      record: record(field),
    }))
  const hosts = [...of(['036D'], 'host'), ...of(['039B'], 'host')].slice(0, 1)
  const articles = pica
    .fields('031A')
    .map(field => values(field, 'dejh').join(', '))
    .filter(text => text !== '')
  const linked = of(['036F'], 'series')
  return [
    ...hosts.map(host =>
      host.part === undefined && articles[0] !== undefined ? { ...host, part: articles[0] } : host,
    ),
    ...(linked.length > 0 ? linked : of(['036E'], 'series')),
    ...of(['039E'], 'preceding').map((item, at) => ({
      ...item,
      type:
        values(pica.fields('039E')[at], 'b')[0] === 's' ? ('succeeding' as const) : ('preceding' as const),
    })),
    ...of(['039D'], 'otherFormat'),
  ].filter(item => item.title !== undefined || item.record !== undefined)
}

/** @returns fields without a title where it has none */
export function fieldsOfPica(
  record: PicaRecord,
): Omit<ModsFields, 'title'> & { readonly title: string | undefined } {
  const pica = new Pica(record)
  const code = pica.one('002@', '0') ?? ''
  const [place, ...furtherPlaces] = new Set(pica.all('033A', 'p'))
  const [publisher, ...furtherPublishers] = new Set(pica.all('033A', 'n'))
  const [edition, ...furtherEditions] = pica.all('032@', 'a')
  const [dates] = pica.fields('011@')
  const [from, to] = [values(dates, 'a')[0], values(dates, 'b')[0]]
  const year = (text: string | undefined) => (text !== undefined && /^\d{4}$/.test(text) ? text : undefined)
  const number = pica.one('003@', '0')
  const ids = (tag: string, codes: string, scheme: string) =>
    pica.all(tag, codes).map(value => ({ scheme, value }))
  const titles = titlesOf(pica)
  const statement = pica.one('021A', 'h')
  const [copy] = pica.fields('209A')
  return {
    ...kinds[code[0] ?? ''],
    ...(issuances[code[1] ?? ''] === undefined ? {} : { issuance: issuances[code[1] ?? ''] }),
    ...titles,
    persons: personsOf(pica),
    place,
    furtherPlaces,
    publisher,
    furtherPublishers,
    date: values(dates, 'n')[0] ?? (year(to) === undefined || to === from ? from : undefined),
    codedDates:
      year(from) === undefined
        ? undefined
        : year(to) === undefined || to === from
          ? [from as string]
          : [from as string, to as string],
    edition,
    furtherEditions,
    languages: [...new Set(pica.all('010@', 'a').filter(text => /^[a-z]{3}$/.test(text)))],
    extent:
      [pica.one('034D', 'a'), pica.one('034M', 'a'), pica.one('034I', 'a')]
        .filter(text => text !== undefined)
        .join(' ; ') || undefined,
    genres: pica.fields('013D', '013E').flatMap(field =>
      [...values(field, 'a'), ...(values(field, 'a').length > 0 ? [] : values(field, '8'))].map(value => ({
        value,
        authority: 'gnd-content',
      })),
    ),
    abstracts: pica.all('047I', 'a'),
    notes: [
      ...(statement === undefined ? [] : [{ type: 'statement of responsibility', text: statement }]),
      ...pica.all('037C', 'a').map(text => ({ type: 'thesis', text })),
      ...['037A', '046L', '046M', '046P', '047A'].flatMap(tag => pica.all(tag, 'a')).map(text => ({ text })),
    ],
    subjects: subjectsOf(pica),
    classifications: [
      ...pica.all('045F', 'a').map(value => ({ authority: 'ddc', value })),
      ...pica.all('045A', 'a').map(value => ({ authority: 'lcc', value })),
      ...pica.all('045Z', 'a').map(value => ({ authority: 'rvk', value })),
      ...pica.all('045R', 'a').map(value => ({ authority: 'rvk', value })),
    ],
    related: relatedOf(pica),
    identifiers: [
      ...ids('004A', '0A', 'isbn'),
      ...ids('005A', '0', 'issn'),
      ...ids('004U', '0', 'urn'),
      ...ids('004V', '0', 'doi'),
      ...ids('004R', '0', 'hdl'),
      ...ids('006Z', '0', 'zdb'),
      ...ids('006V', '0', 'vd16'),
      ...ids('006W', '0', 'vd17'),
      ...ids('006M', '0', 'vd18'),
      ...ids('003O', '0', 'oclc'),
    ],
    shelfLocator: values(copy, 'a')[0],
    physicalLocation: [...values(copy, 'B'), ...values(copy, 'f')].join(', ') || undefined,
    itemIdentifier: pica.one('209G', 'a'),
    urls: [...pica.all('017C', 'u'), ...pica.all('009Q', 'u'), ...pica.all('009P', 'a')].filter(value =>
      /^https?:\/\//.test(value),
    ),
    ...(number === undefined ? {} : { record: { value: number, source: 'pica' } }),
    recordOrigin: 'Converted from PICA+',
  }
}
