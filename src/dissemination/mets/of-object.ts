// What the METS of a title holds: one builder for /mets/{id}, OAI-PMH and exports. Monographs, volumes and issues bring files and both maps;
// titles that hold others (multi-volume works, periodicals, newspapers) are anchors, which point at the METS of their members.
import { type MetsDivOut, type MetsOut, type MetsPageOut, writeMets } from '../../formats/mets/write.ts'
import type { Services } from '../../http/module.ts'
import { version } from '../../root.ts'
import { dayOf } from '../../formats/mods/dates.ts'
import { imageSettings } from '../../catalogue/domains/index.ts'
import { calendarOf, inCalendar } from './calendar.ts'
import { groupsOf, idOfFile, isOpen } from './groups.ts'
import { isIssue, modsOfTitle, notJudged } from './mods-of-title.ts'
import {
  type Addresses,
  addressesOf,
  type DigitalObject,
  isPart,
  modsRecords,
  type ObjectPage,
  type ObjectPart,
  pagesOf,
  repositoryIdentifier,
  type TitleFacts,
} from '../objects/index.ts'
import type { Pagination } from '../../catalogue/pages/index.ts'
import type { Db } from '../../firebird/database.ts'
import { getDomain } from '../../catalogue/domains/index.ts'

/** Types that stand in METS of newspapers alone; elsewhere a year is a volume (structMapLogical_19). */
const calendarTypes = ['year', 'month', 'day']

class Builder {
  readonly #services: Services
  readonly #object: DigitalObject
  readonly #addresses: Addresses
  readonly #records: ReadonlyMap<number, string>
  readonly #pagination: Pagination
  readonly #widths: readonly number[]
  readonly #written: { id: string; mods: () => Promise<string> }[] = []
  readonly #links: { from: string; to: string; isReference: boolean }[] = []

  constructor(
    services: Services,
    object: DigitalObject,
    more: { records: ReadonlyMap<number, string>; pagination: Pagination; widths: readonly number[] },
  ) {
    this.#services = services
    this.#object = object
    this.#addresses = addressesOf(services)
    this.#records = more.records
    this.#pagination = more.pagination
    this.#widths = more.widths
  }

  get #newspaper(): TitleFacts | undefined {
    return [...this.#object.above, this.#object.title].find(title => title.type?.name === 'newspaper')
  }

  #typeOf(facts: { type: TitleFacts['type'] }): string {
    const type = facts.type?.mets ?? 'section'
    return calendarTypes.includes(type) && !this.#newspaper ? 'volume' : type
  }

  /** Our own name of a type that the profile knows by another. */
  #ownTypeOf(facts: { type: TitleFacts['type'] }): string | undefined {
    return facts.type?.name === this.#typeOf(facts) ? undefined : facts.type?.name
  }

  /** Ids are unique within a list of documents: titles of other documents are named as they stand in this one. */
  #elsewhere(facts: TitleFacts): string {
    return `log${facts.id}in${this.#object.root.id}`
  }

  #record(facts: TitleFacts, above: readonly TitleFacts[]): string {
    const id = `md${facts.id}`
    this.#written.push({
      id,
      mods: () => modsOfTitle(this.#services, this.#object, facts, above, this.#records.get(facts.id)),
    })
    return id
  }

  /** The records of what was built, as they are handed out. */
  async records(): Promise<MetsOut['records']> {
    const records: { id: string; mods: string }[] = []
    for (const { id, mods } of this.#written) records.push({ id, mods: await mods() })
    return records
  }

  /** A part and what is below it, with the links to its pages. @param above titles above it */
  #part(part: ObjectPart, above: readonly TitleFacts[], isWork: boolean): MetsDivOut {
    const id = `log${part.id}`
    const inside = part.facts ? [...above, part.facts] : above
    const recordId = part.facts ? this.#record(part.facts, above) : undefined
    const partIds = new Set(idsBelow(part))
    if (isWork && this.#hasPages) this.#links.push({ from: id, to: this.#physicalRoot, isReference: false })
    for (const page of this.#linked(part))
      this.#links.push({
        from: id,
        to: `phys${page.id}`,
        isReference: page.homeId !== undefined && !partIds.has(page.homeId),
      })
    const urn = part.facts?.identifiers.find(identifier => identifier.scheme === 'urn')?.value
    return {
      id,
      type: this.#typeOf(part),
      ownType: this.#ownTypeOf(part),
      // a viewer names what has no name by its type
      label: part.facts ? part.caption : part.label,
      recordId,
      administrationId: isWork ? `amd${part.id}` : undefined,
      contentIds: isWork ? (urn ?? this.#addresses.page(part.id)) : urn,
      fileIds: [
        ...this.#object.files.filter(file => file.titleId === part.id).map(idOfFile),
        ...(isWork && this.#hasPages ? [`pdf${part.id}`] : []),
      ],
      areas: this.#areas(part),
      children: part.children.filter(isPart).map(child => this.#part(child, inside, false)),
    }
  }

  /** Regions of an article on the largest images, as far as these are given. */
  #areas(part: ObjectPart): MetsDivOut['areas'] {
    if (!this.#hasImages) return []
    const given = new Set(this.#object.pages.filter(page => page.size && isOpen(page)).map(({ id }) => id))
    return part.regions
      .filter(({ pageId }) => given.has(pageId))
      .map(({ pageId, box }) => ({ fileId: `max${pageId}`, box }))
  }

  /** Pages of a part; a part without any is linked to where it stands, the next page or the last. */
  #linked(part: ObjectPart): ObjectPage[] {
    const pages = [...new Set(pagesOf(part))]
    if (pages.length > 0 || !this.#hasPages) return pages
    const order = this.#orderBefore(this.#object.root, part.id) ?? 0
    const page = this.#object.pages[Math.min(order, this.#object.pages.length - 1)]
    return page ? [page] : []
  }

  /** How many pages stand before a part. */
  #orderBefore(within: ObjectPart, id: number): number | undefined {
    let last = 0
    const visit = (part: ObjectPart): boolean => {
      for (const child of part.children) {
        if (!isPart(child)) last = Math.max(last, child.order)
        else if (child.id === id || visit(child)) return true
      }
      return false
    }
    return visit(within) ? last : undefined
  }

  get #physicalRoot(): string {
    return `physroot${this.#object.root.id}`
  }
  get #hasPages(): boolean {
    return !this.#object.isMultiPart && this.#object.pages.length > 0
  }
  /** Without any image there are no files; where only some are missing, a stand-in picture takes their place. */
  get #hasImages(): boolean {
    return this.#hasPages && this.#object.pages.some(page => page.size !== undefined && isOpen(page))
  }

  #pages(): MetsPageOut[] {
    const { pages, title } = this.#object
    const urn = title.identifiers.find(identifier => identifier.scheme === 'urn')?.value
    // structMapPhysical_08: all pages have a URN, or none
    const all = pages.every(page => page.urn !== undefined)
    const some = pages.some(page => page.urn !== undefined)
    return pages.map(page => ({
      id: `phys${page.id}`,
      order: page.order,
      label: page.label,
      orderLabel: page.label === undefined ? undefined : this.#pagination.orderLabel(page.label),
      contentIds: all ? page.urn : some && urn ? (page.urn ?? `${urn}/fragment/page=${page.id}`) : undefined,
      fileIds: [
        ...(this.#hasImages && isOpen(page) ? ['def', 'min', 'max', 'thumb'].map(use => use + page.id) : []),
        ...(page.alto ? [`ocr${page.id}`] : []),
      ],
    }))
  }

  #above(facts: TitleFacts, inner: MetsDivOut): MetsDivOut {
    return {
      id: this.#elsewhere(facts),
      type: this.#typeOf(facts),
      ownType: this.#ownTypeOf(facts),
      label: facts.caption,
      orderLabel: yearOf(facts),
      pointer: this.#addresses.mets(facts.id),
      children: [inner],
    }
  }

  #member(facts: TitleFacts, order: number): MetsDivOut {
    return {
      id: this.#elsewhere(facts),
      type: this.#typeOf(facts),
      ownType: this.#ownTypeOf(facts),
      label: facts.caption,
      order,
      orderLabel: dayOf(facts) ?? yearOf(facts),
      pointer: this.#addresses.mets(facts.id),
    }
  }

  #logical(calendar: boolean): MetsDivOut {
    const { root, above, members, isMultiPart } = this.#object
    const work = this.#part(root, above, true)
    const newspaper = this.#newspaper
    const listed = members.map((member, at) => ({
      div: this.#member(member, at + 1),
      day: dayOf(member),
    }))
    const isYear = root.type?.name === 'year'
    const children = !isMultiPart
      ? (work.children ?? [])
      : calendar || newspaper
        ? calendarOf(listed, `cal${root.id}`, isYear)
        : listed.map(({ div }) => div)
    const own = { ...work, orderLabel: work.orderLabel ?? yearOf(this.#object.title), children }
    if (newspaper && isIssue(this.#object.title)) {
      const year = above.find(each => each.type?.name === 'year')
      const day = dayOf(this.#object.title)
      return this.#above(
        newspaper,
        inCalendar({ ...own, orderLabel: day }, day, `cal${root.id}`, year && this.#above(year, own)),
      )
    }
    const parent = above.at(-1)
    // an anchor stands alone (structMapLogical_23), and a part below the one title above it (structMapLogical_08, _10)
    return parent && (!isMultiPart || newspaper) ? this.#above(parent, own) : own
  }

  build(calendar: boolean): MetsOut {
    const { root, title, domain, pages } = this.#object
    const logical = this.#logical(calendar)
    const urn = title.identifiers.find(identifier => identifier.scheme === 'urn')?.value
    return {
      objId: this.#addresses.page(root.id),
      label: title.title,
      address: this.#addresses.mets(root.id),
      written: this.#object.updatedAt,
      agents: [
        { kind: 'SOFTWARE', name: `firefolio/${version}` },
        { kind: 'REPOSITORY', name: `${repositoryIdentifier(this.#services)}/${domain.name}` },
      ],
      records: [],
      administration: {
        id: `amd${root.id}`,
        owner: domain.owner || title.owner || domain.caption,
        ownerContact: domain.ownerContact,
        ownerLogo: domain.ownerLogo,
        ownerSiteUrl: domain.ownerSiteUrl,
        licence: (title.licence ?? domain.licence ?? notJudged).uri,
        references: title.referenceUrl ? [{ href: title.referenceUrl, label: 'Katalog' }] : [],
        presentation: this.#addresses.page(root.id),
        sru: title.hasText ? this.#addresses.titleSearch(root.id) : undefined,
        iiif: this.#hasPages ? this.#addresses.manifest(3, root.id) : undefined,
      },
      groups: groupsOf(this.#object, this.#addresses, {
        widths: this.#widths,
        hasPages: this.#hasPages,
        hasImages: this.#hasImages,
      }),
      physical: this.#hasPages
        ? {
            id: this.#physicalRoot,
            contentIds: urn ?? this.#addresses.page(root.id),
            fileIds: [
              ...this.#object.files
                .filter(file => file.kind === 'whole' && file.titleId === root.id)
                .map(idOfFile),
              `pdf${root.id}`,
            ],
            pages: this.#pages(),
            direction: title.statedDirection,
          }
        : undefined,
      logical,
      links: pages.length > 0 ? this.#links : [],
    }
  }
}

/** A year of a newspaper or periodical, as calendars name it. */
const yearOf = (facts: TitleFacts): string | undefined =>
  facts.type?.name === 'year'
    ? (facts.dateFrom ?? /\b\d{4}\b/.exec(facts.caption)?.[0])?.slice(0, 4)
    : undefined

/** Ids of a part and of all parts in it. */
const idsBelow = (part: ObjectPart): number[] => [part.id, ...part.children.filter(isPart).flatMap(idsBelow)]

/** Ids of all titles whose records a METS holds. */
function titleIds(part: ObjectPart): number[] {
  return [...(part.facts ? [part.id] : []), ...part.children.filter(isPart).flatMap(titleIds)]
}

/**
 * METS of an object, as one element.
 * @param options.calendar members and issues of newspapers by year, month and day (zmets)
 */
export async function metsOfObject(
  services: Services,
  db: Db,
  object: DigitalObject,
  pagination: Pagination,
  options: { readonly calendar?: boolean } = {},
): Promise<string> {
  const [records, { widths }] = await Promise.all([
    modsRecords(db, titleIds(object.root)),
    getDomain(db, object.domain.id).then(domain => imageSettings(services, db, domain)),
  ])
  const builder = new Builder(services, object, { records, pagination, widths })
  const document = builder.build(options.calendar ?? false)
  return writeMets({ ...document, records: await builder.records() })
}
