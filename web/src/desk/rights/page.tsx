// Rights of a node or a collection: the entries that stand there and those that it inherits, what somebody may do there and why.
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Head } from '../../app/room.tsx'
import { ApiProblem } from '../../shared/api.ts'
import { Button, Empty, Fault, Skeleton } from '../parts/controls.tsx'
import { Page } from '../parts/page.tsx'
import { domainsQuery, type Place } from '../queries.ts'
import { useActions } from '../shell/actions.ts'
import { useApi } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { asNew, type Planned, useDraft, wantedOf } from './draft.ts'
import { type Edited, EntryDialog } from './entry.tsx'
import { Entries } from './levels.tsx'
import { type Entry, previewOf, rightsQuery } from './queries.ts'
import { Reasons } from './reasons.tsx'
import { Review } from './review.tsx'
import styles from './rights.module.css'

/** What the dialog is open for: a new entry, or one that it takes the place of */
type Open = Partial<Edited> & { readonly before?: { readonly id: number } | { readonly key: number } }

function At({ place }: { readonly place: Place }) {
  const say = useSay()
  const api = useApi()
  const { data, error, isPending, refetch } = useQuery(rightsQuery(api, place))
  const rights = data?.rights
  const draft = useDraft(rights)
  const [open, setOpen] = useState<Open>()
  const [isReviewed, setReviewed] = useState(false)
  const [marked, setMarked] = useState<number>()
  useActions('rights', rights ? [{ id: 'rights.add', label: say('rights.add'), shortcut: 'n', run: () => setOpen({}) }] : [])
  // who may see a node without managing its rights learns what they may do themselves
  const isRefused = error instanceof ApiProblem && [401, 403].includes(error.status)
  if (error && !isRefused) return <Fault error={error} again={say('again')} onAgain={() => void refetch()} />
  if (isPending) return <Skeleton lines={10} />
  const edit = (entry: Entry) => setOpen({ entry: asNew(entry), name: entry.name, before: { id: entry.id } })
  const editPlanned = (planned: Planned) => setOpen({ entry: planned.entry, name: planned.name, before: { key: planned.key } })
  const isPrivate = draft.draft.isPrivate ?? rights?.isPrivate ?? false
  const nameOf = (level: { kind: string; id: number; caption: string | null }) => level.caption ?? `#${level.id}`
  return (
    <div className={styles.columns}>
      <div>
        {rights ? (
          <>
            <section aria-labelledby="here">
              <header className={styles.head}>
                <h2 id="here">{say('rights.here')}</h2>
                <Button onPress={() => setOpen({})}>
                  <Plus size={16} aria-hidden /> {say('rights.add')}
                </Button>
              </header>
              {rights.entries.length + draft.draft.added.length === 0 ? (
                <Empty title={say('rights.none')}>{say('rights.none.text')}</Empty>
              ) : (
                <Entries
                  label={say('rights.here')}
                  entries={rights.entries}
                  planned={draft.draft.added}
                  removed={draft.draft.removed}
                  marked={marked}
                  on={{
                    change: edit,
                    remove: entry => draft.remove(entry.id),
                    keep: entry => draft.keep(entry.id),
                    changePlanned: editPlanned,
                    drop: planned => draft.drop(planned.key),
                  }}
                />
              )}
              <label className={styles.private}>
                <input type="checkbox" checked={isPrivate} onChange={event => draft.setPrivate(event.target.checked)} />
                <span>
                  {say('rights.private')} <small>{say('rights.private.about')}</small>
                </span>
              </label>
            </section>
            <section aria-labelledby="above">
              <h2 id="above">{say('rights.inherited')}</h2>
              {isPrivate ? (
                <p className={styles.quiet}>{say('rights.inherited.private')}</p>
              ) : rights.inherited.length === 0 ? (
                <p className={styles.quiet}>{say('rights.inherited.none')}</p>
              ) : (
                rights.inherited.map(({ level, entries, isPrivate: isEnd }) => (
                  <div key={`${level.kind} ${level.id}`} className={styles.level}>
                    <h3>
                      {say(level.kind === 'domain' ? 'rights.ofDomain' : 'rights.ofNode')}{' '}
                      <Link to="/desk/rights" search={level.kind === 'domain' ? { domain: String(level.id) } : { node: String(level.id) }} dir="auto">
                        {nameOf(level)}
                      </Link>
                    </h3>
                    {entries.length > 0 ? <Entries label={nameOf(level)} entries={entries} marked={marked} /> : null}
                    {isEnd ? <p className={styles.quiet}>{say('rights.ends')}</p> : null}
                  </div>
                ))
              )}
            </section>
          </>
        ) : (
          <Empty title={say('rights.refused')}>{say('rights.refused.text')}</Empty>
        )}
      </div>
      <Reasons place={place} rights={rights} isManager={rights !== undefined} onMark={setMarked} />
      {draft.count > 0 ? (
        <div className={styles.bar} role="status">
          <span>{say('rights.changes', { count: draft.count })}</span>
          <Button kind="quiet" onPress={draft.clear}>
            {say('rights.discard')}
          </Button>
          <Button kind="primary" onPress={() => setReviewed(true)}>
            {say('rights.review')}
          </Button>
        </div>
      ) : null}
      {open && rights ? (
        <EntryDialog
          edited={open.entry ? { entry: open.entry, name: open.name ?? null } : undefined}
          check={async entry => void (await previewOf(api, place, { isPrivate, entries: [entry] }))}
          onDone={(entry, name) => {
            draft.put(entry, name, open.before)
            setOpen(undefined)
          }}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
      {isReviewed && rights && data ? (
        <Review
          place={place}
          wanted={wantedOf(rights, draft.draft)}
          etag={data.etag}
          onDone={() => {
            setReviewed(false)
            draft.clear()
          }}
          onClose={() => setReviewed(false)}
        />
      ) : null}
    </div>
  )
}

/** Where no place is named: collections, whose rights reach furthest. */
function Collections() {
  const say = useSay()
  const domains = useQuery(domainsQuery(useApi()))
  if (domains.error) return <Fault error={domains.error} />
  return (
    <ul className={styles.collections}>
      {domains.data?.map(domain => (
        <li key={domain.id}>
          <Link to="/desk/rights" search={{ domain: domain.name }}>
            {domain.caption}
          </Link>
        </li>
      )) ?? <Skeleton />}
      <li className={styles.quiet}>{say('rights.elsewhere')}</li>
    </ul>
  )
}

export default function RightsPage() {
  const say = useSay()
  const api = useApi()
  const search = useSearch({ strict: false }) as { node?: string; domain?: string }
  const place: Place | undefined = /^\d+$/.test(search.node ?? '') ? { node: Number(search.node) } : search.domain ? { domain: search.domain } : undefined
  const { data } = useQuery({ ...rightsQuery(api, place ?? { node: 0 }), enabled: place !== undefined })
  const name = data?.rights.level.caption
  const title = name ? say('rights.title', { name }) : say('rights.titlePlain')
  return (
    <Page
      title={title}
      lead={say('rights.lead')}
      actions={
        place ? (
          <Link to="/desk/tree" search={'node' in place ? { node: String(place.node) } : { domain: place.domain }}>
            {say('rights.tree')}
          </Link>
        ) : null
      }
    >
      <Head title={title} noIndex />
      {place ? <At place={place} key={JSON.stringify(place)} /> : <Collections />}
    </Page>
  )
}
