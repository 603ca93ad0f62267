// MARC 21, MAB2 and PICA+: read as other programs read them, mapped field by field, and valid.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from '../support/tap.ts'
import { fieldsOfDublinCore } from '../../src/formats/dublin-core/read.ts'
import { mabOfXml, mabRecords, readMabLines, readMabTape } from '../../src/formats/mab/read.ts'
import { fieldsOfMab } from '../../src/formats/mab/to-mods.ts'
import { decodeIso5426 } from '../../src/formats/marc/iso5426.ts'
import { readIso2709 } from '../../src/formats/marc/iso2709.ts'
import { decodeMarc8 } from '../../src/formats/marc/marc8.ts'
import type { MarcRecord } from '../../src/formats/marc/record.ts'
import { fieldsOfMarc } from '../../src/formats/marc/to-mods.ts'
import { marcOfMods } from '../../src/formats/marcxml/from-mods.ts'
import { marcOfXml, marcRecords } from '../../src/formats/marcxml/read.ts'
import { readMods } from '../../src/formats/mods/read.ts'
import { type ModsFields, writeMods } from '../../src/formats/mods/write.ts'
import { picaOfXml, picaRecords, readPicaNormalized, readPicaPlain } from '../../src/formats/pica/read.ts'
import { fieldsOfPica } from '../../src/formats/pica/to-mods.ts'
import { readXml } from '../../src/formats/xml/read.ts'
import { aBook, aMab, aPica, type FieldMade, iso2709Of } from '../corpus/catalogues/records.ts'
import { randomCases } from '../support/cases.ts'
import { needsSharedData } from '../support/shared.ts'
import { invalidities } from '../support/validate.ts'

const hasYaz = spawnSync('yaz-marcdump', ['-V']).status === 0
const needsYaz = { skip: hasYaz ? false : 'yaz-marcdump is not installed' }
const where = 'test.mrc, record 1'

const modsXml = (fields: Omit<ModsFields, 'title'> & { title: string | undefined }): string =>
  writeMods({ ...fields, title: fields.title ?? 'none' })
/** MODS of MARC fields, without the lines that every record has. */
const mapped = (...fields: FieldMade[]): string =>
  modsXml(
    fieldsOfMarc(
      readIso2709(iso2709Of([{ tag: '245', indicators: '10', value: [['a', 'T']] }, ...fields]), { where }),
    ),
  ).replaceAll(/\n\s*/g, '')
const yazIconv = (bytes: Buffer, from: string): string => {
  const found = spawnSync('yaz-iconv', ['-f', from, '-t', 'utf-8'], { input: bytes })
  return found.stdout.toString('utf8')
}

// What the mapping of the Library of Congress makes of each field: https://www.loc.gov/standards/mods/mods-mapping.html
const table: readonly (readonly [what: string, field: FieldMade | readonly FieldMade[], mods: string])[] = [
  ['010 is an LCCN', { tag: '010', value: [['a', '85153773']] }, '<identifier type="lccn">85153773</identifier>'],
  ['020 is an ISBN', { tag: '020', value: [['a', '9783161484100 (pbk.)']] }, '<identifier type="isbn">9783161484100</identifier>'],
  ['022 is an ISSN', { tag: '022', value: [['a', '0340-2215']] }, '<identifier type="issn">0340-2215</identifier>'],
  ['024 by its indicator', { tag: '024', indicators: '2 ', value: [['a', 'M571100511']] }, '<identifier type="ismn">M571100511</identifier>'],
  ['024 by $2', { tag: '024', indicators: '7 ', value: [['a', '10.1000/182'], ['2', 'doi']] }, '<identifier type="doi">10.1000/182</identifier>'],
  ['016 of the union list of serials', { tag: '016', indicators: '7 ', value: [['a', '1234567-8'], ['2', 'DE-600']] }, '<identifier type="zdb">1234567-8</identifier>'],
  ['041 glued together', { tag: '041', indicators: '1 ', value: [['a', 'engfre'], ['h', 'rus']] }, '<languageTerm type="code" authority="iso639-2b">eng</languageTerm></language><language><languageTerm type="code" authority="iso639-2b">fre</languageTerm>'],
  ['050', { tag: '050', value: [['a', 'PZ7'], ['b', '.G43']] }, '<classification authority="lcc">PZ7 .G43</classification>'],
  ['082', { tag: '082', value: [['a', '943.6']] }, '<classification authority="ddc">943.6</classification>'],
  ['250 repeated', [{ tag: '250', value: [['a', '2. Aufl.']] }, { tag: '250', value: [['a', '']] }, { tag: '250', value: [['a', 'Studienausgabe']] }], '<edition>2. Aufl.</edition><edition>Studienausgabe</edition>'],
  ['300 repeated', [{ tag: '300', value: [['a', '240 S.']] }, { tag: '300', value: [['a', '1 Kt.'], ['c', '20 cm']] }], '<physicalDescription><extent>240 S.</extent></physicalDescription><physicalDescription><extent>1 Kt. 20 cm</extent></physicalDescription>'],
  ['100', { tag: '100', indicators: '1 ', value: [['a', 'John Paul'], ['b', 'II,'], ['c', 'Pope,'], ['d', '1920-2005']] }, '<name type="personal"><namePart>John Paul</namePart><namePart type="termsOfAddress">II, Pope</namePart><namePart type="date">1920-2005</namePart>'],
  ['110', { tag: '110', indicators: '2 ', value: [['a', 'Library of Congress.'], ['b', 'Copyright Office']] }, '<name type="corporate"><namePart>Library of Congress. Copyright Office</namePart>'],
  ['111', { tag: '111', indicators: '2 ', value: [['a', 'Symposium'], ['d', '(1968)']] }, '<name type="conference"><namePart>Symposium. (1968)</namePart>'],
  ['700 with a role in words', { tag: '700', indicators: '1 ', value: [['a', 'Doe, Jane'], ['e', 'editor.']] }, '<roleTerm type="text">editor</roleTerm>'],
  ['700 with a title is another work', { tag: '700', indicators: '12', value: [['a', 'Shakespeare, William.'], ['t', 'Hamlet.']] }, '<relatedItem type="constituent"><titleInfo><title>Hamlet</title></titleInfo><name><namePart>Shakespeare, William</namePart>'],
  ['240', { tag: '240', indicators: '10', value: [['a', 'Ilias']] }, '<titleInfo type="uniform"><title>Ilias</title></titleInfo>'],
  ['246', { tag: '246', indicators: '1 ', value: [['a', 'Other'], ['b', 'sub']] }, '<titleInfo type="alternative"><title>Other</title><subTitle>sub</subTitle></titleInfo>'],
  ['250', { tag: '250', value: [['a', '2. Aufl.']] }, '<edition>2. Aufl.</edition>'],
  ['260', { tag: '260', value: [['a', 'New York :'], ['b', 'Random House,'], ['c', '[1980]']] }, '<placeTerm type="text">New York</placeTerm></place><publisher>Random House</publisher><dateIssued>[1980]</dateIssued>'],
  ['260 of two houses', { tag: '260', value: [['a', 'Berlin ;'], ['a', 'Leipzig :'], ['b', 'Paetel :'], ['b', 'Reclam,'], ['c', '1897']] }, '<placeTerm type="text">Berlin</placeTerm></place><place><placeTerm type="text">Leipzig</placeTerm></place><publisher>Paetel</publisher><publisher>Reclam</publisher><dateIssued encoding="iso8601" keyDate="yes">1897<'],
  ['264 of one house after another', [{ tag: '264', indicators: ' 1', value: [['a', 'Wien :'], ['b', 'A,'], ['c', '1900-']] }, { tag: '264', indicators: '31', value: [['a', 'Graz :'], ['b', 'B']] }], '<placeTerm type="text">Wien</placeTerm></place><place><placeTerm type="text">Graz</placeTerm></place><publisher>A</publisher><publisher>B</publisher>'],
  ['300', { tag: '300', value: [['a', '149 p. :'], ['b', 'ill. ;'], ['c', '23 cm']] }, '<extent>149 p. : ill. ; 23 cm</extent>'],
  ['310', { tag: '310', value: [['a', 'Weekly']] }, '<frequency>Weekly</frequency>'],
  ['490', { tag: '490', indicators: '0 ', value: [['a', 'Series ;'], ['v', '12']] }, '<relatedItem type="series"><titleInfo><title>Series</title><partNumber>12</partNumber></titleInfo>'],
  ['500', { tag: '500', value: [['a', 'A note.']] }, '<note>A note.</note>'],
  ['502', { tag: '502', value: [['a', 'Diss.']] }, '<note type="thesis">Diss.</note>'],
  ['505', { tag: '505', value: [['a', 'One -- Two']] }, '<tableOfContents>One -- Two</tableOfContents>'],
  ['506', { tag: '506', value: [['a', 'Closed']] }, '<accessCondition type="restriction on access">Closed</accessCondition>'],
  ['520', { tag: '520', value: [['a', 'Summary']] }, '<abstract>Summary</abstract>'],
  ['540 with an address', { tag: '540', value: [['a', 'CC0'], ['u', 'https://creativecommons.org/publicdomain/zero/1.0/']] }, '<accessCondition type="use and reproduction" xlink:href="https://creativecommons.org/publicdomain/zero/1.0/">CC0</accessCondition>'],
  ['600', { tag: '600', indicators: '10', value: [['a', 'Dewey, John,'], ['d', '1859-1952.'], ['x', 'Views']] }, '<subject authority="lcsh"><name type="personal"><namePart>Dewey, John, 1859-1952</namePart></name><topic>Views</topic></subject>'],
  ['650', { tag: '650', indicators: ' 0', value: [['a', 'Real property'], ['z', 'Mississippi'], ['y', '1900-'], ['v', 'Maps.']] }, '<subject authority="lcsh"><topic>Real property</topic><geographic>Mississippi</geographic><temporal>1900-</temporal><genre>Maps</genre></subject>'],
  ['651', { tag: '651', indicators: ' 2', value: [['a', 'Germany']] }, '<subject authority="mesh"><geographic>Germany</geographic></subject>'],
  ['653', { tag: '653', value: [['a', 'fuel cells']] }, '<subject><topic>fuel cells</topic></subject>'],
  ['655', { tag: '655', indicators: ' 7', value: [['a', 'Maps.'], ['2', 'lcgft']] }, '<genre authority="lcgft">Maps</genre>'],
  ['773', { tag: '773', indicators: '0 ', value: [['t', 'Journal'], ['g', 'Vol. 2'], ['x', '0340-2215'], ['w', '(DE-600)77']] }, '<relatedItem type="host"><titleInfo><title>Journal</title></titleInfo><identifier type="issn">0340-2215</identifier><part><text>Vol. 2</text></part><recordInfo><recordIdentifier source="DE-600">77</recordIdentifier></recordInfo></relatedItem>'],
  ['780 and 785', [{ tag: '780', indicators: '00', value: [['t', 'Before']] }, { tag: '785', indicators: '00', value: [['t', 'After']] }], '<relatedItem type="preceding"><titleInfo><title>Before</title></titleInfo></relatedItem><relatedItem type="succeeding"><titleInfo><title>After</title></titleInfo></relatedItem>'],
  ['852', { tag: '852', value: [['a', 'DE-8'], ['j', 'Ca 12']] }, '<location><physicalLocation>DE-8</physicalLocation><shelfLocator>Ca 12</shelfLocator></location>'],
  ['856', { tag: '856', indicators: '40', value: [['u', 'https://example.org/a']] }, '<location><url>https://example.org/a</url></location>'],
  ['880 of the title', { tag: '880', indicators: '10', value: [['6', '245-01'], ['a', 'Война']] }, '<titleInfo type="alternative"><title>Война</title></titleInfo>'],
] // prettier-ignore

t.test('each field of MARC 21 becomes what the Library of Congress makes of it', async t => {
  for (const [what, fields, wanted] of table)
    t.ok(
      mapped(...(Array.isArray(fields) ? (fields as readonly FieldMade[]) : [fields as FieldMade])).includes(
        wanted,
      ),
      `${what}: ${mapped(...(Array.isArray(fields) ? (fields as readonly FieldMade[]) : [fields as FieldMade]))}`,
    )
})

t.test('leader and 008 tell kind, issuance, years and country', async t => {
  const of = (leader: string, fixed: string) =>
    modsXml(
      fieldsOfMarc({
        leader,
        control: [{ tag: '008', value: fixed }],
        data: [{ tag: '245', indicators: '10', subfields: [['a', 'T']] }],
      }),
    )
  const book = of('00000cam a2200000 c 4500', '970101s1897    gw            000 0 ger d')
  for (const part of [
    '<typeOfResource>text<',
    '<issuance>monographic<',
    '>1897</dateIssued>',
    '>gw</placeTerm>',
    '>ger</languageTerm>',
  ])
    t.ok(book.includes(part), part)
  t.match(of('00000ctm a2200000 c 4500', ''), /<typeOfResource manuscript="yes">text</)
  t.match(
    of('00000cas a2200000 c 4500', '970101d18401848gw dr p       0   a0ger c'),
    /point="start"[^>]*>1840<.*point="end"[^>]*>1848</s,
  )
  t.match(of('00000cas a2200000 c 4500', '970101d18401848gw dr n       0   a0ger c'), /<genre>newspaper</)
  t.match(of('00000cam a2200000 ca4500', ''), /<issuance>multipart monograph</)
})

const whole = (title = 'Der Schimmelreiter :') =>
  fieldsOfMarc(readIso2709(iso2709Of(aBook('123', title)), { where }))

t.test('a book in four formats gives the same title, person, date, shelf mark', async t => {
  const pica = fieldsOfPica(readPicaPlain(aPica('123', 'Schimmelreiter'), where))
  const mab = fieldsOfMab(readMabLines(Buffer.from(aMab('123', 'Schimmelreiter')), { where }))
  for (const [name, fields] of [
    ['marc', whole()],
    ['pica', pica],
    ['mab', mab],
  ] as const) {
    const [record] = readMods(modsXml(fields))
    t.match(
      record?.mods,
      {
        title: 'Der Schimmelreiter : Novelle',
        sortTitle: 'schimmelreiter novelle',
        dateFrom: '1897-01-01',
        place: 'Berlin',
        publisher: 'Paetel',
        languages: ['ger'],
        pageCount: 222,
        shelfLocator: 'Ca 1234',
        record: { value: '123' },
      },
      name,
    )
    t.match(record?.mods.persons[0], { name: 'Storm, Theodor', roles: ['aut'] }, name)
  }
  t.match(modsXml(mab), /Müller, Hans.*edt/s, 'a role in brackets')
  t.match(modsXml(mab), /<title>Reclams Bibliothek<\/title><partNumber>12</)
  t.match(modsXml(pica), /valueURI="http:\/\/d-nb.info\/gnd\/118618725"/)
  t.match(modsXml(pica), /<itemIdentifier type="barcode">00987</)
})

t.test('every record that is mapped is valid MODS', needsSharedData, async t => {
  const records = [
    ...table.map(([, fields]) =>
      mapped(...(Array.isArray(fields) ? (fields as readonly FieldMade[]) : [fields as FieldMade])),
    ),
    modsXml(whole()),
    modsXml(fieldsOfPica(readPicaPlain(aPica('1', 'A'), where))),
    modsXml(fieldsOfMab(readMabLines(Buffer.from(aMab('1', 'A')), { where }))),
    ...['c', 'd', 'e', 'f', 'i', 'j', 'k', 'g', 'r', 'm', 'p', 'o'].map(kind =>
      modsXml(fieldsOfMarc({ leader: `00000c${kind}c a2200000 c 4500`, control: [], data: [] })),
    ),
    ...['A', 'B', 'G', 'H', 'K', 'M', 'S', 'V'].map(kind =>
      modsXml(fieldsOfPica(readPicaPlain(`002@ $0${kind}cu`, where))),
    ),
  ]
  const bodies = records.map(xml => xml.replace(/^<\?xml.*?\?>\s*/s, '')).join('\n')
  t.equal(
    invalidities(`<modsCollection xmlns="http://www.loc.gov/mods/v3">${bodies}</modsCollection>`, 'mods.xsd'),
    '',
  )
})

t.test('ISO 2709 is read as yaz-marcdump reads it', needsYaz, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-marc-'))
  const compare = (bytes: Buffer, from: string, name: string) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const xml = execFileSync('yaz-marcdump', ['-f', from, '-t', 'utf-8', '-o', 'marcxml', path]).toString(
      'utf8',
    )
    const [theirs] = marcRecords(readXml(xml)).map(marcOfXml)
    const ours = readIso2709(bytes, { where })
    const nfc = (record: MarcRecord | undefined) =>
      record && {
        control: record.control,
        data: record.data.map(field => ({
          ...field,
          subfields: field.subfields.map(([code, value]) => [code, value.normalize('NFC')]),
        })),
      }
    t.same(nfc(ours), nfc(theirs), name)
  }
  compare(iso2709Of(aBook('123', 'Der Schimmelreiter')), 'utf-8', 'utf8.mrc')
  // grave a, umlaut u, hacek c, Polish l, an escape to Cyrillic and to Greek, subscript two
  const marc8 = (text: string) => Buffer.from(text, 'latin1')
  compare(
    iso2709Of(
      [
        { tag: '001', value: '9' },
        {
          tag: '245',
          indicators: '10',
          value: [
            ['a', 'd\xe1ej\xe1a, \xe8uber \xe9ci \xb1l\xe2e \x1b(NwOJNA\x1b(B after'],
            ['b', '\x1b(Sabc\x1b(B H\x1bb2\x1bsO'],
          ],
        },
        { tag: '500', value: [['a', '\x1b$1!0!\x1b(B']] },
      ],
      '00000cam  2200000 c 4500',
      marc8,
    ),
    'marc-8',
    'marc8.mrc',
  )
})

/** What yaz makes of each of these, all by one call, with a stroke behind each; '' of what it does not know. */
const ofYaz = (cases: readonly Buffer[], from: string): string[] =>
  yazIconv(Buffer.concat(cases.flatMap(bytes => [bytes, Buffer.from('/')])), from)
    .split('/')
    .slice(0, -1)
    .map(text => text.normalize('NFC'))

t.test('every character of MARC-8 and ISO 5426 is that of yaz', needsYaz, async t => {
  const differing: string[] = []
  for (const [name, decode] of [
    ['marc-8', decodeMarc8],
    ['iso5426', decodeIso5426],
  ] as const) {
    const cases: { readonly bytes: Buffer; readonly own: string }[] = []
    for (let byte = 0xa1; byte < 0xff; byte++) {
      // halves of a mark over two letters: two characters in the table of the Library, one for both in that of yaz
      if ([0xeb, 0xec, 0xfa, 0xfb].includes(byte) || (name === 'iso5426' && byte === 0xde)) continue
      const bytes = Buffer.from([byte, 0x61])
      try {
        cases.push({ bytes, own: decode(bytes) })
      } catch {
        continue
      }
    }
    const theirs = ofYaz(
      cases.map(({ bytes }) => bytes),
      name,
    )
    t.equal(theirs.length, cases.length, `${name}: ${theirs.join(' ')}`)
    t.ok(theirs.filter(text => text !== '').length > 40, name)
    for (const [at, { bytes, own }] of cases.entries())
      if (theirs[at] !== '' && theirs[at] !== own)
        differing.push(`${name} ${bytes.toString('hex')}: ${own} ${theirs[at]}`)
  }
  t.same(differing, [])
})

t.test('MARC-8 names a code that there is not, and where', async t => {
  t.throws(() => decodeMarc8(Buffer.from('a\xff', 'latin1')), { message: /code ff/, offset: 1 })
  t.throws(() => decodeMarc8(Buffer.from('a\x1b(?', 'latin1')), { message: /unknown set/, offset: 1 })
  t.equal(decodeMarc8(Buffer.from('&#x4E00;')), '一', 'references to characters beyond it')
})

t.test('a damaged record says field and offset', async t => {
  const good = iso2709Of(aBook('1', 'Titel'))
  const cases: readonly (readonly [string, (bytes: Buffer) => Buffer, RegExp])[] = [
    ['cut', bytes => bytes.subarray(0, 200), /record 1.*(announces|behind the record|not in the record)/],
    ['nothing', () => Buffer.from('x'), /ends after 1 bytes/],
    ['no base', bytes => Buffer.concat([bytes.subarray(0, 12), Buffer.from('abcde'), bytes.subarray(17)]), /‘abcde’/],
    ['a directory of letters', bytes => Buffer.concat([bytes.subarray(0, 40), Buffer.from('?????'), bytes.subarray(45)]), /directory is damaged \(offset 36/],
    ['a length that lies', bytes => Buffer.concat([bytes.subarray(0, 30), Buffer.from('7'), bytes.subarray(31)]), /field 001/],
    ['no UTF-8', bytes => Buffer.from(bytes).fill(0xff, bytes.indexOf('Titel'), bytes.indexOf('Titel') + 1), /field 245: bytes that are not in UTF-8 \(offset \d+/],
  ] // prettier-ignore
  for (const [what, damage, message] of cases)
    t.throws(() => readIso2709(damage(good), { where }), message, what)
  t.throws(
    () => readPicaPlain('021A $aX\nhello', where),
    /record 1, line 2: ‘hello’ begins with no name.*offset 9/,
  )
  t.throws(() => readPicaNormalized('021A \x1f?X\x1e', where), /field 021A has the subfield ‘\?’/)
  t.throws(() => readMabLines(Buffer.from('331 A\nhello'), { where }), /line 2: ‘hello’/)
})

const anyText = fc.string({
  minLength: 1,
  maxLength: 30,
  unit: fc.constantFrom('a', 'b', 'ä', 'ö', 'ß', '漢', 'Ω', ' ', '.', '$'),
})
const anyCode = fc.constantFrom('a', 'b', 'c', 'x', 'z', '0', '9')

t.test(
  'whatever is written as ISO 2709 or PICA+ is read again; whatever bytes come, the answer is a record or a sentence',
  async t => {
    const fields = fc.array(
      fc.record({
        tag: fc.integer({ min: 10, max: 999 }).map(n => String(n).padStart(3, '0')),
        value: fc.array(fc.tuple(anyCode, anyText), { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 10 },
    )
    fc.assert(
      fc.property(fields, made => {
        const read = readIso2709(iso2709Of(made), { where })
        return (
          JSON.stringify(read.data.map(({ tag, subfields }) => ({ tag, value: subfields }))) ===
          JSON.stringify(
            made.map(({ tag, value }) => ({
              tag,
              value: value.map(([code, text]) => [code, text.normalize('NFC')]),
            })),
          )
        )
      }),
      randomCases(t, 200),
    )
    fc.assert(
      fc.property(fields, made => {
        const tags = made.map(({ tag }) => `0${tag.slice(1)}A`)
        const plain = made
          .map(
            ({ value }, at) =>
              `${tags[at]} ${value.map(([code, text]) => `$${code}${text.replaceAll('$', '$$$$')}`).join('')}`,
          )
          .join('\n')
        const normal = made
          .map(
            ({ value }, at) =>
              `${tags[at]} ${value.map(([code, text]) => `\x1f${code}${text}`).join('')}\x1e`,
          )
          .join('')
        return (
          JSON.stringify(readPicaPlain(plain, where)) === JSON.stringify(readPicaNormalized(normal, where))
        )
      }),
      randomCases(t, 200),
    )
    const good = iso2709Of(aBook('1', 'Titel'))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(good)
        bytes[at] = byte
        try {
          modsXml(fieldsOfMarc(readIso2709(bytes, { where })))
          return true
        } catch (error) {
          return /test.mrc, record 1/.test((error as Error).message)
        }
      }),
      randomCases(t, 400),
    )
  },
)

t.test('the XML of the formats is read as their bytes are', async t => {
  const [mab] = mabRecords(
    readXml(
      '<datei xmlns="http://www.ddb.de/professionell/mabxml/mabxml-1.xsd"><datensatz typ="h" status="n" mabVersion="M2.0"><feld nr="331" ind=" "><ns>Der</ns> Schimmelreiter</feld><feld nr="902" ind=" "><uf code="s">Deich</uf></feld></datensatz></datei>',
    ),
  )
  const fields = fieldsOfMab(mabOfXml(mab as never))
  t.match(fields, { title: 'Schimmelreiter', nonSort: 'Der', subjects: [{ parts: [['topic', 'Deich']] }] })
  const [pica] = picaRecords(
    readXml(
      '<collection xmlns="info:srw/schema/5/picaXML-v1.0"><record><datafield tag="003@"><subfield code="0">1</subfield></datafield><datafield tag="021A"><subfield code="a">Der @Reiter</subfield></datafield></record></collection>',
    ),
  )
  t.match(fieldsOfPica(picaOfXml(pica as never)), { title: 'Reiter', nonSort: 'Der', record: { value: '1' } })
})

t.test('all that Dublin Core says of a title stays', needsSharedData, async t => {
  const dc = readXml(
    `<dc xmlns:dc="http://purl.org/dc/elements/1.1/">${[
      ['title', 'Erster'], ['title', 'Auch so'], ['publisher', 'A'], ['publisher', 'B'], ['subject', 'Deich'], ['description', 'Worum es geht'],
      ['coverage', 'Husum'], ['coverage', '1850-1890'], ['rights', 'https://creativecommons.org/publicdomain/zero/1.0/'], ['source', 'Ca 12'],
      ['relation', 'Reihe'], ['type', 'book'], ['type', 'novel'], ['identifier', '7'], ['identifier', 'https://example.org/7'],
    ].map(([name, text]) => `<dc:${name}>${text}</dc:${name}>`).join('')}</dc>`,
  )
  const xml = modsXml(fieldsOfDublinCore(dc))
  for (const part of [
    '<titleInfo type="alternative"><title>Auch so<', '<publisher>A</publisher><publisher>B<', '<topic>Deich<', '<abstract>Worum es geht<',
    '<geographic>Husum<', '<temporal>1850-1890<', 'xlink:href="https://creativecommons.org/publicdomain/zero/1.0/"', '<note type="source">Ca 12<',
    '<relatedItem><titleInfo><title>Reihe<', '<genre>book<', '<genre>novel<', '<url>https://example.org/7<', '<recordIdentifier source="dc">7<',
  ])
    t.ok(xml.includes(part), `${part} in ${xml}`)
  t.equal(invalidities(xml, 'mods.xsd'), '')
}) // prettier-ignore

t.test('MAB2 on tape has its fields right behind the leader', async t => {
  const tape = (...fields: readonly string[]) =>
    Buffer.from(`00123nM2.01200024      h${fields.map(field => `${field}\x1e`).join('')}\x1d`)
  const record = readMabTape(tape('001 1', '331 Titel', '902s\x1fsDeich\x1fgHusum'), { where })
  t.same(record.data, [
    { tag: '001', indicators: '  ', subfields: [['a', '1']] },
    { tag: '331', indicators: '  ', subfields: [['a', 'Titel']] },
    { tag: '902', indicators: 's ', subfields: [['s', 'Deich'], ['g', 'Husum']] },
  ])
  t.throws(() => readMabTape(tape('001 1', 'titel'), { where }), { message: /record 1: ‘titel’ begins with no number.*offset 30/ })
  t.throws(() => readMabTape(tape('001 1', '331 Titel').subarray(0, -4), { where }), { message: /cut off/ })
  t.throws(() => readPicaNormalized('003@ \x1f01\x1e021A \x1faTit', where), { message: /cut off/ })
  const old = Buffer.concat([tape('001 1').subarray(0, -1), Buffer.from('331 \x88Der\x89 T\xc8ater\x1e\x1d', 'latin1')])
  t.match(fieldsOfMab(readMabTape(old, { where })), { title: 'Täter', nonSort: 'Der' })
}) // prettier-ignore

t.test('parts of parts, further places and publishers stay', async t => {
  const marc = modsXml(
    fieldsOfMarc({
      leader: '00000cam a2200000 c 4500',
      control: [],
      data: [
        {
          tag: '245',
          indicators: '10',
          subfields: [['a', 'Handbuch.'], ['n', '3. Teil,'], ['p', 'Die Ufer.'], ['n', '2. Heft,'], ['p', 'Deiche /']],
        },
      ],
    }),
  )
  t.match(marc, '<partNumber>3. Teil, 2. Heft</partNumber><partName>Die Ufer. Deiche</partName>')
  const pica = modsXml(fieldsOfPica(readPicaPlain('021A $aX\n033A $pBerlin$pLeipzig$nPaetel\n033A $pWien$nReclam', where)))
  t.match(pica, />Berlin<.*>Leipzig<.*>Wien<.*<publisher>Paetel<.*<publisher>Reclam</)
  const mab = modsXml(
    fieldsOfMab(readMabLines(Buffer.from('037bgerlat\n331 X\n410 Berlin\n412 Paetel\n415 Leipzig\n417 Reclam'), { where })),
  )
  t.match(mab, />Berlin<.*>Leipzig<.*<publisher>Paetel<.*<publisher>Reclam</)
  t.match(mab, />ger<.*>lat</s)
  const editions = modsXml(fieldsOfPica(readPicaPlain('021A $aX\n032@ $a2. Aufl.\n032@ $aStudienausgabe', where)))
  t.match(editions, /<edition>2. Aufl.<\/edition>\s*<edition>Studienausgabe<\/edition>/)
  t.match(modsXml(fieldsOfMab(readMabLines(Buffer.from('037ade\n331 X'), { where }))), />ger</, 'codes of two letters')
}) // prettier-ignore

t.test('a volume without a title of its own has that of its work, and its number', async t => {
  const fields = fieldsOfPica(
    readPicaPlain('002@ $0Afu\n003@ $07\n021A $a@\n036C $aGesammelte @Werke$l3\n036D $9123$8Werke', where),
  )
  const [record] = readMods(modsXml(fields))
  t.match(record?.mods, { title: 'Gesammelte Werke. 3', volume: '3', host: { record: { value: '123' } } })
})

t.test('what we write as MARCXML comes back', async t => {
  const [record] = readMods(modsXml(whole()))
  const xml = marcOfMods(record?.mods, {
    id: 1,
    title: 'x',
    updatedAt: new Date(0),
    urls: [],
    licence: undefined,
  })
  const [again] = marcRecords(readXml(xml)).map(
    found => readMods(modsXml(fieldsOfMarc(marcOfXml(found))))[0]?.mods,
  )
  for (const key of [
    'title',
    'dateFrom',
    'place',
    'publisher',
    'languages',
    'pageCount',
    'persons',
    'identifiers',
    'subjects',
  ] as const)
    t.same(key === 'subjects' ? again?.[key] : again?.[key], record?.mods[key], key)
})
