// A record of a harvest: read, with its files in the archive, ready to be stored; and what follows from a deletion.
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { requireTitle } from '../../formats/mods/read.ts'
import type { HarvestedPrefix } from '../../formats/oai-pmh/harvested.ts'
import type { XmlElement } from '../../formats/xml/read.ts'
import type { Services } from '../../http/module.ts'
import { getDomain } from '../../catalogue/domains/index.ts'
import {
  type ImportOptions,
  type ImportReport,
  type Locate,
  refusalOf,
  stageDocument,
  type StagedDocument,
} from '../imports/index.ts'
import type { ImportPlan } from '../plans/index.ts'
import { nextBatch } from '../../system/log/index.ts'
import { identifiers } from '../../catalogue/titles/index.ts'
import { binNodes, findNode, inTree, restoreNodes } from '../../catalogue/tree/index.ts'
import { planOfRecord } from './records.ts'
import type { Harvest } from './repository.ts'

/** How records are taken by who has more to do with them than to keep up with a repository. */
export interface HarvestWay {
  /** Where records go: a domain, or what makes it, in the transaction of a record that a dry run takes back */
  readonly domain: ImportOptions['domain']
  readonly keepIds: boolean
  readonly dryRun: boolean
  readonly actor: Actor
  /** What to make of a record, and where its files lie meanwhile */
  readonly prepare: (plan: ImportPlan, identifier: string) => Promise<PreparedRecord>
  readonly onTaken: (identifier: string, plan: ImportPlan, report: ImportReport) => Promise<void>
  readonly isStopped: () => boolean
}
export interface PreparedRecord {
  readonly plan: ImportPlan
  readonly locate: Locate
  readonly discard: () => Promise<void>
}

/** Follows a deletion: what was harvested goes into the bin. @returns whether there was anything */
export async function follow(services: Services, harvest: Harvest, identifier: string): Promise<boolean> {
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
  const binned = async (db: Db) => {
    const [holder] = await identifiers.holders(db, { scheme: 'oai', value: identifier }, harvest.domainId)
    const node = holder && (await findNode(db, holder.nodeId))
    return node?.delState === 1 ? node.id : undefined
  }
  // whoever restores keeps all others from inserting, so it is looked before
  if ((await binned(services.db)) === undefined) return
  const actor = { name: 'harvest', application: 'harvest', reason: identifier.slice(0, 250) }
  await inTree(services, { lock: 'move', actor }, async trx => {
    const id = await binned(trx)
    if (id !== undefined)
      await restoreNodes(trx, services.types, { ids: [id] }, { batch: await nextBatch(trx), dryRun: false })
  })
}

/** A record of a list. */
export interface Harvested {
  readonly identifier: string
  readonly isDeleted: boolean
  readonly plan?: ImportPlan | undefined
  readonly prepared?: PreparedRecord | undefined
  /** Undefined: there is nothing to store */
  readonly staged: StagedDocument | Refusal | undefined
}

/** Reads a record, and brings its files into the archive. @throws what the record is not to blame for */
export async function readRecord(
  services: Services,
  harvest: Harvest,
  source: string,
  record: XmlElement,
  way?: HarvestWay,
): Promise<Harvested> {
  const header = record.first('header')
  const identifier = header?.first('identifier')?.text ?? ''
  const isDeleted = header?.attribute('status') === 'deleted'
  if (isDeleted) return { identifier, isDeleted, staged: undefined }
  // it could not be found again, nor deleted
  if (identifier === '')
    return {
      identifier,
      isDeleted,
      staged: new Refusal('not-processable', 'Its header has no identifier.'),
    }
  let prepared: PreparedRecord | undefined
  try {
    const read = planOfRecord(services, source, record, harvest.metadataPrefix as HarvestedPrefix, identifier)
    prepared = await way?.prepare(read, identifier)
    const plan = prepared?.plan ?? read
    for (const title of plan.titles)
      if (title.record && title.caption === undefined) requireTitle(title.record, `The record ${identifier}`)
    if (!way?.dryRun) await bringBack(services, harvest, identifier)
    const staged = await stageDocument(
      services,
      { name: identifier, plan, locate: prepared?.locate ?? (() => undefined) },
      {
        domain: way?.domain ?? (await getDomain(services.db, harvest.domainId)),
        parentId: undefined,
        keepIds: way?.keepIds ?? false,
        release: harvest.release === 1,
        strict: false,
        overwrite: false,
        dryRun: way?.dryRun ?? false,
        hasIdempotencyKey: false,
        origin: 'oaiHarvest',
        source: harvest.baseUrl,
        actor: way?.actor ?? {
          name: 'harvest',
          application: 'harvest',
          reason: identifier.slice(0, 250),
        },
      },
    )
    return { identifier, isDeleted, plan, prepared, staged }
  } catch (error) {
    // what the record itself is to blame for; a database that is away ends the run, which goes on later
    if (error instanceof FirebirdFault) throw error
    return { identifier, isDeleted, prepared, staged: refusalOf(error) }
  }
}
