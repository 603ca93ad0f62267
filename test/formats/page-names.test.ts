import fc from 'fast-check'
import t from '../support/tap.ts'
import { inPageOrder, readPageName } from '../../src/formats/page-names/read.ts'
import { romanValue } from '../../src/formats/page-names/roman.ts'
import { randomCases } from '../support/cases.ts'

/** Names in the order of the pages. */
const orders: Record<string, string[]> = {
  numbers: ['1.tif', '2.tif', '9.tif', '10.tif', '100.tif'],
  'numbers of one length': ['00000001.tif', '00000002.tif', '00000010.tif'],
  'a signature in front': ['AC01_0001.tif', 'AC01_0002.tif', 'AC01_0010.tif'],
  'a signature with a number in front': ['ms-12-1.tif', 'ms-12-2.tif', 'ms-12-11.tif'],
  'a word in front': ['page_1.jpg', 'page_2.jpg', 'page_12.jpg'],
  'a word with a blank': ['Seite 1.jpg', 'Seite 2.jpg', 'Seite 12.jpg'],
  'a camera': ['IMG_0009.JPG', 'IMG_0010.JPG', 'IMG_0100.JPG'],
  leaves: ['1r.tif', '1v.tif', '2r.tif', '2v.tif', '10r.tif', '10v.tif'],
  'leaves with words': ['fol_001_recto.tif', 'fol_001_verso.tif', 'fol_002_recto.tif', 'fol_010_recto.tif'],
  'two numbers': ['AC01_00000001_003.tif', 'AC01_00000002_001.tif', 'AC01_00000010_002.tif'],
  'double pages': ['002-003.tif', '004-005.tif', '010-011.tif'],
  'covers with a number': [
    '0001_Vorderdeckel.tif',
    '0002_Vorderer_Spiegel.tif',
    '0003.tif',
    '0010_Hinterdeckel.tif',
  ],
  'covers without a number': [
    'VD.tif',
    'VS.tif',
    '0001.tif',
    '0002.tif',
    '0010.tif',
    'HS.tif',
    'HD.tif',
    'Rücken.tif',
    'Farbkarte.tif',
  ],
  'covers behind a signature': [
    'AC01_front_cover.tif',
    'AC01_001.tif',
    'AC01_002.tif',
    'AC01_back_cover.tif',
    'AC01_spine.tif',
  ],
  'roman numbers before the pages': ['i.tif', 'ii.tif', 'iv.tif', 'ix.tif', 'x.tif', '001.tif', '002.tif'],
  'folders of parts': ['band1/0001.tif', 'band1/0002.tif', 'band1/0003.tif'],
}
for (const [what, right] of Object.entries(orders))
  t.test(`order of pages: ${what}`, async t => {
    t.same(
      inPageOrder([...right].reverse(), name => name),
      right,
    )
    t.same(
      inPageOrder([...right].sort(), name => name),
      right,
    )
  })

t.test('what a name says', async t => {
  t.match(readPageName('AC01_012r.tif'), { label: 'Blatt 12r', cover: undefined })
  t.match(readPageName('fol. 3 verso.tif'), { label: 'Blatt 3v' })
  for (const name of ['a1r.tif', 'b1r.tif', 'Aa2v.tif', 'Inc12_c3_recto.tif'])
    t.match(readPageName(name), { label: undefined }, `${name}: the leaf of a gathering`)
  t.match(readPageName('f12r.tif'), { label: 'Blatt 12r' })
  t.match(readPageName('0001_Vorderdeckel.tif'), { cover: 'front', label: undefined })
  t.match(readPageName('AC01_back_cover.tif'), { cover: 'back' })
  t.match(readPageName('HD.tif'), { cover: 'back' })
  t.match(readPageName('Buchrücken.tif'.normalize('NFD')), { cover: 'spine' })
  t.match(readPageName('0001.tif'), { cover: undefined, label: undefined, isColourChart: false })
  t.match(readPageName('farbkarte.tif'), { isColourChart: true })
  t.match(readPageName('server.tif'), { label: undefined, cover: undefined }, 'a word that ends in r')
  for (const [text, value] of [
    ['iv', 4],
    ['xiv', 14],
    ['mcmxcix', 1999],
    ['mild', undefined],
    ['', undefined],
  ] as const)
    t.equal(romanValue(text), value)
})

t.test('numbered names stand in the order of their numbers, whatever they begin with', async t => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z]{0,6}_?$/),
      fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { minLength: 2, maxLength: 30 }),
      fc.boolean(),
      (start, numbers, isPadded) => {
        const nameOf = (number: number) =>
          `${start}${isPadded ? String(number).padStart(6, '0') : number}.tif`
        const right = [...numbers].sort((a, b) => a - b).map(nameOf)
        return inPageOrder(numbers.map(nameOf), name => name).join() === right.join()
      },
    ),
    randomCases(t),
  )
})
