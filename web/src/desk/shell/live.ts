// Changes of others, as they happen: one request waits for the next line of the log, and what is on the screen and touched by it is asked for anew.
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type Api, ApiProblem, type Schemas, taken } from '../../shared/api.ts'
import { useApi, useMay } from '../session/session.ts'
import { cursorOf, type Place } from '../queries.ts'
import { isOwn } from './operations.ts'

type Line = Schemas['LogEntry']

const seconds = 25
const quietMs = 3000
const pauseMs = 30_000
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** What is shown comes first: nothing waits before the page has come to rest, or while nobody sees it. */
async function atRest(queries: QueryClient, signal: AbortSignal): Promise<void> {
  const isBusy = () => document.hidden || queries.isFetching() > 0 || [...document.images].some(image => !image.complete)
  for (let since = Date.now(); Date.now() - since < quietMs && !signal.aborted; ) {
    await rest(500, signal)
    if (isBusy()) since = Date.now()
  }
}

/** Nodes that a line names, and the one below which they stand now; undefined where it names none, as those of a whole level. */
function nodesOf({ entity, entityId, data }: Line): readonly number[] | undefined {
  if (!['node', 'title', 'page'].includes(entity)) return undefined
  const { ids, parent } = (data ?? {}) as { readonly ids?: unknown; readonly parent?: unknown }
  const place = typeof parent === 'number' ? [parent] : []
  if (Array.isArray(ids) && ids.every(id => typeof id === 'number')) return [...ids, ...place]
  return entityId === null ? undefined : [entityId, ...place]
}

/** Whether a line tells of what has come to the top of a domain. */
const isOfTop = ({ entity, action, data }: Line): boolean =>
  ['node', 'title'].includes(entity) && ['create', 'move'].includes(action) && typeof (data as { readonly parent?: unknown } | null)?.parent !== 'number'

const numbersIn = (value: unknown): readonly number[] =>
  Array.isArray(value) ? value.flatMap(numbersIn) : typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : typeof value === 'number' ? [value] : []
const idsOf = (data: unknown): readonly number[] => {
  const lists = data as { readonly pages?: readonly { readonly items?: readonly { readonly id: number }[] }[] } | readonly { readonly id: number }[] | undefined
  if (Array.isArray(lists)) return lists.map(({ id }) => id)
  return (lists as { pages?: { items?: { id: number }[] }[] } | undefined)?.pages?.flatMap(({ items = [] }) => items.map(({ id }) => id)) ?? []
}

const ofNodes = ['tree', 'pages', 'titles', 'texts', 'images']
/** Whether a query shows one of the nodes, or the top of a domain: its key names it, or what it answered does. */
function shows(query: Query, nodes: ReadonlySet<number> | undefined, withTops: boolean): boolean {
  const [resource, ...about] = query.queryKey
  if (resource === 'log') return true
  if (!ofNodes.includes(String(resource))) return false
  if (withTops && about[0] === 'children' && 'domain' in (about[1] as Place)) return true
  return nodes === undefined || [...numbersIn(about), ...idsOf(query.state.data)].some(id => nodes.has(id))
}

/** All lines after one, the last first, however many; where none is named the last one. */
async function linesAfter(api: Api, after: number | undefined, signal: AbortSignal): Promise<readonly Line[]> {
  const query = after === undefined ? { limit: 1 } : { after, wait: seconds, limit: 200 }
  const ask = (cursor: string | undefined) =>
    taken(api.GET('/api/v1/log', { params: { query: { ...query, ...(cursor === undefined ? {} : { cursor }) } }, signal, cache: 'no-store' }))
  const first = await ask(undefined)
  const items = [...first.items]
  for (let next = after === undefined ? undefined : cursorOf(first); next !== undefined; ) {
    const more = await ask(next)
    items.push(...more.items)
    next = cursorOf(more)
  }
  return items
}

async function follow(api: Api, queries: QueryClient, signal: AbortSignal): Promise<void> {
  let after: number | undefined
  let isNew = true
  while (!signal.aborted) {
    try {
      // what happens from now on is told, also before the page has come to rest
      if (after !== undefined && (isNew || document.hidden)) {
        await atRest(queries, signal)
        isNew = false
      }
      const items = await linesAfter(api, after, signal)
      const others = after === undefined ? [] : items.filter(({ batch }) => !isOwn(batch))
      after = items[0]?.id ?? after ?? 0
      if (others.length === 0) continue
      const named = others.map(nodesOf)
      const isOfNodes = others.some(({ entity }) => ['node', 'title', 'page', 'operation', 'import'].includes(entity))
      const nodes = named.includes(undefined) ? undefined : new Set(named.flatMap(ids => ids ?? []))
      const withTops = others.some(isOfTop)
      await queries.invalidateQueries({
        predicate: query => (isOfNodes && shows(query, nodes, withTops)) || query.queryKey[0] === 'log' || (query.queryKey[0] === 'notes' && others.some(({ entity }) => entity === 'note')) || (query.queryKey[0] === 'orders' && others.some(({ entity }) => entity === 'order')),
      })
      // a storm of changes is followed at the pace of a reader
      await rest(1000, signal)
    } catch (error) {
      if (signal.aborted) return
      await rest(error instanceof ApiProblem && error.status === 0 ? pauseMs / 6 : pauseMs, signal)
    }
  }
}

export function useLive(): void {
  const api = useApi()
  const queries = useQueryClient()
  const isAllowed = useMay()('log:read')
  useEffect(() => {
    if (!isAllowed) return undefined
    const end = new AbortController()
    void follow(api, queries, end.signal)
    return () => end.abort()
  }, [api, queries, isAllowed])
}
