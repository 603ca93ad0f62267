// Takes back an operation as a whole: tree, labels, pages, edits of images, fields, records, identifiers, texts, and domains with their
// options, tags and transitions. All or nothing: where somebody has changed since what it would put back, it refuses and names each of
// these places.
import { Refusal } from '../../errors.ts'
import type { Database, Db } from '../../firebird/database.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import type { Services } from '../../http/module.ts'
import type { Principal, Right } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { undoInOrders } from '../../people/orders/index.ts'
import {
  asUndo,
  changesOf,
  type KeptRows,
  type KeptTable,
  lockRows,
  putBack,
  putRowsBack,
  type Return,
  returnOf,
  type RowChanges,
  rowChangesOf,
  takeRowsAway,
  touchedBy,
} from '../../system/log/index.ts'
import {
  domainNames,
  domainsMadeBy,
  keptDomains,
  lockDomains,
  rememberTags,
  requireOwnNames,
  takeDomainsAway,
} from '../domains/index.ts'
import { redrawFields } from '../titles/index.ts'
import {
  forgetRedirects,
  lockNodes,
  madeBy,
  namesOf,
  putRedirectsBack,
  type Redirect,
  refreshTitles,
  requireConsistent,
  takeAway,
  type MoveTransaction,
} from '../tree/index.ts'
import { isOfDomains, rowTables, tables } from './kept.ts'

export interface UndoOutcome {
  /** Rows that are again what they were */
  readonly changed: number
  /** Nodes and domains that the operation had made and that are gone */
  readonly removed: number
  /** The same, but in the bin, because they alone hold a scan */
  readonly binned: number
}

/** Ids of merged titles whose redirects an undo took away, and put back where it took back an undo */
export interface Redirects {
  readonly gone: readonly Redirect[]
  readonly back: readonly Redirect[]
}

interface Lost {
  readonly node?: number
  readonly domain?: number
  readonly what: string
  readonly by: string | null
  readonly operation: number | null
}

/** All that an operation changed, read twice: once to know which nodes to lock, once under the lock. */
async function collect(trx: Db, batch: number) {
  const made = await madeBy(trx, batch)
  const madeIds = new Set(made.map(({ id }) => id))
  const touched = await touchedBy<KeptTable | KeptRows>(
    trx,
    [...tables, ...rowTables].map(({ kept }) => kept),
    batch,
  )
  const columns: { kept: KeptTable; right: Right; returns: Return[] }[] = []
  for (const table of tables) {
    const changes = touched.has(table.kept) ? await changesOf(trx, table.kept, batch) : []
    // what became of a node after the operation had made it goes with the node
    const returns = changes
      .filter(change => isOfDomains(table.kept) || !madeIds.has(change.nodeId))
      .map(change => returnOf(table.kept, change))
    columns.push({ ...table, returns })
  }
  const rows: { kept: KeptRows; right: Right; changes: RowChanges }[] = []
  for (const table of rowTables) {
    if (!touched.has(table.kept)) continue
    const changes = await rowChangesOf(trx, table.kept, batch)
    const here = <T extends { readonly nodeId: number }>(list: readonly T[]): T[] =>
      isOfDomains(table.kept) ? [...list] : list.filter(row => !madeIds.has(row.nodeId))
    rows.push({
      ...table,
      changes: { added: here(changes.added), replaced: here(changes.replaced), lost: here(changes.lost) },
    })
  }
  const madeDomains = await domainsMadeBy(trx, batch)
  const ids = new Set<number>(madeIds)
  const domainIds = new Set<number>(madeDomains.map(({ id }) => id))
  for (const { kept, returns } of columns)
    for (const { nodeId } of returns) (isOfDomains(kept) ? domainIds : ids).add(nodeId)
  let others = 0
  for (const { kept, changes } of rows) {
    const found = [...changes.added, ...changes.replaced]
    if (isOfDomains(kept)) others += found.length
    else for (const { nodeId } of found) ids.add(nodeId)
  }
  const isEmpty = ids.size + domainIds.size + others === 0
  return { made, madeDomains, columns, rows, ids: [...ids], domainIds: [...domainIds], isEmpty }
}

type Collected = Awaited<ReturnType<typeof collect>>

function lostOf({ made, madeDomains, columns, rows }: Collected): Lost[] {
  const at = (kept: KeptTable | KeptRows, id: number | null) =>
    !isOfDomains(kept) ? { node: id as number } : id === null ? {} : { domain: id }
  return [
    ...columns.flatMap(({ kept, returns }) =>
      returns
        .filter(({ change, lost }) => change.now === undefined || lost.length > 0)
        .map(({ nodeId, lost, change }) => ({
          ...at(kept, nodeId),
          what: change.now === undefined ? 'it is gone' : lost.join(', '),
          by: change.next?.actor ?? null,
          operation: change.next?.batch ?? null,
        })),
    ),
    ...rows.flatMap(({ kept, changes }) =>
      changes.lost.map(({ nodeId, name, actor, batch }) => ({
        ...at(kept, nodeId),
        what: name,
        by: actor,
        operation: batch,
      })),
    ),
    ...made.flatMap(({ id, lost }) =>
      lost === null ? [] : [{ node: id, what: lost, by: null, operation: null }],
    ),
    ...madeDomains.flatMap(({ id, lost }) =>
      lost === null ? [] : [{ domain: id, what: lost, by: null, operation: null }],
    ),
  ]
}

/** @throws Refusal conflict that names what was changed since */
async function requireUnchanged(trx: Db, batch: number, lost: readonly Lost[]): Promise<void> {
  if (lost.length === 0) return
  const nodes = await namesOf(trx, [...new Set(lost.flatMap(({ node }) => node ?? []))])
  const domains = await domainNames(
    trx,
    lost.flatMap(({ domain }) => domain ?? []),
  )
  const placeOf = ({ node, domain }: Lost): string => {
    if (domain !== undefined) return `domain ‘${domains.get(domain) ?? domain}’: `
    if (node === undefined) return ''
    const caption = nodes.get(node)?.caption
    return `node ${node}${caption ? ` ‘${caption}’` : ''}: `
  }
  const places = lost.slice(0, 10).map(each => {
    const { what, by, operation } = each
    return `${placeOf(each)}${what}${by === null ? '' : ` (by ${by}${operation === null ? '' : `, operation ${operation}`})`}`
  })
  throw new Refusal(
    'conflict',
    `Operation ${batch} cannot be undone, because this was changed since: ${places.join('; ')}${lost.length > 10 ? `; and ${lost.length - 10} more` : ''}.`,
    { changed: lost.slice(0, 1000) },
  )
}

function requireRights(principal: Principal, found: Collected): void {
  const needed = new Set<Right>(found.madeDomains.length > 0 ? ['domain:write'] : [])
  for (const { right, returns } of found.columns)
    for (const { set } of returns) {
      if (Object.keys(set).length > 0) needed.add(right)
      if ('isReleased' in set) needed.add('release')
      if ('isInBin' in set) needed.add('bin')
    }
  for (const { right, changes } of found.rows)
    if (changes.added.length + changes.replaced.length > 0) {
      needed.add(right)
      // as their definition
      const isSystem = [...changes.added, ...changes.replaced].some(
        row => 'System' in row && row.System === 1,
      )
      if (isSystem) needed.add('domain:write')
    }
  if (found.made.length > 0) needed.add('bin')
  for (const right of needed)
    if (!access.can(principal, right)) throw new Refusal('forbidden', `This needs the right ${right}.`)
}

const changesRecord = (set: Return['set']): boolean => 'mods' in set || 'caption' in set

/** Whether an operation left anything that an undo could put back; later changes may still hinder it. */
export const canBeUndone = async (database: Database, batch: number): Promise<boolean> =>
  await database.inTransaction(
    { isolation: 'snapshot', readOnly: true },
    async trx => !(await collect(trx, batch)).isEmpty,
  )

/**
 * Takes an operation back; runs under the move lock.
 * @param as the number of the operation that the undo itself is
 * @param redirects what the operation says of them, where it is an undo
 * @throws Refusal conflict naming what was changed since, or what is hidden or in the bin now; not-found where it changed nothing that is kept
 */
export async function undo(
  trx: MoveTransaction,
  connection: FirebirdConnection,
  services: Services,
  principal: Principal,
  { batch, as, redirects }: { readonly batch: number; readonly as: number; readonly redirects: Redirects },
): Promise<UndoOutcome & { readonly redirects: Redirects }> {
  const first = await collect(trx, batch)
  await lockNodes(trx, first.ids)
  await lockDomains(trx, first.domainIds)
  for (const { kept, changes } of first.rows)
    if (isOfDomains(kept))
      await lockRows(
        trx,
        kept,
        [...changes.added, ...changes.replaced].map(({ id }) => id),
      )
  const found = await collect(trx, batch)
  if (found.isEmpty)
    throw new Refusal('not-found', `Operation ${batch} changed nothing that an undo could put back.`)
  requireRights(principal, found)
  await requireUnchanged(trx, batch, lostOf(found))
  const paths = async () => [...(await namesOf(trx, found.ids)).values()].map(({ path }) => path)
  const before = await paths()
  await asUndo(trx)
  if (found.domainIds.length > 0 || found.rows.some(({ kept }) => isOfDomains(kept))) await rememberTags(trx)
  let changed = 0
  // what was made last stands on what was made first
  for (const { kept, changes } of found.rows.toReversed())
    changed += await takeRowsAway(trx, connection, kept, changes)
  for (const { kept, returns } of found.columns) changed += await putBack(trx, connection, kept, returns)
  for (const { kept, changes } of found.rows) changed += await putRowsBack(trx, connection, kept, changes)
  const nodes = found.columns[0]?.returns ?? []
  const records = found.columns.flatMap(({ kept, returns }) => (isOfDomains(kept) ? [] : returns))
  await requireConsistent(
    trx,
    nodes.map(({ nodeId }) => nodeId),
  )
  const domains = found.columns.find(({ kept }) => kept === keptDomains)?.returns ?? []
  await requireOwnNames(
    trx,
    domains.map(({ nodeId }) => nodeId),
  )
  const redraw = new Set(records.filter(({ set }) => changesRecord(set)).map(({ nodeId }) => nodeId))
  for (const id of redraw) await redrawFields(trx, services, id)
  const { removed, binned } = await takeAway(trx, services.types, found.made, as)
  const domainsRemoved = await takeDomainsAway(trx, found.madeDomains)
  const gone = await forgetRedirects(trx, batch, redirects.back)
  const back = await putRedirectsBack(trx, redirects.gone)
  await undoInOrders(trx, batch)
  await refreshTitles(trx, services.types, [...before, ...(await paths())])
  return { changed, removed: removed + domainsRemoved, binned, redirects: { gone, back } }
}
