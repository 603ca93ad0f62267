// What somebody has ordered and no longer waits for is held by the same rights as a request: asked before it commits, by the entries of now.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import type { Right } from '../../http/principal.ts'
import { isFree, requireTouched, sighted, verbOf } from '../access/index.ts'
import { isUser, principalOfActor } from './principals.ts'

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
  if (!isUser(actor)) return
  const author = await principalOfActor(trx, actor)
  if (!author) throw new Refusal('forbidden', 'Who ordered this is no longer active.')
  const principal = await sighted(services, author)
  const verb = verbOf(right)
  if (verb && !isFree(principal, right)) await requireTouched(principal, trx, verb)
}
