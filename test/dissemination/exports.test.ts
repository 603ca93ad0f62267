import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { root } from '../../src/root.ts'
import { readXml } from '../../src/formats/xml/read.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { aDomain, type Answer, asMods, aTitle, modsOf } from '../support/start.ts'

const { app, ids } = await startWithSample(t, publicAddress)
const needsPoppler = existsSync('/usr/bin/pdftotext') ? {} : { skip: 'pdftotext is not installed' }
const location = async (url: string, headers = {}) => {
  const { status, headers: got } = await app.read(url, headers)
  return `${status} ${String(got['location'] ?? '').replace('https://library.example', '')}`
}
/** What a Poppler tool says of a PDF. */
const poppler = (tool: string, url: string, bytes: Buffer, args: string[] = []): string => {
  const file = join(app.folder, `${url.replace(/\W/g, '_')}.pdf`)
  writeFileSync(file, bytes)
  return execFileSync(tool, [...args, file, ...(tool === 'pdftotext' ? ['-'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString()
}

t.test(
  'a book as PDF: cover, images, text that can be found, outline and page labels',
  needsPoppler,
  async t => {
    const url = `/download/pdf/${ids.monograph}`
    const answer = await app.read(url)
    t.equal(answer.status, 200)
    t.match(answer.headers, {
      'content-type': 'application/pdf',
      'content-disposition': /inline; filename="Vom_digitalen_Buche.*\.pdf"/,
    })
    const { sizes } = (await app.read(`/api/v1/objects/${ids.monograph}`)).body
    t.ok(
      sizes.pdf > answer.raw.length / 1.5 && sizes.pdf < answer.raw.length * 1.5,
      `told before as about ${sizes.pdf} bytes, and they are ${answer.raw.length}`,
    )
    t.equal(
      sizes.text,
      (await app.read(`/download/fulltext/plain/${ids.monograph}`)).raw.length,
      'of the text exactly',
    )
    const info = poppler('pdfinfo', url, answer.raw)
    t.match(info, /Title: +Vom digitalen Buche/)
    t.match(info, /Author: +Mustermann, Clara/)
    t.match(info, /Pages: +25\n/)
    t.equal(
      poppler('pdfimages', url, answer.raw, ['-list']).trim().split('\n').length,
      2 + 24,
      'an image a page, none on the cover',
    )
    const cover = poppler('pdftotext', url, answer.raw, ['-l', '1'])
    t.match(cover, /Permalink: https:\/\/library\.example\/id\//)
    t.match(cover.replace(/\s+/g, ' '), /CC0 1\.0/)
    const text = poppler('pdftotext', url, answer.raw, ['-f', '8', '-l', '8', '-layout'])
    const plain = (
      await app.read(
        `/api/v1/pages/${((await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[])[6]?.id}/text`,
      )
    ).body as string
    const words = plain
      .split(/\s+/)
      .filter(word => /^\p{L}{6,}$/u.test(word))
      .slice(0, 20)
    t.ok(words.length > 10)
    for (const word of words) t.ok(text.includes(word), word)
    const box = poppler('pdftotext', url, answer.raw, ['-f', '8', '-l', '8', '-bbox'])
    const places = [...box.matchAll(/xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"/g)].map(
      match => match.slice(1).map(Number),
    )
    t.ok(
      places.every(
        ([left, top, right, bottom]) =>
          (left ?? -1) >= 0 && (top ?? -1) >= -2 && (right ?? 999) <= 482 && (bottom ?? 999) <= 722,
      ),
      'words lie inside their page',
    )
    const source = answer.raw.toString('latin1')
    t.match(source, '/PageLabels')
    t.match(source, '/Outlines')
  },
)

t.test('parts and single pages, other widths, and what has no pages', needsPoppler, async t => {
  const outline = (await app.read(`/api/v1/tree/${ids.monograph}/children`)).body.items as {
    id: number
    caption: string
  }[]
  const chapter = outline.find(child => child.caption === 'Vom Licht')
  const part = await app.read(`/download/pdf/${chapter?.id}.pdf?originalFilename=true`)
  t.match(poppler('pdfinfo', 'part', part.raw), /Title: +Vom Licht[\s\S]*Pages: +4\n/)
  const [page] = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
  t.match(poppler('pdfinfo', 'page', (await app.read(`/download/pdf/${page?.id}`)).raw), /Pages: +2\n/)
  const parts = async (headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
    await app.app.inject({ method, url: `/download/pdf/${page?.id}`, headers })
  const all = await parts({})
  const [etag, length] = [String(all.headers['etag']), all.rawPayload.length]
  t.match(all.headers, {
    'accept-ranges': 'bytes',
    'content-length': String(length),
    'cache-control': /public/,
  })
  const head = await parts({}, 'HEAD')
  t.match(head, { statusCode: 200, body: '', headers: { etag, 'content-length': String(length) } })
  const [first, rest] = [
    await parts({ range: 'bytes=0-999' }),
    await parts({ range: 'bytes=1000-', 'if-range': etag }),
  ]
  t.match(first, { statusCode: 206, headers: { 'content-range': `bytes 0-999/${length}` } })
  t.ok(Buffer.concat([first.rawPayload, rest.rawPayload]).equals(all.rawPayload), 'the parts are the whole')
  t.equal((await parts({ range: `bytes=${length}-` })).statusCode, 416)
  t.equal((await parts({ range: 'bytes=0-9', 'if-range': '"other"' })).statusCode, 200)
  t.equal((await parts({ 'if-none-match': etag })).statusCode, 304)
  const some = async (pages: string) => await app.read(`/download/pdf/${ids.monograph}?pages=${pages}`)
  const range = await some('3-8')
  t.match(poppler('pdfinfo', 'range', range.raw), /Pages: +7\n/, 'six and the cover')
  t.match(poppler('pdftotext', 'range', range.raw), /Vom Papier/)
  t.match(poppler('pdfinfo', 'one', (await some('24-30')).raw), /Pages: +2\n/, 'as far as there are any')
  t.match(poppler('pdfinfo', 'one', (await some('5')).raw), /Pages: +2\n/)
  for (const none of ['25', '9-8', '0', 'a', '1-2-3']) t.equal((await some(none)).status, 400, none)
  t.match((await some('25')).body.detail, '‘25’ is no part of the 24 pages of ‘Vom digitalen Buche')
  const small = await app.read(`/download/pdf/${ids.volume1}?width=304`)
  t.match(poppler('pdfimages', 'small', small.raw, ['-list']), / 304 +456 /)
  t.equal((await app.read(`/download/pdf/${ids.volume1}?width=305`)).status, 400)
  t.equal((await app.read(`/download/pdf/${ids.work}`)).status, 404)
  const hidden = await aTitle(app, { domain: 'sample', pages: 1 })
  t.equal((await app.read(`/download/pdf/${hidden}`)).status, 404)
})

t.test('texts of titles, parts and pages', async t => {
  const text = (await app.read(`/download/fulltext/plain/${ids.issue}`)).body as string
  t.equal(text.split('\f').length, 4)
  t.match(text, 'Musterstädter Anzeiger')
  const [page] = (await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[]
  t.equal((await app.read(`/download/fulltext/plain/${page?.id}`)).body, `${text.split('\f')[0]}`)
  t.equal(await location(`/download/fulltext/alto3/${page?.id}`), `301 /api/v1/pages/${page?.id}/alto`)
})

t.test('a title is read in Dublin Core, and no other node', async t => {
  const url = `/api/v1/titles/${ids.monograph}/dc`
  const { status, headers, body } = await app.read(url)
  t.equal(status, 200)
  t.match(headers['content-type'], 'application/xml')
  t.match(body, /^<\?xml[^>]+\?>\n<oai_dc:dc [^>]*><dc:title>[^<]+<\/dc:title>/)
  t.match(body, new RegExp(`<dc:identifier>[^<]*/id/${ids.monograph}</dc:identifier>`))
  t.equal((await app.read(url, { 'if-none-match': headers['etag'] as string })).status, 304)
  const { items } = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body
  t.equal((await app.read(`/api/v1/titles/${items[0].id}/dc`)).status, 404)
  t.equal((await app.read('/api/v1/titles/999999/dc')).status, 404)
})

t.test('a permalink answers with what is asked for', async t => {
  const url = `/id/${ids.monograph}`
  const page = await app.read(url, { accept: 'text/html,application/xhtml+xml' })
  t.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  t.match(page.body, /<h1[^>]*>Vom digitalen Buche<\/h1>/)
  const linked = JSON.parse(
    /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(page.body as string)?.[1] ?? '{}',
  ) as object
  t.match(linked, {
    '@type': 'Book',
    author: [{ name: 'Mustermann, Clara' }],
    datePublished: '1897',
    inLanguage: ['de'],
  })
  t.equal(await location(url, { accept: 'application/mets+xml' }), `303 /mets/${ids.monograph}`)
  t.equal(await location(url, { accept: 'application/mods+xml' }), `303 /api/v1/titles/${ids.monograph}/mods`)
  t.equal(
    await location(url, {
      accept: 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"',
    }),
    `303 /iiif/presentation/3/${ids.monograph}/manifest`,
  )
  t.equal(await location(`${url}?format=pdf`), `303 /download/pdf/${ids.monograph}`)
  const ris = (await app.read(`${url}?format=ris`)).body as string
  t.match(ris, /^TY {2}- BOOK\r\nTI {2}- Vom digitalen Buche.*\r\nAU {2}- Mustermann, Clara\r\n/)
  t.ok(ris.endsWith('ER  - \r\n'))
  t.match(
    (await app.read(url, { accept: 'application/x-bibtex' })).body,
    /^@book\{Mustermann1897-\d+,\n {2}title = \{Vom digitalen Buche/,
  )
  const [first] = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
  t.equal(
    await location(`/id/${first?.id}?format=mets`),
    `303 /mets/${ids.monograph}`,
    'a page leads to its title',
  )
  t.match((await app.read(`/id/${ids.newspaper}`)).body, 'Nr. 57 (8.3.1902)')
  t.equal((await app.read(`/id/${await aTitle(app, { domain: 'sample' })}`)).status, 404)
})

t.test('feeds tell what was released, newest first', async t => {
  for (const url of ['/rss', '/rss/sample', '/atom', '/atom/sample']) {
    const answer = await app.read(url)
    t.match(
      answer.headers['content-type'],
      url.includes('rss') ? 'application/rss+xml' : 'application/atom+xml',
    )
    const root = readXml(answer.body as string)
    t.equal(
      [...root.descendants()].filter(element => element.name === 'item' || element.name === 'entry').length,
      6,
      url,
    )
  }
  const rss = (await app.read('/rss/sample')).body as string
  t.match(rss, '<link>https://library.example/c/sample</link>', 'a page for people')
  t.match((await app.read('/rss')).body, '<link>https://library.example/</link>')
  t.match((await app.read('/atom/sample')).body, 'type="text/html" href="https://library.example/c/sample"')
  const enclosures = [...rss.matchAll(/<enclosure url="https:\/\/library\.example([^"]*)" type="([^"]*)" length="(\d+)"/g)] // prettier-ignore
  t.equal(enclosures.length, 6, 'of what has a title page, works, too')
  for (const [, url, type, length] of enclosures) {
    const { headers, raw } = await app.read(url as string)
    t.same([headers['content-type'], raw.length], [type, Number(length)])
  }
  t.equal((await app.read('/rss/nonsense')).status, 404)
  t.match((await app.read('/opds')).body, {
    navigation: [
      { href: 'https://library.example/opds/new' },
      { href: 'https://library.example/opds/domain/sample' },
    ],
  })
  const { publications } = (await app.read('/opds/domain/sample')).body as {
    publications: { metadata: { title: string }; links: { type: string }[] }[]
  }
  t.equal(publications.length, 4, 'what has pages')
  t.ok(publications.every(publication => publication.links.some(link => link.type === 'application/pdf')))
})

t.test('robots find the sitemaps, and in them what is shown', async t => {
  t.match((await app.read('/robots.txt')).body, 'Sitemap: https://library.example/sitemap.xml')
  t.match((await app.read('/sitemap.xml')).body, '<loc>https://library.example/sitemap/1.xml</loc>')
  const map = (await app.read('/sitemap/1.xml')).body as string
  t.equal(map.match(/<url>/g)?.length, 6)
  t.match(map, `<loc>https://library.example/id/${ids.monograph}</loc>`)
  t.equal((await app.read('/sitemap/9.xml')).status, 404)
})

t.test('addresses of Visual Library Servers lead to where the same thing is now', async t => {
  const id = ids.monograph
  const [page] = (await app.read(`/api/v1/titles/${id}/pages`)).body.items as { id: number }[]
  for (const [url, to] of [
    [`/sample/id/${id}`, `301 /id/${id}`],
    [`/sample/content/titleinfo/${id}`, `301 /id/${id}`],
    [`/sample/periodical/structure/${id}?query=a`, `301 /id/${id}`],
    [`/content/pageview/${page?.id}`, `301 /id/${page?.id}`],
    [`/sample/content/zoom/${page?.id}`, `301 /id/${page?.id}`],
    [`/nav/classification/${id}?max=20`, `301 /api/v1/tree/${id}/children`],
    [`/sample/download/pdf/${id}`, `301 /download/pdf/${id}`],
    [`/sample/i3f/v20/${id}/manifest`, `301 /iiif/presentation/2/${id}/manifest`],
    [`/i3f/v20/${id}/manifest`, `301 /iiif/presentation/2/${id}/manifest`],
    [
      `/sample/i3f/v21/${page?.id}/full/300,/0/default.jpg`,
      `301 /iiif/image/2/${page?.id}/full/300%2C/0/default.jpg`,
    ],
    ['/search/quick?query=buch', '302 /api/v1/search?q=buch'],
    [`/sample/nav/classification/${id}`, `301 /api/v1/tree/${id}/children`],
    [`/sample/download/fulltext/alto3/${page?.id}`, `301 /download/fulltext/alto3/${page?.id}`],
    ['/sample/search/quick?query=buch', '302 /api/v1/search?q=buch&domain=sample'],
    ['/search/quick?query=buch&searchDomain=sample', '302 /api/v1/search?q=buch&domain=sample'],
    [
      '/sample/search?operation=searchRetrieve&query=buch&maximumRecords=5',
      '302 /sample/sru?operation=searchRetrieve&version=1.2&query=buch&maximumRecords=5',
    ],
    [
      '/nav/index/person?s=mu',
      '302 /sru?operation=scan&version=1.2&scanClause=bib.personalName+%3E%3D+%22mu%22',
    ],
    [
      '/sample/nav/index/title',
      '302 /sample/sru?operation=scan&version=1.2&scanClause=dc.title+%3E%3D+%22%22',
    ],
    [
      '/search?operation=searchRetrieve&query=dc.title%3Dbuch',
      '302 /sru?operation=searchRetrieve&version=1.2&query=dc.title%3Dbuch',
    ],
  ] as const)
    t.equal(await location(url), to, url)
  const hidden = await aTitle(app, { domain: 'sample' })
  for (const url of [
    `/sample/id/${hidden}`,
    `/sample/content/titleinfo/${hidden}`,
    `/i3f/v20/${hidden}/manifest`,
  ])
    t.equal((await app.read(url)).status, 404, url)
  for (const url of [
    '/sru?operation=scan&version=1.2&scanClause=bib.personalName+%3E%3D+%22mu%22',
    '/sample/sru?operation=scan&version=1.2&scanClause=dc.title+%3E%3D+%22%22',
  ]) {
    const { status, body } = await app.read(url)
    t.equal(status, 200)
    t.match(body, /<(sru|zs|srw)?:?value>/, url)
    t.notMatch(body, 'diagnostic', url)
  }
  for (const index of ['nothing', 'constructor']) t.equal((await app.read(`/nav/index/${index}`)).status, 404)
  t.equal((await app.read('/unknown/nav/index/title')).status, 404)
})

t.test('files that operators lay down are served from their folders, and nothing beside them', async t => {
  const own = join(app.folder, 'static')
  const ofDomain = join(app.services.config.path.domain, 'sample/resources')
  for (const folder of [join(own, 'graphics'), join(ofDomain, 'static/graphics'), join(own, '.git')])
    mkdirSync(folder, { recursive: true })
  writeFileSync(join(own, 'graphics/logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(own, '.git/config'), 'secret')
  writeFileSync(join(ofDomain, 'static/graphics/logo.png'), 'png')
  writeFileSync(join(ofDomain, 'footer.png'), 'secret')
  const logo = await app.read('/static/graphics/logo.svg')
  t.match(logo, {
    status: 200,
    headers: { 'content-type': 'image/svg+xml', 'x-content-type-options': 'nosniff' },
  })
  t.equal(
    (await app.read('/static/graphics/logo.svg', { 'if-none-match': String(logo.headers['etag']) })).status,
    304,
  )
  t.equal((await app.read('/sample/domainresource/static/graphics/logo.png')).raw.toString(), 'png')
  for (const url of [
    '/static/nothing.png',
    '/static/',
    '/static/graphics',
    '/static/.git/config',
    '/static/..%2foperator.key',
    '/static/%2e%2e/operator.key',
    '/static/graphics/..%5c..%5coperator.key',
    '/sample/domainresource/static/..%2ffooter.png',
    '/sample/domainresource/footer.png',
    '/other/domainresource/static/graphics/logo.png',
  ]) {
    // prettier-ignore
    const { status, raw } = await app.read(url)
    t.ok([400, 404].includes(status), `${url}: ${status}`)
    t.notMatch(raw.toString(), 'secret')
  }
  await app.call(
    'PATCH',
    '/api/v1/domains/sample/config',
    { 'rights.ownerLogo': '/static/graphics/logo.svg' },
    { 'if-match': '*' },
  )
  t.match(
    (await app.read(`/mets/${ids.monograph}`)).body,
    '<dv:ownerLogo>https://library.example/static/graphics/logo.svg<',
  )
})

t.test('every address of docs/api.md answers', async t => {
  const text = readFileSync(join(root, 'docs/api.md'), 'utf8')
  const part = text.slice(text.indexOf('## Titles as others want them'), text.indexOf('## Harvesting others'))
  const addresses = [...part.matchAll(/`(\/[^`]+)`/g)]
    .map(match => match[1] as string)
    // where identifiers lead is shown in test/catalogue/identifiers.test.ts
    .filter(address => !address.startsWith('/api/v1/titles/{id}') && !/\{(?:urn|doi|handle)\}/.test(address))
  t.ok(addresses.length > 30, `${addresses.length} addresses`)
  const monographPage = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items[0].id
  for (const address of addresses) {
    const url = address
      .replace('{title}', String(ids.monograph))
      .replace('{id}', String(ids.monograph))
      .replace('{work}', String(ids.newspaper))
      .replace('{domain}', 'sample')
      .replace('{page}', String(monographPage))
    // the page in a frame leads to the viewer
    const wanted = url.includes('/embed') ? [200, 303] : [200]
    t.ok(wanted.includes((await app.read(url)).status), url)
  }
})

t.test(
  'who paid for a work, owned or printed it is not cited as its author; a year stays a year',
  async t => {
    const name = (text: string, role: string) =>
      `<name type="personal"><namePart>${text}</namePart><role><roleTerm type="code" authority="marcrelator">${role}</roleTerm></role></name>`
    const { body } = await app.call(
      'POST',
      '/api/v1/titles?domain=sample&release=true',
      modsOf(
        'roles',
        'Rollen',
        `${name('Autor, Anna', 'aut')}${name('Stiftung, Die', 'fnd')}${name('Besitzer, Bernd', 'own')}${name('Drucker, Dora', 'prt')}
      <originInfo eventType="publication"><dateIssued>1712</dateIssued></originInfo>`,
      ),
      { 'content-type': 'application/mods+xml' },
    )
    const url = `/id/${body.items[0].id}`
    await app.drain()
    const ris = (await app.read(`${url}?format=ris`)).body as string
    t.same(
      ris.split('\r\n').filter(line => /^(AU|PY|DA)/.test(line)),
      ['AU  - Autor, Anna', 'PY  - 1712', 'DA  - 1712///'],
    )
    t.notMatch((await app.read(`${url}?format=bibtex`)).body as string, /Stiftung|Besitzer|Drucker/)
  },
)

t.test(
  'a catalogue for reading devices loses no title of those that were shown within one second',
  async t => {
    await aDomain(app, 'atonce')
    const records = Array.from({ length: 53 }, (_, at) =>
      modsOf(`once${at}`, `Title ${at}`).replace(/^<\?xml[^>]*>/, ''),
    )
    const collection = `<modsCollection xmlns="http://www.loc.gov/mods/v3">${records.join('')}</modsCollection>`
    const made = await app.call(
      'POST',
      '/api/v1/titles?domain=atonce&type=monograph&release=true',
      collection,
      asMods,
    )
    const titles = made.body.items.map((item: { id: number }) => item.id) as number[]
    t.equal(titles.length, 53)
    for (const id of titles)
      await app.call('POST', `/api/v1/titles/${id}/pages`, { pages: [{ ident: 'p', release: true }] })
    await app.drain()
    const { db } = app.services
    const at = new Date('2026-01-02T03:04:05Z')
    await db.updateTable('OPR_OaiRecord').set({ OOR_FirstTS: at }).where('OOR_OT_ID', 'in', titles).execute()
    for (const kind of ['rss', 'atom']) {
      const pages: string[] = []
      let page: string | undefined = `/${kind}/atonce`
      while (page !== undefined) {
        const feed: string = (await app.read(page)).body
        pages.push(
          ...[...feed.matchAll(/<(?:guid|id)[^>]*>[^<]*\/id\/(\d+)</g)].map(([, id]) => id as string),
        )
        page = /<(?:atom:)?link rel="next"[^>]*href="https:\/\/library\.example([^"]*)"/.exec(feed)?.[1]?.replaceAll('&amp;', '&') // prettier-ignore
      }
      t.equal(pages.length, 53, kind)
      t.equal(new Set(pages).size, 53, `${kind}: each once`)
    }
    const found: string[] = []
    let next: string | undefined = '/opds/domain/atonce'
    while (next !== undefined) {
      const { status, body }: Answer = await app.read(next)
      t.equal(status, 200)
      for (const each of body.publications) found.push(each.metadata.title)
      const link: { href: string } | undefined = body.links.find(
        (each: { rel: string }) => each.rel === 'next',
      )
      next = link?.href.replace('https://library.example', '')
    }
    t.equal(found.length, 53)
    t.equal(new Set(found).size, 53, 'each once')
  },
)
