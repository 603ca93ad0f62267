// METS as others write it: records that are no MODS, several records of one element, one map for structure and pages.
import t from '../support/tap.ts'
import { readMets } from '../../src/formats/mets/read.ts'

const mets = (dmd: string, maps: string): string =>
  `<m:mets xmlns:m="http://www.loc.gov/METS/" xmlns:x="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/">${dmd}
<m:fileSec><m:fileGrp USE="MASTER">${[1, 2, 3].map(n => `<m:file ID="F${n}"><m:FLocat LOCTYPE="URL" x:href="${n}.tif"/></m:file>`).join('')}</m:fileGrp></m:fileSec>${maps}</m:mets>`
const section = (id: string, type: string, data: string): string =>
  `<m:dmdSec ID="${id}"><m:mdWrap MDTYPE="${type}"><m:xmlData>${data}</m:xmlData></m:mdWrap></m:dmdSec>`
const logical = (dmdIds: string): string =>
  `<m:structMap TYPE="LOGICAL"><m:div TYPE="monograph" DMDID="${dmdIds}"/></m:structMap>`
const marc =
  '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 c 4500</leader><controlfield tag="001">7</controlfield><controlfield tag="003">AT-OBV</controlfield><datafield tag="245" ind1="1" ind2="0"><subfield code="a">MARC</subfield></datafield></record>'
const mods = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>MODS</title></titleInfo></mods>'
const dublinCore = '<dc:title>Dublin Core</dc:title><dc:identifier>5</dc:identifier>'

t.test('a record in MARCXML is that of its element', async t => {
  const { outline, faults } = readMets(mets(section('d', 'MARC', marc), logical('d')))
  t.match(outline, [{ record: { mods: { title: 'MARC', record: { value: '7', source: 'AT-OBV' } } } }])
  t.same(faults, [])
})

t.test('of several records of an element MODS counts, wherever it stands', async t => {
  const sections = section('a', 'DC', dublinCore) + section('b', 'MODS', mods)
  t.match(readMets(mets(sections, logical('a b'))).outline, [{ record: { mods: { title: 'MODS' } } }])
  t.match(readMets(mets(sections, logical('a'))).outline, [{ record: { mods: { title: 'Dublin Core' } } }])
})

t.test('a record that is not read, and a second outline, are told', async t => {
  const elsewhere = '<m:dmdSec ID="d"><m:mdRef LOCTYPE="URL" MDTYPE="MODS" x:href="mods.xml"/></m:dmdSec>'
  const other = section('e', 'EAD', '<ead xmlns="urn:isbn:1-931666-22-9"/>')
  const { faults } = readMets(mets(elsewhere + other, logical('d e') + logical('d')))
  t.match(
    faults.map(({ sentence }) => sentence),
    [
      /second LOGICAL map/,
      /^The dmdSec d holds a reference to mods.xml/,
      /^The dmdSec e holds a record of the type EAD/,
    ],
  )
})

t.test('one map of structure and pages gives both', async t => {
  const page = (n: number) => `<m:div TYPE="Page" ID="P${n}" ORDER="${n}"><m:fptr FILEID="F${n}"/></m:div>`
  const { outline, pages, rootFileIds } = readMets(
    mets(
      section('d', 'MODS', mods),
      `<m:structMap><m:div TYPE="book" DMDID="d">${page(1)}<m:div TYPE="chapter" LABEL="Eins">${page(2)}${page(3)}</m:div></m:div></m:structMap>`,
    ),
  )
  t.same(
    pages.map(({ id, fileIds }) => [id, fileIds]),
    [
      ['P1', ['F1']],
      ['P2', ['F2']],
      ['P3', ['F3']],
    ],
  )
  t.match(outline, [
    {
      type: 'book',
      areas: [{ fileId: 'F1' }],
      children: [{ label: 'Eins', areas: [{ fileId: 'F2' }, { fileId: 'F3' }], children: [] }],
    },
  ])
  t.equal(outline[0]?.children.length, 1)
  t.same(rootFileIds, [])
})
