// Clients that two further generators make of openapi.json compile and do the main job. Their tools weigh 140 MB and come from a registry: they
// are installed below ./var when this part runs, not by `npm test`.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'
import sharp from 'sharp'
import { root } from '../../src/root.ts'
import { operatorKey, type TestApp } from '../support/start.ts'

const run = promisify(execFile)
const source = join(root, 'test/generators')
const folder = join(root, 'var/generators')

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

/** What a tool says where it fails, of which the compiler's findings stand in its output. */
const tool = (path: string, ...args: string[]): Promise<string | undefined> =>
  run(process.execPath, [join(folder, 'node_modules', path), ...args], {
    cwd: folder,
    env: { ...process.env, OPENAPI: join(root, 'openapi.json') },
  }).then(
    () => undefined,
    (error: { stdout?: string; message: string }) => `${error.message}\n${error.stdout ?? ''}`,
  )

const clients = {
  hey: {
    generator: ['@hey-api/openapi-ts', '@hey-api/openapi-ts/bin/run.js', '-f', 'hey.config.mjs'],
    signature: 'H 1',
  },
  orval: {
    generator: ['orval', 'orval/dist/bin/orval.js', '--config', 'orval.config.cjs'],
    signature: 'O 1',
  },
} as const

export async function generators(
  app: TestApp,
  promise: (sentence: string, holds: boolean, figure: unknown) => void,
): Promise<void> {
  await installTools()
  const scan = join(app.services.config.path.import, 'scan.tif')
  await sharp({ create: { width: 400, height: 500, channels: 3, background: '#cba' } })
    .tiff()
    .toFile(scan)
  const address = await app.app.listen({ host: '127.0.0.1', port: 0 })
  for (const [name, { generator, signature }] of Object.entries(clients)) {
    const [caption, program, ...args] = generator
    const failed =
      (await tool(program, ...args)) ??
      (await tool(
        'typescript/bin/tsc',
        ...'--strict --noUncheckedIndexedAccess --target es2022 --module nodenext --rewriteRelativeImportExtensions'.split(' '), // prettier-ignore
        ...`--skipLibCheck --types node --lib es2023,dom,dom.iterable --outDir out ${name}.ts`.split(' '),
      ))
    promise(`what ${caption} generates compiles strictly`, failed === undefined, failed ?? 'compiled')
    if (failed !== undefined) continue
    const seen: unknown =
      await run(process.execPath, [join(folder, `out/${name}.js`), address, operatorKey, scan]) // prettier-ignore
        .then(
          ({ stdout }) => JSON.parse(stdout) as unknown,
          (error: Error) => error.message,
        )
    promise(
      `what ${caption} generates posts a record, puts a scan, changes under a guard, and lists`,
      isDeepStrictEqual(seen, { outcome: 'created', width: 400, signature, stale: 412, found: ['Ein Buch'] }),
      seen,
    )
  }
}
