// A list of titles with the folders of their images: CSV or XLSX. Columns are known by their headings, in the languages that they come in, or
// an import says what they are.
import { readFileSync, statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Refusal } from '../../errors.ts'
import { decodeTable, readCsv } from '../../formats/table/csv.ts'
import { readSmallZip } from '../../formats/table/small-zip.ts'
import type { TableRow } from '../../formats/table/row.ts'
import { readXlsx } from '../../formats/table/xlsx.ts'

const headings = {
  folder: [
    'folder',
    'ordner',
    'verzeichnis',
    'directory',
    'path',
    'pfad',
    'file',
    'datei',
    'dossier',
    'cartella',
    'carpeta',
    'images',
    'scans',
    'bilder',
  ],
  identifier: [
    'identifier',
    'id',
    'record id',
    'recordid',
    'ppn',
    'ac-nummer',
    'ac',
    'katkey',
    'system number',
    'systemnummer',
    'kennung',
    'mms id',
    'mmsid',
  ],
  title: ['title', 'titel', 'titre', 'titolo', 'título', 'titulo', 'haupttitel', 'main title'],
  subTitle: ['subtitle', 'untertitel', 'sub title', 'sous-titre', 'zusatz'],
  author: [
    'author',
    'authors',
    'autor',
    'autoren',
    'verfasser',
    'verfasserin',
    'creator',
    'urheber',
    'auteur',
    'person',
    'autore',
  ],
  date: [
    'date',
    'year',
    'jahr',
    'datum',
    'erscheinungsjahr',
    'année',
    'annee',
    'anno',
    'año',
    'publication year',
  ],
  place: ['place', 'ort', 'erscheinungsort', 'verlagsort', 'lieu', 'luogo', 'lugar'],
  publisher: ['publisher', 'verlag', 'verleger', 'drucker', 'éditeur', 'editeur', 'editore', 'editorial'],
  language: ['language', 'sprache', 'langue', 'lingua', 'idioma'],
  shelfLocator: [
    'shelfmark',
    'signature',
    'signatur',
    'call number',
    'cote',
    'segnatura',
    'signatura',
    'shelf mark',
  ],
  extent: ['extent', 'umfang', 'pages', 'seiten', 'collation'],
  genre: ['genre', 'gattung', 'form'],
  type: ['type', 'typ', 'dokumenttyp'],
  urn: ['urn'],
} as const
export type ListColumn = keyof typeof headings
export type ListRow = Readonly<Partial<Record<ListColumn, string>>>

/** What a list may begin with, for those who make one. */
export const listTemplate = `${Object.keys(headings).join(';')}\r\nAC00000001;AC00000001;Der Titel;;Muster, Maria;1897;Leipzig;Reclam;ger;I 1234;XII, 345 S.;;monograph;\r\n`

const plain = (heading: string): string =>
  heading.normalize('NFC').toLowerCase().replace(/[*:]/g, '').replaceAll('_', ' ').trim()

function columnOfHeading(heading: string): ListColumn | undefined {
  const wanted = plain(heading)
  return (Object.keys(headings) as ListColumn[]).find(
    column => column.toLowerCase() === wanted || (headings[column] as readonly string[]).includes(wanted),
  )
}

const maxListBytes = 64 * 1024 * 1024

/** What an import says of columns: heading to field, `none` for one that is not to be read. */
export type Columns = Readonly<Record<string, ListColumn | typeof notRead>>
export const notRead = 'none'

/** The field that somebody means by its name, or by a word that such columns are headed with. @throws Refusal bad-request */
export function fieldNamed(name: string): ListColumn | typeof notRead {
  const field = plain(name) === notRead ? notRead : columnOfHeading(name)
  if (field === undefined)
    throw new Refusal(
      'bad-request',
      `There is no field ‘${name}’ of lists; fields are ${listColumns.join(', ')}, and ${notRead} for a column that is not to be read.`,
    )
  return field
}

/** How a column was understood. */
export interface ListHeading {
  readonly heading: string
  /** Null: it is not read */
  readonly field: ListColumn | null
  /** Whether the import said it */
  readonly isNamed: boolean
}

interface Table {
  readonly headings: readonly ListHeading[]
  readonly rows: readonly TableRow[]
}

function readWorkbook(path: string): (part: string) => string | undefined {
  if (statSync(path).size > maxListBytes)
    throw new Refusal('too-large', `${basename(path)} has more than ${maxListBytes} bytes.`)
  return readSmallZip(readFileSync(path), basename(path), maxListBytes)
}

/**
 * What an import says goes before what is guessed, and the first column of a field before others.
 * @throws Refusal bad-request where two columns are said to be one field
 */
function understood(heads: readonly string[], columns: Columns): ListHeading[] {
  const said = new Map(Object.entries(columns).map(([heading, field]) => [plain(heading), field]))
  const seen = new Set<string>()
  const taken = new Map<ListColumn, string>()
  const byHand = heads.map(heading => {
    const key = plain(heading)
    // of columns that are headed alike the first is meant
    const field = seen.has(key) ? undefined : said.get(key)
    seen.add(key)
    if (field === undefined || field === notRead) return field
    const other = taken.get(field)
    if (other !== undefined)
      throw new Refusal(
        'bad-request',
        `The columns ‘${other}’ and ‘${heading.trim()}’ cannot both be ${field}.`,
      )
    taken.set(field, heading.trim())
    return field
  })
  return heads.map((heading, at) => {
    const field = byHand[at]
    if (field !== undefined)
      return { heading: heading.trim(), field: field === notRead ? null : field, isNamed: true }
    const guessed = columnOfHeading(heading)
    const isFree = guessed !== undefined && !taken.has(guessed)
    if (isFree) taken.set(guessed, heading.trim())
    return { heading: heading.trim(), field: isFree ? guessed : null, isNamed: false }
  })
}

function readTable(path: string, columns: Columns): Table {
  const isWorkbook = /^\.xlsx$/i.test(extname(path))
  const rows = isWorkbook ? readXlsx(readWorkbook(path)) : readCsv(decodeTable(readFileSync(path)))
  const [head, ...rest] = rows
  return { headings: understood(head?.fields ?? [], columns), rows: rest }
}

/** What the columns of a list are taken for; none of what is no table at all. */
export function headingsOf(path: string, columns: Columns): readonly ListHeading[] {
  try {
    return readTable(path, columns).headings
  } catch (error) {
    if (error instanceof Refusal) return []
    throw error
  }
}

/** @throws Refusal bad-request naming columns of the import that none of the lists has */
export function requireColumns(paths: readonly string[], columns: Columns): void {
  const named = Object.keys(columns)
  if (named.length === 0) return
  if (paths.length === 0)
    throw new Refusal('bad-request', 'columns are those of a list of titles (CSV, XLSX); there is none here.')
  const there = paths.flatMap(path => readTable(path, columns).headings.map(({ heading }) => heading))
  const known = new Set(there.map(plain))
  const strange = named.filter(heading => !known.has(plain(heading)))
  if (strange.length > 0)
    throw new Refusal(
      'bad-request',
      `${paths.map(path => basename(path)).join(', ')} ${paths.length === 1 ? 'has' : 'have'} no column ${strange.map(heading => `‘${heading}’`).join(', ')}; there are ${there
        .filter(heading => heading !== '')
        .map(heading => `‘${heading}’`)
        .join(', ')}.`,
      { columns: strange },
    )
}

/**
 * Whether its first line names titles and their folders.
 * @param isAlone a file that was named itself: then numbers of titles do in the place of folders, for titles without images
 */
export function isTitleList(path: string, columns: Columns, isAlone = false): boolean {
  try {
    const fields = readTable(path, columns).headings.map(({ field }) => field)
    return (
      fields.includes('title') && (fields.includes('folder') || (isAlone && fields.includes('identifier')))
    )
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

export interface NumberedRow {
  /** In the sheet */
  readonly number: number
  readonly fields: ListRow
  /** Why it cannot be read as it is meant */
  readonly fault: string | undefined
}

export interface TitleList {
  /** By their numbers in the sheet */
  readonly rows: ReadonlyMap<number, NumberedRow>
  /** Number of the first row below the headings */
  readonly first: number | undefined
  readonly headings: readonly ListHeading[]
}

export function readList(path: string, columns: Columns): TitleList {
  const { headings: heads, rows } = readTable(path, columns)
  const numbered = rows.map(({ number, fields, fault }): NumberedRow => ({
    number,
    fields: Object.fromEntries(
      heads.flatMap(({ field }, at) => (field && fields[at]?.trim() ? [[field, fields[at].trim()]] : [])),
    ),
    fault,
  }))
  return { rows: new Map(numbered.map(row => [row.number, row])), first: rows[0]?.number, headings: heads }
}

/** The columns that a list may have. */
export const listColumns = Object.keys(headings) as readonly ListColumn[]
