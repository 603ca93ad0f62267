// Who changed what, and when: filters in the address, from an entry to its node, and to taking its operation back.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, Undo2 } from 'lucide-react'
import { Fragment, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { type Schemas, taken } from '../../shared/api.ts'
import { Button, Choice, Dialog, DialogFoot, Fault, Field, IconButton } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { logPagesQuery, userQuery } from '../queries.ts'
import { useActorName, useApi, useMay } from '../session/session.ts'
import { useSay } from '../texts.ts'
import { Changes } from './changes.tsx'
import { entities, useLogWords } from './words.ts'
import styles from './log.module.css'

type Entry = Schemas['LogEntry']
interface Search {
  readonly actor?: string
  readonly entity?: string
  readonly entityId?: string
  readonly from?: string
  readonly to?: string
  readonly application?: string
}
const names = ['actor', 'entity', 'entityId', 'from', 'to', 'application'] as const

/** What has a history that an undo goes back in */
const undone = new Set(['operation', 'node', 'title', 'page', 'import', 'note'])

/** A day of the address as the moment that it begins here, days later; undefined for what is none. */
function dayBegins(day: string | undefined, later = 0): string | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? '')
  if (!found) return undefined
  return new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later).toISOString()
}

const queryOf = (search: Search) => {
  const entity = entities.find(each => each === search.entity)
  const from = dayBegins(search.from)
  const to = dayBegins(search.to, 1)
  return {
    ...(search.actor ? { actor: search.actor } : {}),
    ...(entity ? { entity } : {}),
    ...(search.entityId ? { entityId: Number(search.entityId) } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(search.application ? { application: search.application } : {}),
  }
}

/** Who did it: by name for those who may look people up. */
function Who({ actor }: { readonly actor: string | null }) {
  const api = useApi()
  const may = useMay()
  const nameOf = useActorName()
  const isPerson = /^[0-9a-f]{8}-/.test(actor ?? '')
  const { data } = useQuery({ ...userQuery(api, actor ?? ''), enabled: isPerson && may('user:search') })
  return <>{data?.name ?? nameOf(actor)}</>
}

export default function Log() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const wordsOf = useLogWords()
  const { ago, exact } = useMoments()
  const may = useMay()
  const search = useSearch({ strict: false }) as Search
  const log = useInfiniteQuery(logPagesQuery(api, queryOf(search)))
  const [asked, setAsked] = useState<Entry>()
  /** The entry that is open */
  const [open, setOpen] = useState<number>()
  const undo = useMutation({
    mutationFn: (batch: number) => taken(api.POST('/api/v1/operations/{batch}/undo', { params: { path: { batch } } })),
    onSuccess: async () => {
      setAsked(undefined)
      await queries.invalidateQueries()
    },
  })
  const items = log.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Page title={say('place.log')} lead={say('log.lead')}>
      <Head title={say('place.log')} noIndex />
      <form
        key={JSON.stringify(search)}
        role="search"
        className={styles.filters}
        onSubmit={event => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const given = names.map(name => [name, String(form.get(name) ?? '').trim()] as const)
          void navigate({ to: '/desk/log', search: Object.fromEntries(given.filter(([, value]) => value !== '')) })
        }}
      >
        {search.actor ? (
          <p className={styles.person}>
            <input type="hidden" name="actor" value={search.actor} />
            <Who actor={search.actor} />
            <Link to="/desk/log" search={{ ...search, actor: undefined } as never}>
              {say('log.everybody')}
            </Link>
          </p>
        ) : null}
        <Choice label={say('log.entity')} name="entity" defaultValue={search.entity ?? ''}>
          <option value="">{say('log.all')}</option>
          {entities.map(each => (
            <option key={each} value={each}>
              {say(`log.entity.${each}`)}
            </option>
          ))}
        </Choice>
        <Field label={say('log.number')} name="entityId" defaultValue={search.entityId ?? ''} inputMode="numeric" />
        <Field label={say('log.from')} name="from" type="date" defaultValue={search.from ?? ''} />
        <Field label={say('log.to')} name="to" type="date" defaultValue={search.to ?? ''} />
        <Field label={say('log.application')} name="application" defaultValue={search.application ?? ''} />
        <Button kind="quiet" type="submit">
          {say('log.go')}
        </Button>
      </form>
      <Listed list={log} lines={8} none={say('log.none')}>
        <div className={styles.wide}>
          <Table columns={[say('log.at'), say('log.who'), say('log.what'), say('log.application')]}>
            {items.map(entry => (
              <Fragment key={entry.id}>
                <tr>
                  <td title={exact(entry.at)}>{ago(entry.at)}</td>
                  <td>
                    {entry.actor === null ? (
                      <Who actor={null} />
                    ) : (
                      <Link to="/desk/log" search={{ ...search, actor: entry.actor }}>
                        <Who actor={entry.actor} />
                      </Link>
                    )}
                  </td>
                  <td>
                    {['node', 'title', 'page'].includes(entry.entity) && entry.entityId !== null ? (
                      <Link to="/desk/tree" search={{ node: String(entry.entityId) }}>
                        {wordsOf(entry)}
                      </Link>
                    ) : (
                      wordsOf(entry)
                    )}
                  </td>
                  <td>{entry.application}</td>
                  <td>
                    <IconButton
                      label={say('log.open', { what: wordsOf(entry) })}
                      aria-expanded={open === entry.id}
                      onPress={() => setOpen(open === entry.id ? undefined : entry.id)}
                    >
                      {open === entry.id ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
                    </IconButton>
                    {entry.batch === null || !undone.has(entry.entity) || !may('structure:write') ? null : (
                      <IconButton label={say('log.undo', { what: wordsOf(entry) })} onPress={() => setAsked(entry)}>
                        <Undo2 size={16} aria-hidden />
                      </IconButton>
                    )}
                  </td>
                </tr>
                {open === entry.id ? (
                  <tr>
                    <td colSpan={5}>
                      <Changes entry={entry} />
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))}
          </Table>
        </div>
      </Listed>
      <Dialog
        title={say('undo.go')}
        isOpen={asked !== undefined}
        onClose={() => {
          setAsked(undefined)
          undo.reset()
        }}
      >
        <p>{asked ? say('log.ask', { what: wordsOf(asked), at: exact(asked.at) }) : null}</p>
        {undo.error ? <Fault error={undo.error} /> : null}
        <DialogFoot>
          <Button kind="primary" isBusy={undo.isPending} onPress={() => undo.mutate(asked?.batch ?? 0)}>
            {say('undo.go')}
          </Button>
        </DialogFoot>
      </Dialog>
    </Page>
  )
}
