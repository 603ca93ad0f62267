// npm run soak -- [seconds] [part], in any order: what takes longer than a test should. Writers at once, an import killed at random moments,
// Firebird frozen and killed, hundreds of readers on a small pool. Ends with 1 where a promise does not hold.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PrivateServer } from '../../src/firebird/server/private-server.ts'
import { root } from '../../src/root.ts'
import { contents, delivery, runCli } from '../support/crashes.ts'
import { findings } from '../support/findings.ts'
import { withTeardown, withTestServer } from '../support/server.ts'
import { aDomain, aTitle, start, type TestApp } from '../support/start.ts'
import { faultsOf, freezeAndKill, writersFor } from '../support/storm.ts'
import { disk } from './disk.ts'
import { withFaults } from './faults.ts'
import { firebird } from './firebird.ts'
import { generators } from './generators.ts'
import { schemaSteps } from './schema-steps.ts'
import { servers, serversEnvironment } from './servers.ts'
import { unattended } from './unattended.ts'

const told = process.argv.slice(2)
const seconds = Number(told.find(word => /^\d+$/.test(word)) ?? 60)
const only = told.find(word => !/^\d+$/.test(word))
let broken = 0
const isPreloaded = process.env['FIREFOLIO_FAULTS'] !== undefined
/** Of all random cases of this soak; told, so that a run can be repeated. */
const seed = Number(process.env['FIREFOLIO_SEED'] ?? randomInt(2 ** 31))
process.stdout.write(`FIREFOLIO_SEED=${seed}\n`)

function promise(sentence: string, holds: boolean, figure: unknown): void {
  if (!holds) broken++
  process.stdout.write(`${holds ? 'ok    ' : 'BROKEN'} ${sentence}: ${JSON.stringify(figure)}\n`)
}

/** One part on a database of its own. */
async function part(
  environment: Record<string, string>,
  work: (app: TestApp) => Promise<void>,
): Promise<void> {
  await withTeardown(async t => work(await start(t, environment)))
}

async function writers(app: TestApp): Promise<void> {
  await aDomain(app)
  const { done, statuses } = await writersFor(app, 8, seconds * 1000)
  const odd = [...statuses.keys()].filter(status => ![200, 201, 409, 412, 503].includes(status))
  promise(`eight writers for ${seconds} s get only expected answers`, odd.length === 0, [...statuses])
  promise(
    `${done} changes leave the tree whole`,
    (await findings(app.services)).length === 0,
    await findings(app.services),
  )
}

async function killedImports(app: TestApp): Promise<void> {
  const folder = join(app.folder, 'delivery')
  mkdirSync(folder)
  await delivery(folder, 6, 6)
  for (const name of ['clean', 'killed']) await aDomain(app, name)
  await runCli(app.services, ['import', folder, '-d', 'clean'])
  let killed = 0
  for (let attempt = 0; attempt < 10; attempt++) {
    const { signal } = await runCli(app.services, ['import', folder, '-d', 'killed'], {
      CRASH_AFTER_MS: String(200 + Math.floor(Math.random() * 1000)),
    })
    if (signal === 'SIGKILL') killed++
    const found = await findings(app.services)
    if (found.length > 0) promise('a killed import leaves nothing inconsistent', false, found)
  }
  await runCli(app.services, ['import', folder, '-d', 'killed'])
  const [one, other] = [await contents(app.services, 'clean'), await contents(app.services, 'killed')]
  promise('an import killed at random and run again gives what one run gives', one.join() === other.join(), {
    killed,
    rows: other.length,
  })
}

async function readers(app: TestApp): Promise<void> {
  await aDomain(app)
  const id = await aTitle(app, { release: true, pages: 50 })
  const base = await app.app.listen({ host: '127.0.0.1', port: 0 })
  const read = (forSeconds: number): Promise<{ statuses: object; median: number; slowest: number }> =>
    new Promise((resolve, reject) => {
      const child = spawn(
        process.execPath,
        [join(root, 'dist/test/soak/clients.js'), base, '500', String(forSeconds)],
        {
          env: {
            ...process.env,
            SOAK_PATHS: `/api/v1/tree/${id} /api/v1/tree/${id}/children /api/v1/titles/${id}/pages`,
          },
        },
      )
      let out = ''
      child.stdout.on('data', (data: Buffer) => (out += data.toString()))
      child.on('close', code => (code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`code ${code}`))))
    })
  /** What is in use: a leak shows there. What the process keeps of the system's memory goes up and down by a hundred MiB with V8's own plans. */
  const memory = (): number => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 2 ** 20
  }
  await read(60)
  const before = memory()
  const { statuses, median, slowest } = await read(seconds)
  const grown = memory() - before
  promise('500 clients on a pool of 10 get no error', Object.keys(statuses).join() === '200', statuses)
  promise('the slowest client waits at most 3 times the median', slowest <= 3 * median, {
    medianMs: Math.round(median),
    slowestMs: Math.round(slowest),
  })
  promise('memory in use grows under 10 MiB after the first minute', grown < 10, `${grown.toFixed(1)} MiB`)
}

async function faults(app: TestApp, server: PrivateServer): Promise<void> {
  await aDomain(app)
  const hurt = faultsOf(server)
  for (let round = 1; round <= 3; round++) {
    const { acknowledged, statuses, withoutRetryAfter } = await freezeAndKill(app, hurt, `round${round}`)
    const stored = new Set(
      (await app.services.db.selectFrom('OPR_Content').select('OC_SourceIdent as record').execute()).map(
        row => row.record,
      ),
    )
    const lost = acknowledged.filter(record => !stored.has(record))
    promise(`round ${round}: Firebird killed and frozen, no acknowledged write is lost`, lost.length === 0, {
      acknowledged: acknowledged.length,
      statuses: [...statuses],
    })
    promise(
      `round ${round}: the rest is 503 with Retry-After`,
      withoutRetryAfter === 0 && [...statuses.keys()].every(status => [200, 201, 503].includes(status)),
      withoutRetryAfter,
    )
    promise(
      `round ${round}: ready again without a restart`,
      (await app.read('/ready')).status === 200,
      'ready',
    )
  }
  promise('the repository is consistent', (await findings(app.services)).length === 0, [])
}

/** Tests with their full figures. @param files all, where none is named */
async function atLength(
  sentence: string,
  files: readonly string[],
  environment: Record<string, string>,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      join(root, 'dist/test/support/run.js'),
      ...files.map(file => `dist/test/${file}.test.js`),
    ],
    {
      // with the figures that the tests tell
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        FIREFOLIO_SEED: String(seed),
        FIREFOLIO_TEST_LIMIT_S: '3000',
        FIREFOLIO_AT_LENGTH: 'true',
        ...process.env,
        ...environment,
      },
    },
  )
  const code = await new Promise(resolve => child.on('close', resolve))
  promise(sentence, code === 0, code)
}

/** Damaged packs and tiles by the thousand, ingest of hundreds of pages killed again and again. */
const images = () =>
  atLength(
    '5,000 damaged packs, tiles and masters each are read or refused; 201 pages ingested under fourteen kills are whole',
    ['imaging/pack', 'imaging/hostile-masters', 'cli/images'],
    { FIREFOLIO_MUTANTS: '5000', FIREFOLIO_KILL_PAGES: '67', FIREFOLIO_KILLS: '10' },
  )

const doors = () =>
  atLength(
    '5,000 random requests at each door of the standards are answered as their norms say',
    ['formats/cql', 'doors'],
    { FIREFOLIO_CASES: '5000' },
  )

const fuzz = () =>
  atLength(
    '20,000 random requests over every address of the published document get no 5xx but 501, 503 and 507',
    ['fuzz'],
    { FIREFOLIO_CASES: '20000' },
  )

const lending = () =>
  atLength(
    '500 readers of two processes that are killed never hold a fourth of three copies, and none is lost',
    ['people/lending-storm'],
    { FIREFOLIO_CASES: '500', FIREFOLIO_STORM_S: process.env['FIREFOLIO_STORM_S'] ?? '300' },
  )

const followers = () =>
  atLength(
    'followers of changes that are killed twenty times each come to what one run comes to',
    ['cli/kill-followers'],
    { FIREFOLIO_KILLS: '20' },
  )

const editors = () =>
  atLength(
    'in 1,000 random interleavings of two editors at one title nothing acknowledged is lost, and each refusal says what has changed',
    ['catalogue/editors'],
    { FIREFOLIO_CASES: '1000' },
  )

/** What `npm test` leaves out to be done within ten minutes. */
const tests = () => atLength('every test passes at length', [], {})

/** A part in a process of its own whose calls to the disk may fail, as may those of all programs that it starts. */
async function preloaded(name: string): Promise<void> {
  const { environment, remove } = withFaults()
  try {
    const child = spawn(
      process.execPath,
      [...process.execArgv, join(root, 'dist/test/soak/main.js'), name, String(seconds)],
      {
        stdio: 'inherit',
        env: { ...process.env, ...environment, FIREFOLIO_SEED: String(seed) },
      },
    )
    const code = await new Promise(resolve => child.on('close', resolve))
    if (code !== 0) broken++
  } finally {
    remove()
  }
}

process.on('uncaughtException', error => promise('no uncaught exception', false, error.stack))
process.on('unhandledRejection', error => promise('no unhandled rejection', false, String(error)))
await withTestServer(async server => {
  const parts: Record<string, [Record<string, string>, (app: TestApp) => Promise<void>]> = {
    writers: [{ FIREFOLIO_DATABASE_POOLSIZE: '8', FIREFOLIO_FIREBIRD_LOCKTIMEOUT: '10' }, writers],
    kills: [{}, killedImports],
    readers: [{ FIREFOLIO_DATABASE_POOLSIZE: '10' }, readers],
    faults: [
      {
        FIREFOLIO_FIREBIRD_QUERYTIMEOUT: '3',
        FIREFOLIO_FIREBIRD_CONNECTTIMEOUT: '2',
        FIREFOLIO_FIREBIRD_ACQUIRETIMEOUT: '3',
      },
      app => faults(app, server),
    ],
    disk: [{}, app => (isPreloaded ? disk(app, promise) : preloaded('disk'))],
    firebird: [{}, () => firebird(promise)],
    servers: [serversEnvironment, app => servers(app, promise)],
    unattended: [{}, app => unattended(app, promise)],
    generators: [{}, app => generators(app, promise)],
    steps: [{}, app => schemaSteps(app, promise)],
    images: [{}, images],
    doors: [{}, doors],
    fuzz: [{}, fuzz],
    lending: [{}, lending],
    followers: [{}, followers],
    editors: [{}, editors],
    tests: [{}, tests],
  }
  for (const [name, [environment, work]] of Object.entries(parts))
    if (only === undefined || only === name) await part(environment, work)
})
process.stdout.write(broken === 0 ? 'Every promise holds.\n' : `${broken} promises are broken.\n`)
process.exit(broken === 0 ? 0 : 1)
