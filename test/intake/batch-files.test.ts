// Files of many catalogue records: each is a title; a damaged one is named and stops none of its neighbours.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { partsOf, readPart } from '../../src/intake/deliveries/batch.ts'
import { aBook, aMab, aPica, iso2709Of } from '../corpus/catalogues/records.ts'
import { marcxml } from '../corpus/deliveries.ts'
import { deliverer } from '../support/deliver.ts'
import { operatorKey, start } from '../support/start.ts'

const app = await start(t)
const home = join(app.folder, 'delivered')
mkdirSync(home, { recursive: true })

const deliver = deliverer(app, home)
async function run(name: string, bytes: Buffer | string, flags: object = {}) {
  writeFileSync(join(home, name), bytes)
  const { code, lines: items } = await deliver(name, flags)
  return {
    code,
    outcomes: items.map(item => item.outcome),
    items,
    faults: items.flatMap(item =>
      item.messages
        .filter((message: { level: string }) => message.level === 'error')
        .map((message: { sentence: string }) => message.sentence),
    ),
  }
}
const titleOf = async (id: number) => (await app.call('GET', `/api/v1/titles/${id}`)).body
const withHost = (number: string, title: string) =>
  iso2709Of(aBook(number, title).filter(({ tag }) => tag !== '773'))

t.test('MARC 21: a damaged record between good ones, and the same file again', async t => {
  const damaged = withHost('2', 'Der zweite')
  damaged.write('?', 40)
  const file = Buffer.concat([
    withHost('1', 'Der erste'),
    Buffer.from('\n'),
    damaged,
    withHost('3', 'Der dritte'),
  ])
  const first = await run('books.mrc', file)
  t.same(first.outcomes, ['created', 'failed', 'created'])
  t.equal(first.code, 1)
  t.match(first.faults, [/books\.mrc, record 2: the entry ‘.*’ of the directory is damaged \(offset 36/])
  t.match(await titleOf(first.items[0].titleId), {
    caption: 'Der erste : Novelle',
    xmlOrigin: 'batchCatalogue',
    sourceIdent: '1',
    signature: 'Ca 1234',
    physicalLocation: 'DE-8',
    mediaNumber: '00987',
    pageCount: 222,
  })
  const again = await run(
    'books.mrc',
    Buffer.concat([withHost('1', 'Der erste'), withHost('2', 'Der zweite')]),
  )
  t.same(again.outcomes, ['unchanged', 'created'])
})

t.test('a collection that was cut off: its whole records come in, what is left is told', async t => {
  const mods = (number: number) =>
    `<mods><titleInfo><title>T${number}</title></titleInfo><recordInfo><recordIdentifier source="cut">${number}</recordIdentifier></recordInfo></mods>`
  const begin = '<modsCollection xmlns="http://www.loc.gov/mods/v3">'
  const three = begin + mods(1) + mods(2) + mods(3)
  for (const [what, xml, outcomes] of [
    ['whole', `${three}</modsCollection>`, ['created', 'created', 'created']],
    ['within-a-record', three.slice(0, -60), ['created', 'created', 'failed']],
    ['within-a-tag', `${begin}${mods(1)}${mods(2)}<mo`, ['created', 'created', 'failed']],
    ['between-records', three, ['created', 'created', 'created', 'failed']],
    ['behind-one', begin + mods(1) + mods(2).slice(0, 30), ['created', 'failed']],
  ] as const) {
    const { outcomes: found, faults, code } = await run(`${what}.mods`, xml)
    t.same(found, outcomes, what)
    if (what === 'whole') continue
    t.equal(code, 1, what)
    t.match(faults, [new RegExp(`${what}\\.mods, record ${outcomes.length} is not whole.*cut off`)], what)
  }
})

t.test('volumes of MAB2 that have a number alone are called by it, below their work', async t => {
  const work = '### 00000nM2.01200024      h\n001 w1\n331 Gesammelte Werke\n425a1900\n\n'
  const volume = '### 00000nM2.01200024      u\n001 v1\n010 w1\n089 Band 2\n425a1901\n\n'
  const { outcomes, items } = await run('volumes.mab', work + volume)
  t.same(outcomes, ['created', 'created'])
  t.match(await titleOf(items[1].titleId), {
    caption: 'Band 2',
    parentId: items[0].titleId,
    sourceIdent: 'v1',
  })
})

t.test('MAB2 of the tape format, with what was cut off', async t => {
  const record = (number: number) =>
    `0000${number}nM2.01200024      h001 t${number}\x1e331 Band ${number}\x1e\x1d`
  const { outcomes, faults, items } = await run(
    'tape.mab',
    `${record(1)}${record(2)}\n${record(3).slice(0, -5)}`,
  )
  t.same(outcomes, ['created', 'created', 'failed'])
  t.match(faults, [/tape\.mab, record 3: .*cut off/])
  t.match(await titleOf(items[1].titleId), { caption: 'Band 2', sourceIdent: 't2' })
})

t.test('a sign of money in PICA+ whose subfields begin with ƒ', async t => {
  const { outcomes, items } = await run(
    'money.pica',
    '002@ ƒ0Aau\n003@ ƒ0p2\n021A ƒaVon 100 $ im Jahr\n033A ƒpBerlinƒpLeipzigƒnPaetel\n',
  )
  t.same(outcomes, ['created'])
  t.match(await titleOf(items[0].titleId), { caption: 'Von 100 $ im Jahr' })
})

t.test('MARC-8 that says nothing of itself, and UTF-8 that says it is MARC-8', async t => {
  const latin = iso2709Of(
    aBook('1', 'Der M\xe8ullerin').filter(({ tag }) => tag !== '773'),
    '00000cam  2200000 c 4500',
    text => Buffer.from(text, 'latin1'),
  )
  const unsaid = iso2709Of(
    aBook('2', 'Der Müllerin').filter(({ tag }) => tag !== '773'),
    '00000cam  2200000 c 4500',
  )
  const { items } = await run('encodings.marc', Buffer.concat([latin, unsaid]))
  for (const { titleId } of items) t.match(await titleOf(titleId), { title: 'Der Müllerin : Novelle' })
})

t.test('MAB2, PICA+ in lines and normalised', async t => {
  const mab = await run('old.mab', aMab('1', 'Schimmelreiter') + aMab('2', 'Deichgraf'))
  t.same(mab.outcomes, ['created', 'created'])
  t.match(await titleOf(mab.items[1].titleId), { title: 'Der Deichgraf : Novelle', signature: 'Ca 1234' })
  const broken = aPica('2', 'B').replace('021A $a', '021A a')
  const pica = await run('cbs.pica', aPica('1', 'Schimmelreiter') + broken + aPica('3', 'Deichgraf'))
  t.same(pica.outcomes, ['created', 'failed', 'created'])
  t.match(pica.faults, [/cbs\.pica, record 2, line 5: field 021A has no subfield/])
  const normalized = (number: string) =>
    aPica(number, `Titel ${number}`)
      .trim()
      .split('\n')
      .map(line => `${line.replaceAll('$', '\x1f')}\x1e`)
      .join('')
  const normal = await run('cbs2.pica', `${normalized('1')}\n${normalized('2')}\n`)
  t.same(normal.outcomes, ['created', 'created'])
  t.match(await titleOf(normal.items[1].titleId), {
    title: 'Der Titel 2 : Novelle',
    mediaNumber: '00987',
    physicalLocation: 'Magazin',
  })
})

t.test('a collection of MARCXML: a record that is not well-formed is one fault', async t => {
  const record = (number: string) =>
    marcxml(number, `Titel ${number}`)
      .replace(/<\?xml.*?\?>\s*/, '')
      .replace(' xmlns="http://www.loc.gov/MARC21/slim"', '')
      .replaceAll(/<(\/?)(\w)/g, '<$1m:$2')
  const file = `<?xml version="1.0" encoding="UTF-8"?>\n<m:collection xmlns:m="http://www.loc.gov/MARC21/slim"><!-- <m:record> -->\n${record('1')}\n${record('2').replace('</m:leader>', '</m:header>')}\n${record('3')}</m:collection>`
  const { outcomes, faults, items } = await run('collection.xml', file)
  t.same(outcomes, ['created', 'failed', 'created'])
  t.match(faults, [/collection\.xml, record 2/])
  t.match(await titleOf(items[2].titleId), {
    caption: 'Der Titel 3 : ein Versuch',
    xmlOrigin: 'batchCatalogue',
  })
})

t.test('records are found alike however the file is cut into pieces', async t => {
  const path = join(home, 'long.mrc')
  const numbers = Array.from({ length: 6000 }, (_, at) => String(at + 1))
  writeFileSync(path, Buffer.concat(numbers.map(number => withHost(number, `Titel ${number}`))))
  const parts = partsOf(path)
  t.equal(parts.length, 6000)
  t.same(
    parts.every(part => readPart(path, part).at(-1) === 0x1d),
    true,
  )
  const xml = join(home, 'long.xml')
  writeFileSync(
    xml,
    `<collection xmlns="http://www.loc.gov/MARC21/slim">${numbers
      .slice(0, 3000)
      .map(
        number =>
          marcxml(number, 'T').replace(/<\?xml.*?\?>\s*/, '') +
          (Number(number) % 2 ? `<!-- <record> ${'x'.repeat(700)} -->` : ''),
      )
      .join('\n')}</collection>`,
  )
  const found = partsOf(xml)
  t.equal(found.length, 3000)
  t.ok(found.every(part => /^<record[^]*<\/record>$/.test(readPart(xml, part).toString())))
})

t.test('over HTTP, with an encoding that the file does not say', async t => {
  await app.call('POST', '/api/v1/domains', { name: 'sent', caption: 'Sent' })
  const bytes = iso2709Of(
    aBook('1', 'Die M\xfcllerin').filter(({ tag }) => tag !== '773'),
    '00000cam  2200000 c 4500',
    text => Buffer.from(text, 'latin1'),
  )
  const form = new FormData()
  form.set('manifest', JSON.stringify({ domain: 'sent', delivery: 'a.mrc', encoding: 'windows-1252' }))
  form.set('a.mrc', new Blob([new Uint8Array(bytes)]), 'a.mrc')
  const encoded = new Response(form)
  const answer = await app.app.inject({
    method: 'POST',
    url: '/api/v1/imports',
    headers: {
      'content-type': encoded.headers.get('content-type') as string,
      authorization: `Bearer ${operatorKey}`,
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  })
  t.equal(answer.statusCode, 202, answer.body)
  await app.drain()
  const batch = (await app.call('GET', `/api/v1/imports/${answer.json().id}`)).body
  t.match(batch.items, [{ outcome: 'created' }])
  t.match(await titleOf(batch.items[0].titleId), { title: 'Die Müllerin : Novelle' })
})
