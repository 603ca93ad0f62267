// POST /titles: MODS records, one or a collection, or fields from which a record is written. All records of one request
// are one transaction.
import { tableOf } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { NodeType, TypeSystem } from '../../config/types.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { type Mods, type ModsRecord, requireTitle } from '../../formats/mods/read.ts'
import type { Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import type { Domain } from '../domains/index.ts'
import { recordMany } from '../../system/log/index.ts'
import { getNode, type Node, type TreeTransaction } from '../tree/index.ts'
import type { Origin } from './codes.ts'
import * as identifiers from './identifiers.ts'
import { recordValue } from './identifiers.ts'
import { requireShown } from './shown.ts'
import { identifiersOf, type Message, storeTitle, type TitleInput } from './store.ts'
import { isNew, type NewTitle, type NewTitleInput, storeNew } from './store-new.ts'

/** Kinds of resources of MODS that are types of their own. */
const resources: Readonly<Record<string, string>> = tableOf({
  'still image': 'image',
  cartographic: 'map',
  'notated music': 'musical_notation',
})

const isOfSeveral = ({ issuance = '' }: Mods): boolean =>
  ['continuing', 'serial', 'multipart monograph'].includes(issuance)

/** The type that a record speaks of, where the request names none. */
export function guessType(types: TypeSystem, mods: Mods): NodeType {
  const genre = mods.genre?.toLowerCase() ?? ''
  const find = (name: string) => types.find('title', name)
  const direct = find(genre.replaceAll(' ', '_'))
  if (direct) return direct
  const byGenre = types.all.find(
    type => type.datatype === 'title' && type.genre !== '' && type.genre === genre,
  )
  if (byGenre) return byGenre
  if (/newspaper|zeitung/.test(genre)) return types.get('title', 'newspaper')
  if (/journal|periodical|zeitschrift|serial/.test(genre))
    return types.get('title', mods.host ? 'article' : 'periodical')
  if (mods.host && mods.issue !== undefined) return types.get('title', 'issue')
  const resource =
    resources[mods.typeOfResource?.toLowerCase() ?? ''] ?? (mods.isManuscript ? 'manuscript' : undefined)
  // a volume of scores is a volume, a photograph of a collection is none
  if (resource !== undefined && (mods.host ? mods.volume === undefined : !isOfSeveral(mods)))
    return types.get('title', resource)
  if (mods.host) return types.get('title', 'volume')
  if (mods.issuance === 'continuing' || mods.issuance === 'serial') return types.get('title', 'periodical')
  if (mods.issuance === 'multipart monograph') return types.get('title', 'multivolume_work')
  return types.get('title', 'monograph')
}

/** Type of the stub that stands for a parent known only by name. */
const parentTypeOf = (types: TypeSystem, child: NodeType): NodeType => {
  if (child.name === 'issue' || child.name === 'year') return types.get('title', 'newspaper')
  if (child.name === 'article') return types.get('title', 'periodical')
  return types.get('title', 'multivolume_work')
}

/** Identifiers by which the title above is found. */
const hostOf = ({ host }: Mods): identifiers.NewIdentifier[] => [
  ...(host?.record ? [{ scheme: 'record', value: recordValue(host.record) }] : []),
  ...(host?.identifiers ?? []).filter(identifier => identifier.scheme === 'urn'),
]

/** The title above, as the record names it: found by its identifiers, else a stub (origin 11) that a later record completes. */
export async function parentOf(
  trx: TreeTransaction,
  services: Services,
  domain: Domain,
  mods: Mods,
  type: NodeType,
  author: Principal | undefined,
): Promise<Node | undefined> {
  const { host } = mods
  if (!host || (!host.record && host.identifiers.length === 0 && !host.title)) return undefined
  const known = hostOf(mods)
  // without any identifier it could not be found again, and every volume would make a parent of its own
  if (known.length === 0) return undefined
  const found = identifiers.match(known, await identifiers.holdersOf(trx, domain.id, known))
  if (found !== undefined) {
    await requireShown(trx, author, found, 'The identifier of the title above')
    return await getNode(trx, found)
  }
  const stub = await storeTitle(trx, services, {
    domain,
    parent: undefined,
    type: parentTypeOf(services.types, type),
    record: undefined,
    caption: host.title,
    identifiers: known,
    origin: 'fromStructure',
  })
  return await getNode(trx, stub.id)
}

export interface PostOptions {
  readonly domain: Domain
  readonly parent: Node | undefined
  readonly type: string | undefined
  readonly origin: Origin
  readonly released: boolean
  readonly overwrite: boolean
  /** Repeating a record without identifier makes a second title unless the request itself is idempotent (decision 11) */
  readonly hasIdempotencyKey: boolean
  /** Undefined: the operator */
  readonly author?: Principal | undefined
}

export interface PostItem {
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly id: number
  /** Where it stands; null at the top of its domain */
  readonly parentId: number | null
  readonly title: string | null
  readonly record: string | null
  readonly messages: readonly Message[]
}

/** So many new titles are written at once */
const mostAtOnce = 500

/** @throws Refusal where a repetition of the record would not be known as one */
function requireKnownAgain({ mods, line }: ModsRecord, name: string): void {
  if (mods.record || mods.identifiers.some(identifier => identifier.scheme === 'urn')) return
  throw new Refusal(
    'not-processable',
    `${name} has neither recordInfo/recordIdentifier nor a URN, so a repetition would make a second title; add one, or send an Idempotency-Key.`,
    { line },
  )
}

/**
 * Stores records as titles, in their order. Those that stand for no title yet and name none above them are written together.
 * @throws as storeTitle, and for a record without a title, or without an identifier that it is known again by
 */
export async function postRecords(
  trx: TreeTransaction,
  services: Services,
  records: readonly ModsRecord[],
  options: PostOptions,
): Promise<PostItem[]> {
  const { domain, author } = options
  for (const [at, record] of records.entries()) {
    const name = records.length === 1 ? 'The MODS record' : `MODS record ${at + 1} of ${records.length}`
    requireTitle(record, name)
    if (!options.hasIdempotencyKey) requireKnownAgain(record, name)
  }
  const items: PostItem[] = []
  const itemOf = (input: TitleInput, stored: Omit<PostItem, 'parentId' | 'title' | 'record'>): PostItem => {
    const mods = input.record?.mods
    return {
      ...stored,
      parentId: input.parent?.id ?? null,
      title: mods?.title ?? null,
      record: mods?.record ? recordValue(mods.record) : null,
    }
  }
  const holders = await identifiers.holdersOf(
    trx,
    domain.id,
    records.flatMap(({ mods }) => identifiersOf(mods)),
  )
  // an update may take identifiers off a title: from then on each record asks for itself
  let areKnown = true
  const waiting: NewTitleInput[] = []
  const claimed = new Set<string>()
  const writeWaiting = async () => {
    const inputs = waiting.splice(0)
    claimed.clear()
    const stored = await storeNew(trx, services, inputs, holders)
    for (const [at, input] of inputs.entries())
      items.push(itemOf(input, { outcome: 'created', ...(stored[at] as NewTitle) }))
  }
  for (const record of records) {
    const { mods } = record
    const type =
      options.type === undefined ? guessType(services.types, mods) : services.types.get('title', options.type)
    const input: TitleInput = {
      domain,
      parent: options.parent,
      type,
      record,
      caption: undefined,
      identifiers: [],
      origin: options.origin,
      released: options.released && (options.parent === undefined || options.parent.state === 1),
      overwrite: options.overwrite,
      author,
    }
    const keys = identifiersOf(mods).filter(identifiers.stands).map(identifiers.keyOf)
    if (waiting.length === mostAtOnce || keys.some(key => claimed.has(key))) await writeWaiting()
    if (areKnown && (options.parent !== undefined || mods.host === undefined) && isNew(input, holders)) {
      waiting.push(input)
      for (const key of keys) claimed.add(key)
      continue
    }
    await writeWaiting()
    const parent = options.parent ?? (await parentOf(trx, services, domain, mods, type, author))
    const placed = {
      ...input,
      parent,
      released: options.released && (parent === undefined || parent.state === 1),
    }
    const stored = await storeTitle(trx, services, placed)
    items.push(itemOf(placed, stored))
    if (stored.outcome === 'updated') areKnown = false
    if (stored.outcome === 'created')
      for (const [key, id] of await identifiers.holdersOf(trx, domain.id, [
        ...identifiersOf(mods),
        ...hostOf(mods),
      ]))
        holders.set(key, id)
  }
  await writeWaiting()
  return items
}

/** A line of the log for each title that was created or changed. */
export const logPosted = (trx: Db, actor: Actor, items: readonly PostItem[]): Promise<void> =>
  recordMany(
    trx,
    items
      .filter(item => item.outcome !== 'unchanged')
      .map(item => ({
        entity: 'title',
        entityId: item.id,
        action: item.outcome === 'created' ? 'create' : 'change',
        actor,
        data: { record: item.record, door: 'titles', parent: item.parentId },
      })),
  )
