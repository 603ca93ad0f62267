// A private Firebird server that is killed, frozen for a time, frozen for good, and whose disk is full, under the whole service with its
// defaults and four writers: what is answered meanwhile, and how long it takes until changes are taken again. Nothing here starts it again.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { documentedFile } from '../../src/config/database-options.ts'
import { isAlive } from '../../src/firebird/server/private-server.ts'
import { root } from '../../src/root.ts'
import { operatorKey, modsOf } from '../support/start.ts'
import { until } from '../support/until.ts'

type Promised = (sentence: string, holds: boolean, figure: unknown) => void
const run = promisify(execFile)
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const authorization = `Bearer ${operatorKey}`
const frozenS = 20
/** What a request may take: that for a connection, for the statement, and for the last of those that wait before it */
const longestMs = 150_000

/** Four writers that post records for as long as they run. */
class Writers {
  readonly acknowledged: string[] = []
  /** Answers since `forget` */
  answers: {
    readonly at: number
    readonly ms: number
    readonly status: number
    readonly hasRetryAfter: boolean
  }[] = []
  /** Length of the abstract of each record: long ones fill what the database has reserved */
  abstract = 10
  #running = true
  #n = 0
  readonly #all: Promise<void[]>

  constructor(address: string) {
    this.#all = Promise.all(Array.from({ length: 4 }, () => this.#write(address)))
  }

  async #write(address: string): Promise<void> {
    while (this.#running) {
      const record = `drill-${++this.#n}`
      const began = performance.now()
      const answer = await fetch(`${address}/api/v1/titles?domain=lib&release=true`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/mods+xml' },
        body: modsOf(
          record,
          `Drill ${'x'.repeat(3000)}`,
          `<abstract>${'y'.repeat(this.abstract)}</abstract>`,
        ),
      }).catch((error: unknown) => {
        if (this.#running) throw error
      })
      if (!answer) return
      const { status, headers } = answer
      await answer.arrayBuffer()
      if (status === 201) this.acknowledged.push(record)
      else await pause(100)
      const ms = performance.now() - began
      this.answers.push({ at: Date.now(), ms, status, hasRetryAfter: headers.has('retry-after') })
    }
  }

  forget(): void {
    this.answers = []
  }

  /** When the first change since a moment was taken whose request came after it */
  async nextTaken(since: number): Promise<number> {
    const found = () => this.answers.find(({ at, ms, status }) => status === 201 && at - ms >= since)
    await until(async () => found() !== undefined, 'a change that is taken', 300_000)
    return (found() as { at: number }).at
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#all
  }
}

class Service {
  readonly folder: string
  readonly address: string
  readonly #child: ChildProcess

  private constructor(folder: string, address: string, child: ChildProcess) {
    this.folder = folder
    this.address = address
    this.#child = child
  }

  static environment = (folder: string) => ({
    ...process.env,
    FIREFOLIO_PATH_VAR: folder,
    FIREFOLIO_DATABASE_FILE: documentedFile,
    FIREFOLIO_ACCESS_OPERATORKEY: operatorKey,
    FIREFOLIO_SERVER_HTTP_PORT: '0',
    FIREFOLIO_SAMPLE_ON: 'false',
    FIREFOLIO_LOG_LEVEL: 'error',
  })

  static async start(folder: string): Promise<Service> {
    const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
      env: Service.environment(folder),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (part: Buffer) => (output += part.toString()))
    await until(async () => output.includes('documentation:'), 'the start')
    return new Service(folder, /serving on (\S+)/.exec(output)?.[1] as string, child)
  }

  get firebird(): number {
    return (JSON.parse(readFileSync(join(this.folder, 'firebird/server.json'), 'utf8')) as { pid: number })
      .pid
  }

  async get(path: string): Promise<Response> {
    return await fetch(new URL(path, this.address), { headers: { authorization } })
  }

  async stop(): Promise<void> {
    const ended = new Promise(resolve => this.#child.once('close', resolve))
    this.#child.kill('SIGTERM')
    await ended
  }
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10
const statusesOf = ({ answers }: Writers): Record<string, number> => {
  const found: Record<string, number> = {}
  for (const { status } of answers) found[status] = (found[status] ?? 0) + 1
  return found
}

/** One drill: hurts, waits until changes are taken again, and looks at what was answered meanwhile. */
async function drill(
  name: string,
  writers: Writers,
  promise: Promised,
  hurt: () => Promise<number>,
  meant: readonly number[] = [503],
): Promise<void> {
  writers.forget()
  const began = Date.now()
  const over = await hurt()
  const taken = await writers.nextTaken(over)
  // those that were under way when it was over
  await pause(1000)
  const statuses = statusesOf(writers)
  const slowest = Math.max(...writers.answers.map(({ ms }) => ms))
  const refused = writers.answers.filter(({ status }) => status !== 201)
  promise(
    `${name}: all else is ${meant.join(' or ')} with Retry-After, in bounded time; changes are taken again by themselves`,
    refused.every(({ status, hasRetryAfter }) => meant.includes(status) && hasRetryAfter) &&
      slowest < longestMs,
    {
      statuses,
      slowestAnswerS: seconds(slowest),
      lastedS: seconds(over - began),
      takenAgainAfterS: seconds(taken - over),
    },
  )
}

/** A file system of its own, so that it can be full. */
function mounted(folder: string, megabytes: number): () => void {
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  return () => execFileSync('umount', ['-l', folder])
}

export async function firebird(promise: Promised): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'firefolio-drill-'))
  const folder = join(home, 'var')
  let unmount: (() => void) | undefined
  try {
    unmount = mounted(folder, 400)
  } catch {
    promise('a full disk of the database: mounting a small file system needs root', false, 'not tried')
  }
  const service = await Service.start(folder)
  try {
    await fetch(`${service.address}/api/v1/domains`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'lib', caption: 'lib' }),
    })
    const writers = new Writers(service.address)
    await until(async () => writers.acknowledged.length > 20, 'the first changes')

    await drill('Firebird killed', writers, promise, async () => {
      process.kill(service.firebird, 'SIGKILL')
      return Date.now()
    })
    await drill(`Firebird frozen for ${frozenS} s`, writers, promise, async () => {
      const pid = service.firebird
      process.kill(pid, 'SIGSTOP')
      await pause(frozenS * 1000)
      process.kill(pid, 'SIGCONT')
      return Date.now()
    })
    await drill('Firebird frozen for good', writers, promise, async () => {
      const pid = service.firebird
      process.kill(pid, 'SIGSTOP')
      await until(async () => !isAlive(pid), 'the end of what hangs', 300_000)
      return Date.now()
    })
    if (unmount)
      await drill(
        'the disk of the database full',
        writers,
        promise,
        () => fill(service, writers, promise),
        [503, 507],
      )

    await writers.stop()
    const stored = new Set<string>()
    for (let next: string | undefined = '/api/v1/titles?domain=lib&limit=100'; next !== undefined;) {
      const { items, links } = (await (await service.get(next)).json()) as {
        items: { sourceIdent: string }[]
        links: { next?: string }
      }
      for (const { sourceIdent } of items) stored.add(sourceIdent)
      next = links.next
    }
    const lost = writers.acknowledged.filter(record => !stored.has(record))
    promise('nothing that was acknowledged is lost', lost.length === 0, {
      acknowledged: writers.acknowledged.length,
      lost: lost.slice(0, 5),
    })
    const env = Service.environment(folder)
    const checked = await run(process.execPath, [join(root, 'dist/src/cli.js'), 'check'], { env }).catch(
      (error: Error & { stdout: string }) => error,
    )
    promise('and the repository is consistent', !(checked instanceof Error), checked.stdout.slice(0, 300))
  } finally {
    await service.stop()
    unmount?.()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Leaves no room, waits until changes are refused for it, and makes room again. @returns when there was room again */
async function fill(service: Service, writers: Writers, promise: Promised): Promise<number> {
  const filler = join(service.folder, 'filler')
  const file = openSync(filler, 'w')
  try {
    // to the last block, whatever the writers take meanwhile
    for (;;) writeSync(file, Buffer.alloc(1_000_000))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
  // what the database has reserved is full soon
  writers.abstract = 200_000
  await until(
    async () => writers.answers.filter(({ status }) => status === 503 || status === 507).length >= 8,
    'a refusal',
    300_000,
  )
  // Firebird ends when its lock table finds no room, and cannot be started again before there is some
  const [lives, ready] = [await service.get('/health'), await service.get('/ready')]
  const { status, checks } = (await ready.json()) as { status: string; checks: unknown }
  promise(
    'while it is full, the service lives and /ready tells why',
    lives.status === 200 && status !== 'ok',
    {
      health: lives.status,
      ready: ready.status,
      status,
      checks,
    },
  )
  writers.abstract = 10
  truncateSync(filler)
  return Date.now()
}
