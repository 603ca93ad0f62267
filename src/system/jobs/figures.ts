// Figures of jobs for /metrics: what waits and runs in the installation, and how long those of this process took.
import type { Figure, Services } from '../../http/module.ts'
import { oldestSeconds, openByKind } from '../../jobs/queue.ts'
import { list } from '../../jobs/schedules.ts'

interface Runs {
  count: number
  seconds: number
}
const runs = new WeakMap<Services, Map<string, Runs>>()

/** A job of this process has ended. */
export function noteRun(services: Services, kind: string, state: string, ms: number): void {
  const ofServices = runs.get(services) ?? new Map<string, Runs>()
  runs.set(services, ofServices)
  const labels = `kind="${kind}",state="${state}"`
  const entry = ofServices.get(labels) ?? { count: 0, seconds: 0 }
  ofServices.set(labels, entry)
  entry.count++
  entry.seconds += ms / 1000
}

export async function figuresOf(services: Services): Promise<Figure[]> {
  const ended = [...(runs.get(services) ?? [])]
  const figures: Figure[] = [
    {
      name: 'firefolio_job_runs_total',
      kind: 'counter',
      help: 'Jobs that ended in this process.',
      values: Object.fromEntries(ended.map(([labels, { count }]) => [labels, count])),
    },
    {
      name: 'firefolio_job_run_seconds_total',
      kind: 'counter',
      help: 'Time that they took.',
      values: Object.fromEntries(ended.map(([labels, { seconds }]) => [labels, seconds])),
    },
  ]
  try {
    figures.push(
      {
        name: 'firefolio_jobs_open',
        kind: 'gauge',
        help: 'Jobs that wait or run, by kind.',
        values: Object.fromEntries(
          (await openByKind(services.db)).map(({ kind, state, count }) => [
            `kind="${kind}",state="${state}"`,
            count,
          ]),
        ),
      },
      {
        name: 'firefolio_jobs_oldest_seconds',
        kind: 'gauge',
        help: 'How long the oldest job that is due has been waiting.',
        values: { '': await oldestSeconds(services.db) },
      },
      {
        name: 'firefolio_schedule_next_timestamp_seconds',
        kind: 'gauge',
        help: 'When a kind of job is added next.',
        values: Object.fromEntries(
          (await list(services.db)).map(({ kind, nextAt }) => [`kind="${kind}"`, nextAt.getTime() / 1000]),
        ),
      },
    )
  } catch {
    // the database is away; /ready tells of it
  }
  return figures
}
