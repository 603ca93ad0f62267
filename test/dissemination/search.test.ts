import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import t from '../support/tap.ts'
import { foldWord, placedWords, wordsOf } from '../../src/formats/text/fold.ts'
import { readXml, type XmlElement } from '../../src/formats/xml/read.ts'
import { indexFolder } from '../../src/dissemination/search/index.ts'
import { buildApp } from '../../src/app.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { asMods, modsOf } from '../support/start.ts'

const { app, ids } = await startWithSample(t, publicAddress)
type Json = Record<string, unknown>
interface Item {
  id: number
  title: string
  pageHits: number
  pages: { id: number; label: string; snippets: { before: string; match: string; after: string }[] }[]
}
const search = async (query: string) =>
  (await app.read(`/api/v1/search?${query}`)).body as {
    items: Item[]
    total: number
    facets: Record<string, { value: string; count: number }[]>
  }
const found = async (q: string, more = '') =>
  (await search(`q=${encodeURIComponent(q)}${more}`)).items.map(item => item.id)

/** A page with an ALTO text of these lines. */
const alto = (lines: string[]) =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page ID="p" WIDTH="1000" HEIGHT="1500"><PrintSpace><TextBlock ID="b">${lines
    .map(
      (line, at) =>
        `<TextLine HPOS="100" VPOS="${100 + at * 50}" WIDTH="800" HEIGHT="40">${line
          .split(' ')
          .map(
            (word, n) =>
              `<String CONTENT="${word}" HPOS="${100 + n * 100}" VPOS="${100 + at * 50}" WIDTH="90" HEIGHT="40"/>`,
          )
          .join('<SP/>')}</TextLine>`,
    )
    .join('')}</TextBlock></PrintSpace></Page></Layout></alto>`

t.test('German spellings of one word fall together, and divided words are joined', async t => {
  for (const [a, b] of [
    ['Händel', 'Haendel'],
    ['Straße', 'STRASSE'],
    ['daſs', 'dass'],
    ['Mu\u0364hle', 'Mühle'],
    ['Œuvre', 'oeuvre'],
    ['Café', 'cafe'],
    ['Ångström', 'aangstroem'],
  ] as const)
    t.equal(foldWord(a), foldWord(b), `${a} = ${b}`)
  t.not(foldWord('Handel'), foldWord('Händel'))
  t.same(wordsOf('die Biblio-\nthek, 1. Band'), ['die', 'Bibliothek', '1', 'Band'])
  t.same(
    placedWords('die Biblio⸗\nthek').map(word => word.folded),
    ['die', 'bibliothek'],
  )
})

t.test('finds titles by their records, and by the texts of their pages with the places', async t => {
  t.same(await found('digitalen buche'), [ids.monograph])
  t.same(await found('Mustermann', '&field=person'), [ids.monograph])
  t.same(await found('Mustermann', '&field=place'), [])
  t.same(
    (await found('gesammelte', '&field=title')).sort((a, b) => a - b),
    [ids.work, ids.volume1, ids.volume2].sort((a, b) => a - b),
  )
  const {
    items: [book],
  } = await search('q=Register&field=fulltext')
  t.equal(book?.id, ids.monograph)
  t.ok((book?.pageHits ?? 0) > 0)
  t.match(book?.pages[0]?.snippets[0], { match: 'Register' })
})

t.test('phrases, beginnings, exclusion, facets, dates and scope narrow what is found', async t => {
  t.same(await found('"vom digitalen buche"'), [ids.monograph])
  t.same(await found('"digitalen vom"'), [])
  t.ok((await found('digit*')).includes(ids.monograph))
  t.notOk((await found('gesammelte -band', '&field=title')).includes(ids.volume1))
  t.same(await found('gesammelte', '&from=1841&to=1841&type=volume'), [ids.volume1])
  const { facets, total } = await search('q=gesammelte&field=title&facets=true')
  t.equal(total, 3)
  t.match(facets['type'], [
    { value: 'volume', count: 2 },
    { value: 'multivolume_work', count: 1 },
  ])
  t.match(facets['decade'], [{ value: '1840', count: 3 }])
  t.same(await found('mustermann', `&within=${ids.work}`), [])
  t.same(await found('mustermann', '&domain=sample'), [ids.monograph])
  t.equal((await app.read('/api/v1/search?q=x&domain=nonsense')).status, 404)
  t.same(await found('dc.title = digitalen and dc.date within "1890 1900"', '&syntax=cql'), [ids.monograph])
  const bad = await app.read('/api/v1/search?syntax=cql&q=a+and')
  t.match(bad.body, { status: 400, detail: /character 6/ })
})

t.test('persons, subjects and places are counted beside what is found, and narrow it', async t => {
  const { facets } = await search('facets=true')
  for (const name of ['person', 'place']) {
    const values = facets[name] ?? []
    t.ok(values.length > 0, name)
    for (const { value, count } of values) {
      const query = `${name}=${encodeURIComponent(value)}`
      t.equal((await search(query)).total, count, query)
    }
  }
  t.ok(facets['person']?.some(({ value }) => value === 'Mustermann, Clara'))
  t.same(
    (await search('person=Mustermann,%20Clara')).items.map(({ id }) => id),
    [ids.monograph],
  )
  t.same(
    (await search('person=mustermann%20clara&q=digitalen')).items.map(({ id }) => id),
    [ids.monograph],
    'as it is compared',
  )
  t.equal((await search('person=Mustermann')).total, 0, 'a name is whole')
  t.equal((await search('person=Mustermann,%20Clara&q=gesammelte')).total, 0)
})

interface Suggested {
  kind: string
  value: string
  titles: number
  id: number | null
}
const suggested = async (q: string, more = '') =>
  (await app.read(`/api/v1/suggestions?q=${encodeURIComponent(q)}${more}`)).body.items as Suggested[]

t.test('who types is offered titles, persons, subjects and places that hold the words', async t => {
  t.match(await suggested('must'), [{ kind: 'person', value: 'Mustermann, Clara', titles: 1, id: null }])
  t.match(await suggested('clara mu'), [{ kind: 'person', value: 'Mustermann, Clara' }], 'in any order')
  t.match(await suggested('DIGITALEN bu'), [{ kind: 'title', id: ids.monograph }])
  const works = (await suggested('gesammelte')).filter(({ kind }) => kind === 'title')
  t.ok(works.some(({ id }) => id === ids.work))
  t.same(await suggested('m'), [], 'one letter is nothing yet')
  t.same(await suggested('”'), [], 'no word')
  t.same(await suggested('mu"st OR *'), [])
  t.same(await suggested('must', '&domain=sample'), await suggested('must'))
  t.equal((await app.read('/api/v1/suggestions?q=must&domain=nonsense')).status, 404)
  t.equal((await app.read('/api/v1/suggestions')).status, 400)
  t.equal(
    new Set((await suggested('an', '&limit=1')).map(({ kind }) => kind)).size,
    (await suggested('an', '&limit=1')).length,
  )
})

t.test('a name goes with its last title, and its spelling follows the record', async t => {
  const person = (name: string) =>
    `<name type="personal"><namePart>${name}</namePart></name><originInfo><place><placeTerm type="text">[Köln] :</placeTerm></place></originInfo><subject><topic>Namenkunde</topic></subject>`
  const posted = await app.call(
    'POST',
    '/api/v1/titles?domain=sample&release=true&type=monograph',
    modsOf('s0', 'Namenlos', person('Mueller, Zacharias')),
    asMods,
  )
  const id = posted.body.items[0].id as number
  await app.drain()
  t.match(await suggested('zach'), [{ kind: 'person', value: 'Mueller, Zacharias', titles: 1 }])
  t.match(await suggested('koeln'), [{ kind: 'place', value: 'Köln' }], 'signs of cataloguers are left out')
  t.same(await found('Namenlos', '&place=Koeln'), [id])
  t.same((await search('q=namenlos&facets=true')).facets['subject'], [{ value: 'Namenkunde', count: 1 }])
  t.same(await found('Namenlos', '&subject=Namenkunde'), [id])
  await app.call('PUT', `/api/v1/titles/${id}/mods`, modsOf('s0', 'Namenlos', person('Müller, Zacharias')), {
    ...asMods,
    'if-match': '*',
  })
  await app.drain()
  t.match(await suggested('müller za'), [{ value: 'Müller, Zacharias', titles: 1 }])
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [id] })
  t.same(
    (await suggested('namenlos')).filter(({ kind }) => kind === 'title'),
    [],
    'hidden at once',
  )
  await app.drain()
  t.same(await suggested('zach'), [])
})

t.test('where nothing is found, words that are nearly there are offered, and find something', async t => {
  const meant = async (q: string, more = '') =>
    (await app.read(`/api/v1/search?q=${encodeURIComponent(q)}${more}`)).body.didYouMean as string | null
  t.equal(await meant('Musterman'), 'Mustermann')
  t.equal(await meant('digitalne Buche'), 'digitalen Buche', 'letters that changed places')
  t.equal(await meant('"vom digitaln buche"'), '"vom digitalen buche"', 'the query keeps its form')
  t.equal(await meant('Mustermann'), null, 'what finds something needs no help')
  t.equal(await meant('Quxzyvitsch'), null, 'nothing resembles it')
  t.equal(await meant('Mustermann gesammelte'), null, 'all words are known')
  t.equal(await meant('Musterman', `&within=${ids.issue}`), null, 'it would find nothing there')
  t.equal(await meant('xyz -Musterman'), null)
})

t.test('the index follows: new titles, corrected texts, hidden and purged titles', async t => {
  const posted = await app.call(
    'POST',
    '/api/v1/titles?domain=sample&release=true&type=monograph',
    modsOf('s1', 'Ein Büchlein über Öfen'),
    asMods,
  )
  const id = posted.body.items[0].id as number
  await app.call('POST', `/api/v1/titles/${id}/pages`, { pages: [{ ident: 'a', release: true }] })
  const [page] = (await app.read(`/api/v1/titles/${id}/pages`)).body.items as { id: number }[]
  await app.call('PUT', `/api/v1/pages/${page?.id}/alto`, alto(['Der Kachelofen steht', 'im Zimmer']), {
    'content-type': 'application/alto+xml',
    'if-match': '*',
  })
  await app.drain()
  t.same(await found('buechlein oefen'), [id])
  t.same(await found('kachelofen'), [id])
  await app.call('PUT', `/api/v1/pages/${page?.id}/alto`, alto(['Der Schwedenofen steht', 'im Zimmer']), {
    'content-type': 'application/alto+xml',
    'if-match': '*',
  })
  await app.drain()
  t.same(await found('kachelofen'), [])
  t.same(await found('schwedenofen'), [id])
  const within = (await app.read(`/iiif/search/2/${id}?q=schwedenofen`)).body as {
    items: { target: string }[]
    annotations: Json[]
  }
  t.match(
    within.items,
    [{ target: `https://library.example/iiif/presentation/3/${id}/canvas/${page?.id}` }],
    'no image, so no boxes: the page is the hit',
  )
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [id] })
  t.same(await found('schwedenofen'), [], 'hidden at once, whatever the index still has')
  t.same(((await app.read('/api/v1/search/pages?q=schwedenofen')).body as { items: Json[] }).items, [])
  await app.drain()
  t.equal((await search('q=schwedenofen')).total, 0)
})

t.test('pages are searched alone, within a title', async t => {
  const { body } = await app.read(`/api/v1/search/pages?q=Musterst%C3%A4dter+Anzeiger&within=${ids.issue}`)
  t.equal((body as Json)['total'], 4)
  t.match((body as { items: Json[] }).items[0], { titleId: ids.issue, label: 'Seite 1' })
})

t.test('viewers find words with their boxes, and complete beginnings', async t => {
  const { body, headers } = await app.read(`/iiif/search/2/${ids.issue}?q=anzeiger&motivation=painting`)
  t.match(headers['content-type'], 'http://iiif.io/api/search/2/context.json')
  const page = body as {
    items: { id: string; target: string; body: { value: string } }[]
    annotations: {
      items: { motivation: string; target: { source: string; selector: { exact: string }[] }[] }[]
    }[]
    ignored: string[]
  }
  t.ok(page.items.length >= 4)
  for (const item of page.items) {
    t.match(item.body.value, /anzeiger/i)
    t.match(item.target, /\/canvas\/\d+#xywh=\d+,\d+,\d+,\d+$/)
  }
  t.same(page.ignored, ['motivation'])
  t.match(page.annotations[0]?.items[0], { motivation: 'contextualizing' })
  t.match(page.annotations[0]?.items[0]?.target[0]?.selector[0]?.exact, /anzeiger/i)
  t.equal(page.annotations[0]?.items[0]?.target[0]?.source, page.items[0]?.id)
  const terms = (await app.read(`/iiif/search/2/${ids.issue}/autocomplete?q=anz`)).body as {
    type: string
    items: { value: string; total: number }[]
  }
  t.equal(terms.type, 'TermPage')
  t.ok(terms.items.some(item => item.value === 'anzeiger' && item.total >= 4))
  t.same(
    terms.items.map(item => item.value),
    terms.items.map(item => item.value).sort((a, b) => a.localeCompare(b, 'de')),
  )
  t.equal((await app.read(`/iiif/search/2/${ids.issue}/autocomplete`)).status, 400)
  t.same(
    ((await app.read(`/iiif/search/2/${ids.issue}`)).body as { items: Json[] }).items,
    [],
    'nothing asked, nothing found',
  )
})

t.test('pages that were found tell the lines to mark on their pictures', async t => {
  const [found] = (await search(`q=anzeiger&field=fulltext&within=${ids.issue}`)).items as {
    pages: { id: number }[]
  }[]
  const pages = (found?.pages ?? []).map(page => page.id)
  const marks = async (query: string) => (await app.read(`/api/v1/search/marks?${query}`)).body as Json
  const { items } = (await marks(`q=anzeiger&field=fulltext&pages=${[...pages, ids.issue].join()}`)) as {
    items: {
      id: number
      width: number
      height: number
      lines: { x: number; y: number; width: number; height: number }[]
    }[]
  }
  t.same(
    items.map(page => page.id),
    pages,
    'what is no page of text is left out',
  )
  for (const { width, height, lines } of items) {
    t.ok(lines.length > 0)
    for (const line of lines) {
      t.ok(line.x >= 0 && line.y >= 0 && line.x + line.width <= width && line.y + line.height <= height)
      t.ok(line.width > line.height, 'a line, not a word or a column')
    }
  }
  const nowhere = (await marks(`q=nirgendwo&pages=${pages.join()}`))['items'] as Json[]
  t.same(
    nowhere.flatMap(page => page['lines']),
    [],
    'words that are not there mark nothing',
  )
  const cql = `syntax=cql&q=${encodeURIComponent('vl.fulltext=anzeiger')}&pages=${pages.join()}`
  t.same(((await marks(cql))['items'] as Json[]).length, pages.length)
  for (const wrong of ['q=a', `q=a&pages=x`, `pages=1`, `q=(&syntax=cql&pages=1`])
    t.equal((await app.read(`/api/v1/search/marks?${wrong}`)).status, 400, wrong)
  const [page] = pages
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [page] })
  const seen = (await marks(`q=anzeiger&pages=${pages.join()}`))['items'] as Json[]
  t.notOk(
    seen.some(({ id }) => id === page),
    'a hidden page tells nothing',
  )
  await app.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [page] })
})

const sru = async (query: string, at = '/sru'): Promise<XmlElement> => {
  const answer = await app.read(`${at}?${query}`)
  t.equal(answer.status, 200, query)
  return readXml(answer.body as string)
}
const diagnostic = (root: XmlElement) =>
  [...root.descendants()].find(element => element.name === 'uri')?.text.replace('info:srw/diagnostic/1/', '')

t.test('SRU explains, searches and scans in its versions', async t => {
  const explain = await sru('')
  t.equal(explain.name, 'explainResponse')
  t.ok([...explain.descendants()].filter(element => element.name === 'index').length > 15)
  const query = 'operation=searchRetrieve&version=1.2&query='
  const one = await sru(
    `${query}${encodeURIComponent('dc.title="digitalen Buche" and dc.date=1897')}&recordSchema=mods`,
  )
  t.equal(one.first('numberOfRecords')?.text, '1')
  t.equal(one.at('records', 'record', 'recordData')?.children[0]?.name, 'mods')
  const text = await sru(`${query}vl.fulltext%3DRegister`)
  const pages = [...text.descendants()].find(element => element.name === 'pages')
  t.ok(Number(pages?.attribute('hits')) > 0)
  t.ok(pages?.first('page')?.attribute('id'))
  const all = await sru(
    `${query}${encodeURIComponent('gesammelte sortBy dc.date/sort.descending')}&maximumRecords=2&recordSchema=dc`,
  )
  t.match([all.first('numberOfRecords')?.text, all.first('nextRecordPosition')?.text], ['3', '3'])
  t.equal(all.at('records', 'record', 'recordIdentifier')?.text, String(ids.volume2))
  t.equal((await sru(`${query}gesammelte&maximumRecords=0`)).first('records'), undefined)
  t.equal(
    (await sru(`${query}gesammelte&recordPacking=string`))
      .at('records', 'record', 'recordData')
      ?.text.slice(0, 6),
    '<mods:',
  )
  const two = await sru('query=gesammelte&facetLimit=5')
  t.equal(two.namespace, 'http://docs.oasis-open.org/ns/search-ws/sruResponse')
  t.ok(two.first('facetedResults', 'http://docs.oasis-open.org/ns/search-ws/facetedResults'))
  t.equal(
    (await sru(`${query}gesammelte&version=1.1`.replace('&version=1.2', ''), '/sample/sru')).first('version')
      ?.text,
    '1.1',
  )
  const scan = await sru('operation=scan&version=1.2&scanClause=dc.title%3Dg')
  t.equal(scan.at('terms', 'term', 'value')?.text, 'gesammelte')
  t.equal(
    (await sru(`${query}anzeiger`, `/proto_ftsearch/${ids.newspaper}`)).first('numberOfRecords')?.text,
    '2',
  )
  t.equal(
    (
      await app.app.inject({
        method: 'POST',
        url: '/sru',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `${query}gesammelte`,
      })
    ).body.includes('<numberOfRecords>3<'),
    true,
  )
})

t.test(
  'explain says of each index what it does: it is scanned and sorted by where that works, and nowhere else',
  async t => {
    const indexes = [...(await sru('')).descendants()].filter(element => element.name === 'index')
    for (const index of indexes) {
      const name = index.at('map', 'name')
      const full = `${name?.attribute('set')}.${name?.text}`
      const scanned = await sru(`operation=scan&version=1.2&scanClause=${full}%3Da`)
      t.equal(index.attribute('scan'), String(diagnostic(scanned) === undefined), `${full} is scanned`)
      const sorted = await sru(`operation=searchRetrieve&version=1.2&query=gesammelte+sortBy+${full}`)
      t.equal(index.attribute('sort'), String(diagnostic(sorted) === undefined), `${full} is sorted by`)
    }
    const count = async (query: string) =>
    Number((await sru(`operation=searchRetrieve&version=1.2&maximumRecords=0&query=${query}`)).first('numberOfRecords')?.text) // prettier-ignore
    t.ok((await count('cql.allRecords%3D1')) >= 6)
    t.equal(await count('cql.allRecords%3D0'), 0)
  },
)

t.test('each mistake of SRU has its diagnostic', async t => {
  const base = 'operation=searchRetrieve&version=1.2'
  for (const [query, number] of [
    ['operation=nonsense', '4'],
    ['operation=explain&version=9', '5'],
    [`${base}&query=a&startRecord=x`, '6'],
    [base, '7'],
    [`${base}&query=a&nonsense=1`, '8'],
    [`${base}&query=a+and`, '10'],
    [`${base}&query=nonsense.title%3Da`, '16'],
    [`${base}&query=dc.title+encloses+a`, '19'],
    [`${base}&query=dc.title+%3D%2Fnonsense+a`, '20'],
    [`${base}&query=dc.title%3D%22...%22`, '27'],
    [`${base}&query=ha*s`, '28'],
    [`${base}&query=%22vom%5E%22`, '31'],
    [`${base}&query=%5Evom`, '31'],
    [`${base}&query=dc.date%3Dsoon`, '36'],
    [`${base}&query=a+prox+b`, '39'],
    [`${base}&query=gesammelte&startRecord=99`, '61'],
    [`${base}&query=a&recordSchema=nonsense`, '66'],
    [`${base}&query=a&recordPacking=nonsense`, '71'],
    [`${base}&query=a+sortBy+nonsense`, '86'],
    ['operation=scan&version=1.2', '7'],
    ['operation=scan&version=1.2&scanClause=dc.date%3D1', '16'],
    ['operation=scan&version=1.2&scanClause=cql.anywhere%3Da', '16'],
  ] as const)
    // prettier-ignore
    t.equal(diagnostic(await sru(query)), number, query)
  t.equal((await app.read('/nonsense/sru')).status, 404)
})

t.test('an index that is lost, damaged or locked by a killed process is made anew', async t => {
  await app.app.close()
  const folder = indexFolder(app.services)
  const file = readdirSync(folder).find(name => name.endsWith('.sqlite')) as string
  for (const harm of [
    () => rmSync(folder, { recursive: true }),
    () => writeFileSync(join(folder, file), 'no database'.repeat(1000)),
    () => writeFileSync(join(folder, `${file}.lock`), ''),
  ]) {
    harm()
    const again = await buildApp(app.services)
    await again.ready()
    await app.drain()
    const answer = await again.inject('/api/v1/search?q=digitalen')
    t.equal((answer.json() as { total: number }).total, 1)
    await again.close()
  }
  t.ok(existsSync(folder))
})

t.test('while the index is made anew, every door says that more may be found', async t => {
  rmSync(indexFolder(app.services), { recursive: true, force: true })
  // nothing is read in until the test wants it
  mock.timers.enable({ apis: ['setInterval'] })
  const again = await buildApp(app.services)
  await again.ready()
  mock.timers.reset()
  const doors = async () => {
    const sru = '/sru?version=1.2&operation='
    return {
      titles: (await again.inject('/api/v1/search?q=digitalen')).json().isPartial,
      pages: (await again.inject('/api/v1/search/pages?q=digitalen')).json().isPartial,
      records: /diagnostic\/1\/60</.test((await again.inject(`${sru}searchRetrieve&query=digitalen`)).body),
      words: /diagnostic\/1\/60</.test((await again.inject(`${sru}scan&scanClause=dc.title%3Da`)).body),
      viewers: 'summary' in (await again.inject(`/iiif/search/2/${ids.monograph}?q=Register`)).json(),
      counts: (await again.inject('/api/v1/start')).json().collections[0].titles === null,
      readers: /wird gerade neu aufgebaut/.test((await again.inject('/find?q=digitalen')).body),
    }
  }
  const all = (is: boolean) => ({
    titles: is, pages: is, records: is, words: is, viewers: is, counts: is, readers: is,
  }) // prettier-ignore
  t.same(await doors(), all(true))
  await app.drain()
  t.same(await doors(), all(false))
  t.equal((await again.inject('/api/v1/search?q=digitalen')).json().total, 1)
  await again.close()
})

t.test('a second process on one index is refused by name until the first has ended', async t => {
  const one = await buildApp(app.services)
  await one.ready()
  const two = await buildApp(app.services)
  await t.rejects(
    async () => await two.ready(),
    /Another process of Firefolio has the search index in .*index\. Stop it, or /,
  )
  await two.close()
  t.equal((await one.inject('/api/v1/search?q=digitalen')).statusCode, 200, 'the first is not disturbed')
  await one.close()
  const three = await buildApp(app.services)
  await three.ready()
  await three.close()
})
