// What lies in the bin for long is removed for good, where an operator says after how many days.
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { enqueue, get } from '../../src/jobs/queue.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_SEARCH_ON: 'false', FIREFOLIO_JOBS_BINDAYS: '30' })
const { call, services } = app
const { db } = services
await aDomain(app)

const bin = async (id: number) => t.equal((await call('DELETE', `/api/v1/tree/${id}`)).status, 200)
/** Everything that was noted of a node is so much older now. */
const age = async (id: number, days: number) => {
  await sql`update OPR_TreeHistory set OTH_InsertTS = dateadd(${sql.lit(-days)} day to OTH_InsertTS) where OTH_OT_ID = ${id}`.execute(db) // prettier-ignore
}
const isThere = async (id: number) =>
  (await db.selectFrom('OPR_Tree').select('OT_ID').where('OT_ID', '=', id).executeTakeFirst()) !== undefined
const run = async (options?: object) => {
  const answer = await call('POST', '/api/v1/jobs', { kind: 'bin.purge', ...(options ? { options } : {}) })
  t.equal(answer.status, 202, JSON.stringify(answer.body))
  await app.drain()
  return (await call('GET', `/api/v1/jobs/${answer.body.id}`)).body
}

t.test('what was binned long ago goes with all below it, and nothing else', async t => {
  const [old, recent, living] = [await aTitle(app, { title: 'Old', pages: 3 }), await aTitle(app, { title: 'Recent' }), await aTitle(app, { title: 'Living', pages: 2 })] as const // prettier-ignore
  const [page, other] = (await call('GET', `/api/v1/titles/${living}/pages`)).body.items.map(({ id }: { id: number }) => id) // prettier-ignore
  for (const id of [old, recent, page]) await bin(id)
  for (const id of [old, page]) await age(id, 31)
  await age(recent, 29)
  const dry = await run({ dryRun: true })
  t.match(dry, { state: 'done', result: { purged: 2, nodes: 5, linked: 0, removed: [{ id: old, caption: 'Old' }, { id: page }], stay: [] } }) // prettier-ignore
  t.ok(await isThere(old), 'a dry run removes nothing')
  t.match(await run(), { state: 'done', result: { purged: 2, nodes: 5, linked: 0 } })
  t.same(await Promise.all([old, page, recent, living, other].map(isThere)), [false, false, true, true, true])
  t.equal((await call('GET', `/api/v1/titles/${living}`)).body.pagesPresent, 1, 'the title knows of it')
  const { items } = (await call('GET', '/api/v1/log?action=purge&limit=10')).body
  t.same(
    new Set(items.map(({ entityId }: { entityId: string | number }) => Number(entityId))),
    new Set([old, page]),
  )
  t.match(await run(), { result: { purged: 0, nodes: 0 } }, 'once more finds nothing')
})

t.test('the time counts from when it went into the bin last', async t => {
  const [again, moved] = [await aTitle(app, { title: 'Again' }), await aTitle(app, { title: 'Changed in the bin' })] as const // prettier-ignore
  await bin(again)
  await age(again, 60)
  t.equal((await call('POST', `/api/v1/tree/${again}/restore`, {})).status, 200)
  await bin(again)
  await bin(moved)
  await age(moved, 60)
  await sql`update OPR_Tree set OT_Caption = 'Renamed in the bin' where OT_ID = ${moved}`.execute(db)
  t.match(await run(), { result: { purged: 1, removed: [{ id: moved, caption: 'Renamed in the bin' }] } })
  t.ok(await isThere(again))
})

t.test('what a link elsewhere shows stays, and is named with the link', async t => {
  const [shown, shows] = [await aTitle(app, { title: 'Shown', pages: 1 }), await aTitle(app, { title: 'Shows' })] as const // prettier-ignore
  const [page] = (await call('GET', `/api/v1/titles/${shown}/pages`)).body.items
  const link = (await call('POST', `/api/v1/tree/${shows}/link`, { target: page.id })).body.id
  await bin(shown)
  await age(shown, 60)
  await sql`update OPR_Tree set OT_DelState = 0 where OT_ID = ${link}`.execute(db)
  t.match(await run(), {
    result: { purged: 0, linked: 1, stay: [{ id: shown, caption: 'Shown', link }], removed: [] },
  })
  t.ok(await isThere(shown))
  await bin(link)
  t.match(await run(), { result: { purged: 1, linked: 0 } })
})

t.test('two at once remove each node once', async t => {
  const ids = []
  for (let n = 0; n < 12; n++) ids.push(await aTitle(app, { title: `Of many ${n}`, pages: 1 }))
  for (const id of ids) await bin(id)
  for (const id of ids) await age(id, 40)
  const jobs = await Promise.all([1, 2].map(() => enqueue(db, { kind: 'bin.purge' })))
  await Promise.all([app.drain(), app.drain()])
  const results = await Promise.all(jobs.map(async id => (await get(db, id)).result as { purged: number }))
  t.equal(
    results.reduce((sum, { purged }) => sum + purged, 0),
    12,
  )
  t.same(
    await Promise.all(ids.map(isThere)),
    ids.map(() => false),
  )
})

t.test('who may not purge may not have it done', async t => {
  await aUser(app, { login: 'system', topics: ['SYSTEM'] })
  const ask = await aSession(app, 'system')
  t.match(await ask('POST', '/api/v1/jobs', { kind: 'bin.purge' }), {
    status: 403,
    body: { detail: 'This needs the right purge.' },
  })
  t.equal((await ask('POST', '/api/v1/jobs', { kind: 'jobs.tidy', options: { dryRun: true } })).status, 202)
})

t.test('nothing goes by itself where no days are configured', async t => {
  const quiet = await start(t, { FIREFOLIO_SEARCH_ON: 'false' })
  const { body } = await quiet.call('POST', '/api/v1/jobs', { kind: 'bin.purge' })
  await quiet.drain()
  t.match((await quiet.call('GET', `/api/v1/jobs/${body.id}`)).body, { state: 'failed', error: /\[jobs\] binDays is 0/ }) // prettier-ignore
})
