// The mapping of METS onto the tree (decisions 2, 10, 14).
import type { NodeType, TypeSystem } from '../../config/types.ts'
import type { MetsDiv, MetsDocument, MetsFile, MetsPage } from '../../formats/mets/read.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import type {
  FileReference,
  ImportPlan,
  PlannedIdentifier,
  PlannedItem,
  PlannedPage,
  PlannedStructure,
  PlannedTitle,
} from './plan.ts'

/** File groups that hold masters, the best first (decision 14); others hold derivatives. */
const masterGroups = ['MAX', 'MASTER', 'ORIGINAL', 'LOCAL', 'PRESENTATION', 'DEFAULT']
const isTextGroup = (file: MetsFile): boolean =>
  /FULLTEXT|ALTO|OCR/i.test(file.use) || /alto/i.test(file.mimetype ?? '')
/** Divs that are no nodes: they follow from the date of the issue. */
const dateDivs = new Set(['month', 'day'])

interface Home {
  readonly div: MetsDiv
  readonly depth: number
  readonly position: number
  readonly ancestors: ReadonlySet<MetsDiv>
  readonly isTitle: boolean
}

class Mapper {
  readonly #document: MetsDocument
  readonly #types: TypeSystem
  readonly messages: Message[] = []
  readonly #titleDivs = new Map<MetsDiv, boolean>()
  readonly #homes = new Map<string, Home>()
  readonly #all: Home[] = []

  constructor(document: MetsDocument, types: TypeSystem) {
    this.#document = document
    this.#types = types
    for (const fault of document.faults) this.warn('mets', fault.sentence, `line ${fault.line}`)
    const register = (div: MetsDiv, ancestors: ReadonlySet<MetsDiv>) => {
      const home: Home = {
        div,
        depth: ancestors.size,
        position: this.#all.length,
        ancestors,
        isTitle: this.isTitle(div),
      }
      this.#all.push(home)
      if (div.id !== undefined) this.#homes.set(div.id, home)
      const below = new Set([...ancestors, div])
      for (const child of div.children) register(child, below)
    }
    for (const div of document.outline) register(div, new Set())
  }

  warn(code: string, sentence: string, place?: string): void {
    this.messages.push({ level: 'warning', code, sentence, ...(place === undefined ? {} : { place }) })
  }

  /** A div is a title if it has a record, points to one, or has a title below it. */
  isTitle(div: MetsDiv): boolean {
    let known = this.#titleDivs.get(div)
    if (known === undefined) {
      known =
        div.record !== undefined || div.pointers.length > 0 || div.children.some(child => this.isTitle(child))
      this.#titleDivs.set(div, known)
    }
    return known
  }

  #type(div: MetsDiv, datatype: 'title' | 'structure'): NodeType {
    const type = this.#types.ofMets(datatype, div.type.toLowerCase())
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
    const found = this.#document.isVls ? new RegExp(`^${prefix}(\\d{1,9})$`).exec(id ?? '') : null
    return found ? Number(found[1]) : undefined
  }

  #identifiers(contentIds: readonly string[], vlsId: number | undefined): PlannedIdentifier[] {
    const found: PlannedIdentifier[] = []
    if (vlsId !== undefined && this.#document.instance)
      found.push({ scheme: 'vls', value: `${this.#document.instance}:${vlsId}` })
    for (const id of contentIds) {
      // ‘urn:n.a.’ stands for none (decision 15)
      if (/^urn:[a-z0-9][a-z0-9-]{1,31}:.+/i.test(id)) found.push({ scheme: 'urn', value: id })
      else if (/^https?:\/\//i.test(id)) found.push({ scheme: 'purl', value: id })
    }
    return found
  }

  title(div: MetsDiv): PlannedTitle {
    const vlsId = this.#vlsId(div.id, 'log')
    const flat = (children: readonly MetsDiv[]): MetsDiv[] =>
      children.flatMap(child => (dateDivs.has(child.type) ? flat(child.children) : [child]))
    const children = flat(div.children)
    return {
      type: this.#type(div, 'title'),
      caption: div.label ?? div.record?.mods.title ?? div.orderLabel,
      record: div.record,
      identifiers: this.#identifiers(div.contentIds, vlsId),
      keepId: vlsId,
      owner: div.administration?.owner,
      presentationUrl: div.administration?.presentation,
      referenceUrl: div.administration?.reference,
      children: children.filter(child => this.isTitle(child)).map(child => this.title(child)),
      items: this.#items(
        div,
        children.filter(child => !this.isTitle(child)),
      ),
    }
  }

  #structure(div: MetsDiv): PlannedStructure {
    const vlsId = this.#vlsId(div.id, 'log')
    return {
      kind: 'structure',
      type: this.#type(div, 'structure'),
      caption: div.label ?? null,
      identifiers: this.#identifiers(div.contentIds, undefined),
      keepId: vlsId,
      children: this.#items(div, div.children),
    }
  }

  /** Structure elements and own pages of a div, ordered by the first page of each: pages and structure share one order. */
  #items(div: MetsDiv, structures: readonly MetsDiv[]): PlannedItem[] {
    const entries: { item: PlannedItem; first: number; position: number }[] = []
    structures.forEach((child, position) => {
      const item = this.#structure(child)
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
      const home = this.#homes.get(from)
      if (!home) {
        this.warn('link', `A structLink starts at ${from}, which is no div of the LOGICAL map.`)
        continue
      }
      for (const to of targets) linked.set(to, [...(linked.get(to) ?? []), home])
    }
    const known = new Set(this.#document.pages.map(page => page.id))
    for (const to of linked.keys())
      if (!known.has(to) && !this.#document.pageRoots.has(to))
        this.warn('link', `A structLink leads to ${to}, which is no page.`)
    const holder = this.#pageHolder(linked)
    if (!holder) {
      if (this.#document.pages.length > 0)
        this.warn('pages', `The ${this.#document.pages.length} pages belong to no title; they were left out.`)
      return
    }
    this.#document.pages.forEach((page, at) => this.#assign(page, at + 1, linked.get(page.id) ?? [], holder))
  }

  #assign(page: MetsPage, order: number, links: readonly Home[], holder: Home): void {
    const structures = links.filter(home => !home.isTitle && !dateDivs.has(home.div.type))
    const titles = links.filter(home => home.isTitle)
    const deepest = (homes: readonly Home[]) =>
      homes.reduce<Home | undefined>(
        (best, home) =>
          !best || home.depth > best.depth || (home.depth === best.depth && home.position < best.position)
            ? home
            : best,
        undefined,
      )
    const home = deepest(structures) ?? deepest(titles) ?? holder
    const planned = this.#page(page, order)
    push(this.#pagesOf, home.div, planned)
    for (const other of [...structures, ...titles])
      if (other !== home && !home.ancestors.has(other.div))
        push(this.#linksOf, other.div, { ident: planned.ident, order })
  }

  /** The title that pages without a link belong to: the one linked to the page sequence, else the deepest with a record. */
  #pageHolder(linked: ReadonlyMap<string, readonly Home[]>): Home | undefined {
    for (const root of this.#document.pageRoots) {
      const home = linked
        .get(root)
        ?.filter(candidate => candidate.isTitle)
        .at(-1)
      if (home) return home
    }
    const titles = this.#all.filter(home => home.isTitle && !dateDivs.has(home.div.type))
    const withRecord = titles.filter(home => home.div.record !== undefined)
    return (withRecord.length > 0 ? withRecord : titles).reduce<Home | undefined>(
      (best, home) => (!best || home.depth > best.depth ? home : best),
      undefined,
    )
  }

  #page(page: MetsPage, order: number): PlannedPage {
    const files = page.fileIds.flatMap(id => {
      const file = this.#document.files.get(id)
      if (!file) this.warn('file', `The file ${id} of page ${page.id} is not in the fileSec.`, page.id)
      return file ? [file] : []
    })
    const images = files.filter(file => !isTextGroup(file) && !/pdf|xml/i.test(file.mimetype ?? ''))
    const rank = (file: MetsFile) => {
      const at = masterGroups.indexOf(file.use.toUpperCase())
      return at < 0 ? masterGroups.length : at
    }
    const text = files.find(isTextGroup)
    const vlsId = this.#vlsId(page.id, 'phys')
    return {
      kind: 'page',
      ident: page.id,
      order,
      label: page.label ?? page.orderLabel,
      identifiers: this.#identifiers(page.contentIds, undefined),
      keepId: vlsId,
      files: [...images]
        .sort((a, b) => rank(a) - rank(b))
        .filter(file => rank(file) < masterGroups.length || images.length === 1)
        .map(referenceOf),
      text: text && referenceOf(text),
    }
  }

  /** Text files that no page names. */
  reportOrphans(): void {
    const used = new Set(this.#document.pages.flatMap(page => page.fileIds))
    for (const file of this.#document.files.values())
      if (isTextGroup(file) && !used.has(file.id))
        this.warn('orphan-text', `The text ${file.id} belongs to no page.`, file.id)
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

const sha256Types = /^SHA-?256$/i
const referenceOf = (file: MetsFile): FileReference => ({
  href: file.href,
  use: file.use,
  id: file.id,
  media: isTextGroup(file) ? 'text' : 'image',
  ...(file.checksum && sha256Types.test(file.checksumType ?? '')
    ? { sha256: file.checksum.toLowerCase() }
    : {}),
})

function firstOrder(item: PlannedItem): number {
  if (item.kind === 'page') return item.order
  if (item.kind === 'link') return Number.POSITIVE_INFINITY
  return Math.min(Number.POSITIVE_INFINITY, ...item.children.map(firstOrder))
}

/** Orders of the pages as a reader of the tree meets them. */
function* readingOrder(titles: readonly PlannedTitle[]): Generator<number> {
  function* below(items: readonly PlannedItem[]): Generator<number> {
    for (const item of items) {
      if (item.kind === 'page') yield item.order
      if (item.kind === 'structure') yield* below(item.children)
    }
  }
  for (const title of titles) {
    yield* below(title.items)
    yield* readingOrder(title.children)
  }
}

export function planOfMets(document: MetsDocument, types: TypeSystem): ImportPlan {
  const mapper = new Mapper(document, types)
  mapper.assignPages()
  mapper.reportOrphans()
  const tops = document.outline.flatMap(div => (mapper.isTitle(div) ? [mapper.title(div)] : []))
  if (tops.length === 0)
    mapper.messages.push({
      level: 'error',
      code: 'no-title',
      sentence: 'The LOGICAL map holds no div with a record.',
    })
  const order = [...readingOrder(tops)]
  const misplaced = order.filter((value, at) => at > 0 && value < (order[at - 1] ?? 0)).length
  if (misplaced > 0)
    mapper.warn(
      'order-differs',
      `In ${misplaced} ${misplaced === 1 ? 'place' : 'places'} the PHYSICAL map orders pages otherwise than the structure; within each element the PHYSICAL order was kept.`,
    )
  return { titles: tops, messages: mapper.messages }
}
