// Builds the application: types of the API from openapi.json, a check of all types, the files for browsers (compressed once, here), and the
// renderer for the server. What was built of the same sources is kept.
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip as gzipped } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const require = createRequire(import.meta.url)
const [brotli, gzip] = [promisify(brotliCompress), promisify(gzipped)]

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
  const child = spawn(process.execPath, [program, ...args], { cwd: here, stdio: 'inherit' })
  return new Promise(resolve => {
    child.on('close', code => {
      if (code !== 0) process.exit(code ?? 1)
      resolve()
    })
  })
}

/** openapi-typescript needs a TypeScript of its own, which lies beside it. */
async function types() {
  const program = join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js')
  await run(program, [join(root, 'openapi.json'), '--output', 'src/shared/api.generated.d.ts', '--silent'])
}

async function compress() {
  const files = filesBelow(join(here, 'dist/client')).filter(file => /\.(?:js|css|svg|json)$/.test(file))
  const most = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }
  await Promise.all(
    files.flatMap(file => {
      const bytes = readFileSync(file)
      return [brotli(bytes, most).then(packed => writeFileSync(`${file}.br`, packed)), gzip(bytes, { level: 9 }).then(packed => writeFileSync(`${file}.gz`, packed))]
    }),
  )
}

/** @param isTyped whether the types of the API are there already */
async function build(isTyped) {
  const vite = join(dirname(require.resolve('vite/package.json')), 'bin/vite.js')
  if (!isTyped) await types()
  await Promise.all([
    run(join(root, 'node_modules/typescript/bin/tsc'), ['-p', here]),
    run(vite, ['build', '--logLevel', 'warn']).then(compress),
    run(vite, ['build', '--ssr', '--logLevel', 'warn']),
  ])
  mkdirSync(join(here, 'dist'), { recursive: true })
  writeFileSync(stamp, digestOfSources())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--types')) await types()
  else if (!isBuilt()) await build(process.argv.includes('--typed'))
}
