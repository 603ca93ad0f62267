// Titles that are lent: who holds a copy and until when, who waits in which order; to be handed out, extended, ended.
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { BookUp, CircleX, TimerReset } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Fault, Field, IconButton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { chosenStyle, filterStyle, Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { cursorOf } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import styles from './lending.module.css'

type Loan = Schemas['Loan']
interface Search {
  readonly title?: string
  readonly state?: string
}

const states = ['held', 'waiting'] as const
const tones = { held: 'good', waiting: 'warn', over: 'plain' } as const

const loansQuery = (api: Api, filter: { readonly titleId?: number; readonly state?: (typeof states)[number] }) =>
  infiniteQueryOptions({
    queryKey: ['loans', filter],
    refetchInterval: 10_000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      taken(api.GET('/api/v1/loans', { params: { query: { ...filter, limit: 50, ...(cursor ? { cursor } : {}) } } })),
    getNextPageParam: cursorOf,
  })

export default function Lending() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { ago, exact } = useMoments()
  const search = useSearch({ strict: false }) as Search
  const state = states.find(each => each === search.state)
  const titleId = /^[1-9]\d{0,8}$/.test(search.title ?? '') ? Number(search.title) : undefined
  const loans = useInfiniteQuery(loansQuery(api, { ...(titleId === undefined ? {} : { titleId }), ...(state ? { state } : {}) }))
  const [asked, setAsked] = useState<Loan>()
  const act = useMutation({
    mutationFn: async ({ id, what }: { readonly id: number; readonly what: 'extend' | 'hand-out' | 'end' }) => {
      const params = { path: { id } }
      if (what === 'extend') await taken(api.POST('/api/v1/loans/{id}/extend', { params }))
      else if (what === 'hand-out') await taken(api.POST('/api/v1/loans/{id}/hand-out', { params }))
      else await taken(api.DELETE('/api/v1/loans/{id}', { params }))
    },
    onSuccess: () => setAsked(undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ['loans'] }),
  })
  const items = loans.data?.pages.flatMap(page => page.items) ?? []
  const whoOf = (loan: Loan) => loan.userName ?? say(loan.userId === null ? 'lending.browser' : 'lending.nobody')
  const close = () => {
    setAsked(undefined)
    act.reset()
  }
  return (
    <Page title={say('place.lending')} lead={say('lending.lead')}>
      <Head title={say('place.lending')} noIndex />
      <nav aria-label={say('lending.filter')} className={filterStyle}>
        {[undefined, ...states].map(each => (
          <Link
            key={each ?? 'all'}
            to="/desk/lending"
            search={{ ...(search.title ? { title: search.title } : {}), ...(each ? { state: each } : {}) }}
            className={each === state ? chosenStyle : ''}
            {...(each === state ? { 'aria-current': 'true' as const } : {})}
          >
            {each ? say(`lending.state.${each}`) : say('jobs.all')}
          </Link>
        ))}
      </nav>
      <form
        key={search.title}
        role="search"
        className={styles.filters}
        onSubmit={event => {
          event.preventDefault()
          const title = String(new FormData(event.currentTarget).get('title') ?? '').trim()
          void navigate({ to: '/desk/lending', search: { ...(title ? { title } : {}), ...(state ? { state } : {}) } })
        }}
      >
        <Field label={say('statistics.titleNumber')} name="title" inputMode="numeric" pattern="[0-9]*" defaultValue={search.title ?? ''} />
        <Button kind="quiet" type="submit">
          {say('log.go')}
        </Button>
      </form>
      {act.error && !asked ? <Fault error={act.error} /> : null}
      <Listed list={loans} lines={6} none={say('lending.none')} hint={say('lending.none.text')}>
        <div className={styles.scroll} role="region" aria-label={say('place.lending')} tabIndex={0}>
          <Table columns={[say('lending.title'), say('lending.who'), say('jobs.state'), say('lending.since'), say('lending.until')]}>
            {items.map(loan => {
              const name = `${loan.title ?? `#${loan.titleId}`}, ${whoOf(loan)}`
              return (
                <tr key={loan.id}>
                  <td dir="auto">
                    <Link to="/desk/lending" search={{ title: String(loan.titleId) }}>
                      {loan.title ?? `#${loan.titleId}`}
                    </Link>
                  </td>
                  <td>{whoOf(loan)}</td>
                  <td>
                    <Tag tone={tones[loan.state]}>
                      {loan.state === 'waiting' && loan.place !== null ? say('lending.place', { place: loan.place }) : say(`lending.state.${loan.state}`)}
                    </Tag>
                  </td>
                  <td title={exact(loan.takenAt ?? loan.since)}>{ago(loan.takenAt ?? loan.since)}</td>
                  <td title={exact(loan.expiresAt)}>{ago(loan.expiresAt)}</td>
                  <td className={styles.doing}>
                    {loan.state === 'waiting' ? (
                      <IconButton label={say('lending.handOut', { name })} onPress={() => act.mutate({ id: loan.id, what: 'hand-out' })}>
                        <BookUp size={16} aria-hidden />
                      </IconButton>
                    ) : null}
                    {loan.state === 'over' ? null : (
                      <IconButton label={say('lending.extend', { name })} onPress={() => act.mutate({ id: loan.id, what: 'extend' })}>
                        <TimerReset size={16} aria-hidden />
                      </IconButton>
                    )}
                    <IconButton label={say('lending.end', { name })} onPress={() => setAsked(loan)}>
                      <CircleX size={16} aria-hidden />
                    </IconButton>
                  </td>
                </tr>
              )
            })}
          </Table>
        </div>
      </Listed>
      <Dialog title={say('lending.end.title')} isOpen={asked !== undefined} onClose={close}>
        <p>{asked ? say('lending.end.text', { who: whoOf(asked), title: asked.title ?? `#${asked.titleId}` }) : null}</p>
        {act.error ? <Fault error={act.error} /> : null}
        <DialogFoot onCancel={close}>
          <Button kind="danger" isBusy={act.isPending} onPress={() => (asked ? act.mutate({ id: asked.id, what: 'end' }) : undefined)}>
            {say('lending.end.title')}
          </Button>
        </DialogFoot>
      </Dialog>
    </Page>
  )
}
