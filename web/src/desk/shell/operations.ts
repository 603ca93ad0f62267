// What was done here last, to be taken back; kept for this window, so that a reload does not lose it.
import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { taken } from '../../shared/api.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'

export interface Done {
  /** Number of the operation in the log; undefined where there is nothing to take back */
  readonly batch: number | undefined
  readonly text: string
  readonly at: number
  readonly isUndone?: boolean
  readonly tone?: 'bad'
}

const kept = 20
const place = 'desk-operations'
const listeners = new Set<() => void>()
let all: readonly Done[] = typeof sessionStorage === 'undefined' ? [] : read()

function read(): readonly Done[] {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? '[]') as Done[]
  } catch {
    return []
  }
}

function set(next: readonly Done[]): void {
  all = next.slice(0, kept)
  try {
    sessionStorage.setItem(place, JSON.stringify(all))
  } catch {
    // a browser that keeps nothing still has the list until the window is closed
  }
  for (const listener of listeners) listener()
}

/** The operation of an answer, by the link that undoes it. */
export const batchOf = (answer: { readonly links?: { readonly [name: string]: string } }): number | undefined => {
  const found = /operations\/(\d+)\/undo/.exec(answer.links?.['undo'] ?? '')
  return found ? Number(found[1]) : undefined
}

export const note = (done: Omit<Done, 'at'>): void => set([{ ...done, at: Date.now() }, ...all])

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const none: readonly Done[] = []

export function useOperations() {
  const api = useApi()
  const queries = useQueryClient()
  const say = useSay()
  const operations = useSyncExternalStore(subscribe, () => all, () => none)
  const undo = async (done: Done | undefined): Promise<void> => {
    if (done?.batch === undefined || done.isUndone) return
    try {
      await taken(api.POST('/api/v1/operations/{batch}/undo', { params: { path: { batch: done.batch } } }))
      set(all.map(each => (each.batch === done.batch ? { ...each, isUndone: true } : each)))
      note({ batch: undefined, text: say('undo.done', { text: done.text }) })
      await queries.invalidateQueries()
    } catch (error) {
      note({ batch: undefined, tone: 'bad', text: error instanceof Error ? error.message : say('problem.unknown') })
    }
  }
  return { operations, undo, undoLast: () => undo(all.find(each => each.batch !== undefined && !each.isUndone)) }
}
