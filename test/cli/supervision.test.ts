// A private Firebird server that ends or hangs is started again by the service alone; what it says of that stands in /ready and in the log.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { atLength, isAtLength, some } from '../support/at-length.ts'
import { documentedFile } from '../../src/config/database-options.ts'
import { isAlive } from '../../src/firebird/server/private-server.ts'
import { Supervisor } from '../../src/firebird/server/supervisor.ts'
import { root } from '../../src/root.ts'
import { runProgram } from '../support/crashes.ts'
import { operatorKey, start } from '../support/start.ts'

const folder = mkdtempSync(join(tmpdir(), 'firefolio-supervision-'))
const environment = {
  ...process.env,
  FIREFOLIO_PATH_VAR: folder,
  FIREFOLIO_DATABASE_FILE: documentedFile,
  // none is named: the user of a private server has one all the same
  FIREFOLIO_DATABASE_ROLE: '',
  FIREFOLIO_ACCESS_OPERATORKEY: operatorKey,
  FIREFOLIO_SERVER_HTTP_PORT: '0',
  FIREFOLIO_SAMPLE_ON: 'false',
  FIREFOLIO_LOG_LEVEL: 'warn',
}
let child: ChildProcess | undefined
t.teardown(async () => {
  if (child && child.exitCode === null) {
    const ended = new Promise(resolve => child?.once('close', resolve))
    child.kill('SIGTERM')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
})

const firebird = (): number =>
  (JSON.parse(readFileSync(join(folder, 'firebird/server.json'), 'utf8')) as { pid: number }).pid

const databases = (): string[] =>
  readdirSync(join(folder, 'firebird/data')).filter(name => name.endsWith('fdb'))

t.test(
  'a first start that is killed while it fills its database has none, and serves nobody',
  atLength,
  async t => {
    // of some six hundred statements; the next start finds what each of them leaves
    for (const skip of ['120', '0', '550']) {
      const killed = await runProgram('dist/src/main.js', [], {
        ...environment,
        CRASH_AT_SQL: 'insert into SYS_Migration',
        CRASH_SKIP: skip,
      })
      t.match(killed, { signal: 'SIGKILL', out: 'killed at insert into SYS_Migration' })
      t.notMatch(killed.out, 'documentation:')
      t.match(databases(), [/^\.\d+-\d+\.new\.fdb$/], 'what is half filled has no name')
      t.equal(databases().length, 1, 'what the one before had left is gone')
    }
  },
)

t.test('killed, it is back without a hand, and nothing acknowledged is lost', async t => {
  let output = ''
  if (!isAtLength) {
    // as one leaves it whose process number nobody has
    mkdirSync(join(folder, 'firebird/data'), { recursive: true })
    writeFileSync(join(folder, 'firebird/data/.4194304-1.new.fdb'), 'half filled')
  }
  child = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (output += part.toString()))
  const until = async (holds: () => boolean | Promise<boolean>, what: string) => {
    for (let n = 0; n < 2400; n++) {
      if (await holds()) return
      if (child?.exitCode !== null) break
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    throw new Error(`waited in vain for ${what}: ${output}`)
  }
  await until(() => output.includes('documentation:'), 'the start')
  const address = /serving on (\S+)/.exec(output)?.[1] as string
  const ready = async () =>
    await fetch(`${address}/ready`).then(
      answer => answer.status,
      () => 0,
    )
  const post = async (name: string) =>
    await fetch(`${address}/api/v1/domains`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, caption: name }),
    }).then(answer => answer.status)
  t.same(databases(), ['firefolio.fdb'], 'what the killed start had left is gone')
  t.equal(await post('before'), 201)
  const kills = some([1, 2], 1)
  for (const n of kills) {
    const pid = firebird()
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid), 'its end')
    await until(async () => (await ready()) === 200 && firebird() !== pid, 'its return')
    t.equal(await post(`after-${n}`), 201, 'changes are taken again')
  }
  const { items } = (await (await fetch(`${address}/api/v1/domains`)).json()) as { items: { name: string }[] }
  t.same(
    ['before', ...kills.map(n => `after-${n}`)].filter(name => !items.some(item => item.name === name)),
    [],
  )
  t.match(output, /The private Firebird server has ended; it is being started again\./)
  t.match(output, /The private Firebird server runs again\./)
  const checked = await runProgram('dist/src/cli.js', ['check'], environment)
  t.match(checked, { code: 0, out: 'Nothing is wrong.' })
})

t.test('a server that lives but is silent is ended and started again; a slow one is not', async t => {
  const events: string[] = []
  const restarts: boolean[] = []
  let answers = false
  const supervisor = new Supervisor({
    isAlive: () => true,
    probe: async () => {
      if (!answers) throw new Error('no answer')
    },
    restart: async isHung => {
      restarts.push(isHung)
      answers = true
    },
    onEvent: ({ sentence }) => events.push(sentence),
    lookEveryMs: 1,
    probeEveryMs: 1,
    hungAfterMs: 100,
  })
  supervisor.start()
  t.teardown(() => supervisor.stop())
  for (let n = 0; n < 500 && supervisor.restarts === 0; n++)
    await new Promise(resolve => setTimeout(resolve, 10))
  t.same(restarts, [true])
  t.match(events, [/does not answer any more; it is being started again/, /runs again/])
  t.equal(supervisor.trouble, undefined)
  // thrice the time after which silence counts: that nothing happens in it is what is looked at
  await new Promise(resolve => setTimeout(resolve, 300))
  t.equal(supervisor.restarts, 1, 'an answer ends the silence')
})

t.test('one that does not start is tried again, later each time, and says so', async t => {
  const events: string[] = []
  let attempts = 0
  const supervisor = new Supervisor({
    isAlive: () => attempts > 2,
    probe: async () => {},
    restart: async () => {
      attempts++
      if (attempts <= 2) throw new Error('the disk is full')
    },
    onEvent: ({ sentence }) => events.push(sentence),
    lookEveryMs: 1,
  })
  supervisor.start()
  t.teardown(() => supervisor.stop())
  for (let n = 0; n < 1000 && supervisor.restarts === 0; n++)
    await new Promise(resolve => setTimeout(resolve, 10))
  t.equal(attempts, 3)
  t.match(events, [
    /has ended; it is being started again/,
    /did not start again \(attempt 1\); the next is in 1 s/,
    /did not start again \(attempt 2\); the next is in 2 s/,
    /runs again/,
  ])
})

t.test('while the database is away, the service says that it lives and what it waits for', async t => {
  const app = await start(t)
  await app.services.database.close()
  t.equal((await app.read('/health')).status, 200)
  t.match(await app.read('/ready'), {
    status: 503,
    body: { status: 'unavailable', checks: { database: 'unavailable', archive: 'ok' } },
  })
  t.equal((await app.call('GET', '/metrics')).status, 200)
  t.equal((await app.read('/api/v1/tree')).status, 503)
})
