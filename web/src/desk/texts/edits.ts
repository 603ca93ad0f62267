// What is typed on a page and how it is stored: only over what was read; where others were quicker, by line.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { draftOf, type Edits, isStale, keepDraft, loadLines, merged, type Stored, textNow, whole } from './lines.ts'

export function useEdits(page: number, stored: Stored, name: string) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const [begin] = useState(() => merged(draftOf(page), textNow(stored)))
  const [edits, setEdits] = useState(begin.edits)
  const [conflicts, setConflicts] = useState(begin.conflicts)
  const [isSaving, setSaving] = useState(false)
  const [error, setError] = useState<unknown>()
  const [wasKept] = useState(Object.keys(begin.edits).length + begin.conflicts.length > 0)
  useEffect(() => {
    // what is not decided yet stays kept as it was
    if (conflicts.length > 0) return undefined
    const timer = setTimeout(() => keepDraft(page, edits), 250)
    return () => {
      clearTimeout(timer)
      keepDraft(page, edits)
    }
  }, [page, edits, conflicts])
  // what was taken back or changed elsewhere meanwhile goes under what is typed
  useEffect(() => {
    const again = merged(edits, textNow(stored))
    if (again.conflicts.length > 0) setConflicts(again.conflicts)
    setEdits(again.edits)
  }, [stored.etag])

  const send = async (what: Edits, etag: string) => {
    const params = { path: { id: page }, header: { 'if-match': etag } as never }
    const plain = what[whole]
    if (plain)
      return await taken(
        api.PUT('/api/v1/pages/{id}/text', {
          params,
          body: plain.text as never,
          bodySerializer: body => body as string,
          headers: { 'content-type': 'text/plain' },
        }),
      )
    const lines = Object.entries(what).map(([n, { text }]) => ({ n: Number(n), text }))
    return await taken(api.PATCH('/api/v1/pages/{id}/lines', { params, body: { lines } }))
  }
  /** @returns whether all is stored */
  const store = async (what: Edits, from: Stored, isAgain = false): Promise<boolean> => {
    try {
      const answer = await send(what, from.etag)
      note({ batch: batchOf(answer), text: say('texts.saved', { count: Object.keys(what).length, name }) })
      setEdits({})
      keepDraft(page, {})
      setError(undefined)
      queries.setQueryData(['texts', page], await loadLines(api, page))
      void queries.invalidateQueries({ predicate: ({ queryKey }) => ['log', 'pages'].includes(String(queryKey[0])) || queryKey[1] === 'history' })
      return true
    } catch (fault) {
      if (!isStale(fault)) {
        setError(fault)
        return false
      }
      const now = await loadLines(api, page)
      const together = merged(what, textNow(now))
      setEdits(together.edits)
      setConflicts(together.conflicts)
      queries.setQueryData(['texts', page], now)
      return together.conflicts.length === 0 && !isAgain ? await store(together.edits, now, true) : false
    }
  }
  const save = async (what: Edits = edits): Promise<boolean> => {
    if (Object.keys(what).length === 0) return true
    if (isSaving) return false
    setSaving(true)
    try {
      return await store(what, stored)
    } catch (fault) {
      setError(fault)
      return false
    } finally {
      setSaving(false)
    }
  }
  return {
    edits,
    conflicts,
    isSaving,
    error,
    wasKept,
    save,
    isChanged: Object.keys(edits).length > 0,
    set: (key: string, text: string) => setEdits(before => ({ ...before, [key]: { base: before[key]?.base ?? textNow(stored)(key) ?? '', text } })),
    drop: (key: string) => setEdits(before => Object.fromEntries(Object.entries(before).filter(([each]) => each !== key))),
    dropAll: () => setEdits({}),
    decide: (mine: ReadonlySet<string>) => {
      const all = { ...edits }
      for (const { key, mine: text, theirs } of conflicts) if (mine.has(key)) all[key] = { base: theirs, text }
      setConflicts([])
      setEdits(all)
      void save(all)
    },
    leave: () => setConflicts([]),
  }
}
export type Editing = ReturnType<typeof useEdits>
