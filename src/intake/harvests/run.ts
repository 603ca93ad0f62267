// One run of a harvest: list by list, each record its own transaction, the place noted after each list. A run that was interrupted goes on
// with its token; where the repository no longer knows the token, it begins again from the date of the last complete run.
import { Refusal } from '../../errors.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import type { XmlElement } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import { importDocument } from '../imports/index.ts'
import { nextBatch } from '../../system/log/index.ts'
import { identifiers } from '../../catalogue/titles/index.ts'
import { binNodes, findNode, inTree, restoreNodes } from '../../catalogue/tree/index.ts'
import { ask } from './client.ts'
import { type MetadataPrefix, planOfRecord } from './records.ts'
import * as repository from './repository.ts'
import type { Harvest } from './repository.ts'

export interface HarvestReport {
  created: number
  updated: number
  unchanged: number
  deleted: number
  failed: number
  /** The first refusals, each with the identifier of its record */
  readonly failures: { identifier: string; sentence: string }[]
}
export interface HarvestProgress {
  (done: number, total: number | undefined): Promise<void> | void
}

const mostFailures = 50

/** Follows a deletion: what was harvested goes into the bin. @returns whether there was anything */
async function follow(services: Services, harvest: Harvest, identifier: string): Promise<boolean> {
  const actor = { name: 'harvest', application: 'harvest', reason: identifier.slice(0, 250) }
  return await inTree(services, { lock: 'move', actor }, async trx => {
    const [holder] = await identifiers.holders(trx, { scheme: 'oai', value: identifier }, harvest.domainId)
    const node = holder && (await findNode(trx, holder.nodeId))
    if (!node || node.delState === 1) return false
    await binNodes(trx, services.types, { ids: [node.id] }, { batch: await nextBatch(trx), dryRun: false })
    return true
  })
}

/** A record that was deleted and is there again comes out of the bin. */
async function bringBack(services: Services, harvest: Harvest, identifier: string): Promise<void> {
  const actor = { name: 'harvest', application: 'harvest', reason: identifier.slice(0, 250) }
  await inTree(services, { lock: 'move', actor }, async trx => {
    const [holder] = await identifiers.holders(trx, { scheme: 'oai', value: identifier }, harvest.domainId)
    const node = holder && (await findNode(trx, holder.nodeId))
    if (node?.delState === 1)
      await restoreNodes(
        trx,
        services.types,
        { ids: [node.id] },
        { batch: await nextBatch(trx), dryRun: false },
      )
  })
}

async function take(
  services: Services,
  harvest: Harvest,
  source: string,
  record: XmlElement,
  report: HarvestReport,
): Promise<void> {
  const header = record.first('header')
  const identifier = header?.first('identifier')?.text ?? ''
  if (identifier === '') return
  if (header?.attribute('status') === 'deleted') {
    if (await follow(services, harvest, identifier)) report.deleted++
    return
  }
  try {
    const plan = planOfRecord(services, source, record, harvest.metadataPrefix as MetadataPrefix, identifier)
    await bringBack(services, harvest, identifier)
    const { outcome } = await importDocument(
      services,
      { name: identifier, plan, locate: () => undefined },
      {
        domain: await getDomain(services.db, harvest.domainId),
        parentId: undefined,
        keepIds: false,
        release: harvest.release === 1,
        strict: false,
        overwrite: false,
        dryRun: false,
        hasIdempotencyKey: false,
        origin: 'oaiHarvest',
        actor: { name: 'harvest', application: 'harvest', reason: identifier.slice(0, 250) },
      },
    )
    report[outcome === 'created' ? 'created' : outcome === 'unchanged' ? 'unchanged' : 'updated']++
  } catch (error) {
    // what the record itself is to blame for; a database that is away ends the run, which goes on later
    const isOurs =
      error instanceof FirebirdFault ||
      (error instanceof Refusal && ['unavailable', 'busy', 'timeout'].includes(error.reason))
    if (isOurs || !(error instanceof Refusal)) throw error
    report.failed++
    if (report.failures.length < mostFailures) report.failures.push({ identifier, sentence: error.message })
  }
}

/** @throws Refusal unavailable, bad-xml, not-processable where the repository refuses the request */
export async function runHarvest(
  services: Services,
  id: number,
  onProgress: HarvestProgress = () => {},
): Promise<HarvestReport> {
  const harvest = await repository.find(services.db, id)
  if (!harvest) throw new Refusal('not-found', `There is no harvest ${id}.`)
  const report: HarvestReport = { created: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0, failures: [] }
  let token = harvest.token ?? undefined
  let started = harvest.started ?? undefined
  let done = 0
  for (;;) {
    const { source, root } = await ask(
      harvest.baseUrl,
      token === undefined ? first(harvest) : { verb: 'ListRecords', resumptionToken: token },
      services.config.harvest,
    )
    const error = root.first('error')
    if (error) {
      const code = error.attribute('code')
      if (code === 'badResumptionToken' && token !== undefined) {
        // the repository has forgotten: what was taken before is taken again, and found unchanged
        token = undefined
        started = undefined
        await repository.note(services.db, id, { token: null, started: null })
        continue
      }
      if (code !== 'noRecordsMatch')
        throw new Refusal('not-processable', `${harvest.baseUrl}: ${code}: ${error.text}`)
    }
    started ??= root.first('responseDate')?.text ?? new Date().toISOString().replace(/\.\d+/, '')
    const list = root.first('ListRecords')
    const size = Number(list?.first('resumptionToken')?.attribute('completeListSize') ?? Number.NaN)
    for (const record of list?.all('record') ?? []) {
      await take(services, harvest, source, record, report)
      await onProgress(++done, Number.isFinite(size) ? size : undefined)
    }
    token = list?.first('resumptionToken')?.text || undefined
    if (token === undefined) break
    await repository.note(services.db, id, { token, started })
  }
  const { created, updated, unchanged, deleted, failed } = report
  await repository.note(services.db, id, {
    from: started,
    token: null,
    started: null,
    next: harvest.everyHours === null ? null : new Date(Date.now() + harvest.everyHours * 3_600_000),
    message: `${created} created, ${updated} updated, ${unchanged} unchanged, ${deleted} deleted, ${failed} failed`,
  })
  return report
}

const first = (harvest: Harvest): Record<string, string> => ({
  verb: 'ListRecords',
  metadataPrefix: harvest.metadataPrefix,
  ...(harvest.set === '' ? {} : { set: harvest.set }),
  ...(harvest.from === null ? {} : { from: harvest.from }),
})
