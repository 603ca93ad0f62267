// Finds out who asks and whether the route's right is theirs. Every route states its right; one without is a bug.
import { createHash, timingSafeEqual } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { FastifyRequest } from 'fastify'
import { idIn } from '../codes.ts'
import { Refusal } from '../errors.ts'
import type { App } from './module.ts'
import {
  operatorPrincipal,
  type Principal,
  publicPrincipal,
  type RequestSession,
  type Right,
} from './principal.ts'

/** Who may do what, on which node; the access module answers it. */
export interface Authoriser {
  can(principal: Principal, right: Right): boolean
  /** The principal with what it may see and do by the entries of now */
  sighted(principal: Principal): Promise<Principal>
}

/** Who stands behind a key or the cookie of a session; the sessions module knows. */
export interface Identities {
  ofKey(id: number, secret: string): Promise<Principal | undefined>
  ofSession(token: string): Promise<{ principal: Principal; session: RequestSession } | undefined>
  /** Of a token that a viewer of another site holds for its reader */
  ofViewer(token: string, address: string): Promise<Principal | undefined>
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares in one time, whatever the lengths. */
export const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** The prefix `__Host-` binds a cookie to this host and to TLS (RFC 6265bis §4.1.3.2). */
export const sessionCookie = (publicUrl: string): string =>
  publicUrl.startsWith('https://') ? '__Host-firefolio' : 'firefolio'

/** Goes with images into pages of other sites: for reading alone, and nothing but images is shown by it. */
export const viewerCookie = 'firefolio-viewer'

/** Parts of a user's key. */
export function keyOf(text: string): { id: number; secret: string } | undefined {
  const [, digits, secret] = /^ff_(\d+)_([A-Za-z0-9_-]{43})$/.exec(text) ?? []
  const id = idIn(digits)
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

const isSessionToken = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text)

/** @throws Refusal unauthorized */
async function ofHeader(
  header: string,
  operatorKey: string,
  identities: Identities,
  address: string,
): Promise<Principal> {
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
  if (!token) throw new Refusal('unauthorized', 'The Authorization header is not of the form ‘Bearer <key>’.')
  if (operatorKey !== '' && isSame(token, operatorKey)) return operatorPrincipal
  const key = keyOf(token)
  const principal = key
    ? await identities.ofKey(key.id, key.secret)
    : token.startsWith('fv_')
      ? await identities.ofViewer(token, address)
      : undefined
  if (!principal) throw new Refusal('unauthorized', 'The key is not known.')
  return principal
}

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS', 'QUERY'].includes(method)

/**
 * Browsers tell where a request was made; a page of another site, or of another host of the same site, makes none that changes anything.
 * @throws Refusal forbidden
 */
export function requireOwnPage(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal('forbidden', `A page of another site asks for this (Sec-Fetch-Site: ${String(site)}).`)
}

/** Cookies come with requests that another site's page has made, the token does not. @throws Refusal forbidden */
function requireToken(request: FastifyRequest, session: RequestSession): void {
  requireOwnPage(request)
  const token = request.headers['x-csrf-token']
  if (typeof token !== 'string' || !isSame(token, session.csrfToken))
    throw new Refusal(
      'forbidden',
      'With a session, changes need the header X-CSRF-Token with the csrfToken that GET /api/v1/session answers.',
    )
}

export function registerAuth(
  app: App,
  options: { readonly operatorKey: string; readonly publicUrl: string },
  authoriser: Authoriser,
  identities: Identities,
): void {
  const cookieName = sessionCookie(options.publicUrl)
  const identify = async (request: FastifyRequest): Promise<Principal> => {
    const { authorization, cookie } = request.headers
    if (authorization !== undefined)
      return await ofHeader(authorization, options.operatorKey, identities, request.ip)
    if (cookie === undefined) return publicPrincipal
    const cookies = parseCookie(cookie)
    const token = cookies[cookieName]
    const found = isSessionToken(token) ? await identities.ofSession(token) : undefined
    request.session = found?.session
    if (found) return found.principal
    // images that a page of another site shows come without the session, which stays with our own pages
    const ofViewer = request.url.startsWith('/iiif/image/') ? cookies[viewerCookie] : undefined
    return (
      (ofViewer === undefined ? undefined : await identities.ofViewer(ofViewer, request.ip)) ??
      publicPrincipal
    )
  }
  app.decorateRequest('principal', null as unknown as Principal)
  app.decorateRequest('session', undefined)
  app.addHook('onRequest', async request => {
    const principal = { ...(await identify(request)), address: request.ip }
    request.principal = request.routeOptions.config.isOfHealth
      ? principal
      : await authoriser.sighted(principal)
    if (request.is404) return
    const right = request.routeOptions.config.right
    if (!right) throw new Error(`The route ${request.routeOptions.url} states no right.`)
    if (!authoriser.can(request.principal, right)) {
      if (request.principal.kind === 'public')
        throw new Refusal(
          'unauthorized',
          `This needs the right ${right}; log in, or send a key as ‘Authorization: Bearer <key>’.`,
        )
      throw new Refusal('forbidden', `This needs the right ${right}.`)
    }
    if (request.session && !isSafe(request.method)) requireToken(request, request.session)
    // protocols that read by POST need no more than reading
    if (request.principal.isReadOnly && !isSafe(request.method) && !['public', 'tree:read'].includes(right))
      throw new Refusal('forbidden', 'This key is for reading alone.')
  })
  // who has logged in, or sits where entries say something, gets other answers, which are for nobody else
  app.addHook('onSend', async (request, reply) => {
    const vary = reply.getHeader('vary')
    if (typeof vary === 'string' && vary.includes('Authorization') && !vary.includes('Cookie'))
      reply.header('vary', `${vary}, Cookie`)
    const { principal } = request
    const isEveryones = principal?.kind === 'public' && principal.sight?.isShared !== false
    if (principal === null || isEveryones || !isSafe(request.method)) return
    reply.header('cache-control', privately(reply.getHeader('cache-control')))
  })
}

/** Without `public` alone an answer may still be laid up by shared caches, as many do with what came by a cookie. */
function privately(control: unknown): string {
  if (typeof control !== 'string') return 'private, no-cache'
  const own = control.replace(/\bpublic\b/, 'private')
  return /\b(?:private|no-store)\b/.test(own) ? own : `private, ${own}`
}
