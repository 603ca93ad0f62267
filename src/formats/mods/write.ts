// Writes a MODS 3.7 record from plain fields, for titles that are entered through the API instead of a record.
import { escapeXml } from '../xml/read.ts'
import { modsNamespace } from './read.ts'

export interface ModsFields {
  readonly title: string
  readonly subTitle?: string | undefined
  readonly nonSort?: string | undefined
  readonly partNumber?: string | undefined
  readonly partName?: string | undefined
  readonly persons?: readonly { readonly name: string; readonly role?: string | undefined }[] | undefined
  readonly date?: string | undefined
  readonly place?: string | undefined
  readonly publisher?: string | undefined
  readonly languages?: readonly string[] | undefined
  readonly genre?: string | undefined
  readonly extent?: string | undefined
  readonly shelfLocator?: string | undefined
  readonly identifiers?: readonly { readonly scheme: string; readonly value: string }[] | undefined
  readonly record?: { readonly value: string; readonly source: string } | undefined
}

const element = (name: string, text: string | undefined, attributes = ''): string =>
  text === undefined || text === '' ? '' : `<${name}${attributes}>${escapeXml(text)}</${name}>`
const wrap = (name: string, content: string, attributes = ''): string =>
  content === '' ? '' : `<${name}${attributes}>${content}</${name}>`

export function writeMods(fields: ModsFields): string {
  const persons = (fields.persons ?? []).map(person =>
    wrap(
      'name',
      element('namePart', person.name) +
        element('displayForm', person.name) +
        wrap('role', element('roleTerm', person.role, ' type="code" authority="marcrelator"')),
    ),
  )
  const parts = [
    wrap(
      'titleInfo',
      element('nonSort', fields.nonSort) +
        element('title', fields.title) +
        element('subTitle', fields.subTitle) +
        element('partNumber', fields.partNumber) +
        element('partName', fields.partName),
    ),
    ...persons,
    element('genre', fields.genre),
    wrap(
      'originInfo',
      wrap('place', element('placeTerm', fields.place, ' type="text"')) +
        element('publisher', fields.publisher) +
        element(
          'dateIssued',
          fields.date,
          /^\d{4}(-\d{2}){0,2}$/.test(fields.date ?? '') ? ' encoding="iso8601" keyDate="yes"' : '',
        ),
      ' eventType="publication"',
    ),
    ...(fields.languages ?? []).map(code =>
      wrap('language', element('languageTerm', code, ' type="code" authority="iso639-2b"')),
    ),
    wrap('physicalDescription', element('extent', fields.extent)),
    ...(fields.identifiers ?? []).map(identifier =>
      element('identifier', identifier.value, ` type="${escapeXml(identifier.scheme)}"`),
    ),
    wrap('location', element('shelfLocator', fields.shelfLocator)),
    wrap(
      'recordInfo',
      fields.record
        ? element('recordIdentifier', fields.record.value, ` source="${escapeXml(fields.record.source)}"`)
        : '',
    ),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>\n<mods xmlns="${modsNamespace}" version="3.7">\n${parts
    .filter(part => part !== '')
    .map(part => `  ${part}\n`)
    .join('')}</mods>\n`
}
