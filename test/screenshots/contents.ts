// What a page must stand: the sample collection, and beside it all that is too long, too many, too few, or written from the right.
import { makeSample } from '../../src/sample/load.ts'
import { importMets } from '../support/collection.ts'
import { pagesOf } from '../support/images.ts'
import { longLevel, manyPages } from '../support/many.ts'
import { aUser } from '../support/people.ts'
import { aDomain, asMods, aTitle, modsOf, type TestApp } from '../support/start.ts'
import { join } from 'node:path'

export type Name =
  | 'monograph'
  | 'work'
  | 'volume'
  | 'issue'
  | 'newspaper'
  | 'series'
  | 'long'
  | 'bare'
  | 'empty'
  | 'single'
  | 'large'
  | 'hebrew'
  | 'closed'
  | 'lent'
  | 'hidden'
  | 'gone'
  | 'page'
  | 'order'
export type Ids = Readonly<Record<Name, number>>

const longTitle =
  'Ausführliche und gründliche Beschreibung aller in den Reichsunmittelbaren Landen beiderseits des Mittelrheins befindlichen Papiermühlen, Schriftgießereien, Buchdruckereyen und Büchersammlungen, nebst einem Verzeichniß der daselbst von der Erfindung der Kunst bis auf gegenwärtige Zeit erschienenen Werke'
const person = (name: string, role = 'aut') =>
  `<name type="personal"><namePart>${name}</namePart><displayForm>${name}</displayForm><role><roleTerm type="code" authority="marcrelator">${role}</roleTerm></role></name>`
const origin = (date: string, place: string, publisher: string) =>
  `<originInfo eventType="publication"><place><placeTerm type="text">${place}</placeTerm></place><publisher>${publisher}</publisher><dateIssued encoding="iso8601" keyDate="yes">${date}</dateIssued></originInfo>`
const language = (code: string) =>
  `<language><languageTerm type="code" authority="iso639-2b">${code}</languageTerm></language>`
const urn = 'urn:nbn:de:hbz:061:1-1234567890-verylongidentifierthatdoesnotwrapbyitself-98765432101'

const long = `<titleInfo><subTitle>Aus den bewährtesten Quellen zusammengetragen, mit dreißig Kupfertafeln gezieret und einem vierfachen Register versehen</subTitle></titleInfo>
${['Christoph Gottlieb von Mustermann-Beispielhausen', 'Wolfgang Amadeus Probedruck', 'Maria Sibylla Exempel'].map(name => person(name)).join('')}
${['Johann Setzer', 'Anna Drucker', 'Karl Binder'].map(name => person(name, 'pbl')).join('')}
${origin('1789', 'Frankfurt am Main und Leipzig, auf Kosten der Gesellschaft der Freunde der Büchersammlungen', 'In der Johann Christian Hermannischen Buchhandlung und Consorten')}
${language('ger')}<physicalDescription><extent>[12] Blätter, CCXLIV, 1312 Seiten, 30 gefaltete Kupfertafeln; 4°</extent></physicalDescription>
<abstract>${'Eine Beschreibung, die ausführlich sein will: von den Mühlen an den Bächen, von den Gießern, den Setzern und denen, die das Gedruckte sammeln. '.repeat(6)}</abstract>
${['Papiermühlen', 'Schriftgießereien', 'Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle', 'Buchhandelsgeschichtsschreibung', 'Mittelrhein'].map(topic => `<subject><topic>${topic}</topic></subject>`).join('')}
<identifier type="urn">${urn}</identifier><identifier type="doi">10.12345/mustermann.beispielhausen.1789.0001</identifier>
<location><physicalLocation>Universitäts- und Landesbibliothek Musterstadt</physicalLocation><shelfLocator>Alt. Dr. 4° 12345 (Beibd. 7)</shelfLocator></location>
<accessCondition type="use and reproduction" xlink:href="https://creativecommons.org/publicdomain/mark/1.0/" xmlns:xlink="http://www.w3.org/1999/xlink">Public Domain Mark 1.0</accessCondition>`

const weekday = (date: Date) =>
  ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Sonnabend'][date.getUTCDay()]

/** The issues of twenty years: one each week, and of the first year one each working day. */
function issues(): string[] {
  const found: string[] = []
  let number = 0
  for (let day = Date.UTC(1900, 0, 1); day < Date.UTC(1920, 0, 1); day += 86_400_000) {
    const date = new Date(day)
    const year = date.getUTCFullYear()
    if (date.getUTCMonth() === 0 && date.getUTCDate() === 1) number = 0
    if (date.getUTCDay() === 0 || (year > 1900 && date.getUTCDay() !== 6)) continue
    const caption = `Nr. ${++number}, ${weekday(date)}`
    found.push(modsOf(`issue-${year}-${number}`, caption, origin(date.toISOString().slice(0, 10), '', '')))
  }
  return found
}

/** Small books of many years, languages and places: what facets and the decades are drawn from. */
const books = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const caption = `${['Vom Setzen', 'Vom Drucken', 'Vom Binden', 'Vom Lesen', 'Vom Sammeln'][at % 5]} und ${['Schreiben', 'Zählen', 'Finden', 'Bewahren'][at % 4]}. Heft ${at + 1}`
    const more =
      person(`${['Muster', 'Beispiel', 'Probe', 'Exempel'][at % 4]}, ${'ABCDEFG'[at % 7]}.`) +
      origin(
        String(1601 + ((at * 37) % 319)),
        ['Musterstadt', 'Leipzig', 'Wien', 'Basel'][at % 4] as string,
        'Verlag',
      ) +
      language(['ger', 'lat', 'fre', 'eng'][at % 4] as string) +
      `<subject><topic>${['Papier', 'Schrift', 'Handwerk'][at % 3]}</topic></subject>`
    return modsOf(`book-${at}`, caption, more)
  })

/** Many titles by few requests. */
async function postAll(app: TestApp, query: string, records: readonly string[]): Promise<void> {
  const size = 250
  for (let from = 0; from < records.length; from += size) {
    const inner = records
      .slice(from, from + size)
      .map(record => record.slice(record.indexOf('<mods ')))
      .join('')
    const all = `<modsCollection xmlns="http://www.loc.gov/mods/v3">${inner}</modsCollection>`
    const answer = await app.call('POST', `/api/v1/titles?${query}`, all, asMods)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  }
}

async function post(app: TestApp, query: string, record: string, title: string, more = ''): Promise<number> {
  const answer = await app.call('POST', `/api/v1/titles?${query}`, modsOf(record, title, more), asMods)
  if (answer.status >= 300) throw new Error(`${title}: ${JSON.stringify(answer.body)}`)
  return answer.body.items[0].id as number
}

/** Closed for years, but for a reading room */
async function deny(app: TestApp, id: number): Promise<void> {
  const entries = [
    { subject: 'everyone', right: 'see-image', effect: 'deny', until: '2069-01-01T00:00:00Z' },
    { subject: 'range', range: '192.0.2.0/24', right: 'see-image', effect: 'grant' },
  ]
  const answer = await app.call('PUT', `/api/v1/tree/${id}/rights`, { entries }, { 'if-match': '*' })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

/** Shown once, with an identifier, and withdrawn. */
async function withdrawn(app: TestApp): Promise<number> {
  const id = await aTitle(app, { domain: 'sample', title: 'Briefe, die zurückgezogen wurden' })
  for (const answer of [
    await app.call('PATCH', `/api/v1/titles/${id}`, { generateIdentifier: true }, { 'if-match': '*' }),
    await app.call('POST', `/api/v1/tree/${id}/release`),
    await app.call('POST', `/api/v1/tree/${id}/hide`),
  ])
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  const { status, body } = await app.read(`/id/${id}`)
  if (status !== 410) throw new Error(`a withdrawn title is answered ${status}: ${JSON.stringify(body)}`)
  return id
}

/** A collection with colours, name and texts of its own. */
const face = {
  'web.name': 'de: Drucke am Strom | en: Prints on the River',
  'web.accent': '#1d5b4f',
  'web.footer':
    'de: Ein gemeinsames Vorhaben der Bibliotheken am Mittelrhein, gefördert vom Land. | en: A joint project of the libraries on the Middle Rhine, funded by the state.',
}

async function sample(
  app: TestApp,
): Promise<Pick<Ids, 'monograph' | 'volume' | 'issue' | 'work' | 'newspaper'>> {
  await aDomain(app, 'sample', {
    type: 'retro',
    caption: 'Beispielsammlung',
    description: { de: 'Eine kleine Sammlung zum Ausprobieren', en: 'A small collection to try things with' },
  })
  const made: number[] = []
  for (const path of await makeSample(join(app.folder, 'made')))
    made.push(await importMets(app, path, 'sample'))
  const [monograph = 0, volume = 0, , issue = 0] = made
  const parent = async (id: number) => (await app.read(`/api/v1/titles/${id}`)).body.parentId as number
  return { monograph, volume, issue, work: await parent(volume), newspaper: await parent(issue) }
}

/** All of it in one repository, and who works there: `clara` with all rights, `carl` with those of a cataloguer. */
export async function hardContents(app: TestApp): Promise<Ids> {
  const found = await sample(app)
  const models = await pagesOf(app, found.monograph)
  const top = 'domain=sample&release=true&type='
  const newspaper = await post(
    app,
    `${top}newspaper`,
    'tageblatt',
    'Musterstädter Tageblatt',
    origin('1900', 'Musterstadt', 'Verlag der Probedrucke'),
  )
  await postAll(app, `parent=${newspaper}&release=true&type=issue`, issues())
  await aDomain(app, 'drucke', {
    type: 'retro',
    caption: 'Alte Drucke des Mittelrheins und der angrenzenden Landschaften',
    description: {
      de: 'Bücher der Jahre 1600 bis 1919, wie sie in den Mühlen, Gießereien und Offizinen am Strom entstanden sind: Papier, Schrift und Handwerk.',
      en: 'Books of the years 1600 to 1919 as they were made in the mills, foundries and offices on the river: paper, type and craft.',
    },
  })
  await app.call('PATCH', '/api/v1/domains/drucke/config', face, { 'if-match': '*' })
  const series = await post(
    app,
    'domain=drucke&release=true&type=periodical',
    'series',
    'Kleine Hefte vom Buch',
  )
  await postAll(app, `parent=${series}&release=true&type=monograph`, books(240))
  await longLevel(app, series, 'monograph', 3000)
  const titled = await post(app, `${top}monograph`, 'long', longTitle, long)
  await manyPages(app, titled, 40, models)
  const bare = await post(app, `${top}monograph`, 'bare', 'Ohne Umschlag', origin('1850', 'Wien', 'Selbst'))
  await app.call('POST', `/api/v1/titles/${bare}/pages`, { pages: [{ ident: 'a', release: true }] })
  const empty = await post(
    app,
    `${top}monograph`,
    'empty',
    'Noch nicht digitalisiert',
    origin('1911', 'Basel', ''),
  )
  const single = await post(app, `${top}map`, 'single', 'Plan der Stadt', origin('1760', 'Musterstadt', ''))
  await manyPages(app, single, 1, [models[2] as number])
  const large = await post(
    app,
    `${top}monograph`,
    'large',
    'Dreitausend Seiten',
    origin('1700', 'Leipzig', ''),
  )
  await manyPages(app, large, 3000, models)
  const hebrew = await post(
    app,
    `${top}monograph`,
    'hebrew',
    'ספר הדפוס והספרים הישנים',
    person('משה בן יעקב') + origin('1872', 'ירושלים', 'בית הדפוס') + language('heb'),
  )
  await manyPages(app, hebrew, 12, models)
  const closed = await post(app, `${top}monograph`, 'closed', 'Nur im Lesesaal', origin('1999', 'Wien', ''))
  await manyPages(app, closed, 6, models)
  await deny(app, closed)
  const lent = await post(app, `${top}monograph`, 'lent', 'Ein Exemplar für alle', origin('1985', 'Bonn', ''))
  await manyPages(app, lent, 6, models)
  await app.call('PATCH', `/api/v1/titles/${lent}`, { maxAccessCount: 1 }, { 'if-match': '*' })
  const hidden = await aTitle(app, { domain: 'drucke', title: 'Noch nicht freigegeben', pages: 3 })
  const gone = await withdrawn(app)
  const clara = await people(app)
  const order = await anOrder(app, clara, [titled, hebrew, hidden])
  await app.drain()
  const ids = {
    ...found,
    newspaper,
    series,
    long: titled,
    bare,
    empty,
    single,
    large,
    hebrew,
    closed,
    lent,
    hidden,
    gone,
    order,
  }
  return { ...ids, page: models[8] as number }
}

/** @returns the UUID of Clara */
async function people(app: TestApp): Promise<string> {
  const { uuid } = await aUser(app, {
    login: 'clara',
    name: 'Clara Mustermann-Beispielhausen',
    topics: ['DATA_MANAGEMENT', 'USER_MANAGEMENT', 'SYSTEM'],
  })
  await aUser(app, { login: 'carl', name: 'Carl Katalog', topics: ['CATALOGUING'] })
  for (let at = 1; at <= 30; at++) await aUser(app, { login: `leser${at}`, name: `Leserin Nummer ${at}` })
  return uuid
}

/** An order, long in everything. */
async function anOrder(app: TestApp, editor: string, titles: readonly number[]): Promise<number> {
  const made = await app.call('POST', '/api/v1/orders', {
    title: longTitle,
    reference: 'Projekt „Mühlen am Mittelrhein“, Arbeitspaket 12, Los 3',
    description:
      'Alle Bände mit Tafeln; die Tafeln *in Farbe*, ausgeklappt und auf schwarzem Grund.\n\n'.repeat(3),
    properties: {
      Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle: 'ja',
      Kosten: '1.250,00 €',
    },
    editors: [editor],
    authors: [editor],
    organisation: editor,
    tags: { user: ['eilig', 'farbig', 'tafeln'] },
  })
  const id = made.body.id as number
  for (const title of titles) await app.call('PUT', `/api/v1/orders/${id}/titles/${title}`)
  for (const text of ['Bitte zuerst Band 3.', longTitle])
    await app.call('POST', `/api/v1/orders/${id}/comments`, { text }, { 'if-match': '*' })
  return id
}
