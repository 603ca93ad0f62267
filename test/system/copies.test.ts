// Copies of manifests and METS carry a tag, which says what they were built of. While changes wait to be followed, a tag is given only to what none
// of them reaches: the same that holds when they have been followed.
import t from '../support/tap.ts'
import { followChanges, objectTag } from '../../src/system/changes/index.ts'
import { aDomain, asMods, aTitle, modsOf, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
const { call, services } = app
const any = { 'if-match': '*' }
await aDomain(app, 'lib')
await aDomain(app, 'part', { parent: 'lib' })
await aDomain(app, 'elsewhere')

const release = true
const newspaper = await aTitle(app, { type: 'newspaper', title: 'Newspaper', release })
const years = [await aTitle(app, { parent: newspaper, type: 'year', title: '1901', release }), await aTitle(app, { parent: newspaper, type: 'year', title: '1902', release })] as const // prettier-ignore
const issues = [await aTitle(app, { parent: years[0], type: 'issue', title: 'Issue of 1901', release, pages: 2 }), await aTitle(app, { parent: years[1], type: 'issue', title: 'Issue of 1902', release, pages: 2 })] as const // prettier-ignore
const work = await aTitle(app, { type: 'multivolume_work', title: 'Work', release })
const volume = await aTitle(app, { parent: work, type: 'volume', title: 'Volume', release, pages: 2 })
const collection = await aTitle(app, { type: 'multivolume_work', title: 'Shows the volume by a link', release }) // prettier-ignore
const inPart = await aTitle(app, { domain: 'part', title: 'In a domain below', release, pages: 1 })
const stranger = await aTitle(app, { domain: 'elsewhere', title: 'Elsewhere', release, pages: 1 })
const linked = await call('POST', `/api/v1/tree/${collection}/link`, { target: volume })
const all = { newspaper, 'year 1901': years[0], 'year 1902': years[1], 'issue 1901': issues[0], 'issue 1902': issues[1], work, volume, collection, inPart, stranger } // prettier-ignore
type Name = keyof typeof all
const names = Object.keys(all) as Name[]

const tags = async () =>
  new Map(
    await Promise.all(names.map(async name => [name, await objectTag(services, all[name], '')] as const)),
  )
const pagesOf = async (id: number): Promise<number[]> =>
  (await call('GET', `/api/v1/titles/${id}/pages`)).body.items.map((page: { id: number }) => page.id)
const caption = (id: number) => call('PATCH', `/api/v1/tree/${id}`, { caption: `Renamed ${id}` }, any)

/** What changes; `most` where copies may be given up that would hold. */
const changes: readonly (readonly [string, () => Promise<{ status: number }>, 'most'?])[] = [
  ['a record elsewhere', () => call('POST', '/api/v1/titles?domain=elsewhere&release=true', modsOf('new', 'New'), asMods)], // prettier-ignore
  ['a page of an issue', async () => await caption((await pagesOf(issues[0]))[0] ?? 0)],
  ['an issue with a new page', () => call('POST', `/api/v1/titles/${issues[0]}/pages`, { pages: [{ ident: 'more' }] })], // prettier-ignore
  ['an issue', () => call('PUT', `/api/v1/titles/${issues[1]}/mods`, modsOf('issue', 'Another name'), { ...asMods, ...any })], // prettier-ignore
  // titles below may be shown by links anywhere
  ['a year and all that it holds', () => caption(years[0]), 'most'],
  ['the volume, which a link shows', async () => await caption((await pagesOf(volume))[0] ?? 0)],
  ['a domain', () => call('PATCH', '/api/v1/domains/lib', { contact: 'Somebody' }, any)],
  ['a domain below', () => call('PATCH', '/api/v1/domains/part', { contact: 'Somebody' }, any)],
  ['an issue that is binned', () => call('DELETE', `/api/v1/tree/${issues[0]}`)],
]

t.test('while a change waits, a copy is current exactly if the change does not reach it', async t => {
  t.equal(linked.status, 201)
  await followChanges(services)
  const reached = new Set<Name>()
  const spared = new Set<Name>()
  for (const [what, change, most] of changes) {
    const before = await tags()
    t.ok([...before.values()].every(tag => tag !== undefined))
    const { status } = await change()
    t.ok(status < 300, `${what}: ${status}`)
    const waiting = await tags()
    await followChanges(services)
    const after = await tags()
    for (const name of names) {
      const changed = before.get(name) !== after.get(name)
      if (changed) reached.add(name)
      else spared.add(name)
      if (changed || !most)
        t.equal(waiting.get(name), changed ? undefined : before.get(name), `${what}: ${name}`)
    }
  }
  t.same([reached.size, spared.size], [names.length - 1, names.length], 'all but the stranger were reached')
})

t.test('where very many changes wait, nobody looks through them', async t => {
  await followChanges(services)
  const noted = 3001
  await services.database.inTransaction({}, (_trx, connection) =>
    connection.executeMany(
      'insert into SYS_Outbox (SO_ID, SO_Transaction, SO_OT_ID, SO_Path) values (next value for SYS_Outbox_SEQ, current_transaction, ?, ?)',
      Array.from({ length: noted }, (_, at) => [900_000_000 + at, `|${900_000_000 + at}|`]),
    ),
  )
  t.equal(await objectTag(services, stranger, ''), undefined)
  await followChanges(services)
  t.ok(await objectTag(services, stranger, ''))
})
