// The engine inside the process ([database] direct): installs its package below ./var, where npm ci leaves it alone, and runs the
// tests of the database and of the modules on it. `npm run direct:install`, `npm run test:direct`.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, run, say, stop } from './run.mjs'
import { setUp } from './setup.mjs'

const folder = join(root, 'var/direct')
const wanted = 'node-firebird-driver-native@3.7.1'
const addon = join(folder, 'node_modules/node-firebird-native-api/build/Release/addon.node')

/** node-gyp as it comes with npm: newer ones do not run install scripts that nobody has approved. */
const gyp = () => join(dirname(process.env.npm_execpath ?? ''), '../node_modules/node-gyp/bin/node-gyp.js')

function install() {
  if (existsSync(addon)) return say('the package for direct mode is installed.')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  say(`installing ${wanted} and compiling it (minutes) …`)
  const npm = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
    wanted,
  ]
  if (!run('npm', npm)) stop('The package could not be installed.', `npm ${npm.join(' ')}`)
  const cwd = join(folder, 'node_modules/node-firebird-native-api')
  if (!run(process.execPath, [gyp(), 'rebuild', '--silent'], { cwd }))
    stop(
      'The package could not be compiled; it needs a C++ compiler, make and python3.',
      'apt-get install g++ make python3   (as root), then npm run direct:install',
    )
}

await setUp()
install()
if (process.argv[2] === 'test') {
  const tests = [
    'firebird/statements',
    'firebird/transactions',
    'catalogue/tree',
    'catalogue/titles',
    'catalogue/pages',
    'intake/imports',
    'cli/remote',
  ]
  process.exit(
    run(
      process.execPath,
      [
        '--enable-source-maps',
        join(root, 'dist/test/support/run.js'),
        ...tests.map(name => `dist/test/${name}.test.js`),
      ],
      { env: { ...process.env, FIREFOLIO_TEST_DIRECT: '1' } },
    )
      ? 0
      : 1,
  )
}
