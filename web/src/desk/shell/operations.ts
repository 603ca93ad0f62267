// What was done here last, to be taken back; kept for this window, so that a reload does not lose it.
import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { taken } from '../../shared/api.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'

export interface Done {
  /** Number of the operation in the log; undefined where there is nothing to take back */
  readonly batch: number | undefined
  /** The way back of what is several operations; it is gone with the window */
  readonly back?: () => Promise<unknown>
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
export const batchOf = (answer: { readonly links?: { readonly undo?: string } & { readonly [name: string]: unknown } }): number | undefined => {
  const found = /operations\/(\d+)\/undo/.exec(answer.links?.undo ?? '')
  return found ? Number(found[1]) : undefined
}

/** The operation of an answer without a document that names it, by its header. @throws ApiProblem */
export async function withOperation(asked: Parameters<typeof taken<unknown>>[0]): Promise<number | undefined> {
  const answer = await asked
  await taken(Promise.resolve(answer))
  const number = Number(answer.response.headers.get('operation'))
  return number > 0 ? number : undefined
}

/** No two have one moment: it is what they are told apart by. */
export const note = (done: Omit<Done, 'at'>): void => set([{ ...done, at: Math.max(Date.now(), (all[0]?.at ?? 0) + 1) }, ...all])

/** Whether an operation was done in this window, which has drawn its outcome already. */
export const isOwn = (batch: number | null): boolean => batch !== null && all.some(each => each.batch === batch)

export const canUndo = ({ batch, back, isUndone }: Done): boolean => !isUndone && (batch !== undefined || back !== undefined)

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const none: readonly Done[] = []

const mark = (at: number, isUndone: boolean): void => set(all.map(each => (each.at === at ? { ...each, isUndone } : each)))
/** What is taken back, one after the other: each was made upon the one before it. */
let line: Promise<void> = Promise.resolve()

export function useOperations() {
  const api = useApi()
  const queries = useQueryClient()
  const say = useSay()
  const operations = useSyncExternalStore(subscribe, () => all, () => none)
  const takeBack = async (done: Done): Promise<void> => {
    try {
      if (done.batch === undefined) await done.back?.()
      else await taken(api.POST('/api/v1/operations/{batch}/undo', { params: { path: { batch: done.batch } } }))
      note({ batch: undefined, text: say('undo.done', { text: done.text }) })
      void queries.invalidateQueries()
    } catch (error) {
      mark(done.at, false)
      note({ batch: undefined, tone: 'bad', text: error instanceof Error ? error.message : say('problem.unknown') })
    }
  }
  const undo = (done: Done | undefined): Promise<void> => {
    if (!done || !canUndo(done)) return line
    // at once: the next Ctrl-Z is about the one before it, and waits its turn
    mark(done.at, true)
    line = line.then(() => takeBack(done))
    return line
  }
  return { operations, undo, undoLast: () => undo(all.find(canUndo)) }
}
