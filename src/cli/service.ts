import { readConfig } from '../config/read.ts'
import { runnerOf } from '../job-runner.ts'
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
  const runner = runnerOf(services)
  runner.start()
  await new Promise<void>(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  await runner.stop(config.server.shutdownGrace * 1000)
  await services.close()
}
