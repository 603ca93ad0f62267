// A note in its place: the page with what is marked, who wrote what, and what can be done about it.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Region, RegionFrame } from '../../shared/components/region.tsx'
import { taken } from '../../shared/api.ts'
import { Area, Button, Fault } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { PersonField } from '../parts/person.tsx'
import { useKeptText } from '../parts/kept.ts'
import { Scan } from '../parts/scan.tsx'
import { useApi, useMay } from '../session/session.ts'
import { batchOf, note as done } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { kindsQuery, type Note, useNoteAct, useNotesChanged } from './queries.ts'
import { RegionChoice } from './write.tsx'
import styles from './notes.module.css'

function Picture({ note, canWrite }: { readonly note: Note; readonly canWrite: boolean }) {
  const say = useSay()
  const api = useApi()
  const changed = useNotesChanged()
  const [drawn, setDrawn] = useState<Region | null>()
  const mark = useMutation({
    mutationFn: (region: Region | null) =>
      taken(
        api.PATCH('/api/v1/notes/{note}', {
          params: { path: { note: note.id }, header: { 'If-Match': `"${note.meta.version}"` } },
          body: { region },
        }),
      ),
    onSuccess: async answer => {
      done({ batch: batchOf(answer), text: say('notes.region.done') })
      setDrawn(undefined)
      await changed()
    },
  })
  const { image } = note.node
  if (!image)
    return (
      <div className={styles.picture}>
        <Scan path={`/titlepage/${note.node.id}/304`} alt="" />
      </div>
    )
  return (
    <div className={styles.picture}>
      {drawn === undefined ? (
        <RegionFrame image={image} region={note.region} label={say('notes.region')}>
          <Scan path={`/titlepage/${note.node.id}/1000`} alt={say('details.picture', { name: note.node.caption ?? '' })} isEager />
        </RegionFrame>
      ) : (
        <RegionChoice id={note.node.id} image={image} region={drawn} onRegion={setDrawn} />
      )}
      {mark.error ? <Fault error={mark.error} /> : null}
      {canWrite ? (
        <p className={styles.acts}>
          {drawn === undefined ? (
            <Button kind="quiet" onPress={() => setDrawn(note.region)}>
              {say(note.region ? 'notes.region.change' : 'notes.region.mark')}
            </Button>
          ) : (
            <>
              <Button kind="primary" isBusy={mark.isPending} onPress={() => mark.mutate(drawn)}>
                {say('notes.region.keep')}
              </Button>
              <Button kind="quiet" onPress={() => setDrawn(undefined)}>
                {say('cancel')}
              </Button>
            </>
          )}
        </p>
      ) : null}
    </div>
  )
}

export function OneNote({ note }: { readonly note: Note }) {
  const say = useSay()
  const may = useMay()
  const canWrite = may('meta:write')
  const { exact } = useMoments()
  const kinds = useQuery(kindsQuery(useApi()))
  const act = useNoteAct()
  const [answer, setAnswer] = useKeptText(`answer-${note.id}`)
  const ids = [note.id]
  const isClosed = note.state === 'closed'
  const text = answer.trim()
  const by = (person: { readonly id: string; readonly name: string | null }) =>
    person.id === 'public' ? say('notes.reader') : person.id === 'operator' ? say('operator') : (person.name ?? say('notes.gone'))
  const send = (action: 'answer' | 'close') =>
    // also where the note leaves the list with that
    act.mutateAsync({ ids, action, ...(text === '' ? {} : { text }) }).then(
      () => setAnswer(''),
      () => undefined,
    )
  const title = note.title?.id ?? (note.node.datatype === 'title' ? note.node.id : undefined)
  return (
    <div className={styles.one}>
      <Picture note={note} canWrite={canWrite} />
      <div className={styles.words}>
        <p className={styles.text} dir="auto">
          {note.text}
        </p>
        <p className={styles.soft}>
          {by(note.author)} · {exact(note.meta.createdAt ?? '')}
          {note.email ? (
            <>
              {' · '}
              <a href={`mailto:${note.email}`}>{note.email}</a>
            </>
          ) : null}
        </p>
        {note.answers.length > 0 ? (
          <ol className={styles.answers} aria-label={say('notes.answers')}>
            {note.answers.map(each => (
              <li key={each.at}>
                <p dir="auto">{each.text}</p>
                <p className={styles.soft}>
                  {by(each.by)} · {exact(each.at)}
                </p>
              </li>
            ))}
          </ol>
        ) : null}
        {canWrite ? (
          <form
            className={styles.form}
            onSubmit={event => {
              event.preventDefault()
              if (text !== '') send('answer')
            }}
          >
            <Area label={say('notes.answer')} value={answer} onChange={setAnswer} maxLength={2000} />
            <p className={styles.acts}>
              <Button type="submit" kind={isClosed ? 'plain' : 'primary'} isDisabled={text === ''} isBusy={act.isPending}>
                {say('notes.answer.go')}
              </Button>
              {isClosed ? (
                <Button isBusy={act.isPending} onPress={() => act.mutate({ ids, action: 'reopen' })}>
                  {say('notes.reopen')}
                </Button>
              ) : (
                <Button isBusy={act.isPending} onPress={() => send('close')}>
                  {say(text === '' ? 'notes.close' : 'notes.answer.close')}
                </Button>
              )}
              <Button kind="quiet" isBusy={act.isPending} onPress={() => act.mutate({ ids, action: 'delete' })}>
                {say('notes.delete')}
              </Button>
            </p>
            <Assign
              key={note.assigned?.id ?? ''}
              assigned={note.assigned}
              people={kinds.data?.people ?? []}
              onAssign={assigned => act.mutate({ ids, action: 'assign', assigned })}
            />
          </form>
        ) : null}
        {act.error ? <Fault error={act.error} /> : null}
        <p className={styles.ways}>
          <Link to="/desk/tree" search={{ node: String(note.node.id) }}>
            {say('notes.inTree')}
          </Link>
          {title === undefined ? null : (
            <>
              <Link to="/desk/title/$id" params={{ id: String(title) }}>
                {say(canWrite ? 'details.record' : 'details.recordRead')}
              </Link>
              <Link to="/desk/title/$id/pages" params={{ id: String(title) }}>
                {say('details.pages')}
              </Link>
              <Link to="/desk/notes" search={{ below: String(title) }}>
                {say('notes.ofTitle')}
              </Link>
            </>
          )}
        </p>
      </div>
    </div>
  )
}

/** Who looks after it: chosen by name, taken away by a button. */
export function Assign(props: {
  readonly assigned: Note['assigned']
  readonly people: readonly { readonly id: string; readonly name: string | null }[]
  readonly onAssign: (person: string | null) => void
}) {
  const say = useSay()
  const { assigned } = props
  return (
    <div className={styles.assign}>
      <PersonField
        label={say('notes.assigned')}
        chosen={assigned ? { id: assigned.id, name: assigned.name ?? say('notes.gone') } : undefined}
        among={props.people}
        onChoose={person => {
          if (person && person.id !== assigned?.id) props.onAssign(person.id)
        }}
      />
      {assigned ? (
        <Button kind="quiet" onPress={() => props.onAssign(null)}>
          {say('notes.nobody.set')}
        </Button>
      ) : null}
    </div>
  )
}
