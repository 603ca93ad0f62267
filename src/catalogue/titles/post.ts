// POST /titles: MODS records, one or a collection, or fields from which a record is written. All records of one request
// are one transaction.
import { tableOf } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { NodeType, TypeSystem } from '../../config/types.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
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

const itemOf = (
  { record, parent }: TitleInput,
  stored: Pick<PostItem, 'outcome' | 'id' | 'messages'>,
): PostItem => ({
  ...stored,
  parentId: parent?.id ?? null,
  title: record?.mods.title ?? null,
  record: record?.mods.record ? recordValue(record.mods.record) : null,
})

/** The records of one request. Those that stand for no title yet and name none above them wait for one another, and are written together. */
class Posting {
  readonly items: PostItem[] = []
  readonly #trx: TreeTransaction
  readonly #services: Services
  readonly #options: PostOptions
  /** Of all identifiers of all records; undefined once a title has changed, which may have lost some: then each record asks for itself */
  #holders: Map<string, number> | undefined
  readonly #waiting: NewTitleInput[] = []
  /** Identifiers by which those that wait will be known */
  readonly #claimed = new Set<string>()

  constructor(trx: TreeTransaction, services: Services, options: PostOptions, holders: Map<string, number>) {
    this.#trx = trx
    this.#services = services
    this.#options = options
    this.#holders = holders
  }

  async add(record: ModsRecord): Promise<void> {
    const { parent, type } = this.#options
    const { types } = this.#services
    const { mods } = record
    const input = this.#inputOf(
      record,
      type === undefined ? guessType(types, mods) : types.get('title', type),
      parent,
    )
    const keys = identifiersOf(mods).filter(identifiers.stands).map(identifiers.keyOf)
    if (this.#waiting.length === mostAtOnce || keys.some(key => this.#claimed.has(key)))
      await this.writeWaiting()
    const hasPlace = parent !== undefined || mods.host === undefined
    if (!this.#holders || !hasPlace || !isNew(input, this.#holders)) return await this.#store(record, input)
    this.#waiting.push(input)
    for (const key of keys) this.#claimed.add(key)
  }

  async writeWaiting(): Promise<void> {
    const inputs = this.#waiting.splice(0)
    this.#claimed.clear()
    if (!this.#holders) return
    const stored = await storeNew(this.#trx, this.#services, inputs, this.#holders)
    for (const [at, input] of inputs.entries())
      this.items.push(itemOf(input, { outcome: 'created', ...(stored[at] as NewTitle) }))
  }

  #inputOf(record: ModsRecord, type: NodeType, parent: Node | undefined): TitleInput {
    const { domain, origin, released, overwrite, author } = this.#options
    return {
      domain,
      parent,
      type,
      record,
      caption: undefined,
      identifiers: [],
      origin,
      released: released && (parent === undefined || parent.state === 1),
      overwrite,
      author,
    }
  }

  /** One by itself, behind those that came before it. */
  async #store(record: ModsRecord, { type, parent: given }: TitleInput): Promise<void> {
    await this.writeWaiting()
    const [trx, services] = [this.#trx, this.#services]
    const { domain, author } = this.#options
    const { mods } = record
    const parent = given ?? (await parentOf(trx, services, domain, mods, type, author))
    const input = this.#inputOf(record, type, parent)
    const stored = await storeTitle(trx, services, input)
    this.items.push(itemOf(input, stored))
    if (stored.outcome === 'updated') this.#holders = undefined
    if (stored.outcome !== 'created' || !this.#holders) return
    const known = await identifiers.holdersOf(trx, domain.id, [...identifiersOf(mods), ...hostOf(mods)])
    for (const [key, id] of known) this.#holders.set(key, id)
  }
}

/**
 * Stores records as titles, in their order.
 * @throws as storeTitle, and for a record without a title, or without an identifier that it is known again by
 */
export async function postRecords(
  trx: TreeTransaction,
  services: Services,
  records: readonly ModsRecord[],
  options: PostOptions,
): Promise<PostItem[]> {
  for (const [at, record] of records.entries()) {
    const name = records.length === 1 ? 'The MODS record' : `MODS record ${at + 1} of ${records.length}`
    requireTitle(record, name)
    if (!options.hasIdempotencyKey) requireKnownAgain(record, name)
  }
  const own = records.flatMap(({ mods }) => identifiersOf(mods))
  const holders = await identifiers.holdersOf(trx, options.domain.id, own)
  const posting = new Posting(trx, services, options, holders)
  for (const record of records) await posting.add(record)
  await posting.writeWaiting()
  return posting.items
}

/** Stores again where somebody else stored a record with the same identifier in the same moment: what is there now decides what comes of it. */
export const againWhereGiven = <T>(store: () => Promise<T>): Promise<T> =>
  store().catch((error: unknown) => {
    if (error instanceof FirebirdFault && error.kind === 'unique' && error.constraint === 'UK_OI')
      return store()
    throw error
  })

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
