// Structure elements and pages of one title: what is there already is found again, what is new is inserted in a few
// pipelined statements.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, nextIds } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { Services } from '../../http/module.ts'
import type { PlannedIdentifier, PlannedItem, PlannedPage } from '../plans/index.ts'
import {
  type PageFields,
  insertPages,
  labelFields,
  masterFields,
  readPagination,
  updatePage,
} from '../../catalogue/pages/index.ts'
import { storeAlto } from '../../catalogue/texts/index.ts'
import { identifiers, type Message } from '../../catalogue/titles/index.ts'
import { insertNodes, type Node } from '../../catalogue/tree/index.ts'
import { ItemStore } from './item-store.ts'
import { existingOutline, type ExistingNode } from './existing.ts'
import type { StagedPage } from './stage.ts'

export interface StoredItems {
  readonly messages: readonly Message[]
  readonly structures: number
  readonly pages: number
  readonly masters: number
  readonly texts: number
  readonly links: number
  readonly changed: boolean
}

const pagination = readPagination()

/** Planned pages with the stored pages that they are: by identifier, the rest by their place (decision 12). */
function matchPages(
  planned: readonly PlannedPage[],
  stored: readonly ExistingNode[],
): Map<PlannedPage, ExistingNode> {
  const matched = new Map<PlannedPage, ExistingNode>()
  const byIdent = new Map(stored.filter(page => page.ident !== null).map(page => [page.ident, page]))
  for (const page of planned) {
    const found = byIdent.get(page.ident)
    if (found) matched.set(page, found)
  }
  const taken = new Set([...matched.values()].map(page => page.id))
  planned.forEach((page, at) => {
    const there = stored[at]
    if (matched.has(page) || !there || taken.has(there.id) || byIdent.size === 0) return
    matched.set(page, there)
    taken.add(there.id)
  })
  return matched
}

function* flatPages(items: readonly PlannedItem[]): Generator<PlannedPage> {
  for (const item of items) {
    if (item.kind === 'page') yield item
    if (item.kind === 'structure') yield* flatPages(item.children)
  }
}

/** @throws Refusal conflict naming the holder of an id that was to be kept */
async function requireFree(trx: Db, ids: readonly number[]): Promise<void> {
  for (let start = 0; start < ids.length; start += 800) {
    const { rows } = await sql<{
      id: number
      path: string
      caption: string | null
    }>`select OT_ID as "id", OT_Path as "path", OT_Caption as "caption"
      from ${splitIds(ids.slice(start, start + 800))} s join OPR_Tree on OT_ID = s.ID fetch next 1 rows only`.execute(
      trx,
    )
    const [holder] = rows
    if (holder)
      throw new Refusal(
        'conflict',
        `The id ${holder.id} is taken by ‘${holder.caption ?? ''}’ (${holder.path}).`,
        { holder: holder.id },
      )
  }
}

function pageFields(page: PlannedPage, staged: StagedPage | undefined): PageFields {
  const master = staged?.master
  return {
    ident: page.ident.slice(0, 250),
    ...labelFields(pagination, page.label),
    ...(master
      ? masterFields(master.url, master, master.scan, master.profileId ?? null, master.modifiedAt)
      : {}),
  }
}

export async function storeItems(
  trx: Db,
  connection: FirebirdConnection,
  services: Services,
  title: Node,
  items: readonly PlannedItem[],
  staged: ReadonlyMap<PlannedPage, StagedPage>,
  options: { readonly keepIds: boolean },
): Promise<StoredItems> {
  const messages: Message[] = []
  const planned = [...flatPages(items)].sort((a, b) => a.order - b.order)
  const existing = await existingOutline(trx, title)
  const matched = matchPages(planned, existing.pages)
  const count = planned.length + countStructures(items) + 1
  const store = new ItemStore(
    trx,
    services,
    title,
    existing,
    matched,
    options.keepIds,
    await nextIds(trx, 'OPR_Tree_SEQ', count),
  )
  await store.place(items, title.id)
  if (options.keepIds)
    await requireFree(
      trx,
      store.nodes.map(node => node.id),
    )
  await insertNodes(connection, store.nodes)
  await insertPages(
    trx,
    connection,
    store.newPages.map(({ id, page }) => ({ nodeId: id, fields: pageFields(page, staged.get(page)) })),
  )
  let changed = store.nodes.length > 0
  let masters = store.newPages.filter(({ page }) => staged.get(page)?.master).length
  for (const [page, node] of matched)
    if (await updateExisting(trx, page, node, staged.get(page))) changed = true
  masters += [...matched.keys()].filter(page => staged.get(page)?.master).length
  const linkCount = await storeLinks(trx, connection, services, title, store, existing)
  if (linkCount > 0) changed = true
  messages.push(...(await storeIdentifiers(trx, connection, title, store.identifiers)))
  let texts = 0
  for (const page of planned) {
    const alto = staged.get(page)?.alto
    const id = store.idents.get(page.ident)
    if (!alto || id === undefined) continue
    texts++
    if (await storeAlto(trx, id, alto, scanOf(staged.get(page), matched.get(page)))) changed = true
  }
  const delivered = new Set([...matched.values()].map(node => node.id))
  for (const page of existing.pages)
    if (!delivered.has(page.id) && planned.length > 0)
      messages.push({
        level: 'info',
        code: 'not-delivered',
        sentence: `Page ${page.id} (‘${page.caption ?? ''}’) is not in the delivery; it stays.`,
        place: page.ident ?? String(page.id),
      })
  return {
    messages,
    structures: store.structures,
    pages: planned.length,
    masters,
    texts,
    links: store.links.length,
    changed,
  }
}

const scanOf = (staged: StagedPage | undefined, node: ExistingNode | undefined) =>
  staged?.master?.scan ?? (node ? { width: node.width, height: node.height } : undefined)

function countStructures(items: readonly PlannedItem[]): number {
  return items.reduce(
    (sum, item) => sum + (item.kind === 'structure' ? 1 + countStructures(item.children) : 0),
    0,
  )
}

/** A changed master replaces the stored one; a label is added where there is none. */
async function updateExisting(
  trx: Db,
  page: PlannedPage,
  node: ExistingNode,
  staged: StagedPage | undefined,
): Promise<boolean> {
  const master = staged?.master
  const replaces = master !== undefined && node.hashsum !== `sha256:${master.sha256}`
  const label = node.paginationCaption === null ? labelFields(pagination, page.label) : {}
  if (!replaces && Object.keys(label).length === 0) return false
  await updatePage(trx, node.id, {
    ...label,
    ...(replaces
      ? masterFields(master.url, master, master.scan, master.profileId ?? null, master.modifiedAt)
      : {}),
  })
  return true
}

async function storeLinks(
  trx: Db,
  connection: FirebirdConnection,
  services: Services,
  title: Node,
  store: ItemStore,
  existing: Awaited<ReturnType<typeof existingOutline>>,
): Promise<number> {
  const wanted = store.links.flatMap(link => {
    const target = store.idents.get(link.ident)
    return target === undefined || existing.hasLink(link.parentId, target) ? [] : [{ ...link, target }]
  })
  if (wanted.length === 0) return 0
  const first = await nextIds(trx, 'OPR_Tree_SEQ', wanted.length)
  const page = services.types.get('page', 'page')
  const captions = new Map(
    store.newPages.map(({ id, page: planned }) => [id, planned.label ?? planned.ident]),
  )
  await insertNodes(
    connection,
    wanted.map((link, at) => ({
      id: first + at,
      domainId: title.domainId,
      parentId: link.parentId,
      datatype: services.types.code('page'),
      type: page.number,
      caption: captions.get(link.target) ?? existing.captionOf(link.target),
      sort: link.sort,
      state: title.state,
      linkId: link.target,
    })),
  )
  return wanted.length
}

/** Identifiers of structure elements and pages; one that another node carries is told and left out. */
async function storeIdentifiers(
  trx: Db,
  connection: FirebirdConnection,
  title: Node,
  wanted: readonly { nodeId: number; identifier: PlannedIdentifier }[],
): Promise<Message[]> {
  const messages: Message[] = []
  const holders = await identifiers.holdersOf(
    trx,
    title.domainId,
    wanted.map(entry => entry.identifier),
  )
  const fresh: { nodeId: number; identifier: PlannedIdentifier }[] = []
  for (const entry of wanted) {
    const key = identifiers.keyOf(entry.identifier)
    const holder = holders.get(key)
    if (holder === undefined) {
      holders.set(key, entry.nodeId)
      fresh.push(entry)
    } else if (holder !== entry.nodeId)
      messages.push({
        level: 'warning',
        code: 'identifier-taken',
        sentence: `Node ${holder} carries ${entry.identifier.scheme} ${entry.identifier.value} already; it was not given to node ${entry.nodeId}.`,
      })
  }
  await identifiers.addMany(trx, connection, title.domainId, fresh, 'import')
  return messages
}
