// Linking a log-in at a provider to the account of who has logged in here. The way there and back is that of a log-in; what it began with names
// the session, so that it ends in that session or not at all: a page of somebody else, or a cookie that was planted, links nobody's identity
// to another one's account.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FirebirdFault } from '../../firebird/faults.ts'
import { Refusal } from '../../errors.ts'
import { envelope, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf } from '../../http/write.ts'
import { findUser, linkIdentity, requireProof } from '../accounts/index.ts'
import { identitiesOf } from '../sessions/index.ts'
import { Next } from '../viewers/index.ts'
import { alignGroups, groupsBy, type Rules } from './admit.ts'
import { beginFlow, type Flow } from './flow.ts'
import { addressOf, failureOf, freshChecks, type Told } from './openid.ts'

/** @returns why not, where nothing was linked */
export async function linkTo(
  services: Services,
  request: FastifyRequest,
  told: Told,
  rules: Rules,
  link: NonNullable<Flow['link']>,
): Promise<'taken' | 'otherSession' | undefined> {
  if (!isOfSession(request, link)) return 'otherSession'
  const actor = actorOf(request)
  const work = () =>
    services.database.inTransaction({ actor }, async trx => {
      const user = await findUser(trx, link.userId)
      if (user?.active !== 1 || user.deletedAt !== null) return 'otherSession'
      const linked = await linkIdentity(trx, actor, user, told)
      if (linked === undefined) return 'taken'
      const names = groupsBy(rules.groups, told.groups)
      await alignGroups(trx, { ...actor, name: told.source }, user.id, told.source, names)
      return undefined
    })
  const fault = await work().catch(async (error: unknown) => {
    // another one was first with the same identity
    if (error instanceof FirebirdFault && error.kind === 'unique') return await work()
    throw error
  })
  identitiesOf(services).forget()
  return fault
}

/** Whether the request comes in the session that began it, which may have another token by now. */
export const isOfSession = (
  request: FastifyRequest,
  { sessionId, userId }: NonNullable<Flow['link']>,
): boolean => request.session?.id === sessionId && request.session.userId === userId

export async function linkingRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { providers, shibboleth } = services.config

  /** Where to log in there, and what the way back is checked against. */
  async function wayTo(name: string): Promise<Awaited<ReturnType<typeof addressOf>>> {
    if (name === 'shibboleth' && shibboleth.on) {
      const checks = freshChecks()
      return { checks, address: `${app.linkPrefix}/log-in/shibboleth?link=${checks.state}` }
    }
    const provider = providers.get(name)
    if (!provider) throw new Refusal('not-found', `There is no way to log in called ‘${name}’.`)
    return await addressOf(services, name, provider).catch((error: unknown) => {
      throw new Refusal('unavailable', `‘${name}’ cannot be reached.`, {}, failureOf(error).detail)
    })
  }

  app.post(
    '/api/v1/users/me/identities',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'linkIdentity',
        tags: ['people'],
        summary:
          'Begins to link a log-in id at another service to the user who asks: whose browser goes to the address, logs in there and comes back within a quarter of an hour, in the same session.',
        body: z
          .strictObject({
            provider: z
              .string()
              .max(30)
              .meta({ description: 'Name of a section [auth.NAME], or shibboleth' }),
            next: Next,
          })
          .meta({ id: 'NewIdentity' }),
        response: {
          200: json(
            z
              .object({ address: z.string().meta({ description: 'Where the browser goes on' }), ...envelope })
              .meta({ id: 'WayToLink' }),
            'The way there.',
          ),
          ...problems(404, 503),
        },
      },
    },
    async (request, reply) => {
      const { id, userId } = requireProof(request)
      const { provider, next } = request.body
      const { address, checks } = await wayTo(provider)
      beginFlow(services, request, reply as FastifyReply, {
        provider,
        ...checks,
        next: next ?? `${app.linkPrefix}/desk/ways`,
        link: { sessionId: id, userId },
      })
      reply.header('cache-control', 'no-store')
      return { address, links: { self: request.url }, relationships: {}, meta: metaOf({}) }
    },
  )
}
