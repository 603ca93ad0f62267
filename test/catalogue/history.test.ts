import t from '../support/tap.ts'
import { record } from '../../src/system/log/index.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, asMods, aTitle, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { call } = app
const any = { 'if-match': '*' }
const pagesOf = async (title: number) =>
  (await call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number; caption: string }[]

t.test('a page tells what it was before each change, and becomes it again', async t => {
  const title = await aTitle(app, { pages: 2 })
  const [page] = (await pagesOf(title)).map(({ id }) => id)
  const url = `/api/v1/pages/${page}`
  const patch = (body: object) => call('PATCH', url, body, { ...any, 'x-change-reason': 'because' })
  await patch({ pagination: { caption: 'Seite 3' } })
  await patch({ comment: 'torn', pagination: { caption: 'Seite 4' } })
  const { items } = (await call('GET', `${url}/history`)).body
  t.match(items, [
    {
      actor: 'operator',
      reason: 'because',
      state: { paginationCaption: 'Seite 3', comment: null, paginationValue: 3 },
    },
    { state: { paginationCaption: null } },
  ])
  t.match(
    new Set(items[0].changes.map((change: { field: string }) => change.field)),
    new Set(['comment', 'paginationCaption', 'paginationValue']),
  )
  t.equal((await call('POST', items[0].links.restore)).status, 428)
  const restored = await call('POST', items[0].links.restore, undefined, any)
  t.match(restored, {
    status: 200,
    body: { caption: 'Seite 3', comment: null, pagination: { caption: 'Seite 3', value: 3, label: '3' } },
  })
  t.equal((await call('POST', restored.body.links.undo)).status, 200)
  t.match((await call('GET', url)).body, { caption: 'Seite 4', comment: 'torn' })
  t.equal((await call('POST', `${url}/history/99999/restore`, undefined, any)).status, 404)
  t.equal((await app.read(`${url}/history`)).status, 401)
})

t.test('a node tells where it stood among its siblings, and goes there again', async t => {
  const title = await aTitle(app, { pages: 3 })
  const order = async () => (await pagesOf(title)).map(({ caption }) => caption)
  const before = await pagesOf(title)
  const last = before[2]?.id as number
  await call('POST', `/api/v1/tree/${last}/move`, { parent: title, position: 'first' }, any)
  t.same(await order(), ['p3', 'p1', 'p2'])
  const { items } = (await call('GET', `/api/v1/tree/${last}/history`)).body
  t.match(items, [
    { changes: [{ field: 'sort' }], state: { parentId: title, caption: 'p3', isInBin: false } },
  ])
  const restored = await call('POST', items[0].links.restore, undefined, any)
  t.equal(restored.status, 200)
  t.same(await order(), ['p1', 'p2', 'p3'])
})

t.test('the log is filtered by person, time, kind, batch and application', async t => {
  const began = new Date().toISOString()
  const title = await aTitle(app, { pages: 2 })
  const [page] = await pagesOf(title)
  const answer = await call(
    'PATCH',
    `/api/v1/pages/${page?.id}`,
    { comment: 'x' },
    { ...any, 'x-application': 'scanner/7' },
  )
  const ask = async (query: string) =>
    (await call('GET', `/api/v1/log?from=${began}&${query}`)).body.items.map(
      (item: { action: string }) => item.action,
    )
  t.same(await ask('actor=operator'), ['change', 'add-pages', 'create'])
  t.same(await ask('actor=nobody'), [])
  t.same(await ask('action=add-pages'), ['add-pages'])
  t.same(await ask('application=scanner'), ['change'])
  t.same(await ask(`batch=${answer.headers['operation']}`), ['change'])
  t.same(await ask(`to=${began}`), [])
  for (const [from, count] of [
    ['2017', 1],
    ['20170422T0100,5Z', 1],
    ['9999-W52', 0],
  ] as const)
    // prettier-ignore
    t.equal((await call('GET', `/api/v1/log?from=${from}&limit=1`)).body.items.length, count, from)
  for (const from of ['yesterday', '2017-02-30'])
    t.match(await call('GET', `/api/v1/log?from=${from}`), {
      status: 400,
      body: { errors: [{ pointer: /from/, detail: /no date of ISO 8601/ }] },
    })
})

t.test('a line that commits after one with a higher number is told once to who follows', async t => {
  const lines = async (after: number, more = '') =>
    (await call('GET', `/api/v1/log?entity=job&after=${after}${more}`)).body.items as {
      id: number
      action: string
    }[]
  const entry = (action: string) => ({
    entity: 'job' as const,
    action,
    actor: { name: 'x', application: 'x' },
  })
  const { database } = app.services
  const after = (await call('GET', '/api/v1/log?limit=1')).body.items[0].id as number
  let [hasDrawn, goOn] = [() => {}, () => {}]
  const drawn = new Promise<void>(resolve => (hasDrawn = resolve))
  const read = new Promise<void>(resolve => (goOn = resolve))
  const slow = database.inTransaction({}, async trx => {
    await record(trx, entry('drawn-first'))
    hasDrawn()
    await read
  })
  await drawn
  await database.inTransaction({}, trx => record(trx, entry('drawn-later')))
  const first = await lines(after, '&wait=15')
  t.match(first, [{ action: 'drawn-later' }])
  const waiting = lines(first[0]?.id as number, '&wait=15')
  goOn()
  await slow
  const second = await waiting
  t.match(second, [{ action: 'drawn-first' }])
  t.ok((second[0]?.id as number) < (first[0]?.id as number))
  t.same(await lines(second[0]?.id as number), [])
  const all = await call('GET', `/api/v1/log?entity=job&after=${after}&limit=1`)
  t.match(all.body.items, [{ action: 'drawn-first' }])
  t.match((await call('GET', all.body.links.next)).body, {
    items: [{ action: 'drawn-later' }],
    links: { next: undefined },
  })
})

t.test('who waits for lines of a kind is answered by one of them, not by any other', async t => {
  const after = (await call('GET', '/api/v1/log?limit=1')).body.items[0].id as number
  const answer = call('GET', `/api/v1/log?after=${after}&entity=domain&wait=15`)
  await aTitle(app)
  t.match((await call('GET', `/api/v1/log?after=${after}&entity=title&wait=15`)).body.items, [
    { entity: 'title' },
  ])
  await aDomain(app, 'awaited')
  t.match((await answer).body.items, [{ entity: 'domain' }])
  const nothing = await call('GET', `/api/v1/log?after=${after}&entity=harvest&wait=1`)
  t.same(nothing.body.items, [])
})

t.test('what an operation changed is told field by field, to those who see it', async t => {
  const [one, other] = [await aTitle(app, { title: 'One' }), await aTitle(app, { title: 'Other' })]
  const changesOf = async (answer: { headers: Record<string, string | undefined> }, more = '') =>
    (await call('GET', `/api/v1/operations/${answer.headers['operation']}/changes${more}`)).body
  const released = await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [one, other] })
  t.match(await changesOf(released), {
    items: [one, other].map(node => ({
      node,
      domain: null,
      isMade: false,
      changes: [{ field: 'isReleased', before: false, after: true, difference: null }],
    })),
    isCut: false,
  })
  t.match(await changesOf(released, '?limit=1'), { items: [{ node: one }], isCut: true })
  const identifier = await call('POST', `/api/v1/titles/${one}/identifiers`, {
    scheme: 'doi',
    value: '10.1/y',
  })
  t.match(await changesOf(identifier), {
    items: [{ node: one, changes: [{ field: 'identifier', before: null, after: 'doi 10.1/y' }] }],
  })
  const record = await call('PUT', `/api/v1/titles/${one}/mods`, modsOf('shown', 'Two'), {
    ...asMods,
    ...any,
  })
  const { items } = await changesOf(record)
  t.match(
    items[0].changes.find(({ field }: { field: string }) => field === 'mods'),
    { before: null, after: null, difference: /-.*<title>One<\/title>[^]*\+.*<title>Two<\/title>/ },
  )
  t.match(
    items[0].changes.find(({ field }: { field: string }) => field === 'caption'),
    { before: 'One', after: 'Two', difference: null },
  )
  t.match(await changesOf(released), { items: [{ changes: [{ after: true }] }, {}] }, 'whatever came later')
  const made = await call('POST', '/api/v1/tree', { parent: one, datatype: 'structure', type: 'chapter', caption: 'Chapter' }) // prettier-ignore
  t.match(await changesOf(made), {
    items: [{ node: made.body.id, name: 'Chapter', isMade: true, changes: [] }],
  })
  const patched = await call('PATCH', '/api/v1/domains/lib', { caption: 'The library' }, any)
  t.match(await changesOf(patched), {
    items: [{ node: null, domain: 1, name: 'lib', changes: [{ field: 'caption', after: 'The library' }] }],
  })
  t.equal((await call('GET', '/api/v1/operations/999999/changes')).status, 404)

  const reader = await aUser(app, { login: 'reader', topics: ['CATALOGUING'] })
  const asReader = await aSession(app, 'reader')
  const mine = async () =>
    (await asReader('GET', `/api/v1/operations/${released.headers['operation']}/changes`)).body.items
  t.equal((await mine()).length, 2)
  const entries = [{ subject: 'user', user: reader.uuid, right: 'see', effect: 'deny' }]
  t.equal((await call('PUT', `/api/v1/tree/${other}/rights`, { entries }, any)).status, 200)
  t.match(await mine(), [{ node: one }], 'what is not shown to them is not told here')
  t.equal((await mine()).length, 1)
})
