import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { idIn } from '../../codes.ts'
import { Refusal } from '../../errors.ts'
import type { Db } from '../../firebird/database.ts'
import { IdParams } from '../../http/envelope.ts'
import { etagOf, expectedVersion } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import { decodeCursor, listDocument, PageQuery, pageOf } from '../../http/page.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import * as change from './change.ts'
import * as repository from './repository.ts'
import { Group, GroupList, GroupPatch, MemberList, MemberParams, NewGroup, NewMember } from './schemas.ts'
import { changingGroups, documentOf, isKnownTo } from './support.ts'

const tags = ['people']

async function memberOf(db: Db, kind: 'user' | 'group', id: string | number): Promise<repository.Member> {
  if (kind === 'group') return { groupId: (await change.get(db, Number(id))).id }
  const user = await db
    .selectFrom('PRV_User')
    .select('PU_ID as id')
    .where('PU_UUID', '=', String(id).toLowerCase())
    .where('PU_DeleteTS', 'is', null)
    .executeTakeFirst()
  if (!user) throw new Refusal('not-found', `There is no user ${id}.`)
  return { userId: user.id }
}

export async function routes(app: App, { services }: { services: Services }): Promise<void> {
  const { db } = services
  const changing = changingGroups(services)
  const known = async (request: FastifyRequest, id: number): Promise<repository.Group> => {
    const group = await change.get(db, id)
    if (!isKnownTo(request.principal, group)) throw new Refusal('not-found', `There is no group ${id}.`)
    return group
  }

  app.get(
    '/api/v1/groups',
    {
      config: { right: 'groups:read' },
      schema: {
        operationId: 'listGroups',
        tags,
        summary: 'Lists groups: public ones and those of the caller; all for USER_MANAGEMENT.',
        querystring: PageQuery,
        response: { 200: json(GroupList, 'Groups.'), ...problems() },
      },
    },
    async (request, reply) => {
      const { principal } = request
      const { cursor, limit } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? []
      const visible = principal.rights.has('user:manage') ? undefined : [...principal.groups]
      const rows = await repository.list(db, visible, (after as number | undefined) ?? 0, limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      reply.header('cache-control', 'no-store')
      return listDocument(request.url, {
        ...page,
        items: page.items.map(group => documentOf(group, principal)),
      })
    },
  )

  app.post(
    '/api/v1/groups',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'createGroup',
        tags,
        summary: 'Adds a group.',
        body: NewGroup,
        response: { 201: json(Group, 'The group.'), ...problems(409) },
      },
    },
    async (request, reply) => {
      const group = await changing(request, (trx, actor) =>
        change.createGroup(trx, actor, request.principal, request.body),
      )
      reply.code(201).header('location', `/api/v1/groups/${group.id}`).header('etag', etagOf(group.version))
      return documentOf(group, request.principal)
    },
  )

  app.get(
    '/api/v1/groups/:id',
    {
      config: { right: 'groups:read', tells: 'group' },
      schema: {
        operationId: 'getGroup',
        tags,
        summary: 'Reads a group.',
        params: IdParams,
        response: { 200: json(Group, 'The group.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const group = await known(request, request.params.id)
      reply.header('etag', etagOf(group.version)).header('cache-control', 'no-store')
      return documentOf(group, request.principal)
    },
  )

  app.patch(
    '/api/v1/groups/:id',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'changeGroup',
        tags,
        summary: 'Changes a group.',
        params: IdParams,
        body: GroupPatch,
        response: { 200: json(Group, 'The group.'), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const version = expectedVersion(request)
      const group = await changing(request, (trx, actor) =>
        change.changeGroup(trx, actor, request.principal, request.params.id, version, request.body),
      )
      reply.header('etag', etagOf(group.version))
      return documentOf(group, request.principal)
    },
  )

  app.delete(
    '/api/v1/groups/:id',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'deleteGroup',
        tags,
        summary: 'Removes a group; built-in ones stay.',
        params: IdParams,
        response: { 204: z.null().meta({ description: 'It is gone.' }), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await changing(request, (trx, actor) =>
        change.deleteGroup(trx, actor, request.principal, request.params.id),
      )
      return sendNothing(reply)
    },
  )

  app.get(
    '/api/v1/groups/:id/members',
    {
      config: { right: 'user:search' },
      schema: {
        operationId: 'listMembers',
        tags,
        summary: 'Lists the users and groups that are members themselves.',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: json(MemberList, 'Members.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { cursor, limit } = request.query
      const [after] = decodeCursor(cursor, ['number']) ?? []
      const group = await known(request, request.params.id)
      const rows = await repository.membersOf(db, group.id, (after as number | undefined) ?? 0, limit + 1)
      const page = pageOf(rows, limit, row => [row.id])
      reply.header('cache-control', 'no-store')
      const items = page.items.map(row => {
        const kind = row.userUuid === null ? ('group' as const) : ('user' as const)
        const id = row.userUuid ?? (row.groupId as number)
        return {
          kind,
          id,
          name: (row.userName ?? row.groupName) as string,
          source: row.source,
          since: row.createdAt.toISOString(),
          links: { self: `/api/v1/groups/${group.id}/members/${kind}s/${id}` },
        }
      })
      return listDocument(request.url, { ...page, items })
    },
  )

  app.post(
    '/api/v1/groups/:id/members',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'addMember',
        tags,
        summary: 'Makes a user or a group a member; harmless where it is one.',
        params: IdParams,
        body: NewMember,
        response: { 204: z.null().meta({ description: 'It is a member.' }), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await changing(request, async (trx, actor) => {
        const member =
          'user' in request.body
            ? await memberOf(trx, 'user', request.body.user)
            : await memberOf(trx, 'group', request.body.group)
        await change.addMember(trx, actor, request.principal, request.params.id, member)
      })
      return sendNothing(reply)
    },
  )

  app.delete(
    '/api/v1/groups/:id/members/:kind/:member',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'removeMember',
        tags,
        summary: 'Takes a user or a group out of a group.',
        params: MemberParams,
        response: { 204: z.null().meta({ description: 'It is no member.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id, kind, member: named } = request.params
      if (kind === 'groups' && idIn(named) === undefined)
        throw new Refusal('not-found', `There is no group ${named}.`)
      await changing(request, async (trx, actor) => {
        const member = await memberOf(trx, kind === 'users' ? 'user' : 'group', named)
        if (!(await change.removeMember(trx, actor, request.principal, id, member)))
          throw new Refusal('not-found', `${named} is no member of group ${id}.`)
      })
      return sendNothing(reply)
    },
  )
}
