// The link of an unlisted group, joining by it, and leaving.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Refusal } from '../../errors.ts'
import { IdParams } from '../../http/envelope.ts'
import type { App, Services } from '../../http/module.ts'
import { json, problems } from '../../http/problem.ts'
import { sendNothing } from '../../http/write.ts'
import { hashOf, newSecret } from '../sessions/index.ts'
import * as change from './change.ts'
import * as repository from './repository.ts'
import { Group, visibilities } from './schemas.ts'
import { changingGroups, documentOf } from './support.ts'

const tags = ['people']

const GroupLink = z.object({ link: z.string() }).meta({ id: 'GroupLink' })
const JoinGroup = z
  .strictObject({ code: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
  .meta({ id: 'JoinGroup', description: 'What stands behind the # of the link.' })

export async function linkRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const changing = changingGroups(services)
  const setLink = (request: FastifyRequest, id: number, linkHash: string | null) =>
    changing(request, async (trx, actor) => {
      const group = await change.get(trx, id)
      if (visibilities.name(group.visibility) !== 'unlisted')
        throw new Refusal('conflict', `‘${group.name}’ is not unlisted: it has no link.`)
      // whoever hands out a link gives what the group has: the same is asked as for becoming unlisted
      await change.changeGroup(trx, actor, request.principal, id, '*', { visibility: 'unlisted' })
      await repository.update(trx, id, '*', { linkHash })
    })

  app.post(
    '/api/v1/groups/:id/link',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'makeGroupLink',
        tags,
        summary: 'Makes the link by which an unlisted group is joined; the one before is good no more.',
        params: IdParams,
        response: {
          200: json(GroupLink, 'The link, told once.'),
          ...problems(404, 409),
        },
      },
    },
    async (request, reply) => {
      const code = newSecret()
      await setLink(request, request.params.id, hashOf(code))
      reply.header('cache-control', 'no-store')
      return { link: `${services.publicUrl()}/desk/join#${code}` }
    },
  )

  app.delete(
    '/api/v1/groups/:id/link',
    {
      config: { right: 'user:manage' },
      schema: {
        operationId: 'revokeGroupLink',
        tags,
        summary: 'Revokes the link of an unlisted group; who has joined stays.',
        params: IdParams,
        response: { 204: z.null().meta({ description: 'It opens nothing.' }), ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      await setLink(request, request.params.id, null)
      return sendNothing(reply)
    },
  )

  app.post(
    '/api/v1/users/me/groups',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'joinGroup',
        tags,
        summary: 'Joins an unlisted group by its link.',
        body: JoinGroup,
        response: { 200: json(Group, 'The group.'), ...problems(410) },
      },
    },
    async request => {
      const { principal } = request
      const group = await changing(request, async (trx, actor) => {
        const found = await repository.findByLink(trx, hashOf(request.body.code))
        if (!found) throw new Refusal('gone', 'This link is good no more.')
        await change.addMember(trx, actor, undefined, found.id, { userId: principal.userId as number })
        return found
      })
      return documentOf(group, { ...principal, groups: new Set([...principal.groups, group.id]) })
    },
  )

  app.delete(
    '/api/v1/users/me/groups/:id',
    {
      config: { right: 'account' },
      schema: {
        operationId: 'leaveGroup',
        tags,
        summary: 'Leaves a group.',
        params: IdParams,
        response: { 204: z.null().meta({ description: 'You are no member.' }), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const member = { userId: request.principal.userId as number }
      await changing(request, async (trx, actor) => {
        const nobody = new Refusal('not-found', `You are yourself in no group ${id}.`)
        const hasLeft = await change
          .removeMember(trx, actor, request.principal, id, member)
          .catch((error: unknown) => {
            // whether there is such a group is not for who is not in it
            throw error instanceof Refusal && error.reason === 'not-found' ? nobody : error
          })
        if (!hasLeft) throw nobody
      })
      return sendNothing(reply)
    },
  )
}
