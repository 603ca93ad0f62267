// What the routes of notes share: who may read and write which.
import type { FastifyRequest } from 'fastify'
import type { Db } from '../../firebird/database.ts'
import { Refusal } from '../../errors.ts'
import type { Principal } from '../../http/principal.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { access } from '../../people/access/index.ts'
import * as repository from './repository.ts'
import { getNote } from './change.ts'
import { placeOf } from './documents.ts'
import type { Note } from './repository.ts'

export const docTags = ['notes']

/** Where entries say something about who asks, notes are read by who may edit their node; undefined: all are read. */
export function readable(principal: Principal): ((note: Note) => boolean) | undefined {
  const sight = access.sight(principal)
  if (principal.kind === 'operator' || (sight.isPlain && access.everywhere(principal, 'log:read')))
    return undefined
  return note => sight.can('edit', placeOf(note))
}

/** A note that who asks may read. @throws Refusal not-found, as for one that is not there */
export async function readableNote(db: Db, request: FastifyRequest, id: number): Promise<Note> {
  const note = await getNote(db, id)
  if (readable(request.principal)?.(note) === false) throw new Refusal('not-found', `There is no note ${id}.`)
  return note
}

export interface At extends ShownPlace {
  readonly id: number
  readonly datatype: number
}

/** The node that a note is written on. @throws Refusal not-found where it is hidden from who asks */
export async function visiblePlace(db: Db, principal: Principal, id: number): Promise<At> {
  const row = await db
    .selectFrom('OPR_Tree')
    .select([
      'OT_Path as path',
      'OT_OD_ID as domainId',
      'OT_State as state',
      'OT_DelState as delState',
      'OT_RCV_Datatype as datatype',
    ]) // prettier-ignore
    .where('OT_ID', '=', id)
    .executeTakeFirst()
  if (!row) throw new Refusal('not-found', `There is no tree node ${id}.`)
  const { state, delState, ...place } = row
  const node = { id, ...place, isVisible: state === 1 && delState === 0 }
  access.requireVisible(principal, node)
  return node
}

/** How many notes on a node and on what stands below it are not settled; null for who may not read them. */
export async function unsettledBelow(
  db: Db,
  principal: Principal,
  node: ShownPlace & { readonly path: string },
): Promise<{ open: number; answered: number } | null> {
  if (readable(principal) && !access.sight(principal).can('edit', node)) return null
  return repository.unsettledBelow(db, node.path)
}
