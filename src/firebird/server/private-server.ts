// A Firebird server of our own on a free loopback port, for installations whose server.ini names none, and for tests.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { createServer, Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { placeFileSync } from '../../whole-files.ts'
import { findInstallation, type Installation } from './installation.ts'
import { runIsql } from './isql.ts'
import { exclusively, keep, PrivateServerFault, refuseElsewhere, thisPlace } from './locks.ts'

const run = promisify(execFile)

export interface PrivateServer {
  readonly host: string
  readonly port: number
  readonly pid: number
  readonly sysdbaPassword: string
  /** Where databases may lie: the server opens none elsewhere. */
  readonly dataFolder: string
  readonly installation: Installation
  /** Stops using the server; the last user stops it. */
  release(): Promise<void>
}

interface Running {
  readonly pid: number
  readonly port: number
  /** Where that process id means something */
  readonly place?: string
}

const host = '127.0.0.1'

function environment(folder: string, installation: Installation): NodeJS.ProcessEnv {
  const { ISC_USER: _u, ISC_PASSWORD: _p, ...rest } = process.env
  return {
    ...rest,
    ...installation.environment,
    FIREBIRD: folder,
    FIREBIRD_LOCK: join(folder, 'lock'),
    FIREBIRD_TMP: join(folder, 'tmp'),
    // FIREBIRD moves the root, and with it where the message file is sought
    FIREBIRD_MSG: installation.messages,
    TZ: 'UTC', // CURRENT_TIMESTAMP is in the server's zone
  }
}

/** A loopback port that nobody listens on. Firebird itself would wait 51 s for a taken one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No port.')),
      )
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = new Socket()
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(1000, () => end(false))
    socket.once('error', () => end(false))
    socket.connect(port, host, () => end(true))
  })
}

/** Whether the process lives; a zombie of a dead parent does not count. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** firebird.conf; figures are reasoned in docs/operations.md. */
function configuration(folder: string, port: number, securityDatabase: string): string {
  const values: Record<string, string> = {
    RemoteBindAddress: host,
    RemoteServicePort: String(port),
    SecurityDatabase: securityDatabase,
    ServerMode: 'Super', // the only mode with one page cache for all connections
    AuthServer: 'Srp256', // offered alone: with a second plugin node-firebird hangs on a wrong password
    UserManager: 'Srp',
    WireCrypt: 'Enabled', // lets loopback clients leave it out
    WireCompression: 'false',
    DatabaseAccess: `Restrict ${join(folder, 'data')}`,
    ExternalFileAccess: 'None',
    UdfAccess: 'None',
    DefaultDbCachePages: '16384', // 256 MB at 16 KB
    TempCacheLimit: '256M',
    TcpRemoteBufferSize: '32767',
  }
  return Object.entries(values)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')
}

async function initialise(folder: string, installation: Installation): Promise<string> {
  for (const name of ['lock', 'tmp', 'data', 'intl'])
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
  // a copy: through a symbolic link the library opens but its character sets stay "not installed"
  if (existsSync(installation.intlLibrary))
    copyFileSync(installation.intlLibrary, join(folder, 'intl/libfbintl.so'))
  placeFileSync(join(folder, 'databases.conf'), '', 0o600)
  const plugin = (name: string, file: string) =>
    `Plugin = ${name} {\n\tModule = ${join(installation.plugins, file)}\n}\n`
  placeFileSync(
    join(folder, 'plugins.conf'),
    installation.tree
      ? plugin('Engine12', 'libEngine12') + plugin('Srp', 'libSrp') + plugin('Srp256', 'libSrp')
      : '',
    0o600,
  )
  const passwordFile = join(folder, 'sysdba.password')
  const securityDatabase = join(folder, 'security3.fdb')
  if (!existsSync(securityDatabase)) {
    const temporary = join(folder, 'security3.tmp.fdb')
    rmSync(temporary, { force: true })
    placeFileSync(join(folder, 'firebird.conf'), configuration(folder, 0, temporary), 0o600)
    const env = environment(folder, installation)
    const isql = (database: string | undefined, script: string) =>
      runIsql(['-user', 'SYSDBA', ...(database ? [database] : [])], env, script)
    await isql(undefined, `create database '${temporary}';\n`)
    await run(installation.isql, ['-q', '-user', 'SYSDBA', '-i', installation.securityScript, temporary], {
      env,
    })
    const password = randomBytes(15).toString('base64url')
    // node-firebird misreads a salt that is sent with fewer than 64 hex digits, and could never log in;
    // every setting of the password draws another one
    let fits = false
    while (!fits) {
      await isql(temporary, `create or alter user SYSDBA password '${password}';\n`)
      const stdout = await isql(
        temporary,
        `select 'fits' from PLG$SRP where octet_length(PLG$SALT) = 32 and PLG$SALT >= x'10';\n`,
      )
      fits = stdout.includes('fits')
    }
    placeFileSync(passwordFile, password, 0o600)
    renameSync(temporary, securityDatabase)
  }
  return readFileSync(passwordFile, 'utf8').trim()
}

function running(folder: string): Running | undefined {
  try {
    const noted = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as Running
    return isAlive(noted.pid) && /firebird/.test(readFileSync(`/proc/${noted.pid}/cmdline`, 'utf8'))
      ? noted
      : undefined
  } catch {
    return undefined
  }
}

async function kill(pid: number): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGKILL')
  while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 50))
}

/** @param port the one that clients know, where it is started again */
async function startServer(folder: string, installation: Installation, port: number): Promise<Running> {
  const settings = configuration(folder, port, join(folder, 'security3.fdb'))
  placeFileSync(join(folder, 'firebird.conf'), settings, 0o600)
  const log = openSync(join(folder, 'server.log'), 'a')
  const child = spawn(installation.server, [], {
    env: environment(folder, installation),
    stdio: ['ignore', log, log],
    detached: true, // a Ctrl-C in the terminal is for us, not for the database
    cwd: folder,
  })
  closeSync(log)
  let failure: Error | undefined
  child.once('error', error => (failure = error))
  child.unref()
  const pid = child.pid ?? 0
  for (let attempt = 0; attempt < 400; attempt++) {
    if (failure || (attempt > 2 && !isAlive(pid))) break
    if (await answers(port)) {
      try {
        placeFileSync(join(folder, 'server.json'), JSON.stringify({ pid, port, place: thisPlace() }), 0o600)
      } catch (error) {
        // nobody would ever end a server that is not noted
        await kill(pid)
        throw error
      }
      return { pid, port }
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  if (!failure) await kill(pid)
  throw new PrivateServerFault(`Firebird did not start; see ${join(folder, 'server.log')}.`, {
    cause: failure,
  })
}

/**
 * Uses the private server of a folder, after making and starting it where needed.
 * @param folder holds its configuration, security database and, below data/, the databases
 */
export async function usePrivateServer(folder: string): Promise<PrivateServer> {
  const installation = findInstallation()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { child, noted, password } = await exclusively(folder, async () => {
    await refuseElsewhere(folder)
    const child = await keep(folder)
    try {
      const existing = running(folder)
      if (existing && (await answers(existing.port)))
        return {
          child,
          noted: existing,
          password: readFileSync(join(folder, 'sysdba.password'), 'utf8').trim(),
        }
      const password = await initialise(folder, installation)
      return { child, noted: await startServer(folder, installation, await freePort()), password }
    } catch (error) {
      await ended(child)
      throw error
    }
  })
  return {
    host,
    ...noted,
    sysdbaPassword: password,
    dataFolder: join(folder, 'data'),
    installation,
    release: () => ended(child),
  }
}

/** Lets a keeper go, and waits for what it still has to do. */
const ended = (keeper: ChildProcess): Promise<void> =>
  new Promise(resolve => {
    keeper.ref()
    keeper.once('exit', () => resolve())
    if (keeper.exitCode !== null) resolve()
    keeper.stdin?.end()
  })

/** Whether the process of the server lives. */
export const isRunning = (server: PrivateServer): boolean => running(folderOf(server)) !== undefined

/**
 * Starts a server again that has ended or does not answer, on the same port. Where another process has done so meanwhile, nothing is done.
 * @param hungPid the process that lives but does not answer; it is ended first
 * @returns its process
 * @throws PrivateServerFault where it does not start
 */
export async function restart(server: PrivateServer, hungPid?: number): Promise<number> {
  const folder = folderOf(server)
  return await exclusively(folder, async () => {
    const existing = running(folder)
    if (existing && existing.pid !== hungPid) return existing.pid
    if (existing) await kill(existing.pid)
    return (await startServer(folder, server.installation, server.port)).pid
  })
}

const folderOf = (server: PrivateServer): string => join(server.dataFolder, '..')
