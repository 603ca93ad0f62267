import t from '../support/tap.ts'
import { dump } from '../support/dump.ts'
import { aDomain, aTitle, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_LIMITS_SYNCBATCH: '60' })
await aDomain(app)
const { call } = app
const any = { 'if-match': '*' }
const change = (body: object) => call('POST', '/api/v1/titles/batch', body)
const title = async (id: number) => (await call('GET', `/api/v1/titles/${id}`)).body
const mods = async (id: number) => (await call('GET', `/api/v1/titles/${id}/mods`)).body as string

t.test('fifty titles are retitled by one call, looked at beforehand, and taken back by one more', async t => {
  const ids: number[] = []
  for (let at = 1; at <= 50; at++) ids.push(await aTitle(app, { title: `Zeitnug ${at}` }))
  const before = await dump(app.services.db)
  const body = {
    search: { domain: 'lib', q: 'Zeitnug' },
    changes: [
      {
        action: 'replace',
        field: 'mods.title',
        find: String.raw`Zeitnug (\d+)`,
        with: 'Zeitung $1',
        pattern: true,
      },
    ],
  }
  const dry = await change({ ...body, dryRun: true })
  t.match(dry, { status: 200, body: { selected: 50, changed: 50, batch: null, dryRun: true } })
  t.match(dry.body.items[0], {
    id: ids[0],
    changes: [
      { field: 'mods.title', before: ['Zeitnug 1'], after: ['Zeitung 1'] },
      { field: 'caption', before: ['Zeitnug 1'], after: ['Zeitung 1'] },
    ],
  })
  t.same(await dump(app.services.db), before, 'a dry run changes nothing')
  const done = await change(body)
  t.match(done.body, { selected: 50, changed: 50, dryRun: false })
  t.match(await title(ids[49] as number), {
    caption: 'Zeitung 50',
    title: 'Zeitung 50',
    sortTitle: /zeitung 50/i,
    xmlOrigin: 'edited',
  })
  t.match(await mods(ids[0] as number), '<title>Zeitung 1</title>')
  const undone = await call('POST', done.body.links.undo)
  t.equal(undone.status, 200)
  t.same(await dump(app.services.db), before)
})

t.test('caption and record keep step by the rule', async t => {
  const id = await aTitle(app, { title: 'Wrong name' })
  await change({ ids: [id], changes: [{ action: 'set', field: 'mods.title', value: 'Right name' }] })
  t.match(await title(id), { caption: 'Right name', manual: [] })
  await change({ ids: [id], changes: [{ action: 'set', field: 'caption', value: 'My nmae' }] })
  await change({ ids: [id], changes: [{ action: 'set', field: 'mods.title', value: 'Other nmae' }] })
  t.match(await title(id), { caption: 'My nmae', title: 'Other nmae', manual: ['caption'] })
  await change({
    ids: [id],
    changes: [{ action: 'replace', field: 'mods.title', find: 'nmae', with: 'name' }],
  })
  t.match(
    await title(id),
    { caption: 'My name', title: 'Other name' },
    'a word put right is put right in both',
  )
  await change({ ids: [id], changes: [{ action: 'set', field: 'caption', value: null }] })
  t.match(await title(id), { caption: 'Other name', manual: [] })
  await call('PATCH', `/api/v1/titles/${id}`, { caption: 'By hand' }, any)
  t.match((await call('PATCH', `/api/v1/titles/${id}`, { caption: null }, any)).body, {
    caption: 'Other name',
    manual: [],
  })
})

t.test('columns: set, add, remove, replace; imports leave them alone from then on', async t => {
  const id = await aTitle(app, { title: 'Columns' })
  const one = async (part: object) => {
    const answer = await change({ ids: [id], changes: [part] })
    t.equal(answer.status, 200, JSON.stringify(answer.body))
    return await title(id)
  }
  t.match(await one({ action: 'set', field: 'signature', value: 'Mus. ms. 12' }), {
    signature: 'Mus. ms. 12',
    manual: ['signature'],
  })
  t.match(await one({ action: 'replace', field: 'signature', find: 'mus.', with: 'Mus', ignoreCase: true }), {
    signature: 'Mus ms. 12',
  })
  t.match(await one({ action: 'remove', field: 'signature', value: 'other' }), { signature: 'Mus ms. 12' })
  t.match(await one({ action: 'remove', field: 'signature', value: 'Mus ms. 12' }), { signature: null })
  t.match(await one({ action: 'add', field: 'comment', value: 'secret' }), { comment: 'secret' })
})

t.test('all titles change or none, and refusals name the reason', async t => {
  const id = await aTitle(app, { title: 'All or none' })
  const set = { action: 'set', field: 'signature', value: 'x' }
  t.match(await change({ ids: [id, 987_654], changes: [set] }), { status: 404, body: { missing: [987_654] } })
  t.equal((await title(id)).signature, null)
  t.match(await change({ ids: [id], changes: [{ action: 'replace', field: 'caption', find: '(', with: '', pattern: true }] }), { status: 422, body: { detail: /no pattern/ } }) // prettier-ignore
  t.match(await change({ ids: [id], changes: [{ ...set, value: 'x'.repeat(501) }] }), { status: 422, body: { detail: /501 characters/ } }) // prettier-ignore
  t.equal((await change({ changes: [set] })).status, 400)
  t.equal(
    (
      await app.app.inject({
        method: 'POST',
        url: '/api/v1/titles/batch',
        payload: { ids: [id], changes: [set] },
      })
    ).statusCode,
    401,
  )
})

t.test('a large selection becomes a job, which an undo takes back, too', async t => {
  const answer = await call('POST', '/api/v1/domains', { name: 'large', caption: 'Large' })
  t.equal(answer.status, 201)
  for (let at = 0; at < 61; at++) await aTitle(app, { domain: 'large', title: `Large ${at}` })
  const job = await change({
    search: { domain: 'large' },
    changes: [{ action: 'set', field: 'owner', value: 'Us' }],
  })
  t.equal(job.status, 202)
  t.same([job.body.links, job.headers['operation']], [{ job: job.headers['location'] }, undefined])
  await app.drain()
  const { result } = (await call('GET', job.body.links.job)).body
  t.match(result, { selected: 61, changed: 61, batch: Number })
  t.equal((await call('GET', '/api/v1/titles?domain=large&owner=Us')).body.items.length, 61)
  await call('POST', `/api/v1/operations/${result.batch}/undo`)
  t.equal((await call('GET', '/api/v1/titles?domain=large&owner=Us')).body.items.length, 0)
})
