// The runner of jobs with the handlers of all modules: inside the server, and as `firefolio worker`.
import { follow, jobHandlers } from './app.ts'
import { limitsOfKinds } from './config/job-options.ts'
import { JobRunner } from './jobs/runner.ts'
import type { OpenServices } from './services.ts'
import { noteRun } from './system/jobs/index.ts'

export function runnerOf(services: OpenServices): JobRunner<OpenServices> {
  const { jobs } = services.config
  return new JobRunner({
    db: services.db,
    services,
    handlers: jobHandlers,
    follow: () => follow(services),
    onFollowError: error => services.log.error({ err: error }, 'follow'),
    concurrency: jobs.concurrency,
    perKind: limitsOfKinds(jobs.kinds),
    leaseS: jobs.lease,
    pollMs: jobs.poll,
    onEnd: (job, { state, ms, error }) => {
      noteRun(services, job.kind, state, ms)
      services.log[error && state !== 'cancelled' ? 'error' : 'info'](
        { job: job.id, kind: job.kind, state, ms, ...(error ? { err: error } : {}) },
        'job',
      )
    },
  })
}
