// What comes by itself: sets of other repositories, and the hot folder.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Pencil, Play, Plus, Trash2 } from 'lucide-react'
import { Fragment, useState } from 'react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { Button, Dialog, DialogFoot, Empty, Fault, IconButton, Skeleton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { domainsQuery } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useSay } from '../texts.ts'
import { HarvestDialog } from './edit.tsx'
import { HotFolder } from './hot-folder.tsx'
import { type Harvest, harvestsQuery } from './queries.ts'
import { Runs } from './runs.tsx'
import { ImportTabs } from './tabs.tsx'
import styles from './harvests.module.css'

function Result({ harvest }: { readonly harvest: Harvest }) {
  const say = useSay()
  const { ago, exact } = useMoments()
  if (harvest.isRunning) return <Tag tone="good">{say('jobs.state.running')}</Tag>
  const at = harvest.fault === null ? harvest.lastSuccessAt : harvest.lastFailureAt
  if (at === null) return <span className={styles.quiet}>{say('harvests.never')}</span>
  return (
    <>
      <span title={exact(at)}>{ago(at)}</span>{' '}
      {harvest.fault === null ? <Tag tone="good">{say('jobs.state.done')}</Tag> : <Tag tone="bad">{say('jobs.state.failed')}</Tag>}
      {harvest.fault === null ? null : <p className={styles.bad}>{harvest.fault}</p>}
    </>
  )
}

/** What a dialog is open for */
type Open = { readonly edits: Harvest | undefined } | { readonly ends: Harvest }

export default function Harvests() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { ago, exact } = useMoments()
  const search = useSearch({ strict: false }) as { id?: string }
  const [open, setOpen] = useState<Open>()
  const asked = useQuery(harvestsQuery(api))
  const domains = useQuery(domainsQuery(api))
  const refresh = () => queries.invalidateQueries({ queryKey: ['harvests'] })
  const show = (id: number | undefined) => void navigate({ to: '/desk/harvests', search: id === undefined ? {} : { id: String(id) } })
  const run = useMutation({
    mutationFn: (id: number) => taken(api.POST('/api/v1/harvests/{id}/run', { params: { path: { id } } })),
    onSuccess: async ({ id }) => {
      show(id)
      await refresh()
    },
  })
  const end = useMutation({
    mutationFn: (id: number) => taken(api.DELETE('/api/v1/harvests/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      setOpen(undefined)
      await refresh()
    },
  })
  useActions('harvests', [{ id: 'harvests.new', label: say('harvests.new'), shortcut: 'n', run: () => setOpen({ edits: undefined }) }])
  const items = asked.data ?? []
  const nameOf = (id: number) => domains.data?.find(each => each.id === id)?.caption ?? `#${id}`
  const close = () => {
    setOpen(undefined)
    end.reset()
  }
  return (
    <Page
      title={say('place.harvests')}
      lead={say('harvests.lead')}
      actions={
        <Button kind="primary" onPress={() => setOpen({ edits: undefined })}>
          <Plus size={16} aria-hidden />
          {say('harvests.new')}
        </Button>
      }
    >
      <Head title={say('place.harvests')} noIndex />
      <ImportTabs here="/desk/harvests" />
      {run.error ? <Fault error={run.error} /> : null}
      {asked.error ? (
        <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} />
      ) : asked.isPending ? (
        <Skeleton lines={6} />
      ) : items.length === 0 ? (
        <Empty title={say('harvests.none')}>{say('harvests.none.text')}</Empty>
      ) : (
        <div className={styles.scroll} role="region" aria-label={say('place.harvests')} tabIndex={0}>
          <Table columns={[say('harvests.repository'), say('harvests.into'), say('harvests.when'), say('harvests.last')]}>
            {items.map(harvest => {
              const isOpen = search.id === String(harvest.id)
              const name = `${harvest.baseUrl} ${harvest.set}`.trim()
              return (
                <Fragment key={harvest.id}>
                  <tr>
                    <td>
                      <Link to="/desk/harvests" search={isOpen ? {} : { id: String(harvest.id) }} aria-expanded={isOpen} className={styles.name}>
                        {harvest.baseUrl}
                      </Link>
                      <p className={styles.quiet}>
                        {harvest.set === '' ? say('harvests.all') : harvest.set} · {harvest.metadataPrefix}
                      </p>
                    </td>
                    <td>{nameOf(harvest.domainId)}</td>
                    <td>
                      {harvest.everyHours === null ? say('harvests.onDemand') : say('harvests.everyHours', { hours: harvest.everyHours })}
                      {harvest.next === null ? null : (
                        <p className={styles.quiet} title={exact(harvest.next)}>
                          {say('harvests.next', { when: ago(harvest.next) })}
                        </p>
                      )}
                    </td>
                    <td>
                      <Result harvest={harvest} />
                    </td>
                    <td className={styles.doing}>
                      <IconButton label={say('harvests.run', { name })} isDisabled={harvest.isRunning} onPress={() => run.mutate(harvest.id)}>
                        <Play size={16} aria-hidden />
                      </IconButton>
                      <IconButton label={say('harvests.change', { name })} onPress={() => setOpen({ edits: harvest })}>
                        <Pencil size={16} aria-hidden />
                      </IconButton>
                      <IconButton label={say('harvests.end', { name })} onPress={() => setOpen({ ends: harvest })}>
                        <Trash2 size={16} aria-hidden />
                      </IconButton>
                    </td>
                  </tr>
                  {isOpen ? (
                    <tr>
                      <td colSpan={5}>
                        <Runs harvest={harvest} />
                      </td>
                    </tr>
                  ) : null}
                </Fragment>
              )
            })}
          </Table>
        </div>
      )}
      <HotFolder />
      {open && 'edits' in open ? (
        <HarvestDialog
          harvest={open.edits}
          onClose={close}
          onSaved={id => {
            close()
            show(id)
          }}
        />
      ) : null}
      <Dialog title={say('harvests.end.title')} isOpen={open !== undefined && 'ends' in open} onClose={close}>
        <p>{say('harvests.end.text')}</p>
        {end.error ? <Fault error={end.error} /> : null}
        <DialogFoot onCancel={close}>
          <Button kind="danger" isBusy={end.isPending} onPress={() => (open && 'ends' in open ? end.mutate(open.ends.id) : undefined)}>
            {say('harvests.end.title')}
          </Button>
        </DialogFoot>
      </Dialog>
    </Page>
  )
}
