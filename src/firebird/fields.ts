// What repositories of one table share: fields by the names of the service as columns, and changes that hold only on the version they were made on.
import type { ReferenceExpression, UpdateQueryBuilder, UpdateResult } from 'kysely'

/** Columns and values of the fields that are given; a field that is undefined stays as it is. @param columnOf column by field */
export const columnsFrom = <Name extends string>(
  columnOf: Readonly<Record<Name, string>>,
  fields: Readonly<Partial<Record<Name, unknown>>>,
): Record<string, never> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [columnOf[name as Name], value as never]),
  )

/** Runs a change of one row. @param version of that row; * for whichever it has @returns whether the row was there, at that version */
export async function updatedAt<Tables, Table extends keyof Tables>(
  query: UpdateQueryBuilder<Tables, Table, Table, UpdateResult>,
  column: ReferenceExpression<Tables, Table>,
  version: number | '*',
): Promise<boolean> {
  const conditional = version === '*' ? query : query.where(column, '=', version)
  return (await conditional.executeTakeFirst()).numUpdatedRows === 1n
}
