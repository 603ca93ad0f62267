// What an operation changed, to be read by people: each node and domain with its fields before and after, as the histories tell it.
import { sql } from 'kysely'
import type { TypeSystem } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { byIds } from '../../firebird/temp-ids.ts'
import { patchOf } from '../../formats/text/difference.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import {
  changesOf,
  type KeptRows,
  type KeptTable,
  namedChangesOf,
  touchedBy,
  written,
} from '../../system/log/index.ts'
import { domainNames, domainsMadeBy } from '../domains/index.ts'
import { keptNodes } from '../tree/index.ts'
import { isOfDomains, rowTables, tables } from './kept.ts'

/** Changes of a table that are looked at: what is shown is a part of them. */
const mostOfTable = 1000
/** Longer texts, and those of several lines, are shown as their difference. */
const longestValue = 500

export interface FieldChange {
  readonly field: string
  readonly before: string | number | boolean | null
  readonly after: string | number | boolean | null
  /** Unified diff, where the values are long; they are null then */
  readonly difference: string | null
}

export interface ChangedThing {
  /** Both are null of what holds in the whole installation, as some tags do */
  readonly node: number | null
  readonly domain: number | null
  /** Caption of the node, name of the domain; null where it has none or is gone */
  readonly name: string | null
  readonly isMade: boolean
  readonly changes: FieldChange[]
}

type Value = FieldChange['before']
/** A field of a thing as the histories have it */
interface Found {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

const plain = (value: unknown): Value =>
  value === null || value === undefined
    ? null
    : typeof value === 'number' || typeof value === 'boolean'
      ? value
      : written(value)

/** Flags and types as the API says them everywhere else. */
function valueOf(types: TypeSystem, datatype: number | undefined, field: string, value: unknown): Value {
  if (field === 'isReleased' || field === 'isInBin') return value === 1
  if (field === 'type' && datatype !== undefined)
    return types.ofNumbers(datatype, Number(value))?.name ?? plain(value)
  return plain(value)
}

function fieldChange(field: string, before: Value, after: Value): FieldChange {
  const isLong = [before, after].some(
    value => typeof value === 'string' && (value.length > longestValue || value.includes('\n')),
  )
  if (!isLong) return { field, before, after, difference: null }
  // without lines in common as far as nobody needs them to find the place
  return { field, before: null, after: null, difference: patchOf(`${before ?? ''}`, `${after ?? ''}`, 1) }
}

interface NodeRow {
  readonly id: number
  readonly caption: string | null
  readonly path: string
  readonly domainId: number
  readonly datatype: number
  readonly state: number
  readonly delState: number
}

/** Nodes that stand for domains are told as these. */
const ofDomain = 10

const nodesOf = (db: Db, ids: Iterable<number>): Promise<NodeRow[]> =>
  byIds([...ids], async set => {
    const { rows } = await sql<NodeRow>`
      select OT_ID as "id", OT_Caption as "caption", OT_Path as "path", OT_OD_ID as "domainId", OT_RCV_Datatype as "datatype", OT_State as "state", OT_DelState as "delState"
      from ${set} s join OPR_Tree on OT_ID = s.ID`.execute(db)
    return rows
  })

async function madeNodes(db: Db, batch: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select OT_ID as "id" from OPR_Tree
    where OT_InsertBatch = ${batch} and OT_RCV_Datatype <> ${ofDomain} order by OT_Path fetch next ${sql.lit(mostOfTable)} rows only`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

/**
 * What an operation changed of what the principal sees: nodes first, in the order of their paths, then domains. Of what is gone only
 * those learn who see everything.
 * @param db a snapshot, so that histories and rows belong together
 * @returns at most `limit` things, and whether there are more
 */
export async function changesFor(
  db: Db,
  types: TypeSystem,
  principal: Principal,
  batch: number,
  limit: number,
): Promise<{ readonly items: ChangedThing[]; readonly isCut: boolean }> {
  const all = [...tables, ...rowTables].map(({ kept }) => kept)
  const touched = await touchedBy<KeptTable | KeptRows>(db, all, batch)
  const made = new Set(await madeNodes(db, batch))
  let isCut = made.size >= mostOfTable
  const [ofNodes, ofDomains] = [new Map<number, Found[]>(), new Map<number, Found[]>()]
  const note = (kept: KeptTable | KeptRows, id: number, change: Found): void => {
    const things = isOfDomains(kept) ? ofDomains : ofNodes
    const known = things.get(id)
    if (known) known.push(change)
    else things.set(id, [change])
  }
  for (const { kept } of tables) {
    if (!touched.has(kept)) continue
    const changes = await changesOf(db, kept, batch, mostOfTable)
    if (changes.length >= mostOfTable) isCut = true
    const { binnedBy: _, ...columns } = kept.columns
    for (const { nodeId, before, after } of changes) {
      const derived = new Set(kept.derived?.(before, after) ?? [])
      // what became of a node in the operation that made it is the node
      if (kept === keptNodes && made.has(nodeId)) continue
      for (const field of Object.keys(columns))
        if (!derived.has(field) && written(before[field]) !== written(after[field]))
          note(kept, nodeId, { field, before: before[field], after: after[field] })
    }
  }
  for (const { kept } of rowTables) {
    if (!touched.has(kept)) continue
    const changes = await namedChangesOf(db, kept, batch, mostOfTable)
    if (changes.length >= mostOfTable) isCut = true
    for (const { nodeId, before, after } of changes)
      note(kept, nodeId, { field: fieldOf(kept), before, after })
  }
  const nodeIds = new Set([...made, ...ofNodes.keys()])
  const nodes = new Map((await nodesOf(db, nodeIds)).map(row => [row.id, row]))
  const madeDomains = new Set((await domainsMadeBy(db, batch)).map(({ id }) => id))
  const domainIds = [...new Set([...madeDomains, ...ofDomains.keys()])]
  const domains = await domainNames(db, domainIds)
  const seesAll = access.filter(principal) === undefined
  const sees = (id: number): boolean => {
    const row = nodes.get(id)
    return row === undefined
      ? seesAll
      : access.sees(principal, { ...row, isVisible: row.state === 1 && row.delState === 0 })
  }
  const pathOf = (id: number): string => nodes.get(id)?.path ?? ''
  const isNode = (id: number): boolean => nodes.get(id)?.datatype !== ofDomain
  const shownNodes = [...nodeIds]
    .filter(id => isNode(id) && sees(id))
    .sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))
  const shownDomains = domainIds.filter(id => (domains.has(id) ? access.seesDomain(principal, id) : seesAll))
  const changesOfNode = (id: number): FieldChange[] => {
    const value = (field: string, raw: unknown) => valueOf(types, nodes.get(id)?.datatype, field, raw)
    return (ofNodes.get(id) ?? []).map(({ field, before, after }) =>
      fieldChange(field, value(field, before), value(field, after)),
    )
  }
  const items = [
    ...shownNodes.map(id => () => ({
      node: id,
      domain: null,
      name: nodes.get(id)?.caption ?? null,
      isMade: made.has(id),
      changes: changesOfNode(id),
    })),
    ...shownDomains.map(id => () => ({
      node: null,
      domain: id,
      name: domains.get(id) ?? null,
      isMade: madeDomains.has(id),
      changes: (ofDomains.get(id) ?? []).map(({ field, before, after }) =>
        fieldChange(field, plain(before), plain(after)),
      ),
    })),
  ]
  // differences are made of those alone that are shown
  return { items: items.slice(0, limit).map(item => item()), isCut: isCut || items.length > limit }
}

/** What rows of a table are called as a field: OPR_Identifier is ‘identifier’. */
const fieldOf = ({ table }: KeptRows): string => {
  const name = table.replace(/^[A-Z]+_/, '')
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`
}
