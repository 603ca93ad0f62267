// Quality control: what is wrong with titles and pages, who looks after it, and what became of it. Filters and the note that is open stand in the address.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { useFormats } from '../../shared/text.ts'
import { Area, Button, Choice, Dialog, DialogFoot, Fault, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page } from '../parts/page.tsx'
import { type Person, PersonField } from '../parts/person.tsx'
import { Scan } from '../parts/scan.tsx'
import { nodeQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { type Action, shownShortcut, useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { OneNote } from './one.tsx'
import { kindsQuery, type Note, noteQuery, notesQuery, useKindName, useNoteAct, usePlaceName } from './queries.ts'
import { WriteNote } from './write.tsx'
import styles from './notes.module.css'

interface Search {
  readonly state?: string
  readonly kind?: string
  readonly assigned?: string
  readonly origin?: string
  readonly below?: string
  readonly note?: string
}
const states = ['open', 'answered', 'unsettled', 'closed'] as const
const origins = ['reader', 'staff'] as const
const tones = { open: 'warn', answered: 'plain', closed: 'good' } as const
const isNumber = (text: string | undefined): text is string => /^\d{1,9}$/.test(text ?? '')
const isPerson = (text: string | undefined): text is string => text === 'me' || text === 'nobody' || /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text ?? '')

/** What is asked of the service; open ones where the address says nothing. */
const filterOf = (search: Search) => {
  const state = states.find(each => each === (search.state ?? 'open'))
  const origin = origins.find(each => each === search.origin)
  return {
    ...(state ? { state } : {}),
    ...(origin ? { origin } : {}),
    ...(search.kind ? { kind: search.kind } : {}),
    ...(isPerson(search.assigned) ? { assigned: search.assigned } : {}),
    ...(isNumber(search.below) ? { below: Number(search.below) } : {}),
  }
}

function Line(props: {
  readonly note: Note
  readonly isOpen: boolean
  readonly isChosen: boolean
  readonly onOpen: () => void
  readonly onChoose: () => void
}) {
  const say = useSay()
  const kindName = useKindName()
  const placeName = usePlaceName()
  const { ago, exact } = useMoments()
  const { note, isOpen } = props
  const place = placeName(note)
  return (
    <li className={styles.item}>
      <div className={styles.line}>
        <input type="checkbox" checked={props.isChosen} onChange={props.onChoose} aria-label={say('notes.choose', { kind: kindName(note.kind), place })} />
        <button type="button" className={styles.opener} aria-expanded={isOpen} onClick={props.onOpen}>
          <span className={styles.thumb}>
            <Scan path={`/titlepage/${note.node.id}/128`} alt="" />
          </span>
          <span className={styles.what}>
            <b>{kindName(note.kind)}</b> <span dir="auto">{note.text}</span>
            <small dir="auto">{place}</small>
          </span>
          <span className={styles.who}>
            <span>{note.assigned ? (note.assigned.name ?? say('notes.gone')) : say('notes.nobody')}</span>
            <small title={exact(note.meta.createdAt ?? '')}>
              {note.origin === 'reader' ? `${say('notes.reader')} · ` : ''}
              {ago(note.meta.createdAt ?? '')}
            </small>
          </span>
          <Tag tone={tones[note.state]}>{say(`notes.state.${note.state}`)}</Tag>
        </button>
      </div>
      {isOpen ? <OneNote note={note} /> : null}
    </li>
  )
}

/** Hands many to somebody, or answers them with the same words. */
function Many(props: { readonly what: 'assign' | 'answer'; readonly ids: readonly number[]; readonly onClose: (isDone: boolean) => void }) {
  const say = useSay()
  const kinds = useQuery(kindsQuery(useApi()))
  const act = useNoteAct()
  const [person, setPerson] = useState<Person>()
  const [text, setText] = useState('')
  const isAssign = props.what === 'assign'
  const isReady = isAssign || text.trim() !== ''
  const go = () =>
    act.mutate(
      { ids: [...props.ids], action: props.what, ...(isAssign ? { assigned: person?.id ?? null } : { text: text.trim() }) },
      { onSuccess: () => props.onClose(true) },
    )
  return (
    <Dialog title={say(`notes.many.${props.what}`, { count: props.ids.length })} isOpen onClose={() => props.onClose(false)}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (isReady) go()
        }}
      >
        {isAssign ? (
          <PersonField label={say('notes.assigned')} chosen={person} onChoose={setPerson} among={kinds.data?.people ?? []} />
        ) : (
          <Area label={say('notes.answer')} value={text} onChange={setText} maxLength={2000} autoFocus />
        )}
        {act.error ? <Fault error={act.error} /> : null}
        <DialogFoot onCancel={() => props.onClose(false)}>
          <Button kind="primary" type="submit" isDisabled={!isReady} isBusy={act.isPending}>
            {say(isAssign ? (person ? 'notes.assign' : 'notes.nobody.set') : 'notes.answer.go')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

function Filters({ search, onSet }: { readonly search: Search; readonly onSet: (part: Partial<Record<keyof Search, string | undefined>>) => void }) {
  const say = useSay()
  const api = useApi()
  const { typeName } = useFormats()
  const kinds = useQuery(kindsQuery(api))
  const below = isNumber(search.below) ? Number(search.below) : undefined
  const node = useQuery({ ...nodeQuery(api, below ?? 0), enabled: below !== undefined })
  return (
    <div role="search" className={styles.filters}>
      <Choice label={say('notes.state')} value={search.state ?? 'open'} onChange={event => onSet({ state: event.target.value === 'open' ? undefined : event.target.value })}>
        {states.map(each => (
          <option key={each} value={each}>
            {say(`notes.state.${each}`)}
          </option>
        ))}
        <option value="all">{say('notes.all')}</option>
      </Choice>
      <Choice label={say('notes.kind')} value={search.kind ?? ''} onChange={event => onSet({ kind: event.target.value })}>
        <option value="">{say('notes.all')}</option>
        {kinds.data?.items.map(each => (
          <option key={each.name} value={each.name}>
            {typeName(each)}
          </option>
        ))}
      </Choice>
      <Choice label={say('notes.assigned')} value={search.assigned ?? ''} onChange={event => onSet({ assigned: event.target.value })}>
        <option value="">{say('notes.all')}</option>
        <option value="me">{say('notes.me')}</option>
        <option value="nobody">{say('notes.nobody')}</option>
        {kinds.data?.people.map(each => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </Choice>
      <Choice label={say('notes.origin')} value={search.origin ?? ''} onChange={event => onSet({ origin: event.target.value })}>
        <option value="">{say('notes.all')}</option>
        {origins.map(each => (
          <option key={each} value={each}>
            {say(`notes.origin.${each}`)}
          </option>
        ))}
      </Choice>
      {below === undefined ? null : (
        <p className={styles.below}>
          <span dir="auto">{say('notes.below', { name: node.data?.caption ?? `#${below}` })}</span>{' '}
          <Link to="/desk/notes" search={{ ...search, below: undefined } as never}>
            {say('notes.everywhere')}
          </Link>
        </p>
      )}
    </div>
  )
}

export default function Notes() {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Search
  const list = useInfiniteQuery(notesQuery(api, filterOf(search)))
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [many, setMany] = useState<'assign' | 'answer'>()
  const [isWriting, setWriting] = useState(false)
  const act = useNoteAct()
  const found = list.data?.pages.flatMap(page => page.items) ?? []
  const open = isNumber(search.note) ? Number(search.note) : undefined
  // a note that a link leads to is shown, whatever the filter says of it
  const isElsewhere = open !== undefined && list.isSuccess && !found.some(({ id }) => id === open)
  const linked = useQuery({ ...noteQuery(api, open ?? 0), enabled: isElsewhere, retry: false })
  const items = isElsewhere && linked.data ? [linked.data, ...found] : found
  const ids = items.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
  const set = (part: Partial<Record<keyof Search, string | undefined>>) =>
    void navigate({
      to: '/desk/notes',
      search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)),
      replace: 'note' in part,
      resetScroll: false,
    })
  const toggle = (id: number) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const all = (action: 'close' | 'reopen' | 'delete') => () => act.mutate({ ids, action }, { onSuccess: () => setChosen(new Set()) })
  const canWrite = may('meta:write')
  const actions: readonly Action[] =
    canWrite && ids.length > 0
      ? [
          { id: 'notes.assign', label: say('notes.assign'), shortcut: 'a', run: () => setMany('assign') },
          { id: 'notes.answer', label: say('notes.answer.go'), shortcut: 'w', run: () => setMany('answer') },
          { id: 'notes.close', label: say('notes.close'), shortcut: 'c', run: all('close') },
          { id: 'notes.reopen', label: say('notes.reopen'), shortcut: 'o', run: all('reopen') },
          { id: 'notes.delete', label: say('notes.delete'), shortcut: 'Delete', run: all('delete') },
        ]
      : []
  const below = isNumber(search.below) ? Number(search.below) : undefined
  const canAdd = canWrite && below !== undefined
  useActions('notes', [...actions, ...(canAdd ? [{ id: 'notes.new', label: say('notes.add'), shortcut: 'n', run: () => setWriting(true) }] : [])])
  return (
    <Page title={say('place.notes')} lead={say('notes.lead')} actions={canAdd ? <Button onPress={() => setWriting(true)}>{say('notes.add')}</Button> : undefined}>
      <Head title={say('place.notes')} noIndex />
      <Filters search={search} onSet={part => set({ ...part, note: undefined })} />
      {act.error ? <Fault error={act.error} /> : null}
      <div role="toolbar" aria-label={say('notes.chosen.do')} className={styles.bar} hidden={ids.length === 0}>
        <span>{say('notes.chosen', { count: ids.length })}</span>
        {actions.map(({ id, label, shortcut, run }) => (
          <Button key={id} kind="quiet" isBusy={act.isPending} onPress={run}>
            {label} <kbd>{shownShortcut(shortcut ?? '')}</kbd>
          </Button>
        ))}
      </div>
      <Listed list={isElsewhere && linked.data ? { ...list, data: { pages: [{ items }] } } : list} lines={8} none={say('notes.none')} hint={say('notes.none.text')}>
        <ul className={styles.list} aria-label={say('place.notes')}>
          {items.map(note => (
            <Line
              key={note.id}
              note={note}
              isOpen={note.id === open}
              isChosen={chosen.has(note.id)}
              onOpen={() => set({ note: note.id === open ? undefined : String(note.id) })}
              onChoose={() => toggle(note.id)}
            />
          ))}
        </ul>
      </Listed>
      {many ? (
        <Many
          what={many}
          ids={ids}
          onClose={isDone => {
            setMany(undefined)
            if (isDone) setChosen(new Set())
          }}
        />
      ) : null}
      {isWriting && below !== undefined ? <WriteNote subject={{ ids: [below] }} onClose={() => setWriting(false)} /> : null}
    </Page>
  )
}
