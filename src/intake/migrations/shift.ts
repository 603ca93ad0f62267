// Ids of a plan moved up by one number: where some are taken here, all of them move, so that the old one is known from the new one.
import type { ImportPlan, PlannedItem, PlannedTitle } from '../plans/index.ts'

/** Largest id that the tree can hold */
export const mostId = 2_147_483_647

/** @param by added to each id; @param bare leaves the files of pages and titles out */
export function shifted(plan: ImportPlan, by: number, bare: boolean): ImportPlan {
  const id = (kept: number | undefined) => (kept === undefined ? undefined : kept + by)
  const moved = new Map<PlannedTitle, PlannedTitle>()
  const item = (of: PlannedItem): PlannedItem => {
    if (of.kind === 'part') return { ...of, title: title(of.title) }
    if (of.kind === 'link') return of
    if (of.kind === 'structure') return { ...of, keepId: id(of.keepId), children: of.children.map(item) }
    return { ...of, keepId: id(of.keepId), ...(bare ? { files: [], text: undefined } : {}) }
  }
  // a part is among the items and the children of its title: both must be the same one
  const title = (of: PlannedTitle): PlannedTitle => {
    const known = moved.get(of)
    if (known) return known
    const children: PlannedTitle[] = []
    const items: PlannedItem[] = []
    const made = { ...of, keepId: id(of.keepId), children, items, ...(bare ? { files: undefined } : {}) }
    moved.set(of, made)
    children.push(...of.children.map(title))
    items.push(...of.items.map(item))
    return made
  }
  return { ...plan, titles: plan.titles.map(title) }
}
