// How pages stand to each other: their order, and labels that stand twice.
import { type OutlineNode, pagesOf } from './outline.ts'
import type { Kind, Page } from './queries.ts'

/** Pages in the order of an outline that is not saved yet. */
export function ordered(pages: readonly Page[], outline: readonly OutlineNode[] | undefined): readonly Page[] {
  if (!outline) return pages
  const places = new Map(outline.flatMap(pagesOf).map((id, at) => [id, at]))
  return [...pages].sort((a, b) => (places.get(a.id) ?? Infinity) - (places.get(b.id) ?? Infinity))
}

/** Labels that more than one page has. */
export function doublesOf(pages: readonly Page[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const doubles = new Set<string>()
  for (const { pagination } of pages) {
    if (pagination.label === null) continue
    if (seen.has(pagination.label)) doubles.add(pagination.label)
    seen.add(pagination.label)
  }
  return doubles
}

/** How many are missing before a page: the count of its kind goes on from the last page of that kind, whatever stands between. */
export function gapsOf(pages: readonly Page[], kinds: readonly Kind[]): ReadonlyMap<number, number> {
  const steps = new Map(kinds.map(({ id, step }) => [id, step]))
  const last = new Map<number, number>()
  const gaps = new Map<number, number>()
  for (const { id, pagination } of pages) {
    const { type, value } = pagination
    if (type === null || value === null) continue
    const step = steps.get(type) ?? 1
    const before = last.get(type)
    last.set(type, value)
    if (before !== undefined && value - before > step) gaps.set(id, Math.ceil((value - before) / step) - 1)
  }
  return gaps
}

/** What whoever numbers looks at next: a page after a gap, with a label that stands twice, or without one; from the beginning after the last. */
export function nextToLookAt(pages: readonly Page[], from: number | undefined, isOdd: (page: Page) => boolean): number | undefined {
  const at = pages.findIndex(({ id }) => id === from)
  return [...pages.slice(at + 1), ...pages.slice(0, at + 1)].find(isOdd)?.id
}
