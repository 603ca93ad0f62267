// The order of what is planned, as the pages in it tell.
import type { PlannedItem, PlannedTitle } from './plan.ts'

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

export function firstOrder(item: PlannedItem): number {
  if (item.kind === 'page') return item.order
  if (item.kind === 'link') return Number.POSITIVE_INFINITY
  if (item.kind === 'part') return Math.min(Number.POSITIVE_INFINITY, ...item.title.items.map(firstOrder))
  return Math.min(Number.POSITIVE_INFINITY, ...item.children.map(firstOrder))
}

/** Orders of the pages as a reader of the tree meets them. */
export function* readingOrder(titles: readonly PlannedTitle[]): Generator<number> {
  function* below(items: readonly PlannedItem[], placed: Set<PlannedTitle>): Generator<number> {
    for (const item of items) {
      if (item.kind === 'page') yield item.order
      if (item.kind === 'structure') yield* below(item.children, placed)
      if (item.kind === 'part') {
        placed.add(item.title)
        yield* readingOrder([item.title])
      }
    }
  }
  for (const title of titles) {
    const placed = new Set<PlannedTitle>()
    yield* below(title.items, placed)
    yield* readingOrder(title.children.filter(child => !placed.has(child)))
  }
}
