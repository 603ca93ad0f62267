// Rows and pages come and go by the hundred while somebody scrolls. Whether something may be dropped on one is asked only while something is
// dragged: a part of the row then stands for it as a target, and takes its events.
import { type RefObject, useEffect, useRef } from 'react'

const events = ['dragenter', 'dragover', 'dragleave', 'drop'] as const
const handlers = { dragenter: 'onDragEnter', dragover: 'onDragOver', dragleave: 'onDragLeave', drop: 'onDrop' } as const

/** @param given what react-aria listens with @param state what the stylesheet shows */
export function useDropHere(ref: RefObject<HTMLElement | null>, given: object, state: string | undefined): void {
  const props = given as Readonly<Record<string, unknown>>
  const latest = useRef(props)
  latest.current = props
  useEffect(() => {
    const element = ref.current
    if (!element) return undefined
    const hear = (event: Event) => (latest.current[handlers[event.type as (typeof events)[number]]] as ((event: Event) => void) | undefined)?.(event)
    for (const event of events) element.addEventListener(event, hear)
    // keys stay with the list: a row takes the focus only as a place that something is dropped on
    element.tabIndex = -1
    return () => {
      for (const event of events) element.removeEventListener(event, hear)
      for (const name of ['tabindex', 'data-drop', 'aria-describedby']) element.removeAttribute(name)
    }
  }, [ref])
  const described = props['aria-describedby'] as string | undefined
  useEffect(() => {
    const set = (name: string, value: string | undefined) => (value === undefined ? ref.current?.removeAttribute(name) : ref.current?.setAttribute(name, value))
    set('data-drop', state)
    set('aria-describedby', described)
  }, [ref, state, described])
}
