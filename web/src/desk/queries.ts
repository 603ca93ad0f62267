// What the pages of the desk ask for. Keys begin with the resource, so that a change makes stale what it touched.
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Api, type Schemas, taken } from '../shared/api.ts'
import type { paths } from '../shared/api.generated.d.ts'
import { useFormats } from '../shared/text.ts'
import { useApi } from './session/session.ts'

export type TreeNode = Schemas['TreeNode']
export type Domain = Schemas['Domain']
export type Title = Schemas['Title']
type TitlesQuery = NonNullable<paths['/api/v1/titles']['get']['parameters']['query']>
type LogQuery = NonNullable<paths['/api/v1/log']['get']['parameters']['query']>
type ChildrenQuery = NonNullable<paths['/api/v1/tree/{id}/children']['get']['parameters']['query']>

/** What follows the last answer of a list, out of its link `next`. */
export const cursorOf = (answer: { readonly links: { readonly next?: string | undefined } }): string | undefined =>
  answer.links.next === undefined
    ? undefined
    : (new URLSearchParams(answer.links.next.split('?')[1]).get('cursor') ?? undefined)

export const typesQuery = (api: Api) =>
  queryOptions({ queryKey: ['types'], staleTime: Infinity, queryFn: () => taken(api.GET('/api/v1/types')) })

/** Names of types as people know them. The same function as long as nothing changes: rows that are drawn once take it. */
export function useTypeNames(): (datatype: string, name: string) => string {
  const { data } = useQuery(typesQuery(useApi()))
  const { locale } = useFormats()
  return useCallback(
    (datatype, name) => data?.items.find(each => each.datatype === datatype && each.name === name)?.[locale === 'de' ? 'de' : 'en'] ?? name,
    [data, locale],
  )
}

export const domainsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['domains'],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/domains', { params: { query: { view: 'full' } } }))).items as Domain[],
  })

export const titlesQuery = (api: Api, query: TitlesQuery) =>
  queryOptions({
    queryKey: ['titles', query],
    queryFn: () => taken(api.GET('/api/v1/titles', { params: { query } })),
  })

export const logQuery = (api: Api, query: LogQuery) =>
  queryOptions({ queryKey: ['log', query], queryFn: () => taken(api.GET('/api/v1/log', { params: { query } })) })

export const logPagesQuery = (api: Api, query: Omit<LogQuery, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['log', 'list', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/log', { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export const userQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id],
    staleTime: 60_000,
    queryFn: () => taken(api.GET('/api/v1/users/{id}', { params: { path: { id } } })),
  })

export const importsQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: ['imports'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/imports', { params: { query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
export const jobsQuery = (api: Api, state: JobState | undefined) =>
  infiniteQueryOptions({
    queryKey: ['jobs', 'list', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(
        api.GET('/api/v1/jobs', {
          params: { query: { limit: 50, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) } },
        }),
      ),
    getNextPageParam: cursorOf,
  })

export const usersQuery = (api: Api, q: string) =>
  infiniteQueryOptions({
    queryKey: ['users', 'list', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(
        api.GET('/api/v1/users', {
          params: { query: { limit: 50, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) } },
        }),
      ),
    getNextPageParam: cursorOf,
  })

export const nodeQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['tree', 'node', id],
    queryFn: () => taken(api.GET('/api/v1/tree/{id}', { params: { path: { id } } })),
  })

/** Where links to a node stand, the first fifty. */
export const linksQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['tree', 'links', id],
    queryFn: () => taken(api.GET('/api/v1/tree/{id}/links', { params: { path: { id }, query: { limit: 50 } } })),
  })

/** What stands below a node, and how many notes there are not settled. */
export const countsQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['tree', 'counts', id],
    queryFn: () => taken(api.GET('/api/v1/tree/{id}/counts', { params: { path: { id } } })),
  })

export const ancestorsQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['tree', 'ancestors', id],
    queryFn: async () => (await taken(api.GET('/api/v1/tree/{id}/ancestors', { params: { path: { id } } }))).items,
  })

/** Where a list of nodes begins: below a node, or at the top of a domain. */
export type Place = { readonly node: number } | { readonly domain: string }

/** @param isWhole all of them are wanted, and come in fewer answers */
export const childrenQuery = (api: Api, place: Place, filter: Omit<ChildrenQuery, 'cursor' | 'limit'> = {}, isWhole = false) =>
  infiniteQueryOptions({
    queryKey: ['tree', 'children', place, filter, ...(isWhole ? ['whole'] : [])],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) => {
      const query = { ...filter, limit: isWhole ? 1000 : 200, ...(cursor ? { cursor } : {}) }
      return 'node' in place
        ? taken(api.GET('/api/v1/tree/{id}/children', { params: { path: { id: place.node }, query } }))
        : taken(api.GET('/api/v1/tree', { params: { query: { ...query, domain: place.domain, parent: 'none' } } }))
    },
    getNextPageParam: cursorOf,
  })

export const groupsQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: ['groups', 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/groups', { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })
