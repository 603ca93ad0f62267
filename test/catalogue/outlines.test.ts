// Outlines of titles: read and saved as a whole, on the tag of what was read.
import t from '../support/tap.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { call, read } = app
const pagesOf = async (title: number) =>
  (await call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number }[]

t.test('the outline is saved with the least changes, and every page must stand somewhere', async t => {
  const title = await aTitle(app, { pages: 4, release: true })
  const [a, b, c, d] = (await pagesOf(title)).map(page => page.id)
  const url = `/api/v1/titles/${title}/structure`
  const version = async () => (await call('GET', url)).headers['etag'] as string
  const saved = await call(
    'PUT',
    url,
    {
      children: [
        { type: 'cover_front', caption: 'Deckel', children: [{ id: a }] },
        {
          type: 'chapter',
          caption: 'Eins',
          children: [{ id: b }, { type: 'section', caption: 'darin', children: [{ id: c }] }],
        },
        { id: d },
      ],
    },
    { 'if-match': await version() },
  )
  t.match(saved, { status: 200, body: { created: 3, moved: 3, binned: 0 } })
  const outline = (await read(url)).body.children
  t.match(outline, [
    { caption: 'Deckel', children: [{ id: a, kind: 'page' }] },
    { caption: 'Eins', children: [{ id: b }, { caption: 'darin', children: [{ id: c }] }] },
    { id: d },
  ])
  t.match(
    (await call('PUT', url, { children: outline.map(strip) }, { 'if-match': await version() })).body,
    { created: 0, changed: 0, moved: 0, binned: 0, sorted: 0 },
    'saving it as it is changes nothing',
  )
  const without = [{ ...strip(outline[0]), caption: 'Vorderdeckel' }, { id: b }, { id: c }, { id: d }]
  t.match((await call('PUT', url, { children: without }, { 'if-match': await version() })).body, {
    changed: 1,
    moved: 2,
    binned: 2,
  })
  t.match(await call('PUT', url, { children: [{ id: a }] }, { 'if-match': await version() }), {
    status: 422,
    body: { detail: /leaves out 3 pages/, missing: [b, c, d] },
  })
  t.equal(
    (
      await call(
        'PUT',
        url,
        { children: [{ id: a }, { id: a }, { id: b }, { id: c }, { id: d }] },
        { 'if-match': await version() },
      )
    ).status,
    422,
  )
  t.equal((await call('PUT', url, { children: [] }, { 'if-match': '"1"' })).status, 412)
  t.equal(
    (await call('GET', `/api/v1/titles/${title}`)).body.titlepageId,
    a,
    'the first page stands for the title',
  )
  await call('PUT', `/api/v1/titles/${title}/titlepage`, { page: c }, { 'if-match': '*' })
  t.match((await call('GET', `/api/v1/titles/${title}`)).body, { titlepageId: c, titlepageMode: 'manual' })
  t.equal(
    (await call('PUT', `/api/v1/titles/${title}/titlepage`, { page: title }, { 'if-match': '*' })).status,
    422,
  )
})

t.test('an outline is not saved over what somebody has changed in it since it was read', async t => {
  const title = await aTitle(app, { pages: 3, release: true })
  const [a, b, c] = (await pagesOf(title)).map(page => page.id)
  const url = `/api/v1/titles/${title}/structure`
  const any = { 'if-match': '*' }
  const made = {
    children: [{ type: 'chapter', caption: 'Eins', children: [{ id: a }] }, { id: b }, { id: c }],
  }
  t.equal((await call('PUT', url, made, any)).status, 200)
  const read = await call('GET', url)
  const chapter = read.body.children[0].id as number
  const changes: [string, () => Promise<{ status: number }>][] = [
    ['an element is renamed', () => call('PATCH', `/api/v1/tree/${chapter}`, { caption: 'One' }, any)],
    ['an element is hidden', () => call('POST', `/api/v1/tree/${chapter}/hide`)],
    ['a page gets a label', () => call('PATCH', `/api/v1/pages/${b}`, { pagination: { caption: 'v' } }, any)],
    [
      'pages are put into another order',
      () => call('POST', `/api/v1/titles/${title}/reorder`, { ids: [c, b] }),
    ],
    ['a page is binned', () => call('DELETE', `/api/v1/tree/${c}`)],
  ]
  for (const [what, change] of changes) {
    const before = await call('GET', url)
    t.equal((await change()).status, 200, what)
    const etag = before.headers['etag'] as string
    t.match(
      await call('PUT', url, { children: before.body.children.map(strip) }, { 'if-match': etag }),
      { status: 412, body: { detail: /^Elements or pages of the outline have been changed since .* Changed since: node \d+.*by operator, operation \d+/, changed: [{ by: 'operator' }] } }, // prettier-ignore
      what,
    )
    t.not((await call('GET', url)).headers['etag'], etag, what)
  }
  const now = await call('GET', url)
  const saved = await call('PUT', url, { children: now.body.children.map(strip) }, { 'if-match': now.headers['etag'] as string }) // prettier-ignore
  t.equal(saved.status, 200)
  t.equal(
    saved.headers['etag'],
    (await call('GET', url)).headers['etag'],
    'the answer has the tag to go on with',
  )
  await call('PATCH', `/api/v1/titles/${title}`, { signature: 'X 1' }, any)
  t.equal(
    (await call('PUT', url, { children: now.body.children.map(strip) }, { 'if-match': saved.headers['etag'] as string })).status, // prettier-ignore
    200,
    'fields of the title are none of its',
  )
})

function strip(node: { id: number; type: string; kind: string; caption: string; children: never[] }): object {
  return node.kind === 'page'
    ? { id: node.id }
    : { id: node.id, type: node.type, caption: node.caption, children: node.children.map(strip) }
}

t.test('undoing a saved outline gives back what stood there and takes away what it made', async t => {
  const title = await aTitle(app, { pages: 2, release: true })
  const [a, b] = (await pagesOf(title)).map(page => page.id)
  const url = `/api/v1/titles/${title}/structure`
  const etag = async () => (await call('GET', url)).headers['etag'] as string
  const outline = async () => (await call('GET', url)).body.children
  const before = await outline()
  const children = [
    { type: 'chapter', caption: 'Neu', children: [{ id: a }, { type: 'section', caption: 'x' }] },
    { id: b },
  ]
  const { body } = await call('PUT', url, { children }, { 'if-match': await etag() })
  t.match(await call('POST', body.links.undo), { status: 200, body: { removed: 2 } })
  t.same(await outline(), before)
  const again = (await call('PUT', url, { children }, { 'if-match': await etag() })).body
  const chapter = (await outline())[0].id as number
  await call('POST', '/api/v1/tree', {
    parent: chapter,
    datatype: 'structure',
    type: 'section',
    caption: 'later',
  })
  const saved = await outline()
  t.match(await call('POST', again.links.undo), {
    status: 409,
    body: { changed: [{ node: chapter, what: 'nodes below it' }] },
  })
  t.same(await outline(), saved, 'nothing was changed')
})

t.test('an element that was divided and joined again is taken back step by step', async t => {
  const title = await aTitle(app, { pages: 3 })
  const [a, b, c] = (await pagesOf(title)).map(({ id }) => ({ id }))
  const url = `/api/v1/titles/${title}/structure`
  const outline = async () => (await call('GET', url)).body.children
  const put = async (children: object[]) => (await call('PUT', url, { children }, { 'if-match': '*' })).body
  await put([{ type: 'chapter', caption: 'A', children: [a, b, c] }])
  const before = await outline()
  const { id } = before[0]
  const parted = await put([
    { id, children: [a] },
    { type: 'chapter', children: [b, c] },
  ])
  const joined = await put([{ id, children: [a, b, c] }])
  t.equal((await call('POST', joined.links.undo)).status, 200)
  t.equal((await outline()).length, 2)
  t.equal((await call('POST', parted.links.undo)).status, 200, 'what was taken back is no change since')
  t.same(await outline(), before)
})
