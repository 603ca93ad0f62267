// Catalogue files as the readers of Catmandu see them, which libraries of the GBV and hbz use: MAB2 in its three forms, MARC 21 in two.
import { spawnSync } from 'node:child_process'
import t from '../support/tap.ts'
import { mabOfXml, mabRecords, readMabLines, readMabTape } from '../../src/formats/mab/read.ts'
import { readIso2709 } from '../../src/formats/marc/iso2709.ts'
import type { MarcRecord } from '../../src/formats/marc/record.ts'
import { marcOfXml, marcRecords } from '../../src/formats/marcxml/read.ts'
import { readXml } from '../../src/formats/xml/read.ts'
import { aBook, aMab, iso2709Of } from '../corpus/catalogues/records.ts'
import { marcxml } from '../corpus/deliveries.ts'

const needs = (format: string) => ({
  skip:
    spawnSync('perl', [`-MCatmandu::Importer::${format}`, '-e', '1']).status === 0
      ? false
      : `Catmandu::Importer::${format} is not installed (libcatmandu-${format.toLowerCase()}-perl)`,
})
const where = 'x, record 1'

/** A field as Catmandu has it: its tag, its indicators, then codes and texts; `_` stands for a text without subfields. */
type TheirField = readonly string[]

const theirs = (format: string, type: string, bytes: Buffer | string): TheirField[] => {
  const { stdout, stderr } = spawnSync(
    'catmandu',
    ['convert', format, '--type', type, 'to', 'JSON', '--line_delimited', '1'],
    { input: bytes },
  )
  const [line = ''] = stdout.toString('utf8').split('\n')
  if (line === '') throw new Error(`Catmandu reads nothing: ${stderr.toString('utf8')}`)
  const { record } = JSON.parse(line) as { record: TheirField[] }
  return record.filter(([tag]) => tag !== 'LDR')
}
const plain = (text: string) => text.normalize('NFC').trim()

/** In the words of Catmandu. @param indicators how many a field has */
const ours = ({ control, data }: MarcRecord, indicators: 1 | 2): TheirField[] => [
  ...control.map(({ tag, value }) => [tag, ...Array<string>(indicators).fill(' '), '_', plain(value)]),
  ...data.map(field => [
    field.tag,
    ...Array.from(field.indicators).slice(0, indicators),
    ...field.subfields.flatMap(([code, value]) => [code, plain(value)]),
  ]),
]
/** A text without subfields is one with $a here. */
const compared = (fields: readonly TheirField[], indicators: 1 | 2): string[] =>
  fields.map(([tag, ...rest]) => {
    const content = rest.slice(indicators).map((part, at) => (at % 2 === 0 ? part.replace('_', 'a') : plain(part)))
    return JSON.stringify([tag, ...rest.slice(0, indicators), ...content])
  }) // prettier-ignore

const mabFields = aMab('1', 'Schimmelreiter').trim().split('\r\n')
const [mabLeader = '', ...mabRest] = mabFields

t.test('MAB2 in lines, on tape and in XML', needs('MAB2'), async t => {
  const disk = `${[...mabFields, '655e\x1fuhttp://example.org/\x1fzdigital', '902s\x1fsDeich'].join('\n')}\n\n`
  t.same(
    compared(ours(readMabLines(Buffer.from(disk), { where }), 1), 1),
    compared(theirs('MAB2', 'disk', disk), 1),
    'lines',
  )
  const tape = Buffer.from(
    `${mabLeader.slice(4)}${[...mabRest, '655e\x1fuhttp://example.org/\x1fzdigital'].map(field => `${field}\x1e`).join('')}\x1d\n`,
  )
  t.same(compared(ours(readMabTape(tape, { where }), 1), 1), compared(theirs('MAB2', 'RAW', tape), 1), 'tape')
  const xml =
    '<datei xmlns="http://www.ddb.de/professionell/mabxml/mabxml-1.xsd"><datensatz typ="h" status="n" mabVersion="M2.0"><feld nr="001" ind=" ">1</feld><feld nr="331" ind=" ">Schimmelreiter</feld><feld nr="902" ind=" "><uf code="s">Deich</uf><uf code="g">Husum</uf></feld></datensatz></datei>'
  const [record] = mabRecords(readXml(xml))
  t.same(compared(ours(mabOfXml(record as never), 1), 1), compared(theirs('MAB2', 'XML', xml), 1), 'XML')
})

t.test('MARC 21 in ISO 2709 and in XML', needs('MARC'), async t => {
  const iso = iso2709Of(aBook('123', 'Der Schimmelreiter über Land'))
  t.same(
    compared(ours(readIso2709(iso, { where }), 2), 2),
    compared(theirs('MARC', 'ISO', iso), 2),
    'ISO 2709',
  )
  const xml = `<collection xmlns="http://www.loc.gov/MARC21/slim">${marcxml('7', 'Schön').replace(/^<\?xml[^>]*\?>\s*/, '')}</collection>`
  const [record] = marcRecords(readXml(xml)).map(marcOfXml)
  t.same(compared(ours(record as MarcRecord, 2), 2), compared(theirs('MARC', 'XML', xml), 2), 'XML')
})
