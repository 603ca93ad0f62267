// A table of the desk, moved sideways where it is wider than the page: the heads of its columns, and what can be done with a line in the last one.
import type { ReactNode } from 'react'
import { useSay } from '../texts.ts'
import { numberStyle, tableStyle, unseenStyle, wideStyle } from './page.tsx'

/** Head of a column; one of numbers stands at its right side. */
export type Column = string | { readonly number: string }

export function Table(props: {
  readonly label?: string
  readonly columns: readonly Column[]
  /** Lines, each with a last cell of what can be done */
  readonly children: ReactNode
}) {
  const say = useSay()
  return (
    <div className={wideStyle}>
      <table className={tableStyle} aria-label={props.label}>
        <thead>
          <tr>
            {props.columns.map(column =>
              typeof column === 'string' ? (
                <th key={column}>{column}</th>
              ) : (
                <th key={column.number} className={numberStyle}>
                  {column.number}
                </th>
              ),
            )}
            <th>
              <span className={unseenStyle}>{say('actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  )
}
