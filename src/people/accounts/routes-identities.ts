// Log-in ids at other services: of the user who asks, and of others for those who manage users.
import { z } from 'zod'
import { providersOf } from '../../config/provider-options.ts'
import { Id, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { unlinkIdentity } from './identities.ts'
import { requireProof } from './proof.ts'
import * as repository from './repository.ts'
import { IdentityList, UserParams } from './schemas.ts'
import { changing, subjectOf } from './support.ts'

const tags = ['people']
const subjects = [
  { path: '/api/v1/users/me', isMe: true },
  { path: '/api/v1/users/:id', isMe: false },
] as const

export async function identityRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  const offered = new Map(providersOf(services.config).map(({ name, label }) => [name, label]))
  for (const { path, isMe } of subjects) {
    const params = isMe ? z.strictObject({}) : UserParams
    const whose = isMe ? 'the user who asks' : 'a user'
    const idOf = (request: { params: unknown }) => (request.params as { id?: string }).id

    app.get(
      `${path}/identities` as '/api/v1/users/:id/identities',
      {
        config: { right: isMe ? 'signed-in' : 'user:manage' },
        schema: {
          operationId: isMe ? 'listIdentitiesOfMe' : 'listIdentitiesOfUser',
          tags,
          summary: `Lists by whom else ${whose} can log in, in the order in which they were linked.`,
          params,
          response: { 200: json(IdentityList, 'Log-in ids at other services.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const user = await subjectOf(db, request, idOf(request))
        const identities = await repository.identitiesOfUsers(db, [user.id])
        const place = request.url.split('?')[0] as string
        const items = identities.map(({ id, source, subject, linkedAt, usedAt }) => ({
          id,
          provider: source,
          label: offered.get(source) ?? source,
          subject,
          isOffered: offered.has(source),
          linkedAt: linkedAt.toISOString(),
          usedAt: usedAt?.toISOString() ?? null,
          links: { self: `${place}/${id}` },
        }))
        reply.header('cache-control', 'no-store')
        return {
          items,
          hasPassword: user.password !== null,
          providers: [...offered].map(([name, label]) => ({ name, label })),
          links: { self: request.url },
          relationships: {},
          meta: { ...metaOf({}), count: items.length },
        }
      },
    )

    app.delete(
      `${path}/identities/:identity` as '/api/v1/users/:id/identities/:identity',
      {
        config: { right: isMe ? 'account' : 'user:manage' },
        schema: {
          operationId: isMe ? 'unlinkIdentityOfMe' : 'unlinkIdentityOfUser',
          tags,
          summary: `Takes a log-in id from ${whose}, with the memberships and sessions that came of it; the last way in stays.`,
          params: params.extend({ identity: Id }),
          response: {
            204: z.null().meta({ description: 'It lets nobody in any more.' }),
            ...problems(404, 409),
          },
        },
      },
      async (request, reply) => {
        const { identity } = request.params as { identity: number }
        const session = isMe ? requireProof(request) : request.session
        await changing(services, request, async (trx, actor) =>
          unlinkIdentity(
            trx,
            actor,
            { principal: request.principal, sessionId: session?.id },
            await subjectOf(trx, request, idOf(request)),
            identity,
            source => offered.has(source),
          ),
        )
        return sendNothing(reply)
      },
    )
  }
}
