// Lists of titles as tables: exported, changed as people change them, sent back.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { readCsv } from '../../src/formats/table/csv.ts'
import { readSmallZip } from '../../src/formats/table/small-zip.ts'
import { csvRow, unguarded } from '../../src/formats/table/write.ts'
import { readXlsx } from '../../src/formats/table/xlsx.ts'
import fc from 'fast-check'
import { workbook, zipOf } from '../corpus/deliveries.ts'
import { randomCases } from '../support/cases.ts'
import { aDomain, asMods, modsOf, start } from '../support/start.ts'

const app = await start(t, { FIREFOLIO_LIMITS_SYNCBATCH: '20' })
await aDomain(app, 'lib')
const asCsv = { 'content-type': 'text/csv' }
const asXlsx = { 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }

async function aTitle(record: string, title: string, more = ''): Promise<number> {
  const answer = await app.call('POST', '/api/v1/titles?domain=lib', modsOf(record, title, more), asMods)
  return answer.body.items[0].id
}
type Table = Record<string, string>[]
const named = (rows: readonly { fields: readonly string[] }[]): Table => {
  const [head, ...rest] = rows
  return rest.map(({ fields }) =>
    Object.fromEntries((head?.fields ?? []).map((name, at) => [name, fields[at] ?? ''])),
  )
}
const exported = async (query = 'domain=lib') => {
  const answer = await app.call('GET', `/api/v1/titles/export?${query}`)
  t.equal(answer.status, 200)
  return named(readCsv(answer.raw.toString('utf8')))
}
const asTable = (rows: Table): string => {
  const names = Object.keys(rows[0] ?? {})
  return [names, ...rows.map(row => names.map(name => row[name] ?? ''))]
    .map(row => csvRow(row.map(unguarded)))
    .join('')
}
const send = (rows: Table, query = '') =>
  app.call('POST', `/api/v1/titles/table${query}`, asTable(rows), asCsv)
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body
const rowOf = (rows: Table, id: number) =>
  rows.find(row => row['id'] === String(id)) as Record<string, string>

t.test('a table goes out and comes back changed, with a difference beforehand and one undo', async t => {
  const first = await aTitle(
    '1',
    'Erster',
    '<subject><topic>Wald</topic></subject><subject authority="gnd"><topic>Wiese</topic></subject><note>=1+1</note>',
  )
  const second = await aTitle('2', 'Zweiter')
  const rows = await exported()
  t.equal(rows.length, 2)
  t.match(rowOf(rows, first), {
    caption: 'Erster',
    'mods.subject': 'Wald\nWiese',
    'mods.note': "'=1+1",
    state: 'hidden',
  })
  t.match(
    (await send(rows)).body,
    { changed: 0, refused: 0, items: [], batch: null },
    'nothing was changed in it',
  )

  Object.assign(rowOf(rows, first), {
    signature: 'Ca 007',
    'mods.subject': 'Wiese\nFeld',
    'mods.title': 'Der erste',
  })
  const dry = await send(rows, '?dryRun=true')
  t.match(dry.body, {
    dryRun: true,
    changed: 1,
    batch: null,
    items: [
      {
        id: first,
        row: 2,
        changes: [
          { field: 'signature', before: [], after: ['Ca 007'] },
          { field: 'mods.title', before: ['Erster'], after: ['Der erste'] },
          { field: 'mods.subject', before: ['Wald', 'Wiese'], after: ['Wiese', 'Feld'] },
          { field: 'caption', before: ['Erster'], after: ['Der erste'] },
        ],
      },
    ],
  })
  t.match(await titleOf(first), { caption: 'Erster', signature: null })
  const done = await send(rows)
  t.match(done.body, { changed: 1, refused: 0 })
  t.match(await titleOf(first), { caption: 'Der erste', signature: 'Ca 007', xmlOrigin: 'edited' })
  const mods = (await app.call('GET', `/api/v1/titles/${first}/mods`)).body as string
  t.match(mods, /<subject authority="gnd"><topic>Wiese</, 'what stays keeps its element')
  t.match(mods, /<note>=1\+1</)

  Object.assign(rowOf(rows, second), { owner: 'Library' })
  const stale = await send(rows)
  t.match(
    stale.body,
    {
      changed: 1,
      refused: 1,
      items: [
        { id: first, message: /changed since/ },
        { id: second, message: null },
      ],
    },
    'the caption of the first has followed its record: the row is of before',
  )
  const undone = await app.call('POST', `/api/v1/operations/${done.body.batch}/undo`)
  t.equal(undone.status, 200, JSON.stringify(undone.body))
  t.match(await titleOf(first), { caption: 'Erster', signature: null })
  t.match(await titleOf(second), { owner: 'Library' })
})

t.test('a row that is not what is seen in the sheet changes nothing', async t => {
  const id = await aTitle('seen', 'Wie man sieht', '<note>bleibt</note>')
  const rows = (await exported()).filter(row => row['id'] === String(id))
  const names = Object.keys(rows[0] ?? {})
  const cells = names.map(name => (name === 'mods.note' ? '<c><f>A1</f></c>' : name === 'mods.title' ? '<c t="str"><v>Anders</v></c>' : `<c t="str"><v>${rows[0]?.[name] ?? ''}</v></c>`))
  const head = names.map(name => `<c t="str"><v>${name}</v></c>`)
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const sheet = `<worksheet xmlns="${main}"><sheetData><row>${head.join('')}</row><row>${cells.join('')}</row></sheetData></worksheet>`
  const book = zipOf([{ name: 'xl/worksheets/sheet1.xml', data: Buffer.from(sheet) }])
  t.match((await app.call('POST', '/api/v1/titles/table', book, asXlsx)).body, {
    changed: 0,
    refused: 1,
    items: [{ id, message: /column ‘mods\.note’ has a formula, and its result is not in the file/ }],
  })
  const open = asTable(rows).replace('Wie man sieht', '"Wie man sieht')
  t.match((await app.call('POST', '/api/v1/titles/table', open, asCsv)).body, { changed: 0, refused: 1, items: [{ id, message: /quote opens/ }] })
  t.match((await app.call('GET', `/api/v1/titles/${id}/mods`)).body, /Wie man sieht.*<note>bleibt</s)
}) // prettier-ignore

t.test('a row of an older version is refused by number, and stops none of the others', async t => {
  const [one, two] = [await aTitle('3', 'Drei'), await aTitle('4', 'Vier')]
  const rows = await exported()
  const { headers } = await app.call('GET', `/api/v1/titles/${one}`)
  const changed = await app.call(
    'PATCH',
    `/api/v1/titles/${one}`,
    { signature: 'X' },
    { 'if-match': String(headers['etag']) },
  )
  t.equal(changed.status, 200)
  Object.assign(rowOf(rows, one), { owner: 'A' })
  Object.assign(rowOf(rows, two), { owner: 'B', type: 'volume' })
  const sent = [
    ...rows,
    { ...rowOf(rows, one) },
    { ...rowOf(rows, one), id: '999999' },
    { ...rowOf(rows, two), id: 'x' },
  ]
  const answer = await send(sent)
  const messages = answer.body.items.map((item: { message: string }) => item.message)
  t.match(messages, [
    /Title \d+ was changed since: the row is of version \d+/,
    /does not change type/,
    /stands in row \d+ already/,
    /no title ‘999999’/,
    /no title ‘x’/,
  ])
  t.match(answer.body, { refused: 5, changed: 0 })
  t.match(await titleOf(one), { owner: null, signature: 'X' })
  Object.assign(rowOf(rows, two), { type: 'monograph' })
  t.match((await send(rows)).body, { changed: 1, refused: 1 })
  t.match(await titleOf(two), { owner: 'B' })
})

t.test('a workbook is read by our reader and comes back', async t => {
  const id = await aTitle('5', 'Fünf &lt;&amp;> "sechs"', '<note>00987</note>')
  const answer = await app.call('GET', '/api/v1/titles/export?domain=lib&format=xlsx')
  t.match(answer.headers, { 'content-disposition': /titles\.xlsx/ })
  const rows = named(readXlsx(readSmallZip(answer.raw, 'titles.xlsx', 10_000_000)))
  t.match(rowOf(rows, id), { caption: 'Fünf <&> "sechs"', 'mods.note': '00987' })
  writeFileSync(join(app.folder, 'titles.xlsx'), answer.raw)
  const names = ['id', 'version', 'signature', 'mods.publisher', 'remark']
  const back = workbook([names, [String(id), rowOf(rows, id)['version'] as string, '=1+1', 'Reclam', 'hm']])
  const done = await app.call('POST', '/api/v1/titles/table', back, asXlsx)
  t.match(done.body, { changed: 1, unknownColumns: ['remark'] })
  t.match(await titleOf(id), { signature: '=1+1', publisher: 'Reclam', caption: 'Fünf <&> "sechs"' })
})

t.test('only who may edit exports, and what is no table is refused by what is missing', async t => {
  t.equal((await app.read('/api/v1/titles/export')).status, 401)
  t.match((await app.call('POST', '/api/v1/titles/table', 'a;b\r\n1;2\r\n', asCsv)).body, {
    detail: /no column ‘id’/,
  })
  t.match((await app.call('POST', '/api/v1/titles/table', 'id;version;id\r\n', asCsv)).body, {
    detail: /two columns ‘id’/,
  })
  t.match((await app.call('POST', '/api/v1/titles/table', Buffer.from('PKxx'), asXlsx)).body, {
    detail: /workbook is no workbook|damaged/,
  })
  t.equal((await app.call('POST', '/api/v1/titles/table', { id: 1 })).status, 415)
})

t.test('whatever stands in a cell comes back as it was, and no cell is a formula', async t => {
  const cell = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ';', 'a', 'ä', '\t', ' ', '\n'),
  })
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), cells => {
      const [row] = readCsv(`x;y\r\n${csvRow(['.', ...cells])}`).slice(1)
      return (
        JSON.stringify(row?.fields.slice(1).map(unguarded)) === JSON.stringify(cells) &&
        (row?.fields ?? []).every(field => !/^[=+\-@\t\r]/.test(field))
      )
    }),
    randomCases(t),
  )
})

t.test('many changes are a job with the same outcome', async t => {
  const many = Array.from({ length: app.services.config.limits.syncBatch + 1 }, (_, at) =>
    modsOf(`m${at}`, `Titel ${at}`).replace(/<\?xml.*\?>/, ''),
  )
  await aDomain(app, 'many')
  const made = await app.call(
    'POST',
    '/api/v1/titles?domain=many',
    `<modsCollection xmlns="http://www.loc.gov/mods/v3">${many.join('')}</modsCollection>`,
    asMods,
  )
  t.equal(made.status, 201)
  const rows = (await exported('domain=many&sort=title')).map(row => ({ ...row, owner: 'Library' }))
  const accepted = await send(rows)
  t.equal(accepted.status, 202)
  await app.drain()
  t.match((await app.call('GET', accepted.body.links.job)).body, {
    state: 'done',
    result: { changed: many.length, refused: 0 },
  })
})
