// Names by their part in a work, and titles as they are filed: in what reference managers, search engines and catalogues are given.
import t from '../support/tap.ts'
import { guessType } from '../../src/catalogue/titles/index.ts'
import { keptPersons, personDocument, personsOf } from '../../src/catalogue/titles/persons.ts'
import { readTypes } from '../../src/config/types.ts'
import { writeBibtex, writeRis, schemaOrg, type Citation } from '../../src/formats/citations/write.ts'
import { marcOfMods } from '../../src/formats/marcxml/from-mods.ts'
import { readMods } from '../../src/formats/mods/read.ts'
import { isAuthor, isEditor } from '../../src/formats/mods/roles.ts'

const modsOf = (content: string) => {
  const [record] = readMods(`<mods xmlns="http://www.loc.gov/mods/v3">${content}</mods>`)
  if (!record) throw new Error('A record has fields.')
  return record.mods
}
const name = (text: string, role: string, more = 'type="personal"') =>
  `<name ${more}><namePart>${text}</namePart><role><roleTerm>${role}</roleTerm></role></name>`
const title = '<titleInfo><title>Titel</title></titleInfo>'
const mods = modsOf(
  `${title}${name('Fugger, Jakob', 'fnd')}${name('Bibliothek', 'own', 'type="corporate"')}${name('Wolff, Kurt', 'http://id.loc.gov/vocabulary/relators/pbl')}${name('Akademie', 'aut', 'type="corporate" valueURI="https://d-nb.info/gnd/1"')}${name('Muster, Maria', 'Verfasser')}${name('Bode, Ada', 'edt')}`,
)

t.test('who paid, owned or printed is no main entry of MARC, and bodies are entered as such', async t => {
  const marc = marcOfMods(mods, {
    id: 1,
    title: 'Titel',
    updatedAt: new Date(0),
    urls: [],
    licence: undefined,
  })
  const entries = [
    ...marc.matchAll(/<datafield tag="([17][01]0)" ind1="(.)".*?code="a">([^<]*)<.*?<\/datafield>/g),
  ].map(([, tag, indicator, of]) => `${tag} ${indicator} ${of}`)
  t.same(entries, [
    '110 2 Akademie',
    '700 1 Fugger, Jakob',
    '710 2 Bibliothek',
    '700 1 Wolff, Kurt',
    '700 1 Muster, Maria',
    '700 1 Bode, Ada',
  ])
  t.match(marc, '<subfield code="e">Verfasser</subfield>', 'a word is no code')
  t.match(marc, '<subfield code="4">fnd</subfield>')
  t.match(marc, '<subfield code="0">https://d-nb.info/gnd/1</subfield>')
})

t.test('authors of citations: persons, and bodies as organisations', async t => {
  const citation: Citation = {
    url: 'https://library.example/id/7',
    kind: 'book',
    title: 'Titel',
    within: undefined,
    persons: mods.persons.filter(isAuthor).map(person => person.name),
    editors: mods.persons.filter(isEditor).map(person => person.name),
    bodies: mods.persons.filter(({ isBody }) => isBody).map(person => person.name),
    publisher: undefined,
    place: undefined,
    date: undefined,
    dateFrom: undefined,
    dateTo: undefined,
    volume: undefined,
    languages: [],
    identifiers: [],
    keywords: [],
    licence: undefined,
    owner: 'Stadtbibliothek',
    pages: 0,
    pdf: undefined,
    thumbnail: '',
  }
  t.match(schemaOrg(citation), {
    author: [
      { '@type': 'Organization', name: 'Akademie' },
      { '@type': 'Person', name: 'Muster, Maria' },
    ],
    editor: [{ '@type': 'Person', name: 'Bode, Ada' }],
  })
  t.match(writeBibtex(citation), 'author = {{Akademie} and Muster, Maria}')
  t.match(writeRis(citation), /AU {2}- Akademie\r\nAU {2}- Muster, Maria\r\nED {2}- Bode, Ada\r\n/)
})

t.test('words that catalogues set between marks are not filed, and the marks are not shown', async t => {
  for (const written of ['¬Das¬ Kapital', '\u0098Das\u009c Kapital', '¬Das ¬Kapital'])
    t.match(
      modsOf(`<titleInfo><title>${written}</title></titleInfo>`),
      { title: 'Das Kapital', sortTitle: 'kapital' },
      written,
    )
  t.match(modsOf('<titleInfo><title>Über ¬die¬ Zeit</title></titleInfo>'), { title: 'Über die Zeit' })
})

t.test('the type of a title follows what kind of resource it is', async t => {
  const types = readTypes()
  const host = '<relatedItem type="host"><titleInfo><title>Sammlung</title></titleInfo></relatedItem>'
  const volume = '<part><detail type="volume"><number>2</number></detail></part>'
  const several = '<originInfo><issuance>multipart monograph</issuance></originInfo>'
  for (const [content, type] of [
    ['<typeOfResource>still image</typeOfResource>', 'image'],
    [`<typeOfResource>still image</typeOfResource>${host}`, 'image'],
    ['<typeOfResource>cartographic</typeOfResource>', 'map'],
    ['<typeOfResource>notated music</typeOfResource>', 'musical_notation'],
    [`<typeOfResource>notated music</typeOfResource>${host}${volume}`, 'volume'],
    [`<typeOfResource>notated music</typeOfResource>${several}`, 'multivolume_work'],
    ['<typeOfResource manuscript="yes">text</typeOfResource>', 'manuscript'],
    ['<typeOfResource>still image</typeOfResource><genre>photograph</genre>', 'photograph'],
    [`<typeOfResource>text</typeOfResource>${host}`, 'volume'],
    ['<typeOfResource>text</typeOfResource>', 'monograph'],
  ] as const)
    t.equal(guessType(types, modsOf(title + content)).name, type, content)
})

t.test('persons of a title are kept whole, and as many of them as there is room for', async t => {
  t.same(personsOf(keptPersons(mods.persons, 4000)), mods.persons)
  t.same(personDocument(mods.persons[3] as never), {
    name: 'Akademie',
    roles: ['aut'],
    isBody: true,
    isAuthor: true,
    authority: 'https://d-nb.info/gnd/1',
  })
  const many = Array.from({ length: 500 }, (_, at) => ({
    name: `Müller; Sohn "${at}"`,
    roles: ['prt'],
    isBody: false,
    authority: undefined,
  }))
  const kept = keptPersons(many, 4000) ?? ''
  t.ok(kept.length <= 4000 && kept.length > 3900, 'the column is filled and not overrun')
  t.same(personsOf(kept), many.slice(0, personsOf(kept).length))
  const whole = keptPersons(many.slice(0, 2), 4000) ?? ''
  t.same([keptPersons(many, whole.length), personsOf(keptPersons(many, whole.length - 1)).length], [whole, 1])
  t.same([keptPersons([], 4000), personsOf(null)], [null, []])
})
