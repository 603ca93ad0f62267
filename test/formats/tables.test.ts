// Tables as spreadsheet programs write them: each cell is read as it is seen, and what cannot be is told.
import t from '../support/tap.ts'
import { decodeTable, readCsv } from '../../src/formats/table/csv.ts'
import { readXlsx } from '../../src/formats/table/xlsx.ts'

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const styles = `<styleSheet xmlns="${main}"><numFmts count="7">
  <numFmt numFmtId="164" formatCode="00000000"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="166" formatCode="yyyy"/>
  <numFmt numFmtId="167" formatCode="[$-407]d. mmmm yyyy"/><numFmt numFmtId="168" formatCode="#,##0.00\\ &quot;days&quot;"/>
  <numFmt numFmtId="169" formatCode="mmm\\ yyyy"/><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts>
  <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
  <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>${[164, 165, 166, 167, 168, 169, 170, 22].map(id => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`

/** @param cells of the second row; the first has the headings a, b, c … */
const sheetOf = (cells: readonly string[], more = ''): string => {
  const letter = (at: number): string => String.fromCharCode(65 + at)
  const head = cells
    .map((_, at) => `<c r="${letter(at)}1" t="inlineStr"><is><t>${letter(at).toLowerCase()}</t></is></c>`)
    .join('')
  return `<worksheet xmlns="${main}"><sheetData><row r="1">${head}</row><row r="2">${cells
    .map((cell, at) => cell.replace('<c', `<c r="${letter(at)}2"`))
    .join('')}</row></sheetData>${more}</worksheet>`
}
const read = (cells: readonly string[], more = '', parts: Readonly<Record<string, string>> = {}) =>
  readXlsx(
    name => ({ 'xl/worksheets/sheet1.xml': sheetOf(cells, more), 'xl/styles.xml': styles, ...parts })[name],
  )

t.test('days, numbers with zeros in front, and what was calculated, as the sheet shows them', async t => {
  const [, row] = read([
    '<c s="1"><v>8524</v></c>',
    '<c s="2"><v>123456</v></c>',
    '<c s="3"><v>1</v></c>',
    '<c s="4"><v>8524</v></c>',
    '<c s="5"><v>59</v></c>',
    '<c s="6"><v>12.5</v></c>',
    '<c s="7"><v>8524</v></c>',
    '<c s="8"><v>8524.75</v></c>',
    '<c s="9"><v>8524</v></c>',
    '<c><v>1897</v></c>',
    '<c><v>0.30000000000000004</v></c>',
    '<c><v>9.78316148410E+12</v></c>',
    '<c t="b"><v>1</v></c>',
    '<c t="str"><f>A1</f><v>made</v></c>',
    '<c t="str"><f>IF(A1,"","")</f><v></v></c>',
    '<c t="d"><v>1923-05-03T00:00:00</v></c>',
  ])
  t.equal(row?.fault, undefined)
  t.same(row?.fields, [
    '1923-05-03',
    '00123456',
    '1900-01-01',
    '1923',
    '1900-02-28',
    '12.5',
    '1923-05',
    '1923-05-03T18:00:00',
    '1923-05-03',
    '1897',
    '0.3',
    '9783161484100',
    'TRUE',
    'made',
    '',
    '1923-05-03',
  ])
  const since = read(['<c s="1"><v>7062</v></c>'], '', {
    'xl/workbook.xml': `<workbook xmlns="${main}"><workbookPr date1904="1"/></workbook>`,
  })
  t.same(since[1]?.fields, ['1923-05-03'], 'days since 1904')
})

t.test('a cell that is not what is seen makes its row one that is refused', async t => {
  for (const [cell, fault, more] of [
    ['<c><f>1+1</f></c>', /column ‘a’ has a formula, and its result is not in the file/],
    ['<c><f>1+1</f><v></v></c>', /its result is not in the file/],
    ['<c t="e"><f>A9</f><v>#REF!</v></c>', /shows the error #REF!/],
    ['<c><v>978316148410012345</v></c>', /more than 15 digits/],
    ['<c/>', /column ‘a’ is merged with others \(A1:A2\)/, '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>'],
  ] as const) {
    const [, row] = read([cell, '<c t="str"><v>x</v></c>'], more)
    t.match(row?.fault, fault, cell)
  }
  const beside = read(['<c t="str"><v>x</v></c>'], '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="C2:D9"/></mergeCells>')
  t.equal(beside[1]?.fault, undefined, 'the first of merged cells, and those without a heading')
}) // prettier-ignore

t.test('the sheet that stands first is read, whatever its file is called', async t => {
  const parts = {
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="b" sheetId="2" r:id="rId7"/><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/worksheets/second.xml': sheetOf(['<c t="str"><v>of the second file</v></c>']),
  }
  for (const target of ['worksheets/second.xml', '/xl/worksheets/second.xml']) {
    const links = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId7" Target="${target}"/></Relationships>`
    const rows = read(['<c t="str"><v>of the first</v></c>'], '', {
      ...parts,
      'xl/_rels/workbook.xml.rels': links,
    })
    t.same(rows[1]?.fields, ['of the second file'], target)
  }
})

t.test('CSV of every system: lines, encodings, and what a program of its own would cut', async t => {
  const rows = (text: string) => readCsv(text).map(({ fields }) => fields)
  const two = [
    ['a', 'b'],
    ['1', '2'],
  ]
  t.same(rows('a;b\r\n1;2\r\n'), two)
  t.same(rows('a;b\r1;2\r'), two, 'as old Macintoshes end lines')
  t.same(rows('sep=;\ra;b\r1;2'), two)
  t.same(rows(decodeTable(Buffer.from('\uFEFFa\tb\n1\t2', 'utf16le'))), two)
  t.same(readCsv(decodeTable(Buffer.from('Gr\xf6\xdfe', 'latin1')))[0]?.fields, ['Größe'])
  t.same(rows('a;b\n"1\r\n2";3'), [two[0], ['1\r\n2', '3']], 'lines within quotes stay')

  const [, open] = readCsv('a;b\n"1;2\n3;4\n')
  t.match(open?.fault, /quote opens in field 1 and is not closed/)
  const [, wide, narrow, spare] = readCsv('a;b\nMit; Strich;2\n1\n1;2;;\n')
  t.match(wide?.fault, /has 3 fields, and the first line has 2/)
  t.equal(narrow?.fault, undefined)
  t.equal(spare?.fault, undefined, 'empty fields at the end')
})
