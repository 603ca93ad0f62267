// How pages stand to each other: their order, and labels that stand twice.
import { type OutlineNode, pagesOf } from './outline.ts'
import type { Page } from './queries.ts'

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
