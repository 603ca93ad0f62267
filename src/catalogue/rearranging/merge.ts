// Two titles become one: pages with their labels and texts, structure, titles below, identifiers, files and notes go to the one that stays; the other
// goes to the bin with its record, and its id leads to the one that stays.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { moveFiles } from '../attachments/index.ts'
import { moveNotes } from '../notes/index.ts'
import { getTitle, identifiers } from '../titles/index.ts'
import { binNodes, getNode, type MoveTransaction, moveNodes, redirect } from '../tree/index.ts'

export interface Merged {
  readonly moved: number
  readonly identifiers: number
}

/** Children of a node that are not in the bin, in their order. */
export async function childrenOf(trx: Db, id: number): Promise<{ id: number; path: string }[]> {
  const { rows } = await sql<{
    id: number
    path: string
  }>`select OT_ID as "id", OT_Path as "path" from OPR_Tree where OT_OT_Parent = ${id} and OT_DelState = 0 order by OT_Sort, OT_ID`.execute(
    trx,
  )
  return rows
}

/** @throws Refusal not-processable where one stands below the other, or the type of the one takes no child of the other */
export async function merge(
  trx: MoveTransaction,
  services: Services,
  {
    id,
    from,
    position,
    batch,
  }: {
    readonly id: number
    readonly from: number
    readonly position: 'first' | 'last'
    readonly batch: number
  },
): Promise<Merged> {
  const { types } = services
  if (id === from) throw new Refusal('not-processable', 'A title cannot be merged with itself.')
  const [stays, goes] = [await getTitle(trx, id), await getTitle(trx, from)]
  for (const title of [stays, goes])
    if (title.delState === 1)
      throw new Refusal('conflict', `Title ${title.id} is in the bin; restore it first.`)
  if (stays.path.startsWith(goes.path) || goes.path.startsWith(stays.path))
    throw new Refusal(
      'not-processable',
      `Of titles ${id} and ${from} one stands below the other; move it out first.`,
    )
  const children = await childrenOf(trx, from)
  await moveNodes(
    trx,
    types,
    children.map(child => child.id),
    { parentId: id, domainId: stays.domainId, place: position },
  )
  const moved = await identifiers.moveAll(trx, goes, stays)
  await moveNotes(trx, from, id)
  await moveFiles(trx, from, id)
  await binNodes(trx, types, { ids: [from] }, { batch, dryRun: false })
  await redirect(trx, from, id)
  await getNode(trx, id)
  return { moved: children.length, identifiers: moved }
}
