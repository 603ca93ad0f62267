import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { cursorOf } from '../queries.ts'

export type Harvest = Schemas['Harvest']

export const harvestsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['harvests', 'list'],
    refetchInterval: 5000,
    queryFn: async () => (await taken(api.GET('/api/v1/harvests'))).items,
  })

export const runsQuery = (api: Api, id: number) =>
  infiniteQueryOptions({
    queryKey: ['harvests', 'runs', id],
    refetchInterval: 5000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/harvests/{id}/runs', { params: { path: { id }, query: { limit: 10, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export const hotFolderQuery = (api: Api) =>
  queryOptions({ queryKey: ['hot-folder'], refetchInterval: 15_000, queryFn: () => taken(api.GET('/api/v1/hot-folder')) })
