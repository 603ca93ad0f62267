// Preloaded into a process under test (node --import): ends it without warning at a phase of an import or of ingest, at a statement, or
// after a time.
import { subscribe } from 'node:diagnostics_channel'
import { FirebirdConnection } from '../../src/firebird/connection.ts'

const phase = process.env['CRASH_AT_PHASE']
const statement = process.env['CRASH_AT_SQL']
const skip = Number(process.env['CRASH_SKIP'] ?? 0)
/** Milliseconds between the phase or statement and the end */
const delay = Number(process.env['CRASH_DELAY_MS'] ?? 0)
const afterMs = Number(process.env['CRASH_AFTER_MS'] ?? 0)
let seen = 0

function reached(what: string): void {
  if (seen++ < skip) return
  process.stderr.write(`killed at ${what}\n`)
  if (delay > 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), delay)
  else process.kill(process.pid, 'SIGKILL')
}

for (const name of phase
  ? ['firefolio:import', 'firefolio:images', 'firefolio:stores', 'firefolio:capsules', 'firefolio:backups']
  : [])
  subscribe(name, message => {
    if ((message as { phase: string }).phase === phase) reached(phase)
  })
if (statement) {
  const pattern = new RegExp(statement, 'i')
  const prototype = FirebirdConnection.prototype as unknown as Record<string, (...args: never[]) => unknown>
  for (const name of ['run', 'executeMany']) {
    const method = prototype[name] as (...args: never[]) => unknown
    prototype[name] = function (this: unknown, ...args: never[]) {
      if (pattern.test(String(args[0]))) reached(statement)
      return method.apply(this, args)
    }
  }
}
if (afterMs > 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs)
