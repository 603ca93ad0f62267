// Optimistic locking on OT_Version. A refusal names what has changed since, from the histories.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { get } from './place.ts'
import type { Node } from './repository.ts'

interface Since {
  readonly parentId: number | null
  readonly caption: string | null
  readonly sort: number | null
  readonly type: number | null
  readonly state: number | null
  readonly delState: number | null
}

/** So many former states of a node are looked through for what changed. */
const mostStates = 100

/** Fields of the node that were changed since a version, also where they were changed back: its version has risen with them. */
async function changedSince(db: Db, node: Node, version: number): Promise<string[]> {
  const { rows } =
    await sql<Since>`select OTH_OT_Parent as "parentId", OTH_Caption as "caption", OTH_Sort as "sort", OTH_RCV_Type as "type",
      OTH_State as "state", OTH_DelState as "delState" from OPR_TreeHistory
    where OTH_OT_ID = ${node.id} and OTH_Version >= ${version} order by OTH_ID fetch next ${sql.lit(mostStates)} rows only`.execute(
      db,
    )
  const isChanged = (field: keyof Since) => rows.some(before => before[field] !== node[field])
  return namesOfFields.filter(([field]) => isChanged(field)).map(([, name]) => name)
}
const namesOfFields: readonly (readonly [keyof Since, string])[] = [
  ['parentId', 'parentId'],
  ['caption', 'caption'],
  ['sort', 'sort'],
  ['type', 'type'],
  ['state', 'isReleased'],
  ['delState', 'isInBin'],
]

/**
 * The node, if it still has the version that the client read.
 * @param more names fields of the title or page that changed since, for modules that know them
 * @throws Refusal not-found, or stale with the current version and the fields that changed
 */
export async function requireVersion(
  trx: Db,
  id: number,
  version: number | '*',
  more?: (since: Date) => Promise<string[]>,
): Promise<Node> {
  // locks the row for this transaction, so that two writers with the same version cannot both pass
  await sql`update OPR_Tree set OT_ID = OT_ID where OT_ID = ${id}`.execute(trx)
  const node = await get(trx, id)
  if (version === '*' || version === node.version) return node
  const fields = version < 0 ? [] : await changedSince(trx, node, version)
  if (more && version >= 0) {
    const since = await timeOf(trx, id, version)
    if (since) fields.push(...(await more(since)))
  }
  const last = await lastChange(trx, id)
  const named = fields.length > 0 ? ` Changed since: ${fields.join(', ')}.` : ''
  const by = last ? ` The last change: ${last.action}, by ${last.by}, operation ${last.operation}.` : ''
  throw new Refusal('stale', `Node ${id} has version ${node.version} now; read it again.${named}${by}`, {
    version: node.version,
    changed: fields,
    ...(last ? { lastChange: last } : {}),
  })
}

/** What was done last to a node: among what a client that is told of a newer version has not seen. */
async function lastChange(
  db: Db,
  id: number,
): Promise<{ action: string; by: string; operation: number } | undefined> {
  const { rows } = await sql<{ action: string; by: string; operation: number }>`
    select SL_Action as "action", SL_Actor as "by", SL_Batch as "operation" from SYS_Log
    where SL_Entity in ('node', 'title', 'page') and SL_EntityID = ${id} and SL_Batch is not null and SL_Actor is not null
    order by SL_ID desc fetch next 1 rows only`.execute(db)
  return rows[0]
}

/** When the node stopped having that version, as far as the histories know; its creation otherwise. */
async function timeOf(db: Db, id: number, version: number): Promise<Date | undefined> {
  const { rows } = await sql<{
    at: Date | null
  }>`select max(OTH_InsertTS) as "at" from OPR_TreeHistory where OTH_OT_ID = ${id} and OTH_Version < ${version}`.execute(
    db,
  )
  return rows[0]?.at ?? new Date(0)
}
