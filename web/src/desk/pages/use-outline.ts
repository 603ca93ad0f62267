// The outline of a title as it is here: as it was read, with what has been moved since and is not saved. Moves are kept, not their outcome, so that
// they hold over what somebody else has saved meanwhile.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { type Move, moved, type OutlineElement, type OutlineNode, sent } from './outline.ts'
import { outlineQuery } from './queries.ts'

export interface Outline {
  /** Undefined until it has come */
  readonly children: readonly OutlineNode[] | undefined
  readonly isMoved: boolean
  readonly move: (move: Move) => void
  /** Takes the last move back, or all of them. */
  readonly moveBack: (all: boolean) => void
  /** @param text what is said when it is done @param children another outline than the one that is shown */
  readonly save: (text: string, children?: OutlineElement[], onDone?: () => void) => void
  readonly isSaving: boolean
  readonly error: Error | null
}

const placeOf = (id: number) => `desk-moves-${id}`

/** Moves that are not saved outlive a reload of the window. */
function useMoves(id: number) {
  const [moves, setMoves] = useState<readonly Move[]>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(placeOf(id)) ?? '[]') as Move[]
    } catch {
      return []
    }
  })
  useEffect(() => {
    if (moves.length > 0) sessionStorage.setItem(placeOf(id), JSON.stringify(moves))
    else sessionStorage.removeItem(placeOf(id))
  }, [id, moves])
  return [moves, setMoves] as const
}

export function useOutline(id: number): Outline {
  const api = useApi()
  const queries = useQueryClient()
  const { data, error } = useQuery(outlineQuery(api, id))
  const [moves, setMoves] = useMoves(id)
  const children = useMemo(() => data && moves.reduce(moved, data.children as readonly OutlineNode[]), [data, moves])
  const save = useMutation({
    mutationFn: (asked: { readonly text: string; readonly children: OutlineElement[] }) =>
      taken(
        api.PUT('/api/v1/titles/{id}/structure', {
          params: { path: { id }, header: { 'If-Match': data?.etag ?? '*' } },
          body: { children: asked.children },
        }),
      ),
    // after a refusal what stands there now is shown, too; what was moved stays until the order that was saved has come
    onSettled: async (answer, fault, { text }) => {
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['pages', 'tree', 'titles'].includes(String(queryKey[0])) })
      if (!fault) setMoves([])
      // said when it is shown: whoever goes on at once goes on from there
      if (answer) note({ batch: batchOf(answer) ?? answer.batch, text })
    },
  })
  // a refusal is told beside the outline that was read after it, and is over with the next one; both may come with one drawing
  const refused = useRef<{ readonly error: Error | null; readonly etag: string | undefined }>({ error: null, etag: undefined })
  useEffect(() => {
    if (refused.current.error !== save.error) refused.current = { error: save.error, etag: data?.etag }
    else if (save.error && refused.current.etag !== data?.etag) save.reset()
  }, [save.error, data?.etag])
  const latest = useRef({ children, save })
  latest.current = { children, save }
  // the same as long as nothing is another: what is drawn of it is drawn anew only then
  return useMemo(
    () => ({
      children,
      isMoved: moves.length > 0,
      move: move => setMoves(before => [...before, move]),
      moveBack: all => {
        latest.current.save.reset()
        setMoves(before => (all ? [] : before.slice(0, -1)))
      },
      save: (text, wanted, onDone) => {
        const elements = wanted ?? (latest.current.children && sent(latest.current.children))
        // one that is made of the outline that is being changed just now would be refused
        if (elements && !latest.current.save.isPending) latest.current.save.mutate({ text, children: elements }, onDone ? { onSuccess: onDone } : {})
      },
      isSaving: save.isPending,
      error: error ?? save.error,
    }),
    [children, moves.length, save.isPending, error, save.error, setMoves],
  )
}
