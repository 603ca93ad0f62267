// Who uses the private Firebird server, kept by locks.
//
// Several processes may use it (the service, the command line). Each keeps a small shell that holds a shared lock on
// users.lock and waits for the end of its input: when a process ends, however it ends, its shell tries to make the
// lock exclusive; the one that succeeds is the last user and stops Firebird. So nothing is left behind, and
// nothing has to be cleaned up after kill -9.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The private server cannot be had, for a reason outside of the program; the message says which and what to do. */
export class PrivateServerFault extends Error {}

/** Machine and container: process ids and loopback ports of one mean nothing in another. */
export function thisPlace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** Holds a shared lock until our end; the last holder stops the server. Prints a line once it has the lock. */
const keeper = `
exec 9>>users.lock
flock -s 9
echo held
cat >/dev/null
flock -n -x 9 || exit 0
pid=$(sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p' server.json 2>/dev/null)
rm -f server.json
[ -n "$pid" ] && grep -q firebird "/proc/$pid/cmdline" 2>/dev/null || exit 0
kill -TERM "$pid" 2>/dev/null
n=0
while [ -d "/proc/$pid" ] && ! grep -q ') Z' "/proc/$pid/stat" 2>/dev/null; do
  sleep 0.05
  n=$((n + 1))
  [ "$n" -eq 200 ] && kill -KILL "$pid"
done
exit 0`

export async function keep(folder: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', keeper], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code =>
      reject(new Error(`The keeper of the private Firebird server ended with ${code}.`)),
    )
    child.stdout?.once('data', () => resolve())
  })
  child.removeAllListeners('exit')
  child.stdout?.destroy()
  // neither the process nor its pipe keeps our event loop alive
  child.unref()
  ;(child.stdin as unknown as { unref?: () => void }).unref?.()
  return child
}

/** One starter at a time, also between processes: whoever holds start.lock may initialise and start. */
export async function exclusively<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('sh', ['-c', 'exec 9>>start.lock; flock -x 9; echo held; cat >/dev/null'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject)
    holder.stdout.once('data', () => resolve())
  })
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await new Promise(resolve => holder.once('exit', resolve))
  }
}

/** @throws PrivateServerFault where another machine or container uses the folder: two servers would write one database */
export async function refuseElsewhere(folder: string): Promise<void> {
  const isUsed = await run('flock', ['-n', '-x', 'users.lock', 'true'], { cwd: folder }).then(
    () => false,
    () => true,
  )
  if (!isUsed || !existsSync(join(folder, 'server.json'))) return
  const { place } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { place?: string }
  if (place === undefined || place === thisPlace()) return
  throw new PrivateServerFault(
    `Another machine or container (${place.split(' ')[0]}) runs the private Firebird server of ${folder}. One folder serves one of them: stop the other, or give each its own [path] var, or let both use a Firebird server of its own ([database] host and file).`,
  )
}
