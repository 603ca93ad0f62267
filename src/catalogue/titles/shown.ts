// What a record tells its author of titles that are not shown to them.
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import type { Principal } from '../../http/principal.ts'
import { seenNode } from '../tree/index.ts'
import * as identifiers from './identifiers.ts'

/**
 * Identifiers are given once in a domain, so that one is taken cannot be kept from who may import there; but by what, and whether its record is
 * the same, is told of what is shown to them alone.
 * @throws Refusal conflict
 */
export async function requireShown(
  trx: Db,
  author: Principal | undefined,
  id: number,
  what: string,
): Promise<void> {
  if (author && !(await seenNode(trx, author, id)))
    throw new Refusal(
      'conflict',
      `${what} is taken by something that is not shown to you. Nothing was stored.`,
    )
}

/** The same for all that a record may stand for. @throws Refusal conflict */
export async function requireHoldersShown(
  trx: Db,
  author: Principal,
  candidates: readonly identifiers.NewIdentifier[],
  holders: identifiers.Holders,
): Promise<void> {
  for (const identifier of candidates.filter(identifiers.stands)) {
    const holder = holders.get(identifiers.keyOf(identifier))
    if (holder !== undefined)
      await requireShown(trx, author, holder, `The identifier ${identifier.scheme} ${identifier.value}`)
  }
}
