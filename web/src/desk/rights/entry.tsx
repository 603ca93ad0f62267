// One entry: whom it is about, which right, given or taken, from when until when. The service checks it before it joins the draft.
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field } from '../parts/controls.tsx'
import { type Person, PersonField } from '../parts/person.tsx'
import { groupsQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { type NewEntry, type Right, rightNames } from './queries.ts'
import { useRightsWords } from './words.ts'
import styles from './rights.module.css'

const subjects = ['everyone', 'group', 'user', 'range'] as const
type Subject = (typeof subjects)[number]

/** A moment as a field of day and time has it. */
function localOf(iso: string | null | undefined): string {
  if (!iso) return ''
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export interface Edited {
  readonly entry: NewEntry
  readonly name: string | null
}

export function EntryDialog(props: {
  readonly edited: Edited | undefined
  /** @throws ApiProblem that points to members of the entry */
  readonly check: (entry: NewEntry) => Promise<void>
  readonly onDone: (entry: NewEntry, name: string | null) => void
  readonly onClose: () => void
}) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const words = useRightsWords()
  const { entry, name } = props.edited ?? { entry: undefined, name: null }
  const groups = useInfiniteQuery(groupsQuery(api)).data?.pages.flatMap(page => page.items) ?? []
  const [subject, setSubject] = useState<Subject>(entry?.subject ?? 'everyone')
  const [person, setPerson] = useState<Person | undefined>(entry?.user ? { id: entry.user, name: name ?? '' } : undefined)
  const [right, setRight] = useState<Right>(entry?.right ?? 'see-image')
  const [effect, setEffect] = useState<'grant' | 'deny'>(entry?.effect ?? 'deny')
  const [isBackward, setBackward] = useState(false)
  const done = useMutation({
    mutationFn: async (given: { entry: NewEntry; name: string | null }) => {
      await props.check(given.entry)
      props.onDone(given.entry, given.name)
    },
  })
  const errors = done.error instanceof ApiProblem ? done.error.errors : []
  const faultAt = (member: string) => errors.find(({ pointer }) => pointer.endsWith(`/${member}`))?.detail
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (field: string) => String(form.get(field) ?? '').trim()
    const isWrong = text('from') !== '' && text('until') !== '' && text('until') <= text('from')
    setBackward(isWrong)
    if (isWrong) return
    const group = groups.find(({ id }) => String(id) === text('group'))
    done.mutate({
      entry: {
        subject,
        ...(subject === 'user' && person ? { user: person.id } : {}),
        ...(subject === 'group' && group ? { group: group.id } : {}),
        ...(subject === 'range' ? { range: text('range') } : {}),
        right,
        effect,
        width: right === 'see-image' && effect === 'grant' && text('width') ? Number(text('width')) : null,
        from: text('from') ? new Date(text('from')).toISOString() : null,
        until: text('until') ? new Date(text('until')).toISOString() : null,
        note: text('note') || null,
      },
      name: subject === 'user' ? (person?.name ?? null) : subject === 'group' ? (group?.name ?? null) : null,
    })
  }
  const isShown = errors.some(({ pointer }) => ['user', 'group', 'range', 'width', 'until', 'note'].some(member => pointer.endsWith(`/${member}`)))
  return (
    <Dialog title={say(entry ? 'rights.change' : 'rights.add')} isOpen onClose={props.onClose}>
      <form className={styles.form} onSubmit={submit}>
        <Choice label={say('rights.subject')} value={subject} onChange={event => setSubject(event.target.value as Subject)}>
          {subjects.map(each => (
            <option key={each} value={each} disabled={each === 'user' && !may('user:search')}>
              {say(`rights.subject.${each}`)}
            </option>
          ))}
        </Choice>
        {subject === 'user' ? <PersonField label={say('rights.person')} chosen={person} onChoose={setPerson} fault={faultAt('user')} /> : null}
        {subject === 'group' ? (
          <Choice label={say('rights.group')} name="group" defaultValue={entry?.group ?? ''} key={groups.length}>
            {groups.map(group => (
              <option key={group.id} value={group.id}>
                {words.groupName(group.id, group.name)}
              </option>
            ))}
          </Choice>
        ) : null}
        {subject === 'range' ? (
          <Field
            label={say('rights.range')}
            name="range"
            description={say('rights.range.about')}
            defaultValue={entry?.range ?? ''}
            isRequired
            fault={faultAt('range')}
          />
        ) : null}
        <div className={styles.pair}>
          <Choice label={say('rights.effect')} value={effect} onChange={event => setEffect(event.target.value as 'grant' | 'deny')}>
            <option value="deny">{say('rights.deny')}</option>
            <option value="grant">{say('rights.grant')}</option>
          </Choice>
          <Choice label={say('rights.right')} value={right} onChange={event => setRight(event.target.value as Right)}>
            {rightNames.map(each => (
              <option key={each} value={each}>
                {words.right(each)}
              </option>
            ))}
          </Choice>
        </div>
        {right === 'see-image' && effect === 'grant' ? (
          <Field
            label={say('rights.width')}
            name="width"
            type="number"
            description={say('rights.width.about')}
            defaultValue={entry?.width ? String(entry.width) : ''}
            fault={faultAt('width')}
          />
        ) : null}
        <div className={styles.pair}>
          <Field label={say('rights.fromField')} name="from" type="datetime-local" defaultValue={localOf(entry?.from)} />
          <Field
            label={say('rights.untilField')}
            name="until"
            type="datetime-local"
            defaultValue={localOf(entry?.until)}
            fault={isBackward ? say('rights.backward') : faultAt('until')}
          />
        </div>
        <Field label={say('rights.note')} name="note" description={say('rights.note.about')} defaultValue={entry?.note ?? ''} maxLength={500} />
        {done.error && !isShown ? <Fault error={done.error} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isBusy={done.isPending}>
            {say(entry ? 'rights.take' : 'rights.add')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
