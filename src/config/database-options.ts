// Options of [database], [firebird] and [path].
import { z } from 'zod'
import { flag, list, oneOf, path, patterned, secret, text, whole } from './option-kinds.ts'

/** The documented default: a private server below [path] var. */
export const documentedFile = '/this/is/not/a/valid/fdb/path'

/** The documented role. */
export const documentedRole = 'vlServer'

export const databaseSection = z
  .strictObject({
    on: flag(true, 'Use the database. false: only health and configuration commands work.'),
    direct: flag(
      false,
      'Open the database file without a server, by the engine inside this process; needs the package that `npm run direct:install` adds.',
    ),
    host: text('127.0.0.1', 'Host or address of the Firebird server, or host/port.'),
    file: path(
      documentedFile,
      'The .fdb file as the server sees it. The documented default means: use a private server below [path] var.',
    ),
    role: text(
      documentedRole,
      'Role of the database user; one that the database does not know, or the user does not have, is refused.',
    ),
    user: text('sysdba', 'Database user.'),
    password: secret('masterkey', 'Password of the database user.'),
    charset: text(
      'AUTO',
      "Character set of new databases and of columns without one; AUTO means the database's own.",
    ),
    isLocal: text(
      '',
      'Create the database if it is missing. Empty: yes when the host is this machine and the folder of the file exists.',
    ),
    minVersion: patterned(
      /^\d{1,4}(?:\.\d{1,4}){0,3}$/,
      'a version like 3.5.6',
      'An older schema is brought up to date at start.',
      '3.5.6',
    ),
    ping: flag(false, 'Ask the server periodically and reconnect when the connection has a problem.'),
    poolSize: whole(10, 1, 200, 'Connections in the pool.'),
    behaviors: list(
      [],
      'dirtyInsertTS allows changes of OPR_Content.OC_InsertTS.',
      z.enum(['dirtyInsertTS'], { error: 'expected dirtyInsertTS' }),
    ),
  })
  .describe('Connection to the Firebird database.')

export const firebirdSection = z
  .strictObject({
    queryTimeout: whole(60, 1, 3600, 'Seconds after which a statement is cancelled.'),
    connectTimeout: whole(10, 1, 300, 'Seconds within which the server must have accepted a connection.'),
    acquireTimeout: whole(10, 1, 300, 'Seconds that a request waits for a free connection.'),
    lockTimeout: whole(10, 1, 255, 'Seconds that a change waits for records which another change holds.'),
    maxLifetime: whole(3600, 10, 86_400, 'Seconds after which a connection is replaced.'),
    pingInterval: whole(15, 1, 3600, 'Seconds between two pings when [database] ping is on.'),
    wireCrypt: oneOf(
      ['auto', 'on', 'off'],
      'auto',
      'Encrypt the connection; auto: unless the server is on this machine.',
    ),
  })
  .describe('How the connections to Firebird behave.')

export const pathSection = z
  .strictObject({
    var: path('var', 'Folder for everything that the service writes; relative to the installation.'),
    varLarge: path('', 'Folder for masters (large); empty means var.'),
    varFast: path('', 'Folder for caches and temporary files (low latency); empty means var.'),
    import: path('', 'Folder below which imports may name files on this server; empty means var/import.'),
    domain: path(
      '',
      'Folder with one sub-folder a domain, each with config/config.ini; empty means var/domain.',
    ),
  })
  .describe('Folders.')
