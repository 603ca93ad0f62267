// Structure elements and pages of one title: what is there already is found again, what is new is inserted in a few
// pipelined statements.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, nextIds } from '../../firebird/database.ts'
import { splitIds } from '../../firebird/temp-ids.ts'
import type { Services } from '../../http/module.ts'
import type { PlannedIdentifier, PlannedItem, PlannedPage, PlannedTitle } from '../plans/index.ts'
import {
  type PageFields,
  insertPages,
  labelFields,
  masterFields,
  pageStates,
  readPagination,
  updatePage,
} from '../../catalogue/pages/index.ts'
import { storeText } from '../../catalogue/texts/index.ts'
import { identifiers, type Message } from '../../catalogue/titles/index.ts'
import { insertNodes, type Node, type Place, type TreeTransaction } from '../../catalogue/tree/index.ts'
import { ItemStore } from './item-store.ts'
import type { ExistingNode } from './existing.ts'
import type { Scope } from './scope.ts'
import type { StagedPage } from './stage.ts'

export interface StoredItems {
  readonly messages: readonly Message[]
  readonly structures: number
  readonly pages: number
  readonly masters: number
  readonly texts: number
  readonly changed: boolean
}

const pagination = readPagination()

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
  trx: TreeTransaction,
  connection: FirebirdConnection,
  services: Services,
  title: Node,
  items: readonly PlannedItem[],
  staged: ReadonlyMap<PlannedPage, StagedPage>,
  options: {
    readonly keepIds: boolean
    /** The outline that the items belong to */
    readonly scope: Scope
    /** Takes where the parts among the items stand */
    readonly places: Map<PlannedTitle, Place>
  },
): Promise<StoredItems> {
  const { scope } = options
  const messages: Message[] = []
  const planned = [...flatPages(items)].sort((a, b) => a.order - b.order)
  const { existing } = scope
  const matched = new Map(
    planned.flatMap(page => {
      const node = scope.matched.get(page)
      return node ? [[page, node] as const] : []
    }),
  )
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
  await insertNodes(trx, connection, store.nodes)
  await insertPages(
    connection,
    store.newPages.map(({ id, page }) => ({ nodeId: id, fields: pageFields(page, staged.get(page)) })),
  )
  let changed = store.nodes.length > 0
  let masters = store.newPages.filter(({ page }) => staged.get(page)?.master).length
  for (const [page, node] of matched)
    if (await updateExisting(trx, page, node, staged.get(page))) changed = true
  masters += [...matched.keys()].filter(page => staged.get(page)?.master).length
  for (const [ident, id] of store.idents) scope.idents.set(ident, id)
  for (const [owner, id] of store.owners) scope.owners.set(owner, id)
  for (const page of planned)
    for (const region of staged.get(page)?.regions ?? [])
      scope.regions.push({ ...region, pageId: store.idents.get(page.ident) as number })
  for (const { id, page } of store.newPages) scope.captions.set(id, page.label ?? null)
  scope.links.push(...store.links)
  for (const [part, place] of store.parts) options.places.set(part, place)
  messages.push(...(await storeIdentifiers(trx, title, store.identifiers)))
  let texts = 0
  for (const page of planned) {
    const text = staged.get(page)?.text
    const id = store.idents.get(page.ident)
    if (!text || id === undefined) continue
    texts++
    if (await storeText(trx, id, text, scanOf(staged.get(page), matched.get(page)))) changed = true
  }
  return {
    messages,
    structures: store.structures,
    pages: planned.length,
    masters,
    texts,
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
  // the master of a page was freed, and its file is in the archive again
  const isBack = master !== undefined && node.masterState === pageStates.of('deletedAfterExport')
  const label = node.paginationCaption === null ? labelFields(pagination, page.label) : {}
  if (!replaces && !isBack && Object.keys(label).length === 0) return false
  const delivered = master
    ? masterFields(master.url, master, master.scan, master.profileId ?? null, master.modifiedAt)
    : {}
  const { masterState = 0 } = delivered
  await updatePage(trx, node.id, {
    ...label,
    ...(replaces ? delivered : isBack ? { masterState } : {}),
  })
  return true
}

/** Identifiers of structure elements and pages; one that another node carries is told and left out. */
async function storeIdentifiers(
  trx: Db,
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
  await identifiers.addMany(trx, title.domainId, fresh, 'import')
  return messages
}
