// Of which schema the rows of a capsule are. A column that came later is empty in what came before, a table that came later has no rows there; what
// a later schema renamed, dropped or demands is refused by name, and so is a capsule of a schema that this program does not know.
import { Refusal } from '../../errors.ts'
import { compareVersions, schemaVersion } from '../../firebird/migrate.ts'
import type { ReadCapsule } from './read.ts'
import { rowNames } from './tables.ts'

/** Capsules without a version were made before they said one. */
export const isOlder = ({ schema }: ReadCapsule): boolean =>
  schema === undefined || compareVersions(schema, schemaVersion) < 0

export const schemaOf = ({ schema }: ReadCapsule): string =>
  `${schema === undefined ? 'a schema without a version' : `schema ${schema}`}, this program has ${schemaVersion}`

const rowsPath = /^data\/rows\/(.+)\.ndjson$/

/** @throws Refusal not-processable where the schema is newer than this program, or has rows that it does not know */
export async function requireKnown(capsule: ReadCapsule): Promise<void> {
  const { bag, schema } = capsule
  const { name } = bag.source
  if (schema !== undefined && !/^\d{1,6}(\.\d{1,6}){2}$/.test(schema))
    throw new Refusal(
      'not-processable',
      `The capsule ${name} names a schema ‘${schema}’, which is no version.`,
    )
  if (schema !== undefined && compareVersions(schema, schemaVersion) > 0)
    throw new Refusal(
      'not-processable',
      `The capsule ${name} is of schema ${schema}; this program knows schemas up to ${schemaVersion}. Install a newer Firefolio.`,
    )
  for (const { path } of bag.payload) {
    const table = rowsPath.exec(path)?.[1]
    if (table === undefined || rowNames.includes(table)) continue
    for await (const chunk of bag.source.read(path))
      if (chunk.length > 0)
        throw new Refusal(
          'not-processable',
          `The capsule ${name} is of ${schemaOf(capsule)}: there is no ${table} here. Nothing was changed.`,
        )
  }
}
