// What labels are made of beside their kind: brackets, pages that are not counted, and the numbering of a whole book kept as a template.
import type { Schemas } from '../../shared/api.ts'
import type { Kind, Page } from './queries.ts'

type Input = Schemas['PaginateInput']

/** The same kind for what is counted and not printed. */
export const bracketedOf = (kinds: readonly Kind[], kind: Kind | undefined): Kind | undefined =>
  kind && kinds.find(({ caption }) => caption === `[${kind.caption}]`)

/** Kinds that say what a page is, and count nothing. */
export const countsNothing = ({ caption }: Kind): boolean => !/\{[a-z]\}/i.test(caption)
export const hasSides = ({ caption }: Kind): boolean => caption.includes('{s}')

/** Pages that follow each other with labels of one kind, counted on. */
export interface Run {
  readonly type: number
  readonly start: number
  readonly count: number
}
export interface Template {
  readonly name: string
  /** What stands before and behind the run that takes as many pages as there are */
  readonly before: readonly Run[]
  readonly main: Omit<Run, 'count'>
  readonly behind: readonly Run[]
}

/** How the pages are numbered; undefined where one has no label, or one of no known kind. */
function runsOf(pages: readonly Page[], kinds: readonly Kind[]): readonly Run[] | undefined {
  const runs: (Run & { readonly last: number | null })[] = []
  for (const { pagination } of pages) {
    const { type, value } = pagination
    const kind = kinds.find(({ id }) => id === type)
    if (!kind) return undefined
    const run = runs.at(-1)
    const goesOn =
      run?.type === kind.id && (run.last === null || value === null ? run.last === value : value - run.last === kind.step || (hasSides(kind) && value === run.last))
    if (run && goesOn) runs[runs.length - 1] = { ...run, count: run.count + 1, last: value }
    else runs.push({ type: kind.id, start: value ?? 1, count: 1, last: value })
  }
  return runs.map(({ last: _, ...run }) => run)
}

/** The numbering of a title: its longest run is what varies from book to book. */
export function templateOf(name: string, pages: readonly Page[], kinds: readonly Kind[]): Template | undefined {
  const runs = runsOf(pages, kinds)
  if (!runs || runs.length === 0) return undefined
  const longest = runs.reduce((best, run, at) => (run.count > (runs[best]?.count ?? 0) ? at : best), 0)
  const { count: _, ...main } = runs[longest] as Run
  return { name, before: runs.slice(0, longest), main, behind: runs.slice(longest + 1) }
}

/** As one request; undefined where there are fewer pages than the template names. */
export function asked({ before, main, behind }: Template, pages: readonly number[]): Omit<Input, 'dryRun'> | undefined {
  const sum = (runs: readonly Run[]) => runs.reduce((all, { count }) => all + count, 0)
  const [first, last] = [pages[0], pages.at(-1)]
  if (first === undefined || last === undefined || sum(before) + sum(behind) >= pages.length) return undefined
  let at = 0
  const others = (runs: readonly Run[]) => runs.map(({ type, start, count }) => ({ type, start, pages: pages.slice(at, (at += count)) }))
  const front = others(before)
  at = pages.length - sum(behind)
  return { from: first, to: last, ...main, others: [...front, ...others(behind)] }
}
