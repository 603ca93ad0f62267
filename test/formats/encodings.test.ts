import t from '../support/tap.ts'
import { decodeXml } from '../../src/formats/xml/decode.ts'

const body = '<title>Müller’s Geschichte</title>'
const document = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\n${body}`
const kept = document('UTF-8')

t.test('a document is read in the encoding that it names, and kept in UTF-8', async t => {
  const utf16 = Buffer.from(`\uFEFF${document('UTF-16')}`, 'utf16le')
  t.equal(decodeXml(utf16), kept, 'UTF-16 with its mark')
  t.equal(decodeXml(Buffer.from(utf16).swap16()), kept, 'the other byte order')
  t.equal(decodeXml(utf16.subarray(2)), kept, 'without a mark')
  t.equal(decodeXml(Buffer.from(document('UTF-8'))), kept)
  t.equal(decodeXml(Buffer.from(body)), body, 'UTF-8 where nothing is said')
  const latin = (encoding: string) => Buffer.from(document(encoding).replace('’', '\x92'), 'latin1')
  t.equal(decodeXml(latin('windows-1252')), kept)
  t.equal(decodeXml(latin('ISO-8859-1')), kept)
})

t.test('what is in no encoding that we read, or not in its own, is refused by name', async t => {
  t.throws(
    () => decodeXml(Buffer.from(document('EBCDIC-CP-DE')), 'a.xml'),
    /a\.xml declares the encoding EBCDIC-CP-DE/,
  )
  t.throws(() => decodeXml(Buffer.from(document('UTF-8'), 'latin1'), 'a.xml'), /a\.xml is not in UTF-8/)
})
