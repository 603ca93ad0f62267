// To a provider of OpenID Connect and back.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Provider } from '../../config/provider-options.ts'
import { Refusal } from '../../errors.ts'
import type { App, Services } from '../../http/module.ts'
import { problems } from '../../http/problem.ts'
import { findUser, noteFailure } from '../accounts/index.ts'
import { giveViewerCookie, goOn, Next, Origin, type Wanted } from '../viewers/index.ts'
import { admit } from './admit.ts'
import { beginFlow, endFlow } from './flow.ts'
import { isOfSession, linkTo } from './link.ts'
import { addressOf, failureOf, logOutAddress, redeem } from './openid.ts'
import { type Fault, sendFault } from './pages.ts'

const tags = ['people']
const page = (status: number, description: string) => ({
  [status]: { description, content: { 'text/html': { schema: z.unknown() } } },
})
const Params = z.strictObject({
  provider: z.string().max(30).meta({ description: 'Name of a section [auth.NAME]' }),
})

export async function openidRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { providers } = services.config

  function get(name: string): Provider {
    const provider = providers.get(name)
    if (!provider) throw new Refusal('not-found', `There is no way to log in called ‘${name}’.`)
    return provider
  }

  /** Tells the reader, the log and the audit. */
  async function refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    fault: Fault,
    wanted: Wanted,
    more: {
      readonly detail?: string
      readonly userId?: number | undefined
      readonly isLink?: boolean
    } = {},
  ): Promise<never> {
    request.log.warn({ provider: name, fault, detail: more.detail }, 'log-in by a provider')
    const user = more.userId === undefined ? undefined : await findUser(services.db, more.userId)
    await noteFailure(services, request, user, { means: name, reason: fault })
    const { label } = get(name)
    return sendFault(services, request, reply, fault, { label, href: `/log-in/${name}` }, wanted, more.isLink)
  }

  app.get(
    '/log-in/:provider',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'logInByProvider',
        tags,
        summary: 'Leads to a provider of OpenID Connect to log in there.',
        params: Params,
        querystring: z.object({ next: Next, origin: Origin.optional() }).loose(),
        response: {
          // by a proxy's headers at once
          ...page(200, 'Logged in.'),
          303: z.null().meta({ description: 'Goes to the provider.' }),
          ...page(503, 'The provider cannot be reached.'),
          ...problems(404, 429),
        },
      },
    },
    async (request, reply) => {
      const { provider: name } = request.params
      const { next, origin } = request.query
      const provider = get(name)
      try {
        const { address, checks } = await addressOf(services, name, provider)
        beginFlow(services, request, reply, { provider: name, ...checks, next, origin })
        return goOn(request, reply, address)
      } catch (error) {
        const { detail } = failureOf(error)
        return await refuse(request, reply, name, 'unreachable', { next, origin }, { detail })
      }
    },
  )

  app.get(
    '/log-in/:provider/return',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'returnFromProvider',
        tags,
        summary:
          'Takes who comes back from a provider: begins a session, or links who it is there to the user of the session that asked for it, and goes on.',
        params: Params,
        // what else providers add is theirs
        querystring: z.object({ state: z.string().max(200).default('') }).loose(),
        response: {
          ...page(200, 'Logged in.'),
          303: z.null().meta({ description: 'Logged in.' }),
          ...page(400, 'Too old, used, or begun in another browser.'),
          ...page(401, 'The provider refused.'),
          ...page(
            403,
            'There is no account for who logged in, or the session that wanted to link has ended.',
          ),
          ...page(409, 'Who it is there belongs to another account.'),
          ...page(502, 'The answer of the provider is not to be trusted.'),
          ...page(503, 'The provider cannot be reached.'),
          ...problems(404, 429),
        },
      },
    },
    async (request, reply) => {
      const { provider: name } = request.params
      const provider = get(name)
      const flow = await endFlow(services, request, reply, name, request.query.state)
      if (!flow) return await refuse(request, reply, name, 'stale', {})
      const { link } = flow
      const isLink = link !== undefined
      // nothing is asked of the provider in anybody else's session
      if (link && !isOfSession(request, link))
        return await refuse(request, reply, name, 'otherSession', flow, { userId: link.userId, isLink })
      const query = /\?.*$/.exec(request.url)?.[0] ?? ''
      const told = await redeem(services, name, provider, flow, query).catch(failureOf)
      if ('kind' in told)
        return await refuse(request, reply, name, told.kind, flow, { detail: told.detail, isLink })
      if (link) {
        const fault = await linkTo(services, request, told, provider, link)
        if (fault) return await refuse(request, reply, name, fault, flow, { userId: link.userId, isLink })
        return goOn(request, reply, flow.next)
      }
      const admitted = await admit(services, request, reply, told, provider)
      if ('fault' in admitted)
        return await refuse(request, reply, name, admitted.fault, flow, { userId: admitted.userId })
      giveViewerCookie(services, reply, admitted.userId, flow.origin)
      return goOn(request, reply, flow.next)
    },
  )

  app.get(
    '/log-in/:provider/out',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'logOutAtProvider',
        tags,
        summary:
          'Leads to a provider to log out there, after the session here has ended; to the start page where it offers no log-out.',
        params: Params,
        response: { 303: z.null().meta({ description: 'Goes on.' }), ...problems(404, 429) },
      },
    },
    async (request, reply) => {
      const provider = get(request.params.provider)
      const address = await logOutAddress(services, provider).catch((error: unknown) => {
        const { detail } = failureOf(error)
        request.log.warn({ provider: request.params.provider, detail }, 'log-out at a provider')
        return undefined
      })
      return goOn(request, reply, address ?? `${app.linkPrefix}/`)
    },
  )
}
