import t from 'tap'
import { publicAddress, startWithSample } from '../support/collection.ts'

t.test(
  'a correction stands beside the OCR text, is shown and found instead of it, and keeps its versions',
  async t => {
    const { app, ids } = await startWithSample(t, publicAddress)
    const [page] = (await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[]
    const url = `/api/v1/pages/${page?.id}/text`
    const ocr = (await app.read(url)).body as string
    const put = (text: string, headers = {}) =>
      app.call('PUT', url, text, { 'content-type': 'text/plain', 'if-match': '*', ...headers })
    const found = async (word: string) =>
      ((await app.read(`/api/v1/search?q=${word}`)).body as { items: { id: number }[] }).items.map(
        item => item.id,
      )
    t.equal(
      (await app.app.inject({ method: 'PUT', url, payload: 'x', headers: { 'content-type': 'text/plain' } }))
        .statusCode,
      401,
    )
    t.equal((await app.call('PUT', url, 'x', { 'content-type': 'text/plain' })).status, 428)
    const answer = await put('Zeppelin über der Stadt')
    t.equal(answer.status, 200)
    t.match(answer.body.items, [
      { kind: 'ocr', boxes: 'fitting' },
      { kind: 'wiki', boxes: 'none' },
    ])
    t.equal((await app.read(url)).body, 'Zeppelin über der Stadt')
    await app.drain()
    t.same(await found('zeppelin'), [ids.issue])
    t.equal((await app.read(`/api/v1/titles/${ids.issue}`)).body.hasText, true)
    await put('Luftschiff über der Stadt')
    await app.drain()
    t.same(await found('zeppelin'), [])
    t.same(await found('luftschiff'), [ids.issue])
    const history = (await app.call('GET', `/api/v1/pages/${page?.id}/texts/history`)).body as {
      items: object[]
    }
    t.match(history.items, [{ kind: 'wiki', text: 'Zeppelin über der Stadt', actor: 'operator' }])
    t.equal((await app.read(`/api/v1/pages/${page?.id}/texts/history`)).status, 401)
    t.equal((await app.call('DELETE', url, undefined, { 'if-match': '*' })).status, 200)
    t.equal((await app.read(url)).body, ocr)
    await app.drain()
    t.same(await found('luftschiff'), [])
    t.match(
      ((await app.call('GET', `/api/v1/pages/${page?.id}/texts/history`)).body as { items: object[] })
        .items[0],
      { text: 'Luftschiff über der Stadt' },
    )
  },
)
