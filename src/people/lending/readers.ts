// Who reads: somebody who has logged in, or a browser by a cookie that says nothing else than that it is the same one.
import { createHash, randomBytes } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../http/module.ts'

export interface Reader {
  /** As stored in OL_Reader */
  readonly name: string
  readonly userId: number | null
}

const isSecure = ({ config }: Services): boolean => config.server.publicUrl.startsWith('https://')
const cookieOf = (services: Services): string =>
  isSecure(services) ? '__Host-firefolio-reader' : 'firefolio-reader'

const ofToken = (token: string): Reader => ({
  name: `browser ${createHash('sha256').update(token).digest('hex')}`,
  userId: null,
})

/** Undefined for a browser that has borrowed nothing yet. */
export function readerOf(services: Services, request: FastifyRequest): Reader | undefined {
  const { kind, userId } = request.principal
  if (kind === 'operator') return { name: 'operator', userId: null }
  if (kind === 'user' && userId !== undefined) return { name: `user ${userId}`, userId }
  const { cookie } = request.headers
  const token = cookie === undefined ? undefined : parseCookie(cookie)[cookieOf(services)]
  return token !== undefined && /^[\w-]{22}$/.test(token) ? ofToken(token) : undefined
}

/** Gives the browser its cookie, which ends with it. */
export function newReader(services: Services, reply: FastifyReply): Reader {
  const token = randomBytes(16).toString('base64url')
  reply.header(
    'set-cookie',
    stringifySetCookie({
      name: cookieOf(services),
      value: token,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: isSecure(services),
    }),
  )
  return ofToken(token)
}
