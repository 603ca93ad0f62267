import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { readMets } from '../../src/formats/mets/read.ts'
import { some } from '../support/at-length.ts'
import { importMets, publicAddress, startWithSample } from '../support/collection.ts'
import { avoidable, brokenRules, readRules } from '../support/mets-rules.ts'
import { presentationFaults } from '../support/presentation-rules.ts'
import { needsSharedData, needsSharedRules, sharedData } from '../support/shared.ts'
import { aDomain, aTitle, type TestApp } from '../support/start.ts'
import { invalidities } from '../support/validate.ts'

const { app, ids } = await startWithSample(t, publicAddress)
const metsOf = async (from: TestApp, id: number, query = ''): Promise<string> =>
  (await from.read(`/mets/${id}${query}`)).body as string

t.test('the METS of a monograph holds records, files, both maps and the links between them', async t => {
  const answer = await app.read(`/mets/${ids.monograph}`)
  t.equal(answer.status, 200)
  t.equal(answer.headers['content-type'], 'application/mets+xml; charset=utf-8')
  t.equal(answer.headers['access-control-allow-origin'], '*')
  const mets = readMets(answer.body as string)
  t.equal(mets.pages.length, 24)
  t.same(
    [...new Set([...mets.files.values()].map(file => file.use))],
    ['DEFAULT', 'MIN', 'MAX', 'THUMBS', 'FULLTEXT', 'DOWNLOAD', 'TEASER'],
  )
  t.match(
    mets.files.get(mets.pages[0]?.fileIds[0] as string)?.href,
    /^https:\/\/library\.example\/download\/webcache\/1000\/\d+$/,
  )
  t.match(mets.pages[6], { label: 'Seite 1', orderLabel: '1' })
  const [work] = mets.outline
  t.match(work, {
    type: 'monograph',
    label: 'Vom digitalen Buche',
    administration: {
      licence: 'http://creativecommons.org/publicdomain/zero/1.0/',
      presentation: `https://library.example/id/${ids.monograph}`,
    },
  })
  t.same(
    work?.children.map(child => child.type),
    [
      'cover_front',
      'title_page',
      'contents',
      'preface',
      ...Array.from({ length: 5 }, () => 'chapter'),
      'index',
      'cover_back',
    ],
  )
  t.equal(mets.links.get(work?.id as string)?.length, 25, 'all pages and their sequence')
  t.same(mets.faults, [])
})

t.test('a volume points at its work, and the work at its volumes', async t => {
  const volume = await metsOf(app, ids.volume1)
  t.match(
    volume,
    `<mets:div ID="log${ids.work}in${ids.volume1}" TYPE="multivolume_work" LABEL="Gesammelte Blätter"><mets:mptr LOCTYPE="URL" xlink:href="https://library.example/mets/${ids.work}"/>`,
  )
  const work = readMets(await metsOf(app, ids.work))
  t.same(
    work.outline[0]?.children.map(child => child.pointers[0]),
    [ids.volume1, ids.volume2].map(id => `https://library.example/mets/${id}`),
  )
  t.same(work.pages, [])
})

t.test('an issue stands in the calendar of its newspaper', async t => {
  const chain: string[] = []
  for (let [div] = readMets(await metsOf(app, ids.issue)).outline; div; [div] = div.children)
    chain.push(`${div.type} ${div.orderLabel ?? ''}`.trim())
  t.same(chain, ['newspaper', 'year 1902', 'month 1902-03', 'day 1902-03-08', 'issue 1902-03-08'])
  const calendar = readMets(await metsOf(app, ids.newspaper, '?format=zmets')).outline[0]
  t.equal(
    calendar?.children[0]?.children[0]?.children[0]?.children[0]?.pointers[0],
    `https://library.example/mets/${ids.issue}`,
  )
})

t.test('what is hidden has no METS, and is not named in that of what is above it', async t => {
  const hidden = await aTitle(app, { parent: ids.work, type: 'volume', release: false } as never)
  t.equal((await app.read(`/mets/${hidden}`)).status, 404)
  t.notMatch(await metsOf(app, ids.work), `log${hidden}in`)
  t.match((await app.call('GET', `/mets/${ids.work}`)).body, `log${hidden}in`, 'but for who may see it')
})

t.test('a copy is current until something that the METS holds has changed', async t => {
  await app.drain()
  const tag = (await app.read(`/mets/${ids.monograph}`)).headers['etag'] as string | undefined
  t.ok(tag)
  const again = async () => (await app.read(`/mets/${ids.monograph}`, { 'if-none-match': tag ?? '' })).status
  t.equal(await again(), 304)
  const pages = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body.items as { id: number }[]
  const change = { pagination: { caption: 'Vorsatz' } }
  t.equal((await app.call('PATCH', `/api/v1/pages/${pages[3]?.id}`, change, { 'if-match': '*' })).status, 200)
  t.equal(await again(), 200, 'at once')
  await app.drain()
  t.equal(await again(), 200)
})

t.test('METS and ALTO of the sample, as they are imported, are valid', needsSharedData, async t => {
  // as the sample was delivered
  const delivered = join(app.folder, 'made-sample')
  const documents = readdirSync(delivered).map(name => join(delivered, name, 'mets.xml'))
  t.equal(documents.length, 4)
  for (const path of documents)
    t.equal(invalidities(readFileSync(path, 'utf8'), 'wrapper-mets.xsd'), '', path)
  const pages = (await app.read(`/api/v1/titles/${ids.issue}/pages`)).body.items as { id: number }[]
  for (const { id } of some(pages, 2)) {
    const alto = (await app.read(`/api/v1/pages/${id}/alto`)).body as string
    t.equal(invalidities(alto, 'v4/alto-4-2.xsd'), '')
  }
})

t.test(
  'every METS of the sample is valid, and breaks no rule of the German Digital Library',
  needsSharedRules,
  async t => {
    for (const [name, id] of Object.entries(ids)) {
      const mets = await metsOf(app, id)
      t.equal(invalidities(mets, 'wrapper-mets.xsd'), '', name)
      const { type } = (await app.read(`/api/v1/titles/${id}`)).body as { type: string }
      t.same(avoidable(type, mets), [], name)
    }
    t.ok(
      brokenRules(
        (await metsOf(app, ids.monograph))
          .replace(/<dv:license>.*<\/dv:license>/, '')
          .replace(/<mods:accessCondition.*?<\/mods:accessCondition>/, ''),
        readRules('medien'),
        { isAnchor: false },
      ).some(failure => failure.rule === 'amdSec_04'),
      'a rule that is broken is found',
    )
  },
)

t.test(
  'titles of real exports leave as METS that is valid and breaks no rule but those about missing scans',
  needsSharedData,
  async t => {
    await aDomain(app, 'real')
    const all = [
      'book-148811035/mets.xml',
      ...['book-737429', 'newspaper-16359604', 'vls-mets'].flatMap(folder =>
        readdirSync(join(sharedData, folder))
          .filter(name => name.endsWith('.xml'))
          .map(name => `${folder}/${name}`),
      ),
    ]
    const files = some(all, 3)
    let seen = 0
    for (const [at, file] of files.entries()) {
      await aDomain(app, `real-${at}`)
      const imported = await importMets(app, join(sharedData, file), `real-${at}`)
      const titles = (await app.read(`/api/v1/titles?domain=real-${at}&limit=1000`)).body.items as {
        id: number
        type: string
        parentId: number | null
        pagesPresent: number
        xmlOrigin: string
      }[]
      t.ok(titles.some(title => title.id === imported))
      // the sources name no ZDB-ID, which issues of a newspaper must have (relatedItem_11): it is added by hand
      for (const title of titles.filter(each => each.type === 'newspaper'))
        await app.call('POST', `/api/v1/titles/${title.id}/identifiers`, {
          scheme: 'zdb',
          value: '1234567-8',
        })
      for (const title of titles) {
        seen++
        const mets = await metsOf(app, title.id)
        t.equal(invalidities(mets, 'wrapper-mets.xsd'), '', `${file}, ${title.type} ${title.id}`)
        const isAnchor = ['multivolume_work', 'periodical', 'newspaper', 'year'].includes(title.type)
        const presented = await app.read(
          isAnchor
            ? `/iiif/presentation/3/collection/${title.id}`
            : `/iiif/presentation/3/${title.id}/manifest`,
        )
        t.equal(presented.status, isAnchor || title.pagesPresent > 0 ? 200 : 404)
        if (presented.status === 200)
          t.same(
            presentationFaults(presented.body as Record<string, unknown>),
            [],
            `manifest of ${title.type} ${title.id}`,
          )
        t.same(avoidable(title.type, mets), [], `${file}, ${title.type} ${title.id}`)
      }
    }
    t.ok(seen > files.length, `${seen} titles`)
  },
)
