// What the leader and the fixed fields of MARC 21 code: kind of thing, years, languages, country.
import { tableOf } from '../../codes.ts'
import type { ModsFields } from '../mods/fields.ts'
import type { MarcFields } from './record.ts'

const kinds: Readonly<Record<string, string>> = tableOf({
  a: 'text', t: 'text', e: 'cartographic', f: 'cartographic', c: 'notated music', d: 'notated music', i: 'sound recording-nonmusical',
  j: 'sound recording-musical', k: 'still image', g: 'moving image', r: 'three dimensional object', m: 'software, multimedia',
  p: 'mixed material', o: 'mixed material',
}) // prettier-ignore
const issuances: Readonly<Record<string, NonNullable<ModsFields['issuance']>>> = tableOf({
  a: 'monographic', c: 'monographic', d: 'monographic', m: 'monographic', b: 'serial', s: 'serial', i: 'integrating resource',
}) // prettier-ignore

const year = (text: string): string | undefined =>
  /^[0-9u]{4}$/.test(text) && /^\d/.test(text) ? text : undefined

type Coded = Pick<
  ModsFields,
  | 'typeOfResource' | 'isManuscript' | 'isCollection' | 'issuance' | 'genre' | 'codedDates' | 'isDateDoubtful' | 'countryCode' | 'languages'
> // prettier-ignore

/** @see https://www.loc.gov/marc/bibliographic/bd008a.html */
export function codedOf(marc: MarcFields): Coded {
  const { leader } = marc.record
  const [kind = '', level = ''] = [leader[6], leader[7]]
  const fixed = marc.control('008') ?? ''
  const from = year(fixed.slice(7, 11))
  const to = year(fixed.slice(11, 15))
  const isRange = 'cdikmqu'.includes(fixed[6] ?? ' ')
  const language = fixed.slice(35, 38)
  // older records glue the codes together: gerlat
  const written = marc
    .all('041', 'ad')
    .flatMap(codes => (codes.match(/^([a-z]{3})+$/) ? (codes.match(/.{3}/g) ?? []) : []))
  const languages = [language, ...written].filter(
    code => /^[a-z]{3}$/.test(code) && code !== 'zxx' && code !== 'und',
  )
  const country = fixed.slice(15, 18).trim()
  const isSerial = level === 's' || level === 'b'
  const serialGenre = isSerial ? ({ n: 'newspaper', p: 'periodical' } as const)[fixed[21] ?? ''] : undefined
  // position 19: a set of several volumes
  const issuance = level === 'm' && leader[19] === 'a' ? 'multipart monograph' : issuances[level]
  return {
    typeOfResource: kinds[kind],
    isManuscript: 'dft'.includes(kind || ' '),
    isCollection: level === 'c' || level === 'd',
    ...(issuance === undefined ? {} : { issuance }),
    ...(serialGenre === undefined ? {} : { genre: serialGenre }),
    codedDates:
      from === undefined ? undefined : isRange && to !== undefined && to !== '9999' ? [from, to] : [from],
    isDateDoubtful: fixed[6] === 'q',
    countryCode: /^[a-z]{2,3}$/.test(country) ? country : undefined,
    languages: [...new Set(languages)],
  }
}
