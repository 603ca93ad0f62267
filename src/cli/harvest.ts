// firefolio harvest <baseURL>: pulls a set of a foreign repository into a domain; run again, it takes what has changed since.
import { userInfo } from 'node:os'
import { getDomain } from '../catalogue/domains/index.ts'
import { ensureHarvest, runHarvest } from '../intake/harvests/index.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

export interface HarvestFlags {
  readonly domain: string
  readonly set?: string
  readonly prefix: string
  readonly release?: boolean
}

const actor = { name: userInfo().username, application: 'firefolio harvest' }

/** @returns the exit code: 1 where a record could not be taken */
export function harvest(session: Session, baseUrl: string, flags: HarvestFlags): Promise<number> {
  return session.withServices(async services => {
    const { id: domainId } = await getDomain(services.db, flags.domain)
    const key = { domainId, baseUrl, set: flags.set ?? '', metadataPrefix: flags.prefix }
    const { id } = await services.database.inTransaction({ actor }, trx =>
      ensureHarvest(trx, key, { release: flags.release ?? false }),
    )
    const progress = new Progress('harvest', session)
    const report = await runHarvest(services, id, (done, total) =>
      progress.show(done, total ?? done + 1, 'records'),
    )
    progress.end()
    const { created, updated, unchanged, deleted, failed, failures } = report
    for (const { identifier, sentence } of failures) session.out(`failed ${identifier}: ${sentence}\n`)
    session.out(
      `${created} created, ${updated} updated, ${unchanged} unchanged, ${deleted} deleted, ${failed} failed\n`,
    )
    return failed === 0 ? 0 : 1
  })
}
