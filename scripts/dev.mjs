// npm run dev: checks types and bundles as sources change, and restarts the server.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run.mjs'
import { setUp } from './setup.mjs'

await setUp()
const children = [
  spawn(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, '-w', '--preserveWatchOutput'],
    { stdio: 'inherit' },
  ),
  spawn(process.execPath, [join(root, 'scripts/bundle.mjs'), '--watch'], { stdio: 'inherit' }),
  spawn(process.execPath, ['--watch', '--enable-source-maps', join(root, 'dist/src/main.js')], {
    stdio: 'inherit',
  }),
]
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of children) child.kill('SIGTERM')
  })
