// Deliveries as libraries make them, whole: by the command line's way and over HTTP.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { importPath } from '../../src/cli/import.ts'
import type { Session } from '../../src/cli/session.ts'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import sharp from 'sharp'
import {
  aPage,
  dublinCore,
  makeBag,
  marcxml,
  workbook,
  write,
  zipFolder,
  zipOf,
} from '../corpus/deliveries.ts'
import { tiffOf } from '../corpus/masters/tiff-writer.ts'
import { deliverer } from '../support/deliver.ts'
import { aDomain, modsOf, operatorKey, start } from '../support/start.ts'

const app = await start(t)
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })

const run = deliverer(app, home)
const pagesOf = async (id: number): Promise<string[]> =>
  (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items.map(
    (page: { ident: string }) => page.ident,
  )
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body

/** A page that opens with a password alone. */
const encryptedPdf =
  'JVBERi0xLjQKJcK1wrYKCjEgMCBvYmoKPDwvVHlwZS9DYXRhbG9nL1BhZ2VzIDIgMCBSPj4KZW5kb2JqCgoyIDAgb2JqCjw8L1R5cGUvUGFnZXMvS2lkc1szIDAgUl0vQ291bnQgMT4+CmVuZG9iagoKMyAwIG9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAgMCAxMDAgMTAwXT4+CmVuZG9iagoKeHJlZgowIDQKMDAwMDAwMDAwMCA2NTUzNiBmIAowMDAwMDAwMDE2IDAwMDAwIG4gCjAwMDAwMDAwNjIgMDAwMDAgbiAKMDAwMDAwMDExNCAwMDAwMCBuIAoKdHJhaWxlcgo8PC9TaXplIDQvUm9vdCAxIDAgUi9JRFs8NzNFMTE3MUEyNTIzNDZDNzVGRjVGNUU0MDBBRDY3OUY+PEM4RTIxNURFRTcyQTQ2RDYxRkZFNDdCRDk4QkE0ODk3Pl0vRW5jcnlwdDw8L0ZpbHRlci9TdGFuZGFyZC9SIDMvViAyL0xlbmd0aCAxMjgvUCAtNC9FbmNyeXB0TWV0YWRhdGEgdHJ1ZS9PPDBEQjU4NTVGQzUzMjY1NjlFNzY1OTA2Q0FGNjRFNDQyOUE0QzIwRDZFOTk2RkRFRjk2M0U5QjUwODBGOUUwODM+L1U8RjBBNzlCNzZFQzRGQzNFMTZERUE2NzQ0NjM5OEQ5NjUyOEJGNEU1RTRFNzU4QTQxNjQwMDRFNTZGRkZBMDEwOD4+Pj4+CnN0YXJ0eHJlZgoxODAKJSVFT0YK'

t.test('a folder of images a title, without records', async t => {
  const folder = write(join(home, 'plain'), {
    'AC01/AC01_0002.tif': aPage(),
    'AC01/AC01_0010.tif': aPage(),
    'AC01/AC01_0001_Vorderdeckel.tif': aPage(),
    'AC01/Thumbs.db': 'x',
    'AC02/images/1r.tif': aPage(),
    'AC02/images/1v.tif': aPage(),
    'AC02/thumbs/1r.tif': aPage(),
    'AC02/ocr/1r.xml':
      '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page WIDTH="40" HEIGHT="60"><PrintSpace><TextBlock><TextLine HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"><String CONTENT="Wort" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>',
    'AC02/notes.docx': 'PK\x03\x04',
  })
  const refused = await run('plain')
  t.equal(refused.code, 1)
  t.match(
    refused.items[0].messages[0].sentence,
    /AC01 has images and no record: put a MODS.*--identifier folder/,
  )
  const first = await run('plain', { identifier: 'folder' })
  t.equal(first.code, 0)
  t.same(
    first.items.map(item => [item.source, item.outcome, item.counts.pages]),
    [
      ['AC01', 'created', 3],
      ['AC02', 'created', 2],
    ],
  )
  t.same(await pagesOf(first.items[0].titleId), [
    'AC01_0001_Vorderdeckel.tif',
    'AC01_0002.tif',
    'AC01_0010.tif',
  ])
  t.match(await titleOf(first.items[0].titleId), { caption: 'AC01' })
  t.match((await app.call('GET', `/api/v1/titles/${first.items[0].titleId}/structure`)).body.children[0], {
    type: 'cover_front',
  })
  t.match((await app.call('GET', `/api/v1/titles/${first.items[1].titleId}/pages`)).body.items, [
    { caption: 'Blatt 1r', hasText: true },
    { caption: 'Blatt 1v' },
  ])
  t.same(new Set(first.notTaken), new Set(['AC02/notes.docx', 'AC02/thumbs/1r.tif']))
  const again = await run('plain', { identifier: 'folder' }, folder)
  t.same(
    again.items.map(item => item.outcome),
    ['unchanged', 'unchanged'],
  )
})

t.test('records beside images: MODS, MARCXML, Dublin Core', async t => {
  write(join(home, 'records'), {
    'a/record.xml': modsOf('a1', 'Mods im Ordner'),
    'a/0001.tif': aPage(),
    'a/0002.tif': aPage(),
    'b/AC02.xml': marcxml('AC02', 'Zauberberg'),
    'b/AC02/tif/0001.tif': aPage(),
    'c/one.xml': modsOf('c1', 'Eins'),
    'c/one_1.tif': aPage(),
    'c/one_2.tif': aPage(),
    'c/two.xml': dublinCore('c2', 'Zwei'),
    'c/two_1.tif': aPage(),
    'c/three_1.tif': aPage(),
    'd/images/1.tif': aPage(),
    'd/metadata/marc.xml': marcxml('D4', 'Vierte'),
  })
  const { code, items, notTaken } = await run('records', { strict: true })
  t.equal(code, 0)
  t.same(
    items.map(item => [item.source, item.outcome, item.counts?.pages]),
    [
      ['a/record.xml', 'created', 2],
      ['b/AC02.xml', 'created', 1],
      ['c/one.xml', 'created', 2],
      ['c/two.xml', 'created', 1],
      ['d', 'created', 1],
    ],
  )
  t.same(notTaken, ['c/three_1.tif'])
  t.match(await titleOf(items[1].titleId), { caption: 'Der Zauberberg : ein Versuch' })
  t.match(
    (await app.call('GET', `/api/v1/titles/${items[1].titleId}/mods`)).body,
    /recordIdentifier source="AT-OBV">AC02</,
  )
})

t.test('a TIFF or PDF of several pages a title; METS beside images', async t => {
  const size = { width: 40, height: 60 }
  const jpeg = await sharp(aPage()).jpeg().toBuffer()
  write(join(home, 'whole'), {
    'one.tif': tiffOf(size, { ...size, photometric: 'grey' }, size),
    'two.pdf': pdfOfImage(jpeg, { width: 40, height: 60, isGrey: false }),
  })
  const { items } = await run('whole', { identifier: 'folder' })
  t.same(
    items.map(item => [item.source, item.outcome, item.counts.pages]),
    [
      ['one.tif', 'created', 1],
      ['two.pdf', 'created', 1],
    ].map(([source, outcome], at) => [source, outcome, at === 0 ? 3 : 1]),
  )
  t.same(await pagesOf(items[0].titleId), ['one.tif', 'one.tif#2', 'one.tif#3'])
})

t.test('a list of titles with their folders, as CSV and as a workbook', async t => {
  const pages = { 'B1/1.tif': aPage(), 'B2/1.tif': aPage(), 'B2/2.tif': aPage() }
  const text =
    'Ordner;Titel;Verfasser;Jahr;Signatur;Farbe\r\nB1;"Erster; Band";Muster, Maria;1897;I 1;rot\r\n\r\nB2;Zweiter Band;;1898;I 2;\r\nB9;Fehlt;;;;\r\n'
  write(join(home, 'csv'), { ...pages, 'titel.csv': Buffer.from(text, 'latin1'), 'B7/1.tif': aPage() })
  const csv = await run('csv', { identifier: 'folder' })
  t.same(csv.items.map(item => [item.source, item.outcome, item.counts?.pages]).slice(0, 3), [
    ['B7', 'created', 1],
    ['titel.csv#row=2', 'created', 1],
    ['titel.csv#row=4', 'created', 2],
  ])
  t.match(csv.items[3], {
    source: 'titel.csv#row=5',
    outcome: 'failed',
    messages: [{ sentence: /names ‘B9’, which is not there/ }],
  })
  t.match(await titleOf(csv.items[1].titleId), { caption: 'Erster; Band', signature: 'I 1' })
  write(join(home, 'xlsx'), {
    ...pages,
    'titles.xlsx': workbook([
      ['Folder', 'Title', 'ID'],
      ['B1', 'Erster', 'x1'],
      ['B2', 'Zweiter', 'x2'],
    ]),
  })
  const xlsx = await run('xlsx')
  t.same(
    xlsx.items.map(item => [item.outcome, item.counts?.pages]),
    [
      ['created', 1],
      ['created', 2],
    ],
  )
  const template = await app.call('GET', '/api/v1/imports/list-template')
  t.match(template, { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' } })
  t.match(String(template.body), /folder;identifier;title/)
})

t.test('a PDF, recordings and attachments beside images are files of the title', async t => {
  const jpeg = await sharp(aPage()).jpeg().toBuffer()
  const pdf = () => pdfOfImage(jpeg, { width: 40, height: 60, isGrey: false })
  // a title of RIFF: whatever its sound, its head tells what it is
  const wav = Buffer.concat([
    Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1'),
    Buffer.alloc(24),
  ])
  write(join(home, 'beside'), {
    'AC01/record.xml': modsOf('f1', 'Mit Dateien'),
    'AC01/1.tif': aPage(),
    'AC01/2.tif': aPage(),
    'AC01/2.pdf': pdf(),
    'AC01/pdf/AC01.pdf': pdf(),
    'AC01/audio/lied.wav': wav,
    'AC01/attachments/brief.jpg': jpeg,
    'AC01/attachments/more/deep.jpg': jpeg,
    'AC01/checksums.md5': 'x',
    'AC02/record.xml': modsOf('f2', 'Nur ein PDF'),
    'AC02/book.pdf': pdf(),
    'AC03.xml': modsOf('f3', 'Eines von zweien'),
    'AC03.pdf': pdf(),
    'AC04.pdf': pdf(),
    'AC05/interview.wav': wav,
  })
  const first = await run('beside', { identifier: 'folder' })
  t.same(
    first.items.map(item => [item.source, item.outcome, item.counts?.pages, item.counts?.files]),
    [
      ['AC01/record.xml', 'created', 2, 3],
      ['AC02/record.xml', 'created', 1, 0],
      ['AC03.xml', 'created', 1, 0],
      ['AC04.pdf', 'created', 1, 0],
      ['AC05', 'created', 0, 1],
    ],
    JSON.stringify(first.items),
  )
  t.same(
    new Set(first.notTaken),
    new Set(['AC01/2.pdf', 'AC01/checksums.md5', 'AC01/attachments/more/deep.jpg']),
  )
  const { files } = await titleOf(first.items[0].titleId)
  t.same(files.map((file: { kind: string; name: string }) => [file.kind, file.name]).sort(), [
    ['attachment', 'brief.jpg'],
    ['audio', 'lied.wav'],
    ['whole', 'AC01.pdf'],
  ])
  t.match((await app.call('GET', `/api/v1/titles/${first.items[1].titleId}/pages`)).body.items, [
    { ident: 'book.pdf', masterState: 'extractedFromPdf' },
  ])
  t.match(await titleOf(first.items[2].titleId), { caption: 'Eines von zweien', xmlOrigin: 'fileImport' })
  t.match(await titleOf(first.items[3].titleId), { caption: 'AC04', xmlOrigin: 'simpleUpload' })
  const again = await run('beside', { identifier: 'folder' })
  t.same(new Set(again.items.map(item => item.outcome)), new Set(['unchanged']))
})

t.test('a PDF that is encrypted, damaged or without pages is refused by that', async t => {
  write(join(home, 'wrong'), {
    'closed.pdf': Buffer.from(encryptedPdf, 'base64'),
    'cut.pdf': '%PDF-1.7\n1 0 obj\n<<',
    'empty.pdf':
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n96\n%%EOF\n',
  })
  const { items, code } = await run('wrong', { identifier: 'folder' })
  t.equal(code, 1)
  t.same(
    items.map(item => [item.outcome, item.messages[0].sentence]),
    [
      [
        'failed',
        'closed.pdf is encrypted and opens with a password alone: take the protection off, and deliver it again.',
      ],
      ['failed', 'cut.pdf is damaged, or no PDF at all: it cannot be opened.'],
      ['failed', 'empty.pdf is a PDF without pages.'],
    ],
  )
})

t.test('names that another system wrote otherwise are found, and what may be meant twice is not', async t => {
  const hrefs = [
    'Bl\u00e4tter\\Gru\u0308n.tif',
    'P2.TIF',
    'p3.tif',
    '..\\secret.tif',
    'https://example.org/P5.jpg',
  ]
  const mets = `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:dmdSec ID="D"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${modsOf('names', 'Namen').replace(/<\?xml[^>]*>/, '')}</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="MAX">${hrefs.map((href, at) => `<mets:file ID="F${at}"><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`).join('')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="R" TYPE="physSequence">${hrefs.map((_href, at) => `<mets:div ID="P${at + 1}" TYPE="page" ORDER="${at + 1}"><mets:fptr FILEID="F${at}"/></mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="monograph" DMDID="D"/></mets:structMap></mets:mets>`
  write(join(home, 'names'), {
    'secret.tif': aPage(),
    'in/mets.xml': mets,
    'in/Bla\u0308tter/Gr\u00fcn.tif': aPage(),
    'in/p2.tif': aPage(),
    'in/a/P3.tif': aPage(),
    'in/b/P3.TIF': aPage(),
    'in/p5.JPG': await sharp(aPage()).jpeg().toBuffer(),
  })
  const { items } = await run('names', {}, join(home, 'names/in'))
  t.match(items[0], { outcome: 'partial', counts: { pages: 5, masters: 3, missing: 2 } })
  t.same(
    items[0].messages.map(({ code, sentence }: { code: string; sentence: string }) => [code, sentence]),
    [
      [
        'name-alike',
        '3 files are named otherwise in the document, by backslashes and composed letters: Bl\u00e4tter\\Gru\u0308n.tif is Bla\u0308tter/Gr\u00fcn.tif, and so on.',
      ],
      ['name-ambiguous', 'The file p3.tif was not taken: 2 files may be meant by it (a/P3.tif, b/P3.TIF).'],
      ['missing', 'Page P3: the file p3.tif is not there.'],
      ['missing', 'Page P4: the file ..\\secret.tif is not there.'],
    ],
  )
  t.match((await run('names', {}, join(home, 'names/in'))).items[0], { outcome: 'unchanged' })
  write(join(home, 'rows'), {
    'titel.csv': 'Ordner;Titel\nB\u00c4ND\\EINS;Erster\n',
    'Ba\u0308nd/eins/1.tif': aPage(),
  })
  const list = await run('rows', { identifier: 'folder' })
  t.equal(list.items.length, 1, 'the folder is no title of its own')
  t.match(list.items[0], {
    outcome: 'created',
    counts: { pages: 1 },
    messages: [
      {
        code: 'name-alike',
        sentence:
          /^Row 2 names ‘B\u00c4ND\\EINS’, which differs from .* by backslashes and composed letters and upper case/,
      },
    ],
  })
})

t.test('a ZIP and a BagIt of these', async t => {
  const folder = write(join(home, 'packed'), {
    'AC01/record.xml': modsOf('z1', 'Gepackt'),
    'AC01/1.tif': aPage(),
    '__MACOSX/AC01/._1.tif': 'x',
  })
  const zip = join(home, 'zipped.zip')
  writeFileSync(zip, zipFolder(folder, 'lieferung/'))
  const first = await run('zipped', {}, zip)
  t.match(first, {
    code: 0,
    items: [{ source: 'lieferung/AC01/record.xml', outcome: 'created', counts: { pages: 1 } }],
    notTaken: [],
  })
  write(join(home, 'bag/data'), { 'AC01/record.xml': modsOf('bag1', 'Im Sack'), 'AC01/1.tif': aPage() })
  const bag = makeBag(join(home, 'bag'))
  writeFileSync(join(home, 'bag.zip'), zipFolder(bag))
  t.match(await run('bagzip', {}, join(home, 'bag.zip')), { code: 0, items: [{ outcome: 'created' }] })
  writeFileSync(join(bag, 'data/AC01/1.tif'), aPage())
  writeFileSync(join(home, 'bag-changed.zip'), zipFolder(bag))
  t.match(await run('bagchanged', {}, join(home, 'bag-changed.zip')), {
    code: /BagIt bag-changed is damaged: data\/AC01\/1.tif does not have the sha256/,
  })
})

t.test('an archive that means harm is refused by what it does, and nothing of it stays', async t => {
  const cases: [string, Buffer, RegExp][] = [
    ['leads out', zipOf([{ name: '../out.tif', data: aPage() }]), /invalid relative path|leads out/],
    ['absolute', zipOf([{ name: '/etc/out.tif', data: aPage() }]), /absolute path|leads out/],
    [
      'a link',
      zipOf([{ name: 'a.tif', data: Buffer.from('/etc/passwd'), mode: 0o120777 }]),
      /a.tif is a symbolic link/,
    ],
    ['encrypted', zipOf([{ name: 'a.tif', data: aPage(), flags: 0x801 }]), /a.tif is encrypted/],
    [
      'a bomb',
      zipOf([{ name: 'a.tif', data: Buffer.alloc(20 * 1024 * 1024) }]),
      /would grow to \d+ times their size/,
    ],
    [
      'a bomb that lies',
      zipOf([{ name: 'a.tif', data: Buffer.alloc(20 * 1024 * 1024), says: 100 }]),
      /too many bytes|damaged/,
    ],
    [
      'twice',
      zipOf([
        { name: 'a.tif', data: aPage() },
        { name: 'A.tif', data: aPage() },
      ]),
      /holds A.tif twice/,
    ],
    ['cut', zipFolder(join(home, 'packed')).subarray(0, 300), /damaged/],
  ]
  for (const [what, bytes, sentence] of cases) {
    const path = join(home, 'harm.zip')
    writeFileSync(path, bytes)
    const { code } = await run('harm', {}, path)
    t.match(String(code), sentence, what)
  }
})

t.test('what is no delivery is refused by what it is, with the way to do it', async t => {
  write(home, {
    'notes.txt': 'Nur ein Text',
    'empty/readme.txt': 'x',
    'old.gz': '\x1f\x8b\x08',
    'big.tar': Buffer.alloc(300),
  })
  t.match(await run('notes.txt'), { code: /notes.txt is a text of 12 bytes; import a METS, MODS/ })
  t.match(await run('old.gz'), { code: /old.gz is .*; import a METS/ })
  t.match(await run('empty'), { code: /There is no title in .*empty: no METS, MODS/ })
  t.match(await run('nothing'), { code: /There is no file or folder/ })
  symlinkSync('/etc', join(home, 'empty', 'link'))
  t.match(await run('empty'), { code: /There is no title/ })
})

t.test('exit codes and summaries that scripts can trust', async t => {
  write(join(home, 'lost'), {
    'AC01/record.xml': modsOf('l1', 'Verloren'),
    'AC01/1.tif': aPage(),
    'AC01/2.tif': aPage().subarray(0, 400),
  })
  const dry = await run('lost', { dryRun: true })
  t.equal(dry.code, 3)
  t.equal((await app.call('GET', '/api/v1/domains/lost')).status, 404, 'a dry run makes no domain')
  t.match(await run('lost', { createDomain: false }), { code: /no domain ‘lost’; --create-domain makes it/ })
  const first = await run('lost', { json: false })
  t.equal(first.code, 3)
  t.match(first.out, /1 partial; 2 pages, 1 master, 1 scan missing or refused, 0 texts/)
  const again = await run('lost', { json: false })
  t.equal(again.code, 3)
  t.match(again.out, /1 unchanged; .*1 scan missing or refused/)
  t.equal((await run('lost', { allowMissing: true })).code, 0)
  t.equal((await run('lost', { strict: true })).code, 1)
})

t.test('Ctrl-C ends after the title at hand, and says how to go on', async t => {
  write(join(home, 'stopped'), Object.fromEntries([1, 2, 3].flatMap(n => [[`T${n}/1.tif`, aPage()]])))
  let interrupt = () => {}
  let [out, err] = ['', '']
  const session: Session = {
    folder: home,
    isTerminal: false,
    columns: 100,
    out: text => {
      out += text
      interrupt()
    },
    err: text => (err += text),
    onInterrupt: work => {
      interrupt = work
      return () => {}
    },
    withServices: work => work(app.services),
  }
  const flags = { domain: 'stopped', createDomain: true, identifier: 'folder', json: true } as const
  t.equal(await importPath(session, 'stopped', flags), 130)
  t.match(err, /1 of 3 titles are done and stay; the same command goes on/)
  t.equal(out.split('\n').length, 2)
})

t.test('over HTTP: a path, an uploaded ZIP, and what is left out in the report', async t => {
  await aDomain(app, 'http')
  const root = app.services.config.path.import
  write(join(root, 'box'), {
    'AC01/record.xml': modsOf('h1', 'Über HTTP'),
    'AC01/1.tif': aPage(),
    'letter.docx': 'x',
  })
  const done = async (links: { self: string }) => {
    await app.drain()
    return (await app.call('GET', links.self)).body
  }
  const posted = await app.call('POST', '/api/v1/imports', { domain: 'http', path: 'box' })
  t.match(await done(posted.body.links), {
    items: [{ outcome: 'created', messages: [{ code: 'not-taken', place: 'letter.docx' }] }],
  })
  writeFileSync(join(root, 'box.zip'), zipFolder(join(root, 'box')))
  const zipped = await app.call('POST', '/api/v1/imports', { domain: 'http', path: 'box.zip' })
  t.match(await done(zipped.body.links), {
    items: [{ outcome: 'unchanged', messages: [{ code: 'not-taken' }] }],
  })
  const boundary = 'x-boundary'
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="manifest"\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ domain: 'http', delivery: 'box.zip' })}\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="box.zip"\r\ncontent-type: application/zip\r\n\r\n`,
    ),
    readFileSync(join(root, 'box.zip')),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const uploaded = await app.app.inject({
    method: 'POST',
    url: '/api/v1/imports',
    payload: body,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      authorization: `Bearer ${operatorKey}`,
    },
  })
  t.equal(uploaded.statusCode, 202, uploaded.body)
  t.match(await done(uploaded.json().links), { items: [{ outcome: 'unchanged' }] })
  writeFileSync(join(root, 'bad.zip'), zipOf([{ name: 'a.tif', data: Buffer.from('x'), mode: 0o120777 }]))
  const bad = await app.call('POST', '/api/v1/imports', { domain: 'http', path: 'bad.zip' })
  t.match(await done(bad.body.links), {
    items: [{ source: 'bad.zip', outcome: 'failed', messages: [{ sentence: /symbolic link/ }] }],
  })
})
