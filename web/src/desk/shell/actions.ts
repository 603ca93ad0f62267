// Every page names what can be done on it; the palette lists it, and its keys work while the page is open.
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface Action {
  readonly id: string
  readonly label: string
  /** As `KeyboardEvent.key`, with `Mod+` for Ctrl or Cmd */
  readonly shortcut?: string
  readonly run: () => void
}

/** The group of what can be done on every page */
const general = 'general'
/** As the pages offered them last: what runs is always the newest */
const offered = new Map<string, readonly Action[]>()
/** As the palette lists them: it is told of a change of names and keys alone, not of each stroke in a page */
const listed = new Map<string, readonly Action[]>()
const listeners = new Set<() => void>()
let all: readonly Action[] = []
const changed = () => {
  // what a page offers goes before what is offered everywhere, whichever came first
  all = [...[...listed].flatMap(([group, actions]) => (group === general ? [] : actions)), ...(listed.get(general) ?? [])]
  for (const listener of listeners) listener()
}
const none: readonly Action[] = []

const isSameList = (one: readonly Action[], other: readonly Action[]): boolean =>
  one.length === other.length &&
  one.every(({ id, label, shortcut }, at) => id === other[at]?.id && label === other[at]?.label && shortcut === other[at]?.shortcut)

/** The same list as long as names and keys are the same; what runs is always the newest. What is drawn of it is then drawn once. */
export function useSteady(actions: readonly Action[]): readonly Action[] {
  const latest = useRef(actions)
  latest.current = actions
  const kept = useRef(none)
  if (!isSameList(kept.current, actions))
    kept.current = actions.map(action => ({ ...action, run: () => latest.current.find(({ id }) => id === action.id)?.run() }))
  return kept.current
}

/** Offers actions as long as the component is shown. */
export function useActions(group: string, actions: readonly Action[]): void {
  useEffect(() => {
    offered.set(group, actions)
    const before = listed.get(group)
    if (before && isSameList(before, actions)) return
    listed.set(
      group,
      actions.map(action => ({ ...action, run: () => offered.get(group)?.find(({ id }) => id === action.id)?.run() })),
    )
    changed()
  })
  useEffect(
    () => () => {
      offered.delete(group)
      listed.delete(group)
      changed()
    },
    [group],
  )
}

export const useAllActions = (): readonly Action[] =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => all,
    () => none,
  )

/** Boxes that are ticked take no letters. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
  !(target instanceof HTMLInputElement && target.type === 'checkbox')

const hasWords = (target: EventTarget | null): boolean => target instanceof HTMLInputElement && target.type !== 'checkbox' && target.value !== ''

const matches = (event: KeyboardEvent, shortcut: string): boolean => {
  const withMod = shortcut.startsWith('Mod+')
  const key = withMod ? shortcut.slice(4) : shortcut
  return (
    (event.ctrlKey || event.metaKey) === withMod && !event.altKey && event.key.toLowerCase() === key.toLowerCase()
  )
}

/** Keys of all actions offered; nothing happens while somebody types or a dialog is open. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const action = all.find(({ shortcut }) => shortcut !== undefined && matches(event, shortcut))
      if (!action) return
      const isPalette = action.id === 'palette'
      // a dialog whose lines are stored at once takes them back as its page does, as long as nothing is typed there
      const isUndo = action.id === 'undo' && document.querySelector('[role=dialog] [data-undo]') !== null && !hasWords(event.target)
      if (!isPalette && !isUndo && (isTyping(event.target) || document.querySelector('[role=dialog]'))) return
      event.preventDefault()
      action.run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

export const shownShortcut = (shortcut: string): string =>
  shortcut.replace('Mod+', /Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl ').replace(/[a-z]$/, key => key.toUpperCase())
