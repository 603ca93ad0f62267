// What the text of a page was: who changed it, when; what was different; and the way back.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Empty, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { useActorName, useApi } from '../session/session.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import styles from './texts.module.css'

interface Shown {
  readonly page: number
  readonly etag: string
  readonly canRestore: boolean
  readonly onRestored: () => void
}

function Version({ page, n, etag, canRestore, onRestored }: Shown & { readonly n: number }) {
  const say = useSay()
  const api = useApi()
  const asked = useQuery({
    queryKey: ['texts', 'version', page, n],
    gcTime: 0,
    queryFn: () => taken(api.GET('/api/v1/pages/{id}/texts/history/{n}', { params: { path: { id: page, n } } })),
  })
  const restore = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/pages/{id}/texts/history/{n}/restore', { params: { path: { id: page, n }, header: { 'if-match': etag } as never } })),
    onSuccess: answer => {
      note({ batch: batchOf(answer), text: say('versions.restored') })
      onRestored()
    },
  })
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={4} />
  const lines = asked.data.diff.split('\n').filter(line => /^[-+](?!--|\+\+)/.test(line))
  return (
    <div className={styles.version}>
      {lines.length > 0 ? (
        <pre tabIndex={0} aria-label={say('versions.diff')}>
          {lines.map((line, at) => (
            <span key={at} dir="auto" data-line={line.startsWith('+') ? 'in' : 'out'}>{`${line}\n`}</span>
          ))}
        </pre>
      ) : (
        <p className={styles.soft}>{say('texts.versions.same')}</p>
      )}
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
  const [open, setOpen] = useState<number>()
  const asked = useQuery({
    queryKey: ['texts', 'history', props.page],
    gcTime: 0,
    queryFn: () => taken(api.GET('/api/v1/pages/{id}/texts/history', { params: { path: { id: props.page } } })),
  })
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={4} />
  if (asked.data.items.length === 0) return <Empty title={say('versions.none')} />
  return (
    <ol className={styles.versions}>
      {asked.data.items.map(each => (
        <li key={each.id}>
          <button type="button" aria-expanded={open === each.id} onClick={() => setOpen(open === each.id ? undefined : each.id)}>
            <span title={exact(each.replacedAt)}>{ago(each.replacedAt)}</span>
            <span>{nameOf(each.actor)}</span>
            <span className={styles.soft}>{each.reason}</span>
            <Tag>{say(each.kind === 'wiki' ? 'texts.kind.wiki' : 'texts.kind.ocr')}</Tag>
          </button>
          {open === each.id ? <Version {...props} n={each.id} /> : null}
        </li>
      ))}
    </ol>
  )
}
