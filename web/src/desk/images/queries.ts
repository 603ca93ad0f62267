import { queryOptions } from '@tanstack/react-query'
import { type Api, ApiProblem, taken } from '../../shared/api.ts'

async function withTag<T>(asked: Promise<{ readonly data?: T; readonly error?: unknown; readonly response: Response }>): Promise<{ value: T; etag: string }> {
  let etag = ''
  const value = await taken(
    asked.then(answer => {
      etag = answer.response.headers.get('etag') ?? ''
      return answer
    }),
  )
  return { value, etag }
}

/** What is stored of the image of a page, with the version that an edit is checked against; asked again while it is being made. */
export const imageQuery = (api: Api, page: number) =>
  queryOptions({
    queryKey: ['images', page],
    queryFn: () => withTag(api.GET('/api/v1/pages/{id}/pack', { params: { path: { id: page } }, cache: 'no-store' })),
    refetchInterval: ({ state }) => (state.data?.value.state === 'wanted' ? 1000 : false),
    // a page without a master has no image, and that is an answer
    retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.status === 404),
  })

export const onePageQuery = (api: Api, page: number) =>
  queryOptions({
    queryKey: ['pages', 'one', page],
    queryFn: () => withTag(api.GET('/api/v1/pages/{id}', { params: { path: { id: page } }, cache: 'no-store' })),
  })

/** The image as it is served, no larger than a screen; another version is another address, so that no copy of before is shown. */
export const pictureOf = (page: number, version: number) => `/iiif/image/3/${page}/full/!1600,1600/0/default.jpg?v=${version}`
