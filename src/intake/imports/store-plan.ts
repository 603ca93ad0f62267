// Stores the plan of one document in the transaction it is given: titles, structure, pages, identifiers, texts and files, and a line of the log.
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { type Actor, type Db, raiseSequence } from '../../firebird/database.ts'
import { together } from '../../firebird/together.ts'
import type { Services } from '../../http/module.ts'
import { authorOf, requireOfAuthor } from '../../people/sessions/index.ts'
import { domainOption, type Domain } from '../../catalogue/domains/index.ts'
import { record as log } from '../../system/log/index.ts'
import { type ImportPlan, type PlannedItem, type PlannedTitle, titlesOf } from '../plans/index.ts'
import { parentOf, storeTitle, type Message, type Origin } from '../../catalogue/titles/index.ts'
import {
  getNode,
  type TreeTransaction,
  type Node,
  type Place,
  refreshTitles,
  sortStep,
} from '../../catalogue/tree/index.ts'
import type { Outcome } from './codes.ts'
import { columnsOf } from './columns.ts'
import { divIdentifier, TitleFinder } from './find-title.ts'
import type { Staged } from './stage.ts'
import { closeScope, openScope, type Scope } from './scope.ts'
import { storeFiles } from './store-files.ts'
import { storeItems } from './store-items.ts'

export interface ImportOptions {
  /** Or what makes it in the transaction: a dry run takes that back, too */
  readonly domain: Domain | ((trx: Db) => Promise<Domain>)
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

/** @param batch the operation's number */
export async function storePlan(
  trx: TreeTransaction,
  connection: FirebirdConnection,
  services: Services,
  staged: Staged,
  batch: number,
  options: ImportOptions & { readonly domain: Domain },
): Promise<ImportReport> {
  const { plan } = staged
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
  const [released, top, author] = await together(
    domainOption(services, trx, options.domain, 'import.release'),
    options.parentId === undefined ? Promise.resolve(undefined) : getNode(trx, options.parentId),
    authorOf(services, trx, options.actor.name),
  )
  const release = options.release ?? released === 'true'
  /** Of titles below which something may have come */
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
    totals.titles++
    finder.take(stored.id)
    if (hasPrimary ? title.isPrimary : title.children.length === 0) totals.lowest = stored.id
    if (stored.outcome === 'created') totals.created = true
    if (stored.outcome === 'updated') totals.changed = true
    const isWork = title.type.behavior === 'multi-part'
    const isScope =
      title.items.length > 0 || (!isWork && [...titlesOf([title])].some(each => each.items.length > 0))
    const scope = outer ?? (isScope ? await openScope(trx, services, node, title) : undefined)
    if (scope) {
      paths.push(node.path)
      if (title.areaKey !== undefined) scope.owners.set(title.areaKey, node.id)
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
    if (title.files && (title.files.length > 0 || stored.outcome !== 'created')) {
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
  if (paths.length > 0) await refreshTitles(trx, services.types, paths)
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
