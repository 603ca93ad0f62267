// What happened, what is safe, what to do next: for whoever meets a closed door.
import { Link } from '@tanstack/react-router'
import { ApiProblem } from '../shared/api.ts'
import { type TextKey, useFormats, useText } from '../shared/text.ts'
import { Head } from './room.tsx'
import styles from './problem.module.css'

const kinds: Readonly<Record<number, string>> = {
  0: 'offline',
  401: 'restricted',
  403: 'restricted',
  404: 'missing',
  405: 'missing',
  410: 'gone',
  400: 'misread',
  429: 'busy',
  503: 'busy',
}

/** What the service keeps of what was withdrawn. */
interface Withdrawn {
  readonly caption?: string
  readonly withdrawnAt?: string
  readonly identifiers: readonly { readonly scheme: string; readonly value: string; readonly assignedAt: string }[]
}

function Tombstone({ of: { caption, withdrawnAt, identifiers } }: { readonly of: Withdrawn }) {
  const say = useText()
  const { day } = useFormats()
  return (
    <div className={styles.detail}>
      {caption ? <p dir="auto">{caption}</p> : null}
      {withdrawnAt ? <p>{say('problem.gone.day', { day: day(withdrawnAt) })}</p> : null}
      <ul className={styles.identifiers}>
        {identifiers.map(({ value, assignedAt }) => (
          <li key={value}>
            <span>{value}</span> <small>{say('problem.gone.since', { day: day(assignedAt) })}</small>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function ProblemPage({ error }: { readonly error: unknown }) {
  const say = useText()
  const status = error instanceof ApiProblem ? error.status : error === undefined ? 404 : 500
  const kind = kinds[status] ?? (status >= 400 && status < 500 ? 'misread' : 'fault')
  const key = (part: string) => `problem.${kind}.${part}` as TextKey
  return (
    <article className={styles.problem}>
      <Head title={say(key('title'))} noIndex />
      <p className={styles.status}>{status === 0 ? '–' : status}</p>
      <h1>{say(key('title'))}</h1>
      <p className={styles.text}>{say(key('text'))}</p>
      {kind === 'gone' && error instanceof ApiProblem && 'identifiers' in error.more ? (
        <Tombstone of={error.more as unknown as Withdrawn} />
      ) : error instanceof ApiProblem && error.message !== error.title && status !== 404 ? (
        <p className={styles.detail}>{error.message}</p>
      ) : null}
      <p className={styles.ways}>
        {status === 0 || status >= 500 ? <a href="">{say('problem.again')}</a> : null}
        <Link to="/">{say('problem.start')}</Link>
        <Link to="/find">{say('problem.search')}</Link>
      </p>
    </article>
  )
}
