// The first sheet of an Office Open XML workbook as rows of text, each cell as whoever made the sheet sees it.
// @see ISO/IEC 29500-1, 18.2 (workbooks), 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles)
import { readXml, type XmlElement } from '../xml/read.ts'
import { formatsOf, shownNumber } from './number-formats.ts'
import type { TableRow } from './row.ts'

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main'
const relations = [
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  'http://purl.oclc.org/ooxml/officeDocument/relationships',
]
const isOf = (element: XmlElement, name: string): boolean =>
  element.name === name && (element.namespace === main || element.namespace === strict)
const allOf = (element: XmlElement, name: string): XmlElement[] =>
  [...element.descendants()].filter(child => isOf(child, name))

/** Text of a string with its runs; phonetic readings aside. */
const textOf = (element: XmlElement): string =>
  [...element.descendants()]
    .filter(child => isOf(child, 't') && child.parent?.name !== 'rPh')
    .map(child => child.ownText)
    .join('')

const reference = /^\$?([A-Z]{1,3})\$?(\d+)$/
const columnNumber = (letters: string): number =>
  Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1

/** 0-based column of a cell: B7 is in the second. */
function columnOf(cell: string | undefined, otherwise: number): number {
  const letters = reference.exec(cell ?? '')?.[1]
  return letters === undefined ? otherwise : columnNumber(letters)
}

const maxColumns = 1000

type Part = (name: string) => string | undefined

/** The sheet that stands first, which need not be the file of that number: sheets are moved and removed. */
function firstSheet(part: Part): { readonly sheet: string | undefined; readonly since1904: boolean } {
  const source = part('xl/workbook.xml')
  const fallback = part('xl/worksheets/sheet1.xml')
  if (source === undefined) return { sheet: fallback, since1904: false }
  const workbook = readXml(source)
  const [first] = allOf(workbook, 'sheet')
  const id = relations.map(namespace => first?.attribute('id', namespace)).find(found => found !== undefined)
  const links = part('xl/_rels/workbook.xml.rels')
  const target =
    links === undefined
      ? undefined
      : readXml(links)
          .children.find(link => link.attribute('Id') === id)
          ?.attribute('Target')
  const named =
    target === undefined ? undefined : part(target.startsWith('/') ? target.slice(1) : `xl/${target}`)
  const since = allOf(workbook, 'workbookPr')[0]?.attribute('date1904')
  return { sheet: named ?? fallback, since1904: since === '1' || since === 'true' }
}

/** Cells that a merged range covers beside its first, by row and column: in the file they are empty, and look as if they had its value. */
function coveredCells(root: XmlElement): (row: number, column: number) => string | undefined {
  const ranges = allOf(root, 'mergeCell').flatMap(merged => {
    const ref = merged.attribute('ref') ?? ''
    const [from, to] = ref.split(':').map(cell => reference.exec(cell))
    return from && to
      ? [
          {
            ref,
            rows: [Number(from[2]), Number(to[2])] as const,
            columns: [columnNumber(from[1] as string), columnNumber(to[1] as string)] as const,
          },
        ]
      : []
  })
  return (row, column) =>
    ranges.find(
      ({ rows, columns }) =>
        row >= rows[0] &&
        row <= rows[1] &&
        column >= columns[0] &&
        column <= columns[1] &&
        (row > rows[0] || column > columns[0]),
    )?.ref
}

/** @param part the text of a file of the workbook by its name, undefined where it has none */
export function readXlsx(part: Part): readonly TableRow[] {
  const { sheet, since1904 } = firstSheet(part)
  if (sheet === undefined) return []
  const strings = part('xl/sharedStrings.xml')
  const shared =
    strings === undefined
      ? []
      : readXml(strings)
          .children.filter(child => isOf(child, 'si'))
          .map(textOf)
  const styles = part('xl/styles.xml')
  const formats = styles === undefined ? [] : formatsOf(readXml(styles))
  const root = readXml(sheet)
  const covering = coveredCells(root)

  /** The text of a cell; or what is wrong with it. */
  const valueOf = (cell: XmlElement): string | { readonly fault: string } => {
    const kind = cell.attribute('t') ?? 'n'
    const value = cell.children.find(child => isOf(child, 'v'))?.ownText ?? ''
    if (kind === 'inlineStr') return textOf(cell)
    if (kind === 's') return shared[Number(value)] ?? ''
    if (kind === 'e') return { fault: `shows the error ${value}` }
    if (kind === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    if (kind === 'd') return value.replace(/T00:00:00(\.0+)?Z?$/, '')
    if (kind === 'n' && value === '' && cell.children.some(child => isOf(child, 'f')))
      return {
        fault: 'has a formula, and its result is not in the file; save it once with a spreadsheet program',
      }
    return kind === 'n' && value !== ''
      ? shownNumber(value, formats[Number(cell.attribute('s') ?? 0)], since1904)
      : value
  }

  let head: readonly string[] | undefined
  return allOf(root, 'row')
    .map((row, at): TableRow => {
      const number = Number(row.attribute('r') ?? at + 1)
      const fields: string[] = []
      let fault: string | undefined
      for (const cell of row.children.filter(child => isOf(child, 'c'))) {
        const column = columnOf(cell.attribute('r'), fields.length)
        if (column >= maxColumns) continue
        while (fields.length < column) fields.push('')
        const value = valueOf(cell)
        fields[column] = typeof value === 'string' ? value : ''
        if (typeof value !== 'string' && head?.[column]?.trim())
          fault ??= `Its cell in the column ‘${head[column]}’ ${value.fault}.`
      }
      head?.forEach((name, column) => {
        const range = name.trim() === '' ? undefined : covering(number, column)
        if (range !== undefined)
          fault ??= `Its cell in the column ‘${name}’ is merged with others (${range}); a table has a value in each cell: part them.`
      })
      if (head === undefined && fields.some(field => field.trim() !== '')) head = fields
      return { number, fields, fault }
    })
    .filter(({ fields, fault }) => fault !== undefined || fields.some(field => field.trim() !== ''))
}
