// Who works here, and what is sent along with each request: the token of the session, or a key that is nowhere but in this window's memory.
import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { useAddress } from '../../app/room.tsx'
import { useSay } from '../texts.ts'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { confirmed } from './confirm.ts'

export type Session = Schemas['Session']
export type Right = Session['rights'][number]

const credentials = { key: undefined as string | undefined, token: undefined as string | undefined }
const wired = new WeakSet<Api>()
/** Requests as they were sent, for those that have to be sent again */
const sent = new WeakMap<Request, Request>()

/** Headers for requests that no typed call makes: images, uploads. */
export const credentialHeaders = (): Record<string, string> => ({
  'x-application': 'Firefolio desk',
  ...(credentials.key === undefined ? {} : { authorization: `Bearer ${credentials.key}` }),
  ...(credentials.key === undefined && credentials.token !== undefined ? { 'x-csrf-token': credentials.token } : {}),
})
/** Images of pages that are not released need the key, which no `<img>` sends. */
export const hasKey = (): boolean => credentials.key !== undefined

function wire(api: Api, queries: QueryClient): void {
  if (wired.has(api)) return
  wired.add(api)
  api.use({
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(credentialHeaders())) request.headers.set(name, value)
      if (request.method !== 'GET') sent.set(request, request.clone())
      return request
    },
    // the session may have ended meanwhile: who asks is asked anew
    onResponse: async ({ request, response }) => {
      if (response.status === 401 && !request.url.endsWith('/session'))
        void queries.invalidateQueries({ queryKey: ['session'] })
      const again = response.status === 428 ? sent.get(request) : undefined
      return again ? await confirmed(again, response) : response
    },
  })
}

const remember = (session: Session): Session => {
  credentials.token = session.csrfToken ?? undefined
  return session
}

const sessionQuery = (api: Api, queries: QueryClient) =>
  queryOptions({
    queryKey: ['session'],
    enabled: typeof document !== 'undefined',
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: 'always',
    queryFn: async () => {
      wire(api, queries)
      return remember(await taken(api.GET('/api/v1/session')))
    },
  })

export function useApi(): Api {
  return useRouteContext({ from: '__root__' }).api
}

export function useSession() {
  const api = useApi()
  const queries = useQueryClient()
  const at = useAddress()
  const asked = useQuery(sessionQuery(api, queries))
  const enter = (session: Session) => {
    queries.setQueryData(['session'], remember(session))
    void queries.invalidateQueries({ predicate: query => !['session', 'desk-texts'].includes(String(query.queryKey[0])) })
  }
  return {
    session: asked.data,
    problem: asked.error,
    /** A session that began by another way in */
    enter,
    logIn: async (login: string, password: string): Promise<void> => {
      wire(api, queries)
      credentials.key = undefined
      enter(await taken(api.POST('/api/v1/session', { body: { login, password } })))
    },
    /** @throws ApiProblem where the service knows no such key; nothing is remembered then */
    enterKey: async (key: string): Promise<void> => {
      wire(api, queries)
      credentials.key = key
      try {
        enter(await taken(api.GET('/api/v1/session')))
      } catch (error) {
        credentials.key = undefined
        throw error
      }
    },
    logOut: async (): Promise<void> => {
      const onward = credentials.key === undefined ? asked.data?.links['logOut'] : undefined
      if (credentials.key === undefined) await api.DELETE('/api/v1/session', { params: { query: {} } })
      credentials.key = undefined
      credentials.token = undefined
      queries.clear()
      location.assign(onward === undefined ? location.pathname : at(onward))
    },
  }
}

/** People by name where it is known: oneself; others by the beginning of their number. */
export function useActorName(): (actor: string | null) => string {
  const say = useSay()
  const { data } = useQuery(sessionQuery(useApi(), useQueryClient()))
  return actor =>
    actor === null || actor === 'operator' || actor === 'public'
      ? say('operator')
      : actor === data?.user?.id
        ? data.user.name
        : /^[0-9a-f]{8}-/.test(actor)
          ? say('somebody', { number: actor.slice(0, 8) })
          : actor
}

export const mayIn = (session: Session | undefined, right: Right): boolean => session?.rights.includes(right) ?? false

export function useMay(): (right: Right) => boolean {
  const { data } = useQuery(sessionQuery(useApi(), useQueryClient()))
  return right => mayIn(data, right)
}
