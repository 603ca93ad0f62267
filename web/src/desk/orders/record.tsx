// What was said about an order, and what happened to it: each change opens to what the fields were before.
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { taken } from '../../shared/api.ts'
import { Area, Button, Fault, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { useKeptText } from '../parts/kept.ts'
import { Listed } from '../parts/listed.tsx'
import { VersionList } from '../parts/versions.tsx'
import { useApi, useMay } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { onVersion, type Order, orderHistoryQuery, orderLogQuery, useOrdersChanged, usePersonName } from './queries.ts'
import styles from './orders.module.css'

export function Comments({ order }: { readonly order: Order }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const changed = useOrdersChanged()
  const personName = usePersonName()
  const { ago, exact } = useMoments()
  const [text, setText] = useKeptText(`order-comment-${order.id}`)
  const comment = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/orders/{order}/comments', { params: onVersion(order), body: { text: text.trim() } })),
    onSuccess: async stored => {
      note({ batch: undefined, text: say('orders.commented') })
      setText('')
      await changed(stored)
    },
    // somebody may have been faster: what was typed stays, and goes behind theirs with the next try
    onError: () => void changed(),
  })
  return (
    <section className={styles.part} aria-labelledby="comments-of-order">
      <h2 id="comments-of-order">{say('orders.comments')}</h2>
      {order.comments.length === 0 ? (
        <p className={styles.soft}>{say('orders.comments.none')}</p>
      ) : (
        <ol className={styles.comments}>
          {order.comments.map(({ text: words, by, at }) => (
            <li key={`${at} ${by.id} ${words}`}>
              <p dir="auto">{words}</p>
              <p className={styles.soft} title={exact(at)}>
                {personName(by)} · {ago(at)}
              </p>
            </li>
          ))}
        </ol>
      )}
      {may('order') ? (
        <form
          className={styles.form}
          onSubmit={event => {
            event.preventDefault()
            if (text.trim() !== '') comment.mutate()
          }}
        >
          <Area label={say('orders.comment')} value={text} onChange={setText} maxLength={2000} />
          {comment.error ? <Fault error={comment.error} /> : null}
          <p>
            <Button type="submit" isDisabled={text.trim() === ''} isBusy={comment.isPending}>
              {say('orders.comment.go')}
            </Button>
          </p>
        </form>
      ) : null}
    </section>
  )
}

const texts = ['title', 'description', 'reference'] as const

/** What one change replaced. */
function Before({ order, batch }: { readonly order: Order; readonly batch: number | null }) {
  const say = useSay()
  const asked = useQuery(orderHistoryQuery(useApi(), order.id))
  if (asked.error) return <Fault error={asked.error} />
  if (!asked.data) return <Skeleton lines={2} />
  const version = batch === null ? undefined : asked.data.find(each => each.batch === batch)
  const lines = version
    ? [
        ...texts.flatMap(field => (version.changed.includes(field) ? [[say(`orders.${field}`), version.before[field] ?? '–'] as const] : [])),
        ...(version.changed.includes('state') ? [[say('orders.state'), say(`orders.state.${version.before.state}`)] as const] : []),
        ...(version.changed.includes('isShown') ? [[say('orders.readers'), say(version.before.isShown ? 'orders.readers.told' : 'orders.readers.untold')] as const] : []),
      ]
    : []
  if (lines.length === 0) return <p className={styles.soft}>{say('orders.log.nothing')}</p>
  return (
    <dl className={styles.before}>
      {lines.map(([label, value]) => (
        <div key={label}>
          <dt>{say('orders.log.before', { field: label })}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function Log({ order }: { readonly order: Order }) {
  const say = useSay()
  const personName = usePersonName()
  const log = useInfiniteQuery(orderLogQuery(useApi(), order.id))
  const items = log.data?.pages.flatMap(page => page.items) ?? []
  // the people of the order are known by name already
  const known = new Map([order.creator, ...order.editors, ...order.authors, ...order.generators, ...order.comments.map(({ by }) => by)].map(person => [person.id, person]))
  const more = (data: unknown): string => {
    const { from, to, title } = (data ?? {}) as { readonly from?: string; readonly to?: string; readonly title?: unknown }
    if (from && to) return ` · ${say(`orders.state.${to}` as DeskKey)}`
    return typeof title === 'number' ? ` · #${title}` : ''
  }
  return (
    <section className={styles.part} aria-labelledby="log-of-order">
      <h2 id="log-of-order">{say('place.log')}</h2>
      <Listed list={log} lines={4} none={say('log.none')}>
        <VersionList
          asked={log}
          versions={items.map(({ id, at, actor, action, data }) => ({
            key: String(id),
            at,
            actor: actor === null || !known.has(actor) ? actor : personName(known.get(actor) as (typeof order)['creator']),
            about: `${say(`log.action.${action}` as DeskKey)}${more(data)}`,
          }))}
        >
          {key => <Before order={order} batch={items.find(({ id }) => String(id) === key)?.batch ?? null} />}
        </VersionList>
      </Listed>
    </section>
  )
}
