// What answers tell browsers, and that nothing of ours runs or loads what its policy does not name.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from './support/tap.ts'
import { isPublic } from '../src/http/public-only.ts'
import { publicAddress, startWithSample } from './support/collection.ts'
import { doorsOf } from './support/doors.ts'

const { app, ids } = await startWithSample(t, {
  ...publicAddress,
  FIREFOLIO_SERVER_CORSORIGINS: 'https://tools.example, http://localhost:5173',
})
const { items } = (await app.read(`/api/v1/titles/${ids.monograph}/pages`)).body
const page = items[0].id as number

t.test('every answer forbids guessing its type and names what may be loaded', async t => {
  let seen = 0
  for (const [name, url] of [
    ...Object.entries(doorsOf(ids, page)),
    ['nothing', '/nothing-there'],
    ['no right', '/metrics'],
    ['a bad address', '/api/v1/tree/x'],
    ['an address that cannot be decoded', '/%'],
  ]) {
    const { headers, status } = await app.read(url as string)
    seen++
    t.equal(headers['x-content-type-options'], 'nosniff', `${name} (${status}): ${url}`)
    if (headers['content-type']?.startsWith('image/') && status === 200) continue
    t.match(headers['content-security-policy'], /default-src 'none'/, `${name} (${status}): ${url}`)
    t.match(headers['content-security-policy'], /frame-ancestors/, `${name}`)
    t.equal(headers['referrer-policy'], 'strict-origin-when-cross-origin', `${name}`)
  }
  t.ok(seen > 40)
})

t.test('pages for people stand under a policy without inline scripts', async t => {
  for (const url of [`/id/${ids.monograph}`, '/docs', '/oai?verb=Identify']) {
    const { headers } = await app.read(url, { accept: 'text/html' })
    const policy = headers['content-security-policy'] ?? ''
    t.match(policy, /script-src 'self'/, url)
    t.notMatch(/script-src[^;]*/.exec(policy)?.[0], /unsafe/, url)
  }
  const { body, headers } = await app.read(`/id/${ids.monograph}`, { accept: 'text/html' })
  // attributes alone may carry styles: the application measures with them
  t.notMatch(headers['content-security-policy']?.replace(/style-src-attr [^;]+/, ''), /unsafe/)
  t.notMatch(body, /<[^>]+ on\w+=/, 'no inline handlers in the markup')
})

t.test('files for the web are sent, and no link leads out of their folder', async t => {
  const folder = join(app.folder, 'static')
  mkdirSync(join(folder, 'logos'), { recursive: true })
  writeFileSync(join(folder, 'logos/logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(app.folder, 'secret.txt'), 'secret')
  symlinkSync(join(app.folder, 'secret.txt'), join(folder, 'out.txt'))
  symlinkSync(app.folder, join(folder, 'up'))
  symlinkSync(join(folder, 'logos/logo.svg'), join(folder, 'inside.svg'))
  t.equal((await app.read('/static/logos/logo.svg')).status, 200)
  t.equal((await app.read('/static/inside.svg')).status, 200, 'a link within the folder is one of its files')
  for (const path of [
    'out.txt',
    'up/secret.txt',
    'up',
    'logos',
    'missing.svg',
    '..%2Fsecret.txt',
    'logos%2F..%2F..%2Fsecret.txt',
  ]) {
    const { status, raw } = await app.read(`/static/${path}`)
    t.ok(status === 404 || status === 400, `${path}: ${status}`)
    t.notMatch(raw.toString(), /^secret$/)
  }
})

t.test('harvests take no address that is reserved by any registry for the public network', t => {
  const reserved = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2001:2::1',
    '2001:20::1',
    '2002:a00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'no address',
  ]
  for (const address of reserved) t.notOk(isPublic(address), address)
  for (const address of ['8.8.8.8', '193.5.93.1', '2606:4700::1111']) t.ok(isPublic(address), address)
  t.end()
})

t.test('pages of listed origins may use the API with a key, all others may not', async t => {
  const origin = 'https://tools.example'
  const url = `/api/v1/titles/${ids.monograph}`
  const asked = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,if-match' } // prettier-ignore
  const preflight = await app.app.inject({ method: 'OPTIONS', url, headers: { origin, ...asked } })
  t.match(preflight, {
    statusCode: 204,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': /PATCH/,
      'access-control-allow-headers': /Authorization.*If-Match/,
      vary: 'Origin',
    },
  })
  const seen = await app.call('GET', url, undefined, { origin })
  t.match(seen, { status: 200, headers: { 'access-control-allow-origin': origin, 'access-control-expose-headers': /ETag/, vary: /Origin/ } }) // prettier-ignore
  const refused = await app.call('PATCH', url, { signature: 'X' }, { origin })
  t.match(refused, { status: 428, headers: { 'access-control-allow-origin': origin } }, 'a program can read what is wrong') // prettier-ignore
  for (const answer of [preflight, seen, refused])
    t.notOk(answer.headers['access-control-allow-credentials'], 'no session is handed to another site')
  for (const other of [
    'https://tools.example.evil',
    'https://evil.example',
    'null',
    'http://tools.example',
  ]) {
    const { headers, statusCode } = await app.app.inject({ method: 'OPTIONS', url, headers: { origin: other, ...asked } }) // prettier-ignore
    t.equal(statusCode, 405, other)
    t.notOk(headers['access-control-allow-origin'], other)
    const read = await app.read(url, { origin: other })
    t.notOk(read.headers['access-control-allow-origin'], other)
    t.match(read.headers['vary'], /Origin/, 'what is kept of it is for no listed origin')
  }
  t.equal((await app.read(`/iiif/image/3/${page}/info.json`, { origin: 'https://evil.example' })).headers['access-control-allow-origin'], '*') // prettier-ignore
})
