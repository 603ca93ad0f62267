// Which nodes an operation changes in the way that a transition is about: read from the histories, whatever was asked for, so that no door passes
// by. Released is also what comes as a released title.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { DomainTags, GivenTags } from '../domains/index.ts'
import type { Transition } from './repository.ts'

export interface Matched {
  readonly count: number
  /** The first ones, from the top down */
  readonly nodes: readonly { readonly id: number; readonly caption: string | null }[]
}

const shownNodes = 20

/** What a node was before the operation: its first version among those that the operation left. */
const before = (
  batch: number,
) => sql`(select h.OTH_OT_ID as N, h.OTH_State as S, h.OTH_DelState as D from OPR_TreeHistory h
  where h.OTH_Batch = ${batch} and not exists (select 1 from OPR_TreeHistory e
    where e.OTH_OT_ID = h.OTH_OT_ID and e.OTH_Batch = ${batch} and e.OTH_ID < h.OTH_ID))`

function changed({ change, tagId }: Transition, batch: number) {
  const wasAndIs = (was: ReturnType<typeof sql>, is: ReturnType<typeof sql>) =>
    sql`select b.N as ID from ${before(batch)} b join OPR_Tree n on n.OT_ID = b.N where ${was} and ${is}`
  switch (change) {
    case 'release':
      return sql`${wasAndIs(sql`b.S = 0`, sql`n.OT_State = 1`)}
        union select i.OT_ID from OPR_Tree i where i.OT_InsertBatch = ${batch} and i.OT_State = 1 and i.OT_RCV_Datatype + 0 = 1`
    case 'hide':
      return wasAndIs(sql`b.S = 1`, sql`n.OT_State = 0`)
    case 'bin':
      return wasAndIs(sql`b.D = 0`, sql`n.OT_DelState = 1`)
    case 'restore':
      return wasAndIs(sql`b.D = 1`, sql`n.OT_DelState = 0`)
    case 'tag':
      return sql`select ONT_OT_ID as ID from OPR_NodeTag where ONT_InsertBatch = ${batch} and ONT_OTG_ID = ${tagId}
        union select h.ONTH_OT_ID from OPR_NodeTagHistory h join OPR_NodeTag c on c.ONT_OT_ID = h.ONTH_OT_ID and c.ONT_OTG_ID = h.ONTH_OTG_ID
          where h.ONTH_Batch = ${batch} and h.ONTH_OTG_ID = ${tagId} and h.ONTH_Absent = 1`
    case 'untag':
      return sql`select h.ONTH_OT_ID as ID from OPR_NodeTagHistory h
        where h.ONTH_Batch = ${batch} and h.ONTH_OTG_ID = ${tagId} and h.ONTH_Absent = 0
          and not exists (select 1 from OPR_NodeTag c where c.ONT_OT_ID = h.ONTH_OT_ID and c.ONT_OTG_ID = h.ONTH_OTG_ID)`
  }
}

/** The node carried the tag before the operation, itself or by its domain. */
function carried(tagId: number, batch: number, domains: readonly DomainTags[]) {
  const giving = domains
    .filter(domain => domain.effective.some(each => each.tagId === tagId))
    .map(domain => domain.id)
  return sql`(exists (select 1 from OPR_NodeTag o where o.ONT_OT_ID = t.OT_ID and o.ONT_OTG_ID = ${tagId} and o.ONT_InsertBatch is distinct from ${batch})
    or exists (select 1 from OPR_NodeTagHistory o where o.ONTH_OT_ID = t.OT_ID and o.ONTH_OTG_ID = ${tagId} and o.ONTH_Batch = ${batch} and o.ONTH_Absent = 0)
    ${giving.length === 0 ? sql`` : sql`or t.OT_OD_ID in (${sql.join(giving)})`})`
}

/** Domains in which a transition holds; undefined: all. */
export const domainsOf = (transition: Transition, domains: readonly DomainTags[]): number[] | undefined =>
  transition.domainId === null
    ? undefined
    : domains
        .filter(domain => domain.transitionsFrom.includes(transition.domainId as number))
        .map(domain => domain.id)

export async function matched(
  trx: Db,
  transition: Transition,
  batch: number,
  domains: readonly DomainTags[],
): Promise<Matched> {
  const within = domainsOf(transition, domains)
  const conditions = [
    ...(within === undefined
      ? []
      : within.length === 0
        ? [sql`1 = 0`]
        : [sql`t.OT_OD_ID + 0 in (${sql.join(within)})`]),
    ...transition.from.map(tagId => carried(tagId, batch, domains)),
  ]
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
  const from = sql`from (${changed(transition, batch)}) c join OPR_Tree t on t.OT_ID = c.ID ${where}`
  const { rows } = await sql<{ n: number }>`select count(*) as "n" ${from}`.execute(trx)
  const count = Number(rows[0]?.n ?? 0)
  if (count === 0) return { count, nodes: [] }
  const { rows: nodes } = await sql<{
    id: number
    caption: string | null
  }>`select first ${sql.lit(shownNodes)}
    t.OT_ID as "id", t.OT_Caption as "caption" ${from} order by t.OT_Path`.execute(trx)
  return { count, nodes }
}

/**
 * Domains whose tags an operation changed in the way that a transition is about: the node of each stands for all that is in it.
 * @param given what the operation changed of the tags that domains give
 */
export async function matchedDomains(
  trx: Db,
  transition: Transition,
  given: readonly GivenTags[],
  domains: readonly DomainTags[],
): Promise<Matched> {
  const { change, tagId, from } = transition
  const within = domainsOf(transition, domains)
  const ids =
    tagId === null
      ? []
      : given
          .filter(each =>
            (change === 'tag' ? each.added : change === 'untag' ? each.removed : []).includes(tagId),
          )
          .filter(each => from.every(id => each.had.includes(id)))
          .map(each => each.domainId)
          .filter(id => within?.includes(id) ?? true)
  if (ids.length === 0) return { count: 0, nodes: [] }
  const { rows } = await sql<{ id: number; caption: string | null }>`
    select OT_ID as "id", OT_Caption as "caption" from OPR_Tree
    where OT_RCV_Datatype = 10 and OT_OD_ID + 0 in (${sql.join(ids)}) order by OT_ID`.execute(trx)
  return { count: rows.length, nodes: rows.slice(0, shownNodes) }
}
