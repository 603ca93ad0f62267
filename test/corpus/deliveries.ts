// Makes deliveries as libraries send them: folders of images, records beside them, lists, archives.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { tiffOf } from './masters/tiff-writer.ts'

let shade = 0
/** A small page, another one each time. */
export const aPage = (): Buffer => {
  shade++
  return tiffOf({
    width: 40,
    height: 60,
    picture: (x, y) => [((x + shade) % 40) / 40, y / 60, (shade % 97) / 97],
  })
}

/** Writes files by their paths; a number stands for as many pages. */
export function write(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  return folder
}

export const marcxml = (id: string, title: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 c 4500</leader><controlfield tag="001">${id}</controlfield><controlfield tag="003">AT-OBV</controlfield><controlfield tag="008">010101s1897    gw            000 0 ger c</controlfield><datafield tag="020" ind1=" " ind2=" "><subfield code="a">3161484100</subfield></datafield><datafield tag="100" ind1="1" ind2=" "><subfield code="a">Muster, Maria,</subfield><subfield code="4">aut</subfield></datafield><datafield tag="245" ind1="1" ind2="4"><subfield code="a">Der ${title} :</subfield><subfield code="b">ein Versuch /</subfield></datafield><datafield tag="264" ind1=" " ind2="1"><subfield code="a">Leipzig :</subfield><subfield code="b">Reclam,</subfield><subfield code="c">1897.</subfield></datafield><datafield tag="300" ind1=" " ind2=" "><subfield code="a">XII, 345 S.</subfield></datafield></record>`

export const dublinCore = (id: string, title: string): string =>
  `<?xml version="1.0"?>\n<!-- ${'x'.repeat(70_000)} -->\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title><dc:creator>Muster, Maria</dc:creator><dc:date>1897</dc:date><dc:identifier>${id}</dc:identifier><dc:language>ger</dc:language></metadata>`

export interface ZipEntry {
  readonly name: string
  readonly data: Buffer
  /** Size that the directory gives, where it lies */
  readonly says?: number
  readonly mode?: number
  readonly flags?: number
}

function crc32(data: Buffer): number {
  let crc = -1
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** A ZIP of entries, also of such as no program writes. @see APPNOTE.TXT, 4.3 */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, data, says, mode = 0o100644, flags = 0x800 } of entries) {
    const packed = deflateRawSync(data)
    const bytes = Buffer.from(name)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(flags, 2)
    facts.writeUInt16LE(8, 4)
    facts.writeUInt32LE(crc32(data), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(says ?? data.length, 18)
    facts.writeUInt16LE(bytes.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, bytes, packed])
    const central = Buffer.alloc(46)
    central.write('PK\x01\x02', 0, 'latin1')
    central.writeUInt16LE(0x0314, 4)
    facts.copy(central, 6)
    central.writeUInt32LE((mode << 16) >>> 0, 38)
    central.writeUInt32LE(at, 42)
    directory.push(central, bytes)
    parts.push(local)
    at += local.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, listing, end])
}

const filesBelow = (folder: string): { path: string; name: string }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => ({
      path: join(entry.parentPath, entry.name),
      name: relative(folder, join(entry.parentPath, entry.name)),
    }))

/** A folder as a ZIP. */
export const zipFolder = (folder: string, below = ''): Buffer =>
  zipOf(filesBelow(folder).map(({ path, name }) => ({ name: below + name, data: readFileSync(path) })))

/** Makes the folder of a bag around a payload in its folder data. */
export function makeBag(bag: string): string {
  const lines = filesBelow(join(bag, 'data')).map(
    ({ path, name }) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  data/${name}`,
  )
  return write(bag, {
    'bagit.txt': 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
    'manifest-sha256.txt': `${lines.join('\n')}\n`,
  })
}

/** A workbook of one sheet. */
export function workbook(rows: readonly (readonly string[])[]): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const strings = [...new Set(rows.flat())]
  const cell = (text: string, column: number, row: number) =>
    text === ''
      ? ''
      : `<c r="${String.fromCharCode(65 + column)}${row + 1}" t="s"><v>${strings.indexOf(text)}</v></c>`
  const sheet = rows
    .map(
      (row, at) => `<row r="${at + 1}">${row.map((text, column) => cell(text, column, at)).join('')}</row>`,
    )
    .join('')
  return zipOf([
    {
      name: 'xl/worksheets/sheet1.xml',
      data: Buffer.from(`<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`),
    },
    {
      name: 'xl/sharedStrings.xml',
      data: Buffer.from(
        `<sst xmlns="${main}">${strings.map(text => `<si><t>${text}</t></si>`).join('')}</sst>`,
      ),
    },
  ])
}
