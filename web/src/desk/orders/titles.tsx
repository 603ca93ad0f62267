// The titles of an order: put in by their number, taken out where that was a mistake.
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useRef, useState } from 'react'
import { taken } from '../../shared/api.ts'
import { Button, Fault, Field, IconButton, Tag } from '../parts/controls.tsx'
import { Listed } from '../parts/listed.tsx'
import { useApi, useMay } from '../session/session.ts'
import { note } from '../shell/operations.ts'
import { useSay } from '../texts.ts'
import { isNumber, isOver, type Order, orderTitlesQuery, useOrdersChanged } from './queries.ts'
import styles from './orders.module.css'

export function Titles({ order }: { readonly order: Order }) {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const queries = useQueryClient()
  const changed = useOrdersChanged()
  const [number, setNumber] = useState('')
  const field = useRef<HTMLDivElement>(null)
  const titles = useInfiniteQuery(orderTitlesQuery(api, order.id))
  const act = useMutation({
    mutationFn: ({ title, isIn }: { readonly title: number; readonly isIn: boolean }) => {
      const params = { path: { order: order.id, title } }
      return isIn ? taken(api.PUT('/api/v1/orders/{order}/titles/{title}', { params })) : taken(api.DELETE('/api/v1/orders/{order}/titles/{title}', { params }))
    },
    onSuccess: async (_, { title, isIn }) => {
      note({ batch: undefined, text: say(isIn ? 'orders.titles.put' : 'orders.titles.taken', { title }) })
      setNumber('')
      // the button is gone with its line, and the keys would go nowhere
      field.current?.querySelector('input')?.focus()
      await changed()
      await queries.invalidateQueries({ queryKey: ['orders', 'of-title', title] })
    },
  })
  const items = titles.data?.pages.flatMap(page => page.items) ?? []
  const canSee = may('hidden:read')
  return (
    <section className={styles.part} aria-labelledby="titles-of-order">
      <h2 id="titles-of-order">{say('orders.titles')}</h2>
      <Listed list={titles} lines={3} none={say('orders.titles.none')}>
        <ul className={styles.titles}>
          {items.map(title => {
            const name = title.caption ?? `#${title.id}`
            return (
              <li key={title.id}>
                <span>
                  {canSee ? (
                    <Link to="/desk/tree" search={{ node: String(title.id) }} dir="auto">
                      {name}
                    </Link>
                  ) : (
                    <Link to="/id/$id" params={{ id: String(title.id) }} search={{}} dir="auto">
                      {name}
                    </Link>
                  )}{' '}
                  <small>#{title.id}</small>{' '}
                  {title.isInBin || !title.isReleased ? <Tag tone={title.isInBin ? 'bad' : 'plain'}>{say(title.isInBin ? 'tree.state.bin' : 'tree.state.hidden')}</Tag> : null}
                </span>
                {may('order:all') ? (
                  <IconButton label={say('orders.titles.take', { name })} onPress={() => act.mutate({ title: title.id, isIn: false })}>
                    <X size={16} aria-hidden />
                  </IconButton>
                ) : null}
              </li>
            )
          })}
        </ul>
      </Listed>
      {act.error ? <Fault error={act.error} /> : null}
      {may('order') && !isOver(order.state) ? (
        <form
          className={styles.adding}
          onSubmit={event => {
            event.preventDefault()
            if (isNumber(number.trim())) act.mutate({ title: Number(number), isIn: true })
          }}
        >
          <div ref={field}>
            <Field label={say('orders.titles.number')} value={number} onChange={setNumber} inputMode="numeric" />
          </div>
          <Button type="submit" isDisabled={!isNumber(number.trim())} isBusy={act.isPending}>
            {say('orders.titles.add')}
          </Button>
        </form>
      ) : null}
    </section>
  )
}
