// Which column of a list is which field: guessed, shown, and said by hand where it is not what was meant.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { aPage, write } from '../corpus/deliveries.ts'
import { deliverer } from '../support/deliver.ts'
import { start } from '../support/start.ts'

const app = await start(t)
const { call } = app
const home = app.services.config.path.import
mkdirSync(home, { recursive: true })
const run = deliverer(app, home)
const list = (name: string, ...rows: string[]) => {
  write(home, { 'F1/1.tif': aPage(), 'F2/1.tif': aPage() })
  writeFileSync(join(home, name), `${rows.join('\r\n')}\r\n`)
}
const titleOf = async (id: number) => (await call('GET', `/api/v1/titles/${id}`)).body

t.test('what is said goes before what is guessed, in the words of who says it', async t => {
  list('hand.csv', 'Mappe;Nr.;Titel;Titel lang;Sig.', 'F1;h1;Kurz;Der lange Titel;I 12')
  const columns = 'mappe=Ordner, Nr.=identifier,Titel lang=title,Sig.=signature,Titel=none'
  const { code, items } = await run('hand.csv', { columns })
  t.equal(code, 0)
  t.match(items, [{ outcome: 'created', messages: [{ code: 'columns-read', sentence: 'Columns of hand.csv: ‘Mappe’ is folder, ‘Nr.’ is identifier, ‘Titel lang’ is title, ‘Sig.’ is shelfLocator.' }] }]) // prettier-ignore
  t.equal(items[0].messages.length, 1, 'what is said not to be read is no warning')
  t.match(await titleOf(items[0].titleId), { caption: 'Der lange Titel', sourceIdent: 'h1', signature: 'I 12' }) // prettier-ignore
})

t.test('a field that is given to another column is not guessed a second time', async t => {
  list('second.csv', 'Ordner;Kennung;Titel;Aufschrift', 'F1;s1;Alt;Neu')
  const { items } = await run('second.csv', { columns: 'Aufschrift=title' })
  t.match(items[0].messages, [{ code: 'columns-not-read', sentence: /‘Titel’/ }, { code: 'columns-read' }])
  t.match(await titleOf(items[0].titleId), { caption: 'Neu' })
})

t.test('fields, columns and deliveries that there are not are refused by their names', async t => {
  list('bad.csv', 'Ordner;Kennung;Titel;Regal', 'F1;b1;Eins;3')
  const said = async (columns: string, name = 'bad.csv') => (await run(name, { columns })).code
  t.match(
    await said('Regal=Farbe'),
    /There is no field ‘Farbe’ of lists; fields are folder, .* urn, and none/,
  )
  t.match(await said('Sig.=signature'), /bad\.csv has no column ‘Sig\.’; there are ‘Ordner’, ‘Kennung’, ‘Titel’, ‘Regal’\./) // prettier-ignore
  t.match(await said('Titel=title,Regal=title'), /The columns ‘Titel’ and ‘Regal’ cannot both be title\./)
  t.match(await said('Titel=title,Titel=none'), /The column ‘Titel’ is named twice\./)
  t.match(await said('Titel'), /‘Titel’ names no column and its field, as Titel=title does\./)
  t.match(await said('Titel=title', 'F2'), /columns are those of a list of titles .* there is none here/)
  t.match(
    await said('Titel=none'),
    /is no list of titles: .* say which they are \(columns\)\. It has ‘Ordner’/,
  )
})

t.test('the command line takes commas and equals signs of headings', async t => {
  list('signs.csv', 'Ordner;Kennung;Titel, kurz;a=b', 'F1;c1;Zeichen;ger')
  const { items } = await run('signs.csv', { columns: 'Titel,, kurz=title,a=b=language' })
  t.match(await titleOf(items[0].titleId), { caption: 'Zeichen', languages: ['ger'] })
})

t.test('a trial over HTTP tells what was guessed, and takes what is corrected', async t => {
  mkdirSync(join(home, 'box'), { recursive: true })
  write(join(home, 'box'), { 'F1/1.tif': aPage() })
  writeFileSync(join(home, 'box/list.csv'), 'Ordner;Kennung;Titel;Stück\r\nF1;w1;Eins;Lpz.\r\n')
  await call('POST', '/api/v1/domains', { name: 'columns', caption: 'Columns' })
  const send = (more: object) => call('POST', '/api/v1/imports', { domain: 'columns', path: 'box', ...more })
  const ended = async (id: number) => {
    await app.drain()
    return (await call('GET', `/api/v1/imports/${id}`)).body
  }
  const trial = await send({ dryRun: true })
  t.equal(trial.status, 202)
  t.same((await ended(trial.body.id)).lists, [
    {
      name: 'list.csv',
      columns: [
        { heading: 'Ordner', field: 'folder', isNamed: false },
        { heading: 'Kennung', field: 'identifier', isNamed: false },
        { heading: 'Titel', field: 'title', isNamed: false },
        { heading: 'Stück', field: null, isNamed: false },
      ],
    },
  ])
  const done = await ended((await send({ columns: { Stück: 'place' } })).body.id)
  t.match(done, { items: [{ outcome: 'created' }], lists: [{ columns: { 3: { field: 'place', isNamed: true } } }] }) // prettier-ignore
  t.match((await call('GET', `/api/v1/titles/${done.items[0].titleId}/mods`)).body, /Lpz\./)
  t.match(await send({ columns: { Stück: 'ort' } }), { status: 400 })
  t.match(await send({ columns: { Platz: 'place' } }), { status: 400, body: { detail: /list\.csv has no column ‘Platz’/, columns: ['Platz'] } }) // prettier-ignore
  t.match(await call('POST', '/api/v1/imports', { domain: 'columns', mods: '<mods/>', columns: { a: 'title' } }), { status: 400, body: { detail: /send path or delivery/ } }) // prettier-ignore
  writeFileSync(join(home, 'strange.csv'), 'A;B\r\n1;2\r\n')
  t.match(await send({ path: 'strange.csv' }), { status: 422, body: { lists: [{ name: 'strange.csv', columns: [{ heading: 'A', field: null }, { heading: 'B' }] }] } }) // prettier-ignore
})
