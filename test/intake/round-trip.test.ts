import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { atLength, isAtLength } from '../support/at-length.ts'
import type { Box } from '../../src/formats/ocr/page-text.ts'
import { publicAddress, importMets, startWithSample } from '../support/collection.ts'
import { rowsOf } from '../support/rows.ts'
import { aDomain } from '../support/start.ts'

const { app, ids: sample } = await startWithSample(t, publicAddress)
const order = ['newspaper', 'work', 'volume1', 'volume2', 'issue', 'monograph'] as const

/** A book whose second and third page are shown in two chapters, with a described preface. */
const described = (id: string, title: string, record: string): string =>
  `<mets:dmdSec ID="${id}"><mets:mdWrap MDTYPE="MODS"><mets:xmlData><mods:mods><mods:titleInfo><mods:title>${title}</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="test">${record}</mods:recordIdentifier></mods:recordInfo></mods:mods></mets:xmlData></mets:mdWrap></mets:dmdSec>`
const linked = `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
${described('D1', 'Ein Buch mit Verweisen', 'verweise')}${described('D2', 'Vorrede', 'vorrede')}
<mets:structMap TYPE="PHYSICAL"><mets:div ID="R" TYPE="physSequence">${[1, 2, 3, 4].map(n => `<mets:div ID="P${n}" TYPE="page" ORDER="${n}"${n === 4 ? '' : ` ORDERLABEL="${n}"`}/>`).join('')}</mets:div></mets:structMap>
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="monograph" DMDID="D1"><mets:div ID="V" TYPE="preface" DMDID="D2" LABEL="Vorrede"/><mets:div ID="A" TYPE="printing_of_notes" LABEL="Noten"/><mets:div ID="B" TYPE="chapter" LABEL="Zweites"><mets:div ID="C" TYPE="section" LABEL="Darin"/></mets:div></mets:div></mets:structMap>
<mets:structLink>${[
  ['L', 'R'],
  ['V', 'P1'],
  ['A', 'P2'],
  ['B', 'P2'],
  ['B', 'P3'],
  ['C', 'P3'],
  ['A', 'P3'],
  ['B', 'P4'],
]
  .map(([from, to]) => `<mets:smLink xlink:from="${from}" xlink:to="${to}"/>`)
  .join('')}</mets:structLink></mets:mets>`

/** A newspaper whose issues stand right below it: years, months and days are levels of its METS alone. */
const issues = ['Extrablatt', '1896 Jahresgabe', '1896-12-31 Nr. 301', '1896-04-01 Morgenblatt', '1896-04-01 Abendblatt', '1896-12-31/1897-01-01 Doppelnummer', '1897-01-02 Nr. 1'] // prettier-ignore
const aNewspaper = (record: string, title: string, more: string, type: string): string =>
  `<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:mods="http://www.loc.gov/mods/v3">
${described('D', title, record).replace('<mods:recordInfo>', `${more}<mods:recordInfo>`)}
<mets:structMap TYPE="LOGICAL"><mets:div ID="L" TYPE="${type}" DMDID="D"/></mets:structMap></mets:mets>`
const daily = [
  aNewspaper('bote', 'Landbote', '<mods:genre>newspaper</mods:genre>', 'newspaper'),
  ...issues.map((issue, at) => {
    const [, date, name = issue] = /^(\d\S*) (.*)/.exec(issue) ?? []
    return aNewspaper(
      `bote-${at}`,
      name,
      `<mods:genre>issue</mods:genre>${date === undefined ? '' : `<mods:originInfo><mods:dateIssued encoding="iso8601">${date}</mods:dateIssued></mods:originInfo>`}
<mods:relatedItem type="host"><mods:titleInfo><mods:title>Landbote</mods:title></mods:titleInfo><mods:recordInfo><mods:recordIdentifier source="test">bote</mods:recordIdentifier></mods:recordInfo></mods:relatedItem>`,
      'issue',
    )
  }),
]

const exported: number[] = order.map(name => sample[name])
t.before(async () => {
  for (const [at, source] of [linked, ...daily].entries()) {
    const path = join(app.folder, `made${at}.xml`)
    writeFileSync(path, source)
    exported.push(await importMets(app, path, 'sample'))
  }
  await app.drain()
})

t.test(
  'METS of every title of ours, delivered into an empty domain in any order, gives the same rows',
  async t => {
    const folder = join(app.folder, 'exported')
    mkdirSync(folder)
    const expected = await rowsOf(app, 'sample')
    t.ok(
      expected.some(line => line.includes('"to":')),
      'with link nodes',
    )
    const paths: string[] = []
    for (const id of exported) {
      const answer = await app.call('GET', `/mets/${id}`)
      t.equal(answer.status, 200)
      const path = join(folder, `${id}.xml`)
      writeFileSync(path, answer.raw)
      paths.push(path)
    }
    // issues of one day stand as they came
    const ofDays = paths.slice(-issues.length)
    const others = paths.slice(0, -issues.length).reverse()
    for (const [at, some] of [paths, [...ofDays.slice(2), ...ofDays.slice(0, 2), ...others]].entries()) {
      const domain = `mirror${at}`
      await aDomain(app, domain, { type: 'retro' })
      for (const path of some) await importMets(app, path, domain)
      t.same(await rowsOf(app, domain), expected, domain)
      if (at > 0 && !isAtLength) continue
      for (const path of some) await importMets(app, path, domain)
      t.same(await rowsOf(app, domain), expected, `${domain} again`)
    }
  },
)

t.test('a newspaper leaves as year, month, day and issue, each with its day', async t => {
  const levels = async (id: number): Promise<string[]> => {
    const source = (await app.call('GET', `/mets/${id}`)).raw.toString()
    const logical = source.slice(source.indexOf('TYPE="LOGICAL"'))
    return [...logical.matchAll(/<mets:div [^>]*?TYPE="(newspaper|year|month|day|issue)"[^>]*?>/g)].map(
      ([tag, type]) => `${type} ${/ORDERLABEL="([^"]*)"/.exec(tag ?? '')?.[1] ?? ''}`.trim(),
    )
  }
  const ofNewspaper = await levels(sample.newspaper)
  t.comment(ofNewspaper.join(', '))
  t.same(await levels(sample.issue), ofNewspaper)
  t.match(ofNewspaper, [
    'newspaper',
    /^year \d{4}$/,
    /^month \d{4}-\d\d$/,
    /^day \d{4}-\d\d-\d\d$/,
    /^issue \d{4}-\d\d-\d\d$/,
  ])
  const [bote, extra, ofYear, , morning, , double] = exported.slice(-daily.length) as [number, ...number[]]
  t.equal(
    (await levels(bote)).join(', '),
    'newspaper, ' +
      'year 1896, month 1896-04, day 1896-04-01, issue 1896-04-01, issue 1896-04-01, ' +
      'month 1896-12, day 1896-12-31, issue 1896-12-31, issue 1896-12-31, ' +
      'year 1897, month 1897-01, day 1897-01-02, issue 1897-01-02, issue, issue',
  )
  const of = (day: string) => [
    'newspaper',
    `year ${day.slice(0, 4)}`,
    `month ${day.slice(0, 7)}`,
    `day ${day}`,
    `issue ${day}`,
  ]
  t.same(await levels(morning as number), of('1896-04-01'))
  t.same(await levels(double as number), of('1896-12-31'), 'of several days the first')
  for (const id of [extra, ofYear])
    t.same(await levels(id as number), ['newspaper', 'issue'], 'a year alone is no day')
})

interface Node {
  readonly type: string
  readonly caption: string | null
  readonly children?: readonly Node[]
}
interface Page {
  readonly id: number
  readonly pagination: object
  readonly masterState: string
}

t.test(
  'a PDF of ours, delivered under its identifier, has its pages, labels, outline and words',
  atLength,
  async t => {
    const path = join(app.folder, 'AC4711.pdf')
    writeFileSync(path, (await app.call('GET', `/download/pdf/${sample.volume1}`)).raw)
    await aDomain(app, 'pdf')
    const id = await importMets(app, path, 'pdf', { identifier: 'folder' })
    const read = async (url: string) => (await app.call('GET', `/api/v1/${url}`)).body
    t.match(await read(`titles/${id}`), { caption: 'AC4711', xmlOrigin: 'simpleUpload' })
    const pagesOf = async (of: number): Promise<Page[]> => (await read(`titles/${of}/pages?limit=100`)).items
    const before = await pagesOf(sample.volume1)
    const [cover, ...after] = await pagesOf(id)
    t.match(cover, { pagination: { caption: null } }, 'the first page of our PDF is its own')
    t.same(
      after.map(page => page.pagination),
      before.map(page => page.pagination),
    )
    t.same(new Set(after.map(page => page.masterState)), new Set(['extractedFromPdf']))
    const outlineOf = (node: Node): string[] => [
      node.caption ?? '',
      ...(node.children ?? []).flatMap(child => outlineOf(child)),
    ]
    const outline = async (of: number) =>
      ((await read(`titles/${of}/structure`)).children as Node[]).flatMap(child => outlineOf(child))
    const parts = await outline(id)
    t.ok(parts.length > 2, parts.join(', '))
    t.same(
      parts.filter(caption => caption !== ''),
      (await outline(sample.volume1)).filter(caption => parts.includes(caption)),
    )
    const linesOf = async (page: Page | undefined): Promise<{ text: string; words: { box: Box }[] }[]> =>
      (await read(`pages/${page?.id}/lines`)).items
    const at = after.length - 3
    const [own, theirs] = [await linesOf(after[at]), await linesOf(before[at])]
    t.same(
      own.map(({ text }) => text),
      theirs.map(({ text }) => text),
    )
    const places = (of: typeof own): Box[] => of.flatMap(({ words }) => words.map(({ box }) => box))
    const apart = places(own).map(({ x, y, height }, word) => {
      const box = places(theirs)[word] as Box
      return Math.max(Math.abs(x - box.x), Math.abs(y + height - box.y - box.height))
    })
    t.ok(apart.length > 50)
    t.ok(Math.max(...apart) < 15, `words stand at their places, at most ${Math.max(...apart)} pixels off`)
    const rows = await rowsOf(app, 'pdf')
    await importMets(app, path, 'pdf', { identifier: 'folder' })
    t.same(await rowsOf(app, 'pdf'), rows)
  },
)
