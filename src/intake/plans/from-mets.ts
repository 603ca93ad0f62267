// The mapping of METS onto the tree (decisions 2, 10, 14).
import { idIn } from '../../codes.ts'
import type { NodeType, TypeSystem } from '../../config/types.ts'
import type { MetsDiv, MetsDocument, MetsPage } from '../../formats/mets/read.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { Divs, type Home, hostIdentifiers, withoutFragment } from './divs.ts'
import { type TitleFiles, titleFilesOf } from './title-files.ts'
import { firstOrder, push, readingOrder } from './order.ts'
import { isTextGroup, labelOf, mastersOf, referenceOf } from './files.ts'
import { vlsOf } from './vls.ts'
import type {
  ImportPlan,
  PlannedFile,
  PlannedIdentifier,
  PlannedItem,
  PlannedPage,
  PlannedRegion,
  PlannedStructure,
  PlannedTitle,
} from './plan.ts'

class Mapper {
  readonly #document: MetsDocument
  readonly #types: TypeSystem
  readonly messages: Message[] = []
  readonly divs: Divs
  #primary: MetsDiv | undefined
  readonly #hosts = new Map<MetsDiv, PlannedIdentifier[]>()

  constructor(document: MetsDocument, types: TypeSystem) {
    this.#document = document
    this.#types = types
    for (const fault of document.faults) this.warn('mets', fault.sentence, `line ${fault.line}`)
    this.divs = new Divs(document, types)
    for (const home of this.divs.all)
      for (const [div, found] of hostIdentifiers(
        [...home.ancestors].filter(div => !this.divs.isLevel(div)),
        home.div,
      ))
        if (!this.#hosts.has(div)) this.#hosts.set(div, found)
  }

  warn(code: string, sentence: string, place?: string): void {
    this.messages.push({ level: 'warning', code, sentence, ...(place === undefined ? {} : { place }) })
  }

  #type(div: MetsDiv, datatype: 'title' | 'structure'): NodeType {
    const type = this.#types.ofMets(datatype, this.divs.typeName(div))
    if (type) return type
    const fallback = datatype === 'title' ? 'document' : 'section'
    this.warn(
      'unknown-type',
      `The type ‘${div.type}’ is not known as a ${datatype}; it was taken for ‘${fallback}’.`,
      `line ${div.line}`,
    )
    return this.#types.get(datatype, fallback)
  }

  /** The OT_ID that a VLS wrote into an id. */
  #vlsId(id: string | undefined, prefix: 'log' | 'phys'): number | undefined {
    return this.#document.isVls && id?.startsWith(prefix) ? idIn(id.slice(prefix.length)) : undefined
  }

  #identifiers(contentIds: readonly string[], vlsId: number | undefined): PlannedIdentifier[] {
    const found: PlannedIdentifier[] = []
    if (vlsId !== undefined && this.#document.instance)
      found.push({ scheme: 'vls', value: `${this.#document.instance}:${vlsId}` })
    for (const id of contentIds) {
      // ‘urn:n.a.’ stands for none (decision 15)
      if (/^urn:[a-z0-9][a-z0-9-]{1,31}:.+/i.test(id)) found.push({ scheme: 'urn', value: id })
      // our own documents name their address where there is no URN
      else if (/^https?:\/\//i.test(id) && !(this.#document.isOurs && id === this.#document.objId))
        found.push({ scheme: 'purl', value: id })
    }
    return found
  }

  /** @param above the title above that the document describes, or undefined for the top and below titles known by name alone */
  title(div: MetsDiv, above?: MetsDiv, levels: readonly MetsDiv[] = []): PlannedTitle {
    const vlsId = this.#vlsId(div.id, 'log')
    const children: { child: MetsDiv; levels: readonly MetsDiv[] }[] = []
    const flatten = (of: readonly MetsDiv[], through: readonly MetsDiv[]): void => {
      for (const child of of)
        if (this.divs.isLevel(child)) flatten(child.children, [...through, child])
        else children.push({ child, levels: through })
    }
    flatten(div.children, [])
    const isDescribed = div.record !== undefined || above !== undefined
    const titles = new Map(
      children
        .filter(({ child }) => this.divs.isTitle(child))
        .map(({ child, levels: through }) => [
          child,
          this.title(child, isDescribed ? div : undefined, through),
        ]),
    )
    const type = this.#type(div, 'title')
    const { mods } = div.record ?? {}
    const isPart = above !== undefined && div.pointers.length === 0 && !mods?.record
    return {
      type,
      areaKey: this.#areaKey(div),
      caption: div.label ?? mods?.title ?? div.orderLabel,
      record: div.record,
      identifiers: [
        ...this.#identifiers(div.contentIds, vlsId),
        ...(this.#hosts.get(div) ?? []),
        ...this.#addresses(div).map(value => ({ scheme: 'mptr', value })),
      ],
      keepId: vlsId,
      divId: isPart ? div.id : undefined,
      order: div.order,
      day: this.divs.dayOf(div, levels),
      isPrimary: div === this.#primary,
      owner: div.administration?.owner,
      presentationUrl: div.administration?.presentation,
      referenceUrl: div.administration?.reference,
      readingDirection: div === this.#primary ? this.#document.readingDirection : undefined,
      children: [...titles.values()],
      files: this.#filesOf.get(div),
      items: this.#items(
        div,
        children
          .map(({ child }) => child)
          .filter(child => !titles.has(child) || type.behavior !== 'multi-part'),
        titles,
      ),
    }
  }

  #areaKey(div: MetsDiv): number | undefined {
    return div.areas.length === 0 ? undefined : this.divs.all.find(home => home.div === div)?.position
  }

  /** Addresses of the documents that describe a div, without fragments. */
  #addresses(div: MetsDiv): string[] {
    const own = div === this.#primary && this.#document.address ? [this.#document.address] : []
    return [...new Set([...div.pointers, ...own].map(withoutFragment))].filter(address => address !== '')
  }

  #structure(div: MetsDiv): PlannedStructure {
    const vlsId = this.#vlsId(div.id, 'log')
    return {
      kind: 'structure',
      areaKey: this.#areaKey(div),
      type: this.#type(div, 'structure'),
      caption: div.label ?? null,
      identifiers: this.#identifiers(div.contentIds, undefined),
      keepId: vlsId,
      children: this.#items(div, div.children),
    }
  }

  /** Structure elements and own pages of a div, ordered by the first page of each: pages and structure share one order. */
  #items(
    div: MetsDiv,
    structures: readonly MetsDiv[],
    titles: ReadonlyMap<MetsDiv, PlannedTitle> = new Map(),
  ): PlannedItem[] {
    const entries: { item: PlannedItem; first: number; position: number }[] = []
    structures.forEach((child, position) => {
      const title = titles.get(child)
      const item: PlannedItem = title ? { kind: 'part', title } : this.#structure(child)
      entries.push({ item, first: firstOrder(item), position })
    })
    // an element without pages stays behind the one before it
    let last = Number.NEGATIVE_INFINITY
    for (const entry of entries) {
      if (entry.first === Number.POSITIVE_INFINITY) entry.first = last
      last = entry.first
    }
    for (const page of this.#pagesOf.get(div) ?? [])
      entries.push({ item: page, first: page.order, position: -1 })
    for (const { ident, order } of this.#linksOf.get(div) ?? [])
      entries.push({ item: { kind: 'link', ident }, first: order, position: structures.length })
    return entries.sort((a, b) => a.first - b.first || a.position - b.position).map(entry => entry.item)
  }

  readonly #pagesOf = new Map<MetsDiv, PlannedPage[]>()
  readonly #linksOf = new Map<MetsDiv, { ident: string; order: number }[]>()

  /** Gives each page its home: the deepest structure element that links to it, else the title; further links become link nodes. */
  assignPages(): void {
    const linked = new Map<string, Home[]>()
    for (const [from, targets] of this.#document.links) {
      const home = this.divs.get(from)
      if (!home) {
        this.warn('link', `A structLink starts at ${from}, which is no div of the LOGICAL map.`)
        continue
      }
      for (const to of targets) linked.set(to, [...(linked.get(to) ?? []), home])
    }
    this.#linkAreas(linked)
    const known = new Set(this.#document.pages.map(page => page.id))
    for (const to of linked.keys())
      if (!known.has(to) && !this.#document.pageRoots.has(to))
        this.warn('link', `A structLink leads to ${to}, which is no page.`)
    const holder = this.#pageHolder(linked)
    this.#primary = this.divs.primary(this.#document.pages.length > 0 ? holder?.div : undefined)
    if (!holder) {
      if (this.#document.pages.length > 0)
        this.warn('pages', `The ${this.#document.pages.length} pages belong to no title; they were left out.`)
      return
    }
    this.#document.pages.forEach((page, at) => this.#assign(page, at + 1, linked.get(page.id) ?? [], holder))
  }

  /** Articles that name files or regions of them instead of pages (docWorks, VLS) stand on the pages of those files. */
  #linkAreas(linked: Map<string, Home[]>): void {
    const pageOf = new Map<string, string>()
    for (const page of this.#document.pages) for (const file of page.fileIds) pageOf.set(file, page.id)
    for (const home of this.divs.all)
      for (const [order, { fileId, begin, rectangle }] of home.div.areas.entries()) {
        const page = pageOf.get(fileId)
        if (page !== undefined && (begin !== undefined || rectangle))
          push(this.#regions, page, { owner: home.position, order, fileId, begin, rectangle })
        const known = page === undefined ? undefined : (linked.get(page) ?? [])
        if (page !== undefined && known && !known.includes(home)) linked.set(page, [...known, home])
      }
  }

  readonly #regions = new Map<string, PlannedRegion[]>()

  #assign(page: MetsPage, order: number, links: readonly Home[], holder: Home): void {
    const structures = links.filter(home => !home.isTitle && !this.divs.isLevel(home.div))
    const titles = links.filter(home => home.isTitle)
    const deepest = (homes: readonly Home[]) =>
      homes.reduce<Home | undefined>(
        (best, home) =>
          !best || home.depth > best.depth || (home.depth === best.depth && home.position < best.position)
            ? home
            : best,
        undefined,
      )
    const isReference = (home: Home) =>
      home.div.id !== undefined && this.#document.references.has(`${home.div.id} ${page.id}`)
    const all = [...structures, ...titles]
    const home = deepest(all.filter(each => !isReference(each))) ?? deepest(all) ?? holder
    const planned = this.#page(page, order)
    push(this.#pagesOf, home.div, planned)
    for (const other of all)
      if (
        other !== home &&
        !home.ancestors.has(other.div) &&
        // what is linked from a chapter is linked from the part that the chapter is in, too
        !all.some(inner => inner.ancestors.has(other.div) && !inner.ancestors.has(home.div))
      )
        push(this.#linksOf, other.div, { ident: planned.ident, order })
  }

  /** The title that pages without a link belong to: the one linked to the page sequence, else the first with a record that is no work of parts. */
  #pageHolder(linked: ReadonlyMap<string, readonly Home[]>): Home | undefined {
    for (const root of this.#document.pageRoots) {
      const home = linked
        .get(root)
        ?.filter(candidate => candidate.isTitle)
        .at(-1)
      if (home) return home
    }
    const titles = this.divs.all.filter(home => home.isTitle && !this.divs.isLevel(home.div))
    const described = titles.filter(home => home.div.record !== undefined)
    return (
      described.find(home => !this.divs.isMultiPart(home.div)) ??
      described[0] ??
      titles.find(home => !this.divs.isMultiPart(home.div)) ??
      titles.at(-1)
    )
  }

  #page(page: MetsPage, order: number): PlannedPage {
    const files = page.fileIds.flatMap(id => {
      const file = this.#document.files.get(id)
      if (!file) this.warn('file', `The file ${id} of page ${page.id} is not in the fileSec.`, page.id)
      return file ? [file] : []
    })
    const text = files.find(isTextGroup)
    const vlsId = this.#vlsId(page.id, 'phys')
    return {
      kind: 'page',
      ident: page.id,
      order,
      label: labelOf(page.label) ?? labelOf(page.orderLabel),
      identifiers: this.#identifiers(page.contentIds, undefined),
      keepId: vlsId,
      files: mastersOf(files),
      text: text && referenceOf(text),
      regions: this.#regions.get(page.id),
    }
  }

  readonly #filesOf = new Map<MetsDiv, PlannedFile[]>()

  /** Gives each file to the title that names it, or that holds what names it. */
  assignFiles({ files, messages }: TitleFiles): void {
    this.messages.push(...messages)
    for (const { div, file } of files) {
      const home = div && this.divs.all.find(each => each.div === div)
      const inside = home?.isTitle
        ? div
        : [...(home?.ancestors ?? [])].findLast(each => this.divs.isTitle(each))
      const title = inside ?? this.#primary
      if (title) push(this.#filesOf, title, file)
      else this.warn('file-not-taken', `The file ${file.reference.href} belongs to no title.`)
    }
  }
}

export function planOfMets(source: MetsDocument, types: TypeSystem): ImportPlan {
  const found = titleFilesOf(source, new Divs(source, types))
  const isPage = new Set(found.pages)
  const elsewhere = source.pages.filter(page => !isPage.has(page)).map(({ id }) => id)
  const mapper = new Mapper(
    { ...source, pages: found.pages, pageRoots: new Set([...source.pageRoots, ...elsewhere]) },
    types,
  )
  mapper.assignPages()
  mapper.assignFiles(found)
  const tops = mapper.divs.outline.map(div => mapper.title(div))
  if (tops.length === 0)
    mapper.messages.push({
      level: 'error',
      code: 'no-title',
      sentence: 'There is neither a LOGICAL map nor a MODS record.',
    })
  const order = [...readingOrder(tops)]
  const misplaced = order.filter((value, at) => at > 0 && value < (order[at - 1] ?? 0)).length
  if (misplaced > 0)
    mapper.warn(
      'order-differs',
      `In ${misplaced} ${misplaced === 1 ? 'place' : 'places'} the PHYSICAL map orders pages otherwise than the structure; within each element the PHYSICAL order was kept.`,
    )
  return { titles: tops, messages: mapper.messages, vls: vlsOf(source) }
}
