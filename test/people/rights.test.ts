// Entries of rights over HTTP: what they close, open, limit and let change, and how they are kept.
import sharp from 'sharp'
import t from '../support/tap.ts'
import { follow } from '../../src/app.ts'
import { some } from '../support/at-length.ts'
import { aUser, aSession } from '../support/people.ts'
import { aDomain, aSecondProcess, aTitle, start } from '../support/start.ts'
import { until } from '../support/until.ts'

const app = await start(t)
await aDomain(app, 'lib')
const reader = await aUser(app, { login: 'reader' })
const cataloguer = await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] })
const asReader = await aSession(app, 'reader')
const asCataloguer = await aSession(app, 'cataloguer')
const always = { 'if-match': '*' }

interface NewEntry {
  subject: string
  right: string
  effect: string
  [member: string]: unknown
}
const deny = (right: string, more: object = {}): NewEntry => ({
  subject: 'everyone',
  right,
  effect: 'deny',
  ...more,
})
const grant = (user: string, right: string, more: object = {}): NewEntry => ({
  subject: 'user',
  user,
  right,
  effect: 'grant',
  ...more,
})
const set = async (at: string, entries: NewEntry[], isPrivate = false) => {
  const answer = await app.call('PUT', `/api/v1/${at}/rights`, { entries, isPrivate }, always)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer
}
const master = await sharp({ create: { width: 1200, height: 1600, channels: 3, background: '#963' } })
  .jpeg()
  .toBuffer()

/** A released title of two pages with scan and text. */
async function book(title: string, domain = 'lib'): Promise<{ id: number; pages: number[] }> {
  const id = await aTitle(app, { domain, title, release: true, pages: 2 })
  const items = (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items as { id: number }[]
  const pages = items.map(page => page.id)
  for (const page of pages) {
    await app.call('PUT', `/api/v1/pages/${page}/master`, master, { 'content-type': 'image/jpeg', ...always })
    await app.call('PUT', `/api/v1/pages/${page}/text`, `Worte von ${title}`, {
      'content-type': 'text/plain',
      ...always,
    })
  }
  await app.drain()
  return { id, pages }
}

t.test('a title closed to everyone is as if it were not there, and opens to whom an entry names', async t => {
  const { id, pages } = await book('Verschlossen')
  const doorsOf = (id: number, page: number) => [
    `/api/v1/tree/${id}`,
    `/api/v1/titles/${id}`,
    `/api/v1/titles/${id}/pages`,
    `/api/v1/objects/${id}`,
    `/mets/${id}`,
    `/iiif/presentation/3/${id}/manifest`,
    `/iiif/image/3/${page}/info.json`,
    `/iiif/image/3/${page}/full/max/0/default.jpg`,
    `/download/webcache/304/${page}`,
    `/api/v1/pages/${page}`,
    `/api/v1/pages/${page}/text`,
    `/download/pdf/${id}`,
    `/download/fulltext/plain/${id}`,
    `/iiif/search/2/${id}?q=Worte`,
    `/titlepage/${id}/128`,
  ]
  const missing = 2147483000
  const doors = doorsOf(id, pages[0] ?? 0)
  const absentDoors = doorsOf(missing, missing)
  for (const door of doors) t.equal((await app.read(door)).status, 200, `${door} is open`)
  await set(`tree/${id}`, [deny('see')])
  for (const [at, door] of doors.entries()) {
    const closed = await app.read(door)
    const absent = await app.read(absentDoors[at] ?? '')
    t.equal(closed.status, 404, `${door} is closed`)
    const said = (text: string) =>
      text
        .replace(/"requestId":"[^"]*"/, '')
        .replace(new RegExp(`\\b(${id}|${pages[0]}|${missing})\\b`, 'g'), '#')
    t.equal(
      said(closed.raw.toString()),
      said(absent.raw.toString()),
      `${door} answers as for what is not there`,
    )
    t.equal((await asReader('GET', door)).status, 404, `${door} for a reader`)
  }
  await set(`tree/${id}`, [
    deny('see'),
    grant(reader.uuid, 'see'),
    grant(reader.uuid, 'see-image'),
    grant(reader.uuid, 'text'),
    grant(reader.uuid, 'download'),
  ])
  for (const door of doors) {
    const answer = await asReader('GET', door)
    t.equal(answer.status, 200, `${door} opens to the reader`)
    t.notMatch(answer.headers['cache-control'] ?? '', /public/, `${door} is kept by no shared cache`)
    t.equal((await app.read(door)).status, 404, `${door} stays closed to others`)
  }
})

t.test(
  'lists are full pages of what is seen, and counts, facets and words tell nothing of the rest',
  async t => {
    await aDomain(app, 'many')
    const ids: number[] = []
    for (let n = 0; n < 12; n++)
      ids.push(
        await aTitle(app, {
          domain: 'many',
          title: `Zwoelferreihe ${n % 2 ? 'geheimwort' : 'offen'}`,
          release: true,
        }),
      )
    const closed = ids.filter((_, n) => n % 2 === 1)
    for (const id of closed) await set(`tree/${id}`, [deny('see')])
    await app.drain()
    const idsOf = async (url: string): Promise<number[]> => {
      const found: number[] = []
      for (let next: string | undefined = url; next;) {
        const { body } = await app.read(next)
        const items = body.items as { id: number }[]
        if (body.links.next) t.equal(items.length, 4, `${next} is a full page`)
        found.push(...items.map(item => item.id))
        next = body.links.next as string | undefined
      }
      return found.filter(id => ids.includes(id))
    }
    const open = ids.filter(id => !closed.includes(id))
    for (const url of [
      '/api/v1/tree?domain=many&parent=none&limit=4',
      '/api/v1/titles?domain=many&limit=4',
      '/api/v1/titles?domain=many&limit=4&sort=title',
    ])
      t.same(new Set(await idsOf(url)), new Set(open), url)
    const found = (await app.read('/api/v1/search?q=Zwoelferreihe&facets=true&domain=many')).body
    t.equal(found.total, open.length)
    t.same(
      found.facets.domain.map((each: { count: number }) => each.count),
      [open.length],
    )
    t.equal((await app.read('/api/v1/search?q=geheimwort')).body.total, 0)
    t.equal((await app.read('/api/v1/search?q=geheimwrot')).body.didYouMean, null)
    const suggested = (await app.read('/api/v1/suggestions?q=zwoelf')).body.items as { value: string }[]
    t.same(
      suggested.map(({ value }) => value),
      ['Zwoelferreihe offen'],
    )
    t.equal((await app.call('GET', '/api/v1/search?q=geheimwrot')).body.didYouMean, 'geheimwort')
    t.notMatch(
      (await app.read('/sru?version=1.2&operation=scan&scanClause=dc.title%3Dgeh')).raw.toString(),
      /geheimwort/,
    )
    t.equal(
      (await app.call('GET', '/api/v1/search?q=Zwoelferreihe&domain=many')).body.total,
      12,
      'the operator sees all',
    )
    const oai = (await app.read('/oai?verb=ListRecords&metadataPrefix=oai_dc&set=many')).raw.toString()
    t.equal(oai.match(/status="deleted"/g)?.length, closed.length, 'harvesters are told that they are gone')
    t.notMatch(oai, /geheimwort/)
  },
)

t.test(
  'images closed: the record stays, files and pictures go, and the answer says what would help',
  async t => {
    const { id, pages } = await book('Bilder zu')
    await set(`tree/${id}`, [deny('see-image', { note: 'until 2030', until: '2030-01-01T00:00:00Z' })])
    t.equal((await app.read(`/api/v1/titles/${id}`)).status, 200)
    for (const door of [
      `/iiif/image/3/${pages[0]}/full/max/0/default.jpg`,
      `/download/webcache/304/${pages[0]}`,
      `/dzi/${pages[0]}_files/11/0_0.jpg`,
      `/api/v1/pages/${pages[0]}/tiles/0/0/0`,
      `/download/pdf/${id}`,
    ]) {
      const answer = await app.read(door)
      t.equal(answer.status, 401, door)
      t.match(answer.body.detail, /restricted until 2030-01-01.*Log in/, door)
      t.equal((await asReader('GET', door)).status, 403, `${door} for who has logged in`)
    }
    t.equal((await app.read(`/api/v1/pages/${pages[0]}/text`)).status, 200, 'texts are another right')
    const mets = (await app.read(`/mets/${id}`)).raw.toString()
    t.notMatch(mets, /USE="(DEFAULT|MAX|MIN|THUMBS|DOWNLOAD)"/)
    t.match(mets, /Bilder zu/)
    t.match((await app.call('GET', `/mets/${id}`)).raw.toString(), /USE="DEFAULT"/, 'the operator has them')
    const harvest = async () =>
      (await app.read(`/oai?verb=GetRecord&metadataPrefix=mets&identifier=${id}`)).raw.toString()
    t.match(await harvest(), /Bilder zu/)
    Object.assign(app.services.config.oai, { restricted: 'deleted' })
    t.match(await harvest(), /<header status="deleted">/, 'as [oai] restricted says')
    await set(`tree/${id}`, [{ ...grant('', 'see-image'), subject: 'everyone', user: undefined }])
    t.match(await harvest(), /Bilder zu/, 'open again')
    Object.assign(app.services.config.oai, { restricted: 'withoutFiles' })
    await set(`tree/${id}`, [deny('see-image', { note: 'until 2030', until: '2030-01-01T00:00:00Z' })])
    t.equal(
      (await app.read(`/titlepage/${id}/128`)).headers['etag'],
      '"stand-in/128"',
      'a stand-in for the cover',
    )
  },
)

t.test('who may see 800 pixels has an image of 800 pixels', async t => {
  const { id, pages } = await book('Klein')
  await set(`tree/${id}`, [{ subject: 'everyone', right: 'see-image', effect: 'grant', width: 300 }])
  const info = (await app.read(`/iiif/image/3/${pages[0]}/info.json`)).body
  t.match(info, { width: 300, height: 400 })
  const sizeOf = async (url: string, headers = {}): Promise<[number | undefined, number | undefined]> => {
    const answer = await app.read(url, headers)
    t.equal(answer.status, 200, url)
    const { width, height } = await sharp(answer.raw).metadata()
    return [width, height]
  }
  t.same(await sizeOf(`/iiif/image/3/${pages[0]}/full/max/0/default.jpg`), [300, 400])
  t.same(await sizeOf(`/iiif/image/3/${pages[0]}/150,200,150,200/max/0/default.jpg`), [150, 200])
  t.same(await sizeOf(`/download/webcache/1000/${pages[0]}`), [300, 400])
  t.same(await sizeOf(`/download/webcache/0/${pages[0]}`), [300, 400])
  t.equal((await app.read(`/iiif/image/3/${pages[0]}/full/^600,/0/default.jpg`)).status, 401, 'never larger')
  const larger = await app.read(`/iiif/image/2/${pages[0]}/full/600,/0/default.jpg`)
  t.match(larger.body, { status: 401, detail: /beyond 300 pixels .* Log in/ }, 'refused, not misunderstood')
  t.equal((await app.read(`/iiif/image/3/${pages[0]}/full/1201,/0/default.jpg`)).status, 400)
  const small = await app.read(`/iiif/image/3/${pages[0]}/full/max/0/default.jpg`)
  t.match(small.headers['vary'], /Authorization, Cookie/, 'caches do not keep it for who may see more')
  t.equal((await app.read(`/download/pdf/${id}`)).status, 401, 'whole files need whole images')
  t.equal((await app.call('GET', `/iiif/image/3/${pages[0]}/info.json`)).body.width, 1200)
  await set(`tree/${id}`, [
    { subject: 'everyone', right: 'see-image', effect: 'grant', width: 300 },
    { subject: 'range', range: '192.0.2.0/24', right: 'see-image', effect: 'grant' },
  ])
  const outside = await app.read(`/iiif/image/3/${pages[0]}/full/max/0/default.jpg`)
  t.match(outside.headers['cache-control'], /private/, 'nor for the reading room, whom no header names')
})

t.test(
  'what is hidden, restricted, binned or runs out is gone in another process within a second',
  async t => {
    const { id, pages } = await book('Anderswo')
    const second = await aSecondProcess(t, app, true)
    const get = (url: string) => second.inject({ method: 'GET', url })
    const doors = [
      `/api/v1/titles/${id}`,
      `/id/${id}`,
      `/mets/${id}`,
      `/iiif/presentation/3/${id}/manifest`,
      `/iiif/image/3/${pages[0]}/info.json`,
      `/iiif/image/3/${pages[0]}/0,0,512,512/512,/0/default.jpg`,
      `/api/v1/pages/${pages[0]}/image?width=304`,
      `/api/v1/pages/${pages[0]}/text`,
      `/download/pdf/${id}`,
    ]
    const record = `/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=${id}`
    const shown = async (): Promise<string[]> => {
      const open: string[] = []
      for (const door of doors) if ((await get(door)).statusCode === 200) open.push(door)
      const { items, total, facets } = (await get('/api/v1/search?q=Anderswo&facets=true')).json<{ items: unknown[]; total: number; facets: { type: unknown[] } }>() // prettier-ignore
      if (items.length > 0) open.push('search')
      if (total > 0) open.push('the number of hits')
      if (facets.type.length > 0) open.push('facets')
      if (!(await get(record)).body.includes('status="deleted"')) open.push('OAI')
      return open
    }
    const ways: Readonly<Record<string, () => Promise<unknown>>> = {
      hidden: () => app.call('POST', `/api/v1/tree/${id}/hide`),
      // that a domain is closed in another process is told below, and that an entry begins by itself, too
      'in a restricted domain': () => set('domains/lib', [deny('see')]),
      restricted: () => set(`tree/${id}`, [deny('see')]),
      'run out': async () => {
        const end = new Date(Date.now() + 1500)
        await set(`tree/${id}`, [deny('see', { from: end.toISOString() })])
        while (Date.now() < end.getTime()) await shown()
      },
      binned: () => app.call('DELETE', `/api/v1/tree/${id}`),
    }
    for (const [way, close] of some(Object.entries(ways), 3)) {
      await set(`tree/${id}`, [])
      await set('domains/lib', [])
      await app.call('POST', `/api/v1/tree/${id}/restore`)
      await app.call('POST', `/api/v1/tree/${id}/release`)
      await app.drain()
      await until(
        async () => (await shown()).length === doors.length + 4,
        `all doors open before it is ${way}`,
      )
      await close()
      // asked without a pause, so that what is kept there is as young as it can be
      for (const end = Date.now() + 1000; Date.now() < end;) await shown()
      t.same(await shown(), [], way)
    }
  },
)

t.test('an embargo ends by itself, at every door at once, and a lease likewise', async t => {
  const { id, pages } = await book('Sperrfrist')
  const end = new Date(Date.now() + 2500)
  await set(`tree/${id}`, [deny('see', { until: end.toISOString() })])
  await app.drain()
  const doors = [
    `/api/v1/titles/${id}`,
    `/mets/${id}`,
    `/iiif/presentation/3/${id}/manifest`,
    `/iiif/image/3/${pages[0]}/info.json`,
    `/iiif/image/3/${pages[0]}/full/max/0/default.jpg`,
    `/iiif/image/3/${pages[0]}/0,0,512,512/512,512/0/default.jpg`,
  ]
  const open = async () => await Promise.all(doors.map(async door => (await app.read(door)).status))
  const found = async () => (await app.read('/api/v1/search?q=Sperrfrist')).body.total as number
  t.same(
    await open(),
    doors.map(() => 404),
  )
  t.equal(await found(), 0)
  const record = `/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=${id}`
  t.match((await app.read(record)).raw.toString(), /status="deleted"/)
  const jobs = async () =>
    await app.services.db
      .selectFrom('SYS_Job')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  const before = await jobs()
  while (Date.now() < end.getTime()) await new Promise(resolve => setTimeout(resolve, 20))
  t.same(
    await open(),
    doors.map(() => 200),
  )
  t.equal(await found(), 1)
  // harvesters get records by when they changed: the one who writes that down looks at the clock, as it does each second, and no job is there
  await follow(app.services)
  t.same(await jobs(), before, 'no job')
  const after = (await app.read(record)).raw.toString()
  t.notMatch(after, /status="deleted"/)
  const stamp = new Date(/<datestamp>([^<]+)/.exec(after)?.[1] ?? 0)
  t.ok(stamp.getTime() >= Math.floor(end.getTime() / 1000) * 1000, 'harvesters are told of it')
})

t.test('a domain is closed by one row, also for another process, within a second', async t => {
  await aDomain(app, 'closed')
  const { id } = await book('Im Magazin', 'closed')
  const second = await start(t, {
    FIREFOLIO_DATABASE_FILE: app.services.config.database.file,
    FIREFOLIO_PATH_VAR: app.folder,
    FIREFOLIO_SEARCH_ON: 'false',
  })
  t.equal((await second.read(`/api/v1/titles/${id}`)).status, 200)
  await set('domains/closed', [deny('see')])
  t.equal((await app.read(`/api/v1/titles/${id}`)).status, 404, 'at once where it was closed')
  const closedAt = Date.now()
  let status = 200
  while (status === 200 && Date.now() - closedAt < 5000) {
    status = (await second.read(`/api/v1/titles/${id}`)).status
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  t.equal(status, 404)
  t.equal((await app.read('/api/v1/search?q=Magazin')).body.total, 0)
  for (const door of [
    '/api/v1/domains/closed',
    '/closed/oai?verb=Identify',
    '/rss/closed',
    '/iiif/presentation/3/collection/closed',
    '/api/v1/search?q=x&domain=closed',
    '/api/v1/titles?domain=closed',
  ]) {
    const answer = await app.read(door)
    const absent = await app.read(door.replace('closed', 'absent'))
    t.same(
      [answer.status, answer.body.detail],
      [absent.status, absent.body.detail?.replaceAll('absent', 'closed')],
      door,
    )
  }
  for (const door of [
    '/api/v1/domains',
    '/api/v1/start',
    '/opds',
    '/oai?verb=ListSets',
    '/iiif/presentation/3/collection/top',
  ])
    t.notMatch((await app.read(door)).raw.toString(), /closed/i, door)
})

t.test('an entry lets a reader edit one title, and nothing beside it', async t => {
  const mine = await book('Meins')
  const other = await book('Fremdes')
  await set(`tree/${mine.id}`, [grant(reader.uuid, 'edit'), grant(reader.uuid, 'structure')])
  const patch = (id: number) => asReader('PATCH', `/api/v1/titles/${id}`, { signature: 'Sig 1' }, always)
  t.equal((await patch(mine.id)).status, 200)
  t.equal((await patch(other.id)).status, 403)
  t.equal((await app.read(`/api/v1/titles/${mine.id}`)).body.signature, 'Sig 1')
  const bulk = (ids: number[], dryRun = false) =>
    asReader('POST', '/api/v1/titles/batch', {
      ids,
      changes: [{ field: 'signature', action: 'set', value: 'Sig 2' }],
      dryRun,
    })
  t.equal((await bulk([mine.id])).status, 200, 'a list of what is mine')
  t.equal((await bulk([mine.id, other.id])).status, 403, 'not with one that is not')
  t.equal((await bulk([other.id], true)).status, 403, 'not even to try')
  t.equal((await app.call('GET', `/api/v1/titles/${other.id}`)).body.signature, null)
  t.equal((await asReader('POST', `/api/v1/tree/${mine.id}/hide`)).status, 403, 'release is another right')
  t.equal((await asReader('DELETE', `/api/v1/tree/${mine.id}`)).status, 403)
  t.equal(
    (
      await asReader('POST', '/api/v1/tree', {
        parent: other.id,
        datatype: 'structure',
        type: 'chapter',
        caption: 'x',
      })
    ).status,
    403,
  )
  const into = await asReader('POST', `/api/v1/tree/${mine.pages[0]}/move`, { parent: other.id }, always)
  t.equal(into.status, 403, 'nothing is moved out of it')
  t.equal((await app.call('GET', `/api/v1/tree/${mine.pages[0]}`)).body.parentId, mine.id)
  await set(`tree/${mine.id}`, [])
  t.equal((await patch(mine.id)).status, 403, 'at once')
})

t.test('an entry takes from a cataloguer what the topic gives, whatever the request names', async t => {
  const closed = await book('Gesperrtes')
  const open = await book('Freies')
  await set(`tree/${closed.id}`, [{ subject: 'user', user: cataloguer.uuid, right: 'edit', effect: 'deny' }])
  const search = { signature: undefined, q: 'es' }
  const byIds = await asCataloguer('POST', '/api/v1/titles/batch', {
    ids: [open.id, closed.id],
    changes: [{ field: 'signature', action: 'set', value: 'X' }],
  })
  t.equal(byIds.status, 403)
  t.match(byIds.body.detail, new RegExp(`edit on node ${closed.id}`))
  t.equal((await app.call('GET', `/api/v1/titles/${open.id}`)).body.signature, null, 'all or nothing')
  t.equal(
    (
      await asCataloguer('POST', '/api/v1/titles/batch', {
        search,
        changes: [{ field: 'signature', action: 'set', value: 'X' }],
      })
    ).status,
    403,
  )
  t.equal((await asCataloguer('PATCH', `/api/v1/titles/${open.id}`, { signature: 'Y' }, always)).status, 200)
})

t.test(
  'entries are kept against each other: a stale tag, and nobody gives what they do not have',
  async t => {
    const { id } = await book('Verwaltet')
    await set(`tree/${id}`, [grant(reader.uuid, 'manage-rights'), grant(reader.uuid, 'edit')])
    const url = `/api/v1/tree/${id}/rights`
    const before = await asReader('GET', url)
    t.equal(before.status, 200)
    const etag = before.headers['etag'] as string
    t.equal(
      (await asReader('POST', url, grant(reader.uuid, 'purge'))).status,
      403,
      'a right that is not one’s own',
    )
    t.equal((await asReader('POST', url, deny('see-image'))).status, 200)
    t.equal((await asReader('PUT', url, { entries: [] }, { 'if-match': etag })).status, 412)
    t.equal((await asReader('PUT', url, { entries: [] })).status, 428)
    const twice = await asReader('POST', url, deny('see-image'))
    t.equal((twice.body.entries as object[]).length, 3, 'the same entry again adds nothing')
    t.equal((await asReader('GET', '/api/v1/domains/lib/rights')).status, 403, 'the domain is not theirs')
    t.equal((await app.read(url)).status, 401)
    const logged = (await app.call('GET', `/api/v1/log?entity=node&entityId=${id}&action=rights`)).body.items
    t.match(logged[0].data.before.entries, [{}, {}], 'the log has the state before')
    t.notMatch(JSON.stringify(logged), /User reader/, 'and no name, which goes with the user')
  },
)

t.test('a wrong entry is refused by member and value, and changes nothing', async t => {
  const { id } = await book('Fehlerhaft')
  const add = (entry: object) => app.call('POST', `/api/v1/tree/${id}/rights`, entry)
  for (const [entry, member] of [
    [{ ...deny('see'), user: reader.uuid }, 'user'],
    [{ subject: 'user', right: 'see', effect: 'deny' }, 'user'],
    [{ subject: 'user', user: '00000000-0000-4000-8000-000000000000', right: 'see', effect: 'deny' }, 'user'],
    [{ subject: 'group', group: 999999, right: 'see', effect: 'deny' }, 'group'],
    [{ subject: 'range', range: '10.0.0.0/99', right: 'see', effect: 'deny' }, 'range'],
    [{ ...deny('text'), width: 300 }, 'width'],
    [{ ...deny('see-image'), width: 300 }, 'width'],
    [deny('see', { from: '2027-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }), 'until'],
  ] as const) {
    const answer = await add(entry)
    t.equal(answer.status, 422, member)
    t.match(answer.body.errors, [{ pointer: `/entries/0/${member}` }])
  }
  t.equal((await add({ ...deny('fly') })).status, 400)
  t.same((await app.call('GET', `/api/v1/tree/${id}/rights`)).body.entries, [])
})

t.test('a range of addresses opens a reading room, and its answers are kept by no shared cache', async t => {
  const { id, pages } = await book('Lesesaal')
  await set(`tree/${id}`, [
    deny('see-image'),
    { subject: 'range', range: '127.0.0.0/8', right: 'see-image', effect: 'grant' },
  ])
  const inside = await app.read(`/iiif/image/3/${pages[0]}/full/300,/0/default.jpg`)
  t.equal(inside.status, 200, 'requests of this test come from 127.0.0.1')
  t.match(inside.headers['cache-control'], /private/)
  const outside = await app.app.inject({
    url: `/iiif/image/3/${pages[0]}/full/300,/0/default.jpg`,
    remoteAddress: '198.51.100.7',
  })
  t.equal(outside.statusCode, 401)
})
