// The rows of a title as JSON lines, a portion at a time, in one consistent state of the database.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { keptTables, named, packTable, type StoredRow } from './tables.ts'

const portion = 500

/** Ids of a node and all below it, parents first. */
export async function nodesBelow(db: Db, path: string): Promise<number[]> {
  const { rows } = await sql<{
    id: number
  }>`select OT_ID as "id" from OPR_Tree where OT_Path starting with ${path} order by OT_Path`.execute(db)
  return rows.map(row => row.id)
}

/** Rows of a table whose column holds one of these ids, in the order of the ids' portions. */
async function* rowsOf(
  db: Db,
  table: string,
  column: string,
  key: string,
  ids: readonly number[],
): AsyncGenerator<StoredRow> {
  for (let at = 0; at < ids.length; at += portion) {
    const part = ids.slice(at, at + portion)
    const { rows } = await sql<StoredRow>`select * from ${sql.table(table.toUpperCase())}
      where ${sql.id(column.toUpperCase())} in (${sql.join(part)}) order by ${sql.raw(table === 'OPR_Tree' ? 'OT_Path' : key)}`.execute(
      db,
    )
    for (const row of rows) yield named(row)
  }
}

async function* lacking(
  rows: AsyncIterable<StoredRow>,
  columns: readonly string[],
): AsyncGenerator<StoredRow> {
  for await (const row of rows)
    yield columns.length === 0
      ? row
      : Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)))
}

export const asLine = (row: StoredRow): string => `${JSON.stringify(row)}\n`

export interface RowFile {
  readonly name: string
  readonly rows: () => AsyncIterable<StoredRow>
}

/** Every file of rows that belongs to these nodes. @param batches is filled with the operations that the rows name */
export function rowFiles(db: Db, ids: readonly number[], path: string, batches: Set<number>): RowFile[] {
  const noting = async function* (rows: AsyncIterable<StoredRow>) {
    for await (const row of rows) {
      for (const [column, value] of Object.entries(row))
        if (column.endsWith('Batch') && typeof value === 'number') batches.add(value)
      yield row
    }
  }
  const above = path
    .split('|')
    .filter(part => part !== '')
    .map(Number)
    .slice(0, -1)
  const domains = async () =>
    (
      await sql<{ id: number }>`with recursive R as (
        select OD_ID, OD_OD_Parent from OPR_Domain where OD_ID = (select OT_OD_ID from OPR_Tree where OT_ID = ${ids[0] ?? 0})
        union all select d.OD_ID, d.OD_OD_Parent from OPR_Domain d join R on d.OD_ID = R.OD_OD_Parent)
        select OD_ID as "id" from R`.execute(db)
    ).rows
      .map(row => row.id)
      .reverse()
  const ofDomains = (table: string, column: string) =>
    async function* () {
      for (const id of await domains()) yield* rowsOf(db, table, column, column, [id])
    }
  return [
    { name: 'OPR_Domain', rows: ofDomains('OPR_Domain', 'OD_ID') },
    { name: 'CFG_Option', rows: ofDomains('CFG_Option', 'CO_OD_ID') },
    { name: 'DomainRights', rows: ofDomains('PRV_Acl', 'PA_OD_ID') },
    { name: 'DomainPrivate', rows: ofDomains('PRV_AclPrivate', 'PAP_OD_ID') },
    {
      name: 'DomainNodes',
      rows: async function* () {
        for (const id of await domains()) {
          const { rows } =
            await sql<StoredRow>`select * from OPR_Tree where OT_OD_ID = ${id} and OT_OT_Parent is null and OT_RCV_Datatype + 0 = 10`.execute(
              db,
            )
          for (const row of rows) yield named(row)
        }
      },
    },
    { name: 'NodesAbove', rows: () => rowsOf(db, 'OPR_Tree', 'OT_ID', 'OT_ID', above) },
    ...keptTables.map(({ name, node, key, without = [] }) => ({
      name,
      rows: () => noting(lacking(rowsOf(db, name, node, key, ids), without)),
    })),
    { name: packTable, rows: () => rowsOf(db, packTable, 'OPK_OT_ID', 'OPK_OT_ID', ids) },
    {
      name: 'OPR_ImageProfile',
      rows: async function* () {
        const seen = new Set<number>()
        for (let at = 0; at < ids.length; at += portion) {
          const { rows } =
            await sql<StoredRow>`select * from OPR_ImageProfile where OIP_ID in (select OP_OIP_ID from OPR_Page where OP_OT_ID in (${sql.join(ids.slice(at, at + portion))}))`.execute(
              db,
            )
          for (const row of rows.map(named)) {
            if (seen.has(row['OIP_ID'] as number)) continue
            seen.add(row['OIP_ID'] as number)
            yield row
          }
        }
      },
    },
    // last: by then it is known which operations the rows name
    {
      name: 'SYS_Log',
      rows: () =>
        // where a line stands in the order of commits is a matter of the database that it is in
        lacking(
          rowsOf(
            db,
            'SYS_Log',
            'SL_Batch',
            'SL_ID',
            [...batches].sort((a, b) => a - b),
          ),
          ['SL_Number'],
        ),
    },
  ]
}
