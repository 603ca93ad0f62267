// Files of orders, and the letters about their steps.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { readLetters } from '../../src/config/order-letters.ts'
import { neededFiles } from '../../src/catalogue/pages/needed.ts'
import { checks } from '../../src/app.ts'
import { type KeptFile, keptFiles } from '../../src/preservation/fixity/kept-files.ts'
import t from '../support/tap.ts'
import { aSession, aUser } from '../support/people.ts'
import { start } from '../support/start.ts'

/** Letters that arrive at an SMTP server on this machine. */
const letters: string[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, { envelope }, done) {
    const to = envelope.rcptTo.map(({ address }) => address).join()
    stream.setEncoding('utf8')
    let letter = ''
    stream.on('data', part => (letter += String(part)))
    stream.on('end', () => {
      letters.push(`${to} ${letter}`)
      done()
    })
  },
})
await new Promise<void>(resolve => smtp.listen(0, '127.0.0.1', resolve))
t.teardown(() => new Promise<void>(resolve => smtp.close(resolve)))

const app = await start(t, {
  FIREFOLIO_ORDERS_FILES: '2',
  FIREFOLIO_ORDERS_FILEBYTES: '2000',
  FIREFOLIO_MAIL_HOST: '127.0.0.1',
  FIREFOLIO_MAIL_PORT: String((smtp.server.address() as { port: number }).port),
  FIREFOLIO_MAIL_FROM: 'Library <library@example.org>',
})
const { call, read } = app
const people = {
  ada: await aUser(app, { login: 'ada', topics: ['ORDERS'] }),
  ben: await aUser(app, { login: 'ben', topics: ['ORDERS'] }),
  house: await aUser(app, { login: 'house', topics: ['ORDERS_SPECIAL'] }),
  manager: await aUser(app, { login: 'manager', topics: ['DATA_MANAGEMENT'] }),
  cataloguer: await aUser(app, { login: 'cataloguer', topics: ['CATALOGUING'] }),
}
const ada = await aSession(app, 'ada')
const ben = await aSession(app, 'ben')
const house = await aSession(app, 'house')
const manager = await aSession(app, 'manager')
const any = { 'if-match': '*' }

const order = async (input: object = {}) => {
  const made = await ada('POST', '/api/v1/orders', { title: 'Letters', ...input })
  t.equal(made.status, 201, made.raw.toString())
  return made.body.id as number
}
const move = (by: typeof ada, id: number, state: string, more: object = {}) =>
  by('POST', `/api/v1/orders/${id}/state`, { state, ...more }, any)

t.test('files of an order are read by its editors, bounded by options, and go with it', async t => {
  const { db, archive } = app.services
  const id = await order()
  const url = `/api/v1/orders/${id}/files`
  const send = async (name: string, bytes: Buffer | string, by = ada, headers: object = {}, at = url) =>
    await by('POST', `${at}?name=${encodeURIComponent(name)}`, Buffer.from(bytes), { 'content-type': 'application/octet-stream', ...headers }) // prettier-ignore
  const added = await send('Angebot für Box 7.txt', 'EUR 40 for Box 7\n')
  t.equal(added.status, 201, added.raw.toString())
  const [file] = added.body.items
  const { headers: gone } = await ada('GET', `/api/v1/orders/${id}`)
  t.equal(gone['etag'], '"2"', 'a file is a change of the order')
  t.match(file, { name: 'Angebot für Box 7.txt', mediaType: 'text/plain', bytes: 17, by: { id: people.ada.uuid, name: 'User ada' } }) // prettier-ignore
  t.equal(added.headers['location'], `${url}/${file.id}`)
  t.match((await manager('GET', url)).body.items, [{ id: file.id }])
  const got = await ada('GET', file.links.content)
  t.equal(got.raw.toString(), 'EUR 40 for Box 7\n')
  t.match(got.headers['content-disposition'], /^attachment; .*Box 7\.txt/)
  t.equal(got.headers['x-content-type-options'], 'nosniff')
  t.match(got.headers['cache-control'], /private/)
  for (const at of [url, file.links.content]) {
    t.equal((await ben('GET', at)).status, 404, 'others')
    t.equal((await read(at)).status, 401)
  }
  t.equal((await send('x.txt', 'mine', ben)).status, 404)
  t.equal((await ben('DELETE', file.links.content)).status, 404)
  const other = await order()
  t.equal(
    (await ada('GET', `/api/v1/orders/${other}/files/${file.id}`)).status,
    404,
    'a file of another order',
  )
  t.match((await ada('GET', `/api/v1/orders/${id}/log?limit=1`)).body.items, [
    { action: 'add-files', data: { file: file.id, name: file.name } },
  ])

  t.match((await send('again.txt', 'EUR 40 for Box 7\n')).body, { status: 409, detail: /bytes already/ })
  t.match((await send('page.html', '<!doctype html><html><script>1</script></html>')).body, { status: 415, detail: /text\/html.*\[orders\] mediaTypes/ }) // prettier-ignore
  t.equal((await send('large.txt', 'x'.repeat(2001))).status, 413)
  t.equal((await send('empty.txt', '')).status, 422)
  t.equal((await send('', 'no name')).status, 400)
  const digest = { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` }
  t.match((await send('cut.txt', 'cut', ada, digest)).body, { detail: /has the SHA-256/ })
  t.equal((await send('two.txt', 'two')).status, 201)
  t.match((await send('three.txt', 'three')).body, { status: 413, detail: /at most 2.*\[orders\] files/ })

  // nothing takes its bytes for a stray, fixity reads them, and the check misses them
  t.same(await archive.leftovers(-1), [], 'what was refused left nothing')
  const address = `sha256/${file.sha256.slice(0, 2)}/${file.sha256}`
  t.ok((await neededFiles(db)).has(address))
  const kept: KeptFile[] = []
  for await (const each of keptFiles(db, { kind: 'all' }, null)) kept.push(each)
  t.match(
    kept.find(each => each.address === address),
    { what: 'file', nodeId: null },
  )
  const check = checks.find(({ name }) => name === 'order-files')
  t.same(await check?.run(app.services, { repair: false }), [])
  writeFileSync(await archive.local(address), 'EUR 99 for Box 7\n')
  t.match(await check?.run(app.services, { repair: false }), [
    { sentence: new RegExp(`File ${file.id} of order ${id} has the SHA-256`) },
  ])

  const shared = await send('two.txt', 'two', ada, {}, `/api/v1/orders/${other}/files`)
  t.equal((await ada('DELETE', file.links.content)).status, 204)
  t.equal((await ada('GET', file.links.content)).status, 404)
  t.match((await ada('DELETE', `/api/v1/orders/${id}?dryRun=true`, undefined, any)).body, { files: 1 })
  t.equal((await ada('DELETE', `/api/v1/orders/${id}`, undefined, any)).status, 200)
  await app.drain()
  t.ok(await archive.facts(address), 'backups count on an hour')
  const jobs = db
    .updateTable('SYS_Job')
    .set({ SJ_RunAfterTS: new Date() })
    .where('SJ_Kind', '=', 'orders.forget')
  await jobs.execute()
  await app.drain()
  t.equal(await archive.facts(address), undefined, 'its bytes are gone')
  const [still] = shared.body.items
  t.equal((await ada('GET', still.links.content)).raw.toString(), 'two', 'what another order has stays')
})

t.test('where it is wished, those of an order are told of its steps by mail, and nobody else', async t => {
  const { config } = app.services
  t.same(config.orders.mail, [], 'off by itself')
  const id = await order({ title: 'Karten', authors: [people.ben.uuid, people.cataloguer.uuid], editors: [people.ada.uuid, people.house.uuid] }) // prettier-ignore
  for (const name of ['ada', 'ben', 'house', 'manager'] as const)
    await call('PATCH', `/api/v1/users/${people[name].uuid}`, { email: `${name}@example.org` }, any)
  await move(house, id, 'accepted', { comment: 'From Monday on' })
  await app.drain()
  t.same(letters, [])
  Object.assign(config.orders, { mail: ['editors', 'authors'] })
  t.teardown(() => Object.assign(config.orders, { mail: [] }))
  await ada('POST', `/api/v1/orders/${id}/comments`, { text: 'Soon?' }, any)
  await move(house, id, 'scanning', { comment: 'At last' })
  await app.drain()
  t.equal(letters.length, 2)
  for (const name of ['ada', 'ben'])
    t.ok(
      letters.some(letter => letter.startsWith(`${name}@example.org `)),
      name,
    )
  const [letter = ''] = letters.splice(0)
  for (const part of ['Karten', 'being scanned', 'wird gescannt', 'At last', `/desk/orders/${id}`])
    t.match(letter, part)
  t.notMatch(letter, 'Soon?', 'other comments stay in the order')

  await move(house, id, 'delivered')
  await ada('PATCH', `/api/v1/orders/${id}`, { authors: [] }, any)
  t.equal((await move(house, id, 'scanning')).status, 409)
  await app.drain()
  t.same(letters.map(each => each.split(' ')[0]), ['ada@example.org'], 'who is no longer in it is told nothing') // prettier-ignore
})

t.test('letters are in the words of the house, where it has some', async t => {
  const folder = join(app.folder, 'letters')
  mkdirSync(folder)
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('step.en.txt', '{library}: {title}\n\nDear {name},\n\norder {order} is {state} now.\nReference: {reference}\nThey say: {comment}\n\n{link}\n') // prettier-ignore
  write('accepted.de.txt', '{title} ist {state}\n\nGuten Tag {name}\n')
  write('notes.md', 'of nobody')
  const { letters: own, faults } = readLetters(folder)
  t.same(faults, [])
  const { config } = app.services
  Object.assign(config.orders, { mail: ['editors'], letters: own })
  t.teardown(() => Object.assign(config.orders, { mail: [], letters: new Map() }))
  letters.splice(0)
  const id = await order({ title: 'A {name}\nletter', editors: [people.ada.uuid, people.house.uuid] })
  await move(house, id, 'accepted')
  await app.drain()
  const [both = ''] = letters.splice(0)
  t.equal(letters.length, 0)
  t.match(both, /Guten Tag User ada\r\n\r\nDear User ada,\r\n\r\norder \d+ is accepted now\.\r\n\r\n.*\/desk\/orders/, 'lines of nothing are left out') // prettier-ignore
  t.match(both, /Subject: .*A_=7Bname=7D_letter_ist_ang/, 'what people wrote is text, on one line')
  await move(house, id, 'scanning', { comment: 'At last' })
  await app.drain()
  t.match(letters[0], /is being scanned now\.\r\nThey say: At last/)
  t.notMatch(letters[0], 'Guten Tag', 'a letter in one language stands alone')
})
