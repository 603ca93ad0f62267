// Rows of a long list that take turns: one that comes into sight gets the elements of one that left it. While somebody scrolls nothing is
// made, moved or thrown away, so that no frame waits for that, or for the collection of what was left behind.
import { useRef } from 'react'

/**
 * @param rows what is in sight
 * @param isMoving whether the list is being scrolled: the elements stay as they lie, and stand in reading order when it is at rest
 * @returns the rows with their slots, which are their keys; a row keeps its slot as long as it is in sight
 */
export function useSlots<Row extends { readonly index: number }>(rows: readonly Row[], isMoving: boolean): readonly (readonly [slot: number, row: Row])[] {
  const kept = useRef<ReadonlyMap<number, number>>(new Map())
  const slots = new Map<number, number>()
  for (const { index } of rows) {
    const slot = kept.current.get(index)
    if (slot !== undefined) slots.set(index, slot)
  }
  const taken = new Set(slots.values())
  let free = 0
  for (const { index } of rows) {
    if (slots.has(index)) continue
    while (taken.has(free)) free++
    slots.set(index, free++)
  }
  kept.current = slots
  const placed = rows.map(row => [slots.get(row.index) as number, row] as const)
  return isMoving ? placed.sort(([a], [b]) => a - b) : placed
}
