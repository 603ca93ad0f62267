// Text correction of a title, page by page.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Dialog, Empty, Fault, IconButton, Skeleton } from '../parts/controls.tsx'
import { EditorHead } from '../parts/editor-head.tsx'
import { pagesQuery } from '../pages/queries.ts'
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
  const api = useApi()
  const go = useNavigate()
  const id = Number((useParams({ strict: false }) as { id?: string }).id)
  const { page } = useSearch({ strict: false }) as { page?: string }
  const canWrite = useMay()('text:write')
  const [isReading, setReading] = useState(false)
  const asked = useQuery(pagesQuery(api, id))
  const title = useQuery({
    queryKey: ['titles', 'one', id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}', { params: { path: { id } } })),
  })
  const pages = asked.data ?? []
  const at = Math.max(0, page === undefined ? 0 : pages.findIndex(each => each.id === Number(page)))
  const shown = pages[at]
  const name = title.data?.title ?? title.data?.caption ?? `#${id}`
  const turnTo = (to: number) => {
    const next = pages[to]
    if (next) void go({ to: '/desk/title/$id/texts', params: { id: String(id) }, search: { page: String(next.id) } })
  }
  const nameOf = (n: number) => say('pages.one', { at: n + 1, label: pages[n]?.pagination.label ?? '–' })
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
        <div className={styles.turn}>
          <IconButton label={say('pages.previous')} shortcut="PgUp" isDisabled={at === 0} onPress={() => turnTo(at - 1)}>
            <ChevronLeft size={18} aria-hidden />
          </IconButton>
          <select aria-label={say('texts.page')} value={shown?.id ?? ''} onChange={event => turnTo(pages.findIndex(each => each.id === Number(event.target.value)))}>
            {pages.map((each, n) => (
              <option key={each.id} value={each.id}>
                {nameOf(n)}
                {each.hasText ? '' : ` · ${say('texts.without')}`}
              </option>
            ))}
          </select>
          <IconButton label={say('pages.next')} shortcut="PgDn" isDisabled={at >= pages.length - 1} onPress={() => turnTo(at + 1)}>
            <ChevronRight size={18} aria-hidden />
          </IconButton>
        </div>
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
