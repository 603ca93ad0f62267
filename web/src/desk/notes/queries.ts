// What is asked about notes, and what they are called.
import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import type { paths } from '../../shared/api.generated.d.ts'
import { useFormats } from '../../shared/text.ts'
import { cursorOf } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { note as done } from '../shell/operations.ts'
import { useSay } from '../texts.ts'

export type Note = Schemas['Note']
type NotesQuery = NonNullable<paths['/api/v1/notes']['get']['parameters']['query']>
type Batch = paths['/api/v1/notes/batch']['post']['requestBody']['content']['application/json']

export const notesQuery = (api: Api, query: Omit<NotesQuery, 'cursor' | 'limit'>, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['notes', 'list', query, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/notes', { params: { query: { ...query, limit, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export const noteQuery = (api: Api, note: number) =>
  queryOptions({
    queryKey: ['notes', 'one', note],
    queryFn: () => taken(api.GET('/api/v1/notes/{note}', { params: { path: { note } } })),
  })

/** What is not settled on a node and below it, by one request. */
export const notesBelowQuery = (api: Api, id: number) =>
  queryOptions({
    queryKey: ['notes', 'below', id],
    queryFn: async () =>
      (await taken(api.GET('/api/v1/tree/{id}/notes', { params: { path: { id }, query: { below: 'true', state: 'unsettled' } } }))).items,
  })

export const kindsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['notes', 'kinds'],
    staleTime: 60_000,
    queryFn: () => taken(api.GET('/api/v1/notes/kinds')),
  })

/** Kinds as people know them; one that is no longer offered goes by its name. */
export function useKindName(): (kind: string) => string {
  const { data } = useQuery(kindsQuery(useApi()))
  const { typeName } = useFormats()
  return name => typeName(data?.items.find(kind => kind.name === name) ?? null) || name
}

/** Where a note stands: the title, and in it the page or part. */
export function usePlaceName(): (note: Note) => string {
  const say = useSay()
  return ({ node, title }) => {
    const own = node.caption ?? `#${node.id}`
    if (!title) return own
    return `${title.caption ?? `#${title.id}`} · ${node.datatype === 'page' ? say('notes.page', { label: node.caption ?? '–' }) : own}`
  }
}

/** Makes stale what shows notes, or how many there are. */
export function useNotesChanged(): () => Promise<void> {
  const queries = useQueryClient()
  return () =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => (queryKey[0] === 'notes' && queryKey[1] !== 'kinds') || (queryKey[0] === 'tree' && queryKey[1] === 'counts') || queryKey[0] === 'log',
    })
}

/** One thing done to some notes, with its undo. */
export function useNoteAct() {
  const say = useSay()
  const api = useApi()
  const changed = useNotesChanged()
  return useMutation({
    mutationFn: (body: Batch) => taken(api.POST('/api/v1/notes/batch', { body })),
    onSuccess: async (answer, { action }) => {
      done({ batch: answer.batch ?? undefined, text: say(`notes.did.${action}`, { count: answer.changed }) })
      await changed()
    },
  })
}
