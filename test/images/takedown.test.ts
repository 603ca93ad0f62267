import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { aServedPage } from '../support/images.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const { call, read } = app

t.test(
  'what is hidden is gone with the answer that says so, and nothing lets a cache show it for longer than a minute',
  async t => {
    const page = await aServedPage(app)
    const title = (await call('GET', `/api/v1/pages/${page}`)).body.titleId as number
    const addresses = [
      `/iiif/image/3/${page}/full/max/0/default.jpg`,
      `/iiif/image/3/${page}/info.json`,
      `/iiif/image/2/${page}/full/128,/0/default.jpg`,
      `/api/v1/pages/${page}/image?width=128`,
      `/dzi/${page}.dzi`,
      `/download/webcache/128/${page}`,
      `/iiif/presentation/3/${title}/manifest`,
      `/mets/${title}`,
      `/download/pdf/${title}`,
      `/id/${title}`,
    ]
    for (const address of addresses) {
      const answer = await read(address)
      t.equal(answer.status, 200, address)
      const control = answer.headers['cache-control'] ?? ''
      t.notMatch(control, /stale-while-revalidate|stale-if-error/, address)
      t.ok(Number(/max-age=(\d+)/.exec(control)?.[1] ?? 0) <= 60, `${address}: ${control}`)
    }
    for (const _round of some([1, 2, 3, 4, 5], 2)) {
      // asked for while it is being hidden, so that a look-up from before must not be kept
      const meanwhile = addresses.map(address => read(address))
      const hidden = await call('POST', `/api/v1/tree/${title}/hide`)
      t.equal(hidden.status, 200)
      for (const address of addresses) t.equal((await read(address)).status, 404, address)
      await Promise.all(meanwhile)
      for (const address of addresses) t.equal((await read(address)).status, 404, `${address}, later`)
      t.equal((await call('POST', hidden.body.links.undo)).status, 200)
      for (const address of addresses) t.equal((await read(address)).status, 200, `${address}, shown again`)
    }
  },
)
