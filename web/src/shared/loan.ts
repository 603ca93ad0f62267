// How this browser stands to a title that is lent. While it waits it asks again, which keeps the place; while it reads, pages keep the copy.
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { type Api, type ReadingObject, type Schemas, sessionHeaders, taken } from './api.ts'

export type LoanState = Schemas['LoanState']

/** Seconds between two requests of who waits; the service gives a place away after [lending] queueTimeout. */
const waitingMs = 15_000
const readingMs = 60_000

const key = (id: number) => ['loan', id] as const

/** What who asks has borrowed and waits for. Asking again keeps the places in the queues, as the page of each title does. */
export const myLoansQuery = (api: Api) =>
  queryOptions({
    queryKey: ['loan', 'mine'],
    staleTime: 0,
    queryFn: async () => {
      const list = async () => (await taken(api.GET('/api/v1/users/me/loans', { params: { query: { limit: 200 } } }))).items
      const loans = await list()
      const waiting = typeof document === 'undefined' ? [] : loans.filter(({ state, title }) => state === 'waiting' && title !== null)
      if (waiting.length === 0) return loans
      await Promise.all(waiting.map(({ titleId }) => changeLoan(api, titleId, 'POST')))
      return await list()
    },
  })

/** Borrows, keeps, waits on; or gives back. */
export async function changeLoan(api: Api, id: number, method: 'POST' | 'DELETE'): Promise<LoanState> {
  const options = {
    params: { path: { id } },
    headers: await sessionHeaders(api),
  }
  return await taken(
    method === 'POST' ? api.POST('/api/v1/titles/{id}/loan', options) : api.DELETE('/api/v1/titles/{id}/loan', options),
  )
}

export interface Lending {
  /** Undefined until it is known */
  readonly loan: LoanState | undefined
  /** Pages may be shown: there is no limit, or this browser holds a copy */
  readonly isOpen: boolean
  readonly borrow: () => void
  readonly giveBack: () => void
  readonly isChanging: boolean
  readonly hasFailed: boolean
}

export function useLending(object: ReadingObject): Lending {
  const { api } = useRouteContext({ from: '__root__' })
  const queries = useQueryClient()
  const id = object.title.id
  const isLent = object.copies !== null
  const { data: loan } = useQuery({
    queryKey: key(id),
    queryFn: async () => {
      const known = queries.getQueryData<LoanState>(key(id))
      return known?.state === 'waiting'
        ? await changeLoan(api, id, 'POST')
        : await taken(api.GET('/api/v1/titles/{id}/loan', { params: { path: { id } } }))
    },
    enabled: isLent && typeof document !== 'undefined',
    refetchInterval: query => (query.state.data?.state === 'waiting' ? waitingMs : readingMs),
    refetchIntervalInBackground: true,
  })
  const { mutate, isPending, isError } = useMutation({
    mutationFn: (method: 'POST' | 'DELETE') => changeLoan(api, id, method),
    onSuccess: state => queries.setQueryData(key(id), state),
  })
  return {
    loan,
    isOpen: !isLent || loan?.state === 'held',
    borrow: () => mutate('POST'),
    giveBack: () => mutate('DELETE'),
    isChanging: isPending,
    hasFailed: isError,
  }
}
