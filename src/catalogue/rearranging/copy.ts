// A copy of a node with all below it: names, types, order, states (hidden below a hidden parent), records, fields, pages with their masters,
// labels and texts, further files. Identifiers stay with the original, which alone they stand for; the copy of a record is without them.
import { sql } from 'kysely'
import { Refusal } from '../../errors.ts'
import { nextIds } from '../../firebird/database.ts'
import type { FirebirdConnection } from '../../firebird/connection.ts'
import { withoutIdentifiers } from '../../formats/mods/edit.ts'
import type { Services } from '../../http/module.ts'
import { copyFiles } from '../attachments/index.ts'
import { getDomain } from '../domains/index.ts'
import { copyPages, copyRegions } from '../pages/index.ts'
import { copyTexts } from '../texts/index.ts'
import { copyTitles } from '../titles/index.ts'
import {
  getNode,
  insertNodes,
  isVisible,
  type MoveTransaction,
  type Place,
  refreshTitles,
  requireAllowed,
  sortFor,
} from '../tree/index.ts'

export interface Copied {
  readonly id: number
  readonly copied: number
}

interface Row {
  readonly id: number
  readonly parentId: number | null
  readonly datatype: number
  readonly type: number
  readonly caption: string | null
  readonly sort: number
  readonly state: number
  readonly linkId: number | null
}

const most = 20_000

/** @throws Refusal conflict, not-processable where the type may not stand there; too-large */
export async function copy(
  trx: MoveTransaction,
  connection: FirebirdConnection,
  services: Services,
  {
    id,
    parent: parentId,
    domain,
    position,
  }: {
    readonly id: number
    readonly parent: number | null
    /** For the top of a domain; that of the original without it */
    readonly domain?: number | string | undefined
    readonly position: Place
  },
): Promise<Copied> {
  const { types } = services
  const node = await getNode(trx, id)
  const parent = parentId === null ? undefined : await getNode(trx, parentId)
  const domainId = parent?.domainId ?? (await getDomain(trx, domain ?? node.domainId)).id
  const type = types.ofNumbers(node.datatype, node.type)
  if (!type || type.datatype === 'domain' || node.linkId !== null || node.delState === 1)
    throw new Refusal('conflict', `Node ${id} cannot be copied: it is in the bin, a link or a domain.`)
  if (parent?.path.startsWith(node.path))
    throw new Refusal('conflict', 'A node cannot be copied below itself.')
  requireAllowed(types, parent, type)
  const { rows } =
    await sql<Row>`select OT_ID as "id", OT_OT_Parent as "parentId", OT_RCV_Datatype as "datatype", OT_RCV_Type as "type",
      OT_Caption as "caption", OT_Sort as "sort", OT_State as "state", OT_OT_Link as "linkId"
    from OPR_Tree where OT_Path starting with cast(${node.path} as varchar(1000)) and OT_DelState = 0 order by char_length(OT_Path), OT_Path`.execute(
      trx,
    )
  if (rows.length > most)
    throw new Refusal('too-large', `At most ${most} nodes are copied at once, not ${rows.length}.`, {
      limit: most,
    })
  const sort = await sortFor(trx, { parentId, domainId }, position)
  const first = await nextIds(trx, 'OPR_Tree_SEQ', rows.length)
  const copies = new Map(rows.map((row, at) => [row.id, first + at]))
  await insertNodes(
    trx,
    connection,
    rows.map(row => ({
      ...row,
      id: copies.get(row.id) as number,
      domainId,
      parentId: row.id === id ? parentId : (copies.get(row.parentId as number) as number),
      sort: row.id === id ? sort : row.sort,
      state: !parent || isVisible(parent) ? row.state : 0,
      // a link within the copy points to the copy
      linkId: row.linkId === null ? null : (copies.get(row.linkId) ?? row.linkId),
    })),
  )
  await copyTitles(trx, services, copies, withoutIdentifiers)
  await copyPages(trx, copies)
  await copyTexts(trx, copies)
  await copyRegions(trx, copies)
  await copyFiles(trx, copies)
  const made = await getNode(trx, first)
  await refreshTitles(trx, types, [made.path, ...rows.filter(row => row.datatype === 1).map(row => `${made.path}|${copies.get(row.id)}|`)]) // prettier-ignore
  return { id: first, copied: rows.length }
}
