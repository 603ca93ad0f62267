import fc from 'fast-check'
import t from '../support/tap.ts'
import { correctedAlto } from '../../src/formats/alto/corrected.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
import { boxesFit, printedText } from '../../src/formats/ocr/page-text.ts'
import { randomCases } from '../support/cases.ts'

const alto = (version: number, unit: string, lines: string) =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v${version}#"><Description><MeasurementUnit>${unit}</MeasurementUnit></Description><Layout><Page WIDTH="2540" HEIGHT="3810"><PrintSpace><TextBlock>${lines}</TextBlock></PrintSpace></Page></Layout></alto>`
const line = (strings: string) => `<TextLine HPOS="254" VPOS="0" WIDTH="10" HEIGHT="10">${strings}</TextLine>`

t.test('joins hyphenated words, skips blank strings, and converts units', async t => {
  const source = alto(
    3,
    'mm10',
    line(
      '<String CONTENT="ein" WC="0.5"/><SP/><String CONTENT="Buch-" SUBS_TYPE="HypPart1" SUBS_CONTENT="Buchdeckel" WC="1"/>',
    ) +
      line(
        '<String CONTENT="deckel" SUBS_TYPE="HypPart2" SUBS_CONTENT="Buchdeckel"/><SP/><String CONTENT=" "/><String CONTENT="lag" HPOS="254"/>',
      ),
  )
  const read = readAlto(source, { dpi: 300 })
  t.equal(read.text, 'ein Buchdeckel\nlag')
  t.equal(read.width, 3000)
  t.equal(read.blocks[0]?.[0]?.x, 300)
  t.equal(read.confidence, 0.75)
  t.equal(read.wordCount, 4)
  for (const version of [2, 4])
    t.equal(readAlto(alto(version, 'pixel', line('<String CONTENT="x"/>'))).text, 'x')
  t.equal(readAlto(alto(2, 'inch1200', ''), { dpi: 600 }).width, 1270)
})

t.test('refuses what is no ALTO', async t => {
  t.throws(() => readAlto('<alto xmlns="urn:x"/>'), /the root element is not alto/)
})

t.test('boxes fit a scan of the same proportions', async t => {
  t.ok(boxesFit({ width: 2164, height: 2448 }, { width: 2164, height: 2448 }))
  t.ok(boxesFit({ width: 1082, height: 1224 }, { width: 2164, height: 2448 }))
  t.notOk(boxesFit({ width: 1980, height: 2339 }, { width: 2164, height: 2448 }))
  t.notOk(boxesFit({ width: undefined, height: undefined }, { width: 1, height: 1 }))
})

const printed = (source: string) => readAlto(source).blocks.flat().map(printedText)
const words = (source: string) =>
  readAlto(source)
    .blocks.flat()
    .map(each => each.words)
const corrected = (source: string, lines: Record<number, string>) =>
  correctedAlto(source, new Map(Object.entries(lines).map(([n, text]) => [Number(n), text])))
const word = (content: string, x: number, width: number, more = '') =>
  `<String CONTENT="${content}" HPOS="${x}" VPOS="0" WIDTH="${width}" HEIGHT="10" WC="0.5"${more}/>`
const row = (strings: string, box = 'HPOS="0" VPOS="0" WIDTH="100" HEIGHT="10"') =>
  `<TextLine ${box}>${strings}</TextLine>`

t.test('a corrected line keeps the boxes of its words, and shares those that came together', async t => {
  const source = alto(
    4,
    'pixel',
    row(`${word('Vorn', 0, 20)}<SP/>${word('Licht', 25, 25)}<SP/>${word('inder', 60, 40)}`),
  )
  const after = corrected(source, { 0: 'Vom Licht in der' })
  t.match(words(after)[0], [
    { text: 'Vom', x: 0, width: 20, confidence: undefined },
    { text: 'Licht', x: 25, width: 25, confidence: 0.5 },
    { text: 'in', x: 60, width: 13 },
    { text: 'der', x: 80, width: 20 },
  ])
  t.equal(after.match(/<SP/g)?.length, 3)
  t.equal(readAlto(after).blocks[0]?.[0]?.isConfirmed, true)
  t.equal(corrected(after, { 0: '  Vom  Licht in der ' }), after, 'the same text changes nothing')
  const shorter = corrected(after, { 0: 'Vom neuen Licht' })
  t.match(words(shorter)[0], [{ text: 'Vom' }, { text: 'neuen', x: 20, width: 5 }, { text: 'Licht', x: 25 }])
  const none = corrected(source, { 0: '' })
  t.same(printed(none), [''])
  t.match(words(corrected(none, { 0: 'Wieder da' }))[0], [
    { text: 'Wieder', x: 0 },
    { text: 'da', x: 78 },
  ])
  t.throws(() => corrected(source, { 1: 'x' }), /no line 1/)
})

t.test('words are parted from right to left and downwards where they are written so', async t => {
  const hebrew = corrected(alto(4, 'pixel', row(word('שלוםעולם', 0, 90))), { 0: 'שלום עולם' })
  const [first, second] = words(hebrew)[0] ?? []
  t.ok(first && second && first.x > second.x, 'the first word is on the right')
  t.equal((first?.x ?? 0) + (first?.width ?? 0), 90)
  const tall = row(
    '<String CONTENT="天地玄黃" HPOS="0" VPOS="0" WIDTH="10" HEIGHT="90"/>',
    'HPOS="0" VPOS="0" WIDTH="10" HEIGHT="90"',
  )
  t.match(words(corrected(alto(4, 'pixel', tall), { 0: '天地 玄黃' }))[0], [
    { text: '天地', x: 0, y: 0, width: 10, height: 36 },
    { text: '玄黃', x: 0, y: 54, width: 10, height: 36 },
  ])
})

t.test('a word divided at the end of its line is joined, let go, and joined again', async t => {
  const half = (n: number, whole: string) => ` SUBS_TYPE="HypPart${n}" SUBS_CONTENT="${whole}"`
  const source = alto(
    4,
    'pixel',
    row(`${word('beim', 0, 20)}${word('Bäk', 30, 20, half(1, 'Bäcker'))}<HYP CONTENT="\u00ad"/>`) +
      row(`${word('ker', 0, 20, half(2, 'Bäcker'))}${word('imDorf', 30, 40)}`),
  )
  t.same(printed(source), ['beim Bäk-', 'ker imDorf'])
  const spaced = corrected(source, { 1: 'ker im Dorf' })
  t.equal(readAlto(spaced).text, 'beim Bäcker\nim Dorf', 'nobody changed the divided word')
  t.equal(readAlto(corrected(source, { 0: 'beim Buch-', 1: 'deckel' })).text, 'beim Buchdeckel')
  const whole = corrected(source, { 0: 'beim Bäcker', 1: 'im Dorf' })
  t.equal(readAlto(whole).text, 'beim Bäcker\nim Dorf')
  t.notMatch(whole, /HYP|SUBS/)
  const again = corrected(whole, { 0: 'beim Bäc-', 1: 'ker im Dorf' })
  t.equal(readAlto(again).text, 'beim Bäcker\nim Dorf')
  t.same(printed(again), ['beim Bäc-', 'ker im Dorf'])
  t.equal(readAlto(corrected(again, { 1: '' })).text, 'beim Bäc-', 'the other half is gone')
  t.equal(readAlto(corrected(whole, { 0: 'Ost-', 1: 'West' })).text, 'Ost-\nWest', 'no half of a word')
})

t.test('whatever is written into lines is read from them, and the boxes stay on the page', async t => {
  const text = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'B', 'ſ', 'ש', '天', '&', '"', "'", '<', '-') }), {
      maxLength: 6,
    })
    .map(parts => parts.filter(part => part !== '').join(' '))
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 4 }),
      fc.array(text, { minLength: 4, maxLength: 4 }),
      (before, after) => {
        const blank = alto(4, 'pixel', before.map(() => row(word('x', 0, 100))).join(''))
        const numbered = (texts: readonly string[]) =>
          new Map(before.map((_, n) => [n, texts[n] as string] as const))
        const written = correctedAlto(correctedAlto(blank, numbered(before)), numbered(after))
        t.same(printed(written), after.slice(0, before.length))
        for (const { x, width } of words(written).flat()) t.ok(x >= 0 && x + width <= 100)
      },
    ),
    randomCases(t, 60),
  )
})
