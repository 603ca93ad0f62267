// Subjects and classifications of MARC 21.
import { tableOf } from '../../codes.ts'
import type { ModsFields, SubjectPart } from '../mods/fields.ts'
import { type DataField, type MarcFields, values } from './record.ts'
import { tidy } from './tidy.ts'

const heads: Readonly<Record<string, SubjectPart[0]>> = tableOf({
  600: 'personal', 610: 'corporate', 611: 'conference', 630: 'title', 648: 'temporal', 650: 'topic', 651: 'geographic', 653: 'topic',
  // chains of German libraries: the kind stands in $D
  689: 'topic',
}) // prettier-ignore
const chainKinds: Readonly<Record<string, SubjectPart[0]>> = tableOf({
  p: 'personal', b: 'corporate', f: 'conference', u: 'title', g: 'geographic', z: 'temporal', s: 'topic',
}) // prettier-ignore
const below: Readonly<Record<string, SubjectPart[0]>> = tableOf({
  v: 'genre',
  x: 'topic',
  y: 'temporal',
  z: 'geographic',
})
const authorities: Readonly<Record<string, string>> = tableOf({
  0: 'lcsh',
  1: 'lcshac',
  2: 'mesh',
  3: 'nal',
  5: 'csh',
  6: 'rvm',
})

function partsOf(field: DataField): SubjectPart[] {
  const kind =
    field.tag === '689'
      ? (chainKinds[values(field, 'D')[0] ?? ''] ?? 'topic')
      : (heads[field.tag] as SubjectPart[0])
  const codes =
    kind === 'personal'
      ? 'abcdq'
      : kind === 'topic' || kind === 'geographic' || kind === 'temporal'
        ? 'ab'
        : 'abcdnp'
  const head = values(field, codes)
    .map(part => tidy(part))
    .join(kind === 'personal' ? ', ' : ' ')
  const work = values(field, 't').map((title): SubjectPart => ['title', tidy(title)])
  const rest = field.subfields.flatMap(([code, value]): SubjectPart[] =>
    below[code] === undefined || field.tag === '653' || field.tag === '689'
      ? []
      : [[below[code], tidy(value)]],
  )
  return [...(head === '' ? [] : [[kind, head] as SubjectPart]), ...work, ...rest].filter(
    ([, value]) => value !== '',
  )
}

export function subjectsOf(marc: MarcFields): NonNullable<ModsFields['subjects']> {
  const chains = new Map<string, SubjectPart[]>()
  for (const field of marc.fields('689')) {
    const chain = field.indicators[0] as string
    chains.set(chain, [...(chains.get(chain) ?? []), ...partsOf(field)])
  }
  return [
    ...marc.fields('600', '610', '611', '630', '648', '650', '651', '653').map(field => ({
      authority:
        field.tag === '653'
          ? undefined
          : field.indicators[1] === '7'
            ? values(field, '2')[0]
            : authorities[field.indicators[1] ?? ''],
      parts: partsOf(field),
    })),
    ...[...chains.values()].map(parts => ({ authority: 'gnd', parts })),
  ].filter(subject => subject.parts.length > 0)
}

export function classificationsOf(marc: MarcFields): NonNullable<ModsFields['classifications']> {
  const of = (tag: string, authority: string, codes = 'ab') =>
    marc.fields(tag).map(field => ({ authority, value: values(field, codes).join(' ') }))
  return [
    ...of('050', 'lcc'),
    ...of('060', 'nlm'),
    ...of('080', 'udc', 'ab'),
    ...of('082', 'ddc', 'a'),
    ...marc
      .fields('084')
      .map(field => ({ authority: values(field, '2')[0] ?? 'local', value: values(field, 'a').join(' ') })),
  ].filter(found => found.value !== '')
}
