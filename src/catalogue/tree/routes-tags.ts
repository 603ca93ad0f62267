// The tags of one node; those of many are set by a batch.
import { Refusal } from '../../errors.ts'
import { IdParams, metaOf } from '../../http/envelope.ts'
import { ifMatch, requireMatch } from '../../http/etag.ts'
import type { App, Services } from '../../http/module.ts'
import type { Principal } from '../../http/principal.ts'
import { json, problems } from '../../http/problem.ts'
import { actorOf, send, write } from '../../http/write.ts'
import { access } from '../../people/access/index.ts'
import { record } from '../../system/log/index.ts'
import {
  allTags,
  effectiveTags,
  NewNodeTags,
  NodeTags,
  nodeTags,
  replaceTags,
  TagEvents,
  tagEvents,
  tagsEtag,
} from '../tags/index.ts'
import { getVisible } from './documents.ts'
import { lockNodes } from './kept.ts'
import { shownPlace } from './place.ts'
import type { Node } from './repository.ts'

const shownEvents = 1000

export async function tagRoutes(app: App, { services }: { services: Services }): Promise<void> {
  const document = async (db: Services['db'], node: Node, principal: Principal) =>
    nodeTags(
      await effectiveTags(db, { nodeId: node.id, domainId: node.domainId }),
      access.seesConfidential(principal, shownPlace(node)),
      `/api/v1/tree/${node.id}/tags`,
    )

  app.get(
    '/api/v1/tree/:id/tags',
    {
      config: { right: 'tree:read' },
      schema: {
        operationId: 'getNodeTags',
        tags: ['tags'],
        summary: 'Tags of a node, with those that its domains give and where each comes from.',
        params: IdParams,
        response: { 200: json(NodeTags, 'The tags.'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const node = await getVisible(services.db, request.principal, request.params.id)
      const tags = await document(services.db, node, request.principal)
      reply.header('etag', tagsEtag(tags)).header('cache-control', 'private, no-cache')
      return tags
    },
  )

  app.put(
    '/api/v1/tree/:id/tags',
    {
      config: { right: 'meta:write' },
      schema: {
        operationId: 'setNodeTags',
        tags: ['tags'],
        summary: 'Gives a node these tags and no others of its own.',
        params: IdParams,
        body: NewNodeTags,
        response: { 200: json(NodeTags, 'The tags.'), ...problems(404, 409, 412, 428) },
      },
    },
    async (request, reply) => {
      const expected = ifMatch(request)
      const { id } = request.params
      const answer = await write(services, request, {}, async trx => {
        await lockNodes(trx, [id])
        const node = await getVisible(trx, request.principal, id)
        if (services.types.datatypeOf(node.datatype) === 'domain')
          throw new Refusal('conflict', `Node ${id} stands for a domain; set the tags of the domain instead.`)
        requireMatch(
          expected,
          tagsEtag(await document(trx, node, request.principal)),
          'The tags have been changed',
        )
        const change = await replaceTags(trx, id, request.body.tags)
        if (change.add.length + change.remove.length > 0)
          await record(trx, {
            entity: 'node',
            entityId: id,
            action: 'tag',
            actor: actorOf(request),
            data: change,
          })
        const tags = await document(trx, node, request.principal)
        return { body: tags, etag: tagsEtag(tags) }
      })
      return send(reply, answer)
    },
  )

  app.get(
    '/api/v1/tree/:id/tags/history',
    {
      config: { right: 'log:read' },
      schema: {
        operationId: 'getNodeTagHistory',
        tags: ['tags'],
        summary: 'When a node got its tags and lost them, newest first, at most 1,000 changes.',
        params: IdParams,
        response: { 200: json(TagEvents, 'The changes.'), ...problems(404) },
      },
    },
    async request => {
      const node = await getVisible(services.db, request.principal, request.params.id)
      const names = new Map((await allTags(services.db)).map(tag => [tag.id, tag.name]))
      const events = await tagEvents(services.db, node.id, shownEvents)
      return {
        items: events.map(({ tagId, at, ...event }) => ({
          tag: names.get(tagId) ?? String(tagId),
          ...event,
          at: at.toISOString(),
        })),
        links: { self: request.url, tags: `/api/v1/tree/${node.id}/tags` },
        relationships: {},
        meta: metaOf({}),
      }
    },
  )
}
