// The hot folder: what is laid down whole is imported once, and put away with a report; killed at any moment, nothing is lost or there twice.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { followHotFolder } from '../../src/intake/imports/hot-folder.ts'
import * as queue from '../../src/jobs/queue.ts'
import { aBook, iso2709Of } from '../corpus/catalogues/records.ts'
import { aPage, write, zipFolder } from '../corpus/deliveries.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const hot = mkdtempSync(join(tmpdir(), 'firefolio-hot-'))
/** An online catalogue that has one record. */
const catalogue = createServer((request, response) => {
  const isKnown = /AC07/.test(request.url ?? '')
  const record = modsOf('AC07', 'Aus dem Verbund').replace(/^<\?xml[^>]*\?>\s*/, '')
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(
      `<s:searchRetrieveResponse xmlns:s="http://www.loc.gov/zing/srw/"><s:numberOfRecords>${isKnown ? 1 : 0}</s:numberOfRecords>${isKnown ? `<s:records><s:record><s:recordData>${record}</s:recordData></s:record></s:records>` : ''}</s:searchRetrieveResponse>`,
    )
})
await new Promise<void>(resolve => catalogue.listen(0, '127.0.0.1', resolve))
const catalogues = join(hot, 'catalogues.ini')
writeFileSync(
  catalogues,
  `[union]\ncaption = Union\nurl = http://127.0.0.1:${(catalogue.address() as AddressInfo).port}/sru\nschema = mods\nquery = pica.ppn={identifier}\n`,
)
t.teardown(() => {
  catalogue.close()
  rmSync(hot, { recursive: true, force: true })
})
const app = await start(t, {
  FIREFOLIO_CATALOGUE_FILE: catalogues,
  FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'true',
  FIREFOLIO_CATALOGUE_PAUSE: '0',
  FIREFOLIO_IMPORT_HOTFOLDER: hot,
  FIREFOLIO_IMPORT_HOTSECONDS: '0',
  FIREFOLIO_IMPORT_HOTQUIET: '0',
  FIREFOLIO_IMPORT_HOTIDENTIFIER: 'folder',
})
await aDomain(app, 'books')
mkdirSync(join(hot, 'books'))
mkdirSync(join(hot, 'nobody'))
const settings = app.services.config.import as {
  hotQuiet: number
  hotMarker: string
  hotCatalogue: string
  hotIdentifier: string
}

const lay = (name: string, files: Record<string, Buffer | string>) => write(join(hot, 'books', name), files)
const visible = (folder: string): string[] => {
  const path = join(hot, 'books', folder)
  return existsSync(path) ? readdirSync(path).sort() : []
}
const batches = async () =>
  (await app.call('GET', '/api/v1/imports?limit=100')).body.items as {
    id: number
    source: string
    state: string
  }[]
const titles = async () =>
  (await app.call('GET', '/api/v1/titles?domain=books')).body.items as {
    caption: string
    xmlOrigin: string
  }[]
const laidDown = () => visible('.').filter(name => !['.taken', '.joined', 'done', 'failed'].includes(name))

t.test('a folder of images and a file of records are taken, imported, and put away with reports', async t => {
  lay('AC01', { '0001.tif': aPage(), '0002.tif': aPage() })
  const damaged = iso2709Of(aBook('2', 'Zwei'))
  damaged.write('?', 40)
  writeFileSync(
    join(hot, 'books', 'books.mrc'),
    Buffer.concat([iso2709Of(aBook('1', 'Der eine').filter(({ tag }) => tag !== '773')), damaged]),
  )
  writeFileSync(join(hot, 'nobody', 'x.mrc'), 'x')
  await app.drain()
  t.same(laidDown(), [])
  t.match(visible('done'), [/^\d{8}T\d{6}-[0-9a-f]{8}-AC01$/, /-AC01\.report\.txt$/])
  t.match(visible('failed'), [/-books\.mrc$/, /-books\.mrc\.report\.txt$/])
  const report = readFileSync(join(hot, 'books', 'failed', visible('failed')[1] as string), 'utf8')
  t.match(report, /created +books\.mrc#record=1.*-> title \d+/)
  t.match(report, /failed +books\.mrc#record=2.*\n +error: books\.mrc, record 2: the entry/)
  t.same((await titles()).map(({ caption }) => caption).sort(), ['AC01', 'Der eine : Novelle'])
  t.match(readdirSync(join(hot, 'nobody')), ['x.mrc'], 'a folder of no domain waits')
  const { body } = await app.call('GET', '/api/v1/hot-folder')
  t.match(body, { isOn: true, isThere: true, folder: hot, marker: null, quietSeconds: 0 })
  t.match(body.domains, [
    { name: 'books', domainId: Number, waiting: 0, running: 0, done: 1, failed: 1 },
    { name: 'nobody', domainId: null, caption: null, waiting: 1, running: 0, done: 0, failed: 0 },
  ])
  t.equal((await app.read('/api/v1/hot-folder')).status, 401)
})

t.test('what is being written is not touched; with a marker, only what has one is taken', async t => {
  settings.hotQuiet = 3600
  lay('AC02', { '0001.tif': aPage() })
  await app.drain()
  t.same(laidDown(), ['AC02'])
  settings.hotQuiet = 0
  settings.hotMarker = '.ready'
  await app.drain()
  t.same(laidDown(), ['AC02'])
  writeFileSync(join(hot, 'books', 'AC02.ready'), '')
  await app.drain()
  t.same(laidDown(), [])
  t.equal((await titles()).length, 3)
  settings.hotMarker = ''
})

t.test('a record beside the folder or PDF of its name is one delivery with it', async t => {
  const before = (await batches()).length
  settings.hotQuiet = 0
  lay('P1', { '0001.tif': aPage(), '0002.tif': aPage() })
  writeFileSync(join(hot, 'books', 'P1.xml'), modsOf('pair1', 'Mit Satz daneben'))
  await app.drain()
  t.same(laidDown(), [])
  t.equal((await batches()).length, before + 1)
  const title = (await titles()).find(({ caption }) => caption === 'Mit Satz daneben')
  t.match(title, { caption: 'Mit Satz daneben', pagesPresent: 2, xmlOrigin: 'fileImport' })
  const put = visible('done').find(name => name.endsWith('-P1')) as string
  t.same(visible(join('done', put)), ['P1', 'P1.xml'])

  writeFileSync(join(hot, 'books', 'P5.xml'), modsOf('pair5', 'Mit einem ZIP daneben'))
  writeFileSync(
    join(hot, 'books', 'P5.zip'),
    zipFolder(write(join(app.folder, 'P5'), { '0001.tif': aPage(), '0002.tif': aPage() })),
  )
  await app.drain()
  t.match(
    (await titles()).find(({ caption }) => caption === 'Mit einem ZIP daneben'),
    { pagesPresent: 2, xmlOrigin: 'fileImport' },
  )

  settings.hotMarker = '.ready'
  lay('P2', { '0001.tif': aPage() })
  writeFileSync(join(hot, 'books', 'P2.mods'), modsOf('pair2', 'Mit Marke'))
  await app.drain()
  t.same(laidDown(), ['P2', 'P2.mods'], 'not without its marker')
  writeFileSync(join(hot, 'books', 'P2.ready'), '')
  await app.drain()
  t.same(laidDown(), [])
  settings.hotMarker = ''

  // killed between the two, and behind both
  for (const [name, moved] of [
    ['P3', ['P3.xml']],
    ['P4', ['P4.xml', 'P4']],
  ] as const) {
    lay(name, { '0001.tif': aPage() })
    writeFileSync(join(hot, 'books', `${name}.xml`), modsOf(name, `Satz von ${name}`))
    mkdirSync(join(hot, 'books', '.joined', name), { recursive: true })
    for (const each of moved) renameSync(join(hot, 'books', each), join(hot, 'books', '.joined', name, each))
    await Promise.all([followHotFolder({ ...app.services }), followHotFolder({ ...app.services })])
    await app.drain()
    t.match((await titles()).filter(({ caption }) => caption.includes(name)), [{ caption: `Satz von ${name}`, pagesPresent: 1 }], name) // prettier-ignore
  }
  t.equal((await batches()).length, before + 5)
  t.same(readdirSync(join(hot, 'books', '.joined')), [])
})

t.test(
  'taken and then killed: the next look goes on; done and then killed: nothing is done again',
  async t => {
    lay('AC03', { '0001.tif': aPage() })
    const own = join(hot, 'books', '.taken', '20260101T000000-0a0b0c0d')
    mkdirSync(own, { recursive: true })
    renameSync(join(hot, 'books', 'AC03'), join(own, 'AC03'))
    await app.drain()
    t.ok(visible('done').includes('20260101T000000-0a0b0c0d-AC03'))
    t.ok((await titles()).some(({ caption }) => caption === 'AC03'))
    const before = (await titles()).length
    const [last] = await batches()
    await app.services.database.inTransaction({ actor: { name: 'test', application: 'test' } }, trx =>
      queue.enqueue(trx, { kind: 'imports.run', payload: { importId: last?.id } }),
    )
    await app.drain()
    t.equal((await titles()).length, before)
    t.match((await batches())[0], { id: last?.id, state: 'finished' })
  },
)

t.test('two that look at once make one batch; the same name again is a delivery of its own', async t => {
  const before = (await batches()).length
  lay('AC04', { '0001.tif': aPage() })
  writeFileSync(join(hot, 'books', 'AC05.zip'), zipFolder(join(hot, 'books', 'AC04')))
  await Promise.all([followHotFolder({ ...app.services }), followHotFolder({ ...app.services })])
  await app.drain()
  t.equal((await batches()).length, before + 2)
  t.ok(visible('done').some(name => name.endsWith('-AC05.zip')))
  lay('AC04', { '0001.tif': aPage() })
  await app.drain()
  t.equal(visible('done').filter(name => name.endsWith('-AC04')).length, 2)
  t.same(readdirSync(join(hot, 'books', '.taken')), [])
})

t.test(
  'records come from the catalogue of hotCatalogue; what it does not have is refused or to be completed',
  async t => {
    settings.hotCatalogue = 'union'
    const deliver = async (name: string) => {
      lay(name, { '0001.tif': aPage() })
      await app.drain()
    }
    settings.hotIdentifier = 'none'
    await deliver('AC07')
    await deliver('AC08')
    const captions = async () => (await titles()).map(({ caption }) => caption)
    t.ok((await captions()).includes('Aus dem Verbund'))
    t.notOk((await captions()).includes('AC08'))
    t.ok(visible('done').some(name => name.endsWith('-AC07')))
    const refused = visible('failed').find(name => name.endsWith('-AC08.report.txt')) as string
    t.match(
      readFileSync(join(hot, 'books', 'failed', refused), 'utf8'),
      /The catalogue union has no record ‘AC08’/,
    )
    settings.hotIdentifier = 'folder'
    await deliver('AC08')
    t.ok((await captions()).includes('AC08'))
    settings.hotCatalogue = ''
  },
)
