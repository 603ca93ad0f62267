// Before a change commits: whether all that it touched is what its author may change so. Looked up in the histories of its operation, whatever
// the request named, so that no route and no operation over thousands of nodes can pass by an entry. Asked only where entries say something
// about the author; who has a right over the whole installation, with no entry against it, is never asked.
import type { FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { Principal, Right } from '../../http/principal.ts'
import type { Verb } from '../../http/sight.ts'
import { access, refuse, verbOf } from './policy.ts'

interface Touched {
  readonly id: number
  readonly path: string
  readonly domainId: number
  readonly state: number
  readonly delState: number
  /** 1 where titles above are brought up to date with what stands below them */
  readonly follows: number
}

/** Nodes that an operation made, changed, moved away from or moved to. */
async function touched(trx: Db): Promise<Touched[]> {
  const { rows } = await sql<Touched>`
    with B as (select cast(rdb$get_context('USER_TRANSACTION', 'BATCH') as integer) as N from RDB$DATABASE),
    C (ID, FOLLOWS) as (
      select OT_ID, 0 from B join OPR_Tree on OT_InsertBatch = N
      union select OT_OT_Parent, 0 from B join OPR_Tree on OT_InsertBatch = N
      union select OTH_OT_ID, 0 from B join OPR_TreeHistory on OTH_Batch = N
      union select OTH_OT_Parent, 0 from B join OPR_TreeHistory on OTH_Batch = N
      union select OCH_OT_ID, 1 from B join OPR_ContentHistory on OCH_Batch = N
      union select OCXH_OT_ID, 0 from B join OPR_ContentXmlHistory on OCXH_Batch = N
      union select OCM_OT_ID, 0 from B join OPR_Comment on OCM_Batch = N
      union select OPH_OT_ID, 0 from B join OPR_PageHistory on OPH_Batch = N
      union select OPKH_OT_ID, 0 from B join OPR_PackHistory on OPKH_Batch = N
      union select OFH_OT_ID, 0 from B join OPR_FulltextHistory on OFH_Batch = N
      union select OIH_OT_ID, 0 from B join OPR_IdentifierHistory on OIH_Batch = N
      union select ONT_OT_ID, 0 from B join OPR_NodeTag on ONT_InsertBatch = N
      union select ONTH_OT_ID, 0 from B join OPR_NodeTagHistory on ONTH_Batch = N
      union select OAT_OT_ID, 0 from B join OPR_Attachment on OAT_InsertBatch = N
      union select OATH_OT_ID, 0 from B join OPR_AttachmentHistory on OATH_Batch = N
      union select ORG_OT_ID, 0 from B join OPR_Region on ORG_InsertBatch = N
      union select ORGH_OT_ID, 0 from B join OPR_RegionHistory on ORGH_Batch = N
      union select ONO_OT_ID, 0 from B join OPR_Note on ONO_InsertBatch = N
      union select ONOH_OT_ID, 0 from B join OPR_NoteHistory on ONOH_Batch = N)
    select OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", OT_State as "state", OT_DelState as "delState", FOLLOWS as "follows"
    from C join OPR_Tree on OT_ID = C.ID`.execute(trx)
  return rows
}

/** @throws Refusal unauthorized, forbidden, naming the first node that the author may not change so */
export async function requireTouched(principal: Principal, trx: Db, verb: Verb): Promise<void> {
  const sight = access.sight(principal)
  const rows = await touched(trx)
  const paths = rows.filter(row => row.follows === 0).map(row => row.path)
  for (const row of rows) {
    if (row.follows === 1 && paths.some(path => path !== row.path && path.startsWith(row.path))) continue
    // what was released or hidden, binned or restored by the change itself is judged as its author saw it: by the entries
    const reason = sight.reason(verb, { ...row, isVisible: true })
    if (!reason.allowed) refuse(principal, verb, `node ${row.id}`, reason)
  }
}

/** Whether nothing has to be looked up: the right is the principal's everywhere, and no entry is about them. */
export const isFree = (principal: Principal, right: Right): boolean =>
  principal.kind === 'operator' || (access.sight(principal).isPlain && access.everywhere(principal, right))

/** @throws Refusal as requireTouched */
export async function requireWritten(request: FastifyRequest, trx: Db): Promise<void> {
  const { principal } = request
  const { right } = request.routeOptions.config
  const verb: Verb | undefined = request.writes ?? request.routeOptions.config.verb ?? verbOf(right)
  if (!verb || (right ? isFree(principal, right) : principal.kind === 'operator')) return
  await requireTouched(principal, trx, verb)
}

/** For a request that says beforehand what it is about, as a dry run does. @throws Refusal as requireWritten */
export async function requireAll(
  request: FastifyRequest,
  trx: Db,
  verb: Verb,
  ids: readonly number[],
): Promise<void> {
  const { principal } = request
  const sight = access.sight(principal)
  if (principal.kind === 'operator' || sight.isPlain) return
  for (let start = 0; start < ids.length; start += 800) {
    const { rows } = await sql<Omit<Touched, 'follows'>>`
      select OT_ID as "id", OT_Path as "path", OT_OD_ID as "domainId", OT_State as "state", OT_DelState as "delState"
      from ${splitIds(ids.slice(start, start + 800))} s join OPR_Tree on OT_ID = s.ID`.execute(trx)
    for (const row of rows) {
      const place = { ...row, isVisible: row.state === 1 && row.delState === 0 }
      access.requireVisible(principal, place)
      const reason = sight.reason(verb, { ...place, isVisible: true })
      if (!reason.allowed) refuse(principal, verb, `node ${row.id}`, reason)
    }
  }
}
