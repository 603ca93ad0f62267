// Who reads and changes which orders.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../access/index.ts'
import * as repository from './repository.ts'
import type { Item } from './titles-repository.ts'

export const docTags = ['orders']

/** Who works for the house and says what becomes of orders: ORDERS_SPECIAL. */
export const isHouse = (principal: Principal): boolean => access.everywhere(principal, 'order:special')
/** Who reads and changes the orders of all: DATA_MANAGEMENT. */
export const seesAll = (principal: Principal): boolean => access.everywhere(principal, 'order:all')

/** @throws Refusal forbidden */
export function requireHouse(principal: Principal, what: string): void {
  if (!isHouse(principal))
    throw new Refusal('forbidden', `${what}: this is set by who has the topic ORDERS_SPECIAL.`)
}

/** Whether somebody reads an order. Asked with undefined, it takes as long as for an order of others. */
export async function reads(db: Db, principal: Principal, id: number | undefined): Promise<boolean> {
  if (seesAll(principal)) return id !== undefined
  const { editors } = (await repository.peopleOf(db, [id ?? 0])).get(id ?? 0) as repository.People
  return editors.some(editor => editor.id === principal.userId)
}

/** An order that who asks may read. @throws Refusal not-found, also for those of others: their existence is not told */
export async function readableOrder(
  db: Db,
  { principal }: Pick<FastifyRequest, 'principal'>,
  id: number,
): Promise<repository.Order> {
  // prettier-ignore
  const order = await repository.find(db, id)
  if (!order || !(await reads(db, principal, id))) throw new Refusal('not-found', `There is no order ${id}.`)
  return order
}

/** @throws Refusal stale */
export function requireVersion(
  { id, version }: Pick<repository.Order, 'id' | 'version'>,
  expected: number | '*',
): void {
  if (expected !== '*' && expected !== version)
    throw new Refusal('stale', `Order ${id} has version ${version} now; read it again.`, { version })
}

/** Where a title of an order stands, for the one who decides about it. */
export const placeOf = ({ id, path, domainId, state, delState }: Item) => ({
  id,
  path,
  domainId,
  isVisible: state === 1 && delState === 0,
})
