import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import t from '../support/tap.ts'
import { Manifest, runItem } from '../../src/intake/imports/index.ts'
import { asItLooks } from '../../src/formats/pdf/book.ts'
import { readAlto } from '../../src/formats/alto/read.ts'
import { tiffOf } from '../corpus/masters/tiff-writer.ts'
import { altoOf, hocrOf, lineOf, metsWithTexts, pageXmlOf } from '../corpus/texts.ts'
import { needsSharedCases, sharedCases } from '../support/shared.ts'
import { aDomain, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app, 'texts')

async function deliver(path: string) {
  const options = {
    manifest: Manifest.parse({ domain: 'texts', path, release: true }),
    actor: { name: 'test', application: 'test' },
    hasIdempotencyKey: false,
  }
  const { report, messages } = await runItem(app.services, { source: path, options })
  await app.drain()
  return { outcome: report?.outcome ?? 'failed', titleId: report?.titleId as number, messages }
}

const grey = tiffOf({ width: 600, height: 900, picture: (_x, y) => [0.9, 0.9, y / 900] })

/** A delivery of pages, each with a text under its name. */
function delivery(ident: string, texts: Readonly<Record<string, string>>): string {
  const folder = join(app.folder, `made-${ident}`)
  mkdirSync(folder, { recursive: true })
  Object.entries(texts).forEach(([name, text], n) => {
    writeFileSync(join(folder, `p${n}.tif`), grey)
    writeFileSync(join(folder, name), text)
  })
  const path = join(folder, 'mets.xml')
  writeFileSync(path, metsWithTexts(ident, `Texte ${ident}`, Object.keys(texts)))
  return path
}

const pagesOf = async (id: number) =>
  (await app.read(`/api/v1/titles/${id}/pages`)).body.items as { id: number; number: number }[]
/** Where words stand: number of the page, box, and what stands there. */
async function placesOf(id: number, q: string) {
  const pages = await pagesOf(id)
  const found = (await app.read(`/iiif/search/2/${id}?q=${encodeURIComponent(q)}`)).body
  return (found.items as { target: string; body: { value: string } }[]).map(({ target, body }) => {
    const [, page, box] = /canvas\/(\d+)(?:#xywh=(.*))?$/.exec(target) ?? []
    return [pages.findIndex(each => each.id === Number(page)), box, body.value]
  })
}

t.test('each form of a text goes in, is found with its place and leaves as ALTO', async t => {
  const path = delivery('forms', {
    'a.xml': altoOf('', [lineOf(0, 'einnamensraum fehlt')]),
    'b.xml': altoOf('http://schema.ccs-gmbh.com/docworks/version20/alto-1-4.xsd', [
      lineOf(0, 'zweinamensraum'),
    ]),
    'c.html': hocrOf([lineOf(0, 'drei hocrwort')]),
    'd.xml': pageXmlOf([[lineOf(0, 'vier pagexmlwort')]], true),
    'e.xml': altoOf('http://www.loc.gov/standards/alto/ns-v3#', [lineOf(0, 'fuenf masslos')], ''),
  })
  const { titleId, outcome, messages } = await deliver(path)
  t.equal(outcome, 'created', JSON.stringify(messages))
  t.same(messages, [])
  for (const [q, page, box] of [
    ['einnamensraum', 0, '20,60,100,30'],
    ['zweinamensraum', 1, '20,60,100,30'],
    ['hocrwort', 2, '130,60,100,30'],
    ['pagexmlwort', 3, '130,60,100,30'],
    ['masslos', 4, '130,60,100,30'],
  ] as const)
    t.same(await placesOf(titleId, q), [[page, box, q]])
  const pages = await pagesOf(titleId)
  const formats: string[] = []
  for (const { id } of pages) {
    const alto = await app.read(`/api/v1/pages/${id}/alto`)
    t.equal(alto.headers['content-type'], 'application/alto+xml; charset=utf-8')
    t.ok(readAlto(alto.body).wordCount > 0)
    formats.push((await app.read(`/api/v1/pages/${id}/texts`)).body.items[0].format)
  }
  t.same(formats, ['alto', 'alto', 'hocr', 'page-xml', 'alto'])
  t.match(await deliver(path), { outcome: 'unchanged' }, 'again')
})

t.test('a text that cannot be read leaves the title partial, and says why', async t => {
  const path = delivery('bad', { 'a.xml': '<tei xmlns="urn:tei"/>', 'b.xml': altoOf('', [lineOf(0, 'gut')]) })
  const { outcome, titleId, messages } = await deliver(path)
  t.equal(outcome, 'partial')
  t.match(messages, [{ level: 'error', code: 'bad-text', sentence: /a\.xml, line 1: the root element is tei of urn:tei; a text is ALTO, PAGE-XML or hOCR/ }]) // prettier-ignore
  t.equal((await placesOf(titleId, 'gut')).length, 1)
})

t.test('texts are put in each form over HTTP, and refused by what they are', async t => {
  const { titleId } = await deliver(delivery('put', { 'a.xml': altoOf('', [lineOf(0, 'vorher')]) }))
  const [page] = await pagesOf(titleId)
  const put = (body: string, type: string) =>
    app.call('PUT', `/api/v1/pages/${page?.id}/alto`, body, { 'content-type': type, 'if-match': '*' })
  t.match(await put(hocrOf([lineOf(0, 'nachher')]), 'text/vnd.hocr+html'), {
    status: 200,
    body: { items: [{ format: 'hocr', boxes: 'fitting' }] },
  })
  t.match(await put(pageXmlOf([[lineOf(0, 'zuletzt')]], false), 'application/vnd.prima.page+xml'), {
    status: 200,
    body: { items: [{ format: 'page-xml', boxes: 'fitting' }] },
  })
  t.match(await put('<html><body/></html>', 'text/vnd.hocr+html'), {
    status: 422,
    body: { detail: /the root element is html; a text is/ },
  })
  await app.drain()
  t.same(await placesOf(titleId, 'zuletzt'), [[0, '20,60,100,30', 'zuletzt']])
})

t.test('a part of a line of Chinese is found where it stands', async t => {
  const line = [{ text: '東京大學圖書館藏書目錄', box: [40, 100, 330, 30] as const }]
  const column = [{ text: '論語集注', box: [500, 100, 30, 240] as const }]
  const { titleId } = await deliver(delivery('cjk', { 'a.xml': altoOf('', [line, column]) }))
  t.same(await placesOf(titleId, '圖書館'), [[0, '160,100,90,30', '圖書館']])
  t.same(await placesOf(titleId, '語集'), [[0, '500,160,30,120', '語集']], 'along a column')
  t.same(await placesOf(titleId, '書圖'), [])
  const found = (await app.read(`/api/v1/search?q=${encodeURIComponent('藏書 大學')}`)).body
  t.match(found.items, [{ id: titleId, pages: [{ snippets: [{ match: '大學' }, { match: '藏書' }] }] }])
})

/** What a program says of itself; undefined where it is not installed. */
const versionOf = (program: string): string | undefined => {
  const { error, stdout, stderr } = spawnSync(program, ['-v'], { encoding: 'utf8' })
  return error ? undefined : /\d+\.\d+/.exec(stdout + stderr)?.[0]
}
/** Programs that read the words out of a PDF; Chromium does it by PDFium. */
const extractors: Record<string, (file: string) => Promise<string> | string | undefined> = {
  PDFium: async file => {
    const library = await PDFiumLibrary.init()
    const document = await library.loadDocument(readFileSync(file))
    const texts = [...document.pages()].map(page => page.getText())
    document.destroy()
    library.destroy()
    return texts.join('\n')
  },
  Poppler: file =>
    versionOf('pdftotext') === undefined ? undefined : execFileSync('pdftotext', [file, '-']).toString(),
  MuPDF: file => {
    if (versionOf('mutool') === undefined) return undefined
    const { stdout } = spawnSync('mutool', ['draw', '-F', 'txt', file], { encoding: 'utf8' })
    return stdout
  },
}
/** MuPDF gives the letters of a word as they look until 1.21 at least, and in their order in 1.28. */
const asTheyLook = (name: string): boolean =>
  name === 'MuPDF' && Number(/\d+$/.exec(versionOf('mutool') ?? '')?.[0]) < 28

t.test('text from right to left is extracted in its order, and divided words whole', async t => {
  const hebrew = [lineOf(0, 'ספר הבהיר', true), lineOf(1, 'כתאב שלום', true)]
  const { titleId } = await deliver(
    delivery('extracted', {
      'a.xml': altoOf('', hebrew),
      'b.xml': altoOf('', [lineOf(0, 'der alte Wolken¬'), lineOf(1, 'bruch kam')]),
    }),
  )
  const file = join(app.folder, 'extracted.pdf')
  writeFileSync(file, (await app.read(`/download/pdf/${titleId}`)).raw)
  const words = ['ספר הבהיר', 'כתאב שלום']
  const looking = words.map(line => line.split(' ').map(asItLooks).join(' '))
  for (const [name, textOf] of Object.entries(extractors)) {
    const extracted = await textOf(file)
    if (extracted === undefined) {
      t.pass(name, { skip: 'it is not installed' })
      continue
    }
    // marks of direction are no letters
    const text = extracted.replace(/[\u200e\u200f\u202a-\u202e]/g, '').replace(/\s+/g, ' ')
    for (const line of asTheyLook(name) ? looking : words) t.match(text, line, name)
    t.match(text, /der alte Wolkenbruch kam/, name)
  }
})

t.test('the six forms and the broken words that were seen elsewhere are read', needsSharedCases, async t => {
  const six = await deliver(join(sharedCases, 'a02/mets.xml'))
  t.equal(six.outcome, 'created', JSON.stringify(six.messages))
  for (const q of [
    'namensraumkein',
    'namensraumxsd',
    'namensraumccs',
    'namensraumvier',
    'hocrwort',
    'pagexmlwort',
  ])
    t.equal((await placesOf(six.titleId, q)).length, 1, q)
  const broken = await deliver(join(sharedCases, 'a03/mets.xml'))
  for (const q of ['Durchmesser', 'Eisenbahn', 'Wolkenbruch', 'Fontanes', 'Victor-Hugo', 'Nord'])
    t.ok((await placesOf(broken.titleId, q)).length > 0, q)
  const scripts = await deliver(join(sharedCases, 'a04/mets.xml'))
  for (const q of ['圖書館', 'ספר', 'הבהיר', 'Uebermass', 'groesse', 'fliegen'])
    t.equal((await placesOf(scripts.titleId, q)).length, 1, q)
})
