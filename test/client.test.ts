// A client generated from openapi.json compiles and does the main job. Its tools need another TypeScript than the project, so they
// live in a folder of their own (test/client, installed below ./var).
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import t from './support/tap.ts'
import { atLength, isAtLength } from './support/at-length.ts'
import { JobRunner } from '../src/jobs/runner.ts'
import { jobHandlers } from '../src/app.ts'
import { root } from '../src/root.ts'
import { operatorKey, start } from './support/start.ts'

const run = promisify(execFile)
const source = join(root, 'test/client')
const folder = join(root, 'var/client')

async function installTools(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json', 'main.ts', 'morning.ts'])
    copyFileSync(join(source, name), join(folder, name))
  const digest = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const stamp = join(folder, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: folder })
  writeFileSync(stamp, digest)
}

t.test(
  'a generated client compiles strictly, does the main job, and a cataloguer’s morning in few calls',
  atLength,
  async t => {
    await installTools()
    const tool = (path: string, ...args: string[]) =>
      run(process.execPath, [join(folder, 'node_modules', path), ...args], { cwd: folder })
    await tool(
      'openapi-typescript/bin/cli.js',
      join(root, 'openapi.json'),
      '-o',
      'api.ts',
      '--default-non-nullable=false',
    )
    await tool(
      'typescript/bin/tsc',
      ...'--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --target es2022 --module nodenext'.split(
        ' ',
      ),
      ...'--rewriteRelativeImportExtensions --skipLibCheck --types --lib es2023,dom --outDir out main.ts morning.ts'.split(
        ' ',
      ),
    ).catch((error: { stdout?: string }) => {
      throw new Error(error.stdout)
    })
    const { app, services } = await start(t)
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
    await sharp({ create: { width: 400, height: 500, channels: 3, background: '#cba' } })
      .tiff()
      .toFile(join(services.config.path.import, 'scan.tif'))
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
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

    // a morning that types hold; what its calls do is told by the tests of each
    if (!isAtLength) return
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
