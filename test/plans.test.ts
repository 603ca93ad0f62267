// What readers, viewers and harvesters ask for most runs over indexes: no statement behind these doors reads a large table through.
// The plans are those of the statements that the doors really send.
import t from './support/tap.ts'
import { restampBelow } from '../src/system/changes/follow.ts'
import { changedSince } from '../src/preservation/capsules/repository.ts'
import {
  archivePutBack,
  freedBelow,
  mastersBelow,
  setArchived,
  setFreed,
} from '../src/catalogue/pages/freed.ts'
import { isNeeded } from '../src/catalogue/pages/index.ts'
import { keptFiles } from '../src/preservation/fixity/index.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import { needsServer } from './support/database.ts'
import { doorsOf } from './support/doors.ts'
import { plansOf } from './support/plans.ts'
import { asMods, modsOf } from './support/start.ts'
import { statementsOf } from './support/statements.ts'

const { app, ids } = await startWithSample(t, { ...publicAddress, FIREFOLIO_OAI_PAGESIZE: '2' })
const pages = ((await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body as { items: { id: number }[] })
  .items
const page = pages[7]?.id

/** Tables that stay small, and ids that a statement brings with it. */
const small = ['RDB$DATABASE', 'TMP_ID', 'SPLIT_IDS', 'OPR_DOMAIN', 'CFG_OPTION', 'SYS_MIGRATION', 'SYS_OUTBOX', 'OPR_HARVEST', 'OPR_IMAGEPROFILE', 'OPR_TAG', 'OPR_DOMAINTAG', 'OPR_TRANSITION', 'SYS_SCHEDULE'] // prettier-ignore
const doors = doorsOf(ids, page ?? 0)

/** Tables that a plan reads through, by the names that the statement gives them. */
function readThrough(statement: string, plan: string): string[] {
  const tableOf = (name: string): string =>
    new RegExp(
      `\\b(?:from|join|using|into|update)\\s+"?(\\w+)"?(?:\\([^)]*\\))?(?:\\s+as)?\\s+"?${name}"?(?:\\s|$)`,
      'i',
    ).exec(statement)?.[1] ?? name
  return [...plan.matchAll(/([\w$"]+) NATURAL/g)]
    .map(([, name = '']) => tableOf(name.replaceAll('"', '')).toUpperCase())
    .filter(table => !small.includes(table))
}

/** Statements that read a large table through, or whose plan is not known. @param plans what is known of them already */
async function scans(statements: readonly string[], plans?: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = []
  const each = [...new Set(statements)]
  for (const [statement, plan] of plans
    ? each.map(statement => [statement, plans.get(statement) ?? ''] as const)
    : await plansOf(app.services, each)) {
    const isInsert = /^(insert|execute|update or insert)/i.test(statement)
    // how many there are is asked once a list or once a minute
    if (/^select count\(\*\)/i.test(statement)) continue
    if (!isInsert && !plan.includes('PLAN')) found.push(`no plan: ${statement}`)
    else if (readThrough(statement, plan).length > 0) found.push(`${statement} ${plan}`)
  }
  return found
}

t.test('at every door every table is read by an index', needsServer, async t => {
  const sent = new Map<string, readonly string[]>()
  for (const [name, url] of Object.entries(doors))
    sent.set(
      name,
      await statementsOf(async () => {
        const { status } = await app.call('GET', url)
        if (status >= 400) throw new Error(`${url}: ${status}`)
      }),
    )
  // doors share most of their statements: one isql tells the plans of all
  const all = new Set([...sent.values()].flat())
  t.ok(all.size > 50, `${all.size} statements`)
  const plans = await plansOf(app.services, [...all])
  for (const [name, statements] of sent) t.same(await scans(statements, plans), [], name)
})

t.test('filters of titles begin with what they name', needsServer, async t => {
  for (const [filter, index] of [
    ['identifier=urn:nbn:de:example-sample-1', /OPR_CONTENT INDEX \((UK_OC_OT|PK_OPR_CONTENT)/],
    ['signature=Rara%207', /INDEX \(OPR_CONTENT_SIGNATURE\)/],
    ['releasedFrom=2020-01-01', /OPR_CONTENT_RELEASED/],
    ['sort=title', /ORDER OPR_SORTKEY_LIST/],
    ['dateFrom=1900-01-01&dateTo=1901-01-01', /OPR_CONTENTFIELD INDEX \(OPR_CONTENTFIELD_DATE/],
    ['dateFrom=1900-01-01', /OPR_CONTENTFIELD INDEX \(OPR_CONTENTFIELD_DATETO/],
  ] as const) {
    const sent = await statementsOf(() => app.call('GET', `/api/v1/titles?${filter}`))
    const plans = await plansOf(app.services, sent)
    t.match(
      [...plans.values()].find(plan => plan.includes('OPR_CONTENTFIELD')),
      index,
      filter,
    )
  }
})

t.test('a search sends as many statements for many hits as for one', async t => {
  const sent = async (query: string): Promise<number> => {
    const answer = { items: [] as { pages: unknown[] }[] }
    const statements = await statementsOf(async () =>
      Object.assign(
        answer,
        (await app.read(`/api/v1/search?field=fulltext&limit=100&pages=20&${query}`)).body,
      ),
    )
    t.comment(`${query}: ${answer.items.length} titles, ${statements.length} statements`)
    t.ok(
      answer.items.every(item => item.pages.length > 0) &&
        answer.items.length === (query.includes('within') ? 1 : 4),
    )
    return statements.length
  }
  // what is remembered for a moment (rights, what was withdrawn) is read by one of them, on a busy machine by another
  const fewest = async (query: string): Promise<number> =>
    Math.min(await sent(query), await sent(query), await sent(query))
  t.ok((await fewest('q=d*')) <= (await fewest(`q=d*&within=${ids.monograph}`)) + 1)
})

t.test('what is below a title is found by the title, however large the archive is', needsServer, async t => {
  const sent = await statementsOf(async () => {
    await changedSince(app.services.db, `|${ids.monograph}|`, new Date())
    for await (const file of keptFiles(
      app.services.db,
      { kind: 'title', id: ids.monograph, path: `|${ids.monograph}|` },
      null,
    ))
      t.ok(file.address)
    for await (const file of keptFiles(app.services.db, { kind: 'round' }, null)) t.ok(file.address)
    await isNeeded(app.services.db, `sha256/00/${'0'.repeat(64)}`)
    await freedBelow(app.services.db, `|${ids.monograph}|`)
    await mastersBelow(app.services.db, `|${ids.monograph}|`, 'master')
    const nothing = { nodeId: 1, url: 'none', sha256: '', bytes: 1 }
    await setFreed(app.services.db, [{ ...nothing, recipe: null, unmarked: null }])
    await setArchived(app.services.db, [{ ...nothing, domainId: 1, capsule: '', file: '' }])
    await archivePutBack(app.services.db, [1, 2])
  })
  t.ok(sent.length > 10)
  t.same(await scans(sent), [])
})

t.test('a statement that reads through is seen', needsServer, async t => {
  t.equal((await scans([`select OT_ID from OPR_Tree where OT_Caption = ?`])).length, 1)
  t.equal((await scans([`select t."OT_ID" from "OPR_TREE" as t where t."OT_CAPTION" = ?`])).length, 1)
})

t.test('tags and transitions are looked for by index', needsServer, async t => {
  const any = { 'if-match': '*' }
  await app.call('POST', '/api/v1/tags', { name: 'seen' })
  await app.call('POST', '/api/v1/transitions', { name: 'seen', change: 'tag', tag: 'seen', from: ['seen'] })
  await app.call('POST', '/api/v1/transitions', { name: 'gone', change: 'untag', tag: 'seen' })
  for (const change of ['release', 'hide', 'bin', 'restore'])
    await app.call('POST', '/api/v1/transitions', { name: change, change })
  const sent = await statementsOf(async () => {
    await app.call('PUT', `/api/v1/tree/${ids.work}/tags`, { tags: ['seen'] }, any)
    await app.call('GET', `/api/v1/tree/${ids.work}/tags`)
    await app.call('GET', `/api/v1/tree/${ids.work}/tags/history`)
    await app.call('GET', `/api/v1/tree/${ids.work}/children?tag=seen`)
    await app.call('GET', '/api/v1/search?tag=seen')
    await app.call('PUT', `/api/v1/tree/${ids.work}/tags`, { tags: [] }, any)
  })
  t.ok(sent.some(statement => /OPR_NodeTagHistory/i.test(statement)))
  t.same(await scans(sent), [])
})

t.test('the followers of changes read by indexes, too', needsServer, async t => {
  const sent = await statementsOf(async () => {
    await app.call('PATCH', `/api/v1/tree/${ids.work}`, { caption: 'Anders' }, { 'if-match': '*' })
    await app.drain()
  })
  sent.push(restampBelow('|1|', new Date()).compile(app.services.db).sql)
  t.same(await scans(sent), [])
})

t.test('a record is stored with few statements, its identifiers by their key, however many', async t => {
  const post = async (record: string, identifiers: number): Promise<string[]> => {
    const own = Array.from(
      { length: identifiers },
      (_, n) => `<identifier type="doi">10.1/${record}.${n}</identifier>`,
    )
    const mods = modsOf(record, 'Gezählt').replace('</mods>', `${own.join('')}</mods>`)
    const sent = await statementsOf(async () =>
      t.equal((await app.call('POST', '/api/v1/titles?domain=sample', mods, asMods)).status, 201),
    )
    t.comment(`${identifiers} identifiers: ${sent.length} statements`)
    return sent
  }
  // what is remembered for a moment is read by the first
  await post('count-0', 1)
  const few = await post('count-1', 1)
  const many = await post('count-2', 40)
  // what is remembered for a moment may be read anew
  t.ok(many.length <= few.length + 4, `${many.length} after ${few.length}`)
  const found = many.filter(statement => /from "?OPR_IDENTIFIER/i.test(statement))
  t.equal(found.length, 1)
  for (const plan of (await plansOf(app.services, found)).values()) {
    t.match(plan, /UK_OI/)
    t.notMatch(plan, /NATURAL|FK_OI|OPR_IDENTIFIER_VALUE/)
  }
})
