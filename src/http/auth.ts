// Finds out who asks and whether the route's right is theirs. Every route states its right; one without is a bug.
import { timingSafeEqual, createHash } from 'node:crypto'
import { Refusal } from '../errors.ts'
import type { App } from './module.ts'
import { type Principal, publicPrincipal, type Right } from './principal.ts'

/** Who may do what, on which node; the access module answers it. */
export interface Authoriser {
  can(principal: Principal, right: Right, node?: { readonly isVisible: boolean }): boolean
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Principal of an Authorization header. @throws Refusal unauthorized */
export function authenticate(header: string | undefined, operatorKey: string): Principal {
  if (header === undefined) return publicPrincipal
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1]
  if (!token) throw new Refusal('unauthorized', 'The Authorization header is not of the form ‘Bearer <key>’.')
  // digests have one length, so the comparison takes one time
  if (operatorKey !== '' && timingSafeEqual(digest(token), digest(operatorKey)))
    return { kind: 'operator', name: 'operator' }
  throw new Refusal('unauthorized', 'The key is not known.')
}

export function registerAuth(app: App, operatorKey: string, authoriser: Authoriser): void {
  app.decorateRequest('principal', null as unknown as Principal)
  app.addHook('onRequest', async request => {
    request.principal = authenticate(request.headers.authorization, operatorKey)
    if (request.is404) return
    const right = request.routeOptions.config.right
    if (!right) throw new Error(`The route ${request.routeOptions.url} states no right.`)
    if (authoriser.can(request.principal, right)) return
    if (request.principal.kind === 'public')
      throw new Refusal(
        'unauthorized',
        `This needs the right ${right}; send a key as ‘Authorization: Bearer <key>’.`,
      )
    throw new Refusal('forbidden', `This needs the right ${right}.`)
  })
}
