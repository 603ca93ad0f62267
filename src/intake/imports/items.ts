// The items of a batch, one after another: each is read, its files go into the archive, and it is stored, with its outcome.
import { documentLimits } from '../../config/document-limits.ts'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { type Domain, getDomain } from '../../catalogue/domains/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { getNode } from '../../catalogue/tree/index.ts'
import { type NotTaken, SharedReads, type SurveyedList } from '../deliveries/index.ts'
import { readDocument, type ReadDocument } from './documents.ts'
import { documentOfCatalogue } from './from-catalogue.ts'
import { failureOf, refusalOf } from './failure.ts'
import { FileFinder } from './files.ts'
import { type ImportSource, stageDocument } from './import-title.ts'
import { storeInTurn } from './in-turn.ts'
import { planOfManifest } from './plan-of-manifest.ts'
import type { Manifest } from './schemas.ts'
import type { ImportOptions, ImportReport } from './store-plan.ts'

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
  /** Its lists of titles, with what their columns are taken for */
  readonly lists?: readonly SurveyedList[] | undefined
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

export interface Item {
  /** A path, or an identifier in a catalogue */
  readonly source: string
  readonly options: BatchOptions
  /** What the batch as a whole was brought from; by itself the item */
  readonly from?: string | undefined
  /** Notes the outcome in the transaction of the title */
  readonly record?: ((trx: Db, report: ImportReport, checksum: string) => Promise<void>) | undefined
  /** Makes the domain in the transaction of a dry run */
  readonly makeDomain?: ((trx: Db) => Promise<Domain>) | undefined
  /** Called after each page, with how many are done of how many */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

export interface ItemResult<I extends Item = Item> {
  readonly item: I
  /** Undefined where it failed: then nothing was stored */
  readonly report: ImportReport | undefined
  readonly messages: readonly Message[]
  readonly checksum: string | undefined
}

async function documentOf(
  services: Services,
  { source, options }: Item,
  shared: SharedReads,
): Promise<ReadDocument> {
  const { manifest } = options
  const { catalogue, catalogueIds } = manifest
  if (catalogue !== undefined && catalogueIds !== undefined)
    return await documentOfCatalogue(
      services,
      { catalogue, identifier: source, isList: catalogueIds.length > 1 },
      manifest.type,
    )
  const document =
    manifest.path === undefined && manifest.delivery === undefined
      ? await documentOfManifest(services, options)
      : await readDocument(services, source, manifest, shared)
  // what came along with a request lay in no folder of the server
  return options.uploads !== undefined && document.origin === 'fileImport'
    ? { ...document, origin: 'vlmUpload' }
    : document
}

/** What is read for several items of a batch. */
interface Shared {
  readonly domains: Map<string | number, Domain>
  readonly reads: SharedReads
}

async function optionsOf(
  services: Services,
  item: Item,
  origin: ImportOptions['origin'],
  { domains }: Shared,
): Promise<ImportOptions> {
  const { manifest, actor, hasIdempotencyKey } = item.options
  const parent = manifest.parent === undefined ? undefined : await getNode(services.db, manifest.parent)
  if (manifest.domain === undefined && parent === undefined)
    throw new Refusal('bad-request', 'Send domain or parent.')
  const name = manifest.domain ?? (parent?.domainId as number)
  const domain = item.makeDomain ?? domains.get(name) ?? (await getDomain(services.db, name))
  if (typeof domain !== 'function') domains.set(name, domain)
  return {
    domain,
    parentId: manifest.parent,
    keepIds: manifest.keepIds,
    release: manifest.release,
    strict: manifest.strict,
    overwrite: manifest.overwrite,
    dryRun: manifest.dryRun,
    hasIdempotencyKey,
    origin,
    actor,
    source: item.from ?? item.source,
  }
}

/** An item, its document read and the files of it in the archive. */
async function readyItem<I extends Item>(services: Services, item: I, shared: Shared) {
  let document: ReadDocument | undefined
  try {
    document = await documentOf(services, item, shared.reads)
    const { name, plan, locate, notes, checksum, origin } = document
    const { record, onProgress } = item
    const source: ImportSource = {
      name,
      plan,
      locate,
      notes,
      ...(onProgress ? { onProgress } : {}),
      ...(record ? { record: (trx, report) => record(trx, report, checksum) } : {}),
    }
    const options = await optionsOf(services, item, origin, shared)
    return { item, document, staged: await stageDocument(services, source, options) }
  } catch (error) {
    return { item, document, staged: refusalOf(error) }
  }
}

/**
 * Runs items in their order; each is there when its result is given.
 * @param items are drawn as they are needed, some ahead of their results; where they end, what was drawn is still done
 * @throws what may pass: a database that is away, and the like
 */
export async function* runItems<I extends Item>(
  services: Services,
  items: AsyncIterable<I>,
): AsyncGenerator<ItemResult<I>> {
  const shared: Shared = { domains: new Map(), reads: new SharedReads() }
  const open = new Set<ReadDocument>()
  const ready = async function* () {
    for await (const item of items) {
      const read = await readyItem(services, item, shared)
      if (read.document) open.add(read.document)
      yield read
    }
  }
  const close = async (document: ReadDocument) => {
    open.delete(document)
    await document.discard?.()
  }
  try {
    for await (const { document: read, result } of storeInTurn(services, ready())) {
      const { item, document } = read
      if (document) await close(document)
      // a domain may be changed while a long batch runs
      shared.domains.clear()
      yield result instanceof Refusal || !result
        ? { item, report: undefined, messages: failureOf(result), checksum: undefined }
        : { item, report: result, messages: result.messages, checksum: document?.checksum }
    }
  } finally {
    for (const document of open) await close(document)
  }
}

/** Runs one item. */
export async function runItem(services: Services, item: Item): Promise<ItemResult> {
  const only = async function* () {
    yield item
  }
  for await (const result of runItems(services, only())) return result
  throw new Error('An item has a result.')
}
