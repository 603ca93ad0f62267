// npm run firefolio -- <command>: the command line from a clone, set up first.
import { join } from 'node:path'
import { root, run } from './run.mjs'
import { setUp } from './setup.mjs'

setUp()
process.exit(
  run(process.execPath, ['--enable-source-maps', join(root, 'dist/src/cli.js'), ...process.argv.slice(2)])
    ? 0
    : 1,
)
