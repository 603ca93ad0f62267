import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { useApi } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import type { Lists } from './columns.tsx'
import styles from './imports.module.css'

type Import = Schemas['ImportBatch']
const tones: Readonly<Record<string, 'good' | 'warn' | 'bad' | 'plain'>> = {
  created: 'good',
  updated: 'good',
  partial: 'warn',
  failed: 'bad',
}

export function Outcomes({ summary, state }: { readonly summary: Import['summary']; readonly state: Import['state'] }) {
  const say = useSay()
  const parts = Object.entries(summary)
  if (parts.length === 0) return <Tag>{say(`imports.state.${state}`)}</Tag>
  return (
    <span className={styles.outcomes}>
      {parts.map(([outcome, count]) => (
        <Tag key={outcome} tone={tones[outcome] ?? 'plain'}>
          {say(`imports.count.${outcome}` as DeskKey, { count })}
        </Tag>
      ))}
    </span>
  )
}

const isOver = (batch: Import | undefined) => batch?.state === 'finished' || batch?.state === 'stopped'

export function OneImport({
  id,
  onClose,
  onColumns,
}: {
  readonly id: number
  readonly onClose: () => void
  /** Sets the columns of the lists of a trial otherwise */
  readonly onColumns: (lists: Lists) => void
}) {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const asked = useQuery({
    queryKey: ['imports', 'one', id],
    refetchInterval: ({ state }) => (isOver(state.data) ? false : 1000),
    queryFn: () => taken(api.GET('/api/v1/imports/{id}', { params: { path: { id } } })),
  })
  const retry = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/imports/{id}/retry', { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['imports'] }),
  })
  const batch = asked.data
  const isDone = isOver(batch)
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: ['imports'], exact: true })
  }, [isDone, queries])
  if (asked.error) return <Fault error={asked.error} />
  if (!batch) return <Skeleton />
  const hasFaults = batch.items.some(({ outcome }) => outcome === 'failed' || outcome === 'partial')
  return (
    <section className={styles.one} aria-live="polite">
      <header>
        <h2>{batch.source}</h2>
        <Outcomes summary={batch.summary} state={batch.state} />
        {batch.dryRun ? <Tag>{say('imports.dryRun')}</Tag> : null}
        <span className={styles.space} />
        {batch.dryRun && isOver(batch) && batch.lists.length > 0 ? (
          <Button onPress={() => onColumns(batch.lists)}>{say('imports.columns.set')}</Button>
        ) : null}
        {hasFaults && isOver(batch) ? (
          <Button onPress={() => retry.mutate()} isBusy={retry.isPending}>
            {say('imports.retry')}
          </Button>
        ) : null}
      </header>
      {retry.error ? <Fault error={retry.error} /> : null}
      {isOver(batch) ? null : <p className={styles.wait}>{say('imports.running')}</p>}
      {batch.dryRun && isOver(batch) ? <p className={styles.wait}>{say('imports.dryRun.text')}</p> : null}
      <ul className={styles.items}>
        {batch.items.map(item => (
          <li key={item.id}>
            <div>
              {item.titleId !== null && !batch.dryRun ? (
                <Link to="/desk/tree" search={{ node: String(item.titleId) }}>
                  {item.source}
                </Link>
              ) : (
                <span>{item.source}</span>
              )}
              <Tag tone={tones[item.outcome] ?? 'plain'}>{say(`imports.outcome.${item.outcome}`)}</Tag>
            </div>
            {item.messages.length > 0 ? (
              <ul className={styles.messages}>
                {item.messages.slice(0, 50).map((message, at) => (
                  <li key={at} data-level={message.level}>
                    {message.sentence}
                    {message.place ? <small> {message.place}</small> : null}
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ul>
      <p>
        <Button kind="quiet" onPress={onClose}>
          {say('close')}
        </Button>
      </p>
    </section>
  )
}
