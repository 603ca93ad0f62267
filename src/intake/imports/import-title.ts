// One document = one transaction: titles, structure, pages, identifiers and texts, and the outcome of its item.
import { Refusal } from '../../errors.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Actor, type Db, raiseSequence, setContext } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { authorOf, requireOfAuthor } from '../../people/sessions/index.ts'
import { domainOption, type FullDomain } from '../../catalogue/domains/index.ts'
import { nextBatch, record as log } from '../../system/log/index.ts'
import { type ImportPlan, pagesOf, type PlannedItem, type PlannedTitle, titlesOf } from '../plans/index.ts'
import { parentOf, storeTitle, type Message, type Origin } from '../../catalogue/titles/index.ts'
import {
  getNode,
  inTree,
  type TreeTransaction,
  type Node,
  type Place,
  refreshTitles,
  sortStep,
} from '../../catalogue/tree/index.ts'
import type { Outcome } from './codes.ts'
import { columnsOf } from './columns.ts'
import { enter } from './phases.ts'
import { divIdentifier, TitleFinder } from './find-title.ts'
import { type Locate, stage, type Staged } from './stage.ts'
import { closeScope, openScope, type Scope } from './scope.ts'
import { storeFiles } from './store-files.ts'
import { storeItems } from './store-items.ts'
import { lockTitles } from './title-locks.ts'

export interface ImportOptions {
  /** Or what makes it in the transaction: a dry run takes that back, too */
  readonly domain: FullDomain | ((trx: Db) => Promise<FullDomain>)
  readonly parentId: number | undefined
  readonly keepIds: boolean
  readonly release: boolean | undefined
  readonly strict: boolean
  readonly overwrite: boolean
  readonly dryRun: boolean
  readonly hasIdempotencyKey: boolean
  readonly origin: Origin
  readonly actor: Actor
  /** Where the document was brought from: a delivery, a repository, a catalogue */
  readonly source?: string | undefined
}

export interface ImportReport {
  readonly outcome: Outcome
  /** What the document is about; undefined when nothing was stored */
  readonly titleId: number | undefined
  readonly messages: readonly Message[]
  readonly counts: {
    readonly titles: number
    readonly structures: number
    readonly pages: number
    readonly masters: number
    readonly texts: number
    readonly links: number
    /** Further files of titles */
    readonly files: number
    /** Pages whose scan is named and not there, or was refused */
    readonly missing: number
  }
}

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

/** @throws Refusal where the document is refused as a whole; then nothing was stored */
export async function importDocument(
  services: Services,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> {
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
  enter('insert', source.name)
  try {
    const report = await inTree(
      services,
      { lock: 'insert', actor: options.actor },
      async (trx, connection) => {
        const domain = typeof options.domain === 'function' ? await options.domain(trx) : options.domain
        await lockTitles(trx, plan, options.parentId)
        const result = await store(trx, connection, services, staged.plan, staged, { ...options, domain })
        if (options.dryRun) throw new DryRun(result)
        await source.record?.(trx, result)
        enter('commit', source.name)
        return result
      },
    )
    enter('done', source.name)
    return report
  } catch (error) {
    if (error instanceof DryRun) return error.report
    throw error
  }
}

/** Ids that the plan wants to keep. */
function keptIds(plan: ImportPlan): number[] {
  const below = (items: readonly PlannedItem[]): (number | undefined)[] =>
    items.flatMap(item =>
      item.kind === 'link' || item.kind === 'part'
        ? []
        : item.kind === 'page'
          ? [item.keepId]
          : [item.keepId, ...below(item.children)],
    )
  return [...titlesOf(plan.titles)]
    .flatMap(title => [title.keepId, ...below(title.items)])
    .filter(id => id !== undefined)
}

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
        `The title ‘${title.caption ?? title.type.name}’ has neither a VLS id, a recordIdentifier nor a URN, so a repetition would make a second one.`,
        title.record ? { line: title.record.line } : {},
      )
  }
}

/** A title known by its number alone stands where it says; issues stand by their days. */
const placeOfStub = ({ record, order, day, type }: PlannedTitle): Place | undefined =>
  record || order === undefined || day !== undefined || type.name === 'issue'
    ? undefined
    : { sort: order * sortStep }

interface Totals {
  titles: number
  structures: number
  pages: number
  masters: number
  texts: number
  links: number
  files: number
  created: boolean
  changed: boolean
  lowest: number | undefined
}

async function store(
  trx: TreeTransaction,
  connection: FirebirdConnection,
  services: Services,
  plan: ImportPlan,
  staged: Staged,
  options: ImportOptions & { readonly domain: FullDomain },
): Promise<ImportReport> {
  const batch = await nextBatch(trx)
  await setContext(trx, { actor: options.actor, batch })
  const messages: Message[] = [...plan.messages, ...staged.messages]
  const totals: Totals = {
    titles: 0,
    structures: 0,
    pages: 0,
    masters: 0,
    texts: 0,
    links: 0,
    files: 0,
    created: false,
    changed: false,
    lowest: undefined,
  }
  const release =
    options.release ?? (await domainOption(services, trx, options.domain, 'import.release')) === 'true'
  const top = options.parentId === undefined ? undefined : await getNode(trx, options.parentId)
  const author = await authorOf(services, trx, options.actor.name)
  const paths: string[] = []

  if (options.keepIds) await raiseSequence(trx, 'OPR_Tree_SEQ', keptIds(plan))
  const finder = new TitleFinder(trx, services, options.domain.id)
  const hasPrimary = [...titlesOf(plan.titles)].some(title => title.isPrimary)
  const places = new Map<PlannedTitle, Place>()
  const visit = async (
    title: PlannedTitle,
    parent: Node | undefined,
    anchorId?: number,
    outer?: Scope,
  ): Promise<void> => {
    const above =
      parent ??
      (title.record
        ? await parentOf(trx, services, options.domain, title.record.mods, title.type, author)
        : undefined)
    const stored = await storeTitle(trx, services, {
      domain: options.domain,
      parent: above,
      type: title.type,
      record: title.record,
      caption: title.caption,
      identifiers: [
        ...title.identifiers,
        ...(title.divId !== undefined && anchorId !== undefined
          ? [divIdentifier(anchorId, title.divId)]
          : []),
      ],
      place: places.get(title) ?? placeOfStub(title),
      day: title.day,
      otherwise: () => finder.find(title, above, anchorId),
      origin: options.origin,
      keepId: options.keepIds ? title.keepId : undefined,
      released: release && (above === undefined || above.state === 1),
      overwrite: options.overwrite,
      columns: columnsOf(title),
      author,
    })
    messages.push(...stored.messages)
    const node = await getNode(trx, stored.id)
    paths.push(node.path)
    totals.titles++
    finder.take(stored.id)
    if (hasPrimary ? title.isPrimary : title.children.length === 0) totals.lowest = stored.id
    if (stored.outcome === 'created') totals.created = true
    if (stored.outcome === 'updated') totals.changed = true
    const isWork = title.type.behavior === 'multi-part'
    const scope =
      outer ?? (isWork && title.items.length === 0 ? undefined : await openScope(trx, services, node, title))
    if (scope && title.areaKey !== undefined) scope.owners.set(title.areaKey, node.id)
    if (scope) {
      const below = await storeItems(trx, connection, services, node, title.items, staged.pages, {
        keepIds: options.keepIds,
        scope,
        places,
      })
      messages.push(...below.messages)
      totals.structures += below.structures
      totals.pages += below.pages
      totals.masters += below.masters
      totals.texts += below.texts
      if (below.changed) totals.changed = true
    }
    if (title.files) {
      const stored = await storeFiles(trx, node.id, title.files, staged.files)
      messages.push(...stored.messages)
      totals.files += stored.files
      if (stored.changed) totals.changed = true
    }
    for (const child of title.children)
      await visit(child, node, title.divId === undefined ? stored.id : anchorId, isWork ? undefined : scope)
    if (scope && scope !== outer) {
      const closed = await closeScope(trx, connection, services, scope)
      messages.push(...closed.messages)
      totals.links += closed.links
      if (closed.stored > 0) totals.changed = true
    }
  }
  for (const title of plan.titles) await visit(title, top)
  await refreshTitles(trx, services.types, paths)
  // a record changes the title that its identifiers stand for, wherever in the domain that is
  await requireOfAuthor(services, trx, options.actor.name, 'import')
  const { created, changed, lowest, ...counts } = totals
  const isWhole =
    staged.faulty === 0 && !staged.messages.some(({ code }) => code === 'bad-text' || code === 'bad-file')
  const outcome: Outcome =
    !isWhole && (created || changed) ? 'partial' : created ? 'created' : changed ? 'updated' : 'unchanged'
  if (outcome !== 'unchanged')
    await log(trx, {
      entity: 'title',
      entityId: lowest,
      action: 'import',
      batch,
      actor: options.actor,
      data: { outcome, source: options.source, ...counts },
    })
  return {
    outcome,
    titleId: options.dryRun ? undefined : lowest,
    messages,
    counts: { ...counts, missing: staged.faulty },
  }
}
