// Finds the title that a planned one stands for where none of its own identifiers is known (decision 10b, 10c): by the address of its
// METS, by its div below the title that describes it, among its siblings, or by what stands below it.
import { sql } from 'kysely'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { addressNames, type PlannedTitle } from '../plans/index.ts'
import { identifiers } from '../../catalogue/titles/index.ts'
import type { Node } from '../../catalogue/tree/index.ts'

interface Candidate {
  readonly id: number
  readonly parentId: number | null
  readonly type: number
  readonly caption: string | null
  readonly day: string | null
  readonly from: string | null
  /** 1: has a record of its own */
  readonly described: number
  /** Record identifier with its source */
  readonly record: string | null
  /** Addresses of its METS */
  readonly pointers: string | null
}

/** How many of the titles below are asked whether they are known. */
const childrenAsked = 50

export const divIdentifier = (anchorId: number, divId: string): identifiers.NewIdentifier => ({
  scheme: 'div',
  value: `${anchorId}#${divId}`,
})

export class TitleFinder {
  readonly #trx: Db
  readonly #title: number
  readonly #domainId: number
  readonly #siblings = new Map<number, Candidate[]>()
  readonly #taken = new Set<number>()

  constructor(trx: Db, services: Services, domainId: number) {
    this.#trx = trx
    this.#title = services.types.code('title')
    this.#domainId = domainId
  }

  /** Notes that a title stands for one of the document: no other can. */
  take(id: number): void {
    this.#taken.add(id)
  }

  async find(
    title: PlannedTitle,
    parent: Node | undefined,
    anchorId: number | undefined,
  ): Promise<number | undefined> {
    return (
      (title.divId !== undefined && anchorId !== undefined
        ? await this.#holder(title, divIdentifier(anchorId, title.divId))
        : undefined) ??
      (await this.#byAddress(title)) ??
      (parent ? await this.#amongSiblings(title, parent.id) : undefined) ??
      (await this.#fromBelow(title))
    )
  }

  async #rows(condition: ReturnType<typeof sql>): Promise<Candidate[]> {
    const { rows } = await sql<Candidate>`
      select OT_ID as "id", OT_OT_Parent as "parentId", OT_RCV_Type as "type", OT_Caption as "caption", OCF_IssueDate as "day", OCF_DateFrom as "from",
        iif(OC_XML is null, 0, 1) as "described",
        (select first 1 OI_Value from OPR_Identifier where OI_OT_ID = OT_ID and OI_Scheme = 'record') as "record",
        (select first 1 OI_Value from OPR_Identifier where OI_OT_ID = OT_ID and OI_Scheme = 'mptr') as "pointers"
      from OPR_Tree join OPR_Content on OC_OT_ID = OT_ID left join OPR_ContentField on OCF_OT_ID = OT_ID
      where ${condition} and OT_RCV_Datatype = ${this.#title} and OT_DelState = 0 order by OT_Sort, OT_ID`.execute(
      this.#trx,
    )
    return rows
  }

  /** Whether a stored title can be the planned one. */
  #fits(title: PlannedTitle, candidate: Candidate): boolean {
    return (
      candidate.type === title.type.number &&
      !this.#taken.has(candidate.id) &&
      !(candidate.record !== null && title.record?.mods.record)
    )
  }

  async #holder(title: PlannedTitle, identifier: identifiers.NewIdentifier): Promise<number | undefined> {
    const [holder] = await identifiers.holders(this.#trx, identifier, this.#domainId)
    if (!holder) return undefined
    return (await this.#rows(sql`OT_ID = ${holder.nodeId}`)).find(row => this.#fits(title, row))?.id
  }

  /** By the ZDB id of a work of parts, by the address of its METS. */
  async #byAddress(title: PlannedTitle): Promise<number | undefined> {
    const known = [...title.identifiers, ...(title.record?.mods.identifiers ?? [])]
    for (const identifier of known.filter(
      ({ scheme }) => scheme === 'mptr' || (scheme === 'zdb' && title.type.behavior === 'multi-part'),
    )) {
      const found = await this.#holder(title, identifier)
      if (found !== undefined) return found
    }
    return undefined
  }

  async #amongSiblings(title: PlannedTitle, parentId: number): Promise<number | undefined> {
    let siblings = this.#siblings.get(parentId)
    if (!siblings) {
      siblings = await this.#rows(sql`OT_OT_Parent = ${parentId}`)
      this.#siblings.set(parentId, siblings)
    }
    const fitting = siblings.filter(
      sibling =>
        this.#fits(title, sibling) &&
        // two described titles of one name are two, unless they are parts of the document
        (title.divId !== undefined || sibling.described === 0 || !title.record),
    )
    if (title.type.name === 'year' && title.day !== undefined)
      return fitting.find(({ from }) => from?.slice(0, 4) === title.day)?.id
    const own = title.record?.mods.record?.value
    const pointed = fitting.find(
      ({ pointers, record }) =>
        (own !== undefined && pointers !== null && addressNames(pointers, own)) ||
        (record !== null &&
          title.identifiers.some(
            ({ scheme, value }) => scheme === 'mptr' && addressNames(value, record.replace(/@[^@]*$/, '')),
          )),
    )
    if (pointed) return pointed.id
    const names = [title.caption, title.record?.mods.volume, title.record?.mods.issue]
    const sameDay = fitting.filter(({ day }) => day === (title.day ?? title.record?.mods.issueDate ?? null))
    const named = sameDay.find(({ caption }) => caption !== null && names.includes(caption))
    if (named) return named.id
    // a supplement known by its day alone
    return title.day !== undefined && sameDay.length === 1 && title.caption === undefined
      ? sameDay[0]?.id
      : undefined
  }

  /** A title known by name alone is the one above what the document names below it. */
  async #fromBelow(title: PlannedTitle): Promise<number | undefined> {
    const below = title.children
      .slice(0, childrenAsked)
      .flatMap(child => [
        ...child.identifiers.filter(({ scheme }) => ['vls', 'record', 'urn', 'mptr'].includes(scheme)),
        ...(child.record?.mods.record
          ? [{ scheme: 'record', value: identifiers.recordValue(child.record.mods.record) }]
          : []),
      ])
    const holders = await identifiers.holdersOf(this.#trx, this.#domainId, below)
    for (const id of new Set(holders.values())) {
      const [row] = await this.#rows(sql`OT_ID = (select OT_OT_Parent from OPR_Tree where OT_ID = ${id})`)
      if (row && this.#fits(title, row)) return row.id
    }
    return undefined
  }
}
