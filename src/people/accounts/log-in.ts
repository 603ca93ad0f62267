// Logging in: who it is, and the session that begins with it.
import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { FirebirdFault } from '../../firebird/faults.ts'
import { isSame, keyOf } from '../../http/auth.ts'
import type { Services } from '../../http/module.ts'
import type { RequestSession } from '../../http/principal.ts'
import { actorOf } from '../../http/write.ts'
import {
  deleteEnded,
  deleteSession,
  deviceCookie,
  findKey,
  hashOf,
  identitiesOf,
  insertSession,
  principalOf,
  scopesOf,
  sessionDocument,
  setDeviceCookie,
  setSessionCookie,
} from '../sessions/index.ts'
import { record } from '../../system/log/index.ts'
import { isRightPassword } from './passwords.ts'
import * as repository from './repository.ts'
import { addFailure, forgetFailures, type Limit, requireFewFailures } from './shared-failures.ts'
import { throttleOf } from './throttle.ts'
import { withSecret } from '../../http/headers.ts'

export type Credentials =
  { readonly login: string; readonly password: string } | { readonly login: string; readonly key: string }

/** By log-in name, confirmed e-mail address, or UUID. */
async function findUser(services: Services, login: string): Promise<repository.User | undefined> {
  const { db } = services
  if (login.includes('@')) return await repository.findByEmail(db, login)
  return (await repository.findByLogin(db, login)) ?? (await repository.findByUuid(db, login.slice(0, 36)))
}

async function isRight(
  services: Services,
  user: repository.User | undefined,
  credentials: Credentials,
): Promise<boolean> {
  if ('password' in credentials) return await isRightPassword(user?.password, credentials.password)
  const parts = keyOf(credentials.key)
  const key = parts && (await findKey(services.db, parts.id))
  const fits = isSame(key?.hash ?? '', parts ? hashOf(parts.secret) : '-')
  if (!fits || key?.userId !== user?.id) return false
  // a session may do all that its user may do: a key that narrows begins none
  if (!scopesOf(key?.scopes ?? '').includes('read-write'))
    throw new Refusal('forbidden', 'A session cannot be narrowed; this key has no scope read-write.')
  return true
}

/**
 * Finds out whose credentials these are. Unknown accounts, wrong passwords and closed accounts are answered alike, after the same work.
 * @throws Refusal unauthorized, too-many-requests
 */
export async function identify(
  services: Services,
  request: FastifyRequest,
  credentials: Credentials,
): Promise<repository.User> {
  const throttle = throttleOf(services)
  const user = await findUser(services, credentials.login)
  const device = parseCookie(request.headers.cookie ?? '')[deviceCookie(services)]
  const attempt = {
    account: user ? String(user.id) : hashOf(credentials.login.toLowerCase()),
    address: request.ip,
    device: user && throttle.isDeviceOf(user.id, device) ? device : undefined,
  }
  const limits = throttle.limits(attempt)
  await requireFewFailures(services, limits)
  // nothing is waited for between these two
  throttle.require(attempt)
  throttle.count(attempt)
  const fits = await isRight(services, user, credentials)
  if (user && fits && user.active === 1 && user.deletedAt === null) {
    throttle.succeeded(attempt)
    await services.database.inTransaction({}, trx => forgetFailures(services, trx, limits[0]?.[0] ?? ''))
    return user
  }
  await noteFailure(services, request, user, {}, limits)
  throw new Refusal('unauthorized', 'Log-in and password do not fit together.')
}

/** The audit of failed log-ins. What was typed for an account that is not there may be a password: it is not kept. */
export async function noteFailure(
  services: Services,
  request: FastifyRequest,
  user: repository.User | undefined,
  more: { readonly means?: string; readonly reason?: string } = {},
  limits: readonly Limit[] = [],
): Promise<void> {
  request.facts['logIn'] = 'failed'
  const note = async (trx: Db): Promise<void> => {
    await addFailure(services, trx, limits)
    await record(trx, {
      entity: 'user',
      entityId: user?.id,
      action: 'log-in-failed',
      actor: { ...actorOf(request), name: 'public' },
      data: { ...more, address: request.ip, agent: request.headers['user-agent']?.slice(0, 500) ?? null },
    })
  }
  for (let left = 3; ; left--)
    try {
      return await services.database.inTransaction({}, note)
    } catch (error) {
      // another one has begun the same counter at the same moment: it is there now
      if (left === 0 || !(error instanceof FirebirdFault) || error.kind !== 'unique') throw error
    }
}

/** Begins a session of a user who has shown who they are; the one that the browser came with ends. */
export async function beginSession(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  user: repository.User,
  means: string,
) {
  const identities = identitiesOf(services)
  const expiresAt = new Date(Date.now() + services.config.access.sessionHours * 3_600_000)
  // programs hold keys, too, and whoever has found one shall not stay when it is revoked
  const provenAt = means === 'key' ? null : new Date()
  const { id, token } = await services.database.inTransaction({}, async trx => {
    await deleteEnded(trx, identities.idleSince())
    if (request.session) await deleteSession(trx, request.session.userId, request.session.id)
    await repository.noteLogIn(trx, user.id, request.ip)
    await record(trx, {
      entity: 'user',
      entityId: user.id,
      action: 'log-in',
      actor: { ...actorOf(request), name: user.uuid },
      data: { means, address: request.ip },
    })
    return await insertSession(trx, {
      userId: user.id,
      means,
      address: request.ip,
      agent: request.headers['user-agent'],
      expiresAt,
      provenAt,
    })
  })
  identities.forget()
  setSessionCookie(services, reply, token)
  setDeviceCookie(
    services,
    reply,
    throttleOf(services).deviceOf(user.id, randomBytes(16).toString('base64url')),
  )
  reply.header('cache-control', withSecret)
  const session: RequestSession = {
    id,
    userId: user.id,
    means,
    csrfToken: identities.csrfToken(id),
    expiresAt,
    provenAt,
  }
  return await sessionDocument(services, await principalOf(services.db, user), session)
}
