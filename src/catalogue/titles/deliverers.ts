// Deliverers (publishers, depositors): a node of type container:deliverer stands for one, and is its upload area. People of the deliverer
// have entries on it, which hold below it by inheritance, so their rights need no rule of their own; what comes in there is marked as theirs
// (OC_OT_Deliverer) and stays so wherever the library moves it.
import type { Db } from '../../firebird/database.ts'
import type { TypeSystem } from '../../config/types.ts'
import { ancestors, type Node } from '../tree/index.ts'

/** The deliverer in whose area a new title stands; undefined elsewhere, and below a title, which has it for its parts. */
export async function delivererAt(db: Db, types: TypeSystem, parent: Node): Promise<number | undefined> {
  const container = types.code('container')
  if (parent.datatype !== container) return undefined
  const { number } = types.get('container', 'deliverer')
  const isDeliverer = (node: Node) => node.datatype === container && node.type === number
  if (isDeliverer(parent)) return parent.id
  return (await ancestors(db, parent)).findLast(isDeliverer)?.id
}
