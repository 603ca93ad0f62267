// What a delivery holds in something else: records in saved answers of OAI-PMH and SRU, and deliveries in ZIPs of which a folder is full.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { aPage, dublinCore, makeBag, marcxml, write, zipFolder, zipOf } from '../corpus/deliveries.ts'
import { deliverer } from '../support/deliver.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const app = await start(t, {
  FIREFOLIO_IMPORT_UNPACKEDFILES: '20',
  FIREFOLIO_IMPORT_UNPACKEDBYTES: '2000000',
})
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })
const run = deliverer(app, home)

const bare = (xml: string): string => xml.replace(/^<\?xml.*?\?>\s*/, '').replace(/<!--[^]*?-->\s*/, '')
const header = (id: string, status = '') =>
  `<header${status && ` status="${status}"`}><identifier>${id}</identifier><datestamp>2026-01-01</datestamp></header>`
const oai = (content: string): string =>
  `<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-02T03:04:05Z</responseDate><request verb="GetRecord">x</request>${content}</OAI-PMH>`
const getRecord = (id: string, metadata: string): string =>
  oai(`<GetRecord><record>${header(id)}<metadata>${bare(metadata)}</metadata></record></GetRecord>`)
const sru = (records: readonly string[]): string =>
  `<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:version>1.1</zs:version><zs:numberOfRecords>${records.length}</zs:numberOfRecords>${records.length === 0 ? '' : `<zs:records>${records.map(record => `<zs:record><zs:recordData>${record}</zs:recordData></zs:record>`).join('')}</zs:records>`}</zs:searchRetrieveResponse>`
const escaped = (xml: string): string => xml.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') // prettier-ignore
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body
const pages = { '0001.tif': aPage(), '0002.tif': aPage() }

t.test(
  'a saved answer beside images is their record, as the record in it is when it stands alone',
  async t => {
    const [mods, marc, dc] = [modsOf('e1', 'Umhüllt'), marcxml('e2', 'Umschlag'), dublinCore('e3', 'Hülle')]
    const kinds: [name: string, alone: string, saved: string][] = [
      ['oaimods', mods, getRecord('oai:x:1', mods)],
      ['oaimarc', marc, getRecord('oai:x:2', marc)],
      ['oaidc', dc, getRecord('oai:x:3', dc)],
      ['srumods', mods, sru([bare(mods)])],
      ['srumarc', marc, sru([bare(marc)])],
      ['srutext', marc, sru([escaped(bare(marc))])],
    ]
    for (const [name, alone, saved] of kinds) {
      write(join(home, name), { 'record.xml': saved, ...pages })
      write(join(home, `${name}alone`), { 'record.xml': alone, ...pages })
      const [first, plain] = [await run(name), await run(`${name}alone`)]
      t.match(first, {
      code: 0,
      items: [{ source: 'record.xml', outcome: 'created', counts: { pages: 2 }, messages: [] }],
      notTaken: [],
    }, name) // prettier-ignore
      t.equal((await run(name)).items[0].outcome, 'unchanged', `${name}, again`)
      const [of, as] = [await titleOf(first.items[0].titleId), await titleOf(plain.items[0].titleId)]
      for (const member of ['title', 'sourceIdent', 'persons', 'date', 'type', 'xmlOrigin'])
        t.same(of[member], as[member], `${name}, ${member}`)
    }
  },
)

t.test(
  'what an answer says beside its records is held to, and an answer without one is refused by it',
  async t => {
    const nameless = dublinCore('https://example.org/7', 'Ohne Nummer')
    write(join(home, 'nameless'), { 'record.xml': getRecord('oai:rep.example:7', nameless), ...pages })
    const { items } = await run('nameless')
    t.match(items, [{ outcome: 'created' }])
    t.match(await titleOf(items[0].titleId), {
      sourceIdent: '7',
      identifiers: [{ scheme: 'record', value: '7@rep.example' }],
    })
    const several = oai(
      `<ListRecords><record>${header('oai:x:a')}<metadata>${bare(modsOf('l1', 'Eins'))}</metadata></record><record>${header('oai:x:b', 'deleted')}</record><record>${header('oai:x:c')}<metadata>${bare(modsOf('l2', 'Zwei'))}</metadata></record></ListRecords>`,
    )
    write(home, { 'several.xml': several })
    t.match(await run('several.xml'), { code: 0, items: [{ outcome: 'created' }] })
    const { items: stored } = (await app.call('GET', '/api/v1/titles?domain=severalxml')).body
    t.same(stored.map(({ title }: { title: string }) => title).toSorted(), ['Eins', 'Zwei'])

    write(home, {
      'gone.xml': oai('<error code="idDoesNotExist">no such record</error>'),
      'formats.xml': oai(
        '<ListMetadataFormats><metadataFormat><metadataPrefix>marc21</metadataPrefix><metadataNamespace>http://www.loc.gov/MARC21/slim</metadataNamespace></metadataFormat></ListMetadataFormats>',
      ),
      'none.xml': sru([]),
      'ead.xml': '<?xml version="1.0"?><ead xmlns="urn:isbn:1-931666-22-9"><archdesc/></ead>',
      'empty.xml': oai(
        `<GetRecord><record>${header('oai:x:9')}<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"/></record></GetRecord>`,
      ),
    })
    t.match(await run('gone.xml'), { code: /gone.xml is an answer of OAI-PMH of \d+ bytes; import a METS/ })
    t.match(await run('formats.xml'), { code: /formats.xml is an answer of OAI-PMH/ })
    t.match(await run('none.xml'), { code: /none.xml is an answer of SRU/ })
    t.match(await run('ead.xml'), { code: /ead.xml is a finding aid in EAD/ })
    t.match(await run('empty.xml'), {
      code: 1,
      items: [{ messages: [{ sentence: /empty.xml is an answer of OAI-PMH without a record/ }] }],
    })
    // beside a record it is no second one
    write(join(home, 'beside'), {
      'record.xml': modsOf('b1', 'Daneben'),
      'identify.xml': oai('<Identify><repositoryName>x</repositoryName></Identify>'),
      ...pages,
    })
    t.match(await run('beside'), {
      code: 0,
      items: [{ source: 'record.xml', counts: { pages: 2 } }],
      notTaken: ['identify.xml'],
    })
  },
)

t.test('a folder of ZIPs is taken as what they hold is, within the bounds of one', async t => {
  const one = write(join(home, 'src/one'), { 'record.xml': modsOf('p1', 'Erstes'), '1.tif': aPage() })
  const two = write(join(home, 'src/two'), { 'AC2/1.tif': aPage(), 'AC2.xml': marcxml('p2', 'Zweites') })
  write(join(home, 'src/bag/data'), { 'record.xml': modsOf('p3', 'Drittes'), '1.tif': aPage() })
  const bag = makeBag(join(home, 'src/bag'))
  const folder = write(join(home, 'zips'), {
    'one.zip': zipFolder(one),
    'box/two.zip': zipFolder(two),
    'box/one.zip': zipFolder(bag),
    'box/readme.txt': 'x',
    'loose/record.xml': modsOf('p4', 'Loses'),
    'loose/1.tif': aPage(),
    'loose/more.zip': zipFolder(one),
  })
  const first = await run('zips')
  t.equal(first.code, 0)
  t.same(
    first.items.map(item => [item.outcome, item.counts.pages]),
    Array(4).fill(['created', 1]),
  )
  t.same(new Set(first.notTaken), new Set(['box/readme.txt', 'loose/more.zip']))
  t.same(
    (await run('zips')).items.map(item => item.outcome),
    Array(4).fill('unchanged'),
  )
  const left = () => readdirSync(join(app.services.config.path.var, 'upload')).length
  t.equal(left(), 0, 'what was unpacked is gone')

  await aDomain(app, 'zipshttp')
  const root = app.services.config.path.import
  write(join(root, 'many'), { 'a.zip': zipFolder(one), 'b.zip': zipFolder(two) })
  const posted = await app.call('POST', '/api/v1/imports', { domain: 'zipshttp', path: 'many' })
  await app.drain()
  t.match((await app.call('GET', posted.body.links.self)).body, {
    state: 'finished',
    summary: { created: 2 },
    items: [{ outcome: 'created' }, { outcome: 'created' }],
  })
  t.equal(left(), 0)

  const harm: [name: string, files: Record<string, Buffer>, sentence: RegExp][] = [
    ['damaged', { 'a.zip': zipFolder(one), 'b/c.zip': zipFolder(two).subarray(0, 200) }, /The ZIP b\/c.zip is damaged/],
    ['out', { 'a.zip': zipOf([{ name: '../out.tif', data: aPage() }]) }, /invalid relative path|leads out/],
    [
      'manyfiles',
      Object.fromEntries(
        [1, 2, 3].map(n => [`${n}.zip`, zipOf(Array.from({ length: 8 }, (_, at) => ({ name: `${at}.tif`, data: aPage() })))]),
      ),
      /The ZIP 3.zip is refused: it holds more than 20 files with those of the ZIPs before it/,
    ],
    [
      'manybytes',
      Object.fromEntries([1, 2, 3].map(n => [`${n}.zip`, zipOf([{ name: 'a.tif', data: Buffer.alloc(900_000, n) }])])),
      /The ZIP 3.zip is refused: its files have 900000 bytes, with those of the ZIPs before it more than 2000000/,
    ],
    [
      'lies',
      Object.fromEntries([1, 2, 3].map(n => [`${n}.zip`, zipOf([{ name: 'a.tif', data: Buffer.alloc(900_000, n), says: 100 }])])),
      /too many bytes|damaged/,
    ],
  ] // prettier-ignore
  for (const [name, files, sentence] of harm) {
    write(join(home, name), files)
    const { code, items } = await run(name, { identifier: 'folder' })
    // what is the only one of its delivery is told by the command itself
    const sentences = items.flatMap(({ messages }) => messages.map((message: { sentence: string }) => message.sentence)) // prettier-ignore
    t.match([...sentences, String(code)].join('\n'), sentence, name)
    t.not(code, 0, name)
    t.equal(left(), 0, `${name}: nothing of it stays`)
  }
  writeFileSync(
    join(folder, 'nested.zip'),
    zipFolder(write(join(home, 'src/nested'), { 'in/one.zip': zipFolder(one) })),
  )
  t.match(await run('zips'), { code: 0, notTaken: /nested.zip\/in\/one.zip/ }, 'a ZIP in a ZIP is not opened')
})

t.test('a ZIP beside the record of its name has the files of that record', async t => {
  const scans = (name: string) => {
    write(join(home, 'scans', name), pages)
    return zipFolder(join(home, 'scans', name))
  }
  const own = join(home, 'scans', 'own')
  write(own, { ...pages, 'record.xml': modsOf('inside', 'Von innen') })
  write(join(home, 'wrapped', 'anything'), pages)
  write(join(home, 'pairs'), {
    'B1.xml': modsOf('pair1', 'Erstes'),
    'B1.zip': scans('b1'),
    'b2.mods': modsOf('pair2', 'Zweites'),
    'B2.ZIP': zipFolder(join(home, 'wrapped')),
    'B3.xml': modsOf('outside', 'Von außen'),
    'B3.zip': zipFolder(own),
    'B4.xml': modsOf('pair4', 'Mit einem Bild'),
    'B4.tif': aPage(),
    'B4.zip': scans('b4'),
  })
  const first = await run('pairs')
  t.equal(first.code, 0, JSON.stringify(first))
  const { items } = (await app.call('GET', '/api/v1/titles?domain=pairs')).body
  const found = Object.fromEntries(
    items.map(({ title, pagesPresent }: { title: string; pagesPresent: number }) => [title, pagesPresent]),
  )
  t.same(found, { Erstes: 2, Zweites: 2, 'Von innen': 2, 'Mit einem Bild': 1 })
  t.same(first.notTaken, ['B3.xml', 'B4.zip'])
  t.ok((await run('pairs')).items.every(({ outcome }: { outcome: string }) => outcome === 'unchanged'))
})

t.test('the only ZIP beside the only record has its files, whatever it is called', async t => {
  write(join(home, 'alone'), { 'record.xml': modsOf('alone', 'Allein'), 'scans.zip': zipFolder(join(home, 'scans', 'b1')) }) // prettier-ignore
  t.match(await run('alone'), {
    code: 0,
    items: [{ outcome: 'created', counts: { pages: 2 } }],
    notTaken: [],
  })
  write(join(home, 'twozips'), { 'record.xml': modsOf('twozips', 'Zwei'), 'a.zip': zipFolder(join(home, 'scans', 'b1')), 'b.zip': zipFolder(join(home, 'scans', 'b1')) }) // prettier-ignore
  t.match(await run('twozips'), { items: [{ outcome: 'created' }], notTaken: ['a.zip', 'b.zip'] }) // prettier-ignore
})

t.test('of several ZIPs and BagIts each is refused by itself, and the others are taken', async t => {
  const good = zipFolder(
    write(join(home, 'each/good'), { 'record.xml': modsOf('each1', 'Gut'), '1.tif': aPage() }),
  )
  write(join(home, 'each/bag/data'), { 'record.xml': modsOf('each2', 'Beutel'), '1.tif': aPage() })
  const bag = makeBag(join(home, 'each/bag'))
  write(join(home, 'each/changed/data'), { 'record.xml': modsOf('each3', 'Anders'), '1.tif': aPage() })
  const changed = makeBag(join(home, 'each/changed'))
  writeFileSync(join(changed, 'data/1.tif'), Buffer.concat([aPage(), Buffer.from('x')]))
  const folder = join(home, 'eachof')
  write(folder, {
    'good.zip': good,
    'cut.zip': good.subarray(0, good.length - 100),
    'AC5.xml': modsOf('each5', 'Mit kaputtem ZIP'),
    'AC5.zip': good.subarray(0, 60),
  })
  cpSync(bag, join(folder, 'bag'), { recursive: true })
  cpSync(changed, join(folder, 'changed'), { recursive: true })
  const expected = [['cut.zip', /damaged/], ['AC5.zip', /damaged/], ['changed', /BagIt changed is damaged: data\/1.tif/]] as const // prettier-ignore
  const outcomes = (
    items: readonly { source: string; outcome: string; messages: { sentence: string }[] }[],
  ) => {
    t.same(items.filter(({ outcome }) => outcome === 'created').length, 2)
    for (const [source, sentence] of expected)
      t.match(
        items.find(item => item.source === source),
        { outcome: 'failed', messages: [{ sentence }] },
        source,
      )
    t.equal(items.length, 5, JSON.stringify(items, null, 1))
  }
  const first = await run('eachof')
  t.equal(first.code, 1)
  outcomes(first.items)
  t.equal((await app.call('GET', '/api/v1/titles?domain=eachof')).body.items.length, 2)

  await aDomain(app, 'eachhttp')
  cpSync(folder, join(app.services.config.path.import, 'eachof'), { recursive: true })
  const posted = await app.call('POST', '/api/v1/imports', { domain: 'eachhttp', path: 'eachof' })
  await app.drain()
  const { body } = await app.call('GET', posted.body.links.self)
  outcomes(body.items.map((item: { source: string }) => ({ ...item, source: item.source.split('/').at(-1) })))

  write(join(home, 'onlybad'), { 'a.zip': good.subarray(0, 60) })
  t.match(String((await run('onlybad')).code), /The ZIP a.zip is damaged/)
})
