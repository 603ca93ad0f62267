// A document comes in in two steps: its files into the archive, then one transaction with titles, structure, pages, identifiers and texts, and the
// outcome of its item. Documents without files can share a transaction.
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { inTreeTogether, type TreeTransaction } from '../../catalogue/tree/index.ts'
import type { Message } from '../../catalogue/titles/index.ts'
import { type ImportPlan, pagesOf, type PlannedTitle, titlesOf } from '../plans/index.ts'
import { enter } from './phases.ts'
import { type Locate, stage, type Staged } from './stage.ts'
import { type ImportOptions, type ImportReport, storePlan } from './store-plan.ts'
import { lockTitles } from './title-locks.ts'

/** Ends the transaction of a dry run with its report. */
class DryRun extends Error {
  readonly report: ImportReport
  constructor(report: ImportReport) {
    super('dry run')
    this.report = report
  }
}

export interface ImportSource {
  /** How the document is called in messages */
  readonly name: string
  readonly plan: ImportPlan
  readonly locate: Locate
  /** What is to be said of the files when they were looked for */
  readonly notes?: (() => readonly Message[]) | undefined
  /** Called after each page, with how many are done of how many */
  readonly onProgress?: (done: number, total: number) => void
  /** Writes the item's outcome in the transaction of the title */
  readonly record?: (trx: Db, report: ImportReport) => Promise<void>
}

/** A document whose files are in the archive already: what is left of it is rows. */
export interface StagedDocument {
  readonly source: ImportSource
  readonly options: ImportOptions
  readonly staged: Staged
}

/** @throws Refusal where the document is refused as a whole; files of it that were kept are strays then, which `check` removes */
export async function stageDocument(
  services: Services,
  source: ImportSource,
  options: ImportOptions,
): Promise<StagedDocument> {
  const { plan } = source
  enter('read', source.name)
  const fatal = plan.messages.find(message => message.level === 'error')
  if (fatal)
    throw new Refusal('not-processable', `${source.name}: ${fatal.sentence}`, { messages: plan.messages })
  requireIdentifiers(plan, options)
  const total = [...titlesOf(plan.titles)].reduce((sum, title) => sum + [...pagesOf(title.items)].length, 0)
  let done = 0
  const staged = await stage(services, plan, {
    domainId: options.dryRun || typeof options.domain === 'function' ? undefined : options.domain.id,
    source: source.name,
    locate: source.locate,
    notes: source.notes,
    dryRun: options.dryRun,
    refuseTransparent: options.strict || services.config.import.alpha === 'refuse',
    onFile: () => source.onProgress?.(++done, total),
  })
  if (options.strict && staged.faulty > 0) {
    const first = staged.messages.find(message => message.level !== 'info')
    throw new Refusal(
      'not-processable',
      `${staged.faulty} of ${total} pages have no usable master, and strict was asked for. ${first?.sentence ?? ''}`.trim(),
      { messages: staged.messages },
    )
  }
  return { source, options, staged }
}

/**
 * Stores documents in one transaction, each an operation of its own.
 * @param onBegin told the place of each document as its turn comes
 * @returns their reports, in their order
 * @throws Refusal where one of them is refused; then none was stored
 */
export async function storeDocuments(
  services: Services,
  documents: readonly StagedDocument[],
  onBegin: (at: number) => void = () => {},
): Promise<ImportReport[]> {
  const operations = documents.map(({ source, options, staged }, at) => ({
    actor: options.actor,
    work: async (trx: TreeTransaction, connection: FirebirdConnection, batch: number) => {
      onBegin(at)
      enter('insert', source.name)
      const domain = typeof options.domain === 'function' ? await options.domain(trx) : options.domain
      const report = await storePlan(trx, connection, services, staged, batch, { ...options, domain })
      if (options.dryRun) throw new DryRun(report)
      await source.record?.(trx, report)
      enter('commit', source.name)
      return report
    },
  }))
  const reports = await inTreeTogether(services, 'insert', operations, trx =>
    lockTitles(
      trx,
      documents.map(({ staged, options }) => ({ plan: staged.plan, parentId: options.parentId })),
    ),
  )
  for (const { source } of documents) enter('done', source.name)
  return reports
}

/** Stores one document, or takes back what a dry run would have stored. @throws Refusal where it is refused; then nothing was stored */
export async function storeDocument(services: Services, document: StagedDocument): Promise<ImportReport> {
  try {
    const [report] = await storeDocuments(services, [document])
    return report as ImportReport
  } catch (error) {
    if (error instanceof DryRun) return error.report
    throw error
  }
}

/** @throws Refusal where the document is refused as a whole; then nothing was stored */
export const importDocument = async (
  services: Services,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> => await storeDocument(services, await stageDocument(services, source, options))

/** A title without any identifier could not be found again: a repetition would make a second one (decision 11). */
function requireIdentifiers(plan: ImportPlan, options: ImportOptions): void {
  const has = ({ identifiers, record }: PlannedTitle) =>
    identifiers.length > 0 ||
    record?.mods.record !== undefined ||
    record?.mods.identifiers.some(identifier => identifier.scheme === 'urn')
  for (const title of plan.titles) {
    // a title known by name alone is found by what stands below it (decision 10c)
    const isFound = has(title) || (!title.record && [...titlesOf(title.children)].some(has))
    if (!isFound && !options.hasIdempotencyKey)
      throw new Refusal(
        'not-processable',
        `The title ‘${title.caption ?? title.record?.mods.title ?? title.type.name}’ has neither a VLS id, a recordIdentifier nor a URN, so a repetition would make a second one.`,
        title.record ? { line: title.record.line } : {},
      )
  }
}
