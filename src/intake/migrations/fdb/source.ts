// The restored backup, read portion by portion through the pool of src/firebird.
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { Database } from '../../../firebird/database.ts'
import { type AdministeredDatabase, makeDatabase } from '../../../firebird/server/gbak.ts'
import { withTempIds } from '../../../firebird/temp-ids.ts'
import { Refusal } from '../../../errors.ts'
import { digestOf, requireBackup } from './backup-file.ts'
import { type Columns, columnsOf, type Row, selected, type Taken } from './columns.ts'

/** Datatypes that are documented: titles have OPR_Content, pages OPR_Page. */
export const documented = { title: 1, page: 3, domain: 10 } as const

const required = {
  OPR_TREE: ['OT_ID', 'OT_OD_ID', 'OT_OT_PARENT', 'OT_OT_LINK', 'OT_RCV_DATATYPE', 'OT_RCV_TYPE', 'OT_PATH'],
  OPR_CONTENT: ['OC_OT_ID', 'OC_XML'],
  OPR_PAGE: ['OP_OT_ID'],
  OPR_DOMAIN: ['OD_ID', 'OD_OD_PARENT'],
} as const

export class Source {
  readonly #database: Database
  readonly #charset: string
  readonly columns: Columns

  private constructor(database: Database, charset: string, columns: Columns) {
    this.#database = database
    this.#charset = charset
    this.columns = columns
  }

  /** @throws Refusal not-processable where it is no database of a Visual Library Server */
  static async open(database: Database, charset: string): Promise<Source> {
    const columns = await columnsOf(database.db)
    for (const [table, names] of Object.entries(required))
      for (const name of names)
        if (!columns.get(table)?.has(name))
          throw new Refusal(
            'not-processable',
            `The backup is not that of a Visual Library Server: it has no ${table}.${name}.`,
          )
    // documented, but not everywhere there
    if (!columns.has('TMP_ID'))
      await sql`create global temporary table TMP_ID (TI_OT_ID integer not null) on commit delete rows`.execute(
        database.db,
      )
    return new Source(database, charset, columns)
  }

  /** Rows of a table that belong to nodes. @param key column of the node */
  async rowsOf(
    table: string,
    key: string,
    taken: readonly Taken[],
    ids: readonly number[],
    more = '',
  ): Promise<Row[]> {
    if (ids.length === 0 || taken.length === 0) return []
    const text = `select ${selected(taken, this.#charset)} from TMP_ID join ${table} on ${key} = TI_OT_ID ${more}`
    return await withTempIds(this.#database, ids, async trx => (await sql.raw<Row>(text).execute(trx)).rows)
  }

  async all(text: string): Promise<Row[]> {
    return (await sql.raw<Row>(text).execute(this.#database.db)).rows
  }

  select(table: string, taken: readonly Taken[], more = ''): Promise<Row[]> {
    return this.all(`select ${selected(taken, this.#charset)} from ${table} ${more}`)
  }

  /** The first column of a statement, a number, portion by portion. */
  async *ids(text: string, portion: number): AsyncGenerator<number[]> {
    const connection = await this.#database.pool.acquire()
    try {
      for await (const rows of connection.stream(text, [], portion))
        yield rows.map(row => Object.values(row)[0] as number)
    } finally {
      await this.#database.pool.release(connection)
    }
  }
}

/**
 * Restores a backup beside our database, unless that was done before, and works with it. It is removed when the work is done to its end.
 * @param work tells whether it was
 * @throws Refusal not-found, not-processable; unavailable with what gbak says
 */
export async function withSource<T>(
  administered: AdministeredDatabase,
  { path, charset }: { readonly path: string; readonly charset: string },
  work: (source: Source) => Promise<{ readonly result: T; readonly isDone: boolean }>,
): Promise<T> {
  await requireBackup(path)
  const file = join(dirname(administered.file), `vls-${await digestOf(path)}.fdb`)
  if (!existsSync(file)) await makeDatabase({ ...administered, file }, path)
  const { host, port, user, password } = administered
  const database = new Database({
    attach: {
      host,
      port,
      database: file,
      user,
      password,
      encryptWire: false,
      connectTimeoutMs: 20_000,
      queryTimeoutMs: 3_600_000,
    },
    pool: { size: 3, acquireTimeoutMs: 60_000, validateAfterMs: 30_000, maxLifetimeMs: 86_400_000 },
    hooks: { lockTimeoutS: 5, slowStatementMs: 3_600_000, onSlow: () => {} },
  })
  let isDone = false
  try {
    const ended = await work(await Source.open(database, charset))
    ;({ isDone } = ended)
    return ended.result
  } finally {
    await database.close()
    if (isDone) rmSync(file, { force: true })
  }
}
