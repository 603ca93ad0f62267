import sharp from 'sharp'
import t from '../support/tap.ts'
import { isAtLength, some } from '../support/at-length.ts'
import { changesOf, operationAt } from '../support/conforms.ts'
import { dump } from '../support/dump.ts'
import { aDomain, type Answer, asMods, aTitle, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
await aDomain(app, 'other')
const { services } = app
const called = new Set<string>()
const call: typeof app.call = (method, url, ...rest) => {
  const operation = operationAt(method, url)?.operationId
  if (operation !== undefined) called.add(operation)
  return app.call(method, url, ...rest)
}
const any = { 'if-match': '*' }
const tables = () => dump(services.db)
const batchOf = (answer: Answer): number => Number(answer.headers['operation'])
const undo = (answer: Answer) => call('POST', `/api/v1/operations/${batchOf(answer)}/undo`)
const pagesOf = async (title: number): Promise<number[]> =>
  ((await call('GET', `/api/v1/titles/${title}/pages`)).body.items as { id: number }[]).map(page => page.id)

/** What two dumps do not share. */
const difference = (before: Record<string, string>, after: Record<string, string>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(key => before[key] !== after[key])
    .map(key => `${key}: ${before[key]} -> ${after[key]}`)

const book = await aTitle(app, { title: 'Book', pages: 6 })
const work = await aTitle(app, { title: 'Work', type: 'multivolume_work' })
const pages = await pagesOf(book)
const [first, second, third] = pages as [number, number, number]
const newNode = async (caption: string, parent = book): Promise<number> =>
  (await call('POST', '/api/v1/tree', { parent, datatype: 'structure', type: 'chapter', caption })).body.id
const chapter = await newNode('Chapter')
const mods = modsOf('own', 'Another title', '<identifier type="urn">urn:nbn:de:test-1</identifier>')
const alto = (word: string) =>
  `<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#"><Description><MeasurementUnit>pixel</MeasurementUnit></Description><Layout><Page WIDTH="100" HEIGHT="150"><PrintSpace><TextBlock><TextLine><String CONTENT="${word}"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>`
const image = (colour: string) =>
  sharp({ create: { width: 100, height: 150, channels: 3, background: colour } })
    .jpeg()
    .toBuffer()
const scan = async (page: number, colour: string) =>
  call('PUT', `/api/v1/pages/${page}/master`, await image(colour), {
    'content-type': 'application/octet-stream',
    ...any,
  })
const batch = (body: object) => call('POST', '/api/v1/tree/batch', body)
const putText = (page: number, text: string) =>
  call('PUT', `/api/v1/pages/${page}/text`, text, { 'content-type': 'text/plain', ...any })
await scan(first, 'red')
await putText(second, 'Ein Text')
for (const page of [second, third])
  await call('PUT', `/api/v1/pages/${page}/alto`, alto('Wort'), {
    'content-type': 'application/alto+xml',
    ...any,
  })
await call('POST', '/api/v1/tags', { name: 'torn', captions: { en: 'Torn' } })
await call('POST', '/api/v1/tags', { name: 'spare' })
await call('PATCH', '/api/v1/domains/other', { tags: ['torn'] }, any)
await call('PATCH', '/api/v1/domains/other/config', { 'image.widths': '100', 'import.release': 'true' })
await call('POST', '/api/v1/transitions', {
  name: 'careful',
  change: 'release',
  domain: 'other',
  confirm: false,
})
await call('POST', '/api/v1/transitions', { name: 'gone', change: 'hide', domain: 'other' })
const other = await aTitle(app, { title: 'Other', pages: 3 })
const otherPages = await pagesOf(other)
await call('PATCH', `/api/v1/tree/${chapter}`, { caption: 'Chapter of the book' }, any)
await call('PATCH', `/api/v1/pages/${second}`, { comment: 'was torn' }, any)
const oldest = async (url: string): Promise<number> => (await call('GET', url)).body.items.at(-1).id
/** The table of titles with another signature in each row. */
const changedTable = async (): Promise<string> => {
  const { body } = await call('GET', '/api/v1/titles/export?format=csv&domain=lib')
  const [head = '', ...rows] = String(body).trimEnd().split('\r\n')
  const at = head.split(';').findIndex(name => /signature/.test(name))
  return [head, ...rows.map(row => row.split(';').with(at, 'T 1').join(';'))].join('\r\n')
}
const version = async (): Promise<string> =>
  (await call('GET', `/api/v1/titles/${book}/history`)).body.items.find(
    (entry: { kind: string }) => entry.kind === 'fields',
  ).n

/** A title by an import, whose item names the operation. */
const imported = async (ident: string, title: string): Promise<Answer> => {
  const { body } = await call('POST', '/api/v1/imports', {
    domain: 'lib',
    mods: modsOf(ident, title),
    overwrite: true,
    structure: [{ type: 'chapter', caption: 'Chapter of the import' }],
  })
  await app.drain()
  const answer = await call('GET', `/api/v1/imports/${body.id}`)
  const [item] = answer.body.items
  const operation = String(item.links.operation).split('/').at(-1)
  return { ...answer, headers: { operation }, body: item } as Answer
}

/** Every kind of operation on the catalogue. */
const kinds: Readonly<Record<string, () => Promise<Answer>>> = {
  'creating a node': () =>
    call('POST', '/api/v1/tree', { parent: book, datatype: 'structure', type: 'chapter', caption: 'New' }),
  'renaming and retyping a node': () =>
    call('PATCH', `/api/v1/tree/${chapter}`, { caption: 'Renamed', type: 'preface' }, any),
  'moving a page into a chapter': () => call('POST', `/api/v1/tree/${first}/move`, { parent: chapter }, any),
  'moving a title to another domain': () =>
    call('POST', `/api/v1/tree/${book}/move`, { parent: null, domain: 'other' }, any),
  'moving a title below a work': () => call('POST', `/api/v1/tree/${book}/move`, { parent: work }, any),
  'placing a page between two neighbours': () =>
    call('POST', `/api/v1/tree/${third}/move`, { parent: book, position: { after: first } }, any),
  linking: () => call('POST', `/api/v1/tree/${chapter}/link`, { target: first }),
  'ordering children': () =>
    call('PUT', `/api/v1/tree/${book}/children/order`, { ids: [...pages].reverse() }, any),
  'releasing for the first time': () => call('POST', `/api/v1/tree/${book}/release`),
  binning: () => call('DELETE', `/api/v1/tree/${book}`),
  'retyping many': () => batch({ action: 'retype', ids: [chapter], type: 'index' }),
  'moving many': () => batch({ action: 'move', ids: pages.slice(0, 3), parent: chapter }),
  'saving an outline': () =>
    call(
      'PUT',
      `/api/v1/titles/${book}/structure`,
      {
        children: [
          { type: 'title_page', caption: 'Titelblatt', children: [{ id: first }] },
          ...pages.slice(1).map(id => ({ id })),
        ],
      },
      any,
    ),
  paginating: () =>
    call('POST', `/api/v1/titles/${book}/paginate`, { from: first, to: third, type: 'page', start: 7 }),
  'reordering pages': () => call('POST', `/api/v1/titles/${book}/reorder`, { ids: [third, first] }),
  'adding pages': () =>
    call('POST', `/api/v1/titles/${book}/pages`, { pages: [{ ident: 'new' }], position: { after: first } }),
  'changing a page': () =>
    call(
      'PATCH',
      `/api/v1/pages/${first}`,
      { ident: 'x', comment: 'dirty', pagination: { caption: '[Seite 9]' } },
      any,
    ),
  'replacing a master': () => scan(first, 'blue'),
  'a first master': () => scan(third, 'green'),
  'changing fields and comments of a title': () =>
    call(
      'PATCH',
      `/api/v1/titles/${book}`,
      { caption: 'By hand', signature: 'A 1', comment: 'secret', pageCount: 12, orderDate: '2020-02-29' },
      any,
    ),
  'replacing the record': () => call('PUT', `/api/v1/titles/${book}/mods`, mods, { ...asMods, ...any }),
  'storing a new record': () =>
    call('POST', '/api/v1/titles?domain=lib&type=monograph', modsOf('fresh', 'Fresh'), asMods),
  'restoring a version': async () =>
    call('POST', `/api/v1/titles/${book}/history/${await version()}/restore`, undefined, any),
  'adding an identifier': () =>
    call('POST', `/api/v1/titles/${book}/identifiers`, { scheme: 'doi', value: '10.1/x' }),
  'taking an identifier off': async () => {
    const { items } = (await call('GET', `/api/v1/titles/${book}/identifiers`)).body
    return call('DELETE', `/api/v1/titles/${book}/identifiers/${items[0].id}`)
  },
  'choosing the title page': () => call('PUT', `/api/v1/titles/${book}/titlepage`, { page: third }, any),
  'a first text': () => putText(third, 'Neu'),
  'replacing a text': () => putText(second, 'Anders'),
  'replacing ALTO': () =>
    call('PUT', `/api/v1/pages/${second}/alto`, alto('Anders'), {
      'content-type': 'application/alto+xml',
      ...any,
    }),
  'changing many records': () =>
    call('POST', '/api/v1/titles/batch', {
      ids: [book, other],
      changes: [
        { action: 'replace', field: 'mods.title', find: 'e', with: 'E' },
        { action: 'set', field: 'signature', value: 'Z 9' },
        { action: 'add', field: 'mods.subject', value: 'Books' },
      ],
    }),
  'changing titles by a table': async () =>
    call('POST', '/api/v1/titles/table', await changedTable(), { 'content-type': 'text/csv' }),
  merging: () => call('POST', `/api/v1/titles/${book}/merge`, { from: other }, any),
  splitting: () =>
    call(
      'POST',
      `/api/v1/titles/${book}/split`,
      { page: third, title: { title: 'Second half', record: { value: 'half', source: 'test' } } },
      any,
    ),
  copying: () => call('POST', `/api/v1/tree/${book}/copy`, { parent: work }),
  'tagging a node': () => call('PUT', `/api/v1/tree/${first}/tags`, { tags: ['torn'] }, any),
  'tagging many': () => batch({ action: 'tag', ids: pages, add: ['torn'] }),
  'moving pages into another title': () =>
    batch({ action: 'move', ids: pages.slice(1, 3), parent: other, position: { after: otherPages[0] } }),
  'releasing many': () => batch({ action: 'release', ids: [book, other] }),
  'binning many': () => batch({ action: 'bin', ids: [chapter, third] }),
  'restoring a version of a node': async () =>
    call('POST', `/api/v1/tree/${chapter}/history/${await oldest(`/api/v1/tree/${chapter}/history`)}/restore`, undefined, any), // prettier-ignore
  'restoring a version of a page': async () =>
    call('POST', `/api/v1/pages/${second}/history/${await oldest(`/api/v1/pages/${second}/history`)}/restore`, undefined, any), // prettier-ignore
  'correcting lines': () =>
    call('PATCH', `/api/v1/pages/${third}/lines`, { lines: [{ n: 0, text: 'Zeile' }] }, any),
  'restoring a version of a text': async () => {
    const { items } = (await call('GET', `/api/v1/pages/${second}/texts/history`)).body
    const { id } = (items as { id: number; text: string | null }[]).find(each => each.text === 'Anders') ?? {}
    return await call('POST', `/api/v1/pages/${second}/texts/history/${id}/restore`, undefined, any)
  },
  'turning and cropping an image': () =>
    call('PATCH', `/api/v1/pages/${first}/pack`, { rotation: 90, crop: { x: 1, y: 2, width: 30, height: 40 } }, any), // prettier-ignore
  'turning an image further': () => call('POST', `/api/v1/pages/${first}/rotate`, { by: 180 }, any),
  'making a domain': () =>
    call('POST', '/api/v1/domains', { name: 'made', caption: 'Made', parent: 'other', tags: ['torn'] }),
  'changing a domain': () =>
    call(
      'PATCH',
      '/api/v1/domains/other',
      { name: 'another', caption: 'Another', sort: 7, description: { en: 'Text' }, privateTags: true, tags: ['spare'] },
      any,
    ), // prettier-ignore
  'moving a domain': () => call('POST', '/api/v1/domains/other/move', { parent: 'lib' }, any),
  'changing options of a domain': () =>
    call('PATCH', '/api/v1/domains/other/config', {
      'image.widths': '200',
      'import.release': null,
      'ocr.languages': 'deu',
    }),
  'defining a tag': () =>
    call('POST', '/api/v1/tags', { name: 'stained', kind: 'system', domain: 'other', colour: '#ff0000' }),
  'changing a tag': () =>
    call('PATCH', '/api/v1/tags/torn', { name: 'ripped', captions: { en: 'Ripped' }, isPublic: true }, any),
  'removing a tag': () => call('DELETE', '/api/v1/tags/spare', undefined, any),
  'defining a transition': () =>
    call('POST', '/api/v1/transitions', {
      name: 'tell',
      change: 'tag',
      tag: 'spare',
      mail: ['a@example.org'],
    }),
  'changing a transition': () =>
    call('PATCH', '/api/v1/transitions/careful', { comment: true, who: { topics: ['RELEASE'] } }, any),
  'removing a transition': () => call('DELETE', '/api/v1/transitions/gone', undefined, any),
  'importing a title': () => imported('imported', 'Imported'),
  'importing a title again': () => imported('own', 'Told by an import'),
  'marking an article on a page': () =>
    call(
      'PUT',
      `/api/v1/tree/${book}/regions`,
      { regions: [{ page: first, x: 5, y: 6, w: 70, h: 80 }] },
      any,
    ),
  'removing a text': () => call('DELETE', `/api/v1/pages/${second}/text`, undefined, any),
}

t.test(
  'after the undo of each kind of operation the tables are what they were, and so after its redo',
  async t => {
    await call('PATCH', `/api/v1/titles/${book}`, { signature: 'before' }, any)
    let before = await tables()
    const redone = some(Object.keys(kinds), 24)
    for (const [name, work] of Object.entries(kinds)) {
      const answer = await work()
      t.ok(answer.status < 300, `${name}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`)
      const between = await tables()
      t.not(difference(before, between).length, 0, `${name} changes something`)
      if (answer.body?.links)
        t.equal(
          answer.body.links.undo,
          `/api/v1/operations/${batchOf(answer)}/undo`,
          `${name} names its undo`,
        )
      const told = await call('GET', `/api/v1/operations/${batchOf(answer)}/changes`)
      t.ok(told.body.items?.length > 0, `${name} tells what it changed: ${JSON.stringify(told.body)}`)
      const undone = await undo(answer)
      t.equal(undone.status, 200, `${name}: ${JSON.stringify(undone.body)}`)
      t.same(difference(before, await tables()), [], name)
      if (undone.body.removed === 0 && redone.includes(name)) {
        t.equal((await undo(undone)).status, 200)
        t.same(difference(between, await tables()), [], `${name}, once more`)
        const again = await call('GET', `/api/v1/operations/${batchOf(answer)}`)
        t.equal(again.body.undoneBy, null)
        t.equal((await undo(answer)).status, 200)
        // what is left over is seen after the next one, too
        if (isAtLength) t.same(difference(before, await tables()), [], `${name}, taken back again`)
      }
    }
    t.same(difference(before, await tables()), [], 'all taken back again')
  },
)

t.test('hide and restore', async t => {
  await call('POST', `/api/v1/tree/${book}/release`)
  for (const work of [
    () => call('POST', `/api/v1/tree/${book}/hide`),
    () => call('DELETE', `/api/v1/tree/${chapter}`),
    () => call('POST', `/api/v1/tree/${chapter}/restore`),
  ]) {
    const before = await tables()
    const answer = await work()
    t.equal((await undo(answer)).status, 200)
    t.same(difference(before, await tables()), [])
    await work()
  }
})

t.test('an undo of definitions refuses, by name, what was changed since or is in use', async t => {
  const made = await call('POST', '/api/v1/tags', { name: 'used' })
  const named = await call('PATCH', '/api/v1/tags/used', { captions: { en: 'Used' } }, any)
  await call('PATCH', '/api/v1/tags/used', { captions: { en: 'In use' } }, any)
  t.match(await undo(named), {
    status: 409,
    body: {
      detail: /changed since: tag ‘used’ \(by operator/,
      changed: [{ what: 'tag ‘used’', by: 'operator' }],
    },
  })
  t.match(await undo(made), { status: 409 })
  const plain = await call('POST', '/api/v1/tags', { name: 'plain' })
  await call('PUT', `/api/v1/tree/${first}/tags`, { tags: ['plain'] }, any)
  t.match(await undo(plain), { status: 409, body: { detail: /‘plain’ is set on 1 node and 0 domains/ } })

  const domain = await call('POST', '/api/v1/domains', { name: 'filled', caption: 'Filled' })
  await call('POST', '/api/v1/titles?domain=filled&type=monograph', modsOf('filled', 'Filled'), asMods)
  t.match(await undo(domain), {
    status: 409,
    body: {
      detail: /domain ‘filled’: titles in it/,
      changed: [{ domain: domain.body.id, what: 'titles in it' }],
    },
  })
  const caption = await call('PATCH', '/api/v1/domains/filled', { caption: 'One', comment: 'a' }, any)
  await call('PATCH', '/api/v1/domains/filled', { caption: 'Two' }, any)
  t.match(await undo(caption), { status: 409, body: { detail: /domain ‘filled’: caption \(by operator/ } })
  await call('PATCH', '/api/v1/domains/filled', { caption: 'One' }, any)
  t.equal((await undo(caption)).status, 200, 'changed and changed back is not changed')
  t.match((await call('GET', '/api/v1/domains/filled')).body, { caption: 'Filled', comment: null })

  const empty = (await call('POST', '/api/v1/domains', { name: 'empty', caption: 'Empty' })).body.id
  await call('PATCH', '/api/v1/domains/empty/config', { 'image.widths': '100' })
  const removed = await call('DELETE', `/api/v1/domains/${empty}`, undefined, any)
  t.match(await undo(removed), {
    status: 409,
    body: { detail: /removed a domain, with the rights on it, for good/ },
  })
  t.equal((await call('GET', `/api/v1/operations/${batchOf(removed)}`)).body.links.undo, undefined)
})

t.test('an image that is turned back is served as it was, and a renewed secret stays renewed', async t => {
  const before = (await call('GET', `/api/v1/pages/${first}/pack`)).body
  const turned = await call('POST', `/api/v1/pages/${first}/rotate`, { by: 90 }, any)
  t.equal((await call('GET', `/api/v1/pages/${first}/pack`)).body.rotation, 90)
  await undo(turned)
  t.match((await call('GET', `/api/v1/pages/${first}/pack`)).body, {
    rotation: before.rotation,
    state: 'wanted',
  })
  const [one, two] = [await call('POST', `/api/v1/pages/${first}/rotate`, { by: 90 }, any), await call('POST', `/api/v1/pages/${first}/rotate`, { by: 90 }, any)] // prettier-ignore
  t.match(await undo(one), { status: 409, body: { changed: [{ node: first, what: 'rotation' }] } })
  await undo(two)

  const secret = async () => (await call('GET', '/api/v1/transitions/careful/secret')).body.secret as string
  const changed = await call('PATCH', '/api/v1/transitions/careful', { comment: true }, any)
  const old = await secret()
  await call('POST', '/api/v1/transitions/careful/secret')
  t.equal((await undo(changed)).status, 200)
  t.not(await secret(), old)
  const renewed = await secret()
  const gone = await call('DELETE', '/api/v1/transitions/careful', undefined, any)
  t.equal((await undo(gone)).status, 200)
  t.equal(await secret(), renewed)
})

t.test('no change of the catalogue is left out', async t => {
  const all = changesOf(['tree', 'titles', 'pages', 'structure', 'texts', 'tags', 'transitions', 'images'])
  t.ok(all.length > 30)
  // what a job reads of the pages later is in the histories of texts; a page with a scan that no other has goes into the bin
  const isElsewhere = (name: string) => ['recogniseTexts', 'addScan'].includes(name)
  t.same(all.filter(name => !called.has(name) && !isElsewhere(name)), []) // prettier-ignore
})

t.test('a page that was added with its scan goes into the bin, for the scan’s sake', async t => {
  const added = await call('POST', `/api/v1/titles/${book}/scans?after=${first}`, await image('yellow'), {
    'content-type': 'image/jpeg',
  })
  t.match(added, { status: 201 })
  t.match((await undo(added)).body, { removed: 0, binned: 1 })
  t.equal((await call('GET', `/api/v1/tree/${added.body.id as number}`)).body.isInBin, true)
})

t.test(
  'an undo refuses, by name, what was changed since, and leaves later work on other things alone',
  async t => {
    const title = await aTitle(app, { title: 'Later', pages: 3 })
    const [one, two] = (await pagesOf(title)) as [number, number]
    const paginated = await call('POST', `/api/v1/titles/${title}/paginate`, {
      from: one,
      to: two,
      type: 'page',
    })
    await call('PATCH', `/api/v1/pages/${two}`, { comment: 'kept' }, any)
    await call('PATCH', `/api/v1/pages/${one}`, { pagination: { caption: '[Seite 100]' } }, any)
    const before = await tables()
    const refused = await undo(paginated)
    t.match(refused, {
      status: 409,
      body: {
        detail: new RegExp(
          `Operation ${batchOf(paginated)} cannot be undone, because this was changed since: node ${one} .*caption.*by operator`,
        ),
        changed: [
          { node: one, what: 'caption' },
          { node: one, what: /paginationCaption/ },
        ],
      },
    })
    t.same(difference(before, await tables()), [], 'nothing was changed')
    await call('PATCH', `/api/v1/pages/${one}`, { pagination: { caption: 'Seite 1' } }, any)
    t.equal((await undo(paginated)).status, 200, 'changed and changed back is not changed')
    const page = (await call('GET', `/api/v1/pages/${two}`)).body
    t.match(page, { caption: 'p2', comment: 'kept', pagination: { caption: null, value: null } })
    const twice = await undo(paginated)
    t.match(twice, { status: 409, body: { detail: /was taken back by operation/ } })
  },
)

t.test(
  'what an operation made stays where others have put something to it, and a scan is never lost',
  async t => {
    const title = await aTitle(app, { title: 'Made' })
    const made = await call('POST', `/api/v1/titles/${title}/pages`, { pages: [{ ident: 'n' }] })
    const [page] = await pagesOf(title)
    await putText(page as number, 'Text')
    t.match(await undo(made), { status: 409, body: { detail: new RegExp(`node ${page}.*text`) } })
    await call('DELETE', `/api/v1/tree/${title}`)
    const purged = await call('DELETE', `/api/v1/tree/${title}?purge=true`)
    t.match(await undo(purged), { status: 409, body: { detail: /for good/ } })
    t.match(await call('POST', '/api/v1/operations/999999/undo'), { status: 404 })
    t.match(await call('GET', `/api/v1/operations/${batchOf(made)}`), {
      body: {
        batch: batchOf(made),
        undoneBy: null,
        entries: [{ action: 'add-pages', batch: batchOf(made) }],
      },
    })
  },
)

t.test('undoing a pagination brings back caption, label and METS label', async t => {
  const title = await aTitle(app, { title: 'Leaves', pages: 8, release: true })
  const all = await pagesOf(title)
  const eighth = all[7] as number
  const facts = async () => {
    const node = (await call('GET', `/api/v1/tree/${eighth}`)).body.caption as string
    const { pagination } = (await call('GET', `/api/v1/pages/${eighth}`)).body
    const mets = (await call('GET', `/mets/${title}`)).body as string
    return { node, pagination, mets: /ORDER="8"[^>]*>/.exec(mets)?.[0] }
  }
  const before = await facts()
  const answer = await call('POST', `/api/v1/titles/${title}/paginate`, {
    from: eighth,
    to: eighth,
    type: 'leaf',
    start: 99,
  })
  t.equal(answer.status, 200)
  t.not((await facts()).mets, before.mets)
  await undo(answer)
  t.same(await facts(), before)
})
