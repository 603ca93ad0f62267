// An order that is made or changed: what it says, who belongs to it, its tags. What differs from what was read is sent alone, so that a second
// try after somebody was faster leaves the other's fields as they are.
import { useMutation, useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Area, Button, Dialog, DialogFoot, Fault, Field, IconButton } from '../parts/controls.tsx'
import { PersonField } from '../parts/person.tsx'
import { TagMark, tagsQuery } from '../parts/tags.tsx'
import { useApi, useMay, useSession } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { onVersion, type Order, orderQuery, type Person, useOrdersChanged, usePersonName } from './queries.ts'
import styles from './orders.module.css'

type Patch = Schemas['OrderPatchInput']
const roles = ['editors', 'authors', 'generators'] as const

interface Draft {
  readonly title: string
  readonly reference: string
  readonly description: string
  /** A line a fact: name, colon, text */
  readonly properties: string
  readonly editors: readonly Person[]
  readonly authors: readonly Person[]
  readonly generators: readonly Person[]
  readonly organisation: Person | null
  /** With commas between them */
  readonly tags: string
  readonly standard: readonly string[]
  readonly isShown: boolean
}

const draftOf = (order: Order): Draft => ({
  title: order.title,
  reference: order.reference ?? '',
  description: order.description ?? '',
  // a text of several lines stays one fact: what stands further in goes on with it
  properties: Object.entries(order.properties)
    .map(([name, text]) => `${name}: ${text.replaceAll('\n', '\n  ')}`)
    .join('\n'),
  editors: order.editors,
  authors: order.authors,
  generators: order.generators,
  organisation: order.organisation,
  tags: order.tags.user.join(', '),
  standard: order.tags.standard,
  isShown: order.isShown,
})

/** Lines as facts; undefined where a line has no name. */
function factsOf(text: string): Record<string, string> | undefined {
  const facts: [string, string][] = []
  for (const line of text.split('\n')) {
    const last = facts.at(-1)
    if (/^\s/.test(line) && last && line.trim() !== '') last[1] += `\n${line.trim()}`
    else if (line.trim() !== '') {
      const at = line.indexOf(':')
      if (at < 1) return undefined
      facts.push([line.slice(0, at).trim(), line.slice(at + 1).trim()])
    }
  }
  return Object.fromEntries(facts)
}

const wordsOf = (text: string): string[] => [...new Set(text.split(',').map(word => word.trim()))].filter(word => word !== '')
const idsOf = (people: readonly Person[]): string[] => people.map(({ id }) => id)
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What is sent of a draft: what differs from what was read. */
function patchOf(draft: Draft, read: Draft): Patch {
  const facts = factsOf(draft.properties)
  const user = wordsOf(draft.tags)
  const tags = {
    ...(isSame(user, wordsOf(read.tags)) ? {} : { user }),
    ...(isSame(draft.standard, read.standard) ? {} : { standard: [...draft.standard] }),
  }
  return {
    ...(draft.title === read.title ? {} : { title: draft.title }),
    ...(draft.reference === read.reference ? {} : { reference: draft.reference.trim() || null }),
    ...(draft.description === read.description ? {} : { description: draft.description || null }),
    ...(draft.properties === read.properties || !facts ? {} : { properties: facts }),
    ...Object.fromEntries(roles.flatMap(role => (isSame(idsOf(draft[role]), idsOf(read[role])) ? [] : [[role, idsOf(draft[role])]]))),
    ...(draft.organisation?.id === read.organisation?.id ? {} : { organisation: draft.organisation?.id ?? null }),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
    ...(draft.isShown === read.isShown ? {} : { isShown: draft.isShown }),
  }
}

/** Who belongs to it in one role: taken out by a button, put in by name. */
function People(props: { readonly label: string; readonly adding: string; readonly people: readonly Person[]; readonly onSet: (people: readonly Person[]) => void }) {
  const say = useSay()
  const personName = usePersonName()
  const { people, onSet } = props
  return (
    <fieldset className={styles.people}>
      <legend>{props.label}</legend>
      <ul>
        {people.map(person => (
          <li key={person.id}>
            {personName(person)}
            <IconButton label={say('orders.takeOut', { name: personName(person), from: props.label })} onPress={() => onSet(people.filter(({ id }) => id !== person.id))}>
              <X size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <PersonField
        key={people.length}
        label={props.adding}
        chosen={undefined}
        onChoose={person => {
          if (person && !people.some(({ id }) => id === person.id)) onSet([...people, { id: person.id, name: person.name }])
        }}
      />
    </fieldset>
  )
}

/** Tags of the installation, which the house sets. */
function Standard({ chosen, onSet }: { readonly chosen: readonly string[]; readonly onSet: (names: readonly string[]) => void }) {
  const say = useSay()
  const { data } = useQuery(tagsQuery(useApi(), undefined))
  const tags = data?.filter(({ kind, domainId }) => kind === 'system' && domainId === null) ?? []
  if (tags.length === 0) return null
  return (
    <fieldset className={styles.people}>
      <legend>{say('orders.tags.standard')}</legend>
      {tags.map(tag => (
        <label key={tag.name} className={styles.check}>
          <input
            type="checkbox"
            checked={chosen.includes(tag.name)}
            onChange={event => onSet(event.target.checked ? [...chosen, tag.name].sort() : chosen.filter(name => name !== tag.name))}
          />
          <TagMark tag={tag} />
        </label>
      ))}
    </fieldset>
  )
}

export function OrderForm(props: { readonly order: Order | undefined; readonly onClose: () => void; readonly onStored: (order: Order) => void }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const { session } = useSession()
  const changed = useOrdersChanged()
  const { order } = props
  const oneself: readonly Person[] = session?.user ? [{ id: session.user.id, name: session.user.name }] : []
  // the service gives the same where nothing is said, so that what stands here is sent only where it was changed
  const [read] = useState<Draft>(() =>
    order
      ? draftOf(order)
      : { title: '', reference: '', description: '', properties: '', editors: oneself, authors: oneself, generators: oneself, organisation: oneself[0] ?? null, tags: '', standard: [], isShown: false },
  )
  const [draft, setDraft] = useState(read)
  const latest = useQuery({ ...orderQuery(api, order?.id ?? 0), enabled: order !== undefined })
  const set = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))
  const isHouse = may('order:special')
  const hasFacts = factsOf(draft.properties) !== undefined
  const store = useMutation({
    mutationFn: async (): Promise<Order> => {
      const patch = patchOf(draft, read)
      return order
        ? await taken(api.PATCH('/api/v1/orders/{order}', { params: onVersion(latest.data ?? order), body: patch }))
        : await taken(api.POST('/api/v1/orders', { body: { ...patch, title: draft.title } }))
    },
    onSuccess: async stored => {
      note({ batch: undefined, text: say(order ? 'orders.changed' : 'orders.made', { title: stored.title }) })
      props.onClose()
      props.onStored(stored)
      await changed(stored)
    },
    // somebody may have been faster: the next try is made on what is there now
    onError: () => void latest.refetch(),
  })
  return (
    <Dialog title={say(order ? 'orders.change' : 'orders.new')} isOpen isWide onClose={props.onClose}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          if (hasFacts) store.mutate()
        }}
      >
        <Field label={say('orders.title')} value={draft.title} onChange={title => set({ title })} isRequired maxLength={2000} autoFocus />
        <div className={styles.two}>
          <Field label={say('orders.reference')} value={draft.reference} onChange={reference => set({ reference })} maxLength={250} />
          <Field label={say('orders.tags.user')} description={say('orders.tags.about')} value={draft.tags} onChange={tags => set({ tags })} />
        </div>
        <Area label={say('orders.description')} value={draft.description} onChange={description => set({ description })} maxLength={100_000} />
        <Area label={say('orders.properties')} value={draft.properties} onChange={properties => set({ properties })} />
        {hasFacts ? null : (
          <p role="alert" className={styles.fault}>
            {say('orders.properties.fault')}
          </p>
        )}
        <div className={styles.two}>
          {roles.map(role => (
            <People key={role} label={say(`orders.${role}`)} adding={say(`orders.${role}.add`)} people={draft[role]} onSet={people => set({ [role]: people })} />
          ))}
          <People
            label={say('orders.organisation')}
            adding={say('orders.organisation.set')}
            people={draft.organisation ? [draft.organisation] : []}
            onSet={people => set({ organisation: people.at(-1) ?? null })}
          />
        </div>
        {isHouse ? (
          <>
            <Standard chosen={draft.standard} onSet={standard => set({ standard })} />
            <label className={styles.check}>
              <input type="checkbox" checked={draft.isShown} onChange={event => set({ isShown: event.target.checked })} />
              {say('orders.isShown')}
            </label>
          </>
        ) : null}
        {store.error ? <Fault error={store.error} /> : null}
        <DialogFoot onCancel={props.onClose}>
          <Button kind="primary" type="submit" isDisabled={draft.title.trim() === '' || !hasFacts} isBusy={store.isPending}>
            {say(order ? 'orders.store' : 'orders.make')}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
