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
