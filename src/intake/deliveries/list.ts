// A list of titles with the folders of their images: CSV or XLSX. Columns are known by their headings, in the languages that they come in.
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
  shelfLocator: ['shelfmark', 'signatur', 'call number', 'cote', 'segnatura', 'signatura', 'shelf mark'],
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

interface Table {
  readonly columns: readonly (ListColumn | undefined)[]
  /** Headings of no known meaning */
  readonly unknown: readonly string[]
  readonly rows: readonly TableRow[]
}

function readWorkbook(path: string): (part: string) => string | undefined {
  if (statSync(path).size > maxListBytes)
    throw new Refusal('too-large', `${basename(path)} has more than ${maxListBytes} bytes.`)
  return readSmallZip(readFileSync(path), basename(path), maxListBytes)
}

function readTable(path: string): Table {
  const isWorkbook = /^\.xlsx$/i.test(extname(path))
  const rows = isWorkbook ? readXlsx(readWorkbook(path)) : readCsv(decodeTable(readFileSync(path)))
  const [head, ...rest] = rows
  const columns = (head?.fields ?? []).map(columnOfHeading)
  // the first column of a heading counts
  const known = columns.map((column, at) =>
    column !== undefined && columns.indexOf(column) === at ? column : undefined,
  )
  return {
    columns: known,
    unknown: (head?.fields ?? []).filter((heading, at) => heading.trim() !== '' && known[at] === undefined),
    rows: rest,
  }
}

/**
 * Whether its first line names titles and their folders.
 * @param isAlone a file that was named itself: then numbers of titles do in the place of folders, for titles without images
 */
export function isTitleList(path: string, isAlone = false): boolean {
  try {
    const { columns } = readTable(path)
    return (
      columns.includes('title') && (columns.includes('folder') || (isAlone && columns.includes('identifier')))
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

function rowsOf({ columns, rows }: Table): NumberedRow[] {
  return rows.map(({ number, fields, fault }) => ({
    number,
    fields: Object.fromEntries(
      columns.flatMap((column, at) => (column && fields[at]?.trim() ? [[column, fields[at].trim()]] : [])),
    ),
    fault,
  }))
}

/** @returns rows with their numbers in the sheet */
export const listRows = (path: string): NumberedRow[] => rowsOf(readTable(path))

export interface TitleList {
  readonly rows: ReadonlyMap<number, NumberedRow>
  /** Number of the first row below the headings */
  readonly first: number | undefined
  /** Headings that were not understood */
  readonly unknown: readonly string[]
}

export function readList(path: string): TitleList {
  const table = readTable(path)
  return {
    rows: new Map(rowsOf(table).map(row => [row.number, row])),
    first: table.rows[0]?.number,
    unknown: table.unknown,
  }
}

/** The columns that a list may have. */
export const listColumns = Object.keys(headings) as readonly ListColumn[]
