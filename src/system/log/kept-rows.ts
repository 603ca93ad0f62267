// The same for tables whose rows come and go (identifiers, texts): what an operation added is taken away, what it changed or removed
// stands again under its own key.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { type KeptTable, written } from './kept.ts'

export interface KeptRows {
  readonly table: string
  readonly prefix: string
  readonly history: string
  readonly historyPrefix: string
  /** Column with the OD_ID of the domain, where the rows belong to no node but to a domain, or to none */
  readonly owner?: 'OD_ID'
  /** Columns that come back with a row that was removed, and are left alone in one that is there */
  readonly beside?: readonly string[]
  /** Columns without prefix, beside the key and the node; a pair where the history calls it otherwise */
  readonly columns: readonly (string | readonly [current: string, history: string])[]
  /** Asked before rows go that others may use by now. @throws Refusal in-use */
  readonly requireFree?: (trx: Db, ids: readonly number[]) => Promise<void>
  /** What one row is called: ‘record 123@abc’ */
  readonly name: (row: Readonly<Record<string, unknown>>) => string
}

export interface LostRow {
  readonly nodeId: number
  readonly name: string
  readonly actor: string | null
  readonly batch: number | null
}

export interface RowChanges {
  readonly added: readonly { readonly id: number; readonly nodeId: number }[]
  readonly replaced: readonly (Readonly<Record<string, unknown>> & { id: number; nodeId: number })[]
  readonly lost: readonly LostRow[]
}

const upper = (name: string) => sql.ref(name.toUpperCase())
const pair = (column: string | readonly [string, string]): readonly [string, string] =>
  typeof column === 'string' ? [column, column] : column

interface HistoryRow extends Record<string, unknown> {
  readonly historyId: number
  readonly id: number
  /** Or OD_ID of the domain */
  readonly nodeId: number
  readonly batch: number | null
  readonly actor: string | null
}

async function historyOf(trx: Db, kept: KeptRows, condition: ReturnType<typeof sql>): Promise<HistoryRow[]> {
  const column = (name: string) => upper(`${kept.historyPrefix}_${name}`)
  const { rows } =
    await sql<HistoryRow>`select ${column('ID')} as "historyId", ${column(`${kept.prefix}_ID`)} as "id", ${column(kept.owner ?? 'OT_ID')} as "nodeId",
      ${column('Batch')} as "batch", ${column('Actor')} as "actor", ${column('Absent')} as "absent",
      ${sql.join([...kept.columns, ...(kept.beside ?? [])].map(name => sql`${column(pair(name)[1])} as ${sql.ref(pair(name)[0])}`))}
    from ${sql.table(kept.history.toUpperCase())} where ${condition} order by ${column('ID')}`.execute(trx)
  return rows
}

type Columns = Readonly<Record<string, unknown>>
const names = (kept: KeptRows): string[] => kept.columns.map(name => pair(name)[0])
/** A row as one text; a row that is not there is empty. */
const content = (kept: KeptRows, row: Columns | undefined): string =>
  row === undefined || row['absent'] === 1
    ? ''
    : JSON.stringify([row['nodeId'], ...names(kept).map(name => written(row[name]))])

async function present(trx: Db, kept: KeptRows, condition: ReturnType<typeof sql>) {
  const column = (name: string) => upper(`${kept.prefix}_${name}`)
  const { rows } = await sql<
    Columns & { id: number; nodeId: number }
  >`select ${column('ID')} as "id", ${column(kept.owner ?? 'OT_ID')} as "nodeId", ${sql.join(names(kept).map(name => sql`${column(name)} as ${sql.ref(name)}`))}
    from ${sql.table(kept.table.toUpperCase())} where ${condition}`.execute(trx)
  return rows
}

/** Of the tables those in which an operation left something: most touch two or three of all that there are. */
export async function touchedBy<Kept extends KeptTable | KeptRows>(
  trx: Db,
  all: readonly Kept[],
  batch: number,
): Promise<ReadonlySet<Kept>> {
  const parts = all.map((kept, at) => {
    const made =
      'name' in kept
        ? sql` or exists (select 1 from ${sql.table(kept.table.toUpperCase())} where ${upper(`${kept.prefix}_InsertBatch`)} = ${batch})`
        : sql``
    return sql`select ${sql.lit(at)} as "at" from RDB$DATABASE
      where exists (select 1 from ${sql.table(kept.history.toUpperCase())} where ${upper(`${kept.historyPrefix}_Batch`)} = ${batch})${made}`
  })
  const { rows } = await sql<{ at: number }>`${sql.join(parts, sql` union all `)}`.execute(trx)
  return new Set(rows.map(({ at }) => all[at] as Kept))
}

/** What an operation did to the rows of a table, and which of them somebody else has changed since. */
export async function rowChangesOf(trx: Db, kept: KeptRows, batch: number): Promise<RowChanges> {
  const column = (name: string) => upper(`${kept.prefix}_${name}`)
  const history = (name: string) => upper(`${kept.historyPrefix}_${name}`)
  const added = await present(trx, kept, sql`${column('InsertBatch')} = ${batch}`)
  const replaced = new Map<number, HistoryRow>()
  for (const row of await historyOf(trx, kept, sql`${history('Batch')} = ${batch}`))
    // added and changed again by the operation: it was not there before
    if (!replaced.has(row.id) && written(row['InsertBatch']) !== String(batch)) replaced.set(row.id, row)
  const lost: LostRow[] = []
  for (const row of [...replaced.values(), ...added]) {
    const from = 'historyId' in row ? (row as HistoryRow).historyId : 0
    const own = sql`${history(`${kept.prefix}_ID`)} = ${row.id} and ${history('ID')} > ${from} and ${history('Batch')} is distinct from ${batch}`
    const [next] = await historyOf(trx, kept, own)
    if (!next) continue
    const [now] = await present(trx, kept, sql`${column('ID')} = ${row.id}`)
    const is = content(kept, now)
    if (is !== content(kept, next) && is !== content(kept, from === 0 ? undefined : row))
      lost.push({
        nodeId: row.nodeId,
        name: kept.name(next['absent'] === 1 ? row : next),
        actor: next.actor,
        batch: next.batch,
      })
  }
  const back = [...replaced.values()]
  return {
    added: [...added, ...back.filter(row => row['absent'] === 1)],
    replaced: back.filter(row => row['absent'] !== 1),
    lost,
  }
}

/** Takes away the rows that an operation added. @returns how many */
export async function takeRowsAway(trx: Db, kept: KeptRows, { added }: RowChanges): Promise<number> {
  const key = upper(`${kept.prefix}_ID`)
  await kept.requireFree?.(trx, added.map(({ id }) => id)) // prettier-ignore
  for (const { id } of added)
    await sql`delete from ${sql.table(kept.table.toUpperCase())} where ${key} = ${id}`.execute(trx)
  return added.length
}

/** Locks rows for the transaction: whoever changes them waits. */
export async function lockRows(trx: Db, kept: KeptRows, ids: readonly number[]): Promise<void> {
  for (const id of ids)
    await sql`select 1 as "a" from ${sql.table(kept.table.toUpperCase())} where ${upper(`${kept.prefix}_ID`)} = ${id} with lock`.execute(
      trx,
    )
}

/** Makes the rows that an operation changed or removed what they were before it. @returns how many */
export async function putRowsBack(trx: Db, kept: KeptRows, changes: RowChanges): Promise<number> {
  const table = sql.table(kept.table.toUpperCase())
  const column = (name: string) => upper(`${kept.prefix}_${name}`)
  for (const row of changes.replaced) {
    const isThere = kept.beside && (await present(trx, kept, sql`${column('ID')} = ${row.id}`)).length > 0
    const columns = isThere ? names(kept) : [...names(kept), ...(kept.beside ?? [])]
    await sql`update or insert into ${table} (${sql.join([column('ID'), column(kept.owner ?? 'OT_ID'), ...columns.map(column)])})
      values (${sql.join([row.id, row.nodeId, ...columns.map(name => row[name] ?? null)])}) matching (${column('ID')})`.execute(
      trx,
    )
  }
  return changes.replaced.length
}
