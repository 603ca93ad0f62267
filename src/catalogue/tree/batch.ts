// One action over many nodes. Small selections are answered at once, larger ones run as a job; both come here.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { setContext } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { operatorPrincipal, type Principal, type Right } from '../../http/principal.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { requireOfAuthor } from '../../people/sessions/index.ts'
import { getDomain } from '../domains/index.ts'
import { nextBatch, record } from '../../system/log/index.ts'
import { movable, move, moveAll } from './move.ts'
import type { Node } from './repository.ts'
import { changeTags } from '../tags/index.ts'
import { bin, hide, noDomainNodes, type Outcome, release, restore, retype } from './operations.ts'
import { askedFor, getVisible } from './documents.ts'
import { placeAsked } from './work.ts'
import { get, type Place } from './place.ts'
import { inTree, type MoveTransaction } from './transaction.ts'
import type { Batch } from './schemas.ts'
import { addDescendants, type Selection, selectNodes } from './targets.ts'

export async function selectionOf(
  trx: Db,
  services: Services,
  batch: Batch,
  principal: Principal,
): Promise<Selection> {
  const { types } = services
  if ([batch.ids, batch.path, batch.children].filter(each => each !== undefined).length !== 1)
    throw new Refusal('bad-request', 'Send one of ids, path and children.')
  if (batch.ids) {
    const { batchIds } = services.config.limits
    if (batch.ids.length > batchIds)
      throw new Refusal(
        'too-large',
        `The batch names ${batch.ids.length} nodes; at most ${batchIds} are possible ([limits] batchIds).`,
        { limit: batchIds },
      )
    return { ids: batch.ids }
  }
  const { path, children } = batch
  const asksIn = await placeAsked(trx, principal, {
    path,
    node: children && 'node' in children ? children.node : undefined,
    domainId: children && 'domain' in children ? (await getDomain(trx, children.domain)).id : undefined,
  })
  const narrowed = await askedFor(types, trx, { deleted: 'all', ...batch.filter }, principal, asksIn)
  if (path !== undefined) return { path, filter: narrowed }
  const place = children as NonNullable<typeof children>
  return {
    children:
      'node' in place
        ? { node: (await getVisible(trx, principal, place.node)).id }
        : { domain: (await getDomain(trx, place.domain)).id },
    filter: narrowed,
  }
}

/** How many nodes the request names, read in the caller's transaction. */
export const selectionSize = (trx: Db, selection: Selection): Promise<number> =>
  'ids' in selection ? Promise.resolve(new Set(selection.ids).size) : selectNodes(trx, selection)

async function moveMany(
  trx: MoveTransaction,
  services: Services,
  batch: Batch,
  selection: Selection,
  dryRun: boolean,
): Promise<Outcome> {
  if (batch.parent === undefined) throw new Refusal('bad-request', 'The action move needs parent.')
  await selectNodes(trx, selection)
  const { rows } = await sql<{
    id: number
    parentId: number | null
  }>`select OT_ID as "id", OT_OT_Parent as "parentId" from TMP_ID join OPR_Tree on OT_ID = TI_OT_ID
    order by OT_OT_Parent, OT_Sort, OT_ID`.execute(trx)
  if (rows.length > 5000)
    throw new Refusal(
      'too-large',
      `A batch moves at most 5000 nodes, each with all below it, not ${rows.length}.`,
      { limit: 5000 },
    )
  const domainId =
    batch.parent === null
      ? (await getDomain(trx, batch.domain ?? (await get(trx, rows[0]?.id ?? 0)).domainId)).id
      : (await get(trx, batch.parent)).domainId
  const { position = 'last' } = batch
  const ids = rows.map(row => row.id)
  if (dryRun) {
    // what would be refused is refused now; at the tops of two domains the parent is the same
    const { nodes } = await movable(trx, services.types, ids, batch.parent)
    const isElsewhere = (node: Node) => node.parentId !== batch.parent || node.domainId !== domainId
    return { selected: nodes.length, changed: nodes.filter(isElsewhere).length }
  }
  if (typeof position === 'string')
    await moveAll(trx, services.types, ids, { parentId: batch.parent, domainId, place: position })
  else {
    let where: Place = position
    for (const id of ids) {
      await move(trx, services.types, id, { parentId: batch.parent, domainId, place: where })
      where = { after: id }
    }
  }
  return { selected: rows.length, changed: rows.length }
}

/** Sets tags on the selected nodes themselves, where it is asked for on all below them, and takes others off. */
async function tag(trx: MoveTransaction, batch: Batch, selection: Selection): Promise<Outcome> {
  const change = { add: batch.add ?? [], remove: batch.remove ?? [] }
  if (change.add.length + change.remove.length === 0)
    throw new Refusal('bad-request', 'The action tag needs add or remove.')
  const selected = await selectNodes(trx, selection)
  if (batch.below) await addDescendants(trx)
  await noDomainNodes(trx)
  return { selected, changed: await changeTags(trx, change, batch.dryRun) }
}

/** Does the action in the caller's transaction, which holds the move lock, and logs it. */
export async function runBatch(
  trx: MoveTransaction,
  services: Services,
  actor: Actor,
  batch: Batch,
  selection: Selection,
): Promise<Outcome & { batch: number | null }> {
  const number = batch.dryRun ? 0 : await nextBatch(trx)
  if (!batch.dryRun) await setContext(trx, { actor, batch: number })
  const operation = { batch: number, dryRun: batch.dryRun }
  const { types } = services
  let outcome: Outcome
  switch (batch.action) {
    case 'bin':
      outcome = await bin(trx, types, selection, operation)
      break
    case 'restore':
      outcome = await restore(trx, types, selection, operation)
      break
    case 'hide':
      outcome = await hide(trx, types, selection, operation)
      break
    case 'release':
      outcome = await release(
        trx,
        types,
        selection,
        { scope: batch.scope, ancestors: batch.ancestors },
        operation,
      )
      break
    case 'retype':
      if (batch.type === undefined) throw new Refusal('bad-request', 'The action retype needs type.')
      outcome = await retype(trx, types, selection, batch.type, operation)
      break
    case 'tag':
      outcome = await tag(trx, batch, selection)
      break
    case 'move':
      outcome = await moveMany(trx, services, batch, selection, batch.dryRun)
  }
  if (batch.dryRun) return { ...outcome, batch: null }
  const { ids, ...parameters } = batch
  await record(trx, {
    entity: 'node',
    entityId: ids?.length === 1 ? ids[0] : undefined,
    action: batch.action,
    batch: number,
    actor,
    data: {
      ...parameters,
      ...(ids
        ? { ids: ids.length > 1000 ? [...ids.slice(0, 1000), `and ${ids.length - 1000} more`] : ids }
        : {}),
      ...outcome,
    },
  })
  return { ...outcome, batch: number }
}

/** What the action of a batch asks for on each node. */
export const rightOf = (action: Batch['action']): Right =>
  (
    ({
      release: 'release',
      hide: 'release',
      bin: 'bin',
      restore: 'bin',
      move: 'structure:write',
      retype: 'structure:write',
      tag: 'meta:write',
    }) as const
  )[action]

/** The batch as a job: the same transaction, in the worker. */
export const batchJob: JobHandler<Services> = async (services, context) => {
  const { batch, actor } = context.job.payload as { batch: Batch; actor: Actor }
  const total = 'ids' in batch && batch.ids ? batch.ids.length : 1
  await context.progress(0, total)
  return await inTree(services, { lock: 'move', actor }, async trx => {
    const selection = await selectionOf(trx, services, batch, operatorPrincipal)
    const done = await runBatch(trx, services, actor, batch, selection)
    // by the entries of now; those of then were asked when the job was added
    await requireOfAuthor(services, trx, actor.name, rightOf(batch.action))
    await context.end(trx, done)
    return done
  })
}
