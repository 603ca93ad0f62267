// The middle pane: the children of a place as a table, of which only what is seen is drawn. Rows come as they are scrolled to.
import { useVirtualizer } from '@tanstack/react-virtual'
import { BookOpenText, File, FolderClosed, Hash, Link2, Package, TextQuote } from 'lucide-react'
import { type ComponentProps, type ComponentType, type FormEvent, useEffect, useRef } from 'react'
import { Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { type Selection, useKeysAtOnce } from '../parts/selection.ts'
import { type TreeNode, useTypeNames } from '../queries.ts'
import { useSay } from '../texts.ts'
import { useDragged, useTarget } from './dragging.tsx'
import styles from './table.module.css'

const rowHeight = 36
const icons: Readonly<Record<string, ComponentType<{ size?: number }>>> = {
  container: FolderClosed,
  title: BookOpenText,
  structure: TextQuote,
  page: File,
  medium: Package,
  order: Hash,
}

function Name(props: { readonly node: TreeNode; readonly isRenamed: boolean; readonly onName: (name: string | undefined) => void }) {
  const { node } = props
  const say = useSay()
  const Icon = node.linkTo === null ? (icons[node.datatype] ?? File) : Link2
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (props.isRenamed) field.current?.select()
  }, [props.isRenamed])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    props.onName(field.current?.value ?? '')
  }
  return (
    <>
      <Icon size={16} aria-hidden />
      {props.isRenamed ? (
        <form onSubmit={submit} className={styles.rename}>
          <input
            ref={field}
            autoFocus
            aria-label={say('tree.rename')}
            defaultValue={node.caption ?? ''}
            maxLength={2000}
            onKeyDown={event => {
              event.stopPropagation()
              if (event.key === 'Escape') props.onName(undefined)
            }}
            onBlur={() => props.onName(undefined)}
          />
        </form>
      ) : (
        <span className={styles.caption} dir="auto">
          {node.caption ?? `#${node.id}`}
        </span>
      )}
    </>
  )
}

/** A row that is dragged and, where something may stand below it, dropped on. */
function Row({ node, isStill, ...rest }: ComponentProps<'div'> & { readonly node: TreeNode; readonly isStill: boolean }) {
  const row = useRef<HTMLDivElement>(null)
  const { dragProps } = useDragged(node)
  const target = node.datatype === 'page' ? undefined : { place: { node: node.id }, caption: node.caption ?? `#${node.id}`, node }
  const { dropProps, state, isAwaited } = useTarget(row, target)
  // keys stay with the table: a row takes the focus only as a place that something is dropped on
  return <div {...(isStill ? {} : (dragProps as object))} {...(dropProps as object)} {...rest} ref={row} role="row" {...(isAwaited ? { tabIndex: -1 } : {})} data-drop={state} />
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
  readonly label: string
}) {
  const { nodes, selection } = props
  const say = useSay()
  const typeName = useTypeNames()
  const { ago, exact } = useMoments()
  const frame = useRef<HTMLDivElement>(null)
  useKeysAtOnce(frame)
  const typed = useRef({ words: '', at: 0 })
  const rows = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasMore, onMore } = props
  useEffect(() => {
    if (hasMore && last > nodes.length - 40) onMore()
  }, [hasMore, last, nodes.length, onMore])
  const focusAt = nodes.findIndex(({ id }) => id === selection.focus)
  useEffect(() => {
    if (focusAt >= 0) rows.scrollToIndex(focusAt)
  }, [focusAt, rows])
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
      onKeyDown={event => {
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
        <span role="columnheader">{say('tree.name')}</span>
        <span role="columnheader">{say('tree.type')}</span>
        <span role="columnheader">{say('tree.state')}</span>
        <span role="columnheader">{say('tree.changed')}</span>
        <span role="columnheader" className={styles.id}>
          {say('tree.id')}
        </span>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const node = nodes[index] as TreeNode
          const at = node.meta.updatedAt ?? ''
          return (
            <Row
              key={node.id}
              node={node}
              isStill={props.renamed === node.id}
              id={`node-${node.id}`}
              aria-rowindex={index + 2}
              aria-selected={selection.isChosen(node.id)}
              className={`${styles.row} ${node.id === selection.focus ? styles.focus : ''} ${props.cut.has(node.id) ? styles.cut : ''}`}
              style={{ transform: `translateY(${start}px)` }}
              onClick={event => selection.onRowClick(node.id, event)}
              onDoubleClick={() => props.onOpen(node)}
            >
              <span role="gridcell" className={styles.name}>
                <Name node={node} isRenamed={props.renamed === node.id} onName={name => props.onName(node, name)} />
              </span>
              <span role="gridcell" className={styles.soft}>
                {typeName(node.datatype, node.type)}
              </span>
              <span role="gridcell">
                {node.isInBin ? (
                  <Tag tone="bad">{say('tree.state.bin')}</Tag>
                ) : node.isReleased ? (
                  <Tag tone="good">{say('tree.state.released')}</Tag>
                ) : (
                  <Tag>{say('tree.state.hidden')}</Tag>
                )}
              </span>
              <span role="gridcell" className={styles.soft} title={at ? exact(at) : undefined}>
                {at ? ago(at) : ''}
              </span>
              <span role="gridcell" className={styles.id}>
                {node.id}
              </span>
            </Row>
          )
        })}
      </div>
    </div>
  )
}
