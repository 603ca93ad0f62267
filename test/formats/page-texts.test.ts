import fc from 'fast-check'
import t from '../support/tap.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
import { writeAlto } from '../../src/formats/alto/write.ts'
import { joinDivided, type Line } from '../../src/formats/ocr/page-text.ts'
import { readPageText } from '../../src/formats/ocr/read.ts'
import { asItLooks } from '../../src/formats/pdf/book.ts'
import { piecesOf, placedWords, termsOf, wordsOf } from '../../src/formats/text/fold.ts'
import { matches } from '../../src/dissemination/search/snippets.ts'
import { altoOf, hocrOf, lineOf, pageXmlOf } from '../corpus/texts.ts'
import { randomCases } from '../support/cases.ts'

const read = (source: string, options = {}) => readPageText(Buffer.from(source), options)
const lines = [lineOf(0, 'Der alte Turm'), lineOf(1, 'steht noch')]
const boxes = (source: string) =>
  read(source)
    .blocks.flat()
    .map(line => line.words.map(({ text, x, y, width, height }) => [text, x, y, width, height]))
const expected = [
  [
    ['Der', 20, 60, 100, 30],
    ['alte', 130, 60, 100, 30],
    ['Turm', 240, 60, 100, 30],
  ],
  [
    ['steht', 20, 120, 100, 30],
    ['noch', 130, 120, 100, 30],
  ],
]

t.test('ALTO is read in each namespace that programs write, and in none', async t => {
  for (const namespace of [
    '',
    'http://www.loc.gov/standards/alto/ns-v2#',
    'http://www.loc.gov/standards/alto/ns-v3#',
    'http://www.loc.gov/standards/alto/ns-v4#',
    'http://www.loc.gov/standards/alto/v3/alto.xsd',
    'http://www.loc.gov/standards/alto/alto-v2.0.xsd',
    'http://schema.ccs-gmbh.com/docworks/version20/alto-1-4.xsd',
  ])
    t.same(boxes(altoOf(namespace, lines)), expected, namespace)
  t.throws(
    () => read('<alto xmlns="urn:x"/>'),
    /the root element is alto of urn:x; a text is ALTO, PAGE-XML or hOCR/,
  )
})

t.test('hOCR as Tesseract writes it, which is not XML, gives the same words and boxes', async t => {
  const text = read(hocrOf(lines))
  t.same(boxes(hocrOf(lines)), expected)
  t.match(text, {
    format: 'hocr', width: 600, height: 900, engine: 'tesseract 5.3.0', language: 'deu', fileName: 'p.tif', text: 'Der alte Turm\nsteht noch',
  }) // prettier-ignore
  t.ok(Math.abs((text.confidence ?? 0) - 0.9) < 1e-9)
  const noWords = `<div class="ocr_page" title="bbox 0 0 600 900"><span class="ocr_line" title="bbox 0 0 110 20">ab cdefgh</span></div>`
  t.same(boxes(noWords), [
    [
      ['ab', 0, 0, 24, 20],
      ['cdefgh', 37, 0, 73, 20],
    ],
  ])
  const two = `<html><body><div class="ocr_page"></div><div class="ocr_page"></div></body></html>`
  t.throws(() => read(two, { name: 'two.hocr' }), /two\.hocr: there are several pages/)
  t.throws(() => read(`${'<div>'.repeat(300)}<i class="ocr_page"/>`), /nested deeper than 256 levels/)
})

t.test('PAGE-XML is read in its reading order, of several readings the first', async t => {
  const regions = [[lines[0] ?? []], [lines[1] ?? []]]
  t.same(boxes(pageXmlOf(regions, true)), expected)
  const text = read(pageXmlOf(regions, true))
  t.match(text, {
    format: 'page-xml', width: 600, height: 900, engine: 'OCR-D', text: 'Der alte Turm\n\nsteht noch', confidence: 0.5, fileName: 'p.tif',
  }) // prettier-ignore
  const [first] = read(pageXmlOf(regions, false)).blocks.flat()
  t.same(
    first?.words.map(({ text: word, y, height }) => [word, y, height]),
    [
      ['Der', 60, 30],
      ['alte', 60, 30],
      ['Turm', 60, 30],
    ],
    'words of a line that alone has a place share it',
  )
  const rtl = `<PcGts><Page imageWidth="600" imageHeight="900"><TextRegion id="r" readingDirection="right-to-left"><TextLine id="l"><Coords points="100,0 200,20"/><TextEquiv><Unicode>אב גד</Unicode></TextEquiv></TextLine></TextRegion></Page></PcGts>`
  t.same(boxes(rtl), [
    [
      ['אב', 160, 0, 40, 20],
      ['גד', 100, 0, 40, 20],
    ],
  ])
  const old = `<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2010-03-19"><Page imageWidth="600" imageHeight="900"><TextRegion id="r"><Coords><Point x="10" y="20"/><Point x="30" y="60"/></Coords><TextEquiv><Unicode>oben
unten</Unicode></TextEquiv></TextRegion></Page></PcGts>`
  t.same(boxes(old), [[['oben', 10, 20, 20, 20]], [['unten', 10, 40, 20, 20]]])
  t.throws(() => read('<PcGts/>', { name: 'a.xml' }), /a\.xml, line 1: PcGts has no Page/)
  t.throws(() => read('<alto/>', { name: 'a.xml' }), /a\.xml, line 1: alto has no Layout with a Page/)
})

t.test('words divided at the end of a line are one, compounds and capitals are not', async t => {
  const joined = (...texts: string[]) =>
    read(
      altoOf(
        '',
        texts.map((text, at) => lineOf(at, text)),
      ),
    ).text.replaceAll('\n', ' / ')
  t.equal(joined('der Wolken¬', 'bruch kam'), 'der Wolkenbruch / kam')
  t.equal(joined('Biblio-', 'thek'), 'Bibliothek')
  t.equal(joined('Biblio⸗', 'thek'), 'Bibliothek')
  t.equal(joined('EISEN-', 'BAHN'), 'EISENBAHN')
  t.equal(joined('Nord-', 'Süd'), 'Nord- / Süd')
  t.equal(joined('1914-', 'achtzehn'), '1914- / achtzehn')
  t.equal(joined('hier -', 'dort'), 'hier - / dort')
  t.equal(joined('a-', 'b-', 'c'), 'ab- / c', 'a half does not go on a second time')
  const hyphen = `<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT="Eisen"/><HYP CONTENT="­"/></TextLine><TextLine><String CONTENT="bahn"/><String CONTENT="Nord"/><HYP/></TextLine><TextLine><String CONTENT="Süd"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
  t.equal(read(hyphen).text, 'Eisenbahn\nNord-Süd')
  const second = `<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT="tanes" SUBS_TYPE="HypPart2" SUBS_CONTENT="Fontanes"/><String CONTENT="schrieb"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
  t.equal(read(second).text, 'tanes schrieb', 'the first half stands on the page before')
})

t.test('what is joined stays joined, whatever the lines are', async () => {
  const word = fc.constantFrom('a', 'B', 'x-', 'Y¬', '-', '', '9', 'z⸗', 'ß')
  const line: fc.Arbitrary<Line> = fc.record({
    x: fc.constant(0), y: fc.constant(0), width: fc.constant(1), height: fc.constant(1), isDivided: fc.boolean(),
    words: fc.array(
      word.map(text => ({ text, x: 0, y: 0, width: 1, height: 1, joined: undefined, half: undefined, confidence: undefined })),
      { maxLength: 4 },
    ),
  }) // prettier-ignore
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), all => {
      const once = joinDivided(all)
      const words = once.flatMap(each => each.words)
      return (
        JSON.stringify(joinDivided(once)) === JSON.stringify(once) &&
        words.map(each => each.text).join() === all.flatMap(each => each.words.map(w => w.text)).join() &&
        words.filter(each => each.half === 1).length === words.filter(each => each.half === 2).length
      )
    }),
    randomCases(t, 100),
  )
})

t.test('a text in another form is written as ALTO and read again the same', async t => {
  for (const source of [
    hocrOf(lines),
    pageXmlOf([lines], true),
    altoOf('', [lineOf(0, 'Wolken¬'), lineOf(1, 'bruch &amp; &lt;')]),
  ]) {
    const text = read(source)
    const again = readAlto(writeAlto(text))
    t.equal(again.text, text.text)
    t.same(
      again.blocks.flat().flatMap(line => line.words.map(({ x, y, joined, half }) => [x, y, joined, half])),
      text.blocks.flat().flatMap(line => line.words.map(({ x, y, joined, half }) => [x, y, joined, half])),
    )
    t.match(again, { width: text.width, height: text.height })
  }
})

t.test('letters of scripts without spaces are words; several are looked for side by side', async t => {
  t.same(wordsOf('東京大學 第3版, สวัสดี ab'), [
    '東',
    '京',
    '大',
    '學',
    '第',
    '3',
    '版',
    'ส',
    'วั',
    'ส',
    'ดี',
    'ab',
  ])
  t.same(termsOf('東京 大學 ab'), [['東', '京'], ['大', '學'], ['ab']])
  t.same(piecesOf('Wort'), [])
  t.match(piecesOf('東京'), [
    { text: '東', before: 0, share: 0.5 },
    { text: '京', before: 0.5, share: 0.5 },
  ])
  const words = placedWords('東京大學圖書館藏書目錄')
  const found = (text: string, match: 'phrase' | 'any') =>
    matches(words, { match, words: [{ text, isPrefix: false }] })
  t.same(found('圖 書 館', 'phrase'), [[4, 6]])
  t.same(found('圖 書 館', 'any'), [[4, 6]])
  t.same(found('書', 'any'), [
    [5, 5],
    [8, 8],
  ])
  t.same(found('館 書', 'any'), [])
  t.same(matches(words, { match: 'phrase', words: [] }), [])
})

t.test('words from right to left are laid out as they look', async t => {
  t.equal(asItLooks('Wort'), 'Wort')
  t.equal(asItLooks('ספר'), 'רפס')
  t.equal(asItLooks('ב12א'), 'א12ב', 'numbers stay as they are')
})
