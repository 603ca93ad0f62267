// The METS that a Visual Library Server hands out by OAI-PMH, taken with its ids, images and texts. Each pass looks at every record: what is here is found unchanged, and its files are not fetched again.
import type { Services } from '../../http/module.ts'
import { readPagination } from '../../catalogue/pages/index.ts'
import { passOnce, type PreparedRecord } from '../harvests/index.ts'
import type { ImportPlan } from '../plans/index.ts'
import { type Expected, expectedOf } from './expected.ts'
import { domainNamed, type Migration, refuseTaken, requireFreeIds } from './mets.ts'
import { Comparison, type MigrationReport, reportOf } from './report.ts'
import { shifted } from './shift.ts'
import { fetchFiles } from './web-files.ts'

/** @throws Refusal unavailable, bad-xml, not-processable where the server is at fault */
export async function migrateOai(
  services: Services,
  { baseUrl, set, domain }: { readonly baseUrl: string; readonly set: string; readonly domain: string },
  migration: Migration,
): Promise<MigrationReport> {
  const startedAt = new Date().toISOString()
  const pagination = readPagination()
  const pageType = services.types.get('page', 'page').number
  const comparison = new Comparison(services.types)
  const outcomes = new Map<string, number>()
  const expected = new Map<string, Expected>()
  const target = await domainNamed(services, { name: domain, caption: domain }, migration)
  const prepare = async (read: ImportPlan, identifier: string): Promise<PreparedRecord> => {
    const plan = shifted(read, migration.shift, migration.bare)
    refuseTaken(await requireFreeIds(services, plan, identifier))
    // what is here is not fetched, and is compared all the same
    expected.set(identifier, expectedOf(plan, pagination, pageType))
    return migration.bare || migration.dryRun
      ? { plan: shifted(plan, 0, true), locate: () => undefined, discard: async () => {} }
      : await fetchFiles(services, plan)
  }
  const report = await passOnce(
    services,
    { baseUrl, set, metadataPrefix: 'mets', release: migration.release },
    {
      domain: target,
      keepIds: true,
      dryRun: migration.dryRun,
      actor: migration.actor,
      prepare,
      onTaken: async (identifier, _plan, taken) => {
        outcomes.set(taken.outcome, (outcomes.get(taken.outcome) ?? 0) + 1)
        migration.onDocument({ name: identifier, ...taken })
        const named = expected.get(identifier)
        expected.delete(identifier)
        if (named) await comparison.add(services.db, named, identifier)
      },
      isStopped: migration.isStopped,
    },
    (done, total) => migration.onProgress(done, total, 'records'),
  )
  if (report.failed > 0) outcomes.set('failed', report.failed)
  return reportOf(
    { source: baseUrl, isDryRun: migration.dryRun, startedAt },
    comparison,
    outcomes,
    report.failures.map(({ identifier, sentence }) => ({ name: identifier, sentence })),
  )
}
