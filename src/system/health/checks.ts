// What the schema promises and a backup is restored by: no column that must have a value holds NULL. Firebird itself lets it happen, where a column was made
// NOT NULL over rows that were there; gbak writes such rows, and cannot restore them.
import { sql } from 'kysely'
import type { Check, Finding } from '../../http/module.ts'

interface Column {
  readonly table: string
  readonly column: string
}

const required: Check = {
  name: 'required',
  claim: 'Every column that must have a value has one: a backup can be restored.',
  async run({ db }) {
    const { rows } = await sql<Column>`
      select trim(f.RDB$RELATION_NAME) as "table", trim(f.RDB$FIELD_NAME) as "column" from RDB$RELATION_FIELDS f
        join RDB$RELATIONS r on r.RDB$RELATION_NAME = f.RDB$RELATION_NAME join RDB$FIELDS d on d.RDB$FIELD_NAME = f.RDB$FIELD_SOURCE
      where coalesce(r.RDB$SYSTEM_FLAG, 0) = 0 and r.RDB$RELATION_TYPE = 0 and (f.RDB$NULL_FLAG = 1 or d.RDB$NULL_FLAG = 1)
      order by f.RDB$RELATION_NAME, f.RDB$FIELD_POSITION`.execute(db)
    const ofTable = new Map<string, string[]>()
    for (const { table, column } of rows) ofTable.set(table, [...(ofTable.get(table) ?? []), column])
    const findings: Finding[] = []
    for (const [table, columns] of ofTable) {
      // one look at each table
      const counts = sql.join(
        columns.map(
          (column, at) => sql`count(iif(${sql.ref(column)} is null, 1, null)) as ${sql.ref(`c${at}`)}`,
        ),
      )
      const { rows: found } = await sql<
        Record<string, number>
      >`select ${counts} from ${sql.table(table)}`.execute(db)
      for (const [at, column] of columns.entries()) {
        const count = Number(found[0]?.[`c${at}`] ?? 0)
        if (count === 0) continue
        findings.push({
          check: 'required',
          nodeId: undefined,
          sentence: `${table}.${column} holds NULL where the column must have a value, in ${count} ${count === 1 ? 'row' : 'rows'}: a backup of this database cannot be restored.`,
          repaired: false,
        })
      }
    }
    return findings
  },
}

export const checks: readonly Check[] = [required]
