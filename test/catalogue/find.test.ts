import t from 'tap'
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
