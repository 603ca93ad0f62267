// Builds the application: types of the API from openapi.json, a check of all types, the files for browsers (compressed once, here), and the
// renderer for the server. What was built of the same sources is kept.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const require = createRequire(import.meta.url)

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}

/** What the result depends on, as one digest. */
export function digestOfSources() {
  const digest = createHash('sha256')
  const generated = join(here, 'src/shared/api.generated.d.ts')
  const sources = [
    ...filesBelow(join(here, 'src')).filter(file => file !== generated),
    ...filesBelow(join(here, 'public')),
    ...filesBelow(join(here, 'vendor')),
    ...['package.json', 'tsconfig.json', 'vite.config.js', 'build.mjs'].map(name => join(here, name)),
    join(root, 'openapi.json'),
    join(root, 'package-lock.json'),
  ]
  for (const file of sources) digest.update(file.slice(root.length)).update(readFileSync(file))
  return digest.digest('hex')
}

const stamp = join(here, 'dist/.built')
export const isBuilt = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOfSources()

function run(program, args) {
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: here, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** openapi-typescript needs a TypeScript of its own, which lies beside it. */
function types() {
  const program = join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js')
  run(program, [join(root, 'openapi.json'), '--output', 'src/shared/api.generated.d.ts', '--silent'])
}

function compress() {
  for (const file of filesBelow(join(here, 'dist/client'))) {
    if (!/\.(?:js|css|svg|json)$/.test(file)) continue
    const bytes = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

function build() {
  const vite = join(dirname(require.resolve('vite/package.json')), 'bin/vite.js')
  types()
  run(join(root, 'node_modules/typescript/bin/tsc'), ['-p', here])
  run(vite, ['build', '--logLevel', 'warn'])
  run(vite, ['build', '--ssr', '--logLevel', 'warn'])
  compress()
  mkdirSync(join(here, 'dist'), { recursive: true })
  writeFileSync(stamp, digestOfSources())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--types')) types()
  else if (!isBuilt()) build()
}
