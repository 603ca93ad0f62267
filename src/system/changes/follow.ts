// Turns the notes of SYS_Outbox into numbered records. One follower at a time, by a reservation of OPR_OaiRecord: numbers and date stamps
// come in the order of its commits. It reads a snapshot, so what it removes is exactly what it saw.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Reservation } from '../../firebird/isolation.ts'
import { byIds, fillTempIds } from '../../firebird/temp-ids.ts'
import type { Services } from '../../http/module.ts'
import { recordStates } from './repository.ts'

const portion = 2000
const alone: readonly Reservation[] = [{ table: 'OPR_OaiRecord', mode: 'protected' }]
const actor = { name: 'changes', application: 'changes' }

interface Note {
  readonly id: number | bigint
  readonly nodeId: number | null
  readonly path: string | null
  readonly domainId: number | null
  /** 1: the titles below have changed with it */
  readonly below: number
}
interface TreeRow {
  readonly id: number
  readonly domainId: number
  readonly datatype: number
  readonly type: number
  readonly visible: number
}

const idsOf = (path: string): number[] =>
  path
    .split('|')
    .filter(part => part !== '')
    .map(Number)

async function nodes(trx: Db, ids: Iterable<number>): Promise<Map<number, TreeRow>> {
  await fillTempIds(trx, ids)
  const { rows } = await sql<TreeRow>`
    select OT_ID as "id", OT_OD_ID as "domainId", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type",
      iif(OT_State = 1 and OT_DelState = 0 and OT_OT_Link is null, 1, 0) as "visible"
    from TMP_ID join OPR_Tree on OT_ID = TI_OT_ID`.execute(trx)
  return new Map(rows.map(row => [row.id, row]))
}

/** The titles that a note is about: the one that changed or holds what changed, and the one above it, which lists it. */
function titlesOf(note: Note, known: ReadonlyMap<number, TreeRow>, title: number): number[] {
  const found: number[] = []
  for (const id of idsOf(note.path ?? '').reverse()) {
    const row = known.get(id)
    // a node that is gone can only be the noted title itself; whether it was one, its record tells
    if (row ? row.datatype === title : id === note.nodeId) found.push(id)
    if (found.length === 2) break
  }
  return found
}

/** Titles that hold links to what the notes are about: they list it, and so have changed with it. */
async function linking(trx: Db, notes: readonly Note[], title: number): Promise<number[]> {
  const linked = sql`l.OT_RCV_Datatype + 0 = ${title}`
  const paths: { path: string }[] = []
  await fillTempIds(
    trx,
    notes.flatMap(note => note.nodeId ?? []),
  )
  const single = sql<{ path: string }>`
    select l.OT_Path as "path" from TMP_ID join OPR_Tree l on l.OT_OT_Link = TI_OT_ID where ${linked}`
  paths.push(...(await single.execute(trx)).rows)
  for (const note of notes) {
    if (note.below !== 1) continue
    const below = sql<{ path: string }>`
      select l.OT_Path as "path" from OPR_Tree o join OPR_Tree l on l.OT_OT_Link = o.OT_ID
      where o.OT_Path starting with ${note.path ?? ''} and ${linked}`
    paths.push(...(await below.execute(trx)).rows)
  }
  if (paths.length === 0) return []
  const above = paths.map(({ path }) => idsOf(path).slice(0, -1))
  const known = await nodes(trx, above.flat())
  return above.flatMap(ids => ids.findLast(id => known.get(id)?.datatype === title) ?? [])
}

async function restamp(trx: Db, ids: readonly number[], datestamp: Date): Promise<void> {
  const known = await nodes(trx, ids)
  const alike = new Map<string, { readonly node: TreeRow | undefined; readonly ids: number[] }>()
  for (const id of new Set(ids)) {
    const node = known.get(id)
    const key = node ? `${node.visible} ${node.domainId} ${node.type}` : 'gone'
    const group = alike.get(key)
    if (group) group.ids.push(id)
    else alike.set(key, { node, ids: [id] })
  }
  const stamp = sql`cast(${datestamp} as timestamp)`
  const number = sql`next value for OPR_OAIRECORD_SEQ`
  const [shown, unseen, withdrawn] = (['shown', 'unseen', 'withdrawn'] as const).map(name =>
    recordStates.of(name),
  )
  for (const { node, ids } of alike.values())
    await byIds(ids, async table => {
      const isShown = node?.visible === 1
      await sql`merge into OPR_OaiRecord using ${table} s on OOR_OT_ID = s.ID
        when matched then update set OOR_Number = ${number},
          OOR_Datestamp = ${isShown ? stamp : sql`iif(OOR_State = ${shown}, ${stamp}, OOR_Datestamp)`},
          OOR_State = ${isShown ? shown : sql`iif(OOR_State = ${unseen}, ${unseen}, ${withdrawn})`}
          ${node ? sql`, OOR_OD_ID = ${node.domainId}, OOR_RCV_Type = ${node.type}` : sql``}
          ${isShown ? sql`, OOR_FirstTS = coalesce(OOR_FirstTS, ${stamp})` : sql``}
        ${
          // of what is gone and had no record there is nothing to tell
          node
            ? sql`when not matched then insert (OOR_OT_ID, OOR_OD_ID, OOR_RCV_Type, OOR_State, OOR_Number, OOR_Datestamp, OOR_FirstTS)
                values (s.ID, ${node.domainId}, ${node.type}, ${isShown ? shown : unseen}, ${number}, ${stamp}, ${isShown ? stamp : null})`
            : sql``
        }`.execute(trx)
      return []
    })
}

/** Settings of a domain reach the titles of the domains below it, which inherit them. */
async function restampDomain(trx: Db, domainId: number, datestamp: Date): Promise<void> {
  await sql`update OPR_OaiRecord set OOR_Number = next value for OPR_OAIRECORD_SEQ,
      OOR_Datestamp = iif(OOR_State = 1, ${datestamp}, OOR_Datestamp)
    where OOR_OD_ID in (select d.OD_ID from OPR_Domain a join OPR_Domain d on d.OD_Path starting with a.OD_Path
      where a.OD_ID = ${domainId})`.execute(trx)
}

/** The titles below one name it as their host: they have changed with it, and have moved to the domain that it has moved to. */
export const restampBelow = (path: string, datestamp: Date) =>
  sql`merge into OPR_OaiRecord using (select OT_ID, OT_OD_ID from OPR_Tree where OT_Path starting with ${path}) on OOR_OT_ID = OT_ID
    when matched and OT_ID <> ${idsOf(path).at(-1)} then update set OOR_Number = next value for OPR_OAIRECORD_SEQ, OOR_OD_ID = OT_OD_ID,
      OOR_Datestamp = iif(OOR_State = ${recordStates.of('shown')}, ${datestamp}, OOR_Datestamp)`

/** One portion of notes. @returns how many there were */
function followPortion(services: Services): Promise<number> {
  const title = services.types.code('title')
  return services.database.inTransaction({ isolation: 'snapshot', reserve: alone, actor }, async trx => {
    const { rows } = await sql<Note>`
      select SO_ID as "id", SO_OT_ID as "nodeId", SO_Path as "path", SO_OD_ID as "domainId", SO_Below as "below"
      from SYS_Outbox order by SO_ID fetch next ${portion} rows only`.execute(trx)
    const last = rows.at(-1)
    if (!last) return 0
    const datestamp = new Date(Math.floor(Date.now() / 1000) * 1000)
    const known = await nodes(
      trx,
      rows.flatMap(note => idsOf(note.path ?? '')),
    )
    const changed = rows.flatMap(note => titlesOf(note, known, title))
    await restamp(trx, [...changed, ...(await linking(trx, rows, title))], datestamp)
    for (const note of rows) if (note.below === 1) await restampBelow(note.path ?? '', datestamp).execute(trx)
    for (const domainId of new Set(rows.map(note => note.domainId)))
      if (domainId !== null) await restampDomain(trx, domainId, datestamp)
    await sql`delete from SYS_Outbox where SO_ID <= ${last.id}`.execute(trx)
    return rows.length
  })
}

/** Follows up all that is noted. */
export async function followChanges(services: Services): Promise<void> {
  const { rows } = await sql<{ id: number }>`select first 1 SO_ID as "id" from SYS_Outbox`.execute(
    services.db,
  )
  if (rows.length === 0) return
  while ((await followPortion(services)) === portion);
}
