import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { needsSharedCases as needsCases, sharedCases as cases } from '../support/shared.ts'
import { aDomain, start, type TestApp } from '../support/start.ts'

const app = await start(t)
const { read } = app

async function deliver(path: string, domain: string, more: object = {}, target: TestApp = app) {
  const { report, messages } = await runItem(
    target.services,
    {
      options: {
        manifest: Manifest.parse({ domain, path, release: true, ...more }),
        actor: { name: 'test', application: 'test' },
        hasIdempotencyKey: false,
      },
    },
    path,
  )
  return { outcome: report?.outcome ?? 'failed', titleId: report?.titleId, messages }
}
/** Titles of a domain as the tree shows them, each with its place. */
async function outlineOf(domain: string): Promise<string[]> {
  const all = (await read(`/api/v1/titles?domain=${domain}&limit=100`)).body.items as {
    id: number
    parentId: number | null
  }[]
  const lines: string[] = []
  const visit = async (id: number, depth: number): Promise<void> => {
    const node = (await read(`/api/v1/tree/${id}`)).body
    lines.push(`${'  '.repeat(depth)}${node.type} ${node.caption}`)
    for (const child of (await read(`/api/v1/tree/${id}/children?limit=100`)).body.items)
      if (child.datatype === 'title') await visit(child.id, depth + 1)
  }
  for (const { id, parentId } of all) if (parentId === null) await visit(id, 0)
  return lines
}
const deliverAll = async (t: Test, domain: string, paths: readonly string[]): Promise<string[]> => {
  await aDomain(app, domain)
  for (const path of paths) {
    const { outcome, messages } = await deliver(path, domain)
    t.match(outcome, /created|partial/, `${path} ${JSON.stringify(messages)}`)
  }
  const outline = await outlineOf(domain)
  for (const path of paths) t.match(await deliver(path, domain), { outcome: 'unchanged' }, `${path} again`)
  t.same(await outlineOf(domain), outline)
  return outline
}

t.test(
  'newspapers known by mptr: whatever the order of import, one newspaper with its years and issues',
  needsCases,
  async t => {
    const folder = join(cases, 'n01')
    const files = readdirSync(folder)
      .filter(name => name.endsWith('.xml'))
      .sort()
    const orders = [files, [...files].reverse(), [3, 0, 6, 1, 5, 2, 4].map(at => files[at] as string)]
    for (const [at, order] of orders.entries()) {
      await aDomain(app, `n${at}`)
      for (const name of order) {
        const { outcome, messages } = await deliver(join(folder, name), `n${at}`)
        t.match(outcome, /created|updated/, `${name} ${JSON.stringify(messages)}`)
      }
      const outline = await outlineOf(`n${at}`)
      t.same(outline.slice(0, 2), ['newspaper Neckarbote', '  year 9.Jahrgang.'], order.join(' '))
      // issues of one day stand as they came
      t.same(outline.slice(2).sort(), [
        '    issue Extrablatt ohne Tag',
        '    issue Nr. 1 Morgenausgabe',
        '    issue Nr. 1/2 vom 31.12. und 1.1.',
        '    issue Nr. 2 Abendausgabe',
        '    issue Nr. 300',
        '    issue Nr. 301',
      ])
    }
  },
)

const parents = (...names: string[]): string[] => names.map(name => join(cases, 'mets-parents', name))

t.test('a part with a record of its own stands below its title and is found again', needsCases, async t => {
  t.same(await deliverAll(t, 'parts', parents('chapter-dmd.mets.xml', 'mets-section-with-record.xml')), [
    'monograph Geschichte der Mission',
    '  chapter Vorbericht',
    'monograph Ein Buch',
    '  preface Vorrede',
  ])
  t.same(await deliverAll(t, 'kitodo', [join(cases, 'm05c/mets.xml')]), [
    'monograph Ein Werk aus Kitodo',
    '  preface Vorrede',
  ])
})

t.test(
  'a work known by name alone becomes a stub, and its own record completes it, in either order',
  needsCases,
  async t => {
    const expected = ['multivolume_work Geister', '  volume Geister']
    await aDomain(app, 'down')
    await aDomain(app, 'up')
    const [work, volume] = parents('anchor.mets.xml', 'volume-mptr.mets.xml') as [string, string]
    t.equal((await deliver(work, 'down')).outcome, 'created')
    t.equal((await deliver(volume, 'down')).outcome, 'updated', 'the volume was there as a stub')
    t.same(await outlineOf('down'), expected)
    t.equal((await deliver(volume, 'up')).outcome, 'created')
    const report = await deliver(work, 'up')
    t.equal(report.outcome, 'updated', 'the work was there as a stub')
    t.match(
      (await read(`/api/v1/titles/${report.titleId}`)).body,
      { type: 'multivolume_work', xmlOrigin: 'fileImport' },
      'the report names the work',
    )
    t.same(await outlineOf('up'), expected)
    t.same(
      await deliverAll(t, 'levels', parents('newspaper-mptr.mets.xml', 'mets-volume-parent-by-mptr.xml')),
      [
        'newspaper Der Bote',
        '  year 1868',
        '    issue Der Bote',
        'multivolume_work Das Werk',
        '  volume Band 2',
      ],
    )
  },
)

t.test(
  'articles that name files stand on the pages of these; pages without ORDERLABEL have no label',
  needsCases,
  async t => {
    await aDomain(app, 'articles')
    const { titleId } = await deliver(join(cases, 'm05b/mets.xml'), 'articles')
    const below = async (id: number | undefined) => (await read(`/api/v1/tree/${id}/children`)).body.items
    const children = await below(titleId)
    t.match(children, [
      { datatype: 'page', caption: null },
      { datatype: 'title', caption: 'Tagesrundschau' },
      { datatype: 'structure', caption: 'Wetter' },
    ])
    t.match(await below(children[1].id), [{ datatype: 'page' }, { datatype: 'page' }])
    t.match(
      await below(children[2].id),
      [{ linkTo: Number }],
      'a page of two articles is linked from the second',
    )
    await app.drain()
    const manifest = (await read(`/iiif/presentation/3/${titleId}/manifest`)).body
    const part = (label: string) =>
      manifest.structures.find((range: { label: { none: string[] } }) => range.label.none[0] === label).items
    t.match(part('Tagesrundschau'), [
      { type: 'SpecificResource', source: { type: 'Canvas' }, selector: { value: /^xywh=\d+,\d+,\d+,\d+$/ } },
      { type: 'SpecificResource' },
    ])
    t.match(part('Wetter'), [{ type: 'SpecificResource' }])
    t.match(
      JSON.stringify((await read(`/iiif/presentation/2/${titleId}/manifest`)).body.structures),
      /canvas\/\d+#xywh=\d+,/,
    )
    const mets = (await read(`/mets/${titleId}`)).raw.toString()
    t.equal(mets.match(/<mets:area FILEID="max\d+" SHAPE="RECT" COORDS="\d+,\d+,\d+,\d+"\/>/g)?.length, 3)
    t.equal((await deliver(join(cases, 'm05b/mets.xml'), 'articles')).outcome, 'unchanged')
  },
)

t.test('a PDF of the whole is the PDF of the title, not a page of it', needsCases, async t => {
  await aDomain(app, 'pdf')
  const { outcome, titleId, messages } = await deliver(join(cases, 'm04/mets.xml'), 'pdf')
  t.equal(outcome, 'created', JSON.stringify(messages))
  t.match((await read(`/api/v1/titles/${titleId}/pages`)).body.items, [
    { ident: 'P1', pagination: { caption: '1' } },
    { ident: 'P2', pagination: { caption: '2' } },
  ])
  const { files } = (await read(`/api/v1/titles/${titleId}`)).body
  t.match(files, [{ kind: 'whole', name: 'whole.pdf', mediaType: 'application/pdf' }])
  t.equal(files.length, 1)
  t.equal((await deliver(join(cases, 'm04/mets.xml'), 'pdf')).outcome, 'unchanged')
})

t.test('records are read in the encodings that they declare', needsCases, async t => {
  await aDomain(app, 'encodings')
  for (const name of ['m11a', 'm11c', 'm11d', 'm11e']) {
    const { titleId, messages } = await deliver(join(cases, name, 'rec.xml'), 'encodings')
    t.ok(titleId, JSON.stringify(messages))
    const { caption } = (await read(`/api/v1/tree/${titleId}`)).body
    t.match(caption, /^[\p{L}\p{N}\p{P}\s–€]+$/u)
    t.notMatch(caption, /[\uFFFDÃ]/, name)
  }
})
