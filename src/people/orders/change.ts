// Making and changing orders: who belongs to them, their tags and comments.
import type { z } from 'zod'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { commentsOf } from './documents.ts'
import * as repository from './repository.ts'
import { type OrderFields, roles } from './repository.ts'
import { mostComments, type NewOrder, type OrderPatch } from './schemas.ts'
import { isHouse, requireHouse } from './support.ts'

type Input = z.output<typeof OrderPatch>

/** PU_IDs of users. @throws Refusal not-processable naming the first who is not there */
async function idsOf(trx: Db, field: string, uuids: readonly string[]): Promise<number[]> {
  const found = await repository.users(trx, uuids)
  return [...new Set(uuids)].map(uuid => {
    const user = found.get(uuid)
    if (!user) throw new Refusal('not-processable', `${field}: there is no user ‘${uuid}’.`)
    return user.id
  })
}

/** What only the house may set, and what is no tag here. @throws Refusal forbidden, not-processable */
async function requireAllowed(trx: Db, principal: Principal, { tags, isShown }: Input): Promise<void> {
  if (isShown !== undefined) requireHouse(principal, 'isShown')
  if (tags?.standard === undefined) return
  requireHouse(principal, 'tags.standard')
  const known = await repository.standardTags(trx, tags.standard)
  for (const name of tags.standard)
    if (!known.has(name))
      throw new Refusal(
        'not-processable',
        `tags.standard: there is no system tag ‘${name}’ that holds everywhere.`,
      )
}

/** The columns of what is given. */
const columnsOf = ({ title, description, reference, properties, isShown }: Input): OrderFields => ({
  title,
  description,
  reference,
  properties: properties === undefined ? undefined : JSON.stringify(properties),
  isShown: isShown === undefined ? undefined : isShown ? 1 : 0,
})

async function setAround(trx: Db, principal: Principal, id: number, input: Input): Promise<void> {
  for (const role of roles.names) {
    const uuids = input[role]
    if (uuids === undefined) continue
    const ids = await idsOf(trx, role, uuids)
    // an order for others, or one that is left to them
    if (role === 'editors' && !isHouse(principal) && !ids.includes(principal.userId as number))
      throw new Refusal(
        'forbidden',
        'editors: who is not among them makes an order for others, which needs the topic ORDERS_SPECIAL.',
      )
    await repository.setPeople(trx, id, role, ids)
  }
  for (const kind of ['standard', 'user'] as const) {
    const names = input.tags?.[kind]
    if (names !== undefined) await repository.setTags(trx, id, kind, names)
  }
}

/** @returns OO_ID @throws Refusal forbidden, not-processable */
export async function create(
  trx: Db,
  principal: Principal,
  input: z.output<typeof NewOrder>,
): Promise<number> {
  await requireAllowed(trx, principal, input)
  // the operator's key is nobody: its orders have those who are named
  const oneself = principal.userId === undefined ? [] : [principal.name]
  const people = {
    editors: input.editors ?? oneself,
    generators: input.generators ?? oneself,
    authors: input.authors ?? oneself,
  }
  const organisation = input.organisation === undefined ? (oneself[0] ?? null) : input.organisation
  const id = await repository.insert(trx, {
    ...columnsOf(input),
    title: input.title,
    creator: principal.name,
    organisation: organisation === null ? null : (await idsOf(trx, 'organisation', [organisation]))[0],
  })
  await setAround(trx, principal, id, { ...input, ...people })
  return id
}

/** The columns of a change; who belongs to the order and its tags are set at once. @throws Refusal forbidden, not-processable */
export async function change(trx: Db, principal: Principal, id: number, input: Input): Promise<OrderFields> {
  await requireAllowed(trx, principal, input)
  const { organisation } = input
  await setAround(trx, principal, id, input)
  return {
    ...columnsOf(input),
    organisation:
      organisation === undefined || organisation === null
        ? organisation
        : (await idsOf(trx, 'organisation', [organisation]))[0],
  }
}

/** An order with one comment more. @throws Refusal too-large */
export function commented(order: repository.Order, by: string, text: string): Pick<OrderFields, 'comments'> {
  const comments = commentsOf(order)
  if (comments.length >= mostComments)
    throw new Refusal(
      'too-large',
      `Order ${order.id} has ${comments.length} comments; more are not possible.`,
      { limit: mostComments },
    )
  return { comments: JSON.stringify([...comments, { text, by, at: new Date().toISOString() }]) }
}
