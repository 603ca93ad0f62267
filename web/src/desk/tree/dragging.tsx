// Rows that are dragged to what they are to stand below: a collection or branch on the left, or another row. By mouse they are taken where they
// are, by keyboard from the bar; react-aria walks through the places that take them. Why one does not is said before anything is dropped.
import { useQuery } from '@tanstack/react-query'
import { createContext, type DragEvent, type RefObject, type ReactNode, useContext, useMemo, useRef, useState } from 'react'
import { useDrag, useDrop } from 'react-aria-components'
import { useDraggedAmong } from '../parts/dragged-among.ts'
import { useDropHere } from '../parts/drop-here.ts'
import { type Place, type TreeNode, typesQuery, useTypeNames } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'

/** What rows can be dropped on. */
export interface Target {
  readonly place: Place
  readonly caption: string
  /** Undefined of a collection */
  readonly node?: TreeNode
}

interface Dragging {
  readonly chosen: () => readonly TreeNode[]
  /** Takes the row alone where it is not among the chosen ones */
  readonly take: (node: TreeNode | undefined) => void
  readonly end: () => void
  readonly over: Target | undefined
  readonly setOver: (target: Target | undefined) => void
  /** Why what is dragged cannot stand there; undefined where it can */
  readonly refusal: (target: Target) => string | undefined
  readonly drop: (target: Target) => void
  readonly isDragged: boolean
}
const DraggingContext = createContext<Dragging | undefined>(undefined)
/** Apart from the room, which changes with each place that is passed over */
const IsDraggedContext = createContext(false)

const nodesType = 'application/x-firefolio-nodes'

export function DraggingRoom(props: {
  readonly chosen: readonly TreeNode[]
  readonly onChoose: (id: number) => void
  readonly onDrop: (nodes: readonly TreeNode[], target: Target) => void
  readonly children: ReactNode
}) {
  const say = useSay()
  const may = useMay()
  const typeName = useTypeNames()
  const types = useQuery(typesQuery(useApi())).data?.items
  const [dragged, setDragged] = useState<readonly TreeNode[]>([])
  const [over, setOver] = useState<Target>()
  // react-aria asks for places before the state of the start is drawn, and tells what is dropped after its end
  const last = useRef<readonly TreeNode[]>([])
  // every row hears of a change of the room: it changes only while something is dragged
  const latest = useRef({ ...props, say, typeName, types })
  latest.current = { ...props, say, typeName, types }
  const room = useMemo((): Dragging => {
    const refusal = (target: Target): string | undefined => {
      const { node } = target
      const { say, typeName, types } = latest.current
      const moved = last.current
      if (node && moved.some(each => node.id === each.id || node.path.startsWith(each.path))) return say('drag.itself')
      if (node && moved.every(each => each.parentId === node.id)) return say('drag.there', { name: target.caption })
      if (node?.linkTo) return say('drag.link')
      const allowed = node ? types?.find(each => each.datatype === node.datatype && each.name === node.type)?.children : undefined
      const wrong = moved.find(each =>
        node
          ? allowed !== undefined && !allowed.includes(`@${each.datatype}`) && !allowed.includes(`${each.datatype}:${each.type}`)
          : ['structure', 'page'].includes(each.datatype),
      )
      return wrong && say('drag.type', { type: typeName(wrong.datatype, wrong.type), name: target.caption })
    }
    const end = () => {
      setDragged([])
      setOver(undefined)
    }
    return {
      chosen: () => latest.current.chosen,
      take: node => {
        const { chosen, onChoose } = latest.current
        const isAmong = node === undefined || chosen.some(({ id }) => id === node.id)
        if (!isAmong) onChoose(node.id)
        last.current = isAmong ? chosen : [node]
        setDragged(last.current)
      },
      end,
      over,
      setOver,
      refusal,
      drop: target => {
        latest.current.onDrop(last.current, target)
        end()
      },
      isDragged: dragged.length > 0,
    }
  }, [dragged, over])
  return (
    <DraggingContext value={may('structure:write') ? room : undefined}>
      <IsDraggedContext value={room.isDragged}>{props.children}</IsDraggedContext>
    </DraggingContext>
  )
}

const nobody: Pick<Dragging, 'take' | 'end' | 'chosen'> = { take: () => {}, end: () => {}, chosen: () => [] }

/** @param of the row; what is chosen without one */
export function useDragged(of: () => TreeNode | undefined) {
  const room = useContext(DraggingContext)
  const { take, end, chosen } = room ?? nobody
  const { dragProps, dragButtonProps } = useDrag({
    hasDragButton: true,
    isDisabled: room === undefined,
    getItems: () => {
      const node = of()
      return (node && !chosen().some(({ id }) => id === node.id) ? [node] : chosen()).map(({ id }) => ({ [nodesType]: String(id) }))
    },
    getAllowedDropOperations: () => ['move'],
    onDragStart: () => take(of()),
    onDragEnd: end,
  })
  return { dragProps, dragButtonProps }
}

/** Rows that can be dragged, all by what holds them. */
export const useDraggedRows = (nodeOf: (element: Element) => TreeNode | undefined) => useDraggedAmong(nodeOf, useDragged)

/** Whether something is dragged. */
export const useIsDragged = (): boolean => useContext(IsDraggedContext)

/** Makes an element take rows. @param target undefined where nothing can be dropped there */
export function useTarget(ref: RefObject<HTMLElement | null>, target: Target | undefined) {
  const room = useContext(DraggingContext)
  const isOpen = room !== undefined && target !== undefined
  const { dropProps } = useDrop({
    ref,
    isDisabled: !isOpen,
    getDropOperation: types => (isOpen && types.has(nodesType) && room.refusal(target) === undefined ? 'move' : 'cancel'),
    onDropEnter: () => room?.setOver(target),
    onDrop: () => (isOpen ? room.drop(target) : undefined),
  })
  if (!isOpen) return { dropProps: {}, state: undefined }
  const isOver = room.isDragged && room.over !== undefined && JSON.stringify(room.over.place) === JSON.stringify(target.place)
  const { onDragEnter, ...rest } = dropProps as { onDragEnter?: (event: DragEvent) => void }
  return {
    dropProps: {
      ...rest,
      // the reason of a refusal is told as well, where nothing can be dropped
      onDragEnter: (event: DragEvent) => {
        if (room.isDragged) room.setOver(target)
        onDragEnter?.(event)
      },
    },
    state: !isOver ? undefined : room.refusal(target) === undefined ? ('open' as const) : ('refused' as const),
  }
}

/** Makes a row take rows, as long as something is dragged. */
export function RowTarget({ row, target }: { readonly row: RefObject<HTMLElement | null>; readonly target: Target }) {
  const { dropProps, state } = useTarget(row, target)
  useDropHere(row, dropProps, state)
  return null
}

/** What would become of what is dragged, in words. */
export function DraggingLine({ className }: { readonly className: string | undefined }) {
  const say = useSay()
  const room = useContext(DraggingContext)
  const { over } = room ?? {}
  return (
    <p role="status" className={className}>
      {room?.isDragged && over ? (room.refusal(over) ?? say('drag.into', { name: over.caption })) : ''}
    </p>
  )
}
