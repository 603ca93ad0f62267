// Columns of two databases: what both have under one name is taken, cut to what fits here; what only theirs has is told.
import { sql } from 'kysely'
import type { Db } from '../../../firebird/database.ts'
import { schemaNames } from '../../../firebird/schema.generated.ts'

export type Row = Readonly<Record<string, unknown>>

interface Facts {
  readonly table: string
  readonly column: string
  /** RDB$FIELD_TYPE */
  readonly type: number
  readonly subType: number
  /** RDB$CHARACTER_SET_ID; 0 is NONE */
  readonly charset: number | null
  readonly length: number | null
  readonly isRequired: number
}

/** A value as people read it. */
export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value instanceof Date
      ? value.toISOString()
      : JSON.stringify(value ?? '')

const [char, varchar, blob, timestamp, date] = [14, 37, 261, 35, 12]

export type Columns = ReadonlyMap<string, ReadonlyMap<string, Facts>>

/** Columns of all tables, by their names in capitals. */
export async function columnsOf(db: Db): Promise<Columns> {
  const { rows } = await sql<Facts>`
    select trim(c.RDB$RELATION_NAME) as "table", trim(c.RDB$FIELD_NAME) as "column", f.RDB$FIELD_TYPE as "type", coalesce(f.RDB$FIELD_SUB_TYPE, 0) as "subType",
      f.RDB$CHARACTER_SET_ID as "charset", f.RDB$CHARACTER_LENGTH as "length", coalesce(c.RDB$NULL_FLAG, f.RDB$NULL_FLAG, 0) as "isRequired"
    from RDB$RELATION_FIELDS c join RDB$FIELDS f on f.RDB$FIELD_NAME = c.RDB$FIELD_SOURCE join RDB$RELATIONS r on r.RDB$RELATION_NAME = c.RDB$RELATION_NAME
    where coalesce(r.RDB$SYSTEM_FLAG, 0) = 0 and r.RDB$VIEW_BLR is null order by c.RDB$RELATION_NAME, c.RDB$FIELD_POSITION`.execute(
    db,
  )
  const tables = new Map<string, Map<string, Facts>>()
  for (const facts of rows) {
    const table = tables.get(facts.table) ?? new Map<string, Facts>()
    tables.set(facts.table, table.set(facts.column, facts))
  }
  return tables
}

const spelled = new Map([...schemaNames].map(name => [name.toUpperCase(), name]))

export interface Taken {
  /** Name there, in capitals */
  readonly from: string
  /** Name here */
  readonly to: string
  readonly source: Facts
  readonly target: Facts
}

/** Columns that a table has on both sides, the prefix of theirs exchanged for ours. */
export function shared(
  theirs: Columns,
  ours: Columns,
  table: string,
  prefix: string,
  prefixThere = prefix,
): Taken[] {
  const taken: Taken[] = []
  for (const [from, source] of theirs.get(table.toUpperCase()) ?? []) {
    if (!from.startsWith(`${prefixThere}_`)) continue
    const upper = `${prefix}${from.slice(prefixThere.length)}`
    const [target, to] = [ours.get(table.toUpperCase())?.get(upper), spelled.get(upper)]
    if (target && to !== undefined) taken.push({ from, to, source, target })
  }
  return taken
}

/** Columns of a table here that are not taken. */
export const otherThan = (ours: Columns, table: string, taken: readonly Taken[]): string[] =>
  [...(ours.get(table.toUpperCase())?.keys() ?? [])]
    .filter(column => !taken.some(({ target }) => target.column === column))
    .map(column => spelled.get(column) ?? column)

/** Values for columns that a row must have here and theirs does not know. */
export const defaultsOf = (ours: Columns, table: string, taken: readonly Taken[]): Record<string, unknown> =>
  Object.fromEntries(
    [...(ours.get(table.toUpperCase())?.values() ?? [])]
      .filter(
        ({ column, type, isRequired }) =>
          isRequired === 1 && type !== timestamp && !taken.some(({ target }) => target.column === column),
      )
      .map(({ column, type }) => [spelled.get(column) ?? column, type === varchar ? '' : 0]),
  )

/** The prefix of a table there: what stands before _OT_ID. */
export const prefixOf = (theirs: Columns, table: string): string | undefined =>
  [...(theirs.get(table.toUpperCase())?.keys() ?? [])].flatMap(
    name => /^([A-Z]+)_OT_ID$/.exec(name)?.[1] ?? [],
  )[0]

/** What is selected: bytes of unknown characters are taken for those of the given set. */
export function selected(taken: readonly Taken[], charset: string): string {
  return taken
    .map(({ from, to, source }) => {
      const isText = source.type === char || source.type === varchar
      const known =
        source.charset !== 0
          ? from
          : isText
            ? `cast(cast(${from} as varchar(${source.length ?? 1}) character set octets) as varchar(${source.length ?? 1}) character set ${charset})`
            : source.type === blob && source.subType === 1
              ? `cast(${from} as blob sub_type text character set ${charset})`
              : from
      return `${source.type === char ? `trim(trailing from ${known})` : known} as "${to}"`
    })
    .join(', ')
}

/** A day may be a moment on the other side. */
function ofKind(type: number, value: unknown): unknown {
  if (type === date && value instanceof Date) return value.toISOString().slice(0, 10)
  return type === timestamp && typeof value === 'string' ? new Date(`${value}T00:00:00Z`) : value
}

/** Makes values fit their columns here. */
export class Fitting {
  readonly #cut = new Map<string, number>()

  fit(row: Row, taken: readonly Taken[]): Record<string, unknown> {
    const fitted: Record<string, unknown> = {}
    for (const { to, target } of taken) {
      const value = ofKind(target.type, row[to] ?? null)
      const letters = typeof value === 'string' && target.type === varchar ? Array.from(value) : []
      if (target.length !== null && letters.length > target.length) {
        this.#cut.set(to, (this.#cut.get(to) ?? 0) + 1)
        fitted[to] = letters.slice(0, target.length).join('')
      } else if (value === null && target.isRequired === 1)
        fitted[to] = target.type === timestamp ? new Date() : target.type === varchar ? '' : 0
      else fitted[to] = value
    }
    return fitted
  }

  notes(): string[] {
    return [...this.#cut].map(
      ([column, count]) => `${count} values of ${column} were longer than the column is here, and were cut.`,
    )
  }
}
