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
