// What a search is, as its address holds it.
import type { SearchQuery } from '../../shared/queries.ts'

export const sorts = ['relevance', 'title', 'date', '-date', 'person', '-release'] as const
export type Sort = (typeof sorts)[number]
export const fields = ['all', 'record', 'title', 'person', 'subject', 'fulltext'] as const
export type Field = (typeof fields)[number]
export const pageSize = 24

export interface FindSearch {
  readonly q?: string | undefined
  readonly field?: Field | undefined
  /** Name of a collection */
  readonly in?: string | undefined
  /** Number of a title: it and what is below it */
  readonly within?: string | undefined
  readonly type?: string | undefined
  readonly language?: string | undefined
  readonly person?: string | undefined
  readonly subject?: string | undefined
  readonly place?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly sort?: Sort | undefined
  /** Page of the list, from 1 */
  readonly page?: string | undefined
  readonly as?: 'list' | 'grid' | undefined
}

/** Names that titles are narrowed by, as the records write them. */
export const names = ['person', 'subject', 'place'] as const
/** Whether anything is asked: words, or a name. */
export const isAsked = (search: FindSearch): boolean => search.q !== undefined || names.some(name => search[name] !== undefined)

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find(each => each === value)
const text = (value: unknown, pattern = /./s): string | undefined =>
  typeof value === 'string' && value.length <= 1000 && pattern.test(value) ? value : undefined

/** What is not understood is left out: an address that was shortened by hand still leads somewhere. */
export const findSearch = (search: Record<string, unknown>): FindSearch => ({
  q: text(search['q'], /\S/),
  field: oneOf(fields, search['field']),
  in: text(search['in'], /^[\w.-]{1,120}$/),
  within: text(search['within'], /^\d{1,9}$/),
  type: text(search['type'], /^[\w-]{1,60}$/),
  language: text(search['language'], /^[\w-]{1,10}$/),
  ...Object.fromEntries(names.map(name => [name, text(search[name], /^.{1,200}$/s)])),
  from: text(search['from'], /^\d{4}$/),
  to: text(search['to'], /^\d{4}$/),
  sort: oneOf(sorts, search['sort']),
  page: text(search['page'], /^[1-9]\d{0,3}$/),
  as: oneOf(['list', 'grid'] as const, search['as']),
})
export const collectionSearch = findSearch

/** The request that answers it. @param collection where it is the list of a collection */
export function queryOf(search: FindSearch, collection?: string): SearchQuery {
  const query: SearchQuery = {
    limit: pageSize,
    start: (Number(search.page ?? 1) - 1) * pageSize,
    facets: 'true',
    // a collection is listed by its works; who asks for something finds volumes, issues and articles, too
    level: (collection === undefined && isAsked(search)) || search.q !== undefined || search.within !== undefined ? 'all' : 'top',
    sort: search.sort ?? (search.q === undefined ? 'title' : 'relevance'),
  }
  const domain = collection ?? search.in
  if (search.q !== undefined) query.q = search.q
  if (search.field !== undefined) query.field = search.field
  if (domain !== undefined) query.domain = domain
  if (search.within !== undefined) query.within = Number(search.within)
  if (search.type !== undefined) query.type = search.type
  if (search.language !== undefined) query.language = search.language
  for (const name of names) if (search[name] !== undefined) query[name] = search[name]
  if (search.from !== undefined) query.from = search.from
  if (search.to !== undefined) query.to = search.to
  return query
}
