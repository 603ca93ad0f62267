// What somebody may do here, right by right, and what says so: oneself, and for who manages the rights anybody else.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { Choice, Fault, Field, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { type Person, PersonField } from '../parts/person.tsx'
import { unseenStyle } from '../parts/page.tsx'
import { groupsQuery, type Place } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { type Asked, type Entry, permissionsQuery, type Reason, type Right, rightNames, type Rights } from './queries.ts'
import { useRightsWords } from './words.ts'
import styles from './rights.module.css'

const kinds = ['anonymous', 'group', 'user', 'me'] as const
type Kind = (typeof kinds)[number]

/** Entries of a level and of those above it, by number. */
const entriesOf = (rights: Rights | undefined): ReadonlyMap<number, { entry: Entry; where: string | null; isHere: boolean }> =>
  new Map(
    [rights, ...(rights?.inherited ?? [])].flatMap((level, at) =>
      level ? level.entries.map(entry => [entry.id, { entry, where: level.level.caption, isHere: at === 0 }] as const) : [],
    ),
  )

export function useReasonText(rights: Rights | undefined) {
  const say = useSay()
  const words = useRightsWords()
  const { exact } = useMoments()
  const known = entriesOf(rights)
  return (reason: Reason): string => {
    const topics = reason.topics.map(topic => say(`people.topic.${topic}` as DeskKey)).join(', ')
    const found = reason.entry === null ? undefined : known.get(reason.entry)
    const said = found
      ? say(found.isHere ? 'why.here' : 'why.above', {
          entry: `${words.subject(found.entry, found.entry.name)}: ${words.right(found.entry.right)} ${words.effect(found.entry)}`,
          where: found.where ?? '',
        })
      : reason.by === 'topic' && topics
        ? say('why.topics', { topics })
        : say(reason.by === 'release' ? (reason.allowed ? 'why.released' : 'why.hidden') : `why.${reason.by}`)
    return [said, reason.until ? say('rights.until', { at: exact(reason.until) }) : '', reason.note ? `(${reason.note})` : ''].filter(Boolean).join(' ')
  }
}

export function Reasons({ place, rights, isManager, onMark }: {
  readonly place: Place
  readonly rights: Rights | undefined
  readonly isManager: boolean
  /** The entry that decides what is looked at */
  readonly onMark: (entry: number | undefined) => void
}) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const words = useRightsWords()
  const why = useReasonText(rights)
  const [kind, setKind] = useState<Kind>(isManager ? 'anonymous' : 'me')
  const [person, setPerson] = useState<Person>()
  const [group, setGroup] = useState<number>(2)
  const [address, setAddress] = useState('')
  const groups = useInfiniteQuery({ ...groupsQuery(api), enabled: isManager }).data?.pages.flatMap(page => page.items) ?? []
  const at = address ? { address } : {}
  const asked: Asked =
    kind === 'anonymous' ? { anonymous: 'true', ...at } : kind === 'group' ? { group, ...at } : kind === 'user' && person ? { user: person.id, ...at } : {}
  const isReady = kind !== 'user' || person !== undefined
  const { data, error } = useQuery({ ...permissionsQuery(api, place, asked), enabled: isReady })
  return (
    <section className={styles.reasons} aria-labelledby="why">
      <h2 id="why">{say('why.title')}</h2>
      {isManager ? (
        <div className={styles.asked}>
          <Choice label={say('why.who')} value={kind} onChange={event => setKind(event.target.value as Kind)}>
            {kinds.map(each => (
              <option key={each} value={each} disabled={each === 'user' && !may('user:search')}>
                {say(`why.who.${each}`)}
              </option>
            ))}
          </Choice>
          {kind === 'user' ? <PersonField label={say('rights.person')} chosen={person} onChoose={setPerson} /> : null}
          {kind === 'group' ? (
            <Choice label={say('rights.group')} value={group} onChange={event => setGroup(Number(event.target.value))}>
              {groups.map(each => (
                <option key={each.id} value={each.id}>
                  {words.groupName(each.id, each.name)}
                </option>
              ))}
            </Choice>
          ) : null}
          {kind === 'me' ? null : (
            <form
              onSubmit={event => {
                event.preventDefault()
                setAddress(String(new FormData(event.currentTarget).get('address') ?? '').trim())
              }}
              onBlur={event => setAddress(String(new FormData(event.currentTarget).get('address') ?? '').trim())}
            >
              <Field label={say('why.address')} name="address" autoComplete="off" />
            </form>
          )}
        </div>
      ) : null}
      {error ? (
        <Fault error={error} />
      ) : !isReady ? (
        <p className={styles.quiet}>{say('why.choose')}</p>
      ) : !data ? (
        <Skeleton lines={10} />
      ) : (
        <ul className={styles.matrix} aria-live="polite">
          {rightNames.map((right: Right) => {
            const reason = data.reasons[right]
            if (!reason) return null
            return (
              <li
                key={right}
                data-allowed={reason.allowed}
                onMouseEnter={() => onMark(reason.entry ?? undefined)}
                onMouseLeave={() => onMark(undefined)}
              >
                {reason.allowed ? <Check size={16} aria-hidden /> : <X size={16} aria-hidden />}
                <span>
                  <strong>{words.right(right)}</strong>
                  {reason.allowed && reason.width ? ` ${say('rights.upTo', { width: reason.width })}` : ''}
                  <span className={unseenStyle}>: {say(reason.allowed ? 'why.yes' : 'why.no')}. </span>
                  <small>{why(reason)}</small>
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}
