// Identifiers are given out in the transaction that releases a title: what is public has them, and what was rolled back never had any. A node gets
// one of a kind, for ever; what its record brings counts as well. The database refuses a second one (UK_OAS_NODE, UK_OAS_VALUE).
import { sql } from 'kysely'
import type { Actor, Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import { enqueue } from '../../jobs/queue.ts'
import { access, publicNow } from '../../people/access/index.ts'
import { getDomain } from '../domains/index.ts'
import { hasAgency } from './agencies.ts'
import * as repository from './repository.ts'
import { type Scheme, schemes, type Settings, settingsOf, valueOf } from './settings.ts'

interface Node {
  readonly id: number
  readonly path: string
  readonly domainId: number
  readonly caption: string | null
  readonly isPage: number
  /** OC_GenerateIdentifier of the title, or of the title that a page belongs to */
  readonly marked: number | null
}

export interface Given {
  readonly nodeId: number
  readonly scheme: Scheme
  readonly value: string
}

const portion = 200
/** How many forms of a value are tried: as many nodes that carry the first one point at a template that is another repository's */
const forms = 20

/** Released titles and pages, by a condition on OPR_Tree t; `titleId` is the title itself or that of the page. */
const nodesWhere = (condition: ReturnType<typeof sql>) => sql<Node>`
  select t.OT_ID as "id", t.OT_Path as "path", t.OT_OD_ID as "domainId", t.OT_Caption as "caption",
    iif(t.OT_RCV_Datatype = 3, 1, 0) as "isPage", c.OC_GenerateIdentifier as "marked"
  from OPR_Tree t left join OPR_TopStructure s on s.OTS_OT_ID = t.OT_ID
    left join OPR_Content c on c.OC_OT_ID = coalesce(s.OTS_OT_Title, t.OT_ID)
  where t.OT_State + 0 = 1 and t.OT_DelState + 0 = 0 and t.OT_RCV_Datatype + 0 in (1, 3) and ${condition}`

/** Gives nodes what their domains assign and they lack. @param evenUnmarked somebody asked for these titles */
async function give(
  services: Services,
  trx: Db,
  nodes: readonly Node[],
  evenUnmarked = false,
): Promise<Given[]> {
  const settings = new Map<number, Settings>()
  for (const id of new Set(nodes.map(node => node.domainId)))
    settings.set(id, await settingsOf(services, trx, await getDomain(trx, id)))
  const everyone = await publicNow(services)
  const given: Given[] = []
  for (let start = 0; start < nodes.length; start += portion) {
    const part = nodes.slice(start, start + portion)
    const ids = part.map(node => node.id)
    const promised = await repository.ofNodes(trx, ids)
    const carried = await repository.carried(trx, ids)
    for (const node of part) {
      const own = settings.get(node.domainId) as Settings
      const isMeant = own.all || evenUnmarked || node.marked === 1
      for (const scheme of schemes) {
        const before = promised.find(each => each.nodeId === node.id && each.scheme === scheme)
        const carries = carried.filter(each => each.nodeId === node.id && each.scheme === scheme)
        if (before) {
          if (!carries.some(each => each.value === before.value)) await repository.standAgain(trx, before.id)
          continue
        }
        if (!isMeant || own.templates[scheme] === '' || carries.length > 0) continue
        if (node.isPage === 1 && !(scheme === 'urn' && own.pageUrns)) continue
        const value = await freeValue(trx, own, scheme, node.id)
        const isPublic = access.sees(everyone, { ...node, isVisible: true })
        const id = await repository.insert(trx, {
          scheme,
          value,
          nodeId: node.id,
          caption: isPublic ? node.caption : null,
        })
        given.push({ nodeId: node.id, scheme, value })
        if (hasAgency(services, scheme)) await wantRegistration(trx, id)
      }
    }
  }
  return given
}

/** A record may have brought the very value that a node's would be, from another installation. */
async function freeValue(trx: Db, settings: Settings, scheme: Scheme, nodeId: number): Promise<string> {
  for (let nth = 1; nth <= forms; nth++) {
    const value = valueOf(settings, scheme, nodeId, nth)
    if (await repository.byValue(trx, scheme, value)) continue
    if (!(await repository.isElsewhere(trx, scheme, value, nodeId))) return value
  }
  throw new Refusal(
    'conflict',
    `Node ${nodeId} gets no ${scheme}: ${valueOf(settings, scheme, nodeId)} and its ${forms - 1} other forms are taken. Change the template [identifiers] ${scheme}, or that of the domain (${settings.templates[scheme]}).`,
  )
}

/** An agency is told by a job of the same transaction: of what was rolled back it never hears. */
export const wantRegistration = (trx: Db, id: number): Promise<number> =>
  enqueue(trx, {
    kind: 'identifiers.register',
    payload: { id },
    uniqueKey: `identifiers.register:${id}`,
    // the runner asks for attempts beforehand; [identifiers] attempts ends them
    maxAttempts: 20,
  })

/** The operation of this transaction; null where it is none. */
async function batchOf(trx: Db): Promise<number | null> {
  const { rows } = await sql<{
    batch: number | null
  }>`select cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer) as "batch" from RDB$DATABASE`.execute(
    trx,
  )
  return rows[0]?.batch ?? null
}

/**
 * Asked before a change commits, by whatever door it came: what it released gets its identifiers, with the released pages; where it hid, binned or
 * brought back something that has identifiers, the agencies are told.
 */
export async function assignReleased(services: Services, trx: Db): Promise<void> {
  if (!services.config.identifiers.on) return
  const batch = await batchOf(trx)
  if (batch === null) return
  const { rows: changed } = await sql<{ id: number; isTitle: number; isReleased: number }>`
    select t.OT_ID as "id", iif(t.OT_RCV_Datatype = 1, 1, 0) as "isTitle", iif(t.OT_State = 1 and t.OT_DelState = 0, 1, 0) as "isReleased"
      from (select distinct h.OTH_OT_ID as ID from OPR_TreeHistory h where h.OTH_Batch = ${batch}) b join OPR_Tree t on t.OT_ID = b.ID
      where t.OT_RCV_Datatype + 0 in (1, 3)
    union select i.OT_ID, iif(i.OT_RCV_Datatype = 1, 1, 0), 1 from OPR_Tree i
      where i.OT_InsertBatch = ${batch} and i.OT_State + 0 = 1 and i.OT_DelState + 0 = 0 and i.OT_RCV_Datatype + 0 in (1, 3)`.execute(
    trx,
  )
  if (changed.length === 0) return
  const released = changed.filter(({ isReleased }) => isReleased === 1)
  const nodes = new Map<number, Node>()
  for (let start = 0; start < released.length; start += portion) {
    const part = released.slice(start, start + portion)
    const ids = sql.join(part.map(({ id }) => id))
    const titles = part.filter(({ isTitle }) => isTitle === 1).map(({ id }) => id)
    const { rows } = await nodesWhere(sql`t.OT_ID in (${ids})`).execute(trx)
    const pages =
      titles.length === 0
        ? []
        : (await nodesWhere(sql`s.OTS_OT_Title in (${sql.join(titles)})`).execute(trx)).rows
    for (const node of [...rows, ...pages]) nodes.set(node.id, node)
  }
  await give(services, trx, [...nodes.values()])
  for (let start = 0; start < changed.length; start += portion) {
    const ids = changed.slice(start, start + portion).map(({ id }) => id)
    for (const { id, scheme, state } of await repository.ofNodes(trx, ids))
      if (scheme === 'doi' && state !== 'assigned' && hasAgency(services, scheme))
        await wantRegistration(trx, id)
  }
}

export interface Wanted {
  readonly domainId?: number | undefined
  /** This title and its pages, marked or not */
  readonly titleId?: number | undefined
  readonly dryRun?: boolean | undefined
}

class DryRun extends Error {
  readonly given: Given[]
  constructor(given: Given[]) {
    super('dry run')
    this.given = given
  }
}

/** Gives titles, and their pages, what they lack. Each portion holds its titles: two processes give one after the other. */
export async function assignTo(
  services: Services,
  trx: Db,
  titleIds: readonly number[],
  evenUnmarked: boolean,
): Promise<Given[]> {
  if (titleIds.length === 0) return []
  const ids = sql.join([...titleIds])
  await sql`select OT_ID from OPR_Tree where OT_ID in (${ids}) order by OT_ID with lock`.execute(trx)
  const { rows: titles } = await nodesWhere(sql`t.OT_ID in (${ids})`).execute(trx)
  if (titles.length === 0) return []
  const { rows: pages } = await nodesWhere(
    sql`s.OTS_OT_Title in (${sql.join(titles.map(({ id }) => id))})`,
  ).execute(trx)
  return await give(services, trx, [...titles, ...pages], evenUnmarked)
}

/** Somebody else released a page of the title at the same moment: what they gave is seen when it is begun again. */
async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (
      error instanceof FirebirdFault &&
      error.kind === 'unique' &&
      /UK_OAS/.test(error.constraint ?? error.message)
    )
      // prettier-ignore
      return await work()
    throw error
  }
}

/** Goes through the released titles and gives what they lack: for titles that were released before, or marked since. */
export async function assignOutstanding(
  services: Services,
  actor: Actor,
  { domainId, titleId, dryRun = false }: Wanted,
  found: (given: readonly Given[], done: number) => Promise<void>,
): Promise<{ titles: number; given: number }> {
  let last = 0
  let titles = 0
  let count = 0
  for (;;) {
    const { rows } = await sql<{
      id: number
    }>`select first 20 OC_OT_ID as "id" from OPR_Content join OPR_Tree on OT_ID = OC_OT_ID
      where OC_OT_ID > ${last} and OT_State + 0 = 1 and OT_DelState + 0 = 0
        ${domainId === undefined ? sql`` : sql`and OT_OD_ID = ${domainId}`} ${titleId === undefined ? sql`` : sql`and OC_OT_ID = ${titleId}`}
      order by OC_OT_ID`.execute(services.db)
    if (rows.length === 0) return { titles, given: count }
    const ids = rows.map(({ id }) => id)
    const given = await onceMore(() =>
      services.database.inTransaction({ actor }, async trx => {
        const found = await assignTo(services, trx, ids, titleId !== undefined)
        if (dryRun) throw new DryRun(found)
        return found
      }),
    ).catch((error: unknown) => {
      if (error instanceof DryRun) return error.given
      throw error
    })
    last = ids.at(-1) ?? last
    titles += ids.length
    count += given.length
    await found(given, titles)
  }
}
