import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { etagBeside, etagOf, expectedVersion, isFresh, sendUnchanged } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, pageOf } from '../../http/page.ts'
import type { Principal } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { changeUser, createUser, deleteUser, requireTopicsWithin } from './change.ts'
import { kinds } from './codes.ts'
import { isPartial, userDocument } from './documents.ts'
import { requireOwnPassword, requireProof } from './proof.ts'
import * as repository from './repository.ts'
import { NewUser, OwnPatch, User, UserList, UserParams, UserPatch, UserQuery } from './schemas.ts'
import { changing, subjectOf } from './support.ts'

const tags = ['people']
const loginFields = ['login', 'password', 'topics', 'isActive'] as const

/** USER_ADD is for users who never log in. @throws Refusal forbidden */
function requirePartial(principal: Principal, input: object): void {
  if (principal.rights.has('user:manage')) return
  const found = loginFields.filter(name => name in input)
  if (found.length > 0)
    throw new Refusal('forbidden', `${found.join(', ')}: this needs the right user:manage.`)
}

export async function userRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  const document = async (user: repository.User, principal: Principal) =>
    userDocument(user, await repository.identitiesOfUsers(db, [user.id]), principal)

  app.get(
    '/api/v1/users',
    {
      config: { right: 'user:search' },
      schema: {
        operationId: 'listUsers',
        tags,
        summary: 'Lists users by name: few fields of each for USER_SEARCH, all for USER_MANAGEMENT.',
        querystring: UserQuery,
        response: { 200: json(UserList, 'Users.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { cursor, limit, q, kind, isActive } = request.query
      const [name, id] = decodeCursor(cursor, ['string', 'number']) ?? []
      const rows = await repository.list(
        db,
        {
          q,
          isFull: request.principal.rights.has('user:manage'),
          kind: kind === undefined ? undefined : kinds.of(kind),
          active: isActive === undefined ? undefined : Number(isActive),
          after: typeof name === 'string' && typeof id === 'number' ? [name, id] : undefined,
        },
        limit + 1,
      )
      const page = pageOf(rows, limit, row => [row.name, row.id])
      const identities = await repository.identitiesOfUsers(
        db,
        page.items.map(user => user.id),
      )
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, {
        ...page,
        items: page.items.map(user =>
          userDocument(
            user,
            identities.filter(each => each.userId === user.id),
            request.principal,
          ),
        ),
      })
    },
  )

  app.post(
    '/api/v1/users',
    {
      config: { right: 'user:add' },
      schema: {
        operationId: 'createUser',
        tags,
        summary: 'Adds a user; one who can log in needs USER_MANAGEMENT.',
        body: NewUser,
        response: { 201: json(User, 'The user.'), ...problems(409, 422) },
      },
    },
    async (request, reply) => {
      requirePartial(request.principal, request.body)
      const user = await changing(services, request, async (trx, actor) => {
        requireTopicsWithin(request.principal, request.body.topics ?? [])
        return await createUser(trx, actor, request.body)
      })
      reply.code(201).header('location', `/api/v1/users/${user.uuid}`).header('etag', etagOf(user.version))
      return await document(user, request.principal)
    },
  )

  for (const [path, isMe] of [
    ['/api/v1/users/me', true],
    ['/api/v1/users/:id', false],
  ] as const)
    app.get(
      path as '/api/v1/users/:id',
      {
        config: { right: isMe ? 'signed-in' : 'user:search', tells: 'user' },
        schema: {
          operationId: isMe ? 'getMe' : 'getUser',
          tags,
          summary: isMe ? 'Reads the user who asks.' : 'Reads a user.',
          ...(isMe ? {} : { params: UserParams }),
          response: { 200: json(User, 'The user.'), ...problems(404) },
        },
      },
      async (request, reply) => {
        const user = await subjectOf(db, request, isMe ? undefined : (request.params as { id: string }).id)
        // log-ins and their ids change what is shown without a new version
        const identities = await repository.identitiesOfUsers(db, [user.id])
        const etag = etagBeside(user.version, request.principal.rights.has('user:manage') ? 'm' : 's', [
          user.logInCount,
          ...identities.map(each => each.id),
        ])
        if (isFresh(request, reply, etag, 'private, no-cache')) return sendUnchanged(reply)
        return userDocument(user, identities, request.principal)
      },
    )

  app.patch(
    '/api/v1/users/me',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'changeMe',
        tags,
        summary: 'Changes the user who asks; a new password ends their other sessions.',
        body: OwnPatch,
        response: { 200: json(User, 'The user.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const { currentPassword, ...input } = request.body
      const before = await subjectOf(db, request, undefined)
      const isSensitive = 'password' in input || ('email' in input && input.email !== before.email)
      if (isSensitive && before.password === null) requireProof(request)
      else if (isSensitive) {
        if (currentPassword === undefined)
          throw new Refusal(
            'forbidden',
            'Another password or e-mail address needs your current password (currentPassword).',
          )
        await requireOwnPassword(services, request, before, currentPassword)
      }
      const version = expectedVersion(request)
      const user = await changing(services, request, (trx, actor) =>
        changeUser(
          trx,
          actor,
          { principal: request.principal, sessionId: request.session?.id },
          before,
          version,
          input,
        ),
      )
      reply.header('etag', etagOf(user.version))
      return await document(user, request.principal)
    },
  )

  app.patch(
    '/api/v1/users/:id',
    {
      config: { right: 'user:add' },
      schema: {
        operationId: 'changeUser',
        tags,
        summary: 'Changes a user; one who can log in needs USER_MANAGEMENT.',
        params: UserParams,
        body: UserPatch,
        response: { 200: json(User, 'The user.'), ...problems(404, 409, 412, 422, 428) },
      },
    },
    async (request, reply) => {
      const { principal } = request
      requirePartial(principal, request.body)
      const version = expectedVersion(request)
      const user = await changing(services, request, async (trx, actor) => {
        const before = await subjectOf(trx, request, request.params.id)
        if (
          !principal.rights.has('user:manage') &&
          !isPartial(before, await repository.identitiesOfUsers(trx, [before.id]))
        )
          throw new Refusal('forbidden', 'This user can log in: this needs the right user:manage.')
        return await changeUser(
          trx,
          actor,
          { principal, sessionId: request.session?.id },
          before,
          version,
          request.body,
        )
      })
      reply.header('etag', etagOf(user.version))
      return await document(user, principal)
    },
  )

  app.delete(
    '/api/v1/users/:id',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'deleteUser',
        tags,
        summary: 'Deletes what is known of a user; histories go on naming their id.',
        params: UserParams,
        response: {
          204: z.null().meta({ description: 'Nothing is known of them any more.' }),
          ...problems(404, 409),
        },
      },
    },
    async (request, reply) => {
      await changing(services, request, async (trx, actor) =>
        deleteUser(trx, actor, request.principal, await subjectOf(trx, request, request.params.id)),
      )
      return sendNothing(reply)
    },
  )
}
