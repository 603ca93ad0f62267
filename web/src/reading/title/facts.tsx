import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ReadingObject } from '../../shared/api.ts'
import { Copy } from '../../shared/components/copy.tsx'
import { type TextKey, useFormats, useText } from '../../shared/text.ts'
import styles from './title.module.css'

const roles = new Set(['aut', 'edt', 'trl', 'ill', 'prt', 'pbl', 'ctb', 'cmp', 'dte', 'art', 'fmo', 'eng'])
const schemes: Readonly<Record<string, string>> = {
  urn: 'URN', doi: 'DOI', isbn: 'ISBN', issn: 'ISSN', zdb: 'ZDB', vd16: 'VD 16', vd17: 'VD 17', vd18: 'VD 18', gw: 'GW', hdl: 'Handle', ppn: 'PPN', oclc: 'OCLC', purl: 'PURL',
}
const licences: readonly (readonly [RegExp, TextKey])[] = [
  [/publicdomain\/(?:zero|mark)/, 'licence.free'],
  [/licenses\/by\//, 'licence.by'],
  [/licenses\/by-sa\//, 'licence.bySa'],
  [/licenses\/by-n[cd]|licenses\/by-nc-/, 'licence.limited'],
  [/rightsstatements\.org/, 'licence.statement'],
]

function Person({ person }: { readonly person: ReadingObject['title']['persons'][number] }) {
  return (
    <Link to="/find" search={{ q: `"${person.name.replaceAll('"', '')}"`, field: 'person' }} dir="auto">
      {person.name}
    </Link>
  )
}

type Digitisation = NonNullable<ReadingObject['digitisation']>
type Somebody = Digitisation['authors'][number]

/** Who had to do with the digitisation, with what they show of themselves. */
function Names({ people }: { readonly people: readonly Somebody[] }) {
  return people.map(({ name, affiliation, url }) => (
    <div key={name} dir="auto">
      {url ? <a href={url}>{name}</a> : name}
      {affiliation ? `, ${affiliation}` : ''}
    </div>
  ))
}

/** What the record says, in the order in which readers ask. */
export function Facts({ object }: { readonly object: ReadingObject }) {
  const say = useText()
  const { languageName, typeName } = useFormats()
  const { title, digitisation } = object
  const byRole = new Map<string, ReadingObject['title']['persons'][number][]>()
  for (const person of title.persons) {
    const role = person.roles.find(each => roles.has(each)) ?? 'person'
    byRole.set(role, [...(byRole.get(role) ?? []), person])
  }
  const imprint = [title.place, title.publisher].filter(text => text).join(' : ')
  const licence = title.licence
  const rows: (readonly [key: string, label: string, value: ReactNode])[] = [
    ...[...byRole].map(
      ([role, persons]) =>
        [
          role,
          say(`role.${role}` as TextKey, { count: persons.length }),
          persons.map(person => (
            <div key={person.name}>
              <Person person={person} />
            </div>
          )),
        ] as const,
    ),
    ['imprint', say('fact.published'), [imprint, title.date].filter(text => text).join(', ')],
    ['type', say('fact.type'), typeName(object.title.type)],
    ['extent', say('fact.extent'), title.extents.join('; ')],
    ['language', say('fact.language'), title.language ? languageName(title.language) : ''],
    ['abstract', say('fact.description'), title.abstracts.map(text => <p key={text} dir="auto">{text}</p>)],
    [
      'subjects',
      say('fact.subjects'),
      title.subjects.map((subject, at) => (
        <span key={subject}>
          {at > 0 ? ', ' : ''}
          <Link to="/find" search={{ q: `"${subject.replaceAll('"', '')}"`, field: 'subject' }}>
            {subject}
          </Link>
        </span>
      )),
    ],
    ['notes', say('fact.notes'), title.notes.map(text => <p key={text} dir="auto">{text}</p>)],
    [
      'signature',
      say('fact.signature'),
      title.signature ? (
        <>
          {title.location ? `${title.location}, ` : ''}
          {title.signature} <Copy text={title.signature} />
        </>
      ) : (
        title.location
      ),
    ],
    ...title.identifiers
      .filter(({ scheme }) => scheme in schemes)
      .map(
        ({ scheme, value }) =>
          [
            `${scheme}${value}`,
            schemes[scheme] as string,
            <>
              <span className={styles.identifier}>{value}</span> <Copy text={value} />
            </>,
          ] as const,
      ),
    ...(digitisation
      ? ([
          ['generators', say('fact.generators'), digitisation.generators],
          ['authors', say('fact.authors'), digitisation.authors],
          ['organisation', say('fact.organisation'), digitisation.organisation ? [digitisation.organisation] : []],
        ] as const).flatMap(([key, label, people]) => (people.length > 0 ? [[key, label, <Names people={people} />] as const] : []))
      : []),
    [
      'licence',
      say('fact.licence'),
      licence ? (
        <>
          <a rel="license" href={licence.uri}>
            {licence.label}
          </a>{' '}
          {licences.filter(([pattern]) => pattern.test(licence.uri)).slice(0, 1).map(([, key]) => `– ${say(key)}`)}
        </>
      ) : (
        say('licence.none')
      ),
    ],
  ]
  return (
    <dl className={styles.facts}>
      {rows
        .filter(([, , value]) => (Array.isArray(value) ? value.length > 0 : value !== '' && value !== null))
        .map(([key, label, value]) => (
          <div key={key} className={styles.fact}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
