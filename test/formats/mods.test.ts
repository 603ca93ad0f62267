import fc from 'fast-check'
import t from '../support/tap.ts'
import { readingDirection } from '../../src/formats/languages/direction.ts'
import { randomCases } from '../support/cases.ts'
import { fieldsOfDublinCore } from '../../src/formats/dublin-core/read.ts'
import { bcp47, iso6392 } from '../../src/formats/languages/codes.ts'
import { dateRange } from '../../src/formats/mods/dates.ts'
import { pageCountOf } from '../../src/formats/mods/extent.ts'
import { disseminateMods } from '../../src/formats/mods/disseminate.ts'
import { readMods, sortKey } from '../../src/formats/mods/read.ts'
import { writeMods } from '../../src/formats/mods/write.ts'
import { readXml } from '../../src/formats/xml/read.ts'
import { needsSharedData } from '../support/shared.ts'
import { invalidities } from '../support/validate.ts'
import { plainFacts } from '../support/records.ts'

const wrap = (content: string): string =>
  `<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">${content}</mods>`
const read = (content: string) => readMods(wrap(content))[0]?.mods

t.test('counts the pages that an extent announces', async t => {
  const cases: [string, number | undefined][] = [
    ['464 S.', 464],
    ['[4] Bl. ; 4°', 8],
    ['XII, 464 S.', 476],
    ['[2] Bl., 123 S., [1] Bl.', 129],
    ['VI, [2], 17 S. : Ill.', 25],
    ['1 Band', undefined],
    ['Autopsie nach dem Exemplar der ULB Halle', undefined],
    ['271 p', 271],
    ['1 Online-Ressource (12 Seiten)', 12],
    ['2 leaves', 4],
    ['', undefined],
  ]
  for (const [extent, pages] of cases) t.equal(pageCountOf(extent), pages, extent)
})

t.test('understands written dates', async t => {
  const cases: [string, string | undefined, string | undefined][] = [
    ['1712', '1712-01-01', '1712-12-31'],
    ['1889-03-22', '1889-03-22', '1889-03-22'],
    ['1840-02', '1840-02-01', '1840-02-29'],
    ['17XX', '1700-01-01', '1799-12-31'],
    ['[ca. 1650]', '1650-01-01', '1650-12-31'],
    ['1918,1.Juni - 1944,77(31.März)', '1918-01-01', '1944-12-31'],
    ['o. J.', undefined, undefined],
    ['1889-02-31', '1889-02-01', '1889-02-28'],
  ]
  for (const [written, from, to] of cases) t.same(dateRange(written), { from, to }, written)
})

t.test(
  'the date is that of the print, in whichever block it stands, never that of the digitisation',
  async t => {
    const origin = (content: string, more = '') => `<originInfo${more}>${content}</originInfo>`
    const dateIn = (...origins: string[]) => {
      const mods = read(`<titleInfo><title>T</title></titleInfo>${origins.join('')}`)
      return [mods?.date, mods?.dateFrom?.slice(0, 4)]
    }
    const digital = origin('<dateIssued keyDate="yes">2015</dateIssued><edition>[Electronic ed.]</edition>')
    t.same(dateIn(digital), [undefined, undefined])
    t.same(dateIn(digital, origin('<dateIssued>1805</dateIssued>')), ['1805', '1805'])
    t.same(
      dateIn(
        origin('<dateIssued>2015</dateIssued>', ' eventType="digitization"'),
        origin('<place><placeTerm>Halle</placeTerm></place>'),
        origin('<dateCreated>1432</dateCreated>'),
      ),
      ['1432', '1432'],
      'the block with a date',
    )
    t.same(
      dateIn(
        origin('<dateIssued>2015</dateIssued>', ' displayLabel="digitised"'),
        origin('<dateIssued>1777</dateIssued>', ' eventType="publication"'),
      ),
      ['1777', '1777'],
    )
    t.same(dateIn(origin('<dateIssued encoding="marc">uuuu</dateIssued><dateIssued>[179-?]</dateIssued>')), [
      '[179-?]',
      '1790',
    ])
  },
)

t.test('elided articles are no part of what a title is filed under', async t => {
  for (const [written, title, filed] of [
    [
      "<nonSort xml:space='preserve'>L'</nonSort><title>Univers des secrets</title>",
      "L'Univers des secrets",
      'univers des secrets',
    ],
    ['<nonSort>L’</nonSort><title>Ève future</title>', 'L’Ève future', 'eve future'],
    ['<nonSort>al-</nonSort><title>Kitāb</title>', 'al-Kitāb', 'kitab'],
    ['<nonSort>Die </nonSort><title>Räuber</title><partNumber>2</partNumber>', 'Die Räuber. 2', 'rauber 2'],
  ])
    t.match(read(`<titleInfo>${written}</titleInfo>`), { title, sortTitle: filed })
})

t.test('one language in several codes is one', async t => {
  const terms = ['en', 'eng', 'deu', 'ger', 'de-AT', 'qaa']
  t.same(
    read(terms.map(code => `<language><languageTerm type="code">${code}</languageTerm></language>`).join(''))
      ?.languages,
    ['eng', 'ger', 'qaa'],
  )
  t.same(
    ['tgl', 'wel', 'cym', 'iw', 'ara', 'tl', 'qaa', 'xxx', 'Deutsch'].map(code => [iso6392(code), bcp47(code)]),
    [
      ['tgl', 'tl'], ['wel', 'cy'], ['wel', 'cy'], ['heb', 'he'], ['ara', 'ar'], ['tgl', 'tl'],
      [undefined, undefined], [undefined, undefined], [undefined, undefined],
    ],
  ) // prettier-ignore
})

t.test('languages of Dublin Core are codes, tags and names', async t => {
  const of = (...languages: readonly string[]) =>
    fieldsOfDublinCore(
      readXml(
        `<dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title>${languages.map(text => `<dc:language>${text}</dc:language>`).join('')}</dc>`,
      ),
    ).languages
  t.same(of('en', 'eng', 'en-GB', 'English'), ['eng'])
  t.same(of('de; lat', 'Französisch', 'Greek, Modern'), ['ger', 'lat', 'fre', 'gre'])
  t.same(of('x-private', 'unbekannt', 'Keine', 'qaa'), [])
})

t.test('the code of a role is handed out where the record has it, before its words or behind', async t => {
  const roleOf = (...terms: readonly string[]) => {
    const role = terms.map(
      term => `<roleTerm type="${/^[a-z]{3}$/.test(term) ? 'code' : 'text'}">${term}</roleTerm>`,
    )
    const name = `<name><namePart>Muster, Maria</namePart><role>${role.join('')}</role></name>`
    const out = disseminateMods(wrap(`<titleInfo><title>T</title></titleInfo>${name}`), plainFacts)
    return readMods(out)[0]?.mods.persons[0]?.roles
  }
  t.same(roleOf('aut', 'VerfasserIn'), ['aut', 'VerfasserIn'])
  t.same(roleOf('VerfasserIn', 'aut'), ['VerfasserIn', 'aut'])
  t.same(roleOf('aut'), ['aut'])
  t.same(roleOf('Verfasser'), ['Verfasser', 'aut'], 'words alone get their code')
})

t.test('each language is handed out once, by its code alone', async t => {
  const languageOf = (code: string, more = '') =>
    `<language${more}><languageTerm type="code">${code}</languageTerm></language>`
  const out = disseminateMods(
    wrap(
      `<titleInfo><title>T</title></titleInfo>${languageOf('en')}${languageOf('eng')}${languageOf('en-GB')}${languageOf('ger', ' objectPart="summary"')}<language><languageTerm type="text">Latein</languageTerm></language><language><languageTerm type="text">Deutsch</languageTerm><languageTerm type="code">de</languageTerm></language>${languageOf('qaa')}`,
    ),
    plainFacts,
  )
  t.same(
    [...out.matchAll(/<(?:mods:)?languageTerm [^>]*>([^<]*)</g)].map(([, code]) => code),
    ['eng', 'ger', 'lat', 'ger'],
  )
})

t.test('a language that is named in words alone is known by them, a code goes before them', async t => {
  const named = (...terms: readonly string[]) =>
    read(terms.map(name => `<language><languageTerm type="text">${name}</languageTerm></language>`).join(''))
      ?.languages
  t.same(
    named('Deutsch', 'German', 'Latin', 'Latein', 'Französische Sprache', 'Spanish; Castilian', 'Griechisch'),
    ['ger', 'lat', 'fre', 'spa', 'gre'],
  )
  t.same(
    named(
      'Greek, Modern (1453-)',
      'German, Middle High (ca. 1050-1500)',
      'Mittelhochdeutsch',
      'Jiddisch',
      'dut',
    ),
    ['gre', 'gmh', 'yid', 'dut'],
  )
  t.same(named('unbekannt', 'constructor', 'Keine', '…'), [])
  t.same(
    read(
      '<language><languageTerm type="text">Deutsch</languageTerm><languageTerm type="code">lat</languageTerm></language>',
    )?.languages,
    ['lat'],
  )
})

t.test(
  'books that are read from the right: by script, by any language, or by the letters of the title',
  async t => {
    const term = (kind: string, text: string, type = 'code') =>
      text === '' ? '' : `<${kind}Term type="${type}">${text}</${kind}Term>`
    const language = (code: string, script = '', type = 'code') =>
      `<language>${term('language', code)}${term('script', script, type)}</language>`
    for (const [languages, title, direction] of [
      [language('lat') + language('heb'), 'Sefer ha-bahir', 'right-to-left'],
      [language('he'), '', 'right-to-left'],
      ['', 'ספר הבהיר', 'right-to-left'],
      [language('ger'), 'Das Wort ספר im Titel', 'left-to-right'],
      [language('kur'), 'Ferheng', 'left-to-right'],
      [language('kur'), 'فەرهەنگ', 'right-to-left'],
      [language('ger'), 'Faust', 'left-to-right'],
      ['', 'Faust', undefined],
      [language('und'), 'Faust', undefined],
      [language('tur', 'Arab'), 'Tercüme', 'right-to-left'],
      [language('tur', 'Arabic', 'text'), 'Tercüme', 'right-to-left'],
      [language('tur-Arab'), 'Tercüme', 'right-to-left'],
      [language('ger', 'Hebr'), 'Zeenah u-Reenah', 'right-to-left'],
      [language('', 'Syrj'), 'Ktaba', 'right-to-left'],
      [language('heb', 'Latn'), 'Sefer', 'left-to-right'],
      [language('heb', 'Latn') + language('arc', 'Hebr'), 'Sefer', 'right-to-left'],
      [language('ota', 'Latn'), 'Divan', 'left-to-right'],
    ] as const) {
      const mods = read(`<titleInfo><title>${title}</title></titleInfo>${languages}`)
      t.equal(readingDirection(mods?.writings ?? [], title), direction, `${languages} ${title}`)
    }
  },
)

t.test('draws fields, identifiers and the host', async t => {
  const mods = read(`
    <titleInfo type="alternative"><title>Other</title></titleInfo>
    <titleInfo><nonSort>Der</nonSort><title>Zauberberg</title><subTitle>Roman</subTitle></titleInfo>
    <name type="personal"><namePart type="family">Mann</namePart><namePart type="given">Thomas</namePart><role><roleTerm>aut</roleTerm></role></name>
    <originInfo eventType="digitization"><dateIssued>2020</dateIssued></originInfo>
    <originInfo eventType="publication"><place><placeTerm type="code">xx</placeTerm><placeTerm type="text">Berlin</placeTerm></place><publisher>Fischer</publisher><dateIssued encoding="iso8601" keyDate="yes">1924</dateIssued></originInfo>
    <language><languageTerm type="code">ger</languageTerm></language>
    <identifier type="urn">urn:nbn:de:x-1</identifier><identifier type="urn">urn:n.a.</identifier><identifier type="purl">nowhere</identifier><identifier type="VD18" invalid="yes">1</identifier>
    <relatedItem type="host"><titleInfo><title>Werke</title></titleInfo><recordInfo><recordIdentifier source="k">host-1</recordIdentifier></recordInfo></relatedItem>
    <location><shelfLocator>A 1</shelfLocator></location>
    <part order="3"><detail type="volume"><number>3</number></detail></part>
    <recordInfo><recordIdentifier source="k">own-1</recordIdentifier></recordInfo>`)
  t.match(mods, {
    title: 'Der Zauberberg : Roman',
    sortTitle: 'zauberberg roman',
    filing: 'Zauberberg : Roman',
    persons: [{ name: 'Mann, Thomas', roles: ['aut'] }],
    date: '1924',
    dateFrom: '1924-01-01',
    languages: ['ger'],
    publisher: 'Fischer',
    place: 'Berlin',
    identifiers: [{ scheme: 'urn', value: 'urn:nbn:de:x-1' }],
    record: { value: 'own-1', source: 'k' },
    host: { title: 'Werke', record: { value: 'host-1' } },
    shelfLocator: 'A 1',
    volume: '3',
    order: 3,
  })
  t.equal(mods?.identifiers.length, 1)
})

t.test('a collection gives its records, each a document of its own', async t => {
  const source = `<?xml version="1.0"?><m:modsCollection xmlns:m="http://www.loc.gov/mods/v3" xmlns:z="urn:z"><m:mods><m:titleInfo><m:title>A</m:title></m:titleInfo></m:mods><m:mods><m:titleInfo><m:title>B</m:title></m:titleInfo><m:extension><z:x/></m:extension></m:mods></m:modsCollection>`
  const records = readMods(source)
  t.same(
    records.map(record => record.mods.title),
    ['A', 'B'],
  )
  for (const record of records) t.equal(readMods(record.xml)[0]?.mods.title, record.mods.title)
  t.match(records[1]?.xml, /xmlns:z="urn:z"/)
  t.notMatch(records[0]?.xml, /xmlns:z/)
})

t.test('refuses what is no MODS', async t => {
  t.throws(() => readMods('<mods/>'), /without namespace, not mods or modsCollection/)
  t.throws(() => readMods('<x xmlns="http://www.loc.gov/mods/v3"/>'), /root element is x/)
  t.throws(() => readMods('<modsCollection xmlns="http://www.loc.gov/mods/v3"/>'), /holds no mods/)
})

t.test('sort keys fold case, accents and sharp s', async t => {
  t.equal(sortKey('Die Straße nach Évian, 2. Teil'), 'die strasse nach evian 2 teil')
})

t.test('property: a record written from fields is read back', async t => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter(
      value =>
        value.trim() === value &&
        !/\s{2}|[\u007f-\u009f\u2028\u2029\ufffe\uffff\u00a0\ufeff]/.test(value) &&
        /^[\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value) &&
        /^\S/.test(value),
    )
  fc.assert(
    fc.property(word, word, word, (title, publisher, shelf) => {
      const [record] = readMods(
        writeMods({
          title,
          publisher,
          shelfLocator: shelf,
          record: { value: 'x', source: 'y' },
          date: '1900',
        }),
      )
      return (
        record?.mods.title === title.replace(/\s+/g, ' ') &&
        record.mods.publisher === publisher.replace(/\s+/g, ' ') &&
        record.mods.record?.value === 'x' &&
        record.mods.dateTo === '1900-12-31'
      )
    }),
    randomCases(t, 300),
  )
  t.pass('held')
})

t.test('what is written is valid by the schema of MODS', needsSharedData, async t => {
  for (const fields of [
    { title: 'Nur ein Titel' },
    {
      title: 'Vom Buche & <mehr>',
      subTitle: 'Eine Lehre',
      nonSort: 'Das',
      partNumber: '2',
      partName: 'Vom Einband',
      persons: [{ name: 'Mustermann, Clara', role: 'aut' }, { name: 'Ohne Rolle' }],
      date: '1902',
      place: 'Musterstadt',
      publisher: 'Beispiel',
      languages: ['ger', 'lat'],
      genre: 'monograph',
      extent: '24 S.',
      shelfLocator: 'Rara 7',
      identifiers: [{ scheme: 'urn', value: 'urn:nbn:de:x-1' }],
      record: { value: '1', source: 'test' },
    },
  ])
    t.equal(invalidities(writeMods(fields), 'mods.xsd'), '', fields.title)
})
