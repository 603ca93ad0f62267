// What becomes of the order of a title that is merged into another one, or split. What came of an order stays in it, so that whoever deletes
// the order takes all of it away; and a title stands in one order, so that one that has its own keeps it (orders 1).
import type { Actor, Db } from '../../firebird/database.ts'
import { record } from '../../system/log/index.ts'
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
