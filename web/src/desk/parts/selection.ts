// Choosing among rows by mouse and keys, as file managers have taught everybody: Shift for a range, Ctrl or Cmd for one more, Ctrl-A for all.
import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'

export interface Selection {
  readonly chosen: ReadonlySet<number>
  readonly focus: number | undefined
  readonly isChosen: (id: number) => boolean
  /** What is done to: the chosen ones in the order of the list */
  readonly list: readonly number[]
  /** A set is kept as it is, so that it can be known again among `chosen` */
  readonly set: (ids: Iterable<number>, focus?: number) => void
  readonly onRowClick: (id: number, event: MouseEvent) => void
  /** @returns whether the key was one of ours */
  readonly onKey: (event: KeyboardEvent, step?: { readonly columns: number; readonly page: number }) => boolean
}

export function useSelection(ids: readonly number[], onFocus?: (id: number) => void): Selection {
  const [state, setState] = useState<{ chosen: ReadonlySet<number>; focus?: number; anchor?: number }>({ chosen: new Set() })
  const indexOf = useMemo(() => new Map(ids.map((id, at) => [id, at])), [ids])
  const range = (from: number, to: number): number[] => {
    const [a, b] = [indexOf.get(from) ?? 0, indexOf.get(to) ?? 0]
    return ids.slice(Math.min(a, b), Math.max(a, b) + 1)
  }
  const choose = (id: number, how: { readonly extend: boolean; readonly add: boolean; readonly keep?: boolean }) => {
    setState(before => {
      if (how.extend && before.anchor !== undefined)
        return { chosen: new Set([...(how.add ? before.chosen : []), ...range(before.anchor, id)]), focus: id, anchor: before.anchor }
      if (how.keep) return { ...before, focus: id }
      if (how.add) {
        const chosen = new Set(before.chosen)
        if (!chosen.delete(id)) chosen.add(id)
        return { chosen, focus: id, anchor: id }
      }
      return { chosen: new Set([id]), focus: id, anchor: id }
    })
    onFocus?.(id)
  }
  const present = useMemo(() => ids.filter(id => state.chosen.has(id)), [ids, state.chosen])
  return {
    chosen: state.chosen,
    focus: state.focus,
    isChosen: id => state.chosen.has(id),
    list: present,
    set: (chosen, focus) =>
      setState(before => ({ ...before, ...(focus === undefined ? {} : { focus, anchor: focus }), chosen: chosen instanceof Set ? chosen : new Set(chosen) })),
    onRowClick: (id, event) => choose(id, { extend: event.shiftKey, add: event.ctrlKey || event.metaKey }),
    onKey: (event, step = { columns: 1, page: 12 }) => {
      const withMod = event.ctrlKey || event.metaKey
      if (withMod && event.key.toLowerCase() === 'a') {
        setState(before => ({ ...before, chosen: new Set(ids) }))
        return true
      }
      const at = state.focus === undefined ? -1 : (indexOf.get(state.focus) ?? -1)
      const moves: Readonly<Record<string, number>> = {
        ArrowDown: at + step.columns,
        ArrowUp: at - step.columns,
        ...(step.columns > 1 ? { ArrowRight: at + 1, ArrowLeft: at - 1 } : {}),
        PageDown: at + step.page,
        PageUp: at - step.page,
        Home: 0,
        End: ids.length - 1,
      }
      const to = moves[event.key]
      if (to !== undefined) {
        const id = ids[at < 0 && event.key !== 'End' ? 0 : Math.max(0, Math.min(ids.length - 1, to))]
        if (id !== undefined) choose(id, { extend: event.shiftKey, add: false, keep: withMod })
        return true
      }
      if (event.key === ' ' && state.focus !== undefined) {
        choose(state.focus, { extend: false, add: true })
        return true
      }
      if (event.key === 'Escape' && state.chosen.size > 0) {
        setState(before => ({ ...before, chosen: new Set() }))
        return true
      }
      return false
    },
  }
}

/** Whether what had the focus last is gone: a browser tells nobody when it takes away what has it. */
function useFocusLost(): () => boolean {
  const last = useRef<EventTarget | null>(null)
  useEffect(() => {
    const onFocus = (event: FocusEvent) => {
      last.current = event.target
    }
    document.addEventListener('focusin', onFocus)
    return () => document.removeEventListener('focusin', onFocus)
  }, [])
  return () => document.activeElement === document.body && last.current instanceof Element && !last.current.isConnected
}

/**
 * Keys go to the list as soon as it is shown, where nothing else has the focus, and come back to it when what had the focus went away with what it
 * was about: the button of a row that was moved, of a page that stands in another title now.
 */
export function useKeysAtOnce(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) list.current?.focus({ preventScroll: true })
  }, [list])
  const isLost = useFocusLost()
  useEffect(() => {
    if (!isLost()) return undefined
    // a dialog that is closed gives the focus back in the next frame
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (isLost()) list.current?.focus({ preventScroll: true })
      })
    })
    return () => cancelAnimationFrame(frame)
  })
}
