import { follow, jobHandlers } from '../app.ts'
import { readConfig } from '../config/read.ts'
import { JobRunner } from '../jobs/runner.ts'
import { openServices } from '../services.ts'
import { storedVersion } from '../firebird/migrate.ts'
import type { Session } from './session.ts'

/** Opening the database migrates it. */
export function migrateDatabase(session: Session): Promise<void> {
  return session.withServices(async services => {
    session.out(`The schema is ${(await storedVersion(services.database)) ?? 'empty'}.\n`)
  })
}

export async function runWorker(configFile: string | undefined): Promise<void> {
  const { config } = readConfig(configFile)
  const services = await openServices(config)
  const runner = new JobRunner({
    db: services.db,
    services,
    handlers: jobHandlers as never,
    follow: () => follow(services),
    onFollowError: error => services.log.error({ err: error }, 'follow'),
    concurrency: config.jobs.concurrency,
    leaseS: config.jobs.lease,
    pollMs: config.jobs.poll,
    onEnd: (job, { state, ms, error }) =>
      services.log[error && state !== 'cancelled' ? 'error' : 'info'](
        { job: job.id, kind: job.kind, state, ms, ...(error ? { err: error } : {}) },
        'job',
      ),
  })
  runner.start()
  await new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  await runner.stop(config.server.shutdownGrace * 1000)
  await services.close()
}
