import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from '../support/tap.ts'
import { runHarvest } from '../../src/intake/harvests/index.ts'
import { isPublic } from '../../src/http/public-only.ts'
import { runCommand } from '../support/command.ts'
import { runCli } from '../support/crashes.ts'
import { publicAddress, startWithSample } from '../support/collection.ts'
import { aSession, aUser } from '../support/people.ts'
import { aDomain, aTitle, start } from '../support/start.ts'
import { nextSecond } from '../support/until.ts'

const { app: source, ids } = await startWithSample(t, {
  ...publicAddress,
  FIREFOLIO_OAI_PAGESIZE: '2',
  FIREFOLIO_OAI_METSPAGESIZE: '2',
})
const everywhere = { FIREFOLIO_HARVEST_PRIVATENETWORKS: 'true' }
const target = await start(t, everywhere)
await aDomain(target, 'taken')

// the repository that is harvested, behind a server that can be made to fail
const faults: (number | 'forget')[] = []
const asked: string[] = []
const server = createServer((request, response) => {
  // what it says of itself is asked before each run, and no part of what is tested here
  const isAboutItself = /verb=Identify/.test(request.url ?? '')
  if (!isAboutItself) asked.push(request.url ?? '')
  const fault = isAboutItself ? undefined : faults.shift()
  if (typeof fault === 'number') return void response.writeHead(fault, { 'retry-after': '0' }).end()
  const url =
    fault === 'forget'
      ? (request.url ?? '').replace(/resumptionToken=[^&]*/, 'resumptionToken=forgotten')
      : (request.url ?? '')
  void source
    .read(url)
    .then(answer =>
      response
        .writeHead(answer.status, { 'content-type': 'text/xml' })
        .end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)),
    )
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => void server.close())
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oai`

const titles = async (domain = 'taken') =>
  (
    (await target.call('GET', `/api/v1/titles?domain=${domain}&deleted=all&limit=100`)).body as {
      items: {
        id: number
        title: string
        isInBin: boolean
        isReleased: boolean
        oaiIdent: string
        presentationUrl: string
        xmlOrigin: string
      }[]
    }
  ).items
const make = async (body: object) =>
  (await target.call('POST', '/api/v1/harvests', { baseUrl, ...body })).body as { id: number }
const run = async (id: number) => {
  t.equal((await target.call('POST', `/api/v1/harvests/${id}/run`)).status, 202)
  await target.drain()
  return (await target.call('GET', `/api/v1/harvests/${id}`)).body as {
    message: string
    from: string
    isUnderWay: boolean
  }
}

t.test('takes a set, then what has changed, and follows deletions', async t => {
  const { id } = await make({ domain: 'taken', set: 'sample', release: true })
  faults.push(503)
  t.match(await run(id), {
    message: '6 created, 0 updated, 0 unchanged, 0 deleted, 0 failed',
    isUnderWay: false,
  })
  const taken = await titles()
  t.equal(taken.length, 6)
  const { meta } = (await target.call('GET', `/api/v1/titles/${taken[0]?.id}`)).body
  t.equal(meta.sourceAccount, baseUrl, 'where it was brought from')
  t.match(
    taken.find(title => title.title.startsWith('Vom digitalen')),
    { oaiIdent: `oai:library.example:${ids.monograph}`, isReleased: true, xmlOrigin: 'oaiHarvest' },
  )
  await nextSecond()
  await source.call('POST', '/api/v1/tree/batch', { action: 'hide', ids: [ids.monograph] })
  await aTitle(source, { domain: 'sample', title: 'Neu', release: true })
  await source.drain()
  const before = asked.length
  t.match(await run(id), { message: /^1 created, 0 updated, \d+ unchanged, 1 deleted, 0 failed$/ })
  t.match(asked[before], /from=\d{4}/, 'asks for changes alone')
  t.equal((await titles()).find(title => title.title.startsWith('Vom digitalen'))?.isInBin, true)
  await nextSecond()
  await source.call('POST', '/api/v1/tree/batch', { action: 'release', ids: [ids.monograph] })
  await source.drain()
  await run(id)
  t.equal(
    (await titles()).find(title => title.title.startsWith('Vom digitalen'))?.isInBin,
    false,
    'there again',
  )
})

t.test('goes on where it was interrupted, and begins again where the repository has forgotten', async t => {
  await aDomain(target, 'again')
  const { id } = await make({ domain: 'again', metadataPrefix: 'oai_dc' })
  // a first list, then a repository that is gone: the job fails, its place is kept
  const answer = source.read
  let calls = 0
  Object.assign(source, {
    read: (url: string, headers?: Record<string, string>) =>
      !/verb=Identify/.test(url) && ++calls === 2
        ? Promise.resolve({ status: 500, headers: {}, body: '', raw: Buffer.alloc(0) })
        : answer(url, headers),
  })
  await t.rejects(runHarvest(target.services, id), { message: /answered 500/ } as never)
  t.match((await target.call('GET', `/api/v1/harvests/${id}`)).body, { isUnderWay: true, message: null })
  Object.assign(source, { read: answer })
  const before = asked.length
  faults.push('forget')
  await runHarvest(target.services, id)
  t.match((await target.call('GET', `/api/v1/harvests/${id}`)).body, { isUnderWay: false })
  t.match(asked[before], /resumptionToken=/, 'with the token that it had')
  t.notMatch(asked[before + 1], /resumptionToken=/, 'then from the beginning')
  const [first] = await titles('again')
  t.match(first?.presentationUrl, /^https:\/\/library\.example\/id\//)
  t.equal((await titles('again')).length, 7)
})

t.test('METS brings the outline, and the command line does the same', async t => {
  await aDomain(target, 'harvested')
  const { code, out } = await runCli(
    target.services,
    ['harvest', baseUrl, '-d', 'harvested', '--prefix', 'mets', '--set', 'genre:monograph'],
    everywhere,
  )
  t.equal(code, 0, out)
  t.match(out, /created/)
  const book = (await titles('harvested')).find(title => title.title.startsWith('Vom digitalen'))
  const pages = ((await target.call('GET', `/api/v1/titles/${book?.id}/pages`)).body as { items: object[] })
    .items
  t.equal(pages.length, 24)
  t.match(
    (await runCommand(target.services, ['harvest', `${baseUrl}x`, '-d', 'harvested'])).out,
    /answered 404|does not speak/,
  )
  t.equal((await target.read('/api/v1/harvests')).status, 401)
  t.equal(
    (await target.call('POST', '/api/v1/harvests', { baseUrl: 'file:///etc/passwd', domain: 'harvested' }))
      .status,
    400,
  )
})

t.test('a harvest is changed, and its runs tell what they brought and refused', async t => {
  await aDomain(target, 'runs')
  const { id } = await make({ domain: 'runs', set: 'sample', everyHours: 24 })
  await target.drain()
  const address = `/api/v1/harvests/${id}`
  const runs = async () => (await target.call('GET', `${address}/runs`)).body.items
  const [first] = await runs()
  t.match(first, { state: 'done', error: null, result: { created: Number, failed: 0, failures: [] } })
  t.ok(first.result.created > 0)
  t.match(await target.call('PATCH', address, { everyHours: null, release: true }), {
    status: 200,
    body: { everyHours: null, release: true, next: null },
  })
  t.match((await target.call('PATCH', address, { release: false })).body, {
    everyHours: null,
    release: false,
  })
  t.equal((await target.call('PATCH', address, {})).status, 400)
  t.equal((await target.call('PATCH', address, { everyHours: 0 })).status, 400)
  t.equal((await target.call('PATCH', '/api/v1/harvests/99999', { release: true })).status, 404)
  t.equal((await target.call('GET', '/api/v1/harvests/99999/runs')).status, 404)
  await run(id)
  t.match(await runs(), [{ result: { created: 0 } }, { id: first.id }])
  const page = (await target.call('GET', `${address}/runs?limit=1`)).body
  t.equal(page.items.length, 1)
  t.match((await target.call('GET', page.links.next)).body.items, [{ id: first.id }])
})

t.test('what a harvest brings is released by who may release', async t => {
  await aDomain(target, 'unreleased')
  await aUser(target, { login: 'ida', topics: ['IMPORT', 'CATALOGUING'] })
  await aUser(target, { login: 'rita', topics: ['IMPORT', 'CATALOGUING', 'RELEASE'] })
  const [ida, rita] = [await aSession(target, 'ida'), await aSession(target, 'rita')]
  const wanted = { baseUrl, domain: 'unreleased', set: 'nothing', everyHours: 24 }
  const refused = { status: 403, body: { detail: /^This needs the right release on domain unreleased\b/ } }
  t.match(await ida('POST', '/api/v1/harvests', { ...wanted, release: true }), refused)
  const { items } = (await ida('GET', '/api/v1/harvests')).body as { items: { set: string }[] }
  t.notOk(
    items.some(({ set }) => set === 'nothing'),
    'nothing is made',
  )
  const made = await ida('POST', '/api/v1/harvests', wanted)
  t.match(made, { status: 201, body: { release: false } })
  const address = `/api/v1/harvests/${made.body.id}`
  t.match(await ida('PATCH', address, { everyHours: 12, release: true }), refused)
  t.match((await ida('GET', address)).body, { release: false, everyHours: 24 }, 'nothing is changed')
  t.match(await rita('PATCH', address, { release: true }), { status: 200, body: { release: true } })
  t.match(await ida('PATCH', address, { everyHours: 12 }), { status: 200, body: { release: true } })
  t.match(await ida('PATCH', address, { release: false }), { status: 200, body: { release: false } })
  t.match(await rita('POST', '/api/v1/harvests', { ...wanted, release: true }), {
    status: 200,
    body: { release: true },
  })
})

t.test('a harvest that is wanted again is the one that is there', async t => {
  await aDomain(target, 'twice')
  const wanted = { baseUrl: 'https://repository.example/oai', domain: 'twice' }
  const made = await target.call('POST', '/api/v1/harvests', wanted)
  t.equal(made.status, 201)
  const again = await target.call('POST', '/api/v1/harvests', { ...wanted, everyHours: 24 })
  t.equal(again.status, 200)
  t.match(again.body, { id: (made.body as { id: number }).id, everyHours: 24 })
})

t.test('private networks are not harvested unless an option allows it', async t => {
  const careful = await start(t)
  await aDomain(careful, 'careful')
  const { port } = server.address() as AddressInfo
  const before = asked.length
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433']) {
    const { out, code } = await runCommand(careful.services, [
      'harvest',
      `http://${host}:${port}/oai`,
      '-d',
      'careful',
    ])
    t.equal(code, 1)
    t.match(out, /is in a private network; \[harvest\] privateNetworks = true allows those/, host)
  }
  t.equal(asked.length, before, 'nothing was asked')
  for (const address of [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
  ])
    // prettier-ignore
    t.notOk(isPublic(address), address)
  for (const address of ['9.9.9.9', '172.32.0.1', '193.0.0.1', '2a00:1450::1', '2620:fe::fe'])
    t.ok(isPublic(address), address)
})

t.test('the index can be made anew by one command', async t => {
  const { code, out } = await runCli(target.services, ['search', 'rebuild'])
  t.equal(code, 0, out)
  t.match(out, /\d+ titles and 0 pages/)
  t.ok(
    ((await target.read('/api/v1/search?q=gesammelte')).body as { total: number }).total > 0,
    'and is in use at once',
  )
})
