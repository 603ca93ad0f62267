// METS of other systems by each way in, as an import, through the hot folder and in a harvest: the same rows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { runHarvest } from '../../src/intake/harvests/index.ts'
import { german } from '../corpus/mets/german.ts'
import { others } from '../corpus/mets/others.ts'
import { importMets } from '../support/collection.ts'
import { rowsOf } from '../support/rows.ts'
import { aDomain, start } from '../support/start.ts'

const hot = mkdtempSync(join(tmpdir(), 'firefolio-ways-'))
t.teardown(() => rmSync(hot, { recursive: true, force: true }))
const app = await start(t, {
  FIREFOLIO_IMPORT_HOTFOLDER: hot,
  FIREFOLIO_IMPORT_HOTSECONDS: '0',
  FIREFOLIO_IMPORT_HOTQUIET: '0',
  FIREFOLIO_IMPORT_HOTRELEASE: 'true',
  FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true',
})

const oai = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-02T03:04:05Z</responseDate><request>x</request>${content}</OAI-PMH>`
const identity =
  '<Identify><earliestDatestamp>2000-01-01T00:00:00Z</earliestDatestamp><deletedRecord>no</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>'
let records = ''
const server = createServer((request, response) => {
  const isIdentify = request.url?.includes('verb=Identify')
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(oai(isIdentify ? identity : `<ListRecords>${records}</ListRecords>`))
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => void server.close())
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`

const image = sharp({ create: { width: 60, height: 80, channels: 3, background: '#a98' } })
const [jpeg, tiff] = await Promise.all([image.clone().jpeg().toBuffer(), image.clone().tiff().toBuffer()])
/** A work known by mptr alone; Dublin Core and no LOGICAL map; articles with records of their own. */
const representative = ['kitodo', 'rosetta', 'docworks']

for (const delivery of [...german, ...others].filter(({ name }) => representative.includes(name)))
  t.test(`${delivery.name}: imported, laid down and harvested, it has the same rows`, async t => {
    const [imported, laid, harvested] = ['import', 'hot', 'harvest'].map(
      way => `${delivery.name}-${way}`,
    ) as [string, string, string]
    for (const domain of [imported, laid, harvested]) await aDomain(app, domain)
    const files = {
      ...delivery.documents,
      ...delivery.texts,
      ...Object.fromEntries(delivery.images.map(path => [path, path.endsWith('.jpg') ? jpeg : tiff])),
    }
    const lay = (folder: string): void => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        writeFileSync(join(folder, path), content)
      }
    }
    const folder = join(app.folder, 'delivered', delivery.name)
    lay(folder)
    for (const path of Object.keys(delivery.documents)) await importMets(app, join(folder, path), imported)
    const expected = await rowsOf(app, imported)
    t.ok(expected.length > delivery.images.length)

    lay(join(hot, laid, delivery.name))
    await app.drain()
    const [batch] = (await app.call('GET', '/api/v1/imports?limit=1')).body.items
    t.match(batch, { state: 'finished' })
    t.same(await rowsOf(app, laid), expected, 'through the hot folder')

    records = Object.values(delivery.documents)
      .map(
        (document, at) =>
          `<record><header><identifier>oai:x:${delivery.name}${at}</identifier><datestamp>2026-01-01</datestamp></header><metadata>${document.replace(/^<\?xml.*\n/, '')}</metadata></record>`,
      )
      .join('')
    const { body } = await app.call('POST', '/api/v1/harvests', {
      baseUrl,
      domain: harvested,
      metadataPrefix: 'mets',
      release: true,
    })
    t.match(await runHarvest(app.services, body.id), { failed: 0, failures: [] })
    // the repository's own identifier of the record is what a harvest knows beside
    const isOwn = (line: string): string => line.replace(/oai:oai:x:[^" ]* ?/, '').replace(/ "}$/, '"}')
    t.same((await rowsOf(app, harvested)).map(isOwn), expected, 'in a harvest')
  })
