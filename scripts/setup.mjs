// Brings a fresh clone to where it can run; does nothing where nothing is missing. Only Node's own modules.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFirebird } from './firebird.mjs'
import { has, root, run, say, stop } from './run.mjs'
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

/** The web application; built once, and again when its sources or the API have changed. */
function buildWeb() {
  if (isBuilt()) return
  say('building the web application …')
  if (!run(process.execPath, [join(root, 'web/build.mjs')]))
    stop('The build of the web application failed.', 'npm run build -w web')
}

export function build({ force = false } = {}) {
  buildService(force)
  buildWeb()
}

function buildService(force) {
  const stamp = join(root, 'dist/.built')
  // tests ask modules of the desk that need no browser
  const asked = ['web/src/desk/tree', 'web/src/desk/pages']
  const sources = Math.max(
    newest(['src', 'test', 'bench', ...asked]),
    statSync(join(root, 'tsconfig.json')).mtimeMs,
  )
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs > sources) return
  say('building …')
  if (!run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root]))
    stop('The build failed.')
  if (!run(process.execPath, [join(root, 'scripts/bundle.mjs')])) stop('The build failed.')
  writeFileSync(stamp, '')
}

export function setUp({ web = true } = {}) {
  ensureNode()
  ensurePackages()
  ensureFirebird()
  buildService(false)
  if (web) buildWeb()
}
