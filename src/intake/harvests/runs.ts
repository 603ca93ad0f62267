// Runs of a harvest, as its jobs tell of them: what each brought, and what it refused.
import { envelope, metaOf, toActor, toOne } from '../../http/envelope.ts'
import { z } from 'zod'
import { listOf } from '../../http/page.ts'
import { type Job, jobStates } from '../../jobs/queue.ts'

const whole = z.number().int()

/** What a run leaves with its job; jobs that failed have none of it. */
const Result = z.object({
  created: whole,
  updated: whole,
  unchanged: whole,
  deleted: whole,
  failed: whole,
  failures: z.array(z.object({ identifier: z.string(), sentence: z.string() })),
})

const Run = z
  .object({
    id: whole.meta({ description: 'Of the job' }),
    state: z.enum(jobStates.names),
    done: whole.meta({ description: 'Records that were looked at' }),
    total: whole.nullable(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    actor: z.string().nullable().meta({ description: 'Who asked for it; null: its schedule' }),
    result: Result.nullable().meta({
      description:
        'What it brought, with the first 50 records that were refused; null before its end, and of a run that failed',
    }),
    error: z.string().nullable().meta({ description: 'Why it failed' }),
    ...envelope,
  })
  .meta({ id: 'HarvestRun', description: 'A run of a harvest.' })
export const RunList = listOf(Run, 'HarvestRunList')

export function documentOfRun(job: Job): z.output<typeof Run> {
  const result = Result.safeParse(job.result)
  return {
    id: job.id,
    state: job.state,
    done: job.done,
    total: job.total,
    startedAt: job.startedAt?.toISOString() ?? null,
    endedAt: job.endedAt?.toISOString() ?? null,
    actor: job.actor,
    result: result.success ? result.data : null,
    error: job.error,
    links: { job: `/api/v1/jobs/${job.id}` },
    relationships: { job: toOne('job', job.id), actor: toActor(job.actor) },
    meta: metaOf(job),
  }
}
