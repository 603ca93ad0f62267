// Identifiers that are given out here: at release, by whatever door; once and for ever.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { checkDigit, hasCheckDigit } from '../../src/formats/urn/check-digit.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { asMods, aDomain, aSecondProcess, aTitle, modsOf, start } from '../support/start.ts'

/** Agencies that keep URNs, DOIs and handles, and what it answers next where it is not well. */
const dois = new Map<string, { state: string; attributes: Record<string, any> }>()
const handles = new Map<string, string>()
const urns = new Map<string, string>()
const asked: { authorization: string; url: string }[] = []
const faults: number[] = []
const agency = createServer((request, response) => {
  let body = ''
  request.on('data', part => (body += part))
  request.on('end', () => {
    const url = decodeURIComponent(request.url ?? '')
    asked.push({ authorization: request.headers.authorization ?? '', url })
    const fault = faults.shift()
    if (fault !== undefined) return void response.writeHead(fault).end('{"errors":[{"title":"not today"}]}')
    if (url.startsWith('/api/handles/')) {
      handles.set(url.slice('/api/handles/'.length).split('?')[0] as string, JSON.parse(body).values[0].data.value)
      return void response.writeHead(201, { 'content-type': 'application/json' }).end('{"responseCode":1}')
    }
    if (url.startsWith('/urns')) {
      const known = url.slice('/urns/urn/'.length).replace('/my-urls', '')
      if (request.method === 'HEAD') return void response.writeHead(urns.has(known) ? 200 : 404).end()
      const told = JSON.parse(body)
      if (request.method === 'PATCH' && !urns.has(known)) return void response.writeHead(404).end()
      if (request.method === 'POST' && urns.has(told.urn)) return void response.writeHead(409).end()
      urns.set(told.urn ?? known, (told.urls ?? told)[0].url)
      return void response.writeHead(request.method === 'POST' ? 201 : 204).end()
    }
    const { attributes } = JSON.parse(body).data
    const before = dois.get(attributes.doi)?.state ?? 'draft'
    // as DataCite's: hide and register of what was published are the same state
    const events: Record<string, string> = { publish: 'findable', register: 'registered', hide: 'registered' }
    const state = events[attributes.event as string] ?? before
    dois.set(attributes.doi, { state, attributes })
    response
      .writeHead(200, { 'content-type': 'application/vnd.api+json' })
      .end(JSON.stringify({ data: { attributes: { state } } }))
  })
}) // prettier-ignore
await new Promise<void>(resolve => agency.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>(resolve => agency.close(() => resolve())))
const address = `http://127.0.0.1:${(agency.address() as AddressInfo).port}`

const settings = {
  FIREFOLIO_IDENTIFIERS_ON: 'true',
  FIREFOLIO_IDENTIFIERS_URN: 'urn:nbn:de:xyz-{id}',
  FIREFOLIO_IDENTIFIERS_PAGEURNS: 'true',
  FIREFOLIO_IDENTIFIERS_DOI: '10.12345/xyz.{id}',
  FIREFOLIO_IDENTIFIERS_HANDLE: '20.500.12345/{id}',
  FIREFOLIO_IDENTIFIERS_URNURL: address,
  FIREFOLIO_IDENTIFIERS_URNUSER: 'library',
  FIREFOLIO_IDENTIFIERS_URNPASSWORD: 'third secret',
  FIREFOLIO_IDENTIFIERS_DATACITEURL: address,
  FIREFOLIO_IDENTIFIERS_DATACITEACCOUNTS: 'LIB.ONE:first secret, LIB.TWO:second',
  FIREFOLIO_IDENTIFIERS_HANDLEURL: address,
  FIREFOLIO_IDENTIFIERS_HANDLEUSER: '300:20.500.12345/ADMIN',
  FIREFOLIO_IDENTIFIERS_HANDLEPASSWORD: 'key',
  FIREFOLIO_SERVER_PUBLICURL: 'https://library.example.org',
}
const app = await start(t, settings)
const { call, read } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')

interface Carried {
  readonly scheme: string
  readonly value: string
  readonly source: string
}
const release = (id: number, isReleased = true) =>
  call('POST', `/api/v1/tree/${id}/${isReleased ? 'release' : 'hide'}`)
const mark = (id: number) => call('PATCH', `/api/v1/titles/${id}`, { generateIdentifier: true }, any)
const carried = async (id: number): Promise<Carried[]> =>
  ((await call('GET', `/api/v1/titles/${id}/identifiers`)).body.items as Carried[]).filter(({ scheme }) =>
    ['urn', 'doi', 'handle'].includes(scheme),
  )
const urnOf = (id: number): string => `urn:nbn:de:xyz-${id}${checkDigit(`urn:nbn:de:xyz-${id}`)}`
const pagesOf = async (id: number): Promise<number[]> =>
  (await call('GET', `/api/v1/titles/${id}/pages`)).body.items.map((page: { id: number }) => page.id)
const marked = async (options: Parameters<typeof aTitle>[1] = {}): Promise<number> => {
  const id = await aTitle(app, options)
  await mark(id)
  return id
}
/** Jobs that wait for another attempt are due now. */
const hurry = async () => {
  await sql`update SYS_Job set SJ_RunAfterTS = current_timestamp where SJ_State = 0`.execute(app.services.db)
  await app.drain()
}

t.test('check digits are those of URNs that libraries have published', async t => {
  t.equal(checkDigit('urn:nbn:de:gbv:089-332175294'), '5', 'the example of the Deutsche Nationalbibliothek')
  t.equal(checkDigit('urn:nbn:de:ä'), undefined)
  const folder = new URL('../../../test/fixtures/', import.meta.url)
  const found = new Set<string>()
  for (const file of readdirSync(folder, { recursive: true }))
    if (/\.(xml|mets)$/.test(String(file)))
      for (const [urn] of readFileSync(join(folder.pathname, String(file)), 'utf8').matchAll(
        /urn:nbn:(?:de:(?:hbz|gbv|bvb|bsz|kobv|hebis)|at:at-ubi)[\w:.-]*\d/g,
      ))
        found.add(urn)
  for (const urn of found) t.ok(hasCheckDigit(urn), urn)
})

t.test('a title that is marked gets URN, DOI and handle when it is released, its pages URNs', async t => {
  const plain = await aTitle(app, { release: true })
  t.same(await carried(plain), [], 'one that is not marked gets none')
  const id = await marked({ pages: 2 })
  const [first, second] = (await pagesOf(id)) as [number, number]
  await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [first] }, any)
  t.same(await carried(id), [], 'not before the release')
  t.equal((await release(id)).status, 200)
  t.match(await carried(id), [
    { scheme: 'urn', value: urnOf(id), source: 'assigned' },
    { scheme: 'doi', value: `10.12345/xyz.${id}` },
    { scheme: 'handle', value: `20.500.12345/${id}` },
  ])
  t.ok(hasCheckDigit(urnOf(id)))
  const list = (await call('GET', '/api/v1/identifiers?scheme=urn')).body.items as { nodeId: number }[]
  t.ok(list.some(({ nodeId }) => nodeId === first) && list.some(({ nodeId }) => nodeId === second))
  await app.drain()
  const oai = async (prefix: string): Promise<string> => {
    const [record] = (await read('/oai?verb=ListIdentifiers&metadataPrefix=mods')).body.match(
      new RegExp(`oai:[^<]*[:/]${id}<`),
    ) as [string]
    return (await read(`/oai?verb=GetRecord&metadataPrefix=${prefix}&identifier=${record.slice(0, -1)}`)).body
  }
  for (const [what, text] of Object.entries({
    METS: (await read(`/mets/${id}`)).body,
    'MODS by OAI': await oai('mods'),
    'the manifest': JSON.stringify((await read(`/iiif/presentation/3/${id}/manifest`)).body),
  }))
    for (const { value } of await carried(id)) t.match(text, value, `${what} has ${value}`)
  t.match((await read(`/mets/${id}`)).body, urnOf(first), 'METS has the URN of a page')
  t.match(await oai('epicur'), urnOf(id))
})

t.test('it keeps them: hidden, taken back, released again, moved', async t => {
  const id = await marked()
  const released = await release(id)
  const own = await carried(id)
  t.equal(own.length, 3)
  t.equal((await call('POST', `/api/v1/operations/${released.headers['operation']}/undo`)).status, 200)
  t.same(await carried(id), own, 'an undo of the release takes no promise back')
  await release(id)
  await release(id, false)
  await release(id)
  t.same(await carried(id), own)
  const [urn] = (await call('GET', `/api/v1/titles/${id}/identifiers`)).body.items.filter((each: Carried) => each.scheme === 'urn') // prettier-ignore
  t.match(await call('DELETE', `/api/v1/titles/${id}/identifiers/${urn.id}`), {
    status: 409,
    body: { detail: /stays for ever/ },
  })
  await aDomain(app, 'other')
  await call('POST', `/api/v1/tree/${id}/move`, { domain: 'other' }, any)
  t.equal((await read(`/urn/${urnOf(id)}`)).headers['location'], `/api/v1/titles/${id}`)
  await call('PUT', `/api/v1/titles/${id}/mods`, modsOf('new', 'Another record'), { ...asMods, ...any })
  t.same(await carried(id), own, 'another record takes them off as little')
})

t.test('a title whose record brings a URN gets no second one, and no other title that very one', async t => {
  const id = await marked()
  await call('POST', `/api/v1/titles/${id}/identifiers`, { scheme: 'urn', value: 'urn:nbn:de:old-1' })
  const next = await marked()
  await call('POST', `/api/v1/titles/${id}/identifiers`, { scheme: 'doi', value: `10.12345/xyz.${next}` })
  await release(id)
  await release(next)
  t.match(await carried(id), [{ value: 'urn:nbn:de:old-1' }, { value: `10.12345/xyz.${next}` }, { scheme: 'handle' }]) // prettier-ignore
  t.ok((await carried(next)).some(({ value }) => value === `10.12345/xyz.${next}-2`))
})

t.test('URN, DOI and handle lead to the title for ever', async t => {
  const [stays, goes] = [await marked({ title: 'It stays' }), await marked({ title: 'It goes' })]
  for (const id of [stays, goes]) await release(id)
  const html = { accept: 'text/html' }
  t.equal((await read(`/urn/${urnOf(goes).toUpperCase().replace('URN:NBN', 'urn:nbn')}`)).headers['location'], `/api/v1/titles/${goes}`) // prettier-ignore
  t.equal((await read(`/doi/10.12345/XYZ.${goes}`, html)).headers['location'], `/id/${goes}`, 'a page to a browser') // prettier-ignore
  t.equal((await read(`/handle/20.500.12345/${goes}`)).headers['location'], `/api/v1/titles/${goes}`)
  t.equal((await read('/doi/10.1/none')).status, 404)
  const merged = await call('POST', `/api/v1/titles/${stays}/merge`, { from: goes }, any)
  t.equal(merged.status, 200)
  for (const path of [`/urn/${urnOf(goes)}`, `/doi/10.12345/xyz.${goes}`, `/handle/20.500.12345/${goes}`])
    t.equal((await read(path)).headers['location'], `/api/v1/titles/${stays}`, `${path}, merged`)
  t.equal((await call('POST', merged.body.links.undo)).status, 200)
  t.equal((await read(`/urn/${urnOf(goes)}`)).headers['location'], `/api/v1/titles/${goes}`, 'and back')

  await release(goes, false)
  const hidden = await read(`/urn/${urnOf(goes)}`)
  t.match(hidden, { status: 410, body: { caption: 'It goes', detail: /It goes was withdrawn/ } })
  await call('DELETE', `/api/v1/tree/${goes}`, undefined, any)
  t.equal((await read(`/id/${goes}`)).status, 410, 'in the bin')
  await call('DELETE', `/api/v1/tree/${goes}?purge=true`, undefined, any)
  const gone = await read(`/doi/10.12345/xyz.${goes}`)
  t.match(gone, { status: 410, body: { detail: /It goes was withdrawn on \d{4}-\d\d-\d\d/ } })
  t.same(
    gone.body.identifiers.map(({ scheme }: Carried) => scheme),
    ['urn', 'doi', 'handle'],
  )
  const page = await read(`/id/${goes}`, { ...html, 'accept-language': 'en' })
  t.match(page, {
    status: 410,
    body: /It goes<\/p>[^]*Withdrawn on \w+[^]*urn:nbn:de:xyz-[^]*since(?: |<!-- -->)*\w+/,
  })
  t.match(
    await read(`/id/${goes}`, { ...html, 'accept-language': 'de' }),
    { status: 410, body: /Zurückgezogen am \d+\. \w+ \d{4}\.[^]*seit/ },
    'in the language of the reader',
  )
  t.ok((await call('GET', '/api/v1/identifiers?gone=true')).body.items.length >= 3)
})

t.test('of what was never released, and of what is closed, nothing is told', async t => {
  const id = await aTitle(app, { title: 'Closed title' })
  t.equal((await read(`/id/${id}`)).status, 404)
  await mark(id)
  const closed = await call('POST', `/api/v1/tree/${id}/rights`, { subject: 'everyone', right: 'see', effect: 'deny' }) // prettier-ignore
  t.equal(closed.status, 200, JSON.stringify(closed.body))
  await release(id)
  t.equal((await read(`/urn/${urnOf(id)}`)).status, 404)
  await release(id, false)
  for (const path of [`/urn/${urnOf(id)}`, `/id/${id}`]) t.equal((await read(path)).status, 404, path)
})

t.test('entries on other nodes leave a tombstone standing', async t => {
  const other = await aTitle(app, { title: 'Closed beside it' })
  const entry = { subject: 'everyone', right: 'see-image', effect: 'deny' }
  t.equal((await call('POST', `/api/v1/tree/${other}/rights`, entry)).status, 200)
  const id = await marked({ title: 'Withdrawn among entries' })
  t.equal((await read(`/id/${id}`)).status, 404, 'what was never shown is not there')
  await release(id)
  await release(id, false)
  for (const path of [`/urn/${urnOf(id)}`, `/id/${id}`])
    t.match(await read(path), { status: 410, body: { caption: 'Withdrawn among entries' } }, path)
})

t.test(
  'URNs, DOIs and handles are registered, and those of what was withdrawn are findable no longer',
  async t => {
    const id = await marked({ title: 'A findable title', pages: 1 })
    const [page] = (await pagesOf(id)) as [number]
    await call('POST', '/api/v1/tree/batch', { action: 'release', ids: [page] }, any)
    urns.set(urnOf(id), 'https://old.example.org/before')
    faults.push(503)
    await release(id)
    await hurry()
    await hurry()
    const doi = `10.12345/xyz.${id}`
    t.match(dois.get(doi), {
      state: 'findable',
      attributes: {
        url: `https://library.example.org/id/${id}`,
        titles: [{ title: 'A findable title' }],
        creators: [{ name: ':unkn' }],
        types: { resourceTypeGeneral: 'Text' },
      },
    })
    t.equal(handles.get(`20.500.12345/${id}`), `https://library.example.org/id/${id}`)
    t.equal(
      urns.get(urnOf(id)),
      `https://library.example.org/id/${id}`,
      'one that the service knew leads here now',
    )
    t.equal(urns.get(urnOf(page)), `https://library.example.org/id/${page}`)
    t.ok(asked.some(({ authorization, url }) => url.startsWith('/urns') && authorization === `Basic ${Buffer.from('library:third secret').toString('base64')}`)) // prettier-ignore
    t.ok(asked.some(({ authorization }) => authorization === `Basic ${Buffer.from('LIB.ONE:first secret').toString('base64')}`)) // prettier-ignore
    const row = async () =>
    (await call('GET', '/api/v1/identifiers?scheme=doi')).body.items.find((each: Carried) => each.value === doi) // prettier-ignore
    t.match(await row(), { state: 'findable', error: null })
    await release(id, false)
    await hurry()
    t.equal(dois.get(doi)?.state, 'registered', 'hidden')
    t.match(await row(), { state: 'registered' })
    await release(id)
    await hurry()
    t.equal(dois.get(doi)?.state, 'findable', 'and back')

    await call('PATCH', '/api/v1/domains/lib/config', { 'identifiers.dataciteAccount': 'LIB.TWO' })
    faults.push(422, 422, 422, 422)
    const next = await marked()
    await release(next)
    await hurry()
    const failed = (await call('GET', '/api/v1/identifiers?failed=true&scheme=doi')).body.items
    t.match(failed, [{ nodeId: next, error: /127\.0\.0\.1:\d+ answers 422: .*not today/ }])
    t.notOk(JSON.stringify(failed).includes('second'), 'an error tells no password')
    faults.length = 0
    const told = await runCommand(app.services, ['identifiers', 'register'])
    t.match(told, { code: 0 }, told.out)
    t.ok(asked.some(({ authorization }) => authorization === `Basic ${Buffer.from('LIB.TWO:second').toString('base64')}`)) // prettier-ignore
    t.match((await runCommand(app.services, ['identifiers', 'check'])).out, /Nothing is wrong/)
    t.notMatch((await runCli(app.services, ['config', 'show'], settings)).out, /first secret|third secret/)
  },
)

t.test('a DOI is registered with the year that its title was published in', async t => {
  const id = await marked()
  const dated = modsOf(
    'dated',
    'A dated title',
    '<originInfo><dateIssued encoding="w3cdtf">1897</dateIssued></originInfo>',
  )
  t.equal((await call('PUT', `/api/v1/titles/${id}/mods`, dated, { ...asMods, ...any })).status, 200)
  await release(id)
  await hurry()
  t.match(dois.get(`10.12345/xyz.${id}`), { state: 'findable', attributes: { publicationYear: 1897 } })
  t.equal(handles.get(`20.500.12345/${id}`), `https://library.example.org/id/${id}`)
})

t.test('domains say otherwise', async t => {
  await aDomain(app, 'theses')
  const set = (body: object) => call('PATCH', '/api/v1/domains/theses/config', body)
  await set({ 'identifiers.titles': 'all', 'identifiers.urn': 'urn:nbn:de:diss:{id}', 'identifiers.doi': 'none', 'identifiers.handle': 'none', 'identifiers.pageUrns': 'false' }) // prettier-ignore
  const id = await aTitle(app, { domain: 'theses', release: true, pages: 1 })
  t.same(
    (await carried(id)).map(({ value }) => value.slice(0, -1)),
    [`urn:nbn:de:diss:${id}`],
    'created released, unmarked',
  )
  await set({ 'identifiers.urn': 'urn:nbn:de:nothing' })
  const refused = await call('POST', '/api/v1/titles?domain=theses&type=monograph&release=true', modsOf('refused', 'x'), asMods) // prettier-ignore
  t.match(refused, {
    status: 422,
    body: { detail: /Domain theses, option identifiers\.urn: .* needs \{id\}/ },
  })
  await set({ 'identifiers.urn': '' })
})

t.test('on demand a title gets what it lacks, once, however often it is asked for', async t => {
  const id = await aTitle(app, { pages: 1 })
  const demand = () => call('POST', `/api/v1/titles/${id}/identifiers/assign`)
  t.match(await demand(), { status: 409, body: { detail: /not released/ } })
  await release(id)
  t.same(await carried(id), [])
  const second = await aSecondProcess(t, app)
  const there = () => second.inject({ method: 'POST', url: `/api/v1/titles/${id}/identifiers/assign`, headers: { authorization: 'Bearer test-operator-key' } }) // prettier-ignore
  const answers = await Promise.all([demand(), there(), demand(), there()])
  const given = answers.flatMap(answer => ('body' in answer && typeof answer.body === 'object' ? answer.body.items : (answer as { json(): any }).json().items)) // prettier-ignore
  t.equal(given.length, 4, 'URN, DOI, handle and the URN of the page, among all four answers')
  t.equal((await carried(id)).length, 3)
  t.same((await demand()).body.items, [])
  t.equal((await call('POST', '/api/v1/titles/999999/identifiers/assign')).status, 404)
})

t.test('killed while it assigns, and by two processes at once: each title has one of each', async t => {
  const ids: number[] = []
  for (let n = 0; n < 25; n++) ids.push(await aTitle(app, { release: true, pages: n % 5 === 0 ? 2 : 0 }))
  await sql`update OPR_Content set OC_GenerateIdentifier = 1 where OC_OT_ID in (${sql.join(ids)})`.execute(app.services.db) // prettier-ignore
  const command = ['identifiers', 'assign', '--domain', 'lib']
  const dry = await runCommand(app.services, [...command, '--dry-run'])
  t.match(dry, { code: 0, out: /85 identifiers would be assigned/ }, dry.out)
  t.same(await carried(ids[0] as number), [], 'a dry run leaves nothing')
  const killed = await runCli(app.services, command, { ...settings, CRASH_AT_SQL: 'insert into "?OPR_Assigned', CRASH_SKIP: '70' }) // prettier-ignore
  t.equal(killed.signal, 'SIGKILL', killed.out)
  const ends = await Promise.all([
    runCli(app.services, command, settings),
    runCli(app.services, command, settings),
  ])
  for (const { code, out } of ends) t.equal(code, 0, out)
  for (const id of ids)
    t.same(
      (await carried(id)).map(({ value }) => value),
      [urnOf(id), `10.12345/xyz.${id}`, `20.500.12345/${id}`],
    )
  const { rows } = await sql`select OAS_OT_ID from OPR_Assigned group by OAS_OT_ID, OAS_Scheme having count(*) > 1
    union all select OI_OT_ID from OPR_Identifier where OI_Source = 'assigned' group by OI_OT_ID, OI_Scheme having count(*) > 1`.execute(app.services.db) // prettier-ignore
  t.same(rows, [])
  t.match((await runCommand(app.services, command)).out, /0 identifiers assigned/)
  t.match((await runCommand(app.services, ['check', '--only', 'identifiers'])).code, 0)
})
