// Tables that people edit and send back: CSV with a guard against formulas, and the sheet of a workbook, whose cells are texts.
import { escapeXml } from '../xml/read.ts'

/** What a spreadsheet program would take for a formula; a quote before it says that it is a text. */
const formula = /^'*[=+\-@\t\r]/
const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text)
/** The text of a cell without the quote that guards it. */
export const unguarded = (text: string): string => (/^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text)

/** Programs cut longer cells without a word; such a text is not shown, and left as it is when the table comes back. */
const longestCell = 32_767
const withheld = /^\[not shown: \d+ characters\]$/
const shown = (text: string): string =>
  text.length > longestCell ? `[not shown: ${text.length} characters]` : text
export const isWithheld = (text: string): boolean => withheld.test(text)

const csvField = (text: string): string =>
  /[";\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text

/** With a byte order mark before the first line, so that programs know the encoding. */
export const csvStart = '\uFEFF'
export const csvRow = (fields: readonly string[]): string =>
  `${fields.map(field => csvField(guarded(shown(field)))).join(';')}\r\n`

function columnName(at: number): string {
  let name = ''
  for (let rest = at; rest >= 0; rest = Math.floor(rest / 26) - 1)
    name = String.fromCharCode(65 + (rest % 26)) + name
  return name
}

export const sheetRow = (number: number, fields: readonly string[]): string =>
  `<row r="${number}">${fields
    .map((field, at) =>
      field === ''
        ? ''
        : `<c r="${columnName(at)}${number}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(shown(field))}</t></is></c>`,
    )
    .join('')}</row>`

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

/** The heading stays in sight. */
export const sheetStart = `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
export const sheetEnd = '</sheetData></worksheet>'
export const sheetName = 'xl/worksheets/sheet1.xml'

/** What a workbook holds beside its sheet. */
export const workbookParts: readonly (readonly [name: string, text: string])[] = [
  [
    '[Content_Types].xml',
    `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/${sheetName}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="titles" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  ],
]
