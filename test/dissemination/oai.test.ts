import t from '../support/tap.ts'
import { readXml, type XmlElement } from '../../src/formats/xml/read.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { needsSharedData } from '../support/shared.ts'
import { aDomain, aTitle } from '../support/start.ts'
import { nextSecond } from '../support/until.ts'
import { invalidities } from '../support/validate.ts'

const { app, ids } = await startWithSample(t, {
  ...publicAddress,
  FIREFOLIO_OAI_PAGESIZE: '3',
  FIREFOLIO_OAI_METSPAGESIZE: '2',
})
await aDomain(app, 'other')

const ask = async (query: string, at = '/oai'): Promise<{ text: string; root: XmlElement }> => {
  const answer = await app.read(`${at}?${query}`)
  t.equal(answer.status, 200, query)
  t.equal(answer.headers['content-type'], 'text/xml; charset=utf-8')
  return { text: answer.body as string, root: readXml(answer.body as string) }
}
const codeOf = async (query: string, at?: string): Promise<string | undefined> => {
  const { root, text } = await ask(query, at)
  const code = root.first('error')?.attribute('code')
  if (code === 'badVerb' || code === 'badArgument') t.match(text, '<request>', 'without attributes')
  return code
}
/** A whole list by its tokens. */
async function harvest(query: string, at = '/oai', between?: () => Promise<unknown>) {
  const headers: XmlElement[] = []
  const sizes: number[] = []
  let next = query
  for (;;) {
    const { root } = await ask(next, at)
    const list = root.children.at(-1) as XmlElement
    for (const child of list.children)
      if (child.name === 'record' || child.name === 'header')
        headers.push(child.name === 'record' ? (child.first('header') as XmlElement) : child)
    const token = list.first('resumptionToken')
    if (!token) return { headers, sizes }
    t.equal(Number(token.attribute('cursor')), sizes.length * (query.includes('mets') ? 2 : 3))
    sizes.push(Number(token.attribute('completeListSize')))
    if (token.text === '') return { headers, sizes }
    await between?.()
    next = `verb=${query.split('&')[0]?.slice(5)}&resumptionToken=${token.text}`
  }
}

t.test('tells who it is, what formats and what sets there are', async t => {
  const { root } = await ask('verb=Identify')
  const identify = root.first('Identify')
  const say = (name: string) => identify?.first(name)?.text
  t.same(['repositoryName', 'baseURL', 'adminEmail', 'deletedRecord', 'granularity'].map(say), [
    'Bibliothek Musterstadt',
    'https://library.example/oai',
    'postmaster@library.example',
    'persistent',
    'YYYY-MM-DDThh:mm:ssZ',
  ])
  const formats = (await ask('verb=ListMetadataFormats')).root
    .first('ListMetadataFormats')
    ?.all('metadataFormat')
    .map(format => format.first('metadataPrefix')?.text)
  t.same(formats, ['oai_dc', 'mods', 'rawmods', 'mets', 'zmets', 'epicur', 'marcxml'])
  const of = (await ask(`verb=ListMetadataFormats&identifier=${ids.volume1}`)).root
    .first('ListMetadataFormats')
    ?.all('metadataFormat')
    .map(format => format.first('metadataPrefix')?.text)
  t.same(of, ['oai_dc', 'mods', 'rawmods', 'mets', 'marcxml'])
  const sets =
    (await ask('verb=ListSets')).root
      .first('ListSets')
      ?.all('set')
      .map(set => set.first('setSpec')?.text) ?? []
  t.ok(['sample', 'other', 'genre', 'genre:monograph'].every(set => sets.includes(set)))
})

t.test('every format of every title is well-formed, and valid where there is a schema', async t => {
  for (const id of Object.values(ids))
    for (const prefix of ['oai_dc', 'mods', 'mets', 'rawmods', 'marcxml']) {
      const { text, root } = await ask(
        `verb=GetRecord&identifier=oai:library.example:${id}&metadataPrefix=${prefix}`,
      )
      t.ok(root.at('GetRecord', 'record', 'metadata')?.children.length === 1, `${prefix} ${id}`)
      if (['oai_dc', 'mods', 'mets'].includes(prefix) && !('skip' in needsSharedData))
        t.equal(invalidities(text, 'wrapper-oai.xsd'), '', `${prefix} ${id}`)
    }
  t.match(
    (await ask(`verb=GetRecord&identifier=${ids.monograph}&metadataPrefix=epicur`)).text,
    /<identifier scheme="urn:nbn:de">urn:nbn:de:example-sample-1<\/identifier>.*https:\/\/library.example\/id\//,
  )
  t.match(
    (await ask(`verb=GetRecord&identifier=oai:old.host/sample:${ids.newspaper}&metadataPrefix=zmets`)).text,
    /TYPE="month"/,
  )
  const dc = (await ask(`verb=GetRecord&identifier=${ids.monograph}&metadataPrefix=oai_dc`)).text
  t.match(dc, '<dc:creator>Mustermann, Clara</dc:creator>')
  t.match(dc, '<dc:rights>http://creativecommons.org/publicdomain/zero/1.0/</dc:rights>')
  t.match(
    (await ask(`verb=GetRecord&identifier=${ids.monograph}&metadataPrefix=marcxml`)).text,
    /<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Vom digitalen Buche<\/subfield><subfield code="b">/,
  )
})

t.test('every kind of answer is valid, errors too', needsSharedData, async t => {
  for (const query of [
    'verb=Identify',
    'verb=ListSets',
    'verb=ListMetadataFormats',
    `verb=ListMetadataFormats&identifier=${ids.monograph}`,
    'verb=ListIdentifiers&metadataPrefix=mods',
    'verb=ListRecords&metadataPrefix=oai_dc&set=sample',
    'verb=ListRecords&metadataPrefix=mets',
    'verb=Nonsense',
    'verb=GetRecord',
    'verb=GetRecord&metadataPrefix=mods&identifier=nothing',
    'verb=ListRecords&resumptionToken=x',
  ])
    t.equal(invalidities((await ask(query)).text, 'wrapper-oai.xsd'), '', query)
})

t.test('lists go on by tokens to an end that is said, in sets and between dates', async t => {
  const all = await harvest('verb=ListRecords&metadataPrefix=oai_dc')
  t.equal(all.headers.length, 6)
  t.same(all.sizes, [6, 6])
  t.equal((await harvest('verb=ListRecords&metadataPrefix=mets')).headers.length, 6)
  t.equal((await harvest('verb=ListIdentifiers&metadataPrefix=mods&set=sample')).headers.length, 6)
  const volumes = await harvest('verb=ListIdentifiers&metadataPrefix=mods&set=genre:volume')
  t.same(
    volumes.headers.map(header => header.first('identifier')?.text),
    [ids.volume1, ids.volume2].map(id => `oai:library.example:${id}`),
  )
  t.same(
    volumes.headers[0]?.all('setSpec').map(set => set.text),
    ['sample', 'genre:volume'],
  )
  t.equal((await harvest('verb=ListIdentifiers&metadataPrefix=epicur')).headers.length, 1)
  t.equal((await harvest('verb=ListIdentifiers&metadataPrefix=zmets')).headers.length, 2)
  // the sample may have been made on the day before, a minute ago
  const day = (offset: number) => new Date(Date.now() - offset * 86_400_000).toISOString().slice(0, 10)
  t.equal(
    (await harvest(`verb=ListIdentifiers&metadataPrefix=mods&from=${day(1)}&until=${day(0)}`)).headers.length,
    6,
  )
  t.equal(await codeOf('verb=ListRecords&metadataPrefix=mods&until=2001-01-01'), 'noRecordsMatch')
  t.equal(await codeOf('verb=ListRecords&metadataPrefix=mods&set=other'), 'noRecordsMatch')
  t.equal(await codeOf('verb=ListRecords&metadataPrefix=mods', '/other/oai'), 'noRecordsMatch')
  t.equal((await harvest('verb=ListRecords&metadataPrefix=oai_dc', '/sample/oai')).headers.length, 6)
  const posted = await app.app.inject({
    method: 'POST',
    url: '/oai',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'verb=ListIdentifiers&metadataPrefix=mods',
  })
  t.match(posted.body, /<ListIdentifiers>/)
})

t.test('what changes in a title changes the records of those below, and only then', async t => {
  const numbers = async () =>
    new Map(
      (
        await app.services.db
          .selectFrom('OPR_OaiRecord')
          .select(['OOR_OT_ID as id', 'OOR_Number as number', 'OOR_OD_ID as domainId'])
          .execute()
      ).map(row => [row.id, row]),
    )
  const changed = async (change: () => Promise<unknown>): Promise<number[]> => {
    await app.drain()
    const before = await numbers()
    await change()
    await app.drain()
    return [...(await numbers())]
      .filter(([id, { number }]) => before.get(id)?.number !== number)
      .map(([id]) => id)
      .sort((a, b) => a - b)
  }
  const all = [ids.work, ids.volume1, ids.volume2].sort((a, b) => a - b)
  const always = { 'if-match': '*' }
  t.same(
    await changed(() => app.call('PATCH', `/api/v1/tree/${ids.work}`, { caption: 'Anders genannt' }, always)),
    all,
    'its name',
  )
  t.same(
    await changed(() =>
      app.call('POST', `/api/v1/titles/${ids.work}/identifiers`, { scheme: 'zdb', value: '2567-1' }),
    ),
    all,
    'its identifiers',
  )
  t.same(
    await changed(() => app.call('PATCH', `/api/v1/titles/${ids.work}`, { comment: 'x' }, always)),
    [ids.work],
    'nothing that those below say',
  )
  t.same(
    await changed(() => app.call('PATCH', `/api/v1/titles/${ids.volume1}`, { comment: 'x' }, always)),
    [ids.work, ids.volume1].sort((a, b) => a - b),
    'not the one beside it',
  )
  const { id: domainId } = (
    await app.call('POST', '/api/v1/domains', { name: 'moved', caption: 'Umgezogen' })
  ).body as { id: number }
  t.same(
    await changed(() =>
      app.call('POST', `/api/v1/tree/${ids.work}/move`, { parent: null, domain: 'moved' }, always),
    ),
    all,
    'where it stands',
  )
  const after = await numbers()
  t.same(
    all.map(id => after.get(id)?.domainId),
    all.map(() => domainId),
  )
  await app.call('POST', `/api/v1/tree/${ids.work}/move`, { parent: null, domain: 'sample' }, always)
  await app.drain()
})

t.test('a list keeps its promise while titles come, change and go', async t => {
  let at = 0
  const { headers, sizes } = await harvest('verb=ListIdentifiers&metadataPrefix=mods', '/oai', async () => {
    if (at++ > 0) return
    await nextSecond()
    await aTitle(app, { domain: 'other', release: true })
    await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [ids.issue] })
    await app.drain()
  })
  t.equal(headers.length, sizes.at(-1), 'what was counted has come')
  const identifiers = headers.map(header => header.first('identifier')?.text)
  t.equal(new Set(identifiers).size, identifiers.length, 'nothing twice')
})

t.test('hidden, binned and purged titles stay as deletions; what was never shown is not there', async t => {
  const hidden = (await ask(`verb=GetRecord&identifier=${ids.issue}&metadataPrefix=mods`)).root.at(
    'GetRecord',
    'record',
  )
  t.equal(hidden?.first('header')?.attribute('status'), 'deleted')
  t.notOk(hidden?.first('metadata'))
  const title = await aTitle(app, { domain: 'other', release: true })
  const unseen = await aTitle(app, { domain: 'other' })
  await app.drain()
  for (const purge of ['', '?purge=true']) {
    t.ok(
      (await app.call('DELETE', `/api/v1/tree/${title}${purge}`, undefined, { 'if-match': '*' })).status <
        300,
    )
    await app.drain()
    t.equal(
      (await ask(`verb=GetRecord&identifier=${title}&metadataPrefix=mods`)).root
        .at('GetRecord', 'record', 'header')
        ?.attribute('status'),
      'deleted',
      purge,
    )
  }
  if (!('skip' in needsSharedData))
    t.equal(invalidities((await ask('verb=ListRecords&metadataPrefix=mods')).text, 'wrapper-oai.xsd'), '')
  t.equal(await codeOf(`verb=GetRecord&identifier=${unseen}&metadataPrefix=mods`), 'idDoesNotExist')
  t.equal(await codeOf(`verb=ListMetadataFormats&identifier=${title}`), 'noMetadataFormats')
  await app.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [ids.issue] })
  await app.drain()
  t.ok(
    (await ask(`verb=GetRecord&identifier=${ids.issue}&metadataPrefix=mods`)).root.at(
      'GetRecord',
      'record',
      'metadata',
    ),
    'shown again',
  )
})

t.test('date stamps follow what is disseminated: pages, texts, rights of the domain', async t => {
  const stamp = async () =>
    (await ask(`verb=GetRecord&identifier=${ids.volume2}&metadataPrefix=mets`)).root.at(
      'GetRecord',
      'record',
      'header',
      'datestamp',
    )?.text
  const before = await stamp()
  await nextSecond()
  const [page] = (await app.read(`/api/v1/titles/${ids.volume2}/pages`)).body.items as { id: number }[]
  await app.call(
    'PATCH',
    `/api/v1/pages/${page?.id}`,
    { pagination: { caption: '[Titel]' } },
    { 'if-match': '*' },
  )
  await app.drain()
  const after = await stamp()
  t.not(after, before)
  await nextSecond()
  const answer = await app.call(
    'PATCH',
    '/api/v1/domains/sample/config',
    { 'rights.owner': 'Stadtbibliothek' },
    { 'if-match': '*' },
  )
  t.equal(answer.status, 200, JSON.stringify(answer.body))
  await app.drain()
  t.not(await stamp(), after)
})

t.test('each mistake has its code', async t => {
  for (const [query, code] of [
    ['', 'badVerb'],
    ['verb=Nonsense', 'badVerb'],
    ['verb=Identify&verb=Identify', 'badVerb'],
    ['verb=Identify&from=2020-01-01', 'badArgument'],
    ['verb=ListRecords', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&metadataPrefix=mods', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&from=2020-13-01', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&from=2020-02-31', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&from=2021-01-01&until=2020-01-01', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&from=2020-01-01&until=2020-01-01T00:00:00Z', 'badArgument'],
    ['verb=ListRecords&metadataPrefix=mods&resumptionToken=x', 'badArgument'],
    ['verb=ListRecords&resumptionToken=x', 'badResumptionToken'],
    ['verb=ListRecords&resumptionToken=e30.AAAAAAAAAAAAAAAAAAAAAA', 'badResumptionToken'],
    ['verb=ListSets&resumptionToken=x', 'badResumptionToken'],
    ['verb=ListRecords&metadataPrefix=nonsense', 'cannotDisseminateFormat'],
    ['verb=ListRecords&metadataPrefix=mods&set=nonsense', 'noRecordsMatch'],
    ['verb=GetRecord&identifier=oai:library.example:2147483647&metadataPrefix=mods', 'idDoesNotExist'],
    ['verb=GetRecord&identifier=invalid%22id&metadataPrefix=mods', 'idDoesNotExist'],
    [`verb=GetRecord&identifier=${ids.volume1}&metadataPrefix=epicur`, 'cannotDisseminateFormat'],
  ] as const)
    // prettier-ignore
    t.equal(await codeOf(query), code, query)
  t.equal((await app.read('/nonsense/oai?verb=Identify')).status, 404)
})
