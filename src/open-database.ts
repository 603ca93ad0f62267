// Opens the database that server.ini names, or the private one: creates a missing file, brings the schema up to date, and
// refuses what it cannot work with, with a sentence that says what to do.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { type Config, documentedFile } from './config/options.ts'
import { Refusal } from './errors.ts'
import { Database, type DatabaseOptions } from './firebird/database.ts'
import { toFault } from './firebird/faults.ts'
import { migrate } from './firebird/migrate.ts'
import { createDatabase, createServiceUser, type CreateOptions } from './firebird/server/create-database.ts'
import { usePrivateServer } from './firebird/server/private-server.ts'

export interface OpenedDatabase {
  readonly database: Database
  /** Where it is, for the start message */
  readonly place: string
  close(): Promise<void>
}

interface Target {
  readonly host: string
  readonly port: number
  readonly file: string
  readonly user: string
  readonly password: string
  readonly role: string
  readonly release: () => Promise<void>
}

const defaultPort = 3050
/** A server whose clock differs by more keeps another time zone, not merely a bad clock. */
const maxClockDifferenceMs = 10 * 60_000

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

async function privateTarget(config: Config): Promise<Target> {
  const server = await usePrivateServer(join(config.path.var, 'firebird'))
  const file = join(server.dataFolder, 'firefolio.fdb')
  const role = config.database.role
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
    if (isNew) await createDatabase(sysdba)
    if (isNew || !existsSync(secretFile)) {
      const password = randomBytes(15).toString('base64url')
      await createServiceUser(sysdba, { user: 'firefolio', password, role })
      writeFileSync(secretFile, password, { mode: 0o600 })
    }
    return {
      host: server.host,
      port: server.port,
      file,
      user: 'FIREFOLIO',
      password: readFileSync(secretFile, 'utf8').trim(),
      role,
      release: () => server.release(),
    }
  } catch (error) {
    await server.release()
    throw error
  }
}

async function configuredTarget(config: Config): Promise<Target> {
  const { database } = config
  const { host, port } = hostAndPort(database.host)
  const target = {
    host,
    port,
    file: database.file,
    user: database.user,
    password: database.password,
    role: database.role,
    release: async () => {},
  }
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
  if (isLocal && database.file.startsWith('/') && !existsSync(database.file)) {
    mkdirSync(dirname(database.file), { recursive: true })
    await createDatabase({
      host,
      port,
      file: database.file,
      user: database.user,
      password: database.password,
      charset: database.charset,
    })
  }
  return target
}

function optionsOf(
  config: Config,
  target: Target,
  onSlow: (statement: { sql: string; ms: number }) => void,
): DatabaseOptions {
  const { firebird } = config
  return {
    attach: {
      host: target.host,
      port: target.port,
      database: target.file,
      user: target.user,
      password: target.password,
      role: target.role,
      encryptWire:
        firebird.wireCrypt === 'on' || (firebird.wireCrypt === 'auto' && !isThisMachine(target.host)),
      connectTimeoutMs: firebird.connectTimeout * 1000,
      queryTimeoutMs: firebird.queryTimeout * 1000,
    },
    pool: {
      size: config.database.poolSize,
      acquireTimeoutMs: firebird.acquireTimeout * 1000,
      validateAfterMs: 30_000,
      maxLifetimeMs: firebird.maxLifetime * 1000,
    },
    hooks: { lockTimeoutS: firebird.lockTimeout, slowStatementMs: config.log.slowStatement, onSlow },
  }
}

/** What stands in the way of opening, as a sentence for the operator. */
function explain(error: unknown, target: Target): unknown {
  const fault = toFault(error)
  const where = `${target.host}/${target.port}:${target.file}`
  if (/unsupported on-disk structure|on-disk structure/i.test(fault.message))
    return new Refusal(
      'unavailable',
      `The file ${target.file} was written by another Firebird. Back it up with the old server and restore it with the new one: gbak -b -g old.fdb backup.fbk, then gbak -c backup.fbk new.fdb.`,
      {},
      error,
    )
  if (fault.kind === 'login')
    return new Refusal(
      'unavailable',
      `Firebird at ${target.host}/${target.port} refuses the user ‘${target.user}’; see [database] user and password.`,
      {},
      error,
    )
  if (fault.kind === 'no-database')
    return new Refusal('unavailable', `Firebird cannot open ${where}: ${fault.message}`, {}, error)
  if (fault.kind === 'lost')
    return new Refusal(
      'unavailable',
      `No Firebird server answers at ${target.host}/${target.port}: ${fault.message}`,
      {},
      error,
    )
  return error
}

async function requireUtc(database: Database): Promise<void> {
  const before = Date.now()
  const { rows } = await database.withConnection(connection =>
    connection.run('select current_timestamp as "now" from RDB$DATABASE'),
  )
  const difference = ((rows[0]?.['now'] ?? new Date(0)) as Date).getTime() - before
  if (Math.abs(difference) > maxClockDifferenceMs)
    throw new Refusal(
      'unavailable',
      `The clock of the Firebird server is ${Math.round(difference / 60_000)} minutes off UTC; start the server with the environment variable TZ=UTC.`,
    )
}

/** @throws Refusal unavailable, bad-request */
export async function openDatabase(
  config: Config,
  onSlow: (statement: { sql: string; ms: number }) => void,
): Promise<OpenedDatabase> {
  if (config.database.direct)
    throw new Refusal(
      'unavailable',
      '[database] direct = true is not offered: this version reaches Firebird through a server only. Leave it out; without host and file a private server is started on a loopback port.',
    )
  const isPrivate = config.database.file === documentedFile
  const target = isPrivate ? await privateTarget(config) : await configuredTarget(config)
  const database = new Database(optionsOf(config, target, onSlow))
  try {
    await requireUtc(database)
    await migrate(database, { minVersion: config.database.minVersion })
  } catch (error) {
    await database.close()
    await target.release()
    throw explain(error, target)
  }
  if (config.database.ping) database.startPing(config.firebird.pingInterval * 1000)
  return {
    database,
    place: isPrivate
      ? `private Firebird server at ${target.host}/${target.port}`
      : `${target.host}/${target.port}:${target.file}`,
    close: async () => {
      await database.close()
      await target.release()
    },
  }
}
