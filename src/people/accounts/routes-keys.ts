// Keys, permissions and lines of the log: of the user who asks, and of others for those who manage users.
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { Id, metaOf } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { listLog, logDocument, LogList, record } from '../../system/log/index.ts'
import { deleteKey, listKeys, type ListedKey, scopesOf } from '../sessions/index.ts'
import { requireNotAbove } from './change.ts'
import { createKey } from './create-key.ts'
import { permissionsOf } from './permissions.ts'
import { Key, KeyList, NewKey, UserParams, UserPermissions } from './schemas.ts'
import { changing, subjectOf } from './support.ts'
import { withSecret } from '../../http/headers.ts'

const tags = ['people']
const subjects = [
  { path: '/api/v1/users/me', isMe: true },
  { path: '/api/v1/users/:id', isMe: false },
] as const

const keyDocument = (key: ListedKey, place: string): z.input<typeof Key> => ({
  id: key.id,
  label: key.label,
  scopes: scopesOf(key.scopes),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  usedAt: key.usedAt?.toISOString() ?? null,
  createdAt: key.createdAt.toISOString(),
  links: { self: `${place}/${key.id}` },
})

export async function keyRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  for (const { path, isMe } of subjects) {
    const reading = { right: isMe ? 'signed-in' : 'user:manage' } as const
    const writing = { right: isMe ? 'account' : 'user:manage' } as const
    const params = isMe ? z.strictObject({}) : UserParams
    const named = (name: string) => `${name}${isMe ? 'OfMe' : 'OfUser'}`
    const whose = isMe ? 'of the user who asks' : 'of a user'
    const idOf = (request: { params: unknown }) => (request.params as { id?: string }).id

    app.get(
      `${path}/keys` as '/api/v1/users/:id/keys',
      {
        config: reading,
        schema: {
          operationId: named('listKeys'),
          tags,
          summary: `Lists the keys ${whose}, newest first.`,
          params,
          response: { 200: json(KeyList, 'Keys, without their secrets.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const user = await subjectOf(db, request, idOf(request))
        const place = request.url.split('?')[0] as string
        const items = (await listKeys(db, user.id)).map(key => keyDocument(key, place))
        reply.header('cache-control', 'no-store')
        return {
          items,
          links: { self: request.url },
          relationships: {},
          meta: { ...metaOf({}), count: items.length },
        }
      },
    )

    app.post(
      `${path}/keys` as '/api/v1/users/:id/keys',
      {
        config: writing,
        schema: {
          operationId: named('createKey'),
          tags,
          summary: `Makes a key ${whose}; it is told once.`,
          params,
          body: NewKey,
          response: { 201: json(Key, 'The key.'), ...problems(404, 422) },
        },
      },
      async (request, reply) => {
        const { label, scopes, expiresAt } = request.body
        const until = expiresAt == null ? null : new Date(expiresAt)
        if (until && until.getTime() <= Date.now())
          throw new Refusal('not-processable', `expiresAt: ${expiresAt} is over already.`, {
            errors: [{ pointer: '/expiresAt', detail: 'is over already' }],
          })
        const place = request.url.split('?')[0] as string
        const made = await changing(services, request, async (trx, actor) => {
          const user = await subjectOf(trx, request, idOf(request))
          await requireNotAbove(trx, request.principal, user)
          const { id, key } = await createKey(trx, actor, user, { label, scopes, expiresAt: until })
          const stored = (await listKeys(trx, user.id)).find(each => each.id === id) as ListedKey
          return { ...keyDocument(stored, place), key }
        })
        reply.code(201).header('location', made.links.self).header('cache-control', withSecret)
        return made
      },
    )

    app.delete(
      `${path}/keys/:key` as '/api/v1/users/:id/keys/:key',
      {
        config: writing,
        schema: {
          operationId: named('revokeKey'),
          tags,
          summary: `Revokes a key ${whose}.`,
          params: params.extend({ key: Id }),
          response: { 204: z.null().meta({ description: 'It opens nothing any more.' }), ...problems(404) },
        },
      },
      async (request, reply) => {
        const { key } = request.params as { key: number }
        await changing(services, request, async (trx, actor) => {
          const user = await subjectOf(trx, request, idOf(request))
          if (!(await deleteKey(trx, user.id, key)))
            throw new Refusal('not-found', `This user has no key ${key}.`)
          await record(trx, { entity: 'user', entityId: user.id, action: 'key-revoke', actor, data: { key } })
        })
        return sendNothing(reply)
      },
    )

    app.get(
      `${path}/permissions` as '/api/v1/users/:id/permissions',
      {
        config: reading,
        schema: {
          operationId: named('getPermissions'),
          tags,
          summary: `Lists the rights ${whose} over the whole installation, and where each comes from.`,
          params,
          response: { 200: json(UserPermissions, 'Rights.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const found = await permissionsOf(db, await subjectOf(db, request, idOf(request)))
        return { ...found, links: { self: request.url }, relationships: {}, meta: metaOf({}) }
      },
    )

    for (const kind of ['log', 'actions'] as const)
      app.get(
        `${path}/${kind}` as '/api/v1/users/:id/log',
        {
          config: reading,
          schema: {
            operationId: named(kind === 'log' ? 'getLog' : 'getActions'),
            tags,
            summary:
              kind === 'log'
                ? `Lists changes ${whose}, log-ins and failed ones among them, newest first.`
                : `Lists what was done by ${isMe ? 'the user who asks' : 'a user'}, newest first.`,
            params,
            querystring: PageQuery,
            response: { 200: json(LogList, 'Operations.'), ...problems(404) },
          },
        },
        async (request, reply) => {
          const { cursor, limit } = request.query
          const [before] = decodeCursor(cursor, ['number']) ?? []
          const user = await subjectOf(db, request, idOf(request))
          const rows = await listLog(
            db,
            {
              ...(kind === 'log' ? { entity: 'user', entityId: user.id } : { actor: user.uuid }),
              before: before as number | undefined,
            },
            limit + 1,
          )
          const page = pageOf(rows, limit, row => [row.id])
          reply.header('cache-control', 'no-store')
          return listDocument(request.url, { ...page, items: page.items.map(logDocument) })
        },
      )
  }
}
