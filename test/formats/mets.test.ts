import t from '../support/tap.ts'
import { readTypes } from '../../src/config/types.ts'
import { isMets, readMets } from '../../src/formats/mets/read.ts'
import { pagesOf, type PlannedItem, planOfMets, titlesOf } from '../../src/intake/plans/index.ts'

const types = readTypes()

interface Parts {
  readonly dmd?: string
  readonly files?: string
  readonly physical?: string
  readonly logical: string
  readonly links?: string
}
const mods = (id: string, record: string, more = '') =>
  `<mets:dmdSec ID="${id}"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>${record}</mods:title></mods:titleInfo>${more}<mods:recordInfo><mods:recordIdentifier source="s">${record}</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>`
const metsOf = (parts: Parts) =>
  `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">${parts.dmd ?? mods('d', 'r')}
<mets:fileSec>${parts.files ?? ''}</mets:fileSec><mets:structMap TYPE="PHYSICAL"><mets:div TYPE="physSequence" ID="root">${parts.physical ?? ''}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL">${parts.logical}</mets:structMap><mets:structLink>${parts.links ?? ''}</mets:structLink></mets:mets>`
const page = (n: number, more = '') => `<mets:div TYPE="page" ID="p${n}" ORDER="${n}" ${more}/>`
const link = (from: string, to: string) => `<mets:smLink xlink:from="${from}" xlink:to="${to}"/>`
const plan = (parts: Parts) => planOfMets(readMets(metsOf(parts)), types)
const shape = (items: readonly PlannedItem[]): unknown[] =>
  items.map(item =>
    item.kind === 'page'
      ? item.ident
      : item.kind === 'link'
        ? `→${item.ident}`
        : item.kind === 'part'
          ? 'part'
          : [item.caption, shape(item.children)],
  )

t.test(
  'pages hang below their deepest element; further links become link nodes; one order for pages and elements',
  async t => {
    const { titles, messages } = plan({
      physical: [1, 2, 3, 4, 5].map(n => page(n)).join(''),
      logical:
        '<mets:div ID="t" TYPE="monograph" DMDID="d"><mets:div ID="a" TYPE="chapter" LABEL="A"><mets:div ID="b" TYPE="section" LABEL="B"/></mets:div><mets:div ID="c" TYPE="chapter" LABEL="C"/></mets:div>',
      links: [
        link('t', 'root'),
        link('t', 'p1'),
        link('a', 'p2'),
        link('a', 'p3'),
        link('b', 'p3'),
        link('c', 'p4'),
        link('c', 'p3'),
      ].join(''),
    })
    t.same(shape(titles[0]?.items ?? []), ['p1', ['A', ['p2', ['B', ['p3']]]], ['C', ['→p3', 'p4']], 'p5'])
    t.same(messages, [])
  },
)

t.test(
  'a div is a title by its record, its pointer, or a title below it; months and days are no nodes',
  async t => {
    const { titles } = plan({
      logical: `<mets:div ID="n" TYPE="newspaper" LABEL="N"><mets:mptr LOCTYPE="URL" xlink:href="http://x/n"/><mets:div ID="y" TYPE="year" LABEL="1889"><mets:div TYPE="month"><mets:div TYPE="day"><mets:div ID="i" TYPE="issue" DMDID="d" LABEL="Nr. 1"/></mets:div></mets:div></mets:div></mets:div>`,
    })
    t.same(
      [...titlesOf(titles)].map(title => [title.type.name, title.caption, title.record !== undefined]),
      [
        ['newspaper', 'N', false],
        ['year', '1889', false],
        ['issue', 'Nr. 1', true],
      ],
    )
  },
)

t.test(
  'tells what does not fit: unknown types, links that lead nowhere, texts without page, orders that differ',
  async t => {
    const { titles, messages } = plan({
      files:
        '<mets:fileGrp USE="FULLTEXT"><mets:file ID="orphan" MIMETYPE="text/xml"><mets:FLocat xlink:href="x.xml"/></mets:file></mets:fileGrp>',
      physical: [1, 2, 3].map(n => page(n)).join(''),
      logical:
        '<mets:div ID="t" TYPE="monograph" DMDID="d"><mets:div ID="a" TYPE="chapter"/><mets:div ID="b" TYPE="sonderteil"/></mets:div>',
      links: [link('a', 'p1'), link('b', 'p2'), link('a', 'p3'), link('a', 'gone'), link('lost', 'p1')].join(
        '',
      ),
    })
    const codes = messages.map(message => message.code).sort()
    t.same(codes, ['link', 'link', 'order-differs', 'orphan-text', 'unknown-type'])
    t.equal([...pagesOf(titles[0]?.items ?? [])].length, 3)
  },
)

t.test('chooses the best file group for the master, and keeps checksums', async t => {
  const group = (use: string, more = '') =>
    `<mets:fileGrp USE="${use}"><mets:file ID="${use}" MIMETYPE="image/jpeg" ${more}><mets:FLocat xlink:href="http://x/${use}/1"/></mets:file></mets:fileGrp>`
  const { titles } = plan({
    files:
      group('THUMBS') +
      group('DEFAULT') +
      group('MAX', `CHECKSUM="${'AB'.repeat(32)}" CHECKSUMTYPE="SHA-256"`),
    physical:
      '<mets:div TYPE="page" ID="p1" ORDER="1"><mets:fptr FILEID="THUMBS"/><mets:fptr FILEID="DEFAULT"/><mets:fptr FILEID="MAX"/></mets:div>',
    logical: '<mets:div ID="t" TYPE="monograph" DMDID="d"/>',
  })
  const [first] = pagesOf(titles[0]?.items ?? [])
  t.same(
    first?.files.map(file => file.use),
    ['MAX', 'DEFAULT'],
  )
  t.same(first?.files[0]?.digest, { algorithm: 'sha256', value: 'ab'.repeat(32) })
})

t.test('a document without a title, and ids given twice', async t => {
  t.ok(
    plan({ dmd: '', logical: '' }).messages.some(
      message => message.code === 'no-title' && message.level === 'error',
    ),
  )
  const faults = readMets(
    metsOf({
      dmd: mods('d', 'a') + mods('d', 'b'),
      physical: page(1) + page(1),
      logical: '<mets:div DMDID="nowhere"/>',
    }),
  ).faults
  t.equal(faults.length, 3)
  t.ok(isMets(metsOf({ logical: '' })))
  t.notOk(isMets('<mods xmlns="http://www.loc.gov/mods/v3"/>'))
  t.throws(() => readMets('<x/>'), /holds no mets element/)
})
