// The server as a process: addresses, slow clients, an orderly end.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import t from './support/tap.ts'
import { some } from './support/at-length.ts'
import { FirebirdFault } from '../src/firebird/faults.ts'
import { root } from '../src/root.ts'
import { sentenceOf } from '../src/start-faults.ts'
import { sameDatabase } from './support/crashes.ts'
import { aTitle, operatorKey, start } from './support/start.ts'

const app = await start(t)

interface Service {
  readonly process: ChildProcess
  readonly addresses: readonly URL[]
  readonly output: () => string
  readonly ended: Promise<number | null>
}

/** Starts main.js on the database of this test and waits until it serves. */
async function service(
  t: { teardown(work: () => void): void },
  environment: Record<string, string>,
): Promise<Service> {
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: {
      ...process.env,
      ...sameDatabase(app.services),
      FIREFOLIO_ACCESS_OPERATORKEY: operatorKey,
      FIREFOLIO_SERVER_HTTP_PORT: '0',
      FIREFOLIO_SAMPLE_ON: 'false',
      // the search index of the other is the other's
      FIREFOLIO_PATH_VARFAST: join(app.folder, 'fast'),
      FIREFOLIO_LOG_LEVEL: 'silent',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => void child.kill('SIGKILL'))
  let output = ''
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    const onData = (part: Buffer) => {
      output += part.toString()
      if (/documentation:|switched off/.test(output)) resolve()
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    void ended.then(code => reject(new Error(`ended with ${code}: ${output}`)))
  })
  const addresses = [...output.matchAll(/serving (?:\/health )?on (http:\S+?)(?=[;\s])/g)].map(
    ([, address]) => new URL(address as string),
  )
  return { process: child, addresses, output: () => output, ended }
}

/** What a raw client is answered until its connection is closed, and after how long. */
function raw(address: URL, text: string): Promise<{ answer: string; ms: number }> {
  const started = Date.now()
  return new Promise(resolve => {
    const socket = connect(Number(address.port), address.hostname, () => socket.write(text))
    let answer = ''
    socket.on('data', part => (answer += part.toString()))
    socket.on('error', () => {})
    socket.on('close', () => resolve({ answer, ms: Date.now() - started }))
  })
}

t.test('listens on each of its addresses, cuts slow clients, and ends in order', async t => {
  const {
    process: child,
    addresses,
    output,
    ended,
  } = await service(t, {
    FIREFOLIO_SERVER_BINDHOSTS: '127.0.0.1, 127.0.0.2',
    FIREFOLIO_SERVER_HTTP_HEADERSTIMEOUT: '1',
    FIREFOLIO_SERVER_HTTP_REQUESTTIMEOUT: '2',
  })
  t.same(
    addresses.map(address => address.hostname),
    ['127.0.0.1', '127.0.0.2'],
  )
  for (const address of addresses)
    t.equal((await fetch(new URL('/ready', address))).status, 200, address.href)
  t.match(output(), /as operator: curl|documentation/)

  for (const address of addresses) {
    const slowHead = raw(address, 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    const slowBody = raw(
      address,
      `POST /api/v1/domains HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${operatorKey}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"name":`,
    )
    for (const { answer, ms } of await Promise.all([slowHead, slowBody])) {
      t.match(answer, /^HTTP\/1\.1 408/)
      t.ok(ms < 6000, `cut after ${ms} ms`)
    }
  }

  const title = await aTitle(app, {
    domain: (await app.call('POST', '/api/v1/domains', { name: 'd', caption: 'D' })).body.name,
    pages: 1,
  })
  const page = (await app.call('GET', `/api/v1/titles/${title}/pages`)).body.items[0].id as number
  const bytes = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#987' } })
    .tiff()
    .toBuffer()
  const [address] = addresses as [URL]
  const answer = new Promise<number>((resolve, reject) => {
    const upload = request(
      new URL(`/api/v1/pages/${page}/master`, address),
      {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${operatorKey}`,
          'if-match': '*',
          'content-type': 'image/tiff',
          'content-length': bytes.length,
          // the service says so when the request is under way
          expect: '100-continue',
        },
      },
      response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    upload.on('error', reject)
    upload.flushHeaders()
    const goOn = async (): Promise<void> => {
      upload.write(bytes.subarray(0, 1000))
      child.kill('SIGTERM')
      while (!output().includes('finishing requests in flight'))
        await new Promise(again => setTimeout(again, 20))
      upload.end(bytes.subarray(1000))
    }
    upload.on('continue', () => void goOn())
  })
  t.equal(await answer, 200, 'what is under way is finished')
  t.equal(await ended, 0)
  t.match(output(), /SIGTERM: finishing requests in flight …[\s\S]*stopped\./)
  await t.rejects(fetch(new URL('/health', address)))
  t.match((await app.call('GET', `/api/v1/pages/${page}`)).body, { masterState: 'archived' })
})

t.test('without a database it lives, and says what is missing', async t => {
  const { addresses, process: child, ended } = await service(t, { FIREFOLIO_DATABASE_ON: 'false' })
  const [address] = addresses as [URL]
  t.equal((await fetch(new URL('/health', address))).status, 200)
  const ready = await fetch(new URL('/ready', address))
  t.equal(ready.status, 503)
  t.match(await ready.json(), { checks: { database: /switched off/ } })
  t.match(await (await fetch(new URL('/api/v1/titles', address))).json(), {
    status: 503,
    detail: /switched off/,
  })
  child.kill('SIGTERM')
  t.equal(await ended, 0)
  for (const command of some(['migrate', 'check'], 1)) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'dist/src/cli.js'), command], {
      env: { ...process.env, ...sameDatabase(app.services), FIREFOLIO_DATABASE_ON: 'false' },
      encoding: 'utf8',
    })
    t.equal(status, 1, `${command} does not run on a database that is switched off`)
    t.match(stderr, /The database is switched off \(\[database\] on = false\)/)
  }
})

t.test('a configuration that cannot work ends the start with a sentence', async t => {
  const failing = async (environment: Record<string, string>) =>
    await service(t, environment).then(
      () => 'started',
      (error: Error) => error.message,
    )
  t.match(
    await failing({ FIREFOLIO_DATABASE_HOST: '127.0.0.1/1' }),
    /ended with 1: .*No Firebird server answers at 127\.0\.0\.1\/1/,
  )
  const busy = 'No database connection became free within 10000 ms.'
  t.equal(sentenceOf(new FirebirdFault('pool', busy)), busy)
  t.match(sentenceOf(new FirebirdFault('other', 'Ours')), /Ours\n\s+at /)
  /** The same sentence, without a process: what `start` and main.js open is the same. */
  const refusing = async (environment: Record<string, string>) =>
    await start(t, environment).then(
      () => 'started',
      (error: unknown) => sentenceOf(error),
    )
  t.match(
    await refusing({ FIREFOLIO_DATABASE_PASSWORD: 'wrong' }),
    /refuses the user ‘SYSDBA’; see \[database\] user and password/,
  )
  t.match(
    await refusing({ FIREFOLIO_SERVER_HTTP_PORT: 'x' }),
    /FIREFOLIO_SERVER_HTTP_PORT: expected a number from 0 to 65535, got ‘x’/,
  )
  t.match(await refusing({ FIREFOLIO_DATABASE_MINVERSION: '99.0' }), /99\.0/)
  t.match(
    await refusing({ FIREFOLIO_DATABASE_MINVERSION: 'abc' }),
    /FIREFOLIO_DATABASE_MINVERSION: expected a version like 3\.5\.6, got ‘abc’/,
  )
  t.match(
    await refusing({ FIREFOLIO_DATABASE_ROLE: 'nobodys' }),
    /The database has no role ‘nobodys’; see \[database\] role\./,
  )
})
