// Programs of others against the service: a harvester and catalogue clients from Debian.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import t from './support/tap.ts'
import { startWithSample } from './support/collection.ts'
import { aTitle } from './support/start.ts'

const run = promisify(execFile)
const needs = (path: string) => (existsSync(path) ? {} : { skip: `${path} is not installed` })
const { app, ids } = await startWithSample(t, { FIREFOLIO_OAI_PAGESIZE: '3' })
const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
app.services.setPublicUrl(address)
const catmandu = async (...args: string[]): Promise<Record<string, unknown>[]> => {
  const { stdout } = await run('catmandu', ['convert', ...args, 'to', 'JSON', '--line_delimited', '1'], {
    maxBuffer: 1e8,
  })
  return stdout.trim().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Record<string, unknown>) // prettier-ignore
}

t.test(
  'Catmandu harvests what is counted, while titles come and go',
  needs('/usr/share/perl5/Catmandu/Importer/OAI.pm'),
  async t => {
    const size = Number(
      /completeListSize="(\d+)"/.exec(
        String((await app.read('/oai?verb=ListRecords&metadataPrefix=oai_dc')).body),
      )?.[1],
    )
    t.equal(size, 6)
    const change = async () => {
      await aTitle(app, { domain: 'sample', release: true })
      await app.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [ids.issue] })
      await app.drain()
    }
    const [records] = await Promise.all([
      catmandu('OAI', '--url', `${address}/oai`, '--metadataPrefix', 'oai_dc'),
      change(),
    ])
    const seen = records.map(record => record['_identifier'])
    t.equal(new Set(seen).size, seen.length, 'nothing twice')
    t.ok(seen.length >= size - 1 && seen.length <= size + 1, `${seen.length} records`)
    const again = await catmandu(
      'OAI',
      '--url',
      `${address}/oai`,
      '--metadataPrefix',
      'mods',
      '--set',
      'sample',
    )
    const counted = Number(
      /completeListSize="(\d+)"/.exec(
        String((await app.read('/oai?verb=ListIdentifiers&metadataPrefix=mods&set=sample')).body),
      )?.[1],
    )
    t.equal(again.length, counted)
    t.equal(again.filter(record => record['_status'] === 'deleted').length, 1, 'the hidden one is a deletion')
  },
)

t.test('Catmandu searches by SRU', needs('/usr/share/perl5/Catmandu/Importer/SRU.pm'), async t => {
  const records = await catmandu(
    'SRU',
    '--base',
    `${address}/sru`,
    '--query',
    'dc.title=gesammelte',
    '--recordSchema',
    'mods',
  )
  t.equal(records.length, 3)
})

t.test('zoomsh searches by SRU', needs('/usr/bin/zoomsh'), async t => {
  const { stdout } = await run('zoomsh', [
    'set sru get',
    `connect ${address}/sru`,
    'search cql:dc.title=gesammelte',
    'show 0 2',
    'quit',
  ])
  t.match(stdout, /3 hits/)
  t.match(stdout, /Gesammelte Bl/)
})
