// Above the table: where it is, what is shown of it, what can be done with what is chosen.
import { ClipboardPaste, Copy, Eye, EyeOff, FilePenLine, FolderInput, Images, Link2, Merge, MessageSquareWarning, Move, PenLine, Replace, RotateCcw, ScanText, Scissors, Shapes, ShieldCheck, Tag as TagIcon, Trash2 } from 'lucide-react'
import { type ComponentType, Fragment, useEffect, useState } from 'react'
import { IconButton } from '../parts/controls.tsx'
import type { Domain, Place, TreeNode } from '../queries.ts'
import { useMay } from '../session/session.ts'
import { type Action, shownShortcut } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { DraggingLine, useDragged } from './dragging.tsx'
import type { useColumns } from './columns.ts'
import { type Kind, kinds } from './filter.ts'
import { Narrow } from './narrow.tsx'
import type { TreeSearch } from './place.ts'
import styles from './bar.module.css'

const icons: Readonly<Record<string, ComponentType<{ size?: number }>>> = {
  'tree.record': FilePenLine,
  'tree.pages': Images,
  'tree.rights': ShieldCheck,
  'tree.release': Eye,
  'tree.hide': EyeOff,
  'tree.rename': PenLine,
  'tree.note': MessageSquareWarning,
  'tree.tag': TagIcon,
  'tree.fields': Replace,
  'tree.recognise': ScanText,
  'tree.retype': Shapes,
  'tree.moveTo': FolderInput,
  'tree.link': Link2,
  'tree.copy': Copy,
  'tree.merge': Merge,
  'tree.cut': Scissors,
  'tree.paste': ClipboardPaste,
  'tree.bin': Trash2,
  'tree.restore': RotateCcw,
}

/** What is chosen, dragged by keyboard: react-aria walks through the places that take it. */
function DragButton() {
  const say = useSay()
  const { dragProps, dragButtonProps } = useDragged(() => undefined)
  return (
    <span {...dragProps}>
      <IconButton {...(dragButtonProps as object)} label={say('drag')}>
        <Move size={17} aria-hidden />
      </IconButton>
    </span>
  )
}

export function Bar(props: {
  readonly domain: Domain | undefined
  readonly above: readonly TreeNode[]
  readonly here: TreeNode | undefined
  readonly search: TreeSearch
  readonly count: number
  /** All at the place is meant, also what has not been fetched */
  readonly isWhole: boolean
  readonly actions: readonly Action[]
  readonly columns: ReturnType<typeof useColumns>
  readonly onGo: (place: Place) => void
  readonly onFilter: (search: TreeSearch) => void
}) {
  const say = useSay()
  const may = useMay()
  const { search, domain } = props
  const [words, setWords] = useState(search.q ?? '')
  useEffect(() => setWords(search.q ?? ''), [search.q])
  const set = (part: Partial<Record<keyof TreeSearch, string | undefined>>) => {
    const next = Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value))
    props.onFilter(next as TreeSearch)
  }
  const crumb = (place: Place, name: string) => (
    <button type="button" className={styles.crumb} dir="auto" onClick={() => props.onGo(place)}>
      {name}
    </button>
  )
  return (
    <div className={styles.bar}>
      <nav aria-label={say('tree.where')} className={styles.crumbs}>
        {domain ? crumb({ domain: domain.name }, domain.caption) : null}
        {props.above
          .filter(({ datatype }) => datatype !== 'domain')
          .map(node => (
            <Fragment key={node.id}>
              <span aria-hidden>›</span>
              {crumb({ node: node.id }, node.caption ?? `#${node.id}`)}
            </Fragment>
          ))}
        {props.here ? (
          <>
            <span aria-hidden>›</span>
            <span className={styles.here} dir="auto">
              {props.here.caption ?? `#${props.here.id}`}
            </span>
          </>
        ) : null}
      </nav>
      <div className={styles.tools}>
        <form
          role="search"
          onSubmit={event => {
            event.preventDefault()
            set({ q: words.trim() || undefined })
          }}
        >
          <input
            type="search"
            aria-label={say('tree.filter')}
            placeholder={say('tree.filter')}
            value={words}
            onChange={event => {
              setWords(event.target.value)
              if (event.target.value === '') set({ q: undefined })
            }}
          />
        </form>
        <select aria-label={say('tree.kind')} value={search.kind ?? ''} onChange={event => set({ kind: event.target.value, type: undefined })}>
          <option value="">{say('tree.kind.all')}</option>
          {kinds.map((each: Kind) => (
            <option key={each} value={each}>
              {say(`datatype.${each}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={say('tree.state')}
          value={search.bin ? 'bin' : (search.state ?? '')}
          onChange={event =>
            set(event.target.value === 'bin' ? { bin: '1', state: undefined } : { bin: undefined, state: event.target.value })
          }
        >
          <option value="">{say('tree.state.all')}</option>
          <option value="released">{say('tree.state.released')}</option>
          <option value="hidden">{say('tree.state.hidden')}</option>
          <option value="bin">{say('tree.state.bin')}</option>
        </select>
        <Narrow search={search} domain={domain?.name} columns={props.columns} onSet={set} />
        <span className={styles.space} />
        <span className={styles.count} role="status">
          {props.isWhole ? say('tree.chosen.whole') : props.count > 0 ? say('tree.chosen', { count: props.count }) : ''}
        </span>
        {props.actions.map(({ id, label, shortcut, run }) => {
          const Icon = icons[id]
          return Icon ? (
            <IconButton key={id} label={label} onPress={run} {...(shortcut ? { shortcut: shownShortcut(shortcut) } : {})}>
              <Icon size={17} aria-hidden />
            </IconButton>
          ) : null
        })}
        {props.count > 0 && !props.isWhole && may('structure:write') ? <DragButton /> : null}
      </div>
      <DraggingLine className={styles.line} />
    </div>
  )
}
