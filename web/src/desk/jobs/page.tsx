import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { RotateCcw, Square } from 'lucide-react'
import { Head } from '../../app/room.tsx'
import { taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Fault, IconButton, Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { chosenStyle, filterStyle, numberStyle, Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { jobsQuery, type JobState } from '../queries.ts'
import { useApi } from '../session/session.ts'
import { useJobName } from '../shell/tray.tsx'
import { useSay } from '../texts.ts'

const states = ['running', 'waiting', 'failed', 'done', 'cancelled'] as const
const tones = { running: 'good', waiting: 'plain', failed: 'bad', done: 'plain', cancelled: 'plain' } as const

export default function Jobs() {
  const say = useSay()
  const api = useApi()
  const queries = useQueryClient()
  const nameOf = useJobName()
  const { number } = useFormats()
  const { ago, exact } = useMoments()
  const search = useSearch({ strict: false }) as { state?: string }
  const state = states.find(each => each === search.state) as JobState | undefined
  const jobs = useInfiniteQuery({ ...jobsQuery(api, state), refetchInterval: 5000 })
  const act = useMutation({
    mutationFn: ({ id, what }: { id: number; what: 'cancel' | 'retry' }) =>
      taken(
        what === 'cancel'
          ? api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } })
          : api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
  })
  const items = jobs.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Page title={say('place.jobs')} lead={say('jobs.lead')}>
      <Head title={say('place.jobs')} noIndex />
      <nav aria-label={say('jobs.filter')} className={filterStyle}>
        {[undefined, ...states].map(each => (
          <Link
            key={each ?? 'all'}
            to="/desk/jobs"
            search={each ? { state: each } : {}}
            className={each === state ? chosenStyle : ''}
            {...(each === state ? { 'aria-current': 'true' as const } : {})}
          >
            {each ? say(`jobs.state.${each}`) : say('jobs.all')}
          </Link>
        ))}
      </nav>
      {act.error ? <Fault error={act.error} /> : null}
      <Listed list={jobs} lines={8} none={say('jobs.none')}>
        <Table columns={[say('jobs.kind'), say('jobs.state'), { number: say('jobs.progress') }, say('jobs.when'), say('jobs.result')]}>
          {items.map(job => (
            <tr key={job.id}>
              <td>{nameOf(job.kind)}</td>
              <td>
                <Tag tone={tones[job.state]}>{say(`jobs.state.${job.state}`)}</Tag>
              </td>
              <td className={numberStyle}>{job.total === null ? number(job.done) : `${number(job.done)} / ${number(job.total)}`}</td>
              <td title={exact(job.createdAt)}>{ago(job.endedAt ?? job.startedAt ?? job.createdAt)}</td>
              <td>{job.error}</td>
              <td>
                {job.state === 'running' || job.state === 'waiting' ? (
                  <IconButton label={say('jobs.cancel')} onPress={() => act.mutate({ id: job.id, what: 'cancel' })}>
                    <Square size={16} aria-hidden />
                  </IconButton>
                ) : job.state === 'done' ? null : (
                  <IconButton label={say('jobs.retry')} onPress={() => act.mutate({ id: job.id, what: 'retry' })}>
                    <RotateCcw size={16} aria-hidden />
                  </IconButton>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Listed>
    </Page>
  )
}
