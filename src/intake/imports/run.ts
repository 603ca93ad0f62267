// Runs a batch: one item after another, each with its outcome in the transaction that stores it. A batch that was interrupted goes on with the items
// that have no outcome yet; an item that is done again finds its title and changes nothing.
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { addDeliveryItems, discardArchive, notTakenMessages } from './archives.ts'
import { putAway } from './hot-folder.ts'
import { type BatchOptions, runItems } from './items.ts'
import * as repository from './repository.ts'
import type { ImportReport } from './store-plan.ts'

/** The job of a batch. */
export const runBatch: JobHandler<Services> = async (services, context) => {
  const { importId } = context.job.payload as { importId: number }
  const batch = await repository.get(services.db, importId)
  let options = batch.options as BatchOptions
  await repository.setState(services.db, importId, 'running')
  if (options.archive !== undefined || options.hot !== undefined)
    options = await addDeliveryItems(services, importId, options)
  const items = await repository.items(services.db, importId)
  const waiting = items.filter(item => item.outcome === 'waiting')
  let done = items.length - waiting.length
  await context.progress(done, items.length)
  const leftOut = notTakenMessages(options.notTaken)
  const drawn = async function* () {
    for (const [at, { id, source }] of waiting.entries()) {
      if (options.manifest.catalogue !== undefined && at > 0) await pause(services.config.catalogue.pause)
      // what belongs to no title is told with the first
      const told = (messages: readonly Message[]) =>
        id === items[0]?.id ? [...messages, ...leftOut] : messages
      const record = (trx: Db, report: ImportReport, checksum: string) =>
        repository.setItem(trx, id, {
          outcome: report.outcome,
          titleId: report.titleId,
          checksum,
          messages: told(report.messages),
        })
      yield { id, source, options, record, from: batch.source, told }
    }
  }
  for await (const { item, report, messages, checksum } of runItems(services, drawn())) {
    // a failed or dry item has no transaction of its own to be noted in
    if (!report || options.manifest.dryRun)
      await repository.setItem(services.db, item.id, {
        outcome: report?.outcome ?? 'failed',
        titleId: report?.titleId,
        checksum,
        messages: item.told(messages),
      })
    await context.progress(++done, items.length)
  }
  await repository.setState(services.db, importId, 'finished')
  const failed = (await repository.items(services.db, importId)).some(item => item.outcome === 'failed')
  // kept for a retry where something failed
  if (options.uploads !== undefined && !failed) await rm(options.uploads, { recursive: true, force: true })
  if (options.hot !== undefined) await putAway(services, importId, options.hot)
  if ((options.archive !== undefined && !failed) || options.hot !== undefined)
    await discardArchive(services, importId)
  return { items: items.length }
}
