// What somebody may do at a node or domain and why, asked by themselves and by who manages the rights there; and what other entries would change.
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
await aDomain(app, 'lib')
const reader = await aUser(app, { login: 'reader' })
const cataloguer = await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
const asReader = await aSession(app, 'reader')
const asCataloguer = await aSession(app, 'cataloguer')

const deny = (right: string, more: object = {}) => ({ subject: 'everyone', right, effect: 'deny', ...more })
const grant = (user: string, right: string) => ({ subject: 'user', user, right, effect: 'grant' })
const set = async (at: string, entries: object[]) => {
  const answer = await app.call('PUT', `/api/v1/${at}/rights`, { entries }, { 'if-match': '*' })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}
const always = { 'if-match': '*' }
const book = (title: string) => aTitle(app, { domain: 'lib', title, release: true })

t.test('permissions say what may be done and why', async t => {
  const id = await book('Warum')
  await set(`tree/${id}`, [deny('see-image', { note: 'contract 7' })])
  const asked = (await app.read(`/api/v1/tree/${id}/permissions`)).body
  t.match(asked.reasons['see-image'], {
    allowed: false,
    by: 'entry',
    level: { kind: 'node', id },
    note: null,
  })
  t.match(asked.reasons.see, { allowed: true, by: 'release', entry: null })
  t.same(asked.allowed, ['see', 'text'])
  const refused = (await app.read(`/download/pdf/${id}`)).body
  t.match(refused, { status: 401, detail: /It is restricted\. Log in/ }, 'notes are for who manages rights')
  const manager = (await app.call('GET', `/api/v1/tree/${id}/rights`)).body
  t.match(manager.entries, [{ right: 'see-image', effect: 'deny', note: 'contract 7', isActive: true }])
  await set('domains/lib', [deny('order')])
  t.match((await app.call('GET', `/api/v1/tree/${id}/rights`)).body.inherited, [
    { level: { kind: 'domain' } },
  ])
  await set('domains/lib', [])
})

t.test(
  'who manages rights asks what others may do here, and which entry, topic or group says so',
  async t => {
    const id = await book('Gefragt')
    const group = (await app.call('POST', '/api/v1/groups', { name: 'Projekt' })).body.id as number
    await app.call('POST', `/api/v1/groups/${group}/members`, { user: reader.uuid })
    await set(`tree/${id}`, [
      deny('see-image', { note: 'contract 7' }),
      { subject: 'group', group, right: 'see-image', effect: 'grant' },
      { subject: 'range', range: '192.0.2.0/24', right: 'see-image', effect: 'grant', width: 800 },
    ])
    const url = `/api/v1/tree/${id}/permissions`
    const of = async (query: string, at = url) => (await app.call('GET', `${at}?${query}`)).body
    const image = async (query: string) => (await of(query)).reasons['see-image']
    t.match(await image('anonymous=true'), { allowed: false, by: 'entry', note: 'contract 7' })
    t.match(await image('address=192.0.2.9'), { allowed: true, width: 800 })
    t.match(await image('address=198.51.100.9'), { allowed: false })
    t.match(await image(`group=${group}`), { allowed: true, by: 'entry', level: { kind: 'node', id } })
    t.match(await of(`user=${reader.uuid}`), {
      subject: { kind: 'user', user: reader.uuid, name: 'User reader' },
      reasons: { 'see-image': { allowed: true }, edit: { allowed: false, by: 'nothing' } },
    })
    t.match(await of(`user=${cataloguer.uuid}`), {
      reasons: { edit: { allowed: true, by: 'topic', topics: ['CATALOGUING'] }, release: { allowed: false } },
    })
    t.match(await of('anonymous=true', '/api/v1/domains/lib/permissions'), {
      subject: { kind: 'anonymous' },
      reasons: { 'see-image': { allowed: true, by: 'release' }, edit: { allowed: false } },
    })
    t.equal((await app.read('/api/v1/domains/lib/permissions')).body.subject.kind, 'caller')

    t.equal((await app.call('GET', `${url}?user=${reader.uuid}&anonymous=true`)).status, 400)
    t.equal((await app.call('GET', `${url}?user=00000000-0000-4000-8000-000000000000`)).status, 404)
    t.equal((await app.call('GET', `${url}?group=999999`)).status, 404)
    t.equal((await app.call('GET', `${url}?address=nowhere`)).status, 400)
    for (const at of [url, '/api/v1/domains/lib/permissions']) {
      t.equal(
        (await asCataloguer('GET', `${at}?user=${reader.uuid}`)).status,
        403,
        'others are not theirs to ask about',
      )
      t.equal((await app.read(`${at}?anonymous=true`)).status, 401)
      t.equal(
        (await asCataloguer('GET', `${at}?user=00000000-0000-4000-8000-000000000000`)).status,
        403,
        'nor is it told who is there',
      )
    }
    t.equal((await asCataloguer('GET', url)).body.reasons['see-image'].note, null)
  },
)

t.test(
  'what other entries would change is told for each whom they are about, and nothing is stored',
  async t => {
    const id = await book('Vorschau')
    await set(`tree/${id}`, [grant(reader.uuid, 'manage-rights')])
    const url = `/api/v1/tree/${id}/rights`
    const body = {
      entries: [
        deny('see-image'),
        { subject: 'range', range: '192.0.2.0/24', right: 'see-image', effect: 'grant' },
        grant(cataloguer.uuid, 'release'),
      ],
    }
    const preview = (await app.call('POST', `${url}/preview`, body)).body
    t.match(preview, { added: 3, removed: 1, isComplete: true })
    const changes = Object.fromEntries(
      preview.subjects.map(
        (each: { subject: { user: string; kind: string; address: string }; changes: object[] }) => [
          each.subject.user ?? each.subject.address ?? each.subject.kind,
          each.changes,
        ],
      ),
    )
    t.match(changes['anonymous'], [
      { right: 'see-image', before: { allowed: true }, after: { allowed: false, by: 'entry', entry: null } },
      { right: 'download' },
    ])
    t.match(changes[cataloguer.uuid], [
      { right: 'release', before: { allowed: false }, after: { allowed: true } },
    ])
    t.ok(
      changes[reader.uuid].some((each: { right: string }) => each.right === 'manage-rights'),
      'whom an entry is taken from, too',
    )
    t.notOk('192.0.2.0' in changes, 'who sits there goes on as before')
    t.equal((await app.call('GET', url)).body.entries.length, 1, 'nothing is stored')
    t.equal((await app.read(`/api/v1/tree/${id}/permissions`)).body.reasons['see-image'].allowed, true)
    t.match(
      (await asReader('POST', `${url}/preview`, { entries: [deny('see')] })).body.subjects.find(
        (each: { subject: { kind: string } }) => each.subject.kind === 'caller',
      ).changes,
      [{ right: 'see', after: { allowed: false } }],
      'who would lock themselves out is told',
    )
    t.equal(
      (await asReader('POST', `${url}/preview`, { entries: [grant(reader.uuid, 'purge')] })).status,
      403,
    )
    t.equal((await asCataloguer('POST', `${url}/preview`, body)).status, 403)
    t.equal((await asReader('POST', '/api/v1/domains/lib/rights/preview', body)).status, 403)
    t.equal(
      (await app.call('POST', `${url}/preview`, { entries: [{ ...deny('text'), width: 3 }] })).status,
      422,
    )
  },
)

t.test('pages and texts are counted as far as they are seen, in documents and in conditions', async t => {
  const id = await aTitle(app, { title: 'Counted', release: true, pages: 2 })
  const [shown, hidden] = (
    (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items as { id: number }[]
  ).map(page => page.id) as [number, number]
  const plain = { 'content-type': 'text/plain', ...always }
  await app.call('PUT', `/api/v1/pages/${hidden}/text`, 'Words', plain)
  await app.call('PATCH', `/api/v1/titles/${id}`, { pageCount: 2 }, always)
  const { path } = (await app.call('GET', `/api/v1/tree/${id}`)).body
  const places = ['domain=lib', `path=${encodeURIComponent(path)}`, 'q=Counted']
  const lists = ['/api/v1/tree?datatype=title&facts=true&', '/api/v1/titles?']
  type Row = { id: number; title: { pagesPresent: number; hasText: boolean } }
  const told = async (ask: typeof app.read) => {
    const one = (await ask(`/api/v1/titles/${id}`)).body
    const all = [one]
    for (const list of lists)
      for (const place of places) {
        const row = ((await ask(`${list}${place}`)).body.items as Row[]).find(row => row.id === id)
        all.push(list.includes('tree') ? row?.title : row)
      }
    const facts = all.map(({ pagesPresent, hasText }) => `${pagesPresent} ${hasText}`)
    t.equal(new Set(facts).size, 1, facts.join())
    return facts[0]
  }
  const isFound = async (ask: typeof app.read, condition: string) => {
    const found = []
    for (const list of lists)
      found.push(
        ((await ask(`${list}domain=lib&${condition}`)).body.items as Row[]).some(row => row.id === id),
      )
    t.equal(found[0], found[1], condition)
    return found[0]
  }
  const asStaff: typeof app.read = url => app.call('GET', url)
  t.same([await told(app.read), await told(asStaff)], ['2 true', '2 true'])
  const { etag } = (await app.read(`/api/v1/titles/${id}`)).headers
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [hidden] })
  t.same([await told(app.read), await told(asStaff)], ['1 false', '2 true'])
  t.equal((await app.read(`/api/v1/titles/${id}`, { 'if-none-match': String(etag) })).status, 200)
  t.same([await isFound(app.read, 'pages=missing'), await isFound(asStaff, 'pages=missing')], [true, false])
  t.same([await isFound(app.read, 'pages=complete'), await isFound(asStaff, 'pages=complete')], [false, true])
  t.same([await isFound(app.read, 'hasText=true'), await isFound(asStaff, 'hasText=true')], [false, true])
  t.match((await app.read(`/api/v1/tree?domain=lib&facts=true&path=x`)).status, 400)
  const stream = { accept: 'application/x-ndjson' }
  t.equal((await app.read(`/api/v1/tree?${places[1]}&facts=true`, stream)).status, 400)
  await app.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [hidden] })
  t.equal(await told(app.read), '2 true')
  const closed = { entries: [{ subject: 'everyone', right: 'see', effect: 'deny' }], isPrivate: false }
  await app.call('PUT', `/api/v1/tree/${shown}/rights`, closed, always)
  t.same([await told(app.read), await told(asStaff)], ['1 true', '2 true'], 'an entry closes a page')
  const answers = async (conditions: readonly string[]) => {
    const found = []
    for (const condition of conditions)
      found.push([await isFound(app.read, condition), await isFound(asStaff, condition)])
    return found
  }
  t.same(await answers(['pages=missing', 'pages=complete', 'hasText=true', 'hasText=false']), [
    [true, false],
    [false, true],
    [true, true],
    [false, false],
  ])
  const close = (page: number, is: boolean) =>
    app.call('PUT', `/api/v1/tree/${page}/rights`, is ? closed : { ...closed, entries: [] }, always)
  await close(shown, false)
  await close(hidden, true)
  t.same(
    [await told(app.read), await told(asStaff)],
    ['1 false', '2 true'],
    'the page with the text is closed',
  )
  t.same(await answers(['hasText=true', 'hasText=false', 'pages=none']), [
    [false, true],
    [true, false],
    [false, false],
  ])
  await app.call('PUT', `/api/v1/pages/${shown}/text`, 'More', plain)
  t.same(await told(app.read), '1 true', 'a page that is not closed has a text, too')
  t.same(await answers(['hasText=true', 'hasText=false']), [
    [true, true],
    [false, false],
  ])
  const labels = async (state: string) =>
    (
      (await asCataloguer('GET', `/api/v1/titles?domain=lib&labels=${state}`)).body.items as { id: number }[]
    ).some(row => row.id === id)
  await app.call('PATCH', `/api/v1/pages/${shown}`, { pagination: { caption: '1' } }, always)
  t.same([await labels('missing'), await labels('complete')], [true, false])
  const fromThem = { subject: 'user', user: cataloguer.uuid, right: 'see', effect: 'deny' }
  await app.call('PUT', `/api/v1/tree/${hidden}/rights`, { ...closed, entries: [fromThem] }, always)
  t.same(
    [await labels('missing'), await labels('complete')],
    [false, true],
    'what they do not see lacks none',
  )
  await close(hidden, false)
  for (const page of [shown, hidden]) await close(page, true)
  t.same(await told(app.read), '0 false')
  t.same(await answers(['pages=none', 'hasText=false']), [
    [true, false],
    [true, false],
  ])
  for (const page of [shown, hidden]) await close(page, false)
  t.same([await told(app.read), await told(asStaff)], ['2 true', '2 true'])
})

t.test(
  'who edits what is asked by the person, too: titles and collections, by entries of their groups as well',
  async t => {
    const proofer = await aUser(app, { login: 'proofer' })
    const asProofer = await aSession(app, 'proofer')
    const mine = await book('Edited by them')
    const closed = await book('Closed to them')
    const group = (await app.call('POST', '/api/v1/groups', { name: 'Readers of proofs' })).body.id as number
    await app.call('POST', `/api/v1/groups/${group}/members`, { user: proofer.uuid })
    await set(`tree/${mine}`, [grant(proofer.uuid, 'edit'), grant(cataloguer.uuid, 'edit')])
    await set(`tree/${closed}`, [{ subject: 'user', user: proofer.uuid, right: 'see', effect: 'deny' }])
    await set('domains/lib', [{ subject: 'group', group, right: 'annotate', effect: 'grant' }])
    const asked = async (query = '') => (await asProofer('GET', `/api/v1/users/me/rights${query}`)).body.items
    t.match(await asked(), [
      {
        level: { kind: 'node', id: mine, caption: 'Edited by them' },
        right: 'edit',
        effect: 'grant',
        subject: 'user',
      },
      {
        level: { kind: 'domain', caption: 'Domain lib' },
        subject: 'group',
        group,
        links: { level: '/api/v1/domains/lib' },
      },
    ])
    t.equal((await asked()).length, 2, 'a denial tells nothing of what it closes')
    t.match(await asked('?right=edit&on=node'), [{ links: { level: `/api/v1/titles/${mine}` } }])
    t.same([(await asked('?right=edit')).length, (await asked('?on=domain')).length], [1, 1])
    const { items, links } = (await asProofer('GET', '/api/v1/users/me/rights?limit=1')).body
    t.match((await asProofer('GET', links.next)).body.items, [{ level: { kind: 'domain' } }])
    t.equal(items.length, 1)
    const theirs = `/api/v1/users/${proofer.uuid}/rights`
    t.match((await app.call('GET', theirs)).body.items.map((each: { level: { id: number } }) => each.level.id).slice(0, 2), [mine, closed]) // prettier-ignore
    t.equal((await asCataloguer('GET', theirs)).status, 403)
    t.equal((await app.call('GET', '/api/v1/users/me/rights')).status, 403)
    for (const at of [`tree/${mine}`, `tree/${closed}`, 'domains/lib']) await set(at, [])
  },
)

t.test('a document tells who may read its history which programs made and changed it', async t => {
  const by = (application: string) => ({ ...always, 'x-application': application })
  const id = await aTitle(app, { title: 'Told', release: true, pages: 1 })
  const page = (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items[0].id as number
  await app.call('PATCH', `/api/v1/titles/${id}`, { signature: 'A 1' }, by('corrector/1.0'))
  await app.call('PATCH', `/api/v1/titles/${id}`, { signature: 'A 2' }, by('Annas script'))
  await app.call('PATCH', `/api/v1/titles/${id}`, { signature: 'A 3' }, by('corrector/1.1'))
  await app.call('PUT', `/api/v1/pages/${page}/text`, 'Words', {
    'content-type': 'text/plain',
    ...by('ocr/5'),
  })
  const made = { application: 'firefolio', version: /^\d/ }
  const address = `/api/v1/titles/${id}`
  const { meta } = (await app.call('GET', address)).body
  t.match(meta, { createdBy: made, updatedBy: { application: 'corrector', version: '1.1' } })
  t.match(meta.applications, [
    { application: 'firefolio', at: /Z$/ },
    { application: 'corrector', version: '1.1' },
    { application: 'Annas script', version: null },
  ])
  t.equal(meta.applications.length, 3, 'each program once')
  t.match((await asCataloguer('GET', address)).body.meta, { createdBy: made })
  for (const at of ['pages', 'tree'])
    t.match((await app.call('GET', `/api/v1/${at}/${page}`)).body.meta, { createdBy: made, updatedBy: { application: 'ocr', version: '5' } }, at) // prettier-ignore
  const plain = { schemaVersion: 1, metadataVersion: 1 }
  const known = ['schemaVersion', 'metadataVersion', 'createdAt', 'updatedAt', 'version']
  for (const ask of [app.read, (url: string) => asReader('GET', url)])
    t.same(Object.keys((await ask(address)).body.meta), known, 'names of programs may be those of people')
  await set(`tree/${id}`, [grant(reader.uuid, 'edit')])
  t.match((await asReader('GET', address)).body.meta, { createdBy: made }, 'who edits here reads the history')
  await set(`tree/${id}`, [])
  const list = (await app.call('GET', '/api/v1/titles?domain=lib&limit=1')).body
  t.same(list.meta, { ...plain, count: 1 })
  t.same(Object.keys(list.items[0].meta), known, 'lists do not tell')
  t.same((await app.read(`/api/v1/tree/${id}/counts`)).body.meta, plain, 'a report has its versions, too')
  const histories = async (url: string, ask: (url: string) => Promise<unknown>) =>
    (await statementsOf(() => ask(url))).filter(statement => /History|SYS_Log/i.test(statement)).length
  const asStaff = (url: string) => app.call('GET', url)
  t.same([await histories(address, app.read), await histories(address, asStaff)], [0, 2])
  t.equal(await histories(`/api/v1/tree?domain=lib`, asStaff), 0)
  await app.call('POST', '/api/v1/tags', { name: 'seen', captions: { de: 'Gesehen' } }, by('tagger/3'))
  t.match((await app.call('GET', '/api/v1/tags/seen')).body.meta, {
    createdBy: { application: 'tagger', version: '3' },
  })
  t.notOk((await app.read('/api/v1/domains/lib')).body.meta.createdBy)
  t.match((await app.call('GET', '/api/v1/domains/lib')).body.meta, { createdBy: made })
  const user = `/api/v1/users/${reader.uuid}`
  t.match((await app.call('GET', user)).body.meta, { createdBy: { application: 'test', version: null } })
  t.notOk((await asReader('GET', '/api/v1/users/me')).body.meta.createdBy)
})

t.test('conditions about work are decided at the place that is asked', async t => {
  await aDomain(app, 'elsewhere')
  const mine = await aTitle(app, { title: 'Mine', release: true })
  const theirs = await aTitle(app, { title: 'Theirs', domain: 'elsewhere', release: true })
  const { uuid } = await aUser(app, { login: 'local' })
  const asLocal = await aSession(app, 'local')
  const edit = { subject: 'user', user: uuid, right: 'edit', effect: 'grant' }
  await app.call('PUT', '/api/v1/domains/lib/rights', { entries: [edit], isPrivate: false }, always)
  for (const condition of ['changedBy=operator', 'labels=missing', 'changedSince=2020-01-01T00:00:00Z'])
    for (const [query, status] of [
      ['domain=lib', 200],
      [`parent=${mine}`, 200],
      ['domain=elsewhere', 403],
      [`parent=${theirs}`, 403],
      ['q=e', 403],
    ] as const)
      for (const list of ['tree', 'titles'])
        t.equal(
          (await asLocal('GET', `/api/v1/${list}?${query}&${condition}`)).status,
          status,
          `${list} ${query}`,
        )
  const { items } = (await asLocal('GET', '/api/v1/titles?domain=lib&changedBy=operator&limit=500')).body
  t.ok((items as { id: number }[]).some(({ id }) => id === mine))
  const batch = { action: 'release', children: { domain: 'elsewhere' }, filter: { changedBy: 'operator' } }
  t.equal((await asLocal('POST', '/api/v1/tree/batch', { ...batch, dryRun: true })).status, 403)
  await app.call('PUT', '/api/v1/domains/lib/rights', { entries: [], isPrivate: false }, always)
})

t.test(
  'the log tells nobody of entries but who manages rights, and of no node that entries keep from them',
  async t => {
    const id = await book('Im Protokoll')
    await aUser(app, { login: 'manager', topics: ['DATA_MANAGEMENT'] })
    const asManager = await aSession(app, 'manager')
    await set(`tree/${id}`, [grant(reader.uuid, 'text')])
    const of = async (who: typeof asManager, query: string) => (await who('GET', `/api/v1/log?entityId=${id}${query}`)).body.items as { action: string; batch: number }[] // prettier-ignore
    const [line] = await of(asManager, '&action=rights')
    t.ok(line, 'who manages rights')
    t.same(await of(asCataloguer, '&action=rights'), [])
    const { batch } = line as { batch: number }
    t.match((await asManager('GET', `/api/v1/operations/${batch}`)).body.entries, [{ data: { after: {} } }])
    t.same((await asCataloguer('GET', `/api/v1/operations/${batch}`)).body.entries[0].data, null)

    await app.call('PATCH', `/api/v1/titles/${id}`, { comment: 'Wird gekauft' }, always)
    t.match(await of(asCataloguer, '&entity=title'), [{ action: 'change' }, {}])
    await set(`tree/${id}`, [{ ...grant(cataloguer.uuid, 'see'), effect: 'deny' }])
    t.same(await of(asCataloguer, ''), [], 'as its history is not theirs')
    t.ok((await of(asManager, '')).length > 2)
    const next = (await asCataloguer('GET', '/api/v1/log?limit=1')).body.items
    t.equal(next.length, 1, 'the page is full of what is told')
    await set(`tree/${id}`, [])
  },
)
