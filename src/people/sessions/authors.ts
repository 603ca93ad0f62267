// What somebody has ordered and no longer waits for is held by the same rights as a request: asked before it commits, by the entries of now.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Principal, Right } from '../../http/principal.ts'
import type { ShownPlace } from '../../http/sight.ts'
import { access, isFree, requireTouched, sighted, verbOf } from '../access/index.ts'
import { isUser, principalOfActor } from './principals.ts'

/** @returns undefined for programs and who works at the machine @throws Refusal forbidden where the author is no longer active */
export async function authorOf(services: Services, db: Db, actor: string): Promise<Principal | undefined> {
  if (!isUser(actor)) return undefined
  const author = await principalOfActor(db, actor)
  if (!author) throw new Refusal('forbidden', 'Who ordered this is no longer active.')
  return await sighted(services, author)
}

/**
 * @param actor its name in the log; programs and who works at the machine may change everything
 * @throws Refusal forbidden, naming the first node that the author may not change so, or that the author is no longer active
 */
export async function requireOfAuthor(
  services: Services,
  trx: Db,
  actor: string,
  right: Right,
): Promise<void> {
  const principal = await authorOf(services, trx, actor)
  const verb = verbOf(right)
  if (principal && verb && !isFree(principal, right)) await requireTouched(principal, trx, verb)
}

/**
 * What a job may leave out beforehand, because its author may not change it so: it costs no work, and nothing is told of it.
 * @returns undefined where nothing has to be asked
 * @throws Refusal forbidden where the author is no longer active
 */
export async function placesOfAuthor(
  services: Services,
  actor: string,
  right: Right,
): Promise<((place: Omit<ShownPlace, 'isVisible'>) => boolean) | undefined> {
  const principal = await authorOf(services, services.db, actor)
  return principal && placesOf(principal, right)
}

/** The same for who is asking now. */
export function placesOf(
  principal: Principal,
  right: Right,
): ((place: Omit<ShownPlace, 'isVisible'>) => boolean) | undefined {
  const verb = verbOf(right)
  if (!verb || isFree(principal, right)) return undefined
  const sight = access.sight(principal)
  // as requireTouched judges: by the entries
  return place => sight.reason(verb, { ...place, isVisible: true }).allowed
}
