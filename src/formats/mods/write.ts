// Writes a MODS 3.7 record from plain fields: those that are entered through the API, and what other formats map to.
import { escapeXml } from '../xml/read.ts'
import type { ModsFields, PersonFields, RelatedFields, SubjectPart, TitleFields } from './fields.ts'
import { modsNamespace } from './read.ts'

export type { ModsFields } from './fields.ts'

const element = (name: string, text: string | undefined, attributes = ''): string =>
  text === undefined || text.trim() === '' ? '' : `<${name}${attributes}>${escapeXml(text)}</${name}>`
const wrap = (name: string, content: string, attributes = ''): string =>
  content === '' ? '' : `<${name}${attributes}>${content}</${name}>`
const attribute = (name: string, value: string | undefined): string =>
  value === undefined || value === '' ? '' : ` ${name}="${escapeXml(value)}"`

type AnyTitle = { readonly [K in keyof TitleFields]?: TitleFields[K] | undefined }

const titleInfo = (fields: AnyTitle, attributes = ''): string =>
  wrap(
    'titleInfo',
    element('nonSort', fields.nonSort) +
      element('title', fields.title) +
      element('subTitle', fields.subTitle) +
      element('partNumber', fields.partNumber) +
      element('partName', fields.partName),
    attributes,
  )

const nameOf = (person: PersonFields): string =>
  wrap(
    'name',
    element('namePart', person.name) +
      element('namePart', person.terms, ' type="termsOfAddress"') +
      element('namePart', person.dates, ' type="date"') +
      element('displayForm', person.name) +
      [person.role, ...(person.roles ?? [])]
        .map(role =>
          wrap(
            'role',
            element(
              'roleTerm',
              role,
              /^[a-z]{3}$/.test(role ?? '') ? ' type="code" authority="marcrelator"' : ' type="text"',
            ),
          ),
        )
        .join(''),
    attribute('type', person.type) + attribute('valueURI', person.uri),
  )

function originInfo(fields: ModsFields): string {
  const { date, codedDates } = fields
  const isPlain = /^\d{4}(-\d{2}){0,2}$/.test(date ?? '')
  const [from, to] = codedDates ?? []
  const doubt = fields.isDateDoubtful ? ' qualifier="questionable"' : ''
  const key = isPlain ? '' : ' keyDate="yes"'
  const coded =
    to === undefined
      ? isPlain && from === date
        ? ''
        : element('dateIssued', from, ` encoding="marc"${key}${doubt}`)
      : element('dateIssued', from, ` encoding="marc" point="start"${key}${doubt}`) +
        element('dateIssued', to, ` encoding="marc" point="end"${doubt}`)
  return wrap(
    'originInfo',
    wrap(
      'place',
      element('placeTerm', fields.place, ' type="text"') +
        element('placeTerm', fields.countryCode, ' type="code" authority="marccountry"'),
    ) +
      (fields.furtherPlaces ?? [])
        .map(place => wrap('place', element('placeTerm', place, ' type="text"')))
        .join('') +
      element('publisher', fields.publisher) +
      (fields.furtherPublishers ?? []).map(publisher => element('publisher', publisher)).join('') +
      element('dateIssued', date, isPlain ? ' encoding="iso8601" keyDate="yes"' : '') +
      coded +
      element('edition', fields.edition) +
      (fields.furtherEditions ?? []).map(edition => element('edition', edition)).join('') +
      element('issuance', fields.issuance) +
      element('frequency', fields.frequency),
    ' eventType="publication"',
  )
}

const subjectPart = ([kind, value]: SubjectPart): string =>
  kind === 'title'
    ? titleInfo({ title: value })
    : ['personal', 'corporate', 'conference'].includes(kind)
      ? wrap('name', element('namePart', value), ` type="${kind}"`)
      : element(kind, value)

const identifier = ({ scheme, value }: { scheme: string; value: string }): string =>
  element('identifier', value, attribute('type', scheme))
const recordInfo = (
  record: { readonly value: string; readonly source: string } | undefined,
  origin?: string,
): string =>
  wrap(
    'recordInfo',
    (record ? element('recordIdentifier', record.value, attribute('source', record.source)) : '') +
      element('recordOrigin', origin),
  )

const related = (item: RelatedFields): string =>
  wrap(
    'relatedItem',
    titleInfo({ title: item.title, partNumber: item.number }) +
      (item.person === undefined ? '' : nameOf({ name: item.person })) +
      (item.identifiers ?? []).map(identifier).join('') +
      wrap('part', element('text', item.part)) +
      recordInfo(item.record),
    attribute('type', item.type),
  )

export function writeMods(fields: ModsFields): string {
  const {
    persons = [],
    genres = [],
    languages = [],
    abstracts = [],
    contents = [],
    notes = [],
    subjects = [],
  } = fields
  const parts = [
    titleInfo(fields),
    ...(fields.otherTitles ?? []).map(title => titleInfo(title, ` type="${title.type}"`)),
    ...persons.map(nameOf),
    element(
      'typeOfResource',
      fields.typeOfResource,
      (fields.isCollection ? ' collection="yes"' : '') + (fields.isManuscript ? ' manuscript="yes"' : ''),
    ),
    element('genre', fields.genre),
    ...genres.map(genre => element('genre', genre.value, attribute('authority', genre.authority))),
    originInfo(fields),
    ...languages.map(code =>
      wrap('language', element('languageTerm', code, ' type="code" authority="iso639-2b"')),
    ),
    wrap('physicalDescription', element('extent', fields.extent)),
    ...(fields.furtherExtents ?? []).map(extent => wrap('physicalDescription', element('extent', extent))),
    ...abstracts.map(text => element('abstract', text)),
    ...contents.map(text => element('tableOfContents', text)),
    ...notes.map(note => element('note', note.text, attribute('type', note.type))),
    ...subjects.map(subject =>
      wrap('subject', subject.parts.map(subjectPart).join(''), attribute('authority', subject.authority)),
    ),
    ...(fields.classifications ?? []).map(found =>
      element('classification', found.value, attribute('authority', found.authority)),
    ),
    ...(fields.related ?? []).map(related),
    ...(fields.identifiers ?? []).map(identifier),
    wrap(
      'location',
      element('physicalLocation', fields.physicalLocation) +
        (fields.itemIdentifier === undefined
          ? element('shelfLocator', fields.shelfLocator)
          : wrap(
              'holdingSimple',
              wrap(
                'copyInformation',
                element('shelfLocator', fields.shelfLocator) +
                  element('itemIdentifier', fields.itemIdentifier, ' type="barcode"'),
              ),
            )),
    ),
    ...(fields.urls ?? []).map(url => wrap('location', element('url', url))),
    ...(fields.accessConditions ?? []).map(condition =>
      element(
        'accessCondition',
        condition.text,
        attribute('type', condition.type) + attribute('xlink:href', condition.href),
      ),
    ),
    wrap('part', wrap('detail', element('number', fields.volume), ' type="volume"')),
    recordInfo(fields.record, fields.recordOrigin),
  ]
  const links = parts.some(part => part.includes(' xlink:href='))
    ? ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    : ''
  return `<?xml version="1.0" encoding="UTF-8"?>\n<mods xmlns="${modsNamespace}"${links} version="3.7">\n${parts
    .filter(part => part !== '')
    .map(part => `  ${part}\n`)
    .join('')}</mods>\n`
}
