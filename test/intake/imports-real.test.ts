import { copyFileSync, cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from '../support/tap.ts'
import { atLength, some } from '../support/at-length.ts'
import { survey } from '../../src/intake/deliveries/index.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { needsSharedData, sharedData } from '../support/shared.ts'
import { aDomain, start, type TestApp } from '../support/start.ts'

const withoutNamespaces = (xml: string): string => xml.replace(/ xmlns(:\w+)?="[^"]*"/g, '')
const actor = { name: 'test', application: 'test' }
const importFile = (app: TestApp, path: string, domain: string, more: object = {}) =>
  runItem(app.services, {
    source: path,
    options: { manifest: Manifest.parse({ domain, path, ...more }), actor, hasIdempotencyKey: false },
  })

/** The tree of a domain as text without ids and times: two imports of the same delivery must give the same. */
async function picture(app: TestApp, domain: string): Promise<string[]> {
  const { rows } = await sql<Record<string, string | number | null>>`
    select OT_Path as "path", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type", OT_Caption as "caption", OT_Sort as "sort", OT_State as "state", OT_OT_Link as "link",
      OC_SourceIdent as "record", OC_PageCount as "pageCount", OC_PageCache as "pages", OC_TextState as "text", OC_MpMode as "mode", OC_Signature as "signature",
      OP_Ident as "ident", OP_Hashsum as "hash", OP_PaginationCaption as "label", OP_PaginationType as "kind", OP_PaginationValue as "value", OF_BoxState as "boxes",
      (select list(OI_Scheme || '=' || OI_Value) from OPR_Identifier where OI_OT_ID = OT_ID) as "identifiers"
    from OPR_Tree join OPR_Domain on OD_ID = OT_OD_ID left join OPR_Content on OC_OT_ID = OT_ID left join OPR_Page on OP_OT_ID = OT_ID left join OPR_Fulltext on OF_OT_ID = OT_ID
    where OD_Name = ${domain} and OT_RCV_Datatype <> 10 order by OT_Path`.execute(app.services.db)
  // ids as they come first in the order of the tree
  const names = new Map<number, number>()
  const name = (id: number): number => {
    if (!names.has(id)) names.set(id, names.size + 1)
    return names.get(id) as number
  }
  return rows
    .sort((a, b) => (String(a['ident'] ?? a['caption']) < String(b['ident'] ?? b['caption']) ? -1 : 1))
    .map(({ path, link, identifiers, ...row }) =>
      JSON.stringify({
        ...row,
        depth: String(path).split('||').length,
        isLink: link !== null && name(Number(link)) > 0,
        identifiers: String(identifiers ?? '')
          .split(',')
          .sort(),
      }),
    )
    .sort()
}

t.test(
  'the complete book gives what is expected of it, and a second run changes nothing',
  needsSharedData,
  async t => {
    const app = await start(t)
    await aDomain(app, 'hd')
    const path = join(sharedData, 'book-148811035/mets.xml')
    const first = await importFile(app, path, 'hd', { release: true })
    t.match(first.report, {
      outcome: 'created',
      counts: { titles: 1, structures: 4, pages: 16, masters: 16, texts: 7 },
    })
    t.same(
      first.messages.map(message => [message.code, message.place]),
      [
        ['orphan-text', 'FULLTEXT_320808'],
        ['boxes-unusable', 'phys320805'],
        ['boxes-unusable', 'phys320808'],
        ['boxes-unusable', 'phys320809'],
      ],
    )
    const titleId = first.report?.titleId as number
    const title = (await app.read(`/api/v1/titles/${titleId}`)).body
    t.match(title, {
      pagesPresent: 16,
      pageCount: 8,
      hasText: true,
      signature: 'Nd 1277 (1)',
      sourceIdent: '148811035',
      owner: 'Universitäts- und Landesbibliothek Sachsen-Anhalt',
      titlepageMode: 'automatic',
    })
    t.same(
      title.identifiers
        .map((identifier: { scheme: string; value: string }) => `${identifier.scheme} ${identifier.value}`)
        .sort(),
      ['record 148811035@ulbhaldod', 'urn urn:nbn:de:gbv:3:3-10504', 'vls ulbhal-hspe:320796'],
    )
    t.equal(title.presentationUrl, null, '‘Share_it’ is no address')
    t.equal(
      (await app.read(`/api/v1/pages/${title.titlepageId}`)).body.ident,
      'phys320805',
      'the page of the title page stands for the title',
    )
    const pages = (await app.read(`/api/v1/titles/${titleId}/pages`)).body.items
    t.same(pages.map((page: { pagination: { caption: string } }) => page.pagination.caption).slice(3, 7), [
      '[Seite 4]',
      '[Seite 6]',
      '[Seite 7]',
      '[Seite 8]',
    ])
    t.ok(
      pages.every((page: { width: number; height: number }) => page.width === 2164 && page.height === 2448),
    )
    const urns = await app.services.db
      .selectFrom('OPR_Identifier')
      .select('OI_Value as value')
      .where('OI_Value', 'like', 'urn:n.a%')
      .execute()
    t.same(urns, [])
    const source = readFileSync(path, 'utf8')
    const mods = (await app.read(`/api/v1/titles/${titleId}/mods`)).body as string
    const own = source.slice(
      source.indexOf('<mods:mods'),
      source.indexOf('</mods:mods>') + '</mods:mods>'.length,
    )
    t.equal(
      withoutNamespaces(mods),
      withoutNamespaces(own),
      "the record's own bytes, but for the namespaces it needs",
    )
    const before = await picture(app, 'hd')
    const versions = await app.services.db
      .selectFrom('OPR_Tree')
      .select(['OT_ID', 'OT_Version'])
      .orderBy('OT_ID')
      .execute()
    t.match((await importFile(app, path, 'hd', { release: true })).report, { outcome: 'unchanged' })
    t.same(await picture(app, 'hd'), before)
    t.same(
      await app.services.db.selectFrom('OPR_Tree').select(['OT_ID', 'OT_Version']).orderBy('OT_ID').execute(),
      versions,
      'not a row was touched',
    )
    const prep = await importFile(app, join(sharedData, 'book-148811035/320796.prep.xml'), 'hd')
    t.equal(prep.report?.titleId, titleId, 'the same record in another state is the same title')
    t.equal((await app.read(`/api/v1/titles/${titleId}/pages`)).body.items.length, 16)
  },
)

t.test(
  'over HTTP into another domain it gives the same, by path and by upload',
  { ...needsSharedData, ...atLength },
  async t => {
    const app = await start(t)
    for (const name of ['cli', 'path', 'form']) await aDomain(app, name)
    const book = join(sharedData, 'book-148811035')
    await importFile(app, join(book, 'mets.xml'), 'cli')
    cpSync(book, join(app.services.config.path.import, 'book'), { recursive: true })
    const byPath = await app.call('POST', '/api/v1/imports', { domain: 'path', path: 'book/mets.xml' })
    t.equal(byPath.status, 202)
    await app.drain()
    t.match((await app.call('GET', byPath.body.links.self)).body, {
      state: 'finished',
      summary: { created: 1 },
      items: [{ outcome: 'created', source: 'book/mets.xml' }],
    })
    t.same(await picture(app, 'path'), await picture(app, 'cli'))
    t.match(await app.call('POST', '/api/v1/imports', { domain: 'path', path: '../../etc/passwd' }), {
      status: 400,
    })
    t.match(await app.call('POST', '/api/v1/imports', { domain: 'path', path: 'nothing.xml' }), {
      status: 404,
    })
  },
)

t.test(
  'ids of a Visual Library Server are kept on demand, and a taken one is named',
  needsSharedData,
  async t => {
    const app = await start(t)
    await aDomain(app, 'keep')
    await aDomain(app, 'again')
    // without its scans, which have no ids
    const path = join(app.folder, 'mets.xml')
    copyFileSync(join(sharedData, 'book-148811035/mets.xml'), path)
    const kept = await importFile(app, path, 'keep', { keepIds: true })
    t.equal(kept.report?.titleId, 320796)
    t.match((await app.call('GET', '/api/v1/pages/320799')).body, { ident: 'phys320799' })
    t.ok((await app.call('POST', '/api/v1/domains', { name: 'later', caption: 'L' })).status === 201)
    const { rows } = await sql<{ id: number }>`select max(OT_ID) as "id" from OPR_Tree`.execute(
      app.services.db,
    )
    t.ok((rows[0]?.id ?? 0) > 320818, 'the sequence goes on above the kept ids')
    const taken = await importFile(app, path, 'again', { keepIds: true })
    t.equal(taken.report, undefined)
    t.match(taken.messages[0]?.sentence, /The id 320796 is taken by ‘Neue Friedens/)
  },
)

t.test(
  'every METS at hand gives the nodes, pages, texts and warnings of the committed table',
  needsSharedData,
  async t => {
    const app = await start(t)
    const table: string[] = []
    const paths = ['book-148811035', 'book-737429', 'newspaper-16359604', 'vls-mets'].flatMap(folder =>
      survey(join(sharedData, folder)).sources.filter(file => !/FULLTEXT|ALTO3/.test(file)),
    )
    const twice = some(paths, 3)
    for (const path of paths) {
      const name = `d${table.length}`
      await aDomain(app, name)
      const { report, messages } = await importFile(app, path, name)
      const codes = new Map<string, number>()
      for (const message of messages) codes.set(message.code, (codes.get(message.code) ?? 0) + 1)
      const { rows } = await sql<{
        n: number
      }>`select count(*) as "n" from OPR_Tree join OPR_Domain on OD_ID = OT_OD_ID where OD_Name = ${name} and OT_RCV_Datatype <> 10`.execute(
        app.services.db,
      )
      const {
        titles = 0,
        structures = 0,
        pages = 0,
        masters = 0,
        texts = 0,
        links = 0,
      } = report?.counts ?? {}
      table.push(
        `${path.slice(sharedData.length + 1)}: ${report?.outcome ?? 'failed'}, ${rows[0]?.n} nodes = ${titles} titles + ${structures} structure + ${pages} pages + ${links} links; ${masters} masters, ${texts} texts; ${[...codes].map(([code, n]) => `${n} ${code}`).join(', ') || 'no messages'}`,
      )
      if (!twice.includes(path)) continue
      const again = await importFile(app, path, name)
      t.equal(again.report?.outcome, 'unchanged', `${path} again`)
    }
    t.matchSnapshot(table.join('\n'), 'expected of the real data')
    for (const check of (await import('../../src/app.ts')).checks)
      t.same(await check.run(app.services, { repair: false }), [], check.name)
  },
)

t.test(
  'everything of a folder goes into one domain: issues find their newspaper',
  needsSharedData,
  async t => {
    const app = await start(t)
    await aDomain(app, 'all')
    for (const path of survey(join(sharedData, 'newspaper-16359604')).sources.filter(
      file => !/ALTO3/.test(file),
    ))
      t.ok((await importFile(app, path, 'all')).report)
    const newspapers = (await app.call('GET', '/api/v1/titles?type=newspaper')).body.items
    t.equal(newspapers.length, 2)
    const general = newspapers.find((title: { caption: string }) =>
      title.caption.startsWith('General-Anzeiger'),
    )
    const [year] = (await app.call('GET', `/api/v1/tree/${general.id}/children`)).body.items
    t.same(
      (await app.call('GET', `/api/v1/tree/${year.id}/children`)).body.items.map(
        (node: { caption: string }) => node.caption,
      ),
      ['2 (22.3.1889)', '3 (23.3.1889)'],
      'in the order of their days',
    )
  },
)
