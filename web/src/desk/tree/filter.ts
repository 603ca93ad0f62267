// What of a level is shown: the address says it, in words of its own; the API has it in its own.
import type { TreeSearch } from './place.ts'

export const kinds = ['container', 'title', 'structure', 'page'] as const
export type Kind = (typeof kinds)[number]
/** Beside name, kind and state, which stand above the table at all times */
export const further = ['type', 'pages', 'text', 'labels', 'since', 'by', 'tag'] as const

const among = <Value extends string>(values: readonly Value[], value: string | undefined): Value | undefined => values.find(each => each === value)
/** The beginning of a day here, as a moment. */
const beginOf = (day: string | undefined): string | undefined => {
  const begin = /^\d{4}-\d{2}-\d{2}$/.test(day ?? '') ? new Date(`${day}T00:00:00`) : undefined
  return begin && !Number.isNaN(begin.getTime()) ? begin.toISOString() : undefined
}

/** The filter of the address as the API has it. */
export function filterOf(search: TreeSearch) {
  const datatype = among(kinds, search.kind)
  const state = among(['released', 'hidden'] as const, search.state)
  const pages = among(['missing', 'complete', 'none'] as const, search.pages)
  const labels = among(['missing', 'complete'] as const, search.labels)
  const hasText = search.text === 'yes' ? ('true' as const) : search.text === 'no' ? ('false' as const) : undefined
  const changedSince = beginOf(search.since)
  return {
    ...(datatype ? { datatype } : {}),
    ...(datatype && search.type ? { type: search.type } : {}),
    ...(state ? { state } : {}),
    ...(search.bin ? { deleted: 'true' as const } : {}),
    ...(search.q ? { q: search.q } : {}),
    ...(pages ? { pages } : {}),
    ...(labels ? { labels } : {}),
    ...(hasText ? { hasText } : {}),
    ...(changedSince ? { changedSince } : {}),
    ...(search.by ? { changedBy: search.by } : {}),
    ...(search.tag ? { tag: search.tag } : {}),
  }
}
