// The outline of a title, depth first, with its pages in reading order and what links show.
import type { Services } from '../../http/module.ts'
import {
  factsOf,
  type ObjectPage,
  type ObjectPart,
  type ObjectRegion,
  type PageRights,
  pageOf,
  type TitleFacts,
} from './facts.ts'
import type { Row } from './repository.ts'

/** Builds the outline depth first, counting pages as they come. */
export class Outline {
  readonly pages: ObjectPage[] = []
  readonly members: TitleFacts[] = []
  readonly #children = new Map<number, Row[]>()
  readonly #byId = new Map<number, ObjectPage>()
  readonly #links: {
    readonly children: (ObjectPart | ObjectPage)[]
    readonly at: number
    readonly linkId: number
  }[] = []
  readonly #services: Services
  readonly #identifiers: ReadonlyMap<number, TitleFacts['identifiers']>
  readonly #isMultiPart: boolean
  readonly #rights: (row: Row) => PageRights
  readonly #regions: ReadonlyMap<number, readonly ObjectRegion[]>
  readonly #originals: ReadonlyMap<number, Row>

  constructor(
    services: Services,
    rows: readonly Row[],
    identifiers: ReadonlyMap<number, TitleFacts['identifiers']>,
    isMultiPart: boolean,
    rights: (row: Row) => PageRights,
    regions: ReadonlyMap<number, readonly ObjectRegion[]>,
    /** Titles that links of a multi-part title show, by their ids */
    originals: ReadonlyMap<number, Row>,
  ) {
    this.#originals = originals
    this.#regions = regions
    this.#rights = rights
    this.#services = services
    this.#identifiers = identifiers
    this.#isMultiPart = isMultiPart
    for (const row of rows) {
      const siblings = this.#children.get(row.parentId ?? 0)
      if (siblings) siblings.push(row)
      else this.#children.set(row.parentId ?? 0, [row])
    }
    for (const siblings of this.#children.values()) siblings.sort((a, b) => a.sort - b.sort || a.id - b.id)
  }

  facts(row: Row): TitleFacts {
    return factsOf(
      row,
      this.#services.types.ofNumbers(row.datatype, row.type),
      this.#identifiers.get(row.id) ?? [],
    )
  }

  part(row: Row): ObjectPart {
    const { types } = this.#services
    const type = types.ofNumbers(row.datatype, row.type)
    const isTitle = row.datatype === types.code('title')
    const children: (ObjectPart | ObjectPage)[] = []
    for (const child of this.#children.get(row.id) ?? []) {
      const original = child.linkId === null ? undefined : this.#originals.get(child.linkId)
      if (original) this.members.push(this.facts(original))
      else if (child.linkId !== null)
        this.#links.push({ children, at: children.length, linkId: child.linkId })
      else if (child.datatype === types.code('page')) {
        const urn = this.#identifiers.get(child.id)?.find(identifier => identifier.scheme === 'urn')?.value
        const page = pageOf(child, this.pages.length + 1, urn, this.#rights(child))
        this.pages.push(page)
        this.#byId.set(page.id, page)
        children.push(page)
      } else if (child.datatype === types.code('title') && this.#isMultiPart)
        this.members.push(this.facts(child))
      else if (child.datatype === types.code('title') || child.datatype === types.code('structure'))
        children.push(this.part(child))
    }
    return {
      id: row.id,
      datatype: isTitle ? 'title' : 'structure',
      type,
      caption: row.caption ?? row.title ?? type?.de ?? '',
      label: row.caption ?? undefined,
      facts: isTitle ? this.facts(row) : undefined,
      children,
      regions: this.#regions.get(row.id) ?? [],
    }
  }

  /** Puts linked pages where they are linked, when all pages are known; links to pages of other titles mean nothing. */
  resolveLinks(): void {
    for (const { children, at, linkId } of this.#links.reverse()) {
      const page = this.#byId.get(linkId)
      if (page) children.splice(at, 0, page)
    }
  }
}
