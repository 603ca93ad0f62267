// OAI-PMH the other way round: sets of foreign repositories pulled into domains.
import type { Module, Services } from '../../http/module.ts'
import { enqueue } from '../../jobs/queue.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import * as repository from './repository.ts'
import { routes } from './routes.ts'
import { runHarvest } from './run.ts'

export { ensure as ensureHarvest } from './repository.ts'
export { type HarvestReport, passOnce, runHarvest } from './run.ts'
export type { HarvestWay, PreparedRecord } from './take.ts'

const job: JobHandler<Services> = async (services, { job: { payload }, progress }) => {
  const report = await runHarvest(services, (payload as { id: number }).id, progress)
  return report
}

/** How long a harvest that is due waits for its job before it is wanted again. */
const again = 3_600_000

async function followDue(services: Services): Promise<void> {
  for (const harvest of await repository.due(services.db))
    await services.database.inTransaction(
      { actor: { name: 'harvest', application: 'harvest' } },
      async trx => {
        await enqueue(trx, {
          kind: 'harvest',
          payload: { id: harvest.id },
          uniqueKey: repository.jobKeyOf(harvest.id),
        })
        await repository.note(trx, harvest.id, { next: new Date(Date.now() + again) })
      },
    )
}

export const harvests: Module = { name: 'harvests', routes, jobs: { harvest: job }, follow: followDue }
