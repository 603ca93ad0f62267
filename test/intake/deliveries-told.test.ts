// What a delivery says of its files is held to, what it brings and nobody names is told, and what has no name of its own takes that of the delivery.
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { pdfOfImage } from '../../src/formats/pdf/one-image.ts'
import t from '../support/tap.ts'
import { aPage, makeBag, marcxml, write, zipOf } from '../corpus/deliveries.ts'
import { tiffOf } from '../corpus/masters/tiff-writer.ts'
import { deliverer } from '../support/deliver.ts'
import { aDomain, modsOf, start } from '../support/start.ts'

const app = await start(t)
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })
const run = deliverer(app, home)
const pagesOf = async (id: number): Promise<string[]> =>
  (await app.call('GET', `/api/v1/titles/${id}/pages`)).body.items.map(
    (page: { ident: string }) => page.ident,
  )
const captionOf = async (id: number): Promise<string> =>
  (await app.call('GET', `/api/v1/titles/${id}`)).body.title

interface File {
  readonly href: string
  readonly type?: string
  readonly checksum?: string
  readonly text?: { readonly href: string; readonly checksum: string }
}
/** A METS of one title and a page for each file. */
function metsOf(id: string, files: readonly File[]): string {
  const file = (n: string, href: string, type?: string, checksum?: string) =>
    `<mets:file ID="${n}"${type ? ` CHECKSUMTYPE="${type}" CHECKSUM="${checksum}"` : ''}><mets:FLocat LOCTYPE="URL" xlink:href="${href}"/></mets:file>`
  const record = modsOf(id, id).replace(/<\?xml.*?\?>/, '')
  return `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">
<mets:dmdSec ID="d"><mets:mdWrap MDTYPE="MODS"><mets:xmlData>${record}</mets:xmlData></mets:mdWrap></mets:dmdSec>
<mets:fileSec><mets:fileGrp USE="MAX">${files.map(({ href, type, checksum }, n) => file(`F${n}`, href, type, checksum)).join('')}</mets:fileGrp>
<mets:fileGrp USE="FULLTEXT">${files.map(({ text }, n) => (text ? file(`T${n}`, text.href, 'MD5', text.checksum) : '')).join('')}</mets:fileGrp></mets:fileSec>
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="monograph" DMDID="d"/></mets:structMap>
<mets:structMap TYPE="PHYSICAL"><mets:div ID="S" TYPE="physSequence">${files.map(({ text }, n) => `<mets:div ID="P${n}" TYPE="page" ORDER="${n + 1}"><mets:fptr FILEID="F${n}"/>${text ? `<mets:fptr FILEID="T${n}"/>` : ''}</mets:div>`).join('')}</mets:div></mets:structMap>
<mets:structLink><mets:smLink xlink:from="L" xlink:to="S"/></mets:structLink></mets:mets>`
}
const byName = (a: string, b: string): number => (a < b ? -1 : 1)
const digest = (algorithm: string, bytes: Buffer | string): string =>
  createHash(algorithm).update(bytes).digest('hex')

t.test(
  'files whose checksums in a METS are others are refused by name, whatever the kind of checksum',
  async t => {
    const kinds = [
      ['MD5', 'md5'],
      ['SHA-1', 'sha1'],
      ['SHA-256', 'sha256'],
      ['SHA-512', 'sha512'],
    ] as const
    const sound = kinds.map(() => aPage())
    const alto =
      '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page WIDTH="40" HEIGHT="60"><PrintSpace><TextBlock><TextLine><String CONTENT="Wort"/></TextLine></TextBlock></PrintSpace></Page></Layout></alto>'
    const deliver = (name: string, pages: readonly Buffer[], text: string) =>
      write(join(home, name), {
        'mets.xml': metsOf(
          name,
          kinds.map(([type, algorithm], n) => ({
            href: `${n}.tif`,
            type,
            checksum: digest(algorithm, sound[n] as Buffer).toUpperCase(),
            ...(n === 0 ? { text: { href: '0.xml', checksum: digest('md5', alto) } } : {}),
          })),
        ),
        '0.xml': text,
        ...Object.fromEntries(pages.map((page, n) => [`${n}.tif`, page])),
      })
    deliver('digests', sound, alto)
    t.match(await run('digests'), {
      code: 0,
      items: [{ outcome: 'created', counts: { pages: 4, texts: 1 }, messages: [] }],
    })
    deliver(
      'otherdigests',
      kinds.map(() => aPage()),
      alto.replace('Wort', 'Wart'),
    )
    const { code, items } = await run('otherdigests')
    t.equal(code, 3)
    t.match(items[0], { outcome: 'partial', counts: { pages: 4, masters: 0, texts: 0 } })
    t.same(items[0].messages.map(({ code: of }: { code: string }) => of).sort(), [
      'bad-digest',
      'bad-digest',
      'bad-digest',
      'bad-digest',
      'bad-text',
    ])
    t.match(
      items[0].messages[0].sentence,
      /0.tif: The file has the MD5 [0-9a-f]{32}, not [0-9a-f]{32} as the document says/,
    )
    // the checksum is that of the JPEG, which was not delivered
    write(join(home, 'otherkind'), {
      'mets.xml': metsOf('otherkind', [
        { href: 'https://x.example/7.jpg', type: 'MD5', checksum: '0'.repeat(32) },
      ]),
      '7.tif': aPage(),
    })
    t.match(await run('otherkind'), { items: [{ messages: [{ code: 'missing' }] }] })
  },
)

t.test('a BagIt that is a folder is compared with its checksums like one in a ZIP', async t => {
  const bagOf = (path: string, files: Parameters<typeof write>[1]) => {
    write(join(path, 'data'), files)
    return makeBag(path)
  }
  const sound = bagOf(join(home, 'bags/AC01'), { '1.tif': aPage() })
  const other = bagOf(join(home, 'bags/AC02'), { '1.tif': aPage() })
  const first = await run('bags', { identifier: 'folder' })
  t.match(first, { code: 0, items: [{ outcome: 'created' }, { outcome: 'created' }], notTaken: [] })
  t.same(
    await Promise.all(first.items.map(({ titleId }: { titleId: number }) => captionOf(titleId))),
    ['AC01', 'AC02'],
    'called as their bags',
  )
  writeFileSync(join(other, 'data/1.tif'), aPage())
  t.match(await run('bags', { identifier: 'folder' }), {
    code: 1,
    items: [
      { source: 'AC01/data', outcome: 'unchanged' },
      {
        source: 'AC02',
        outcome: 'failed',
        messages: [
          { sentence: /BagIt AC02 is damaged: data\/1.tif does not have the sha256 of the manifest/ },
        ],
      },
    ],
  })
  // composed letters in the manifest, taken apart on the disk
  const umlaut = bagOf(join(home, 'umlaut'), {
    'Gr\u00fcn.tif': aPage(),
    'umlaut.xml': marcxml('u1', 'Umlaut'),
  })
  renameSync(join(umlaut, 'data/Gr\u00fcn.tif'), join(umlaut, 'data/Gru\u0308n.tif'))
  t.match(await run('umlaut'), { code: 0, items: [{ outcome: 'created', counts: { pages: 1 } }] })
  // over HTTP
  await aDomain(app, 'bagshttp')
  mkdirSync(app.services.config.path.import, { recursive: true })
  for (const [path, outcome] of [
    [sound, 'created'],
    [other, 'failed'],
  ] as const) {
    const name = `bag-${outcome}`
    renameSync(path, join(app.services.config.path.import, name))
    const answer = await app.call('POST', '/api/v1/imports', {
      domain: 'bagshttp',
      path: name,
      identifier: 'folder',
    })
    t.equal(answer.status, 202)
    await app.drain()
    t.match((await app.call('GET', `/api/v1/imports/${answer.body.id}`)).body.items, [{ outcome }])
  }
})

t.test('what a METS does not name is listed, and nothing that it names', async t => {
  write(join(home, 'besides'), {
    'mets.xml': metsOf('besides', [
      { href: 'img/a%20b.tif' },
      { href: 'https://x.example/max/c.jpg?x=1&amp;y=2' },
      { href: 'texts/d.bin' },
    ]),
    'img/a b.tif': aPage(),
    'img/c.jpg': await sharp(aPage()).jpeg().toBuffer(),
    'img/forgotten.tif': aPage(),
    'texts/d.bin': aPage(),
    'texts/forgotten.xml': '<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"/>',
    'texts/read.xml':
      '<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="ocr_page"/></body></html>',
    'record.xml': modsOf('x', 'Daneben'),
    'whole.pdf': '%PDF-1.4',
  })
  const { code, items, notTaken } = await run('besides')
  t.match([code, items], [0, [{ outcome: 'created', counts: { pages: 3, masters: 3 } }]])
  t.same([...notTaken].sort(byName), [
    'img/forgotten.tif',
    'record.xml',
    'texts/forgotten.xml',
    'texts/read.xml',
    'whole.pdf',
  ])
})

t.test(
  'a page has one image: of files of one name that which was scanned, and the others are listed',
  async t => {
    write(join(home, 'twins/AC1'), {
      '1.tif': aPage(),
      '1.jpg': await sharp(aPage()).jpeg().toBuffer(),
      '2.jpg': await sharp(aPage()).jpeg().toBuffer(),
      '2.png': await sharp(aPage()).png().toBuffer(),
      '3.jpg': await sharp(aPage()).jpeg().toBuffer(),
      'record.xml': modsOf('twins', 'Doppelt'),
    })
    const { items, notTaken } = await run('twins')
    t.same(await pagesOf(items[0].titleId), ['1.tif', '2.png', '3.jpg'])
    t.same(notTaken, ['AC1/1.jpg', 'AC1/2.jpg'])
  },
)

t.test(
  'a PDF of several has the record of its name, and a TIFF of several pages beside it is another title',
  async t => {
    const page = { width: 40, height: 60 }
    const pdf = pdfOfImage(await sharp(aPage()).jpeg().toBuffer(), { ...page, isGrey: false })
    write(join(home, 'several'), {
      'M1.tif': tiffOf(page, page),
      'M2.pdf': pdf,
      'M2.xml': marcxml('M2', 'PDF'),
    })
    const { items } = await run('several', { identifier: 'folder' })
    t.match(items, [
      { source: 'M1.tif', counts: { pages: 2 } },
      { source: 'M2.xml', counts: { pages: 1 } },
    ])
  },
)

t.test('a ZIP without a folder in it gives its own name, and comes again as the same title', async t => {
  const zip = join(home, 'AC77.zip')
  writeFileSync(zip, zipOf([{ name: '1.tif', data: aPage() }]))
  const first = await run('packed', { identifier: 'folder' }, zip)
  t.match(first.items, [{ outcome: 'created' }])
  t.equal(await captionOf(first.items[0].titleId), 'AC77')
  t.match((await run('packed', { identifier: 'folder' }, zip)).items, [
    { outcome: 'unchanged', titleId: first.items[0].titleId },
  ])
})

t.test('a page without a word on it does not make a bomb of a ZIP', async t => {
  const blank = await sharp({ create: { width: 2000, height: 3000, channels: 3, background: '#fff' } })
    .tiff({ compression: 'none' })
    .toBuffer()
  const zip = join(home, 'blank.zip')
  writeFileSync(
    zip,
    zipOf([
      { name: 'AC1/1.tif', data: blank },
      { name: 'AC1/2.tif', data: blank },
      { name: 'AC1/3.tif', data: aPage() },
      { name: 'AC1/read.me', data: randomBytes(300_000) },
      { name: 'AC1/record.xml', data: Buffer.from(modsOf('blank', 'Leer')) },
    ]),
  )
  t.match((await run('blank', {}, zip)).items, [{ outcome: 'created', counts: { pages: 3 } }])
})
