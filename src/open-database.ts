// Opens the database that server.ini names, or the private one: creates a missing file, brings the schema up to date, and
// refuses what it cannot work with, with a sentence that says what to do.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { documentedFile, documentedRole } from './config/database-options.ts'
import type { Config } from './config/options.ts'
import { readTypes } from './config/types.ts'
import { Refusal } from './errors.ts'
import type { AttachOptions } from './firebird/attach.ts'
import { Database, type DatabaseOptions } from './firebird/database.ts'
import { EmbeddedAttachment } from './firebird/embedded/attachment.ts'
import { loadEngine } from './firebird/embedded/engine.ts'
import { type FirebirdFault, toFault } from './firebird/faults.ts'
import { migrate } from './firebird/migrate.ts'
import { registerTypes } from './firebird/types-table.ts'
import { requireRole, requireUtc } from './firebird/server/required.ts'
import { createDatabase, createServiceUser, type CreateOptions } from './firebird/server/create-database.ts'
import type { AdministeredDatabase } from './firebird/server/gbak.ts'
import { PrivateServerFault } from './firebird/server/locks.ts'
import { isRunning, restart, usePrivateServer } from './firebird/server/private-server.ts'
import { Supervisor, type SupervisorOptions } from './firebird/server/supervisor.ts'
import { probe } from './firebird/wire.ts'
import { placeFileSync } from './whole-files.ts'

export interface OpenedDatabase {
  readonly database: Database
  /** Where it is, for the start message */
  readonly place: string
  /** What is wrong with a private server, as a sentence; undefined while it is well */
  readonly trouble: () => string | undefined
  close(): Promise<void>
}

interface Target {
  /** Where it is, for the start message */
  readonly place: string
  readonly attach: DatabaseOptions['attach']
  /** What stands in the way, as a sentence for the operator, where it is known */
  readonly explain: (fault: FirebirdFault) => string | undefined
  readonly release: () => Promise<void>
  /** A server of ours is watched; one of the operator's own is waited for */
  readonly watch?: (onEvent: SupervisorOptions['onEvent']) => Supervisor
}

interface ServerFile {
  readonly host: string
  readonly port: number
  readonly file: string
  readonly user: string
  readonly password: string
  readonly role: string
}

const defaultPort = 3050
/** How long a private server may take to answer a log-in before that counts as silence. */
const probeMs = 10_000

/** Whether a host name means this machine. */
function isThisMachine(host: string): boolean {
  if (['127.0.0.1', '::1', 'localhost'].includes(host)) return true
  return Object.values(networkInterfaces()).some(addresses =>
    addresses?.some(address => address.address === host),
  )
}

/** @throws Refusal bad-request */
export function hostAndPort(text: string): { host: string; port: number } {
  const found = /^\[?([^/\]]+)\]?(?:\/(\d{1,5}))?$/.exec(text)
  const port = Number(found?.[2] ?? defaultPort)
  if (!found || port < 1 || port > 65_535)
    throw new Refusal('bad-request', `[database] host: expected host or host/port, got ‘${text}’.`)
  return { host: found[1] as string, port }
}

/** A database behind a server, and what may stand in the way of opening it. */
function onServer(config: Config, { host, port, file, user, password, role }: ServerFile): Target {
  const { firebird } = config
  const where = `${host}/${port}:${file}`
  return {
    place: where,
    attach: {
      host,
      port,
      database: file,
      user,
      password,
      role,
      encryptWire: firebird.wireCrypt === 'on' || (firebird.wireCrypt === 'auto' && !isThisMachine(host)),
      connectTimeoutMs: firebird.connectTimeout * 1000,
      queryTimeoutMs: firebird.queryTimeout * 1000,
    },
    explain: fault => {
      if (/on-disk structure/i.test(fault.message))
        return `The file ${file} was written by another Firebird. Back it up with the old server and restore it with the new one: gbak -b -g old.fdb backup.fbk, then gbak -c backup.fbk new.fdb.`
      if (fault.kind === 'login')
        return `Firebird at ${host}/${port} refuses the user ‘${user}’; see [database] user and password.`
      if (fault.kind === 'no-database') return `Firebird cannot open ${where}: ${fault.message}`
      if (/\b(ENOTFOUND|EAI_AGAIN)\b/.test(fault.message))
        return `The name ‘${host}’ of the Firebird server belongs to no address; see [database] host.`
      if (fault.kind === 'lost') return `No Firebird server answers at ${host}/${port}: ${fault.message}`
      return undefined
    },
    release: async () => {},
  }
}

/** Gives a new database its tables. */
async function fill(config: Config, target: Target): Promise<void> {
  const database = new Database(optionsOf(config, target, () => {}))
  try {
    await prepare(config, database)
  } catch (error) {
    throw explain(error, target)
  } finally {
    await database.close()
  }
}

/** @throws Refusal unavailable where the server is not as it must be, or what is there too old or too new */
async function prepare(config: Config, database: Database): Promise<void> {
  await requireUtc(database)
  if (!config.database.direct) await requireRole(database, { ...config.database, documented: documentedRole })
  await migrate(database, { minVersion: config.database.minVersion })
}

async function privateTarget(config: Config): Promise<Target> {
  const server = await usePrivateServer(join(config.path.var, 'firebird')).catch((error: unknown) => {
    throw error instanceof PrivateServerFault ? new Refusal('unavailable', error.message, {}, error) : error
  })
  const file = join(server.dataFolder, 'firefolio.fdb')
  // its user is given one, so that an empty name is no wish for another
  const role = config.database.role || documentedRole
  const sysdba: CreateOptions = {
    host: server.host,
    port: server.port,
    file,
    user: 'SYSDBA',
    password: server.sysdbaPassword,
    charset: config.database.charset,
  }
  const secretFile = join(config.path.var, 'firebird/service.password')
  try {
    const isNew = !existsSync(file)
    const { host, port } = server
    const user = 'firefolio'
    const fresh = randomBytes(15).toString('base64url')
    // two that begin at once make users of one password
    if (isNew) placeFileSync(secretFile, fresh, 0o600, false)
    else if (!existsSync(secretFile)) {
      await createServiceUser(sysdba, { user, password: fresh, role })
      placeFileSync(secretFile, fresh, 0o600)
    }
    const password = readFileSync(secretFile, 'utf8').trim()
    const targetOn = (at: string) =>
      onServer(config, { host, port, file: at, user: user.toUpperCase(), password, role })
    if (isNew)
      await createDatabase(sysdba, async temporary => {
        await createServiceUser({ ...sysdba, file: temporary }, { user, password, role })
        await fill(config, targetOn(temporary))
      })
    const place = `private Firebird server at ${host}/${port}`
    const target = targetOn(file)
    let pid = server.pid
    return {
      ...target,
      place,
      watch: onEvent =>
        new Supervisor({
          isAlive: () => isRunning(server),
          probe: () => probe({ ...(target.attach as AttachOptions), connectTimeoutMs: probeMs }),
          restart: async isHung => {
            pid = await restart(server, isHung ? pid : undefined)
          },
          onEvent,
        }),
      release: () => server.release(),
    }
  } catch (error) {
    await server.release()
    throw error
  }
}

/**
 * The database as who may copy all of it, without opening or making it.
 * @throws Refusal not-implemented in direct mode
 */
export async function administration(
  config: Config,
): Promise<{ database: AdministeredDatabase; release: () => Promise<void> }> {
  requireOn(config)
  const { direct, host, file, user, password } = config.database
  if (direct)
    throw new Refusal(
      'not-implemented',
      'With [database] direct there is no server to copy from: stop the service and copy the folder of [path] var.',
    )
  if (file !== documentedFile)
    return { database: { ...hostAndPort(host), file, user, password }, release: async () => {} }
  const server = await usePrivateServer(join(config.path.var, 'firebird'))
  return {
    database: {
      host: server.host,
      port: server.port,
      file: join(server.dataFolder, 'firefolio.fdb'),
      user: 'SYSDBA',
      password: server.sysdbaPassword,
    },
    release: () => server.release(),
  }
}

async function configuredTarget(config: Config): Promise<Target> {
  const { database } = config
  const { host, port } = hostAndPort(database.host)
  const { file, user, password, role } = database
  const wanted = database.isLocal.toLowerCase()
  if (!['', 'true', 'false', 'yes', 'no'].includes(wanted))
    throw new Refusal(
      'bad-request',
      `[database] isLocal: expected true, false or nothing, got ‘${database.isLocal}’.`,
    )
  const isLocal =
    wanted === ''
      ? isThisMachine(host) && existsSync(dirname(database.file))
      : wanted === 'true' || wanted === 'yes'
  const targetOn = (at: string) => onServer(config, { host, port, file: at, user, password, role })
  if (isLocal && database.file.startsWith('/') && !existsSync(database.file)) {
    mkdirSync(dirname(database.file), { recursive: true })
    await createDatabase({ host, port, file, user, password, charset: database.charset }, temporary =>
      fill(config, targetOn(temporary)),
    )
  }
  return targetOn(file)
}

/** [database] direct: the engine inside this process, on a file that no other process may have open. */
async function directTarget(config: Config): Promise<Target> {
  const folder = join(config.path.var, 'firebird-direct')
  const engine = loadEngine(folder)
  const file = config.database.file === documentedFile ? join(folder, 'firefolio.fdb') : config.database.file
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true })
    const created = await engine.create(file)
    await engine.call(status => created.detachAsync(status))
  }
  const queryTimeoutMs = config.firebird.queryTimeout * 1000
  return {
    place: `${file}, opened directly`,
    attach: () => EmbeddedAttachment.open(engine, file, queryTimeoutMs),
    explain: fault =>
      fault.kind === 'no-database'
        ? `The file ${file} cannot be opened directly: ${fault.message} In direct mode one process has the file for itself; while the server runs, use its HTTP interface.`
        : undefined,
    release: async () => {},
  }
}

function optionsOf(
  config: Config,
  target: Target,
  onSlow: (statement: { sql: string; ms: number }) => void,
): DatabaseOptions {
  const { firebird } = config
  return {
    attach: target.attach,
    pool: {
      size: config.database.poolSize,
      acquireTimeoutMs: firebird.acquireTimeout * 1000,
      validateAfterMs: 30_000,
      maxLifetimeMs: firebird.maxLifetime * 1000,
    },
    hooks: { lockTimeoutS: firebird.lockTimeout, slowStatementMs: config.log.slowStatement, onSlow },
  }
}

const explain = (error: unknown, target: Target): unknown => {
  const sentence = target.explain(toFault(error))
  return sentence === undefined ? error : new Refusal('unavailable', sentence, {}, error)
}

/** Commands say so before they look for a server. @throws Refusal unavailable */
function requireOn({ database }: Config): void {
  if (!database.on) throw new Refusal('unavailable', 'The database is switched off ([database] on = false).')
}

/** @throws Refusal unavailable, bad-request */
export async function openDatabase(
  config: Config,
  onSlow: (statement: { sql: string; ms: number }) => void,
  onServerEvent: SupervisorOptions['onEvent'] = () => {},
): Promise<OpenedDatabase> {
  requireOn(config)
  const target = config.database.direct
    ? await directTarget(config)
    : config.database.file === documentedFile
      ? await privateTarget(config)
      : await configuredTarget(config)
  const database = new Database(optionsOf(config, target, onSlow))
  try {
    await prepare(config, database)
    await registerTypes(database, readTypes().stored)
  } catch (error) {
    await database.close()
    await target.release()
    throw explain(error, target)
  }
  if (config.database.ping) database.startPing(config.firebird.pingInterval * 1000)
  const supervisor = target.watch?.(onServerEvent)
  supervisor?.start()
  return {
    database,
    place: target.place,
    trouble: () => supervisor?.trouble,
    close: async () => {
      supervisor?.stop()
      await database.close()
      await target.release()
    },
  }
}
