// The same for tables whose rows come and go (identifiers, texts): what an operation added is taken away, what it changed or removed
// stands again under its own key.
import { sql } from 'kysely'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'
import { firstOf, type KeptTable, written } from './kept.ts'

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

/** A select of kept states, but for its `from`. */
const selectHistory = (kept: KeptRows) => {
  const column = (name: string) => upper(`${kept.historyPrefix}_${name}`)
  return sql`select ${column('ID')} as "historyId", ${column(`${kept.prefix}_ID`)} as "id", ${column(kept.owner ?? 'OT_ID')} as "nodeId",
      ${column('Batch')} as "batch", ${column('Actor')} as "actor", ${column('Absent')} as "absent",
      ${sql.join([...kept.columns, ...(kept.beside ?? [])].map(name => sql`${column(pair(name)[1])} as ${sql.ref(pair(name)[0])}`))}`
}

/** What an operation replaced, oldest first. */
async function replacedBy(trx: Db, kept: KeptRows, batch: number, most?: number): Promise<HistoryRow[]> {
  const column = (name: string) => upper(`${kept.historyPrefix}_${name}`)
  const { rows } = await sql<HistoryRow>`${selectHistory(kept)} from ${sql.table(kept.history.toUpperCase())}
    where ${column('Batch')} = ${batch} order by ${column('ID')} ${firstOf(most)}`.execute(trx)
  return rows
}

/** The first state of each row that another than the operation replaced after it. @param since row: the state that is the last of the operation's own */
async function replacedSince(
  trx: Db,
  kept: KeptRows,
  batch: number,
  since: ReadonlyMap<number, number>,
): Promise<Map<number, HistoryRow>> {
  const column = (name: string) => upper(`${kept.historyPrefix}_${name}`)
  const table = sql.table(kept.history.toUpperCase())
  // first their numbers alone: what changed often may have long texts
  const later = await byIds([...since.keys()], async ids => {
    const { rows } = await sql<{ id: number; historyId: number }>`
      select s.ID as "id", ${column('ID')} as "historyId" from ${ids} s join ${table} on ${column(`${kept.prefix}_ID`)} = s.ID
      where ${column('Batch')} is distinct from ${batch} order by ${column('ID')}`.execute(trx)
    return rows
  })
  const first = new Map<number, number>()
  for (const { id, historyId } of later)
    if (!first.has(id) && historyId > (since.get(id) ?? 0)) first.set(id, historyId)
  const states = await byIds([...first.values()], async ids => {
    const { rows } = await sql<HistoryRow>`${selectHistory(kept)}
      from ${ids} s join ${table} on ${column('ID')} = s.ID`.execute(trx)
    return rows
  })
  return new Map(states.map(state => [state.id, state]))
}

type Columns = Readonly<Record<string, unknown>>
const names = (kept: KeptRows): string[] => kept.columns.map(name => pair(name)[0])
/** A row as one text; a row that is not there is empty. */
const content = (kept: KeptRows, row: Columns | undefined): string =>
  row === undefined || row['absent'] === 1
    ? ''
    : JSON.stringify([row['nodeId'], ...names(kept).map(name => written(row[name]))])

type Present = Columns & { id: number; nodeId: number }

/** A select of rows as they are, but for what follows the table. */
const selectPresent = (kept: KeptRows) => {
  const column = (name: string) => upper(`${kept.prefix}_${name}`)
  return sql`select ${column('ID')} as "id", ${column(kept.owner ?? 'OT_ID')} as "nodeId", ${sql.join(names(kept).map(name => sql`${column(name)} as ${sql.ref(name)}`))}`
}

async function addedBy(trx: Db, kept: KeptRows, batch: number, most?: number): Promise<Present[]> {
  const { rows } = await sql<Present>`${selectPresent(kept)} from ${sql.table(kept.table.toUpperCase())}
    where ${upper(`${kept.prefix}_InsertBatch`)} = ${batch} ${firstOf(most)}`.execute(trx)
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

async function present(trx: Db, kept: KeptRows, rowIds: Iterable<number>): Promise<Map<number, Present>> {
  const found = await byIds([...rowIds], async ids => {
    const { rows } = await sql<Present>`${selectPresent(kept)}
      from ${ids} s join ${sql.table(kept.table.toUpperCase())} on ${upper(`${kept.prefix}_ID`)} = s.ID`.execute(
      trx,
    )
    return rows
  })
  return new Map(found.map(row => [row.id, row]))
}

/** What an operation did to the rows of a table, and which of them somebody else has changed since. */
export async function rowChangesOf(trx: Db, kept: KeptRows, batch: number): Promise<RowChanges> {
  const added = await addedBy(trx, kept, batch)
  const replaced = new Map<number, HistoryRow>()
  for (const row of await replacedBy(trx, kept, batch))
    // added and changed again by the operation: it was not there before
    if (!replaced.has(row.id) && written(row['InsertBatch']) !== String(batch)) replaced.set(row.id, row)
  const before = new Map([...added, ...replaced.values()].map(row => [row.id, row]))
  const since = new Map([...before.keys()].map(id => [id, replaced.get(id)?.historyId ?? 0]))
  const later = await replacedSince(trx, kept, batch, since)
  const now = await present(trx, kept, later.keys())
  const lost: LostRow[] = []
  for (const [id, next] of later) {
    const row = before.get(id) as Present
    const is = content(kept, now.get(id))
    if (is !== content(kept, next) && is !== content(kept, replaced.get(id)))
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

/** A row that an operation added, changed or removed, by what people call it. */
export interface NamedChange {
  readonly nodeId: number
  readonly before: string | null
  readonly after: string | null
}

/** The same to be shown: what rows were called before an operation, and after it. @param most rows that it added, and that it replaced */
export async function namedChangesOf(
  trx: Db,
  kept: KeptRows,
  batch: number,
  most: number,
): Promise<NamedChange[]> {
  const added = await addedBy(trx, kept, batch, most)
  const replaced = new Map<number, HistoryRow>()
  const last = new Map<number, number>()
  for (const row of await replacedBy(trx, kept, batch, most)) {
    if (!replaced.has(row.id)) replaced.set(row.id, row)
    last.set(row.id, row.historyId)
  }
  const since = new Map([...added.map(row => [row.id, 0] as const), ...last])
  const later = await replacedSince(trx, kept, batch, since)
  const now = await present(trx, kept, replaced.keys())
  const nameOf = (row: Columns | undefined) =>
    row === undefined || row['absent'] === 1 ? null : kept.name(row)
  return [
    ...added
      .filter(({ id }) => !replaced.has(id))
      .map(row => ({ nodeId: row.nodeId, before: null, after: nameOf(later.get(row.id) ?? row) })),
    ...[...replaced.values()].map(row => ({
      nodeId: row.nodeId,
      before: nameOf(row),
      after: nameOf(later.get(row.id) ?? now.get(row.id)),
    })),
  ].filter(({ before, after }) => before !== null || after !== null)
}

/** Takes away the rows that an operation added. @returns how many */
export async function takeRowsAway(
  trx: Db,
  connection: FirebirdConnection,
  kept: KeptRows,
  { added }: RowChanges,
): Promise<number> {
  await kept.requireFree?.(trx, added.map(({ id }) => id)) // prettier-ignore
  await connection.executeMany(
    `delete from ${kept.table.toUpperCase()} where ${kept.prefix}_ID = ?`,
    added.map(({ id }) => [id]),
  )
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
export async function putRowsBack(
  trx: Db,
  connection: FirebirdConnection,
  kept: KeptRows,
  { replaced }: RowChanges,
): Promise<number> {
  const beside = kept.beside ?? []
  const there = beside.length > 0 ? await present(trx, kept, replaced.map(({ id }) => id)) : new Map() // prettier-ignore
  const put = async (rows: RowChanges['replaced'], columns: readonly string[]) => {
    const all = ['ID', kept.owner ?? 'OT_ID', ...columns].map(name => `${kept.prefix}_${name}`)
    await connection.executeMany(
      `update or insert into ${kept.table.toUpperCase()} (${all.join(', ')}) values (${all.map(() => '?').join(', ')}) matching (${kept.prefix}_ID)`,
      rows.map(row => [row.id, row.nodeId, ...columns.map(name => row[name] ?? null)]),
    )
  }
  await put(
    replaced.filter(row => there.has(row.id)),
    names(kept),
  )
  await put(
    replaced.filter(row => !there.has(row.id)),
    [...names(kept), ...beside],
  )
  return replaced.length
}
