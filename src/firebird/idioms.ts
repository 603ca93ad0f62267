// The idioms of the documented database layer (vls.db), for scripts that bring their own SQL:
// named parameters, `map` of one column, rows that answer to a name in any case, affected counts, batches,
// cursors, and connections that are either the request's or the pool's. Repositories use Kysely instead.
import type { FirebirdConnection, TransactionSettings } from './connection.ts'
import type { Database } from './database.ts'
import { positional, statements } from './named-parameters.ts'

export type Parameters = Readonly<Record<string, unknown>>
export type Row = Readonly<Record<string, unknown>>

/** Where a statement runs: a connection, or the database, which takes one from its pool for the statement. */
export type Target = FirebirdConnection | Database

const isDatabase = (target: Target): target is Database => 'pool' in target

function bind(sql: string, parameters: Parameters): { sql: string; values: unknown[] } {
  const { sql: text, names } = positional(sql)
  const values = names.map(name => {
    if (!Object.hasOwn(parameters, name))
      throw new Error(`The statement names :${name}, which was not given.`)
    return parameters[name]
  })
  return { sql: text, values }
}

/** A row whose columns answer to their names in any case: OT_Caption, ot_caption, OT_CAPTION. */
function anyCase(row: Record<string, unknown>): Row {
  return new Proxy(row, {
    get: (target, key) =>
      typeof key === 'string' && !(key in target) ? target[key.toUpperCase()] : Reflect.get(target, key),
    has: (target, key) => key in target || (typeof key === 'string' && key.toUpperCase() in target),
  })
}

const run = (target: Target, sql: string, values: readonly unknown[]) =>
  isDatabase(target)
    ? target.withConnection(connection => connection.run(sql, values))
    : target.run(sql, values)

/** All rows of a select. `selectQuery(db, 'select first 2 OT_Caption from OPR_Tree where OT_RCV_Datatype = :t', { t: 10 })` */
export async function selectQuery(target: Target, sql: string, parameters: Parameters = {}): Promise<Row[]> {
  const bound = bind(sql, parameters)
  const { rows } = await run(target, bound.sql, bound.values)
  return rows.map(anyCase)
}

/** One column of a select, as a list (the documented `map='OT_Caption'`). */
export async function selectColumn<T = unknown>(
  target: Target,
  sql: string,
  column: string,
  parameters: Parameters = {},
): Promise<T[]> {
  return (await selectQuery(target, sql, parameters)).map(row => row[column] as T)
}

/** A changing statement. @returns rows affected */
export async function updateQuery(target: Target, sql: string, parameters: Parameters = {}): Promise<number> {
  const bound = bind(sql, parameters)
  return (await run(target, bound.sql, bound.values)).affected ?? 0
}

/** Several statements separated by `;`, in one transaction. */
export async function batchQuery(target: Target, script: string): Promise<void> {
  if (isDatabase(target))
    return await withConnection(target, {}, connection => batchQuery(connection, script))
  for (const statement of statements(script)) await target.run(statement)
}

/** Calls `use` with an iteration over the rows; the cursor lives as long as the call. */
export async function selectCursor<T>(
  connection: FirebirdConnection,
  sql: string,
  parameters: Parameters,
  use: (rows: AsyncIterable<Row>) => Promise<T>,
): Promise<T> {
  const bound = bind(sql, parameters)
  const portions = connection.stream(bound.sql, bound.values)
  async function* rows(): AsyncGenerator<Row> {
    for await (const portion of portions) for (const row of portion) yield anyCase(row)
  }
  try {
    return await use(rows())
  } finally {
    await portions.return(undefined)
  }
}

/** The documented non-blocking reader: read committed, record version, read only. */
export const nonBlockingReader: TransactionSettings = { isolation: 'read committed', readOnly: true }

export interface ConnectionScope extends TransactionSettings {
  /** The connection that a request holds already: it is used as it is and not committed here. */
  readonly request?: FirebirdConnection | undefined
}

/**
 * A connection in a transaction. A request's own connection is joined and left open; one from the pool is committed
 * when `use` returns and rolled back when it throws.
 */
export async function withConnection<T>(
  database: Database,
  scope: ConnectionScope,
  use: (connection: FirebirdConnection) => Promise<T>,
): Promise<T> {
  const { request, ...settings } = scope
  if (request) return await use(request)
  return await database.withConnection(async connection => {
    await connection.begin(settings)
    const result = await use(connection)
    await connection.commit()
    return result
  })
}
