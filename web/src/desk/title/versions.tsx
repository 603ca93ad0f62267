// What the record was: who changed it, when, why; what was different; and the way back.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { useActorName, useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './title.module.css'

interface Shown {
  readonly id: number
  /** What was read: a restore is stored over nothing else */
  readonly etag: string
  readonly canRestore: boolean
  readonly onRestored: () => void
}

function Version({ id, n, etag, canRestore, onRestored }: Shown & { readonly n: string }) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const asked = useQuery({
    queryKey: ['titles', 'version', id, n],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/history/{n}', { params: { path: { id, n } } })),
  })
  const restore = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/titles/{id}/history/{n}/restore', { params: { path: { id, n }, header: { 'if-match': etag } as never } })),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('versions.restored') })
      onRestored()
      await queries.invalidateQueries({ predicate: ({ queryKey }) => ['titles', 'tree', 'log'].includes(String(queryKey[0])) })
    },
  })
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={4} />
  const { diff, changes } = asked.data
  return (
    <div className={styles.version}>
      {changes.length > 0 ? (
        <dl>
          {changes.map(({ field, before, after }) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>
                <del>{String(before ?? '–')}</del> <ins>{String(after ?? '–')}</ins>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {diff ? (
        <pre tabIndex={0} aria-label={say('versions.diff')}>
          {diff.split('\n').map((line, at) => (
            <span key={at} data-line={line.startsWith('+') ? 'in' : line.startsWith('-') ? 'out' : ''}>
              {`${line}\n`}
            </span>
          ))}
        </pre>
      ) : null}
      {restore.error ? <Fault error={restore.error} /> : null}
      {canRestore ? (
        <Button onPress={() => restore.mutate()} isBusy={restore.isPending}>
          {say('versions.restore')}
        </Button>
      ) : null}
    </div>
  )
}

export function Versions(props: Shown) {
  const say = useSay()
  const api = useApi()
  const { ago, exact } = useMoments()
  const nameOf = useActorName()
  const [open, setOpen] = useState<string>()
  const asked = useQuery({
    queryKey: ['titles', 'history', props.id],
    queryFn: () => taken(api.GET('/api/v1/titles/{id}/history', { params: { path: { id: props.id } } })),
  })
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={4} />
  if (asked.data.items.length === 0) return <Empty title={say('versions.none')} />
  return (
    <ol className={styles.versions}>
      {asked.data.items.map(each => (
        <li key={`${each.kind}${each.n}`}>
          <button type="button" aria-expanded={open === each.n} onClick={() => setOpen(open === each.n ? undefined : each.n)}>
            <span title={exact(each.at)}>{ago(each.at)}</span>
            <span>{nameOf(each.actor)}</span>
            <span className={styles.soft}>{each.reason ?? each.application}</span>
          </button>
          {open === each.n ? <Version {...props} n={each.n} /> : null}
        </li>
      ))}
    </ol>
  )
}
