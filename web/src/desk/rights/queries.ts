// Entries of a node or a collection, and what somebody may do there.
import { queryOptions } from '@tanstack/react-query'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import type { Place } from '../queries.ts'

export type Rights = Schemas['Rights']
export type Entry = Schemas['RightsEntry']
export type NewEntry = Schemas['NewRightsEntryInput']
export type Reason = Schemas['RightsReason']
export type Preview = Schemas['RightsPreview']
export type Right = Entry['right']

export const rightNames = [
  'see',
  'see-image',
  'unmarked',
  'text',
  'download',
  'master',
  'annotate',
  'edit',
  'create',
  'structure',
  'release',
  'bin',
  'purge',
  'import',
  'order',
  'manage-rights',
] as const satisfies readonly Right[]

export const rightsQuery = (api: Api, place: Place) =>
  queryOptions({
    queryKey: ['rights', place],
    retry: false,
    queryFn: async () => {
      const asked =
        'node' in place
          ? api.GET('/api/v1/tree/{id}/rights', { params: { path: { id: place.node } } })
          : api.GET('/api/v1/domains/{domain}/rights', { params: { path: { domain: place.domain } } })
      const rights = await taken<Rights>(asked as never)
      return { rights, etag: (await asked).response.headers.get('etag') ?? '' }
    },
  })

export interface Asked {
  readonly user?: string
  readonly group?: number
  readonly anonymous?: 'true'
  readonly address?: string
}
export const permissionsQuery = (api: Api, place: Place, asked: Asked) =>
  queryOptions({
    queryKey: ['rights', place, 'of', asked],
    retry: false,
    queryFn: () =>
      'node' in place
        ? taken(api.GET('/api/v1/tree/{id}/permissions', { params: { path: { id: place.node }, query: asked as never } }))
        : taken(api.GET('/api/v1/domains/{domain}/permissions', { params: { path: { domain: place.domain }, query: asked as never } })),
  })

export const previewOf = (api: Api, place: Place, body: Schemas['NewRightsInput']): Promise<Preview> =>
  'node' in place
    ? taken(api.POST('/api/v1/tree/{id}/rights/preview', { params: { path: { id: place.node } }, body }))
    : taken(api.POST('/api/v1/domains/{domain}/rights/preview', { params: { path: { domain: place.domain } }, body }))

export const saveRights = (api: Api, place: Place, body: Schemas['NewRightsInput'], etag: string): Promise<Rights> => {
  const header = { 'If-Match': etag }
  return 'node' in place
    ? taken(api.PUT('/api/v1/tree/{id}/rights', { params: { path: { id: place.node }, header } as never, body }))
    : taken(api.PUT('/api/v1/domains/{domain}/rights', { params: { path: { domain: place.domain }, header } as never, body }))
}
