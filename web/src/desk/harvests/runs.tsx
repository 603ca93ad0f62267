// The last runs of a harvest: what each brought, and which records it refused and why.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Tag } from '../parts/controls.tsx'
import { useMoments } from '../parts/formats.ts'
import { Listed } from '../parts/listed.tsx'
import { useApi, useMay } from '../session/session.ts'
import { type DeskKey, useSay } from '../texts.ts'
import { type Harvest, runsQuery } from './queries.ts'
import styles from './harvests.module.css'

const counted = ['created', 'updated', 'unchanged', 'deleted', 'failed'] as const
const tones = { created: 'good', updated: 'good', unchanged: 'plain', deleted: 'warn', failed: 'bad' } as const
const stateTones = { running: 'good', waiting: 'plain', failed: 'bad', done: 'plain', cancelled: 'plain' } as const

export function Runs({ harvest }: { readonly harvest: Harvest }) {
  const say = useSay()
  const may = useMay()
  const { ago, exact } = useMoments()
  const runs = useInfiniteQuery(runsQuery(useApi(), harvest.id))
  return (
    <section className={styles.runs} aria-live="polite">
      <h2>{say('harvests.runs')}</h2>
      <Listed list={runs} lines={3} none={say('harvests.runs.none')}>
        <ol>
          {(runs.data?.pages.flatMap(page => page.items) ?? []).map(run => {
            const at = run.endedAt ?? run.startedAt
            const brought = counted.filter(each => (run.result?.[each] ?? 0) > 0)
            return (
              <li key={run.id}>
                <div>
                  <span title={at === null ? undefined : exact(at)}>{at === null ? say('jobs.state.waiting') : ago(at)}</span>
                  {run.result === null ? (
                    <Tag tone={stateTones[run.state]}>{say(`jobs.state.${run.state}`)}</Tag>
                  ) : brought.length === 0 ? (
                    <Tag>{say('harvests.nothingNew')}</Tag>
                  ) : (
                    brought.map(each => (
                      <Tag key={each} tone={tones[each]}>
                        {say(`harvests.count.${each}` as DeskKey, { count: run.result?.[each] ?? 0 })}
                      </Tag>
                    ))
                  )}
                  {run.state === 'running' ? <span>{say('harvests.looked', { count: run.done })}</span> : null}
                </div>
                {run.error === null ? null : <p className={styles.bad}>{run.error}</p>}
                {run.result && run.result.failures.length > 0 ? (
                  <ul className={styles.failures}>
                    {run.result.failures.map((failure, index) => (
                      <li key={index}>
                        <code>{failure.identifier}</code> {failure.sentence}
                      </li>
                    ))}
                  </ul>
                ) : null}
              </li>
            )
          })}
        </ol>
      </Listed>
      {may('log:read') ? (
        <p>
          <Link to="/desk/log" search={{ application: 'harvest' }}>
            {say('harvests.log')}
          </Link>
        </p>
      ) : null}
    </section>
  )
}
