// How the installation is: what is well, what needs somebody, how much room is left; and the report for whoever helps.
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { Head } from '../../app/room.tsx'
import { type Api, type Schemas, taken } from '../../shared/api.ts'
import { useFormats } from '../../shared/text.ts'
import { Button, Fault, Skeleton, Tag } from '../parts/controls.tsx'
import { useDownload } from '../parts/download.ts'
import { useMoments } from '../parts/formats.ts'
import { numberStyle, Page, tableStyle } from '../parts/page.tsx'
import { useApi } from '../session/session.ts'
import { useActions } from '../shell/actions.ts'
import { useJobName } from '../shell/tray.tsx'
import { useSay } from '../texts.ts'
import { BackupCard, FixityCard, HealthCard, IndexCard, PoolCard, ProgramCard, QueuesCard, StorageCard } from './cards.tsx'
import styles from './system.module.css'

export type System = Schemas['System']

const everyMs = 15_000
const systemQuery = (api: Api) =>
  queryOptions({ queryKey: ['system'], refetchInterval: everyMs, queryFn: () => taken(api.GET('/api/v1/system')) })

const tones = { ok: 'good', degraded: 'warn', unavailable: 'bad' } as const

function Schedules({ system }: { readonly system: System }) {
  const say = useSay()
  const nameOf = useJobName()
  const { ago, exact } = useMoments()
  return (
    <section className={styles.wide}>
      <h2 id="schedules">{say('system.schedules')}</h2>
      {system.schedules.length === 0 ? (
        <p className={styles.quiet}>{say('system.schedules.none')}</p>
      ) : (
        <div className={styles.scroll} role="region" aria-labelledby="schedules" tabIndex={0}>
          <table className={tableStyle}>
            <thead>
              <tr>
                <th>{say('jobs.kind')}</th>
                <th>{say('system.schedule')}</th>
                <th>{say('system.next')}</th>
                <th>{say('system.last')}</th>
              </tr>
            </thead>
            <tbody>
              {system.schedules.map(each => (
                <tr key={each.kind}>
                  <td>{nameOf(each.kind)}</td>
                  <td>
                    <code>{each.expression}</code> <small>{each.timezone}</small>
                  </td>
                  <td title={exact(each.nextAt)}>{ago(each.nextAt)}</td>
                  <td>{each.lastAt === null ? say('system.never') : <span title={exact(each.lastAt)}>{ago(each.lastAt)}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function SlowStatements({ system }: { readonly system: System }) {
  const say = useSay()
  const { number } = useFormats()
  const { ago, exact } = useMoments()
  return (
    <section className={styles.wide}>
      <h2 id="slow">{say('system.slow')}</h2>
      <p className={styles.quiet}>
        {say(system.slowStatements.length === 0 ? 'system.slow.none' : 'system.slow.lead', { ms: number(system.slowStatementMs) })}
      </p>
      {system.slowStatements.length === 0 ? null : (
        <div className={styles.scroll} role="region" aria-labelledby="slow" tabIndex={0}>
          <table className={tableStyle}>
            <thead>
              <tr>
                <th>{say('system.slow.statement')}</th>
                <th className={numberStyle}>{say('system.slow.count')}</th>
                <th className={numberStyle}>{say('system.slow.max')}</th>
                <th>{say('system.last')}</th>
              </tr>
            </thead>
            <tbody>
              {system.slowStatements.map(each => (
                <tr key={each.sql}>
                  <td>
                    <code className={styles.statement}>{each.sql.replace(/\s+/g, ' ')}</code>
                  </td>
                  <td className={numberStyle}>{number(each.count)}</td>
                  <td className={numberStyle}>{number(each.maxMs)} ms</td>
                  <td title={exact(each.lastAt)}>{ago(each.lastAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

export default function SystemPage() {
  const say = useSay()
  const asked = useQuery(systemQuery(useApi()))
  const report = useDownload('firefolio-report.json')
  const save = () => report.mutate('/api/v1/system/report')
  const system = asked.data
  useActions('system', system ? [{ id: 'system.report', label: say('system.report'), shortcut: 'd', run: save }] : [])
  return (
    <Page
      title={say('place.system')}
      lead={say('system.lead')}
      actions={
        system ? (
          <Button onPress={save} isBusy={report.isPending}>
            <Download size={16} aria-hidden />
            {say('system.report')}
          </Button>
        ) : null
      }
    >
      <Head title={say('place.system')} noIndex />
      {report.error ? <Fault error={report.error} /> : null}
      {asked.error ? <Fault error={asked.error} again={say('again')} onAgain={() => void asked.refetch()} /> : null}
      {system ? (
        <>
          <p className={styles.status}>
            <Tag tone={tones[system.status]}>{say(`system.status.${system.status}`)}</Tag> {say(`system.status.${system.status}.text`)}
          </p>
          <div className={styles.cards}>
            <HealthCard system={system} />
            <StorageCard system={system} />
            <QueuesCard system={system} />
            <IndexCard system={system} />
            <FixityCard system={system} />
            <BackupCard system={system} />
            <PoolCard system={system} />
            <ProgramCard system={system} />
          </div>
          <Schedules system={system} />
          <SlowStatements system={system} />
          <p className={styles.quiet}>
            {say('system.report.text')} <Link to="/desk/jobs" search={{ state: 'failed' }}>{say('system.failedJobs')}</Link>
          </p>
        </>
      ) : asked.isPending ? (
        <Skeleton lines={12} />
      ) : null}
    </Page>
  )
}
