import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseCookie } from 'cookie'
import { z } from 'zod'
import { logOutOf } from '../../config/provider-options.ts'
import { Refusal } from '../../errors.ts'
import { sessionCookie } from '../../http/auth.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import type { Principal, RequestSession } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { clearSessionCookie, setSessionCookie } from './cookies.ts'
import { identitiesOf } from './identities.ts'
import * as repository from './repository.ts'
import { SessionDocument, SessionList } from './schemas.ts'
import { withSecret } from '../../http/headers.ts'

const tags = ['people']
const noContent = { 204: z.null().meta({ description: 'Done.' }) }

/** What `GET /api/v1/session` and a log-in answer. */
export async function sessionDocument(
  services: Services,
  principal: Principal,
  session: RequestSession | undefined,
): Promise<z.input<typeof SessionDocument>> {
  const logOut = session && logOutOf(services.config, session.means)
  const user =
    principal.userId === undefined
      ? undefined
      : await services.db
          .selectFrom('PRV_User')
          .select(['PU_UUID as id', 'PU_Name as name', 'PU_Kind as kind', 'PU_Login as login'])
          .select(['PU_EMail as email', 'PU_ConfirmTS as confirmedAt'])
          .where('PU_ID', '=', principal.userId)
          .executeTakeFirst()
  return {
    principal: principal.kind,
    user: user
      ? {
          id: user.id,
          name: user.name,
          kind: user.kind === 1 ? 'organisation' : 'person',
          login: user.login,
          email: user.email,
          isEmailConfirmed: user.confirmedAt !== null,
        }
      : null,
    topics: [...principal.topics],
    rights: [...principal.rights],
    means: session?.means ?? null,
    csrfToken: session?.csrfToken ?? null,
    expiresAt: session?.expiresAt.toISOString() ?? null,
    links: {
      self: '/api/v1/session',
      ...(session ? { sessions: '/api/v1/sessions' } : {}),
      // where the log-in lasts on at whoever vouched for it
      ...(logOut === undefined ? {} : { logOut }),
    },
    relationships: {},
    meta: metaOf({}),
  }
}

/** What the user may do has changed since the token was given: the browser gets another one. */
async function rotateIfMarked(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (!request.session) return
  const identities = identitiesOf(services)
  const token =
    parseCookie(request.headers.cookie ?? '')[sessionCookie(services.config.server.publicUrl)] ?? ''
  if (!(await identities.ofSession(token))?.isToRotate) return
  const { id } = request.session
  const fresh = await services.database.inTransaction({}, trx =>
    repository.rotateSession(trx, id, repository.hashOf(token)),
  )
  identities.forget()
  // another request of this browser may have been first: it has been given the new one
  if (fresh !== undefined) setSessionCookie(services, reply, fresh)
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const identities = identitiesOf(services)

  app.get(
    '/api/v1/session',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'getSession',
        tags,
        summary:
          'Tells who asks, what they may do over the whole installation, and the token that changes need.',
        response: { 200: json(SessionDocument, 'Who asks.'), ...problems() },
      },
    },
    async (request, reply) => {
      await rotateIfMarked(services, request, reply)
      reply.header('cache-control', withSecret)
      return await sessionDocument(services, request.principal, request.session)
    },
  )

  app.delete(
    '/api/v1/session',
    {
      config: { right: 'public' },
      schema: {
        operationId: 'logOut',
        tags,
        summary: 'Logs out: ends the session of the cookie, or all sessions of its user.',
        querystring: z.strictObject({
          everywhere: z.stringbool().default(false).meta({ description: 'All sessions of the user' }),
        }),
        response: { ...noContent, ...problems() },
      },
    },
    async (request, reply) => {
      const { session } = request
      if (session)
        await services.database.inTransaction({}, async trx =>
          request.query.everywhere
            ? await repository.deleteSessions(trx, session.userId)
            : await repository.deleteSession(trx, session.userId, session.id),
        )
      identities.forget()
      clearSessionCookie(services, reply)
      return sendNothing(reply)
    },
  )

  app.get(
    '/api/v1/sessions',
    {
      config: { right: 'signed-in' },
      schema: {
        operationId: 'listSessions',
        tags,
        summary: 'Lists the sessions of the caller, newest first.',
        response: { 200: json(SessionList, 'Sessions.'), ...problems() },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const rows = await repository.listSessions(
        services.db,
        request.principal.userId as number,
        identities.idleSince(),
      )
      const items = rows.map(row => ({
        ...row,
        isCurrent: row.id === request.session?.id,
        createdAt: row.createdAt.toISOString(),
        seenAt: row.seenAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        links: { self: `/api/v1/sessions/${row.id}` },
      }))
      return {
        items,
        links: { self: request.url },
        relationships: {},
        meta: { ...metaOf({}), count: items.length },
      }
    },
  )

  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'endSession',
        tags,
        summary: 'Ends a session of the caller.',
        params: IdParams,
        response: { ...noContent, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const had = await services.database.inTransaction({}, trx =>
        repository.deleteSession(trx, request.principal.userId as number, id),
      )
      identities.forget()
      if (!had) throw new Refusal('not-found', `You have no session ${id}.`)
      if (id === request.session?.id) clearSessionCookie(services, reply)
      return sendNothing(reply)
    },
  )
}
