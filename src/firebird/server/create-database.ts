// Databases are made by isql, under a temporary name that is then linked: node-firebird's create() overwrites an
// existing file and ignores the page size (traps 2 and 3). link() fails where a file exists, so nothing is replaced.
import { execFile } from 'node:child_process'
import { existsSync, linkSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { toFault } from '../faults.ts'
import { Attachment } from '../wire.ts'
import { syncFile } from './gbak.ts'
import { environmentAs, findInstallation } from './installation.ts'
import { runIsql } from './isql.ts'
import { isAlive } from './private-server.ts'

const run = promisify(execFile)

export interface CreateOptions {
  readonly host: string
  readonly port: number
  readonly file: string
  readonly user: string
  readonly password: string
  /** Default character set; AUTO means UTF8. */
  readonly charset: string
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** isql against a server. */
export async function isql(options: CreateOptions, script: string): Promise<string> {
  return await runIsql([], environmentAs(options), script)
}

/**
 * Whether the database waits for the disk with each page that it writes, as it does from its beginning, or leaves them to the system for the
 * time in which nobody else knows of it. Nothing changes where gfix is not installed.
 */
export async function waitForDisk(options: Omit<CreateOptions, 'charset'>, waits: boolean): Promise<void> {
  const { gfix } = findInstallation()
  if (!existsSync(gfix)) return
  await run(gfix, ['-write', waits ? 'sync' : 'async', `${options.host}/${options.port}:${options.file}`], {
    env: environmentAs(options),
  })
}

/** What this process is making. */
const making = new Set<string>()

/** Removes what processes that were killed had begun to make. In a container one that is started again often has the number of the one before. */
function removeLeft(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number(/^\.(\d+)-\d+\.new\.fdb$/.exec(name)?.[1])
    const path = join(folder, name)
    const isLeft = pid === process.pid ? !making.has(path) : pid > 0 && !isAlive(pid)
    if (isLeft) rmSync(path, { force: true })
  }
}

/**
 * Makes the database file. Two processes may try at once: the second finds the first one's file and keeps it.
 * @param fill writes what it begins with, to a file that is not yet the database: it is there with all of it, on the disk, or not at all
 */
export async function createDatabase(
  options: CreateOptions,
  fill?: (file: string) => Promise<void>,
): Promise<void> {
  const charset = options.charset.toUpperCase() === 'AUTO' ? 'UTF8' : options.charset
  if (!/^[A-Za-z0-9_]+$/.test(charset)) throw new Error(`‘${charset}’ is no character set.`)
  const temporary = join(dirname(options.file), `.${process.pid}-${Date.now()}.new.fdb`)
  const server = `${options.host}/${options.port}:`
  removeLeft(dirname(options.file))
  making.add(temporary)
  try {
    await isql(
      options,
      `create database ${quote(server + temporary)} user ${quote(options.user)} password ${quote(options.password)} page_size 16384 default character set ${charset};\n`,
    )
    if (fill) {
      // tables by the hundred are thousands of pages, one by one
      await waitForDisk({ ...options, file: temporary }, false)
      await fill(temporary)
      await waitForDisk({ ...options, file: temporary }, true)
      await syncFile(temporary)
    }
    try {
      linkSync(temporary, options.file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  } finally {
    rmSync(temporary, { force: true })
    making.delete(temporary)
  }
}

/** A user of the service with its role, instead of SYSDBA, that is able to log in. Repeating it sets the password anew. */
export async function createServiceUser(
  options: CreateOptions,
  service: { readonly user: string; readonly password: string; readonly role: string },
): Promise<void> {
  const name = (text: string) => `"${text.toUpperCase().replaceAll('"', '""')}"`
  await isql(
    options,
    `connect ${quote(`${options.host}/${options.port}:${options.file}`)} user ${quote(options.user)} password ${quote(options.password)};
create or alter user ${name(service.user)} password ${quote(service.password)};
set term ^;
execute block as begin
  if (not exists (select 1 from rdb$roles where rdb$role_name = ${quote(service.role.toUpperCase())})) then
    execute statement 'create role ${name(service.role)}';
end^
set term ;^
commit;
grant ${name(service.role)} to ${name(service.user)};
grant create table to role ${name(service.role)};
grant create procedure to role ${name(service.role)};
grant create sequence to role ${name(service.role)};
grant create exception to role ${name(service.role)};
grant create domain to role ${name(service.role)};
grant create role to role ${name(service.role)};
grant alter any table to role ${name(service.role)};
grant alter database to role ${name(service.role)};
commit;
`,
  )
  // a short salt locks node-firebird out (attach.ts): each setting of the password draws another one
  const loggingIn = {
    ...options,
    database: options.file,
    user: service.user,
    password: service.password,
    role: service.role,
    encryptWire: false,
    connectTimeoutMs: 20_000,
    queryTimeoutMs: 5000,
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await (await Attachment.open(loggingIn)).close()
      return
    } catch (error) {
      // no answer: a busy machine, or a salt that the driver waits over; where the server has gone isql says so
      const { kind } = toFault(error)
      if (attempt === 20 || (kind !== 'login' && (kind !== 'lost' || attempt > 2))) throw error
      await isql(
        options,
        `connect ${quote(`${options.host}/${options.port}:${options.file}`)} user ${quote(options.user)} password ${quote(options.password)};
alter user ${name(service.user)} password ${quote(service.password)};
commit;
`,
      )
    }
  }
}
