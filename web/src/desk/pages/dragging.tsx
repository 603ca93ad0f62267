// Pages that are dragged: beside another page, or into an element of the outline. By mouse they are taken where they are, by keyboard from the
// button above them; react-aria walks through the places that take them. Hundreds of pages are on the screen: each listens for what is its own.
import { Move as MovePicture } from 'lucide-react'
import { createContext, type ReactNode, type RefObject, useContext, useMemo, useRef, useSyncExternalStore } from 'react'
import { useDrag, useDrop } from 'react-aria-components'
import { IconButton } from '../parts/controls.tsx'
import { useDraggedAmong } from '../parts/dragged-among.ts'
import { useDropHere } from '../parts/drop-here.ts'
import { useSay } from '../texts.ts'
import type { Move, Place } from './outline.ts'

interface Given {
  readonly chosen: readonly number[]
  readonly onChoose: (page: number) => void
  /** Undefined where nothing may be moved */
  readonly onMove: ((move: Move) => void) | undefined
}

const pagesType = 'application/x-firefolio-pages'

/** What is dragged, and what it is over. */
function aRoom(given: { readonly current: Given }) {
  const listeners = new Set<() => void>()
  // react-aria tells what is dropped after the end of the dragging
  let pages: readonly number[] = []
  let isDragged = false
  let over: string | undefined
  const set = (dragged: boolean, place: Place | undefined) => {
    const next = place && JSON.stringify(place)
    if (dragged === isDragged && next === over) return
    isDragged = dragged
    over = next
    for (const listener of listeners) listener()
  }
  const taken = (page: number | undefined) => (page === undefined || given.current.chosen.includes(page) ? given.current.chosen : [page])
  return {
    listen: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    taken,
    take: (page: number | undefined) => {
      pages = taken(page)
      if (page !== undefined && pages !== given.current.chosen) given.current.onChoose(page)
      set(true, undefined)
    },
    end: () => set(false, undefined),
    setOver: (place: Place | undefined) => set(isDragged, place),
    drop: (to: Place) => {
      given.current.onMove?.({ pages, to })
      set(false, undefined)
    },
    isDragged: () => isDragged,
    isOver: (place: Place) => isDragged && over === JSON.stringify(place),
  }
}
const RoomContext = createContext<ReturnType<typeof aRoom> | undefined>(undefined)

export function DraggingPages({ children, ...props }: Given & { readonly children: ReactNode }) {
  const given = useRef<Given>(props)
  given.current = props
  const room = useMemo(() => aRoom(given), [])
  return <RoomContext value={props.onMove ? room : undefined}>{children}</RoomContext>
}

/** @param of the page; what is chosen without one */
function useDraggedPage(of: () => number | undefined) {
  const room = useContext(RoomContext)
  return useDrag({
    hasDragButton: true,
    isDisabled: room === undefined,
    getItems: () => (room?.taken(of()) ?? []).map(id => ({ [pagesType]: String(id) })),
    getAllowedDropOperations: () => ['move'],
    onDragStart: () => room?.take(of()),
    onDragEnd: () => room?.end(),
  })
}

/** Pages that can be dragged, all by what holds them. */
export const useDraggedPages = (pageOf: (element: Element) => number | undefined) => useDraggedAmong(pageOf, useDraggedPage)

const still = () => () => {}

/** Whether pages are dragged. */
export function useArePagesDragged(): boolean {
  const room = useContext(RoomContext)
  return useSyncExternalStore(
    room?.listen ?? still,
    () => room?.isDragged() === true,
    () => false,
  )
}

/** Makes an element take pages. @param placeAt where they go, by whether they are dropped on its second half */
export function usePagesTarget(ref: RefObject<HTMLElement | null>, placeAt: (isSecond: boolean) => Place) {
  const room = useContext(RoomContext)
  const state = useSyncExternalStore(
    room?.listen ?? still,
    () => (!room?.isDragged() ? 'still' : room.isOver(placeAt(false)) ? 'first' : room.isOver(placeAt(true)) ? 'second' : 'awaited'),
    () => 'still' as const,
  )
  const at = (x: number): Place => placeAt(x > (ref.current?.offsetWidth ?? 0) / 2)
  // by keyboard there is no half: what is dropped goes before
  const isByMouse = useRef(false)
  const { dropProps } = useDrop({
    ref,
    isDisabled: room === undefined,
    getDropOperation: types => (types.has(pagesType) ? 'move' : 'cancel'),
    onDropEnter: () => {
      isByMouse.current = false
      room?.setOver(placeAt(false))
    },
    onDropMove: ({ x }) => {
      isByMouse.current = true
      room?.setOver(at(x))
    },
    onDropExit: () => room?.setOver(undefined),
    onDrop: ({ x }) => room?.drop(isByMouse.current ? at(x) : placeAt(false)),
  })
  return {
    dropProps: room ? (dropProps as object) : {},
    drop: state === 'first' || state === 'second' ? state : undefined,
    isAwaited: state !== 'still',
  }
}

/** Makes a page take pages, before and after it, as long as any are dragged. */
export function PageTarget({ of, page }: { readonly of: RefObject<HTMLElement | null>; readonly page: number }) {
  const { dropProps, drop } = usePagesTarget(of, isSecond => (isSecond ? { after: page } : { before: page }))
  useDropHere(of, dropProps, drop)
  return null
}

/** What is chosen, dragged by keyboard. */
export function DragPagesButton() {
  const say = useSay()
  const { dragProps, dragButtonProps } = useDraggedPage(() => undefined)
  return (
    <span {...dragProps}>
      <IconButton {...(dragButtonProps as object)} label={say('drag')}>
        <MovePicture size={17} aria-hidden />
      </IconButton>
    </span>
  )
}
