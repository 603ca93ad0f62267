// The middle pane: the children of a place as a table, of which only what is seen is drawn. Rows come as they are scrolled to.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type CSSProperties, useEffect, useMemo, useRef } from 'react'
import { useMoments } from '../parts/formats.ts'
import { type Selection, useKeysAtOnce } from '../parts/selection.ts'
import { useSlots } from '../parts/slots.ts'
import { type TreeNode, useTypeNames } from '../queries.ts'
import { useSay } from '../texts.ts'
import { type Column, columns } from './columns.ts'
import { useDraggedRows } from './dragging.tsx'
import { Row, type RowDeeds } from './row.tsx'
import type { SortBy, Sorting } from './sorting.ts'
import { nameOf } from './use-sorted.ts'
import styles from './table.module.css'

const rowHeight = 36

/** The name of a column; pressed once and again, rows stand in its order, in the opposite one, and in that of the tree. */
function Head(props: { readonly by: SortBy; readonly sorting: Sorting | undefined; readonly isSorted: boolean; readonly onSort: (by: SortBy) => void }) {
  const { by, sorting, isSorted } = props
  const say = useSay()
  const own = sorting?.by === by ? sorting : undefined
  const Arrow = own?.isDown ? ArrowDown : ArrowUp
  return (
    <span
      role="columnheader"
      aria-sort={own && isSorted ? (own.isDown ? 'descending' : 'ascending') : 'none'}
      className={by === 'name' ? styles.name : styles.cell}
      {...(by === 'name' ? {} : { 'data-column': by, style: { width: columns[by] } })}
    >
      <button
        type="button"
        className={styles.by}
        {...(own ? { 'data-sorted': isSorted } : {})}
        // keys stay with the rows
        onMouseDown={event => event.preventDefault()}
        onClick={() => props.onSort(by)}
      >
        {say(nameOf(by))}
        <Arrow size={13} aria-hidden />
      </button>
    </span>
  )
}

export function NodeTable(props: {
  readonly nodes: readonly TreeNode[]
  readonly hasMore: boolean
  readonly onMore: () => void
  readonly selection: Selection
  readonly cut: ReadonlySet<number>
  readonly renamed: number | undefined
  readonly onName: (node: TreeNode, name: string | undefined) => void
  readonly onOpen: (node: TreeNode) => void
  readonly onUp: () => void
  /** Chooses all, also those that have not come yet */
  readonly onAll: () => void
  readonly columns: readonly Column[]
  readonly sorting: Sorting | undefined
  /** Whether they stand in that order by now */
  readonly isSorted: boolean
  readonly onSort: (by: SortBy) => void
  readonly label: string
}) {
  const { nodes, selection, columns: shown } = props
  const wide = { '--wide': `${212 + shown.reduce((sum, name) => sum + columns[name] + 12, 0)}px` } as CSSProperties
  const typeName = useTypeNames()
  const moments = useMoments()
  const frame = useRef<HTMLDivElement>(null)
  useKeysAtOnce(frame)
  const typed = useRef({ words: '', at: 0 })
  const rows = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const latest = useRef(props)
  latest.current = props
  const deeds = useMemo<RowDeeds>(
    () => ({
      name: (node, name) => latest.current.onName(node, name),
      click: (id, event) => latest.current.selection.onRowClick(id, event),
      open: node => latest.current.onOpen(node),
    }),
    [],
  )
  const { list, draggable } = useDraggedRows(element => {
    const id = Number(element.closest('[role=row]')?.id.slice('node-'.length))
    return nodes.find(node => node.id === id)
  })
  const items = rows.getVirtualItems()
  const placed = useSlots(items, rows.isScrolling)
  const last = items.at(-1)?.index ?? 0
  const { hasMore, onMore } = props
  useEffect(() => {
    if (hasMore && last > nodes.length - 40) onMore()
  }, [hasMore, last, nodes.length, onMore])
  const focusAt = useMemo(() => (selection.focus === undefined ? -1 : nodes.findIndex(({ id }) => id === selection.focus)), [nodes, selection.focus])
  useEffect(() => {
    if (focusAt >= 0) rows.scrollToIndex(focusAt)
  }, [focusAt, rows])
  const { sorting, isSorted } = props
  const hasFocus = useRef(false)
  hasFocus.current = focusAt >= 0
  // who looks at no row looks at the first ones
  useEffect(() => {
    if (!hasFocus.current) frame.current?.scrollTo({ top: 0 })
  }, [sorting, isSorted])
  const focused = nodes[focusAt]
  return (
    <div
      ref={frame}
      role="grid"
      aria-label={props.label}
      aria-multiselectable="true"
      aria-rowcount={props.hasMore ? -1 : nodes.length + 1}
      {...(focused && items.some(({ index }) => index === focusAt) ? { 'aria-activedescendant': `node-${focused.id}` } : {})}
      tabIndex={0}
      className={styles.grid}
      style={wide}
      onKeyDown={event => {
        // heads of columns are buttons with keys of their own
        if (event.target !== event.currentTarget) return
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
          event.preventDefault()
          props.onAll()
        } else if (event.key === 'Enter' && focused) props.onOpen(focused)
        else if (event.key === 'Backspace') props.onUp()
        else if (selection.onKey(event)) event.preventDefault()
        else if (event.key.length === 1 && event.shiftKey === (event.key !== event.key.toLowerCase()) && event.key === event.key.toUpperCase() && /\p{L}/u.test(event.key)) {
          // a capital letter begins a word that rows are found by; small letters are the keys of actions
          const now = Date.now()
          typed.current = { words: (now - typed.current.at > 900 ? '' : typed.current.words) + event.key.toLowerCase(), at: now }
          const found = nodes.find(({ caption }) => caption?.toLowerCase().startsWith(typed.current.words))
          if (found) selection.set([found.id], found.id)
        }
      }}
    >
      <div role="row" className={styles.head} aria-rowindex={1}>
        {(['name', ...shown] as const).map(by => (
          <Head key={by} by={by} sorting={sorting} isSorted={isSorted} onSort={props.onSort} />
        ))}
      </div>
      <div {...list} role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
        {placed.map(([slot, { index, start }]) => {
          const node = nodes[index] as TreeNode
          return (
            <Row
              key={slot}
              node={node}
              at={index}
              top={start}
              isChosen={selection.isChosen(node.id)}
              isFocused={node.id === selection.focus}
              isCut={props.cut.has(node.id)}
              isRenamed={props.renamed === node.id}
              canDrag={draggable}
              columns={shown}
              typeName={typeName}
              moments={moments}
              deeds={deeds}
            />
          )
        })}
      </div>
    </div>
  )
}
