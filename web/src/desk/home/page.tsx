// What needs me: a card for each kind of thing that waits, with the first of them; nothing of what I may not do.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { Head } from '../../app/room.tsx'
import { useFormats } from '../../shared/text.ts'
import { Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { notesQuery, useKindName, usePlaceName } from '../notes/queries.ts'
import { isOver, myOrdersQuery } from '../orders/queries.ts'
import { useLogWords } from '../log/words.ts'
import { Page } from '../parts/page.tsx'
import { importsQuery, jobsQuery, logQuery, type Title, titlesQuery } from '../queries.ts'
import { useApi, useMay, useSession } from '../session/session.ts'
import { paletteKey } from '../shell/desk.tsx'
import { useJobName } from '../shell/tray.tsx'
import { useSay } from '../texts.ts'
import styles from './home.module.css'

const shown = 5

function Card(props: {
  readonly title: string
  readonly count?: string | undefined
  readonly tone?: 'bad' | 'warn' | undefined
  readonly query: { readonly isPending: boolean; readonly error: unknown }
  readonly isEmpty: boolean
  readonly none: string
  readonly more?: ReactNode
  readonly children: ReactNode
}) {
  const isCalm = !props.query.error && !props.query.isPending && props.isEmpty
  return (
    <section className={`${styles.card} ${isCalm ? styles.calm : ''}`}>
      <h2>
        {props.title}
        {props.count !== undefined && !props.isEmpty ? (
          <span className={`${styles.count} ${props.tone ? styles[props.tone] : ''}`}>{props.count}</span>
        ) : null}
      </h2>
      {props.query.error ? (
        <Fault error={props.query.error} />
      ) : props.query.isPending ? (
        <Skeleton lines={4} />
      ) : props.isEmpty ? (
        <p className={styles.none}>
          <Check size={16} aria-hidden />
          {props.none}
        </p>
      ) : (
        <>
          <ul className={styles.list}>{props.children}</ul>
          {props.more}
        </>
      )}
    </section>
  )
}

function Titles(props: {
  readonly title: string
  readonly none: string
  readonly filter: Parameters<typeof titlesQuery>[1]
  readonly says: (title: Title) => string
  readonly to?: '/desk/title/$id/texts'
}) {
  const { number } = useFormats()
  const asked = useQuery(titlesQuery(useApi(), { ...props.filter, limit: 100 }))
  const items = asked.data?.items ?? []
  return (
    <Card
      title={props.title}
      none={props.none}
      query={asked}
      isEmpty={items.length === 0}
      tone="warn"
      count={`${number(items.length)}${asked.data?.links.next === undefined ? '' : '+'}`}
    >
      {items.slice(0, shown).map(title => (
        <li key={title.id}>
          {props.to ? (
            <Link to={props.to} params={{ id: String(title.id) }} search={{}} dir="auto">
              {title.title ?? title.caption ?? `#${title.id}`}
            </Link>
          ) : (
            <Link to="/desk/tree" search={{ node: String(title.id) }} dir="auto">
              {title.title ?? title.caption ?? `#${title.id}`}
            </Link>
          )}
          <span>{props.says(title)}</span>
        </li>
      ))}
    </Card>
  )
}

/** Open notes, the latest first, with the way to all of them. */
function Notes(props: { readonly title: string; readonly none: string; readonly assigned: 'me' | 'nobody'; readonly state: 'open' | 'unsettled' }) {
  const say = useSay()
  const { number } = useFormats()
  const kindName = useKindName()
  const placeName = usePlaceName()
  const { assigned, state } = props
  const asked = useInfiniteQuery(notesQuery(useApi(), { state, assigned }, 100))
  const items = asked.data?.pages[0]?.items ?? []
  const search = { assigned, ...(state === 'open' ? {} : { state }) }
  return (
    <Card
      title={props.title}
      none={props.none}
      query={asked}
      isEmpty={items.length === 0}
      tone="warn"
      count={`${number(items.length)}${asked.hasNextPage ? '+' : ''}`}
      more={
        <Link to="/desk/notes" search={search} className={styles.more}>
          {say('home.more')}
        </Link>
      }
    >
      {items.slice(0, shown).map(note => (
        <li key={note.id}>
          <Link to="/desk/notes" search={{ ...search, note: String(note.id) }} dir="auto">
            {placeName(note)}
          </Link>
          <span>{kindName(note.kind)}</span>
        </li>
      ))}
    </Card>
  )
}

/** Orders of mine that are under way, the latest first, with the way to all of them. */
function Orders({ me }: { readonly me: string }) {
  const say = useSay()
  const { number } = useFormats()
  const asked = useQuery(myOrdersQuery(useApi()))
  const items = (asked.data?.items ?? []).filter(({ state }) => !isOver(state))
  return (
    <Card
      title={say('home.orders')}
      none={say('home.orders.none')}
      query={asked}
      isEmpty={items.length === 0}
      count={`${number(items.length)}${asked.data?.links.next === undefined ? '' : '+'}`}
      more={
        <Link to="/desk/orders" search={{ editor: me }} className={styles.more}>
          {say('home.more')}
        </Link>
      }
    >
      {items.slice(0, shown).map(order => (
        <li key={order.id}>
          <Link to="/desk/orders/$order" params={{ order: String(order.id) }} dir="auto">
            {order.title}
          </Link>
          <span>{say(`orders.state.${order.state}`)}</span>
        </li>
      ))}
    </Card>
  )
}

export default function Home() {
  const say = useSay()
  const api = useApi()
  const may = useMay()
  const { session } = useSession()
  const { number } = useFormats()
  const { ago } = useMoments()
  const nameOf = useJobName()
  const imports = useInfiniteQuery({ ...importsQuery(api), enabled: may('import') })
  const failed = useInfiniteQuery({ ...jobsQuery(api, 'failed'), enabled: may('job') })
  const today = new Date()
  today.setHours(0, 0, 0, 0)
  const log = useQuery({ ...logQuery(api, { from: today.toISOString(), limit: 20 }), enabled: may('log:read') })
  const faulty = (imports.data?.pages[0]?.items ?? []).filter(
    ({ summary }) => (summary['failed'] ?? 0) + (summary['partial'] ?? 0) > 0,
  )
  const jobs = failed.data?.pages[0]?.items ?? []
  const name = session?.user?.name
  const wordsOf = useLogWords()
  return (
    <Page
      title={name ? say('home.hello', { name }) : say('home.title')}
      lead={say('home.lead', { key: paletteKey() })}
    >
      <Head title={say('place.home')} noIndex />
      <div className={styles.cards}>
        {may('import') ? (
          <Card
            title={say('home.imports')}
            none={say('home.imports.none')}
            query={imports}
            isEmpty={faulty.length === 0}
            tone="bad"
            count={number(faulty.length)}
          >
            {faulty.slice(0, shown).map(each => (
              <li key={each.id}>
                <Link to="/desk/imports" search={{ id: String(each.id) }}>
                  {each.source}
                </Link>
                <span>
                  {say('home.imports.items', { failed: each.summary['failed'] ?? 0, partial: each.summary['partial'] ?? 0 })}
                </span>
              </li>
            ))}
          </Card>
        ) : null}
        {may('job') ? (
          <Card
            title={say('home.jobs')}
            none={say('home.jobs.none')}
            query={failed}
            isEmpty={jobs.length === 0}
            tone="bad"
            count={`${number(jobs.length)}${failed.hasNextPage ? '+' : ''}`}
            more={
              <Link to="/desk/jobs" search={{ state: 'failed' }} className={styles.more}>
                {say('home.more')}
              </Link>
            }
          >
            {jobs.slice(0, shown).map(job => (
              <li key={job.id}>
                <span className={styles.text}>{nameOf(job.kind)}</span>
                <span>{ago(job.updatedAt)}</span>
              </li>
            ))}
          </Card>
        ) : null}
        {may('log:read') ? <Notes title={say('home.notes.mine')} none={say('home.notes.mine.none')} assigned="me" state="unsettled" /> : null}
        {may('log:read') ? <Notes title={say('home.notes.open')} none={say('home.notes.open.none')} assigned="nobody" state="open" /> : null}
        {may('order:read') && session?.user ? <Orders me={session.user.id} /> : null}
        <Titles
          title={say('home.pages')}
          none={say('home.pages.none')}
          filter={{ pages: 'missing' }}
          says={title => say('home.pages.of', { present: title.pagesPresent, announced: title.pageCount ?? 0 })}
        />
        <Titles
          title={say('home.hidden')}
          none={say('home.hidden.none')}
          filter={{ state: 'hidden' }}
          says={title => ago(title.meta.createdAt ?? '')}
        />
        <Titles
          title={say('home.labels')}
          none={say('home.labels.none')}
          filter={{ labels: 'missing' }}
          says={title => say('home.labels.of', { count: title.pagesPresent })}
        />
        {may('text:write') ? (
          <Titles
            title={say('home.texts')}
            none={say('home.texts.none')}
            filter={{ hasText: 'false', pages: 'some' }}
            says={title => say('home.labels.of', { count: title.pagesPresent })}
            to="/desk/title/$id/texts"
          />
        ) : null}
        {may('log:read') ? (
          <Card
            title={say('home.today')}
            none={say('home.today.none')}
            query={log}
            isEmpty={(log.data?.items.length ?? 0) === 0}
          >
            {(log.data?.items ?? []).slice(0, shown).map(entry => (
              <li key={entry.id}>
                {['node', 'title', 'page'].includes(entry.entity) && entry.entityId !== null ? (
                  <Link to="/desk/tree" search={{ node: String(entry.entityId) }}>
                    {wordsOf(entry)}
                  </Link>
                ) : (
                  <span className={styles.text}>{wordsOf(entry)}</span>
                )}
                <span>{ago(entry.at)}</span>
              </li>
            ))}
          </Card>
        ) : null}
      </div>
      {!may('meta:write') && !may('import') && !may('release') ? <Empty title={say('home.readOnly')} /> : null}
    </Page>
  )
}
