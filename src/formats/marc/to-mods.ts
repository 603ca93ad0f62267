// MARC 21 as MODS, by the mapping of the Library of Congress; docs/mappings.md has the table, and what is left out.
// @see https://www.loc.gov/standards/mods/mods-mapping.html
import { tableOf } from '../../codes.ts'
import type { ModsFields, PersonFields } from '../mods/fields.ts'
import { codedOf } from './leader.ts'
import { type DataField, MarcFields, type MarcRecord, values } from './record.ts'
import { relatedOf } from './related.ts'
import { classificationsOf, subjectsOf } from './subjects.ts'
import { tidy } from './tidy.ts'

const nameTypeOf = (tag: string): PersonFields['type'] =>
  tag.endsWith('00') ? 'personal' : tag.endsWith('10') ? 'corporate' : 'conference'

/** Addresses of persons: 0 of the field, where it is one or names the authority file of German libraries. */
function addressOf(field: DataField): string | undefined {
  const numbers = values(field, '0')
  const gnd = numbers.map(number => /^\(DE-588\)(.+)$/.exec(number)?.[1]).find(found => found !== undefined)
  return gnd === undefined
    ? numbers.find(number => /^https?:\/\//.test(number))
    : `http://d-nb.info/gnd/${gnd}`
}

/** @param field 100 to 111, 700 to 711, or their twin in another script */
export function personOfField(field: DataField, tag = field.tag): PersonFields | undefined {
  const type = nameTypeOf(tag)
  const isPerson = type === 'personal'
  const name = values(field, isPerson ? 'aq' : type === 'corporate' ? 'abndc' : 'acdenq')
    .map(part => tidy(part))
    .join(isPerson ? ' ' : '. ')
  if (name === '') return undefined
  const codes = values(field, '4').map(code => code.replace(/^.*\//, ''))
  const words = values(field, type === 'conference' ? 'j' : 'e').map(word => tidy(word))
  const [role, ...roles] = codes.length > 0 ? codes : words
  return {
    name,
    type: field.indicators[0] === '3' && isPerson ? 'family' : type,
    role: role ?? (tag.startsWith('1') ? 'aut' : 'ctb'),
    roles,
    terms: isPerson
      ? values(field, 'bc')
          .map(part => tidy(part))
          .join(', ') || undefined
      : undefined,
    dates: isPerson ? values(field, 'd').map(part => tidy(part))[0] : undefined,
    uri: addressOf(field),
  }
}

function titlesOf(marc: MarcFields): Pick<
  ModsFields,
  'nonSort' | 'subTitle' | 'partNumber' | 'partName' | 'otherTitles'
> & {
  title: string | undefined
} {
  const [field] = marc.fields('245')
  const [whole] = values(field, 'a')
  const [skipped] = [Number(field?.indicators[1]) || 0]
  // articles are counted, or stand between marks
  const marked = /^[\u0098\u00ac]([^\u009c\u00ac]*)[\u009c\u00ac]\s*(.*)$/.exec(whole ?? '')
  const nonSort =
    marked?.[1] ?? (skipped > 0 && whole && skipped < whole.length ? whole.slice(0, skipped) : undefined)
  const rest = marked?.[2] ?? (nonSort === undefined ? whole : whole?.slice(skipped))
  const title = [rest, ...values(field, 'fgk')]
    .filter(part => part !== undefined)
    .map(part => tidy(part.replaceAll(/[\u0098\u009c]/g, '')))
    .join(' ')
  const text = (found: DataField, codes: string) =>
    values(found, codes)
      .map(part => tidy(part.replaceAll(/[\u0098\u009c]/g, '')))
      .join(' ')
  const whole245 = (code: string) =>
    tidy(
      values(field, code)
        .join(' ')
        .replaceAll(/[\u0098\u009c]/g, ''),
    ) || undefined
  const other = (tags: readonly string[], type: 'alternative' | 'uniform' | 'translated' | 'abbreviated') =>
    marc
      .fields(...tags)
      .filter(found => !(found.tag === '740' && found.indicators[1] === '2'))
      .map(found => ({
        type,
        title: text(found, 'afgklmors'),
        subTitle: text(found, 'b') || undefined,
        partNumber: text(found, 'n') || undefined,
        partName: text(found, 'p') || undefined,
      }))
      .filter(found => found.title !== '')
  return {
    title: title || undefined,
    nonSort: nonSort?.trim() || undefined,
    // repeated ones stand one behind the other, with the signs between them
    subTitle: whole245('b'),
    partNumber: whole245('n'),
    partName: whole245('p'),
    otherTitles: [
      ...other(['130', '240', '730'], 'uniform'),
      ...other(['210'], 'abbreviated'),
      ...other(['242'], 'translated'),
      ...other(['246', '247', '740'], 'alternative'),
      // the title in its own script
      ...marc
        .fields('880')
        .filter(found => values(found, '6').some(link => link.startsWith('245')))
        .map(found => ({
          type: 'alternative' as const,
          title: text(found, 'afgk'),
          subTitle: text(found, 'b') || undefined,
        }))
        .filter(found => found.title !== ''),
    ],
  }
}

/** What each of repeated fields says, in the order of its subfields. */
const textsOf = (fields: readonly DataField[], codes: string): string[] =>
  fields.map(field => values(field, codes).join(' ').trim()).filter(text => text !== '')

function originOf(
  marc: MarcFields,
): Pick<
  ModsFields,
  | 'place'
  | 'furtherPlaces'
  | 'publisher'
  | 'furtherPublishers'
  | 'date'
  | 'edition'
  | 'furtherEditions'
  | 'frequency'
> {
  const publications = marc.fields('264').filter(field => field.indicators[1] === '1')
  const others = marc.fields('264').filter(field => field.indicators[1] !== '4')
  const imprints =
    publications.length > 0
      ? publications
      : marc.fields('260').length > 0
        ? marc.fields('260')
        : others.slice(0, 1)
  const [imprint] = imprints
  const one = (code: string) => values(imprint, code).map(part => tidy(part))[0]
  const each = (code: string) => [
    ...new Set(
      imprints
        .flatMap(field => values(field, code))
        .map(part => tidy(part))
        .filter(part => part !== ''),
    ),
  ]
  const [place, ...furtherPlaces] = each('a')
  const [publisher, ...furtherPublishers] = each('b')
  const copyright = marc.fields('264').find(field => field.indicators[1] === '4')
  const [from, to] = codedOf(marc).codedDates ?? []
  const [edition, ...furtherEditions] = textsOf(marc.fields('250'), 'ab')
  return {
    place,
    furtherPlaces,
    publisher,
    furtherPublishers,
    date:
      one('c') ??
      values(copyright, 'c').map(part => tidy(part))[0] ??
      (to === undefined && /^\d{4}$/.test(from ?? '') ? from : undefined),
    edition,
    furtherEditions,
    frequency: marc.one('310', 'a'),
  }
}

const noteTypes: Readonly<Record<string, string | undefined>> = tableOf({
  500: undefined, 501: 'with', 502: 'thesis', 504: 'bibliography', 508: 'creation/production credits', 510: 'citation/reference',
  511: 'performers', 515: 'numbering', 518: 'venue', 530: 'additional physical form', 533: 'reproduction', 534: 'original version',
  535: 'original location', 536: 'funding', 538: 'system details', 545: 'biographical/historical', 546: 'language', 555: 'finding aid',
  561: 'ownership', 562: 'version identification', 563: 'binding', 580: undefined, 581: 'publications', 583: 'action', 585: 'exhibitions',
}) // prettier-ignore

function notesOf(marc: MarcFields): NonNullable<ModsFields['notes']> {
  const responsible = marc.one('245', 'c')
  const dates = marc.one('362', 'a')
  return [
    ...(responsible === undefined ? [] : [{ type: 'statement of responsibility', text: tidy(responsible) }]),
    ...(dates === undefined ? [] : [{ type: 'date/sequential designation', text: dates }]),
    ...marc.fields(...Object.keys(noteTypes)).map(field => ({
      type: noteTypes[field.tag],
      text: field.subfields
        .filter(([code]) => /[a-z3]/.test(code))
        .map(([, value]) => value.trim())
        .join(' '),
    })),
  ].filter(note => note.text !== '')
}

const numberKinds: Readonly<Record<string, string>> = tableOf({
  0: 'isrc',
  1: 'upc',
  2: 'ismn',
  3: 'ean',
  4: 'sici',
})

function identifiersOf(marc: MarcFields): { scheme: string; value: string }[] {
  const of = (scheme: string, found: readonly string[]) => found.map(value => ({ scheme, value }))
  return [
    ...of(
      'isbn',
      marc.all('020', 'a').map(value => value.split(' ')[0] as string),
    ),
    ...of('issn', marc.all('022', 'a')),
    ...of('lccn', marc.all('010', 'a')),
    ...marc.fields('024').flatMap(field => {
      const scheme =
        field.indicators[0] === '7' ? values(field, '2')[0] : numberKinds[field.indicators[0] ?? '']
      return values(field, 'a').map(value => ({
        scheme: /^urn:/i.test(value) ? 'urn' : (scheme ?? 'local'),
        value,
      }))
    }),
    // 016 of the union list of serials, 035 of the catalogues that the record has passed
    ...marc
      .fields('016')
      .filter(field => values(field, '2').includes('DE-600'))
      .flatMap(field => of('zdb', values(field, 'a'))),
    ...marc.all('035', 'a').flatMap(value => {
      const found = /^\((OCoLC|DE-599)\)(?:DNB|ZDB|OC|on|oc[mn])?(.+)$/.exec(value)
      return found ? [{ scheme: found[1] === 'OCoLC' ? 'oclc' : 'dnb', value: found[2] as string }] : []
    }),
    ...of(
      'urn',
      marc.all('856', 'u').filter(value => /^urn:/i.test(value)),
    ),
  ]
}

function conditionsOf(marc: MarcFields): NonNullable<ModsFields['accessConditions']> {
  const of = (tag: string, type: string) =>
    marc.fields(tag).map(field => {
      const [href] = values(field, 'u').filter(address => /^https?:/.test(address))
      return { type, href, text: values(field, 'abcdf').join(' ') || (href ?? '') }
    })
  return [...of('506', 'restriction on access'), ...of('540', 'use and reproduction')].filter(
    found => found.text !== '',
  )
}

/** @returns fields without a title where it has none */
export function fieldsOfMarc(
  record: MarcRecord,
): Omit<ModsFields, 'title'> & { readonly title: string | undefined } {
  const marc = new MarcFields(record)
  const number = marc.control('001')?.trim()
  const persons = marc
    .fields('100', '110', '111', '700', '710', '711', '720')
    // what has a title is another work
    .filter(field => values(field, 't').length === 0)
    .map(field =>
      field.tag === '720'
        ? { name: values(field, 'a').join(' '), role: values(field, '4e')[0] }
        : personOfField(field),
    )
    .filter((person): person is PersonFields => person !== undefined && person.name !== '')
  const coded = codedOf(marc)
  const [extent, ...furtherExtents] = textsOf(marc.fields('300'), 'abcefg')
  const [holding] = marc.fields('852')
  return {
    ...coded,
    ...titlesOf(marc),
    persons,
    ...originOf(marc),
    genres: marc.fields('655').flatMap(field =>
      values(field, 'a').map(value => ({
        value: tidy(value),
        authority: field.indicators[1] === '7' ? values(field, '2')[0] : undefined,
      })),
    ),
    extent,
    furtherExtents,
    abstracts: marc.fields('520').map(field => values(field, 'ab').join(' ')),
    contents: marc.fields('505').map(field => values(field, 'agrt').join(' ')),
    notes: notesOf(marc),
    subjects: subjectsOf(marc),
    classifications: classificationsOf(marc),
    related: relatedOf(marc),
    shelfLocator: values(holding, 'khijlm').join(' ') || undefined,
    physicalLocation: values(holding, 'abc').join(', ') || undefined,
    itemIdentifier: values(holding, 'p')[0],
    urls: marc.all('856', 'u').filter(value => /^https?:\/\//.test(value)),
    accessConditions: conditionsOf(marc),
    identifiers: identifiersOf(marc),
    ...(number ? { record: { value: number, source: marc.control('003')?.trim() || 'marc' } } : {}),
    recordOrigin: 'Converted from MARC 21',
  }
}
