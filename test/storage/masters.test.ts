// What is asked of a store of masters, of each kind of store: the same cases over a folder, an object store, and both as one. Then what only
// an object store can do: break lines, lose answers, alter bytes, be full, be away.
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import t from '../support/tap.ts'
import { atLength } from '../support/at-length.ts'
import { Archive } from '../../src/storage/archive.ts'
import { LocalCopies } from '../../src/storage/local-copies.ts'
import { ended, S3Client } from '../../src/storage/s3/client.ts'
import { storedDigest } from '../../src/storage/s3/reading.ts'
import { leftUploads, uploadStream } from '../../src/storage/s3/upload.ts'
import { S3Masters } from '../../src/storage/s3/masters.ts'
import { SeveralMasters } from '../../src/storage/several-masters.ts'
import type { MasterStore } from '../../src/storage/stores.ts'
import { deliver } from '../support/delivered.ts'
import {
  aBadLine,
  anObjectStore,
  environmentFor,
  needsObjectStore,
  settingsFor,
} from '../support/object-store.ts'
import { aDomain, start } from '../support/start.ts'

const server = await anObjectStore(t)
const line = await aBadLine(t, server)
const mib = 1024 * 1024
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const folder = mkdtempSync(join(tmpdir(), 'firefolio-stores-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

let stores = 0
/** A store of its own, behind the line. */
function objects(more: Parameters<typeof settingsFor>[1] = {}, limitMb = 100) {
  const own = join(folder, `s${++stores}`)
  const client = new S3Client(settingsFor({ ...line, ...keys }, { prefix: `p${stores}/`, ...more }))
  t.teardown(() => client.close())
  const copies = new LocalCopies(join(own, 'copies'), limitMb * mib)
  return { client, copies, store: new S3Masters(client, copies, own), staging: join(own, '.staging') }
}
const keys = { accessKey: server.accessKey, secretKey: server.secretKey }
const put = async (store: MasterStore, bytes: Buffer): Promise<string> =>
  await store.keep(await store.stage(Readable.from([bytes]), 100 * mib))
const all = async (store: MasterStore): Promise<string[]> => {
  const found: string[] = []
  for await (const address of store.addresses()) found.push(address)
  return found
}
const bytesOf = async (stream: Readable): Promise<Buffer> => Buffer.concat(await stream.toArray())
/** Puts other bytes under an address, as a fault of the disk would. */
const damage = async ({ client }: ReturnType<typeof objects>, address: string, bytes: Buffer) => {
  await ended(await client.send('PUT', address, { body: bytes }))
}

/** What a promise is refused with. */
const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

const both = objects()
const kinds: readonly [string, () => MasterStore][] = [
  ['a folder', () => new Archive(join(folder, 'media'))],
  ['an object store', () => objects().store],
  [
    'both, new files in the object store',
    () => new SeveralMasters(both.store, [new Archive(join(folder, 'both'))]),
  ],
]
for (const [kind, make] of kinds) {
  const needs = kind === 'a folder' ? {} : needsObjectStore
  t.test(
    `${kind}: files are kept under their hash, read whole and in part, listed and removed`,
    needs,
    async t => {
      const store = make()
      await store.prepare()
      await store.checkWritable()
      t.equal(await store.isThere(), false)
      const one = randomBytes(100_000)
      const address = await put(store, one)
      t.equal(address, `sha256/${sha256(one).slice(0, 2)}/${sha256(one)}`)
      t.equal(await put(store, one), address, 'the same bytes once more')
      // more than one part of an object store
      const large = randomBytes(6 * mib + 5)
      const source = join(folder, 'large')
      writeFileSync(source, large)
      const staged = await store.stageFile(source, 100 * mib)
      t.same([staged.sha256, staged.bytes], [sha256(large), large.length])
      const second = await store.keep(staged)
      const empty = await put(store, Buffer.alloc(0))
      t.same(await all(store), [address, second, empty].sort())
      t.equal(await store.isThere(), true)

      t.equal((await store.facts(second))?.bytes, large.length)
      t.ok(Math.abs(Date.now() - Number((await store.facts(second))?.modifiedAt)) < 60_000)
      t.ok((await bytesOf(store.read(second))).equals(large))
      t.ok(
        (await bytesOf(store.read(`${second}#page=3`, { start: 7, end: 5 * mib }))).equals(
          large.subarray(7, 5 * mib + 1),
        ),
      )
      t.equal((await bytesOf(store.read(empty))).length, 0)
      t.ok((await store.readAll(address))?.equals(one))
      t.equal(await store.digest(second), sha256(large))
      for (const each of [address, second])
        t.ok(readFileSync(await store.local(each)).equals(each === address ? one : large))

      const away = store.address('ab'.repeat(32))
      t.equal(await store.facts(away), undefined)
      t.equal(await store.readAll(away), undefined)
      await t.rejects(bytesOf(store.read(away)), { code: 'ENOENT' })
      await t.rejects(store.digest(away), { code: 'ENOENT' })
      for (const wrong of ['../etc/passwd', 'sha256/aa/../x', `sha256/ff/${'ab'.repeat(32)}`])
        t.match(
          await refusalOf(store.facts(wrong).then(() => store.local(wrong))),
          { reason: 'not-found' },
          wrong,
        )

      t.match(await refusalOf(store.stage(Readable.from([large]), mib)), { reason: 'too-large' })
      const discarded = await store.stage(Readable.from([one]), mib)
      await store.discard(discarded)
      t.notOk(existsSync(discarded.path))
      const left = await store.stage(Readable.from([one]), mib)
      const [found, ...more] = await store.leftovers(-1)
      t.same(more, [])
      await found?.remove()
      t.notOk(existsSync(left.path))

      t.equal(await store.replace(await store.stage(Readable.from([one]), mib)), address)
      await store.remove(address)
      await store.remove(address)
      t.equal(await store.facts(address), undefined)
      t.same(await all(store), [second, empty].sort())
    },
  )
}

t.test(
  'a file of another size, or other bytes, is exchanged for the right one',
  needsObjectStore,
  async t => {
    const made = objects()
    const { store, copies } = made
    await store.prepare()
    const bytes = randomBytes(5000)
    const address = await put(store, bytes)
    await damage(made, address, bytes.subarray(1))
    await put(store, bytes)
    t.equal(await store.digest(address), sha256(bytes), 'kept anew')
    await damage(made, address, randomBytes(5000))
    await copies.drop(sha256(bytes))
    t.match(await refusalOf(store.local(address)), {
      reason: 'not-processable',
      message: /\[store\.ceph\]\) is damaged/,
    })
    t.same(readdirSync(join(copies.place.folder, sha256(bytes).slice(0, 2))), [], 'and no copy of it stays')
    await store.replace(await store.stage(Readable.from([bytes]), mib))
    t.equal(await store.digest(address), sha256(bytes))
  },
)

t.test('what lies in any of several stores is found, wherever new files go', needsObjectStore, async t => {
  const old = new Archive(join(folder, 'old'))
  const { store } = objects()
  const several = new SeveralMasters(store, [old])
  await several.prepare()
  const bytes = randomBytes(3000)
  const address = await put(old, bytes)
  t.equal(await several.digest(address), sha256(bytes))
  t.equal(await several.local(address), await old.local(address))
  // moved: copied there, then removed here
  await put(store, bytes)
  await old.remove(address)
  t.equal((await several.facts(address))?.bytes, 3000)
  t.equal(await several.digest(address), sha256(bytes))
  t.ok((await several.readAll(address))?.equals(bytes))
  await put(old, bytes)
  t.same(await all(several), [address], 'once, though two have it')
  await several.remove(address)
  t.same([await old.facts(address), await store.facts(address)], [undefined, undefined])
})

t.test(
  'of several stores only the first is asked where it has the file, all others at once where it has not',
  needsObjectStore,
  async t => {
    const [one, two] = [objects(), objects()]
    const folderStore = new Archive(join(folder, 'third'))
    const fresh = () => new SeveralMasters(one.store, [two.store, folderStore])
    await fresh().prepare()
    await two.store.prepare()
    const bytes = randomBytes(2000)
    const here = await put(one.store, bytes)
    const there = await put(two.store, randomBytes(2001))
    await Promise.all([one, two].map(({ copies }, at) => copies.drop((at === 0 ? here : there).slice(-64))))
    const requestsOf = async (work: () => Promise<unknown>): Promise<number> => {
      line.requests.splice(0)
      await work()
      return line.requests.length
    }
    t.equal(await requestsOf(() => fresh().facts(here)), 1)
    t.equal(await requestsOf(() => fresh().digest(here)), 1)
    t.equal(await requestsOf(() => bytesOf(fresh().read(here))), 1)
    t.equal(await requestsOf(() => fresh().isKept(here, 2000)), 1)
    const several = fresh()
    // what an object store has not costs a second request: whether its bucket is there at all
    t.equal(await requestsOf(() => several.facts(there)), 4, 'asked here, found there, asked for')
    t.equal(await requestsOf(() => several.facts(there)), 1, 'and known from then on')
    t.equal(await requestsOf(() => bytesOf(several.read(there))), 1)
    await several.local(there)
    t.equal(await requestsOf(() => several.local(there)), 0, 'a copy is asked nobody for')
    t.equal(await requestsOf(() => several.isThere()), 1)
    t.equal(await requestsOf(() => several.facts(several.address('ab'.repeat(32)))), 4, 'what none has')
  },
)

t.test(
  'a line that breaks, answers that are lost or cut: what is acknowledged is whole',
  needsObjectStore,
  async t => {
    const { store, client, copies } = objects()
    await store.prepare()
    const bytes = randomBytes(6 * mib)
    const address = store.address(sha256(bytes))
    for (const [on, how] of [
      [/^PUT .*partNumber=1/, 'reset'],
      [/^PUT .*partNumber=2/, { status: 503, code: 'SlowDown' }],
      [/^PUT .*partNumber=2/, 'lose'],
      [/^POST .*uploads=/, { status: 500 }],
      [/^POST .*uploadId=/, 'lose'],
      [/^HEAD /, 'reset'],
    ] as const) {
      line.faults.push({ on, how })
      await put(store, bytes)
      t.equal(line.faults.length, 0, `${on} was met`)
      t.equal(await store.digest(address), sha256(bytes), `${on} ${JSON.stringify(how)}`)
      await store.remove(address)
    }
    await put(store, bytes)
    for (const times of [1, 2]) {
      line.faults.push(...Array.from({ length: times }, () => ({ on: /^GET /, how: 'truncate' as const })))
      t.equal(
        await store.digest(address),
        sha256(bytes),
        `${times} answers cut: reading goes on where it ended`,
      )
      t.equal(line.faults.length, 0)
    }
    await copies.drop(sha256(bytes))
    line.faults.push({ on: /^GET /, how: 'truncate' })
    t.ok(readFileSync(await store.local(address)).equals(bytes), 'also into a local copy')
    t.equal(
      line.requests.some(name => name.includes(keys.secretKey.toLowerCase())),
      false,
    )
    t.same(await store.leftovers(-1), [], 'nothing lies about')
    await client.reach()
  },
)

t.test('a stream of unknown length goes in parts, few of them in memory', needsObjectStore, async t => {
  const { client } = objects()
  const piece = randomBytes(mib)
  const before = process.memoryUsage().arrayBuffers
  for (const [pieces, parts] of [
    [0, 0],
    [3, 0],
    [5, 1],
    [60, 12],
  ] as const) {
    let most = 0
    const hash = createHash('sha256')
    const source = async function* () {
      for (let at = 0; at < pieces; at++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
        piece.writeUInt32BE(at)
        hash.update(piece)
        yield Buffer.from(piece)
      }
    }
    line.requests.length = 0
    if (pieces === 5) line.faults.push({ on: /^PUT .*partNumber=1/, how: 'reset' })
    await uploadStream(client, 'stream', source())
    t.equal(await storedDigest(client, 'stream'), hash.digest('hex'), `${pieces} MB`)
    const sent = line.requests.filter(name => /^PUT .*partNumber/.test(name)).length
    t.equal(sent - (pieces === 5 ? 1 : 0), parts)
    // the line of the test holds each part, too
    t.ok(most < 75 * mib, `${Math.round(most / mib)} MB of ${pieces}`)
  }
  const broken = async function* () {
    for (let at = 0; at < 7; at++) yield piece
    throw Object.assign(new Error('the disk is gone'), { code: 'ENOENT' })
  }
  await t.rejects(uploadStream(client, 'broken', broken()), /the disk is gone/)
  const found: string[] = []
  for await (const { key } of client.list('')) found.push(key)
  t.same(found, ['stream'])
  t.same(await leftUploads(client, '', -1), [], 'nor are its parts there')
})

t.test('bytes that change on the way are not acknowledged', needsObjectStore, async t => {
  const { store } = objects()
  await store.prepare()
  const bytes = randomBytes(4000)
  line.faults.push({ on: /^PUT /, how: 'alter' })
  // a store that compares hashes refuses it at once; one that does not is found out afterwards
  t.match(await refusalOf(put(store, bytes)), { reason: 'unavailable', message: /\[store\.ceph\]/ })
  t.same(await all(store), [])
  t.same(readdirSync(join(folder, `s${stores}`, '.staging')), [])
  await put(store, bytes)
  t.equal(await store.digest(store.address(sha256(bytes))), sha256(bytes))
})

t.test(
  'full, closed, gone: each is told as what it is, by the name of the store, and nothing is stored',
  needsObjectStore,
  async t => {
    const { store } = objects()
    await store.prepare()
    const bytes = randomBytes(4000)
    for (const [how, reason, message] of [
      [{ status: 507 }, 'insufficient-storage', /no room left in the store ‘ceph’ \(\[store\.ceph\]\)/],
      [{ status: 403, code: 'QuotaExceeded' }, 'insufficient-storage', /no room left/],
      [{ status: 403, code: 'AccessDenied' }, 'unavailable', /refuses what is asked of it \(AccessDenied\)/],
      [{ status: 404, code: 'NoSuchBucket' }, 'unavailable', /has no bucket ‘firefolio’/],
      [{ status: 400, code: 'Strange' }, 'unavailable', /answers 400 Strange/],
    ] as const) {
      line.faults.push({ on: /^PUT /, how })
      await t.rejects(put(store, bytes), { reason, message }, JSON.stringify(how))
      t.equal(line.faults.length, 0)
      t.same(await all(store), [])
    }
    line.faults.push(...Array.from({ length: 3 }, () => ({ on: /^PUT /, how: { status: 500 } as const })))
    t.match(await refusalOf(put(store, bytes)), {
      reason: 'unavailable',
      message: /answers 500/,
      details: { retryAfter: 60 },
    })
    // the store is well and cannot give this one back: damage, not an outage
    await put(store, bytes)
    line.faults.push(
      ...Array.from({ length: 3 }, () => ({
        on: /^GET .*sha256\/[0-9a-f]{2}\//,
        how: { status: 500 } as const,
      })),
    )
    await t.rejects(store.digest(store.address(sha256(bytes))), { code: 'EIO' })
  },
)

t.test('a wrong key, a bucket that is not there, a server that is away', needsObjectStore, async t => {
  for (const [more, message] of [
    [{ secretKey: 'a-wrong-secret' }, /refuses what is asked of it/],
    [{ bucket: 'another' }, /has no bucket ‘another’/],
    [{ endpoint: 'http://127.0.0.1:9', attempts: 1 }, /cannot be reached \(ECONNREFUSED\)/],
  ] as const) {
    const { store } = objects(more)
    await store.prepare()
    for (const work of [
      () => store.checkWritable(),
      () => put(store, randomBytes(10)),
      () => store.facts(store.address('ab'.repeat(32))),
      () => store.local(store.address('ab'.repeat(32))),
      () => all(store),
      () => store.isThere(),
    ]) {
      const error = (await refusalOf(work())) as Error
      t.match(error, { reason: 'unavailable', message })
      t.notMatch(error.message, /a-wrong-secret|127\.0\.0\.1/)
    }
  }
})

t.test('lists go on after their first page', needsObjectStore, async t => {
  const { store, client } = objects()
  await store.prepare()
  const addresses: string[] = []
  for (let at = 0; at < 5; at++) addresses.push(await put(store, Buffer.from(`file ${at}`)))
  const found: string[] = []
  for await (const { key } of client.list('sha256/', 2)) found.push(key)
  t.same(found, addresses.sort())
})

t.test(
  'local copies: one fetch for all who ask, the least recently used away, what killed processes left is gone',
  async t => {
    const place = join(folder, 'copies')
    const copies = new LocalCopies(place, 100_000)
    await copies.prepare()
    let fetched = 0
    const fetch = async (path: string) => {
      fetched++
      await new Promise(resolve => setTimeout(resolve, 20))
      writeFileSync(path, randomBytes(30_000))
    }
    const paths = await Promise.all(Array.from({ length: 5 }, () => copies.get('aa1', fetch)))
    t.same([fetched, new Set(paths).size], [1, 1])
    await t.rejects(
      copies.get(
        'bb1',
        async path => void (writeFileSync(path, 'x'), await Promise.reject(new Error('cut'))),
      ),
      /cut/,
    )
    t.same(readdirSync(join(place, 'bb')), [], 'half a file is none')
    // used long ago, in the order of their numbers
    const old = (name: string, minutes: number) => {
      const at = new Date(Date.now() - minutes * 60_000)
      utimesSync(copies.path(name), at, at)
    }
    for (let at = 2; at <= 6; at++) await copies.get(`aa${at}`, fetch)
    t.equal((await copies.size()).files, 6, 'what was used a moment ago stays, up to twice the limit')
    for (let at = 1; at <= 6; at++) old(`aa${at}`, 60 - at)
    const left = join(place, 'aa', 'aa9.killed.part')
    writeFileSync(left, 'half')
    utimesSync(left, new Date(0), new Date(0))
    // another process of the same folder makes room as well
    const other = new LocalCopies(place, 100_000)
    t.ok(await other.find('aa1'), 'used now')
    await other.get('aa7', fetch)
    t.same(readdirSync(join(place, 'aa')).sort(), ['aa1', 'aa6', 'aa7'])
    t.equal(await copies.find('aa2'), undefined, 'which the first one sees')
    await copies.get('aa2', fetch)
    t.ok(await copies.find('aa2'))
  },
)

t.test(
  'an import goes into the object store of its domain, where others keep their files here',
  { ...needsObjectStore, ...atLength },
  async t => {
    const app = await start(t, environmentFor(server, 'paper'))
    await aDomain(app)
    const own = await app.call('PATCH', '/api/v1/domains/lib/config', { 'stores.masters': 'paper' })
    t.equal(own.status, 200)
    const scan = await deliver(join(app.services.config.path.import, 'box'), 'AC88')
    const posted = await app.call('POST', '/api/v1/imports', { domain: 'lib', path: 'box' })
    await app.drain()
    t.match((await app.call('GET', posted.body.links.self)).body.items, [
      { outcome: 'created', messages: [] },
    ])
    const store = app.services.stores.byName.get('paper') as MasterStore
    const addresses = await all(store)
    t.equal(addresses.length, 2, 'the scan and its text')
    t.ok(addresses.includes(store.address(sha256(scan))))
    t.notOk(existsSync(join(app.folder, 'media/sha256')), 'and nothing lies here')
  },
)
