// Walks the items of a title and decides for each what it is: a node that is there already, or a new row with its place.
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { PlannedIdentifier, PlannedItem, PlannedPage, PlannedTitle } from '../plans/index.ts'
import { type NewNodeRow, type Node, type Place, sortFor, sortStep } from '../../catalogue/tree/index.ts'
import type { existingOutline, ExistingNode } from './existing.ts'

interface NewPage {
  readonly id: number
  readonly page: PlannedPage
}

const placeAfter = (previous: number | undefined): Place =>
  previous === undefined ? 'first' : { after: previous }

export class ItemStore {
  readonly #trx: Db
  readonly #services: Services
  readonly #title: Node
  readonly #existing: Awaited<ReturnType<typeof existingOutline>>
  readonly #matched: ReadonlyMap<PlannedPage, ExistingNode>
  readonly #keepIds: boolean
  readonly nodes: NewNodeRow[] = []
  readonly newPages: NewPage[] = []
  readonly links: { parentId: number; ident: string; sort: number }[] = []
  /** Where parts stand that are new */
  readonly parts = new Map<PlannedTitle, Place>()
  readonly idents = new Map<string, number>()
  readonly owners = new Map<number, number>()
  readonly identifiers: { nodeId: number; identifier: PlannedIdentifier }[] = []
  structures = 0
  #nextId: number

  constructor(
    trx: Db,
    services: Services,
    title: Node,
    existing: Awaited<ReturnType<typeof existingOutline>>,
    matched: ReadonlyMap<PlannedPage, ExistingNode>,
    keepIds: boolean,
    firstId: number,
  ) {
    this.#trx = trx
    this.#services = services
    this.#title = title
    this.#existing = existing
    this.#matched = matched
    this.#keepIds = keepIds
    this.#nextId = firstId
  }

  #id(keepId: number | undefined): number {
    return this.#keepIds && keepId !== undefined ? keepId : this.#nextId++
  }

  async place(items: readonly PlannedItem[], parentId: number): Promise<void> {
    const siblings = this.#existing.childrenOf(parentId)
    const occurrences = new Map<string, number>()
    let previous: number | undefined
    for (const [at, item] of items.entries()) {
      const sort = siblings.length === 0 ? (at + 1) * sortStep : undefined
      if (item.kind === 'link') {
        this.links.push({
          parentId,
          ident: item.ident,
          sort: sort ?? (await this.#sortAfter(parentId, previous)),
        })
        continue
      }
      if (item.kind === 'part') {
        this.parts.set(item.title, sort === undefined ? placeAfter(previous) : { sort })
        continue
      }
      if (item.kind === 'page') {
        const known = this.#matched.get(item)
        const id = known?.id ?? this.#id(item.keepId)
        this.idents.set(item.ident, id)
        if (!known) {
          this.#add(
            id,
            parentId,
            'page',
            'page',
            item.label ?? null,
            sort ?? (await this.#sortAfter(parentId, previous)),
          )
          this.newPages.push({ id, page: item })
        }
        for (const identifier of item.identifiers) this.identifiers.push({ nodeId: id, identifier })
        previous = id
        continue
      }
      this.structures++
      const key = `${item.type.name}\0${item.caption ?? ''}`
      const nth = occurrences.get(key) ?? 0
      occurrences.set(key, nth + 1)
      const known = siblings.filter(
        node =>
          node.datatype === 2 &&
          node.type === item.type.number &&
          (node.caption ?? '') === (item.caption ?? ''),
      )[nth]
      const id = known?.id ?? this.#id(item.keepId)
      if (!known)
        this.#add(
          id,
          parentId,
          'structure',
          item.type.name,
          item.caption,
          sort ?? (await this.#sortAfter(parentId, previous)),
        )
      for (const identifier of item.identifiers) this.identifiers.push({ nodeId: id, identifier })
      if (item.areaKey !== undefined) this.owners.set(item.areaKey, id)
      await this.place(item.children, id)
      previous = id
    }
  }

  #add(
    id: number,
    parentId: number,
    datatype: 'page' | 'structure',
    type: string,
    caption: string | null,
    sort: number,
  ): void {
    const { types } = this.#services
    this.nodes.push({
      id,
      domainId: this.#title.domainId,
      parentId,
      datatype: types.code(datatype),
      type: types.get(datatype, type).number,
      caption,
      sort,
      state: this.#title.state,
      linkId: null,
    })
  }

  /** Among siblings that are there already: behind the one that comes before it in the document. */
  async #sortAfter(parentId: number, previous: number | undefined): Promise<number> {
    const isStored = previous !== undefined && this.#existing.has(previous)
    if (isStored)
      return await sortFor(this.#trx, { parentId, domainId: this.#title.domainId }, { after: previous })
    const own = this.nodes.filter(node => node.parentId === parentId).map(node => node.sort)
    return previous === undefined
      ? await sortFor(this.#trx, { parentId, domainId: this.#title.domainId }, 'first')
      : Math.max(...own) + 1
  }
}
