// Asked before a change commits: domains may demand that a title is released only when the notes on it and its pages are closed. What an
// operation released is read from the history of the tree, so that no door and no job passes by.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { Services } from '../../http/module.ts'
import { domainOption, getDomain } from '../domains/index.ts'
import { states } from './repository.ts'

const named = 20

interface Unsettled {
  readonly id: number
  readonly kind: string
  readonly nodeId: number
  readonly path: string
  readonly caption: string | null
}

const idsOf = (path: string): number[] =>
  path
    .split('|')
    .filter(part => part !== '')
    .map(Number)

const unsettled = sql`ONO_State < ${sql.lit(states.of('closed'))}`

/** Domains of what the operation released. */
async function releasedIn(trx: Db): Promise<{ batch: number; domainIds: number[] } | undefined> {
  const { rows: any } = await sql`select first 1 ONO_ID from OPR_Note where ${unsettled}`.execute(trx)
  if (any.length === 0) return undefined
  const { rows } = await sql<{ batch: number; domainId: number }>`
    with B as (select cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer) as N from RDB$DATABASE)
    select distinct N as "batch", t.OT_OD_ID as "domainId" from B join OPR_TreeHistory h on h.OTH_Batch = N and h.OTH_State = 0
    join OPR_Tree t on t.OT_ID = h.OTH_OT_ID and t.OT_State = 1`.execute(trx)
  const [first] = rows
  return first && { batch: first.batch, domainIds: rows.map(row => row.domainId) }
}

/** Of these nodes those that the operation released, with whether each is a title. */
async function released(trx: Db, batch: number, ids: readonly number[]): Promise<Map<number, boolean>> {
  const found = new Map<number, boolean>()
  for (let at = 0; at < ids.length; at += 800) {
    const { rows } = await sql<{ id: number; datatype: number }>`
      select distinct t.OT_ID as "id", t.OT_RCV_Datatype as "datatype" from ${splitIds(ids.slice(at, at + 800))} s
      join OPR_TreeHistory h on h.OTH_OT_ID = s.ID and h.OTH_Batch + 0 = ${batch} and h.OTH_State = 0
      join OPR_Tree t on t.OT_ID = h.OTH_OT_ID and t.OT_State = 1`.execute(trx)
    for (const row of rows) found.set(row.id, row.datatype === 1)
  }
  return found
}

/** @throws Refusal conflict naming the notes that are not closed */
export async function requireNoneOpen(trx: Db, services: Pick<Services, 'config'>): Promise<void> {
  const operation = await releasedIn(trx)
  if (!operation) return
  const asking = new Map<number, string>()
  for (const id of operation.domainIds) {
    const domain = await getDomain(trx, id)
    if ((await domainOption(services, trx, domain, 'notes.closedBeforeRelease')) === 'true')
      asking.set(id, domain.name)
  }
  if (asking.size === 0) return
  const { rows: notes } = await sql<Unsettled>`
    select ONO_ID as "id", ONO_Kind as "kind", OT_ID as "nodeId", OT_Path as "path", coalesce(OP_PaginationCaption, OT_Caption) as "caption" from OPR_Note
    join OPR_Tree on OT_ID = ONO_OT_ID + 0 left join OPR_Page on OP_OT_ID = OT_ID where ${unsettled} and OT_DelState = 0 and OT_OD_ID + 0 in (${sql.join([...asking.keys()])})
    order by ONO_ID`.execute(trx)
  const nodes = await released(trx, operation.batch, [...new Set(notes.flatMap(note => idsOf(note.path)))])
  // a note counts where its own node is released, or a title above it
  const open = notes.filter(
    note => nodes.has(note.nodeId) || idsOf(note.path).some(id => nodes.get(id) === true),
  )
  if (open.length === 0) return
  const names = open
    .slice(0, named)
    .map(
      note => `${note.id} (${note.kind}) of node ${note.nodeId}${note.caption ? ` ‘${note.caption}’` : ''}`,
    )
  const more = open.length > named ? `, and ${open.length - named} more` : ''
  throw new Refusal(
    'conflict',
    `${open.length === 1 ? 'A note is' : `${open.length} notes are`} not closed: ${names.join(', ')}${more}. Close ${open.length === 1 ? 'it' : 'them'} before the release, as the domain ${[...asking.values()].map(name => `‘${name}’`).join(', ')} demands (notes.closedBeforeRelease).`,
    {
      notes: open
        .slice(0, 1000)
        .map(({ id, kind, nodeId, caption }) => ({ id, kind, node: nodeId, caption })),
    },
  )
}
