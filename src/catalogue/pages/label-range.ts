// The labels of a range of pages: one kind of pagination counts on, and pages of other kinds that stand between (unnumbered plates, blank
// leaves, plates with a counter of their own) are labelled without being counted.
import { Refusal } from '../../errors.ts'
import type { Pagination, PaginationKind } from './pagination.ts'

export interface KindRequest {
  /** A kind of config/paginate.xml, by id or name … */
  readonly type?: number | string | undefined
  /** … or a pattern of the request’s own */
  readonly pattern?: string | undefined
  readonly start: number
  readonly step?: number | undefined
  readonly side?: 'r' | 'v' | undefined
  readonly prefix?: string | undefined
}

export interface RangeRequest extends KindRequest {
  readonly others: readonly (KindRequest & { readonly pages: readonly number[] })[]
}

export interface PageLabel {
  readonly caption: string
  /** The bare label, as METS has it */
  readonly label: string | null
  readonly type: number | null
  readonly value: number | null
}

/** @throws Refusal bad-request without kind and pattern; not-processable for an unknown one */
function kindOf(pagination: Pagination, request: KindRequest): PaginationKind {
  if ((request.type === undefined) === (request.pattern === undefined))
    throw new Refusal('bad-request', 'Send either type or pattern.')
  return request.pattern === undefined
    ? pagination.get(request.type as number | string)
    : pagination.free(request.pattern)
}

function labels(pagination: Pagination, request: KindRequest, count: number): PageLabel[] {
  const kind = kindOf(pagination, request)
  return pagination.range(kind, count, request).map(({ caption, value, label }) => {
    if (value !== null && value < 0)
      throw new Refusal('not-processable', 'The counter would fall below zero.')
    if (caption.length > 250)
      throw new Refusal(
        'not-processable',
        `The label ‘${caption.slice(0, 60)} …’ is longer than 250 characters.`,
      )
    return {
      caption,
      label,
      type: kind.id === 0 ? (pagination.recognise(caption)?.kind.id ?? null) : kind.id,
      value,
    }
  })
}

/** Labels of pages in their order. @throws Refusal not-processable where a page of another kind is not in the range, or in two */
export function labelRange(
  pagination: Pagination,
  ids: readonly number[],
  request: RangeRequest,
): Map<number, PageLabel> {
  const found = new Map<number, PageLabel>()
  const inRange = new Set(ids)
  for (const other of request.others) {
    const wanted = new Set(other.pages)
    for (const id of wanted) {
      if (!inRange.has(id)) throw new Refusal('not-processable', `Page ${id} is not in the range.`)
      if (found.has(id)) throw new Refusal('not-processable', `Page ${id} is given two kinds.`)
    }
    const own = ids.filter(id => wanted.has(id))
    labels(pagination, other, own.length).forEach((label, at) => found.set(own[at] as number, label))
  }
  const main = ids.filter(id => !found.has(id))
  labels(pagination, request, main.length).forEach((label, at) => found.set(main[at] as number, label))
  return new Map(ids.map(id => [id, found.get(id) as PageLabel]))
}
