// What is acknowledged is on the disk, whole; what the disk refuses is told as what it is. Each single write, sync, rename, link and
// removal of an upload is made to fail once, to be shortened once and to come late once.
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from '../support/tap.ts'
import { some } from '../support/at-length.ts'
import { calls, IoFaults } from '../support/io-faults.ts'
import { asMods, aDomain, aTitle, modsOf, start } from '../support/start.ts'

const app = await start(t)
await aDomain(app)
const title = await aTitle(app, { pages: 1 })
const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
const media = join(app.folder, 'media')

let scans = 0
/** A scan that no other has, of about 300 KB: noise cannot be compressed. */
const aScan = async (side = 320): Promise<Buffer> => {
  scans++
  return await sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
    .tiff({ compression: 'none' })
    .toBuffer()
}
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const put = async (bytes: Buffer) =>
  await app.call('PUT', `/api/v1/pages/${page}/master`, bytes, {
    'content-type': 'image/tiff',
    'if-match': '*',
    'content-digest': `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`,
  })
const fileOf = (hash: string): string => join(media, 'sha256', hash.slice(0, 2), hash)
const staged = (): string[] => readdirSync(join(media, '.staging'))

/** What the page says of its master is what lies in the archive. */
async function masterIsWhole(): Promise<boolean> {
  const { hashsum, filesize } = (await app.call('GET', `/api/v1/pages/${page}`)).body as {
    hashsum: string
    filesize: number
  }
  const hash = hashsum.replace('sha256:', '')
  const bytes = readFileSync(fileOf(hash))
  return bytes.length === filesize && sha256(bytes) === hash
}

t.test('every call of an upload fails, shortens and delays once: nothing acknowledged is torn', async t => {
  const faults = new IoFaults(media)
  t.teardown(() => faults.remove())
  faults.arm()
  t.equal((await put(await aScan())).status, 200)
  const counts = new Map(faults.counts)
  for (const call of ['open', 'write', 'sync', 'link', 'rm'] as const)
    t.ok((counts.get(call) ?? 0) > 0, `an upload calls ${call}`)
  let refused = 0
  let struck = 0
  for (const call of calls)
    // the first and the last; at length each
    for (const nth of some(
      Array.from({ length: counts.get(call) ?? 0 }, (_, at) => at + 1),
      2,
    ))
      for (const how of [
        'ENOSPC',
        'EIO',
        'EROFS',
        'EACCES',
        'late',
        ...(call === 'write' ? ['short'] : []),
      ]) {
        const scan = await aScan()
        faults.arm({ call, nth, how })
        const { status, body } = await put(scan)
        if (!faults.struck) continue // the folder of this hash was there already
        struck++
        const name = `${call} ${nth} ${how}`
        if (status === 200) {
          t.ok(['late', 'short'].includes(how) || call === 'rm' || call === 'mkdir', `${name}: acknowledged`)
          t.equal(sha256(readFileSync(fileOf(sha256(scan)))), sha256(scan), name)
        } else {
          refused++
          t.equal(status, how === 'ENOSPC' ? 507 : 503, `${name}: ${JSON.stringify(body)}`)
          t.match(body.detail, /\[path\] varLarge.*Nothing was stored\.$/s, name)
          t.notMatch(JSON.stringify(body), new RegExp(app.folder), 'no path leaves')
          faults.arm()
          t.equal((await put(scan)).status, 200, `${name}: a repetition succeeds`)
        }
        t.ok(await masterIsWhole(), name)
      }
  t.ok(struck >= 25, `${struck} faults`)
  t.ok(refused >= 15, `${refused} refusals`)
  // only names that could not be removed may be left
  t.ok(staged().length <= 4, `${staged().length} staged files left`)
})

t.test(
  'the upload of an import is synced before it is acknowledged, and refused where there is no room',
  async t => {
    const faults = new IoFaults(join(app.folder, 'upload'))
    t.teardown(() => faults.remove())
    const boundary = 'b'
    const multipart = (scan: Buffer): Buffer =>
      Buffer.concat([
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="manifest"\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ domain: 'lib', mods: modsOf(`up${++scans}`, 'Uploaded'), pages: [{ ident: 'p1', upload: 'p1.tif' }] })}\r\n--${boundary}\r\nContent-Disposition: form-data; name="p1"; filename="p1.tif"\r\nContent-Type: image/tiff\r\n\r\n`,
        ),
        scan,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ])
    const post = async () =>
      await app.call('POST', '/api/v1/imports', multipart(await aScan(64)), {
        'content-type': `multipart/form-data; boundary=${boundary}`,
      })
    faults.arm()
    t.equal((await post()).status, 202)
    t.ok((faults.counts.get('sync') ?? 0) >= 2, 'file and folder are synced')
    for (const [call, how, status] of [
      ['write', 'ENOSPC', 507],
      ['sync', 'EIO', 503],
      ['rename', 'EACCES', 503],
      ['write', 'short', 202],
    ] as const) {
      faults.arm({ call, nth: 1, how })
      t.equal((await post()).status, status, `${call} ${how}`)
      t.ok(faults.struck)
    }
    faults.arm()
    await app.drain()
    const { items } = (await app.call('GET', '/api/v1/titles?domain=lib&q=Uploaded')).body as {
      items: { pageCount: number }[]
    }
    t.equal(items.length, 2, 'those that were acknowledged')
  },
)

const asRoot = process.getuid?.() === 0
const canMount = (() => {
  if (!asRoot) return false
  const trial = join(app.folder, 'trial')
  mkdirSync(trial)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', trial], { stdio: 'ignore' })
    execFileSync('umount', [trial])
    return true
  } catch {
    return false
  }
})()

t.test(
  'on a disk that is really full a master is refused with 507, and taken when there is room again',
  canMount ? {} : { skip: 'mounting file systems needs root' },
  async t => {
    rmSync(media, { recursive: true })
    mkdirSync(media)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', media])
    let mounted = true
    const unmount = () => {
      if (mounted) execFileSync('umount', ['-l', media])
      mounted = false
    }
    t.teardown(unmount)
    mkdirSync(join(media, '.staging'))
    const scan = await aScan()
    t.equal((await put(scan)).status, 200, 'the first fits')
    const before = (await app.call('GET', `/api/v1/pages/${page}`)).body
    const { status, body, headers } = await put(await aScan())
    t.equal(status, 507)
    t.match(body, {
      type: /insufficient-storage/,
      detail: /no room left in the folder of \[path\] varLarge: \d+ bytes are to be written, \d+ are free/,
    })
    t.ok(Number(headers['retry-after']) > 0)
    t.same((await app.call('GET', `/api/v1/pages/${page}`)).body, before, 'nothing has changed')
    t.same(staged(), [], 'and nothing lies about')
    const ready = await app.read('/ready')
    t.equal(ready.status, 200)
    t.match(ready.body, {
      status: 'degraded',
      checks: { space: /low: 0 MB free in \[path\] varLarge; \[limits\] freeMegabytes is 500/ },
    })
    // a text needs the same folder
    const alto = `<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#"><Layout><Page WIDTH="320" HEIGHT="320"><PrintSpace>${'<TextBlock ID="b"><TextLine><String CONTENT="Wort"/></TextLine></TextBlock>'.repeat(3000)}</PrintSpace></Page></Layout></alto>`
    t.equal(
      (
        await app.call('PUT', `/api/v1/pages/${page}/alto`, alto, {
          'content-type': 'application/alto+xml',
          'if-match': '*',
        })
      ).status,
      507,
    )
    // records need the database alone
    t.equal(
      (await app.call('POST', '/api/v1/titles?domain=lib', modsOf('full', 'On a full disk'), asMods)).status,
      201,
    )
    execFileSync('mount', ['-o', 'remount,size=4m', media])
    t.equal((await put(await aScan())).status, 200)
    execFileSync('mount', ['-o', 'remount,ro', media])
    const readOnly = await put(await aScan())
    t.equal(readOnly.status, 503)
    t.match(readOnly.body.detail, /\[path\] varLarge is mounted for reading alone/)
    t.equal((await app.read('/ready')).status, 503)
    t.equal((await app.call('GET', `/api/v1/pages/${page}/master`)).status, 200, 'reading goes on')
  },
)

t.test('a folder that has vanished, or lost its rights, is told as that', async t => {
  rmSync(media, { recursive: true, force: true })
  const gone = await put(await aScan())
  t.equal(gone.status, 503)
  t.match(gone.body.detail, /\[path\] varLarge is no longer there/)
  mkdirSync(join(media, '.staging'), { recursive: true })
  t.equal((await put(await aScan())).status, 200)
  if (asRoot) return // root may write anywhere
  chmodSync(join(media, '.staging'), 0o500)
  const forbidden = await put(await aScan())
  t.equal(forbidden.status, 503)
  t.match(forbidden.body.detail, /may not be written/)
  chmodSync(join(media, '.staging'), 0o700)
})

t.test('masters and packs may not be read by everyone', async t => {
  await put(await aScan())
  await app.drain()
  const modes = (folder: string): number[] =>
    (readdirSync(folder, { recursive: true, encoding: 'utf8' }) as string[])
      .map(name => statSync(join(folder, name)))
      .filter(facts => facts.isFile())
      .map(facts => facts.mode & 0o007)
  for (const folder of [media, join(app.folder, 'packs')]) {
    const found = modes(folder)
    t.ok(found.length > 0, folder)
    t.same([...new Set(found)], [0], folder)
  }
})

t.test('a pack whose disk is full is no verdict on its master: the job is repeated', async t => {
  if (!canMount) return
  await put(await aScan())
  const packs = join(app.folder, 'packs')
  renameSync(packs, `${packs}.kept`)
  mkdirSync(packs)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', packs])
  try {
    await app.drain()
    const { body } = await app.call('GET', `/api/v1/pages/${page}/pack`)
    t.not(body.state, 'refused', JSON.stringify(body))
  } finally {
    execFileSync('umount', ['-l', packs])
    rmSync(packs, { recursive: true })
    renameSync(`${packs}.kept`, packs)
  }
})
