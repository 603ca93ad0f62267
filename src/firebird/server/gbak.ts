// gbak: a consistent copy of a database while others write to it, and the way back. The password goes by the environment, never on a command line.
// gbak does not sync what it writes: that is done here, before anybody is told.
import { execFile } from 'node:child_process'
import { existsSync, linkSync, readdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Refusal } from '../../errors.ts'
import { syncFolder } from '../../whole-files.ts'
import { environmentAs, findInstallation } from './installation.ts'

const run = promisify(execFile)
const longestAnswer = 16 * 1024 * 1024

/** A database behind a server, as who may copy all of it. */
export interface AdministeredDatabase {
  readonly host: string
  readonly port: number
  readonly file: string
  readonly user: string
  readonly password: string
}

async function gbak(database: AdministeredDatabase, args: readonly string[]): Promise<void> {
  const { gbak: program } = findInstallation()
  if (!existsSync(program))
    throw new Refusal('unavailable', 'gbak is not installed. As root: apt-get install firebird3.0-utils')
  try {
    await run(program, [...args], {
      maxBuffer: longestAnswer,
      env: environmentAs(database),
    })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Refusal('unavailable', `gbak says: ${stderr.trim().slice(0, 1000) || String(error)}`, {}, error)
  }
}

const address = ({ host, port }: AdministeredDatabase, file: string): string => `${host}/${port}:${file}`

/** Waits until the disk has all of a file. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** One state of the database, as of now, into a file of this machine. */
export async function copyDatabase(database: AdministeredDatabase, target: string): Promise<void> {
  await gbak(database, ['-b', '-g', address(database, database.file), target])
  await syncFile(target)
}

/** Whether a process is under way; of another user's, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Takes away what a process that is gone left unfinished of a database. */
export function removeUnfinished(file: string): void {
  const folder = dirname(file)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`)) continue
    const pid = Number(/^\.(\d+)\.part$/.exec(name.slice(basename(file).length))?.[1])
    if (pid === process.pid || (pid > 0 && !isAlive(pid))) rmSync(join(folder, name))
  }
}

/**
 * Makes the database of a copy. It gets its name when it is whole, where its folder is one of this machine.
 * @param complete works on it before it has its name; where that fails, there is no database
 * @throws Refusal conflict where there is one already; unavailable with what gbak says
 */
export async function makeDatabase(
  database: AdministeredDatabase,
  source: string,
  complete: (unnamed: AdministeredDatabase) => Promise<void> = async () => {},
): Promise<void> {
  const taken = new Refusal(
    'conflict',
    `There is a database already at ${database.file}; a backup is restored into an empty place.`,
  )
  removeUnfinished(database.file)
  if (existsSync(database.file)) throw taken
  const temporary = `${database.file}.${process.pid}.part`
  try {
    await gbak(database, ['-c', source, address(database, temporary)])
    if (!existsSync(temporary))
      throw new Refusal(
        'not-processable',
        `The folder of ${database.file} is not one of this machine; restore the file database.fbk there with gbak -c.`,
      )
    await complete({ ...database, file: temporary })
    await syncFile(temporary)
    linkSync(temporary, database.file)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken : error
  } finally {
    rmSync(temporary, { force: true })
  }
  await syncFolder(dirname(database.file))
}
