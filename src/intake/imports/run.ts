// Runs a batch: one item after another, each its own transaction with its outcome in it. A batch that was interrupted goes
// on with the items that have no outcome yet; an item that is done again finds its title and changes nothing.
import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { documentLimits } from '../../config/document-limits.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { JobHandler } from '../../jobs/runner.ts'
import { type FullDomain, getDomain } from '../../catalogue/domains/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { getNode } from '../../catalogue/tree/index.ts'
import type { NotTaken } from '../deliveries/index.ts'
import { readDocument, type ReadDocument } from './documents.ts'
import { addDeliveryItems, discardArchive, notTakenMessages } from './archives.ts'
import { documentOfCatalogue } from './from-catalogue.ts'
import { failureOf } from './failure.ts'
import { FileFinder } from './files.ts'
import { putAway } from './hot-folder.ts'
import { importDocument, type ImportOptions, type ImportReport } from './import-title.ts'
import { planOfManifest } from './plan-of-manifest.ts'
import * as repository from './repository.ts'
import type { Manifest } from './schemas.ts'

export interface BatchOptions {
  readonly manifest: Manifest
  readonly actor: Actor
  readonly hasIdempotencyKey: boolean
  /** Folder of uploaded files, removed when the batch is finished */
  readonly uploads?: string | undefined
  /** A ZIP that is unpacked when the job begins; the items are known then */
  readonly archive?: string | undefined
  /** What was taken from the hot folder: a file or folder that is put away when the batch is finished */
  readonly hot?: string | undefined
  /** What the delivery holds that is no part of a title */
  readonly notTaken?: readonly NotTaken[] | undefined
}

/** The document of a JSON manifest: its record, and its files among the uploads or below the import folder. */
async function documentOfManifest(services: Services, options: BatchOptions): Promise<ReadDocument> {
  const { manifest, uploads } = options
  const folder = uploads ?? services.config.path.import
  const finder = new FileFinder(folder)
  if (manifest.record !== undefined) {
    const path = finder.find({ href: manifest.record, use: '', id: 'record', media: 'text' })
    if (path === undefined)
      throw new Refusal('not-processable', `The record ${manifest.record} is not there.`)
    const document = await readDocument(services, path, manifest)
    if (!manifest.pages && !manifest.structure)
      return {
        ...document,
        locate: reference => finder.find(reference) ?? document.locate(reference),
        notes: () => [...finder.notes(), ...(document.notes?.() ?? [])],
      }
    const [title] = document.plan.titles
    return {
      ...document,
      plan: planOfManifest(manifest, title?.record, services.types),
      locate: reference => finder.find(reference),
      notes: () => finder.notes(),
    }
  }
  const records =
    manifest.mods === undefined
      ? []
      : await services.offload.run(
          'readMods',
          manifest.mods,
          manifest.mods,
          documentLimits(services.config, 'mods'),
        )
  if (records.length > 1) throw new Refusal('not-processable', 'mods must hold one record.')
  if (records.length === 0 && !manifest.identifiers?.length)
    throw new Refusal('not-processable', 'Send mods, record, or identifiers of a title.')
  return {
    name: 'manifest',
    plan: planOfManifest(manifest, records[0], services.types),
    locate: reference => finder.find(reference),
    notes: () => finder.notes(),
    checksum: '',
    origin: manifest.mods === undefined ? 'fileImport' : 'batchCatalogue',
  }
}

export interface ItemProgress {
  (source: string, done: number, total: number): void
}

/** Runs one item. @returns its report; nothing was stored where it failed */
export async function runItem(
  services: Services,
  batch: {
    readonly options: BatchOptions
    /** What the batch as a whole was brought from; by itself the item */
    readonly from?: string
    readonly record?: (trx: Db, report: ImportReport, checksum: string) => Promise<void>
    /** Makes the domain in the transaction of a dry run */
    readonly makeDomain?: ((trx: Db) => Promise<FullDomain>) | undefined
  },
  source: string,
  onProgress?: ItemProgress,
): Promise<{ report: ImportReport | undefined; messages: readonly Message[]; checksum: string | undefined }> {
  const { manifest, actor, hasIdempotencyKey } = batch.options
  let document: ReadDocument | undefined
  try {
    const parent = manifest.parent === undefined ? undefined : await getNode(services.db, manifest.parent)
    if (manifest.domain === undefined && parent === undefined)
      throw new Refusal('bad-request', 'Send domain or parent.')
    const domain =
      batch.makeDomain ?? (await getDomain(services.db, manifest.domain ?? (parent?.domainId as number)))
    const { catalogue, catalogueIds } = manifest
    document =
      catalogue !== undefined && catalogueIds !== undefined
        ? await documentOfCatalogue(
            services,
            { catalogue, identifier: source, isList: catalogueIds.length > 1 },
            manifest.type,
          )
        : manifest.path === undefined && manifest.delivery === undefined
          ? await documentOfManifest(services, batch.options)
          : await readDocument(services, source, manifest)
    const options: ImportOptions = {
      domain,
      parentId: manifest.parent,
      keepIds: manifest.keepIds,
      release: manifest.release,
      strict: manifest.strict,
      overwrite: manifest.overwrite,
      dryRun: manifest.dryRun,
      hasIdempotencyKey,
      origin: document.origin,
      actor,
      source: batch.from ?? source,
    }
    const { record } = batch
    const { checksum } = document
    const report = await importDocument(
      services,
      {
        name: document.name,
        plan: document.plan,
        locate: document.locate,
        notes: document.notes,
        ...(onProgress ? { onProgress: (done, total) => onProgress(source, done, total) } : {}),
        ...(record ? { record: (trx, result) => record(trx, result, checksum) } : {}),
      },
      options,
    )
    return { report, messages: report.messages, checksum }
  } catch (error) {
    return { report: undefined, messages: failureOf(error), checksum: undefined }
  } finally {
    await document?.discard?.()
  }
}

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
  for (const item of waiting) {
    // what belongs to no title is told with the first
    const isFirst = item.id === items[0]?.id
    const record = (trx: Db, report: ImportReport, checksum: string) =>
      repository.setItem(trx, item.id, {
        outcome: report.outcome,
        titleId: report.titleId,
        checksum,
        messages: isFirst ? [...report.messages, ...leftOut] : report.messages,
      })
    const { report, messages, checksum } = await runItem(
      services,
      { options, record, from: batch.source },
      item.source,
    )
    // a failed or dry item has no transaction of its own to be noted in
    if (!report || options.manifest.dryRun)
      await repository.setItem(services.db, item.id, {
        outcome: report?.outcome ?? 'failed',
        titleId: report?.titleId,
        checksum,
        messages: isFirst ? [...messages, ...leftOut] : messages,
      })
    await context.progress(++done, items.length)
    if (options.manifest.catalogue !== undefined && done < items.length)
      await pause(services.config.catalogue.pause)
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
