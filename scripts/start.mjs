// npm start: sets up what is missing, then becomes the server (signals reach it, its exit code is ours).
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { root } from './run.mjs'
import { setUp } from './setup.mjs'

setUp()
const server = spawn(
  process.execPath,
  ['--enable-source-maps', join(root, 'dist/src/main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
)
// npm hands on only SIGTERM; a Ctrl-C reaches the whole group, so it is only kept from ending us first
process.on('SIGINT', () => {})
process.on('SIGTERM', () => server.kill('SIGTERM'))
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
