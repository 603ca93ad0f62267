// The outline as it is sent: every page named once, elements by their id, new ones without.
import type { Schemas } from '../../shared/api.ts'

export type OutlineNode = Schemas['OutlineNode']
export type OutlineElement = Schemas['OutlineElementInput']

const asSent = (node: OutlineNode): OutlineElement =>
  node.kind === 'structure' ? { id: node.id, children: node.children.map(asSent) } : { id: node.id }

export const sent = (children: readonly OutlineNode[]): OutlineElement[] => children.map(asSent)

export const pagesOf = (node: OutlineNode): number[] =>
  node.kind === 'structure' ? node.children.flatMap(pagesOf) : [node.id]

/** A new element around the pages, where the first of them stands; elements that it leaves without pages stay. */
export function drawn(
  children: readonly OutlineNode[],
  pages: ReadonlySet<number>,
  element: { readonly type: string; readonly caption: string | null },
): OutlineElement[] {
  let isPlaced = false
  const walk = (nodes: readonly OutlineNode[]): OutlineElement[] =>
    nodes.flatMap((node): OutlineElement[] => {
      if (node.kind === 'structure') return [{ id: node.id, children: walk(node.children) }]
      if (!pages.has(node.id)) return [{ id: node.id }]
      if (isPlaced) return []
      isPlaced = true
      return [{ ...element, children: [...pages].map(id => ({ id })) }]
    })
  return walk(children)
}

/** Without the element; what stood in it stands where it stood. */
export function dissolved(children: readonly OutlineNode[], id: number): OutlineElement[] {
  return children.flatMap((node): OutlineElement[] => {
    if (node.kind !== 'structure') return [{ id: node.id }]
    return node.id === id ? sent(node.children) : [{ id: node.id, children: dissolved(node.children, id) }]
  })
}

/** Where pages are put: beside a page, or at the end of an element. */
export type Place = { readonly before: number } | { readonly after: number } | { readonly into: number }
export interface Move {
  readonly pages: readonly number[]
  readonly to: Place
}

/** The outline with pages in another place; as it is where that place is one of them, or is no longer there. */
export function moved(children: readonly OutlineNode[], { pages, to }: Move): readonly OutlineNode[] {
  const target = 'before' in to ? to.before : 'after' in to ? to.after : to.into
  if (pages.includes(target)) return children
  const taken = new Map<number, OutlineNode>()
  const chosen = new Set(pages)
  const without = (nodes: readonly OutlineNode[]): OutlineNode[] =>
    nodes.flatMap(node => {
      if (!chosen.has(node.id)) return [{ ...node, children: without(node.children) }]
      taken.set(node.id, node)
      return []
    })
  const rest = without(children)
  const put = pages.flatMap(id => taken.get(id) ?? [])
  let isThere = false
  const walk = (nodes: readonly OutlineNode[]): OutlineNode[] =>
    nodes.flatMap(node => {
      if (node.id !== target) return [{ ...node, children: walk(node.children) }]
      isThere = true
      if ('into' in to) return [{ ...node, children: [...node.children, ...put] }]
      return 'before' in to ? [...put, node] : [node, ...put]
    })
  const after = walk(rest)
  return isThere ? after : children
}

/** Every list of siblings that holds the element, made anew; the others as they are. */
function around(children: readonly OutlineNode[], id: number, made: (siblings: readonly OutlineNode[], at: number) => OutlineElement[]): OutlineElement[] {
  const at = children.findIndex(each => each.id === id)
  if (at >= 0) return made(children, at)
  return children.map(node => (node.kind === 'structure' ? { id: node.id, children: around(node.children, id, made) } : asSent(node)))
}

/** With another type or heading. */
export const renamed = (children: readonly OutlineNode[], id: number, name: { readonly type: string; readonly caption: string | null }): OutlineElement[] =>
  around(children, id, siblings => siblings.map(node => (node.id === id ? { ...asSent(node), ...name } : asSent(node))))

/** At the end of the element before it; undefined where something else stands there. */
export function nested(children: readonly OutlineNode[], id: number): OutlineElement[] | undefined {
  let isPlaced = false
  const after = around(children, id, (siblings, at) => {
    const before = siblings[at - 1]
    if (before?.kind !== 'structure') return sent(siblings)
    isPlaced = true
    const whole = { ...asSent(before), children: [...sent(before.children), asSent(siblings[at] as OutlineNode)] }
    return [...sent(siblings.slice(0, at - 1)), whole, ...sent(siblings.slice(at + 1))]
  })
  return isPlaced ? after : undefined
}

/** Out of the element that it stands in, behind that one; what stood behind it there goes with it, so that the pages stay in their order. */
export function lifted(children: readonly OutlineNode[], id: number): OutlineElement[] | undefined {
  let isPlaced = false
  const walk = (nodes: readonly OutlineNode[]): OutlineElement[] =>
    nodes.flatMap((node): OutlineElement[] => {
      const at = node.children.findIndex(each => each.id === id)
      if (node.kind !== 'structure' || at < 0) return [node.kind === 'structure' ? { id: node.id, children: walk(node.children) } : asSent(node)]
      isPlaced = true
      const one = node.children[at] as OutlineNode
      const behind = sent(node.children.slice(at + 1))
      return [{ id: node.id, children: sent(node.children.slice(0, at)) }, { ...asSent(one), children: [...sent(one.children), ...behind] }]
    })
  const after = walk(children)
  return isPlaced ? after : undefined
}

/** With what stands in the element behind it, which goes; undefined where something else stands there. */
export function joined(children: readonly OutlineNode[], id: number): OutlineElement[] | undefined {
  let isDone = false
  const after = around(children, id, (siblings, at) => {
    const [one, next] = [siblings[at] as OutlineNode, siblings[at + 1]]
    if (next?.kind !== 'structure') return sent(siblings)
    isDone = true
    return [...sent(siblings.slice(0, at)), { id, children: [...sent(one.children), ...sent(next.children)] }, ...sent(siblings.slice(at + 2))]
  })
  return isDone ? after : undefined
}

/** The element that a page stands in cut in two before it, the second of the same type; undefined where the page is its first, or stands in none. */
export function parted(children: readonly OutlineNode[], page: number): OutlineElement[] | undefined {
  let isDone = false
  const walk = (nodes: readonly OutlineNode[]): OutlineElement[] =>
    nodes.flatMap((node): OutlineElement[] => {
      if (node.kind !== 'structure') return [asSent(node)]
      const at = node.children.findIndex(each => each.id === page)
      if (at < 1) return [{ id: node.id, children: walk(node.children) }]
      isDone = true
      return [{ id: node.id, children: sent(node.children.slice(0, at)) }, { type: node.type, caption: null, children: sent(node.children.slice(at)) }]
    })
  const after = walk(children)
  return isDone ? after : undefined
}

/** The element of a number, wherever it stands. */
export function elementOf(children: readonly OutlineNode[], id: number | undefined): OutlineNode | undefined {
  for (const node of children) {
    if (node.kind !== 'structure') continue
    const found = node.id === id ? node : elementOf(node.children, id)
    if (found) return found
  }
  return undefined
}
