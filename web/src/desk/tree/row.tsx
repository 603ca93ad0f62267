// A row of the table. Those that stand are not drawn anew when others come into sight: hundreds pass while somebody scrolls.
import { BookOpenText, File, FolderClosed, Hash, Link2, Package, TextQuote } from 'lucide-react'
import { type ComponentType, type FormEvent, memo, type MouseEvent, type PointerEvent, useEffect, useRef } from 'react'
import { useFormats } from '../../shared/text.ts'
import { Tag } from '../parts/controls.tsx'
import type { useMoments } from '../parts/formats.ts'
import type { TreeNode } from '../queries.ts'
import { useSay } from '../texts.ts'
import { type Column, columns } from './columns.ts'
import { RowTarget, useIsDragged } from './dragging.tsx'
import styles from './table.module.css'

const icons: Readonly<Record<string, ComponentType<{ size?: number }>>> = {
  container: FolderClosed,
  title: BookOpenText,
  structure: TextQuote,
  page: File,
  medium: Package,
  order: Hash,
}

/** Its picture, drawn anew where the row gets a node of another kind. */
const Kind = memo(function Kind({ of }: { readonly of: string }) {
  const Icon = of === 'link' ? Link2 : (icons[of] ?? File)
  return <Icon size={16} aria-hidden />
})

/** That a row shows what stands elsewhere: said where the picture is not seen. */
function LinkWord() {
  return <span className={styles.unseen}>{useSay()('tree.link.word')} </span>
}

function Name(props: { readonly node: TreeNode; readonly isRenamed: boolean; readonly onName: (name: string | undefined) => void }) {
  const { node } = props
  const say = useSay()
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
      <Kind of={node.linkTo === null ? node.datatype : 'link'} />
      {node.linkTo === null ? null : <LinkWord />}
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

/** What stands in a column of a row. */
function Fact(props: { readonly column: Column; readonly node: TreeNode; readonly typeName: (datatype: string, name: string) => string; readonly changed: string }) {
  const say = useSay()
  const { number } = useFormats()
  const { node } = props
  const { title } = node
  switch (props.column) {
    case 'type':
      return props.typeName(node.datatype, node.type)
    case 'state':
      return node.isInBin ? <Tag tone="bad">{say('tree.state.bin')}</Tag> : node.isReleased ? <Tag tone="good">{say('tree.state.released')}</Tag> : <Tag>{say('tree.state.hidden')}</Tag>
    case 'pages':
      if (!title) return null
      return title.pageCount !== null && title.pagesPresent < title.pageCount ? (
        <b className={styles.missing}>{say('column.pages.of', { present: title.pagesPresent, announced: title.pageCount })}</b>
      ) : (
        number(title.pagesPresent)
      )
    case 'text':
      return title?.hasText ? say('column.text.yes') : null
    case 'signature':
      return title?.signature ?? null
    case 'tags':
      return title?.tags.join(', ') ?? null
    case 'changed':
      return props.changed
    case 'id':
      return node.id
  }
}

/** What a row does; the same as long as the table stands. */
export interface RowDeeds {
  readonly name: (node: TreeNode, name: string | undefined) => void
  readonly click: (id: number, event: MouseEvent) => void
  readonly open: (node: TreeNode) => void
}

export const Row = memo(function Row(props: {
  readonly node: TreeNode
  /** Place in the list, from 0 */
  readonly at: number
  /** Pixels from the beginning of the list */
  readonly top: number
  readonly isChosen: boolean
  readonly isFocused: boolean
  readonly isCut: boolean
  readonly isRenamed: boolean
  readonly canDrag: boolean
  readonly columns: readonly Column[]
  readonly typeName: (datatype: string, name: string) => string
  readonly moments: ReturnType<typeof useMoments>
  readonly deeds: RowDeeds
}) {
  const { node, isRenamed, moments, deeds } = props
  const row = useRef<HTMLDivElement>(null)
  const isDragged = useIsDragged()
  const changed = node.meta.updatedAt
  return (
    <div
      ref={row}
      role="row"
      id={`node-${node.id}`}
      aria-rowindex={props.at + 2}
      aria-selected={props.isChosen}
      className={`${styles.row} ${props.isFocused ? styles.focus : ''} ${props.isCut ? styles.cut : ''}`}
      style={{ top: props.top }}
      onClick={event => deeds.click(node.id, event)}
      onDoubleClick={() => deeds.open(node)}
      draggable={props.canDrag && !isRenamed}
    >
      {isDragged && node.datatype !== 'page' ? <RowTarget row={row} target={{ place: { node: node.id }, caption: node.caption ?? `#${node.id}`, node }} /> : null}
      <span role="gridcell" className={styles.name}>
        <Name node={node} isRenamed={isRenamed} onName={name => deeds.name(node, name)} />
      </span>
      {props.columns.map(column => (
        <span
          key={column}
          role="gridcell"
          data-column={column}
          className={`${styles.cell} ${styles.soft}`}
          style={{ width: columns[column] }}
          {...(column === 'changed'
            ? {
                onPointerEnter: (event: PointerEvent<HTMLElement>) => {
                  event.currentTarget.title = changed ? moments.exact(changed) : ''
                },
              }
            : {})}
        >
          <Fact column={column} node={node} typeName={props.typeName} changed={changed ? moments.ago(changed) : ''} />
        </span>
      ))}
    </div>
  )
})
