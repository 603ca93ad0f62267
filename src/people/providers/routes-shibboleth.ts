// Log-in by SAML 2.0: a proxy in front (mod_shib and the like) speaks it, lets nobody through to this address who has not logged in, and tells
// in headers who it is. Anybody could send such headers: they count from the proxies that the configuration trusts, by the address of the
// connection itself, and nowhere but here.
import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { findUser, noteFailure } from '../accounts/index.ts'
import { giveViewerCookie, goOn, Next, Origin } from '../viewers/index.ts'
import { admit } from './admit.ts'
import { endFlow } from './flow.ts'
import { linkTo } from './link.ts'
import { type Fault, sendFault } from './pages.ts'

const source = 'shibboleth'

/** Names that proxies are trusted by, as in the option. */
const networks: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.1/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

/** Whether the other end of a connection is one of these proxies. */
function isAmong(proxies: readonly string[], address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false
  const found = ipaddr.process(address)
  return proxies
    .flatMap(proxy => networks.get(proxy) ?? [proxy])
    .some(text => {
      if (isIP(text) !== 0) return ipaddr.process(text).toString() === found.toString()
      if (!ipaddr.isValidCIDR(text)) return false
      const [network, bits] = ipaddr.parseCIDR(text)
      return network.kind() === found.kind() && found.match(network, bits)
    })
}

/** Proxies send UTF-8, which Node reads as Latin 1. */
function headerOf(request: FastifyRequest, name: string): string {
  if (name === '') return ''
  const value = [request.headers[name.toLowerCase()] ?? ''].flat().join(';')
  // what Apache writes where a variable is not set
  return value === '(null)' ? '' : Buffer.from(value, 'latin1').toString('utf8').trim()
}

/** Several values stand behind each other; a ; within one is escaped. */
export const valuesOf = (text: string): string[] =>
  [...text.matchAll(/(?:\\.|[^;\\])+/gs)]
    .map(([value]) => value.replace(/\\(.)/gs, '$1').trim())
    .filter(value => value !== '')

export async function shibbolethRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { shibboleth, server } = services.config
  if (!shibboleth.on) return
  const way = { label: shibboleth.label || 'Shibboleth', href: '/log-in/shibboleth' }

  app.get(
    '/log-in/shibboleth',
    {
      config: { right: 'public' },
      schema: {
        // there only where the option is on: no part of what every installation offers
        hide: true,
        querystring: z
          .object({ next: Next, origin: Origin.optional(), link: z.string().max(200).optional() })
          .loose(),
        response: { 303: z.null().meta({ description: 'Logged in.' }), ...problems(429) },
      },
    },
    async (request, reply) => {
      const { next, origin, link: state } = request.query
      const flow =
        state === undefined
          ? undefined
          : await endFlow(services, request, reply as FastifyReply, source, state)
      const wanted = { next: flow?.next ?? next, origin }
      const refuse = async (fault: Fault, userId?: number): Promise<never> => {
        const peer = request.socket.remoteAddress
        request.log.warn({ provider: source, fault, peer }, 'log-in by a provider')
        const user = userId === undefined ? undefined : await findUser(services.db, userId)
        await noteFailure(services, request, user, { means: source, reason: fault })
        return sendFault(services, request, reply as FastifyReply, fault, way, wanted, flow !== undefined)
      }
      if (!isAmong(server.trustProxy, request.socket.remoteAddress)) return await refuse('untrusted')
      const subject = headerOf(request, shibboleth.subjectHeader)
      if (subject === '' || subject.length > 255) return await refuse('nobody')
      const email = valuesOf(headerOf(request, shibboleth.emailHeader))[0]
      const told = {
        source,
        subject,
        name: valuesOf(headerOf(request, shibboleth.nameHeader))[0],
        email,
        // who runs the house's identity provider answers for its addresses; byEmail says whether that is believed
        isEmailVerified: true,
        groups: valuesOf(headerOf(request, shibboleth.groupsHeader)),
      }
      if (state !== undefined) {
        if (!flow?.link) return await refuse('stale')
        const fault = await linkTo(services, request, told, shibboleth, flow.link)
        if (fault) return await refuse(fault, flow.link.userId)
        return goOn(request, reply, wanted.next)
      }
      const admitted = await admit(services, request, reply, told, shibboleth)
      if ('fault' in admitted) return await refuse(admitted.fault, admitted.userId)
      giveViewerCookie(services, reply, admitted.userId, wanted.origin)
      return goOn(request, reply, wanted.next)
    },
  )

  app.get(
    '/log-in/shibboleth/out',
    { config: { right: 'public' }, schema: { hide: true, response: { 303: z.null(), ...problems() } } },
    // the proxy's own address, which the prefix of ours does not stand before
    async (request, reply) => goOn(request, reply, shibboleth.logOutUrl || `${app.linkPrefix}/`),
  )
}
