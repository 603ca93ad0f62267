// gbak: a consistent copy of a database while others write to it, and the way back. The password goes by the environment, never on a command line.
import { execFile } from 'node:child_process'
import { existsSync, linkSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { Refusal } from '../../errors.ts'
import { findInstallation } from './installation.ts'

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
  const { gbak: program, environment, messages } = findInstallation()
  if (!existsSync(program))
    throw new Refusal('unavailable', 'gbak is not installed. As root: apt-get install firebird3.0-utils')
  try {
    await run(program, [...args], {
      maxBuffer: longestAnswer,
      env: {
        ...process.env,
        ...environment,
        FIREBIRD_MSG: messages,
        ISC_USER: database.user,
        ISC_PASSWORD: database.password,
      },
    })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Refusal('unavailable', `gbak says: ${stderr.trim().slice(0, 1000) || String(error)}`, {}, error)
  }
}

const address = ({ host, port }: AdministeredDatabase, file: string): string => `${host}/${port}:${file}`

/** One state of the database, as of now, into a file of this machine. */
export const copyDatabase = (database: AdministeredDatabase, target: string): Promise<void> =>
  gbak(database, ['-b', '-g', address(database, database.file), target])

/**
 * Makes the database of a copy. It gets its name when it is whole, where its folder is one of this machine.
 * @throws Refusal conflict where there is one already; unavailable with what gbak says
 */
export async function makeDatabase(database: AdministeredDatabase, source: string): Promise<void> {
  const taken = new Refusal(
    'conflict',
    `There is a database already at ${database.file}; a backup is restored into an empty place.`,
  )
  if (existsSync(database.file)) throw taken
  const temporary = `${database.file}.${process.pid}.part`
  try {
    await gbak(database, ['-c', source, address(database, temporary)])
    if (!existsSync(temporary))
      throw new Refusal(
        'not-processable',
        `The folder of ${database.file} is not one of this machine; restore the file database.fbk there with gbak -c.`,
      )
    linkSync(temporary, database.file)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken : error
  } finally {
    rmSync(temporary, { force: true })
  }
}
