// Work that runs on the server: asked for often while there is some, seldom otherwise. Jobs begun here say how they ended.
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { note } from './operations.ts'

export type Job = Schemas['Job']

const watched = new Map<number, string>()
const listeners = new Set<() => void>()
let version = 0
const changed = () => {
  version += 1
  for (const listener of listeners) listener()
}

/** @param text what is said when the job has done its work */
export function watchJob(id: number, text: string): void {
  watched.set(id, text)
  changed()
}

const runningQuery = (api: Api) =>
  queryOptions({
    queryKey: ['jobs', 'open'],
    queryFn: async () => {
      const [running, waiting] = await Promise.all(
        (['running', 'waiting'] as const).map(state =>
          taken(api.GET('/api/v1/jobs', { params: { query: { state, limit: 20 } } })),
        ),
      )
      return { running: running?.items ?? [], waiting: waiting?.items ?? [] }
    },
  })

export function useWork() {
  const api = useApi()
  const queries = useQueryClient()
  const say = useSay()
  const isAllowed = useMay()('job')
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => version,
    () => 0,
  )
  const open = useQuery({
    ...runningQuery(api),
    enabled: isAllowed,
    refetchInterval: ({ state }) =>
      (state.data?.running.length ?? 0) + (state.data?.waiting.length ?? 0) + watched.size > 0 ? 1500 : 20_000,
  })
  const ids = [...watched.keys()]
  const mine = useQuery({
    queryKey: ['jobs', 'mine', ...ids],
    enabled: ids.length > 0,
    refetchInterval: 1000,
    queryFn: () => Promise.all(ids.map(id => taken(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } })))),
  })
  useEffect(() => {
    for (const job of mine.data ?? []) {
      const text = watched.get(job.id)
      if (text === undefined || job.endedAt === null) continue
      watched.delete(job.id)
      const result = job.result as { batch?: number } | null
      if (job.state === 'done') note({ batch: result?.batch, text })
      else note({ batch: undefined, tone: 'bad', text: say('work.failed', { text, reason: job.error ?? job.state }) })
      changed()
      void queries.invalidateQueries()
    }
  }, [mine.data, queries, say])
  return { running: open.data?.running ?? [], waiting: open.data?.waiting ?? [], isAllowed }
}
