// Clients that three generators make of openapi.json compile and do the main job. Their tools need another TypeScript than the project, so they
// live in a folder of their own (test/client, installed below ./var).
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import t from 'tap'
import { JobRunner } from '../src/jobs/runner.ts'
import { jobHandlers } from '../src/app.ts'
import { root } from '../src/root.ts'
import { operatorKey, start } from './support/start.ts'

const run = promisify(execFile)
const source = join(root, 'test/client')
const folder = join(root, 'var/client')

async function installTools(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  cpSync(source, folder, { recursive: true })
  const digest = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const stamp = join(folder, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: folder })
  writeFileSync(stamp, digest)
}

const tool = (path: string, ...args: string[]) =>
  run(process.execPath, [join(folder, 'node_modules', path), ...args], {
    cwd: folder,
    env: { ...process.env, OPENAPI: join(root, 'openapi.json') },
  })
const compile = (...args: string[]) =>
  tool(
    'typescript/bin/tsc',
    ...'--strict --noUncheckedIndexedAccess --target es2022 --module nodenext --rewriteRelativeImportExtensions'.split(' '), // prettier-ignore
    ...'--skipLibCheck --types node --lib es2023,dom,dom.iterable --outDir out'.split(' '),
    ...args,
  ).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout)
  })

t.before(installTools)
const { app, services } = await start(t)
const scan = join(services.config.path.import, 'scan.tif')
await sharp({ create: { width: 400, height: 500, channels: 3, background: '#cba' } })
  .tiff()
  .toFile(scan)
const address = await app.listen({ host: '127.0.0.1', port: 0 })

t.test('what @hey-api/openapi-ts and orval generate compiles strictly and does the main job', async t => {
  await tool('@hey-api/openapi-ts/bin/run.js', '-f', 'hey.config.mjs')
  await tool('orval/dist/bin/orval.js', '--config', 'orval.config.cjs')
  await compile('hey.ts', 'orval.ts')
  for (const [name, letter] of [
    ['hey', 'H'],
    ['orval', 'O'],
  ] as const) {
    const { stdout } = await run(process.execPath, [join(folder, `out/${name}.js`), address, operatorKey, scan]) // prettier-ignore
    t.same(
      JSON.parse(stdout),
      { outcome: 'created', width: 400, signature: `${letter} 1`, stale: 412, found: ['Ein Buch'] },
      name,
    )
  }
})

t.test(
  'what openapi-typescript generates compiles strictly, does the main job, and a cataloguer’s morning in few calls',
  async t => {
    await tool(
      'openapi-typescript/bin/cli.js',
      join(root, 'openapi.json'),
      '-o',
      'api.ts',
      '--default-non-nullable=false',
    )
    await compile('--exactOptionalPropertyTypes', 'main.ts', 'morning.ts')
    const runner = new JobRunner({
      db: services.db,
      services,
      handlers: jobHandlers as never,
      concurrency: 1,
      leaseS: 30,
      pollMs: 50,
      onEnd: () => {},
    })
    runner.start()
    t.teardown(() => runner.stop(1000))
    const { stdout } = await run(process.execPath, [
      join(folder, 'out/main.js'),
      address,
      operatorKey,
      'scan.tif',
    ])
    const { imageBytes, ...seen } = JSON.parse(stdout) as Record<string, unknown>
    t.same(seen, {
      posted: 1,
      pages: ['[Seite 1]', '[Seite 2]'],
      signature: 'C 2',
      problem: 'There is no such thing',
    })
    t.ok((imageBytes as number) > 100)

    const morning = await run(process.execPath, [join(folder, 'out/morning.js'), address, operatorKey])
    const { counts, ...left } = JSON.parse(morning.stdout) as { counts: Record<string, number> }
    for (const [job, calls] of Object.entries(counts)) t.comment(`${job}: ${calls} calls`)
    t.same(counts, {
      'find by signature': 1,
      'correct a title': 2,
      'add a page in the middle': 2,
      'paginate with plates': 1,
      outline: 2,
      'title page': 2,
      release: 1,
      'move a volume': 2,
      'merge two titles': 2,
      'retitle 50 and undo': 2,
    })
    t.same(left, {
      book: ['Ein Buch', 9, true, true],
      outline: ['Titelblatt', 'Erstes Kapitel', 'Seite 4', 'Seite 5', 'Seite 6', 'p1', 'p2'],
      volumeBelow: true,
      wrong: 50,
    })
  },
)
