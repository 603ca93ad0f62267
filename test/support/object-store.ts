// A real object store: Ceph's gateway with a monitor and an object server in memory, in processes of their own, the gateway to be killed and
// started again; and a line to it that can be made bad. FIREFOLIO_TEST_S3 names another server instead, whose bucket `firefolio` is used up:
// {"endpoint":"http://127.0.0.1:5000","accessKey":"…","secretKey":"…"}.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ended, S3Client, type S3Settings } from '../../src/storage/s3/client.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

const run = promisify(execFile)
type Teardown = { teardown(work: () => Promise<void> | void): void }

export const bucket = 'firefolio'
const named = process.env['FIREFOLIO_TEST_S3']
const isThere = ['ceph-mon', 'ceph-osd', 'radosgw'].every(name => existsSync(join('/usr/bin', name)))
export const needsObjectStore =
  isThere || named !== undefined
    ? {}
    : { skip: 'Ceph is not installed (apt-get install radosgw ceph-mon ceph-osd)' }

export interface ObjectStore {
  readonly endpoint: string
  readonly accessKey: string
  readonly secretKey: string
  /** Kills the gateway */
  kill(): Promise<void>
  /** Starts it again on its port; what was stored is there. */
  startAgain(): Promise<void>
}

/** The monitor gathers changes for no second, and no answer waits for the acknowledgement of the line: a start and most requests are mere waiting else. */
const configuration = (folder: string, port: number, monitor: number, id: string): string => `[global]
fsid = ${id}
mon host = [v1:127.0.0.1:${monitor}]
public addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
run dir = ${folder}
admin socket =
log file = ${folder}/$name.log
debug default = 0/0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = 1G
mon allow pool size one = true
mon data avail crit = 0
mon max pg per osd = 1000
paxos propose interval = 0.02
paxos min wait = 0.01
[mon.a]
mon data = ${folder}/mon
[osd.0]
osd data = ${folder}/osd
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw data = ${folder}/rgw
rgw thread pool size = 16
`

const accessKey = 'access-of-the-tests'
const secretKey = 'secret-of-the-tests'

export async function anObjectStore(t: Teardown): Promise<ObjectStore> {
  if (named !== undefined)
    return { ...(JSON.parse(named) as ObjectStore), kill: async () => {}, startAgain: async () => {} }
  if (!isThere)
    return {
      endpoint: 'http://127.0.0.1:9',
      accessKey,
      secretKey,
      kill: async () => {},
      startAgain: async () => {},
    }
  const folder = mkdtempSync(join(tmpdir(), 'firefolio-ceph-'))
  const [port, monitor] = [await freePort(), await freePort()]
  const endpoint = `http://127.0.0.1:${port}`
  const id = randomUUID()
  const config = join(folder, 'ceph.conf')
  writeFileSync(config, configuration(folder, port, monitor, id))
  for (const name of ['mon', 'osd', 'rgw']) mkdirSync(join(folder, name))
  const running = new Set<ChildProcess>()
  const begin = (program: string, ...args: string[]): ChildProcess => {
    const child = spawn(program, ['-f', '-c', config, ...args], { stdio: 'ignore' })
    running.add(child)
    child.once('exit', () => running.delete(child))
    return child
  }
  const end = async (child: ChildProcess) => {
    if (!running.has(child)) return
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  const endAll = () => running.forEach(child => child.kill('SIGKILL'))
  process.once('exit', endAll)
  t.teardown(async () => {
    process.off('exit', endAll)
    await Promise.all([...running].map(end))
    rmSync(folder, { recursive: true, force: true })
  })
  const map = join(folder, 'monmap')
  await run('monmaptool', ['--create', '--addv', 'a', `[v1:127.0.0.1:${monitor}]`, '--fsid', id, map])
  await run('ceph-mon', ['-c', config, '--mkfs', '-i', 'a', '--monmap', map])
  begin('ceph-mon', '-i', 'a')
  await run('ceph-osd', ['-c', config, '-i', '0', '--mkfs', '--osd-uuid', randomUUID()])
  const objectServer = () => begin('ceph-osd', '-i', '0')
  let osd = objectServer()
  const answers = () =>
    new Promise<boolean>(resolve => {
      const asked = request(endpoint, answer => resolve((answer.resume().statusCode ?? 500) < 500))
      asked.on('error', () => resolve(false)).end()
    })
  /** What each of them said last: why none answers. */
  const lastWords = () =>
    readdirSync(folder)
      .filter(name => name.endsWith('.log'))
      .map(name => `${name}: ${readFileSync(join(folder, name), 'utf8').slice(-1000)}`)
      .join('\n')
  const gateway = async () => {
    let child = begin('radosgw', '-n', 'client.rgw')
    await until(
      async () => {
        // on a busy machine it takes more than a minute, or gives up before the monitor and the object server are there
        if (!running.has(child)) child = begin('radosgw', '-n', 'client.rgw')
        // the object server ends ("wrong fsid") where it spoke before it knew the monitor
        if (!running.has(osd)) osd = objectServer()
        return await answers()
      },
      'the gateway answers',
      180_000,
    ).catch((error: unknown) => {
      const programs = [...running].map(({ spawnfile }) => spawnfile).join(', ')
      throw new Error(`there run ${programs}; ${lastWords()}`, { cause: error })
    })
    return child
  }
  let rgw = await gateway()
  const user = ['user', 'create', '--uid=firefolio', '--display-name=Firefolio']
  await run('radosgw-admin', [
    '-c',
    config,
    '-n',
    'client.rgw',
    ...user,
    `--access-key=${accessKey}`,
    `--secret-key=${secretKey}`,
  ])
  const store = {
    endpoint,
    accessKey,
    secretKey,
    kill: () => end(rgw),
    startAgain: async () => {
      rgw = await gateway()
    },
  }
  const client = new S3Client(settingsFor(store))
  await ended(await client.send('PUT', undefined))
  client.close()
  return store
}

/** Settings of a store there. @param more others than the usual */
export const settingsFor = (
  { endpoint, accessKey, secretKey }: Pick<ObjectStore, 'endpoint' | 'accessKey' | 'secretKey'>,
  more: Partial<S3Settings> = {},
): S3Settings => ({
  name: 'ceph',
  endpoint,
  region: 'us-east-1',
  bucket,
  prefix: 'library/',
  accessKey,
  secretKey,
  pathStyle: true,
  timeout: 5,
  attempts: 3,
  partMegabytes: 5,
  ...more,
})

/** The same as environment of a service. */
export const environmentFor = (
  store: ObjectStore,
  name = 'ceph',
  endpoint = store.endpoint,
): Record<string, string> => {
  const option = (of: string) => `FIREFOLIO_STORE_${name.toUpperCase()}_${of}`
  return {
    [option('ENDPOINT')]: endpoint,
    [option('BUCKET')]: bucket,
    [option('PREFIX')]: name,
    [option('ACCESSKEY')]: store.accessKey,
    [option('SECRETKEY')]: store.secretKey,
    [option('TIMEOUT')]: '5',
    [option('ATTEMPTS')]: '2',
    [option('PARTMEGABYTES')]: '5',
  }
}

export interface BadLine {
  readonly endpoint: string
  /** What was asked: `METHOD path`, and the range where there is one */
  readonly requests: string[]
  /** What happens to the next requests that fit; each takes one, in order. */
  readonly faults: { readonly on: RegExp; readonly how: Fault }[]
}
export type Fault =
  'truncate' | 'reset' | 'alter' | 'lose' | { readonly status: number; readonly code?: string }

/** A line to the server that does what is asked of it. */
export async function aBadLine(t: Teardown, store: Pick<ObjectStore, 'endpoint'>): Promise<BadLine> {
  const requests: string[] = []
  const faults: { on: RegExp; how: Fault }[] = []
  const target = new URL(store.endpoint)
  const server = createServer((from, to) => {
    const { range } = from.headers
    const name = `${from.method} ${from.url}${range === undefined ? '' : ` ${range}`}`
    requests.push(name)
    const at = faults.findIndex(({ on }) => on.test(name))
    const [fault] = at < 0 ? [] : faults.splice(at, 1)
    pass(target, from, to, fault?.how)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, faults }
}

function pass(target: URL, from: IncomingMessage, to: ServerResponse, fault: Fault | undefined): void {
  if (fault === 'reset') return void from.socket.destroy()
  if (typeof fault === 'object') {
    from.resume().on('end', () => {
      to.writeHead(fault.status, { 'content-type': 'application/xml' })
      to.end(
        fault.code === undefined
          ? '<html>no'
          : `<?xml version="1.0"?><Error><Code>${fault.code}</Code></Error>`,
      )
    })
    return
  }
  const onward = request(
    { host: target.hostname, port: target.port, method: from.method, path: from.url, headers: from.headers },
    answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const body = Buffer.concat(chunks)
        // done, and the answer lost on its way
        if (fault === 'lose') return void from.socket.destroy()
        to.writeHead(answer.statusCode ?? 500, answer.headers)
        if (fault !== 'truncate') return void to.end(body)
        to.write(body.subarray(0, body.length >> 1), () => setImmediate(() => from.socket.destroy()))
      })
    },
  )
  onward.on('error', () => from.socket.destroy())
  from.on('data', (chunk: Buffer) => {
    if (fault === 'alter') chunk[0] = (chunk[0] as number) ^ 1
    onward.write(chunk)
  })
  from.on('end', () => onward.end())
}
