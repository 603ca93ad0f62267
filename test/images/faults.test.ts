// A disk that refuses to let go of a pack, or to hold one, says nothing about the pages.
import { existsSync, utimesSync } from 'node:fs'
import t from '../support/tap.ts'
import { checks } from '../../src/app.ts'
import { find } from '../../src/images/packs/index.ts'
import { aScan, aServedPage, forgotten, pagesOf, putMaster, sizeOf } from '../support/images.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { services } = app
const failed = (code: string) => Object.assign(new Error(`${code}: made to fail`), { code })
const lastJob = async () =>
  (await app.call('GET', '/api/v1/jobs?kind=images.ingest&limit=1')).body.items[0] as { state: string }

t.test('a former pack that cannot be removed stands in nothing’s way; the check finds it', async t => {
  const page = await aServedPage(app, aScan(300, 200))
  const row = await find(services.db, page)
  const former = await services.packs.local(row?.recipe ?? '')
  const remove = services.packs.remove.bind(services.packs)
  services.packs.remove = async () => {
    throw failed('EIO')
  }
  t.teardown(() => (services.packs.remove = remove))
  const edit = await app.call('PATCH', `/api/v1/pages/${page}/pack`, { rotation: 90 }, { 'if-match': '*' })
  t.equal(edit.status, 200)
  await app.drain()
  t.match(await lastJob(), { state: 'done', result: { made: 1 } })
  await forgotten(app)
  t.same(await sizeOf(await app.read(`/iiif/image/3/${page}/full/max/0/default.jpg`)), [200, 300])
  t.ok(existsSync(former))
  services.packs.remove = remove
  const long = new Date(Date.now() - 7_200_000)
  utimesSync(former, long, long)
  const strays = checks.find(({ name }) => name === 'stray-packs')
  t.match(await strays?.run(services, { repair: true }), [{ sentence: /belongs to nothing/, repaired: true }])
  t.notOk(existsSync(former))
  t.equal((await app.read(`/iiif/image/3/${page}/info.json`)).status, 200)
})

t.test(
  'a page whose pack cannot be made holds up no other, and is made when its job comes again',
  async t => {
    const [first = 0, second = 0] = await pagesOf(app, await aTitle(app, { pages: 2, release: true }))
    for (const [at, page] of [first, second].entries())
      await putMaster(
        app,
        page,
        await aScan(200 + at, 100)
          .tiff()
          .toBuffer(),
      )
    const { ingest } = services
    const build = ingest.build.bind(ingest)
    let isFirst = true
    ingest.build = async order => {
      if (!isFirst) return await build(order)
      isFirst = false
      throw new Error('A file of ours is torn.')
    }
    t.teardown(() => (ingest.build = build))
    await app.drain()
    const state = async (page: number) =>
      (await app.call('GET', `/api/v1/pages/${page}/pack`)).body.state as string
    t.same([await state(first), await state(second)], ['wanted', 'made'])
    t.match(await lastJob(), { state: 'waiting' })
    t.equal((await app.read(`/iiif/image/3/${first}/full/max/0/default.jpg`)).status, 200, 'from its master')
    await services.database.inTransaction({}, async trx => {
      await trx
        .updateTable('SYS_Job')
        .set({ SJ_RunAfterTS: new Date(0) })
        .where('SJ_State', '=', 0)
        .execute()
    })
    await app.drain()
    t.equal(await state(first), 'made')
  },
)
