// OPR_Identifier: URN, DOI, record identifier, VLS id … of nodes. Unique per scheme, value and domain.
import { Refusal } from '../../errors.ts'
import { type Db, drawnFrom, onItsConnection } from '../../firebird/database.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { insertMany } from '../../firebird/insert-many.ts'
import { selection } from '../../firebird/selection.ts'

export interface StoredIdentifier {
  readonly id: number
  readonly nodeId: number
  readonly scheme: string
  readonly value: string
  /** mods: drawn from the record; else who or what added it */
  readonly source: string | null
  readonly registeredAt: Date | null
}

const columns = selection([
  'OI_ID as id',
  'OI_OT_ID as nodeId',
  'OI_Scheme as scheme',
  'OI_Value as value',
  'OI_Source as source',
  'OI_RegisteredTS as registeredAt',
])

export interface NewIdentifier {
  readonly scheme: string
  readonly value: string
}

/** As the columns hold it: cut to their lengths, though not within a character, and without blanks at the end, which Firebird does not tell apart. */
const stored = ({ scheme, value }: NewIdentifier): NewIdentifier => ({
  scheme: scheme.slice(0, 60),
  value: value.slice(0, 500).replace(/[\ud800-\udbff]$/, '').replace(/ +$/, ''), // prettier-ignore
})

/** `identifier@source`, the form under which record identifiers are stored. */
export const recordValue = (record: {
  readonly value: string
  readonly source: string | undefined
}): string => `${record.value}@${record.source ?? ''}`

export const ofNode = (db: Db, nodeId: number): Promise<StoredIdentifier[]> =>
  db.selectFrom('OPR_Identifier').select(columns).where('OI_OT_ID', '=', nodeId).orderBy('OI_ID').execute()

export const ofNodes = (db: Db, nodeIds: readonly number[]): Promise<StoredIdentifier[]> =>
  nodeIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('OPR_Identifier')
        .select(columns)
        .where('OI_OT_ID', 'in', [...nodeIds])
        .orderBy('OI_ID')
        .execute()

/** Who carries an identifier, in one domain or in all. */
export async function holders(
  db: Db,
  identifier: NewIdentifier,
  domainId?: number,
): Promise<StoredIdentifier[]> {
  const { scheme, value } = stored(identifier)
  let query = db
    .selectFrom('OPR_Identifier')
    .select(columns)
    .where('OI_Scheme', '=', scheme)
    .where('OI_Value', '=', value)
  if (domainId !== undefined) query = query.where('OI_OD_ID', '=', domainId)
  return await query.orderBy('OI_ID').execute()
}

/**
 * Adds an identifier to a node.
 * @returns false where another node of the domain carries it
 */
export async function add(
  trx: Db,
  node: { readonly id: number; readonly domainId: number },
  identifier: NewIdentifier,
  source: string,
): Promise<boolean> {
  const [holder] = await holders(trx, identifier, node.domainId)
  if (holder) return holder.nodeId === node.id
  const { scheme, value } = stored(identifier)
  await trx
    .insertInto('OPR_Identifier')
    .values({
      OI_ID: drawnFrom('OPR_Identifier_SEQ'),
      OI_OT_ID: node.id,
      OI_OD_ID: node.domainId,
      OI_Scheme: scheme,
      OI_Value: value,
      OI_Source: source.slice(0, 250),
    })
    .execute()
  return true
}

export async function remove(trx: Db, nodeId: number, id: number): Promise<void> {
  const result = await trx
    .deleteFrom('OPR_Identifier')
    .where('OI_ID', '=', id)
    .where('OI_OT_ID', '=', nodeId)
    .executeTakeFirst()
  if (result.numDeletedRows === 0n) throw new Refusal('not-found', `Node ${nodeId} has no identifier ${id}.`)
}

/** Node that carries each of some identifiers in a domain, by keyOf. */
export type Holders = ReadonlyMap<string, number>

/** What holds after a node was given those of the identifiers that nobody carried. */
export const withAdded = (holders: Holders, nodeId: number, added: readonly NewIdentifier[]): Holders =>
  new Map([...added.map(identifier => [keyOf(identifier), nodeId] as const), ...holders])

/**
 * Gives a node identifiers that nobody carries.
 * @param holders of all of them, as holdersOf told in this transaction
 * @returns those that another node of the domain carries
 */
export async function addFree(
  trx: Db,
  node: { readonly id: number; readonly domainId: number },
  identifiers: readonly NewIdentifier[],
  source: string,
  holders: Holders,
): Promise<NewIdentifier[]> {
  const fresh = new Map<string, NewIdentifier>()
  for (const identifier of identifiers) {
    const key = keyOf(identifier)
    if (!holders.has(key) && !fresh.has(key)) fresh.set(key, identifier)
  }
  await addMany(
    trx,
    node.domainId,
    [...fresh.values()].map(identifier => ({ nodeId: node.id, identifier })),
    source,
  )
  return identifiers.filter(identifier => (holders.get(keyOf(identifier)) ?? node.id) !== node.id)
}

/**
 * Makes the identifiers of one source those given: others of it go, new ones come.
 * @returns those that another node of the domain carries
 */
export async function replaceOfSource(
  trx: Db,
  node: { readonly id: number; readonly domainId: number },
  identifiers: readonly NewIdentifier[],
  source: string,
): Promise<NewIdentifier[]> {
  const wanted = new Set(identifiers.map(keyOf))
  const gone = (await ofNode(trx, node.id)).filter(
    identifier => identifier.source === source && !wanted.has(keyOf(identifier)),
  )
  for (let start = 0; start < gone.length; start += identifiersPerStatement)
    await trx
      .deleteFrom('OPR_Identifier')
      .where(
        'OI_ID',
        'in',
        gone.slice(start, start + identifiersPerStatement).map(({ id }) => id),
      )
      .execute()
  return await addFree(trx, node, identifiers, source, await holdersOf(trx, node.domainId, identifiers))
}

const matching = ['vls', 'record', 'urn']

/** Whether a record stands for the node that has the same one. */
export const stands = ({ scheme }: NewIdentifier): boolean => matching.includes(scheme)

/**
 * The node of a domain that a record stands for, by the first kind of identifier that is known (decision 11):
 * VLS id, then the record identifier, then the URN.
 * @param holders of all candidates, as holdersOf told
 * @throws Refusal ambiguous where several nodes carry identifiers of that kind
 */
export function match(candidates: readonly NewIdentifier[], holders: Holders): number | undefined {
  for (const scheme of matching) {
    const found = new Set<number>()
    for (const identifier of candidates) {
      const holder = identifier.scheme === scheme ? holders.get(keyOf(identifier)) : undefined
      if (holder !== undefined) found.add(holder)
    }
    if (found.size > 1)
      throw new Refusal(
        'ambiguous',
        `The record fits several titles (${[...found].join(', ')}) by its ${scheme === 'record' ? 'record identifier' : scheme}.`,
        { nodes: [...found] },
      )
    const [only] = found
    if (only !== undefined) return only
  }
  return undefined
}

export function keyOf(identifier: NewIdentifier): string {
  const { scheme, value } = stored(identifier)
  return `${scheme}\0${value}`
}

/** So many a statement: each is a branch of three parameters, which is found by the unique key; a list of values below a scheme is not. */
const identifiersPerStatement = 100

/** Who carries each of many identifiers in a domain, by keyOf. */
export async function holdersOf(
  trx: Db,
  domainId: number,
  wanted: readonly NewIdentifier[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const unique = [...new Map(wanted.map(identifier => [keyOf(identifier), identifier])).values()]
  for (let start = 0; start < unique.length; start += identifiersPerStatement) {
    const some = unique.slice(start, start + identifiersPerStatement)
    const rows = await trx
      .selectFrom('OPR_Identifier')
      .select(['OI_OT_ID as nodeId', 'OI_Scheme as scheme', 'OI_Value as value'])
      .where(eb =>
        eb.or(
          some
            .map(stored)
            .map(({ scheme, value }) =>
              eb.and([
                eb('OI_Scheme', '=', scheme),
                eb('OI_Value', '=', value),
                eb('OI_OD_ID', '=', domainId),
              ]),
            ),
        ),
      )
      .execute()
    for (const row of rows) found.set(keyOf(row), row.nodeId)
  }
  return found
}

export interface GivenIdentifier {
  readonly nodeId: number
  readonly identifier: NewIdentifier
}

/** Many identifiers at once, pipelined; the caller knows that nobody carries them. */
export const insertOn = (
  connection: FirebirdConnection,
  domainId: number,
  entries: readonly GivenIdentifier[],
  source: string,
): Promise<void> =>
  insertMany(
    connection,
    'OPR_Identifier',
    entries.map(({ nodeId, identifier }) => {
      const { scheme, value } = stored(identifier)
      return {
        OI_OT_ID: nodeId,
        OI_OD_ID: domainId,
        OI_Scheme: scheme,
        OI_Value: value,
        OI_Source: source.slice(0, 250),
      }
    }),
    { column: 'OI_ID', sequence: 'OPR_Identifier_SEQ' },
  )

/** The same within a transaction. */
export async function addMany(
  trx: Db,
  domainId: number,
  entries: readonly GivenIdentifier[],
  source: string,
): Promise<void> {
  if (entries.length > 0)
    await onItsConnection(trx, connection => insertOn(connection, domainId, entries, source))
}

/**
 * Gives a node all identifiers of another one; they are no longer those of its record, so a new record does not take them off.
 * @throws Refusal conflict where a third node of the domain carries one
 */
export async function moveAll(
  trx: Db,
  from: { readonly id: number },
  to: { readonly id: number; readonly domainId: number },
): Promise<number> {
  const own = await ofNode(trx, from.id)
  const carried = await holdersOf(trx, to.domainId, own)
  for (const identifier of own) {
    const holder = carried.get(keyOf(identifier))
    if (holder !== undefined && holder !== from.id)
      throw new Refusal(
        'conflict',
        `Node ${holder} of the domain carries ${identifier.scheme} ${identifier.value}, too.`,
      )
  }
  if (own.length > 0)
    await trx
      .updateTable('OPR_Identifier')
      .set({ OI_OT_ID: to.id, OI_OD_ID: to.domainId, OI_Source: 'merged' })
      .where('OI_OT_ID', '=', from.id)
      .execute()
  return own.length
}
