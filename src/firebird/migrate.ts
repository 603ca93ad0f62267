// Brings a database to the schema that sql/ describes. Every statement of a file is one step, and a step is one
// transaction {statement, its row in SYS_Migration}: Firebird rolls back DDL too, so a crash at any moment resumes
// at the first step that has no row. Applied files are held to their checksums.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../errors.ts'
import { root } from '../root.ts'
import type { FirebirdConnection } from './connection.ts'
import type { Database } from './database.ts'

/** The schema version that this program brings along; versions count from the documented 4.0.0 (decision 26). */
export const schemaVersion = '4.0.0'

export interface MigrationFile {
  readonly name: string
  readonly checksum: string
  readonly steps: readonly string[]
}

/** The statements of a script, honouring `set term`; comments before a statement stay with it. */
export function splitScript(script: string): string[] {
  const steps: string[] = []
  let terminator = ';'
  let current = ''
  const push = () => {
    if (current.replace(/--[^\n]*/g, '').trim() !== '') steps.push(current.trim())
    current = ''
  }
  // quoted text and comments, in which no terminator counts, then what is no terminator, then single characters
  for (const [piece] of script.matchAll(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*\n?|\/\*[\s\S]*?\*\/|[\w\s(),.:=]+|[\s\S]/g,
  )) {
    if (piece !== terminator) {
      current += piece
      continue
    }
    const term = /^\s*set\s+term\s+(\S+)\s*$/i.exec(current.replace(/--[^\n]*/g, ''))
    if (term) {
      terminator = term[1] as string
      current = ''
    } else push()
  }
  push()
  return steps
}

/**
 * A table that has rows never gets a NOT NULL column: Firebird leaves NULL in the rows that are there, and in those of connections whose
 * triggers were compiled before, and a backup of such a table cannot be restored.
 */
export function requireNullable(file: string, step: string): void {
  if (/^alter\s+table\b[\s\S]*\bnot\s+null\b/i.test(step.replace(/--[^\n]*/g, '').trim()))
    throw new Error(`${file}: a column is NOT NULL from the start of its table, or never: ${step}`)
}

/** The migration files in the order in which they are applied. */
export function migrationFiles(folder = join(root, 'sql')): MigrationFile[] {
  return readdirSync(folder)
    .filter(name => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map(name => {
      const script = readFileSync(join(folder, name), 'utf8')
      const steps = splitScript(script)
      for (const step of steps) requireNullable(name, step)
      return { name, checksum: createHash('sha256').update(script).digest('hex'), steps }
    })
}

const bookkeeping = `create table SYS_Migration (
  SM_File varchar(100) character set ascii not null,
  SM_Step integer not null,
  SM_Checksum varchar(64) character set ascii not null,
  SM_Version varchar(20) character set ascii not null,
  SM_InsertTS timestamp default current_timestamp not null,
  constraint PK_SYS_MIGRATION primary key (SM_File, SM_Step)
)`

async function hasBookkeeping(connection: FirebirdConnection): Promise<boolean> {
  const { rows } = await connection.run(
    `select 1 as "n" from rdb$relations where rdb$relation_name = 'SYS_MIGRATION'`,
  )
  return rows.length > 0
}

interface Applied {
  readonly checksum: string
  readonly steps: number
}

async function applied(connection: FirebirdConnection): Promise<Map<string, Applied>> {
  const { rows } = await connection.run(
    `select SM_File as "file", max(SM_Checksum) as "checksum", max(SM_Step) as "steps" from SYS_Migration group by SM_File`,
  )
  return new Map(
    rows.map(row => [
      row['file'] as string,
      { checksum: row['checksum'] as string, steps: row['steps'] as number },
    ]),
  )
}

/** -1, 0 or 1: compares 3.5.6 with 4.0.0 by their numbers. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split('.').map(Number)
  const [left, right] = [parts(a), parts(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

/** The newest schema version noted in the database; undefined for an empty one. */
export async function storedVersion(database: Database): Promise<string | undefined> {
  return await database.withConnection(async connection => {
    if (!(await hasBookkeeping(connection))) return undefined
    const { rows } = await connection.run(`select distinct SM_Version as "version" from SYS_Migration`)
    return rows
      .map(row => row['version'] as string)
      .sort(compareVersions)
      .at(-1)
  })
}

export interface MigrationReport {
  readonly applied: readonly string[]
  readonly from: string | undefined
  readonly to: string
}

/**
 * Applies what is missing.
 * @param options.minVersion the least version that the configuration demands
 * @param options.files another set of files, for tests
 * @throws Refusal unavailable when the database is newer than the program, or an applied file was edited
 */
export async function migrate(
  database: Database,
  options: {
    minVersion?: string
    files?: readonly MigrationFile[]
    onStep?: (file: string, step: number) => void
  } = {},
): Promise<MigrationReport> {
  const files = options.files ?? migrationFiles()
  const from = await storedVersion(database)
  if (from !== undefined && compareVersions(from, schemaVersion) > 0)
    throw new Refusal(
      'unavailable',
      `The database has schema ${from}; this program knows schemas up to ${schemaVersion}. Install a newer Firefolio.`,
    )
  if (options.minVersion && compareVersions(options.minVersion, schemaVersion) > 0)
    throw new Refusal(
      'unavailable',
      `[database] minVersion demands schema ${options.minVersion}; this program brings ${schemaVersion}.`,
    )
  return await database.withConnection(async connection => {
    if (!(await hasBookkeeping(connection))) {
      await requireOurs(connection)
      await alone(connection, bookkeeping)
    }
    const done = await applied(connection)
    requireKnown(files, done)
    const newly: string[] = []
    for (const file of files) {
      const before = done.get(file.name)
      if (before && before.steps >= file.steps.length) continue
      newly.push(file.name)
      for (let step = before?.steps ?? 0; step < file.steps.length; step++) {
        options.onStep?.(file.name, step + 1)
        await runStep(connection, file, step)
      }
    }
    // what a connection has compiled keeps the tables as they were: it would store NULL in a column that it does not know
    if (newly.length > 0) database.renewConnections()
    return { applied: newly, from, to: schemaVersion }
  })
}

/**
 * A Visual Library Server has tables of the same names, and versions that count otherwise: its database is taken over, never brought up to date.
 * @throws Refusal unavailable
 */
async function requireOurs(connection: FirebirdConnection): Promise<void> {
  const { rows } = await connection.run(
    `select 1 as "n" from rdb$relations where rdb$relation_name = 'OPR_TREE'`,
  )
  if (rows.length > 0)
    throw new Refusal(
      'unavailable',
      'The database is that of a Visual Library Server. Start with a new one, and take this one over from a backup: firefolio migrate vls --fdb.',
    )
}

/** A database of a trial version has other files applied; nothing was released, so there is no way from one to the other. */
function requireKnown(files: readonly MigrationFile[], done: ReadonlyMap<string, Applied>): void {
  for (const [name, { checksum }] of done)
    if (files.find(file => file.name === name)?.checksum !== checksum)
      throw new Refusal(
        'unavailable',
        `The database was made by a trial version of Firefolio (its ${name} is another one). Export its titles with that version, start this one with a new database, and import them.`,
      )
}

async function alone(connection: FirebirdConnection, statement: string): Promise<void> {
  await connection.begin()
  await connection.run(statement)
  await connection.commit()
}

async function runStep(connection: FirebirdConnection, file: MigrationFile, step: number): Promise<void> {
  await connection.begin()
  try {
    await connection.run(file.steps[step] as string)
    await connection.run(
      `insert into SYS_Migration (SM_File, SM_Step, SM_Checksum, SM_Version) values (?, ?, ?, ?)`,
      [file.name, step + 1, file.checksum, schemaVersion],
    )
    await connection.commit()
  } catch (error) {
    await connection.rollback()
    throw new Error(
      `${file.name}, statement ${step + 1}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}
