import t from '../support/tap.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'

const { app, ids } = await startWithSample(t, publicAddress)

t.test(
  'hits within the region of an article name it; regions are marked as a whole, and taken back',
  async t => {
    interface Element {
      readonly id: number
      readonly kind: string
      readonly caption: string | null
      readonly children: readonly Element[]
    }
    const { children } = (await app.read(`/api/v1/titles/${ids.monograph}/structure`)).body as {
      children: Element[]
    }
    const all = (of: readonly Element[]): Element[] => of.flatMap(each => [each, ...all(each.children)])
    const article = all(children).find(
      ({ kind, children: below }) => kind === 'structure' && below.some(each => each.kind !== 'structure'),
    ) as Element
    const address = `/api/v1/tree/${article.id}/regions`
    const before = await app.call('GET', address)
    const [page] = before.body.pages as { id: number; width: number; height: number }[]
    t.ok(page)
    const { id, width, height } = page as { id: number; width: number; height: number }
    const [word] = ((await app.read(`/api/v1/pages/${id}/lines`)).body.items as { text: string }[]).flatMap(
      ({ text }) => text.split(' ').filter(each => /^\p{L}{5,}$/u.test(each)),
    )
    const articles = async () => {
      const { items } = (
        await app.read(`/api/v1/search/pages?within=${ids.monograph}&q=${encodeURIComponent(word ?? '')}`)
      ).body
      return items.find((hit: { id: number }) => hit.id === id).articles as object[]
    }
    t.same(await articles(), [])
    const mark = (regions: object[], version = '*') =>
      app.call('PUT', address, { regions }, { 'if-match': version })
    const whole = { page: id, x: 0, y: 0, w: width, h: height }
    const marked = await mark([whole], String(before.headers['etag']))
    t.match(marked, { status: 200, body: { regions: [whole] } })
    t.same(await articles(), [{ id: article.id, caption: article.caption }])
    t.equal(
      (await mark([], String(before.headers['etag']))).status,
      412,
      'who has not seen the regions does not replace them',
    )
    const corner = await mark([{ page: id, x: 0, y: 0, w: 2, h: 2 }])
    t.same(await articles(), [], 'words beside a region are of no article')
    await app.call('POST', `/api/v1/operations/${String(corner.headers['operation'])}/undo`)
    t.same((await app.call('GET', address)).body.regions, [whole])
    t.same(await articles(), [{ id: article.id, caption: article.caption }])
    t.match(await mark([{ ...whole, w: width + 1 }]), { status: 422 })
    t.match(await mark([{ ...whole, page: ids.issue }]), { status: 422 })
    t.match((await mark([])).body, { regions: [] })
  },
)
