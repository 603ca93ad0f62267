import t from 'tap'
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
  t.match(await option('deep', 'image.widths'), { origin: 'default' })
  await set('below', { 'image.widths': '200, 400' })
  t.match(await option('deep', 'image.widths'), {
    value: ['200', '400'],
    origin: 'database, domain below',
  })
  await set('deep', { 'image.widths': '99' })
  t.match(await option('deep', 'image.widths'), { value: ['99'], origin: 'database, domain deep' })
  await set('deep', { 'image.widths': null })
  t.match(await option('deep', 'image.widths'), { value: ['200', '400'] })
  t.match(await set('deep', { 'image.colour': 'red' }), {
    status: 422,
    body: { detail: /no domain option ‘image.colour’/ },
  })
  t.equal((await read('/api/v1/domains/deep/config')).status, 401)
})
