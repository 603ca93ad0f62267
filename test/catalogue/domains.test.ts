import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { genreSet, makeSystemDomains, takenNames } from '../../src/catalogue/domains/index.ts'
import { root } from '../../src/root.ts'
import { aUser } from '../support/people.ts'
import { aTitle, start } from '../support/start.ts'

const { call, read, ...app } = await start(t)
const etag = async (name: string) => (await call('GET', `/api/v1/domains/${name}`)).headers['etag'] as string
const create = (body: object) => call('POST', '/api/v1/domains', body)

t.test('domains stand below each other, are found by every name, and say what they are', async t => {
  t.match(await create({ name: 'top', caption: 'Top', shortName: 'T', reference: 'ref:1' }), {
    status: 201,
    headers: { location: '/api/v1/domains/top' },
    body: { level: 1, hasChildren: false, isSystem: false },
  })
  const child = await create({
    name: 'below',
    caption: 'Below',
    parent: 'top',
    description: { de: 'Unten', en: 'Below' },
    customData: { shelf: 7 },
  })
  const { id } = child.body
  for (const key of ['below', id]) t.match((await read(`/api/v1/domains/${key}`)).body, { id, level: 2 })
  for (const key of ['T', 'ref:1'])
    t.match((await read(`/api/v1/domains/${encodeURIComponent(key)}`)).body, {
      name: 'top',
      hasChildren: true,
    })
  t.match((await read('/api/v1/domains/below')).body, {
    description: { de: 'Unten' },
    customData: { shelf: 7 },
    rights: ['tree:read'],
  })
  t.match((await read('/api/v1/domains?parent=none')).body.items, [{ name: 'top' }])
  t.match((await read('/api/v1/domains?parent=top&view=short')).body.items, [{ name: 'below' }])
  t.match((await read('/api/v1/domains?view=full')).body.items, [
    { name: 'top' },
    { customData: { shelf: 7 } },
  ])
})

t.test('names are unique, and a number is none', async t => {
  t.equal((await create({ name: 'top', caption: 'Again' })).status, 409)
  t.match(await create({ name: '77', caption: 'Number' }), { status: 422, body: { detail: /number/ } })
  t.equal((await create({ name: 'a/b', caption: 'Slash' })).status, 400)
  t.equal((await create({ name: 'lost', caption: 'Lost', parent: 'nowhere' })).status, 404)
})

t.test('a stale change is refused; the tree shows the caption of the domain', async t => {
  const before = await etag('top')
  t.match(await call('PATCH', '/api/v1/domains/top', { caption: 'Oben' }, { 'if-match': before }), {
    status: 200,
    body: { caption: 'Oben' },
  })
  t.equal((await call('PATCH', '/api/v1/domains/top', { caption: 'x' }, { 'if-match': before })).status, 412)
  t.equal((await call('PATCH', '/api/v1/domains/top', { caption: 'x' })).status, 428)
  const { items } = (await read('/api/v1/tree?domain=top&datatype=domain')).body
  t.match(items, [{ caption: 'Oben' }])
})

t.test('moves with all below, never below itself; system domains stay', async t => {
  await create({ name: 'deep', caption: 'Deep', parent: 'below' })
  const move = async (name: string, parent: string | null) =>
    await call('POST', `/api/v1/domains/${name}/move`, { parent }, { 'if-match': await etag(name) })
  t.match(await move('top', 'deep'), { status: 409, body: { rule: 'E_DOMAIN_CYCLE' } })
  t.match(await move('below', null), { status: 200, body: { level: 1 } })
  t.match((await read('/api/v1/domains/deep')).body, { level: 2 })
  await app.services.database.withConnection(connection =>
    connection.run(`update OPR_Domain set OD_System = 1 where OD_Name = 'deep'`),
  )
  t.match(await move('deep', null), { status: 409, body: { detail: /system domain/ } })
  t.equal(
    (await call('DELETE', '/api/v1/domains/deep', undefined, { 'if-match': await etag('deep') })).status,
    409,
  )
})

t.test('only an empty domain is removed, and its node with it', async t => {
  const remove = async (name: string) =>
    await call('DELETE', `/api/v1/domains/${name}`, undefined, { 'if-match': await etag(name) })
  t.match(await remove('below'), { status: 409, body: { detail: /1 domain below/ } })
  await create({ name: 'full', caption: 'Full' })
  const title = await aTitle({ call, read, ...app }, { domain: 'full' })
  t.match(await remove('full'), { status: 409, body: { detail: /still has 1 title/ } })
  await call('DELETE', `/api/v1/tree/${title}`)
  await call('DELETE', `/api/v1/tree/${title}?purge=true`)
  t.equal((await remove('full')).status, 204)
  t.equal((await read('/api/v1/domains/full')).status, 404)
})

t.test('options are inherited, set below, checked, and tell where they come from', async t => {
  const option = async (domain: string, key: string) =>
    (await call('GET', `/api/v1/domains/${domain}/config`)).body.options.find(
      (candidate: { key: string }) => candidate.key === key,
    )
  const set = (domain: string, body: object) => call('PATCH', `/api/v1/domains/${domain}/config`, body)
  t.match(await option('deep', 'image.widths'), {
    origin: 'server.ini, [webcache] widths',
    from: { kind: 'server', domain: null },
    kind: 'list',
    about: /Widths offered/,
    own: null,
  })
  t.match(await option('deep', 'import.release'), {
    value: 'false',
    origin: 'default',
    kind: 'option',
    choices: ['true', 'false'],
  })
  await set('below', { 'image.widths': '200, 400' })
  t.match(await option('deep', 'image.widths'), {
    value: ['200', '400'],
    origin: 'database, domain below',
    from: { kind: 'database', domain: 'below' },
    own: null,
  })
  await set('deep', { 'image.widths': '99' })
  t.match(await option('deep', 'image.widths'), {
    value: ['99'],
    origin: 'database, domain deep',
    own: '99',
    inherited: { value: ['200', '400'], from: { domain: 'below' } },
  })
  await set('deep', { 'image.widths': null })
  t.match(await option('deep', 'image.widths'), { value: ['200', '400'] })
  t.match(await set('deep', { 'image.colour': 'red' }), {
    status: 422,
    body: { detail: /no domain option ‘image.colour’/ },
  })
  t.equal((await read('/api/v1/domains/deep/config')).status, 401)
})

t.test(
  'each wrong option is named, nothing of the rest is stored, and a newer change is not overwritten',
  async t => {
    const at = '/api/v1/domains/deep/config'
    const first = await call('GET', at)
    const etag = first.headers['etag'] as string
    t.match(first.body.presets, ['mandant', 'retro'])
    t.equal((await call('GET', at, undefined, { 'if-none-match': etag })).status, 304)
    const wrong = await call('PATCH', at, {
      'rights.owner': 'The library',
      'image.widths': '200, wide',
      'ocr.languages': 'deu frk',
      'import.release': 'perhaps',
    })
    t.match(wrong, {
      status: 422,
      body: {
        errors: [
          { pointer: '/image.widths', detail: /got ‘wide’/ },
          { pointer: '/ocr.languages', detail: /got ‘deu frk’/ },
          { pointer: '/import.release', detail: /expected one of true, false/ },
        ],
      },
    })
    t.equal((await call('GET', at)).headers['etag'], etag, 'nothing was stored')
    const set = await call('PATCH', at, { 'rights.owner': 'One' }, { 'if-match': etag })
    t.equal(set.status, 200)
    t.equal((await call('PATCH', at, { 'rights.owner': 'Two' }, { 'if-match': etag })).status, 412)
    const again = set.headers['etag'] as string
    t.equal((await call('PATCH', at, { 'rights.owner': null }, { 'if-match': again })).status, 200)
  },
)

t.test('a domain takes its folder along when it is renamed, or keeps its name', async t => {
  const folder = (name: string) => join(app.services.config.path.domain, name)
  await create({ name: 'before', caption: 'Before' })
  mkdirSync(join(folder('before'), 'config'), { recursive: true })
  writeFileSync(join(folder('before'), 'config/config.ini'), '[rights]\nowner = The folder\n')
  const rename = (from: string, name: string) =>
    call('PATCH', `/api/v1/domains/${from}`, { name }, { 'if-match': '*' })
  const owner = async (name: string) =>
    (await call('GET', `/api/v1/domains/${name}/config`)).body.options.find(
      (option: { key: string }) => option.key === 'rights.owner',
    )
  t.match(await rename('before', 'after'), { status: 200, body: { name: 'after' } })
  t.match(await owner('after'), { value: 'The folder', from: { kind: 'file', domain: 'after' } })
  mkdirSync(folder('taken'), { recursive: true })
  t.match(await rename('after', 'taken'), { status: 409, body: { detail: /folder ‘taken’/ } })
  t.equal((await rename('after', 'top')).status, 409)
  t.match(await owner('after'), { value: 'The folder' }, 'a change that is refused leaves the folder')
  t.match(await rename('after', '12'), { status: 422, body: { errors: [{ pointer: '/name' }] } })
})

t.test('who works here learns how many titles stand in each domain', async t => {
  await create({ name: 'counted', caption: 'Counted' })
  const shown = await aTitle({ call, read, ...app }, { domain: 'counted' })
  await aTitle({ call, read, ...app }, { domain: 'counted' })
  await call('POST', `/api/v1/tree/${shown}/release`)
  const of = async (asked: typeof read) =>
    (await asked('/api/v1/domains?counts=true&name=counted')).body.items[0].titles
  t.same(await of(path => call('GET', path)), { released: 1, hidden: 1 })
  t.equal(await of(read), undefined, 'readers do not')
})

t.test('a domain has names in several languages, each once among the domains beside it', async t => {
  await create({ name: 'pool', caption: 'Pool', captions: { de: 'Bestand', en: 'Pool' } })
  const one = await create({
    name: 'p1',
    caption: 'One',
    parent: 'pool',
    captions: { de: 'Karten', en: 'Maps' },
  })
  t.match(one.body, { captions: { de: 'Karten', en: 'Maps' } })
  const same = await create({
    name: 'p2',
    caption: 'Two',
    parent: 'pool',
    captions: { de: 'Pläne', en: ' maps ' },
  })
  t.match(
    [same.status, same.body.detail],
    [409, /Domain ‘p1’, beside this one, is named ‘Maps’ \(en\) already/],
  )
  t.equal(
    (await create({ name: 'p2', caption: 'Two', parent: 'pool', captions: { fr: 'Maps' } })).status,
    201,
  )
  t.equal(
    (await call('PATCH', '/api/v1/domains/p2', { captions: { en: 'MAPS' } }, { 'if-match': '*' })).status,
    409,
  )
  t.equal(
    (await call('PATCH', '/api/v1/domains/p1', { captions: { en: 'maps' } }, { 'if-match': '*' })).status,
    200,
  )
  await create({ name: 'p3', caption: 'Three', captions: { en: 'Maps' } })
  const moved = await call('POST', '/api/v1/domains/p3/move', { parent: 'pool' }, { 'if-match': '*' })
  t.match([moved.status, moved.body.detail], [409, /‘p1’/])
  const both = await Promise.all(
    ['q1', 'q2'].map(name => create({ name, caption: name, parent: 'pool', captions: { en: 'Twins' } })),
  )
  t.same(
    both.map(answer => answer.status).sort((a, b) => a - b),
    [201, 409],
    'two at once: one',
  )
  t.match((await create({ name: 'big', caption: 'B', captions: { en: 'x'.repeat(2000) } })).status, 400)
})

t.test('contact, comment, mappings and masks are kept, inherited and refused by name', async t => {
  const nobody = '00000000-0000-4000-8000-000000000000'
  const { uuid: user } = await aUser(app as never, { login: 'curator', name: 'Curator' })
  const set = (body: object, name = 'pool') =>
    call('PATCH', `/api/v1/domains/${name}`, body, { 'if-match': '*' })
  const changed = await set({
    contactUser: user,
    comment: 'Needs a new shelf',
    mappings: { imageExport: 'iptc', dublinCoreExport: 'none' },
    standardMasks: { monograph: ['long', 'short'] },
  })
  t.match(changed.body, {
    contactUser: user,
    comment: 'Needs a new shelf',
    mappings: { imageExport: 'iptc', imageImport: 'parent', dublinCoreExport: 'none' },
    standardMasks: { monograph: ['long', 'short'] },
    relationships: { contact: { data: { type: 'user', id: user } } },
  })
  const pool = changed.body.id as number
  await set({ mappings: { dublinCoreExport: 'objecttype' } }, 'p1')
  const child = (await call('GET', '/api/v1/domains/p1')).body
  t.same(child.compiledMappings, {
    imageExport: { value: 'iptc', domainId: pool },
    imageImport: { value: 'objecttype', domainId: null },
    dublinCoreExport: { value: 'objecttype', domainId: child.id },
  })
  t.equal(
    (await read('/api/v1/domains/pool')).body.comment,
    undefined,
    'the comment is for those who work here',
  )
  t.match((await set({ contactUser: nobody })).body.detail, /contactUser: there is no user 00000000/)
  t.match((await set({ standardMasks: { nothing: [] } })).body.detail, /no type of titles ‘nothing’/)
  t.equal((await set({ mappings: { imageExport: 'a b' } })).status, 400)
  t.equal((await set({ mappings: { thumbnails: 'none' } })).status, 400)
  const cleared = await set({ contactUser: null, comment: null, standardMasks: null })
  t.match(cleared.body, { contactUser: null, comment: null, standardMasks: null })
  await set({ contactUser: user, comment: 'Needs a new shelf' })
})

t.test('domains are searched by each of their fields', async t => {
  const found = async (query: string): Promise<string[]> =>
    ((await call('GET', `/api/v1/domains?${query}`)).body.items as { name: string }[]).map(item => item.name).sort((a, b) => a.localeCompare(b)) // prettier-ignore
  const pool = (await call('GET', '/api/v1/domains/pool')).body
  await call('PATCH', '/api/v1/domains/p1', { shortName: 'PONE', reference: 'ref:p1', contact: 'Desk 3', description: { de: 'Große Blätter' } }, { 'if-match': '*' }) // prettier-ignore
  await call('POST', `/api/v1/domains/p1/rights`, { subject: 'everyone', right: 'download', effect: 'deny' })
  const p1 = (await call('GET', '/api/v1/domains/p1')).body
  t.same(await found(`id=${pool.id}`), ['pool'])
  const twins = await found('caption=Twins')
  t.same(await found('within=pool'), ['p1', 'p2', 'pool', ...twins])
  t.same(await found('within=pool&level=1'), ['pool'])
  t.same(await found('within=pool&hasChildren=true'), ['pool'])
  t.same(await found('within=pool&isSystem=true'), [])
  t.same(await found('name=p1'), ['p1'])
  t.same(await found('shortName=PONE'), ['p1'])
  t.same(await found('reference=ref:p1'), ['p1'])
  t.same(await found('caption=BESTAND'), ['pool'], 'in any language and case')
  t.same(await found('description=gro%C3%9Fe'), ['p1'])
  t.same(await found('contact=desk'), ['p1'])
  t.same(await found('q=bl%C3%A4tter'), ['p1'])
  t.same(await found('comment=shelf'), ['pool'])
  t.same(await found(`contactUser=${pool.contactUser}`), ['pool'])
  t.same(await found('mapping=iptc'), ['pool'])
  t.same(await found('hasEntries=true'), ['p1'])
  t.same(await found(`within=pool&version=${p1.meta.version}&name=p1`), ['p1'])
  t.equal((await read('/api/v1/domains?hasEntries=true')).status, 403)
  t.equal((await read('/api/v1/domains?comment=shelf')).status, 403)
  t.equal((await read('/api/v1/domains?q=shelf')).body.items.length, 0, 'nor found in passing')
  t.equal((await call('GET', '/api/v1/domains?within=nothing')).status, 404)
  t.equal((await call('GET', '/api/v1/domains?colour=red')).status, 400)
})

t.test('four representations: full, for a search, short, and short for a search', async t => {
  const one = async (view: string) => (await read(`/api/v1/domains?name=p1&view=${view}`)).body.items[0]
  const path = [{ name: 'pool' }, { name: 'p1' }]
  const [full, search, short, shortSearch] = await Promise.all(
    ['full', 'search', 'short', 'shortSearch'].map(one),
  )
  t.match(full, {
    shortPath: path,
    compiledTags: [],
    compiledMappings: {},
    rights: ['tree:read'],
    contact: 'Desk 3',
  })
  t.match(search, {
    level: 2,
    shortPath: path,
    hasChildren: false,
    captions: { en: 'maps' },
    contact: 'Desk 3',
  })
  t.equal(search.compiledTags, undefined)
  t.equal(search.hasEntries, undefined, 'readers are not told where entries are')
  t.equal((await call('GET', '/api/v1/domains?name=p1')).body.items[0].hasEntries, true)
  t.same(Object.keys(short).sort(), ['caption', 'captions', 'id', 'name', 'parentId', 'shortPath'])
  t.match(short, { name: 'p1', shortPath: path })
  t.notOk('shortPath' in short.shortPath[0], 'domains of a path have none themselves')
  t.match(shortSearch, { name: 'p1', level: 2, shortPath: path })
  t.type(shortSearch.version, 'number')
})

t.test('the system domains are made once, also by two at once, and stay where they are', async t => {
  const { database } = app.services
  const said = (await Promise.all([makeSystemDomains(database), makeSystemDomains(database)])).flat()
  t.same(said, ['the system domain root was made', 'the system domain standard was made'])
  t.same(await makeSystemDomains(database), [], 'nothing at the next start')
  t.match((await call('GET', '/api/v1/domains?isSystem=true&view=short')).body.items.filter((item: { name: string }) => item.name !== 'deep'), [{ name: 'root', parentId: null }, { name: 'standard', shortPath: [{ name: 'root' }, { name: 'standard' }] }]) // prettier-ignore
  t.match((await call('POST', '/api/v1/domains/standard/move', { parent: null }, { 'if-match': '*' })).body.detail, /system domain/) // prettier-ignore
  t.match((await call('DELETE', '/api/v1/domains/standard', undefined, { 'if-match': '*' })).body.detail, /system domain/) // prettier-ignore
  const renamed = await call(
    'PATCH',
    '/api/v1/domains/standard',
    { captions: { de: 'Allgemein' } },
    { 'if-match': '*' },
  )
  t.equal(renamed.status, 200)
})

t.test('no domain is called as addresses or sets of the service are', async t => {
  const { paths } = JSON.parse(readFileSync(join(root, 'openapi.json'), 'utf8')) as { paths: object }
  const first = new Set(Object.keys(paths).map(path => path.split('/')[1] as string))
  first.delete('{domain}')
  t.same(
    [...first].filter(name => !takenNames.includes(name)),
    [],
    'every address is known',
  )
  for (const name of ['genre', 'api', 'OAI', 'iiif', 'search'])
    t.match(await create({ name, caption: name }), {
      status: 422,
      body: { detail: new RegExp(`cannot be called ‘${name}’`), errors: [{ pointer: '/name' }] },
    })
  t.match(await create({ name: 'kinds', caption: 'Kinds', shortName: genreSet }), {
    status: 422,
    body: { errors: [{ pointer: '/shortName' }] },
  })
  t.match(await call('PATCH', '/api/v1/domains/top', { name: 'desk' }, { 'if-match': '*' }), {
    status: 422,
    body: { detail: /cannot be called ‘desk’/ },
  })
})
