import { queryOptions } from '@tanstack/react-query'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { cursorOf } from '../queries.ts'

export type Page = Schemas['Page']
export type Kind = Schemas['PaginationKinds']['items'][number]

/** All pages of a title in reading order, a thousand at a time. */
export const pagesQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['pages', id],
    queryFn: async () => {
      const pages: Page[] = []
      let cursor: string | undefined
      do {
        const answer = await taken(
          api.GET('/api/v1/titles/{id}/pages', {
            params: { path: { id }, query: { limit: 1000, ...(cursor ? { cursor } : {}) } },
          }),
        )
        pages.push(...answer.items)
        cursor = cursorOf(answer)
      } while (cursor !== undefined)
      return pages
    },
  })

/** The outline, with the version that a save is checked against. */
export const outlineQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['pages', 'outline', id],
    queryFn: async () => {
      const answer = await api.GET('/api/v1/titles/{id}/structure', { params: { path: { id } } })
      if (!answer.data) throw new ApiProblem(answer.response.status, answer.response.statusText)
      return { children: answer.data.children, etag: answer.response.headers.get('etag') ?? '*' }
    },
  })

export const kindsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['pagination'],
    staleTime: Infinity,
    queryFn: () => taken(api.GET('/api/v1/pagination')),
  })
