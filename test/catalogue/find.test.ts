import t from '../support/tap.ts'
import { aDomain, asMods, aTitle, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
await aDomain(app, 'below', { parent: 'lib' })
const { call, read } = app
const any = { 'if-match': '*' }
const find = async (query: string): Promise<number[]> => {
  const answer = await call('GET', `/api/v1/titles?${query}`)
  t.equal(answer.status, 200, `${query}: ${answer.body.detail}`)
  return answer.body.items.map((item: { id: number }) => item.id)
}

t.test('a cataloguer finds titles by what stands on the desk', async t => {
  const began = new Date().toISOString()
  const hidden = await aTitle(app, { title: 'Hidden', pages: 2 })
  const shown = await aTitle(app, { title: 'Shown', release: true, pages: 1 })
  const lower = await aTitle(app, { title: 'Lower', domain: 'below' })
  const posted = await call(
    'POST',
    '/api/v1/titles?domain=lib&type=monograph',
    modsOf('BV0042', 'Named', '<name><namePart>Droste-Hülshoff, Annette von</namePart></name>'),
    asMods,
  )
  const named = posted.body.items[0].id as number
  await call('PATCH', `/api/v1/titles/${hidden}`, { signature: 'Mus. ms. 12 a' }, any)
  await call('PATCH', `/api/v1/titles/${shown}`, { signature: 'Mus 13' }, any)
  const [page] = (await call('GET', `/api/v1/titles/${shown}/pages`)).body.items
  await call('PATCH', `/api/v1/pages/${page.id}`, { pagination: { caption: 'Seite 1' } }, any)
  t.same(await find('signature=mus.ms.12'), [hidden], 'a beginning, any case, without the blanks')
  t.same(await find('signature=MUS'), [hidden, shown])
  t.same(await find('signature=ms'), [])
  t.same(await find(`id=${hidden}`), [hidden])
  await call('PATCH', `/api/v1/titles/${lower}`, { caption: 'Vorläufig: Beiband' }, any)
  t.same(await find('q=BEIBAND'), [lower], 'the caption that was given by hand')
  t.same(await find('q=lower'), [lower], 'and what the record says')
  t.same(await find('q=ebandx'), [])
  t.same(await find('catalogueId=BV0042'), [named])
  t.same(await find('catalogueId=BV0042@test'), [named])
  t.same(await find('catalogueId=BV004'), [])
  t.same(await find('person=droste'), [named])
  t.same(await find('origin=batchCatalogue&domain=lib'), [hidden, shown, named])
  t.same(await find('domain=lib'), [hidden, shown, named])
  t.same(await find('domain=lib&subdomains=true'), [hidden, shown, lower, named])
  t.same(await find(`changedSince=${began}`), [hidden, shown, lower, named])
  t.same(await find(`changedSince=${new Date(Date.now() + 60_000).toISOString()}`), [])
  t.same(await find('changedBy=operator&domain=below'), [lower])
  t.same(await find('changedBy=nobody'), [])
  t.same(await find('labels=missing'), [hidden])
  t.same(await find('labels=complete'), [shown])
  t.same(await find('hasText=false&pages=none'), [lower, named])
  await call('DELETE', `/api/v1/tree/${named}`)
  t.same(await find('catalogueId=BV0042'), [])
  t.same(await find('catalogueId=BV0042&deleted=all'), [named], 'in the bin')
  t.same((await read('/api/v1/titles?signature=mus')).body.items.map((item: { id: number }) => item.id), [shown], 'readers find what is shown') // prettier-ignore
  for (const condition of ['changedBy=operator', 'origin=edited', 'labels=missing', `changedSince=${began}`])
    t.equal((await read(`/api/v1/titles?${condition}`)).status, 403, condition)
})

t.test(
  'a place that a list names is there and shown to who asks, at every door: else it is missed',
  async t => {
    const [hidden = 0] = await find('signature=mus.ms.12')
    const [shown = 0] = await find('signature=MUS13')
    const pathOf = async (id: number): Promise<string> =>
      encodeURIComponent((await call('GET', `/api/v1/tree/${id}`)).body.path as string)
    const [hiddenPath, shownPath] = [await pathOf(hidden), await pathOf(shown)]
    for (const door of ['titles', 'tree', 'titles/export', 'notes']) {
      const status = async (query: string) => (await call('GET', `/api/v1/${door}?${query}`)).status
      const parent = door === 'notes' ? 'below' : 'parent'
      for (const there of [`${parent}=${hidden}`, `path=${hiddenPath}`, 'domain=lib'])
        t.equal(await status(there), 200, `${door}?${there}`)
      for (const gone of [`${parent}=2147483647`, 'path=|2147483647|', `path=|9|${shownPath}`, 'domain=none'])
        t.equal(await status(gone), 404, `${door}?${gone}`)
      if (door === 'titles/export' || door === 'notes') continue
      for (const [query, expected] of [
        [`parent=${shown}`, 200],
        [`path=${shownPath}`, 200],
        [`parent=${hidden}`, 404],
        [`path=${hiddenPath}`, 404],
      ] as const)
        t.equal((await read(`/api/v1/${door}?${query}`)).status, expected, `${door}?${query} of a reader`)
    }
    t.same(await find('id=2147483647'), [], 'a condition that nothing meets is none of a place')
    t.equal(
      (await call('POST', '/api/v1/tree/batch', { action: 'release', path: '|2147483647|' })).status,
      404,
    )
  },
)

t.test(
  'titles stand in the order of the language that who asks reads, in lists and in the search',
  async t => {
    const names = [
      'Band 10',
      'Band 2',
      'Zypern',
      'Ålborg',
      'Ängste',
      'Łódź',
      'Luxus',
      'Öffnen',
      'Olive',
      'Anker',
    ]
    const domain = { FIREFOLIO_SEARCH_SORTLANGUAGES: 'de, sv, pl, en' }
    const many = await start(t, domain)
    await aDomain(many)
    for (const title of names) {
      const record = modsOf(title, title, `<name><namePart>${title}</namePart></name>`)
      await many.call('POST', '/api/v1/titles?domain=lib&type=monograph&release=true', record, asMods)
    }
    await many.drain()
    const inOrder: Readonly<Record<string, readonly string[]>> = {
      'de-AT': [
        'Ålborg',
        'Ängste',
        'Anker',
        'Band 2',
        'Band 10',
        'Łódź',
        'Luxus',
        'Öffnen',
        'Olive',
        'Zypern',
      ],
      en: ['Ålborg', 'Ängste', 'Anker', 'Band 2', 'Band 10', 'Łódź', 'Luxus', 'Öffnen', 'Olive', 'Zypern'],
      sv: ['Anker', 'Band 2', 'Band 10', 'Łódź', 'Luxus', 'Olive', 'Zypern', 'Ålborg', 'Ängste', 'Öffnen'],
      pl: ['Ålborg', 'Ängste', 'Anker', 'Band 2', 'Band 10', 'Luxus', 'Łódź', 'Öffnen', 'Olive', 'Zypern'],
    }
    const captions = (items: { caption?: string; title?: string }[]) =>
      items.map(item => item.caption ?? item.title)
    /** By pages of three, each asked with another header than the first. */
    async function listed(headers: Record<string, string>, query = ''): Promise<unknown[]> {
      const found: unknown[] = []
      let language = headers
      for (let url: string | undefined = `/api/v1/titles?domain=lib&sort=title&limit=3${query}`; url;) {
        const { body } = await many.call('GET', url, undefined, language)
        found.push(...captions(body.items))
        url = body.links.next
        language = { 'accept-language': 'sv;q=0.5, en' }
      }
      return found
    }
    for (const [language, order] of Object.entries(inOrder)) {
      t.same(await listed({ 'accept-language': `xx, ${language}` }), order, language)
      t.same(
        await listed({ 'accept-language': 'da' }, `&lang=${language}`),
        order,
        `${language}, in the address`,
      )
      const search = await many.read('/api/v1/search?sort=title&limit=50&facets=true', { 'accept-language': language }) // prettier-ignore
      t.same(captions(search.body.items), order, `${language}, searched`)
      const persons = (search.body.facets.person as { value: string }[]).map(({ value }) => value)
      t.same(persons, order, `${language}, beside what was searched`)
      const backwards = await many.read(`/api/v1/search?sort=-title&limit=50&lang=${language}`)
      t.same(captions(backwards.body.items), order.toReversed(), `${language}, searched backwards`)
    }
    t.same(await listed({}), inOrder['en'], 'without a language: the first of the installation')
    const exported = await many.call('GET', '/api/v1/titles/export?format=csv&domain=lib&sort=title&lang=sv')
    t.match(exported.body, /Olive[\s\S]*Zypern[\s\S]*Ålborg/)

    // a title that is renamed stands in another place, and the keys follow other orders
    const last = (await many.call('GET', '/api/v1/titles?sort=title&lang=sv')).body.items.at(-1).id
    await many.call('PUT', `/api/v1/titles/${last}/mods`, modsOf('moved', 'Aal'), { ...asMods, ...any })
    t.equal((await many.call('GET', '/api/v1/titles?sort=title&lang=sv')).body.items[0].id, last)
    const later = await start(
      t,
      { FIREFOLIO_SEARCH_SORTLANGUAGES: 'da' },
      { file: many.databaseFile, folder: many.folder },
    )
    await later.drain()
    const danish = captions((await later.read('/api/v1/titles?sort=title')).body.items)
    t.same(danish.slice(-3), ['Ängste', 'Aal', 'Ålborg'], 'once the job has run')
  },
)

t.test('an id of ten digits is an id; what can be none is refused', async t => {
  const most = 2147483647
  const statuses: Readonly<Record<string, number>> = {
    [`/api/v1/tree?parent=${most}`]: 404,
    [`/api/v1/titles?parent=${most}`]: 404,
    [`/api/v1/tree?domain=${most}`]: 404,
    [`/api/v1/domains/${most}`]: 404,
    [`/api/v1/groups/1/members/groups/${most}`]: 404,
    [`/iiif/image/3/${most}/info.json`]: 404,
    '/api/v1/tree?parent=3000000000': 400,
    '/api/v1/titles?parent=3000000000': 400,
    '/api/v1/tree?parent=x': 400,
    '/api/v1/domains/3000000000': 404,
    '/iiif/image/3/3000000000/info.json': 404,
    '/dzi/3000000000.dzi': 404,
    '/download/pdf/3000000000': 404,
    [`/api/v1/titles/${most}/history/fields-3000000000`]: 404,
  }
  for (const [url, status] of Object.entries(statuses))
    t.match(await call(url.includes('members') ? 'DELETE' : 'GET', url), { status }, url)
  const title = await aTitle(app)
  t.equal((await call('GET', `/api/v1/titles/${title}/history/fields-3000000000`)).status, 404)
  t.same((await call('GET', `/api/v1/tree?domain=lib&parent=none`)).status, 200)
})
