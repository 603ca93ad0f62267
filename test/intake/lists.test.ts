// Lists of titles as people keep them: nothing of a row is left out without a word, and nothing is read as what it is not.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { aPage, write, zipOf } from '../corpus/deliveries.ts'
import { deliverer } from '../support/deliver.ts'
import { start } from '../support/start.ts'

const app = await start(t)
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })
write(home, { 'F1/1.tif': aPage(), 'F2/1.tif': aPage(), 'F3/1.tif': aPage() })

const deliver = deliverer(app, home)
async function run(name: string, bytes: Buffer | string) {
  writeFileSync(join(home, name), bytes)
  const { lines } = await deliver(name)
  return lines as { outcome: string; titleId: number; messages: { sentence: string }[] }[]
}
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body
const modsOfTitle = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}/mods`)).body as string

t.test('a list of Windows: languages by name, columns that nobody knows, separators without quotes', async t => {
  const items = await run(
    'office.csv',
    Buffer.from(
      'Ordner;Kennung;Titel;Sprache;Regal\r\nF1;k1;Größe;Deutsch, en;3\r\nF2;k2;Zwei;Marsianisch;4\r\nF3;k3;Mit; Strich;ger;5\r\n',
      'latin1',
    ),
  )
  t.match(items, [
    { outcome: 'created', messages: [{ sentence: /columns .* not read: ‘Regal’\. Those that are read are called folder, identifier/ }] },
    { outcome: 'created', messages: [{ sentence: /Row 3 of office\.csv has the language ‘Marsianisch’/ }] },
    { outcome: 'failed', messages: [{ sentence: /Row 4 of office\.csv cannot be read as it is meant\. It has 6 fields, and the first line has 5/ }] },
  ])
  t.match(await modsOfTitle(items[0]?.titleId as number), />ger<.*>eng</s)
  t.match(await titleOf(items[0]?.titleId as number), { caption: 'Größe', languages: ['ger', 'eng'] })
}) // prettier-ignore

t.test('a quote that is not closed swallows no rows in silence', async t => {
  t.match(await run('quote.csv', 'folder;identifier;title\nF1;q1;"Offen\nF2;q2;Zwei\n'), [
    { outcome: 'failed', messages: [{ sentence: /quote opens in field 3 and is not closed/ }] },
  ])
})

t.test('titles without images need no column of folders', async t => {
  const items = await run('records.csv', 'identifier,title,author\rn1,Nur Titel,"Muster, Maria"\r')
  t.match(items, [{ outcome: 'created' }])
  t.match(await titleOf(items[0]?.titleId as number), { caption: 'Nur Titel', xmlOrigin: 'spreadsheet', sourceIdent: 'n1' }) // prettier-ignore
})

t.test('a workbook: a day is a day, and a formula without its result is no title', async t => {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
  const sheet = [
    ['folder', 'identifier', 'title', 'date'].map(text),
    [text('F1'), text('x1'), text('Tag'), '<c s="1"><v>8524</v></c>'],
    [text('F2'), text('x2'), '<c><f>A1</f><v></v></c>', '<c><v>1924</v></c>'],
  ]
  const items = await run(
    'book.xlsx',
    zipOf([
      {
        name: 'xl/worksheets/sheet1.xml',
        data: Buffer.from(
          `<worksheet xmlns="${main}"><sheetData>${sheet.map(cells => `<row>${cells.join('')}</row>`).join('')}</sheetData></worksheet>`,
        ),
      },
      {
        name: 'xl/styles.xml',
        data: Buffer.from(
          `<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
        ),
      },
    ]),
  )
  t.match(items, [
    { outcome: 'created' },
    { outcome: 'failed', messages: [{ sentence: /column ‘title’ has a formula/ }] },
  ])
  t.match(await titleOf(items[0]?.titleId as number), { dateFrom: '1923-05-03' })
})
