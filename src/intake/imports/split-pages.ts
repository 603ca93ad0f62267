// A file of several pages where the document names one: each of them becomes a page, behind the one that was named.
import { changed, type ImportPlan, type PlannedPage } from '../plans/index.ts'

/** The pages that a planned page is, by their places in its file; the first is the planned one. */
export const partsOf = (page: PlannedPage, count: number): PlannedPage[] => [
  page,
  ...Array.from({ length: count - 1 }, (_, at) => ({
    ...page,
    ident: `${page.ident.slice(0, 240)}#${at + 2}`,
    order: page.order + (at + 1) / count,
    label: undefined,
    identifiers: [],
    keepId: undefined,
    text: undefined,
  })),
]

/** The plan with the parts in the places of the pages that were split. */
export function withParts(
  plan: ImportPlan,
  parts: ReadonlyMap<PlannedPage, readonly PlannedPage[]>,
): ImportPlan {
  if (parts.size === 0) return plan
  return {
    ...plan,
    titles: changed(
      plan.titles,
      title => title,
      page => parts.get(page) ?? [page],
    ),
  }
}
