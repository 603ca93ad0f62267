// People of a publisher, who may do something in the publisher's own area alone: they bring in titles there, see and edit these, and nothing
// that they send changes what stands elsewhere, whatever it names.
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, asMods, modsOf, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
await aDomain(app, 'lib')
const person = await aUser(app, { login: 'verlag' })
const asPerson = await aSession(app, 'verlag')
await aUser(app, { login: 'other' })
const asOther = await aSession(app, 'other')

const container = async (type: string, caption: string, parent?: number): Promise<number> =>
  (
    await app.call('POST', '/api/v1/tree', {
      ...(parent === undefined ? { domain: 'lib' } : { parent }),
      datatype: 'container',
      type,
      caption,
    })
  ).body.id
const grant = (right: string, user = person.uuid) => ({ subject: 'user', user, right, effect: 'grant' })
const area = await container('deliverer', 'Verlag Muster')
const rights = ['see', 'import', 'edit', 'structure'].map(right => grant(right))
await app.call('PUT', `/api/v1/tree/${area}/rights`, { entries: rights }, { 'if-match': '*' })
const foreign = await aTitle(app, { domain: 'lib', title: 'Of the library' })
const foreignRecord = (await app.call('GET', `/api/v1/titles/${foreign}/mods`)).body as string

/** @returns the import with its only item, as the operator sees it */
const imported = async (manifest: object) => {
  const { status, body } = await asPerson('POST', '/api/v1/imports', manifest)
  if (status !== 202) throw new Error(JSON.stringify(body))
  await app.drain()
  return (await app.call('GET', body.links.self)).body
}

t.test('what is brought in there is the deliverer’s, and is seen and edited by its people', async t => {
  const shelf = await container('classification', 'Herbst', area)
  const answer = await asPerson('POST', `/api/v1/titles?parent=${shelf}`, modsOf('own1', 'Own'), asMods)
  t.equal(answer.status, 201)
  const posted = answer.body.items[0].id as number
  const { id, items } = await imported({ parent: area, type: 'monograph', mods: modsOf('own2', 'Sent') })
  t.match(items, [{ outcome: 'created' }])
  for (const title of [posted, items[0].titleId])
    t.match((await app.call('GET', `/api/v1/titles/${title}`)).body, { delivererId: area })
  t.match((await asPerson('GET', `/api/v1/imports/${id}`)).body, { id, summary: { created: 1 } })
  const seen = (await asPerson('GET', '/api/v1/titles?domain=lib')).body.items as { id: number }[]
  t.same(
    seen.map(title => title.id).sort((a, b) => a - b),
    [posted, items[0].titleId].sort((a, b) => a - b),
    'hidden as they are, and no others',
  )
  t.equal((await asPerson('GET', `/api/v1/titles/${foreign}`)).status, 404)
  t.equal(
    (await asPerson('PATCH', `/api/v1/titles/${posted}`, { caption: 'Named' }, { 'if-match': '*' })).status,
    200,
  )
  const away = { parent: null, domain: 'lib' }
  const moved = await app.call('POST', `/api/v1/tree/${posted}/move`, away, { 'if-match': '*' })
  t.equal(moved.status, 200, moved.raw.toString())
  t.match(
    (await app.call('GET', `/api/v1/titles/${posted}`)).body,
    { delivererId: area },
    'it is known of the deliverer where the library has moved it',
  )
  const cameIn = async (ask: typeof asPerson, more = '') => {
    const answer = await ask('GET', `/api/v1/titles?deliverer=${area}${more}`)
    return answer.status === 200 ? answer.body.items.map(({ id }: { id: number }) => id) : answer.status
  }
  t.same(await cameIn(app.call as never), [posted, items[0].titleId], 'the library sees what came in by it')
  t.same(await cameIn(app.call as never, '&domain=lib&sort=title'), [posted, items[0].titleId])
  t.same(await cameIn(asPerson), [items[0].titleId], 'and its people what they edit still')
  t.same([await cameIn(asOther), await cameIn(asOther, '&domain=lib')], [403, 403], 'nobody else')
  t.same((await app.call('GET', `/api/v1/titles?deliverer=${foreign}`)).body.items, [])
})

t.test('a record that stands for a title elsewhere changes nothing, at any door', async t => {
  const before = (await app.call('GET', `/api/v1/titles/${foreign}`)).body
  const stolen = foreignRecord.replace('Of the library', 'Stolen')
  // of what is not shown to them they learn that the identifier is taken, and neither by what nor whether the record is the same
  const taken =
    /^The identifier record \S+@test is taken by something that is not shown to you\. Nothing was stored\.$/
  for (const mods of [stolen, foreignRecord]) {
    for (const query of ['', '&dryRun=true', '&overwrite=true'])
      t.match(
        await asPerson('POST', `/api/v1/titles?parent=${area}${query}`, mods, asMods),
        { status: 409, body: { detail: taken } },
        query,
      )
    for (const more of [{}, { overwrite: true, release: true }, { dryRun: true }]) {
      const { summary, items } = await imported({ parent: area, type: 'monograph', mods, ...more })
      t.same(summary, { failed: 1 })
      t.match(items, [{ titleId: null, messages: [{ sentence: taken }] }])
    }
  }
  t.same((await app.call('GET', `/api/v1/titles/${foreign}`)).body, before)
  await app.call('POST', `/api/v1/tree/${foreign}/release`)
  t.match(await asPerson('POST', `/api/v1/titles?parent=${area}`, stolen, asMods), {
    status: 403,
    body: { detail: `needs the right import on node ${foreign}` },
  })
  t.match(
    (await imported({ parent: area, type: 'monograph', mods: foreignRecord })).items,
    [{ outcome: 'unchanged', titleId: foreign }],
    'what is shown is told',
  )
  const { status, body } = await asPerson('POST', '/api/v1/imports', {
    domain: 'lib',
    mods: modsOf('own3', 'Elsewhere'),
  })
  t.equal(status, 403, JSON.stringify(body))
})

t.test('the rights are those of the moment that it is done', async t => {
  const { body } = await asPerson('POST', '/api/v1/imports', { parent: area, mods: modsOf('own4', 'Late') })
  await app.call('PUT', `/api/v1/tree/${area}/rights`, { entries: [] }, { 'if-match': '*' })
  await app.drain()
  const { summary, items } = (await app.call('GET', body.links.self)).body
  t.same(summary, { failed: 1 })
  t.match(items[0].messages[0].sentence, 'needs the right import')
  await app.call('PUT', `/api/v1/tree/${area}/rights`, { entries: rights }, { 'if-match': '*' })
  await app.call('PATCH', `/api/v1/users/${person.uuid}`, { isActive: false }, { 'if-match': '*' })
  await app.call('POST', `${body.links.self}/retry`)
  await app.drain()
  t.match((await app.call('GET', body.links.self)).body.items[0].messages[0].sentence, 'no longer active')
  await app.call('PATCH', `/api/v1/users/${person.uuid}`, { isActive: true }, { 'if-match': '*' })
})

t.test('jobs over many nodes are held by the rights of the moment that they are done', async t => {
  const { uuid } = await aUser(app, { login: 'manager', topics: ['DATA_MANAGEMENT'] })
  const ask = await aSession(app, 'manager')
  const { limits } = app.services.config
  const before = limits.syncBatch
  Object.assign(limits, { syncBatch: 0 })
  t.teardown(() => Object.assign(limits, { syncBatch: before }))
  const title = await aTitle(app, { domain: 'lib', title: 'Held' })
  const { version } = (await app.call('GET', `/api/v1/titles/${title}`)).body.meta
  const bound = (right: string) => ({ subject: 'user', user: uuid, right, effect: 'deny' })
  const bind = (entries: object[]) => app.call('PUT', `/api/v1/tree/${title}/rights`, { entries }, { 'if-match': '*' }) // prettier-ignore
  const set = { action: 'set', field: 'signature', value: 'X 1' }
  const csv = { 'content-type': 'text/csv' }
  for (const [right, url, body, headers] of [
    ['bin', '/api/v1/tree/batch', { action: 'bin', ids: [title] }, {}],
    ['edit', '/api/v1/titles/batch', { ids: [title], changes: [set] }, {}],
    ['edit', '/api/v1/titles/table', `id;version;signature\r\n${title};${version};X 2\r\n`, csv],
  ] as const) {
    const answer = await ask('POST', url, body, headers)
    t.equal(answer.status, 202, `${url} ${answer.raw.toString()}`)
    await bind([bound(right)])
    await app.drain()
    const job = (await app.call('GET', answer.headers['location'] as string)).body
    t.match(job, { state: 'failed', error: `needs the right ${right} on node ${title}` }, url)
    t.match((await app.call('GET', `/api/v1/titles/${title}`)).body, { signature: null, isInBin: false }, url)
    await bind([])
  }
})

t.test('who may import in a place knows of their own imports alone', async t => {
  const again = await aSession(app, 'verlag')
  const ids = async (ask: typeof asPerson) =>
    ((await ask('GET', '/api/v1/imports')).body.items as { id: number }[]).map(({ id }) => id)
  const own = await ids(again)
  t.ok(own.length > 3)
  const foreignImport = (
    await app.call('POST', '/api/v1/imports', { domain: 'lib', mods: modsOf('l1', 'L') })
  ).body
  await app.drain()
  t.same(await ids(again), own)
  for (const [method, url] of [
    ['GET', foreignImport.links.self],
    ['GET', `${foreignImport.links.self}/events`],
    ['POST', `${foreignImport.links.self}/retry`],
  ] as const)
    t.match(
      await again(method, url),
      { status: 404, body: { detail: `There is no import ${foreignImport.id}.` } },
      url,
    )
  t.equal((await again('POST', `/api/v1/imports/${own.at(-1)}/retry`)).status, 202)
  t.equal((await asOther('GET', '/api/v1/imports')).status, 403)
  t.equal((await app.read('/api/v1/imports')).status, 401)
  t.ok((await ids(app.call as never)).includes(foreignImport.id))
})
