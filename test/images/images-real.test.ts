// The scans of a real book: each page has a pack, and what a reader may ask for comes out of it.
import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { pagesOf, sizeOf } from '../support/images.ts'
import { needsSharedData, sharedData } from '../support/shared.ts'
import { aDomain, start } from '../support/start.ts'

t.test('pages of a real book can be read, from the whole to single pixels', needsSharedData, async t => {
  const app = await start(t)
  await aDomain(app, 'hd')
  const book = join(app.folder, 'book')
  cpSync(join(sharedData, 'book-148811035'), book, { recursive: true })
  // all sixteen scans at length; the others are pages without one
  const scans = readdirSync(join(book, 'MAX')).sort()
  const taken = some(scans, 4)
  for (const scan of scans) if (!taken.includes(scan)) rmSync(join(book, 'MAX', scan))
  const path = join(book, 'mets.xml')
  const { report } = await runItem(app.services, {
    source: path,
    options: {
      manifest: Manifest.parse({ domain: 'hd', path, release: true }),
      actor: { name: 'test', application: 'test' },
      hasIdempotencyKey: false,
    },
  })
  const started = performance.now()
  await app.drain()
  const seconds = (performance.now() - started) / 1000
  const ids = await pagesOf(app, report?.titleId as number)
  t.equal(ids.length, 16)
  let made = 0
  for (const id of ids) {
    const pack = (await app.read(`/api/v1/pages/${id}/pack`)).body
    if (pack.state !== 'made') continue
    made++
    const image = `/iiif/image/3/${id}`
    const info = (await app.read(`${image}/info.json`)).body
    t.same([info.width, info.height], [pack.width, pack.height])
    const [stored] = info.sizes
    t.same(await sizeOf(await app.read(`${image}/full/${stored.width},${stored.height}/0/default.jpg`)), [
      stored.width,
      stored.height,
    ])
    // the tile at the lower right, which the edge has cut
    const side = info.tiles[0].width as number
    const [x, y] = [info.width, info.height].map(length => Math.floor((length - 1) / side) * side) as [
      number,
      number,
    ]
    const [w, h] = [info.width - x, info.height - y]
    const tile = await app.read(`${image}/${x},${y},${w},${h}/${w},${h}/0/default.jpg`)
    t.equal(tile.status, 200)
    t.same(await sizeOf(tile), [w, h])
    t.equal((await sharp(tile.raw).stats()).isOpaque, true)
  }
  t.equal(made, taken.length)
  const figures = String((await app.call('GET', '/metrics')).body)
  t.match(figures, /firefolio_images_total\{class="tile"\} (16|4)\n/)
  const { rows } = await sql<{ bytes: number }>`
      select avg(OPK_Bytes) as "bytes" from OPR_Pack`.execute(app.services.db)
  t.comment(`${((made / seconds) * 60).toFixed(0)} pages a minute, ${Number(rows[0]?.bytes)} bytes a pack`)
})
