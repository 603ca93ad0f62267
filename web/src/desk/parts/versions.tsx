// What something was, the latest first: who changed it and when, each opening to what was different and the way back.
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query'
import { Fragment, type ReactNode, useState } from 'react'
import { useActorName } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { classNames } from './class-names.ts'
import { Button, Empty, Fault, Skeleton } from './controls.tsx'
import { useMoments } from './formats.ts'
import sheet from './versions.module.css'

const styles = classNames(sheet)

export interface Version {
  /** As the address of a version names it */
  readonly key: string
  readonly at: string
  readonly actor: string | null
  /** Why, or with what */
  readonly about?: ReactNode
  readonly tag?: ReactNode
}

export function VersionList(props: {
  readonly asked: Pick<UseQueryResult, 'error'>
  /** Undefined as long as they are read */
  readonly versions: readonly Version[] | undefined
  readonly children: (key: string) => ReactNode
}) {
  const say = useSay()
  const { ago, exact } = useMoments()
  const nameOf = useActorName()
  const [open, setOpen] = useState<string>()
  const { asked, versions } = props
  if (asked.error) return <Fault error={asked.error} />
  if (!versions) return <Skeleton lines={4} />
  if (versions.length === 0) return <Empty title={say('versions.none')} />
  return (
    <ol className={styles.versions}>
      {versions.map(({ key, at, actor, about, tag }) => (
        <li key={key}>
          <button type="button" aria-expanded={open === key} onClick={() => setOpen(open === key ? undefined : key)}>
            <span title={exact(at)}>{ago(at)}</span>
            <span>{nameOf(actor)}</span>
            <span className={styles.soft}>{about}</span>
            {tag}
          </button>
          {open === key ? <Fragment>{props.children(key)}</Fragment> : null}
        </li>
      ))}
    </ol>
  )
}

/** What one version was other than the one after it, and the way back to it. */
export function VersionBody(props: {
  readonly asked: Pick<UseQueryResult, 'error' | 'isPending'>
  readonly restore: Pick<UseMutationResult<unknown, Error, void>, 'error' | 'isPending' | 'mutate'>
  readonly canRestore: boolean
  readonly children: ReactNode
}) {
  const say = useSay()
  const { asked, restore } = props
  if (asked.error) return <Fault error={asked.error} />
  if (asked.isPending) return <Skeleton lines={4} />
  return (
    <div className={styles.version}>
      {props.children}
      {restore.error ? <Fault error={restore.error} /> : null}
      {props.canRestore ? (
        <Button onPress={() => restore.mutate()} isBusy={restore.isPending}>
          {say('versions.restore')}
        </Button>
      ) : null}
    </div>
  )
}

/** Fields before and after. */
export function Fields({ changes }: { readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[] }) {
  return (
    <dl>
      {changes.map(({ field, before, after }) => (
        <div key={`${field} ${String(before)} ${String(after)}`}>
          <dt>{field}</dt>
          <dd>
            <del>{String(before ?? '–')}</del> <ins>{String(after ?? '–')}</ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** What two states have in different ways, in the colours of versions. */
export function Differences({ children }: { readonly children: ReactNode }) {
  return <div className={styles.version}>{children}</div>
}

/** Lines of a unified diff. @param isProse text as it is read, else a source as it is written */
export function Diff({ lines, isProse = false }: { readonly lines: readonly string[]; readonly isProse?: boolean }) {
  const say = useSay()
  return (
    <pre tabIndex={0} aria-label={say('versions.diff')} className={isProse ? styles.prose : ''}>
      {lines.map((line, at) => (
        <span key={at} dir="auto" data-line={line.startsWith('+') ? 'in' : line.startsWith('-') ? 'out' : ''}>{`${line}\n`}</span>
      ))}
    </pre>
  )
}
