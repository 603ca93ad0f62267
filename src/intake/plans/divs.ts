// Which divs of a METS are titles, which of them the document is about, and what is known of titles without a record
// (decision 10).
import type { TypeSystem } from '../../config/types.ts'
import type { MetsDiv, MetsDocument } from '../../formats/mets/read.ts'
import { guessType } from '../../catalogue/titles/index.ts'
import type { PlannedIdentifier } from './plan.ts'

/** Divs that are no nodes: they follow from the date of the issue. */
const dateDivs: ReadonlySet<string> = new Set(['month', 'day'])

export interface Home {
  readonly div: MetsDiv
  readonly depth: number
  readonly position: number
  readonly ancestors: ReadonlySet<MetsDiv>
  readonly isTitle: boolean
}

export const withoutFragment = (address: string): string => address.replace(/#.*$/, '')

/** Whether an address has an identifier as a word of its own: https://k.example/153142340.xml#LOG_0003 */
export const addressNames = (address: string, identifier: string): boolean =>
  identifier.length > 2 && address.split(/[^\p{L}\p{N}_-]+/u).includes(identifier)

/** A METS without a LOGICAL map (OCR-D): its first record is the title. */
export function outlineOf(document: MetsDocument, types: TypeSystem): readonly MetsDiv[] {
  const [record] = document.records
  if (document.outline.length > 0 || !record) return document.outline
  return [
    {
      id: undefined,
      type: guessType(types, record.mods).name,
      label: undefined,
      orderLabel: undefined,
      note: undefined,
      order: undefined,
      record,
      administration: undefined,
      contentIds: [],
      pointers: [],
      areas: [],
      children: [],
      line: record.line,
    },
  ]
}

export class Divs {
  readonly outline: readonly MetsDiv[]
  readonly all: Home[] = []
  readonly #types: TypeSystem
  readonly #isOurs: boolean
  readonly #titles = new Map<MetsDiv, boolean>()
  readonly #byId = new Map<string, Home>()

  constructor(document: MetsDocument, types: TypeSystem) {
    this.#types = types
    this.#isOurs = document.isOurs
    this.outline = outlineOf(document, types)
    const tops = new Set(this.outline)
    const register = (div: MetsDiv, ancestors: ReadonlySet<MetsDiv>) => {
      if (tops.has(div)) this.#titles.set(div, true)
      const home = {
        div,
        depth: ancestors.size,
        position: this.all.length,
        ancestors,
        isTitle: this.isTitle(div),
      }
      this.all.push(home)
      if (div.id !== undefined) this.#byId.set(div.id, home)
      const below = new Set([...ancestors, div])
      for (const child of div.children) register(child, below)
    }
    for (const div of this.outline) register(div, new Set())
  }

  get(id: string): Home | undefined {
    return this.#byId.get(id)
  }

  /** The name under which config/types.ini may know the type of a div. */
  typeName(div: MetsDiv): string {
    return ((this.#isOurs && div.note) || div.type).toLowerCase()
  }

  /** Levels that are no nodes; in documents of ours also years that are no titles. */
  isLevel(div: MetsDiv): boolean {
    return dateDivs.has(div.type) || (this.#isOurs && /^cal\d/.test(div.id ?? ''))
  }

  isMultiPart(div: MetsDiv): boolean {
    return this.#types.ofMets('title', this.typeName(div))?.behavior === 'multi-part'
  }

  /** A div is a title if it is on top, has a record, points to one, is of a type of titles alone, or has a title below it. */
  isTitle(div: MetsDiv): boolean {
    let known = this.#titles.get(div)
    if (known === undefined) {
      const name = this.typeName(div)
      known =
        !this.isLevel(div) &&
        (div.record !== undefined ||
          div.pointers.length > 0 ||
          (this.#types.ofMets('title', name) !== undefined &&
            this.#types.ofMets('structure', name) === undefined))
      known ||= div.children.some(child => this.isTitle(child))
      this.#titles.set(div, known)
    }
    return known
  }

  /** What the document is about: the title that has its pages, else the first that is described and points nowhere else. */
  primary(pageHolder: MetsDiv | undefined): MetsDiv | undefined {
    const titles = this.all.filter(home => home.isTitle && !this.isLevel(home.div)).map(home => home.div)
    return (
      pageHolder ??
      titles.find(div => div.record !== undefined && div.pointers.length === 0) ??
      titles.find(div => div.record !== undefined) ??
      titles.at(-1)
    )
  }

  /** The day or year that a div, or one of the levels above it, tells in its ORDERLABEL. */
  dayOf(div: MetsDiv, levels: readonly MetsDiv[]): string | undefined {
    const labels = [div, ...[...levels].reverse()].map(each => each.orderLabel?.trim() ?? '')
    if (div.type === 'year') return /^\d{4}/.exec(labels[0] ?? '')?.[0]
    return labels.find(label => /^\d{4}-\d{2}-\d{2}$/.test(label))
  }
}

/**
 * The identifiers of titles that have no record, as the record below them names its host. Where several titles stand above it, the host
 * is the one whose address or label names it, else a newspaper known by its ZDB id, else the nearest.
 */
export function hostIdentifiers(
  chain: readonly MetsDiv[],
  below: MetsDiv,
): Map<MetsDiv, PlannedIdentifier[]> {
  const found = new Map<MetsDiv, PlannedIdentifier[]>()
  const host = below.record?.mods.host
  const stubs = chain.filter(div => div.record === undefined)
  if (!host || stubs.length === 0) return found
  const value = host.record?.value
  const names = (div: MetsDiv) =>
    value !== undefined && div.pointers.some(pointer => addressNames(pointer, value))
  const zdb = host.identifiers.find(identifier => identifier.scheme === 'zdb')
  const home =
    stubs.find(names) ??
    stubs.find(div => host.title !== undefined && div.label === host.title) ??
    (zdb && stubs.find(div => /newspaper|periodical/.test(div.type))) ??
    // a host that is described above is none of the stubs
    (chain.some(div => value !== undefined && div.record?.mods.record?.value === value)
      ? undefined
      : stubs.at(-1))
  if (!home) return found
  found.set(home, [
    ...(host.record ? [{ scheme: 'record', value: `${host.record.value}@${host.record.source ?? ''}` }] : []),
    ...host.identifiers.filter(({ scheme }) => scheme === 'urn' || scheme === 'zdb'),
  ])
  return found
}
