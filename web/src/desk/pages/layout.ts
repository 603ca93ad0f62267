// Templates of structure: the outline of a title without its pages, for others of its kind. An issue of a newspaper has the same parts as the last
// one, and differs by how many pages one of them has.

export interface Node {
  readonly id: number
  readonly kind: string
  readonly type: string
  readonly caption: string | null
  readonly children: readonly Node[]
}
/** As the outline is sent: what is there by its number, what is new without. */
export interface Sent {
  id?: number
  type?: string
  caption?: string | null
  children?: Sent[]
}

/** Pages that follow each other in one element, or outside of all; null is the run that takes as many as there are. */
type Run = { readonly pages: number | null }
interface Part {
  readonly type: string
  readonly caption: string | null
  readonly parts: readonly (Part | Run)[]
}
export interface Layout {
  readonly name: string
  readonly parts: readonly (Part | Run)[]
}

const isRun = (part: Part | Run): part is Run => 'pages' in part
const runsOf = (parts: readonly (Part | Run)[]): Run[] => parts.flatMap(part => (isRun(part) ? [part] : runsOf(part.parts)))

/** Pages of the title itself at a node and below it, in their order. */
export const scansOf = (node: Node): number[] => (node.kind === 'page' ? [node.id] : node.children.flatMap(scansOf))

/** Elements with their pages counted; those without pages are left out, as are links, which are to pages of this title. */
function counted(nodes: readonly Node[]): (Part | Run)[] {
  const parts: (Part | Run)[] = []
  for (const node of nodes) {
    const last = parts.at(-1)
    if (node.kind === 'page') {
      if (last && isRun(last)) parts[parts.length - 1] = { pages: (last.pages ?? 0) + 1 }
      else parts.push({ pages: 1 })
    } else if (node.kind === 'structure') {
      const inside = counted(node.children)
      if (inside.length > 0) parts.push({ type: node.type, caption: node.caption, parts: inside })
    }
  }
  return parts
}

/** The outline of a title: its longest run is what varies from title to title. Undefined where it has no element with pages. */
export function layoutOf(name: string, children: readonly Node[]): Layout | undefined {
  const parts = counted(children)
  if (parts.every(isRun)) return undefined
  const longest = runsOf(parts).reduce((best, run) => ((run.pages ?? 0) > (best.pages ?? 0) ? run : best))
  const varied = (all: readonly (Part | Run)[]): (Part | Run)[] =>
    all.map(part => (part === longest ? { pages: null } : isRun(part) ? part : { ...part, parts: varied(part.parts) }))
  return { name, parts: varied(parts) }
}

export interface Laid {
  /** The whole outline */
  readonly children: Sent[]
  /** What of it is new */
  readonly put: readonly Sent[]
  /** Elements that are made */
  readonly made: number
  /** Elements whose pages all went into those: they are left out */
  readonly gone: number
}

/**
 * The elements of a template around pages, where the first of them stands; what stood around these pages alone goes, so that the new elements take
 * its place. Undefined where there are fewer pages than the template names.
 */
export function laid(children: readonly Node[], pages: readonly number[], { parts }: Layout): Laid | undefined {
  const rest = pages.length - runsOf(parts).reduce((sum, run) => sum + (run.pages ?? 0), 0)
  if (rest < 1) return undefined
  let [at, made, gone] = [0, 0, 0]
  const filled = (all: readonly (Part | Run)[]): Sent[] =>
    all.flatMap((part): Sent[] => {
      if (isRun(part)) return pages.slice(at, (at += part.pages ?? rest)).map(id => ({ id }))
      made++
      return [{ type: part.type, caption: part.caption, children: filled(part.parts) }]
    })
  const put = filled(parts)
  const isPut = new Set(put)
  const chosen = new Set(pages)
  const hasPages = (node: Node): boolean => node.kind === 'page' || node.children.some(hasPages)
  const walk = (nodes: readonly Node[]): Sent[] =>
    nodes.flatMap((node): Sent[] => {
      if (node.kind !== 'structure') return node.id === pages[0] ? put : chosen.has(node.id) ? [] : [{ id: node.id }]
      const inside = walk(node.children)
      const isLeft = inside.every(each => isPut.has(each)) && hasPages(node)
      if (isLeft) gone++
      return isLeft ? inside : [{ id: node.id, children: inside }]
    })
  return { children: walk(children), put, made, gone }
}
