// The first sheet of an Office Open XML workbook as rows of text.
// @see ISO/IEC 29500-1, 18.3 (worksheets), 18.4 (shared strings)
import { readXml, type XmlElement } from '../xml/read.ts'

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const strict = 'http://purl.oclc.org/ooxml/spreadsheetml/main'
const isOf = (element: XmlElement, name: string): boolean =>
  element.name === name && (element.namespace === main || element.namespace === strict)

/** Text of a string with its runs; phonetic readings aside. */
const textOf = (element: XmlElement): string =>
  [...element.descendants()]
    .filter(child => isOf(child, 't') && child.parent?.name !== 'rPh')
    .map(child => child.ownText)
    .join('')

/** 0-based column of a cell: B7 is in the second. */
function columnOf(reference: string | undefined, otherwise: number): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference ?? '')?.[1]
  if (letters === undefined) return otherwise
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

const maxColumns = 1000

/** @param part the text of a file of the workbook by its name, undefined where it has none */
export function readXlsx(
  part: (name: string) => string | undefined,
): { readonly number: number; readonly fields: readonly string[] }[] {
  const sheet = part('xl/worksheets/sheet1.xml')
  if (sheet === undefined) return []
  const strings = part('xl/sharedStrings.xml')
  const shared =
    strings === undefined
      ? []
      : readXml(strings)
          .children.filter(child => isOf(child, 'si'))
          .map(textOf)
  const valueOf = (cell: XmlElement): string => {
    if (cell.attribute('t') === 'inlineStr') return textOf(cell)
    const value = cell.children.find(child => isOf(child, 'v'))?.ownText ?? ''
    return cell.attribute('t') === 's' ? (shared[Number(value)] ?? '') : value
  }
  const rows = [...readXml(sheet).descendants()].filter(element => isOf(element, 'row'))
  return rows
    .map((row, at) => {
      const fields: string[] = []
      for (const cell of row.children.filter(child => isOf(child, 'c'))) {
        const column = columnOf(cell.attribute('r'), fields.length)
        if (column >= maxColumns) continue
        while (fields.length < column) fields.push('')
        fields[column] = valueOf(cell)
      }
      return { number: Number(row.attribute('r') ?? at + 1), fields }
    })
    .filter(({ fields }) => fields.some(field => field.trim() !== ''))
}
