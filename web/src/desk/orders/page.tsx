// Digitisation orders: what is to be digitised, for whom, how far it is. Filters stand in the address.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { Button, Choice, Field, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page } from '../parts/page.tsx'
import { PersonField } from '../parts/person.tsx'
import { Table } from '../parts/table.tsx'
import { userQuery } from '../queries.ts'
import { useApi, useMay } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { OrderForm } from './form.tsx'
import { ordersQuery, states, tones, usePersonName } from './queries.ts'
import styles from './orders.module.css'

interface Search {
  readonly state?: string
  readonly editor?: string
  readonly tag?: string
  readonly text?: string
}
const isUuid = (text: string | undefined): text is string => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text ?? '')

/** What is asked of the service; what it would not understand is left out. */
const filterOf = ({ state, editor, tag, text }: Search) => {
  const known = states.find(each => each === state)
  return {
    ...(known ? { state: known } : {}),
    ...(isUuid(editor) ? { editor } : {}),
    ...(tag ? { tag: tag.slice(0, 60) } : {}),
    ...(text ? { text: text.slice(0, 250) } : {}),
  }
}

function Filters({ search, onSet }: { readonly search: Search; readonly onSet: (part: Search) => void }) {
  const say = useSay()
  const api = useApi()
  const { editor } = search
  const chosen = useQuery({ ...userQuery(api, editor ?? ''), enabled: isUuid(editor) })
  return (
    <form
      key={`${search.tag}\n${search.text}`}
      role="search"
      className={styles.filters}
      onSubmit={event => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const word = (name: string) => String(form.get(name) ?? '').trim()
        onSet({ tag: word('tag'), text: word('text') })
      }}
    >
      <Field label={say('orders.text')} name="text" defaultValue={search.text ?? ''} maxLength={250} />
      <Choice label={say('orders.state')} value={states.find(each => each === search.state) ?? ''} onChange={event => onSet({ state: event.target.value })}>
        <option value="">{say('notes.all')}</option>
        {states.map(each => (
          <option key={each} value={each}>
            {say(`orders.state.${each}`)}
          </option>
        ))}
      </Choice>
      <Field label={say('orders.tag')} name="tag" defaultValue={search.tag ?? ''} maxLength={60} />
      <div className={styles.who}>
        {isUuid(editor) ? (
          <p>
            <span className={styles.soft}>{say('orders.editor')}</span>
            <span>{chosen.data?.name ?? say('somebody', { number: editor.slice(0, 8) })}</span>
            <Button kind="quiet" onPress={() => onSet({ editor: '' })}>
              {say('orders.everybody')}
            </Button>
          </p>
        ) : (
          <PersonField label={say('orders.editor')} chosen={undefined} onChoose={person => (person ? onSet({ editor: person.id }) : undefined)} />
        )}
      </div>
      <Button kind="quiet" type="submit">
        {say('log.go')}
      </Button>
    </form>
  )
}

export default function Orders() {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const navigate = useNavigate()
  const personName = usePersonName()
  const { ago, exact } = useMoments()
  const search = useSearch({ strict: false }) as Search
  const list = useInfiniteQuery(ordersQuery(api, filterOf(search)))
  const [isNew, setNew] = useState(false)
  const items = list.data?.pages.flatMap(page => page.items) ?? []
  const set = (part: Search) =>
    void navigate({
      to: '/desk/orders',
      search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)),
      resetScroll: false,
    })
  const canMake = may('order')
  useActions('orders', canMake ? [{ id: 'orders.new', label: say('orders.new'), shortcut: 'n', run: () => setNew(true) }] : [])
  return (
    <Page
      title={say('place.orders')}
      lead={say(may('order:all') ? 'orders.lead.all' : 'orders.lead')}
      actions={
        canMake ? (
          <Button kind="primary" onPress={() => setNew(true)}>
            {say('orders.new')}
          </Button>
        ) : undefined
      }
    >
      <Head title={say('place.orders')} noIndex />
      <Filters search={search} onSet={set} />
      <Listed list={list} lines={6} none={say('orders.none')} hint={say('orders.none.text')}>
        <Table label={say('place.orders')} columns={[say('orders.title'), say('orders.state'), say('orders.editors'), say('orders.tags'), say('tree.changed')]}>
          {items.map(order => (
            <tr key={order.id}>
              <td>
                <Link to="/desk/orders/$order" params={{ order: String(order.id) }} dir="auto">
                  {order.title}
                </Link>
                <small className={styles.under} dir="auto">
                  {[`#${order.id}`, order.reference].filter(part => part).join(' · ')}
                </small>
              </td>
              <td>
                <Tag tone={tones[order.state]}>{say(`orders.state.${order.state}`)}</Tag>
              </td>
              <td>{order.editors.map(personName).join(', ') || '–'}</td>
              <td className={styles.tags}>
                {[...order.tags.standard, ...order.tags.user].map(tag => (
                  <Link key={tag} to="/desk/orders" search={{ ...search, tag }}>
                    {tag}
                  </Link>
                ))}
              </td>
              <td title={exact(order.meta.updatedAt ?? '')}>{ago(order.meta.updatedAt ?? '')}</td>
              <td />
            </tr>
          ))}
        </Table>
      </Listed>
      {isNew ? <OrderForm order={undefined} onClose={() => setNew(false)} onStored={order => void navigate({ to: '/desk/orders/$order', params: { order: String(order.id) } })} /> : null}
    </Page>
  )
}
