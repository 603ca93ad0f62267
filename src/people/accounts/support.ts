// What the routes of accounts share.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Actor, Db } from '../../firebird/database.ts'
import type { Services } from '../../http/module.ts'
import { actorOf } from '../../http/write.ts'
import { identitiesOf } from '../sessions/index.ts'
import * as repository from './repository.ts'

/**
 * A change of people. Their answers are not kept for an Idempotency-Key: they may hold secrets, and what is kept of the request is a digest
 * that would let a password be tried.
 */
export async function changing<T>(
  services: Services,
  request: FastifyRequest,
  work: (trx: Db, actor: Actor) => Promise<T>,
): Promise<T> {
  const actor = actorOf(request)
  const result = await services.database.inTransaction({ actor }, trx => work(trx, actor))
  identitiesOf(services).forget()
  return result
}

/** The user of an address, or the one who asks. @throws Refusal not-found */
export async function subjectOf(
  db: Db,
  request: FastifyRequest,
  id: string | undefined,
): Promise<repository.User> {
  const user =
    id === undefined
      ? await repository.find(db, request.principal.userId as number)
      : await repository.findByUuid(db, id)
  if (!user || user.deletedAt !== null) throw new Refusal('not-found', `There is no user ${id ?? ''}.`)
  return user
}
