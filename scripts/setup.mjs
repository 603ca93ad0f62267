// Brings a fresh clone to where it can run; does nothing where nothing is missing. Only Node's own modules.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFirebird } from './firebird.mjs'
import { has, root, run, runBeside, say, stop } from './run.mjs'
import { isBuilt } from '../web/build.mjs'

function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  stop(`Node ${process.versions.node} is too old; 20.19 or newer is needed.`, 'install Node 20.19 or newer')
}

function ensurePackages() {
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules/.firefolio')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  if (!has('npm')) stop('npm is missing.', 'install npm, it comes with Node')
  say('installing npm packages …')
  if (!run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']))
    stop('The npm packages could not be installed.', 'npm ci --ignore-scripts')
  writeFileSync(stamp, digest)
}

/** Newest change of any file below the folders, in ms. */
function newest(folders) {
  let time = 0
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile() && /\.(ts|json)$/.test(entry.name))
        time = Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs)
  }
  return time
}

const stamp = join(root, 'dist/.built')

function isServiceBuilt() {
  // tests ask modules of the desk that need no browser
  const sources = Math.max(
    newest(['src', 'test', 'bench', 'web/src/desk']),
    statSync(join(root, 'tsconfig.json')).mtimeMs,
  )
  return existsSync(stamp) && statSync(stamp).mtimeMs > sources
}

/** Types are checked while what they are of is bundled, and the application beside the service: each step keeps one core busy, or less. */
async function buildService() {
  const isWhole = await Promise.all([
    runBeside(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root]),
    runBeside(process.execPath, [join(root, 'scripts/bundle.mjs')]),
  ])
  if (isWhole.includes(false)) stop('The build failed.')
  writeFileSync(stamp, '')
}

async function buildWeb() {
  if (!(await runBeside(process.execPath, [join(root, 'web/build.mjs'), '--typed'])))
    stop('The build of the web application failed.', 'npm run build -w web')
}

/** What was built of the same sources is kept; the web application by a digest of its own. */
export async function build({ force = false, web = true, beside = [] } = {}) {
  const steps = []
  const [service, application] = [force || !isServiceBuilt(), web && !isBuilt()]
  if (service || application) {
    say('building …')
    // the types of the API that the application calls
    if (!run(process.execPath, [join(root, 'web/build.mjs'), '--types'])) stop('The build failed.')
  }
  if (service) steps.push(buildService())
  if (application) steps.push(buildWeb())
  await Promise.all([...steps, ...beside.map(step => step())])
}

/** @param beside what may be done while it is built, once the packages are there */
export async function setUp({ web = true, beside = [] } = {}) {
  ensureNode()
  ensurePackages()
  ensureFirebird()
  await build({ web, beside })
}
