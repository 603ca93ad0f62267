// Conditions about work (who changed what, what lacks labels) are for those who work at the place that a list is asked of.
import { mostId } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { access } from '../../people/access/index.ts'
import { shownPlace } from './place.ts'
import { find, idsOf } from './repository.ts'

export type Place = { readonly path: string; readonly domainId: number }

const ofWork = ['origin', 'changedSince', 'changedBy', 'labels', 'deliverer'] as const
type Asked = Readonly<Partial<Record<(typeof ofWork)[number], unknown>>>

/** Whether the principal reads what was done at a place: by topic, where no entry takes it from them, or by an entry there. */
export function worksAt(principal: Principal, place: Place): boolean {
  const reason = access.sight(principal).reason('edit', { ...place, isVisible: true })
  return reason.allowed && (reason.by !== 'topic' || access.everywhere(principal, 'log:read'))
}

/** @param place undefined for the whole installation @throws Refusal forbidden */
export function requireWork(principal: Principal, query: Asked, place: Place | undefined): void {
  const asked = ofWork.find(name => query[name] !== undefined)
  if (asked === undefined) return
  if (place ? worksAt(principal, place) : access.everywhere(principal, 'log:read')) return
  throw new Refusal(
    'forbidden',
    place
      ? `The condition ${asked} needs the right log:read, or edit at the place that is asked for.`
      : `The condition ${asked} needs the right log:read; who may edit some places names one of them (domain, parent or path).`,
  )
}

/** A test for rows of a list beside that of seeing: with a condition about work only those where the principal works. */
export const workedOn = (principal: Principal, query: Asked): ((place: Place) => boolean) | undefined =>
  access.sight(principal).isPlain || ofWork.every(name => query[name] === undefined)
    ? undefined
    : place => worksAt(principal, place)

/** Whether conditions on pages and texts count what is hidden, too. */
export const countsHidden = (principal: Principal, place: Place | undefined): boolean =>
  access.sight(principal).hidden === 'all' || (place !== undefined && access.seesHiddenAt(principal, place))

/**
 * The place that a list names by a node, by the path of one, or by a domain; undefined where it names none.
 * @throws Refusal not-found where nothing is there that the principal sees: a list without entries would say that there is
 */
export async function placeAsked(
  db: Db,
  principal: Principal,
  {
    node,
    path,
    domainId,
  }: {
    readonly node?: number | undefined
    readonly path?: string | undefined
    readonly domainId?: number | undefined
  },
): Promise<Place | undefined> {
  let place: Place | undefined = domainId === undefined ? undefined : { path: '', domainId }
  if (path !== undefined) {
    const found = await seenNode(db, principal, idsOf(path).at(-1) ?? 0)
    if (found?.path !== path) throw new Refusal('not-found', `There is no tree node of the path ${path}.`)
    place = found
  }
  if (node !== undefined) {
    place = await seenNode(db, principal, node)
    if (!place) throw new Refusal('not-found', `There is no tree node ${node}.`)
  }
  return place
}

/** Undefined for one that is not there, or that the principal does not see. */
export async function seenNode(db: Db, principal: Principal, id: number): Promise<Place | undefined> {
  const node = id <= mostId ? await find(db, id) : undefined
  return node && access.sees(principal, shownPlace(node)) ? node : undefined
}
