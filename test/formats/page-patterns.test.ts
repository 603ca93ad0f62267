// Names of images by the patterns of [import] pageNames: what they may say, what fits, in which order the pages come, and what they are called.
import fc from 'fast-check'
import t from '../support/tap.ts'
import { parsePagePattern } from '../../src/config/page-names.ts'
import { matchName } from '../../src/formats/page-names/patterns.ts'
import { comparedName, inPageOrder } from '../../src/formats/page-names/read.ts'
import { randomCases } from '../support/cases.ts'

const match = (entry: string, name: string) => matchName([parsePagePattern(entry)], comparedName(name))

/** pattern, name, label; '' where it fits without one, undefined where it does not fit */
const table: readonly (readonly [pattern: string, name: string, label: string | undefined])[] = [
  ['{*}_{n}', 'AC01_0012.tif', ''],
  ['{*}_{n}: S. {n}', 'AC01_0012.tif', 'S. 12'],
  ['{*}_{n}: S. {n}', 'AC01_12a.tif', undefined],
  ['{*}_bl{n}{s}: Blatt {n}{s}', 'ms7_bl003v.tif', 'Blatt 3v'],
  ['{*}_bl{n}{s}: Blatt {n}{s}', 'ms7_bl003verso.tif', 'Blatt 3v'],
  ['{*}_bl{n}_{s}: Blatt {n}{s}', 'MS7_BL003_RECTO.TIF', 'Blatt 3r'],
  ['{r}_{n}: {R}, {n}', 'xiv_002.png', 'XIV, 2'],
  ['{r}: {r}', 'mild.png', undefined],
  ['{a}{n}{s}: {A}{n}{s}', 'b2v.tif', 'B2v'],
  ['{n}-{m}: {n}/{m}', '012-013.tif', '12/13'],
  ['einband_v: front', 'Einband_V.tif', 'front'],
  ['{*}_farbe: chart', 'AC01_Farbe.tif', 'chart'],
  // digits of the pattern are no part of the number behind them
  ['vol2{n}: {n}', 'vol2001.tif', '1'],
  ['vol2_{n}: {n}', 'vol2_001.tif', '1'],
  // and what stands for anything takes none of its digits
  ['{*}{n}: {n}', 'page0012.tif', '12'],
  ['{*}{n}', '0012.tif', ''],
  ['größe{n}: {n}', 'GRÖSSE1.tif', undefined],
  ['maß{n}: {n}', 'MAß1.tif', '1'],
  ['{n}', `${'9'.repeat(300)}.tif`, undefined],
]
t.test('each pattern fits what it says, and calls it so', async t => {
  for (const [pattern, name, label] of table) {
    const found = match(pattern, name)
    t.equal(found && (found.label ?? ''), label, `${pattern} on ${name}`)
  }
})

const refused: readonly (readonly [entry: string, why: RegExp])[] = [
  ['{x}', /has \{x\}, which there is not; there are \{n\}/],
  ['{n}{n}', /has \{n\} twice/],
  ['{n}_{n}', /has \{n\} twice/],
  ['{n}{m}', /has \{n\} and \{m\} side by side/],
  ['{r}{a}', /side by side/],
  ['{*}{*}', /side by side/],
  ['{*}', /says nothing/],
  ['cover', /says nothing/],
  [': front', /no pattern before its colon/],
  ['{n}:', /no label behind its colon/],
  ['{n', /brace that is not closed/],
  ['n}', /brace that is not closed or not opened/],
  ['{n}: {m}', /has \{m\} in its label and not in its pattern/],
  ['{n}: {*}', /in its label and not in its pattern/],
  ['{n}: {n', /brace in its label/],
  ['x'.repeat(201), /more than 200 characters/],
]
t.test('what a pattern cannot mean is refused with a reason', async t => {
  for (const [entry, why] of refused) t.throws(() => parsePagePattern(entry), { message: why }, entry)
})

const order = (entries: readonly string[], names: readonly string[]) => {
  const patterns = entries.map(parsePagePattern)
  return inPageOrder(names, name => name, name => matchName(patterns, comparedName(name))) // prettier-ignore
}
t.test('pages come by what the patterns tell apart, covers around them, all else as usual', async t => {
  const names = ['x_seite10.tif', 'x_blatt2.tif', 'HD.tif', 'x_blatt10.tif', 'x_seite2.tif', 'VD.tif', 'x_hinten.tif', 'x_vorne.tif', 'zettel.tif'] // prettier-ignore
  t.same(
    order(['{*}_blatt{n}', '{*}_seite{n}', '{*}_vorne: front', '{*}_hinten: back'], names),
    ['x_vorne.tif', 'VD.tif', 'x_blatt2.tif', 'x_blatt10.tif', 'x_seite2.tif', 'x_seite10.tif', 'zettel.tif', 'x_hinten.tif', 'HD.tif'], // prettier-ignore
  )
  t.same(order(['{n}{s}'], ['2v.tif', '10r.tif', '2r.tif']), ['2r.tif', '2v.tif', '10r.tif'])
  t.same(order(['{m}_{n}'], ['2_1.tif', '1_10.tif', '1_9.tif']), ['1_9.tif', '1_10.tif', '2_1.tif'])
  t.same(order(['{r}_{n}'], ['x_1.tif', 'ix_2.tif', 'ix_1.tif']), ['ix_1.tif', 'ix_2.tif', 'x_1.tif'])
  t.same(order([], ['b10.tif', 'b9.tif']), order(['never{n}'], ['b10.tif', 'b9.tif']))
})

t.test('any pattern is refused with a sentence or read, and any name is matched soon', async t => {
  const piece = fc.constantFrom(
    '{n}',
    '{m}',
    '{r}',
    '{a}',
    '{s}',
    '{*}',
    'a',
    '_',
    '0',
    '12',
    'ß',
    '{',
    '}',
    ':',
  )
  const entry = fc.array(piece, { maxLength: 12 }).map(parts => parts.join(''))
  const name = fc.string({ unit: fc.constantFrom('a', 'i', 'v', '0', '1', '_', 'r', 'ß'), maxLength: 255 })
  fc.assert(
    fc.property(entry, name, (text, of) => {
      let pattern
      try {
        pattern = parsePagePattern(text)
      } catch (error) {
        return /^‘.*’ (?:has|says) /su.test((error as Error).message)
      }
      const started = performance.now()
      const found = matchName([pattern], comparedName(`${of}.tif`))
      return performance.now() - started < 2000 && (found === undefined || found.at === 0)
    }),
    randomCases(t),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 6 }), (number, width) => {
      const found = match('{*}_{n}{s}: {n}{s}', `AC 7_${String(number).padStart(width, '0')}v.tif`)
      return found?.label === `${number}v`
    }),
    randomCases(t),
  )
})
