// Schedules of this installation, and the job that removes what is kept for a time only.
import { schedulesOf } from '../../config/schedule-options.ts'
import type { Services } from '../../http/module.ts'
import { countAnswers, forgetAnswers } from '../../http/write.ts'
import { isDryRun } from '../../jobs/dry-run.ts'
import { countEnded, forgetEnded } from '../../jobs/ended.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { addDue, establish } from '../../jobs/schedules.ts'

const portion = 1000
const msPerDay = 86_400_000

/** Each process states the schedules of its configuration once; from then on the database says when they are due. */
const established = new WeakSet<Services>()

export async function followSchedules(services: Services): Promise<void> {
  if (!established.has(services)) {
    await establish(services.database, schedulesOf(services.config.schedule))
    established.add(services)
  }
  for (const kind of await addDue(services.database)) services.log.info({ kind }, 'scheduled')
}

export const tidy: JobHandler<Services> = async (services, { job, progress }) => {
  const before = new Date(Date.now() - services.config.jobs.keepDays * msPerDay)
  if (isDryRun(job))
    return { jobs: await countEnded(services.db, before), answers: await countAnswers(services.db) }
  const answers = await forgetAnswers(services.db)
  let jobs = 0
  for (;;) {
    const gone = await forgetEnded(services.db, before, portion)
    jobs += gone
    await progress(jobs)
    if (gone < portion) return { jobs, answers }
  }
}
