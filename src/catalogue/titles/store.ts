// Stores a record as a title: finds the title it stands for, creates or updates it, draws its fields and identifiers.
// Used by POST /titles and by every import, always inside the caller's transaction.
import { Refusal } from '../../errors.ts'
import type { NodeType } from '../../config/types.ts'
import type { Db } from '../../firebird/database.ts'
import { together } from '../../firebird/together.ts'
import { type Mods, type ModsRecord, sortKey } from '../../formats/mods/read.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { domainOption, type Domain } from '../domains/index.ts'
import { getNode, type Node, type Place, place, rename, type TreeTransaction } from '../tree/index.ts'
import { requireHoldersShown, requireShown } from './shown.ts'
import { type Origin, origins } from './codes.ts'
import * as identifiers from './identifiers.ts'
import { recordValue } from './identifiers.ts'
import { sortOrders } from './sorting.ts'
import { delivererAt } from './deliverers.ts'
import { cut, drawFields, fieldsOfStub } from './drawn-fields.ts'
import { placeOf } from './placing.ts'
import * as fieldRows from './field-rows.ts'
import * as repository from './repository.ts'
import type { ContentFields } from './repository.ts'

export interface Message {
  readonly level: 'info' | 'warning' | 'error'
  /** Short constant for programs */
  readonly code: string
  readonly sentence: string
  /** Page, file or line that it is about */
  readonly place?: string | undefined
}

export interface TitleInput {
  readonly domain: Domain
  readonly parent: Node | undefined
  readonly type: NodeType
  readonly record: ModsRecord | undefined
  readonly caption: string | undefined
  /** Beside those of the record: VLS id, URN of the METS div … */
  readonly identifiers: readonly identifiers.NewIdentifier[]
  readonly origin: Origin
  readonly keepId?: number | undefined
  readonly released?: boolean | undefined
  /** Replace a record that was edited here */
  readonly overwrite?: boolean | undefined
  /** Further columns that the source tells */
  readonly columns?: ContentFields
  readonly place?: Place | undefined
  /** Day of an issue or year of a volume, where there is no record to tell it */
  readonly day?: string | undefined
  /** For whom it is stored: what is not shown to them is no title that they can be told of; undefined: the operator, programs */
  readonly author?: Principal | undefined
  /** How the title is found where none of its identifiers is known */
  readonly otherwise?: (() => Promise<number | undefined>) | undefined
}

export interface StoredTitle {
  readonly id: number
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly messages: readonly Message[]
}

/** Identifiers under which the title of a record is found again. */
export function identifiersOf(mods: Mods | undefined): identifiers.NewIdentifier[] {
  if (!mods) return []
  return [
    ...(mods.record ? [{ scheme: 'record', value: recordValue(mods.record) }] : []),
    ...mods.identifiers,
  ]
}

/** Columns that follow from the record, less those that a person set (decision 12). */
export function columnsOf(
  input: Pick<TitleInput, 'record' | 'columns' | 'identifiers'>,
  manual: ReadonlySet<string>,
): ContentFields {
  const mods = input.record?.mods
  // a stub is called by what the record below it names its host
  const host = input.record ? undefined : input.identifiers.find(({ scheme }) => scheme === 'record')
  const sourceIdent = mods?.record?.value ?? host?.value.replace(/@[^@]*$/, '')
  const drawn: ContentFields = {
    ...(sourceIdent === undefined ? {} : { sourceIdent: cut(sourceIdent, 250) }),
    ...(mods?.shelfLocator ? { signature: cut(mods.shelfLocator, 500) } : {}),
    ...(mods?.physicalLocation ? { physicalLocation: cut(mods.physicalLocation, 500) } : {}),
    ...(mods?.itemIdentifier ? { mediaNumber: cut(mods.itemIdentifier, 250) } : {}),
    ...(mods?.pageCount === undefined ? {} : { pageCount: mods.pageCount }),
    ...input.columns,
  }
  return Object.fromEntries(Object.entries(drawn).filter(([name]) => !manual.has(name)))
}

export const captionOf = (input: Pick<TitleInput, 'caption' | 'record' | 'type'>): string => {
  const mods = input.record?.mods
  return input.caption ?? mods?.title ?? mods?.volume ?? mods?.issue ?? mods?.issueDate ?? input.type.de
}

/** @param holders of its identifiers, where the title belongs to the domain in which they were looked for */
async function create(
  trx: TreeTransaction,
  services: Services,
  input: TitleInput,
  node: Omit<NamedNode, 'id'>,
  messages: Message[],
  holders: identifiers.Holders | undefined,
): Promise<number> {
  if (input.keepId !== undefined) {
    const holder = await getNode(trx, input.keepId).catch(() => undefined)
    if (holder) await requireShown(trx, input.author, holder.id, `The id ${input.keepId}`)
    if (holder)
      throw new Refusal(
        'conflict',
        `The id ${input.keepId} is taken by ‘${holder.caption ?? ''}’ (${holder.path}).`,
        { holder: holder.id },
      )
  }
  const { parent, record } = input
  const [id, owner, delivererId] = await together(
    place(trx, services.types, {
      domainId: input.domain.id,
      parent,
      type: input.type,
      caption: node.caption,
      place: placeOf(input),
      released: input.released ?? false,
      id: input.keepId,
    }),
    domainOption(services, trx, input.domain, 'rights.owner'),
    parent ? delivererAt(trx, services.types, parent) : Promise.resolve(undefined),
  )
  const content = repository.insert(trx, id, {
    ...(owner === '' ? {} : { owner }),
    ...(delivererId === undefined ? {} : { delivererId }),
    ...columnsOf(input, new Set()),
    xml: record?.xml ?? null,
    xmlOrigin: origins.of(record ? input.origin : 'fromStructure'),
  })
  const drawn = record
    ? derive(trx, services, { ...node, id }, record, messages, holders)
    : fieldRows.storeFields(trx, id, fieldsOfStub(input.day, node.caption), sortOrders(services))
  await together(content, drawn)
  return id
}

interface NamedNode {
  readonly id: number
  readonly domainId: number
  readonly caption: string
}

/**
 * Draws fields and identifiers of a stored record anew.
 * @param holders of its identifiers, where the title is new and has none
 */
async function derive(
  trx: Db,
  services: Services,
  node: { id: number; domainId: number; caption: string | null },
  record: ModsRecord,
  messages: Message[],
  holders?: identifiers.Holders,
): Promise<void> {
  const own = identifiersOf(record.mods)
  const [, taken] = await together(
    fieldRows.storeFields(trx, node.id, drawFields(record.mods, node.caption), sortOrders(services)),
    holders
      ? identifiers.addFree(trx, node, own, 'mods', holders)
      : identifiers.replaceOfSource(trx, node, own, 'mods'),
  )
  for (const identifier of taken) {
    if (identifier.scheme === 'record')
      throw new Refusal(
        'conflict',
        `Another title of the domain has the record identifier ${identifier.value}.`,
      )
    messages.push(takenMessage(identifier))
  }
}

export const takenMessage = ({ scheme, value }: identifiers.NewIdentifier): Message => ({
  level: 'warning',
  code: 'identifier-taken',
  sentence: `Another node of the domain carries ${scheme} ${value}; it was not added.`,
})

/** Whether two titles have no word in common: then an identifier that stands for none was perhaps given twice. */
function isOfAnother(before: string | null, after: string | null): boolean {
  const words = (text: string | null) =>
    sortKey(text ?? '')
      .split(' ')
      .filter(word => word.length > 3)
  const known = new Set(words(before))
  return known.size > 0 && words(after).length > 0 && !words(after).some(word => known.has(word))
}

async function update(
  trx: Db,
  services: Services,
  input: TitleInput,
  title: repository.Title,
  messages: Message[],
): Promise<'updated' | 'unchanged'> {
  if (title.delState === 1)
    throw new Refusal(
      'conflict',
      `Title ${title.id} (‘${title.caption ?? ''}’) is in the bin; restore or purge it first.`,
    )
  if (input.parent && title.parentId !== input.parent.id)
    messages.push({
      level: 'warning',
      code: 'parent-differs',
      sentence: `Title ${title.id} stands below node ${title.parentId ?? 'none'}, not below node ${input.parent.id}; it was not moved.`,
    })
  const manual = new Set((title.manual ?? '').split(',').filter(name => name !== ''))
  const { record } = input
  const stored = await repository.mods(trx, title.id)
  const isSame = record === undefined || stored?.xml === record.xml
  const isEdited = stored?.origin === origins.of('edited') || stored?.origin === origins.of('form')
  let replaces = !isSame
  if (replaces && isEdited && !input.overwrite) {
    replaces = false
    messages.push({
      level: 'warning',
      code: 'edited-kept',
      sentence: `The record of title ${title.id} was edited here and was kept; send overwrite to replace it.`,
    })
  }
  const columns = columnsOf(input, manual)
  const differs = Object.entries(columns).some(
    ([name, value]) => (title as Record<string, unknown>)[name] !== value,
  )
  if (replaces || differs)
    await repository.update(trx, title.id, {
      ...columns,
      ...(replaces && record ? { xml: record.xml, xmlOrigin: origins.of(input.origin) } : {}),
    })
  const caption = captionOf(input)
  if (replaces && record && isOfAnother(title.caption, caption))
    messages.push({
      level: 'warning',
      code: 'title-replaced',
      sentence: `Title ${title.id} was ‘${title.caption}’ and is ‘${caption}’ now, because both have the identifier ${identifiersOf(record.mods)[0]?.value ?? ''}; where that is none of its own, undo the import and give the record one.`,
    })
  if (replaces && caption !== title.caption && !manual.has('caption')) await rename(trx, title.id, caption)
  if (replaces && record) await derive(trx, services, title, record, messages)
  return replaces || differs ? 'updated' : 'unchanged'
}

/**
 * Creates or updates the title that a record stands for.
 * @throws Refusal ambiguous, conflict (id taken, title in the bin, record identifier of another title), not-processable
 */
export async function storeTitle(
  trx: TreeTransaction,
  services: Services,
  input: TitleInput,
): Promise<StoredTitle> {
  const messages: Message[] = []
  const own = [...input.identifiers, ...identifiersOf(input.record?.mods)]
  const holders = await identifiers.holdersOf(trx, input.domain.id, own)
  const { author } = input
  if (author) await requireHoldersShown(trx, author, own, holders)
  const matched = identifiers.match(own, holders) ?? (await input.otherwise?.())
  if (matched !== undefined) await requireShown(trx, author, matched, 'The place of the record')
  const existing = matched === undefined ? undefined : await repository.find(trx, matched)
  if (matched !== undefined && !existing)
    throw new Refusal('conflict', `Node ${matched} carries an identifier of the record but is no title.`)
  const outcome = existing ? await update(trx, services, input, existing, messages) : 'created'
  const named = {
    domainId: input.parent?.domainId ?? existing?.domainId ?? input.domain.id,
    caption: captionOf(input),
  }
  const known = named.domainId === input.domain.id ? holders : undefined
  const id = existing?.id ?? (await create(trx, services, input, named, messages, known))
  const node = { ...named, id }
  if (input.identifiers.length > 0) {
    const now =
      known && !existing
        ? identifiers.withAdded(known, id, identifiersOf(input.record?.mods))
        : await identifiers.holdersOf(trx, node.domainId, input.identifiers)
    for (const identifier of await identifiers.addFree(trx, node, input.identifiers, 'import', now))
      // a document may describe several titles: its address is that of the first
      if (identifier.scheme !== 'mptr') messages.push(takenMessage(identifier))
  }
  return { id, outcome, messages }
}

/** Replaces the MODS of a title: a new version, fields and identifiers drawn anew; what a person set stays. */
export async function replaceMods(
  trx: Db,
  services: Services,
  title: repository.Title,
  record: ModsRecord,
  origin: Origin,
  columns: ContentFields = {},
): Promise<Message[]> {
  const messages: Message[] = []
  const manual = new Set((title.manual ?? '').split(',').filter(name => name !== ''))
  const { mods } = record
  await repository.update(trx, title.id, {
    ...columnsOf({ record, columns, identifiers: [] }, manual),
    xml: record.xml,
    xmlOrigin: origins.of(origin),
  })
  const caption = mods.title ?? title.caption
  if (!manual.has('caption') && caption !== title.caption) await rename(trx, title.id, caption)
  await derive(trx, services, { id: title.id, domainId: title.domainId, caption }, record, messages)
  return messages
}
