// npm start: sets up what is missing, then becomes the server: signals reach it, its exit code is ours, and whoever ends npm ends it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { root } from './run.mjs'
import { setUp } from './setup.mjs'

await setUp()
const server = spawn(
  process.execPath,
  ['--enable-source-maps', join(root, 'dist/src/main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
)
server.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))

// a Ctrl-C reaches the whole group, so it is only kept from ending us first
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal))

/** The shell that npm starts us in, and npm: a signal to either ends it without a word to us. */
function starters() {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined) return `${parent}`
  try {
    return `${parent} ${/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${parent}/status`, 'utf8'))?.[1]}`
  } catch {
    return `${parent}` // no /proc, or it ended just now
  }
}
const startedBy = starters()
setInterval(() => {
  if (starters() !== startedBy) server.kill('SIGTERM')
}, 500).unref()
