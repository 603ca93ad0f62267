// What is asked about orders, and what makes it stale.
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import type { paths } from '../../shared/api.generated.d.ts'
import { cursorOf } from '../queries.ts'
import { useActorName } from '../session/session.ts'

export type Order = Schemas['Order']
export type State = Order['state']
export type Person = Order['editors'][number]
type OrdersQuery = NonNullable<paths['/api/v1/orders']['get']['parameters']['query']>

/** In the order in which they follow each other. */
export const states = ['requested', 'accepted', 'scanning', 'delivered', 'closed', 'refused', 'cancelled'] as const
export const tones = { requested: 'warn', accepted: 'plain', scanning: 'plain', delivered: 'good', closed: 'plain', refused: 'bad', cancelled: 'bad' } as const
/** They wait for nobody any more. */
export const isOver = (state: State): boolean => ['closed', 'refused', 'cancelled'].includes(state)

export const isNumber = (text: string | undefined): text is string => /^[1-9]\d{0,8}$/.test(text ?? '')

export const ordersQuery = (api: Api, query: Omit<OrdersQuery, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'list', query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) => taken(api.GET('/api/v1/orders', { params: { query: { ...query, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export const myOrdersQuery = (api: Api) =>
  queryOptions({
    queryKey: ['orders', 'mine'],
    queryFn: () => taken(api.GET('/api/v1/users/me/orders', { params: { query: { limit: 100 } } })),
  })

export const orderQuery = (api: Api, order: number) =>
  queryOptions({
    queryKey: ['orders', 'one', order],
    queryFn: () => taken(api.GET('/api/v1/orders/{order}', { params: { path: { order } } })),
  })

export const orderTitlesQuery = (api: Api, order: number) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'titles', order],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/orders/{order}/titles', { params: { path: { order }, query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export const orderFilesQuery = (api: Api, order: number) =>
  queryOptions({
    queryKey: ['orders', 'files', order],
    queryFn: async () => (await taken(api.GET('/api/v1/orders/{order}/files', { params: { path: { order } } }))).items,
  })

export const orderLogQuery = (api: Api, order: number) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'log', order],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/orders/{order}/log', { params: { path: { order }, query: { limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

/** What the fields were before each change, as one opens it. */
export const orderHistoryQuery = (api: Api, order: number) =>
  queryOptions({
    queryKey: ['orders', 'history', order],
    queryFn: async () => (await taken(api.GET('/api/v1/orders/{order}/history', { params: { path: { order } } }))).items,
  })

/** The order that a title came by: null for who does not read it, as where there is none. */
export const orderOfTitleQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['orders', 'of-title', id],
    queryFn: async () => (await taken(api.GET('/api/v1/titles/{id}/order', { params: { path: { id } } }))).order,
  })

/** A change is made on the version that is seen. */
export const onVersion = (order: Order) => ({ path: { order: order.id }, header: { 'If-Match': `"${order.meta.version}"` } })

/** Makes stale what shows orders; an answer that is the order itself is shown at once. */
export function useOrdersChanged(): (order?: Order) => Promise<void> {
  const queries = useQueryClient()
  return order => {
    if (order) queries.setQueryData(['orders', 'one', order.id], order)
    return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'orders' || queryKey[0] === 'log' })
  }
}

/** Of people of an order: those who are gone keep the beginning of their number. */
export function usePersonName(): (person: Person) => string {
  const nameOf = useActorName()
  return ({ id, name }) => name ?? nameOf(id)
}
