import t from '../support/tap.ts'
import { longLevel } from '../support/many.ts'
import { aSession, aUser } from '../support/people.ts'
import { type Answer, aDomain, aTitle, start } from '../support/start.ts'
import { statementsOf } from '../support/statements.ts'

const app = await start(t)
const { call, read } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')
await aDomain(app, 'maps')
await call('POST', '/api/v1/domains', { name: 'atlas', caption: 'Atlases', parent: 'maps' })
const book = await aTitle(app, { domain: 'lib', title: 'Book', pages: 2, release: true })
const other = await aTitle(app, { domain: 'lib', title: 'Other', release: true })
const globe = await aTitle(app, { domain: 'atlas', title: 'Globe', release: true })
const who = await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
const cataloguer = await aSession(app, 'cataloguer')

const define = (body: object) => call('POST', '/api/v1/tags', body)
const tagsOf = async (id: number) => (await call('GET', `/api/v1/tree/${id}/tags`)).body
const setTags = (id: number, tags: string[], headers: Record<string, string> = any) =>
  call('PUT', `/api/v1/tree/${id}/tags`, { tags }, headers)
const batch = (body: object) => call('POST', '/api/v1/tree/batch', { action: 'tag', ...body })
const undo = (answer: Answer) => call('POST', `/api/v1/operations/${answer.headers['operation']}/undo`)
const idsOf = (answer: Answer): number[] => (answer.body.items as { id: number }[]).map(item => item.id)

await define({ name: 'checked', captions: { de: 'Geprüft', en: 'Checked' }, colour: '#00aa00' })
await define({ name: 'jewel', isPublic: true, kind: 'system', captions: { de: 'Schatz' } })
await define({ name: 'relief', domain: 'maps', isPublic: true })

t.test(
  'a tag is defined with names in several languages, a colour and a description, and logged',
  async t => {
    const made = await define({
      name: 'torn',
      description: { de: 'Seiten sind eingerissen' },
      colour: '#AA0000',
    })
    t.equal(made.status, 201)
    t.match(made.body, { name: 'torn', kind: 'user', isPublic: false, domainId: null, colour: '#AA0000' })
    const operation = (await call('GET', made.body.links.operation)).body
    t.equal(operation.links.undo, made.body.links.undo, 'its undo is named here and there')
    const etag = made.headers['etag'] as string
    const changed = await call(
      'PATCH',
      '/api/v1/tags/torn',
      { captions: { en: 'Torn' } },
      { 'if-match': etag },
    )
    t.match(changed.body, { captions: { en: 'Torn' }, description: { de: 'Seiten sind eingerissen' } })
    const stale = await call('PATCH', '/api/v1/tags/torn', { colour: null }, { 'if-match': etag })
    t.match([stale.status, stale.body.detail], [412, /Tag ‘torn’ has version 2 now/])
    t.equal((await call('PATCH', '/api/v1/tags/torn', { colour: null })).status, 428)
    t.match((await define({ name: 'torn' })).body.detail, /There is a tag ‘torn’ already/)
    t.equal((await define({ name: 'Not a name' })).status, 400)
    t.equal((await define({ name: 'red', colour: 'red' })).status, 400)
    t.equal((await call('DELETE', '/api/v1/tags/torn', undefined, any)).status, 204)
    t.equal((await call('GET', '/api/v1/tags/torn')).status, 404)
    const log = await call('GET', '/api/v1/log?entity=tag&limit=3')
    t.same(
      log.body.items.map((entry: { action: string }) => entry.action),
      ['delete', 'change', 'create'],
    )
    t.equal(log.body.items[0].data.name, 'torn')
  },
)

t.test(
  'system tags are defined by those who manage domains, user tags by cataloguers, none by readers',
  async t => {
    t.equal((await cataloguer('POST', '/api/v1/tags', { name: 'mine' })).status, 201)
    const refused = await cataloguer('POST', '/api/v1/tags', { name: 'theirs', kind: 'system' })
    t.match([refused.status, refused.body.detail], [403, /right domain:write/])
    t.equal((await cataloguer('PATCH', '/api/v1/tags/jewel', { colour: null }, any)).status, 403)
    t.equal((await cataloguer('DELETE', '/api/v1/tags/jewel', undefined, any)).status, 403)
    t.equal((await cataloguer('DELETE', '/api/v1/tags/mine', undefined, any)).status, 204)
    t.equal((await read('/api/v1/tags/checked')).status, 404, 'readers learn of public tags alone')
    t.same(
      (await read('/api/v1/tags')).body.items.map((tag: { name: string }) => tag.name),
      ['jewel', 'relief'],
    )
  },
)

t.test('a node answers its tags and those of its domains, each with where it comes from', async t => {
  t.same((await setTags(globe, ['checked', 'relief'])).body.own, ['checked', 'relief'])
  const given = await call('PATCH', '/api/v1/domains/maps', { tags: ['jewel', 'checked'] }, any)
  t.same(given.body.tags, ['checked', 'jewel'])
  const maps = given.body.id as number
  const { tags } = await tagsOf(globe)
  t.same(
    tags.map((tag: { name: string; from: unknown }) => [tag.name, tag.from]),
    [
      [
        'checked',
        [
          { kind: 'node', id: globe },
          { kind: 'domain', id: maps },
        ],
      ],
      ['jewel', [{ kind: 'domain', id: maps }]],
      ['relief', [{ kind: 'node', id: globe }]],
    ],
  )
  const atlas = await call('GET', '/api/v1/domains/atlas')
  t.same(atlas.body.tags, [])
  t.same(
    atlas.body.compiledTags.map((tag: { name: string }) => tag.name),
    ['checked', 'jewel'],
  )
  t.same((await read('/api/v1/domains/atlas')).body.compiledTags, [{ name: 'jewel', domainId: maps }])
  t.same((await read(`/api/v1/tree/${globe}/tags`)).body.own, ['relief'], 'readers see public tags alone')
  const again = await call('GET', '/api/v1/domains/atlas', undefined, {
    'if-none-match': atlas.headers['etag'] as string,
  })
  t.equal(again.status, 304)

  const closed = await call('PATCH', '/api/v1/domains/atlas', { privateTags: true }, any)
  t.match(closed.body, { privateTags: true, compiledTags: [] })
  t.same(
    (await tagsOf(globe)).tags.map((tag: { name: string }) => tag.name),
    ['checked', 'relief'],
  )
  await call('PATCH', '/api/v1/domains/atlas', { privateTags: false }, any)
  const before = (await call('GET', '/api/v1/domains/atlas')).headers['etag'] as string
  await call('PATCH', '/api/v1/domains/maps', { tags: ['jewel'] }, any)
  const fresh = await call('GET', '/api/v1/domains/atlas', undefined, { 'if-none-match': before })
  t.equal(fresh.status, 200, 'what a domain above gives changes the tag of the document')
})

t.test('titles, nodes, batches and the search are narrowed to what carries a tag', async t => {
  await setTags(book, ['checked'])
  t.same(idsOf(await call('GET', '/api/v1/titles?tag=checked')), [book, globe])
  t.same(idsOf(await call('GET', '/api/v1/titles?tag=jewel')), [globe], 'given by the domain above')
  t.same(idsOf(await read('/api/v1/titles?tag=jewel')), [globe])
  t.equal((await read('/api/v1/titles?tag=checked')).status, 404)
  t.match((await call('GET', '/api/v1/titles?tag=nothing')).body.detail, /There is no tag ‘nothing’/)
  t.same(idsOf(await call('GET', '/api/v1/tree?domain=lib&parent=none&tag=checked')), [book])
  t.same(idsOf(await call('GET', `/api/v1/tree/${book}/children?tag=checked`)), [])
  t.match((await call('GET', '/api/v1/titles/export?tag=checked')).body, /Book/)
  t.notMatch((await call('GET', '/api/v1/titles/export?tag=checked')).body, /Other/)
  const path = (await call('GET', `/api/v1/tree/${book}`)).body.path as string
  const dry = await call('POST', '/api/v1/tree/batch', {
    action: 'hide',
    path,
    filter: { tag: 'checked' },
    dryRun: true,
  })
  t.equal(dry.body.selected, 1)
  await app.drain()
  t.same(idsOf(await call('GET', '/api/v1/search?tag=checked&sort=title')), [book, globe])
  t.same(idsOf(await read('/api/v1/search?tag=jewel')), [globe])
  t.same(idsOf(await read('/api/v1/search?tag=relief&q=book')), [])
  t.equal((await read('/api/v1/search?tag=checked')).status, 404)
})

t.test('tags are set on many nodes by one operation, shown beforehand, and taken back', async t => {
  const dry = await batch({ ids: [book, other], add: ['jewel'], remove: ['checked'], dryRun: true })
  t.match(dry.body, { selected: 2, changed: 3, batch: null })
  t.same((await tagsOf(other)).own, [])
  const done = await batch({ ids: [book, other], add: ['jewel'], remove: ['checked'] })
  t.match(done.body, { selected: 2, changed: 3 })
  t.same([(await tagsOf(book)).own, (await tagsOf(other)).own], [['jewel'], ['jewel']])
  t.equal(
    (await batch({ ids: [book, other], add: ['jewel'] })).body.changed,
    0,
    'a repetition changes nothing',
  )
  const back = await undo(done)
  t.match(back.body, { changed: 3 })
  t.same([(await tagsOf(book)).own, (await tagsOf(other)).own], [['checked'], []])
  const again = await undo(back)
  t.equal(again.status, 200)
  t.same([(await tagsOf(book)).own, (await tagsOf(other)).own], [['jewel'], ['jewel']])
  await undo(again)

  const history = await call('GET', `/api/v1/tree/${book}/tags/history`)
  t.equal(history.status, 200, JSON.stringify(history.body))
  t.ok(history.body.items.some((event: { tag: string; change: string; actor: string }) => event.tag === 'checked' && event.change === 'taken off' && event.actor === 'operator')) // prettier-ignore
  t.equal((await read(`/api/v1/tree/${book}/tags/history`)).status, 401)
})

t.test('an undo refuses where somebody has set the same tag since', async t => {
  const off = await batch({ ids: [book], remove: ['checked'] })
  await setTags(book, ['checked'])
  await setTags(book, [])
  await setTags(book, ['checked'])
  const refused = await undo(off)
  t.equal(refused.status, 409)
  t.same((await tagsOf(book)).own, ['checked'], 'whatever it answers, the tag is set once')
})

t.test('what cannot be is refused by name', async t => {
  t.match((await batch({ ids: [book], add: ['relief'] })).body.detail, new RegExp(`‘relief’ belongs to domain ‘maps’; node ${book} stands in ‘lib’`)) // prettier-ignore
  t.match((await batch({ ids: [book] })).body.detail, /needs add or remove/)
  t.match(
    (await batch({ ids: [book], add: ['jewel'], remove: ['jewel'] })).body.detail,
    /both set and taken off/,
  )
  t.match((await batch({ ids: [book], add: ['nothing'] })).body.detail, /no tag ‘nothing’/)
  t.match((await call('PATCH', '/api/v1/domains/lib', { tags: ['relief'] }, any)).body.detail, /belongs to another domain/) // prettier-ignore
  t.match((await call('DELETE', '/api/v1/tags/checked', undefined, any)).body.detail, /is set on \d+ nodes? and 0 domains/) // prettier-ignore
  t.equal((await call('PUT', `/api/v1/tree/${book}/tags`, { tags: [] })).status, 428)
  const etag = (await call('GET', `/api/v1/tree/${book}/tags`)).headers['etag'] as string
  t.equal((await setTags(book, ['jewel'], { 'if-match': etag })).status, 200)
  t.equal((await setTags(book, [], { 'if-match': etag })).status, 412)
})

t.test('all that stands at a place is tagged without naming it, and what stands below it, too', async t => {
  const set = await aTitle(app, { domain: 'lib', title: 'A set', type: 'multivolume_work' })
  const volumes: number[] = []
  for (const title of ['One', 'Two', 'Three'])
    volumes.push(await aTitle(app, { parent: set, title, type: 'volume', pages: 1 }))
  const [one, two, three] = volumes as [number, number, number]
  await call('POST', `/api/v1/tree/${three}/release`, { scope: 'subtree', ancestors: true })
  const carriers = async () =>
    idsOf(await call('GET', `/api/v1/tree/${set}/descendants?tag=checked&limit=50`))
  const children = { node: set }
  const tried = await batch({ children, add: ['checked'], dryRun: true })
  t.match(tried.body, { selected: 3, changed: 3, batch: null })
  const done = await batch({ children, filter: { state: 'hidden' }, add: ['checked'] })
  t.match(done.body, { selected: 2, changed: 2 })
  t.same(new Set(await carriers()), new Set([one, two]))
  await undo(done)
  t.same(await carriers(), [])
  const whole = await batch({ children, below: true, add: ['checked'] })
  t.match(whole.body, { selected: 3, changed: 6 }, 'the volumes and their pages')
  t.equal((await carriers()).length, 6)
  t.notMatch((await tagsOf(set)).own, ['checked'], 'not what they stand below')
  await undo(whole)
  t.same(await carriers(), [])
  const top = await batch({ children: { domain: 'atlas' }, add: ['checked'], dryRun: true })
  t.match(top.body, { selected: 1 }, 'what stands at the top of a domain')
  t.match(
    (await batch({ children, path: '|1|', add: ['checked'] })).body.detail,
    /one of ids, path and children/,
  )
  t.equal((await batch({ children: { node: 999_999 }, add: ['checked'] })).status, 404)
  t.equal((await batch({ children: { domain: 'nowhere' }, add: ['checked'] })).status, 404)
})

t.test('whoever may not edit a node may not tag it', async t => {
  const entry = { subject: 'user', user: who.uuid, right: 'edit', effect: 'deny' }
  t.equal((await cataloguer('PUT', `/api/v1/tree/${other}/tags`, { tags: ['checked'] }, any)).status, 200)
  await call('POST', `/api/v1/tree/${other}/rights`, entry)
  t.equal((await cataloguer('PUT', `/api/v1/tree/${other}/tags`, { tags: [] }, any)).status, 403)
  const all = await cataloguer('POST', '/api/v1/tree/batch', {
    action: 'tag',
    ids: [book, other],
    add: ['jewel'],
  })
  t.equal(all.status, 403, 'one node among many stops the batch')
  t.same((await tagsOf(other)).own, ['checked'])
})

t.test('two who set the tags of a node at once: one is told that they changed', async t => {
  const etag = (await call('GET', `/api/v1/tree/${book}/tags`)).headers['etag'] as string
  const answers = await Promise.all([
    setTags(book, ['checked'], { 'if-match': etag }),
    setTags(book, [], { 'if-match': etag }),
  ])
  t.same(
    answers.map(answer => answer.status).sort((a, b) => a - b),
    [200, 412],
  )
})

t.test(
  'what many nodes are given is undone and followed up in as many statements as what few are',
  async t => {
    const shelf = await aTitle(app, { domain: 'lib', title: 'A long shelf', release: true })
    await longLevel(app, shelf, 'volume', 300)
    const ids = idsOf(await call('GET', `/api/v1/tree/${shelf}/children?limit=300`))
    t.equal(ids.length, 300)
    const made = await statementsOf(() => app.drain())
    t.comment(`300 new titles are followed up in ${made.length} statements`)
    t.ok(made.length < 150, 'no statement for each of them')
    const tagged = async (many: number) => {
      const done = await batch({ ids: ids.slice(0, many), add: ['checked'] })
      t.equal(done.body.changed, many)
      const statements = await statementsOf(async () => t.equal((await undo(done)).status, 200))
      return statements.length
    }
    const [few, many] = [await tagged(10), await tagged(300)]
    t.comment(`undone in ${few} and ${many} statements`)
    // what the service does beside may fall in between
    t.ok(many < few + 10)
  },
)
