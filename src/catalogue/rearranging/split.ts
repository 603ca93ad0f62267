// One title becomes two: from a page on, everything goes to a new title beside it. Structure elements that the page stands inside of are
// cut: what comes before stays in the element, the rest goes into one of the same type and name in the new title.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { ModsRecord } from '../../formats/mods/read.ts'
import type { Services } from '../../http/module.ts'
import { getDomain } from '../domains/index.ts'
import { getTitle, storeTitle } from '../titles/index.ts'
import { getNode, type MoveTransaction, moveNode, type Node, place } from '../tree/index.ts'
import { childrenOf } from './merge.ts'

export interface Split {
  /** The new title */
  readonly id: number
  readonly moved: number
}

async function cut(
  trx: MoveTransaction,
  services: Services,
  page: Node,
  from: Node,
  to: Node,
): Promise<number> {
  const { types } = services
  const children = await childrenOf(trx, from.id)
  const at = children.findIndex(child => page.path.startsWith(child.path))
  const inside = await getNode(trx, children[at]?.id ?? page.id)
  let moved = 0
  let rest = children.slice(at)
  if (inside.id !== page.id && !(await beginsWith(trx, inside, page))) {
    const type = types.ofNumbers(inside.datatype, inside.type)
    if (!type || type.datatype !== 'structure')
      throw new Refusal('not-processable', `Page ${page.id} stands inside of ${type?.datatype ?? 'node'} ${inside.id}, which cannot be cut; split that one.`) // prettier-ignore
    const id = await place(trx, types, {
      domainId: to.domainId,
      parent: to,
      type,
      caption: inside.caption,
      released: inside.state === 1 && to.state === 1,
    })
    moved += await cut(trx, services, page, inside, await getNode(trx, id))
    rest = rest.slice(1)
  }
  for (const child of rest)
    await moveNode(trx, types, child.id, { parentId: to.id, domainId: to.domainId, place: 'last' })
  return moved + rest.length
}

/** Whether nothing stands before the page in a structure element. */
async function beginsWith(trx: Db, element: Node, page: Node): Promise<boolean> {
  const [first] = await childrenOf(trx, element.id)
  if (!first) return false
  return (
    first.id === page.id ||
    (page.path.startsWith(first.path) && (await beginsWith(trx, await getNode(trx, first.id), page)))
  )
}

/** @throws Refusal not-processable where the page is not of the title, or is its first one */
export async function split(
  trx: MoveTransaction,
  services: Services,
  { id, page, record }: { readonly id: number; readonly page: number; readonly record: ModsRecord },
): Promise<Split> {
  const { types } = services
  const title = await getTitle(trx, id)
  const node = await getNode(trx, id)
  const at = await getNode(trx, page)
  if (
    at.datatype !== types.code('page') ||
    at.linkId !== null ||
    !at.path.startsWith(node.path) ||
    at.delState === 1
  )
    throw new Refusal('not-processable', `Node ${page} is not a page of title ${id}.`)
  if (await beginsWith(trx, node, at))
    throw new Refusal('not-processable', `Page ${page} is the first of title ${id}: nothing would stay.`)
  const type = types.ofNumbers(title.datatype, title.type)
  if (!type) throw new Refusal('conflict', `Title ${id} is of an unknown type.`)
  const stored = await storeTitle(trx, services, {
    domain: await getDomain(trx, title.domainId),
    parent: title.parentId === null ? undefined : await getNode(trx, title.parentId),
    type,
    record,
    caption: undefined,
    identifiers: [],
    origin: 'form',
    released: title.state === 1,
    place: { after: id },
  })
  if (stored.outcome !== 'created')
    throw new Refusal('conflict', `The record is that of title ${stored.id}, which exists already.`)
  const moved = await cut(trx, services, at, node, await getNode(trx, stored.id))
  return { id: stored.id, moved }
}
