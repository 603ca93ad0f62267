// What a log-in at a provider began with, between the way there and the way back. It travels sealed in a cookie, so that it binds the
// log-in to the browser that began it, and costs the database nothing until somebody comes back.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../../http/module.ts'
import { useUp } from '../accounts/index.ts'
import { flowCookies, hashOf, setFlowCookie } from '../sessions/index.ts'
import type { Wanted } from '../viewers/index.ts'

export interface Flow extends Wanted {
  readonly provider: string
  readonly state: string
  readonly nonce: string
  /** PKCE (RFC 7636) */
  readonly verifier: string
  readonly until: number
  /** The session that links an identity to its user; undefined where somebody logs in */
  readonly link?: { readonly sessionId: number; readonly userId: number }
}

/** So long may somebody take to log in at the provider. */
export const flowSeconds = 900
/** Log-ins that one browser has under way; further ones take the place of all of these. */
const mostUnderWay = 5

const cipher = 'aes-256-gcm'

function seal(key: Buffer, flow: Flow): string {
  const nonce = randomBytes(12)
  const sealing = createCipheriv(cipher, key, nonce)
  const text = Buffer.concat([sealing.update(JSON.stringify(flow), 'utf8'), sealing.final()])
  return Buffer.concat([nonce, sealing.getAuthTag(), text]).toString('base64url')
}

function open(key: Buffer, sealed: string): Flow | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < 29) return undefined
  try {
    const opening = createDecipheriv(cipher, key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28))
    return JSON.parse(Buffer.concat([opening.update(bytes.subarray(28)), opening.final()]).toString()) as Flow
  } catch {
    return undefined
  }
}

const cookieOf = (services: Services, state: string): string =>
  flowCookies(services) + hashOf(state).slice(0, 8)

export function beginFlow(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  flow: Omit<Flow, 'until'>,
): void {
  const others = Object.keys(parseCookie(request.headers.cookie ?? '')).filter(name =>
    name.startsWith(flowCookies(services)),
  )
  if (others.length >= mostUnderWay) for (const name of others) setFlowCookie(services, reply, name, '', 0)
  const until = Date.now() + flowSeconds * 1000
  const sealed = seal(services.secret('log-in flow'), { ...flow, until })
  setFlowCookie(services, reply, cookieOf(services, flow.state), sealed, flowSeconds)
}

/** What the log-in of a state began with, once. @returns undefined where it is too old, was used, or began in another browser */
export async function endFlow(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
  state: string,
): Promise<Flow | undefined> {
  const name = cookieOf(services, state)
  const sealed = parseCookie(request.headers.cookie ?? '')[name]
  const flow = sealed === undefined ? undefined : open(services.secret('log-in flow'), sealed)
  if (sealed !== undefined) setFlowCookie(services, reply, name, '', 0)
  if (!flow || flow.state !== state || flow.provider !== provider || flow.until < Date.now()) return undefined
  return (await useUp(services, hashOf(`log-in ${state}`), new Date(flow.until))) ? flow : undefined
}
