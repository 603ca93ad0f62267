// Text correction of a title, page by page.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { useFormats } from '../../shared/text.ts'
import { Button, Dialog, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { EditorHead } from '../parts/editor-head.tsx'
import { PageTurner, usePageByPage } from '../parts/page-by-page.tsx'
import { useApi, useMay } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { Conflicts } from './conflicts.tsx'
import { useEdits } from './edits.ts'
import { doubtful, isRead, linesQuery, type Stored } from './lines.ts'
import { LinesEditor } from './lines-editor.tsx'
import { PlainEditor } from './plain.tsx'
import { Recognise } from './recognise.tsx'
import { Versions } from './versions.tsx'
import styles from './texts.module.css'

const keys = [
  ['Enter', 'texts.key.confirm'],
  ['↑ ↓', 'texts.key.line'],
  ['Alt ↓', 'texts.key.doubtful'],
  ['Esc', 'texts.key.back'],
  ['Ctrl S', 'texts.save'],
  ['PgDn', 'texts.key.page'],
] as const

const turns = (say: ReturnType<typeof useSay>, turn: (by: 1 | -1) => void) => [
  { id: 'texts.next', label: say('pages.next'), shortcut: 'PageDown', run: () => turn(1) },
  { id: 'texts.previous', label: say('pages.previous'), shortcut: 'PageUp', run: () => turn(-1) },
]

function Editor(props: { readonly page: number; readonly name: string; readonly stored: Stored; readonly onTurn: (by: 1 | -1) => void }) {
  const { page, name, stored } = props
  const say = useSay()
  const queries = useQueryClient()
  const { number } = useFormats()
  const canWrite = useMay()('text:write')
  const editing = useEdits(page, stored, name)
  const [isVersions, setVersions] = useState(false)
  const { items } = stored.lines
  const read = items.filter(line => isRead(line, editing.edits)).length
  const open = items.reduce((sum, line) => sum + (isRead(line, editing.edits) ? 0 : doubtful(line).length), 0)
  const again = () => void queries.invalidateQueries({ queryKey: ['texts', page] })
  const turn = async (by: 1 | -1) => {
    if (!canWrite || (await editing.save())) props.onTurn(by)
  }
  useActions('texts', [
    ...(canWrite ? [{ id: 'texts.save', label: say('texts.save'), shortcut: 'Mod+s', run: () => void editing.save() }] : []),
    ...(canWrite ? [{ id: 'texts.versions', label: say('versions.title'), run: () => setVersions(true) }] : []),
    ...turns(say, by => void turn(by)),
  ])
  return (
    <div
      className={styles.editor}
      onKeyDown={event => {
        const isSave = (event.ctrlKey || event.metaKey) && event.key === 's'
        const by = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : undefined
        if (!isSave && by === undefined) return
        event.preventDefault()
        event.stopPropagation()
        if (by === undefined) void (canWrite && editing.save())
        else void turn(by)
      }}
    >
      <div className={styles.bar}>
        <span role="status">
          {stored.lines.form === 'lines' ? say('texts.progress', { read, all: items.length, doubtful: open }) : ''}
          {editing.isChanged ? ` · ${say('texts.changed', { count: Object.keys(editing.edits).length })}` : ''}
        </span>
        {canWrite ? (
          <>
            <Button kind="quiet" onPress={() => setVersions(true)}>
              {say('versions.title')}
            </Button>
            <Button isDisabled={!editing.isChanged} onPress={editing.dropAll}>
              {say('title.discard')}
            </Button>
            <Button kind="primary" isDisabled={!editing.isChanged} isBusy={editing.isSaving} onPress={() => void editing.save()}>
              {say('texts.save')}
            </Button>
          </>
        ) : null}
      </div>
      {editing.wasKept && editing.isChanged ? <p className={styles.offer}>{say('texts.kept')}</p> : null}
      {editing.error ? <Fault error={editing.error} /> : null}
      {stored.lines.form === 'lines' ? (
        <LinesEditor page={page} name={name} lines={stored.lines} editing={editing} canWrite={canWrite} />
      ) : (
        <PlainEditor page={page} name={name} stored={stored} editing={editing} canWrite={canWrite} onChanged={again} />
      )}
      <ul className={styles.keys} aria-label={say('texts.keys')}>
        {keys.map(([key, text]) => (
          <li key={key}>
            <kbd>{key}</kbd> {say(text)}
          </li>
        ))}
      </ul>
      {editing.conflicts.length > 0 ? (
        <Conflicts key={number(editing.conflicts.length)} conflicts={editing.conflicts} onDecided={editing.decide} onClose={editing.leave} />
      ) : null}
      <Dialog title={say('versions.title')} isOpen={isVersions} isWide onClose={() => setVersions(false)}>
        <Versions
          page={page}
          etag={stored.etag}
          canRestore={canWrite && !editing.isChanged}
          onRestored={() => {
            setVersions(false)
            again()
          }}
        />
      </Dialog>
    </div>
  )
}

function OnePage(props: Omit<Parameters<typeof Editor>[0], 'stored'>) {
  const say = useSay()
  const asked = useQuery(linesQuery(useApi(), props.page))
  const isWaiting = !asked.data || (asked.isFetching && !asked.isFetchedAfterMount)
  // the keys that turn pages work before a page has come, and where it does not come
  useActions('texts.turn', asked.error || isWaiting ? turns(say, props.onTurn) : [])
  if (asked.error) return <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
  if (!asked.data || isWaiting) return <Skeleton lines={12} />
  return <Editor {...props} stored={asked.data} />
}

export default function Texts() {
  const say = useSay()
  const canWrite = useMay()('text:write')
  const [isReading, setReading] = useState(false)
  const turning = usePageByPage('/desk/title/$id/texts')
  const { id, asked, pages, at, shown, name, nameOf, turnTo } = turning
  useActions('texts.title', canWrite ? [{ id: 'texts.recognise', label: say('recognise.open'), run: () => setReading(true) }] : [])
  return (
    <div className={styles.texts}>
      <Head title={say('texts.title', { name })} noIndex />
      <EditorHead
        name={name}
        back={
          <Link to="/desk/title/$id/pages" params={{ id: String(id) }}>
            ‹ {say('details.pages')}
          </Link>
        }
      >
        {canWrite && pages.length > 0 ? (
          <Button kind="quiet" onPress={() => setReading(true)}>
            {say('recognise.open')}
          </Button>
        ) : null}
        <PageTurner of={turning} more={page => (page.hasText ? '' : ` · ${say('texts.without')}`)} />
      </EditorHead>
      {asked.error ? (
        <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
      ) : asked.isPending ? (
        <Skeleton lines={12} />
      ) : shown ? (
        <OnePage key={shown.id} page={shown.id} name={nameOf(at)} onTurn={by => turnTo(at + by)} />
      ) : (
        <Empty title={say('pages.none')}>{say('pages.none.text')}</Empty>
      )}
      {isReading ? <Recognise node={id} name={name} chosen={shown ? [shown.id] : []} onClose={() => setReading(false)} /> : null}
    </div>
  )
}
