import sharp from 'sharp'
import t from '../support/tap.ts'
import { dump } from '../support/dump.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t)
await aDomain(app)
const { call, read } = app
const any = { 'if-match': '*' }
interface Page {
  id: number
  ident: string
  hasText: boolean
  hashsum: string | null
  pagination: { caption: string | null }
}
const pagesOf = async (title: number) =>
  (await call('GET', `/api/v1/titles/${title}/pages`)).body.items as Page[]
const idents = async (title: number) => (await pagesOf(title)).map(({ ident }) => ident)
const chapter = async (parent: number, caption: string, ids: number[]): Promise<number> => {
  const made = await call('POST', '/api/v1/tree', {
    parent,
    datatype: 'structure',
    type: 'chapter',
    caption,
    release: true,
  })
  await call('POST', '/api/v1/tree/batch', { action: 'move', ids, parent: made.body.id })
  return made.body.id as number
}
const putText = (page: number, text: string) =>
  call('PUT', `/api/v1/pages/${page}/text`, text, { 'content-type': 'text/plain', ...any })
const outline = async (title: number) => {
  const short = (node: { caption: string; children: never[] }): unknown =>
    node.children.length > 0 ? [node.caption, ...node.children.map(short)] : node.caption
  return (await call('GET', `/api/v1/titles/${title}/structure`)).body.children.map(short)
}

t.test(
  'two titles become one, with pages, labels, texts and identifiers; the old id leads to it at every address',
  async t => {
    const [stays, goes] = [
      await aTitle(app, { title: 'Stays', pages: 2, release: true }),
      await aTitle(app, { title: 'Goes', pages: 3, release: true }),
    ]
    const [first, second] = await pagesOf(goes)
    await call(
      'PATCH',
      `/api/v1/pages/${first?.id}`,
      { ident: 'g1', pagination: { caption: 'Seite 7' } },
      any,
    )
    await chapter(goes, 'Chapter', [second?.id as number])
    await putText(second?.id as number, 'Ein Text')
    await call('POST', `/api/v1/titles/${goes}/identifiers`, { scheme: 'doi', value: '10.1/goes' })
    const own = (await call('GET', `/api/v1/titles/${goes}/identifiers`)).body.items
    const before = await dump(app.services.db)
    t.equal((await call('POST', `/api/v1/titles/${stays}/merge`, { from: goes })).status, 428)
    const merged = await call('POST', `/api/v1/titles/${stays}/merge`, { from: goes }, any)
    t.match(merged, { status: 200, body: { id: stays, moved: 3, identifiers: own.length } })
    t.same(await outline(stays), ['p1', 'p2', 'Seite 7', 'p3', ['Chapter', 'p2']])
    t.match((await call('GET', `/api/v1/titles/${stays}`)).body, { pagesPresent: 5, hasText: true })
    const values = (await call('GET', `/api/v1/titles/${stays}/identifiers`)).body.items.map(
      (item: { value: string }) => item.value,
    )
    for (const { value } of own) t.ok(values.includes(value), value)
    for (const address of [
      '/id/ID',
      '/api/v1/titles/ID',
      '/api/v1/titles/ID/pages',
      '/api/v1/tree/ID',
      '/mets/ID',
      '/iiif/presentation/3/ID/manifest',
      '/iiif/presentation/2/ID/manifest',
      '/download/pdf/ID',
    ]) {
      const old = await read(address.replace('ID', String(goes)))
      t.equal(old.status, 301, address)
      t.equal(old.headers['location'], address.replace('ID', String(stays)))
      t.equal((await read(old.headers['location'] as string)).status, 200, address)
    }
    const third = await aTitle(app, { title: 'Third', release: true })
    const again = await call('POST', `/api/v1/titles/${third}/merge`, { from: stays }, any)
    t.equal((await read(`/mets/${goes}`)).headers['location'], `/mets/${third}`, 'merged again')
    t.equal((await call('POST', again.body.links.undo)).status, 200)
    await call('DELETE', `/api/v1/tree/${third}`)
    await call('DELETE', `/api/v1/tree/${third}?purge=true`)
    t.equal((await call('POST', merged.body.links.undo)).status, 200)
    t.same(await dump(app.services.db), before)
    t.equal((await read(`/mets/${goes}`)).status, 200)
  },
)

t.test('mergers that make no sense are refused', async t => {
  const work = await aTitle(app, { title: 'Work', type: 'multivolume_work' })
  const volume = await aTitle(app, { parent: work, title: 'Volume', type: 'volume' })
  const merge = (id: number, from: number) => call('POST', `/api/v1/titles/${id}/merge`, { from }, any)
  t.equal((await merge(work, work)).status, 422)
  t.match(await merge(work, volume), { status: 422, body: { detail: /below the other/ } })
  t.equal((await merge(work, 999_999)).status, 404)
})

t.test('a title is split at a page, and structure that the page stands inside of with it', async t => {
  const title = await aTitle(app, { title: 'Both', pages: 6, release: true })
  const ids = (await pagesOf(title)).map(({ id }) => id)
  const outer = await chapter(title, 'Outer', ids.slice(1, 5))
  await chapter(outer, 'Inner', ids.slice(2, 4))
  await call('PUT', `/api/v1/tree/${title}/children/order`, { ids: [ids[0], outer, ids[5]] }, any)
  t.same(await outline(title), ['p1', ['Outer', 'p2', 'p5', ['Inner', 'p3', 'p4']], 'p6'])
  const before = await dump(app.services.db)
  const split = (page: number | undefined) =>
    call('POST', `/api/v1/titles/${title}/split`, { page, title: { title: 'Second' , record: { value: 'second', source: 'test' } } }, any) // prettier-ignore
  t.match(await split(ids[0]), { status: 422, body: { detail: /nothing would stay/ } })
  const made = await split(ids[3])
  t.equal(made.status, 201)
  t.same(await outline(title), ['p1', ['Outer', 'p2', 'p5', ['Inner', 'p3']]])
  t.same(await outline(made.body.id), [['Outer', ['Inner', 'p4']], 'p6'])
  t.match((await read(`/api/v1/titles/${made.body.id}`)).body, {
    title: 'Second',
    pagesPresent: 2,
    isReleased: true,
  })
  t.match((await read(`/api/v1/titles/${title}`)).body, { pagesPresent: 4 })
  t.equal((await call('POST', made.body.links.undo)).status, 200)
  t.same(await dump(app.services.db), before)
})

t.test('a copy has everything but the identifiers', async t => {
  const title = await aTitle(app, { title: 'Original', pages: 2, release: true })
  const [first, second] = await pagesOf(title)
  await call('PUT', `/api/v1/pages/${first?.id}/master`, await sharp({ create: { width: 90, height: 120, channels: 3, background: 'red' } }).png().toBuffer(), { 'content-type': 'application/octet-stream', ...any }) // prettier-ignore
  await putText(second?.id as number, 'Ein Text')
  const part = await chapter(title, 'Part', [second?.id as number])
  await call('POST', `/api/v1/tree/${part}/link`, { target: first?.id })
  const shelf = await call('POST', '/api/v1/tree', {
    domain: 'lib',
    datatype: 'container',
    type: 'classification',
    caption: 'Shelf',
  })
  t.equal(shelf.status, 201, JSON.stringify(shelf.body))
  const before = await dump(app.services.db)
  const made = await call('POST', `/api/v1/tree/${title}/copy`, { parent: shelf.body.id })
  t.match(made, { status: 201, body: { copied: 5 } })
  const copy = made.body.id as number
  t.same(await outline(copy), await outline(title))
  const [one, two] = await pagesOf(copy)
  t.match(
    [one, two],
    [
      { ident: 'p1', hashsum: /sha256:/ },
      { ident: 'p2', hasText: true },
    ],
  )
  t.match((await call('GET', `/api/v1/titles/${copy}`)).body, {
    title: 'Original',
    pagesPresent: 2,
    hasText: true,
    identifiers: [],
  })
  t.notMatch((await call('GET', `/api/v1/titles/${copy}/mods`)).body, 'recordIdentifier')
  const inPart = (await call('GET', `/api/v1/titles/${copy}/structure`)).body.children[1].children
  t.equal(inPart[1].linkTo, one?.id, 'a link within the copy points to the copy')
  t.equal((await call('POST', made.body.links.undo)).body.removed, 5)
  t.same(await dump(app.services.db), before)
  t.match(await call('POST', `/api/v1/tree/${title}/copy`, { parent: part }), { status: 409 })
})

t.test('a copy goes beside its original, or to the top of another domain', async t => {
  await aDomain(app, 'copies')
  const title = await aTitle(app, { title: 'Twice', pages: 1, release: true })
  const next = await aTitle(app, { title: 'Next' })
  const top = async (domain: string) =>
    ((await call('GET', `/api/v1/tree?domain=${domain}`)).body.items as { id: number }[]).map(({ id }) => id)
  const copied = async (body: object) =>
    (await call('POST', `/api/v1/tree/${title}/copy`, body)).body.id as number
  const beside = await copied({ parent: null, position: { after: title } })
  const all = await top('lib')
  t.same(all.slice(all.indexOf(title)), [title, beside, next])
  const elsewhere = await copied({ parent: null, domain: 'copies' })
  t.same(await top('copies'), [elsewhere])
  t.match(await pagesOf(elsewhere), [{ ident: 'p1' }])
  const [page] = await pagesOf(title)
  t.match(await call('POST', `/api/v1/tree/${page?.id}/copy`, { parent: null }), { status: 422 })
})

t.test('the preview of a move refuses what the move would refuse, and sees another domain', async t => {
  await aDomain(app, 'elsewhere')
  const work = await aTitle(app, { title: 'Work', type: 'multivolume_work' })
  const volume = await aTitle(app, { title: 'Volume', type: 'volume', parent: work, pages: 1 })
  const preview = (ids: (number | undefined)[], to: object) =>
    call('POST', '/api/v1/tree/batch', { action: 'move', ids, dryRun: true, ...to })
  t.match(await preview([work], { parent: volume }), { status: 409, body: { detail: /below itself/ } })
  const [page] = await pagesOf(volume)
  t.match(await preview([page?.id], { parent: null, domain: 'elsewhere' }), { status: 422 })
  t.match(await preview([work], { parent: null, domain: 'elsewhere' }), { status: 200, body: { changed: 1 } })
  t.match(await preview([work], { parent: null, domain: 'lib' }), { status: 200, body: { changed: 0 } })
})

t.test('a range of pages moves to a place in another title, with labels and texts', async t => {
  const [from, to] = [
    await aTitle(app, { title: 'From', pages: 4 }),
    await aTitle(app, { title: 'To', pages: 2 }),
  ]
  const ids = (await pagesOf(from)).map(({ id }) => id)
  await call('POST', `/api/v1/titles/${from}/paginate`, { from: ids[0], to: ids[3], type: 'page', start: 11 })
  await putText(ids[1] as number, 'Ein Text')
  const [anchor] = await pagesOf(to)
  const moved = await call('POST', '/api/v1/tree/batch', {
    action: 'move',
    ids: ids.slice(1, 3),
    parent: to,
    position: { after: anchor?.id },
  })
  t.equal(moved.status, 200)
  t.match(await pagesOf(to), [
    { ident: 'p1' },
    { ident: 'p2', pagination: { caption: 'Seite 12' }, hasText: true },
    { ident: 'p3', pagination: { caption: 'Seite 13' } },
    { ident: 'p2' },
  ])
  t.same(await idents(from), ['p1', 'p4'])
})

t.test('a merger takes as many statements for many pages and identifiers as for few', async t => {
  const merged = async (many: number): Promise<number> => {
    const [stays, goes] = [
      await aTitle(app, { title: 'Few' }),
      await aTitle(app, { title: 'Many', pages: many }),
    ]
    for (let at = 0; at < many; at++)
      await call('POST', `/api/v1/titles/${goes}/identifiers`, {
        scheme: 'doi',
        value: `10.1/many-${many}-${at}`,
      })
    const wanted = await outline(goes)
    const sent = await statementsOf(async () => {
      t.match(await call('POST', `/api/v1/titles/${stays}/merge`, { from: goes, position: 'first' }, any), {
        status: 200,
        body: { moved: many },
      })
    })
    t.same(await outline(stays), wanted)
    return sent.length
  }
  const [few, many] = [await merged(2), await merged(12)]
  t.ok(many < few + 10, `${few} statements for two, ${many} for twelve`)
})

t.test('many pages that move keep their order, with the gaps of all siblings', async t => {
  const [from, to] = [
    await aTitle(app, { title: 'Many from', pages: 3 }),
    await aTitle(app, { title: 'Many to', pages: 1 }),
  ]
  const [a, b, c] = (await pagesOf(from)).map(({ id }) => id) as [number, number, number]
  const sorts = async () =>
    (
      await app.services.db
        .selectFrom('OPR_Tree')
        .select(['OT_ID as id', 'OT_Sort as sort'])
        .where('OT_OT_Parent', '=', to)
        .orderBy('OT_Sort')
        .execute()
    ).map(({ id, sort }) => [id, sort])
  const [[there, sort = 0] = []] = await sorts()
  const moved = await call('POST', '/api/v1/tree/batch', { action: 'move', ids: [c, a, b], parent: to })
  t.equal(moved.status, 200)
  t.same(await sorts(), [
    [there, sort],
    [a, sort + 256],
    [b, sort + 512],
    [c, sort + 768],
  ])
})

t.test('nothing is made or moved below what is in the bin', async t => {
  const title = await aTitle(app, { title: 'With a binned chapter', pages: 2 })
  const [page] = (await pagesOf(title)).map(({ id }) => id)
  const aChapter = (parent: number) =>
    call('POST', '/api/v1/tree', { parent, datatype: 'structure', type: 'chapter', caption: 'A chapter' })
  const gone = (await aChapter(title)).body.id as number
  t.equal((await call('POST', '/api/v1/tree/batch', { action: 'bin', ids: [gone] })).status, 200)
  for (const refused of [
    await aChapter(gone),
    await call('POST', '/api/v1/tree/batch', { action: 'move', ids: [page], parent: gone }),
  ]) {
    t.equal(refused.status, 409, refused.raw.toString())
    t.equal(refused.body.detail, `Node ${gone} is in the bin; restore it first.`)
  }
})
