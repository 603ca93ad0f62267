import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { needsServer } from '../support/database.ts'
import { plansOf } from '../support/plans.ts'
import { type Answer, aDomain, aTitle, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t, {
  FIREFOLIO_NOTES_KINDS: 'bleed-through: Durchscheinend | Shines through, stamp',
  FIREFOLIO_NOTES_ANSWERS: '3',
  FIREFOLIO_NOTES_BATCH: '5',
  FIREFOLIO_LIMITS_RATE_EXEMPTLOOPBACK: 'false',
  FIREFOLIO_LIMITS_RATE_FAULTS: '12',
})
const { call, read } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')
await aDomain(app, 'strict')
const book = await aTitle(app, { domain: 'lib', title: 'Buch', pages: 3, release: true })
const pagesOf = async (id: number): Promise<number[]> =>
  (await call('GET', `/api/v1/titles/${id}/pages`)).body.items.map((page: { id: number }) => page.id)
const [first, second, third] = (await pagesOf(book)) as [number, number, number]
const who = await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
const cataloguer = await aSession(app, 'cataloguer')
const guest = await aUser(app, { login: 'guest' })

const note = (node: number, body: object = {}, headers = {}) =>
  call('POST', `/api/v1/tree/${node}/notes`, { kind: 'blurred', text: 'Unscharf', ...body }, headers)
const list = async (query: string): Promise<number[]> =>
  (await call('GET', `/api/v1/notes?${query}`)).body.items.map((item: { id: number }) => item.id)
const batch = (body: object) => call('POST', '/api/v1/notes/batch', body)
const undo = (answer: Answer) => call('POST', `/api/v1/operations/${answer.headers['operation']}/undo`)
const report = (node: number, body: object, headers: Record<string, string> = {}) =>
  app.app
    .inject({ method: 'POST', url: `/api/v1/tree/${node}/faults`, payload: body, headers })
    .then(answer => ({ status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, any> }))

t.test(
  'a note is written on a title or a part of a page, with who, when and for whom, and logged',
  async t => {
    const made = await note(first, { region: { x: 10, y: 20, w: 30, h: 40 }, assigned: who.uuid })
    t.equal(made.status, 201, JSON.stringify(made.body))
    t.match(made.body, {
      kind: 'blurred',
      text: 'Unscharf',
      state: 'open',
      origin: 'staff',
      region: { x: 10, y: 20, w: 30, h: 40 },
      node: { id: first, datatype: 'page' },
      title: { id: book, caption: 'Buch' },
      author: { id: 'operator', name: null },
      assigned: { id: who.uuid, name: 'User cataloguer' },
      answers: [],
    })
    t.equal(made.headers['location'], `/api/v1/notes/${made.body.id}`)
    t.equal(made.headers['etag'], '"1"')
    const again = await call('GET', `/api/v1/notes/${made.body.id}`, undefined, { 'if-none-match': '"1"' })
    t.equal(again.status, 304)
    t.match((await note(book, { kind: 'bleed-through' })).body, {
      node: { id: book, datatype: 'title' },
      title: null,
    })
    const log = await call('GET', `/api/v1/log?entity=note&entityId=${made.body.id}`)
    t.match(log.body.items, [{ action: 'create', actor: 'operator', data: { node: first, kind: 'blurred' } }])
    const twice = { 'idempotency-key': 'one-note' }
    const [one, two] = [await note(third, {}, twice), await note(third, {}, twice)]
    t.equal(one.body.id, two.body.id, 'sent again with its key it is written once')
  },
)

t.test('what is wrong about a note is refused by name', async t => {
  t.match((await note(first, { kind: 'dirty' })).body, {
    status: 422,
    detail: /there is no kind ‘dirty’.*bleed-through/,
  })
  t.match((await note(book, { region: { x: 0, y: 0, w: 1, h: 1 } })).body, {
    status: 422,
    detail: /is no page/,
  })
  t.match((await note(first, { assigned: 'f0000000-0000-4000-8000-000000000000' })).body, { status: 422, detail: /no active user/ }) // prettier-ignore
  t.match((await note(first, { text: '   ' })).body, { status: 400 })
  t.match((await note(first, { text: 'x'.repeat(2001) })).body, { status: 400 })
  t.match((await note(2147483000)).body, { status: 404 })
  const domainNode = (await call('GET', '/api/v1/tree?domain=lib')).body.items[0]
  t.match((await call('PATCH', '/api/v1/notes/999999', { state: 'closed' }, any)).body, { status: 404, detail: /no note 999999/ }) // prettier-ignore
  t.ok(domainNode)
})

t.test('a note is changed on the version that was read; answered, closed and opened again', async t => {
  const { id } = (await note(second)).body
  const url = `/api/v1/notes/${id}`
  t.equal((await call('PATCH', url, { kind: 'cropped' })).status, 428)
  const changed = await call('PATCH', url, { kind: 'cropped', text: 'Rand fehlt' }, { 'if-match': '"1"' })
  t.match([changed.status, changed.headers['etag'], changed.body.kind], [200, '"2"', 'cropped'])
  t.match((await call('PATCH', url, { text: 'x' }, { 'if-match': '"1"' })).body, { status: 412, version: 2 })
  t.equal((await call('POST', `${url}/answers`, { text: 'x' }, { 'if-match': '"1"' })).status, 412)
  const answered = await cataloguer('POST', `${url}/answers`, { text: 'Neu gescannt' }, { 'if-match': '"2"' })
  t.match(answered.body, {
    state: 'answered',
    answers: [{ text: 'Neu gescannt', by: { id: who.uuid, name: 'User cataloguer' } }],
  })
  const closed = await call('POST', `${url}/answers`, { text: 'Gut', close: true }, any)
  t.match([closed.body.state, closed.body.answers.length], ['closed', 2])
  t.equal((await call('PATCH', url, { state: 'open' }, any)).body.state, 'open')
  t.equal((await call('POST', `${url}/answers`, { text: 'Doch nicht' }, any)).status, 200)
  t.match((await call('POST', `${url}/answers`, { text: 'Vierte' }, any)).body, { status: 413, detail: /\[notes\] answers/ }) // prettier-ignore
  const history = (await call('GET', `${url}/history`)).body.items
  t.same(
    history.map((item: { changed: string[] }) => item.changed),
    [['state', 'answers'], ['state'], ['state', 'answers'], ['state', 'answers'], ['kind', 'text']],
  )
  t.match(history.at(-1), { before: { kind: 'blurred', text: 'Unscharf', state: 'open' }, actor: 'operator' })
})

t.test('two who answer at once: one is told that it changed', async t => {
  const { id } = (await note(second)).body
  const answers = await Promise.all(
    ['Eins', 'Zwei'].map(text =>
      call('POST', `/api/v1/notes/${id}/answers`, { text }, { 'if-match': '"1"' }),
    ),
  )
  t.same(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 412],
  )
  t.equal((await call('GET', `/api/v1/notes/${id}`)).body.answers.length, 1)
  await call('DELETE', `/api/v1/notes/${id}`, undefined, any)
})

t.test('notes are listed by state, kind, domain, path, person and time, page by page', async t => {
  const other = await aTitle(app, { domain: 'strict', title: 'Anderes', pages: 1 })
  const { id: mine } = (await cataloguer('POST', `/api/v1/tree/${other}/notes`, { kind: 'missing-page', text: 'S. 3 fehlt', assigned: who.uuid })).body // prettier-ignore
  const path = (await call('GET', `/api/v1/tree/${book}`)).body.path as string
  const all = await list('limit=1000')
  t.ok(all.length >= 5)
  t.same(
    all,
    [...all].sort((a, b) => b - a),
    'the latest first',
  )
  t.same(await list('domain=strict'), [mine])
  t.same(await list('kind=missing-page'), [mine])
  t.same(await list(`author=${who.uuid}`), [mine])
  t.same(
    await list(`path=${encodeURIComponent(path)}`),
    all.filter(id => id !== mine),
  )
  t.ok((await list(`assigned=${who.uuid}`)).includes(mine))
  t.same((await cataloguer('GET', '/api/v1/notes?assigned=me&domain=strict')).body.items.map((item: { id: number }) => item.id), [mine]) // prettier-ignore
  t.notOk((await list('assigned=nobody')).includes(mine))
  t.same(await list(`below=${book}`), await list(`path=${encodeURIComponent(path)}`))
  t.same((await call('GET', '/api/v1/notes?below=2147483000')).status, 404)
  t.same(await list('assigned=f0000000-0000-4000-8000-000000000000'), [])
  t.same(await list(`since=${new Date(Date.now() + 3_600_000).toISOString()}`), [])
  t.same(
    (await list('state=unsettled')).length,
    (await list('state=open')).length + (await list('state=answered')).length,
  )
  const page = await call('GET', '/api/v1/notes?limit=2')
  const next = await call('GET', page.body.links.next as string)
  t.same(
    [...page.body.items, ...next.body.items].map((item: { id: number }) => item.id),
    all.slice(0, 4),
  )
  const of = async (query: string) =>
    (await call('GET', `/api/v1/tree/${book}/notes${query}`)).body.items.length as number
  t.equal(await of(''), 1, 'of the title itself')
  t.equal(await of('?below=true'), all.length - 1)
  t.equal((await call('GET', '/api/v1/notes?state=lost')).status, 400)
  t.equal((await call('GET', '/api/v1/notes?cursor=x')).status, 400)
})

t.test(
  'many are assigned, answered, closed, opened and removed by one operation each, and taken back',
  async t => {
    const ids: number[] = []
    for (let n = 0; n < 3; n++) ids.push((await note(third)).body.id)
    const states = async () =>
      Promise.all(ids.map(async id => (await call('GET', `/api/v1/notes/${id}`)).body.state))
    t.match((await batch({ ids, action: 'assign', assigned: who.uuid })).body, { selected: 3, changed: 3 })
    t.match((await batch({ ids, action: 'assign', assigned: who.uuid })).body, { selected: 3, changed: 0 })
    t.match((await batch({ ids, action: 'answer', text: 'Wird gemacht' })).body, { changed: 3 })
    const closed = await batch({ ids, action: 'close', text: 'Fertig' })
    t.same(await states(), ['closed', 'closed', 'closed'])
    t.equal(closed.body.links.undo, `/api/v1/operations/${closed.headers['operation']}/undo`)
    const back = await undo(closed)
    t.match([back.status, back.body.changed], [200, 3], JSON.stringify(back.body))
    t.same(await states(), ['answered', 'answered', 'answered'])
    t.equal((await call('GET', `/api/v1/notes/${ids[0]}`)).body.answers.length, 1)
    const gone = await batch({ ids, action: 'delete' })
    t.same(await states(), [undefined, undefined, undefined])
    await undo(gone)
    t.same(await states(), ['answered', 'answered', 'answered'])
    await batch({ ids, action: 'reopen' })
    t.same(await states(), ['answered', 'answered', 'answered'], 'what is answered is not closed')
    await batch({ ids, action: 'close' })
    await batch({ ids, action: 'reopen' })
    t.same(await states(), ['open', 'open', 'open'])
    t.match((await batch({ ids: [...ids, 999999], action: 'close' })).body, {
      status: 404,
      detail: /no note 999999/,
    })
    t.same(await states(), ['open', 'open', 'open'], 'all or none')
    t.match((await batch({ ids: [1, 2, 3, 4, 5, 6], action: 'close' })).body, {
      status: 413,
      detail: /\[notes\] batch/,
    })
    t.match((await batch({ ids, action: 'answer' })).body, { status: 400, detail: /needs text/ })
    t.match((await batch({ ids, action: 'close', assigned: null })).body, {
      status: 400,
      detail: /takes no assigned/,
    })
    await batch({ ids, action: 'delete' })
  },
)

t.test('the same is written on many pages at once, on all or none, and taken back as one', async t => {
  const many = (nodes: number[], more = {}) =>
    call('POST', '/api/v1/notes', { nodes, kind: 'cropped', text: 'Rand fehlt', ...more })
  const unsettled = async (node: number) => (await call('GET', `/api/v1/tree/${node}/counts`)).body.notes
  const before = await unsettled(book)
  const made = await many([first, second, first], { assigned: who.uuid })
  t.match([made.status, made.body], [201, { selected: 2, changed: 2 }], JSON.stringify(made.body))
  t.same(await unsettled(book), { ...before, open: before.open + 2 })
  t.equal((await unsettled(first)).open, (await list(`state=open&path=${encodeURIComponent((await call('GET', `/api/v1/tree/${first}`)).body.path as string)}`)).length) // prettier-ignore
  t.equal((await read(`/api/v1/tree/${book}/counts`)).body.notes, null, 'nothing is told to readers')
  t.match((await call('GET', '/api/v1/notes?kind=cropped&limit=1')).body.items, [{ node: { id: second }, assigned: { id: who.uuid } }]) // prettier-ignore
  t.equal((await undo(made)).status, 200)
  t.same(await unsettled(book), before)
  t.match((await many([first, 2147483000])).body, { status: 404 })
  t.match((await many([first], { kind: 'dirty' })).body, { status: 422 })
  t.match((await many([1, 2, 3, 4, 5, 6])).body, { status: 413, detail: /\[notes\] batch/ })
  t.same(await unsettled(book), before, 'all or none')
})

t.test('an undo refuses where somebody has changed the note since', async t => {
  const { id } = (await note(first)).body
  const closed = await batch({ ids: [id], action: 'close' })
  await call('PATCH', `/api/v1/notes/${id}`, { state: 'open' }, any)
  await call('PATCH', `/api/v1/notes/${id}`, { text: 'Anders' }, any)
  t.match((await undo(closed)).body, { status: 409, detail: new RegExp(`note ${id} \\(blurred\\)`) })
  await call('DELETE', `/api/v1/notes/${id}`, undefined, any)
})

t.test('who may not edit the node neither reads nor writes its notes', async t => {
  const { id } = (await note(first)).body
  t.equal((await read('/api/v1/notes')).status, 401)
  t.equal((await read(`/api/v1/notes/${id}`)).status, 401)
  t.equal((await read(`/api/v1/tree/${first}/notes`)).status, 401)
  const visitor = await aSession(app, 'guest')
  t.equal((await visitor('GET', '/api/v1/notes')).status, 403)
  t.equal((await visitor('POST', `/api/v1/tree/${first}/notes`, { kind: 'other', text: 'x' })).status, 403)
  await call('POST', `/api/v1/tree/${book}/rights`, {
    subject: 'user',
    user: guest.uuid,
    right: 'edit',
    effect: 'grant',
  })
  const seen = (await visitor('GET', '/api/v1/notes?limit=1000')).body.items as { title: { id: number } | null; node: { id: number } }[] // prettier-ignore
  t.ok(seen.length > 3, 'an entry opens the notes below its node')
  t.ok(
    seen.every(item => (item.title?.id ?? item.node.id) === book),
    'and no others',
  )
  t.equal((await visitor('PATCH', `/api/v1/notes/${id}`, { kind: 'other' }, any)).status, 200)
  await call('POST', `/api/v1/tree/${book}/rights`, {
    subject: 'user',
    user: who.uuid,
    right: 'edit',
    effect: 'deny',
  })
  t.equal((await cataloguer('PATCH', `/api/v1/notes/${id}`, { kind: 'blurred' }, any)).status, 404)
  t.equal((await cataloguer('POST', '/api/v1/notes/batch', { ids: [id], action: 'close' })).status, 404)
  t.notOk(
    (await cataloguer('GET', '/api/v1/notes')).body.items.some((item: { id: number }) => item.id === id),
  )
  const { entries } = (await call('GET', `/api/v1/tree/${book}/rights`)).body as { entries: object[] }
  t.equal(entries.length, 2)
  await call('PUT', `/api/v1/tree/${book}/rights`, { entries: [] }, any)
  await call('DELETE', `/api/v1/notes/${id}`, undefined, any)
})

t.test('a note goes where its page goes, and with it', async t => {
  const [from, to] = [
    await aTitle(app, { domain: 'lib', title: 'Von', pages: 2 }),
    await aTitle(app, { domain: 'lib', title: 'Nach', pages: 1 }),
  ]
  const [page] = (await pagesOf(from)) as [number]
  const onPage = (await note(page)).body.id as number
  const onTitle = (await note(from)).body.id as number
  const merged = await call('POST', `/api/v1/titles/${to}/merge`, { from }, any)
  t.equal(merged.status, 200, JSON.stringify(merged.body))
  t.match((await call('GET', `/api/v1/notes/${onPage}`)).body.title, { id: to })
  t.match((await call('GET', `/api/v1/notes/${onTitle}`)).body.node, { id: to })
  t.equal((await undo(merged)).status, 200)
  t.match((await call('GET', `/api/v1/notes/${onTitle}`)).body.node, { id: from })
  await call('DELETE', `/api/v1/tree/${from}`)
  t.notOk((await list('limit=1000')).includes(onPage), 'what lies in the bin is not listed')
  t.ok((await list('bin=true')).includes(onPage), 'but where it is asked for')
  await call('DELETE', `/api/v1/tree/${from}?purge=true`)
  t.equal((await call('GET', `/api/v1/notes/${onPage}`)).status, 404)
})

t.test('a note stays on its page or part when a title is split and pages are put elsewhere', async t => {
  const from = await aTitle(app, { domain: 'lib', title: 'Teilbar', pages: 4 })
  const pages = await pagesOf(from)
  const children = [
    { id: pages[0] },
    { type: 'chapter', caption: 'Kapitel', children: pages.slice(1).map(id => ({ id })) },
  ]
  const drawn = await call('PUT', `/api/v1/titles/${from}/structure`, { children }, any)
  t.equal(drawn.status, 200, JSON.stringify(drawn.body))
  const chapter = (await call('GET', `/api/v1/titles/${from}/structure`)).body.children[1].id as number
  const [onPart, onLast, onTitle] = [
    (await note(chapter)).body,
    (await note(pages[3] as number)).body,
    (await note(from)).body,
  ]
  t.match(onPart.title, { id: from, caption: 'Teilbar' }, 'a part names its title')
  const at = async ({ id }: { id: number }) => {
    const { node, title } = (await call('GET', `/api/v1/notes/${id}`)).body
    return [node.id, title?.id ?? null]
  }
  const parts = await call(
    'POST',
    `/api/v1/titles/${from}/split`,
    { page: pages[2], title: { title: 'Rest', record: { value: 'rest', source: 'test' } } },
    any,
  )
  t.equal(parts.status, 201, JSON.stringify(parts.body))
  t.same(await at(onPart), [chapter, from], 'of an element that was cut it stays with what stayed')
  t.same(await at(onLast), [pages[3], parts.body.id])
  t.same(await at(onTitle), [from, null])
  t.equal((await undo(parts)).status, 200)
  t.same(await at(onLast), [pages[3], from])
  const to = await aTitle(app, { domain: 'lib', title: 'Anderswo', pages: 1 })
  await call('POST', '/api/v1/tree/batch', { action: 'move', ids: [pages[3]], parent: to, position: 'last' })
  t.same(await at(onLast), [pages[3], to])
  const dissolved = await call('PUT', `/api/v1/titles/${from}/structure`, { children: pages.slice(0, 3).map(id => ({ id })) }, any) // prettier-ignore
  t.equal(dissolved.status, 200, JSON.stringify(dissolved.body))
  t.notOk((await list('limit=1000')).includes(onPart.id), 'a part that was dissolved lies in the bin')
  t.ok((await list('bin=true')).includes(onPart.id))
  await undo(dissolved)
  t.same(await at(onPart), [chapter, from], 'what an undo brings back has its notes')
})

t.test('a domain may demand that all notes are closed before a release', async t => {
  const title = await aTitle(app, { domain: 'strict', title: 'Streng', pages: 2 })
  const [page] = (await pagesOf(title)) as [number]
  const { id } = (await note(page)).body
  t.equal((await call('POST', `/api/v1/tree/${title}/release`)).status, 200, 'it is no demand by itself')
  await call('POST', `/api/v1/tree/${title}/hide`)
  const set = await call('PATCH', '/api/v1/domains/strict/config', { 'notes.closedBeforeRelease': 'true' })
  t.equal(set.status, 200, JSON.stringify(set.body))
  const refused = await call('POST', `/api/v1/tree/${title}/release`)
  t.match(refused.body, { status: 409, notes: [{ id, kind: 'blurred', node: page }] })
  t.match(
    refused.body.detail,
    new RegExp(`A note is not closed: ${id} \\(blurred\\) of node ${page}.*‘strict’`),
  )
  t.equal((await call('POST', `/api/v1/tree/${title}/release`, { scope: 'node', ancestors: false })).status, 409, 'the notes of its pages count') // prettier-ignore
  t.equal((await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [title, book] })).status, 409)
  t.notOk((await call('GET', `/api/v1/tree/${title}`)).body.isReleased)
  await call('PATCH', `/api/v1/notes/${id}`, { state: 'closed' }, any)
  const released = await call('POST', `/api/v1/tree/${title}/release`)
  t.equal(released.status, 200)
  await call('PATCH', `/api/v1/notes/${id}`, { state: 'open' }, any)
  const hidden = await call('POST', `/api/v1/tree/${title}/hide`)
  t.equal((await undo(hidden)).status, 409, 'neither does an undo release it')
})

t.test(
  'a reader reports a fault without an account; it is an open note whose address only editors see',
  async t => {
    const form = await read(`/api/v1/tree/${first}/faults`)
    t.match(form.body, { isOpen: true, longest: 1000 })
    t.match(form.body.kinds.slice(-2), [{ name: 'bleed-through', de: 'Durchscheinend', en: 'Shines through' }, { name: 'stamp', de: 'stamp', en: 'stamp' }]) // prettier-ignore
    t.equal((await read(`/api/v1/objects/${book}`)).body.takesFaults, true)
    const fault = {
      kind: 'missing-page',
      text: 'Nach dieser Seite fehlt eine.',
      email: 'leserin@example.org',
    }
    t.match(await report(first, fault), { status: 201, body: { reported: true } })
    const [id] = await list('origin=reader')
    const kept = (await call('GET', `/api/v1/notes/${id}`)).body
    t.match(kept, {
      state: 'open',
      author: { id: 'public' },
      email: 'leserin@example.org',
      node: { id: first },
    })
    t.match(await report(first, { ...fault, website: 'http://spam.example' }), { status: 201 })
    t.same(await list('origin=reader'), [id], 'what fills in every field is thanked, and not kept')
    t.match(await report(first, { ...fault, text: 'x'.repeat(1001) }), {
      status: 413,
      body: { detail: /faultLength/ },
    })
    t.match(await report(first, { ...fault, text: 'x'.repeat(20_000) }), { status: 413 })
    t.match(await report(first, { ...fault, email: 'keine' }), { status: 400 })
    t.match(await report(first, { ...fault, kind: 'evil' }), { status: 422 })
    const hidden = await aTitle(app, { domain: 'lib', title: 'Verborgen' })
    t.match(await report(hidden, fault), { status: 404 })
    t.equal((await call('DELETE', `/api/v1/notes/${id}`, undefined, any)).status, 204)
    const { rows } = await app.services.db.executeQuery({ sql: `select count(*) as "n" from OPR_NoteHistory where ONOH_Text containing 'leserin'`, parameters: [] } as never) // prettier-ignore
    t.equal(Number((rows[0] as { n: number }).n), 0, 'no history keeps the address')
  },
)

t.test('a domain takes no reports where it says so, and nobody sends too many', async t => {
  await call('PATCH', '/api/v1/domains/lib/config', { 'notes.faults': 'false' })
  t.match((await read(`/api/v1/tree/${first}/faults`)).body, { isOpen: false, kinds: [] })
  t.equal((await read(`/api/v1/objects/${book}`)).body.takesFaults, false)
  t.match(await report(first, { kind: 'other', text: 'x' }), {
    status: 409,
    body: { detail: /not reported here/ },
  })
  await call('PATCH', '/api/v1/domains/lib/config', { 'notes.faults': 'true' })
  const answers = []
  for (let n = 0; n < 12; n++)
    answers.push((await report(first, { kind: 'other', text: `Fehler ${n}` })).status)
  t.equal(answers.at(-1), 429)
})

t.test('whoever is deleted looks after nothing any more', async t => {
  const gone = await aUser(app, { login: 'gone', topics: ['CATALOGUING'] })
  const { id } = (await note(first, { assigned: gone.uuid })).body
  t.ok(
    (await call('GET', '/api/v1/notes/kinds')).body.people.some(
      (person: { id: string }) => person.id === gone.uuid,
    ),
  )
  t.equal((await call('DELETE', `/api/v1/users/${gone.uuid}`, undefined, any)).status, 204)
  t.equal((await call('GET', `/api/v1/notes/${id}`)).body.assigned, null)
})

t.test('notes are found by index, however many nodes there are', needsServer, async t => {
  const path = encodeURIComponent((await call('GET', `/api/v1/tree/${book}`)).body.path as string)
  const sent = await statementsOf(async () => {
    for (const query of [
      '',
      'state=open',
      'state=unsettled',
      'kind=blurred',
      'assigned=nobody',
      `assigned=${who.uuid}`,
      'author=public',
      'domain=lib',
      `path=${path}`,
      'since=2020-01-01T00:00:00Z',
    ])
      // prettier-ignore
      await call('GET', `/api/v1/notes?${query}`)
    await call('GET', `/api/v1/tree/${book}/notes?below=true&state=unsettled`)
    await call('GET', `/api/v1/notes/${(await list('limit=1'))[0]}/history`)
    await call('POST', `/api/v1/tree/${book}/hide`)
    await call('POST', `/api/v1/tree/${book}/release`)
  })
  let seen = 0
  for (const [statement, plan] of await plansOf(app.services, [...new Set(sent)])) {
    if (!/OPR_Note/i.test(statement) || /^insert/i.test(statement)) continue
    seen++
    for (const [, name] of plan.matchAll(/([\w$"]+) NATURAL/g))
      t.match(name, /^"?B"?$|RDB|^"?[IS]"?$|TITLE_ABOVE/, `${statement}\n${plan}`)
  }
  t.ok(seen > 8, `${seen} statements`)
})
