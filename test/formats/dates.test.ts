import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import fc from 'fast-check'
import { dateRange, shortDate } from '../../src/formats/mods/dates.ts'
import { readMods } from '../../src/formats/mods/read.ts'
import { randomCases } from '../support/cases.ts'
import { needsSharedCases, sharedCases } from '../support/shared.ts'

/** Written form, and what it means: a year, a range of years, a day or month, or none. */
const table: readonly (readonly [string, string, string?])[] = [
  ['1712', '1712'], ['[1712]', '1712'], ['1712.', '1712'], ['(1712)', '1712'], ['1712?', '1712'], ['[1712?]', '1712'], ['1712~', '1712'],
  ['[um 1750]', '1750'], ['ca. 1650', '1650'], ['[ca. 1650]', '1650'], ['circa 1650', '1650'], ['c. 1650', '1650'], ['c1923', '1923'],
  ['©1923', '1923'], ['cop. 1923', '1923'], ['p1999', '1999'], ['Anno 1689', '1689'], ['A. 1689', '1689'], ['Im Jahr 1689', '1689'],
  ['nach 1750', '1750'], ['vor 1750', '1750'], ['[nicht vor 1750]', '1750'], ['gedruckt 1750', '1750'], ['[erschienen 1750]', '1750'],
  ['1712-1715', '1712/1715'], ['1712–1715', '1712/1715'], ['1712/1715', '1712/1715'], ['1712 - 1715', '1712/1715'],
  ['1712/1715', '1712/1715', 'edtf'], ['ca. 1800-1810', '1800/1810'], ['[1800-1810]', '1800/1810'], ['zwischen 1700 und 1710', '1700/1710'],
  ['between 1700 and 1710', '1700/1710'], ['1700 bis 1710', '1700/1710'], ['1700, 1705, 1710', '1700/1710'], ['1705, 1700', '1700/1705'],
  ['1897-98', '1897/1898'], ['1897–98', '1897/1898'], ['1749/50', '1749/1750'], ['[1749/50]', '1749/1750'], ['1914-18', '1914/1918'],
  ['1899/1900', '1899/1900'], ['1914-9999', '1914/9999'], ['1914-', '1914/9999'], ['[1914-]', '1914/9999'], ['1914/..', '1914/9999', 'edtf'], ['1897, 1850-', '1850/9999'],
  ['17XX', '1700/1799'], ['17xx', '1700/1799'], ['17--', '1700/1799'], ['[17--]', '1700/1799'], ['17..', '1700/1799'], ['17uu', '1700/1799', 'marc'],
  ['[17--?]', '1700/1799'], ['17??', '1700/1799'], ['179X', '1790/1799'], ['179u', '1790/1799', 'marc'], ['179-', '1790/1799'], ['179-?', '1790/1799'],
  ['[179-?]', '1790/1799'], ['179-?]', '1790/1799'], ['179?', '1790/1799'], ['[179-]', '1790/1799'], ['1790er', '1790/1799'], ['1790er Jahre', '1790/1799'],
  ['1790s', '1790/1799'], ['um 1790er Jahre', '1790/1799'],
  ['[17]99', '1799'], ['17[99]', '1799'], ['179[5]', '1795'], ['17[9]5', '1795'], ['[17]99-1801', '1799/1801'],
  ['18. Jh.', '1701/1800'], ['17. Jh.', '1601/1700'], ['18. Jahrhundert', '1701/1800'], ['[18. Jh.]', '1701/1800'], ['18.Jh.', '1701/1800'],
  ['Anfang 18. Jh.', '1701/1800'], ['17./18. Jh.', '1601/1800'], ['17./18. Jahrhundert', '1601/1800'], ['15.-16. Jh.', '1401/1600'],
  ['18th century', '1701/1800'], ['21st century', '2001/2100'], ['18th cent.', '1701/1800'], ['XVIIIe siècle', '1701/1800'], ['18e siècle', '1701/1800'],
  ['XVIII secolo', '1701/1800'], ['saec. XV', '1401/1500'], ['s. XVI', '1501/1600'], ['XV. Jahrh.', '1401/1500'],
  ['1. Hälfte 18. Jh.', '1701/1750'], ['2. Hälfte 15. Jh.', '1451/1500'], ['2. Hälfte des 15. Jahrhunderts', '1451/1500'],
  ['1. Viertel 16. Jh.', '1501/1525'], ['4. Viertel 16. Jh.', '1576/1600'], ['3. Drittel 13. Jh.', '1267/1300'],
  ['MDCCXII', '1712'], ['Anno MDCCXII', '1712'], ['M DCC LXXXIX', '1789'], ['M.DCC.XII', '1712'], ['M. DCC. XII.', '1712'], ['MDCCXII [1712]', '1712'],
  ['MDCCCXLVIII.', '1848'], ['Anno Domini MDXVII', '1517'], ['MMXV', '2015'],
  ['1753 [i.e. 1735]', '1735'], ['1753 [i. e. 1735]', '1735'], ['1753 [recte 1735]', '1735'], ['1753 [vielmehr 1735]', '1735'], ['1753 [richtig: 1735]', '1735'],
  ['1712 [1713]', '1713'], ['5510 [1749/50]', '1749/1750'], ['1162 [1749]', '1749'], ['1162 [1748 oder 1749]', '1748/1749'], ['5510 [1749]', '1749'],
  ['An XI [1803]', '1803'], ['Meiji 33 [1900]', '1900'], ['昭和10 [1935]', '1935'], ['An 7 [1798/1799]', '1798/1799'],
  ['5510', ''], ['1162 H.', ''], ['1162 AH', ''], ['An XI', ''], ['9999', ''], ['uuuu', '', 'marc'], ['19', ''], ['[ohne Jahr]', ''], ['o. J.', ''],
  ['s.a.', ''], ['[s.a.]', ''], ['n.d.', ''], ['[n.d.]', ''], ['', ''], ['0000', ''], ['Nr. 1234', ''], ['Bd. 1750', ''], ['123456', ''], ['undatiert', ''],
  ['-0043', '', 'iso8601'], ['44 v. Chr.', ''], ['44 v.Chr.', ''], ['300 BC', ''], ['1200 B.C.', ''], ['-0043', '', 'edtf'], ['1200 BCE', ''], ['1200 v. u. Z.', ''],
  ['1893-05', '1893-05'], ['1893-05-06', '1893-05-06'], ['18930506', '1893-05-06', 'iso8601'], ['1893-05-06T12:00:00+01:00', '1893-05-06'],
  ['06.05.1893', '1893-05-06'], ['6.5.1893', '1893-05-06'], ['6. Mai 1893', '1893-05-06'], ['den 6. Mai 1893', '1893-05-06'],
  ['Im Jahr 1689. den 3. Maij', '1689-05-03'], ['May 6, 1893', '1893-05-06'], ['6 mai 1893', '1893-05-06'], ['Mai 1893', '1893-05'],
  ['December 1893', '1893-12'], ['24. Dezember 1893', '1893-12-24'], ['1. Jänner 1893', '1893-01-01'], ['14 juillet 1789', '1789-07-14'],
  ['1918,1.Juni - 1944', '1918/1944'], ['1890-02-30', '1890-02'], ['1890-13-01', '1890'], ['29.02.1900', '1900-02'], ['29.2.1904', '1904-02-29'],
  ['1750-21', '1750-03/1750-05', 'edtf'], ['1750-22', '1750-06/1750-08', 'edtf'], ['1750-23', '1750-09/1750-11', 'edtf'], ['1750-24', '1750', 'edtf'],
  ['1750~', '1750', 'edtf'], ['1750?/1755~', '1750/1755', 'edtf'], ['1750-05/1751-06', '1750-05/1751-06', 'edtf'], ['0843', '0843', 'iso8601'],
  ['1893-05-06/1893-05-08', '1893-05-06/1893-05-08', 'edtf'], ['2015', '2015'], ['Leipzig, 1780', '1780'], ['1780 (Nachdruck 1980)', '1780/1980'],
  ['XVe-XVIe siècles', '1401/1600'], ['s. XV/XVI', '1401/1600'], ['15th-16th century', '1401/1600'], ['18.Jh.-19.Jh.', '1701/1900'],
  ['15. oder 16. Jh.', '1401/1600'], ['Ende 16./Anfang 17. Jh.', '1501/1700'], ['XV. und XVI. Jahrhundert', '1401/1600'],
  ['XVI sec.', '1501/1600'], ['sec. XVI', '1501/1600'], ['fin du XVe siècle', '1401/1500'], ['s. XVIII ex.', '1701/1800'], ['Vol. I c. 1650', '1650'],
  ['1700s', '1700/1799'], ['1500er Jahre', '1500/1599'], ['165[0?]', '1650'], ['[16]..', '1600/1699'], ['[165]-', '1650/1659'],
  ['1848-[1851]', '1848/1851'], ['1848-[51]', '1848/1851'], ['1848/49-1851/52', '1848/1852'], ['1.1848,1 - 12.1859,6', '1848/1859'],
  ['3. u. 4. Mai 1712', '1712-05-03/1712-05-04'], ['3.-5. Mai 1712', '1712-05-03/1712-05-05'], ['3.5.-5.5.1712', '1712-05-03/1712-05-05'],
  ['3./4.5.1893', '1893-05-03/1893-05-04'], ['6./7. Mai 1893', '1893-05-06/1893-05-07'], ['30.4./1.5.1893', '1893-04-30/1893-05-01'],
  ['23.VI.1483', '1483-06-23'], ['23. VI. 1483', '1483-06-23'], ['3rd May 1712', '1712-05-03'], ['20th November 1944', '1944-11-20'],
  ['1944 Nov. 20', '1944-11-20'], ['20-Nov-1944', '1944-11-20'], ['1944.11.20', '1944-11-20'], ['2016/02/05', '2016-02-05'], ['05/02/2016', '2016'],
  ['16500000', '1650'], ['16500500', '1650-05'], ['1650-00-00', '1650'], ['1650/open', '1650/9999', 'edtf'], ['1650/unknown', '1650', 'edtf'],
  ['1650=1060', '1650'], ['5510 = 1750', '1750'], ['CIƆ IƆ CC XII', '1712'], ['CIƆIƆCLXXXVII', '1687'], ['gedruckt v. Christian Weigel 1712', '1712'],
  ['1200 vor Christus', ''], ['100 v. Christi Geburt', ''], ['Nr. 12 (1848)', '1848'], ['Ostern 1523', '1523'], ['Winter 1944/45', '1944/1945'],
] // prettier-ignore

function rangeOf(text: string): { from: string | undefined; to: string | undefined } {
  if (text === '') return { from: undefined, to: undefined }
  const [from = '', to = from] = text.split('/')
  const ends: Readonly<Record<number, (part: string) => [string, string]>> = {
    4: part => [`${part}-01-01`, `${part}-12-31`],
    7: part => [
      `${part}-01`,
      `${part}-${String(new Date(Date.UTC(Number(part.slice(0, 4)), Number(part.slice(5)), 0)).getUTCDate()).padStart(2, '0')}`,
    ],
    10: part => [part, part],
  }
  return { from: ends[from.length]?.(from)[0], to: ends[to.length]?.(to)[1] }
}

t.test('dates as catalogues write them', async t => {
  t.ok(table.length >= 150, `${table.length} forms`)
  for (const [written, meant, encoding] of table)
    t.same(dateRange(written, encoding), rangeOf(meant), `${written} is ${meant || 'none'}`)
})

t.test('whatever is written, a range is none, or two days in their order', async t => {
  const day = /^\d{4}-\d{2}-\d{2}$/
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[\d[\]?~XMDCui./ -]{0,14}$/)),
      fc.constantFrom('', 'edtf', 'marc'),
      (written, encoding) => {
        const { from, to } = dateRange(written, encoding)
        return (
          (from === undefined && to === undefined) ||
          (day.test(from ?? '') && day.test(to ?? '') && (from ?? '') <= (to ?? ''))
        )
      },
    ),
    randomCases(t, 100),
  )
})

t.test('a range is written as short as it says the same', async t => {
  for (const written of [
    '1712',
    '1712-05',
    '1712-05-06',
    '1712/1715',
    '1893-05-06/1893-05-07',
    '1893-02-27/1893-03-01',
  ]) {
    const { from, to } = rangeOf(written)
    t.equal(shortDate(from, to), written)
  }
  t.equal(shortDate(undefined, undefined), undefined)
})

t.test('the date of each record that was seen: its range, or none', needsSharedCases, t => {
  const right: readonly (string | undefined)[] = [
    '1750', '1700/1799', '1790/1799', '1701/1800', '1800/1810', undefined, undefined, '1712', '1749/1750', '1749', '1735', '1914/9999', undefined,
    '1890-02', '1689-05-03', '1799', '1799', '1750/1755', '1750', '1893-05-06', '1893-05-06', '1893-05-06', undefined, '1803',
  ] // prettier-ignore
  const records = readMods(readFileSync(join(sharedCases, 'dates/records.xml'), 'utf8')).map(
    ({ mods }) => mods,
  )
  t.equal(records.length, 54)
  const ranges = records.map(mods => shortDate(mods.dateFrom, mods.dateTo))
  t.same(ranges.slice(0, right.length), right)
  // the date of the copy is not that of the print, and the date of a host is not that of its part
  t.same(ranges.slice(right.length, right.length + 4), ['1805', undefined, '1432', undefined])
  t.same(
    records.flatMap(({ record }, at) =>
      ranges[at] !== undefined && at > right.length + 3 ? [record?.value] : [],
    ),
    ['heb1'],
  )
  t.end()
})
