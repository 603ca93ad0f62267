// Preloaded into a process under test (node --import): ends it without warning at a phase of an import or of ingest, or after a time.
import { subscribe } from 'node:diagnostics_channel'

const phase = process.env['CRASH_AT_PHASE']
const skip = Number(process.env['CRASH_SKIP'] ?? 0)
const afterMs = Number(process.env['CRASH_AFTER_MS'] ?? 0)
let seen = 0
for (const name of phase ? ['firefolio:import', 'firefolio:images'] : [])
  subscribe(name, message => {
    if ((message as { phase: string }).phase === phase && seen++ >= skip) process.kill(process.pid, 'SIGKILL')
  })
if (afterMs > 0) setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs)
