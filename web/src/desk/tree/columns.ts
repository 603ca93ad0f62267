// Columns of the table: chosen by each person, kept in this browser.
import { useMemo, useState } from 'react'
import { useSession } from '../session/session.ts'
import type { DeskKey } from '../texts.ts'

/** In their order, with the pixels that each takes */
export const columns = { type: 140, state: 104, pages: 88, text: 64, signature: 128, tags: 148, changed: 136, id: 64 } as const
export type Column = keyof typeof columns
/** What stands above them */
export const columnText = {
  type: 'tree.type',
  state: 'tree.state',
  pages: 'column.pages',
  text: 'column.text',
  signature: 'column.signature',
  tags: 'tree.tags',
  changed: 'tree.changed',
  id: 'tree.id',
} as const satisfies Readonly<Record<Column, DeskKey>>
const names = Object.keys(columns) as Column[]
const usual: readonly Column[] = ['type', 'state', 'changed', 'id']
/** What is told of titles alone, and has to be asked for */
const facts: readonly Column[] = ['pages', 'text', 'signature', 'tags']
export const needsFacts = (chosen: readonly Column[]): boolean => chosen.some(each => facts.includes(each))

function read(place: string): readonly Column[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? 'null')
    return Array.isArray(kept) ? names.filter(name => kept.includes(name)) : usual
  } catch {
    return usual
  }
}

export function useColumns() {
  const { session } = useSession()
  const place = `desk-columns-${session?.user?.id ?? 'operator'}`
  const [chosen, setChosen] = useState(() => read(place))
  // the bar that is given it is not drawn anew by rows that come
  return useMemo(
    () => ({
      chosen,
      all: names,
      toggle: (column: Column) => {
        const next = names.filter(each => (each === column ? !chosen.includes(each) : chosen.includes(each)))
        setChosen(next)
        try {
          localStorage.setItem(place, JSON.stringify(next))
        } catch {
          // they hold as long as the page
        }
      },
    }),
    [chosen, place],
  )
}
