import t from 'tap'
import { readAlto } from '../../src/formats/alto/read.ts'
import { boxesFit } from '../../src/formats/ocr/page-text.ts'

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
