// The pages as pictures, in rows of which only those on the screen are drawn.
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessageSquareWarning } from 'lucide-react'
import { memo, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Scan } from '../parts/scan.tsx'
import { type Selection, useKeysAtOnce } from '../parts/selection.ts'
import { useSlots } from '../parts/slots.ts'
import { useSay } from '../texts.ts'
import { PageTarget, useArePagesDragged, useDraggedPages } from './dragging.tsx'
import { Pace, useRest } from './pace.ts'
import type { Page } from './queries.ts'
import styles from './pages.module.css'

export const sizes = { small: 96, medium: 128, large: 208 } as const
export type Size = keyof typeof sizes
const gap = 14
const captionHeight = 34
const heightOf = (cell: number): number => Math.round(cell * 1.36) + captionHeight

export function PageGrid(props: {
  readonly pages: readonly Page[]
  readonly selection: Selection
  readonly size: Size
  /** How often images were made anew: pictures of before are not shown again */
  readonly fresh: number
  /** Labels to come, by page */
  readonly preview: ReadonlyMap<number, string>
  /** Labels that stand more than once */
  readonly doubles: ReadonlySet<string>
  /** How many pages are missing before one, by their numbers */
  readonly gaps: ReadonlyMap<number, number>
  readonly titlepage: number | null
  /** Pages that wait to be put elsewhere */
  readonly cut: ReadonlySet<number>
  /** How many notes are not settled, by page */
  readonly notes: ReadonlyMap<number, number>
  readonly label: string
  readonly onOpen: (at: number) => void
}) {
  const { pages, selection, preview } = props
  const frame = useRef<HTMLDivElement>(null)
  useKeysAtOnce(frame)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = frame.current
    if (!element) return undefined
    const watch = new ResizeObserver(() => setWidth(element.clientWidth - 32))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  const [pace] = useState(() => new Pace())
  const cell = sizes[props.size]
  const columns = Math.max(1, Math.floor((width + gap) / (cell + gap)))
  const height = heightOf(cell)
  const rows = useVirtualizer({
    count: Math.ceil(pages.length / columns),
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 2,
    onChange: list => pace.moved(list.scrollOffset ?? 0),
    paddingStart: 16,
    paddingEnd: 16,
  })
  useEffect(() => rows.measure(), [height, columns, rows])
  const focusAt = useMemo(() => (selection.focus === undefined ? -1 : pages.findIndex(({ id }) => id === selection.focus)), [pages, selection.focus])
  useEffect(() => {
    if (focusAt >= 0) rows.scrollToIndex(Math.floor(focusAt / columns))
  }, [focusAt, columns, rows])
  const latest = useRef({ selection, onOpen: props.onOpen })
  latest.current = { selection, onOpen: props.onOpen }
  const click = useCallback((id: number, event: MouseEvent) => latest.current.selection.onRowClick(id, event), [])
  const open = useCallback((at: number) => latest.current.onOpen(at), [])
  const { list, draggable } = useDraggedPages(element => Number(element.closest('[role=option]')?.id.slice('page-'.length)) || undefined)
  const seen = rows.getVirtualItems()
  const placed = useSlots(seen, rows.isScrolling)
  const isSeen = seen.some(({ index }) => index === Math.floor(focusAt / columns))
  return (
    <div
      ref={frame}
      role="listbox"
      aria-label={props.label}
      aria-multiselectable="true"
      {...(focusAt >= 0 && isSeen ? { 'aria-activedescendant': `page-${selection.focus}` } : {})}
      tabIndex={0}
      className={styles.grid}
      onKeyDown={event => {
        if (event.key === 'Enter' && focusAt >= 0) props.onOpen(focusAt)
        else if (selection.onKey(event, { columns, page: columns * 4 })) event.preventDefault()
      }}
    >
      <div {...list} role="presentation" className={styles.rows} style={{ height: rows.getTotalSize() }}>
        {placed.map(([slot, row]) => (
          <div
            key={slot}
            role="presentation"
            className={styles.row}
            style={{ top: row.start, height, gridTemplateColumns: `repeat(${columns}, ${cell}px)` }}
          >
            {pages.slice(row.index * columns, (row.index + 1) * columns).map((page, column) => {
              const { label } = page.pagination
              return (
                <Cell
                  key={column}
                  page={page}
                  at={row.index * columns + column}
                  count={pages.length}
                  cell={cell}
                  isChosen={selection.isChosen(page.id)}
                  isFocused={page.id === selection.focus}
                  isDouble={label !== null && props.doubles.has(label)}
                  gap={props.gaps.get(page.id) ?? 0}
                  isCut={props.cut.has(page.id)}
                  isTitlepage={page.id === props.titlepage}
                  next={preview.get(page.id)}
                  notes={props.notes.get(page.id) ?? 0}
                  fresh={props.fresh}
                  canDrag={draggable}
                  pace={pace}
                  onClick={click}
                  onOpen={open}
                />
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}

/** The picture of a page: never that of the one whose elements it got. */
function Picture({ pace, path }: { readonly pace: Pace; readonly path: string }) {
  return useRest(pace) ? <Scan path={path} alt="" /> : null
}

/** One page. Choosing draws those anew whose state it changes; hundreds are on the screen. */
const Cell = memo(function Cell(props: {
  readonly page: Page
  readonly at: number
  readonly count: number
  /** Pixels that it is wide */
  readonly cell: number
  readonly isChosen: boolean
  readonly isFocused: boolean
  readonly isDouble: boolean
  readonly gap: number
  readonly isCut: boolean
  readonly isTitlepage: boolean
  /** The label to come */
  readonly next: string | undefined
  readonly notes: number
  /** Raised when images were changed: pictures are asked for anew */
  readonly fresh: number
  readonly canDrag: boolean
  readonly pace: Pace
  readonly onClick: (id: number, event: MouseEvent) => void
  readonly onOpen: (at: number) => void
}) {
  const say = useSay()
  const { page, at, cell, next } = props
  const box = useRef<HTMLDivElement>(null)
  const isDragged = useArePagesDragged()
  return (
    <div
      ref={box}
      draggable={props.canDrag}
      id={`page-${page.id}`}
      role="option"
      aria-selected={props.isChosen}
      aria-posinset={at + 1}
      aria-setsize={props.count}
      className={`${styles.page} ${props.isFocused ? styles.focus : ''} ${page.isReleased ? '' : styles.hidden} ${props.isCut ? styles.cut : ''}`}
      onClick={event => props.onClick(page.id, event)}
      onDoubleClick={() => props.onOpen(at)}
    >
      {isDragged ? <PageTarget of={box} page={page.id} /> : null}
      <span className={styles.picture} style={{ height: heightOf(cell) - captionHeight }}>
        <Picture key={page.id} pace={props.pace} path={`/titlepage/${page.id}/${cell > 128 ? 304 : 128}${props.fresh > 0 ? `?v=${props.fresh}` : ''}`} />
      </span>
      {props.gap > 0 ? (
        <span className={styles.gap} title={say('pages.gap', { count: props.gap })}>
          <span className={styles.unseen}>{say('pages.gap', { count: props.gap })}</span>
        </span>
      ) : null}
      {props.isDouble ? <span className={styles.unseen}>{say('pages.double')}</span> : null}
      {props.notes > 0 ? (
        <span className={styles.flag} title={say('notes.count', { count: props.notes })}>
          <MessageSquareWarning size={14} aria-hidden />
          <span className={styles.unseen}>{say('notes.count', { count: props.notes })}</span>
        </span>
      ) : null}
      <span className={styles.caption}>
        <small>{at + 1}</small>
        {next === undefined ? <b className={props.isDouble ? styles.double : ''} {...(props.isDouble ? { title: say('pages.double') } : {})}>{page.pagination.label ?? '–'}</b> : <b className={styles.next}>{next}</b>}
        {props.isTitlepage ? <small title={say('pages.titlepage')}>★</small> : <small />}
      </span>
    </div>
  )
})
