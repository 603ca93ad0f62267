// Other works that a MARC 21 record names: what it is part of, series, editions, what came before and after.
import { tableOf } from '../../codes.ts'
import type { RelatedFields } from '../mods/fields.ts'
import { type DataField, type MarcFields, values } from './record.ts'
import { tidy } from './tidy.ts'

const kinds: Readonly<Record<string, RelatedFields['type']>> = tableOf({
  760: 'series', 762: 'constituent', 765: 'otherVersion', 767: 'otherVersion', 770: 'constituent', 772: 'host', 773: 'host', 774: 'constituent',
  775: 'otherVersion', 776: 'otherFormat', 777: undefined, 780: 'preceding', 785: 'succeeding', 786: 'original', 787: undefined,
}) // prettier-ignore

/** (DE-627)123456789 */
const recordNumber = (numbers: readonly string[]): RelatedFields['record'] => {
  const found = numbers.map(number => /^\(([^)]+)\)(.+)$/.exec(number)).find(match => match !== null)
  return found ? { source: found[1] as string, value: (found[2] as string).trim() } : undefined
}
const identifiersOf = (field: DataField): RelatedFields['identifiers'] => [
  ...values(field, 'x').map(value => ({ scheme: 'issn', value })),
  ...(field.tag.startsWith('7') ? values(field, 'z').map(value => ({ scheme: 'isbn', value })) : []),
]

export function relatedOf(marc: MarcFields): RelatedFields[] {
  const traced = marc.fields('800', '810', '811', '830')
  const series = (traced.length > 0 ? traced : marc.fields('440', '490')).map((field): RelatedFields => ({
    type: 'series',
    title: tidy(values(field, ['800', '810', '811'].includes(field.tag) ? 't' : 'a')[0] ?? ''),
    person:
      field.tag.startsWith('8') && field.tag !== '830'
        ? values(field, 'a').map(part => tidy(part))[0]
        : undefined,
    number: values(field, 'v').map(part => tidy(part))[0],
    identifiers: values(field, 'x').map(value => ({ scheme: 'issn', value: tidy(value) })),
    record: recordNumber(values(field, 'w')),
  }))
  const links = marc.fields(...Object.keys(kinds)).map((field): RelatedFields => ({
    type: kinds[field.tag],
    title: values(field, 't')
      .concat(values(field, 's'))
      .map(part => tidy(part))[0],
    person: values(field, 'a').map(part => tidy(part))[0],
    part: values(field, 'g').join(' ') || undefined,
    identifiers: identifiersOf(field),
    record: recordNumber(values(field, 'w')),
  }))
  const works = marc
    .fields('700', '710', '711')
    .filter(field => values(field, 't').length > 0)
    .map((field): RelatedFields => ({
      type: field.indicators[1] === '2' ? 'constituent' : undefined,
      title: values(field, 't').map(part => tidy(part))[0],
      person: values(field, 'a').map(part => tidy(part))[0],
    }))
  const parts = marc
    .fields('740')
    .filter(field => field.indicators[1] === '2')
    .map((field): RelatedFields => ({
      type: 'constituent',
      title: values(field, 'a').map(part => tidy(part))[0],
    }))
  // one host: a second 773 is of another issue of the same
  const hosts = links.filter(item => item.type === 'host')
  return [
    ...series,
    ...hosts.slice(0, 1),
    ...links.filter(item => item.type !== 'host'),
    ...works,
    ...parts,
  ].filter(item => (item.title !== undefined && item.title !== '') || item.record !== undefined)
}
