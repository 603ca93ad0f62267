import fc from 'fast-check'
import t from '../support/tap.ts'
import { randomCases } from '../support/cases.ts'
import { Refusal } from '../../src/errors.ts'
import { cutOut, decodeUtf8, escapeXml, readXml } from '../../src/formats/xml/read.ts'

t.test('reads names, namespaces, attributes, text and places', async t => {
  const root = readXml(
    '<a:x xmlns:a="urn:a" xmlns="urn:d" k="v" a:k="w">\n  one <b>two</b>\n  <![CDATA[<three>]]></a:x>',
  )
  t.equal(root.name, 'x')
  t.equal(root.namespace, 'urn:a')
  t.equal(root.attribute('k'), 'v')
  t.equal(root.attribute('k', 'urn:a'), 'w')
  t.equal(root.text, 'one <three>')
  const [b] = root.all('b', 'urn:d')
  t.equal(b?.text, 'two')
  t.equal(b?.line, 2)
})

t.test(
  'a document type that declares nothing is taken where programs write one, any other is refused',
  async t => {
    for (const type of ['<!DOCTYPE alto>', '<!DOCTYPE alto SYSTEM "alto.dtd">'])
      t.equal(readXml(`${type}\n<alto/>`, { plainDoctype: true }).name, 'alto')
    for (const source of [
      '<!DOCTYPE alto [<!ENTITY x "y">]><alto>&x;</alto>',
      '<!DOCTYPE alto SYSTEM "file:///etc/passwd" [ ]><alto/>',
      '<!DOCTYPE alto SYSTEM "http://else.where/x.dtd"><alto>&x;</alto>',
    ])
      t.throws(() => readXml(source, { plainDoctype: true }), /not accepted|ndefined entity/, source)
  },
)

t.test('a fault names line, column and excerpt', async t => {
  const cases: [string, RegExp, number][] = [
    ['<a>\n  <b></a>', /line 2, column 9: unexpected close tag/, 2],
    ['<a>&nbsp;</a>', /line 1/, 1],
    ['<!DOCTYPE a>\n<a/>', /document type declarations are not accepted/, 1],
    ['<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>', /document type declarations are not accepted/, 1],
    ['', /no root element|empty|must contain/i, 1],
    ['<a x="1" x="2"/>', /line 1/, 1],
    ['<a><p:b/></a>', /line 1/, 1],
  ]
  for (const [source, pattern, line] of cases) {
    try {
      readXml(source, { name: 'x.xml' })
      t.fail(source)
    } catch (error) {
      t.ok(error instanceof Refusal, source)
      const refusal = error as Refusal
      t.equal(refusal.reason, 'bad-xml')
      t.match(refusal.message, pattern)
      t.match(refusal.message, /^x\.xml, line/)
      t.equal(refusal.details.line, line)
    }
  }
})

t.test('refuses nesting deeper than the limit', async t => {
  const deep = '<a>'.repeat(300) + '</a>'.repeat(300)
  t.throws(() => readXml(deep), /nested deeper than 256/)
  t.ok(readXml(deep, { maxDepth: 300 }))
})

t.test('takes only UTF-8', async t => {
  t.equal(decodeUtf8(Buffer.from('\uFEFF<a/>')), '<a/>')
  t.throws(() => decodeUtf8(Buffer.from([0xff, 0xfe, 0x3c, 0])), /UTF-16/)
  t.throws(() => decodeUtf8(Buffer.from([0x3c, 0xe4, 0x3e])), /not in UTF-8/)
  t.throws(
    () => decodeUtf8(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a/>')),
    /declares the encoding ISO-8859-1/,
  )
})

t.test('cuts an element out byte for byte, with the namespaces it needs', async t => {
  const source = '<r xmlns:m="urn:m" xmlns:x="urn:x" xmlns:u="urn:u"><m:a  k = "1">ä<m:b x:y="2"/></m:a></r>'
  const element = readXml(source).children[0]
  t.ok(element)
  if (!element) return
  const cut = cutOut(source, element)
  t.equal(cut, '<m:a xmlns:m="urn:m" xmlns:x="urn:x"  k = "1">ä<m:b x:y="2"/></m:a>')
  t.equal(cutOut(cut, readXml(cut)), cut, 'identical ever after')
})

const name = fc.stringMatching(/^[a-z]{1,6}$/)
// half of a surrogate pair and characters outside of XML 1.0 cannot be written
const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter(value => /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value))
const { tree } = fc.letrec<{ tree: string; leaf: string; branch: string }>(tie => ({
  tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('branch')),
  leaf: fc
    .tuple(name, text)
    .map(([tag, content]) => `<${tag} k="${escapeXml(content)}">${escapeXml(content)}</${tag}>`),
  branch: fc
    .tuple(name, fc.array(tie('tree'), { maxLength: 3 }))
    .map(([tag, children]) => `<${tag}>${children.join('')}</${tag}>`),
}))

t.test('property: what is written is read back, and never anything but a Refusal is thrown', async t => {
  fc.assert(
    fc.property(tree, source => {
      const root = readXml(source, { maxDepth: 1000 })
      return source.slice(root.start, root.end) === source
    }),
    randomCases(t, 300),
  )
  fc.assert(
    fc.property(
      tree,
      fc.nat(),
      fc.constantFrom('<', '>', '&', '"', ']]>', '\0', '</x>'),
      (source, at, junk) => {
        const place = at % source.length
        try {
          readXml(source.slice(0, place) + junk + source.slice(place), { maxDepth: 1000 })
        } catch (error) {
          return (
            error instanceof Refusal && error.reason === 'bad-xml' && typeof error.details.line === 'number'
          )
        }
        return true
      },
    ),
    randomCases(t),
  )
  t.pass('held')
})
