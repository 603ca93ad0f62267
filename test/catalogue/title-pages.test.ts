// The page that stands for a title, and the deliverer, follow their rules whatever is done to the tree.
import t from '../support/tap.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const pagesOf = async (title: number): Promise<number[]> =>
  (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items.map((page: { id: number }) => page.id)
const shown = async (title: number) =>
  (await app.services.db
    .selectFrom('OPR_Content')
    .select(['OC_OT_Titlepage as page', 'OC_OT_TitlepageMode as mode'])
    .where('OC_OT_ID', '=', title)
    .executeTakeFirst()) as { page: number | null; mode: number }
const choose = (title: number, page: number) =>
  app.services.db
    .updateTable('OPR_Content')
    .set({ OC_OT_Titlepage: page, OC_OT_TitlepageMode: 1 })
    .where('OC_OT_ID', '=', title)
    .execute()
const done = async (answer: Promise<{ status: number; body: unknown }>) => {
  const { status, body } = await answer
  t.ok(status < 300, JSON.stringify(body))
}

t.test('a page that was chosen by hand and moves to another title stands for the first no more', async t => {
  const [from, to] = [await aTitle(app, { pages: 3 }), await aTitle(app, { pages: 1 })]
  const [first, second] = (await pagesOf(from)) as [number, number]
  await choose(from, second)
  await done(app.call('POST', `/api/v1/tree/${second}/move`, { parent: to }, { 'if-match': '*' }))
  t.same(await shown(from), { page: first, mode: 0 })
})

t.test('a page that was chosen by hand and is purged leaves the choice to the rule', async t => {
  const title = await aTitle(app, { pages: 3 })
  const [first, second] = (await pagesOf(title)) as [number, number]
  await choose(title, second)
  await done(app.call('DELETE', `/api/v1/tree/${second}`, undefined, { 'if-match': '*' }))
  t.same(await shown(title), { page: second, mode: 1 }, 'in the bin it can still come back')
  await done(app.call('DELETE', `/api/v1/tree/${second}?purge=true`, undefined, { 'if-match': '*' }))
  t.same(await shown(title), { page: first, mode: 0 })
})

t.test('a structure element that becomes the title page changes what stands for the title', async t => {
  const title = await aTitle(app, { pages: 2 })
  const [first, second] = (await pagesOf(title)) as [number, number]
  const chapter = (
    await app.call('POST', '/api/v1/tree', {
      parent: title,
      datatype: 'structure',
      type: 'chapter',
      caption: 'C',
    })
  ).body.id
  await done(app.call('POST', `/api/v1/tree/${second}/move`, { parent: chapter }, { 'if-match': '*' }))
  t.equal((await shown(title)).page, first)
  await done(app.call('PATCH', `/api/v1/tree/${chapter}`, { type: 'title_page' }, { 'if-match': '*' }))
  t.equal((await shown(title)).page, second)
})

t.test('a title with a deliverer is not moved below another', async t => {
  const [work, single] = [
    await aTitle(app, { type: 'multivolume_work' }),
    await aTitle(app, { type: 'volume' }),
  ]
  await done(app.call('PATCH', `/api/v1/titles/${single}`, { delivererId: work }, { 'if-match': '*' }))
  t.match(await app.call('POST', `/api/v1/tree/${single}/move`, { parent: work }, { 'if-match': '*' }), {
    status: 409,
    body: { rule: 'E_CONTENT_DELIVERER', detail: /take the deliverer off first/ },
  })
})
