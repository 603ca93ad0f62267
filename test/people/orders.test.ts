// Digitisation orders: whose they are, how they go on, what they own and what of them readers are told.
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { needsServer } from '../support/database.ts'
import { plansOf } from '../support/plans.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t)
const { call, read } = app
await aDomain(app, 'lib')
const people = {
  ada: await aUser(app, { login: 'ada', topics: ['ORDERS'] }),
  ben: await aUser(app, { login: 'ben', topics: ['ORDERS'] }),
  house: await aUser(app, { login: 'house', topics: ['ORDERS_SPECIAL'] }),
  manager: await aUser(app, { login: 'manager', topics: ['DATA_MANAGEMENT'] }),
  cataloguer: await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] }),
}
const ada = await aSession(app, 'ada')
const ben = await aSession(app, 'ben')
const house = await aSession(app, 'house')
const manager = await aSession(app, 'manager')
const cataloguer = await aSession(app, 'cataloguer')
const any = { 'if-match': '*' }
const nobody = 'f0000000-0000-4000-8000-000000000000'

const order = async (input: object = {}, by = ada) => {
  const made = await by('POST', '/api/v1/orders', { title: 'Letters', ...input })
  t.equal(made.status, 201, made.raw.toString())
  return made.body.id as number
}
const move = (by: typeof ada, id: number, state: string, more: object = {}) =>
  by('POST', `/api/v1/orders/${id}/state`, { state, ...more }, any)
const listed = async (by: typeof ada, url: string): Promise<number[]> => {
  const answer = await by('GET', url)
  t.equal(answer.status, 200, url)
  return answer.body.items.map((item: { id: number }) => item.id)
}
const binned = async (id: number) => (await call('GET', `/api/v1/tree/${id}`)).body.isInBin as boolean

t.test('an order is its maker’s until others are named, and nobody else learns that it is there', async t => {
  const made = await ada(
    'POST',
    '/api/v1/orders',
    {
      title: ' Letters of 1848 ',
      description: '*Box 7*',
      reference: 'A-17',
      properties: { colour: 'yes' },
      tags: { user: ['letters', 'box'] },
    },
    { 'idempotency-key': 'one-order' },
  )
  t.equal(made.status, 201, made.raw.toString())
  const self = { id: people.ada.uuid, name: 'User ada' }
  const stored = await ada('GET', made.headers['location'] as string)
  const program = { application: 'firefolio', version: /^\d/ }
  t.match(stored.body.meta, { createdBy: program, updatedBy: program }, 'by which programs')
  t.match(made.body, {
    title: 'Letters of 1848',
    description: '*Box 7*',
    reference: 'A-17',
    state: 'requested',
    next: ['cancelled'],
    creator: self,
    editors: [self],
    generators: [self],
    authors: [self],
    organisation: self,
    properties: { colour: 'yes' },
    tags: { standard: [], user: ['box', 'letters'] },
    isShown: false,
    comments: [],
  })
  t.equal(made.body.links.undo, undefined, 'no undo is offered')
  const { id } = made.body
  t.equal(made.headers['location'], `/api/v1/orders/${id}`)
  t.equal(made.headers['etag'], '"1"')
  const url = `/api/v1/orders/${id}`
  t.equal((await ada('GET', url, undefined, { 'if-none-match': '"1"' })).status, 304)
  const again = { title: 'Letters of 1848', description: '*Box 7*', reference: 'A-17', properties: { colour: 'yes' }, tags: { user: ['letters', 'box'] } } // prettier-ignore
  t.equal(
    (await ada('POST', '/api/v1/orders', { ...again, title: ' Letters of 1848 ' }, { 'idempotency-key': 'one-order' })).body.id, // prettier-ignore
    id,
    'sent again with its key it is made once',
  )

  for (const part of ['', '/titles', '/log', '/history']) {
    t.equal((await ben('GET', url + part)).status, 404, `others: ${part}`)
    t.equal((await house('GET', url + part)).status, 404, `ORDERS_SPECIAL alone: ${part}`)
    t.equal((await manager('GET', url + part)).status, 200, `DATA_MANAGEMENT: ${part}`)
    t.equal((await cataloguer('GET', url + part)).status, 403, `without ORDERS: ${part}`)
    t.equal((await read(url + part)).status, 401, `readers: ${part}`)
  }
  t.match((await ben('PATCH', url, { title: 'Mine' }, any)).body, { status: 404, detail: `There is no order ${id}.` }) // prettier-ignore
  t.equal((await ben('DELETE', url, undefined, any)).status, 404)
  t.equal((await ben('POST', `${url}/comments`, { text: 'Hello' }, any)).status, 404)
  t.equal((await cataloguer('POST', '/api/v1/orders', { title: 'No' })).status, 403)

  const changed = await ada('PATCH', url, { editors: [people.ada.uuid, people.ben.uuid], tags: { user: ['letters'] } }, { 'if-match': '"1"' }) // prettier-ignore
  t.match(changed.body, { editors: [self, { id: people.ben.uuid }], tags: { user: ['letters'] } })
  t.equal(changed.headers['etag'], '"2"')
  t.equal((await ben('GET', url)).status, 200, 'an editor by now')
  t.equal((await ben('PATCH', url, { title: 'Late' }, { 'if-match': '"1"' })).status, 412)
  t.equal((await ben('PATCH', url, { title: 'Blind' })).status, 428)
  t.match((await ben('PATCH', url, { description: null, organisation: null }, any)).body, {
    description: null,
    organisation: null,
    title: 'Letters of 1848',
  })
})

t.test('what is wrong about an order is refused by name, and what the house sets is the house’s', async t => {
  const refused = async (by: typeof ada, input: object, status: number, detail?: RegExp) =>
    t.match((await by('POST', '/api/v1/orders', { title: 'X', ...input })).body, {
      status,
      ...(detail ? { detail } : {}),
    })
  await refused(ada, { title: '  ' }, 400)
  await refused(ada, { creator: people.ben.uuid }, 400)
  await refused(ada, { state: 'closed' }, 400)
  await refused(ada, { authors: [nobody] }, 422, /^authors: there is no user/)
  await refused(ada, { organisation: nobody }, 422, /^organisation: there is no user/)
  await refused(ada, { editors: [people.ben.uuid] }, 403, /^editors:.*ORDERS_SPECIAL/)
  await refused(ada, { isShown: true }, 403, /^isShown:.*ORDERS_SPECIAL/)
  await refused(ada, { tags: { standard: ['urgent'] } }, 403, /^tags.standard:.*ORDERS_SPECIAL/)
  await refused(house, { tags: { standard: ['urgent'] } }, 422, /no system tag ‘urgent’/)
  t.equal((await call('POST', '/api/v1/tags', { name: 'urgent', kind: 'system' })).status, 201)
  const id = await order({ editors: [people.ada.uuid], tags: { standard: ['urgent'] } }, house)
  t.match((await ada('GET', `/api/v1/orders/${id}`)).body, {
    creator: { id: people.house.uuid },
    tags: { standard: ['urgent'] },
  })
  t.equal((await house('GET', `/api/v1/orders/${id}`)).status, 404, 'made for others it is theirs')
  t.equal(
    (await ada('PATCH', `/api/v1/orders/${id}`, { editors: [people.ben.uuid] }, any)).status,
    403,
    'nobody leaves an order to others',
  )
  const operators = await call('POST', '/api/v1/orders', { title: 'By key', editors: [people.ben.uuid] })
  t.match(operators.body, { creator: { id: 'operator', name: null }, authors: [], organisation: null })
  t.equal((await ben('GET', `/api/v1/orders/${operators.body.id}`)).status, 200)
})

t.test('an order goes from state to state, each step by whom it belongs to', async t => {
  const id = await order({ editors: [people.ada.uuid, people.house.uuid] })
  t.match((await move(ada, id, 'accepted')).body, { status: 403, detail: /ORDERS_SPECIAL/ })
  t.match((await move(house, id, 'delivered')).body, { status: 409, detail: /accepted, refused, cancelled/ })
  const accepted = await move(house, id, 'accepted', { comment: 'From Monday on' })
  t.match(accepted.body, {
    state: 'accepted',
    next: ['scanning', 'refused', 'cancelled'],
    comments: [{ text: 'From Monday on', by: { id: people.house.uuid, name: 'User house' } }],
  })
  t.equal((await house('POST', `/api/v1/orders/${id}/state`, { state: 'scanning' })).status, 428)
  t.equal((await move(house, id, 'scanning')).status, 200)
  t.equal((await move(ada, id, 'cancelled')).status, 403, 'too late for who ordered it')
  t.equal((await move(house, id, 'delivered')).status, 200)
  t.match((await ada('GET', `/api/v1/orders/${id}`)).body.next, ['closed'])
  t.equal((await move(ada, id, 'closed')).status, 200)
  t.match((await move(house, id, 'scanning')).body, { status: 409, detail: /its last state/ })
  const own = await order()
  t.equal((await move(ada, own, 'cancelled')).body.state, 'cancelled')
  const title = await aTitle(app, { release: true })
  t.match((await ada('PUT', `/api/v1/orders/${own}/titles/${title}`)).body, {
    status: 409,
    detail: /is cancelled; it takes no further titles/,
  })
})

t.test(
  'comments stand one behind the other; the log has full copies, the history what was before',
  async t => {
    const id = await order({ title: 'First' })
    const url = `/api/v1/orders/${id}`
    await ada('PATCH', url, { title: 'Second', reference: 'B' }, any)
    await ada('POST', `${url}/comments`, { text: 'One' }, any)
    const second = await manager('POST', `${url}/comments`, { text: 'Two' }, { 'if-match': '"3"' })
    t.match(second.body.comments, [
      { text: 'One', by: { id: people.ada.uuid } },
      { text: 'Two', by: { id: people.manager.uuid, name: 'User manager' } },
    ])
    const log = (await ada('GET', `${url}/log`)).body.items
    t.match(log, [
      { action: 'comment', actor: people.manager.uuid, data: { text: 'Two', title: 'Second' } },
      { action: 'comment', data: { text: 'One' } },
      { action: 'change', data: { title: 'Second', editors: [people.ada.uuid], state: 'requested' } },
      { action: 'create', data: { title: 'First', creator: people.ada.uuid } },
    ])
    const page = await ada('GET', `${url}/log?limit=1`)
    t.match((await ada('GET', page.body.links.next)).body.items, [
      { action: 'comment', data: { text: 'One' } },
    ])
    t.match((await ada('GET', `${url}/history`)).body.items, [
      { changed: ['comments'], before: { title: 'Second' } },
      { changed: ['comments'], before: { title: 'Second' } },
      { changed: ['title', 'reference'], before: { title: 'First', reference: null, state: 'requested' } },
    ])
    const lines = async (by: typeof ada) =>
      (await by('GET', `/api/v1/log?entity=order&entityId=${id}`)).body.items.length as number
    t.equal(await lines(manager), 4)
    t.equal(await lines(cataloguer), 0, 'who may read the log is told of no orders')
    const { batch } = log.at(-1)
    t.equal((await cataloguer('GET', `/api/v1/operations/${batch}`)).body.entries[0].data, null)
    t.equal((await manager('GET', `/api/v1/operations/${batch}`)).body.entries[0].data.title, 'First')
  },
)

t.test('what comes at once is not lost, and a title comes into one order', async t => {
  const [one, two, title] = [await order(), await order(), await aTitle(app, { release: true })]
  const said = await Promise.all(
    ['a', 'b', 'c'].map(text => ada('POST', `/api/v1/orders/${one}/comments`, { text }, any)),
  )
  t.same(
    said.map(({ status }) => status),
    [200, 200, 200],
  )
  const { comments } = (await ada('GET', `/api/v1/orders/${one}`)).body
  t.same(comments.map(({ text }: { text: string }) => text).toSorted(), ['a', 'b', 'c'])
  const put = await Promise.all([one, two].map(id => ada('PUT', `/api/v1/orders/${id}/titles/${title}`)))
  t.same(
    put.map(({ status }) => status).toSorted((a, b) => a - b),
    [204, 409],
  )
})

t.test('lists are narrowed by state, person, tag and text, and go on where they ended', async t => {
  const one = await order({
    title: 'Kirchenbuch',
    tags: { user: ['parish'] },
    authors: [people.cataloguer.uuid],
  })
  const two = await order({ title: 'Karten', description: 'aus dem KIRCHENARCHIV' })
  await move(ada, two, 'cancelled')
  t.same(await listed(ada, '/api/v1/orders?text=kirchen'), [two, one])
  t.same(await listed(ada, '/api/v1/orders?text=kirchen&state=cancelled'), [two])
  t.same(await listed(ada, '/api/v1/orders?tag=parish'), [one])
  t.same(await listed(ada, `/api/v1/orders?person=${people.cataloguer.uuid}`), [one])
  const all4 = `state=requested&editor=${people.ada.uuid}&tag=parish&text=kirchen`
  for (const by of [ada, manager]) t.same(await listed(by, `/api/v1/orders?${all4}`), [one])
  t.same(await listed(ada, `/api/v1/orders?person=${nobody}`), [])
  t.same(await listed(ada, `/api/v1/orders?editor=${people.cataloguer.uuid}`), [], 'an author is no editor')
  t.same(await listed(manager, `/api/v1/orders?editor=${people.ada.uuid}&text=kirchen`), [two, one])
  t.same(await listed(ben, '/api/v1/orders?text=kirchen'), [], 'orders of others are in no list')
  t.same(await listed(manager, '/api/v1/orders?text=kirchen'), [two, one])
  t.equal((await ada('GET', '/api/v1/orders?state=lost')).status, 400)
  const misspelt = await ada('POST', '/api/v1/orders', { titel: 'Letters' })
  t.equal(misspelt.status, 400)
  t.match(JSON.stringify(misspelt.body.errors), /title.*expected string.*titel/)
  const first = await ada('GET', '/api/v1/orders?text=kirchen&limit=1')
  t.match(first.body.items, [{ id: two, state: 'cancelled', editors: [{ id: people.ada.uuid }] }])
  t.equal(first.body.items[0].description, undefined, 'lists are short')
  t.same(await listed(ada, first.body.links.next), [one])

  const all = await listed(ada, '/api/v1/orders')
  t.same(await listed(ada, '/api/v1/users/me/orders'), all)
  t.same(await listed(manager, `/api/v1/users/${people.ada.uuid}/orders`), all)
  t.equal((await ben('GET', `/api/v1/users/${people.ada.uuid}/orders`)).status, 403)
  t.equal((await manager('GET', `/api/v1/users/${nobody}/orders`)).status, 404)
  t.equal((await read('/api/v1/users/me/orders')).status, 401)
})

t.test('a title stands in one order, and goes to the bin with it', async t => {
  const [open, second, hidden] = [
    await aTitle(app, { title: 'Offen', release: true, pages: 2 }),
    await aTitle(app, { title: 'Zweiter', release: true }),
    await aTitle(app, { title: 'Verborgen' }),
  ] as [number, number, number]
  const id = await order()
  const url = `/api/v1/orders/${id}`
  const put = (title: number, by = ada, at = url) => by('PUT', `${at}/titles/${title}`)
  const etag = async () => (await ada('GET', url)).headers['etag']
  t.equal((await put(open)).status, 204)
  t.equal(await etag(), '"2"', 'it has another title')
  t.equal((await put(open)).status, 204, 'twice is once')
  t.equal(await etag(), '"2"')
  t.equal((await put(second)).status, 204)
  t.equal((await put(hidden)).status, 404, 'what is hidden is not there')
  t.equal((await put(hidden, manager)).status, 204)
  const page = (await call('GET', `/api/v1/titles/${open}/pages`)).body.items[0].id as number
  t.match((await put(page)).body, { status: 422, detail: /is no title/ })
  const other = `/api/v1/orders/${await order()}`
  t.match((await put(open, ada, other)).body, { status: 409, detail: /belongs to another order/ })
  t.same(await listed(ada, `${url}/titles`), [open, second], 'hidden ones are left out')
  t.same(await listed(manager, `${url}/titles`), [open, second, hidden])
  t.match((await ada('DELETE', `${url}/titles/${second}`)).body, { status: 403, detail: /DATA_MANAGEMENT/ })
  const before = await etag()
  t.equal((await manager('DELETE', `${url}/titles/${second}`)).status, 204)
  t.not(await etag(), before, 'it has a title less')
  t.equal((await manager('DELETE', `${url}/titles/${second}`)).status, 404)
  const closed = await aTitle(app, { release: true })
  const deny = { subject: 'user', user: people.ada.uuid, right: 'order', effect: 'deny' }
  await call('PUT', `/api/v1/tree/${closed}/rights`, { entries: [deny] }, any)
  t.equal((await put(closed)).status, 403, 'an entry keeps it out')

  t.match((await ada('DELETE', `${url}?dryRun=true`, undefined, any)).body, {
    status: 403,
    detail: /right bin/,
  })
  const preview = await manager('DELETE', `${url}?dryRun=true`, undefined, any)
  t.match(preview.body, {
    dryRun: true,
    titles: [
      { id: open, caption: 'Offen' },
      { id: hidden, caption: 'Verborgen' },
    ],
    nodes: 4,
  })
  t.equal((await ada('GET', url)).status, 200, 'nothing is gone')
  t.equal((await manager('DELETE', url)).status, 428)
  t.equal((await manager('DELETE', url, undefined, { 'if-match': '"9"' })).status, 412)
  const gone = await manager('DELETE', url, undefined, any)
  t.match(gone.body, { dryRun: false, nodes: 4 })
  t.equal((await ada('GET', url)).status, 404)
  t.same([await binned(open), await binned(hidden), await binned(second)], [true, true, false])
  t.match((await manager('GET', `/api/v1/log?entity=order&entityId=${id}&limit=1`)).body.items, [
    { action: 'delete', data: { id, titles: [open, hidden] } },
  ])
  const undone = await manager('POST', gone.body.links.undo)
  t.equal(undone.status, 200, undone.raw.toString())
  t.same([await binned(open), await binned(hidden)], [false, false])
  t.equal((await manager('GET', url)).status, 404, 'the order stays gone')
  const empty = await ada('DELETE', other, undefined, any)
  t.match(empty.body, { titles: [], nodes: 0 })
  t.equal(empty.body.links.undo, undefined)
})

t.test('what came of an order stays in it: mergers, splits, copies, the bin, purging', async t => {
  const [free, ordered] = [await aTitle(app, { release: true }), await aTitle(app, { pages: 2, release: true })] // prettier-ignore
  const [others, thick] = [await aTitle(app, { pages: 1, release: true }), await aTitle(app, { pages: 3, release: true })] // prettier-ignore
  const [one, two] = [await order(), await order()]
  for (const [id, title] of [[one, ordered], [two, others], [two, thick]] as const) await ada('PUT', `/api/v1/orders/${id}/titles/${title}`) // prettier-ignore
  const inside = (id: number) => listed(manager, `/api/v1/orders/${id}/titles`)
  const going = async (id: number): Promise<number[]> =>
    (await manager('DELETE', `/api/v1/orders/${id}?dryRun=true`, undefined, any)).body.titles.map(
      (title: { id: number }) => title.id,
    )
  const orderOf = async (title: number) =>
    (await manager('GET', `/api/v1/titles/${title}/order`)).body.order?.id ?? null
  const last = async (id: number) => (await ada('GET', `/api/v1/orders/${id}/log?limit=1`)).body.items[0]
  const merge = async (into: number, from: number) => {
    const merged = await cataloguer('POST', `/api/v1/titles/${into}/merge`, { from }, any)
    t.equal(merged.status, 200, merged.raw.toString())
    return merged.body.links.undo as string
  }
  const undo = async (link: string) => {
    const undone = await manager('POST', link)
    t.equal(undone.status, 200, undone.raw.toString())
    return undone.body.links.undo as string
  }
  const etag = async (id: number) => (await ada('GET', `/api/v1/orders/${id}`)).headers['etag']

  const merged = await merge(free, ordered)
  t.same([await inside(one), await going(one)], [[free, ordered], [free]])
  t.match(await last(one), { action: 'merge', actor: 'system', data: { title: ordered, to: free } })
  const operation = (by: typeof ada) => by('GET', merged.replace('/undo', ''))
  const entities = ({ body }: { body: any }): string[] => (body.entries ?? body.items).map((entry: { entity: string }) => entry.entity) // prettier-ignore
  t.ok(entities(await operation(manager)).includes('order'))
  t.notOk(entities(await operation(cataloguer)).includes('order'), 'who merges is not told of an order')
  t.notOk(entities(await cataloguer('GET', '/api/v1/users/me/actions')).includes('order'))
  const tag = await etag(one)
  let redo = await undo(merged)
  t.same([await inside(one), await going(one), await orderOf(free)], [[ordered], [ordered], null])
  t.match(await last(one), { action: 'remove', actor: 'system', data: { title: free } })
  t.not(await etag(one), tag, 'what an undo takes out is told, too')
  redo = await undo(redo)
  t.same([await inside(one), await orderOf(free)], [[free, ordered], one], 'the merger that is done again')
  t.match((await ada('GET', `/api/v1/orders/${one}/titles`)).body.items[0], { by: people.cataloguer.uuid })
  redo = await undo(redo)
  t.same([await inside(one), await orderOf(free)], [[ordered], null], 'and undone again')
  await manager('PUT', `/api/v1/orders/${two}/titles/${free}`)
  redo = await undo(redo)
  t.same([await orderOf(free), await inside(one)], [two, [ordered]], 'a title that stands in another by now')
  await manager('DELETE', `/api/v1/orders/${two}/titles/${free}`)
  await undo(redo)

  await merge(others, ordered)
  t.same([await orderOf(others), await orderOf(ordered)], [two, one], 'a title keeps its order')
  t.same([await going(one), await going(two)], [[], [others, thick]])
  t.match(await last(one), { action: 'merge', data: { title: ordered, to: others } })
  t.equal((await manager('DELETE', `/api/v1/tree/${ordered}?purge=true`)).status, 200)
  t.same(await inside(one), [], 'what is purged is in no order')
  t.ok((await ada('GET', `/api/v1/orders/${one}/log`)).body.items.length > 4, 'its number stays in the log')

  const page = (await call('GET', `/api/v1/titles/${thick}/pages`)).body.items[1].id as number
  const split = await cataloguer('POST', `/api/v1/titles/${thick}/split`, { page, title: { title: 'Second' } }, any) // prettier-ignore
  const second = split.body.id as number
  t.same(await going(two), [others, thick, second])
  t.match(await last(two), { action: 'split', data: { title: thick, to: second } })
  await undo(split.body.links.undo)
  t.same(await inside(two), [others, thick])
  const parent = await aTitle(app, { type: 'multivolume_work', release: true })
  const copy = await cataloguer('POST', `/api/v1/tree/${thick}/copy`, { parent })
  t.same([copy.status, await orderOf(copy.body.id)], [201, null], 'a copy was not ordered')
  await cataloguer('DELETE', `/api/v1/tree/${thick}`)
  t.same([await inside(two), await going(two)], [[others, thick], [others]], 'in the bin, and in the order')
  await cataloguer('POST', `/api/v1/tree/${thick}/restore`)
  t.same(await going(two), [others, thick])
})

t.test('readers are told who made a title where the order shows it, and of nothing else', async t => {
  const [one, two, hidden] = [
    await aTitle(app, { title: 'Eins', release: true }),
    await aTitle(app, { title: 'Zwei', release: true }),
    await aTitle(app, { title: 'Drei' }),
  ] as [number, number, number]
  const lab = await aUser(app, { login: 'lab', name: 'Digitisation Centre', kind: 'organisation', email: 'secret@example.org', emailPublic: 'lab@example.org', url: 'https://lab.example.org' }) // prettier-ignore
  const id = await order({ title: 'Confidential', generators: [lab.uuid], organisation: lab.uuid, authors: [people.ben.uuid, people.ada.uuid] }) // prettier-ignore
  for (const title of [one, two, hidden]) await manager('PUT', `/api/v1/orders/${id}/titles/${title}`)
  const told = async (title = one) => (await read(`/api/v1/titles/${title}/order`)).body
  const nothing = {
    order: null,
    isShown: false,
    generators: [],
    authors: [],
    organisation: null,
    related: [],
  }
  const object = async () => (await read(`/api/v1/objects/${one}`)).body.digitisation
  t.match(await told(), nothing)
  t.equal(await object(), null)
  const other = await aTitle(app, { release: true })
  t.match(await told(other), nothing, 'like a title of no order')
  const of = async (by: typeof ada, title = one) => await by('GET', `/api/v1/titles/${title}/order`)
  const itself = { id, title: 'Confidential', state: 'requested' }
  t.match((await of(ada)).body, { order: itself, isShown: false, links: { order: `/api/v1/orders/${id}` } })
  t.match((await of(manager)).body, { order: itself, isShown: false })
  t.match((await ada('GET', `/api/v1/titles/${other}/order`)).body, nothing)
  for (const by of [ben, house, cataloguer]) {
    const [mine, none] = [await of(by), await of(by, other)]
    t.match(mine.body, nothing, 'who reads other orders than this one is told like a reader')
    const facts = ({ headers, raw }: typeof mine) => [raw.toString().replaceAll(String(one), String(other)), headers['cache-control'], headers['etag']] // prettier-ignore
    t.same(facts(mine), facts(none), 'to the byte as of a title without an order')
  }
  await manager('PATCH', `/api/v1/orders/${id}`, { isShown: true }, any)
  const body = await told()
  t.match(body, {
    isShown: true,
    generators: [{ name: 'Digitisation Centre', kind: 'organisation', email: 'lab@example.org', url: 'https://lab.example.org' }], // prettier-ignore
    authors: [{ name: 'User ben', kind: 'person', email: null }, { name: 'User ada' }],
    organisation: { name: 'Digitisation Centre' },
    related: [{ id: two, caption: 'Zwei' }],
  })
  const text = JSON.stringify(body)
  for (const secret of ['Confidential', 'secret@', 'requested', people.ben.uuid, 'Drei'])
    t.notMatch(text, secret, `${secret} is not told`)
  const { generators, authors, organisation } = body
  t.equal(body.order, null)
  t.same(await object(), { generators, authors, organisation }, 'the page of the title has it with all else')
  const page = await app.app.inject({ url: `/id/${one}`, headers: { accept: 'text/html', 'accept-language': 'en' } }) // prettier-ignore
  t.match(
    page.body,
    /Digitised by<\/dt><dd[^>]*><div[^>]*><a href="https:\/\/lab\.example\.org">Digitisation Centre/,
  )
  t.notMatch(page.body, 'Confidential')
  t.same((await manager('GET', `/api/v1/titles/${one}/order`)).body.related, [
    { id: two, caption: 'Zwei' },
    { id: hidden, caption: 'Drei' },
  ])
  t.equal((await read(`/api/v1/titles/${hidden}/order`)).status, 404)
  await call('DELETE', `/api/v1/users/${lab.uuid}`, undefined, any)
  t.match(await told(), { generators: [], organisation: null }, 'who is deleted is named no more')
  t.match((await ada('GET', `/api/v1/orders/${id}`)).body, { generators: [], organisation: null })
})

t.test('a key for reading reads orders, and changes none', async t => {
  const id = await order()
  const { key } = (await ada('POST', '/api/v1/users/me/keys', { label: 'reads', scopes: ['read'] })).body
  const headers = { authorization: `Bearer ${key}` }
  t.equal((await read(`/api/v1/orders/${id}`, headers)).status, 200)
  const inject = (method: 'PATCH' | 'POST', url: string, payload: object) =>
    app.app.inject({ method, url, payload, headers: { ...headers, ...any } })
  t.equal((await inject('PATCH', `/api/v1/orders/${id}`, { title: 'X' })).statusCode, 403)
  t.equal((await inject('POST', '/api/v1/orders', { title: 'X' })).statusCode, 403)
})

t.test('no list of orders reads through all of them', needsServer, async t => {
  const sent = await statementsOf(async () => {
    for (const query of ['', '?state=requested', `?person=${people.ada.uuid}`, '?tag=letters&text=box'])
      for (const by of [ada, manager]) await by('GET', `/api/v1/orders${query}`)
    const [id] = await listed(ada, '/api/v1/orders?limit=1')
    for (const part of ['titles', 'log', 'history']) await ada('GET', `/api/v1/orders/${id}/${part}`)
  })
  let seen = 0
  for (const [statement, plan] of await plansOf(app.services, [...new Set(sent)])) {
    if (!/OPR_Order/i.test(statement)) continue
    seen++
    // rows of SPLIT_IDS are the ids of one page
    for (const [, name] of plan.matchAll(/([\w$"]+) NATURAL/g))
      t.match(name, /^"?[IS]"?$/, `${statement}\n${plan}`)
  }
  t.ok(seen > 8, `${seen} statements`)
})
