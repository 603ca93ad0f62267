// Taking back an operation by the histories. A table whose changes triggers keep is described once, by its owner; what an operation
// changed in it is read here as columns: what each was before, after, and is now. Undo puts back the columns that the operation
// changed and none else, so later work on other columns stays.
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { fillTempIds } from '../../firebird/temp-ids.ts'

export interface KeptTable {
  readonly table: string
  readonly prefix: string
  /** Column with the OT_ID of the node, without prefix; its own key where it belongs to none */
  readonly key: string
  /** The same in the history, where it is not OT_ID */
  readonly historyKey?: string
  readonly history: string
  readonly historyPrefix: string
  /** Name for people -> column without prefix; a pair where the history calls it otherwise */
  readonly columns: Readonly<Record<string, string | readonly [current: string, history: string]>>
  /** Holds blobs, which are written one by one */
  readonly hasBlobs?: boolean
  /** What is to follow when rows are again what they were */
  readonly afterwards?: (trx: Db, nodeIds: readonly number[]) => Promise<unknown>
  /** Columns that follow from others in these states, and are neither put back nor a reason to refuse */
  readonly derived?: (before: State, after: State) => readonly string[]
}

export type State = Readonly<Record<string, unknown>>

/** One row that an operation changed. */
export interface Change {
  readonly nodeId: number
  readonly before: State
  readonly after: State
  /** Undefined where the row is gone */
  readonly now: State | undefined
  /** Who changed the row next */
  readonly next: { readonly actor: string | null; readonly batch: number | null } | undefined
  /** Place of the change among those of the table */
  readonly order: number
}

const upper = (name: string): string => name.toUpperCase()
const current = (kept: KeptTable, name: string): string => {
  const column = kept.columns[name] as string | readonly [string, string]
  return upper(`${kept.prefix}_${typeof column === 'string' ? column : column[0]}`)
}
const historical = (kept: KeptTable, name: string): string => {
  const column = kept.columns[name] as string | readonly [string, string]
  return upper(`${kept.historyPrefix}_${typeof column === 'string' ? column : column[1]}`)
}

/** A value as text, so that dates and numbers compare by what they say. */
export const written = (value: unknown): string =>
  value === null || value === undefined
    ? ''
    : value instanceof Date
      ? value.toISOString()
      : String(value as string | number)

type HistoryRow = { _id: number; _node: number; _batch: number | null; _actor: string | null } & Record<
  string,
  unknown
>

const historyColumns = (kept: KeptTable): RawBuilder<unknown> => {
  const column = (name: string) => sql.ref(upper(`${kept.historyPrefix}_${name}`))
  return sql.join([
    sql`${column('ID')} as "_id"`,
    sql`${column(kept.historyKey ?? 'OT_ID')} as "_node"`,
    sql`${column('Batch')} as "_batch"`,
    sql`${column('Actor')} as "_actor"`,
    ...Object.keys(kept.columns).map(name => sql`${sql.ref(historical(kept, name))} as ${sql.ref(name)}`),
  ])
}

/** The end of a select: so many rows, or all. */
export const firstOf = (most: number | undefined): RawBuilder<unknown> =>
  most === undefined ? sql`` : sql`fetch next ${sql.lit(most)} rows only`

/** What an operation changed in a table, in the order of its changes. @param most of these changes, where the first are enough to be shown */
export async function changesOf(trx: Db, kept: KeptTable, batch: number, most?: number): Promise<Change[]> {
  const history = sql.table(upper(kept.history))
  const column = (name: string) => sql.ref(upper(`${kept.historyPrefix}_${name}`))
  const { rows: own } = await sql<HistoryRow>`select ${historyColumns(kept)} from ${history}
    where ${column('Batch')} = ${batch} order by ${column('ID')} ${firstOf(most)}`.execute(trx)
  if (own.length === 0) return []
  const before = new Map<number, HistoryRow>()
  const last = new Map<number, number>()
  for (const row of own) {
    if (!before.has(row._node)) before.set(row._node, row)
    last.set(row._node, row._id)
  }
  await fillTempIds(trx, before.keys())
  const { rows: later } = await sql<HistoryRow>`select ${historyColumns(kept)} from TMP_ID
    join ${history} on ${column(kept.historyKey ?? 'OT_ID')} = TI_OT_ID and ${column('ID')} > ${own[0]?._id ?? 0}
    where ${column('Batch')} is distinct from ${batch} order by ${column('ID')}`.execute(trx)
  const next = new Map<number, HistoryRow>()
  for (const row of later)
    if (!next.has(row._node) && row._id > (last.get(row._node) ?? 0)) next.set(row._node, row)
  const key = sql.ref(upper(`${kept.prefix}_${kept.key}`))
  const { rows: present } = await sql<
    State & { _node: number }
  >`select ${key} as "_node", ${sql.join(Object.keys(kept.columns).map(name => sql`${sql.ref(current(kept, name))} as ${sql.ref(name)}`))}
    from TMP_ID join ${sql.table(upper(kept.table))} on ${key} = TI_OT_ID`.execute(trx)
  const now = new Map(present.map(row => [row._node, row]))
  return [...before.values()].flatMap(row => {
    const following = next.get(row._node)
    const here = now.get(row._node)
    return {
      nodeId: row._node,
      before: row,
      after: following ?? here ?? row,
      now: here,
      next: following && { actor: following._actor, batch: following._batch },
      order: last.get(row._node) ?? 0,
    }
  })
}

/** What is to be put back into a row, and what somebody changed there since. */
export interface Return {
  readonly nodeId: number
  readonly set: State
  readonly lost: readonly string[]
  readonly change: Change
}

export function returnOf(kept: KeptTable, change: Change): Return {
  const { before, after, now } = change
  const derived = new Set(kept.derived?.(before, after) ?? [])
  const set: Record<string, unknown> = {}
  const lost: string[] = []
  for (const name of Object.keys(kept.columns)) {
    const [was, made] = [written(before[name]), written(after[name])]
    if (was === made || derived.has(name)) continue
    const is = now && written(now[name])
    if (is === was) continue
    if (is !== made) lost.push(name)
    else set[name] = before[name] ?? null
  }
  return { nodeId: change.nodeId, set, lost, change }
}

/** Writes the columns back: rows with the same columns together, later changes first, so that a moved parent exists. */
export async function putBack(
  trx: Db,
  connection: FirebirdConnection,
  kept: KeptTable,
  returns: readonly Return[],
): Promise<number> {
  const rows = returns
    .filter(row => Object.keys(row.set).length > 0)
    .sort((a, b) => b.change.order - a.change.order)
  const key = upper(`${kept.prefix}_${kept.key}`)
  const table = upper(kept.table)
  for (let at = 0; at < rows.length;) {
    const names = Object.keys(rows[at]?.set ?? {})
    let end = at + 1
    while (end < rows.length && Object.keys(rows[end]?.set ?? {}).join() === names.join()) end++
    const part = rows.slice(at, end)
    at = end
    if (!kept.hasBlobs) {
      await connection.executeMany(
        `update ${table} set ${names.map(name => `${current(kept, name)} = ?`).join(', ')} where ${key} = ?`,
        part.map(row => [...names.map(name => row.set[name]), row.nodeId]),
      )
      continue
    }
    for (const row of part)
      await sql`update ${sql.table(table)} set ${sql.join(names.map(name => sql`${sql.ref(current(kept, name))} = ${row.set[name]}`))}
        where ${sql.ref(key)} = ${row.nodeId}`.execute(trx)
  }
  await kept.afterwards?.(trx, rows.map(row => row.nodeId)) // prettier-ignore
  return rows.length
}

/** Lets the triggers know that what follows puts rows back as they were. */
export async function asUndo(trx: Db): Promise<void> {
  await sql`select rdb$set_context('USER_TRANSACTION', 'UNDO', '1') as "a" from RDB$DATABASE`.execute(trx)
}

/** A state that a change replaced, and what came after it. */
export interface Version {
  readonly id: number
  readonly batch: number | null
  readonly actor: string | null
  readonly application: string | null
  readonly reason: string | null
  readonly at: Date
  readonly state: State
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[]
}

/** The states of a row, the latest first, each with what replaced it. */
export async function versionsOf(db: Db, kept: KeptTable, nodeId: number, limit = 500): Promise<Version[]> {
  const column = (name: string) => sql.ref(upper(`${kept.historyPrefix}_${name}`))
  const { rows } = await sql<
    HistoryRow & { _application: string | null; _reason: string | null; _at: Date }
  >`select ${historyColumns(kept)}, ${column('Application')} as "_application", ${column('Reason')} as "_reason", ${column('InsertTS')} as "_at"
    from ${sql.table(upper(kept.history))} where ${column('OT_ID')} = ${nodeId} order by ${column('ID')} desc fetch next ${limit} rows only`.execute(
    db,
  )
  const names = Object.keys(kept.columns)
  const { rows: present } =
    await sql<State>`select ${sql.join(names.map(name => sql`${sql.ref(current(kept, name))} as ${sql.ref(name)}`))}
    from ${sql.table(upper(kept.table))} where ${sql.ref(upper(`${kept.prefix}_${kept.key}`))} = ${nodeId}`.execute(
      db,
    )
  let after: State = present[0] ?? {}
  return rows.map(row => {
    const state = Object.fromEntries(names.map(name => [name, row[name] ?? null]))
    const changes = names
      .filter(name => written(state[name]) !== written(after[name]))
      .map(field => ({ field, before: state[field], after: after[field] ?? null }))
    after = state
    const { _id, _batch, _actor, _application, _reason, _at } = row
    return { id: _id, batch: _batch, actor: _actor, application: _application, reason: _reason, at: _at, state, changes } // prettier-ignore
  })
}
