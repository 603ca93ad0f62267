// What changes the ways in asks whoever has the session to show first that they are its user: a browser that was left open, or a cookie that
// somebody has found, must not become a way in that lasts.
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../../errors.ts'
import type { Services } from '../../http/module.ts'
import type { RequestSession } from '../../http/principal.ts'
import { identify } from './log-in.ts'
import type { User } from './repository.ts'

/** So long it is believed that who logged in, or typed their password, is still there. */
export const proofMinutes = 15

/** The password of the user who asks, tried no more often than at a log-in. @throws Refusal forbidden, too-many-requests */
export async function requireOwnPassword(
  services: Services,
  request: FastifyRequest,
  user: User,
  typed: string,
): Promise<void> {
  try {
    await identify(services, request, { login: user.uuid, password: typed })
  } catch (error) {
    // the session is good still, which 401 would deny
    if (error instanceof Refusal && error.reason === 'unauthorized')
      throw new Refusal('forbidden', 'This is not your password.', {}, error)
    throw error
  }
}

/** @throws Refusal forbidden, with proofNeeded, where the log-in is too long ago; keys and what they begin prove nothing */
export function requireProof(request: FastifyRequest): RequestSession {
  const { session } = request
  if (!session)
    throw new Refusal('forbidden', 'This needs a session: whoever holds a key need not be its user.')
  if (Date.now() - (session.provenAt?.getTime() ?? 0) > proofMinutes * 60_000)
    throw new Refusal(
      'forbidden',
      `Show first that it is you: by your password at POST /api/v1/session/proof, or by logging in anew. This holds for ${proofMinutes} minutes.`,
      { proofNeeded: true },
    )
  return session
}
