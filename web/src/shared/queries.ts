// What pages ask for. A query's key names the answer in the cache, on the server and in the browser alike.
import { queryOptions } from '@tanstack/react-query'
import { type Api, taken } from './api.ts'
import type { paths } from './api.generated.d.ts'

export type SearchQuery = NonNullable<paths['/api/v1/search']['get']['parameters']['query']>

export const startQuery = (api: Api) =>
  queryOptions({ queryKey: ['start'], queryFn: () => taken(api.GET('/api/v1/start')) })

export type MarksQuery = NonNullable<paths['/api/v1/search/marks']['get']['parameters']['query']>
export type MarkedPage = paths['/api/v1/search/marks']['get']['responses'][200]['content']['application/json']['items'][number]

/** Where the words of a search stand on pages, by their ids. */
export const marksQuery = (api: Api, query: MarksQuery) =>
  queryOptions({
    queryKey: ['marks', query],
    staleTime: Infinity,
    queryFn: async (): Promise<ReadonlyMap<number, MarkedPage>> =>
      new Map((await taken(api.GET('/api/v1/search/marks', { params: { query } }))).items.map(page => [page.id, page])),
  })

/** @param year of a newspaper's issues: those of this one alone are fetched */
export const objectQuery = (api: Api, id: number, year = 'first') =>
  queryOptions({
    queryKey: ['object', id, year],
    queryFn: () => taken(api.GET('/api/v1/objects/{id}', { params: { path: { id }, query: { year } } })),
  })

export const faceQuery = (api: Api, domain: string) =>
  queryOptions({
    queryKey: ['face', domain],
    queryFn: () => taken(api.GET('/api/v1/domains/{domain}/face', { params: { path: { domain } } })),
  })

export const suggestionsQuery = (api: Api, q: string, domain: string | undefined) =>
  queryOptions({
    queryKey: ['suggestions', q, domain],
    queryFn: () => taken(api.GET('/api/v1/suggestions', { params: { query: { q, ...(domain === undefined ? {} : { domain }) } } })),
  })

export const searchQuery = (api: Api, query: SearchQuery) =>
  queryOptions({
    queryKey: ['search', query],
    queryFn: () => taken(api.GET('/api/v1/search', { params: { query } })),
  })
