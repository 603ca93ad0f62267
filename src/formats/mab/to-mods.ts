// MAB2 as MODS; docs/mappings.md has the table.
// @see https://www.dnb.de/DE/Professionell/Metadatendienste/Exportformate/MAB/mab_node.html
import { tableOf } from '../../codes.ts'
import { iso6392Of } from '../languages/codes.ts'
import type { ModsFields, PersonFields, RelatedFields, SubjectPart } from '../mods/fields.ts'
import { type DataField, MarcFields, type MarcRecord, values } from '../marc/record.ts'

/** `¬Der¬ Titel`, or between the control characters for it: what is not sorted by, and the rest. */
function splitMarked(text: string): { nonSort: string | undefined; title: string } {
  const found = /^[\u0098\u0088¬]([^\u009c\u0089¬]*)[\u009c\u0089¬]\s*(.*)$/s.exec(text)
  const plain = (part: string) => part.replace(/[\u0098\u009c\u0088\u0089¬]/g, '').trim()
  return found
    ? { nonSort: plain(found[1] as string), title: plain(found[2] as string) }
    : { nonSort: undefined, title: plain(text) }
}
/** `<Name>` marks what orders headings. */
const plain = (text: string): string => {
  const { nonSort, title } = splitMarked(text)
  return [nonSort, title]
    .filter(part => part !== undefined)
    .join(' ')
    .replaceAll(/[<>]/g, '')
    .trim()
}

const tags = (from: number, to: number, step: number): string[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, at) =>
    String(from + at * step).padStart(3, '0'),
  )

/** 100, 104 … 196: persons; 200, 204 … 296: corporate bodies. Indicator a: author, b: other, c: honoured, e: contributor, f: honoured. */
const roles: Readonly<Record<string, string>> = tableOf({
  ' ': 'aut',
  a: 'aut',
  b: 'ctb',
  c: 'ctb',
  e: 'ctb',
  f: 'hnr',
})

function namesOf(mab: MarcFields): PersonFields[] {
  const of = (numbers: readonly string[], type: 'personal' | 'corporate') =>
    mab.fields(...numbers).flatMap((field): PersonFields[] =>
      values(field, 'apk')
        .slice(0, 1)
        .map(text => {
          // [Hrsg.] behind a name is its role
          const found = /^(.*?)\s*\[([^\]]+)\]$/.exec(plain(text))
          const role = found?.[2]
          const isEditor = /^(hrsg|hg|ed)/i.test(role ?? '')
          const number = values(field, '9')[0]?.replace(/^\(DE-588\)/, '')
          return {
            name: found?.[1] ?? plain(text),
            type,
            role: isEditor ? 'edt' : (role ?? roles[field.indicators[0] ?? ' '] ?? 'ctb'),
            uri:
              number !== undefined && values(field, '9')[0]?.startsWith('(DE-588)')
                ? `http://d-nb.info/gnd/${number}`
                : undefined,
          }
        }),
    )
  return [...of(tags(100, 196, 4), 'personal'), ...of(tags(200, 296, 4), 'corporate')].filter(
    person => person.name !== '',
  )
}

const subjectKinds: Readonly<Record<string, SubjectPart[0]>> = tableOf({
  p: 'personal', n: 'personal', k: 'corporate', c: 'corporate', g: 'geographic', s: 'topic', t: 'title', z: 'temporal', f: 'genre',
}) // prettier-ignore
const chains = tags(902, 947, 5)

function subjectsOf(mab: MarcFields): NonNullable<ModsFields['subjects']> {
  const found = new Map<string, SubjectPart[]>()
  for (const field of mab.fields(...chains)) {
    const parts = field.subfields
      .filter(([code]) => code !== '9')
      .map(([code, value]): SubjectPart => [
        subjectKinds[code === 'a' ? (field.indicators[0] ?? 's') : code] ?? 'topic',
        plain(value),
      ])
    found.set(field.tag, [...(found.get(field.tag) ?? []), ...parts.filter(([, value]) => value !== '')])
  }
  return [
    ...[...found.values()].map(parts => ({ authority: 'gnd', parts })),
    ...mab.all('710', 'a').map(text => ({ parts: [['topic', plain(text)] as const] })),
  ].filter(subject => subject.parts.length > 0)
}

const resourceOf = (
  mab: MarcFields,
): Pick<ModsFields, 'typeOfResource' | 'isManuscript' | 'issuance' | 'genre'> => {
  const [physical, serial] = [mab.one('050', 'a') ?? '', mab.one('052', 'a') ?? '']
  const kind = mab.one('051', 'a')?.[0]
  const isSet = kind === 'n' || kind === 't'
  return {
    typeOfResource: 'text',
    isManuscript: physical.startsWith('b'),
    ...(serial !== ''
      ? { issuance: 'serial' as const }
      : isSet
        ? { issuance: 'multipart monograph' as const }
        : { issuance: 'monographic' as const }),
    ...(serial.startsWith('z')
      ? { genre: 'newspaper' }
      : serial.startsWith('p')
        ? { genre: 'periodical' }
        : {}),
  }
}

const seriesOf = (mab: MarcFields): RelatedFields[] =>
  ['451', '461', '471', '481', '491'].flatMap(tag => {
    const title = mab.one(tag, 'a')
    const number = mab.one(String(Number(tag) + 4), 'a')
    const record = mab.one(String(Number(tag) + 2), 'a')
    return title === undefined
      ? []
      : [
          {
            type: 'series' as const,
            // ‘Title ; 12’ where the number has no field of its own
            title: plain(title).replace(/\s*;\s*[^;]*$/, ''),
            number: number ?? /;\s*([^;]+)$/.exec(title)?.[1],
            record: record === undefined ? undefined : { value: record, source: 'mab' },
          },
        ]
  })

/** Codes of two or three letters; those of three may be glued together. */
const codesOf = (text: string): string[] =>
  text
    .split(/[^A-Za-z]+/)
    .flatMap(word => (word.length > 3 && word.length % 3 === 0 ? (word.match(/.{3}/g) ?? []) : [word]))

const textOf = (field: DataField | undefined): string | undefined =>
  values(field, 'a').map(plain).join(' ') || undefined

/** @returns fields without a title where it has none */
export function fieldsOfMab(
  record: MarcRecord,
): Omit<ModsFields, 'title'> & { readonly title: string | undefined } {
  const mab = new MarcFields({
    ...record,
    data: [
      ...record.data,
      ...record.control.map(({ tag, value }) => ({
        tag,
        indicators: '  ',
        subfields: [['a', value.slice(1)] as const],
      })),
    ],
  })
  const one = (tag: string) => textOf(mab.fields(tag)[0])
  const main = mab.one('331', 'a')
  const number = mab.one('001', 'a')
  const above = mab.one('010', 'a')
  const dates = mab.fields('425')
  const coded = (indicator: string) =>
    values(
      dates.find(field => field.indicators[0] === indicator),
      'a',
    )[0]
  const [from, to] = [coded('b') ?? coded('a'), coded('c')]
  const year = (text: string | undefined) => (text !== undefined && /^\d{4}$/.test(text) ? text : undefined)
  const other = (tag: string, type: 'alternative' | 'uniform' | 'translated') =>
    mab.all(tag, 'a').map(text => ({ type, ...splitMarked(text) }))
  const statement = one('359')
  return {
    ...resourceOf(mab),
    // a volume without a title of its own is called by its number; its work is its host
    ...(main === undefined ? { title: one('089') } : splitMarked(main)),
    subTitle: one('335'),
    otherTitles: [...other('304', 'uniform'), ...other('310', 'alternative'), ...other('370', 'alternative')],
    persons: namesOf(mab),
    place: one('410'),
    furtherPlaces: [one('415')].filter(text => text !== undefined),
    publisher: one('412'),
    furtherPublishers: [one('417')].filter(text => text !== undefined),
    date: coded(' ') ?? coded('a') ?? year(from),
    codedDates:
      year(from) === undefined
        ? undefined
        : year(to) === undefined
          ? [year(from) as string]
          : [year(from) as string, year(to) as string],
    edition: one('403'),
    languages: iso6392Of(mab.all('037', 'a').flatMap(codesOf)),
    extent: [one('433'), one('434'), one('435')].filter(text => text !== undefined).join(' ; ') || undefined,
    genres: mab.all('064', 'a').map(value => ({ value: plain(value), authority: 'gnd-content' })),
    abstracts: mab.all('750', 'a').map(plain),
    notes: [
      ...(statement === undefined ? [] : [{ type: 'statement of responsibility', text: statement }]),
      ...mab.fields('501', '503', '505', '507', '519', '522', '525').map(field => ({
        type: field.tag === '519' ? 'thesis' : undefined,
        text: textOf(field) ?? '',
      })),
    ].filter(note => note.text !== ''),
    subjects: subjectsOf(mab),
    classifications: mab.all('700', 'a').map(value => ({ authority: 'local', value: plain(value) })),
    related: [
      ...(above === undefined
        ? []
        : [{ type: 'host' as const, record: { value: above, source: 'mab' }, part: one('089') }]),
      ...seriesOf(mab),
    ],
    volume: one('089'),
    identifiers: [
      ...mab
        .all('540', 'a')
        .map(value => ({ scheme: 'isbn', value: value.replace(/^ISBN\s*/i, '').split(' ')[0] as string })),
      ...mab.all('542', 'a').map(value => ({ scheme: 'issn', value: value.replace(/^ISSN\s*/i, '') })),
      ...mab
        .fields('025')
        .filter(field => field.indicators[0] === 'z')
        .flatMap(field => values(field, 'a').map(value => ({ scheme: 'zdb', value }))),
      ...mab.all('552', 'a').map(value => ({ scheme: /^urn:/i.test(value) ? 'urn' : 'doi', value })),
    ],
    shelfLocator: mab.one('544', 'ad'),
    physicalLocation: mab.one('071', 'a'),
    urls: mab.all('655', 'u').filter(value => /^https?:\/\//.test(value)),
    ...(number === undefined ? {} : { record: { value: number, source: 'mab' } }),
    recordOrigin: 'Converted from MAB2',
  }
}
