// What becomes of the order of a title that is merged into another one, or split. What came of an order stays in it, so that whoever deletes
// the order takes all of it away; and a title stands in one order, so that one that has its own keeps it (orders 1).
import type { Actor, Db } from '../../firebird/database.ts'
import { version } from '../../root.ts'
import { listLog, record } from '../../system/log/index.ts'
import * as items from './titles-repository.ts'

/**
 * The title that takes over what another one had comes into its order, unless it stands in one. Also an order that takes no titles any more
 * keeps what it has. The order's log says so in the name of the house: its author may be somebody who reads no orders.
 */
export async function keepInOrder(
  trx: Db,
  { of, to, action, actor }: { readonly of: number; readonly to: number; readonly action: 'merge' | 'split'; readonly actor: Actor }, // prettier-ignore
): Promise<void> {
  const order = await items.orderOf(trx, of)
  if (order === undefined) return
  if ((await items.orderOf(trx, to)) === undefined) await items.add(trx, order, to, actor.name)
  await record(trx, {
    entity: 'order',
    entityId: order,
    action,
    actor: { name: 'system', application: actor.application },
    data: { title: of, to },
  })
}

const house: Actor = { name: 'system', application: `firefolio/${version}` }

interface Taken {
  readonly title: number
  readonly by: string
  /** The operation that had put it in */
  readonly batch: number | null
}

/** Lines of the logs of orders that an undo wrote. */
const linesOf = async (trx: Db, batch: number, action: 'add' | 'remove') =>
  (await listLog(trx, { entity: 'order', action, actor: house.name, batch }, 2147483647)).map(
    ({ entityId, data }) => ({ orderId: entityId as number, ...(data as unknown as Taken) }),
  )

/** Undo of a merger or a split takes out what that put in, and says so in the log of the order, where its own undo finds it. */
async function takeOut(trx: Db, batch: number): Promise<void> {
  const back = await linesOf(trx, batch, 'add')
  const added = await items.addedBy(
    trx,
    batch,
    back.map(({ title }) => title),
  )
  for (const { titleId, orderId, by, batch: from } of added) {
    const isBack = back.some(line => line.title === titleId && line.orderId === orderId)
    if (from !== batch && !isBack) continue
    await items.take(trx, orderId, titleId)
    const data: Taken = { title: titleId, by, batch: from }
    await record(trx, { entity: 'order', entityId: orderId, action: 'remove', actor: house, data })
  }
}

/** Undo of such an undo puts it in again, in the name of who had: unless the order is gone, or the title is, or stands in one by now. */
async function putBack(trx: Db, batch: number): Promise<void> {
  for (const { orderId, ...taken } of await linesOf(trx, batch, 'remove')) {
    if (!(await items.canTake(trx, orderId, taken.title))) continue
    await items.add(trx, orderId, taken.title, taken.by, taken.batch)
    await record(trx, { entity: 'order', entityId: orderId, action: 'add', actor: house, data: taken })
  }
}

/** What became of orders with an operation that is taken back. */
export async function undoInOrders(trx: Db, batch: number): Promise<void> {
  await takeOut(trx, batch)
  await putBack(trx, batch)
}
