// OPR_Assigned: what was promised, to whom, and what the agency knows of it.
import { sql } from 'kysely'
import { codes } from '../../codes.ts'
import { type Db, nextId } from '../../firebird/database.ts'
import { selection } from '../../firebird/selection.ts'
import type { Scheme } from './settings.ts'

export const states = codes({ assigned: 0, draft: 1, registered: 2, findable: 3 })
export type State = (typeof states.names)[number]

export interface Assigned {
  readonly id: number
  readonly scheme: Scheme
  readonly value: string
  readonly nodeId: number
  readonly caption: string | null
  readonly state: State
  readonly error: string | null
  readonly registeredAt: Date | null
  readonly goneAt: Date | null
  readonly createdAt: Date
}

const columns = selection([
  'OAS_ID as id',
  'OAS_Scheme as scheme',
  'OAS_Value as value',
  'OAS_OT_ID as nodeId',
  'OAS_Caption as caption',
  'OAS_State as state',
  'OAS_Error as error',
  'OAS_RegisteredTS as registeredAt',
  'OAS_GoneTS as goneAt',
  'OAS_InsertTS as createdAt',
])

type Row = Omit<Assigned, 'scheme' | 'state'> & { readonly scheme: string; readonly state: number }
const assignedOf = (row: Row): Assigned => ({
  ...row,
  scheme: row.scheme as Scheme,
  state: states.name(row.state),
})

export async function find(db: Db, id: number): Promise<Assigned | undefined> {
  const row = await db.selectFrom('OPR_Assigned').select(columns).where('OAS_ID', '=', id).executeTakeFirst()
  return row && assignedOf(row)
}

/** What an identifier was promised to. */
export async function byValue(db: Db, scheme: string, value: string): Promise<Assigned | undefined> {
  const row = await db
    .selectFrom('OPR_Assigned')
    .select(columns)
    .where('OAS_Scheme', '=', scheme)
    .where('OAS_Value', '=', value.slice(0, 500))
    .executeTakeFirst()
  return row && assignedOf(row)
}

export async function ofNodes(db: Db, nodeIds: readonly number[]): Promise<Assigned[]> {
  if (nodeIds.length === 0) return []
  const rows = await db
    .selectFrom('OPR_Assigned')
    .select(columns)
    .where('OAS_OT_ID', 'in', [...nodeIds])
    .orderBy('OAS_ID')
    .execute()
  return rows.map(assignedOf)
}

export interface Filter {
  readonly scheme?: string | undefined
  readonly state?: State | undefined
  readonly failed?: boolean | undefined
  readonly gone?: boolean | undefined
}

/** From an id on, in the order in which they were given out. */
export async function list(db: Db, filter: Filter, after: number, limit: number): Promise<Assigned[]> {
  let query = db
    .selectFrom('OPR_Assigned')
    .select(columns)
    .where('OAS_ID', '>', after)
    .orderBy('OAS_ID')
    .limit(limit)
  if (filter.scheme !== undefined) query = query.where('OAS_Scheme', '=', filter.scheme)
  if (filter.state !== undefined) query = query.where('OAS_State', '=', states.of(filter.state))
  if (filter.failed === true) query = query.where('OAS_Error', 'is not', null)
  if (filter.gone !== undefined) query = query.where('OAS_GoneTS', filter.gone ? 'is not' : 'is', null)
  return (await query.execute()).map(assignedOf)
}

export async function insert(
  trx: Db,
  promise: {
    readonly scheme: Scheme
    readonly value: string
    readonly nodeId: number
    readonly caption: string | null
  },
): Promise<number> {
  const id = await nextId(trx, 'OPR_Assigned_SEQ')
  await trx
    .insertInto('OPR_Assigned')
    .values({
      OAS_ID: id,
      OAS_Scheme: promise.scheme,
      OAS_Value: promise.value,
      OAS_OT_ID: promise.nodeId,
      OAS_Caption: promise.caption?.slice(0, 2000) ?? null,
    })
    .execute()
  return id
}

/** Puts what was promised on its node again; the trigger does it. */
export const standAgain = async (trx: Db, id: number): Promise<void> =>
  void (await trx.updateTable('OPR_Assigned').set({ OAS_GoneTS: null }).where('OAS_ID', '=', id).execute())

/** Notes what an agency answered. */
export async function noteState(trx: Db, id: number, state: State): Promise<void> {
  await trx
    .updateTable('OPR_Assigned')
    .set({
      OAS_State: states.of(state),
      OAS_Error: null,
      OAS_RegisteredTS: sql<Date>`current_timestamp`,
    })
    .where('OAS_ID', '=', id)
    .execute()
}

export const noteError = async (trx: Db, id: number, error: string): Promise<void> =>
  void (await trx
    .updateTable('OPR_Assigned')
    .set({ OAS_Error: error.slice(0, 2000) })
    .where('OAS_ID', '=', id)
    .execute())

/** Nodes that carry an identifier, other than one of them. */
export async function isElsewhere(db: Db, scheme: Scheme, value: string, nodeId: number): Promise<boolean> {
  const { rows } = await sql`select first 1 1 as "one" from OPR_Identifier
    where OI_Scheme = ${scheme} and OI_Value = ${value} and OI_OT_ID <> ${nodeId}`.execute(db)
  return rows.length > 0
}

/** The identifiers of these kinds that nodes carry, whoever gave them. */
export const carried = async (
  db: Db,
  nodeIds: readonly number[],
): Promise<{ nodeId: number; scheme: string; value: string }[]> =>
  nodeIds.length === 0
    ? []
    : await db
        .selectFrom('OPR_Identifier')
        .select(['OI_OT_ID as nodeId', 'OI_Scheme as scheme', 'OI_Value as value'])
        .where('OI_OT_ID', 'in', [...nodeIds])
        .where('OI_Scheme', 'in', ['urn', 'doi', 'handle'])
        .execute()
