// One order: what it says, who belongs to it, what can be done with it; its titles, comments and log below.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Area, Button, Dialog, DialogFoot, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Page } from '../parts/page.tsx'
import { useApi, useMay } from '../session/session.ts'
import { type Action, useActions } from '../shell/actions.ts'
import { batchOf, note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { Files } from './files.tsx'
import { OrderForm } from './form.tsx'
import { isNumber, onVersion, type Order, orderQuery, type Person, type State, tones, useOrdersChanged, usePersonName } from './queries.ts'
import { Comments, Log } from './record.tsx'
import { Titles } from './titles.tsx'
import styles from './orders.module.css'

/** A step to another state, with a comment on wish. */
function StepDialog({ order, to, onClose }: { readonly order: Order; readonly to: State; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const changed = useOrdersChanged()
  const [comment, setComment] = useState('')
  const step = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/orders/{order}/state', { params: onVersion(order), body: { state: to, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) } })),
    onSuccess: async stored => {
      note({ batch: undefined, text: say('orders.stepped', { state: say(`orders.state.${to}`), title: order.title }) })
      onClose()
      await changed(stored)
    },
    onError: () => void changed(),
  })
  const isEnd = to === 'refused' || to === 'cancelled'
  return (
    <Dialog title={say(`orders.step.${to}`)} isOpen onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={event => {
          event.preventDefault()
          step.mutate()
        }}
      >
        <p>{say('orders.step.text', { from: say(`orders.state.${order.state}`), to: say(`orders.state.${to}`) })}</p>
        <Area label={say('orders.step.comment')} value={comment} onChange={setComment} maxLength={2000} autoFocus />
        {step.error ? <Fault error={step.error} /> : null}
        <DialogFoot onCancel={onClose}>
          <Button kind={isEnd ? 'danger' : 'primary'} type="submit" isBusy={step.isPending}>
            {say(`orders.step.${to}`)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

const named = 10

/** First what would go, by the service's own dry run. */
function DeleteDialog({ order, onClose }: { readonly order: Order; readonly onClose: () => void }) {
  const say = useSay()
  const api = useApi()
  const navigate = useNavigate()
  const changed = useOrdersChanged()
  const ask = (dryRun: boolean) =>
    taken(api.DELETE('/api/v1/orders/{order}', { params: { ...onVersion(order), ...(dryRun ? { query: { dryRun: 'true' as const } } : {}) } }))
  const preview = useQuery({ queryKey: ['preview', 'order', order.id, order.meta.version], gcTime: 0, staleTime: 0, retry: false, queryFn: () => ask(true) })
  const remove = useMutation({
    mutationFn: () => ask(false),
    onSuccess: async answer => {
      note({ batch: batchOf(answer), text: say('orders.deleted', { title: order.title, count: answer.titles.length }) })
      onClose()
      await navigate({ to: '/desk/orders', search: {} })
      await changed()
    },
  })
  const titles = preview.data?.titles ?? []
  const fault = preview.error ?? remove.error
  return (
    <Dialog title={say('orders.delete.title', { title: order.title })} isOpen onClose={onClose}>
      <div aria-live="polite">
        {fault ? (
          <Fault error={fault} />
        ) : preview.isPending ? (
          <Skeleton lines={2} />
        ) : (
          <>
            <p>{say('orders.delete.text', { titles: titles.length, nodes: preview.data?.nodes ?? 0, files: preview.data?.files ?? 0 })}</p>
            <ul className={styles.going}>
              {titles.slice(0, named).map(({ id, caption }) => (
                <li key={id} dir="auto">
                  {caption ?? `#${id}`}
                </li>
              ))}
              {titles.length > named ? <li>{say('orders.delete.more', { count: titles.length - named })}</li> : null}
            </ul>
          </>
        )}
      </div>
      <DialogFoot onCancel={onClose}>
        <Button kind="danger" autoFocus isDisabled={preview.isError} isBusy={remove.isPending} onPress={() => (preview.isSuccess ? remove.mutate() : undefined)}>
          {say('orders.delete')}
        </Button>
      </DialogFoot>
    </Dialog>
  )
}

function Facts({ order }: { readonly order: Order }) {
  const say = useSay()
  const personName = usePersonName()
  const { exact } = useMoments()
  const people = (list: readonly Person[]) => list.map(personName).join(', ') || '–'
  const rows: readonly (readonly [key: string, label: string, value: string])[] = [
    ['reference', say('orders.reference'), order.reference ?? ''],
    ...Object.entries(order.properties).map(([name, text]) => [`property ${name}`, name, text] as const),
    ['editors', say('orders.editors'), people(order.editors)],
    ['authors', say('orders.authors'), people(order.authors)],
    ['generators', say('orders.generators'), people(order.generators)],
    ['organisation', say('orders.organisation'), order.organisation ? personName(order.organisation) : '–'],
    ['shown', say('orders.readers'), say(order.isShown ? 'orders.readers.told' : 'orders.readers.untold')],
    ['creator', say('orders.creator'), personName(order.creator)],
    ['created', say('details.created'), exact(order.meta.createdAt ?? '')],
    ['changed', say('tree.changed'), exact(order.meta.updatedAt ?? '')],
  ]
  return (
    <section className={styles.facts} aria-label={say('orders.facts')}>
      {order.description ? (
        <p className={styles.description} dir="auto">
          {order.description}
        </p>
      ) : null}
      <dl>
        {rows
          .filter(([, , value]) => value !== '')
          .map(([key, label, value]) => (
            <div key={key}>
              <dt dir="auto">{label}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}

/** The key of each step; two never follow on one state with the same. */
const keys: Readonly<Partial<Record<State, string>>> = { accepted: 'a', scanning: 's', delivered: 'd', closed: 'c', refused: 'r', cancelled: 'x' }

function One({ order }: { readonly order: Order }) {
  const say = useSay()
  const may = useMay()
  const [open, setOpen] = useState<'change' | 'delete' | State>()
  const close = () => setOpen(undefined)
  const actions: readonly Action[] = may('order')
    ? [
        ...order.next.map(state => ({ id: `order.${state}`, label: say(`orders.step.${state}`), ...(keys[state] ? { shortcut: keys[state] } : {}), run: () => setOpen(state) })),
        { id: 'order.change', label: say('orders.change'), shortcut: 'e', run: () => setOpen('change') },
        { id: 'order.delete', label: say('orders.delete.go'), shortcut: 'Delete', run: () => setOpen('delete') },
      ]
    : []
  useActions('order', actions)
  return (
    <Page
      title={order.title}
      actions={actions.map(({ id, label, run }, at) => (
        <Button key={id} kind={at === 0 && order.next.length > 0 ? 'primary' : at < order.next.length ? 'plain' : 'quiet'} onPress={run}>
          {label}
        </Button>
      ))}
    >
      <Head title={order.title} noIndex />
      <p className={styles.line}>
        <Link to="/desk/orders" search={{}}>
          ‹ {say('place.orders')}
        </Link>
        <span>#{order.id}</span>
        <Tag tone={tones[order.state]}>{say(`orders.state.${order.state}`)}</Tag>
        {[...order.tags.standard, ...order.tags.user].map(tag => (
          <Link key={tag} to="/desk/orders" search={{ tag }}>
            {tag}
          </Link>
        ))}
      </p>
      <div className={styles.halves}>
        <div>
          <Facts order={order} />
          <Titles order={order} />
        </div>
        <div>
          <Files order={order} />
          <Comments order={order} />
          <Log order={order} />
        </div>
      </div>
      {open === 'change' ? <OrderForm order={order} onClose={close} onStored={() => {}} /> : null}
      {open === 'delete' ? <DeleteDialog order={order} onClose={close} /> : null}
      {open !== undefined && open !== 'change' && open !== 'delete' ? <StepDialog order={order} to={open} onClose={close} /> : null}
    </Page>
  )
}

export default function OrderPage() {
  const say = useSay()
  const { order } = useParams({ strict: false }) as { order?: string }
  const asked = useQuery({ ...orderQuery(useApi(), Number(order)), enabled: isNumber(order), retry: false })
  if (asked.data) return <One order={asked.data} key={asked.data.id} />
  if (isNumber(order) && !asked.error) return <Skeleton lines={8} />
  return (
    <Page title={say('place.orders')}>
      <Head title={say('place.orders')} noIndex />
      {asked.error ? <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} /> : <p role="alert">{say('orders.nothing')}</p>}
      <p>
        <Link to="/desk/orders" search={{}}>
          ‹ {say('place.orders')}
        </Link>
      </p>
    </Page>
  )
}
