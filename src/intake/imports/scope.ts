// One outline of a document: a title with its described parts. Its pages are matched as a whole, and a link may lead from one part into
// another, so links are stored when all pages are.
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Db, nextIds } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { storeRegions } from '../../catalogue/pages/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { insertNodes, type Node, type TreeTransaction } from '../../catalogue/tree/index.ts'
import type { StagedRegion } from './stage-regions.ts'
import { pagesOf, type PlannedPage, type PlannedTitle, titlesOf } from '../plans/index.ts'
import { existingOutline, type ExistingNode } from './existing.ts'

export interface Scope {
  readonly title: Node
  readonly existing: Awaited<ReturnType<typeof existingOutline>>
  readonly matched: ReadonlyMap<PlannedPage, ExistingNode>
  readonly hasPages: boolean
  /** Nodes of the pages by their identifiers */
  readonly idents: Map<string, number>
  /** Labels of new pages */
  readonly captions: Map<number, string | null>
  readonly links: { readonly parentId: number; readonly ident: string; readonly sort: number }[]
  /** Nodes of articles by their areaKey */
  readonly owners: Map<number, number>
  readonly regions: (StagedRegion & { readonly pageId: number })[]
}

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

/** @param node the stored title, which its parts stand below */
export async function openScope(
  trx: Db,
  services: Services,
  node: Node,
  title: PlannedTitle,
): Promise<Scope> {
  const planned = [...titlesOf([title])]
    .flatMap(each => [...pagesOf(each.items)])
    .sort((a, b) => a.order - b.order)
  const existing = await existingOutline(trx, node, services.types.code('page'))
  return {
    title: node,
    existing,
    matched: matchPages(planned, existing.pages),
    hasPages: planned.length > 0,
    idents: new Map(),
    captions: new Map(),
    links: [],
    owners: new Map(),
    regions: [],
  }
}

/** Stores the links, and tells which pages were not delivered. */
export async function closeScope(
  trx: TreeTransaction,
  connection: FirebirdConnection,
  services: Services,
  scope: Scope,
): Promise<{ readonly links: number; readonly stored: number; readonly messages: readonly Message[] }> {
  const { existing, title } = scope
  const wanted = scope.links.flatMap(link => {
    const target = scope.idents.get(link.ident)
    return target === undefined || existing.hasLink(link.parentId, target) ? [] : [{ ...link, target }]
  })
  if (wanted.length > 0) {
    const first = await nextIds(trx, 'OPR_Tree_SEQ', wanted.length)
    const page = services.types.get('page', 'page')
    await insertNodes(
      trx,
      connection,
      wanted.map((link, at) => ({
        id: first + at,
        domainId: title.domainId,
        parentId: link.parentId,
        datatype: services.types.code('page'),
        type: page.number,
        caption: scope.captions.get(link.target) ?? existing.captionOf(link.target),
        sort: link.sort,
        state: title.state,
        linkId: link.target,
      })),
    )
  }
  let articles = 0
  for (const [owner, nodeId] of scope.owners) {
    const regions = scope.regions.filter(region => region.owner === owner).sort((a, b) => a.order - b.order)
    if (regions.length > 0 && (await storeRegions(trx, nodeId, regions))) articles++
  }
  const delivered = new Set([...scope.matched.values()].map(node => node.id))
  const missing = scope.hasPages ? existing.pages.filter(page => !delivered.has(page.id)) : []
  return {
    links: scope.links.length,
    stored: wanted.length + articles,
    messages: missing.map(page => ({
      level: 'info',
      code: 'not-delivered',
      sentence: `Page ${page.id} (‘${page.caption ?? ''}’) is not in the delivery; it stays.`,
      place: page.ident ?? String(page.id),
    })),
  }
}
