// Schedules of this installation, and the job that removes what is kept for a time only.
import { schedulesOf } from '../../config/schedule-options.ts'
import type { Services } from '../../http/module.ts'
import { forgetAnswers } from '../../http/write.ts'
import { forgetEnded } from '../../jobs/queue.ts'
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

export const tidy: JobHandler<Services> = async (services, { progress }) => {
  const answers = await forgetAnswers(services.db)
  const before = new Date(Date.now() - services.config.jobs.keepDays * msPerDay)
  let jobs = 0
  for (;;) {
    const gone = await forgetEnded(services.db, before, portion)
    jobs += gone
    await progress(jobs)
    if (gone < portion) return { jobs, answers }
  }
}
