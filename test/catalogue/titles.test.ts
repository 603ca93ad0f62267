import t from '../support/tap.ts'
import { aDomain, aTitle, asMods, modsOf, start } from '../support/start.ts'
import { roundTripsOf, statementsOf } from '../support/statements.ts'

const app = await start(t)
await aDomain(app)
const { call, read } = app
const post = (xml: string, query = 'domain=lib', headers: Record<string, string> = {}) =>
  call('POST', `/api/v1/titles?${query}`, xml, { ...asMods, ...headers })
const etag = async (id: number) => (await call('GET', `/api/v1/titles/${id}`)).headers['etag'] as string

t.test('a posted record comes back byte for byte, and posting it again changes nothing', async t => {
  const xml = modsOf(
    'keep',
    'Käſe &amp; Brot',
    '\r\n\t<!-- as it is -->  <typeOfResource>text</typeOfResource>',
  )
  const created = await post(xml)
  t.match(created, {
    status: 201,
    headers: { location: /\/api\/v1\/titles\/\d+/ },
    body: { items: [{ outcome: 'created', record: 'keep@test' }] },
  })
  const { id } = created.body.items[0]
  const back = await call('GET', `/api/v1/titles/${id}/mods`)
  t.ok(back.raw.equals(Buffer.from(xml)))
  t.equal(back.headers['content-type'], 'application/mods+xml; charset=utf-8')
  t.match(await post(xml), { status: 200, body: { items: [{ outcome: 'unchanged', id }] } })
  t.match(await post(modsOf('keep', 'Changed')), {
    status: 200,
    body: { items: [{ outcome: 'updated', id }] },
  })
  t.match((await call('GET', `/api/v1/titles/${id}`)).body, {
    caption: 'Changed',
    title: 'Changed',
    xmlOrigin: 'batchCatalogue',
  })
})

t.test('a collection is stored whole or not at all', async t => {
  const collection = (...titles: string[]) =>
    `<modsCollection xmlns="http://www.loc.gov/mods/v3">${titles.map(title => title.replace(/^<\?xml[^>]*>\n/, '').replace(' xmlns="http://www.loc.gov/mods/v3"', '')).join('')}</modsCollection>`
  t.match((await post(collection(modsOf('c1', 'One'), modsOf('c2', 'Two')))).body.items.length, 2)
  const before = (await call('GET', '/api/v1/titles?limit=1000')).body.items.length
  t.match(await post(collection(modsOf('c3', 'Three'), '<mods/>')), {
    status: 422,
    body: { detail: /MODS record 2 of 2 has no titleInfo/ },
  })
  t.equal((await call('GET', '/api/v1/titles?limit=1000')).body.items.length, before)
})

t.test('bad records are refused with the place', async t => {
  t.match(await post('<mods xmlns="http://www.loc.gov/mods/v3">\n<titleInfo></mods>'), {
    status: 422,
    body: { type: '/problems/bad-xml', line: 2, column: Number, excerpt: /\^/ },
  })
  t.equal(
    (
      await post(
        '<!DOCTYPE mods [<!ENTITY x SYSTEM "file:///etc/passwd">]><mods xmlns="http://www.loc.gov/mods/v3">&x;</mods>',
      )
    ).status,
    422,
  )
  t.match(
    await post('<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>No id</title></titleInfo></mods>'),
    { status: 422, body: { detail: /neither recordInfo\/recordIdentifier nor a URN/ } },
  )
  t.equal((await call('POST', '/api/v1/titles?domain=lib', Buffer.from([0x3c, 0xe4]), asMods)).status, 415)
  t.equal((await call('POST', '/api/v1/titles?domain=lib', 'x', { 'content-type': 'text/csv' })).status, 415)
  t.equal((await post(modsOf('x', 'X'), 'domain=nowhere')).status, 404)
  t.equal((await post(modsOf('x', 'X'), '')).status, 400)
  t.equal((await post(modsOf('x', 'X'), 'domain=lib&type=nothing')).status, 422)
  const tiny = await start(t, { FIREFOLIO_LIMITS_METADATABYTES: '1024' })
  await aDomain(tiny)
  t.equal(
    (await tiny.call('POST', '/api/v1/titles?domain=lib', modsOf('big', 'x'.repeat(2000)), asMods)).status,
    413,
  )
})

t.test('a dry run reports and stores nothing', async t => {
  t.match(await post(modsOf('dry', 'Dry'), 'domain=lib&dryRun=true'), {
    status: 200,
    body: { dryRun: true, items: [{ outcome: 'created', id: null }] },
  })
  t.same((await call('GET', '/api/v1/titles?identifier=record:dry@test')).body.items, [])
})

t.test('an Idempotency-Key makes any post repeatable, and belongs to one request', async t => {
  const xml = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Once</title></titleInfo></mods>'
  const [first, second] = await Promise.all([
    post(xml, 'domain=lib', { 'idempotency-key': 'k1' }),
    post(xml, 'domain=lib', { 'idempotency-key': 'k1' }),
  ])
  t.same([first?.status, second?.status], [201, 201])
  t.equal(first?.body.items[0].id, second?.body.items[0].id)
  const told = (headers: Readonly<Record<string, string | undefined>> = {}) =>
    ['location', 'etag', 'operation'].map(name => headers[name])
  t.ok(told(first?.headers).filter(Boolean).length >= 2, 'what was made and by which operation')
  t.same(told(second?.headers), told(first?.headers), 'the repetition carries the headers of the first')
  const changed = await call(
    'PATCH',
    `/api/v1/tree/${first?.body.items[0].id}`,
    { caption: 'Twice' },
    { 'if-match': '*', 'idempotency-key': 'k2' },
  )
  const again = await call(
    'PATCH',
    `/api/v1/tree/${first?.body.items[0].id}`,
    { caption: 'Twice' },
    { 'if-match': '*', 'idempotency-key': 'k2' },
  )
  t.ok(changed.headers['etag'])
  t.same(told(again.headers), told(changed.headers), 'so does that of a change, its ETag with it')
  t.match(await post(modsOf('other', 'Other'), 'domain=lib', { 'idempotency-key': 'k1' }), {
    status: 422,
    body: { detail: /used for another request/ },
  })
})

t.test('volumes stand below their work: a stub at first, completed by its record, never reduced', async t => {
  const volume = modsOf(
    'v1',
    'Band 1',
    '<relatedItem type="host"><titleInfo><title>Werke</title></titleInfo><recordInfo><recordIdentifier source="test">w1</recordIdentifier></recordInfo></relatedItem><part order="1"><detail type="volume"><number>1</number></detail></part>',
  )
  const id = (await post(volume)).body.items[0].id
  const { metaParentId, mpMode, type } = (await call('GET', `/api/v1/titles/${id}`)).body
  t.equal(type, 'volume')
  t.equal(mpMode, 'hasParent')
  t.match((await call('GET', `/api/v1/titles/${metaParentId}`)).body, {
    caption: 'Werke',
    type: 'multivolume_work',
    xmlOrigin: 'fromStructure',
    mpMode: 'hasChildren',
  })
  t.match((await post(modsOf('w1', 'Werke, vollständig'))).body.items[0], {
    outcome: 'updated',
    id: metaParentId,
  })
  t.equal((await post(volume)).body.items[0].outcome, 'unchanged')
  t.match((await call('GET', `/api/v1/titles/${metaParentId}`)).body, {
    caption: 'Werke, vollständig',
    xmlOrigin: 'batchCatalogue',
  })
})

t.test('what a person sets is left alone by imports; an edited record is kept', async t => {
  const id = (await post(modsOf('m1', 'Manual', '<location><shelfLocator>A 1</shelfLocator></location>')))
    .body.items[0].id
  await call(
    'PATCH',
    `/api/v1/titles/${id}`,
    { signature: 'B 2', caption: 'My caption' },
    { 'if-match': await etag(id) },
  )
  await post(modsOf('m1', 'Manual 2', '<location><shelfLocator>C 3</shelfLocator></location>'))
  t.match((await call('GET', `/api/v1/titles/${id}`)).body, {
    signature: 'B 2',
    caption: 'My caption',
    title: 'Manual 2',
    manual: ['caption', 'signature'],
  })
  await call('PUT', `/api/v1/titles/${id}/mods`, modsOf('m1', 'By hand'), {
    ...asMods,
    'if-match': await etag(id),
  })
  t.match((await post(modsOf('m1', 'Again'))).body.items[0], {
    outcome: 'unchanged',
    messages: [{ code: 'edited-kept' }],
  })
  t.equal((await post(modsOf('m1', 'Again'), 'domain=lib&overwrite=true')).body.items[0].outcome, 'updated')
})

t.test(
  'every change of OPR_Content leaves its version, also one made by a script; versions are compared and restored',
  async t => {
    const id = (await post(modsOf('h1', 'First'))).body.items[0].id
    await call(
      'PATCH',
      `/api/v1/titles/${id}`,
      { comment: 'order it', pageCount: 12 },
      { 'if-match': await etag(id), 'x-change-reason': 'because' },
    )
    await call('PUT', `/api/v1/titles/${id}/mods`, modsOf('h1', 'Second'), {
      ...asMods,
      'if-match': await etag(id),
    })
    await app.services.database.withConnection(connection =>
      connection.run(`update OPR_Content set OC_Owner = 'script' where OC_OT_ID = ${id}`),
    )
    const { items } = (await call('GET', `/api/v1/titles/${id}/history`)).body
    t.same(items.map((item: { kind: string }) => item.kind).sort(), ['comments', 'fields', 'fields', 'mods'])
    t.ok(items.some((item: { reason: string | null }) => item.reason === 'because'))
    const mods = items.find((item: { kind: string }) => item.kind === 'mods')
    const version = (await call('GET', `/api/v1/titles/${id}/history/${mods.n}`)).body
    t.match(version.diff, /-.*First[\s\S]*\+.*Second/)
    const restored = await call('POST', `/api/v1/titles/${id}/history/${mods.n}/restore`, undefined, {
      'if-match': await etag(id),
    })
    t.match(restored, { status: 200, body: { title: 'First', xmlOrigin: 'edited' } })
    const fields = items.find(
      (item: { kind: string; actor: string | null }) => item.kind === 'fields' && item.actor === null,
    )
    t.match((await call('GET', `/api/v1/titles/${id}/history/${fields.n}`)).body.changes, [
      { field: 'owner', before: null, after: 'script' },
    ])
    t.equal((await call('GET', `/api/v1/titles/${id}/history/mods-999999`)).status, 404)
  },
)

t.test('a stale change names the fields that changed', async t => {
  const id = await aTitle(app)
  const old = await etag(id)
  await call('PATCH', `/api/v1/titles/${id}`, { owner: 'A' }, { 'if-match': old })
  t.match(await call('PATCH', `/api/v1/titles/${id}`, { owner: 'B' }, { 'if-match': old }), {
    status: 412,
    body: { changed: ['owner'] },
  })
  t.equal((await call('PATCH', `/api/v1/titles/${id}`, { owner: 'B' })).status, 428)
  t.equal((await call('PATCH', `/api/v1/titles/${id}`, { unknown: 1 }, { 'if-match': '*' })).status, 400)
  t.equal(
    (await call('PATCH', `/api/v1/titles/${id}`, { insertedAt: '2001-01-01T00:00:00Z' }, { 'if-match': '*' }))
      .status,
    403,
  )
  const dirty = await start(t, { FIREFOLIO_DATABASE_BEHAVIORS: 'dirtyInsertTS' })
  await aDomain(dirty)
  const other = await aTitle(dirty)
  t.equal(
    (
      await dirty.call(
        'PATCH',
        `/api/v1/titles/${other}`,
        { insertedAt: '2001-01-01T00:00:00Z' },
        { 'if-match': '*' },
      )
    ).status,
    200,
  )
})

t.test('titles are found by identifier, signature, dates, pages and text', async t => {
  const id = (
    await post(
      modsOf(
        'f1',
        'Findable',
        '<identifier type="urn">urn:nbn:de:test-1</identifier><originInfo><dateIssued encoding="iso8601">1712</dateIssued></originInfo><physicalDescription><extent>4 S.</extent></physicalDescription>',
      ),
      'domain=lib&release=true',
    )
  ).body.items[0].id
  const found = async (query: string) =>
    (await read(`/api/v1/titles?${query}`)).body.items.map((item: { id: number }) => item.id) as number[]
  for (const query of [
    'identifier=urn:nbn:de:test-1',
    'identifier=record:f1@test',
    'dateFrom=1712-05-01&dateTo=1713-01-01',
    'pages=missing',
    'q=findab',
    'domain=lib&sort=title&limit=1000',
    'type=monograph',
  ])
    t.ok((await found(query)).includes(id), query)
  for (const query of [
    'identifier=urn:nbn:de:nothing',
    'dateFrom=1800-01-01',
    'hasText=true',
    'state=hidden',
  ])
    t.notOk((await found(query)).includes(id), query)
  t.equal(
    (await app.app.inject(`/urn/${encodeURIComponent('urn:nbn:de:test-1')}`)).headers.location,
    `/api/v1/titles/${id}`,
  )
  t.equal((await read('/urn/urn:nbn:de:none')).status, 404)
  const listed = (await call('GET', '/api/v1/titles?sort=title&limit=2')).body
  t.equal(listed.items.length, 2)
  t.ok(
    (await call('GET', listed.links.next)).body.items.every(
      (item: { id: number }) => !listed.items.some((other: { id: number }) => other.id === item.id),
    ),
  )
})

t.test('identifiers that differ beyond what is kept of them are one', async t => {
  const long = 'v'.repeat(499)
  const kinds = {
    scheme: [['s'.repeat(61), '1'], ['s'.repeat(60), '1']],
    character: [['local', `${long}😀 and more`]],
    blank: [['local', `${long.slice(1)} and more`], ['local', `${long.slice(1)} `]],
    cut: [['local', `${long} and more`], ['local', long]],
  } // prettier-ignore
  for (const [kind, identifiers] of Object.entries(kinds)) {
    const more = identifiers
      .map(([type, value]) => `<identifier type="${type}">${value}</identifier>`)
      .join('')
    const { status, body } = await post(modsOf(`first ${kind}`, kind, more))
    t.match({ status, items: body.items }, { status: 201, items: [{ messages: [] }] }, kind)
    t.match(await post(modsOf(`second ${kind}`, kind, more)), {
      status: 201,
      body: { items: [{ messages: identifiers.map(() => ({ code: 'identifier-taken' })) }] },
    })
  }
})

t.test('what a new record no longer names is taken off its title at once', async t => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, at) => `<identifier type="local">off${at}</identifier>`).join('')
  const { id } = (await post(modsOf('many', 'Many', named(90)))).body.items[0]
  const sent = await statementsOf(async () =>
    t.equal((await post(modsOf('many', 'Many', named(1)))).status, 200),
  )
  t.equal(sent.filter(statement => /delete from "?OPR_Identifier/i.test(statement)).length, 1)
  const { items } = (await call('GET', `/api/v1/titles/${id}/identifiers`)).body
  t.equal(items.length, 2)
})

t.test('the comments of a title are told, and those of one without any as none', async t => {
  const id = await aTitle(app)
  const told = async () => (await call('GET', `/api/v1/titles/${id}`)).body
  t.match(await told(), { orgForm: null, webInfo1: null, comment: null })
  const answer = await call('PATCH', `/api/v1/titles/${id}`, { orgForm: 'Of the web' }, { 'if-match': '*' })
  t.match(answer, { status: 200, body: { orgForm: 'Of the web', webInfo1: null, comment: null } })
  t.match(await told(), { orgForm: 'Of the web', webInfo1: null, comment: null })
})

t.test('a record is stored in twelve round trips', async t => {
  const more = '<name><namePart>Mann, Thomas</namePart></name><identifier type="isbn">3-1</identifier>'
  const store = async (xml: string) => t.equal((await post(xml)).status, 201)
  await store(modsOf('trip0', 'Prepares the statements', more))
  const one = await roundTripsOf(() => store(modsOf('trip1', 'One', more)))
  t.ok(one > 5 && one <= 12, `${one}`)
})

t.test('identifiers are unique in a domain', async t => {
  const [a, b] = [await aTitle(app), await aTitle(app)]
  t.equal(
    (await call('POST', `/api/v1/titles/${a}/identifiers`, { scheme: 'doi', value: '10.1/x' })).status,
    201,
  )
  t.equal(
    (await call('POST', `/api/v1/titles/${b}/identifiers`, { scheme: 'doi', value: '10.1/x' })).status,
    409,
  )
  const { items } = (await call('GET', `/api/v1/titles/${a}/identifiers`)).body
  const doi = items.find((item: { scheme: string }) => item.scheme === 'doi')
  t.equal((await call('DELETE', `/api/v1/titles/${a}/identifiers/${doi.id}`)).status, 204)
  t.equal(
    (await call('POST', `/api/v1/titles/${b}/identifiers`, { scheme: 'doi', value: '10.1/x' })).status,
    201,
  )
})

t.test('fields without a record make one', async t => {
  const answer = await call('POST', '/api/v1/titles?domain=lib', {
    title: 'From fields',
    persons: [{ name: 'Mann, Thomas', role: 'aut' }],
    date: '1924',
    record: { value: 'ff1', source: 'desk' },
  })
  t.equal(answer.status, 201)
  t.match((await call('GET', `/api/v1/titles/${answer.body.items[0].id}`)).body, {
    title: 'From fields',
    persons: [{ name: 'Mann, Thomas', roles: ['aut'], isBody: false, isAuthor: true, authority: null }],
    dateFrom: '1924-01-01',
    xmlOrigin: 'form',
  })
  const named = modsOf('ff3', 'Of a house').replace(
    '</titleInfo>',
    '</titleInfo><name type="corporate" valueURI="https://d-nb.info/gnd/2"><namePart>Söhne; Druckerei</namePart><role><roleTerm>prt</roleTerm></role></name>',
  )
  const id = (await call('POST', '/api/v1/titles?domain=lib', { mods: named })).body.items[0].id
  const persons = [
    { name: 'Söhne; Druckerei', roles: ['prt'], isBody: true, isAuthor: false, authority: 'https://d-nb.info/gnd/2' }, // prettier-ignore
  ]
  t.same((await call('GET', `/api/v1/titles/${id}`)).body.persons, persons)
  t.same((await call('GET', `/api/v1/titles?id=${id}`)).body.items[0].persons, persons, 'in lists, too')
  t.match(await call('POST', '/api/v1/titles?domain=lib', { titel: 'x' }), {
    status: 400,
    body: { errors: Array },
  })
  const mods = modsOf('ff2', 'From a member')
  t.match(await call('POST', '/api/v1/titles?domain=lib', { mods }), {
    status: 201,
    body: { items: [{ outcome: 'created', title: 'From a member' }] },
  })
  t.match(await call('POST', '/api/v1/titles?domain=lib', { mods }), {
    status: 200,
    body: { items: [{ outcome: 'unchanged' }] },
  })
  for (const [body, pointer] of [
    [{}, '/title'],
    [{ mods, date: '1924' }, '/date'],
  ])
    t.match(await call('POST', '/api/v1/titles?domain=lib', body), { status: 400, body: { errors: [{ pointer }] } }) // prettier-ignore
  t.match(await call('POST', '/api/v1/titles?domain=lib', { mods: '<mods>\n<titleInfo>' }), {
    status: 422,
    body: { detail: /mods|line 2/ },
  })
})

t.test('jobs: order dates are filled, page counts re-checked, fields drawn anew', async t => {
  const id = await aTitle(app, { pages: 3 })
  await app.services.database.withConnection(connection =>
    connection.run(`update OPR_Content set OC_PageCache = 99 where OC_OT_ID = ${id}`),
  )
  const read = async () => (await call('GET', `/api/v1/titles/${id}`)).body
  const before = await read()
  const dry = async (kind: string): Promise<Record<string, number>> => {
    const { body } = await call('POST', '/api/v1/jobs', { kind, options: { dryRun: true } })
    await app.drain()
    return (await call('GET', body.links.self)).body.result
  }
  t.match(await dry('pagecount'), { changed: 1 })
  t.ok(((await dry('order-date'))['titles'] as number) > 0)
  t.match(await dry('fields'), { titles: 0 })
  t.match(await dry('images.refresh'), { stale: 0 })
  t.match(await dry('jobs.tidy'), { jobs: 0, answers: 0 })
  t.match(await dry('access.anonymise'), { lines: 0 })
  t.match(await dry('catalogues.refresh'), { updated: 0 })
  t.same(await read(), before, 'dry runs change nothing')
  await app.services.database.withConnection(connection =>
    connection.run(`update OPR_ContentField set OCF_Version = 0, OCF_Title = 'old' where OCF_OT_ID = ${id}`),
  )
  for (const kind of ['pagecount', 'order-date', 'fields'])
    t.equal((await call('POST', '/api/v1/jobs', { kind })).status, 202)
  await app.drain()
  t.match((await call('GET', `/api/v1/titles/${id}`)).body, {
    pagesPresent: 3,
    orderDate: new Date().toISOString().slice(0, 10),
    title: 'A title',
  })
})
