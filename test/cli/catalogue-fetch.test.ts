// firefolio catalogue fetch: records of an online catalogue by their identifiers, named or in a list.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { identifiersIn } from '../../src/cli/import.ts'
import { runCommand } from '../support/command.ts'
import { modsOf, start } from '../support/start.ts'

const folder = mkdtempSync(join(tmpdir(), 'firefolio-fetch-'))
const asked: string[] = []
/** Every record but those whose numbers begin with x. */
const catalogue = createServer((request, response) => {
  const query = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? ''
  const number = /"([^"]*)"/.exec(query)?.[1] ?? ''
  asked.push(number)
  const record = modsOf(number, `Titel ${number}`).replace(/^<\?xml[^>]*\?>\s*/, '')
  const isKnown = !number.startsWith('x')
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(
      `<s:searchRetrieveResponse xmlns:s="http://www.loc.gov/zing/srw/"><s:numberOfRecords>${isKnown ? 1 : 0}</s:numberOfRecords>${isKnown ? `<s:records><s:record><s:recordData>${record}</s:recordData></s:record></s:records>` : ''}</s:searchRetrieveResponse>`,
    )
})
await new Promise<void>(resolve => catalogue.listen(0, '127.0.0.1', resolve))
t.teardown(() => {
  catalogue.close()
  rmSync(folder, { recursive: true, force: true })
})
const catalogues = join(folder, 'catalogues.ini')
writeFileSync(
  catalogues,
  `[union]\nurl = http://127.0.0.1:${(catalogue.address() as AddressInfo).port}/sru\nschema = mods\nquery = pica.ppn={identifier}\n`,
)
const app = await start(t, {
  FIREFOLIO_CATALOGUE_FILE: catalogues,
  FIREFOLIO_CATALOGUE_PRIVATENETWORKS: 'true',
  FIREFOLIO_CATALOGUE_PAUSE: '0',
})
const fetch = (...args: string[]) => runCommand(app.services, ['catalogue', 'fetch', ...args])
const titles = async () =>
  (await app.call('GET', '/api/v1/titles?domain=fetched')).body.items as {
    caption: string
    xmlOrigin: string
    provider: string
  }[]

t.test('a list as people keep it', async t => {
  t.same(identifiersIn('\uFEFF# PPN\r\n123\r\n"45X";Faust\r\r\n 6 \t x\n'), ['123', '45X', '6'])
})

t.test('good ones become titles, bad ones are told, again nothing changes', async t => {
  const list = join(folder, 'list.csv')
  writeFileSync(list, '2;Faust\r\nx3\r\n1\r\n')
  const dry = await fetch('union', '1', '--domain', 'fetched', '--create-domain', '--dry-run')
  t.match(dry, { code: 0, out: /dry run, nothing was stored: 1 created/ }, dry.out)
  const first = await fetch('union', '1', '--list', list, '--domain', 'fetched', '--create-domain')
  t.equal(first.code, 1)
  t.match(
    first.out,
    /created +1 .*\n.*created +2 .*\n.*failed +x3\n.*no record ‘x3’.*\n.*2 created, 1 failed/s,
  )
  t.same(asked, ['1', '1', '2', 'x3'], 'each once')
  t.match(await titles(), [
    { caption: 'Titel 1', xmlOrigin: 'identifierUpload', provider: 'union' },
    { caption: 'Titel 2' },
  ])
  t.match((await fetch('union', '1', '--domain', 'fetched')).out, /1 unchanged/)
  const single = await fetch('union', '7', '--domain', 'fetched', '--json')
  t.match(JSON.parse(single.out), { source: '7', outcome: 'created' })
  t.match(
    (await titles()).find(({ caption }) => caption === 'Titel 7'),
    { xmlOrigin: 'onlineCatalogue' },
  )
})

t.test('what cannot be asked for is said', async t => {
  for (const [args, sentence] of [
    [['union', '--domain', 'fetched'], /Name the identifiers, or give a file/],
    [['nowhere', '1', '--domain', 'fetched'], /no catalogue ‘nowhere’; there are: union/],
    [['union', '1', '--domain', 'none'], /no domain ‘none’; --create-domain makes it/],
  ] as const) {
    const { code, out } = await fetch(...args)
    t.not(code, 0)
    t.match(out, sentence)
  }
})
