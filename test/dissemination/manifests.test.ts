import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from '../support/tap.ts'
import { placed } from '../../src/catalogue/texts/placement.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { presentation2Faults } from '../support/presentation-2-rules.ts'
import { presentationFaults } from '../support/presentation-rules.ts'
import { aTitle } from '../support/start.ts'

type Json = Record<string, unknown> & { id: string; items: Json[]; structures: Json[] }
const { app, ids } = await startWithSample(t, publicAddress)
const manifestAt = (id: number, version = 3) => `/iiif/presentation/${version}/${id}/manifest`
const read = async (url: string) => (await app.read(url)).body as Json
const local = (address: unknown): string => String(address).replace('https://library.example', '')

t.test('the manifest of a book has its canvases, ranges, rights and other forms', async t => {
  const answer = await app.read(manifestAt(ids.monograph))
  t.equal(answer.status, 200)
  t.equal(
    answer.headers['content-type'],
    'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"',
  )
  t.match(answer.headers, {
    'access-control-allow-origin': '*',
    vary: 'Authorization, Accept, Accept-Encoding',
  })
  const manifest = answer.body as Json
  t.same(presentationFaults(manifest), [])
  t.equal(manifest.id, `https://library.example${manifestAt(ids.monograph)}`)
  t.match(manifest, {
    label: { de: ['Vom digitalen Buche : Eine kleine Lehre vom Sehen, Zählen und Bewahren der Bücher'] },
    rights: 'http://creativecommons.org/publicdomain/zero/1.0/',
    behavior: ['paged'],
    viewingDirection: 'left-to-right',
    requiredStatement: { value: { none: ['sample'] } },
    service: [{ type: 'SearchService2', service: [{ type: 'AutoCompleteService2' }] }],
    seeAlso: [{ profile: 'http://www.loc.gov/METS/' }, { profile: 'http://www.loc.gov/mods/v3' }],
    rendering: [{ format: 'application/pdf' }, { format: 'text/plain' }],
    partOf: [{ id: 'https://library.example/iiif/presentation/3/collection/sample' }],
  })
  t.equal(manifest.items.length, 24)
  const canvas = manifest.items[6] as Json
  t.match(canvas, {
    label: { none: ['Seite 1'] },
    width: 1000,
    height: 1500,
    seeAlso: [{ profile: 'http://www.loc.gov/standards/alto/' }],
  })
  const ranges = manifest.structures.map(range => (range['label'] as { none: string[] }).none[0])
  t.same(ranges.slice(0, 5), ['Vorderdeckel', 'Titelblatt', 'Inhalt', 'Vorwort', 'Vom Papier'])
  const inRanges = manifest.structures.flatMap(range => range.items.map(item => item.id))
  t.same(inRanges.sort(), manifest.items.map(item => item.id).sort(), 'each canvas stands in a range')
  const thumbnail = (canvas['thumbnail'] as Json[])[0] as Json
  t.equal((await app.read(local(thumbnail.id))).status, 200, 'the thumbnail is there')
  const body = ((canvas.items[0] as Json).items[0] as Json)['body'] as Json
  t.equal((await app.read(local(body.id))).status, 200, 'and the image')
  const info = await app.read(`${local(((body['service'] as Json[])[0] as Json).id)}/info.json`)
  t.match(
    info.body,
    { rights: 'http://creativecommons.org/publicdomain/zero/1.0/' },
    'with the rights of the title',
  )
  t.equal(
    (await app.read(local(canvas.id))).headers['location'],
    manifest.id,
    'a canvas leads to its manifest',
  )
})

t.test('the text of a page comes as annotations inside its canvas', async t => {
  const manifest = await read(manifestAt(ids.monograph))
  const canvas = manifest.items[7] as Json
  const page = await read(local((canvas['annotations'] as Json[])[0]?.id))
  t.same(presentationFaults(page), [])
  t.ok(page.items.length > 20, `${page.items.length} lines`)
  t.ok(page.items.every(item => item['motivation'] === 'supplementing'))
  for (const item of page.items) {
    const [, x, y, width, height] =
      /#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(String(item['target']))?.map(Number) ?? []
    t.ok((x ?? -1) >= 0 && (x ?? 0) + (width ?? 0) <= 1000 && (y ?? 0) + (height ?? 0) <= 1500)
  }
})

t.test('boxes follow the image when it is cropped, mirrored and turned', async t => {
  const at = {
    from: { width: 100, height: 200 },
    master: { width: 200, height: 400 },
    crop: undefined,
    mirrored: false,
    rotation: 0,
  }
  const box = { x: 10, y: 20, width: 30, height: 5 }
  t.same(placed(box, at), { x: 20, y: 40, width: 60, height: 10 })
  t.same(placed(box, { ...at, mirrored: true }), { x: 120, y: 40, width: 60, height: 10 })
  t.same(placed(box, { ...at, rotation: 90 }), { x: 350, y: 20, width: 10, height: 60 })
  t.same(placed(box, { ...at, rotation: 180 }), { x: 120, y: 350, width: 60, height: 10 })
  t.same(placed(box, { ...at, rotation: 270 }), { x: 40, y: 120, width: 10, height: 60 })
  t.same(placed(box, { ...at, crop: { x: 30, y: 10, width: 20, height: 100 } }), {
    x: 0,
    y: 30,
    width: 20,
    height: 10,
  })
  t.equal(placed(box, { ...at, crop: { x: 100, y: 0, width: 50, height: 50 } }), undefined)
})

t.test('works, newspapers and domains are collections', async t => {
  t.equal(
    (await app.read(manifestAt(ids.work))).headers['location'],
    `https://library.example/iiif/presentation/3/collection/${ids.work}`,
  )
  const work = await read(`/iiif/presentation/3/collection/${ids.work}`)
  t.same(presentationFaults(work), [])
  t.match(work, { behavior: ['multi-part'] })
  t.same(
    work.items.map(item => local(item.id)),
    [manifestAt(ids.volume1), manifestAt(ids.volume2)],
  )
  const volume = await read(manifestAt(ids.volume1))
  t.equal(local((volume['partOf'] as Json[])[0]?.id), `/iiif/presentation/3/collection/${ids.work}`)
  const newspaper = await read(`/iiif/presentation/3/collection/${ids.newspaper}`)
  t.match(newspaper.items, [{ type: 'Manifest', navDate: '1902-03-08T00:00:00Z' }])
  t.match(await read(manifestAt(ids.issue)), { navDate: '1902-03-08T00:00:00Z' })
  const domain = await read('/iiif/presentation/3/collection/sample')
  t.same(presentationFaults(domain), [])
  t.same(
    domain.items.map(item => item['type']),
    ['Manifest', 'Collection', 'Collection'],
  )
  t.same(
    (await read('/iiif/presentation/3/collection/top')).items.map(item => local(item.id)),
    ['/iiif/presentation/3/collection/sample'],
  )
})

t.test('version 2.1 says the same to viewers that know no later one', async t => {
  const manifest = (await read(manifestAt(ids.monograph, 2))) as unknown as {
    sequences: { canvases: Json[] }[]
    structures: Json[]
    license: string
  }
  t.same(presentation2Faults(manifest), [])
  t.equal(manifest.sequences[0]?.canvases.length, 24)
  t.match(manifest, {
    '@context': 'http://iiif.io/api/presentation/2/context.json',
    '@type': 'sc:Manifest',
    license: 'http://creativecommons.org/publicdomain/zero/1.0/',
  })
  t.match(manifest.structures[0], { viewingHint: 'top' })
  t.equal(manifest.structures.length, 12)
  const page = await read(
    `/iiif/presentation/2/${ids.monograph}/annotations/${manifest.sequences[0]?.canvases[7]?.['@id']?.toString().split('/').at(-1)}`,
  )
  t.same(presentation2Faults(page), [])
  t.same(presentation2Faults(await read('/iiif/presentation/2/collection/sample')), [])
  t.match(await read(`/iiif/presentation/2/collection/${ids.work}`), {
    '@type': 'sc:Collection',
    members: [{ '@type': 'sc:Manifest' }, {}],
  })
  t.equal(
    (await app.read(`/sample/i3f/v20/${ids.monograph}/manifest`)).headers['location'],
    `https://library.example${manifestAt(ids.monograph, 2)}`,
  )
})

t.test('a manifest comes compressed, and not again while nothing has changed', async t => {
  const url = manifestAt(ids.monograph)
  const plain = await app.read(url)
  for (const [coding, unpack] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const answer = await app.read(url, { 'accept-encoding': coding })
    t.equal(answer.headers['content-encoding'], coding)
    t.same(unpack(answer.raw), plain.raw)
    t.not(answer.headers['etag'], plain.headers['etag'], 'another coding is another representation')
    t.equal(
      (await app.read(url, { 'accept-encoding': coding, 'if-none-match': String(answer.headers['etag']) }))
        .status,
      304,
    )
  }
  t.notOk((await app.read(url, { 'accept-encoding': 'gzip;q=0, br;q=0' })).headers['content-encoding'])
  await app.call('PATCH', `/api/v1/titles/${ids.monograph}`, { signature: 'Rara 7' }, { 'if-match': '*' })
  const changed = await app.read(url, { 'if-none-match': String(plain.headers['etag']) })
  t.equal(changed.status, 200, 'at once')
  t.match(JSON.stringify(changed.body), /Rara 7/)
  await app.drain()
  t.match(JSON.stringify((await app.read(url)).body), /Rara 7/)
})

t.test('changes can be followed: shown, changed, withdrawn', async t => {
  const title = await aTitle(app, { domain: 'sample', release: true, pages: 1 })
  const without = await aTitle(app, { domain: 'sample', release: true })
  await app.drain()
  const last = async () => {
    const all = (await read('/iiif/activity/all-changes')) as unknown as { last: { id: string } }
    const page = (await read(local(all.last.id))) as unknown as {
      orderedItems: { type: string; object: Json; endTime: string }[]
    }
    const times = page.orderedItems.map(item => item.endTime)
    t.same([...times].sort(), times, 'oldest first')
    return page.orderedItems.filter(item => item.object.id.includes(`/${title}/`)).map(item => item.type)
  }
  t.equal((await last()).length, 2, 'in both versions')
  t.equal((await app.read(manifestAt(without))).status, 404, 'a title without pages has no manifest')
  t.notMatch(JSON.stringify(await read('/iiif/presentation/3/collection/sample')), `/${without}/`)
  await app.call('PATCH', `/api/v1/tree/${title}`, { state: 'hidden' }, { 'if-match': '*' })
  await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [title] })
  await app.drain()
  t.same(await last(), ['Delete', 'Delete'])
  t.equal((await app.read('/iiif/activity/page/999')).status, 404)
})

t.test(
  'links show pages in a second place, and titles in another work, as long as the original is seen',
  async t => {
    const book = await aTitle(app, { domain: 'sample', title: 'Linked', release: true, pages: 2 })
    const [page] = (await app.call('GET', `/api/v1/titles/${book}/pages`)).body.items as { id: number }[]
    const chapter = { parent: book, datatype: 'structure', type: 'chapter', caption: 'Again' }
    const node = (await app.call('POST', '/api/v1/tree', chapter)).body.id as number
    await app.call('POST', `/api/v1/tree/${book}/release`)
    const link = (target: number, from: number) => app.call('POST', `/api/v1/tree/${from}/link`, { target })
    t.equal((await link(page?.id as number, node)).status, 201)
    const series = await aTitle(app, {
      domain: 'sample',
      title: 'Series',
      type: 'multivolume_work',
      release: true,
    })
    const shown = await link(book, series)
    t.equal(shown.status, 201)
    await app.drain()

    const { structures, items } = (await read(manifestAt(book))) as unknown as {
      structures: Json[]
      items: Json[]
    }
    t.equal(items.length, 2, 'a linked page is no second canvas')
    const range = JSON.stringify(structures).split('"Again"').at(-1)
    t.match(range, new RegExp(`canvas/${page?.id}`), 'and stands in the range')
    const mets = (await app.read(`/mets/${book}`)).body as string
    t.match(
      mets,
      new RegExp(`from="log${node}" xlink:to="phys${page?.id}"|to="phys${page?.id}" xlink:from="log${node}"`),
    )

    const collection = `/iiif/presentation/3/collection/${series}`
    const listed = async () => JSON.stringify((await app.read(collection)).body).includes(`/${book}/manifest`)
    const pointed = async () => String((await app.read(`/mets/${series}`)).body).includes(`/mets/${book}"`)
    t.same([await listed(), await pointed()], [true, true], 'the series lists what stands elsewhere')
    await app.call('PATCH', `/api/v1/titles/${book}`, { caption: 'Renamed there' }, { 'if-match': '*' })
    await app.drain()
    t.match(JSON.stringify((await app.read(collection)).body), /Renamed there/, 'as it is called now')
    await app.call('POST', `/api/v1/tree/${book}/hide`)
    t.same([await listed(), await pointed()], [false, false], 'hidden there is hidden here, at once')
    await app.call('POST', `/api/v1/tree/${book}/release`)
    await app.drain()
    t.same([await listed(), await pointed()], [true, true])
    await app.call('DELETE', `/api/v1/tree/${shown.body.id}`)
    await app.drain()
    t.same([await listed(), await pointed()], [false, false], 'without the link it is not listed')
  },
)

t.test('a structure element without a page is no range', async t => {
  const title = await aTitle(app, { domain: 'sample', release: true, pages: 2 })
  const made = await app.call('POST', '/api/v1/tree', {
    parent: title,
    datatype: 'structure',
    type: 'chapter',
    caption: 'Noch nicht gescannt',
  })
  t.equal(made.status, 201)
  await app.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [(made.body as Json)['id']] })
  t.match(
    (await read(`/api/v1/tree/${title}/children`)).items.map(child => child['caption']),
    ['p1', 'p2', 'Noch nicht gescannt'],
    'it is seen',
  )
  const manifest = await read(manifestAt(title))
  t.same(presentationFaults(manifest), [])
  t.notOk('structures' in manifest)
})

t.test('what is hidden has no manifest and stands in no collection', async t => {
  const hidden = await aTitle(app, { parent: ids.work, type: 'volume' })
  for (const url of [
    manifestAt(hidden),
    manifestAt(hidden, 2),
    `/iiif/presentation/3/collection/${hidden}`,
    manifestAt(2147483647),
  ]) {
    const answer = await app.read(url)
    t.equal(answer.status, 404, url)
    t.equal(answer.headers['access-control-allow-origin'], '*', 'errors can be read from elsewhere, too')
  }
  t.notMatch(JSON.stringify(await read(`/iiif/presentation/3/collection/${ids.work}`)), `/${hidden}/`)
})
