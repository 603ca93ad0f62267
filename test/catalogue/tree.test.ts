import { needsServer, testServer } from '../support/database.ts'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
const domainId = await aDomain(app)
const { call, read } = app
const node = async (id: number) => (await call('GET', `/api/v1/tree/${id}`)).body
const etag = async (id: number) => (await call('GET', `/api/v1/tree/${id}`)).headers['etag'] as string
const chapter = async (parent: number, caption: string, more: object = {}) =>
  (await call('POST', '/api/v1/tree', { parent, datatype: 'structure', type: 'chapter', caption, ...more }))
    .body.id as number
const ids = (answer: { body: { items: { id: number }[] } }) => answer.body.items.map(item => item.id)

t.test('lists the top of a domain, children in their order, siblings, ancestors and descendants', async t => {
  const title = await aTitle(app, { title: 'Order', release: true, pages: 3 })
  const b = await chapter(title, 'B', { position: 'first' })
  const a = await chapter(title, 'A', { position: { before: b } })
  const c = await chapter(title, 'C', { position: { after: b } })
  const deep = await chapter(c, 'deep')
  const children = await call('GET', `/api/v1/tree/${title}/children`)
  t.same(ids(children).slice(0, 3), [a, b, c])
  t.equal(children.body.items.length, 6)
  t.equal(children.body.items[2].hasChildren, true)
  t.equal(children.body.items[0].hasChildren, false)
  t.same(ids(await call('GET', `/api/v1/tree/${a}/siblings?datatype=structure`)), [a, b, c])
  t.same(ids(await call('GET', `/api/v1/tree/${deep}/ancestors`)), [title, c])
  const path = (await node(deep)).path
  t.equal(path, `|${title}||${c}||${deep}|`)
  t.same(ids(await call('GET', `/api/v1/tree?path=${encodeURIComponent(`|${title}||${c}|`)}`)), [c, deep])
  t.equal(ids(await call('GET', `/api/v1/tree/${title}/descendants?datatype=page`)).length, 3)
  t.equal(ids(await call('GET', `/api/v1/tree/${title}/descendants?depth=1&datatype=structure`)).length, 3)
  t.ok(ids(await call('GET', `/api/v1/tree?domain=lib&parent=none`)).includes(title))
  t.same(ids(await call('GET', `/api/v1/tree?path=${encodeURIComponent(`|${title}|`)}&q=DEE`)), [deep])
  const counts = (await call('GET', `/api/v1/tree/${title}/counts`)).body
  t.same(counts.byDatatype, {
    structure: { released: 0, hidden: 4, inBin: 0 },
    page: { released: 3, hidden: 0, inBin: 0 },
  })
})

t.test('types are listed with the names that people know them by', async t => {
  const { items } = (await read('/api/v1/types')).body as { items: { datatype: string; name: string }[] }
  t.match(
    items.find(({ datatype, name }) => datatype === 'structure' && name === 'chapter'),
    { de: 'Kapitel', en: 'Chapter', children: ['@structure', '@page'] },
  )
})

t.test('pages through long lists without skipping or repeating, also as NDJSON', async t => {
  const title = await aTitle(app, { title: 'Long', pages: 25 })
  const seen: number[] = []
  let url: string | undefined = `/api/v1/tree/${title}/children?limit=10`
  while (url) {
    const answer: { body: { items: { id: number }[]; links: { next?: string } } } = await call('GET', url)
    seen.push(...ids(answer))
    url = answer.body.links.next
  }
  t.equal(seen.length, 25)
  t.equal(new Set(seen).size, 25)
  const lines = await call('GET', `/api/v1/tree/${title}/descendants`, undefined, {
    accept: 'application/x-ndjson',
  })
  t.same(
    (lines.body as string)
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).id),
    seen,
  )
  t.equal((await call('GET', `/api/v1/tree/${title}/children?cursor=nonsense`)).status, 400)
})

t.test('moves a node with all below it, keeps paths, domain and versions, and undoes it', async t => {
  const [from, to] = [
    await aTitle(app, { title: 'From', release: true }),
    await aTitle(app, { title: 'To', release: true }),
  ]
  const moving = await chapter(from, 'moving', { release: true })
  const below = await chapter(moving, 'below', { release: true })
  const answer = await call(
    'POST',
    `/api/v1/tree/${moving}/move`,
    { parent: to, position: 'first' },
    { 'if-match': await etag(moving) },
  )
  t.equal(answer.status, 200)
  t.equal((await node(below)).path, `|${to}||${moving}||${below}|`)
  const { body: log } = await call('GET', `/api/v1/log?entity=node&entityId=${moving}`)
  const undone = await call('POST', `/api/v1/operations/${log.items[0].batch}/undo`)
  t.equal(undone.status, 200)
  t.equal((await node(below)).path, `|${from}||${moving}||${below}|`)
  await aDomain(app, 'other')
  await call(
    'POST',
    `/api/v1/tree/${from}/move`,
    { parent: null, domain: 'other' },
    { 'if-match': await etag(from) },
  )
  t.not((await node(below)).domainId, domainId)
})

t.test('refuses moves that break the tree, and says why', async t => {
  const title = await aTitle(app, { title: 'Rules', pages: 1 })
  const outer = await chapter(title, 'outer')
  const inner = await chapter(outer, 'inner')
  const page = ids(await call('GET', `/api/v1/tree/${title}/children?datatype=page`))[0] as number
  const move = async (id: number, parent: number | null) =>
    await call('POST', `/api/v1/tree/${id}/move`, { parent }, { 'if-match': '*' })
  t.match(await move(outer, inner), { status: 409, body: { detail: 'A node cannot move below itself.' } })
  t.match(await move(outer, page), { status: 422, body: { detail: /cannot stand below page/ } })
  t.match(await move(page, null), { status: 422, body: { detail: /at the top of a domain/ } })
  t.equal((await move(outer, 999_999)).status, 404)
  t.equal((await call('POST', `/api/v1/tree/${outer}/move`, { parent: title })).status, 428)
  t.match(await call('POST', `/api/v1/tree/${outer}/move`, { parent: title }, { 'if-match': '"99999"' }), {
    status: 412,
    body: { version: Number, changed: [] },
  })
})

t.test('a stale change is told what has changed since', async t => {
  const title = await aTitle(app)
  const one = await chapter(title, 'one')
  const old = await etag(one)
  await call('PATCH', `/api/v1/tree/${one}`, { caption: 'two' }, { 'if-match': old })
  const stale = await call('PATCH', `/api/v1/tree/${one}`, { caption: 'three' }, { 'if-match': old })
  t.match(stale, { status: 412, body: { changed: ['caption'], detail: /Changed since: caption/ } })
  await call('PATCH', `/api/v1/tree/${one}`, { caption: 'one' }, { 'if-match': '*' })
  t.same(
    (await call('PATCH', `/api/v1/tree/${one}`, { caption: 'three' }, { 'if-match': old })).body.changed,
    ['caption'],
    'also where it was changed back',
  )
  t.equal(
    (await read(`/api/v1/tree/${one}`, { 'if-none-match': old })).status,
    404,
    'hidden from the public, whatever it knows',
  )
  const history = (await call('GET', `/api/v1/tree/${one}/history`)).body.items
  t.same(history.length, 2)
  t.match(history.at(-1), { state: { caption: 'one' }, actor: 'operator' })
  t.equal(
    (await call('GET', `/api/v1/tree/${one}`, undefined, { 'if-none-match': await etag(one) })).status,
    304,
  )
})

t.test('the bin takes the subtree; restore gives back exactly what that delete took', async t => {
  const title = await aTitle(app, { title: 'Bin', release: true, pages: 2 })
  const one = await chapter(title, 'one', { release: true })
  const two = await chapter(one, 'two', { release: true })
  await call('DELETE', `/api/v1/tree/${two}`)
  t.match((await call('DELETE', `/api/v1/tree/${title}`)).body, { selected: 1, changed: 4 })
  t.match(await call('POST', `/api/v1/tree/${one}/restore`), {
    status: 409,
    body: { detail: /lies below node/ },
  })
  t.equal((await call('GET', `/api/v1/titles/${title}`)).body.pagesPresent, 0)
  await call('POST', `/api/v1/tree/${title}/restore`)
  t.same(
    [(await node(title)).isInBin, (await node(one)).isInBin, (await node(two)).isInBin],
    [false, false, true],
  )
  t.equal((await call('GET', `/api/v1/titles/${title}`)).body.pagesPresent, 2)
  t.match(await call('DELETE', `/api/v1/tree/${one}?purge=true`), {
    status: 409,
    body: { detail: /is not in the bin/ },
  })
  t.match((await call('DELETE', `/api/v1/tree/${two}?purge=true`)).body, { changed: 1 })
  t.equal((await call('GET', `/api/v1/tree/${two}`)).status, 404)
})

t.test(
  'release refuses below a hidden node unless asked; hiding hides all below; the release date stays',
  async t => {
    const title = await aTitle(app, { title: 'Hidden' })
    const one = await chapter(title, 'one')
    t.match(await call('POST', `/api/v1/tree/${one}/release`), {
      status: 409,
      body: { detail: /send ancestors: true/ },
    })
    t.equal((await read(`/api/v1/tree/${one}`)).status, 404)
    t.match((await call('POST', `/api/v1/tree/${one}/release`, { ancestors: true })).body, { changed: 2 })
    t.equal((await read(`/api/v1/tree/${one}`)).status, 200)
    const released = (await call('GET', `/api/v1/titles/${title}`)).body.releaseDate
    t.ok(released)
    await call('POST', `/api/v1/tree/${title}/hide`)
    t.equal((await read(`/api/v1/tree/${one}`)).status, 404)
    await call('POST', `/api/v1/tree/${title}/release`, { scope: 'node' })
    t.same([(await node(title)).isReleased, (await node(one)).isReleased], [true, false])
    t.equal((await call('GET', `/api/v1/titles/${title}`)).body.releaseDate, released)
    const target = await aTitle(app, { title: 'Hidden target' })
    await call('POST', `/api/v1/tree/${one}/release`)
    await call('POST', `/api/v1/tree/${one}/move`, { parent: target }, { 'if-match': '*' })
    t.equal((await node(one)).isReleased, false, 'below a hidden node it is hidden')
  },
)

t.test('links show an original elsewhere, and go with it', async t => {
  const title = await aTitle(app, { title: 'Links', pages: 1 })
  const page = ids(await call('GET', `/api/v1/tree/${title}/children?datatype=page`))[0] as number
  const one = await chapter(title, 'one')
  const link = await call('POST', `/api/v1/tree/${one}/link`, { target: page })
  t.match(link, { status: 201, body: { linkTo: page, datatype: 'page' } })
  t.match(await call('POST', `/api/v1/tree/${one}/link`, { target: link.body.id }), { status: 409 })
  t.equal((await call('GET', `/api/v1/titles/${title}`)).body.pagesPresent, 1, 'links are not counted')
  const two = await chapter(title, 'two')
  const other = ids(await call('POST', `/api/v1/titles/${title}/pages`, { pages: [{ ident: 'binned' }] }))[0]
  await call('DELETE', `/api/v1/tree/${other}`)
  for (const [target, below, why] of [
    [page, one, /stands below node \d+ already/],
    [page, title, /stands below node \d+ already/],
    [one, one, /below itself/],
    [other, two, /is in the bin/],
  ] as const)
    t.match(await call('POST', `/api/v1/tree/${below}/link`, { target }), {
      status: 409,
      body: { detail: why },
    })
  await call('DELETE', `/api/v1/tree/${page}`)
  await call('DELETE', `/api/v1/tree/${page}?purge=true`)
  t.equal((await call('GET', `/api/v1/tree/${link.body.id}`)).status, 404)
})

t.test('links to a node are listed with what each stands below, to whom who sees it there', async t => {
  const title = await aTitle(app, { title: 'Linked', pages: 1, release: true })
  const work = await aTitle(app, { title: 'Elsewhere', type: 'multivolume_work', release: true })
  const page = ids(await call('GET', `/api/v1/tree/${title}/children`))[0] as number
  const [open, closed] = [await chapter(title, 'open', { release: true }), await chapter(title, 'closed')]
  const linked = async (below: number, target: number) =>
    (await call('POST', `/api/v1/tree/${below}/link`, { target })).body.id as number
  const [here, there] = [await linked(open, page), await linked(closed, page)]
  const whole = await linked(work, title)
  const links = `/api/v1/tree/${page}/links`
  t.match((await call('GET', links)).body, {
    items: [
      {
        id: here,
        linkTo: page,
        above: [
          { id: title, caption: 'Linked' },
          { id: open, caption: 'open' },
        ],
      },
      { id: there, above: [{ id: title }, { id: closed }] },
    ],
  })
  const first = await call('GET', `${links}?limit=1`)
  t.same(ids(first), [here])
  const second = await call('GET', first.body.links.next)
  t.same(ids(second), [there])
  t.equal(second.body.links.next, undefined)
  t.same(ids(await read(links)), [here], 'a link below a hidden element is seen by staff alone')
  t.match((await read(`/api/v1/tree/${title}/links`)).body, { items: [{ id: whole, above: [{ id: work }] }] })
  t.same(ids(await call('GET', `/api/v1/tree/${here}/links`)), [], 'nothing links to a link')
  await call('DELETE', `/api/v1/tree/${here}`)
  t.same(ids(await call('GET', links)), [there])
  t.same(ids(await call('GET', `${links}?deleted=true`)), [here])
  t.same(ids(await read(`${links}?deleted=all`)), [], 'the bin is nothing for readers')
  await call('POST', `/api/v1/tree/${title}/hide`)
  for (const hidden of [links, `/api/v1/tree/${title}/links`]) t.equal((await read(hidden)).status, 404)
})

t.test(
  'a level is narrowed to what titles lack and carry, in lists and in batches, which tell it',
  async t => {
    const parent = await aTitle(app, { title: 'Level', type: 'multivolume_work' })
    const some = { parent, type: 'volume' }
    const full = await aTitle(app, { ...some, title: 'Full', pages: 2 })
    const short = await aTitle(app, { ...some, title: 'Short', pages: 1 })
    const empty = await aTitle(app, { ...some, title: 'Empty' })
    const any = { 'if-match': '*' }
    for (const [id, pageCount] of [[full, 2], [short, 5]]) await call('PATCH', `/api/v1/titles/${id}`, { pageCount }, any) // prettier-ignore
    await call('PATCH', `/api/v1/titles/${short}`, { signature: 'Rara 7' }, any)
    const pages = ids(await call('GET', `/api/v1/titles/${full}/pages`))
    await call('POST', `/api/v1/titles/${full}/paginate`, { from: pages[0], to: pages[1], type: 'page' })
    await call('POST', '/api/v1/tags', { name: 'rare' })
    await call('PUT', `/api/v1/tree/${short}/tags`, { tags: ['rare'] }, any)
    const found = async (filter: string) =>
      ids(await call('GET', `/api/v1/tree/${parent}/children?${filter}`))
    t.same(await found('pages=missing'), [short])
    t.same(await found('pages=complete'), [full])
    t.same(await found('pages=none'), [empty])
    t.same(await found('labels=missing'), [short])
    t.same(await found('labels=complete'), [full])
    t.same(await found('hasText=true'), [])
    t.same(await found('hasText=false&tag=rare'), [short])
    t.same(await found('changedBy=nobody'), [])
    t.same(await found('changedBy=operator&pages=missing'), [short])
    const past = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())
    t.same(await found(`changedSince=${past}`), [full, short, empty])
    t.same(await found(`changedSince=${encodeURIComponent(new Date(Date.now() + 3_600_000).toISOString())}`), []) // prettier-ignore
    for (const work of ['labels=missing', `changedSince=${past}`, 'changedBy=operator'])
      t.equal((await read(`/api/v1/tree/${parent}/children?${work}`)).status, 404, 'hidden from readers')
    const facts = await call('GET', `/api/v1/tree/${parent}/children?facts=true`)
    t.same(
      facts.body.items.map(({ title }: { title: object }) => title),
      [
        { pagesPresent: 2, pageCount: 2, hasText: false, signature: null, tags: [] },
        { pagesPresent: 1, pageCount: 5, hasText: false, signature: 'Rara 7', tags: ['rare'] },
        { pagesPresent: 0, pageCount: null, hasText: false, signature: null, tags: [] },
      ],
    )
    const batch = { action: 'bin', children: { node: parent }, filter: { pages: 'missing' } }
    t.match((await call('POST', '/api/v1/tree/batch', { ...batch, dryRun: true })).body, { selected: 1 })
    t.match((await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [parent] })).body, {
      changed: 7,
    })
    const refused = await read(`/api/v1/tree/${parent}/children?labels=missing`)
    t.match(refused, { status: 403 }, 'what lacks work is not the public’s to ask')
    t.same(ids(await read(`/api/v1/tree/${parent}/children?pages=missing`)), [short])
    t.same(ids(await call('GET', `/api/v1/titles?parent=${parent}&pages=missing`)), [short])
    const tops = ids(await call('GET', '/api/v1/titles?domain=lib&parent=none&limit=200'))
    t.ok(tops.includes(parent) && !tops.includes(short))
  },
)

t.test('batches over ids or a prefix, with dry run, refusals that change nothing, and undo', async t => {
  const title = await aTitle(app, { title: 'Batch', pages: 30 })
  const { path } = await node(title)
  const dry = await call('POST', '/api/v1/tree/batch', { action: 'release', path, dryRun: true })
  t.match(dry, { status: 200, body: { selected: 31, changed: 31, batch: null, dryRun: true } })
  const release = await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [title] })
  t.match(release.body, { selected: 1, changed: 31 })
  const hide = await call('POST', '/api/v1/tree/batch', {
    action: 'hide',
    path,
    filter: { datatype: 'page' },
  })
  t.match(hide.body, { changed: 30 })
  await call('POST', `/api/v1/operations/${hide.body.batch}/undo`)
  t.equal((await read(`/api/v1/tree/${title}/counts`)).body.total, 30)
  t.match(await call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [title, 987_654] }), {
    status: 404,
    body: { missing: [987_654] },
  })
  t.equal((await node(title)).isInBin, false)
  t.equal((await call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [title], path })).status, 400)
  t.match(await call('POST', '/api/v1/tree/batch', { action: 'retype', ids: [title], type: 'volume' }), {
    status: 200,
    body: { changed: 1 },
  })
  t.equal((await node(title)).type, 'volume')
  const target = await aTitle(app, { title: 'Batch target' })
  const pages = ids(await call('GET', `/api/v1/tree/${title}/children?datatype=page`)).slice(0, 5)
  t.match((await call('POST', '/api/v1/tree/batch', { action: 'move', ids: pages, parent: target })).body, {
    changed: 5,
  })
  t.same(ids(await call('GET', `/api/v1/tree/${target}/children`)), pages)
  t.equal((await call('GET', `/api/v1/titles/${target}`)).body.pagesPresent, 5)
})

t.test('a large batch becomes a job', async t => {
  const small = await start(t, { FIREFOLIO_LIMITS_SYNCBATCH: '3' })
  await aDomain(small)
  const title = await aTitle(small, { pages: 5 })
  const { path } = (await small.call('GET', `/api/v1/tree/${title}`)).body
  const answer = await small.call('POST', '/api/v1/tree/batch', { action: 'release', path })
  t.equal(answer.status, 202)
  t.same(answer.body.links, { job: `/api/v1/jobs/${answer.body.job}` })
  t.equal(answer.headers['operation'], undefined, 'to order it is no operation')
  await small.drain()
  const done = (await small.call('GET', `/api/v1/jobs/${answer.body.job}`)).body
  t.match(done, { state: 'done', result: { changed: 6, batch: Number } })
  const operation = `/api/v1/operations/${done.result.batch}`
  t.match(await small.call('GET', operation), { status: 200, body: { entries: [{ action: 'release' }] } })
})

t.test('puts children into an order', async t => {
  const title = await aTitle(app, { title: 'Sort', pages: 4 })
  const [a, b, c, d] = ids(await call('GET', `/api/v1/tree/${title}/children`))
  const order = (list: unknown[], headers?: Record<string, string>) =>
    call('PUT', `/api/v1/tree/${title}/children/order`, { ids: list }, headers)
  const { etag } = (await call('GET', `/api/v1/tree/${title}`)).headers
  t.equal((await order([c, a])).status, 428)
  const ordered = await order([c, a], { 'if-match': etag as string })
  t.match(ordered.body, { changed: 3 })
  t.same(ids(await call('GET', `/api/v1/tree/${title}/children`)), [c, a, b, d])
  t.equal((await order([a, c], { 'if-match': etag as string })).status, 412, 'who read it before is told')
  t.same(ids(await call('GET', `/api/v1/tree/${title}/children`)), [c, a, b, d])
  t.equal(ordered.headers['etag'], (await call('GET', `/api/v1/tree/${title}`)).headers['etag'])
  t.equal((await order([c, title], { 'if-match': '*' })).status, 422)
  let last = a as number
  for (let n = 0; n < 12; n++) last = await chapter(title, `x${n}`, { position: { before: last } })
  t.equal(
    ids(await call('GET', `/api/v1/tree/${title}/children`)).length,
    16,
    'renumbers where there is no gap left',
  )
  t.equal(ids(await call('GET', `/api/v1/tree/${title}/children`))[1], last)
})

t.test('the database itself refuses what the program forgot', async t => {
  const title = await aTitle(app)
  const one = await chapter(title, 'one')
  const run = (statement: string) =>
    app.services.database.withConnection(connection => connection.run(statement))
  await t.rejects(run(`update OPR_Tree set OT_OT_Parent = ${one} where OT_ID = ${title}`), /E_TREE_CYCLE/)
  await t.rejects(run(`update OPR_Tree set OT_State = 7 where OT_ID = ${one}`))
  await t.rejects(
    run(`insert into OPR_Content (OC_ID, OC_OT_ID) values (99999, ${one})`),
    /E_CONTENT_DATATYPE/,
  )
  await t.rejects(run(`insert into OPR_Page (OP_ID, OP_OT_ID) values (99999, ${one})`), /E_PAGE_DATATYPE/)
  await t.rejects(
    run(`update OPR_Content set OC_InsertTs = '2000-01-01' where OC_OT_ID = ${title}`),
    /E_CONTENT_INSERTTS/,
  )
  await run(`update OPR_Tree set OT_Path = '|1|' where OT_ID = ${one}`)
  t.equal((await node(one)).path, `|${title}||${one}|`, 'a path cannot be set by hand')
})

t.test('hot queries use their indexes', needsServer, async t => {
  const plan = async (query: { compile(): { sql: string; parameters: readonly unknown[] } }) => {
    const { sql: text, parameters } = query.compile()
    const values = parameters.map(value => (typeof value === 'number' ? String(value) : `'${String(value)}'`))
    const literal = text.replace(/\?/g, () => values.shift() ?? 'null')
    const { rows } = await sql<{ plan: string }>`select 1 as "plan" from RDB$DATABASE`.execute(
      app.services.db,
    )
    t.ok(rows)
    const { isql } = await import('../../src/firebird/server/create-database.ts')
    const server = testServer()
    const file = app.services.config.database.file
    return await isql(
      {
        host: server.host,
        port: server.port,
        file,
        user: 'SYSDBA',
        password: server.password,
        charset: 'UTF8',
      },
      `connect '${server.host}/${server.port}:${file}';\nset planonly on;\n${literal};\n`,
    )
  }
  const repository = await import('../../src/catalogue/tree/repository.ts')
  const { db } = app.services
  t.match(
    await plan(repository.subtree(db, '|23||144|', {}, { afterPath: '|23||144||7|', limit: 1001 })),
    /OPR_TREE_PATH/,
  )
  t.match(
    await plan(
      db
        .selectFrom('OPR_Tree')
        .select(['OT_ID as id'])
        .where('OT_OT_Parent', '=', 5)
        .orderBy('OT_OT_Parent')
        .orderBy('OT_Sort')
        .orderBy('OT_ID')
        .limit(51),
    ),
    /ORDER OPR_TREE_CHILDREN/,
  )
  t.match(await plan(db.selectFrom('OPR_Tree').select(['OT_ID as id']).where('OT_ID', '=', 5)), /PK_OPR_TREE/)
  t.match(
    await plan(
      db
        .selectFrom('OPR_Identifier')
        .select(['OI_OT_ID as id'])
        .where('OI_Scheme', '=', 'urn')
        .where('OI_Value', '=', 'x')
        .where('OI_OD_ID', '=', 1),
    ),
    /UK_OI/,
  )
})
