// The service as this application sees it: the public API, typed by what the service says of itself.
import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from './api.generated.d.ts'

export type Api = Client<paths>
export type Schemas = components['schemas']
export type ReadingObject = Schemas['ReadingObject']
export type ReadingCard = Schemas['ReadingCard']
export type SearchResult = paths['/api/v1/search']['get']['responses'][200]['content']['application/json']

export const createApi = (options: { baseUrl: string; fetch?: (request: Request) => Promise<Response> }): Api =>
  createClient<paths>(options)

/** What the service declined, with its own words, or that it could not be reached (status 0). */
export class ApiProblem extends Error {
  readonly status: number
  readonly title: string
  /** What is wrong where: pointers into what was sent */
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
  /** What else the service says about it, as for a release the notes that hold it back */
  readonly more: Readonly<Record<string, unknown>>
  constructor(status: number, title: string, detail?: string, errors: ApiProblem['errors'] = [], more: ApiProblem['more'] = {}) {
    super(detail ?? title)
    this.name = 'ApiProblem'
    this.status = status
    this.title = title
    this.errors = errors
    this.more = more
  }
}

/** What changes of a reader who has logged in carry: the token of the session. */
export async function sessionHeaders(api: Api): Promise<Record<string, string>> {
  const { csrfToken } = await taken(api.GET('/api/v1/session'))
  return csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }
}

interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The document of an answer. @throws ApiProblem */
export async function taken<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await asked
  } catch {
    throw new ApiProblem(0, 'offline')
  }
  // 204 has no document
  if (answer.data !== undefined || answer.response.status === 204) return answer.data as T
  const problem = answer.error as { title?: string; detail?: string; errors?: ApiProblem['errors']; readonly [name: string]: unknown } | undefined
  throw new ApiProblem(answer.response.status, problem?.title ?? answer.response.statusText, problem?.detail, problem?.errors, problem)
}
