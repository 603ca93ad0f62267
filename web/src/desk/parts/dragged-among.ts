// What is dragged among hundreds on the screen: one listener at what holds them, instead of one at each.
import { type DragEvent, type HTMLAttributes, useRef } from 'react'

/**
 * @param itemOf what an element of the holder stands for
 * @param useDragged makes draggable what it is given, by the props of react-aria
 * @returns what holds them is given `list`, and each `draggable`
 */
export function useDraggedAmong<Item>(
  itemOf: (element: Element) => Item | undefined,
  useDragged: (of: () => Item | undefined) => { readonly dragProps: HTMLAttributes<Element> },
) {
  const item = useRef<Item>(undefined)
  const { draggable, ...list } = useDragged(() => item.current).dragProps
  return {
    draggable: String(draggable) === 'true',
    list: {
      ...list,
      onDragStartCapture: (event: DragEvent) => {
        item.current = event.target instanceof Element ? itemOf(event.target) : undefined
      },
    },
  }
}
