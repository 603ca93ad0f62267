// A row of a list as a title: its record from the columns, its images and texts from the folder or file that it names.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { Refusal } from '../../errors.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { languageNamed } from '../../formats/languages/names.ts'
import { ByName, difference } from '../plans/index.ts'
import type { Found } from './find.ts'
import { type DeliveredFile, readFolder, titleFiles } from './folder.ts'
import { kindOf } from './kinds.ts'
import { type Columns, listColumns, type ListHeading, type ListRow } from './list.ts'
import { recordOf } from './record.ts'
import type { SharedReads } from './shared.ts'

/** The entry of a folder that a name stands for; the name itself where there is none, or several that are alike. */
function alikeIn(folder: string, name: string): string {
  if (name === '..' || existsSync(join(folder, name))) return name
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return name
  return new ByName(readdirSync(folder).map(entry => [entry, entry] as const)).get(name) ?? name
}

/** The folder or file that a row names. @throws Refusal not-found, bad-request */
function placeOfRow(list: string, row: ListRow): string {
  const named = row.folder ?? ''
  const home = realpathSync(dirname(list))
  const path = named
    .split(/[\\/]/)
    .filter(part => part !== '' && part !== '.')
    .reduce((above, part) => join(above, alikeIn(above, part)), home)
  if (!existsSync(path)) throw new Refusal('not-found', `The list names ‘${named}’, which is not there.`)
  const real = realpathSync(path)
  if (!real.startsWith(home + sep))
    throw new Refusal('bad-request', `The list names ‘${named}’, which is not below its folder.`)
  return real
}

/** Languages by code or name, as people write them: ger, de, Deutsch; several behind commas, semicolons or spaces. */
function languagesOf(text: string): { readonly codes: string[]; readonly unknown: string[] } {
  const known = (part: string): string[] => {
    const found = languageNamed(part)
    return found === undefined ? [] : [found]
  }
  const parts = text
    .split(/[,;|/]/)
    .map(part => part.trim())
    .filter(part => part !== '')
    // a name may have a space, and so may a list of codes
    .flatMap(part => (known(part).length > 0 ? [part] : part.split(/\s+/)))
  return {
    codes: [...new Set(parts.flatMap(known))],
    unknown: parts.filter(part => known(part).length === 0),
  }
}

/** Columns that nobody knew, or said not to be read. */
function unreadOf(list: string, headings: readonly ListHeading[]): Message[] {
  const unread = headings.filter(each => each.heading !== '' && each.field === null && !each.isNamed)
  if (unread.length === 0) return []
  return [
    {
      level: 'warning',
      code: 'columns-not-read',
      sentence: `${list} has columns that nothing is known of, and that were not read: ${unread.map(({ heading }) => `‘${heading}’`).join(', ')}. Those that are read are called ${listColumns.join(', ')}; an import can say which column is which (columns).`,
    },
  ]
}

/** How the columns of a list were understood, so that it can be corrected. */
const readOf = (list: string, headings: readonly ListHeading[]): Message => ({
  level: 'info',
  code: 'columns-read',
  sentence: `Columns of ${list}: ${headings
    .flatMap(({ heading, field }) => (field === null ? [] : [`‘${heading}’ is ${field}`]))
    .join(', ')}.`,
})

const empty = { images: [], texts: [], files: [], attachments: [] }

/** @throws Refusal where the row is not there, or is not what it should be */
export function ofRow(list: string, number: number, columns: Columns, shared: SharedReads): Found {
  const { rows, first, headings } = shared.list(list, columns)
  const numbered = rows.get(number)
  if (!numbered) throw new Refusal('not-found', `${basename(list)} has no row ${number}.`)
  const where = `Row ${number} of ${basename(list)}`
  if (numbered.fault !== undefined)
    throw new Refusal('not-processable', `${where} cannot be read as it is meant. ${numbered.fault}`)
  const row = numbered.fields
  const { title } = row
  if (title === undefined) throw new Refusal('not-processable', `${where} has no title.`)
  const place = row.folder === undefined ? undefined : placeOfRow(list, row)
  const isFolder = place !== undefined && statSync(place).isDirectory()
  const { images, texts, files, attachments } = isFolder ? titleFiles(readFolder(place)) : empty
  const single: DeliveredFile[] =
    place !== undefined && !isFolder
      ? [{ path: place, name: basename(place), kind: kindOf(place, basename(place)) }]
      : []
  const languages = languagesOf(row.language ?? '')
  const record = recordOf({
    title,
    subTitle: row.subTitle,
    persons: (row.author ?? '')
      .split(/\s*[;|]\s*/)
      .filter(name => name !== '')
      .map(name => ({ name, role: 'aut' })),
    date: row.date,
    place: row.place,
    publisher: row.publisher,
    languages: languages.codes,
    genre: row.genre,
    extent: row.extent,
    shelfLocator: row.shelfLocator,
    identifiers: row.urn === undefined ? [] : [{ scheme: 'urn', value: row.urn }],
    record: row.identifier === undefined ? undefined : { value: row.identifier, source: 'list' },
  })
  const called = place === undefined ? undefined : relative(realpathSync(dirname(list)), place)
  const messages: Message[] = []
  if (number === first) messages.push(...unreadOf(basename(list), headings))
  if (languages.unknown.length > 0)
    messages.push({
      level: 'warning',
      code: 'language-unknown',
      sentence: `${where} has the language ${languages.unknown.map(name => `‘${name}’`).join(', ')}, which is none of ISO 639-2 by its code or name; it is not in the record.`,
    })
  if (called !== undefined && row.folder !== undefined && difference(row.folder, called) !== '')
    messages.push({
      level: 'info',
      code: 'name-alike',
      sentence: `Row ${number} names ‘${row.folder}’, which differs from ‘${called}’ by ${difference(row.folder, called)}.`,
    })
  if (number === first) messages.push(readOf(basename(list), headings))
  return {
    name: called ?? `row ${number}`,
    messages,
    root: isFolder ? place : dirname(list),
    records: [record],
    images: single.length > 0 ? single : images,
    texts,
    files,
    attachments,
    bytes: Buffer.from(JSON.stringify(row)),
    type: row.type,
    origin: 'spreadsheet',
  }
}
