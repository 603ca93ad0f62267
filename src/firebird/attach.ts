// Opens a connection. The driver's own attach has no time-out, and a server that offers two SRP plugins makes it hang on a
// wrong password (traps 4 and 5); so a timer cuts the socket.
import { driver, type RawConnection, type RawDatabase } from './driver.ts'
import { FirebirdFault, toFault } from './faults.ts'
import { economise, roomBytes } from './packets.ts'

export interface AttachOptions {
  readonly host: string
  readonly port: number
  /** Path of the database file as the server sees it, or an alias. */
  readonly database: string
  readonly user: string
  readonly password: string
  readonly role?: string | undefined
  readonly encryptWire: boolean
  readonly connectTimeoutMs: number
  /** Longest time of one exchange with the server, unless a call names its own. */
  readonly queryTimeoutMs: number
}

/** With the right password the SRP exchange still fails about once in some hundred log-ins (node-firebird #421). */
const loginAttempts = 3

/** @throws FirebirdFault login, no-database, lost */
export async function attachDatabase(options: AttachOptions): Promise<RawDatabase> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attachOnce(options)
    } catch (error) {
      if (attempt === loginAttempts || toFault(error).kind !== 'login' || !options.password) throw error
    }
  }
}

/**
 * node-firebird expects the salt of a password as 64 hex digits. The server sends it without leading zeros: one
 * password in sixteen can never log in, and one in 256 makes the driver throw out of its socket handler.
 */
const misreadSalt =
  'The driver could not read the salt of this user; set the password again, which draws another salt.'

/** What the driver throws while it reads ends this connection, not the process. */
function containErrors(connection: RawConnection | undefined, onError: (error: unknown) => void): void {
  const socket = connection?._socket
  for (const listener of socket?.listeners('data') ?? []) {
    socket?.removeListener('data', listener)
    socket?.addListener('data', bytes => {
      try {
        listener(bytes)
      } catch (error) {
        onError(error)
        socket.destroy()
      }
    })
  }
}

async function attachOnce(options: AttachOptions): Promise<RawDatabase> {
  // an empty password would silently become the driver's default (trap 21)
  if (!options.password || !options.user)
    throw new FirebirdFault('login', 'The database user or password is empty.')
  const attaching = driver.attachAsync({
    host: options.host,
    port: options.port,
    database: options.database,
    user: options.user,
    password: options.password,
    ...(options.role ? { role: options.role } : {}),
    wireCrypt: options.encryptWire ? 1 : 0,
    pluginName: 'Srp256',
    encoding: 'UTF8',
    numericMode: 'safe',
    blobAsText: true,
    blobChunkSize: roomBytes,
    blobReadChunkSize: roomBytes,
    statementCacheSize: 200,
    isPool: true, // keeps the driver from reconnecting behind a transaction's back (trap 7)
  })
  const connection = driver.connection // set synchronously by attach
  attaching.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    containErrors(connection, error => reject(new FirebirdFault('login', misreadSalt, { cause: error })))
    timer = setTimeout(
      () =>
        reject(
          new FirebirdFault(
            'lost',
            `The database server did not answer within ${options.connectTimeoutMs} ms.`,
          ),
        ),
      options.connectTimeoutMs,
    )
  })
  try {
    const database = await Promise.race([attaching, late])
    economise(database.connection)
    return database
  } catch (error) {
    connection?._socket?.destroy()
    throw toFault(error)
  } finally {
    clearTimeout(timer)
  }
}
