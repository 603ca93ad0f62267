// npm run firefolio -- <command>: the command line from a clone, set up first.
import { join } from 'node:path'
import { root, run } from './run.mjs'
import { setUp } from './setup.mjs'

// openapi.json, which `docs` writes, comes before the web application that is made of it
await setUp({ web: process.argv[2] !== 'docs' })
process.exit(
  run(process.execPath, ['--enable-source-maps', join(root, 'dist/src/cli.js'), ...process.argv.slice(2)])
    ? 0
    : 1,
)
