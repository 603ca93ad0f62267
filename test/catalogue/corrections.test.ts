import t from '../support/tap.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
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

t.test('lines are corrected with their boxes, by two people at once, and made what they were', async t => {
  const { app, ids } = await startWithSample(t, publicAddress)
  const id = ((await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[])[0]
    ?.id as number
  const url = `/api/v1/pages/${id}/lines`
  const before = await app.read(url)
  t.match(before, {
    status: 200,
    body: { form: 'lines', kind: 'ocr', image: { width: Number, height: Number } },
  })
  t.equal((await app.read(url, { 'if-none-match': before.headers['etag'] as string })).status, 304)
  type Line = { n: number; text: string; box: object; isConfirmed: boolean; words: { text: string; box: object; confidence: number | null }[] } // prettier-ignore
  const lines = before.body.items as Line[]
  const [first, second] = lines as [Line, Line]
  t.match(first, { n: 0, isConfirmed: false, box: { x: Number } })
  const etag = before.headers['etag'] as string
  const patch = (changes: object[], match = etag) =>
    app.call('PATCH', url, { lines: changes }, { 'if-match': match })

  t.equal((await app.app.inject({ method: 'PATCH', url, payload: { lines: [] } })).statusCode, 401)
  t.equal((await app.call('PATCH', url, { lines: [{ n: 0, text: 'x' }] })).status, 428)
  t.match(
    await patch([
      { n: 0, text: 'x' },
      { n: 9999, text: 'x' },
    ]),
    {
      status: 422,
      body: {
        detail: `Page ${id} has ${lines.length} lines, counted from 0.`,
        errors: [{ pointer: '/lines/1/n' }],
      },
    },
  )
  t.equal((await patch([{ n: 0, text: 'a\u0007' }])).status, 400)

  const changed = await patch([{ n: 0, text: `Zeppelin ${first.text}` }])
  t.equal(changed.status, 200, JSON.stringify(changed.body))
  t.match(changed.body, { kind: 'wiki', items: [{ text: `Zeppelin ${first.text}`, isConfirmed: true }] })
  const [now] = changed.body.items as Line[]
  t.same(now?.words.slice(1), first.words, 'words that stay keep their boxes')
  t.equal((await patch([{ n: 1, text: 'too late' }])).status, 412)
  const fresh = changed.headers['etag'] as string
  t.equal((await patch([{ n: 1, text: second.text }], fresh)).status, 200)
  t.equal((await patch([{ n: 1, text: second.text }], fresh)).status, 412)

  await app.drain()
  const hits = await app.read(`/iiif/search/2/${ids.issue}?q=zeppelin`)
  t.equal((hits.body.items as object[]).length, 1, 'found over the image')
  const [texts] = (await app.read(`/api/v1/pages/${id}/texts`)).body.items
  t.match(texts, { kind: 'ocr' })
  t.match(readAlto((await app.read(`/api/v1/pages/${id}/alto`)).body as string).text, /^Zeppelin /)
  t.notMatch(readAlto((await app.read(`/api/v1/pages/${id}/alto?text=ocr`)).body as string).text, /Zeppelin/)

  const alto = (await app.read(`/api/v1/pages/${id}/alto?text=ocr`)).body as string
  const anew = await app.call('PUT', `/api/v1/pages/${id}/alto`, alto.replace('WC="1"', 'WC="0.5"'), {
    'content-type': 'application/alto+xml',
    'if-match': '*',
  })
  t.equal(anew.status, 200)
  t.match(
    (await app.read(url)).body,
    { kind: 'wiki', items: [{ text: `Zeppelin ${first.text}` }] },
    'read anew',
  )

  const both = await Promise.all([2, 3].map(n => patch([{ n, text: `Flugschiff ${n}` }], '*')))
  t.same(
    both.map(({ status }) => status),
    [200, 200],
  )
  t.match(
    (await app.read(url)).body.items.slice(2, 4),
    [{ text: 'Flugschiff 2' }, { text: 'Flugschiff 3' }],
    'nothing is lost',
  )

  // which of the two was first is not known; the later one can be undone
  const [, later] = both.toSorted((a, b) => a.body.meta.version - b.body.meta.version)
  const batch = later?.headers['operation']
  t.equal((await app.call('POST', `/api/v1/operations/${batch}/undo`)).status, 200)
  const history = (await app.call('GET', `/api/v1/pages/${id}/texts/history`)).body.items as {
    id: number
    kind: string
    text: string
  }[]
  const old = history.find(({ kind, text }) => kind === 'wiki' && !/Flugschiff/.test(text))
  const one = `/api/v1/pages/${id}/texts/history/${old?.id}`
  t.match((await app.call('GET', one)).body, { kind: 'wiki', diff: /\+Flugschiff/ })
  t.equal((await app.call('GET', `/api/v1/pages/${id}/texts/history/999999`)).status, 404)
  t.equal((await app.call('POST', `${one}/restore`)).status, 428)
  t.equal((await app.call('POST', `${one}/restore`, undefined, { 'if-match': '*' })).status, 200)
  const restored = (await app.read(url)).body
  t.match(restored.items, [
    { text: `Zeppelin ${first.text}` },
    { text: second.text },
    { text: lines[2]?.text },
  ])
  t.same(restored.items[2].words, lines[2]?.words, 'with its boxes')

  await app.call('PUT', `/api/v1/pages/${id}/text`, 'Ganz anders', {
    'content-type': 'text/plain',
    'if-match': '*',
  })
  t.match((await app.read(url)).body, { form: 'plain', items: [] })
  t.match(await patch([{ n: 0, text: 'x' }], '*'), {
    status: 409,
    body: { detail: /take that correction away first/ },
  })
  await app.call('DELETE', `/api/v1/pages/${id}/text`, undefined, { 'if-match': '*' })
  t.match((await app.read(url)).body, { form: 'lines', kind: 'ocr' })
})
