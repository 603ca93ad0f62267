// What the pages of collections ask for. Keys begin with `domains`, so that a change makes stale what it touched.
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { note } from '../shell/operations.ts'

export type Domain = Schemas['Domain']
export type Config = Schemas['DomainConfig']
export type Option = Config['options'][number]

export const collectionsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['domains', 'counted'],
    queryFn: async () => (await taken(api.GET('/api/v1/domains', { params: { query: { view: 'full', counts: 'true' } } }))).items as Domain[],
  })

/** Collections directly below another, or those below none that is shown. */
export const below = (domains: readonly Domain[], parent: Domain | undefined): Domain[] =>
  domains.filter(each =>
    parent
      ? each.level === parent.level + 1 && each.path.startsWith(parent.path)
      : !domains.some(other => other.id !== each.id && each.path.startsWith(other.path)),
  )

export const configQuery = (api: Api, domain: string) =>
  queryOptions({
    queryKey: ['domains', 'config', domain],
    queryFn: async () => {
      const asked = api.GET('/api/v1/domains/{domain}/config', { params: { path: { domain } } })
      const config = (await taken(asked)) as Config
      return { config, etag: (await asked).response.headers.get('etag') ?? '' }
    },
  })

export const picturesQuery = (api: Api, domain: string) =>
  queryOptions({
    queryKey: ['domains', 'pictures', domain],
    queryFn: async () => (await taken(api.GET('/api/v1/domains/{domain}/pictures', { params: { path: { domain } } }))).items,
  })

/** Changes a collection as it was read. @throws ApiProblem 412 where somebody was faster */
export const patchDomain = (api: Api, domain: { readonly name: string; readonly version: number }, body: Schemas['DomainPatchInput']): Promise<Domain> =>
  taken(
    api.PATCH('/api/v1/domains/{domain}', { params: { path: { domain: domain.name }, header: { 'If-Match': `"${domain.version}"` } as never }, body }),
  ) as Promise<Domain>

export const isStale = (error: unknown): boolean => error instanceof ApiProblem && error.status === 412

/** What is wrong with a member of what was sent. */
export const faultAt = (error: unknown, member: string): string | undefined =>
  error instanceof ApiProblem ? error.errors.find(({ pointer }) => pointer === `/${member}` || pointer.startsWith(`/${member}/`))?.detail : undefined

/** Says what was done, and has everything about collections read again. */
export function useDone(): (text: string) => Promise<void> {
  const queries = useQueryClient()
  return async text => {
    note({ batch: undefined, text })
    await queries.invalidateQueries({ queryKey: ['domains'] })
  }
}
